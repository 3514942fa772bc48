//! What routes cost, as tables of text.

use std::fmt::Write;

use super::Table;
use crate::budget::{Budget, Interval, Owner, Part};
use crate::report::json::BudgetEntry;
use crate::route::Route;

const LEGEND: &str = "\
a (b to c)     nominal, and the likely lowest and highest; ends are added to ends
pJ/bit         of the bits that reach the user, from host to host
host           SerDes and error correction in both hosts, at their dies
unit           modules, engines or cable ends, with the losses of their supply; a unit holds the
               transmit side of one direction and the receive side of the other
light          sources of light outside the units
class          of SerDes, by the loss of all copper of a hop at half the symbol rate, by its receiver's
               equalizer, and by whether it leaves a package; energy between classes is interpolated
from           the entry of `lightlane parts` with its source; without trust it follows from the route's
               own numbers: a heater from its tuning and efficiency, flight from lengths
latency        from host to host; error correction aside and in it, as published figures conflict
*              more lanes than a unit of the route has
switch         the links alone, without what switches
panel          what 32 and 64 cages carry, and the largest of the switches that this serves
droop          what a laser's power falls by from 25 °C at the same current
lifetime       of a laser over that at 50 °C, after Arrhenius
computed       unit and its sources of light; nothing is fitted to what is published
";

/// What routes cost, for people: part by part of each, and side by side.
pub fn budget_text(results: &[(Route, Budget)]) -> String {
    let mut text = String::new();
    for (route, budget) in results {
        let entry = BudgetEntry::new(route, budget);
        let _ = writeln!(text, "{}: {}", entry.name, entry.description);
        let _ = writeln!(
            text,
            "a lane of {:.2} Gb/s on the line, {:.2} Gb/s for the user\n",
            entry.line_gbps, entry.payload_gbps
        );
        for table in [classes(&entry), items(&entry), delays(&entry)] {
            let _ = writeln!(text, "{}", table.text());
        }
    }
    for table in budget_tables(results) {
        let shown = table.text();
        // A table whose first line alone is left has nothing to say.
        if shown.lines().count() > 1 {
            let _ = writeln!(text, "{shown}");
        }
    }
    text.push_str(LEGEND);
    text
}

