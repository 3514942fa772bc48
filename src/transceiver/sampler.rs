//! The sampler: from a waveform to one or two samples a symbol, as a converter's circuits take them.

use super::{Adapted, Adc, Digital};
use crate::kernel::interp::Interpolator;
use crate::kernel::rng::{Key, Stream};
use crate::unit::{Baud, check};
use crate::{Error, Result};

/// The fewest samples a symbol that a displaced instant is interpolated from: signals that reach to
/// 1.4 times the symbol rate are then within the interpolator's band.
pub(super) const LEAST_SAMPLES: usize = 4;

/// Takes samples of a waveform at its decision instants, with the converter's noise, aperture
/// jitter and mismatched lanes.
///
/// All that is random about a converter happens here, ahead of the gain control and of
/// [`decide`](super::decide()), whose quantizer then is a function of its input.
///
/// # Formula
/// Sample `n` of lane `l` is `x(t[n] + J + skew[l])`; with the trained offset `x0` and gain `A` it is
/// `x0 + (1 + gain[l]) (x - x0) + (offset[l] + noise) / A`.
///
/// # Assumptions
/// The waveform has nothing above 0.35 of its sample rate ([`Interpolator`]). Sample 0 of every
/// record is lane 0's: where records are no multiple of the lanes, the order breaks at their seam.
///
/// # References
/// As for [`Adc`] and [`Interleaving`](super::Interleaving).
#[derive(Clone, Debug)]
pub struct Sampler {
    interpolator: Interpolator,
    /// Samples a symbol that it takes.
    spacing: usize,
    /// Aperture jitter, in symbols rms.
    aperture: f64,
    /// Noise at the converter, in volts rms.
    noise: f64,
    lanes: Vec<Lane>,
}

/// What one of the interleaved lanes does to its samples.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lane {
    /// Deviation of the gain from 1.
    gain: f64,
    /// Offset at the converter, in volts.
    offset: f64,
    /// Displacement of the instants, in symbols.
    skew: f64,
}

impl Sampler {
    /// The sampler of a receiver for records of so many samples a symbol. `key` addresses the
    /// receiver itself, without a record: its lanes are drawn there.
    ///
    /// # Errors
    /// If a parameter makes no sense, or instants are displaced with fewer than 4 samples a symbol.
    pub fn new(
        digital: &Digital,
        symbol_rate: Baud,
        samples_per_symbol: usize,
        key: Key,
    ) -> Result<Self> {
        digital.check()?;
        let rate = check::positive("symbol-rate", symbol_rate)?;
        if digital.needs_waveform() && samples_per_symbol < LEAST_SAMPLES {
            let expected =
                format!("at least {LEAST_SAMPLES}, so that displaced instants can be read");
            return Err(Error::parameter("samples-per-symbol", samples_per_symbol, expected));
        }
        let adc = digital.adc.as_ref();
        let mut normals = key.named("adc").named("lanes").stream();
        let mut lane = |gain: f64, offset: f64, skew: f64| Lane {
            gain: gain * normals.sample(),
            offset: offset * normals.sample(),
            skew: skew * rate * normals.sample(),
        };
        let lanes = adc.and_then(|adc| adc.interleaving.as_ref()).map_or_else(Vec::new, |rms| {
            (0..rms.lanes).map(|_| lane(rms.gain, rms.offset.0, rms.skew.0)).collect()
        });
        Ok(Self {
            interpolator: Interpolator::new(),
            spacing: digital.samples_per_symbol(),
            aperture: adc.map_or(0.0, Adc::aperture) * rate,
            noise: adc.map_or(0.0, Adc::noise_variance).sqrt(),
            lanes,
        })
    }

    /// Whether a sample is the waveform's value at its instant and nothing else.
    pub fn is_ideal(&self) -> bool {
        self.aperture <= 0.0 && self.noise <= 0.0 && self.lanes.is_empty()
    }

    /// Whether the sampler of a converter is ideal.
    pub(super) fn is_ideal_for(adc: &Adc) -> bool {
        adc.noise_variance() <= 0.0 && !adc.displaces() && adc.interleaving.is_none()
    }

