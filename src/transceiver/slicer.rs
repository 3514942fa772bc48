//! The slicer: thresholds between levels as they arrive, and decisions by them.

use crate::signal::Modulation;
use crate::{Error, Result};

/// The most levels of an alphabet.
const MOST_LEVELS: usize = 8;

/// Thresholds that have been adapted to the measured levels of an alphabet.
///
/// # Formula
/// Between neighboring levels of means `m0 < m1` and standard deviations `s0`, `s1` the threshold
/// is `(s0 m1 + s1 m0) / (s0 + s1)`, where both are equally many standard deviations away. It is
/// the middle where there is no noise.
///
/// # Assumptions
/// Neighboring levels are about equally likely and about Gaussian: the true crossing of equal
/// likelihoods is displaced by a term of order `s^2 ln(s1 / s0) / (m1 - m0)`.
///
/// # References
/// Agrawal, *Fiber-Optic Communication Systems*, ch. 4 (bit-error rate).
#[derive(Clone, Debug, PartialEq)]
pub struct Slicer {
    /// The mean of each level at the slicer's input, rising.
    pub levels: Vec<f64>,
    /// The standard deviation around each mean.
    pub spreads: Vec<f64>,
    /// The thresholds, one fewer than levels, rising.
    pub thresholds: Vec<f64>,
}

impl Slicer {
    /// Measures levels at the slicer's input, where the sent symbols are known.
    ///
    /// # Errors
    /// If a level is never sent, or the means do not rise from level to level.
    pub fn measure<'a>(
        modulation: Modulation,
        inputs: impl IntoIterator<Item = (&'a f64, &'a u8)>,
    ) -> Result<Self> {
        let count = modulation.levels();
        // Sums around the ideal levels lose nothing to cancellation.
        let mut sums = vec![(0usize, 0.0, 0.0); count];
        for (z, &symbol) in inputs {
            let offset = z - modulation.level(symbol);
            let (seen, sum, square) = &mut sums[usize::from(symbol)];
            *seen += 1;
            *sum += offset;
            *square += offset * offset;
        }
        if let Some(missing) = sums.iter().position(|sum| sum.0 == 0) {
            return Err(Error::unsupported(format!(
                "no thresholds: the training records never send level {missing} of {modulation}"
            )));
        }
        let mut levels = Vec::with_capacity(count);
        let mut spreads = Vec::with_capacity(count);
        for (symbol, &(seen, sum, square)) in sums.iter().enumerate() {
            let mean = sum / seen as f64;
            levels.push(modulation.level(symbol as u8) + mean);
            spreads.push((square / seen as f64 - mean * mean).max(0.0).sqrt());
        }
        if !levels.iter().zip(&levels[1..]).all(|(low, high)| low < high) {
            return Err(Error::unsupported(format!(
                "no thresholds: the means of the levels of {modulation} do not rise: {levels:.3?}"
            )));
        }
        let thresholds = (1..count)
            .map(|i| {
                let (m0, m1, s0, s1) = (levels[i - 1], levels[i], spreads[i - 1], spreads[i]);
                let sum = s0 + s1;
                if sum > 0.0 { (s0 * m1 + s1 * m0) / sum } else { 0.5 * (m0 + m1) }
            })
            .collect();
        Ok(Self { levels, spreads, thresholds })
    }

    /// The symbol that an input is decided to be: the number of thresholds below it.
    #[inline]
    pub fn decide(&self, input: f64) -> u8 {
        self.thresholds.iter().map(|&threshold| u8::from(input > threshold)).sum()
    }
}

/// Thresholds that follow the means of the decided levels.
///
/// A threshold stays at its share of the way between its levels, which is that of the training's
/// spreads.
#[derive(Debug)]
pub(super) struct Tracker {
    count: usize,
    levels: [f64; MOST_LEVELS],
    shares: [f64; MOST_LEVELS],
    thresholds: [f64; MOST_LEVELS],
    step: f64,
}

impl Tracker {
    /// Starts at what a slicer was trained to; each level moves by `step` times its error.
    pub(super) fn new(slicer: &Slicer, step: f64) -> Self {
        let count = slicer.levels.len();
        let mut tracker = Self {
            count,
            levels: [0.0; MOST_LEVELS],
            shares: [0.0; MOST_LEVELS],
            thresholds: [f64::INFINITY; MOST_LEVELS],
            step,
        };
        tracker.levels[..count].copy_from_slice(&slicer.levels);
        tracker.thresholds[..count - 1].copy_from_slice(&slicer.thresholds);
        for (i, pair) in slicer.levels.windows(2).enumerate() {
            tracker.shares[i] = (slicer.thresholds[i] - pair[0]) / (pair[1] - pair[0]);
        }
        tracker
    }

