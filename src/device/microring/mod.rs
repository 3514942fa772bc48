//! Microring modulator: voltage in, light out.

mod point;
mod resonator;
#[cfg(test)]
mod tests;

use std::f64::consts::{PI, TAU};

use num_complex::Complex64;

use super::CwLaser;
use super::fiber::LIGHT;
use super::laser::intensity_noise;
use crate::engine::{Device, Dynamics, Ops};
use crate::response::filter::LowPass;
use crate::signal::{Field, Voltage};
use crate::unit::{
    Baud, Decibels, Hertz, HertzPerWatt, Meters, MetersPerVolt, MetersPerWatt, Volts, check,
};
use crate::{Error, Result};

pub use point::{Detuning, LockPoint, Side};
use resonator::{FAR, Resonator};

/// A ring on a bus whose resonance follows the drive: one line of a comb in, modulated light out.
///
/// # Formula
/// Coupled-mode theory: `da/dt = (j delta - gamma) a - j mu s`, `s_out = s - j mu a`, with `delta`
/// the angular frequency of the resonance above that of the laser, `gamma = pi c / (lambda Q)`,
/// `gamma_e = coupling gamma` and `mu^2 = 2 gamma_e`. Steady light has `|s_out / s|^2 = ((gamma_0 -
/// gamma_e)^2 + delta^2) / (gamma^2 + delta^2)`. A volt turns the resonance red by `tuning`; with
/// depletion by `2 tuning V_j (sqrt(1 + v / V_j) - 1)`, `V_j` the built-in and the bias voltage.
/// Light that the ring takes turns it red by `self_heating` a watt. A neighbor on the bus filters
/// the light by the same theory at its own detuning, and its modulation leaks in as `d ln T /
/// d delta` times its shift.
///
/// # Assumptions
/// One mode and no back-scattering; the wavelength is far from the other resonances. The drive
/// passes one pole. Heat takes microseconds: over a record it is steady at the mean of what each
/// sample's drive takes from steady light, and a lock at kilohertz cancels it with the drift,
/// up to its error. Two-photon and free-carrier absorption are left out. The laser's noise is slow
/// compared with the light in the ring. Neighbors are rings of the same kind that do not hear each
/// other; what leaks from them is white, as strong as random symbols of their rate are at low
/// frequencies.
///
/// # References
/// Little et al., *Microring resonator channel dropping filters*, J. Lightwave Technol. 15 (1997);
/// Sacher and Poon, *Dynamics of microring resonator modulators*, Opt. Express 16 (2008).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Microring {
    /// The line that feeds it: of a comb, its power and noise are those of the line alone.
    pub laser: CwLaser,
    /// Wavelength of the line.
    pub wavelength: Meters,
    /// Quality factor of the ring on its bus.
    pub quality: f64,
    /// The share of the ring's loss that couples to the bus: 0.5 is critical.
    pub coupling: f64,
    /// Loss beside the ring's own, couplers included.
    pub loss: Decibels,
    /// By how much a volt turns the resonance red, at small drives; negative if the junction is wired
    /// the other way round.
    pub tuning: MetersPerVolt,
    /// The junction that the drive depletes; without it the resonance follows the drive in
    /// proportion.
    #[cfg_attr(feature = "config", serde(skip_serializing_if = "Option::is_none"))]
    pub depletion: Option<Depletion>,
    /// Bandwidth of the junction and what drives it: one pole.
    pub bandwidth: Hertz,
    /// Where the resonance is, of the laser.
    pub detuning: Detuning,
    /// By how much light that the ring takes would turn the resonance red.
    pub self_heating: HertzPerWatt,
    /// By how much the surroundings have turned it blue since it was set.
    pub drift: Hertz,
    /// What tunes the ring to its line.
    pub heater: Heater,
    /// Other rings on the bus.
    pub neighbors: Vec<NeighborRing>,
}

/// A junction whose capacitance, and with it the tuning, falls with reverse voltage.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Depletion {
    /// Built-in voltage.
    pub built_in: Volts,
    /// Reverse bias.
    pub bias: Volts,
}

/// What tunes a ring to its line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Heater {
    /// By how much a watt turns the resonance red.
    pub efficiency: MetersPerWatt,
    /// By how much it has to be turned.
    pub tuning: Meters,
}

impl Heater {
    /// The power that it takes, in watts.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    pub fn power(&self) -> Result<f64> {
        let tuning = check::not_negative("heater.tuning", self.tuning)?;
        Ok(tuning / check::positive("heater.efficiency", self.efficiency)?)
    }
}

/// Another ring on the bus, which modulates another line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct NeighborRing {
    /// Its resonance at rest, above this ring's line.
    pub spacing: Hertz,
    /// The rms value of what its drive shifts it by.
    pub shift: Hertz,
    /// Its symbol rate.
    pub symbol_rate: Baud,
}

impl Microring {
    /// Full width of the resonance at half its depth.
    pub fn width(&self) -> Hertz {
        Hertz(LIGHT / (self.wavelength.0 * self.quality))
    }

