//! Reference lines and their labels.

use super::canvas::{Anchor, Canvas, Ink, Pen, Point, Rect, Text};
use super::chart::{Orientation, ReferenceLine};
use super::frame::{Frame, crisp};
use super::legend::Crowd;
use super::{LINE_LABEL, PAPER, REFERENCE, font};

/// How bad it is for a label to cover one point of a reference line.
const WEIGHT: f64 = 0.001;

/// Space between a line, or the plot's edge, and a label.
const GAP: f64 = 6.0;

/// Draws the lines that lie on the plot.
pub(super) fn draw_lines(canvas: &mut Canvas, frame: &Frame, lines: &[ReferenceLine]) {
    let pen = Pen { ink: REFERENCE.into(), width: 1.4, dash: &[7.0, 5.0] };
    for line in lines {
        if let Some(ends) = ends(frame, line) {
            canvas.path(ends.to_vec(), pen);
        }
    }
}

/// Adds the lines to what labels should rather not cover.
pub(super) fn add_to_crowd(crowd: &mut Crowd, frame: &Frame, lines: &[ReferenceLine]) {
    for ends in lines.iter().filter_map(|line| ends(frame, line)) {
        crowd.add_path(&ends, &frame.area, WEIGHT);
    }
}

/// Draws each label along its line where it covers least, and adds it to the crowd.
pub(super) fn draw_labels(
    canvas: &mut Canvas,
    frame: &Frame,
    lines: &[ReferenceLine],
    crowd: &mut Crowd,
) {
    for line in lines.iter().filter(|line| !line.label.is_empty()) {
        let Some([from, to]) = ends(frame, line) else {
            continue;
        };
        let turned = line.orientation == Orientation::Vertical;
        let length = font::width(&line.label, LINE_LABEL);
        let mut best: Option<(Rect, Point, f64)> = None;
        // Near the ends first, then elsewhere along the line; above it, or left of it, first.
        for share in [1.0, 0.0, 0.75, 0.5, 0.25] {
            for side in [-GAP, GAP + 0.76 * LINE_LABEL] {
                let (rect, at) = place([from, to], turned, length, share, side);
                let outside = f64::from(u8::from(!fits(&frame.area, &rect)));
                let covered = crowd.covered_by(&rect.grown(2.0)) + 1e6 * outside;
                if best.as_ref().is_none_or(|(_, _, least)| covered < *least) {
                    best = Some((rect, at, covered));
                }
            }
        }
        if let Some((rect, at, _)) = best {
            canvas.polygon(rect.corners(), Ink { color: PAPER, opacity: 0.75 });
            canvas.text(Text {
                at,
                text: line.label.clone(),
                size: LINE_LABEL,
                anchor: Anchor::Start,
                turned,
                ink: REFERENCE.into(),
            });
            // With some space, so that a label near two lines is not read as the other's.
            crowd.add_rect(&rect.grown(3.0), super::curve::WEIGHT);
        }
    }
}

/// The ground of a label and the start of its baseline, `share` of the way along a line and `side`
/// pixels below it (horizontal) or right of it (vertical).
fn place(
    [from, to]: [Point; 2],
    turned: bool,
    length: f64,
    share: f64,
    side: f64,
) -> (Rect, Point) {
    let (ascent, descent) = (0.78 * LINE_LABEL, 0.25 * LINE_LABEL);
    if turned {
        let start = from[1] - GAP - share * (from[1] - to[1] - length - 2.0 * GAP);
        let at = [from[0] + side, start];
        let [left, right] = [at[0] - ascent, at[0] + descent];
        (Rect { left, right, top: start - length, bottom: start }, at)
    } else {
        let start = from[0] + GAP + share * (to[0] - from[0] - length - 2.0 * GAP);
        let at = [start, from[1] + side];
        let [top, bottom] = [at[1] - ascent, at[1] + descent];
        (Rect { left: start, right: start + length, top, bottom }, at)
    }
}

fn fits(area: &Rect, rect: &Rect) -> bool {
    area.holds([rect.left, rect.top]) && area.holds([rect.right, rect.bottom])
}

/// The ends of a line: left and right, or bottom and top.
fn ends(frame: &Frame, line: &ReferenceLine) -> Option<[Point; 2]> {
    let Rect { left, top, right, bottom } = frame.area;
    match line.orientation {
        Orientation::Horizontal => frame.y.holds(line.value).then(|| {
            let y = crisp(bottom - frame.area.height() * frame.y.fraction(line.value));
            [[left, y], [right, y]]
        }),
        Orientation::Vertical => frame.x.holds(line.value).then(|| {
            let x = crisp(left + frame.area.width() * frame.x.fraction(line.value));
            [[x, bottom], [x, top]]
        }),
    }
}
