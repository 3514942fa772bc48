//! Reading waveforms from text with columns between commas, semicolons or blanks: one column of values, or time and value.

use crate::{Error, Result};

/// What a file contains.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    /// The step of the time column, in seconds, if there is one.
    pub(super) step: Option<f64>,
    pub(super) values: Vec<f64>,
}

/// How far a step of time may be from the average one, in steps. Oscilloscopes round the column.
const TIME_TOLERANCE: f64 = 0.1;

/// Reads text. Lines that are empty, begin with `#`, or stand ahead of the first number are
/// skipped.
pub(super) fn parse(bytes: &[u8]) -> Result<Columns> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Error::data("neither text nor a NumPy array"))?
        .trim_start_matches('\u{feff}');
    let mut width = 0;
    let (mut times, mut values) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let here = |error: Error| error.at_line(index + 1);
        let fields: Vec<&str> = line
            .split(|c: char| matches!(c, ',' | ';') || c.is_whitespace())
            .filter(|field| !field.is_empty())
            .collect();
        let numbers: std::result::Result<Vec<f64>, _> =
            fields.iter().map(|field| field.parse::<f64>()).collect();
        let Ok(numbers) = numbers else {
            if values.is_empty() {
                continue;
            }
            return Err(here(Error::data(format!("`{line}` is not a row of numbers"))));
        };
        if width == 0 {
            width = numbers.len();
        }
        if numbers.len() != width || !(1..=2).contains(&width) {
            let expected = "one column of values, or time and value";
            return Err(here(Error::data(format!(
                "{} columns: expected {expected}",
                fields.len()
            ))));
        }
        if let [time, _] = numbers[..] {
            times.push(time);
        }
        values.extend(numbers.last());
    }
    if values.is_empty() {
        return Err(Error::data("there is no line of numbers"));
    }
    Ok(Columns { step: step(&times)?, values })
}

/// The step of equally spaced times.
fn step(times: &[f64]) -> Result<Option<f64>> {
    let [first, .., last] = times else { return Ok(None) };
    let step = (last - first) / (times.len() - 1) as f64;
    let wrong = times.iter().enumerate().find(|(n, time)| {
        let off = (*time - first - *n as f64 * step).abs();
        off.is_nan() || off > TIME_TOLERANCE * step
    });
    match wrong {
        Some((n, time)) => Err(Error::data(format!(
            "the time of value {} is {time:e} s, which is not in equal steps of {step:e} s",
            n + 1
        ))),
        None => Ok(Some(step)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_two_columns_are_read_below_any_header() {
        let one = parse(b"\xef\xbb\xbfpower\n# W\n1\n 2.5e-3 \n\n-3\n").unwrap();
        assert_eq!(one, Columns { step: None, values: vec![1.0, 2.5e-3, -3.0] });
        let spaced = parse(b"0.0e+00 1\n2e-12  5\n").unwrap();
        assert_eq!((spaced.values, spaced.step), (vec![1.0, 5.0], Some(2e-12)));
        let two = parse(b"XValues,YValues\n0,1\n2e-12,5\n4e-12,-1\n").unwrap();
        assert_eq!(two.values, [1.0, 5.0, -1.0]);
        assert!((two.step.unwrap() - 2e-12).abs() < 1e-24);
    }

    #[test]
    fn wrong_text_is_refused_with_its_line() {
        for (text, expected) in [
            ("1\n2\nx\n", "line 3: `x`"),
            ("1\n2,3\n", "line 2: 2 columns"),
            ("1,2,3\n", "line 1: 3 columns"),
            ("time value\n", "no line of numbers"),
            ("0,1\n1,1\n5,1\n6,1\n", "equal steps"),
        ] {
            let message = parse(text.as_bytes()).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        assert!(parse(b"\xff\xfe\x00").unwrap_err().to_string().contains("neither text"));
    }
}
