//! Electro-absorption modulator: voltage in, light out.

mod curve;
#[cfg(test)]
mod tests;

use num_complex::Complex64;

use super::CwLaser;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::response::filter::LowPass;
use crate::signal::{Field, Voltage};
use crate::unit::{Decibels, Hertz, Volts, check};

pub use curve::{Absorption, AbsorptionAt};

/// An electro-absorption modulator on its transfer curve, with the chirp that absorption brings;
/// with its laser on one chip an EML.
///
/// # Formula
/// With `v` the drive after the electrodes, the reverse voltage is `V = bias - v`, so that light
/// grows with the drive, and `|E|^2 = P T(V) / L`. The chirp parameter is `alpha(V) = chirp +
/// chirp_slope V`, and the phase follows `dphi/dt = (alpha / 2) d ln T / dt` along the curve:
/// `phi = (alpha ln T - chirp_slope integral(ln T dV)) / 2`.
///
/// # Assumptions
/// Absorption and phase follow the voltage without a memory of their own; bandwidth is that of the
/// electrodes, a Bessel-Thomson low-pass. Forward voltage absorbs no less than none. Saturation by
/// the light, and what the modulator reflects into its laser, are left out.
///
/// # References
/// Koyama and Iga, *Frequency chirping in external modulators*, J. Lightwave Technol. 6 (1988);
/// Kawanishi et al., *EAM-integrated DFB laser modules with more than 40-GHz bandwidth*, IEEE
/// Photon. Technol. Lett. 13 (2001).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ElectroAbsorption {
    /// The laser that feeds it.
    pub laser: CwLaser,
    /// What is absorbed at a reverse voltage.
    pub absorption: Absorption,
    /// Loss without voltage, couplers included.
    pub loss: Decibels,
    /// Reverse bias.
    pub bias: Volts,
    /// Bandwidth of the electrodes, where the response is 3 dB down.
    pub bandwidth: Hertz,
    /// Order of the electrodes' low-pass.
    pub order: usize,
    /// Chirp parameter without voltage.
    pub chirp: f64,
    /// What a volt of reverse voltage adds to it; negative where it falls.
    pub chirp_slope: f64,
}

impl ElectroAbsorption {
    /// The part of the laser's power that passes at a steady drive.
    ///
    /// # Errors
    /// If the absorption curve, the bias or the loss makes no sense.
    pub fn transmission(&self, drive: Volts) -> Result<f64> {
        let curve = self.absorption.checked()?;
        let bias = check::within("bias", self.bias, &(Volts(0.0)..=Volts(1e3)))?;
        let loss = check::not_negative("loss", self.loss)?;
        let drive = check::finite("drive", drive)?;
        Ok(Decibels(-loss).power() * curve.log(curve.held(bias - drive)).exp())
    }
}

impl Device for ElectroAbsorption {
    type In = Voltage;
    type Out = Field;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Field>> {
        let curve = self.absorption.checked()?;
        let bias = check::within("bias", self.bias, &(Volts(0.0)..=Volts(1e3)))?;
        let loss = check::not_negative("loss", self.loss)?;
        let amplitude = Decibels(-loss).amplitude();
        let chirp = check::within("chirp", self.chirp, &(-10.0..=10.0))?;
        let chirp_slope = check::within("chirp-slope", self.chirp_slope, &(-10.0..=10.0))?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let electrodes = LowPass::bessel_thomson(self.order)?;

        let absorb = move |v: f64| {
            let reverse = curve.held(bias - v);
            let log = curve.log(reverse);
            let alpha = chirp + chirp_slope * reverse;
            let phase = 0.5 * (alpha * log - chirp_slope * curve.integral(reverse));
            Complex64::from_polar(amplitude * (0.5 * log).exp(), phase)
        };
        self.laser.feed(ops.lti(move |f| electrodes.at(f.0 / bandwidth)).map(absorb))
    }
}
