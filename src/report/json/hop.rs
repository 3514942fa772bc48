//! Hops as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::attribution::AttributionEntry;
use super::ber::BerEntry;
use super::finite;
use crate::analysis::statistical::EyeContours;
use crate::route::{HopAnalysis, HopReport};
use crate::signal::Modulation;

/// A hop.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HopEntry {
    /// The hop's name.
    pub name: String,
    /// Errors between this hop's transmitter and receiver.
    pub ber: BerEntry,
    /// Why nothing but counts is known; `null` if more is.
    pub not_analyzed: Option<String>,
    /// Power of the levels over the mean square error at the slicer's input in decibels;
    /// interference counts as noise.
    pub snr_db: Option<f64>,
    /// Where the mean square error at the slicer comes from; `null` if it is not known.
    pub attribution: Option<AttributionEntry>,
    /// How far the statistical eye is open at error ratios; `null` if it is not known.
    pub contours: Option<Vec<ContourEntry>>,
    /// The statistical bit error ratio by sampling phase; `null` if it is not known.
    pub bathtub: Option<BathtubEntry>,
    /// What the receiver settled to.
    pub equalizer: EqualizerEntry,
    /// The error in training; at most one point where the taps were found in closed form.
    pub convergence: Vec<ConvergenceEntry>,
    /// How often the clock slipped by a symbol.
    pub slips: usize,
    /// Remarks of the devices.
    pub notes: Vec<String>,
}

/// How far a statistical eye is open at an error ratio.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ContourEntry {
    /// The error ratio of each threshold.
    pub ratio: f64,
    /// The height of each eye at the receiver's phase in levels, the lowest eye first; 0 if it is
    /// closed. Levels reach from -1 to 1.
    pub heights: Vec<f64>,
    /// The width of each eye at the slicer's threshold in unit intervals; 0 if it is closed.
    pub widths: Vec<f64>,
}

/// A bit error ratio by phase: pairs in two lists of one length.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BathtubEntry {
    /// Unit intervals from the receiver's phase, rising.
    pub phase_ui: Vec<f64>,
    /// The bit error ratio there.
    pub ber: Vec<f64>,
}

/// The error of an equalizer in training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ConvergenceEntry {
    /// Symbols seen so far.
    pub symbols: usize,
    /// The mean square error at the slicer's input since the point before, in levels squared.
    pub mse: Option<f64>,
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

impl HopEntry {
    pub(super) fn new(hop: &HopReport, modulation: Modulation) -> Self {
        let analysis = hop.analysis.as_ref();
        let known = analysis.ok();
        let contours = |analysis: &HopAnalysis| {
            analysis.statistical.contours.iter().map(ContourEntry::new).collect()
        };
        let equalizer = &hop.equalizer;
        Self {
            name: hop.name.clone(),
            ber: BerEntry::of_hop(hop),
            not_analyzed: analysis.err().cloned(),
            snr_db: hop.snr_db(modulation),
            attribution: known.map(|analysis| AttributionEntry::new(&analysis.attribution)),
            contours: known.map(contours),
            bathtub: known.map(BathtubEntry::new),
            equalizer: EqualizerEntry {
                ctle_db: equalizer.ctle_gain.map(|gain| gain.0),
                phase_ui: equalizer.phase_ui,
                ffe: equalizer.ffe.clone(),
                dfe: equalizer.dfe.clone(),
            },
            convergence: hop
                .convergence
                .iter()
                .map(|point| ConvergenceEntry { symbols: point.symbols, mse: finite(point.mse) })
                .collect(),
            slips: hop.slips,
            notes: hop.notes.clone(),
        }
    }
}

impl ContourEntry {
    fn new(contours: &EyeContours) -> Self {
        Self {
            ratio: contours.ratio,
            heights: contours.eyes.iter().map(|eye| eye.height).collect(),
            widths: contours.eyes.iter().map(|eye| eye.width_ui).collect(),
        }
    }
}

impl BathtubEntry {
    fn new(analysis: &HopAnalysis) -> Self {
        let (phase_ui, ber) =
            analysis.bathtub().into_iter().map(|[phase, ratio]| (phase, ratio)).unzip();
        Self { phase_ui, ber }
    }
}
