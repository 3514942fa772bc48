//! Redriver: a linear equalizing repeater in a copper link.

use crate::Result;
use crate::engine::{Device, Ops};
use crate::kernel::tanh::tanh;
use crate::response::Ctle;
use crate::response::filter::LowPass;
use crate::signal::Voltage;
use crate::unit::{Decibels, Hertz, Volts, VoltsPerRootHertz, check};

/// A linear redriver, as active copper cables have one at each end: what comes in is equalized and
/// amplified, but not decided. Two pieces of channel on either side do not reflect into each other.
///
/// # Formula
/// Noise of the input density is added, the input stage compresses, `v = V_i tanh(x / V_i)`, the
/// equalizer and then the amplifier `G H(f)` follow, noise of the output density is added, and the
/// output stage compresses, `v = V_s tanh(x / V_s)`; `V_i` and `V_s` are half of the swings.
///
/// # Assumptions
/// `H` is a Bessel-Thomson low-pass, 3 dB down at the bandwidth. The input stage stands ahead of
/// the equalizer: it meets the whole swing of long runs of one level, which the equalizer then
/// lowers. Both noises are white. The signal runs one way: isolation is perfect, and terminations
/// are those of the channels on either side.
///
/// # References
/// Gondi and Razavi, *Equalization and clock and data recovery techniques for 10-Gb/s CMOS
/// serial-link receivers*, IEEE J. Solid-State Circuits 42 (2007), for the equalizer; Säckinger,
/// *Analysis and Design of Transimpedance Amplifiers* (2018), chapter 4, for its noise.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Redriver {
    /// The equalizer.
    pub equalizer: Ctle,
    /// Flat gain behind the equalizer.
    pub gain: Decibels,
    /// Bandwidth of the amplifier, where the response is 3 dB down.
    pub bandwidth: Hertz,
    /// Order of the amplifier's low-pass.
    pub order: usize,
    /// Peak-to-peak swing that the input stage cannot exceed.
    pub input_saturation: Volts,
    /// Peak-to-peak swing that the output cannot exceed.
    pub saturation: Volts,
    /// Noise density at the input.
    pub noise_density: VoltsPerRootHertz,
    /// Noise density that the stages behind the equalizer add, at the output.
    pub output_noise_density: VoltsPerRootHertz,
}

impl Device for Redriver {
    type In = Voltage;
    type Out = Voltage;

    fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Voltage>> {
        self.equalizer.check()?;
        let gain = Decibels(check::finite("gain", self.gain)?).amplitude();
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let input = 0.5 * check::positive("input-saturation", self.input_saturation)?;
        let output = 0.5 * check::positive("saturation", self.saturation)?;
        let density = check::not_negative("noise-density", self.noise_density)?;
        let behind = check::not_negative("output-noise-density", self.output_noise_density)?;
        let low_pass = LowPass::bessel_thomson(self.order)?;
        let equalizer = self.equalizer;
        Ok(ops
            .noise("input", move |_| density)
            .map::<Voltage>(move |x| input * tanh(x / input))
            .lti(move |f| equalizer.at(f.0) * (gain * low_pass.at(f.0 / bandwidth)))
            .noise("output", move |_| behind)
            .map(move |x| output * tanh(x / output)))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::engine::{Link, Plan};
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    /// One zero and two poles, and no stage for low frequencies.
    fn redriver() -> Redriver {
        Redriver {
            equalizer: Ctle {
                dc_gain: (-8.0).db(),
                low_frequency_gain: 0.0.db(),
                zero: 15.0.ghz(),
                pole1: 20.0.ghz(),
                pole2: 45.0.ghz(),
                low_frequency_pole: 1.0.ghz(),
            },
            gain: 6.0.db(),
            bandwidth: 1000.0.thz(),
            order: 1,
            input_saturation: 10.0.volts(),
            saturation: 10.0.volts(),
            noise_density: 0.0.v_per_rthz(),
            output_noise_density: 0.0.v_per_rthz(),
        }
    }

    fn plan(redriver: &Redriver, grid: Grid) -> Plan<Voltage, Voltage> {
        Link::electrical().then("redriver", redriver).unwrap().plan(grid).unwrap()
    }

    /// The part of a tone's own frequency in the output, in decibels over the input.
    fn gain(redriver: &Redriver, volts: f64, gigahertz: f64) -> f64 {
        let grid = Grid::new(gigahertz.gbaud(), 64, 8).unwrap();
        let turn = |n: usize| TAU * n as f64 / 64.0;
        let tone = (0..grid.len()).map(|n| volts * turn(n).cos()).collect();
        let plan = plan(redriver, grid);
        let mut workspace = plan.workspace();
        let out = plan.run(&Waveform::new(grid, tone).unwrap(), Seed(1), &mut workspace);
        let part = |shift: f64| -> f64 {
            out.samples().iter().enumerate().map(|(n, x)| x * (turn(n) - shift).cos()).sum()
        };
        let amplitude = part(0.0).hypot(part(0.25 * TAU)) * 2.0 / grid.len() as f64;
        20.0 * (amplitude / volts).log10()
    }

    /// The integral of the equalizer's power gain from 0 to `band`, in partial fractions.
    fn noise_bandwidth(ctle: &Ctle, band: f64) -> f64 {
        let (a, b) = (ctle.pole1.0, ctle.pole2.0);
        let (dc, zero) = (ctle.dc_gain.amplitude(), ctle.zero.0);
        let (at_a, at_b) = ((band / a).atan() / a, (band / b).atan() / b);
        let flat = (at_a - at_b) / (b * b - a * a);
        let rising = (b * b * at_b - a * a * at_a) / (b * b - a * a);
        (a * b).powi(2) * (dc * dc * flat + rising / (zero * zero))
    }

    #[test]
    fn the_closed_form_of_the_noise_bandwidth_is_the_textbook_one_in_a_wide_band() {
        let ctle = redriver().equalizer;
        let (a, b, zero) = (ctle.pole1.0, ctle.pole2.0, ctle.zero.0);
        let endless = 0.25 * TAU * a * b / (a + b) * (ctle.dc_gain.power() + a * b / (zero * zero));
        assert!((noise_bandwidth(&ctle, 1e16) / endless - 1.0).abs() < 1e-4);
    }

    /// Noise of the input behind equalizer and gain, and that of the output beside it, against the
    /// closed form within the record's band. What is compared is the exact variance that follows
    /// from the plan, so that only the record's frequency step is in the way.
    #[test]
    fn noise_has_its_closed_form() {
        let noisy = Redriver {
            noise_density: 3.0.nv_per_rthz(),
            output_noise_density: 5.0.nv_per_rthz(),
            ..redriver()
        };
        let grid = Grid::new(53.125.gbaud(), 8, 4096).unwrap();
        let plan = plan(&noisy, grid);
        let mut workspace = plan.workspace();
        let silence = Waveform::zeros(grid);
        let trajectory =
            plan.trajectory(&silence, &[], Key::root(Seed(1)), &mut workspace).unwrap();
        let mut weights = vec![0.0; grid.len()];
        weights[77] = 1.0;
        let mut sensitivity = plan.sensitivity();
        plan.sense(&trajectory, &weights, &mut sensitivity);
        let variance: Vec<f64> =
            sensitivity.sources.iter().map(|s| s.iter().map(|x| x * x).sum()).collect();
        let band = 0.5 * grid.sample_rate();
        let through = noise_bandwidth(&noisy.equalizer, band) * noisy.gain.power();
        assert!((variance[0] / (9e-18 * through) - 1.0).abs() < 1e-4, "{variance:?}");
        assert!((variance[1] / (25e-18 * band) - 1.0).abs() < 1e-4, "{variance:?}");
    }

    /// The drawn noise has that variance too: 64 records of 2^15 samples, whose noise of about
    /// 50 GHz in a band of 212 GHz makes some 5e5 independent values, so 4 sigma are 0.8 %.
    #[test]
    fn drawn_noise_has_the_same_variance() {
        let noisy = Redriver { noise_density: 3.0.nv_per_rthz(), ..redriver() };
        let grid = Grid::new(53.125.gbaud(), 8, 4096).unwrap();
        let plan = plan(&noisy, grid);
        let mut workspace = plan.workspace();
        let silence = Waveform::zeros(grid);
        let mut power = 0.0;
        for record in 0..64 {
            let key = Key::root(Seed(4)).indexed(record);
            let out = plan.run(&silence, key, &mut workspace).samples();
            power += out.iter().map(|x| x * x).sum::<f64>() / (64.0 * grid.len() as f64);
        }
        let band = noise_bandwidth(&noisy.equalizer, 0.5 * grid.sample_rate());
        let expected = 9e-18 * band * noisy.gain.power();
        assert!((power / expected - 1.0).abs() < 8e-3, "{power:e} against {expected:e}");
    }

    #[test]
    fn small_signals_see_equalizer_and_gain() {
        let device = redriver();
        for gigahertz in [0.01, 13.28125, 26.5625] {
            let ctle = 20.0 * device.equalizer.at(1e9 * gigahertz).norm().log10();
            assert!((gain(&device, 1e-4, gigahertz) - (ctle + 6.0)).abs() < 1e-3);
        }
    }

    /// The describing function of `tanh` for a small third-order part: `1 - (a / 2 V)^2` at an
    /// amplitude `a`.
    #[test]
    fn either_end_compresses_by_itself() {
        let (low, amplitude) = (0.01, 0.05);
        let linear = gain(&redriver(), 1e-4, low);
        let by = |swing: f64, amplitude: f64| 20.0 * (1.0 - (amplitude / swing).powi(2)).log10();
        let input = Redriver { input_saturation: 0.5.volts(), ..redriver() };
        let lost = gain(&input, amplitude, low) - linear;
        assert!((lost - by(0.5, amplitude)).abs() < 2e-3, "{lost}");
        let output = Redriver { saturation: 0.5.volts(), ..redriver() };
        let lost = gain(&output, amplitude, low) - linear;
        let out = amplitude * 10f64.powf(linear / 20.0);
        assert!((lost - by(0.5, out)).abs() < 2e-3, "{lost}");
    }

    #[test]
    fn large_signals_stay_within_the_output_swing() {
        let device = Redriver { saturation: 0.8.volts(), ..redriver() };
        let grid = Grid::new(1.0.gbaud(), 8, 8).unwrap();
        let plan = plan(&device, grid);
        let mut workspace = plan.workspace();
        let much = Waveform::new(grid, vec![100.0; grid.len()]).unwrap();
        let out = plan.run(&much, Seed(1), &mut workspace).samples();
        assert!(out.iter().all(|x| (0.39..=0.4).contains(x)), "{}", out[0]);
    }
}
