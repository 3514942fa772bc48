//! Symbols: indices into the levels of an alphabet.

use super::{Modulation, Pattern};
use crate::kernel::rng::{Key, Seed};
use crate::{Error, Result};

/// A periodic record of symbols, each the index of a level, the lowest 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbols {
    modulation: Modulation,
    values: Vec<u8>,
}

impl Symbols {
    /// Symbols of an alphabet.
    ///
    /// # Errors
    /// If a value is not an index of a level.
    pub fn new(modulation: Modulation, values: Vec<u8>) -> Result<Self> {
        let levels = modulation.levels();
        match values.iter().find(|&&value| usize::from(value) >= levels) {
            Some(value) => Err(Error::parameter("symbol", value, format!("below {levels}"))),
            None => Ok(Self { modulation, values }),
        }
    }

    /// `count` symbols of a maximal-length sequence: PRBSnQ for PAM4.
    ///
    /// # Errors
    /// If there is no sequence of that order.
    pub fn prbs(modulation: Modulation, order: u32, count: usize) -> Result<Self> {
        Pattern::Prbs(order).symbols(modulation, count, 0, Key::root(Seed(0)))
    }

    /// `count` random symbols.
    ///
    /// # Errors
    /// If the alphabet is mapped in pairs and `count` is odd.
    pub fn random(modulation: Modulation, count: usize, key: Key) -> Result<Self> {
        Pattern::Random.symbols(modulation, count, 0, key)
    }

    /// The alphabet.
    pub fn modulation(&self) -> Modulation {
        self.modulation
    }

    /// The indices.
    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// Number of symbols.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no symbols.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The levels, from -1 to 1.
    pub fn levels(&self) -> Vec<f64> {
        self.values.iter().map(|&value| self.modulation.level(value)).collect()
    }

    /// The symbols after a precoder, `p[i] = (g[i] - p[i-1]) mod L` with `p[-1] = 0`.
    ///
    /// IEEE 802.3, 120.5.7.2.
    #[must_use]
    pub fn precoded(&self) -> Self {
        let levels = self.modulation.levels() as u8;
        let mut last = 0;
        let values = self
            .values
            .iter()
            .map(|&value| {
                last = (value + levels - last) % levels;
                last
            })
            .collect();
        Self { modulation: self.modulation, values }
    }

    /// What [`Symbols::precoded`] made these of, `g[i] = (p[i] + p[i-1]) mod L`.
    #[must_use]
    pub fn without_precoding(&self) -> Self {
        let levels = self.modulation.levels() as u8;
        let mut last = 0;
        let values = self
            .values
            .iter()
            .map(|&value| {
                let sum = (value + last) % levels;
                last = value;
                sum
            })
            .collect();
        Self { modulation: self.modulation, values }
    }

    /// Bits that differ from `sent`, and bits compared.
    ///
    /// # Panics
    /// If the two have other alphabets or lengths.
    pub fn bit_errors(&self, sent: &Self) -> (u64, u64) {
        assert!(
            self.modulation == sent.modulation && self.len() == sent.len(),
            "only records of one form are compared"
        );
        let group = self.modulation.group();
        let errors = sent
            .values
            .chunks_exact(group)
            .zip(self.values.chunks_exact(group))
            .filter(|(sent, got)| sent != got)
            .map(|(sent, got)| u64::from(self.modulation.bit_errors(sent, got)))
            .sum();
        let groups = (self.len() / group) as u64;
        (errors, groups * u64::from(self.modulation.group_bits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precoding_is_undone_and_halves_a_burst() {
        let sent = Symbols::prbs(Modulation::Pam4, 9, 511).unwrap();
        let coded = sent.precoded();
        assert_eq!(coded.without_precoding(), sent);

        // A burst of errors that alternates in sign, as a decision-feedback equalizer makes it,
        // is left with an error at each end.
        let mut hit = coded;
        for (offset, value) in hit.values[100..108].iter_mut().enumerate() {
            *value = (*value + if offset % 2 == 0 { 1 } else { 3 }) % 4;
        }
        let got = hit.without_precoding();
        let wrong = got.values.iter().zip(&sent.values).filter(|(a, b)| a != b).count();
        assert_eq!(wrong, 2);
    }

    #[test]
    fn bits_are_counted_by_the_map() {
        let sent = Symbols::new(Modulation::Pam4, vec![0, 1, 2, 3]).unwrap();
        let got = Symbols::new(Modulation::Pam4, vec![0, 2, 0, 3]).unwrap();
        // 01 for 11 is one bit, 11 for 00 two.
        assert_eq!(got.bit_errors(&sent), (3, 8));
    }

    #[test]
    fn a_symbol_outside_the_alphabet_is_refused() {
        assert!(Symbols::new(Modulation::Nrz, vec![0, 2]).is_err());
    }
}
