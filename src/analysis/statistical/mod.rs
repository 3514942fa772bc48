//! The statistical engine: error ratios and the eye of a linear link, without running symbols.
//!
//! From the pulse response at the slicer follow the distributions of its input, one for each level
//! and instant: intersymbol interference, crosstalk, the jitter of the transmitter's edges, noise
//! and distortion, added up as independent parts.
//!
//! - [`LinearLink`]: what is known of the link.
//! - [`EyeCut`]: one instant, for error ratios at the slicer.
//! - [`StatisticalEye`]: all instants of a unit interval: density, bathtubs, contours.
//!
//! # Formula
//! Transforms `M(s) = E[exp(s y)]` of independent parts multiply, and each part has its own in
//! closed form; a tail probability is the integral of `M(s) exp(-s v) / s` along a line beside the
//! imaginary axis (see [`EyeCut`]), over equally spaced frequencies: one Fourier transform for all
//! `v`. Nothing is placed on a grid, so that no mean and no variance is off, and nothing is
//! convolved. Where the line is far enough out, a tail of 1e-15 has as many digits as one of 0.1.
//!
//! - *No wrapping.* Equally spaced frequencies add up copies of the distribution one span apart.
//!   The span holds the sum of all magnitudes and 14 standard deviations on either side. What the
//!   copies on the inner side add is known exactly and subtracted; those on the outer side are
//!   below 1e-60 of the tail.
//! - *Small values* (below a twentieth of the noise's sigma) are counted by their first six
//!   cumulants, all together.
//! - *Slow displacements* ([`Timing`]) move the finished eye: curves are averaged over its columns.
//! - *Jitter* of the edges next to the decision is taken together with the symbols on either side,
//!   as a product of matrices; behind a transmitter's filter, together with a third one, too. Four
//!   on either side, if they count. Of all others the
//!   mean displacement changes the pulses, and what is left of it is taken as independent: where
//!   each is below a twenty-fifth of sigma, that costs 1 % at 1e-10.
//!
//! # Assumptions
//! Those of [`LinearLink`] and of [`EdgeJitter`]. Noise below `resolution`, some 1/1500 of the
//! span, is raised to it.
//!
//! # References
//! - J. Proakis and M. Salehi, *Digital Communications*, 5th ed., section 2.2 (characteristic
//!   functions, Chernoff's bound).
//! - IEEE 802.3 Annex 93A, 93A.1.7 (interference as a sum of independent values).

mod chain;
mod crosstalk;
mod cumulants;
mod cut;
mod distortion;
mod edges;
mod engine;
mod eye;
mod heights;
mod ladder;
mod link;
mod scale;
mod tables;
mod terms;
mod tilted;
mod timing;

#[cfg(test)]
mod tests;

pub use cut::{ErrorRatios, EyeCut};
pub use edges::StepResponse;
pub use eye::{EyeContour, EyeContours, StatisticalEye};
pub use link::{
    Aggressor, AggressorPhase, EdgeJitter, Gaussian, LinearLink, Pulse, TransmitFilter,
};
pub use tables::{ByPhase, EdgeSlopes, FOLLOWED, LagTable, PairTable};
pub use timing::Timing;
