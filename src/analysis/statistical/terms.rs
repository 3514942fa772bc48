//! The independent parts that a link adds up to at one instant.

use super::edges::{EdgeResponse, Kick, StepResponse, moments};
use super::link::{AggressorPhase, EdgeJitter, LinearLink, Pulse, SymbolTable};

/// Values below this part of the smallest sigma are counted by their cumulants: all powers up to
/// the sixth, beyond which a value of PAM adds 5e-6 to the logarithm of a tail at 1e-20.
const SMALL_VALUE: f64 = 1.0 / 20.0;

/// Variances below this part of the smallest one are counted by their cumulants, up to the sixth.
const SMALL_VARIANCE: f64 = 1.0 / 200.0;

/// Edges whose jitter is below this part of the smallest sigma, or of a third of all jitter together,
/// rms, are taken as independent of the symbols on either side.
const SMALL_EDGE: f64 = 1.0 / 25.0;

/// A symbol that counts less than this part of those beside an edge does to its height what is
/// independent of them.
const SMALL_WEIGHT: f64 = 1.0 / 50.0;

/// Edges on either side that are not taken as independent, at most.
const MOST_EDGES: usize = 4;

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
        let first = (*lags.start()).min(-1);
        let last = (*lags.end()).max(link.feedback.len() as isize).max(1);
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
        let own = sum(&self.taps) * magnitude(&link.levels);
        let kicks = self.edges.iter().map(|edge| edge.largest(|kick| kick.mean.abs()));
        let edges = kicks.sum::<f64>() * highest_edge(link);
        let phase = link.phase(self.offset);
        let distortion = (0..link.levels.len())
            .filter_map(|level| link.distortion.get(phase, level))
            .fold(0.0, |top: f64, samples| top.max(magnitude(samples)));
        let foreign: f64 = in_step(link, self.offset)
            .map(|(levels, pulse, offset)| {
                magnitude(levels) * pulse.taps(offset).map(f64::abs).sum::<f64>()
            })
            .sum();
        let bends = (0..link.levels.len())
            .filter_map(|level| link.bends.get(phase, level))
            .map(|table| table.rows.iter().map(|row| magnitude(row)).sum())
            .fold(0.0, f64::max);
        own + bends + edges + distortion + foreign
    }

    /// The greatest variance that random jitter can have, whatever the symbols are.
    pub(super) fn jitter_variance(&self, link: &LinearLink) -> f64 {
        let square = |edge: &EdgeResponse| edge.largest(|kick| kick.slope * kick.slope);
        let squares: f64 = self.edges.iter().map(square).sum();
        squares * (highest_edge(link) * link.jitter.random).powi(2)
    }
}

/// An edge whose jitter is not independent of the symbols on either side of it.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// What its dual-Dirac displacements add, for each unit of its height.
    pub kicks: [Kick; 2],
    /// What the symbol on the other side adds.
    pub symbol: Added,
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
        magnitude(&self.values) <= SMALL_VALUE * sigma
            && magnitude(&self.variances) <= SMALL_VARIANCE * sigma * sigma
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
    /// How much the symbols after and before an edge count in its height, where it is not
    /// independent of them.
    pub weights: [f64; 2],
    /// The third symbol, where one counts that is not beside the edge.
    pub third: Option<Third>,
}

/// A symbol that an edge's height follows beside the two next to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Third {
    /// How much it counts.
    pub weight: f64,
    /// Whether it is the one after the symbol after the edge, or the one before that before it.
    pub is_later: bool,
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
        // Edge `later` is that before the symbol decided on.
        let (onward, backward) = moments.split_at(all.later);
        let past = backward.iter().rposition(loud).map_or(0, |last| last + 1);
        let past = past.min(backward.len() - 1).min(MOST_EDGES);
        let future = onward.iter().position(loud).map_or(0, |first| all.later - first);
        let future = future.min(MOST_EDGES);
        let chain = all.later - future..all.later + past;
        let mut cumulants = [0.0; 6];
        let mut taps = all.taps.clone();
        for (at, &[mean, variance, fourth]) in moments.iter().enumerate() {
            // In the chain are the symbols that an edge follows, and what others do to its height
            // is independent of them.
            let chained = chain.contains(&at);
            for (j, weight) in heights.weights.iter().enumerate() {
                let beside = heights.is_followed(j);
                // The mean of an edge's displacements is a change of the pulses about it.
                if let (false, Some(symbol)) =
                    (chained && beside, (at + j).checked_sub(heights.main))
                    && let Some(tap) = taps.get_mut(symbol)
                {
                    *tap += weight * mean;
                }
            }
            let [square, biquadrate] = if chained { heights.rest } else { heights.whole };
            let power = variance * square;
            cumulants[1] += power;
            cumulants[3] += fourth * biquadrate - 3.0 * power * power;
        }
        let phase = link.phase(all.offset);
        let of_level = |level: usize| {
            let bends = link.bends.get(phase, level);
            let swell = link.swell.get(phase, level);
            let added = |at: usize| {
                let row = |table: Option<&SymbolTable>| match table {
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
            // An edge's symbol is the one on its far side.
            let edge = |at: usize, symbol: usize| Edge { kicks: kicks[at], symbol: added(symbol) };
            let mut own = Own {
                symbols: Vec::new(),
                cumulants: [0.0; 6],
                past: (0..past).map(|n| edge(all.later + n, all.later + n + 1)).collect(),
                future: (1..=future).map(|n| edge(all.later - n, all.later - n)).collect(),
            };
            let chained = all.later - future..=all.later + past;
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
            weights: heights.beside(),
            third: if past + future > 0 { heights.third() } else { None },
        };
        for (levels, pulse, offset) in in_step(link, all.offset) {
            let small = split(pulse, offset, levels, sigma, &mut terms.cumulants);
            terms.foreign.extend(small.into_iter().map(|tap| (levels.clone(), tap)));
        }
        terms
    }
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
    tap.abs() * magnitude(levels) <= SMALL_VALUE * sigma
}

