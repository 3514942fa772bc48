//! Where a legend and the labels of lines fit: beside the data, as far as there is room.

use super::canvas::{Anchor, Canvas, Ink, Pen, Point, Rect, Text};
use super::frame::HALF_DIGIT;
use super::{BORDER, LEGEND, PAPER, TEXT, font};

/// Space between the legend and what is round it.
const GAP: f64 = 12.0;
/// Space between the legend's edge and its entries.
const PADDING: f64 = 10.0;
/// Width of the piece of line that an entry shows, with the space after it.
const SAMPLE: f64 = 46.0;
const ROW: f64 = 25.0;

/// What labels should not cover: points along curves, each with how bad it is to cover it.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    points: Vec<(Point, f64)>,
}

impl Crowd {
    /// Adds the points of a path, a few pixels apart, as far as they lie in `area`.
    pub(super) fn add_path(&mut self, path: &[Point], area: &Rect, weight: f64) {
        if let [only] = path {
            self.points.push((*only, weight));
        }
        for pair in path.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let length = (to[0] - from[0]).hypot(to[1] - from[1]);
            let pieces = (length / 3.0).ceil().clamp(1.0, 2000.0) as usize;
            let points = (0..=pieces).map(|i| {
                let share = i as f64 / pieces as f64;
                [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
            });
            self.points.extend(points.filter(|p| area.holds(*p)).map(|p| (p, weight)));
        }
    }

    /// Adds everything in a rectangle.
    pub(super) fn add_rect(&mut self, rect: &Rect, weight: f64) {
        let rows = (rect.height() / 4.0).ceil() as usize;
        for row in 0..=rows {
            let y = rect.top + rect.height() * row as f64 / rows.max(1) as f64;
            self.add_path(&[[rect.left, y], [rect.right, y]], rect, weight);
        }
    }

    /// How bad it is to cover a rectangle.
    pub(super) fn covered_by(&self, rect: &Rect) -> f64 {
        self.points.iter().filter(|(p, _)| rect.holds(*p)).map(|(_, weight)| weight).sum()
    }
}

/// One line of a legend.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) pen: Option<Pen>,
    /// Polygons about the origin, drawn in turn.
    pub(super) marker: Vec<(Vec<Point>, Ink)>,
}

/// The entries and how large they are drawn.
#[derive(Debug)]
pub(super) struct Legend {
    entries: Vec<Entry>,
    /// 1, or less where there are too many entries for the height of the plot.
    scale: f64,
}

impl Legend {
    /// A legend that is at most `room` pixels high; none without entries.
    pub(super) fn new(entries: Vec<Entry>, room: f64) -> Option<Self> {
        let height = entries.len() as f64 * ROW + PADDING + 2.0 * GAP;
        let scale = (room / height).clamp(0.4, 1.0);
        (!entries.is_empty()).then_some(Self { entries, scale })
    }

    /// The width with the space beside it.
    pub(super) fn width_outside(&self) -> f64 {
        self.size()[0] + GAP
    }

    fn size(&self) -> [f64; 2] {
        let text = LEGEND * self.scale;
        let names = self.entries.iter().map(|entry| font::width(&entry.name, text));
        let width = names.fold(0.0, f64::max) + self.scale * SAMPLE + 2.0 * PADDING;
        [width, self.entries.len() as f64 * ROW * self.scale + PADDING]
    }

    /// The place inside a plot that covers least, and how much it covers.
    pub(super) fn best_inside(&self, area: &Rect, crowd: &Crowd) -> (Rect, f64) {
        let [width, height] = self.size();
        let [left, right] = [area.left + GAP, area.right - GAP - width];
        let [top, bottom] = [area.top + GAP, area.bottom - GAP - height];
        let [center, middle] = [0.5 * (left + right), 0.5 * (top + bottom)];
        // In order of preference.
        let corners = [
            [right, top],
            [left, top],
            [right, bottom],
            [left, bottom],
            [center, top],
            [center, bottom],
            [right, middle],
            [left, middle],
        ];
        let mut best = (area.to_owned(), f64::INFINITY);
        for [left, top] in corners {
            let rect = Rect { left, top, right: left + width, bottom: top + height };
            let covered = crowd.covered_by(&rect.grown(6.0));
            if covered < best.1 {
                best = (rect, covered);
            }
        }
        best
    }

    /// The place right of a plot.
    pub(super) fn outside(&self, area: &Rect) -> Rect {
        let [width, height] = self.size();
        let left = area.right + GAP;
        Rect { left, top: area.top, right: left + width, bottom: area.top + height }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, place: &Rect) {
        canvas.polygon(place.corners(), Ink { color: PAPER, opacity: 0.9 });
        canvas.path(place.outline(), Pen::solid(Ink { color: BORDER, opacity: 0.35 }, 1.0));
        let size = LEGEND * self.scale;
        for (row, entry) in self.entries.iter().enumerate() {
            let y = place.top + 0.5 * PADDING + (row as f64 + 0.5) * ROW * self.scale;
            let left = place.left + PADDING;
            let length = (SAMPLE - 10.0) * self.scale;
            if let Some(pen) = entry.pen {
                canvas.path(vec![[left, y], [left + length, y]], pen);
            }
            for (polygon, ink) in &entry.marker {
                let center = left + 0.5 * length;
                let points = polygon.iter().map(|p| [center + p[0], y + p[1]]);
                canvas.polygon(points.collect(), *ink);
            }
            canvas.text(Text {
                at: [left + SAMPLE * self.scale, y + HALF_DIGIT * size],
                text: entry.name.clone(),
                size,
                anchor: Anchor::Start,
                turned: false,
                ink: TEXT.into(),
            });
        }
    }
}
