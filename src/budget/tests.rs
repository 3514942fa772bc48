//! Budgets of presets and of routes changed from them.

use super::*;
use crate::preset::energy::catalogue;
use crate::preset::{copper_100g, dsp_dr_100g, lpo_dr_100g, lro_dr_100g, named};
use crate::route::{Edge, Form, LaserPlace, Lasers};
use crate::unit::Literals;

fn of(route: &Route) -> Budget {
    budget(route, &catalogue()).unwrap()
}

#[track_caller]
fn near(got: f64, want: f64) {
    assert!((got / want - 1.0).abs() < 1e-9, "{got:e} for {want:e}");
}

/// Joules a bit on the line of what a key gives, summed over the items that have it.
fn on_the_line(budget: &Budget, key: &str) -> f64 {
    let items = budget.items.iter().filter(|item| item.key == key);
    items.map(|item| item.power.nominal).sum::<f64>() / budget.rates.line
}

#[test]
fn a_lane_of_100g_carries_100g() {
    let rates = of(&lpo_dr_100g()).rates;
    near(rates.line, 106.25e9);
    near(rates.payload, 100e9);
}

#[test]
fn an_inner_code_takes_its_share_where_it_is() {
    let inner = |mut route: Route, hops: std::ops::Range<usize>| {
        let fec = route.fec.as_mut().unwrap();
        fec.inner = Some(crate::fec::Inner::Soft);
        fec.multiplexing = crate::fec::Multiplexing::Symbol;
        for hop in &mut route.hops[hops] {
            hop.symbol_rate = 56.71875.gbaud();
        }
        of(&route)
    };
    // 113.4375 Gb/s less 8 bits of 128, and less what pads them.
    assert!((inner(lpo_dr_100g(), 0..1).rates.payload / 100e9 - 1.0).abs() < 1e-3);
    // Only the middle of three hops is faster.
    let middle = inner(dsp_dr_100g(), 1..2);
    near(middle.rates.payload, 100e9);
    let codes: Vec<&Item> = middle.items.iter().filter(|i| i.key == "fec.inner").collect();
    assert!(codes.len() == 1 && codes[0].owner == Owner::Unit);
}

#[test]
fn the_whole_is_the_sum_of_its_parts_and_of_its_places() {
    let all = crate::preset::all();
    let mut known = 0;
    for route in &all {
        // A link that no known SerDes drives has no cost, and says so.
        let budget = match budget(route, &catalogue()) {
            Ok(budget) => budget,
            Err(error) => {
                assert!(error.to_string().contains("no SerDes of"), "{error}");
                continue;
            }
        };
        known += 1;
        let total = budget.energy();
        let parts: Interval = Part::ALL.into_iter().map(|part| budget.part(part)).sum();
        let places: Interval =
            [Owner::Host, Owner::Unit, Owner::Source].into_iter().map(|o| budget.owned(o)).sum();
        for sum in [parts, places] {
            near(sum.low, total.low);
            near(sum.nominal, total.nominal);
            near(sum.high, total.high);
        }
        assert!(0.0 < total.low && total.low <= total.nominal && total.nominal <= total.high);
    }
    assert!(known + 4 > all.len(), "{known} of {}", all.len());
}

#[test]
fn a_unit_of_the_routes_lanes_draws_what_its_lanes_spend() {
    let budget = of(&dsp_dr_100g());
    let module = budget.module(800e9).unwrap();
    assert!(module.lanes == 8 && module.fits && module.source == Interval::ZERO);
    near(module.unit.nominal, budget.owned(Owner::Unit).nominal * 800e9);
    near(module.unit.high, budget.owned(Owner::Unit).high * 800e9);
    assert!(!budget.module(1600e9).unwrap().fits);
    let switch = &budget.switches[0];
    near(switch.total().nominal, budget.energy().nominal * 51.2e12);
}

#[test]
fn a_retimed_route_costs_what_its_parts_cost() {
    let (budget, known) = (of(&dsp_dr_100g()), catalogue());
    let [share, rest] = [known.transmitter_share, 1.0 - known.transmitter_share];
    // Hosts have a transmitter and a receiver of the class of 13.2 dB, retimers the other ends.
    let need = Need { loss: 13.2.db(), taps: 4, within_package: None };
    let class = known.generations[1].serving(&need).unwrap().1.nominal;
    near(budget.part(Part::HostSerDes).nominal, class * budget.rates.line / budget.rates.payload);
    let light = known.generations[1].light.nominal;
    let retimers =
        class * (rest + share) + light * (share + rest) + 2.0 * known.retimer.energy.nominal;
    near(budget.part(Part::Retimer).nominal, retimers * budget.rates.line / budget.rates.payload);
}

