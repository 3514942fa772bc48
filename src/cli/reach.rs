//! `lightlane reach`.

use clap::Args;

use super::options::Options;
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::report::{ReachReport, reach_text};
use crate::sweep::{ReachSearch, reach};
use crate::unit::Meters;
use crate::{Error, Result};

#[derive(Debug, Args)]
#[command(mut_arg("symbols", |symbols| symbols.default_value("16384")))]
pub(super) struct Reach {
    /// Presets' names, or paths of TOML documents.
    #[arg(value_name = "PRESET|FILE.toml", required = true)]
    routes: Vec<String>,
    /// The bit error ratio to meet; the limit of each route's error correction, or its own target, if
    /// not given.
    #[arg(long, value_name = "BER", allow_hyphen_values = true)]
    target: Option<f64>,
    /// The lengths that are searched: 1 m to 40 km of fiber and 10 mm to 10 m of copper if not given.
    #[arg(long, value_name = "LENGTH..LENGTH", value_parser = lengths)]
    within: Option<[Meters; 2]>,
    /// Lengths of the scan ahead of the search.
    #[arg(long, value_name = "N", default_value_t = 9)]
    points: usize,
    /// Seeds that each find a length of their own.
    #[arg(long, value_name = "N", default_value_t = 6)]
    seeds: usize,
    #[command(flatten)]
    options: Options,
}

impl Reach {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let options = &self.options;
        let documents = options.documents(&self.routes)?;
        let folder = options.folder()?;
        let simulator = Simulator::new(options.threads())?;
        let search = ReachSearch {
            target: self.target,
            range: self.within,
            points: self.points,
            seeds: self.seeds,
            records: options.records(),
        };
        let mut reaches = Vec::new();
        for document in &documents {
            let in_route = |error: Error| error.in_route(document.name());
            let told = |done: usize, all: usize| format!("{done} of {all} steps");
            let found = simulator
                .watch(document.name(), told, |control| reach(document, &search, control))?;
            match found.map_err(in_route)? {
                Some(reach) => reaches.push(reach),
                None => break,
            }
        }
        let complete = reaches.len() == documents.len();
        let outcome = if complete { Outcome::Done } else { Outcome::Stopped };
        if reaches.is_empty() {
            eprintln!("stopped early: there is nothing to report yet");
            return Ok(outcome);
        }
        let files = pictures::of_reach(folder, &reaches)?;
        if options.json {
            output::json(&ReachReport { reaches, complete, files })?;
        } else {
            let remark =
                if complete { "" } else { "\nstopped early: the other routes are missing\n" };
            let pictures = output::pictures(&files);
            output::text(&format!("{}{remark}{pictures}", reach_text(&reaches)))?;
        }
        Ok(outcome)
    }
}

/// Reads `1 m..10 km`.
fn lengths(text: &str) -> Result<[Meters; 2]> {
    let form = || Error::data(format!("`{text}`: expected two lengths, such as `1 m..10 km`"));
    let (from, to) = text.split_once("..").ok_or_else(form)?;
    Ok([from.parse()?, to.parse()?])
}
