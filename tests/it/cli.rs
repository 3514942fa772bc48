//! The command line as a process: output, files, exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lightlane::{config, preset};
use serde_json::Value;

/// Exit code, standard output, standard error.
pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lightlane"))
        .args(arguments)
        .current_dir(folder("cli"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Checks that a command gives one clear error that contains `expected`.
pub(crate) fn refused(arguments: &[&str], expected: &str) {
    let (code, stdout, stderr) = run(arguments);
    assert_eq!(code, 2, "{arguments:?}: {stderr}");
    assert_eq!(stdout, "", "{arguments:?}");
    let errors = stderr.lines().filter(|line| line.starts_with("error: ")).count();
    assert_eq!(errors, 1, "{arguments:?}: {stderr}");
    assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    assert!(stderr.contains(expected), "{arguments:?}: {expected} is missing in {stderr}");
}

pub(crate) fn json(arguments: &[&str]) -> Value {
    let (code, stdout, stderr) = run(arguments);
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    serde_json::from_str(&stdout).unwrap()
}

/// The two ends of an interval.
fn ends(interval: &Value) -> [f64; 2] {
    [0, 1].map(|end| interval[end].as_f64().unwrap())
}

/// A matched line of two ports from 0 to 60 GHz.
fn line_s2p() -> String {
    let mut text = "# GHz S RI R 50\n".to_owned();
    for n in 0..=120 {
        let f = 0.5 * f64::from(n);
        let (sin, cos) = (-std::f64::consts::TAU * f * 0.1).sin_cos();
        let loss = (-0.02 * f).exp();
        let (re, im) = (loss * cos, loss * sin);
        text += &format!("{f} 0 0 {re:.9} {im:.9} {re:.9} {im:.9} 0 0\n");
    }
    text
}

#[test]
fn a_run_gives_one_object_and_its_pictures_whatever_the_threads() {
    let arguments = ["run", "lpo-dr-100g", "--symbols", "16384", "--seed", "7", "--json"];
    let with = |more: &[&str]| json(&[&arguments[..], more].concat());
    let report = with(&["--threads", "1"]);
    assert_eq!(report, with(&["--threads", "2"]));

    assert_eq!(report["name"], "lpo-dr-100g");
    assert_eq!(report["seed"], 7);
    assert_eq!(report["symbols"], 16384);
    assert_eq!(report["complete"], true);
    assert_eq!(report["hops"][0]["name"], "host-to-host");
    let hop = &report["hops"][0];
    for ber in [&report["ber"], &hop["ber"]] {
        let counted = &ber["counted"];
        assert_eq!(counted["bits"], 32768);
        let rate = counted["rate"].as_f64().unwrap();
        assert!((rate - counted["errors"].as_f64().unwrap() / 32768.0).abs() < 1e-15);
        assert!(ends(&counted["ci95"])[0] <= rate && rate < ends(&counted["ci95"])[1]);
        let semi_analytic = ber["semi_analytic"]["rate"].as_f64().unwrap();
        let [low, high] = ends(&ber["semi_analytic"]["ci95"]);
        assert!(0.0 < low && low <= semi_analytic && semi_analytic <= high && high < 1.0);
        let statistical = &ber["statistical"];
        let at_receiver = statistical["rate"].as_f64().unwrap();
        assert!(statistical["best"].as_f64().unwrap() <= at_receiver);
        assert!(statistical["best_phase_ui"].as_f64().unwrap().abs() <= 0.5);
        assert_eq!(statistical["worst_phase"], Value::Null);
        let quotient = ber["agreement"]["statistical_over_semi_analytic"].as_f64().unwrap();
        assert!((quotient - at_receiver / semi_analytic).abs() < 1e-12 * quotient);
    }
    let attribution = &hop["attribution"];
    let shares = attribution["shares"].as_array().unwrap();
    let total: f64 = shares.iter().map(|share| share["share"].as_f64().unwrap()).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
    assert!(attribution["measured"].as_f64().unwrap() > 0.0);
    let ratios: Vec<f64> = hop["contours"]
        .as_array()
        .unwrap()
        .iter()
        .map(|contour| contour["ratio"].as_f64().unwrap())
        .collect();
    assert_eq!(ratios, [1e-4, 1e-6, 1e-12, 1e-15]);
    let bathtub = |key: &str| hop["bathtub"][key].as_array().unwrap();
    assert_eq!(bathtub("phase_ui").len(), bathtub("ber").len());
    assert!(hop["convergence"].as_array().unwrap().is_empty());
    assert_eq!((&hop["slips"], &hop["not_analyzed"]), (&Value::from(0), &Value::Null));
    assert_eq!(report["fec"]["pre_fec_ber"]["of"], 32768);
    assert!(report["fec"]["thresholds"]["link"].as_f64().unwrap() > 2.9e-4);

    let probes = report["probes"].as_array().unwrap();
    let last = probes.last().unwrap();
    assert_eq!(last["name"], "host-to-host/slicer");
    assert!(last["snr_db"].as_f64().unwrap() > 10.0);
    for key in ["heights", "widths", "thresholds"] {
        assert_eq!(last["eye"][key].as_array().unwrap().len(), 3, "{key}");
    }
    let files = report["files"].as_array().unwrap();
    let files_of =
        |what: &str| files.iter().filter(|file| file.as_str().unwrap().contains(what)).count();
    assert_eq!(files_of("host-to-host-slicer.png"), 1);
    assert_eq!(files_of("lpo-dr-100g-host-to-host-statistical.png"), 1);
    assert_eq!(files_of("lpo-dr-100g-host-to-host-bathtubs."), 2);
    assert_eq!(files_of("lpo-dr-100g-codewords."), 2);
    // Taps in closed form have no way to show.
    assert_eq!(files_of("convergence"), 0);
    for file in files {
        let bytes = std::fs::read(folder("cli").join(file.as_str().unwrap())).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"<"), "{file}");
    }
}

