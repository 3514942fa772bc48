//! Noise at a slicer by the levels around each symbol.

use super::beyond::{pairs, split};
use super::sensing::{Sent, SymbolNoise};
use crate::Result;
use crate::analysis::semi_analytic::FOLLOWED;
use crate::analysis::statistical::{ByPhase, Gaussian, SymbolTable};
use crate::analysis::{SlicerInput, TwoValued};
use crate::kernel::solve::Cholesky;
use crate::signal::Symbols;
use crate::transceiver::Randomness;

/// Gaussians of different scale that stand for the noise of a level.
const SCALES: usize = 4;

/// Symbols before and after one whose levels its noise may depend on.
const REACH: usize = 5;

/// The weight in the fit of symbols far from any threshold.
const LEAST_WEIGHT: f64 = 0.02;

/// Diagonal loading of the fit.
const LOADING: f64 = 1e-9;

/// The share of the least variance that other symbols may take from it.
const MOST_TAKEN: f64 = 0.8;

/// Distances of symbols whose levels act together.
const LAGS: usize = 3;

/// Noise of a hop at its slicer.
///
/// # Formula
/// The variance at a symbol is a quadratic form of the levels around it, fitted by least squares
/// to those of a record: nonlinear elements have slopes that follow the signal, and edges move
/// it by their heights. Symbols that decide the error ratio can have theirs found instead.
#[derive(Clone, Debug)]
pub(super) struct NoiseModel {
    /// Stage and source of each kind of noise, and its mean variance; of dual-Dirac jitter without
    /// the edges that are followed.
    pub(super) sources: Vec<(String, String, f64)>,
    /// The mean square of what slicer inputs answer to a delay of all edges, by unit intervals.
    pub(super) drift: f64,
    /// The variance of all together, but for the two-valued jitter of the edges that are followed.
    variance: Quadratic,
    /// The same without any jitter.
    steady: Quadratic,
    /// What the converter adds to either.
    pub(super) converter: f64,
    /// What each of these edges does: first and second derivative, per volt of the edge.
    edges: Vec<[Quadratic; 2]>,
    /// Which they are, in symbols after the one that they act on.
    followed: [usize; FOLLOWED],
    random: Randomness,
    /// Wander of the clock, in unit intervals.
    wander: f64,
}

/// A quadratic form of the levels around a symbol.
#[derive(Clone, Debug)]
struct Quadratic {
    coefficients: Vec<f64>,
    /// The range of the values that it was fitted to.
    range: [f64; 2],
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
    pub(super) fn new(
        names: Vec<(String, String)>,
        sent: &Sent,
        found: &[SymbolNoise],
        margins: &[f64],
        followed: [usize; FOLLOWED],
        random: Randomness,
        wander: f64,
    ) -> Result<Self> {
        let levels = &sent.levels;
        let count = found.len() as f64;
        let sources = names
            .into_iter()
            .enumerate()
            .map(|(source, (stage, name))| {
                let mean = found.iter().map(|noise| noise.variances[source]).sum::<f64>() / count;
                (stage, name, mean)
            })
            .collect();
        let total = found.iter().map(|noise| noise.total(wander));
        // Symbols near a threshold decide the error ratio: the fit is to be best there.
        let width = 2.0 * (total.clone().sum::<f64>() / count).sqrt();
        let weight = |margin: &f64| LEAST_WEIGHT + (-0.5 * (margin / width).powi(2)).exp();
        let weights: Vec<f64> = margins.iter().map(weight).collect();
        let edge = |i: usize, order: usize| {
            Quadratic::fit(levels, &weights, found.iter().map(move |noise| noise.edges[i][order]))
        };
        let edges =
            (0..FOLLOWED).map(|i| Ok([edge(i, 0)?, edge(i, 1)?])).collect::<Result<Vec<_>>>()?;
        // The last two sources are the jitter.
        let steady = found.iter().map(|noise| {
            let without = noise.variances.len() - 2;
            noise.variances[..without].iter().sum::<f64>()
        });
        let drift = found.iter().map(|noise| noise.drift.powi(2)).sum::<f64>() / count;
        Ok(Self {
            sources,
            drift,
            wander,
            variance: Quadratic::fit(levels, &weights, total)?,
            steady: Quadratic::fit(levels, &weights, steady)?,
            converter: 0.0,
            edges,
            followed,
            random,
        })
    }

