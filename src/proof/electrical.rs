//! Closed forms of filters, equalizers, lines and packages.

use std::f64::consts::TAU;

use super::Claim;
use super::row::{Form, Within};
use crate::Result;
use crate::response::Ctle;
use crate::response::com::{ComLine, ComPackage};
use crate::response::filter::{LowPass, com_receiver};
use crate::unit::{Decibels, Literals};

const FILTERS: &str = "filters";
const LINES: &str = "lines and packages";

const PROTOTYPE: &str = "the filter's polynomial";
const SHEET: &str = "IEEE 802.3ck, Annex 93A forms";

pub(super) fn claims() -> Vec<Claim> {
    vec![Claim::forms(FILTERS, filters()), Claim::forms(LINES, lines())]
}

fn db(magnitude: f64) -> f64 {
    20.0 * magnitude.log10()
}

/// Integral of a power gain, by the midpoint rule; these tails fall as x^-8.
fn noise_bandwidth(power: impl Fn(f64) -> f64) -> f64 {
    let step = 1e-3;
    (0..40_000).map(|k| power((f64::from(k) + 0.5) * step)).sum::<f64>() * step
}

/// The continuous-time equalizer of 802.3ck KR at 26.5625 GHz, in decibels.
fn ctle(dc_db: f64, low_db: f64, hz: f64) -> f64 {
    let ctle = Ctle {
        dc_gain: Decibels(dc_db),
        low_frequency_gain: Decibels(low_db),
        zero: 21.25.ghz(),
        pole1: 21.25.ghz(),
        pole2: 53.125.ghz(),
        low_frequency_pole: 0.6640625.ghz(),
    };
    db(ctle.at(hz).norm())
}

fn filters() -> Vec<Form> {
    let form = |what, expected, most: f64, unit, source, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Absolute(most),
        unit,
        source,
        got,
    };
    vec![
        form("Bessel-Thomson 4, noise bandwidth", 1.04637, 1e-5, "f_3dB", PROTOTYPE, || {
            let filter = LowPass::bessel_thomson(4)?;
            Ok(noise_bandwidth(|x| filter.at(x).norm_sqr()))
        }),
        form("Bessel-Thomson 4 at twice its corner", -13.405, 1e-3, "dB", PROTOTYPE, || {
            Ok(db(LowPass::bessel_thomson(4)?.at(2.0).norm()))
        }),
        form("Bessel-Thomson 4, delay", 0.33644, 1e-5, "/f_3dB", PROTOTYPE, || {
            let filter = LowPass::bessel_thomson(4)?;
            let step = 1e-4;
            Ok(-(filter.at(step).arg() - filter.at(-step).arg()) / (2.0 * TAU * step))
        }),
        form("COM receiver filter at its corner", -3.0103, 1e-4, "dB", SHEET, || {
            Ok(db(com_receiver(1.0).norm()))
        }),
        form("COM receiver filter, noise bandwidth", 1.02617, 1e-5, "f_r", PROTOTYPE, || {
            Ok(noise_bandwidth(|x| com_receiver(x).norm_sqr()))
        }),
        form("CTLE of 802.3ck KR, -10/-2 dB, at DC", -12.0, 1e-9, "dB", SHEET, || {
            Ok(ctle(-10.0, -2.0, 0.0))
        }),
        form("CTLE of 802.3ck KR, -10/-2 dB, at f_b/2", -2.849, 1e-3, "dB", SHEET, || {
            Ok(ctle(-10.0, -2.0, 26.5625e9))
        }),
        form("CTLE of 802.3ck KR, -20/-6 dB, at f_b/2", -3.092, 1e-3, "dB", SHEET, || {
            Ok(ctle(-20.0, -6.0, 26.5625e9))
        }),
    ]
}

/// Loss of an inch of a board of 100 ohm, in decibels.
fn inch(line: &ComLine, hz: f64) -> f64 {
    -db(line.section(hz, 25.4, 100.0).s21.norm())
}

/// Transmission of a package of 802.3ck, in decibels.
fn ck(length_mm: f64) -> f64 {
    let package = ComPackage {
        die: vec![(120e-15, 120e-12)],
        bump: 30e-15,
        line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
        pieces: vec![(length_mm, 87.5), (1.8, 92.5)],
        board: 87e-15,
    };
    db(package.at(26.5625e9).s21.norm())
}

/// The same of an example for 200 Gb/s a lane, with three stages at the die.
fn dj(length_mm: f64) -> f64 {
    let package = ComPackage {
        die: vec![(40e-15, 130e-12), (90e-15, 150e-12), (110e-15, 140e-12)],
        bump: 30e-15,
        line: ComLine { gamma0: 5e-4, a1: 8.9e-4, a2: 2e-4, tau: 6.141e-3 },
        pieces: vec![(length_mm, 87.5), (1.8, 92.5)],
        board: 40e-15,
    };
    db(package.at(53.125e9).s21.norm())
}

fn lines() -> Vec<Form> {
    let form = |what, expected, most: f64, source, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Absolute(most),
        unit: "dB",
        source,
        got,
    };
    let computed = "chain of matrices, computed independently";
    vec![
        form("board of 802.3ck, an inch at 26.5625 GHz", 0.9965, 1e-3, SHEET, || {
            let line = ComLine { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 };
            Ok(inch(&line, 26.5625e9))
        }),
        form("board of an example of 200G, an inch at 56 GHz", 1.5086, 1e-3, SHEET, || {
            let line = ComLine { gamma0: 0.0, a1: 6.44084e-4, a2: 3.6036e-5, tau: 5.79e-3 };
            Ok(inch(&line, 56e9))
        }),
        form("package of 802.3ck, 31 mm at 26.5625 GHz", -4.763, 0.01, computed, || Ok(ck(31.0))),
        form("package of 200G, 12 mm at 53.125 GHz", -2.424, 0.01, computed, || Ok(dj(12.0))),
        form("package of 200G, 33 mm at 53.125 GHz", -5.938, 0.01, computed, || Ok(dj(33.0))),
        form("package of 200G, 45 mm at 53.125 GHz", -7.632, 0.01, computed, || Ok(dj(45.0))),
    ]
}
