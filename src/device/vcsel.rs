//! Vertical-cavity laser: voltage in, light out.

use num_complex::Complex64;

use super::LaserDiode;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::{Field, Voltage};

/// A vertical-cavity surface-emitting laser, driven directly, for multimode fiber.
///
/// # Formula
/// `E = sqrt(P)`, with the power of [`LaserDiode`].
///
/// # Assumptions
/// Its transverse modes do not interfere at the detector: light has power and no phase. How wide its
/// spectrum is, and how the modes share it, matters in a fiber alone and is said there.
///
/// # References
/// As [`LaserDiode`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Vcsel {
    /// The diode.
    pub diode: LaserDiode,
}

impl Device for Vcsel {
    type In = Voltage;
    type Out = Field;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Field>> {
        // Not `max`, which would make light of what is not a number.
        let light = |power: f64| Complex64::from(if power < 0.0 { 0.0 } else { power }.sqrt());
        self.diode.noisy(self.diode.emit(ops)?.map::<Field>(light))
    }
}
