//! Symbols about the decision together with the jitter of the edges between them.
//!
//! What the jitter of an edge adds depends on the symbols on either side of it, which leave
//! interference of their own. Behind a transmitter's filter its height follows a third one, too:
//! where that pulls the other way, an edge is higher than its own two symbols make it, and patterns
//! of such edges decide the error ratio. The sum over all sequences of symbols is a product of
//! matrices.
//!
//! Notation: the *first* symbol of a side is the neighbor of the one decided on, the *second* one that
//! beyond. The edge between the decision and the first symbol is *inner*, all others are outer ones.

use super::edges::Kick;
use super::heights::Third;
use super::terms::Edge;
use super::tilted::{Lines, Part, Transform, Work};

/// Both sides of the decision.
pub(super) struct Sides<'a> {
    /// The edges of the past and of the future, from the symbol decided on outward.
    pub edges: [&'a [Edge]; 2],
    /// The weights of the symbols after and before an edge.
    pub weights: [f64; 2],
    /// The weight of the third one, and where it is, where edges follow one.
    pub third: Option<Third>,
    /// What the first symbols of both sides give together, and what they add to the variance of
    /// noise: by that of the future first.
    pub across: &'a [Vec<f64>; 2],
    /// The levels of all symbols.
    pub levels: &'a [f64],
    /// Random jitter.
    pub random: f64,
}

/// The transform, on each line, of what the edges and symbols of both sides add where `level` is
/// decided on.
///
/// # Formula
/// `1/(4 L^2) sum G(s, a, b, u, v) A[a] B[b]` over the first symbols `a`, `b` of the past and of the
/// future and the dual-Dirac displacements `u`, `v` of both inner edges: `G` is the Gaussian that
/// these symbols and edges add, `A` and `B` what lies beyond, with what its symbols do to the heights
/// of edges displaced by `u` and `v`.
pub(super) fn chain(
    lines: &Lines,
    sides: &Sides<'_>,
    level: usize,
    work: &mut Work,
) -> Vec<Transform> {
    let [past, future] = [true, false].map(|is_past| Side::new(sides, is_past, level));
    let mut inner = Vec::new();
    for u in past.displacements() {
        inner.extend(future.displacements().iter().map(|v| Inner {
            sides,
            level,
            kicks: [*u, *v],
        }));
    }
    let mut outer = [None, None];
    let beyond: Vec<[Vec<Vec<Transform>>; 2]> = inner
        .iter()
        .map(|inner| {
            [(&past, 0), (&future, 1)]
                .map(|(side, at)| side.beyond(inner, &mut outer[at], lines, work))
        })
        .collect();
    let mut parts = Vec::new();
    for (inner, [of_past, of_future]) in inner.iter().zip(&beyond) {
        for (a, beyond_past) in of_past.iter().enumerate() {
            for (b, beyond_future) in of_future.iter().enumerate() {
                let others = vec![beyond_past.as_slice(), beyond_future];
                parts.push(Part { others, ..inner.part([a, b]) });
            }
        }
    }
    lines.mean_of_sums(&parts, work)
}

/// The symbol decided on, and the edges ahead of it and behind it with a displacement of each.
struct Inner<'a> {
    sides: &'a Sides<'a>,
    level: usize,
    kicks: [Kick; 2],
}

/// What is added: its mean and variance.
#[derive(Clone, Copy)]
struct Sum {
    mean: f64,
    variance: f64,
}

