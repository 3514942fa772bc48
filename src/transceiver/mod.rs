//! Transmitter and receiver: what stands between symbols and the analog link.
//!
//! The digital part of a receiver has fixed order and is plain data, [`Digital`]. It is adapted
//! once, by [`adapt`](adapt()) on records with known symbols, and then decides any number of
//! records by [`decide`](decide()), each independent of the others:
//!
//! ```
//! use lightlane::kernel::resample::Resampler;
//! use lightlane::kernel::rng::{Key, Seed};
//! use lightlane::signal::{Modulation, Symbols};
//! use lightlane::transceiver::{
//!     Adaptation, Clock, Digital, Ffe, PhaseDetector, Spacing, Training, adapt, decide,
//! };
//!
//! # fn main() -> lightlane::Result<()> {
//! // One sample a symbol of a link with a postcursor of a quarter.
//! let symbols = Symbols::random(Modulation::Pam4, 1024, Key::root(Seed(1)))?;
//! let levels = symbols.levels();
//! let samples: Vec<f64> = (0..1024).map(|n| levels[n] + 0.25 * levels[(n + 1023) % 1024]).collect();
//!
//! let receiver = Digital {
//!     clock: Clock::fixed(PhaseDetector::BestEye),
//!     vga: None,
//!     adc: None,
//!     ffe: Some(Ffe {
//!         taps: 8,
//!         cursor: 1,
//!         spacing: Spacing::Symbol,
//!         adaptation: Adaptation::Mmse,
//!         limits: None,
//!         floating: None,
//!     }),
//!     dfe: None,
//!     mlse: None,
//! };
//! let training = [Training { samples: &samples, symbols: &symbols }];
//! let adapted = adapt(&receiver, &training, 1)?;
//! assert!(adapted.mse < 1e-6 && adapted.dfe.is_empty());
//!
//! // The clock found no delay, so that the samples are at their decision instants already.
//! // The record as it is at the decision instants.
//! let sampler = Resampler::new(1024, 1024);
//! let sampled = sampler.sample(&sampler.spectrum(&samples), adapted.delay);
//! let mut workspace = adapted.workspace(1024);
//! decide(&receiver, &adapted, &sampled, None, &mut workspace);
//! assert_eq!(workspace.decisions(), symbols.values());
//! # Ok(())
//! # }
//! ```

pub mod adapt;
mod adc;
mod clock;
pub mod decide;
mod dfe;
mod equalized;
mod ffe;
mod limits;
mod linear;
pub mod mlse;
mod receiver;
mod sampler;
mod slicer;
mod tracking;
mod transmitter;

pub use adapt::{ConvergencePoint, Training, adapt, adapt_with};
pub use adc::{Adc, Interleaving, Vga};
pub use clock::{Clock, PhaseDetector};
pub use decide::{Workspace, decide};
pub use dfe::Dfe;
pub use equalized::equalized_waveform;
pub use ffe::{Adaptation, Ffe, Spacing};
pub use limits::{Floating, Limits};
pub use mlse::{Branches, Mlse, Target};
pub use receiver::{CtleSearch, Receiver};
pub use sampler::Sampler;
pub use slicer::Slicer;
pub use tracking::{
    Alignment, LoopState, Slip, TimingDetector, Tracker, Tracking, TrackingLoop, TrackingWorkspace,
};
pub use transmitter::{
    Edge, EdgeSensitivity, Jitter, Randomness, SinusoidalJitter, Transmitter, TransmitterPlan,
};

use crate::kernel::viterbi::Viterbi;
use crate::signal::Modulation;
use crate::{Error, Result};

/// The digital part of a receiver, from the sampler to the decisions.
///
/// Steps run in the order of the fields. A step that is `None` is left out; without a feed-forward
/// equalizer a gain of one tap brings the samples to the ideal levels.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Digital {
    /// The sampling phase.
    pub clock: Clock,
    /// Gain ahead of the converter.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub vga: Option<Vga>,
    /// The converter.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub adc: Option<Adc>,
    /// The feed-forward equalizer.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub ffe: Option<Ffe>,
    /// The decision-feedback equalizer.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub dfe: Option<Dfe>,
    /// The sequence detector; without it the slicer decides.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub mlse: Option<Mlse>,
}

impl Digital {
    /// Checks the parameters of every step.
    ///
    /// # Errors
    /// If one has a value that makes no sense; the message names it by its path, as `ffe.cursor`.
    pub fn check(&self) -> Result<()> {
        self.clock.check()?;
        self.vga.as_ref().map_or(Ok(()), Vga::check)?;
        self.adc.as_ref().map_or(Ok(()), Adc::check)?;
        self.ffe.as_ref().map_or(Ok(()), Ffe::check)?;
        self.dfe.as_ref().map_or(Ok(()), Dfe::check)?;
        self.mlse.as_ref().map_or(Ok(()), Mlse::check)?;
        if self.dfe.is_some() && self.mlse.is_some() {
            let expected = "absent beside `mlse`: both would work on the first postcursor";
            return Err(Error::parameter("dfe", "given", expected));
        }
        Ok(())
    }

    /// Samples a symbol that the receiver takes: 2 for a half-symbol equalizer, else 1.
    pub fn samples_per_symbol(&self) -> usize {
        self.ffe.as_ref().map_or(1, |ffe| ffe.spacing.samples_per_symbol())
    }

