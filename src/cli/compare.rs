//! `lightlane compare`, and `lightlane` alone.

use clap::Args;

use super::options::Options;
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::Result;
use crate::report::{CompareReport, RunReport, compare_text};

/// What is compared if nothing is said.
const DEFAULT: [&str; 3] = ["lpo-dr-100g", "lro-dr-100g", "dsp-dr-100g"];

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Presets' names, or paths of TOML documents.
    #[arg(value_name = "PRESET|FILE.toml", required = true)]
    routes: Vec<String>,
    #[command(flatten)]
    options: Options,
}

impl Compare {
    pub(super) fn execute(&self) -> Result<Outcome> {
        compare(&self.routes, &self.options)
    }
}

/// Compares the three architectures.
pub(super) fn default(options: &Options) -> Result<Outcome> {
    compare(&DEFAULT.map(str::to_owned), options)
}

fn compare(names: &[String], options: &Options) -> Result<Outcome> {
    let routes = options.routes(names)?;
    let folder = options.folder()?;
    let simulated = Simulator::new(options.threads())?.simulate_all(routes, &options.records())?;
    let results = &simulated.results;
    if results.is_empty() {
        return Ok(simulated.outcome());
    }
    let files = pictures::of_comparison(folder, results)?;
    if options.json {
        let routes = results
            .iter()
            .map(|(route, report)| RunReport::new(route, report, None, Vec::new()))
            .collect();
        output::json(&CompareReport { routes, complete: simulated.complete(), files })?;
    } else {
        let text = compare_text(results);
        let pictures = output::pictures(&files);
        output::text(&format!("{text}{}{pictures}", simulated.remark()))?;
    }
    Ok(simulated.outcome())
}
