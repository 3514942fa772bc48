//! What searches for one value share: seeds, scans, bisection, and intervals over seeds.

use crate::Result;
use crate::kernel::rng::{Key, Seed};
use crate::unit::check;

/// Seeds that may be asked for: with fewer than two there is no interval.
const SEEDS: std::ops::RangeInclusive<usize> = 2..=64;

/// Halvings of the range between two points of a scan.
pub(super) const STEPS: u32 = 6;

/// A value that was found once for each seed.
///
/// # Formula
/// The values of `n` seeds have the median of all seeds between them with a probability of
/// `1 - 2^(1 - n)`, whatever their distribution.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Interval {
    /// The median of the seeds' values.
    pub median: f64,
    /// The least of them.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// How many seeds there were.
    pub seeds: usize,
}

impl Interval {
    /// The interval of values; `None` of no values.
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (low, high, seeds) = (*values.first()?, *values.last()?, values.len());
        let median = 0.5 * (values[(seeds - 1) / 2] + values[seeds / 2]);
        Some(Self { median, low, high, seeds })
    }

    /// The probability that the median of all seeds is inside.
    pub fn confidence(&self) -> f64 {
        1.0 - 0.5f64.powi(self.seeds as i32 - 1)
    }
}

/// The seeds of a search: the same ones for every route and at every value.
pub(super) fn seeds(root: Seed, count: usize) -> Result<Vec<Seed>> {
    check::count("seeds", count, &SEEDS)?;
    let key = Key::root(root).named("search");
    Ok((0..count).map(|index| Seed(key.indexed(index as u64).stream().bits())).collect())
}

/// Shares of the way from one end to the other at which a scan of `count` points stands.
pub(super) fn shares(count: usize) -> Result<Vec<f64>> {
    check::count("points of the scan", count, &(2..=1000))?;
    Ok((0..count).map(|step| step as f64 / (count - 1) as f64).collect())
}

/// Where what holds at `low` and not at `high` ceases to hold.
pub(super) fn bisect(
    [mut low, mut high]: [f64; 2],
    mut holds: impl FnMut(f64) -> Result<bool>,
) -> Result<f64> {
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if holds(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bisection_finds_the_edge() {
        let mut calls = 0;
        let edge = bisect([0.0, 1.0], |x| {
            calls += 1;
            Ok(x < 0.3)
        });
        assert!((edge.unwrap() - 0.3).abs() < 0.5 / 64.0);
        assert_eq!(calls, STEPS);
    }

    #[test]
    fn an_interval_spans_the_values_of_all_seeds() {
        let interval = Interval::of(vec![3.0, 1.0, 2.0, 10.0]).unwrap();
        assert_eq!((interval.low, interval.median, interval.high), (1.0, 2.5, 10.0));
        assert_eq!(interval.confidence(), 0.875);
        assert_eq!(Interval::of(Vec::new()), None);
    }

    #[test]
    fn seeds_differ_and_one_is_too_few() {
        let seeds = |count| seeds(Seed(1), count);
        let all: std::collections::BTreeSet<u64> =
            seeds(6).unwrap().iter().map(|seed| seed.0).collect();
        assert_eq!(all.len(), 6);
        assert!(seeds(1).unwrap_err().to_string().contains("between 2 and 64"));
    }
}
