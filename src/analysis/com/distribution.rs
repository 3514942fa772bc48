//! Distributions of interference on a grid of voltage.

/// The probability of each multiple of a bin's width, around 0.
#[derive(Clone, Debug)]
pub(super) struct Distribution {
    bin: f64,
    /// The multiple that the last probability belongs to; the first belongs to its negative.
    reach: i64,
    probability: Vec<f64>,
}

impl Distribution {
    /// All of it at 0.
    pub(super) fn at_zero(bin: f64) -> Self {
        Self { bin, reach: 0, probability: vec![1.0] }
    }

    /// The sum of independent symbols of `levels` equally likely levels from -1 to 1, each times
    /// one of the samples (93A-39, 93A-40). Samples below a bin are dropped, and each level of each
    /// sample is rounded to a bin.
    pub(super) fn of(samples: &[f64], levels: usize, bin: f64) -> Self {
        let mut sum = Self::at_zero(bin);
        sum.add(samples, levels);
        sum
    }

    /// Adds independent symbols to the sum.
    pub(super) fn add(&mut self, samples: &[f64], levels: usize) {
        let mut kept = kept(samples, self.bin);
        // The shortest first: the distribution stays short for as long as it can.
        kept.sort_unstable_by(f64::total_cmp);
        for sample in kept {
            self.convolve(&shifts(sample, levels, self.bin));
        }
    }

    /// The distribution of the sum with a symbol of the given shifts, which are symmetric.
    fn convolve(&mut self, shifts: &[i64]) {
        let most = shifts[shifts.len() - 1];
        if most == 0 {
            return;
        }
        let n = self.probability.len();
        let mut sum = vec![0.0; n + 2 * most as usize];
        for shift in shifts {
            let place = (shift + most) as usize;
            sum[place..place + n].iter_mut().zip(&self.probability).for_each(|(s, p)| *s += p);
        }
        let scale = 1.0 / shifts.len() as f64;
        sum.iter_mut().for_each(|p| *p *= scale);
        self.reach += most;
        self.probability = sum;
    }
}

/// Magnitudes that are not below a bin.
fn kept(samples: &[f64], bin: f64) -> Vec<f64> {
    samples.iter().map(|x| x.abs()).filter(|&x| x >= bin).collect()
}

/// Where the levels of a symbol fall, in bins.
fn shifts(sample: f64, levels: usize, bin: f64) -> Vec<i64> {
    let level = |l: usize| 2.0 * l as f64 / (levels - 1) as f64 - 1.0;
    (0..levels).map(|l| (sample * level(l) / bin).round() as i64).collect()
}

/// The variance of [`Distribution::of`], without making it.
pub(super) fn variance(samples: &[f64], levels: usize, bin: f64) -> f64 {
    let square = |sample: f64| {
        let sum: f64 = shifts(sample, levels, bin).iter().map(|&k| (k * k) as f64).sum();
        sum / levels as f64 * bin * bin
    };
    kept(samples, bin).into_iter().map(square).sum()
}

/// A normal distribution in bins, cut off at some multiple of its deviation.
#[derive(Clone, Debug)]
pub(super) struct Normal {
    bin: f64,
    reach: i64,
    /// The probability of each bin and all before it.
    cumulative: Vec<f64>,
}

impl Normal {
    pub(super) fn new(deviation: f64, deviations: f64, bin: f64) -> Self {
        let reach = (deviations * deviation / bin).round() as i64;
        let density = |k: i64| {
            let x = k as f64 * bin;
            (-x * x / (2.0 * deviation * deviation + f64::EPSILON)).exp()
        };
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (-reach..=reach)
            .map(|k| {
                sum += density(k);
                sum
            })
            .collect();
        cumulative.iter_mut().for_each(|p| *p /= sum);
        Self { bin, reach, cumulative }
    }

    /// Its variance, squared volts.
    pub(super) fn variance(&self) -> f64 {
        let mut before = 0.0;
        let values = (-self.reach..=self.reach).map(|k| k as f64 * self.bin);
        values
            .zip(&self.cumulative)
            .map(|(x, &p)| x * x * (p - std::mem::replace(&mut before, p)))
            .sum()
    }
}

/// A part of a mixture: interference, noise, the place of both in bins, and their weight.
#[derive(Clone, Debug)]
pub(super) struct Part {
    normal: Normal,
    reach: i64,
    probability: Vec<f64>,
    /// Probability of what is before each bin.
    before: Vec<f64>,
    pub(super) place: i64,
    pub(super) weight: f64,
}

impl Part {
    pub(super) fn new(interference: Distribution, normal: Normal, weight: f64) -> Self {
        let mut sum = 0.0;
        let mut before = vec![0.0];
        before.extend(interference.probability.iter().map(|p| {
            sum += p;
            sum
        }));
        let Distribution { reach, probability, .. } = interference;
        Self { normal, reach, probability, before, place: 0, weight }
    }

    /// The probability of a bin and all before it.
    fn cumulative(&self, bin: i64) -> f64 {
        let bin = bin - self.place;
        let n = self.probability.len() as i64;
        // Interference so low that noise of any size stays at or before the bin.
        let all = (bin - self.normal.reach + self.reach + 1).clamp(0, n);
        let some = (bin + self.normal.reach + self.reach + 1).clamp(0, n);
        let offset = bin + self.reach + self.normal.reach;
        let middle: f64 = (all..some)
            .map(|k| self.probability[k as usize] * self.normal.cumulative[(offset - k) as usize])
            .sum();
        self.before[all as usize] + middle
    }

    fn first(&self) -> i64 {
        self.place - self.reach - self.normal.reach
    }

    fn last(&self) -> i64 {
        self.place + self.reach + self.normal.reach
    }
}

/// The first bin of a mixture whose cumulative probability exceeds `target`.
pub(super) fn quantile(parts: &[Part], target: f64) -> i64 {
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    let exceeds = |bin: i64| {
        let sum: f64 = parts.iter().map(|part| part.weight * part.cumulative(bin)).sum();
        sum > target * total
    };
    let mut low = parts.iter().map(Part::first).min().unwrap_or(0) - 1;
    let mut high = parts.iter().map(Part::last).max().unwrap_or(0);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if exceeds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
