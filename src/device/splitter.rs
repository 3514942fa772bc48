//! Splitter: one of the outputs of a coupler.

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::Field;
use crate::unit::{Decibels, check};

/// One way through an optical splitter or coupler.
///
/// # Formula
/// `|E|^2` is multiplied by the share and by the excess transmission.
///
/// # Assumptions
/// No color and no reflection over the band of the signal.
///
/// # References
/// Agrawal, *Fiber-Optic Communication Systems*, 4th ed., section 8.2.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Splitter {
    /// The part of the power that an ideal splitter would give to this output.
    pub share: f64,
    /// What is lost beside that.
    pub excess_loss: Decibels,
}

impl Splitter {
    /// Loss from the input to this output.
    pub fn loss(&self) -> Decibels {
        Decibels(self.excess_loss.0 - 10.0 * self.share.log10())
    }
}

impl Device for Splitter {
    type In = Field;
    type Out = Field;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        check::positive("share", self.share)?;
        check::within("share", self.share, &(0.0..=1.0))?;
        check::not_negative("excess-loss", self.excess_loss)?;
        let transmission = Complex64::from(Decibels(-self.loss().0).amplitude());
        Ok(ops.lti(move |_| transmission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    #[test]
    fn a_fourth_with_excess_loss_is_a_fourth_less_that_loss() {
        let splitter = Splitter { share: 0.25, excess_loss: 0.4.db() };
        assert!((splitter.loss().0 - 6.4206).abs() < 1e-4);
        let grid = Grid::new(1.0.gbaud(), 2, 4).unwrap();
        let plan = Link::optical().then("splitter", &splitter).unwrap().plan(grid).unwrap();
        let light = Waveform::new(grid, vec![Complex64::I; grid.len()]).unwrap();
        let power = plan.run(&light, Seed(1), &mut plan.workspace()).power()[5];
        assert!((-10.0 * power.log10() - splitter.loss().0).abs() < 1e-9);
    }
}
