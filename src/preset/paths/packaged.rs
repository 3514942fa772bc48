//! Optics beside the host's die: the board to the front panel is gone.

use super::parts::{self, Light, Line, Rate, Span};
use super::{hop, measured, optical};
use crate::device::{AnyDevice, Channel};
use crate::route::{Hop, Route, Stage};
use crate::signal::{Modulation, Pattern};

/// Linear optics between two copies of a channel.
fn between(channel: Channel, optics: Vec<Stage>) -> Vec<Stage> {
    let receive = AnyDevice::Channel(channel.clone().reversed());
    let mut stages = vec![parts::probed(parts::TRANSMIT_CHANNEL, AnyDevice::Channel(channel))];
    stages.extend(optics);
    stages.push(parts::probed(parts::RECEIVE_CHANNEL, receive));
    stages
}

/// Near-packaged optics: linear, on the board beside the package.
pub fn npo(rate: Rate, span: Span) -> Route {
    let light = Light::MachZehnder;
    let stages = between(parts::host_to_neighbor(rate), parts::optics(rate, span, light));
    let host = parts::near_transmitter(rate);
    let receiver = parts::near_receiver(rate);
    let test = measured::packaged_optics(rate, span, light);
    let link = hop(rate, "host-to-host", host, stages, receiver, test);
    let what = "linear optics beside the package, one hop from host to host";
    optical("npo", what, parts::engine(), (rate, span), vec![link])
}

/// Co-packaged optics: linear, on the substrate of the host's die.
fn cpo(prefix: &str, light: Light, rate: Rate, span: Span) -> Route {
    let stages = between(parts::within_package(rate), parts::optics(rate, span, light));
    let host = parts::short_transmitter(rate);
    let receiver = parts::extra_short_receiver(rate);
    let test = measured::packaged_optics(rate, span, light);
    let link = hop(rate, "host-to-host", host, stages, receiver, test);
    let source = light.sources(span);
    let what = format!("linear optics with {source} within the package, one hop from host to host");
    optical(prefix, &what, parts::engine(), (rate, span), vec![link])
}

/// Co-packaged optics with Mach-Zehnder modulators.
pub fn cpo_mzm(rate: Rate, span: Span) -> Route {
    cpo("cpo-mzm", Light::MachZehnder, rate, span)
}

/// Co-packaged optics with microring modulators.
pub fn cpo_mrm(rate: Rate, span: Span) -> Route {
    cpo("cpo-mrm", Light::Microring, rate, span)
}

/// Optics beside the die on an interposer: many wavelengths on a fiber, a bit a symbol, a clock
/// sent along, no digital equalizer and no error correction.
pub fn oio(line: Line) -> Route {
    let rate = line.symbol_rate();
    let link = Hop {
        name: "die-to-die".to_owned(),
        symbol_rate: rate,
        modulation: Modulation::Nrz,
        precoding: false,
        transmitter: parts::line_transmitter(line),
        stages: parts::line(line),
        aggressors: Vec::new(),
        receiver: parts::line_receiver(line),
        test: None,
    };
    Route {
        name: format!("oio-wdm-{}", line.tag()),
        description: format!("100 m of fiber: one wavelength of many at {rate}, die to die"),
        pattern: Pattern::Random,
        fec: None,
        target: Some(parts::LINE_TARGET),
        packaging: Some(parts::chiplet()),
        hops: vec![link],
    }
}
