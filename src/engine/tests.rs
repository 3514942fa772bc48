//! The engine's claims, each on a small chain.

use num_complex::Complex64;

use super::{Link, Ops, Options, Output};
use crate::kernel::rng::{Key, Seed};
use crate::signal::{Field, Grid, Samples, Voltage, Waveform};
use crate::unit::Literals;

fn grid() -> Grid {
    Grid::new(50.0.gbaud(), 8, 512).unwrap()
}

fn tone(grid: Grid, cycles: f64) -> Waveform<Voltage> {
    let turn = std::f64::consts::TAU * cycles / grid.len() as f64;
    let samples = (0..grid.len()).map(|n| (turn * n as f64).cos()).collect();
    Waveform::new(grid, samples).unwrap()
}

fn low_pass(ops: Ops<Voltage>) -> Ops<Voltage> {
    ops.lti(|f| 1.0 / Complex64::new(1.0, f.0 / 10e9))
}

/// Two filters, two noises, a map to light and back, and another filter.
fn chain() -> Link<Voltage, Voltage> {
    Link::electrical()
        .then_ops("a", |ops| Ok(low_pass(ops.noise("n", |_| 1e-9))))
        .unwrap()
        .then_ops("b", |ops| Ok(low_pass(ops.noise("n", |f| 1e-9 * (f.0 / 1e9).sqrt()))))
        .unwrap()
        .then_ops::<Field>("c", |ops| Ok(ops.map(|v| Complex64::new(1.0 + 0.1 * v, 0.0))))
        .unwrap()
        .then_ops::<Voltage>("d", |ops| {
            Ok(low_pass(ops.noisy_map("shot", |e, n| e.norm_sqr() + 1e-9 * n)))
        })
        .unwrap()
}

#[test]
fn a_tone_comes_out_with_the_response_at_its_frequency() {
    let link = Link::electrical().then_ops("a", |ops| Ok(low_pass(ops))).unwrap();
    let plan = link.plan(grid()).unwrap();
    let mut workspace = plan.workspace();
    let cycles = 37.0;
    let out = plan.run(&tone(grid(), cycles), Seed(1), &mut workspace);
    let h = 1.0 / Complex64::new(1.0, cycles * grid().frequency_step() / 10e9);
    for (n, y) in out.samples().iter().enumerate() {
        let turn = std::f64::consts::TAU * cycles * n as f64 / grid().len() as f64;
        let expected = (h * Complex64::from_polar(1.0, turn)).re;
        assert!((y - expected).abs() < 1e-13);
    }
}

#[test]
fn fusing_changes_nothing() {
    let input = tone(grid(), 5.0);
    let run = |fuse| {
        let options = Options { fuse, ..Options::default() };
        let plan = chain().plan_with(grid(), &options).unwrap();
        let mut workspace = plan.workspace();
        plan.run(&input, Seed(3), &mut workspace).clone()
    };
    let (fused, unfused) = (run(true), run(false));
    for (a, b) in fused.samples().iter().zip(unfused.samples()) {
        assert!((a - b).abs() < 1e-13, "{a} and {b}");
    }
}

#[test]
fn a_dirty_workspace_changes_no_bit() {
    let input = tone(grid(), 5.0);
    let plan = chain().plan(grid()).unwrap();
    let mut clean = plan.workspace();
    let mut dirty = plan.workspace();
    plan.run(&tone(grid(), 91.0), Seed(99), &mut dirty);
    dirty.soil();
    assert_eq!(
        plan.run(&input, Seed(3), &mut clean).samples(),
        plan.run(&input, Seed(3), &mut dirty).samples()
    );
}

#[test]
fn sampling_late_is_sampling_the_waveform() {
    let input = tone(grid(), 5.0);
    let plan = chain().plan(grid()).unwrap();
    let mut workspace = plan.workspace();
    let whole = plan.run(&input, Seed(3), &mut workspace).clone();
    for per_symbol in [1, 2, 8] {
        let delay = 11.0 * grid().dt();
        let output = Output::Sampled { per_symbol, delay };
        let plan = chain().plan_with(grid(), &Options { output, ..Options::default() });
        let plan = plan.unwrap();
        let mut workspace = plan.workspace();
        let sampled = plan.run(&input, Seed(3), &mut workspace);
        assert_eq!(sampled.samples().len(), 512 * per_symbol);
        for (n, y) in sampled.samples().iter().enumerate() {
            let expected = whole.samples()[(11 + n * 8 / per_symbol) % grid().len()];
            assert!((y - expected).abs() < 1e-13);
        }
    }
}

