//! Test points as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::route::{Confidence, MetricReport, PointReport};

/// What was measured at a test point.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PointEntry {
    /// The point's name.
    pub name: String,
    /// The hop, a slash, and the stage at whose output it lies, or `transmitter`.
    pub at: String,
    /// The record, in words; noise, jitter and crosstalk are in it.
    pub record: String,
    /// What was asked, in the order of the route.
    pub metrics: Vec<MetricEntry>,
}

/// A metric at a test point.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MetricEntry {
    /// The metric's name.
    pub name: String,
    /// The value; `null` if it could not be measured.
    pub value: Option<f64>,
    /// The unit of value and limits; empty for a plain number.
    pub unit: String,
    /// The least value that it should have; `null` without such a limit.
    pub at_least: Option<f64>,
    /// The largest value that it should have; `null` without such a limit.
    pub at_most: Option<f64>,
    /// Whether the limits are kept; `null` without any.
    pub within: Option<bool>,
    /// How far the limits are to be trusted.
    pub confidence: Option<Confidence>,
    /// What the limits are modelled after.
    pub source: Option<String>,
    /// Why there is no value; `null` if there is one.
    pub not_measured: Option<String>,
}

impl PointEntry {
    pub(super) fn new(point: &PointReport) -> Self {
        Self {
            name: point.name.clone(),
            at: point.at.clone(),
            record: point.record.clone(),
            metrics: point.metrics.iter().map(MetricEntry::new).collect(),
        }
    }
}

impl MetricEntry {
    fn new(metric: &MetricReport) -> Self {
        let limits = &metric.limits;
        Self {
            name: metric.name.to_owned(),
            value: metric.value.as_ref().ok().copied(),
            unit: metric.unit.symbol().to_owned(),
            at_least: limits.at_least,
            at_most: limits.at_most,
            within: metric.within(),
            confidence: limits.confidence,
            source: limits.source.clone(),
            not_measured: metric.value.as_ref().err().cloned(),
        }
    }
}
