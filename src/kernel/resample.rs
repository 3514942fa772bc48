//! Band-limited sampling of a periodic record at any rate and any instant.

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::fft::RealFft;

/// Bins that one exact rotation serves before the next: what a product of so many unit numbers
/// loses is far below the transforms' own rounding.
const BINS_A_ROTATION: usize = 64;

/// Reads a periodic record of `from` samples at `to` equally spaced instants of its period.
///
/// # Formula
/// The record is the one trigonometric polynomial of lowest degree through its samples; output
/// `n` is its value at the sample position `n * from / to + advance`. With fewer outputs than
/// inputs the spectrum folds, as in any sampler: no filter is implied.
#[derive(Clone, Debug)]
pub struct Resampler {
    input: RealFft,
    output: RealFft,
}

impl Resampler {
    /// Plans sampling of records of `from` samples at `to` instants, both 1 or more.
    pub fn new(from: usize, to: usize) -> Self {
        Self { input: RealFft::new(from), output: RealFft::new(to) }
    }

    /// The spectrum of a record, `from / 2 + 1` bins. Allocates.
    ///
    /// # Panics
    /// If the record has another length than planned.
    pub fn spectrum(&self, record: &[f64]) -> Vec<Complex64> {
        let mut scratch = vec![Complex64::ZERO; self.input.scratch_len()];
        let mut bins = vec![Complex64::ZERO; self.input.bins()];
        self.input.forward(&mut record.to_vec(), &mut bins, &mut scratch);
        bins
    }

    /// The record of a spectrum, at the original instants. Allocates.
    ///
    /// # Panics
    /// If the spectrum has another length than planned.
    pub fn record(&self, spectrum: &[Complex64]) -> Vec<f64> {
        let mut scratch = vec![Complex64::ZERO; self.input.scratch_len()];
        let mut record = vec![0.0; self.input.len()];
        self.input.inverse(&mut spectrum.to_vec(), &mut record, &mut scratch);
        for x in &mut record {
            *x /= self.input.len() as f64;
        }
        record
    }

    /// The record of a spectrum, read `advance` input samples later at the planned instants.
    /// Allocates.
    ///
    /// # Panics
    /// If the spectrum has another length than planned.
    pub fn sample(&self, spectrum: &[Complex64], advance: f64) -> Vec<f64> {
        let (from, to) = (self.input.len(), self.output.len());
        assert_eq!(spectrum.len(), self.input.bins(), "a spectrum of the planned length");
        // Whole samples turn by exact fractions of the period, however long the record is.
        let whole = advance.floor().rem_euclid(from as f64) as usize;
        let fraction = advance - advance.floor();
        let turn = |k: usize| {
            let turns = ((k * whole) % from) as f64 + k as f64 * fraction;
            Complex64::from_polar(1.0, TAU * turns / from as f64)
        };
        let step = turn(1);
        let mut folded = vec![Complex64::ZERO; self.output.bins()];
        let mut place = 0;
        for (chunk, bins) in spectrum.chunks(BINS_A_ROTATION).enumerate() {
            let mut rotation = turn(chunk * BINS_A_ROTATION);
            for (offset, &bin) in bins.iter().enumerate() {
                let k = chunk * BINS_A_ROTATION + offset;
                // Each bin stands for itself and its mirror image, which these two share.
                let weight = if k == 0 || 2 * k == from { 0.5 } else { 1.0 };
                let value = bin * rotation * weight;
                let mirror = if place == 0 { 0 } else { to - place };
                if place < folded.len() {
                    folded[place] += value;
                }
                if mirror < folded.len() {
                    folded[mirror] += value.conj();
                }
                rotation *= step;
                place = if place + 1 == to { 0 } else { place + 1 };
            }
        }
        let mut scratch = vec![Complex64::ZERO; self.output.scratch_len()];
        let mut samples = vec![0.0; to];
        self.output.inverse(&mut folded, &mut samples, &mut scratch);
        for x in &mut samples {
            *x /= from as f64;
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    /// A sum of sinusoids of the period, at a position in samples of a record of `len`.
    fn tones(position: f64, len: usize) -> f64 {
        [(0.0, 0.3, 0.0), (1.0, 1.0, 0.4), (5.0, -0.7, 1.9), (31.0, 0.25, 2.2)]
            .iter()
            .map(|(k, amplitude, phase)| {
                amplitude * (TAU * k * position / len as f64 + phase).cos()
            })
            .sum()
    }

    #[test]
    fn sinusoids_are_read_exactly_at_any_instant_and_rate() {
        for (from, to) in [(64, 64), (65, 65), (64, 16), (64, 8), (65, 13), (64, 24), (64, 128)] {
            let resampler = Resampler::new(from, to);
            let record: Vec<f64> = (0..from).map(|n| tones(n as f64, from)).collect();
            let spectrum = resampler.spectrum(&record);
            for advance in [0.0, 0.5, 0.123, -0.77, 17.31, -1000.25, 63.999] {
                let samples = resampler.sample(&spectrum, advance);
                for (n, got) in samples.iter().enumerate() {
                    let want = tones(n as f64 * from as f64 / to as f64 + advance, from);
                    assert!((got - want).abs() < 1e-12, "{from} to {to}, {advance}: sample {n}");
                }
            }
        }
    }

    #[test]
    fn whole_advances_turn_any_record() {
        let len = 1 << 14;
        let mut stream = Key::root(Seed(4)).named("record").stream();
        let record: Vec<f64> = (0..len).map(|_| stream.sample()).collect();
        let resampler = Resampler::new(len, len);
        let spectrum = resampler.spectrum(&record);
        let turned = resampler.sample(&spectrum, 9_999.0);
        let back = resampler.record(&spectrum);
        for n in 0..len {
            assert!((turned[n] - record[(n + 9_999) % len]).abs() < 1e-12);
            assert!((back[n] - record[n]).abs() < 1e-12);
        }
    }
}