#[test]
fn a_linear_module_leaves_out_the_retimers_and_asks_more_of_the_hosts() {
    let (linear, half, retimed) = (of(&lpo_dr_100g()), of(&lro_dr_100g()), of(&dsp_dr_100g()));
    for part in [Part::Driver, Part::Modulator, Part::Tia, Part::Correction] {
        assert_eq!(linear.part(part), retimed.part(part), "{part}");
    }
    assert_eq!(linear.part(Part::Retimer), Interval::ZERO);
    let of_retimers = [&half, &retimed].map(|budget| budget.part(Part::Retimer).nominal);
    assert!(0.0 < of_retimers[0] && of_retimers[0] < of_retimers[1]);
    // Both channels of the hosts are in one hop.
    near(linear.hops[0].loss, retimed.hops[0].loss + retimed.hops[2].loss);
    assert!(linear.hops[0].class == "112G LR" && retimed.hops[0].class == "112G VSR");
    // A host's receiver behind linear optics is a long one, however short its board.
    assert!(half.hops[1].loss < 16.0 && half.hops[1].class == "112G LR");
    assert!(linear.part(Part::HostSerDes).nominal > retimed.part(Part::HostSerDes).nominal);
    // Without DSP beside it the laser is cooler, and lives longer.
    let [cool, warm] = [&linear, &retimed].map(|budget| budget.laser.unwrap());
    assert!(cool.temperature.nominal < warm.temperature.nominal);
    assert!(cool.lifetime.nominal > warm.lifetime.nominal);
    assert!(linear.part(Part::Laser).nominal < retimed.part(Part::Laser).nominal);
}

#[test]
fn passive_copper_costs_its_hosts_alone() {
    let budget = of(&copper_100g());
    assert_eq!(budget.energy(), budget.owned(Owner::Host));
    assert!(budget.laser.is_none());
    assert_eq!(budget.module(800e9).unwrap().unit, Interval::ZERO);
}

#[test]
fn a_retimer_without_converter_is_an_analog_one() {
    let mut route = dsp_dr_100g();
    for hop in &mut route.hops[..2] {
        hop.receiver.digital.adc = None;
    }
    for hop in &mut route.hops[1..] {
        hop.transmitter.dac_bits = None;
    }
    let budget = of(&route);
    near(on_the_line(&budget, "analog-retimer"), 2.0 * catalogue().analog_retimer.energy.nominal);
    assert_eq!(on_the_line(&budget, "retimer"), 0.0);
    let RetimerDelay::Whole(whole) = catalogue().analog_retimer.delay else { panic!("its parts") };
    let late = |budget: &Budget, key: &str| -> f64 {
        let delays = budget.delays.iter().filter(|delay| delay.key == key);
        delays.map(|delay| delay.time.nominal).sum()
    };
    near(late(&budget, "analog-retimer.delay"), 2.0 * whole.nominal);
    assert_eq!(late(&budget, "serdes.112G.light.delay"), 0.0);
}

#[test]
fn a_retimer_delays_by_its_receiver_its_core_and_its_transmitter() {
    let electronics = |route: &Route, known: &Catalogue| {
        budget(route, known).unwrap().delay(&[Cause::Electronics])
    };
    let mut known = catalogue();
    let RetimerDelay::Core(core) = known.retimer.delay else { panic!("a whole") };
    let generation = &known.generations[1];
    let [short, light] = [generation.classes[1].delay, generation.light_delay];
    let (here, there) = (known.transmitter_share, 1.0 - known.transmitter_share);
    // From a host into a retimer, over light with a driver and an amplifier into another, to a host.
    let expected = short.nominal * 2.0 * (here + there)
        + light.nominal * (here + there)
        + 2.0 * core.nominal
        + 2.0 * known.analog_delay.nominal;
    near(electronics(&dsp_dr_100g(), &known).nominal, expected);
    // What is published of a whole one takes its place if the caller says so.
    for whole in [9e-9, 93e-9] {
        known.retimer.delay = RetimerDelay::Whole(Interval::exact(whole));
        let expected = short.nominal + 2.0 * (whole + known.analog_delay.nominal);
        near(electronics(&dsp_dr_100g(), &known).nominal, expected);
    }
}

