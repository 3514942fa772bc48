//! Fourier transforms of fixed length; the only user of `rustfft` and `realfft`.
//!
//! Convention: forward is `X[k] = sum x[n] exp(-2 pi i k n / N)`, and neither direction is
//! normalized, so a round trip multiplies by `N`.

use std::fmt;
use std::sync::Arc;

use num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Transforms between `len` real samples and `len / 2 + 1` complex bins.
#[derive(Clone)]
pub struct RealFft {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl RealFft {
    /// Plans transforms of `len` real samples, any length from 1.
    pub fn new(len: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        Self { forward: planner.plan_fft_forward(len), inverse: planner.plan_fft_inverse(len) }
    }

    /// Number of real samples.
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Whether the transform has no samples, which it never has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of complex bins, `len / 2 + 1`.
    pub fn bins(&self) -> usize {
        self.len() / 2 + 1
    }

    /// Scratch that either direction needs.
    pub fn scratch_len(&self) -> usize {
        self.forward.get_scratch_len().max(self.inverse.get_scratch_len())
    }

    /// Real samples to bins; `time` is left with arbitrary content.
    ///
    /// # Panics
    /// If a slice has another length than the plan.
    pub fn forward(&self, time: &mut [f64], spectrum: &mut [Complex64], scratch: &mut [Complex64]) {
        let need = self.forward.get_scratch_len();
        self.forward
            .process_with_scratch(time, spectrum, &mut scratch[..need])
            .expect("slices have the lengths of the plan");
    }

    /// Bins to real samples; `spectrum` is left with arbitrary content.
    ///
    /// The imaginary parts of the bins at 0 and (for even lengths) at half the sample rate carry
    /// nothing a real signal can hold: they are ignored.
    ///
    /// # Panics
    /// If a slice has another length than the plan.
    pub fn inverse(&self, spectrum: &mut [Complex64], time: &mut [f64], scratch: &mut [Complex64]) {
        let need = self.inverse.get_scratch_len();
        spectrum[0].im = 0.0;
        if self.len().is_multiple_of(2) {
            spectrum[self.len() / 2].im = 0.0;
        }
        self.inverse
            .process_with_scratch(spectrum, time, &mut scratch[..need])
            .expect("slices have the lengths of the plan");
    }
}

impl fmt::Debug for RealFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealFft({})", self.len())
    }
}

/// Transforms of `len` complex samples, in place.
#[derive(Clone)]
pub struct ComplexFft {
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl ComplexFft {
    /// Plans transforms of `len` complex samples, any length from 1.
    pub fn new(len: usize) -> Self {
        let mut planner = FftPlanner::new();
        Self { forward: planner.plan_fft_forward(len), inverse: planner.plan_fft_inverse(len) }
    }

    /// Number of samples and of bins.
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Whether the transform has no samples, which it never has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Scratch that either direction needs.
    pub fn scratch_len(&self) -> usize {
        self.forward.get_inplace_scratch_len().max(self.inverse.get_inplace_scratch_len())
    }

    /// Samples to bins; bin `k` above `len / 2` is the frequency `(k - len) / (len dt)`.
    pub fn forward(&self, samples: &mut [Complex64], scratch: &mut [Complex64]) {
        self.forward.process_with_scratch(samples, scratch);
    }

    /// Bins to samples.
    pub fn inverse(&self, bins: &mut [Complex64], scratch: &mut [Complex64]) {
        self.inverse.process_with_scratch(bins, scratch);
    }
}

impl fmt::Debug for ComplexFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ComplexFft({})", self.len())
    }
}

/// Signed frequency in hertz of bin `k` of a complex transform of `len` samples at `sample_rate`.
pub fn signed_frequency(k: usize, len: usize, sample_rate: f64) -> f64 {
    let k = k as f64;
    let len = len as f64;
    let signed = if 2.0 * k > len { k - len } else { k };
    signed * sample_rate / len
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    /// The definition, term by term.
    fn naive(samples: &[Complex64]) -> Vec<Complex64> {
        let n = samples.len();
        (0..n)
            .map(|k| {
                samples
                    .iter()
                    .enumerate()
                    .map(|(i, &x)| {
                        let turn = -std::f64::consts::TAU * ((k * i) % n) as f64 / n as f64;
                        x * Complex64::from_polar(1.0, turn)
                    })
                    .sum()
            })
            .collect()
    }

    #[test]
    fn transforms_agree_with_the_definition_and_ignore_dirty_scratch() {
        for len in [1, 2, 7, 30, 64, 127] {
            let mut normals = Key::root(Seed(5)).named("fft").stream();
            let time: Vec<f64> = (0..len).map(|_| normals.sample()).collect();
            let complex: Vec<Complex64> = time.iter().map(|&x| Complex64::from(x)).collect();
            let expected = naive(&complex);

            let fft = RealFft::new(len);
            let mut scratch = vec![Complex64::new(f64::NAN, 3.0); fft.scratch_len()];
            let mut bins = vec![Complex64::new(7.0, f64::NAN); fft.bins()];
            fft.forward(&mut time.clone(), &mut bins, &mut scratch);
            for (got, want) in bins.iter().zip(&expected) {
                assert!((got - want).norm() < 1e-12, "length {len}: {got} is not {want}");
            }
            let mut back = vec![f64::NAN; len];
            scratch.fill(Complex64::new(f64::NAN, f64::NAN));
            fft.inverse(&mut bins, &mut back, &mut scratch);
            for (got, want) in back.iter().zip(&time) {
                assert!((got / len as f64 - want).abs() < 1e-13);
            }

            let fft = ComplexFft::new(len);
            let mut scratch = vec![Complex64::new(f64::NAN, 3.0); fft.scratch_len()];
            let mut bins = complex.clone();
            fft.forward(&mut bins, &mut scratch);
            for (got, want) in bins.iter().zip(&expected) {
                assert!((got - want).norm() < 1e-12);
            }
        }
    }

    #[test]
    fn the_upper_half_of_a_complex_spectrum_is_negative_frequency() {
        let of = |k| signed_frequency(k, 8, 800.0);
        assert_eq!([of(0), of(3), of(4), of(5), of(7)], [0.0, 300.0, 400.0, -300.0, -100.0]);
    }
}
