//! Clock tracking: the loop that follows the signal's jitter, and its linear model.
//!
//! Notation, all times in unit intervals: `phi[n]` the timing of the signal, `theta[n]` that of the
//! sampler, `e` the detector's output and `K` its slope, `g` the pulse behind the equalizer, `a[n]`
//! levels, `z[n]` the slicer's inputs.

mod detector;
mod run;
mod slips;
mod wander;

pub use run::{LoopState, Tracker, TrackingWorkspace};
pub use slips::{Alignment, Slip};

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::sampler::LEAST_SAMPLES;
use super::{Adapted, Digital};
use crate::unit::{Baud, Hertz, UnitIntervals, check};
use crate::{Error, Result};
use detector::{Detector, EqualizedPulse};

/// The most phase, in radians, that the loop may lose to its delay at its bandwidth: half a
/// radian still leaves a margin of 60 degrees.
const MOST_LAG: f64 = 0.5;

/// The longest latency of a loop, in symbols.
const MOST_LATENCY: usize = 10_000;

/// A clock and data recovery loop, symbol by symbol: detector, loop filter, phase.
///
/// # Formula
/// `I[n+1] = I[n] + Ki e` and `theta[n+1] = theta[n] + Kp e + I[n+1]`, where `e` is the detector's
/// output for the latest symbol that has been decided, `latency` symbols later. Around lock
/// `e = K (phi - theta)`, and the gains follow from the bandwidth `B` at the symbol rate `fb`: of
/// first order `Kp = 2 pi B / (K fb)`; of second order, with the damping `zeta`,
/// `Kp = 2 zeta wn / K` and `Ki = wn^2 / K` at
/// `wn = 2 pi B / fb / sqrt(1 + 2 zeta^2 + sqrt((1 + 2 zeta^2)^2 + 1))`.
///
/// # Assumptions
/// The taps of the equalizer are frozen: they do not follow the phase. The loop's oscillator has no
/// noise of its own, and its phase no steps.
///
/// # References
/// Gardner, *Phaselock Techniques*, ch. 2 and 3; Razavi, *Design of Integrated Circuits for Optical
/// Communications*, ch. 9; IEEE 802.3, 120E.3.1 and 121.8.5 (clock recovery units of 4 MHz).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Tracking {
    /// What measures the timing.
    pub detector: TimingDetector,
    /// Bandwidth of the jitter transfer, 3 dB down: jitter well below it is followed.
    pub bandwidth: Hertz,
    /// Damping of a loop of second order, which follows an offset of the symbol rate without
    /// error. The higher, the less it peaks: 0.1 dB at 4.3, 1.25 dB at 1. Without it the loop is of
    /// first order.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub damping: Option<f64>,
    /// Symbols from a decision to the step of the phase that it causes, 0 for the next sample. The
    /// symbols that the equalizer waits for its precursors come on top.
    pub latency: usize,
}

/// How a loop measures the timing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum TimingDetector {
    /// The symbol-spaced detector on the slicer's inputs.
    ///
    /// # Formula
    /// `e[n] = z[n] a[n-1] - z[n-1] a[n] - b` with decided levels `a`, and `b` its mean at the
    /// trained phase, so that the loop settles there. Its slope is `K = E[a^2] (g'(-1) - g'(1))`.
    ///
    /// # References
    /// Mueller and Muller, *Timing recovery in digital synchronous data receivers* (1976).
    MuellerMuller,
    /// The early-late detector on samples of the edges, which the receiver takes and equalizes as
    /// those of the symbols.
    ///
    /// # Formula
    /// Between two decided symbols that differ, `e = -sign(a[n] - a[n-1]) sign(x - h (a[n] + a[n-1]))`,
    /// else 0. The edge `x` is taken where both symbols have the same weight `h`, which is half a
    /// symbol ahead of the decision for a symmetric pulse. The slope is that of the mean:
    /// `K = E[2 phi(m / s) / s |dx/dt|]`, with the normal density `phi`, over all levels of the four
    /// symbols around the edge; `m` is the interference of the outer two, and `s` contains noise,
    /// farther interference and, times the edge's slope, jitter. With jitter alone it is
    /// `2 / (sqrt(2 pi) jitter)` times the share of symbols that differ from the last.
    ///
    /// # References
    /// Alexander, *Clock recovery from random binary signals* (1975); Lee, Kundert and Razavi,
    /// *Analysis and modeling of bang-bang clock and data recovery circuits* (2004).
    BangBang {
        /// Jitter of the edges that the gain is set for, rms, above 0. The signal's own moves the
        /// bandwidth, in inverse proportion where jitter is what there is most of.
        jitter: UnitIntervals,
    },
}

