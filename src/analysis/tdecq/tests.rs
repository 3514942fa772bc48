//! Closures with known answers.

use super::*;
use crate::signal::{Modulation, Pattern, Symbols};
use crate::unit::Literals;

const EACH: usize = 16;

fn capture(symbols: &Symbols, samples: Vec<f64>) -> Capture {
    Capture {
        samples,
        samples_per_symbol: EACH,
        symbol_rate: 53.125.gbaud(),
        symbols: Some(symbols.clone()),
        pattern: None,
    }
}

/// Rectangular pulses of 1 mW average and 1 mW amplitude, each symbol's level changed by `level`.
fn rectangular(symbols: &Symbols, level: impl Fn(f64) -> f64) -> Capture {
    let samples = symbols.levels().iter().flat_map(|&x| [1e-3 + 0.5e-3 * level(x); EACH]).collect();
    capture(symbols, samples)
}

fn pam4() -> Symbols {
    Symbols::prbs(Modulation::Pam4, 11, 2047).unwrap()
}

fn bare() -> Tdecq {
    Tdecq { taps: 1, bandwidth_ratio: None, ..Tdecq::five_taps() }
}

/// An ideal eye is the reference: what is left is that PRBS11Q has a symbol fewer of one level.
#[test]
fn an_ideal_eye_has_no_closure() {
    for error_ratio in [4.8e-4, 4.0e-4, 1e-6] {
        let tdecq = Tdecq { symbol_error_ratio: error_ratio, ..bare() };
        let report = tdecq.measure(&rectangular(&pam4(), |x| x)).unwrap();
        assert!(report.tdecq_db.abs() < 0.01, "{}", report.tdecq_db);
        assert!((report.oma_w - 1e-3).abs() < 1e-9 && (report.rlm - 1.0).abs() < 1e-9);
        assert!((report.er_db.unwrap() - 10.0 * 3f64.log10()).abs() < 1e-6);
        assert!(report.ceq_db.abs() < 1e-12);
    }
    let nrz = Symbols::prbs(Modulation::Nrz, 11, 2047).unwrap();
    let tdec = Tdecq { bandwidth_ratio: None, ..Tdecq::tdec() };
    let report = tdec.measure(&rectangular(&nrz, |x| x)).unwrap();
    assert!(report.tdecq_db.abs() < 0.01, "{}", report.tdecq_db);
    // Q(3.8906) = 5e-5, and half the amplitude is 3.8906 deviations.
    assert!((report.sigma_g / (0.5e-3 / 3.890_592) - 1.0).abs() < 2e-3);
}

/// Inner levels at `x` of the outer ones: the closure is the solution of the definition's own sum.
#[test]
fn unequal_levels_close_the_eye_as_the_definition_says() {
    let squeezed = |x: f64| if x.abs() < 0.5 { 0.8 * x } else { x };
    let report = bare().measure(&rectangular(&pam4(), squeezed)).unwrap();
    // Levels at -3, -0.8, 0.8, 3 and thresholds at -2, 0, 2 sixths of the amplitude.
    let errors = |sigma: f64| {
        let q = |x: f64| gauss::q(x.abs() / sigma);
        [-3.0, -0.8, 0.8, 3.0]
            .iter()
            .map(|level| 0.25 * (q(level + 2.0) + q(*level) + q(level - 2.0)))
            .sum::<f64>()
    };
    let (mut low, mut high) = (0.05, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if errors(middle) < 4.8e-4 { low = middle } else { high = middle }
    }
    let expected = 10.0 * (1.0 / (3.4141 * low)).log10();
    assert!((report.tdecq_db - expected).abs() < 0.01, "{} {expected}", report.tdecq_db);
    assert!((report.rlm - 0.8).abs() < 1e-6);
}

/// Behind a transmitter of a third of the symbol rate and with a main tap that is not the best one,
/// the closure has several valleys along the phase. No stated phase may do better than the search,
/// but for what the smooth maximum and the last step of the phase leave.
#[test]
fn no_stated_phase_beats_the_search() {
    let slow = |pole: f64| {
        let mut state = 0.0;
        let decay = (-pole / EACH as f64).exp();
        let samples = pam4().levels().repeat(2).into_iter().flat_map(|level| [level; EACH]);
        let mut pass = |x: f64| {
            state = x + (state - x) * decay;
            1e-3 + 0.5e-3 * state
        };
        let all: Vec<f64> = samples.map(&mut pass).collect();
        capture(&pam4(), all[all.len() / 2..].to_vec())
    };
    for (pole, taps, main) in [(1.2, 5, 1), (1.2, 9, 1), (1.0, 5, 2)] {
        let capture = slow(pole);
        let tdecq = Tdecq { taps, main_tap: Some(main), ..Tdecq::five_taps() };
        let best = tdecq.measure(&capture).unwrap();
        for step in -7..=7 {
            let phase = Phase::At(best.phase_ui + 0.05 * f64::from(step));
            let stated = Tdecq { phase, ..tdecq.clone() }.measure(&capture).unwrap().tdecq_db;
            assert!(best.tdecq_db < stated + 0.02, "{taps}/{main}: {} {stated}", best.tdecq_db);
        }
    }
}

