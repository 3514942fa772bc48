//! The eye diagram and what is measured in it.
//!
//! - [`EyeRecord`]: one periodic record, with the symbols that made it.
//! - [`EyeAccumulator`]: what one or several records look like, unit interval over unit interval.
//! - [`Eye`]: the density and the measurements.

mod accumulator;
mod captured;
mod clusters;
pub mod levels;
mod resample;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use ndarray::Array2;

use crate::signal::Symbols;
use crate::unit::check;
use crate::{Error, Result};

pub use accumulator::EyeAccumulator;

/// What the samples of an eye are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub enum EyeUnit {
    /// A voltage, in volts.
    #[cfg_attr(feature = "config", serde(rename = "V"))]
    Volts,
    /// A current, in amperes.
    #[cfg_attr(feature = "config", serde(rename = "A"))]
    Amperes,
    /// An optical power, in watts: it has a modulation amplitude and an extinction ratio.
    #[cfg_attr(feature = "config", serde(rename = "W"))]
    Watts,
}

impl EyeUnit {
    /// The decibels of a tenfold amplitude: 10 for optical power, 20 for voltage and current.
    pub fn decibels_per_decade(self) -> f64 {
        if self == Self::Watts { 10.0 } else { 20.0 }
    }
}

impl FromStr for EyeUnit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "V" => Ok(Self::Volts),
            "A" => Ok(Self::Amperes),
            "W" => Ok(Self::Watts),
            _ => Err(Error::data(format!("`{text}` is no unit of a waveform: expected W, V or A"))),
        }
    }
}

impl fmt::Display for EyeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Volts => "V",
            Self::Amperes => "A",
            Self::Watts => "W",
        })
    }
}

/// How an eye is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EyeSettings {
    /// What the samples are.
    pub unit: EyeUnit,
    /// Rows of the density, in amplitude: 1 to 10,000.
    pub rows: usize,
    /// Columns of the density, over two unit intervals: an even number up to 10,000.
    pub columns: usize,
    /// The part of a cluster that height and width may cut off, between 0 and 0.5.
    pub quantile: f64,
}

impl EyeSettings {
    /// 500 rows, 500 columns, and openings between the quantiles at 1e-3.
    pub fn new(unit: EyeUnit) -> Self {
        Self { unit, rows: 500, columns: 500, quantile: 1e-3 }
    }

    fn check(&self) -> Result<()> {
        check::count("rows", self.rows, &(1..=10_000))?;
        check::count("columns", self.columns, &(2..=10_000))?;
        if !self.columns.is_multiple_of(2) {
            return Err(Error::parameter("columns", self.columns, "even"));
        }
        check::within("quantile", self.quantile, &(0.0..=0.5))?;
        Ok(())
    }
}

/// One periodic record of a waveform, and the symbols that made it.
#[derive(Clone, Copy, Debug)]
pub struct EyeRecord<'a> {
    /// The samples: `samples_per_symbol` for each symbol.
    pub samples: &'a [f64],
    /// Samples of a unit interval.
    pub samples_per_symbol: usize,
    /// The symbols sent.
    pub sent: &'a Symbols,
    /// Position in `samples` of the decision instant of symbol 0, in samples. It may be
    /// fractional, and lie outside the record.
    pub delay: f64,
}

/// An eye diagram: how often the waveform is where, and how far it is open.
///
/// # Formula
/// The waveform is interpolated band-limited to 64 or more instants a unit interval, one of them
/// the decision instant, and linearly from there to the columns of the density. Levels are
/// measured at the decision instant itself, not in a window about it. The waveform within half a
/// unit interval of a decision belongs to the cluster of the symbol sent. Openings lie
/// between quantiles of neighboring clusters, from histograms of 2048 bins with linear
/// interpolation inside a bin.
///
/// # Assumptions
/// - Levels rise with the symbol index: an inverted waveform has its eyes closed.
/// - The quantile is one of the record, and nothing is extrapolated: with `n` symbols of a level,
///   a quantile below `1 / n` reads as the extreme value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Eye {
    /// Counts, shape `[rows, columns]`: row 0 is the lowest amplitude; column `c` holds the
    /// instants `2 c / columns - 1` in unit intervals from a decision. The record is periodic, so
    /// its two halves are the same.
    #[cfg_attr(feature = "config", serde(skip))]
    pub density: Array2<u32>,
    /// The lower edge of the first and the upper edge of the last row.
    pub amplitude: [f64; 2],
    /// What the samples are.
    pub unit: EyeUnit,
    /// Each level, the lowest first.
    pub levels: Vec<EyeLevel>,
    /// Each eye between neighboring levels, the lowest first.
    pub eyes: Vec<EyeOpening>,
    /// The part of a cluster that heights and widths cut off.
    pub quantile: f64,
    /// The mean of the waveform.
    pub mean: f64,
    /// The level separation mismatch ratio, see [`levels::mismatch_ratio`].
    pub rlm: f64,
    /// The outer optical modulation amplitude, highest less lowest level, in watts. `None` unless
    /// the samples are optical power.
    pub oma: Option<f64>,
    /// The same in decibels above a milliwatt; `None` also if it is not positive.
    pub oma_dbm: Option<f64>,
    /// The extinction ratio, highest over lowest level. `None` unless the samples are optical
    /// power and the lowest level is positive.
    pub er: Option<f64>,
    /// The same in decibels; `None` also if the highest level is not positive.
    pub er_db: Option<f64>,
    /// Symbols seen.
    pub symbols: u64,
    /// Points of the density that were outside its amplitude, out of `symbols * columns / 2`. They
    /// are missing in the density, and in the outermost bins of the clusters.
    pub outside: u64,
}

impl Eye {
    /// The eye of one record.
    ///
    /// # Errors
    /// As [`EyeAccumulator::new`] and [`EyeAccumulator::measure`].
    ///
    /// ```
    /// use lightlane::analysis::eye::{Eye, EyeRecord, EyeSettings, EyeUnit};
    /// use lightlane::signal::{Modulation, Symbols};
    ///
    /// let sent = Symbols::prbs(Modulation::Nrz, 7, 127)?;
    /// let samples: Vec<f64> = sent.levels().iter().flat_map(|&level| [level; 16]).collect();
    /// let (samples, sent) = (&samples[..], &sent);
    /// let record = EyeRecord { samples, samples_per_symbol: 16, sent, delay: 7.5 };
    /// let eye = Eye::of(&EyeSettings::new(EyeUnit::Volts), &record)?;
    /// assert_eq!(eye.density.dim(), (500, 500));
    /// assert!(eye.eyes[0].width_ui > 0.9);
    /// # Ok::<(), lightlane::Error>(())
    /// ```
    pub fn of(settings: &EyeSettings, record: &EyeRecord<'_>) -> Result<Self> {
        EyeAccumulator::new(settings, record)?.measure()
    }
}

/// One level at the decision instant.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct EyeLevel {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, interference included.
    pub sigma: f64,
}

/// The opening between two neighboring levels.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct EyeOpening {
    /// The distance, at the decision instant, from the upper quantile of the lower cluster to the
    /// lower quantile of the upper cluster; 0 if the eye is closed.
    pub height: f64,
    /// The time in unit intervals, about the decision instant, during which the threshold has the
    /// quantiles of both clusters on their own sides. 0 if the eye is closed, and at most 1.
    pub width_ui: f64,
    /// The middle between the two quantiles at the decision instant, also if the eye is closed.
    pub threshold: f64,
}
