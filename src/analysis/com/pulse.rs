//! Pulse responses behind the equalizers that they are linear in.

use super::parameters::CtleGrid;

/// Gains of the continuous-time equalizer, in decibels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gains {
    pub(super) dc: f64,
    /// Without a low-frequency stage, 0.
    pub(super) low_frequency: f64,
}

impl CtleGrid {
    /// Every setting.
    pub(super) fn gains(&self) -> Vec<Gains> {
        let low = self.low_frequency.as_ref().map_or(vec![0.0], |stage| stage.gain.values());
        let all = self
            .dc_gain
            .values()
            .into_iter()
            .flat_map(|dc| low.iter().map(move |&low_frequency| Gains { dc, low_frequency }));
        all.filter(|&gains| self.is_qualified(gains)).collect()
    }

    fn is_qualified(&self, gains: Gains) -> bool {
        // A band of no width holds its one gain.
        let holds = |[from, to]: [f64; 2], gain: f64| {
            from <= gain && (gain < to || from.to_bits() == to.to_bits() && gain <= to)
        };
        self.qualified.is_empty()
            || self.qualified.iter().any(|band| {
                holds(band.low_frequency.map(|db| db.0), gains.low_frequency)
                    && holds(band.dc.map(|db| db.0), gains.dc)
            })
    }
}

/// The pulse response of a path behind any setting of the continuous-time equalizer.
///
/// # Formula
/// The equalizer's stages become recursive filters at the sample rate `f_s` by the bilinear
/// transform, `j f -> f_s (1 - q) / (pi (1 + q))` with the delay `q`. A stage is then a sum of two
/// filters, one of them weighted by its DC gain, and two stages in series are four pulse responses
/// whose weights are products of gains: a setting costs a weighted sum.
#[derive(Debug)]
pub(super) struct PulseBases {
    /// Weighted by: both gains, the DC gain, the low-frequency gain, nothing.
    bases: Vec<Vec<f64>>,
}

impl PulseBases {
    /// From an impulse response of `samples` per symbol at `symbol_rate`.
    pub(super) fn new(impulse: &[f64], ctle: &CtleGrid, symbol_rate: f64, samples: usize) -> Self {
        let pulse = pulse(impulse, samples);
        let double_rate = 2.0 * symbol_rate * samples as f64;
        let tau = std::f64::consts::TAU;
        let [zero, pole1, pole2] = [ctle.zero, ctle.pole1, ctle.pole2].map(|hz| tau * hz.0);
        let recursion = |pole: f64| (double_rate - pole) / (double_rate + pole);
        let scale = pole2 * pole1 / zero / ((double_rate + pole1) * (double_rate + pole2));
        let poles = first_order(&pulse, [1.0, 1.0], recursion(pole2));
        let high = [
            first_order(&poles, [scale * zero, scale * zero], recursion(pole1)),
            first_order(&poles, [scale * double_rate, -scale * double_rate], recursion(pole1)),
        ];
        let Some(stage) = &ctle.low_frequency else { return Self { bases: high.into() } };
        let pole = tau * stage.pole.0;
        let scale = 1.0 / (double_rate + pole);
        let shelf = |x: &[f64]| first_order(x, [scale * pole, scale * pole], recursion(pole));
        let pass = |x: &[f64]| {
            first_order(x, [scale * double_rate, -scale * double_rate], recursion(pole))
        };
        let [gained, rest] = high;
        Self { bases: vec![shelf(&gained), pass(&gained), shelf(&rest), pass(&rest)] }
    }

    /// The pulse response at a setting.
    pub(super) fn at(&self, gains: Gains) -> Vec<f64> {
        let amplitude = |db: f64| 10f64.powf(db / 20.0);
        let (dc, low) = (amplitude(gains.dc), amplitude(gains.low_frequency));
        match self.bases.as_slice() {
            [a, b, c, d] => {
                let (ab, cd) = (a.iter().zip(b), c.iter().zip(d));
                let sum = |((a, b), (c, d)): ((&f64, &f64), (&f64, &f64))| {
                    dc * (low * a + b) + low * c + d
                };
                ab.zip(cd).map(sum).collect()
            }
            [a, b] => a.iter().zip(b).map(|(a, b)| dc * a + b).collect(),
            _ => Vec::new(),
        }
    }
}

