//! The inner code of 200 Gb/s lanes: a Hamming code that is decoded softly.
//!
//! 120 bits of payload are 60 symbols of PAM4. The two bits of a symbol are added modulo 2, which
//! leaves the lowest bit of its level: neighboring levels always differ in it. These 60 sums are
//! protected by 8 parity bits, which travel as 4 more symbols. A code of 68 bits thus corrects
//! what matters of 128.
//!
//! The receiver knows of each symbol not only the nearest level, but also how near the next one
//! is. A soft decoder looks for the codeword that takes the least of it all to reach.

mod gaussian;
mod table;

use super::BitErrors;
use crate::signal::{Modulation, Symbols};
use crate::{Error, Result};

pub use gaussian::{InnerCounts, simulate};
pub use table::AfterInner;

/// Symbols of a block that carry payload.
pub const PAYLOAD: usize = 60;

/// Symbols of a block.
pub const BLOCK: usize = 64;

/// Outer codewords that the symbols of one block belong to, one each: what one block leaves wrong
/// never meets in a codeword.
pub const OUTER_CODEWORDS: usize = 12;

/// The parity bits that each sum takes part in, the first parity bit the highest.
///
/// IEEE 802.3dj, Table 177-1 (draft).
const GENERATOR: [u8; PAYLOAD] = [
    0x94, 0x4A, 0x25, 0xCB, 0xBC, 0x5E, 0x2F, 0xCE, 0x67, 0xEA, 0x75, 0xE3, 0xA8, 0x54, 0x2A, 0x15,
    0xD3, 0xB0, 0x58, 0x2C, 0x16, 0x0B, 0xDC, 0x6E, 0x37, 0xC2, 0x61, 0xE9, 0xAD, 0x8F, 0x9E, 0x4F,
    0xFE, 0x7F, 0xE6, 0x73, 0xE0, 0x70, 0x38, 0x1C, 0x0E, 0x07, 0xDA, 0x6D, 0xEF, 0xAE, 0x57, 0xF2,
    0x79, 0xE5, 0xAB, 0x8C, 0x46, 0x23, 0xC8, 0x64, 0x32, 0x19, 0xD5, 0xB3,
];

/// Positions of the code: a sum each, then the parity bits.
const POSITIONS: usize = 68;

/// The syndrome of a single error in each position.
static COLUMNS: [u8; POSITIONS] = columns();

/// Stands for no position: its cost is infinite.
const NOWHERE: usize = POSITIONS;

/// Stands for no error: its cost is 0.
const NOTHING: usize = POSITIONS + 1;

/// The position whose error has a syndrome, `NOWHERE` if there is none.
static ERROR_OF: [u8; 256] = error_of();

/// Least reliable positions that are tried.
const TRIED: usize = 6;

const fn columns() -> [u8; POSITIONS] {
    let mut columns = [0; POSITIONS];
    let mut position = 0;
    while position < POSITIONS {
        columns[position] =
            if position < PAYLOAD { GENERATOR[position] } else { 0x80 >> (position - PAYLOAD) };
        position += 1;
    }
    columns
}

const fn error_of() -> [u8; 256] {
    let columns = columns();
    let mut table = [NOWHERE as u8; 256];
    let mut position = 0;
    while position < POSITIONS {
        table[columns[position] as usize] = position as u8;
        position += 1;
    }
    table[0] = NOTHING as u8;
    table
}

/// How the inner code is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Inner {
    /// By the syndrome alone: the one position that explains it, if there is one.
    Hard,
    /// Chase's second algorithm: each of the 64 ways to change the 6 least reliable positions,
    /// completed by the syndrome, and of the codewords so found the nearest.
    Soft,
}

/// The parity bits of 60 symbols, the first the highest.
///
/// # Panics
/// If there are not 60 symbols.
pub fn parity(payload: &[u8]) -> u8 {
    assert_eq!(payload.len(), PAYLOAD, "a block has 60 symbols of payload");
    let odd = |symbol: u8| (symbol & 1).wrapping_neg();
    payload.iter().zip(&GENERATOR).fold(0, |sum, (&symbol, row)| sum ^ (odd(symbol) & row))
}

/// The block of 60 symbols of PAM4: themselves, then 4 symbols of parity.
///
/// # Panics
/// If there are not 60 symbols.
pub fn encode(payload: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..PAYLOAD].copy_from_slice(payload);
    let parity = parity(payload);
    for (n, symbol) in block[PAYLOAD..].iter_mut().enumerate() {
        [*symbol, _] = Modulation::Pam4.map(parity >> (6 - 2 * n) & 3);
    }
    block
}

/// What the symbols of a block violate of the code, 0 for a codeword.
///
/// # Panics
/// If there are not 64 symbols.
pub fn syndrome(block: &[u8]) -> u8 {
    let (payload, parity_symbols) = block.split_at(PAYLOAD);
    assert_eq!(parity_symbols.len(), BLOCK - PAYLOAD, "a block has 64 symbols");
    let label = |symbol: u8| symbol ^ (symbol >> 1);
    parity_symbols.iter().fold(0, |sum, &symbol| sum << 2 | label(symbol)) ^ parity(payload)
}

