//! Sweeps: routes over grids of parameters, how far a link reaches, where one overtakes another.
//!
//! A [`Sweep`] is a few documents, [`Axis`] by axis what is edited in them, and [`Measure`] by measure
//! what is measured. Parameters are named by path, as in [`Document::edit`]: every one of them can be
//! swept, and no code here knows any. [`Sweep::run`] writes a row for each point into a file and goes on
//! where an earlier run stopped; [`merge`] joins the files of runs that had a [`Shard`] each. [`reach`]
//! and [`crossover`] look for one value instead.
//!
//! # What holds
//! - A point's coordinates give its seed: it has the same value in any grid that it is part of, in any
//!   shard, on any number of threads. Routes share the seed of the same coordinates, so what differs
//!   between them is design and not luck.
//! - Once all points are there, a file has the same bytes, however often it was stopped and whoever
//!   computed which point.
//! - A point that cannot be measured, as where a receiver finds no lock, is a row that says why.
//!
//! ```
//! use lightlane::config::Document;
//! use lightlane::prelude::*;
//! use lightlane::sweep::{Measure, Sweep};
//!
//! let sweep = Sweep {
//!     documents: vec![Document::of(&preset::copper_100g())?],
//!     axes: vec!["*/copper.channel/loss=20 dB, 28 dB".parse()?],
//!     measures: vec![Measure::Snr],
//!     records: Records::of(4096, Seed(1)),
//! };
//! let table = sweep.evaluate()?;
//! let snr = |point| table.rows[&point][3].parse::<f64>().unwrap();
//! assert!(snr(0) > snr(1) + 1.0);
//! # Ok::<(), lightlane::Error>(())
//! ```

mod axis;
mod change;
mod com;
mod crossover;
mod measure;
#[cfg(feature = "parquet")]
mod parquet;
mod reach;
mod run;
mod search;
mod shard;
mod table;

pub use axis::{Axis, Span};
pub use crossover::{Comparison, Criterion, Crossing, Crossover, CrossoverSearch, crossover};
pub use measure::{Facts, Measure};
pub use reach::{Limit, Medium, Reach, ReachSearch, Trial, reach};
pub use search::Interval;
pub use shard::{Shard, merge};
pub use table::{Header, Table};

use std::path::{Path, PathBuf};

use crate::config::{self, Document};
use crate::device::AnyDevice;
use crate::device::channel::Section;
use crate::kernel::rng::{Key, Seed};
use crate::route::{Records, Route};
use crate::{Error, Result};

/// The most points of a sweep.
const MOST_POINTS: usize = 10_000_000;

/// Routes over a grid of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The routes.
    pub documents: Vec<Document>,
    /// What is varied; the last one varies fastest.
    pub axes: Vec<Axis>,
    /// What is measured at each point.
    pub measures: Vec<Measure>,
    /// How much is simulated at each point, and the seed that all points' seeds follow from.
    pub records: Records,
}

/// A point of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its number.
    pub index: usize,
    /// Which route.
    pub route: usize,
    /// Which value of each axis.
    pub values: Vec<usize>,
}

impl Sweep {
    /// How many points there are.
    pub fn points(&self) -> usize {
        let axes = self.axes.iter().map(|axis| axis.values.len());
        axes.fold(self.documents.len(), usize::saturating_mul)
    }

    /// A point by its number: routes vary slowest, the last axis fastest.
    pub fn point(&self, index: usize) -> Point {
        let (mut rest, mut values) = (index, vec![0; self.axes.len()]);
        for (value, axis) in values.iter_mut().zip(&self.axes).rev() {
            *value = rest % axis.values.len();
            rest /= axis.values.len();
        }
        Point { index, route: rest, values }
    }

    /// The route of a point.
    ///
    /// # Errors
    /// If an edit leaves what is no route; the message names the axis.
    pub fn route(&self, point: &Point) -> Result<Route> {
        let mut document = self.documents[point.route].clone();
        for (axis, &value) in self.axes.iter().zip(&point.values) {
            axis.apply(&mut document, &axis.values[value])?;
        }
        document.route()
    }

    /// The seed of a point: a matter of the sweep's seed and of its coordinates.
    pub fn seed(&self, point: &Point) -> Seed {
        let root = Key::root(self.records.seed).named("sweep");
        let coordinates = self.axes.iter().zip(&point.values);
        let key = coordinates.fold(root, |key, (axis, &value)| {
            axis.paths.iter().fold(key, |key, path| key.named(path)).named(&axis.values[value])
        });
        Seed(key.stream().bits())
    }

