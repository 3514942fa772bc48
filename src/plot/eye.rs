//! Eye pictures: hit counts over time and amplitude.

use std::path::Path;

use ndarray::ArrayView2;

use super::axis::{Axis, Room, Ruler, Scale};
use super::canvas::{Anchor, Canvas, Ink, Pen, Rect, Shape, Text, fitting_size};
use super::chart::heading;
use super::density;
use super::frame::{Frame, HALF_DIGIT, crisp};
use super::{BORDER, FAINT_TEXT, MARGIN, NOTE, PANEL_TITLE, SIZE, TEXT, TICK_GAP, TICK_LABEL};
use super::{TITLE, font};
use crate::{Error, Result};

/// The width of a color bar.
const BAR: f64 = 18.0;
/// The space between a plot and its color bar; half a tick label reaches into it.
const BAR_GAP: f64 = 24.0;

/// The outline of openings: light blue, which the graded colors do not contain.
const OPENING: Ink = Ink { color: [130, 226, 255], opacity: 0.95 };

/// A rectangle of time and amplitude, drawn as a thin outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EyeBox {
    /// Left and right edge in UI.
    pub time: [f64; 2],
    /// Bottom and top edge in the unit of the panel.
    pub amplitude: [f64; 2],
}

/// One eye.
#[derive(Clone, Debug, PartialEq)]
pub struct EyePanel<'a> {
    /// The heading of this eye; empty for none.
    pub title: String,
    /// Hits by row and column; the first row is the lowest amplitude, the first column the
    /// earliest time.
    pub density: ArrayView2<'a, u32>,
    /// Time at the left and right edge of the density, in UI.
    pub time: [f64; 2],
    /// Amplitude at the bottom and top edge of the density, in `unit`.
    pub amplitude: [f64; 2],
    /// The unit of amplitude as the axis shows it: "mV" or "mW".
    pub unit: String,
    /// Short texts shown below the title, such as "BER 3.1e-5, counted".
    pub notes: Vec<String>,
    /// Rectangles to outline, such as eye openings.
    pub openings: Vec<EyeBox>,
}

/// One eye or several side by side.
///
/// Colors are graded by the logarithm of the hits, each panel by its own color bar, from a single
/// hit to the largest count; where nothing was hit the ground shows.
///
/// ```
/// use lightlane::plot::{EyeFigure, EyePanel};
///
/// let density = ndarray::Array2::from_shape_fn((64, 128), |(row, _)| (row % 20 == 0).into());
/// let panel = EyePanel {
///     title: "TP1a".into(),
///     density: density.view(),
///     time: [-1.0, 1.0],
///     amplitude: [-400.0, 400.0],
///     unit: "mV".into(),
///     notes: vec!["BER 3.1e-5, counted".into()],
///     openings: Vec::new(),
/// };
/// let figure = EyeFigure { title: "LPO host output".into(), panels: vec![panel], ..Default::default() };
/// assert!(figure.to_svg()?.contains("Amplitude (mV)"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EyeFigure<'a> {
    /// The shared heading; empty for none.
    pub title: String,
    /// The eyes from left to right.
    pub panels: Vec<EyePanel<'a>>,
    /// Width and height of each panel in pixels; the height includes the shared heading.
    pub panel_size: [u32; 2],
}

impl Default for EyeFigure<'_> {
    fn default() -> Self {
        Self { title: String::new(), panels: Vec::new(), panel_size: SIZE }
    }
}

impl EyeFigure<'_> {
    /// Writes the figure to a file whose name ends in `.png` or `.svg`.
    ///
    /// # Errors
    /// A name with another ending, a file that cannot be written, no panels or a density without
    /// cells, ranges that are not finite and ascending, or a size of the whole figure below 200x150
    /// or above 16384x16384.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        self.canvas()?.write(path.as_ref())
    }

    /// The figure as the content of a PNG file.
    ///
    /// # Errors
    /// As for [`EyeFigure::write`], except for the file.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        self.canvas()?.png()
    }

    /// The figure as an SVG document, which holds each density as a PNG image.
    ///
    /// # Errors
    /// As for [`EyeFigure::write`], except for the file.
    pub fn to_svg(&self) -> Result<String> {
        self.canvas()?.svg()
    }

    fn canvas(&self) -> Result<Canvas> {
        if self.panels.is_empty() {
            return Err(Error::parameter("panels", "empty", "at least one eye"));
        }
        let [width, height] = self.panel_size;
        let count = u32::try_from(self.panels.len()).unwrap_or(u32::MAX);
        let mut canvas = Canvas::new([width.saturating_mul(count), height])?;
        let top = heading(&mut canvas, &self.title, "");
        let notes: Vec<Vec<String>> = self
            .panels
            .iter()
            .map(|panel| lines_of_notes(&panel.notes, f64::from(width) - 2.0 * MARGIN))
            .collect();
        // Plots stand at the same height, whatever the panels have to say.
        let titled = self.panels.iter().any(|panel| !panel.title.is_empty());
        let rows = notes.iter().map(Vec::len).max().unwrap_or(0);
        let plot_top =
            top + f64::from(u8::from(titled)) * 1.4 * PANEL_TITLE + rows as f64 * 1.4 * NOTE + 4.0;
        for (index, (panel, notes)) in self.panels.iter().zip(&notes).enumerate() {
            let left = index as f64 * f64::from(width);
            let cell = Rect {
                left,
                top: plot_top,
                right: left + f64::from(width),
                bottom: f64::from(height),
            };
            let mut baseline = top;
            let title = (&panel.title, PANEL_TITLE, TEXT);
            let notes = notes.iter().map(|note| (note, NOTE, FAINT_TEXT));
            for (text, size, color) in titled.then_some(title).into_iter().chain(notes) {
                canvas.text(Text {
                    at: [left + MARGIN, baseline + 0.8 * size],
                    size: fitting_size(text, size, f64::from(width) - 2.0 * MARGIN),
                    ..label(text, color.into())
                });
                baseline += 1.4 * size;
            }
            panel.draw(&mut canvas, cell)?;
        }
        Ok(canvas)
    }
}

