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
    /// The same as a value, for what is only known at run time.
    const KIND: Kind;
}

/// A [`Domain`] as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// See [`Voltage`].
    Voltage,
    /// See [`Current`].
    Current,
    /// See [`Field`].
    Field,
}

impl Kind {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voltage => Voltage::NAME,
            Self::Current => Current::NAME,
            Self::Field => Field::NAME,
        }
    }
}

/// Samples whose domain is only known at run time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Samples<'a> {
    /// Volts or amperes.
    Real(&'a [f64]),
    /// Square roots of watts.
    Complex(&'a [Complex64]),
}

impl Samples<'_> {
    /// Volts or amperes as they are; light as its power, in watts.
    pub fn detected(self) -> Vec<f64> {
        match self {
            Self::Real(samples) => samples.to_vec(),
            Self::Complex(field) => field.iter().map(Complex64::norm_sqr).collect(),
        }
    }
}

/// The number that a sample is: real or complex.
pub trait Sample: Sealed + Copy + Debug + Default + PartialEq + Send + Sync + 'static {
    /// How many real numbers it is made of.
    const PARTS: usize;

    /// The samples without their type.
    fn erased(samples: &[Self]) -> Samples<'_>;

    /// The slice of this kind.
    fn of<'a>(real: &'a mut [f64], complex: &'a mut [Complex64]) -> &'a mut [Self];

    /// Its real and imaginary part.
    fn parts(self) -> [f64; 2];

    /// The number of a real and an imaginary part; a real one leaves the imaginary part out.
    fn of_parts(parts: [f64; 2]) -> Self;

    /// The number with `by` added to its real part (part 0) or imaginary part (part 1).
    #[must_use]
    fn moved(self, part: usize, by: f64) -> Self;

    /// Its distance from another number, over `step`.
    #[must_use]
    fn rate(self, from: Self, step: f64) -> Self;
}

impl Sealed for f64 {}
impl Sample for f64 {
    const PARTS: usize = 1;

    fn erased(samples: &[Self]) -> Samples<'_> {
        Samples::Real(samples)
    }

    fn of<'a>(real: &'a mut [f64], _: &'a mut [Complex64]) -> &'a mut [Self] {
        real
    }

    fn parts(self) -> [f64; 2] {
        [self, 0.0]
    }

    fn of_parts([real, _]: [f64; 2]) -> Self {
        real
    }

    fn moved(self, _: usize, by: f64) -> Self {
        self + by
    }

    fn rate(self, from: Self, step: f64) -> Self {
        (self - from) / step
    }
}

impl Sealed for Complex64 {}
impl Sample for Complex64 {
    const PARTS: usize = 2;

    fn erased(samples: &[Self]) -> Samples<'_> {
        Samples::Complex(samples)
    }

    fn of<'a>(_: &'a mut [f64], complex: &'a mut [Complex64]) -> &'a mut [Self] {
        complex
    }

    fn parts(self) -> [f64; 2] {
        [self.re, self.im]
    }

    fn of_parts([re, im]: [f64; 2]) -> Self {
        Self::new(re, im)
    }

    fn moved(self, part: usize, by: f64) -> Self {
        self + if part == 0 { Self::new(by, 0.0) } else { Self::new(0.0, by) }
    }

    fn rate(self, from: Self, step: f64) -> Self {
        (self - from) / step
    }
}

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
    const KIND: Kind = Kind::Voltage;
}

impl Sealed for Current {}
impl Domain for Current {
    type Sample = f64;
    const NAME: &'static str = "current";
    const UNIT: &'static str = "A";
    const KIND: Kind = Kind::Current;
}

impl Sealed for Field {}
impl Domain for Field {
    type Sample = Complex64;
    const NAME: &'static str = "light";
    const UNIT: &'static str = "sqrt(W)";
    const KIND: Kind = Kind::Field;
}
