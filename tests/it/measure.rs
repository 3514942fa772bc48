//! Commands that measure files from elsewhere: `com`, `tdecq`, `eye` and `verify`.

use std::path::PathBuf;

use lightlane::prelude::*;
use lightlane::{config, preset};
use serde_json::Value;

use crate::cli::{folder, json, refused, run};

/// Writes an array of one row in the NumPy format, version 1.
fn npy(name: &str, kind: &str, data: &[u8], count: usize) -> PathBuf {
    let path = folder("cli").join(name);
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({count},), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn numbers(name: &str, values: &[f64]) {
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    npy(name, "<f8", &data, values.len());
}

/// Milliwatts of PRBS9 in PAM4, one symbol leaking into the next, begun 100 symbols into it.
fn waveform() -> (Vec<f64>, Vec<u8>) {
    let sent = Symbols::prbs(Modulation::Pam4, 9, 511).unwrap();
    let levels = sent.levels();
    let at = |n: usize| 0.85 * levels[n % 511] + 0.15 * levels[(n + 510) % 511];
    let samples = (100..611).flat_map(|n| [2e-3 + 1e-3 * at(n); 8]).collect();
    (samples, sent.values().to_vec())
}

const GRID: [&str; 4] = ["--baud", "53.125 GBd", "--samples-per-symbol", "8"];

fn with<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<&'a str> {
    [before, &GRID[..], after].concat()
}

fn value(report: &Value, key: &str) -> f64 {
    report[key].as_f64().unwrap_or_else(|| panic!("{key} is {}", report[key]))
}

#[test]
fn closure_of_a_file_is_measured_with_what_was_stated() {
    let (samples, sent) = waveform();
    numbers("closure.npy", &samples);
    npy("closure-symbols.npy", "|u1", &sent, sent.len());
    let text: String = samples.iter().map(|sample| format!("{sample:e}\n")).collect();
    std::fs::write(folder("cli").join("closure.csv"), format!("power\n{text}")).unwrap();

    let stated = ["--main-tap", "2", "--bandwidth-ratio", "none", "--json"];
    let report = json(&with(&["tdecq", "closure.npy"], &stated));
    for key in ["tdecq_db", "oma_w", "er_db", "ceq_db", "sigma_g", "rlm"] {
        assert!(value(&report, key).is_finite(), "{key}");
    }
    assert_eq!(report["taps"].as_array().unwrap().len(), 5);
    assert_eq!((&report["main_tap"], &report["bandwidth_ratio"]), (&2.into(), &Value::Null));
    assert_eq!((&report["shift"], &report["passed"]), (&100.into(), &Value::Null));
    // Without a filter the equalizer undoes the leak: next to nothing is left.
    assert!(value(&report, "tdecq_db").abs() < 1.0, "{report}");

    assert_eq!((&report["pattern"], &report["modulation"]), (&"prbs9".into(), &"pam4".into()));
    assert_eq!((value(&report, "period"), value(&report, "baud")), (511.0, 53.125e9));
    let (_, text, _) = run(&with(&["tdecq", "closure.npy"], &stated[..4]));
    let line = "pam4 at 53.125 GBd, begins 100 symbols into prbs9 of 511, correlation 0.9";
    assert!(text.contains(line), "{text}");

    // Text, symbols, a pattern and 0 for no filter say the same.
    let symbols = [&stated[..2], &["--bandwidth-ratio", "0", "--json"]].concat();
    let same = [
        json(&with(&["tdecq", "closure.csv"], &symbols)),
        json(&with(&["tdecq", "closure.npy", "--symbols", "closure-symbols.npy"], &stated)),
        json(&with(&["tdecq", "closure.npy", "--pattern", "PRBS9Q"], &stated)),
        json(&with(&["tdecq", "closure.npy", "--modulation", "pam4"], &stated)),
    ];
    for other in same {
        assert_eq!(other["tdecq_db"], report["tdecq_db"]);
        assert_eq!(other["taps"], report["taps"]);
    }

    // Noise of the oscilloscope adds to what the eye stands: R grows, the closure falls.
    let noisy = [&stated[..], &["--scope-noise", "2e-5"]].concat();
    let noisy = json(&with(&["tdecq", "closure.npy"], &noisy));
    let sigma = value(&report, "sigma_g");
    let less = 10.0 * (sigma.hypot(2e-5) / sigma).log10();
    let found = value(&report, "tdecq_db") - value(&noisy, "tdecq_db");
    assert!((found - less).abs() < 1e-9, "{found} {less}");
    let filtered = json(&with(&["tdecq", "closure.npy"], &["--main-tap", "2", "--json"]));
    assert_eq!(filtered["bandwidth_ratio"], 0.5);
    assert!(value(&filtered, "tdecq_db") > value(&report, "tdecq_db"));

    let parts = json(&with(&["tdecq", "closure.npy", "--partial"], &stated));
    let partial = &parts["partial"];
    let sum: f64 = ["receiver_db", "bandwidth_db", "linearity_db", "noise_db"]
        .iter()
        .map(|key| value(partial, key))
        .sum();
    assert!((sum - value(&parts, "tdecq_db")).abs() < 1e-9, "{parts}");

    let (code, text, _) = run(&with(&["tdecq", "closure.npy", "--limit", "-20"], &stated[..4]));
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("FAILED") && text.contains("no filter"), "{text}");
    let (code, text, _) = run(&with(&["tdecq", "closure.npy", "--limit", "9"], &stated[..4]));
    assert_eq!(code, 0, "{text}");
}

