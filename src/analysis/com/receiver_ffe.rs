//! The receiver's feed-forward equalizer in the manner of Annex 178A, and sequence detection.

use num_complex::Complex64;

use super::parameters::{Com, ReceiverFfe};
use super::pulse::Gains;
use super::receive::Ready;
use crate::kernel::gauss;
use crate::kernel::solve::Cholesky;

/// What the taps follow from, at the phase of the cursor and symbol-spaced.
#[derive(Debug)]
pub(super) struct Observed<'a> {
    /// The pulse response, transmitter's equalizer included.
    pub(super) pulse: &'a [f64],
    /// The same without it: the way of the transmitter's noise.
    pub(super) unsent: &'a [f64],
    pub(super) cursor: usize,
    /// Slopes at all symbols, per unit interval.
    pub(super) slopes: &'a [f64],
    /// Autocorrelation of the receiver's noise, V^2.
    pub(super) receiver: &'a [f64],
    /// Samples of each aggressor at its worst phase.
    pub(super) aggressors: &'a [Vec<f64>],
}

/// Taps of the receiver's equalizer, and the noise behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReceiverTaps {
    pub(super) taps: Vec<f64>,
    /// Noise of receiver and transmitter behind the taps, V rms.
    pub(super) receiver: f64,
    pub(super) transmitter: f64,
}

/// Autocorrelation of a series.
fn autocorrelation(series: &[f64], lags: usize) -> Vec<f64> {
    let at = |lag: usize| -> f64 {
        series.iter().zip(series.iter().skip(lag)).map(|(a, b)| a * b).sum()
    };
    (0..lags).map(at).collect()
}

/// `w' R w` with the Toeplitz matrix of an autocorrelation.
fn through(taps: &[f64], correlation: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (i, a) in taps.iter().enumerate() {
        for (j, b) in taps.iter().enumerate() {
            sum += a * b * correlation[i.abs_diff(j)];
        }
    }
    sum
}

