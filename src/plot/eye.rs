//! Eye pictures: hit counts over time and amplitude.

use ndarray::ArrayView2;

use super::axis::{Axis, Room, Ruler, Scale};
use super::canvas::{Anchor, Canvas, Ink, Pen, Rect, Shape, Text};
use super::density;
use super::drawing::Drawing;
use super::frame::Frame;
use super::panel::{self, Head, label};
use super::{SIZE, TEXT, TICK_GAP, TICK_LABEL, TITLE};
use crate::{Error, Result};

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
/// assert!(figure.draw()?.to_svg()?.contains("Amplitude (mV)"));
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
    /// Draws the eyes.
    ///
    /// # Errors
    /// No panels or a density without cells, ranges that are not finite and ascending, or a size of
    /// the whole figure below 200x150 or above 16384x16384.
    pub fn draw(&self) -> Result<Drawing> {
        let heads: Vec<Head<'_>> = self
            .panels
            .iter()
            .map(|panel| Head { title: &panel.title, notes: &panel.notes })
            .collect();
        let (mut canvas, cells) = panel::row(&self.title, &heads, self.panel_size)?;
        for (panel, cell) in self.panels.iter().zip(cells) {
            panel.draw(&mut canvas, cell)?;
        }
        Ok(Drawing::new(canvas))
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

        let up = Room::Up(panel::plot_height(&cell));
        let (y, hits) = (ruler(&amplitude, "amplitude", up)?, ruler(&hits, "hits", up)?);
        let area = panel::plot_area(&cell, &y, &hits)?;
        let x = ruler(&time, "time", Room::Across(area.width()))?;
        let frame = Frame { area, x, y };
        let scale = 1.0 / self.most().ln() as f32;
        let grade = |hits: u32| match hits {
            0 => 0.0,
            hits => density::grade(scale * (hits as f32).ln(), 1.0),
        };
        let pixels = [area.width() as usize, area.height() as usize];
        let picture = density::picture(&self.density, grade, pixels);
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
        panel::color_bar(canvas, &area, &hits, 1.0);
        canvas.text(Text {
            at: [area.right + panel::BAR_GAP, area.bottom + TICK_GAP + 0.76 * TICK_LABEL],
            ..label("hits", TEXT.into())
        });
        Ok(())
    }

    /// The count at the top of the color bar: at least a decade.
    fn most(&self) -> f64 {
        f64::from(self.density.iter().copied().max().unwrap_or(0).max(10))
    }
}