    /// The slicer's input for symbol `n` of a record, its noise by the fit.
    pub(super) fn fitted(&self, record: &Sent, n: usize, value: f64) -> SlicerInput {
        let edges = self.edges.iter().map(|edge| edge.each_ref().map(|q| q.at(&record.levels, n)));
        self.input(record, n, value, self.variance.at(&record.levels, n), edges)
    }

    /// The same for a symbol whose noise was found by itself.
    pub(super) fn found(
        &self,
        record: &Sent,
        n: usize,
        value: f64,
        noise: &SymbolNoise,
    ) -> SlicerInput {
        self.input(record, n, value, noise.total(self.wander), noise.edges.iter().copied())
    }

    fn input(
        &self,
        record: &Sent,
        n: usize,
        value: f64,
        variance: f64,
        edges: impl Iterator<Item = [f64; 2]>,
    ) -> SlicerInput {
        let Randomness { edge, dual_dirac, .. } = self.random;
        let mut variance = variance + self.converter;
        let mut two_valued = [TwoValued::default(); FOLLOWED];
        let followed = self.followed.iter().zip(edges);
        for (deviation, (offset, [first, second])) in two_valued.iter_mut().zip(followed) {
            let height = record.heights[(n + offset) % record.heights.len()];
            let (slope, bend) = (height * first, height * second * dual_dirac);
            // Random jitter moves the edge from where the two-valued one has put it, and meets
            // another slope there.
            deviation.shift = dual_dirac * slope;
            deviation.variance = 2.0 * edge * edge * slope * bend;
            variance += (edge * bend).powi(2);
        }
        SlicerInput { sent: record.symbols.values()[n], value, sigma: variance.sqrt(), two_valued }
    }

    /// The noise of symbols without jitter: what other symbols add to its variance one by one, and
    /// for each level the rest, in groups of equally many symbols, as mixtures of Gaussians.
    pub(super) fn spread(
        &self,
        symbols: &[Symbols],
    ) -> (ByPhase<Vec<Gaussian>>, ByPhase<SymbolTable>) {
        let variances = |symbols: &Symbols| {
            let levels = symbols.levels();
            (0..levels.len()).map(|n| self.steady.at(&levels, n) + self.converter).collect()
        };
        let reach = REACH as isize;
        let pairs: Vec<Vec<u16>> = (-reach..=reach).map(|lag| pairs(symbols, lag)).collect();
        let (mut tables, rests) =
            split(symbols, &pairs, symbols.iter().map(variances).collect(), -reach);
        let mixtures: Vec<Vec<Gaussian>> = rests.into_iter().map(mixture).collect();
        for (table, mixture) in tables.iter_mut().zip(&mixtures) {
            let squares = mixture.iter().map(|part| part.sigma * part.sigma);
            let most = MOST_TAKEN * squares.fold(f64::INFINITY, f64::min);
            let [low, _] = table.range();
            if -low > most {
                table.rows.iter_mut().flatten().for_each(|value| *value *= most / -low);
            }
        }
        (ByPhase { phases: vec![mixtures] }, ByPhase { phases: vec![tables] })
    }
}

impl SymbolNoise {
    /// The variance of all together, with a clock that wanders.
    fn total(&self, wander: f64) -> f64 {
        self.variances.iter().sum::<f64>() + (wander * self.drift).powi(2)
    }
}

/// Gaussians that stand for those of some variances.
fn mixture(mut variances: Vec<f64>) -> Vec<Gaussian> {
    variances.sort_unstable_by(f64::total_cmp);
    let size = variances.len().div_ceil(SCALES).max(1);
    let group = |group: &[f64]| Gaussian {
        weight: group.len() as f64 / variances.len() as f64,
        sigma: (group.iter().sum::<f64>() / group.len() as f64).max(0.0).sqrt(),
    };
    variances.chunks(size).map(group).collect()
}
