//! What a comparison shows: eyes, channels, what a bit costs, and what margin that buys.

use std::path::Path;

use super::{budgets, channels, eyes, write};
use crate::Result;
use crate::budget::Budget;
use crate::plot::{Axis, Chart, Drawing, LineStyle, Orientation, PointName, ReferenceLine, Series};
use crate::report::PageFigure;
use crate::route::{Form, Report, Route};

/// Routes whose channels are drawn in one chart, at most: more curves cannot be told apart.
const MOST_CHANNELS: usize = 8;

/// Of a comparison: its pictures as files, and the same for a page.
pub(in crate::cli) fn of_comparison(
    folder: &Path,
    results: &[(Route, Report)],
    budgets: &[(Route, Budget)],
) -> Result<(Vec<String>, Vec<PageFigure>)> {
    let mut figures = Vec::new();
    let mut keep = |drawing: &Drawing, caption: &str| -> Result<()> {
        figures.push(PageFigure { caption: caption.to_owned(), svg: drawing.to_svg()? });
        Ok(())
    };
    let mut files = Vec::new();
    if let Some((eyes, drawing)) = eyes::of_comparison(folder, results)? {
        keep(&drawing, "The eye that the receiver of each route's worst hop decides on.")?;
        files.push(eyes);
    }
    if let Some(chart) = energy_by_margin(results, budgets) {
        let drawing = chart.draw()?;
        keep(&drawing, "Energy against margin; up is dearer, right is safer.")?;
        files.extend(write(folder, "energy-margin", &drawing)?);
    }
    if !budgets.is_empty() {
        let drawing = budgets::figure(budgets)?;
        keep(&drawing, "What a bit costs, part by part.")?;
        files.extend(write(folder, "budget", &drawing)?);
    }
    if results.len() <= MOST_CHANNELS {
        let routes: Vec<&Route> = results.iter().map(|(route, _)| route).collect();
        if let Some(drawing) = channels::channels(&routes)? {
            keep(&drawing, "Transmission of the electrical channels, with packages.")?;
            files.extend(write(folder, "channels", &drawing)?);
        }
    }
    Ok((files, figures))
}

/// Margins that points have, and room for names at either side.
fn roomy(names: &[PointName]) -> [f64; 2] {
    let margins = names.iter().map(|name| name.at[0]);
    let [low, high] = margins.fold([0.0f64; 2], |[low, high], at| [low.min(at), high.max(at)]);
    let room = 0.14 * (high - low) + 0.2;
    [low - room, high + room]
}

/// Energy of a bit over the margin to the limit of each route; `None` if no
/// route has both.
fn energy_by_margin(results: &[(Route, Report)], budgets: &[(Route, Budget)]) -> Option<Chart> {
    let forms = ["front panel", "package edge", "board"];
    let mut series: Vec<Series> = forms
        .map(|name| Series {
            name: name.to_owned(),
            style: LineStyle::Hidden,
            markers: true,
            intervals: Some(Vec::new()),
            ..Series::default()
        })
        .into();
    let mut names = Vec::new();
    for (route, budget) in budgets {
        let found = results.iter().find(|(other, _)| other.name == route.name);
        let Some(margin) = found.and_then(|(_, report)| report.margin_db) else {
            continue;
        };
        let form = match route.packaging.as_ref()?.form {
            Form::FrontPanel => 0,
            Form::PackageEdge(_) => 1,
            Form::Board => 2,
        };
        let energy = budget.energy() * 1e12;
        let at = [margin, energy.nominal];
        series[form].points.push(at);
        if let Some(intervals) = &mut series[form].intervals {
            intervals.push([energy.low, energy.high]);
        }
        names.push(PointName { at, text: route.name.clone() });
    }
    // Colors stay with their forms, whichever are there.
    for (color, series) in series.iter_mut().enumerate() {
        series.color = Some(color);
    }
    series.retain(|series| !series.points.is_empty());
    if series.is_empty() {
        return None;
    }
    Some(Chart {
        title: "What a bit costs, and what margin it has".to_owned(),
        subtitle:
            "margin: growth of Gaussian noise until the limit of each route's FEC, or its target; \
             bars: likely range of the energy"
                .to_owned(),
        x: Axis { label: "Margin (dB)".to_owned(), range: Some(roomy(&names)), ..Axis::default() },
        y: Axis { label: "Energy from host to host (pJ/bit)".to_owned(), ..Axis::default() },
        series,
        names,
        lines: vec![ReferenceLine {
            value: 0.0,
            orientation: Orientation::Vertical,
            label: "limit".to_owned(),
        }],
        size: [1280, 860],
    })
}
