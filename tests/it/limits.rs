//! What routes are held to, and remarks on parts that are set for other signals.

use lightlane::prelude::*;
use lightlane::route::Route;
use lightlane::signal::Modulation;

/// A link that is quick to run, with error correction.
fn corrected() -> Route {
    preset::named("pcb-100g").unwrap()
}

#[test]
fn the_limit_of_a_route_is_that_of_its_error_correction_or_its_target() {
    let corrected = corrected();
    let limit = corrected.limit().unwrap();
    assert_eq!(limit, Some(corrected.fec.as_ref().unwrap().thresholds().unwrap().link));
    let asked = Route { fec: None, target: limit, ..corrected.clone() };
    assert_eq!(asked.limit().unwrap(), limit);
    assert_eq!(Route { target: None, ..asked.clone() }.limit().unwrap(), None);
    let message = |route: Route| {
        let error = route.prepare(&Records::of(1 << 12, Seed(1))).map(|_| ()).unwrap_err();
        error.to_string()
    };
    let both = message(Route { target: limit, ..corrected });
    assert!(both.contains("none beside `fec`"), "{both}");
    for wrong in [0.0, -1.0, 0.5, f64::NAN] {
        let text = message(Route { target: Some(wrong), ..asked.clone() });
        assert!(text.contains("`target` is") && text.contains("between 1e-30 and 0.4"), "{text}");
    }
}

/// The margin is to a ratio, wherever that comes from.
#[test]
fn a_target_has_the_margin_that_error_correction_of_the_same_limit_has() {
    let corrected = corrected();
    let target = corrected.limit().unwrap();
    let asked = Route { fec: None, target, ..corrected.clone() };
    let records = Records::of(1 << 12, Seed(3));
    let of = |route: Route| route.prepare(&records).unwrap().calculate().unwrap().margin_db;
    let margin = of(asked.clone());
    assert!(margin.is_some_and(f64::is_finite));
    assert_eq!(margin, of(corrected));
    assert_eq!(asked.simulate(&records).unwrap().margin_db, margin);
    assert_eq!(of(Route { target: None, ..asked }), None);
}

#[test]
fn parts_that_are_set_for_another_signal_are_remarked() {
    let remarks = |modulation: Modulation, symbol_rate: f64| {
        let mut route = preset::named("lpo-sr-100g").unwrap();
        route.fec = None;
        route.hops[0].modulation = modulation;
        route.hops[0].symbol_rate = symbol_rate.gbaud();
        let report = route.simulate(&Records::of(1 << 12, Seed(1))).unwrap();
        report.hops[0].notes.join("\n")
    };
    assert_eq!(remarks(Modulation::Pam4, 53.125), "");
    let slower = remarks(Modulation::Pam4, 56.0);
    assert!(slower.contains("53.125 GBd, and the hop has 56 GBd"), "{slower}");
    let binary = remarks(Modulation::Nrz, 53.125);
    assert!(binary.contains("that of nrz is 1.00"), "{binary}");
}
