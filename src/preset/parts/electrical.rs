//! Packages, boards and connectors, and the short channels that they make.

use super::interconnect::{cage_connector, micro_bump, substrate_connector, trace, via};
use super::{RECEIVE_CHANNEL, Rate, TRANSMIT_CHANNEL, probed};
use crate::device::channel::{ComTrace, DieSection, End, LineConstants, Package, Section, Trace};
use crate::device::{AnyDevice, Channel};
use crate::route::Stage;
use crate::unit::{Literals, Meters};

/// The line of a package, modelled after 802.3ck and 802.3dj.
fn package_line(rate: Rate) -> LineConstants {
    rate.of(
        LineConstants { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
        LineConstants { gamma0: 5e-4, a1: 8.9e-4, a2: 2e-4, tau: 6.141e-3 },
    )
}

/// A die behind its pads, as a ladder.
fn die(rate: Rate) -> Vec<DieSection> {
    let section = |(c, l): (f64, f64)| DieSection { capacitance: c.ff(), inductance: l.ph() };
    let at_100g = vec![(120.0, 120.0)];
    let at_200g = vec![(40.0, 130.0), (90.0, 150.0), (110.0, 140.0)];
    rate.of(at_100g, at_200g).into_iter().map(section).collect()
}

/// The package of a host. Each standard tests a short and a long one, and the worse counts: here it is
/// the long one at both rates, 30 mm in 802.3ck (31 and 29 mm where two hosts face each other) and
/// 33 mm in 802.3dj.
pub(super) fn host_package(rate: Rate) -> Package {
    Package {
        die: die(rate),
        bump_capacitance: 30.0.ff(),
        line: package_line(rate),
        traces: vec![
            Trace { length: rate.of(30.0, 33.0).mm(), impedance: 87.5.ohms() },
            Trace { length: 1.8.mm(), impedance: 92.5.ohms() },
        ],
        board_capacitance: rate.of(87.0, 40.0).ff(),
    }
}

/// A host's end of a channel.
pub(super) fn host_end(rate: Rate) -> End {
    End { resistance: 100.0.ohms(), package: Some(host_package(rate)) }
}

/// An end without a package: a die on the board that it belongs to.
pub(super) fn bare_end() -> End {
    End { resistance: 100.0.ohms(), package: None }
}

/// A piece of the host board of 802.3ck.
pub(super) fn board(length: Meters) -> Section {
    Section::ComLine(ComTrace {
        line: LineConstants { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 },
        length,
        impedance: 100.0.ohms(),
    })
}

/// The connector of 802.3ck's host board: the pads on either side of it.
pub(super) fn pads() -> Vec<Section> {
    [14.5, 9.5].map(|farads| Section::ShuntCapacitance(farads.ff())).to_vec()
}

/// A channel from a host's die, through `sections`, to a bare die.
pub(super) fn from_host(rate: Rate, sections: Vec<Section>) -> Channel {
    Channel { source: host_end(rate), load: bare_end(), sections }
}

/// The board of a host from the package to the connector of a module.
pub fn host_board(rate: Rate) -> Meters {
    rate.of(10.0, 9.5).inches()
}

/// The board of a host that is laid out for modules that decide nothing.
pub fn linear_host_board(rate: Rate) -> Meters {
    rate.of(10.0, 6.0).inches()
}

/// The channel from a host's die over a board and a connector to a module's die.
pub fn host_to_module(rate: Rate, length: Meters) -> Channel {
    let sections = match rate {
        Rate::G100 => [vec![board(length)], pads(), vec![board(20.0.mm())]].concat(),
        Rate::G200 => {
            vec![via(), trace(length), via(), cage_connector(), trace(20.0.mm())]
        }
    };
    from_host(rate, sections)
}

/// The channel from a host's die to optics beside its package: a little board and a socket.
pub fn host_to_neighbor(rate: Rate) -> Channel {
    from_host(rate, vec![via(), trace(3.0.inches()), substrate_connector(), trace(10.0.mm())])
}

/// The channel from a die to optics on the same substrate.
pub fn within_package(rate: Rate) -> Channel {
    let mut channel = from_host(rate, micro_bump());
    channel.source.package = Some(Package {
        traces: vec![Trace { length: 22.0.mm(), impedance: 92.5.ohms() }],
        board_capacitance: 0.0.ff(),
        ..host_package(rate)
    });
    channel
}

/// The host channel ahead of a module, as a stage.
pub(in crate::preset) fn transmit_channel(rate: Rate, length: Meters) -> Stage {
    probed(TRANSMIT_CHANNEL, AnyDevice::Channel(host_to_module(rate, length)))
}

/// The host channel behind a module, as a stage.
pub(in crate::preset) fn receive_channel(rate: Rate, length: Meters) -> Stage {
    probed(RECEIVE_CHANNEL, AnyDevice::Channel(host_to_module(rate, length).reversed()))
}
