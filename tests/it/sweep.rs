//! Sweeps and searches as processes: output, files, exit codes.

use std::path::{Path, PathBuf};
use std::process::Command;

use lightlane::{config, preset};
use serde_json::Value;

/// Exit code, standard output, standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lightlane"))
        .args(arguments)
        .current_dir(folder())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sweep");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn done(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(arguments);
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    stdout
}

/// A document with one setting to train, under another name if need be.
fn quick(name: &str, change: impl Fn(&mut lightlane::route::Route)) -> String {
    let mut route = preset::copper_100g();
    route.hops[0].aggressors.clear();
    route.hops[0].receiver.ctle_search = None;
    route.name = name.to_owned();
    change(&mut route);
    let file = format!("{name}.toml");
    std::fs::write(folder().join(&file), config::print(&route).unwrap()).unwrap();
    file
}

/// A folder for results that is not there yet.
fn fresh(name: &str) -> &str {
    let _ = std::fs::remove_dir_all(folder().join(name));
    name
}

#[test]
fn a_sweep_goes_on_where_it_was_cut_off() {
    let (route, out) = (quick("cut", |_| {}), fresh("cut"));
    let axis = "*/copper.channel/loss=20..26 dB:3";
    let rest = ["--over", axis, "--symbols", "4096", "--measure", "ber,snr", "--out", out];
    let arguments = [&["sweep", route.as_str()], &rest[..]].concat();
    let text = done(&arguments);
    for expected in ["*/copper.channel/loss (dB)", "snr_db", "cut  ", "sweep-ber.svg", "sweep.csv"]
    {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    let file = folder().join(out).join("sweep.csv");
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 20]).unwrap();
    let report: Value =
        serde_json::from_str(&done(&[&arguments[..], &["--json"]].concat())).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    assert_eq!((&report["points"], &report["complete"]), (&Value::from(3), &Value::from(true)));
    let ber = |row: usize| report["rows"][row][3].as_f64().unwrap();
    assert!(ber(0) < ber(2), "{report}");
    assert_eq!(report["columns"][3], "ber");
    assert_eq!(report["rows"][1][2], 23.0);
    // Another sweep does not write over it.
    let other = [&arguments[..], &["--seed", "2"]].concat();
    let (code, _, stderr) = run(&other);
    assert_eq!(code, 2);
    assert!(stderr.contains("it holds another sweep"), "{stderr}");
}

