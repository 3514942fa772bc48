//! What else is measured on an optical waveform: overshoot, transition times, noise.

use super::levels::{OuterLevels, rlm, runs};
use super::received::Received;
use crate::Result;
use crate::signal::Capture;
use crate::unit::check;

/// Instants of a unit interval at which an edge is followed.
const EDGE_STEPS: usize = 64;

/// The share of samples that may lie beyond an overshoot.
const HIT_RATIO: f64 = 1e-2;

/// The noise bandwidth of a fourth-order Bessel-Thomson filter over its -3 dB bandwidth.
const NOISE_BANDWIDTH: f64 = 1.04637;

/// Levels, edges and noise of an optical (or electrical) waveform behind a receiver.
///
/// # Formula
/// - `OMA = P3 - P0`, `ER = P3 / P0`, both from runs of equal symbols ([`OuterLevels`]).
/// - Overshoot `(P_max - P3) / OMA` and undershoot `(P0 - P_min) / OMA`, where one in a hundred
///   samples lies beyond `P_max`, and one below `P_min`.
/// - Transition times from 20 to 80 % of the mean edge between the outer levels, of those edges
///   that have the most equal symbols on either side.
/// - `RIN_OMA = 10 log10(sigma^2 / (B (OMA / 2)^2))`, see [`rin_oma_db_per_hz`].
///
/// # Assumptions
/// Noise is what differs between periods of the pattern, so a record needs two of them for it.
///
/// # References
/// IEEE Std 802.3-2022, 121.8; 802.3cu, 140.7.5 for overshoot; 52.9.6 for `RIN_OMA`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct OpticalMetrics {
    /// The outer modulation amplitude, in the unit of the waveform; on a voltage, VMA.
    pub oma_w: f64,
    /// The mean of the waveform.
    pub average_w: f64,
    /// The extinction ratio in decibels; `None` unless both outer levels are positive.
    pub er_db: Option<f64>,
    /// The level separation mismatch ratio.
    pub rlm: f64,
    /// The overshoot above the highest level, in parts of the amplitude.
    pub overshoot: f64,
    /// The undershoot below the lowest level, in parts of the amplitude.
    pub undershoot: f64,
    /// The rise time from 20 to 80 %, in seconds; `None` without an edge between outer levels.
    pub rise_s: Option<f64>,
    /// The fall time, as the rise time.
    pub fall_s: Option<f64>,
    /// Noise in the middle of the eye, root mean square, in the unit of the waveform; `None` for
    /// a record of one period.
    pub noise_rms: Option<f64>,
    /// The relative intensity noise referred to the modulation, in decibels per hertz; `None` for
    /// a record of one period, or if the receiver's bandwidth is not stated.
    pub rin_oma_db_per_hz: Option<f64>,
    /// The outer levels.
    pub outer: OuterLevels,
}

impl OpticalMetrics {
    /// Measures a capture behind a fourth-order Bessel-Thomson filter of `bandwidth_ratio` times
    /// the symbol rate, or as it is.
    ///
    /// # Errors
    /// If the ratio is out of range, the capture has no lock, or its highest level is not above
    /// its lowest.
    pub fn measure(capture: &Capture, bandwidth_ratio: Option<f64>) -> Result<Self> {
        if let Some(ratio) = bandwidth_ratio {
            check::within("bandwidth-ratio", ratio, &(0.05..=10.0))?;
        }
        let received = Received::new(capture, bandwidth_ratio)?;
        let outer = OuterLevels::of(&received)?;
        let oma = outer.amplitude();
        let (lowest, highest) = extremes(&received.samples);
        let interval = capture.symbol_rate.unit_interval();
        let top = received.lock.symbols.modulation().levels() as u8 - 1;
        let seconds = |ui: f64| ui * interval;
        let places: Vec<usize> = (0..received.lock.period).collect();
        let noise_rms = received.deviation(&places);
        let rin =
            noise_rms.filter(|sigma| *sigma > 0.0).zip(bandwidth_ratio).map(|(sigma, ratio)| {
                rin_oma_db_per_hz(sigma, oma, NOISE_BANDWIDTH * ratio * capture.symbol_rate.0)
            });
        Ok(Self {
            oma_w: oma,
            average_w: received.average,
            er_db: outer.er_db(),
            rlm: rlm(&received),
            overshoot: (highest - outer.high.level) / oma,
            undershoot: (outer.low.level - lowest) / oma,
            rise_s: transition(&received, &outer, 0, top).map(seconds),
            fall_s: transition(&received, &outer, top, 0).map(seconds),
            noise_rms,
            rin_oma_db_per_hz: rin,
            outer,
        })
    }

