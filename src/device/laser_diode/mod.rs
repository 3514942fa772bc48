//! Laser diode: what a drive makes of its carriers and its light.

mod rates;
#[cfg(test)]
mod tests;

use super::laser::intensity_noise;
use crate::engine::{Dynamics, Ops};
use crate::response::filter::LowPass;
use crate::signal::{Current, Field, Voltage};
use crate::unit::{
    Amperes, AmperesPerVolt, DecibelsPerHertz, Hertz, HertzPerRootAmpere, Seconds, WattsPerAmpere,
    check,
};
use crate::{Error, Result};
use rates::Rates;

/// A laser diode that is driven directly, by the figures that its small signals are known for.
///
/// # Formula
/// With the current above threshold `J = I - I_th`, the light `s` as the current that it takes, and
/// the gain `x`, 1 at threshold without light:
/// `dx/dt = W^2 tau_p (J - r) - (x - 1) / tau_n`, `ds/dt = (r - s + b I_n) / tau_p`, with
/// `r = x s / (1 + e s)`, `W = 2 pi D`, `e = (K / (4 pi^2) - tau_p) W^2 tau_p`, the share `b` of
/// spontaneous emission and the carriers' own current `I_n = I_th + (x - 1) / (W^2 tau_p tau_n)`;
/// `P = slope_efficiency s`. These are the usual equations of carriers and photons with the gain
/// `g (N - N_0) / (1 + e S)`, in units that leave no volume or confinement. To the first order in
/// `e s` small signals have `H = f_r^2 / (f_r^2 - f^2 + j f gamma / (2 pi))` with `f_r^2 = D^2 (I -
/// I_th)` and `gamma = K f_r^2 + 1 / tau_n`.
///
/// # Assumptions
/// One pool of carriers and photons each: no spatial holes, no transport into the wells but by the
/// pole ahead, no heat that bends the curve of light over current. The current is clipped at zero and
/// at `limit`. Intensity noise is white over the simulated band, as specified by one number, and not
/// that of Langevin's forces, which peak at the relaxation frequency.
///
/// # References
/// Coldren, Corzine and Mashanovitch, *Diode Lasers and Photonic Integrated Circuits*, 2nd ed.,
/// chapter 5; Westbergh et al., *High-speed, low-current-density 850 nm VCSELs*, IEEE J. Sel. Top.
/// Quantum Electron. 15 (2009).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct LaserDiode {
    /// Threshold current.
    pub threshold: Amperes,
    /// Power in the fiber per current above threshold.
    pub slope_efficiency: WattsPerAmpere,
    /// How the relaxation frequency grows: `D`.
    pub d_factor: HertzPerRootAmpere,
    /// How damping grows with the square of the relaxation frequency: `K`.
    pub k_factor: Seconds,
    /// Differential lifetime of the carriers, the inverse of the damping at threshold.
    pub carrier_lifetime: Seconds,
    /// Lifetime of the photons; at least that which `K` leaves without compression of the gain.
    pub photon_lifetime: Seconds,
    /// The share of spontaneous emission that joins the light.
    pub spontaneous: f64,
    /// Bias current.
    pub bias: Amperes,
    /// Current that a volt of drive adds.
    pub modulation: AmperesPerVolt,
    /// Bandwidth of the parasitics ahead of the junction: one pole.
    pub bandwidth: Hertz,
    /// The largest current that the driver gives.
    pub limit: Amperes,
    /// Relative intensity noise.
    pub rin: DecibelsPerHertz,
}

impl LaserDiode {
    /// Steady power in watts at a current.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    pub fn power(&self, current: Amperes) -> Result<f64> {
        let rates = self.rates()?;
        let current = check::within("current", current, &(Amperes(0.0)..=self.limit))?;
        let [light, _] = rates.rest((current - self.threshold.0) / rates.unit);
        Ok(self.slope_efficiency.0 * rates.unit * light)
    }

    /// The relaxation frequency at the bias.
    pub fn relaxation(&self) -> Hertz {
        Hertz(self.d_factor.0 * (self.bias.0 - self.threshold.0).max(0.0).sqrt())
    }

    /// From the drive to the power in watts, in the domain of amperes.
    pub(super) fn emit(&self, ops: Ops<Voltage>) -> Result<Ops<Current>> {
        let rates = self.rates()?;
        let slope = check::positive("slope-efficiency", self.slope_efficiency)?;
        let modulation = check::finite("modulation", self.modulation)?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let pole = LowPass::butterworth(1)?;
        let (bias, threshold, limit) = (self.bias.0, self.threshold.0, self.limit.0);
        let watts = slope * rates.unit;
        Ok(ops
            .demand(move |grid| {
                let steps = rates.steps(grid.dt());
                if steps > Rates::MOST_STEPS {
                    return Err(Error::unsupported(format!(
                        "the diode's rates need {steps} steps a sample, but {} are the most",
                        Rates::MOST_STEPS
                    )));
                }
                Ok(Vec::new())
            })
            .lti(move |f| pole.at(f.0 / bandwidth))
            .map::<Current>(move |v: f64| {
                ((bias + modulation * v).clamp(0.0, limit) - threshold) / rates.unit
            })
            .dynamic(rates)
            .map::<Current>(move |light: f64| watts * light))
    }

    /// Adds intensity noise to the light.
    pub(super) fn noisy(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        let range = DecibelsPerHertz(-400.0)..=DecibelsPerHertz(-100.0);
        check::within("rin", self.rin, &range)?;
        Ok(intensity_noise(ops, "rin", 1.0, self.rin.linear()))
    }

    /// The equations in units of the bias above threshold.
    fn rates(&self) -> Result<Rates> {
        let currents = Amperes(1e-6)..=Amperes(10.0);
        let threshold = check::within("threshold", self.threshold, &currents)?;
        let bias = check::within("bias", self.bias, &currents)?;
        if bias <= threshold {
            let expected = format!("above the threshold of {}", self.threshold);
            return Err(Error::parameter("bias", self.bias, expected));
        }
        let limit = check::within("limit", self.limit, &(self.bias..=Amperes(10.0)))?;
        let range = HertzPerRootAmpere(1e8)..=HertzPerRootAmpere(1e13);
        let d = check::within("d-factor", self.d_factor, &range)?;
        let carriers = Seconds(1e-12)..=Seconds(1e-8);
        let carrier = check::within("carrier-lifetime", self.carrier_lifetime, &carriers)?;
        let photons = Seconds(1e-13)..=Seconds(1e-10);
        let photon = check::within("photon-lifetime", self.photon_lifetime, &photons)?;
        let spontaneous = check::within("spontaneous", self.spontaneous, &(1e-9..=0.1))?;
        let square = std::f64::consts::TAU.powi(2);
        let k = check::finite("k-factor", self.k_factor)?;
        // The two ways of writing the same number may differ in their last digits.
        let compression = k / square - photon;
        if !(compression >= -1e-9 * photon && k <= 1e-8) {
            let least = Seconds(square * photon);
            let expected = format!("between {least}, the photons' part, and 10 ns");
            return Err(Error::parameter("k-factor", self.k_factor, expected));
        }
        let unit = bias - threshold;
        let pull = square * d * d * photon * unit;
        Ok(Rates {
            unit,
            carrier,
            photon,
            pull,
            compression: compression.max(0.0) * pull,
            spontaneous,
            threshold: threshold / unit,
            limit: (limit - threshold) / unit,
        })
    }
}
