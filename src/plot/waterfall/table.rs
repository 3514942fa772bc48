//! The rows of a waterfall: names on the left, bars and numbers of every panel.

use super::scale::{Scale, decimal};
use super::{Contribution, WaterfallPanel};
use crate::Result;
use crate::plot::canvas::{Anchor, Canvas, Color, Ink, Pen, Rect, Text, fitting_size};
use crate::plot::frame::{Frame, HALF_DIGIT, crisp};
use crate::plot::panel::label;
use crate::plot::{BORDER, FAINT_TEXT, MARGIN, NOTE, PALETTE, REFERENCE, TEXT, TICK_LABEL, font};

/// The height of the heads of the columns.
const HEAD: f64 = 24.0;
/// The height of a row, and of the bar in it.
const ROW: f64 = 27.0;
const BAR: f64 = 17.0;
/// The width of the columns of values and of shares.
const VALUES: f64 = 62.0;
const SHARES: f64 = 78.0;
/// The space between columns.
const GAP: f64 = 14.0;
/// The edge of the square that shows a group's color, with the space after it.
const SWATCH: f64 = 18.0;

const SUM: &str = "sum of sources";
const MEASURED: &str = "measured";

/// A part that at least one panel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) group: &'a str,
    pub(super) name: &'a str,
}

impl Row<'_> {
    pub(super) fn is_of(&self, part: &Contribution) -> bool {
        (self.group, self.name) == (&part.group, &part.name)
    }
}

/// What all panels of a figure share.
#[derive(Debug)]
pub(super) struct Table<'a> {
    /// The parts, group by group.
    pub(super) rows: Vec<Row<'a>>,
    groups: Vec<&'a str>,
    /// Whether any whole was measured.
    measured: bool,
    /// Where names begin, and where panels do.
    name_left: f64,
    names_width: f64,
}

