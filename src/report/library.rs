//! The component library: every number of every preset, and where it comes from.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use crate::preset::{self, Confidence, source_of};
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
    /// What it belongs to: `hop`, `transmitter`, `receiver`, or the kind of a device.
    pub part: String,
    /// Its key with the tables it stands in, as documents write it.
    pub parameter: String,
    /// Its value as documents write it, with its unit if it has one.
    pub value: String,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: String,
    /// The presets that have it.
    pub presets: Vec<String>,
}

impl LibraryReport {
    /// The numbers of all presets.
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
        Ok(Self { parameters })
    }

    /// The library as text: a heading for each part, a line for each value.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut last: Option<&ParameterEntry> = None;
        for entry in &self.parameters {
            let same_part = last.is_some_and(|last| last.part == entry.part);
            let same = same_part && last.is_some_and(|last| last.parameter == entry.parameter);
            if !same_part {
                let between = if last.is_some() { "\n" } else { "" };
                let _ = writeln!(text, "{between}{}", entry.part);
            }
            let parameter = if same { "" } else { &entry.parameter };
            let confidence = entry.confidence.to_string();
            let _ = writeln!(
                text,
                "  {parameter:<34} {:<16} {confidence:<9} {}",
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