/// One post-cursor of a quarter, undone to the first order: two taps cannot do better than their
/// own search finds, and more taps never do worse.
#[test]
fn more_taps_never_close_the_eye() {
    let symbols = pam4();
    let levels = symbols.levels();
    let samples = (0..levels.len())
        .flat_map(|n| {
            let before = levels[(n + levels.len() - 1) % levels.len()];
            [1e-3 + 0.4e-3 * levels[n] + 0.1e-3 * before; EACH]
        })
        .collect();
    let capture = capture(&symbols, samples);
    let mut last = f64::INFINITY;
    for taps in [2, 3, 5, 9] {
        let tdecq = Tdecq { taps, main_tap: Some(1), ..bare() };
        let report = tdecq.measure(&capture).unwrap();
        assert!(report.tdecq_db < last + 1e-3, "{taps} taps: {}", report.tdecq_db);
        assert!((report.taps.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        last = report.tdecq_db;
    }
    // The inverse of 0.8 + 0.2 z^-1 has the taps 1.25, -0.3125, 0.078, ...: nine of them leave
    // nothing, and the noise gain of the inverse.
    assert!((last - 10.0 * (1.25f64 / (1.0 - 0.0625f64).sqrt()).log10()).abs() < 0.08, "{last}");
}

#[test]
fn limits_and_thresholds_hold_what_they_say() {
    let symbols = pam4();
    let received = Tdecq { main_tap: Some(2), ..Tdecq::five_taps() };
    let source = rectangular(&symbols, |x| x - 0.1 * x.powi(3));
    let free = received.measure(&source).unwrap();
    let limits = TapLimits {
        main: [0.8, 2.5],
        first: [-0.01, 0.05],
        second: [-0.1, 0.2],
        others: [-0.1, 0.1],
        imbalance: 0.25,
    };
    let tight = Tdecq { limits: Some(limits), ..received.clone() };
    let held = tight.measure(&source).unwrap();
    assert!(held.tdecq_db > free.tdecq_db, "{} {}", held.tdecq_db, free.tdecq_db);
    for tap in [held.taps[0], held.taps[2]] {
        assert!(tap > -0.01 - 1e-5, "{:?}", held.taps);
    }
    let moved = Tdecq { threshold_adjustment: 0.01, ..received.clone() };
    let moved = moved.measure(&source).unwrap();
    assert!(moved.tdecq_db < free.tdecq_db - 0.01, "{} {}", moved.tdecq_db, free.tdecq_db);
    for (a, b) in moved.thresholds.iter().zip(&free.thresholds) {
        assert!((a - b).abs() <= 0.01 * free.oma_w * (1.0 + 1e-9));
    }
    // Noise of the scope adds to what the transmitter stands.
    let scope = Tdecq { scope_noise: free.sigma_g, ..received };
    let scope = scope.measure(&source).unwrap();
    assert!((free.tdecq_db - scope.tdecq_db - 5.0 * 2f64.log10()).abs() < 1e-9);
}

#[test]
fn parts_add_up_and_name_their_cause() {
    let symbols = pam4();
    let clean = rectangular(&symbols, |x| x);
    let bent = rectangular(&symbols, |x| x - 0.1 * x.powi(3));
    let tdecq = Tdecq { main_tap: Some(2), ..Tdecq::five_taps() };
    let parts = PartialTdecq::measure(&tdecq, &bent, Some(&clean)).unwrap();
    let sum = parts.receiver_db + parts.bandwidth_db + parts.linearity_db + parts.noise_db;
    assert!((sum + parts.dispersion_db.unwrap() - parts.total.tdecq_db).abs() < 1e-9);
    for part in [parts.bandwidth_db, parts.linearity_db, parts.noise_db] {
        assert!(part.abs() < 0.02, "{parts:?}");
    }
    let parts = PartialTdecq::measure(&tdecq, &bent, None).unwrap();
    assert!(parts.linearity_db > 0.1 && parts.noise_db.abs() < 0.05, "{parts:?}");
}

#[test]
fn edges_and_overshoot_are_those_of_the_waveform() {
    let symbols = Symbols::prbs(Modulation::Pam4, 13, 8191).unwrap();
    let metrics = OpticalMetrics::measure(&rectangular(&symbols, |x| x), Some(0.5), 0.0).unwrap();
    // The step response of the fourth-order Bessel-Thomson filter, by its poles: 0.2362 / f3.
    let transition = metrics.transition_s().unwrap() * 0.5 * 53.125e9;
    assert!((transition - 0.2362).abs() < 0.003, "{transition}");
    assert!(metrics.overshoot.abs() < 0.02 && metrics.undershoot.abs() < 0.02);
    assert!((metrics.oma_w - 1e-3).abs() < 1e-5 && metrics.noise_rms.is_none());
    let none = OpticalMetrics::measure(&rectangular(&symbols, |x| x), Some(0.0), 0.0).unwrap_err();
    assert!(none.to_string().contains("bandwidth-ratio"), "{none}");
}

#[test]
fn impossible_settings_are_refused() {
    let source = rectangular(&pam4(), |x| x);
    let wrong = [
        ("taps", Tdecq { taps: 0, ..bare() }),
        ("main-tap", Tdecq { main_tap: Some(2), ..bare() }),
        ("bandwidth-ratio", Tdecq { bandwidth_ratio: Some(f64::NAN), ..bare() }),
        ("symbol-error-ratio", Tdecq { symbol_error_ratio: 0.5, ..bare() }),
        ("scope-noise", Tdecq { scope_noise: -1.0, ..bare() }),
        ("taps-per-symbol", Tdecq { taps_per_symbol: 3, ..bare() }),
    ];
    for (name, tdecq) in wrong {
        let error = tdecq.measure(&source).unwrap_err();
        assert!(error.is_parameter() && error.to_string().contains(name), "{error}");
    }
    let noise = Capture { symbols: None, ..source.clone() };
    let other = noise.with_pattern(Pattern::Prbs(9), Modulation::Pam4).unwrap();
    assert!(bare().measure(&other).unwrap_err().is_data());
}