    /// Whether the sampler needs every sample of the waveform: its instants are displaced, by
    /// aperture jitter, skew of lanes or a clock that is tracked. Without it one or two samples a
    /// symbol do.
    pub fn needs_waveform(&self) -> bool {
        self.clock.tracking.is_some() || self.adc.as_ref().is_some_and(Adc::displaces)
    }

    /// What gain control and converter make of sampled voltages, in place.
    fn digitize(&self, offset: f64, gain: f64, voltages: &mut [f64]) {
        for v in &mut *voltages {
            *v = gain * (*v - offset);
        }
        if let Some(adc) = &self.adc {
            adc.quantize(voltages);
        }
    }
}

/// What a receiver has settled to: all that it needs to decide, and what figures show.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapted {
    /// The alphabet.
    pub modulation: Modulation,
    /// Samples a symbol that [`decide`](decide()) takes: 1 or 2.
    pub samples_per_symbol: usize,
    /// The decision instant of symbol 0, in samples of the training records, from 0 to below
    /// their length. A record that is advanced by it, and then read at `samples_per_symbol`
    /// instants a symbol, starts with the decision instant of symbol 0.
    pub delay: f64,
    /// Whether the link inverts: the main tap is negative then.
    pub inverted: bool,
    /// The correlation coefficient of the training records with their symbols at its peak.
    pub correlation: f64,
    /// The voltage that is subtracted first: what the training records would be if all levels
    /// were 0, as an offset correction finds it that is steered by the decisions.
    pub offset: f64,
    /// The gain ahead of the converter, 1 without a gain control.
    pub gain: f64,
    /// Mean square of the digitized samples, in volts squared.
    pub power: f64,
    /// The feed-forward taps, in levels (from -1 to 1) per volt behind the gain; one tap where no
    /// equalizer was asked for. Zeros stand between floating groups.
    pub ffe: Vec<f64>,
    /// The feedback taps, in levels per level, with zeros between floating groups.
    pub dfe: Vec<f64>,
    /// The response that the taps leave for a sequence detector: 1 and the postcursors, in levels
    /// per level. Empty without such a detector.
    pub target: Vec<f64>,
    /// The sequence detector, which knows the mean of each of its branches.
    pub detector: Option<Viterbi>,
    /// Diagonal loading of the equations for the taps, relative to each input's power. It is 0
    /// unless the training records left the taps undetermined, as records without noise do.
    pub loading: f64,
    /// The levels at the slicer's input, and the thresholds between them. With a sequence detector
    /// they are those of [`Workspace::cleared`].
    pub slicer: Slicer,
    /// Mean square error at the slicer's input over the training records, in levels squared, with
    /// the feedback of known symbols. With a sequence detector, the error about its target.
    pub mse: f64,
    /// The least mean square error that taps of this form can have on the training records: where
    /// gradient descent with an infinitely small step ends.
    pub least_mse: f64,
    /// How the error fell while gradient descent trained the taps; empty for other adaptations.
    pub convergence: Vec<ConvergencePoint>,
    /// The pulse response ahead of the gain, in volts for a symbol of level 1.
    pub pulse: Pulse,
}

/// A pulse response around its cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulse {
    /// The response, [`Pulse::samples_per_symbol`] values a symbol.
    pub values: Vec<f64>,
    /// Index of the value at the decision instant.
    pub cursor: usize,
    /// Values a symbol, those of the training records.
    pub samples_per_symbol: usize,
}

/// Records of ideal links, for the tests of this module.
#[cfg(test)]
mod synthetic {
    use std::f64::consts::PI;

    use crate::signal::Symbols;

    /// Symbols on either side for which a pulse is summed.
    const REACH: isize = 30;

    /// A raised-cosine pulse of a roll-off, which is 1 at 0 and 0 at every other symbol.
    pub(super) struct RaisedCosine(pub(super) f64);

    impl RaisedCosine {
        /// The pulse at a time in symbols.
        pub(super) fn at(&self, t: f64) -> f64 {
            let sinc = |x: f64| if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) };
            let edge = 1.0 - (2.0 * self.0 * t).powi(2);
            if edge.abs() < 1e-9 {
                0.25 * PI * sinc(0.5 / self.0)
            } else {
                sinc(t) * (PI * self.0 * t).cos() / edge
            }
        }
    }

    /// A smooth pulse that rises faster than it falls.
    pub(super) fn asymmetric(t: f64) -> f64 {
        let side = |width: f64| (-(t / width).powi(2)).exp();
        RaisedCosine(0.5).at(t) + if t > 0.0 { 0.6 * side(2.0) } else { 0.6 * side(0.8) }
    }

    /// A periodic record of a pulse (of the time in symbols), delayed by some symbols.
    pub(super) fn record(
        symbols: &Symbols,
        samples_per_symbol: usize,
        delay: f64,
        pulse: impl Fn(f64) -> f64,
    ) -> Vec<f64> {
        let levels = symbols.levels();
        let count = levels.len() as isize;
        (0..levels.len() * samples_per_symbol)
            .map(|n| {
                let time = n as f64 / samples_per_symbol as f64 - delay;
                let nearest = time.round() as isize;
                (nearest - REACH..=nearest + REACH)
                    .map(|k| levels[k.rem_euclid(count) as usize] * pulse(time - k as f64))
                    .sum()
            })
            .collect()
    }
}
