//! The sequence detector: parameters, its target, and what it gains over a slicer.
//!
//! Notation: the target is `1 + g[1] D + ... + g[M] D^M` with the delay `D` of one symbol, `M` is
//! the memory and `L` the number of levels.

use crate::kernel::gauss;
use crate::kernel::viterbi::{MOST_STATES, Viterbi};
use crate::signal::Modulation;
use crate::unit::check;
use crate::{Error, Result};

/// Occurrences of a branch in training that give its mean; rarer ones keep the target's.
const LEAST_SEEN: usize = 16;

/// A maximum-likelihood sequence estimator (MLSE) in place of the slicer.
///
/// The feed-forward taps do not undo the first postcursors, but shape them to a short target, with
/// less noise; a Viterbi detector of `L^M` states finds the sequence nearest to what arrives.
///
/// # Formula
/// Taps `w` and target `g` minimize the mean square of `sum_i w[i] x[n - i] - d[n] - sum_j g[j] d[n - j]`
/// over known levels `d`, jointly where the target is chosen. Since the target begins with 1, that is
/// the linear prediction of the noise that taps for `g = 0` would leave: it is whitened as far as
/// `M` coefficients can. For `M = 1` and long taps `g[1]` is the negative of that noise's correlation
/// coefficient at a lag of one symbol.
///
/// # Assumptions
/// Noise behind the taps is white and the same on each level. What the taps leave beyond the target
/// is noise to the detector. A decision-feedback equalizer is refused beside it: both would work on
/// the first postcursor, and later ones are the feed-forward taps' (floating ones as well). The
/// target is found in training and kept, whatever adaptation the taps have.
///
/// # References
/// Forney, *Maximum-likelihood sequence estimation* (1972); Kavčić and Moura, *The Viterbi algorithm
/// and Markov noise memory* (2000); IEEE P802.3dj, contribution shakiba_3dj_01_230116.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Mlse {
    /// The response that the taps aim at.
    pub target: Target,
    /// Symbols that a decision waits for at least, from 8 to 512: 32 for a memory of 1.
    pub traceback: usize,
    /// What the detector takes for the noise-free samples.
    pub branches: Branches,
}

/// The response that the taps ahead of an MLSE aim at.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Target {
    /// The one that leaves the least error behind the taps, which whitens the noise: with a memory
    /// of 1 it is `1 + alpha D`, and the noise chooses `alpha`.
    Whitening {
        /// The memory `M`, in symbols.
        memory: usize,
    },
    /// A given one: `[alpha]` for `1 + alpha D`.
    Fixed {
        /// `g[1]`, `g[2]`, and so on, relative to the cursor.
        postcursors: Vec<f64>,
    },
}

/// What an MLSE takes for the noise-free samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Branches {
    /// The target's response to ideal levels.
    Ideal,
    /// The means over the training records for each sequence of `M + 1` symbols: a compressed level
    /// is expected as it arrives. A sequence that is too rare there has the mean of its newest level
    /// and the target's response to the others.
    Measured,
}

impl Target {
    /// The memory: past symbols in a sample.
    pub fn memory(&self) -> usize {
        match self {
            Self::Whitening { memory } => *memory,
            Self::Fixed { postcursors } => postcursors.len(),
        }
    }

    /// The lowest and highest value of each postcursor.
    pub(super) fn bounds(&self) -> Vec<(f64, f64)> {
        match self {
            Self::Whitening { memory } => vec![(f64::NEG_INFINITY, f64::INFINITY); *memory],
            Self::Fixed { postcursors } => postcursors.iter().map(|&g| (g, g)).collect(),
        }
    }
}

impl Mlse {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If the target has no memory or is beyond any trellis, a postcursor is larger than 2, or the
    /// traceback is too short.
    pub fn check(&self) -> Result<()> {
        match &self.target {
            Target::Whitening { memory } => {
                check::count("mlse.target.whitening.memory", *memory, &(1..=6))?;
            }
            Target::Fixed { postcursors } => {
                let name = "mlse.target.fixed.postcursors";
                if !(1..=6).contains(&postcursors.len()) {
                    let value = format!("a list of {}", postcursors.len());
                    return Err(Error::parameter(name, value, "a list of 1 to 6"));
                }
                for postcursor in postcursors {
                    check::within(name, *postcursor, &(-2.0..=2.0))?;
                }
            }
        }
        check::count("mlse.traceback", self.traceback, &(8..=512)).map(|_| ())
    }

