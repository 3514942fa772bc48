//! Shares of the error against what silencing their source takes away.

use super::super::aggressor::{Aggressor, Crosstalk};
use super::super::tests::{channel, hop, route, transmitter};
use super::super::{Hop, Stage};
use super::*;
use crate::device::{
    AnyDevice, CwLaser, MachZehnder, Photodiode, Polarization, ReflectionPair, Reflections, Tia,
};
use crate::engine::Workspace;
use crate::kernel::rng::Seed;
use crate::preset;
use crate::response::dielectric::LIGHT_SPEED;
use crate::signal::{Grid, Modulation, Symbols, Voltage, Waveform};
use crate::unit::Literals;

fn trained(route: &Route, records: &Records) -> TrainedHop {
    let hop = &route.hops[0];
    let grid = Grid::new(hop.symbol_rate, records.samples_per_symbol, records.symbols).unwrap();
    hop.train(grid, 8, Key::root(records.seed)).unwrap()
}

/// The mean square error of a record's samples at the slicer.
fn error(hop: &TrainedHop, samples: &[f64], coded: &Symbols) -> f64 {
    let inputs = hop.receiver.digital.quiet_inputs(&hop.adapted, samples, coded);
    let errors = inputs.iter().zip(coded.levels()).map(|(z, a)| (z - a).powi(2));
    errors.sum::<f64>() / coded.len() as f64
}

#[test]
fn shares_of_a_linear_module_sum_to_the_error_and_are_what_silencing_takes_away() {
    let route = preset::lpo_dr_100g();
    let records = Records::of(1 << 16, Seed(5));
    let hop = trained(&route, &records);
    let root = Key::root(records.seed);
    let coded: Vec<Symbols> = (0..records.count)
        .map(|record| hop.coded(&route.symbols(&records, record).unwrap()))
        .collect();
    let mut bench = hop.bench();
    let mut measured = 0.0;
    for (record, coded) in coded.iter().enumerate() {
        let received = hop.receive(coded.clone(), root, record as u64, &mut bench).unwrap();
        let errors = received.inputs.iter().zip(coded.levels()).map(|(z, a)| (z - a).powi(2));
        measured += errors.sum::<f64>() / 65_536.0;
    }
    let analysis = hop.analyze(&route, &records).unwrap();
    let linearized = hop.linearized(&route, &records, &analysis).unwrap();
    let attribution = hop.attribute(&route, &records, &analysis, &linearized, measured).unwrap();
    let whole = attribution.sum() / measured;
    // 65,536 squares of a nearly Gaussian error, neighbors of which are correlated: 0.8 %.
    assert!((whole - 1.0).abs() < 0.03, "{whole}");

    let quiet = Quiet::of(&hop);
    for (stage, name) in [("tx.mzm", "rin"), ("rx.tia", "input")] {
        let is = |share: &&Share| share.stage == stage && share.name == name;
        let linear = attribution.shares.iter().find(is).unwrap().variance;
        let ablated = hop.ablated(&route, &records, &format!("{stage}/{name}")).unwrap();
        // (a + b)^2 - a^2 = 2 a b + b^2 on the same records; neighbors are correlated: twice.
        let spread = (4.0 * (measured - linear) / linear + 2.0) / 65_536.0;
        let tolerance = 3.0 * (2.0 * spread).sqrt();
        assert!((ablated / linear - 1.0).abs() < tolerance, "{stage}/{name}: {ablated} {linear}");

        // What it changes at the slicer, squared, has no cross term: 1 % in 32,768 symbols. Beside
        // all other noise, intensity noise is 4 % less than its linear share, alone 0.1 %.
        let output = Output::Sampled {
            per_symbol: hop.sampled.output_grid().samples_per_symbol(),
            delay: hop.adapted.delay * hop.sampled.grid().dt(),
        };
        let silent = vec![format!("{stage}/{name}")];
        let options = Options { silent, output, ..Options::default() };
        let without = hop.link.plan_with(hop.sampled.grid(), &options).unwrap();
        let (mut with, mut silenced) = (hop.sampled.workspace(), without.workspace());
        let mut bench = quiet.bench();
        let mut square = 0.0;
        for (record, coded) in coded.iter().take(8).enumerate() {
            let index = record as u64;
            let (input, beside) = quiet.noisy(coded, root, index, &mut bench).unwrap();
            let key = root.indexed(index);
            let digital = &hop.receiver.digital;
            let at = |samples: &[f64]| digital.quiet_inputs(&hop.adapted, samples, coded);
            let a = at(hop.sampled.run_beside(input, beside, key, &mut with).samples());
            let b = at(without.run_beside(input, beside, key, &mut silenced).samples());
            square += a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 32_768.0;
        }
        assert!((square / linear - 1.0).abs() < 0.06, "{stage}/{name}: {square} {linear}");
    }
}

