//! Optics beside the host's die: the board to the front panel is gone.

use super::parts::{self, Rate, Span};
use super::{hop, measured, optical};
use crate::device::{AnyDevice, Channel};
use crate::route::{Route, Stage};

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
    let stages = between(parts::host_to_neighbor(rate), parts::optics(rate, span));
    let host = parts::retimer_transmitter(rate);
    let receiver = parts::near_receiver(rate);
    let test = measured::packaged_optics(rate, span);
    let link = hop(rate, "host-to-host", host, stages, receiver, test);
    let what = "linear optics beside the package, one hop from host to host";
    optical("npo", what, parts::engine(), (rate, span), vec![link])
}

/// Co-packaged optics with Mach-Zehnder modulators: linear, on the substrate of the host's die.
pub fn cpo_mzm(rate: Rate, span: Span) -> Route {
    let stages = between(parts::within_package(rate), parts::optics(rate, span));
    let host = parts::short_transmitter(rate);
    let receiver = parts::extra_short_receiver(rate);
    let test = measured::packaged_optics(rate, span);
    let link = hop(rate, "host-to-host", host, stages, receiver, test);
    let what =
        "linear optics within the package, Mach-Zehnder modulators, one hop from host to host";
    optical("cpo-mzm", what, parts::engine(), (rate, span), vec![link])
}
