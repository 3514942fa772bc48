//! The three readings of a link against each other, where a hundred errors and more are counted.

// A test says what it skipped and what it measured, and may stop at once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use lightlane::device::AnyDevice;
use lightlane::device::channel::{Section, Touchstone};
use lightlane::prelude::*;
use lightlane::route::Hop;
use lightlane::transceiver::{SinusoidalJitter, TimingDetector, Tracking};

/// What two readings may differ by.
const GATE: std::ops::RangeInclusive<f64> = 0.67..=1.5;

/// Errors that a count needs to say something: their ratio is within 20 % at 95 %.
const ERRORS: u64 = 100;

/// Symbols that are counted.
const SYMBOLS: usize = 1 << 16;

/// A link with a receiver of so much noise, in nV/rtHz, as `route` has but for one hop.
fn hop_alone(route: &Route, hop: &Hop, noise: f64) -> Route {
    let mut hop = hop.clone();
    hop.receiver.noise_density = noise.nv_per_rthz();
    Route { hops: vec![hop], fec: None, ..route.clone() }
}

/// Simulates a route of one hop, seed 1, and holds both calculated readings against the count.
#[track_caller]
fn check(name: &str, route: &Route) {
    check_in(name, route, Records::of(SYMBOLS, Seed(1)));
}

#[track_caller]
fn check_in(name: &str, route: &Route, records: Records) {
    let report = route.simulate(&records).unwrap();
    let hop = &report.hops[0];
    let errors = hop.ber.errors;
    let agreement = hop.agreement();
    let semi_analytic = agreement.semi_analytic_over_counted.unwrap_or(f64::NAN);
    let statistical = agreement.statistical_over_counted.unwrap_or(f64::NAN);
    println!("{name}: {errors} errors, {semi_analytic:.2} and {statistical:.2} of them calculated");
    assert!(errors >= ERRORS, "{name}: {errors} errors");
    assert!(GATE.contains(&semi_analytic), "{name}: semi-analytic over counted {semi_analytic}");
    assert!(GATE.contains(&statistical), "{name}: statistical over counted {statistical}");
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/channels")
}

fn touchstone(file: &Path) -> Vec<Section> {
    vec![Section::Touchstone(Touchstone { file: file.to_owned(), ports: None, reversed: false })]
}

/// The files of a folder, by name; none where it is absent.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn lower_name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().to_lowercase()
}

/// Copper over the channel of a folder, with as many neighbors as it has files of them.
fn copper_over(folder: &Path) -> Route {
    let mut route = preset::copper_100g();
    let hop = &mut route.hops[0];
    let templates = std::mem::take(&mut hop.aggressors);
    for (index, file) in files(folder).iter().enumerate() {
        let name = lower_name(file);
        if name.contains("thru") {
            let AnyDevice::Channel(channel) = &mut hop.stages[0].device else { unreachable!() };
            channel.sections = touchstone(file);
        } else if let Some(kind) = ["fext", "next"].into_iter().find(|kind| name.contains(kind)) {
            let like = templates.iter().find(|other| other.name.starts_with(kind)).unwrap();
            let mut neighbor = like.clone();
            neighbor.name = format!("{kind}-of-file-{index}");
            neighbor.delay = (0.3 * index as f64).fract().ui();
            neighbor.channel.sections = touchstone(file);
            hop.aggressors.push(neighbor);
        }
    }
    route
}

/// Each channel with the receiver noise, in nV/rtHz, that makes a hundred errors and more; two are
/// made for half the symbol rate, and their eyes are closed with hardly any noise.
const CHANNELS: [(&str, f64); 11] = [
    ("akinwale_recon", 55.0),
    ("c2m_il14", 34.0),
    ("casc_A", 8.5),
    ("example2", 2.86),
    ("ideal", 92.0),
    ("lim_3ck/Channel1", 30.0),
    ("lim_3ck/Channel2", 30.0),
    ("lim_3ck/Channel3", 30.0),
    ("misc", 47.0),
    ("synthP", 51.0),
    ("tec_whisper27in", 2.86),
];