#[test]
fn an_aggressor_adds_its_coupling_squared_and_what_attribution_says() {
    // A source of 100 ohm into 1.6 ohm gives 2 * 1.6 / 101.6 of what it gives to 100: -30 dB.
    let coupling: f64 = 3.2 / 101.6;
    let mut victim = hop(20e-9, Vec::new());
    victim.aggressors.push(Aggressor {
        name: "neighbor".to_owned(),
        kind: Crosstalk::Fext,
        into: "board".to_owned(),
        delay: 0.0.ui(),
        transmitter: transmitter(),
        channel: channel(1.6, Vec::new()),
    });
    let route = route(victim);
    let records = Records::of(1 << 15, Seed(6));
    let hop = trained(&route, &records);
    let shares = hop.crosstalk(&route, &records).unwrap();
    assert_eq!(shares.len(), 1);
    assert_eq!(shares[0].0, "FEXT");
    let share = shares[0].1;
    // The same pulse by the same filters: the equalizer makes a level of it, but for what it
    // leaves of the cursor. The mean square of 4096 random levels is good to 1.25 %.
    let expected = coupling.powi(2) * Modulation::Pam4.mean_square();
    assert!((share / expected - 1.0).abs() < 0.05, "{share:e} is not {expected:e}");

    let quiet = Quiet::of(&hop);
    let (mut bench, mut plan): (_, Workspace<Voltage>) = (quiet.bench(), hop.sampled.workspace());
    let root = Key::root(records.seed);
    let (mut with, mut without) = (0.0, 0.0);
    for record in 0..records.count {
        let coded = hop.coded(&route.symbols(&records, record).unwrap());
        let index = record as u64;
        let (input, beside) = quiet.noisy(&coded, root, index, &mut bench).unwrap();
        let key = root.indexed(index);
        let samples = hop.sampled.run_beside(input, beside, key, &mut plan).samples();
        with += error(&hop, samples, &coded) / records.count as f64;
        let silence = [Waveform::zeros(hop.sampled.grid())];
        let samples = hop.sampled.run_beside(input, &silence, key, &mut plan).samples();
        without += error(&hop, samples, &coded) / records.count as f64;
    }
    // As for ablation, of 32,768 symbols, and the share's own 1.25 %.
    let spread = (4.0 * without / share + 2.0) / 32_768.0 + 0.0125f64.powi(2);
    let found = with - without;
    assert!((found / share - 1.0).abs() < 3.0 * spread.sqrt(), "{found:e} is not {share:e}");
}

