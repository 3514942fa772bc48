//! How much an electro-absorption modulator absorbs at a reverse voltage.

use crate::kernel::monotone::MonotoneCubic;
use crate::unit::{Decibels, Volts, check};
use crate::{Error, Result};

/// Nepers of power beyond which nothing passes that matters: 217 dB.
const DARK: f64 = 50.0;

/// What is absorbed at a reverse voltage, beside what is lost at none.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Absorption {
    /// `T = exp(-(V / scale)^power)`.
    Exponential {
        /// The reverse voltage at which 4.34 dB are absorbed.
        scale: Volts,
        /// How steep the curve is there: 2 to 4 for quantum wells.
        power: f64,
    },
    /// Measured points, joined by a monotone curve in decibels; at the ends it stops.
    Table(Vec<AbsorptionAt>),
}

/// A measured point of an absorption curve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct AbsorptionAt {
    /// The reverse voltage.
    pub voltage: Volts,
    /// What is absorbed there.
    pub absorption: Decibels,
}

impl Absorption {
    /// The curve that the parameters give.
    pub(super) fn checked(&self) -> Result<Curve> {
        match self {
            Self::Exponential { scale, power } => {
                let scale = check::within("scale", *scale, &(Volts(1e-3)..=Volts(1e3)))?;
                let power = check::within("power", *power, &(1.0..=10.0))?;
                Ok(Curve::Exponential { scale, power, last: scale * DARK.powf(1.0 / power) })
            }
            Self::Table(points) => {
                if points.len() < 2 {
                    let expected = "two points or more";
                    return Err(Error::parameter("table", points.len(), expected));
                }
                let nepers_per_db = std::f64::consts::LN_10 / 10.0;
                let (mut knots, mut values) = (Vec::new(), Vec::new());
                for point in points {
                    let voltage = check::not_negative("voltage", point.voltage)?;
                    if knots.last().is_some_and(|last| *last >= voltage) {
                        let expected = "above the point's before it";
                        return Err(Error::parameter("voltage", point.voltage, expected));
                    }
                    let range = Decibels(0.0)..=Decibels(200.0);
                    let absorption = check::within("absorption", point.absorption, &range)?;
                    knots.push(voltage);
                    values.push(-nepers_per_db * absorption);
                }
                Ok(Curve::Table(MonotoneCubic::new(knots, values)))
            }
        }
    }
}

/// A checked [`Absorption`]: the logarithm of the transmission over the reverse voltage.
#[derive(Clone, Debug)]
pub(super) enum Curve {
    /// Beyond `last` it is dark.
    Exponential {
        scale: f64,
        power: f64,
        last: f64,
    },
    Table(MonotoneCubic),
}

impl Curve {
    /// The voltage within the curve that is nearest to the given one.
    pub(super) fn held(&self, voltage: f64) -> f64 {
        let (first, last) = match self {
            Self::Exponential { last, .. } => (0.0, *last),
            Self::Table(curve) => curve.span(),
        };
        voltage.clamp(first, last)
    }

    /// The logarithm of the transmission at a voltage within the curve.
    pub(super) fn log(&self, voltage: f64) -> f64 {
        match self {
            Self::Exponential { scale, power, .. } => -(voltage / scale).powf(*power),
            Self::Table(curve) => curve.at(voltage),
        }
    }

    /// Its integral over voltage, from where the curve begins.
    pub(super) fn integral(&self, voltage: f64) -> f64 {
        match self {
            Self::Exponential { power, .. } => self.log(voltage) * voltage / (power + 1.0),
            Self::Table(curve) => curve.integral(voltage),
        }
    }
}
