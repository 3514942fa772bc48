//! Integration tests, one binary: whole links and files against theory, published values and
//! independent tools.

mod config;
mod response;
