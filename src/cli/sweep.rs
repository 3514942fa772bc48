//! `lightlane sweep` and `lightlane merge`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::options::Options;
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::report::{SweepReport, sweep_text};
use crate::sweep::{self, Axis, Measure, Shard, Table};
use crate::{Error, Result};

#[derive(Debug, Args)]
#[command(mut_arg("symbols", |symbols| symbols.default_value("32768")))]
pub(super) struct Sweep {
    /// Presets' names, or paths of TOML documents; all are swept, with the same seeds.
    #[arg(value_name = "PRESET|FILE.toml", required = true)]
    routes: Vec<String>,
    /// What is varied: `hop/stage/key=4 dB..26 dB:12` (in equal steps), `=1 m..1 km:7 log` (in equal
    /// ratios) or `=1 dB, 2 dB, 5 dB`. Several paths before the `=`, separated by commas, go
    /// together; `*` stands for all hops that have the stage; `loss` of a channel is its loss at half
    /// the symbol rate, given to it by the length of its longest line. Given repeatedly, it makes a
    /// grid.
    #[arg(long, value_name = "AXIS", required = true)]
    over: Vec<Axis>,
    /// What is measured: ber, statistical, counted, margin, snr, tdecq, energy, latency, com:TABLE;
    /// several separated by commas. With the symbols that are sent if nothing else is said, a
    /// semi-analytic ratio of 1e-6 is known to 20 %, one of 1e-8 to 40 %, one of 1e-12 to a factor of
    /// three or four, and a margin to 0.05 dB. Counting needs more of them.
    #[arg(long = "measure", value_name = "MEASURE", default_value = "ber", value_delimiter = ',')]
    measures: Vec<Measure>,
    /// Measure only the points of one shard of several, such as `3/20`; `lightlane merge` joins them.
    #[arg(long, value_name = "i/N")]
    shard: Option<Shard>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The folder with the files of all shards.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl Sweep {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let options = &self.options;
        let sweep = sweep::Sweep {
            documents: options.documents(&self.routes)?,
            axes: self.over.clone(),
            measures: self.measures.clone(),
            records: options.records(),
        };
        sweep.check()?;
        let folder = options.folder()?;
        let simulator = Simulator::new(options.threads())?;
        let points = |done: usize, all: usize| format!("{done} of {all} points");
        let table = simulator
            .watch("sweep", points, |control| sweep.run(folder, self.shard, control))??;
        let own = |point: &usize| self.shard.is_none_or(|shard| shard.has(*point));
        let missing = table.missing().filter(own).count();
        refuse_if_nothing_is_measured(&table)?;
        let mut files = vec![sweep::Sweep::file(folder, self.shard).display().to_string()];
        if self.shard.is_none() && missing == 0 {
            files.extend(further_files(folder, &table)?);
        }
        let remark = match missing {
            0 => String::new(),
            _ => {
                format!("\nstopped early: {missing} points are missing; the same command goes on\n")
            }
        };
        tell(&table, missing == 0, files, options.json, &remark)?;
        Ok(if missing == 0 { Outcome::Done } else { Outcome::Stopped })
    }
}

impl Merge {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let table = sweep::merge(&self.folder)?;
        let mut files = vec![sweep::Sweep::file(&self.folder, None).display().to_string()];
        files.extend(further_files(&self.folder, &table)?);
        tell(&table, true, files, self.json, "")?;
        Ok(Outcome::Done)
    }
}

/// Writes what a complete table gives beside itself.
fn further_files(folder: &Path, table: &Table) -> Result<Vec<String>> {
    let files = pictures::of_sweep(folder, table)?;
    #[cfg(feature = "parquet")]
    let files = {
        let path = folder.join("sweep.parquet");
        table.write_parquet(&path)?;
        [vec![path.display().to_string()], files].concat()
    };
    Ok(files)
}

/// A sweep none of whose points can be measured is a mistake.
fn refuse_if_nothing_is_measured(table: &Table) -> Result<()> {
    let mut failures = table.failures();
    match failures.next() {
        Some((_, why)) if failures.count() + 1 == table.rows.len() => {
            Err(Error::unsupported(format!("no point could be measured: {why}")))
        }
        _ => Ok(()),
    }
}

fn tell(table: &Table, complete: bool, files: Vec<String>, json: bool, remark: &str) -> Result<()> {
    if json {
        return output::json(&SweepReport::new(table, complete, files));
    }
    let text = sweep_text(table);
    output::text(&format!("{text}{remark}\nfiles:\n    {}\n", files.join("\n    ")))
}
