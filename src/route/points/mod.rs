//! Test points: places of a hop at which its signal is measured, and what is asked there.

mod measure;
mod metric;
mod report;
#[cfg(test)]
mod tests;

pub use metric::{Confidence, Limit, Limits, Metric, MetricUnit};
pub use report::{MetricReport, PointReport};

use super::Hop;
use crate::analysis::Tdecq;
use crate::signal::{Kind, Pattern};
use crate::unit::check;
use crate::{Error, Result};

/// The place of a hop's transmitter among those of its stages.
const TRANSMITTER: &str = "transmitter";

/// The longest pattern that is tested with, in symbols.
const LONGEST: u64 = 1 << 18;

/// How a hop is tested: one record of a repeated pattern, measured at several places.
///
/// The record is sent once, with all noise, jitter and crosstalk, and every test point sees what
/// passes it, as a real-time oscilloscope would that has no noise of its own. Noise is therefore in
/// the histograms of an eye closure (not a number beside an averaged waveform), filtered by the
/// reference receiver and colored by its equalizer as it is; what differs between the periods of
/// the pattern is the noise of [RIN_OMA](Metric::RinOma), SNDR and jitter.
///
/// # Assumptions
/// - Points are measured in the link as it is: behind its own channels, with its own noise, without
///   compliance boards and without a stressor.
/// - Symbols of the pattern are levels, whatever precoding the hop has. The clock is perfect.
/// - Neighbors send random symbols.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct TestRecord {
    /// What is sent: a pattern that repeats.
    pub pattern: Pattern,
    /// Periods of the pattern in the record.
    pub periods: usize,
    /// Samples a symbol.
    pub samples_per_symbol: usize,
    /// Where the record is measured.
    #[cfg_attr(feature = "config", serde(rename = "point", default))]
    pub points: Vec<TestPoint>,
}

/// A place at which a hop is measured.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct TestPoint {
    /// Its name, unique in the route.
    pub name: String,
    /// The stage at whose output it lies, or `transmitter`.
    pub at: String,
    /// What is asked.
    pub metrics: Vec<Metric>,
    /// The reference receiver: its filter is ahead of every metric, its equalizer in those that say
    /// so.
    pub receiver: Tdecq,
}

impl TestRecord {
    /// Symbols until the pattern repeats.
    fn period(&self) -> Result<usize> {
        let period = self.pattern.period().filter(|period| *period <= LONGEST);
        period.map(|period| period as usize).ok_or_else(|| {
            let expected = format!("a pattern that repeats within {LONGEST} symbols");
            Error::parameter("test.pattern", self.pattern, expected)
        })
    }

    /// Checks what does not need the record.
    pub(super) fn check(&self, hop: &Hop) -> Result<()> {
        self.period()?;
        check::count("test.periods", self.periods, &(1..=64))?;
        check::count("test.samples-per-symbol", self.samples_per_symbol, &(2..=64))?;
        for point in &self.points {
            point.check(hop).map_err(|error| error.in_test_point(&point.name))?;
        }
        Ok(())
    }
}

impl TestPoint {
    /// What passes the point: voltage, light or current.
    fn kind(&self, hop: &Hop) -> Result<Kind> {
        let stage = hop.stages.iter().find(|stage| stage.name == self.at);
        match stage {
            Some(stage) => Ok(stage.device.output()),
            None if self.at == TRANSMITTER => Ok(Kind::Voltage),
            None => {
                let names: Vec<&str> = hop.stages.iter().map(|stage| stage.name.as_str()).collect();
                let expected = format!("`{TRANSMITTER}` or a stage: {}", names.join(", "));
                Err(Error::parameter("at", format!("`{}`", self.at), expected))
            }
        }
    }

    fn check(&self, hop: &Hop) -> Result<()> {
        let kind = self.kind(hop)?;
        self.receiver.check()?;
        for metric in &self.metrics {
            metric.check(kind)?;
        }
        Ok(())
    }
}
