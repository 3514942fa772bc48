//! The three readings of a link against each other, where a hundred errors and more are counted.

// A test says what it skipped and what it measured, and may stop at once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;

use lightlane::config::Document;
use lightlane::prelude::*;

/// What two readings may differ by.
const GATE: std::ops::RangeInclusive<f64> = 0.67..=1.5;

/// Errors that a count needs to say something.
const ERRORS: u64 = 100;

/// The only hop of an edited route, simulated: counted errors, and the semi-analytic and the
/// statistical ratio over the counted one.
fn readings(route: &Route, edits: &[String], symbols: usize) -> (u64, f64, f64) {
    let mut document = Document::of(route).unwrap();
    for edit in edits {
        document.edit(edit).unwrap();
    }
    let report = document.route().unwrap().simulate(&Records::of(symbols, Seed(1))).unwrap();
    let agreement = report.hops[0].agreement();
    let semi_analytic = agreement.semi_analytic_over_counted.unwrap();
    let statistical = agreement.statistical_over_counted.unwrap();
    let errors = report.hops[0].ber.errors;
    println!("{}: {errors} errors, {semi_analytic:.2}, {statistical:.2}", route.name);
    (errors, semi_analytic, statistical)
}

#[test]
fn copper_agrees_in_all_three_readings() {
    let noise = "host-to-host/receiver/noise-density=14 nV/rtHz".to_owned();
    let (errors, semi_analytic, statistical) = readings(&preset::copper_100g(), &[noise], 1 << 18);
    assert!(errors >= ERRORS, "{errors}");
    assert!(GATE.contains(&semi_analytic), "{semi_analytic}");
    assert!(GATE.contains(&statistical), "{statistical}");
}

#[test]
fn a_real_backplane_with_its_own_neighbors_agrees_in_all_three_readings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/channels/casc_A");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let file = |stage: &str, name: &str| {
        let path = folder.join(format!("casc_A_{name}.s4p"));
        format!("host-to-host/{stage}/touchstone={}", path.display())
    };
    let edits = [
        file("copper.channel", "THRU"),
        file("fext-1", "FEXT1"),
        file("fext-2", "FEXT2"),
        file("next-1", "NEXT1"),
        file("next-2", "NEXT2"),
        "host-to-host/receiver/noise-density=7 nV/rtHz".to_owned(),
    ];
    let (errors, semi_analytic, statistical) = readings(&preset::copper_100g(), &edits, 1 << 18);
    assert!(errors >= ERRORS, "{errors}");
    assert!(GATE.contains(&semi_analytic), "{semi_analytic}");
    assert!(GATE.contains(&statistical), "{statistical}");
}

#[test]
fn a_linear_module_agrees_in_all_three_readings() {
    let noise = "host-to-host/receiver/noise-density=20 nV/rtHz".to_owned();
    let (errors, semi_analytic, statistical) = readings(&preset::lpo_dr_100g(), &[noise], 1 << 18);
    assert!(errors >= ERRORS, "{errors}");
    assert!(GATE.contains(&semi_analytic), "{semi_analytic}");
    assert!(GATE.contains(&statistical), "{statistical}");
}
