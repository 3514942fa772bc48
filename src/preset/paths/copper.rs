//! Copper from host to host, with the neighbors that couple in.

use super::parts::{self, COPPER, Rate};
use super::{hop, measured, route};
use crate::device::{AnyDevice, Channel};
use crate::route::{Hop, Packaging, Route};
use crate::transceiver::{Receiver, Transmitter};
use crate::unit::Literals;

/// A hop over copper and what its neighbors couple in.
fn copper(
    rate: Rate,
    name: &str,
    transmitter: Transmitter,
    channel: Channel,
    receiver: Receiver,
) -> Hop {
    let aggressors = parts::neighbors(rate, COPPER, &channel, &transmitter);
    let stages = vec![parts::probed(COPPER, AnyDevice::Channel(channel))];
    let test = measured::copper(["TP0", "TP5"], COPPER);
    Hop { aggressors, ..hop(rate, name, transmitter, stages, receiver, test) }
}

/// A route of one long-reach hop over copper.
fn long(prefix: &str, what: &str, packaging: Packaging, rate: Rate, channel: Channel) -> Route {
    let transmitter = parts::retimer_transmitter(rate);
    let receiver = parts::long_reach_receiver(rate);
    let link = copper(rate, "host-to-host", transmitter, channel, receiver);
    let name = format!("{prefix}-{}", rate.tag());
    route(name, what.to_owned(), packaging, rate, vec![link])
}

/// A backplane: two boards and a connector.
pub fn backplane(rate: Rate) -> Route {
    let what = "28 dB of backplane between two hosts, with crosstalk from four neighbors";
    long("backplane", what, parts::board_ends(), rate, parts::backplane(rate))
}

/// A passive cable between the front panels of two hosts.
pub fn dac(rate: Rate) -> Route {
    let length = rate.of(2.0, 1.0).meters();
    let what = format!("{length} of passive cable between two hosts, with crosstalk");
    long("dac", &what, parts::cable_end(), rate, parts::passive_cable(rate, length))
}

/// A passive cable that the hosts reach over flyovers from their packages.
pub fn cpc(rate: Rate) -> Route {
    let length = rate.of(2.0, 1.0).meters();
    let what = format!("{length} of passive cable behind flyovers from the packages");
    long("cpc", &what, parts::cable_end(), rate, parts::flown_over(rate, length))
}

/// A board from chip to chip.
pub fn pcb(rate: Rate) -> Route {
    let stages = vec![parts::probed(COPPER, AnyDevice::Channel(parts::chip_to_chip(rate)))];
    let transmitter = parts::retimer_transmitter(rate);
    let receiver = parts::chip_to_chip_receiver(rate);
    let test = measured::copper(["TP0", "TP5"], COPPER);
    let link = hop(rate, "chip-to-chip", transmitter, stages, receiver, test);
    let name = format!("pcb-{}", rate.tag());
    let what = "a board from chip to chip".to_owned();
    route(name, what, parts::board_ends(), rate, vec![link])
}

/// An active cable with a redriver at each end: what it amplifies, it does not decide.
pub fn acc(rate: Rate) -> Route {
    let board = parts::cable_board(rate);
    let transmitter = parts::retimer_transmitter(rate);
    let length = rate.of(3.0, 1.5).meters();
    let receiver = parts::long_reach_receiver(rate);
    let cable = parts::between_plugs(length);
    let mut link = copper(rate, "host-to-host", transmitter, cable, receiver);
    let redriver = |name| parts::stage(name, AnyDevice::Redriver(parts::redriver(rate)));
    link.stages.insert(0, parts::transmit_channel(rate, board));
    link.stages.insert(1, redriver("near.redriver"));
    link.stages.push(redriver("far.redriver"));
    link.stages.push(parts::receive_channel(rate, board));
    link.test = Some(measured::copper(["TP0", "TP5"], parts::RECEIVE_CHANNEL));
    let what = format!("{length} of cable between two redrivers, with crosstalk");
    route(format!("acc-{}", rate.tag()), what, parts::cable_end(), rate, vec![link])
}

/// An active cable with a retimer at each end.
pub fn aec(rate: Rate) -> Route {
    let board = parts::cable_board(rate);
    let length = rate.of(3.0, 2.0).meters();
    let near = |name: &str, stage, test| {
        let transmitter = parts::retimer_transmitter(rate);
        hop(rate, name, transmitter, vec![stage], parts::very_short_receiver(rate), test)
    };
    let mut cable = copper(
        rate,
        "end-to-end",
        parts::retimer_transmitter(rate),
        parts::between_plugs(length),
        parts::long_reach_receiver(rate),
    );
    cable.test = Some(measured::copper(["near end", "far end"], COPPER));
    let hops = vec![
        near("host-to-cable", parts::transmit_channel(rate, board), measured::host_to_retimer()),
        cable,
        near("cable-to-host", parts::receive_channel(rate, board), measured::retimer_to_host()),
    ];
    let what = format!("{length} of cable between two retimers, with crosstalk");
    route(format!("aec-{}", rate.tag()), what, parts::cable_end(), rate, hops)
}

/// Copper from host to host, without optics: 26 dB with crosstalk from four neighbors.
pub fn copper_100g() -> Route {
    let rate = Rate::G100;
    let transmitter = parts::host_transmitter(rate);
    let receiver = parts::long_reach_receiver(rate);
    let link = copper(rate, "host-to-host", transmitter, parts::copper(), receiver);
    let what = "26 dB of copper between two hosts, with crosstalk from four neighbors".to_owned();
    route("copper-100g".to_owned(), what, parts::cable_end(), rate, vec![link])
}
