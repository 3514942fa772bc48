//! The independent parts that a link adds up to at one instant.

use super::cumulants::Cumulants;
use super::edges::{EdgeResponse, Kick, StepResponse, moments};
use super::heights::{Heights, Third, highest_edge};
use super::link::{AggressorPhase, EdgeJitter, LinearLink, Pulse};
use super::tables::{EdgeSlopes, FOLLOWED, LagTable, PairTable, largest, turned};

/// Values below this part of the smallest sigma are counted by their cumulants: all powers up to
/// the sixth, beyond which a value of PAM adds 5e-6 to the logarithm of a tail at 1e-20.
const SMALL_VALUE: f64 = 1.0 / 20.0;

/// Variances below this part of the smallest one are counted by their cumulants, up to the sixth.
const SMALL_VARIANCE: f64 = 1.0 / 200.0;

/// Edges whose jitter is below this part of the smallest sigma, or of a third of all jitter together,
/// rms, are taken as independent of the symbols on either side.
const SMALL_EDGE: f64 = 1.0 / 25.0;

/// What the symbols of the link itself leave at an instant, one after the other.
#[derive(Debug)]
pub(super) struct Superposition {
    /// The instant, in samples from the decision instant.
    pub offset: isize,
    /// Symbols in `taps` that come after the one decided on.
    pub later: usize,
    /// The response to each symbol, feedback subtracted, the last symbol first.
    taps: Vec<f64>,
    /// What the jitter of the edge at the beginning of each does.
    edges: Vec<EdgeResponse>,
}

impl Superposition {
    pub(super) fn of(link: &LinearLink, step: &StepResponse, offset: isize) -> Self {
        let lags = link.pulse.lags(offset);
        let [past, future] = joined(link, link.phase(offset)).map(|count| count as isize);
        let first = (*lags.start()).min(-1).min(-future);
        let last = (*lags.end()).max(link.feedback.len() as isize).max(1).max(past);
        let symbol = link.pulse.samples_per_symbol as isize;
        let mut taps: Vec<f64> =
            (first..=last).map(|lag| link.pulse.at(lag * symbol + offset)).collect();
        let later = -first as usize;
        for (tap, feedback) in taps[later + 1..].iter_mut().zip(&link.feedback) {
            *tap -= feedback;
        }
        let edge = |lag| {
            if link.jitter == EdgeJitter::NONE {
                return EdgeResponse::default();
            }
            let time = lag as f64 + offset as f64 / symbol as f64;
            EdgeResponse::of(step, time, &link.jitter)
        };
        let edges = (first..=last).map(edge).collect();
        Self { offset, later, taps, edges }
    }

    /// The greatest magnitude that is possible without noise and random jitter.
    pub(super) fn peak(&self, link: &LinearLink) -> f64 {
        let sum = |values: &[f64]| values.iter().map(|value| value.abs()).sum::<f64>();
        let own = sum(&self.taps) * largest(&link.levels);
        let kicks = self.edges.iter().map(|edge| edge.largest(|kick| kick.mean.abs()));
        let edges = kicks.sum::<f64>() * highest_edge(link);
        let phase = link.phase(self.offset);
        let distortion = (0..link.levels.len())
            .filter_map(|level| link.distortion.get(phase, level))
            .fold(0.0, |top: f64, samples| top.max(largest(samples)));
        let foreign: f64 = in_step(link, self.offset)
            .map(|(levels, pulse, offset)| {
                largest(levels) * pulse.taps(offset).map(f64::abs).sum::<f64>()
            })
            .sum();
        let late = self.edges.iter().map(|edge| edge.largest(|kick| kick.late.abs()));
        let late = late.fold(0.0, f64::max);
        let most = |of: &dyn Fn(usize) -> Option<f64>| {
            (0..link.levels.len()).filter_map(of).fold(0.0, f64::max)
        };
        let tables = most(&|level| link.bends.get(phase, level).map(LagTable::peak))
            + most(&|level| link.joints.get(phase, level).map(PairTable::peak))
            + most(&|level| link.slopes.get(phase, level).map(EdgeSlopes::peak)) * late;
        own + tables + edges + distortion + foreign
    }

