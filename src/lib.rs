//! A physical-layer signal model of data-center links.

// Tests compare exactly where exactness is the claim.
#![cfg_attr(test, allow(clippy::float_cmp))]

pub mod analysis;
pub mod device;
pub mod engine;
pub mod error;
pub mod kernel;
pub mod parallel;
#[cfg(feature = "plot")]
pub mod plot;
pub mod preset;
pub mod response;
pub mod route;
pub mod signal;
pub mod transceiver;
pub mod unit;

pub use error::{Error, Result};
