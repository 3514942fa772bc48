//! Measuring the points of a sweep.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::measure::{Effort, Reading};
use super::table::{Journal, Table};
use super::{Measure, Point, Shard, Sweep};
use crate::route::{Control, Records};
use crate::{Result, parallel};

impl Sweep {
    /// Measures all points, and keeps them in memory.
    ///
    /// # Errors
    /// As [`Sweep::check`].
    pub fn evaluate(&self) -> Result<Table> {
        self.check()?;
        let mut table = Table::new(self.header()?);
        let coordinates = self.coordinates();
        let row = |(): &mut (), index| self.row(&self.point(index), &coordinates);
        for row in parallel::map(self.points(), || (), row) {
            table.insert(row)?;
        }
        Ok(table)
    }

    /// Measures the points that are not in the file of the sweep yet, in parallel, and adds each to it
    /// at once: `sweep.csv` in a folder, or a file of the shard's own. When all are there, they are put
    /// in order. The table is what is in the file.
    ///
    /// Progress is told in points. When it is to stop, points that were begun are finished.
    ///
    /// # Errors
    /// As [`Sweep::check`], or if the file cannot be written, is another sweep's, or another process
    /// is at it.
    pub fn run(&self, folder: &Path, shard: Option<Shard>, control: &Control<'_>) -> Result<Table> {
        self.check()?;
        let header = self.header()?;
        let journal = Journal::open(&Self::file(folder, shard), &header)?;
        let own = |point: &usize| shard.is_none_or(|shard| shard.has(*point));
        let missing: Vec<usize> = journal.table.missing().filter(own).collect();
        let all = (0..self.points()).filter(own).count();
        let done = AtomicUsize::new(all - missing.len());
        (control.progress)(all - missing.len(), all);
        let (journal, failed) = (Mutex::new(journal), AtomicBool::new(false));
        let stop = || control.stop.load(Ordering::Relaxed) || failed.load(Ordering::Relaxed);
        let coordinates = self.coordinates();
        let written = parallel::map(
            missing.len(),
            || (),
            |(), index| -> Result<()> {
                if stop() {
                    return Ok(());
                }
                let row = self.row(&self.point(missing[index]), &coordinates);
                let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
                journal.append(row).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
                (control.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, all);
                Ok(())
            },
        );
        written.into_iter().collect::<Result<()>>()?;
        let journal = journal.into_inner().unwrap_or_else(PoisonError::into_inner);
        if done.into_inner() == all { journal.finish() } else { Ok(journal.table) }
    }

    /// The cells of all values of all axes: of a number without its unit, which the column names.
    fn coordinates(&self) -> Vec<Vec<String>> {
        let cells = |axis: &super::Axis| match axis.numbers() {
            Some((numbers, _)) => numbers.iter().map(ToString::to_string).collect(),
            None => axis.values.clone(),
        };
        self.axes.iter().map(cells).collect()
    }

    /// The row of a point.
    fn row(&self, point: &Point, coordinates: &[Vec<String>]) -> Vec<String> {
        let name = self.documents[point.route].name();
        let mut cells = vec![point.index.to_string(), name.to_owned()];
        cells.extend(coordinates.iter().zip(&point.values).map(|(axis, &at)| axis[at].clone()));
        let effort = self.measures.iter().map(Measure::effort).max().unwrap_or(Effort::None);
        let records = Records { seed: self.seed(point), ..self.records };
        let reading = self.route(point).and_then(|route| Reading::new(route, &records, effort));
        let mut failures: Vec<String> = Vec::new();
        for measure in &self.measures {
            let values = match &reading {
                Ok(reading) => measure.read(reading).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match values {
                Ok(values) => cells.extend(values.into_iter().map(number)),
                Err(failure) => {
                    cells.extend(vec![String::new(); measure.facts().columns.len()]);
                    let failure = failure.replace('\n', " ");
                    if !failures.contains(&failure) {
                        failures.push(failure);
                    }
                }
            }
        }
        cells.push(failures.join("; "));
        cells
    }
}

/// A number, which reads back as the same one; nothing of what is none.
fn number(value: f64) -> String {
    match value {
        _ if !value.is_finite() => String::new(),
        0.0 => "0".to_owned(),
        _ if (1e-3..1e15).contains(&value.abs()) => value.to_string(),
        _ => format!("{value:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        let cases = [(0.0, "0"), (12.5, "12.5"), (-1.5e-9, "-1.5e-9"), (65536.0, "65536")];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
        assert_eq!((number(f64::NAN), number(f64::INFINITY)), (String::new(), String::new()));
        for value in [1.0 / 3.0, 2.3e-17, 1e15, 1e300] {
            assert_eq!(number(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
    }
}
