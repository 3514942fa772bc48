//! What the statistical engine is to know of a hop, from records without noise.

use super::analytic::Analysis;
use super::quiet::Quiet;
use super::trained::TrainedHop;
use super::{Records, Route};
use crate::analysis::statistical::{
    Aggressor, AggressorPhase, ByPhase, EdgeJitter, EyeContours, LinearLink, Pulse, SymbolTable,
    TransmitFilter,
};
use crate::analysis::{EyeCut, GUESS, StatisticalEye};
use crate::engine::{Options, Output, Plan};
use crate::kernel::fir;
use crate::kernel::pulse::PulseEstimator;
use crate::kernel::resample::Resampler;
use crate::parallel;
use crate::signal::{Symbols, Voltage};
use crate::{Error, Result};

/// Phases of a symbol: the columns of the eye.
const PHASES: usize = 32;

/// Rows of the eye, at least.
const ROWS: usize = 512;

/// Symbols whose deviation from a linear link is sampled, at most.
const SYMBOLS: usize = 1 << 15;

/// The error ratios of the contours.
const RATIOS: [f64; 4] = [1e-4, 1e-6, 1e-12, 1e-15];

/// How the ratio is obtained, in words.
const METHOD: &str = "statistical: pulse response of the linearized link, with interference, \
                      crosstalk, jitter and noise as distributions; what is not linear as \
                      distribution by level and phase";

/// A hop as the statistical engine sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticalReport {
    /// The eye.
    pub eye: StatisticalEye,
    /// How far it is open at error ratios of 1e-4, 1e-6, 1e-12 and 1e-15.
    pub contours: Vec<EyeContours>,
    /// The bit error ratio at the phase that the clock settles at, errors that follow errors
    /// included.
    pub rate: f64,
    /// The same at the phase where it is least.
    pub best: f64,
    /// The same with aggressors at any phase and at their worst one, if there are aggressors.
    pub crosstalk: Option<CrosstalkPhases>,
    /// How the ratio was obtained.
    pub method: &'static str,
}

/// Bit error ratios that hang on the phase of the aggressors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrosstalkPhases {
    /// All phases equally likely.
    pub random: f64,
    /// The phase of the greatest variance.
    pub worst: f64,
}

/// A hop without noise, split into what is linear and what is not.
pub(super) struct Linearized {
    link: LinearLink,
    /// Mean square of the linear interference at the decision instant.
    pub(super) interference: f64,
}

impl TrainedHop {
    /// The pulse responses of the hop behind its equalizer, and what deviates from them.
    ///
    /// # Errors
    /// If an element of the hop cannot be analyzed, or no pulse response is found.
    pub(super) fn linearized(
        &self,
        route: &Route,
        records: &Records,
        analysis: &Analysis,
    ) -> Result<Linearized> {
        let plan = self.full_rate()?;
        let quiet = Quiet::in_time(self, &plan);
        let count = SYMBOLS.div_ceil(records.symbols).min(records.count);
        let symbols = (0..count)
            .map(|record| Ok(self.coded(&route.symbols(records, record)?)))
            .collect::<Result<Vec<Symbols>>>()?;
        let levels: Vec<Vec<f64>> = symbols.iter().map(Symbols::levels).collect();
        let resampler = Resampler::new(plan.output_grid().len(), plan.grid().symbols() * PHASES);
        let fine = |samples: &[f64]| {
            let equalized = self.equalized_record(samples);
            resampler.sample(&resampler.spectrum(&equalized), 0.0)
        };
        let outputs: Vec<Vec<f64>> = parallel::map(
            count,
            || quiet.bench(),
            |bench, record| {
                Ok(fine(&quiet.send(&symbols[record], records, record, false, bench)?))
            },
        )
        .into_iter()
        .collect::<Result<_>>()?;
        let pairs: Vec<(&[f64], &[f64])> =
            outputs.iter().zip(&levels).map(|(y, a)| (y.as_slice(), a.as_slice())).collect();
        let estimator = PulseEstimator::new(&pairs, PHASES)?;
        let pulse = Pulse {
            values: estimator.waveform(0.0),
            cursor: estimator.cursor() * PHASES,
            samples_per_symbol: PHASES,
        };
        let (bends, distortion) = beyond(&pulse, &symbols, &outputs);
        let aggressors = self.aggressors(&quiet, records, &symbols[0], &outputs[0], &fine)?;
        let link = LinearLink {
            modulation: self.hop.modulation,
            levels: (0..self.hop.modulation.levels() as u8)
                .map(|index| self.hop.modulation.level(index))
                .collect(),
            bends,
            distortion,
            feedback: self.adapted.dfe.clone(),
            noise: ByPhase { phases: vec![analysis.noise.mixtures(&symbols[0])] },
            jitter: self.edge_jitter(),
            filter: self.filter(&pairs)?,
            thresholds: self.adapted.slicer.thresholds.clone(),
            aggressors,
            pulse,
        };
        let interference = self.hop.modulation.mean_square() * remainder(&link);
        Ok(Linearized { link, interference })
    }

