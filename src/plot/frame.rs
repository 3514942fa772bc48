//! The frame of a plot: border, grid, ticks and labels.

use super::axis::{Axis, Room, Ruler};
use super::canvas::{Anchor, Canvas, Color, Ink, Pen, Point, Rect, Text, fitting_size};
use super::{AXIS_LABEL, BORDER, TEXT, TICK_GAP, TICK_LABEL};
use crate::Result;

/// Distance from the middle of the digits to their baseline, in units of the text size.
pub(super) const HALF_DIGIT: f64 = 0.364;

/// A plot's place on the figure and its two axes.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) area: Rect,
    pub(super) x: Ruler,
    pub(super) y: Ruler,
}

impl Frame {
    /// The frame of a plot with a scale across and none up.
    pub(super) fn across(area: Rect, range: [f64; 2]) -> Result<Self> {
        let ruler = |name: &str, range: [f64; 2]| {
            let axis = Axis { range: Some(range), ..Axis::default() };
            Ruler::new(&axis, name, std::iter::empty(), Room::Across(area.width()), TICK_LABEL)
        };
        let mut y = ruler("row", [0.0, 1.0])?;
        y.ticks.clear();
        y.minor.clear();
        Ok(Self { area, x: ruler("value", range)?, y })
    }

    /// Where a value pair lies on the figure, possibly beyond the plot.
    pub(super) fn place(&self, [x, y]: Point) -> Point {
        let Rect { left, bottom, .. } = self.area;
        let right = left + self.area.width() * self.x.fraction(x);
        [right, bottom - self.area.height() * self.y.fraction(y)]
    }

    /// Draws the grid in a color that shows on the plot's ground.
    pub(super) fn grid(&self, canvas: &mut Canvas, color: Color, strength: f64) {
        let Rect { left, top, right, bottom } = self.area;
        let mut line = |from: Point, to: Point, opacity: f64| {
            canvas.path(vec![from, to], Pen::solid(Ink { color, opacity }, 1.0));
        };
        let across = |value: f64| crisp(left + self.area.width() * self.x.fraction(value));
        let up = |value: f64| crisp(bottom - self.area.height() * self.y.fraction(value));
        let levels = [(true, 0.4 * strength), (false, strength)];
        for (minor, opacity) in levels {
            let values = |ruler: &Ruler| -> Vec<f64> {
                let ticks = ruler.ticks.iter().map(|tick| tick.value);
                if minor { ruler.minor.clone() } else { ticks.collect() }
            };
            for x in values(&self.x).into_iter().map(across) {
                line([x, top], [x, bottom], opacity);
            }
            for y in values(&self.y).into_iter().map(up) {
                line([left, y], [right, y], opacity);
            }
        }
    }

    /// Draws the border, the ticks with their labels, and the labels of the axes.
    pub(super) fn border(&self, canvas: &mut Canvas, [x_label, y_label]: [&str; 2]) {
        let Rect { left, top, right, bottom } = self.area;
        let pen = Pen::solid(BORDER, 1.0);
        let edge = Rect {
            left: crisp(left),
            top: crisp(top),
            right: crisp(right - 1.0),
            bottom: crisp(bottom - 1.0),
        };
        canvas.path(edge.outline(), pen);
        let label = |text: &str, at: Point, anchor: Anchor| Text {
            at,
            text: text.into(),
            size: TICK_LABEL,
            anchor,
            turned: false,
            ink: TEXT.into(),
        };
        for tick in &self.x.ticks {
            let x = crisp(left + (self.area.width() - 1.0) * self.x.fraction(tick.value));
            canvas.path(vec![[x, bottom], [x, bottom + 4.0]], pen);
            let below = bottom + TICK_GAP + 0.76 * TICK_LABEL;
            canvas.text(label(&tick.label, [x, below], Anchor::Middle));
        }
        for tick in &self.y.ticks {
            let y = crisp(bottom - 1.0 - (self.area.height() - 1.0) * self.y.fraction(tick.value));
            canvas.path(vec![[left - 5.0, y], [left - 1.0, y]], pen);
            let beside = [left - TICK_GAP, y + HALF_DIGIT * TICK_LABEL];
            canvas.text(label(&tick.label, beside, Anchor::End));
        }
        let across = Text {
            at: [0.5 * (left + right), bottom + 2.0 * TICK_GAP + TICK_LABEL + 0.8 * AXIS_LABEL],
            size: fitting_size(x_label, AXIS_LABEL, self.area.width()),
            ..label(x_label, [0.0; 2], Anchor::Middle)
        };
        let up = Text {
            at: [left - Self::aside(&self.y), 0.5 * (top + bottom)],
            size: fitting_size(y_label, AXIS_LABEL, self.area.height()),
            turned: true,
            ..label(y_label, [0.0; 2], Anchor::Middle)
        };
        for text in [across, up].into_iter().filter(|text| !text.text.is_empty()) {
            canvas.text(text);
        }
    }

    /// The height that tick labels and axis label take below a plot.
    pub(super) fn below() -> f64 {
        2.0 * TICK_GAP + TICK_LABEL + 1.05 * AXIS_LABEL
    }

    /// The distance from a plot's left edge to the baseline of its y label.
    fn aside(y: &Ruler) -> f64 {
        2.0 * TICK_GAP + y.label_width(TICK_LABEL) + 0.3 * AXIS_LABEL
    }

    /// The width that tick labels and axis label take left of a plot.
    pub(super) fn beside(y: &Ruler) -> f64 {
        Self::aside(y) + 0.85 * AXIS_LABEL
    }
}

/// The middle of the pixel that holds a coordinate: a line one pixel wide there is sharp.
pub(super) fn crisp(coordinate: f64) -> f64 {
    coordinate.floor() + 0.5
}