impl Inner<'_> {
    /// What the first symbols of the past and the future and both edges add.
    fn part(&self, firsts: [usize; 2]) -> Part<'static> {
        let pair = firsts[1] * self.sides.levels.len() + firsts[0];
        let [mean, variance] = self.sides.across.each_ref().map(|row| of_pair(row, pair));
        let mut part = Part { mean, variance, others: Vec::new() };
        let heights = self.heights(firsts);
        for (at, kick) in self.kicks.iter().enumerate() {
            let Some(edge) = self.sides.edges[at].first() else { continue };
            let more = of_pair(&edge.slopes, pair);
            let bent = (self.sides.random * (more - kick.slope * heights[at])).powi(2);
            part.mean +=
                edge.symbol.values[firsts[at]] + kick.mean * heights[at] + kick.late * more;
            part.variance += edge.symbol.variances[firsts[at]] + bent;
        }
        part
    }

    /// The heights of both edges, as far as these three symbols make them.
    fn heights(&self, firsts: [usize; 2]) -> [f64; 2] {
        let Sides { edges, weights, levels, .. } = self.sides;
        [0, 1].map(|at| {
            let firsts = edges.iter().zip(firsts).filter_map(|(edges, first)| {
                edges.first().map(|edge| edge.inner[at] * levels[first])
            });
            weights[at] * levels[self.level] + firsts.sum::<f64>()
        })
    }

    /// The derivative of each edge's part by its delay, the mean over the first symbols that are not
    /// known.
    fn slopes(&self, firsts: [Option<usize>; 2]) -> [f64; 2] {
        let count = self.sides.levels.len();
        let known = |first: Option<usize>| first.map_or(0..count, |first| first..first + 1);
        let mut sums = [0.0; 2];
        for a in known(firsts[0]) {
            for b in known(firsts[1]) {
                let heights = self.heights([a, b]);
                for at in [0, 1] {
                    let Some(edge) = self.sides.edges[at].first() else { continue };
                    let more = of_pair(&edge.slopes, b * count + a);
                    sums[at] += more - self.kicks[at].slope * heights[at];
                }
            }
        }
        let cases = (known(firsts[0]).len() * known(firsts[1]).len()) as f64;
        sums.map(|sum| sum / cases)
    }

    /// What a farther symbol does by the heights of both edges, and by what they give `more` than
    /// those, where their slopes are otherwise known.
    ///
    /// # Formula
    /// The variance of random jitter is `r^2 (x + y)^2`, where `x` is as nearer symbols make it and
    /// `y` what this one adds: here is `r^2 (2 x y + y^2)`.
    fn change(&self, edge: &Edge, symbol: usize, more: [f64; 2], slopes: [f64; 2]) -> Sum {
        let mut sum = Sum { mean: 0.0, variance: 0.0 };
        for (at, kick) in self.kicks.iter().enumerate() {
            let height = edge.inner[at] * self.sides.levels[symbol];
            let change = more[at] - kick.slope * height;
            sum.mean += kick.mean * height + kick.late * more[at];
            sum.variance += self.sides.random.powi(2) * change * (2.0 * slopes[at] + change);
        }
        sum
    }
}

/// One side of the decision.
struct Side<'a> {
    sides: &'a Sides<'a>,
    is_past: bool,
    edges: &'a [Edge],
    /// The level decided on.
    level: usize,
    /// The weights of an outer edge's near, far and third symbol.
    weights: [f64; 3],
    /// Whether the third symbol is nearer to the decision than both others, and not farther.
    is_third_near: bool,
}

/// Transforms, one for each line, by the levels of two symbols or of the second alone.
struct State {
    of: Vec<Vec<Transform>>,
    /// What the level of the first symbol counts.
    stride: usize,
}

impl<'a> Side<'a> {
    fn new(sides: &'a Sides<'a>, is_past: bool, level: usize) -> Self {
        let [after, before] = sides.weights;
        let (weight, is_later) =
            sides.third.map_or((0.0, true), |third| (third.weight, third.is_later));
        Self {
            sides,
            is_past,
            edges: sides.edges[usize::from(!is_past)],
            level,
            weights: if is_past { [after, before, weight] } else { [before, after, weight] },
            is_third_near: is_later == is_past,
        }
    }

