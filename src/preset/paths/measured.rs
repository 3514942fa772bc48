//! Where the hops of the architectures are measured.

use super::parts::{AMPLIFIER, FIBER, Light, RECEIVE_CHANNEL, Rate, Span, TRANSMIT_CHANNEL};
use crate::preset::test_points::{self, Optics};
use crate::route::{TestPoint, TestRecord};

/// What the light of modules that decide is measured against.
fn retimed(rate: Rate, span: Span) -> Optics {
    match (rate, span) {
        (_, Span::Sr) => test_points::sr_100g(),
        (Rate::G100, Span::Dr) => test_points::dr_100g(),
        (Rate::G100, Span::Fr) => test_points::fr_100g(),
        (Rate::G200, _) => test_points::dr_200g(),
    }
}

/// What the light of linear modules is measured against.
fn linear(rate: Rate, span: Span) -> Optics {
    match (rate, span) {
        (Rate::G100, Span::Dr) => test_points::lpo_100g(),
        _ => retimed(rate, span),
    }
}

/// The light on either side of the fiber.
fn light(source: Light, span: Span, optics: &Optics) -> Vec<TestPoint> {
    let output = source.output(span);
    vec![test_points::light_out(output, optics), test_points::light_in(FIBER, optics)]
}

/// The way from a host into a linear module.
fn linear_input() -> Vec<TestPoint> {
    let mut points = vec![test_points::transmitter("TP0")];
    points.extend(test_points::linear_module_input(TRANSMIT_CHANNEL));
    points
}

/// The way from a linear module into a host.
fn linear_output() -> Vec<TestPoint> {
    let output = test_points::linear_module_output(AMPLIFIER);
    vec![output, test_points::linear_host_input("TP5", RECEIVE_CHANNEL)]
}

/// A hop from a host into a retimer.
pub(super) fn host_to_retimer() -> TestRecord {
    let [host, module] = test_points::retimed_module_input(TRANSMIT_CHANNEL);
    test_points::electrical(vec![test_points::transmitter("TP0"), host, module])
}

/// A hop from a retimer into a host.
pub(super) fn retimer_to_host() -> TestRecord {
    test_points::electrical(vec![
        test_points::transmitter("TP4"),
        test_points::retimed_host_input(RECEIVE_CHANNEL),
    ])
}

/// A hop over fiber from retimer to retimer.
pub(super) fn retimer_to_retimer(rate: Rate, span: Span, source: Light) -> TestRecord {
    test_points::optical(light(source, span, &retimed(rate, span)))
}

/// A hop over fiber from a retimer to a host.
pub(super) fn retimer_over_light(rate: Rate, span: Span) -> TestRecord {
    test_points::optical(
        [light(Light::MachZehnder, span, &retimed(rate, span)), linear_output()].concat(),
    )
}

/// A hop over fiber from a host to a retimer.
pub(super) fn light_to_retimer(rate: Rate, span: Span) -> TestRecord {
    test_points::optical(
        [linear_input(), light(Light::MachZehnder, span, &linear(rate, span))].concat(),
    )
}

/// A hop over fiber from host to host, through front panels.
pub(super) fn linear_modules(rate: Rate, span: Span, source: Light) -> TestRecord {
    test_points::optical(
        [linear_input(), light(source, span, &linear(rate, span)), linear_output()].concat(),
    )
}

/// A hop over fiber from host to host that never leaves their packages as a voltage.
pub(super) fn packaged_optics(rate: Rate, span: Span, source: Light) -> TestRecord {
    let host = vec![test_points::transmitter("TP0")];
    let end = vec![test_points::linear_host_input("TP5", RECEIVE_CHANNEL)];
    test_points::optical([host, light(source, span, &retimed(rate, span)), end].concat())
}

/// A hop over copper: what is sent, and what arrives behind a stage, by names of their own.
pub(super) fn copper([transmitter, receiver]: [&str; 2], end: &str) -> TestRecord {
    test_points::electrical(vec![
        test_points::transmitter(transmitter),
        test_points::linear_host_input(receiver, end),
    ])
}
