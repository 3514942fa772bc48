//! What was computed again, for people.

use std::fmt::Write;

use super::table::Table;
use crate::proof::{ProofReport, ProofRow, Verdict};

/// One table of every row, what is to be known of some, and a summary of areas.
pub fn proof_text(report: &ProofReport) -> String {
    let mut table =
        Table::new(&["what", "expected", "got", "delta", "tolerance", "unit", "", "source"]);
    let mut area = "";
    for row in &report.rows {
        if row.area != area {
            area = &row.area;
            table.row(vec![format!("[{area}]")]);
        }
        table.row(cells(row));
    }
    let mut text = table.text();
    let mut noted = String::new();
    for row in
        report.rows.iter().filter(|row| row.note.is_some() && row.verdict != Verdict::Skipped)
    {
        let note = row.note.as_deref().unwrap_or_default();
        let _ = writeln!(noted, "    {}: {note}", row.what);
    }
    if !noted.is_empty() {
        let _ = write!(text, "\nnotes\n{noted}");
    }
    text.push('\n');
    let mut areas = Table::new(&["area", "hold", "miss", "skipped", "closest", "which"]);
    for area in &report.areas {
        areas.row(vec![
            area.area.clone(),
            area.holds.to_string(),
            area.misses.to_string(),
            area.skipped.to_string(),
            area.closest.map_or_else(String::new, |part| format!("{:.0} %", 100.0 * part)),
            area.closest_row.clone().unwrap_or_default(),
        ]);
    }
    text.push_str(&areas.text());
    text.push_str("closest: the largest part of its tolerance that a difference takes\n");
    // The table names each row that was skipped: one of each area says why.
    for area in report.areas.iter().filter(|area| area.skipped > 0) {
        let skipped = |row: &&ProofRow| row.verdict == Verdict::Skipped && row.area == area.area;
        if let Some(row) = report.rows.iter().find(skipped) {
            let note = row.note.as_deref().unwrap_or_default();
            let _ = write!(text, "skipped: {}, {}: {note}", row.area, row.what);
        }
        if area.skipped > 1 {
            let _ = write!(text, "; and {} more", area.skipped - 1);
        }
        text.push('\n');
    }
    for row in report.rows.iter().filter(|row| row.wrong()) {
        let _ = writeln!(text, "MISSED: {}, {}", row.area, row.what);
    }
    text
}

fn cells(row: &ProofRow) -> Vec<String> {
    let verdict = match row.verdict {
        Verdict::Holds => "ok",
        Verdict::Misses => "MISSED",
        Verdict::Skipped => "skipped",
        Verdict::Failed => "FAILED",
    };
    let bound = if row.at_least { "-" } else { "" };
    let tolerance =
        row.tolerance.map_or_else(String::new, |most| format!("{bound}{}", number(most)));
    let cell = |value: Option<f64>| value.map_or_else(String::new, number);
    vec![
        format!("  {}", row.what),
        cell(row.expected),
        cell(row.got),
        row.delta.map_or_else(String::new, |delta| format!("{delta:+.1e}")),
        tolerance,
        row.unit.clone(),
        verdict.to_owned(),
        row.source.clone(),
    ]
}

/// A number with as many digits as say something.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if (1e-3..1e5).contains(&size) => {
            let digits = (4 - size.log10().floor() as i32).clamp(0, 6) as usize;
            let text = format!("{value:.digits$}");
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text,
            }
        }
        _ => format!("{value:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_five_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (12.377_698, "12.378"),
            (0.03, "0.03"),
            (-4.763, "-4.763"),
            (8191.0, "8191"),
            (1.791_2e-3, "0.001791"),
            (2.9041e-6, "2.904e-6"),
            (65_535.0, "65535"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_miss_is_in_the_table_and_at_the_end() {
        let row = |what: &str, verdict, note: Option<&str>| ProofRow {
            area: "filters".to_owned(),
            what: what.to_owned(),
            expected: Some(1.0),
            got: Some(1.5),
            delta: Some(0.5),
            tolerance: Some(0.1),
            at_least: false,
            unit: "dB".to_owned(),
            verdict,
            source: "theory".to_owned(),
            note: note.map(str::to_owned),
        };
        let report = ProofReport::new(vec![
            row("corner", Verdict::Misses, Some("first order")),
            row("file", Verdict::Skipped, Some("not there")),
            row("other file", Verdict::Skipped, Some("not there either")),
        ]);
        let text = proof_text(&report);
        for expected in [
            "  corner",
            "MISSED  theory",
            "    corner: first order",
            "skipped: filters, file: not there; and 1 more",
            "MISSED: filters, corner",
            "500 %",
        ] {
            assert!(text.contains(expected), "{expected} is missing in {text}");
        }
    }
}
