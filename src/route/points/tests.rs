//! Metrics of links whose values are known, and what is refused.

use super::*;
use crate::kernel::rng::Seed;
use crate::route::tests::{hop, route};
use crate::route::{Hop, Route};
use crate::transceiver::Edge;
use crate::unit::Literals;
use crate::{parallel, preset};

fn point(at: &str, metrics: Vec<Metric>) -> TestPoint {
    let receiver = Tdecq { decibels_per_decade: 20.0, ..Tdecq::five_taps() };
    TestPoint { name: "TP".to_owned(), at: at.to_owned(), metrics, receiver }
}

/// A matched hop without loss, whose transmitter has edges of 2 ps.
fn tested(points: Vec<TestPoint>) -> Hop {
    let mut hop = hop(0.0, Vec::new());
    hop.transmitter.edge = Edge::RiseTime(2.0.ps());
    let test =
        TestRecord { pattern: Pattern::Prbs(13), periods: 2, samples_per_symbol: 32, points };
    Hop { test: Some(test), ..hop }
}

fn measured(hop: Hop) -> PointReport {
    route(hop).measure(Seed(1)).unwrap().remove(0)
}

#[test]
fn a_voltage_has_the_metrics_of_its_transmitter() {
    let metrics = || {
        vec![
            Metric::Vma(Limit { at_most: Some(0.85.volts()), ..Limit::none() }),
            Metric::LevelMismatch(Limit { at_least: Some(0.95), ..Limit::none() }),
            Metric::Eecq(Limit::none()),
        ]
    };
    for at in ["transmitter", "board"] {
        let mut hop = tested(vec![point(at, metrics())]);
        hop.transmitter.level_mismatch = 0.9;
        let report = measured(hop);
        // The swing is that of outer levels into a matched load.
        let vma = report.value("VMA").unwrap();
        assert!((vma - 0.8).abs() < 2e-3, "{at}: {vma}");
        let mismatch = report.value("R_LM").unwrap();
        assert!((mismatch - 0.9).abs() < 3e-3, "{at}: {mismatch}");
        let kept: Vec<_> = report.metrics.iter().map(MetricReport::within).collect();
        assert_eq!(kept, [Some(true), Some(false), None], "{at}");
    }
}

#[test]
fn noise_and_jitter_of_a_transmitter_are_found_again() {
    let metrics = vec![Metric::Sndr(Limit::none()), Metric::JitterRms(Limit::none())];
    let report = |change: &dyn Fn(&mut Hop)| {
        let mut hop = tested(vec![point("transmitter", metrics.clone())]);
        change(&mut hop);
        let test = hop.test.as_mut().unwrap();
        test.periods = 8;
        test.points[0].receiver.bandwidth_ratio = None;
        measured(hop)
    };
    // 65,528 symbols tell a deviation to 0.3 %, and half of the edges are there: 2 % is thrice that,
    // with as much for what the interpolation of the edges loses.
    let sndr = report(&|hop| hop.transmitter.sndr = Some(30.0.db())).value("SNDR").unwrap();
    assert!((sndr - 30.0).abs() < 0.2, "{sndr}");
    let jitter = report(&|hop| hop.transmitter.jitter.random = 10.0.mui()).value("J_RMS").unwrap();
    assert!((jitter / 0.01 - 1.0).abs() < 0.02, "{jitter}");
}

#[test]
fn closure_of_steep_edges_is_that_of_the_receiver_alone() {
    let metrics = vec![
        Metric::Eecq(Limit::none()),
        Metric::ClosureLessNoiseGain(Limit::none()),
        Metric::VerticalEyeClosure(Limit::none()),
    ];
    let report = measured(tested(vec![point("transmitter", metrics)]));
    let value = |name| report.value(name).unwrap();
    // Rectangular pulses of SSPRQ behind the receiver: 0.316 dB with C_eq 1.055, of light; twice
    // that of a voltage. Other patterns and edges of a tenth of a symbol change some hundredths.
    assert!((value("EECQ") - 2.0 * 0.316).abs() < 0.15, "{}", value("EECQ"));
    let gain = value("EECQ") - value("closure - C_eq");
    assert!((gain - 20.0 * 1.055f64.log10()).abs() < 0.15, "{gain}");
    // Behind the equalizer the eye is open.
    assert!((0.0..2.0).contains(&value("VEC")), "{}", value("VEC"));
}

