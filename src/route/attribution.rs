//! Where the mean square error at a slicer comes from.

use super::Records;
use super::Route;
use super::analytic::{Analysis, TRANSMITTER};
use super::quiet::Quiet;
use super::statistical::Linearized;
use super::trained::TrainedHop;
use crate::Result;
use crate::engine::{Options, Output};
use crate::kernel::rng::Key;
use crate::parallel;

/// Symbols that effects without a linear reading are found from, at most.
const ABLATION_SYMBOLS: usize = 1 << 16;

/// The mean square error at a slicer, by where it comes from.
///
/// # Formula
/// - Each source of noise: its power density through everything behind it, to the slicer, where
///   nonlinear elements have the slope that the signal gives them; the mean over the symbols.
/// - Intersymbol interference: what the pulse response leaves beside its cursor.
/// - Sinusoidal jitter that the clock does not follow: half the square of its amplitude times the
///   mean square of the slope by which slicer inputs follow a delay of all edges.
/// - Crosstalk: the mean square of what the aggressors change in records without noise.
/// - Nonlinearity: what remains of the error without noise.
/// - Wrong feedback: what the error of all symbols is above what it would have been with feedback of
///   the symbols sent.
/// - Phase noise and the like, which do not show to the first order: the difference of the error of
///   the same records with and without it.
///
/// A share by transfer is what a source adds. What the error falls by without the source is less
/// where there are gain controls, which amplify what is left, other noise included.
///
/// # Assumptions
/// Parts are uncorrelated. The shares of nonlinearity and of second-order effects may be a little
/// below zero where others overlap with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// What contributes, in the order of the signal.
    pub shares: Vec<Share>,
    /// The error as it was measured over all symbols, in levels squared.
    pub measured: f64,
}

impl Attribution {
    /// The sum of all shares.
    pub fn sum(&self) -> f64 {
        self.shares.iter().map(|share| share.variance).sum()
    }

    /// Adds what feedback of wrong decisions does to the error.
    pub(super) fn add_wrong_feedback(&mut self, variance: f64) {
        if variance != 0.0 {
            let (stage, name) = (INTERFERENCE.to_owned(), "wrong feedback".to_owned());
            self.shares.push(Share { stage, name, variance });
        }
    }
}

/// One part of a mean square error.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The stage that it comes from, or `transmitter` or `interference`.
    pub stage: String,
    /// What it is.
    pub name: String,
    /// How much, in levels squared.
    pub variance: f64,
}

/// The stage that interference is listed under.
const INTERFERENCE: &str = "interference";

impl TrainedHop {
    /// Splits the mean square error `measured` at the slicer.
    ///
    /// # Errors
    /// If an element of the hop cannot be analyzed.
    pub(super) fn attribute(
        &self,
        route: &Route,
        records: &Records,
        analysis: &Analysis,
        linearized: &Linearized,
        measured: f64,
    ) -> Result<Attribution> {
        let inputs = || analysis.model.records.iter().flatten();
        let count = inputs().count() as f64;
        let level = |symbol| self.hop.modulation.level(symbol);
        let quiet =
            inputs().map(|input| (input.value - level(input.sent)).powi(2)).sum::<f64>() / count;
        let followed = inputs().flat_map(|input| &input.two_valued).map(|d| d.shift * d.shift);
        let followed = followed.sum::<f64>() / count;

        let mut shares: Vec<Share> = Vec::new();
        let share = |stage: &str, name: &str, variance: f64| Share {
            stage: stage.to_owned(),
            name: name.to_owned(),
            variance,
        };
        // The transmitter comes first, then the stages in the order of the signal.
        let (first, later): (Vec<_>, Vec<_>) =
            analysis.noise.sources.iter().partition(|(stage, ..)| stage == TRANSMITTER);
        for (stage, name, variance) in first.into_iter().chain(later) {
            let more = if name == "dual-Dirac jitter" { followed } else { 0.0 };
            shares.push(share(stage, name, variance + more));
        }
        let swaying = 0.5 * self.slow_timing().sinusoidal.powi(2) * analysis.noise.drift;
        shares.push(share(TRANSMITTER, "sinusoidal jitter", swaying));
        for (stage, name) in self.sampled.stateful() {
            let variance = self.ablated(route, records, &format!("{stage}/{name}"))?;
            if variance != 0.0 {
                shares.push(share(&stage, &name, variance));
            }
        }
        // What a record draws once is in the signal without noise as well.
        let mut drawn = 0.0;
        for (stage, name) in self.sampled.drawn() {
            let variance = self.ablated(route, records, &format!("{stage}/{name}"))?;
            drawn += variance;
            shares.push(share(&stage, &name, variance));
        }
        let crosstalk = self.crosstalk(route, records)?;
        for (name, variance) in &crosstalk {
            shares.push(share(INTERFERENCE, name, *variance));
        }
        let foreign: f64 = crosstalk.iter().map(|(_, variance)| variance).sum();
        shares.push(share(INTERFERENCE, "residual ISI", linearized.interference));
        let known = foreign + drawn + linearized.interference + swaying;
        shares.push(share(INTERFERENCE, "nonlinearity", quiet - known));
        shares.retain(|share| share.variance != 0.0);
        Ok(Attribution { shares, measured })
    }