    /// The greatest variance that random jitter can have, whatever the symbols are.
    pub(super) fn jitter_variance(&self, link: &LinearLink) -> f64 {
        let phase = link.phase(self.offset);
        let more = (0..link.levels.len())
            .filter_map(|level| link.slopes.get(phase, level).map(EdgeSlopes::peak))
            .fold(0.0, f64::max);
        let highest = highest_edge(link);
        let square =
            |edge: &EdgeResponse| (highest * edge.largest(|kick| kick.slope.abs())).powi(2);
        let squares: f64 = self.edges.iter().map(square).sum();
        link.jitter.random.powi(2) * (squares.sqrt() + more).powi(2)
    }
}

/// An edge whose jitter is not independent of the symbols on either side of it.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// What its dual-Dirac displacements add, for each unit of its height.
    pub kicks: [Kick; 2],
    /// What the symbol on the far side adds.
    pub symbol: Added,
    /// What both symbols give together, by the near and the far one, that fastest; or nothing.
    pub joints: Vec<f64>,
    /// What they add together to the variance of noise, likewise.
    pub swell: Vec<f64>,
    /// What the edge gives beyond its step for each unit interval that it is late, likewise; of an
    /// edge beside the symbol decided on by the later and the earlier of that one's neighbors.
    pub slopes: Vec<f64>,
    /// What it gives more, if it is beside the symbol decided on, by the first and the second symbol
    /// on its side.
    pub beyond: Vec<f64>,
    /// The weights of the far symbol in the heights of the edges ahead of the symbol decided on and
    /// behind it.
    pub inner: [f64; 2],
    /// Whether the third symbol is followed in the height of an edge that is not one of these.
    pub has_third: bool,
}

/// What a symbol adds where one of some level is decided on.
#[derive(Clone, Debug)]
pub(super) struct Added {
    /// For each of its levels, a value.
    pub values: Vec<f64>,
    /// For each of its levels, what it adds to the variance of noise.
    pub variances: Vec<f64>,
}

impl Added {
    /// Whether its cumulants say enough.
    fn is_small(&self, sigma: f64) -> bool {
        largest(&self.values) <= SMALL_VALUE * sigma
            && largest(&self.variances) <= SMALL_VARIANCE * sigma * sigma
    }

    /// Adds its cumulants.
    ///
    /// # Formula
    /// Those of `ln E[exp(s x + s^2 v / 2)]` over the levels, to the fourth power of `s`, with those
    /// of the values alone to the sixth.
    fn add_cumulants(&self, to: &mut [f64; 6]) {
        Cumulants::of(&self.values).add(to, 1.0);
        let count = self.values.len() as f64;
        let mean = |of: &[f64]| of.iter().sum::<f64>() / count;
        let (center, variance) = (mean(&self.values), mean(&self.variances));
        let together = |power: i32, order: i32| -> f64 {
            let pairs = self.values.iter().zip(&self.variances);
            pairs.map(|(x, v)| (x - center).powi(power) * (v - variance).powi(order)).sum::<f64>()
                / count
        };
        to[1] += variance;
        to[2] += 3.0 * together(1, 1);
        to[3] += 6.0 * together(2, 1) + 3.0 * together(0, 2);
    }
}

/// What other symbols of the link add where one of some level is decided on.
#[derive(Debug)]
pub(super) struct Own {
    /// What symbols far from it add.
    pub symbols: Vec<Added>,
    /// Cumulants of what is small.
    pub cumulants: [f64; 6],
    /// Edges from the symbol decided on backward, and their symbols.
    pub past: Vec<Edge>,
    /// Edges from the symbol decided on onward, and their symbols.
    pub future: Vec<Edge>,
}

/// The parts at one instant.
#[derive(Debug)]
pub(super) struct Terms {
    /// The response to the symbol decided on.
    pub cursor: f64,
    /// Other symbols of the link, for each level of the one decided on.
    pub own: Vec<Own>,
    /// Responses to symbols of aggressors in step: the aggressor's levels, and the response.
    pub foreign: Vec<(Vec<f64>, f64)>,
    /// Cumulants of all that is small.
    pub cumulants: [f64; 6],
    /// What the first symbols on either side give together, for each level of the one decided on,
    /// and what they add to the variance of noise: by the later and the earlier one, that fastest.
    pub across: Vec<[Vec<f64>; 2]>,
    /// How much the symbols after and before an edge count in its height, where it is not
    /// independent of them.
    pub weights: [f64; 2],
    /// The third symbol, where one counts that is not beside the edge.
    pub third: Option<Third>,
}

