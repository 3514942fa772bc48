//! Least mean squares: weights that follow the gradient of their own squared error.

use super::fir::{Runs, earlier};

/// How far the weights move along the gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// By the product of error and input.
    Products,
    /// By the product of their signs: each weight moves by the whole step, up or down.
    Signs,
}

/// Weights of one filter: their values, how far they move, and between which bounds.
#[derive(Debug)]
pub struct Weights<'a> {
    /// The values, that of the newest input first, zeros in gaps included.
    pub values: &'a mut [f64],
    /// Where the weights are that move; what is in a gap stays zero.
    pub runs: &'a Runs,
    /// The step `mu`.
    pub step: f64,
}

/// A feed-forward and a feedback filter that adapt with every output.
///
/// # Formula
/// `y = sum_i w[i] x[newest - i] - sum_j b[j] a[past - j]`, `e = d - y`, then
/// `w[i] += mu_w e x[newest - i]` and `b[j] -= mu_b e a[past - j]`, or with the signs of `e`, `x` and
/// `a` in their place. Limits hold after each step: `|w[i]| <= l[i] |w[main]|`, and `b[j]` stays
/// within its bounds.
///
/// # Assumptions
/// Steps are small: with `M` weights and an input of unit power the error converges for `mu` below
/// `2 / M`, and its mean square then exceeds the least possible, `s^2`, by a fraction of about
/// `mu M / (2 - mu M)`. With signs it always converges, and exceeds it by about `pi mu M / (4 s)`, for white
/// Gaussian inputs. Where limits hold weights, the main one finds its best value as if they did not
/// depend on it.
///
/// # References
/// Widrow and Hoff, *Adaptive switching circuits* (1960); Haykin, *Adaptive Filter Theory*, ch. 6;
/// Dasgupta and Johnson, *Some comments on the behavior of sign-sign adaptive identifiers* (1986).
#[derive(Debug)]
pub struct Lms<'a> {
    /// Weights `w` of the samples.
    pub feedforward: Weights<'a>,
    /// Weights `b` of the past symbols.
    pub feedback: Weights<'a>,
    /// How far they move.
    pub rule: Rule,
    /// Index of the main weight, and the limits `l` of all weights, that of the main one 1: infinite
    /// for those without a limit, or an empty list.
    pub limits: (usize, &'a [f64]),
    /// The lowest and highest value of each `b`.
    pub bounds: &'a [(f64, f64)],
}

impl Lms<'_> {
    /// The output `y` at one instant, after which the weights have made their step.
    ///
    /// `samples` is periodic and `newest` is the index of the sample that the first weight sees.
    /// `past` holds as many levels as there are feedback weights, the latest last. `desired` gives
    /// `d` for `y`: a known level in training, the decision's level afterwards.
    #[inline]
    pub fn step(
        &mut self,
        samples: &[f64],
        newest: usize,
        past: &[f64],
        desired: impl FnOnce(f64) -> f64,
    ) -> f64 {
        let Weights { values: w, runs: forward, step: forward_step } = &mut self.feedforward;
        let Weights { values: b, runs: back, step: back_step } = &mut self.feedback;
        let output = forward.circular_at(w, samples, newest) - back.convolved(b, past);
        let error = desired(output) - output;
        let (forward_gain, back_gain) = match self.rule {
            Rule::Products => (*forward_step * error, -*back_step * error),
            Rule::Signs => (forward_step.copysign(error), -back_step.copysign(error)),
        };
        for run in forward.ranges() {
            let newest = earlier(newest, run.start, samples.len());
            add_circular(&mut w[run.clone()], samples, newest, forward_gain, self.rule);
        }
        let (main, limits) = self.limits;
        if !limits.is_empty() {
            let size = w[main].abs();
            for (w, limit) in w.iter_mut().zip(limits) {
                *w = w.clamp(-limit * size, limit * size);
            }
        }
        let len = past.len();
        for run in back.ranges() {
            let window = &past[len - run.end..len - run.start];
            add_reversed(&mut b[run.clone()], window, back_gain, self.rule);
            for (b, (low, high)) in b[run.clone()].iter_mut().zip(&self.bounds[run.clone()]) {
                *b = b.clamp(*low, *high);
            }
        }
        output
    }
}

