//! The three readings of a link against each other, where a hundred errors and more are counted.

// A test says what it skipped and what it measured, and may stop at once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use lightlane::device::AnyDevice;
use lightlane::device::channel::{Section, Touchstone};
use lightlane::parallel;
use lightlane::prelude::*;
use lightlane::route::Hop;
use lightlane::transceiver::{SinusoidalJitter, TimingDetector, Tracking};

/// What two readings may differ by.
const GATE: std::ops::RangeInclusive<f64> = 0.67..=1.5;

/// Errors that a count needs to say something: their ratio is within 20 % at 95 %.
const ERRORS: u64 = 100;

/// Symbols that are counted, and those in a record.
const SYMBOLS: usize = 1 << 13;
const RECORD: usize = 1 << 11;

/// A route of one hop, and how much of it is looked at.
struct Row {
    name: String,
    route: Route,
    records: Records,
}

impl Row {
    /// A hop of a route, with so much noise in its receiver, in nV/rtHz.
    fn new(name: impl Into<String>, route: &Route, hop: &Hop, noise: f64) -> Self {
        let mut hop = hop.clone();
        hop.receiver.noise_density = noise.nv_per_rthz();
        let route = Route { hops: vec![hop], fec: None, ..route.clone() };
        let records =
            Records { symbols: RECORD, count: SYMBOLS / RECORD, ..Records::of(SYMBOLS, Seed(1)) };
        Self { name: name.into(), route, records }
    }
}

/// Reads routes, and holds both calculated readings of each against the count.
#[track_caller]
fn check(rows: &[Row]) {
    let read = |row: usize| {
        let Row { route, records, .. } = &rows[row];
        route.prepare(records).unwrap().readings().unwrap().remove(0)
    };
    let found = parallel::map(rows.len(), || (), |(), row| read(row));
    let mut wrong = Vec::new();
    for (Row { name, .. }, readings) in rows.iter().zip(&found) {
        let errors = readings.counted.errors;
        let agreement = readings.agreement();
        let ratios = [agreement.semi_analytic_over_counted, agreement.statistical_over_counted];
        let [semi_analytic, statistical] = ratios.map(|ratio| ratio.unwrap_or(f64::NAN));
        let rate = readings.counted.rate;
        let line = format!(
            "{name}: {errors} errors, {rate:.1e}; {semi_analytic:.2} and {statistical:.2} of them \
             calculated"
        );
        println!("{line}");
        let held = [semi_analytic, statistical].iter().all(|ratio| GATE.contains(ratio));
        if errors < ERRORS || !held {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{ERRORS} errors and {GATE:?} wanted:\n{}", wrong.join("\n"));
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
    ("akinwale_recon", 95.0),
    ("c2m_il14", 52.0),
    ("casc_A", 15.0),
    ("example2", 2.86),
    ("ideal", 150.0),
    ("lim_3ck/Channel1", 43.0),
    ("lim_3ck/Channel2", 46.0),
    ("lim_3ck/Channel3", 46.0),
    ("misc", 75.0),
    ("synthP", 90.0),
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
    let row = |(name, noise): &(&str, f64)| {
        let route = copper_over(&shared().join(name));
        Row::new(*name, &route, &route.hops[0], *noise)
    };
    check(&CHANNELS.iter().map(row).collect::<Vec<_>>());
}

#[test]
fn real_hosts_of_a_linear_module_agree_in_all_three_readings() {
    if !shared().exists() {
        println!("skipped: {} is not there", shared().display());
        return;
    }
    let row = |folder: &str| {
        let mut route = preset::lpo_dr_100g();
        let AnyDevice::Channel(host) = &mut route.hops[0].stages[0].device else { unreachable!() };
        let files = files(&shared().join(folder));
        host.sections = touchstone(files.iter().find(|f| lower_name(f).contains("thru")).unwrap());
        Row::new(folder, &route, &route.hops[0], 40.0)
    };
    check(&["c2m_il14", "lim_3ck/Channel1", "misc"].map(row));
}

/// The receiver noise, in nV/rtHz, that gives the hops of presets a hundred errors and more: by the
/// end of their names, the first that fits. Light that is detected with much noise of its own takes
/// more than copper does.
const PRESETS: [(&str, f64); 39] = [
    ("lpo-dr-100g/host-to-host", 40.0),
    ("lpo-dr-200g/host-to-host", 16.0),
    ("lpo-fr-100g/host-to-host", 40.0),
    ("lpo-fr-200g/host-to-host", 16.0),
    ("lpo-sr-100g/host-to-host", 14.0),
    ("lpo-eml-fr-100g/host-to-host", 40.0),
    ("lpo-eml-dr-200g/host-to-host", 16.0),
    ("lro-dr-100g/module-to-host", 62.0),
    ("lro-fr-100g/module-to-host", 62.0),
    ("lro-dr-200g/module-to-host", 25.0),
    ("lro-fr-200g/module-to-host", 25.0),
    ("rro-dr-100g/host-to-module", 134.0),
    ("rro-fr-100g/host-to-module", 134.0),
    ("rro-dr-200g/host-to-module", 82.0),
    ("rro-fr-200g/host-to-module", 82.0),
    ("dsp-dr-200g/host-to-module", 32.0),
    ("dsp-dr-200g/module-to-host", 32.0),
    ("dsp-sr-100g/module-to-module", 120.0),
    ("100g/module-to-module", 168.0),
    ("200g/module-to-module", 115.0),
    ("100g/host-to-module", 93.0),
    ("200g/host-to-module", 50.0),
    ("100g/module-to-host", 93.0),
    ("200g/module-to-host", 50.0),
    ("npo-dr-100g/host-to-host", 94.0),
    ("npo-fr-100g/host-to-host", 94.0),
    ("npo-dr-200g/host-to-host", 34.0),
    ("npo-fr-200g/host-to-host", 34.0),
    ("100g/host-to-cable", 138.0),
    ("100g/cable-to-host", 138.0),
    ("200g/host-to-cable", 60.0),
    ("200g/cable-to-host", 60.0),
    ("100g/end-to-end", 63.0),
    ("200g/end-to-end", 31.0),
    ("pcb-100g/chip-to-chip", 73.0),
    ("pcb-200g/chip-to-chip", 28.0),
    ("32g/die-to-die", 700.0),
    ("64g/die-to-die", 370.0),
    ("106g/die-to-die", 260.0),
];

/// The same for what is left: the first for modules in one package with a chip, then copper.
const OTHERS: [(&str, &str, f64); 6] = [
    ("cpo-mzm", "100g", 117.0),
    ("cpo-mrm", "100g", 122.0),
    ("cpo-mzm", "200g", 83.0),
    ("cpo-mrm", "200g", 75.0),
    ("", "100g", 26.0),
    ("", "200g", 6.5),
];

/// The receiver noise of a hop of a preset.
fn loud(route: &str, hop: &str) -> f64 {
    let name = format!("{route}/{hop}");
    let listed = PRESETS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, noise)| *noise);
    let other =
        |(start, rate, _): &&(&str, &str, f64)| route.starts_with(start) && route.ends_with(rate);
    listed.or_else(|| OTHERS.iter().find(other).map(|(.., noise)| *noise)).unwrap()
}

