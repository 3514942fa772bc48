//! The eye closure as a function of taps and thresholds, at one phase.

use super::histogram::{Histogram, Limit};
use super::limits::Row;
use super::received::Received;
use crate::kernel::{descent, fir};

/// How sharply the worse of the two histograms counts, on the way and at the end: what the smooth maximum adds is at most
/// `ln 2` over this, and at the optimum nothing.
const SHARPNESS: [f64; 2] = [100.0, 1000.0];

/// Expected decrease, in nepers, below which a descent ends: on the way, and at the end.
const TOLERANCE: [f64; 2] = [1e-5, 1e-7];

/// How far taps may move in a first step.
const SPAN: f64 = 0.02;

/// What turns a variable into the argument of a threshold's sine: with it a threshold's whole way
/// is as long as what a tap moves.
const TURN: f64 = 50.0;

/// Rounds that find the multipliers of violated limits, and what a limit may be missed by: on the
/// way, and at the end.
const ROUNDS: [usize; 2] = [4, 12];
const VIOLATION: [f64; 2] = [1e-3, 1e-6];

/// What stays the same at all phases.
#[derive(Debug)]
pub(super) struct Problem {
    /// Number of taps, and the main one, from 0.
    pub taps: usize,
    pub main: usize,
    /// Taps in a unit interval: 1 or 2.
    pub density: usize,
    /// The autocorrelation of the noise at multiples of the tap spacing.
    pub correlation: Vec<f64>,
    pub average: f64,
    pub amplitude: f64,
    /// The nominal thresholds.
    pub thresholds: Vec<f64>,
    /// How far a threshold may be moved.
    pub adjustment: f64,
    /// The target error ratio.
    pub target: f64,
    /// Linear limits of the taps.
    pub limits: Vec<Row>,
}

/// Equalizer and thresholds, and what they give.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    /// The unit interval's phase of the middle between the histograms.
    pub phase: f64,
    pub taps: Vec<f64>,
    pub thresholds: Vec<f64>,
    /// The largest noise of either histogram, referred to the equalizer's input.
    pub sigma: [f64; 2],
    /// The gain of the equalizer for noise.
    pub noise_gain: f64,
    /// Taps but for the main one, then the variables of thresholds.
    pub variables: Vec<f64>,
}

impl Solution {
    /// The smaller noise.
    pub(super) fn noise(&self) -> f64 {
        self.sigma[0].min(self.sigma[1])
    }
}

impl Problem {
    /// All taps for some variables: their sum is 1.
    fn taps(&self, variables: &[f64]) -> Vec<f64> {
        let mut taps = Vec::with_capacity(self.taps);
        let others = &variables[..self.taps - 1];
        taps.extend_from_slice(&others[..self.main]);
        taps.push(1.0 - others.iter().sum::<f64>());
        taps.extend_from_slice(&others[self.main..]);
        taps
    }

    /// The variables for some taps, thresholds nominal.
    pub(super) fn variables(&self, taps: &[f64]) -> Vec<f64> {
        let mut variables = taps.to_vec();
        variables.remove(self.main);
        if self.adjustment > 0.0 {
            variables.resize(self.taps - 1 + self.thresholds.len(), 0.0);
        }
        variables
    }

    /// The thresholds for some variables: a sine keeps each within its bounds.
    fn thresholds(&self, variables: &[f64]) -> Vec<f64> {
        let moves = variables[self.taps - 1..].iter().map(|u| self.adjustment * (TURN * u).sin());
        self.thresholds
            .iter()
            .zip(moves.chain(std::iter::repeat(0.0)))
            .map(|(t, m)| t + m)
            .collect()
    }

    /// The gain for noise power of an equalizer, and half its derivative by each tap.
    fn noise_power(&self, taps: &[f64]) -> (f64, Vec<f64>) {
        let column = |i: usize| {
            taps.iter().enumerate().map(|(j, w)| w * self.correlation[i.abs_diff(j)]).sum::<f64>()
        };
        let turned: Vec<f64> = (0..self.taps).map(column).collect();
        (taps.iter().zip(&turned).map(|(w, t)| w * t).sum(), turned)
    }
}

/// One instant of a histogram: the waveform at it, and how much of the histogram it is.
#[derive(Debug)]
struct Node {
    /// The waveform once a symbol, at each of the taps' positions within a unit interval.
    streams: Vec<Vec<f64>>,
    weight: f64,
}

