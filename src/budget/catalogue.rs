//! What components cost: the numbers that a budget is computed from.

use super::Interval;
use crate::unit::{Baud, Decibels, Meters, check};
use crate::{Error, Result};

/// What components spend, delay and stand. Energies are joules a bit on the line, powers watts,
/// times seconds, temperatures degrees Celsius.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// SerDes by symbol rate, the slowest first.
    pub generations: Vec<Generation>,
    /// What a transmitter has of the energy and delay of a pair of transmitter and receiver.
    pub transmitter_share: f64,
    /// A retimer with converters, beside its SerDes.
    pub retimer: Retimer,
    /// A retimer whose receiver has no converter, with all that it is made of.
    pub analog_retimer: Retimer,
    /// Drivers, by what they drive.
    pub drivers: Drivers,
    /// Modulators, by kind: bias and its control.
    pub modulators: Modulators,
    /// What keeps a ring on its line.
    pub rings: Rings,
    /// Lasers that are modulated themselves, by kind.
    pub direct_lasers: DirectLasers,
    /// A transimpedance amplifier.
    pub tia: Interval,
    /// A redriver, and any driver that no modulator follows.
    pub redriver: Interval,
    /// A semiconductor optical amplifier.
    pub optical_amplifier: Interval,
    /// Delay of a driver or amplifier.
    pub analog_delay: Interval,
    /// Delay of a meter of fiber.
    pub fiber_delay: Interval,
    /// Error correction.
    pub correction: Correction,
    /// The lasers' diode.
    pub diode: Diode,
    /// What surrounds a laser in the unit of a front panel.
    pub in_unit: Surroundings,
    /// What surrounds a laser there that shares its modulator's chip.
    pub on_chip: Surroundings,
    /// What surrounds a laser in a source of its own.
    pub in_external_source: Surroundings,
    /// What surrounds a laser on the host's package.
    pub on_package: Surroundings,
    /// A thermoelectric cooler.
    pub cooler: Cooler,
    /// A unit's controller, in every unit that has active parts.
    pub controller: Interval,
    /// What a unit draws over what its parts do: the losses of its converters of supply.
    pub supply: Interval,
}

/// SerDes of a symbol rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// Its name.
    pub name: String,
    /// The fastest symbol rate that it serves.
    pub fastest: Baud,
    /// Classes, the least loss first.
    pub classes: Vec<Class>,
    /// Energy of a transmitter and a receiver of a retimer that face light: a pair.
    pub light: Interval,
    /// Their delay.
    pub light_delay: Interval,
}

/// SerDes for channels up to a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name: XSR, VSR, MR, LR.
    pub name: String,
    /// The longest channel that it serves, if it serves those alone that never leave a package.
    pub within_package: Option<Meters>,
    /// The most loss from die to die, at half the symbol rate.
    pub most_loss: Decibels,
    /// The most taps of its receiver's equalizers, feedback included; the last class has as many
    /// as it takes.
    pub most_taps: usize,
    /// Energy of a transmitter and a receiver at that loss.
    pub energy: Interval,
    /// Delay of a transmitter and a receiver.
    pub delay: Interval,
}

/// A place where symbols are decided between the hosts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retimer {
    /// Its energy.
    pub energy: Interval,
    /// Its delay.
    pub delay: RetimerDelay,
}

/// What is known of a retimer's delay.
///
/// Published delays of whole retimers with converters conflict by a factor of ten (8 to 10 ns, and
/// 93 ns), and none says how. So presets add up what a retimer is made of, as that is what a host's
/// own receiver counts with; one figure or the other is the caller's to take instead.
///
/// ```
/// # use lightlane::{budget::{self, Catalogue, Cause, Interval, RetimerDelay}, preset};
/// let mut catalogue = preset::energy::catalogue();
/// let delay = |catalogue: &Catalogue| {
///     let budget = budget::budget(&preset::dsp_dr_100g(), catalogue)?;
///     Ok::<_, lightlane::Error>(budget.delay(&[Cause::Electronics]).nominal)
/// };
/// let of_its_parts = delay(&catalogue)?;
/// catalogue.retimer.delay = RetimerDelay::Whole(Interval::exact(93e-9));
/// assert!(delay(&catalogue)? > of_its_parts);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RetimerDelay {
    /// That of what lies between its receiver and its transmitter, which delay by their classes.
    Core(Interval),
    /// That from its input to its output.
    Whole(Interval),
}

impl RetimerDelay {
    fn interval(self) -> Interval {
        match self {
            Self::Core(delay) | Self::Whole(delay) => delay,
        }
    }
}

