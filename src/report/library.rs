//! The component library: every number of every preset and of budgets, and where it comes from.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use crate::budget::Interval;
use crate::preset::{self, Confidence, energy, source_of};
use crate::{Error, Result, config};

/// The component library: what `lightlane parts --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LibraryReport {
    /// Each number once, part by part.
    pub parameters: Vec<ParameterEntry>,
}

/// A value that a parameter of a part has in one preset or more.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ParameterEntry {
    /// What it belongs to: `hop`, `transmitter`, `receiver`, the kind of a device, or `budget`.
    pub part: String,
    /// Its key with the tables it stands in, as documents write it.
    pub parameter: String,
    /// Its value as documents write it, with its unit if it has one; of a budget's number the most
    /// likely value, with the likely lowest and highest behind it.
    pub value: String,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: String,
    /// The presets that have it; none of a budget's, which are the same for all routes.
    pub presets: Vec<String>,
}

impl ParameterEntry {
    /// The numbers that budgets are computed from: what components spend, delay and stand.
    ///
    /// # Errors
    /// If a number has no source, which is a mistake of this library.
    pub(super) fn of_budgets() -> Result<Vec<Self>> {
        let entry = |(key, value, unit): (String, Interval, &str)| {
            let source = energy::source_of(&key)
                .ok_or_else(|| Error::data(format!("`{key}` has no source")))?;
            Ok(Self {
                part: source.part.to_owned(),
                parameter: key,
                value: format!("{value:.6} {unit}").trim_end().to_owned(),
                confidence: source.confidence,
                source: source.text.to_owned(),
                presets: Vec::new(),
            })
        };
        energy::catalogue().entries().into_iter().map(entry).collect()
    }
}

impl LibraryReport {
    /// The numbers of all presets, and behind them those of budgets.
    ///
    /// # Errors
    /// If a number has no source, which is a mistake of this library.
    pub fn new() -> Result<Self> {
        let mut parameters: Vec<ParameterEntry> = Vec::new();
        let mut missing = None;
        for route in preset::all() {
            config::print_with_notes(&route, &mut |part, key, value| {
                let known = parameters.iter_mut().find(|known| {
                    known.part == part && known.parameter == key && known.value == value
                });
                match (known, source_of(part, key, value)) {
                    (Some(known), _) => {
                        if known.presets.last() != Some(&route.name) {
                            known.presets.push(route.name.clone());
                        }
                    }
                    (None, Some(source)) => parameters.push(ParameterEntry {
                        part: part.to_owned(),
                        parameter: key.to_owned(),
                        value: value.to_owned(),
                        confidence: source.confidence,
                        source: source.text.to_owned(),
                        presets: vec![route.name.clone()],
                    }),
                    (None, None) => missing = Some(format!("{part}: {key} = {value}")),
                }
                None
            })?;
        }
        if let Some(missing) = missing {
            return Err(Error::data(format!("`{missing}` has no source")));
        }
        // Parts in the order in which they come up, the values of a parameter side by side.
        let mut order: Vec<(String, String)> = Vec::new();
        for entry in &parameters {
            let name = (entry.part.clone(), entry.parameter.clone());
            if !order.contains(&name) {
                order.push(name);
            }
        }
        let place = |entry: &ParameterEntry| {
            let part = order.iter().position(|(part, _)| *part == entry.part);
            let key =
                |(part, key): &(String, String)| *part == entry.part && *key == entry.parameter;
            (part, order.iter().position(key))
        };
        parameters.sort_by_key(place);
        parameters.extend(ParameterEntry::of_budgets()?);
        Ok(Self { parameters })
    }

    /// The library as text: a heading for each part, a line for each value.
    pub fn text(&self) -> String {
        let width = |part: &str| {
            let values = self.parameters.iter().filter(|entry| entry.part == part);
            values.map(|entry| entry.value.chars().count()).max().unwrap_or(0).clamp(16, 32)
        };
        let mut text = String::new();
        let mut last: Option<&ParameterEntry> = None;
        let mut values = 0;
        for entry in &self.parameters {
            let same_part = last.is_some_and(|last| last.part == entry.part);
            let same = same_part && last.is_some_and(|last| last.parameter == entry.parameter);
            if !same_part {
                let between = if last.is_some() { "\n" } else { "" };
                let _ = writeln!(text, "{between}{}", entry.part);
                values = width(&entry.part);
            }
            let parameter = if same { "" } else { &entry.parameter };
            let confidence = entry.confidence.to_string();
            let _ = writeln!(
                text,
                "  {parameter:<34} {:<values$} {confidence:<9} {}",
                entry.value, entry.source
            );
            last = Some(entry);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_says_of_each_value_where_it_comes_from() {
        let library = LibraryReport::new().unwrap();
        let text = library.text();
        assert!(text.contains("\nmach-zehnder\n"), "{text}");
        let entry = |part: &str, parameter: &str, value: &str| {
            let mut found = library.parameters.iter().filter(|entry| {
                (&*entry.part, &*entry.parameter, &*entry.value) == (part, parameter, value)
            });
            (found.next().unwrap().clone(), found.next())
        };
        let (noise, again) = entry("tia", "noise-density", "12.5 pA/rtHz");
        assert_eq!((noise.confidence, again), (Confidence::Paper, None));
        assert!(noise.presets.contains(&"lpo-dr-100g".to_owned()));
        assert!(!noise.presets.contains(&"lpo-dr-200g".to_owned()));
        assert_eq!(entry("mach-zehnder", "v-pi", "5 V").0.confidence, Confidence::Estimate);
    }

    #[test]
    fn numbers_of_budgets_are_part_of_the_library() {
        let library = LibraryReport::new().unwrap();
        let entry = |key: &str| {
            let mut found = library.parameters.iter().filter(|entry| entry.parameter == key);
            let entry = found.next().unwrap();
            assert!(entry.part == "budget" && found.next().is_none(), "{entry:?}");
            (entry.value.as_str(), entry.confidence)
        };
        assert_eq!(entry("serdes.112G.vsr"), ("2.5 (2 to 3) pJ/bit", Confidence::Estimate));
        assert_eq!(entry("fiber.delay"), ("4.897 ns/m", Confidence::Standard));
        assert_eq!(entry("in-unit.laser"), ("20 (12 to 25) K/W", Confidence::Estimate));
        assert_eq!(entry("redriver").1, Confidence::Vendor);
        assert_eq!(entry("serdes.56G.fastest").0, "36 GBd");
        let keys = energy::catalogue().entries().into_iter().map(|(key, ..)| key);
        for key in keys {
            assert!(library.text().contains(&format!("  {key} ")), "{key}");
        }
    }

    #[test]
    fn a_part_is_one_piece_of_the_library() {
        let mut parts: Vec<String> = Vec::new();
        for entry in LibraryReport::new().unwrap().parameters {
            if parts.last() != Some(&entry.part) {
                assert!(!parts.contains(&entry.part), "{}", entry.part);
                parts.push(entry.part);
            }
        }
        assert!(parts.len() > 8);
    }
}
