//! One number that was computed again, and all of them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::Result;

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// What was found is within the tolerance.
    Holds,
    /// It is not.
    Misses,
    /// Data that it rests on is not there.
    Skipped,
    /// It could not be computed.
    Failed,
}

/// One number that was computed again.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProofRow {
    /// What part of the model it belongs to.
    pub area: String,
    /// What it is.
    pub what: String,
    /// What was expected.
    pub expected: Option<f64>,
    /// What was found.
    pub got: Option<f64>,
    /// Found less expected.
    pub delta: Option<f64>,
    /// How far it may be away.
    pub tolerance: Option<f64>,
    /// Whether more than expected is as good.
    pub at_least: bool,
    /// The unit of the numbers; empty for ratios.
    pub unit: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Whose the expected number is.
    pub source: String,
    /// What to know about it.
    pub note: Option<String>,
}

impl ProofRow {
    /// A number beside another, which may be `tolerance` away.
    pub(super) fn new(
        area: &str,
        what: impl Into<String>,
        [expected, got]: [f64; 2],
        tolerance: f64,
        unit: &str,
        source: impl Into<String>,
    ) -> Self {
        let delta = got - expected;
        let number = |x: f64| x.is_finite().then_some(x);
        Self {
            area: area.to_owned(),
            what: what.into(),
            expected: number(expected),
            got: number(got),
            delta: number(delta),
            tolerance: number(tolerance),
            at_least: false,
            unit: unit.to_owned(),
            // Of a number that is none, this is false.
            verdict: if delta.abs() <= tolerance { Verdict::Holds } else { Verdict::Misses },
            source: source.into(),
            note: None,
        }
    }

    /// The same, where more is as good.
    pub(super) fn or_more(self) -> Self {
        let holds = self.delta.zip(self.tolerance).is_some_and(|(delta, most)| delta >= -most);
        let verdict = if holds { Verdict::Holds } else { Verdict::Misses };
        Self { at_least: true, verdict, ..self }
    }

    /// The same with a remark.
    pub(super) fn noting(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// A row without numbers.
    pub(super) fn without(
        verdict: Verdict,
        area: &str,
        what: impl Into<String>,
        note: impl Into<String>,
    ) -> Self {
        Self {
            area: area.to_owned(),
            what: what.into(),
            expected: None,
            got: None,
            delta: None,
            tolerance: None,
            at_least: false,
            unit: String::new(),
            verdict,
            source: String::new(),
            note: Some(note.into()),
        }
    }

    /// The part of the tolerance that the difference takes; none where any excess is as good.
    pub fn used(&self) -> Option<f64> {
        let (delta, tolerance) = (self.delta?, self.tolerance?);
        let delta = if self.at_least { (-delta).max(0.0) } else { delta.abs() };
        (tolerance > 0.0).then(|| delta / tolerance)
    }

    /// Whether it speaks against the model.
    pub fn wrong(&self) -> bool {
        matches!(self.verdict, Verdict::Misses | Verdict::Failed)
    }
}

/// A closed form: what it should be, and the function that computes it.
pub(super) struct Form {
    pub(super) what: &'static str,
    pub(super) expected: f64,
    pub(super) within: Within,
    pub(super) unit: &'static str,
    pub(super) source: &'static str,
    pub(super) got: fn() -> Result<f64>,
}

/// How far a closed form may be away.
#[derive(Clone, Copy)]
pub(super) enum Within {
    Absolute(f64),
    Relative(f64),
}

impl Form {
    /// Computes it again.
    pub(super) fn row(&self, area: &str) -> ProofRow {
        let tolerance = match self.within {
            Within::Absolute(most) => most,
            Within::Relative(part) => part * self.expected.abs(),
        };
        match (self.got)() {
            Ok(got) => {
                let numbers = [self.expected, got];
                ProofRow::new(area, self.what, numbers, tolerance, self.unit, self.source)
            }
            Err(error) => ProofRow::without(Verdict::Failed, area, self.what, error.to_string()),
        }
    }
}

/// What came of all rows of an area.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AreaSummary {
    /// The area.
    pub area: String,
    /// Rows that hold.
    pub holds: usize,
    /// Rows that miss, or could not be computed.
    pub misses: usize,
    /// Rows whose data is not there.
    pub skipped: usize,
    /// The largest part of a tolerance that a difference takes.
    pub closest: Option<f64>,
    /// The row that takes it.
    pub closest_row: Option<String>,
}

/// All that was computed again: what `lightlane verify --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProofReport {
    /// Whether nothing misses.
    pub passed: bool,
    /// Each area, in order.
    pub areas: Vec<AreaSummary>,
    /// Each row.
    pub rows: Vec<ProofRow>,
}

impl ProofReport {
    /// The report of some rows, which are put in the order of their areas.
    pub fn new(mut rows: Vec<ProofRow>) -> Self {
        let mut areas: Vec<AreaSummary> = Vec::new();
        for row in &rows {
            let place = areas.iter().position(|area| area.area == row.area);
            let place = place.unwrap_or_else(|| {
                areas.push(AreaSummary {
                    area: row.area.clone(),
                    holds: 0,
                    misses: 0,
                    skipped: 0,
                    closest: None,
                    closest_row: None,
                });
                areas.len() - 1
            });
            let area = &mut areas[place];
            match row.verdict {
                Verdict::Holds => area.holds += 1,
                Verdict::Misses | Verdict::Failed => area.misses += 1,
                Verdict::Skipped => area.skipped += 1,
            }
            if let Some(used) = row.used()
                && area.closest.is_none_or(|closest| used > closest)
            {
                area.closest = Some(used);
                area.closest_row = Some(row.what.clone());
            }
        }
        rows.sort_by_key(|row| areas.iter().position(|area| area.area == row.area));
        Self { passed: !rows.iter().any(ProofRow::wrong), areas, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_within_its_tolerance_and_no_number_never_does() {
        let verdict = |got| ProofRow::new("a", "b", [2.0, got], 0.1, "", "c").verdict;
        for (got, expected) in [
            (2.05, Verdict::Holds),
            (1.95, Verdict::Holds),
            (2.2, Verdict::Misses),
            (f64::NAN, Verdict::Misses),
            (f64::INFINITY, Verdict::Misses),
        ] {
            assert_eq!(verdict(got), expected, "{got}");
        }
        let more = |got| ProofRow::new("a", "b", [2.0, got], 0.1, "", "c").or_more().verdict;
        for (got, expected) in
            [(9.0, Verdict::Holds), (1.8, Verdict::Misses), (f64::NAN, Verdict::Misses)]
        {
            assert_eq!(more(got), expected, "{got}");
        }
    }

    #[test]
    fn a_report_passes_with_skipped_rows_but_not_with_failed_ones() {
        let holds = ProofRow::new("a", "b", [1.0, 1.05], 0.1, "", "c");
        let skipped = ProofRow::without(Verdict::Skipped, "a", "d", "not there");
        let report = ProofReport::new(vec![holds.clone(), skipped.clone()]);
        assert!(report.passed);
        assert_eq!((report.areas[0].holds, report.areas[0].skipped), (1, 1));
        assert!((report.areas[0].closest.unwrap() - 0.5).abs() < 1e-9);
        let failed = ProofRow::without(Verdict::Failed, "e", "f", "broken");
        assert!(!ProofReport::new(vec![holds, skipped, failed]).passed);
    }
}