    /// The slower of both transition times, in seconds.
    pub fn transition_s(&self) -> Option<f64> {
        match (self.rise_s, self.fall_s) {
            (Some(rise), Some(fall)) => Some(rise.max(fall)),
            (rise, fall) => rise.or(fall),
        }
    }
}

/// Relative intensity noise referred to the modulation, in decibels per hertz: noise of root mean
/// square `sigma` in `noise_bandwidth` hertz, beside a modulation amplitude in the same unit.
///
/// # Formula
/// `10 log10(sigma^2 / (B (OMA / 2)^2))`.
///
/// # References
/// IEEE Std 802.3-2018, 52.9.6.
///
/// ```
/// use lightlane::analysis::tdecq::rin_oma_db_per_hz;
///
/// // At -136 dB/Hz in 26.5625 GHz noise is 1/12.6 of a third of half the amplitude.
/// let rin = rin_oma_db_per_hz(1.0 / 6.0 / 12.63, 1.0, 26.5625e9 * 1.04637);
/// assert!((rin + 136.0).abs() < 0.1);
/// ```
pub fn rin_oma_db_per_hz(sigma: f64, oma: f64, noise_bandwidth: f64) -> f64 {
    20.0 * (2.0 * sigma / oma).log10() - 10.0 * noise_bandwidth.log10()
}

/// The values that one sample in a hundred lies below and above.
fn extremes(samples: &[f64]) -> (f64, f64) {
    let mut sorted = samples.to_vec();
    let beyond = (HIT_RATIO * samples.len() as f64) as usize;
    let last = sorted.len() - 1;
    let (_, &mut highest, _) = sorted.select_nth_unstable_by(last - beyond, f64::total_cmp);
    let (_, &mut lowest, _) = sorted.select_nth_unstable_by(beyond, f64::total_cmp);
    (lowest, highest)
}

/// The 20 to 80 % time of the mean edge from one outer level to the other, in unit intervals.
fn transition(received: &Received, outer: &OuterLevels, from: u8, to: u8) -> Option<f64> {
    let values = received.lock.symbols.values();
    // The length of the run that begins at each symbol.
    let mut following = vec![0; values.len()];
    for (start, length) in runs(values, to) {
        following[start] = length;
    }
    let edges: Vec<(usize, usize)> = runs(values, from)
        .into_iter()
        .filter_map(|(start, length)| {
            let end = (start + length) % values.len();
            let calm = length.min(following[end]);
            (calm > 0).then_some((end, calm))
        })
        .collect();
    let calm = edges.iter().map(|edge| edge.1).max()?;
    // The edge is between the middles of the last symbol before and the first after it, or, where
    // symbols stay, further out.
    let reach = (calm as f64 - 0.5).min(2.5);
    let steps = (2.0 * reach * EDGE_STEPS as f64) as usize;
    let mut mean = vec![0.0; steps + 1];
    for (end, _) in edges.iter().filter(|edge| edge.1 == calm) {
        for (i, y) in mean.iter_mut().enumerate() {
            let away = i as f64 / EDGE_STEPS as f64 - reach;
            *y += received.value(*end as f64 + received.center - 0.5 + away);
        }
    }
    let count = edges.iter().filter(|edge| edge.1 == calm).count() as f64;
    let (low, amplitude) = (outer.low.level, outer.amplitude());
    let progress = |y: &f64| {
        let height = (y / count - low) / amplitude;
        if from == 0 { height } else { 1.0 - height }
    };
    let shape: Vec<f64> = mean.iter().map(progress).collect();
    // From the middle of the edge to either side, so that ringing before and behind is not met.
    let middle = shape.windows(2).position(|pair| pair[0] < 0.5 && pair[1] >= 0.5)?;
    let between = |i: usize, level: f64| i as f64 + (level - shape[i]) / (shape[i + 1] - shape[i]);
    let early = (0..=middle).rev().find(|&i| shape[i] < 0.2).map(|i| between(i, 0.2))?;
    let late = (middle..steps).find(|&i| shape[i + 1] >= 0.8).map(|i| between(i, 0.8))?;
    Some((late - early) / EDGE_STEPS as f64)
}
