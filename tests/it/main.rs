//! Integration tests, one binary: whole links and files against theory, published values and
//! independent tools.

// A test may stop at once, in its helpers too.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "config")]
mod agreement;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod cluster;
#[cfg(feature = "config")]
mod com;
#[cfg(feature = "config")]
mod config;
mod conformance;
mod determinism;
#[cfg(feature = "config")]
mod directions;
mod floors;
mod limits;
#[cfg(feature = "cli")]
mod measure;
mod physics;
#[cfg(feature = "config")]
mod proof;
mod response;
mod style;
#[cfg(feature = "cli")]
mod sweep;
mod tdecq;
