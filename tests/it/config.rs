//! Documents: what is printed reads back, edits reach what they name, and errors say what is wrong.

use lightlane::config::{self, Document};
use lightlane::prelude::*;
use lightlane::preset;

/// The document of the preset with one hop.
fn document() -> Document {
    Document::of(&preset::lpo_dr_100g()).unwrap()
}

fn edited(edits: &[&str]) -> Result<Route> {
    let mut document = document();
    for edit in edits {
        document.edit(edit)?;
    }
    document.route()
}

#[test]
fn every_preset_reads_back_as_itself() {
    for route in preset::all() {
        let text = config::print(&route).unwrap();
        assert_eq!(config::parse(&text).unwrap(), route);
        assert_eq!(Document::of(&route).unwrap().route().unwrap(), route);
    }
}

#[test]
fn an_edit_reaches_what_it_names_and_nothing_else() {
    let cases = [
        ("host-to-host/tx.driver/gain=12 dB", "gain = \"12 dB\""),
        ("host-to-host/tx.driver/gain=\"12 dB\"", "gain = \"12 dB\""),
        (
            "*/tx.driver/agc/swing=2 V",
            "agc = { swing = \"2 V\", crest = 1.3416407864998738, range = \"15 dB\" }",
        ),
        (
            "*/tx.driver/agc.swing = 2 V",
            "agc = { swing = \"2 V\", crest = 1.3416407864998738, range = \"15 dB\" }",
        ),
        ("host-to-host/tx.driver/probe=true", "name = \"tx.driver\"\nprobe = true"),
        ("host-to-host/transmitter/fir/1=0", "[-0.012987012987012988, 0.0, "),
        ("host-to-host/transmitter/fir=[0.5]", "fir = [0.5]"),
        (
            "host-to-host/transmitter/edge={bandwidth=\"30 GHz\"}",
            "edge = { bandwidth = \"30 GHz\" }",
        ),
        ("host-to-host/receiver/digital/ffe/taps=11", "ffe = { taps = 11,"),
        ("host-to-host/receiver.digital.ffe.taps=11", "ffe = { taps = 11,"),
        ("*/host-tx.channel/sections/0/com-line/length=1 in", "length = \"25.4 mm\""),
        ("host-to-host/precoding=true", "precoding = true"),
        ("host-to-host/symbol-rate=26.5625 GBd", "symbol-rate = \"26.5625 GBd\""),
        ("*/modulation=nrz", "modulation = \"nrz\""),
        ("pattern=prbs13", "pattern = \"prbs13\""),
        (
            "*/host-tx.channel/touchstone=a.s4p",
            "sections = [{ touchstone = { file = \"a.s4p\", rev",
        ),
        (
            "*/host-tx.channel/sections=[{touchstone={file=\"a.s4p\", ports=\"1-3 2-4\"}}]",
            "{ file = \"a.s4p\", ports = \"1-3 2-4\", reversed = false }",
        ),
    ];
    let before = config::print(&preset::lpo_dr_100g()).unwrap();
    for (edit, expected) in cases {
        let after = config::print(&edited(&[edit]).unwrap()).unwrap();
        assert!(!before.contains(expected), "{edit}: {expected} was there already");
        assert!(after.contains(expected), "{edit}: {expected} is missing in {after}");
    }
}

#[test]
fn a_file_instead_of_sections_leaves_the_packages() {
    let route = edited(&["*/host-tx.channel/touchstone=a.s4p"]).unwrap();
    let lightlane::device::AnyDevice::Channel(channel) = &route.hops[0].stages[0].device else {
        panic!("the first stage is the channel");
    };
    assert_eq!(channel.sections.len(), 1);
    assert!(channel.source.package.is_some());
}

#[test]
fn a_loss_sets_the_length_of_the_longest_line() {
    let loss_of = |route: &lightlane::route::Route, stage: usize| {
        let lightlane::device::AnyDevice::Channel(channel) = &route.hops[0].stages[stage].device
        else {
            panic!("stage {stage} is no channel");
        };
        channel.insertion_loss(route.hops[0].symbol_rate.nyquist()).unwrap().0
    };
    let route = edited(&["*/host-tx.channel/loss=12.5 dB"]).unwrap();
    assert!((loss_of(&route, 0) - 12.5).abs() < 1e-9);
    let before = preset::lpo_dr_100g();
    let last = before.hops[0].stages.len() - 1;
    assert_eq!(loss_of(&route, last).to_bits(), loss_of(&before, last).to_bits());
    for (edit, expected) in [
        ("*/host-tx.channel/loss=12.5 GHz", "`GHz` is not a unit of a ratio in decibels"),
        ("*/host-tx.channel/loss=12.5", "has no unit"),
        ("*/host-tx.channel/loss=1 dB", "without its longest line"),
    ] {
        let error = edited(&[edit]).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(edit), "{error}");
    }
}

