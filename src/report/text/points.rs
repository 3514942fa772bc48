//! What was measured at test points.

use std::fmt::Write;

use super::Table;
use super::cells::NONE;
use crate::route::{Limits, MetricReport, MetricUnit, PointReport};

pub(super) const LEGEND: &str = "\
test points    one record of a test pattern through each hop, noise and crosstalk included, in the link
               as it is: no test board, no stressor, an oscilloscope without noise; limits are modelled
               after their sources and claim no conformance
";

/// Significant digits of a value.
const DIGITS: i32 = 4;

/// A line for each metric, the points in the order of the signal; below them where limits come from.
pub(super) fn text(points: &[PointReport]) -> String {
    if points.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["test point", "metric", "value", "limit", "from", "kept"]);
    let mut sources: Vec<String> = Vec::new();
    let mut notes = String::new();
    for point in points {
        let mut place = format!("{} at {}", point.name, point.at);
        for metric in &point.metrics {
            let source = source(&metric.limits).map(|source| {
                let known = sources.iter().position(|known| *known == source);
                let index = known.unwrap_or(sources.len());
                if known.is_none() {
                    sources.push(source);
                }
                format!("[{}]", index + 1)
            });
            table.row(row(std::mem::take(&mut place), metric, source));
            if let Err(why) = &metric.value {
                let _ =
                    writeln!(notes, "note: {}: {} is not known: {why}", point.name, metric.name);
            }
        }
    }
    let mut text = table.text();
    for (index, source) in sources.iter().enumerate() {
        let _ = writeln!(text, "[{}] {source}", index + 1);
    }
    text + &notes
}

fn row(place: String, metric: &MetricReport, source: Option<String>) -> Vec<String> {
    let MetricReport { unit, limits, .. } = metric;
    let bound = |bound: f64| unit.text(bound);
    let limit = match (limits.at_least, limits.at_most) {
        (Some(least), Some(most)) => format!("{} to {}", bound(least), bound(most)),
        (Some(least), None) => format!("at least {}", bound(least)),
        (None, Some(most)) => format!("at most {}", bound(most)),
        (None, None) => String::new(),
    };
    let kept = metric.within().map_or("", |within| if within { "yes" } else { "NO" });
    let value = metric.value.as_ref().map_or_else(|_| NONE.to_owned(), |&v| rounded(*unit, v));
    let source = source.unwrap_or_default();
    vec![place, metric.name.to_owned(), value, limit, source, kept.to_owned()]
}

/// What limits are modelled after, and how far to trust that.
fn source(limits: &Limits) -> Option<String> {
    let parts = [limits.confidence.map(|c| c.to_string()), limits.source.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

/// A value to two decimals of a decibel, else to a few significant digits.
fn rounded(unit: MetricUnit, value: f64) -> String {
    let decimals = match unit {
        MetricUnit::Decibels | MetricUnit::DecibelMilliwatts | MetricUnit::DecibelsPerHertz => 2,
        _ if value == 0.0 => 0,
        _ => DIGITS - 1 - value.abs().log10().floor() as i32,
    };
    // Through text, so that no digits of the conversion remain.
    let text = match usize::try_from(decimals) {
        Ok(decimals) => format!("{value:.decimals$}"),
        Err(_) => value.to_string(),
    };
    text.parse().map_or(text, |value| unit.text(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{Confidence, Limit};

    #[test]
    fn values_are_rounded_in_the_unit_that_suits_them() {
        let text = |unit, value| rounded(unit, value);
        assert_eq!(text(MetricUnit::Seconds, 8.123456e-12), "8.123 ps");
        assert_eq!(text(MetricUnit::Decibels, 3.4149), "3.41 dB");
        assert_eq!(text(MetricUnit::DecibelsPerHertz, -137.987), "-137.99 dB/Hz");
        assert_eq!(text(MetricUnit::Volts, 0.212349), "212.3 mV");
        assert_eq!(text(MetricUnit::One, 0.95), "0.95");
        assert_eq!(text(MetricUnit::Volts, 0.0), "0 V");
    }

    #[test]
    fn a_limit_stands_beside_its_value_with_its_source() {
        let metric = |value| MetricReport {
            name: "TDECQ",
            unit: MetricUnit::Decibels,
            value,
            limits: Limit {
                at_least: None,
                at_most: Some(3.4),
                confidence: Some(Confidence::Standard),
                source: Some("a standard".to_owned()),
            },
        };
        let point = |value| PointReport {
            name: "TP3".to_owned(),
            at: "a/fiber".to_owned(),
            record: String::new(),
            metrics: vec![metric(value)],
        };
        let told = text(&[point(Ok(2.5))]);
        assert!(
            told.contains("2.5 dB  at most 3.4 dB   [1]   yes\n[1] standard: a standard"),
            "{told}"
        );
        let told = text(&[point(Err("no lock".to_owned()))]);
        assert!(told.contains("-  at most 3.4 dB   [1]    NO"), "{told}");
        assert!(told.contains("note: TP3: TDECQ is not known: no lock"), "{told}");
        assert_eq!(text(&[]), "");
    }
}
