//! What the industry says of its interconnects, and what the same parts compute to.
//!
//! Prints the claims as a table in Markdown and draws how far copper reaches. Nothing is tuned to
//! meet a claim; where one is missed, the difference stands in the table. Writes `plots/reach.svg`
//! and `.png`.
//!
//! ```text
//! cargo run --release --example 05_claims
//! ```

// A table is this example's result; a minute of work says what it is at.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::sync::atomic::AtomicBool;

use lightlane::budget::{Budget, Interval, budget};
use lightlane::config::Document;
use lightlane::plot::{Axis, Chart, LineStyle, Orientation, ReferenceLine, Scale, Series};
use lightlane::prelude::*;
use lightlane::preset::energy;
use lightlane::route::Control;
use lightlane::sweep::{Limit, Reach, ReachSearch, reach};

/// Passive cables, and how far they are said to reach, in meters.
const CABLES: [(&str, f64); 2] = [("dac-100g", 2.0), ("dac-200g", 1.0)];

/// A line of the table: the claim, what is published, what is computed, and why they differ.
type Row = [String; 4];

fn main() -> Result<()> {
    let reaches = CABLES.map(|(name, _)| reach_of(name)).into_iter().collect::<Result<Vec<_>>>()?;
    let mut rows = vec![efficiency()?, loss()?];
    for (reach, (name, claimed)) in reaches.iter().zip(CABLES) {
        rows.push(copper(name, reach, claimed)?);
    }
    rows.extend([edge()?, panels()?, half()?, switch()?, linear()?]);
    for route in preset::all() {
        for published in energy::published(&route.name) {
            rows.push(module(&route.name, published)?);
        }
    }
    println!("| Claim | Published | Computed | What makes them differ |\n|---|---|---|---|");
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
    draw(&reaches)
}

fn budget_of(name: &str) -> Result<Budget> {
    budget(&preset::named(name)?, &energy::catalogue())
}

/// What a unit draws with its light, in watts.
fn unit(budget: &Budget, rate: f64) -> Interval {
    budget.module(rate).map_or(Interval::ZERO, |unit| unit.unit + unit.source)
}

fn efficiency() -> Result<Row> {
    let [retimed, packaged] = ["dsp-dr-200g", "cpo-mrm-dr-200g"].map(budget_of);
    let (retimed, packaged) = (retimed?, packaged?);
    let system = retimed.energy().ratio(&packaged.energy());
    let [retimed, packaged] = [retimed, packaged].map(|budget| unit(&budget, 1.6e12));
    let ratio = retimed.ratio(&packaged);
    let other = retimed.ratio(&unit(&budget_of("cpo-mzm-dr-200g")?, 1.6e12));
    Ok([
        "co-packaged optics have 3.5 times the power efficiency of pluggables".to_owned(),
        "30 W to 9 W at 1.6T".to_owned(),
        format!("{retimed} W to {packaged} W: {ratio} times"),
        format!(
            "the engine has drivers, rings, amplifiers and its light, and nothing else; with \
             Mach-Zehnder modulators it is {other} times, with rings and both hosts {system} times"
        ),
    ])
}

fn loss() -> Result<Row> {
    let of = |name: &str| -> Result<f64> {
        let losses = budget_of(name)?.hops.into_iter().map(|hop| hop.loss);
        Ok(losses.fold(0.0, f64::max))
    };
    let (pluggable, packaged) = (of("dsp-dr-200g")?, of("cpo-mrm-dr-200g")?);
    // A co-packaged hop has a channel at either end.
    let packaged = 0.5 * packaged;
    Ok([
        "electrical loss of co-packaged optics".to_owned(),
        "22 dB to 4 dB".to_owned(),
        format!("{pluggable:.1} dB to {packaged:.1} dB"),
        "taken from the claim: the boards' lengths are chosen for it".to_owned(),
    ])
}

fn copper(name: &str, reach: &Reach, claimed: f64) -> Result<Row> {
    let computed = match reach.limit {
        Limit::Within(length) => {
            format!("{:.2} m ({:.2} to {:.2})", length.median, length.low, length.high)
        }
        Limit::Above => "never missed".to_owned(),
        Limit::Below => "missed at all lengths".to_owned(),
    };
    let present = preset::named(name)?.prepare(&records(1 << 15))?.calculate()?;
    let margin = present.margin_db.map_or_else(String::new, |db| format!("{db:+.1} dB of margin"));
    Ok([
        format!("passive copper, `{name}`"),
        format!("{claimed} m"),
        computed,
        format!(
            "until {:.1e} before error correction, which leaves nothing for production and \
             temperature; at {} m there are {margin}",
            reach.target, reach.present
        ),
    ])
}

fn edge() -> Result<Row> {
    let density = |name: &str| budget_of(name).map(|b| b.shoreline.unwrap_or(0.0));
    let lanes = |terabytes: f64| (0.5 * 8e12 * terabytes / 200e9).ceil();
    // Half of such a bandwidth goes each way.
    let millimeters = |terabytes: f64, density: f64| 1e3 * 0.5 * 8e12 * terabytes / density;
    let (engines, chiplets) = (density("cpo-mrm-dr-200g")?, density("oio-wdm-106g")?);
    Ok([
        "copper to a GPU".to_owned(),
        "1.8 TB/s, 3.6 TB/s wanted".to_owned(),
        format!(
            "3.6 TB/s are {:.0} lanes of 200G each way, in copper for 1 m at most; they leave a \
             package over {:.0} mm of edge as light of 200G a fiber, over {:.1} mm with 8 \
             wavelengths a fiber",
            lanes(3.6),
            millimeters(3.6, engines),
            millimeters(3.6, chiplets)
        ),
        format!(
            "neither confirmed nor denied: nothing here limits the number of cables, {:.0} pairs \
             today and {:.0} then",
            2.0 * lanes(1.8),
            2.0 * lanes(3.6)
        ),
    ])
}

