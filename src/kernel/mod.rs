//! Numerics on slices: no units, no domains, no devices.
//!
//! Every function states its shapes. Nothing here allocates unless its documentation says so.

pub mod binomial;
pub mod fft;
pub mod gauss;
pub mod rng;
