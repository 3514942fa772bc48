//! The heights of edges by the symbols about them.

use super::cumulants::Cumulants;
use super::link::LinearLink;
use super::tables::largest;

/// A symbol that counts less than this part of those beside an edge does to its height what is
/// independent of them.
const SMALL_WEIGHT: f64 = 1.0 / 50.0;

/// A symbol that an edge's height follows beside the two next to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Third {
    /// How much it counts.
    pub weight: f64,
    /// Whether it is the one after the symbol after the edge, or the one before that before it.
    pub is_later: bool,
}

/// The height of an edge by the symbols about it.
pub(super) struct Heights {
    /// The weight of each symbol, from the one that comes `main` after the edge on backward.
    pub(super) weights: Vec<f64>,
    pub(super) main: usize,
    /// Second and fourth moment.
    pub(super) whole: [f64; 2],
    /// Which of the weights is that of a third symbol to follow.
    pub(super) third: Option<usize>,
    /// The mean square of a symbol's level, and its fourth cumulant.
    pub(super) square: f64,
    pub(super) fourth: f64,
}

impl Heights {
    pub(super) fn of(link: &LinearLink) -> Self {
        let (weights, main) = link.edge_weights();
        let [_, square, _, fourth, ..] = Cumulants::of(&link.levels).0;
        let size = |at: &usize| weights[*at].abs();
        let sides = [main.checked_sub(1), Some(main + 2).filter(|at| *at < weights.len())];
        let third = sides.into_iter().flatten().max_by(|a, b| size(a).total_cmp(&size(b)));
        let third = third.filter(|at| size(at) > SMALL_WEIGHT * (size(&main) + size(&(main + 1))));
        let mut heights = Self { weights, main, whole: [0.0; 2], third, square, fourth };
        heights.whole = heights.moments(0..heights.weights.len());
        heights
    }

    /// Second and fourth moment of what some symbols do to it.
    pub(super) fn moments(&self, symbols: impl Iterator<Item = usize>) -> [f64; 2] {
        let [two, four] = symbols.fold([0.0; 2], |[two, four], j| {
            [two + self.weights[j].powi(2), four + self.weights[j].powi(4)]
        });
        let square = self.square * two;
        [square, 3.0 * square * square + self.fourth * four]
    }

    /// The mean square of what the third symbol does.
    pub(super) fn third_square(&self) -> f64 {
        self.third.map_or(0.0, |at| self.square * self.weights[at] * self.weights[at])
    }

    pub(super) fn third(&self) -> Option<Third> {
        self.third.map(|at| Third { weight: self.weights[at], is_later: at < self.main })
    }

    /// The weights of the symbols after and before the edge.
    pub(super) fn beside(&self) -> [f64; 2] {
        [self.weights[self.main], self.weights[self.main + 1]]
    }
}

/// The greatest height of an edge.
pub(super) fn highest_edge(link: &LinearLink) -> f64 {
    let (weights, _) = link.edge_weights();
    largest(&link.levels) * weights.iter().map(|w| w.abs()).sum::<f64>()
}
