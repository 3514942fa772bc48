//! Tests of decisions against theory.

use super::*;
use crate::kernel::gauss;
use crate::kernel::rng::{Key, Seed, Stream};
use crate::signal::Symbols;
use crate::transceiver::adapt::form::{Form, Observed};
use crate::transceiver::adapt::settle;
use crate::transceiver::{
    Adc, Branches, Clock, Dfe, Ffe, Floating, Limits, Mlse, PhaseDetector, Pulse, Spacing, Target,
    Vga,
};
use crate::unit::Volts;

fn dfe(taps: usize, limit: f64) -> Dfe {
    Dfe { taps, limit: Limits::All(limit), lowest: None, floating: None }
}

fn receiver(dfe: Option<Dfe>) -> Digital {
    let clock = Clock::fixed(PhaseDetector::BestEye);
    Digital { clock, vga: None, adc: None, ffe: None, dfe, mlse: None }
}

/// One sample a symbol of the channel `1, h1` with white noise.
fn record(symbols: &Symbols, h1: f64, sigma: f64, noise: &mut Stream) -> Vec<f64> {
    let levels = symbols.levels();
    let mut samples = vec![0.0; levels.len()];
    fir::circular(&[1.0, h1], 0, 1, &levels, &mut samples);
    for x in &mut samples {
        *x += sigma * noise.sample();
    }
    samples
}

fn random(modulation: Modulation, count: usize, index: u64) -> Symbols {
    let key = Key::root(Seed(21)).named("symbols").indexed(index);
    Symbols::random(modulation, count, key).unwrap()
}

/// A receiver trained on the channel `1, h1` at its own phase, which no clock would choose:
/// with one sample a symbol a shift trades noise for interference.
fn trained(modulation: Modulation, digital: &Digital, h1: f64, sigma: f64) -> Adapted {
    let symbols = random(modulation, 1 << 14, 1000);
    let mut noise = Key::root(Seed(22)).named("training").stream();
    let mut samples = record(&symbols, h1, sigma, &mut noise);
    let power = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
    let gain = digital.vga.as_ref().map_or(1.0, |vga| vga.gain(power.sqrt()));
    digital.digitize(0.0, gain, &mut samples);
    let depth = Form::of(digital).feedback;
    let records = [Observed::new(samples, &symbols.levels(), depth)];
    let settled = settle(digital, modulation, &records, symbols.values()).unwrap();
    Adapted {
        modulation,
        samples_per_symbol: digital.samples_per_symbol(),
        delay: 0.0,
        inverted: false,
        correlation: 1.0,
        offset: 0.0,
        gain,
        power: settled.power,
        ffe: settled.taps.ffe,
        dfe: settled.taps.dfe,
        loading: settled.taps.loading,
        target: settled.target,
        detector: settled.detector,
        slicer: settled.slicer,
        mse: settled.mse,
        least_mse: settled.least_mse,
        convergence: settled.convergence,
        pulse: Pulse { values: vec![1.0, h1], cursor: 0, samples_per_symbol: 1 },
    }
}

#[test]
fn white_noise_makes_the_errors_of_theory() {
    // The Gray-mapped error ratio is 2 (L - 1) / (L log2 L) Q(sqrt(3 SNR / (L^2 - 1))).
    for (modulation, snr_db, records) in [
        (Modulation::Pam4, 14.0, 1),
        (Modulation::Pam4, 16.0, 2),
        (Modulation::Pam4, 18.0, 6),
        (Modulation::Nrz, 9.0, 2),
        (Modulation::Pam8, 21.0, 1),
    ] {
        let sigma = (modulation.mean_square() / 10f64.powf(snr_db / 10.0)).sqrt();
        let digital = receiver(None);
        let adapted = trained(modulation, &digital, 0.0, sigma);
        let mut workspace = adapted.workspace(1 << 17);
        let mut noise = Key::root(Seed(23)).named("payload").stream();
        let (mut errors, mut bits) = (0, 0);
        for index in 0..records {
            let sent = random(modulation, 1 << 17, index);
            let samples = record(&sent, 0.0, sigma, &mut noise);
            decide(&digital, &adapted, &samples, None, &mut workspace);
            let got = Symbols::new(modulation, workspace.decisions().to_vec()).unwrap();
            let (wrong, compared) = got.bit_errors(&sent);
            errors += wrong;
            bits += compared;
        }
        let levels = modulation.levels() as f64;
        let distance = 1.0 / (levels - 1.0) / sigma;
        let want = 2.0 * (levels - 1.0) / (levels * levels.log2()) * gauss::q(distance);
        let got = errors as f64 / bits as f64;
        let tolerance = 3.0 * (want / bits as f64).sqrt();
        assert!((got - want).abs() < tolerance, "{modulation} {snr_db} dB: {got} not {want}");
    }
}

