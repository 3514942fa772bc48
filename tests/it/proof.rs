//! Claims, computed again: the rows that `lightlane verify` prints hold.

// A test says what it skipped.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

use lightlane::proof::{self, Claim, ProofReport, Verdict};

/// A folder beside the package that holds results of others; not part of it.
fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")
}

/// Checks the claims that are wanted, and that there are any where there is data.
fn check(wanted: impl Fn(&Claim) -> bool) {
    let claims = proof::claims(Some(&shared())).into_iter().filter(wanted);
    let report = ProofReport::new(claims.flat_map(|claim| claim.check()).collect());
    for row in report.rows.iter().filter(|row| row.verdict == Verdict::Skipped) {
        println!("skipped: {}: {}", row.what, row.note.as_deref().unwrap_or_default());
    }
    for area in &report.areas {
        println!("{area:?}");
    }
    let wrong: Vec<_> = report.rows.iter().filter(|row| row.wrong()).collect();
    assert!(report.passed && wrong.is_empty(), "{wrong:#?}");
    assert!(!report.rows.is_empty() || !shared().exists());
}

#[test]
fn closed_forms_hold_without_any_data() {
    let rows: Vec<_> = proof::claims(None).iter().flat_map(Claim::check).collect();
    let wrong: Vec<_> = rows.iter().filter(|row| row.verdict != Verdict::Holds).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows.len() > 70, "{}", rows.len());
}

#[test]
fn small_cases_of_the_com_reference_code_hold() {
    check(|claim| claim.name.starts_with("com min_") || claim.name.starts_with("com unit_"));
}

#[test]
fn published_tables_of_the_com_reference_code_hold() {
    let small = |name: &str| name.starts_with("com min_") || name.starts_with("com unit_");
    check(|claim| {
        let name = &claim.name;
        name.starts_with("com ") && !small(name) && !name.ends_with(" search")
    });
}

#[test]
fn mixed_modes_and_closures_of_an_instrument_hold() {
    let instrument = |name: &str| name.starts_with("tdecq ") && !name.contains("ssprq");
    check(|claim| claim.name == "mixed mode" || instrument(&claim.name));
}

#[test]
fn data_that_is_not_there_is_skipped_visibly() {
    let claims = proof::claims(Some(Path::new("no-such-folder")));
    let skipped = |claim: &Claim| claim.check().iter().any(|row| row.verdict == Verdict::Skipped);
    let names: Vec<&str> =
        claims[proof::claims(None).len()..].iter().map(|claim| claim.name.as_str()).collect();
    assert_eq!(names, ["mixed mode", "tdecq", "com"]);
    assert!(claims[proof::claims(None).len()..].iter().all(skipped));
}

#[test]
fn a_broken_reference_fails_and_says_where() {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken");
    let folder = data.join("reference/com/broken");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.json"), "{\"com_parameters_SI\": {}}").unwrap();
    let claims = proof::claims(Some(&data));
    let claim = claims.iter().find(|claim| claim.name == "com broken").unwrap();
    let rows = claim.check();
    assert_eq!((rows.len(), rows[0].verdict), (1, Verdict::Failed));
    assert!(rows[0].note.as_deref().unwrap().contains("config.json"), "{rows:?}");
    std::fs::remove_dir_all(&data).unwrap();
}
