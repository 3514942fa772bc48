//! Electrical channel: packages, traces, cables and measured data between two ends.

mod joint;
mod length;
mod package;
mod section;

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::response::com::REFERENCE_OHM;
use crate::response::{SampledTwoPort, TwoPort};
use crate::signal::Voltage;
use crate::unit::{Decibels, Hertz, Ohms, check};

pub use joint::{Connector, Via};
pub use package::{DieSection, LineConstants, Package, Trace};
pub use section::{ComTrace, Coupling, Laminate, LossAt, Section, Touchstone, Twinax};

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

    /// The checked channel, and operations that remark on its data and make sure that they support
    /// the grid: what a channel needs that is part of another device.
    ///
    /// # Errors
    /// As [`Channel::cascade`].
    pub fn lowered(&self, ops: Ops<Voltage>) -> Result<(Ops<Voltage>, Cascade)> {
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
        Ok((ops, cascade))
    }

    /// The sections alone: the channel without its packages.
    #[must_use]
    pub fn without_packages(&self) -> Self {
        let bare = |end: &End| End { resistance: end.resistance, package: None };
        Self { source: bare(&self.source), load: bare(&self.load), sections: self.sections.clone() }
    }

    /// The same channel, its signal running the other way.
    pub fn reversed(self) -> Self {
        let turned = |section| match section {
            Section::Touchstone(data) => {
                Section::Touchstone(Touchstone { reversed: !data.reversed, ..data })
            }
            symmetric => symmetric,
        };
        Self {
            source: self.load,
            load: self.source,
            sections: self.sections.into_iter().rev().map(turned).collect(),
        }
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

impl Device for Channel {
    type In = Voltage;
    type Out = Voltage;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Voltage>> {
        let (ops, cascade) = self.lowered(ops)?;
        Ok(ops.lti(move |f| cascade.transfer(f.0)))
    }
}
