//! Integration tests, one binary: whole links and files against theory, published values and
//! independent tools.

mod conformance;
mod floors;
mod response;
mod style;
