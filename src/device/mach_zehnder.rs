//! Mach-Zehnder modulator: voltage in, light out.

use std::f64::consts::FRAC_PI_2;

use num_complex::Complex64;

use super::CwLaser;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::kernel::sincos::sin_cos;
use crate::response::filter::LowPass;
use crate::signal::{Field, Voltage};
use crate::unit::{Decibels, Hertz, Volts, check};

/// A Mach-Zehnder modulator on its transfer curve, band-limited by its electrodes.
///
/// # Formula
/// With `v` the drive after the electrodes and `theta = pi/2 (v / V_pi + bias - 1)`,
/// `E = sqrt(P / L) (cos theta + j sin theta / sqrt(ER)) exp(j alpha pi/2 v / V_pi)`, so that with
/// perfect extinction `|E|^2 = P/L sin^2(pi/2 (v / V_pi + bias))`.
///
/// # Assumptions
/// The arms are driven in push-pull; unequal splitting limits the static extinction `ER`, and
/// unequal drive gives the chirp `alpha`, exact at quadrature. The electrodes are a Bessel-Thomson
/// low-pass; phase follows the drive without delay of its own.
///
/// # References
/// Koyama and Iga, *Frequency chirping in external modulators*, J. Lightwave Technol. 6 (1988).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct MachZehnder {
    /// The laser that feeds it.
    pub laser: CwLaser,
    /// Differential voltage from full to no transmission.
    pub v_pi: Volts,
    /// Bias in units of `V_pi` from the dark point: 0.5 is quadrature on the rising slope.
    pub bias: f64,
    /// Static extinction ratio of the interferometer.
    pub extinction: Decibels,
    /// Loss at full transmission, couplers included.
    pub loss: Decibels,
    /// Bandwidth of the electrodes, where the response is 3 dB down.
    pub bandwidth: Hertz,
    /// Order of the electrodes' low-pass.
    pub order: usize,
    /// Chirp parameter at quadrature: 0 in push-pull, 1 or -1 with one arm driven.
    pub chirp: f64,
}

impl Device for MachZehnder {
    type In = Voltage;
    type Out = Field;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Field>> {
        let v_pi = check::positive("v-pi", self.v_pi)?;
        let bias = check::within("bias", self.bias, &(-2.0..=2.0))?;
        let extinction =
            check::within("extinction", self.extinction, &(Decibels(0.0)..=Decibels(100.0)));
        let dark = Decibels(-extinction?).amplitude();
        let loss = check::not_negative("loss", self.loss)?;
        let transmission = Decibels(-loss).amplitude();
        let chirp = check::within("chirp", self.chirp, &(-10.0..=10.0))?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let electrodes = LowPass::bessel_thomson(self.order)?;

        let turn = FRAC_PI_2 / v_pi;
        let rest = FRAC_PI_2 * (bias - 1.0);
        let interfere = move |v: f64| {
            let (sin, cos) = sin_cos(turn * v + rest);
            Complex64::new(transmission * cos, transmission * dark * sin)
        };
        let ops = ops.lti(move |f| electrodes.at(f.0 / bandwidth));
        let ops = if chirp == 0.0 {
            ops.map(interfere)
        } else {
            ops.map(move |v| interfere(v) * Complex64::from_polar(1.0, chirp * turn * v))
        };
        self.laser.feed(ops)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn modulator() -> MachZehnder {
        MachZehnder {
            laser: CwLaser { power: 0.0.dbm(), rin: (-400.0).db_per_hz(), linewidth: 0.0.hz() },
            v_pi: 2.0.volts(),
            bias: 0.5,
            extinction: 100.0.db(),
            loss: 0.0.db(),
            bandwidth: 40.0.ghz(),
            order: 4,
            chirp: 0.0,
        }
    }

    /// Power in milliwatts at steady drive voltages.
    fn steady(modulator: &MachZehnder, volts: &[f64]) -> Vec<f64> {
        let grid = Grid::new(1.0.gbaud(), 64, 64).unwrap();
        let plan = Link::electrical().then("mzm", modulator).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        volts
            .iter()
            .map(|&v| {
                let drive = Waveform::new(grid, vec![v; grid.len()]).unwrap();
                1e3 * plan.run(&drive, Seed(1), &mut workspace).power()[17]
            })
            .collect()
    }

    /// Half a V_pi of swing about quadrature: extinction 7.656 dB, OMA 0.7071 of the power,
    /// R_LM 0.9019.
    #[test]
    fn half_v_pi_of_swing_gives_the_closed_form() {
        let p = steady(&modulator(), &[-0.5, -1.0 / 6.0, 1.0 / 6.0, 0.5]);
        assert!((10.0 * (p[3] / p[0]).log10() - 7.656).abs() < 1e-3);
        assert!((p[3] - p[0] - std::f64::consts::FRAC_1_SQRT_2).abs() < 1e-9);
        let middle = 0.5 * (p[0] + p[3]);
        let es = (p[2] - middle) / (p[3] - middle);
        assert!((2.0 - 3.0 * es - 0.9019).abs() < 1e-3);
    }

    #[test]
    fn unequal_arms_limit_the_extinction() {
        let imperfect = MachZehnder { extinction: 25.0.db(), loss: 4.0.db(), ..modulator() };
        let p = steady(&imperfect, &[-1.0, 1.0]);
        assert!((10.0 * (p[1] / p[0]).log10() - 25.0).abs() < 1e-9);
        assert!((10.0 * p[1].log10() + 4.0).abs() < 1e-9);
    }

    #[test]
    fn chirp_is_the_ratio_of_phase_to_intensity_modulation() {
        let chirped = MachZehnder { chirp: -0.7, ..modulator() };
        let grid = Grid::new(1.0.gbaud(), 64, 64).unwrap();
        let plan = Link::electrical().then("mzm", &chirped).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let mut at = |v: f64| {
            let drive = Waveform::new(grid, vec![v; grid.len()]).unwrap();
            plan.run(&drive, Seed(1), &mut workspace).samples()[5]
        };
        let (low, high) = (at(-1e-4), at(1e-4));
        let phase = (high * low.conj()).arg();
        let intensity = (high.norm_sqr() / low.norm_sqr()).ln();
        // The finite extinction adds its own 1e-5.
        assert!((2.0 * phase / intensity + 0.7).abs() < 1e-4);
    }

    #[test]
    fn a_parameter_that_makes_no_sense_is_named() {
        let lowered = |modulator: MachZehnder| {
            Link::electrical().then("tx.mzm", &modulator).unwrap_err().to_string()
        };
        assert!(
            lowered(MachZehnder { v_pi: 0.0.volts(), ..modulator() }).contains("`v-pi` is 0 V")
        );
        assert!(lowered(MachZehnder { chirp: f64::NAN, ..modulator() }).contains("`chirp`"));
        assert!(
            lowered(MachZehnder { bandwidth: (-1.0).ghz(), ..modulator() }).contains("`bandwidth`")
        );
    }
}
