//! A result is a function of its inputs and its seed: not of threads, nor of when it is stopped.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use lightlane::parallel;
use lightlane::prelude::*;
use lightlane::route::Control;

/// A preset with two hops, one of them with optics; one setting to train, and one probe.
fn route() -> Route {
    let mut route = preset::lro_dr_100g();
    for hop in &mut route.hops {
        hop.receiver.ctle_search = None;
        hop.stages.iter_mut().for_each(|stage| stage.probe = stage.name == "tx.mzm");
    }
    // Enough noise that there are errors to count.
    route.hops[1].receiver.noise_density = 60.0.nv_per_rthz();
    route
}

fn records(count: usize, seed: u64) -> Records {
    Records { symbols: 1024, samples_per_symbol: 8, count, seed: Seed(seed) }
}

/// Everything in a report, as text: two reports are the same if these are, NaN included.
fn report(count: usize, seed: u64, threads: usize) -> String {
    let simulate = || route().simulate(&records(count, seed)).unwrap();
    format!("{:?}", parallel::with_threads(NonZeroUsize::new(threads), simulate).unwrap())
}

#[test]
fn threads_change_no_bit_and_the_seed_changes_the_result() {
    let one = report(66, 1, 1);
    assert_eq!(one, report(66, 1, 2), "two threads");
    assert_ne!(one, report(66, 2, 2), "another seed");
}

#[test]
fn what_is_stopped_early_is_the_beginning_of_the_whole() {
    // Records run in chunks of 64; the first look at the wish to stop is after the first chunk.
    let stop = AtomicBool::new(false);
    let seen = std::sync::Mutex::new(Vec::new());
    let progress = |done: usize, all: usize| {
        seen.lock().unwrap().push((done, all));
        stop.store(true, Ordering::Relaxed);
    };
    let control = Control { progress: &progress, stop: &stop };
    let early = route().simulate_with(&records(150, 1), &control).unwrap();
    assert_eq!(*seen.lock().unwrap(), [(64 * 1024, 150 * 1024)]);
    assert!(!early.complete);
    assert_eq!(early.symbols, 64 * 1024);

    let whole = route().simulate(&records(64, 1)).unwrap();
    assert!(whole.complete && whole.ber.errors > 0);
    assert_eq!(early.ber, whole.ber);
    for (early, whole) in early.hops.iter().zip(&whole.hops) {
        assert_eq!((&early.ber, &early.equalizer), (&whole.ber, &whole.equalizer));
    }

    let control = Control { progress: &progress, stop: &AtomicBool::new(true) };
    assert!(route().simulate_with(&records(64, 1), &control).unwrap_err().is_usage());
}
