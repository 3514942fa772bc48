//! Whole sweeps, on a link that is quick to train.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::route::Control;
use crate::{parallel, preset};

/// A copper link with one setting to train.
fn document() -> Document {
    let mut route = preset::copper_100g();
    route.hops[0].aggressors.clear();
    route.hops[0].receiver.ctle_search = None;
    Document::of(&route).unwrap()
}

fn sweep(axes: &[&str], measures: &[Measure]) -> Sweep {
    Sweep {
        documents: vec![document()],
        axes: axes.iter().map(|text| text.parse().unwrap()).collect(),
        measures: measures.to_vec(),
        records: Records { symbols: 512, samples_per_symbol: 8, count: 1, seed: Seed(3) },
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lightlane-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(sweep: &Sweep, folder: &Path, shard: Option<&str>, threads: usize) -> Table {
    let control = Control { progress: &|_, _| {}, stop: &AtomicBool::new(false) };
    let shard = shard.map(|text| text.parse().unwrap());
    let run = || sweep.run(folder, shard, &control).unwrap();
    parallel::with_threads(NonZeroUsize::new(threads), run).unwrap()
}

const LOSSES: &str = "*/copper.channel/loss=20 dB..28 dB:5";

#[test]
fn shards_threads_and_interruptions_change_no_byte() {
    let sweep = sweep(&[LOSSES], &[Measure::Ber]);
    let whole = folder("whole");
    let table = run(&sweep, &whole, None, 1);
    assert!(table.is_complete() && table.failures().next().is_none());
    let path = Sweep::file(&whole, None);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(table, sweep.evaluate().unwrap());

    // A killed process leaves rows in any order, the last one in part.
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let cut = &lines[3][..lines[3].len() / 2];
    std::fs::write(&path, [lines[0], lines[1], lines[5], lines[2], cut].concat()).unwrap();
    let seen = AtomicUsize::new(usize::MAX);
    let progress = |done: usize, all: usize| {
        assert_eq!(all, 5);
        seen.fetch_min(done, Ordering::Relaxed);
    };
    let control = Control { progress: &progress, stop: &AtomicBool::new(false) };
    sweep.run(&whole, None, &control).unwrap();
    assert_eq!(seen.into_inner(), 2, "two whole rows were there");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);

    let parts = folder("parts");
    for shard in ["2/2", "1/2"] {
        let message = merge(&parts).unwrap_err().to_string();
        let expected =
            if shard == "2/2" { "no file of a shard" } else { "3 of 5 points are missing" };
        assert!(message.contains(expected), "{message}");
        assert!(!run(&sweep, &parts, Some(shard), 2).is_complete());
    }
    assert!(merge(&parts).unwrap().is_complete());
    assert_eq!(std::fs::read(Sweep::file(&parts, None)).unwrap(), bytes);
    std::fs::remove_dir_all(whole).unwrap();
    std::fs::remove_dir_all(parts).unwrap();
}

#[test]
fn a_stopped_sweep_keeps_what_is_done() {
    let sweep = sweep(&[LOSSES], &[Measure::Ber]);
    let folder = folder("stopped");
    let stop = AtomicBool::new(false);
    let progress = |done: usize, _| stop.store(done >= 2, Ordering::Relaxed);
    let control = Control { progress: &progress, stop: &stop };
    let run = || sweep.run(&folder, None, &control).unwrap();
    let table = parallel::with_threads(NonZeroUsize::new(1), run).unwrap();
    assert_eq!(table.rows.len(), 2);
    assert_eq!(Table::read(&Sweep::file(&folder, None)).unwrap(), table);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_point_that_cannot_be_measured_is_a_row_that_says_so() {
    let axes =
        ["*/copper.channel/loss=20 dB, 90 dB", "host-to-host/receiver/noise-density=2, -2 nV/rtHz"];
    let axes = axes.map(|axis| axis.replace("2, -2", "2 nV/rtHz, -2"));
    let sweep = sweep(&[&axes[0], &axes[1]], &[Measure::Ber, Measure::Margin]);
    let table = sweep.evaluate().unwrap();
    let failures: Vec<(usize, &str)> = table.failures().collect();
    assert_eq!(failures.iter().map(|(point, _)| *point).collect::<Vec<_>>(), [1, 2, 3]);
    // Behind 90 dB every symbol is a guess.
    assert!(failures[1].1.contains("no noise within 40 dB"), "{}", failures[1].1);
    assert!(table.rows[&2][4].parse::<f64>().unwrap() > 0.1);
    for (point, why) in [failures[0], failures[2]] {
        assert!(why.contains("`noise-density` is -2"), "{why}");
        assert_eq!(table.rows[&point][4..8], ["", "", "", ""]);
    }
}

#[test]
fn a_short_way_to_a_ratio_is_the_same_as_the_long_one() {
    let short = sweep(&["*/copper.channel/loss=24 dB, 28 dB"], &[Measure::Ber, Measure::Margin]);
    let mut long = short.clone();
    long.measures.push(Measure::Snr);
    let [short, long] = [short, long].map(|sweep| sweep.evaluate().unwrap());
    for (point, row) in &short.rows {
        assert_eq!(row[..7], long.rows[point][..7]);
    }
}

#[test]
fn a_point_has_one_seed_in_every_grid() {
    let one = sweep(&["*/copper.channel/loss=20 dB, 24 dB"], &[Measure::Ber]);
    let other = sweep(&["*/copper.channel/loss=20 dB..24 dB:5"], &[Measure::Ber]);
    assert_eq!(one.seed(&one.point(1)), other.seed(&other.point(4)));
    assert_ne!(one.seed(&one.point(0)), one.seed(&one.point(1)));
    let axes = [LOSSES, "host-to-host/receiver/noise-density=1..3 nV/rtHz:3"];
    let grid = sweep(&axes, &[Measure::Ber]);
    let seeds: std::collections::BTreeSet<u64> =
        (0..grid.points()).map(|point| grid.seed(&grid.point(point)).0).collect();
    assert_eq!(seeds.len(), 15);
    assert_eq!(grid.point(7), Point { index: 7, route: 0, values: vec![2, 1] });
}

#[test]
fn whatever_a_result_follows_from_is_in_the_fingerprint() {
    let base = sweep(&[LOSSES], &[Measure::Ber]);
    let mut all = vec![base.clone()];
    let mut vary = |change: &dyn Fn(&mut Sweep)| {
        let mut other = base.clone();
        change(&mut other);
        all.push(other);
    };
    vary(&|sweep| sweep.records.seed = Seed(4));
    vary(&|sweep| sweep.records.count = 2);
    vary(&|sweep| sweep.measures = vec![Measure::Margin]);
    vary(&|sweep| sweep.axes[0].values[0] = "19 dB".to_owned());
    vary(&|sweep| sweep.documents[0].edit("host-to-host/transmitter/dac-bits=6").unwrap());
    let prints: std::collections::BTreeSet<u64> =
        all.iter().map(|sweep| sweep.header().unwrap().fingerprint).collect();
    assert_eq!(prints.len(), all.len());
}

#[test]
fn what_fits_no_route_is_refused_by_axis() {
    let cases = [
        ("*/copper/loss=20 dB, 21 dB", "there is no stage `copper`"),
        ("host/copper.channel/loss=20 dB, 21 dB", "there is no hop `host`"),
        ("*/copper.channel/loss=20 GHz, 21 GHz", "`GHz` is not a unit"),
        ("*/copper.channel/loss=0 dB, 21 dB", "without its longest line"),
        ("*/copper.channel/gain=1 dB..2 dB:2", "unknown field `gain`"),
        ("host-to-host/receiver/digital/ffe/taps=11..12:3", "11.5"),
    ];
    for (axis, expected) in cases {
        let message = sweep(&[axis], &[Measure::Ber]).check().unwrap_err().to_string();
        let path = axis.split('=').next().unwrap();
        assert!(message.contains(expected), "{axis}: {message}");
        assert!(message.contains(&format!("axis `{path}`")), "{axis}: {message}");
    }
    let twice = sweep(&[LOSSES], &[Measure::Ber, Measure::Ber]);
    assert!(twice.check().unwrap_err().to_string().contains("columns of a measure before"));
    let mut same = sweep(&[LOSSES], &[Measure::Ber]);
    same.documents.push(document());
    assert!(same.check().unwrap_err().to_string().contains("two routes are named"));
}

#[test]
fn two_axes_that_set_the_same_are_refused() {
    for second in [
        LOSSES,
        "host-to-host/copper.channel/loss=21 dB, 22 dB",
        "*/receiver/bandwidth,*/copper.channel.loss=21 dB, 22 dB",
    ] {
        let message = sweep(&[LOSSES, second], &[Measure::Snr]).check().unwrap_err().to_string();
        let expected = "sets what the axis `*/copper.channel/loss` before it sets";
        assert!(message.contains(expected), "{message}");
    }
    let other = "*/receiver/noise-density=4 nV/rtHz, 8 nV/rtHz";
    sweep(&[LOSSES, other], &[Measure::Snr]).check().unwrap();
}

/// Where two presets have the same energy a bit, over a range.
fn by_energy(names: [&str; 2], over: &str) -> crate::Result<Crossover> {
    let documents = names.map(|name| Document::of(&preset::named(name).unwrap()).unwrap());
    let search = CrossoverSearch {
        span: over.parse().unwrap(),
        criterion: Criterion::Energy,
        points: 4,
        seeds: 2,
        records: Records { symbols: 512, samples_per_symbol: 8, count: 1, seed: Seed(3) },
    };
    let control = Control { progress: &|_, _| {}, stop: &AtomicBool::new(false) };
    crossover(&documents, &search, &control).map(|found| found.unwrap())
}

/// A linear link has both host channels in one hop, and no SerDes for more than 40 dB.
#[test]
fn a_link_that_no_serdes_serves_is_not_overtaken() {
    let over = "*/host-tx.channel/loss,*/host-rx.channel/loss=6 dB..24 dB";
    let found = by_energy(["lpo-dr-100g", "dsp-dr-100g"], over).unwrap();
    let Crossing::Ends { value, route: 0, ahead: true, why } = &found.crossing else {
        panic!("{:?}", found.crossing)
    };
    assert!((value.median - 20.0).abs() < 0.1, "{value:?}");
    assert!(why.contains("no SerDes of 112G is known for more than 40 dB"), "{why}");
    let last = found.scan.last().unwrap();
    assert!(last.values[0].is_none() && last.failures[0].is_some() && last.failures[1].is_none());
}

#[test]
fn a_route_without_what_is_varied_stays_as_it_is() {
    let over = "*/host-tx.channel/loss=8 dB..18 dB";
    for (names, held) in [
        (["dsp-dr-100g", "cpo-mzm-dr-100g"], [false, true]),
        (["copper-100g", "dsp-dr-100g"], [true, false]),
    ] {
        let found = by_energy(names, over).unwrap();
        assert_eq!(found.held, held);
        let values = |route: usize| found.scan.iter().map(move |at| at.values[route].unwrap());
        for route in [0, 1] {
            let first = values(route).next().unwrap();
            assert_eq!(values(route).all(|value| value == first), held[route], "{names:?}");
        }
    }
    let neither = by_energy(["copper-100g", "dac-100g"], over).unwrap_err().to_string();
    assert!(neither.contains("route `copper-100g`") && neither.contains("no stage"), "{neither}");
    let some = by_energy(["dsp-dr-100g", "copper-100g"], &format!("*/copper.channel/loss,{over}"));
    assert!(some.unwrap_err().to_string().contains("no stage"));
}
