//! From a lane to modules, switches, front panels and the edges of packages.

use super::energy::{Seen, unit_power};
use super::{Budget, Catalogue, Interval, Item, Owner};
use crate::route::{Form, LaserPlace, Packaging};

/// Bit rates of modules that are looked at.
pub const MODULES: [f64; 3] = [800e9, 1600e9, 3200e9];

/// Bit rates of switches that are looked at.
pub const SWITCHES: [f64; 3] = [51.2e12, 102.4e12, 204.8e12];

/// Cages of the front panels that are looked at.
pub const PANELS: [usize; 2] = [32, 64];

/// A part of a rate that rounding may cost.
const ROUNDING: f64 = 1e-9;

/// A unit of some bit rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModulePower {
    /// Bits a second in each direction.
    pub rate: f64,
    /// Lanes of each direction that it needs.
    pub lanes: usize,
    /// Whether these are no more than the unit of the route has.
    pub fits: bool,
    /// What the unit draws, watts.
    pub unit: Interval,
    /// What its sources of light draw outside it, watts.
    pub source: Interval,
}

/// The links of a switch of some bit rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwitchPower {
    /// Bits a second in each direction.
    pub rate: f64,
    /// Lanes of each direction that it needs.
    pub lanes: usize,
    /// What its SerDes and error correction draw, watts.
    pub host: Interval,
    /// What its units and sources of light draw, watts.
    pub units: Interval,
}

/// What a front panel carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    /// Cages.
    pub cages: usize,
    /// Bits a second in each direction.
    pub rate: f64,
    /// The largest of the switches that are looked at that it can serve, bits a second; `None` if
    /// it serves none.
    pub serves: Option<f64>,
}

impl SwitchPower {
    /// All that the links draw, watts.
    pub fn total(&self) -> Interval {
        self.host + self.units
    }
}

/// Lanes that carry a rate together.
pub(super) fn lanes(rate: f64, lane: f64) -> usize {
    (rate / lane - ROUNDING).ceil() as usize
}

fn spent(items: &[Item], owner: Owner) -> Interval {
    items.iter().filter(|item| item.owner == owner).map(|item| item.power).sum()
}

/// Units of the rates that are looked at.
pub(super) fn modules(
    parts: &[Item],
    packaging: &Packaging,
    lane: f64,
    catalogue: &Catalogue,
) -> Vec<ModulePower> {
    let module = |&rate: &f64| {
        let lanes = lanes(rate, lane);
        ModulePower {
            rate,
            lanes,
            fits: lanes <= packaging.lanes,
            unit: unit_power(parts, lanes, catalogue),
            source: spent(parts, Owner::Source) * lanes as f64 * catalogue.supply,
        }
    };
    MODULES.iter().map(module).collect()
}

/// Switches of the rates that are looked at.
pub(super) fn switches(items: &[Item], lane: f64) -> Vec<SwitchPower> {
    let switch = |&rate: &f64| {
        let lanes = lanes(rate, lane);
        let of = |owner| spent(items, owner) * lanes as f64;
        SwitchPower {
            rate,
            lanes,
            host: of(Owner::Host),
            units: of(Owner::Unit) + of(Owner::Source),
        }
    };
    SWITCHES.iter().map(switch).collect()
}

/// Front panels, if the route's units are in one.
pub(super) fn panels(packaging: &Packaging, lane: f64) -> Vec<Panel> {
    if packaging.form != Form::FrontPanel {
        return Vec::new();
    }
    let panel = |&cages: &usize| {
        let rate = (cages * packaging.lanes) as f64 * lane;
        let served = |switch: &&f64| **switch <= rate * (1.0 + ROUNDING);
        Panel { cages, rate, serves: SWITCHES.iter().rfind(served).copied() }
    };
    PANELS.iter().map(panel).collect()
}

/// Bits a second in each direction and meter of a package's edge, if the route crosses one: with
/// light only if no copper of it leaves the package.
///
/// # Formula
/// `rows R / (pitch (2 / n + 1 / m))`: of `n` lanes a port, each lane takes two ports' share, one
/// for each direction, and with external lasers a fiber of light for the `m` lanes that it feeds.
pub(super) fn shoreline(packaging: &Packaging, hops: &[Seen<'_>], lane: f64) -> Option<f64> {
    let Form::PackageEdge(edge) = &packaging.form else { return None };
    if hops.iter().any(|hop| hop.light && hop.need.within_package.is_none()) {
        return None;
    }
    let signals = 2.0 / edge.lanes_per_port as f64;
    let light = match &packaging.lasers {
        Some(lasers) if lasers.place == LaserPlace::External => 1.0 / lasers.shared_by as f64,
        _ => 0.0,
    };
    Some(edge.rows as f64 * lane / (edge.pitch.0 * (signals + light)))
}

impl Budget {
    /// The unit of some bit rate, if it is one of those that are looked at.
    pub fn module(&self, rate: f64) -> Option<&ModulePower> {
        self.modules.iter().find(|module| (module.rate / rate - 1.0).abs() < ROUNDING)
    }
}
