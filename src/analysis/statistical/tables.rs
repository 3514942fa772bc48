//! What a link gives beyond its pulse response, by the symbols that give it.

use crate::unit::check;
use crate::{Error, Result};

/// Symbols on either side of the one decided on that are followed together, at most.
pub const FOLLOWED: usize = 4;

/// A function of the levels of single symbols, or of two neighbors, for each of some places.
///
/// # Formula
/// The sum over the symbols of what each one's row has for its level; in a table of pairs, over all
/// neighbors, of what their row has for both. Of all that a nonlinear link makes of its symbols, that
/// is the part in which each acts alone, or with its neighbor, beside the symbol decided on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LagTable {
    /// How many symbols before the one decided on that of the first row is; below zero for later
    /// ones. A pair has the place of its later symbol.
    pub first: isize,
    /// For each place, the latest first, what is added for each level, or for each two: those of
    /// the earlier symbol fastest. A row of pairs may be empty; the row of the symbol decided on
    /// alone is not read.
    pub rows: Vec<Vec<f64>>,
}

impl LagTable {
    /// The row of the symbol that is `lag` before the one decided on.
    pub(super) fn row(&self, lag: isize) -> Option<&Vec<f64>> {
        usize::try_from(lag - self.first).ok().and_then(|at| self.rows.get(at))
    }

    /// The places whose rows say something.
    pub(super) fn lags(&self) -> impl Iterator<Item = isize> {
        self.rows.iter().zip(self.first..).filter(|(row, _)| !row.is_empty()).map(|(_, lag)| lag)
    }

    /// The sums of the least and of the most that each symbol adds.
    pub fn range(&self) -> [f64; 2] {
        let others = self.rows.iter().zip(self.first..).filter(|(_, lag)| *lag != 0);
        others
            .map(|(row, _)| span(row))
            .fold([0.0; 2], |[low, high], [least, most]| [low + least, high + most])
    }

    /// The sum of the largest magnitudes of all rows.
    pub(super) fn peak(&self) -> f64 {
        self.rows.iter().map(|row| largest(row)).sum()
    }

    /// Checks a table of single symbols of so many levels.
    pub(super) fn check(&self, name: &str, levels: usize) -> Result<()> {
        self.rows.iter().try_for_each(|row| {
            check::count(&format!("{name}: levels in a row"), row.len(), &(levels..=levels))?;
            all_finite(name, row)
        })
    }

    /// Checks a table of pairs of symbols that are followed.
    pub(super) fn check_near(&self, name: &str, pairs: usize) -> Result<()> {
        self.rows.iter().try_for_each(|row| check_row(name, row, pairs))?;
        let near = -(FOLLOWED as isize)..FOLLOWED as isize;
        match self.lags().find(|lag| !near.contains(lag)) {
            Some(lag) => {
                let expected = format!("from {} to {}", near.start, near.end - 1);
                Err(Error::parameter(&format!("{name}: lag"), lag, expected))
            }
            None => Ok(()),
        }
    }
}

/// What two symbols do together, neither of them decided on. An empty row says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairTable {
    /// Neighbors, with lags from `-FOLLOWED` to `FOLLOWED - 1`.
    pub near: LagTable,
    /// The two on either side of the symbol decided on: by both, those of the earlier one fastest.
    pub across: Vec<f64>,
}

impl PairTable {
    /// The sums of the least and of the most that all pairs add.
    pub fn range(&self) -> [f64; 2] {
        let rows = self.near.rows.iter().chain([&self.across]);
        rows.map(|row| span(row))
            .fold([0.0; 2], |[low, high], [least, most]| [low + least, high + most])
    }

    /// The sum of the largest magnitudes of all rows.
    pub(super) fn peak(&self) -> f64 {
        self.near.peak() + largest(&self.across)
    }

    pub(super) fn check(&self, name: &str, pairs: usize) -> Result<()> {
        self.near.check_near(name, pairs)?;
        check_row(name, &self.across, pairs)
    }
}

