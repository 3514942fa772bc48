//! The best taps, phase and thresholds for one position of the main tap.

use super::objective::{Objective, Problem, Solution};
use super::received::Received;
use super::{Phase, Tdecq};
use crate::kernel::solve::{Column, Normal, Weight};
use crate::{Error, Result};

/// Phases, other than the middle of the eye, from which a search may begin, in unit intervals.
const STARTS: [f64; 4] = [-0.3, -0.15, 0.15, 0.3];

/// Steps of the phase: the first one, and the last that matters.
const STEP: f64 = 0.05;
const LAST_STEP: f64 = 0.002;

/// Symbols on which the phase is searched. Taps and thresholds are found on all.
const SEARCHED: usize = 1 << 14;

/// How far from the middle of the eye a phase may be.
const MOST: f64 = 0.5;

/// What noise adds to the diagonal of the equations of the first taps.
const LOADING: f64 = 0.01;

/// The least sum of taps, for levels from -1 to 1 and an amplitude of 1, that can be scaled to 1.
const LEAST_SUM: f64 = 0.2;

/// The three nodes of Gaussian quadrature over a histogram's width: offsets in half widths, and
/// weights.
const NODES: [(f64, f64); 3] = [
    (-0.774_596_669_241_483_4, 5.0 / 18.0),
    (0.0, 8.0 / 18.0),
    (0.774_596_669_241_483_4, 5.0 / 18.0),
];

/// A search that has a first solution.
#[derive(Debug)]
pub(super) struct Search<'a> {
    settings: &'a Tdecq,
    received: &'a Received,
    pub(super) problem: &'a Problem,
    /// The best of the phases from which it may begin.
    pub(super) first: Solution,
}

impl<'a> Search<'a> {
    /// Begins at the phase of least mean square error and in the middle of the eye.
    pub(super) fn begin(
        settings: &'a Tdecq,
        received: &'a Received,
        problem: &'a Problem,
    ) -> Result<Self> {
        let mut first: Option<Solution> = None;
        for (phase, taps) in first_taps(settings, received, problem)? {
            let start = problem.variables(&taps);
            let mut objective = Self::objective(settings, received, problem, phase, None);
            let solution = objective.minimize(&start, false);
            if first.as_ref().is_none_or(|first| solution.noise() > first.noise()) {
                first = Some(solution);
            }
        }
        let first = first.ok_or_else(|| Error::unsupported("no equalizer to begin with"))?;
        Ok(Self { settings, received, problem, first })
    }

    fn objective(
        settings: &Tdecq,
        received: &Received,
        problem: &'a Problem,
        phase: f64,
        guess: Option<&Solution>,
    ) -> Objective<'a> {
        let single = [(0.0, 1.0)];
        let offset = settings.histogram_offset;
        Objective::new(problem, received, phase, offset, &single, guess, SEARCHED)
    }

    /// The phase that stands the largest noise, and a solution there.
    pub(super) fn settle(&self) -> Solution {
        let (settings, received, problem) = (self.settings, self.received, self.problem);
        let mut best = self.first.clone();
        if settings.phase == Phase::Best {
            search_phase(&mut best, received.center, &mut |phase, from| {
                let mut objective = Self::objective(settings, received, problem, phase, Some(from));
                objective.minimize(&from.variables, false)
            });
        }
        best
    }

    /// The equalizer and thresholds that stand the largest noise at the phase of a settled solution.
    pub(super) fn finish(&self, settled: &Solution) -> Solution {
        let (settings, received, problem) = (self.settings, self.received, self.problem);
        let width = 0.5 * settings.histogram_width;
        let nodes = NODES.map(|(away, weight)| (away * width, weight));
        let offset = settings.histogram_offset;
        let (phase, from) = (settled.phase, Some(settled));
        let mut objective =
            Objective::new(problem, received, phase, offset, &nodes, from, usize::MAX);
        objective.minimize(&settled.variables, true)
    }
}

/// The phase with the largest noise: downhill from a start, then by halving steps.
fn search_phase(best: &mut Solution, center: f64, at: &mut impl FnMut(f64, &Solution) -> Solution) {
    let mut improve = |best: &mut Solution, step: f64| {
        let phase = best.phase + step;
        if (phase - center).abs() > MOST {
            return false;
        }
        let next = at(phase, best);
        let better = next.noise() > best.noise();
        if better {
            *best = next;
        }
        better
    };
    let direction = if improve(best, STEP) { STEP } else { -STEP };
    while improve(best, direction) {}
    // The best lies between its two neighbors now.
    let mut step = direction;
    while step.abs() > LAST_STEP {
        step *= 0.5;
        if !improve(best, step) && improve(best, -step) {
            step = -step;
        }
    }
}

/// The taps with the least mean square error against the symbols' levels, scaled to a sum of 1: at
/// the phase where that error is least, and in the middle of the eye.
fn first_taps(
    settings: &Tdecq,
    received: &Received,
    problem: &Problem,
) -> Result<Vec<(f64, Vec<f64>)>> {
    let levels = received.lock.symbols.levels();
    let mean = levels.iter().sum::<f64>() / levels.len() as f64;
    let desired: Vec<f64> = levels.iter().map(|level| level - mean).collect();
    let density = problem.density as isize;
    let columns: Vec<Column> = (0..problem.taps as isize)
        .map(|tap| problem.main as isize - tap)
        .map(|later| Column {
            series: later.rem_euclid(density) as usize,
            shift: later.div_euclid(density),
        })
        .collect();
    let fit = |phase: f64| -> Result<(f64, Vec<f64>)> {
        let streams: Vec<Vec<f64>> = (0..problem.density)
            .map(|i| {
                let mut stream = received.at(phase + i as f64 / problem.density as f64);
                stream.iter_mut().for_each(|x| *x = (*x - problem.average) / problem.amplitude);
                stream
            })
            .collect();
        let series: Vec<&[f64]> = streams.iter().map(Vec::as_slice).collect();
        let mut equations = Normal::new(columns.clone());
        equations.add(&series, &desired);
        let mut taps = equations.solve(&vec![Weight::Free; problem.taps], LOADING)?;
        let error = equations.mean_square_error(&taps);
        let sum: f64 = taps.iter().sum();
        if sum > LEAST_SUM {
            taps.iter_mut().for_each(|w| *w /= sum);
        } else {
            taps.fill(0.0);
            taps[problem.main] = 1.0;
        }
        Ok((error, taps))
    };
    let middle = settings.middle(received);
    let (least, taps) = fit(middle)?;
    let mut starts = vec![(middle, taps)];
    let mut best = None;
    if settings.phase == Phase::Best {
        let mut least = least;
        for start in STARTS {
            let (error, taps) = fit(received.center + start)?;
            if error < least {
                least = error;
                best = Some((received.center + start, taps));
            }
        }
    }
    starts.extend(best);
    Ok(starts)
}
