//! Output jitter of a captured waveform.

use crate::analysis::tdecq::{Received, means};
use crate::signal::Capture;
use crate::unit::check;
use crate::{Error, Result};

/// The fewest edges of one kind that say anything.
const LEAST_EDGES: usize = 8;

/// How far from its nominal instant an edge is looked for, in unit intervals.
const REACH: f64 = 0.75;

/// Instants of a unit interval at which an edge is followed before it is interpolated.
const STEPS: usize = 32;

/// Jitter of a transmitter's output, in unit intervals.
///
/// # Formula
/// Edges of a kind run from one level to another, crossing the middle between both. Each edge is
/// compared with the others at the same place of the pattern (its mean over the periods), so that
/// interference between symbols is no jitter; edges of all kinds are put together. `J_RMS` is the
/// standard deviation of that distribution, `J_nu` the time between its quantiles at
/// `0.5 10^-n` on either side. Even-odd jitter is the difference between the mean deviation of an
/// edge in even and in odd periods, in magnitude, on average over the edges: with a pattern of odd
/// length, an edge at an even place is at an odd one a period later.
///
/// # Assumptions
/// - The record holds at least two periods, four for even-odd jitter with noise below it.
/// - Quantiles are those of the record: without `10^n` edges they are extreme values.
///
/// # References
/// IEEE Std 802.3-2022, 120D.3.1.8 and 162.9.4.7.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct OutputJitter {
    /// The standard deviation.
    pub rms_ui: f64,
    /// All but 1e-3 of the edges.
    pub j3u_ui: f64,
    /// All but 1e-4 of the edges.
    pub j4u_ui: f64,
    /// Even-odd jitter; `None` if the pattern has an even length.
    pub even_odd_ui: Option<f64>,
    /// Edges measured.
    pub edges: usize,
}

impl OutputJitter {
    /// Measures a capture of several periods, behind a fourth-order Bessel-Thomson filter of
    /// `bandwidth_ratio` times the symbol rate or as it is.
    ///
    /// # Errors
    /// If the ratio is out of range, the capture has no lock, holds one period only, or too few
    /// edges.
    pub fn measure(capture: &Capture, bandwidth_ratio: Option<f64>) -> Result<Self> {
        if let Some(ratio) = bandwidth_ratio {
            check::within("bandwidth-ratio", ratio, &(0.05..=10.0))?;
        }
        let received = Received::new(capture, bandwidth_ratio)?;
        let period = received.lock.period;
        let periods = received.symbols() / period;
        if periods < 2 {
            return Err(Error::unsupported(format!(
                "jitter is what differs between periods of a pattern, but the record holds {periods}"
            )));
        }
        let symbols = received.lock.symbols.values();
        let count = received.lock.symbols.modulation().levels();
        let levels = means(&received.at(received.center), symbols, count);
        let mut deviations = Vec::new();
        let (mut parity, mut places) = (0.0, 0);
        for place in 0..period {
            let (before, after) = (symbols[(place + period - 1) % period], symbols[place]);
            if before == after {
                continue;
            }
            let middle = 0.5 * (levels[usize::from(before)] + levels[usize::from(after)]);
            let times: Option<Vec<f64>> =
                (0..periods).map(|turn| edge(&received, turn * period + place, middle)).collect();
            // An edge that has left its place in one of the periods is not compared.
            let Some(times) = times else { continue };
            let mean = times.iter().sum::<f64>() / periods as f64;
            deviations.extend(times.iter().map(|time| time - mean));
            let half = |odd: usize| {
                let same = times.iter().skip(odd).step_by(2);
                same.clone().sum::<f64>() / same.count() as f64
            };
            parity += half((place + 1) % 2) - half(place % 2);
            places += 1;
        }
        let edges = deviations.len();
        if edges < LEAST_EDGES {
            return Err(Error::data(format!(
                "{edges} edges were found, but at least {LEAST_EDGES} are needed"
            )));
        }
        deviations.sort_unstable_by(f64::total_cmp);
        let free = (edges - places) as f64;
        let rms = (deviations.iter().map(|x| x * x).sum::<f64>() / free).sqrt();
        // The mean of few periods takes its share of every deviation.
        let scale = (edges as f64 / free).sqrt();
        let span = |outside: f64| {
            let rank = (0.5 * outside * edges as f64) as usize;
            scale * (deviations[edges - 1 - rank] - deviations[rank])
        };
        Ok(Self {
            rms_ui: rms,
            j3u_ui: span(1e-3),
            j4u_ui: span(1e-4),
            even_odd_ui: (period % 2 == 1).then(|| (parity / places as f64).abs()),
            edges,
        })
    }
}

/// When the edge ahead of a symbol crosses the middle of the two levels, in unit intervals after
/// its nominal instant.
fn edge(received: &Received, symbol: usize, middle: f64) -> Option<f64> {
    let start = received.center + symbol as f64 - 0.5;
    let steps = (2.0 * REACH * STEPS as f64) as usize;
    let mut nearest: Option<f64> = None;
    let mut last = received.value(start - REACH) - middle;
    for i in 1..=steps {
        let now = received.value(start - REACH + i as f64 / STEPS as f64) - middle;
        if (last < 0.0) != (now < 0.0) {
            let time = (i as f64 - 1.0 + last / (last - now)) / STEPS as f64 - REACH;
            if nearest.is_none_or(|nearest| time.abs() < nearest.abs()) {
                nearest = Some(time);
            }
        }
        last = now;
    }
    nearest
}
