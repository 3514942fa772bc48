//! The span of voltage and the resolution that an eye needs.

use std::f64::consts::TAU;

use super::crosstalk;
use super::link::LinearLink;
use super::terms::Superposition;
use crate::{Error, Result};

/// Room beyond everything bounded, in standard deviations of the widest Gaussian.
const MARGIN: f64 = 14.0;

/// A Gaussian's transform is cut off where its logarithm is minus half of this squared: at 1e-16.
const CUT_OFF: f64 = 8.6;

/// The most rows that a span is divided into.
const MOST_ROWS: usize = 1 << 12;

/// A span of voltage about zero, and how finely it is divided.
///
/// # Formula
/// The span is `2 (peak + 14 sigma_max)`: `peak` is the greatest magnitude that symbols, crosstalk,
/// bounded jitter and distortion add up to, and `sigma_max` the largest standard deviation of noise
/// together with the random jitter of the worst sequence. Frequencies are spaced `2 pi / span`, so
/// that what is computed is the sum of copies one span apart. A row is a third of the smallest
/// sigma or less.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The span of voltage; rows begin at its negative half.
    pub span: f64,
    /// Rows of the span, a power of two.
    pub rows: usize,
    /// Frequencies at which transforms are other than zero.
    pub bins: usize,
    /// The smallest standard deviation. Noise below it is raised to it.
    pub sigma: f64,
}

impl Scale {
    /// For all of some instants, with so many rows or more.
    pub(super) fn new(link: &LinearLink, instants: &[Superposition], rows: usize) -> Result<Self> {
        let crosstalk = crosstalk::peak(link);
        let (mut peak, mut most, mut least) = (0.0f64, 0.0f64, f64::INFINITY);
        for instant in instants {
            let phase = link.phase(instant.offset);
            let mut loudest = 0.0f64;
            for level in 0..link.levels.len() {
                let parts = link.noise.get(phase, level).map_or(&[][..], Vec::as_slice);
                let sigmas = parts.iter().filter(|part| part.weight > 0.0).map(|part| part.sigma);
                let [_, swell] = link.swell_range(phase, level);
                loudest = sigmas.clone().map(|s| s * s + swell).fold(loudest, f64::max);
                least = sigmas.fold(if parts.is_empty() { 0.0 } else { least }, f64::min);
            }
            peak = peak.max(instant.peak(link) + crosstalk);
            most = most.max(loudest + instant.jitter_variance(link));
        }
        let within = peak + MARGIN * most.sqrt();
        let per_sigma = 2.0 * CUT_OFF / TAU;
        // Noise that is raised to the least that can be resolved needs its room, too.
        let least_of = |span: f64| per_sigma * span / (MOST_ROWS - 4) as f64;
        let span = 2.0 * (within + MARGIN * least_of(3.0 * within));
        if !(span.is_finite() && span * span > 0.0) {
            let expected = "such that the signal at the slicer is finite and not zero";
            return Err(Error::parameter("pulse.values", format!("of peak {peak}"), expected));
        }
        let sigma = least.max(least_of(span));
        let bins = (CUT_OFF * span / (TAU * sigma)).ceil() as usize + 1;
        let rows = rows.max(2 * (bins - 1)).next_power_of_two();
        Ok(Self { span, rows, bins: bins.min(rows / 2 + 1), sigma })
    }

    /// The spacing of frequencies, in radians for each unit of voltage.
    pub(super) fn step(&self) -> f64 {
        TAU / self.span
    }

    /// The lower edge of a row.
    pub(super) fn edge(&self, row: usize) -> f64 {
        self.span * (row as f64 / self.rows as f64 - 0.5)
    }
}
