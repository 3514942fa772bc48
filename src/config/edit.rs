//! Edits of a document by path.

use toml::{Table, Value};

use super::document::elements;
use crate::device::Channel;
use crate::unit::{Baud, Decibels, Meters};
use crate::{Error, Result};

/// Applies `hop/stage/key=value` to a document.
pub(super) fn apply(root: &mut Table, text: &str) -> Result<()> {
    let form = || {
        let message = format!("`{text}` is not an edit: expected `hop/stage/key=value`");
        Error::data(message)
    };
    let (path, value) = text.split_once('=').ok_or_else(form)?;
    let value = value.trim();
    let parts: Vec<&str> = path.split('/').map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty()) || value.is_empty() {
        return Err(form());
    }
    let in_edit = |error: Error| {
        if error.is_usage() { error } else { Error::data(format!("edit `{text}`: {error}")) }
    };
    match parts.as_slice() {
        [] => Err(form()),
        [key] => {
            let keys: Vec<&str> = key.split('.').collect();
            set_in(root, &keys, value_of(value)).map_err(in_edit)
        }
        [hop, place, keys @ ..] => {
            let keys: Vec<&str> = keys.iter().flat_map(|key| key.split('.')).collect();
            in_hops(root, hop, place, &keys, value).map_err(in_edit)
        }
    }
}

