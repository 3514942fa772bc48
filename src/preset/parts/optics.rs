//! Optics: from the driver's input to the amplifier's output.

use super::{AMPLIFIER, FIBER, MODULATOR, Rate, probed, stage};
use crate::device::{
    Agc, AnyDevice, Compression, CwLaser, Driver, MachZehnder, Photodiode, SingleModeFiber, Tia,
};
use crate::route::Stage;
use crate::unit::{Literals, Meters};

/// A linear driver with gain control.
pub fn driver(rate: Rate) -> Driver {
    Driver {
        gain: 15.0.db(),
        bandwidth: rate.of(50.0, 75.0).ghz(),
        order: 3,
        peaking: 0.0.db(),
        saturation: 5.0.volts(),
        noise_density: rate.of(4.0, 3.0).nv_per_rthz(),
        agc: Some(Agc { swing: 2.25.volts(), range: 15.0.db() }),
        equalizer: None,
    }
}

/// A silicon Mach-Zehnder modulator with its share of a laser.
pub fn modulator(rate: Rate) -> MachZehnder {
    MachZehnder {
        laser: CwLaser { power: 10.0.dbm(), rin: (-145.0).db_per_hz(), linewidth: 1.0.mhz() },
        v_pi: 5.0.volts(),
        bias: 0.5,
        extinction: 25.0.db(),
        loss: 5.0.db(),
        bandwidth: rate.of(40.0, 55.0).ghz(),
        order: 2,
        chirp: 0.0,
    }
}

/// A span of fiber between two modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// 500 m, each lane on a fiber of its own.
    Dr,
    /// 2 km, lanes side by side on one fiber: the lane of the shortest wavelength.
    Fr,
}

impl Span {
    /// The middle of a preset's name.
    pub(in crate::preset) fn tag(self) -> &'static str {
        match self {
            Self::Dr => "dr",
            Self::Fr => "fr",
        }
    }

    /// Its length, for descriptions.
    pub(in crate::preset) fn length(self) -> Meters {
        match self {
            Self::Dr => 500.0.meters(),
            Self::Fr => 2.0.km(),
        }
    }

    /// The fiber with its connectors.
    pub fn fiber(self) -> SingleModeFiber {
        let wavelength = match self {
            Self::Dr => 1311.0.nm(),
            Self::Fr => 1271.0.nm(),
        };
        SingleModeFiber {
            length: self.length(),
            attenuation: 0.4.db_per_km(),
            connector_loss: 0.7.db(),
            wavelength,
            zero_dispersion: 1310.0.nm(),
            dispersion_slope: 0.092.ps_per_nm2_km(),
        }
    }
}

/// A germanium photodiode.
pub fn photodiode(rate: Rate) -> Photodiode {
    Photodiode {
        responsivity: 0.8.amperes_per_watt(),
        bandwidth: rate.of(40.0, 70.0).ghz(),
        order: 1,
        dark_current: 100.0.na(),
    }
}

/// A linear transimpedance amplifier in SiGe.
pub fn tia(rate: Rate) -> Tia {
    Tia {
        // 74 dB ohm.
        transimpedance: 5.0.kohms(),
        bandwidth: rate.of(42.0, 65.0).ghz(),
        order: 2,
        peaking: 0.0.db(),
        noise_density: rate.of(12.5, 13.2).pa_per_rthz(),
        agc: Some(Agc { swing: 500.0.mv(), range: 30.0.db() }),
        compression: Some(Compression::Tanh { saturation: 1.5.volts() }),
        equalizer: None,
    }
}

/// From the driver's input to the amplifier's output, with a Mach-Zehnder modulator.
pub(in crate::preset) fn optics(rate: Rate, span: Span) -> Vec<Stage> {
    vec![
        stage("tx.driver", AnyDevice::Driver(driver(rate))),
        probed(MODULATOR, AnyDevice::MachZehnder(modulator(rate))),
        stage(FIBER, AnyDevice::SingleModeFiber(span.fiber())),
        stage("rx.pd", AnyDevice::Photodiode(photodiode(rate))),
        probed(AMPLIFIER, AnyDevice::Tia(tia(rate))),
    ]
}
