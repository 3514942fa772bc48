//! Bursts against their table, and against errors drawn one by one.

use super::*;
use crate::fec::{BitErrors, CodewordCounter, Outer};
use crate::kernel::rng::{Key, Seed};
use crate::signal::Symbols;

#[track_caller]
fn near(got: f64, want: f64, tolerance: f64) {
    assert!((got / want - 1.0).abs() < tolerance, "{got:e} for {want:e}");
}

fn kp4(codewords: usize) -> Layout {
    Layout::new(Outer::Kp4, codewords, 1, 1).unwrap()
}

fn feedback(start: f64, a: f64) -> Bursts {
    Bursts::new(Modulation::Pam4, start, vec![a]).unwrap()
}

/// Transfer-matrix results for a feedback tap that continues a burst with probability `a`.
#[test]
fn bursts_have_their_table() {
    let rows = [
        (0.5, 1, [5.63e-14, 1.46e-11, 6.74e-11]),
        (0.5, 2, [7.2e-21, 1.0e-16, 1.3e-15]),
        (0.5, 4, [4.7e-22, 2.3e-17, 3.8e-16]),
        (0.75, 1, [2.4e-9, 2.6e-8, 5.2e-8]),
        (0.75, 2, [1.2e-15, 1.2e-13, 4.9e-13]),
        (0.75, 4, [4.0e-23, 3.7e-19, 4.6e-18]),
    ];
    for (a, codewords, ratios) in rows {
        for (ber, want) in [1e-4, 2e-4, 2.4e-4].into_iter().zip(ratios) {
            let bursts = feedback(0.0, a).at_bit_error_ratio(ber).unwrap();
            near(bursts.bit_error_ratio(), ber, 1e-12);
            // The table has two digits, of which the second is worth up to 4 %.
            near(bursts.codeword_error_ratio(&kp4(codewords)), want, 0.04);
        }
    }
}

/// The same chain in other words (powers of two by two matrices), to five digits.
#[test]
fn bursts_have_the_digits_of_an_independent_computation() {
    let check = |a, codewords, ber, want| {
        let bursts = feedback(0.0, a).at_bit_error_ratio(ber).unwrap();
        near(bursts.codeword_error_ratio(&kp4(codewords)), want, 5e-4);
    };
    check(0.5, 1, 2e-4, 1.461e-11);
    check(0.5, 2, 2e-4, 1.005e-16);
    check(0.5, 4, 2e-4, 2.289e-17);
    check(0.75, 1, 2e-4, 2.567e-8);
    check(0.75, 2, 2e-4, 1.246e-13);
    check(0.75, 4, 2e-4, 3.728e-19);
}

#[test]
fn thresholds_move_with_the_length_of_bursts() {
    let rows = [
        (0.5, 1, 2.00e-4),
        (0.5, 2, 4.66e-4),
        (0.5, 4, 4.86e-4),
        (0.75, 1, 8.6e-6),
        (0.75, 2, 3.67e-4),
        (0.75, 4, 7.0e-4),
    ];
    for (a, codewords, want) in rows {
        let target = analytic::LINK_CODEWORD_ERROR_RATIO;
        let ber = feedback(0.0, a).ber_at_codeword_error_ratio(&kp4(codewords), target).unwrap();
        near(ber, want, 5e-3);
    }
}

#[test]
fn precoding_helps_long_bursts_and_hurts_short_ones() {
    let rows = [(0.75, 4.58e-7, 3.35e-9), (0.5, 1.46e-11, 2.17e-10), (0.25, 1.9e-14, 2.5e-11)];
    for (a, plain, precoded) in rows {
        let bursts = feedback(2e-4, a);
        near(bursts.codeword_error_ratio(&kp4(1)), plain, 0.02);
        let bursts = bursts.precoded();
        near(bursts.bit_error_ratio(), 2e-4, 2e-3);
        near(bursts.codeword_error_ratio(&kp4(1)), precoded, 0.02);
    }
}

#[test]
fn without_bursts_errors_are_random() {
    for (codewords, streams, lanes) in [(1, 1, 1), (4, 1, 4), (2, 4, 4), (1, 4, 1), (4, 4, 8)] {
        let layout = Layout::new(Outer::Kp4, codewords, streams, lanes).unwrap();
        let bursts = Bursts::new(Modulation::Nrz, 2e-4, vec![2e-4]).unwrap();
        let errors = bursts.errors_per_codeword(&layout);
        near(errors.iter().sum(), 1.0, 1e-12);
        let random = analytic::errors_per_codeword(Outer::Kp4, analytic::symbol_error_ratio(2e-4));
        for (got, want) in errors.iter().zip(&random).take(40) {
            near(*got, *want, 1e-9);
        }
        near(bursts.post_fec_ber(&layout), analytic::post_fec_ber(Outer::Kp4, 2e-4), 1e-9);
    }
}

/// Bits of a burst go to several symbols at once.
#[test]
fn bit_multiplexing_spreads_bursts_over_symbols() {
    let ratio = |streams| {
        let layout = Layout::new(Outer::Kp4, 1, streams, 1).unwrap();
        feedback(0.0, 0.5).at_bit_error_ratio(2e-4).unwrap().codeword_error_ratio(&layout)
    };
    assert!(ratio(2) > 2.0 * ratio(1) && ratio(4) > 2.0 * ratio(1));
}

