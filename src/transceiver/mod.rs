//! x
pub mod transmitter;
