//! A trained hop read without drawing noise: what the slicer sees, and what noise adds from where.

use super::quiet::Quiet;
use super::trained::TrainedHop;
use super::{Records, Route};
use crate::analysis::semi_analytic::FOLLOWED;
use crate::analysis::statistical::Gaussian;
use crate::analysis::{SemiAnalytic, SlicerInput, TwoValued};
use crate::engine::{Sensitivity, Trajectory};
use crate::kernel::solve::Cholesky;
use crate::parallel;
use crate::signal::Symbols;
use crate::transceiver::{EdgeSensitivity, Randomness};
use crate::{Error, Result};

/// Symbols between those whose noise is found in one pass: the memory of the links that noise is
/// told apart for. What is remembered longer is counted for a neighbor, and not lost.
const APART: usize = 64;

/// The name that the transmitter's own noise is listed under.
pub(super) const TRANSMITTER: &str = "transmitter";

/// Symbols that are run without noise, at most.
const QUIET_SYMBOLS: usize = 1 << 18;

/// Gaussians of different scale that stand for the noise of a level.
const SCALES: usize = 4;

/// Symbols before and after one whose levels its noise may depend on.
const REACH: usize = 5;

/// The weight in the fit of symbols far from any threshold.
const LEAST_WEIGHT: f64 = 0.02;

/// Diagonal loading of the fit.
const LOADING: f64 = 1e-9;

/// Distances of symbols whose levels act together.
const LAGS: usize = 3;

/// Noise of a hop at its slicer.
///
/// # Formula
/// The variance at a symbol is a quadratic form of the levels around it, fitted by least squares
/// to those of a record: nonlinear elements have slopes that follow the signal, and edges move
/// it by their heights.
#[derive(Clone, Debug)]
pub(super) struct NoiseModel {
    /// Stage and source of each kind of noise, and its mean variance; of dual-Dirac jitter without
    /// the edges that are followed.
    pub(super) sources: Vec<(String, String, f64)>,
    /// The variance of all together, but for the two-valued jitter of the edges that are followed.
    variance: Quadratic,
    /// The same without any jitter.
    steady: Quadratic,
    /// What the converter adds to either.
    converter: f64,
    /// What each of these edges does: first and second derivative, per volt of the edge.
    edges: Vec<[Quadratic; 2]>,
    /// Which they are, in symbols after the one that they act on.
    followed: [usize; FOLLOWED],
    random: Randomness,
}

/// A quadratic form of the levels around a symbol.
#[derive(Clone, Debug)]
struct Quadratic {
    coefficients: Vec<f64>,
    /// The range of the values that it was fitted to.
    range: [f64; 2],
}

/// The noise of one symbol.
#[derive(Clone)]
struct SymbolNoise {
    /// Of each source.
    variances: Vec<f64>,
    /// What the edges that are followed do to it: see [`EdgeSensitivity::edges`].
    edges: [[f64; 2]; FOLLOWED],
}

/// What a weighted sum of slicer inputs answers to, by the symbol that it belongs to.
struct Answers {
    /// What each source adds to the variance; the last one is two-valued.
    energies: Vec<Vec<f64>>,
    /// The answer to each edge.
    edges: Vec<[f64; 2]>,
}

/// Where a symbol's noise comes from, in symbols after it modulo the record.
struct Whence {
    /// The first symbol of each source's window.
    starts: Vec<usize>,
    /// The width of the windows.
    width: usize,
    /// The edges that are followed.
    followed: [usize; FOLLOWED],
}

/// A hop without noise, and its noise.
#[derive(Clone, Debug)]
pub(super) struct Analysis {
    pub(super) model: SemiAnalytic,
    pub(super) noise: NoiseModel,
}