    /// All samples of the front end, the first one at the decision instant of symbol 0.
    fn full_rate(&self) -> Result<Plan<Voltage, Voltage>> {
        let grid = self.sampled.grid();
        let output = Output::Sampled {
            per_symbol: grid.samples_per_symbol(),
            delay: self.adapted.delay * grid.dt(),
        };
        self.link.plan_with(grid, &Options { output, ..Options::default() })
    }

    /// A record behind the feed-forward equalizer, at every sample.
    fn equalized_record(&self, samples: &[f64]) -> Vec<f64> {
        let symbols = self.sampled.grid().symbols();
        let per_symbol = samples.len() / symbols;
        let mut equalized = vec![0.0; samples.len()];
        let mut turned = samples.to_vec();
        for phase in 0..per_symbol {
            let digital = &self.receiver.digital;
            let column = digital.equalized(&self.adapted, &turned, symbols);
            for (slot, value) in equalized[phase..].iter_mut().step_by(per_symbol).zip(column) {
                *slot = value;
            }
            turned.rotate_left(1);
        }
        equalized
    }

    fn edge_jitter(&self) -> EdgeJitter {
        let jitter = self.transmitter.jitter();
        EdgeJitter {
            random: jitter.random.0,
            dual_dirac: jitter.dual_dirac.0,
            even_odd: jitter.even_odd.0,
        }
    }

    /// The transmitter's filter, with the response of what is behind it to records of levels.
    fn filter(&self, records: &[(&[f64], &[f64])]) -> Result<Option<TransmitFilter>> {
        let (taps, main) = self.transmitter.filter();
        if taps.len() == 1 || self.edge_jitter() == EdgeJitter::NONE {
            return Ok(None);
        }
        let filtered = |(_, levels): &(_, &[f64])| {
            let mut filtered = vec![0.0; levels.len()];
            fir::circular(taps, main, 1, levels, &mut filtered);
            filtered
        };
        let filtered: Vec<Vec<f64>> = records.iter().map(filtered).collect();
        let pairs: Vec<(&[f64], &[f64])> =
            records.iter().zip(&filtered).map(|((y, _), d)| (*y, d.as_slice())).collect();
        let estimator = PulseEstimator::new(&pairs, PHASES)?;
        let pulse = Pulse {
            values: estimator.waveform(0.0),
            cursor: estimator.cursor() * PHASES,
            samples_per_symbol: PHASES,
        };
        Ok(Some(TransmitFilter { taps: taps.to_vec(), main, pulse }))
    }

