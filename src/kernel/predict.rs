//! Linear prediction of a stationary sequence from its own past.

/// What of a variance of 1 must stay unknown.
const LEAST_UNKNOWN: f64 = 1e-9;

/// Predictors of a sequence of unit variance by its latest 0, 1, 2, ... values.
///
/// # Formula
/// `x[n] = sum_k w[k] x[n - k] + d e`, with `w` of least error for the sequence's correlations and
/// `d` the error's deviation; by the recursion of Levinson and Durbin, order after order. With `e`
/// standard normal, values drawn one after the other are Gaussian with these correlations, given
/// the ones that were there before.
///
/// # References
/// J. Durbin, *The fitting of time-series models*, Revue de l'Institut International de Statistique
/// 28 (1960).
#[derive(Clone, Debug)]
pub struct Predictor {
    orders: Vec<Order>,
}

#[derive(Clone, Debug)]
struct Order {
    weights: Vec<f64>,
    deviation: f64,
}

impl Predictor {
    /// From the correlations of values 1, 2, ... apart. Ones that cannot be, and all after them, are
    /// left out.
    pub fn new(correlations: &[f64]) -> Self {
        let mut orders = vec![Order { weights: Vec::new(), deviation: 1.0 }];
        let mut weights: Vec<f64> = Vec::new();
        let mut unknown = 1.0;
        for (known, correlation) in correlations.iter().enumerate() {
            let nearer = correlations[..known].iter().rev();
            let predicted: f64 = weights.iter().zip(nearer).map(|(w, r)| w * r).sum();
            let reflection = (correlation - predicted) / unknown;
            unknown *= 1.0 - reflection * reflection;
            if unknown.is_nan() || unknown <= LEAST_UNKNOWN {
                break;
            }
            let turned: Vec<f64> = weights.iter().rev().copied().collect();
            for (weight, turned) in weights.iter_mut().zip(turned) {
                *weight -= reflection * turned;
            }
            weights.push(reflection);
            orders.push(Order { weights: weights.clone(), deviation: unknown.sqrt() });
        }
        Self { orders }
    }

    /// The next value, from the ones before it, the latest first, and a standard normal.
    pub fn next(&self, past: &[f64], normal: f64) -> f64 {
        let Order { weights, deviation } = &self.orders[past.len().min(self.orders.len() - 1)];
        let predicted: f64 = weights.iter().zip(past).map(|(w, x)| w * x).sum();
        predicted + deviation * normal
    }

    /// How many values before it the next one follows, at most.
    pub fn memory(&self) -> usize {
        self.orders.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    #[test]
    fn a_sequence_of_first_order_follows_its_last_value_alone() {
        let predictor = Predictor::new(&[-0.6, 0.36, -0.216]);
        for past in [vec![0.7], vec![0.7, -2.0], vec![0.7, 1.5, 0.4]] {
            assert!((predictor.next(&past, 0.0) + 0.42).abs() < 1e-15);
            assert!((predictor.next(&past, 1.0) + 0.42 - 0.8).abs() < 1e-15);
        }
        assert!((predictor.next(&[], 1.0) - 1.0).abs() < 1e-15);
    }

    /// `x[n] = (e[n] - e[n - 1]) / sqrt 2`: seed 3, 200,000 values, whose products average to 0.0025.
    #[test]
    fn drawn_values_have_the_correlations_that_were_given() {
        let correlations = [-0.5, 0.0, 0.0, 0.0, 0.0, 0.0];
        let predictor = Predictor::new(&correlations);
        let mut stream = Key::root(Seed(3)).stream();
        let mut values: Vec<f64> = Vec::new();
        for n in 0..200_000 {
            let past: Vec<f64> = (1..=n.min(predictor.memory())).map(|k| values[n - k]).collect();
            values.push(predictor.next(&past, stream.sample()));
        }
        for (lag, expected) in (0..).zip([1.0].iter().chain(&correlations)) {
            let pairs = values.iter().zip(&values[lag..]);
            let found = pairs.map(|(a, b)| a * b).sum::<f64>() / 200_000.0;
            assert!((found - expected).abs() < 0.01, "{lag}: {found} is not {expected}");
        }
    }

    #[test]
    fn correlations_that_cannot_be_are_left_out() {
        assert_eq!(Predictor::new(&[1.0, 0.3]).memory(), 0);
        assert_eq!(Predictor::new(&[0.5, f64::NAN, 0.1]).memory(), 1);
        assert_eq!(Predictor::new(&[0.5, -0.9, 0.1]).memory(), 1);
    }
}
