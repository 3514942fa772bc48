//! Transimpedance amplifier: current in, voltage out.

use num_complex::Complex64;

use super::Agc;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::kernel::tanh::tanh;
use crate::response::Ctle;
use crate::response::filter::LowPass;
use crate::signal::{Current, Voltage};
use crate::unit::{AmperesPerRootHertz, Decibels, Hertz, Ohms, Volts, check};

/// A transimpedance amplifier with gain control and a compressive output.
///
/// # Formula
/// Noise of the input density is added, then the response `Z_T H(f)` (and the equalizer's)
/// applied, then the controlled gain, then the compression.
///
/// # Assumptions
/// `H` is a Bessel-Thomson low-pass, peaked as a driver's is. Offset cancellation removes the mean
/// current; its corner lies far below the first frequency of a record. Noise is white.
///
/// # References
/// Säckinger, *Analysis and Design of Transimpedance Amplifiers* (2018), chapters 3 to 6.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Tia {
    /// Differential output voltage per input current, before gain control.
    pub transimpedance: Ohms,
    /// Bandwidth, 3 dB below the transimpedance at low frequency.
    pub bandwidth: Hertz,
    /// Order of the low-pass.
    pub order: usize,
    /// Height of the response's peak over the transimpedance at low frequency.
    pub peaking: Decibels,
    /// Noise density, referred to the input.
    pub noise_density: AmperesPerRootHertz,
    /// Gain control; without it the transimpedance is fixed.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub agc: Option<Agc>,
    /// Compression of the output; without it the output is linear.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub compression: Option<Compression>,
    /// Equalizer in the signal path.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub equalizer: Option<Ctle>,
}

/// How an output stage compresses.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Compression {
    /// `v = V_s tanh(x / V_s)` with `V_s` half of the saturated swing.
    Tanh {
        /// Peak-to-peak swing that cannot be exceeded.
        saturation: Volts,
    },
    /// `v = x - a x^3 / V^2` with `V` half of the full-scale swing; clipped where the slope
    /// vanishes. A sine of full scale has the third harmonic `(a / 4) / (1 - 3 a / 4)`.
    Cubic {
        /// Peak-to-peak swing at full scale.
        full_scale: Volts,
        /// The coefficient `a`, up to 1/3.
        coefficient: f64,
    },
}

impl Compression {
    /// The transfer curve, in volts.
    fn curve(self) -> Result<Box<dyn Fn(f64) -> f64 + Send + Sync>> {
        Ok(match self {
            Self::Tanh { saturation } => {
                let most = 0.5 * check::positive("compression.saturation", saturation)?;
                Box::new(move |x| most * tanh(x / most))
            }
            Self::Cubic { full_scale, coefficient } => {
                let scale = 0.5 * check::positive("compression.full-scale", full_scale)?;
                let range = 0.0..=1.0 / 3.0;
                let a = check::within("compression.coefficient", coefficient, &range)?;
                let flat = if a > 0.0 { (1.0 / (3.0 * a)).sqrt() } else { f64::INFINITY };
                Box::new(move |x| {
                    let x = (x / scale).clamp(-flat, flat);
                    scale * (x - a * x * x * x)
                })
            }
        })
    }
}

impl Device for Tia {
    type In = Current;
    type Out = Voltage;

    fn lower(&self, ops: Ops<Current>) -> Result<Ops<Voltage>> {
        let transimpedance = check::positive("transimpedance", self.transimpedance)?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let peaking = check::not_negative("peaking", self.peaking)?;
        let density = check::not_negative("noise-density", self.noise_density)?;
        let low_pass = LowPass::peaked(self.order, peaking)?;
        let ops = ops.noise("input", move |_| density).lti(move |f| {
            if f.0 == 0.0 { Complex64::ZERO } else { transimpedance * low_pass.at(f.0 / bandwidth) }
        });
        let ops = match self.equalizer {
            Some(equalizer) => {
                equalizer.check()?;
                ops.lti(move |f| equalizer.at(f.0))
            }
            None => ops,
        };
        let ops = ops.becoming::<Voltage>();
        let ops = match &self.agc {
            Some(agc) => ops.stateful("agc", agc.checked()?),
            None => ops,
        };
        Ok(match self.compression {
            Some(compression) => ops.map(compression.curve()?),
            None => ops,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    /// a = 0.04: THD 1.03 %, R_LM 0.963.
    #[test]
    fn cubic_compression_has_its_closed_forms() {
        let cubic = Compression::Cubic { full_scale: 2.0.volts(), coefficient: 0.04 };
        let curve = cubic.curve().unwrap();
        let (low, high) = (curve(1.0 / 3.0), curve(1.0));
        assert!((2.0 - 3.0 * low / high - 0.963).abs() < 1e-3);
        let harmonic = |k: f64| {
            (0..360)
                .map(|n| {
                    let turn = f64::from(n).to_radians();
                    curve(turn.cos()) * (k * turn).cos()
                })
                .sum::<f64>()
                .abs()
        };
        assert!((harmonic(3.0) / harmonic(1.0) - 0.0103).abs() < 1e-4);
    }

    #[test]
    fn a_cubic_never_turns_back() {
        let cubic = Compression::Cubic { full_scale: 1.0.volts(), coefficient: 0.2 };
        let curve = cubic.curve().unwrap();
        let mut last = f64::NEG_INFINITY;
        for n in -300..300 {
            let y = curve(0.01 * f64::from(n));
            assert!(y >= last);
            last = y;
        }
        let steep = Compression::Cubic { full_scale: 1.0.volts(), coefficient: 0.5 };
        assert!(steep.curve().is_err());
    }
}
