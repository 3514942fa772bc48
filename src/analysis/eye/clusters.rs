//! Where the waveform goes for each level sent, at each phase of the unit interval.

/// Amplitude bins of a histogram.
const BINS: usize = 2048;

/// Histograms of amplitude, one for each phase and level sent.
///
/// Phases run from -0.5 to 0.5 UI about the decision instant, both included.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clusters {
    levels: usize,
    low: f64,
    /// Width of a bin.
    step: f64,
    /// Counts, `[phase][level][bin]`.
    counts: Vec<u32>,
    /// Smallest and largest value, `[phase][level]`.
    extremes: Vec<[f64; 2]>,
}

impl Clusters {
    /// Empty histograms over `[low, high]`.
    pub(super) fn new(phases: usize, levels: usize, [low, high]: [f64; 2]) -> Self {
        Self {
            levels,
            low,
            step: (high - low) / BINS as f64,
            counts: vec![0; phases * levels * BINS],
            extremes: vec![[f64::INFINITY, f64::NEG_INFINITY]; phases * levels],
        }
    }

    /// Number of phases.
    pub(super) fn phases(&self) -> usize {
        self.extremes.len() / self.levels
    }

    /// Takes in the waveform of one symbol, a value for each phase. What is outside the range
    /// goes to the outermost bins.
    pub(super) fn add(&mut self, level: usize, values: &[f64]) {
        let scale = 1.0 / self.step;
        for (phase, &x) in values.iter().enumerate() {
            let cluster = phase * self.levels + level;
            // The cast saturates at 0 for what is below the range.
            let bin = (((x - self.low) * scale) as usize).min(BINS - 1);
            self.counts[cluster * BINS + bin] += 1;
            let [low, high] = &mut self.extremes[cluster];
            *low = low.min(x);
            *high = high.max(x);
        }
    }

    /// Takes in other histograms over the same range.
    pub(super) fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *ours += theirs;
        }
        for (ours, theirs) in self.extremes.iter_mut().zip(&other.extremes) {
            *ours = [ours[0].min(theirs[0]), ours[1].max(theirs[1])];
        }
    }

    /// The value that the fraction `p` of a cluster is below: linear within the bin, and never
    /// beyond the smallest and largest value seen. The cluster must not be empty.
    pub(super) fn quantile(&self, phase: usize, level: usize, p: f64) -> f64 {
        let cluster = phase * self.levels + level;
        let counts = &self.counts[cluster * BINS..][..BINS];
        let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let mut rank = p * total;
        let [low, high] = self.extremes[cluster];
        for (bin, &count) in counts.iter().enumerate() {
            let count = f64::from(count);
            if count > 0.0 && rank <= count {
                return (self.low + (bin as f64 + rank / count) * self.step).clamp(low, high);
            }
            rank -= count;
        }
        high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_within_a_bin_and_stay_within_the_extremes() {
        let mut clusters = Clusters::new(1, 1, [-1.0, 1.0]);
        for n in 0..1000 {
            clusters.add(0, &[f64::from(n) / 1000.0]);
        }
        assert!((clusters.quantile(0, 0, 0.25) - 0.25).abs() < 1e-3);
        assert!((clusters.quantile(0, 0, 1.0) - 0.999).abs() < 1e-15);
        assert!(clusters.quantile(0, 0, 0.0).abs() < 1e-15);
        clusters.add(0, &[-7.0]);
        clusters.add(0, &[7.0]);
        assert!((clusters.quantile(0, 0, 0.5) - 0.5).abs() < 2e-3);
    }
}
