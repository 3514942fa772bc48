//! Symbol errors of a lane, codeword by codeword, through the real decoder.

use std::collections::VecDeque;

use super::{BitErrors, Decoded, Layout, ReedSolomon, SYMBOL_BITS};

/// Counts what a decoder would see, and what it would make of it.
///
/// A link is simulated one lane at a time. The lanes that share a codeword are taken from
/// different records of that lane: they have the same statistics, and their errors are
/// independent. Records are dealt to the lanes in turn, and each lane goes on where its last
/// record ended.
///
/// Every codeword with an error is really decoded. The code is linear: errors fare alike in every
/// codeword, so that none needs to be encoded. Codewords without errors cost nothing.
///
/// ```
/// use lightlane::fec::{BitErrors, CodewordCounter, Layout, Outer};
///
/// let mut counter = CodewordCounter::new(Layout::new(Outer::Kp4, 1, 1, 1)?);
/// counter.add(&BitErrors::new(3 * 5440, vec![7, 8, 4000, 6000])?);
/// // Bits 7 and 8 are of one symbol, bit 6000 is of the second codeword.
/// assert_eq!(counter.counts().errors_per_codeword[..3], [1, 1, 1]);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CodewordCounter {
    layout: Layout,
    code: ReedSolomon,
    lanes: Vec<Lane>,
    /// The lane that the next record goes to.
    turn: usize,
    /// Groups of codewords that are complete.
    groups: u64,
    /// The errors of the group at hand, codeword after codeword.
    errors: Vec<u16>,
    counts: CodewordCounts,
}

/// Bits that a lane has carried, and the wrong ones among them that are not counted yet.
#[derive(Clone, Debug, Default)]
struct Lane {
    bits: u64,
    wrong: VecDeque<u64>,
}

/// What was counted over bits, symbols and codewords.
///
/// Bits are all that arrived, symbols and codewords those of complete groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodewordCounts {
    /// Bits on the line.
    pub line_bits: u64,
    /// Bits on the line that are wrong.
    pub line_bit_errors: u64,
    /// Bits at the outer decoder: those on the line, unless there is an inner code.
    pub bits: u64,
    /// Bits at the outer decoder that are wrong.
    pub bit_errors: u64,
    /// Symbols of complete codewords.
    pub symbols: u64,
    /// Symbols with an error.
    pub symbol_errors: u64,
    /// Complete codewords.
    pub codewords: u64,
    /// Codewords with 0, 1, 2 ... symbol errors.
    pub errors_per_codeword: Vec<u64>,
    /// Codewords with more errors than the code corrects.
    pub beyond_correction: u64,
    /// Codewords that the decoder gave up.
    pub failed: u64,
    /// Codewords that the decoder took for others.
    pub mistaken: u64,
    /// Bits of messages after decoding.
    pub message_bits: u64,
    /// Bits of messages that are wrong after decoding.
    pub message_bit_errors: u64,
}

impl CodewordCounter {
    /// A counter that has seen nothing.
    pub fn new(layout: Layout) -> Self {
        let outer = layout.outer();
        Self {
            layout,
            code: ReedSolomon::new(outer),
            lanes: vec![Lane::default(); layout.lanes()],
            turn: 0,
            groups: 0,
            errors: vec![0; layout.codewords() * outer.length()],
            counts: CodewordCounts {
                errors_per_codeword: vec![0; outer.length() + 1],
                ..CodewordCounts::default()
            },
        }
    }

    /// How codewords lie on the lanes.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What was counted up to now.
    pub fn counts(&self) -> &CodewordCounts {
        &self.counts
    }

    /// Takes in the next record.
    pub fn add(&mut self, record: &BitErrors) {
        self.add_decoded(record, record);
    }

    /// Takes in the next record of a lane with an inner code: what was wrong on the line, and what
    /// that code has left of it.
    pub fn add_decoded(&mut self, line: &BitErrors, record: &BitErrors) {
        self.counts.line_bits += line.bits();
        self.counts.line_bit_errors += line.positions().len() as u64;
        let lane = &mut self.lanes[self.turn];
        lane.wrong.extend(record.positions().iter().map(|&p| lane.bits + u64::from(p)));
        lane.bits += record.bits();
        self.turn = (self.turn + 1) % self.lanes.len();
        self.counts.bits += record.bits();
        self.counts.bit_errors += record.positions().len() as u64;

        let segment = self.layout.segment_bits() as u64;
        let complete = self.lanes.iter().map(|lane| lane.bits / segment).min().unwrap_or(0);
        while self.groups < complete {
            let wrong = self.lanes.iter().filter_map(|lane| lane.wrong.front());
            let next = wrong.map(|bit| bit / segment).min().unwrap_or(complete).min(complete);
            self.without_errors(next - self.groups);
            self.groups = next;
            if next < complete {
                self.group(segment);
                self.groups += 1;
            }
        }
    }

