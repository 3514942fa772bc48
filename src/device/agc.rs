//! Automatic gain control.

use crate::Result;
use crate::engine::{Reading, Stateful};
use crate::kernel::rng::Stream;
use crate::unit::{Decibels, Volts, check};

/// A gain that settles so that the output has a wanted swing.
///
/// # Formula
/// `g = swing / (2 sqrt(2) rms)`, held within the range about 0 dB.
///
/// # Assumptions
/// An rms detector, so slow that the gain is constant over a record; the peak-to-peak swing is
/// taken as `2 sqrt(2)` times the rms value about the mean, as it is for a sine.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Agc {
    /// Peak-to-peak swing that the gain aims at.
    pub swing: Volts,
    /// By how much the gain may differ from 0 dB, either way.
    pub range: Decibels,
}

impl Agc {
    pub(super) fn checked(&self) -> Result<GainControl> {
        let swing = check::positive("agc.swing", self.swing)?;
        let range = check::not_negative("agc.range", self.range)?;
        Ok(GainControl { rms: swing / 8f64.sqrt(), most: Decibels(range).amplitude() })
    }
}

/// A checked [`Agc`].
#[derive(Clone, Copy, Debug)]
pub(super) struct GainControl {
    rms: f64,
    most: f64,
}

impl GainControl {
    fn gain(&self, samples: &[f64]) -> f64 {
        let n = samples.len() as f64;
        let (sum, squares) = samples.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        let rms = (squares / n - (sum / n).powi(2)).max(0.0).sqrt();
        // A silent record leaves the gain at its upper end.
        (self.rms / rms).clamp(1.0 / self.most, self.most)
    }
}

impl Stateful<f64> for GainControl {
    fn run(&self, samples: &mut [f64], _: f64, _: Option<&mut Stream>) {
        let gain = self.gain(samples);
        for sample in samples {
            *sample *= gain;
        }
    }

    fn reading(&self, samples: &[f64], _: f64) -> Reading {
        Reading::Gain(self.gain(samples))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    fn swing(agc: Agc, amplitude: f64) -> f64 {
        let mut samples: Vec<f64> = (0..1000)
            .map(|n| amplitude * (std::f64::consts::TAU * f64::from(n) / 100.0).sin())
            .collect();
        let control = agc.checked().unwrap();
        control.run(&mut samples, 1e-12, None);
        samples.iter().fold(0.0, |most: f64, x| most.max(2.0 * x))
    }

    #[test]
    fn a_sine_gets_the_wanted_swing_within_the_range() {
        let agc = Agc { swing: 400.0.mv(), range: 12.0.db() };
        assert!((swing(agc, 0.1) - 0.4).abs() < 1e-12);
        assert!((swing(agc, 0.3) - 0.4).abs() < 1e-12);
        let most = 10f64.powf(0.6);
        assert!((swing(agc, 0.001) - 0.002 * most).abs() < 1e-12);
        assert!(swing(agc, 0.0).abs() < 1e-300);
    }
}