impl Quadratic {
    /// Fits the values of the symbols of a periodic record, each with a weight.
    fn fit(
        levels: &[f64],
        weights: &[f64],
        values: impl Iterator<Item = f64> + Clone,
    ) -> Result<Self> {
        let size = features(levels, 0).count();
        let mut matrix = vec![0.0; size * size];
        let mut side = vec![0.0; size];
        for (n, value) in values.clone().enumerate() {
            let row: Vec<f64> = features(levels, n).collect();
            for (i, x) in row.iter().enumerate() {
                for (sum, y) in matrix[i * size..].iter_mut().zip(&row) {
                    *sum += weights[n] * x * y;
                }
                side[i] += weights[n] * x * value;
            }
        }
        // Squares of levels are no variables where there are only two levels.
        for i in 0..size {
            matrix[i * size + i] *= 1.0 + LOADING;
        }
        Cholesky::new(matrix, size)?.solve(&mut side);
        let range = values
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high]: [f64; 2], value| {
                [low.min(value), high.max(value)]
            });
        Ok(Self { coefficients: side, range })
    }

    fn at(&self, levels: &[f64], n: usize) -> f64 {
        let value: f64 =
            self.coefficients.iter().zip(features(levels, n)).map(|(c, x)| c * x).sum();
        value.clamp(self.range[0], self.range[1])
    }
}

/// The levels around symbol `n` of a periodic record, their squares, and the products of near ones.
fn features(levels: &[f64], n: usize) -> impl Iterator<Item = f64> {
    let count = levels.len();
    let at = move |k: usize| levels[(n + count - REACH + k) % count];
    let span = 2 * REACH + 1;
    let products =
        (0..=LAGS).flat_map(move |lag| (0..span - lag).map(move |k| at(k) * at(k + lag)));
    std::iter::once(1.0).chain((0..span).map(at)).chain(products)
}

impl NoiseModel {
    fn new(
        names: Vec<(String, String)>,
        symbols: &Symbols,
        found: &[SymbolNoise],
        margins: &[f64],
        followed: [usize; FOLLOWED],
        random: Randomness,
    ) -> Result<Self> {
        let levels = symbols.levels();
        let count = found.len() as f64;
        let sources = names
            .into_iter()
            .enumerate()
            .map(|(source, (stage, name))| {
                let mean = found.iter().map(|noise| noise.variances[source]).sum::<f64>() / count;
                (stage, name, mean)
            })
            .collect();
        let total = found.iter().map(|noise| noise.variances.iter().sum::<f64>());
        // Symbols near a threshold decide the error ratio: the fit is to be best there.
        let width = 2.0 * (total.clone().sum::<f64>() / count).sqrt();
        let weight = |margin: &f64| LEAST_WEIGHT + (-0.5 * (margin / width).powi(2)).exp();
        let weights: Vec<f64> = margins.iter().map(weight).collect();
        let edge = |i: usize, order: usize| {
            Quadratic::fit(&levels, &weights, found.iter().map(move |noise| noise.edges[i][order]))
        };
        let edges =
            (0..FOLLOWED).map(|i| Ok([edge(i, 0)?, edge(i, 1)?])).collect::<Result<Vec<_>>>()?;
        // The last two sources are the jitter.
        let steady = found.iter().map(|noise| {
            let without = noise.variances.len() - 2;
            noise.variances[..without].iter().sum::<f64>()
        });
        Ok(Self {
            sources,
            variance: Quadratic::fit(&levels, &weights, total)?,
            steady: Quadratic::fit(&levels, &weights, steady)?,
            converter: 0.0,
            edges,
            followed,
            random,
        })
    }

    /// The slicer's input for symbol `n`.
    fn input(&self, record: &Sent<'_>, n: usize, value: f64) -> SlicerInput {
        let Randomness { edge, dual_dirac, .. } = self.random;
        let mut variance = self.variance.at(&record.levels, n) + self.converter;
        let mut two_valued = [TwoValued::default(); FOLLOWED];
        for (i, deviation) in two_valued.iter_mut().enumerate() {
            let height = record.heights[(n + self.followed[i]) % record.heights.len()];
            let [first, second] = &self.edges[i];
            let slope = height * first.at(&record.levels, n);
            let bend = height * second.at(&record.levels, n) * dual_dirac;
            // Random jitter moves the edge from where the two-valued one has put it, and meets
            // another slope there.
            deviation.shift = dual_dirac * slope;
            deviation.variance = 2.0 * edge * edge * slope * bend;
            variance += (edge * bend).powi(2);
        }
        SlicerInput { sent: record.symbols.values()[n], value, sigma: variance.sqrt(), two_valued }
    }
}

