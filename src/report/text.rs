//! Results as tables of text.

use std::fmt::Write;

use super::json::worst_hop;
use super::table::Table;
use crate::analysis::eye::EyeUnit;
use crate::analysis::{BitErrorRatio, Eye};
use crate::route::{HopReport, ProbeReport, Report, Route};

const LEGEND: &str = "\
counted        bit errors counted, with the Clopper-Pearson interval at 95 %; `< x` is its upper
               end where no error was seen
extrapolated   Gaussian mixture over the patterns sent, from the slicer's inputs of the same record,
               with the jackknife interval at 95 %, which is statistical only; without error
               propagation; pessimistic where interference reaches beyond 5 symbols and is bounded
SNR            level means over noise and remaining interference at the slicer's input
eyes           the lowest first; height and width between the quantiles at 1e-3 of neighboring
               levels, 0 if closed
";

/// What came of one route, for people.
pub fn run_text(route: &Route, report: &Report) -> String {
    let mut text = format!("{}: {}\n{}\n\n", route.name, route.description, sent(route, report));
    let mut hops = Table::new(&[
        "hop",
        "BER counted",
        "95 %",
        "extrapolated",
        "95 %",
        "SNR (dB)",
        "CTLE (dB)",
    ]);
    for hop in &report.hops {
        let mut row = vec![hop.name.clone()];
        row.extend(counted(&hop.ber));
        row.extend([rate(hop.extrapolated()), interval(hop.extrapolated_ci95())]);
        row.push(decibels(hop.extrapolated.snr_db));
        row.push(decibels(hop.equalizer.ctle_gain.map(|gain| gain.0)));
        hops.row(row);
    }
    let mut total = vec!["end to end".to_owned()];
    total.extend(counted(&report.ber));
    total.extend([rate(report.extrapolated()), interval(report.extrapolated_ci95())]);
    hops.row(total);
    text.push_str(&hops.text());
    if let (Some(worst), true) = (worst_hop(report), report.hops.len() > 1) {
        let _ = writeln!(text, "worst hop: {}", worst.name);
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

    let notes: Vec<String> = report.hops.iter().flat_map(notes_of).collect();
    if !notes.is_empty() {
        let _ = write!(text, "\n{}\n", notes.join("\n"));
    }
    let _ = write!(text, "\n{LEGEND}");
    text
}

/// What came of several routes side by side, for people.
pub fn compare_text(results: &[(Route, Report)]) -> String {
    let mut text = String::new();
    if let Some((route, report)) = results.first() {
        let _ = writeln!(text, "{}\n", sent(route, report));
    }
    let mut table = Table::new(&[
        "route",
        "hops",
        "BER counted",
        "95 %",
        "extrapolated",
        "95 %",
        "SNR by hop (dB)",
        "worst hop",
        "eyes at the last slicer",
        "OMA (dBm)",
        "ER (dB)",
    ]);
    for (route, report) in results {
        let stopped = if report.complete { "" } else { " (stopped early)" };
        let mut row = vec![format!("{}{stopped}", route.name), report.hops.len().to_string()];
        row.extend(counted(&report.ber));
        row.extend([rate(report.extrapolated()), interval(report.extrapolated_ci95())]);
        let snr: Vec<String> =
            report.hops.iter().map(|hop| decibels(hop.extrapolated.snr_db)).collect();
        row.push(snr.join(" | "));
        row.push(worst_hop(report).map_or_else(String::new, |hop| hop.name.clone()));
        row.push(report.probes.last().map_or_else(String::new, |probe| {
            let (heights, unit) = heights(&probe.eye);
            format!("{heights} {unit}")
        }));
        let light = report.probes.iter().find(|probe| probe.eye.oma.is_some());
        row.push(light.map_or_else(String::new, |probe| decibels(probe.eye.oma_dbm)));
        row.push(light.map_or_else(String::new, |probe| decibels(probe.eye.er_db)));
        table.row(row);
    }
    let _ = writeln!(text, "{}", table.text());
    // Routes made of the same parts have the same to say.
    let mut notes: Vec<&String> = Vec::new();
    for (route, report) in results {
        let _ = writeln!(text, "{}: {}", route.name, route.description);
        for note in report.hops.iter().flat_map(|hop| &hop.notes) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    let _ = write!(text, "\n{LEGEND}");
    text
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

/// A count with commas between thousands.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A counted ratio and its interval.
fn counted(ber: &BitErrorRatio) -> [String; 2] {
    let interval = interval(ber.ci95);
    if ber.errors == 0 {
        [format!("< {}", rate(ber.ci95[1])), interval]
    } else {
        [rate(ber.rate), interval]
    }
}

fn rate(rate: f64) -> String {
    if rate == 0.0 { "0".to_owned() } else { format!("{rate:.1e}") }
}

fn interval([low, high]: [f64; 2]) -> String {
    format!("{} to {}", rate(low), rate(high))
}

fn decibels(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}

/// The heights of an eye in a unit that suits them.
fn heights(eye: &Eye) -> (String, &'static str) {
    let (scale, unit) = match eye.unit {
        EyeUnit::Volts => (1e3, "mV"),
        EyeUnit::Amperes => (1e6, "uA"),
        EyeUnit::Watts => (1e3, "mW"),
    };
    let largest = scale * eye.levels.iter().fold(0.0f64, |most, level| most.max(level.mean.abs()));
    let digits = if largest < 20.0 { 3 } else { 1 };
    let heights: Vec<String> =
        eye.eyes.iter().map(|eye| format!("{:.digits$}", scale * eye.height)).collect();
    (heights.join(" "), unit)
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

fn notes_of(hop: &HopReport) -> impl Iterator<Item = String> {
    hop.notes.iter().map(|note| format!("note: hop `{}`: {note}", hop.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::BerCount;

    #[test]
    fn no_errors_are_an_upper_bound() {
        let ratio = |errors| BerCount { errors, bits: 1_000_000 }.ratio();
        assert_eq!(counted(&ratio(0)), ["< 3.7e-6", "0 to 3.7e-6"]);
        assert_eq!(counted(&ratio(100)), ["1.0e-4", "8.1e-5 to 1.2e-4"]);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(1_048_576), "1,048,576");
        assert_eq!(grouped(999), "999");
    }
}
