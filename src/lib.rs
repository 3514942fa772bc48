//! A physical-layer signal model of data-center links.

pub mod error;
pub mod kernel;
#[cfg(feature = "plot")]
pub mod plot;

pub use error::{Error, Result};
