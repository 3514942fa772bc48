//! One bit error ratio in three readings: counted, semi-analytic, statistical.
//!
//! Simulates a linear module and a retimed one, prints the readings of each hop and how far they
//! agree, and writes `plots/ber_three_ways.png`: the bathtubs with the counted errors in them.
//!
//! ```text
//! cargo run --release --example 03_ber_three_ways
//! ```

// What it finds is for the terminal.
#![allow(clippy::print_stdout)]

use lightlane::plot::{Chart, Drawing, LineStyle, ReferenceLine, Series};
use lightlane::prelude::*;

fn main() -> Result<()> {
    let records = Records::of(1 << 21, Seed(1));
    let mut charts = Vec::new();
    println!("{:<30} {:>9} {:>9} {:>9}", "", "counted", "semi-an.", "statist.");
    for route in [preset::lpo_dr_100g(), preset::dsp_dr_100g()] {
        let report = route.simulate(&records)?;
        for hop in &report.hops {
            let Ok(analysis) = &hop.analysis else { continue };
            // A noise-free signal and calculated noise; the pulse response alone.
            let (semi_analytic, statistical) = (analysis.ber.rate, analysis.statistical.rate);
            println!(
                "{:<30} {:>9.1e} {semi_analytic:>9.1e} {statistical:>9.1e}",
                format!("{}: {}", report.name, hop.name),
                hop.ber.rate
            );
            // Quotients are there where both readings are measurable.
            let agreement = hop.agreement();
            if let Some(ratio) = agreement.semi_analytic_over_counted {
                println!("    semi-analytic / counted      {ratio:.2}");
            }
            if let Some(ratio) = agreement.statistical_over_semi_analytic {
                println!("    statistical / semi-analytic  {ratio:.2}");
            }
        }
        charts.push(bathtubs(&route, &report)?.draw()?);
    }
    Drawing::beside(charts)?.write("plots/ber_three_ways.png")
}

/// The statistical bathtub of each hop, with what was counted at the receiver's phase.
fn bathtubs(route: &Route, report: &Report) -> Result<Chart> {
    let mut series = Vec::new();
    for (color, hop) in report.hops.iter().enumerate() {
        let Ok(analysis) = &hop.analysis else { continue };
        let at_receiver = |what: &str, rate: f64, ci95: [f64; 2]| Series {
            name: format!("{}, {what}", hop.name),
            points: vec![[0.0, rate]],
            intervals: Some(vec![ci95]),
            style: LineStyle::Hidden,
            markers: true,
            color: Some(color),
        };
        series.push(Series {
            name: format!("{}, statistical", hop.name),
            points: analysis.bathtub(),
            color: Some(color),
            ..Series::default()
        });
        series.push(at_receiver("semi-analytic", analysis.ber.rate, analysis.ber.ci95));
        if hop.ber.errors > 0 {
            series.push(at_receiver("counted", hop.ber.rate, hop.ber.ci95));
        }
    }
    let limit = route.limit()?;
    let lines = limit.map(|limit| ReferenceLine {
        value: limit,
        label: format!("{limit:.1e}, limit of FEC"),
        ..ReferenceLine::default()
    });
    Ok(Chart {
        title: report.name.clone(),
        subtitle: format!("{} symbols, intervals of 95 %", report.symbols),
        size: [820, 640],
        ..Chart::bathtub("Sampling phase (UI)", series, lines.into_iter().collect())?
    })
}
