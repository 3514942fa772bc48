//! Cells of tables: numbers as people read them.

use crate::analysis::eye::EyeUnit;
use crate::analysis::{BitErrorRatio, Eye};

/// What stands for a number that does not exist.
pub(super) const NONE: &str = "-";

/// A counted ratio and its interval.
pub(super) fn counted(ber: &BitErrorRatio) -> [String; 2] {
    [bounded(ber.rate, ber.errors, ber.ci95), interval(Some(ber.ci95))]
}

/// A ratio of something counted; of nothing seen its upper bound.
pub(super) fn bounded(ratio: f64, count: u64, ci95: [f64; 2]) -> String {
    if count == 0 { format!("< {}", rate(ci95[1])) } else { rate(ratio) }
}

pub(super) fn rate(rate: f64) -> String {
    if rate == 0.0 { "0".to_owned() } else { format!("{rate:.1e}") }
}

pub(super) fn maybe_rate(value: Option<f64>) -> String {
    value.map_or_else(|| NONE.to_owned(), rate)
}

pub(super) fn interval(ci95: Option<[f64; 2]>) -> String {
    ci95.map_or_else(|| NONE.to_owned(), |[low, high]| format!("{} to {}", rate(low), rate(high)))
}

/// A quotient of two ratios.
pub(super) fn quotient(value: Option<f64>) -> String {
    value.map_or_else(
        || NONE.to_owned(),
        |value| {
            if (0.01..1000.0).contains(&value) { format!("{value:.2}") } else { rate(value) }
        },
    )
}

pub(super) fn decibels(value: Option<f64>) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| format!("{value:.1}"))
}

/// A count with commas between thousands.
pub(super) fn grouped(count: usize) -> String {
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

/// The heights of an eye in a unit that suits them.
pub(super) fn heights(eye: &Eye) -> (String, &'static str) {
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

    #[test]
    fn what_does_not_exist_is_a_dash() {
        for text in [maybe_rate(None), interval(None), quotient(None), decibels(None)] {
            assert_eq!(text, "-");
        }
        assert_eq!([quotient(Some(1.234)), quotient(Some(2e-4))], ["1.23", "2.0e-4"]);
    }
}
