//! What a code makes of bursts of errors.
//!
//! Notation: `p0` the probability that a symbol after a right one is wrong, `a` that one after a
//! wrong one is, `m` codewords interleaved.
//!
//! The errors of a line are a Markov chain whose state is the number of wrong symbols up to now:
//! none, one, two and so on. A row of a [`Layout`] is a matrix from state to state for every number
//! of the codeword's symbols that it spoils, and the product of all rows is the exact distribution
//! of symbol errors per codeword.

use super::analytic::{self, crossing};
use super::{ErrorRuns, Layout, SYMBOL_BITS};
use crate::signal::Modulation;
use crate::unit::check;
use crate::{Error, Result};

/// Numbers of symbol errors that are told apart; the last stands for itself and all above.
const MOST_ERRORS: usize = 80;

/// Runs that must have reached a length for its own probability of going on.
const RUNS_PER_LENGTH: u64 = 100;

/// Lengths with a probability of their own.
const MOST_LENGTHS: usize = 16;

/// The greatest probability of going on that lengths are taken to say.
const MOST_PROPAGATION: f64 = 0.999;

/// How symbol errors follow each other on a line.
///
/// # Formula
/// After a right symbol the next is wrong with probability `p0`. After `l` wrong ones the next is
/// wrong with probability `a[l]`, the last of which holds for all longer runs; a single one is the
/// error propagation of a decision feedback of one tap.
///
/// With precoding a decoded symbol is wrong where the chain goes from right to wrong or back: at
/// the first symbol of a run, and at the first behind it.
///
/// # Assumptions
/// A wrong symbol is a neighbor of the right one, so that one bit is wrong. Without precoding it
/// is the first of the two bits of PAM4 in a third of all cases (the middle threshold), with it in
/// half. With precoding errors alternate in sign along a run and cancel in the decoder, as those of
/// a feedback tap near 1, or of a sequence estimator, do.
///
/// # References
/// E. Gilbert, *Capacity of a burst-noise channel* (1960); the transfer-matrix method is that of
/// contributions to IEEE 802.3bs and 802.3ck on error propagation.
///
/// ```
/// use lightlane::fec::{Bursts, Layout, Outer};
/// use lightlane::signal::Modulation;
///
/// let bursts = Bursts::new(Modulation::Pam4, 2e-4, vec![0.5])?;
/// let alone = Layout::new(Outer::Kp4, 1, 1, 1)?;
/// let turns = Layout::new(Outer::Kp4, 4, 1, 1)?;
/// // Interleaving spreads a burst over codewords.
/// assert!(bursts.codeword_error_ratio(&turns) < 1e-4 * bursts.codeword_error_ratio(&alone));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    bits_per_symbol: usize,
    start: f64,
    continuation: Vec<f64>,
    precoded: bool,
}

impl Bursts {
    /// Bursts that start with probability `start` and go on with `continuation[l - 1]` after `l`
    /// wrong symbols.
    ///
    /// # Errors
    /// If a probability is not in `[0, 1)`, there are none or too many of them, or the alphabet
    /// does not divide the ten bits of a symbol.
    pub fn new(modulation: Modulation, start: f64, continuation: Vec<f64>) -> Result<Self> {
        let bits_per_symbol = match modulation {
            Modulation::Nrz => 1,
            Modulation::Pam4 => 2,
            other => return Err(Error::parameter("modulation", other, "nrz or pam4")),
        };
        check::within("start", start, &(0.0..=1.0))?;
        check::count("continuation", continuation.len(), &(1..=MOST_LENGTHS))?;
        for &a in &continuation {
            check::within("continuation", a, &(0.0..=1.0 - 1e-9))?;
        }
        Ok(Self { bits_per_symbol, start, continuation, precoded: false })
    }

    /// Bursts as they were counted on a line, ahead of the decoder of a precoder.
    ///
    /// Each length that at least 100 runs have reached goes on with the share of them that did;
    /// longer runs share one probability.
    ///
    /// # Errors
    /// If there are no right symbols, or the alphabet is neither NRZ nor PAM4.
    pub fn counted(modulation: Modulation, runs: &ErrorRuns) -> Result<Self> {
        let right = runs.symbols.saturating_sub(runs.wrong());
        if right == 0 {
            return Err(Error::unsupported("no bursts: every symbol is wrong, or there are none"));
        }
        // Runs of each length and above.
        let mut reached = runs.counts.clone();
        for length in (1..reached.len()).rev() {
            reached[length - 1] += reached[length];
        }
        let enough = reached.iter().take_while(|&&count| count >= RUNS_PER_LENGTH).count();
        let own = enough.min(MOST_LENGTHS).saturating_sub(1);
        let share = |lengths: std::ops::Range<usize>| {
            let here: u64 = reached[lengths.clone()].iter().sum();
            let on: u64 = lengths.map(|l| reached.get(l + 1).copied().unwrap_or(0)).sum();
            if here == 0 { 0.0 } else { on as f64 / here as f64 }
        };
        let mut continuation: Vec<f64> = (0..own).map(|l| share(l..l + 1)).collect();
        continuation.push(share(own..reached.len().max(own)));
        Self::new(modulation, runs.runs() as f64 / right as f64, continuation)
    }

