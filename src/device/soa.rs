//! Semiconductor optical amplifier: light in, more light and noise out.

use std::f64::consts::LN_2;

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops, Reading, Stateful};
use crate::kernel::rng::Stream;
use crate::response::dielectric::LIGHT_SPEED;
use crate::signal::Field;
use crate::unit::{DecibelMilliwatts, Decibels, Meters, Seconds, check};

/// Planck's constant, J s.
const PLANCK: f64 = 6.626_070_15e-34;

/// A semiconductor optical amplifier: gain that saturates, and amplified spontaneous emission.
///
/// # Formula
/// White noise of `(F - 1/G0) h nu / 2` a hertz is added to the field at the input, as much as
/// makes the noise figure `F`; then `E -> E exp(h (1 + j alpha) / 2)`. The logarithmic gain `h`
/// follows `dh/dt = (h0 - h) / tau - (e^h - 1) |E|^2 / (P_s tau)`, with `P_s` such that the gain has
/// fallen by 3 dB where the output is the saturation power. A photodiode behind makes the beat of
/// signal and noise, `4 R^2 P S B`, out of the sum of fields.
///
/// # Assumptions
/// Noise of the signal's polarization only: that of the other one beats with nothing but itself.
/// The gain has no color, and emission fills the simulated band, as behind an optical filter of
/// that width. Without carriers given, the gain is that of the mean power, which holds for symbols
/// much shorter than their lifetime, many of them in it; with them, every symbol has a share in the
/// gain of the next (patterning), the link can be simulated, but not analyzed.
///
/// # References
/// Agrawal and Olsson, *Self-phase modulation and spectral broadening of optical pulses in
/// semiconductor laser amplifiers*, IEEE J. Quantum Electron. 25 (1989); Olsson, *Lightwave systems
/// with optical amplifiers*, J. Lightwave Technol. 7 (1989).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct OpticalAmplifier {
    /// Gain of small signals, `G0`.
    pub gain: Decibels,
    /// Noise figure.
    pub noise_figure: Decibels,
    /// Output power at which the gain has fallen by 3 dB.
    pub saturation_power: DecibelMilliwatts,
    /// Wavelength of the light.
    pub wavelength: Meters,
    /// Carriers that follow the symbols; without them the gain follows the mean power.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub carriers: Option<Carriers>,
}

/// What the gain of an amplifier does from symbol to symbol.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Carriers {
    /// Their lifetime, `tau`.
    pub lifetime: Seconds,
    /// The linewidth enhancement factor, `alpha`.
    pub enhancement: f64,
}

impl Device for OpticalAmplifier {
    type In = Field;
    type Out = Field;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        // Without 3 dB of gain there is no output at which it has lost them.
        check::within("gain", self.gain, &(Decibels(3.5)..=Decibels(40.0)))?;
        let figures = Decibels(3.0)..=Decibels(20.0);
        check::within("noise-figure", self.noise_figure, &figures)?;
        let powers = DecibelMilliwatts(-60.0)..=DecibelMilliwatts(60.0);
        check::within("saturation-power", self.saturation_power, &powers)?;
        let optical = Meters(400e-9)..=Meters(3e-6);
        let wavelength = check::within("wavelength", self.wavelength, &optical)?;
        let small_signal = self.gain.power();
        let photon = PLANCK * LIGHT_SPEED / wavelength;
        let density = 0.5 * (self.noise_figure.power() - 1.0 / small_signal) * photon;
        let saturation =
            self.saturation_power.in_watts() * (small_signal - 2.0) / (small_signal * LN_2);
        let element = Saturation { log_gain: small_signal.ln(), saturation };
        // Each part of the field has half of the noise, in both directions from the carrier: unit
        // noise of one-sided density 1 has just that half.
        let amplitude = density.sqrt();
        let ops = ops
            .noisy_map::<Field>("ase", move |e: Complex64, n| e + amplitude * n)
            .noisy_map::<Field>("ase-quadrature", move |e: Complex64, n| {
                e + Complex64::new(0.0, amplitude * n)
            });
        Ok(match self.carriers {
            None => ops.stateful("gain", element),
            Some(carriers) => {
                let lifetime = check::positive("carriers.lifetime", carriers.lifetime)?;
                let range = -20.0..=20.0;
                let enhancement =
                    check::within("carriers.enhancement", carriers.enhancement, &range)?;
                ops.stateful("gain", Patterning { element, lifetime, enhancement })
            }
        })
    }
}

/// The gain of steady light.
#[derive(Clone, Copy, Debug)]
struct Saturation {
    /// `h0`.
    log_gain: f64,
    /// `P_s`.
    saturation: f64,
}

