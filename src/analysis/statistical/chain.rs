//! Symbols on one side of the decision together with the jitter of the edges between them.
//!
//! What the jitter of an edge adds depends on the symbols on either side of it, which leave
//! interference of their own. The sum over all sequences of symbols is a product of matrices.

use num_complex::Complex64;

use super::terms::{Added, Edge};
use super::tilted::{Lines, Normal, Transform, Work};

/// The chain of one side: for each level of the symbol decided on, and each line, the transform of
/// what the edges and symbols beyond it add, given that level.
///
/// # Formula
/// From the far end on, with `R = 1` beyond the last symbol,
/// `R[a] = 1/L sum_b exp(s h[b] + s^2 u[b] / 2) J(s, v a + w b) R[b]`, where `b` is the level of the
/// next symbol outward, `h` what it adds and `u` what it adds to the variance of noise, `v` and `w`
/// the weights of both in the edge between them, and `J(s, d)` the transform of what the jitter of
/// an edge of height `d` adds: two Gaussians, one about each of the dual-Dirac displacements.
pub(super) fn chain(
    lines: &Lines,
    edges: &[Edge],
    weights: [f64; 2],
    levels: &[f64],
    random: f64,
    work: &mut Work,
) -> Vec<Vec<Transform>> {
    let kicks = Kicks::new(levels, &weights);
    let mut inner: Vec<Vec<Transform>> = levels.iter().map(|_| lines.ones()).collect();
    let mut next = inner.clone();
    for edge in edges.iter().rev() {
        let jitter = kicks.of(lines, edge, random, work);
        for (level, beyond) in inner.iter_mut().enumerate() {
            edge.symbol.add(level, lines, beyond);
        }
        for (near, to) in next.iter_mut().enumerate() {
            for (line, to) in to.iter_mut().enumerate() {
                let part = |far: usize| [&jitter[kicks.at(&[near, far])][line], &inner[far][line]];
                let parts: Vec<[&Transform; 2]> = (0..levels.len()).map(part).collect();
                to.set_to_mean_of_products(&parts);
            }
        }
        std::mem::swap(&mut inner, &mut next);
    }
    inner
}

/// What the jitter of an edge adds, by the levels of the symbols that make its height.
pub(super) struct Kicks {
    /// Heights that differ.
    heights: Vec<f64>,
    /// Which of them each combination of levels has, those of the last symbol fastest.
    index: Vec<usize>,
    levels: usize,
}

impl Kicks {
    /// For symbols of some levels, each of a weight.
    pub(super) fn new(levels: &[f64], weights: &[f64]) -> Self {
        let mut all = vec![0.0];
        for weight in weights {
            let more = |height: f64| levels.iter().map(move |level| height + weight * level);
            all = all.into_iter().flat_map(more).collect();
        }
        let mut heights: Vec<f64> = Vec::new();
        let place = |height: f64| {
            let same = |other: &f64| (other - height).abs() < 1e-14;
            heights.iter().position(same).unwrap_or_else(|| {
                heights.push(height);
                heights.len() - 1
            })
        };
        let index = all.into_iter().map(place).collect();
        Self { heights, index, levels: levels.len() }
    }

    /// The place of a combination of levels in what [`Kicks::of`] gives.
    pub(super) fn at(&self, levels: &[usize]) -> usize {
        self.index[levels.iter().fold(0, |place, level| place * self.levels + level)]
    }

    /// The transforms of what an edge's jitter adds, for each height and line.
    pub(super) fn of(
        &self,
        lines: &Lines,
        edge: &Edge,
        random: f64,
        work: &mut Work,
    ) -> Vec<Vec<Transform>> {
        let mut of_height = |height: &f64| {
            let mut kick = lines.ones();
            if *height != 0.0 {
                let parts = edge.kicks.map(|kick| Normal {
                    chance: 0.5,
                    mean: kick.mean * height,
                    variance: (random * kick.slope * height).powi(2),
                });
                lines.add_normals(&mut kick, &parts, work);
            }
            kick
        };
        self.heights.iter().map(&mut of_height).collect()
    }
}

impl Added {
    /// Adds what the symbol adds with one of its levels, on each line.
    pub(super) fn add(&self, level: usize, lines: &Lines, to: &mut [Transform]) {
        let (value, variance) = (self.values[level], self.variances[level]);
        for (to, &tilt) in to.iter_mut().zip(&lines.tilts) {
            to.shift(value, tilt, lines.step);
            if variance != 0.0 {
                to.blur(variance, tilt, lines.step);
            }
        }
    }
}

