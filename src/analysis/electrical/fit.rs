//! The linear fit of a transmitter's waveform, and its signal-to-noise-and-distortion ratio.

use crate::analysis::tdecq::{Received, means, runs};
use crate::kernel::pulse::PulseEstimator;
use crate::signal::Capture;
use crate::unit::check;
use crate::{Error, Result};

/// The shortest run in whose middle noise is measured: edges are a symbol away.
const LEAST_RUN: usize = 3;

/// The pulse response of a transmitter, fitted to its waveform, and what it leaves.
///
/// # Formula
/// `SNDR = 10 log10(p_max^2 / (sigma_e^2 + sigma_n^2))`: the peak of the fitted pulse, the root mean
/// square of what the fit leaves at the worst phase of a unit interval, and the noise. The waveform
/// is fitted by `c + sum_m p(t - m) x[n - m]` to levels `x` from -1 to 1 that are spaced as the
/// waveform's are.
///
/// # Assumptions
/// - The pulse fits into 8 symbols before and 24 behind its peak; what is outside counts as error.
/// - Noise is what differs between the periods of a record; what it leaves in their mean is taken
///   out of the fit's error. In a record of one period it is part of that error, and `sigma_n` is 0.
///
/// # References
/// IEEE Std 802.3-2022, 94.3.12.5.2 and 120D.3.1.6; the fit is [`PulseEstimator`]'s.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct LinearFit {
    /// The pulse response, in the unit of the waveform for a symbol at full level:
    /// `samples_per_symbol` values for each of 33 symbols, the middle of the eye 8 symbols after
    /// the first.
    pub pulse: Vec<f64>,
    /// Values of the pulse in a unit interval.
    pub samples_per_symbol: usize,
    /// The largest of them.
    pub peak: f64,
    /// The sum of the pulse over symbols at the phase of its peak: the steady-state voltage.
    pub steady: f64,
    /// The root mean square error of the fit at the worst phase.
    pub sigma_e: f64,
    /// The root mean square noise.
    pub sigma_n: f64,
    /// The signal-to-noise-and-distortion ratio in decibels.
    pub sndr_db: f64,
}

impl LinearFit {
    /// Fits a capture, behind a fourth-order Bessel-Thomson filter of `bandwidth_ratio` times the
    /// symbol rate or as it is.
    ///
    /// # Errors
    /// If the ratio is out of range, the capture has no lock, or its symbols show no pulse.
    pub fn measure(capture: &Capture, bandwidth_ratio: Option<f64>) -> Result<Self> {
        if let Some(ratio) = bandwidth_ratio {
            check::within("bandwidth-ratio", ratio, &(0.05..=10.0))?;
        }
        let received = Received::new(capture, bandwidth_ratio)?;
        let symbols = &received.lock.symbols;
        let (count, each) = (symbols.len(), received.samples_per_symbol);
        // The levels as they are, scaled to reach from -1 to 1.
        let mut levels =
            means(&received.at(received.center), symbols.values(), symbols.modulation().levels());
        let (low, high) = (levels[0], levels[levels.len() - 1]);
        if high.is_nan() || high <= low {
            return Err(Error::data("the highest level is not above the lowest"));
        }
        levels.iter_mut().for_each(|x| *x = 2.0 * (*x - low) / (high - low) - 1.0);
        let sent: Vec<f64> = symbols.values().iter().map(|&s| levels[usize::from(s)]).collect();

        let noise = noise(&received);
        // Periods are fitted by their mean, so that noise is not in the error as well.
        let period = received.lock.period;
        let average = averaged(&received.samples, period * each);
        let left = left_over(&received.samples, &average, each);
        let sent = &sent[..period];
        let estimator = PulseEstimator::new(&[(&average, sent)], each)?;
        let mean = sent.iter().sum::<f64>() / period as f64;
        let (mut worst, mut steady, mut peak) = (0.0f64, 0.0, f64::MIN);
        for phase in 0..each {
            let response = estimator.at(phase as f64);
            let values = || average[phase..].iter().step_by(each);
            let sum: f64 = response.iter().sum();
            let constant = values().sum::<f64>() / period as f64 - mean * sum;
            let mut square = 0.0;
            for (n, value) in values().enumerate() {
                let fitted: f64 = response
                    .iter()
                    .enumerate()
                    .map(|(m, p)| p * sent[(n + period + estimator.cursor() - m) % period])
                    .sum();
                square += (value - constant - fitted).powi(2);
            }
            worst = worst.max(square / period as f64 - left[phase]);
            let largest = response.iter().copied().fold(f64::MIN, f64::max);
            if largest > peak {
                (peak, steady) = (largest, sum);
            }
        }
        let sigma_n = noise.unwrap_or(0.0);
        let rest = worst + sigma_n * sigma_n;
        if rest.is_nan() || rest <= 0.0 {
            return Err(Error::data(format!("{count} symbols leave neither noise nor distortion")));
        }
        Ok(Self {
            pulse: estimator.waveform(received.center * each as f64),
            samples_per_symbol: each,
            peak,
            steady,
            sigma_e: worst.sqrt(),
            sigma_n,
            sndr_db: 10.0 * (peak * peak / rest).log10(),
        })
    }
}

/// The mean of a record's periods.
fn averaged(samples: &[f64], period: usize) -> Vec<f64> {
    let periods = (samples.len() / period) as f64;
    let mut mean = vec![0.0; period];
    for chunk in samples.chunks_exact(period) {
        mean.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += x / periods);
    }
    mean
}

/// The variance, by phase, that noise leaves in the mean of a record's periods; nothing is known of
/// it in a record of one.
fn left_over(samples: &[f64], mean: &[f64], each: usize) -> Vec<f64> {
    let periods = samples.len() / mean.len();
    let mut sums = vec![0.0; each];
    if periods < 2 {
        return sums;
    }
    for chunk in samples.chunks_exact(mean.len()) {
        for (n, (x, mean)) in chunk.iter().zip(mean).enumerate() {
            sums[n % each] += (x - mean) * (x - mean);
        }
    }
    let scale = 1.0 / ((periods - 1) * periods * (mean.len() / each)) as f64;
    sums.iter_mut().for_each(|sum| *sum *= scale);
    sums
}

/// The deviation of periods from their mean in the middle of runs, or, without such,
/// everywhere.
fn noise(received: &Received) -> Option<f64> {
    let period = received.lock.period;
    let symbols = &received.lock.symbols;
    let first = &symbols.values()[..period];
    let mut places: Vec<usize> = (0..symbols.modulation().levels() as u8)
        .flat_map(|symbol| runs(first, symbol))
        .filter(|run| run.1 >= LEAST_RUN)
        .map(|(start, length)| (start + length / 2) % period)
        .collect();
    if places.is_empty() {
        places = (0..period).collect();
    }
    received.deviation(&places)
}
