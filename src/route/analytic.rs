//! A trained hop read without drawing noise: what the slicer sees, and what noise adds from where.

use super::noise::NoiseModel;
use super::quiet::Quiet;
use super::sensing::{APART, Sensing, Sent, SymbolNoise};
use super::trained::TrainedHop;
use super::{Records, Route};
use crate::analysis::semi_analytic::Tails;
use crate::analysis::{SemiAnalytic, SlicerInput};
use crate::engine::Trajectory;
use crate::kernel::rng::Key;
use crate::parallel;
use crate::{Error, Result};

/// The name that the transmitter's own noise is listed under.
pub(super) const TRANSMITTER: &str = "transmitter";

/// Symbols that are run without noise, at most.
const QUIET_SYMBOLS: usize = 1 << 18;

/// The share of all errors whose symbols have their noise found by itself, not by the fit.
const DECIDING: f64 = 0.95;

/// The number of these symbols, at most.
const MOST_DECIDING: usize = 1 << 12;

/// A hop without noise, and its noise.
#[derive(Clone, Debug)]
pub(super) struct Analysis {
    pub(super) model: SemiAnalytic,
    pub(super) noise: NoiseModel,
}

impl TrainedHop {
    /// Reads the hop without drawing noise.
    ///
    /// # Errors
    /// If an element of the hop cannot be analyzed.
    pub(super) fn analyze(&self, route: &Route, records: &Records) -> Result<Analysis> {
        if self.receiver.digital.mlse.is_some() {
            return Err(Error::unsupported("sequence estimation is counted, not analyzed"));
        }
        let count = QUIET_SYMBOLS.div_ceil(records.symbols).min(records.count);
        let quiet = Quiet::of(self);
        let root = Key::root(records.seed);
        let sent =
            |record| Sent::new(self, self.coded(&route.symbols(records, record)?), root, record);

        let first = sent(0)?;
        if first.symbols.len() < 2 * APART {
            return Err(Error::parameter("symbols in a record", first.symbols.len(), 2 * APART));
        }
        let trajectory = quiet.trajectory(&first.symbols, records, 0)?;
        let key = root.named(&self.hop.name);
        let sensing = Sensing::new(self, &trajectory, &first, APART, key);
        let noise = self.noise(&sensing, &trajectory, &first)?;

        let inputs: Vec<Result<Vec<SlicerInput>>> = parallel::map(
            count,
            || quiet.bench(),
            |bench, record| {
                let sent = sent(record)?;
                let samples = quiet.send(&sent.symbols, records, record, true, bench)?;
                let digital = &self.receiver.digital;
                let inputs = digital.quiet_inputs(&self.adapted, &samples, &sent.symbols);
                let inputs = inputs.into_iter().enumerate();
                Ok(inputs.map(|(n, value)| noise.fitted(&sent, n, value)).collect())
            },
        );
        let mut model = SemiAnalytic {
            modulation: self.hop.modulation,
            thresholds: self.adapted.slicer.thresholds.clone(),
            feedback: self.adapted.dfe.clone(),
            precoding: self.hop.precoding,
            correlations: Vec::new(),
            records: inputs.into_iter().collect::<Result<_>>()?,
        };
        model.correlations = self.correlations(route, records, &model)?;

        let deciding = deciding(&model.tails(1.0));
        let found = parallel::map(
            count,
            || self.sampled.sensitivity(),
            |sensitivity, record| -> Result<Vec<(usize, SlicerInput)>> {
                if deciding[record].is_empty() {
                    return Ok(Vec::new());
                }
                let sent = sent(record)?;
                let trajectory = quiet.trajectory(&sent.symbols, records, record)?;
                let mut inputs = Vec::with_capacity(deciding[record].len());
                for symbols in passes(&deciding[record], APART, sent.symbols.len()) {
                    let found = sensing.noise(&trajectory, &sent, &symbols, sensitivity);
                    for (n, symbol) in symbols.into_iter().zip(found) {
                        let value = model.records[record][n].value;
                        inputs.push((n, noise.found(&sent, n, value, &symbol)));
                    }
                }
                Ok(inputs)
            },
        );
        for (record, found) in model.records.iter_mut().zip(found) {
            for (n, input) in found? {
                record[n] = input;
            }
        }
        Ok(Analysis { model, noise })
    }

