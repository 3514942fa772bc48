//! Waterfalls: what a whole is made of, part by part, for several wholes side by side.

use std::fmt::Display;

use super::MARGIN;
use super::canvas::Canvas;
use super::chart::heading;
use super::drawing::Drawing;
use super::frame::Frame;
use super::panel::{self, Head};
use crate::{Error, Result};
use table::{Row, Table};

mod scale;
mod table;
#[cfg(test)]
mod tests;

/// The narrowest panel that has room for bars beside its numbers.
const NARROWEST: u32 = 300;

/// One part of a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// What contributes: "shot noise".
    pub name: String,
    /// What it belongs to, which gives the color: "optical".
    pub group: String,
    /// How much, in the unit of the figure; less than zero for what reduces the whole.
    pub value: f64,
}

/// One whole with its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaterfallPanel {
    /// The heading: the link, or the hop.
    pub title: String,
    /// Short texts shown below the title, such as "20.1 dB at the slicer".
    pub notes: Vec<String>,
    /// The parts. A name stands once in a group.
    pub contributions: Vec<Contribution>,
    /// The whole as it was measured, which the sum of the parts should meet; `None` for no marker.
    pub measured: Option<f64>,
}

/// Wholes side by side, each a column of bars of which one starts where the one before ended.
///
/// All panels share their rows, group by group in the order in which groups and names first occur,
/// so that equal parts stand at equal heights; a dash says that a panel has no such part. What reduces
/// the whole is paler and runs back. Values are printed, and shares of the sum of the panel. The height
/// follows from the number of rows.
///
/// ```
/// use lightlane::plot::{Contribution, Waterfall, WaterfallPanel};
///
/// let part = |name: &str, group: &str, value: f64| Contribution {
///     name: name.into(),
///     group: group.into(),
///     value,
/// };
/// let panel = WaterfallPanel {
///     title: "lpo-dr-100g".into(),
///     notes: vec!["20.1 dB at the slicer".into()],
///     contributions: vec![part("TIA", "optical", 3.1e-6), part("residual ISI", "interference", 9e-7)],
///     measured: Some(4.1e-6),
/// };
/// let figure = Waterfall {
///     title: "Where the error comes from".into(),
///     quantity: "Mean square error".into(),
///     unit: "V²".into(),
///     panels: vec![panel],
///     ..Waterfall::default()
/// };
/// assert!(figure.draw()?.to_svg()?.contains("residual ISI"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// The shared heading; empty for none.
    pub title: String,
    /// What the bars show: "Mean square error".
    pub quantity: String,
    /// Its unit; empty for none. A power of ten is put before it where values need one.
    pub unit: String,
    /// The wholes from left to right.
    pub panels: Vec<WaterfallPanel>,
    /// Whether all panels have one scale, so that their bars compare; otherwise each fills its own.
    pub common_scale: bool,
    /// The width of each panel in pixels; the names take what they need beside.
    pub panel_width: u32,
}

impl Default for Waterfall {
    fn default() -> Self {
        Self {
            title: String::new(),
            quantity: String::new(),
            unit: String::new(),
            panels: Vec::new(),
            common_scale: true,
            panel_width: 440,
        }
    }
}

impl Waterfall {
    /// Draws the waterfalls.
    ///
    /// # Errors
    /// No panels, a panel without contributions, a value that is not finite, a name that is empty or
    /// stands twice in a group of one panel, a sum or measured whole that is not above zero, or a
    /// figure above 16384x16384 pixels or with panels below 300 pixels.
    pub fn draw(&self) -> Result<Drawing> {
        if self.panels.is_empty() {
            return Err(Error::parameter("panels", "empty", "at least one"));
        }
        self.panels.iter().try_for_each(WaterfallPanel::check)?;
        if self.panel_width < NARROWEST {
            let expected = format!("at least {NARROWEST} pixels, for bars and numbers");
            return Err(Error::parameter("panel_width", self.panel_width, expected));
        }
        let table = Table::new(&self.panels);
        let width = f64::from(self.panel_width);
        let lefts: Vec<f64> =
            (0..self.panels.len()).map(|i| table.names_width() + i as f64 * width).collect();
        let right = table.names_width() + self.panels.len() as f64 * width;

        // The words say how high the sheet has to be.
        let mut words = Canvas::new([pixels(right), 150])?;
        let heads: Vec<Head<'_>> = self
            .panels
            .iter()
            .map(|panel| Head { title: &panel.title, notes: &panel.notes })
            .collect();
        let top = heading(&mut words, &self.title, "");
        let top = panel::words(&mut words, &heads, &lefts, top, width - MARGIN);
        let height = top + table.height() + Frame::below() + MARGIN;
        let mut canvas = Canvas::new([pixels(right), pixels(height)])?;
        canvas.append(words, [0.0; 2]);

        table.draw_names(&mut canvas, top, right - MARGIN);
        for (panel, left) in self.panels.iter().zip(lefts) {
            let alike =
                if self.common_scale { &self.panels[..] } else { std::slice::from_ref(panel) };
            let scale = table.scale(alike);
            let columns = [left + MARGIN, left + width];
            table.draw_panel(
                &mut canvas,
                top,
                columns,
                panel,
                scale,
                [&self.quantity, &self.unit],
            )?;
        }
        Ok(Drawing::new(canvas))
    }
}

/// A length as whole pixels of a sheet; what is too large stays so.
fn pixels(length: f64) -> u32 {
    length.ceil().min(f64::from(u32::MAX)) as u32
}

impl WaterfallPanel {
    fn check(&self) -> Result<()> {
        let refuse = |name: &str, value: &dyn Display, expected: &str| {
            Err(Error::parameter(&format!("{name} of {}", self.title), value, expected))
        };
        if self.contributions.is_empty() {
            return refuse("contributions", &"empty", "at least one");
        }
        for (index, part) in self.contributions.iter().enumerate() {
            let same =
                |other: &Contribution| (&other.group, &other.name) == (&part.group, &part.name);
            if part.name.is_empty() {
                return refuse("name", &"empty", "the name of a source");
            }
            if !part.value.is_finite() {
                return refuse(&part.name, &part.value, "finite");
            }
            if self.contributions[..index].iter().any(same) {
                return refuse(&part.name, &"there twice", "there once in its group");
            }
        }
        for (name, value) in [("sum", self.sum()), ("measured", self.measured.unwrap_or(1.0))] {
            if !(1e-200..=1e200).contains(&value) {
                return refuse(name, &value, "above zero and finite");
            }
        }
        Ok(())
    }

    fn sum(&self) -> f64 {
        self.contributions.iter().map(|part| part.value).sum()
    }

    fn value(&self, row: &Row<'_>) -> Option<f64> {
        self.contributions.iter().find(|part| row.is_of(part)).map(|part| part.value)
    }
}
