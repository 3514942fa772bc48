//! What figures of several panels share: headings, notes and color bars.

use super::axis::Ruler;
use super::canvas::{Anchor, Canvas, Ink, Pen, Rect, Shape, Text, fitting_size};
use super::chart::heading;
use super::density;
use super::frame::{Frame, HALF_DIGIT, crisp};
use super::{BORDER, FAINT_TEXT, MARGIN, NOTE, PANEL_TITLE, TEXT, TICK_GAP, TICK_LABEL, font};
use crate::{Error, Result};

/// The width of a color bar.
const BAR: f64 = 18.0;
/// The space between a plot and its color bar; half a tick label reaches into it.
pub(super) const BAR_GAP: f64 = 24.0;

/// The words above a panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    pub(super) notes: &'a [String],
}

/// An empty row of panels of one size under a shared title: the sheet with all words above plots,
/// and for each panel the cell that is left for its plot. Plots stand at the same height, whatever
/// the panels have to say.
pub(super) fn row(
    title: &str,
    heads: &[Head<'_>],
    [width, height]: [u32; 2],
) -> Result<(Canvas, Vec<Rect>)> {
    if heads.is_empty() {
        return Err(Error::parameter("panels", "empty", "at least one"));
    }
    let count = u32::try_from(heads.len()).unwrap_or(u32::MAX);
    let mut canvas = Canvas::new([width.saturating_mul(count), height])?;
    let top = heading(&mut canvas, title, "");
    let [width, bottom] = [width, height].map(f64::from);
    let lefts: Vec<f64> = (0..heads.len()).map(|index| index as f64 * width).collect();
    let top = words(&mut canvas, heads, &lefts, top, width - 2.0 * MARGIN);
    let cell = |left: &f64| Rect { left: *left, top, right: left + width, bottom };
    Ok((canvas, lefts.iter().map(cell).collect()))
}

/// Draws the titles and notes of panels, which begin at `lefts` and at `top` and are at most `room`
/// pixels wide, and returns where plots may begin.
pub(super) fn words(
    canvas: &mut Canvas,
    heads: &[Head<'_>],
    lefts: &[f64],
    top: f64,
    room: f64,
) -> f64 {
    let notes: Vec<_> = heads.iter().map(|head| lines_of_notes(head.notes, room)).collect();
    let titled = heads.iter().any(|head| !head.title.is_empty());
    for ((head, notes), left) in heads.iter().zip(&notes).zip(lefts) {
        let mut line_top = top;
        let title = (head.title, PANEL_TITLE, TEXT);
        let notes = notes.iter().map(|note| (note.as_str(), NOTE, FAINT_TEXT));
        for (text, size, color) in titled.then_some(title).into_iter().chain(notes) {
            canvas.text(Text {
                at: [left + MARGIN, line_top + 0.8 * size],
                size: fitting_size(text, size, room),
                ..label(text, color.into())
            });
            line_top += 1.4 * size;
        }
    }
    let rows = notes.iter().map(Vec::len).max().unwrap_or(0);
    top + f64::from(u8::from(titled)) * 1.4 * PANEL_TITLE + rows as f64 * 1.4 * NOTE + 4.0
}

/// The height that a plot has in a cell.
pub(super) fn plot_height(cell: &Rect) -> f64 {
    (cell.bottom - MARGIN - Frame::below()).floor() - cell.top
}

/// The place of a plot in its cell, between its y axis and its color bar.
pub(super) fn plot_area(cell: &Rect, y: &Ruler, values: &Ruler) -> Result<Rect> {
    let area = Rect {
        left: (cell.left + MARGIN + Frame::beside(y)).ceil(),
        top: cell.top.ceil(),
        right: (cell.right - MARGIN - bar_room(values)).floor(),
        bottom: (cell.bottom - MARGIN - Frame::below()).floor(),
    };
    if area.width() < 50.0 || area.height() < 50.0 {
        let size = format!("{:.0}x{:.0}", cell.width(), cell.bottom);
        return Err(Error::parameter("panel_size", size, "enough for labels and a plot"));
    }
    Ok(area)
}

/// The width that a color bar and its tick labels take right of a plot.
pub(super) fn bar_room(values: &Ruler) -> f64 {
    BAR_GAP + BAR + TICK_GAP + values.label_width(TICK_LABEL).max(14.0)
}

/// Draws the color bar right of a plot.
pub(super) fn color_bar(canvas: &mut Canvas, plot: &Rect, values: &Ruler, bend: f32) {
    let left = plot.right + BAR_GAP;
    let picture = density::color_bar(bend, [BAR as usize, plot.height() as usize]);
    canvas.add(Shape::Image([left, plot.top], picture));
    let pen = Pen::solid(BORDER, 1.0);
    let right = left + BAR;
    let edge = Rect {
        left: crisp(left),
        top: crisp(plot.top),
        right: crisp(right - 1.0),
        bottom: crisp(plot.bottom - 1.0),
    };
    canvas.path(edge.outline(), pen);
    for tick in &values.ticks {
        let y = crisp(plot.bottom - 1.0 - (plot.height() - 1.0) * values.fraction(tick.value));
        canvas.path(vec![[right, y], [right + 4.0, y]], pen);
        canvas.text(Text {
            at: [right + TICK_GAP, y + HALF_DIGIT * TICK_LABEL],
            ..label(&tick.label, TEXT.into())
        });
    }
}

/// A text of the size of tick labels, to be placed.
pub(super) fn label(text: &str, ink: Ink) -> Text {
    Text {
        at: [0.0; 2],
        text: text.into(),
        size: TICK_LABEL,
        anchor: Anchor::Start,
        turned: false,
        ink,
    }
}

/// Joins notes to lines that are at most `room` pixels wide.
fn lines_of_notes(notes: &[String], room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for note in notes {
        if let Some(last) = lines.last_mut() {
            let joined = format!("{last}\u{a0}\u{a0} · \u{a0}\u{a0}{note}");
            if font::width(&joined, NOTE) <= room {
                *last = joined;
                continue;
            }
        }
        lines.push(note.clone());
    }
    lines
}
