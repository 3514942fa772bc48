//! Sources of channels, from package to package, and of redrivers.

use super::Confidence::{Estimate, Standard, Vendor};
use super::{Source, USUAL, source};

const CK: &str = "IEEE 802.3ck, COM parameters of clause 162 and 163 (reference code's sheets)";
const DJ: &str = "modelled after IEEE P802.3dj, example of COM parameters (PyChOpMarg)";
const LONG: &str = "802.3ck, the longer test case: 30 mm (C2M), 31 and 29 mm (KR, CR)";
const BOARD: &str = "802.3ck's host board (reference code's sheet of clause 162)";
const LENGTH: &str = "usual: boards of 3 to 20 in, cards of 20 mm in a plug or a module";
const CABLE: &str =
    "of the gauge: scaled from what 15.7 dB of a 1 m assembly leave for 26 AWG (li_3dj)";

/// The source of both ends' packages.
const fn package(
    key: &'static str,
    confidence: super::Confidence,
    text: &'static str,
    values: &'static [&'static str],
) -> Source {
    source("channel", key, confidence, text).of(values)
}

pub(super) const SOURCES: &[Source] = &[
    source("channel", "source.resistance", Standard, "802.3ck R_d = 50 ohm a leg"),
    source("channel", "load.resistance", Standard, "802.3ck R_d = 50 ohm a leg"),
    package("source.package.traces.length", Estimate, "from a die to optics beside it", &["22 mm"]),
    package("source.package.board-capacitance", Estimate, "no board", &["0 F"]),
    package("source.package.traces.length", Standard, LONG, &["30 mm"]),
    package("load.package.traces.length", Standard, LONG, &["30 mm"]),
    package("source.package.traces", Standard, DJ, &["33 mm"]),
    package("load.package.traces", Standard, DJ, &["33 mm"]),
    package("source.package.die", Standard, CK, &["120 fF", "120 pH"]),
    package("load.package.die", Standard, CK, &["120 fF", "120 pH"]),
    source("channel", "source.package.die", Standard, DJ),
    source("channel", "load.package.die", Standard, DJ),
    package("source.package.line", Standard, DJ, &["0.0005", "0.00089", "0.0002"]),
    package("load.package.line", Standard, DJ, &["0.0005", "0.00089", "0.0002"]),
    package("source.package.board-capacitance", Standard, DJ, &["40 fF"]),
    package("load.package.board-capacitance", Standard, DJ, &["40 fF"]),
    source("channel", "source.package", Standard, CK),
    source("channel", "load.package", Standard, CK),
    source("channel", "sections.com-line.length", Estimate, LENGTH),
    source("channel", "sections.com-line", Standard, BOARD),
    source("channel", "sections.shunt-capacitance", Standard, BOARD).of(&["14.5 fF", "9.5 fF"]),
    source("channel", "sections.shunt-capacitance", Estimate, "a solder joint, a micro-bump"),
    source("channel", "sections.series-inductance", Estimate, "10 pH a leg of a micro-bump"),
    source("channel", "sections.laminate.length", Estimate, LENGTH),
    source(
        "channel",
        "sections.laminate",
        Estimate,
        "so that it loses 1.27 dB/in at 53.125 GHz (IEEE P802.3dj, li_3dj, June 2023)",
    ),
    source("channel", "sections.via", Estimate, "so that four lose some 1.5 dB (li_3dj)"),
    source(
        "channel",
        "sections.connector",
        Estimate,
        "so that it loses 1.5 to 2 dB at 53.125 GHz in a cage, 0.7 to 1 dB on a substrate",
    ),
    source(
        "channel",
        "sections.twinax.length",
        Standard,
        "2 m: passive at 100 Gb/s (802.3ck), active at 200 Gb/s",
    )
    .of(&["2 m"]),
    source("channel", "sections.twinax.length", Standard, "P802.3dj's objective: 1 m of twinax")
        .of(&["1 m"]),
    source("channel", "sections.twinax.length", Vendor, "within an active cable's reach, 2 to 5 m")
        .of(&["3 m", "1.5 m"]),
    source("channel", "sections.twinax.length", Estimate, "from a package to the front panel"),
    source("channel", "sections.twinax.impedance", Standard, "100 ohm between the legs"),
    source("channel", "sections.twinax.permittivity", Vendor, "4.5 ns/m (NVIDIA)"),
    source("channel", "sections.twinax", Estimate, CABLE),
    source("channel", "sections.coupling.frequency", Estimate, "half the symbol rate"),
    source(
        "channel",
        "sections.coupling",
        Estimate,
        "two neighbors each way; FEXT and NEXT below 45.5 and 55 dB are published (li_3dj)",
    ),
    source("redriver", "equalizer.dc-gain", Estimate, "6 to 10 dB are usual of active copper"),
    source("redriver", "equalizer", Estimate, "corners as those of the receivers that follow"),
    source("redriver", "", Estimate, USUAL),
];
