//! Running a plan and deciding a record allocate nothing. A binary of its own: the allocator that
//! counts is global.

// The trait of allocators is unsafe; this one passes every call on to the system's.
#![allow(unsafe_code)]
// A test may stop at once, in its helpers too.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use lightlane::engine::{Options, Output};
use lightlane::prelude::*;
use lightlane::transceiver::{
    Branches, Ffe, Floating, Limits, Mlse, Sampler, Target, Training, adapt_with, decide,
};

thread_local! {
    /// Allocations of this thread; tests run beside each other.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

fn count() {
    COUNT.with(|count| count.set(count.get() + 1));
}

// SAFETY: every call goes to the system's allocator with the arguments it came with.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Calls of the allocator, to take and to give back, while `work` runs.
fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

const SYMBOLS: usize = 2048;

/// Every hop of every preset, with symbols and what its transmitter makes of them.
fn hops() -> Vec<(Hop, Symbols, Waveform<Voltage>)> {
    let ready = |hop: Hop| {
        let grid = Grid::new(hop.symbol_rate, 8, SYMBOLS).unwrap();
        let key = Key::root(Seed(5));
        let sent = Symbols::random(hop.modulation, SYMBOLS, key).unwrap();
        let input = hop.transmitter.plan(hop.modulation, grid).unwrap().run(&sent, key, 0);
        (hop, sent, input)
    };
    preset::all().into_iter().flat_map(|route| route.hops).map(ready).collect()
}

fn link(hop: &Hop) -> Link<Voltage, Voltage> {
    hop.link().unwrap().then_ops("front end", |ops| hop.receiver.front_end(ops)).unwrap()
}

fn check(options: impl Fn(&Hop) -> Options) {
    for (hop, _, input) in hops() {
        let plan = link(&hop).plan_with(input.grid(), &options(&hop)).unwrap();
        let mut workspace = plan.workspace();
        let beside = vec![input.clone(); plan.neighbors().len()];
        // What a crate or the standard library sets up once is not the run's.
        plan.run_beside(&input, &beside, Seed(1), &mut workspace);
        for seed in 2..4 {
            let run = || {
                plan.run_beside(&input, &beside, Seed(seed), &mut workspace);
            };
            assert_eq!(allocations(run), 0, "{}", hop.name);
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1.0f64; 100]))), 2);
}

#[test]
fn a_run_to_a_waveform_allocates_nothing() {
    check(|_| Options::default());
}

#[test]
fn a_run_with_a_probe_at_every_stage_allocates_nothing() {
    check(|hop| Options {
        probes: hop.stages.iter().map(|stage| stage.name.clone()).collect(),
        ..Options::default()
    });
}

#[test]
fn a_run_to_samples_allocates_nothing() {
    for per_symbol in [1, 2] {
        check(|_| Options {
            output: Output::Sampled { per_symbol, delay: 7e-12 },
            ..Options::default()
        });
    }
}

#[test]
fn a_transmitter_allocates_nothing() {
    for (hop, sent, mut waveform) in hops() {
        let plan = hop.transmitter.plan(hop.modulation, waveform.grid()).unwrap();
        let run = || plan.run_into(&sent, Key::root(Seed(1)), 7, &mut waveform);
        assert_eq!(allocations(run), 0, "{}", hop.name);
    }
}

#[test]
fn deciding_allocates_nothing() {
    use lightlane::transceiver::Adaptation::{Lms, Mmse, SignSignLms};
    let sequences = Mlse {
        target: Target::Whitening { memory: 1 },
        traceback: 32,
        branches: Branches::Measured,
    };
    let floating = Floating { groups: 2, taps_per_group: 3, span: 40, limit: 0.1 };
    for (adaptation, mlse, floating) in [
        (Mmse, None, None),
        (Mmse, None, Some(floating.clone())),
        (Mmse, Some(sequences), None),
        (Lms { step: 1e-3, passes: 1 }, None, None),
        (SignSignLms { step: 1e-4, passes: 1 }, None, Some(floating)),
    ] {
        for (hop, sent, input) in hops() {
            let plan = link(&hop).plan(input.grid()).unwrap();
            let mut workspace = plan.workspace();
            let beside = vec![input.clone(); plan.neighbors().len()];
            let output = plan.run_beside(&input, &beside, Seed(1), &mut workspace);
            let mut digital = hop.receiver.digital.clone();
            let adapted_by = |ffe| Ffe {
                adaptation: adaptation.clone(),
                limits: Some(Limits::All(0.8)),
                floating: floating.clone(),
                ..ffe
            };
            digital.ffe = digital.ffe.map(adapted_by);
            digital.dfe = digital.dfe.filter(|_| mlse.is_none());
            digital.mlse = mlse.clone();
            let training = [Training { samples: output.samples(), symbols: &sent }];
            let key = Key::root(Seed(3));
            let sampler = Sampler::new(&digital, hop.symbol_rate, 8, key).unwrap();
            let adapted = adapt_with(&digital, &training, 8, &sampler, key).unwrap();
            // Any sample of each symbol is a record to decide.
            let samples: Vec<f64> = output.samples().iter().step_by(8).copied().collect();
            let mut workspace = adapted.workspace(SYMBOLS);
            let run = || decide(&digital, &adapted, &samples, None, &mut workspace);
            assert_eq!(allocations(run), 0, "{}", hop.name);
        }
    }
}
