//! Sections: what lies between the ends of a channel.

use std::path::PathBuf;

use super::joint::{Connector, Via};
use super::package::LineConstants;
use super::{At, Cascade};
use crate::response::com::{ComLine, REFERENCE_OHM};
use crate::response::dielectric::{Conductor, Dielectric, LIGHT_SPEED, Roughness};
use crate::response::line::Line;
use crate::response::report::PASSIVITY_TOLERANCE;
use crate::response::{Network, PortMap, SampledTwoPort, TwoPort};
use crate::unit::{Decibels, DecibelsPerMeter, Farads, Henries, Hertz, Meters, Ohms, check};
use crate::{Error, Result};

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
    /// A mated connector.
    Connector(Connector),
    /// A via through a board or substrate.
    Via(Via),
    /// A capacitance between the legs.
    ShuntCapacitance(Farads),
    /// An inductance in the loop of both legs.
    SeriesInductance(Henries),
    /// The coupling between two neighboring lines, for the channel of an aggressor.
    Coupling(Coupling),
}

/// The weak coupling between two neighboring lines.
///
/// # Formula
/// `s21 = k j x / (1 + k j x)` with `x` the frequency over that of the given coupling and
/// `k = 10^(-coupling / 20)`: it rises by 20 dB a decade, as that of lines much shorter than a
/// wavelength does, and stays passive.
///
/// # Assumptions
/// Both lines are matched; what is coupled is missing nowhere. Real coupling has ripples, which
/// measured data show.
///
/// # References
/// Young, *Digital Signal Integrity*, ch. 7 (weakly coupled lines, 2001).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Coupling {
    /// How far the coupled signal lies below what is sent.
    pub below: Decibels,
    /// The frequency at which it does.
    pub frequency: Hertz,
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

impl Section {
    /// The section behind its checks; what it measures and remarks goes to the cascade.
    pub(super) fn checked(&self, cascade: &mut Cascade) -> Result<At> {
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
            Self::Connector(connector) => connector.checked()?,
            Self::Via(via) => via.checked()?,
            Self::ShuntCapacitance(farads) => {
                let farads = check::not_negative("shunt-capacitance", *farads)?;
                Box::new(move |hz| TwoPort::shunt_capacitance(hz, farads, REFERENCE_OHM))
            }
            Self::SeriesInductance(henries) => {
                let henries = check::not_negative("series-inductance", *henries)?;
                Box::new(move |hz| TwoPort::series_inductance(hz, henries, REFERENCE_OHM))
            }
            Self::Coupling(coupling) => {
                let weak = check::positive("coupling.below", coupling.below)?;
                let frequency = check::positive("coupling.frequency", coupling.frequency)?;
                let share = Decibels(-weak).amplitude();
                Box::new(move |hz| TwoPort::coupling(share * hz / frequency, REFERENCE_OHM))
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
