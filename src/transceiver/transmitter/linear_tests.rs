//! What a transmitter's sensitivities say, against what its waveforms do.

use super::*;
use crate::kernel::rng::Seed;
use crate::unit::Literals;

fn key() -> Key {
    Key::root(Seed(41))
}

/// Edges of three symbols' length, so that every record of a few symbols has some across its ends.
fn transmitter() -> Transmitter {
    Transmitter {
        swing: 0.8.volts(),
        edge: Edge::RiseTime(12.0.ps()),
        fir: vec![1.0],
        dac_bits: None,
        level_mismatch: 0.95,
        sndr: None,
        jitter: Jitter::NONE,
    }
}

fn grid() -> Grid {
    Grid::new(50.0.gbaud(), 8, 24).unwrap()
}

fn planned(transmitter: &Transmitter) -> TransmitterPlan {
    transmitter.plan(Modulation::Pam4, grid()).unwrap()
}

fn symbols() -> Symbols {
    Symbols::random(Modulation::Pam4, grid().symbols(), key().named("symbols")).unwrap()
}

/// How a value answers to each sample of the output.
fn sensitivity() -> Vec<f64> {
    let mut stream = key().named("sensitivity").stream();
    (0..grid().len()).map(|_| stream.sample()).collect()
}

fn value(waveform: &Waveform<Voltage>) -> f64 {
    sensitivity().iter().zip(waveform.samples()).map(|(s, v)| s * v).sum()
}

/// The value of a record whose edge `k` comes `delay` samples late.
fn value_of_delayed(plan: &TransmitterPlan, symbols: &Symbols, k: usize, delay: f64) -> f64 {
    let heights = plan.edge_heights(symbols);
    let mut samples = vec![0.0; plan.grid.len()];
    let mut start = 0.0;
    for (j, height) in heights.iter().enumerate() {
        let displacement = if j == k { delay } else { 0.0 };
        let position = (j * plan.grid.samples_per_symbol()) as f64 + displacement;
        plan.edge(&mut samples, &mut start, position, *height);
    }
    let mut unused = key().stream();
    let last = plan.quiet().level(symbols.values(), symbols.len() - 1, &mut unused);
    let mut v = last + start;
    for sample in &mut samples {
        v += *sample;
        *sample = v;
    }
    value(&Waveform::new(plan.grid, samples).unwrap())
}

#[test]
fn levels_answer_as_a_changed_symbol_does() {
    let plan = planned(&transmitter());
    let symbols = symbols();
    let answers = plan.sense(&sensitivity());
    let before = value(&plan.run(&symbols, key(), 0));
    // The first and the last symbols' edges reach round the end of the record.
    for k in 0..symbols.len() {
        let mut values = symbols.values().to_vec();
        values[k] = (values[k] + 1) % 4;
        let step =
            plan.levels[usize::from(values[k])] - plan.levels[usize::from(symbols.values()[k])];
        let changed = Symbols::new(Modulation::Pam4, values).unwrap();
        let found = (value(&plan.run(&changed, key(), 0)) - before) / step;
        // The record is anchored at the last level: the cut ends of its edges, 1e-9 of a step
        // each, are an offset.
        let tolerance = if k + 1 == symbols.len() { 1e-6 } else { 1e-11 };
        let expected = answers.levels[k];
        assert!((found - expected).abs() < tolerance, "{k}: {found} is not {expected}");
    }
    // All levels together are an offset, up to what the Gaussian's cut ends leave.
    let sum: f64 = answers.levels.iter().sum();
    assert!((sum - sensitivity().iter().sum::<f64>()).abs() < 1e-6);
}

#[test]
fn edges_answer_as_delayed_edges_do() {
    let plan = planned(&Transmitter { fir: vec![-0.1, 0.8, -0.1], ..transmitter() });
    let symbols = symbols();
    let answers = plan.sense(&sensitivity());
    let heights = plan.edge_heights(&symbols);
    let none = value_of_delayed(&plan, &symbols, 0, 0.0);
    assert!((none - value(&plan.run(&symbols, key(), 0))).abs() < 1e-12);
    let per_symbol = grid().samples_per_symbol() as f64;
    // Between rows of the table edges are interpolated: the step is one row.
    let step = 1.0 / 64.0;
    let largest = |order: usize| answers.edges.iter().fold(0f64, |m, e| m.max(e[order].abs()));
    for (k, &height) in heights.iter().enumerate() {
        if height == 0.0 {
            continue;
        }
        let [early, late] = [-step, step].map(|d| value_of_delayed(&plan, &symbols, k, d));
        let first = (late - early) / (2.0 * step) * per_symbol / height;
        let second = (late - 2.0 * none + early) / (step * step) * per_symbol.powi(2) / height;
        // The next terms of the series are the squares of a row over an edge's width, 3e-5.
        let [expected, bend] = answers.edges[k];
        assert!((first - expected).abs() < 1e-4 * largest(0), "{k}: {first} not {expected}");
        assert!((second - bend).abs() < 1e-4 * largest(1), "{k}: {second} not {bend}");
    }
}

#[test]
fn even_odd_jitter_is_the_sum_of_its_edges() {
    let even_odd = 2.0 / 64.0 / 8.0;
    let jitter = Jitter { even_odd: even_odd.ui(), ..Jitter::NONE };
    let plain = planned(&transmitter());
    let moved = planned(&Transmitter { jitter, ..transmitter() });
    let symbols = symbols();
    let found = value(&moved.run(&symbols, key(), 0)) - value(&plain.run(&symbols, key(), 0));
    let answers = plain.sense(&sensitivity());
    let expected: f64 = plain
        .edge_heights(&symbols)
        .iter()
        .zip(&answers.edges)
        .enumerate()
        .map(|(k, (height, [first, second]))| {
            let delay = if k % 2 == 0 { 0.5 * even_odd } else { -0.5 * even_odd };
            height * (first * delay + 0.5 * second * delay * delay)
        })
        .sum();
    assert!((found / expected - 1.0).abs() < 1e-4, "{found} is not {expected}");
}

