//! The readings of a bit error ratio as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::{BitErrorRatio, SemiAnalyticBer};
use crate::route::{Agreement, HopReport, Report, StatisticalReport};

/// A bit error ratio in three readings.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BerEntry {
    /// By counting errors.
    pub counted: CountedEntry,
    /// By running the signal and calculating the noise; `null` if the route cannot be analyzed.
    pub semi_analytic: Option<SemiAnalyticEntry>,
    /// From the pulse response; `null` if the route cannot be analyzed.
    pub statistical: Option<StatisticalEntry>,
    /// How far they agree.
    pub agreement: AgreementEntry,
}

/// A counted bit error ratio.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CountedEntry {
    /// Errors over bits.
    pub rate: f64,
    /// Bits that differ.
    pub errors: u64,
    /// Bits compared.
    pub bits: u64,
    /// The 95 % interval of the ratio: low, high.
    pub ci95: [f64; 2],
    /// How the ratio was obtained.
    pub method: String,
}

/// A semi-analytic bit error ratio.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SemiAnalyticEntry {
    /// The ratio.
    pub rate: f64,
    /// Its 95 % interval, statistical only: low, high.
    pub ci95: [f64; 2],
    /// The ratio of symbols decided wrongly while the feedback is right; the sum over the hops.
    pub first_errors: f64,
    /// Wrong bits for each bit of a first error, those that follow it included; `null` from end to
    /// end of several hops.
    pub multiplication: Option<f64>,
    /// Symbols that were summed over; of several hops the fewest.
    pub symbols: usize,
    /// How the ratio was obtained.
    pub method: String,
}

/// A statistical bit error ratio.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StatisticalEntry {
    /// The ratio at the phase that the receiver's clock settles at.
    pub rate: f64,
    /// The ratio at the best phase.
    pub best: f64,
    /// The best phase in unit intervals from the receiver's; `null` from end to end of several hops.
    pub best_phase_ui: Option<f64>,
    /// The ratio with aggressors at any phase; `null` without aggressors.
    pub random_phase: Option<f64>,
    /// The ratio with aggressors at their worst phase; `null` without aggressors.
    pub worst_phase: Option<f64>,
    /// How the ratio was obtained.
    pub method: String,
}

/// Quotients of readings; `null` where one of the two is not measurable: fewer than 10 errors
/// counted, or a calculated ratio below 1e-30.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AgreementEntry {
    /// The semi-analytic ratio over the counted one.
    pub semi_analytic_over_counted: Option<f64>,
    /// The statistical ratio over the counted one.
    pub statistical_over_counted: Option<f64>,
    /// The statistical ratio over the semi-analytic one.
    pub statistical_over_semi_analytic: Option<f64>,
}

impl BerEntry {
    pub(super) fn of_hop(hop: &HopReport) -> Self {
        let analysis = hop.analysis.as_ref().ok();
        Self {
            counted: CountedEntry::new(&hop.ber),
            semi_analytic: analysis.map(|analysis| SemiAnalyticEntry::new(&analysis.ber)),
            statistical: analysis.map(|analysis| StatisticalEntry::new(&analysis.statistical)),
            agreement: AgreementEntry::new(hop.agreement()),
        }
    }

    pub(super) fn of_route(report: &Report) -> Self {
        // One hop is the whole route, and more is known of it than of a sum.
        if let [hop] = &report.hops[..] {
            return Self { counted: CountedEntry::new(&report.ber), ..Self::of_hop(hop) };
        }
        Self {
            counted: CountedEntry::new(&report.ber),
            semi_analytic: SemiAnalyticEntry::sum(report),
            statistical: StatisticalEntry::sum(report),
            agreement: AgreementEntry::new(report.agreement()),
        }
    }
}

impl CountedEntry {
    fn new(ber: &BitErrorRatio) -> Self {
        Self {
            rate: ber.rate,
            errors: ber.errors,
            bits: ber.bits,
            ci95: ber.ci95,
            method: ber.method.to_owned(),
        }
    }
}

impl SemiAnalyticEntry {
    fn new(ber: &SemiAnalyticBer) -> Self {
        Self {
            rate: ber.rate,
            ci95: ber.ci95,
            first_errors: ber.first_errors,
            multiplication: Some(ber.bursts.multiplication),
            symbols: ber.symbols,
            method: ber.method.to_owned(),
        }
    }

    fn sum(report: &Report) -> Option<Self> {
        let known = || report.hops.iter().filter_map(|hop| Some(&hop.analysis.as_ref().ok()?.ber));
        Some(Self {
            rate: report.semi_analytic()?,
            ci95: report.semi_analytic_ci95()?,
            first_errors: known().map(|ber| ber.first_errors).sum(),
            multiplication: None,
            symbols: known().map(|ber| ber.symbols).min()?,
            method: format!("sum over the hops: {}", known().next()?.method),
        })
    }
}

impl StatisticalEntry {
    fn new(report: &StatisticalReport) -> Self {
        let eye = &report.eye;
        Self {
            rate: report.rate,
            best: report.best,
            best_phase_ui: Some(eye.ratios[eye.best].phase_ui),
            random_phase: report.crosstalk.map(|phases| phases.random),
            worst_phase: report.crosstalk.map(|phases| phases.worst),
            method: report.method.to_owned(),
        }
    }

    fn sum(report: &Report) -> Option<Self> {
        let first = report.hops.first()?.analysis.as_ref().ok()?;
        let crosstalk = report.statistical_crosstalk();
        Some(Self {
            rate: report.statistical()?,
            best: report.statistical_best()?,
            best_phase_ui: None,
            random_phase: crosstalk.map(|phases| phases.random),
            worst_phase: crosstalk.map(|phases| phases.worst),
            method: format!("sum over the hops: {}", first.statistical.method),
        })
    }
}

impl AgreementEntry {
    fn new(agreement: Agreement) -> Self {
        let Agreement {
            semi_analytic_over_counted,
            statistical_over_counted,
            statistical_over_semi_analytic,
        } = agreement;
        Self {
            semi_analytic_over_counted,
            statistical_over_counted,
            statistical_over_semi_analytic,
        }
    }
}
