//! A capture behind the reference receiver: filtered, and read at any phase of its symbols.

use num_complex::Complex64;

use crate::Result;
use crate::kernel::fft::RealFft;
use crate::response::filter::LowPass;
use crate::signal::capture::{Capture, Lock};

/// Samples of a unit interval between which a cubic is exact enough: what is left is below 4e-5 of
/// a tone at half the symbol rate.
const LEAST_SAMPLES: usize = 16;

/// Where the integral over the filtered noise ends, in bandwidths. It falls with the eighth power.
const NOISE_SPAN: f64 = 20.0;

/// Steps of that integral.
const NOISE_STEPS: usize = 20_000;

/// The order of the reference receiver's Bessel-Thomson filter.
const ORDER: usize = 4;

/// A filtered periodic waveform and its symbols.
#[derive(Debug)]
pub(in crate::analysis) struct Received {
    /// The waveform.
    pub samples: Vec<f64>,
    /// Samples of a unit interval, perhaps more than were captured.
    pub samples_per_symbol: usize,
    /// What was sent.
    pub lock: Lock,
    /// The middle of symbol 0's eye, between the crossings of the average, in unit intervals
    /// after the first sample.
    pub center: f64,
    /// The mean of the waveform.
    pub average: f64,
}

impl Received {
    /// Filters a capture; the filter's group delay at zero frequency is taken out.
    pub(in crate::analysis) fn new(capture: &Capture, bandwidth: Option<f64>) -> Result<Self> {
        let lock = capture.lock()?;
        let each = capture.samples_per_symbol;
        let factor = LEAST_SAMPLES.div_ceil(each);
        let samples = match bandwidth {
            None if factor == 1 => capture.samples.clone(),
            _ => filtered(&capture.samples, lock.symbols.len(), bandwidth, factor)?,
        };
        let samples_per_symbol = each * factor;
        let average = samples.iter().sum::<f64>() / samples.len() as f64;
        // The crossings' mean is known within a unit interval: the eye that is meant holds the
        // instant at which the symbols are followed most.
        let crossing = crossing(&samples, samples_per_symbol, average);
        let peak = (lock.phase as f64 + 0.5) / each as f64;
        let middle = crossing + 0.5;
        let center = middle + (peak - middle).round();
        Ok(Self { samples, samples_per_symbol, lock, center, average })
    }

    /// Another waveform in the place of this one, of the same symbols at the same instants.
    pub(super) fn with(&self, samples: Vec<f64>) -> Self {
        let average = samples.iter().sum::<f64>() / samples.len() as f64;
        Self { samples, average, lock: self.lock.clone(), ..*self }
    }

    /// The number of symbols.
    pub(in crate::analysis) fn symbols(&self) -> usize {
        self.lock.symbols.len()
    }

    /// The waveform once a symbol, `phase` unit intervals after the start of each, by a cubic
    /// through the four samples around.
    pub(in crate::analysis) fn at(&self, phase: f64) -> Vec<f64> {
        let (first, weights) = self.cubic(phase);
        let (len, step) = (self.samples.len(), self.samples_per_symbol);
        let mut values = Vec::with_capacity(self.symbols());
        let mut at = first;
        for _ in 0..self.symbols() {
            values.push(self.weighted(at, &weights));
            at += step;
            if at >= len {
                at -= len;
            }
        }
        values
    }

    /// The waveform `time` unit intervals after its first sample.
    pub(in crate::analysis) fn value(&self, time: f64) -> f64 {
        let (first, weights) = self.cubic(time);
        self.weighted(first, &weights)
    }

    /// The first of four samples about an instant, and the weight of each in a cubic.
    fn cubic(&self, time: f64) -> (usize, [f64; 4]) {
        let position = time * self.samples_per_symbol as f64;
        let whole = position.floor();
        let t = position - whole;
        let first = (whole as i64 - 1).rem_euclid(self.samples.len() as i64) as usize;
        let (a, b, c) = (t + 1.0, t - 1.0, t - 2.0);
        (first, [-t * b * c / 6.0, a * b * c / 2.0, -a * t * c / 2.0, a * t * b / 6.0])
    }

    #[inline]
    fn weighted(&self, first: usize, weights: &[f64; 4]) -> f64 {
        let len = self.samples.len();
        if let Some(x) = self.samples.get(first..first + 4) {
            return x.iter().zip(weights).map(|(x, w)| x * w).sum();
        }
        weights.iter().enumerate().map(|(i, w)| w * self.samples[(first + i) % len]).sum()
    }

