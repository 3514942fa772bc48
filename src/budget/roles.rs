//! What devices mean to a budget.

use super::{Catalogue, Interval, Part};
use crate::device::{AnyDevice, Channel, Heater, Passband};
use crate::response::Ctle;
use crate::unit::{DecibelMilliwatts, Meters};

/// A number of the catalogue with its key.
pub(super) type Known = (&'static str, Interval);

/// What a device is to a budget.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role<'a> {
    /// Copper: loss and flight.
    Copper(&'a Channel),
    /// Glass of a length: flight.
    Fiber(Meters),
    /// Drives the modulator that comes next, or copper if none does.
    Driver,
    /// Turns a voltage into light.
    Modulator {
        /// What it is.
        part: Part,
        /// The energy of its driver.
        driver: Known,
        /// Its own power, but for its heater.
        own: Known,
        /// What tunes it, if it is a ring.
        heater: Option<Heater>,
        /// The light of a continuous laser that it needs.
        light: Option<DecibelMilliwatts>,
    },
    /// Equalizes copper on its way, at an energy a bit.
    Redriver(&'a Ctle, Known),
    /// Amplifies a photocurrent, at an energy a bit.
    Tia(Known),
    /// Amplifies light, at a power of its own.
    OpticalAmplifier(Known),
    /// A ring that takes one wavelength from a fiber: it is tuned and locked to its line.
    DropRing,
    /// Spends and delays nothing that counts.
    Passive,
}

/// What a device is to a budget. A new device has to say so here: there is no default.
pub(super) fn role<'a>(device: &'a AnyDevice, catalogue: &Catalogue) -> Role<'a> {
    let (drivers, modulators) = (&catalogue.drivers, &catalogue.modulators);
    match device {
        AnyDevice::Channel(channel) => Role::Copper(channel),
        AnyDevice::Driver(_) => Role::Driver,
        AnyDevice::Redriver(redriver) => {
            Role::Redriver(&redriver.equalizer, ("redriver", catalogue.redriver))
        }
        AnyDevice::MachZehnder(mach_zehnder) => Role::Modulator {
            part: Part::Modulator,
            driver: ("driver.mach-zehnder", drivers.mach_zehnder),
            own: ("modulator.mach-zehnder", modulators.mach_zehnder),
            heater: None,
            light: Some(mach_zehnder.laser.power),
        },
        AnyDevice::ElectroAbsorption(absorber) => Role::Modulator {
            part: Part::Modulator,
            driver: ("driver.electro-absorption", drivers.electro_absorption),
            own: ("modulator.electro-absorption", modulators.electro_absorption),
            heater: None,
            light: Some(absorber.laser.power),
        },
        AnyDevice::Microring(ring) => Role::Modulator {
            part: Part::Tuning,
            driver: ("driver.microring", drivers.microring),
            own: ("ring.lock", catalogue.rings.lock),
            heater: Some(ring.heater),
            light: Some(ring.laser.power),
        },
        AnyDevice::DirectlyModulated(_) => Role::Modulator {
            part: Part::Laser,
            driver: ("driver.laser", drivers.laser),
            own: ("laser.distributed-feedback", catalogue.direct_lasers.distributed_feedback),
            heater: None,
            light: None,
        },
        AnyDevice::Vcsel(_) => Role::Modulator {
            part: Part::Laser,
            driver: ("driver.laser", drivers.laser),
            own: ("laser.vcsel", catalogue.direct_lasers.vcsel),
            heater: None,
            light: None,
        },
        AnyDevice::SingleModeFiber(fiber) => Role::Fiber(fiber.length),
        AnyDevice::MultimodeFiber(fiber) => Role::Fiber(fiber.length),
        AnyDevice::OpticalAmplifier(_) => {
            Role::OpticalAmplifier(("optical-amplifier", catalogue.optical_amplifier))
        }
        AnyDevice::OpticalFilter(filter) if filter.shape == Passband::Lorentzian => Role::DropRing,
        AnyDevice::Reflections(_)
        | AnyDevice::PolarizationDispersion(_)
        | AnyDevice::Splitter(_)
        | AnyDevice::OpticalFilter(_)
        | AnyDevice::Photodiode(_)
        | AnyDevice::AvalanchePhotodiode(_) => Role::Passive,
        AnyDevice::Tia(_) => Role::Tia(("tia", catalogue.tia)),
    }
}
