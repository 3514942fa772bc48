//! Classes of presets, and what they spend by loss.

use super::*;
use crate::budget::{Budget, Corner, budget};
use crate::device::AnyDevice;
use crate::preset::{self, energy::catalogue, named};
use crate::route::Route;
use crate::unit::Literals;

fn of(route: &Route) -> Budget {
    budget(route, &catalogue()).unwrap()
}

fn channels(name: &str) -> Vec<Channel> {
    let stages = preset::named(name).unwrap().hops.into_iter().flat_map(|hop| hop.stages);
    let channels = stages.filter_map(|stage| match stage.device {
        AnyDevice::Channel(channel) => Some(channel),
        _ => None,
    });
    channels.collect()
}

#[test]
fn what_has_a_ball_a_via_a_connector_or_a_cable_leaves_the_package() {
    for name in ["cpo-mrm-dr-100g", "cpo-mzm-dr-200g", "oio-wdm-32g"] {
        for channel in channels(name) {
            let length = within_package(&channel).unwrap();
            assert!(length.0 < 0.03, "{name}: {length}");
        }
    }
    for name in ["npo-dr-100g", "lpo-dr-100g", "aec-100g", "cpc-200g", "dac-100g"] {
        assert!(channels(name).iter().all(|channel| within_package(channel).is_none()));
    }
    let inside = || channels("oio-wdm-32g").swap_remove(0);
    for outside in [
        preset::parts::via(),
        preset::parts::cage_connector(),
        Section::Twinax(preset::parts::twinax(30, 10.0.mm())),
    ] {
        let mut channel = inside();
        channel.sections.push(outside);
        assert_eq!(within_package(&channel), None);
    }
    let mut balls = channels("cpo-mrm-dr-100g").swap_remove(0);
    balls.source.package.as_mut().unwrap().board_capacitance = 40.0.ff();
    assert_eq!(within_package(&balls), None);
}

#[test]
fn the_class_of_packages_serves_nothing_that_leaves_one() {
    let class = |name: &str, hop: usize| of(&named(name).unwrap()).hops[hop].class.clone();
    assert_eq!(class("cpo-mzm-dr-100g", 0), "112G XSR");
    assert_eq!(class("oio-wdm-106g", 0), "224G XSR");
    // Less than 12 dB, but over boards and a socket, or a connector.
    assert_eq!(class("npo-dr-100g", 0), "112G VSR");
    assert_eq!(class("aec-100g", 0), "112G VSR");
    let [near, packaged] =
        ["npo-dr-100g", "cpo-mzm-dr-100g"].map(|name| of(&named(name).unwrap()).energy());
    assert!(near.nominal > packaged.nominal + 1e-12);
    // A package of 60 mm is no longer one that the class is known for.
    let mut wide = named("cpo-mzm-dr-100g").unwrap();
    let AnyDevice::Channel(channel) = &mut wide.hops[0].stages[0].device else {
        panic!("no channel")
    };
    channel.source.package.as_mut().unwrap().traces[0].length = 60.0.mm();
    assert_eq!(of(&wide).hops[0].class, "112G VSR");
}

#[test]
fn energy_rises_with_loss_without_steps() {
    let known = catalogue();
    for generation in &known.generations {
        let at = |loss: f64, within_package| {
            let need = Need { loss: loss.db(), taps: 4, within_package };
            generation.serving(&need).unwrap().1
        };
        for within in [None, Some(20.0.mm())] {
            let classes = generation
                .classes
                .iter()
                .filter(|class| class.within_package.is_none() || within.is_some());
            for class in classes {
                assert_eq!(at(class.most_loss.0, within), class.energy, "{}", class.name);
            }
            for step in 0..400 {
                let loss = 0.1 * f64::from(step);
                let (less, more) = (at(loss, within), at(loss + 0.1 - 1e-9, within));
                for corner in [Corner::Low, Corner::Nominal, Corner::High] {
                    let rise = more.at(corner) - less.at(corner);
                    assert!((0.0..0.06e-12).contains(&rise), "{loss}: {less:?}, {more:?}");
                }
            }
        }
        // A long equalizer costs what its class does, however little is lost.
        let long = Need { loss: 1.0.db(), taps: 21, within_package: None };
        assert!(generation.serving(&long).unwrap().1.nominal > at(1.0, None).nominal);
    }
}
