//! What the jitter of an edge adds.

use super::link::{EdgeJitter, Pulse};

/// The response to a step, and its derivatives.
///
/// # Formula
/// `s(t) = sum_k h(t - k T)` over `k` from zero up, of the pulse response `h`; between samples the
/// quartic through the five nearest.
#[derive(Debug)]
pub struct StepResponse {
    values: Vec<f64>,
    cursor: f64,
    samples: usize,
}

impl StepResponse {
    /// From the response to a pulse.
    pub fn of(pulse: &Pulse) -> Self {
        let samples = pulse.samples_per_symbol;
        let mut values = pulse.values.clone();
        for n in samples..values.len() {
            values[n] += values[n - samples];
        }
        Self { values, cursor: pulse.cursor as f64, samples }
    }

    /// The response, its slope and its curvature, so many unit intervals after the cursor.
    pub fn at(&self, time: f64) -> [f64; 3] {
        let per_symbol = self.samples as f64;
        let place = self.cursor + time * per_symbol;
        let nearest = place.round();
        let [a, b, c, d, e] = [-2, -1, 0, 1, 2].map(|step| self.sample(nearest as isize + step));
        let first = 0.5 * (d - b);
        let second = d - 2.0 * c + b;
        let third = 0.5 * (e - a) - (d - b);
        let fourth = e - 4.0 * d + 6.0 * c - 4.0 * b + a;
        let u = place - nearest;
        let square = u * u;
        let value = c
            + u * first
            + 0.5 * square * second
            + (square - 1.0) * (u * third / 6.0 + square * fourth / 24.0);
        let slope = first
            + u * second
            + (3.0 * square - 1.0) * third / 6.0
            + u * (2.0 * square - 1.0) * fourth / 12.0;
        let curvature = second + u * third + (6.0 * square - 1.0) * fourth / 12.0;
        [value, slope * per_symbol, curvature * per_symbol * per_symbol]
    }

    /// Beyond its samples the pulse is zero, and the response repeats its last unit interval.
    fn sample(&self, at: isize) -> f64 {
        let Ok(at) = usize::try_from(at) else { return 0.0 };
        let beyond = (at + 1).saturating_sub(self.values.len()).div_ceil(self.samples);
        at.checked_sub(beyond * self.samples).map_or(0.0, |at| self.values[at])
    }
}

/// What one displacement of an edge of height 1 adds, with the random jitter about it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Kick {
    /// The displacement: how late the edge is, in unit intervals.
    pub late: f64,
    /// Its mean.
    pub mean: f64,
    /// The slope, which times the sigma of random jitter is the standard deviation.
    pub slope: f64,
}

/// What the displacements of dual-Dirac jitter to either side add to an edge: first if even-odd
/// jitter delays it, then if that advances it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EdgeResponse {
    pub kicks: [[Kick; 2]; 2],
}

/// Mean, variance and fourth central moment of one or the other kick, equally likely, with random
/// jitter of some sigma.
pub(super) fn moments(kicks: &[Kick; 2], random: f64) -> [f64; 3] {
    let mean = 0.5 * (kicks[0].mean + kicks[1].mean);
    let (mut second, mut fourth) = (0.0, 0.0);
    for kick in kicks {
        let square = (kick.mean - mean).powi(2);
        let variance = (random * kick.slope).powi(2);
        second += 0.5 * (square + variance);
        fourth += 0.5 * (square * square + 6.0 * square * variance + 3.0 * variance.powi(2));
    }
    [mean, second, fourth]
}

impl EdgeResponse {
    /// An edge `time` unit intervals before the instant, less the cursor's place in the pulse.
    pub(super) fn of(step: &StepResponse, time: f64, jitter: &EdgeJitter) -> Self {
        let [still, _, _] = step.at(time);
        let half = 0.5 * jitter.even_odd;
        let kicks = [half, -half].map(|even_odd| {
            [-jitter.dual_dirac, jitter.dual_dirac].map(|dual_dirac| {
                let late = even_odd + dual_dirac;
                let [value, slope, curvature] = step.at(time - late);
                let bend = 0.5 * jitter.random.powi(2) * curvature;
                Kick { late, mean: value - still + bend, slope }
            })
        });
        Self { kicks }
    }

    /// The largest of some property of its kicks.
    pub(super) fn largest(&self, of: impl Fn(&Kick) -> f64) -> f64 {
        self.kicks.iter().flatten().fold(0.0, |top, kick| top.max(of(kick)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_polynomial_shape_is_exact_between_samples() {
        let exact = |x: f64| 0.3 + x - 0.4 * x * x + 0.2 * x.powi(3) - 0.05 * x.powi(4);
        let samples = 8;
        let values: Vec<f64> = (0..80).map(|n| exact(f64::from(n) / 8.0 - 5.0)).collect();
        let step = StepResponse { values, cursor: 40.0, samples };
        for time in [-3.97, -0.2, 0.0, 0.06, 1.431] {
            let slope = 1.0 - 0.8 * time + 0.6 * time * time - 0.2 * f64::powi(time, 3);
            let curvature = -0.8 + 1.2 * time - 0.6 * time * time;
            let found = step.at(time);
            for (found, exact) in found.iter().zip([exact(time), slope, curvature]) {
                assert!((found - exact).abs() < 1e-10, "{found} for {exact} at {time}");
            }
        }
    }

    #[test]
    fn a_step_is_the_sum_of_pulses() {
        let pulse =
            Pulse { values: vec![0.1, 0.4, 0.9, 0.3, 0.1], cursor: 2, samples_per_symbol: 2 };
        let step = StepResponse::of(&pulse);
        let at = |n: isize| step.at(0.5 * n as f64)[0];
        let expected = [0.0, 0.1, 0.4, 1.0, 0.7, 1.1, 0.7, 1.1];
        for (n, expected) in (-3..).zip(expected) {
            assert!((at(n) - expected).abs() < 1e-15, "{} for {expected}", at(n));
        }
    }
}
