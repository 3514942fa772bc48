//! The architectures: the same parts, with symbols decided at other places.

use super::parts;
use crate::route::{Hop, Packaging, Route, Stage};
use crate::signal::{Modulation, Pattern};
use crate::transceiver::Transmitter;

fn hop(name: &str, transmitter: Transmitter, stages: Vec<Stage>) -> Hop {
    Hop {
        name: name.to_owned(),
        symbol_rate: parts::symbol_rate(),
        modulation: Modulation::Pam4,
        precoding: false,
        transmitter,
        stages,
        aggressors: Vec::new(),
        receiver: parts::receiver(),
    }
}

fn route(name: &str, description: &str, packaging: Packaging, hops: Vec<Hop>) -> Route {
    Route {
        name: name.to_owned(),
        description: description.to_owned(),
        pattern: Pattern::Random,
        fec: Some(parts::fec()),
        packaging: Some(packaging),
        hops,
    }
}

/// Linear pluggable optics: no decision between the hosts.
pub fn lpo_dr_100g() -> Route {
    let mut stages = vec![parts::transmit_channel()];
    stages.extend(parts::optics());
    stages.push(parts::receive_channel());
    route(
        "lpo-dr-100g",
        "linear pluggable optics over 500 m: one hop from host to host",
        parts::module(),
        vec![hop("host-to-host", parts::host_transmitter(), stages)],
    )
}

/// Half-retimed optics: the module decides ahead of the laser, the receive side is linear.
pub fn lro_dr_100g() -> Route {
    let mut stages = parts::optics();
    stages.push(parts::receive_channel());
    route(
        "lro-dr-100g",
        "half-retimed optics over 500 m: a retimer ahead of the laser, a linear receive side",
        parts::module(),
        vec![
            hop("host-to-module", parts::host_transmitter(), vec![parts::transmit_channel()]),
            hop("module-to-host", parts::module_transmitter(), stages),
        ],
    )
}

/// Fully retimed optics: the module decides on either side of the fiber.
pub fn dsp_dr_100g() -> Route {
    route(
        "dsp-dr-100g",
        "fully retimed optics over 500 m: a retimer in each module",
        parts::module(),
        vec![
            hop("host-to-module", parts::host_transmitter(), vec![parts::transmit_channel()]),
            hop("module-to-module", parts::module_transmitter(), parts::optics()),
            hop("module-to-host", parts::module_transmitter(), vec![parts::receive_channel()]),
        ],
    )
}

/// Copper from host to host, without optics: 26 dB with crosstalk from four neighbors.
pub fn copper_100g() -> Route {
    let mut copper = hop("host-to-host", parts::host_transmitter(), vec![parts::copper_channel()]);
    copper.aggressors = parts::copper_neighbors();
    route(
        "copper-100g",
        "26 dB of copper between two hosts, with crosstalk from four neighbors",
        parts::cable_end(),
        vec![copper],
    )
}
