//! What the industry says of its interconnects, and what the same parts compute to.
//!
//! Prints the claims as a table in Markdown and draws how far copper reaches. Nothing is tuned to
//! meet a claim; where one is missed, the difference stands in the table. Writes `plots/reach.svg`
//! and `.png`.
//!
//! ```text
//! cargo run --release --example 05_claims
//! ```

// A table is this example's result; minutes of work say what they are at.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::sync::atomic::AtomicBool;

use lightlane::budget::{Budget, Interval, budget};
use lightlane::config::Document;
use lightlane::plot::{Axis, Chart, LineStyle, ReferenceLine, Scale, Series};
use lightlane::prelude::*;
use lightlane::preset::energy;
use lightlane::route::Control;
use lightlane::sweep::{Limit, Reach, ReachSearch, reach};

/// Symbols that are simulated at each length: the semi-analytic ratio needs no more.
const SYMBOLS: usize = 1 << 15;

fn main() -> Result<()> {
    let reaches = ["dac-100g", "dac-200g"].map(reach_of);
    let [slow, fast] = &reaches;
    let [slow, fast] =
        [slow.as_ref(), fast.as_ref()].map(|reach| reach.map_err(ToString::to_string));
    println!("| Claim | Computed | Difference and why |\n|---|---|---|");
    for [claim, computed, why] in [
        efficiency()?,
        loss()?,
        copper("passive copper within 2 m at 100G a lane", slow, 2.0),
        copper("passive copper within about 1 m at 200G a lane", fast, 1.0),
        edge()?,
        panels()?,
        half()?,
        linear()?,
    ] {
        println!("| {claim} | {computed} | {why} |");
    }
    let reaches = reaches.into_iter().collect::<Result<Vec<Reach>>>()?;
    draw(&reaches)
}

fn budget_of(name: &str) -> Result<Budget> {
    budget(&preset::named(name)?, &energy::catalogue())
}

/// What a unit of 1.6 Tb/s draws with its light, in watts.
fn unit(budget: &Budget, rate: f64) -> Interval {
    budget.module(rate).map_or(Interval::ZERO, |unit| unit.unit + unit.source)
}

/// The range of a quotient of two intervals.
fn quotient(above: Interval, below: Interval) -> Interval {
    Interval::new(above.low / below.high, above.nominal / below.nominal, above.high / below.low)
}

fn efficiency() -> Result<[String; 3]> {
    let [retimed, packaged] = ["dsp-dr-200g", "cpo-mzm-dr-200g"].map(budget_of);
    let [retimed, packaged] = [unit(&retimed?, 1.6e12), unit(&packaged?, 1.6e12)];
    let ratio = quotient(retimed, packaged);
    Ok([
        "co-packaged optics have 3.5 times the power efficiency: 30 W to 9 W at 1.6T".to_owned(),
        format!("{retimed} W to {packaged} W: {ratio} times"),
        format!(
            "{:+.1} times; a unit with its light, retimed module against engine with Mach-Zehnder modulators; \
             most of it is the retimer",
            ratio.nominal - 3.5
        ),
    ])
}

fn loss() -> Result<[String; 3]> {
    let of = |name: &str| -> Result<f64> {
        let losses = budget_of(name)?.hops.into_iter().map(|hop| hop.loss);
        Ok(losses.fold(0.0, f64::max))
    };
    let (pluggable, packaged) = (of("dsp-dr-200g")?, of("cpo-mzm-dr-200g")?);
    // A co-packaged hop has a channel at either end.
    Ok([
        "electrical loss from 22 dB to 4 dB".to_owned(),
        format!("{pluggable:.1} dB to {:.1} dB", 0.5 * packaged),
        "taken from the claim: the boards' lengths are chosen for it".to_owned(),
    ])
}

fn copper(claim: &str, reach: std::result::Result<&Reach, String>, claimed: f64) -> [String; 3] {
    let (computed, why) = match reach.map(|reach| (reach, reach.limit)) {
        Ok((reach, Limit::Within(length))) => (
            format!("{:.2} m ({:.2} to {:.2})", length.median, length.low, length.high),
            format!(
                "{:+.2} m; until {:.1e} before error correction, one lane with its neighbors, no \
                 margin kept for temperature or production",
                length.median - claimed,
                reach.target
            ),
        ),
        Ok((_, Limit::Above)) => ("longer than 10 m".to_owned(), "never missed".to_owned()),
        Ok((_, Limit::Below)) => ("none".to_owned(), "missed at the shortest already".to_owned()),
        Err(error) => ("none".to_owned(), error),
    };
    [claim.to_owned(), computed, why]
}

