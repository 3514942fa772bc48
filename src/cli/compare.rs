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
    let simulator = Simulator::new(options.threads())?;
    let records = options.records();
    let count = routes.len();
    let mut results = Vec::with_capacity(count);
    for route in routes {
        let simulated =
            simulator.simulate(&route, &records).map_err(|error| error.in_route(&route.name))?;
        if let Some(report) = simulated {
            results.push((route, report));
        }
        if simulator.stopped() {
            break;
        }
    }
    let complete = results.len() == count && results.iter().all(|(_, report)| report.complete);
    if results.is_empty() {
        eprintln!("stopped early: there is nothing to report yet");
        return Ok(Outcome::Stopped);
    }
    let files = pictures::of_comparison(folder, &results)?;
    if options.json {
        let routes = results
            .iter()
            .map(|(route, report)| RunReport::new(route, report, Vec::new()))
            .collect();
        output::json(&CompareReport { routes, complete, files })?;
    } else {
        let mut text = compare_text(&results);
        if results.len() < count {
            text.push_str("\nstopped early: the other routes were not simulated\n");
        }
        output::text(&format!("{text}{}", output::pictures(&files)))?;
    }
    Ok(if complete { Outcome::Done } else { Outcome::Stopped })
}
