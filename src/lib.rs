//! A physical-layer signal model of data-center links.

pub mod analysis;
pub mod error;
pub mod kernel;
pub mod signal;
pub mod unit;

pub use error::{Error, Result};
