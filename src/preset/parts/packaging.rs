//! How lanes are put together.

use super::Rate;
use crate::route::{Edge, Form, LaserPlace, Lasers, Packaging};
use crate::unit::Literals;

/// Eight lanes in a cage of the front panel, without light: the end of a cable.
pub fn cable_end() -> Packaging {
    Packaging { form: Form::FrontPanel, lanes: 8, lasers: None }
}

/// A module of eight lanes in a cage of the front panel, with lasers that need no cooler: one for
/// four lanes at 100 Gb/s, and for two at 200 Gb/s, where a hotter module leaves a laser less room.
pub fn module(rate: Rate) -> Packaging {
    let shared_by = rate.of(4, 2);
    let lasers = Lasers { place: LaserPlace::Unit, shared_by, cooled: false };
    Packaging { lasers: Some(lasers), ..cable_end() }
}

/// A module of eight lanes in a cage of the front panel, with a laser on the chip of each modulator;
/// a cooler keeps the edge of absorption where it belongs, which moves with temperature.
pub fn module_of_chips() -> Packaging {
    let lasers = Lasers { place: LaserPlace::Chip, shared_by: 1, cooled: true };
    Packaging { lasers: Some(lasers), ..cable_end() }
}

/// An optical engine at the edge of a package, a fiber each lane, lasers in a cage of the front
/// panel.
pub fn engine() -> Packaging {
    let edge = Edge { pitch: 127.0.um(), rows: 1, lanes_per_port: 1 };
    let lasers = Lasers { place: LaserPlace::External, shared_by: 2, cooled: false };
    Packaging { form: Form::PackageEdge(edge), lanes: 32, lasers: Some(lasers) }
}

/// A chiplet at the edge of a package, eight wavelengths a fiber, fed by a comb in a cage of the
/// front panel.
pub fn chiplet() -> Packaging {
    let edge = Edge { pitch: 127.0.um(), rows: 1, lanes_per_port: 8 };
    let lasers = Lasers { place: LaserPlace::External, shared_by: 8, cooled: false };
    Packaging { form: Form::PackageEdge(edge), lanes: 64, lasers: Some(lasers) }
}

/// Copper that leaves a board at both of its ends.
pub fn board_ends() -> Packaging {
    Packaging { form: Form::Board, lanes: 8, lasers: None }
}