    /// Where the resonance is at rest, above the laser, before the light heats it.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    pub fn resting(&self) -> Result<Hertz> {
        let (_, tune) = self.checked()?;
        Ok(Hertz(tune.rest * 0.5 * self.width().0))
    }

    /// The part of the laser's power that passes at a steady drive, by which the ring is heated.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    pub fn transmission(&self, drive: Volts) -> Result<f64> {
        let (ring, tune) = self.checked()?;
        let detuning = tune.at(check::finite("drive", drive)?);
        let field = ring.field(detuning + ring.offset(1, &|_| detuning));
        let beside = self.neighbors.iter().map(|n| ring.field(tune.half_widths(n.spacing)));
        let passed = beside.fold(field, |product, neighbor| product * neighbor);
        Ok(Decibels(-self.loss.0).power() * passed.norm_sqr())
    }

    /// The resonator, and what the drive does to it.
    fn checked(&self) -> Result<(Resonator, Tuning)> {
        let optical = Meters(400e-9)..=Meters(3e-6);
        let wavelength = check::within("wavelength", self.wavelength, &optical)?;
        let quality = check::within("quality", self.quality, &(100.0..=1e7))?;
        let coupling = check::within("coupling", self.coupling, &(0.0..=1.0))?;
        let tunings = MetersPerVolt(-1e-9)..=MetersPerVolt(1e-9);
        let tuning = check::within("tuning", self.tuning, &tunings)?;
        let heatings = HertzPerWatt(0.0)..=HertzPerWatt(1e15);
        let heating = check::within("self-heating", self.self_heating, &heatings)?;
        let offsets = Hertz(-1e13)..=Hertz(1e13);
        let drift = check::within("drift", self.drift, &offsets)?;
        check::not_negative("loss", self.loss)?;
        self.laser.check()?;
        let junction = match self.depletion {
            Some(depletion) => {
                let built_in = check::positive("built-in", depletion.built_in)?;
                Some(built_in + check::not_negative("bias", depletion.bias)?)
            }
            None => None,
        };
        for neighbor in &self.neighbors {
            check::within("spacing", neighbor.spacing, &offsets)?;
            check::within("shift", neighbor.shift, &(Hertz(0.0)..=Hertz(1e13)))?;
            check::positive("symbol-rate", neighbor.symbol_rate)?;
        }
        let gamma = PI * LIGHT / (wavelength * quality);
        // A longer wavelength is a lower frequency.
        let per_volt = -TAU * LIGHT / wavelength.powi(2) * tuning / gamma;
        let mut tune = Tuning { gamma, rest: 0.0, per_volt, junction };
        let inside = |n: &&NeighborRing| tune.half_widths(n.spacing).abs() < 1.0;
        if let Some(neighbor) = self.neighbors.iter().find(inside) {
            let expected = format!("half a width of the resonance, {}, or more", self.width());
            return Err(Error::parameter("spacing", neighbor.spacing, expected));
        }
        let mut ring = Resonator { gamma, coupling, heating: 0.0 };
        match &self.detuning {
            Detuning::Free(cold) => {
                tune.rest = tune.half_widths(*cold) + tune.half_widths(Hertz(drift));
                check::within("free", *cold, &offsets)?;
                ring.heating = TAU * heating * self.laser.power.in_watts() / gamma;
            }
            Detuning::Locked { point, error } => {
                check::within("error", *error, &offsets)?;
                tune.rest = point.detuning(&ring, &tune)? + tune.half_widths(*error);
            }
        }
        Ok((ring, tune))
    }
}

/// What a drive does to the detuning, in half-widths of the resonance.
#[derive(Clone, Copy, Debug)]
struct Tuning {
    gamma: f64,
    rest: f64,
    per_volt: f64,
    /// Built-in and bias voltage together.
    junction: Option<f64>,
}

impl Tuning {
    fn half_widths(&self, frequency: Hertz) -> f64 {
        TAU * frequency.0 / self.gamma
    }

    /// What a drive adds. A junction wired the other way round takes it with the other sign.
    fn shift(&self, drive: f64) -> f64 {
        let drive = if self.per_volt > 0.0 { -drive } else { drive };
        let volts = self.junction.map_or(drive, |junction| {
            2.0 * junction * ((1.0 + drive / junction).clamp(0.0, f64::INFINITY).sqrt() - 1.0)
        });
        -self.per_volt.abs() * volts
    }

    fn at(&self, drive: f64) -> f64 {
        (self.rest + self.shift(drive)).clamp(-FAR, FAR)
    }
}

impl Device for Microring {
    type In = Voltage;
    type Out = Field;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Field>> {
        let (ring, tune) = self.checked()?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        self.heater.power()?;
        let pole = LowPass::butterworth(1)?;
        let transmission = Decibels(-self.loss.0).amplitude();
        let spacings: Vec<f64> =
            self.neighbors.iter().map(|n| tune.half_widths(n.spacing)).collect();
        let leaks = self.neighbors.iter().map(|n| {
            let at = tune.half_widths(n.spacing);
            let passed = ring.field(at).norm_sqr();
            // d ln T / d delta, with T = 1 - lost.
            let slope = 2.0 * at / (1.0 + at * at) * ring.lost(at) / passed;
            2.0 / n.symbol_rate.0 * (slope * tune.half_widths(n.shift)).powi(2)
        });
        let leaked: f64 = leaks.sum();

        let ops = ops
            .lti(move |f| pole.at(f.0 / bandwidth))
            .map::<Field>(move |v: f64| Complex64::from(tune.at(v)))
            .dynamic(ring)
            .lti(move |f| {
                let sideband = tune.half_widths(f);
                let through = |at: &f64| ring.field(at - sideband);
                spacings.iter().map(through).fold(Complex64::from(transmission), |a, b| a * b)
            });
        let ops = self.laser.feed(ops)?;
        Ok(if leaked > 0.0 { intensity_noise(ops, "neighbors", 1.0, leaked) } else { ops })
    }
}
