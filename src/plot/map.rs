//! Maps: a value over two axes, in colors.

use ndarray::{Array2, ArrayView2};

use super::axis::{Axis, Room, Ruler, Scale};
use super::canvas::{Anchor, Canvas, Rect, Shape, Text};
use super::density;
use super::drawing::Drawing;
use super::frame::Frame;
use super::panel::{self, Head, label};
use super::{SIZE, TEXT, TICK_LABEL, TITLE};
use crate::{Error, Result};

/// The room right of a color bar's labels for what it shows.
const BAR_TITLE: f64 = 34.0;

/// One map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapPanel<'a> {
    /// The heading; empty for none.
    pub title: String,
    /// Short texts shown below the title.
    pub notes: Vec<String>,
    /// Values by row and column: a row for each y, a column for each x. One that the scale of values
    /// cannot show, such as NaN, leaves the ground.
    pub values: ArrayView2<'a, f64>,
}

/// A value over two axes for one case, or for several side by side.
///
/// Each value colors the cell about its place, up to half way to its neighbors; all panels share
/// their axes and the scale of their colors.
///
/// ```
/// use lightlane::plot::{Axis, MapFigure, MapPanel, Scale};
///
/// let values = ndarray::array![[1e-9, 1e-6], [1e-7, f64::NAN]];
/// let figure = MapFigure {
///     x: Axis { label: "Host loss (dB)".into(), ..Axis::default() },
///     y: Axis { label: "Laser power (dBm)".into(), ..Axis::default() },
///     value: Axis { label: "Bit error ratio".into(), scale: Scale::Log, range: None },
///     at: [vec![4.0, 8.0], vec![10.0, 12.0]],
///     panels: vec![MapPanel { title: "lpo".into(), notes: vec![], values: values.view() }],
///     ..MapFigure::default()
/// };
/// assert!(figure.draw()?.to_svg()?.contains("Laser power (dBm)"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MapFigure<'a> {
    /// The shared heading; empty for none.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What the colors show.
    pub value: Axis,
    /// Where columns stand on x, and rows on y; ascending.
    pub at: [Vec<f64>; 2],
    /// The maps from left to right.
    pub panels: Vec<MapPanel<'a>>,
    /// Width and height of each panel in pixels; the height includes the shared heading.
    pub panel_size: [u32; 2],
}

impl Default for MapFigure<'_> {
    fn default() -> Self {
        Self {
            title: String::new(),
            x: Axis::default(),
            y: Axis::default(),
            value: Axis::default(),
            at: [Vec::new(), Vec::new()],
            panels: Vec::new(),
            panel_size: SIZE,
        }
    }
}

impl MapFigure<'_> {
    /// Draws the maps.
    ///
    /// # Errors
    /// No panels or no cells, places that an axis cannot show or that do not ascend, panels of other
    /// shapes, an axis range that is not finite and ascending, or a size below 200x150 or above
    /// 16384x16384.
    pub fn draw(&self) -> Result<Drawing> {
        let [x, y] = [(&self.x, &self.at[0], "x"), (&self.y, &self.at[1], "y")];
        let x_cells = Cells::new(x.0, x.1, x.2)?;
        let y_cells = Cells::new(y.0, y.1, y.2)?;
        let shape = (self.at[1].len(), self.at[0].len());
        if let Some(panel) = self.panels.iter().find(|panel| panel.values.dim() != shape) {
            let (rows, columns) = panel.values.dim();
            let expected = format!("{} x {}, as there are places", shape.0, shape.1);
            return Err(Error::parameter("values", format!("{rows} x {columns}"), expected));
        }
        let heads: Vec<Head<'_>> = self
            .panels
            .iter()
            .map(|panel| Head { title: &panel.title, notes: &panel.notes })
            .collect();
        let (mut canvas, cells) = panel::row(&self.title, &heads, self.panel_size)?;
        let shown = |value: &&f64| self.value.scale.can_show(**value);
        let all: Vec<f64> =
            self.panels.iter().flat_map(|p| p.values.iter()).filter(shown).copied().collect();
        for (panel, cell) in self.panels.iter().zip(cells) {
            let room = Room::Up(panel::plot_height(&cell));
            let values = Ruler::new(&self.value, "value", all.iter().copied(), room, TICK_LABEL)?;
            let y = Ruler::new(&y_cells.axis, "y", std::iter::empty(), room, TICK_LABEL)?;
            let mut area = panel::plot_area(&cell, &y, &values)?;
            area.right -= BAR_TITLE;
            if area.width() < 50.0 {
                let [width, height] = self.panel_size;
                let expected = "enough for labels and a plot";
                return Err(Error::parameter("panel_size", format!("{width}x{height}"), expected));
            }
            let across = Room::Across(area.width());
            let x = Ruler::new(&x_cells.axis, "x", std::iter::empty(), across, TICK_LABEL)?;
            let frame = Frame { area, x, y };
            self.fill(&mut canvas, panel, &frame, &values, [&x_cells, &y_cells]);
            if all.is_empty() {
                canvas.text(Text {
                    at: [0.5 * (area.left + area.right), 0.5 * (area.top + area.bottom)],
                    size: TITLE,
                    anchor: Anchor::Middle,
                    ..label("no data", [200, 200, 208].into())
                });
            }
        }
        Ok(Drawing::new(canvas))
    }

    fn fill(
        &self,
        canvas: &mut Canvas,
        panel: &MapPanel<'_>,
        frame: &Frame,
        values: &Ruler,
        [x, y]: [&Cells; 2],
    ) {
        let area: Rect = frame.area;
        let [width, height] = [area.width() as usize, area.height() as usize];
        let columns: Vec<usize> =
            (0..width).map(|i| x.at((i as f64 + 0.5) / width as f64)).collect();
        let rows: Vec<usize> =
            (0..height).map(|i| y.at((i as f64 + 0.5) / height as f64)).collect();
        let pixels =
            Array2::from_shape_fn((height, width), |(i, j)| panel.values[[rows[i], columns[j]]]);
        let grade = |value: f64| {
            if self.value.scale.can_show(value) {
                density::grade(values.fraction(value).clamp(0.0, 1.0) as f32, 1.0)
            } else {
                0.0
            }
        };
        let picture = density::picture(&pixels.view(), grade, [width, height]);
        canvas.add(Shape::Image([area.left, area.top], picture));
        frame.border(canvas, [&self.x.label, &self.y.label]);
        panel::color_bar(canvas, &area, values, 1.0);
        canvas.text(Text {
            at: [
                area.right + panel::bar_room(values) + BAR_TITLE - 8.0,
                0.5 * (area.top + area.bottom),
            ],
            anchor: Anchor::Middle,
            turned: true,
            ..label(&self.value.label, TEXT.into())
        });
    }
}

