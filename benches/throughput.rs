//! Symbols per second of a linear link, beside what its transforms and noise alone would take.
//!
//! ```text
//! cargo bench --bench throughput
//! ```

use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lightlane::kernel::fft::RealFft;
use lightlane::parallel;
use lightlane::prelude::*;

/// Symbols that one measurement sends.
const SYMBOLS: usize = 1 << 17;

fn throughput(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("throughput");
    group.throughput(Throughput::Elements(SYMBOLS as u64)).sample_size(10);
    for samples_per_symbol in [8, 16] {
        let records = Records { samples_per_symbol, ..Records::of(SYMBOLS, Seed(1)) };
        let link = preset::lpo_dr_100g().prepare(&records).expect("a preset can be planned");
        let count = 0..records.count;
        let fft = RealFft::new(records.symbols * samples_per_symbol);
        for threads in [1, 2] {
            let on = |work: &(dyn Fn() + Sync)| {
                parallel::with_threads(NonZeroUsize::new(threads), work).expect("threads start");
            };
            let name = |what| format!("{what}, {samples_per_symbol} samples, {threads} thread(s)");
            group.bench_function(name("lpo-dr-100g"), |bencher| {
                bencher.iter(|| {
                    on(&|| {
                        black_box(link.count_errors(count.clone()).expect("random symbols"));
                    });
                });
            });
            group.bench_function(name("floor"), |bencher| {
                bencher.iter(|| on(&|| floor(&records, &fft)));
            });
        }
    }
    group.finish();
}

/// One pair of real transforms over each record, and a normal for each of its samples.
fn floor(records: &Records, fft: &RealFft) {
    let state = || {
        let spectrum = vec![Complex64::ZERO; fft.bins()];
        (vec![0.0; fft.len()], spectrum, vec![Complex64::ZERO; fft.scratch_len()])
    };
    parallel::map(records.count, state, |(time, spectrum, scratch), record| {
        let mut normals = Key::root(records.seed).indexed(record as u64).stream();
        for x in time.iter_mut() {
            *x = normals.sample();
        }
        fft.forward(time, spectrum, scratch);
        fft.inverse(spectrum, time, scratch);
        black_box(&time[0]);
    });
}

criterion_group!(benches, throughput);
criterion_main!(benches);
