//! The key of a dark plot: a strip on the same ground that says what its lines are.

use super::canvas::{Canvas, Color, Pen, Rect, Text};
use super::density::GROUND;
use super::frame::HALF_DIGIT;
use super::panel::label;
use super::{LINE_LABEL, font};

/// The height of a row.
const ROW: f64 = 25.0;
/// The width of the piece of line that an entry shows, with the space after it.
const SAMPLE: f64 = 32.0;
/// The space between entries, and between them and the edge.
const GAP: f64 = 16.0;

const LIGHT: Color = [236, 238, 244];

/// What one kind of line is.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) pen: Pen,
}

/// Entries in rows, as many in each as fit.
#[derive(Debug)]
pub(super) struct Key {
    rows: Vec<Vec<(f64, Entry)>>,
}

impl Key {
    /// A key that is at most `width` pixels wide.
    pub(super) fn new(entries: Vec<Entry>, width: f64) -> Self {
        let mut rows: Vec<Vec<(f64, Entry)>> = Vec::new();
        let mut next = 0.0;
        for entry in entries {
            let length = SAMPLE + font::width(&entry.name, LINE_LABEL);
            match rows.last_mut() {
                Some(row) if next + length + 0.5 * GAP <= width => row.push((next, entry)),
                _ => {
                    next = 0.5 * GAP;
                    rows.push(vec![(next, entry)]);
                }
            }
            next += length + GAP;
        }
        Self { rows }
    }

    /// The height that the key takes.
    pub(super) fn height(&self) -> f64 {
        self.rows.len() as f64 * ROW
    }

    /// Draws the key into a strip, which may be higher than the key itself.
    pub(super) fn draw(&self, canvas: &mut Canvas, strip: &Rect) {
        canvas.polygon(strip.corners(), GROUND);
        for (index, row) in self.rows.iter().enumerate() {
            let y = strip.top + (index as f64 + 0.5) * ROW;
            for (left, entry) in row {
                let left = strip.left + left;
                canvas.path(vec![[left, y], [left + SAMPLE - 8.0, y]], entry.pen);
                canvas.text(Text {
                    at: [left + SAMPLE, y + HALF_DIGIT * LINE_LABEL],
                    size: LINE_LABEL,
                    ..label(&entry.name, LIGHT.into())
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stay_within_the_width_and_in_order() {
        let entry = |i: usize| Entry { name: format!("entry {i}"), pen: Pen::solid(LIGHT, 1.0) };
        for width in [60.0, 250.0, 400.0, 2000.0] {
            let key = Key::new((0..7).map(entry).collect(), width);
            let names = key.rows.iter().flatten().map(|(_, entry)| entry.name.clone());
            assert!(names.eq((0..7).map(|i| format!("entry {i}"))));
            for row in key.rows.iter().filter(|row| row.len() > 1) {
                let (left, last) = &row[row.len() - 1];
                assert!(left + SAMPLE + font::width(&last.name, LINE_LABEL) <= width);
            }
            assert_eq!(key.rows.len() == 1, width == 2000.0);
        }
    }
}