impl Terms {
    /// The parts, where `sigma` is the smallest standard deviation of noise, if the symbol decided
    /// on is even or odd.
    pub(super) fn new(link: &LinearLink, all: &Superposition, sigma: f64, odd: bool) -> Self {
        let heights = Heights::of(link);
        let late = |(at, edge): (usize, &EdgeResponse)| {
            edge.kicks[usize::from(odd == at.abs_diff(all.later).is_multiple_of(2))]
        };
        let kicks: Vec<[Kick; 2]> = all.edges.iter().enumerate().map(late).collect();
        let moments: Vec<[f64; 3]> =
            kicks.iter().map(|kicks| moments(kicks, link.jitter.random)).collect();
        let power = |[_, variance, _]: &[f64; 3]| variance * heights.whole[0];
        let jitter: f64 = moments.iter().map(power).sum();
        let least = SMALL_EDGE.powi(2) * (sigma * sigma).max(0.1 * jitter);
        let loud = |moments: &[f64; 3]| power(moments) > least;
        let phase = link.phase(all.offset);
        let [past, future] = joined(link, phase);
        // Edge `later` is that before the symbol decided on.
        let (onward, backward) = moments.split_at(all.later);
        let past = backward.iter().rposition(loud).map_or(0, |last| last + 1).max(past);
        let past = past.min(backward.len() - 1).min(FOLLOWED);
        let future = onward.iter().position(loud).map_or(0, |first| all.later - first).max(future);
        let future = future.min(all.later).min(FOLLOWED);
        let chain = all.later - future..all.later + past;
        let has_third = |at: usize| {
            let share = heights.third_square() / heights.whole[0];
            chain.contains(&at) && share * power(&moments[at]) > least
        };
        // The edges beside the symbol decided on: the past one, and that of the future.
        let inner = [all.later, all.later - 1];
        let chained = all.later - future..=all.later + past;
        let follows = |at: usize, j: usize| {
            let beside = j == heights.main || j == heights.main + 1;
            if !chain.contains(&at) || beside {
                return chain.contains(&at);
            }
            if !inner.contains(&at) {
                return has_third(at) && heights.third == Some(j);
            }
            let symbol = (at + j).checked_sub(heights.main);
            let power = heights.square * heights.weights[j].powi(2) * moments[at][1];
            symbol.is_some_and(|symbol| chained.contains(&symbol)) && power > least
        };
        let mut cumulants = [0.0; 6];
        let mut taps = all.taps.clone();
        for (at, &[mean, variance, fourth]) in moments.iter().enumerate() {
            // What others do to the height of an edge is independent of those that it follows.
            let others = (0..heights.weights.len()).filter(|j| !follows(at, *j));
            for j in others.clone() {
                // The mean of an edge's displacements is a change of the pulses about it.
                let symbol = (at + j).checked_sub(heights.main);
                if let Some(tap) = symbol.and_then(|symbol| taps.get_mut(symbol)) {
                    *tap += heights.weights[j] * mean;
                }
            }
            let [square, biquadrate] = heights.moments(others);
            let power = variance * square;
            cumulants[1] += power;
            cumulants[3] += fourth * biquadrate - 3.0 * power * power;
        }
        let of_level = |level: usize| {
            let bends = link.bends.get(phase, level);
            let swell = link.swell.get(phase, level);
            let added = |at: usize| {
                let row = |table: Option<&LagTable>| match table {
                    Some(table) => table.row(at as isize - all.later as isize).cloned(),
                    None => None,
                };
                let none = || vec![0.0; link.levels.len()];
                let linear = link.levels.iter().map(|x| taps[at] * x);
                let bend = row(bends).unwrap_or_else(none);
                Added {
                    values: linear.zip(bend).map(|(x, more)| x + more).collect(),
                    variances: row(swell).unwrap_or_else(none),
                }
            };
            let pairs = |table: Option<&LagTable>, at: usize| {
                let lag = at as isize - all.later as isize;
                table.and_then(|table| table.row(lag)).cloned().unwrap_or_default()
            };
            let near =
                |table: Option<&PairTable>, at: usize| pairs(table.map(|table| &table.near), at);
            let joints = link.joints.get(phase, level);
            let swell_joints = link.swell_joints.get(phase, level);
            let slopes = link.slopes.get(phase, level);
            // The symbol is the one on the far side.
            let edge = |n: usize, at: usize, symbol: usize| {
                let mut edge = Edge {
                    kicks: kicks[at],
                    symbol: added(symbol),
                    joints: near(joints, at),
                    swell: near(swell_joints, at),
                    slopes: pairs(slopes.map(|slopes| &slopes.pairs), at),
                    beyond: Vec::new(),
                    inner: inner.map(|at| {
                        let j = (symbol + heights.main).checked_sub(at);
                        let j = j.filter(|j| *j < heights.weights.len() && follows(at, *j));
                        j.map_or(0.0, |j| heights.weights[j])
                    }),
                    has_third: has_third(at),
                };
                let is_past = symbol > at;
                if !is_past {
                    for row in [&mut edge.joints, &mut edge.swell, &mut edge.slopes] {
                        *row = turned(row);
                    }
                }
                if let (0, Some(EdgeSlopes { beside, beyond, .. })) = (n, slopes) {
                    let side = usize::from(!is_past);
                    edge.slopes.clone_from(&beside[side]);
                    edge.beyond =
                        if is_past { beyond[side].clone() } else { turned(&beyond[side]) };
                }
                edge
            };
            let mut own = Own {
                symbols: Vec::new(),
                cumulants: [0.0; 6],
                past: (0..past).map(|n| edge(n, all.later + n, all.later + n + 1)).collect(),
                future: (0..future)
                    .map(|n| edge(n, all.later - n - 1, all.later - n - 1))
                    .collect(),
            };
            for at in (0..taps.len()).filter(|at| !chained.contains(at)) {
                let added = added(at);
                if added.is_small(sigma) {
                    added.add_cumulants(&mut own.cumulants);
                } else {
                    own.symbols.push(added);
                }
            }
            own
        };
        let mut terms = Self {
            cursor: taps[all.later],
            own: (0..link.levels.len()).map(of_level).collect(),
            foreign: Vec::new(),
            cumulants,
            across: (0..link.levels.len())
                .map(|level| {
                    let tables = [&link.joints, &link.swell_joints];
                    let across = |table: &PairTable| table.across.clone();
                    tables.map(|of| of.get(phase, level).map(across).unwrap_or_default())
                })
                .collect(),
            weights: heights.beside(),
            third: heights.third(),
        };
        for (levels, pulse, offset) in in_step(link, all.offset) {
            let small = split(pulse, offset, levels, sigma, &mut terms.cumulants);
            terms.foreign.extend(small.into_iter().map(|tap| (levels.clone(), tap)));
        }
        terms
    }
}

