//! From the moments of patterns to error ratios.

use super::{GROUPS, PatternMixture, merge};
use crate::analysis::moments::Moments;
use crate::kernel::gauss;
use crate::signal::Modulation;
use crate::{Error, Result};

/// The 97.5 % quantile of Student's distribution with `GROUPS - 1 = 15` degrees of freedom.
const STUDENT: f64 = 2.131_449_545_559_323;

/// A bit error ratio extrapolated from a Gaussian mixture, and what the slicer sees.
///
/// # Assumptions
/// The map from bits is Gray but for PAM6. The interval holds the statistical error of the record,
/// not that of the model.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct ExtrapolatedBer {
    /// The bit error ratio.
    pub rate: f64,
    /// Its 95 % interval, from a jackknife over 16 groups on `log10` of the ratio: low, high.
    pub ci95: [f64; 2],
    /// Signal-to-noise ratio at the slicer in decibels: the mean square of the level means about
    /// their common mean, over the mean square deviation from them, interference included. `None`
    /// if nothing deviates or all levels are one.
    pub snr_db: Option<f64>,
    /// What the slicer sees of each level, the lowest first.
    pub levels: Vec<SlicerLevel>,
    /// Symbols that a pattern of the mixture has.
    pub pattern_symbols: usize,
    /// Symbols evaluated.
    pub symbols: u64,
    /// How the ratio was obtained, in words.
    pub method: &'static str,
}

/// One level at the slicer, in the slicer's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct SlicerLevel {
    /// Mean over all patterns.
    pub mean: f64,
    /// Standard deviation over all patterns, interference included.
    pub sigma: f64,
    /// Standard deviation about the means of the patterns: noise alone.
    pub noise: f64,
}

impl PatternMixture {
    /// The bit error ratio at given thresholds, lowest first, in the unit of the slicer's input.
    ///
    /// # Formula
    /// `ber = sum_c n_c/N sum_j w(i, j) P(T_j < m_c + s_c z < T_j+1) / log2 L`, over decisions `j`
    /// and patterns `c`, which have the mean `m_c`, `n_c` of the `N` samples, and the level `i` to
    /// be decided. `z` is a standard normal, and `w` counts the bits that differ.
    ///
    /// The noise `s_c^2 = s_i^2 (1 - 1/n_c)` has the variance `s_i^2` about the pattern means,
    /// pooled over all patterns of the level `i`, with as many degrees of freedom as there are
    /// samples less patterns. The factor `1 - 1/n_c` makes up for the scatter of `m_c` itself:
    /// without it, 100 samples a pattern are 20 % pessimistic at 1e-9.
    ///
    /// # Assumptions
    /// - Noise is Gaussian, and depends on the symbol decided on but not on its neighbors. Noise
    ///   that grows with a neighbor's power is averaged over neighbors, which is optimistic.
    /// - Interference from outside the pattern, jitter and crosstalk count as Gaussian noise, which
    ///   is pessimistic: they are bounded.
    /// - Errors do not feed back: a decision-feedback equalizer is taken to have decided rightly.
    /// - PAM6, mapped in pairs: one symbol of a pair is wrong; its bits are averaged over the
    ///   other.
    ///
    /// # Errors
    /// If there is not one finite threshold between each two levels, or they do not increase; if
    /// fewer records came than were announced; if a level has no more samples than patterns.
    pub fn extrapolate(&self, thresholds: &[f64]) -> Result<ExtrapolatedBer> {
        let levels = self.modulation.levels();
        let finite = thresholds.iter().all(|threshold| threshold.is_finite());
        let increase = thresholds.is_sorted_by(|a, b| a < b);
        if thresholds.len() + 1 != levels || !finite || !increase {
            let expected = format!("{}, finite and increasing", levels - 1);
            return Err(Error::parameter("thresholds", format!("{thresholds:?}"), expected));
        }
        if self.seen < GROUPS {
            let expected = "as many as announced";
            return Err(Error::parameter("records", self.seen / self.stretches, expected));
        }
        let total = self.total(None);
        let rate = self.rate(&total, thresholds)?;
        let count: u64 = total.iter().map(|moments| moments.count).sum();
        let mut left_out = [(0.0, 0.0); GROUPS];
        for (group, (share, log_rate)) in left_out.iter_mut().enumerate() {
            let samples: u64 = self.groups[group].iter().map(|moments| moments.count).sum();
            *share = samples as f64 / count as f64;
            *log_rate = log10(self.rate(&self.total(Some(group)), thresholds)?);
        }
        let half_width = STUDENT * jackknife(log10(rate), &left_out);
        let bound = |exponent: f64| 10f64.powf(exponent).min(1.0);
        let levels = self.levels(&total)?;
        Ok(ExtrapolatedBer {
            rate,
            ci95: [bound(log10(rate) - half_width), bound(log10(rate) + half_width)],
            snr_db: self.snr_db(&total),
            levels,
            pattern_symbols: self.before + 1 + self.after,
            symbols: count,
            method: "Gaussian mixture over the patterns sent; jackknife interval at 95 %",
        })
    }

    /// The moments of each pattern over all groups, or all but one.
    fn total(&self, left_out: Option<usize>) -> Vec<Moments> {
        let mut total = vec![Moments::default(); self.groups[0].len()];
        for (group, moments) in self.groups.iter().enumerate() {
            if Some(group) != left_out {
                merge(&mut total, moments);
            }
        }
        total
    }