/// What several routes cost side by side: a line a route in each table.
pub(in crate::report) fn budget_tables(results: &[(Route, Budget)]) -> Vec<Table> {
    let entries: Vec<BudgetEntry> =
        results.iter().map(|(route, budget)| BudgetEntry::new(route, budget)).collect();
    let mut energy = Table::new(&["energy (pJ/bit)", "all", "host", "unit", "light"]);
    let mut latency = Table::new(&["latency (ns)", "electronics", "flight", "both", "with FEC"]);
    let mut modules = Table::new(&["unit (W)", "800G", "1.6T", "3.2T", "lanes of a unit"]);
    let mut switches = Table::new(&["switch (W)", "51.2T", "102.4T", "204.8T"]);
    let mut density =
        Table::new(&["density", "32 cages (Tb/s)", "64 cages (Tb/s)", "serves", "edge (Gb/s/mm)"]);
    let mut lasers = Table::new(&[
        "laser",
        "junction (°C)",
        "optical (mW)",
        "drawn (mW)",
        "droop (dB)",
        "lifetime",
    ]);
    let mut published =
        Table::new(&["published (W)", "published", "computed", "difference", "overlap", "who"]);
    for entry in &entries {
        let name = || entry.name.clone();
        energy.row(vec![
            name(),
            entry.energy_pj_per_bit.to_string(),
            entry.host_pj_per_bit.to_string(),
            shown(entry.unit_pj_per_bit),
            shown(entry.light_source_pj_per_bit),
        ]);
        let latencies = &entry.latency;
        latency.row(vec![
            name(),
            latencies.electronics_ns.to_string(),
            latencies.flight_ns.to_string(),
            latencies.without_fec_ns.to_string(),
            latencies.with_fec_ns.to_string(),
        ]);
        let mut row = vec![name()];
        row.extend(entry.modules.iter().map(|module| {
            let power = shown(module.power_w + module.light_source_w);
            if module.fits || power.is_empty() { power } else { format!("{power} *") }
        }));
        row.push(entry.lanes_per_unit.to_string());
        modules.row(row);
        let mut row = vec![name()];
        row.extend(entry.switches.iter().map(|switch| switch.total_w.to_string()));
        switches.row(row);
        let serves = entry.panels.iter().filter_map(|panel| panel.serves_tbps).next_back();
        let mut row = vec![name()];
        row.extend((0..2).map(|i| {
            entry.panels.get(i).map_or_else(String::new, |panel| format!("{:.1}", panel.rate_tbps))
        }));
        row.push(match (entry.panels.is_empty(), serves) {
            (true, _) => String::new(),
            (false, None) => "none".to_owned(),
            (false, Some(rate)) => format!("{rate:.1}T"),
        });
        row.push(entry.shoreline_gbps_per_mm.map_or_else(String::new, |d| format!("{d:.0}")));
        density.row(row);
        if let Some(laser) = &entry.laser {
            lasers.row(vec![
                name(),
                laser.junction_c.to_string(),
                laser.optical_mw.to_string(),
                (laser.electrical_mw + laser.cooler_mw).to_string(),
                laser.droop_db.to_string(),
                laser.lifetime.to_string(),
            ]);
        }
        for said in &entry.published {
            published.row(vec![
                name(),
                said.published_w.to_string(),
                said.computed_w.to_string(),
                format!("{:+.1}", said.difference_w),
                if said.overlap { "yes" } else { "NO" }.to_owned(),
                said.text.clone(),
            ]);
        }
    }
    vec![energy, parts(&entries), latency, modules, switches, density, lasers, published]
}

/// An interval; nothing if it is zero.
fn shown(interval: Interval) -> String {
    if interval.high > 0.0 { interval.to_string() } else { String::new() }
}

/// Nominal energies by kind of part, a line a route.
fn parts(entries: &[BudgetEntry]) -> Table {
    let names: Vec<String> = Part::ALL.iter().map(ToString::to_string).collect();
    let mut headings = vec!["nominal (pJ/bit)"];
    headings.extend(names.iter().map(String::as_str));
    let mut table = Table::new(&headings);
    for entry in entries {
        let mut row = vec![entry.name.clone()];
        row.extend(Part::ALL.iter().map(|part| {
            let found = entry.parts.iter().find(|known| known.part == *part);
            found
                .map_or_else(String::new, |known| format!("{:.2}", known.energy_pj_per_bit.nominal))
        }));
        table.row(row);
    }
    table
}

fn classes(entry: &BudgetEntry) -> Table {
    let mut table = Table::new(&["hop", "copper (dB)", "class", "light"]);
    for hop in &entry.hops {
        let light = if hop.light { "yes" } else { "no" };
        let loss = format!("{:.1}", hop.loss_db);
        table.row(vec![hop.hop.clone(), loss, hop.class.clone(), light.to_owned()]);
    }
    table
}

fn items(entry: &BudgetEntry) -> Table {
    let mut table = Table::new(&["part", "in", "at", "pJ/bit", "from", "trust"]);
    for item in &entry.items {
        table.row(vec![
            item.part.to_string(),
            owner(item.owner),
            item.place.clone(),
            item.energy_pj_per_bit.to_string(),
            item.key.clone(),
            item.confidence.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn owner(owner: Owner) -> String {
    match owner {
        Owner::Source => "light".to_owned(),
        _ => owner.to_string(),
    }
}

fn delays(entry: &BudgetEntry) -> Table {
    let mut table = Table::new(&["delay", "ns", "from", "trust"]);
    for delay in &entry.latency.parts {
        table.row(vec![
            delay.place.clone(),
            delay.delay_ns.to_string(),
            delay.key.clone(),
            delay.confidence.clone().unwrap_or_default(),
        ]);
    }
    table
}
