//! The parts that links are made of, one file each.
//!
//! | Device | From | To |
//! |---|---|---|
//! | [`Channel`] | voltage | voltage |
//! | [`Driver`] | voltage | voltage |
//! | [`Redriver`] | voltage | voltage |
//! | [`MachZehnder`], fed by a [`CwLaser`] | voltage | light |
//! | [`ElectroAbsorption`], fed by a [`CwLaser`] | voltage | light |
//! | [`Microring`], fed by a [`CwLaser`] | voltage | light |
//! | [`DirectlyModulated`], [`Vcsel`], each a [`LaserDiode`] | voltage | light |
//! | [`SingleModeFiber`] | light | light |
//! | [`MultimodeFiber`] | light | light |
//! | [`Reflections`], [`PolarizationDispersion`] | light | light |
//! | [`Splitter`], [`OpticalFilter`] | light | light |
//! | [`OpticalAmplifier`] | light | light |
//! | [`Photodiode`], [`AvalanchePhotodiode`] | light | current |
//! | [`Tia`] | current | voltage |
//!
//! Parameters are public fields with units; none has a default. A device checks its parameters
//! when it is lowered, and says which one is wrong.

mod agc;
mod avalanche;
pub mod channel;
mod directly_modulated;
mod driver;
mod electro_absorption;
mod fiber;
mod laser;
mod laser_diode;
mod mach_zehnder;
mod microring;
mod multimode_fiber;
mod optical_filter;
mod photodiode;
mod polarization;
mod redriver;
mod reflections;
mod soa;
mod splitter;
mod tia;
mod vcsel;

pub use agc::Agc;
pub use avalanche::AvalanchePhotodiode;
pub use channel::Channel;
pub use directly_modulated::DirectlyModulated;
pub use driver::Driver;
pub use electro_absorption::{Absorption, AbsorptionAt, ElectroAbsorption};
pub use fiber::SingleModeFiber;
pub use laser::CwLaser;
pub use laser_diode::LaserDiode;
pub use mach_zehnder::MachZehnder;
pub use microring::{Depletion, Detuning, Heater, LockPoint, Microring, NeighborRing, Side};
pub use multimode_fiber::{ModePartition, MultimodeFiber};
pub use optical_filter::{OpticalFilter, OpticalNeighbor, Passband};
pub use photodiode::Photodiode;
pub use polarization::{DifferentialDelay, PolarizationDispersion};
pub use redriver::Redriver;
pub use reflections::{Polarization, ReflectionPair, Reflections};
pub use soa::{Carriers, OpticalAmplifier};
pub use splitter::Splitter;
pub use tia::{Compression, Tia};
pub use vcsel::Vcsel;

use crate::Result;
use crate::engine::{AnyLink, Device};
use crate::signal::{Domain, Kind};

/// Any of the devices, for links that are put together at run time.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum AnyDevice {
    /// See [`Channel`].
    Channel(Channel),
    /// See [`Driver`].
    Driver(Driver),
    /// See [`Redriver`].
    Redriver(Redriver),
    /// See [`MachZehnder`].
    MachZehnder(MachZehnder),
    /// See [`ElectroAbsorption`].
    ElectroAbsorption(ElectroAbsorption),
    /// See [`Microring`].
    Microring(Microring),
    /// See [`DirectlyModulated`].
    DirectlyModulated(DirectlyModulated),
    /// See [`Vcsel`].
    Vcsel(Vcsel),
    /// See [`SingleModeFiber`].
    SingleModeFiber(SingleModeFiber),
    /// See [`MultimodeFiber`].
    MultimodeFiber(MultimodeFiber),
    /// See [`Reflections`].
    Reflections(Reflections),
    /// See [`PolarizationDispersion`].
    PolarizationDispersion(PolarizationDispersion),
    /// See [`Splitter`].
    Splitter(Splitter),
    /// See [`OpticalFilter`].
    OpticalFilter(OpticalFilter),
    /// See [`OpticalAmplifier`].
    OpticalAmplifier(OpticalAmplifier),
    /// See [`Photodiode`].
    Photodiode(Photodiode),
    /// See [`AvalanchePhotodiode`].
    AvalanchePhotodiode(AvalanchePhotodiode),
    /// See [`Tia`].
    Tia(Tia),
}

/// Calls the same code on whichever device it is.
macro_rules! any {
    ($any:expr, $device:ident => $call:expr) => {
        match $any {
            AnyDevice::Channel($device) => $call,
            AnyDevice::Driver($device) => $call,
            AnyDevice::Redriver($device) => $call,
            AnyDevice::MachZehnder($device) => $call,
            AnyDevice::ElectroAbsorption($device) => $call,
            AnyDevice::Microring($device) => $call,
            AnyDevice::DirectlyModulated($device) => $call,
            AnyDevice::Vcsel($device) => $call,
            AnyDevice::SingleModeFiber($device) => $call,
            AnyDevice::MultimodeFiber($device) => $call,
            AnyDevice::Reflections($device) => $call,
            AnyDevice::PolarizationDispersion($device) => $call,
            AnyDevice::Splitter($device) => $call,
            AnyDevice::OpticalFilter($device) => $call,
            AnyDevice::OpticalAmplifier($device) => $call,
            AnyDevice::Photodiode($device) => $call,
            AnyDevice::AvalanchePhotodiode($device) => $call,
            AnyDevice::Tia($device) => $call,
        }
    };
}

impl AnyDevice {
    /// Appends the device to a chain under a name.
    ///
    /// # Errors
    /// As [`AnyLink::then`].
    pub fn append_to(&self, link: AnyLink, name: &str) -> Result<AnyLink> {
        any!(self, device => link.then(name, device))
    }

    /// What the device takes.
    pub fn input(&self) -> Kind {
        fn of<D: Device>(_: &D) -> Kind {
            D::In::KIND
        }
        any!(self, device => of(device))
    }

    /// What the device gives.
    pub fn output(&self) -> Kind {
        fn of<D: Device>(_: &D) -> Kind {
            D::Out::KIND
        }
        any!(self, device => of(device))
    }
}
