//! What turns a voltage into light, with its driver.

use super::{Rate, probed, stage};
use crate::device::{
    Absorption, Agc, AnyDevice, CwLaser, Depletion, Detuning, Driver, ElectroAbsorption, Heater,
    LaserDiode, LockPoint, MachZehnder, Microring, Side, Vcsel,
};
use crate::route::Stage;
use crate::signal::Modulation;
use crate::unit::{Literals, Meters, Volts};

/// The name of a Mach-Zehnder modulator among the stages.
pub(super) const MACH_ZEHNDER: &str = "tx.mzm";

/// The name of an electro-absorption modulator.
pub(super) const ELECTRO_ABSORPTION: &str = "tx.eam";

/// The name of a microring.
pub(super) const MICRORING: &str = "tx.ring";

/// The name of a vertical-cavity laser.
pub(super) const VCSEL: &str = "tx.vcsel";

/// The peak-to-peak swing that a ring is driven by.
pub(super) const RING_SWING: Volts = Volts(1.6);

/// The gain control of a driver.
fn gain_control(swing: Volts, modulation: Modulation) -> Agc {
    Agc { swing, crest: modulation.crest(), range: 15.0.db() }
}

/// A linear driver with gain control.
pub fn driver(rate: Rate) -> Driver {
    Driver {
        gain: 15.0.db(),
        bandwidth: rate.of(50.0, 75.0).ghz(),
        order: 3,
        peaking: 0.0.db(),
        saturation: 5.0.volts(),
        noise_density: rate.of(4.0, 3.0).nv_per_rthz(),
        agc: Some(gain_control(2.25.volts(), Modulation::Pam4)),
        equalizer: None,
    }
}

/// A driver of less swing.
fn low_swing_driver(rate: Rate, swing: Volts, saturation: Volts) -> Driver {
    let agc = Some(gain_control(swing, Modulation::Pam4));
    Driver { saturation, agc, ..driver(rate) }
}

/// The driver of an electro-absorption modulator.
pub fn absorber_driver(rate: Rate) -> Driver {
    low_swing_driver(rate, 1.0.volts(), 3.0.volts())
}

/// The driver of a ring, for symbols of an alphabet.
pub fn ring_driver(rate: Rate, swing: Volts, modulation: Modulation) -> Driver {
    let agc = Some(gain_control(swing, modulation));
    Driver { agc, ..low_swing_driver(rate, swing, 3.5.volts()) }
}

/// A lock to the point where a swing modulates most.
pub(super) fn lock(swing: Volts) -> Detuning {
    Detuning::Locked { point: LockPoint::LargestOma { swing, side: Side::Blue }, error: 0.0.hz() }
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

/// An electro-absorption modulator on one chip with its laser, biased where its curve is steepest.
pub fn absorber(rate: Rate) -> ElectroAbsorption {
    ElectroAbsorption {
        laser: CwLaser { power: 12.0.dbm(), ..modulator(rate).laser },
        absorption: Absorption::Exponential { scale: 1.6.volts(), power: 3.0 },
        loss: 6.0.db(),
        bias: 1.4.volts(),
        bandwidth: rate.of(40.0, 60.0).ghz(),
        order: 2,
        chirp: 1.5,
        chirp_slope: -1.0,
    }
}

/// A silicon microring modulator for light of a wavelength, locked where it modulates most, with its
/// share of a laser.
pub fn ring(rate: Rate, wavelength: Meters) -> Microring {
    Microring {
        laser: CwLaser { power: 8.0.dbm(), ..modulator(rate).laser },
        wavelength,
        quality: rate.of(5000.0, 3500.0),
        coupling: 0.5,
        loss: 2.0.db(),
        tuning: 40.0.pm_per_volt(),
        depletion: Some(Depletion { built_in: 0.8.volts(), bias: 2.0.volts() }),
        bandwidth: rate.of(50.0, 65.0).ghz(),
        detuning: lock(RING_SWING),
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
        slope_efficiency: 0.24.watts_per_ampere(),
        d_factor: 8.0.ghz_per_rtma(),
        k_factor: 0.22.ns(),
        carrier_lifetime: 0.1.ns(),
        photon_lifetime: 3.0.ps(),
        spontaneous: 1e-5,
        bias: 11.0.ma(),
        modulation: 8.0.ma_per_volt(),
        bandwidth: 30.0.ghz(),
        limit: 15.0.ma(),
        rin: (-145.0).db_per_hz(),
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

pub(super) fn electro_absorption_stages(rate: Rate) -> Vec<Stage> {
    let absorber = AnyDevice::ElectroAbsorption(absorber(rate));
    vec![driver_stage(absorber_driver(rate)), probed(ELECTRO_ABSORPTION, absorber)]
}

pub(super) fn microring_stages(rate: Rate, wavelength: Meters) -> Vec<Stage> {
    vec![
        driver_stage(ring_driver(rate, RING_SWING, Modulation::Pam4)),
        probed(MICRORING, AnyDevice::Microring(ring(rate, wavelength))),
    ]
}

pub(super) fn vcsel_stages(rate: Rate) -> Vec<Stage> {
    let driver = low_swing_driver(rate, 0.8.volts(), 2.0.volts());
    vec![driver_stage(driver), probed(VCSEL, AnyDevice::Vcsel(vcsel()))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Light over the voltage falls by the same at a step to either side; at 0.1 V from the bias no more.
    #[test]
    fn an_absorber_is_biased_where_its_curve_is_steepest() {
        for rate in [Rate::G100, Rate::G200] {
            let absorber = absorber(rate);
            let at = |drive: f64| absorber.transmission(Volts(drive)).unwrap();
            let slope = |drive: f64| (at(drive + 1e-3) - at(drive - 1e-3)) / 2e-3;
            let steepest = (-100..=100)
                .map(|k| 0.01 * f64::from(k))
                .max_by(|a, b| slope(*a).total_cmp(&slope(*b)));
            assert!(steepest.unwrap().abs() < 0.011, "{steepest:?} V from its bias");
        }
    }
}
