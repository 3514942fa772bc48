//! Bit error ratio against host loss: a linear module, a half-retimed one, a retimed one, and what
//! co-packaged optics have without a board.
//!
//! Both host channels get the same loss, from 6 to 26 dB at 26.56 GHz, by the length of the board.
//! Prints where one stops being better than another. Writes `plots/lpo_vs_retimed.svg` and `.png`.
//!
//! ```text
//! cargo run --release --example 02_lpo_vs_retimed
//! ```

// Crossovers are a result; a minute of work says what it is at.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use lightlane::budget::budget;
use lightlane::config::Document;
use lightlane::plot::{Axis, Chart, LineStyle, PointName, ReferenceLine, Scale, Series};
use lightlane::prelude::*;
use lightlane::preset::energy;

/// Bit error ratio that the FEC of a linear link is given: LPO MSA, 100G-DR-LPO.
const LIMIT: f64 = 2.0e-4;

/// Losses of a host channel, decibels.
const LOSSES: [f64; 11] = [6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0, 26.0];

/// How many times two links must differ on either side of a point for their changing places there to
/// be more than chance: rates of one seed have intervals of 95 % of a factor of two.
const APART: f64 = 3.0;

/// The route that has no board to be made longer.
const PACKAGED: &str = "cpo-mzm-dr-100g";

/// A route's bit error ratio at each loss.
struct Curve {
    name: String,
    points: Vec<[f64; 2]>,
}

fn main() -> Result<()> {
    let records = Records::of(1 << 15, Seed(1));
    let mut curves = Vec::new();
    for route in [preset::lpo_dr_100g(), preset::lro_dr_100g(), preset::dsp_dr_100g()] {
        let mut points = Vec::new();
        for loss in LOSSES {
            let with_loss = with_host_loss(&route, Decibels(loss))?;
            // Far beyond its reach a receiver may find no lock, and then there is no point.
            match with_loss.prepare(&records).and_then(|link| link.calculate()) {
                Ok(calculated) => points.push([loss, calculated.rate]),
                Err(error) => eprintln!("{} at {loss} dB: {error}", route.name),
            }
            eprintln!("{} at {loss} dB", route.name);
        }
        curves.push(Curve { name: route.name, points });
    }
    let packaged = preset::named(PACKAGED)?;
    let rate = packaged.prepare(&records)?.calculate()?.rate;
    // Its hop has a channel at either end.
    let loss = 0.5 * budget(&packaged, &energy::catalogue())?.hops[0].loss;
    let [.., last] = LOSSES;
    let points = LOSSES.iter().map(|&loss| [loss, rate]).collect();
    curves.push(Curve { name: PACKAGED.to_owned(), points });

    let mut names = Vec::new();
    for (index, first) in curves.iter().enumerate() {
        for second in &curves[index + 1..] {
            let crossings = crossings(first, second);
            let (one, other) = (&first.name, &second.name);
            if crossings.is_empty() {
                println!("{one} and {other} do not change places");
            }
            for at in crossings {
                println!("{one} and {other} change places at {:.1} dB, {:.1e}", at[0], at[1]);
                let short = |name: &str| name.split('-').next().unwrap_or_default().to_uppercase();
                let text = format!("{} = {}, {:.1} dB", short(one), short(other), at[0]);
                names.push(PointName { at, text });
            }
        }
    }
    let mut series: Vec<Series> = curves
        .into_iter()
        .map(|curve| Series {
            name: curve.name,
            points: curve.points,
            markers: true,
            ..Series::default()
        })
        .collect();
    if let Some(packaged) = series.last_mut() {
        packaged.name = format!("{PACKAGED}, whose package loses {loss:.1} dB");
        packaged.points = vec![[loss, rate], [last, rate]];
        packaged.style = LineStyle::Dashed;
    }
    series.push(Series {
        points: names.iter().map(|name| name.at).collect(),
        style: LineStyle::Hidden,
        markers: true,
        ..Series::default()
    });
    let chart = Chart {
        title: "What host loss does to the link".to_owned(),
        subtitle: "53.125 GBd PAM4, 500 m of fiber, both host channels alike; semi-analytic"
            .to_owned(),
        x: Axis { label: "Host loss, die to die, at 26.56 GHz (dB)".to_owned(), ..Axis::default() },
        y: Axis {
            label: "Bit error ratio before FEC".to_owned(),
            scale: Scale::Log,
            range: Some([1e-14, 1.0]),
        },
        series,
        names,
        lines: vec![ReferenceLine {
            value: LIMIT,
            label: "2.0e-4, LPO MSA".to_owned(),
            ..ReferenceLine::default()
        }],
        ..Chart::default()
    };
    let drawing = chart.draw()?;
    drawing.write("plots/lpo_vs_retimed.svg")?;
    drawing.write("plots/lpo_vs_retimed.png")
}

/// Where two curves change places, by straight lines between points on a logarithmic scale.
fn crossings(first: &Curve, second: &Curve) -> Vec<[f64; 2]> {
    let both: Vec<[f64; 3]> = first
        .points
        .iter()
        .filter_map(|&[loss, one]| {
            let [_, other] =
                second.points.iter().find(|point| point[0].total_cmp(&loss).is_eq())?;
            Some([loss, one.log10(), other.log10()])
        })
        .collect();
    let apart = |points: &[[f64; 3]]| points.iter().any(|p| (p[1] - p[2]).abs() > APART.log10());
    let mut found = Vec::new();
    for (index, pair) in both.windows(2).enumerate() {
        let [from, to] = [pair[0][1] - pair[0][2], pair[1][1] - pair[1][2]];
        let (before, behind) = both.split_at(index + 1);
        if from * to < 0.0 && apart(before) && apart(behind) {
            let share = from / (from - to);
            let at = |k: usize| pair[0][k] + share * (pair[1][k] - pair[0][k]);
            found.push([at(0), 10f64.powf(at(1))]);
        }
    }
    found
}

/// The route with the boards of both host channels as long as gives them this loss.
fn with_host_loss(route: &Route, loss: Decibels) -> Result<Route> {
    let mut document = Document::of(route)?;
    for channel in ["host-tx.channel", "host-rx.channel"] {
        document.edit(&format!("*/{channel}/loss={loss}"))?;
    }
    document.route()
}
