//! Where the edges of a transmitter's output are.

use crate::Result;
use crate::kernel::rng::{Key, Stream};
use crate::signal::Grid;
use crate::unit::{Hertz, UnitIntervals, check};

/// Displacement of a transmitter's edges.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Jitter {
    /// Random jitter: standard deviation.
    pub random: UnitIntervals,
    /// Dual-Dirac jitter: displacement to either side, half of the peak-to-peak value.
    pub dual_dirac: UnitIntervals,
    /// Even-odd jitter: difference of the displacements of even and odd edges.
    pub even_odd: UnitIntervals,
    /// Sinusoidal jitter.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub sinusoidal: Option<SinusoidalJitter>,
}

impl Jitter {
    /// Edges exactly in time.
    pub const NONE: Self = Self {
        random: UnitIntervals(0.0),
        dual_dirac: UnitIntervals(0.0),
        even_odd: UnitIntervals(0.0),
        sinusoidal: None,
    };
}

/// Sinusoidal jitter. Its phase is random, and runs on from record to record.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct SinusoidalJitter {
    /// Largest displacement to either side, half of the peak-to-peak value.
    pub amplitude: UnitIntervals,
    /// Frequency.
    pub frequency: Hertz,
}

impl Jitter {
    /// Checks the parameters.
    pub(super) fn check(&self) -> Result<()> {
        let zero = UnitIntervals(0.0);
        check::within("jitter.random", self.random, &(zero..=UnitIntervals(0.2)))?;
        check::within("jitter.dual-dirac", self.dual_dirac, &(zero..=UnitIntervals(0.5)))?;
        check::within("jitter.even-odd", self.even_odd, &(zero..=UnitIntervals(0.5)))?;
        if let Some(tone) = self.sinusoidal {
            let range = zero..=UnitIntervals(10.0);
            check::within("jitter.sinusoidal.amplitude", tone.amplitude, &range)?;
            check::positive("jitter.sinusoidal.frequency", tone.frequency)?;
        }
        Ok(())
    }
}

/// Where the edges of a record are, one after the other, in samples.
pub(super) struct Edges {
    jitter: Jitter,
    random: Stream,
    sign: Stream,
    /// Phase of the sinusoidal jitter at the next edge and its advance, in radians.
    phase: f64,
    advance: f64,
    per_symbol: f64,
    edge: usize,
}

impl Edges {
    pub(super) fn new(jitter: Jitter, grid: Grid, key: Key, record: u64) -> Self {
        use std::f64::consts::TAU;
        let cycles = jitter.sinusoidal.map_or(0.0, |tone| tone.frequency.0 / grid.symbol_rate().0);
        let before = (cycles * grid.symbols() as f64 * record as f64).fract();
        let phase = TAU * (key.named("sinusoidal").stream().uniform() + before);
        Self {
            jitter,
            random: key.named("random").indexed(record).stream(),
            sign: key.named("dual-dirac").indexed(record).stream(),
            phase,
            advance: TAU * cycles,
            per_symbol: grid.samples_per_symbol() as f64,
            edge: 0,
        }
    }

    /// The side that dual-Dirac jitter displaces the next edge to: 1 if it comes late, else -1.
    pub(super) fn side(&mut self) -> f64 {
        if self.sign.bits() >> 63 == 0 { 1.0 } else { -1.0 }
    }

    /// The position of the next edge, in samples.
    pub(super) fn next(&mut self) -> f64 {
        let mut displacement = 0.0;
        if self.jitter.random.0 > 0.0 {
            displacement += self.jitter.random.0 * self.random.sample();
        }
        if self.jitter.dual_dirac.0 > 0.0 {
            displacement += self.side() * self.jitter.dual_dirac.0;
        }
        if let Some(tone) = self.jitter.sinusoidal {
            let phase = self.phase + self.advance * self.edge as f64;
            displacement += tone.amplitude.0 * phase.sin();
        }
        let half = 0.5 * self.jitter.even_odd.0;
        displacement += if self.edge.is_multiple_of(2) { half } else { -half };
        let position = (self.edge as f64 + displacement) * self.per_symbol;
        self.edge += 1;
        position
    }
}