/// The eye closure at one phase.
#[derive(Debug)]
pub(super) struct Objective<'a> {
    problem: &'a Problem,
    phase: f64,
    /// The nodes of the left and of the right histogram.
    windows: [Vec<Node>; 2],
    histograms: [Histogram; 2],
    guess: [f64; 2],
    /// The equalized values of each node of one window.
    equalized: Vec<Vec<f64>>,
}

impl<'a> Objective<'a> {
    /// The waveform at `phase`, with histograms `offset` to either side, made of `nodes`: further
    /// offsets and weights. Histograms hold the first `most` symbols.
    pub(super) fn new(
        problem: &'a Problem,
        received: &Received,
        phase: f64,
        offset: f64,
        nodes: &[(f64, f64)],
        guess: Option<&Solution>,
        most: usize,
    ) -> Self {
        let count = received.symbols().min(most);
        let spacing = 1.0 / problem.density as f64;
        let node = |center: f64, &(away, weight): &(f64, f64)| Node {
            streams: (0..problem.density)
                .map(|i| received.at(center + away + i as f64 * spacing))
                .collect(),
            weight: weight / count as f64,
        };
        let window = |center: f64| nodes.iter().map(|at| node(center, at)).collect();
        let histogram = Histogram::new(problem.average, problem.amplitude);
        let guess = guess.map_or([0.04 * problem.amplitude; 2], |solution| {
            solution.sigma.map(|sigma| sigma * solution.noise_gain)
        });
        Self {
            problem,
            phase,
            windows: [window(phase - offset), window(phase + offset)],
            histograms: [histogram.clone(), histogram],
            guess,
            equalized: vec![vec![0.0; count]; nodes.len()],
        }
    }

    /// Minimizes the closure from some variables on.
    pub(super) fn minimize(&mut self, start: &[f64], polish: bool) -> Solution {
        let mut variables = start.to_vec();
        let rows: &'a [Row] = &self.problem.limits;
        let mut multipliers = vec![0.0; rows.len()];
        let mut weight = 0.0;
        for _ in 0..ROUNDS[usize::from(polish)] {
            let sharpness = SHARPNESS[usize::from(polish)];
            let f = |x: &[f64], gradient: &mut [f64]| {
                self.value(x, gradient, sharpness) + self.penalty(x, gradient, weight, &multipliers)
            };
            descent::minimize(f, &mut variables, SPAN, TOLERANCE[usize::from(polish)]);
            let taps = self.problem.taps(&variables);
            let worst = rows.iter().map(|row| row.excess(&taps)).fold(0.0, f64::max);
            if worst < VIOLATION[usize::from(polish)] {
                break;
            }
            for (multiplier, row) in multipliers.iter_mut().zip(rows) {
                *multiplier = (*multiplier + weight * row.excess(&taps)).max(0.0);
            }
            weight = if weight > 0.0 { (4.0 * weight).min(1e5) } else { 30.0 };
        }
        self.solution(variables)
    }

    /// What some variables give.
    pub(super) fn solution(&mut self, variables: Vec<f64>) -> Solution {
        let mut gradient = vec![0.0; variables.len()];
        self.value(&variables, &mut gradient, SHARPNESS[1]);
        let taps = self.problem.taps(&variables);
        let noise_gain = self.problem.noise_power(&taps).0.sqrt();
        Solution {
            phase: self.phase,
            thresholds: self.problem.thresholds(&variables),
            taps,
            sigma: self.guess.map(|sigma| sigma / noise_gain),
            noise_gain,
            variables,
        }
    }

    /// The penalty of violated limits, added to the gradient (augmented Lagrangian).
    fn penalty(&self, x: &[f64], gradient: &mut [f64], weight: f64, multipliers: &[f64]) -> f64 {
        if weight <= 0.0 {
            return 0.0;
        }
        let taps = self.problem.taps(x);
        let mut sum = 0.0;
        for (row, multiplier) in self.problem.limits.iter().zip(multipliers) {
            let push = multiplier + weight * row.excess(&taps);
            if push <= 0.0 {
                continue;
            }
            sum += (push * push - multiplier * multiplier) / (2.0 * weight);
            let by_main = row.coefficients[self.problem.main];
            for (slot, k) in gradient.iter_mut().zip(self.others()) {
                *slot += push * (row.coefficients[k] - by_main);
            }
        }
        sum
    }

