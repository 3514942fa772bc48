//! What was measured at test points.

use super::{Limits, MetricUnit};

/// What was measured at a test point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointReport {
    /// The point's name.
    pub name: String,
    /// The place: the hop, a slash, and the stage or `transmitter`.
    pub at: String,
    /// The record, in words.
    pub record: String,
    /// What was asked, in the order of the route.
    pub metrics: Vec<MetricReport>,
}

/// A metric, and its limits.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricReport {
    /// The metric's name.
    pub name: &'static str,
    /// The unit of value and limits.
    pub unit: MetricUnit,
    /// The value, or why there is none.
    pub value: std::result::Result<f64, String>,
    /// What it should be.
    pub limits: Limits,
}

impl MetricReport {
    /// Whether the value keeps the limits; `None` if there are none. What could not be measured does
    /// not keep them.
    pub fn within(&self) -> Option<bool> {
        match self.value {
            Ok(value) => self.limits.hold(value),
            Err(_) => self.limits.hold(f64::NAN),
        }
    }
}

impl PointReport {
    /// The value of a metric by its name.
    pub fn value(&self, name: &str) -> Option<f64> {
        let metric = self.metrics.iter().find(|metric| metric.name == name)?;
        metric.value.as_ref().ok().copied()
    }
}
