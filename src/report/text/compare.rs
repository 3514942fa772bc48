//! Routes side by side.

use std::fmt::Write;

use super::cells::{NONE, counted, decibels, heights, interval, maybe_rate};
use super::{EYES, LEGEND, Table, sent};
use crate::budget::Budget;
use crate::report::json::BudgetEntry;
use crate::route::{Report, Route};

/// What several routes are compared by, ready to be shown as text or on a page.
pub(in crate::report) struct Comparison {
    /// What was sent.
    pub(in crate::report) sent: String,
    /// A line a route in each.
    pub(in crate::report) tables: Vec<Table>,
    /// What devices remark, and why hops are not analyzed.
    pub(in crate::report) notes: Vec<String>,
    /// What the words in the tables mean.
    pub(in crate::report) legend: String,
}

/// What came of several routes side by side, for people.
pub fn compare_text(results: &[(Route, Report)], budgets: &[(Route, Budget)]) -> String {
    let Comparison { sent, tables, notes, legend } = comparison(results, budgets);
    let mut text = format!("{sent}\n\n");
    for table in tables {
        let _ = writeln!(text, "{}", table.text());
    }
    for (route, _) in results {
        let _ = writeln!(text, "{}: {}", route.name, route.description);
    }
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    let _ = write!(text, "\n{legend}");
    text
}

/// The tables of a comparison and what belongs to them.
pub(in crate::report) fn comparison(
    results: &[(Route, Report)],
    budgets: &[(Route, Budget)],
) -> Comparison {
    let mut readings = Table::new(&[
        "bit error ratio",
        "hops",
        "counted",
        "95 %",
        "semi-analytic",
        "95 %",
        "statistical",
        "margin (dB)",
        "worst hop",
    ]);
    let mut signals = Table::new(&[
        "signal",
        "SNR by hop (dB)",
        "eyes at the worst slicer",
        "unit",
        "OMA (dBm)",
        "ER (dB)",
    ]);
    for (route, report) in results {
        readings.row(readings_of(route, report));
        signals.row(signals_of(route, report));
    }
    let sent = results.first().map_or_else(String::new, |(route, report)| sent(route, report));
    let limited = results.iter().any(|(_, report)| report.limit.is_some());
    let margin = if limited { MARGIN } else { "" };
    Comparison {
        sent,
        tables: if budgets.is_empty() {
            vec![readings, signals]
        } else {
            vec![readings, signals, costs(budgets)]
        },
        notes: notes(results),
        legend: format!("{LEGEND}{margin}{}{EYES}", if budgets.is_empty() { "" } else { COSTS }),
    }
}

/// What routes cost, in a line each; `lightlane budget` has the parts.
fn costs(budgets: &[(Route, Budget)]) -> Table {
    let mut table = Table::new(&[
        "cost",
        "pJ/bit",
        "host",
        "800G unit (W)",
        "1.6T unit (W)",
        "51.2T links (W)",
        "latency (ns)",
        "with FEC",
        "edge (Gb/s/mm)",
    ]);
    for (route, budget) in budgets {
        let entry = BudgetEntry::new(route, budget);
        let unit = |index: usize| {
            let module =
                entry.modules.get(index).map(|module| module.power_w + module.light_source_w);
            module.filter(|power| power.high > 0.0).map_or_else(String::new, |w| w.to_string())
        };
        table.row(vec![
            route.name.clone(),
            entry.energy_pj_per_bit.to_string(),
            entry.host_pj_per_bit.to_string(),
            unit(0),
            unit(1),
            entry.switches.first().map_or_else(String::new, |links| links.total_w.to_string()),
            entry.latency.without_fec_ns.to_string(),
            entry.latency.with_fec_ns.to_string(),
            entry.shoreline_gbps_per_mm.map_or_else(String::new, |density| format!("{density:.0}")),
        ]);
    }
    table
}

fn readings_of(route: &Route, report: &Report) -> Vec<String> {
    let stopped = if report.complete { "" } else { " (stopped early)" };
    let mut row = vec![format!("{}{stopped}", route.name), report.hops.len().to_string()];
    row.extend(counted(&report.ber));
    row.extend([maybe_rate(report.semi_analytic()), interval(report.semi_analytic_ci95())]);
    row.push(maybe_rate(report.statistical()));
    row.push(report.limit.map_or_else(String::new, |_| decibels(report.margin_db)));
    row.push(report.worst_hop().map_or_else(String::new, |hop| hop.name.clone()));
    row
}

fn signals_of(route: &Route, report: &Report) -> Vec<String> {
    let hops = report.hops.iter().zip(&route.hops);
    let snr: Vec<String> = hops.map(|(hop, plan)| decibels(hop.snr_db(plan.modulation))).collect();
    let mut row = vec![route.name.clone(), snr.join(" | ")];
    let worst = report.worst_eye();
    let (eyes, unit) = worst.map_or_else(|| (NONE.to_owned(), NONE), |probe| heights(&probe.eye));
    row.extend([eyes, unit.to_owned()]);
    let light = report.probes.iter().find(|probe| probe.eye.oma.is_some());
    row.push(light.map_or_else(String::new, |probe| decibels(probe.eye.oma_dbm)));
    row.push(light.map_or_else(String::new, |probe| decibels(probe.eye.er_db)));
    row
}

const COSTS: &str = "\
cost           a (b to c) is nominal and the likely lowest and highest; pJ/bit of the user's bits from
               host to host; a unit is a module, an engine or a cable end, with its light; links are
               all units, light and SerDes of a switch; latency from host to host
";

const MARGIN: &str = "\
margin         decibels by which Gaussian noise could grow until the semi-analytic ratio is the limit of
               the route's error correction, or without one its target
";

/// What devices remark, and why hops are not analyzed. Routes made of the same parts have the same
/// to say.
fn notes(results: &[(Route, Report)]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for (route, report) in results {
        for hop in &report.hops {
            let missing = hop.analysis.as_ref().err();
            let missing = missing
                .map(|why| format!("{}, hop `{}`: counted only, as {why}", route.name, hop.name));
            for note in missing.into_iter().chain(hop.notes.iter().cloned()) {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::Seed;
    use crate::preset;
    use crate::route::Records;

    /// A half-retimed link whose light is in its first hop.
    #[test]
    fn the_eye_of_a_route_is_that_of_its_worst_hop() {
        let route = preset::named("rro-dr-100g").unwrap();
        let report = route.simulate(&Records::of(1 << 12, Seed(1))).unwrap();
        let (first, last) = (&report.hops[0], &report.hops[1]);
        assert!(first.rate() > last.rate());
        let eye = report.worst_eye().unwrap();
        assert_eq!(eye.name, format!("{}/slicer", first.name));
        assert_ne!(Some(eye), report.probes.last());
        let (heights, unit) = heights(&eye.eye);
        assert_eq!(signals_of(&route, &report)[2..4], [heights, unit.to_owned()]);
    }
}
