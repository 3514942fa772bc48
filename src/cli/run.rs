//! `lightlane run`.

use clap::Args;

use super::options::Options;
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::report::{RunReport, run_text};
use crate::{Error, Result};

#[derive(Debug, Args)]
pub(super) struct Run {
    /// A preset's name, or the path of a TOML document.
    #[arg(value_name = "PRESET|FILE.toml")]
    route: String,
    #[command(flatten)]
    options: Options,
}

impl Run {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let options = &self.options;
        let mut routes = options.routes(std::slice::from_ref(&self.route))?;
        let Some(route) = routes.pop() else { return Err(Error::usage("no route")) };
        let folder = options.folder()?;
        let simulator = Simulator::new(options.threads())?;
        let simulated = simulator
            .simulate(&route, &options.records())
            .map_err(|error| error.in_route(&route.name))?;
        let Some(report) = simulated else {
            eprintln!("stopped early: there is nothing to report yet");
            return Ok(Outcome::Stopped);
        };
        let points = simulator
            .measure(&route, options.records().seed)
            .map_err(|error| error.in_route(&route.name))?;
        let points = points.as_deref();
        let files = pictures::of_run(folder, &route, &report)?;
        if options.json {
            output::json(&RunReport::new(&route, &report, points, files))?;
        } else {
            let pictures = output::pictures(&files);
            output::text(&format!("{}{pictures}", run_text(&route, &report, points)))?;
        }
        Ok(if report.complete { Outcome::Done } else { Outcome::Stopped })
    }
}
