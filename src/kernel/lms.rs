//! Least mean squares: weights that follow the gradient of their own squared error.

use super::fir;

/// A feed-forward and a feedback filter that adapt with every output.
///
/// # Formula
/// `y = sum_i w[i] x[newest - i] - sum_j b[j] a[past - j]`, `e = d - y`, then
/// `w[i] += mu_w e x[newest - i]` and `b[j] -= mu_b e a[past - j]`, with `|b[j]|` kept at or below
/// the limit.
///
/// # Assumptions
/// Steps are small: with `M` weights and an input of unit power the error converges for `mu` below
/// `2 / M`, and its mean square then exceeds the least possible by a fraction of about `mu M / 2`.
///
/// # References
/// Widrow and Hoff, *Adaptive switching circuits* (1960); Haykin, *Adaptive Filter Theory*, ch. 6.
#[derive(Debug)]
pub struct Lms<'a> {
    /// Weights `w` of the samples, that of the newest first.
    pub feedforward: &'a mut [f64],
    /// Weights `b` of the past symbols, that of the latest first.
    pub feedback: &'a mut [f64],
    /// `mu_w`.
    pub feedforward_step: f64,
    /// `mu_b`.
    pub feedback_step: f64,
    /// The largest magnitude of a feedback weight.
    pub feedback_limit: f64,
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
        let output = fir::circular_at(self.feedforward, samples, newest)
            - fir::convolved(self.feedback, past);
        let error = desired(output) - output;
        add_circular(self.feedforward, samples, newest, self.feedforward_step * error);
        for (b, a) in self.feedback.iter_mut().zip(past.iter().rev()) {
            *b = (*b - self.feedback_step * error * a)
                .clamp(-self.feedback_limit, self.feedback_limit);
        }
        output
    }
}

/// `taps[i] += gain * samples[(newest - i) mod len]`.
#[inline]
fn add_circular(taps: &mut [f64], samples: &[f64], newest: usize, gain: f64) {
    let newest = if newest < samples.len() { newest } else { newest - samples.len() };
    match (newest + 1).checked_sub(taps.len()) {
        Some(oldest) => add_reversed(taps, &samples[oldest..=newest], gain),
        None => {
            let (near, far) = taps.split_at_mut(newest + 1);
            let wrapped = &samples[samples.len() - far.len()..];
            add_reversed(near, &samples[..=newest], gain);
            add_reversed(far, wrapped, gain);
        }
    }
}

fn add_reversed(taps: &mut [f64], window: &[f64], gain: f64) {
    for (w, x) in taps.iter_mut().zip(window.iter().rev()) {
        *w += gain * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    #[test]
    fn a_known_filter_is_identified_around_the_end_of_the_record() {
        let mut stream = Key::root(Seed(2)).named("lms").stream();
        let samples: Vec<f64> = (0..64).map(|_| stream.sample()).collect();
        let levels: Vec<f64> = (0..65).map(|_| stream.sample()).collect();
        let (truth, back) = ([0.2, -0.5, 1.0, 0.1, 0.3], 0.25);
        let (mut w, mut b) = (vec![0.0; 5], vec![0.0]);
        for _ in 0..200 {
            for n in 0..64 {
                let desired = fir::circular_at(&truth, &samples, n + 2) - back * levels[n];
                let mut lms = Lms {
                    feedforward: &mut w,
                    feedback: &mut b,
                    feedforward_step: 0.05,
                    feedback_step: 0.05,
                    feedback_limit: 1.0,
                };
                lms.step(&samples, n + 2, &levels[n..=n], |_| desired);
            }
        }
        for (got, want) in w.iter().zip(&truth) {
            assert!((got - want).abs() < 1e-9, "{w:?}");
        }
        assert!((b[0] - back).abs() < 1e-9);
    }

    #[test]
    fn feedback_stays_within_its_limit() {
        let mut b = [0.0];
        let mut lms = Lms {
            feedforward: &mut [1.0],
            feedback: &mut b,
            feedforward_step: 0.0,
            feedback_step: 0.1,
            feedback_limit: 0.5,
        };
        for _ in 0..100 {
            lms.step(&[1.0], 0, &[1.0], |_| 0.0);
        }
        assert!((b[0] - 0.5).abs() < 1e-15);
    }
}