/// What is done to a record.
type Change<'a> = &'a dyn Fn(&mut TestRecord);

#[test]
fn what_is_not_there_is_refused_by_name() {
    let refused = |change: &dyn Fn(&mut TestRecord)| {
        let mut hop = tested(vec![point("board", vec![Metric::Vma(Limit::none())])]);
        change(hop.test.as_mut().unwrap());
        route(hop).measure(Seed(1)).unwrap_err().to_string()
    };
    let cases: [(Change<'_>, &str); 7] = [
        (
            &|test| test.points[0].at = "bord".to_owned(),
            "hop `copper`: test point `TP`: `at` is `bord`, but must be `transmitter` or a stage: board",
        ),
        (
            &|test| test.points[0].metrics = vec![Metric::Oma(Limit::none())],
            "OMA is measured on light, but the point has voltage",
        ),
        (
            &|test| {
                let limit = Limit { at_most: Some(crate::unit::Volts(f64::NAN)), ..Limit::none() };
                test.points[0].metrics = vec![Metric::Vma(limit)];
            },
            "`VMA` is NaN",
        ),
        (
            &|test| {
                let at_least = Some(2.0.volts());
                let limit = Limit { at_least, at_most: Some(1.0.volts()), ..Limit::none() };
                test.points[0].metrics = vec![Metric::Vma(limit)];
            },
            "at least 2 V and at most 1 V",
        ),
        (&|test| test.pattern = Pattern::Random, "`test.pattern` is random"),
        (&|test| test.points[0].receiver.taps = 0, "`taps` is 0"),
        (&|test| test.points = vec![test.points[0].clone(); 2], "two test points are named `TP`"),
    ];
    for (change, expected) in cases {
        let text = refused(change);
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn what_cannot_be_measured_says_why_and_keeps_no_limit() {
    let limit = Limit { at_most: Some(0.1.ui()), ..Limit::none() };
    let mut hop = tested(vec![point("transmitter", vec![Metric::JitterRms(limit)])]);
    hop.test.as_mut().unwrap().periods = 1;
    let report = measured(hop);
    let metric = &report.metrics[0];
    assert!(metric.value.as_ref().unwrap_err().contains("between periods"), "{metric:?}");
    assert_eq!(metric.within(), Some(false));
}

#[test]
fn a_value_at_a_bound_keeps_it() {
    let limits = Limit { at_least: Some(-3.2), at_most: Some(0.95), ..Limit::none() };
    for (value, kept) in
        [(0.0, true), (-3.2029, true), (-3.21, false), (0.9509, true), (0.952, false)]
    {
        assert_eq!(limits.hold(value), Some(kept), "{value}");
    }
    assert_eq!(limits.hold(f64::NAN), Some(false));
    assert_eq!(Limits::none().hold(1.0), None);
}

#[test]
fn threads_change_no_bit_of_a_metric() {
    let mut route: Route = preset::lpo_dr_100g();
    let test = route.hops[0].test.as_mut().unwrap();
    test.pattern = Pattern::Prbs(9);
    let on = |threads| {
        parallel::with_threads(std::num::NonZeroUsize::new(threads), || route.measure(Seed(3)))
            .unwrap()
            .unwrap()
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_ne!(one, route.measure(Seed(4)).unwrap());
    let names: Vec<&str> = one.iter().map(|point| point.name.as_str()).collect();
    assert_eq!(names, ["TP0", "TP1a", "TP1", "TP2", "TP3", "TP4", "TP5"]);
}
