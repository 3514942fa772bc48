//! The parameters of channel operating margin: one table for a channel's standard.

use super::{ComLimits, Compat, FigureSettings};
use crate::response::PortMap;
use crate::response::com::ComLine;
use crate::unit::{
    Baud, Decibels, Farads, Henries, Hertz, Meters, Ohms, Seconds, UnitIntervals, Volts,
};

/// The parameters of channel operating margin.
///
/// A document has one key for each field, in kebab-case. Symbols in brackets are those of Annex 93A.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Com {
    /// What the table describes.
    pub name: String,
    /// Whose numeric conventions to follow.
    pub compat: Compat,
    /// Symbol rate (`f_b`).
    pub symbol_rate: Baud,
    /// Levels of a symbol (`L`).
    pub levels: usize,
    /// Samples of a pulse response in a symbol (`M`).
    pub samples_per_symbol: usize,
    /// Target ratio of detection errors (`DER_0`).
    pub error_ratio: f64,
    /// Level separation mismatch ratio (`R_LM`).
    pub level_separation: f64,
    /// Random jitter, rms (`sigma_RJ`).
    pub random_jitter: UnitIntervals,
    /// Dual-Dirac jitter, peak (`A_DD`).
    pub dual_dirac_jitter: UnitIntervals,
    /// Which ports of a channel's file make its ends.
    pub ports: PortMap,
    /// 20 to 80 % transition time of the transmitter's filter (`T_r`); without it, none.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub transition_time: Option<Seconds>,
    /// Highest frequency of crosstalk integrals (`f_2`).
    pub crosstalk_band: Hertz,
    /// The transmitter's die and package, lengths apart.
    pub transmitter: ComEnd,
    /// The receiver's die and package, lengths apart.
    pub receiver: ComEnd,
    /// The lines of both packages.
    pub line: ComLine,
    /// Boards at either end of the channel; without it, none.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub board: Option<ComBoard>,
    /// The receiver's filter and noise.
    pub filter: ComFilter,
    /// The settings of the continuous-time equalizer.
    pub ctle: CtleGrid,
    /// The settings of the transmitter's equalizer.
    pub ffe: FfeGrid,
    /// The receiver's feed-forward equalizer in the manner of Annex 178A; without it, none.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub receiver_ffe: Option<ReceiverFfe>,
    /// The receiver's decision feedback.
    pub dfe: ComDfe,
    /// The eye of chip-to-module interfaces; without it, margin is taken at one instant.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub eye: Option<EyeWindow>,
    /// What a channel passes with.
    #[cfg_attr(feature = "config", serde(default))]
    pub limits: ComLimits,
    /// How figures of the channel alone are taken; without it, they are not.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub figures: Option<FigureSettings>,
    /// The test cases: lengths of the packages, and what drives them.
    #[cfg_attr(feature = "config", serde(rename = "case"))]
    pub cases: Vec<PackageCase>,
}

/// Die and package at one end, without the lengths of its lines.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComEnd {
    /// Termination of one leg (`R_d`).
    pub termination: Ohms,
    /// Capacitances of one leg, from the die on (`C_d`).
    pub die_capacitance: Vec<Farads>,
    /// The inductance after each of them (`L_s`).
    pub die_inductance: Vec<Henries>,
    /// Capacitance of the bump (`C_b`).
    pub bump_capacitance: Farads,
    /// Differential impedance of each piece of line (`Z_c`).
    pub impedance: Vec<Ohms>,
    /// Capacitance at the board (`C_p`).
    pub board_capacitance: Farads,
}

/// A test case of packages.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct PackageCase {
    /// Lengths of the pieces of the transmitter's package (`z_p`).
    pub transmitter: Vec<Meters>,
    /// Those of far-end aggressors.
    pub far_end: Vec<Meters>,
    /// Those of near-end aggressors.
    pub near_end: Vec<Meters>,
    /// Those of the receiver.
    pub receiver: Vec<Meters>,
    /// Peak amplitude of the transmitter (`A_v`).
    pub amplitude: Volts,
    /// That of far-end aggressors (`A_fe`).
    pub far_end_amplitude: Volts,
    /// That of near-end aggressors (`A_ne`).
    pub near_end_amplitude: Volts,
    /// Signal-to-noise ratio of the transmitter (`SNR_TX`).
    pub signal_to_noise: Decibels,
}

