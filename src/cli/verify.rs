//! `lightlane verify`.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Outcome, options, output};
use crate::proof::{self, Claim, ProofReport};
use crate::report::proof_text;
use crate::{Error, Result, parallel};

/// Where reference data is looked for.
const DATA: &str = "../shared";

/// Closed forms need no data. Exit code 1 says that something misses.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A folder with reference data: results of the IEEE's COM code in `reference/com`, waveforms of
    /// instruments in `reference/tdecq`, and the channels of both in `channels`.
    #[arg(long, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// Check only what has this in its name, such as "com KR", "search" or "fiber"; may be given
    /// repeatedly.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Threads to work on; all cores if not given. The result does not depend on it.
    #[arg(long, value_name = "T", value_parser = options::threads, allow_hyphen_values = true)]
    threads: Option<NonZeroUsize>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let has = |folder: &str| self.data.join(folder).is_dir();
        // Only what nobody asked for may be absent.
        if self.data != Path::new(DATA) && !has("reference") && !has("channels") {
            return Err(Error::usage(format!(
                "{} has no reference data: expected folders `reference` or `channels` in it",
                self.data.display()
            )));
        }
        let mut claims = proof::claims(Some(&self.data));
        let wanted = |claim: &Claim| self.only.iter().any(|text| claim.name.contains(text));
        claims.retain(|claim| self.only.is_empty() || wanted(claim));
        if claims.is_empty() {
            return Err(Error::usage(format!("there is nothing to check with {:?}", self.only)));
        }
        let bar = ProgressBar::new(claims.len() as u64);
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len}  {msg}")
            .map_err(|error| Error::usage(format!("progress bar: {error}")))?;
        bar.set_style(style);
        let terminal = std::io::stderr().is_terminal();
        let rows = parallel::with_threads(self.threads, || {
            let mut rows = Vec::new();
            for (index, claim) in claims.iter().enumerate() {
                bar.set_message(claim.name.clone());
                if !terminal {
                    eprintln!("{} of {}: {}", index + 1, claims.len(), claim.name);
                }
                rows.extend(claim.check());
                bar.inc(1);
            }
            rows
        })?;
        bar.finish_and_clear();
        let report = ProofReport::new(rows);
        if self.json {
            output::json(&report)?;
        } else {
            output::text(&proof_text(&report))?;
        }
        Ok(Outcome::of(report.passed))
    }
}
