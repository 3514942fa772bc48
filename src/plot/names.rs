//! Names beside points: each where it covers least.

use super::canvas::{Anchor, Canvas, Pen, Point, Rect, Text};
use super::curve::WEIGHT;
use super::frame::{Frame, HALF_DIGIT};
use super::legend::Crowd;
use super::{BORDER, LINE_LABEL, MARKER_RADIUS, TEXT, font};

/// A short text beside a point of a chart, such as what a marker stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointName {
    /// The point, as x and y on the axes.
    pub at: [f64; 2],
    /// The text.
    pub text: String,
}

/// Distances from the point at which a name is tried, in pixels: from the third one on, a thin line
/// leads back to the point.
const DISTANCES: [f64; 6] = [8.0, 14.0, 24.0, 38.0, 56.0, 80.0];

/// Directions in which a name is tried, in order of preference: to the right first.
const DIRECTIONS: [Point; 8] = [
    [1.0, 0.0],
    [-1.0, 0.0],
    [0.7, -0.7],
    [0.7, 0.7],
    [-0.7, -0.7],
    [-0.7, 0.7],
    [0.0, -1.0],
    [0.0, 1.0],
];

/// Draws the names of points that the plot shows, each where it covers least of what is there.
pub(super) fn draw(canvas: &mut Canvas, frame: &Frame, names: &[PointName], crowd: &mut Crowd) {
    let shown = |name: &&PointName| frame.x.holds(name.at[0]) && frame.y.holds(name.at[1]);
    // Names must not cover the markers of those that are placed later.
    for name in names.iter().filter(shown) {
        let [x, y] = frame.place(name.at);
        let marker = Rect { left: x, top: y, right: x, bottom: y }.grown(MARKER_RADIUS);
        crowd.add_rect(&marker, WEIGHT);
    }
    for name in names.iter().filter(shown) {
        let at = frame.place(name.at);
        let (place, far) = place(frame, at, &name.text, crowd);
        crowd.add_rect(&place, WEIGHT);
        if far {
            let end = [at[0].clamp(place.left, place.right), at[1].clamp(place.top, place.bottom)];
            canvas.path(vec![at, end], Pen::solid(BORDER, 0.8));
        }
        canvas.text(Text {
            at: [place.left, 0.5 * (place.top + place.bottom) + HALF_DIGIT * LINE_LABEL],
            text: name.text.clone(),
            size: LINE_LABEL,
            anchor: Anchor::Start,
            turned: false,
            ink: TEXT.into(),
        });
    }
}

/// The place of a name, and whether it is so far off that a line has to lead to it.
fn place(frame: &Frame, at: Point, text: &str, crowd: &Crowd) -> (Rect, bool) {
    let [width, height] = [font::width(text, LINE_LABEL), LINE_LABEL];
    let mut best = (Rect { left: at[0], top: at[1], right: at[0], bottom: at[1] }, false);
    let mut least = f64::INFINITY;
    for (step, distance) in DISTANCES.into_iter().enumerate() {
        for [across, down] in DIRECTIONS {
            let x = at[0] + across * (distance + 0.5 * width);
            let y = at[1] + down * (distance + 0.5 * height);
            let rect = Rect {
                left: x - 0.5 * width,
                top: y - 0.5 * height,
                right: x + 0.5 * width,
                bottom: y + 0.5 * height,
            };
            let inside = rect.corners().iter().all(|corner| frame.area.holds(*corner));
            let covered = crowd.covered_by(&rect.grown(1.0));
            if inside && covered < least {
                least = covered;
                best = (rect, step > 1);
            }
        }
    }
    best
}