    /// The pulse responses of the aggressors, each from what it changes in the first record.
    fn aggressors(
        &self,
        quiet: &Quiet<'_>,
        records: &Records,
        coded: &Symbols,
        alone: &[f64],
        fine: &(impl Fn(&[f64]) -> Vec<f64> + Sync),
    ) -> Result<Vec<Aggressor>> {
        let found = parallel::map(
            self.neighbors.len(),
            || quiet.bench(),
            |bench, index| {
                let neighbor = &self.neighbors[index];
                let samples = quiet.send_beside(coded, records, 0, index, bench)?;
                let change: Vec<f64> = fine(&samples)
                    .iter()
                    .zip(alone)
                    .map(|(with, without)| with - without)
                    .collect();
                let key = crate::kernel::rng::Key::root(records.seed);
                let levels = neighbor.symbols(key, 0)?.levels();
                let estimator = PulseEstimator::new(&[(&change, &levels)], PHASES)?;
                let lag = estimator.peak().lag;
                let late = (PHASES - lag % PHASES) % PHASES;
                Ok(Aggressor {
                    name: neighbor.name().to_owned(),
                    levels: (0..self.hop.modulation.levels() as u8)
                        .map(|index| self.hop.modulation.level(index))
                        .collect(),
                    pulse: Pulse {
                        values: estimator.waveform(lag as f64),
                        cursor: estimator.cursor() * PHASES,
                        samples_per_symbol: PHASES,
                    },
                    phase: AggressorPhase::Fixed(late as isize),
                })
            },
        );
        found.into_iter().collect()
    }
}

impl Linearized {
    /// The eye, the error ratios and the contours. Each first error becomes `multiplication`.
    ///
    /// # Errors
    /// If the engine cannot take the link.
    pub(super) fn report(self, multiplication: f64) -> Result<StatisticalReport> {
        let link = self.link;
        let eye = StatisticalEye::of(&link, ROWS)?;
        let contours = RATIOS.iter().map(|&ratio| eye.contours(ratio)).collect::<Result<_>>()?;
        let at = |phase: AggressorPhase| -> Result<f64> {
            let aggressors =
                link.aggressors.iter().map(|other| Aggressor { phase, ..other.clone() }).collect();
            let ratios = EyeCut::of(&LinearLink { aggressors, ..link.clone() }, 0)?.ratios();
            Ok((multiplication * ratios.ber).min(GUESS))
        };
        let crosstalk = if link.aggressors.is_empty() {
            None
        } else {
            let (random, worst) = (at(AggressorPhase::Random)?, at(AggressorPhase::Worst)?);
            Some(CrosstalkPhases { random, worst })
        };
        let ratio = |phase: usize| (multiplication * eye.ratios[phase].ber).min(GUESS);
        let (rate, best) = (ratio(eye.receiver), ratio(eye.best));
        if !rate.is_finite() {
            return Err(Error::unsupported("the statistical engine found no error ratio"));
        }
        Ok(StatisticalReport { rate, best, contours, crosstalk, method: METHOD, eye })
    }
}

/// The sum of the squares of what a pulse leaves at the decision instants of other symbols, and of
/// what its cursor lacks to 1.
fn remainder(link: &LinearLink) -> f64 {
    let pulse = &link.pulse;
    let cursor = pulse.cursor / PHASES;
    let taps = pulse.values.iter().step_by(PHASES).enumerate().map(|(at, tap)| {
        let wanted = if at == cursor {
            1.0
        } else {
            at.checked_sub(cursor + 1)
                .and_then(|past| link.feedback.get(past))
                .copied()
                .unwrap_or(0.0)
        };
        tap - wanted
    });
    taps.map(|rest| rest * rest).sum()
}

