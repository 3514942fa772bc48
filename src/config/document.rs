//! A parsed document.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};
use toml::{Table, Value};

use super::{SCHEMA, edit};
use crate::route::Route;
use crate::{Error, Result};

/// The largest document that is read.
const MAX_BYTES: u64 = 1 << 24;

/// A parsed document, which can be edited before it becomes a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    table: Table,
    /// The edits, and what each left.
    edits: Vec<(String, Table)>,
}

impl Document {
    /// Parses a document's text.
    ///
    /// # Errors
    /// If the text is not TOML, has another schema, or does not describe a route; the message names
    /// line, column and what was expected.
    pub fn parse(text: &str) -> Result<Self> {
        let mut table: Table = text.parse().map_err(|error| located(&error, text))?;
        match table.remove("schema") {
            Some(Value::Integer(SCHEMA)) => {}
            Some(other) => {
                let expected = format!("{SCHEMA}, the only one that this version reads");
                return Err(Error::parameter("schema", other, expected));
            }
            None => {
                return Err(Error::data(format!("`schema = {SCHEMA}` is missing at the top")));
            }
        }
        // Once more with the places of everything, for errors that name them.
        let mut placed = DeTable::parse(text).map_err(|error| located(&error, text))?;
        placed.get_mut().remove("schema");
        Route::deserialize(Deserializer::from(placed)).map_err(|error| located(&error, text))?;
        Ok(Self { table, edits: Vec::new() })
    }

    /// Reads and parses a file. Files that it names are taken relative to its folder.
    ///
    /// # Errors
    /// If the file cannot be read, or as [`Document::parse`], with the file's name.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let io = |error| Error::io(path, error);
        let metadata = std::fs::metadata(path).map_err(io)?;
        if !metadata.is_file() {
            return Err(Error::data("not a regular file").in_file(path));
        }
        if metadata.len() > MAX_BYTES {
            let message = "larger than 16 MiB, the most that a document may have";
            return Err(Error::unsupported(message).in_file(path));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Error::data("not text in UTF-8").in_file(path))?;
        let mut document = Self::parse(text).map_err(|error| error.in_file(path))?;
        if let Some(folder) = path.parent() {
            document.resolve(folder);
        }
        Ok(document)
    }

    /// The document of a route.
    ///
    /// # Errors
    /// If the route holds what TOML cannot express, such as a path that is not UTF-8.
    pub fn of(route: &Route) -> Result<Self> {
        let table = Table::try_from(route)
            .map_err(|error| Error::data(format!("route `{}`: {error}", route.name)))?;
        Ok(Self { table, edits: Vec::new() })
    }

    /// Edits the document: `hop/stage/key=value`, `hop/transmitter/key=value`,
    /// `hop/receiver/key=value`, `hop/key=value` or `key=value`.
    ///
    /// - `*` stands for all hops that have the stage.
    /// - Keys of keys are separated by `/` or `.`; elements of lists are numbers from 0.
    /// - The value is TOML, or else text: `12 dB` needs no quotes.
    /// - `touchstone=FILE` on a channel replaces all its sections by that file; a relative path is
    ///   one from the current directory.
    /// - `length=1 m` on a channel sets the length of its longest line, a board or a cable.
    /// - `loss=12 dB` on a channel makes its longest line as long as gives the channel that loss at
    ///   half the symbol rate, packages included.
    ///
    /// Whether the key exists and the value fits shows in [`Document::route`].
    ///
    /// # Errors
    /// If it is no edit, or ([`Error::is_usage`]) there is no such hop or stage; the message lists
    /// those there are.
    pub fn edit(&mut self, text: &str) -> Result<()> {
        let mut table = self.table.clone();
        edit::apply(&mut table, text)?;
        self.edits.push((text.to_owned(), table.clone()));
        self.table = table;
        Ok(())
    }

    /// The route's name.
    pub fn name(&self) -> &str {
        self.table.get("name").and_then(Value::as_str).unwrap_or_default()
    }

    /// The text of a key of a stage's device, if it has it.
    pub fn text_of(&self, hop: &str, stage: &str, key: &str) -> Option<&str> {
        let hop = named(self.table.get("hop"), hop)?;
        let device = named(hop.get("stage"), stage)?.get("device")?.as_table()?;
        // A device is a table with one entry, which is named by its kind.
        device.values().next()?.get(key)?.as_str()
    }

    /// The parsed keys, without the schema.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// The route that the document describes.
    ///
    /// # Errors
    /// If an edit left what is no route; the message names the edit and what was expected.
    pub fn route(&self) -> Result<Route> {
        let failure = match of(&self.table) {
            Ok(route) => return Ok(route),
            Err(failure) => failure,
        };
        // The edit to blame is the one after which nothing fits any more.
        let states = self.edits.iter().rev().map(|(text, left)| (text, of(left)));
        let first = states.take_while(|(_, state)| state.is_err()).last();
        Err(match first {
            Some((text, Err(error))) => Error::data(format!("edit `{text}`: {error}")),
            _ => failure,
        })
    }

    /// Takes the files that channels name relative to `folder`.
    fn resolve(&mut self, folder: &Path) {
        let hops = elements(self.table.get_mut("hop"));
        let stages = hops.flat_map(|hop| elements(hop.get_mut("stage")));
        let channels = stages.filter_map(|stage| stage.get_mut("device")?.get_mut("channel"));
        let sections = channels.flat_map(|channel| elements(channel.get_mut("sections")));
        let files = sections.filter_map(|part| part.get_mut("touchstone")?.get_mut("file"));
        for file in files {
            if let Value::String(name) = file {
                let path: PathBuf = folder.join(&*name);
                // Both halves were text, and so is the whole.
                *name = path.to_string_lossy().into_owned();
            }
        }
    }
}

/// The elements of a list; of anything else there are none.
pub(super) fn elements(list: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    list.and_then(Value::as_array_mut).into_iter().flatten()
}

/// The element of a list that has a name.
fn named<'a>(list: Option<&'a Value>, name: &str) -> Option<&'a Value> {
    let named = |value: &&Value| value.get("name").and_then(Value::as_str) == Some(name);
    list?.as_array()?.iter().find(named)
}

fn of(table: &Table) -> Result<Route> {
    table.clone().try_into().map_err(|error: toml::de::Error| {
        // The reader's own words for this say little.
        let text = error.to_string().replace(
            "wanted exactly 1 element, more than 1 element",
            "only one of these choices may be set: replace the table, as in `edge={bandwidth=...}`",
        );
        Error::data(text.trim().replace('\n', " "))
    })
}

/// An error of the TOML reader, with its line and column.
fn located(error: &toml::de::Error, text: &str) -> Error {
    let message = error.message().trim().replace('\n', " ");
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else {
        return Error::data(message);
    };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |start| start.chars().count()) + 1;
    Error::data(format!("line {line}, column {column}: {message}"))
}
