//! A physical-layer signal model of data-center links.

pub mod error;
pub mod kernel;
pub mod signal;
pub mod transceiver;
pub mod unit;

pub use error::{Error, Result};
