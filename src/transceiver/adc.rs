//! Gain control and the analog-to-digital converter.

use crate::unit::{Seconds, Volts, check};
use crate::{Error, Result};

/// The most lanes of an interleaved converter.
const MOST_LANES: usize = 1024;

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

/// An analog-to-digital converter: a uniform mid-rise quantizer that clips, and what its circuits
/// add to that.
///
/// # Formula
/// `step = full_scale / 2^bits`; the output is `step (floor(v / step) + 1/2)`, held between
/// `-(full_scale - step) / 2` and `(full_scale - step) / 2`. A sine that just fills the full scale
/// meets a signal-to-noise ratio of `6.02 bits + 1.76` dB (0.1 dB less at 9 bits, 0.4 dB at 5, since
/// its crests dwell where the error is largest).
///
/// With an effective number of bits, Gaussian noise of the variance
/// `full_scale^2 / 12 (4^-enob - 4^-bits)` comes ahead of the quantizer, so that both together
/// leave `6.02 enob + 1.76` dB. Aperture jitter `sigma` adds the variance `sigma^2 E[(dv/dt)^2]`,
/// which limits a sine to `-20 log10(2 pi f sigma)` dB.
///
/// # Assumptions
/// Noise and jitter of different samples are independent. What the converter adds is drawn by the
/// [`Sampler`](super::Sampler), ahead of the gain control; quantizing is deterministic.
///
/// # References
/// Bennett, *Spectra of quantized signals* (1948); IEEE Std 1241 (effective bits, aperture
/// uncertainty); Walden, *Analog-to-digital converter survey and analysis* (1999).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Adc {
    /// Resolution, from 1 to 16 bits.
    pub bits: u32,
    /// The peak-to-peak voltage from the lower to the upper end of the scale.
    pub full_scale: Volts,
    /// Effective number of bits, at most `bits`: that of slow signals, where neither aperture
    /// jitter nor skew counts. Without it the quantizer adds no noise but its own.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub enob: Option<f64>,
    /// Random jitter of the sampling instants, rms.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub aperture_jitter: Option<Seconds>,
    /// Mismatch of time-interleaved lanes; without it all are alike.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub interleaving: Option<Interleaving>,
}

/// What is left, after calibration, of the mismatch of a converter's time-interleaved lanes.
///
/// # Formula
/// Sample `n` is taken by lane `l = n mod lanes`, at the instant `t[n] + skew[l]`, and becomes
/// `(1 + gain[l]) v + offset[l]`. A sine of frequency `f` at the sample rate `fs` then has spurs at
/// `k fs / lanes` (offsets) and at `+-f + k fs / lanes` (gains and skews), which in all lie
/// `-20 log10(sigma_gain)` and `-20 log10(2 pi f sigma_skew)` dB below it.
///
/// # Assumptions
/// Each lane's values are drawn once from Gaussian distributions, at an address of the receiver
/// without its records: a receiver keeps its lanes. Lanes have one bandwidth.
///
/// # References
/// Black and Hodges, *Time interleaved converter arrays* (1980); Kurosawa et al., *Explicit analysis
/// of channel mismatch effects in time-interleaved ADC systems* (2001).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Interleaving {
    /// Number of lanes, from 2 to 1024.
    pub lanes: usize,
    /// Deviation of a lane's gain from 1, rms.
    pub gain: f64,
    /// A lane's offset at the converter, rms.
    pub offset: Volts,
    /// Displacement of a lane's instants, rms.
    pub skew: Seconds,
}

impl Adc {
    /// A converter that does nothing but quantize.
    pub fn ideal(bits: u32, full_scale: Volts) -> Self {
        Self { bits, full_scale, enob: None, aperture_jitter: None, interleaving: None }
    }

