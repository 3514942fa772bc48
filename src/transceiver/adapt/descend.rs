//! Adaptation by gradient descent, and how its error falls.

use super::form::{Form, Observed, Taps};
use crate::kernel::fir::Runs;
use crate::kernel::lms::{Lms, Rule, Weights};
use crate::{Error, Result};

/// Symbols of the first mean of squared errors.
const FIRST_BLOCK: usize = 32;

/// Each later mean is over this fraction of the symbols before it.
const GROWTH: usize = 10;

/// The error of an equalizer that adapts, at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvergencePoint {
    /// Training symbols seen so far.
    pub symbols: usize,
    /// Mean square error at the slicer's input since the point before, in levels squared: over
    /// 32 symbols at first, over a tenth of the symbols so far later.
    pub mse: f64,
}

/// How taps descend: by which rule, in which steps for inputs of unit power, and how often over the
/// training records.
#[derive(Clone, Copy, Debug)]
pub(in crate::transceiver) struct Descent {
    pub(super) rule: Rule,
    pub(super) step: f64,
    pub(super) passes: usize,
}

impl Descent {
    /// The step for inputs of a mean square.
    pub(in crate::transceiver) fn scaled(rule: Rule, step: f64, power: f64) -> f64 {
        match rule {
            Rule::Products => step / power,
            Rule::Signs => step / power.sqrt(),
        }
    }
}

impl Form {
    /// The taps after stochastic gradient descent over training records, begun from the best gain
    /// alone, and the error on the way. Floating taps are where `placed` has them. `power` is the
    /// mean square of the samples, `level_power` that of the levels.
    ///
    /// # Errors
    /// If there is no best gain, or the taps diverge.
    pub(super) fn descend(
        &self,
        records: &[Observed],
        descent: Descent,
        placed: &Taps,
        (power, level_power): (f64, f64),
    ) -> Result<(Taps, Vec<ConvergencePoint>)> {
        let Descent { rule, step, passes } = descent;
        let mut ffe = vec![0.0; self.reach];
        ffe[self.cursor] = Self::gain(self.spacing).least_squares(records)?.0.ffe[0];
        let mut dfe: Vec<f64> =
            self.bounds.iter().map(|(low, high)| 0f64.clamp(*low, *high)).collect();
        let (forward, back) =
            (Runs::of(self.taps, &placed.ffe), Runs::of(self.leading, &placed.dfe));
        let feedforward =
            Weights { values: &mut ffe, runs: &forward, step: Descent::scaled(rule, step, power) };
        let feedback = Weights {
            values: &mut dfe,
            runs: &back,
            step: Descent::scaled(rule, step, level_power),
        };
        let mut lms = Lms {
            feedforward,
            feedback,
            rule,
            limits: (self.cursor, &self.limits),
            bounds: &self.bounds,
        };
        let mut course = Course::default();
        for _ in 0..passes {
            for record in records {
                for (n, &level) in record.levels().iter().enumerate() {
                    let newest = n * self.spacing + self.cursor;
                    let output =
                        lms.step(&record.samples, newest, record.past(n, self.feedback), |_| level);
                    course.add((level - output).powi(2));
                }
            }
        }
        if ffe.iter().chain(&dfe).all(|tap| tap.is_finite()) {
            Ok((Taps { ffe, dfe, loading: 0.0 }, course.points))
        } else {
            let name = match rule {
                Rule::Products => "ffe.adaptation.lms.step",
                Rule::Signs => "ffe.adaptation.sign-sign-lms.step",
            };
            Err(Error::parameter(name, step, "small enough to converge"))
        }
    }
}

/// Means of squared errors over blocks that grow.
#[derive(Default)]
struct Course {
    points: Vec<ConvergencePoint>,
    seen: usize,
    sum: f64,
    count: usize,
}

impl Course {
    fn add(&mut self, square: f64) {
        self.seen += 1;
        self.sum += square;
        self.count += 1;
        if self.count >= FIRST_BLOCK && self.count * GROWTH >= self.seen - self.count {
            let mse = self.sum / self.count as f64;
            self.points.push(ConvergencePoint { symbols: self.seen, mse });
            (self.sum, self.count) = (0.0, 0);
        }
    }
}