/// The same receiver delays as much in a retimer as in a host: deciding more often is never faster.
#[test]
fn retimers_never_make_a_link_faster() {
    let electronics = |name: &str| of(&named(name).unwrap()).delay(&[Cause::Electronics]);
    for pair in [
        ["dac-100g", "aec-100g"],
        ["dac-200g", "aec-200g"],
        ["lpo-dr-100g", "rro-dr-100g"],
        ["rro-dr-100g", "dsp-dr-100g"],
        ["lpo-dr-200g", "lro-dr-200g"],
        ["lro-dr-200g", "dsp-dr-200g"],
    ] {
        let [fewer, more] = pair.map(electronics);
        for corner in [Corner::Low, Corner::Nominal, Corner::High] {
            assert!(fewer.at(corner) < more.at(corner), "{pair:?}: {fewer:?}, {more:?}");
        }
    }
}

#[test]
fn rings_are_heated_by_what_the_route_says_and_locked() {
    let mut route = named("cpo-mrm-dr-100g").unwrap();
    let tuning = |route: &Route| {
        let budget = of(route);
        let items = budget.items.iter().filter(|item| item.part == Part::Tuning);
        items.map(|item| item.power.nominal).sum::<f64>()
    };
    let lock = catalogue().rings.lock.nominal;
    // 0.1 nm/mW.
    for nanometers in [0.0, 0.1, 1.0, 5.0] {
        for stage in &mut route.hops[0].stages {
            if let crate::device::AnyDevice::Microring(ring) = &mut stage.device {
                ring.heater.tuning = nanometers.nm();
            }
        }
        near(tuning(&route), lock + 0.01 * nanometers);
    }
    for stage in &mut route.hops[0].stages {
        if let crate::device::AnyDevice::Microring(ring) = &mut stage.device {
            ring.heater.efficiency = crate::unit::MetersPerWatt(0.0);
        }
    }
    let error = budget(&route, &catalogue()).unwrap_err().to_string();
    assert!(error.contains("stage `tx.ring`: `heater.efficiency` is 0"), "{error}");
    // A ring that drops a line is tuned, too; a filter of glass is not.
    let route = named("oio-wdm-32g").unwrap();
    let known = catalogue().rings;
    near(tuning(&route), 2.0 * lock + 0.01 + known.heater.nominal);
    let mut glass = route;
    for stage in &mut glass.hops[0].stages {
        if let crate::device::AnyDevice::OpticalFilter(filter) = &mut stage.device {
            filter.shape = crate::device::Passband::Gaussian;
        }
    }
    near(tuning(&glass), lock + 0.01);
}

#[test]
fn a_redriver_costs_its_own_and_lifts_the_loss_by_its_boost() {
    let equalizer = crate::response::Ctle {
        dc_gain: (-6.0).db(),
        low_frequency_gain: 0.0.db(),
        zero: 15.0.ghz(),
        pole1: 26.0.ghz(),
        pole2: 60.0.ghz(),
        low_frequency_pole: 0.6.ghz(),
    };
    let redriver = crate::device::Redriver {
        equalizer,
        gain: 6.0.db(),
        bandwidth: 45.0.ghz(),
        order: 4,
        input_saturation: 1.0.volts(),
        saturation: 1.2.volts(),
        noise_density: 3.0.nv_per_rthz(),
        output_noise_density: 3.0.nv_per_rthz(),
    };
    let mut route = copper_100g();
    // Where there is a redriver, a shorter equalizer will do.
    route.hops[0].receiver.digital.ffe = None;
    let device = crate::device::AnyDevice::Redriver(redriver);
    route.hops[0].stages.push(crate::route::Stage {
        name: "redriver".into(),
        probe: false,
        device,
    });
    let (active, passive) = (of(&route), of(&copper_100g()));
    let boost = equalizer.at(26.5625e9).norm() / equalizer.at(0.0).norm();
    near(passive.hops[0].loss - active.hops[0].loss, 20.0 * boost.log10());
    near(on_the_line(&active, "redriver"), catalogue().redriver.nominal);
    assert_eq!(active.hops[0].class, "112G MR");
    let late = active.delays.iter().find(|delay| delay.place == "redriver").unwrap();
    assert_eq!(late.time, catalogue().analog_delay);
    assert!(active.module(800e9).unwrap().unit.nominal > 0.0);
}