    /// Counts groups in which no bit is wrong.
    fn without_errors(&mut self, groups: u64) {
        let codewords = groups * self.layout.codewords() as u64;
        self.arrived(codewords);
        self.counts.errors_per_codeword[0] += codewords;
    }

    /// Counts that codewords arrived.
    fn arrived(&mut self, codewords: u64) {
        let outer = self.layout.outer();
        self.counts.codewords += codewords;
        self.counts.symbols += codewords * outer.length() as u64;
        self.counts.message_bits += codewords * (outer.message() * SYMBOL_BITS) as u64;
    }

    /// Counts the group at hand, which has errors.
    fn group(&mut self, segment: u64) {
        let length = self.layout.outer().length();
        let (begin, end) = (self.groups * segment, (self.groups + 1) * segment);
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            while let Some(bit) = lane.wrong.pop_front_if(|bit| *bit < end) {
                let place = self.layout.locate(index, (bit - begin) as usize);
                self.errors[place.codeword * length + place.symbol] ^= 1 << place.bit;
            }
        }
        for codeword in 0..self.layout.codewords() {
            self.codeword(codeword * length..(codeword + 1) * length);
        }
        self.errors.fill(0);
    }

    /// Counts and decodes one codeword of the group at hand.
    fn codeword(&mut self, span: std::ops::Range<usize>) {
        let outer = self.layout.outer();
        let errors = &mut self.errors[span];
        let count = errors.iter().filter(|&&error| error != 0).count();
        self.counts.errors_per_codeword[count] += 1;
        self.counts.symbol_errors += count as u64;
        self.counts.beyond_correction += u64::from(count > outer.correctable());
        if count > 0 {
            let decoded = self.code.decode_errors(errors);
            let message = errors.iter().take(outer.message());
            let wrong: u32 = message.map(|error| error.count_ones()).sum();
            self.counts.message_bit_errors += u64::from(wrong);
            match decoded {
                Decoded::Failed => self.counts.failed += 1,
                Decoded::Corrected(_) => {
                    self.counts.mistaken += u64::from(errors.iter().any(|&error| error != 0));
                }
            }
        }
        self.arrived(1);
    }
}

impl CodewordCounts {
    /// Takes in what was counted over other groups, of the same code.
    pub fn merge(&mut self, other: &Self) {
        self.line_bits += other.line_bits;
        self.line_bit_errors += other.line_bit_errors;
        self.bits += other.bits;
        self.bit_errors += other.bit_errors;
        self.symbols += other.symbols;
        self.symbol_errors += other.symbol_errors;
        self.codewords += other.codewords;
        self.beyond_correction += other.beyond_correction;
        self.failed += other.failed;
        self.mistaken += other.mistaken;
        self.message_bits += other.message_bits;
        self.message_bit_errors += other.message_bit_errors;
        if self.errors_per_codeword.len() < other.errors_per_codeword.len() {
            self.errors_per_codeword.resize(other.errors_per_codeword.len(), 0);
        }
        for (count, more) in self.errors_per_codeword.iter_mut().zip(&other.errors_per_codeword) {
            *count += more;
        }
    }

    /// Bit errors over bits at the outer decoder; 0 without bits.
    pub fn bit_error_ratio(&self) -> f64 {
        ratio(self.bit_errors, self.bits)
    }

    /// Symbol errors over symbols; 0 without symbols.
    pub fn symbol_error_ratio(&self) -> f64 {
        ratio(self.symbol_errors, self.symbols)
    }

    /// Codewords that decoding left wrong: given up, or taken for others.
    pub fn lost(&self) -> u64 {
        self.failed + self.mistaken
    }
}