fn panels() -> Result<Row> {
    let budget = budget_of("dsp-dr-200g")?;
    let carried: Vec<String> = budget
        .panels
        .iter()
        .map(|panel| format!("{:.1}T with {} cages", 1e-12 * panel.rate, panel.cages))
        .collect();
    Ok([
        "limits of front panels with pluggable modules".to_owned(),
        "51.2T with 1.6T modules, 102.4T with 3.2T".to_owned(),
        carried.join(", "),
        "agreed with 32 cages; 64 cages carry twice as much, if their heat can be taken away"
            .to_owned(),
    ])
}

fn half() -> Result<Row> {
    let [linear, retimed] = ["lpo-dr-100g", "dsp-dr-100g"].map(budget_of);
    let (linear, retimed) = (linear?, retimed?);
    let ratio = unit(&linear, 800e9).ratio(&unit(&retimed, 800e9));
    let system = linear.energy().ratio(&retimed.energy());
    Ok([
        "a linear module draws about half of a retimed one".to_owned(),
        "7 to 9 W against 12 to 17 W at 800G; 10 W against 30 W at 1.6T".to_owned(),
        format!("{} W to {} W at 800G: {ratio} of it", unit(&linear, 800e9), unit(&retimed, 800e9)),
        format!(
            "the published pairs differ themselves, 0.53 and 0.33; with both hosts, whose SerDes \
             grow, it is {system}"
        ),
    ])
}

fn switch() -> Result<Row> {
    let of = |name: &str| budget_of(name).map(|budget| budget.switches[0]);
    let (linear, retimed) = (of("lpo-dr-100g")?, of("dsp-dr-100g")?);
    Ok([
        "linear modules save power in a switch of 64 times 800G".to_owned(),
        "700 W".to_owned(),
        format!("{:.0} W", retimed.total().nominal - linear.total().nominal),
        format!(
            "the modules alone save {:.0} W, SerDes for linear modules take some of it back",
            retimed.units.nominal - linear.units.nominal
        ),
    ])
}

fn linear() -> Result<Row> {
    let at = |loss: f64| -> Result<f64> {
        let mut document = Document::of(&preset::named("lpo-dr-100g")?)?;
        for side in ["tx", "rx"] {
            document.edit(&format!("*/host-{side}.channel/loss={loss} dB"))?;
        }
        Ok(document.route()?.prepare(&records(1 << 16))?.calculate()?.rate)
    };
    let (most, less) = (at(20.0)?, at(18.0)?);
    Ok([
        "a linear link up to 20 dB from die to die".to_owned(),
        "at most 2e-4".to_owned(),
        format!("{most:.1e} at 20 dB on both sides, {less:.1e} at 18 dB"),
        "host taps are those of an operator, not trained for the channel, and nothing in the module \
         equalizes"
            .to_owned(),
    ])
}

/// What is published of a module, an engine or a cable end.
fn module(name: &str, published: &energy::Published) -> Result<Row> {
    let computed = unit(&budget_of(name)?, published.rate);
    let far = if computed.overlaps(&published.power) { "" } else { ", and the ranges do not meet" };
    Ok([
        format!("`{name}`: {}", published.text),
        format!("{} W", published.power),
        format!("{computed} W"),
        format!("{:+.1} W{far}", computed.nominal - published.power.nominal),
    ])
}

fn records(symbols: usize) -> Records {
    Records::of(symbols, Seed(1))
}

fn reach_of(name: &str) -> Result<Reach> {
    let document = Document::of(&preset::named(name)?)?;
    let search = ReachSearch {
        target: None,
        range: Some([0.5.meters(), 5.0.meters()]),
        points: 9,
        seeds: 3,
        records: records(1 << 13),
    };
    let control = Control {
        progress: &|done, all| eprintln!("{name}: {done} of {all}"),
        stop: &AtomicBool::new(false),
    };
    reach(&document, &search, &control)?.ok_or_else(|| Error::usage("stopped"))
}

/// Bit error ratio over the length of the cable.
fn draw(reaches: &[Reach]) -> Result<()> {
    let series = reaches.iter().map(|reach| Series {
        name: reach.route.clone(),
        points: reach.scan.iter().filter_map(|at| Some([at.length, at.ber?])).collect(),
        style: LineStyle::Solid,
        markers: true,
        ..Series::default()
    });
    let target = reaches.first().map_or(0.0, |reach| reach.target);
    let limit = ReferenceLine {
        value: target,
        label: format!("{target:.1e}, RS(544,514)"),
        ..ReferenceLine::default()
    };
    let claims = CABLES.map(|(name, claimed)| ReferenceLine {
        value: claimed,
        orientation: Orientation::Vertical,
        label: format!("said of {name}"),
    });
    let chart = Chart {
        title: "How far passive copper reaches".to_owned(),
        subtitle: "26 AWG between two hosts, with crosstalk; semi-analytic".to_owned(),
        x: Axis { label: "Length of the cable (m)".to_owned(), ..Axis::default() },
        y: Axis {
            label: "Bit error ratio before FEC".to_owned(),
            scale: Scale::Log,
            range: Some([1e-11, 1.0]),
        },
        series: series.collect(),
        lines: [vec![limit], claims.into()].concat(),
        ..Chart::default()
    };
    let drawing = chart.draw()?;
    drawing.write("plots/reach.svg")?;
    drawing.write("plots/reach.png")
}