/// A decoder of blocks, from the values at the slicer.
///
/// # Formula
/// To take a symbol for the next nearest level costs `d2^2 - d1^2`, with the distances `d1` and
/// `d2` of its value from the two; a parity bit costs what the nearest level with the other value
/// of it does. Of the codewords that are looked at, the one with the least sum of costs is taken.
///
/// # Assumptions
/// Noise is equally strong at each level. Two bits of one parity symbol are taken as independent.
///
/// A simulated link sends symbols that are no codewords. Such a block is decoded toward what it
/// was sent as: among the words with the syndrome of the block that was sent. This is the code with
/// a known scrambling sequence added behind its encoder, which changes nothing that matters.
///
/// # References
/// D. Chase, *A class of algorithms for decoding block codes with channel measurement information*
/// (1972); IEEE 802.3dj, 177.5 (draft).
///
/// ```
/// use lightlane::fec::inner::{self, Inner, InnerDecoder};
///
/// let sent = inner::encode(&[2; 60]);
/// let mut values: Vec<f64> = sent.iter().map(|&s| 2.0 * f64::from(s) / 3.0 - 1.0).collect();
/// values[10] = 0.7;
/// let decoder = InnerDecoder::new(Inner::Soft, &[-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0])?;
/// let mut block = [0; 64];
/// decoder.decode(&values, 0, &mut block);
/// assert_eq!(block, sent);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InnerDecoder {
    inner: Inner,
    levels: [f64; 4],
    /// Middles between levels, with infinities at the ends.
    middles: [f64; 5],
    /// Twice the gaps between levels, with ones at the ends.
    gaps: [f64; 5],
}

impl InnerDecoder {
    /// A decoder for values around four levels.
    ///
    /// # Errors
    /// If the levels are not four finite ones that rise.
    pub fn new(inner: Inner, levels: &[f64]) -> Result<Self> {
        let rising = levels.windows(2).all(|pair| pair[0] < pair[1]);
        let finite = levels.iter().all(|level| level.is_finite());
        let &[a, b, c, d] = levels else {
            return Err(Error::parameter("levels", levels.len(), "four, those of PAM4"));
        };
        if !rising || !finite {
            let found = format!("{a}, {b}, {c}, {d}");
            return Err(Error::parameter("levels", found, "rising and finite"));
        }
        let middle = |low: f64, high: f64| 0.5 * (low + high);
        Ok(Self {
            inner,
            levels: [a, b, c, d],
            middles: [f64::NEG_INFINITY, middle(a, b), middle(b, c), middle(c, d), f64::INFINITY],
            gaps: [1.0, 2.0 * (b - a), 2.0 * (c - b), 2.0 * (d - c), 1.0],
        })
    }

    /// Decodes the values of one block into symbols, toward words of a syndrome; that of codewords
    /// is 0.
    ///
    /// # Panics
    /// If there are not 64 values and 64 symbols.
    pub fn decode(&self, values: &[f64], toward: u8, block: &mut [u8]) {
        assert!(values.len() == BLOCK && block.len() == BLOCK, "a block has 64 symbols");
        for (symbol, &value) in block.iter_mut().zip(values) {
            *symbol = self.nearest(value);
        }
        let syndrome = syndrome(block) ^ toward;
        if syndrome == 0 {
            return;
        }
        match self.inner {
            Inner::Hard => {
                let position = usize::from(ERROR_OF[usize::from(syndrome)]);
                if position < POSITIONS {
                    self.change(values, block, position);
                }
            }
            Inner::Soft => self.chase(values, syndrome, block),
        }
    }

    /// The bits of payload that are wrong after decoding a record of PAM4, block after block; what
    /// does not fill a block at the end of the record is left out.
    ///
    /// # Errors
    /// If the record is not one of PAM4 with a finite value for each symbol.
    pub fn errors(&self, sent: &Symbols, values: &[f64]) -> Result<BitErrors> {
        if sent.modulation() != Modulation::Pam4 {
            return Err(Error::parameter("modulation", sent.modulation(), Modulation::Pam4));
        }
        if values.len() != sent.len() {
            let expected = format!("{}, one for each symbol sent", sent.len());
            return Err(Error::parameter("slicer", values.len(), expected));
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(Error::parameter("slicer", value, "finite"));
        }
        let mut block = [0; BLOCK];
        let (mut payload, mut decoded) = (Vec::new(), Vec::new());
        for (sent, values) in sent.values().chunks_exact(BLOCK).zip(values.chunks_exact(BLOCK)) {
            self.decode(values, syndrome(sent), &mut block);
            payload.extend_from_slice(&sent[..PAYLOAD]);
            decoded.extend_from_slice(&block[..PAYLOAD]);
        }
        Ok(BitErrors::between(Modulation::Pam4, &payload, &decoded))
    }

