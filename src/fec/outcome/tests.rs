//! Outcomes of links whose errors are known.

use super::*;
use crate::fec::{BitErrors, ErrorRuns, Inner, InnerDecoder, Multiplexing, Outer};
use crate::kernel::gauss;
use crate::kernel::rng::{Key, Seed};
use crate::signal::{Modulation, Symbols};

const DR4: Scheme = Scheme {
    outer: Outer::Kp4,
    codewords_interleaved: 2,
    multiplexing: Multiplexing::Bit { streams: 4 },
    lanes: 4,
    inner: None,
};

fn evidence(counts: &CodewordCounts) -> Evidence<'_> {
    Evidence { counts, ber: None, bursts: None }
}

fn holds(counted: &Counted, value: f64) -> bool {
    counted.ci95[0] <= value && value <= counted.ci95[1]
}

/// Symbols of PAM4 through Gaussian noise, and their values at the slicer.
fn noisy(symbols: usize, ber: f64, key: Key) -> (Symbols, Vec<f64>, Symbols) {
    let sent = Symbols::random(Modulation::Pam4, symbols, key).unwrap();
    let sigma = 1.0 / (3.0 * gauss::q_inv(ber / 0.75));
    let mut noise = key.named("noise").stream();
    let values: Vec<f64> =
        sent.levels().iter().map(|level| level + sigma * noise.sample()).collect();
    let slice = |value: &f64| (1.5 * (value + 1.0)).round().clamp(0.0, 3.0) as u8;
    let decided = values.iter().map(slice).collect();
    (sent, values, Symbols::new(Modulation::Pam4, decided).unwrap())
}

/// 400 codewords at 1.6e-3, where one in 50 is lost. The estimate lies within the intervals of
/// what was counted, with seed 6.
#[test]
fn a_link_with_random_errors_is_what_theory_says() {
    let mut counter = DR4.counter().unwrap();
    for record in 0..200 * 4u64 {
        let (sent, _, decided) = noisy(1360, 1.6e-3, Key::root(Seed(6)).indexed(record));
        counter.add(&BitErrors::of(&sent, &decided));
    }
    let outcome = DR4.outcome(&evidence(counter.counts())).unwrap();
    assert!(holds(&outcome.pre_fec_ber, 1.6e-3));
    assert_eq!(outcome.codeword_error_ratio.decoded.of, 400);
    assert_eq!(outcome.beyond_correction.count, outcome.codeword_error_ratio.decoded.count);
    let all = [&outcome.codeword_error_ratio, &outcome.frame_loss_ratio, &outcome.post_fec_ber];
    for ratio in all {
        let random = ratio.from_random_errors.unwrap();
        assert!(holds(&ratio.decoded, random.value), "{random:?} for {:?}", ratio.decoded);
        assert!(ratio.from_bursts.is_none() && random.method.starts_with("binomial tail"));
    }
    assert_eq!(outcome.errors_per_codeword.len(), outcome.binomial.len());
    assert_eq!(outcome.errors_per_codeword.iter().sum::<u64>(), 400);
    for (&count, mean) in outcome.errors_per_codeword.iter().zip(&outcome.binomial) {
        assert!((count as f64 - mean).abs() < 4.0 * mean.sqrt() + 2.0, "{count} for {mean}");
    }
}

