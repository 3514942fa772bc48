//! What edges give at a slicer when they are displaced, beyond what their height says.

use super::beyond::{explained, near, place, triples};
use super::statistical::PHASES;
use crate::analysis::statistical::{ByPhase, EdgeSlopes, FOLLOWED, LinearLink, StepResponse};
use crate::parallel;
use crate::signal::Symbols;

/// Edges whose response is below this part of the largest one are left out.
const LEAST_KICK: f64 = 1e-3;

/// Records whose edges all stand beside their places.
pub(super) struct Shaken {
    /// By how many unit intervals.
    pub(super) by: f64,
    /// For each record, the side of the edge ahead of each symbol: 1 if it is late, else -1.
    pub(super) sides: Vec<Vec<f64>>,
    /// For each record, what that changes at the slicer, at each phase.
    pub(super) changes: Vec<Vec<f64>>,
}

impl Shaken {
    /// What edges give for each unit interval that they are late, beyond the response to a step of
    /// their height.
    ///
    /// # Formula
    /// Sides of edges are drawn independently. The mean over all symbols between which an edge has
    /// some two levels, of what the record changes times the edge's side, over its displacement, is
    /// therefore what that edge alone does; other edges add noise, and less of it when what the step
    /// response says of them is taken off first.
    pub(super) fn slopes(&self, link: &LinearLink, symbols: &[Symbols]) -> ByPhase<EdgeSlopes> {
        let heights: Vec<Vec<f64>> = symbols.iter().map(|symbols| heights(link, symbols)).collect();
        let step =
            StepResponse::of(link.filter.as_ref().map_or(&link.pulse, |filter| &filter.pulse));
        let all: Vec<Row> = ROWS.into_iter().chain(Row::outer()).collect();
        let groups: Vec<Vec<u16>> = parallel::map(
            all.len(),
            || (),
            |(), at| triples(symbols, all[at].symbols[0], all[at].symbols[1]),
        );
        let last = link.pulse.values.len() as isize / PHASES as isize;
        let phases = parallel::map(
            PHASES,
            || (),
            |(), column| {
                let offset = column as isize - (PHASES / 2) as isize;
                let kicks: Vec<(isize, [f64; 2])> = (-last..=last)
                    .map(|lag| {
                        let time = lag as f64 + offset as f64 / PHASES as f64;
                        let still = step.at(time)[0];
                        (lag, [-self.by, self.by].map(|late| step.at(time - late)[0] - still))
                    })
                    .collect();
                let size = |kick: &[f64; 2]| kick[0].abs().max(kick[1].abs());
                let largest = kicks.iter().map(|(_, kick)| size(kick)).fold(0.0, f64::max);
                let heard: Vec<_> =
                    kicks.iter().filter(|(_, kick)| size(kick) > LEAST_KICK * largest).collect();
                let mut rest = Vec::with_capacity(groups[0].len());
                for ((sides, heights), change) in self.sides.iter().zip(&heights).zip(&self.changes)
                {
                    let count = sides.len() as isize;
                    rest.extend((0..count).map(|n| {
                        let at = (n * PHASES as isize + offset).rem_euclid(change.len() as isize);
                        let linear: f64 = heard
                            .iter()
                            .map(|(lag, kick)| {
                                let edge = (n - lag).rem_euclid(count) as usize;
                                kick[usize::from(sides[edge] > 0.0)] * heights[edge]
                            })
                            .sum();
                        change[at as usize] - linear
                    }));
                }
                self.of_phase(rest, &all, &groups, link.levels.len())
            },
        );
        ByPhase { phases }
    }

    /// The slopes of one phase, for each level decided on, from what the step response leaves.
    fn of_phase(
        &self,
        mut rest: Vec<f64>,
        all: &[Row],
        groups: &[Vec<u16>],
        levels: usize,
    ) -> Vec<EdgeSlopes> {
        let mut slopes = vec![EdgeSlopes { pairs: near(), ..EdgeSlopes::default() }; levels];
        for (row, groups) in all.iter().zip(groups) {
            let sides = self.sides.iter().flat_map(|sides| {
                let count = sides.len() as isize;
                (0..count).map(move |n| sides[(n - row.edge).rem_euclid(count) as usize])
            });
            let sides: Vec<f64> = sides.collect();
            let found: Vec<f64> =
                rest.iter().zip(&sides).map(|(rest, side)| rest * side / self.by).collect();
            let Some(means) = explained(&found, groups, levels, false) else { continue };
            for ((rest, side), group) in rest.iter_mut().zip(&sides).zip(groups) {
                *rest -= self.by * side * means[usize::from(*group)];
            }
            for (slopes, means) in slopes.iter_mut().zip(means.chunks(levels * levels)) {
                *row.of(slopes) = means.to_vec();
            }
        }
        slopes
    }
}

/// An edge, and two symbols that what it gives may follow.
#[derive(Clone, Copy)]
struct Row {
    /// How many symbols before the one decided on that behind the edge is.
    edge: isize,
    /// The same of the two symbols, the later one first.
    symbols: [isize; 2],
}

