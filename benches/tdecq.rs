//! TDECQ of one period of SSPRQ: 65,535 symbols with 20 samples each, from samples to decibels.
//!
//! ```text
//! cargo bench --bench tdecq
//! ```

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use lightlane::analysis::tdecq::Tdecq;
use lightlane::kernel::fft::RealFft;
use lightlane::prelude::*;
use lightlane::signal::{Capture, pattern};

/// Samples of a unit interval.
const EACH: usize = 20;

/// Edges over a unit interval, between the middles of symbols.
fn capture() -> Capture {
    let symbols = Symbols::new(Modulation::Pam4, pattern::ssprq()).expect("levels of PAM4");
    let levels = symbols.levels();
    let count = levels.len();
    let samples = (0..count * EACH).map(|i| {
        let (n, share) = (i / EACH, (i % EACH) as f64 / EACH as f64);
        1e-3 + 0.5e-3 * (levels[n] + share * (levels[(n + 1) % count] - levels[n]))
    });
    Capture {
        samples: samples.collect(),
        samples_per_symbol: EACH,
        symbol_rate: 53.125.gbaud(),
        symbols: Some(symbols),
        pattern: None,
    }
}

fn tdecq(criterion: &mut Criterion) {
    let capture = capture();
    let mut group = criterion.benchmark_group("tdecq");
    group.sample_size(10);
    let five = Tdecq::five_taps();
    for (name, settings) in [
        ("5 taps, main tap 3", Tdecq { main_tap: Some(3), ..five.clone() }),
        ("5 taps, best main tap", five),
        ("9 taps, best main tap", Tdecq::nine_taps()),
        ("15 taps, best main tap", Tdecq::fifteen_taps()),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(settings.measure(&capture).expect("a lock")));
        });
    }
    // What filtering alone takes.
    let fft = RealFft::new(capture.samples.len());
    let mut spectrum = vec![Complex64::ZERO; fft.bins()];
    let mut scratch = vec![Complex64::ZERO; fft.scratch_len()];
    group.bench_function("one pair of transforms", |bencher| {
        bencher.iter(|| {
            let mut time = capture.samples.clone();
            fft.forward(&mut time, &mut spectrum, &mut scratch);
            fft.inverse(&mut spectrum, &mut time, &mut scratch);
            black_box(time[0])
        });
    });
    group.finish();
}

criterion_group!(benches, tdecq);
criterion_main!(benches);