#[test]
fn noise_has_its_density() {
    // Through a filter of known noise bandwidth: 10 GHz times pi / 2, cut at 200 GHz.
    let link =
        Link::electrical().then_ops("a", |ops| Ok(low_pass(ops.noise("n", |_| 2e-6)))).unwrap();
    let grid = Grid::new(50.0.gbaud(), 8, 8192).unwrap();
    let plan = link.plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let silence = Waveform::zeros(grid);
    let mut power = 0.0;
    let records = 16;
    for record in 0..records {
        let key = Key::root(Seed(8)).indexed(record);
        let out = plan.run(&silence, key, &mut workspace);
        power += out.samples().iter().map(|x| x * x).sum::<f64>() / grid.len() as f64;
    }
    let measured = power / records as f64;
    let expected = 4e-12 * 10e9 * (200.0f64 / 10.0).atan();
    // The noise has about 2 * 15.7 GHz * 16 records * 164 ns = 82 000 degrees of freedom.
    assert!((measured / expected - 1.0).abs() < 4.0 * (2.0 / 82_000f64).sqrt());
}

#[test]
fn adding_a_stage_leaves_the_noise_of_others_alone() {
    let noisy = |name: &str, link: Link<Voltage, Voltage>| {
        link.then_ops(name, |ops| Ok(ops.noise("n", |_| 1e-9))).unwrap()
    };
    let run = |link: Link<Voltage, Voltage>| {
        let plan = link.plan(grid()).unwrap();
        let mut workspace = plan.workspace();
        plan.run(&Waveform::zeros(grid()), Seed(5), &mut workspace).samples().to_vec()
    };
    let one = run(noisy("a", Link::electrical()));
    let other = run(noisy("b", Link::electrical()));
    let both = run(noisy("a", noisy("b", Link::electrical())));
    for ((one, other), both) in one.iter().zip(&other).zip(&both) {
        assert!((one + other - both).abs() < 1e-12 * 1e-3);
    }
    assert!(one.iter().zip(&other).any(|(a, b)| (a - b).abs() > 1e-6));
}

#[test]
fn a_probe_shows_the_stage_and_changes_nothing() {
    let input = tone(grid(), 5.0);
    let plain = chain().plan(grid()).unwrap();
    let options = Options { probes: vec!["a".to_owned(), "c".to_owned()], ..Options::default() };
    let probed = chain().plan_with(grid(), &options).unwrap();
    let (mut w1, mut w2) = (plain.workspace(), probed.workspace());
    let a = plain.run(&input, Seed(3), &mut w1).clone();
    let b = probed.run(&input, Seed(3), &mut w2).clone();
    for (a, b) in a.samples().iter().zip(b.samples()) {
        assert!((a - b).abs() < 1e-13, "{a} {b}");
    }
    assert!(matches!(w2.probe("a"), Some(Samples::Real(_))));
    assert!(matches!(w2.probe("c"), Some(Samples::Complex(_))));
    assert!(w2.probe("b").is_none());
}

#[test]
fn what_is_not_finite_is_refused_at_planning() {
    let link = Link::electrical()
        .then_ops("bad", |ops| Ok(ops.lti(|f| Complex64::from(1.0 / f.0))))
        .unwrap();
    let error = link.plan(grid()).unwrap_err().to_string();
    assert!(error.contains("stage `bad`") && error.contains("0 Hz"), "{error}");
    let link = Link::electrical().then_ops("bad", |ops| Ok(ops.noise("n", |_| f64::NAN))).unwrap();
    assert!(link.plan(grid()).is_err());
}

#[test]
fn neighbors_of_other_kinds_are_refused() {
    let chain = chain().into_any();
    let error = chain.then_ops("x", |ops: Ops<Field>| Ok(ops)).unwrap_err();
    assert!(error.is_domain());
    assert_eq!(error.to_string(), "stage `x` takes light, but stage `d` gives voltage");
}

#[test]
fn names_are_unique() {
    let error = chain().then_ops("a", Ok::<Ops<Voltage>, _>).unwrap_err().to_string();
    assert!(error.contains("two stages are named `a`"));
}
