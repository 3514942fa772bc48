//! What follows an error: feedback of wrong decisions, and the decoder of a precoded link.

use super::{SemiAnalytic, SlicerInput, Tails};
use crate::analysis::ber::GUESS;
use crate::analysis::cost::bit_costs;
use crate::kernel::rng::Key;

/// First errors that are followed.
const STARTS: usize = 4096;

/// Symbols that a burst is followed for, at most.
const LONGEST: usize = 4096;

/// Lengths of bursts that are told apart.
const LENGTHS: usize = 32;

/// What becomes of a first error.
///
/// # Formula
/// First errors are drawn in proportion to their probability. From each on, the slicer decides what
/// the record gives, with the feedback of its own decisions and fresh noise, until as many
/// decisions in a row were right as there are feedback taps.
///
/// # Assumptions
/// Noise of neighboring symbols is independent.
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    /// Bit errors of a burst, behind the decoder, over those of its first error alone without
    /// precoding.
    pub multiplication: f64,
    /// Symbol errors a burst, ahead of the decoder.
    pub symbol_errors: f64,
    /// Symbols from a first error until the feedback is right again.
    pub duration: f64,
    /// The probability that a burst spans 1, 2, ... symbols from its first to its last error; the
    /// last entry holds all longer ones.
    pub lengths: Vec<f64>,
}

impl Bursts {
    /// Errors that stay alone.
    fn none() -> Self {
        Self { multiplication: 1.0, symbol_errors: 1.0, duration: 1.0, lengths: vec![1.0] }
    }

    /// The bit error ratio from those of first errors, of bits and of symbols, while the feedback is
    /// right.
    ///
    /// # Formula
    /// `m b / (1 + s (D - 1))`: a burst makes `m` errors of each first one and lasts `D` symbols, in
    /// which no other begins.
    pub fn rate(&self, bits: f64, symbols: f64) -> f64 {
        (self.multiplication * bits / (1.0 + symbols * (self.duration - 1.0))).min(GUESS)
    }
}

/// Follows bursts of a slicer.
pub(super) fn measure(model: &SemiAnalytic, tails: &[Vec<Tails>], key: Key) -> Bursts {
    if model.feedback.is_empty() && !model.precoding {
        return Bursts::none();
    }
    let costs = &bit_costs(model.modulation);
    let mut stream = key.named("bursts").stream();
    // A comb over the cumulated probabilities, from a random start.
    let total: f64 = tails.iter().flatten().map(|tails| tails.down + tails.up).sum();
    let step = total / STARTS as f64;
    let mut next = step * stream.uniform();
    let mut cumulated = 0.0;
    let (mut first, mut bits, mut symbols, mut duration) = (0.0, 0.0, 0.0, 0.0);
    let mut lengths = vec![0.0; LENGTHS];
    let mut starts = 0;
    for (record, tails) in model.records.iter().zip(tails) {
        for (n, (input, &Tails { down, up, .. })) in record.iter().zip(tails).enumerate() {
            cumulated += down + up;
            while next < cumulated && starts < STARTS {
                next += step;
                starts += 1;
                let sent = usize::from(input.sent);
                let got = if stream.uniform() * (down + up) < down { sent - 1 } else { sent + 1 };
                first += costs[sent][got];
                let burst = follow(model, record, n, got as u8, costs, || stream.sample());
                bits += burst.bits;
                symbols += burst.symbols;
                duration += burst.duration;
                lengths[(burst.span - 1).min(LENGTHS - 1)] += 1.0;
            }
        }
    }
    if starts == 0 {
        return Bursts::none();
    }
    let count = f64::from(starts as u32);
    let longest = lengths.iter().rposition(|n| *n > 0.0).unwrap_or(0);
    lengths.truncate(longest + 1);
    Bursts {
        multiplication: bits / first,
        symbol_errors: symbols / count,
        duration: duration / count,
        lengths: lengths.into_iter().map(|n| n / count).collect(),
    }
}

struct Burst {
    bits: f64,
    symbols: f64,
    /// Symbols from the first error to the last.
    span: usize,
    /// Symbols until the feedback is right again.
    duration: f64,
}

/// The burst that begins with symbol `start` of a record decided as `got`.
fn follow(
    model: &SemiAnalytic,
    record: &[SlicerInput],
    start: usize,
    got: u8,
    costs: &[Vec<f64>],
    mut normal: impl FnMut() -> f64,
) -> Burst {
    let count = model.modulation.levels() as u8;
    let level = |symbol: u8| model.modulation.level(symbol);
    // What the feedback took the past symbols for, less what they were; the latest first.
    let mut errors = vec![0.0; model.feedback.len().max(1)];
    let (mut bits, mut symbols, mut span, mut duration) = (0.0, 0.0, 0, 0.0);
    let before = record[(start + record.len() - 1) % record.len()].sent;
    let (mut sent_before, mut got_before) = (before, before);
    for offset in 0..LONGEST.min(record.len()) {
        let input = &record[(start + offset) % record.len()];
        let decided = if offset == 0 {
            got
        } else {
            let shift: f64 = model.feedback.iter().zip(&errors).map(|(b, e)| b * e).sum();
            let (mut value, mut variance) = (input.value - shift, input.sigma * input.sigma);
            for deviation in &input.two_valued {
                if deviation.shift != 0.0 {
                    let sign = if normal() < 0.0 { -1.0 } else { 1.0 };
                    value += sign * deviation.shift;
                    variance += sign * deviation.variance;
                }
            }
            value += variance.max(0.0).sqrt() * normal();
            model.thresholds.iter().map(|&threshold| u8::from(value > threshold)).sum()
        };
        let wrong = decided != input.sent;
        symbols += f64::from(u8::from(wrong));
        if wrong {
            span = offset + 1;
        }
        bits += if model.precoding {
            // The decoder adds each symbol to the one before it.
            let sent = (input.sent + sent_before) % count;
            let got = (decided + got_before) % count;
            costs[usize::from(sent)][usize::from(got)]
        } else {
            costs[usize::from(input.sent)][usize::from(decided)]
        };
        (sent_before, got_before) = (input.sent, decided);
        duration += 1.0;
        errors.rotate_right(1);
        errors[0] = level(decided) - level(input.sent);
        if errors.iter().all(|error| *error == 0.0) {
            break;
        }
    }
    Burst { bits, symbols, span, duration }
}
