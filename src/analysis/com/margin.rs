//! From what the receiver sees to the margin: distributions of interference and noise.

use super::distribution::{Distribution, Normal, Part, quantile, variance};
use super::receive::{Ready, Received};
use super::{CaseReport, Compat, Equalizer, Sigmas};
use crate::kernel::gauss;

/// The widest bin of voltage.
const WIDEST_BIN: f64 = 10e-6;

impl Ready<'_> {
    /// Multiples of the deviation of Gaussian noise that are taken into account.
    pub(super) fn gaussian_reach(&self) -> f64 {
        let once = gauss::q_inv(self.com.error_ratio);
        match self.com.compat {
            Compat::Standard => 3.0 * once,
            Compat::Tool370 => once,
            Compat::Tool450 => 2.0 * once,
        }
    }

    /// Width of the bins of a distribution, for a signal of some amplitude.
    pub(super) fn bin(&self, signal: f64) -> f64 {
        (1e-3 * signal.abs()).clamp(1e-12, WIDEST_BIN)
    }

    /// The samples of each aggressor at its worst phase: where the variance of its distribution is
    /// the largest.
    fn aggressor_samples(
        &self,
        equalizer: &Equalizer,
        received: &Received,
        bin: f64,
    ) -> Vec<Vec<f64>> {
        let (samples, levels) = (self.com.samples_per_symbol, self.com.levels);
        let worst = |pulse: &Vec<f64>| {
            let mut worst = (-1.0, Vec::new());
            for phase in 0..samples {
                let column = column(pulse, phase, samples);
                let variance = variance(&column, levels, bin);
                if variance > worst.0 {
                    worst = (variance, column);
                }
            }
            worst.1
        };
        let pulses = self.crosstalk(equalizer, &received.receiver_taps);
        pulses.iter().map(worst).collect()
    }

    /// The result of a case at a setting of its equalizers.
    pub(super) fn report(&self, equalizer: &Equalizer, received: Received) -> CaseReport {
        let (com, samples) = (self.com, self.com.samples_per_symbol);
        let terms = received.terms;
        let bin = self.bin(terms.signal);
        let crosstalk = self.aggressor_samples(equalizer, &received, bin);

        let mut interference = received.pulse.clone();
        let height = received.pulse[received.cursor];
        interference[received.cursor] = 0.0;
        for (n, tap) in received.feedback.taps.iter().enumerate() {
            interference[received.cursor + (n + 1) * samples] -= tap * height;
        }
        let interference = column(&interference, received.cursor % samples, samples);
        let dual_dirac: Vec<f64> =
            received.slopes.iter().map(|slope| com.dual_dirac_jitter.0 * slope).collect();
        let gaussian = self.gaussian(&received.slopes, &received);
        let normal = Normal::new(gaussian, self.gaussian_reach(), bin);
        let slope = received.slopes.iter().map(|x| x * x).sum::<f64>().sqrt();
        let of = |samples: &[f64]| variance(samples, com.levels, bin);
        let squares = [
            of(&interference),
            // Begun at zero: the sum of nothing is minus zero.
            crosstalk.iter().fold(0.0, |sum, samples| sum + of(samples)),
            of(&dual_dirac),
            normal.variance(),
        ];
        let sigmas = Sigmas {
            receiver: terms.receiver,
            transmitter: terms.transmitter,
            interference: squares[0].sqrt(),
            crosstalk: squares[1].sqrt(),
            random_jitter: com.random_jitter.0 * self.symbol_variance().sqrt() * slope,
            dual_dirac_jitter: squares[2].sqrt(),
            gaussian,
            all: squares.iter().sum::<f64>().sqrt(),
        };
        let eye_height = match &com.eye {
            Some(window) => self.eye_height(window, &received, &crosstalk, bin),
            None => {
                let mut sum = Distribution::of(&interference, com.levels, bin);
                for samples in &crosstalk {
                    sum.add(samples, com.levels);
                }
                sum.add(&dual_dirac, com.levels);
                let low = quantile(&[Part::new(sum, normal, 1.0)], com.error_ratio);
                2.0 * (terms.signal - low.unsigned_abs() as f64 * bin)
            }
        };
        let detects = com.receiver_ffe.as_ref().is_some_and(|ffe| ffe.sequence_detection);
        let first = received.feedback.taps.first().copied().unwrap_or(0.0);
        let sequence_gain_db = detects.then(|| com.sequence_gain_db(first));
        // Sequence detection is as good as so much less noise.
        let less = 10f64.powf(-sequence_gain_db.unwrap_or(0.0) / 20.0);
        let eye_height = 2.0 * terms.signal - less * (2.0 * terms.signal - eye_height);
        let noise = 2.0 * terms.signal - eye_height;
        let ratio_db = |x: f64| 20.0 * x.log10();
        let fom_db = match &com.eye {
            Some(window) if window.least_height.is_some() => {
                let alone = self.eye_height(window, &received, &[], bin);
                ratio_db(2.0 * terms.signal / (2.0 * terms.signal - alone))
            }
            _ => terms.fom_db(),
        };
        CaseReport {
            com_db: ratio_db(2.0 * terms.signal / noise),
            fom_db,
            vec_db: (eye_height > 0.0).then(|| ratio_db(2.0 * terms.signal / eye_height)),
            eye_height_v: eye_height,
            signal_v: terms.signal,
            noise_v: if com.eye.is_some() { noise } else { 0.5 * noise },
            sigmas,
            equalizer: equalizer.clone(),
            feedback: received.feedback.taps,
            floating: received.feedback.floating,
            receiver_taps: received.receiver_taps,
            sequence_gain_db,
            cursor: received.cursor,
            channel_loss_db: self.loss_db[0],
            die_to_die_loss_db: self.loss_db[1],
            pulse: received.pulse,
            raw_pulse: self.raw_pulse.clone(),
        }
    }
}

/// The samples at a phase of all symbols of a record but the first and the last.
fn column(pulse: &[f64], phase: usize, samples: usize) -> Vec<f64> {
    let symbols = (pulse.len() as f64 / samples as f64).round() as usize;
    (1..symbols.saturating_sub(1)).map(|symbol| pulse[symbol * samples + phase]).collect()
}
