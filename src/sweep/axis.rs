//! Axes: what is varied, and over which values.

use std::str::FromStr;

use crate::config::Document;
use crate::unit::split_number;
use crate::{Error, Result};

/// The most values of an axis.
const MOST: usize = 1_000_000;

/// The largest magnitude of a number, and the inverse of the least: more than any quantity has in
/// its unit, and little enough that products of them stay finite.
const LARGEST: f64 = 1e30;

/// What an axis looks like, for errors.
const FORM: &str = "expected `hop/stage/key=a..b:n`, `hop/stage/key=a..b:n log`, or \
                    `hop/stage/key=a, b, c`";

/// One parameter, or several that go together, and the values that they take.
///
/// # Text form
/// `PATH=VALUES`, with paths as in [`Document::edit`]; of several paths, separated by commas, all take
/// the same value. Values are
///
/// - `4 dB..26 dB:12`, 12 values in equal steps with both ends among them;
/// - `1 m..1 km:7 log`, 7 values in equal ratios;
/// - `4 dB, 9 dB, 20 dB`, a list of anything that an edit takes. Commas in brackets, braces and
///   quotation marks belong to the value.
///
/// The unit of a range may stand at its end only: `4..26 dB:12`. Values between the ends are rounded
/// to 12 digits.
///
/// ```
/// use lightlane::sweep::Axis;
///
/// let axis: Axis = "*/host-tx.channel/loss,*/host-rx.channel/loss=4..26 dB:12".parse()?;
/// assert_eq!(axis.paths.len(), 2);
/// assert_eq!(axis.values[1], "6 dB");
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// What is edited, all with the same value.
    pub paths: Vec<String>,
    /// The values, as edits have them.
    pub values: Vec<String>,
}

/// A parameter, or several that go together, between two values.
///
/// Its text form is that of a range of an [`Axis`], with or without a number of values.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Span {
    /// What is edited, all with the same value.
    pub paths: Vec<String>,
    /// The two ends, in `unit`.
    pub ends: [f64; 2],
    /// The unit; empty for bare numbers.
    pub unit: String,
    /// Whether steps are equal ratios instead of equal differences.
    pub log: bool,
    /// How many values were asked for.
    pub count: Option<usize>,
}

impl FromStr for Axis {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).map_err(|error| error.in_axis(text))
    }
}

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parse = || {
            let (paths, values) = paths_and_values(text)?;
            let range = range(values).transpose()?;
            let (ends, unit, steps) = range.ok_or_else(|| {
                Error::data(format!("`{values}` is no range: expected `a..b`, such as `4..26 dB`"))
            })?;
            let (log, count) = steps.map_or((false, None), |(count, log)| (log, Some(count)));
            Ok(Self { paths, ends, unit: unit.to_owned(), log, count })
        };
        parse().map_err(|error: Error| error.in_axis(text))
    }
}

impl Axis {
    fn parse(text: &str) -> Result<Self> {
        let (paths, values) = paths_and_values(text)?;
        let Some(range) = range(values) else {
            let values = split_outside(values);
            if values.iter().any(String::is_empty) {
                return Err(Error::data(format!("a value is empty: {FORM}")));
            }
            let axis = Self { paths, values };
            let numbers = axis.numbers().map_or_else(Vec::new, |(numbers, _)| numbers);
            if let Some(at) = numbers.iter().position(|number| !sane(*number)) {
                let message = format!("`{}` is among the values", axis.values[at]);
                return Err(Error::data(format!("{message}: {SANE}")));
            }
            return Ok(axis);
        };
        let (ends, unit, steps) = range?;
        let Some((count, log)) = steps else {
            let message = format!("how many values is missing behind the range: {FORM}");
            return Err(Error::data(message));
        };
        let span = Span { paths, ends, unit: unit.to_owned(), log, count: Some(count) };
        let last = (count - 1).max(1) as f64;
        let values = (0..count).map(|step| span.text(span.at(step as f64 / last))).collect();
        Ok(Self { paths: span.paths, values })
    }

    /// What is varied, as one name.
    pub fn name(&self) -> String {
        self.paths.join(", ")
    }

    /// The values as numbers, and the unit that all of them have; `None` if one is no number or
    /// has another unit.
    pub fn numbers(&self) -> Option<(Vec<f64>, &str)> {
        let mut unit = None;
        let numbers = self.values.iter().map(|value| {
            let (number, own) = split_number(value)?;
            // As in documents, a blank stands ahead of a unit: `13.s4p` is a name.
            let plain = own.is_empty() || *value == format!("{number} {own}");
            (plain && *unit.get_or_insert(own) == own).then(|| number.parse().ok())?
        });
        let numbers = numbers.collect::<Option<Vec<f64>>>()?;
        Some((numbers, unit?))
    }

    /// Whether another axis sets a parameter that this one sets.
    pub(super) fn shares(&self, other: &Self) -> bool {
        self.paths.iter().any(|path| other.paths.iter().any(|its| same(path, its)))
    }