    /// The symbol that an input is decided to be, after which the thresholds have followed it.
    #[inline]
    pub(super) fn decide(&mut self, input: f64) -> u8 {
        let below = |&threshold: &f64| u8::from(input > threshold);
        let symbol: u8 = self.thresholds[..self.count - 1].iter().map(below).sum();
        let at = usize::from(symbol);
        self.levels[at] += self.step * (input - self.levels[at]);
        for i in at.saturating_sub(1)..(at + 1).min(self.count - 1) {
            let (low, high) = (self.levels[i], self.levels[i + 1]);
            self.thresholds[i] = low + self.shares[i] * (high - low);
        }
        symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    #[test]
    fn clean_levels_are_decided_as_sent_by_thresholds_half_way() {
        for modulation in Modulation::ALL {
            let symbols: Vec<u8> = (0..modulation.levels() as u8).collect();
            let inputs: Vec<f64> = symbols.iter().map(|&s| modulation.level(s)).collect();
            let slicer = Slicer::measure(modulation, inputs.iter().zip(&symbols)).unwrap();
            for (i, threshold) in slicer.thresholds.iter().enumerate() {
                let middle = 0.5 * (inputs[i] + inputs[i + 1]);
                assert!((threshold - middle).abs() < 1e-15);
            }
            for (input, symbol) in inputs.iter().zip(&symbols) {
                assert_eq!(slicer.decide(*input), *symbol);
            }
            assert_eq!(slicer.decide(-9.0), 0);
            assert_eq!(slicer.decide(9.0), modulation.levels() as u8 - 1);
        }
    }

    #[test]
    fn a_threshold_stands_nearer_to_the_quieter_level() {
        let mut stream = Key::root(Seed(7)).stream();
        let symbols: Vec<u8> = (0..100_000).map(|n| (n % 2) as u8).collect();
        let inputs: Vec<f64> =
            symbols
                .iter()
                .map(|&s| {
                    if s == 0 { -1.0 + 0.1 * stream.sample() } else { 1.0 + 0.3 * stream.sample() }
                })
                .collect();
        let slicer = Slicer::measure(Modulation::Nrz, inputs.iter().zip(&symbols)).unwrap();
        // (0.1 * 1 - 0.3 * 1) / 0.4, to three standard errors of the spreads.
        assert!((slicer.thresholds[0] + 0.5).abs() < 0.005, "{slicer:?}");
    }

    #[test]
    fn thresholds_follow_levels_that_move() {
        let mut stream = Key::root(Seed(8)).stream();
        let mut inputs = |scale: f64| -> Vec<(f64, u8)> {
            (0..40_000)
                .map(|n| {
                    let symbol = (n % 4) as u8;
                    let level = Modulation::Pam4.level(symbol);
                    // The highest level is compressed by as much as `scale` says.
                    let level = if symbol == 3 { scale * level } else { level };
                    (level + 0.05 * stream.sample(), symbol)
                })
                .collect()
        };
        let trained = inputs(1.0);
        let slicer =
            Slicer::measure(Modulation::Pam4, trained.iter().map(|(z, s)| (z, s))).unwrap();
        let mut tracker = Tracker::new(&slicer, 1e-3);
        let moved = inputs(0.85);
        let errors = moved.iter().filter(|(z, symbol)| tracker.decide(*z) != *symbol).count();
        // A level known to 0.05 sqrt(1e-3 / 2) moves the threshold by half of that.
        assert!((tracker.thresholds[2] - (1.0 / 3.0 + 0.85) / 2.0).abs() < 0.005, "{tracker:?}");
        assert!((tracker.thresholds[1] - slicer.thresholds[1]).abs() < 0.005);
        let frozen = moved.iter().filter(|(z, symbol)| slicer.decide(*z) != *symbol).count();
        assert!(errors * 2 < frozen, "{errors} and {frozen}");
    }

    #[test]
    fn levels_that_are_missing_or_out_of_order_are_named() {
        let error = Slicer::measure(Modulation::Nrz, [(&0.0, &0u8)]).unwrap_err();
        assert!(error.to_string().contains("never send level 1 of nrz"), "{error}");
        let error = Slicer::measure(Modulation::Nrz, [(&1.0, &0u8), (&-1.0, &1)]).unwrap_err();
        assert!(error.to_string().contains("do not rise"), "{error}");
    }
}
