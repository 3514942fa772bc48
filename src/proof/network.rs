//! Mixed-mode values of channels' files against independent ones.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use num_complex::Complex64;

use super::Claim;
use super::data::text;
use super::row::{ProofRow, Verdict};
use crate::response::{Network, PortMap};
use crate::{Error, Result};

const AREA: &str = "mixed mode";

/// Values of a row behind its frequency: seven complex ones.
const VALUES: usize = 14;

pub(super) fn claims(data: &Path) -> Vec<Claim> {
    let table = data.join("reference/com/common/touchstone_mixed_mode.csv");
    let channels = data.join("channels");
    vec![Claim::new(AREA, AREA, move || check(&table, &channels))]
}

fn check(table: &Path, channels: &Path) -> Result<Vec<ProofRow>> {
    if !table.exists() {
        let note = format!("{} is not there", table.display());
        return Ok(vec![ProofRow::without(Verdict::Skipped, AREA, AREA, note)]);
    }
    let text = text(table)?;
    let mut files = BTreeMap::<&str, Vec<Vec<f64>>>::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let here = |message: String| Error::data(message).at_line(index + 1).in_file(table);
        let (file, rest) =
            line.split_once(',').ok_or_else(|| here("one column, not 16".to_owned()))?;
        let numbers: std::result::Result<Vec<f64>, _> =
            rest.split(',').map(|field| field.trim().parse()).collect();
        match numbers {
            Ok(row) if row.len() == VALUES + 1 => files.entry(file).or_default().push(row),
            _ => return Err(here(format!("`{rest}` is not a row of {} numbers", VALUES + 1))),
        }
    }
    files.iter().map(|(file, rows)| of_file(file, &channels.join(file), rows)).collect()
}

fn of_file(file: &str, path: &PathBuf, rows: &[Vec<f64>]) -> Result<ProofRow> {
    if !path.exists() {
        let note = format!("{} is not there", path.display());
        return Ok(ProofRow::without(Verdict::Skipped, AREA, file, note));
    }
    let network = Network::read(path)?;
    let mixed = network.mixed_mode(PortMap::Across).map_err(|error| error.in_file(path))?;
    let mut worst = 0.0f64;
    for row in rows {
        let at = network.frequency().iter().position(|f| (f - row[0]).abs() < 1.0);
        let missing = || Error::data(format!("there is no point at {} Hz", row[0])).in_file(path);
        let at = at.ok_or_else(missing)?;
        let (dd, cd, dc, cc) = (mixed.sdd(at), mixed.scd(at), mixed.sdc(at), mixed.scc(at));
        let found = [dd[0][0], dd[1][0], dd[0][1], dd[1][1], cd[1][0], dc[1][0], cc[1][0]];
        for (found, pair) in found.iter().zip(row[1..].chunks_exact(2)) {
            worst = worst.max((found - Complex64::new(pair[0], pair[1])).norm());
        }
    }
    let source = "independent conversion of the files";
    Ok(ProofRow::new(AREA, file, [0.0, worst], 1e-6, "", source))
}
