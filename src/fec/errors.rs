//! The errors of one record: which bits were wrong, and how wrong symbols ran together.

use crate::Error;
use crate::Result;
use crate::signal::{Modulation, Symbols};

/// Which bits of a record were decided wrongly.
///
/// Records are compared on any thread; what they say is then counted in the order of the records,
/// by a [`CodewordCounter`](super::CodewordCounter).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitErrors {
    bits: u64,
    positions: Vec<u32>,
}

impl BitErrors {
    /// The bits in which decisions differ from what was sent, in the order of transmission: the
    /// first bit of a symbol is the most significant of its label.
    ///
    /// # Panics
    /// If the two have other alphabets or lengths.
    pub fn of(sent: &Symbols, decided: &Symbols) -> Self {
        assert_form(sent, decided);
        Self::between(sent.modulation(), sent.values(), decided.values())
    }

    /// The bits in which symbols of an alphabet differ from as many others.
    pub(super) fn between(modulation: Modulation, sent: &[u8], decided: &[u8]) -> Self {
        let (group, width) = (modulation.group(), modulation.group_bits());
        let labels = labels(modulation);
        let label = |symbols: &[u8]| {
            labels[symbols.iter().fold(0, |n, &s| n * modulation.levels() + usize::from(s))]
        };
        let pairs = (0..).zip(sent.chunks_exact(group).zip(decided.chunks_exact(group)));
        let mut positions = Vec::new();
        for (n, (sent, got)) in pairs.filter(|(_, (sent, got))| sent != got) {
            let wrong = label(sent) ^ label(got);
            let bits = (0..width).filter(|bit| wrong >> (width - 1 - bit) & 1 == 1);
            positions.extend(bits.map(|bit| n * width + bit));
        }
        Self { bits: (sent.len() / group) as u64 * u64::from(width), positions }
    }

    /// Errors at positions among so many bits.
    ///
    /// # Errors
    /// If the positions do not rise, or reach beyond the bits.
    pub fn new(bits: u64, positions: Vec<u32>) -> Result<Self> {
        let rises = positions.iter().zip(positions.iter().skip(1)).all(|(a, b)| a < b);
        if !rises || positions.last().is_some_and(|&last| u64::from(last) >= bits) {
            let found = positions.len();
            return Err(Error::parameter("positions", found, format!("rising and below {bits}")));
        }
        Ok(Self { bits, positions })
    }

    /// Bits compared.
    pub fn bits(&self) -> u64 {
        self.bits
    }

    /// The positions of the wrong bits, rising.
    pub fn positions(&self) -> &[u32] {
        &self.positions
    }
}

/// The label of each group of symbols, the first symbol the highest digit of the index.
fn labels(modulation: Modulation) -> Vec<u8> {
    let (levels, group) = (modulation.levels(), modulation.group());
    let count = levels.pow(group as u32);
    let of = |index: usize| {
        let symbols = if group == 1 {
            [index as u8, 0]
        } else {
            [(index / levels) as u8, (index % levels) as u8]
        };
        let labels = 0..1u8 << modulation.group_bits();
        let same = |label: &u8| modulation.bit_errors(&modulation.map(*label), &symbols) == 0;
        labels.into_iter().find(same).unwrap_or_default()
    };
    (0..count).map(of).collect()
}

/// Runs of wrong symbols, by their length.
///
/// A run is a stretch of wrong symbols on the line between two right ones; with precoding it is
/// what arrives ahead of the decoder `(p[i] + p[i-1]) mod L`. Decision feedback and sequence
/// estimation make runs, a slicer behind a linear equalizer hardly ever one of two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorRuns {
    /// Symbols compared.
    pub symbols: u64,
    /// Runs of 1, 2, 3 ... wrong symbols.
    pub counts: Vec<u64>,
}

impl ErrorRuns {
    /// Takes in one record. A run ends where the record does.
    ///
    /// # Panics
    /// If the two have other alphabets or lengths.
    pub fn add(&mut self, sent: &Symbols, decided: &Symbols) {
        assert_form(sent, decided);
        let mut run = 0;
        for (sent, got) in sent.values().iter().zip(decided.values()) {
            if sent != got {
                run += 1;
            } else if run > 0 {
                self.push(std::mem::take(&mut run));
            }
        }
        if run > 0 {
            self.push(run);
        }
        self.symbols += sent.len() as u64;
    }

    /// Takes in what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.symbols += other.symbols;
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Number of wrong symbols.
    pub fn wrong(&self) -> u64 {
        (1..).zip(&self.counts).map(|(length, count)| length * count).sum()
    }

    fn push(&mut self, length: usize) {
        if self.counts.len() < length {
            self.counts.resize(length, 0);
        }
        self.counts[length - 1] += 1;
    }
}

fn assert_form(sent: &Symbols, decided: &Symbols) {
    assert!(
        sent.modulation() == decided.modulation() && sent.len() == decided.len(),
        "only records of one form are compared"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    #[test]
    fn positions_follow_the_order_of_transmission() {
        let sent = Symbols::new(Modulation::Pam4, vec![0, 1, 2, 3]).unwrap();
        let got = Symbols::new(Modulation::Pam4, vec![0, 2, 0, 3]).unwrap();
        // 01 for 11 is the first bit of symbol 1, 11 for 00 are both of symbol 2.
        let errors = BitErrors::of(&sent, &got);
        assert_eq!((errors.bits(), errors.positions()), (8, &[2, 4, 5][..]));
    }

    #[test]
    fn as_many_bits_are_wrong_as_the_alphabet_counts() {
        for modulation in Modulation::ALL {
            let of = |seed| Symbols::random(modulation, 1000, Key::root(Seed(seed))).unwrap();
            let (sent, got) = (of(1), of(2));
            let errors = BitErrors::of(&sent, &got);
            let counted = (errors.positions().len() as u64, errors.bits());
            assert_eq!(counted, got.bit_errors(&sent), "{modulation}");
            assert!(BitErrors::new(errors.bits(), errors.positions().to_vec()).is_ok());
        }
    }

    #[test]
    fn positions_that_make_no_sense_are_refused() {
        assert!(BitErrors::new(8, vec![3, 3]).is_err());
        assert!(BitErrors::new(8, vec![8]).is_err());
    }

    #[test]
    fn runs_end_where_a_symbol_is_right() {
        let sent = Symbols::new(Modulation::Pam4, vec![0; 10]).unwrap();
        let got = Symbols::new(Modulation::Pam4, vec![1, 0, 1, 1, 1, 0, 0, 1, 0, 2]).unwrap();
        let mut runs = ErrorRuns::default();
        runs.add(&sent, &got);
        assert_eq!((runs.symbols, &runs.counts[..]), (10, &[3, 0, 1][..]));
        let once = runs.clone();
        runs.merge(&once);
        assert_eq!((runs.runs(), runs.wrong(), runs.symbols), (8, 12, 20));
    }
}
