//! What linear, passive or analog things do to a signal, as functions of frequency.
//!
//! | File | Content |
//! |---|---|
//! | [`filter`], [`Ctle`] | analog low-pass prototypes, and the equalizer of COM |
//! | [`twoport`] | scattering matrices of two ports at one frequency, and their algebra |
//! | [`dielectric`], [`mod@line`] | causal lossy lines: laminate and foam, skin effect, roughness |
//! | [`com`] | the transmission line and the package of IEEE 802.3 Annex 93A |
//! | [`network`], [`touchstone`] | measured or simulated N-ports, and the files that hold them |
//! | [`mixed`] | differential and common mode, and which port is which |
//! | [`ReturnLossMask`] | how far a return loss keeps from a mask |
//! | [`sampled`] | a two-port given at points, evaluated anywhere |
//! | [`report`] | whether data is passive, reciprocal and causal |
//!
//! # Conventions
//! - Frequencies are hertz, impedances ohm, lengths meter unless a name says otherwise.
//! - Time runs as `exp(+j 2 pi f t)`, so a delay `tau` is `exp(-j 2 pi f tau)`.
//! - A two-port carries its reference impedance. A differential two-port made of two 50 ohm ports
//!   has a reference of 100 ohm, and every impedance beside it is differential as well: a
//!   termination of 50 ohm on each leg is 100 ohm.

pub mod com;
mod ctle;
pub mod dielectric;
pub mod filter;
pub mod line;
mod mask;
mod matrix;
pub mod mixed;
pub mod network;
pub mod report;
pub mod sampled;
pub mod touchstone;
pub mod twoport;

pub use ctle::Ctle;
pub use mask::{MaskMargin, ReturnLossMask};
pub use mixed::{MixedMode, PortMap};
pub use network::Network;
pub use report::NetworkReport;
pub use sampled::SampledTwoPort;
pub use twoport::TwoPort;
