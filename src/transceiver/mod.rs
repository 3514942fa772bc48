//! Transmitter and receiver: what stands between symbols and the analog link.
//!
//! The digital part of a receiver has fixed order and is plain data, [`Digital`]. It is adapted
//! once, by [`adapt`](adapt()) on records with known symbols, and then decides any number of
//! records by [`decide`](decide()), each independent of the others:
//!
//! ```
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
//!     clock: Clock { phase: PhaseDetector::BestEye },
//!     vga: None,
//!     adc: None,
//!     ffe: Some(Ffe {
//!         taps: 8,
//!         cursor: 1,
//!         spacing: Spacing::Symbol,
//!         adaptation: Adaptation::Mmse,
//!     }),
//!     dfe: None,
//! };
//! let training = [Training { samples: &samples, symbols: &symbols }];
//! let adapted = adapt(&receiver, &training, 1)?;
//! assert!(adapted.mse < 1e-4);
//!
//! let mut workspace = adapted.workspace(1024);
//! decide(&receiver, &adapted, &samples, None, &mut workspace);
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
mod receiver;
mod slicer;
mod transmitter;

pub use adapt::{Adapted, Digital, Pulse, Training, adapt};
pub use adc::{Adc, Vga};
pub use clock::{Clock, PhaseDetector};
pub use decide::{Workspace, decide};
pub use dfe::Dfe;
pub use equalized::equalized_waveform;
pub use ffe::{Adaptation, Ffe, Spacing};
pub use receiver::{CtleSearch, Receiver};
pub use slicer::Slicer;
pub use transmitter::{Edge, Jitter, SinusoidalJitter, Transmitter, TransmitterPlan};

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
