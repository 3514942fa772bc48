//! `lightlane attribute`.

use clap::Args;

use super::options::Options;
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::Result;
use crate::report::{AttributeReport, attribute_text};

#[derive(Debug, Args)]
pub(super) struct Attribute {
    /// Presets' names, or paths of TOML documents.
    #[arg(value_name = "PRESET|FILE.toml", default_values = ["lpo-dr-100g", "dsp-dr-100g"])]
    routes: Vec<String>,
    #[command(flatten)]
    options: Options,
}

impl Attribute {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let options = &self.options;
        let routes = options.routes(&self.routes)?;
        let folder = options.folder()?;
        let simulated =
            Simulator::new(options.threads())?.simulate_all(routes, &options.records())?;
        let results = &simulated.results;
        if results.is_empty() {
            return Ok(simulated.outcome());
        }
        let files = pictures::of_attribution(folder, results)?;
        if options.json {
            output::json(&AttributeReport::new(results, simulated.complete(), files))?;
        } else {
            let text = attribute_text(results);
            let pictures = output::pictures(&files);
            output::text(&format!("{text}{}{pictures}", simulated.remark()))?;
        }
        Ok(simulated.outcome())
    }
}
