//! Error ratios against every sequence of symbols.

use super::*;
use crate::analysis::theory;
use crate::kernel::gauss;

/// Equally likely sums of values times each of some factors.
fn sums(values: &[f64], factors: &[f64]) -> Vec<f64> {
    factors.iter().fold(vec![0.0], |sums, factor| {
        sums.iter().flat_map(|sum| values.iter().map(move |value| sum + factor * value)).collect()
    })
}

/// The symbol error ratio where each of equally likely shifts is added to levels and noise.
fn error_ratio(link: &LinearLink, shifts: &[f64], noise: &[Gaussian]) -> f64 {
    let tail = |distance: f64| -> f64 {
        noise.iter().map(|part| part.weight * gauss::q(distance / part.sigma)).sum()
    };
    let levels = link.levels.iter().enumerate();
    let of = |shift: &f64| -> f64 {
        levels
            .clone()
            .map(|(at, level)| {
                let above = link.thresholds.get(at).map(|top| tail(top - level - shift));
                let below = at.checked_sub(1).map(|at| tail(level + shift - link.thresholds[at]));
                above.unwrap_or(0.0) + below.unwrap_or(0.0)
            })
            .sum()
    };
    shifts.iter().map(of).sum::<f64>() / (shifts.len() * link.levels.len()) as f64
}

fn ser(link: &LinearLink) -> f64 {
    EyeCut::of(link, 0).unwrap().ratios().ser
}

#[test]
fn noise_alone_is_theory_down_to_1e_18() {
    for modulation in [Modulation::Nrz, Modulation::Pam4, Modulation::Pam8] {
        for exponent in [3, 6, 9, 12, 15, 18] {
            let snr_db = theory::required_snr_db(modulation, 10f64.powi(-exponent));
            let sigma = (modulation.mean_square() / 10f64.powf(0.1 * snr_db)).sqrt();
            let found = EyeCut::of(&link(modulation, &[], sigma), 0).unwrap().ratios();
            close(found.ber, 10f64.powi(-exponent), 1e-7);
            close(found.ser, found.ber * modulation.bits_per_symbol(), 1e-7);
            close(found.thresholds.iter().sum(), found.ber, 1e-7);
        }
    }
}

#[test]
fn published_pam4_error_ratios() {
    for (snr_db, ber) in [(16.0, 1.7912e-3), (18.0, 1.4318e-4), (20.0, 2.9041e-6)] {
        let sigma = (5.0 / 9.0 * 10f64.powf(-0.1 * snr_db)).sqrt();
        close(EyeCut::of(&link(Modulation::Pam4, &[], sigma), 0).unwrap().ratios().ber, ber, 2e-5);
    }
}

#[test]
fn interference_is_every_sequence() {
    let taps = [0.11, -0.07, 0.03, 0.013, 0.006];
    for sigma in [0.08, 0.03, 0.0135, 0.009] {
        let mut link = link(Modulation::Pam4, &taps, sigma);
        close(ser(&link), error_ratio(&link, &sums(&link.levels, &taps), &noise(&link)), 1e-7);
        // With levels and thresholds that are not equally spaced.
        link.levels = vec![-1.0, -0.31, 0.35, 0.98];
        link.thresholds = vec![-0.66, 0.03, 0.65];
        close(ser(&link), error_ratio(&link, &sums(&link.levels, &taps), &noise(&link)), 1e-7);
    }
}

/// 4e-15 to 2e-22, where the farthest of 4096 sequences decide.
#[test]
fn deep_tails_keep_their_digits() {
    for sigma in [0.0182, 0.0166, 0.0145] {
        let taps = [0.08, -0.05, 0.03, 0.02, 0.015, 0.01];
        let link = link(Modulation::Pam4, &taps, sigma);
        let exact = error_ratio(&link, &sums(&link.levels, &taps), &noise(&link));
        assert!(exact < 1e-14 && exact > 1e-22, "{exact:e}");
        close(ser(&link), exact, 1e-7);
    }
}

fn noise(link: &LinearLink) -> Vec<Gaussian> {
    link.noise.phases[0][0].clone()
}