/// How many edges of the past and of the future lie between symbols that act together.
fn joined(link: &LinearLink, phase: usize) -> [usize; 2] {
    let tables = (0..link.levels.len()).flat_map(|level| {
        [&link.joints, &link.swell_joints].into_iter().filter_map(move |of| of.get(phase, level))
    });
    tables.fold([0; 2], |sides, table| {
        let least = usize::from(!table.across.is_empty());
        let [past, future] = sides.map(|edges: usize| edges.max(least));
        table.near.lags().fold([past, future], |[past, future], lag| match usize::try_from(lag) {
            Ok(lag) => [past.max(lag + 1), future],
            Err(_) => [past, future.max(lag.unsigned_abs())],
        })
    })
}

/// The large responses of a pulse at an instant; the small ones go into the cumulants.
pub(super) fn split(
    pulse: &Pulse,
    offset: isize,
    levels: &[f64],
    sigma: f64,
    cumulants: &mut [f64; 6],
) -> Vec<f64> {
    let of_levels = Cumulants::of(levels);
    let mut large = Vec::new();
    for tap in pulse.taps(offset) {
        if is_small(tap, levels, sigma) {
            of_levels.add(cumulants, tap);
        } else {
            large.push(tap);
        }
    }
    large
}

/// Aggressors in step with the link: levels, pulse, and the offset from its cursor.
fn in_step(link: &LinearLink, offset: isize) -> impl Iterator<Item = (&Vec<f64>, &Pulse, isize)> {
    link.aggressors.iter().filter_map(move |aggressor| match aggressor.phase {
        AggressorPhase::Fixed(lead) => Some((&aggressor.levels, &aggressor.pulse, lead + offset)),
        AggressorPhase::Random | AggressorPhase::Worst => None,
    })
}

fn is_small(tap: f64, levels: &[f64], sigma: f64) -> bool {
    tap.abs() * largest(levels) <= SMALL_VALUE * sigma
}
