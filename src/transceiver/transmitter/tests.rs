//! Steps, levels, noise and jitter of a transmitter's waveform.

use std::f64::consts::SQRT_2;

use super::*;
use crate::kernel::rng::Seed;
use crate::unit::Literals;

fn transmitter() -> Transmitter {
    Transmitter {
        swing: 0.8.volts(),
        edge: Edge::RiseTime(6.0.ps()),
        fir: vec![1.0],
        dac_bits: None,
        level_mismatch: 1.0,
        sndr: None,
        jitter: Jitter::NONE,
    }
}

fn key() -> Key {
    Key::root(Seed(3))
}

fn symbols(grid: Grid) -> Symbols {
    Symbols::random(Modulation::Pam4, grid.symbols(), key()).unwrap()
}

/// Mid-symbol samples of a waveform whose symbols are long against its edges.
fn settled(transmitter: &Transmitter, symbols: &Symbols) -> Vec<f64> {
    let grid = Grid::new(5.0.gbaud(), 64, symbols.len()).unwrap();
    let plan = transmitter.plan(symbols.modulation(), grid).unwrap();
    let waveform = plan.run(symbols, key(), 0);
    (0..symbols.len()).map(|k| waveform.samples()[k * 64 + 32]).collect()
}

#[test]
fn a_step_is_the_integral_of_a_gaussian() {
    let grid = Grid::new(10.0.gbaud(), 512, 8).unwrap();
    let steps = Symbols::new(Modulation::Nrz, vec![0, 0, 0, 0, 1, 1, 1, 1]).unwrap();
    let waveform = transmitter().plan(Modulation::Nrz, grid).unwrap().run(&steps, key(), 0);
    for (n, &v) in waveform.samples().iter().enumerate().skip(1024).take(2048) {
        let t = (n as f64 - 2048.0) * grid.dt();
        let expected = 0.4 * libm::erf(t / (6e-12 / 1.6832 * SQRT_2));
        assert!((v - expected).abs() < 1e-5 * 0.8, "{n}: {v} is not {expected}");
    }
    // 20 to 80 % takes the rise time.
    let crossing = |level: f64| {
        let n = (1800..2300).find(|&n| waveform.samples()[n] > level).unwrap();
        let (a, b) = (waveform.samples()[n - 1], waveform.samples()[n]);
        (n as f64 - (b - level) / (b - a)) * grid.dt()
    };
    assert!((crossing(0.24) - crossing(-0.24) - 6e-12).abs() < 0.02e-12);
}

#[test]
fn an_edge_given_by_bandwidth_is_3_db_down_there() {
    let sigma = Edge::Bandwidth(30.0.ghz()).sigma().unwrap();
    let response = (-0.5 * (std::f64::consts::TAU * 30e9 * sigma).powi(2)).exp();
    assert!((20.0 * response.log10() + 3.0103).abs() < 1e-4);
}

#[test]
fn the_filter_spreads_symbols_and_its_largest_tap_is_the_main_one() {
    let mut values = vec![1; 16];
    values[8] = 2;
    let symbols = Symbols::new(Modulation::Pam4, values).unwrap();
    let filtered = Transmitter { fir: vec![0.05, -0.15, 0.7, -0.1], ..transmitter() };
    let levels = settled(&filtered, &symbols);
    let flat = levels[0];
    for (k, tap) in [(6, 0.05), (7, -0.15), (8, 0.7), (9, -0.1), (10, 0.0)] {
        let expected = flat + 0.4 * 2.0 / 3.0 * tap;
        assert!((levels[k] - expected).abs() < 1e-9, "symbol {k}");
    }
}

#[test]
fn level_mismatch_is_r_lm() {
    let symbols = Symbols::new(Modulation::Pam4, vec![0, 1, 2, 3]).unwrap();
    let v = settled(&Transmitter { level_mismatch: 0.95, ..transmitter() }, &symbols);
    let middle = 0.5 * (v[0] + v[3]);
    let es1 = (v[1] - middle) / (v[0] - middle);
    let es2 = (v[2] - middle) / (v[3] - middle);
    let ratio = (3.0 * es1).min(3.0 * es2).min(2.0 - 3.0 * es1).min(2.0 - 3.0 * es2);
    assert!((ratio - 0.95).abs() < 1e-9);
}

#[test]
fn the_converter_rounds_to_its_steps() {
    let symbols = Symbols::random(Modulation::Pam8, 64, key()).unwrap();
    let coarse = Transmitter { dac_bits: Some(4), fir: vec![-0.1, 0.9], ..transmitter() };
    for v in settled(&coarse, &symbols) {
        let code = (v / 0.4 + 1.0) * 0.5 * 15.0;
        assert!((code - code.round()).abs() < 1e-6);
    }
}

