//! Counted bit errors.

use crate::kernel::binomial;
use crate::signal::Symbols;

/// The bit error ratio of a guess: none is worse.
pub const GUESS: f64 = 0.5;

/// Bit errors and the bits compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BerCount {
    /// Bits that differ.
    pub errors: u64,
    /// Bits compared.
    pub bits: u64,
}

impl BerCount {
    /// The bit errors of one record of decisions.
    ///
    /// # Panics
    /// If the two records have other alphabets or lengths.
    pub fn of(sent: &Symbols, decided: &Symbols) -> Self {
        let (errors, bits) = decided.bit_errors(sent);
        Self { errors, bits }
    }

    /// Takes in the count of further records.
    pub fn merge(&mut self, other: &Self) {
        self.errors += other.errors;
        self.bits += other.bits;
    }

    /// The ratio and its confidence interval.
    pub fn ratio(&self) -> BitErrorRatio {
        let rate = if self.bits == 0 { 0.0 } else { self.errors as f64 / self.bits as f64 };
        BitErrorRatio {
            rate,
            errors: self.errors,
            bits: self.bits,
            ci95: binomial::clopper_pearson(self.errors, self.bits, 0.95),
            method: "bit errors counted; Clopper-Pearson interval at 95 %",
        }
    }
}

/// A bit error ratio from counting, with what is known about it.
///
/// # Assumptions
/// The interval takes errors as independent. Where they come in bursts of `b` bits, as behind a
/// decision-feedback equalizer, read the interval of `errors / b` in `bits / b`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct BitErrorRatio {
    /// Errors over bits; 0 if there are no bits.
    pub rate: f64,
    /// Bits that differ.
    pub errors: u64,
    /// Bits compared.
    pub bits: u64,
    /// The exact (Clopper-Pearson) 95 % confidence interval of the ratio: low, high.
    pub ci95: [f64; 2],
    /// How the ratio was obtained, in words.
    pub method: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Modulation;

    #[test]
    fn counts_of_records_add() {
        let sent = Symbols::new(Modulation::Pam4, vec![0, 1, 2, 3]).unwrap();
        let decided = Symbols::new(Modulation::Pam4, vec![0, 2, 2, 3]).unwrap();
        let mut count = BerCount::of(&sent, &decided);
        count.merge(&BerCount::of(&sent, &sent));
        assert_eq!(count, BerCount { errors: 1, bits: 16 });
        let ratio = count.ratio();
        assert_eq!((ratio.rate, ratio.errors, ratio.bits), (0.0625, 1, 16));
        assert!(ratio.ci95[0] < 0.0625 && 0.0625 < ratio.ci95[1]);
    }

    #[test]
    fn no_bits_are_no_knowledge() {
        let ratio = BerCount::default().ratio();
        assert_eq!((ratio.rate, ratio.ci95), (0.0, [0.0, 1.0]));
    }
}
