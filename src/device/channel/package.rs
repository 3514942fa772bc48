//! Packages: from a die to the board.

use crate::Result;
use crate::response::com::{ComLine, ComPackage};
use crate::unit::{Farads, Henries, Meters, Ohms, check};

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
    /// Checks the constants, which stand at `path` in a document.
    pub(super) fn check(&self, path: &str) -> Result<()> {
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

impl Package {
    /// The package behind its checks.
    pub(super) fn checked(&self) -> Result<ComPackage> {
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