/// Each hop of each preset.
#[test]
fn all_presets_agree_in_all_three_readings() {
    let mut done: Vec<Hop> = Vec::new();
    let mut rows = Vec::new();
    for route in preset::all() {
        for hop in &route.hops {
            // Presets share hops; names and places do not matter.
            let same = |other: &Hop| {
                (&other.transmitter, &other.receiver) == (&hop.transmitter, &hop.receiver)
                    && other.stages == hop.stages
                    && other.aggressors == hop.aggressors
            };
            // A sequence is not decided symbol by symbol: it is counted only.
            if done.iter().any(same) || hop.receiver.digital.mlse.is_some() {
                continue;
            }
            done.push(hop.clone());
            let name = format!("{}/{}", route.name, hop.name);
            rows.push(Row::new(name, &route, hop, loud(&route.name, &hop.name)));
        }
    }
    check(&rows);
}

/// Copper whose transmitter sways by `amplitude` unit intervals, `cycles` times in a record of so many
/// symbols, so that its phase does not jump where the record begins again; with a clock loop if it is
/// `tracked`.
#[track_caller]
fn check_swaying(name: &str, amplitude: f64, cycles: f64, symbols: usize, tracked: bool) {
    let mut route = preset::copper_100g();
    let hop = &mut route.hops[0];
    let records = Records { symbols, count: (1 << 15) / symbols, ..Records::of(0, Seed(1)) };
    let frequency = Hertz(cycles * hop.symbol_rate.0 / records.symbols as f64);
    hop.transmitter.jitter.sinusoidal =
        Some(SinusoidalJitter { amplitude: amplitude.ui(), frequency });
    hop.receiver.digital.clock.tracking = tracked.then(|| Tracking {
        detector: TimingDetector::MuellerMuller,
        bandwidth: 16.0.mhz(),
        damping: None,
        latency: 0,
    });
    check(&[Row { records, ..Row::new(name, &route, &route.hops[0], 17.0) }]);
}

#[test]
fn sinusoidal_jitter_agrees_in_all_three_readings() {
    check_swaying("0.08 UI at 39 MHz", 0.08, 3.0, 1 << 12, false);
}

/// Of 0.2 UI at 3.2 MHz a loop of 16 MHz leaves a fifth.
#[test]
fn jitter_that_a_clock_follows_is_left_out_of_all_three_readings() {
    check_swaying("0.2 UI at 3.2 MHz behind a loop", 0.2, 1.0, 1 << 14, true);
}
