//! Electrical channel: packages, traces, cables and measured data between two ends.

use std::path::PathBuf;

use num_complex::Complex64;

use crate::engine::{Device, Ops};
use crate::response::com::{ComLine, ComPackage, REFERENCE_OHM};
use crate::response::dielectric::{Conductor, Dielectric, LIGHT_SPEED, Roughness};
use crate::response::line::Line;
use crate::response::report::PASSIVITY_TOLERANCE;
use crate::response::{Network, PortMap, SampledTwoPort, TwoPort};
use crate::signal::Voltage;
use crate::unit::{Decibels, DecibelsPerMeter, Farads, Henries, Hertz, Meters, Ohms, check};
use crate::{Error, Result};

/// A passive channel between two ends: everything that reflects into each other is one device.
///
/// # Formula
/// The two-ports of the source's package, the sections and the load's package are cascaded, and
/// `H = V_load / V_source` follows from the terminations, with `V_source` what the source would
/// give to a load of its own resistance (equation 93A-18 of IEEE 802.3).
///
/// # Assumptions
/// Only the differential mode carries the signal: conversion to and from the common mode is not
/// followed. Terminations are resistive. All impedances are differential.
///
/// # References
/// IEEE 802.3 Annex 93A.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Channel {
    /// The end that drives.
    pub source: End,
    /// The end that receives.
    pub load: End,
    /// What lies between the packages, in the order of the signal.
    pub sections: Vec<Section>,
}

/// One end of a channel: a termination, and the package in front of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct End {
    /// Differential resistance of the die's termination.
    pub resistance: Ohms,
    /// The package between the die and the board; without one the die sits on the board.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub package: Option<Package>,
}

/// A package in the form of IEEE 802.3 Annex 93A, seen from the die.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Package {
    /// Sections of capacitance and inductance at the die, `C_d` and `L_s` of one leg each.
    pub die: Vec<DieSection>,
    /// Capacitance of the bump on one leg, `C_b`.
    pub bump_capacitance: Farads,
    /// Constants of the traces.
    pub line: LineConstants,
    /// The traces, from the die on: `z_p` and `Z_c`.
    pub traces: Vec<Trace>,
    /// Capacitance at the board on one leg, `C_p`.
    pub board_capacitance: Farads,
}

/// A capacitance to ground and then an inductance, on one leg.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct DieSection {
    /// The capacitance.
    pub capacitance: Farads,
    /// The inductance.
    pub inductance: Henries,
}

/// A piece of uniform line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Trace {
    /// Its length.
    pub length: Meters,
    /// Its differential impedance.
    pub impedance: Ohms,
}

/// The constants of a line in the form of Annex 93A, in the units of its tables (GHz, mm, ns).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct LineConstants {
    /// Loss at DC, 1/mm.
    pub gamma0: f64,
    /// Skin effect, sqrt(ns)/mm.
    pub a1: f64,
    /// Dielectric loss, ns/mm.
    pub a2: f64,
    /// Delay, ns/mm.
    pub tau: f64,
}

impl LineConstants {
    fn check(&self, path: &str) -> Result<()> {
        let Self { gamma0, a1, a2, tau } = *self;
        for (name, value) in [("gamma0", gamma0), ("a1", a1), ("a2", a2), ("tau", tau)] {
            check::not_negative(&format!("{path}.{name}"), value)?;
        }
        Ok(())
    }
}

impl From<LineConstants> for ComLine {
    fn from(line: LineConstants) -> Self {
        let LineConstants { gamma0, a1, a2, tau } = line;
        Self { gamma0, a1, a2, tau }
    }
}

/// A part of a channel.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Section {
    /// Measured or simulated data.
    Touchstone(Touchstone),
    /// The transmission line of Annex 93A.
    ComLine(ComTrace),
    /// A trace on laminate.
    Laminate(Laminate),
    /// A twinax cable.
    Twinax(Twinax),
    /// A capacitance between the legs.
    ShuntCapacitance(Farads),
    /// An inductance in the loop of both legs.
    SeriesInductance(Henries),
}

/// A Touchstone file of two or four ports.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Touchstone {
    /// The file; relative to the current directory, or to the document that names it.
    pub file: PathBuf,
    /// Which port is which, `"1-2 3-4"` or `"1-3 2-4"`; detected and reported if not given.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub ports: Option<PortMap>,
    /// Whether the signal runs from the far side to the near side.
    #[cfg_attr(feature = "config", serde(default))]
    pub reversed: bool,
}

/// A piece of the line of Annex 93A.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComTrace {
    /// Its constants.
    pub line: LineConstants,
    /// Its length.
    pub length: Meters,
    /// Its differential impedance.
    pub impedance: Ohms,
}