impl Transform {
    /// Adds a constant.
    pub(super) fn shift(&mut self, by: f64, tilt: f64, step: f64) {
        self.log += by * tilt;
        let turn = Complex64::cis(by * step);
        let mut phasor = Complex64::ONE;
        for (re, im) in self.re.iter_mut().zip(&mut self.im) {
            (*re, *im) = (*re * phasor.re - *im * phasor.im, *re * phasor.im + *im * phasor.re);
            phasor *= turn;
        }
    }

    /// Adds Gaussian noise of mean zero, or takes it away.
    fn blur(&mut self, variance: f64, tilt: f64, step: f64) {
        // A Gaussian's transform is, on the line, one about `variance tilt`.
        self.shift(variance * tilt, tilt, step);
        self.log -= 0.5 * variance * tilt * tilt;
        let width = variance * step * step;
        let (mut size, mut ratio, change) = (1.0, (-0.5 * width).exp(), (-width).exp());
        for (re, im) in self.re.iter_mut().zip(&mut self.im) {
            *re *= size;
            *im *= size;
            size *= ratio;
            ratio *= change;
        }
    }

    /// The mixture of equally likely sums of two independent parts each.
    pub(super) fn set_to_mean_of_products(&mut self, parts: &[[&Self; 2]]) {
        let logs = parts.iter().map(|part| part[0].log + part[1].log);
        let largest = logs.clone().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logs.map(|log| (log - largest).exp()).collect();
        let total: f64 = weights.iter().sum();
        self.log = largest + (total / parts.len() as f64).ln();
        self.re.fill(0.0);
        self.im.fill(0.0);
        for ([a, b], weight) in parts.iter().zip(&weights) {
            let weight = weight / total;
            let sum = self.re.iter_mut().zip(&mut self.im);
            for ((((re, im), c), d), (e, f)) in
                sum.zip(&a.re).zip(&a.im).zip(b.re.iter().zip(&b.im))
            {
                *re += weight * (c * e - d * f);
                *im += weight * (c * f + d * e);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistical::edges::Kick;

    /// Every sequence of three symbols and of the dual-Dirac displacements between them, with the
    /// random jitter of each edge a Gaussian.
    #[test]
    fn the_chain_is_the_sum_over_all_sequences() {
        let levels = [-1.0, -0.3, 0.4, 1.0];
        let (random, weights) = (0.03, [1.2, -1.1]);
        let kick = |mean, slope| Kick { mean, slope };
        let symbol = |tap: f64| Added {
            values: levels.map(|level| tap * level + 0.01 * level * level).to_vec(),
            variances: levels.map(|level| 0.02 * tap * level).to_vec(),
        };
        let edges = [
            Edge { kicks: [kick(0.1, 1.4), kick(-0.08, 1.2)], symbol: symbol(0.2) },
            Edge { kicks: [kick(-0.03, 0.6), kick(0.03, 0.7)], symbol: symbol(-0.1) },
        ];
        let lines = Lines { tilts: vec![4.0, -2.0], step: 1.3, bins: 7 };
        let found = chain(&lines, &edges, weights, &levels, random, &mut Work::default());
        for (sent, found) in levels.iter().zip(&found) {
            for (found, &tilt) in found.iter().zip(&lines.tilts) {
                let exact = |bin: usize| {
                    let s = Complex64::new(tilt, bin as f64 * lines.step);
                    let mut sum = Complex64::ZERO;
                    for case in 0..64 {
                        let (mut near, mut total, mut variance) = (*sent, 0.0, 0.0);
                        let mut rest = case;
                        for edge in &edges {
                            let far = levels[rest % 4];
                            total += edge.symbol.values[rest % 4];
                            variance += edge.symbol.variances[rest % 4];
                            let kick = edge.kicks[rest / 4 % 2];
                            rest /= 8;
                            let height = weights[0] * near + weights[1] * far;
                            total += kick.mean * height;
                            variance += (random * kick.slope * height).powi(2);
                            near = far;
                        }
                        sum += (s * total + 0.5 * variance * s * s).exp() / 64.0;
                    }
                    sum
                };
                let scale = exact(0);
                assert!((found.log - scale.re.ln()).abs() < 1e-13);
                for bin in 0..lines.bins {
                    let value = Complex64::new(found.re[bin], found.im[bin]);
                    assert!((value - exact(bin) / scale).norm() < 1e-13);
                }
            }
        }
    }
}
