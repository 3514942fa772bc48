//! Cumulants, which add where independent values do.

/// The first six cumulants of equally likely values.
pub(super) struct Cumulants(pub(super) [f64; 6]);

impl Cumulants {
    /// Those of equally likely values, one of them at least.
    pub(super) fn of(values: &[f64]) -> Self {
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
    pub(super) fn add(&self, to: &mut [f64; 6], factor: f64) {
        let mut power = 1.0;
        for (to, cumulant) in to.iter_mut().zip(&self.0) {
            power *= factor;
            *to += cumulant * power;
        }
    }
}
