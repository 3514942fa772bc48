//! Noise of receiver and aggressors at a setting of the equalizers.

use num_complex::Complex64;

use super::parameters::Com;
use super::pulse::{Gains, first_largest, transmitted};
use super::receive::{Aggressor, Ready};
use super::{Compat, Crosstalk, Equalizer};
use crate::parallel;

impl Ready<'_> {
    /// Power gain of the continuous-time equalizer at the data's frequencies.
    pub(super) fn ctle_power(&self, gains: Gains) -> Vec<f64> {
        self.frequency.iter().map(|&hz| ctle_power(self.com, gains, hz)).collect()
    }

    /// Receiver noise behind the equalizer (93A-35), V rms.
    pub(super) fn receiver_noise(&self, gains: Gains, power: &[f64]) -> f64 {
        let sum: f64 = match self.com.compat {
            Compat::Standard => {
                // To where the filter has left nothing.
                let end = 8.0 * self.com.filter.bandwidth * self.com.symbol_rate.0;
                let step = end / 4000.0;
                (0..4000)
                    .map(|k| (k as f64 + 0.5) * step)
                    .map(|hz| {
                        let filter = self.com.filter.at(hz, self.com.symbol_rate.0);
                        filter.norm_sqr() * ctle_power(self.com, gains, hz) * step
                    })
                    .sum::<f64>()
                    * self.com.filter.noise_v2_per_ghz
                    * 1e-9
            }
            _ => self.noise.iter().zip(power).map(|(noise, power)| noise * power).sum(),
        };
        sum.sqrt()
    }

    /// Near-end crosstalk as the reference code counts it when it compares settings, V^2.
    pub(super) fn near_end_variance(&self, power: &[f64]) -> f64 {
        let sum: f64 = self.near_end.iter().zip(power).map(|(x, power)| x * power).sum();
        self.symbol_variance() * sum
    }

    /// Far-end crosstalk as the reference code counts it when it compares settings, V^2: the
    /// magnitude of the transmitter's equalizer counts, not its square.
    pub(super) fn far_end_variance(
        &self,
        power: &[f64],
        taps: &[f64],
        delays: &[Complex64],
    ) -> f64 {
        let mut sum = 0.0;
        for ((x, power), delay) in self.far_end.iter().zip(power).zip(delays) {
            let gain = taps.iter().rev().fold(Complex64::ZERO, |sum, tap| sum * delay + tap);
            sum += x * power * gain.norm_sqr().sqrt();
        }
        self.symbol_variance() * sum
    }

    /// A symbol's delay at the frequencies of crosstalk.
    pub(super) fn symbol_delays(&self) -> Vec<Complex64> {
        let turn = -std::f64::consts::TAU / self.com.symbol_rate.0;
        let band = &self.frequency[..self.far_end.len()];
        band.iter().map(|hz| Complex64::from_polar(1.0, turn * hz)).collect()
    }

    /// The pulse responses of aggressors at a setting. The transmitter's equalizer is that of all
    /// far-end ones; near-end ones have none. All go through the receiver's taps, if there are any.
    pub(super) fn crosstalk(&self, equalizer: &Equalizer, receiver: &[f64]) -> Vec<Vec<f64>> {
        let samples = self.com.samples_per_symbol;
        let at = |_: &mut (), index: usize| {
            let aggressor: &Aggressor = &self.aggressors[index];
            let mut pulse = aggressor.pulse.at(equalizer.gains());
            if aggressor.kind == Crosstalk::FarEnd {
                pulse = transmitted(&pulse, &equalizer.taps, equalizer.main, samples);
            }
            match &self.com.receiver_ffe {
                Some(ffe) if !receiver.is_empty() => {
                    transmitted(&pulse, receiver, ffe.pre, samples)
                }
                _ => pulse,
            }
        };
        parallel::map(self.aggressors.len(), || (), at)
    }

    /// Crosstalk as settings are compared by it, V rms.
    pub(super) fn crosstalk_noise(
        &self,
        equalizer: &Equalizer,
        power: &[f64],
        receiver: &[f64],
    ) -> f64 {
        if self.com.compat == Compat::Standard || !receiver.is_empty() {
            let worst = self.worst_columns(&self.crosstalk(equalizer, receiver));
            let energy: f64 = worst.iter().flatten().map(|x| x * x).sum();
            return (self.symbol_variance() * energy).sqrt();
        }
        let far_end = self.far_end_variance(power, &equalizer.taps, &self.symbol_delays());
        (self.near_end_variance(power) + far_end).sqrt()
    }

    /// The samples of each pulse at its phase of the most energy (93A-33).
    pub(super) fn worst_columns(&self, pulses: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let samples = self.com.samples_per_symbol;
        let worst = |pulse: &Vec<f64>| {
            let column = |phase: usize| pulse.iter().skip(phase).step_by(samples);
            let energy = |phase: usize| column(phase).map(|x| x * x).sum::<f64>();
            let energies: Vec<f64> = (0..samples).map(energy).collect();
            column(first_largest(&energies).unwrap_or(0)).copied().collect()
        };
        pulses.iter().map(worst).collect()
    }
}

fn ctle_power(com: &Com, gains: Gains, hz: f64) -> f64 {
    let amplitude = |db: f64| 10f64.powf(db / 20.0);
    let stage = |gain: f64, corner: f64| gain * gain + (hz / corner) * (hz / corner);
    let ctle = &com.ctle;
    let high = stage(amplitude(gains.dc), ctle.zero.0)
        / (stage(1.0, ctle.pole1.0) * stage(1.0, ctle.pole2.0));
    ctle.low_frequency.as_ref().map_or(high, |low| {
        high * stage(amplitude(gains.low_frequency), low.pole.0) / stage(1.0, low.pole.0)
    })
}

/// Density of receiver noise behind the filter times the step up to each frequency, V^2.
pub(super) fn noise(com: &Com, frequency: &[f64]) -> Vec<f64> {
    let density = com.filter.noise_v2_per_ghz * 1e-9;
    let mut before = frequency[0];
    frequency
        .iter()
        .map(|&hz| {
            let step = hz - std::mem::replace(&mut before, hz);
            density * step * com.filter.at(hz, com.symbol_rate.0).norm_sqr()
        })
        .collect()
}
