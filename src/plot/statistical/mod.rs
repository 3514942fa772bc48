//! Statistical eyes: probabilities over phase and amplitude, with contours of equal error ratio.

use std::collections::BTreeSet;

use ndarray::ArrayView2;

use super::axis::{Axis, Room, Ruler, Scale, scientific};
use super::canvas::{Anchor, Canvas, Color, Ink, Pen, Point, Rect, Shape, Text};
use super::density;
use super::drawing::Drawing;
use super::frame::{Frame, crisp};
use super::key::{Entry, Key};
use super::panel::{self, Head, label};
use super::{SIZE, TEXT, TICK_LABEL};
use crate::{Error, Result};

#[cfg(test)]
mod tests;

/// The lowest probability that has a color, unless a figure says otherwise.
const LEAST: f64 = 1e-18;

/// The colors of contours from the highest error ratio to the lowest: none is in the graded colors.
const CONTOURS: [Color; 4] = [[255, 255, 255], [140, 235, 255], [70, 185, 255], [110, 255, 170]];

/// What lies under a bright line, so that it shows on bright ground too.
const CASING: Ink = Ink { color: density::GROUND, opacity: 0.65 };

const RECEIVER: Pen = line([255, 255, 255], 1.6, &[9.0, 5.0]);
const BEST: Pen = line([255, 255, 255], 1.6, &[1.0, 5.0]);
const THRESHOLD: Pen = line([214, 218, 228], 1.1, &[3.0, 5.0]);

/// Half of the decades lie outside of what a receiver ever sees: the others get most colors.
const BEND: f32 = 1.8;

/// The room for the title of the color bar.
const BAR_TITLE: f64 = 28.0;

/// A line round one eye along which the error ratio is the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Contour {
    /// The bit error ratio on the line.
    pub ratio: f64,
    /// Phase in UI, and the lower and upper amplitude there, in the order of phase.
    pub outline: Vec<[f64; 3]>,
}

/// One statistical eye.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticalEyePanel<'a> {
    /// The heading of this eye; empty for none.
    pub title: String,
    /// The probability that the signal of a phase lies in a cell, by row and column; the first row
    /// is the lowest amplitude, the first column the earliest phase.
    pub density: ArrayView2<'a, f64>,
    /// Phase at the left and right edge of the density, in UI.
    pub phase: [f64; 2],
    /// Amplitude at the bottom and top edge of the density, in `unit`.
    pub amplitude: [f64; 2],
    /// The unit of amplitude as the axis shows it: "mV", or "levels".
    pub unit: String,
    /// Short texts shown below the title, such as "BER 3.1e-9 at the receiver's phase".
    pub notes: Vec<String>,
    /// Contours, one for each eye and error ratio.
    pub contours: Vec<Contour>,
    /// The amplitudes at which a slicer decides.
    pub thresholds: Vec<f64>,
    /// Where the receiver samples, in UI.
    pub receiver_phase: Option<f64>,
    /// Where the error ratio is least, in UI.
    pub best_phase: Option<f64>,
}

/// One statistical eye or several side by side.
///
/// Colors are graded by the logarithm of the probability, from a floor to the decade of the largest
/// probability of all panels; below the floor the ground shows.
///
/// ```
/// use lightlane::plot::{Contour, StatisticalEyeFigure, StatisticalEyePanel};
///
/// let density = ndarray::Array2::from_shape_fn((100, 50), |(row, _)| {
///     0.02 * (-0.5 * ((row as f64 - 50.0) / 4.0).powi(2)).exp()
/// });
/// let panel = StatisticalEyePanel {
///     title: "lpo-dr-100g".into(),
///     density: density.view(),
///     phase: [-0.5, 0.5],
///     amplitude: [-50.0, 50.0],
///     unit: "mV".into(),
///     notes: vec!["BER 3.1e-9 at the receiver's phase".into()],
///     contours: vec![Contour {
///         ratio: 1e-6,
///         outline: vec![[-0.1, 35.0, 35.0], [0.0, 30.0, 40.0], [0.1, 35.0, 35.0]],
///     }],
///     thresholds: vec![35.0],
///     receiver_phase: Some(0.02),
///     best_phase: Some(-0.01),
/// };
/// let figure = StatisticalEyeFigure { panels: vec![panel], ..StatisticalEyeFigure::default() };
/// assert!(figure.draw()?.to_svg()?.contains("BER 10⁻⁶"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticalEyeFigure<'a> {
    /// The shared heading; empty for none.
    pub title: String,
    /// The eyes from left to right.
    pub panels: Vec<StatisticalEyePanel<'a>>,
    /// The lowest probability that is shown: 1e-18 unless set.
    pub floor: f64,
    /// Width and height of each panel in pixels; the height includes the shared heading.
    pub panel_size: [u32; 2],
}

