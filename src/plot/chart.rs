//! Curves over two axes.

use super::axis::{Axis, Room, Ruler};
use super::canvas::{Anchor, Canvas, Rect, Text, fitting_size};
use super::curve;
use super::drawing::Drawing;
use super::frame::Frame;
use super::legend::{Crowd, Legend};
use super::names::{self, PointName};
use super::reference;
use super::{FAINT_TEXT, MARGIN, SIZE, SUBTITLE, TEXT, TICK_LABEL, TITLE};
use crate::{Error, Result};

/// How the points of a series are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineStyle {
    /// By a solid line.
    #[default]
    Solid,
    /// By dashes.
    Dashed,
    /// By dots.
    Dotted,
    /// Not at all: only markers show.
    Hidden,
}

/// A curve or a set of points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The text in the legend; a series without one is not listed there.
    pub name: String,
    /// Pairs of x and y in the order in which they are joined. A point that is not finite, or not
    /// above zero on a logarithmic axis, is a gap.
    pub points: Vec<[f64; 2]>,
    /// How points are joined.
    pub style: LineStyle,
    /// Whether points have markers, whose shapes differ from series to series. Along a line, markers
    /// that would touch are left out.
    pub markers: bool,
    /// For every point the lower and upper end of an interval about y, such as one of 95 %
    /// confidence; `None` for no intervals. They are bars if there are markers, and a band if not.
    /// On a logarithmic axis an interval that starts at zero reaches down to the edge.
    pub intervals: Option<Vec<[f64; 2]>>,
    /// The number of a color, so that related series can share one; `None` takes the series' own
    /// place in the chart. There are seven, counted from 0, and then they repeat.
    pub color: Option<usize>,
}

/// Which way a reference line runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// Across the chart at a y value.
    #[default]
    Horizontal,
    /// Up the chart at an x value.
    Vertical,
}

/// A line across the whole chart at one value, such as a limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReferenceLine {
    /// The value on the axis that the line crosses.
    pub value: f64,
    /// Which way the line runs.
    pub orientation: Orientation,
    /// The text beside the line: "2.0e-4, LPO MSA limit".
    pub label: String,
}

/// Curves over two axes, with a legend and reference lines.
///
/// A legend lies where it covers no data, beside the plot if need be. Axes without a range of their
/// own show all points, intervals and reference lines. A chart without any data is drawn all the
/// same, and says so.
///
/// ```
/// use lightlane::plot::{Axis, Chart, Orientation, ReferenceLine, Scale, Series};
///
/// let chart = Chart {
///     title: "Insertion loss".into(),
///     x: Axis { label: "Frequency (GHz)".into(), ..Axis::default() },
///     y: Axis { label: "Loss (dB)".into(), ..Axis::default() },
///     series: vec![Series {
///         name: "host trace".into(),
///         points: (0..=50).map(|f| [f64::from(f), 0.25 * f64::from(f)]).collect(),
///         ..Series::default()
///     }],
///     lines: vec![ReferenceLine {
///         value: 26.5625,
///         orientation: Orientation::Vertical,
///         label: "Nyquist".into(),
///     }],
///     ..Chart::default()
/// };
/// assert!(chart.draw()?.to_svg()?.contains("Frequency (GHz)"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The heading; empty for none.
    pub title: String,
    /// A smaller line below the heading; empty for none.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The data, in drawing order: later series cover earlier ones.
    pub series: Vec<Series>,
    /// Limits and other fixed values.
    pub lines: Vec<ReferenceLine>,
    /// Texts beside points.
    pub names: Vec<PointName>,
    /// Width and height in pixels.
    pub size: [u32; 2],
}

impl Default for Chart {
    fn default() -> Self {
        Self {
            title: String::new(),
            subtitle: String::new(),
            x: Axis::default(),
            y: Axis::default(),
            series: Vec::new(),
            lines: Vec::new(),
            names: Vec::new(),
            size: SIZE,
        }
    }
}

