//! Eyes as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::Eye;
use crate::analysis::eye::EyeUnit;
use crate::route::ProbeReport;

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

impl ProbeEntry {
    pub(super) fn new(probe: &ProbeReport) -> Self {
        Self {
            name: probe.name.clone(),
            eye: EyeEntry::new(&probe.eye),
            snr_db: probe.snr_db(),
            method: probe.method.to_owned(),
        }
    }
}

impl EyeEntry {
    pub(in crate::report) fn new(eye: &Eye) -> Self {
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