impl Default for StatisticalEyeFigure<'_> {
    fn default() -> Self {
        Self { title: String::new(), panels: Vec::new(), floor: LEAST, panel_size: SIZE }
    }
}

impl StatisticalEyeFigure<'_> {
    /// Draws the eyes.
    ///
    /// # Errors
    /// No panels, a density without cells or one whose values are not probabilities or all below
    /// the floor, ranges that are not finite and ascending, contours that are not in the order of
    /// phase, lines at values that are not finite, or a size of the whole figure below 200x150 or
    /// above 16384x16384.
    pub fn draw(&self) -> Result<Drawing> {
        let mut most = 0.0;
        for panel in &self.panels {
            most = panel.check(self.floor)?.max(most);
        }
        let heads: Vec<Head<'_>> = self
            .panels
            .iter()
            .map(|panel| Head { title: &panel.title, notes: &panel.notes })
            .collect();
        let (mut canvas, cells) = panel::row(&self.title, &heads, self.panel_size)?;
        // A decade above the floor at least, and whole decades, so that figures compare.
        let top = 10f64.powf(most.log10().ceil()).max(10.0 * self.floor);
        let axis = Axis { scale: Scale::Log, range: Some([self.floor, top]), ..Axis::default() };
        let ratios = ratios(&self.panels);
        let mut plots = Vec::new();
        for (panel, cell) in self.panels.iter().zip(cells) {
            let room = Room::Up(panel::plot_height(&cell));
            let values = Ruler::new(&axis, "floor", std::iter::empty(), room, TICK_LABEL)?;
            let mut area = panel::plot_area(&cell, &panel.ruler(room)?, &values)?;
            area.right -= BAR_TITLE;
            plots.push((panel, area, values, Key::new(panel.key(&ratios), area.width())));
        }
        // Plots stand at the same height, however many rows their keys have.
        let strip = plots.iter().map(|(.., key)| key.height()).fold(0.0, f64::max);
        for (panel, mut area, values, key) in plots {
            let bottom = area.top + strip;
            key.draw(&mut canvas, &Rect { bottom, ..area });
            area.top = bottom;
            if area.width() < 50.0 || area.height() < 50.0 {
                let [width, height] = self.panel_size;
                let expected = "enough for labels and a plot";
                return Err(Error::parameter("panel_size", format!("{width}x{height}"), expected));
            }
            panel.draw(&mut canvas, area, &values, &ratios)?;
        }
        Ok(Drawing::new(canvas))
    }
}

