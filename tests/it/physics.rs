//! Whole links against theory and published values.
//!
//! Rows of the table of physical references whose tests stand beside their formulas (10, 13 to 19,
//! 29, 30, 33, 45 and 47, and of the others the part that a formula alone can show) are not
//! repeated here; these tests go through the chain that a simulation runs.

#![allow(clippy::print_stdout)] // A test says what it skipped.

use std::path::{Path, PathBuf};

use lightlane::analysis::{SemiAnalytic, SlicerInput, theory};
use lightlane::device::AnyDevice;
use lightlane::device::channel::{
    ComTrace, DieSection, End, LineConstants, Package, Section, Touchstone, Trace,
};
use lightlane::kernel::gauss;
use lightlane::prelude::*;
use lightlane::preset::{Rate, parts};
use lightlane::route::ProbeReport;
use lightlane::transceiver::{
    Adc, Clock, CtleSearch, Digital, Edge, Jitter, PhaseDetector, Training, adapt,
};

/// Noise bandwidth of a fourth-order Butterworth filter over its corner (rows 18 and 19).
const BUTTERWORTH: f64 = 1.02617;
/// Noise bandwidth of a fourth-order Bessel-Thomson filter over its corner (row 18).
const BESSEL: f64 = 1.04637;

/// A digital receiver that only samples, scales and decides.
fn plain(phase: PhaseDetector) -> Digital {
    Digital { clock: Clock::fixed(phase), vga: None, adc: None, ffe: None, dfe: None, mlse: None }
}

/// Symbols per second of [`flat_hop`].
const RATE: f64 = 50e9;

/// A hop without interference between symbols, whose levels at the slicer are those of the
/// transmitter, +-1 V, and whose noise there is `density sqrt(1.02617 bandwidth)`.
///
/// Edges and noise filter are so fast that a step has settled after a symbol: the filter's slowest
/// pole decays by `exp(-0.3827 2 pi 4) = 7e-5`. The clock makes the neighbors of the cursor equal:
/// what the next symbol shows already, which is nothing, and what the step still lacks. It locks
/// where the step passes 1. (The clock of least error would not: where noise is strong, it gains
/// from sampling the step's overshoot, and has fewer errors than theory has for flat pulses.)
fn flat_hop(name: &str, modulation: Modulation, sigma: f64) -> Hop {
    let bandwidth = Hertz(4.0 * RATE);
    let end = End { resistance: 100.0.ohms(), package: None };
    let channel = Channel { source: end.clone(), load: end, sections: Vec::new() };
    let density = sigma / (BUTTERWORTH * bandwidth.0).sqrt();
    Hop {
        name: name.to_owned(),
        symbol_rate: Baud(RATE),
        modulation,
        precoding: false,
        transmitter: Transmitter {
            swing: 2.0.volts(),
            edge: Edge::RiseTime(1.1.ps()),
            fir: vec![1.0],
            dac_bits: None,
            level_mismatch: 1.0,
            sndr: None,
            jitter: Jitter::NONE,
        },
        stages: vec![lightlane::route::Stage {
            name: format!("{name}.through"),
            probe: false,
            device: AnyDevice::Channel(channel),
        }],
        aggressors: Vec::new(),
        receiver: Receiver {
            noise_density: VoltsPerRootHertz(density),
            ctle: None,
            ctle_search: None,
            bandwidth,
            digital: plain(PhaseDetector::MuellerMuller),
        },
        test: None,
    }
}

fn route(pattern: Pattern, hops: Vec<Hop>) -> Route {
    Route {
        name: "test".to_owned(),
        description: String::new(),
        pattern,
        fec: None,
        target: None,
        packaging: None,
        hops,
    }
}

fn flat(symbols: usize, seed: u64) -> Records {
    let record = 2048;
    Records { symbols: record, samples_per_symbol: 32, count: symbols / record, seed: Seed(seed) }
}