#[test]
fn without_a_command_three_architectures_are_compared() {
    let (code, stdout, stderr) = run(&["--symbols", "4096", "--out", "default"]);
    assert_eq!(code, 0, "{stderr}");
    for expected in
        ["lpo-dr-100g", "lro-dr-100g", "dsp-dr-100g", "Clopper-Pearson", "jackknife", "eyes.png"]
    {
        assert!(stdout.contains(expected), "{expected} is missing in {stdout}");
    }
    assert!(folder("cli").join("default/eyes.png").is_file());
    assert!(folder("cli").join("default/channels.svg").is_file());
}

#[test]
fn a_comparison_edits_the_routes_that_have_the_stage() {
    let name = folder("cli").join("short.toml");
    let mut route = preset::dsp_dr_100g();
    route.hops.truncate(1);
    route.name = "../odd name".to_owned();
    std::fs::write(&name, config::print(&route).unwrap()).unwrap();
    let edit = "host-to-host/tx.driver/gain=14 dB";
    let names = ["compare", "lpo-dr-100g", "short.toml"];
    let rest = ["--symbols", "1", "--set", edit, "--json", "--out", "pair"];
    let report = json(&[&names[..], &rest].concat());
    assert_eq!(report["routes"][1]["name"], "../odd name");
    assert_eq!(report["routes"][0]["symbols"], 4096);
    assert_eq!(report["complete"], true);
    assert!(!report["files"].as_array().unwrap().is_empty());
    refused(&["compare", "short.toml", "short.toml", "--set", edit], "there is no hop");
}

#[test]
fn a_hop_that_cannot_be_analyzed_is_counted_and_says_so() {
    let mlse = "host-to-host/receiver/digital/mlse=\
                {target={whitening={memory=1}}, traceback=32, branches=\"measured\"}";
    let mut route = preset::lpo_dr_100g();
    route.hops[0].receiver.digital.dfe = None;
    std::fs::write(folder("cli").join("mlse.toml"), config::print(&route).unwrap()).unwrap();
    let arguments = ["run", "mlse.toml", "--symbols", "8192", "--set", mlse, "--out", "mlse"];
    let report = json(&[&arguments[..], &["--json"]].concat());
    let hop = &report["hops"][0];
    assert!(hop["not_analyzed"].as_str().unwrap().contains("sequence estimation is counted"));
    for key in ["attribution", "contours", "bathtub"] {
        assert_eq!(hop[key], Value::Null, "{key}");
    }
    for ber in [&report["ber"], &hop["ber"]] {
        assert_eq!(ber["counted"]["bits"], 16384);
        assert_eq!((&ber["semi_analytic"], &ber["statistical"]), (&Value::Null, &Value::Null));
        assert_eq!(ber["agreement"]["semi_analytic_over_counted"], Value::Null);
    }
    assert!(!report["files"].to_string().contains("bathtubs"));
    let (code, stdout, stderr) = run(&arguments);
    assert_eq!(code, 0, "{stderr}");
    let expected = "note: hop `host-to-host`: counted only, as it cannot be analyzed: ";
    assert!(stdout.contains(expected), "{stdout}");
}

