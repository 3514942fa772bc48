//! Multimode fiber: light in, later light out.

use std::f64::consts::{LN_2, PI};

use num_complex::Complex64;

use super::fiber::dispersion;
use super::laser::intensity_noise;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::{Current, Field};
use crate::unit::{
    Baud, Decibels, DecibelsPerMeter, DispersionSlope, HertzMeters, Meters, Quantity, check,
};

/// A span of multimode fiber with its connectors: loss, modal and chromatic bandwidth, and the
/// noise of a source's modes.
///
/// # Formula
/// On the intensity, `H(f) = 10^(-loss/10) exp(-ln 2 (f L / EMB)^2) exp(-(2 pi f s)^2 / 2)` with
/// `s = |D| L width` the spread in time of a source's rms spectral width: at `EMB / L` the modes
/// alone take 3 dB of light, 6 dB of the photodiode's signal. Mode partition gives the intensity a
/// relative rms noise of `k / sqrt(2) (1 - exp(-(pi B D L width)^2))` within half the symbol rate.
///
/// # Assumptions
/// Many modes of fiber and source, which do not interfere at the detector: the fiber filters
/// intensity, so that light leaves it without a phase of its own. Both responses are Gaussian,
/// without delay. Noise of mode partition is white over the simulated band and follows the present
/// power; modal noise, which connectors make of speckle, is left out.
///
/// # References
/// Ogawa, *Analysis of mode partition noise in laser transmission systems*, IEEE J. Quantum
/// Electron. 18 (1982); Agrawal et al., *Dispersion penalty for 1.3-um lightwave systems with
/// multimode semiconductor lasers*, J. Lightwave Technol. 6 (1988).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct MultimodeFiber {
    /// Length of the span.
    pub length: Meters,
    /// Loss of the glass.
    pub attenuation: DecibelsPerMeter,
    /// Loss of all connectors.
    pub connector_loss: Decibels,
    /// Effective modal bandwidth, `EMB`: 3 dB of light.
    pub modal_bandwidth: HertzMeters,
    /// Mean wavelength of the source.
    pub wavelength: Meters,
    /// Its rms spectral width.
    pub spectral_width: Meters,
    /// Wavelength of zero dispersion.
    pub zero_dispersion: Meters,
    /// Slope of the dispersion there.
    pub dispersion_slope: DispersionSlope,
    /// Noise of the source's modes, whose sum is steadier than each.
    #[cfg_attr(feature = "config", serde(skip_serializing_if = "Option::is_none"))]
    pub mode_partition: Option<ModePartition>,
}

/// How a source's modes share its power.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ModePartition {
    /// The coefficient `k` of mode partition: 0 if the modes keep their shares, 1 if one at a time
    /// has it all.
    pub coefficient: f64,
    /// The symbol rate `B` of the signal.
    pub symbol_rate: Baud,
}

impl MultimodeFiber {
    /// Loss from end to end.
    pub fn loss(&self) -> Decibels {
        Decibels(self.attenuation.0 * self.length.0 + self.connector_loss.0)
    }

    /// The rms spread in time that dispersion gives to the source's spectrum, in seconds.
    pub fn spread(&self) -> f64 {
        let d = dispersion(self.wavelength, self.zero_dispersion, self.dispersion_slope);
        d.abs() * self.length.0 * self.spectral_width.0
    }

    /// The rms noise of mode partition, relative to the power; 0 without it.
    pub fn partition_noise(&self) -> f64 {
        self.mode_partition.map_or(0.0, |partition| {
            let beta = PI * partition.symbol_rate.0 * self.spread();
            partition.coefficient * 0.5f64.sqrt() * -(-beta * beta).exp_m1()
        })
    }
}

impl Device for MultimodeFiber {
    type In = Field;
    type Out = Field;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        let optical = Meters(400e-9)..=Meters(3e-6);
        let length = check::within("length", self.length, &(Meters(0.0)..=Meters(1e5)))?;
        check::not_negative("attenuation", self.attenuation)?;
        check::not_negative("connector-loss", self.connector_loss)?;
        let modal = check::positive("modal-bandwidth", self.modal_bandwidth)?;
        check::within("wavelength", self.wavelength, &optical)?;
        check::within("spectral-width", self.spectral_width, &(Meters(0.0)..=Meters(1e-7)))?;
        check::within("zero-dispersion", self.zero_dispersion, &optical)?;
        check::not_negative("dispersion-slope", self.dispersion_slope)?;

