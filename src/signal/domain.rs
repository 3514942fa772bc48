//! What the samples of a waveform mean.

use std::fmt::Debug;

use num_complex::Complex64;

use super::sealed::Sealed;

/// A physical kind of signal. The kinds are [`Voltage`], [`Current`] and [`Field`].
pub trait Domain: Sealed + Debug + Send + Sync + 'static {
    /// One sample.
    type Sample: Sample;
    /// The name in messages.
    const NAME: &'static str;
    /// The unit in messages and figures.
    const UNIT: &'static str;
}

/// The number that a sample is: real or complex.
pub trait Sample: Sealed + Copy + Debug + Default + PartialEq + Send + Sync + 'static {}

impl Sealed for f64 {}
impl Sample for f64 {}
impl Sealed for Complex64 {}
impl Sample for Complex64 {}

/// A differential voltage, in volts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voltage {}

/// A current, in amperes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Current {}

/// The complex envelope of light in one polarization, in square roots of watts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {}

impl Sealed for Voltage {}
impl Domain for Voltage {
    type Sample = f64;
    const NAME: &'static str = "voltage";
    const UNIT: &'static str = "V";
}

impl Sealed for Current {}
impl Domain for Current {
    type Sample = f64;
    const NAME: &'static str = "current";
    const UNIT: &'static str = "A";
}

impl Sealed for Field {}
impl Domain for Field {
    type Sample = Complex64;
    const NAME: &'static str = "light";
    const UNIT: &'static str = "sqrt(W)";
}