/// Everything that is random, and what is not: rounding and even-odd jitter remain.
fn restless() -> Transmitter {
    Transmitter {
        fir: vec![-0.1, 0.8, -0.1],
        edge: Edge::RiseTime(8.0.ps()),
        dac_bits: Some(4),
        sndr: Some(22.0.db()),
        jitter: Jitter {
            random: 0.06.ui(),
            dual_dirac: 0.08.ui(),
            even_odd: 0.03.ui(),
            sinusoidal: None,
        },
        ..transmitter()
    }
}

#[test]
fn the_quiet_output_is_the_mean_of_many() {
    let plan = planned(&restless());
    let symbols = symbols();
    let quiet = plan.quiet().run(&symbols, key(), 0);
    assert_eq!(plan.quiet().run(&symbols, key(), 9), quiet);
    assert_eq!(plan.quiet().quiet().run(&symbols, key(), 0), quiet);
    let count = 10_000;
    let (mut sums, mut squares) = (vec![0.0; grid().len()], vec![0.0; grid().len()]);
    let mut waveform = Waveform::zeros(grid());
    for record in 0..count {
        plan.run_into(&symbols, key(), record, &mut waveform);
        for (n, (v, mean)) in waveform.samples().iter().zip(quiet.samples()).enumerate() {
            sums[n] += v - mean;
            squares[n] += (v - mean).powi(2);
        }
    }
    let deviations = sums.iter().zip(&squares).map(|(sum, square)| (sum / square.sqrt()).powi(2));
    let (mut mean, mut worst) = (0.0, 0f64);
    for deviation in deviations {
        mean += deviation / grid().len() as f64;
        worst = worst.max(deviation.sqrt());
    }
    // 192 samples, of which about 48 are independent: 3 sigma of one is 4 of the worst of them,
    // and the mean of the squares deviates by sqrt(2 / 48).
    assert!(worst < 4.0, "{worst} standard errors");
    assert!((mean - 1.0).abs() < 3.0 * (2.0 / 48f64).sqrt(), "{mean}");
    // Without the widened edges and their halves it would not be: steady edges are off by more.
    let steady = plan.steady().run(&symbols, key(), 0);
    let off = steady.samples().iter().zip(quiet.samples()).zip(&squares);
    assert!(off.map(|((a, b), s)| (a - b).abs() * count as f64 / s.sqrt()).any(|z| z > 20.0));
}

#[test]
fn sensitivities_give_the_variance_of_many() {
    let jitter = Jitter { random: 0.01.ui(), dual_dirac: 0.01.ui(), ..Jitter::NONE };
    for transmitter in [
        Transmitter { jitter: Jitter::NONE, ..restless() },
        Transmitter { jitter, sndr: None, ..restless() },
    ] {
        let plan = planned(&transmitter);
        let symbols = symbols();
        let quiet = value(&plan.quiet().run(&symbols, key(), 0));
        let answers = plan.sense(&sensitivity());
        let Randomness { level, edge, dual_dirac } = plan.randomness();
        let levels: f64 = answers.levels.iter().map(|s| (level * s).powi(2)).sum();
        let edges = plan.edge_heights(&symbols).into_iter().zip(&answers.edges);
        let edges: f64 =
            edges.map(|(h, s)| (h * s[0]).powi(2) * (edge.powi(2) + dual_dirac.powi(2))).sum();
        let count = 5000;
        let square = |record| (value(&plan.run(&symbols, key(), record)) - quiet).powi(2);
        let found = (0..count).map(square).sum::<f64>() / count as f64;
        let expected = levels + edges;
        // Three standard errors of the variance of 5000 Gaussian values, 6 %.
        let tolerance = 3.0 * (2.0 / count as f64).sqrt();
        assert!((found / expected - 1.0).abs() < tolerance, "{found} is not {expected}");
    }
}

#[test]
fn a_shaken_transmitter_has_each_edge_on_its_side() {
    let jitter = Jitter { random: 3.0.mui(), dual_dirac: 4.0.mui(), ..Jitter::NONE };
    let plan = planned(&Transmitter { jitter, sndr: Some(30.0.db()), ..transmitter() });
    let shaken = plan.shaken();
    let by = shaken.jitter().dual_dirac.0;
    assert!((by - 5e-3).abs() < 1e-15);
    let (symbols, record) = (symbols(), 3);
    let sides = shaken.sides(key(), record);
    assert!(sides.contains(&1.0) && sides.contains(&-1.0));
    let per_symbol = plan.grid.samples_per_symbol() as f64;
    let mut samples = vec![0.0; plan.grid.len()];
    let mut start = 0.0;
    for (k, height) in plan.edge_heights(&symbols).iter().enumerate() {
        let position = (k as f64 + by * sides[k]) * per_symbol;
        plan.steady().edge(&mut samples, &mut start, position, *height);
    }
    let found = shaken.run(&symbols, key(), record);
    // What the waveform starts from is not known here: its steps are.
    for (pair, step) in found.samples().windows(2).zip(&samples[1..]) {
        assert!((pair[1] - pair[0] - step).abs() < 1e-12);
    }
}