/// Energies of drivers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drivers {
    /// Of a Mach-Zehnder modulator: volts into terminated electrodes.
    pub mach_zehnder: Interval,
    /// Of an electro-absorption modulator: about a volt into 50 ohm.
    pub electro_absorption: Interval,
    /// Of a microring: volts into a small capacitance.
    pub microring: Interval,
    /// Of a laser: its modulation current.
    pub laser: Interval,
}

/// Powers of modulators.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Modulators {
    /// A Mach-Zehnder modulator.
    pub mach_zehnder: Interval,
    /// An electro-absorption modulator, its photocurrent included.
    pub electro_absorption: Interval,
}

/// Powers of what keeps a ring on its line, whether it modulates light or drops it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rings {
    /// The lock: a monitor and the control of the heater.
    pub lock: Interval,
    /// The heater of a ring that does not say what its own takes, as one that drops a line.
    pub heater: Interval,
}

/// Powers of lasers that are modulated themselves: their mean current times their voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectLasers {
    /// A vertical-cavity laser.
    pub vcsel: Interval,
    /// A distributed-feedback laser.
    pub distributed_feedback: Interval,
}

/// Error correction in the hosts; an inner code where a route has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correction {
    /// Encoder and decoder of the Reed-Solomon code.
    pub energy: Interval,
    /// Their delay.
    pub delay: Interval,
    /// Encoder and decoder of the inner code.
    pub inner_energy: Interval,
    /// Their delay.
    pub inner_delay: Interval,
}

/// A laser diode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diode {
    /// The temperature that the numbers are for.
    pub reference: f64,
    /// Threshold current, amperes.
    pub threshold: Interval,
    /// Slope above it, watts per ampere.
    pub slope: Interval,
    /// Rise of temperature that multiplies the threshold by e, kelvin.
    pub threshold_rise: Interval,
    /// Rise of temperature that divides the slope by e, kelvin.
    pub slope_rise: Interval,
    /// Voltage without current, volts.
    pub voltage: Interval,
    /// Series resistance, ohm.
    pub resistance: Interval,
    /// Activation energy of wear, electron volts.
    pub activation: Interval,
    /// The temperature at which a lifetime counts as 1.
    pub rated: f64,
}

/// What surrounds a laser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surroundings {
    /// Temperature of what carries the heat away.
    pub ambient: Interval,
    /// Rise of the unit above it, kelvin per watt that the unit dissipates.
    pub unit: Interval,
    /// Rise of the junction above the unit, kelvin per watt that the laser dissipates.
    pub laser: Interval,
    /// Loss from the laser to the modulator beyond the share of each lane, decibels.
    pub coupling: Interval,
}

/// A thermoelectric cooler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cooler {
    /// The temperature that it keeps.
    pub temperature: f64,
    /// Watts that it draws for a watt of heat.
    pub work: Interval,
}

