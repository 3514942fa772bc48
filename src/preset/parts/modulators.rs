//! What turns a voltage into light, with its driver.

use super::{Rate, probed, stage};
use crate::device::{
    Agc, AnyDevice, CwLaser, Depletion, Detuning, Driver, Heater, LaserDiode, LockPoint,
    MachZehnder, Microring, Side, Vcsel,
};
use crate::route::Stage;
use crate::unit::{Literals, Volts};

/// The name of a Mach-Zehnder modulator among the stages.
pub(super) const MACH_ZEHNDER: &str = "tx.mzm";

/// The name of a microring.
pub(super) const MICRORING: &str = "tx.ring";

/// The name of a vertical-cavity laser.
pub(super) const VCSEL: &str = "tx.vcsel";

/// The peak-to-peak swing that a ring is driven by.
const RING_SWING: Volts = Volts(1.6);

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

/// A driver of less swing.
fn low_swing_driver(rate: Rate, swing: Volts, saturation: Volts) -> Driver {
    Driver { saturation, agc: Some(Agc { swing, range: 15.0.db() }), ..driver(rate) }
}

/// The driver of a ring.
pub fn ring_driver(rate: Rate) -> Driver {
    low_swing_driver(rate, RING_SWING, 3.5.volts())
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

/// A silicon microring modulator, locked where it modulates most, with its share of a laser.
pub fn ring(rate: Rate) -> Microring {
    Microring {
        laser: CwLaser { power: 8.0.dbm(), ..modulator(rate).laser },
        wavelength: 1310.0.nm(),
        quality: rate.of(5000.0, 3500.0),
        coupling: 0.5,
        loss: 2.0.db(),
        tuning: 40.0.pm_per_volt(),
        depletion: Some(Depletion { built_in: 0.8.volts(), bias: 2.0.volts() }),
        bandwidth: rate.of(50.0, 65.0).ghz(),
        detuning: Detuning::Locked {
            point: LockPoint::LargestOma { swing: RING_SWING, side: Side::Blue },
            error: 0.0.hz(),
        },
        self_heating: 10.0.ghz_per_mw(),
        drift: 0.0.hz(),
        heater: Heater { efficiency: 0.1.nm_per_mw(), tuning: 1.0.nm() },
        neighbors: Vec::new(),
    }
}

/// A vertical-cavity laser at 850 nm.
pub fn vcsel() -> Vcsel {
    let diode = LaserDiode {
        threshold: 0.6.ma(),
        slope_efficiency: 0.4.watts_per_ampere(),
        d_factor: 8.0.ghz_per_rtma(),
        k_factor: 0.22.ns(),
        carrier_lifetime: 0.1.ns(),
        photon_lifetime: 3.0.ps(),
        spontaneous: 1e-5,
        bias: 7.0.ma(),
        modulation: 8.0.ma_per_volt(),
        bandwidth: 30.0.ghz(),
        limit: 15.0.ma(),
        rin: (-142.0).db_per_hz(),
    };
    Vcsel { diode }
}

fn driver_stage(driver: Driver) -> Stage {
    stage("tx.driver", AnyDevice::Driver(driver))
}

pub(super) fn mach_zehnder_stages(rate: Rate) -> Vec<Stage> {
    let modulator = AnyDevice::MachZehnder(modulator(rate));
    vec![driver_stage(driver(rate)), probed(MACH_ZEHNDER, modulator)]
}

pub(super) fn microring_stages(rate: Rate) -> Vec<Stage> {
    vec![driver_stage(ring_driver(rate)), probed(MICRORING, AnyDevice::Microring(ring(rate)))]
}

pub(super) fn vcsel_stages(rate: Rate) -> Vec<Stage> {
    let driver = low_swing_driver(rate, 0.8.volts(), 2.0.volts());
    vec![driver_stage(driver), probed(VCSEL, AnyDevice::Vcsel(vcsel()))]
}