    /// Sets a value in a document.
    ///
    /// # Errors
    /// As [`Document::edit`], with the axis.
    pub fn apply(&self, document: &mut Document, value: &str) -> Result<()> {
        apply(&self.paths, document, value)
    }
}

impl Span {
    /// What is varied, as one name.
    pub fn name(&self) -> String {
        self.paths.join(", ")
    }

    /// The value at a share of the way from the first end to the second.
    pub fn at(&self, share: f64) -> f64 {
        let [first, last] = self.ends;
        // Both ends are exact.
        if share <= 0.0 {
            return first;
        }
        if share >= 1.0 {
            return last;
        }
        let value = if self.log {
            first * (last / first).powf(share)
        } else {
            first + (last - first) * share
        };
        rounded(value)
    }

    /// A value as edits have it.
    pub fn text(&self, value: f64) -> String {
        if self.unit.is_empty() { value.to_string() } else { format!("{value} {}", self.unit) }
    }

    /// Sets a value in a document.
    ///
    /// # Errors
    /// As [`Document::edit`], with the axis.
    pub fn apply(&self, document: &mut Document, value: f64) -> Result<()> {
        apply(&self.paths, document, &self.text(value))
    }
}

/// Whether two paths lead to the same in some hop: keys are separated by `/` or `.`.
fn same(a: &str, b: &str) -> bool {
    let parts = |path: &str| {
        let (hop, rest) = path.split_once('/').unwrap_or(("", path));
        (hop.trim().to_owned(), rest.replace('/', ".").replace(' ', ""))
    };
    let ((hop, key), (other, its)) = (parts(a), parts(b));
    key == its && (hop == other || [hop, other].contains(&"*".to_owned()))
}

fn apply(paths: &[String], document: &mut Document, value: &str) -> Result<()> {
    let edit = |path: &String| document.edit(&format!("{path}={value}"));
    paths.iter().try_for_each(edit).map_err(|error| error.in_axis(&paths.join(", ")))
}

/// What is expected of numbers.
const SANE: &str = "expected 0, or a magnitude from 1e-30 to 1e30";

/// Whether a number is one that a quantity may have.
fn sane(number: f64) -> bool {
    number == 0.0 || (1.0 / LARGEST..=LARGEST).contains(&number.abs())
}

/// A number to 12 digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

fn paths_and_values(text: &str) -> Result<(Vec<String>, &str)> {
    let (paths, values) = text.split_once('=').ok_or_else(|| Error::data(FORM))?;
    let paths: Vec<String> = paths.split(',').map(|path| path.trim().to_owned()).collect();
    let values = values.trim();
    if values.is_empty() || paths.iter().any(String::is_empty) {
        return Err(Error::data(FORM));
    }
    for (at, path) in paths.iter().enumerate() {
        if paths[..at].iter().any(|before| same(before, path)) {
            return Err(Error::data(format!("`{path}` stands there twice: expected it once")));
        }
    }
    Ok((paths, values))
}

/// The ends of a range, their unit, and how many values it has and whether in equal ratios.
type Range<'a> = ([f64; 2], &'a str, Option<(usize, bool)>);

/// What a text says if it is a range; `None` if it is none.
fn range(text: &str) -> Option<Result<Range<'_>>> {
    let (first, rest) = text.split_once("..")?;
    let first = split_number(first)?;
    Some(range_from(first, rest))
}

fn range_from<'a>((first, unit): (&'a str, &'a str), rest: &'a str) -> Result<Range<'a>> {
    let (last, steps) = match rest.split_once(':') {
        Some((last, steps)) => (last, Some(steps.trim())),
        None => (rest, None),
    };
    let Some((last, last_unit)) = split_number(last) else {
        let last = last.trim();
        return Err(Error::data(format!("`{last}` is no end of a range: {FORM}")));
    };
    if !unit.is_empty() && unit != last_unit {
        let message = format!("the range begins in `{unit}` and ends in `{last_unit}`");
        return Err(Error::data(format!("{message}: expected one unit")));
    }
    let number = |text: &str| text.parse().unwrap_or(f64::NAN);
    let ends: [f64; 2] = [number(first), number(last)];
    if !ends.iter().all(|end| end.is_finite()) || ends[0].total_cmp(&ends[1]).is_eq() {
        let message = format!("the range goes from {first} to {last}");
        return Err(Error::data(format!("{message}: expected two different finite numbers")));
    }
    if !ends.into_iter().all(sane) {
        return Err(Error::data(format!("the range goes from {first} to {last}: {SANE}")));
    }
    let steps = steps.map(|steps| {
        let (count, log) = match steps.strip_suffix("log") {
            Some(count) => (count.trim(), true),
            None => (steps, false),
        };
        if log && ends.iter().any(|end| *end <= 0.0) {
            let message = format!("the range goes from {first} to {last} in equal ratios");
            return Err(Error::data(format!("{message}: expected ends above zero")));
        }
        let count = count.parse().ok().filter(|count| (2..=MOST).contains(count));
        count.map(|count| (count, log)).ok_or_else(|| {
            let expected =
                format!("expected a whole number from 2 to {MOST}, and `log` or nothing");
            Error::data(format!("`{steps}` is no number of values: {expected}"))
        })
    });
    Ok((ends, last_unit, steps.transpose()?))
}

