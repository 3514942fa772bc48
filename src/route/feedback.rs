//! What the slicer's inputs would be with right feedback, and how their noise is correlated.

use super::trained::{Received, TrainedHop};
use super::{Records, Route};
use crate::Result;
use crate::analysis::SemiAnalytic;
use crate::kernel::rng::Key;
use crate::parallel;

/// Symbols that correlations are found from, at most: each is good to 0.004.
const SYMBOLS: usize = 1 << 16;

/// How many symbols apart noise is correlated, at most.
const LAGS: usize = 12;

impl TrainedHop {
    /// The slicer's inputs, had the feedback known what was sent.
    pub(super) fn with_right_feedback(&self, received: &Received) -> Vec<f64> {
        let mut inputs = received.inputs.clone();
        let count = inputs.len();
        let level = |symbol: u8| self.hop.modulation.level(symbol);
        let pairs = received.decided.values().iter().zip(received.coded.values());
        for (n, (&decided, &sent)) in pairs.enumerate().filter(|(_, (a, b))| a != b) {
            for (j, tap) in self.adapted.dfe.iter().enumerate() {
                inputs[(n + j + 1) % count] += tap * (level(decided) - level(sent));
            }
        }
        inputs
    }

    /// Correlations of the noise of symbols 1, 2, ... apart, in deviations of each, where feedback
    /// or a decoder carries errors on; none without noise.
    pub(super) fn correlations(
        &self,
        route: &Route,
        records: &Records,
        model: &SemiAnalytic,
    ) -> Result<Vec<f64>> {
        if model.feedback.is_empty() && !model.precoding {
            return Ok(Vec::new());
        }
        let root = Key::root(records.seed);
        let count = SYMBOLS.div_ceil(records.symbols).min(model.records.len());
        let sums = parallel::map(
            count,
            || self.bench(),
            |bench, record| -> Result<[f64; LAGS + 1]> {
                let coded = self.coded(&route.symbols(records, record)?);
                let received = self.receive(coded, root, record as u64, bench)?;
                let mut sums = [0.0; LAGS + 1];
                if received.slips > 0 {
                    return Ok(sums);
                }
                let inputs = self.with_right_feedback(&received);
                let noise: Vec<f64> = inputs
                    .iter()
                    .zip(&model.records[record])
                    .map(|(with, input)| match input.deviation() {
                        0.0 => 0.0,
                        deviation => (with - input.value) / deviation,
                    })
                    .collect();
                for (lag, sum) in sums.iter_mut().enumerate() {
                    let later = noise.iter().cycle().skip(lag);
                    *sum = noise.iter().zip(later).map(|(a, b)| a * b).sum();
                }
                Ok(sums)
            },
        );
        let mut all = [0.0; LAGS + 1];
        for sums in sums {
            for (all, sum) in all.iter_mut().zip(sums?) {
                *all += sum;
            }
        }
        let [power, products @ ..] = all;
        let correlations = products.map(|product| product / power).to_vec();
        Ok(if power > 0.0 { correlations } else { Vec::new() })
    }
}