    /// By how much the mean square error falls without a source, on the same records.
    fn ablated(&self, route: &Route, records: &Records, source: &str) -> Result<f64> {
        let grid = self.sampled.grid();
        let output = Output::Sampled {
            per_symbol: self.sampled.output_grid().samples_per_symbol(),
            delay: self.adapted.delay * grid.dt(),
        };
        let silent = vec![source.to_owned()];
        let without =
            self.link.plan_with(grid, &Options { silent, output, ..Options::default() })?;
        let root = Key::root(records.seed);
        let count = ABLATION_SYMBOLS.div_ceil(records.symbols).min(records.count);
        let quiet = Quiet::of(self);
        let changes = parallel::map(
            count,
            || (quiet.bench(), self.sampled.workspace(), without.workspace()),
            |(bench, with, silent), record| {
                let coded = self.coded(&route.symbols(records, record)?);
                let index = record as u64;
                let (input, beside) = quiet.noisy(&coded, root, index, bench)?;
                let key = root.indexed(index);
                let error = |samples: &[f64]| {
                    let inputs = self.receiver.digital.quiet_inputs(&self.adapted, samples, &coded);
                    let errors = inputs.iter().zip(coded.levels()).map(|(z, a)| (z - a).powi(2));
                    errors.sum::<f64>() / coded.len() as f64
                };
                let with = error(self.sampled.run_beside(input, beside, key, with).samples());
                let silent = error(without.run_beside(input, beside, key, silent).samples());
                Ok(with - silent)
            },
        );
        let changes = changes.into_iter().collect::<Result<Vec<f64>>>()?;
        Ok(changes.iter().sum::<f64>() / count as f64)
    }

    /// The mean square of what the aggressors of each kind change at the slicer.
    fn crosstalk(&self, route: &Route, records: &Records) -> Result<Vec<(String, f64)>> {
        if self.neighbors.is_empty() {
            return Ok(Vec::new());
        }
        let quiet = Quiet::of(self);
        let coded = self.coded(&route.symbols(records, 0)?);
        let digital = &self.receiver.digital;
        let mut bench = quiet.bench();
        let alone = quiet.send(&coded, records, 0, false, &mut bench)?;
        let alone = digital.quiet_inputs(&self.adapted, &alone, &coded);
        let mut kinds: Vec<(String, f64)> = Vec::new();
        for (index, neighbor) in self.neighbors.iter().enumerate() {
            let with = quiet.send_beside(&coded, records, 0, index, &mut bench)?;
            let with = digital.quiet_inputs(&self.adapted, &with, &coded);
            let changes = with.iter().zip(&alone).map(|(a, b)| (a - b).powi(2));
            let variance = changes.sum::<f64>() / coded.len() as f64;
            let name = neighbor.kind().name();
            match kinds.iter_mut().find(|(kind, _)| kind == name) {
                Some((_, sum)) => *sum += variance,
                None => kinds.push((name.to_owned(), variance)),
            }
        }
        Ok(kinds)
    }
}

#[cfg(test)]
mod tests;
