//! Adaptation of the digital receiver: from training records to frozen settings.

use super::dfe::{Form, Observed, Taps};
use super::{Adaptation, Adapted, Digital, Pulse, Slicer};
use crate::kernel::pulse::PulseEstimator;
use crate::kernel::resample::Resampler;
use crate::signal::{Modulation, Symbols};
use crate::{Error, Result};

/// Training symbols that each tap of an equalizer needs: fewer would fit the taps to the noise.
const SYMBOLS_A_TAP: usize = 10;

/// A periodic record whose symbols the receiver knows.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    /// Voltages at the sampler's input, the same number for each symbol.
    pub samples: &'a [f64],
    /// The symbols as they were sent (after precoding, if any).
    pub symbols: &'a Symbols,
}

/// Adapts a receiver to records with known symbols, `samples_per_symbol` samples each.
///
/// The converter quantizes in training as it will later. All records are used alike: for the
/// offset, the gain, the clock, the taps and the thresholds.
///
/// # Errors
/// If a parameter makes no sense, the records differ in form, they are too few for the taps, no
/// link from the symbols to the records is found, or no thresholds separate the levels.
pub fn adapt(
    digital: &Digital,
    training: &[Training<'_>],
    samples_per_symbol: usize,
) -> Result<Adapted> {
    digital.check()?;
    let modulation = check_records(digital, training, samples_per_symbol)?;
    let form = Form::of(digital);
    let levels: Vec<Vec<f64>> = training.iter().map(|record| record.symbols.levels()).collect();
    let pairs: Vec<(&[f64], &[f64])> = training
        .iter()
        .zip(&levels)
        .map(|(record, levels)| (record.samples, levels.as_slice()))
        .collect();
    let estimator = PulseEstimator::new(&pairs, samples_per_symbol)?;
    let peak = estimator.peak();
    if peak.coefficient.is_nan() || peak.coefficient.abs() < peak.significant {
        return Err(Error::unsupported(format!(
            "no lock: the correlation of the training records with their symbols peaks at {:.4}, \
             but must reach {:.4} to tell a link from noise",
            peak.coefficient, peak.significant
        )));
    }

    let offset = estimator.constant();
    let analog_power = mean_square(training.iter().map(|record| record.samples), offset);
    let gain = digital.vga.as_ref().map_or(1.0, |vga| vga.gain(analog_power.sqrt()));
    let symbols = levels[0].len();
    let resampler = Resampler::new(symbols * samples_per_symbol, symbols * form.spacing);
    let spectra: Vec<_> =
        training.iter().map(|record| resampler.spectrum(record.samples)).collect();
    let observe = |delay: f64| -> Vec<Observed> {
        spectra
            .iter()
            .zip(&levels)
            .map(|(spectrum, levels)| {
                let mut samples = resampler.sample(spectrum, delay);
                digital.digitize(offset, gain, &mut samples);
                Observed::new(samples, levels, form.feedback)
            })
            .collect()
    };
    let delay = digital.clock.recover(&estimator, samples_per_symbol, |delay| {
        form.least_squares(&observe(delay)).map(|(_, error)| error)
    })?;

    let records = observe(delay);
    let sent: Vec<u8> =
        training.iter().flat_map(|record| record.symbols.values()).copied().collect();
    let Settled { power, taps, slicer, mse } = settle(digital, modulation, &records, &sent)?;
    let Taps { ffe, dfe, loading } = taps;
    Ok(Adapted {
        modulation,
        samples_per_symbol: form.spacing,
        delay: delay.rem_euclid((symbols * samples_per_symbol) as f64),
        inverted: peak.coefficient < 0.0,
        correlation: peak.coefficient,
        offset,
        gain,
        power,
        ffe,
        dfe,
        loading,
        slicer,
        mse,
        pulse: Pulse {
            values: estimator.waveform(delay),
            cursor: estimator.cursor() * samples_per_symbol,
            samples_per_symbol,
        },
    })
}

/// The alphabet of training records that fit each other and the equalizer.
fn check_records(
    digital: &Digital,
    training: &[Training<'_>],
    samples_per_symbol: usize,
) -> Result<Modulation> {
    let Some(first) = training.first() else {
        return Err(Error::parameter("training records", 0, "at least 1"));
    };
    let modulation = first.symbols.modulation();
    for record in training {
        if record.symbols.modulation() != modulation || record.symbols.len() != first.symbols.len()
        {
            return Err(Error::unsupported(format!(
                "training records differ: {} symbols of {modulation}, and {} of {}",
                first.symbols.len(),
                record.symbols.len(),
                record.symbols.modulation()
            )));
        }
        if samples_per_symbol == 0
            || record.samples.len() != record.symbols.len() * samples_per_symbol
        {
            return Err(Error::unsupported(format!(
                "a training record has {} samples for {} symbols of {samples_per_symbol} each",
                record.samples.len(),
                record.symbols.len()
            )));
        }
    }
    let form = Form::of(digital);
    let taps = form.taps + form.feedback;
    let symbols = first.symbols.len();
    if symbols * training.len() < SYMBOLS_A_TAP * taps || form.taps.max(form.feedback) > symbols {
        let expected = format!(
            "at least {} in all, and {} in a record, for {taps} taps",
            SYMBOLS_A_TAP * taps,
            form.taps.max(form.feedback)
        );
        return Err(Error::parameter("training symbols", symbols * training.len(), expected));
    }
    Ok(modulation)
}

/// What an equalizer and its slicer settle to on records sampled at one phase.
pub(super) struct Settled {
    pub(super) power: f64,
    pub(super) taps: Taps,
    pub(super) slicer: Slicer,
    pub(super) mse: f64,
}

/// Adapts the taps to digitized records of the symbols `sent`, one record's after the other's,
/// then the slicer to what the taps give.
pub(super) fn settle(
    digital: &Digital,
    modulation: Modulation,
    records: &[Observed],
    sent: &[u8],
) -> Result<Settled> {
    let form = Form::of(digital);
    let power = mean_square(records.iter().map(|record| record.samples.as_slice()), 0.0);
    let taps = match digital.ffe.as_ref().map(|ffe| ffe.adaptation) {
        Some(Adaptation::Lms { step, passes }) => {
            form.descend(records, step, passes, (power, modulation.mean_square()))?
        }
        Some(Adaptation::Mmse) | None => form.least_squares(records)?.0,
    };
    let inputs: Vec<f64> = records.iter().flat_map(|record| form.equalize(&taps, record)).collect();
    let slicer = Slicer::measure(modulation, inputs.iter().zip(sent))?;
    let errors = inputs.iter().zip(sent).map(|(z, &symbol)| z - modulation.level(symbol));
    let mse = errors.map(|error| error * error).sum::<f64>() / inputs.len() as f64;
    Ok(Settled { power, taps, slicer, mse })
}

/// The mean square of all samples around an offset.
fn mean_square<'a>(records: impl Iterator<Item = &'a [f64]> + Clone, offset: f64) -> f64 {
    let count: usize = records.clone().map(<[f64]>::len).sum();
    records.flatten().map(|x| (x - offset).powi(2)).sum::<f64>() / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};
    use crate::transceiver::synthetic::{self, RaisedCosine, asymmetric};
    use crate::transceiver::{Adc, Clock, Dfe, Ffe, PhaseDetector, Spacing, Vga, decide};
    use crate::unit::Volts;

    const SPS: usize = 8;

    fn receiver(phase: PhaseDetector) -> Digital {
        Digital { clock: Clock { phase }, vga: None, adc: None, ffe: None, dfe: None }
    }

    fn symbols(count: usize) -> Symbols {
        Symbols::random(Modulation::Pam4, count, Key::root(Seed(12)).named("symbols")).unwrap()
    }

    fn adapted(digital: &Digital, symbols: &Symbols, samples: &[f64]) -> Result<Adapted> {
        adapt(digital, &[Training { samples, symbols }], SPS)
    }

    #[test]
    fn the_center_of_a_symmetric_pulse_is_found_at_any_delay_and_polarity() {
        let symbols = symbols(512);
        let mut stream = Key::root(Seed(13)).stream();
        for phase in [PhaseDetector::MuellerMuller, PhaseDetector::BestEye] {
            for trial in 0..8 {
                let delay = 511.99 * SPS as f64 * stream.uniform();
                let amplitude = if trial % 2 == 0 { 0.2 } else { -0.2 };
                let pulse = |t: f64| amplitude * RaisedCosine(0.4).at(t);
                let samples = synthetic::record(&symbols, SPS, delay / SPS as f64, pulse);
                let got = adapted(&receiver(phase), &symbols, &samples).unwrap();
                assert!(
                    (got.delay - delay).abs() < 0.01,
                    "{phase:?}: {} is not {delay}",
                    got.delay
                );
                assert_eq!(got.inverted, amplitude < 0.0);
                assert!((got.ffe[0] * amplitude - 1.0).abs() < 1e-3);
                assert!(got.mse < 1e-5, "{}", got.mse);
                assert!((got.pulse.values[got.pulse.cursor] - amplitude).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn mueller_muller_equals_the_neighbors_of_an_asymmetric_pulse() {
        let symbols = symbols(1024);
        let samples = synthetic::record(&symbols, SPS, 2.3, asymmetric);
        let got = adapted(&receiver(PhaseDetector::MuellerMuller), &symbols, &samples).unwrap();
        let pulse = &got.pulse;
        let (before, after) = (pulse.values[pulse.cursor - SPS], pulse.values[pulse.cursor + SPS]);
        assert!((before - after).abs() < 1e-3, "{before} {after}");
        // The pulse itself agrees: its true values there are equal as well.
        let center = got.delay / SPS as f64 - 2.3;
        assert!((asymmetric(center - 1.0) - asymmetric(center + 1.0)).abs() < 2e-3);
    }

    #[test]
    fn half_symbol_taps_do_not_care_about_the_phase() {
        let symbols = symbols(2048);
        let mut stream = Key::root(Seed(14)).stream();
        let mut samples = synthetic::record(&symbols, SPS, 0.0, |t| {
            RaisedCosine(0.3).at(t) - 0.3 * RaisedCosine(0.3).at(t - 0.7)
        });
        for x in &mut samples {
            // White noise through the sampler's band: 8 samples a symbol, each alike.
            *x += 0.03 * stream.sample();
        }
        let levels = symbols.levels();
        // In decibels, the worst over the best error over all phases.
        let sensitivity = |spacing: usize, taps: usize| {
            let form = Form { taps, cursor: taps / 2, spacing, feedback: 0, limit: f64::INFINITY };
            let resampler = Resampler::new(2048 * SPS, 2048 * spacing);
            let spectrum = resampler.spectrum(&samples);
            let errors: Vec<f64> = (0..8)
                .map(|phase| {
                    let observed = resampler.sample(&spectrum, f64::from(phase));
                    form.least_squares(&[Observed::new(observed, &levels, 0)]).unwrap().1
                })
                .collect();
            let worst = errors.iter().fold(0.0, |a: f64, b| a.max(*b));
            10.0 * (worst / errors.iter().fold(worst, |a, b| a.min(*b))).log10()
        };
        let (symbol, half) = (sensitivity(1, 21), sensitivity(2, 42));
        assert!(symbol > 3.0, "{symbol} dB");
        assert!(half < 0.3, "{half} dB");
    }

    #[test]
    fn gain_and_converter_are_in_the_loop() {
        let symbols = symbols(1024);
        let samples = synthetic::record(&symbols, SPS, 5.4, |t| {
            let pulse = |at: f64| RaisedCosine(0.4).at(t - at);
            0.01 * (pulse(0.0) + 0.2 * pulse(1.0) - 0.13 * pulse(-1.0) + 0.07 * pulse(2.0))
        });
        let mut digital = receiver(PhaseDetector::MuellerMuller);
        digital.vga = Some(Vga { target: Volts(0.6) });
        let taps = 15;
        let (spacing, adaptation) = (Spacing::Symbol, Adaptation::Mmse);
        digital.ffe = Some(Ffe { taps, cursor: 5, spacing, adaptation });
        let ideal = adapted(&digital, &symbols, &samples).unwrap();
        let power = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
        assert!((ideal.gain * (8.0 * power).sqrt() / 0.6 - 1.0).abs() < 1e-3);
        assert!(ideal.mse < 1e-5, "{}", ideal.mse);

        digital.adc = Some(Adc { bits: 6, full_scale: Volts(1.0) });
        let got = adapted(&digital, &symbols, &samples).unwrap();
        let step: f64 = 1.0 / 64.0;
        let noise = step * step / 12.0 * got.ffe.iter().map(|w| w * w).sum::<f64>();
        // 256 combinations of neighbors are few for uniform errors.
        assert!((got.mse / noise - 1.0).abs() < 0.3, "{} against {noise}", got.mse);
    }

    #[test]
    fn records_without_noise_leave_half_symbol_taps_undetermined_and_this_is_told() {
        let symbols = symbols(2048);
        let samples = synthetic::record(&symbols, SPS, 0.2, |t| RaisedCosine(0.1).at(t));
        let mut digital = receiver(PhaseDetector::BestEye);
        let ffe = Ffe {
            taps: 128,
            cursor: 64,
            spacing: Spacing::HalfSymbol,
            adaptation: Adaptation::Mmse,
        };
        digital.ffe = Some(ffe);
        let got = adapted(&digital, &symbols, &samples).unwrap();
        assert!(got.loading > 0.0 && got.mse < 1e-6, "{} {}", got.loading, got.mse);
    }

    #[test]
    fn what_is_adapted_decides_other_records_of_the_link() {
        let link = |symbols: &Symbols, record: u64| {
            let mut noise = Key::root(Seed(16)).indexed(record).stream();
            let mut samples = synthetic::record(symbols, SPS, 91.37, |t| {
                -0.1 * (RaisedCosine(0.4).at(t) + 0.5 * RaisedCosine(0.4).at(t - 1.2))
            });
            for x in &mut samples {
                *x += 0.02 + 0.002 * noise.sample();
            }
            samples
        };
        let payload =
            Symbols::random(Modulation::Pam4, 1024, Key::root(Seed(16)).named("payload")).unwrap();
        let training = symbols(1024);
        for spacing in [Spacing::Symbol, Spacing::HalfSymbol] {
            for adaptation in [Adaptation::Mmse, Adaptation::Lms { step: 0.005, passes: 20 }] {
                let mut digital = receiver(PhaseDetector::MuellerMuller);
                digital.vga = Some(Vga { target: Volts(0.5) });
                digital.adc = Some(Adc { bits: 8, full_scale: Volts(1.0) });
                digital.ffe = Some(Ffe { taps: 12, cursor: 4, spacing, adaptation });
                digital.dfe = Some(Dfe { taps: 1, limit: 0.7 });
                let adapted = adapted(&digital, &training, &link(&training, 0)).unwrap();
                assert!(adapted.inverted && adapted.ffe[4] < 0.0);
                assert!((adapted.offset - 0.02).abs() < 1e-3, "{}", adapted.offset);
                let resampler = Resampler::new(1024 * SPS, 1024 * adapted.samples_per_symbol);
                let spectrum = resampler.spectrum(&link(&payload, 1));
                let samples = resampler.sample(&spectrum, adapted.delay);
                let mut workspace = adapted.workspace(1024);
                decide(&digital, &adapted, &samples, None, &mut workspace);
                assert_eq!(workspace.decisions(), payload.values(), "{spacing:?} {adaptation:?}");
                let errors = workspace.inputs().iter().zip(payload.levels());
                let mse = errors.map(|(z, level)| (z - level).powi(2)).sum::<f64>() / 1024.0;
                assert!(mse < 1.3 * adapted.mse, "{mse} against {}", adapted.mse);
            }
        }
    }

    #[test]
    fn noise_gives_no_lock_and_bad_records_are_named() {
        let symbols = symbols(512);
        let mut stream = Key::root(Seed(15)).stream();
        let noise: Vec<f64> = (0..512 * SPS).map(|_| stream.sample()).collect();
        let digital = receiver(PhaseDetector::MuellerMuller);
        let message = |digital: &Digital, samples: &[f64]| {
            adapted(digital, &symbols, samples).unwrap_err().to_string()
        };
        assert!(message(&digital, &noise).starts_with("no lock: the correlation"));
        assert!(message(&digital, &noise[1..]).contains("4095 samples for 512 symbols of 8"));
        assert!(message(&digital, &[0.0; 512 * SPS]).contains("no signal"));
        assert!(message(&digital, &[f64::NAN; 512 * SPS]).contains("no signal"));
        assert!(adapt(&digital, &[], SPS).unwrap_err().to_string().contains("training records"));
        let long =
            Ffe { taps: 60, cursor: 3, spacing: Spacing::Symbol, adaptation: Adaptation::Mmse };
        let long = Digital { ffe: Some(long), ..digital };
        assert!(message(&long, &noise).contains("at least 600 in all"));
        let bad = Digital { dfe: Some(Dfe { taps: 1, limit: f64::NAN }), ..long };
        assert!(message(&bad, &noise).contains("`dfe.limit`"));
    }
}
