//! Where noise comes from.

use std::fmt::Write;

use super::cells::decibels;
use super::{Table, sent};
use crate::route::{Attribution, Report, Route};

const LEGEND: &str = "\
variance       mean square at the slicer's input, where levels reach from -1 to 1; percent of the sum
noise          from the density of each source, through everything behind it with the slope that
               the signal gives nonlinear parts: the mean over the symbols of a record
jitter         random and two-valued, through the slope of the edges at the slicer
residual ISI   what the pulse response leaves beside its cursor
crosstalk      what aggressors change in a record without noise
nonlinearity   what else there is of error without noise
phase, agc     the error of the same records with and without it; may be slightly below zero
measured       over all symbols sent; the sum is found independently of it
";

/// Where the mean square error at each slicer comes from, for people.
pub fn attribute_text(results: &[(Route, Report)]) -> String {
    let mut text = String::new();
    if let Some((route, report)) = results.first() {
        let _ = writeln!(text, "{}", sent(route, report));
    }
    for (route, report) in results {
        for (hop, plan) in report.hops.iter().zip(&route.hops) {
            let stopped = if report.complete { "" } else { " (stopped early)" };
            let snr = decibels(hop.snr_db(plan.modulation));
            let _ = writeln!(
                text,
                "\n{}{stopped}, hop `{}`: {snr} dB at the slicer",
                route.name, hop.name
            );
            match &hop.analysis {
                Ok(analysis) => text.push_str(&shares(&analysis.attribution)),
                Err(why) => {
                    let _ = writeln!(text, "note: it cannot be analyzed: {why}");
                }
            }
        }
    }
    let _ = write!(text, "\n{LEGEND}");
    text
}

/// A line for each share, and below them the sum and the measured error.
fn shares(attribution: &Attribution) -> String {
    let sum = attribution.sum();
    let mut table = Table::new(&["stage", "source", "1e-3 levels^2", "percent"]);
    let mut row = |stage: &str, name: &str, variance: f64| {
        let percent = 100.0 * variance / sum;
        let percent = if percent.is_finite() { decimal(percent, 1) } else { "-".to_owned() };
        table.row(vec![stage.to_owned(), name.to_owned(), decimal(1e3 * variance, 4), percent]);
    };
    for share in &attribution.shares {
        row(&share.stage, &share.name, share.variance);
    }
    row("sum", "", sum);
    row("measured", "", attribution.measured);
    let ratio = attribution.sum() / attribution.measured;
    let ratio = if ratio.is_finite() { format!("{ratio:.3}") } else { "-".to_owned() };
    format!("{}sum / measured: {ratio}\n", table.text())
}

/// A number without the sign of what rounds to nothing.
fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let nothing = text.chars().all(|c| "-0.".contains(c));
    if nothing { text.trim_start_matches('-').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Share;

    #[test]
    fn shares_add_up_in_percent_and_stand_beside_the_measured_error() {
        let share = |name: &str, variance| Share {
            stage: "rx.tia".to_owned(),
            name: name.to_owned(),
            variance,
        };
        let attribution = Attribution {
            shares: vec![share("input", 3e-3), share("agc", 1e-3)],
            measured: 4.1e-3,
        };
        let text = shares(&attribution);
        let words: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["rx.tia", "input", "3.0000", "75.0"]);
        assert_eq!(words[3], ["sum", "4.0000", "100.0"]);
        assert_eq!(words[4], ["measured", "4.1000", "102.5"]);
        assert_eq!(words[5], ["sum", "/", "measured:", "0.976"]);
        assert_eq!([decimal(-1e-6, 4), decimal(-1e-3, 4)], ["0.0000", "-0.0010"]);
    }
}