#[test]
fn an_eye_of_a_file_is_drawn_and_measured() {
    let (samples, _) = waveform();
    numbers("eye.npy", &samples);
    let report = json(&with(&["eye", "eye.npy"], &["--out", "eye", "--json"]));
    assert_eq!((&report["shift"], &report["period"]), (&100.into(), &511.into()));
    assert_eq!((&report["pattern"], &report["modulation"]), (&"prbs9".into(), &"pam4".into()));
    assert_eq!(report["baud"], 53.125e9);
    assert_eq!(report["levels"].as_array().unwrap().len(), 4);
    assert!(report["heights"].as_array().unwrap().iter().all(|x| x.as_f64().unwrap() > 1e-4));
    let files: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert_eq!(files, ["eye/eye-eye.svg", "eye/eye-eye.png"]);
    for file in files {
        let bytes = std::fs::read(folder("cli").join(file)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"<"), "{file}");
    }
    let (code, text, _) = run(&with(&["eye", "eye.npy"], &["--unit", "V", "--out", "eye"]));
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("OMA") && text.contains("R_LM"), "{text}");
}

#[test]
fn waveforms_that_cannot_be_measured_say_why() {
    let (samples, sent) = waveform();
    let write = |name: &str, text: &str| std::fs::write(folder("cli").join(name), text).unwrap();
    numbers("good.npy", &samples);
    numbers("short.npy", &samples[..samples.len() - 8]);
    numbers("part.npy", &samples[..samples.len() - 3]);
    let mut broken = samples.clone();
    broken[41] = f64::NAN;
    numbers("nan.npy", &broken);
    numbers("flat.npy", &vec![1e-3; samples.len()]);
    npy("complex.npy", "<c16", &[0; 16 * 511], 511);
    npy("big.npy", ">f8", &[0; 8 * 511], 511);
    write("garbage.csv", "1\n2\nthree\n4\n");
    write("empty.csv", "");
    let mut other = sent.clone();
    other.reverse();
    other.rotate_left(37);
    other.iter_mut().step_by(2).for_each(|level| *level = 3 - *level);
    npy("other.npy", "|u1", &other, other.len());
    npy("five.npy", "|u1", &[5; 511], 511);

    for command in ["tdecq", "eye"] {
        let cases: [(&[&str], &str); 12] = [
            (&["short.npy", "--pattern", "prbs9"], "510 symbols, which is no multiple of"),
            (&["short.npy"], "no standard pattern"),
            (&["part.npy"], "whole number of symbols"),
            (&["good.npy", "--pattern", "ssprq"], "no multiple of the pattern's 65535"),
            (&["good.npy", "--symbols", "other.npy"], "no lock"),
            (&["good.npy", "--symbols", "five.npy"], "five.npy: 5 is no symbol"),
            (&["flat.npy"], "no lock"),
            (&["nan.npy"], "nan.npy: `sample 42` is NaN"),
            (&["complex.npy"], "`<c16`"),
            (&["big.npy"], "`>f8`"),
            (&["garbage.csv"], "garbage.csv: line 3: `three`"),
            (&["empty.csv"], "empty.csv"),
        ];
        for (arguments, expected) in cases {
            refused(&with(&[&[command], arguments].concat(), &[]), expected);
        }
        refused(&[command, "good.npy", "--baud", "53.125 GBd"], "--samples-per-symbol");
        let fraction = ["--baud", "53.125 GBd", "--samples-per-symbol", "7.5"];
        refused(&[&[command, "good.npy"], &fraction[..]].concat(), "7.5");
        refused(&with(&[command, "none.npy"], &[]), "none.npy: No such file");
        let ratio = ["--bandwidth-ratio", "77"];
        refused(&with(&[command, "good.npy"], &ratio), "`bandwidth-ratio` is 77");
    }
    for (option, given, expected) in [
        ("--taps", "0", "`taps` is 0"),
        ("--main-tap", "6", "`main-tap` is 6"),
        ("--ser", "nan", "`symbol-error-ratio` is NaN"),
        ("--scope-noise", "-1", "`scope-noise` is -1"),
        ("--phase", "late", "`best`, `crossings`"),
        ("--before-fiber", "good.npy", "--partial"),
        ("--unit", "dBm", "expected W, V or A"),
    ] {
        refused(&with(&["tdecq", "good.npy"], &[option, given]), expected);
    }
}

