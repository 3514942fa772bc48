//! Test patterns: pseudo-random bit sequences and the symbols made of them.

use std::fmt;
use std::str::FromStr;

use super::{Modulation, Symbols};
use crate::kernel::rng::Key;
use crate::{Error, Result};

/// A maximal-length bit sequence.
///
/// # Formula
/// `b[n]` is the exclusive or of the earlier bits at the lags of the polynomial; the sequence
/// repeats after `2^order - 1` bits.
///
/// # References
/// ITU-T O.150 and O.151; IEEE 802.3, 120.5.11.2.1 for PRBS13. Instruments often send PRBS15, 23
/// and 31 inverted; here all are as the polynomial gives them.
#[derive(Clone, Debug)]
pub struct Prbs {
    order: u32,
    lags: &'static [u32],
    /// The last `order` bits, the newest in bit 0.
    state: u32,
}

impl Prbs {
    /// The orders that exist: 7, 9, 11, 13, 15, 23 and 31.
    pub const ORDERS: [u32; 7] = [7, 9, 11, 13, 15, 23, 31];

    /// The sequence of an order, begun from a state of `order` bits (the newest in bit 0).
    ///
    /// # Errors
    /// If there is no sequence of that order, or the state has no bit set among its lowest
    /// `order`.
    pub fn new(order: u32, state: u32) -> Result<Self> {
        let lags: &[u32] = match order {
            7 => &[6, 7],
            9 => &[5, 9],
            11 => &[9, 11],
            13 => &[1, 2, 12, 13],
            15 => &[14, 15],
            23 => &[18, 23],
            31 => &[28, 31],
            _ => {
                let expected = "7, 9, 11, 13, 15, 23 or 31";
                return Err(Error::parameter("prbs order", order, expected));
            }
        };
        let state = state & (u32::MAX >> (32 - order));
        if state == 0 {
            return Err(Error::parameter("prbs state", state, "other than zero"));
        }
        Ok(Self { order, lags, state })
    }

    /// Bits until the sequence repeats.
    pub fn period(&self) -> u64 {
        (1 << self.order) - 1
    }

    /// The next bit.
    pub fn next_bit(&mut self) -> u8 {
        let bit = self.lags.iter().fold(0, |bit, lag| bit ^ (self.state >> (lag - 1))) & 1;
        self.state = (self.state << 1 | bit) & (u32::MAX >> (32 - self.order));
        bit as u8
    }
}

/// What a transmitter sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Seeded random symbols, other ones in each record.
    Random,
    /// A maximal-length bit sequence, mapped to symbols (PRBSnQ for PAM4), repeated; each record
    /// goes on where the one before ended.
    Prbs(u32),
}

impl Pattern {
    /// The symbols of record `record`, each record `count` long. `key` addresses the randomness.
    ///
    /// # Errors
    /// If there is no such sequence, or `count` is odd for an alphabet mapped in pairs.
    pub fn symbols(
        self,
        modulation: Modulation,
        count: usize,
        record: u64,
        key: Key,
    ) -> Result<Symbols> {
        let group = modulation.group();
        if !count.is_multiple_of(group) {
            return Err(Error::parameter("symbols", count, format!("a multiple of {group}")));
        }
        let bits_per_group = modulation.group_bits();
        let mut values = Vec::with_capacity(count);
        let mut fill = |next: &mut dyn FnMut() -> u8| {
            while values.len() < count {
                let bits = (0..bits_per_group).fold(0, |bits, _| bits << 1 | next());
                values.extend_from_slice(&modulation.map(bits)[..group]);
            }
        };
        match self {
            Self::Random => {
                let mut stream = key.named("symbols").indexed(record).stream();
                let (mut pool, mut left) = (0, 0);
                fill(&mut || {
                    if left == 0 {
                        (pool, left) = (stream.bits(), 64);
                    }
                    let bit = (pool & 1) as u8;
                    pool >>= 1;
                    left -= 1;
                    bit
                });
            }
            Self::Prbs(order) => {
                let mut prbs = standard_prbs(order)?;
                let bits = (count / group) as u64 * u64::from(bits_per_group);
                let skip =
                    (u128::from(record) * u128::from(bits) % u128::from(prbs.period())) as u64;
                for _ in 0..skip {
                    prbs.next_bit();
                }
                fill(&mut || prbs.next_bit());
            }
        }
        Symbols::new(modulation, values)
    }

