//! Which lines a distribution is read on.
//!
//! Notation: `K = ln M`. The line `theta` shows the tail beyond `v` as `exp(K(theta) - theta v)`,
//! Chernoff's bound of it, times an integral that rounding changes by some 1e-16. Its digits are
//! therefore lost to the factor by which the bound exceeds the tail, and each `v` is read on the
//! line whose bound is tightest. The exponent of the best bound of all is
//! `I(v) = max(theta v - K(theta))`.

/// Ratio of neighboring rungs.
const RUNG: f64 = std::f64::consts::SQRT_2;

/// The logarithm of the factor by which the tightest of the chosen bounds may exceed the best of
/// all: 8 of 16 digits are left.
const SLACK: f64 = 18.0;

/// The exponent down to which tails keep their digits: 1e-20.
const DEPTH: f64 = 46.0;

/// The positive `theta` to choose from, in increasing order. The first is small enough for
/// `K(theta) / theta` to be the mean, the second for all values to be read there.
pub(super) fn rungs(range: f64, sigma: f64) -> Vec<f64> {
    // A Gaussian part alone has `I = DEPTH` at `theta = sqrt(2 DEPTH) / sigma`.
    let top = (2.0 * DEPTH).sqrt() / sigma;
    let low = 4.0 / range;
    let steps = ((top / low).ln() / RUNG.ln()).ceil().max(1.0) as i32;
    std::iter::once(1e-3 / range).chain((0..=steps).map(|n| low * RUNG.powi(n))).collect()
}

/// The fewest rungs that read the tail above the mean, as places in `rungs`.
///
/// `logs` is `K` at each rung. Between two rungs `I` is known to lie above the tangents at both,
/// which are close to it.
pub(super) fn choose(rungs: &[f64], logs: &[f64], mean: f64) -> Vec<usize> {
    let centered: Vec<f64> = rungs.iter().zip(logs).map(|(rung, log)| log - rung * mean).collect();
    let mut points = vec![(0.0, 0.0)];
    for (theta, k) in rungs.windows(2).zip(centered.windows(2)) {
        let v = (k[1] - k[0]) / (theta[1] - theta[0]);
        let exponent = theta[0] * v - k[0];
        if exponent > DEPTH {
            points.push(((DEPTH + k[0]) / theta[0], DEPTH));
            break;
        }
        points.push((v, exponent));
    }
    let is_good = |rung: usize, (v, exponent): (f64, f64)| {
        exponent - rungs[rung] * v + centered[rung] <= SLACK
    };
    let mut chosen = Vec::new();
    let mut rest = &points[..];
    while let Some(&point) = rest.first() {
        // The first rung is always good for the mean, and that next to a point for the point.
        let rung = (1..rungs.len()).rev().find(|&rung| is_good(rung, point)).unwrap_or(1);
        chosen.push(rung);
        let read = rest.iter().take_while(|&&point| is_good(rung, point)).count();
        rest = &rest[read.max(1)..];
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gaussian_needs_one_line() {
        let rungs = rungs(20.0, 1.0);
        let logs: Vec<f64> = rungs.iter().map(|theta| 0.5 * theta * theta + 3.0 * theta).collect();
        let chosen = choose(&rungs, &logs, 3.0);
        assert_eq!(chosen.len(), 1, "{chosen:?}");
        let theta = rungs[chosen[0]];
        // The bound at the mean, and that at 1e-20, exceed the tail by less than e^18.
        assert!(0.5 * theta * theta < 18.0 && 0.5 * (9.6 - theta).powi(2) < 18.0);
    }

    #[test]
    fn two_values_with_little_noise_need_several_lines() {
        let sigma = 0.01;
        let rungs = rungs(1.1, sigma);
        let k = |theta: f64| theta + (0.5 + 0.5 * (-2.0 * theta).exp()).ln();
        let logs: Vec<f64> =
            rungs.iter().map(|theta| k(*theta) + 0.5 * (sigma * theta).powi(2)).collect();
        let chosen = choose(&rungs, &logs, 0.0);
        assert!((2..5).contains(&chosen.len()), "{chosen:?}");
        assert!(chosen.is_sorted());
    }
}