fn edge() -> Result<[String; 3]> {
    let density = |name: &str| budget_of(name).map(|b| 1e-12 * b.shoreline.unwrap_or(0.0));
    let (copper, light) = (density("cpc-200g")?, density("cpo-mzm-dr-200g")?);
    // Bits a second in each direction over bits a second and meter of edge.
    let millimeters = |terabytes: f64, density: f64| 1e3 * 8.0 * terabytes / density;
    Ok([
        "1.8 TB/s of copper to a GPU, 3.6 TB/s wanted".to_owned(),
        format!(
            "3.6 TB/s take {:.0} mm of edge in co-packaged copper, {:.0} mm in co-packaged optics",
            millimeters(3.6, copper),
            millimeters(3.6, light)
        ),
        format!(
            "1.8 TB/s take {:.0} and {:.0} mm; half of a bandwidth goes each way in such claims, \
             here all of it does",
            millimeters(1.8, copper),
            millimeters(1.8, light)
        ),
    ])
}

fn panels() -> Result<[String; 3]> {
    let budget = budget_of("dsp-dr-200g")?;
    let carried: Vec<String> = budget
        .panels
        .iter()
        .map(|panel| format!("{:.1}T with {} cages", 1e-12 * panel.rate, panel.cages))
        .collect();
    Ok([
        "51.2T and 102.4T are the limits of front panels with 1.6T and 3.2T modules".to_owned(),
        carried.join(", "),
        "8 lanes of 200G a cage are 1.6T: 32 cages give the first figure; 3.2T modules in 32 cages, \
         or 64 cages of 1.6T, the second"
            .to_owned(),
    ])
}

fn half() -> Result<[String; 3]> {
    let [linear, retimed] = ["lpo-dr-100g", "dsp-dr-100g"].map(budget_of);
    let (linear, retimed) = (linear?, retimed?);
    let ratio = unit(&linear, 800e9).nominal / unit(&retimed, 800e9).nominal;
    let system = linear.energy().nominal / retimed.energy().nominal;
    Ok([
        "a linear module draws about half of a retimed one".to_owned(),
        format!(
            "{ratio:.2} of it: {} W to {} W at 800G",
            unit(&linear, 800e9),
            unit(&retimed, 800e9)
        ),
        format!(
            "{:+.2}; driver and amplifier are taken at the low end of what is published; with both \
             hosts, whose SerDes grow, {system:.2}",
            ratio - 0.5
        ),
    ])
}

fn linear() -> Result<[String; 3]> {
    let mut document = Document::of(&preset::named("lpo-dr-100g")?)?;
    for edit in ["*/host-tx.channel/loss=20 dB", "*/host-rx.channel/loss=20 dB"] {
        document.edit(edit)?;
    }
    let records = Records::of(SYMBOLS, Seed(1));
    let rate = document.route()?.prepare(&records)?.calculate()?.rate;
    Ok([
        "a linear module has a bit error ratio of at most 2e-4 up to 20 dB die to die".to_owned(),
        format!("{rate:.1e} at 20 dB on both sides"),
        format!(
            "{:.1} times; host taps are those of an operator, untrained for the channel, and nothing \
             in the module equalizes",
            rate / 2e-4
        ),
    ])
}

fn reach_of(name: &str) -> Result<Reach> {
    let document = Document::of(&preset::named(name)?)?;
    let search = ReachSearch {
        target: None,
        range: Some([0.25.meters(), 6.0.meters()]),
        points: 12,
        seeds: 3,
        records: Records::of(SYMBOLS, Seed(1)),
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
    let chart = Chart {
        title: "How far passive copper reaches".to_owned(),
        subtitle: "semi-analytic; a missing point: the receiver finds no lock".to_owned(),
        x: Axis { label: "Length of the cable (m)".to_owned(), ..Axis::default() },
        y: Axis {
            label: "Bit error ratio before FEC".to_owned(),
            scale: Scale::Log,
            range: Some([1e-15, 1.0]),
        },
        series: series.collect(),
        lines: vec![ReferenceLine {
            value: target,
            label: format!("{target:.1e}, RS(544,514)"),
            ..ReferenceLine::default()
        }],
        ..Chart::default()
    };
    let drawing = chart.draw()?;
    drawing.write("plots/reach.svg")?;
    drawing.write("plots/reach.png")
}
