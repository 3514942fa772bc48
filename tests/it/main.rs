//! Integration tests, one binary: whole links and files against theory, published values and
//! independent tools.

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "config")]
mod config;
mod conformance;
mod determinism;
mod floors;
mod physics;
mod response;
mod style;
