//! The ring against coupled-mode theory in closed form.

use super::*;
use crate::engine::{Link, Plan};
use crate::kernel::rng::{Key, Seed};
use crate::signal::{Grid, Waveform};
use crate::unit::Literals;

/// Q 5000 at 1310 nm, coupled critically, on its resonance.
fn ring() -> Microring {
    Microring {
        laser: CwLaser { power: 0.0.dbm(), rin: (-400.0).db_per_hz(), linewidth: 0.0.hz() },
        wavelength: 1310.0.nm(),
        quality: 5000.0,
        coupling: 0.5,
        loss: 0.0.db(),
        tuning: 40.0.pm_per_volt(),
        depletion: None,
        bandwidth: 1e3.thz(),
        detuning: Detuning::Free(0.0.ghz()),
        self_heating: 0.0.hz_per_watt(),
        drift: 0.0.ghz(),
        heater: Heater { efficiency: 0.1.nm_per_mw(), tuning: 2.0.nm() },
        neighbors: Vec::new(),
    }
}

/// The ring at a distance of its resonance in half-widths.
fn at(half_widths: f64, ring: Microring) -> Microring {
    Microring { detuning: Detuning::Free(Hertz(0.5 * half_widths * ring.width().0)), ..ring }
}

fn plan(ring: &Microring, grid: Grid) -> Plan<Voltage, Field> {
    Link::electrical().then("ring", ring).unwrap().plan(grid).unwrap()
}

/// Power in milliwatts over a record of this drive.
fn power(ring: &Microring, grid: Grid, drive: Vec<f64>) -> Vec<f64> {
    let plan = plan(ring, grid);
    let drive = Waveform::new(grid, drive).unwrap();
    let power = plan.run(&drive, Seed(1), &mut plan.workspace()).power();
    power.iter().map(|p| 1e3 * p).collect()
}

fn steady(ring: &Microring, drive: f64) -> f64 {
    let grid = Grid::new(50.0.gbaud(), 8, 16).unwrap();
    power(ring, grid, vec![drive; grid.len()])[3]
}

#[test]
fn steady_light_follows_the_lorentzian_of_its_width() {
    assert!((1e-9 * ring().width().0 - 45.77).abs() < 0.01);
    for coupling in [0.3, 0.5, 0.8] {
        for half_widths in [-3.0, -1.0, 0.0, 0.5, 10.0] {
            let ring = at(half_widths, Microring { coupling, ..ring() });
            let (g0, ge) = (1.0 - coupling, coupling);
            let expected = ((g0 - ge).powi(2) + half_widths.powi(2)) / (1.0 + half_widths.powi(2));
            let found = steady(&ring, 0.0);
            assert!((found - expected).abs() < 1e-12, "{half_widths}: {found} is not {expected}");
            assert!((ring.transmission(Volts(0.0)).unwrap() - expected).abs() < 1e-12);
        }
    }
    // 40 pm/V toward red are 6.988 GHz down.
    let moved = steady(&at(-0.5, ring()), 2.0);
    let lower = 0.5 + 2.0 * 6.988 / (0.5 * 45.77);
    assert!((moved - lower * lower / (1.0 + lower * lower)).abs() < 1e-4, "{moved}");
}

/// What a small tone of `frequency` does to the power, per hertz of its shift of the resonance.
fn response(ring: &Microring, frequency: f64, per_period: usize) -> Complex64 {
    let periods = 16;
    let grid = Grid::new(Hertz(frequency).0.baud(), per_period, periods).unwrap();
    let angle = |n: usize| TAU * n as f64 / per_period as f64;
    let size = 1e-4;
    let drive = (0..grid.len()).map(|n| size * angle(n).cos()).collect();
    let power = power(ring, grid, drive);
    let line: Complex64 =
        power.iter().enumerate().map(|(n, p)| p * Complex64::cis(-angle(n))).sum();
    let shift = -size * ring.tuning.0 * LIGHT / ring.wavelength.0.powi(2);
    line * 2.0 / grid.len() as f64 / shift
}

/// `4 gamma_e delta_0 (j W + 2 gamma_0) / ((gamma^2 + delta_0^2) ((j W + gamma)^2 + delta_0^2))`.
fn closed_form(ring: &Microring, half_widths: f64, frequency: f64) -> Complex64 {
    let gamma = PI * ring.width().0;
    let (ge, delta) = (ring.coupling * gamma, half_widths * gamma);
    let w = Complex64::new(0.0, TAU * frequency);
    let below = (gamma * gamma + delta * delta) * ((w + gamma) * (w + gamma) + delta * delta);
    TAU * 4.0 * ge * delta * (w + 2.0 * (gamma - ge)) / below
}