/// What records have beyond the superposition of pulses, by phase and by the level decided on: what
/// single symbols do, and the rest.
fn beyond(
    pulse: &Pulse,
    symbols: &[Symbols],
    outputs: &[Vec<f64>],
) -> (ByPhase<SymbolTable>, ByPhase<Vec<f64>>) {
    let sent: Vec<Vec<f64>> = symbols.iter().map(Symbols::levels).collect();
    // Symbols before the one decided on, by lag: as many as the pulse is long, at any phase.
    let least = -((pulse.cursor / PHASES) as isize) - 1;
    let lags = pulse.values.len().div_ceil(PHASES) + 2;
    let pairs = parallel::map(lags, || (), |(), at| pairs(symbols, least + at as isize));
    let phases = parallel::map(
        PHASES,
        || (),
        |(), column| {
            let offset = column as isize - (PHASES / 2) as isize;
            let first = pulse.cursor as isize + offset;
            let taps: Vec<f64> = (first.rem_euclid(PHASES as isize) as usize..pulse.values.len())
                .step_by(PHASES)
                .map(|at| pulse.values[at])
                .collect();
            // Symbols from the decided one to the first tap's, which are later ones.
            let ahead = first.div_euclid(PHASES as isize);
            let rests: Vec<Vec<f64>> = sent
                .iter()
                .zip(outputs)
                .map(|(levels, output)| {
                    let count = levels.len() as isize;
                    let rest = |n: isize| {
                        let at = (n * PHASES as isize + offset).rem_euclid(output.len() as isize);
                        let linear: f64 = taps
                            .iter()
                            .enumerate()
                            .map(|(m, tap)| {
                                tap * levels[(n + ahead - m as isize).rem_euclid(count) as usize]
                            })
                            .sum();
                        output[at as usize] - linear
                    };
                    (0..count).map(rest).collect()
                })
                .collect();
            let pairs = &pairs[(-ahead - least) as usize..][..taps.len()];
            split(symbols, pairs, rests, -ahead)
        },
    );
    let (tables, rests) = phases.into_iter().unzip();
    (ByPhase { phases: tables }, ByPhase { phases: rests })
}

/// For each symbol of records, its level and that of the one `lag` before it, as one number.
fn pairs(symbols: &[Symbols], lag: isize) -> Vec<u16> {
    let of_record = |symbols: &Symbols| -> Vec<u16> {
        let levels = symbols.modulation().levels() as u16;
        let mut others = symbols.values().to_vec();
        let turn = lag.rem_euclid(others.len() as isize) as usize;
        others.rotate_right(turn);
        let here = symbols.values().iter().zip(others);
        here.map(|(a, b)| u16::from(*a) * levels + u16::from(b)).collect()
    };
    symbols.iter().flat_map(of_record).collect()
}

/// Splits the rests of records into what single symbols do, from the one `first` before the one
/// decided on to earlier ones, and what is left. `pairs` are those of each of these symbols.
fn split(
    symbols: &[Symbols],
    pairs: &[Vec<u16>],
    mut rests: Vec<Vec<f64>>,
    first: isize,
) -> (Vec<SymbolTable>, Vec<Vec<f64>>) {
    let levels = symbols[0].modulation().levels();
    let mut tables = vec![SymbolTable { first, rows: Vec::with_capacity(pairs.len()) }; levels];
    for (lag, pairs) in (first..).zip(pairs) {
        let mut means = vec![0.0; levels * levels];
        let mut counts = vec![0.0; levels * levels];
        for (&pair, rest) in pairs.iter().zip(rests.iter().flatten()) {
            means[usize::from(pair)] += rest;
            counts[usize::from(pair)] += 1.0;
        }
        for (means, counts) in means.chunks_mut(levels).zip(counts.chunks(levels)) {
            // The mean of the level decided on is no other symbol's; pairs that are missing add
            // nothing.
            let mean = means.iter().sum::<f64>() / counts.iter().sum::<f64>().max(1.0);
            for (sum, &count) in means.iter_mut().zip(counts) {
                *sum = if lag == 0 || count == 0.0 { 0.0 } else { *sum / count - mean };
            }
        }
        for (&pair, rest) in pairs.iter().zip(rests.iter_mut().flatten()) {
            *rest -= means[usize::from(pair)];
        }
        for (table, row) in tables.iter_mut().zip(means.chunks(levels)) {
            table.rows.push(row.to_vec());
        }
    }
    let mut by_level = vec![Vec::new(); levels];
    for (value, rest) in symbols.iter().flat_map(Symbols::values).zip(rests.into_iter().flatten()) {
        by_level[usize::from(*value)].push(rest);
    }
    (tables, by_level)
}
