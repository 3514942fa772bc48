//! Sweeps, reaches and crossovers, for people.

use std::fmt::Write;

use super::cells::{NONE, maybe_rate, rate};
use crate::report::table::Table as Columns;
use crate::sweep::{Criterion, Crossing, Crossover, Facts, Interval, Limit, Reach, Table};
use crate::unit::Meters;

/// The most rows that are printed.
const ROWS: usize = 200;

/// What came of a sweep: a row a point.
pub fn sweep_text(table: &Table) -> String {
    let header = &table.header;
    let is_ratio = |name: &String| {
        Facts::all()
            .iter()
            .any(|facts| facts.ratio && facts.columns.iter().take(3).any(|column| column == name))
    };
    let ratios: Vec<bool> = header.columns.iter().map(is_ratio).collect();
    // The number of the point and the reason for a failure have no columns here.
    let last = header.columns.len() - 1;
    let headings: Vec<&str> = header.columns[1..last].iter().map(String::as_str).collect();
    let mut columns = Columns::new(&headings);
    for row in table.rows.values().take(ROWS) {
        let cells = row[1..last].iter().zip(&ratios[1..last]);
        columns.row(cells.map(|(cell, is_ratio)| shown(cell, *is_ratio)).collect());
    }
    let mut text = columns.text();
    if table.rows.len() > ROWS {
        let _ = writeln!(text, "... and {} more in the file", table.rows.len() - ROWS);
    }
    let failures: Vec<(usize, &str)> = table.failures().collect();
    if !failures.is_empty() {
        let _ = writeln!(text, "\nnot measured: {} of {} points", failures.len(), table.rows.len());
    }
    for (point, reason) in failures.iter().take(ROWS) {
        let _ = writeln!(text, "point {point}: {reason}");
    }
    text
}

/// A cell with as many digits as are worth reading.
fn shown(cell: &str, is_ratio: bool) -> String {
    match cell.parse::<f64>() {
        _ if cell.is_empty() => NONE.to_owned(),
        Ok(value) if is_ratio => rate(value),
        Ok(value) if value.fract() != 0.0 => {
            let short = format!("{value:.3}");
            if short.len() < cell.len() { short } else { cell.to_owned() }
        }
        _ => cell.to_owned(),
    }
}

/// How far routes reach.
pub fn reach_text(reaches: &[Reach]) -> String {
    let headings = ["reach", "medium", "as it is", "longest", "of the seeds", "target"];
    let mut columns = Columns::new(&headings);
    for reach in reaches {
        let [first, last] = [reach.scan.first(), reach.scan.last()]
            .map(|trial| trial.map_or(0.0, |trial| trial.length));
        let [longest, seeds] = match &reach.limit {
            Limit::Within(interval) => {
                [length_text(interval.median), span_of(interval, length_text)]
            }
            Limit::Above => [format!("> {}", length_text(last)), NONE.to_owned()],
            Limit::Below => [format!("< {}", length_text(first)), NONE.to_owned()],
        };
        columns.row(vec![
            reach.route.clone(),
            reach.medium.name().to_owned(),
            length_text(reach.present),
            longest,
            seeds,
            format!("{:.2e}", reach.target),
        ]);
    }
    let mut text = columns.text();
    text.push('\n');
    for reach in reaches {
        let others = if reach.others > 0.0 {
            format!("; other lines of the channel stay at {}", length_text(reach.others))
        } else {
            String::new()
        };
        let _ = writeln!(text, "{}: stretched is {}{others}", reach.route, reach.path);
        if let Some(length) = reach.met_again {
            let _ = writeln!(
                text,
                "{}: error ratios do not rise with length, the target is met again at {}",
                reach.route,
                length_text(length)
            );
        }
        let failed = reach.scan.iter().find_map(|trial| Some((trial, trial.failure.as_ref()?)));
        if let Some((trial, why)) = failed {
            let length = length_text(trial.length);
            let _ = writeln!(text, "{}: nothing is measured at {length}: {why}", reach.route);
        }
    }
    let seeds = reaches.iter().find_map(|reach| match &reach.limit {
        Limit::Within(interval) => Some(interval),
        _ => None,
    });
    text.push_str(
        "\nlongest        where the semi-analytic bit error ratio reaches the target: the median of \
         seeds\n",
    );
    text.push_str(&legend(seeds));
    text.push_str("target         the limit of the route's error correction, or its own, unless it is given\n");
    text
}