#[test]
fn small_signals_have_the_closed_response() {
    let cases = [(5000.0, 0.5, 1.0), (5000.0, 0.5, -0.577), (2500.0, 0.3, 2.0), (10e3, 0.7, 1.5)];
    for (quality, coupling, half_widths) in cases {
        let ring = at(half_widths, Microring { quality, coupling, ..ring() });
        for gigahertz in [1.0, 10.0, 26.5625, 53.125, 80.0] {
            let found = response(&ring, 1e9 * gigahertz, 32);
            let expected = closed_form(&ring, half_widths, 1e9 * gigahertz);
            let error = (found / expected - 1.0).norm();
            assert!(error < 1e-3, "Q {quality}, {half_widths}, {gigahertz} GHz: {error:e}");
        }
        // Half the symbol rate in 8 samples a symbol: what is between samples shows.
        let found = response(&ring, 26.5625e9, 16);
        let error = (found / closed_form(&ring, half_widths, 26.5625e9) - 1.0).norm();
        assert!(error < 5e-3, "Q {quality}, {half_widths}: {error:e}");
    }
}

#[test]
fn bandwidth_over_width_grows_with_detuning() {
    for (half_widths, ratio) in [(1.0 / 3f64.sqrt(), 0.8436), (1.0, 1.4554), (1.5, 2.453)] {
        let ring = at(half_widths, ring());
        let low = response(&ring, 1e6, 32).norm();
        let down = response(&ring, ratio * ring.width().0, 32).norm() / low;
        assert!((down - 0.5f64.sqrt()).abs() < 0.005 * 0.7, "{half_widths}: {down}");
    }
    // One pole of the junction, 3 dB down where it says.
    let bare = at(1.0, Microring { quality: 500.0, ..ring() });
    let poled = Microring { bandwidth: 40.0.ghz(), ..bare.clone() };
    let ratio = (response(&poled, 40e9, 32) / response(&bare, 40e9, 32)).norm();
    assert!((ratio - 0.5f64.sqrt()).abs() < 1e-3, "{ratio}");
}

/// A drive of random levels, smooth over a few samples.
fn random_drive(grid: Grid, swing: f64) -> Vec<f64> {
    let mut stream = Key::root(Seed(4)).stream();
    let levels: Vec<f64> =
        (0..grid.symbols()).map(|_| swing * (stream.below(4) as f64 / 3.0 - 0.5)).collect();
    let per = grid.samples_per_symbol();
    let held = |n: usize| levels[n / per % levels.len()];
    (0..grid.len()).map(|n| (0..5).map(|k| held(n + k)).sum::<f64>() / 5.0).collect()
}

/// Samples sixteen times as dense of the same drive, a tone at 0.44 of the symbol rate in it, give
/// the same light.
#[test]
fn large_signals_do_not_depend_on_the_grid() {
    let ring = at(-1.0, ring());
    let tones = |per: usize| -> Vec<f64> {
        let time = |n: usize| TAU * n as f64 / (16 * per) as f64;
        (0..16 * per).map(|n| 1.2 * (time(n).sin() + 0.5 * (7.0 * time(n)).cos())).collect()
    };
    let on = |per: usize| power(&ring, Grid::new(53.125.gbaud(), per, 16).unwrap(), tones(per));
    let (coarse, fine) = (on(8), on(128));
    for (n, p) in coarse.iter().enumerate() {
        assert!((p - fine[16 * n]).abs() < 1e-3, "{n}: {p} is not {}", fine[16 * n]);
    }
}