#[test]
fn shards_of_a_grid_are_merged_and_drawn() {
    let (route, out) = (quick("grid", |_| {}), fresh("grid"));
    let axes = [
        "--over",
        "*/copper.channel/loss=20 dB..26 dB:2",
        "--over",
        "host-to-host/receiver/noise-density=2 nV/rtHz, 8 nV/rtHz",
    ];
    let rest = ["--symbols", "4096", "--measure", "margin", "--out", out];
    for shard in ["1/2", "2/2"] {
        let text = done(&[&["sweep", &route], &axes[..], &rest[..], &["--shard", shard]].concat());
        assert!(text.contains(&format!("sweep-{}.csv", shard.replace('/', "-of-"))), "{text}");
        assert!(!text.contains("stopped"), "{text}");
    }
    let text = done(&["merge", out]);
    assert!(text.contains("sweep-margin_db.png"), "{text}");
    let picture = std::fs::read(folder().join(out).join("sweep-margin_db.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    std::fs::remove_file(folder().join(out).join("sweep-2-of-2.csv")).unwrap();
    let (code, _, stderr) = run(&["merge", out]);
    assert_eq!(code, 2);
    assert!(stderr.contains("2 of 4 points are missing (1, 3), of shard 2"), "{stderr}");
}

#[test]
fn a_reach_lies_where_the_target_is_missed() {
    let route = quick("reach", |_| {});
    let base = ["reach", &route, "--symbols", "4096", "--seeds", "2", "--out", fresh("reach")];
    let narrow = ["--within", "200 mm..800 mm", "--points", "4"];
    let json = [&base[..], &narrow, &["--json"]].concat();
    let report: Value = serde_json::from_str(&done(&json)).unwrap();
    let reach = &report["reaches"][0];
    assert_eq!(reach["medium"], "copper");
    assert_eq!(reach["path"], "host-to-host/copper.channel/length");
    assert!((reach["target"].as_f64().unwrap() - 2.92e-4).abs() < 1e-5);
    let within = &reach["limit"]["within"];
    let [low, high] = ["low", "high"].map(|key| within[key].as_f64().unwrap());
    let scan = reach["scan"].as_array().unwrap();
    let meets = |trial: &Value| trial["ber"].as_f64().is_some_and(|ber| ber <= 2.92e-4);
    let length = |trial: &Value| trial["length"].as_f64().unwrap();
    let last = scan.iter().filter(|trial| meets(trial)).map(length).fold(0.0, f64::max);
    let first = scan.iter().filter(|trial| !meets(trial)).map(length).fold(f64::MAX, f64::min);
    assert!(last <= low && low <= high && high <= first, "{last} {low} {high} {first}");

    let text = done(&[&base[..], &["--within", "10 mm..20 mm", "--points", "2"]].concat());
    assert!(text.contains("> 20 mm"), "{text}");
    assert!(folder().join("reach/reach.png").is_file());
}

#[test]
fn a_crossover_is_found_where_one_overtakes_another() {
    // The one has the better transmitter, the other the better receiver: its noise hurts the more, the
    // more loss there is.
    let clean = quick("clean", |route| {
        route.hops[0].transmitter.sndr = Some(lightlane::unit::Decibels(26.0));
        route.hops[0].receiver.noise_density = lightlane::unit::VoltsPerRootHertz(1e-9);
    });
    let noisy = quick("noisy", |route| {
        route.hops[0].receiver.noise_density = lightlane::unit::VoltsPerRootHertz(8e-9);
    });
    let over = ["--over", "*/copper.channel/loss=19 dB..31 dB:4", "--seeds", "2"];
    let rest = ["--symbols", "4096", "--out", fresh("crossover")];
    let arguments = [&["crossover", &clean, &noisy], &over[..], &rest].concat();
    let text = done(&arguments);
    assert!(text.contains("noisy has the better BER up to"), "{text}");
    assert!(text.contains("clean beyond"), "{text}");
    assert!(folder().join("crossover/crossover.svg").is_file());
}

#[test]
fn a_link_that_no_serdes_serves_ends_and_one_without_the_parameter_is_held() {
    let over = "*/host-tx.channel/loss,*/host-rx.channel/loss=6 dB..24 dB";
    let rest = ["--measure", "energy", "--seeds", "2", "--out", fresh("ends")];
    let compared = |routes: [&str; 2], over: &str| {
        done(&[&["crossover"], &routes[..], &["--over", over], &rest].concat())
    };
    let text = compared(["lpo-dr-100g", "dsp-dr-100g"], over);
    assert!(text.contains("lpo-dr-100g cannot be measured beyond "), "{text}");
    assert!(text.contains("no SerDes of 112G is known for more than 40 dB"), "{text}");
    assert!(text.contains("up to there it has the better energy"), "{text}");
    assert!(!text.contains("dsp-dr-100g beyond"), "{text}");
    let text = compared(["dsp-dr-100g", "cpo-mzm-dr-100g"], over);
    assert!(text.contains("cpo-mzm-dr-100g: has no */host-tx.channel/loss"), "{text}");
    assert!(text.contains("cpo-mzm-dr-100g has the better energy of a bit everywhere"), "{text}");
}

#[test]
fn wrong_sweeps_are_refused_by_axis_or_measure() {
    let base = ["sweep", "copper-100g", "--out", "refused"];
    let loss = "*/copper.channel/loss=20 dB, 24 dB";
    let cases: [(&[&str], &str); 12] = [
        (&[], "--over"),
        (&["--over", "a/b"], "axis `a/b`"),
        (&["--over", "*/copper/loss=1 dB..2 dB:3"], "there is no stage `copper`"),
        (&["--over", "*/copper.channel/loss=1 m..2 m:3"], "`m` is not a unit of a ratio"),
        (&["--over", "*/copper.channel/loss=1 dB..2 dB:0"], "`0` is no number of values"),
        (&["--over", "*/copper.channel/loss=0.1 dB, 9 dB"], "without its longest line"),
        (&["--over", loss, "--measure", "speed"], "there is no measure `speed`"),
        (&["--over", loss, "--measure", "com:x"], "there is no COM table `x`"),
        (&["--over", loss, "--shard", "3/2"], "i from 1 to N"),
        (
            &["--over", loss, "--over", loss],
            "sets what the axis `*/copper.channel/loss` before it sets",
        ),
        (&["--over", "*/copper.channel/length=1 m..1e300 m:3 log"], "a magnitude from 1e-30"),
        (&["--over", loss, "--measure", "ber,ber"], "columns of a measure before it"),
    ];
    for (arguments, expected) in cases {
        let arguments = [&base[..], arguments].concat();
        let (code, stdout, stderr) = run(&arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {expected} is missing in {stderr}");
    }
    let (code, _, stderr) = run(&["reach", "copper-100g", "--within", "2 m..1 m"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("must be ascending"), "{stderr}");
    let (code, _, stderr) = run(&["merge", "."]);
    assert_eq!(code, 2);
    assert!(stderr.contains("no file of a shard"), "{stderr}");
}
