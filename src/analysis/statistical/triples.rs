//! Symbols about the decision together with the jitter of edges whose heights follow three of them.
//!
//! Behind a transmitter's filter the height of an edge follows the symbols on either side of it and,
//! less, those farther off. Where the farther one pulls the other way, an edge is higher than its
//! own two symbols make it, and patterns of such edges decide the error ratio.

use super::chain::Kicks;
use super::terms::{Edge, Third};
use super::tilted::{Lines, Transform, Work};

/// Both sides of the decision: their edges, and the weights of an edge's symbols.
pub(super) struct Sides<'a> {
    /// The edges of the past and of the future, from the symbol decided on outward.
    pub edges: [&'a [Edge]; 2],
    /// The weights of the symbols after and before an edge.
    pub weights: [f64; 2],
    /// The weight of the third one, and where it is.
    pub third: Third,
    /// The levels of all symbols.
    pub levels: &'a [f64],
    /// Random jitter.
    pub random: f64,
}

/// The transform, on each line, of what the edges and symbols of both sides add where `level` is
/// decided on.
///
/// # Formula
/// As for a chain of pairs, with two symbols in the state. Where the third symbol of an edge lies
/// inward, `R[p, a] = 1/L sum_b exp(s h[b]) J(s, v a + w b + t p) R[a, b]` with `p` the symbol
/// nearer to the decision; where it lies outward, `R[a, b] = 1/L sum_c J(s, v a + w b + t c)
/// exp(s h[c]) R[b, c]`. The first edge of the one side has the first symbol of the other for its
/// third: the whole is the mean over that symbol of the product of both.
pub(super) fn triples(
    lines: &Lines,
    sides: &Sides<'_>,
    level: usize,
    work: &mut Work,
) -> Vec<Transform> {
    let [past, future] = sides.edges;
    let [after, before] = sides.weights;
    let weight = sides.third.weight;
    let (backward, onward) = ([after, before, weight], [before, after, weight]);
    let ((inward, inner), (outward, outer)) = if sides.third.is_later {
        ((past, backward), (future, onward))
    } else {
        ((future, onward), (past, backward))
    };
    let inward = third_inward(lines, inward, inner, sides, level, work);
    let outward = third_outward(lines, outward, outer, sides, level, work);
    let mut sum = lines.ones();
    for (line, sum) in sum.iter_mut().enumerate() {
        let parts: Vec<[&Transform; 2]> =
            inward.iter().zip(&outward).map(|(a, b)| [&a[line], &b[line]]).collect();
        sum.set_to_mean_of_products(&parts);
    }
    sum
}

/// For each level of the first symbol on the other side, what one side adds.
fn third_inward(
    lines: &Lines,
    edges: &[Edge],
    weights: [f64; 3],
    sides: &Sides<'_>,
    level: usize,
    work: &mut Work,
) -> Vec<Vec<Transform>> {
    let count = sides.levels.len();
    let kicks = Kicks::new(sides.levels, &weights);
    let mut beyond = vec![lines.ones(); count * count];
    for (n, edge) in edges.iter().enumerate().rev() {
        let jitter = kicks.of(lines, edge, sides.random, work);
        for (state, transforms) in beyond.iter_mut().enumerate() {
            edge.symbol.add(state % count, lines, transforms);
        }
        // The innermost edge is that of the symbol decided on alone.
        let nears = if n == 0 { level..level + 1 } else { 0..count };
        let mut next = vec![Vec::new(); count * count];
        for third in 0..count {
            for near in nears.clone() {
                let part = |far: usize| {
                    (&jitter[kicks.at(&[near, far, third])], &beyond[near * count + far])
                };
                next[third * count + near] = mean(lines, (0..count).map(part));
            }
        }
        beyond = next;
    }
    (0..count).map(|third| std::mem::take(&mut beyond[third * count + level])).collect()
}

