//! Optics: from the driver's input to the amplifier's output.

use super::{FIBER, Rate, modulators, probed, receive_optics, stage};
use crate::device::{
    AnyDevice, ModePartition, MultimodeFiber, OpticalFilter, OpticalNeighbor, Passband,
    SingleModeFiber,
};
use crate::route::Stage;
use crate::unit::{Literals, Meters};

/// A span of fiber between two modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// 100 m of multimode fiber.
    Sr,
    /// 500 m, each lane on a fiber of its own.
    Dr,
    /// 2 km, four lanes side by side on one fiber: the lane of the shortest wavelength.
    Fr,
}

impl Span {
    /// The middle of a preset's name.
    pub(in crate::preset) fn tag(self) -> &'static str {
        match self {
            Self::Sr => "sr",
            Self::Dr => "dr",
            Self::Fr => "fr",
        }
    }

    /// The length of the fiber.
    pub fn length(self) -> Meters {
        match self {
            Self::Sr => 100.0.meters(),
            Self::Dr => 500.0.meters(),
            Self::Fr => 2.0.km(),
        }
    }
}

/// What turns a voltage into light, where a span leaves a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// A Mach-Zehnder modulator.
    MachZehnder,
    /// An electro-absorption modulator on one chip with its laser.
    ElectroAbsorption,
    /// A microring modulator.
    Microring,
}

impl Light {
    /// What it is called where there are many: over multimode fiber it is always a vertical-cavity
    /// laser.
    pub(in crate::preset) fn sources(self, span: Span) -> &'static str {
        match (span, self) {
            (Span::Sr, _) => "VCSELs",
            (_, Self::MachZehnder) => "Mach-Zehnder modulators",
            (_, Self::ElectroAbsorption) => "EMLs",
            (_, Self::Microring) => "microrings",
        }
    }

    /// The name of the stage that light leaves a module from.
    pub(in crate::preset) fn output(self, span: Span) -> &'static str {
        match (span, self) {
            (Span::Sr, _) => modulators::VCSEL,
            (Span::Dr, Self::MachZehnder) => modulators::MACH_ZEHNDER,
            (Span::Dr, Self::ElectroAbsorption) => modulators::ELECTRO_ABSORPTION,
            (Span::Dr, Self::Microring) => modulators::MICRORING,
            (Span::Fr, _) => MULTIPLEXER,
        }
    }
}

/// The name of the filter that lanes are put together by.
const MULTIPLEXER: &str = "tx.mux";

/// Single-mode fiber of a length at a wavelength, with two connectors. Light is dispersed as much as by
/// any fiber of ITU-T G.652: of the zeros that are allowed, from 1300 to 1324 nm, the highest.
fn single_mode(length: Meters, wavelength: Meters) -> SingleModeFiber {
    SingleModeFiber {
        length,
        attenuation: 0.4.db_per_km(),
        connector_loss: 0.7.db(),
        wavelength,
        zero_dispersion: 1324.0.nm(),
        dispersion_slope: 0.092.ps_per_nm2_km(),
    }
}

/// 500 m of fiber at the lowest wavelength of its lanes, where its dispersion is largest.
pub fn fiber() -> SingleModeFiber {
    single_mode(Span::Dr.length(), 1304.5.nm())
}

/// 2 km of fiber at the lowest wavelength of the lowest of four lanes, where its dispersion is largest.
pub fn long_fiber() -> SingleModeFiber {
    single_mode(Span::Fr.length(), 1264.5.nm())
}

/// Fiber within a room, between packages.
pub fn room_fiber() -> SingleModeFiber {
    single_mode(100.0.meters(), 1310.0.nm())
}

/// 100 m of OM4.
pub fn multimode_fiber() -> MultimodeFiber {
    MultimodeFiber {
        length: Span::Sr.length(),
        attenuation: 3.0.db_per_km(),
        connector_loss: 1.5.db(),
        modal_bandwidth: 4700.0.mhz_km(),
        wavelength: 850.0.nm(),
        spectral_width: 0.4.nm(),
        zero_dispersion: 1316.0.nm(),
        dispersion_slope: 0.10275.ps_per_nm2_km(),
        mode_partition: Some(ModePartition {
            coefficient: 0.2,
            symbol_rate: Rate::G100.symbol_rate(),
        }),
    }
}

/// The filter that puts four lanes 20 nm apart on one fiber.
pub fn multiplexer() -> OpticalFilter {
    OpticalFilter {
        shape: Passband::FlatTop { order: 3 },
        // 13 nm.
        bandwidth: 2.4.thz(),
        detuning: 0.0.hz(),
        loss: 1.0.db(),
        isolation: 25.0.db(),
        neighbors: Vec::new(),
    }
}

/// The filter that takes them apart again, and what the next lane leaves in this one.
pub fn demultiplexer(rate: Rate) -> OpticalFilter {
    let neighbor = OpticalNeighbor {
        // 20 nm.
        offset: (-3.65).thz(),
        power: 0.0.dbm(),
        depth: 0.6,
        symbol_rate: rate.symbol_rate(),
    };
    OpticalFilter { neighbors: vec![neighbor], ..multiplexer() }
}

/// From the driver's input to the amplifier's output.
pub(in crate::preset) fn optics(rate: Rate, span: Span, light: Light) -> Vec<Stage> {
    let source = match (span, light) {
        (Span::Sr, _) => modulators::vcsel_stages(rate),
        (_, Light::MachZehnder) => modulators::mach_zehnder_stages(rate),
        (_, Light::ElectroAbsorption) => modulators::electro_absorption_stages(rate),
        (Span::Dr, Light::Microring) => modulators::microring_stages(rate, fiber().wavelength),
        (Span::Fr, Light::Microring) => modulators::microring_stages(rate, long_fiber().wavelength),
    };
    let single = |fiber| stage(FIBER, AnyDevice::SingleModeFiber(fiber));
    let between = match span {
        Span::Sr => vec![stage(FIBER, AnyDevice::MultimodeFiber(multimode_fiber()))],
        Span::Dr => vec![single(fiber())],
        Span::Fr => vec![
            probed(MULTIPLEXER, AnyDevice::OpticalFilter(multiplexer())),
            single(long_fiber()),
            stage("rx.demux", AnyDevice::OpticalFilter(demultiplexer(rate))),
        ],
    };
    let receiver = match span {
        Span::Sr => receive_optics::short_wave_stages(rate),
        Span::Dr | Span::Fr => receive_optics::stages(rate),
    };
    [source, between, receiver].concat()
}