/// A trace on laminate: skin effect, and a dielectric whose loss and delay belong together.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Laminate {
    /// Its length.
    pub length: Meters,
    /// Its differential impedance at high frequency.
    pub impedance: Ohms,
    /// Relative permittivity at the reference frequency.
    pub permittivity: f64,
    /// Loss tangent at the reference frequency.
    pub loss_tangent: f64,
    /// Where permittivity, loss tangent and conductor loss are given.
    pub reference_frequency: Hertz,
    /// Loss of smooth conductors at the reference frequency.
    pub conductor_loss: DecibelsPerMeter,
    /// Resistance of both legs together at DC, per meter.
    pub dc_resistance: Ohms,
    /// By how much roughness raises the resistance at high frequency, as a ratio: 1 doubles it.
    pub roughness_ratio: f64,
    /// Radius of the grains of the rough copper.
    pub roughness_radius: Meters,
}

/// A twinax cable, given by its loss at two frequencies.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Twinax {
    /// Its length.
    pub length: Meters,
    /// Its differential impedance at high frequency.
    pub impedance: Ohms,
    /// Relative permittivity of the foam.
    pub permittivity: f64,
    /// Resistance of both legs together at DC, per meter.
    pub dc_resistance: Ohms,
    /// The first frequency and the loss there.
    pub first: LossAt,
    /// The second frequency and the loss there.
    pub second: LossAt,
}

/// A loss per length at a frequency.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct LossAt {
    /// The frequency.
    pub frequency: Hertz,
    /// The loss there.
    pub loss: DecibelsPerMeter,
}

/// A part of a channel, ready to be evaluated at a frequency in hertz.
type At = Box<dyn Fn(f64) -> TwoPort + Send + Sync>;

/// A channel whose parameters are checked and whose files are read.
pub struct Cascade {
    parts: Vec<At>,
    source: f64,
    load: f64,
    measured: Vec<SampledTwoPort>,
    notes: Vec<String>,
}

impl Channel {
    /// Checks the parameters and reads the files.
    ///
    /// # Errors
    /// If a parameter makes no sense, or a file cannot be read or used.
    pub fn cascade(&self) -> Result<Cascade> {
        let mut cascade = Cascade {
            parts: Vec::new(),
            source: check::positive("source.resistance", self.source.resistance)?,
            load: check::positive("load.resistance", self.load.resistance)?,
            measured: Vec::new(),
            notes: Vec::new(),
        };
        if let Some(package) = &self.source.package {
            let package = package.checked()?;
            cascade.parts.push(Box::new(move |hz| package.at(hz)));
        }
        for section in &self.sections {
            let part = section.checked(&mut cascade)?;
            cascade.parts.push(part);
        }
        if let Some(package) = &self.load.package {
            let package = package.checked()?;
            cascade.parts.push(Box::new(move |hz| package.at(hz).flip()));
        }
        Ok(cascade)
    }

    /// Loss between two ends of 100 ohm at a frequency, packages included.
    ///
    /// # Errors
    /// As [`Channel::cascade`].
    pub fn insertion_loss(&self, frequency: Hertz) -> Result<Decibels> {
        Ok(Decibels(-20.0 * self.cascade()?.at(frequency.0).s21.norm().log10()))
    }
}

impl Cascade {
    /// The whole channel at a frequency in hertz, between 100 ohm.
    pub fn at(&self, hz: f64) -> TwoPort {
        self.parts
            .iter()
            .fold(TwoPort::through(REFERENCE_OHM), |chain, part| chain.cascade(&part(hz)))
    }

    /// The voltage at the load for a volt from the source into a matched load.
    pub fn transfer(&self, hz: f64) -> Complex64 {
        self.at(hz).voltage_transfer(self.source, self.load)
    }
}

impl std::fmt::Debug for Cascade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cascade of {} parts", self.parts.len())
    }
}

impl Package {
    fn checked(&self) -> Result<ComPackage> {
        for die in &self.die {
            check::not_negative("package.die.capacitance", die.capacitance)?;
            check::not_negative("package.die.inductance", die.inductance)?;
        }
        check::not_negative("package.bump-capacitance", self.bump_capacitance)?;
        check::not_negative("package.board-capacitance", self.board_capacitance)?;
        self.line.check("package.line")?;
        for trace in &self.traces {
            check::not_negative("package.traces.length", trace.length)?;
            check::positive("package.traces.impedance", trace.impedance)?;
        }
        let package = ComPackage {
            die: self.die.iter().map(|d| (d.capacitance.0, d.inductance.0)).collect(),
            bump: self.bump_capacitance.0,
            line: self.line.into(),
            pieces: self.traces.iter().map(|t| (1e3 * t.length.0, t.impedance.0)).collect(),
            board: self.board_capacitance.0,
        };
        package.check()?;
        Ok(package)
    }
}