/// What a decision-feedback receiver makes of `records` records of the channel `1, h1`, at a
/// symbol error ratio of 1.5e-3 without propagation.
struct Propagation {
    /// Errors after an error, over errors.
    continued: f64,
    /// Errors over those without propagation in the same noise.
    multiplier: f64,
    /// The same behind a decoder of precoded symbols.
    precoded: f64,
    /// Errors without propagation.
    base: f64,
}

fn propagation(modulation: Modulation, h1: f64, records: u64) -> Propagation {
    let symbols = 1 << 16;
    let levels = modulation.levels() as f64;
    let sigma = 1.0 / (levels - 1.0) / gauss::q_inv(1.5e-3 * levels / 2.0 / (levels - 1.0));
    let digital = receiver(Some(dfe(1, 1.1)));
    let adapted = trained(modulation, &digital, h1, sigma);
    let mut workspace = adapted.workspace(symbols);
    let mut noise = Key::root(Seed(24)).named("payload").stream();
    let (mut errors, mut after_error, mut base, mut decoded) = (0u32, 0u32, 0u32, 0u32);
    for index in 0..records {
        let data = random(modulation, symbols, index);
        let sent = data.precoded();
        let samples = record(&sent, h1, sigma, &mut noise);
        decide(&digital, &adapted, &samples, None, &mut workspace);
        let wrong = |n: usize| workspace.decisions()[n] != sent.values()[n];
        let true_levels = sent.levels();
        for n in 1..symbols {
            errors += u32::from(wrong(n));
            after_error += u32::from(wrong(n) && wrong(n - 1));
            let z = adapted.ffe[0] * samples[n] - adapted.dfe[0] * true_levels[n - 1];
            base += u32::from(adapted.slicer.decide(z) != sent.values()[n]);
        }
        let got = Symbols::new(modulation, workspace.decisions().to_vec()).unwrap();
        let got = got.without_precoding();
        decoded += got.values().iter().zip(data.values()).filter(|(a, b)| a != b).count() as u32;
    }
    let base = f64::from(base);
    Propagation {
        continued: f64::from(after_error) / f64::from(errors),
        multiplier: f64::from(errors) / base,
        precoded: f64::from(decoded) / base,
        base,
    }
}

/// A burst of geometric length with mean `m` has the variance `m (m - 1)`; the errors without
/// propagation in the same noise tell the number of bursts. 3 sigma of 2000 to 6000 bursts are
/// 1 to 3.4 % of the multiplier.
#[test]
fn feedback_errors_propagate_as_theory_says_and_precoding_ends_them() {
    for (modulation, h1, records, continued, multiplier) in [
        (Modulation::Pam4, 1.0, 64, 0.7485, 3.95),
        (Modulation::Pam4, 0.85, 32, 0.737, 3.78),
        (Modulation::Pam4, 0.5, 32, 0.377, 1.61),
        (Modulation::Nrz, 1.0, 24, 0.5, 2.0),
    ] {
        let got = propagation(modulation, h1, records);
        let case = format!("{modulation} {h1}: {} of {}", got.multiplier, got.base);
        // Continuations are trials of the errors' number, in bursts of that multiplier.
        let trials = got.base * multiplier;
        let spread: f64 = continued * (1.0 - continued) / trials;
        assert!((got.continued - continued).abs() < 3.0 * spread.sqrt() + 0.002, "{case}");
        let scatter = 3.0 * ((multiplier - 1.0) / multiplier / got.base).sqrt();
        assert!((got.multiplier / multiplier - 1.0).abs() < scatter + 0.005, "{case}");
        // Each burst leaves its two ends, or one that both share.
        assert!((got.precoded / 1.99 - 1.0).abs() < 0.02, "{} precoded, {case}", got.precoded);
    }
}

