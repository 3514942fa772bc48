//! Results as tables of text.

mod attribute;
mod budget;
mod cells;
mod compare;
mod correction;
mod points;
mod sweep;

pub use attribute::attribute_text;
pub(super) use budget::budget_tables;
pub use budget::budget_text;
pub use compare::compare_text;
pub(super) use compare::comparison;
pub use sweep::{crossover_text, length_text, reach_text, sweep_text};

use std::fmt::Write;

use super::table::Table;
use crate::analysis::eye::EyeUnit;
use crate::route::{Agreement, HopReport, PointReport, ProbeReport, Report, Route};
use cells::{counted, decibels, grouped, heights, interval, maybe_rate, quotient};

const LEGEND: &str = "\
counted        bit errors counted, with the Clopper-Pearson interval at 95 %; `< x` is its upper
               end where no error was seen
semi-analytic  the signal run through every nonlinearity without noise, each source of noise
               calculated: the mean of Gaussian tails over up to 262,144 symbols; the jackknife
               interval at 95 % is statistical only, and patterns rarer than the symbols are missed
statistical    from the pulse response: interference, crosstalk, jitter, noise and what is not linear
               as independent distributions; at the phase where the clock settles, and at the best one
ratios         of two readings, where both are measurable: 10 errors counted or more, 1e-30 or more
               calculated; 1 is agreement
end to end     counted from the first transmitter to the last receiver; calculated as a sum of hops
SNR            power of the levels over the mean square error at the slicer's input, where
               interference counts as noise
";

const EYES: &str = "\
eyes           the lowest first; height and width between the quantiles at 1e-3 of neighboring
               levels, 0 if closed
";

/// What came of one route, for people, and what was measured at its test points.
pub fn run_text(route: &Route, report: &Report, points: Option<&[PointReport]>) -> String {
    let points = points.unwrap_or_default();
    let mut text = format!("{}: {}\n{}\n\n", route.name, route.description, sent(route, report));
    text.push_str(&readings(report));
    text.push('\n');
    text.push_str(&receivers(route, report));
    if let (Some(worst), true) = (report.worst_hop(), report.hops.len() > 1) {
        let _ = writeln!(text, "worst hop: {}", worst.name);
    }
    if let (Some(scheme), Some(outcome)) = (&route.fec, &report.fec) {
        let _ = write!(text, "\n{}", correction::text(scheme, outcome, report.margin_db));
    } else if let Some(limit) = report.limit {
        let margin = decibels(report.margin_db);
        let _ = writeln!(text, "\nno FEC: target {}; margin {margin} dB", cells::rate(limit));
    }

    let mut probes = Table::new(&[
        "eye",
        "heights",
        "unit",
        "widths (UI)",
        "R_LM",
        "SNR (dB)",
        "OMA (dBm)",
        "ER (dB)",
    ]);
    for probe in &report.probes {
        probes.row(probe_row(probe));
    }
    let _ = write!(text, "\n{}", probes.text());
    if !points.is_empty() {
        let _ = write!(text, "\n{}", points::text(points));
    }

    let notes: Vec<String> = report.hops.iter().flat_map(notes_of).collect();
    if !notes.is_empty() {
        let _ = write!(text, "\n{}\n", notes.join("\n"));
    }
    let correction = if report.fec.is_some() { correction::LEGEND } else { "" };
    let tested = if points.is_empty() { "" } else { points::LEGEND };
    let _ = write!(text, "\n{LEGEND}{correction}{EYES}{tested}");
    text
}