impl NoiseModel {
    /// The noise of the symbols of a record without jitter: for each level the variances in groups
    /// of equally many symbols, as mixtures of Gaussians.
    pub(super) fn mixtures(&self, symbols: &Symbols) -> Vec<Vec<Gaussian>> {
        let levels = symbols.levels();
        let mut by_level = vec![Vec::new(); symbols.modulation().levels()];
        for (n, &value) in symbols.values().iter().enumerate() {
            by_level[usize::from(value)].push(self.steady.at(&levels, n) + self.converter);
        }
        let mixture = |mut variances: Vec<f64>| {
            variances.sort_unstable_by(f64::total_cmp);
            let size = variances.len().div_ceil(SCALES).max(1);
            let group = |group: &[f64]| Gaussian {
                weight: group.len() as f64 / variances.len() as f64,
                sigma: (group.iter().sum::<f64>() / group.len() as f64).max(0.0).sqrt(),
            };
            variances.chunks(size).map(group).collect()
        };
        by_level.into_iter().map(mixture).collect()
    }
}

/// A record of symbols as a transmitter sends it.
struct Sent<'a> {
    symbols: &'a Symbols,
    levels: Vec<f64>,
    heights: Vec<f64>,
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
        let noise = self.noise(route, records)?;
        let quiet = Quiet::of(self);
        let inputs: Vec<Result<Vec<SlicerInput>>> = parallel::map(
            count,
            || quiet.bench(),
            |bench, record| {
                let coded = self.coded(&route.symbols(records, record)?);
                let samples = quiet.send(&coded, records, record, true, bench)?;
                let inputs = self.receiver.digital.quiet_inputs(&self.adapted, &samples, &coded);
                let sent = Sent {
                    symbols: &coded,
                    levels: coded.levels(),
                    heights: self.transmitter.edge_heights(&coded),
                };
                Ok(inputs
                    .into_iter()
                    .enumerate()
                    .map(|(n, value)| noise.input(&sent, n, value))
                    .collect())
            },
        );
        let model = SemiAnalytic {
            modulation: self.hop.modulation,
            thresholds: self.adapted.slicer.thresholds.clone(),
            feedback: self.adapted.dfe.clone(),
            precoding: self.hop.precoding,
            records: inputs.into_iter().collect::<Result<_>>()?,
        };
        Ok(Analysis { model, noise })
    }

    /// The noise of every symbol of the first record, and what it says of others.
    fn noise(&self, route: &Route, records: &Records) -> Result<NoiseModel> {
        let coded = self.coded(&route.symbols(records, 0)?);
        if coded.len() < 2 * APART {
            return Err(Error::parameter("symbols in a record", coded.len(), 2 * APART));
        }
        let quiet = Quiet::of(self);
        let trajectory = quiet.trajectory(&coded, records, 0)?;
        let heights = self.transmitter.edge_heights(&coded);
        // Records that are no multiple of the distance leave a wider gap at their end.
        let apart = coded.len().div_ceil(coded.len() / APART);
        let answers = |symbols: &[usize], sensitivity: &mut Sensitivity| {
            self.answers(&trajectory, &heights, symbols, sensitivity)
        };
        let whence = Whence::of(&answers(&[0], &mut self.sampled.sensitivity()), apart);
        let found = parallel::map(
            apart,
            || self.sampled.sensitivity(),
            |sensitivity, first| {
                let symbols: Vec<usize> = (first..coded.len()).step_by(apart).collect();
                let answers = answers(&symbols, sensitivity);
                symbols.into_iter().map(|n| (n, whence.gather(&answers, n))).collect::<Vec<_>>()
            },
        );
        let mut noise: Vec<Option<SymbolNoise>> = vec![None; coded.len()];
        for (n, symbol) in found.into_iter().flatten() {
            noise[n] = Some(symbol);
        }
        let noise: Vec<SymbolNoise> = noise.into_iter().flatten().collect();
        let sources = self.sampled.sources().into_iter().map(|source| (source.stage, source.name));
        let own = ["noise", "random jitter", "dual-Dirac jitter"];
        let own = own.map(|name| (TRANSMITTER.to_owned(), name.to_owned()));
        let digital = &self.receiver.digital;
        let margins: Vec<f64> = digital
            .quiet_inputs(&self.adapted, trajectory.output(), &coded)
            .iter()
            .map(|z| {
                let thresholds = &self.adapted.slicer.thresholds;
                thresholds.iter().map(|t| (z - t).abs()).fold(f64::INFINITY, f64::min)
            })
            .collect();
        let mut model = NoiseModel::new(
            sources.chain(own).collect(),
            &coded,
            &noise,
            &margins,
            whence.followed,
            self.transmitter.randomness(),
        )?;
        let slope = rms_slope(trajectory.output(), self.sampled.output_grid().dt());
        let [rounding, added] = digital.converter_variances(&self.adapted, slope);
        model.converter = rounding + added;
        let converter = self.hop.front_end_name();
        for (name, variance) in [("rounding", rounding), ("converter noise", added)] {
            model.sources.push((converter.clone(), name.to_owned(), variance));
        }
        Ok(model)
    }

    /// What the slicer's inputs of some symbols together answer to.
    fn answers(
        &self,
        trajectory: &Trajectory,
        heights: &[f64],
        symbols: &[usize],
        sensitivity: &mut Sensitivity,
    ) -> Answers {
        let per_symbol = self.sampled.grid().samples_per_symbol();
        let output = self.sampled.output_grid();
        let stride = output.samples_per_symbol() / self.adapted.samples_per_symbol;
        let mut weights = vec![0.0; output.len()];
        for &n in symbols {
            self.receiver.digital.add_weights(&self.adapted, n, stride, &mut weights);
        }
        self.sampled.sense(trajectory, &weights, sensitivity);
        let EdgeSensitivity { levels, edges } = self.transmitter.sense(&sensitivity.input);
        let random = self.transmitter.randomness();
        let by_symbol = |source: &Vec<f64>| {
            source.chunks(per_symbol).map(|samples| samples.iter().map(|s| s * s).sum()).collect()
        };
        let mut energies: Vec<Vec<f64>> = sensitivity.sources.iter().map(by_symbol).collect();
        energies.push(levels.iter().map(|level| (random.level * level).powi(2)).collect());
        for jitter in [random.edge, random.dual_dirac] {
            let moves = edges.iter().zip(heights);
            let squares = moves.map(|(edge, height)| (jitter * edge[0] * height).powi(2));
            energies.push(squares.collect());
        }
        Answers { energies, edges }
    }
}

