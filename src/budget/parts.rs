//! What budgets are lists of: what parts spend and delay.

use std::fmt;

use super::Interval;

/// What a part spends for a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The stage, or an end of a hop.
    pub place: String,
    /// What it is.
    pub part: Part,
    /// Where its heat arises.
    pub owner: Owner,
    /// The key of the catalogue that it was computed from; `heater` if from the ring itself.
    pub key: String,
    /// Watts.
    pub power: Interval,
}

/// What a part delays.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// The stage, or an end of a hop.
    pub place: String,
    /// Why.
    pub cause: Cause,
    /// The key of the catalogue that it was computed from; `flight` if from the channel itself.
    pub key: String,
    /// Seconds.
    pub time: Interval,
}

/// Why a signal is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, schemars::JsonSchema),
    serde(rename_all = "kebab-case")
)]
pub enum Cause {
    /// SerDes, retimers and analog parts.
    Electronics,
    /// Copper and glass.
    Flight,
    /// Error correction.
    Correction,
}

impl Cause {
    /// All causes.
    pub const ALL: [Self; 3] = [Self::Electronics, Self::Flight, Self::Correction];
}

/// Where heat arises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, schemars::JsonSchema),
    serde(rename_all = "kebab-case")
)]
pub enum Owner {
    /// In a host's die.
    Host,
    /// In a unit: a module, an engine, the end of a cable.
    Unit,
    /// In a source of light of its own.
    Source,
}

/// Kinds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, schemars::JsonSchema),
    serde(rename_all = "kebab-case")
)]
pub enum Part {
    /// Transmitters and receivers of hosts.
    HostSerDes,
    /// Error correction.
    Correction,
    /// Retimers, with their transmitters and receivers.
    Retimer,
    /// Redrivers of copper.
    Redriver,
    /// Drivers of modulators and lasers.
    Driver,
    /// Modulators.
    Modulator,
    /// Heaters and locks of rings.
    Tuning,
    /// Lasers.
    Laser,
    /// Coolers of lasers.
    Cooler,
    /// Optical amplifiers.
    OpticalAmplifier,
    /// Transimpedance amplifiers.
    Tia,
    /// Controllers, and losses of supply.
    Supply,
}

impl Part {
    /// All parts, in the order in which tables and figures show them.
    pub const ALL: [Self; 12] = [
        Self::HostSerDes,
        Self::Correction,
        Self::Retimer,
        Self::Redriver,
        Self::Driver,
        Self::Modulator,
        Self::Tuning,
        Self::Laser,
        Self::Cooler,
        Self::OpticalAmplifier,
        Self::Tia,
        Self::Supply,
    ];
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HostSerDes => "host SerDes",
            Self::Correction => "FEC",
            Self::Retimer => "retimer",
            Self::Redriver => "redriver",
            Self::Driver => "driver",
            Self::Modulator => "modulator",
            Self::Tuning => "ring tuning",
            Self::Laser => "laser",
            Self::Cooler => "cooler",
            Self::OpticalAmplifier => "optical amplifier",
            Self::Tia => "TIA",
            Self::Supply => "supply, control",
        })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Host => "host",
            Self::Unit => "unit",
            Self::Source => "light source",
        })
    }
}