/// The largest magnitude.
pub(super) fn magnitude(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |top: f64, value| top.max(value.abs()))
}

/// The first six cumulants of equally likely values.
struct Cumulants([f64; 6]);

impl Cumulants {
    fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let moment = |n| values.iter().map(|value| (value - mean).powi(n)).sum::<f64>() / count;
        let [m2, m3, m4, m5, m6] = [2, 3, 4, 5, 6].map(moment);
        Self([
            mean,
            m2,
            m3,
            m4 - 3.0 * m2 * m2,
            m5 - 10.0 * m3 * m2,
            m6 - 15.0 * m4 * m2 - 10.0 * m3 * m3 + 30.0 * m2.powi(3),
        ])
    }

    /// Adds those of the values times a factor.
    fn add(&self, to: &mut [f64; 6], factor: f64) {
        let mut power = 1.0;
        for (to, cumulant) in to.iter_mut().zip(&self.0) {
            power *= factor;
            *to += cumulant * power;
        }
    }
}

/// The height of an edge by the symbols about it.
struct Heights {
    /// The weight of each symbol, from the one that comes `main` after the edge on backward.
    weights: Vec<f64>,
    main: usize,
    /// Second and fourth moment.
    whole: [f64; 2],
    /// Which of the weights is that of a third symbol to follow.
    third: Option<usize>,
    /// Second and fourth moment of what all but these symbols do to it.
    rest: [f64; 2],
}

impl Heights {
    fn of(link: &LinearLink) -> Self {
        let (weights, main) = link.edge_weights();
        let [_, square, _, fourth, ..] = Cumulants::of(&link.levels).0;
        let moments = |weights: &mut dyn Iterator<Item = f64>| {
            let [two, four] =
                weights.fold([0.0; 2], |[two, four], w: f64| [two + w * w, four + w.powi(4)]);
            [square * two, 3.0 * (square * two).powi(2) + fourth * four]
        };
        let whole = moments(&mut weights.iter().copied());
        let size = |at: &usize| weights[*at].abs();
        let sides = [main.checked_sub(1), Some(main + 2).filter(|at| *at < weights.len())];
        let third = sides.into_iter().flatten().max_by(|a, b| size(a).total_cmp(&size(b)));
        let third = third.filter(|at| size(at) > SMALL_WEIGHT * (size(&main) + size(&(main + 1))));
        let mut heights = Self { weights, main, whole, third, rest: [0.0; 2] };
        let all = heights.weights.iter().enumerate();
        let others = all.filter(|(j, _)| !heights.is_followed(*j));
        heights.rest = moments(&mut others.map(|(_, w)| *w));
        heights
    }

    /// Whether a weight is that of a symbol beside the edge, or of the third one.
    fn is_followed(&self, j: usize) -> bool {
        j == self.main || j == self.main + 1 || Some(j) == self.third
    }

    fn third(&self) -> Option<Third> {
        self.third.map(|at| Third { weight: self.weights[at], is_later: at < self.main })
    }

    /// The weights of the symbols after and before the edge.
    fn beside(&self) -> [f64; 2] {
        [self.weights[self.main], self.weights[self.main + 1]]
    }
}

/// The greatest height of an edge.
fn highest_edge(link: &LinearLink) -> f64 {
    let (weights, _) = link.edge_weights();
    magnitude(&link.levels) * weights.iter().map(|w| w.abs()).sum::<f64>()
}