#[test]
fn noise_may_be_a_mixture() {
    let taps = [0.1];
    let mut link = link(Modulation::Nrz, &taps, 0.05);
    let part = |weight, sigma| Gaussian { weight, sigma };
    let parts = vec![part(0.9, 0.05), part(0.099, 0.1), part(0.001, 0.2), part(0.0, 9.0)];
    link.noise = ByPhase::same(parts.clone());
    close(ser(&link), error_ratio(&link, &sums(&link.levels, &taps), &parts), 1e-7);
}

/// Fifteen small taps counted by their cumulants, in a link whose error ratio is 1e-12.
#[test]
fn small_taps_are_not_lost() {
    let small: Vec<f64> = (0..15).map(|n| 0.0063 * (1.0 - 0.05 * f64::from(n))).collect();
    let taps = [&[0.06], &small[..]].concat();
    let link = |taps: &[f64]| link(Modulation::Nrz, taps, 0.131);
    let whole = link(&taps);
    let exact = error_ratio(&whole, &sums(&whole.levels, &taps), &noise(&whole));
    assert!(exact < 2e-12 && exact / ser(&link(&taps[..1])) > 1.1, "{exact:e}");
    close(ser(&whole), exact, 1e-5);
}

#[test]
fn feedback_takes_away_postcursors() {
    let mut with = link(Modulation::Pam4, &[0.4, 0.1, 0.02], 0.04);
    with.feedback = vec![0.4, 0.05];
    close(ser(&with), ser(&link(Modulation::Pam4, &[0.0, 0.05, 0.02], 0.04)), 1e-9);
    // Also where the pulse has none.
    let mut beyond = link(Modulation::Pam4, &[], 0.05);
    beyond.feedback = vec![0.0, 0.1];
    close(ser(&beyond), ser(&link(Modulation::Pam4, &[0.0, -0.1], 0.05)), 1e-9);
}

#[test]
fn distortion_shifts_each_level_by_its_own() {
    let sigma = 0.05;
    let mut link = link(Modulation::Nrz, &[], sigma);
    let samples: Vec<f64> = (0..400).map(|n| 1e-3 * f64::from(n % 20) * f64::from(n % 7)).collect();
    link.distortion = ByPhase { phases: vec![vec![vec![], samples.clone()]] };
    let cut = EyeCut::of(&link, 0).unwrap();
    for at in [0.6, 0.7, 0.9, 1.1] {
        let exact: f64 =
            samples.iter().map(|x| gauss::q((1.0 + x - at) / sigma)).sum::<f64>() / 400.0;
        close(cut.below(1, at), exact, 4e-3);
        close(cut.below(0, at - 2.0), gauss::q((1.0 - at) / sigma), 1e-7);
    }
}

/// 93A.1.7 on a toy channel: the interference and noise that one symbol in 1e4 exceeds, from every
/// sequence of six taps, against that of the engine.
#[test]
fn channel_operating_margin_is_that_of_every_sequence() {
    let taps = [0.05, -0.04, 0.03, 0.02, -0.015, 0.01];
    let (sigma, der) = (0.03, 1e-4);
    let link = link(Modulation::Pam4, &taps, sigma);
    let shifts = sums(&link.levels, &taps);
    let above = |y: f64| {
        shifts.iter().map(|shift| gauss::q((y - shift) / sigma)).sum::<f64>() / shifts.len() as f64
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        *(if above(middle) > der { &mut low } else { &mut high }) = middle;
    }
    let cut = EyeCut::of(&link, 0).unwrap();
    let signal = 1.0 / 3.0;
    for noise in [cut.exceeded(3, der) - 1.0, -1.0 - cut.fallen_below(0, der)] {
        let margin_db = 20.0 * (signal / noise).log10();
        assert!((margin_db - 20.0 * (signal / low).log10()).abs() < 1e-6, "{margin_db} dB");
    }
}

#[test]
fn pam6_counts_the_bits_of_its_pairs() {
    let link = link(Modulation::Pam6, &[0.02], 0.05);
    let ratios = EyeCut::of(&link, 0).unwrap().ratios();
    let bits = ratios.ber * 2.5 / ratios.ser;
    assert!((1.0..1.25).contains(&bits), "{bits} bits an error");
}
