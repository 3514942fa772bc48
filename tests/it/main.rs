//! Integration tests, one binary: whole links and files against theory, published values and
//! independent tools.

// Also in what several tests share.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "config")]
mod config;
mod response;
