//! The eye of chip-to-module interfaces: its height within a window around the cursor.

use super::distribution::{Distribution, Normal, Part, quantile};
use super::parameters::EyeWindow;
use super::receive::{Ready, Received};

impl Ready<'_> {
    /// Height of the least eye within the window, volts; negative if it is closed. Crosstalk is
    /// given as samples of each aggressor, and may be left out.
    ///
    /// # Formula
    /// At each instant of the window the distribution of interference, noise and level; a level's
    /// distribution is their weighted mean over the window. An eye reaches from where the level
    /// below is exceeded with probability `DER_0` to where the one above is not.
    ///
    /// # References
    /// IEEE 802.3, 120G.5.2.
    pub(super) fn eye_height(
        &self,
        window: &EyeWindow,
        received: &Received,
        crosstalk: &[Vec<f64>],
        bin: f64,
    ) -> f64 {
        let com = self.com;
        let fine = Interpolated::new(received, com.samples_per_symbol, window.samples_per_symbol);
        let side = (window.half_width.0 * window.samples_per_symbol as f64 + 1e-9).floor() as isize;
        let mut parts = Vec::new();
        let mut heights = Vec::new();
        for offset in -side..=side {
            let samples = fine.interference(received, offset);
            let mut interference = Distribution::of(&samples, com.levels, bin);
            for samples in crosstalk {
                interference.add(samples, com.levels);
            }
            let slopes = fine.slopes(offset);
            let dual_dirac: Vec<f64> =
                slopes.iter().map(|slope| com.dual_dirac_jitter.0 * slope).collect();
            interference.add(&dual_dirac, com.levels);
            let deviation = self.gaussian(&slopes, received);
            let normal = Normal::new(deviation, self.gaussian_reach(), bin);
            let weight = window.deviation.map_or(1.0, |deviation| {
                let x = offset as f64 / (deviation.0 * window.samples_per_symbol as f64);
                (-0.5 * x * x).exp()
            });
            heights.push(com.level_separation * fine.at(offset));
            parts.push(Part::new(interference, normal, weight));
        }
        // Distributions are symmetric: the upper bound of a level is the lower one of its mirror.
        let lower: Vec<i64> = (0..com.levels)
            .map(|level| {
                let level = 2.0 * level as f64 / (com.levels - 1) as f64 - 1.0;
                for (part, height) in parts.iter_mut().zip(&heights) {
                    part.place = (height * level / bin).round() as i64;
                }
                quantile(&parts, com.error_ratio)
            })
            .collect();
        let eyes = (1..com.levels).map(|upper| lower[upper] + lower[com.levels - upper]);
        eyes.min().unwrap_or(0) as f64 * bin
    }

    /// Standard deviation of all that is Gaussian (93A-41), volts.
    pub(super) fn gaussian(&self, slopes: &[f64], received: &Received) -> f64 {
        let slope = slopes.iter().map(|x| x * x).sum::<f64>().sqrt();
        let jitter = self.com.random_jitter.0 * self.symbol_variance().sqrt() * slope;
        jitter.hypot(received.terms.receiver).hypot(received.terms.transmitter)
    }
}

/// A pulse response interpolated linearly, so that the cursor falls on a sample.
struct Interpolated {
    /// From the first sample that is not before the record.
    values: Vec<f64>,
    /// The cursor's index.
    cursor: usize,
    samples: usize,
}

impl Interpolated {
    fn new(received: &Received, from: usize, to: usize) -> Self {
        let pulse = &received.pulse;
        let ratio = from as f64 / to as f64;
        let before = received.cursor * to / from;
        let after = (pulse.len() - 1 - received.cursor) * to / from;
        let at = |k: usize| {
            let place = received.cursor as f64 + (k as f64 - before as f64) * ratio;
            let below = (place.floor() as usize).min(pulse.len() - 2);
            let part = place - below as f64;
            pulse[below] + (pulse[below + 1] - pulse[below]) * part
        };
        Self { values: (0..=before + after).map(at).collect(), cursor: before, samples: to }
    }

    fn at(&self, offset: isize) -> f64 {
        self.values[self.cursor.saturating_add_signed(offset)]
    }

    /// Indices of the samples at an offset from the cursor, in whole symbols of the record but the
    /// first and the last.
    fn indices(&self, offset: isize) -> impl Iterator<Item = usize> {
        let samples = self.samples;
        let phase = self.cursor.saturating_add_signed(offset) % samples;
        let symbols = (self.values.len() as f64 / samples as f64).round() as usize;
        (1..symbols.saturating_sub(1)).map(move |symbol| symbol * samples + phase)
    }

    /// What is left of the pulse behind feedback at all symbols but the cursor's.
    fn interference(&self, received: &Received, offset: isize) -> Vec<f64> {
        let center = self.cursor.saturating_add_signed(offset);
        let height = received.pulse[received.cursor];
        let left = |k: usize| {
            let value = self.values.get(k).copied().unwrap_or(0.0);
            if k < center {
                return value;
            }
            let symbol = (k - center) / self.samples;
            let taps = &received.feedback.taps;
            let tap = symbol.checked_sub(1).and_then(|n| taps.get(n)).copied().unwrap_or(0.0);
            value - tap * height
        };
        self.indices(offset).filter(|&k| k != center).map(left).collect()
    }

    /// Slopes of the pulse at an offset from the cursor, per unit interval.
    fn slopes(&self, offset: isize) -> Vec<f64> {
        let scale = 0.5 * self.samples as f64;
        let value = |k: usize| self.values.get(k).copied().unwrap_or(0.0);
        self.indices(offset).map(|k| (value(k + 1) - value(k - 1)) * scale).collect()
    }
}
