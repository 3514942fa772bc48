//! Optics behind a connector at the front panel: where between the hosts symbols are decided.

use super::parts::{self, Light, Rate, Span};
use super::{hop, measured, optical};
use crate::route::{Hop, Packaging, Route, Stage};
use crate::unit::Meters;

/// A module in a cage; lasers that are modulated themselves count among its stages.
fn packaging(rate: Rate, span: Span, light: Light) -> Packaging {
    match (span, light) {
        (Span::Sr, _) => parts::cable_end(),
        (Span::Dr | Span::Fr, Light::ElectroAbsorption) => parts::module_of_chips(),
        (Span::Dr | Span::Fr, _) => parts::module(rate),
    }
}

/// From the host's die to the module's retimer.
fn into_retimer(rate: Rate, board: Meters) -> Hop {
    hop(
        rate,
        "host-to-module",
        parts::retimer_transmitter(rate),
        vec![parts::transmit_channel(rate, board)],
        parts::very_short_receiver(rate),
        measured::host_to_retimer(),
    )
}

/// From the module's retimer to the host's die.
fn out_of_retimer(rate: Rate, board: Meters) -> Hop {
    hop(
        rate,
        "module-to-host",
        parts::retimer_transmitter(rate),
        vec![parts::receive_channel(rate, board)],
        parts::very_short_receiver(rate),
        measured::retimer_to_host(),
    )
}

/// Linear pluggable optics: no decision between the hosts.
fn linear(prefix: &str, light: Light, rate: Rate, span: Span) -> Route {
    let board = parts::linear_host_board(rate);
    let mut stages = vec![parts::transmit_channel(rate, board)];
    stages.extend(parts::optics(rate, span, light));
    stages.push(parts::receive_channel(rate, board));
    let host = parts::host_transmitter(rate);
    let receiver = parts::long_reach_receiver(rate);
    let test = measured::linear_modules(rate, span, light);
    let link = hop(rate, "host-to-host", host, stages, receiver, test);
    let source = light.sources(span);
    let what = format!("linear pluggable optics with {source}, one hop from host to host");
    optical(prefix, &what, packaging(rate, span, light), (rate, span), vec![link])
}

/// Linear pluggable optics with Mach-Zehnder modulators, or VCSELs over multimode fiber.
pub fn lpo(rate: Rate, span: Span) -> Route {
    linear("lpo", Light::MachZehnder, rate, span)
}

/// Linear pluggable optics with electro-absorption modulators and lasers on one chip.
pub fn lpo_eml(rate: Rate, span: Span) -> Route {
    linear("lpo-eml", Light::ElectroAbsorption, rate, span)
}

/// Half-retimed optics: the module decides ahead of the laser, the receive side is linear.
pub fn lro(rate: Rate, span: Span) -> Route {
    let light = Light::MachZehnder;
    let board = parts::linear_host_board(rate);
    let mut stages: Vec<Stage> = parts::optics(rate, span, light);
    stages.push(parts::receive_channel(rate, board));
    let module = parts::retimer_transmitter(rate);
    let receiver = parts::long_reach_receiver(rate);
    let test = measured::retimer_over_light(rate, span);
    let linear = hop(rate, "module-to-host", module, stages, receiver, test);
    let what = "half-retimed optics, a retimer ahead of the laser, a linear receive side";
    let hops = vec![into_retimer(rate, board), linear];
    optical("lro", what, packaging(rate, span, light), (rate, span), hops)
}

/// Half-retimed optics the other way round: the transmit side is linear, the module decides behind
/// the photodiode.
pub fn rro(rate: Rate, span: Span) -> Route {
    let light = Light::MachZehnder;
    let board = parts::linear_host_board(rate);
    let mut stages = vec![parts::transmit_channel(rate, board)];
    stages.extend(parts::optics(rate, span, light));
    let host = parts::host_transmitter(rate);
    let receiver = parts::long_reach_receiver(rate);
    let test = measured::light_to_retimer(rate, span);
    let linear = hop(rate, "host-to-module", host, stages, receiver, test);
    let what = "half-retimed optics, a linear transmit side, a retimer behind the photodiode";
    let hops = vec![linear, out_of_retimer(rate, board)];
    optical("rro", what, packaging(rate, span, light), (rate, span), hops)
}

/// Fully retimed optics: the module decides on either side of the fiber.
fn retimed(prefix: &str, light: Light, rate: Rate, span: Span) -> Route {
    let board = parts::host_board(rate);
    let fiber = hop(
        rate,
        "module-to-module",
        parts::retimer_transmitter(rate),
        parts::optics(rate, span, light),
        parts::long_reach_receiver(rate),
        measured::retimer_to_retimer(rate, span, light),
    );
    let hops = vec![into_retimer(rate, board), fiber, out_of_retimer(rate, board)];
    let source = light.sources(span);
    let what = format!("fully retimed optics with {source}, a retimer in each module");
    optical(prefix, &what, packaging(rate, span, light), (rate, span), hops)
}

/// Fully retimed optics with Mach-Zehnder modulators, or VCSELs over multimode fiber.
pub fn dsp(rate: Rate, span: Span) -> Route {
    retimed("dsp", Light::MachZehnder, rate, span)
}

/// Fully retimed optics with electro-absorption modulators and lasers on one chip.
pub fn dsp_eml(rate: Rate, span: Span) -> Route {
    retimed("dsp-eml", Light::ElectroAbsorption, rate, span)
}