impl EyePanel<'_> {
    /// Draws plot and color bar into a cell of the figure.
    fn draw(&self, canvas: &mut Canvas, cell: Rect) -> Result<()> {
        let (rows, columns) = self.density.dim();
        if rows == 0 || columns == 0 {
            let shape = format!("{rows} x {columns} cells");
            return Err(Error::parameter("density", shape, "at least 1 x 1"));
        }
        let axis =
            |label: String, range: [f64; 2]| Axis { label, range: Some(range), ..Axis::default() };
        let time = axis("Time (UI)".into(), self.time);
        let amplitude = axis(format!("Amplitude ({})", self.unit), self.amplitude);
        let hits = Axis { scale: Scale::Log, ..axis("hits".into(), [1.0, self.most()]) };
        let ruler = |axis: &Axis, name: &str, room: Room| {
            Ruler::new(axis, name, std::iter::empty(), room, TICK_LABEL)
        };

        let bottom = (cell.bottom - MARGIN - Frame::below()).floor();
        let up = Room::Up(bottom - cell.top);
        let (y, hits) = (ruler(&amplitude, "amplitude", up)?, ruler(&hits, "hits", up)?);
        let bar_room = BAR_GAP + BAR + TICK_GAP + hits.label_width(TICK_LABEL).max(14.0);
        let area = Rect {
            left: (cell.left + MARGIN + Frame::beside(&y)).ceil(),
            top: cell.top.ceil(),
            right: (cell.right - MARGIN - bar_room).floor(),
            bottom,
        };
        if area.width() < 50.0 || area.height() < 50.0 {
            let size = format!("{:.0}x{:.0}", cell.width(), cell.bottom);
            return Err(Error::parameter("panel_size", size, "enough for labels and a plot"));
        }
        let x = ruler(&time, "time", Room::Across(area.width()))?;
        let frame = Frame { area, x, y };
        let picture =
            density::picture(&self.density, area.width() as usize, area.height() as usize);
        canvas.add(Shape::Image([area.left, area.top], picture));
        canvas.clip = Some(area);
        frame.grid(canvas, [255, 255, 255], 0.13);
        for opening in &self.openings {
            let [left, bottom] = frame.place([opening.time[0], opening.amplitude[0]]);
            let [right, top] = frame.place([opening.time[1], opening.amplitude[1]]);
            let outline = Rect { left, top, right, bottom }.outline();
            let casing = Ink { color: density::GROUND, opacity: 0.6 };
            canvas.path(outline.clone(), Pen::solid(casing, 4.0));
            canvas.path(outline, Pen::solid(OPENING, 1.6));
        }
        canvas.clip = None;
        if self.density.iter().all(|&hits| hits == 0) {
            canvas.text(Text {
                at: [0.5 * (area.left + area.right), 0.5 * (area.top + area.bottom)],
                size: TITLE,
                anchor: Anchor::Middle,
                ..label("no hits", [200, 200, 208].into())
            });
        }
        frame.border(canvas, [&time.label, &amplitude.label]);
        color_bar(canvas, &area, &hits);
        Ok(())
    }

    fn most(&self) -> f64 {
        density::top_of_scale(self.density.iter().copied().max().unwrap_or(0))
    }
}

/// Draws the color bar right of a plot, and its unit below.
fn color_bar(canvas: &mut Canvas, plot: &Rect, hits: &Ruler) {
    let left = plot.right + BAR_GAP;
    let picture = density::color_bar(BAR as usize, plot.height() as usize);
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
    for tick in &hits.ticks {
        let y = crisp(plot.bottom - 1.0 - (plot.height() - 1.0) * hits.fraction(tick.value));
        canvas.path(vec![[right, y], [right + 4.0, y]], pen);
        canvas.text(Text {
            at: [right + TICK_GAP, y + HALF_DIGIT * TICK_LABEL],
            ..label(&tick.label, TEXT.into())
        });
    }
    canvas.text(Text {
        at: [left, plot.bottom + TICK_GAP + 0.76 * TICK_LABEL],
        ..label("hits", TEXT.into())
    });
}

fn label(text: &str, ink: Ink) -> Text {
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