    /// Checks that the trellis for an alphabet has at most 64 states.
    pub(super) fn check_states(&self, modulation: Modulation) -> Result<()> {
        let memory = self.target.memory();
        let states = modulation.levels().pow(memory as u32);
        if states > MOST_STATES {
            let expected = format!("less: {modulation} makes {states} states, more than 64");
            return Err(Error::parameter("mlse.target memory", memory, expected));
        }
        Ok(())
    }

    /// The detector for a target, from what arrived of known symbols: `arrived` are the taps'
    /// outputs less the target's response to past symbols, `levels` the means of the levels there.
    /// Both lists are of records of `length` symbols.
    pub(super) fn detector(
        &self,
        modulation: Modulation,
        target: &[f64],
        levels: &[f64],
        (arrived, sent, length): (&[f64], &[u8], usize),
    ) -> Viterbi {
        let (count, memory) = (modulation.levels(), target.len() - 1);
        let branches = count.pow(memory as u32 + 1);
        let mut seen = vec![(0usize, 0.0); branches];
        if self.branches == Branches::Measured {
            for (arrived, sent) in arrived.chunks_exact(length).zip(sent.chunks_exact(length)) {
                for (n, z) in arrived.iter().enumerate() {
                    let branch = (0..=memory).fold(0, |branch, back| {
                        branch * count + usize::from(sent[(n + length - back) % length])
                    });
                    seen[branch].0 += 1;
                    seen[branch].1 += z;
                }
            }
        }
        let means = seen.iter().enumerate().map(|(branch, &(times, sum))| {
            let digit = |back: usize| branch / count.pow((memory - back) as u32) % count;
            let level = |back: usize| modulation.level(digit(back) as u8);
            let past: f64 = (1..=memory).map(|back| target[back] * level(back)).sum();
            past + match self.branches {
                Branches::Ideal => level(0),
                Branches::Measured if times < LEAST_SEEN => levels[digit(0)],
                Branches::Measured => sum / times as f64,
            }
        });
        Viterbi::new(count, memory, means.collect(), self.traceback)
    }
}

/// The symbol error ratio of a sequence detector on `1 + alpha D`, as a union of error events.
///
/// `distance` is half the distance of neighboring levels over the standard deviation of the white
/// noise behind the taps; a slicer on the same noise has `2 (L - 1)/L Q(distance)`.
///
/// # Formula
/// `ser = 2 sum_{j >= 1} j ((L - 1)/L)^j Q(distance sqrt(1 + (j - 1)(1 - alpha)^2 + alpha^2))`: an
/// event of `j` symbols in a row, each wrong by one level in alternating direction.
///
/// # Assumptions
/// A union bound: true detectors make up to a quarter fewer errors near 2e-3, less than that below.
///
/// # References
/// IEEE P802.3dj, contribution shakiba_3dj_01_230116; OIF contribution oif2022.580.
///
/// ```
/// use lightlane::signal::Modulation;
/// use lightlane::transceiver::mlse::symbol_error_ratio;
///
/// let slicer = 1.5 * lightlane::kernel::gauss::q(3.2);
/// assert!(symbol_error_ratio(Modulation::Pam4, 0.5, 3.2) < 0.4 * slicer);
/// ```
pub fn symbol_error_ratio(modulation: Modulation, alpha: f64, distance: f64) -> f64 {
    let levels = modulation.levels() as f64;
    let share = (levels - 1.0) / levels;
    let (mut sum, mut weight, mut length) = (0.0, share, 1.0);
    // The longest events count for less than rounding.
    while length * weight > 1e-17 {
        let gain = 1.0 + (length - 1.0) * (1.0 - alpha).powi(2) + alpha * alpha;
        sum += length * weight * gauss::q(distance * gain.sqrt());
        weight *= share;
        length += 1.0;
    }
    2.0 * sum
}

/// How much more noise, in decibels, a sequence detector on `1 + alpha D` bears than a slicer does,
/// for a symbol error ratio that both have.
///
/// # Formula
/// `20 log10(x_s / x_m)`, where the slicer needs the distance `x_s`, of `2 (L - 1)/L Q(x_s) = ser`,
/// and the detector `x_m`, by [`symbol_error_ratio`]. The slicer's feedback, if any, makes no errors.
pub fn gain_db(modulation: Modulation, alpha: f64, ser: f64) -> f64 {
    let levels = modulation.levels() as f64;
    let slicer = gauss::q_inv(ser * levels / (2.0 * (levels - 1.0)));
    20.0 * (slicer / required_distance(modulation, alpha, ser)).log10()
}

/// The distance at which [`symbol_error_ratio`] has a given value.
fn required_distance(modulation: Modulation, alpha: f64, ser: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    // Bisection down to rounding.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if symbol_error_ratio(modulation, alpha, middle) > ser {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests;
