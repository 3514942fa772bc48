//! Vertical histograms, and the largest noise that they stand.

use crate::kernel::gauss;

/// Bins of a histogram. A value is shared between the two bins about it, so that what binning
/// adds is of the second order: 1e-4 of the error ratio.
const BINS: usize = 2048;

/// What a histogram spans to either side of the average, in modulation amplitudes.
const SPAN: f64 = 1.25;

/// Noise beyond so many deviations makes no errors that count.
const FAR: f64 = 9.0;

/// Newton steps at most.
const MAX_STEPS: usize = 60;

/// A histogram of values about the thresholds.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    low: f64,
    step: f64,
    /// The share of all values in each bin.
    share: Vec<f64>,
    /// The error ratio of a value in each bin, at the noise last asked for.
    errors: Vec<f64>,
}

/// What a histogram says at the noise that gives the target.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    /// The standard deviation of the noise.
    pub sigma: f64,
    /// The derivative of the logarithm of that deviation by each threshold.
    pub by_threshold: Vec<f64>,
    /// The derivative of the error ratio by the logarithm of the deviation.
    pub by_noise: f64,
}

impl Histogram {
    /// An empty histogram about an average, for a modulation amplitude.
    pub(super) fn new(average: f64, amplitude: f64) -> Self {
        let low = average - SPAN * amplitude;
        let step = 2.0 * SPAN * amplitude / (BINS - 1) as f64;
        Self { low, step, share: vec![0.0; BINS], errors: vec![0.0; BINS] }
    }

    /// Forgets all values.
    pub(super) fn clear(&mut self) {
        self.share.fill(0.0);
    }

    /// Takes in values, each with a weight. What is outside counts as being at the edge.
    pub(super) fn add(&mut self, values: &[f64], weight: f64) {
        let scale = 1.0 / self.step;
        for value in values {
            let (bin, share) = place((value - self.low) * scale);
            self.share[bin] += weight * (1.0 - share);
            self.share[bin + 1] += weight * share;
        }
    }

    /// Replaces each value by the derivative of its error ratio, at the limit last found.
    pub(super) fn slopes(&self, values: &mut [f64]) {
        let scale = 1.0 / self.step;
        for value in values {
            let (bin, _) = place((*value - self.low) * scale);
            *value = (self.errors[bin + 1] - self.errors[bin]) * scale;
        }
    }

    /// The noise at which values cross the nearest thresholds with the probability `target`.
    ///
    /// # Formula
    /// `sum_y f(y) sum_t Q(|y - t| / sigma) = target`, solved for `sigma` by Newton's method on
    /// the logarithms.
    pub(super) fn limit(&mut self, thresholds: &[f64], target: f64, guess: f64) -> Limit {
        let mut sigma = guess;
        let mut by_noise = 0.0;
        for _ in 0..MAX_STEPS {
            let ratio;
            (ratio, by_noise) = self.ratio(thresholds, sigma);
            // Where nothing errs the noise is far too small.
            let step = if ratio < 1e-30 {
                1.0
            } else {
                (-(ratio / target).ln() * ratio / by_noise).clamp(-1.0, 1.0)
            };
            if step.is_nan() {
                break;
            }
            sigma *= step.exp();
            if step.abs() < 1e-9 {
                break;
            }
        }
        let by_threshold =
            thresholds.iter().map(|&threshold| -self.moved(threshold, sigma) / by_noise).collect();
        Limit { sigma, by_threshold, by_noise }
    }

    /// The error ratio at a noise, and its derivative by the logarithm of the noise. Keeps the
    /// error ratio of each bin.
    fn ratio(&mut self, thresholds: &[f64], sigma: f64) -> (f64, f64) {
        let (mut ratio, mut slope) = (0.0, 0.0);
        let mut last = 0.0;
        for (bin, errors) in self.errors.iter_mut().enumerate() {
            let y = self.low + bin as f64 * self.step;
            let share = self.share[bin];
            *errors = 0.0;
            // A value exactly in a bin has nothing in the next one, whose error its slope takes.
            let empty = share <= 0.0 && last <= 0.0;
            last = share;
            if empty {
                continue;
            }
            for threshold in thresholds {
                let far = (y - threshold).abs() / sigma;
                if far < FAR {
                    *errors += gauss::q(far);
                    if share > 0.0 {
                        slope += share * far * density(far);
                    }
                }
            }
            ratio += share * *errors;
        }
        (ratio, slope)
    }

    /// The derivative of the error ratio by one threshold.
    fn moved(&self, threshold: f64, sigma: f64) -> f64 {
        let one = |(bin, share): (usize, &f64)| {
            let far = (self.low + bin as f64 * self.step - threshold) / sigma;
            if far.abs() < FAR { share * density(far) * far.signum() / sigma } else { 0.0 }
        };
        self.share.iter().enumerate().map(one).sum()
    }
}

/// The bin below a position, and how far the position is above it.
#[inline]
fn place(position: f64) -> (usize, f64) {
    let position = position.clamp(0.0, (BINS - 1) as f64 - 1e-9);
    let bin = position as usize;
    (bin, position - bin as f64)
}

/// The standard normal density.
fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}
