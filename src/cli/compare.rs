//! `lightlane compare`, and `lightlane` alone.

use std::fmt::Write;

use clap::{Args, ValueEnum};

use super::options::{Costs, Options};
use super::progress::Simulator;
use super::{Outcome, output, pictures};
use crate::budget::{Budget, Catalogue, budget};
use crate::preset;
use crate::report::{BudgetEntry, CompareReport, ComparisonPage, RunReport, compare_text};
use crate::route::{Report, Route};
use crate::{Error, Result};

/// What is compared if nothing is said.
const DEFAULT: [&str; 3] = ["lpo-dr-100g", "lro-dr-100g", "dsp-dr-100g"];

/// Symbols of each route where all are compared, if nothing is said: the calculated readings say
/// what counting cannot see.
const SYMBOLS_OF_MANY: usize = 1 << 17;

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Presets' names, or paths of TOML documents.
    #[arg(value_name = "PRESET|FILE.toml", required_unless_present = "all")]
    routes: Vec<String>,
    /// Compare all presets, and those that are named besides; 131072 symbols of each if no other
    /// number is given.
    #[arg(long)]
    all: bool,
    /// Of the presets, only those of this lane rate. Slower lanes, such as optical I/O at 32 and
    /// 64 Gb/s, belong to neither, and are among all without it.
    #[arg(long, value_name = "RATE", requires = "all")]
    rate: Option<LaneRate>,
    #[command(flatten)]
    costs: Costs,
    #[command(flatten)]
    options: Options,
}

/// A class of lane rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LaneRate {
    /// 80 to 130 Gb/s on the line.
    #[value(name = "100g")]
    G100,
    /// 160 to 260 Gb/s on the line.
    #[value(name = "200g")]
    G200,
}

impl LaneRate {
    /// Whether a route's lane belongs to the class.
    fn holds(self, route: &Route) -> bool {
        let bits =
            route.hops.iter().map(|hop| hop.symbol_rate.0 * hop.modulation.bits_per_symbol());
        let line = bits.fold(f64::INFINITY, f64::min);
        match self {
            Self::G100 => (80e9..130e9).contains(&line),
            Self::G200 => (160e9..260e9).contains(&line),
        }
    }
}

impl Compare {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let mut names = Vec::new();
        if self.all {
            let of_rate = |route: &Route| self.rate.is_none_or(|rate| rate.holds(route));
            names.extend(preset::all().into_iter().filter(of_rate).map(|route| route.name));
        }
        names.extend(self.routes.iter().cloned());
        compare(&names, &self.options, &self.costs, self.all.then_some(SYMBOLS_OF_MANY))
    }
}

/// Compares the three architectures.
pub(super) fn default(options: &Options) -> Result<Outcome> {
    compare(&DEFAULT.map(str::to_owned), options, &Costs::default(), None)
}

fn compare(
    names: &[String],
    options: &Options,
    costs: &Costs,
    symbols: Option<usize>,
) -> Result<Outcome> {
    let catalogue = costs.catalogue()?;
    let routes = options.routes(names)?;
    let folder = options.folder()?;
    let records = options.records_or(symbols);
    let simulated = Simulator::new(options.threads())?.simulate_all(routes, &records)?;
    let results = &simulated.results;
    if results.is_empty() {
        return Ok(simulated.outcome());
    }
    let (budgets, costless) = budgets_of(results, &catalogue);
    let (mut files, figures) = pictures::of_comparison(folder, results, &budgets)?;
    let page = ComparisonPage { title: title(results), results, budgets: &budgets, figures };
    let path = folder.join("report.html");
    std::fs::write(&path, page.html()?).map_err(|error| Error::io(&path, error))?;
    files.push(path.display().to_string());
    if options.json {
        let routes = results
            .iter()
            .map(|(route, report)| RunReport::new(route, report, None, Vec::new()))
            .collect();
        let budgets = budgets.iter().map(|(route, budget)| BudgetEntry::new(route, budget));
        let budgets = budgets.collect();
        output::json(&CompareReport { routes, budgets, complete: simulated.complete(), files })?;
    } else {
        let text = compare_text(results, &budgets);
        let pictures = output::pictures(&files);
        output::text(&format!("{text}{costless}{}{pictures}", simulated.remark()))?;
    }
    Ok(simulated.outcome())
}

/// What the routes cost that say how their lanes are put together, and why others have no cost.
fn budgets_of(
    results: &[(Route, Report)],
    catalogue: &Catalogue,
) -> (Vec<(Route, Budget)>, String) {
    let (mut budgets, mut costless) = (Vec::new(), String::new());
    for (route, _) in results.iter().filter(|(route, _)| route.packaging.is_some()) {
        match budget(route, catalogue) {
            Ok(budget) => budgets.push((route.clone(), budget)),
            Err(error) => {
                let _ = writeln!(costless, "note: {}: no budget, as {error}", route.name);
            }
        }
    }
    (budgets, costless)
}

/// What a page about some routes is called.
fn title(results: &[(Route, Report)]) -> String {
    match results {
        [(route, _)] => route.name.clone(),
        [(first, _), (second, _)] => format!("{} and {}", first.name, second.name),
        _ => format!("{} links compared", results.len()),
    }
}
