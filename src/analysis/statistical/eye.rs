//! The statistical eye: all instants of a unit interval, and what is measured between them.

use ndarray::{Array2, ArrayView1, ShapeBuilder};

use super::cut::{ErrorRatios, EyeCut, Room};
use super::engine::Engine;
use super::link::LinearLink;
use super::tilted::Work;
use super::timing::{Timing, mean, mean_of_logs};
use crate::kernel::fft::RealFft;
use crate::unit::check;
use crate::{Result, parallel};

/// The least probability of a row that is kept.
const KEPT: f64 = 1e-20;

/// The smallest error ratio that openings are measured at.
const LEAST_RATIO: f64 = 1e-18;

/// The probability density of a link's eye, and the error ratios in it.
///
/// Columns are the samples of one unit interval about the decision instant. The density of all
/// levels together is the same one unit interval further on.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct StatisticalEye {
    /// The lower edge of the first and the upper edge of the last row, in the slicer's unit.
    pub amplitude: [f64; 2],
    /// The density of each level, the lowest first, shape `[rows, phases]`: the probability that
    /// the input is in a row, given the level. Row 0 is the lowest.
    #[cfg_attr(feature = "config", serde(skip))]
    pub density: Vec<Array2<f64>>,
    /// For each eye, the lowest first, shape `[rows + 1, phases]`: the error ratio of its threshold
    /// if that were at the lower edge of a row, as [`ErrorRatios::thresholds`]. A column is a
    /// vertical bathtub.
    #[cfg_attr(feature = "config", serde(skip))]
    pub bathtub: Vec<Array2<f64>>,
    /// The slicer's thresholds, lowest first.
    pub thresholds: Vec<f64>,
    /// Error ratios at the slicer's thresholds at each phase: the horizontal bathtub.
    pub ratios: Vec<ErrorRatios>,
    /// Which of the phases is the decision instant.
    pub receiver: usize,
    /// Which of them has the lowest bit error ratio.
    pub best: usize,
    /// The smallest standard deviation of noise that was counted with, in the slicer's unit. Less
    /// noise was raised to it.
    pub resolution: f64,
}

/// How far the eyes are open at an error ratio.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct EyeContours {
    /// The error ratio.
    pub ratio: f64,
    /// Each eye, the lowest first.
    pub eyes: Vec<EyeContour>,
}

/// The contour of one eye.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct EyeContour {
    /// The lowest and the highest threshold with this error ratio, for each phase; `None` where the
    /// eye is closed.
    pub edges: Vec<Option<[f64; 2]>>,
    /// The distance between them at the decision instant; 0 if the eye is closed.
    pub height: f64,
    /// The unit intervals about the decision instant during which the slicer's threshold has this
    /// error ratio or a lower one; 0 if it has a higher one at the decision instant. At most 1.
    pub width_ui: f64,
}

/// What one phase contributes.
struct Column {
    ratios: ErrorRatios,
    density: Vec<Vec<f64>>,
    bathtub: Vec<Vec<f64>>,
}