    /// Checks the parameters.
    ///
    /// # Errors
    /// If there are no bits or more than 16, more effective ones than bits, or a voltage, time or
    /// count that makes no sense.
    pub fn check(&self) -> Result<()> {
        check::count("adc.bits", self.bits as usize, &(1..=16))?;
        check::positive("adc.full-scale", self.full_scale)?;
        if let Some(enob) = self.enob
            && check::positive("adc.enob", enob)? > f64::from(self.bits)
        {
            let expected = format!("at most the resolution, {} bits", self.bits);
            return Err(Error::parameter("adc.enob", enob, expected));
        }
        if let Some(jitter) = self.aperture_jitter {
            check::not_negative("adc.aperture-jitter", jitter)?;
        }
        if let Some(interleaving) = &self.interleaving {
            check::count("adc.interleaving.lanes", interleaving.lanes, &(2..=MOST_LANES))?;
            check::within("adc.interleaving.gain", interleaving.gain, &(0.0..=0.5))?;
            check::not_negative("adc.interleaving.offset", interleaving.offset)?;
            check::not_negative("adc.interleaving.skew", interleaving.skew)?;
        }
        Ok(())
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

    /// Whether instants are displaced: samples then need the waveform around them.
    pub fn displaces(&self) -> bool {
        self.aperture() > 0.0 || self.interleaving.as_ref().is_some_and(|lanes| lanes.skew.0 > 0.0)
    }

    /// The variance of the quantizing error of a signal that is spread over many steps, in volts
    /// squared: `step^2 / 12`.
    pub fn quantization_variance(&self) -> f64 {
        self.variance_of_bits(f64::from(self.bits))
    }

    /// The variance of the noise that makes the effective number of bits out of the resolution, in
    /// volts squared.
    pub fn noise_variance(&self) -> f64 {
        self.enob.map_or(0.0, |enob| {
            (self.variance_of_bits(enob) - self.quantization_variance()).max(0.0)
        })
    }

    /// The variance that aperture jitter adds where the signal has a mean square slope, in volts
    /// squared per second squared.
    pub fn aperture_variance(&self, slope_squared: f64) -> f64 {
        self.aperture().powi(2) * slope_squared
    }

    /// The variance that the mismatch of lanes adds on average, in volts squared, to a signal of a
    /// mean square and of a mean square slope per second.
    pub fn interleaving_variance(&self, power: f64, slope_squared: f64) -> f64 {
        self.interleaving.as_ref().map_or(0.0, |lanes| {
            lanes.offset.0.powi(2)
                + lanes.gain.powi(2) * power
                + lanes.skew.0.powi(2) * slope_squared
        })
    }

    /// Aperture jitter, in seconds rms.
    pub(super) fn aperture(&self) -> f64 {
        self.aperture_jitter.map_or(0.0, |jitter| jitter.0)
    }

    /// The noise of a full scale divided into so many bits, `(full_scale / 2^bits)^2 / 12`.
    fn variance_of_bits(&self, bits: f64) -> f64 {
        (self.full_scale.0 * (-bits).exp2()).powi(2) / 12.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    #[test]
    fn a_full_scale_sine_has_the_ratio_of_the_textbook() {
        for bits in [4, 5, 6, 7, 8, 9, 10, 12, 16] {
            let adc = Adc::ideal(bits, 0.8.volts());
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
            Adc::ideal(bits, 1.0.volts()).quantize(std::slice::from_mut(&mut voltage));
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
        let message =
            |bits, full_scale| Adc::ideal(bits, Volts(full_scale)).check().unwrap_err().to_string();
        assert!(message(0, 1.0).contains("`adc.bits` is 0"));
        assert!(message(17, 1.0).contains("`adc.bits` is 17"));
        assert!(message(7, f64::NAN).contains("`adc.full-scale`"));
        let error = Vga { target: Volts(0.0) }.check().unwrap_err();
        assert!(error.is_parameter() && error.to_string().contains("`vga.target`"));
    }

    #[test]
    fn effective_bits_lanes_and_jitter_are_checked() {
        let lanes = |lanes, gain, skew| Interleaving { lanes, gain, offset: 1.0.mv(), skew };
        let adc = Adc {
            enob: Some(5.5),
            aperture_jitter: Some(100.0.fs()),
            interleaving: Some(lanes(32, 0.01, 100.0.fs())),
            ..Adc::ideal(7, 1.0.volts())
        };
        adc.check().unwrap();
        let refused = |adc: Adc, field: &str| {
            let error = adc.check().unwrap_err();
            assert!(error.is_parameter() && error.to_string().contains(field), "{error}");
        };
        refused(Adc { enob: Some(7.1), ..adc.clone() }, "`adc.enob` is 7.1");
        refused(Adc { enob: Some(f64::NAN), ..adc.clone() }, "`adc.enob`");
        refused(Adc { aperture_jitter: Some(Seconds(-1.0)), ..adc.clone() }, "aperture-jitter");
        for (bad, field) in [
            (lanes(1, 0.01, 1.0.fs()), "lanes` is 1"),
            (lanes(2, -0.1, 1.0.fs()), "gain"),
            (lanes(2, 0.1, Seconds(f64::INFINITY)), "skew"),
        ] {
            refused(Adc { interleaving: Some(bad), ..adc.clone() }, field);
        }
    }

    #[test]
    fn effective_bits_and_quantizing_sum_to_the_noise_of_the_textbook() {
        let adc = Adc { enob: Some(5.5), ..Adc::ideal(7, 1.0.volts()) };
        let ratio = (1.0 / 8.0) / (adc.noise_variance() + adc.quantization_variance());
        assert!((10.0 * ratio.log10() - 34.87).abs() < 0.01);
        // As many effective bits as bits need no noise.
        assert!(Adc { enob: Some(7.0), ..adc }.noise_variance().abs() < 1e-18);
    }

    #[cfg(feature = "config")]
    #[test]
    fn text_of_a_quantizer_has_two_lines() {
        let adc: Adc = toml::from_str("bits = 7\nfull-scale = \"1 V\"\n").unwrap();
        assert_eq!(adc, Adc::ideal(7, 1.0.volts()));
        assert_eq!(toml::to_string(&adc).unwrap().lines().count(), 2);
        let text = "bits = 7\nfull-scale = \"1 V\"\nenob = 5.5\naperture-jitter = \"100 fs\"\n\
                    interleaving = { lanes = 32, gain = 0.01, offset = \"4 mV\", skew = \"100 fs\" }\n";
        let adc: Adc = toml::from_str(text).unwrap();
        assert_eq!(toml::from_str::<Adc>(&toml::to_string(&adc).unwrap()).unwrap(), adc);
    }

    #[test]
    fn the_gain_brings_a_sine_to_the_target() {
        let gain = Vga { target: 0.6.volts() }.gain(0.05 / std::f64::consts::SQRT_2);
        assert!((2.0 * 0.05 * gain - 0.6).abs() < 1e-15);
    }
}
