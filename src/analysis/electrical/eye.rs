//! Eye height and width at a probability.

use crate::analysis::eye::levels::mismatch_ratio;
use crate::analysis::tdecq::{Received, means};
use crate::kernel::gauss;
use crate::signal::Capture;
use crate::unit::check;
use crate::{Error, Result};

/// Instants of a unit interval at which the eye is looked at.
const PHASES: usize = 64;

/// The most deviations that separate what follows a pattern from the tail of the noise.
const MOST_DEVIATIONS: f64 = 40.0;

/// The opening of a captured eye at a probability.
///
/// # Formula
/// At each of 64 phases of a unit interval, and for each level, the distribution of the samples is
/// that of the capture convolved with Gaussian noise of deviation `noise`. Lower and upper contour
/// of an eye are where, of the level above, the fraction `probability` lies below, and of the level
/// below, above. Height is the distance of the contours in the middle of the eye; width the time
/// during which the middle of that opening lies between the contours. `VEC = 20 log10(A / H)`, with
/// the distance `A` of both levels' means and the height `H`.
///
/// # Assumptions
/// Without noise the contours are extreme values of the capture: a fraction below one over the
/// number of symbols of a level is not extrapolated.
///
/// # References
/// IEEE Std 802.3-2022, 120E.3.2.1.2 (eye height and width), 120G.5.2 (VEC).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct CapturedEye {
    /// The height of each eye, the lowest first, in the unit of the waveform; 0 if it is closed.
    pub heights: Vec<f64>,
    /// The width of each eye, in unit intervals.
    pub widths_ui: Vec<f64>,
    /// The vertical eye closure of each eye, in decibels; `None` if it is closed.
    pub vec_db: Vec<Option<f64>>,
    /// The mean of each level in the middle of the eye.
    pub levels: Vec<f64>,
    /// The level separation mismatch ratio there.
    pub rlm: f64,
}

impl CapturedEye {
    /// Measures a capture, behind a fourth-order Bessel-Thomson filter of `bandwidth_ratio` times
    /// the symbol rate or as it is, with Gaussian noise of root mean square `noise` added.
    ///
    /// # Errors
    /// If a parameter is out of range, the capture has no lock, or a level is never sent.
    pub fn measure(
        capture: &Capture,
        bandwidth_ratio: Option<f64>,
        probability: f64,
        noise: f64,
    ) -> Result<Self> {
        if let Some(ratio) = bandwidth_ratio {
            check::within("bandwidth-ratio", ratio, &(0.05..=10.0))?;
        }
        check::within("probability", probability, &(1e-15..=0.1))?;
        check::not_negative("noise", noise)?;
        let received = Received::new(capture, bandwidth_ratio)?;
        let symbols = &received.lock.symbols;
        let count = symbols.modulation().levels();
        if let Some(absent) = (0..count).find(|&level| !symbols.values().contains(&(level as u8))) {
            return Err(Error::data(format!("no symbol of the record is {absent}")));
        }
        let contours = |phase: f64| -> Vec<[f64; 2]> {
            let values = received.at(phase);
            let mut clusters = vec![Vec::new(); count];
            for (value, &symbol) in values.iter().zip(symbols.values()) {
                clusters[usize::from(symbol)].push(*value);
            }
            for cluster in &mut clusters {
                cluster.sort_unstable_by(f64::total_cmp);
            }
            clusters
                .windows(2)
                .map(|pair| {
                    let turned: Vec<f64> = pair[0].iter().rev().map(|x| -x).collect();
                    [-tail(&turned, probability, noise), tail(&pair[1], probability, noise)]
                })
                .collect()
        };
        let middle = contours(received.center);
        let levels = means(&received.at(received.center), symbols.values(), count);
        let around: Vec<Vec<[f64; 2]>> = (0..=PHASES)
            .map(|i| contours(received.center - 0.5 + i as f64 / PHASES as f64))
            .collect();
        let width = |eye: usize| {
            let [low, high] = middle[eye];
            let threshold = 0.5 * (low + high);
            let inside = |contours: &Vec<[f64; 2]>| {
                (threshold - contours[eye][0]).min(contours[eye][1] - threshold)
            };
            let room: Vec<f64> = around.iter().map(inside).collect();
            open(&room)
        };
        let heights: Vec<f64> = middle.iter().map(|[low, high]| (high - low).max(0.0)).collect();
        Ok(Self {
            widths_ui: (0..middle.len()).map(width).collect(),
            vec_db: heights
                .iter()
                .zip(levels.windows(2))
                .map(|(height, pair)| {
                    (*height > 0.0).then(|| 20.0 * ((pair[1] - pair[0]) / height).log10())
                })
                .collect(),
            heights,
            rlm: mismatch_ratio(&levels),
            levels,
        })
    }

    /// The smallest height.
    pub fn height(&self) -> f64 {
        self.heights.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The smallest width, in unit intervals.
    pub fn width_ui(&self) -> f64 {
        self.widths_ui.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// The value that a fraction of ascending values lies below once noise is added.
fn tail(values: &[f64], fraction: f64, noise: f64) -> f64 {
    let count = values.len() as f64;
    let least = values[0];
    if noise <= 0.0 {
        return values[(fraction * count) as usize];
    }
    let below = |x: f64| {
        let near = values.iter().take_while(|value| *value - x < MOST_DEVIATIONS * noise);
        near.map(|value| gauss::q((value - x) / noise)).sum::<f64>() / count
    };
    // At `low` even all values at the least one would not do, at `high` the least one alone does.
    let mut low = least - noise * gauss::q_inv(0.5 * fraction);
    let mut high = least - noise * gauss::q_inv((fraction * count).min(0.999));
    let mut step = noise;
    while below(high) < fraction {
        high += step;
        step *= 2.0;
    }
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if below(middle) < fraction { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// For how much of a unit interval, about its middle, the room is positive.
fn open(room: &[f64]) -> f64 {
    let half = room.len() / 2;
    if room[half] <= 0.0 {
        return 0.0;
    }
    let steps = (room.len() - 1) as f64;
    let reach = |next: &dyn Fn(usize) -> usize| {
        let mut at = half;
        for step in 0..half {
            let beyond = next(at);
            if room[beyond] <= 0.0 {
                return step as f64 + room[at] / (room[at] - room[beyond]);
            }
            at = beyond;
        }
        half as f64
    };
    (reach(&|at| at - 1) + reach(&|at| at + 1)) / steps
}
