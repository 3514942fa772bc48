//! Electrical waveforms: eye openings at a target, the linear fit, and jitter.
//!
//! - [`CapturedEye`]: eye height and width at a probability, from a capture.
//! - [`LinearFit`]: the pulse response of a transmitter and its distortion, SNDR.
//! - [`OutputJitter`]: J_RMS, J3u, J4u and even-odd jitter.
//!
//! Modulation amplitude (VMA), level mismatch and transition times are those of
//! [`OpticalMetrics`](super::tdecq::OpticalMetrics), and EECQ is a [`Tdecq`](super::Tdecq) with 20
//! decibels a decade.

mod eye;
mod fit;
mod jitter;
#[cfg(test)]
mod tests;

pub use eye::CapturedEye;
pub use fit::LinearFit;
pub use jitter::OutputJitter;
