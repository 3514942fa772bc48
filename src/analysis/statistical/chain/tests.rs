//! Against every sequence written out.

use num_complex::Complex64;

use super::*;
use crate::analysis::statistical::edges::Kick;
use crate::analysis::statistical::terms::Added;

/// Every sequence of the symbols about one, two edges on either side, and of their dual-Dirac
/// displacements; the symbol beyond the last outward edge is independent of all.
#[test]
fn the_chain_is_the_sum_over_all_sequences() {
    let levels = [-1.0, 1.0];
    let ([v, w], t) = ([1.2, -1.1], -0.3);
    let kick = |late, mean, slope| Kick { late, mean, slope };
    let edge = |tap: f64, size: f64, inner: [f64; 2], has_third: bool| Edge {
        kicks: [kick(-0.1, 0.1 * size, 1.4 * size), kick(0.1, -0.08 * size, 1.2 * size)],
        symbol: Added {
            values: levels.map(|level| tap * level + 0.01 * level * level).to_vec(),
            variances: levels.map(|level| 0.01 * tap * level).to_vec(),
        },
        joints: vec![],
        swell: vec![],
        slopes: vec![],
        beyond: vec![],
        inner,
        has_third,
    };
    // By the later and the earlier neighbor: of the edges ahead of the symbol decided on and behind.
    let by_both = [[0.2, -0.1, 0.3, 0.1], [-0.1, 0.3, 0.2, 0.05]];
    let by_own = [[0.2, -0.1, 0.2, -0.1], [0.3, 0.3, -0.1, -0.1]];
    let lines = Lines { tilts: vec![3.0, -2.0], step: 1.1, bins: 5 };
    // The variance is exact where the first symbol of the other side and both second ones do not
    // change the same slope.
    for (random, slopes) in [(0.03, None), (0.0, Some(by_both)), (0.03, Some(by_own))] {
        for case in 0..4 {
            let [is_later, has_third] = [0, 1].map(|bit| case >> bit & 1 == 1);
            let other = if random == 0.0 { [0.2, -0.15] } else { [0.0; 2] };
            let mut past = [
                edge(0.2, 1.0, [w, other[0]], false),
                edge(-0.1, 0.6, [-0.25, other[1]], has_third),
            ];
            let mut future = [
                edge(0.15, 0.9, [other[1], v], false),
                edge(-0.05, 0.4, [other[0], 0.3], has_third),
            ];
            let mut across = [vec![], vec![]];
            if let Some(slopes) = slopes {
                across = [vec![0.05, -0.03, 0.01, -0.02], vec![0.02, 0.01, -0.01, 0.03]];
                for (edges, slopes) in [&mut past, &mut future].into_iter().zip(slopes) {
                    edges[0].slopes = slopes.to_vec();
                    edges[0].beyond = vec![0.1, -0.2, 0.05, -0.1];
                    edges[1].slopes = vec![0.15, -0.1, 0.3, 0.1];
                    edges[1].joints = vec![0.02, -0.01, 0.03, -0.04];
                    edges[1].swell = vec![0.01, 0.02, -0.01, 0.015];
                }
            }
            let sides = Sides {
                edges: [&past, &future],
                weights: [v, w],
                third: Some(Third { weight: t, is_later }),
                across: &across,
                levels: &levels,
                random,
            };
            for (sent, &decided) in levels.iter().enumerate() {
                let found = chain(&lines, &sides, sent, &mut Work::default());
                let exact = |s: Complex64| {
                    let mut sum = Complex64::ZERO;
                    for case in 0..1 << 10 {
                        let sign = |bit: usize| if case >> bit & 1 == 0 { -1.0 } else { 1.0 };
                        // From the latest to the earliest, the decided one in the middle.
                        let symbols =
                            [sign(0), sign(1), sign(2), decided, sign(3), sign(4), sign(5)];
                        let index = symbols.map(|symbol| usize::from(symbol > 0.0));
                        let (mut total, mut variance) = (0.0, 0.0);
                        total += across[0].get(2 * index[2] + index[4]).copied().unwrap_or(0.0);
                        variance += across[1].get(2 * index[2] + index[4]).copied().unwrap_or(0.0);
                        let edges = [&future[1], &future[0], &past[0], &past[1]];
                        for (n, edge) in edges.into_iter().enumerate() {
                            let (near, far) = if n < 2 { (n + 2, n + 1) } else { (n + 1, n + 2) };
                            total += edge.symbol.values[index[far]];
                            variance += edge.symbol.variances[index[far]];
                            let third = if is_later { symbols[n] } else { symbols[n + 3] };
                            let height = match n {
                                1 | 2 => {
                                    let inner = |edges: &[Edge; 2], places: [usize; 2]| {
                                        let both = edges.iter().zip(places);
                                        both.map(|(e, at)| e.inner[2 - n] * symbols[at])
                                            .sum::<f64>()
                                    };
                                    let own = if n == 2 { v } else { w };
                                    own * decided + inner(&past, [4, 5]) + inner(&future, [2, 1])
                                }
                                _ if edge.has_third => {
                                    v * symbols[n + 1] + w * symbols[n + 2] + t * third
                                }
                                _ => v * symbols[n + 1] + w * symbols[n + 2],
                            };
                            let of_pair =
                                |row: &Vec<f64>, pair: usize| row.get(pair).copied().unwrap_or(0.0);
                            let pair = 2 * index[near] + index[far];
                            let more = match n {
                                1 => of_pair(&edge.beyond, 2 * index[2] + index[1]),
                                2 => of_pair(&edge.beyond, 2 * index[4] + index[5]),
                                _ => of_pair(&edge.slopes, pair),
                            };
                            let beside = of_pair(&edge.slopes, 2 * index[2] + index[4]);
                            let more = if n == 1 || n == 2 { more + beside } else { more };
                            let kick = edge.kicks[case >> (6 + n) & 1];
                            total +=
                                kick.mean * height + kick.late * more + of_pair(&edge.joints, pair);
                            variance += of_pair(&edge.swell, pair)
                                + (random * (more - kick.slope * height)).powi(2);
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
