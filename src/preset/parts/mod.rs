//! The parts that the presets are made of, by class and by the rate of their lane.
//!
//! Where a part has two numbers, the first is that of a lane of 100 Gb/s and the second that of a
//! lane of 200 Gb/s. [`sources()`](super::sources()) says where each number comes from.

mod copper;
mod electrical;
mod interconnect;
mod modulators;
mod optics;
mod packaging;
mod receive_optics;
mod receivers;
mod transmitters;
mod wavelengths;

pub use copper::{
    backplane, between_plugs, cable_board, chip_to_chip, copper, copper_board, flown_over,
    passive_cable, redriver,
};
pub use electrical::{
    host_board, host_to_module, host_to_neighbor, linear_host_board, within_package,
};
pub use interconnect::{
    cable_assembly, cage_connector, flyover, interposer, micro_bump, plug_to_plug,
    substrate_connector, trace, twinax, via,
};
pub use modulators::{absorber, absorber_driver, driver, modulator, ring, ring_driver, vcsel};
pub use optics::{
    Light, Span, demultiplexer, fiber, long_fiber, multimode_fiber, multiplexer, room_fiber,
};
pub use packaging::{board_ends, cable_end, chiplet, engine, module, module_of_chips};
pub use receive_optics::{photodiode, short_wave_photodiode, tia};
pub use receivers::{
    chip_to_chip_receiver, extra_short_receiver, long_reach_receiver, near_receiver,
    very_short_receiver,
};
pub use transmitters::{
    host_transmitter, near_transmitter, retimer_transmitter, short_transmitter,
};

pub use wavelengths::{
    LINE_TARGET, Line, between_dies, drop_ring, line_receiver, line_ring, line_transmitter,
};

pub(super) use copper::neighbors;
pub(super) use electrical::{receive_channel, transmit_channel};
pub(super) use optics::optics;
pub(super) use wavelengths::line;

use crate::device::AnyDevice;
use crate::fec::{Multiplexing, Outer, Scheme};
use crate::route::Stage;
use crate::unit::{Baud, Literals};

/// The rate of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// 100 Gb/s: PAM4 at 53.125 GBd.
    G100,
    /// 200 Gb/s: PAM4 at 106.25 GBd.
    G200,
}

impl Rate {
    /// The value of a part at this rate.
    pub(super) fn of<T>(self, at_100g: T, at_200g: T) -> T {
        match self {
            Self::G100 => at_100g,
            Self::G200 => at_200g,
        }
    }

    /// The symbol rate of a lane with the outer code alone.
    pub fn symbol_rate(self) -> Baud {
        self.of(53.125.gbaud(), 106.25.gbaud())
    }

    /// The end of a preset's name.
    pub(super) fn tag(self) -> &'static str {
        self.of("100g", "200g")
    }
}

/// Error correction from host to host: two codewords bit by bit over the four lanes of
/// 400GBASE-DR4, or four codewords symbol by symbol over those of 800 Gb/s. None has the inner code
/// that drafts of 802.3dj add for 2 km at 113.4375 GBd: it is decoded on the values of one slicer,
/// and routes with retimers have several.
pub fn fec(rate: Rate) -> Scheme {
    Scheme {
        outer: Outer::Kp4,
        codewords_interleaved: rate.of(2, 4),
        multiplexing: rate.of(Multiplexing::Bit { streams: 4 }, Multiplexing::Symbol),
        lanes: 4,
        inner: None,
    }
}

/// The name of a host's channel ahead of what it is plugged into.
pub(super) const TRANSMIT_CHANNEL: &str = "host-tx.channel";

/// The name of a host's channel behind what it is plugged into.
pub(super) const RECEIVE_CHANNEL: &str = "host-rx.channel";

/// The name of the fiber.
pub(super) const FIBER: &str = "fiber";

/// The name of the transimpedance amplifier.
pub(super) const AMPLIFIER: &str = "rx.tia";

/// The name of a channel from die to die.
pub(super) const COPPER: &str = "copper.channel";

/// A stage whose eye the report shows.
pub(super) fn probed(name: &str, device: AnyDevice) -> Stage {
    Stage { name: name.to_owned(), probe: true, device }
}

/// A stage that is passed by.
pub(super) fn stage(name: &str, device: AnyDevice) -> Stage {
    Stage { name: name.to_owned(), probe: false, device }
}