/// Standard deviation at the slicer with which theory has the error ratio, for levels to +-1.
fn sigma_for(modulation: Modulation, ber: f64) -> f64 {
    let snr = 10f64.powf(theory::required_snr_db(modulation, ber) / 10.0);
    (modulation.mean_square() / snr).sqrt()
}

/// A count of rare, independent errors is Poisson: three standard deviations are `3 sqrt(n)`.
#[track_caller]
fn check_count(what: &str, found: u64, expected: f64) {
    let distance = (found as f64 - expected).abs() / expected.sqrt();
    assert!(distance < 3.0, "{what}: {found} errors, not {expected:.1}: {distance:.1} sigma");
}

/// Row 1 (and 2 by inversion), at 131 072 symbols and seed 7.
#[track_caller]
fn check_theory(modulation: Modulation, ber: f64) {
    let sigma = sigma_for(modulation, ber);
    let report = route(Pattern::Random, vec![flat_hop("flat", modulation, sigma)])
        .simulate(&flat(1 << 17, 7))
        .unwrap();
    let what = format!("{modulation} at {ber:e}");
    // A symbol error is one bit error: its neighbors differ in one bit, and others are too far.
    check_count(&what, report.ber.errors, ber * report.ber.bits as f64);
    // Noise is calculated, but the clock, that has seen the pulse's neighbors through the noise of
    // 32768 symbols, locks where the step is sqrt(2 / (32768 snr)) off, and the gain is known to
    // sqrt(1 / (2 * 32768 snr)). The slope of ln Q(x) over ln x, about x^2 + 1, makes the ratio's
    // error of both; three times that.
    let q = theory::q_factor(modulation, ber * modulation.bits_per_symbol());
    let snr = modulation.mean_square() / (sigma * sigma);
    let tolerance = 3.0 * (q * q + 1.0) * (2.5 / (32_768.0 * snr)).sqrt();
    let calculated = report.semi_analytic().unwrap() / ber - 1.0;
    assert!(calculated.abs() < tolerance, "{what}: {calculated:+.3}, not {tolerance:.3}");
}

#[test]
fn nrz_has_the_errors_of_theory() {
    for ber in [1e-2, 3e-3, 1e-3] {
        check_theory(Modulation::Nrz, ber);
    }
}

#[test]
fn pam4_has_the_errors_of_theory() {
    // 16 dB, and half and double the ratio of 17 dB.
    for ber in [1.7912e-3, 3e-4, 5e-3] {
        check_theory(Modulation::Pam4, ber);
    }
}

#[test]
fn pam8_has_the_errors_of_theory() {
    for ber in [5e-3, 1e-3, 3e-4] {
        check_theory(Modulation::Pam8, ber);
    }
}

/// The bit error ratio of PAM6 by enumeration: every pair of symbols that is sent, every pair that
/// may be decided, thresholds midway.
fn pam6_ber(sigma: f64) -> f64 {
    let half = 0.2;
    let decided = |sent: u8, got: u8| {
        let distance = |threshold: f64| (threshold - Modulation::Pam6.level(sent)) / sigma;
        let above = |index: u8| match index {
            0 => 1.0,
            6 => 0.0,
            _ => gauss::q(distance(Modulation::Pam6.level(index) - half)),
        };
        above(got) - above(got + 1)
    };
    let mut bits = 0.0;
    for label in 0..32 {
        let sent = Modulation::Pam6.map(label);
        for (x, y) in (0..6).flat_map(|x| (0..6).map(move |y| (x, y))) {
            let wrong = f64::from(Modulation::Pam6.bit_errors(&sent, &[x, y]));
            bits += wrong * decided(sent[0], x) * decided(sent[1], y);
        }
    }
    bits / (32.0 * 5.0)
}