    /// Symbols until the pattern repeats, or `None` if it does not.
    ///
    /// The period is odd, so an alphabet of two bits a symbol takes two turns of the bits and uses
    /// each bit in both places: PRBS13Q has 8191 symbols.
    pub fn period(self) -> Option<u64> {
        match self {
            Self::Random => None,
            Self::Prbs(order) => Some((1 << order) - 1),
        }
    }
}

/// The sequence as test sets start it: PRBS13 from the state of IEEE 802.3's PRBS13Q for lane 0,
/// the others from all ones.
fn standard_prbs(order: u32) -> Result<Prbs> {
    if order != 13 {
        return Prbs::new(order, u32::MAX);
    }
    // The sequence begins with 1101010100000. Going back 13 bits from the state that holds them
    // gives the state that has them still to come.
    let mut prbs = Prbs::new(13, 0b1_1010_1010_0000)?;
    for _ in 0..prbs.period() - 13 {
        prbs.next_bit();
    }
    Ok(prbs)
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Random => f.write_str("random"),
            Self::Prbs(order) => write!(f, "prbs{order}"),
        }
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "random" {
            return Ok(Self::Random);
        }
        // PRBS13Q is the same bits, mapped to PAM4, and the alphabet says that already.
        let order = text.strip_prefix("prbs").map(|order| order.strip_suffix('q').unwrap_or(order));
        let order = order.and_then(|order| order.parse().ok());
        match order {
            Some(order) if Prbs::ORDERS.contains(&order) => Ok(Self::Prbs(order)),
            _ => Err(Error::data(format!(
                "`{text}` is not a pattern: expected random or prbs7, 9, 11, 13, 15, 23 or 31"
            ))),
        }
    }
}

crate::unit::document_text!(Pattern);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::Seed;

    #[test]
    fn sequences_are_maximal() {
        for order in [7, 9, 11, 13, 15, 23] {
            let mut prbs = Prbs::new(order, 1).unwrap();
            let start = prbs.state;
            let mut ones = 0u64;
            let mut period = 0u64;
            loop {
                ones += u64::from(prbs.next_bit());
                period += 1;
                if prbs.state == start {
                    break;
                }
            }
            assert_eq!(period, (1 << order) - 1);
            assert_eq!(ones, 1 << (order - 1));
        }
    }

    #[test]
    fn prbs31_obeys_its_recurrence() {
        let mut prbs = Prbs::new(31, 0x1234_5678).unwrap();
        let bits: Vec<u8> = (0..10_000).map(|_| prbs.next_bit()).collect();
        for n in 31..bits.len() {
            assert_eq!(bits[n], bits[n - 28] ^ bits[n - 31]);
        }
    }

    #[test]
    fn prbs13q_is_the_one_of_the_standard() {
        let symbols =
            Pattern::Prbs(13).symbols(Modulation::Pam4, 8191, 0, Key::root(Seed(1))).unwrap();
        assert_eq!(symbols.values()[..16], [2, 1, 1, 1, 0, 0, 0, 3, 1, 0, 2, 1, 3, 1, 2, 3]);
        let mut histogram = [0; 4];
        for &value in symbols.values() {
            histogram[usize::from(value)] += 1;
        }
        assert_eq!(histogram, [2047, 2048, 2048, 2048]);
    }

    #[test]
    fn a_record_goes_on_where_the_one_before_ended() {
        let of = |count, record| {
            let key = Key::root(Seed(1));
            Pattern::Prbs(9).symbols(Modulation::Pam8, count, record, key).unwrap()
        };
        let whole = of(600, 0);
        assert_eq!(of(200, 2).values(), &whole.values()[400..]);
    }

    #[test]
    fn random_levels_are_equally_likely() {
        for modulation in [Modulation::Nrz, Modulation::Pam4, Modulation::Pam8] {
            let count = 1 << 16;
            let symbols =
                Pattern::Random.symbols(modulation, count, 3, Key::root(Seed(9))).unwrap();
            let levels = modulation.levels();
            let mut histogram = vec![0f64; levels];
            for &value in symbols.values() {
                histogram[usize::from(value)] += 1.0;
            }
            let share = 1.0 / levels as f64;
            let sigma = (count as f64 * share * (1.0 - share)).sqrt();
            for hits in histogram {
                assert!((hits - count as f64 * share).abs() < 4.0 * sigma);
            }
        }
    }

    #[test]
    fn text_round_trips() {
        for text in ["random", "prbs7", "prbs31"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
        assert_eq!("prbs13q".parse::<Pattern>().unwrap(), Pattern::Prbs(13));
        assert!("prbs8".parse::<Pattern>().is_err());
    }
}
