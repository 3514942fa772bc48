//! Numerics on slices: no units, no domains, no devices.
//!
//! Every function states its shapes. Nothing here allocates unless its documentation says so.

pub mod binomial;
pub mod descent;
pub mod fft;
pub mod fir;
pub mod gauss;
pub mod interp;
pub mod lms;
pub mod monotone;
pub mod predict;
pub mod pulse;
pub mod resample;
pub mod rng;
pub mod sincos;
pub mod solve;
pub mod tanh;
pub mod viterbi;