#[test]
fn taps_that_adapt_step_by_step_have_a_picture_of_it() {
    let adaptation = "host-to-host/receiver/digital/ffe/adaptation={lms={step=0.002, passes=1}}";
    let arguments = ["run", "lpo-dr-100g", "--symbols", "8192", "--set", adaptation, "--json"];
    let report = json(&[&arguments[..], &["--out", "lms"]].concat());
    let points = report["hops"][0]["convergence"].as_array().unwrap();
    let mse = |point: &Value| point["mse"].as_f64().unwrap();
    assert!(points.len() > 10 && mse(&points[0]) > mse(points.last().unwrap()));
    assert!(folder("cli").join("lms/lpo-dr-100g-host-to-host-convergence.png").is_file());
}

#[test]
fn noise_is_attributed_hop_by_hop() {
    let arguments = ["attribute", "--symbols", "32768", "--out", "noise"];
    let report = json(&[&arguments[..], &["--json"]].concat());
    let names: Vec<&str> = report["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| route["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["lpo-dr-100g", "dsp-dr-100g"]);
    assert_eq!(report["complete"], true);
    for (route, hops) in [(0, 1), (1, 3)] {
        let entries = report["routes"][route]["hops"].as_array().unwrap();
        assert_eq!(entries.len(), hops);
        for hop in entries {
            let value = |key: &str| hop["attribution"][key].as_f64().unwrap();
            let ratio = value("sum") / value("measured");
            // The mean of 32,768 squares is known to 1 %.
            assert!((0.94..1.06).contains(&ratio), "{}: {ratio}", hop["name"]);
        }
    }
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
    assert!(folder("cli").join("noise/attribution.png").is_file());

    let (code, stdout, stderr) =
        run(&["attribute", "lpo-dr-100g", "--symbols", "8192", "--out", "noise"]);
    assert_eq!(code, 0, "{stderr}");
    for expected in ["lpo-dr-100g, hop `host-to-host`: ", "residual ISI", "\nsum ", "\nmeasured "] {
        assert!(stdout.contains(expected), "{expected} is missing in {stdout}");
    }
}

