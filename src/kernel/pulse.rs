//! The pulse response of a link, from records of known symbols.
//!
//! Notation: `a[n]` are the symbols' levels, `y` a record of `S` samples a symbol, and the model is
//! `y[n S + t] = c + sum_m h[m](t) a[n - m]`, where `t` is an instant in samples.

use num_complex::Complex64;

use super::fir;
use super::gauss;
use super::resample::Resampler;
use super::solve::Cholesky;
use crate::{Error, Result};

/// Symbols before and after the cursor that an estimate covers, where the record is long enough.
const SPAN: (usize, usize) = (8, 24);

/// The shortest record whose correlation says anything.
const LEAST_SYMBOLS: usize = 16;

/// The probability that noise alone passes for a link.
const FALSE_LOCK: f64 = 1e-9;

/// The strongest correlation of records with the symbols that they were made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Its lag: the samples from a symbol's start to where the record follows it most.
    pub lag: usize,
    /// The correlation coefficient, from -1 to 1. It is negative where the link inverts.
    pub coefficient: f64,
    /// The magnitude that noise alone exceeds at any lag once in 10^9 trials.
    pub significant: f64,
}

/// Correlates periodic records with their symbols and estimates the pulse response.
///
/// # Formula
/// Least squares on the model above over all records: `R h(t) = r(t)` with the circular
/// autocorrelation `R` of the symbols less their mean, and `r[m](t)` the circular correlation of
/// those symbols with the records at the lag `m S + t`. Taking the mean from the symbols is the
/// same as estimating the constant `c` along. The correlation is a periodic record as well, and is
/// read between its samples exactly.
///
/// # Assumptions
/// The link is linear and its response fits into 8 symbols before and 24 after the cursor (or an
/// eighth and a quarter of a short record); what is outside acts as noise.
///
/// # References
/// Ljung, *System Identification*, section 7.3 (linear regression).
#[derive(Debug)]
pub struct PulseEstimator {
    resampler: Resampler,
    correlation: Vec<Complex64>,
    equations: Cholesky,
    peak: Peak,
    samples_per_symbol: usize,
    span: (usize, usize),
    /// The means of the symbols' levels and of the samples.
    means: (f64, f64),
}

impl PulseEstimator {
    /// Correlates records with the levels of their symbols: pairs of `symbols *
    /// samples_per_symbol` samples and `symbols` levels, all of one length. Allocates.
    ///
    /// # Errors
    /// If there are fewer than 16 symbols, if they vary too little to tell neighbors apart, or if
    /// the records do not vary.
    ///
    /// # Panics
    /// If there is no record, or the lengths do not fit.
    pub fn new(records: &[(&[f64], &[f64])], samples_per_symbol: usize) -> Result<Self> {
        let symbols = records[0].1.len();
        if symbols < LEAST_SYMBOLS {
            let expected = format!("at least {LEAST_SYMBOLS} in each training record");
            return Err(Error::parameter("symbols", symbols, expected));
        }
        let span = (SPAN.0.min(symbols / 8), SPAN.1.min(symbols / 4));
        let size = span.0 + 1 + span.1;
        let resampler = Resampler::new(symbols * samples_per_symbol, symbols);
        let total = (symbols * records.len()) as f64;
        let mean = records.iter().flat_map(|(_, levels)| *levels).sum::<f64>() / total;

        let mut correlation = vec![Complex64::ZERO; symbols * samples_per_symbol / 2 + 1];
        let mut lags = vec![0.0; size];
        let (mut spread, mut sum) = (0.0, 0.0);
        for (samples, levels) in records {
            let centered: Vec<f64> = levels.iter().map(|level| level - mean).collect();
            for (lag, sum) in lags.iter_mut().enumerate() {
                *sum += fir::circular_correlation(&centered, &centered, lag as isize);
            }
            let mut impulses = vec![0.0; symbols * samples_per_symbol];
            for (slot, level) in impulses.iter_mut().step_by(samples_per_symbol).zip(&centered) {
                *slot = *level;
            }
            let sent = resampler.spectrum(&impulses);
            let got = resampler.spectrum(samples);
            for ((sum, a), y) in correlation.iter_mut().zip(&sent).zip(&got) {
                *sum += a.conj() * y;
            }
            let whole = samples.iter().sum::<f64>();
            sum += whole;
            let average = whole / samples.len() as f64;
            spread += samples.iter().map(|y| (y - average).powi(2)).sum::<f64>();
        }
        let matrix = (0..size * size).map(|at| lags[(at / size).abs_diff(at % size)]).collect();
        let equations = Cholesky::new(matrix, size).map_err(|error| {
            Error::unsupported(format!("the training symbols show no pulse response: {error}"))
        })?;
        let scale = (spread / samples_per_symbol as f64 * lags[0]).sqrt();
        if scale.is_nan() || scale <= 0.0 {
            let message = format!("the training records carry no signal: their spread is {spread}");
            return Err(Error::unsupported(message));
        }
        let (lag, strongest) = resampler
            .record(&correlation)
            .into_iter()
            .enumerate()
            .fold((0, 0.0f64), |best, next| if next.1.abs() > best.1.abs() { next } else { best });
        let trials = 2.0 * (symbols * samples_per_symbol) as f64;
        let peak = Peak {
            lag,
            coefficient: strongest / scale,
            significant: gauss::q_inv(FALSE_LOCK / trials) / total.sqrt(),
        };
        let average = sum / (total * samples_per_symbol as f64);
        let means = (mean, average);
        Ok(Self { resampler, correlation, equations, peak, samples_per_symbol, span, means })
    }

