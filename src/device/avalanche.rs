//! Avalanche photodiode: light in, multiplied current out.

use num_complex::Complex64;

use super::photodiode::ELECTRON;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::response::filter::LowPass;
use crate::signal::{Current, Field};
use crate::unit::{Amperes, AmperesPerWatt, Hertz, check};

/// A photodiode that multiplies its carriers.
///
/// # Formula
/// `i = M (R |E|^2 + I_d)`, then noise of the one-sided density `sqrt(2 q (R |E|^2 + I_d) F) M` with
/// the excess noise factor `F = k M + (1 - k)(2 - 1 / M)`, then the pole of the multiplication at
/// the gain-bandwidth product over `M`, then a Bessel-Thomson low-pass.
///
/// # Assumptions
/// The gain is the same at all powers; the whole dark current is multiplied. Multiplied noise is
/// taken for Gaussian. McIntyre's factor is that of a thick layer into which the carriers with the
/// higher ionization coefficient are injected.
///
/// # References
/// McIntyre, *Multiplication noise in uniform avalanche diodes*, IEEE Trans. Electron Devices 13
/// (1966); Agrawal, *Fiber-Optic Communication Systems*, 4th ed., sections 4.2.3 and 4.4.3.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct AvalanchePhotodiode {
    /// Current per optical power without multiplication.
    pub responsivity: AmperesPerWatt,
    /// The gain `M`, from 1.
    pub gain: f64,
    /// Ratio `k` of the ionization coefficients, 0 to 1.
    pub ionization_ratio: f64,
    /// Product of gain and bandwidth of the multiplication.
    pub gain_bandwidth: Hertz,
    /// Bandwidth without multiplication, where the current is 3 dB (electrical) down.
    pub bandwidth: Hertz,
    /// Order of the low-pass.
    pub order: usize,
    /// Current in the dark, before multiplication.
    pub dark_current: Amperes,
}

impl AvalanchePhotodiode {
    /// The excess noise factor.
    pub fn excess_noise(&self) -> f64 {
        let (m, k) = (self.gain, self.ionization_ratio);
        k * m + (1.0 - k) * (2.0 - 1.0 / m)
    }
}

impl Device for AvalanchePhotodiode {
    type In = Field;
    type Out = Current;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Current>> {
        let responsivity = check::positive("responsivity", self.responsivity)?;
        let gain = check::within("gain", self.gain, &(1.0..=1e3))?;
        check::within("ionization-ratio", self.ionization_ratio, &(0.0..=1.0))?;
        let product = check::positive("gain-bandwidth", self.gain_bandwidth)?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let dark = check::not_negative("dark-current", self.dark_current)?;
        let low_pass = LowPass::bessel_thomson(self.order)?;
        let excess = self.excess_noise();
        Ok(ops
            .noisy_map("shot", move |e: Complex64, n| {
                let primary = responsivity * e.norm_sqr() + dark;
                gain * (primary + (2.0 * ELECTRON * primary * excess).sqrt() * n)
            })
            .lti(move |f| low_pass.at(f.0 / bandwidth) / Complex64::new(1.0, f.0 * gain / product)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn diode() -> AvalanchePhotodiode {
        AvalanchePhotodiode {
            responsivity: 0.7.amperes_per_watt(),
            gain: 8.0,
            ionization_ratio: 0.1,
            gain_bandwidth: 1e6.thz(),
            bandwidth: 1e5.thz(),
            order: 1,
            dark_current: 10.0.ua(),
        }
    }

    #[test]
    fn excess_noise_has_its_limits() {
        let with = |gain, ratio| {
            AvalanchePhotodiode { gain, ionization_ratio: ratio, ..diode() }.excess_noise()
        };
        assert!((with(1.0, 0.3) - 1.0).abs() < 1e-15);
        assert!((with(10.0, 1.0) - 10.0).abs() < 1e-12);
        assert!((with(10.0, 0.0) - 1.9).abs() < 1e-12);
        assert!((with(8.0, 0.1) - 2.4875).abs() < 1e-12);
    }

    /// `2 q I F M^2 B` in the record's own band; the variance of 2^18 values is known to 0.28 %.
    #[test]
    fn shot_noise_is_multiplied_with_its_excess() {
        let grid = Grid::new(80.0.gbaud(), 1, 1 << 18).unwrap();
        let plan = Link::optical().then("apd", &diode()).unwrap().plan(grid).unwrap();
        let light = Waveform::new(grid, vec![Complex64::from(1e-2); grid.len()]).unwrap();
        let mut workspace = plan.workspace();
        let current = plan.run(&light, Seed(1), &mut workspace).samples();
        let n = current.len() as f64;
        let mean = current.iter().sum::<f64>() / n;
        let variance = current.iter().map(|i| (i - mean).powi(2)).sum::<f64>() / n;
        let primary = 0.7e-4 + 1e-5;
        assert!((mean / (8.0 * primary) - 1.0).abs() < 1e-4);
        let expected = 2.0 * ELECTRON * primary * 2.4875 * 64.0 * 40e9;
        assert!((variance / expected - 1.0).abs() < 4.0 * (2.0 / n).sqrt() + 1e-4, "{variance:e}");
    }

    /// 240 GHz over a gain of 8: 3 dB down at 30 GHz.
    #[test]
    fn gain_costs_bandwidth() {
        let slow = AvalanchePhotodiode { gain_bandwidth: 240.0.ghz(), ..diode() };
        let response = |gigahertz: f64| {
            let grid = Grid::new(gigahertz.gbaud(), 16, 16).unwrap();
            let turn = |n: usize| std::f64::consts::TAU * n as f64 / 16.0;
            let tone = (0..grid.len())
                .map(|n| Complex64::from((1.0 + 0.5 * turn(n).cos()).sqrt()))
                .collect();
            let plan = Link::optical().then("apd", &slow).unwrap().plan(grid).unwrap();
            let light = Waveform::new(grid, tone).unwrap();
            let mut workspace = plan.workspace();
            let current = plan.run(&light, Seed(1), &mut workspace).samples();
            let line: Complex64 = current
                .iter()
                .enumerate()
                .map(|(n, i)| i * Complex64::from_polar(1.0, -turn(n)))
                .sum();
            line.norm()
        };
        // Shot noise at a watt is 1e-5 of the tone.
        assert!(((response(30.0) / response(0.01)).powi(2) - 0.5).abs() < 1e-3);
    }
}
