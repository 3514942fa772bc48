//! What the statistical engine is to know of a hop, from records without noise.

use super::analytic::Analysis;
use super::beyond::Beyond;
use super::quiet::{Quiet, QuietBench};
use super::slopes::Shaken;
use super::trained::TrainedHop;
use super::{Records, Route};
use crate::analysis::semi_analytic::Bursts;
use crate::analysis::statistical::{
    Aggressor, AggressorPhase, ByPhase, EdgeJitter, EyeContours, LinearLink, Pulse, Timing,
    TransmitFilter,
};
use crate::analysis::{EyeCut, StatisticalEye};
use crate::engine::{Options, Output, Plan};
use crate::kernel::fir;
use crate::kernel::pulse::PulseEstimator;
use crate::kernel::resample::Resampler;
use crate::parallel;
use crate::signal::{Symbols, Voltage};
use crate::{Error, Result};

/// Phases of a symbol: the columns of the eye.
pub(super) const PHASES: usize = 32;

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
        let Beyond { bends, joints, rest } = Beyond::of(&pulse, &symbols, &outputs);
        let aggressors = self.aggressors(&quiet, records, &symbols[0], &outputs[0], &fine)?;
        let (noise, swell, swell_joints) = analysis.noise.spread(&symbols);
        let mut link = LinearLink {
            modulation: self.hop.modulation,
            levels: (0..self.hop.modulation.levels() as u8)
                .map(|index| self.hop.modulation.level(index))
                .collect(),
            bends,
            joints,
            slopes: ByPhase::NONE,
            distortion: rest,
            feedback: self.adapted.dfe.clone(),
            noise,
            swell,
            swell_joints,
            jitter: self.edge_jitter(),
            timing: self.slow_timing(),
            filter: self.filter(&pairs)?,
            thresholds: self.adapted.slicer.thresholds.clone(),
            aggressors,
            pulse,
        };
        if link.jitter != EdgeJitter::NONE {
            let quiet = Quiet::shaken(self, &plan);
            let changed = |bench: &mut QuietBench, record: usize| {
                let output = fine(&quiet.send(&symbols[record], records, record, false, bench)?);
                Ok(output
                    .iter()
                    .zip(&outputs[record])
                    .map(|(with, without)| with - without)
                    .collect())
            };
            let changes = parallel::map(count, || quiet.bench(), changed);
            let shaken = Shaken {
                by: self.transmitter.shaken().jitter().dual_dirac.0,
                sides: (0..count).map(|record| quiet.sides(records, record)).collect(),
                changes: changes.into_iter().collect::<Result<_>>()?,
            };
            link.slopes = shaken.slopes(&link, &symbols);
        }
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
    /// The error ratio at the phase that the clock settles at. Each first error becomes a burst.
    ///
    /// # Errors
    /// If the engine cannot take the link.
    pub(super) fn rate(&self, bursts: &Bursts) -> Result<f64> {
        rate_of(&self.link, bursts)
    }

    /// The eye, the error ratios and the contours. Each first error becomes a burst.
    ///
    /// # Errors
    /// If the engine cannot take the link.
    pub(super) fn report(self, bursts: &Bursts) -> Result<StatisticalReport> {
        let link = self.link;
        let eye = StatisticalEye::of(&link, ROWS)?;
        let contours = RATIOS.iter().map(|&ratio| eye.contours(ratio)).collect::<Result<_>>()?;
        let at = |phase: AggressorPhase| -> Result<f64> {
            let aggressors =
                link.aggressors.iter().map(|other| Aggressor { phase, ..other.clone() }).collect();
            rate_of(&LinearLink { aggressors, ..link.clone() }, bursts)
        };
        let crosstalk = if link.aggressors.is_empty() {
            None
        } else {
            let (random, worst) = (at(AggressorPhase::Random)?, at(AggressorPhase::Worst)?);
            Some(CrosstalkPhases { random, worst })
        };
        let ratio = |phase: usize| bursts.rate(eye.ratios[phase].ber);
        let (rate, best) = (ratio(eye.receiver), ratio(eye.best));
        if !rate.is_finite() {
            return Err(Error::unsupported("the statistical engine found no error ratio"));
        }
        Ok(StatisticalReport { rate, best, contours, crosstalk, method: METHOD, eye })
    }
}

/// The error ratio of a link at its decision instant, errors that follow errors included.
fn rate_of(link: &LinearLink, bursts: &Bursts) -> Result<f64> {
    let ratios = if link.timing == Timing::STILL {
        EyeCut::of(link, 0)?.ratios()
    } else {
        // Other instants belong to it.
        let StatisticalEye { mut ratios, receiver, .. } = StatisticalEye::of(link, 1)?;
        ratios.swap_remove(receiver)
    };
    Ok(bursts.rate(ratios.ber))
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
