//! Band-limited interpolation of a periodic record.

use num_complex::Complex64;

use crate::kernel::fft::RealFft;

/// The record at `factor` times as many instants, the first of them at the position `start`.
///
/// `start` is in samples and may be fractional, negative or beyond the record. Value `i` belongs
/// to the position `start + i / factor`. Allocates the result and the transforms' buffers.
///
/// # Formula
/// The spectrum, turned by `exp(2 pi i k start / N)`, is padded with zeros; the bin at half the
/// sample rate stands for both signs of its frequency. Exact for a record that is band-limited.
pub(super) fn resampled(samples: &[f64], factor: usize, start: f64) -> Vec<f64> {
    let len = samples.len();
    let (narrow, wide) = (RealFft::new(len), RealFft::new(len * factor));
    let mut scratch = vec![Complex64::ZERO; narrow.scratch_len().max(wide.scratch_len())];
    let mut spectrum = vec![Complex64::ZERO; wide.bins()];
    narrow.forward(&mut samples.to_vec(), &mut spectrum[..narrow.bins()], &mut scratch);
    let start = start.rem_euclid(len as f64);
    let scale = 1.0 / len as f64;
    for (k, bin) in spectrum[..narrow.bins()].iter_mut().enumerate() {
        // The turn is reduced before it is scaled by 2 pi: k start may be a million turns.
        let turn = (k as f64 * start * scale).fract() * std::f64::consts::TAU;
        *bin *= Complex64::from_polar(scale, turn);
    }
    if factor > 1 && len.is_multiple_of(2) {
        spectrum[len / 2] *= 0.5;
    }
    let mut fine = vec![0.0; len * factor];
    wide.inverse(&mut spectrum, &mut fine, &mut scratch);
    fine
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn sinusoids_are_hit_between_their_samples() {
        for (len, factor, start) in [(24, 4, 0.0), (24, 1, 2.3), (15, 6, -3.7), (30, 3, 70.25)] {
            let wave = |t: f64| {
                let turn = TAU * t / len as f64;
                0.4 + (3.0 * turn).sin() + 0.5 * (7.0 * turn + 1.0).cos()
            };
            let samples: Vec<f64> = (0..len).map(|n| wave(f64::from(n))).collect();
            let fine = resampled(&samples, factor, start);
            for (i, x) in fine.iter().enumerate() {
                assert!((x - wave(start + i as f64 / factor as f64)).abs() < 1e-12);
            }
        }
    }
}