#[test]
fn no_errors_leave_intervals_and_no_estimate() {
    let mut counter = DR4.counter().unwrap();
    let clean = BitErrors::new(27_200, Vec::new()).unwrap();
    for _ in 0..8 {
        counter.add(&clean);
    }
    let outcome = DR4.outcome(&evidence(counter.counts())).unwrap();
    let ratio = &outcome.codeword_error_ratio;
    assert_eq!((ratio.decoded.value, ratio.decoded.count, ratio.decoded.of), (0.0, 0, 40));
    assert!(ratio.decoded.ci95[1] > 0.08 && ratio.from_random_errors.is_none());
    assert_eq!(outcome.errors_per_codeword.len(), 17);
    assert_eq!((outcome.errors_per_codeword[0], outcome.binomial[0]), (40, 40.0));

    // Another method's bit error ratio.
    let ber = Some(Estimate { value: 2.4e-4, method: "" });
    let more = Evidence { ber, ..evidence(counter.counts()) };
    let outcome = DR4.outcome(&more).unwrap();
    let near = |estimate: Option<Estimate>, want: f64| {
        assert!((estimate.unwrap().value / want - 1.0).abs() < 2e-3, "{estimate:?} for {want:e}");
    };
    near(outcome.codeword_error_ratio.from_random_errors, 8.152e-13);
    near(outcome.frame_loss_ratio.from_random_errors, 1.737e-12);
    near(outcome.post_fec_ber.from_random_errors, 2.412e-15);

    let wrong = Some(Estimate { value: f64::NAN, method: "" });
    assert!(DR4.outcome(&Evidence { ber: wrong, ..evidence(counter.counts()) }).is_err());

    let nothing = CodewordCounts::default();
    let outcome = DR4.outcome(&evidence(&nothing)).unwrap();
    assert_eq!(outcome.codeword_error_ratio.decoded.ci95, [0.0, 1.0]);
    assert!(outcome.post_fec_ber.decoded.ci95.iter().all(|end| end.is_finite()));
}

#[test]
fn bursts_are_told_apart_from_random_errors() {
    let runs = ErrorRuns { symbols: 50_000_000, counts: vec![1000, 500, 250, 125, 62, 31, 16, 16] };
    let bursts = Bursts::counted(Modulation::Pam4, &runs).unwrap();
    let record = BitErrors::new(5_440_000, (0..100).map(|n| 54_000 * n).collect()).unwrap();
    let mut counter = DR4.counter().unwrap();
    for _ in 0..DR4.lanes {
        counter.add(&record);
    }
    let known = Evidence { bursts: Some(&bursts), ..evidence(counter.counts()) };
    let outcome = DR4.outcome(&known).unwrap();
    let ratio = outcome.codeword_error_ratio;
    let want = bursts.codeword_error_ratio(&DR4.layout().unwrap());
    assert_eq!(ratio.from_bursts.unwrap().value.to_bits(), want.to_bits());
    assert!(want > ratio.from_random_errors.unwrap().value);
}

/// 240 codewords behind the inner code at 1.1e-2 on the line. Twelve codewords in turn make symbol
/// errors independent: their variance is that of the binomial, within three times its standard
/// deviation of 9 %.
#[test]
fn an_inner_code_leaves_independent_symbol_errors() {
    let scheme = Scheme {
        codewords_interleaved: 4,
        multiplexing: Multiplexing::Symbol,
        lanes: 1,
        inner: Some(Inner::Soft),
        ..DR4
    };
    let levels = [-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0];
    let decoder = InnerDecoder::new(Inner::Soft, &levels).unwrap();
    let mut counter = scheme.counter().unwrap();
    for record in 0..20 {
        let (sent, values, decided) = noisy(544 * 64, 1.1e-2, Key::root(Seed(9)).indexed(record));
        let after = decoder.errors(&sent, &values).unwrap();
        counter.add_decoded(&BitErrors::of(&sent, &decided), &after);
    }
    let outcome = scheme.outcome(&evidence(counter.counts())).unwrap();
    assert_eq!(outcome.codeword_error_ratio.decoded.of, 240);
    assert_eq!((outcome.pre_fec_ber.of, outcome.symbol_error_ratio.of), (20 * 69_632, 240 * 544));
    // Not a codeword of the inner code, and not quite Gaussian bits: 1 % and what was counted.
    assert!((outcome.pre_fec_ber.value / 1.1e-2 - 1.0).abs() < 0.03);
    let moment = |power: i32| -> f64 {
        let each = outcome.errors_per_codeword.iter().enumerate();
        each.map(|(k, &count)| (k as f64).powi(power) * count as f64).sum::<f64>() / 240.0
    };
    let (p, variance) = (moment(1) / 544.0, moment(2) - moment(1).powi(2));
    assert!((variance / (544.0 * p * (1.0 - p)) - 1.0).abs() < 0.27, "{variance}");
    let random = outcome.codeword_error_ratio.from_random_errors.unwrap();
    assert!(holds(&outcome.codeword_error_ratio.decoded, random.value), "{random:?}");
}