impl Ready<'_> {
    /// Autocorrelation over symbols of the receiver's noise behind the continuous-time equalizer.
    pub(super) fn receiver_correlation(&self, power: &[f64], lags: usize) -> Vec<f64> {
        let turn = std::f64::consts::TAU / self.com.symbol_rate.0;
        let mut correlation = vec![0.0; lags];
        for ((noise, power), hz) in self.noise.iter().zip(power).zip(&self.frequency) {
            let step = Complex64::from_polar(1.0, turn * hz);
            let mut z = Complex64::from(noise * power);
            for sum in &mut correlation {
                *sum += z.re;
                z *= step;
            }
        }
        correlation
    }

    /// The taps of least squares.
    ///
    /// # Formula
    /// With the pulse `h` at symbols, rows `H` of it that the taps see, its row `h_0` at the cursor
    /// and rows `H_b` where feedback stands, the mean square of the error
    /// `w' R w + 1 + b' b - 2 w' h_0 - 2 w' H_b' b`, `R = H' H + R_n / sigma_X^2`, is least, subject
    /// to `h_0 w = 1`, for `w` in the direction of `(R - H_b' H_b)^-1 h_0`; if feedback `b = H_b w`
    /// is beyond its limits, for `w = R^-1 (H_b' b + mu h_0)`. Taps beyond the limit are cut, and
    /// all are scaled such that the cursor keeps its height.
    ///
    /// # Assumptions
    /// Noise, jitter and crosstalk are stationary at symbols; each aggressor is at its worst phase.
    ///
    /// # References
    /// IEEE P802.3dj Annex 178A.
    pub(super) fn receiver_taps(
        &self,
        ffe: &ReceiverFfe,
        seen: &Observed<'_>,
    ) -> Option<ReceiverTaps> {
        let (samples, variance) = (self.com.samples_per_symbol, self.symbol_variance());
        let size = ffe.pre + ffe.post + 1;
        let phase = seen.cursor % samples;
        let column = |pulse: &[f64]| -> Vec<f64> {
            pulse[phase..].iter().step_by(samples).copied().collect()
        };
        let (pulse, center) = (column(seen.pulse), seen.cursor / samples);
        let at = |symbol: isize| {
            let place = center as isize + symbol;
            usize::try_from(place).ok().and_then(|k| pulse.get(k)).copied().unwrap_or(0.0)
        };
        let row = |symbol: usize| -> Vec<f64> {
            let first = (symbol + ffe.pre) as isize;
            (0..size).map(|tap| at(first - tap as isize)).collect()
        };
        let ratio = 10f64.powf(-0.1 * self.case.signal_to_noise.0);
        let transmitter: Vec<f64> = autocorrelation(&column(seen.unsent), size)
            .iter()
            .map(|x| variance * ratio * x)
            .collect();
        let (random, dirac) = (self.com.random_jitter.0, self.com.dual_dirac_jitter.0);
        let jitter = random * random + dirac * dirac;
        let mut all = autocorrelation(&pulse, size);
        let slopes = autocorrelation(seen.slopes, size);
        for (lag, sum) in all.iter_mut().enumerate() {
            *sum += jitter * slopes[lag] + (seen.receiver[lag] + transmitter[lag]) / variance;
        }
        for aggressor in seen.aggressors {
            let correlation = autocorrelation(aggressor, size);
            all.iter_mut().zip(correlation).for_each(|(sum, x)| *sum += x);
        }
        let matrix: Vec<f64> =
            (0..size * size).map(|k| all[(k / size).abs_diff(k % size)]).collect();
        let cursor = row(0);
        let fixed = self.com.dfe.most.len();
        let behind: Vec<Vec<f64>> = (1..=fixed).map(row).collect();
        let mut reduced = matrix.clone();
        for row in &behind {
            for i in 0..size {
                (0..size).for_each(|j| reduced[i * size + j] -= row[i] * row[j]);
            }
        }
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        let mut taps = cursor.clone();
        Cholesky::new(reduced, size).ok()?.solve(&mut taps);
        let height = dot(&taps, &cursor);
        scale(&mut taps, 1.0 / height);
        let ideal: Vec<f64> = behind.iter().map(|row| dot(row, &taps)).collect();
        let limits = self.com.dfe.most.iter().zip(&self.com.dfe.least);
        let feedback: Vec<f64> =
            ideal.iter().zip(limits).map(|(x, (&most, &least))| x.clamp(least, most)).collect();
        if feedback != ideal {
            let whole = Cholesky::new(matrix, size).ok()?;
            let mut direction = cursor.clone();
            whole.solve(&mut direction);
            taps.fill(0.0);
            for (row, tap) in behind.iter().zip(&feedback) {
                taps.iter_mut().zip(row).for_each(|(sum, x)| *sum += tap * x);
            }
            whole.solve(&mut taps);
            let more = (1.0 - dot(&taps, &cursor)) / dot(&direction, &cursor);
            taps.iter_mut().zip(&direction).for_each(|(sum, x)| *sum += more * x);
        }
        let limit = ffe.most * taps[ffe.pre].abs();
        if !taps.iter().all(|tap| tap.is_finite()) {
            return None;
        }
        let others = taps.iter_mut().enumerate().filter(|(tap, _)| *tap != ffe.pre);
        others.for_each(|(_, tap)| *tap = tap.clamp(-limit, limit));
        let height = dot(&taps, &cursor);
        if !(height.is_finite() && height != 0.0) {
            return None;
        }
        scale(&mut taps, at(0) / height);
        Some(ReceiverTaps {
            receiver: through(&taps, seen.receiver).max(0.0).sqrt(),
            transmitter: through(&taps, &transmitter).max(0.0).sqrt(),
            taps,
        })
    }

    /// The settings that a search of the receiver's equalizer begins at: none of the transmitter's,
    /// with every gain.
    pub(super) fn plain_settings(
        &self,
        taps: usize,
        main: usize,
        gains: &[Gains],
    ) -> Vec<super::Equalizer> {
        let mut plain = vec![0.0; taps];
        plain[main] = 1.0;
        let with = |gains: &Gains| super::Equalizer {
            taps: plain.clone(),
            main,
            dc_gain_db: gains.dc,
            low_frequency_gain_db: gains.low_frequency,
        };
        gains.iter().map(with).collect()
    }
}

fn scale(taps: &mut [f64], factor: f64) {
    taps.iter_mut().for_each(|tap| *tap *= factor);
}

impl Com {
    /// What sequence detection gains over feedback of one tap without error propagation, dB.
    ///
    /// # Formula
    /// The ratio of the noise at which `2 sum_j j ((L - 1) / L)^j Q(x sqrt(1 + (j - 1) (1 - a)^2 + a^2))`
    /// is `DER_0` to that at which `2 (L - 1) / L Q(x)` is, with `x` half the spacing of levels over
    /// the noise's deviation and the tap `a`.
    ///
    /// # Assumptions
    /// Noise is white and Gaussian, and `a` from 0 to 1.
    ///
    /// # References
    /// oif2022.580; shakiba_3dj_01_230116.
    pub fn sequence_gain_db(&self, tap: f64) -> f64 {
        let ratio = 1.0 - 1.0 / self.levels as f64;
        let a = tap.clamp(0.0, 1.0);
        let errors = |x: f64| -> f64 {
            let term = |j: u32| {
                let j1 = f64::from(j - 1);
                let distance = (1.0 + j1 * (1.0 - a) * (1.0 - a) + a * a).sqrt();
                f64::from(j) * ratio.powi(j as i32) * gauss::q(x * distance)
            };
            // Behind this many terms of either alphabet less than 1e-9 is left.
            2.0 * (1..=(80 * self.levels as u32)).map(term).sum::<f64>()
        };
        let alone = gauss::q_inv((self.error_ratio / (2.0 * ratio)).min(0.5));
        let (mut low, mut high) = (0.0, 2.0 * alone + 10.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if errors(middle) > self.error_ratio {
                low = middle;
            } else {
                high = middle;
            }
        }
        20.0 * (alone / high).log10()
    }
}