    /// The symbol whose level is nearest.
    fn nearest(&self, value: f64) -> u8 {
        self.middles[1..4].iter().map(|&middle| u8::from(value > middle)).sum()
    }

    /// What it costs to take a symbol for one of its neighbors, and which one that is.
    fn neighbor(&self, value: f64, symbol: u8) -> (f64, u8) {
        let n = usize::from(symbol);
        let up = self.gaps[n + 1] * (self.middles[n + 1] - value);
        let down = self.gaps[n] * (value - self.middles[n]);
        if up < down { (up, symbol + 1) } else { (down, symbol.wrapping_sub(1)) }
    }

    /// What it costs to take the label of a symbol for one with another bit, 0 the first.
    fn other_bit(&self, value: f64, symbol: u8, bit: usize) -> f64 {
        let square = |symbol: usize| (value - self.levels[symbol]).powi(2);
        let [a, b] = match (bit, symbol) {
            (0, 0 | 1) => [2, 3],
            (0, _) => [0, 1],
            (_, 0 | 3) => [1, 2],
            _ => [0, 3],
        };
        square(a).min(square(b)) - square(usize::from(symbol))
    }

    /// What it costs to change each position, and to change none or an impossible one.
    fn costs(&self, values: &[f64], block: &[u8]) -> [f64; POSITIONS + 2] {
        let mut costs = [0.0; POSITIONS + 2];
        let payload = values.iter().zip(block).take(PAYLOAD);
        for (cost, (&value, &symbol)) in costs.iter_mut().zip(payload) {
            (*cost, _) = self.neighbor(value, symbol);
        }
        for (position, cost) in costs.iter_mut().enumerate().take(POSITIONS).skip(PAYLOAD) {
            let (symbol, bit) = parity_bit(position);
            *cost = self.other_bit(values[symbol], block[symbol], bit);
        }
        costs[NOWHERE] = f64::INFINITY;
        costs
    }

    /// Changes the symbol of a position.
    fn change(&self, values: &[f64], block: &mut [u8], position: usize) {
        if position < PAYLOAD {
            (_, block[position]) = self.neighbor(values[position], block[position]);
        } else {
            let (symbol, bit) = parity_bit(position);
            let label = block[symbol] ^ (block[symbol] >> 1) ^ (2 >> bit);
            [block[symbol], _] = Modulation::Pam4.map(label);
        }
    }

    /// The nearest word of those that Chase's second algorithm looks at.
    fn chase(&self, values: &[f64], syndrome: u8, block: &mut [u8]) {
        let mut costs = self.costs(values, block);
        let tried = least(&costs[..POSITIONS]);
        let tried_costs = tried.map(|position| costs[position]);
        // What completes a pattern at one of these is another pattern, which needs no completion.
        for position in tried {
            costs[position] = f64::INFINITY;
        }
        // Syndrome and cost of each pattern follow from the pattern without its lowest bit.
        let mut patterns = [(0u8, 0.0); 1 << TRIED];
        patterns[0].0 = syndrome;
        let (mut best, mut chosen) = (f64::INFINITY, (0, NOWHERE));
        for pattern in 0..1usize << TRIED {
            if pattern > 0 {
                let lowest = pattern.trailing_zeros() as usize;
                let (syndrome, cost) = patterns[pattern & (pattern - 1)];
                patterns[pattern] = (syndrome ^ COLUMNS[tried[lowest]], cost + tried_costs[lowest]);
            }
            let (syndrome, cost) = patterns[pattern];
            let completion = usize::from(ERROR_OF[usize::from(syndrome)]);
            let cost = cost + costs[completion];
            if cost < best {
                (best, chosen) = (cost, (pattern, completion));
            }
        }
        let (pattern, completion) = chosen;
        for (bit, &position) in tried.iter().enumerate() {
            if pattern >> bit & 1 == 1 {
                self.change(values, block, position);
            }
        }
        if completion < POSITIONS {
            self.change(values, block, completion);
        }
    }
}

/// The symbol of a block, and the bit of its label, that a parity position stands for.
fn parity_bit(position: usize) -> (usize, usize) {
    (PAYLOAD + (position - PAYLOAD) / 2, (position - PAYLOAD) % 2)
}

/// The positions of the least costs.
fn least(costs: &[f64]) -> [usize; TRIED] {
    let mut found = [(f64::INFINITY, 0); TRIED];
    for (position, &cost) in costs.iter().enumerate() {
        if cost < found[TRIED - 1].0 {
            let mut slot = TRIED - 1;
            while slot > 0 && cost < found[slot - 1].0 {
                found[slot] = found[slot - 1];
                slot -= 1;
            }
            found[slot] = (cost, position);
        }
    }
    found.map(|(_, position)| position)
}

#[cfg(test)]
mod tests;
