//! Sweeps, reaches and crossovers.

use std::path::Path;

use ndarray::Array2;

use super::{file_name, picture, write};
use crate::Result;
use crate::plot::{
    Axis, Chart, LineStyle, MapFigure, MapPanel, Orientation, ReferenceLine, Scale, Series,
};
use crate::report::length_text;
use crate::sweep::{Criterion, Crossing, Crossover, Facts, Interval, Limit, Reach, Table};

/// The least ratio that is drawn.
const FLOOR: f64 = 1e-18;

/// The fewest errors that are drawn as a point.
const FEWEST: f64 = 10.0;

/// Of a sweep over one axis its curves, over two its maps; nothing where an axis has no numbers, or
/// where there are more axes.
pub(in crate::cli) fn of_sweep(folder: &Path, table: &Table) -> Result<Vec<String>> {
    let axes: Option<Vec<Vec<f64>>> = table.axes().iter().map(|axis| places(table, axis)).collect();
    let shown: Vec<&Facts> = Facts::all()
        .iter()
        .filter(|facts| table.measured().iter().any(|name| name == facts.columns[0]))
        .collect();
    match axes.as_deref() {
        Some([along]) => of_curves(folder, table, along, &shown),
        Some([x, y]) => of_maps(folder, table, [x, y], &shown),
        _ => Ok(Vec::new()),
    }
}

/// The different numbers in a column, ascending; `None` if it has anything else.
fn places(table: &Table, column: &str) -> Option<Vec<f64>> {
    let column = table.column(column)?;
    let numbers = table.rows.values().map(|row| row[column].parse().ok());
    let mut numbers = numbers.collect::<Option<Vec<f64>>>()?;
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    Some(numbers)
}

/// The scale that puts places at equal distances, if one does.
fn scale_of(places: &[f64]) -> Scale {
    let even = |values: Vec<f64>| {
        let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let (least, most) = steps.iter().fold((f64::INFINITY, 0.0f64), |(least, most), step| {
            (least.min(*step), most.max(*step))
        });
        steps.len() > 1 && most - least < 1e-6 * most
    };
    let log = places.iter().all(|place| *place > 0.0)
        && even(places.iter().map(|place| place.ln()).collect());
    if log && !even(places.to_vec()) { Scale::Log } else { Scale::Linear }
}

fn of_curves(folder: &Path, table: &Table, along: &[f64], shown: &[&Facts]) -> Result<Vec<String>> {
    let axis = &table.axes()[0];
    let x = Axis { label: axis.clone(), scale: scale_of(along), range: None };
    let mut files = Vec::new();
    // Readings of one ratio belong in one chart.
    let (ratios, others): (Vec<&Facts>, Vec<&Facts>) = shown.iter().partition(|facts| facts.ratio);
    let mut charts: Vec<Vec<&Facts>> = others.into_iter().map(|facts| vec![facts]).collect();
    if !ratios.is_empty() {
        charts.insert(0, ratios);
    }
    for chart in charts {
        let is_ratio = chart[0].ratio;
        let mut series = Vec::new();
        for (color, route) in table.routes().iter().enumerate() {
            for facts in &chart {
                let what =
                    if chart.len() > 1 { format!(" {}", facts.columns[0]) } else { String::new() };
                let name = format!("{route}{what}");
                series.extend(curve(table, route, axis, facts, name, color));
            }
        }
        let label = if is_ratio { "Bit error ratio before FEC" } else { chart[0].label };
        let drawn = Chart {
            title: table.routes().join(", "),
            x: x.clone(),
            y: if is_ratio {
                ratio_axis(label, &series)
            } else {
                Axis { label: label.to_owned(), ..Axis::default() }
            },
            series,
            ..Chart::default()
        };
        files.extend(write(folder, &file_name(&["sweep", chart[0].columns[0]]), &drawn.draw()?)?);
    }
    Ok(files)
}

