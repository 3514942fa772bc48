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
    /// The short stress pattern random quaternary of optical transmitter tests, repeated: 65,535
    /// PAM4 symbols, see [`ssprq`].
    Ssprq,
}

impl Pattern {
    /// The symbols of record `record`, each record `count` long. `key` addresses the randomness.
    ///
    /// # Errors
    /// If there is no such sequence, `count` is odd for an alphabet mapped in pairs, or the
    /// alphabet is not the pattern's.
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
            Self::Ssprq => {
                if modulation != Modulation::Pam4 {
                    return Err(Error::parameter("modulation", modulation, "pam4 for ssprq"));
                }
                let period = ssprq();
                let start = u128::from(record) * count as u128 % period.len() as u128;
                values.extend(period.iter().cycle().skip(start as usize).take(count));
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
            Self::Ssprq => Some(SSPRQ_SYMBOLS as u64),
        }
    }
}

/// Symbols of the SSPRQ pattern.
const SSPRQ_SYMBOLS: usize = 65_535;

/// One period of the SSPRQ pattern: level indices of 65,535 PAM4 symbols.
///
/// # Formula
/// Three pieces of the inverted PRBS31, begun from the states 0x00000002, 0x34013FF7 and
/// 0x0CCCCCCC (the newest bit lowest) and 10,924, 10,922 and 10,922 bits long, make a sequence `A`
/// of 32,768 bits. The bits are `A`, `A`, `A` without its first and `A` without its last; pairs are
/// Gray mapped, and the second and fourth of these parts are sent upside down.
///
/// # References
/// IEEE Std 802.3-2018, 120.5.11.2.3 and Table 120-2.
pub fn ssprq() -> Vec<u8> {
    const PIECES: [(u32, usize); 3] =
        [(0x0000_0002, 10_924), (0x3401_3FF7, 10_922), (0x0CCC_CCCC, 10_922)];
    let mut a = Vec::with_capacity(32_768);
    for (state, bits) in PIECES {
        let mut prbs = Prbs { order: 31, lags: &[28, 31], state };
        a.extend((0..bits).map(|_| 1 - prbs.next_bit()));
    }
    let bits = [&a[..], &a[..], &a[1..], &a[..a.len() - 1]].concat();
    let upside_down = |at: usize| (16_384..32_768).contains(&at) || at >= 49_151;
    let symbol = |(at, pair): (usize, &[u8])| {
        let level = Modulation::Pam4.map(pair[0] << 1 | pair[1])[0];
        if upside_down(at) { 3 - level } else { level }
    };
    bits.chunks_exact(2).enumerate().map(symbol).collect()
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
            Self::Ssprq => f.write_str("ssprq"),
        }
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let name = text.to_ascii_lowercase();
        match name.as_str() {
            "random" => return Ok(Self::Random),
            "ssprq" => return Ok(Self::Ssprq),
            _ => {}
        }
        // PRBS13Q is the same bits, mapped to PAM4, and the alphabet says that already.
        let order = name.strip_prefix("prbs").map(|order| order.strip_suffix('q').unwrap_or(order));
        let order = order.and_then(|order| order.parse().ok());
        match order {
            Some(order) if Prbs::ORDERS.contains(&order) => Ok(Self::Prbs(order)),
            _ => Err(Error::data(format!(
                "`{text}` is not a pattern: expected random, ssprq or prbs7, 9, 11, 13, 15, 23 or 31"
            ))),
        }
    }
}

crate::unit::document_text!(Pattern);

#[cfg(test)]
mod tests;