#[test]
fn delays_add_up_with_and_without_error_correction() {
    let (budget, known) = (of(&lpo_dr_100g()), catalogue());
    let flight = budget.delays.iter().find(|delay| delay.place == "fiber").unwrap();
    near(flight.time.nominal, 500.0 * 4.897e-9);
    near(budget.delay(&[Cause::Correction]).nominal, known.correction.delay.nominal);
    let each: Interval = Cause::ALL.iter().map(|cause| budget.delay(&[*cause])).sum();
    near(each.high, budget.delay(&Cause::ALL).high);
    let mut plain = lpo_dr_100g();
    plain.fec = None;
    let plain = of(&plain);
    let line = [Cause::Electronics, Cause::Flight];
    assert_eq!(plain.delay(&Cause::ALL), budget.delay(&line));
    near(plain.rates.payload, plain.rates.line);
}

#[test]
fn front_panels_carry_what_their_cages_hold() {
    let panels = of(&lpo_dr_100g()).panels;
    near(panels[0].rate, 25.6e12);
    near(panels[1].rate, 51.2e12);
    assert_eq!(panels.iter().map(|panel| panel.serves).collect::<Vec<_>>(), [None, Some(51.2e12)]);
}

#[test]
fn an_edge_carries_its_ports_less_those_of_light() {
    let shoreline = |place, shared_by, lanes_per_port| {
        let mut route = named("cpo-mzm-dr-100g").unwrap();
        let packaging = route.packaging.as_mut().unwrap();
        packaging.form = Form::PackageEdge(Edge { pitch: 127.0.um(), rows: 1, lanes_per_port });
        packaging.lasers = Some(Lasers { place, shared_by, cooled: false });
        of(&route).shoreline.unwrap()
    };
    near(shoreline(LaserPlace::Package, 1, 1), 100e9 / (2.0 * 127e-6));
    near(shoreline(LaserPlace::Package, 1, 8), 100e9 / (0.25 * 127e-6));
    near(shoreline(LaserPlace::External, 2, 1), 100e9 / (2.5 * 127e-6));
    assert_eq!(of(&lpo_dr_100g()).shoreline, None);
    // Beside the package no fiber crosses its edge; copper on its way to a cable does.
    assert_eq!(of(&named("npo-dr-100g").unwrap()).shoreline, None);
    let mut copper = named("cpc-100g").unwrap();
    let edge = Edge { pitch: 500.0.um(), rows: 1, lanes_per_port: 1 };
    copper.packaging.as_mut().unwrap().form = Form::PackageEdge(edge);
    near(of(&copper).shoreline.unwrap(), 100e9 / (2.0 * 500e-6));
}

#[test]
fn external_lasers_leave_the_unit_and_a_cooler_draws_its_own() {
    let with = |place, cooled| {
        let mut route = dsp_dr_100g();
        let packaging = route.packaging.as_mut().unwrap();
        packaging.lasers = Some(Lasers { place, shared_by: 4, cooled });
        of(&route)
    };
    let (inside, outside) = (with(LaserPlace::Unit, false), with(LaserPlace::External, false));
    assert_eq!(inside.owned(Owner::Source), Interval::ZERO);
    assert!(outside.owned(Owner::Source).nominal > outside.part(Part::Laser).nominal);
    assert!(outside.owned(Owner::Unit).nominal < inside.owned(Owner::Unit).nominal);
    assert!(outside.laser.unwrap().temperature.nominal < inside.laser.unwrap().temperature.nominal);
    // On the modulator's chip less is lost on the way to it.
    let on_chip = with(LaserPlace::Chip, false);
    assert_eq!(on_chip.owned(Owner::Source), Interval::ZERO);
    assert!(on_chip.laser.unwrap().optical.nominal < inside.laser.unwrap().optical.nominal);
    let cooled = with(LaserPlace::Unit, true);
    assert!(cooled.part(Part::Cooler).nominal > 0.0);
    assert!(cooled.laser.unwrap().lifetime.nominal > inside.laser.unwrap().lifetime.nominal);
}

#[test]
fn what_cannot_be_budgeted_says_why() {
    let check = |expected: &str, change: &dyn Fn(&mut Route)| {
        let mut route = lpo_dr_100g();
        change(&mut route);
        let error = budget(&route, &catalogue()).unwrap_err().to_string();
        assert!(error.starts_with("route `lpo-dr-100g`: ") && error.contains(expected), "{error}");
    };
    check("`packaging` is absent", &|route| route.packaging = None);
    check("stage `tx.mzm` is fed", &|route| route.packaging.as_mut().unwrap().lasers = None);
    check("the fastest SerDes", &|route| route.hops[0].symbol_rate = 300.0.gbaud());
    check("no SerDes of 224G", &|route| route.hops[0].symbol_rate = 119.0.gbaud());
}
