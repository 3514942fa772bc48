//! Mean and variance of numbers that arrive one after the other, or in batches.

/// Count, mean and sum of squared deviations of the numbers seen.
///
/// # References
/// T. Chan, G. Golub and R. LeVeque, *Algorithms for computing the sample variance*, The American
/// Statistician 37 (1983).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    /// How many numbers.
    pub count: u64,
    /// Their mean, 0 if there are none.
    pub mean: f64,
    /// The sum of the squared deviations from the mean.
    pub deviation: f64,
}

impl Moments {
    /// Takes in one number.
    pub(crate) fn push(&mut self, x: f64) {
        self.count += 1;
        let step = x - self.mean;
        self.mean += step / self.count as f64;
        self.deviation += step * (x - self.mean);
    }

    /// Takes in what another has seen. Nothing seen changes nothing, not even a rounding.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (ours, theirs) = (self.count as f64, other.count as f64);
        let share = theirs / (ours + theirs);
        let step = other.mean - self.mean;
        self.count += other.count;
        self.mean += step * share;
        self.deviation += other.deviation + step * step * ours * share;
    }

    /// The standard deviation with `count - 1` degrees of freedom; 0 for fewer than two numbers.
    pub(crate) fn sigma(&self) -> f64 {
        if self.count < 2 { 0.0 } else { (self.deviation / (self.count - 1) as f64).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_give_what_one_pass_gives() {
        let numbers: Vec<f64> = (0..100).map(|i| 1e6 + f64::from(i * i % 37)).collect();
        let of = |numbers: &[f64]| {
            let mut moments = Moments::default();
            numbers.iter().for_each(|&x| moments.push(x));
            moments
        };
        let whole = of(&numbers);
        let mut merged = of(&numbers[..13]);
        merged.merge(&of(&[]));
        merged.merge(&of(&numbers[13..]));
        assert_eq!(merged.count, 100);
        assert!((merged.mean - whole.mean).abs() < 1e-9);
        assert!((merged.sigma() / whole.sigma() - 1.0).abs() < 1e-12);
    }
}