impl Saturation {
    /// The logarithmic gain at a power over `P_s`: `h = h0 - (e^h - 1) p`, by bisection.
    fn settled(&self, p: f64) -> f64 {
        let (mut low, mut high) = (0.0, self.log_gain);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.log_gain - middle > middle.exp_m1() * p {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// The logarithmic gain at the mean power of a record.
    fn of(&self, samples: &[Complex64]) -> f64 {
        let power = samples.iter().map(Complex64::norm_sqr).sum::<f64>() / samples.len() as f64;
        self.settled(power / self.saturation)
    }
}

impl Stateful<Complex64> for Saturation {
    fn run(&self, samples: &mut [Complex64], _: f64, _: Option<&mut Stream>) {
        let gain = (0.5 * self.of(samples)).exp();
        for sample in samples {
            *sample *= gain;
        }
    }

    fn reading(&self, samples: &[Complex64], _: f64) -> Reading {
        Reading::Gain((0.5 * self.of(samples)).exp())
    }
}

/// A gain that follows the power of each sample.
#[derive(Clone, Copy, Debug)]
struct Patterning {
    element: Saturation,
    lifetime: f64,
    enhancement: f64,
}

impl Patterning {
    /// The logarithmic gain a sample later: half of the recovery, what the sample's light takes,
    /// and the other half, each of them exact. `kept` is what half a sample leaves of a deviation,
    /// `taken` the time of a sample over lifetime and saturation.
    fn next(&self, h: f64, sample: Complex64, kept: f64, taken: f64) -> f64 {
        let recovered = |h: f64| self.element.log_gain - (self.element.log_gain - h) * kept;
        let u = taken * sample.norm_sqr();
        // Agrawal and Olsson's 1 / G = 1 - (1 - 1/G0) exp(-u), without its cancellation.
        let inverse = (-recovered(h) - u).exp() - (-u).exp_m1();
        recovered(-inverse.ln())
    }
}

impl Stateful<Complex64> for Patterning {
    fn run(&self, samples: &mut [Complex64], dt: f64, _: Option<&mut Stream>) {
        let kept = (-0.5 * dt / self.lifetime).exp();
        let taken = dt / (self.lifetime * self.element.saturation);
        let next = |h: f64, sample: Complex64| self.next(h, sample, kept, taken);
        // Once around the record from the gain of its mean power, and it is periodic.
        let mut h = samples.iter().fold(self.element.of(samples), |h, sample| next(h, *sample));
        for sample in samples {
            let gain = Complex64::from_polar((0.5 * h).exp(), 0.5 * self.enhancement * h);
            h = next(h, *sample);
            *sample *= gain;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Photodiode;
    use crate::device::photodiode::ELECTRON;
    use crate::engine::Link;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn amplifier() -> OpticalAmplifier {
        OpticalAmplifier {
            gain: 18.0.db(),
            noise_figure: 6.5.db(),
            saturation_power: 10.0.dbm(),
            wavelength: 1310.0.nm(),
            carriers: None,
        }
    }

    /// Power gain of steady light in decibels, noise averaged out by its own mean of zero.
    fn gain(amplifier: &OpticalAmplifier, input: DecibelMilliwatts) -> f64 {
        let grid = Grid::new(10.0.gbaud(), 4, 4096).unwrap();
        let plan = Link::optical().then("soa", amplifier).unwrap().plan(grid).unwrap();
        let field = Complex64::from(input.in_watts().sqrt());
        let light = Waveform::new(grid, vec![field; grid.len()]).unwrap();
        let mut workspace = plan.workspace();
        let out = plan.run(&light, Seed(1), &mut workspace).samples();
        let mean = out.iter().sum::<Complex64>() / out.len() as f64;
        20.0 * (mean.norm() / field.norm()).log10()
    }

    #[test]
    fn the_gain_falls_by_3_db_at_the_saturation_power() {
        assert!((gain(&amplifier(), (-50.0).dbm()) - 18.0).abs() < 0.05);
        let half = 10.0 * 2f64.log10();
        let input = (10.0 - 18.0 + half).dbm();
        assert!((gain(&amplifier(), input) - (18.0 - half)).abs() < 0.005);
        let slow = Carriers { lifetime: 10.0.ns(), enhancement: 0.0 };
        let with_carriers = OpticalAmplifier { carriers: Some(slow), ..amplifier() };
        assert!((gain(&with_carriers, input) - (18.0 - half)).abs() < 0.005);
    }

    /// An ideal photodiode ahead of the amplifier has the ratio `P / (2 h nu B)` of power to shot
    /// noise; behind it, shot noise and the beat make it worse by the noise figure.
    #[test]
    fn the_noise_figure_is_what_a_photodiode_finds() {
        let device = OpticalAmplifier { saturation_power: 60.0.dbm(), ..amplifier() };
        let photon = PLANCK * LIGHT_SPEED / 1310e-9;
        let diode = Photodiode {
            responsivity: (ELECTRON / photon).amperes_per_watt(),
            bandwidth: 1e5.thz(),
            order: 1,
            dark_current: 0.0.ua(),
        };
        let grid = Grid::new(50.0.gbaud(), 4, 64).unwrap();
        let power = 1e-5f64;
        let plan = Link::electrical()
            .then_ops::<Field>("light", |ops| Ok(ops.map(move |_: f64| power.sqrt().into())))
            .unwrap()
            .then("soa", &device)
            .unwrap()
            .then("pd", &diode)
            .unwrap()
            .plan(grid)
            .unwrap();
        let input = Waveform::zeros(grid);
        let key = Key::root(Seed(1));
        let along = plan.trajectory(&input, &[], key, &mut plan.workspace()).unwrap();
        let mut weights = vec![0.0; grid.len()];
        weights[100] = 1.0;
        let mut sensitivity = plan.sensitivity();
        plan.sense(&along, &weights, &mut sensitivity);
        let variances: Vec<f64> =
            sensitivity.sources.iter().map(|s| s.iter().map(|x| x * x).sum()).collect();
        let band = 0.5 * grid.sample_rate();
        // The part of the emission in phase beats, `4 R^2 P S B`; that in quadrature does not.
        let gain = device.gain.power();
        let density = 0.5 * photon * (device.noise_figure.power() * gain - 1.0);
        let beat = 4.0 * (ELECTRON / photon).powi(2) * gain * power * density * band;
        assert!((variances[0] / beat - 1.0).abs() < 1e-6, "{variances:?}");
        assert!(variances[1] < 1e-12 * beat);
        let ahead = power / (2.0 * photon * band);
        let behind = along.output()[100].powi(2) / variances.iter().sum::<f64>();
        let figure = 10.0 * (ahead / behind).log10();
        assert!((figure - 6.5).abs() < 1e-6, "{figure}");
    }

    /// A pulse much shorter than the lifetime takes `1 / G = 1 - (1 - 1/G0) exp(-U / E_s)` of the
    /// gain with it (Agrawal and Olsson), which then comes back with the lifetime.
    #[test]
    fn a_pulse_takes_its_share_of_the_gain_and_the_carriers_bring_it_back() {
        let lifetime = 10e-9;
        let carriers = Carriers { lifetime: Seconds(lifetime), enhancement: 4.0 };
        let element = Saturation { log_gain: 100f64.ln(), saturation: 5e-3 };
        let device = Patterning { element, lifetime, enhancement: carriers.enhancement };
        let dt = 1e-12;
        let mut samples = vec![Complex64::from(1e-9); 131_072];
        // 20 ps of a watt over 5 mW times 10 ns: U / E_s = 0.4.
        samples[1000..1020].fill(Complex64::ONE);
        device.run(&mut samples, dt, None);
        let behind = (samples[1020] / 1e-9).norm_sqr();
        let expected = 1.0 / (1.0 - 0.99 * (-0.4f64).exp());
        assert!((behind / expected - 1.0).abs() < 0.01, "{behind}, not {expected}");
        let log = |n: usize| (samples[n] / 1e-9).norm_sqr().ln();
        let after = log(1020 + 10_000);
        let recovered = element.log_gain - (element.log_gain - log(1020)) * (-1f64).exp();
        assert!((after - recovered).abs() < 1e-3, "{after}, not {recovered}");
        // The phase follows the gain by half of the enhancement.
        let turned = (samples[1020] / samples[1020 + 10_000]).arg();
        let phase = 2.0 * (log(1020) - after);
        assert!((turned - phase).sin().abs() < 1e-6);
    }

    #[test]
    fn carriers_that_follow_the_symbols_are_not_analyzed() {
        let carriers = Some(Carriers { lifetime: 200.0.ps(), enhancement: 4.0 });
        let link = Link::electrical()
            .then_ops::<Field>("light", |ops| Ok(ops.map(|v: f64| (0.03 + 0.01 * v).into())))
            .unwrap()
            .then("soa", &OpticalAmplifier { carriers, ..amplifier() })
            .unwrap()
            .then_ops::<crate::signal::Current>("pd", |ops| Ok(ops.map(|e| e.norm_sqr())))
            .unwrap();
        let grid = Grid::new(50.0.gbaud(), 4, 64).unwrap();
        let plan = link.plan(grid).unwrap();
        let key = Key::root(Seed(1));
        let input = Waveform::zeros(grid);
        let error = plan.trajectory(&input, &[], key, &mut plan.workspace()).unwrap_err();
        assert!(error.is_unsupported() && error.to_string().contains("`gain`"), "{error}");
    }
}
