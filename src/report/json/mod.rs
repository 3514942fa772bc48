//! Results as JSON, and the schema of it.
//!
//! A number that does not exist is `null`, never NaN.

mod attribution;
mod ber;
mod budget;
mod eye;
mod hop;
mod points;
mod sweep;

pub use attribution::{AttributeReport, AttributionEntry, HopShares, RouteShares, ShareEntry};
pub use ber::{AgreementEntry, BerEntry, CountedEntry, SemiAnalyticEntry, StatisticalEntry};
pub use budget::{
    BudgetEntry, BudgetReport, DelayEntry, HopClassEntry, ItemEntry, LaserEntry, LatencyEntry,
    ModuleEntry, PanelEntry, PartEntry, PublishedEntry, SwitchEntry,
};
pub use eye::{EyeEntry, LevelEntry, ProbeEntry};
pub use hop::{BathtubEntry, ContourEntry, ConvergenceEntry, EqualizerEntry, HopEntry};
pub use points::{MetricEntry, PointEntry};
pub use sweep::{CrossoverReport, ReachReport, SweepReport};

use schemars::JsonSchema;
use serde::Serialize;

use crate::fec::Outcome;
use crate::route::{PointReport, Report, Route};

/// One simulated route: what `lightlane run --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RunReport {
    /// The route's name.
    pub name: String,
    /// What the route stands for, in a sentence.
    pub description: String,
    /// The seed of all randomness.
    pub seed: u64,
    /// Symbols sent.
    pub symbols: usize,
    /// Whether all symbols that were asked for were sent; false after an early stop.
    pub complete: bool,
    /// Errors from the first transmitter to the last receiver.
    pub ber: BerEntry,
    /// The bit error ratio to meet: the limit of error correction, or the route's target; `null`
    /// without either.
    pub limit: Option<f64>,
    /// By how many decibels Gaussian noise could grow until the semi-analytic bit error ratio
    /// reaches the limit; `null` where that is not known.
    pub margin_db: Option<f64>,
    /// What error correction makes of the errors; `null` if the route has none.
    pub fec: Option<Outcome>,
    /// The hop with the highest bit error ratio: semi-analytic, or counted where that is not known.
    pub worst_hop: String,
    /// Each hop, in the order of the signal.
    pub hops: Vec<HopEntry>,
    /// Each place that an eye was taken of.
    pub probes: Vec<ProbeEntry>,
    /// What was measured at each test point, hop by hop; `null` if test points were not measured,
    /// as beside other routes.
    pub test_points: Option<Vec<PointEntry>>,
    /// Pictures that were written.
    pub files: Vec<String>,
}

/// Several simulated routes: what `lightlane compare --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CompareReport {
    /// The routes, in the order in which they were named.
    pub routes: Vec<RunReport>,
    /// What those routes cost that say how their lanes are put together.
    pub budgets: Vec<BudgetEntry>,
    /// Whether all routes sent all symbols that were asked for; false after an early stop.
    pub complete: bool,
    /// Pictures of all routes that were written.
    pub files: Vec<String>,
}

impl RunReport {
    /// What a program should know of a simulated route, and of its test points if they were
    /// measured.
    pub fn new(
        route: &Route,
        report: &Report,
        points: Option<&[PointReport]>,
        files: Vec<String>,
    ) -> Self {
        let hops = report.hops.iter().zip(&route.hops);
        Self {
            name: report.name.clone(),
            description: route.description.clone(),
            seed: report.seed.0,
            symbols: report.symbols,
            complete: report.complete,
            ber: BerEntry::of_route(report),
            limit: report.limit,
            margin_db: report.margin_db,
            fec: report.fec.clone(),
            worst_hop: report.worst_hop().map_or_else(String::new, |hop| hop.name.clone()),
            hops: hops.map(|(hop, plan)| HopEntry::new(hop, plan.modulation)).collect(),
            probes: report.probes.iter().map(ProbeEntry::new).collect(),
            test_points: points.map(|points| points.iter().map(PointEntry::new).collect()),
            files,
        }
    }
}

/// A number, or `None` for what is none.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
