//! What follows an error: feedback of wrong decisions, and the decoder of a precoded link.

use super::{Case, SemiAnalytic, SlicerInput, Tails};
use crate::analysis::ber::GUESS;
use crate::analysis::cost::bit_costs;
use crate::kernel::gauss;
use crate::kernel::predict::Predictor;
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
/// First errors are drawn in proportion to their probability, with the noise that made them. From
/// each on, the slicer decides what the record gives, with the feedback of its own decisions and
/// noise that follows from the noise before it, until as many decisions in a row were right as there
/// are feedback taps. What right feedback would have let pass of the same noise is counted beside
/// it: noise whose neighbors are correlated has errors in groups by itself.
///
/// # Assumptions
/// Noise is Gaussian and its correlations are the same for all symbols; two-valued deviations of the
/// symbols that follow are a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    /// Bit errors of bursts, behind the decoder, over those that right feedback would have left
    /// without precoding.
    pub multiplication: f64,
    /// Symbol errors a burst, ahead of the decoder.
    pub symbol_errors: f64,
    /// The probability that a burst spans 1, 2, ... symbols from its first to its last error; the
    /// last entry holds all longer ones.
    pub lengths: Vec<f64>,
}

impl Bursts {
    /// Errors that stay alone.
    fn none() -> Self {
        Self { multiplication: 1.0, symbol_errors: 1.0, lengths: vec![1.0] }
    }

    /// The bit error ratio from that of a slicer whose feedback is always right.
    pub fn rate(&self, bits: f64) -> f64 {
        (self.multiplication * bits).min(GUESS)
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
    let predictor = Predictor::new(&model.correlations);
    let (mut alone, mut bits, mut symbols) = (0.0, 0.0, 0.0);
    let mut lengths = vec![0.0; LENGTHS];
    let mut starts = 0;
    for (record, tails) in model.records.iter().zip(tails) {
        for (n, (input, &Tails { down, up, .. })) in record.iter().zip(tails).enumerate() {
            cumulated += down + up;
            while next < cumulated && starts < STARTS {
                next += step;
                starts += 1;
                let is_down = stream.uniform() * (down + up) < down;
                let got = if is_down { input.sent - 1 } else { input.sent + 1 };
                let noise = cause(model, input, is_down, || stream.uniform());
                let follower = Follower { model, record, costs, predictor: &predictor };
                let burst = follower.follow(n, got, noise, || stream.sample());
                alone += burst.alone;
                bits += burst.bits;
                symbols += burst.symbols;
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
        multiplication: bits / alone,
        symbol_errors: symbols / count,
        lengths: lengths.into_iter().map(|n| n / count).collect(),
    }
}

struct Burst {
    bits: f64,
    symbols: f64,
    /// Bit errors with right feedback, without precoding.
    alone: f64,
    /// Symbols from the first error to the last.
    span: usize,
}

/// What moved a symbol that was decided too low or too high, drawn from all that would have, in
/// deviations of its input.
fn cause(
    model: &SemiAnalytic,
    input: &SlicerInput,
    is_down: bool,
    mut uniform: impl FnMut() -> f64,
) -> f64 {
    let sent = usize::from(input.sent);
    let (sign, threshold) =
        if is_down { (-1.0, model.thresholds[sent - 1]) } else { (1.0, model.thresholds[sent]) };
    let cases = input.cases().map(|case| (case.beyond(threshold, sign, 1.0), case));
    let cases: Vec<(f64, Case)> = cases.collect();
    let mut left = uniform() * cases.iter().map(|(chance, ..)| chance).sum::<f64>();
    let chosen = cases.iter().find(|(chance, ..)| {
        left -= chance;
        left < 0.0
    });
    let Some((_, case)) = chosen.or(cases.last()) else { return 0.0 };
    // Noise beyond the distance, as it is distributed there.
    let sigma = case.variance.sqrt();
    let noise = if sigma > 0.0 {
        let chance = gauss::q(sign * (threshold - case.value) / sigma);
        sign * sigma * gauss::q_inv(chance * uniform())
    } else {
        0.0
    };
    let moved = case.value - input.value + noise;
    let deviation = input.deviation();
    if deviation > 0.0 && moved.is_finite() { moved / deviation } else { 0.0 }
}

/// Follows bursts through a record.
struct Follower<'a> {
    model: &'a SemiAnalytic,
    record: &'a [SlicerInput],
    costs: &'a [Vec<f64>],
    predictor: &'a Predictor,
}

impl Follower<'_> {
    /// The burst that begins with symbol `start`, which `noise` made `got` of.
    fn follow(&self, start: usize, got: u8, noise: f64, mut normal: impl FnMut() -> f64) -> Burst {
        let Self { model, record, costs, predictor } = self;
        let count = model.modulation.levels() as u8;
        let level = |symbol: u8| model.modulation.level(symbol);
        let cost = |sent: u8, got: u8| costs[usize::from(sent)][usize::from(got)];
        let decide = |value: f64| -> u8 {
            model.thresholds.iter().map(|&threshold| u8::from(value > threshold)).sum()
        };
        // What the feedback took the past symbols for, less what they were; the latest first.
        let mut errors = vec![0.0; model.feedback.len().max(1)];
        let mut past = vec![noise];
        let mut burst = Burst { bits: 0.0, symbols: 0.0, alone: 0.0, span: 0 };
        let before = record[(start + record.len() - 1) % record.len()].sent;
        let (mut sent_before, mut got_before) = (before, before);
        for offset in 0..LONGEST.min(record.len()) {
            let input = &record[(start + offset) % record.len()];
            let (decided, alone) = if offset == 0 {
                (got, got)
            } else {
                let noise = predictor.next(&past, normal());
                past.truncate(predictor.memory().max(1) - 1);
                past.insert(0, noise);
                let shift: f64 = model.feedback.iter().zip(&errors).map(|(b, e)| b * e).sum();
                let value = input.value + input.deviation() * noise;
                (decide(value - shift), decide(value))
            };
            let wrong = decided != input.sent;
            burst.symbols += f64::from(u8::from(wrong));
            if wrong {
                burst.span = offset + 1;
            }
            burst.alone += cost(input.sent, alone);
            burst.bits += if model.precoding {
                // The decoder adds each symbol to the one before it.
                cost((input.sent + sent_before) % count, (decided + got_before) % count)
            } else {
                cost(input.sent, decided)
            };
            (sent_before, got_before) = (input.sent, decided);
            errors.rotate_right(1);
            errors[0] = level(decided) - level(input.sent);
            if errors.iter().all(|error| *error == 0.0) {
                break;
            }
        }
        burst
    }
}