/// Boards between packages and the channel's ends: capacitance, line, capacitance.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComBoard {
    /// The boards' lines.
    pub line: ComLine,
    /// Differential impedance at transmitter and receiver (`Z_c`).
    pub impedance: [Ohms; 2],
    /// Capacitance at the package, transmitter and receiver (`C_0`).
    pub package_capacitance: [Farads; 2],
    /// Capacitance at the channel, transmitter and receiver (`C_1`).
    pub channel_capacitance: [Farads; 2],
    /// Length at the transmitter (`z_bp`).
    pub transmitter: Meters,
    /// Length at far-end aggressors.
    pub far_end: Meters,
    /// Length at near-end aggressors.
    pub near_end: Meters,
    /// Length at the receiver.
    pub receiver: Meters,
}

/// The receiver's filter, and the noise ahead of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComFilter {
    /// Bandwidth of the fourth-order Butterworth filter over the symbol rate (`f_r`).
    pub bandwidth: f64,
    /// Where a raised-cosine filter begins and ends to fall; without it, none.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub raised_cosine: Option<[Hertz; 2]>,
    /// One-sided noise density, squared volts per gigahertz (`eta_0`).
    pub noise_v2_per_ghz: f64,
}

/// Evenly spaced values from one to another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Sweep<Q> {
    /// The first.
    pub from: Q,
    /// The last.
    pub to: Q,
    /// The difference of neighbors; of no meaning if first and last agree.
    pub step: Q,
}

/// The settings of the continuous-time equalizer, in the form of [`Ctle`](crate::response::Ctle).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct CtleGrid {
    /// Zero (`f_z`).
    pub zero: Hertz,
    /// First pole (`f_p1`).
    pub pole1: Hertz,
    /// Second pole (`f_p2`).
    pub pole2: Hertz,
    /// DC gains (`g_DC`).
    pub dc_gain: Sweep<Decibels>,
    /// The low-frequency stage; without it, none.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub low_frequency: Option<LowFrequencyStage>,
    /// Which combinations of gains there are; all if empty.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub qualified: Vec<QualifiedGains>,
}

/// The low-frequency stage of the continuous-time equalizer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct LowFrequencyStage {
    /// Pole and, before its gain, zero (`f_LF`).
    pub pole: Hertz,
    /// DC gains (`g_DC2`).
    pub gain: Sweep<Decibels>,
}

/// A rectangle of gains that may be combined.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct QualifiedGains {
    /// Gains of the low-frequency stage from the first up to, but without, the second.
    pub low_frequency: [Decibels; 2],
    /// DC gains from the first up to, but without, the second.
    pub dc: [Decibels; 2],
}

/// The settings of the transmitter's equalizer: `c(0) = 1 - sum |c(i)|`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct FfeGrid {
    /// The least main tap (`c(0)`).
    pub least_main: f64,
    /// Taps before the main one, the nearest first: `c(-1)`, `c(-2)`, ...
    pub pre: Vec<Sweep<f64>>,
    /// Taps after the main one, the nearest first: `c(1)`, ...
    pub post: Vec<Sweep<f64>>,
}

/// The receiver's decision feedback.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComDfe {
    /// The largest value of each fixed tap over the cursor (`b_max`).
    pub most: Vec<f64>,
    /// The least (`b_min`).
    pub least: Vec<f64>,
    /// Resolution of the taps; 0 for none.
    pub step: f64,
    /// Groups of taps that may be anywhere; without it, none.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub floating: Option<FloatingTaps>,
}

/// Groups of feedback taps that may be anywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct FloatingTaps {
    /// Groups (`N_bg`).
    pub groups: usize,
    /// Taps in a group (`N_bf`).
    pub taps: usize,
    /// The last symbol that they reach (`N_f`).
    pub span: usize,
    /// The largest magnitude of a tap over the cursor (`b_gmax`).
    pub most: f64,
    /// The first symbol of the tail (`N_ts`); 0 for no limit of the tail.
    pub tail_start: usize,
    /// The largest root sum of squares of the tail's taps (`B_tmax`).
    pub tail_most: f64,
}

/// The receiver's feed-forward equalizer in the manner of Annex 178A: least squares.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ReceiverFfe {
    /// Taps before the main one (`d_w`).
    pub pre: usize,
    /// Taps after it.
    pub post: usize,
    /// The largest magnitude of a tap other than the main one, over the main one.
    pub most: f64,
    /// Whether a sequence detector takes the place of the feedback tap.
    pub sequence_detection: bool,
}

/// The eye of chip-to-module interfaces.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct EyeWindow {
    /// Half the width of the window (`T_O`).
    pub half_width: UnitIntervals,
    /// Samples of the eye in a symbol.
    pub samples_per_symbol: usize,
    /// Standard deviation of the window's weight; without it, all instants count the same.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub deviation: Option<UnitIntervals>,
    /// Least eye height of a setting (`EH`); without it, settings are chosen by their ratio of
    /// signal to noise at the cursor.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub least_height: Option<Volts>,
}
