//! Electrical metrics of made-up captures with known answers.

use super::*;
use crate::kernel::rng::{Key, Seed};
use crate::signal::{Capture, Modulation, Symbols};
use crate::unit::Literals;

const EACH: usize = 16;

/// Raised-cosine edges a unit interval wide about the instants that `shift` moves them to.
fn capture(symbols: &Symbols, periods: usize, shift: impl Fn(usize) -> f64) -> Capture {
    let levels = symbols.levels();
    let count = levels.len() * periods;
    let level = |n: usize| levels[n % levels.len()];
    let mut samples = Vec::with_capacity(count * EACH);
    for n in 0..count {
        for i in 0..EACH {
            // The edge ahead of a symbol is over half a unit interval into it.
            let time = (i as f64 + 0.5) / EACH as f64;
            let (from, to, edge) = if time < 0.5 {
                (level(n + count - 1), level(n), time - shift(n))
            } else {
                (level(n), level(n + 1), time - 1.0 - shift((n + 1) % count))
            };
            let share =
                (0.5 + 0.5 * (std::f64::consts::PI * edge.clamp(-0.5, 0.5)).sin()).clamp(0.0, 1.0);
            samples.push(0.3 * (from + share * (to - from)));
        }
    }
    Capture {
        samples,
        samples_per_symbol: EACH,
        symbol_rate: 53.125.gbaud(),
        symbols: Some(symbols.clone()),
        pattern: None,
    }
}

fn noisy(mut capture: Capture, sigma: f64) -> Capture {
    let mut normals = Key::root(Seed(8)).named("noise").stream();
    capture.samples.iter_mut().for_each(|x| *x += sigma * normals.sample());
    capture
}

#[test]
fn an_eye_without_interference_is_as_high_as_its_levels_are_apart() {
    let symbols = Symbols::prbs(Modulation::Pam4, 9, 511).unwrap();
    let eye = CapturedEye::measure(&capture(&symbols, 1, |_| 0.0), None, 1e-3, 0.0).unwrap();
    for (height, vec) in eye.heights.iter().zip(&eye.vec_db) {
        assert!((height - 0.2).abs() < 1e-3, "{height}");
        assert!(vec.unwrap() < 0.05);
    }
    assert!((eye.rlm - 1.0).abs() < 1e-6 && eye.width_ui() > 0.3 && eye.width_ui() < 1.0);

    // Noise takes its quantile from either side: 1e-5 is 4.265 deviations.
    let sigma = 0.01;
    let eye = CapturedEye::measure(&capture(&symbols, 1, |_| 0.0), None, 1e-5, sigma).unwrap();
    assert!((eye.height() - (0.2 - 2.0 * 4.2649 * sigma)).abs() < 1e-3, "{}", eye.height());
    let closed = CapturedEye::measure(&capture(&symbols, 1, |_| 0.0), None, 1e-5, 0.03).unwrap();
    assert!(closed.height() == 0.0 && closed.width_ui() == 0.0 && closed.vec_db[0].is_none());
    assert!(CapturedEye::measure(&capture(&symbols, 1, |_| 0.0), None, 0.0, 0.0).is_err());
}

/// Some 25 runs of three symbols, in 8 periods: 175 degrees of freedom know a deviation to 5.4 %;
/// three times that, in decibels.
#[test]
fn sndr_is_the_peak_over_noise() {
    let symbols = Symbols::prbs(Modulation::Pam4, 9, 511).unwrap();
    let sigma = 0.003;
    let fit = LinearFit::measure(&noisy(capture(&symbols, 8, |_| 0.0), sigma), None).unwrap();
    assert!((fit.peak - 0.3).abs() < 0.003, "{}", fit.peak);
    assert!((fit.sigma_n / sigma - 1.0).abs() < 0.16, "{}", fit.sigma_n);
    let expected = 20.0 * (0.3f64 / sigma).log10();
    assert!((fit.sndr_db - expected).abs() < 1.5, "{} is not {expected}", fit.sndr_db);
    assert_eq!(fit.pulse.len(), 33 * fit.samples_per_symbol);
}

/// 8 periods of about 380 edges: 3000 deviations, whose rms is known to 1.4 %; three times that.
#[test]
fn random_jitter_is_found_as_it_was_made() {
    let symbols = Symbols::prbs(Modulation::Nrz, 9, 511).unwrap();
    let mut normals = Key::root(Seed(3)).named("jitter").stream();
    let shifts: Vec<f64> = (0..8 * 511).map(|_| 0.02 * normals.sample()).collect();
    let jitter = OutputJitter::measure(&capture(&symbols, 8, |n| shifts[n]), None).unwrap();
    assert!((jitter.rms_ui / 0.02 - 1.0).abs() < 0.06, "{jitter:?}");
    // All but 1e-3 of normals are within 2 times 3.29 deviations; 2000 edges know that to 8 %.
    assert!((jitter.j3u_ui / 0.02 / 6.58 - 1.0).abs() < 0.2, "{jitter:?}");
    assert!(jitter.j4u_ui >= jitter.j3u_ui);
    assert!(jitter.even_odd_ui.unwrap() < 0.004, "{jitter:?}");
}

#[test]
fn even_odd_jitter_is_told_from_the_pattern() {
    let symbols = Symbols::prbs(Modulation::Pam4, 7, 127).unwrap();
    let shifted = capture(&symbols, 4, |n| if n % 2 == 0 { 0.015 } else { -0.015 });
    let jitter = OutputJitter::measure(&shifted, None).unwrap();
    assert!((jitter.even_odd_ui.unwrap() - 0.03).abs() < 0.003, "{jitter:?}");
    let one = OutputJitter::measure(&capture(&symbols, 1, |_| 0.0), None).unwrap_err();
    assert!(one.to_string().contains("differs between periods"), "{one}");
}