/// A pair of lines of two decibels per 10 GHz with reflections, wired `1-2 3-4`, or what couples
/// into it.
fn pair(name: &str, coupling: f64) {
    pair_to(name, coupling, 1000);
}

/// The same, to so many times 50 MHz.
fn pair_to(name: &str, coupling: f64, last: u32) {
    let mut text = "# GHz S RI R 50\n".to_owned();
    for n in 0..=last {
        let f = 0.05 * f64::from(n);
        let (sin, cos) = (-std::f64::consts::TAU * f * 0.9).sin_cos();
        let through = (-0.023 * f - 0.02 * f.sqrt()).exp() * (coupling * f).min(1.0);
        let (re, im) = (through * cos, through * sin);
        let back = 0.02 * (f / 50.0);
        let row = |k: usize| -> String {
            (0..4)
                .map(|j| match (k, j) {
                    _ if k == j => format!(" {back:.9} 0"),
                    (0, 1) | (1, 0) | (2, 3) | (3, 2) => format!(" {re:.9} {im:.9}"),
                    _ => " 0 0".to_owned(),
                })
                .collect()
        };
        text += &format!("{f:.2}{}\n{}\n{}\n{}\n", row(0), row(1), row(2), row(3));
    }
    std::fs::write(folder("cli").join(name), text).unwrap();
}

