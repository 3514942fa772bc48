//! Routes: what a link is made of from end to end, and what comes of it.
//!
//! A [`Route`] is a list of hops. A [`Hop`] is what lies between two places where symbols are
//! decided: a transmitter, named stages, a receiver. The decisions of one hop, errors included,
//! are the symbols of the next. That is all there is to an architecture: a linear module leaves
//! one hop from host to host, a module with a retimer at each end makes three of it.

mod aggressor;
mod analytic;
mod attribution;
mod beyond;
mod calculated;
mod eyes;
mod feedback;
mod hop;
mod noise;
mod outcome;
mod packaging;
mod points;
mod quiet;
mod readings;
mod sensing;
mod simulate;
mod slopes;
mod statistical;
mod trained;

pub use aggressor::{Aggressor, Crosstalk};
pub use attribution::{Attribution, Share};
pub use calculated::Calculated;
pub use hop::{Hop, Stage};
pub use outcome::{Agreement, Equalizer, HopAnalysis, HopReport, ProbeReport, Report};
pub use packaging::{Edge, Form, LaserPlace, Lasers, Packaging};
pub use points::{
    Confidence, Limit, Limits, Metric, MetricReport, MetricUnit, PointReport, TestPoint, TestRecord,
};
pub use readings::Readings;
pub use simulate::{Control, Prepared, Records};
pub use statistical::{CrosstalkPhases, StatisticalReport};

use crate::fec::Scheme;
use crate::signal::Pattern;
use crate::{Error, Result};

/// A bit error ratio that a route may be asked for: from where statistical readings end to short of
/// what guessing has.
///
/// # Errors
/// If it is none of those.
pub(crate) fn target_within(target: f64) -> Result<f64> {
    if (1e-30..=0.4).contains(&target) {
        Ok(target)
    } else {
        let value = format!("{target:e}");
        Err(Error::parameter("target", value, "between 1e-30 and 0.4"))
    }
}

/// A link from end to end.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Route {
    /// Its name.
    pub name: String,
    /// What it stands for, in a sentence.
    pub description: String,
    /// What is sent.
    pub pattern: Pattern,
    /// Forward error correction from end to end, if there is any.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub fec: Option<Scheme>,
    /// The bit error ratio to meet, of a route without error correction.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub target: Option<f64>,
    /// How its lanes are put together, for budgets.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub packaging: Option<Packaging>,
    /// From decision to decision, in the order of the signal.
    #[cfg_attr(feature = "config", serde(rename = "hop"))]
    pub hops: Vec<Hop>,
}

impl Route {
    /// The bit error ratio that it has to meet: that at which its error correction loses one of
    /// 1.45e11 codewords, or its target. `None` if it has neither.
    ///
    /// # Errors
    /// If it has both, the target is not between 1e-30 and 0.4, or the error correction cannot be.
    pub fn limit(&self) -> Result<Option<f64>> {
        match (&self.fec, self.target) {
            (Some(_), Some(target)) => {
                let expected = "none beside `fec`, whose limit is the target";
                Err(Error::parameter("target", format!("{target:e}"), expected))
            }
            (Some(scheme), None) => Ok(Some(scheme.thresholds()?.link)),
            (None, Some(target)) => target_within(target).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Checks what can be wrong between hops; what is wrong within one shows when it is planned.
    fn check(&self) -> Result<()> {
        let Some(first) = self.hops.first() else {
            return Err(Error::parameter("hop", "empty", "one hop or more"));
        };
        self.limit()?;
        for (index, hop) in self.hops.iter().enumerate() {
            if self.hops[..index].iter().any(|other| other.name == hop.name) {
                return Err(Error::usage(format!("two hops are named `{}`", hop.name)));
            }
            if hop.modulation != first.modulation {
                let expected = format!("{}, as in hop `{}`", first.modulation, first.name);
                let error = Error::parameter("modulation", hop.modulation, expected);
                return Err(error.in_hop(&hop.name));
            }
            if let Some(test) = &hop.test {
                test.check(hop).map_err(|error| error.in_hop(&hop.name))?;
            }
            // The noise of a stage belongs to its name, so a name stands for one stage only.
            for stage in &hop.stages {
                let taken = |other: &Hop| other.stages.iter().any(|s| s.name == stage.name);
                if self.hops[..index].iter().any(taken) {
                    let text = format!("stage `{}` is in an earlier hop already", stage.name);
                    return Err(Error::usage(text).in_hop(&hop.name));
                }
            }
        }
        let tests = self.hops.iter().filter_map(|hop| hop.test.as_ref());
        let points: Vec<&TestPoint> = tests.flat_map(|test| &test.points).collect();
        for (index, point) in points.iter().enumerate() {
            if points[..index].iter().any(|other| other.name == point.name) {
                return Err(Error::usage(format!("two test points are named `{}`", point.name)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