    /// The taps that are variables.
    fn others(&self) -> impl Iterator<Item = usize> + use<> {
        let (taps, main) = (self.problem.taps, self.problem.main);
        (0..taps).filter(move |&k| k != main)
    }

    /// The smooth maximum of both histograms' closures in nepers, and its gradient.
    fn value(&mut self, x: &[f64], gradient: &mut [f64], sharpness: f64) -> f64 {
        let problem = self.problem;
        let taps = problem.taps(x);
        let thresholds = problem.thresholds(x);
        let (power, turned) = problem.noise_power(&taps);
        if power.is_nan() || power <= 0.0 {
            return f64::NAN;
        }
        let mut closures = [0.0; 2];
        let mut slopes = [vec![0.0; x.len()], vec![0.0; x.len()]];
        for side in 0..2 {
            let limit = self.limit(side, &taps, &thresholds);
            self.guess[side] = limit.sigma;
            closures[side] = 0.5 * power.ln() - (limit.sigma / problem.amplitude).ln();
            // d ln(sigma) / d tap = -(d ratio / d tap) / (d ratio / d ln sigma).
            let by_tap = self.by_tap(side);
            let slope = |k: usize| turned[k] / power + by_tap[k] / limit.by_noise;
            let by_main = slope(problem.main);
            for (slot, k) in slopes[side].iter_mut().zip(self.others()) {
                *slot = slope(k) - by_main;
            }
            let moves = &x[problem.taps - 1..];
            for ((slot, u), by) in
                slopes[side][problem.taps - 1..].iter_mut().zip(moves).zip(&limit.by_threshold)
            {
                *slot = -by * problem.adjustment * TURN * (TURN * u).cos();
            }
        }
        let top = closures[0].max(closures[1]);
        let shares = closures.map(|closure| (sharpness * (closure - top)).exp());
        let sum = shares[0] + shares[1];
        for (i, slot) in gradient.iter_mut().enumerate() {
            *slot = (shares[0] * slopes[0][i] + shares[1] * slopes[1][i]) / sum;
        }
        top + sum.ln() / sharpness
    }

    /// Equalizes one window and finds the noise that it stands.
    fn limit(&mut self, side: usize, taps: &[f64], thresholds: &[f64]) -> Limit {
        let histogram = &mut self.histograms[side];
        histogram.clear();
        for (node, values) in self.windows[side].iter().zip(&mut self.equalized) {
            values.fill(0.0);
            for (k, &tap) in taps.iter().enumerate() {
                let (stream, shift) = seen(self.problem, k);
                rotated(values, &node.streams[stream], shift, |y, x| *y += tap * x);
            }
            histogram.add(values, node.weight);
        }
        histogram.limit(thresholds, self.problem.target, self.guess[side])
    }

    /// The derivative of the error ratio by each tap, after [`Objective::limit`], whose equalized
    /// values it uses up.
    fn by_tap(&mut self, side: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.problem.taps];
        for (node, values) in self.windows[side].iter().zip(&mut self.equalized) {
            self.histograms[side].slopes(values);
            for (k, sum) in sums.iter_mut().enumerate() {
                let (stream, shift) = seen(self.problem, k);
                *sum += node.weight * product(values, &node.streams[stream], shift);
            }
        }
        sums
    }
}

/// The stream that a tap reads, and how many symbols later: taps ahead of the main one see later
/// instants.
fn seen(problem: &Problem, tap: usize) -> (usize, isize) {
    let later = problem.main as isize - tap as isize;
    let density = problem.density as isize;
    (later.rem_euclid(density) as usize, later.div_euclid(density))
}

/// Combines each value with the element of a periodic series `shift` places later. There may be
/// fewer values than the series has elements.
fn rotated(values: &mut [f64], series: &[f64], shift: isize, f: impl Fn(&mut f64, f64)) {
    let first = shift.rem_euclid(series.len() as isize) as usize;
    let (early, late) = values.split_at_mut((series.len() - first).min(values.len()));
    early.iter_mut().zip(&series[first..]).for_each(|(y, x)| f(y, *x));
    late.iter_mut().zip(series).for_each(|(y, x)| f(y, *x));
}

/// The sum of products of each value with the element of a periodic series `shift` places later.
fn product(values: &[f64], series: &[f64], shift: isize) -> f64 {
    let first = shift.rem_euclid(series.len() as isize) as usize;
    let (early, late) = values.split_at((series.len() - first).min(values.len()));
    fir::product(early, &series[first..first + early.len()])
        + fir::product(late, &series[..late.len()])
}
