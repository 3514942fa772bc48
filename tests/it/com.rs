//! Named tables of channel operating margin against the IEEE reference code, on real channels.

// A test says what it skipped and what it measured, and may stop at once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use lightlane::analysis::com::{Com, Crosstalk};
use lightlane::config::com_reference::{self, ComReference};
use lightlane::response::Network;
use lightlane::{parallel, preset};

/// A folder beside the package that holds real channels; not part of it.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// A run, its through channel and its aggressors.
type Run = (ComReference, Network, Vec<(Crosstalk, Network)>);

fn reference(name: &str) -> Option<Run> {
    let folder = shared(&format!("reference/com/{name}"))?;
    let channels = shared("channels")?;
    let run = com_reference::read(folder).unwrap();
    let read = |path: &PathBuf| Network::read(channels.join(path)).unwrap();
    let far = run.far_end.iter().map(|path| (Crosstalk::FarEnd, read(path)));
    let near = run.near_end.iter().map(|path| (Crosstalk::NearEnd, read(path)));
    let (through, aggressors) = (read(&run.through), far.chain(near).collect());
    Some((run, through, aggressors))
}

/// The published tables.
const TABLES: [(&str, &str); 6] = [
    ("802.3ck-kr", "KR_cascA_xt"),
    ("802.3ck-cr", "CR_lim2_xt"),
    ("802.3ck-c2c", "C2C_lim3_xt"),
    ("802.3cd-kr", "KR50_example2_xt"),
    ("802.3bj-kr", "KR25_TEC27_xt"),
    ("802.3ck-c2m", "TP1a_C2MIL14_nx"),
];

fn check_search(com: &Com, name: &str) {
    let Some((run, through, aggressors)) = reference(name) else { return };
    let report = com.evaluate(&through, &aggressors).unwrap();
    assert_eq!(report.cases.len(), com.cases.len());
    for (expected, found) in run.cases.iter().zip(&report.cases) {
        let (fom, margin) = (expected.value("FOM").unwrap(), expected.value("COM_dB").unwrap());
        println!("{name}: FOM {:.4} dB, expected {fom:.4}", found.fom_db);
        assert!(found.fom_db >= fom - 0.01, "{name}: {} dB, not {fom} dB", found.fom_db);
        // Where the setting is the same, the margin is.
        let taps = found.equalizer.taps.iter().zip(&expected.equalizer.taps);
        if taps.into_iter().all(|(a, b)| (a - b).abs() < 1e-6) {
            assert!((found.com_db - margin).abs() < 0.03, "{name}: {}", found.com_db);
        }
    }
}

#[test]
fn searches_of_published_tables_are_as_good_as_those_of_the_reference_code() {
    for (table, name) in TABLES {
        check_search(&preset::com::named(table).unwrap(), name);
    }
}

#[test]
fn the_search_with_floating_taps_far_behind_is_as_good_as_that_of_the_reference_code() {
    let name = "df_CAKR_synthP_xt";
    let Some((run, ..)) = reference(name) else { return };
    let mut table = preset::com::example_200g();
    table.cases.truncate(run.cases.len());
    check_search(&table, name);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let Some((_, through, aggressors)) = reference("C2C_lim3_xt") else { return };
    let com = preset::com::c2c_802_3ck();
    let on = |threads| {
        let evaluate = || com.evaluate(&through, &aggressors).unwrap();
        parallel::with_threads(NonZeroUsize::new(threads), evaluate).unwrap()
    };
    assert_eq!(on(1), on(2));
}
