//! How far a clock loop wanders by what its own detector hears.

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::TrackingLoop;
use super::detector::Detector;
use crate::signal::Modulation;

/// Frequencies that the loop's noise is added up over.
const POINTS: usize = 2000;

/// The least of them, in parts of the symbol rate: far below any loop's bandwidth.
const LOWEST: f64 = 1e-9;

impl TrackingLoop {
    /// The standard deviation of the sampler's timing about that of the signal, in unit intervals,
    /// where errors of the mean square `mse` at the slicer's input do not follow each other.
    ///
    /// # Formula
    /// The variance is `S` times the integral of `|F / (1 + L)|^2` over all frequencies in parts of
    /// the symbol rate, with `F = (Kp + Ki / (1 - q)) q^(d+1) / (1 - q)` the way from the detector
    /// to the phase and `L` the open loop, see [`TrackingLoop::jitter_transfer`]. The detector's
    /// output has the variance `S = 2 E[a^2] mse` for Mueller-Muller, which multiplies errors by
    /// levels, and for bang-bang the share of symbols that differ from the last one.
    ///
    /// # Assumptions
    /// The loop is near lock and linear: a bang-bang loop that hunts round its delay wanders more.
    ///
    /// # References
    /// Gardner, *Phaselock Techniques*, ch. 6 (noise bandwidth); Lee, Kundert and Razavi, *Analysis
    /// and modeling of bang-bang clock and data recovery circuits* (2004).
    pub fn wander(&self, modulation: Modulation, mse: f64) -> f64 {
        let variance = match self.detector {
            Detector::MuellerMuller { .. } => 2.0 * modulation.mean_square() * mse,
            Detector::BangBang { .. } => 1.0 - 1.0 / modulation.levels() as f64,
        };
        // Both signs of the frequency; on a scale of its logarithm.
        let ratio = (0.5 / LOWEST).ln() / (POINTS - 1) as f64;
        let gain = |n: usize| {
            let frequency = LOWEST * (ratio * n as f64).exp();
            2.0 * frequency * self.noise_transfer(frequency).norm_sqr()
        };
        let ends = 0.5 * (gain(0) + gain(POINTS - 1));
        let sum: f64 = (1..POINTS - 1).map(gain).sum();
        (variance * ratio * (ends + sum)).sqrt()
    }

    /// The sampler's timing over what is added to the detector's output, at a frequency in parts
    /// of the symbol rate.
    fn noise_transfer(&self, frequency: f64) -> Complex64 {
        let q = Complex64::from_polar(1.0, -TAU * frequency);
        let forward = self.forward(q);
        forward / (1.0 + self.detector.slope() * self.detector.average(q) * forward)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_order(detector: Detector, gain: f64) -> TrackingLoop {
        let gains = (gain, 0.0);
        TrackingLoop { detector, symbol_rate: 53.125e9, gains, precursors: 0, latency: 0 }
    }

    /// A loop of first order, `theta += Kp e`, has the variance `S Kp / (K (2 - K Kp))`.
    #[test]
    fn the_wander_of_a_first_order_loop_is_in_closed_form() {
        let slope = 40.0;
        let detector = Detector::BangBang { slope, edge: -0.5, weight: 0.5 };
        for bandwidth in [1e-5, 1e-3] {
            let gain = bandwidth / slope;
            let exact = (0.75 * gain / (slope * (2.0 - bandwidth))).sqrt();
            let found = first_order(detector.clone(), gain).wander(Modulation::Pam4, 0.0);
            assert!((found / exact - 1.0).abs() < 2e-3, "{found} for {exact}");
        }
    }

    #[test]
    fn a_mueller_muller_loop_wanders_by_the_error_at_the_slicer() {
        let (slope, gain) = (1.1, 4e-4);
        let detector = Detector::MuellerMuller { slope, bias: 0.0 };
        let timing = first_order(detector, gain);
        let exact = (2.0 * 5.0 / 9.0 * 4e-3 * gain / (2.0 * slope)).sqrt();
        let found = timing.wander(Modulation::Pam4, 4e-3);
        assert!((found / exact - 1.0).abs() < 5e-3, "{found} for {exact}");
        assert!((timing.wander(Modulation::Pam4, 1e-3) / found - 0.5).abs() < 1e-12);
    }
}
