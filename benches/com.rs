//! Channel operating margin of a channel with four aggressors: all settings of 802.3ck KR's
//! equalizers searched in two test cases, and the same at one setting.

use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{Criterion, criterion_group, criterion_main};
use lightlane::analysis::com::{Crosstalk, Equalizer};
use lightlane::response::com::ComLine;
use lightlane::response::{Network, TwoPort};
use lightlane::{parallel, preset};
use ndarray::Array3;

/// Points up to 50 GHz, every 10 MHz.
const POINTS: usize = 5001;

/// A pair of lines of 400 mm with two vias, or what an aggressor couples into it: 4 ports, wired
/// `1-2 3-4`.
fn channel(coupling: Option<f64>) -> Network {
    let line = ComLine { gamma0: 0.0, a1: 6e-4, a2: 1.2e-4, tau: 6e-3 };
    let frequency: Vec<f64> = (0..POINTS).map(|k| k as f64 * 1e7).collect();
    let mut s = Array3::zeros((POINTS, 4, 4));
    for (mut s, &hz) in s.outer_iter_mut().zip(&frequency) {
        let via = TwoPort::shunt_capacitance(hz, 60e-15, 100.0);
        let coupled = coupling.map_or(TwoPort::through(100.0), |strength| {
            TwoPort::coupling(strength * hz * 1e-9, 100.0)
        });
        let end = line.section(hz, 200.0, 95.0);
        let pair = via.cascade(&end).cascade(&coupled).cascade(&end).cascade(&via);
        for (near, far) in [(0, 1), (2, 3)] {
            s[[near, near]] = pair.s11;
            s[[far, far]] = pair.s22;
            s[[far, near]] = pair.s21;
            s[[near, far]] = pair.s12;
        }
    }
    Network::new(frequency, vec![50.0; 4], s).expect("a valid network")
}

fn com(criterion: &mut Criterion) {
    let through = channel(None);
    let aggressors: Vec<_> = [
        (Crosstalk::FarEnd, 2e-4),
        (Crosstalk::FarEnd, 1e-4),
        (Crosstalk::NearEnd, 1e-4),
        (Crosstalk::NearEnd, 5e-5),
    ]
    .map(|(kind, strength)| (kind, channel(Some(strength))))
    .into();
    let mut group = criterion.benchmark_group("com");
    group.sample_size(10);
    for (name, com) in [("kr", preset::com::kr_802_3ck()), ("c2m", preset::com::c2m_802_3ck())] {
        for threads in [1, 2] {
            group.bench_function(format!("{name}, full search, {threads} thread(s)"), |bencher| {
                let search = || black_box(com.evaluate(&through, &aggressors).expect("open"));
                let threads = NonZeroUsize::new(threads);
                bencher.iter(|| parallel::with_threads(threads, search).expect("threads start"));
            });
        }
    }
    let kr = preset::com::kr_802_3ck();
    let setting = Equalizer {
        taps: vec![-0.02, 0.08, -0.24, 0.62, -0.04],
        main: 3,
        dc_gain_db: -11.0,
        low_frequency_gain_db: -3.0,
    };
    group.bench_function("kr, one setting", |bencher| {
        bencher.iter(|| {
            black_box(kr.evaluate_with(&setting, &through, &aggressors).expect("open"));
        });
    });
    group.finish();
}

criterion_group!(benches, com);
criterion_main!(benches);
