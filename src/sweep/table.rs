//! The file of a sweep: a line of what it is, a line of names, a row a point.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The first words of a file.
const MAGIC: &str = "# lightlane";

/// What a file holds: which sweep, of how many points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version that wrote it.
    pub version: String,
    /// What tells one sweep from another: documents, files that they name, axes, measures, symbols,
    /// seed and version.
    pub fingerprint: u64,
    /// Points of the whole sweep.
    pub points: usize,
    /// Axes that are varied.
    pub axes: usize,
    /// The names of the columns.
    pub columns: Vec<String>,
}

/// The rows of a sweep that there are, by the number of their point.
///
/// The first columns are the point, the route and a column an axis; the last is why a point could not
/// be measured. A cell of what does not exist is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it holds.
    pub header: Header,
    /// The cells of each point, the number of the point first.
    pub rows: BTreeMap<usize, Vec<String>>,
}

/// Columns ahead of those of the axes.
pub(super) const AHEAD: [&str; 2] = ["point", "route"];

/// The column behind all others.
pub(super) const FAILURE: &str = "failure";

impl Header {
    /// Both lines.
    fn text(&self) -> Result<String> {
        let Self { version, fingerprint, points, axes, columns } = self;
        let names = line(columns)?;
        Ok(format!(
            "{MAGIC} {version} sweep {fingerprint:016x}, points {points}, axes {axes}\n{names}"
        ))
    }

    /// Reads the first line, and the names from the second.
    fn parse(first: &str, columns: Vec<String>) -> Option<Self> {
        let rest = first.strip_prefix(MAGIC)?.trim_start();
        let (version, rest) = rest.split_once(" sweep ")?;
        let (fingerprint, rest) = rest.split_once(", points ")?;
        let (points, axes) = rest.split_once(", axes ")?;
        let header = Self {
            version: version.to_owned(),
            fingerprint: u64::from_str_radix(fingerprint, 16).ok()?,
            points: points.parse().ok()?,
            axes: axes.parse().ok()?,
            columns,
        };
        let least = AHEAD.len() + header.axes + 1;
        (header.columns.len() >= least && header.columns.first()? == AHEAD[0]).then_some(header)
    }
}

impl Table {
    pub(super) fn new(header: Header) -> Self {
        Self { header, rows: BTreeMap::new() }
    }

    /// Reads a file. A last line without an end, as a killed process leaves it, does not count.
    ///
    /// # Errors
    /// If the file cannot be read or is no table of a sweep; the message names the line.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        Self::parse(&text).map_err(|error| error.in_file(path))
    }

    fn parse(text: &str) -> Result<Self> {
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        let (first, rest) = whole.split_once('\n').unwrap_or((whole, ""));
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(rest.as_bytes());
        let wrong = |error: csv::Error| Error::data(error.to_string());
        let names = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
        let header = Header::parse(first, names).ok_or_else(|| {
            let message = format!("no table of a sweep: expected `{MAGIC} VERSION sweep ...`");
            Error::data(message).at_line(1)
        })?;
        let mut table = Self::new(header);
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            // One line is ahead of what the reader sees.
            let line = record.position().map_or(0, csv::Position::line) as usize + 1;
            let cells = record.iter().map(str::to_owned).collect();
            table.insert(cells).map_err(|error| error.at_line(line))?;
        }
        Ok(table)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If it has not one cell a column, belongs to no point, or differs from one that is there.
    pub(super) fn insert(&mut self, cells: Vec<String>) -> Result<()> {
        let Header { points, columns, .. } = &self.header;
        if cells.len() != columns.len() {
            let found = format!("{} cells", cells.len());
            return Err(Error::data(format!("{found}: expected {}", columns.len())));
        }
        let point = cells.first().and_then(|cell| cell.parse().ok());
        let Some(point) = point.filter(|point| point < points) else {
            let expected = format!("expected a point from 0 to {}", points - 1);
            return Err(Error::data(format!("`{}`: {expected}", cells[0])));
        };
        match self.rows.get(&point) {
            Some(other) if *other != cells => {
                Err(Error::data(format!("point {point} is there twice, and differs")))
            }
            _ => {
                self.rows.insert(point, cells);
                Ok(())
            }
        }
    }

    /// Whether every point is there.
    pub fn is_complete(&self) -> bool {
        self.rows.len() == self.header.points
    }

    /// The points that are not there.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        (0..self.header.points).filter(|point| !self.rows.contains_key(point))
    }

    /// The names of the columns of the axes.
    pub fn axes(&self) -> &[String] {
        &self.header.columns[AHEAD.len()..AHEAD.len() + self.header.axes]
    }

    /// The names of the columns of what was measured.
    pub fn measured(&self) -> &[String] {
        let columns = &self.header.columns;
        &columns[AHEAD.len() + self.header.axes..columns.len() - 1]
    }

    /// The routes, in their order.
    pub fn routes(&self) -> Vec<&str> {
        let mut routes = Vec::new();
        for row in self.rows.values() {
            if routes.last() != Some(&row[1].as_str()) {
                routes.push(row[1].as_str());
            }
        }
        routes
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.columns.iter().position(|column| column == name)
    }

    /// Why points could not be measured: pairs of point and reason.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &str)> {
        let reasons = self.rows.iter().map(|(point, row)| (*point, row[row.len() - 1].as_str()));
        reasons.filter(|(_, reason)| !reason.is_empty())
    }

    /// The text of the file, rows in the order of their points.
    ///
    /// # Errors
    /// If memory for it is refused.
    pub fn text(&self) -> Result<String> {
        let mut text = self.header.text()?;
        for row in self.rows.values() {
            text.push_str(&line(row)?);
        }
        Ok(text)
    }

    /// Writes the file, so that there is the old one or the new one at any time.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let beside = path.with_extension("csv.new");
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(self.text().map_err(std::io::Error::other)?.as_bytes())?;
            file.sync_data()?;
            std::fs::rename(&beside, path)
        };
        write().map_err(|error| Error::io(path, error))
    }
}

