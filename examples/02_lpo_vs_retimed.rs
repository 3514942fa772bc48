//! Bit error ratio against host loss: a linear module, a half-retimed one, a retimed one.
//!
//! Both host channels get the same loss, from 4 to 26 dB at 26.56 GHz, by the length of the
//! board. Writes `plots/lpo_vs_retimed.svg` and `.png`.
//!
//! ```text
//! cargo run --release --example 02_lpo_vs_retimed
//! ```

// A minute of work says what it is at.
#![allow(clippy::print_stderr)]

use lightlane::config::Document;
use lightlane::plot::{Axis, Chart, LineStyle, ReferenceLine, Scale, Series};
use lightlane::prelude::*;

/// Bit error ratio that the FEC of a linear link is given: LPO MSA, 100G-DR-LPO.
const LIMIT: f64 = 2.0e-4;

fn main() -> Result<()> {
    let records = Records::of(1 << 19, Seed(1));
    let losses: Vec<f64> = (2..=13).map(|i| 2.0 * f64::from(i)).collect();
    let mut series = Vec::new();
    let routes = [preset::lpo_dr_100g(), preset::lro_dr_100g(), preset::dsp_dr_100g()];
    for (color, route) in routes.into_iter().enumerate() {
        let (mut calculated, mut likely) = (Vec::new(), Vec::new());
        let (mut counted, mut intervals) = (Vec::new(), Vec::new());
        for &loss in &losses {
            let report = with_host_loss(&route, Decibels(loss))?.simulate(&records)?;
            eprintln!("{} at {loss} dB: counted {:.1e}", route.name, report.ber.rate);
            if let (Some(rate), Some(ci95)) = (report.semi_analytic(), report.semi_analytic_ci95())
            {
                eprintln!("{} at {loss} dB: semi-analytic {rate:.1e}", route.name);
                calculated.push([loss, rate]);
                likely.push(ci95);
            }
            if report.ber.errors >= 10 {
                counted.push([loss, report.ber.rate]);
                intervals.push(report.ber.ci95);
            }
        }
        series.push(Series {
            name: format!("{} semi-analytic", route.name),
            points: calculated,
            intervals: Some(likely),
            color: Some(color),
            ..Series::default()
        });
        if !counted.is_empty() {
            series.push(Series {
                name: format!("{} counted", route.name),
                points: counted,
                style: LineStyle::Hidden,
                markers: true,
                intervals: Some(intervals),
                color: Some(color),
            });
        }
    }
    let chart = Chart {
        title: "What host loss does to the link".to_owned(),
        subtitle: "53.125 GBd PAM4, 500 m of fiber, both host channels alike; 95 % intervals"
            .to_owned(),
        x: Axis { label: "Host loss, die to die, at 26.56 GHz (dB)".to_owned(), ..Axis::default() },
        y: Axis {
            label: "Bit error ratio before FEC".to_owned(),
            scale: Scale::Log,
            range: Some([1e-13, 1.0]),
        },
        series,
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

/// The route with the boards of both host channels as long as gives them this loss.
fn with_host_loss(route: &Route, loss: Decibels) -> Result<Route> {
    let mut document = Document::of(route)?;
    for channel in ["host-tx.channel", "host-rx.channel"] {
        document.edit(&format!("*/{channel}/loss={loss}"))?;
    }
    document.route()
}
