//! The second reading against the first: finite differences, and the noise of many runs.

mod links;

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::super::{Link, Ops, Options, Output};
use super::*;
use crate::signal::{Field, Grid};
use links::*;

fn folded() -> Options {
    let output = Output::Sampled { per_symbol: 2, delay: 3.3 / 400e9 };
    Options { output, ..Options::default() }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn moved(waveform: &Waveform<Voltage>, by: &[f64], step: f64) -> Waveform<Voltage> {
    let samples = waveform.samples().iter().zip(by).map(|(x, d)| x + step * d).collect();
    Waveform::new(waveform.grid(), samples).unwrap()
}

#[test]
fn sensitivities_are_finite_differences() {
    let grid = grid(32);
    let input = smooth(grid, "input");
    let beside = smooth(grid, "beside");
    for (link, fuse) in [(chain(), true), (chain(), false), (drifting_chain(), true)] {
        for options in [Options::default(), folded()] {
            let plan = link.plan_with(grid, &Options { fuse, ..options }).unwrap();
            let mut workspace = plan.workspace();
            let weights = normals(plan.output_grid().len(), "weights");
            let neighbors = [beside.clone()];
            let along = plan.trajectory(&input, &neighbors, key(), &mut workspace).unwrap();
            let mut sensitivity = plan.sensitivity();
            plan.sense(&along, &weights, &mut sensitivity);
            let mut value = |input: &Waveform<Voltage>, beside: &Waveform<Voltage>| {
                let neighbors = [beside.clone()];
                dot(&weights, &plan.quiet(input, &neighbors, key(), &mut workspace).unwrap())
            };
            // A step of 1e-5 leaves 1e-10 of the third derivative and 1e-11 of rounding.
            let step = 1e-5;
            let directions = (0..4).map(|i| normals(grid.len(), &format!("direction {i}")));
            let single = [0, 1, 100, 255].map(|at| {
                (0..grid.len()).map(|n| f64::from(u8::from(n == at))).collect::<Vec<f64>>()
            });
            for d in directions.chain(single) {
                let up = value(&moved(&input, &d, step), &beside);
                let found = (up - value(&moved(&input, &d, -step), &beside)) / (2.0 * step);
                let expected = dot(&sensitivity.input, &d);
                let size = dot(&sensitivity.input, &sensitivity.input).sqrt() * dot(&d, &d).sqrt();
                assert!((found - expected).abs() < 1e-7 * size, "{found} is not {expected}");

                let up = value(&input, &moved(&beside, &d, step));
                let found = (up - value(&input, &moved(&beside, &d, -step))) / (2.0 * step);
                let expected = dot(&sensitivity.neighbors[0], &d);
                assert!((found - expected).abs() < 1e-7 * size, "{found} is not {expected}");
            }
        }
    }
}

#[test]
fn sensitivities_along_an_equation_of_motion_are_finite_differences() {
    // 7 symbols are forgotten about twice around, 3 symbols five times.
    for symbols in [3, 7, 200] {
        let grid = grid(symbols);
        let input = smooth(grid, "input");
        let plan = moving_chain().plan_with(grid, &folded()).unwrap();
        let mut workspace = plan.workspace();
        let weights = normals(plan.output_grid().len(), "weights");
        let along = plan.trajectory(&input, &[], key(), &mut workspace).unwrap();
        let mut sensitivity = plan.sensitivity();
        plan.sense(&along, &weights, &mut sensitivity);
        let mut value = |input: &Waveform<Voltage>| {
            dot(&weights, &plan.quiet(input, &[], key(), &mut workspace).unwrap())
        };
        let step = 1e-5;
        let directions = (0..4).map(|i| normals(grid.len(), &format!("direction {i}")));
        let single = [0, 1, 10, grid.len() - 1]
            .map(|at| (0..grid.len()).map(|n| f64::from(u8::from(n == at))).collect::<Vec<f64>>());
        for d in directions.chain(single) {
            let found =
                (value(&moved(&input, &d, step)) - value(&moved(&input, &d, -step))) / (2.0 * step);
            let expected = dot(&sensitivity.input, &d);
            let size = dot(&sensitivity.input, &sensitivity.input).sqrt() * dot(&d, &d).sqrt();
            assert!((found - expected).abs() < 1e-7 * size, "{found} is not {expected}");
        }
    }
}

#[test]
fn an_equation_of_motion_goes_around_with_its_record() {
    let grid = grid(16);
    let input = smooth(grid, "input");
    let mut turned = input.samples().to_vec();
    turned.rotate_left(29);
    let turned = Waveform::new(grid, turned).unwrap();
    let plan = moving_chain().plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let out = plan.quiet(&input, &[], key(), &mut workspace).unwrap();
    let mut expected = out.clone();
    expected.rotate_left(29);
    let found = plan.quiet(&turned, &[], key(), &mut workspace).unwrap();
    let size = out.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    assert!(size > 0.1);
    for (a, b) in found.iter().zip(&expected) {
        assert!((a - b).abs() < 1e-12 * size, "{a} is not {b}");
    }
}

/// The stream of the map's noise is known, so that its linear reading is checked draw by draw.
#[test]
fn the_noise_of_a_map_arrives_by_its_sensitivity_draw_by_draw() {
    let grid = grid(32);
    let (input, beside) = (smooth(grid, "input"), [smooth(grid, "beside")]);
    let silent = ["driver/white", "board/blue", "receiver/input"].map(String::from).to_vec();
    let plan = chain().plan_with(grid, &Options { silent, ..folded() }).unwrap();
    assert_eq!(plan.sources(), [Source { stage: "diode".into(), name: "shot".into() }]);
    let mut workspace = plan.workspace();
    let along = plan.trajectory(&input, &beside, key(), &mut workspace).unwrap();
    let noisy = plan.run_beside(&input, &beside, key(), &mut workspace).samples();
    let weights = normals(noisy.len(), "weights");
    let found = dot(&weights, noisy) - dot(&weights, along.output());
    let mut sensitivity = plan.sensitivity();
    plan.sense(&along, &weights, &mut sensitivity);
    let mut stream = key().named("diode").named("shot").stream();
    let draws: Vec<f64> = (0..grid.len()).map(|_| stream.sample()).collect();
    let expected = dot(&sensitivity.sources[0], &draws);
    // The detector is linear in its noise, and the gain is held.
    assert!((found / expected - 1.0).abs() < 1e-6, "{found} is not {expected}");
}

/// The variance that a plan's sensitivities give its output, the mean over all samples.
fn variances(plan: &Plan<Voltage, Voltage>, along: &Trajectory) -> Vec<f64> {
    let count = plan.output_grid().len();
    let mut sensitivity = plan.sensitivity();
    let mut sums = vec![0.0; plan.sources().len()];
    for n in 0..count {
        let mut weights = vec![0.0; count];
        weights[n] = 1.0;
        plan.sense(along, &weights, &mut sensitivity);
        for (sum, source) in sums.iter_mut().zip(&sensitivity.sources) {
            *sum += dot(source, source) / count as f64;
        }
    }
    sums
}

#[test]
fn the_variance_by_source_is_that_of_many_noisy_runs() {
    let grid = grid(16);
    let (input, beside) = (smooth(grid, "input"), [smooth(grid, "beside")]);
    let all = chain().plan_with(grid, &folded()).unwrap();
    let names: Vec<String> =
        all.sources().iter().map(|source| format!("{}/{}", source.stage, source.name)).collect();
    assert_eq!(names, ["driver/white", "board/blue", "diode/shot", "receiver/input"]);
    let along = all.trajectory(&input, &beside, key(), &mut all.workspace()).unwrap();
    let expected = variances(&all, &along);
    for (name, expected) in names.iter().zip(expected) {
        let silent = names.iter().filter(|other| *other != name).cloned().collect();
        let plan = chain().plan_with(grid, &Options { silent, ..folded() }).unwrap();
        let mut workspace = plan.workspace();
        let (batches, runs) = (30, 100);
        let batch = |index: u64| {
            let mut power = 0.0;
            for run in 0..runs {
                let key = key().indexed(1000 * index + run);
                let out = plan.run_beside(&input, &beside, key, &mut workspace).samples();
                let errors = out.iter().zip(along.output()).map(|(y, quiet)| (y - quiet).powi(2));
                power += errors.sum::<f64>() / out.len() as f64 / runs as f64;
            }
            power / expected - 1.0
        };
        let found: Vec<f64> = (0..batches).map(batch).collect();
        let mean = found.iter().sum::<f64>() / batches as f64;
        let spread = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        let error = (spread / (batches * (batches - 1)) as f64).sqrt();
        // Three standard errors of the mean of 30 batches of 100 runs each, about 0.7 % each.
        assert!(error < 0.01 && mean.abs() < 3.0 * error, "{name}: {mean} +- {error}");
    }
}

#[test]
fn the_variance_in_a_linear_chain_is_the_integral_of_the_density() {
    let grid = grid(64);
    let input = smooth(grid, "input");
    let pole = |f: f64, bandwidth: f64| 1.0 / (1.0 + (f / bandwidth).powi(2));
    let df = grid.frequency_step();
    let bins = grid.len() / 2;
    let integral = |density: &dyn Fn(f64) -> f64| -> f64 {
        let at = |k: usize| density(k as f64 * df).powi(2) * df;
        0.5 * (at(0) + at(bins)) + (1..bins).map(at).sum::<f64>()
    };
    let c = |f: f64| pole(f, 15e9).sqrt();
    let b = |f: f64| pole(f, 20e9).sqrt() * c(f);
    let expected = [
        integral(&|f| DENSITY * pole(f, 10e9).sqrt() * b(f)),
        integral(&|f| 1e-19 * f * b(f)),
        integral(&|f| DENSITY * c(f)),
    ];
    for fuse in [true, false] {
        for output in [Output::Waveform, folded().output] {
            let options = Options { fuse, output, ..Options::default() };
            let plan = linear_chain().plan_with(grid, &options).unwrap();
            let along = plan.trajectory(&input, &[], key(), &mut plan.workspace()).unwrap();
            for (found, expected) in variances(&plan, &along).iter().zip(expected) {
                // Up to the half bin at either end, which a filter with an imaginary part there
                // or a delayed sampler does not keep.
                assert!((found / expected - 1.0).abs() < 2e-3, "{found} is not {expected}");
            }
        }
    }
    // The first noise once more, through one pole alone: 10 GHz times atan(200 / 10), 1.2 % of
    // which lies in the half bin at zero.
    let link = Link::electrical()
        .then_ops("a", |ops| Ok(low_pass(ops.noise("white", |_| DENSITY), 10e9)))
        .unwrap();
    let plan = link.plan(grid).unwrap();
    let along = plan.trajectory(&input, &[], key(), &mut plan.workspace()).unwrap();
    let found = variances(&plan, &along)[0];
    let expected = DENSITY * DENSITY * 10e9 * 20f64.atan();
    assert!((found / expected - 1.0).abs() < 1e-3, "{found} is not {expected}");
}

#[test]
fn the_quiet_output_is_that_of_a_run_with_all_sources_silent() {
    let grid = grid(32);
    for link in [chain(), drifting_chain()] {
        check_quiet(grid, &link);
    }
}

fn check_quiet(grid: Grid, link: &Link<Voltage, Voltage>) {
    let (input, beside) = (smooth(grid, "input"), [smooth(grid, "beside")]);
    let plan = link.plan_with(grid, &folded()).unwrap();
    let quiet = plan.quiet(&input, &beside, key(), &mut plan.workspace()).unwrap();
    let along = plan.trajectory(&input, &beside, key(), &mut plan.workspace()).unwrap();
    assert_eq!(quiet, along.output());
    let silent =
        plan.sources().iter().map(|source| format!("{}/{}", source.stage, source.name)).collect();
    let silenced = link.plan_with(grid, &Options { silent, ..folded() }).unwrap();
    assert!(silenced.sources().is_empty());
    let mut workspace = silenced.workspace();
    assert_eq!(silenced.run_beside(&input, &beside, key(), &mut workspace).samples(), quiet);
    let noisy = plan.run_beside(&input, &beside, key(), &mut plan.workspace()).samples().to_vec();
    assert!(noisy.iter().zip(&quiet).any(|(a, b)| (a - b).abs() > 1e-6));
}

/// What each record draws follows its key and its name; fusing is no matter, and a silenced one is
/// the response without randomness.
#[test]
fn each_record_draws_its_own_response() {
    let grid = grid(32);
    let (input, beside) = (smooth(grid, "input"), [smooth(grid, "beside")]);
    let run = |link: &Link<Voltage, Voltage>, silent: &[&str], fuse: bool, record: u64| {
        let silent = silent.iter().map(|name| (*name).to_owned()).collect();
        let plan = link.plan_with(grid, &Options { silent, fuse, ..folded() }).unwrap();
        let key = key().indexed(record);
        plan.quiet(&input, &beside, key, &mut plan.workspace()).unwrap()
    };
    let far =
        |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let link = drifting_chain();
    let plan = link.plan_with(grid, &folded()).unwrap();
    let name = |stage: &str, source: &str| (stage.to_owned(), source.to_owned());
    let drawn = [name("span", "first"), name("span", "second"), name("drift", "gain")];
    assert_eq!(plan.drawn(), drawn);
    let one = run(&link, &[], true, 0);
    assert!(far(&one, &run(&link, &[], true, 1)) > 1e-2);
    assert!(far(&one, &run(&link, &[], false, 0)) < 1e-12);
    assert!(far(&one, &run(&link, &["span/second"], true, 0)) > 1e-2);

    // With all of them silent, what is left of the stages is written out here.
    let steady = detected(
        lit()
            .then_ops("span", |ops| Ok(ops.lti(|f| Complex64::from_polar(0.9, 1e-12 * f.0))))
            .unwrap(),
    )
    .then_ops("drift", |ops| Ok(low_pass(ops, 30e9)))
    .unwrap();
    let all = ["span/first", "span/second", "drift/gain"];
    assert!(far(&run(&link, &all, true, 0), &run(&steady, &[], true, 0)) < 1e-12);
}

#[test]
fn silencing_removes_one_source_and_no_draw_of_another() {
    let grid = grid(32);
    let input = smooth(grid, "input");
    let run = |silent: &[&str]| {
        let silent = silent.iter().map(|name| (*name).to_owned()).collect();
        let plan = linear_chain().plan_with(grid, &Options { silent, ..folded() }).unwrap();
        let mut workspace = plan.workspace();
        plan.run(&input, key(), &mut workspace).samples().to_vec()
    };
    let names = ["a/white", "b/blue", "c/drawn"];
    let (all, none) = (run(&[]), run(&names));
    for name in names {
        let others: Vec<&str> = names.iter().filter(|other| **other != name).copied().collect();
        let (without, alone) = (run(&[name]), run(&others));
        assert!(alone.iter().zip(&none).any(|(a, b)| (a - b).abs() > 1e-5));
        for n in 0..all.len() {
            let rest = all[n] - without[n] - (alone[n] - none[n]);
            assert!(rest.abs() < 1e-13, "{name}: {rest}");
        }
    }
}

#[test]
fn silencing_what_is_not_there_is_an_error() {
    let silent = vec!["a/withe".to_owned()];
    let options = Options { silent, ..Options::default() };
    let error = linear_chain().plan_with(grid(32), &options).unwrap_err();
    assert!(error.to_string().contains("a/withe"), "{error}");
}

#[test]
fn a_neighbor_adds_what_its_response_says() {
    let grid = grid(32);
    let input = smooth(grid, "input");
    let silence = Waveform::zeros(grid);
    let link = || {
        let coupled = |ops: Ops<Voltage>, name: &str, gain: f64| {
            ops.neighbor(name, move |f| Complex64::from_polar(gain, -TAU * f.0 * 5e-12))
        };
        Link::electrical()
            .then_ops("a", |ops| Ok(coupled(low_pass(ops, 10e9), "far", 0.2)))
            .unwrap()
            .then_ops("b", |ops| Ok(coupled(low_pass(ops, 20e9), "near", 0.03)))
            .unwrap()
    };
    let tone = |cycles: f64| {
        let turn = TAU * cycles / grid.len() as f64;
        let samples = (0..grid.len()).map(|n| (turn * n as f64).cos()).collect();
        Waveform::<Voltage>::new(grid, samples).unwrap()
    };
    for fuse in [true, false] {
        let plan = link().plan_with(grid, &Options { fuse, ..Options::default() }).unwrap();
        assert_eq!(plan.neighbors(), ["far", "near"]);
        let mut workspace = plan.workspace();
        let quiet = [silence.clone(), silence.clone()];
        let alone = plan.run_beside(&input, &quiet, key(), &mut workspace).clone();
        workspace.soil();
        let beside = [tone(3.0), tone(7.0)];
        let both = plan.run_beside(&input, &beside, key(), &mut workspace).clone();
        for n in 0..grid.len() {
            let arrived = |cycles: f64, gain: f64, pole: f64| {
                let f = cycles * grid.frequency_step();
                let angle = TAU * cycles * n as f64 / grid.len() as f64 - TAU * f * 5e-12;
                (Complex64::from_polar(gain, angle) / Complex64::new(1.0, f * pole)).re
            };
            let expected = arrived(3.0, 0.2, 1.0 / 20e9) + arrived(7.0, 0.03, 0.0);
            let found = both.samples()[n] - alone.samples()[n];
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }
}

#[test]
fn dirty_scratch_changes_no_bit_of_the_second_reading() {
    let grid = grid(32);
    let (input, beside) = (smooth(grid, "input"), [smooth(grid, "beside")]);
    let plan = chain().plan_with(grid, &folded()).unwrap();
    let (mut clean, mut dirty) = (plan.workspace(), plan.workspace());
    plan.run_beside(&beside[0], &beside, key().indexed(5), &mut dirty);
    dirty.soil();
    let along = plan.trajectory(&input, &beside, key(), &mut clean).unwrap();
    let again = plan.trajectory(&input, &beside, key(), &mut dirty).unwrap();
    assert_eq!(along.output(), again.output());
    let weights = normals(along.output().len(), "weights");
    let (mut fresh, mut used) = (plan.sensitivity(), plan.sensitivity());
    plan.sense(&along, &normals(weights.len(), "other weights"), &mut used);
    used.scratch.complex.fill(Complex64::new(f64::NAN, f64::INFINITY));
    used.scratch.spectrum.fill(Complex64::new(f64::NAN, f64::INFINITY));
    plan.sense(&along, &weights, &mut fresh);
    plan.sense(&again, &weights, &mut used);
    assert_eq!(fresh.input, used.input);
    assert_eq!(fresh.sources, used.sources);
    assert_eq!(fresh.neighbors, used.neighbors);
}

#[test]
fn what_cannot_be_analyzed_is_refused_with_its_stage_and_still_runs() {
    let link = Link::electrical()
        .then_ops::<Field>("modulator", |ops| Ok(ops.map(|v| Complex64::new(1.0 + v, 0.0))))
        .unwrap()
        .then_ops("filter", |ops| Ok(ops.stateful("heat", Ring)))
        .unwrap()
        .then_ops::<Voltage>("diode", |ops| Ok(ops.map(|e: Complex64| e.norm_sqr())))
        .unwrap();
    let plan = link.plan(grid(32)).unwrap();
    let input = smooth(grid(32), "input");
    let mut workspace = plan.workspace();
    for error in [
        plan.quiet(&input, &[], key(), &mut workspace).unwrap_err(),
        plan.trajectory(&input, &[], key(), &mut workspace).unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(text.contains("stage `filter`") && text.contains("`heat`"), "{text}");
    }
    let out = plan.run(&input, key(), &mut workspace);
    assert!((out.samples()[3] - (1.0 + input.samples()[3]).powi(2)).abs() < 1e-12);
}
