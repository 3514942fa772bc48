//! `lightlane crossover`.

use clap::{Args, ValueEnum};

use super::options::Options;
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::report::{CrossoverReport, crossover_text};
use crate::sweep::{Criterion, CrossoverSearch, Span, crossover};
use crate::{Error, Result};

/// Values of the scan if nothing else is said.
const POINTS: usize = 7;

#[derive(Debug, Args)]
#[command(mut_arg("symbols", |symbols| symbols.default_value("16384")))]
pub(super) struct Crossover {
    /// Two presets' names, or paths of TOML documents.
    #[arg(value_name = "PRESET|FILE.toml", required = true, num_args = 2)]
    routes: Vec<String>,
    /// What is varied, and between which values: `hop/stage/key=4 dB..26 dB`, with paths as in
    /// `lightlane sweep --over`. A number of values behind it, as in `:12` or `:12 log`, is that of
    /// the scan ahead of the search, which has 7 otherwise.
    #[arg(long, value_name = "RANGE")]
    over: Span,
    /// What the routes are compared by.
    #[arg(long, value_name = "CRITERION", default_value = "ber")]
    measure: By,
    /// Seeds that each find a value of their own; both routes share them.
    #[arg(long, value_name = "N", default_value_t = 6)]
    seeds: usize,
    #[command(flatten)]
    options: Options,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    /// The semi-analytic bit error ratio.
    Ber,
    /// Decibels of extra noise until the limit of the route's error correction, or its target.
    Margin,
    /// The nominal energy of a bit, by the parts of the route.
    Energy,
}

impl Crossover {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let options = &self.options;
        let documents = options.documents(&self.routes)?;
        let documents = documents.try_into().map_err(|_| Error::usage("expected two routes"))?;
        let folder = options.folder()?;
        let search = CrossoverSearch {
            span: self.over.clone(),
            criterion: match self.measure {
                By::Ber => Criterion::Ber,
                By::Margin => Criterion::Margin,
                By::Energy => Criterion::Energy,
            },
            points: self.over.count.unwrap_or(POINTS),
            seeds: self.seeds,
            records: options.records(),
        };
        let told = |done: usize, all: usize| format!("{done} of {all} steps");
        let simulator = Simulator::new(options.threads())?;
        let found = simulator
            .watch("crossover", told, |control| crossover(&documents, &search, control))??;
        let Some(crossover) = found else {
            eprintln!("stopped early: there is nothing to report yet");
            return Ok(Outcome::Stopped);
        };
        let files = pictures::of_crossover(folder, &crossover)?;
        if options.json {
            output::json(&CrossoverReport { crossover, files })?;
        } else {
            let pictures = output::pictures(&files);
            output::text(&format!("{}{pictures}", crossover_text(&crossover)))?;
        }
        Ok(Outcome::Done)
    }
}
