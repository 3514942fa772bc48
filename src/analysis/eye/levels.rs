//! Figures of merit of the levels alone.

/// The level separation mismatch ratio `R_LM`: 1 for equally spaced levels, less for others.
///
/// The means of the levels are given from the lowest or from the highest; 0 if the outer ones
/// are the same but for rounding.
///
/// # Formula
/// `R_LM = min(3 ES1, 3 ES2, 2 - 3 ES1, 2 - 3 ES2)` for PAM4, with
/// `ES1 = (V1 - Vmid)/(V0 - Vmid)`, `ES2 = (V2 - Vmid)/(V3 - Vmid)` and `Vmid = (V0 + V3)/2`.
/// For other alphabets, each inner level's distance from the middle over what it should be takes
/// the place of `3 ES`; without inner levels the answer is 1.
///
/// # References
/// IEEE Std 802.3-2018, 120D.3.1.2 (PAM4). The other alphabets are this crate's generalization.
pub fn mismatch_ratio(means: &[f64]) -> f64 {
    let last = means.len() - 1;
    let middle = 0.5 * (means[0] + means[last]);
    let half = 0.5 * (means[last] - means[0]);
    if half.abs() <= 1e-12 * middle.abs() {
        return 0.0;
    }
    means[1..last].iter().enumerate().fold(1.0, |smallest: f64, (below, mean)| {
        let ideal = 2.0 * (below + 1) as f64 / last as f64 - 1.0;
        let ratio = (mean - middle) / (half * ideal);
        smallest.min(ratio).min(2.0 - ratio)
    })
}

/// The extinction ratio, highest over lowest power; `None` unless the lowest is positive.
///
/// # References
/// IEEE Std 802.3-2018, 121.8.5 (`P3 / P0` for PAM4).
pub fn extinction_ratio(means: &[f64]) -> Option<f64> {
    let (lowest, highest) = (means[0], means[means.len() - 1]);
    (lowest > 0.0).then(|| highest / lowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cubic `x - a x^3` has `R_LM = 2 - (1 - a/9)/(1 - a)`.
    #[test]
    fn compression_lowers_the_mismatch_ratio() {
        for (a, expected) in [(0.0, 1.0), (0.04, 0.963), (0.08, 0.923), (0.2, 0.778)] {
            let level = |x: f64| 0.3 + 0.1 * (x - a * x.powi(3));
            let ratio = mismatch_ratio(&[-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0].map(level));
            assert!((ratio - expected).abs() < 5e-4);
            assert!((ratio - (2.0 - (1.0 - a / 9.0) / (1.0 - a))).abs() < 1e-12);
        }
        assert!((mismatch_ratio(&[0.1, 0.7]) - 1.0).abs() < 1e-15);
        assert!(mismatch_ratio(&[0.1; 4]).abs() < 1e-15);
        assert!((mismatch_ratio(&[-1.0, -0.6, -0.2, 0.2, 0.5, 1.0]) - 5.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn only_positive_power_has_an_extinction_ratio() {
        assert_eq!(extinction_ratio(&[0.5e-3, 2e-3]), Some(4.0));
        assert_eq!(extinction_ratio(&[0.0, 2e-3]), None);
    }
}