impl Catalogue {
    /// Every interval: its key, its value in the unit, the unit. A key names what a budget's entry
    /// was computed from.
    pub fn entries(&self) -> Vec<(String, Interval, &'static str)> {
        let mut entries = Vec::new();
        let mut push = |key: &str, value: Interval, unit: &'static str| {
            let scale = match unit {
                "pJ/bit" => 1e12,
                "ns" | "ns/m" => 1e9,
                "mW" | "mA" | "mm" => 1e3,
                "GBd" => 1e-9,
                _ => 1.0,
            };
            entries.push((key.to_owned(), value * scale, unit));
        };
        for generation in &self.generations {
            let name = &generation.name;
            let fastest = Interval::exact(generation.fastest.0);
            push(&format!("serdes.{name}.fastest"), fastest, "GBd");
            let last = generation.classes.len().saturating_sub(1);
            for (index, class) in generation.classes.iter().enumerate() {
                let key = class.key(name);
                push(&key, class.energy, "pJ/bit");
                push(&format!("{key}.delay"), class.delay, "ns");
                push(&format!("{key}.most-loss"), Interval::exact(class.most_loss.0), "dB");
                if index < last {
                    push(&format!("{key}.most-taps"), Interval::exact(class.most_taps as f64), "");
                }
                if let Some(longest) = class.within_package {
                    push(&format!("{key}.within-package"), Interval::exact(longest.0), "mm");
                }
            }
            push(&generation.light_key(), generation.light, "pJ/bit");
            push(&generation.light_delay_key(), generation.light_delay, "ns");
        }
        let share = Interval::exact(self.transmitter_share);
        push("serdes.transmitter-share", share, "");
        for (name, retimer) in
            [("retimer", &self.retimer), ("analog-retimer", &self.analog_retimer)]
        {
            push(name, retimer.energy, "pJ/bit");
            push(&format!("{name}.delay"), retimer.delay.interval(), "ns");
        }
        push("driver.mach-zehnder", self.drivers.mach_zehnder, "pJ/bit");
        push("driver.electro-absorption", self.drivers.electro_absorption, "pJ/bit");
        push("driver.microring", self.drivers.microring, "pJ/bit");
        push("driver.laser", self.drivers.laser, "pJ/bit");
        push("modulator.mach-zehnder", self.modulators.mach_zehnder, "mW");
        push("modulator.electro-absorption", self.modulators.electro_absorption, "mW");
        push("ring.lock", self.rings.lock, "mW");
        push("ring.heater", self.rings.heater, "mW");
        push("laser.vcsel", self.direct_lasers.vcsel, "mW");
        push("laser.distributed-feedback", self.direct_lasers.distributed_feedback, "mW");
        push("tia", self.tia, "pJ/bit");
        push("redriver", self.redriver, "pJ/bit");
        push("optical-amplifier", self.optical_amplifier, "mW");
        push("analog.delay", self.analog_delay, "ns");
        push("fiber.delay", self.fiber_delay, "ns/m");
        push("fec.outer", self.correction.energy, "pJ/bit");
        push("fec.outer.delay", self.correction.delay, "ns");
        push("fec.inner", self.correction.inner_energy, "pJ/bit");
        push("fec.inner.delay", self.correction.inner_delay, "ns");
        let diode = &self.diode;
        push("diode.reference", Interval::exact(diode.reference), "°C");
        push("diode.threshold", diode.threshold, "mA");
        push("diode.slope", diode.slope, "W/A");
        push("diode.threshold-rise", diode.threshold_rise, "K");
        push("diode.slope-rise", diode.slope_rise, "K");
        push("diode.voltage", diode.voltage, "V");
        push("diode.resistance", diode.resistance, "ohm");
        push("diode.activation", diode.activation, "eV");
        push("diode.rated", Interval::exact(diode.rated), "°C");
        let places = [
            ("in-unit", &self.in_unit),
            ("on-chip", &self.on_chip),
            ("in-external-source", &self.in_external_source),
            ("on-package", &self.on_package),
        ];
        for (name, place) in places {
            push(&format!("{name}.ambient"), place.ambient, "°C");
            push(&format!("{name}.unit"), place.unit, "K/W");
            push(&format!("{name}.laser"), place.laser, "K/W");
            push(&format!("{name}.coupling"), place.coupling, "dB");
        }
        push("cooler.temperature", Interval::exact(self.cooler.temperature), "°C");
        push("cooler.work", self.cooler.work, "W/W");
        push("controller", self.controller, "mW");
        push("supply", self.supply, "W/W");
        entries
    }

    /// Checks every number.
    ///
    /// # Errors
    /// If one is negative, not finite, or its ends are out of order.
    pub fn check(&self) -> Result<()> {
        for (key, value, _) in self.entries() {
            value.check(&key)?;
        }
        check::within("serdes.transmitter-share", self.transmitter_share, &(0.0..=1.0))?;
        let diode = &self.diode;
        for (name, value) in [
            ("diode.slope", diode.slope),
            ("diode.threshold-rise", diode.threshold_rise),
            ("diode.slope-rise", diode.slope_rise),
        ] {
            check::positive(name, value.low)?;
        }
        if self.supply.low < 1.0 {
            return Err(Error::parameter("supply", self.supply, "at least 1"));
        }
        Ok(())
    }

    /// The SerDes of a symbol rate.
    ///
    /// # Errors
    /// If it is faster than the fastest.
    pub fn generation(&self, rate: Baud) -> Result<&Generation> {
        self.generations.iter().find(|known| rate.0 <= known.fastest.0).ok_or_else(|| {
            let fastest = self.generations.last().map_or(Baud(0.0), |known| known.fastest);
            let expected = format!("at most {fastest}, the fastest SerDes whose energy is known");
            Error::parameter("symbol-rate", rate, expected)
        })
    }
}

impl Generation {
    pub(super) fn light_key(&self) -> String {
        format!("serdes.{}.light", self.name)
    }

    pub(super) fn light_delay_key(&self) -> String {
        format!("{}.delay", self.light_key())
    }
}

impl Class {
    pub(super) fn key(&self, generation: &str) -> String {
        format!("serdes.{generation}.{}", self.name.to_lowercase())
    }
}
