//! Integration tests, one binary: whole links and files against theory, published values and
//! independent tools.

mod conformance;
mod determinism;
mod floors;
mod physics;
mod response;
mod style;