    /// Bursts that start with probability `start` and are 1, 2, ... symbols long with the
    /// probabilities `lengths`; those beyond the 16th share one probability of going on.
    ///
    /// # Errors
    /// As [`Bursts::new`].
    pub fn of_lengths(modulation: Modulation, start: f64, lengths: &[f64]) -> Result<Self> {
        // The probability of each length and above.
        let mut reached = lengths.to_vec();
        for length in (1..reached.len()).rev() {
            reached[length - 1] += reached[length];
        }
        let own = reached.len().min(MOST_LENGTHS).saturating_sub(1);
        let share = |lengths: std::ops::Range<usize>| {
            let here: f64 = reached[lengths.clone()].iter().sum();
            let on: f64 = lengths.map(|l| reached.get(l + 1).copied().unwrap_or(0.0)).sum();
            if here > 0.0 { (on / here).min(MOST_PROPAGATION) } else { 0.0 }
        };
        let mut continuation: Vec<f64> = (0..own).map(|l| share(l..l + 1)).collect();
        continuation.push(share(own..reached.len()));
        Self::new(modulation, start, continuation)
    }

    /// The same bursts behind a precoder and its decoder.
    #[must_use]
    pub fn precoded(self) -> Self {
        Self { precoded: true, ..self }
    }

    /// Bursts of the same lengths, as frequent as gives a bit error ratio.
    ///
    /// # Errors
    /// If no frequency does.
    pub fn at_bit_error_ratio(&self, ber: f64) -> Result<Self> {
        check::within("ber", ber, &(0.0..=0.5))?;
        let (wrong, length) = (ber * self.bits_per_symbol as f64, self.mean_length());
        let start = if self.precoded {
            wrong / (2.0 - wrong * length)
        } else {
            wrong / ((1.0 - wrong) * length)
        };
        if !(0.0..=1.0).contains(&start) {
            return Err(Error::parameter("ber", ber, "reached with bursts of this length"));
        }
        Ok(Self { start, ..self.clone() })
    }

    /// The mean number of wrong symbols in a run.
    pub fn mean_length(&self) -> f64 {
        self.occupancy().iter().sum()
    }

    /// The symbol error ratio, behind the decoder of the precoder if there is one.
    pub fn symbol_error_ratio(&self) -> f64 {
        let right = 1.0 / (1.0 + self.start * self.mean_length());
        if self.precoded { 2.0 * right * self.start } else { 1.0 - right }
    }

    /// The bit error ratio.
    pub fn bit_error_ratio(&self) -> f64 {
        self.symbol_error_ratio() / self.bits_per_symbol as f64
    }

    /// The probability of each number of symbol errors in a codeword, the last that of all larger
    /// numbers together.
    pub fn errors_per_codeword(&self, layout: &Layout) -> Vec<f64> {
        let rows: Vec<Row> = (0..layout.codewords()).map(|row| self.row(layout, row)).collect();
        let states = self.states();
        let mut lane = vec![vec![0.0; states]; MOST_ERRORS + 1];
        lane[0] = self.stationary();
        let mut next = lane.clone();
        let mut most = 0;
        for row in 0..layout.rows() {
            let row = &rows[row % rows.len()];
            let reach = (most + row.len() - 1).min(MOST_ERRORS);
            for errors in &mut next[..=reach] {
                errors.fill(0.0);
            }
            for (before, from) in lane[..=most].iter().enumerate() {
                for (more, matrix) in row.iter().enumerate() {
                    let into = &mut next[(before + more).min(MOST_ERRORS)];
                    for (p, targets) in from.iter().zip(matrix) {
                        for (sum, w) in into.iter_mut().zip(targets) {
                            *sum += p * w;
                        }
                    }
                }
            }
            std::mem::swap(&mut lane, &mut next);
            most = reach;
        }
        let lane: Vec<f64> = lane.iter().map(|states| states.iter().sum()).collect();
        (1..layout.lanes()).fold(lane.clone(), |group, _| together(&group, &lane))
    }

    /// The codeword error ratio.
    pub fn codeword_error_ratio(&self, layout: &Layout) -> f64 {
        analytic::beyond_correction(layout.outer(), &self.errors_per_codeword(layout))
    }

