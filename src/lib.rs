//! A physical-layer signal model of data-center links.

pub mod error;
pub mod kernel;
pub mod response;

pub use error::{Error, Result};