impl StatisticalEye {
    /// The eye of a link, with at least so many rows over all voltages that are possible. Rows
    /// that are never reached are cut off at either end.
    ///
    /// The samples of the link's pulse are the columns: 32 or 64 a symbol make a fine eye.
    ///
    /// # Errors
    /// If a length or a value of the link is wrong, or there are more than 8192 rows.
    pub fn of(link: &LinearLink, rows: usize) -> Result<Self> {
        check::count("rows", rows, &(1..=1 << 13))?;
        let offsets = link.offsets();
        let engine = Engine::new(link, offsets.clone(), rows)?;
        let fft = RealFft::new(engine.scale.rows);
        let state = || (Work::default(), Room::new(&fft));
        let columns = parallel::map(offsets.len(), state, |(work, room), at| {
            Column::of(&engine.cut(at, work), &fft, room)
        });
        let columns = displaced(columns, &link.timing);
        let reached = |row: &usize| {
            let is_kept = |density: &Vec<f64>| density[*row] > KEPT;
            columns.iter().any(|column| column.density.iter().any(is_kept))
        };
        let all = 0..engine.scale.rows - 1;
        let first = all.clone().find(reached).unwrap_or(0);
        let last = all.clone().rev().find(reached).unwrap_or(all.end - 1);
        let table = |of: &dyn Fn(&Column) -> &Vec<f64>, rows: usize| {
            let mut values = Array2::zeros((rows, columns.len()).f());
            for (mut to, column) in values.columns_mut().into_iter().zip(&columns) {
                to.assign(&ArrayView1::from(&of(column)[first..first + rows]));
            }
            values
        };
        let levels = link.levels.len();
        let rows = last + 1 - first;
        let ber = |at: &usize| columns[*at].ratios.ber;
        let receiver = -offsets.start as usize;
        // The decision instant, if no other is better.
        let best = (0..columns.len()).fold(
            receiver,
            |best, at| {
                if ber(&at) < ber(&best) { at } else { best }
            },
        );
        Ok(Self {
            amplitude: [engine.scale.edge(first), engine.scale.edge(last + 1)],
            density: (0..levels).map(|level| table(&|c| &c.density[level], rows)).collect(),
            bathtub: (0..levels - 1).map(|eye| table(&|c| &c.bathtub[eye], rows + 1)).collect(),
            thresholds: link.thresholds.clone(),
            ratios: columns.iter().map(|column| column.ratios.clone()).collect(),
            receiver,
            best,
            resolution: engine.scale.sigma,
        })
    }

    /// The density of all levels together, equally likely.
    pub fn joint_density(&self) -> Array2<f64> {
        let sum = self.density.iter().skip(1).fold(self.density[0].clone(), |sum, of| sum + of);
        sum / self.density.len() as f64
    }

    /// The thresholds that the rows of [`StatisticalEye::bathtub`] stand for, the lowest first.
    pub fn row_edges(&self) -> Vec<f64> {
        let rows = self.density[0].nrows();
        let step = (self.amplitude[1] - self.amplitude[0]) / rows as f64;
        (0..=rows).map(|row| self.amplitude[0] + row as f64 * step).collect()
    }

    /// How far the eyes are open at an error ratio.
    ///
    /// Edges lie between rows by interpolation of the logarithm, to 1 % of the smallest sigma.
    ///
    /// # Errors
    /// If the ratio is not between 1e-18 and 0.5.
    pub fn contours(&self, ratio: f64) -> Result<EyeContours> {
        check::within("ratio", ratio, &(LEAST_RATIO..=0.5))?;
        let edges = self.row_edges();
        let eyes = (0..self.thresholds.len())
            .map(|eye| {
                let of_phase =
                    |phase| opening(&edges, &self.bathtub[eye].column(phase).to_vec(), ratio);
                let edges: Vec<_> = (0..self.ratios.len()).map(of_phase).collect();
                let height = edges[self.receiver].map_or(0.0, |[low, high]| high - low);
                EyeContour { edges, height, width_ui: self.width(eye, ratio) }
            })
            .collect();
        Ok(EyeContours { ratio, eyes })
    }

    /// The unit intervals about the decision instant with an error ratio or a lower one.
    fn width(&self, eye: usize, ratio: f64) -> f64 {
        let at = |phase: usize| self.ratios[phase].thresholds[eye];
        if at(self.receiver) > ratio {
            return 0.0;
        }
        let phases = self.ratios.len();
        let mut width = 0.0;
        let right = (self.receiver..phases).map(|phase| phase % phases);
        let left = (0..=self.receiver).rev();
        for side in [right.collect::<Vec<_>>(), left.collect()] {
            for pair in side.windows(2) {
                if at(pair[1]) > ratio {
                    width += crossing([0.0, 1.0], [at(pair[0]), at(pair[1])], ratio);
                    break;
                }
                width += 1.0;
            }
        }
        width / phases as f64
    }
}