#[test]
fn what_does_not_fit_is_refused_with_the_names_that_would() {
    let cases = [
        ("host-to-host/tx.driver/gian=3 dB", "unknown field `gian`, expected one of `gain`"),
        ("host-to-host/tx.driver/gain=3", "such as \"9 dB\""),
        ("host-to-host/tx.driver/gain=3 V", "`V` is not a unit of a ratio in decibels"),
        ("host-to-host/tx.drv/gain=3 dB", "there is no stage `tx.drv`: expected `host-tx.channel`"),
        ("host/tx.driver/gain=3 dB", "there is no hop `host`: expected `host-to-host` or `*`"),
        ("*/tx.drv/gain=3 dB", "there is no stage `tx.drv`"),
        ("host-to-host/tx.driver=3", "name a key of it"),
        ("host-to-host/transmitter/fir/6=0.1", "expected a number from 0 to 5"),
        ("host-to-host/transmitter/fir/x=0.1", "expected a number from 0 to 5"),
        ("host-to-host/transmitter/swing/peak=1 V", "which is no table"),
        ("host-to-host/transmitter/edge/bandwidth=1 GHz", "only one of these choices"),
        ("host-to-host/modulation=pam5", "expected one of `nrz`, `pam4`, `pam6`, `pam8`"),
        ("host-to-host/speed=1", "unknown field `speed`"),
        ("pattern=prbs99", "is not a pattern"),
        ("patern=prbs13", "unknown field `patern`"),
        ("hop=3", "hop"),
        ("nonsense", "expected `hop/stage/key=value`"),
        ("=3", "expected `hop/stage/key=value`"),
        ("a//b=3", "expected `hop/stage/key=value`"),
        ("a/b/c=", "expected `hop/stage/key=value`"),
    ];
    for (edit, expected) in cases {
        let message = edited(&[edit]).unwrap_err().to_string();
        assert!(message.contains(expected), "{edit}: {message}");
    }
}

#[test]
fn the_edit_to_blame_is_named() {
    let good = "host-to-host/tx.driver/gain=3 dB";
    let bad = "host-to-host/tx.driver/order=many";
    let message = edited(&[good, bad, "pattern=prbs13"]).unwrap_err().to_string();
    assert!(message.starts_with(&format!("edit `{bad}`: ")), "{message}");
    assert!(edited(&[good, bad, "host-to-host/tx.driver/order=2"]).is_ok());
}

#[test]
fn only_what_is_not_there_is_a_usage_error() {
    let error = |edit| document().edit(edit).unwrap_err();
    assert!(error("module-to-host/rx.tia/order=2").is_usage());
    assert!(error("*/rx.retimer/order=2").is_usage());
    assert!(!error("nonsense").is_usage());
    assert!(!error("host-to-host/transmitter/fir/6=0.1").is_usage());
}

#[test]
fn errors_in_documents_have_their_place() {
    let cases = [
        ("schema = 1", "schema = 2", "`schema` is 2, but must be 1"),
        ("schema = 1", "", "`schema = 1` is missing at the top"),
        ("gain = \"15 dB\"", "gian = \"15 dB\"", "column 1: unknown field `gian`, expected one of"),
        ("gain = \"15 dB\"", "gain = 15", "column 8: invalid type: integer `15`, expected a ratio"),
        ("gain = \"15 dB\"", "gain = \"15\"", "column 8: `15` has no unit"),
        ("gain = \"15 dB\"", "gain = \"nan dB\"", "finite"),
        ("gain = \"15 dB\"", "", "missing field `gain`"),
        ("gain = \"15 dB\"", "gain = ", "line "),
        ("order = 3", "order = 3\norder = 4", "duplicate key"),
        ("[hop.transmitter]", "[hop.transmiter]", "unknown field `transmiter`"),
        ("device.driver]", "device.amplifier]", "unknown variant `amplifier`"),
    ];
    let text = config::print(&preset::lpo_dr_100g()).unwrap();
    for (from, to, expected) in cases {
        assert!(text.contains(from), "{from}");
        let message = config::parse(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(message.contains(expected), "{to}: {message}");
        assert!(!message.contains('\n'), "{message}");
    }
    let place = text[..text.find("gain = ").unwrap()].matches('\n').count() + 1;
    let message = config::parse(&text.replacen("gain = ", "gian = ", 1)).unwrap_err().to_string();
    assert!(message.starts_with(&format!("line {place}, column 1: ")), "{message}");
    for text in ["", "schema = 1", "\u{0}", "[[[[", "schema = 1\nhop = 3"] {
        assert!(config::parse(text).unwrap_err().is_data(), "{text}");
    }
}

#[test]
fn files_are_relative_to_the_document() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("config");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("route.toml");
    let text = config::print(&edited(&["*/host-tx.channel/touchstone=a.s4p"]).unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    let printed = config::print(&config::read(&path).unwrap()).unwrap();
    assert!(printed.contains(&folder.join("a.s4p").display().to_string()), "{printed}");

    std::fs::write(&path, "schema = 1\nname = 3\n").unwrap();
    let message = config::read(&path).unwrap_err().to_string();
    assert!(message.contains("route.toml: line 2, column 8: "), "{message}");
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(config::read(&path).unwrap_err().is_data());
    assert!(config::read(&folder).unwrap_err().is_data());
    assert!(config::read(folder.join("none.toml")).unwrap_err().is_io());
}