/// Every channel that there is, with the neighbors that come with it.
#[test]
fn real_channels_with_their_neighbors_agree_in_all_three_readings() {
    if !shared().exists() {
        println!("skipped: {} is not there", shared().display());
        return;
    }
    let known = |folder: &Path| CHANNELS.iter().any(|(name, _)| folder.ends_with(name));
    let has_channel = |folder: &Path| files(folder).iter().any(|f| lower_name(f).contains("thru"));
    for folder in
        files(&shared()).iter().flat_map(|folder| [vec![folder.clone()], files(folder)].concat())
    {
        assert!(known(&folder) || !has_channel(&folder), "{} has a channel", folder.display());
    }
    for (name, noise) in CHANNELS {
        let route = copper_over(&shared().join(name));
        check(name, &hop_alone(&route, &route.hops[0], noise));
    }
}

#[test]
fn real_hosts_of_a_linear_module_agree_in_all_three_readings() {
    if !shared().exists() {
        println!("skipped: {} is not there", shared().display());
        return;
    }
    for (folder, noise) in [("c2m_il14", 28.0), ("lim_3ck/Channel1", 28.0), ("misc", 28.0)] {
        let mut route = preset::lpo_dr_100g();
        let AnyDevice::Channel(host) = &mut route.hops[0].stages[0].device else { unreachable!() };
        let files = files(&shared().join(folder));
        host.sections = touchstone(files.iter().find(|f| lower_name(f).contains("thru")).unwrap());
        check(folder, &hop_alone(&route, &route.hops[0], noise));
    }
}

/// Each hop of each preset, its receiver's noise doubled until errors come.
#[test]
fn all_presets_agree_in_all_three_readings() {
    let mut done: Vec<Hop> = Vec::new();
    for route in preset::all() {
        for hop in &route.hops {
            // Presets share hops; names and places do not matter.
            let same = |other: &Hop| {
                (&other.transmitter, &other.receiver) == (&hop.transmitter, &hop.receiver)
                    && other.stages == hop.stages
                    && other.aggressors == hop.aggressors
            };
            if done.iter().any(same) {
                continue;
            }
            done.push(hop.clone());
            let loud = (2..8)
                .map(|doubled| hop_alone(&route, hop, 2.86 * f64::from(1 << doubled)))
                .find(|route| {
                    let prepared = route.prepare(&Records::of(SYMBOLS, Seed(1))).unwrap();
                    prepared.count_errors(0..4).unwrap().ratio().errors >= 2 * ERRORS / 4
                });
            check(&format!("{}/{}", route.name, hop.name), &loud.expect("noise makes errors"));
        }
    }
}

/// Copper whose transmitter sways by `amplitude` unit intervals, `cycles` times in a record of 16,384
/// symbols, so that its phase does not jump where the record begins again; with a clock loop if it is
/// `tracked`.
#[track_caller]
fn check_swaying(name: &str, amplitude: f64, cycles: f64, tracked: bool) {
    let mut route = preset::copper_100g();
    let hop = &mut route.hops[0];
    let records =
        Records { symbols: 1 << 14, count: SYMBOLS >> 14, ..Records::of(SYMBOLS, Seed(1)) };
    let frequency = Hertz(cycles * hop.symbol_rate.0 / records.symbols as f64);
    hop.transmitter.jitter.sinusoidal =
        Some(SinusoidalJitter { amplitude: amplitude.ui(), frequency });
    hop.receiver.digital.clock.tracking = tracked.then(|| Tracking {
        detector: TimingDetector::MuellerMuller,
        bandwidth: 16.0.mhz(),
        damping: None,
        latency: 0,
    });
    check_in(name, &hop_alone(&route, &route.hops[0], 17.0), records);
}

#[test]
fn sinusoidal_jitter_agrees_in_all_three_readings() {
    check_swaying("0.08 UI at 39 MHz", 0.08, 12.0, false);
}

/// Of 0.2 UI at 3.2 MHz a loop of 16 MHz leaves a fifth.
#[test]
fn jitter_that_a_clock_follows_is_left_out_of_all_three_readings() {
    check_swaying("0.2 UI at 3.2 MHz behind a loop", 0.2, 1.0, true);
}
