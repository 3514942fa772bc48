//! Levels, amplitude and edges of a waveform, from runs of equal symbols.

use super::received::Received;
use crate::analysis::eye::levels::{extinction_ratio, mismatch_ratio};
use crate::{Error, Result};

/// Runs that the outer levels of PAM4 are measured in: seven highest, six lowest symbols.
const PAM4_RUNS: [usize; 2] = [7, 6];

/// Runs that the levels of NRZ are measured in: half a period of the square wave.
const NRZ_RUN: usize = 8;

/// What is averaged at the middle of a run, in unit intervals.
const WINDOW: f64 = 2.0;

/// One level, measured where the symbols stay on it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct RunLevel {
    /// The mean of the middle of the runs.
    pub level: f64,
    /// The length of the runs, in symbols.
    pub run: usize,
    /// How many there are in the record.
    pub runs: usize,
}

/// The outer levels of a waveform.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct OuterLevels {
    /// The highest level.
    pub high: RunLevel,
    /// The lowest level.
    pub low: RunLevel,
}

impl OuterLevels {
    /// Measures the outer levels: averages over the middle two unit intervals of all runs of seven
    /// highest and of six lowest symbols (eight of either with two levels).
    ///
    /// Where a record has no run of that length, the shortest longer one is taken, and without
    /// such the longest that there is.
    pub(in crate::analysis) fn of(received: &Received) -> Result<Self> {
        let symbols = &received.lock.symbols;
        let levels = symbols.modulation().levels();
        let [high, low] = if levels == 2 { [NRZ_RUN; 2] } else { PAM4_RUNS };
        let top = levels as u8 - 1;
        let measured = Self { high: level(received, top, high)?, low: level(received, 0, low)? };
        let amplitude = measured.amplitude();
        if amplitude.is_nan() || amplitude <= 0.0 {
            return Err(Error::data(format!(
                "the modulation amplitude is {amplitude:e}: the highest level is not above the \
                 lowest"
            )));
        }
        Ok(measured)
    }

    /// The outer modulation amplitude: highest less lowest level.
    pub fn amplitude(&self) -> f64 {
        self.high.level - self.low.level
    }

    /// The extinction ratio in decibels, `None` unless both levels are positive.
    pub fn er_db(&self) -> Option<f64> {
        extinction_ratio(&[self.low.level, self.high.level]).map(|ratio| 10.0 * ratio.log10())
    }
}

fn level(received: &Received, symbol: u8, wanted: usize) -> Result<RunLevel> {
    let values = received.lock.symbols.values();
    let runs = runs(values, symbol);
    let longest = runs.iter().map(|run| run.1).max();
    let length = runs.iter().map(|run| run.1).filter(|&length| length >= wanted).min();
    let Some(length) = length.or(longest) else {
        return Err(Error::data(format!("no symbol of the record is {symbol}, an outer level")));
    };
    let half = 0.5 * WINDOW.min(length as f64);
    let (mut sum, mut count) = (0.0, 0);
    for (start, _) in runs.iter().filter(|run| run.1 == length) {
        let middle = received.center + *start as f64 + 0.5 * (length - 1) as f64;
        sum += received.mean(middle - half, middle + half);
        count += 1;
    }
    Ok(RunLevel { level: sum / f64::from(count), run: length, runs: count as usize })
}

/// Runs of a symbol in a periodic record: where each begins, and how long it is.
pub(in crate::analysis) fn runs(values: &[u8], symbol: u8) -> Vec<(usize, usize)> {
    let count = values.len();
    // From a symbol that is another, no run is cut in two.
    let Some(other) = values.iter().position(|&value| value != symbol) else {
        return vec![(0, count)];
    };
    let mut runs = Vec::new();
    let mut length = 0;
    for i in 1..=count {
        let at = (other + i) % count;
        if values[at] == symbol {
            length += 1;
        } else if length > 0 {
            runs.push(((at + count - length) % count, length));
            length = 0;
        }
    }
    runs
}

/// The mean of every level at a phase of the symbols, the lowest first.
pub(in crate::analysis) fn means(values: &[f64], symbols: &[u8], levels: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0u64); levels];
    for (value, &symbol) in values.iter().zip(symbols) {
        let (sum, count) = &mut sums[usize::from(symbol)];
        *sum += value;
        *count += 1;
    }
    sums.iter().map(|&(sum, count)| if count > 0 { sum / count as f64 } else { 0.0 }).collect()
}

/// The level separation mismatch of a waveform in the middle of its eye.
///
/// Levels are the constant parts of a least-squares fit of each level's own mean: the average of
/// all symbols of a level at the middle of the eye.
pub(super) fn rlm(received: &Received) -> f64 {
    let symbols = &received.lock.symbols;
    let values = received.at(received.center);
    mismatch_ratio(&means(&values, symbols.values(), symbols.modulation().levels()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_reach_over_the_end_of_a_record() {
        assert_eq!(runs(&[3, 3, 0, 3, 1, 3], 3), [(3, 1), (5, 3)]);
        assert_eq!(runs(&[3, 0, 0], 3), [(0, 1)]);
        assert_eq!(runs(&[2, 2], 2), [(0, 2)]);
        assert!(runs(&[1, 2], 0).is_empty());
    }
}
