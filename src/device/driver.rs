//! Linear modulator driver: voltage in, more voltage out.

use super::Agc;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::kernel::tanh::tanh;
use crate::response::Ctle;
use crate::response::filter::LowPass;
use crate::signal::Voltage;
use crate::unit::{Decibels, Hertz, Volts, VoltsPerRootHertz, check};

/// A linear amplifier in front of a modulator.
///
/// # Formula
/// Noise of the input density is added, then the response `G H(f)` (and the equalizer's) applied,
/// then the controlled gain, then `v = V_s tanh(x / V_s)` with `V_s` half the saturated swing.
///
/// # Assumptions
/// `H` is a Bessel-Thomson low-pass; with peaking, a resonant pair of poles followed by a
/// Bessel-Thomson low-pass of the remaining order, together 3 dB down at the bandwidth. The gain
/// is that of small signals from a matched source into the modulator.
///
/// # References
/// Säckinger, *Analysis and Design of Transimpedance Amplifiers* (2018), chapter 4, for noise and
/// responses of broadband amplifiers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Driver {
    /// Gain at low frequency.
    pub gain: Decibels,
    /// Bandwidth, 3 dB below the gain at low frequency.
    pub bandwidth: Hertz,
    /// Order of the low-pass.
    pub order: usize,
    /// Height of the response's peak over the gain at low frequency.
    pub peaking: Decibels,
    /// Peak-to-peak output swing that cannot be exceeded.
    pub saturation: Volts,
    /// Noise density, referred to the input.
    pub noise_density: VoltsPerRootHertz,
    /// Gain control; without it the gain is fixed.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub agc: Option<Agc>,
    /// Equalizer in the signal path.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub equalizer: Option<Ctle>,
}

impl Device for Driver {
    type In = Voltage;
    type Out = Voltage;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Voltage>> {
        let gain = Decibels(check::finite("gain", self.gain)?).amplitude();
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let peaking = check::not_negative("peaking", self.peaking)?;
        let saturation = 0.5 * check::positive("saturation", self.saturation)?;
        let density = check::not_negative("noise-density", self.noise_density)?;
        let low_pass = LowPass::peaked(self.order, peaking)?;
        let ops =
            ops.noise("input", move |_| density).lti(move |f| gain * low_pass.at(f.0 / bandwidth));
        let ops = match self.equalizer {
            Some(equalizer) => {
                equalizer.check()?;
                ops.lti(move |f| equalizer.at(f.0))
            }
            None => ops,
        };
        let ops = match &self.agc {
            Some(agc) => ops.stateful("agc", agc.checked()?),
            None => ops,
        };
        Ok(ops.map(move |x| saturation * tanh(x / saturation)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn driver() -> Driver {
        Driver {
            gain: 12.0.db(),
            bandwidth: 50.0.ghz(),
            order: 3,
            peaking: 0.0.db(),
            saturation: 3.0.volts(),
            noise_density: 0.0.v_per_rthz(),
            agc: None,
            equalizer: None,
        }
    }

    /// Peak of the output for a tone of `volts` at `gigahertz`.
    fn peak(driver: &Driver, volts: f64, gigahertz: f64) -> f64 {
        let grid = Grid::new(gigahertz.gbaud(), 64, 8).unwrap();
        let tone = (0..grid.len())
            .map(|n| volts * (std::f64::consts::TAU * n as f64 / 64.0).cos())
            .collect();
        let plan = Link::electrical().then("driver", driver).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let out = plan.run(&Waveform::new(grid, tone).unwrap(), Seed(1), &mut workspace);
        out.samples().iter().fold(0.0, |most: f64, x| most.max(x.abs()))
    }

    #[test]
    fn small_signals_see_the_gain_and_the_bandwidth() {
        let gain = |gigahertz| 20.0 * (peak(&driver(), 1e-4, gigahertz) / 1e-4).log10();
        assert!((gain(0.1) - 12.0).abs() < 1e-3);
        // The tone's samples miss the peak by up to half a sample: 0.01 dB at 64 a period.
        assert!((gain(50.0) - (12.0 - 3.0103)).abs() < 0.02);
    }

    #[test]
    fn peaking_lifts_the_response_and_keeps_the_bandwidth() {
        let peaked = Driver { peaking: 3.0.db(), order: 4, ..driver() };
        let gain = |gigahertz| 20.0 * (peak(&peaked, 1e-4, gigahertz) / 1e-4).log10() - 12.0;
        let most = (10..50).map(|f| gain(f64::from(f))).fold(0.0, f64::max);
        assert!((most - 3.0).abs() < 0.05, "{most}");
        assert!((gain(50.0) + 3.0103).abs() < 0.02);
    }

    #[test]
    fn large_signals_saturate() {
        assert!((peak(&driver(), 10.0, 0.1) - 1.5).abs() < 1e-6);
        let half: f64 = 10f64.powf(0.6) * 0.1 / 1.5;
        assert!((peak(&driver(), 0.1, 0.1) - 1.5 * half.tanh()).abs() < 1e-4);
    }
}
