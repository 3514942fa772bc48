//! Noise at a slicer by the levels around each symbol.

use super::beyond::{by_level, join, neighbors, pairs, split};
use super::sensing::{Sent, SymbolNoise};
use crate::Result;
use crate::analysis::semi_analytic::FOLLOWED;
use crate::analysis::statistical::{ByPhase, Gaussian, LagTable, PairTable};
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
/// to those of a record, and what that lacks by the symbol and its two neighbors: nonlinear elements have slopes that follow the signal, and edges move
/// it by their heights. Symbols that decide the error ratio can have theirs found instead.
#[derive(Clone, Debug)]
pub(super) struct NoiseModel {
    /// Stage and source of each kind of noise, and its mean variance; of dual-Dirac jitter without
    /// the edges that are followed.
    pub(super) sources: Vec<(String, String, f64)>,
    /// The mean square of what slicer inputs answer to a delay of all edges, by unit intervals.
    pub(super) drift: f64,
    /// The variance of all together, but for the two-valued jitter of the edges that are followed.
    variance: Form,
    /// The same without any jitter.
    steady: Form,
    /// What the converter adds to either.
    pub(super) converter: f64,
    /// What each of these edges does: first and second derivative, per volt of the edge.
    edges: Vec<[Form; 2]>,
    /// Which they are, in symbols after the one that they act on.
    followed: [usize; FOLLOWED],
    random: Randomness,
    /// Wander of the clock, in unit intervals.
    wander: f64,
}

/// A quadratic form of the levels around a symbol, and what it lacks by that symbol and its
/// neighbors.
#[derive(Clone, Debug)]
struct Form {
    coefficients: Vec<f64>,
    /// For each symbol, its later and its earlier neighbor, that fastest.
    more: Vec<f64>,
    /// The range of the values that it was fitted to.
    range: [f64; 2],
}

/// The symbols of a periodic record, and their levels.
struct Record<'a> {
    symbols: &'a Symbols,
    levels: &'a [f64],
}

impl Record<'_> {
    /// A symbol and its neighbors, as one number.
    fn place(&self, n: usize) -> usize {
        let (values, count) = (self.symbols.values(), self.symbols.len());
        let levels = self.symbols.modulation().levels();
        let places = [n, (n + 1) % count, (n + count - 1) % count];
        places.iter().fold(0, |place, at| place * levels + usize::from(values[*at]))
    }
}

impl Form {
    /// Fits the values of the symbols of a record, each with a weight.
    fn fit(
        record: &Record<'_>,
        weights: &[f64],
        values: impl Iterator<Item = f64> + Clone,
    ) -> Result<Self> {
        let levels = record.levels;
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
        let cases = record.symbols.modulation().levels().pow(3);
        let mut more = vec![[0.0; 2]; cases];
        for (n, value) in values.clone().enumerate() {
            let [sum, count] = &mut more[record.place(n)];
            let fitted: f64 = side.iter().zip(features(levels, n)).map(|(c, x)| c * x).sum();
            *sum += weights[n] * (value - fitted);
            *count += weights[n];
        }
        let range = values
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high]: [f64; 2], value| {
                [low.min(value), high.max(value)]
            });
        let mean = |[sum, weight]: [f64; 2]| if weight > 0.0 { sum / weight } else { 0.0 };
        let more = more.into_iter().map(mean).collect();
        Ok(Self { coefficients: side, more, range })
    }

    fn at(&self, record: &Record<'_>, n: usize) -> f64 {
        let terms = self.coefficients.iter().zip(features(record.levels, n));
        let value = terms.map(|(c, x)| c * x).sum::<f64>() + self.more[record.place(n)];
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
        let record = sent.record();
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
            Form::fit(&record, &weights, found.iter().map(move |noise| noise.edges[i][order]))
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
            variance: Form::fit(&record, &weights, total)?,
            steady: Form::fit(&record, &weights, steady)?,
            converter: 0.0,
            edges,
            followed,
            random,
        })
    }

    /// The slicer's input for symbol `n` of a record, its noise by the fit.
    pub(super) fn fitted(&self, record: &Sent, n: usize, value: f64) -> SlicerInput {
        let around = record.record();
        let edges = self.edges.iter().map(|edge| edge.each_ref().map(|form| form.at(&around, n)));
        self.input(record, n, value, self.variance.at(&around, n), edges)
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
            deviation.bent = edge * edge * (slope * slope + bend * bend);
            deviation.bend = edge * edge * height * second;
        }
        SlicerInput { sent: record.symbols.values()[n], value, sigma: variance.sqrt(), two_valued }
    }

    /// The noise of symbols without jitter: for each level mixtures of Gaussians, of groups of equally
    /// many symbols, and what other symbols add to their variance one by one, and in pairs.
    pub(super) fn spread(
        &self,
        symbols: &[Symbols],
    ) -> (ByPhase<Vec<Gaussian>>, ByPhase<LagTable>, ByPhase<PairTable>) {
        let variances = |symbols: &Symbols| {
            let record = Record { symbols, levels: &symbols.levels() };
            (0..symbols.len()).map(|n| self.steady.at(&record, n) + self.converter).collect()
        };
        let reach = REACH as isize;
        let pairs: Vec<Vec<u16>> = (-reach..=reach).map(|lag| pairs(symbols, lag)).collect();
        let (mut alone, rests) =
            split(symbols, &pairs, symbols.iter().map(variances).collect(), -reach);
        let mut rest = rests.concat();
        let mut joint = join(symbols, &neighbors(symbols), &mut rest);
        let rests = by_level(symbols, rest);
        let mixtures: Vec<Vec<Gaussian>> = rests.into_iter().map(mixture).collect();
        for ((alone, joint), mixture) in alone.iter_mut().zip(&mut joint).zip(&mixtures) {
            let squares = mixture.iter().map(|part| part.sigma * part.sigma);
            let most = MOST_TAKEN * squares.fold(f64::INFINITY, f64::min);
            let low = alone.range()[0] + joint.range()[0];
            if -low > most {
                let rows = alone.rows.iter_mut().chain(&mut joint.near.rows);
                let values = rows.flatten().chain(&mut joint.across);
                values.for_each(|value| *value *= most / -low);
            }
        }
        (
            ByPhase { phases: vec![mixtures] },
            ByPhase { phases: vec![alone] },
            ByPhase { phases: vec![joint] },
        )
    }
}

impl Sent {
    fn record(&self) -> Record<'_> {
        Record { symbols: &self.symbols, levels: &self.levels }
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
