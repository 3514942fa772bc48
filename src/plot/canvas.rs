//! A figure as a list of marks, which becomes pixels or SVG.

use super::font;
use crate::{Error, Result};

/// Red, green and blue.
pub(super) type Color = [u8; 3];

/// A position in pixels, x to the right and y down.
pub(super) type Point = [f64; 2];

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The corners in turn.
    pub(super) fn corners(&self) -> Vec<Point> {
        let Rect { left, top, right, bottom } = *self;
        vec![[left, top], [right, top], [right, bottom], [left, bottom]]
    }

    /// The closed outline.
    pub(super) fn outline(&self) -> Vec<Point> {
        let mut points = self.corners();
        points.push(points[0]);
        points
    }

    /// Whether a point lies within the rectangle or on its edge.
    pub(super) fn holds(&self, [x, y]: Point) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// The same rectangle, larger by `by` on every side.
    pub(super) fn grown(&self, by: f64) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }
}

/// A color and how much of it covers what lies below, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    pub(super) color: Color,
    pub(super) opacity: f64,
}

impl From<Color> for Ink {
    fn from(color: Color) -> Self {
        Self { color, opacity: 1.0 }
    }
}

/// How a line is drawn; ends and joints are round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    pub(super) ink: Ink,
    pub(super) width: f64,
    /// Lengths of dash and gap in turn; empty for a solid line.
    pub(super) dash: &'static [f64],
}

impl Pen {
    /// A solid line.
    pub(super) fn solid(ink: impl Into<Ink>, width: f64) -> Self {
        Self { ink: ink.into(), width, dash: &[] }
    }
}

/// Which point of a text its position gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text; `at` is on the baseline.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) at: Point,
    pub(super) text: String,
    pub(super) size: f64,
    pub(super) anchor: Anchor,
    /// Whether the text runs upwards instead of to the right.
    pub(super) turned: bool,
    pub(super) ink: Ink,
}

/// An image of whole pixels, three bytes each, row by row from the top.
#[derive(Clone, Debug)]
pub(super) struct Pixels {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
}

/// What can be drawn.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A line through points.
    Path(Vec<Point>, Pen),
    /// A filled convex polygon.
    Polygon(Vec<Point>, Ink),
    /// The filled area between two curves: x, and the two y there, with x ascending or descending.
    Band(Vec<[f64; 3]>, Ink),
    /// A line of text.
    Text(Text),
    /// An image, its top left corner at a whole pixel.
    Image(Point, Pixels),
}

/// A shape, and the rectangle outside which nothing of it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) clip: Option<Rect>,
    pub(super) shape: Shape,
}

impl Mark {
    /// The same mark, so many pixels to the right and down.
    fn moved(mut self, [right, down]: Point) -> Self {
        if let Some(clip) = &mut self.clip {
            clip.left += right;
            clip.right += right;
            clip.top += down;
            clip.bottom += down;
        }
        let shift = |point: &mut Point| {
            point[0] += right;
            point[1] += down;
        };
        match &mut self.shape {
            Shape::Path(points, _) | Shape::Polygon(points, _) => {
                points.iter_mut().for_each(shift);
            }
            Shape::Band(points, _) => {
                for [x, low, high] in points {
                    *x += right;
                    *low += down;
                    *high += down;
                }
            }
            Shape::Text(text) => shift(&mut text.at),
            Shape::Image(at, _) => shift(at),
        }
        self
    }
}

/// A figure under construction: what is added later covers what is there.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) marks: Vec<Mark>,
    /// Applies to the marks that follow.
    pub(super) clip: Option<Rect>,
}

impl Canvas {
    /// An empty sheet, of 200 x 150 to 16384 x 16384 pixels.
    pub(super) fn new([width, height]: [u32; 2]) -> Result<Self> {
        if !(200..=16384).contains(&width) || !(150..=16384).contains(&height) {
            let expected = "from 200x150 to 16384x16384 pixels";
            return Err(Error::parameter("size", format!("{width}x{height}"), expected));
        }
        let (width, height) = (width as usize, height as usize);
        Ok(Self { width, height, marks: Vec::new(), clip: None })
    }

    pub(super) fn path(&mut self, points: Vec<Point>, pen: Pen) {
        self.add(Shape::Path(points, pen));
    }

    pub(super) fn polygon(&mut self, points: Vec<Point>, ink: impl Into<Ink>) {
        self.add(Shape::Polygon(points, ink.into()));
    }

    pub(super) fn text(&mut self, text: Text) {
        self.add(Shape::Text(text));
    }

    pub(super) fn add(&mut self, shape: Shape) {
        self.marks.push(Mark { clip: self.clip, shape });
    }

    /// Adds what another sheet shows, its top left corner at `corner`.
    pub(super) fn append(&mut self, other: Self, corner: Point) {
        self.marks.extend(other.marks.into_iter().map(|mark| mark.moved(corner)));
    }
}

/// The largest size up to `size` at which `text` is no wider than `room`, but at least half of it.
pub(super) fn fitting_size(text: &str, size: f64, room: f64) -> f64 {
    let width = font::width(text, size);
    if width > room { (size * room / width).max(0.5 * size) } else { size }
}
