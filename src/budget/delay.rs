//! How long a symbol takes from host to host.

use std::f64::consts::TAU;

use super::Cause::{Correction, Electronics, Flight};
use super::energy::{Seen, is_analog};
use super::roles::{Role, role};
use super::{Catalogue, Delay, Interval, RetimerDelay};
use crate::Result;
use crate::device::Channel;
use crate::route::Route;
use crate::unit::Hertz;

/// Steps over which the phase of a channel is followed, and the length of one in hertz: delays up to
/// 50 ns turn it by less than half a turn a step.
const STEPS: usize = 128;
const STEP: f64 = 1e7;

/// The delays of all parts in the order of the signal, those of error correction last.
pub(super) fn delays(
    route: &Route,
    hops: &[Seen<'_>],
    catalogue: &Catalogue,
) -> Result<Vec<Delay>> {
    let share = catalogue.transmitter_share;
    let mut delays = Vec::new();
    let mut push = |cause, place: &str, key: &str, time: Interval| {
        delays.push(Delay { place: place.to_owned(), cause, key: key.to_owned(), time });
    };
    for (index, seen) in hops.iter().enumerate() {
        let name = &seen.hop.name;
        if index == 0 {
            let (key, delay) = seen.host_delay();
            push(Electronics, &format!("{name}/transmitter"), &key, delay * share);
        }
        for stage in &seen.hop.stages {
            match role(&stage.device, catalogue) {
                Role::Copper(channel) => {
                    let time = flight(channel, seen.hop.symbol_rate.nyquist());
                    let time = time.map_err(|error| error.in_stage(&stage.name))?;
                    push(Flight, &stage.name, "flight", Interval::exact(time));
                }
                Role::Fiber(length) => {
                    push(Flight, &stage.name, "fiber.delay", catalogue.fiber_delay * length.0);
                }
                Role::Driver | Role::Redriver(..) | Role::Tia(_) => {
                    push(Electronics, &stage.name, "analog.delay", catalogue.analog_delay);
                }
                Role::Modulator { .. }
                | Role::OpticalAmplifier(_)
                | Role::DropRing
                | Role::Passive => {}
            }
        }
        let place = format!("{name}/receiver");
        let Some(next) = hops.get(index + 1) else {
            let (key, delay) = seen.host_delay();
            push(Electronics, &place, &key, delay * (1.0 - share));
            continue;
        };
        let (key, retimer) = if is_analog(seen.hop, next.hop) {
            ("analog-retimer.delay", &catalogue.analog_retimer)
        } else {
            ("retimer.delay", &catalogue.retimer)
        };
        match retimer.delay {
            RetimerDelay::Whole(delay) => push(Electronics, &place, key, delay),
            RetimerDelay::Core(delay) => {
                let (receiver, transmitter) = (seen.retimer_delay(), next.retimer_delay());
                push(Electronics, &place, &receiver.0, receiver.1 * (1.0 - share));
                push(Electronics, &place, key, delay);
                let there = format!("{}/transmitter", next.hop.name);
                push(Electronics, &there, &transmitter.0, transmitter.1 * share);
            }
        }
    }
    if let Some(scheme) = &route.fec {
        push(Correction, "fec", "fec.outer.delay", catalogue.correction.delay);
        if scheme.inner.is_some() {
            push(Correction, "fec", "fec.inner.delay", catalogue.correction.inner_delay);
        }
    }
    Ok(delays)
}

/// The delay of a channel: the mean slope of its phase around a half of `nyquist`.
fn flight(channel: &Channel, nyquist: Hertz) -> Result<f64> {
    let cascade = channel.cascade()?;
    let start = 0.5 * (nyquist.0 - STEPS as f64 * STEP);
    let at = |step: usize| cascade.at(start + step as f64 * STEP).s21;
    let mut turned = 0.0;
    let mut before = at(0);
    for step in 1..=STEPS {
        let now = at(step);
        turned += (before * now.conj()).arg();
        before = now;
    }
    Ok(turned / (TAU * STEPS as f64 * STEP))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::channel::{ComTrace, End, LineConstants, Section};
    use crate::unit::Literals;

    #[test]
    fn a_line_delays_by_its_length() {
        let line = LineConstants { gamma0: 0.0, a1: 0.0, a2: 0.0, tau: 5.0e-3 };
        let end = End { resistance: 100.0.ohms(), package: None };
        for millimeters in [10.0, 1000.0, 5000.0] {
            let trace = ComTrace { line, length: millimeters.mm(), impedance: 100.0.ohms() };
            let sections = vec![Section::ComLine(trace)];
            let channel = Channel { source: end.clone(), load: end.clone(), sections };
            let time = flight(&channel, 26.5625.ghz()).unwrap();
            assert!((time / (5e-12 * millimeters) - 1.0).abs() < 1e-6, "{time:e}");
        }
    }
}