    /// The deviation of a record's periods from their mean, at the samples next to the middle of the
    /// eyes of symbols at some places of the pattern; `None` for a record of one period.
    pub(in crate::analysis) fn deviation(&self, places: &[usize]) -> Option<f64> {
        let period = self.lock.period;
        let periods = self.symbols() / period;
        if periods < 2 || places.is_empty() {
            return None;
        }
        // Between samples an interpolation would average some of the noise away.
        let each = self.samples_per_symbol as f64;
        let values = self.at((self.center * each).round() / each);
        let mut sum = 0.0;
        for &place in places {
            let same = || values[place..].iter().step_by(period);
            let mean = same().sum::<f64>() / periods as f64;
            sum += same().map(|x| (x - mean).powi(2)).sum::<f64>();
        }
        Some((sum / ((periods - 1) * places.len()) as f64).sqrt())
    }

    /// The mean over a window, in unit intervals after the first sample.
    pub(in crate::analysis) fn mean(&self, from: f64, to: f64) -> f64 {
        let steps = ((to - from) * self.samples_per_symbol as f64).ceil().max(1.0) as usize;
        let step = (to - from) / steps as f64;
        (0..steps).map(|i| self.value(from + (i as f64 + 0.5) * step)).sum::<f64>() / steps as f64
    }
}

/// The autocorrelation, at multiples of `spacing` unit intervals, of white noise behind the
/// receiver's filter: 1 at 0.
pub(super) fn noise_correlation(
    bandwidth: Option<f64>,
    taps: usize,
    spacing: f64,
) -> Result<Vec<f64>> {
    let Some(bandwidth) = bandwidth else {
        let mut correlation = vec![0.0; taps];
        correlation[0] = 1.0;
        return Ok(correlation);
    };
    let filter = LowPass::bessel_thomson(ORDER)?;
    let step = NOISE_SPAN / NOISE_STEPS as f64;
    let mut sums = vec![0.0; taps];
    for i in 0..NOISE_STEPS {
        let x = (i as f64 + 0.5) * step;
        let power = filter.at(x).norm_sqr();
        let angle = std::f64::consts::TAU * x * bandwidth * spacing;
        let (turn, mut now) = (Complex64::cis(angle), Complex64::ONE);
        for sum in &mut sums {
            *sum += power * now.re;
            now *= turn;
        }
    }
    Ok(sums.iter().map(|sum| sum / sums[0]).collect())
}

/// Filters in the frequency domain, and reads `factor` times as many samples.
fn filtered(
    samples: &[f64],
    symbols: usize,
    bandwidth: Option<f64>,
    factor: usize,
) -> Result<Vec<f64>> {
    let len = samples.len();
    let filter = LowPass::bessel_thomson(ORDER)?;
    let input = RealFft::new(len);
    let output = RealFft::new(len * factor);
    let mut spectrum = vec![Complex64::ZERO; output.bins()];
    let mut scratch = vec![Complex64::ZERO; input.scratch_len().max(output.scratch_len())];
    input.forward(&mut samples.to_vec(), &mut spectrum[..input.bins()], &mut scratch);
    let scale = 1.0 / len as f64;
    for (k, bin) in spectrum[..input.bins()].iter_mut().enumerate() {
        let mut gain = Complex64::from(scale);
        if let Some(bandwidth) = bandwidth {
            let x = k as f64 / symbols as f64 / bandwidth;
            let delay = std::f64::consts::TAU * x * filter.delay();
            gain *= filter.at(x) * Complex64::cis(delay);
        }
        // The bin at half the sample rate is shared by both signs once there is room for both.
        if factor > 1 && 2 * k == len {
            gain *= 0.5;
        }
        *bin *= gain;
    }
    let mut received = vec![0.0; len * factor];
    output.inverse(&mut spectrum, &mut received, &mut scratch);
    Ok(received)
}

/// The mean phase, in unit intervals, at which a waveform crosses its average: the argument of the
/// sum of all crossings as unit vectors.
fn crossing(samples: &[f64], each: usize, average: f64) -> f64 {
    let mut sum = Complex64::ZERO;
    let mut last = samples[samples.len() - 1] - average;
    let mut place = -1.0;
    for x in samples {
        let now = x - average;
        if (last < 0.0) != (now < 0.0) {
            let time = (place + last / (last - now)) / each as f64;
            sum += Complex64::cis(std::f64::consts::TAU * time);
        }
        last = now;
        place += 1.0;
    }
    sum.arg() / std::f64::consts::TAU
}