impl Column {
    fn of(cut: &EyeCut, fft: &RealFft, room: &mut Room) -> Self {
        let ratios = cut.ratios();
        let eyes = ratios.thresholds.len();
        let mut bathtub = vec![vec![0.0; fft.len()]; eyes];
        let mut density = Vec::new();
        let share = 1.0 / cut.all_bits();
        for level in 0..=eyes {
            let [above, below] = cut.curves(level, fft, room);
            for (eye, bathtub) in bathtub.iter_mut().enumerate() {
                let wrong = if level <= eye { &above } else { &below };
                bathtub.iter_mut().zip(wrong).for_each(|(sum, tail)| *sum += share * tail);
            }
            let row = |(above, below): (&[f64], &[f64])| {
                // The difference of the smaller tails, in which no digits cancel.
                let inside =
                    if above[0] < below[1] { above[0] - above[1] } else { below[1] - below[0] };
                inside.max(0.0)
            };
            density.push(above.windows(2).zip(below.windows(2)).map(row).collect());
        }
        Self { ratios, density, bathtub }
    }
}

/// Columns as they are under slow displacements.
fn displaced(columns: Vec<Column>, timing: &Timing) -> Vec<Column> {
    if *timing == Timing::STILL {
        return columns;
    }
    let all: Vec<[Vec<Vec<f64>>; 2]> = columns
        .iter()
        .map(|Column { ratios, bathtub, .. }| {
            let flat = [&[ratios.ber, ratios.ser][..], &ratios.thresholds].concat();
            [vec![flat], bathtub.clone()].map(|curves| {
                let log = |value: f64| value.max(f64::MIN_POSITIVE).ln();
                curves.into_iter().map(|curve| curve.into_iter().map(log).collect()).collect()
            })
        })
        .collect();
    parallel::map(
        columns.len(),
        || (),
        |(), at| {
            let readings = timing.readings(at, columns.len());
            let probabilities = |kind: usize, curve: usize| {
                let logs: Vec<&[f64]> = all.iter().map(|of| of[kind][curve].as_slice()).collect();
                mean_of_logs(&readings, &logs)
            };
            let density = |level: usize| {
                let curves: Vec<&[f64]> =
                    columns.iter().map(|column| column.density[level].as_slice()).collect();
                mean(&readings, &curves)
            };
            let here = &columns[at];
            let flat = probabilities(0, 0);
            Column {
                ratios: ErrorRatios {
                    phase_ui: here.ratios.phase_ui,
                    ber: flat[0],
                    ser: flat[1],
                    thresholds: flat[2..].to_vec(),
                },
                density: (0..here.density.len()).map(density).collect(),
                bathtub: (0..here.bathtub.len()).map(|eye| probabilities(1, eye)).collect(),
            }
        },
    )
}

/// Where a vertical bathtub is at a ratio or below it, about its lowest point.
fn opening(edges: &[f64], bathtub: &[f64], ratio: f64) -> Option<[f64; 2]> {
    let best = (0..bathtub.len()).min_by(|&a, &b| bathtub[a].total_cmp(&bathtub[b]))?;
    if bathtub[best] > ratio {
        return None;
    }
    let between = |inside: usize, outside: usize| {
        let values = [bathtub[inside], bathtub[outside]];
        crossing([edges[inside], edges[outside]], values, ratio)
    };
    let above = (best..bathtub.len()).find(|&row| bathtub[row] > ratio);
    let below = (0..best).rev().find(|&row| bathtub[row] > ratio);
    Some([
        below.map_or(edges[0], |row| between(row + 1, row)),
        above.map_or(edges[edges.len() - 1], |row| between(row - 1, row)),
    ])
}

/// Where the logarithm of a ratio, linear between two places, has a value.
fn crossing(places: [f64; 2], ratios: [f64; 2], ratio: f64) -> f64 {
    let [start, end] = ratios.map(|ratio| ratio.max(f64::MIN_POSITIVE).ln());
    places[0] + (places[1] - places[0]) * (ratio.ln() - start) / (end - start)
}