    /// The strongest correlation.
    pub fn peak(&self) -> Peak {
        self.peak
    }

    /// Symbols that an estimate covers before the cursor.
    pub fn cursor(&self) -> usize {
        self.span.0
    }

    /// The pulse response at a symbol's spacing: `h[m]` from `m = -cursor()` on, for symbols whose
    /// cursor stands `delay` samples after their start. Allocates.
    pub fn at(&self, delay: f64) -> Vec<f64> {
        let correlation = self.resampler.sample(&self.correlation, delay);
        let (before, after) = self.span;
        let earlier = &correlation[correlation.len() - before..];
        let mut response: Vec<f64> =
            earlier.iter().chain(&correlation[..=after]).copied().collect();
        self.equations.solve(&mut response);
        response
    }

    /// The pulse response at the samples' spacing: `samples_per_symbol` values for each symbol of
    /// [`PulseEstimator::at`], the cursor at index `cursor() * samples_per_symbol`. Allocates.
    pub fn waveform(&self, delay: f64) -> Vec<f64> {
        let step = self.samples_per_symbol;
        let mut waveform = vec![0.0; (self.span.0 + 1 + self.span.1) * step];
        for phase in 0..step {
            let response = self.at(delay + phase as f64);
            for (slot, value) in waveform[phase..].iter_mut().step_by(step).zip(response) {
                *slot = value;
            }
        }
        waveform
    }

    /// The constant `c` of the model, averaged over a symbol: what the records would be if all
    /// levels were 0. Allocates.
    pub fn constant(&self) -> f64 {
        let response: f64 = self.waveform(self.peak.lag as f64).iter().sum();
        let (level, sample) = self.means;
        sample - level * response / self.samples_per_symbol as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    fn levels(symbols: usize, record: u64) -> Vec<f64> {
        let mut stream = Key::root(Seed(5)).indexed(record).stream();
        (0..symbols).map(|_| stream.below(4) as f64 / 1.5 - 1.0).collect()
    }

    /// Two samples a symbol of a response that is given at each, from the symbol's start on.
    fn record(levels: &[f64], response: &[f64], constant: f64) -> Vec<f64> {
        let mut samples = vec![constant; 2 * levels.len()];
        for (n, level) in levels.iter().enumerate() {
            for (i, h) in response.iter().enumerate() {
                samples[(2 * n + i) % (2 * levels.len())] += h * level;
            }
        }
        samples
    }

    #[test]
    fn a_response_within_the_span_is_found_exactly() {
        let response = [0.0, 0.1, 0.4, -1.0, -0.7, -0.3, 0.05];
        let sent = [levels(200, 0), levels(200, 1)];
        let got = sent.each_ref().map(|levels| record(levels, &response, 0.3));
        let pairs: Vec<(&[f64], &[f64])> =
            got.iter().zip(&sent).map(|(y, a)| (y.as_slice(), a.as_slice())).collect();
        let estimator = PulseEstimator::new(&pairs, 2).unwrap();
        assert_eq!(estimator.peak().lag, 3);
        assert!(estimator.peak().coefficient < -0.5);
        let cursor = 2 * estimator.cursor();
        let waveform = estimator.waveform(3.0);
        for (i, want) in response.iter().enumerate() {
            let value = waveform[cursor + i - 3];
            assert!((value - want).abs() < 1e-12, "sample {i}: {value} is not {want}");
        }
        // The levels' own mean, some hundredths, does not pass for an offset.
        assert!((estimator.constant() - 0.3).abs() < 1e-12);
    }

    #[test]
    fn noise_is_not_significant_and_a_clock_is_refused() {
        let sent = levels(1000, 2);
        let mut stream = Key::root(Seed(6)).stream();
        let noise: Vec<f64> = (0..2000).map(|_| stream.sample()).collect();
        let peak = PulseEstimator::new(&[(&noise, &sent)], 2).unwrap().peak();
        assert!(peak.coefficient.abs() < peak.significant && peak.significant < 0.3, "{peak:?}");

        let clock: Vec<f64> = (0..1000).map(|n| f64::from(n % 2)).collect();
        let error = PulseEstimator::new(&[(&noise, &clock)], 2).unwrap_err();
        assert!(error.to_string().contains("training symbols"), "{error}");
        assert!(PulseEstimator::new(&[(&[1.0; 2000], &sent)], 2).is_err());
        assert!(PulseEstimator::new(&[(&[f64::NAN; 2000], &sent)], 2).is_err());
    }
}