#[test]
fn pam6_counts_its_bits() {
    let simulate = |sigma| {
        let hop = flat_hop("flat", Modulation::Pam6, sigma);
        route(Pattern::Random, vec![hop]).simulate(&flat(1 << 16, 7)).unwrap()
    };
    let clean = simulate(0.01);
    assert_eq!((clean.ber.errors, clean.ber.bits), (0, 5 << 15));
    let sigma = sigma_for(Modulation::Pam6, 3e-3);
    let noisy = simulate(sigma);
    // Errors of more than one bit widen the Poisson distribution a little: by less than 1.5 in
    // variance, which the threshold of check_count would have to be scaled by; scale the count.
    let expected = pam6_ber(sigma) * noisy.ber.bits as f64;
    check_count("pam6", (noisy.ber.errors as f64 / 1.5) as u64, expected / 1.5);
}

#[test]
fn a_prbs13q_pattern_runs_from_end_to_end() {
    let hop = |sigma| flat_hop("flat", Modulation::Pam4, sigma);
    // One record is the pattern's period, 8191 symbols, a prime.
    let records = Records { symbols: 8191, count: 8, ..flat(2048, 3) };
    let clean = route(Pattern::Prbs(13), vec![hop(0.01)]).simulate(&records).unwrap();
    assert_eq!((clean.ber.errors, clean.ber.bits), (0, 8 * 8191 * 2));
    let noisy = route(Pattern::Prbs(13), vec![hop(sigma_for(Modulation::Pam4, 2e-3))]);
    let noisy = noisy.simulate(&records).unwrap();
    check_count("prbs13q", noisy.ber.errors, 2e-3 * noisy.ber.bits as f64);
}

/// Mean and standard deviation of the photocurrent of a laser of `dbm` with noise `rin`, through a
/// modulator at full transmission and a photodiode of 1 A/W with the noise bandwidth `hz`.
fn photocurrent(dbm: f64, rin: f64, hz: f64) -> (f64, f64) {
    let laser = CwLaser { power: dbm.dbm(), rin: rin.db_per_hz(), linewidth: 0.0.hz() };
    let modulator =
        MachZehnder { laser, bias: 1.0, loss: 0.0.db(), ..parts::modulator(Rate::G100) };
    let fiber =
        SingleModeFiber { connector_loss: 0.0.db(), length: 0.0.meters(), ..parts::fiber() };
    let photodiode = Photodiode {
        responsivity: 1.0.amperes_per_watt(),
        bandwidth: Hertz(hz / BESSEL),
        order: 4,
        dark_current: 0.0.amperes(),
    };
    let link = Link::electrical()
        .then("mzm", &modulator)
        .and_then(|link| link.then("fiber", &fiber))
        .and_then(|link| link.then("pd", &photodiode))
        .unwrap();
    let grid = Grid::new(53.125.gbaud(), 8, 1 << 15).unwrap();
    let plan = link.plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
    for record in 0..8 {
        let key = Key::root(Seed(7)).indexed(record);
        for i in plan.run(&Waveform::zeros(grid), key, &mut workspace).samples() {
            (sum, squares, count) = (sum + i, squares + i * i, count + 1.0);
        }
    }
    let mean = sum / count;
    (mean, (squares / count - mean * mean).sqrt())
}

#[test]
fn rin_sets_the_ceiling_of_row_23() {
    // 30 dBm: shot noise lies 33 dB below.
    let (mean, sigma) = photocurrent(30.0, -136.0, 26.5625e9);
    // 2 * 26.6 GHz * 4.9 us = 262 000 degrees of freedom: 0.012 dB, three of them 0.036.
    let ceiling = 20.0 * (mean / sigma).log10();
    assert!((ceiling - 31.76).abs() < 0.05, "{ceiling:.3} dB");
}

#[test]
fn shot_noise_is_that_of_row_26() {
    let (mean, sigma) = photocurrent(0.0, -400.0, 40e9);
    assert!((mean / 1e-3 - 1.0).abs() < 1e-3, "{mean:e}");
    // 395 000 degrees of freedom: 0.11 % of sigma, three of them 0.34 %.
    assert!((sigma / 3.580e-6 - 1.0).abs() < 3.5e-3, "{sigma:e}");
}