/// Both through all of the receiver, at the error of training: a slicer that feeds back, and the
/// detector of sequences on the target that the noise chooses. Without a feed-forward filter the
/// detector's target is the channel itself.
#[test]
fn sequences_are_detected_with_fewer_errors_than_feedback_makes() {
    let sigma = 1.0 / 3.0 / gauss::q_inv(4e-3 / 1.5);
    let fed_back = receiver(Some(dfe(1, 1.1)));
    let target = Target::Whitening { memory: 1 };
    let mlse = Mlse { target, traceback: 32, branches: Branches::Measured };
    let sequences = Digital { mlse: Some(mlse), ..receiver(None) };
    let sent = random(Modulation::Pam4, 1 << 17, 5);
    let mut noise = Key::root(Seed(27)).stream();
    let samples = record(&sent, 0.8, sigma, &mut noise);
    let wrong = |digital: &Digital| {
        let adapted = trained(Modulation::Pam4, digital, 0.8, sigma);
        let mut workspace = adapted.workspace(1 << 17);
        decide(digital, &adapted, &samples, None, &mut workspace);
        let errors =
            workspace.decisions().iter().zip(sent.values()).filter(|(a, b)| a != b).count();
        (errors, adapted, workspace)
    };
    let (many, ..) = wrong(&fed_back);
    let (few, adapted, mut workspace) = wrong(&sequences);
    // The gain of least error is short of 1 by what noise there is, and the target with it.
    assert!((adapted.target[1] / adapted.ffe[0] - 0.8).abs() < 0.01, "{:?}", adapted.target);
    assert!(adapted.dfe.is_empty());
    // 524 errors without propagation, 3.6 times as many with it. The union bound of the detector is
    // 262, in some 100 events; 3 sigma of those are a third.
    assert!(many > 1500 && (120..300).contains(&few), "{many} and {few}");
    let spread = |z: &[f64]| {
        let errors = z.iter().zip(sent.levels()).map(|(z, level)| (z - level).powi(2));
        errors.sum::<f64>() / f64::from(1 << 17)
    };
    assert!((spread(workspace.cleared()) / adapted.mse - 1.0).abs() < 0.1);
    assert!(spread(workspace.inputs()) > 0.6 * 5.0 / 9.0);
    // A known start changes nothing here, and neither does what the workspace held.
    let decisions = workspace.decisions().to_vec();
    let cleared = workspace.cleared().to_vec();
    decide(&sequences, &adapted, &samples, Some(sent.values()), &mut workspace);
    assert_eq!(workspace.decisions(), decisions);
    assert_eq!(workspace.cleared(), cleared);
}

#[test]
fn floating_feedback_takes_a_late_reflection() {
    let reflection = |symbols: &Symbols, noise: &mut Stream| {
        let levels = symbols.levels();
        let mut samples = record(symbols, 0.3, 0.03, noise);
        let len = levels.len();
        for (n, x) in samples.iter_mut().enumerate() {
            *x += 0.2 * levels[(n + len - 21) % len];
        }
        samples
    };
    let floating = Floating { groups: 1, taps_per_group: 3, span: 30, limit: 0.3 };
    let digital = receiver(Some(Dfe { floating: Some(floating), ..dfe(1, 0.5) }));
    let symbols = random(Modulation::Pam4, 1 << 13, 1000);
    let mut noise = Key::root(Seed(28)).stream();
    let samples = reflection(&symbols, &mut noise);
    let records = [Observed::new(samples, &symbols.levels(), Form::of(&digital).feedback)];
    let settled = settle(&digital, Modulation::Pam4, &records, symbols.values()).unwrap();
    let adapted = Adapted {
        ffe: settled.taps.ffe,
        dfe: settled.taps.dfe,
        slicer: settled.slicer,
        ..trained(Modulation::Pam4, &receiver(None), 0.3, 0.03)
    };
    assert!((adapted.dfe[20] - 0.2).abs() < 0.01 && adapted.dfe.len() <= 23, "{:?}", adapted.dfe);
    let sent = random(Modulation::Pam4, 1 << 13, 6);
    let samples = reflection(&sent, &mut noise);
    let mut workspace = adapted.workspace(1 << 13);
    decide(&digital, &adapted, &samples, None, &mut workspace);
    assert_eq!(workspace.decisions(), sent.values());
}

