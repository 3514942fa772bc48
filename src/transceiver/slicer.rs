//! The slicer: thresholds between levels as they arrive, and decisions by them.

use crate::signal::Modulation;
use crate::{Error, Result};

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
    fn levels_that_are_missing_or_out_of_order_are_named() {
        let error = Slicer::measure(Modulation::Nrz, [(&0.0, &0u8)]).unwrap_err();
        assert!(error.to_string().contains("never send level 1 of nrz"), "{error}");
        let error = Slicer::measure(Modulation::Nrz, [(&1.0, &0u8), (&-1.0, &1)]).unwrap_err();
        assert!(error.to_string().contains("do not rise"), "{error}");
    }
}