pub(super) fn ratio(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fec::{Outer, analytic};
    use crate::kernel::rng::{Key, Seed};

    fn layout(codewords: usize, streams: usize, lanes: usize) -> Layout {
        Layout::new(Outer::Kp4, codewords, streams, lanes).unwrap()
    }

    /// Records of random errors.
    fn records(count: u64, bits: u32, ber: f64) -> Vec<BitErrors> {
        let record = |index| {
            let mut stream = Key::root(Seed(4)).indexed(index).stream();
            // Gaps between errors are geometric.
            let mut positions = Vec::new();
            let mut at = 0.0;
            loop {
                at += (stream.uniform().ln() / (-ber).ln_1p()).floor();
                if at >= f64::from(bits) {
                    return BitErrors::new(bits.into(), positions).unwrap();
                }
                positions.push(at as u32);
                at += 1.0;
            }
        };
        (0..count).map(record).collect()
    }

    #[test]
    fn the_cut_of_records_changes_nothing() {
        let whole = &records(1, 400_000, 1e-3)[0];
        let mut once = CodewordCounter::new(layout(4, 2, 1));
        once.add(whole);
        let mut pieces = CodewordCounter::new(layout(4, 2, 1));
        for begin in (0..400_000).step_by(8_000) {
            let positions =
                whole.positions().iter().filter(|p| (begin..begin + 8_000).contains(*p));
            pieces.add(&BitErrors::new(8_000, positions.map(|p| p - begin).collect()).unwrap());
        }
        assert_eq!(once.counts(), pieces.counts());
        assert_eq!(once.counts().codewords, 4 * (400_000 / 21_760));
    }

    #[test]
    fn sixteen_symbol_errors_are_one_too_many() {
        let mut counter = CodewordCounter::new(layout(1, 1, 1));
        // Three codewords with 15, 16 and 544 symbol errors, one bit in each.
        let bits = (0..15).chain(544..560).chain(1088..1632).map(|symbol| 10 * symbol + 3);
        counter.add(&BitErrors::new(5 * 5440, bits.collect()).unwrap());
        let counts = counter.counts();
        let at = |k: usize| counts.errors_per_codeword[k];
        assert_eq!([at(0), at(15), at(16), at(544)], [2, 1, 1, 1]);
        assert_eq!((counts.beyond_correction, counts.failed, counts.mistaken), (2, 2, 0));
        assert_eq!((counts.message_bit_errors, counts.message_bits), (16 + 514, 5 * 5140));
    }

    /// A codeword error ratio of 8.7e-3 at a bit error ratio of 1.5e-3; 8000 codewords, three
    /// standard deviations of their count.
    #[test]
    fn random_errors_fail_as_often_as_they_should() {
        for form in [layout(1, 1, 1), layout(2, 4, 4)] {
            let mut counter = CodewordCounter::new(form);
            for record in records(400, 108_800, 1.5e-3) {
                counter.add(&record);
            }
            let counts = counter.counts();
            assert_eq!(counts.codewords, 8000);
            let expected = analytic::codeword_error_ratio(Outer::Kp4, 1.5e-3) * 8000.0;
            let (lost, beyond) = (counts.lost(), counts.beyond_correction);
            assert_eq!(lost, beyond, "the decoder fails where it must, and nowhere else");
            let far = (lost as f64 - expected).abs();
            assert!(far < 3.0 * expected.sqrt(), "{lost} for {expected}");
            assert_eq!(counts.errors_per_codeword.iter().sum::<u64>(), 8000);
        }
    }

    #[test]
    fn a_codeword_taken_for_another_is_told() {
        let outer = Outer::Kr4;
        let mut message = vec![0; outer.message()];
        message[7] = 1;
        let difference = ReedSolomon::new(outer).encode(&message);
        let bits = difference.iter().enumerate().flat_map(|(symbol, value)| {
            (0..10)
                .filter(move |bit| value >> bit & 1 == 1)
                .map(move |bit| 10 * symbol as u32 + bit)
        });
        let mut counter = CodewordCounter::new(Layout::new(outer, 1, 1, 1).unwrap());
        // All but one of the symbols in which the two codewords differ.
        counter.add(&BitErrors::new(5280, bits.skip(1).collect()).unwrap());
        let counts = counter.counts();
        assert_eq!((counts.failed, counts.mistaken, counts.lost()), (0, 1, 1));
        assert_eq!(counts.message_bit_errors, 1);
    }

    #[test]
    fn a_group_waits_for_all_its_lanes() {
        let mut counter = CodewordCounter::new(layout(1, 1, 4));
        let clean = BitErrors::new(1360, Vec::new()).unwrap();
        for _ in 0..3 {
            counter.add(&clean);
        }
        assert_eq!((counter.counts().bits, counter.counts().codewords), (4080, 0));
        counter.add(&BitErrors::new(1360, vec![0]).unwrap());
        assert_eq!(counter.counts().errors_per_codeword[..2], [0, 1]);
        let once = counter.counts().clone();
        let mut twice = once.clone();
        twice.merge(&once);
        assert_eq!((twice.codewords, twice.symbol_errors), (2, 2));
    }
}
