//! Packages, boards and connectors, and the short channels that they make.

use super::{Rate, probed};
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

/// The package of a host: the short one of 802.3ck, the one of 802.3dj.
pub(super) fn host_package(rate: Rate) -> Package {
    Package {
        die: die(rate),
        bump_capacitance: 30.0.ff(),
        line: package_line(rate),
        traces: vec![
            Trace { length: rate.of(12.0, 33.0).mm(), impedance: 87.5.ohms() },
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

/// A piece of board: the host board of 802.3ck, and one of 1.5 dB an inch at 56 GHz.
pub(super) fn board(rate: Rate, length: Meters) -> Section {
    let line = rate.of(
        LineConstants { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 },
        LineConstants { gamma0: 0.0, a1: 6.44084e-4, a2: 3.6036e-5, tau: 5.79e-3 },
    );
    Section::ComLine(ComTrace { line, length, impedance: 100.0.ohms() })
}

/// A connector: the pads on either side of it.
pub(super) fn connector(rate: Rate) -> [Section; 2] {
    rate.of([14.5, 9.5], [7.0, 5.0]).map(|pads| Section::ShuntCapacitance(pads.ff()))
}

/// A channel from a host's die, through `sections`, to a bare die.
pub(super) fn from_host(rate: Rate, sections: Vec<Section>) -> Channel {
    Channel { source: host_end(rate), load: bare_end(), sections }
}

/// The board of a host from the package to the connector of a module.
pub fn host_board(rate: Rate) -> Meters {
    rate.of(10.0, 10.0).inches()
}

/// The board of a host that is laid out for modules that decide nothing.
pub fn linear_host_board(rate: Rate) -> Meters {
    rate.of(10.0, 6.5).inches()
}

/// The channel from a host's die over `board` and a connector to a module's die.
pub fn host_to_module(rate: Rate, length: Meters) -> Channel {
    let mut sections = vec![board(rate, length)];
    sections.extend(connector(rate));
    sections.push(board(rate, 20.0.mm()));
    from_host(rate, sections)
}

/// The channel from a host's die to optics beside its package: a socket and a little board.
pub fn host_to_neighbor(rate: Rate) -> Channel {
    let mut sections = vec![board(rate, 3.0.inches())];
    sections.extend(connector(rate));
    sections.push(board(rate, 10.0.mm()));
    from_host(rate, sections)
}

/// The channel from a die to optics on the same substrate.
pub fn within_package(rate: Rate) -> Channel {
    let package = Package {
        traces: vec![Trace { length: 15.0.mm(), impedance: 92.5.ohms() }],
        board_capacitance: 30.0.ff(),
        ..host_package(rate)
    };
    Channel {
        source: End { resistance: 100.0.ohms(), package: Some(package) },
        load: bare_end(),
        sections: Vec::new(),
    }
}

/// The host channel ahead of a module, as a stage.
pub(in crate::preset) fn transmit_channel(rate: Rate, length: Meters) -> Stage {
    probed("host-tx.channel", AnyDevice::Channel(host_to_module(rate, length)))
}

/// The host channel behind a module, as a stage.
pub(in crate::preset) fn receive_channel(rate: Rate, length: Meters) -> Stage {
    probed("host-rx.channel", AnyDevice::Channel(host_to_module(rate, length).reversed()))
}