/// A hop of light with noise in its amplifier, and a pair of reflections whose detour is a hundred
/// symbols.
fn reflecting() -> Hop {
    let stage = |name: &str, device| Stage { name: name.to_owned(), probe: false, device };
    let modulator = MachZehnder {
        laser: CwLaser { power: 0.0.dbm(), rin: (-400.0).db_per_hz(), linewidth: 0.0.hz() },
        v_pi: 2.0.volts(),
        bias: 0.5,
        extinction: 60.0.db(),
        loss: 0.0.db(),
        bandwidth: 200.0.ghz(),
        order: 1,
        chirp: 0.0,
    };
    let pair = ReflectionPair {
        first: (-10.0).db(),
        second: (-10.0).db(),
        loss: 0.0.db(),
        distance: (0.5 * 100.0 / 53.125e9 * LIGHT_SPEED).meters(),
    };
    let reflections =
        Reflections { polarization: Polarization::Aligned, index: 1.0, pairs: vec![pair] };
    let diode = Photodiode {
        responsivity: 1.0.amperes_per_watt(),
        bandwidth: 200.0.ghz(),
        order: 1,
        dark_current: 0.0.na(),
    };
    let amplifier = Tia {
        transimpedance: 1.0.kohms(),
        bandwidth: 200.0.ghz(),
        order: 1,
        peaking: 0.0.db(),
        noise_density: 150.0.pa_per_rthz(),
        agc: None,
        compression: None,
        equalizer: None,
    };
    let mut hop = hop(0.0, Vec::new());
    hop.stages = vec![
        stage("mzm", AnyDevice::MachZehnder(modulator)),
        stage("mpi", AnyDevice::Reflections(reflections)),
        stage("pd", AnyDevice::Photodiode(diode)),
        stage("tia", AnyDevice::Tia(amplifier)),
    ];
    hop
}

/// What is detected of a pair of joints is `2 R cos(psi) sqrt(P P')` less its mean over a record,
/// which the amplifier takes off: a variance of `2 R^2 (E[P]^2 - E[sqrt P]^4)`. Over 256 records the
/// mean of `cos^2` is known to 4 %, its products with the error of the levels add 3 %, and taps of
/// least error make all levels 4 % smaller: 15 % are three deviations and that.
#[test]
fn reflections_add_their_beat_and_all_readings_know_of_them() {
    let records = Records { symbols: 256, samples_per_symbol: 8, count: 256, seed: Seed(8) };
    let report = route(reflecting()).simulate(&records).unwrap();
    let hop = &report.hops[0];
    let analysis = hop.analysis.as_ref().unwrap();
    let attribution = &analysis.attribution;
    let found = attribution.shares.iter().find(|share| share.stage == "mpi").unwrap();
    assert_eq!(found.name, "pair-1");

    // Half of a milliwatt, and what the drive of 0.4 V adds to it at the outer levels.
    let power = |v: f64| 0.5e-3 * (1.0 + (std::f64::consts::FRAC_PI_2 * v).sin());
    let powers = [-0.4, -0.4 / 3.0, 0.4 / 3.0, 0.4].map(power);
    let mean = powers.iter().sum::<f64>() / 4.0;
    let root = powers.iter().map(|p| p.sqrt()).sum::<f64>() / 4.0;
    // Power per level, by least squares.
    let slope = 0.15 * (3.0 * (powers[3] - powers[0]) + powers[2] - powers[1]);
    let expected = 2.0 * 0.01 * (mean * mean - root.powi(4)) / (slope * slope);
    assert!((found.variance / expected - 1.0).abs() < 0.15, "{found:?} is not {expected:e}");

    let whole = attribution.sum() / attribution.measured;
    assert!((whole - 1.0).abs() < 0.03, "{whole}");
    let (counted, semi, statistical) = (hop.ber.rate, analysis.ber.rate, analysis.statistical.rate);
    let errors = counted * 2.0 * 65_536.0;
    assert!(errors > 500.0, "{errors} errors");
    // Three standard errors of the count; the statistical reading takes what a record draws for
    // something that each symbol draws.
    assert!((semi / counted - 1.0).abs() < 3.0 / errors.sqrt(), "{semi} is not {counted}");
    assert!((statistical / counted - 1.0).abs() < 0.2, "{statistical} is not {counted}");
}