/// The same of the other side, with what its own first symbol adds.
fn third_outward(
    lines: &Lines,
    edges: &[Edge],
    weights: [f64; 3],
    sides: &Sides<'_>,
    level: usize,
    work: &mut Work,
) -> Vec<Vec<Transform>> {
    let count = sides.levels.len();
    let kicks = Kicks::new(sides.levels, &weights);
    let mut beyond = vec![lines.ones(); count * count];
    for (n, edge) in edges.iter().enumerate().rev() {
        let jitter = kicks.of(lines, edge, sides.random, work);
        let nears = if n == 0 { level..level + 1 } else { 0..count };
        let mut next = vec![Vec::new(); count * count];
        for near in nears {
            for far in 0..count {
                let part = |third: usize| {
                    (&jitter[kicks.at(&[near, far, third])], &beyond[far * count + third])
                };
                let state = near * count + far;
                next[state] = mean(lines, (0..count).map(part));
                edge.symbol.add(far, lines, &mut next[state]);
            }
        }
        beyond = next;
    }
    (0..count).map(|far| std::mem::take(&mut beyond[level * count + far])).collect()
}

/// The mixture of equally likely sums of two parts each, on each line.
fn mean<'a>(
    lines: &Lines,
    parts: impl Iterator<Item = (&'a Vec<Transform>, &'a Vec<Transform>)>,
) -> Vec<Transform> {
    let parts: Vec<_> = parts.collect();
    let mut mixed = lines.ones();
    for (line, mixed) in mixed.iter_mut().enumerate() {
        let products: Vec<[&Transform; 2]> =
            parts.iter().map(|(a, b)| [&a[line], &b[line]]).collect();
        mixed.set_to_mean_of_products(&products);
    }
    mixed
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::analysis::statistical::edges::Kick;
    use crate::analysis::statistical::terms::Added;

    /// Every sequence of the symbols about one, two edges on either side, and of their dual-Dirac
    /// displacements; the symbol beyond the last outward edge is independent of all.
    #[test]
    fn triples_are_the_sum_over_all_sequences() {
        let levels = [-1.0, 1.0];
        let (random, [v, w], t) = (0.03, [1.2, -1.1], -0.3);
        let kick = |mean, slope| Kick { mean, slope };
        let edge = |tap: f64, size: f64| Edge {
            kicks: [kick(0.1 * size, 1.4 * size), kick(-0.08 * size, 1.2 * size)],
            symbol: Added {
                values: levels.map(|level| tap * level).to_vec(),
                variances: levels.map(|level| 0.01 * tap * level).to_vec(),
            },
        };
        let past = [edge(0.2, 1.0), edge(-0.1, 0.6)];
        let future = [edge(0.15, 0.9), edge(-0.05, 0.4)];
        let lines = Lines { tilts: vec![3.0, -2.0], step: 1.1, bins: 5 };
        for is_later in [true, false] {
            let sides = Sides {
                edges: [&past, &future],
                weights: [v, w],
                third: Third { weight: t, is_later },
                levels: &levels,
                random,
            };
            for (sent, &decided) in levels.iter().enumerate() {
                let found = triples(&lines, &sides, sent, &mut Work::default());
                let exact = |s: Complex64| {
                    let mut sum = Complex64::ZERO;
                    for case in 0..1 << 10 {
                        let sign = |bit: usize| if case >> bit & 1 == 0 { -1.0 } else { 1.0 };
                        // From the latest to the earliest, the decided one in the middle.
                        let symbols =
                            [sign(0), sign(1), sign(2), decided, sign(3), sign(4), sign(5)];
                        let (mut total, mut variance) = (0.0, 0.0);
                        let edges = [&future[1], &future[0], &past[0], &past[1]];
                        for (n, edge) in edges.into_iter().enumerate() {
                            let place = if n < 2 { n + 1 } else { n + 2 };
                            total += edge.symbol.values[usize::from(symbols[place] > 0.0)];
                            variance += edge.symbol.variances[usize::from(symbols[place] > 0.0)];
                            let third = if is_later { symbols[n] } else { symbols[n + 3] };
                            let height = v * symbols[n + 1] + w * symbols[n + 2] + t * third;
                            let kick = edge.kicks[case >> (6 + n) & 1];
                            total += kick.mean * height;
                            variance += (random * kick.slope * height).powi(2);
                        }
                        sum += (s * total + 0.5 * variance * s * s).exp() / 1024.0;
                    }
                    sum
                };
                for (found, &tilt) in found.iter().zip(&lines.tilts) {
                    let scale = exact(Complex64::from(tilt));
                    assert!((found.log - scale.re.ln()).abs() < 1e-12);
                    for bin in 0..lines.bins {
                        let s = Complex64::new(tilt, bin as f64 * lines.step);
                        let value = Complex64::new(found.re[bin], found.im[bin]);
                        assert!((value - exact(s) / scale).norm() < 1e-12);
                    }
                }
            }
        }
    }
}