impl StatisticalEyePanel<'_> {
    /// Checks the data, and returns the largest probability.
    fn check(&self, floor: f64) -> Result<f64> {
        let (rows, columns) = self.density.dim();
        if rows == 0 || columns == 0 {
            let shape = format!("{rows} x {columns} cells");
            return Err(Error::parameter("density", shape, "at least 1 x 1"));
        }
        if let Some(wrong) = self.density.iter().find(|p| !(0.0..=1.0 + 1e-9).contains(*p)) {
            return Err(Error::parameter("density", wrong, "a probability in every cell"));
        }
        let most = self.density.iter().copied().fold(0.0, f64::max);
        if !(floor > 0.0 && floor < most) {
            let expected = format!("above zero and below the largest probability, {most:e}");
            return Err(Error::parameter("floor", format!("{floor:e}"), expected));
        }
        for contour in &self.contours {
            let name = format!("contour at {:e}", contour.ratio);
            let finite = contour.outline.iter().flatten().all(|value| value.is_finite());
            let upright = contour.outline.iter().all(|[_, low, high]| low <= high);
            let ordered = contour.outline.windows(2).all(|pair| pair[0][0] <= pair[1][0]);
            if !(finite && upright && ordered) || contour.outline.is_empty() {
                let expected = "finite points in the order of phase, each with low below high";
                return Err(Error::parameter(&name, "a list of other points", expected));
            }
            if !(contour.ratio > 0.0 && contour.ratio < 1.0) {
                return Err(Error::parameter("ratio", contour.ratio, "between 0 and 1"));
            }
        }
        let phases = [("receiver_phase", self.receiver_phase), ("best_phase", self.best_phase)];
        let phases = phases.into_iter().filter_map(|(name, phase)| Some((name, phase?)));
        let thresholds = self.thresholds.iter().map(|&threshold| ("threshold", threshold));
        for (name, value) in phases.chain(thresholds) {
            if !value.is_finite() {
                return Err(Error::parameter(name, value, "finite"));
            }
        }
        Ok(most)
    }

    fn axes(&self) -> [Axis; 2] {
        let axis =
            |label: String, range: [f64; 2]| Axis { label, range: Some(range), ..Axis::default() };
        [
            axis("Phase (UI)".into(), self.phase),
            axis(format!("Amplitude ({})", self.unit), self.amplitude),
        ]
    }

    fn ruler(&self, room: Room) -> Result<Ruler> {
        Ruler::new(&self.axes()[1], "amplitude", std::iter::empty(), room, TICK_LABEL)
    }

    /// What the lines of the plot are.
    fn key(&self, ratios: &[f64]) -> Vec<Entry> {
        let own = self.contours.iter().map(|contour| rank(ratios, contour.ratio));
        let own: BTreeSet<usize> = own.collect();
        let contours = own.into_iter().enumerate().map(|(place, rank)| Entry {
            name: format!("{}{}", if place == 0 { "BER " } else { "" }, scientific(ratios[rank])),
            pen: contour_pen(rank),
        });
        let phase = |ui: f64| format!("{ui:+.3} UI").replace('-', "−");
        let lines = [
            (self.receiver_phase.map(|ui| format!("receiver {}", phase(ui))), RECEIVER),
            (self.best_phase.map(|ui| format!("best phase {}", phase(ui))), BEST),
            ((!self.thresholds.is_empty()).then(|| "thresholds".to_owned()), THRESHOLD),
        ];
        let lines = lines.into_iter().filter_map(|(name, pen)| Some(Entry { name: name?, pen }));
        contours.chain(lines).collect()
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, values: &Ruler, ratios: &[f64]) -> Result<()> {
        let [phase, amplitude] = self.axes();
        let room = Room::Across(area.width());
        let x = Ruler::new(&phase, "phase", std::iter::empty(), room, TICK_LABEL)?;
        let frame = Frame { area, x, y: self.ruler(Room::Up(area.height()))? };
        let grade = |probability: f64| {
            let share = values.fraction(probability);
            if share < 0.0 { 0.0 } else { density::grade(share.min(1.0) as f32, BEND) }
        };
        let pixels = [area.width() as usize, area.height() as usize];
        let picture = density::picture(&self.density, grade, pixels);
        canvas.add(Shape::Image([area.left, area.top], picture));
        canvas.clip = Some(area);
        frame.grid(canvas, [255, 255, 255], 0.13);
        let Rect { left, right, top, bottom } = area;
        for &threshold in &self.thresholds {
            let y = crisp(frame.place([0.0, threshold])[1]);
            lit(canvas, vec![[left, y], [right, y]], THRESHOLD);
        }
        for (phase, pen) in [(self.best_phase, BEST), (self.receiver_phase, RECEIVER)] {
            if let Some(phase) = phase {
                let x = crisp(frame.place([phase, 0.0])[0]);
                lit(canvas, vec![[x, top], [x, bottom]], pen);
            }
        }
        for contour in &self.contours {
            let there = contour.outline.iter().map(|p| frame.place([p[0], p[1]]));
            let back = contour.outline.iter().rev().map(|p| frame.place([p[0], p[2]]));
            let mut line: Vec<Point> = there.chain(back).collect();
            line.push(line[0]);
            lit(canvas, line, contour_pen(rank(ratios, contour.ratio)));
        }
        canvas.clip = None;
        frame.border(canvas, [&phase.label, &amplitude.label]);
        panel::color_bar(canvas, &area, values, BEND);
        let cell = (self.amplitude[1] - self.amplitude[0]) / self.density.nrows() as f64;
        canvas.text(Text {
            at: [right + panel::bar_room(values) + BAR_TITLE - 8.0, 0.5 * (top + bottom)],
            anchor: Anchor::Middle,
            turned: true,
            ..label(&format!("Probability in {} {}", significant(cell), self.unit), TEXT.into())
        });
        Ok(())
    }
}

/// All error ratios that contours have, the highest first.
fn ratios(panels: &[StatisticalEyePanel<'_>]) -> Vec<f64> {
    let all = panels.iter().flat_map(|panel| &panel.contours).map(|contour| contour.ratio);
    let mut ratios: Vec<f64> = all.collect();
    ratios.sort_by(|a, b| b.total_cmp(a));
    ratios.dedup();
    ratios
}

fn rank(ratios: &[f64], ratio: f64) -> usize {
    ratios.iter().take_while(|other| **other > ratio).count()
}

fn contour_pen(rank: usize) -> Pen {
    line(CONTOURS[rank % CONTOURS.len()], 1.6, &[])
}

const fn line(color: Color, width: f64, dash: &'static [f64]) -> Pen {
    Pen { ink: Ink { color, opacity: 1.0 }, width, dash }
}

/// A length of the amplitude axis, with three digits at most.
fn significant(value: f64) -> String {
    let decimals = (2.0 - value.log10().floor()).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// Draws a bright line on a dark one, which shows in its gaps too.
fn lit(canvas: &mut Canvas, points: Vec<Point>, pen: Pen) {
    canvas.path(points.clone(), Pen::solid(CASING, 2.0 * pen.width));
    canvas.path(points, pen);
}