/// 800 codewords of each layout, drawn as symbols and counted as a link is, at error ratios where
/// codewords have several errors: the share of each number of errors lies within four standard
/// deviations of what the chain says.
#[test]
fn the_chain_predicts_what_is_counted() {
    let layouts = [(1, 1, 1), (2, 1, 1), (1, 4, 1), (2, 4, 4), (4, 1, 2)];
    for (index, (codewords, streams, lanes)) in layouts.into_iter().enumerate() {
        for precoded in [false, true] {
            let layout = Layout::new(Outer::Kp4, codewords, streams, lanes).unwrap();
            let bursts = Bursts::new(Modulation::Pam4, 5e-4, vec![0.5, 0.8]).unwrap();
            let bursts = if precoded { bursts.precoded() } else { bursts };
            let key = Key::root(Seed(5)).indexed(index as u64).indexed(u64::from(precoded));
            let counts = draw(&bursts, &layout, 800 / codewords, key);
            let expected = bursts.errors_per_codeword(&layout);
            let total: u64 = counts.iter().sum();
            for (k, (&count, p)) in counts.iter().zip(&expected).enumerate() {
                let mean = p * total as f64;
                // Codewords of one group share bursts, which makes their counts vary more.
                let sigma = (mean * codewords as f64).sqrt();
                let far = (count as f64 - mean).abs();
                assert!(far < 4.0 * sigma + 2.0, "{layout:?}, {k} errors: {count} for {mean:.1}");
            }
        }
    }
}

/// Symbol errors per codeword of `groups` groups whose errors are drawn from the chain.
fn draw(bursts: &Bursts, layout: &Layout, groups: usize, key: Key) -> Vec<u64> {
    let mut counter = CodewordCounter::new(*layout);
    let mut stream = key.stream();
    let (mut state, mut sign) = (0, 1);
    for _ in 0..groups * layout.lanes() {
        let (mut line, mut got) = (Vec::new(), Vec::new());
        for _ in 0..layout.segment_bits() / 2 {
            let on = if state == 0 { bursts.start } else { bursts.continuation[state - 1] };
            let mut pair = [stream.below(4) as u8; 2];
            if stream.uniform() >= on {
                state = 0;
            } else if bursts.precoded {
                // Modulo 4, with signs that alternate along a run.
                sign = if state == 0 { 1 + 2 * stream.below(2) as u8 } else { 4 - sign };
                pair[1] = (pair[0] + sign) % 4;
                state = (state + 1).min(bursts.continuation.len());
            } else {
                // Either way across any threshold.
                let (threshold, up) = (stream.below(3) as u8, stream.below(2) as u8);
                pair = [threshold + up, threshold + 1 - up];
                state = (state + 1).min(bursts.continuation.len());
            }
            line.push(pair[0]);
            got.push(pair[1]);
        }
        let [sent, got] = [line, got].map(|values| {
            let symbols = Symbols::new(Modulation::Pam4, values).unwrap();
            if bursts.precoded { symbols.without_precoding() } else { symbols }
        });
        counter.add(&BitErrors::of(&sent, &got));
    }
    counter.counts().errors_per_codeword.clone()
}

#[test]
fn counted_runs_give_back_the_chain_that_made_them() {
    // 100,000 runs of a chain that goes on with 0.6 once and with 0.3 from then on.
    let mut counts = vec![40_000u64];
    let mut left = 60_000.0;
    for _ in 0..8 {
        counts.push((0.7 * left) as u64);
        left *= 0.3;
    }
    let wrong: u64 = (1..).zip(&counts).map(|(l, c)| l * c).sum();
    let runs = ErrorRuns { symbols: 200_000_000 + wrong, counts };
    let bursts = Bursts::counted(Modulation::Pam4, &runs).unwrap();
    near(bursts.start, runs.runs() as f64 / 2e8, 1e-12);
    near(bursts.continuation[0], 0.6, 1e-3);
    near(bursts.continuation[1], 0.3, 1e-3);
    assert!(bursts.continuation.len() < 9);
    near(bursts.symbol_error_ratio(), wrong as f64 / runs.symbols as f64, 1e-3);

    let none = ErrorRuns { symbols: 1000, counts: Vec::new() };
    let bursts = Bursts::counted(Modulation::Pam4, &none).unwrap();
    assert_eq!((bursts.bit_error_ratio(), bursts.codeword_error_ratio(&kp4(1))), (0.0, 0.0));
    assert!(Bursts::counted(Modulation::Pam4, &ErrorRuns::default()).is_err());
}

#[test]
fn probabilities_that_are_none_are_refused() {
    assert!(Bursts::new(Modulation::Pam4, f64::NAN, vec![0.5]).is_err());
    assert!(Bursts::new(Modulation::Pam4, 0.1, vec![]).is_err());
    assert!(Bursts::new(Modulation::Pam4, 0.1, vec![1.0]).is_err());
    assert!(Bursts::new(Modulation::Pam8, 0.1, vec![0.5]).is_err());
    assert!(feedback(0.1, 0.5).at_bit_error_ratio(0.5).is_err());
}

#[test]
fn bursts_of_given_lengths_have_their_mean_however_long() {
    // Shares of a feedback that goes on with probability 0.7, the last one of all that is longer.
    let mut lengths: Vec<f64> = (0..32).map(|l| 0.3 * f64::powi(0.7, l)).collect();
    lengths[31] = f64::powi(0.7, 31);
    let bursts = Bursts::of_lengths(Modulation::Pam4, 1e-5, &lengths).unwrap();
    assert!((bursts.mean_length() - 1.0 / 0.3).abs() < 2e-3, "{}", bursts.mean_length());
    let short = Bursts::of_lengths(Modulation::Pam4, 1e-5, &[0.9, 0.1]).unwrap();
    assert!((short.mean_length() - 1.1).abs() < 1e-12);
}
