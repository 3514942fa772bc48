//! Stacked bars: what several wholes are made of, each with the range that it may lie in.

use super::canvas::{Anchor, Canvas, Color, Pen, Rect, Text, fitting_size};
use super::chart::heading;
use super::drawing::Drawing;
use super::frame::{Frame, HALF_DIGIT, crisp};
use super::panel::label;
use super::{FAINT_TEXT, LEGEND, MARGIN, NOTE, PALETTE, PAPER, REFERENCE, TEXT, TICK_LABEL, font};
use crate::{Error, Result};

/// The height of a row, and of the bar in it.
const ROW: f64 = 34.0;
const BAR: f64 = 20.0;
/// The space between names or numbers and bars.
const GAP: f64 = 14.0;
/// The square of a part in the legend, and the space around its name.
const SWATCH: f64 = 18.0;
const LEGEND_ROW: f64 = 26.0;
/// The narrowest plot that is drawn.
const NARROWEST: f64 = 200.0;

/// Colors behind those of [`PALETTE`], for figures of many parts: lighter and darker kin.
const MORE: [Color; 5] =
    [[0, 68, 106], [240, 178, 122], [128, 207, 185], [130, 70, 100], [160, 160, 160]];

/// One whole of a [`Stack`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackBar {
    /// What it is: the name beside the bar.
    pub name: String,
    /// Its parts by name, in the order in which they are stacked; none below zero.
    pub parts: Vec<(String, f64)>,
    /// The range that the whole may lie in, shown as a whisker.
    pub range: Option<[f64; 2]>,
    /// A text behind the whisker, such as `14.2 (12 to 17)`.
    pub note: String,
}

/// Wholes below each other, each a bar of parts with a whisker.
///
/// A part has the same color in all bars; the legend lists parts in the order in which they first
/// occur. The height follows from the number of bars.
///
/// ```
/// use lightlane::plot::{Stack, StackBar};
///
/// let figure = Stack {
///     title: "Energy of a bit".into(),
///     label: "Energy (pJ/bit)".into(),
///     bars: vec![StackBar {
///         name: "lpo-dr-100g".into(),
///         parts: vec![("host SerDes".into(), 5.8), ("driver".into(), 2.7)],
///         range: Some([7.0, 10.0]),
///         note: "8.5 (7 to 10)".into(),
///     }],
///     ..Stack::default()
/// };
/// assert!(figure.draw()?.to_svg()?.contains("host SerDes"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// The heading; empty for none.
    pub title: String,
    /// What stands below it; empty for nothing.
    pub subtitle: String,
    /// What the bars show, with its unit.
    pub label: String,
    /// The wholes from top to bottom.
    pub bars: Vec<StackBar>,
    /// The width of the figure in pixels.
    pub width: u32,
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            title: String::new(),
            subtitle: String::new(),
            label: String::new(),
            bars: Vec::new(),
            width: 1120,
        }
    }
}

impl StackBar {
    fn sum(&self) -> f64 {
        self.parts.iter().map(|(_, value)| value).sum()
    }

    fn end(&self) -> f64 {
        self.range.map_or(0.0, |[_, high]| high).max(self.sum())
    }

    fn check(&self) -> Result<()> {
        let refuse = |name: &str, value: f64, expected: &str| {
            Err(Error::parameter(&format!("{name} of {}", self.name), value, expected))
        };
        for (name, value) in &self.parts {
            if !value.is_finite() || *value < 0.0 {
                return refuse(name, *value, "zero or positive, and finite");
            }
        }
        if let Some([low, high]) = self.range {
            if !(low.is_finite() && low >= 0.0) {
                return refuse("the range's low end", low, "zero or positive, and finite");
            }
            if !(high.is_finite() && high >= low) {
                return refuse("the range's high end", high, "finite, and not below the low one");
            }
        }
        Ok(())
    }
}

impl Stack {
    /// Draws the bars.
    ///
    /// # Errors
    /// No bars, a value that is negative or not finite, wholes that are all zero, or a figure too
    /// narrow for its names or above 16384x16384 pixels.
    pub fn draw(&self) -> Result<Drawing> {
        if self.bars.is_empty() {
            return Err(Error::parameter("bars", "empty", "at least one"));
        }
        self.bars.iter().try_for_each(StackBar::check)?;
        let end = self.bars.iter().map(StackBar::end).fold(0.0, f64::max);
        if end <= 0.0 {
            return Err(Error::parameter("bars", "all zero", "above zero, one at least"));
        }
        let widest = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| font::width(text, TICK_LABEL)).fold(0.0, f64::max)
        };
        let names = widest(&mut self.bars.iter().map(|bar| &bar.name));
        let notes = widest(&mut self.bars.iter().map(|bar| &bar.note));
        let right = f64::from(self.width) - MARGIN;
        let [from, to] = [(MARGIN + names + GAP).ceil(), (right - notes - GAP).floor()];
        if to - from < NARROWEST {
            let expected = format!("{NARROWEST} pixels more than names and notes take");
            return Err(Error::parameter("width", self.width, expected));
        }

        let mut words = Canvas::new([self.width, 400])?;
        let top = heading(&mut words, &self.title, &self.subtitle);
        let parts = self.parts();
        let top = legend(&mut words, &parts, top, right) + 0.5 * GAP;
        let rows = ROW * self.bars.len() as f64;
        let height = (top + rows + Frame::below() + MARGIN).ceil();
        let mut canvas = Canvas::new([self.width, height.min(f64::from(u32::MAX)) as u32])?;
        canvas.append(words, [0.0; 2]);

        let area = Rect { left: from, top: top.ceil(), right: to, bottom: (top + rows).floor() };
        let frame = Frame::across(area, [0.0, 1.04 * end])?;
        frame.grid(&mut canvas, FAINT_TEXT, 0.22);
        for (index, bar) in self.bars.iter().enumerate() {
            let y = top + (index as f64 + 0.5) * ROW;
            draw_bar(&mut canvas, &frame, bar, &parts, y);
            let texts = [(&bar.name, from - GAP), (&bar.note, right)];
            for (text, x) in texts {
                canvas.text(Text {
                    at: [x, y + HALF_DIGIT * TICK_LABEL],
                    anchor: Anchor::End,
                    ..label(text, TEXT.into())
                });
            }
        }
        frame.border(&mut canvas, [&self.label, ""]);
        Ok(Drawing::new(canvas))
    }

    /// The names of all parts that show, in the order in which they first occur.
    fn parts(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let all = || self.bars.iter().flat_map(|bar| &bar.parts);
        for (name, _) in all() {
            let shows = all().any(|(other, value)| other == name && *value > 0.0);
            if shows && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }
}

