//! Stacked bars of what a bit costs.

use std::path::Path;

use super::write;
use crate::Result;
use crate::budget::{Budget, Part};
use crate::plot::{Drawing, Stack, StackBar};
use crate::route::Route;

/// A bar for each route, its parts stacked and its interval as a whisker.
pub(in crate::cli) fn of_budgets(
    folder: &Path,
    results: &[(Route, Budget)],
) -> Result<Vec<String>> {
    write(folder, "budget", &figure(results)?)
}

/// The bars.
pub(super) fn figure(results: &[(Route, Budget)]) -> Result<Drawing> {
    Stack {
        title: "What a bit costs from host to host".to_owned(),
        subtitle: "nominal by part; the whisker is the likely range of the sum".to_owned(),
        label: "Energy (pJ/bit)".to_owned(),
        bars: results.iter().map(|(_, budget)| bar(budget)).collect(),
        ..Stack::default()
    }
    .draw()
}

fn bar(budget: &Budget) -> StackBar {
    // A part that is nowhere stays in its place, so that all bars and the legend have one order.
    let part = |part: Part| (part.to_string(), 1e12 * budget.part(part).nominal);
    let total = budget.energy() * 1e12;
    StackBar {
        name: budget.name.clone(),
        parts: Part::ALL.into_iter().map(part).collect(),
        range: Some([total.low, total.high]),
        note: total.to_string(),
    }
}
