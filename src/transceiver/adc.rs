//! Gain control and the analog-to-digital converter.

use crate::Result;
use crate::unit::{Volts, check};

/// A variable-gain amplifier that brings the signal to the same size, whatever the link's loss.
///
/// # Formula
/// `gain = target / (2 sqrt(2) rms)`, with the rms of all samples of the training records less
/// their mean. The factor makes a sine of peak-to-peak voltage `target` the reference.
///
/// # Assumptions
/// The gain settles while the receiver trains and is frozen then. It has any value, no bandwidth
/// limit and no noise of its own.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Vga {
    /// The peak-to-peak voltage that the gain aims at, taken as `2 sqrt(2)` times the rms. A signal
    /// with a larger peak-to-average ratio than a sine exceeds it.
    pub target: Volts,
}

impl Vga {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If the target is not positive and finite.
    pub fn check(&self) -> Result<()> {
        check::positive("vga.target", self.target).map(|_| ())
    }

    /// The gain for a signal of a given rms voltage.
    pub fn gain(&self, rms: f64) -> f64 {
        self.target.0 / (2.0 * std::f64::consts::SQRT_2 * rms)
    }
}

/// An analog-to-digital converter: a uniform mid-rise quantizer that clips.
///
/// # Formula
/// `step = full_scale / 2^bits`; the output is `step (floor(v / step) + 1/2)`, held between
/// `-(full_scale - step) / 2` and `(full_scale - step) / 2`. A sine that just fills the full scale
/// meets a signal-to-noise ratio of `6.02 bits + 1.76` dB (0.1 dB less at 9 bits, 0.4 dB at 5, since
/// its crests dwell where the error is largest).
///
/// # Assumptions
/// All interleaved lanes are alike, and the aperture is a point in time without jitter of its own.
///
/// # References
/// Bennett, *Spectra of quantized signals* (1948); IEEE Std 1241.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Adc {
    /// Resolution, from 1 to 16 bits. For a converter known by its effective number of bits, give
    /// the next larger resolution and add the difference as noise before it.
    pub bits: u32,
    /// The peak-to-peak voltage from the lower to the upper end of the scale.
    pub full_scale: Volts,
}

impl Adc {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If there are no bits or more than 16, or the full scale is not positive and finite.
    pub fn check(&self) -> Result<()> {
        check::count("adc.bits", self.bits as usize, &(1..=16))?;
        check::positive("adc.full-scale", self.full_scale).map(|_| ())
    }

    /// Quantizes voltages in place.
    pub fn quantize(&self, voltages: &mut [f64]) {
        let half = f64::from(1u32 << (self.bits - 1));
        let step = self.full_scale.0 / (2.0 * half);
        let inverse = 1.0 / step;
        for v in voltages {
            let code = (*v * inverse).floor().clamp(-half, half - 1.0);
            *v = step * (code + 0.5);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    #[test]
    fn a_full_scale_sine_has_the_ratio_of_the_textbook() {
        for bits in [4, 5, 6, 7, 8, 9, 10, 12, 16] {
            let adc = Adc { bits, full_scale: 0.8.volts() };
            adc.check().unwrap();
            // An odd number of turns in a power of two meets every phase once.
            let turn = std::f64::consts::TAU * 12_345.0 / f64::from(1 << 18);
            let sine: Vec<f64> = (0..1 << 18).map(|n| 0.4 * (turn * f64::from(n)).sin()).collect();
            let mut codes = sine.clone();
            adc.quantize(&mut codes);
            let noise: f64 = sine.iter().zip(&codes).map(|(a, b)| (a - b).powi(2)).sum();
            let power: f64 = sine.iter().map(|a| a * a).sum();
            let ratio = 10.0 * (power / noise).log10();
            let textbook = 6.02 * f64::from(bits) + 1.76;
            // At its crests a sine dwells where errors are largest: by the Fourier series of the
            // squared error, whose terms average to Bessel functions J0(pi k 2^bits), the noise
            // is larger by 12 zeta(5/2) / pi^3 / 2^(bits / 2).
            let crests = 10.0 * (1.0 + 0.5192 / f64::from(1 << bits).sqrt()).log10();
            let excess = ratio - (textbook - crests);
            assert!(excess.abs() < 0.02, "{bits} bits: {ratio} dB");
            assert!(bits < 9 || (ratio - textbook).abs() < 0.1);
        }
    }

    #[test]
    fn one_bit_is_a_sign_and_overload_is_clipped() {
        let quantized = |bits, mut voltage: f64| {
            Adc { bits, full_scale: 1.0.volts() }.quantize(std::slice::from_mut(&mut voltage));
            voltage
        };
        for (bits, voltage, want) in [
            (1, -9.0, -0.25),
            (1, -0.1, -0.25),
            (1, 0.1, 0.25),
            (3, -9.0, -0.4375),
            (3, 9.0, 0.4375),
        ] {
            assert!((quantized(bits, voltage) - want).abs() < 1e-15, "{bits} bits, {voltage} V");
        }
    }

    #[test]
    fn parameters_without_meaning_are_refused() {
        let message = |bits, full_scale| {
            Adc { bits, full_scale: Volts(full_scale) }.check().unwrap_err().to_string()
        };
        assert!(message(0, 1.0).contains("`adc.bits` is 0"));
        assert!(message(17, 1.0).contains("`adc.bits` is 17"));
        assert!(message(7, f64::NAN).contains("`adc.full-scale`"));
        let error = Vga { target: Volts(0.0) }.check().unwrap_err();
        assert!(error.is_parameter() && error.to_string().contains("`vga.target`"));
    }

    #[test]
    fn the_gain_brings_a_sine_to_the_target() {
        let gain = Vga { target: 0.6.volts() }.gain(0.05 / std::f64::consts::SQRT_2);
        assert!((2.0 * 0.05 * gain - 0.6).abs() < 1e-15);
    }
}