    /// The displacements of the inner edge that differ.
    fn displacements(&self) -> &'a [Kick] {
        self.edges.first().map_or(&[NO_KICK], |edge| different(&edge.kicks))
    }

    /// For each level of the first symbol what lies beyond it, with what that does to the inner
    /// edges. `outer` keeps what is the same for all displacements of these.
    fn beyond(
        &self,
        inner: &Inner<'_>,
        outer: &mut Option<State>,
        lines: &Lines,
        work: &mut Work,
    ) -> Vec<Vec<Transform>> {
        let Some(edge) = self.edges.first() else { return vec![lines.ones()] };
        let far =
            self.edges.iter().skip(2).any(|edge| edge.inner.iter().any(|weight| *weight != 0.0));
        let outer = match outer {
            Some(outer) if !far => outer,
            _ => outer.insert(self.outer(inner, lines, work)),
        };
        let all = 0..self.sides.levels.len();
        let of_first = |first: usize| {
            let Some(next) = self.edges.get(1) else {
                // The second symbol is no part of the chain.
                return outer.at(first, 0).to_vec();
            };
            let firsts = if self.is_past { [Some(first), None] } else { [None, Some(first)] };
            let slopes = inner.slopes(firsts);
            let parts = all.clone().map(|second| {
                let more = of_pair(&edge.beyond, first * all.len() + second);
                let more = if self.is_past { [more, 0.0] } else { [0.0, more] };
                let Sum { mean, variance } = inner.change(next, second, more, slopes);
                Part { mean, variance, others: vec![outer.at(first, second)] }
            });
            lines.mean_of_sums(&parts.collect::<Vec<_>>(), work)
        };
        all.clone().map(of_first).collect()
    }

    /// What the second symbol adds, the edge ahead of it, and all beyond, by the first and the second
    /// symbol.
    ///
    /// # Formula
    /// From the far end on, with `R = 1` beyond the last symbol, `b` the far and `a` the near symbol of
    /// an edge, and `J` the transform of what that and `b` add: two Gaussians, one about each of the
    /// dual-Dirac displacements. Where the third symbol `p` is a near one,
    /// `R[p, a] = 1/L sum_b J(s, a, b, p) R[a, b]`; where it is a far one,
    /// `R[a, b] = 1/L sum_p J(s, a, b, p) R[b, p]`.
    fn outer(&self, inner: &Inner<'_>, lines: &Lines, work: &mut Work) -> State {
        let count = self.sides.levels.len();
        let slopes = inner.slopes([None; 2]);
        let mut beyond = State { of: vec![lines.ones(); count], stride: 0 };
        for (n, edge) in self.edges.iter().enumerate().skip(1).rev() {
            let thirds = if edge.has_third { 0..count } else { 0..1 };
            let mut next = State { of: Vec::new(), stride: count };
            // What the second symbol does to the inner edges is told apart by the first one.
            let change = |far: usize| match n {
                1 => Sum { mean: 0.0, variance: 0.0 },
                _ => inner.change(edge, far, [0.0; 2], slopes),
            };
            let parts = |[near, far, third]: [usize; 3], rest| {
                self.parts(edge, [near, far, third], change(far), rest)
            };
            if self.is_third_near && n > 1 {
                next.stride = if edge.has_third { count } else { 0 };
                for third in thirds {
                    for near in 0..count {
                        let far = |far| parts([near, far, third], beyond.at(near, far));
                        let parts: Vec<Part<'_>> = (0..count).flat_map(far).collect();
                        next.of.push(lines.mean_of_sums(&parts, work));
                    }
                }
            } else {
                for near in 0..count {
                    for far in 0..count {
                        let parts: Vec<Part<'_>> = if self.is_third_near {
                            parts([near, far, self.level], beyond.at(near, far)).collect()
                        } else {
                            // Where the third one is not followed, what is beyond is a mean over it.
                            (0..count)
                                .flat_map(|third| parts([near, far, third], beyond.at(far, third)))
                                .collect()
                        };
                        next.of.push(lines.mean_of_sums(&parts, work));
                    }
                }
            }
            beyond = next;
        }
        beyond
    }

    /// What an outer edge and its far symbol add to the rest, by near, far and third symbol.
    ///
    /// # Formula
    /// About each displacement `u` of an edge of height `d`, with random jitter of standard deviation
    /// `r`, a Gaussian of mean `d (s(t - u) - s(t)) + u e` and variance `r^2 (e - d s')^2`, where `e`
    /// is what the edge gives beyond the step for each unit interval that it is late.
    fn parts<'b>(
        &self,
        edge: &'a Edge,
        [near, far, third]: [usize; 3],
        change: Sum,
        rest: &'b [Transform],
    ) -> impl Iterator<Item = Part<'b>> + use<'a, 'b> {
        let levels = self.sides.levels;
        let third = if edge.has_third { self.weights[2] * levels[third] } else { 0.0 };
        let height = self.weights[0] * levels[near] + self.weights[1] * levels[far] + third;
        let pair = near * levels.len() + far;
        let more = of_pair(&edge.slopes, pair);
        let steady = edge.symbol.values[far] + of_pair(&edge.joints, pair) + change.mean;
        let noise = edge.symbol.variances[far] + of_pair(&edge.swell, pair) + change.variance;
        let random = self.sides.random;
        different(&edge.kicks).iter().map(move |kick| Part {
            mean: steady + kick.mean * height + kick.late * more,
            variance: noise + (random * (more - kick.slope * height)).powi(2),
            others: vec![rest],
        })
    }
}

impl State {
    fn at(&self, first: usize, second: usize) -> &[Transform] {
        &self.of[first * self.stride + second]
    }
}

/// An edge that nothing displaces.
const NO_KICK: Kick = Kick { late: 0.0, mean: 0.0, slope: 0.0 };

/// Displacements that are not the same.
fn different(kicks: &[Kick; 2]) -> &[Kick] {
    if kicks[0] == kicks[1] { &kicks[..1] } else { kicks }
}

/// What a row has for a pair of symbols, if anything.
fn of_pair(row: &[f64], pair: usize) -> f64 {
    row.get(pair).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
