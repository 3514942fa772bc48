//! Automatic gain control.

use crate::Result;
use crate::engine::{Reading, Stateful};
use crate::kernel::rng::Stream;
use crate::unit::{Decibels, Volts, check};

/// A gain that settles so that the output has a wanted swing.
///
/// # Formula
/// `g = swing / (2 crest rms)`, held within the range about 0 dB.
///
/// # Assumptions
/// An rms detector, so slow that the gain is constant over a record. It is set for signals of one
/// kind, whose peak is `crest` times their rms value about the mean: outer levels lie a swing apart
/// if the levels arrive as they were sent. What interference and noise add to the rms value is
/// taken for signal, and takes as much of the swing from the levels.
///
/// # References
/// Säckinger, *Analysis and Design of Transimpedance Amplifiers* (2018), chapter 7.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Agc {
    /// Peak-to-peak swing that the gain aims at.
    pub swing: Volts,
    /// Peak over rms value of the signals that it is set for:
    /// [`Modulation::crest`](crate::signal::Modulation::crest) of an alphabet,
    /// the root of 2 of a sine.
    pub crest: f64,
    /// By how much the gain may differ from 0 dB, either way.
    pub range: Decibels,
}

impl Agc {
    pub(super) fn checked(&self) -> Result<GainControl> {
        let swing = check::positive("agc.swing", self.swing)?;
        let crest = check::within("agc.crest", self.crest, &(1.0..=10.0))?;
        let range = check::not_negative("agc.range", self.range)?;
        Ok(GainControl { rms: 0.5 * swing / crest, most: Decibels(range).amplitude() })
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
    use crate::signal::Modulation;
    use crate::unit::Literals;

    /// The swing that a gain control gives to a signal.
    fn swing(agc: Agc, mut samples: Vec<f64>) -> f64 {
        agc.checked().unwrap().run(&mut samples, 1e-12, None);
        let most = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most - samples.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn sine(amplitude: f64) -> Vec<f64> {
        let turn = |n: u32| std::f64::consts::TAU * f64::from(n) / 100.0;
        (0..1000).map(|n| amplitude * turn(n).sin()).collect()
    }

    /// All levels of an alphabet, equally often, on top of a mean.
    fn levels(modulation: Modulation, amplitude: f64) -> Vec<f64> {
        let all = 0..modulation.levels() as u8;
        all.map(|index| 0.7 + amplitude * modulation.level(index)).collect()
    }

    #[test]
    fn a_sine_gets_the_wanted_swing_within_the_range() {
        let agc = Agc { swing: 400.0.mv(), crest: 2f64.sqrt(), range: 12.0.db() };
        assert!((swing(agc, sine(0.1)) - 0.4).abs() < 1e-12);
        assert!((swing(agc, sine(0.3)) - 0.4).abs() < 1e-12);
        let most = 10f64.powf(0.6);
        assert!((swing(agc, sine(0.001)) - 0.002 * most).abs() < 1e-12);
        assert!(swing(agc, sine(0.0)).abs() < 1e-300);
    }

    #[test]
    fn outer_levels_of_any_alphabet_lie_the_wanted_swing_apart() {
        for modulation in Modulation::ALL {
            let agc = Agc { swing: 1.6.volts(), crest: modulation.crest(), range: 20.0.db() };
            for amplitude in [0.2, 1.0, 3.0] {
                let found = swing(agc, levels(modulation, amplitude));
                assert!((found - 1.6).abs() < 1e-12, "{found} V of {modulation}");
            }
        }
    }

    /// A control that is set for a sine gives two levels 0.71 of the swing, and four 0.95.
    #[test]
    fn a_control_for_other_signals_misses_the_swing_by_the_ratio_of_crests() {
        let agc = Agc { swing: 1.0.volts(), crest: 2f64.sqrt(), range: 20.0.db() };
        for (modulation, expected) in [(Modulation::Nrz, 0.5f64), (Modulation::Pam4, 0.9)] {
            let found = swing(agc, levels(modulation, 1.0));
            assert!((found - expected.sqrt()).abs() < 1e-12, "{found} of {modulation}");
        }
    }
}