        let transmission = Decibels(-self.loss().0).power();
        let spread = 2.0 * PI * self.spread();
        let ops = ops
            // Watts, in the domain of amperes: what is filtered is real.
            .map::<Current>(|e: Complex64| e.norm_sqr())
            .lti(move |f| {
                let modes = LN_2 * (f.0 * (length / modal)).powi(2);
                let colors = 0.5 * (f.0 * spread).powi(2);
                Complex64::from(transmission * (-modes - colors).exp())
            })
            .map::<Field>(|power: f64| Complex64::from(power.clamp(0.0, f64::INFINITY).sqrt()));
        let Some(partition) = self.mode_partition else { return Ok(ops) };
        check::within("coefficient", partition.coefficient, &(0.0..=1.0))?;
        let rate = check::positive("symbol-rate", partition.symbol_rate)?.value();
        let density = self.partition_noise().powi(2) * 2.0 / rate;
        Ok(intensity_noise(ops, "mode partition", 1.0, density))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn fiber() -> MultimodeFiber {
        MultimodeFiber {
            length: 100.0.meters(),
            attenuation: 0.0.db_per_km(),
            connector_loss: 0.0.db(),
            modal_bandwidth: 4700.0.mhz_km(),
            wavelength: 850.0.nm(),
            spectral_width: 0.0.nm(),
            zero_dispersion: 1316.0.nm(),
            dispersion_slope: 0.10275.ps_per_nm2_km(),
            mode_partition: None,
        }
    }

    /// The power that light of `milliwatts` and a tone leaves behind, as its mean and the tone's
    /// amplitude relative to it.
    fn tone(fiber: &MultimodeFiber, gigahertz: f64) -> (f64, f64) {
        let grid = Grid::new((8.0 * gigahertz).gbaud(), 1, 64).unwrap();
        let angle = |n: usize| TAU * n as f64 / 8.0;
        let field = (0..64)
            .map(|n| {
                Complex64::from_polar((1e-3 * (1.0 + 0.5 * angle(n).cos())).sqrt(), angle(3 * n))
            })
            .collect();
        let plan = Link::optical().then("fiber", fiber).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let power = plan.run(&Waveform::new(grid, field).unwrap(), Seed(1), &mut workspace).power();
        let mean = power.iter().sum::<f64>() / 64.0;
        let line: f64 = power.iter().enumerate().map(|(n, p)| p * angle(n).cos()).sum();
        (1e3 * mean, line / 32.0 / mean / 0.5)
    }

    /// 4700 MHz km over 100 m: 47 GHz. Half of the light is 6 dB of the current.
    #[test]
    fn modes_take_3_db_of_light_at_their_bandwidth() {
        let (mean, left) = tone(&fiber(), 47.0);
        assert!((mean - 1.0).abs() < 1e-12);
        assert!((left - 0.5).abs() < 1e-12 && (-20.0 * left.log10() - 6.0206).abs() < 1e-4);
        let (_, left) = tone(&MultimodeFiber { length: 50.0.meters(), ..fiber() }, 47.0);
        assert!((left - 0.5f64.powf(0.25)).abs() < 1e-12);
    }

    /// -103.6 ps/(nm km) over 100 m and 0.6 nm: 6.2 ps, which halves the light at `0.1874 / s`.
    #[test]
    fn a_wide_source_takes_bandwidth_by_its_rms_width() {
        let wide =
            MultimodeFiber { modal_bandwidth: 1e6.ghz_km(), spectral_width: 0.6.nm(), ..fiber() };
        let spread = 1e12 * wide.spread();
        assert!((spread - 6.217).abs() < 1e-3, "{spread} ps");
        let half = 1e3 * (2.0 * 2f64.ln()).sqrt() / TAU / spread;
        let (_, left) = tone(&wide, half);
        assert!((left - 0.5).abs() < 1e-9, "{left} at {half} GHz");
    }

    #[test]
    fn loss_is_glass_and_connectors() {
        let lossy =
            MultimodeFiber { attenuation: 3.0.db_per_km(), connector_loss: 1.5.db(), ..fiber() };
        assert!((lossy.loss().0 - 1.8).abs() < 1e-12);
        let (mean, _) = tone(&lossy, 1.0);
        assert!((10.0 * mean.log10() + 1.8).abs() < 1e-9);
    }

    /// Sample by sample the variance is that of half the symbol rate, times the samples a symbol.
    #[test]
    fn mode_partition_has_the_variance_of_its_closed_form() {
        let partition = ModePartition { coefficient: 0.3, symbol_rate: 53.125.gbaud() };
        let noisy =
            MultimodeFiber { spectral_width: 0.6.nm(), mode_partition: Some(partition), ..fiber() };
        let beta: f64 = PI * 53.125e9 * 6.2168e-12;
        let expected = 0.3 / 2f64.sqrt() * (1.0 - (-beta * beta).exp());
        assert!((noisy.partition_noise() / expected - 1.0).abs() < 1e-3);
        let weak = MultimodeFiber { length: 20.0.meters(), ..noisy };
        let grid = Grid::new(53.125.gbaud(), 4, 1 << 14).unwrap();
        let plan = Link::optical().then("fiber", &weak).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let light = Waveform::new(grid, vec![Complex64::from(0.03); grid.len()]).unwrap();
        let power = plan.run(&light, Seed(3), &mut workspace).power();
        let variance = power.iter().map(|p| (p / 9e-4 - 1.0).powi(2)).sum::<f64>();
        let found = variance / power.len() as f64 / 4.0;
        // The variance of 65,536 normals is known to 0.55 %: three of them.
        assert!((found / weak.partition_noise().powi(2) - 1.0).abs() < 0.017, "{found}");
        let strong = Link::optical().then("fiber", &noisy).unwrap().plan(grid).unwrap_err();
        assert!(strong.to_string().contains("`mode partition`"), "{strong}");
    }
}
