//! The samples of a running record, of either kind, and memoryless steps over them.

use num_complex::Complex64;

use crate::signal::{Sample, Samples};

/// The step of numerical derivatives, relative to the signal's rms value: the error of a central
/// difference, its square, and that of rounding are both about 1e-11.
const SMALL: f64 = 1e-5;

/// The signal of a record while it is being run: real samples, or complex ones, of which only
/// the kind that the signal now has is meaningful.
#[derive(Debug)]
pub struct Lanes {
    pub(super) real: Vec<f64>,
    pub(super) complex: Vec<Complex64>,
}

/// A number for each sample of a record, of either kind.
#[derive(Clone, Debug)]
pub(super) enum Series {
    Real(Vec<f64>),
    Complex(Vec<Complex64>),
}

impl Series {
    fn of<S: Sample>(values: &[S]) -> Self {
        match S::erased(values) {
            Samples::Real(values) => Self::Real(values.to_vec()),
            Samples::Complex(values) => Self::Complex(values.to_vec()),
        }
    }

    /// The sum of products of the parts of sample `n` with those of the lanes.
    fn product(&self, lanes: &Lanes, n: usize) -> f64 {
        match self {
            Self::Real(values) => values[n] * lanes.real[n],
            Self::Complex(values) => {
                values[n].re * lanes.complex[n].re + values[n].im * lanes.complex[n].im
            }
        }
    }

    /// As a record's sensitivity to white noise of standard deviation `sigma`, which enters each
    /// sample by this series, from the lanes' sensitivity to the sample.
    pub(super) fn gather(&self, lanes: &Lanes, sigma: f64, gathered: &mut [f64]) {
        for (n, sum) in gathered.iter_mut().enumerate() {
            *sum = sigma * self.product(lanes, n);
        }
    }
}

/// The derivative of a memoryless step along a record: by the real part of its input, and by the
/// imaginary part if there is one.
#[derive(Clone, Debug)]
pub(super) struct Slope {
    by_real: Series,
    by_imaginary: Option<Series>,
}

impl Slope {
    /// From the sensitivity to the step's output, in the lanes, to that to its input.
    pub(super) fn backward(&self, lanes: &mut Lanes) {
        let count = match &self.by_real {
            Series::Real(values) => values.len(),
            Series::Complex(values) => values.len(),
        };
        for n in 0..count {
            let real = self.by_real.product(lanes, n);
            match &self.by_imaginary {
                None => lanes.real[n] = real,
                Some(series) => {
                    lanes.complex[n] = Complex64::new(real, series.product(lanes, n));
                }
            }
        }
    }
}

/// From one kind of sample to another, in the buffers of a running record.
pub trait Path<O: Sample>: Sample {
    /// Replaces each sample `x` by `map(x)`.
    #[doc(hidden)]
    fn each(lanes: &mut Lanes, map: impl FnMut(Self) -> O);
}

impl Path<f64> for f64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(f64) -> f64) {
        for x in &mut lanes.real {
            *x = map(*x);
        }
    }
}

impl Path<Complex64> for f64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(f64) -> Complex64) {
        for (x, y) in lanes.real.iter().zip(&mut lanes.complex) {
            *y = map(*x);
        }
    }
}

impl Path<f64> for Complex64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(Complex64) -> f64) {
        for (x, y) in lanes.complex.iter().zip(&mut lanes.real) {
            *y = map(*x);
        }
    }
}

impl Path<Complex64> for Complex64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(Complex64) -> Complex64) {
        for x in &mut lanes.complex {
            *x = map(*x);
        }
    }
}

/// The derivative of `map` at each sample.
pub(super) fn slope<I: Sample, O: Sample>(lanes: &mut Lanes, map: impl Fn(I) -> O) -> Slope {
    let inputs = I::of(&mut lanes.real, &mut lanes.complex);
    let power: f64 = match I::erased(inputs) {
        Samples::Real(x) => x.iter().map(|x| x * x).sum(),
        Samples::Complex(x) => x.iter().map(Complex64::norm_sqr).sum(),
    };
    let rms = (power / inputs.len() as f64).sqrt();
    let step = SMALL * if rms > 0.0 { rms } else { 1.0 };
    let by = |part| {
        let rate = |x: &I| map(x.moved(part, step)).rate(map(x.moved(part, -step)), 2.0 * step);
        Series::of(&inputs.iter().map(rate).collect::<Vec<O>>())
    };
    Slope { by_real: by(0), by_imaginary: (I::PARTS == 2).then(|| by(1)) }
}

/// The derivative of `map` by its noise at each sample, where there is none. `sigma` is the
/// standard deviation of the noise.
pub(super) fn slope_of_noise<I: Sample, O: Sample>(
    lanes: &mut Lanes,
    sigma: f64,
    map: impl Fn(I, f64) -> O,
) -> Series {
    let step = 1e-3 * sigma;
    let rate = |x: &I| map(*x, step).rate(map(*x, -step), 2.0 * step);
    let inputs = I::of(&mut lanes.real, &mut lanes.complex);
    Series::of(&inputs.iter().map(rate).collect::<Vec<O>>())
}