/// A photodiode of 0.8 A/W, and the amplifier of row 27: 16.9 pA/rtHz in 32 GHz.
fn detector() -> Link<Field, Voltage> {
    let photodiode = Photodiode {
        responsivity: 0.8.amperes_per_watt(),
        bandwidth: 150.0.ghz(),
        order: 1,
        dark_current: 0.0.amperes(),
    };
    let tia = Tia {
        bandwidth: Hertz(32e9 / BESSEL),
        order: 4,
        noise_density: 16.9.pa_per_rthz(),
        agc: None,
        compression: None,
        ..parts::tia(Rate::G100)
    };
    Link::optical().then("pd", &photodiode).unwrap().then("tia", &tia).unwrap()
}

#[test]
fn an_amplifier_in_the_dark_has_the_noise_of_its_bandwidth() {
    let grid = Grid::new(53.125.gbaud(), 8, 1 << 16).unwrap();
    let plan = detector().plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let dark = plan.run(&Waveform::zeros(grid), Seed(7), &mut workspace);
    let square = dark.samples().iter().map(|v| v * v).sum::<f64>() / grid.len() as f64;
    let expected = 5e3 * 16.9e-12 * 32e9f64.sqrt();
    // 2 * 32 GHz * 1.23 us = 79 000 degrees of freedom: 0.25 % of sigma; three of them.
    assert!((square.sqrt() / expected - 1.0).abs() < 0.0075, "{}", square.sqrt());
}

/// Symbol error ratio of PAM4 behind [`detector`], from the spread of each level, for light of the given outer OMA
/// and no power at the lowest level. The symbols are so long that they settle.
fn detected(oma_dbm: f64) -> f64 {
    let grid = Grid::new(10.0.gbaud(), 32, 4096).unwrap();
    let plan = detector().plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let oma = oma_dbm.dbm().in_watts();
    let digital = plain(PhaseDetector::BestEye);
    let records: Vec<_> = (0..16)
        .map(|record| {
            let key = Key::root(Seed(7)).indexed(record);
            let sent = Symbols::random(Modulation::Pam4, 4096, key).unwrap();
            let levels = sent.levels();
            let field = |n: usize| Complex64::from((0.5 * oma * (levels[n / 32] + 1.0)).sqrt());
            let light = Waveform::new(grid, (0..grid.len()).map(field).collect()).unwrap();
            (plan.run(&light, key, &mut workspace).clone(), sent)
        })
        .collect();
    let training: Vec<_> = records
        .iter()
        .map(|(output, symbols)| Training { samples: output.samples(), symbols })
        .collect();
    let adapted = adapt(&digital, &training, 32).unwrap();
    let slicer = &adapted.slicer;
    let inputs = (0..4u8).map(|sent| SlicerInput {
        sent,
        value: slicer.levels[usize::from(sent)],
        sigma: slicer.spreads[usize::from(sent)],
        two_valued: Default::default(),
    });
    let model = SemiAnalytic {
        modulation: Modulation::Pam4,
        thresholds: slicer.thresholds.clone(),
        feedback: Vec::new(),
        precoding: false,
        correlations: Vec::new(),
        records: vec![inputs.collect()],
    };
    model.ber(Key::root(Seed(7))).unwrap().first_errors
}

