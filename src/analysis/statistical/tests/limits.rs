//! Closed eyes, links without noise, wrong input.

use super::*;
use crate::kernel::gauss;

/// Interference of four times the signal: nothing wraps, and no probability is lost. With little
/// noise the sequences fill nearly all of the span.
#[test]
fn a_closed_eye_does_not_saturate() {
    let taps = [0.9, -0.8, 0.7, 0.6, 0.5, -0.3, 0.2];
    let sums = taps.iter().fold(vec![0.0], |sums: Vec<f64>, tap| {
        sums.iter().flat_map(|sum| [sum - tap, sum + tap]).collect()
    });
    for sigma in [0.05, 0.02, 0.012] {
        let cut = EyeCut::of(&link(Modulation::Nrz, &taps, sigma), 0).unwrap();
        let exact = |value: f64| {
            sums.iter().map(|sum| gauss::q((value - 1.0 - sum) / sigma)).sum::<f64>() / 128.0
        };
        for part in [-8.0, -3.0, 0.0, 2.0, 5.0, 8.0] {
            for center in [-3.0, -1.0, 1.0, 2.6, 5.0] {
                let value = center + part * sigma;
                close(cut.above(1, value), exact(value), 1e-7);
                close(cut.below(0, -value), exact(value), 1e-7);
            }
        }
    }
    let link = link(Modulation::Nrz, &taps, 0.05);
    let cut = EyeCut::of(&link, 0).unwrap();
    // A margin below 0 dB, far from that of a grid that ends at the signal.
    let interference = cut.exceeded(1, 1e-4) - 1.0;
    assert!(interference > 3.9, "{interference}");
    let eye = StatisticalEye::of(&link, 2048).unwrap();
    for density in &eye.density {
        assert!((density.sum() - 1.0).abs() < 1e-12);
        let middle = eye.row_edges();
        let mean: f64 = density.iter().zip(&middle).map(|(p, edge)| p * edge).sum();
        assert!(mean.abs() < 1.02);
    }
    assert!(eye.contours(1e-4).unwrap().eyes[0].edges[0].is_none());
    assert_eq!(eye.contours(1e-4).unwrap().eyes[0].width_ui, 0.0);
}

#[test]
fn no_noise_is_a_little_noise() {
    let mut quiet = link(Modulation::Pam4, &[0.1], 0.0);
    let ratios = EyeCut::of(&quiet, 0).unwrap().ratios();
    assert_eq!((ratios.ber, ratios.ser), (0.0, 0.0));
    quiet.noise = ByPhase::NONE;
    let eye = StatisticalEye::of(&quiet, 64).unwrap();
    assert_eq!(eye.ratios[0].ber, 0.0);
    assert!(eye.resolution < 3e-3 && eye.resolution > 0.0);
    // The opening is that of the worst sequence, 1/3 - 0.1 to either side, but for that noise.
    let height = eye.contours(1e-12).unwrap().eyes[1].height;
    let lost = 2.0 / 3.0 - 0.2 - height;
    assert!(lost > 0.0 && lost < 15.0 * eye.resolution, "{height}");
}

/// What is clipped and rounded is far below what is read.
#[test]
fn probabilities_are_between_zero_and_one_and_rise() {
    let link = link(Modulation::Pam4, &[0.3, -0.2, 0.01], 0.03);
    let eye = StatisticalEye::of(&link, 1024).unwrap();
    let cut = EyeCut::of(&link, 0).unwrap();
    for level in 0..4 {
        assert!(eye.density[level].iter().all(|p| (0.0..=1.0).contains(p)));
        assert!((eye.density[level].sum() - 1.0).abs() < 1e-12);
        let tails: Vec<f64> =
            (0..400).map(|n| cut.above(level, 0.01 * f64::from(n - 200))).collect();
        assert!(tails.is_sorted_by(|a, b| a >= b || a - b < 1e-15));
        for n in 0..400 {
            let value = 0.01 * f64::from(n - 200);
            let sum = cut.above(level, value) + cut.below(level, value);
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn wrong_input_is_an_error_that_names_it() {
    let good = link(Modulation::Pam4, &[0.1], 0.05);
    let check = |what: &str, change: &dyn Fn(&mut LinearLink)| {
        let mut wrong = good.clone();
        change(&mut wrong);
        let error = EyeCut::of(&wrong, 0).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert!(StatisticalEye::of(&wrong, 64).is_err());
    };
    let nan = f64::NAN;
    check("levels", &|link| link.levels.truncate(3));
    check("levels", &|link| link.levels[0] = nan);
    check("levels", &|link| link.levels.reverse());
    check("thresholds", &|link| link.thresholds.push(2.0));
    check("pulse.values", &|link| link.pulse.values[1] = f64::INFINITY);
    check("pulse.values", &|link| link.pulse.values.clear());
    check("pulse.values", &|link| link.pulse.values[0] = 0.0);
    check("pulse.cursor", &|link| link.pulse.cursor = 2);
    check("samples-per-symbol", &|link| link.pulse.samples_per_symbol = 0);
    check("feedback", &|link| link.feedback.push(nan));
    check("noise", &|link| link.noise.phases[0].push(vec![]));
    check("noise.sigma", &|link| link.noise.phases[0][0][0].sigma = -1.0);
    check("noise.weight", &|link| link.noise.phases[0][0][0].weight = 0.5);
    check("noise.weight", &|link| link.noise = ByPhase::same(vec![]));
    check("distortion", &|link| link.distortion = ByPhase::same(vec![nan]));
    check("distortion", &|link| link.distortion = ByPhase { phases: vec![vec![vec![]; 4]; 2] });
    check("jitter.random", &|link| link.jitter.random = nan);
    check("samples", &|link| link.jitter.random = 0.01);
    let aggressor = Aggressor {
        name: "next".into(),
        levels: vec![-1.0, 1.0],
        pulse: Pulse { values: vec![0.1, 0.2], cursor: 0, samples_per_symbol: 2 },
        phase: AggressorPhase::Random,
    };
    check("next", &|link| link.aggressors.push(aggressor.clone()));
    check("peak", &|link| link.pulse.values[1] = f64::MAX);
    assert!(EyeCut::of(&good, 1).is_err());
    assert!(StatisticalEye::of(&good, 0).is_err());
    let eye = StatisticalEye::of(&good, 64).unwrap();
    assert!(eye.contours(0.0).is_err() && eye.contours(nan).is_err());
}