/// The cells along an axis.
struct Cells {
    /// The axis from the first edge to the last.
    axis: Axis,
    /// The edges between cells, as shares of the way from the first edge to the last.
    between: Vec<f64>,
}

impl Cells {
    fn new(axis: &Axis, places: &[f64], name: &str) -> Result<Self> {
        let shows = |place: &f64| axis.scale.can_show(*place);
        let ascend = places.windows(2).all(|pair| pair[0] < pair[1]);
        if places.is_empty() || !places.iter().all(shows) || !ascend {
            let expected = "ascending places that the axis can show, one or more";
            return Err(Error::parameter(name, format!("{places:?}"), expected));
        }
        let log = axis.scale == Scale::Log;
        let to = |place: f64| if log { place.ln() } else { place };
        let from = |place: f64| if log { place.exp() } else { place };
        let on: Vec<f64> = places.iter().map(|place| to(*place)).collect();
        let middles: Vec<f64> = on.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
        let last = on.len() - 1;
        let half = |step: Option<f64>| 0.5 * step.unwrap_or(1.0);
        let steps = [0, last.saturating_sub(1)].map(|at| on.get(at + 1).map(|next| next - on[at]));
        let ends = [on[0] - half(steps[0]), on[last] + half(steps[1])];
        let share = |place: &f64| (place - ends[0]) / (ends[1] - ends[0]);
        Ok(Self {
            axis: Axis { range: Some(ends.map(from)), ..axis.clone() },
            between: middles.iter().map(share).collect(),
        })
    }

    /// The cell at a share of the way.
    fn at(&self, share: f64) -> usize {
        self.between.partition_point(|edge| *edge < share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(scale: Scale, places: &[f64]) -> Result<Cells> {
        Cells::new(&Axis { scale, ..Axis::default() }, places, "x")
    }

    #[test]
    fn cells_reach_half_way_to_their_neighbors() {
        let linear = cells(Scale::Linear, &[1.0, 2.0, 4.0]).unwrap();
        assert_eq!(linear.axis.range, Some([0.5, 5.0]));
        assert_eq!(
            [0.0, 0.21, 0.23, 0.55, 0.56, 1.0].map(|share| linear.at(share)),
            [0, 0, 1, 1, 2, 2]
        );
        let log = cells(Scale::Log, &[1.0, 100.0]).unwrap();
        let [low, high] = log.axis.range.unwrap();
        assert!((low - 0.1).abs() < 1e-12 && (high - 1000.0).abs() < 1e-9);
        assert_eq!(cells(Scale::Linear, &[3.0]).unwrap().axis.range, Some([2.5, 3.5]));
    }

    #[test]
    fn wrong_maps_are_refused() {
        for (scale, places) in
            [(Scale::Linear, vec![]), (Scale::Linear, vec![2.0, 1.0]), (Scale::Log, vec![0.0, 1.0])]
        {
            assert!(cells(scale, &places).err().unwrap().is_parameter());
        }
        let values = Array2::zeros((2, 3));
        let panel = MapPanel { title: String::new(), notes: vec![], values: values.view() };
        let figure = MapFigure {
            at: [vec![1.0, 2.0], vec![1.0, 2.0]],
            panels: vec![panel],
            ..MapFigure::default()
        };
        let message = figure.draw().unwrap_err().to_string();
        assert_eq!(message, "`values` is 2 x 3, but must be 2 x 2, as there are places");
    }

    #[test]
    fn a_map_without_a_value_says_so() {
        let values = Array2::from_elem((1, 1), f64::NAN);
        let panel = MapPanel { title: "a".into(), notes: vec![], values: values.view() };
        let figure =
            MapFigure { at: [vec![1.0], vec![1.0]], panels: vec![panel], ..MapFigure::default() };
        assert!(figure.draw().unwrap().to_svg().unwrap().contains("no data"));
    }
}