/// What edges give for each unit interval that they come late, beyond what the response to a step
/// says of their height. An empty row says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeSlopes {
    /// Edges between neighbors, neither of them decided on: by both, with lags from `-FOLLOWED` to
    /// `FOLLOWED - 1`.
    pub pairs: LagTable,
    /// The edge ahead of the symbol decided on, and the one behind it: by the symbols on either side
    /// of it, those of the earlier one fastest.
    pub beside: [Vec<f64>; 2],
    /// What these two give more, by the first and the second symbol on their side, those of the
    /// earlier one fastest.
    pub beyond: [Vec<f64>; 2],
}

impl EdgeSlopes {
    /// The sum of the largest magnitudes of all rows.
    pub(super) fn peak(&self) -> f64 {
        let rows = self.beside.iter().chain(&self.beyond);
        self.pairs.peak() + rows.map(|row| largest(row)).sum::<f64>()
    }

    pub(super) fn check(&self, name: &str, pairs: usize) -> Result<()> {
        self.pairs.check_near(name, pairs)?;
        let mut rows = self.beside.iter().chain(&self.beyond);
        rows.try_for_each(|row| check_row(name, row, pairs))
    }
}

/// What may depend on the instant and on the level of the symbol decided on.
#[derive(Clone, Debug, PartialEq)]
pub struct ByPhase<T> {
    /// For each sample of the unit interval about the decision instant, the first half a unit
    /// interval before it, or once for all, or nothing: for each level, or once for all levels.
    pub phases: Vec<Vec<T>>,
}

impl<T> ByPhase<T> {
    /// Nothing at all.
    pub const NONE: Self = Self { phases: Vec::new() };

    /// The same at all instants and for all levels.
    pub fn same(value: T) -> Self {
        Self { phases: vec![vec![value]] }
    }

    /// What belongs to a sample of the unit interval, and to a level.
    pub(super) fn get(&self, phase: usize, level: usize) -> Option<&T> {
        let levels = self.phases.get(phase).or_else(|| self.phases.last())?;
        levels.get(level).or_else(|| levels.last())
    }

    pub(super) fn check(
        &self,
        name: &str,
        phases: usize,
        levels: usize,
        each: impl Fn(&T) -> Result<()>,
    ) -> Result<()> {
        if !self.phases.is_empty() && self.phases.len() != 1 && self.phases.len() != phases {
            let expected = format!("none, 1 or {phases}, one for each phase");
            return Err(Error::parameter(name, self.phases.len(), expected));
        }
        for of_levels in &self.phases {
            if of_levels.len() != 1 && of_levels.len() != levels {
                let expected = format!("1 or {levels} in each phase, one for each level");
                return Err(Error::parameter(name, of_levels.len(), expected));
            }
            of_levels.iter().try_for_each(&each)?;
        }
        Ok(())
    }
}

/// The largest magnitude.
pub(super) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |top: f64, value| top.max(value.abs()))
}

/// The least and the largest value; zero of no values.
fn span(values: &[f64]) -> [f64; 2] {
    let first = values.first().copied().unwrap_or(0.0);
    values.iter().fold([first; 2], |[low, high], &value| [low.min(value), high.max(value)])
}

/// A row of pairs, by the other symbol first.
pub(super) fn turned(row: &[f64]) -> Vec<f64> {
    let count = row.len().isqrt();
    (0..row.len()).map(|at| row[at % count * count + at / count]).collect()
}

/// A row of pairs, or an empty one.
pub(super) fn check_row(name: &str, row: &[f64], pairs: usize) -> Result<()> {
    if !row.is_empty() {
        check::count(&format!("{name}: pairs in a row"), row.len(), &(pairs..=pairs))?;
    }
    all_finite(name, row)
}

/// Numbers without a NaN or an infinity.
pub(super) fn all_finite(name: &str, values: &[f64]) -> Result<()> {
    values.iter().try_for_each(|&value| check::finite(name, value).map(drop))
}
