//! Band-limited interpolation of a periodic record.

use std::f64::consts::TAU;

use num_complex::Complex64;

use crate::kernel::fft::RealFft;

/// Interpolates periodic records of one length to so many times as many instants.
#[derive(Clone, Debug)]
pub(super) struct Resampler {
    fft: RealFft,
    factor: usize,
}

impl Resampler {
    /// Plans for records of `len` samples, and `factor` instants for each.
    pub(super) fn new(len: usize, factor: usize) -> Self {
        Self { fft: RealFft::new(len), factor }
    }

    /// Number of samples of the records.
    pub(super) fn len(&self) -> usize {
        self.fft.len()
    }

    /// The record at `factor` times as many instants, the first of them at the position `start`.
    ///
    /// `start` is in samples and may be fractional, negative or beyond the record. Value `i`
    /// belongs to the position `start + i / factor`. Allocates the result and the transforms'
    /// buffers.
    ///
    /// # Formula
    /// `factor` copies of the record, the `m`-th advanced by `a = start + m / factor` samples: bin
    /// `k` of the spectrum is turned by `exp(2 pi i k a / N)`. The bin at half the sample rate
    /// stands for both signs of its frequency. Exact for a record that is band-limited.
    pub(super) fn run(&self, samples: &[f64], start: f64) -> Vec<f64> {
        let len = samples.len();
        let bins = self.fft.bins();
        let scale = 1.0 / len as f64;
        let mut scratch = vec![Complex64::ZERO; self.fft.scratch_len()];
        let mut spectrum = vec![Complex64::ZERO; bins];
        let mut copy = samples.to_vec();
        self.fft.forward(&mut copy, &mut spectrum, &mut scratch);
        let start = start.rem_euclid(len as f64);
        for (k, bin) in spectrum.iter_mut().enumerate() {
            // The turn is reduced before it is scaled by 2 pi: k start may be a million turns.
            let turn = (k as f64 * start * scale).fract();
            *bin *= Complex64::from_polar(scale, TAU * turn);
        }
        let step: Vec<Complex64> = (0..bins)
            .map(|k| Complex64::from_polar(1.0, TAU * k as f64 * scale / self.factor as f64))
            .collect();
        let mut fine = vec![0.0; len * self.factor];
        let mut work = vec![Complex64::ZERO; bins];
        for offset in 0..self.factor {
            work.copy_from_slice(&spectrum);
            self.fft.inverse(&mut work, &mut copy, &mut scratch);
            for (to, &from) in fine.iter_mut().skip(offset).step_by(self.factor).zip(&copy) {
                *to = from;
            }
            for (bin, step) in spectrum.iter_mut().zip(&step) {
                *bin *= step;
            }
        }
        fine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinusoids_are_hit_between_their_samples() {
        for (len, factor, start) in [(24, 4, 0.0), (24, 1, 2.3), (15, 6, -3.7), (30, 3, 70.25)] {
            let wave = |t: f64| {
                let turn = TAU * t / f64::from(len);
                0.4 + (3.0 * turn).sin() + 0.5 * (7.0 * turn + 1.0).cos()
            };
            let samples: Vec<f64> = (0..len).map(|n| wave(f64::from(n))).collect();
            let fine = Resampler::new(samples.len(), factor).run(&samples, start);
            for (i, x) in fine.iter().enumerate() {
                assert!((x - wave(start + i as f64 / factor as f64)).abs() < 1e-12);
            }
        }
    }
}
