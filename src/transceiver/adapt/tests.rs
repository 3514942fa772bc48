//! Tests of training on records of synthetic links.

use super::*;
use crate::kernel::rng::{Key, Seed};
use crate::transceiver::synthetic::{self, RaisedCosine, asymmetric};
use crate::transceiver::{Adc, Clock, Dfe, Ffe, Limits, PhaseDetector, Spacing, Vga, decide};
use crate::unit::Volts;

const SPS: usize = 8;

fn receiver(phase: PhaseDetector) -> Digital {
    Digital { clock: Clock::fixed(phase), vga: None, adc: None, ffe: None, dfe: None, mlse: None }
}

fn ffe(taps: usize, cursor: usize, spacing: Spacing) -> Ffe {
    let adaptation = Adaptation::Mmse;
    Ffe { taps, cursor, spacing, adaptation, limits: None, floating: None }
}

fn dfe(limit: f64) -> Dfe {
    Dfe { taps: 1, limit: Limits::All(limit), lowest: None, floating: None }
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
            assert!((got.delay - delay).abs() < 0.01, "{phase:?}: {} is not {delay}", got.delay);
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
    let sensitivity = |spacing: Spacing, taps: usize| {
        let form = Form::of(&Digital {
            ffe: Some(ffe(taps, taps / 2, spacing)),
            ..receiver(PhaseDetector::BestEye)
        });
        let resampler = Resampler::new(2048 * SPS, 2048 * form.spacing);
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
    let (symbol, half) = (sensitivity(Spacing::Symbol, 21), sensitivity(Spacing::HalfSymbol, 42));
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
    digital.ffe = Some(ffe(15, 5, Spacing::Symbol));
    let ideal = adapted(&digital, &symbols, &samples).unwrap();
    let power = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
    assert!((ideal.gain * (8.0 * power).sqrt() / 0.6 - 1.0).abs() < 1e-3);
    assert!(ideal.mse < 1e-5, "{}", ideal.mse);

    digital.adc = Some(Adc::ideal(6, Volts(1.0)));
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
    digital.ffe = Some(ffe(128, 64, Spacing::HalfSymbol));
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
        for adaptation in [
            Adaptation::Mmse,
            Adaptation::Lms { step: 0.005, passes: 20 },
            Adaptation::SignSignLms { step: 2e-4, passes: 60 },
        ] {
            let mut digital = receiver(PhaseDetector::MuellerMuller);
            digital.vga = Some(Vga { target: Volts(0.5) });
            digital.adc = Some(Adc::ideal(8, Volts(1.0)));
            digital.ffe = Some(Ffe { adaptation: adaptation.clone(), ..ffe(12, 4, spacing) });
            digital.dfe = Some(dfe(0.7));
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
    let long = Digital { ffe: Some(ffe(60, 3, Spacing::Symbol)), ..digital };
    assert!(message(&long, &noise).contains("at least 600 in all"));
    let bad = Digital { dfe: Some(dfe(f64::NAN)), ..long };
    assert!(message(&bad, &noise).contains("`dfe.limit`"));
}