/// `taps[i] += gain * samples[(newest - i) mod len]`, or with the samples' signs.
#[inline]
fn add_circular(taps: &mut [f64], samples: &[f64], newest: usize, gain: f64, rule: Rule) {
    match (newest + 1).checked_sub(taps.len()) {
        Some(oldest) => add_reversed(taps, &samples[oldest..=newest], gain, rule),
        None => {
            let (near, far) = taps.split_at_mut(newest + 1);
            let wrapped = &samples[samples.len() - far.len()..];
            add_reversed(near, &samples[..=newest], gain, rule);
            add_reversed(far, wrapped, gain, rule);
        }
    }
}

#[inline]
fn add_reversed(taps: &mut [f64], window: &[f64], gain: f64, rule: Rule) {
    let pairs = taps.iter_mut().zip(window.iter().rev());
    match rule {
        Rule::Products => pairs.for_each(|(w, x)| *w += gain * x),
        Rule::Signs => pairs.for_each(|(w, x)| *w += gain * x.signum()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::fir;
    use crate::kernel::rng::{Key, Seed};

    /// Takes `passes` through 64 samples and levels of a known filter, each with a fresh step.
    fn identify(
        truth: (&[f64], f64),
        rule: Rule,
        step: impl Fn(usize) -> f64,
        passes: usize,
    ) -> (Vec<f64>, f64) {
        let mut stream = Key::root(Seed(2)).named("lms").stream();
        let samples: Vec<f64> = (0..64).map(|_| stream.sample()).collect();
        let levels: Vec<f64> = (0..65).map(|_| stream.sample()).collect();
        let (mut w, mut b) = (vec![0.0; truth.0.len()], [0.0]);
        let forward = Runs::of(0, truth.0);
        let back = Runs::of(1, &b);
        for pass in 0..passes {
            for n in 0..64 {
                let desired = fir::circular_at(truth.0, &samples, n + 2) - truth.1 * levels[n];
                let step = step(pass);
                let mut lms = Lms {
                    feedforward: Weights { values: &mut w, runs: &forward, step },
                    feedback: Weights { values: &mut b, runs: &back, step },
                    rule,
                    limits: (0, &[]),
                    bounds: &[(-1.0, 1.0)],
                };
                lms.step(&samples, n + 2, &levels[n..=n], |_| desired);
            }
        }
        (w, b[0])
    }

    #[test]
    fn a_known_filter_is_identified_around_the_end_of_the_record_and_across_gaps() {
        for truth in [[0.2, -0.5, 1.0, 0.1, 0.3], [0.2, 1.0, 0.0, 0.0, 0.3]] {
            let (w, b) = identify((&truth, 0.25), Rule::Products, |_| 0.05, 200);
            for (got, want) in w.iter().zip(&truth) {
                assert!((got - want).abs() < 1e-9, "{w:?}");
            }
            assert!((b - 0.25).abs() < 1e-9);
            // Signs alone come as near as the step; a step that shrinks comes nearer.
            let shrinking = |pass: usize| 0.02 * 0.97f64.powi(pass as i32);
            let (w, b) = identify((&truth, 0.25), Rule::Signs, shrinking, 400);
            for (got, want) in w.iter().zip(&truth) {
                assert!((got - want).abs() < 1e-4, "{w:?}");
            }
            assert!((b - 0.25).abs() < 1e-4);
        }
    }

    #[test]
    fn weights_stay_within_their_limits() {
        let (mut w, mut b) = ([0.8, 0.0], [0.0]);
        let mut lms = Lms {
            feedforward: Weights { values: &mut w, runs: &Runs::of(2, &[0.0; 2]), step: 0.1 },
            feedback: Weights { values: &mut b, runs: &Runs::of(1, &[0.0]), step: 0.1 },
            rule: Rule::Products,
            limits: (0, &[1.0, 0.25]),
            bounds: &[(-0.5, 0.5)],
        };
        for _ in 0..100 {
            lms.step(&[1.0, -1.0], 0, &[1.0], |output| output + 1.0);
        }
        assert!((w[1] / w[0] + 0.25).abs() < 1e-15, "{w:?}");
        assert!((b[0] + 0.5).abs() < 1e-15);
    }
}