#[test]
fn an_amplifier_has_the_sensitivity_of_row_27() {
    // The row leaves out shot noise, which costs 0.06 dB of its tolerance of 0.1.
    let (above, below) = (detected(-11.2), detected(-11.0));
    assert!(below < 4.8e-4 && 4.8e-4 < above, "{above:e} and {below:e}");
    // And with it, from theory: each level's noise, thresholds where both sides err equally.
    let oma = (-11.1).dbm().in_watts();
    let sigma = |k: f64| {
        let current = 0.8 * oma * k / 3.0;
        ((16.9e-12f64.powi(2) + 2.0 * 1.602_176_634e-19 * current) * 32e9).sqrt()
    };
    let step = 0.8 * oma / 3.0;
    let q = |k: u8| gauss::q(step / (sigma(k.into()) + sigma(f64::from(k) + 1.0)));
    let expected = 0.5 * (q(0) + q(1) + q(2));
    let found = detected(-11.1);
    // 65 536 symbols: sigma to 0.28 %, the ratio at Q = 3.4 to 3.3 %; three times that. The shot
    // noise is filtered as the current's, so that its bandwidth is the amplifier's.
    assert!((found / expected - 1.0).abs() < 0.1, "{found:e}, not {expected:e}");
}

/// Loss of a channel at a frequency of a 53.125 or 106.25 GBd grid: as it says, and as a tone that
/// is sent through it shows.
#[track_caller]
fn check_loss(what: &str, channel: &Channel, rate: Baud, loss_db: f64, tolerance: f64) {
    let nyquist = rate.nyquist();
    let said = channel.insertion_loss(nyquist).unwrap().0;
    assert!((said - loss_db).abs() < tolerance, "{what}: {said:.4} dB, not {loss_db}");

    let grid = Grid::new(rate, 4, 1000).unwrap();
    let tone = (0..grid.len()).map(|n| (std::f64::consts::FRAC_PI_4 * n as f64).cos()).collect();
    let plan = Link::electrical().then("it", channel).unwrap().plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let out = plan.run(&Waveform::new(grid, tone).unwrap(), Seed(1), &mut workspace);
    let power = out.samples().iter().map(|v| v * v).sum::<f64>() / grid.len() as f64;
    let shown = -10.0 * (2.0 * power).log10();
    assert!((shown - said).abs() < 1e-9, "{what}: a tone loses {shown} dB, not {said}");
}

fn matched(package: Option<Package>, sections: Vec<Section>) -> Channel {
    let end = |package| End { resistance: 100.0.ohms(), package };
    Channel { source: end(package), load: end(None), sections }
}

#[test]
fn boards_and_packages_lose_what_rows_31_and_32_say() {
    let (ck, dj) = (53.125.gbaud(), 106.25.gbaud());
    let board = LineConstants { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 };
    let inch = ComTrace { line: board, length: 1.0.inches(), impedance: 100.0.ohms() };
    check_loss("ck board", &matched(None, vec![Section::ComLine(inch)]), ck, 0.9965, 1e-3);

    let package = |die: &[(f64, f64)], line, length: f64, board: f64| Package {
        die: die
            .iter()
            .map(|(c, l)| DieSection { capacitance: c.ff(), inductance: l.ph() })
            .collect(),
        bump_capacitance: 30.0.ff(),
        line,
        traces: vec![
            Trace { length: length.mm(), impedance: 87.5.ohms() },
            Trace { length: 1.8.mm(), impedance: 92.5.ohms() },
        ],
        board_capacitance: board.ff(),
    };
    let line = LineConstants { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 };
    let ck_package = package(&[(120.0, 120.0)], line, 31.0, 87.0);
    check_loss("ck package", &matched(Some(ck_package), vec![]), ck, 4.763, 0.01);

    let line = LineConstants { gamma0: 5e-4, a1: 8.9e-4, a2: 2e-4, tau: 6.141e-3 };
    let dies = [(40.0, 130.0), (90.0, 150.0), (110.0, 140.0)];
    let dj_package = package(&dies, line, 33.0, 40.0);
    check_loss("dj package", &matched(Some(dj_package), vec![]), dj, 5.938, 0.01);
}

/// A real channel beside the package, which is no part of it.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/channels").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

