//! Channel operating margin against the IEEE reference code, on real channels.

// A test says what it skipped and what it measured, and may stop at once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use lightlane::analysis::com::{CaseReport, Com, Compat, Crosstalk, EffectiveReturnLoss, LossBand};
use lightlane::config::com_reference::{self, ComReference, ComReferenceCase};
use lightlane::response::{Network, PortMap, SampledTwoPort, TwoPort};
use lightlane::unit::{Hertz, Literals};
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

fn all() -> Vec<String> {
    let Some(folder) = shared("reference/com") else { return Vec::new() };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("config.json").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Rows of a table, by the names of columns.
fn columns<const N: usize>(path: &Path, wanted: [&str; N]) -> Vec<[f64; N]> {
    let text = std::fs::read_to_string(path).unwrap();
    let names: Vec<_> = text.lines().next().unwrap().split(',').collect();
    let places = wanted.map(|name| names.iter().position(|have| *have == name).unwrap());
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        places.map(|place| fields[place].parse().unwrap())
    };
    text.lines().skip(1).map(row).collect()
}

fn peak(pulse: &[f64]) -> f64 {
    pulse.iter().fold(0.0f64, |peak, x| peak.max(x.abs()))
}

/// What was found beside what was expected.
struct Row {
    name: &'static str,
    expected: f64,
    found: f64,
    tolerance: f64,
}

fn rows(expected: &ComReferenceCase, found: &CaseReport) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |name, key: &str, found: f64, tolerance: &dyn Fn(f64) -> f64| {
        let Some(expected) = expected.value(key) else { return };
        rows.push(Row { name, expected, found, tolerance: tolerance(expected) });
    };
    let relative = |part: f64| move |x: f64| part * x.abs() + 1e-9;
    row("COM", "COM_dB", found.com_db, &|_| 0.03);
    row("FOM", "FOM", found.fom_db, &|_| 0.03);
    row("A_s", "A_s_V", found.signal_v, &relative(1e-3));
    let sigmas = &found.sigmas;
    for (name, key, value) in [
        ("sigma_N", "sgm_N", sigmas.receiver),
        ("sigma_TX", "sgm_TX", sigmas.transmitter),
        ("sigma_ISI", "sgm_isi", sigmas.interference),
        ("sigma_XT", "sgm_xt", sigmas.crosstalk),
        ("sigma_RJ", "sgm_rjit", sigmas.random_jitter),
        ("sigma_DD", "sgm_p_DD", sigmas.dual_dirac_jitter),
        ("sigma_G", "sgm_G", sigmas.gaussian),
        ("sigma_all", "sgm_Ani__isi_xt_noise", sigmas.all),
    ] {
        row(name, key, value, &relative(2e-3));
    }
    row("IL", "IL_dB_channel_only_at_Fnq", found.channel_loss_db, &|_| 0.15);
    let index = expected.value("t_s_index_1based").unwrap();
    rows.push(Row {
        name: "t_s",
        expected: index - 1.0,
        found: found.cursor as f64,
        tolerance: 0.5,
    });
    rows
}

fn check_case(name: &str, expected: &ComReferenceCase, found: &CaseReport) -> Vec<String> {
    let mut wrong = Vec::new();
    for row in rows(expected, found) {
        if (row.found - row.expected).abs() > row.tolerance || row.found.is_nan() {
            wrong.push(format!("{name}: {} is {}, not {}", row.name, row.found, row.expected));
        }
    }
    let taps = expected.values("DFE_taps");
    let differs = taps.iter().zip(&found.feedback).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    if differs > 1e-4 || found.feedback.len() != taps.len() {
        wrong.push(format!("{name}: feedback differs by {differs:e}: {:?}", found.floating));
    }
    let pulses = columns(
        &expected.folder.join("thru_pulse.csv"),
        ["sample_index_0based", "uneq_pulse_V", "eq_pulse_after_ctle_txffe_V"],
    );
    for (which, pulse, column) in [("raw", &found.raw_pulse, 1), ("equalized", &found.pulse, 2)] {
        let peak = peak(pulse);
        let worst = pulses
            .iter()
            .map(|row| (pulse.get(row[0] as usize).unwrap_or(&0.0) - row[column]).abs() / peak)
            .fold(0.0, f64::max);
        if worst > 1e-4 || pulse.iter().any(|x| x.is_nan()) {
            wrong.push(format!("{name}: {which} pulse differs by {worst:e} of its peak"));
        }
    }
    wrong
}

