//! The best taps, phase and thresholds for one position of the main tap.

use super::objective::{Objective, Problem, Solution};
use super::received::Received;
use super::{Phase, Tdecq};
use crate::kernel::solve::{Column, Normal, Weight};
use crate::{Error, Result};

/// Phases, other than the middle of the eye, at which a search looks before it begins, in unit
/// intervals: behind a slow transmitter the closure has more than one valley along the phase.
const STARTS: [f64; 4] = [-0.3, -0.15, 0.15, 0.3];

/// Steps of the phase: the first one, and the last that matters.
const STEP: f64 = 0.05;
const LAST_STEP: f64 = 0.002;

/// Symbols on which a first look is taken, and on which the phase is searched. Taps and thresholds
/// are found on all.
const LOOKED: usize = 1 << 12;
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
    /// Begins at the best of some phases, each with the taps that are best there.
    pub(super) fn begin(
        settings: &'a Tdecq,
        received: &'a Received,
        problem: &'a Problem,
    ) -> Result<Self> {
        let look = |phase: f64, start: &[f64], guess: Option<&Solution>, most: usize| {
            let mut objective = Self::objective(settings, received, problem, phase, guess, most);
            objective.minimize(start, false)
        };
        let mut looked: Option<Solution> = None;
        for (phase, taps) in first_taps(settings, received, problem)? {
            let solution = look(phase, &problem.variables(&taps), None, LOOKED);
            if looked.as_ref().is_none_or(|best| solution.noise() > best.noise()) {
                looked = Some(solution);
            }
        }
        let looked = looked.ok_or_else(|| Error::unsupported("no equalizer to begin with"))?;
        let first = look(looked.phase, &looked.variables, Some(&looked), SEARCHED);
        Ok(Self { settings, received, problem, first })
    }

    /// The closure at a phase, on the first `most` symbols.
    fn objective(
        settings: &Tdecq,
        received: &Received,
        problem: &'a Problem,
        phase: f64,
        guess: Option<&Solution>,
        most: usize,
    ) -> Objective<'a> {
        let single = [(0.0, 1.0)];
        let offset = settings.histogram_offset;
        Objective::new(problem, received, phase, offset, &single, guess, most)
    }

    /// The phase that stands the largest noise, and a solution there.
    pub(super) fn settle(&self) -> Solution {
        let (settings, received, problem) = (self.settings, self.received, self.problem);
        let mut best = self.first.clone();
        if settings.phase == Phase::Best {
            search_phase(&mut best, received.center, &mut |phase, from| {
                let guess = Some(from);
                let mut objective =
                    Self::objective(settings, received, problem, phase, guess, SEARCHED);
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

/// The taps with the least mean square error against the symbols' levels, scaled to a sum of 1: in
/// the middle of the eye and, if the phase is free, about it.
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
        let sum: f64 = taps.iter().sum();
        if sum > LEAST_SUM {
            taps.iter_mut().for_each(|w| *w /= sum);
        } else {
            taps.fill(0.0);
            taps[problem.main] = 1.0;
        }
        Ok((phase, taps))
    };
    let mut starts = vec![fit(settings.middle(received))?];
    if settings.phase == Phase::Best {
        for start in STARTS {
            starts.push(fit(received.center + start)?);
        }
    }
    Ok(starts)
}