impl Tracking {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If bandwidth, damping or jitter are not positive and finite, or the latency is absurd.
    pub fn check(&self) -> Result<()> {
        check::positive("clock.tracking.bandwidth", self.bandwidth)?;
        if let Some(damping) = self.damping {
            check::within("clock.tracking.damping", damping, &(0.3..=100.0))?;
        }
        check::count("clock.tracking.latency", self.latency, &(0..=MOST_LATENCY))?;
        if let TimingDetector::BangBang { jitter } = self.detector {
            check::positive("clock.tracking.detector.bang-bang.jitter", jitter)?;
        }
        Ok(())
    }
}

/// A loop whose gains are set for an adapted receiver.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackingLoop {
    detector: Detector,
    symbol_rate: f64,
    /// Gains of the proportional and the integral path.
    gains: (f64, f64),
    /// Symbols from the sample at a decision instant to the decision.
    precursors: usize,
    latency: usize,
}

impl TrackingLoop {
    /// Sets the gains of a loop from the slope that its detector has behind the equalizer.
    ///
    /// # Errors
    /// If a parameter makes no sense, the pulse response has fewer than 4 samples a symbol, the
    /// detector has no slope at the trained phase, or the loop's delay is too long for its
    /// bandwidth.
    pub fn new(
        tracking: &Tracking,
        digital: &Digital,
        adapted: &Adapted,
        symbol_rate: Baud,
    ) -> Result<Self> {
        tracking.check()?;
        digital.check()?;
        let rate = check::positive("symbol-rate", symbol_rate)?;
        let samples = adapted.pulse.samples_per_symbol;
        if samples < LEAST_SAMPLES {
            let expected = format!("at least {LEAST_SAMPLES}, so that a clock can be tracked");
            return Err(Error::parameter("samples-per-symbol", samples, expected));
        }
        let pulse = EqualizedPulse::new(digital, adapted);
        let aperture = digital.adc.as_ref().map_or(0.0, super::Adc::aperture) * rate;
        let detector = Detector::new(tracking.detector, &pulse, adapted, aperture)?;
        let spacing = adapted.samples_per_symbol;
        let precursors = pulse.cursor() / spacing;
        let bandwidth = TAU * tracking.bandwidth.0 / rate;
        let delay = precursors + tracking.latency + 1;
        if bandwidth * delay as f64 > MOST_LAG {
            let most = Hertz(MOST_LAG * rate / (TAU * delay as f64));
            let expected = format!("at most {most}, with {delay} symbols of delay in the loop");
            return Err(Error::parameter("clock.tracking.bandwidth", tracking.bandwidth, expected));
        }
        let slope = detector.slope();
        let gains = tracking.damping.map_or((bandwidth / slope, 0.0), |damping| {
            let square = 1.0 + 2.0 * damping * damping;
            let natural = bandwidth / (square + square.hypot(1.0)).sqrt();
            (2.0 * damping * natural / slope, natural * natural / slope)
        });
        let latency = tracking.latency;
        Ok(Self { detector, symbol_rate: rate, gains, precursors, latency })
    }

    /// The detector's slope `K`, in its units per unit interval: squares of levels for
    /// Mueller-Muller, decisions for bang-bang.
    pub fn detector_slope(&self) -> f64 {
        self.detector.slope()
    }

    /// The gains `Kp` and `Ki`, in unit intervals per unit of the detector.
    pub fn gains(&self) -> (f64, f64) {
        self.gains
    }

    /// The jitter transfer of the linear model: the sampler's timing over that of the signal.
    ///
    /// # Formula
    /// `H = L / (1 + L)` with the open loop
    /// `L = K (Kp + Ki / (1 - q)) q^(d+1) / (1 - q) c`, where `q = exp(-2 pi j f / fb)`, `d` counts
    /// the equalizer's precursors and the latency, and `c = (1 + q) / 2` for the Mueller-Muller
    /// detector, which compares two symbols, else 1. The tracking error is `1 - H`.
    pub fn jitter_transfer(&self, frequency: Hertz) -> Complex64 {
        let q = Complex64::from_polar(1.0, -TAU * frequency.0 / self.symbol_rate);
        if (1.0 - q).norm() < 1e-15 {
            return Complex64::ONE;
        }
        let open = self.detector.slope() * self.forward(q) * self.detector.average(q);
        open / (1.0 + open)
    }

    /// From the detector's output to the phase.
    fn forward(&self, q: Complex64) -> Complex64 {
        let difference = 1.0 - q;
        let delay = (self.precursors + self.latency + 1) as i32;
        let filter = self.gains.0 + self.gains.1 / difference;
        filter * q.powi(delay) / difference
    }

    /// The amplitude of sinusoidal jitter that the receiver tolerates in the linear model, in unit
    /// intervals, where it tolerates `margin` unit intervals of timing error: `margin / |1 - H|`.
    pub fn jitter_tolerance(&self, frequency: Hertz, margin: f64) -> f64 {
        margin / (1.0 - self.jitter_transfer(frequency)).norm()
    }
}

#[cfg(test)]
mod tests;