/// An axis of error ratios: the decades that series are in.
fn ratio_axis(label: &str, series: &[Series]) -> Axis {
    let all = series.iter().flat_map(|series| &series.points).map(|point| point[1]);
    let least = all.filter(|ratio| *ratio > 0.0).fold(0.1, f64::min).max(FLOOR);
    let range = [10f64.powf(least.log10().floor()), 1.0];
    Axis { label: label.to_owned(), scale: Scale::Log, range: Some(range) }
}

/// A measure of a route along an axis; `None` if it is nowhere.
fn curve(
    table: &Table,
    route: &str,
    axis: &str,
    facts: &Facts,
    name: String,
    color: usize,
) -> Option<Series> {
    let [at, value] = [axis, facts.columns[0]].map(|name| table.column(name));
    let (at, value) = (at?, value?);
    let counted = facts.columns.contains(&"errors");
    let (mut points, mut intervals) = (Vec::new(), Vec::new());
    for row in table.rows.values().filter(|row| row[1] == route) {
        let number = |column: usize| row[column].parse::<f64>().ok();
        let (Some(x), Some(y)) = (number(at), number(value)) else { continue };
        if counted && number(value + 3).is_none_or(|errors| errors < FEWEST) {
            continue;
        }
        points.push([x, y]);
        if facts.has_interval() {
            intervals.push([number(value + 1).unwrap_or(y), number(value + 2).unwrap_or(y)]);
        }
    }
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*a][0].total_cmp(&points[*b][0]));
    (!points.is_empty()).then(|| Series {
        name,
        points: order.iter().map(|at| points[*at]).collect(),
        style: if counted { LineStyle::Hidden } else { LineStyle::Solid },
        markers: counted || points.len() < 3,
        intervals: facts.has_interval().then(|| order.iter().map(|at| intervals[*at]).collect()),
        color: Some(color),
    })
}

fn of_maps(
    folder: &Path,
    table: &Table,
    [x, y]: [&Vec<f64>; 2],
    shown: &[&Facts],
) -> Result<Vec<String>> {
    let routes = table.routes();
    let axes = table.axes();
    let columns = [0, 1].map(|axis| table.column(&axes[axis]).unwrap_or_default());
    let mut files = Vec::new();
    for facts in shown {
        let value = table.column(facts.columns[0]).unwrap_or_default();
        let maps: Vec<Array2<f64>> = routes
            .iter()
            .map(|route| {
                let mut map = Array2::from_elem((y.len(), x.len()), f64::NAN);
                for row in table.rows.values().filter(|row| row[1] == *route) {
                    let place = |places: &[f64], column: usize| {
                        let at = row[column].parse::<f64>().ok()?;
                        places.iter().position(|place| place.total_cmp(&at).is_eq())
                    };
                    let places = (place(y, columns[1]), place(x, columns[0]));
                    if let ((Some(j), Some(i)), Ok(value)) = (places, row[value].parse::<f64>()) {
                        map[[j, i]] = if facts.ratio { value.max(FLOOR) } else { value };
                    }
                }
                map
            })
            .collect();
        let panels = routes.iter().zip(&maps).map(|(route, map)| MapPanel {
            title: (*route).to_owned(),
            notes: if map.iter().any(|value| value.is_nan()) {
                vec!["black where nothing could be measured".to_owned()]
            } else {
                Vec::new()
            },
            values: map.view(),
        });
        let scale = if facts.ratio { Scale::Log } else { Scale::Linear };
        let figure = MapFigure {
            title: facts.label.to_owned(),
            x: Axis { label: axes[0].clone(), scale: scale_of(x), range: None },
            y: Axis { label: axes[1].clone(), scale: scale_of(y), range: None },
            value: Axis { label: facts.label.to_owned(), scale, range: None },
            at: [x.clone(), y.clone()],
            panels: panels.collect(),
            panel_size: [760, 600],
        };
        files.push(picture(folder, &file_name(&["sweep", facts.columns[0]]), &figure.draw()?)?);
    }
    Ok(files)
}

