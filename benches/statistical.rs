//! The statistical engine, beside one transform of its length and beside convolutions on a grid.
//!
//! ```text
//! cargo bench --bench statistical
//! ```

use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{Criterion, criterion_group, criterion_main};
use lightlane::analysis::statistical::{
    Aggressor, AggressorPhase, ByPhase, EdgeJitter, EyeCut, Gaussian, LinearLink, Pulse,
    StatisticalEye, Timing,
};
use lightlane::kernel::fft::RealFft;
use lightlane::kernel::gauss;
use lightlane::parallel;
use lightlane::prelude::*;

/// Columns of the eye.
const PHASES: usize = 64;

/// Rows over all voltages that are possible.
const ROWS: usize = 1024;

/// Symbols of the pulse before and after its cursor.
const SPAN: [usize; 2] = [16, 64];

/// A smooth pulse with a long tail that rings, about 1 at its peak.
fn pulse(scale: f64) -> Pulse {
    let at = |n: usize| n as f64 / PHASES as f64 - SPAN[0] as f64;
    let step = |t: f64| gauss::q(-t / 0.3);
    let tail = |t: f64| if t > 0.0 { 0.02 * (-0.06 * t).exp() * (2.1 * t).sin() } else { 0.0 };
    let value = |t: f64| scale * (1.1 * (step(t + 0.5) - step(t - 0.5)) + tail(t));
    let values = (0..PHASES * (SPAN[0] + SPAN[1])).map(|n| value(at(n))).collect();
    Pulse { values, cursor: PHASES * SPAN[0], samples_per_symbol: PHASES }
}

/// PAM4 at 24 dB, with mixed noise, distortion and feedback.
fn plain() -> LinearLink {
    let levels = vec![-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0];
    let noise =
        |sigma| vec![Gaussian { weight: 0.7, sigma }, Gaussian { weight: 0.3, sigma: 1.2 * sigma }];
    let bend = |level: f64| (0..256).map(move |n| 1e-4 * level * f64::from(n % 16 * (n % 13) - 90));
    LinearLink {
        modulation: Modulation::Pam4,
        pulse: pulse(1.0),
        feedback: vec![0.05],
        aggressors: vec![],
        noise: ByPhase { phases: vec![[0.032, 0.034, 0.037, 0.04].map(noise).to_vec()] },
        distortion: ByPhase {
            phases: vec![levels.iter().map(|&level| bend(level).collect()).collect()],
        },
        levels,
        jitter: EdgeJitter::NONE,
        filter: None,
        bends: ByPhase::NONE,
        joints: ByPhase::NONE,
        slopes: ByPhase::NONE,
        swell: ByPhase::NONE,
        swell_joints: ByPhase::NONE,
        timing: Timing::STILL,
        thresholds: vec![-0.67, 0.0, 0.67],
    }
}

/// The same with all kinds of jitter.
fn with_jitter() -> LinearLink {
    let jitter = EdgeJitter { random: 0.01, dual_dirac: 0.02, even_odd: 0.02 };
    LinearLink { jitter, ..plain() }
}

/// The same with eight aggressors of random phase.
fn whole() -> LinearLink {
    let aggressor = |n: usize| Aggressor {
        name: format!("aggressor {n}"),
        levels: vec![-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0],
        pulse: pulse(0.02 / (1.0 + n as f64)),
        phase: AggressorPhase::Random,
    };
    LinearLink { aggressors: (0..8).map(aggressor).collect(), ..with_jitter() }
}

fn statistical(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("statistical");
    group.sample_size(20);
    for (name, link) in [("plain", plain()), ("jitter", with_jitter()), ("whole", whole())] {
        group.bench_function(format!("one phase, {name}"), |bencher| {
            bencher.iter(|| black_box(EyeCut::of(&link, 0).expect("a valid link").ratios()));
        });
        for threads in [1, 2] {
            group.bench_function(format!("eye, {name}, {threads} thread(s)"), |bencher| {
                let eye = || black_box(StatisticalEye::of(&link, ROWS).expect("a valid link"));
                let threads = NonZeroUsize::new(threads);
                bencher.iter(|| parallel::with_threads(threads, eye).expect("threads start"));
            });
        }
    }
    let fft = RealFft::new(ROWS);
    let mut spectrum = vec![Complex64::ZERO; fft.bins()];
    let mut scratch = vec![Complex64::ZERO; fft.scratch_len()];
    let mut time = vec![0.0; ROWS];
    group.bench_function("transform", |bencher| {
        bencher.iter(|| {
            spectrum.fill(Complex64::ONE);
            fft.inverse(black_box(&mut spectrum), &mut time, &mut scratch);
            black_box(time[1]);
        });
    });
    let link = plain();
    group.bench_function("convolutions of one phase", |bencher| {
        bencher.iter(|| black_box(convolved(&link, ROWS)));
    });
    group.finish();
}

/// The density of interference at the cursor on a grid, one symbol after the other: each value
/// rounded to a row.
fn convolved(link: &LinearLink, rows: usize) -> Vec<f64> {
    let row = 4.0 / rows as f64;
    let mut density = vec![0.0; rows];
    density[rows / 2] = 1.0;
    for (symbol, tap) in link.pulse.values.iter().step_by(PHASES).enumerate() {
        if symbol == SPAN[0] {
            continue;
        }
        let mut sum = vec![0.0; rows];
        for level in &link.levels {
            let shift = (level * tap / row).round() as isize;
            let from = shift.max(0) as usize;
            let count = rows - shift.unsigned_abs();
            let source = &density[(from as isize - shift) as usize..][..count];
            sum[from..from + count].iter_mut().zip(source).for_each(|(to, x)| *to += 0.25 * x);
        }
        density = sum;
    }
    density
}

criterion_group!(benches, statistical);
criterion_main!(benches);