/// The rows of the edges ahead of the symbol decided on and behind it.
const ROWS: [Row; 4] = [
    Row { edge: 0, symbols: [-1, 1] },
    Row { edge: -1, symbols: [-1, 1] },
    Row { edge: 0, symbols: [1, 2] },
    Row { edge: -1, symbols: [-2, -1] },
];

impl Row {
    /// Those of the edges beyond, from the inner ones outward.
    fn outer() -> impl Iterator<Item = Self> {
        let edges = (1..FOLLOWED as isize).flat_map(|lag| [lag, -lag - 1]);
        edges.map(|edge| Self { edge, symbols: [edge, edge + 1] })
    }

    /// Its place.
    fn of<'a>(&self, slopes: &'a mut EdgeSlopes) -> &'a mut Vec<f64> {
        match (self.edge, self.symbols) {
            (0, [-1, 1]) => &mut slopes.beside[0],
            (-1, [-1, 1]) => &mut slopes.beside[1],
            (0, _) => &mut slopes.beyond[0],
            (-1, _) => &mut slopes.beyond[1],
            (edge, _) => &mut slopes.pairs.rows[place(edge)],
        }
    }
}

/// The height of the edge ahead of each symbol, as the step response counts it.
fn heights(link: &LinearLink, symbols: &Symbols) -> Vec<f64> {
    let (weights, main) = link.edge_weights();
    let levels = symbols.levels();
    let count = levels.len();
    (0..count)
        .map(|k| {
            let weighted = weights.iter().enumerate();
            weighted.map(|(j, weight)| weight * levels[(k + main + count - j) % count]).sum()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistical::{EdgeJitter, Pulse, Timing};
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::Modulation::Nrz;

    /// A link whose edges do what a step does, and more where the neighbors of the symbol decided on
    /// are alike. Other edges are noise to each mean: of 1024 values, a thirtieth of it.
    #[test]
    fn what_edges_do_beyond_their_step_is_found() {
        let key = Key::root(Seed(9));
        let symbols: Vec<Symbols> =
            (0..2).map(|n| Symbols::random(Nrz, 4096, key.indexed(n)).unwrap()).collect();
        let values = (0..4 * PHASES).map(|n| (n as f64 * 0.05).sin()).collect();
        let link = LinearLink {
            modulation: Nrz,
            levels: vec![-1.0, 1.0],
            pulse: Pulse { values, cursor: PHASES, samples_per_symbol: PHASES },
            feedback: vec![],
            bends: ByPhase::NONE,
            joints: ByPhase::NONE,
            slopes: ByPhase::NONE,
            swell: ByPhase::NONE,
            swell_joints: ByPhase::NONE,
            aggressors: vec![],
            noise: ByPhase::NONE,
            distortion: ByPhase::NONE,
            jitter: EdgeJitter { random: 0.01, ..EdgeJitter::NONE },
            timing: Timing::STILL,
            filter: None,
            thresholds: vec![0.0],
        };
        let by = 0.01;
        let step = StepResponse::of(&link.pulse);
        let mut stream = key.named("sides").stream();
        let (mut sides, mut changes) = (Vec::new(), Vec::new());
        for symbols in &symbols {
            let count = symbols.len() as isize;
            let at = |n: isize| n.rem_euclid(count) as usize;
            let heights = heights(&link, symbols);
            let side: Vec<f64> =
                (0..count).map(|_| if stream.uniform() < 0.5 { -1.0 } else { 1.0 }).collect();
            let mut change = vec![0.0; symbols.len() * PHASES];
            for n in 0..count {
                for column in 0..PHASES as isize {
                    let offset = column - PHASES as isize / 2;
                    let mut sum = 0.0;
                    for lag in -4..=4 {
                        let time = lag as f64 + offset as f64 / PHASES as f64;
                        let edge = at(n - lag);
                        let late = by * side[edge];
                        sum += heights[edge] * (step.at(time - late)[0] - step.at(time)[0]);
                    }
                    let values = symbols.values();
                    if values[at(n + 1)] == values[at(n - 1)] {
                        sum += by * side[at(n)] * 2.0;
                    }
                    let place = (n * PHASES as isize + offset).rem_euclid(change.len() as isize);
                    change[place as usize] = sum;
                }
            }
            sides.push(side);
            changes.push(change);
        }
        let found = Shaken { by, sides, changes }.slopes(&link, &symbols);
        for slopes in found.phases.iter().flatten() {
            for (pair, slope) in slopes.beside[0].iter().enumerate() {
                let exact = if pair / 2 == pair % 2 { 2.0 } else { 0.0 };
                assert!((slope - exact).abs() < 1e-6, "{slope} is not {exact}");
            }
            let others = slopes.beyond.iter().chain([&slopes.beside[1]]).flatten();
            assert!(
                others.chain(slopes.pairs.rows.iter().flatten()).all(|slope| slope.abs() < 1e-6)
            );
        }
    }
}
