//! Where a ring's resonance is, of its laser.

use super::Tuning;
use super::resonator::Resonator;
use crate::Result;
use crate::unit::{Hertz, Volts, check};

/// Half-widths of the resonance within which the largest swing is looked for.
const WIDEST: f64 = 20.0;

/// Where the resonance is at rest.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Detuning {
    /// So far above the laser while it is cold and nothing has drifted; light and drift move it.
    Free(Hertz),
    /// Held by a loop, whatever light and surroundings do.
    Locked {
        /// What the loop holds.
        point: LockPoint,
        /// By how much it misses it.
        error: Hertz,
    },
}

/// What a loop holds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum LockPoint {
    /// The resonance so far above the laser.
    At(Hertz),
    /// The steepest point of the resonance: `1 / sqrt(3)` of its half-width.
    Steepest(Side),
    /// The point where a drive of this peak-to-peak swing makes the most of steady light.
    LargestOma {
        /// Peak-to-peak swing of the drive.
        swing: Volts,
        /// The side of the resonance.
        side: Side,
    },
}

/// On which side of the resonance the laser is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Side {
    /// Above it: heat moves the resonance away, and a drive that turns it red lets light pass.
    Blue,
    /// Below it.
    Red,
}

impl Side {
    /// The sign of the resonance above the laser.
    fn sign(self) -> f64 {
        match self {
            Self::Blue => -1.0,
            Self::Red => 1.0,
        }
    }
}

impl LockPoint {
    /// The detuning at rest that is held, in half-widths.
    pub(super) fn detuning(&self, ring: &Resonator, tune: &Tuning) -> Result<f64> {
        match *self {
            Self::At(detuning) => {
                check::within("at", detuning, &(Hertz(-1e13)..=Hertz(1e13)))?;
                Ok(tune.half_widths(detuning))
            }
            Self::Steepest(side) => Ok(side.sign() / 3f64.sqrt()),
            Self::LargestOma { swing, side } => {
                let swing = check::within("swing", swing, &(Volts(1e-6)..=Volts(1e3)))?;
                let (low, high) = (tune.shift(-0.5 * swing), tune.shift(0.5 * swing));
                let oma = |distance: f64| {
                    let rest = side.sign() * distance;
                    (ring.lost(rest + low) - ring.lost(rest + high)).abs()
                };
                Ok(side.sign() * largest(oma))
            }
        }
    }
}

/// Where a function is largest between 0 and [`WIDEST`]: the best of many points, then by golden
/// section between those beside it.
fn largest(f: impl Fn(f64) -> f64) -> f64 {
    let step = 0.02;
    let points = (WIDEST / step) as usize;
    let best = (0..points).map(|k| k as f64 * step).fold((0.0, 0.0), |(at, most), x| {
        let value = f(x);
        if value > most { (x, value) } else { (at, most) }
    });
    let (mut low, mut high) = ((best.0 - step).max(0.0), best.0 + step);
    let golden = 0.5 * (5f64.sqrt() - 1.0);
    for _ in 0..40 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if f(a) > f(b) { high = b } else { low = a }
    }
    0.5 * (low + high)
}
