//! Effective return loss.

use num_complex::Complex64;

use super::distribution::{Distribution, Normal, Part, quantile};
use super::impulse::impulse;
use super::pulse::pulse;
use crate::response::SampledTwoPort;
use crate::response::filter::{com_receiver, com_transition};
use crate::unit::{Baud, Seconds, check};
use crate::{Error, Result};

/// The parameters of effective return loss.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct EffectiveReturnLoss {
    /// Symbol rate (`f_b`).
    pub symbol_rate: Baud,
    /// Samples of a pulse in a symbol (`M`).
    pub samples_per_symbol: usize,
    /// Levels of a symbol (`L`).
    pub levels: usize,
    /// Target ratio of detection errors (`DER_0`).
    pub error_ratio: f64,
    /// Bandwidth of the receiver's filter over the symbol rate (`f_r`).
    pub bandwidth: f64,
    /// 20 to 80 % transition time of the pulse (`T_r`).
    pub transition_time: Seconds,
    /// Symbols of the reflected waveform (`N`).
    pub symbols: usize,
    /// Symbols that feedback equalizes (`N_bx`).
    pub equalized: usize,
    /// Loss that a reflection is spared in between, dB per second (`beta_x`).
    pub beta_db_per_s: f64,
    /// Reflection that it meets (`rho_x`).
    pub rho: f64,
    /// Twice the delay of the test fixture (`T_fx`).
    pub fixture_delay: Seconds,
}

/// Time before the pulse is sent, seconds.
const LEAD: f64 = 500e-12;

/// Width of bins of reflection.
const BIN: f64 = 100e-6;

/// Samples of a reflection's tail below this part of its peak are cut off.
const REFLECTION_END: f64 = 1e-5;

impl EffectiveReturnLoss {
    /// Effective return loss of the near end of a two-port in its own reference, dB.
    ///
    /// # Formula
    /// The reflection of a pulse, weighted by the loss `10^(beta (t - t_k) / 20)` and by
    /// `rho (1 + rho) exp(-(x - N_bx - 1)^2 / (1 + N_bx)^2)` over the `x` symbols that feedback
    /// reaches, sampled once a symbol at the worst phase, is interference: `ERL = -20 log10` of what
    /// it exceeds with probability `DER_0`.
    ///
    /// # Assumptions
    /// As the reference code: the filter is Butterworth, with a raised cosine from its bandwidth to
    /// the symbol rate.
    ///
    /// # References
    /// IEEE 802.3 Annex 93A.5.
    ///
    /// # Errors
    /// If a parameter makes no sense, or the data has fewer than 60 points.
    pub fn of(&self, pair: &SampledTwoPort) -> Result<f64> {
        self.check()?;
        let (rate, samples) = (self.symbol_rate.0, self.samples_per_symbol);
        let frequency = pair.frequency();
        if frequency.len() < 60 {
            let message = format!("{} points, where 60 are needed", frequency.len());
            return Err(Error::unsupported(message));
        }
        let edge = self.transition_time.0;
        let delay = LEAD + 3.0 * edge;
        let filtered = |(&hz, point): (&f64, &crate::response::TwoPort)| {
            let turn = -std::f64::consts::TAU * hz * delay;
            let filter = com_receiver(hz / (self.bandwidth * rate)) * self.window(hz);
            point.s11 * Complex64::from_polar(com_transition(hz, edge), turn) * filter
        };
        let reflection: Vec<Complex64> =
            frequency.iter().zip(pair.points()).map(filtered).collect();
        let sample_rate = rate * samples as f64;
        let impulse = impulse(frequency, &reflection, sample_rate, REFLECTION_END);
        let time = |k: usize| k as f64 / sample_rate - LEAD;
        let end = self.symbols as f64 / rate + self.fixture_delay.0;
        let first = (0..impulse.len()).find(|&k| time(k) >= edge).unwrap_or(0);
        let last = (first..impulse.len()).find(|&k| time(k) >= end).unwrap_or(impulse.len() - 1);
        let mut pulse = pulse(&impulse[first..=last], samples);
        let begin = self.fixture_delay.0 + 3.0 * edge;
        for (k, x) in pulse.iter_mut().enumerate() {
            *x *= self.weight(time(first + k) - begin);
        }
        let columns: Vec<Vec<f64>> = (0..samples.min(pulse.len()))
            .map(|phase| pulse[phase..].iter().step_by(samples).copied().collect())
            .collect();
        let energy = |column: &Vec<f64>| column.iter().map(|x| x * x).sum::<f64>();
        let worst = columns.iter().max_by(|a, b| energy(a).total_cmp(&energy(b)));
        let sum = Distribution::of(worst.map_or(&[], Vec::as_slice), self.levels, BIN);
        let exact = Normal::new(0.0, 0.0, BIN);
        let low = quantile(&[Part::new(sum, exact, 1.0)], self.error_ratio);
        Ok(-20.0 * (low.unsigned_abs().max(1) as f64 * BIN).log10())
    }

    pub(super) fn check(&self) -> Result<()> {
        check::positive("symbol-rate", self.symbol_rate)?;
        check::count("samples-per-symbol", self.samples_per_symbol, &(4..=256))?;
        check::count("levels", self.levels, &(2..=64))?;
        check::within("error-ratio", self.error_ratio, &(1e-30..=0.1))?;
        check::within("bandwidth", self.bandwidth, &(0.05..=1.0))?;
        check::positive("transition-time", self.transition_time)?;
        check::count("symbols", self.symbols, &(1..=100_000))?;
        check::count("equalized", self.equalized, &(0..=1000))?;
        check::finite("beta-db-per-s", self.beta_db_per_s)?;
        check::within("rho", self.rho, &(0.0..=1.0))?;
        check::not_negative("fixture-delay", self.fixture_delay)?;
        Ok(())
    }

    fn window(&self, hz: f64) -> f64 {
        let (begin, end) = (self.bandwidth * self.symbol_rate.0, self.symbol_rate.0);
        match hz {
            hz if hz < begin => 1.0,
            hz if hz > end => 0.0,
            _ => 0.5 + 0.5 * (std::f64::consts::PI * (hz - begin) / (end - begin)).cos(),
        }
    }

    /// Weight of the reflection at a time after the fixture, seconds.
    fn weight(&self, time: f64) -> f64 {
        let reach = (self.equalized + 1) as f64;
        let x = time * self.symbol_rate.0;
        if time < 0.0 {
            return 0.0;
        }
        if x > reach {
            return 1.0;
        }
        let loss = if self.equalized > 0 {
            self.beta_db_per_s * (x - reach) / self.symbol_rate.0
        } else {
            0.0
        };
        let spared = (x - reach) / reach;
        10f64.powf(loss / 20.0) * self.rho * (1.0 + self.rho) * (-spared * spared).exp()
    }
}