impl Section {
    fn checked(&self, cascade: &mut Cascade) -> Result<At> {
        Ok(match self {
            Self::Touchstone(data) => {
                let pair = data.read(&mut cascade.notes)?;
                cascade.measured.push(pair.clone());
                if data.reversed {
                    Box::new(move |hz| pair.at(hz).flip().renormalize(REFERENCE_OHM))
                } else {
                    Box::new(move |hz| pair.at(hz).renormalize(REFERENCE_OHM))
                }
            }
            Self::ComLine(trace) => {
                let length = 1e3 * check::not_negative("com-line.length", trace.length)?;
                let impedance = check::positive("com-line.impedance", trace.impedance)?;
                trace.line.check("com-line.line")?;
                let line = ComLine::from(trace.line);
                Box::new(move |hz| line.section(hz, length, impedance))
            }
            Self::Laminate(trace) => {
                let length = check::not_negative("laminate.length", trace.length)?;
                let line = trace.line()?;
                Box::new(move |hz| line.section(hz, length, REFERENCE_OHM))
            }
            Self::Twinax(cable) => {
                let length = check::not_negative("twinax.length", cable.length)?;
                let line = cable.line()?;
                Box::new(move |hz| line.section(hz, length, REFERENCE_OHM))
            }
            Self::ShuntCapacitance(farads) => {
                let farads = check::not_negative("shunt-capacitance", *farads)?;
                Box::new(move |hz| TwoPort::shunt_capacitance(hz, farads, REFERENCE_OHM))
            }
            Self::SeriesInductance(henries) => {
                let henries = check::not_negative("series-inductance", *henries)?;
                Box::new(move |hz| TwoPort::series_inductance(hz, henries, REFERENCE_OHM))
            }
        })
    }
}

impl Touchstone {
    /// Reads the file as a differential two-port, and notes how its ports were taken.
    fn read(&self, notes: &mut Vec<String>) -> Result<SampledTwoPort> {
        let network = Network::read(&self.file)?;
        let in_file = |error: Error| error.in_file(&self.file);
        let pair = match (network.ports(), self.ports) {
            (2, _) => {
                let pair = network.two_port().map_err(in_file)?;
                notes.push(format!(
                    "{}: its two ports are taken as one differential pair of {} ohm",
                    self.file.display(),
                    pair.reference_ohm()
                ));
                pair
            }
            (_, Some(map)) => network.differential(map).map_err(in_file)?,
            (_, None) => {
                let found = PortMap::detect(&network).map_err(in_file)?;
                let sure = if found.certain { "" } else { ", not certain" };
                notes.push(format!(
                    "{}: ports taken as \"{}\" ({}{sure})",
                    self.file.display(),
                    found.map,
                    found.evidence
                ));
                network.differential(found.map).map_err(in_file)?
            }
        };
        let gain = pair.points().iter().map(TwoPort::max_singular_value).fold(0.0, f64::max);
        if gain > 1.0 + PASSIVITY_TOLERANCE {
            notes.push(format!(
                "{}: not passive, its largest singular value is {gain:.4}",
                self.file.display()
            ));
        }
        Ok(pair)
    }
}

impl Laminate {
    fn line(&self) -> Result<Line> {
        let at_hz = check::positive("laminate.reference-frequency", self.reference_frequency)?;
        let impedance = check::positive("laminate.impedance", self.impedance)?;
        let loss = check::not_negative("laminate.conductor-loss", self.conductor_loss)?;
        let dc = check::not_negative("laminate.dc-resistance", self.dc_resistance)?;
        let ratio = check::not_negative("laminate.roughness-ratio", self.roughness_ratio)?;
        let radius = check::not_negative("laminate.roughness-radius", self.roughness_radius)?;
        check::within("laminate.permittivity", self.permittivity, &(1.0..=100.0))?;
        check::within("laminate.loss-tangent", self.loss_tangent, &(0.0..=0.1))?;
        let dielectric = Dielectric::new(self.permittivity, self.loss_tangent, at_hz)?;
        let mut conductor = Conductor::from_loss(impedance, loss, at_hz, dc);
        if ratio > 0.0 {
            conductor.roughness = Some(Roughness { ratio, radius });
        }
        Line::new(impedance, dielectric, conductor)
    }
}

impl Twinax {
    fn line(&self) -> Result<Line> {
        let impedance = check::positive("twinax.impedance", self.impedance)?;
        let range = 1.0..=100.0;
        let permittivity = check::within("twinax.permittivity", self.permittivity, &range)?;
        let dc = check::not_negative("twinax.dc-resistance", self.dc_resistance)?;
        let delay = permittivity.sqrt() / LIGHT_SPEED;
        for (name, point) in [("first", self.first), ("second", self.second)] {
            check::positive(&format!("twinax.{name}.frequency"), point.frequency)?;
            check::positive(&format!("twinax.{name}.loss"), point.loss)?;
        }
        let at = |point: LossAt| (point.frequency.0, point.loss.0);
        Line::from_loss(impedance, delay, dc, at(self.first), at(self.second))
    }
}

impl Device for Channel {
    type In = Voltage;
    type Out = Voltage;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Voltage>> {
        let mut cascade = self.cascade()?;
        let measured = std::mem::take(&mut cascade.measured);
        let notes = std::mem::take(&mut cascade.notes);
        let ops = notes.into_iter().fold(ops, Ops::note);
        let ops = ops.demand(move |grid| {
            let mut notes = Vec::new();
            for pair in &measured {
                notes.extend(pair.check(grid.symbol_rate().0)?);
            }
            Ok(notes)
        });
        Ok(ops.lti(move |f| cascade.transfer(f.0)))
    }
}