    /// Checks that there are points, that no two axes set the same, that every axis fits every route,
    /// and that every route has what is measured.
    ///
    /// # Errors
    /// If not; the message names the axis or the measure.
    pub fn check(&self) -> Result<()> {
        let points = self.points();
        if !(1..=MOST_POINTS).contains(&points) {
            let expected = format!("from 1 to {MOST_POINTS}");
            return Err(Error::parameter("points", points, expected));
        }
        if self.measures.is_empty() {
            return Err(Error::parameter("measures", "empty", "at least one"));
        }
        for (index, measure) in self.measures.iter().enumerate() {
            let columns = measure.facts().columns;
            if self.measures[..index].iter().any(|other| other.facts().columns == columns) {
                let message = format!("`{measure}` would have the columns of a measure before it");
                return Err(Error::usage(message));
            }
        }
        for (index, axis) in self.axes.iter().enumerate() {
            if let Some(before) = self.axes[..index].iter().find(|before| before.shares(axis)) {
                let message = format!("sets what the axis `{}` before it sets", before.name());
                return Err(Error::usage(message).in_axis(&axis.name()));
            }
        }
        for (index, document) in self.documents.iter().enumerate() {
            let route = document.route()?;
            if self.documents[..index].iter().any(|other| other.name() == document.name()) {
                return Err(Error::usage(format!("two routes are named `{}`", route.name)));
            }
            self.measures.iter().try_for_each(|measure| measure.check(&route))?;
            for axis in &self.axes {
                for value in &axis.values {
                    let mut edited = document.clone();
                    axis.apply(&mut edited, value)?;
                    let fits = edited.route();
                    fits.map_err(|error| error.in_axis(&axis.name()).in_route(&route.name))?;
                }
            }
        }
        Ok(())
    }

    /// What the file of the sweep begins with.
    ///
    /// # Errors
    /// If a document is no route, or a file that it names cannot be read.
    pub fn header(&self) -> Result<Header> {
        let mut columns: Vec<String> = table::AHEAD.map(str::to_owned).to_vec();
        columns.extend(self.axes.iter().map(|axis| match axis.numbers() {
            Some((_, unit)) if !unit.is_empty() => format!("{} ({unit})", axis.name()),
            _ => axis.name(),
        }));
        let measured = self.measures.iter().flat_map(|measure| measure.facts().columns);
        columns.extend(measured.map(|&column| column.to_owned()));
        columns.push(table::FAILURE.to_owned());
        Ok(Header {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            fingerprint: self.fingerprint()?,
            points: self.points(),
            axes: self.axes.len(),
            columns,
        })
    }

    /// A number of everything that a result follows from.
    fn fingerprint(&self) -> Result<u64> {
        let mut key = Key::root(self.records.seed).named(env!("CARGO_PKG_VERSION"));
        for document in &self.documents {
            let route = document.route()?;
            key = key.named(&config::print(&route)?);
            for file in files(&route) {
                let bytes = std::fs::read(&file).map_err(|error| Error::io(&file, error))?;
                key = key.named(&String::from_utf8_lossy(&bytes));
            }
        }
        for axis in &self.axes {
            key = axis
                .paths
                .iter()
                .chain(&axis.values)
                .fold(key.named("axis"), |key, text| key.named(text));
        }
        key = self.measures.iter().fold(key, |key, measure| key.named(&measure.to_string()));
        let Records { symbols, samples_per_symbol, count, .. } = self.records;
        let key = [symbols, samples_per_symbol, count]
            .into_iter()
            .fold(key, |key, number| key.indexed(number as u64));
        Ok(key.stream().bits())
    }

    /// The name of the file of a shard, or of the whole.
    pub fn file(folder: &Path, shard: Option<Shard>) -> PathBuf {
        folder.join(shard.map_or_else(|| "sweep.csv".to_owned(), Shard::file))
    }
}

/// The Touchstone files that a route names.
fn files(route: &Route) -> Vec<PathBuf> {
    let stages = route.hops.iter().flat_map(|hop| &hop.stages);
    let channels = stages.filter_map(|stage| match &stage.device {
        AnyDevice::Channel(channel) => Some(channel),
        _ => None,
    });
    let aggressors = route.hops.iter().flat_map(|hop| &hop.aggressors);
    let channels = channels.chain(aggressors.map(|aggressor| &aggressor.channel));
    let sections = channels.flat_map(|channel| &channel.sections);
    let files = sections.filter_map(|section| match section {
        Section::Touchstone(data) => Some(data.file.clone()),
        _ => None,
    });
    files.collect()
}

#[cfg(test)]
mod tests;
