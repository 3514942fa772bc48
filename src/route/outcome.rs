//! What comes of a simulated route.

use super::hop::TrainedHop;
use crate::analysis::{BitErrorRatio, ExtrapolatedBer, Eye};
use crate::kernel::rng::Seed;
use crate::unit::Decibels;

/// What comes of a simulated route.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The route's name.
    pub name: String,
    /// The seed.
    pub seed: Seed,
    /// Symbols sent.
    pub symbols: usize,
    /// Whether all symbols that were asked for were sent.
    pub complete: bool,
    /// Errors from the first transmitter to the last receiver.
    pub ber: BitErrorRatio,
    /// Each hop.
    pub hops: Vec<HopReport>,
    /// Each place that an eye was taken of.
    pub probes: Vec<ProbeReport>,
}

impl Report {
    /// The bit error ratio from end to end, extrapolated: the sum over the hops, whose errors are
    /// rare and independent.
    pub fn extrapolated(&self) -> f64 {
        self.hops.iter().map(HopReport::extrapolated).sum()
    }

    /// Its 95 % interval: the hops' distances from their values add in quadrature, either way.
    pub fn extrapolated_ci95(&self) -> [f64; 2] {
        let rate = self.extrapolated();
        let reach = |side: usize| {
            let squares = self.hops.iter().map(|hop| {
                let factor = hop.factor();
                (factor * (hop.extrapolated.ci95[side] - hop.extrapolated.rate)).powi(2)
            });
            squares.sum::<f64>().sqrt()
        };
        [(rate - reach(0)).max(0.0), rate + reach(1)]
    }
}

/// What comes of a hop.
#[derive(Clone, Debug, PartialEq)]
pub struct HopReport {
    /// The hop's name.
    pub name: String,
    /// Errors between this hop's transmitter and receiver.
    pub ber: BitErrorRatio,
    /// The error ratio of the slicer, extrapolated, and what it rests on.
    pub extrapolated: ExtrapolatedBer,
    /// Whether the hop is precoded.
    pub precoding: bool,
    /// What the receiver settled to.
    pub equalizer: Equalizer,
    /// Remarks of the devices.
    pub notes: Vec<String>,
}

impl HopReport {
    /// The bit error ratio of the hop, extrapolated, without error propagation. The decoder of a
    /// precoded hop makes two errors of each single one.
    pub fn extrapolated(&self) -> f64 {
        self.factor() * self.extrapolated.rate
    }

    /// Its 95 % interval.
    pub fn extrapolated_ci95(&self) -> [f64; 2] {
        self.extrapolated.ci95.map(|rate| self.factor() * rate)
    }

    fn factor(&self) -> f64 {
        if self.precoding { 2.0 } else { 1.0 }
    }
}

/// What a receiver settled to in training.
#[derive(Clone, Debug, PartialEq)]
pub struct Equalizer {
    /// DC gain of the analog equalizer's high-frequency stage.
    pub ctle_gain: Option<Decibels>,
    /// The sampling instant within the unit interval, from 0 to 1.
    pub phase_ui: f64,
    /// The feed-forward taps, the main one scaled to 1.
    pub ffe: Vec<f64>,
    /// The feedback taps, in levels per level.
    pub dfe: Vec<f64>,
}

impl Equalizer {
    pub(super) fn of(hop: &TrainedHop) -> Self {
        let adapted = &hop.adapted;
        let per_symbol = hop.sampled.grid().samples_per_symbol() as f64;
        let main = adapted.ffe.iter().fold(
            0.0,
            |main: f64, &tap| {
                if tap.abs() > main.abs() { tap } else { main }
            },
        );
        Self {
            ctle_gain: hop.receiver.ctle.map(|ctle| ctle.dc_gain),
            phase_ui: (adapted.delay / per_symbol).fract(),
            ffe: adapted.ffe.iter().map(|tap| tap / main).collect(),
            dfe: adapted.dfe.clone(),
        }
    }
}

/// The eye at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeReport {
    /// The place: the hop, a slash, and the stage, or `sampler` or `slicer`.
    pub name: String,
    /// The eye.
    pub eye: Eye,
    /// How the signal was taken and the eye's center found.
    pub method: &'static str,
}

impl ProbeReport {
    /// Power of the level means about their mean over the mean variance of the levels, in
    /// decibels: interference counts as noise. `None` if the levels have no spread.
    pub fn snr_db(&self) -> Option<f64> {
        let levels = &self.eye.levels;
        let count = levels.len() as f64;
        let mean = levels.iter().map(|level| level.mean).sum::<f64>() / count;
        let signal = levels.iter().map(|level| (level.mean - mean).powi(2)).sum::<f64>() / count;
        let noise = levels.iter().map(|level| level.sigma.powi(2)).sum::<f64>() / count;
        let snr = 10.0 * (signal / noise).log10();
        snr.is_finite().then_some(snr)
    }
}