/// A row as a line.
fn line(cells: &[String]) -> Result<String> {
    let wrong = |error: String| Error::data(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(|error| wrong(error.to_string()))?;
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

/// A table's file that grows by a row a point.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    pub(super) table: Table,
}

impl Journal {
    /// Opens a file, makes it if it is not there, and goes on behind the last whole line.
    ///
    /// # Errors
    /// If the file cannot be read or written, is that of another sweep, or another process is at it.
    pub(super) fn open(path: &Path, header: &Header) -> Result<Self> {
        let io = |error| Error::io(path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io)?;
        // Where a file system knows no locks there is none to respect.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Error::usage("another process is writing this file").in_file(path));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(io)?;
        let begin = header.text()?;
        let table = if begin.starts_with(&text) && text.len() < begin.len() {
            file.set_len(0).map_err(io)?;
            file.rewind().map_err(io)?;
            file.write_all(begin.as_bytes()).map_err(io)?;
            Table::new(header.clone())
        } else {
            let table = Table::parse(&text).map_err(|error| error.in_file(path))?;
            if table.header != *header {
                let message = "it holds another sweep: another route, axis, measure, seed, number of \
                               symbols or version; expected its own, or another `--out`";
                return Err(Error::usage(message).in_file(path));
            }
            let whole = text.rfind('\n').map_or(0, |end| end + 1) as u64;
            file.set_len(whole).map_err(io)?;
            file.seek(SeekFrom::Start(whole)).map_err(io)?;
            table
        };
        Ok(Self { path: path.to_owned(), file, table })
    }

    /// Adds a row, which is on the disk then.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn append(&mut self, cells: Vec<String>) -> Result<()> {
        let line = line(&cells)?;
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| Error::io(&self.path, error))?;
        self.table.insert(cells)
    }

    /// Puts the rows in the order of their points.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn finish(self) -> Result<Table> {
        self.table.write(&self.path)?;
        Ok(self.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            version: "1.2.3".to_owned(),
            fingerprint: 0xfeed,
            points: 3,
            axes: 1,
            columns: ["point", "route", "a, b (dB)", "ber", FAILURE].map(str::to_owned).to_vec(),
        }
    }

    fn row(point: usize) -> Vec<String> {
        let failure = if point == 1 { "no \"lock\", none" } else { "" };
        [&point.to_string(), "lpo", "4", "1.5e-9", failure].map(str::to_owned).to_vec()
    }

    fn path(name: &str) -> PathBuf {
        let path =
            std::env::temp_dir().join(format!("lightlane-table-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[test]
    fn a_table_reads_back_wherever_it_was_cut() {
        let path = path("cut");
        let mut journal = Journal::open(&path, &header()).unwrap();
        for point in [2, 0, 1] {
            journal.append(row(point)).unwrap();
        }
        let grown = std::fs::read(&path).unwrap();
        let finished = journal.finish().unwrap();
        let whole = std::fs::read(&path).unwrap();
        assert_ne!(grown, whole);
        assert_eq!(Table::read(&path).unwrap(), finished);
        for cut in 0..grown.len() {
            std::fs::write(&path, &grown[..cut]).unwrap();
            let mut journal = Journal::open(&path, &header()).unwrap();
            let missing: Vec<usize> = journal.table.missing().collect();
            for point in missing {
                journal.append(row(point)).unwrap();
            }
            assert!(journal.finish().unwrap().is_complete(), "cut at {cut}");
            assert_eq!(std::fs::read(&path).unwrap(), whole, "cut at {cut}");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn another_sweep_is_not_written_over() {
        let path = path("other");
        Journal::open(&path, &header()).unwrap().finish().unwrap();
        let other = Header { fingerprint: 1, ..header() };
        let message = Journal::open(&path, &other).unwrap_err().to_string();
        assert!(message.contains("holds another sweep"), "{message}");
        std::fs::write(&path, "notes\nof mine\n").unwrap();
        let message = Journal::open(&path, &header()).unwrap_err().to_string();
        assert!(message.contains("line 1: no table of a sweep"), "{message}");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn two_processes_do_not_write_one_file() {
        let path = path("lock");
        let first = Journal::open(&path, &header()).unwrap();
        let message = Journal::open(&path, &header()).unwrap_err().to_string();
        assert!(message.contains("another process"), "{message}");
        drop(first);
        assert!(Journal::open(&path, &header()).is_ok());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn broken_rows_are_refused_by_line() {
        let text = header().text().unwrap();
        let cases = [
            ("0,lpo,4,1\n", "line 3: 4 cells: expected 5"),
            ("7,lpo,4,1,\n", "line 3: `7`: expected a point from 0 to 2"),
            ("x,lpo,4,1,\n", "line 3: `x`: expected a point from 0 to 2"),
            ("0,lpo,4,1,\n0,lpo,4,2,\n", "line 4: point 0 is there twice, and differs"),
        ];
        for (rows, expected) in cases {
            let message = Table::parse(&format!("{text}{rows}")).unwrap_err().to_string();
            assert_eq!(message, expected);
        }
    }
}
