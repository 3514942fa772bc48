//! The architectures: the same parts, with symbols decided at other places.

use super::{parts, test_points};
use crate::route::{Hop, Packaging, Route, Stage, TestRecord};
use crate::signal::{Modulation, Pattern};
use crate::transceiver::Transmitter;

fn hop(name: &str, transmitter: Transmitter, stages: Vec<Stage>, test: TestRecord) -> Hop {
    Hop {
        name: name.to_owned(),
        symbol_rate: parts::symbol_rate(),
        modulation: Modulation::Pam4,
        precoding: false,
        transmitter,
        stages,
        aggressors: Vec::new(),
        receiver: parts::receiver(),
        test: Some(test),
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

/// A host's output: its transmitter, and where it enters a module with a retimer.
fn host_output() -> TestRecord {
    let [host, module] = test_points::retimed_module_input(parts::TRANSMIT_CHANNEL);
    test_points::electrical(vec![test_points::transmitter("TP0"), host, module])
}

/// Linear pluggable optics: no decision between the hosts.
pub fn lpo_dr_100g() -> Route {
    let mut stages = vec![parts::transmit_channel()];
    stages.extend(parts::optics());
    stages.push(parts::receive_channel());
    let optics = test_points::lpo_100g();
    let [host, module] = test_points::linear_module_input(parts::TRANSMIT_CHANNEL);
    let test = test_points::optical(vec![
        test_points::transmitter("TP0"),
        host,
        module,
        test_points::light_out(parts::MODULATOR, &optics),
        test_points::light_in(parts::FIBER, &optics),
        test_points::linear_module_output(parts::AMPLIFIER),
        test_points::host_input(parts::RECEIVE_CHANNEL),
    ]);
    route(
        "lpo-dr-100g",
        "linear pluggable optics over 500 m: one hop from host to host",
        parts::module(),
        vec![hop("host-to-host", parts::host_transmitter(), stages, test)],
    )
}

/// Half-retimed optics: the module decides ahead of the laser, the receive side is linear.
pub fn lro_dr_100g() -> Route {
    let mut stages = parts::optics();
    stages.push(parts::receive_channel());
    let there = vec![parts::transmit_channel()];
    let optics = test_points::dr_100g();
    let test = test_points::optical(vec![
        test_points::light_out(parts::MODULATOR, &optics),
        test_points::light_in(parts::FIBER, &optics),
        test_points::linear_module_output(parts::AMPLIFIER),
        test_points::host_input(parts::RECEIVE_CHANNEL),
    ]);
    route(
        "lro-dr-100g",
        "half-retimed optics over 500 m: a retimer ahead of the laser, a linear receive side",
        parts::module(),
        vec![
            hop("host-to-module", parts::host_transmitter(), there, host_output()),
            hop("module-to-host", parts::module_transmitter(), stages, test),
        ],
    )
}

/// Fully retimed optics: the module decides on either side of the fiber.
pub fn dsp_dr_100g() -> Route {
    let there = vec![parts::transmit_channel()];
    let back = vec![parts::receive_channel()];
    let optics = test_points::dr_100g();
    let light = test_points::optical(vec![
        test_points::light_out(parts::MODULATOR, &optics),
        test_points::light_in(parts::FIBER, &optics),
    ]);
    let host_input = test_points::electrical(vec![
        test_points::transmitter("TP4"),
        test_points::host_input(parts::RECEIVE_CHANNEL),
    ]);
    route(
        "dsp-dr-100g",
        "fully retimed optics over 500 m: a retimer in each module",
        parts::module(),
        vec![
            hop("host-to-module", parts::host_transmitter(), there, host_output()),
            hop("module-to-module", parts::module_transmitter(), parts::optics(), light),
            hop("module-to-host", parts::module_transmitter(), back, host_input),
        ],
    )
}

/// Copper from host to host, without optics: 26 dB with crosstalk from four neighbors.
pub fn copper_100g() -> Route {
    let test = test_points::electrical(vec![
        test_points::transmitter("TP0"),
        test_points::host_input(parts::COPPER),
    ]);
    let stages = vec![parts::copper_channel()];
    let mut copper = hop("host-to-host", parts::host_transmitter(), stages, test);
    copper.aggressors = parts::copper_neighbors();
    route(
        "copper-100g",
        "26 dB of copper between two hosts, with crosstalk from four neighbors",
        parts::cable_end(),
        vec![copper],
    )
}
