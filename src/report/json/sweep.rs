//! Sweeps, reaches and crossovers for programs.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::sweep::{Crossover, Reach, Table};

/// A sweep, or a shard of one: what `lightlane sweep --json` and `lightlane merge --json` print.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SweepReport {
    /// What tells this sweep from another: documents, axes, measures, symbols, seed and version.
    pub fingerprint: String,
    /// Points of the whole sweep.
    pub points: usize,
    /// Whether all points are there that were asked for.
    pub complete: bool,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The points that are there, in their order: numbers, texts, and `null` for what does not exist.
    pub rows: Vec<Vec<Value>>,
    /// The table's file, and pictures that were written.
    pub files: Vec<String>,
}

/// How far routes reach: what `lightlane reach --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReachReport {
    /// The routes.
    pub reaches: Vec<Reach>,
    /// Whether all routes were searched; false after an early stop.
    pub complete: bool,
    /// Pictures that were written.
    pub files: Vec<String>,
}

/// Where routes change places: what `lightlane crossover --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CrossoverReport {
    /// What was found.
    pub crossover: Crossover,
    /// Pictures that were written.
    pub files: Vec<String>,
}

impl SweepReport {
    /// What a program should know of a sweep of which all that was asked for is there, or not.
    pub fn new(table: &Table, complete: bool, files: Vec<String>) -> Self {
        let cell = |cell: &String| match cell.parse::<f64>() {
            _ if cell.is_empty() => Value::Null,
            Ok(number) if number.is_finite() => Value::from(number),
            _ => Value::from(cell.as_str()),
        };
        Self {
            fingerprint: format!("{:016x}", table.header.fingerprint),
            points: table.header.points,
            complete,
            columns: table.header.columns.clone(),
            rows: table.rows.values().map(|row| row.iter().map(cell).collect()).collect(),
            files,
        }
    }
}