/// Where one route stops being better than another.
pub fn crossover_text(crossover: &Crossover) -> String {
    let Crossover { routes, criterion, span, held, scan, crossing } = crossover;
    let name = match span.unit.as_str() {
        "" => span.name(),
        unit => format!("{} ({unit})", span.name()),
    };
    let mut columns =
        Columns::new(&[&name, &routes[0], &routes[1], "better, of the seeds", "better"]);
    for comparison in scan {
        let value = |value: Option<f64>| match criterion {
            Criterion::Ber => maybe_rate(value),
            Criterion::Margin | Criterion::Energy => {
                value.map_or_else(|| NONE.to_owned(), |db| format!("{db:.2}"))
            }
        };
        let [first, second] = comparison.better;
        let better = match (first > 0, second > 0) {
            (true, false) => &routes[0],
            (false, true) => &routes[1],
            _ => NONE,
        };
        columns.row(vec![
            short(comparison.value),
            value(comparison.values[0]),
            value(comparison.values[1]),
            format!("{first} : {second}"),
            better.to_owned(),
        ]);
    }
    let mut text = columns.text();
    let by = criterion.name();
    let with_unit = |value: f64| format!("{} {}", short(value), span.unit).trim_end().to_owned();
    let _ = match crossing {
        Crossing::At { value, before } => {
            let [low, high] = [value.low, value.high].map(with_unit);
            let first = &routes[*before];
            let second = &routes[1 - *before];
            writeln!(
                text,
                "\n{first} has the better {by} up to {}, {second} beyond: {low} to {high} for {} seeds",
                with_unit(value.median),
                value.seeds
            )
        }
        Crossing::Ends { value, route, ahead, why } => {
            let [low, high] = [value.low, value.high].map(with_unit);
            let [where_not, where_so] =
                if *ahead { ["beyond", "up to there"] } else { ["below", "from there on"] };
            writeln!(
                text,
                "\n{} cannot be measured {where_not} {} ({low} to {high} for {} seeds): {why}\n{where_so} it \
                 has the better {by}: it ends, and is not overtaken",
                routes[*route],
                with_unit(value.median),
                value.seeds
            )
        }
        Crossing::Never { better } if scan.iter().all(|at| at.values[1 - *better].is_none()) => {
            writeln!(text, "\n{} cannot be measured: nothing is compared", routes[1 - *better])
        }
        Crossing::Never { better } => {
            writeln!(text, "\n{} has the better {by} everywhere, for every seed", routes[*better])
        }
        Crossing::Several => {
            writeln!(text, "\nthey change places more than once: search smaller ranges")
        }
        Crossing::Unclear => writeln!(
            text,
            "\nseeds differ in which has the better {by}, or neither has: no direction is claimed"
        ),
    };
    for (route, name) in routes.iter().enumerate() {
        if held[route] {
            let _ = writeln!(text, "{name}: has no {}, and stays as it is", span.name());
        }
        let ends = matches!(crossing, Crossing::Ends { route: ending, .. } if *ending == route);
        let mut failures = scan.iter().filter_map(|at| Some((at, at.failures[route].as_ref()?)));
        if let Some((at, why)) = failures.next().filter(|_| !ends) {
            let at = with_unit(at.value);
            let _ = writeln!(text, "{name}: nothing is measured at {at}: {why}");
        }
    }
    text.push_str("\nvalues         of the first seed; both routes share each seed\n");
    let seeds = match crossing {
        Crossing::At { value, .. } | Crossing::Ends { value, .. } => Some(value),
        _ => None,
    };
    text.push_str(&legend(seeds));
    text
}

/// What an interval over seeds says.
fn legend(interval: Option<&Interval>) -> String {
    interval.map_or_else(String::new, |interval| {
        format!(
            "of the seeds   the range of {} seeds, each with records and noise of its own: the median of \
             all\n               seeds is inside with {:.0} % probability\n",
            interval.seeds,
            100.0 * interval.confidence()
        )
    })
}

fn span_of(interval: &Interval, text: impl Fn(f64) -> String) -> String {
    format!("{} to {}", text(interval.low), text(interval.high))
}

/// A length with three digits.
pub fn length_text(length: f64) -> String {
    Meters(three_digits(length)).to_string()
}

/// A number with four digits at most.
fn short(value: f64) -> String {
    let text = format!("{value:.3e}");
    text.parse::<f64>().map_or(text, |value| value.to_string())
}

fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_as_many_digits_as_are_worth_reading() {
        let cases = [
            ("1.23456e-9", true, "1.2e-9"),
            ("12.3456789", false, "12.346"),
            ("12.5", false, "12.5"),
            ("65536", false, "65536"),
            ("", true, "-"),
            ("prbs13", false, "prbs13"),
        ];
        for (cell, is_ratio, expected) in cases {
            assert_eq!(shown(cell, is_ratio), expected);
        }
        assert_eq!(length_text(2312.7), "2.31 km");
        assert_eq!(short(12.34567), "12.35");
    }
}
