//! Directions that must come out, whatever the parts are: what hurts which architecture, and where.

// A test may stop at once, in its helpers too.
#![allow(clippy::unwrap_used)]

use lightlane::config::Document;
use lightlane::prelude::*;

/// Margin in decibels of noise to the FEC limit, of a preset with edits.
fn margin(preset: &str, edits: &[&str]) -> f64 {
    let mut document = Document::of(&preset::named(preset).unwrap()).unwrap();
    for edit in edits {
        document.edit(edit).unwrap();
    }
    let records = Records::of(1 << 14, Seed(1));
    let calculated = document.route().unwrap().prepare(&records).unwrap().calculate().unwrap();
    calculated.margin_db.unwrap()
}

fn loss(decibels: u32) -> [String; 2] {
    ["tx", "rx"].map(|side| format!("*/host-{side}.channel/loss={decibels} dB"))
}

/// The margin at a loss of both host channels.
fn at(preset: &str, decibels: u32, edits: &[&str]) -> f64 {
    let loss = loss(decibels);
    let mut all: Vec<&str> = loss.iter().map(String::as_str).collect();
    all.extend(edits);
    margin(preset, &all)
}

/// Less loss, a quieter laser and a retimer are not additive: each buys less, or more, where the
/// others were bought already.
#[test]
fn levers_are_not_additive() {
    let (loud, quiet) = ("*/tx.mzm/laser.rin=-138 dB/Hz", "*/tx.mzm/laser.rin=-150 dB/Hz");
    let base = at("lpo-dr-100g", 18, &[loud]);
    let less_loss = at("lpo-dr-100g", 10, &[loud]) - base;
    let quieter = at("lpo-dr-100g", 18, &[quiet]) - base;
    let retimed = at("dsp-dr-100g", 18, &[loud]) - base;
    let all = at("dsp-dr-100g", 10, &[quiet]) - base;
    assert!(less_loss > 0.0 && quieter > 0.0 && retimed > 0.0, "{less_loss} {quieter} {retimed}");
    let sum = less_loss + quieter + retimed;
    assert!((all - sum).abs() > 1.0, "{all} against {sum}");
}

/// At high host loss, noise of driver and laser enters a linear link ahead of its receiver, whose
/// equalizer lifts it along with the signal: the same equalizer ahead of the modulator buys more than
/// behind the photodiode.
#[test]
fn equalizing_ahead_of_the_light_beats_equalizing_behind_it() {
    let equalizer = "equalizer={ dc-gain = \"-6 dB\", low-frequency-gain = \"0 dB\", zero = \
                     \"21.25 GHz\", pole1 = \"21.25 GHz\", pole2 = \"53.125 GHz\", \
                     low-frequency-pole = \"0.6640625 GHz\" }";
    let ahead = format!("*/tx.driver/{equalizer}");
    let behind = format!("*/rx.tia/{equalizer}");
    let [ahead, behind] = [&ahead, &behind].map(|edit| at("lpo-dr-100g", 20, &[edit]));
    assert!(ahead > behind + 0.3, "{ahead} {behind}");
}