impl Chart {
    /// Draws the chart.
    ///
    /// # Errors
    /// An axis range that is not finite and ascending (or not above zero on a logarithmic axis),
    /// intervals that are not as many as points, or a size below 200x150 or above 16384x16384.
    pub fn draw(&self) -> Result<Drawing> {
        for series in &self.series {
            let points = series.points.len();
            let intervals = series.intervals.as_ref().map_or(points, Vec::len);
            if intervals != points {
                let expected = format!("one for each of the {points} points of `{}`", series.name);
                return Err(Error::parameter("intervals", format!("{intervals} pairs"), expected));
            }
        }
        let mut canvas = Canvas::new(self.size)?;
        let top = heading(&mut canvas, &self.title, &self.subtitle);
        let entries = curve::legend_entries(&self.series);
        let legend = Legend::new(entries, f64::from(self.size[1]) - top - Frame::below());

        let mut frame = self.frame(top, 0.0)?;
        let mut crowd = self.crowd(&frame);
        let mut place = None;
        if let Some(legend) = &legend {
            let (inside, covered) = legend.best_inside(&frame.area, &crowd);
            let aside = legend.width_outside();
            place = Some(inside);
            if covered >= curve::WEIGHT && aside < 0.45 * f64::from(self.size[0]) {
                frame = self.frame(top, aside)?;
                crowd = self.crowd(&frame);
                place = Some(legend.outside(&frame.area));
            }
        }
        if let Some(place) = &place {
            crowd.add_rect(place, curve::WEIGHT);
        }

        frame.grid(&mut canvas, FAINT_TEXT, 0.22);
        canvas.clip = Some(frame.area);
        reference::draw_lines(&mut canvas, &frame, &self.lines);
        curve::draw_all(&mut canvas, &frame, &self.series);
        reference::draw_labels(&mut canvas, &frame, &self.lines, &mut crowd);
        names::draw(&mut canvas, &frame, &self.names, &mut crowd);
        canvas.clip = None;
        if !self.series.iter().any(|series| curve::shows(series, &frame)) {
            no_data(&mut canvas, &frame.area);
        }
        frame.border(&mut canvas, [&self.x.label, &self.y.label]);
        if let (Some(legend), Some(place)) = (&legend, &place) {
            legend.draw(&mut canvas, place);
        }
        Ok(Drawing::new(canvas))
    }

    /// The plot below `top`, with `aside` pixels free on the right.
    fn frame(&self, top: f64, aside: f64) -> Result<Frame> {
        let [width, height] = self.size.map(f64::from);
        let bottom = (height - MARGIN - Frame::below()).floor();
        let [xs, ys] = self.values();
        let y = Ruler::new(&self.y, "y", ys.into_iter(), Room::Up(bottom - top), TICK_LABEL)?;
        let left = (MARGIN + Frame::beside(&y)).ceil();
        // The last label of the x axis reaches beyond the plot.
        let right = (width - MARGIN - 14.0 - aside).floor();
        let x = Ruler::new(&self.x, "x", xs.into_iter(), Room::Across(right - left), TICK_LABEL)?;
        Ok(Frame { area: Rect { left, top: top.ceil(), right, bottom }, x, y })
    }

    /// All x and all y that an axis without a range of its own has to show.
    fn values(&self) -> [Vec<f64>; 2] {
        let [mut xs, mut ys] = [Vec::new(), Vec::new()];
        let fits = |axis: &Axis, value: f64| {
            let [low, high] = axis.range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
            (low..=high).contains(&value) && axis.scale.can_show(value)
        };
        for series in &self.series {
            for (i, &[x, y]) in series.points.iter().enumerate() {
                let interval = series.intervals.as_ref().map(|all| all[i]);
                let heights = [Some(y), interval.map(|ends| ends[0]), interval.map(|ends| ends[1])];
                let mut shown = heights.into_iter().flatten().filter(|&v| fits(&self.y, v));
                if y.is_finite() && fits(&self.x, x) {
                    ys.extend(shown.clone());
                    xs.extend(shown.next().map(|_| x));
                }
            }
        }
        for line in &self.lines {
            match line.orientation {
                Orientation::Horizontal => ys.push(line.value),
                Orientation::Vertical => xs.push(line.value),
            }
        }
        [xs, ys]
    }

    fn crowd(&self, frame: &Frame) -> Crowd {
        let mut crowd = Crowd::default();
        curve::add_to_crowd(&mut crowd, frame, &self.series);
        reference::add_to_crowd(&mut crowd, frame, &self.lines);
        crowd
    }
}

/// Draws title and subtitle, and returns where the plot may begin.
pub(super) fn heading(canvas: &mut Canvas, title: &str, subtitle: &str) -> f64 {
    let room = canvas.width as f64 - 2.0 * MARGIN;
    let mut top = MARGIN;
    for (text, size, color) in [(title, TITLE, TEXT), (subtitle, SUBTITLE, FAINT_TEXT)] {
        if !text.is_empty() {
            canvas.text(Text {
                at: [MARGIN, top + 0.8 * size],
                text: text.into(),
                size: fitting_size(text, size, room),
                anchor: Anchor::Start,
                turned: false,
                ink: color.into(),
            });
            top += 1.4 * size;
        }
    }
    if top > MARGIN { top + 8.0 } else { top }
}

fn no_data(canvas: &mut Canvas, area: &Rect) {
    canvas.text(Text {
        at: [0.5 * (area.left + area.right), 0.5 * (area.top + area.bottom)],
        text: "no data".into(),
        size: TITLE,
        anchor: Anchor::Middle,
        turned: false,
        ink: FAINT_TEXT.into(),
    });
}