#[test]
fn real_channels_lose_what_row_39_says() {
    // That of c2m_il14 is sdd21 of an independent reader at one of the file's points.
    let c2m = -20.0 * 0.182526651f64.hypot(0.0829413067).log10();
    let channels = [
        ("lim_3ck/Channel1", 53.125.gbaud(), 14.401, 0.01),
        ("lim_3ck/Channel2", 53.125.gbaud(), 14.595, 0.01),
        ("lim_3ck/Channel3", 53.125.gbaud(), 14.676, 0.01),
        ("c2m_il14", 53.12.gbaud(), c2m, 1e-6),
    ];
    for (name, rate, loss, tolerance) in channels {
        let Some(file) = shared(name).and_then(|folder| thru(&folder)) else { continue };
        for reversed in [false, true] {
            let file = file.clone();
            let section = Section::Touchstone(Touchstone { file, ports: None, reversed });
            check_loss(name, &matched(None, vec![section]), rate, loss, tolerance);
        }
    }
}

/// The file in a folder whose name says that it is the way through.
fn thru(folder: &Path) -> Option<PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().find(|file| file.to_string_lossy().to_lowercase().contains("thru"))
}

/// Counts of a route: from end to end, and of each hop.
fn counts(hops: Vec<Hop>, seed: u64) -> (u64, Vec<u64>) {
    let report = route(Pattern::Random, hops).simulate(&flat(1 << 16, seed)).unwrap();
    (report.ber.errors, report.hops.iter().map(|hop| hop.ber.errors).collect())
}

#[test]
fn rare_errors_of_hops_add() {
    let sigma = |ber| sigma_for(Modulation::Pam4, ber);
    let hop = |name, ber| flat_hop(name, Modulation::Pam4, sigma(ber));
    let (total, each) = counts(vec![hop("a", 1e-3), hop("b", 5e-4), hop("c", 2e-3)], 7);
    for (errors, ber) in each.iter().zip([1e-3, 5e-4, 2e-3]) {
        check_count("a hop", *errors, ber * 131_072.0);
    }
    // Two hops err in the same symbol 65536 * (2e-3 * 1e-3 + 4e-3 * 1e-3 + 4e-3 * 2e-3) = 0.9
    // times, and may then undo two errors.
    let sum = each.iter().sum::<u64>();
    assert!(total <= sum && total + 8 >= sum, "{total} of {each:?}");
}

#[test]
fn an_error_of_the_first_hop_shows_at_the_end() {
    let sigma = sigma_for(Modulation::Pam4, 1e-3);
    for precoding in [false, true] {
        let hop = |name, sigma| Hop { precoding, ..flat_hop(name, Modulation::Pam4, sigma) };
        let (total, each) = counts(vec![hop("a", sigma), hop("b", 0.01), hop("c", 0.01)], 7);
        assert_eq!(each, [total, 0, 0], "precoding {precoding}");
        // Decoding 1 + D makes two errors of a single one. They come in pairs, so that the pairs
        // are what is Poisson.
        check_count("precoding", total / (1 + u64::from(precoding)), 1e-3 * 131_072.0);
    }
}

/// A preset with two settings of the analog equalizer to try instead of seven.
fn quick(mut route: Route) -> Route {
    for hop in &mut route.hops {
        hop.receiver.ctle_search =
            Some(CtleSearch { lowest: (-12.0).db(), highest: 0.0.db(), step: 12.0.db() });
        hop.stages.iter_mut().for_each(|stage| stage.probe = false);
    }
    route
}

/// The route with a host board of another length ahead of the module.
fn with_host_board(mut route: Route, length: Meters) -> Route {
    let stage = route.hops[0].stages.iter_mut().find(|stage| stage.name == "host-tx.channel");
    let Some(AnyDevice::Channel(channel)) = stage.map(|stage| &mut stage.device) else {
        panic!("there is a host channel")
    };
    let Section::ComLine(board) = &mut channel.sections[0] else { panic!("there is a board") };
    board.length = length;
    route
}