#[test]
fn margin_of_a_channel_is_judged_by_its_table() {
    pair("thru.s4p", f64::INFINITY);
    pair("fext.s4p", 1e-4);
    let (code, table, _) = run(&["com", "802.3bj-kr", "--show"]);
    assert_eq!((code, config::com::parse(&table).unwrap()), (0, preset::com::kr_802_3bj()));
    let (code, list, _) = run(&["com", "--list"]);
    assert_eq!((code, list.lines().count()), (0, preset::com::all().len()));

    let files = ["--thru", "thru.s4p", "--fext", "fext.s4p"];
    let report = json(&[&["com", "802.3bj-kr"], &files[..], &["--json"]].concat());
    let cases = report["cases"].as_array().unwrap();
    let least = cases.iter().map(|case| value(case, "com_db")).fold(f64::INFINITY, f64::min);
    assert_eq!((cases.len(), value(&report, "com_db")), (2, least));
    for case in cases {
        let ratio = 20.0 * (value(case, "as_mv") / value(case, "ani_mv")).log10();
        assert!((ratio - value(case, "com_db")).abs() < 1e-9, "{case}");
        for key in ["fom_db", "vec_db", "veo_mv", "sigma_n_mv", "sigma_isi_mv", "sigma_xt_mv"] {
            assert!(value(case, key) > 0.0, "{key}");
        }
    }
    for key in ["il_db", "ild_db", "icn_mv", "erl_db"] {
        assert!(value(&report, key) > 0.0, "{key}: {}", report[key]);
    }
    assert_eq!(report["passed"], true, "{}", report["criteria"]);
    assert_eq!(report["criteria"][0]["name"], "COM");

    // The setting that was found, given: the same margin of that case.
    let taps: Vec<String> =
        cases[0]["taps"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let (taps, gain) = (taps.join(","), format!("{} dB", cases[0]["dc_gain_db"]));
    let given = ["--taps", &taps, "--dc-gain", &gain, "--json"];
    let fixed = json(&[&["com", "802.3bj-kr"], &files[..], &given[..]].concat());
    assert_eq!(fixed["cases"][0]["com_db"], cases[0]["com_db"]);

    // A limit that is out of reach, from a document.
    std::fs::write(folder("cli").join("hard.toml"), table.replace("\"3 dB\"", "\"60 dB\""))
        .unwrap();
    let (code, text, stderr) = run(&[&["com", "hard.toml"], &files[..]].concat());
    assert_eq!(code, 1, "{stderr}");
    assert!(text.contains("at least 60 dB: FAILED") && text.contains("ERL"), "{text}");

    let ports = [&["com", "802.3bj-kr"], &files[..], &["--ports", "1-3 2-4"]].concat();
    let (_, text, stderr) = run(&ports);
    assert!((text + &stderr).contains("note: ports are taken as 1-3 2-4, but thru.s4p"));
    let two = "# GHz S RI R 50\n1 0 0 1 0 1 0 0 0\n";
    std::fs::write(folder("cli").join("two.s2p"), two).unwrap();
    pair_to("short.s4p", 1e-4, 900);
    for (arguments, expected) in [
        (&["com"][..], "required"),
        (&["com", "802.3bj-kr"], "--thru"),
        (&["com", "802.3xx", "--thru", "thru.s4p"], "expected one of 802.3ck-kr"),
        (&["com", "none.toml", "--thru", "thru.s4p"], "none.toml: No such file"),
        (&["com", "802.3bj-kr", "--thru", "none.s4p"], "none.s4p: No such file"),
        (&["com", "802.3bj-kr", "--thru", "two.s2p"], "one of 4 is needed"),
        (
            &[
                "com",
                "802.3bj-kr",
                "--thru",
                "thru.s4p",
                "--fext",
                "fext.s4p",
                "--next",
                "short.s4p",
            ],
            "short.s4p: other frequencies than those of thru.s4p",
        ),
        (&["com", "802.3bj-kr", "--thru", "thru.s4p", "--taps", "0,nan,0"], "must be finite"),
        (&["com", "802.3bj-kr", "--thru", "thru.s4p", "--dc-gain", "-3 dB"], "--taps"),
    ] {
        refused(arguments, expected);
    }
    let broken = table.replace("levels = 2", "levels = 1");
    std::fs::write(folder("cli").join("broken.toml"), broken).unwrap();
    refused(&["com", "broken.toml", "--thru", "thru.s4p"], "broken.toml: `levels` is 1");
}

#[test]
fn what_can_be_verified_without_data_is() {
    let bare = folder("bare");
    std::fs::create_dir_all(bare.join("channels")).unwrap();
    let bare = bare.display().to_string();
    let (code, text, progress) =
        run(&["verify", "--data", &bare, "--only", "filters", "--only", "com"]);
    assert_eq!(code, 0, "{text}");
    for expected in ["Bessel-Thomson 4, noise bandwidth", "1.0464", "skipped: COM", "closest"] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    assert!(progress.contains("1 of 2: filters"), "{progress}");
    let report = json(&["verify", "--data", &bare, "--only", "lines", "--json"]);
    assert_eq!(report["passed"], true);
    for row in report["rows"].as_array().unwrap() {
        let delta = value(row, "got") - value(row, "expected");
        assert!((delta - value(row, "delta")).abs() < 1e-12, "{row}");
        assert_eq!(row["verdict"], "holds");
    }
    refused(&["verify", "--only", "no such thing"], "nothing to check");
    refused(&["verify", "--data", "no-such-folder"], "no-such-folder has no reference data");
}

#[test]
fn a_reference_that_is_missed_is_an_exit_code_and_a_line() {
    let data = folder("missed");
    let common = data.join("reference/com/common");
    std::fs::create_dir_all(&common).unwrap();
    std::fs::create_dir_all(data.join("channels")).unwrap();
    pair("missed.s4p", f64::INFINITY);
    std::fs::copy(folder("cli").join("missed.s4p"), data.join("channels/missed.s4p")).unwrap();
    let zeros = ",0".repeat(14);
    std::fs::write(
        common.join("touchstone_mixed_mode.csv"),
        format!("file,f_Hz,and so on\nmissed.s4p,1000000000{zeros}\n"),
    )
    .unwrap();
    let data = data.display().to_string();
    let (code, text, _) = run(&["verify", "--data", &data, "--only", "mixed mode"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("MISSED: mixed mode, missed.s4p"), "{text}");
}