    /// Takes the samples of a record, in volts ahead of the gain control, as
    /// [`decide`](super::decide()) wants them. `key` addresses the receiver in this record.
    ///
    /// The waveform is periodic and begins with the decision instant of symbol 0, as the output of a
    /// plan that is [`Sampled`](crate::engine::Output::Sampled) after [`Adapted::delay`]. Where
    /// instants are not displaced it may have no more samples than are taken. Nothing is allocated.
    ///
    /// # Panics
    /// If the waveform does not have a whole number of samples for each symbol.
    pub fn sample(&self, adapted: &Adapted, waveform: &[f64], key: Key, samples: &mut [f64]) {
        self.sample_at(waveform, 0.0, (adapted.offset, adapted.gain), key, samples);
    }

    /// As [`Sampler::sample`], for a waveform whose symbol 0 is decided `delay` samples after its
    /// start, ahead of a gain control of the given offset and gain.
    pub(super) fn sample_at(
        &self,
        waveform: &[f64],
        delay: f64,
        front: (f64, f64),
        key: Key,
        samples: &mut [f64],
    ) {
        let per_symbol = self.per_symbol(waveform.len(), samples.len() / self.spacing);
        let mut draws = Draws::new(key);
        let step = per_symbol / self.spacing as f64;
        for (n, sample) in samples.iter_mut().enumerate() {
            let position = delay + n as f64 * step;
            *sample = self.value((waveform, per_symbol), position, n, front, &mut draws);
        }
    }

    /// Samples a symbol of a waveform.
    pub(super) fn per_symbol(&self, waveform: usize, symbols: usize) -> f64 {
        assert!(
            symbols > 0 && waveform.is_multiple_of(symbols),
            "the same number of samples for each symbol"
        );
        (waveform / symbols) as f64
    }

    /// Sample `index` of a waveform (with its samples a symbol), at a position in its samples.
    #[inline]
    pub(super) fn value(
        &self,
        (waveform, per_symbol): (&[f64], f64),
        position: f64,
        index: usize,
        (offset, gain): (f64, f64),
        draws: &mut Draws,
    ) -> f64 {
        let mut position = position;
        if self.aperture > 0.0 {
            position += self.aperture * per_symbol * draws.aperture.sample();
        }
        let lane = self.lanes.get(index % self.lanes.len().max(1));
        if let Some(lane) = lane {
            position += lane.skew * per_symbol;
        }
        let mut value = self.interpolator.at(waveform, position);
        if let Some(lane) = lane {
            value += lane.gain * (value - offset) + lane.offset / gain;
        }
        if self.noise > 0.0 {
            value += self.noise / gain * draws.noise.sample();
        }
        value
    }
}

/// The random streams of one record.
#[derive(Debug)]
pub(super) struct Draws {
    aperture: Stream,
    noise: Stream,
}

