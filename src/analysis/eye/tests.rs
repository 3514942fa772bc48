//! Waveforms whose eyes have a closed form.

use super::*;
use crate::kernel::gauss;
use crate::kernel::rng::{Key, Seed};
use crate::signal::Modulation::{self, Nrz, Pam4};

const SAMPLES: usize = 16;

fn random(modulation: Modulation, symbols: usize, seed: u64) -> Symbols {
    Symbols::random(modulation, symbols, Key::root(Seed(seed))).unwrap()
}

/// Levels that turn into each other along half a cosine, symbol 0 at `delay` samples.
fn smooth(sent: &Symbols, delay: f64) -> Vec<f64> {
    let levels = sent.levels();
    (0..SAMPLES * levels.len())
        .map(|n| {
            let time = (n as f64 - delay) / SAMPLES as f64;
            let symbol = time.floor() as isize;
            let level = |n: isize| levels[n.rem_euclid(levels.len() as isize) as usize];
            let part = (0.5 * std::f64::consts::PI * time.fract().rem_euclid(1.0)).sin().powi(2);
            level(symbol) * (1.0 - part) + level(symbol + 1) * part
        })
        .collect()
}

/// Each symbol a plateau, with white noise on every sample.
fn noisy(sent: &Symbols, sigma: f64, seed: u64) -> Vec<f64> {
    let mut noise = Key::root(Seed(seed)).named("noise").stream();
    let plateaus = sent.levels().into_iter().flat_map(|level| [level; 4]);
    plateaus.map(|level| level + sigma * noise.sample()).collect()
}

fn measured(samples: &[f64], sent: &Symbols, delay: f64, unit: EyeUnit) -> Eye {
    let samples_per_symbol = samples.len() / sent.len();
    let record = EyeRecord { samples, samples_per_symbol, sent, delay };
    Eye::of(&EyeSettings::new(unit), &record).unwrap()
}

/// A cluster reaches the threshold where a full transition to the far level has gone the way to it:
/// `sin^2(pi t / 2)` is 1/6 in the outer eyes and 1/4 in the middle one.
#[test]
fn cosine_edges_have_the_width_of_their_formula() {
    let sent = random(Pam4, 2048, 1);
    for delay in [0.0, 5.3, -40.75] {
        let eye = measured(&smooth(&sent, delay), &sent, delay, EyeUnit::Volts);
        let width = |part: f64| 4.0 / std::f64::consts::PI * part.sqrt().asin();
        let expected = [(-2.0 / 3.0, 1.0 / 6.0), (0.0, 0.25), (2.0 / 3.0, 1.0 / 6.0)];
        for (eye, (threshold, part)) in eye.eyes.iter().zip(expected) {
            assert!((eye.height - 2.0 / 3.0).abs() < 2e-3, "{eye:?}");
            assert!((eye.threshold - threshold).abs() < 1e-3, "{eye:?}");
            assert!((eye.width_ui - width(part)).abs() < 4e-3, "{eye:?} for {}", width(part));
        }
        assert!(eye.levels.iter().all(|level| level.sigma < 1e-3));
        assert!((eye.rlm - 1.0).abs() < 1e-3);
        assert_eq!((eye.oma, eye.er_db, eye.outside), (None, None, 0));
        // Every column holds every symbol, and the decision instant only the four levels.
        assert!(eye.density.columns().into_iter().all(|column| column.sum() == 2048));
        assert!(eye.density.column(250).iter().filter(|&&count| count > 0).count() <= 8);
        assert_eq!(eye.density.column(17), eye.density.column(267));
    }
}

/// The quantile of 8192 symbols has a standard error of 0.042 sigma at 1e-2; two make 0.06.
#[test]
fn gaussian_noise_closes_an_eye_by_its_quantiles() {
    let sent = random(Nrz, 1 << 14, 2);
    let samples = noisy(&sent, 0.2, 2);
    let record = EyeRecord { samples: &samples, samples_per_symbol: 4, sent: &sent, delay: 2.0 };
    let settings = EyeSettings { quantile: 1e-2, ..EyeSettings::new(EyeUnit::Volts) };
    let eye = Eye::of(&settings, &record).unwrap();
    let expected = 2.0 - 2.0 * gauss::q_inv(1e-2) * 0.2;
    assert!((eye.eyes[0].height - expected).abs() < 0.2 * 0.2, "{:?} {expected}", eye.eyes);
    for (level, mean) in eye.levels.iter().zip([-1.0, 1.0]) {
        assert!((level.mean - mean).abs() < 4.0 * 0.2 / 8192f64.sqrt());
        assert!((level.sigma / 0.2 - 1.0).abs() < 4.0 / 16384f64.sqrt());
    }
}