fn check_fixed(names: &[String]) {
    let mut wrong = Vec::new();
    for name in names {
        let Some((run, through, aggressors)) = reference(name) else { continue };
        let equalizers: Vec<_> = run.cases.iter().map(|case| case.equalizer.clone()).collect();
        let report = run.com.evaluate_each_with(&equalizers, &through, &aggressors).unwrap();
        for (index, (expected, found)) in run.cases.iter().zip(&report.cases).enumerate() {
            let name = format!("{name} case {}", index + 1);
            println!("{name}: {:.4} dB, expected {:?}", found.com_db, expected.value("COM_dB"));
            wrong.extend(check_case(&name, expected, found));
            let transfer = run.com.transfer(index, &through).unwrap();
            let table = columns(
                &expected.folder.join("thru_freq.csv"),
                ["f_Hz", "H21_with_Ht_re", "H21_with_Ht_im"],
            );
            for [hz, re, im] in table {
                let at = through.frequency().iter().position(|f| (f - hz).abs() < 1.0).unwrap();
                let error = (transfer[at].re - re).hypot(transfer[at].im - im);
                if error > 1e-6 {
                    wrong.push(format!("{name}: H21 at {hz} differs by {error:e}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn margins_of_small_cases_are_those_of_the_reference_code() {
    let small = |name: &String| name.starts_with("min_") || name.starts_with("unit_");
    check_fixed(&all().into_iter().filter(small).collect::<Vec<_>>());
}

#[test]
fn margins_of_published_tables_are_those_of_the_reference_code() {
    let full = |name: &String| !name.starts_with("min_") && !name.starts_with("unit_");
    check_fixed(&all().into_iter().filter(full).collect::<Vec<_>>());
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
fn the_later_reference_code_sees_more_of_the_gaussian_tail() {
    let name = "min_pkg_fixeq_float__C2M_IL14_xt";
    let Some((mut run, through, aggressors)) = reference(name) else { return };
    run.com.compat = Compat::Tool450;
    let equalizer = run.cases[0].equalizer.clone();
    let report = run.com.evaluate_with(&equalizer, &through, &aggressors).unwrap();
    for (expected, found) in run.cases.iter().zip(&report.cases) {
        let margin = expected.value("COM_dB_gaussian_range_2Q_as_in_v4x").unwrap();
        assert!((found.com_db - margin).abs() < 0.03, "{}, not {margin}", found.com_db);
    }
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

#[test]
fn loss_deviation_crosstalk_noise_and_return_loss_are_those_of_the_reference_code() {
    let Some((run, through, aggressors)) = reference("KR_cascA_xt") else { return };
    let expected = |name: &str| run.cases[0].value(name).unwrap();
    let band = LossBand {
        symbol_rate: 53.125.gbaud(),
        from: 0.05.ghz(),
        to: 40.0.ghz(),
        transmitter: Hertz(0.5935686274509804 * 53.125e9),
        receiver: Hertz(0.75 * 53.125e9),
    };
    let pair = through.differential(PortMap::Across).unwrap();
    let deviation = band.insertion_loss_deviation(&pair).unwrap();
    assert!((deviation / expected("FOM_ILD") - 1.0).abs() < 1e-3, "{deviation}");
    for (kind, name) in
        [(Crosstalk::NearEnd, "MDNEXT_ICN_92_46_mV"), (Crosstalk::FarEnd, "MDFEXT_ICN_92_47_mV")]
    {
        let of_kind = aggressors.iter().filter(|(of, _)| *of == kind);
        let pairs: Vec<_> =
            of_kind.map(|(_, network)| network.differential(PortMap::Across).unwrap()).collect();
        let noise = 1e3 * band.integrated_crosstalk_noise(&pairs, 0.6.volts()).unwrap();
        assert!((noise / expected(name) - 1.0).abs() < 1e-3, "{name}: {noise}");
    }
    let return_loss = EffectiveReturnLoss {
        symbol_rate: 53.125.gbaud(),
        samples_per_symbol: 32,
        levels: 4,
        error_ratio: 1e-4,
        bandwidth: 0.75,
        transition_time: 10.0.ps(),
        symbols: 3500,
        equalized: 21,
        beta_db_per_s: 0.0,
        rho: 0.618,
        fixture_delay: 0.0.ps(),
    };
    let flipped = pair.points().iter().map(TwoPort::flip).collect();
    let flipped = SampledTwoPort::new(pair.frequency().to_vec(), flipped).unwrap();
    for (pair, name) in [(&pair, "ERL11"), (&flipped, "ERL22")] {
        let found = return_loss.of(pair).unwrap();
        println!("{name}: {found:.4} dB, expected {:.4}", expected(name));
        assert!((found - expected(name)).abs() < 0.05, "{name}: {found}");
    }
}
