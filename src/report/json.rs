//! Results as JSON, and the schema of it.
//!
//! A number that does not exist is `null`, never NaN.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::eye::EyeUnit;
use crate::analysis::{BitErrorRatio, Eye};
use crate::route::{HopReport, ProbeReport, Report, Route};

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
    /// The hop with the highest extrapolated bit error ratio.
    pub worst_hop: String,
    /// Each hop, in the order of the signal.
    pub hops: Vec<HopEntry>,
    /// Each place that an eye was taken of.
    pub probes: Vec<ProbeEntry>,
    /// Pictures that were written.
    pub files: Vec<String>,
}

/// Several simulated routes: what `lightlane compare --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CompareReport {
    /// The routes, in the order in which they were named.
    pub routes: Vec<RunReport>,
    /// Whether all routes sent all symbols that were asked for; false after an early stop.
    pub complete: bool,
    /// Pictures of all routes that were written.
    pub files: Vec<String>,
}

/// A bit error ratio: counted, and extrapolated from the same record.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BerEntry {
    /// Errors over bits, as counted.
    pub rate: f64,
    /// Bits that differ.
    pub errors: u64,
    /// Bits compared.
    pub bits: u64,
    /// The 95 % interval of the counted ratio: low, high.
    pub ci95: [f64; 2],
    /// How the counted ratio was obtained.
    pub method: String,
    /// The ratio extrapolated.
    pub extrapolated: Option<f64>,
    /// The 95 % interval of the extrapolated ratio: low, high.
    pub extrapolated_ci95: [Option<f64>; 2],
    /// How the extrapolated ratio was obtained.
    pub extrapolated_method: String,
}

/// A hop.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HopEntry {
    /// The hop's name.
    pub name: String,
    /// Errors between this hop's transmitter and receiver.
    pub ber: BerEntry,
    /// Signal-to-noise ratio at the slicer in decibels, interference included.
    pub snr_db: Option<f64>,
    /// What the receiver settled to.
    pub equalizer: EqualizerEntry,
    /// Remarks of the devices.
    pub notes: Vec<String>,
}

/// What a receiver settled to in training.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EqualizerEntry {
    /// DC gain of the analog equalizer in decibels.
    pub ctle_db: Option<f64>,
    /// The sampling instant within the unit interval, from 0 to 1.
    pub phase_ui: f64,
    /// The feed-forward taps, the main one scaled to 1.
    pub ffe: Vec<f64>,
    /// The feedback taps, in levels per level.
    pub dfe: Vec<f64>,
}

/// The eye at one place.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProbeEntry {
    /// The hop, a slash, and the stage, or `sampler` or `slicer`.
    pub name: String,
    /// The eye.
    pub eye: EyeEntry,
    /// Level means over the spread of the levels in decibels; interference counts as noise.
    pub snr_db: Option<f64>,
    /// How the signal was taken and the eye's center found.
    pub method: String,
}

/// What was measured in an eye.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EyeEntry {
    /// The unit of heights, thresholds and levels.
    pub unit: EyeUnit,
    /// The height of each eye, the lowest first; 0 if it is closed.
    pub heights: Vec<f64>,
    /// The width of each eye in unit intervals.
    pub widths: Vec<f64>,
    /// The threshold of each eye.
    pub thresholds: Vec<f64>,
    /// The part of each cluster that heights and widths cut off.
    pub quantile: f64,
    /// Each level, the lowest first.
    pub levels: Vec<LevelEntry>,
    /// The level separation mismatch ratio: 1 for equally spaced levels.
    pub rlm: f64,
    /// Outer optical modulation amplitude in watts; only on light.
    pub oma: Option<f64>,
    /// The same in decibels above a milliwatt.
    pub oma_dbm: Option<f64>,
    /// Outer extinction ratio in decibels; only on light.
    pub er_db: Option<f64>,
    /// The mean of the waveform.
    pub mean: f64,
    /// Symbols seen.
    pub symbols: u64,
}

/// One level of an eye at the decision instant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LevelEntry {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, interference included.
    pub sigma: f64,
}

impl RunReport {
    /// What a program should know of a simulated route.
    pub fn new(route: &Route, report: &Report, files: Vec<String>) -> Self {
        let method = report.hops.first().map_or("", |hop| hop.extrapolated.method);
        let ber = BerEntry::new(
            &report.ber,
            report.extrapolated(),
            report.extrapolated_ci95(),
            &format!("sum over the hops: {method}"),
        );
        Self {
            name: report.name.clone(),
            description: route.description.clone(),
            seed: report.seed.0,
            symbols: report.symbols,
            complete: report.complete,
            ber,
            worst_hop: worst_hop(report).map_or_else(String::new, |hop| hop.name.clone()),
            hops: report.hops.iter().map(HopEntry::new).collect(),
            probes: report.probes.iter().map(ProbeEntry::new).collect(),
            files,
        }
    }
}

/// The hop with the highest extrapolated bit error ratio.
pub(super) fn worst_hop(report: &Report) -> Option<&HopReport> {
    // The first of equals, as errors come in the order of the signal.
    report.hops.iter().rev().max_by(|a, b| a.extrapolated().total_cmp(&b.extrapolated()))
}

impl BerEntry {
    fn new(counted: &BitErrorRatio, rate: f64, ci95: [f64; 2], method: &str) -> Self {
        Self {
            rate: counted.rate,
            errors: counted.errors,
            bits: counted.bits,
            ci95: counted.ci95,
            method: counted.method.to_owned(),
            extrapolated: finite(rate),
            extrapolated_ci95: ci95.map(finite),
            extrapolated_method: method.to_owned(),
        }
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl HopEntry {
    fn new(hop: &HopReport) -> Self {
        let equalizer = &hop.equalizer;
        let ci95 = hop.extrapolated_ci95();
        Self {
            name: hop.name.clone(),
            ber: BerEntry::new(&hop.ber, hop.extrapolated(), ci95, hop.extrapolated.method),
            snr_db: hop.extrapolated.snr_db,
            equalizer: EqualizerEntry {
                ctle_db: equalizer.ctle_gain.map(|gain| gain.0),
                phase_ui: equalizer.phase_ui,
                ffe: equalizer.ffe.clone(),
                dfe: equalizer.dfe.clone(),
            },
            notes: hop.notes.clone(),
        }
    }
}

impl ProbeEntry {
    fn new(probe: &ProbeReport) -> Self {
        Self {
            name: probe.name.clone(),
            eye: EyeEntry::new(&probe.eye),
            snr_db: probe.snr_db(),
            method: probe.method.to_owned(),
        }
    }
}

impl EyeEntry {
    fn new(eye: &Eye) -> Self {
        Self {
            unit: eye.unit,
            heights: eye.eyes.iter().map(|eye| eye.height).collect(),
            widths: eye.eyes.iter().map(|eye| eye.width_ui).collect(),
            thresholds: eye.eyes.iter().map(|eye| eye.threshold).collect(),
            quantile: eye.quantile,
            levels: eye
                .levels
                .iter()
                .map(|level| LevelEntry { mean: level.mean, sigma: level.sigma })
                .collect(),
            rlm: eye.rlm,
            oma: eye.oma,
            oma_dbm: eye.oma_dbm,
            er_db: eye.er_db,
            mean: eye.mean,
            symbols: eye.symbols,
        }
    }
}