/// The rms slope of a periodic record whose samples are `dt` apart.
fn rms_slope(record: &[f64], dt: f64) -> f64 {
    let last = record[record.len() - 1];
    let steps = record.iter().scan(last, |before, x| Some(x - std::mem::replace(before, *x)));
    (steps.map(|step| step * step).sum::<f64>() / record.len() as f64).sqrt() / dt
}

impl Whence {
    /// From the answers of symbol 0 alone.
    fn of(alone: &Answers, width: usize) -> Self {
        let count = alone.edges.len();
        // Half a window before the energy is strongest.
        let strongest = |energy: &Vec<f64>| {
            let peak =
                (0..count).fold(0, |best, k| if energy[k] > energy[best] { k } else { best });
            (peak + count - width / 2) % count
        };
        let mut edges: Vec<usize> = (0..count).collect();
        edges.sort_by(|&a, &b| alone.edges[b][0].abs().total_cmp(&alone.edges[a][0].abs()));
        let mut followed = [0; FOLLOWED];
        followed.copy_from_slice(&edges[..FOLLOWED]);
        Self { starts: alone.energies.iter().map(strongest).collect(), width, followed }
    }

    /// The noise of symbol `n`.
    fn gather(&self, answers: &Answers, n: usize) -> SymbolNoise {
        let count = answers.edges.len();
        let mut variances: Vec<f64> = self
            .starts
            .iter()
            .zip(&answers.energies)
            .map(|(start, energy)| (0..self.width).map(|k| energy[(n + start + k) % count]).sum())
            .collect();
        let mut edges = [[0.0; 2]; FOLLOWED];
        for (edge, offset) in edges.iter_mut().zip(self.followed) {
            let at = (n + offset) % count;
            *edge = answers.edges[at];
            // What is followed is no part of the variance.
            if let (Some(variance), Some(energy)) = (variances.last_mut(), answers.energies.last())
            {
                *variance -= energy[at];
            }
        }
        SymbolNoise { variances, edges }
    }
}