impl Draws {
    /// The streams below the address of the receiver in a record.
    pub(super) fn new(key: Key) -> Self {
        let adc = key.named("adc");
        Self { aperture: adc.named("aperture").stream(), noise: adc.named("noise").stream() }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::kernel::resample::Resampler;
    use crate::kernel::rng::Seed;
    use crate::signal::{Modulation, Symbols};
    use crate::transceiver::synthetic::{self, RaisedCosine};
    use crate::transceiver::{
        Clock, Interleaving, PhaseDetector, Training, adapt, adapt_with, decide,
    };
    use crate::unit::Literals;

    const COUNT: usize = 1 << 15;
    const SPS: usize = 4;

    fn receiver(adc: Adc) -> Digital {
        let clock = Clock::fixed(PhaseDetector::MuellerMuller);
        Digital { clock, vga: None, adc: Some(adc), ffe: None, dfe: None, mlse: None }
    }

    fn quiet() -> Adc {
        Adc::ideal(7, 1.0.volts())
    }

    fn key(name: &str) -> Key {
        Key::root(Seed(41)).named(name)
    }

    /// A sine of so many turns in the record, sampled once a symbol at a rate.
    fn sampled_sine(adc: &Adc, rate: Baud, turns: usize, amplitude: f64) -> (Vec<f64>, Vec<f64>) {
        let sampler = Sampler::new(&receiver(adc.clone()), rate, SPS, key("receiver")).unwrap();
        let turn = TAU * turns as f64 / COUNT as f64;
        let sine = |n: f64| amplitude * (turn * n).sin();
        let waveform: Vec<f64> = (0..COUNT * SPS).map(|n| sine(n as f64 / SPS as f64)).collect();
        let mut samples = vec![0.0; COUNT];
        sampler.sample_at(&waveform, 0.0, (0.0, 1.0), key("record"), &mut samples);
        ((0..COUNT).map(|n| sine(n as f64)).collect(), samples)
    }

    fn ratio_db(ideal: &[f64], got: &[f64]) -> f64 {
        let power: f64 = ideal.iter().map(|a| a * a).sum();
        let error: f64 = ideal.iter().zip(got).map(|(a, b)| (a - b).powi(2)).sum();
        10.0 * (power / error).log10()
    }

    /// Signal to noise and distortion as IEEE Std 1241 refers it to the full scale, with a sine of
    /// 0.92 of it (-0.7 dBFS), so that noise at the crests does not clip. The noise of 32,768
    /// samples is known to 3 sqrt(2 / N), 0.1 dB.
    #[test]
    fn a_sine_meets_the_effective_number_of_bits() {
        for (bits, enob, want) in [(7, 5.5, 34.87), (6, 5.0, 31.86), (8, 6.0, 37.88)] {
            let adc = Adc { enob: Some(enob), ..Adc::ideal(bits, 1.0.volts()) };
            let (ideal, mut samples) = sampled_sine(&adc, 53.125.gbaud(), 5_001, 0.46);
            adc.quantize(&mut samples);
            let ratio = ratio_db(&ideal, &samples) - 20.0 * 0.92f64.log10();
            assert!((ratio - want).abs() < 0.1, "{enob} bits: {ratio} dB");
        }
    }

    #[test]
    fn aperture_jitter_limits_a_sine_as_its_slope_says() {
        // 3 sqrt(2 / N) again; the second order of the jitter is 1e-4 of the first.
        for (turns, jitter, want) in
            [(16_384, 100.0, 35.55), (16_384, 200.0, 29.53), (4_096, 100.0, 47.59)]
        {
            let adc = Adc { aperture_jitter: Some(jitter.fs()), ..quiet() };
            // An odd number of turns near half and an eighth of the symbol rate.
            let (ideal, samples) = sampled_sine(&adc, 53.125.gbaud(), turns - 1, 0.4);
            let ratio = ratio_db(&ideal, &samples);
            assert!((ratio - want).abs() < 0.12, "{turns} turns, {jitter} fs: {ratio} dB");
            let slope = TAU * 53.125e9 * (turns - 1) as f64 / COUNT as f64 * 0.4;
            let variance = adc.aperture_variance(0.5 * slope * slope);
            let theory = 10.0 * (0.5 * 0.16 / variance).log10();
            assert!((theory - want).abs() < 0.01, "{theory} dB");
        }
    }

    #[test]
    fn lanes_make_spurs_where_and_as_high_as_their_mismatch_says() {
        let lanes = 8;
        let turns = 1_233;
        let rate = 50.0.gbaud();
        let mismatch = |gain, offset: f64, skew: f64| Adc {
            interleaving: Some(Interleaving { lanes, gain, offset: offset.mv(), skew: skew.fs() }),
            ..quiet()
        };
        let resampler = Resampler::new(COUNT, COUNT);
        let bins = |samples: &[f64]| -> Vec<f64> {
            let scale = (2.0 / COUNT as f64).powi(2);
            resampler.spectrum(samples).iter().map(|bin| scale * bin.norm_sqr()).collect()
        };
        let total = |bins: &[f64], places: &[usize]| places.iter().map(|&k| bins[k]).sum::<f64>();
        let spacing = COUNT / lanes;
        let images: Vec<usize> =
            (1..lanes).map(|k| (turns + k * spacing) % COUNT).map(|k| k.min(COUNT - k)).collect();
        let around = |values: Vec<f64>| {
            let mean = values.iter().sum::<f64>() / lanes as f64;
            values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / lanes as f64
        };
        let drawn = |adc: &Adc, field: fn(&Lane) -> f64| {
            let sampler = Sampler::new(&receiver(adc.clone()), rate, SPS, key("receiver")).unwrap();
            around(sampler.lanes.iter().map(field).collect())
        };

        // Offsets: at multiples of the lanes' rate, whatever the signal is.
        let adc = mismatch(0.0, 4.0, 0.0);
        let got = bins(&sampled_sine(&adc, rate, turns, 0.4).1);
        let spurs: Vec<usize> = (1..lanes / 2).map(|k| k * spacing).collect();
        let measured = 0.5 * total(&got, &spurs) + 0.25 * got[COUNT / 2];
        assert!((measured / drawn(&adc, |lane| lane.offset) - 1.0).abs() < 1e-6);
        assert!(total(&got, &images) < 1e-20);

        // Gains, then skews: images of the signal, as strong as its size and slope make them.
        let adc = mismatch(0.01, 0.0, 0.0);
        let got = bins(&sampled_sine(&adc, rate, turns, 0.4).1);
        let relative = total(&got, &images) / got[turns];
        assert!((relative / drawn(&adc, |lane| lane.gain) - 1.0).abs() < 0.02);
        assert!(total(&got, &spurs) < 1e-20);
        // The average over all receivers is the parameter itself: 8 lanes are known to a half.
        assert!((relative.sqrt() / 0.01 - 1.0).abs() < 0.75, "{relative}");

        let adc = mismatch(0.0, 0.0, 400.0);
        let got = bins(&sampled_sine(&adc, rate, turns, 0.4).1);
        let relative = total(&got, &images) / got[turns];
        let turn = TAU * turns as f64 / COUNT as f64;
        assert!((relative / (turn * turn * drawn(&adc, |lane| lane.skew)) - 1.0).abs() < 0.02);
    }

    /// A link of the whole: what is trained with the sampler decides with it, and the slicer's error
    /// is the sum of the variances that the converter states.
    #[test]
    fn training_and_records_see_the_same_converter() {
        let rate = 50.0.gbaud();
        let (sps, count) = (8, 4096);
        let pulse = |t: f64| 0.2 * RaisedCosine(0.5).at(t);
        let symbols = |name| Symbols::random(Modulation::Pam4, count, key(name)).unwrap();
        let training = symbols("training");
        let samples = synthetic::record(&training, sps, 3.37, pulse);
        let adc = Adc {
            enob: Some(5.0),
            aperture_jitter: Some(400.0.fs()),
            ..Adc::ideal(8, 0.8.volts())
        };
        let digital = receiver(adc.clone());
        assert!(digital.needs_waveform());
        let pair = [Training { samples: &samples, symbols: &training }];
        let error = adapt(&digital, &pair, sps).unwrap_err();
        assert!(error.to_string().contains("sampler"), "{error}");
        let sampler = Sampler::new(&digital, rate, sps, key("receiver")).unwrap();
        let adapted = adapt_with(&digital, &pair, sps, &sampler, key("draws")).unwrap();

        // Slope of the signal at its decision instants: the neighbors' slopes, none of its own.
        let slope =
            |k: i32| (pulse(f64::from(k) + 0.01) - pulse(f64::from(k) - 0.01)) / 0.02 * rate.0;
        let slopes = (-20..=20).map(|k| slope(k).powi(2)).sum::<f64>() * 5.0 / 9.0;
        let variance =
            adc.noise_variance() + adc.quantization_variance() + adc.aperture_variance(slopes);
        let want = variance / 0.04;
        // 3 sqrt(2 / N), 7 %.
        assert!((adapted.mse / want - 1.0).abs() < 0.08, "{} {want}", adapted.mse);

        let sent = symbols("payload");
        let record = synthetic::record(&sent, sps, 0.0, pulse);
        let mut taken = vec![0.0; count];
        let mut workspace = adapted.workspace(count);
        sampler.sample(&adapted, &record, key("record"), &mut taken);
        decide(&digital, &adapted, &taken, None, &mut workspace);
        let error = workspace.inputs().iter().zip(sent.levels()).map(|(z, a)| (z - a).powi(2));
        let error = error.sum::<f64>() / count as f64;
        assert!((error / want - 1.0).abs() < 0.08, "{error} {want}");

        // Noise alone needs no waveform: the cheap path takes the same samples.
        let noisy = receiver(Adc { aperture_jitter: None, ..adc });
        assert!(!noisy.needs_waveform());
        let sparse: Vec<f64> = record.iter().step_by(sps).copied().collect();
        let sampler = Sampler::new(&noisy, rate, 1, key("receiver")).unwrap();
        let mut again = taken.clone();
        sampler.sample(&adapted, &record, key("record"), &mut taken);
        sampler.sample(&adapted, &sparse, key("record"), &mut again);
        assert_eq!(taken, again);
        let coarse = Sampler::new(&digital, rate, 2, key("receiver")).unwrap_err();
        assert!(coarse.to_string().contains("`samples-per-symbol` is 2"), "{coarse}");
    }
}