/// Error ratios against the length, and the targets.
pub(in crate::cli) fn of_reach(folder: &Path, reaches: &[Reach]) -> Result<Vec<String>> {
    let series = reaches.iter().map(|reach| {
        let trials = reach.scan.iter().filter_map(|trial| Some([trial.length, trial.ber?]));
        let mut points: Vec<[f64; 2]> = trials.collect();
        let name = match &reach.limit {
            Limit::Within(interval) => {
                // Between two lengths of the scan the curve is no straight line.
                points.push([interval.median, reach.target]);
                points.sort_by(|a, b| a[0].total_cmp(&b[0]));
                format!("{}: {}", reach.route, length_text(interval.median))
            }
            Limit::Above => format!("{}: beyond", reach.route),
            Limit::Below => format!("{}: nowhere", reach.route),
        };
        Series { name, points, markers: true, ..Series::default() }
    });
    let series: Vec<Series> = series.collect();
    let mut targets: Vec<f64> = reaches.iter().map(|reach| reach.target).collect();
    targets.sort_by(f64::total_cmp);
    targets.dedup();
    let targets = targets.into_iter().map(|target| ReferenceLine {
        value: target,
        label: format!("{target:.2e}, target"),
        ..ReferenceLine::default()
    });
    let chart = Chart {
        title: "How far the link reaches".to_owned(),
        subtitle: "semi-analytic, one seed; the length is the median of several".to_owned(),
        x: Axis { label: "Length (m)".to_owned(), scale: Scale::Log, range: None },
        y: ratio_axis("Bit error ratio before FEC", &series),
        series,
        lines: targets.collect(),
        ..Chart::default()
    };
    write(folder, "reach", &chart.draw()?)
}

/// Both routes over what is varied, and where they change places.
pub(in crate::cli) fn of_crossover(folder: &Path, crossover: &Crossover) -> Result<Vec<String>> {
    let Crossover { routes, criterion, span, scan, crossing, .. } = crossover;
    let series = routes.iter().enumerate().map(|(route, name)| {
        let points = scan.iter().filter_map(|at| Some([at.value, at.values[route]?]));
        Series { name: name.clone(), points: points.collect(), markers: true, ..Series::default() }
    });
    let series: Vec<Series> = series.collect();
    let line = |value: &Interval, label: String| ReferenceLine {
        value: value.median,
        orientation: Orientation::Vertical,
        label,
    };
    let lines = match crossing {
        Crossing::At { value, .. } => {
            vec![line(value, format!("{:.2} to {:.2} {}", value.low, value.high, span.unit))]
        }
        Crossing::Ends { value, route, .. } => {
            vec![line(value, format!("{} ends", routes[*route]))]
        }
        _ => Vec::new(),
    };
    let unit = if span.unit.is_empty() { String::new() } else { format!(" ({})", span.unit) };
    let chart = Chart {
        title: format!("{} against {}", routes[0], routes[1]),
        subtitle: "one seed; the line is the median of several".to_owned(),
        x: Axis {
            label: format!("{}{unit}", span.name()),
            scale: if span.log { Scale::Log } else { Scale::Linear },
            range: None,
        },
        y: match criterion {
            Criterion::Ber => ratio_axis("Bit error ratio before FEC", &series),
            Criterion::Energy => {
                Axis { label: "Energy of a bit (pJ)".to_owned(), ..Axis::default() }
            }
            Criterion::Margin => Axis {
                label: "Margin to the FEC limit (dB of noise)".to_owned(),
                ..Axis::default()
            },
        },
        series,
        lines,
        ..Chart::default()
    };
    write(folder, "crossover", &chart.draw()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_get_a_logarithmic_axis() {
        assert_eq!(scale_of(&[1.0, 10.0, 100.0]), Scale::Log);
        assert_eq!(scale_of(&[1.0, 2.0, 3.0]), Scale::Linear);
        assert_eq!(scale_of(&[-1.0, 10.0, 100.0]), Scale::Linear);
        assert_eq!(scale_of(&[1.0, 10.0]), Scale::Linear);
    }
}