#[test]
fn a_budget_is_computed_part_by_part_and_drawn() {
    let edit = "*/fiber/length=2 km";
    let arguments = ["budget", "dsp-dr-100g", "copper-100g", "--set", edit, "--out", "budget"];
    let (code, text, stderr) = run(&arguments);
    assert_eq!(code, 0, "{stderr}");
    for part in ["retimer", "serdes.112G.light", "published", "lifetime", "51.2T"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let report = json(&[&arguments[..], &["--json"]].concat());
    let [retimed, copper] = [0, 1].map(|index| &report["routes"][index]);
    let nominal = |value: &Value| value["nominal"].as_f64().unwrap();
    let items = retimed["items"].as_array().unwrap();
    let sum: f64 = items.iter().map(|item| nominal(&item["energy_pj_per_bit"])).sum();
    assert!((sum / nominal(&retimed["energy_pj_per_bit"]) - 1.0).abs() < 1e-9);
    assert!(items.iter().all(|item| item["source"].is_string()));
    // 4.897 ns a meter, and some of copper.
    assert!((nominal(&retimed["latency"]["flight_ns"]) - 9794.0).abs() < 10.0);
    let said = &retimed["published"][0];
    let difference = nominal(&said["computed_w"]) - nominal(&said["published_w"]);
    assert!((difference - said["difference_w"].as_f64().unwrap()).abs() < 1e-9);
    assert!(copper["laser"].is_null() && retimed["laser"]["junction_c"].is_object());
    let files = report["files"].as_array().unwrap();
    assert!(
        files.len() == 2 && files.iter().all(|f| folder("cli").join(f.as_str().unwrap()).exists())
    );
    let unit =
        "packaging={form=\"board\",lanes=8,lasers={place=\"unit\",shared-by=4,cooled=false}}";
    refused(&["budget", "lpo-dr-100g", "--set", unit], "`packaging.lasers.place` is unit");
}

#[test]
fn a_channel_is_judged() {
    let path = folder("cli").join("line.s2p");
    std::fs::write(&path, line_s2p()).unwrap();
    let report = json(&["channel", "line.s2p", "--json", "--out", "line"]);
    assert_eq!(report["ports"], 2);
    let loss = report["insertion_loss_db"]["nyquist"].as_f64().unwrap();
    assert!((loss - 0.02 * 26.5625 * 20.0 * std::f64::consts::E.log10()).abs() < 0.01, "{loss}");
    assert!(report["insertion_loss_db"]["half_nyquist"].as_f64().unwrap() < loss);
    for key in ["passive", "reciprocal", "supports_rate"] {
        assert_eq!(report[key], true, "{key}");
    }
    assert!(report["causality"].as_f64().unwrap() > 99.0);
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
    // Nothing reflects: an infinite return loss is not a number.
    assert_eq!(report["return_loss_db"]["nyquist"], Value::Null);

    let report = json(&["channel", "line.s2p", "--baud", "200 GBd", "--json"]);
    assert_eq!(report["supports_rate"], false);
    assert!(report["refusal"].as_str().unwrap().contains("it ends at 60 GHz"));
    assert_eq!(report["insertion_loss_db"]["nyquist"], Value::Null);
    let (code, stdout, _) = run(&["channel", "line.s2p", "--baud", "200 GBd"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("NOT supported"), "{stdout}");
}

#[test]
fn presets_are_listed_and_shown_as_documents() {
    let (code, stdout, _) = run(&["preset", "list"]);
    assert_eq!((code, stdout.lines().count()), (0, preset::all().len()));
    let (_, shown, _) = run(&["preset", "show", "lro-dr-100g"]);
    assert_eq!(config::parse(&shown).unwrap(), preset::lro_dr_100g());
    refused(&["preset", "show", "lpo"], "expected one of lpo-dr-100g");
}

#[test]
fn schemas_are_json_and_describe_what_is_printed() {
    let all = json(&["schema"]);
    for (command, key) in [
        ("run", "fec"),
        ("compare", "routes"),
        ("attribute", "routes"),
        ("budget", "routes"),
        ("channel", "causality"),
        ("com", "cases"),
        ("tdecq", "tdecq_db"),
        ("eye", "heights"),
        ("verify", "rows"),
    ] {
        let schema = json(&["schema", command]);
        assert_eq!(schema, all[command]);
        assert!(schema["properties"][key].is_object(), "{command}");
    }
}

#[test]
fn a_reader_that_goes_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lightlane"))
        .arg("schema")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn wrong_arguments_are_refused() {
    let cases: [(&[&str], &str); 16] = [
        (&["run"], "required"),
        (&["fly"], "unrecognized subcommand"),
        (&["run", "lpo"], "there is no preset `lpo`"),
        (&["run", "none.toml"], "none.toml: No such file"),
        (&["run", "."], "not a regular file"),
        (&["run", "lpo-dr-100g", "--symbols", "1e12"], "from 1 to 1e11"),
        (&["run", "lpo-dr-100g", "--symbols", "0"], "from 1 to 1e11"),
        (&["run", "lpo-dr-100g", "--symbols", "nan"], "from 1 to 1e11"),
        (&["run", "lpo-dr-100g", "--symbols=-1"], "from 1 to 1e11"),
        (&["run", "lpo-dr-100g", "--threads", "0"], "from 1 to 1024"),
        (&["run", "lpo-dr-100g", "--seed", "-1"], "seed"),
        (&["run", "lpo-dr-100g", "--out", "/dev/null/x"], "/dev/null/x"),
        (&["channel", "none.s4p"], "No such file"),
        (&["channel", "none.s4p", "--baud", "53"], "has no unit"),
        (&["channel", "none.s4p", "--baud", "-1 GBd"], "`baud` is -1 GBd"),
        (&["channel", "none.s4p", "--ports", "1-4"], "`1-2 3-4` or `1-3 2-4`"),
    ];
    for (arguments, expected) in cases {
        refused(arguments, expected);
    }
}

#[test]
fn impossible_parameters_are_refused_by_name() {
    let cases = [
        ("host-to-host/tx.driver/bandwidth=-3 GHz", "`bandwidth` is -3 GHz, but must be positive"),
        ("host-to-host/tx.driver/bandwidth=3", "such as \"50 GHz\""),
        ("host-to-host/tx.driver/gian=3 dB", "unknown field `gian`"),
        ("host-to-host/tx.driver/order=100000000", "`order` is 100000000"),
        ("host-to-host/transmitter/level-mismatch=nan", "`level-mismatch` is NaN"),
        ("host-to-host/transmitter/fir=[nan, 0.5]", "`fir` is NaN, but must be finite"),
        ("host-to-host/symbol-rate=-1 GBd", "`symbol-rate` is -1 GBd"),
        ("host-to-host/symbol-rate=1e30 GBd", "`edge`"),
        ("host-to-host/receiver/digital/ffe/taps=999999999999", "`ffe.taps`"),
        ("host-to-host/host-tx.channel/sections/0/com-line/length=-1 m", "`com-line.length`"),
        ("host-to-host/host-tx.channel/touchstone=none.s4p", "none.s4p: No such file"),
        ("hop=[]", "`hop` is empty"),
    ];
    for (edit, expected) in cases {
        refused(&["run", "lpo-dr-100g", "--symbols", "16384", "--set", edit], expected);
    }
}

#[test]
fn light_in_an_electrical_stage_is_refused() {
    let mut route = preset::lpo_dr_100g();
    route.hops[0].stages.retain(|stage| stage.name != "tx.mzm" && stage.name != "tx.driver");
    std::fs::write(folder("cli").join("dark.toml"), config::print(&route).unwrap()).unwrap();
    let arguments = ["run", "dark.toml", "--symbols", "16384"];
    refused(&arguments, "fiber");
    refused(&arguments, "host-tx.channel");
}

#[test]
fn broken_touchstone_files_are_refused() {
    let good = line_s2p();
    let lines: Vec<&str> = good.lines().collect();
    let with = |line: usize, text: &str| {
        let mut lines = lines.clone();
        lines[line] = text;
        lines.join("\n")
    };
    let huge = "[Version] 2.0\n# GHz S RI R 50\n[Number of Ports] 2\n[Two-Port Data Order] 21_12\n\
                [Number of Frequencies] 100000000000\n[Network Data]\n0 0 0 1 0 1 0 0 0\n";
    let cases = [
        ("truncated", good[..good.len() - 30].to_owned(), ""),
        ("words", with(7, "3 0 0 fast 0 0 0 0 0"), "fast"),
        ("mixed", with(7, "3 0 0 0.9 0 0.9 0 0 0 0 0"), "line 8"),
        ("decreasing", with(7, "0.1 0 0 0.9 0 0.9 0 0 0"), ""),
        ("nan", with(7, "3 0 0 nan 0 0.9 0 0 0"), "line 8"),
        ("zero", lines[..2].join("\n"), ""),
        ("empty", String::new(), ""),
        ("huge", huge.to_owned(), ""),
    ];
    for (name, text, expected) in cases {
        let file = format!("{name}.s2p");
        std::fs::write(folder("cli").join(&file), text).unwrap();
        refused(&["channel", &file], expected);
        let edit = format!("*/host-tx.channel/touchstone={file}");
        refused(&["run", "lpo-dr-100g", "--symbols", "4096", "--set", &edit], &file);
    }
    // A file without content takes no room on the disk, whatever size it has.
    let sparse = std::fs::File::create(folder("cli").join("sparse.s4p")).unwrap();
    sparse.set_len(2 << 30).unwrap();
    refused(&["channel", "sparse.s4p"], "larger than 1 GiB");
}