/// The bit error ratios of each hop and from end to end.
fn readings(report: &Report) -> String {
    let mut table = Table::new(&[
        "bit error ratio",
        "counted",
        "95 %",
        "semi-analytic",
        "95 %",
        "statistical",
        "best phase",
        "random phase",
        "worst phase",
    ]);
    for hop in &report.hops {
        let mut row = vec![hop.name.clone()];
        row.extend(counted(&hop.ber));
        let analysis = hop.analysis.as_ref().ok();
        let (ber, statistical) = (analysis.map(|a| &a.ber), analysis.map(|a| &a.statistical));
        row.extend([maybe_rate(ber.map(|ber| ber.rate)), interval(ber.map(|ber| ber.ci95))]);
        row.push(maybe_rate(statistical.map(|statistical| statistical.rate)));
        row.push(maybe_rate(statistical.map(|statistical| statistical.best)));
        if let Some(phases) = statistical.and_then(|statistical| statistical.crosstalk) {
            row.extend([maybe_rate(Some(phases.random)), maybe_rate(Some(phases.worst))]);
        }
        table.row(row);
    }
    if report.hops.len() > 1 {
        let mut row = vec!["end to end".to_owned()];
        row.extend(counted(&report.ber));
        row.extend([maybe_rate(report.semi_analytic()), interval(report.semi_analytic_ci95())]);
        row.push(maybe_rate(report.statistical()));
        row.push(maybe_rate(report.statistical_best()));
        if let Some(phases) = report.statistical_crosstalk() {
            row.extend([maybe_rate(Some(phases.random)), maybe_rate(Some(phases.worst))]);
        }
        table.row(row);
    }
    table.text()
}

/// How far the readings agree, and what the receivers settled to.
fn receivers(route: &Route, report: &Report) -> String {
    let mut table = Table::new(&[
        "ratios",
        "semi/counted",
        "stat/counted",
        "stat/semi",
        "SNR (dB)",
        "CTLE (dB)",
        "slips",
    ]);
    for (hop, plan) in report.hops.iter().zip(&route.hops) {
        let mut row = vec![hop.name.clone()];
        row.extend(quotients(hop.agreement()));
        row.push(decibels(hop.snr_db(plan.modulation)));
        row.push(decibels(hop.equalizer.ctle_gain.map(|gain| gain.0)));
        row.push(if hop.slips > 0 { grouped(hop.slips) } else { String::new() });
        table.row(row);
    }
    if report.hops.len() > 1 {
        let mut row = vec!["end to end".to_owned()];
        row.extend(quotients(report.agreement()));
        table.row(row);
    }
    table.text()
}

fn quotients(agreement: Agreement) -> [String; 3] {
    [
        agreement.semi_analytic_over_counted,
        agreement.statistical_over_counted,
        agreement.statistical_over_semi_analytic,
    ]
    .map(quotient)
}

/// What was sent.
fn sent(route: &Route, report: &Report) -> String {
    let of = route.hops.first().map_or_else(String::new, |hop| {
        let pattern = route.pattern.to_string();
        format!(" of {pattern} {} at {}", hop.modulation, hop.symbol_rate)
    });
    let stopped = if report.complete { "" } else { "; stopped early" };
    format!("{} symbols{of}, seed {}{stopped}", grouped(report.symbols), report.seed.0)
}

fn probe_row(probe: &ProbeReport) -> Vec<String> {
    let eye = &probe.eye;
    let (heights, unit) = heights(eye);
    let widths: Vec<String> = eye.eyes.iter().map(|eye| format!("{:.2}", eye.width_ui)).collect();
    let on_light = |value: Option<f64>| match eye.unit {
        EyeUnit::Watts => decibels(value),
        _ => String::new(),
    };
    vec![
        probe.name.clone(),
        heights,
        unit.to_owned(),
        widths.join(" "),
        format!("{:.3}", eye.rlm),
        decibels(probe.snr_db()),
        on_light(eye.oma_dbm),
        on_light(eye.er_db),
    ]
}

/// What is to be said of a hop: why it is not analyzed, and its devices' remarks.
fn notes_of(hop: &HopReport) -> impl Iterator<Item = String> {
    let missing = hop.analysis.as_ref().err();
    let missing = missing.map(|why| format!("counted only, as it cannot be analyzed: {why}"));
    let notes = missing.into_iter().chain(hop.notes.iter().cloned());
    notes.map(|note| format!("note: hop `{}`: {note}", hop.name))
}