/// The parts between commas outside of brackets, braces and quotation marks.
fn split_outside(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quote) = (vec![String::new()], 0i32, None);
    for c in text.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (_, Some(open)) if c == open => quote = None,
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        text.parse::<Axis>().unwrap().values
    }

    #[test]
    fn ranges_and_lists_become_the_values_of_edits() {
        let cases: [(&str, &[&str]); 8] = [
            ("a/b/c=4 dB..26 dB:3", &["4 dB", "15 dB", "26 dB"]),
            ("a/b/c=4..26 dB:3", &["4 dB", "15 dB", "26 dB"]),
            ("a/b/c=1 mm..1000 mm:4 log", &["1 mm", "10 mm", "100 mm", "1000 mm"]),
            ("a/b/c=0.1..0.4:4", &["0.1", "0.2", "0.3", "0.4"]),
            ("a/b/c=-1..-3 dB:2", &["-1 dB", "-3 dB"]),
            ("a/b/c=11..31:3", &["11", "21", "31"]),
            ("a/b/c=[0.1, 0.9], [0.2, 0.8], \"x, y\"", &["[0.1, 0.9]", "[0.2, 0.8]", "\"x, y\""]),
            ("a/b/touchstone=../a.s4p, b.s4p", &["../a.s4p", "b.s4p"]),
        ];
        for (text, expected) in cases {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_have_one_unit() {
        let numbers = |text: &str| {
            let axis: Axis = text.parse().unwrap();
            axis.numbers().map(|(numbers, unit)| (numbers, unit.to_owned()))
        };
        assert_eq!(numbers("a=1 m..3 m:2"), Some((vec![1.0, 3.0], "m".to_owned())));
        assert_eq!(numbers("a=1, 2.5"), Some((vec![1.0, 2.5], String::new())));
        assert_eq!(numbers("a=1 m, 2 km"), None);
        assert_eq!(numbers("a=1, 2 km"), None);
        assert_eq!(numbers("a=prbs13, prbs15"), None);
        assert_eq!(numbers("a=13.s4p, 15.s4p"), None);
    }

    #[test]
    fn what_is_no_axis_is_refused_by_name() {
        let cases = [
            ("a/b/c", "expected `hop/stage/key=a..b:n`"),
            ("a/b/c=", "expected `hop/stage/key=a..b:n`"),
            ("a/b/c,=1..2:3", "expected `hop/stage/key=a..b:n`"),
            ("a/b/c=1..2", "how many values is missing"),
            ("a/b/c=1..2:1", "`1` is no number of values: expected a whole number from 2"),
            ("a/b/c=1..2:2000000", "from 2 to 1000000"),
            ("a/b/c=1..2:x", "`x` is no number of values"),
            ("a/b/c=1..2:3 lin", "`3 lin` is no number of values"),
            ("a/b/c=1 dB..2 m:3", "begins in `dB` and ends in `m`: expected one unit"),
            ("a/b/c=1..b:3", "`b` is no end of a range"),
            ("a/b/c=1..1:3", "expected two different finite numbers"),
            ("a/b/c=1..nan:3", "expected two different finite numbers"),
            ("a/b/c=0..1:3 log", "expected ends above zero"),
            ("a/b/c=100 m..1e300 m:3 log", "from 100 to 1e300: expected 0, or a magnitude from"),
            ("a/b/c=1e-300..1:3", "a magnitude from 1e-30 to 1e30"),
            ("a/b/c=1 m, 1e300 m", "`1e300 m` is among the values: expected 0, or a magnitude"),
            ("a/b/c,d/e/f,a/b/c=1..2:3", "`a/b/c` stands there twice"),
            ("a/b/c=1,,2", "a value is empty"),
        ];
        for (text, expected) in cases {
            let message = text.parse::<Axis>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
            assert!(message.starts_with(&format!("axis `{text}`: ")), "{text}: {message}");
        }
        assert!("a=1, 2".parse::<Span>().unwrap_err().to_string().contains("is no range"));
    }

    #[test]
    fn a_span_meets_its_ends_exactly() {
        let span: Span = "a/b/c=0.1..0.7 m:5 log".parse().unwrap();
        assert_eq!((span.at(0.0), span.at(1.0), span.count), (0.1, 0.7, Some(5)));
        assert!((span.at(0.5) - 0.07f64.sqrt()).abs() < 1e-12);
        assert_eq!(span.text(span.at(1.0)), "0.7 m");
        let span: Span = "a/b/c=1..2".parse().unwrap();
        assert_eq!((span.at(0.25), span.unit.as_str(), span.count), (1.25, "", None));
    }
}