impl<'a> Table<'a> {
    /// The parts of all panels, in the order in which groups, and names in them, first occur.
    pub(super) fn new(panels: &'a [WaterfallPanel]) -> Self {
        let parts = || panels.iter().flat_map(|panel| &panel.contributions);
        let mut groups: Vec<&str> = Vec::new();
        for part in parts() {
            if !groups.contains(&part.group.as_str()) {
                groups.push(&part.group);
            }
        }
        let mut rows: Vec<Row<'a>> = Vec::new();
        for group in &groups {
            for part in parts().filter(|part| part.group == *group) {
                let row = Row { group, name: &part.name };
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
        let widest = |width: f64, name: &str| font::width(name, TICK_LABEL).max(width);
        let group_width = groups.iter().copied().fold(0.0, widest);
        let names = rows.iter().map(|row| row.name).chain([SUM]);
        let name_left = MARGIN + SWATCH + group_width + GAP;
        let names_width = (name_left + names.fold(0.0, widest) + GAP - MARGIN).ceil();
        let measured = panels.iter().any(|panel| panel.measured.is_some());
        Self { rows, groups, measured, name_left, names_width }
    }

    /// The width left of the panels.
    pub(super) fn names_width(&self) -> f64 {
        self.names_width
    }

    /// The height of all rows with the heads of their columns.
    pub(super) fn height(&self) -> f64 {
        HEAD + ROW * (self.rows.len() + 1 + usize::from(self.measured)) as f64
    }

    /// The scale on which all of some panels fit.
    pub(super) fn scale(&self, panels: &[WaterfallPanel]) -> Scale {
        let (mut low, mut high) = (0f64, 0f64);
        for panel in panels {
            let mut sum = 0.0;
            for value in self.rows.iter().filter_map(|row| panel.value(row)) {
                sum += value;
                (low, high) = (low.min(sum), high.max(sum));
            }
            high = high.max(panel.measured.unwrap_or(0.0));
        }
        Scale::new([low, high])
    }

    /// Draws groups, names and the lines between them, which go on to `right`.
    pub(super) fn draw_names(&self, canvas: &mut Canvas, top: f64, right: f64) {
        let rule = |canvas: &mut Canvas, row: usize, opacity: f64| {
            let y = crisp(top + HEAD + row as f64 * ROW);
            let pen = Pen::solid(Ink { color: BORDER, opacity }, 1.0);
            canvas.path(vec![[MARGIN, y], [right, y]], pen);
        };
        let mut group = None;
        for (index, row) in self.rows.iter().enumerate() {
            let y = middle(top, index);
            if group != Some(row.group) {
                rule(canvas, index, if index == 0 { 0.5 } else { 0.22 });
                let half = 0.33 * SWATCH;
                let square = Rect {
                    left: MARGIN,
                    top: y - half,
                    right: MARGIN + 2.0 * half,
                    bottom: y + half,
                };
                canvas.polygon(square.corners(), self.color(row.group));
                write(canvas, row.group, [MARGIN + SWATCH, y], Anchor::Start, FAINT_TEXT);
                group = Some(row.group);
            }
            write(canvas, row.name, [self.name_left, y], Anchor::Start, TEXT);
        }
        rule(canvas, self.rows.len(), 0.5);
        let last = [SUM, MEASURED].into_iter().take(1 + usize::from(self.measured));
        for (index, name) in last.enumerate() {
            let y = middle(top, self.rows.len() + index);
            write(canvas, name, [self.name_left, y], Anchor::Start, TEXT);
        }
    }

    /// Draws bars and numbers of a panel between a left and a right edge.
    pub(super) fn draw_panel(
        &self,
        canvas: &mut Canvas,
        top: f64,
        [left, right]: [f64; 2],
        panel: &WaterfallPanel,
        scale: Scale,
        [quantity, unit]: [&str; 2],
    ) -> Result<()> {
        let share_right = right - GAP;
        let value_right = share_right - SHARES;
        let area = Rect {
            left: left.ceil(),
            top: (top + HEAD).ceil(),
            right: (value_right - VALUES).floor(),
            bottom: (top + self.height()).floor(),
        };
        let unit = scale.unit(unit);
        let heads = [(unit.as_str(), value_right), ("share", share_right)];
        for (text, x) in heads.into_iter().filter(|(text, _)| !text.is_empty()) {
            canvas.text(Text {
                at: [x, area.top - 7.0],
                size: fitting_size(text, NOTE, 2.0 * VALUES),
                anchor: Anchor::End,
                ..label(text, FAINT_TEXT.into())
            });
        }
        let frame = Frame::across(area, scale.range)?;
        frame.grid(canvas, FAINT_TEXT, 0.22);
        self.draw_bars(canvas, top, &frame, panel, scale);

        let sum = panel.sum();
        let parts = self.rows.iter().map(|row| panel.value(row));
        let last = [Some(sum), panel.measured].into_iter().take(1 + usize::from(self.measured));
        for (index, value) in parts.chain(last).enumerate() {
            let y = middle(top, index);
            let (texts, color) = match value {
                Some(value) => {
                    let share = format!("{} %", decimal(100.0 * value / sum, 1));
                    ([scale.print(value), share], TEXT)
                }
                None => (["–".into(), "–".into()], FAINT_TEXT),
            };
            for (text, x) in texts.iter().zip([value_right, share_right]) {
                write(canvas, text, [x, y], Anchor::End, color);
            }
        }
        let label = if unit.is_empty() { quantity.into() } else { format!("{quantity} ({unit})") };
        frame.border(canvas, [&label, ""]);
        Ok(())
    }

    fn draw_bars(
        &self,
        canvas: &mut Canvas,
        top: f64,
        frame: &Frame,
        panel: &WaterfallPanel,
        scale: Scale,
    ) {
        let at = |value: f64| frame.place([scale.scaled(value), 0.0])[0];
        let bar = |canvas: &mut Canvas, row: usize, ends: [f64; 2], ink: Ink| {
            let [from, to] = ends.map(at);
            let left = from.min(to);
            // However small, a part shows.
            let right = from.max(to).max(left + 1.5);
            let [top, bottom] = [-0.5, 0.5].map(|side| middle(top, row) + side * BAR);
            canvas.polygon(Rect { left, top, right, bottom }.corners(), ink);
        };
        if let Some(measured) = panel.measured {
            let [x, y] = [at(measured), middle(top, self.rows.len() + 1)];
            let pen = Pen { ink: REFERENCE.into(), width: 1.4, dash: &[7.0, 5.0] };
            canvas.path(vec![[x, frame.area.top], [x, y]], pen);
            let half = 0.4 * BAR;
            let diamond = vec![[x - half, y], [x, y - half], [x + half, y], [x, y + half]];
            canvas.polygon(diamond, REFERENCE);
        }
        let (mut sum, mut before) = (0.0, None);
        for (index, row) in self.rows.iter().enumerate() {
            let Some(value) = panel.value(row) else { continue };
            join(canvas, at(sum), top, before, index);
            let opacity = if value < 0.0 { 0.5 } else { 1.0 };
            let ink = Ink { color: self.color(row.group), opacity };
            bar(canvas, index, [sum, sum + value], ink);
            sum += value;
            before = Some(index);
        }
        join(canvas, at(sum), top, before, self.rows.len());
        bar(canvas, self.rows.len(), [0.0, sum], REFERENCE.into());
    }

    fn color(&self, group: &str) -> Color {
        let index = self.groups.iter().position(|other| *other == group).unwrap_or(0);
        PALETTE[index % PALETTE.len()]
    }
}

/// The height of the middle of a row.
fn middle(top: f64, row: usize) -> f64 {
    top + HEAD + (row as f64 + 0.5) * ROW
}

/// Joins the end of the bar before to the start of a later one.
fn join(canvas: &mut Canvas, x: f64, top: f64, before: Option<usize>, row: usize) {
    if let Some(before) = before {
        let [from, to] = [middle(top, before) + 0.5 * BAR, middle(top, row) - 0.5 * BAR];
        let pen = Pen::solid(Ink { color: BORDER, opacity: 0.7 }, 1.0);
        canvas.path(vec![[crisp(x), from], [crisp(x), to]], pen);
    }
}

/// Writes a text whose digits are centered on a height.
fn write(canvas: &mut Canvas, text: &str, [x, y]: [f64; 2], anchor: Anchor, color: Color) {
    canvas.text(Text { at: [x, y + HALF_DIGIT * TICK_LABEL], anchor, ..label(text, color.into()) });
}