/// The response to a pulse that lasts a symbol.
pub(super) fn pulse(impulse: &[f64], samples: usize) -> Vec<f64> {
    let mut pulse = vec![0.0; impulse.len()];
    for shift in 0..samples.min(impulse.len()) {
        pulse[shift..].iter_mut().zip(impulse).for_each(|(sum, x)| *sum += x);
    }
    pulse
}

/// `y[n] = b0 x[n] + b1 x[n - 1] + a y[n - 1]`.
fn first_order(x: &[f64], [b0, b1]: [f64; 2], a: f64) -> Vec<f64> {
    let (mut before, mut y) = (0.0, 0.0);
    x.iter()
        .map(|&x| {
            y = b0 * x + b1 * before + a * y;
            before = x;
            y
        })
        .collect()
}

/// A pulse response behind the transmitter's equalizer whose tap `main` is the main one. The
/// record is a ring, as in the reference code: what a tap moves over an end appears at the other.
pub(super) fn transmitted(pulse: &[f64], taps: &[f64], main: usize, samples: usize) -> Vec<f64> {
    let n = pulse.len();
    let mut sum = vec![0.0; n];
    for (i, &tap) in taps.iter().enumerate().filter(|(_, tap)| **tap != 0.0) {
        let shift = (i as isize - main as isize) * samples as isize;
        let shift = shift.rem_euclid(n as isize) as usize;
        let (head, tail) = sum.split_at_mut(shift);
        tail.iter_mut().zip(pulse).for_each(|(sum, x)| *sum += tap * x);
        head.iter_mut().zip(&pulse[n - shift..]).for_each(|(sum, x)| *sum += tap * x);
    }
    sum
}

/// Where a pulse is sampled (93A-25): the last rise through 1 % of its peak, up to four symbols
/// ahead of it, begins the two symbols in which a symbol before the cursor there is least of what
/// the first feedback tap, at most `most` times the cursor, leaves a symbol behind it.
///
/// The peak is sought in a part of the pulse. There is no answer if the pulse does not rise, or
/// rises or falls out of its record.
pub(super) fn cursor(
    pulse: &[f64],
    within: std::ops::Range<usize>,
    most: f64,
    samples: usize,
) -> Option<usize> {
    let start = within.start;
    let part = &pulse[within];
    let peak = start + first_largest(part)?;
    let threshold = 0.01 * pulse[peak];
    let earliest = peak.saturating_sub(4 * samples);
    if pulse[peak] <= 0.0 {
        return None;
    }
    // Behind the last sample that is not above the threshold, all are, as the peak is.
    let rise = earliest + pulse[earliest..peak].iter().rposition(|x| *x <= threshold)?;
    if rise < samples || rise + 3 * samples >= pulse.len() {
        return None;
    }
    let looked_at = 2 * samples + 1;
    let before = &pulse[rise - samples..][..looked_at];
    let here = &pulse[rise..][..looked_at];
    let behind = &pulse[rise + samples..][..looked_at];
    let unbalances = before.iter().zip(here).zip(behind);
    let unbalance = |((before, here), behind): ((&f64, &f64), &f64)| {
        (before - (behind - most * here).max(0.0)).abs()
    };
    // Two passes without a branch between samples: the least, and where it is first.
    let least = unbalances.clone().map(unbalance).fold(f64::INFINITY, f64::min);
    let first = unbalances.map(unbalance).position(|unbalance| unbalance <= least)?;
    Some(rise + first)
}

/// The index of the first of the largest values.
pub(super) fn first_largest(values: &[f64]) -> Option<usize> {
    // Four maxima side by side: one alone would wait for each comparison.
    let mut most = [f64::NEG_INFINITY; 4];
    let chunks = values.chunks_exact(4);
    let rest = chunks.remainder();
    for chunk in chunks {
        most.iter_mut().zip(chunk).for_each(|(most, &x)| *most = if x > *most { x } else { *most });
    }
    let most = most.iter().chain(rest).fold(f64::NEG_INFINITY, |most, &x| most.max(x));
    values.iter().position(|&x| x >= most)
}
