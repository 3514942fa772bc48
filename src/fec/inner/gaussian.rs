//! What the inner code makes of Gaussian noise.

use super::{BLOCK, Inner, InnerDecoder, PAYLOAD};
use crate::Result;
use crate::kernel::gauss;
use crate::kernel::rng::Key;
use crate::parallel;
use crate::signal::Modulation;
use crate::unit::check;

/// Blocks that are drawn from one random stream.
const BATCH: usize = 4096;

/// Symbols of PAM4 in a symbol of the outer code.
const OUTER_SYMBOL: usize = 5;

/// What was counted over blocks of the inner code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InnerCounts {
    /// Blocks decoded.
    pub blocks: u64,
    /// Bits sent, those of parity included.
    pub bits: u64,
    /// Bits that were wrong before decoding.
    pub bit_errors: u64,
    /// Bits of payload.
    pub payload_bits: u64,
    /// Bits of payload that were wrong after decoding.
    pub payload_bit_errors: u64,
    /// Symbols of the outer code.
    pub outer_symbols: u64,
    /// Symbols of the outer code that were wrong after decoding.
    pub outer_symbol_errors: u64,
}

impl InnerCounts {
    /// Takes in what was counted over other blocks.
    pub fn merge(&mut self, other: &Self) {
        self.blocks += other.blocks;
        self.bits += other.bits;
        self.bit_errors += other.bit_errors;
        self.payload_bits += other.payload_bits;
        self.payload_bit_errors += other.payload_bit_errors;
        self.outer_symbols += other.outer_symbols;
        self.outer_symbol_errors += other.outer_symbol_errors;
    }
}

/// Sends `blocks` codewords of random payload through Gaussian noise that gives PAM4 a bit error
/// ratio.
///
/// # Formula
/// `BER = 3/4 Q(1 / (3 sigma))` for levels from -1 to 1.
///
/// # Errors
/// If the bit error ratio is not between 1e-12 and 0.1.
pub fn simulate(inner: Inner, ber: f64, blocks: usize, key: Key) -> Result<InnerCounts> {
    check::within("ber", ber, &(1e-12..=0.1))?;
    let sigma = 1.0 / (3.0 * gauss::q_inv(ber / 0.75));
    let levels = [0, 1, 2, 3].map(|symbol| Modulation::Pam4.level(symbol));
    let decoder = InnerDecoder::new(inner, &levels)?;
    let batches = parallel::map(
        blocks.div_ceil(BATCH),
        || (),
        |(), batch| {
            let count = BATCH.min(blocks - batch * BATCH);
            let mut stream = key.indexed(batch as u64).stream();
            let mut counts = InnerCounts::default();
            let (mut payload, mut values, mut got) = ([0; PAYLOAD], [0.0; BLOCK], [0; BLOCK]);
            for _ in 0..count {
                for symbols in payload.chunks_mut(32) {
                    let bits = stream.bits();
                    for (n, symbol) in symbols.iter_mut().enumerate() {
                        *symbol = (bits >> (2 * n) & 3) as u8;
                    }
                }
                let sent = super::encode(&payload);
                for (value, &symbol) in values.iter_mut().zip(&sent) {
                    *value = levels[usize::from(symbol)] + sigma * stream.sample();
                }
                let received = values.map(|value| decoder.nearest(value));
                decoder.decode(&values, 0, &mut got);
                counts.add(&sent, &received, &got);
            }
            counts
        },
    );
    let mut counts = InnerCounts::default();
    for batch in &batches {
        counts.merge(batch);
    }
    Ok(counts)
}

impl InnerCounts {
    /// Takes in one block.
    fn add(&mut self, sent: &[u8; BLOCK], received: &[u8; BLOCK], decoded: &[u8; BLOCK]) {
        let wrong = |a: &[u8], b: &[u8]| -> u64 {
            let differ = a.iter().zip(b).filter(|(a, b)| a != b);
            differ.map(|(&a, &b)| u64::from(Modulation::Pam4.bit_errors(&[a], &[b]))).sum()
        };
        self.blocks += 1;
        self.bits += 2 * BLOCK as u64;
        self.payload_bits += 2 * PAYLOAD as u64;
        self.outer_symbols += (PAYLOAD / OUTER_SYMBOL) as u64;
        if sent != received {
            self.bit_errors += wrong(sent, received);
        }
        if sent[..PAYLOAD] != decoded[..PAYLOAD] {
            self.payload_bit_errors += wrong(&sent[..PAYLOAD], &decoded[..PAYLOAD]);
            let symbols = sent[..PAYLOAD].chunks(OUTER_SYMBOL).zip(decoded.chunks(OUTER_SYMBOL));
            self.outer_symbol_errors += symbols.filter(|(a, b)| a != b).count() as u64;
        }
    }
}
