//! Timing detectors behind an adapted equalizer: where they are zero, and how steep.

use std::f64::consts::TAU;

use super::TimingDetector;
use crate::kernel::interp::Interpolator;
use crate::transceiver::{Adapted, Digital};
use crate::{Error, Result};

/// Half the distance over which slopes are measured, in unit intervals.
const STEP: f64 = 0.01;

/// The least slope that a Mueller-Muller loop can hold on to, relative to the mean square level: a
/// sinc has 2, a raised cosine of full roll-off 2/3.
const LEAST_SLOPE: f64 = 0.05;

/// Symbols on either side of an edge whose interference is counted.
const REACH: i32 = 8;

/// A detector with what it needs to know of the pulse.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Detector {
    MuellerMuller {
        slope: f64,
        /// The mean at the trained phase.
        bias: f64,
    },
    BangBang {
        slope: f64,
        /// Where the edge before a symbol is taken, in unit intervals after the decision instant.
        edge: f64,
        /// The weight there of the symbols on either side.
        weight: f64,
    },
}

impl Detector {
    /// A detector for an equalized pulse. `aperture` is the sampler's jitter in unit intervals.
    pub(super) fn new(
        kind: TimingDetector,
        pulse: &EqualizedPulse<'_>,
        adapted: &Adapted,
        aperture: f64,
    ) -> Result<Self> {
        let power = adapted.modulation.mean_square();
        match kind {
            TimingDetector::MuellerMuller => {
                let slope = power * (pulse.slope(-1.0) - pulse.slope(1.0));
                if slope.is_nan() || slope < LEAST_SLOPE * power {
                    return Err(Error::unsupported(format!(
                        "no lock: behind the equalizer the Mueller-Muller detector has the slope \
                         {:.3} per unit interval, but needs {LEAST_SLOPE} to hold its phase",
                        slope / power
                    )));
                }
                let fed_back = adapted.dfe.first().copied().unwrap_or(0.0);
                let bias = power * (pulse.at(1.0) - fed_back - pulse.at(-1.0));
                Ok(Self::MuellerMuller { slope, bias })
            }
            TimingDetector::BangBang { jitter } => {
                let edge = edge_of(pulse)?;
                let levels: Vec<f64> = (0..adapted.modulation.levels() as u8)
                    .map(|symbol| adapted.modulation.level(symbol))
                    .collect();
                let far: f64 = (-REACH..=REACH)
                    .filter(|k| !(-1..=2).contains(k))
                    .map(|k| pulse.at(edge + f64::from(k)).powi(2))
                    .sum();
                let noise = adapted.mse + power * far;
                let jitter = jitter.0.hypot(aperture);
                let slope = bang_bang_slope(pulse, edge, &levels, noise, jitter);
                if !(slope.is_finite() && slope > 0.0) {
                    return Err(Error::unsupported(
                        "no lock: behind the equalizer the edges have no slope",
                    ));
                }
                Ok(Self::BangBang { slope, edge, weight: pulse.at(edge) })
            }
        }
    }

    /// The slope around lock, per unit interval.
    pub(super) fn slope(&self) -> f64 {
        match *self {
            Self::MuellerMuller { slope, .. } | Self::BangBang { slope, .. } => slope,
        }
    }

    /// What the instants that one output stands for make of jitter that turns by `q` a symbol.
    pub(super) fn average(&self, q: num_complex::Complex64) -> num_complex::Complex64 {
        match self {
            Self::MuellerMuller { .. } => 0.5 * (1.0 + q),
            Self::BangBang { .. } => num_complex::Complex64::ONE,
        }
    }
}

/// Where, between two symbols, both have the same weight.
fn edge_of(pulse: &EqualizedPulse<'_>) -> Result<f64> {
    let earlier = |t: f64| pulse.at(t + 1.0) - pulse.at(t);
    let (mut low, mut high) = (-1.0, 0.0);
    if !(earlier(low) > 0.0 && earlier(high) < 0.0) {
        return Err(Error::unsupported(
            "no lock: behind the equalizer no instant between two symbols has their edge",
        ));
    }
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if earlier(middle) > 0.0 { low = middle } else { high = middle }
    }
    Ok(0.5 * (low + high))
}

/// The slope of the mean of a bang-bang detector; see [`TimingDetector::BangBang`].
fn bang_bang_slope(
    pulse: &EqualizedPulse<'_>,
    edge: f64,
    levels: &[f64],
    noise: f64,
    jitter: f64,
) -> f64 {
    // Weights and slopes of the symbol after the edge's, the edge's own two, and the one before.
    let weights = [-1.0, 0.0, 1.0, 2.0].map(|k| pulse.at(edge + k));
    let slopes = [-1.0, 0.0, 1.0, 2.0].map(|k| pulse.slope(edge + k));
    let mut sum = 0.0;
    for &after in levels {
        for &newer in levels {
            for &older in levels {
                for &before in levels {
                    let slope = slopes[0] * after
                        + slopes[1] * newer
                        + slopes[2] * older
                        + slopes[3] * before;
                    let mean = weights[0] * after + weights[3] * before;
                    let sigma = (noise + (slope * jitter).powi(2)).sqrt();
                    let direction = if newer > older {
                        1.0
                    } else if newer < older {
                        -1.0
                    } else {
                        0.0
                    };
                    if sigma > 0.0 {
                        let density = (-0.5 * (mean / sigma).powi(2)).exp() / (sigma * TAU.sqrt());
                        sum += direction * 2.0 * density * slope;
                    }
                }
            }
        }
    }
    sum / (levels.len() as f64).powi(4)
}

/// The pulse response behind gain and feed-forward taps, in levels for a symbol of level 1.
pub(super) struct EqualizedPulse<'a> {
    adapted: &'a Adapted,
    cursor: usize,
    interpolator: Interpolator,
}

impl<'a> EqualizedPulse<'a> {
    pub(super) fn new(digital: &Digital, adapted: &'a Adapted) -> Self {
        let cursor = digital.ffe.as_ref().map_or(0, |ffe| ffe.cursor);
        Self { adapted, cursor, interpolator: Interpolator::new() }
    }

    /// The index of the main tap.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// The pulse so many unit intervals after its decision instant: `g(t)`, the sum over the taps
    /// `w[i]` of `A w[i] h(t + (cursor - i) / spacing)`.
    pub(super) fn at(&self, time: f64) -> f64 {
        let spacing = self.adapted.samples_per_symbol as f64;
        let taps = self.adapted.ffe.iter().enumerate();
        let sum: f64 = taps
            .map(|(i, tap)| tap * self.received(time + (self.cursor as f64 - i as f64) / spacing))
            .sum();
        self.adapted.gain * sum
    }

    /// Its slope there, per unit interval.
    pub(super) fn slope(&self, time: f64) -> f64 {
        (self.at(time + STEP) - self.at(time - STEP)) / (2.0 * STEP)
    }

    /// The pulse ahead of the gain, 0 outside of what was estimated.
    fn received(&self, time: f64) -> f64 {
        let pulse = &self.adapted.pulse;
        let position = pulse.cursor as f64 + time * pulse.samples_per_symbol as f64;
        let inside = (0.0..=(pulse.values.len() - 1) as f64).contains(&position);
        if inside { self.interpolator.at(&pulse.values, position) } else { 0.0 }
    }
}