fn color(index: usize) -> Color {
    let all = PALETTE.len() + MORE.len();
    let index = index % all;
    PALETTE.get(index).copied().unwrap_or_else(|| MORE[index - PALETTE.len()])
}

fn draw_bar(canvas: &mut Canvas, frame: &Frame, bar: &StackBar, parts: &[&str], y: f64) {
    let at = |value: f64| frame.place([value, 0.0])[0];
    let [top, bottom] = [y - 0.5 * BAR, y + 0.5 * BAR];
    let mut sum = 0.0;
    for (name, value) in bar.parts.iter().filter(|(_, value)| *value > 0.0) {
        let [left, right] = [at(sum), at(sum + value)];
        let index = parts.iter().position(|part| part == name).unwrap_or(0);
        canvas.polygon(Rect { left, top, right, bottom }.corners(), color(index));
        sum += value;
    }
    let Some([low, high]) = bar.range else { return };
    let [low, high] = [crisp(at(low)), crisp(at(high))];
    // A light edge keeps the whisker apart from dark parts.
    for pen in [Pen::solid(PAPER, 5.0), Pen::solid(REFERENCE, 2.0)] {
        canvas.path(vec![[low, y], [high, y]], pen);
        for x in [low, high] {
            canvas.path(vec![[x, y - 0.3 * BAR], [x, y + 0.3 * BAR]], pen);
        }
    }
}

/// Draws what the colors stand for in as many rows as they need, and returns where these end.
fn legend(canvas: &mut Canvas, parts: &[&str], top: f64, right: f64) -> f64 {
    let (mut x, mut y) = (MARGIN, top + 0.5 * LEGEND_ROW);
    for (index, name) in parts.iter().enumerate() {
        let size = fitting_size(name, LEGEND.min(NOTE), right - MARGIN - SWATCH);
        let width = SWATCH + 4.0 + font::width(name, size);
        if x > MARGIN && x + width > right {
            (x, y) = (MARGIN, y + LEGEND_ROW);
        }
        let half = 0.36 * SWATCH;
        let square = Rect { left: x, top: y - half, right: x + 2.0 * half, bottom: y + half };
        canvas.polygon(square.corners(), color(index));
        canvas.text(Text {
            at: [x + SWATCH, y + HALF_DIGIT * size],
            size,
            ..label(name, TEXT.into())
        });
        x += width + GAP;
    }
    y + 0.5 * LEGEND_ROW
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(parts: &[(&str, f64)], range: Option<[f64; 2]>) -> StackBar {
        let parts = parts.iter().map(|(name, value)| ((*name).into(), *value)).collect();
        StackBar { name: "bar".into(), parts, range, note: String::new() }
    }

    fn stack(bars: Vec<StackBar>) -> Stack {
        Stack { bars, ..Stack::default() }
    }

    #[test]
    fn the_legend_has_each_part_that_shows_once_and_in_order() {
        let bars = vec![
            bar(&[("a", 1.0), ("b", 0.0), ("c", 2.0)], None),
            bar(&[("c", 1.0), ("d", 2.0), ("a", 1.0)], None),
        ];
        assert_eq!(stack(bars).parts(), ["a", "c", "d"]);
    }

    #[test]
    fn what_cannot_be_a_stack_is_refused() {
        let wrong = [
            vec![],
            vec![bar(&[("a", 0.0)], None)],
            vec![bar(&[("a", -1.0), ("b", 2.0)], None)],
            vec![bar(&[("a", f64::NAN)], None)],
            vec![bar(&[("a", 1.0)], Some([2.0, 1.0]))],
            vec![bar(&[("a", 1.0)], Some([0.0, f64::INFINITY]))],
        ];
        for bars in wrong {
            assert!(stack(bars).draw().unwrap_err().is_parameter());
        }
        let narrow = Stack { width: 220, ..stack(vec![bar(&[("a", 1.0)], None)]) };
        assert!(narrow.draw().unwrap_err().is_parameter());
        stack(vec![bar(&[("a", 1.0)], Some([0.5, 3.0]))]).draw().unwrap();
    }
}