    /// What the slicer sees of each level.
    fn levels(&self, total: &[Moments]) -> Result<Vec<SlicerLevel>> {
        (0..self.modulation.levels())
            .map(|level| {
                let (mut all, mut deviation, mut patterns) = (Moments::default(), 0.0, 0);
                for (pattern, moments) in total.iter().enumerate() {
                    if moments.count > 0 && self.center(pattern) == level {
                        all.merge(moments);
                        deviation += moments.deviation;
                        patterns += 1;
                    }
                }
                if all.count <= patterns {
                    let value = format!("{} of level {level} in {patterns} patterns", all.count);
                    return Err(Error::parameter("samples", value, "more than the patterns"));
                }
                let noise = (deviation / (all.count - patterns) as f64).sqrt();
                Ok(SlicerLevel { mean: all.mean, sigma: all.sigma(), noise })
            })
            .collect()
    }

    /// The bit error ratio of the mixture with the given moments.
    fn rate(&self, total: &[Moments], thresholds: &[f64]) -> Result<f64> {
        let levels = self.levels(total)?;
        let costs = bit_costs(self.modulation);
        let (mut errors, mut samples) = (0.0, 0.0);
        for (pattern, moments) in total.iter().enumerate().filter(|(_, of)| of.count > 0) {
            let sent = self.center(pattern);
            let count = moments.count as f64;
            let sigma = levels[sent].noise * (1.0 - 1.0 / count).sqrt();
            let cost: f64 = (0..levels.len())
                .filter(|&decided| decided != sent)
                .map(|decided| {
                    let chance = chance(moments.mean, sigma, thresholds, sent, decided);
                    costs[sent][decided] * chance
                })
                .sum();
            errors += count * cost;
            samples += count;
        }
        Ok(errors / samples / self.modulation.bits_per_symbol())
    }

    /// The signal-to-noise ratio at the slicer, as [`ExtrapolatedBer::snr_db`].
    fn snr_db(&self, total: &[Moments]) -> Option<f64> {
        let mut levels = vec![Moments::default(); self.modulation.levels()];
        for (pattern, moments) in total.iter().enumerate() {
            levels[self.center(pattern)].merge(moments);
        }
        let mut means = Moments::default();
        levels.iter().for_each(|level| means.push(level.mean));
        let count: u64 = levels.iter().map(|level| level.count).sum();
        let noise = levels.iter().map(|level| level.deviation).sum::<f64>() / count as f64;
        let signal = means.deviation / levels.len() as f64;
        (noise > 0.0 && signal > 0.0).then(|| 10.0 * (signal / noise).log10())
    }
}

/// The chance that a Gaussian value falls where another level than the one sent is decided.
///
/// Each is a difference of tails that both are small, so that no digits cancel.
fn chance(mean: f64, sigma: f64, thresholds: &[f64], sent: usize, decided: usize) -> f64 {
    let beyond = |distance: f64| {
        // Without noise the tail is a step.
        if sigma > 0.0 { gauss::q(distance / sigma) } else { f64::from(u8::from(distance < 0.0)) }
    };
    if decided > sent {
        let upper = thresholds.get(decided).map_or(0.0, |threshold| beyond(threshold - mean));
        beyond(thresholds[decided - 1] - mean) - upper
    } else {
        let lower = decided.checked_sub(1).map_or(0.0, |below| beyond(mean - thresholds[below]));
        beyond(mean - thresholds[decided]) - lower
    }
}

/// The bits that a wrong decision costs on average: `[sent][decided]`.
fn bit_costs(modulation: Modulation) -> Vec<Vec<f64>> {
    let levels = modulation.levels() as u8;
    let cost = |sent: u8, decided: u8| {
        if modulation.group() == 1 {
            return f64::from(modulation.bit_errors(&[sent], &[decided]));
        }
        let (mut bits, mut pairs) = (0, 0);
        for label in 0..1 << modulation.group_bits() {
            let point = modulation.map(label);
            for place in 0..2 {
                if point[place] == sent {
                    let mut got = point;
                    got[place] = decided;
                    bits += modulation.bit_errors(&point, &got);
                    pairs += 1;
                }
            }
        }
        f64::from(bits) / f64::from(pairs)
    };
    (0..levels).map(|sent| (0..levels).map(|decided| cost(sent, decided)).collect()).collect()
}

/// The logarithm to base 10, of 0 that of the smallest normal number.
fn log10(rate: f64) -> f64 {
    rate.max(f64::MIN_POSITIVE).log10()
}

/// The standard error of an estimate, from what it is without each group: `(share of the samples,
/// estimate without)`.
///
/// # References
/// F. Busing, E. Meijer and R. van der Leeden, *Delete-m jackknife for unequal m*, Statistics and
/// Computing 9 (1999).
fn jackknife(estimate: f64, left_out: &[(f64, f64)]) -> f64 {
    let groups = left_out.len() as f64;
    let center = left_out
        .iter()
        .fold(groups * estimate, |sum, (share, without)| sum - (1.0 - share) * without);
    let square: f64 = left_out
        .iter()
        .map(|(share, without)| {
            let pseudo = estimate / share - (1.0 / share - 1.0) * without;
            (pseudo - center).powi(2) / (1.0 / share - 1.0)
        })
        .sum();
    (square / groups).sqrt()
}
