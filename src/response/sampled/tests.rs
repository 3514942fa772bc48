//! Sampled data against lines whose truth is known, and data that must be refused.

use super::*;
use crate::response::com::{ComLine, ComPackage};
use crate::response::dielectric::{Conductor, Dielectric};
use crate::response::line::Line;

fn device(hz: f64) -> TwoPort {
    let dielectric = Dielectric::new(3.5, 0.005, 10e9).unwrap();
    let line = Line::new(92.0, dielectric, Conductor::from_loss(92.0, 15.0, 26e9, 5.0)).unwrap();
    let package = ComPackage {
        die: vec![(120e-15, 120e-12)],
        bump: 30e-15,
        line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
        pieces: vec![(12.0, 87.5), (1.8, 92.5)],
        board: 87e-15,
    };
    package.at(hz).cascade(&line.section(hz, 0.25, 100.0))
}

fn sampled(first: usize, step: f64, last: f64) -> SampledTwoPort {
    let frequency: Vec<f64> =
        (first..).map(|k| k as f64 * step).take_while(|&f| f <= last).collect();
    let points = frequency.iter().map(|&f| device(f)).collect();
    SampledTwoPort::new(frequency, points).unwrap()
}

fn distance(a: &TwoPort, b: &TwoPort) -> f64 {
    [a.s11 - b.s11, a.s12 - b.s12, a.s21 - b.s21, a.s22 - b.s22]
        .iter()
        .map(|value| value.norm())
        .fold(0.0, f64::max)
}

#[test]
fn points_are_met_and_the_space_between_is_close() {
    let data = sampled(0, 10e6, 60e9);
    for k in [1, 7, 2656, 5999, 6000] {
        let hz = k as f64 * 10e6;
        assert!(distance(&data.at(hz), &device(hz)) < 1e-12, "{hz}");
    }
    for hz in [104.9e6, 1.005e9, 26.5625e9, 53.1251e9] {
        let (found, exact) = (data.at(hz), device(hz));
        assert!((found.s21 - exact.s21).norm() < 1e-4, "{hz}");
        assert!(distance(&found, &exact) < 2e-3, "{hz}");
    }
}

#[test]
fn uneven_points_are_found() {
    let frequency: Vec<f64> = (0..60).map(|k| 1e6 * 1.2f64.powi(k)).collect();
    let points = frequency.iter().map(|&f| device(f)).collect();
    let data = SampledTwoPort::new(frequency.clone(), points).unwrap();
    for &hz in &frequency {
        assert!(distance(&data.at(hz), &device(hz)) < 1e-12, "{hz}");
    }
    assert!(data.at(0.5e6).s21.is_finite());
}

#[test]
fn dc_is_real_and_near_the_truth() {
    for first in [0, 5, 20] {
        let dc = sampled(first, 10e6, 60e9).at(0.0);
        assert!(dc.s21.im == 0.0 && dc.s11.im == 0.0);
        assert!((dc.s21 - device(0.0).s21).norm() < 0.01, "{first}: {dc:?}");
        assert!(dc.max_singular_value() <= 1.0);
    }
}

#[test]
fn a_negative_transmission_stays_negative_at_dc() {
    let frequency: Vec<f64> = (5..500).map(|k| k as f64 * 10e6).collect();
    let points = frequency.iter().map(|&f| device(f).scaled(Complex64::from(-1.0))).collect();
    let data = SampledTwoPort::new(frequency, points).unwrap();
    assert!(data.at(0.0).s21.re < -0.9);
}

#[test]
fn nothing_between_or_beyond_the_points_has_gain() {
    let data = sampled(3, 20e6, 40e9);
    let mut last = data.at(40e9).s21.norm();
    for k in 0..40_000 {
        let hz = f64::from(k) * 3.3e6;
        let point = data.at(hz);
        assert!(point.max_singular_value() <= 1.0 + 1e-12, "{hz}");
        if hz > 40e9 {
            assert!(point.s21.norm() < last + 1e-15, "{hz}");
            last = point.s21.norm();
        }
    }
    let seam = distance(&data.at(40e9 - 1.0), &data.at(40e9 + 1.0));
    assert!(seam < 1e-6, "{seam:e}");
    assert_eq!(data.at(-7e9).s21, data.at(7e9).s21.conj());
}

#[test]
fn data_that_cannot_carry_the_rate_is_refused_with_the_reason() {
    let cases = [
        (sampled(0, 10e6, 20e9), "data up to 26.562500 GHz is needed, but it ends at 20 GHz"),
        (sampled(10, 100e6, 60e9), "but it starts at 1 GHz"),
        (sampled(0, 2e9, 60e9), "20 points"),
        (sampled(0, 300e6, 60e9), "is too coarse"),
    ];
    for (data, expected) in cases {
        let error = data.check(53.125e9).unwrap_err();
        assert!(error.is_unsupported() && error.to_string().contains(expected), "{error}");
    }
    assert!(sampled(0, 10e6, 60e9).check(53.125e9).unwrap().is_empty());
    let notes = sampled(5, 10e6, 40e9).check(53.125e9).unwrap();
    assert!(notes[0].contains("ends at 40 GHz") && notes[1].contains("starts at 0.050000"));
    assert!(sampled(0, 10e6, 60e9).check(f64::NAN).unwrap_err().is_parameter());
}

#[test]
fn impossible_data_is_refused() {
    let point = TwoPort::through(100.0);
    let nan = TwoPort { s12: Complex64::from(f64::NAN), ..point };
    let other = TwoPort::through(50.0);
    let cases = [
        (vec![1.0], vec![point]),
        (vec![1.0, 2.0, 3.0], vec![point; 2]),
        (vec![2.0, 1.0], vec![point; 2]),
        (vec![1.0, 2.0], vec![point, nan]),
        (vec![1.0, 2.0], vec![point, other]),
    ];
    for (frequency, s) in cases {
        assert!(SampledTwoPort::new(frequency, s).is_err());
    }
    let silent = TwoPort { s12: Complex64::ZERO, s21: Complex64::ZERO, ..point };
    let data = SampledTwoPort::new(vec![1.0, 2.0], vec![silent; 2]).unwrap();
    assert!(data.at(1.5).s21.norm() == 0.0 && data.at(99.0).s11.norm() == 0.0);
}
