//! Writing documents.

use std::fmt::Write;

use toml::{Table, Value};

use super::{Document, SCHEMA};
use crate::Result;
use crate::route::Route;

/// The longest line that a table is written on, and that a note is appended to.
const WIDTH: usize = 100;

/// The document of a route, which [`parse`](super::parse) reads back as the same route.
///
/// # Errors
/// If the route holds what TOML cannot express, such as a path that is not UTF-8.
pub fn print(route: &Route) -> Result<String> {
    print_with_notes(route, &mut |_, _, _| None)
}

/// The document of a route with a comment beside its numbers.
///
/// `note` is asked for each number but those beside a `source`, and for a list of numbers as a
/// whole: it is given what the number belongs to (`route`, `hop`, `transmitter`, `receiver`, `test`,
/// `test-point`, or the kind of a device), its key with the tables it stands in (`agc.swing`), and
/// its value.
///
/// # Errors
/// As [`print()`].
pub fn print_with_notes(
    route: &Route,
    note: &mut dyn FnMut(&str, &str, &str) -> Option<String>,
) -> Result<String> {
    let document = Document::of(route)?;
    let mut writer = Writer { text: format!("schema = {SCHEMA}\n"), note };
    writer.body(document.table(), &Place::default());
    Ok(writer.text)
}

/// Where a table stands.
#[derive(Clone, Default)]
struct Place {
    /// Its name in headers.
    path: String,
    /// What its numbers belong to; nothing at the top and between parts.
    part: Option<String>,
    /// Its key within the part.
    key: String,
}

impl Place {
    /// The place of what has `key` here.
    fn within(&self, key: &str) -> Self {
        let joined = |before: &str| {
            if before.is_empty() { key.to_owned() } else { format!("{before}.{key}") }
        };
        let path = joined(&self.path);
        let part = match (self.path.as_str(), key) {
            ("", "target") => {
                return Self { path, part: Some("route".to_owned()), key: key.to_owned() };
            }
            (_, "hop") => Some("hop".to_owned()),
            ("", "fec" | "packaging") => Some(key.to_owned()),
            ("hop", "stage") | ("hop.stage", "device") => None,
            ("hop", "aggressor" | "test") => Some(key.to_owned()),
            ("hop.test", "point") => Some("test-point".to_owned()),
            ("hop" | "hop.aggressor", "transmitter" | "receiver" | "channel")
            | ("hop.stage.device", _) => Some(key.to_owned()),
            _ => return Self { path, part: self.part.clone(), key: joined(&self.key) },
        };
        Self { path, part, key: String::new() }
    }

    /// Whether tables here may stand on one line.
    fn is_inside_a_part(&self) -> bool {
        self.part.as_deref().is_some_and(|part| part != "hop") && !self.key.is_empty()
    }
}

struct Writer<'a> {
    text: String,
    note: &'a mut dyn FnMut(&str, &str, &str) -> Option<String>,
}

impl Writer<'_> {
    /// Writes what stands in a table: its own values first, as TOML wants it, then its tables.
    fn body(&mut self, table: &Table, place: &Place) {
        let mut tables = Vec::new();
        for (key, value) in table {
            let within = place.within(key);
            let notes = self.notes(value, &within);
            match value {
                // Short enough for one line, with one note at most.
                _ if within.is_inside_a_part()
                    && notes.len() < 2
                    && key.len() + inline(value).len() + 3 <= WIDTH =>
                {
                    self.line(&format!("{key} = {}", inline(value)), &notes);
                }
                Value::Table(_) => tables.push((value, within)),
                Value::Array(list) if list.iter().any(Value::is_table) => {
                    if within.is_inside_a_part() {
                        self.list(key, list, &notes);
                    } else {
                        tables.push((value, within));
                    }
                }
                _ => self.line(&format!("{key} = {}", inline(value)), &notes),
            }
        }
        for (value, within) in tables {
            match value {
                Value::Array(list) => {
                    for table in list.iter().filter_map(Value::as_table) {
                        let _ = write!(self.text, "\n[[{}]]\n", within.path);
                        self.body(table, &within);
                    }
                }
                Value::Table(table) => {
                    // A table of tables alone, as that of a device, needs no header.
                    if within.path != "hop.stage.device" {
                        let _ = write!(self.text, "\n[{}]\n", within.path);
                    }
                    self.body(table, &within);
                }
                _ => {}
            }
        }
    }

    /// Writes a list of tables, one a line.
    fn list(&mut self, key: &str, list: &[Value], notes: &[String]) {
        self.line(&format!("{key} = ["), notes);
        for value in list {
            let _ = writeln!(self.text, "    {},", inline(value));
        }
        self.text.push_str("]\n");
    }

    /// Writes a line with its notes: behind it if there is room, else above it.
    fn line(&mut self, line: &str, notes: &[String]) {
        let notes = notes.join("; ");
        let _ = if notes.is_empty() {
            writeln!(self.text, "{line}")
        } else if line.len() + notes.len() + 4 <= WIDTH {
            writeln!(self.text, "{line}  # {notes}")
        } else {
            writeln!(self.text, "# {notes}\n{line}")
        };
    }

    /// The notes of all numbers of a value, each different one once.
    fn notes(&mut self, value: &Value, place: &Place) -> Vec<String> {
        let mut notes = Vec::new();
        self.collect(value, place, &mut notes);
        notes
    }

    fn collect(&mut self, value: &Value, place: &Place, notes: &mut Vec<String>) {
        match value {
            // Says for itself where it comes from.
            Value::Table(table) if table.get("source").is_some_and(Value::is_str) => {}
            Value::Table(table) => {
                for (key, value) in table {
                    self.collect(value, &place.within(key), notes);
                }
            }
            Value::Array(list) if list.is_empty() || !list.iter().all(is_number) => {
                for value in list {
                    self.collect(value, place, notes);
                }
            }
            _ if value.is_array() || is_number(value) => {
                let Some(part) = &place.part else { return };
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if let Some(note) = (self.note)(part, &place.key, &text)
                    && !notes.contains(&note)
                {
                    notes.push(note);
                }
            }
            _ => {}
        }
    }
}

/// Whether a value is a number, with or without unit.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Integer(_) | Value::Float(_) => true,
        // Of text, only quantities have a blank behind a number.
        Value::String(text) => {
            text.split_once(' ').is_some_and(|(number, _)| number.parse::<f64>().is_ok())
        }
        _ => false,
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Table(table) => {
            let entries: Vec<String> =
                table.iter().map(|(key, value)| format!("{key} = {}", inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(list) => {
            let elements: Vec<String> = list.iter().map(inline).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Float(number) if *number != 0.0 && number.abs() < 1e-4 => format!("{number:e}"),
        _ => value.to_string(),
    }
}
