//! `lightlane budget`.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, options, output, pictures};
use crate::budget::{self, Budget};
use crate::preset::energy;
use crate::report::{BudgetEntry, BudgetReport, budget_text};
use crate::route::Route;
use crate::{Error, Result};

#[derive(Debug, Args)]
pub(super) struct Budgets {
    /// Presets' names, or paths of TOML documents; all presets that a budget is known of if none is
    /// given.
    #[arg(value_name = "PRESET|FILE.toml")]
    routes: Vec<String>,
    /// Edit a route: `hop/stage/key=value` or `key=value`; may be given repeatedly.
    #[arg(long = "set", value_name = "EDIT")]
    set: Vec<String>,
    #[command(flatten)]
    costs: options::Costs,
    /// The folder for pictures; it is made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "lightlane-out")]
    out: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl Budgets {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let folder = options::folder(&self.out)?;
        let catalogue = self.costs.catalogue()?;
        let results = options::edited(&self.names(), &self.set)?
            .into_iter()
            .map(|route| budget::budget(&route, &catalogue).map(|budget| (route, budget)))
            .collect::<Result<Vec<(Route, Budget)>>>()?;
        if results.is_empty() {
            return Err(Error::usage("no preset says how its lanes are put together"));
        }
        let files = pictures::of_budgets(folder, &results)?;
        if self.json {
            let routes = results.iter().map(|(route, budget)| BudgetEntry::new(route, budget));
            output::json(&BudgetReport { routes: routes.collect(), files })?;
        } else {
            output::text(&format!("{}{}", budget_text(&results), output::pictures(&files)))?;
        }
        Ok(Outcome::Done)
    }

    fn names(&self) -> Vec<String> {
        if !self.routes.is_empty() {
            return self.routes.clone();
        }
        // What has no cost says why when it is asked for by name.
        let catalogue = energy::catalogue();
        let costs =
            |route: &Route| route.packaging.is_some() && budget::budget(route, &catalogue).is_ok();
        let packed = crate::preset::all().into_iter().filter(costs);
        packed.map(|route| route.name).collect()
    }
}