    /// The bit error ratio after correction.
    ///
    /// # Formula
    /// The residual symbol error ratio times the wrong bits of a wrong symbol over its bits, both
    /// as they are on average.
    pub fn post_fec_ber(&self, layout: &Layout) -> f64 {
        let errors = self.errors_per_codeword(layout);
        let weighted = errors.iter().enumerate().map(|(k, p)| k as f64 * p);
        let symbols = weighted.rev().sum::<f64>() / layout.outer().length() as f64;
        if symbols <= 0.0 {
            return 0.0;
        }
        let residual = analytic::residual_symbol_error_ratio(layout.outer(), &errors);
        residual * self.bit_error_ratio() / symbols
    }

    /// The bit error ratio at which bursts of these lengths have a codeword error ratio.
    ///
    /// # Errors
    /// If no bit error ratio up to 0.1 has it.
    pub fn ber_at_codeword_error_ratio(&self, layout: &Layout, target: f64) -> Result<f64> {
        check::within("codeword-error-ratio", target, &(1e-300..=0.5))?;
        let most = 0.9 / (1.0 + self.mean_length());
        crossing(1e-15, most.min(0.1), target, |ber| {
            self.at_bit_error_ratio(ber).map_or(1.0, |bursts| bursts.codeword_error_ratio(layout))
        })
        .ok_or_else(|| {
            Error::parameter("codeword-error-ratio", target, "reached with bursts of this length")
        })
    }

    /// The expected number of symbols of a run in each state but the first.
    fn occupancy(&self) -> Vec<f64> {
        let last = self.continuation.len() - 1;
        let mut reached = 1.0;
        let each = self.continuation.iter().enumerate().map(|(l, &a)| {
            let here = if l == last { reached / (1.0 - a) } else { reached };
            reached *= a;
            here
        });
        each.collect()
    }

    /// States of the chain: right, and wrong for each length told apart.
    fn states(&self) -> usize {
        self.continuation.len() + 1
    }

    fn stationary(&self) -> Vec<f64> {
        let right = 1.0 / (1.0 + self.start * self.mean_length());
        let wrong = self.occupancy().into_iter().map(|n| right * self.start * n);
        std::iter::once(right).chain(wrong).collect()
    }

    /// The ways on from a state: the next state, its probability, and whether the decoded symbol
    /// is wrong.
    fn steps(&self, state: usize) -> [(usize, f64, bool); 2] {
        let on = match state {
            0 => self.start,
            _ => self.continuation[state - 1],
        };
        let (further, wrong) = ((state + 1).min(self.continuation.len()), state > 0);
        if self.precoded {
            [(0, 1.0 - on, wrong), (further, on, !wrong)]
        } else {
            [(0, 1.0 - on, false), (further, on, true)]
        }
    }

    /// The matrices of one row, for each number of the first codeword's symbols that it spoils.
    fn row(&self, layout: &Layout, row: usize) -> Row {
        let streams: Vec<usize> = layout.streams_of_first(row).collect();
        let flips: &[f64] = match (self.bits_per_symbol, self.precoded) {
            (1, _) => &[1.0],
            (_, false) => &[1.0 / 3.0, 2.0 / 3.0],
            (_, true) => &[0.5, 0.5],
        };
        let (states, flags) = (self.states(), 1 << streams.len());
        let mut matrices = vec![vec![vec![0.0; states]; states]; streams.len() + 1];
        for from in 0..states {
            // The chain together with a flag for each of the symbols: spoilt already or not.
            let mut now = vec![0.0; states * flags];
            now[from * flags] = 1.0;
            for symbol in 0..layout.streams() * SYMBOL_BITS / self.bits_per_symbol {
                let mut next = vec![0.0; states * flags];
                for (index, &p) in now.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    let (state, spoilt) = (index / flags, index % flags);
                    for (to, w, wrong) in self.steps(state) {
                        if !wrong {
                            next[to * flags + spoilt] += p * w;
                            continue;
                        }
                        for (bit, share) in flips.iter().enumerate() {
                            let stream = (symbol * self.bits_per_symbol + bit) % layout.streams();
                            let flag = streams.iter().position(|&own| own == stream);
                            let spoilt = spoilt | flag.map_or(0, |flag| 1 << flag);
                            next[to * flags + spoilt] += p * w * share;
                        }
                    }
                }
                now = next;
            }
            for (index, p) in now.iter().enumerate() {
                let spoilt = (index % flags).count_ones() as usize;
                matrices[spoilt][from][index / flags] += p;
            }
        }
        matrices
    }
}

/// For each number of symbols spoilt, the probabilities from state to state.
type Row = Vec<Vec<Vec<f64>>>;

/// The distribution of the sum of two independent numbers of symbol errors.
fn together(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len()];
    for (i, p) in a.iter().enumerate() {
        for (j, q) in b.iter().enumerate() {
            sum[(i + j).min(a.len() - 1)] += p * q;
        }
    }
    sum
}

#[cfg(test)]
mod tests;
