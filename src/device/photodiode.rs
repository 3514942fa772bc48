//! Photodiode: light in, current out.

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::response::filter::LowPass;
use crate::signal::{Current, Field};
use crate::unit::{Amperes, AmperesPerWatt, Hertz, check};

/// Charge of the electron, C.
pub(super) const ELECTRON: f64 = 1.602_176_634e-19;

/// A PIN photodiode: square law, shot noise, bandwidth.
///
/// # Formula
/// `i = R |E|^2 + I_d`, then noise of the one-sided density `sqrt(2 q i)`, then a Bessel-Thomson
/// low-pass.
///
/// # Assumptions
/// Carriers are many, so that shot noise is Gaussian with the variance of the present current; it
/// arises before transit time and junction capacitance filter both. No saturation.
///
/// # References
/// Agrawal, *Fiber-Optic Communication Systems*, 4th ed., section 4.4.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Photodiode {
    /// Current per optical power.
    pub responsivity: AmperesPerWatt,
    /// Bandwidth, where the current is 3 dB (electrical) down.
    pub bandwidth: Hertz,
    /// Order of the low-pass.
    pub order: usize,
    /// Current in the dark.
    pub dark_current: Amperes,
}

impl Device for Photodiode {
    type In = Field;
    type Out = Current;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Current>> {
        let responsivity = check::positive("responsivity", self.responsivity)?;
        let dark = check::not_negative("dark-current", self.dark_current)?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let low_pass = LowPass::bessel_thomson(self.order)?;
        Ok(ops
            .noisy_map("shot", move |e: Complex64, n| {
                let current = responsivity * e.norm_sqr() + dark;
                current + (2.0 * ELECTRON * current).sqrt() * n
            })
            .lti(move |f| low_pass.at(f.0 / bandwidth)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    /// 1 mA over a brick wall of 40 GHz has 3.580 uA of shot noise.
    #[test]
    fn shot_noise_has_its_textbook_value() {
        let diode = Photodiode {
            responsivity: 0.8.amperes_per_watt(),
            bandwidth: 100.0.thz(),
            order: 1,
            dark_current: 200.0.ua(),
        };
        // Two samples a period of 40 GHz: the record's own band is the brick wall.
        let grid = Grid::new(80.0.gbaud(), 1, 1 << 18).unwrap();
        let plan = Link::optical().then("pd", &diode).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let light = Waveform::new(grid, vec![Complex64::from(1e-3f64.sqrt()); grid.len()]).unwrap();
        let current = plan.run(&light, Seed(1), &mut workspace).samples();
        let n = current.len() as f64;
        let mean = current.iter().sum::<f64>() / n;
        let sigma = (current.iter().map(|i| (i - mean).powi(2)).sum::<f64>() / n).sqrt();
        assert!((mean / 1e-3 - 1.0).abs() < 1e-4);
        assert!((sigma / 3.580e-6 - 1.0).abs() < 4.0 / (2.0 * n).sqrt() + 1e-4, "{sigma:e}");
    }

    #[test]
    fn a_parameter_that_makes_no_sense_is_named() {
        let diode = Photodiode {
            responsivity: (-0.8).amperes_per_watt(),
            bandwidth: 40.0.ghz(),
            order: 2,
            dark_current: 10.0.na(),
        };
        let error = Link::optical().then("rx.pd", &diode).unwrap_err().to_string();
        assert_eq!(
            error,
            "stage `rx.pd`: `responsivity` is -0.8 A/W, but must be positive and finite"
        );
    }
}
