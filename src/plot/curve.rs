//! Series as lines, markers, bands and bars.

use std::f64::consts::{PI, TAU};

use super::canvas::{Canvas, Color, Ink, Pen, Point, Shape};
use super::chart::{LineStyle, Series};
use super::frame::Frame;
use super::legend::{Crowd, Entry};
use super::{CURVE_WIDTH, MARKER_RADIUS, PALETTE, PAPER};

/// How bad it is for a label to cover one point of data.
pub(super) const WEIGHT: f64 = 1.0;

/// Half the width of the caps of error bars.
const CAP: f64 = 4.5;

/// Whether anything of a series can be seen.
pub(super) fn shows(series: &Series, frame: &Frame) -> bool {
    series.points.iter().any(|&[x, y]| frame.x.holds(x) && frame.y.holds(y))
        || runs(series, frame).iter().any(|run| run.len() > 1)
        || intervals(series, frame).iter().any(Option::is_some)
}

/// What the legend lists.
pub(super) fn legend_entries(all: &[Series]) -> Vec<Entry> {
    let named = all.iter().enumerate().filter(|(_, series)| !series.name.is_empty());
    let entry = |(index, series): (usize, &Series)| Entry {
        name: series.name.clone(),
        pen: pen(series, index),
        marker: if has_markers(series) { marker(index, color(series, index)) } else { Vec::new() },
    };
    named.map(entry).collect()
}

/// Draws all series: what fills areas first, then bars, lines and markers.
pub(super) fn draw_all(canvas: &mut Canvas, frame: &Frame, all: &[Series]) {
    for (index, series) in all.iter().enumerate().filter(|(_, series)| !has_markers(series)) {
        band(canvas, frame, series, Ink { color: color(series, index), opacity: 0.22 });
    }
    for (index, series) in all.iter().enumerate() {
        let color = color(series, index);
        if has_markers(series) {
            bars(canvas, frame, series, color);
        }
        let runs = runs(series, frame);
        for run in &runs {
            if let Some(pen) = pen(series, index)
                && run.len() > 1
            {
                canvas.path(run.clone(), pen);
            }
        }
        let marker = marker(index, color);
        let mut last: Option<Point> = None;
        for run in &runs {
            // A point alone between gaps has no line to show it.
            if !has_markers(series) && run.len() > 1 {
                continue;
            }
            for &at in run {
                let apart = last.map_or(f64::INFINITY, |p| (p[0] - at[0]).hypot(p[1] - at[1]));
                let dense = apart < 3.2 * MARKER_RADIUS && series.style != LineStyle::Hidden;
                if dense || !frame.area.grown(1.0).holds(at) {
                    continue;
                }
                last = Some(at);
                for (polygon, ink) in &marker {
                    let points = polygon.iter().map(|p| [at[0] + p[0], at[1] + p[1]]);
                    canvas.polygon(points.collect(), *ink);
                }
            }
        }
    }
}

/// Adds what series draw to what labels should not cover.
pub(super) fn add_to_crowd(crowd: &mut Crowd, frame: &Frame, all: &[Series]) {
    for series in all {
        for run in runs(series, frame) {
            let joined = series.style != LineStyle::Hidden;
            if joined {
                crowd.add_path(&run, &frame.area, WEIGHT);
            } else {
                run.iter().for_each(|p| crowd.add_path(&[*p], &frame.area, WEIGHT));
            }
        }
        for [x, low, high] in intervals(series, frame).into_iter().flatten() {
            crowd.add_path(&[[x, low], [x, high]], &frame.area, WEIGHT);
        }
    }
}

fn has_markers(series: &Series) -> bool {
    series.markers || series.style == LineStyle::Hidden
}

fn color(series: &Series, index: usize) -> Color {
    PALETTE[series.color.unwrap_or(index) % PALETTE.len()]
}

fn pen(series: &Series, index: usize) -> Option<Pen> {
    let dash: &'static [f64] = match series.style {
        LineStyle::Solid => &[],
        LineStyle::Dashed => &[8.0, 6.5],
        LineStyle::Dotted => &[0.1, 5.5],
        LineStyle::Hidden => return None,
    };
    Some(Pen { ink: color(series, index).into(), width: CURVE_WIDTH, dash })
}

/// A filled polygon about the origin with a light rim, so that it stands out from lines.
fn marker(index: usize, color: Color) -> Vec<(Vec<Point>, Ink)> {
    // Corners, the angle of the first one, and a radius that makes areas alike.
    let shapes = [
        (24, 0.0, 1.0),
        (4, 0.25 * PI, 1.22),
        (3, -0.5 * PI, 1.42),
        (4, 0.0, 1.30),
        (3, 0.5 * PI, 1.42),
        (6, 0.0, 1.08),
    ];
    let (corners, start, radius) = shapes[index % shapes.len()];
    let polygon = |radius: f64| {
        let corner = |i: usize| start + TAU * i as f64 / corners as f64;
        (0..corners).map(|i| [radius * corner(i).cos(), radius * corner(i).sin()]).collect()
    };
    let radius = radius * MARKER_RADIUS;
    vec![(polygon(radius + 1.1), PAPER.into()), (polygon(radius), color.into())]
}

/// The points of a series on the figure, cut at gaps.
fn runs(series: &Series, frame: &Frame) -> Vec<Vec<Point>> {
    let shown = |p: &[f64; 2]| frame.x.can_show(p[0]) && frame.y.can_show(p[1]);
    let parts = series.points.split(|p| !shown(p)).filter(|part| !part.is_empty());
    parts.map(|part| part.iter().map(|&p| frame.place(p)).collect()).collect()
}

/// For every point, if it has an interval that can be shown: x and the two ends on the figure.
fn intervals(series: &Series, frame: &Frame) -> Vec<Option<[f64; 3]>> {
    let Some(intervals) = &series.intervals else {
        return Vec::new();
    };
    let place = |(&[x, y], &[low, high]): (&[f64; 2], &[f64; 2])| {
        let known = y.is_finite() && low.is_finite();
        (known && frame.x.can_show(x) && frame.y.can_show(high)).then(|| {
            let [at, bottom] = frame.place([x, low]);
            // An end far below the plot, such as zero on a logarithmic axis, is just out of sight.
            [at, bottom.min(frame.area.bottom + 50.0), frame.place([x, high])[1]]
        })
    };
    series.points.iter().zip(intervals).map(place).collect()
}

fn band(canvas: &mut Canvas, frame: &Frame, series: &Series, ink: Ink) {
    let places = intervals(series, frame);
    for part in places.split(Option::is_none).filter(|part| part.len() > 1) {
        canvas.add(Shape::Band(part.iter().copied().flatten().collect(), ink));
    }
}

fn bars(canvas: &mut Canvas, frame: &Frame, series: &Series, color: Color) {
    let pen = Pen::solid(Ink { color, opacity: 0.85 }, 1.5);
    for [x, low, high] in intervals(series, frame).into_iter().flatten() {
        canvas.path(vec![[x, low], [x, high]], pen);
        for y in [low, high] {
            canvas.path(vec![[x - CAP, y], [x + CAP, y]], pen);
        }
    }
}