#[test]
fn light_turns_the_resonance_red_until_both_agree() {
    // 1 mW all lost would shift the resonance by 30 GHz.
    let warm = |cold: f64| {
        let ring = Microring { self_heating: 30.0.ghz_per_mw(), ..ring() };
        Microring { detuning: Detuning::Free(cold.ghz()), ..ring }
    };
    let half = 0.5 * 45.768;
    for cold in [-40.0, -5.0, 10.0, 60.0] {
        let passed = steady(&warm(cold), 0.0);
        let shifted = (cold - 30.0 * (1.0 - passed)) / half;
        let expected = shifted.powi(2) / (1.0 + shifted.powi(2));
        assert!((passed - expected).abs() < 1e-3, "{cold} GHz: {passed} is not {expected}");
    }
    // Driven, the mean of what the moving light loses is that of steady light to a few per cent.
    let grid = Grid::new(53.125.gbaud(), 8, 512).unwrap();
    let driven = power(&warm(-20.0), grid, random_drive(grid, 2.0));
    let lost = 1.0 - driven.iter().sum::<f64>() / driven.len() as f64;
    let same = |cold: f64| {
        let ring = Microring { detuning: Detuning::Free(cold.ghz()), ..ring() };
        power(&ring, grid, random_drive(grid, 2.0))
    };
    let difference = |shift: f64| {
        same(-20.0 - shift).iter().zip(&driven).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    assert!(difference(30.0 * lost) < 0.02, "{lost}: {}", difference(30.0 * lost));
    assert!(difference(0.0) > 0.1);
}

#[test]
fn a_lock_holds_its_point_up_to_its_error() {
    let locked = |point, error: f64| Microring {
        detuning: Detuning::Locked { point, error: error.ghz() },
        self_heating: 30.0.ghz_per_mw(),
        drift: 50.0.ghz(),
        ..ring()
    };
    let resting = |ring: &Microring| 1e-9 * ring.resting().unwrap().0;
    let half = 0.5e-9 * ring().width().0;
    let steepest = resting(&locked(LockPoint::Steepest(Side::Blue), 0.0));
    assert!((steepest + half / 3f64.sqrt()).abs() < 1e-9);
    let slope = |gigahertz: f64| {
        let at = |more: f64| {
            let point = LockPoint::At((gigahertz + more).ghz());
            locked(point, 0.0).transmission(Volts(0.0)).unwrap()
        };
        (at(1e-3) - at(-1e-3)).abs()
    };
    assert!(slope(steepest) > slope(steepest + 0.5) && slope(steepest) > slope(steepest - 0.5));

    let swing = Volts(2.0);
    let best = locked(LockPoint::LargestOma { swing, side: Side::Red }, 0.0);
    let oma = |ring: &Microring| {
        let at = |v: f64| ring.transmission(Volts(v)).unwrap();
        (at(1.0) - at(-1.0)).abs()
    };
    let place = resting(&best);
    assert!(place > 0.0);
    for other in [-0.5, 0.5] {
        assert!(oma(&best) > oma(&locked(LockPoint::At((place + other).ghz()), 0.0)));
    }
    let missed = locked(LockPoint::LargestOma { swing, side: Side::Red }, 1.5);
    assert!((resting(&missed) - place - 1.5).abs() < 1e-9);
    let drifted = Microring { drift: 7.0.ghz(), ..at(0.0, ring()) };
    assert!((resting(&drifted) - 7.0).abs() < 1e-9);
    assert!((ring().heater.power().unwrap() - 0.02).abs() < 1e-12);
}

#[test]
fn depletion_bends_the_tuning_but_not_its_slope_at_rest() {
    let depletion = Some(Depletion { built_in: 0.8.volts(), bias: 1.2.volts() });
    let (straight, bent) = (at(-1.0, ring()), at(-1.0, Microring { depletion, ..ring() }));
    let value = |ring: &Microring, v: f64| ring.transmission(Volts(v)).unwrap();
    let slope = |ring: &Microring| value(ring, 1e-4) - value(ring, -1e-4);
    assert!((slope(&bent) / slope(&straight) - 1.0).abs() < 1e-6);
    // 4 (sqrt(1.5) - 1) V act where 1 V is applied.
    let acting = 4.0 * (1.5f64.sqrt() - 1.0);
    assert!((value(&bent, 1.0) - value(&straight, acting)).abs() < 1e-12);
    // The other way round a drive has the other sign, and the bias its own.
    let swapped = Microring { tuning: (-40.0).pm_per_volt(), ..bent.clone() };
    assert!((value(&swapped, 0.7) - value(&bent, -0.7)).abs() < 1e-15);
    // Full forward drive leaves no depletion to take away.
    assert!((value(&bent, -2.0) - value(&bent, -3.0)).abs() < 1e-15);
}

/// 200 GHz away a critical ring of 46 GHz takes `1 / (1 + 8.74^2)`.
#[test]
fn a_neighbor_takes_and_leaks_what_its_lorentzian_says() {
    let far = at(400.0, ring());
    let neighbor =
        NeighborRing { spacing: 200.0.ghz(), shift: 10.0.ghz(), symbol_rate: 53.125.gbaud() };
    let beside = Microring { neighbors: vec![neighbor], ..far.clone() };
    let grid = Grid::new(53.125.gbaud(), 4, 1 << 14).unwrap();
    let power = power(&beside, grid, vec![0.0; grid.len()]);
    let mean = power.iter().sum::<f64>() / power.len() as f64;
    let passed = |gigahertz: f64| {
        let half_widths = gigahertz / (0.5 * 45.768);
        half_widths.powi(2) / (1.0 + half_widths.powi(2))
    };
    assert!((mean / passed(200.0) / steady(&far, 0.0) - 1.0).abs() < 1e-4, "{mean}");
    assert!((beside.transmission(Volts(0.0)).unwrap() / mean - 1.0).abs() < 1e-4);
    let relative = power.iter().map(|p| (p / mean - 1.0).powi(2)).sum::<f64>() / power.len() as f64;
    let slope = (passed(201.0) - passed(199.0)) / 2.0 / passed(200.0);
    // Four samples a symbol have four times the variance of half the symbol rate.
    let expected = 4.0 * (10.0 * slope).powi(2);
    // The variance of 65,536 normals is known to 0.55 %: three of them.
    assert!((relative / expected - 1.0).abs() < 0.017, "{relative} is not {expected}");

    // The upper sideband is nearer to the neighbor than the lower one.
    let tone = |gigahertz: f64| {
        let quiet = NeighborRing { shift: 0.0.hz(), ..neighbor };
        let far = Microring { neighbors: vec![quiet], ..at(10.0, ring()) };
        let plan = plan(&far, Grid::new(gigahertz.gbaud(), 32, 16).unwrap());
        let drive = (0..512).map(|n| 1e-3 * (TAU * n as f64 / 32.0).cos()).collect();
        let field = plan
            .run(&Waveform::new(plan.grid(), drive).unwrap(), Seed(1), &mut plan.workspace())
            .clone();
        let line = |sign: f64| -> f64 {
            let turned = field.samples().iter().enumerate();
            turned
                .map(|(n, e)| e * Complex64::cis(-sign * TAU * n as f64 / 32.0))
                .sum::<Complex64>()
                .norm()
        };
        line(1.0) / line(-1.0)
    };
    let ring_alone = {
        let through = |ghz: f64| 1.0 / Complex64::new(1.0, ghz / 22.884 - 10.0).norm();
        through(50.0) / through(-50.0)
    };
    let expected = ring_alone * (passed(150.0) / passed(250.0)).sqrt();
    assert!((tone(50.0) / expected - 1.0).abs() < 5e-3, "{} is not {expected}", tone(50.0));
}

#[test]
fn small_deviations_from_a_large_signal_are_finite_differences() {
    let grid = Grid::new(53.125.gbaud(), 8, 32).unwrap();
    let depletion = Some(Depletion { built_in: 0.8.volts(), bias: 1.2.volts() });
    let ring = at(-1.0, Microring { depletion, bandwidth: 40.0.ghz(), ..ring() });
    let link = Link::electrical().then("ring", &ring).unwrap();
    let link = link.then_ops::<Voltage>("diode", |ops| Ok(ops.map(|e: Complex64| e.norm_sqr())));
    let plan = link.unwrap().plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let key = Key::root(Seed(1));
    let drive = random_drive(grid, 2.0);
    let mut quiet = |step: f64| {
        let drive = drive.iter().enumerate().map(|(n, v)| v + step * (n as f64).sin()).collect();
        let drive = Waveform::new(grid, drive).unwrap();
        plan.quiet(&drive, &[], key, &mut workspace).unwrap()[100]
    };
    let found = (quiet(1e-5) - quiet(-1e-5)) / 2e-5;
    let input = Waveform::new(grid, drive.clone()).unwrap();
    let along = plan.trajectory(&input, &[], key, &mut plan.workspace()).unwrap();
    let mut weights = vec![0.0; grid.len()];
    weights[100] = 1.0;
    let mut sensitivity = plan.sensitivity();
    plan.sense(&along, &weights, &mut sensitivity);
    let by = sensitivity.input.iter().enumerate();
    let expected: f64 = by.map(|(n, s)| s * (n as f64).sin()).sum();
    let size = sensitivity.input.iter().map(|s| s * s).sum::<f64>().sqrt();
    assert!((found - expected).abs() < 1e-6 * size, "{found} is not {expected}");
}

#[test]
fn a_parameter_that_makes_no_sense_is_named() {
    let lowered =
        |ring: Microring| Link::electrical().then("tx.ring", &ring).unwrap_err().to_string();
    let near = NeighborRing { spacing: 10.0.ghz(), shift: 0.0.hz(), symbol_rate: 1.0.gbaud() };
    assert!(lowered(Microring { neighbors: vec![near], ..ring() }).contains("`spacing` is 10 GHz"));
    assert!(lowered(Microring { coupling: 1.5, ..ring() }).contains("`coupling`"));
    let swing = LockPoint::LargestOma { swing: Volts(f64::NAN), side: Side::Blue };
    let detuning = Detuning::Locked { point: swing, error: 0.0.hz() };
    assert!(lowered(Microring { detuning, ..ring() }).contains("`swing`"));
}