    /// The noise of every symbol of a record, and what it says of others.
    fn noise(
        &self,
        sensing: &Sensing<'_>,
        trajectory: &Trajectory,
        sent: &Sent,
    ) -> Result<NoiseModel> {
        let all: Vec<usize> = (0..sent.symbols.len()).collect();
        let passes = passes(&all, APART, all.len());
        let found = parallel::map(
            passes.len(),
            || self.sampled.sensitivity(),
            |sensitivity, pass| sensing.noise(trajectory, sent, &passes[pass], sensitivity),
        );
        let passes = passes.into_iter().flatten();
        let mut found: Vec<_> = passes.zip(found.into_iter().flatten()).collect();
        found.sort_by_key(|(n, _)| *n);
        let found: Vec<SymbolNoise> = found.into_iter().map(|(_, noise)| noise).collect();
        let sources = self.sampled.sources().into_iter().map(|source| (source.stage, source.name));
        let beside = self.neighbors.iter().flat_map(|neighbor| {
            ["noise", "jitter"].map(|name| (neighbor.name().to_owned(), name.to_owned()))
        });
        let own = ["noise", "random jitter", "dual-Dirac jitter"];
        let own = own.map(|name| (TRANSMITTER.to_owned(), name.to_owned()));
        let digital = &self.receiver.digital;
        let margins: Vec<f64> = digital
            .quiet_inputs(&self.adapted, trajectory.output(), &sent.symbols)
            .iter()
            .map(|z| {
                let thresholds = &self.adapted.slicer.thresholds;
                thresholds.iter().map(|t| (z - t).abs()).fold(f64::INFINITY, f64::min)
            })
            .collect();
        let wander = self.slow_timing().random;
        let mut model = NoiseModel::new(
            sources.chain(beside).chain(own).collect(),
            sent,
            &found,
            &margins,
            sensing.followed,
            self.transmitter.randomness(),
            wander,
        )?;
        let slope = rms_slope(trajectory.output(), self.sampled.output_grid().dt());
        let [rounding, added] = digital.converter_variances(&self.adapted, slope);
        model.converter = rounding + added;
        let converter = self.hop.front_end_name();
        let wandering = wander * wander * model.drift;
        let receiver =
            [("rounding", rounding), ("converter noise", added), ("clock wander", wandering)];
        for (name, variance) in receiver {
            model.sources.push((converter.clone(), name.to_owned(), variance));
        }
        Ok(model)
    }
}

/// The symbols of each record that errors hang on, in their order.
fn deciding(tails: &[Vec<Tails>]) -> Vec<Vec<usize>> {
    let errors = |tails: &Tails| tails.down + tails.up;
    let mut all: Vec<(f64, usize, usize)> = tails
        .iter()
        .enumerate()
        .flat_map(|(record, tails)| {
            tails.iter().enumerate().map(move |(n, tails)| (errors(tails), record, n))
        })
        .collect();
    let total: f64 = all.iter().map(|(errors, ..)| errors).sum();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut left = DECIDING * total;
    let mut deciding = vec![Vec::new(); tails.len()];
    for (errors, record, n) in all.into_iter().take(MOST_DECIDING) {
        if left <= 0.0 {
            break;
        }
        left -= errors;
        deciding[record].push(n);
    }
    for symbols in &mut deciding {
        symbols.sort_unstable();
    }
    deciding
}

/// Symbols, in their order, in groups whose members lie at least `apart` from each other, round
/// the end of a record of `count`.
fn passes(symbols: &[usize], apart: usize, count: usize) -> Vec<Vec<usize>> {
    let mut passes: Vec<Vec<usize>> = Vec::new();
    for &n in symbols {
        let fits = |pass: &&mut Vec<usize>| {
            n - pass[pass.len() - 1] >= apart && pass[0] + count - n >= apart
        };
        match passes.iter_mut().find(fits) {
            Some(pass) => pass.push(n),
            None => passes.push(vec![n]),
        }
    }
    passes
}

/// The rms slope of a periodic record whose samples are `dt` apart.
fn rms_slope(record: &[f64], dt: f64) -> f64 {
    let last = record[record.len() - 1];
    let steps = record.iter().scan(last, |before, x| Some(x - std::mem::replace(before, *x)));
    (steps.map(|step| step * step).sum::<f64>() / record.len() as f64).sqrt() / dt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_pass_are_apart_round_the_end_of_any_record() {
        for count in [256, 300, 4096, 4100] {
            let all: Vec<usize> = (0..count).collect();
            let passes = passes(&all, APART, count);
            let mut seen: Vec<usize> = passes.iter().flatten().copied().collect();
            seen.sort_unstable();
            assert_eq!(seen, all);
            for pass in &passes {
                let next = pass.iter().cycle().skip(1);
                for (n, next) in
                    pass.iter().zip(next).take(if pass.len() > 1 { pass.len() } else { 0 })
                {
                    assert!((next + count - n) % count >= APART, "{count}: {n} and {next}");
                }
            }
        }
    }
}
