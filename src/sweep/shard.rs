//! Parts of a sweep for several machines, and making one table of them.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::Sweep;
use super::table::Table;
use crate::{Error, Result};

/// The most shards.
const MOST: usize = 1_000_000;

/// The points that fall to one of several machines: of `count` shards the `index`th, counted from 1, has
/// every `count`th point. Neighbors are in different shards, so that all take about as long.
///
/// ```
/// use lightlane::sweep::Shard;
///
/// let shard: Shard = "2/3".parse()?;
/// assert_eq!((0..7).filter(|point| shard.has(*point)).collect::<Vec<_>>(), [1, 4]);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// Whether a point falls to this shard.
    pub fn has(self, point: usize) -> bool {
        point % self.count == self.index - 1
    }

    /// The name of its file.
    pub(super) fn file(self) -> String {
        format!("sweep-{}-of-{}.csv", self.index, self.count)
    }

    /// The shard of a file's name.
    fn of_file(name: &str) -> Option<Self> {
        let (index, count) =
            name.strip_prefix("sweep-")?.strip_suffix(".csv")?.split_once("-of-")?;
        format!("{index}/{count}").parse().ok()
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parse = || {
            let (index, count) = text.split_once('/')?;
            let (index, count) = (index.parse().ok()?, count.parse().ok()?);
            let fits = (1..=MOST).contains(&count) && (1..=count).contains(&index);
            fits.then_some(Self { index, count })
        };
        parse().ok_or_else(|| {
            let message = format!("`{text}` is no shard: expected `i/N` with i from 1 to N");
            Error::usage(format!("{message}, such as `1/20`"))
        })
    }
}

/// Makes `sweep.csv` of the files of all shards in a folder: the same bytes as of a run without shards.
///
/// # Errors
/// If there is no such file, they are of different sweeps or of different numbers of shards, a point
/// has two values, or points are missing; the message says which, and in whose shard they are.
pub fn merge(folder: &Path) -> Result<Table> {
    let mut merged: Option<(PathBuf, Shard, Table)> = None;
    for (path, shard) in shards(folder)? {
        let table = Table::read(&path)?;
        let Some((first, other, whole)) = &mut merged else {
            merged = Some((path, shard, table));
            continue;
        };
        if table.header != whole.header || shard.count != other.count {
            let message = format!("it belongs to another sweep than {}", first.display());
            return Err(Error::data(message).in_file(&path));
        }
        for row in table.rows.into_values() {
            whole.insert(row).map_err(|error| error.in_file(&path))?;
        }
    }
    let Some((_, shard, table)) = merged else {
        let message = "there is no file of a shard: expected `sweep-1-of-N.csv` and others";
        return Err(Error::usage(message).in_file(folder));
    };
    let missing: Vec<usize> = table.missing().collect();
    if !missing.is_empty() {
        let mut shards: Vec<usize> = missing.iter().map(|point| point % shard.count + 1).collect();
        shards.sort_unstable();
        shards.dedup();
        let message = format!(
            "{} of {} points are missing ({}), of shard {}",
            missing.len(),
            table.header.points,
            listed(&missing),
            listed(&shards),
        );
        return Err(Error::data(message).in_file(folder));
    }
    table.write(&Sweep::file(folder, None))?;
    Ok(table)
}

/// The files of shards in a folder, in their order.
fn shards(folder: &Path) -> Result<Vec<(PathBuf, Shard)>> {
    let io = |error| Error::io(folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(shard) = name.and_then(|name| Shard::of_file(&name)) {
            found.push((path, shard));
        }
    }
    found.sort_by_key(|(_, shard)| (shard.count, shard.index));
    Ok(found)
}

/// The first few numbers.
fn listed(numbers: &[usize]) -> String {
    const FEW: usize = 8;
    let few: Vec<String> = numbers.iter().take(FEW).map(ToString::to_string).collect();
    let more = if numbers.len() > FEW { ", ..." } else { "" };
    format!("{}{more}", few.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_falls_to_one_shard() {
        for count in [1, 2, 7] {
            let shards: Vec<Shard> =
                (1..=count).map(|index| format!("{index}/{count}").parse().unwrap()).collect();
            for point in 0..50 {
                assert_eq!(shards.iter().filter(|shard| shard.has(point)).count(), 1);
            }
            for shard in shards {
                assert_eq!(Shard::of_file(&shard.file()), Some(shard));
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "1", "0/3", "4/3", "1/0", "-1/3", "1/1e3", "a/b", "1/2/3"] {
            let message = text.parse::<Shard>().unwrap_err().to_string();
            assert!(message.contains("i from 1 to N"), "{text}: {message}");
        }
        assert_eq!(Shard::of_file("sweep.csv"), None);
        assert_eq!(Shard::of_file("sweep-0-of-3.csv"), None);
    }
}