#[test]
fn levels_of_optical_power_give_its_ratios() {
    let power = [0.5e-3, 1.1e-3, 1.5e-3, 2e-3];
    let sent = random(Pam4, 1024, 3);
    let samples: Vec<f64> =
        sent.values().iter().flat_map(|&value| [power[usize::from(value)]; 8]).collect();
    let eye = measured(&samples, &sent, 4.0, EyeUnit::Watts);
    let near = |got: Option<f64>, want: f64| (got.unwrap() / want - 1.0).abs() < 1e-12;
    assert!(near(eye.oma, 1.5e-3) && near(eye.oma_dbm, 10.0 * 1.5f64.log10()));
    assert!(near(eye.er, 4.0) && near(eye.er_db, 10.0 * 4f64.log10()));
    // The level 1.1 mW is 0.15 of 0.25 mW below the middle, 1.5 mW as much above it as it should.
    assert!((eye.rlm - 0.6).abs() < 1e-12);
    assert!((eye.mean - samples.iter().sum::<f64>() / 8192.0).abs() < 1e-15);
    let inverted: Vec<f64> = samples.iter().map(|power| power - 1e-3).collect();
    let eye = measured(&inverted, &sent, 4.0, EyeUnit::Watts);
    assert_eq!((eye.er, eye.er_db), (None, None));
}

#[test]
fn a_closed_eye_is_zero_and_nothing_is_nan() {
    let sent = random(Pam4, 512, 4);
    for samples in [vec![0.0; 512], vec![-3.0; 512 * 3], noisy(&sent, 3.0, 4)] {
        let eye = measured(&samples, &sent, 0.0, EyeUnit::Watts);
        for opening in &eye.eyes {
            assert_eq!((opening.height, opening.width_ui), (0.0, 0.0));
            assert!(opening.threshold.is_finite());
        }
        assert!(eye.levels.iter().all(|level| level.mean.is_finite() && level.sigma.is_finite()));
        assert!(eye.rlm.is_finite() && eye.mean.is_finite());
        let optional = [eye.oma, eye.oma_dbm, eye.er, eye.er_db];
        assert!(optional.iter().flatten().all(|value| value.is_finite()));
    }
}

#[test]
fn merging_in_order_changes_no_bit() {
    let sent: Vec<Symbols> = (0..4).map(|seed| random(Pam4, 500, seed)).collect();
    let samples: Vec<Vec<f64>> = (0..4).map(|n| noisy(&sent[n], 0.1, n as u64)).collect();
    let record = |n: usize| EyeRecord {
        samples: &samples[n],
        samples_per_symbol: 4,
        sent: &sent[n],
        delay: 1.5 + 0.1 * n as f64,
    };
    let first = EyeAccumulator::new(&EyeSettings::new(EyeUnit::Volts), &record(0)).unwrap();
    let (mut whole, mut merged) = (first.clone(), first.clone());
    for n in 1..4 {
        whole.add(&record(n)).unwrap();
        let mut one = first.empty();
        one.add(&record(n)).unwrap();
        merged.merge(&one);
    }
    let eye = whole.measure().unwrap();
    assert_eq!(eye, merged.measure().unwrap());
    assert_eq!(eye.symbols, 2000);
    assert_eq!(
        eye.density.iter().map(|&count| u64::from(count)).sum::<u64>(),
        2 * (500_000 - eye.outside)
    );
}

#[test]
fn values_beyond_the_first_record_are_counted() {
    let sent = random(Nrz, 256, 5);
    let samples = noisy(&sent, 0.01, 5);
    let record = EyeRecord { samples: &samples, samples_per_symbol: 4, sent: &sent, delay: 1.0 };
    let mut eye = EyeAccumulator::new(&EyeSettings::new(EyeUnit::Volts), &record).unwrap();
    let large: Vec<f64> = samples.iter().map(|x| 4.0 * x).collect();
    eye.add(&EyeRecord { samples: &large, ..record }).unwrap();
    let eye = eye.measure().unwrap();
    assert!(eye.outside > 200 * 250 && eye.outside <= 256 * 250, "{}", eye.outside);
    assert!(eye.eyes[0].height > 1.9);
}

#[test]
fn records_that_do_not_fit_are_refused() {
    let sent = random(Nrz, 64, 6);
    let samples = noisy(&sent, 0.01, 6);
    let record = EyeRecord { samples: &samples, samples_per_symbol: 4, sent: &sent, delay: 1.0 };
    let settings = EyeSettings::new(EyeUnit::Volts);
    let refused = |settings: EyeSettings, record| EyeAccumulator::new(&settings, &record).is_err();
    assert!(refused(EyeSettings { columns: 501, ..settings }, record));
    assert!(refused(EyeSettings { quantile: f64::NAN, ..settings }, record));
    assert!(refused(settings, EyeRecord { samples_per_symbol: 5, ..record }));
    assert!(refused(settings, EyeRecord { delay: f64::NAN, ..record }));
    let ones = Symbols::new(Nrz, vec![1; 64]).unwrap();
    let error = Eye::of(&settings, &EyeRecord { sent: &ones, ..record }).unwrap_err();
    assert!(error.to_string().contains("level 0"));
}

#[cfg(feature = "config")]
#[test]
fn an_eye_is_written_without_its_density() {
    let sent = random(Nrz, 64, 7);
    let eye = measured(&noisy(&sent, 0.01, 7), &sent, 2.0, EyeUnit::Amperes);
    let json = serde_json::to_value(&eye).unwrap();
    assert_eq!(json["unit"], "A");
    assert!(json.get("density").is_none() && json["er_db"].is_null());
    assert!(json["eyes"][0]["width_ui"].is_f64() && json["levels"][1]["sigma"].is_f64());
}
