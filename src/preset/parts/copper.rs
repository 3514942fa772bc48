//! Copper from die to die: boards, backplanes and cables, with the neighbors that couple in.

use super::Rate;
use super::electrical::{bare_end, board, host_end, pads};
use super::interconnect::{cable_assembly, cage_connector, flyover, plug_to_plug, trace, via};
use crate::device::channel::{Coupling, Section};
use crate::device::{Channel, Redriver};
use crate::response::Ctle;
use crate::route::{Aggressor, Crosstalk};
use crate::transceiver::Transmitter;
use crate::unit::{Decibels, Literals, Meters};

/// The gauge of passive cables, the thickest that fits a cage.
const GAUGE: u32 = 26;

/// A channel between two hosts: `near`, `middle`, and `near` the other way round.
fn between_hosts(rate: Rate, near: Vec<Section>, middle: Vec<Section>) -> Channel {
    let far: Vec<Section> = near.iter().rev().cloned().collect();
    let sections = [near, middle, far].concat();
    Channel { source: host_end(rate), load: host_end(rate), sections }
}

/// The length of the board on either side of the connector of [`copper`].
pub fn copper_board() -> Meters {
    8.0.inches()
}

/// A copper link from package to package, modelled after 802.3ck's backplane: 26 dB at 26.56 GHz.
pub fn copper() -> Channel {
    between_hosts(Rate::G100, vec![board(copper_board())], pads())
}

/// The boards of a host and of what it is plugged into, 28 dB of both and their connector.
pub fn backplane(rate: Rate) -> Channel {
    let near = vec![via(), trace(rate.of(15.0, 9.25).inches()), via()];
    between_hosts(rate, near, vec![cage_connector()])
}

/// A board from chip to chip.
pub fn chip_to_chip(rate: Rate) -> Channel {
    between_hosts(rate, vec![via()], vec![trace(rate.of(14.0, 8.0).inches())])
}

/// The length of a host's board from its package to the cage of a cable. At 200 Gb/s it is what
/// 40 dB from die to die leave of it (IEEE P802.3dj's objective) with a cable of 1 m and packages
/// of 33 mm; a published design has 0.25 in more on either side (li_3dj, June 2023).
pub fn cable_board(rate: Rate) -> Meters {
    rate.of(5.0, 4.0).inches()
}

/// A passive cable between two hosts.
pub fn passive_cable(rate: Rate, length: Meters) -> Channel {
    let near = vec![via(), trace(cable_board(rate)), via()];
    between_hosts(rate, near, cable_assembly(GAUGE, length))
}

/// A passive cable between hosts that reach it by cables over their boards.
pub fn flown_over(rate: Rate, length: Meters) -> Channel {
    between_hosts(rate, flyover(0.3.meters()), cable_assembly(GAUGE, length))
}

/// The cable between what is active in the plugs of a cable.
pub fn between_plugs(length: Meters) -> Channel {
    Channel { source: bare_end(), load: bare_end(), sections: plug_to_plug(GAUGE, length) }
}

/// A redriver in the plug of an active cable.
pub fn redriver(rate: Rate) -> Redriver {
    Redriver {
        equalizer: Ctle {
            dc_gain: (-8.0).db(),
            low_frequency_gain: 0.0.db(),
            zero: rate.of(21.25, 42.5).ghz(),
            pole1: rate.of(21.25, 42.5).ghz(),
            pole2: rate.of(53.125, 106.25).ghz(),
            low_frequency_pole: rate.of(0.6640625, 1.328125).ghz(),
        },
        gain: 8.0.db(),
        bandwidth: rate.of(45.0, 75.0).ghz(),
        order: 3,
        input_saturation: 1.2.volts(),
        saturation: 1.2.volts(),
        noise_density: rate.of(4.0, 3.0).nv_per_rthz(),
        output_noise_density: rate.of(8.0, 6.0).nv_per_rthz(),
    }
}

/// The neighbors of a copper link: two that send in its direction, coupled by its first connector,
/// and two that send the other way, coupled close to the receiver.
pub(in crate::preset) fn neighbors(
    rate: Rate,
    into: &str,
    channel: &Channel,
    transmitter: &Transmitter,
) -> Vec<Aggressor> {
    let coupling = |below: Decibels| {
        Section::Coupling(Coupling { below, frequency: rate.symbol_rate().nyquist() })
    };
    let mut far = channel.clone();
    let joint =
        |section: &Section| matches!(section, Section::ShuntCapacitance(_) | Section::Connector(_));
    let connector = far.sections.iter().position(joint).unwrap_or(0);
    far.sections.insert(connector + 1, coupling(27.0.db()));
    let mut near = channel.clone();
    near.sections = vec![board(2.0.inches()), coupling(50.0.db()), board(2.0.inches())];
    let aggressor = |name: &str, kind, channel: &Channel, delay: f64| Aggressor {
        name: name.to_owned(),
        kind,
        into: into.to_owned(),
        delay: delay.ui(),
        transmitter: transmitter.clone(),
        channel: channel.clone(),
    };
    vec![
        aggressor("fext-1", Crosstalk::Fext, &far, 0.1),
        aggressor("fext-2", Crosstalk::Fext, &far, 0.4),
        aggressor("next-1", Crosstalk::Next, &near, 0.6),
        aggressor("next-2", Crosstalk::Next, &near, 0.9),
    ]
}
