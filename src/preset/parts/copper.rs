//! Copper from die to die: boards, backplanes and cables, with the neighbors that couple in.

use super::Rate;
use super::electrical::{bare_end, board, connector, host_end};
use crate::device::Channel;
use crate::device::channel::{Coupling, LossAt, Section, Twinax};
use crate::route::{Aggressor, Crosstalk};
use crate::transceiver::Transmitter;
use crate::unit::{Literals, Meters};

/// A twinax of 26 AWG.
fn cable(length: Meters) -> Section {
    Section::Twinax(Twinax {
        length,
        impedance: 100.0.ohms(),
        permittivity: 1.8,
        dc_resistance: 0.27.ohms(),
        first: LossAt { frequency: 26.5625.ghz(), loss: 7.9.db_per_m() },
        second: LossAt { frequency: 53.125.ghz(), loss: 11.7.db_per_m() },
    })
}

/// A twinax of 34 AWG, from a package to the front panel.
fn flyover(length: Meters) -> Section {
    Section::Twinax(Twinax {
        length,
        impedance: 100.0.ohms(),
        permittivity: 1.8,
        dc_resistance: 1.71.ohms(),
        first: LossAt { frequency: 26.5625.ghz(), loss: 9.3.db_per_m() },
        second: LossAt { frequency: 53.125.ghz(), loss: 13.5.db_per_m() },
    })
}

/// Sections between two hosts that are alike: `near`, `middle`, and `near` the other way round.
fn mirrored(rate: Rate, near: &[Section], middle: Vec<Section>) -> Channel {
    let far = near.iter().rev().cloned();
    Channel {
        source: host_end(rate),
        load: host_end(rate),
        sections: near.iter().cloned().chain(middle).chain(far).collect(),
    }
}

/// Two boards and a connector between them.
fn boards(rate: Rate, each: Meters) -> Channel {
    let mut sections = vec![board(rate, each)];
    sections.extend(connector(rate));
    sections.push(board(rate, each));
    Channel { source: host_end(rate), load: host_end(rate), sections }
}

/// The length of the board on either side of the connector of [`copper`].
pub fn copper_board() -> Meters {
    10.5.inches()
}

/// A copper link from package to package, modelled after 802.3ck's backplane: 26 dB at 26.56 GHz.
pub fn copper() -> Channel {
    boards(Rate::G100, copper_board())
}

/// A backplane: 28 dB from package to package.
pub fn backplane(rate: Rate) -> Channel {
    boards(rate, rate.of(13.5, 9.0).inches())
}

/// A board from chip to chip.
pub fn chip_to_chip(rate: Rate) -> Channel {
    let sections = vec![board(rate, rate.of(10.0, 6.0).inches())];
    Channel { source: host_end(rate), load: host_end(rate), sections }
}

/// A passive cable between two hosts: 2 m at 100 Gb/s, 1 m at 200 Gb/s.
pub fn passive_cable(rate: Rate) -> Channel {
    let mut near = vec![board(rate, rate.of(4.0, 4.25).inches())];
    near.extend(connector(rate));
    mirrored(rate, &near, vec![cable(rate.of(2.0, 1.0).meters())])
}

/// The same passive cable between hosts that reach it over flyovers instead of boards.
pub fn flown_over(rate: Rate) -> Channel {
    let mut near = connector(rate).to_vec();
    near.push(flyover(0.3.meters()));
    near.extend(connector(rate));
    mirrored(rate, &near, vec![cable(rate.of(2.0, 1.0).meters())])
}

/// The cable between the retimers of an active cable: 3 m at 100 Gb/s, 2 m at 200 Gb/s.
pub fn retimed_cable(rate: Rate) -> Channel {
    let paddle = [board(rate, 20.0.mm())];
    Channel {
        source: bare_end(),
        load: bare_end(),
        ..mirrored(rate, &paddle, vec![cable(rate.of(3.0, 2.0).meters())])
    }
}

/// The neighbors of a copper link: two that send in its direction, coupled by the connector that
/// begins at section `connector`, and two that send the other way, coupled close to the receiver.
pub(in crate::preset) fn neighbors(
    rate: Rate,
    into: &str,
    channel: &Channel,
    connector: usize,
    transmitter: &Transmitter,
) -> Vec<Aggressor> {
    let frequency = rate.symbol_rate().nyquist();
    let coupling = |below| Section::Coupling(Coupling { below, frequency });
    let mut far = channel.clone();
    far.sections.insert(connector + 1, coupling(27.0.db()));
    let mut near = channel.clone();
    near.sections = vec![board(rate, 2.0.inches()), coupling(50.0.db()), board(rate, 2.0.inches())];
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
