//! Directly modulated laser: voltage in, light out.

use std::f64::consts::PI;

use num_complex::Complex64;

use super::LaserDiode;
use super::laser::phase_noise;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::{Field, Voltage};
use crate::unit::{Hertz, HertzPerWatt, check};

/// The least power that has a phase, in watts.
const DARK: f64 = 1e-15;

/// A directly modulated laser of one mode, such as an O-band DFB, with its chirp.
///
/// # Formula
/// `E = sqrt(P) exp(j phi)` with the power of [`LaserDiode`] and the frequency
/// `dphi/dt / (2 pi) = (alpha / (4 pi)) (d ln P / dt + kappa P)`, less its mean: the transient part
/// follows changes of the power, the adiabatic part the power itself.
///
/// # Assumptions
/// One mode. The carrier is where the frequency is in the mean over the record. Power is that in the
/// fiber, and `kappa` goes by it.
///
/// # References
/// Koch and Bowers, *Nature of wavelength chirping in directly modulated semiconductor lasers*,
/// Electron. Lett. 20 (1984).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct DirectlyModulated {
    /// The diode.
    pub diode: LaserDiode,
    /// Linewidth enhancement: `alpha`.
    pub chirp: f64,
    /// Adiabatic chirp coefficient `kappa`, in 1/s per watt.
    pub adiabatic: HertzPerWatt,
    /// Full width of the line at half its maximum; zero for a steady phase.
    pub linewidth: Hertz,
}

impl Device for DirectlyModulated {
    type In = Voltage;
    type Out = Field;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Field>> {
        let alpha = check::within("chirp", self.chirp, &(-20.0..=20.0))?;
        let range = HertzPerWatt(0.0)..=HertzPerWatt(1e16);
        let kappa = check::within("adiabatic", self.adiabatic, &range)?;
        let linewidth = check::not_negative("linewidth", self.linewidth)?;
        // An integral over time turns a spectrum by a quarter, and so makes a phase of a power: of
        // `P + j phi`, with both real, the spectrum is P's times a real number.
        let integrated = alpha * kappa / (4.0 * PI);
        let ops = self
            .diode
            .emit(ops)?
            .map::<Field>(|power: f64| Complex64::from(power))
            .lti(move |f| Complex64::from(if f.0 == 0.0 { 1.0 } else { 1.0 + integrated / f.0 }))
            .map::<Field>(move |z: Complex64| {
                let power = z.re.max(DARK);
                Complex64::from_polar(power.sqrt(), 0.5 * alpha * power.ln() + z.im)
            });
        let ops = self.diode.noisy(ops)?;
        Ok(phase_noise(ops, linewidth))
    }
}