#[test]
fn a_record_starts_as_its_end_leaves_it() {
    let digital = receiver(Some(dfe(2, 2.0)));
    let adapted = trained(Modulation::Pam4, &digital, 1.0, 0.02);
    let symbols = random(Modulation::Pam4, 300, 0);
    let mut noise = Key::root(Seed(25)).stream();
    let samples = record(&symbols, 1.0, 0.02, &mut noise);
    let mut workspace = adapted.workspace(300);
    decide(&digital, &adapted, &samples, None, &mut workspace);
    assert_eq!(workspace.decisions(), symbols.values());
    let inputs = workspace.inputs().to_vec();
    let known = &symbols.values()[200..];
    decide(&digital, &adapted, &samples, Some(known), &mut workspace);
    assert_eq!(workspace.inputs(), inputs);
    // Told something wrong, it errs at once.
    let wrong: Vec<u8> = known.iter().map(|symbol| 3 - symbol).collect();
    decide(&digital, &adapted, &samples, Some(&wrong), &mut workspace);
    assert_ne!(workspace.inputs(), inputs);
}

#[test]
fn lms_follows_each_record_from_the_trained_taps() {
    let mut digital = receiver(Some(dfe(1, 0.5)));
    digital.vga = Some(Vga { target: Volts(0.6) });
    digital.adc = Some(Adc::ideal(8, Volts(1.0)));
    digital.ffe = Some(Ffe {
        taps: 7,
        cursor: 3,
        spacing: Spacing::Symbol,
        adaptation: Adaptation::Lms { step: 0.002, passes: 2 },
        limits: None,
        floating: None,
    });
    let sigma = 0.03;
    let adapted = trained(Modulation::Pam4, &digital, 0.4, sigma);
    // What is left is the link's noise and 2 % of that for the converter's.
    let floor = 1.02 * sigma * sigma;
    assert!(adapted.mse < 1.1 * floor, "{} against {floor}", adapted.mse);
    let symbols = random(Modulation::Pam4, 1 << 14, 3);
    let mut noise = Key::root(Seed(26)).stream();
    // The payload's gain has drifted by 10 %, which decisions follow and frozen taps do not.
    let samples: Vec<f64> =
        record(&symbols, 0.4, sigma, &mut noise).iter().map(|x| 0.9 * x).collect();
    let error = |workspace: &Workspace| {
        let late = workspace.inputs().iter().zip(symbols.levels()).skip(1 << 13);
        late.map(|(z, level)| (z - level).powi(2)).sum::<f64>() / f64::from(1 << 13)
    };
    let mut workspace = adapted.workspace(1 << 14);
    decide(&digital, &adapted, &samples, None, &mut workspace);
    let followed = error(&workspace);
    let first = workspace.inputs().to_vec();
    decide(&digital, &adapted, &samples, None, &mut workspace);
    assert_eq!(workspace.inputs(), first, "a record depends on no other");

    let frozen_ffe = Ffe { adaptation: Adaptation::Mmse, ..digital.ffe.clone().unwrap() };
    let frozen = Digital { ffe: Some(frozen_ffe), ..digital };
    decide(&frozen, &adapted, &samples, None, &mut workspace);
    assert!(followed < 1.15 * adapted.mse, "{followed} against {}", adapted.mse);
    assert!(error(&workspace) > 3.0 * followed);
}