/// The value of an edit: TOML if it reads as such, else text.
fn value_of(text: &str) -> Value {
    text.parse().unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn in_hops(root: &mut Table, hop: &str, place: &str, keys: &[&str], value: &str) -> Result<()> {
    let name_of = |value: &Value| value.get("name").and_then(Value::as_str).map(str::to_owned);
    let names: Vec<String> =
        elements(root.get_mut("hop")).filter_map(|value| name_of(value)).collect();
    if hop != "*" && !names.iter().any(|name| name == hop) {
        let message = format!("there is no hop `{hop}`: expected {} or `*`", listed(&names));
        return Err(Error::usage(message));
    }
    let (mut edited, mut places) = (0, Vec::new());
    for candidate in elements(root.get_mut("hop")) {
        if hop != "*" && name_of(candidate).as_deref() != Some(hop) {
            continue;
        }
        let rate = candidate.get("symbol-rate").and_then(Value::as_str).map(str::to_owned);
        let stage = elements(candidate.get_mut("stage"))
            .find(|stage| name_of(stage).as_deref() == Some(place));
        if let Some(stage) = stage {
            in_stage(stage, place, keys, value, rate.as_deref())?;
            edited += 1;
            continue;
        }
        let aggressor = elements(candidate.get_mut("aggressor"))
            .find(|aggressor| name_of(aggressor).as_deref() == Some(place));
        if let Some(aggressor) = aggressor {
            if keys == ["touchstone"] {
                set(aggressor, &["channel", "sections"], touchstone(value))?;
            } else {
                set(aggressor, keys, value_of(value))?;
            }
            edited += 1;
            continue;
        }
        let mut path: Vec<&str> = place.split('.').collect();
        path.extend(keys);
        if candidate.get(path[0]).is_some() || path.len() == 1 {
            set(candidate, &path, value_of(value))?;
            edited += 1;
            continue;
        }
        for list in ["stage", "aggressor"] {
            places.extend(elements(candidate.get_mut(list)).filter_map(|place| name_of(place)));
        }
    }
    if edited == 0 {
        places.extend(["transmitter", "receiver"].map(str::to_owned));
        let message = format!("there is no stage `{place}`: expected {}", listed(&places));
        return Err(Error::usage(if hop == "*" {
            message
        } else {
            format!("hop `{hop}`: {message}")
        }));
    }
    Ok(())
}

/// Edits a stage of a hop that has a symbol rate.
fn in_stage(
    stage: &mut Value,
    name: &str,
    keys: &[&str],
    value: &str,
    rate: Option<&str>,
) -> Result<()> {
    let Some(first) = keys.first() else {
        return Err(Error::data(format!("`{name}` is a stage: name a key of it, too")));
    };
    if ["name", "probe", "device"].contains(first) {
        return set(stage, keys, value_of(value));
    }
    // A device is a table with one entry, which is named by its kind.
    let device = stage.get_mut("device").and_then(Value::as_table_mut);
    let Some((kind, device)) = device.and_then(|device| device.iter_mut().next()) else {
        return Err(Error::data(format!("stage `{name}` has no device")));
    };
    if kind == "channel" && keys == ["touchstone"] {
        return set(device, &["sections"], touchstone(value));
    }
    if kind == "channel" && keys == ["loss"] {
        let loss: Decibels = text_of(value).parse()?;
        let at = rate.unwrap_or_default().parse::<Baud>()?.nyquist();
        return stretch(device, |channel, _| channel.length_for_loss(loss, at));
    }
    if kind == "channel" && keys == ["length"] {
        let length: Meters = text_of(value).parse()?;
        return stretch(device, |_, line| Ok((line, length)));
    }
    set(device, keys, value_of(value))
}

/// Gives a section of a channel a length, as found for the channel and its longest line.
fn stretch(
    channel: &mut Value,
    line: impl FnOnce(&Channel, usize) -> Result<(usize, Meters)>,
) -> Result<()> {
    let parsed = channel.clone().try_into();
    let parsed: Channel =
        parsed.map_err(|error: toml::de::Error| Error::data(error.message().to_owned()))?;
    let (longest, _) = parsed.longest_line().ok_or_else(|| {
        Error::usage("the channel has neither `loss` nor `length`, as it has no line")
    })?;
    let (index, length) = line(&parsed, longest)?;
    // A section is a table with one entry, which is named by its kind.
    let section = elements(channel.get_mut("sections")).nth(index).and_then(Value::as_table_mut);
    match section.and_then(|section| section.iter_mut().next()) {
        Some((_, line)) => set(line, &["length"], Value::String(length.to_string())),
        None => Err(Error::data(format!("the channel has no section {index}"))),
    }
}

/// A value as text, with or without quotation marks.
fn text_of(value: &str) -> String {
    value_of(value).as_str().map_or_else(|| value.to_owned(), str::to_owned)
}

/// The sections of a channel that is a file.
fn touchstone(value: &str) -> Value {
    let file = match value_of(value) {
        Value::Table(table) => Value::Table(table),
        Value::String(file) => one("file", Value::String(file)),
        _ => one("file", Value::String(value.to_owned())),
    };
    Value::Array(vec![one("touchstone", file)])
}

/// A table with one entry.
fn one(key: &str, value: Value) -> Value {
    Value::Table(Table::from_iter([(key.to_owned(), value)]))
}

/// Sets what a path of keys leads to. Tables that are missing on the way are made: whether they
/// belong there shows when the document becomes a route.
fn set(at: &mut Value, keys: &[&str], value: Value) -> Result<()> {
    let Some((key, rest)) = keys.split_first() else {
        *at = value;
        return Ok(());
    };
    match at {
        Value::Table(table) => set_in(table, keys, value),
        Value::Array(list) => {
            let count = list.len();
            let element = key.parse().ok().and_then(|index: usize| list.get_mut(index));
            let element = element.ok_or_else(|| {
                let expected = match count {
                    0 => "but the list is empty".to_owned(),
                    _ => format!("expected a number from 0 to {}", count - 1),
                };
                Error::data(format!("there is no element `{key}`: {expected}"))
            })?;
            set(element, rest, value)
        }
        single => Err(Error::data(format!("there is no `{key}` in {single}, which is no table"))),
    }
}

fn set_in(table: &mut Table, keys: &[&str], value: Value) -> Result<()> {
    let Some((key, rest)) = keys.split_first() else { return Ok(()) };
    let element = table.entry(*key).or_insert_with(|| Value::Table(Table::new()));
    set(element, rest, value)
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