#[test]
fn noise_has_the_sndr() {
    let symbols = Symbols::new(Modulation::Pam4, vec![3; 4096]).unwrap();
    let fir = vec![-0.1, 0.8];
    let noisy = Transmitter { sndr: Some(30.0.db()), fir, ..transmitter() };
    let levels = settled(&noisy, &symbols);
    let power = levels.iter().map(|v| (v - 0.7 * 0.4).powi(2)).sum::<f64>() / 4096.0;
    let sndr = 20.0 * (0.8f64 * 0.4).log10() - 10.0 * power.log10();
    // 4096 normals give their power to 2.2 %, 0.1 dB: three of them.
    assert!((sndr - 30.0).abs() < 0.3, "{sndr}");
}

/// Displacement of each edge of an alternating pattern, in unit intervals, from where it
/// crosses zero.
fn displacements(jitter: Jitter, record: u64) -> Vec<f64> {
    let grid = Grid::new(10.0.gbaud(), 32, 2048).unwrap();
    let values = (0..2048).map(|k| (k % 2) as u8).collect();
    let symbols = Symbols::new(Modulation::Nrz, values).unwrap();
    let plan = Transmitter { jitter, ..transmitter() }.plan(Modulation::Nrz, grid).unwrap();
    let waveform = plan.run(&symbols, key(), record);
    let v = waveform.samples();
    (1..2048)
        .map(|k| {
            let middle = k * 32;
            let n = (middle - 15..middle + 16).find(|&n| v[n - 1] * v[n] <= 0.0).unwrap();
            let crossing = n as f64 - v[n] / (v[n] - v[n - 1]);
            (crossing - middle as f64) / 32.0
        })
        .collect()
}

#[test]
fn edges_are_displaced_by_each_kind_of_jitter() {
    let rms = |x: &[f64]| (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt();

    let random = Jitter { random: 0.02.ui(), ..Jitter::NONE };
    assert!((rms(&displacements(random, 0)) / 0.02 - 1.0).abs() < 0.05);

    let dual = Jitter { dual_dirac: 0.03.ui(), ..Jitter::NONE };
    assert!(displacements(dual, 0).iter().all(|d| (d.abs() - 0.03).abs() < 1e-3));

    let even_odd = Jitter { even_odd: 0.02.ui(), ..Jitter::NONE };
    let moved = displacements(even_odd, 0);
    assert!(moved.windows(2).all(|d| ((d[0] - d[1]).abs() - 0.02).abs() < 1e-3));
}

#[test]
fn sinusoidal_jitter_runs_on_from_record_to_record() {
    let tone = SinusoidalJitter { amplitude: 0.1.ui(), frequency: 7.0.mhz() };
    let jitter = Jitter { sinusoidal: Some(tone), ..Jitter::NONE };
    let both = [displacements(jitter, 4), displacements(jitter, 5)];
    // Fit one sine to both records, each of 2048 edges: nothing is left over.
    let turn = std::f64::consts::TAU * 7e6 / 10e9;
    let (mut i, mut q) = (0.0, 0.0);
    for k in 1..2048 {
        let phase = turn * (2.0 * 2048.0 + k as f64 + 2.0 * 2048.0);
        i += both[0][k - 1] * phase.sin();
        q += both[0][k - 1] * phase.cos();
    }
    let phase0 = q.atan2(i);
    for (record, moved) in [4.0, 5.0].into_iter().zip(&both) {
        for k in 1..2048 {
            let phase = turn * (record * 2048.0 + k as f64) + phase0;
            assert!((moved[k - 1] - 0.1 * phase.sin()).abs() < 5e-3, "record {record}, {k}");
        }
    }
}

#[test]
fn a_displaced_record_is_still_periodic() {
    let grid = Grid::new(53.125.gbaud(), 16, 256).unwrap();
    let tone = SinusoidalJitter { amplitude: 5.0.ui(), frequency: 40.0.mhz() };
    let jitter = Jitter { sinusoidal: Some(tone), random: 0.01.ui(), ..Jitter::NONE };
    let plan = Transmitter { jitter, ..transmitter() }.plan(Modulation::Pam4, grid).unwrap();
    let waveform = plan.run(&symbols(grid), key(), 0);
    // Never outside the swing, not even where edges cross the end of the record.
    assert!(waveform.samples().iter().all(|v| v.abs() < 0.4 + 1e-6));
}

#[test]
fn edges_too_fast_for_the_grid_are_refused() {
    let fast = Transmitter { edge: Edge::RiseTime(0.5.ps()), ..transmitter() };
    let grid = Grid::new(53.125.gbaud(), 8, 64).unwrap();
    let error = fast.plan(Modulation::Pam4, grid).unwrap_err().to_string();
    assert!(error.contains("`edge`") && error.contains("8 samples per symbol"), "{error}");
}

#[test]
fn taps_beyond_the_swing_are_refused() {
    let loud = Transmitter { fir: vec![-0.2, 1.0], ..transmitter() };
    let grid = Grid::new(53.125.gbaud(), 8, 64).unwrap();
    assert!(loud.plan(Modulation::Pam4, grid).unwrap_err().is_parameter());
}
