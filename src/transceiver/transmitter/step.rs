//! The steps that a transmitter's output is made of.

use std::f64::consts::SQRT_2;

use crate::signal::Grid;
use crate::unit::Seconds;
use crate::{Error, Result};

/// Displacements within a sample that the table of steps holds; linear interpolation between them
/// is good to 1e-5 of a step.
const TABLE_STEPS: usize = 64;

/// Where a Gaussian step is taken to begin and end, in standard deviations: 1e-9 is left out.
const REACH: f64 = 6.0;

/// What a unit step adds from each sample to the next.
#[derive(Clone, Debug)]
pub(super) struct StepTable {
    /// One row for each displacement of the step within a sample, `2 half + 1` entries each.
    rows: Vec<Vec<f64>>,
    /// Slope of a unit step that stands on a sample, per sample, from `half` samples before it to
    /// as many after it.
    slope: Vec<f64>,
    /// Its curvature, per sample squared.
    curvature: Vec<f64>,
    /// Samples before the step's first that it begins to show.
    half: usize,
}

impl StepTable {
    pub(super) fn new(sigma: f64, grid: Grid) -> Result<Self> {
        let dt = grid.dt();
        // What a Gaussian edge leaves at half the sample rate folds back.
        let leak = (-0.5 * (std::f64::consts::PI * sigma / dt).powi(2)).exp();
        if leak > 0.01 {
            let expected = format!(
                "slower for {} samples per symbol: {:.1} % of the edge's spectrum would fold back",
                grid.samples_per_symbol(),
                100.0 * leak
            );
            let value = format!("{} (20 to 80 %)", Seconds(1.6832 * sigma));
            return Err(Error::parameter("edge", value, expected));
        }
        // The saturating cast of an endless edge is longer than any record.
        let half = ((REACH * sigma / dt).ceil() as usize).saturating_add(1);
        if half > (grid.len() - 1) / 2 {
            let expected =
                format!("shorter than the record of {}", Seconds(grid.len() as f64 * dt));
            return Err(Error::parameter("edge", Seconds(2.0 * REACH * sigma), expected));
        }
        let step = |t: f64| 0.5 * libm::erfc(-t * dt / (sigma * SQRT_2));
        let rows = (0..=TABLE_STEPS)
            .map(|i| {
                let after = i as f64 / TABLE_STEPS as f64;
                (0..=2 * half)
                    .map(|m| {
                        let t = m as f64 - half as f64 + after;
                        step(t) - step(t - 1.0)
                    })
                    .collect()
            })
            .collect();
        let slope: Vec<f64> = (0..=2 * half)
            .map(|m| {
                let deviations = (m as f64 - half as f64) * dt / sigma;
                (-0.5 * deviations * deviations).exp() * dt
                    / (sigma * (2.0 * std::f64::consts::PI).sqrt())
            })
            .collect();
        let deviations = |m: usize| (m as f64 - half as f64) * (dt / sigma).powi(2);
        let curvature = slope.iter().enumerate().map(|(m, s)| -s * deviations(m)).collect();
        Ok(Self { rows, slope, curvature, half })
    }

    /// How a value that answers to each sample of a periodic record by `sensitivity` answers to a
    /// unit step that stands on sample `at`, less the value's answer to one on sample 0 whose
    /// spread is nothing. `total` holds the sums of all sensitivities before each sample.
    pub(super) fn answer(&self, total: &[f64], at: usize) -> f64 {
        let len = total.len() - 1;
        // Each increment lasts to the end of time: what it leaves out is what came before it.
        let increments = self.rows[0].iter().zip(at as i64 - self.half as i64..);
        -increments
            .map(|(increment, start)| {
                let turns = start.div_euclid(len as i64) as f64;
                increment * (total[start.rem_euclid(len as i64) as usize] + turns * total[len])
            })
            .sum::<f64>()
    }

    /// The first and the second derivative of the value by a displacement of such a step, by one
    /// sample, to later.
    pub(super) fn answers_to_delay(&self, sensitivity: &[f64], at: usize) -> [f64; 2] {
        let len = sensitivity.len() as i64;
        let first = at as i64 - self.half as i64;
        let mut sums = [0.0; 2];
        for ((slope, curvature), n) in self.slope.iter().zip(&self.curvature).zip(first..) {
            let s = sensitivity[n.rem_euclid(len) as usize];
            sums[0] -= slope * s;
            sums[1] += curvature * s;
        }
        sums
    }

    /// Adds the increments of a step of `height` at `position` (in samples) to the increments of
    /// a periodic record. What falls before the record belongs to its end as well, and to the
    /// value that it starts from; what falls behind it the other way round.
    pub(super) fn add(&self, increments: &mut [f64], start: &mut f64, position: f64, height: f64) {
        let first = position.ceil();
        let fine = (first - position) * TABLE_STEPS as f64;
        let row = (fine as usize).min(TABLE_STEPS - 1);
        let weight = fine - row as f64;
        let pairs = self.rows[row].iter().zip(&self.rows[row + 1]);
        let added = pairs.map(|(a, b)| height * (a + weight * (b - a)));

        let len = increments.len();
        let begin = first as i64 - self.half as i64;
        if begin >= 0 && begin as usize + 2 * self.half < len {
            for (x, added) in increments[begin as usize..].iter_mut().zip(added) {
                *x += added;
            }
        } else {
            for (at, added) in (begin..).zip(added) {
                let turns = at.div_euclid(len as i64);
                *start -= turns as f64 * added;
                increments[at.rem_euclid(len as i64) as usize] += added;
            }
        }
    }
}
