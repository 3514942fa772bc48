//! Where noise comes from as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::route::{Attribution, HopReport, Report, Route};
use crate::signal::Modulation;

/// Where the mean square error at slicers comes from: what `lightlane attribute --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AttributeReport {
    /// The routes, in the order in which they were named.
    pub routes: Vec<RouteShares>,
    /// Whether all routes sent all symbols that were asked for; false after an early stop.
    pub complete: bool,
    /// Pictures that were written.
    pub files: Vec<String>,
}

/// One route of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RouteShares {
    /// The route's name.
    pub name: String,
    /// What the route stands for, in a sentence.
    pub description: String,
    /// The seed of all randomness.
    pub seed: u64,
    /// Symbols sent.
    pub symbols: usize,
    /// Each hop, in the order of the signal.
    pub hops: Vec<HopShares>,
}

/// One hop of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HopShares {
    /// The hop's name.
    pub name: String,
    /// Power of the levels over the mean square error at the slicer's input in decibels;
    /// interference counts as noise.
    pub snr_db: Option<f64>,
    /// Where the error comes from; `null` if it is not known.
    pub attribution: Option<AttributionEntry>,
    /// Why it is not known; `null` if it is.
    pub not_analyzed: Option<String>,
}

/// A mean square error at a slicer, by where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AttributionEntry {
    /// What contributes, in the order of the signal.
    pub shares: Vec<ShareEntry>,
    /// The sum of all shares in levels squared.
    pub sum: f64,
    /// The error as it was measured in levels squared.
    pub measured: f64,
}

/// One part of a mean square error.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ShareEntry {
    /// The stage that it comes from, or `transmitter` or `interference`.
    pub stage: String,
    /// What it is.
    pub name: String,
    /// How much, in levels squared.
    pub variance: f64,
    /// The part of the sum.
    pub share: f64,
}

impl AttributeReport {
    /// What a program should know of the noise of simulated routes.
    pub fn new(results: &[(Route, Report)], complete: bool, files: Vec<String>) -> Self {
        let routes = results.iter().map(|(route, report)| RouteShares::new(route, report));
        Self { routes: routes.collect(), complete, files }
    }
}

impl RouteShares {
    fn new(route: &Route, report: &Report) -> Self {
        let hops = report.hops.iter().zip(&route.hops);
        Self {
            name: report.name.clone(),
            description: route.description.clone(),
            seed: report.seed.0,
            symbols: report.symbols,
            hops: hops.map(|(hop, plan)| HopShares::new(hop, plan.modulation)).collect(),
        }
    }
}

impl HopShares {
    fn new(hop: &HopReport, modulation: Modulation) -> Self {
        let analysis = hop.analysis.as_ref();
        Self {
            name: hop.name.clone(),
            snr_db: hop.snr_db(modulation),
            attribution: analysis.ok().map(|known| AttributionEntry::new(&known.attribution)),
            not_analyzed: analysis.err().cloned(),
        }
    }
}

impl AttributionEntry {
    pub(super) fn new(attribution: &Attribution) -> Self {
        let sum = attribution.sum();
        let shares = attribution.shares.iter().map(|share| ShareEntry {
            stage: share.stage.clone(),
            name: share.name.clone(),
            variance: share.variance,
            share: share.variance / sum,
        });
        Self { shares: shares.collect(), sum, measured: attribution.measured }
    }
}