#[test]
fn host_loss_costs_a_linear_module_errors() {
    // Row 44. One inch is a decibel. Every step must show beyond the intervals of both ratios.
    let reports = [4.0, 10.0, 14.0].map(|length: f64| {
        let route = with_host_board(quick(preset::lpo_dr_100g()), length.inches());
        route.simulate(&Records::of(1 << 15, Seed(7))).unwrap()
    });
    for pair in reports.windows(2) {
        let (less, more) =
            (pair[0].semi_analytic_ci95().unwrap(), pair[1].semi_analytic_ci95().unwrap());
        assert!(less[1] < more[0], "{less:?} and {more:?}");
    }
    let (first, last) = (reports[0].semi_analytic().unwrap(), reports[2].semi_analytic().unwrap());
    assert!(last > 100.0 * first, "{first:e} and {last:e}: decades");
}

#[test]
fn a_retimed_optical_hop_does_not_see_the_host() {
    let optical = |length: f64| {
        let route = with_host_board(quick(preset::dsp_dr_100g()), length.inches());
        let mut report = route.simulate(&Records::of(1 << 14, Seed(7))).unwrap();
        // No error on the way: the module is sent the same symbols.
        assert_eq!(report.hops[0].ber.errors, 0);
        (report.hops.remove(0), report.hops.remove(0))
    };
    let (near, far) = (optical(4.0), optical(9.0));
    assert_eq!(near.1, far.1, "the optical hop");
    assert_ne!(near.0, far.0, "the hop from the host");
}

#[test]
fn a_decision_in_the_module_helps_and_two_help_more() {
    // What is compared is the slicer of the hop with the fiber: of one the first, of two the second,
    // of three the second again. The three share parts, and with them noise: for one seed the difference is design. It is
    // claimed only because it shows for three seeds, each time by more than three times the error
    // of a difference of ratios of 32768 symbols, 10 lg(1 + sqrt(2 * 2 / 32768)) = 0.05 dB.
    for seed in [7, 8, 9] {
        let ratios = [preset::lpo_dr_100g(), preset::lro_dr_100g(), preset::dsp_dr_100g()]
            .map(|route| quick(route).simulate(&Records::of(1 << 15, Seed(seed))).unwrap())
            .map(|report| {
                let optical = report.hops.len() / 2;
                let slicer = format!("{}/slicer", report.hops[optical].name);
                let probe = report.probes.iter().find(|probe| probe.name == slicer);
                probe.and_then(ProbeReport::snr_db).unwrap()
            });
        let [lpo, lro, dsp] = ratios;
        println!("seed {seed}: slicers at {lpo:.2}, {lro:.2} and {dsp:.2} dB");
        assert!(lpo + 0.15 < lro && lro + 0.15 < dsp, "{ratios:?}");
    }
}

#[test]
fn both_clocks_find_the_middle_of_a_symmetric_pulse() {
    // Edges of two thirds of a symbol make a pulse of one cursor and two equal neighbors; the
    // filter's delay is not symmetric, but at four times the symbol rate small.
    let phase = |phase| {
        let mut hop = flat_hop("slow", Modulation::Pam4, 0.05);
        hop.transmitter.edge = Edge::RiseTime(13.0.ps());
        hop.receiver.digital = Digital {
            ffe: parts::long_reach_receiver(Rate::G100).digital.ffe,
            adc: Some(Adc::ideal(8, 4.0.volts())),
            ..plain(phase)
        };
        let report = route(Pattern::Random, vec![hop]).simulate(&flat(1 << 12, 7)).unwrap();
        report.hops[0].equalizer.phase_ui
    };
    let (mueller, best) = (phase(PhaseDetector::MuellerMuller), phase(PhaseDetector::BestEye));
    // The middle of a symbol, later by the filter's delay of 2.613 / (2 pi 200 GHz) = 0.104 UI.
    assert!((mueller - 0.604).abs() < 0.01 && (best - 0.604).abs() < 0.03, "{mueller} {best}");
}
