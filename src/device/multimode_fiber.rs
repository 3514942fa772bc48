//! Multimode fiber: light in, later light out.

use std::f64::consts::{LN_2, PI};

use num_complex::Complex64;

use super::fiber::dispersion;
use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::{Current, Field};
use crate::unit::{
    Baud, Decibels, DecibelsPerMeter, DispersionSlope, Hertz, HertzMeters, Meters, Quantity, check,
};

/// A span of multimode fiber with its connectors: loss, modal and chromatic bandwidth, and the
/// noise of a source's modes.
///
/// # Formula
/// On the intensity, `H(f) = 10^(-loss/10) exp(-ln 2 (f L / EMB)^2) exp(-(2 pi f s)^2 / 2)` with
/// `s = |D| L width` the spread in time of a source's rms spectral width: at `EMB / L` the modes
/// alone take 3 dB of light, 6 dB of the photodiode's signal.
///
/// Mode partition gives the intensity `P` a variance of `k^2 ((g * P^2) - (g * P)^2)` within half the
/// symbol rate, with `g` the Gaussian of the delays `s`: each mode brings the signal at its own delay,
/// and shares of the power go to and fro between them. Steady light has none. At the peaks of an
/// alternating pattern of amplitude `A`, half the OMA, it is Ogawa's
/// `A^2 k^2 / 2 (1 - exp(-(pi B s)^2))^2`, which the IEEE's link models take for all patterns.
///
/// # Assumptions
/// Many modes of fiber and source, which do not interfere at the detector: the fiber filters
/// intensity, so that light leaves it without a phase of its own. Both responses are Gaussian,
/// without delay. All modes of the source carry the same signal, their powers have a steady sum, and
/// any two of them the covariance of Ogawa's model, `-k^2` times the product of their mean shares; the
/// shares change so fast that the noise is white over the simulated band, which is pessimistic: of
/// shares slower than the symbols an equalizer leaves some 0.7 of the variance, as they carry nothing
/// from the crossings, where there is most, into the symbols. Intensity noise of the light counts as
/// signal, all of the simulated band: as part of what varies it adds to the variance to the second order,
/// which readings along the signal without noise leave out. Modal noise, which connectors make of speckle,
/// is left out.
///
/// # References
/// Ogawa, *Analysis of mode partition noise in laser transmission systems*, IEEE J. Quantum
/// Electron. 18 (1982); Agrawal et al., *Dispersion penalty for 1.3-um lightwave systems with
/// multimode semiconductor lasers*, J. Lightwave Technol. 6 (1988); Cunningham and Dawe, *Review of
/// the 10 Gigabit Ethernet link model* (IEEE P802.3ae, 2002).
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
    /// The coefficient `k` of mode partition, the link models' `k_OMA`: 0 if the modes keep their
    /// shares, 1 if one at a time has it all.
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
        let of_modes = move |f: Hertz| {
            Complex64::from(transmission * (-LN_2 * (f.0 * (length / modal)).powi(2)).exp())
        };
        let of_colors = move |f: Hertz| Complex64::from((-0.5 * (f.0 * spread).powi(2)).exp());
        // Watts, in the domain of amperes: what is filtered is real.
        let ops = match self.mode_partition {
            None => ops.map::<Current>(|e: Complex64| e.norm_sqr()).lti(of_colors),
            Some(partition) => {
                let k = check::within(
                    "mode-partition.coefficient",
                    partition.coefficient,
                    &(0.0..=1.0),
                )?;
                let rate =
                    check::positive("mode-partition.symbol-rate", partition.symbol_rate)?.value();
                let amplitude = k * (2.0 / rate).sqrt();
                // The power and its square side by side, as the delays leave them on average.
                ops.map::<Field>(|e: Complex64| Complex64::new(e.norm_sqr(), e.norm_sqr().powi(2)))
                    .lti(of_colors)
                    .noisy_map::<Current>("mode partition", move |mean: Complex64, n| {
                        let variance = (mean.im - mean.re * mean.re).max(0.0);
                        mean.re + amplitude * variance.sqrt() * n
                    })
            }
        };
        Ok(ops
            .lti(of_modes)
            .map::<Field>(|power: f64| Complex64::from(power.clamp(0.0, f64::INFINITY).sqrt())))
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

    const PARTITION: ModePartition =
        ModePartition { coefficient: 0.3, symbol_rate: Baud(53.125e9) };

    fn partitioned() -> MultimodeFiber {
        MultimodeFiber {
            modal_bandwidth: 1e6.ghz_km(),
            spectral_width: 0.6.nm(),
            mode_partition: Some(PARTITION),
            ..fiber()
        }
    }

    /// The rms noise, in milliwatts and within half the symbol rate, at the peaks and the crossings of
    /// an alternating pattern of some mean and amplitude.
    fn partition_noise(mean: f64, amplitude: f64) -> [f64; 2] {
        let grid = Grid::new(PARTITION.symbol_rate, 4, 1 << 16).unwrap();
        let field = (0..grid.len()).map(|n| {
            let power = mean + amplitude * (TAU * n as f64 / 8.0).cos();
            Complex64::from((1e-3 * power).sqrt())
        });
        let plan = Link::optical().then("fiber", &partitioned()).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let field = Waveform::new(grid, field.collect()).unwrap();
        let power = plan.run(&field, Seed(3), &mut workspace).power();
        [0, 2].map(|phase| {
            let at: Vec<f64> = power.iter().skip(phase).step_by(8).map(|p| 1e3 * p).collect();
            let count = at.len() as f64;
            let mean = at.iter().sum::<f64>() / count;
            let variance = at.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / count;
            // White over four times the half symbol rate.
            (variance / 4.0).sqrt()
        })
    }

    /// Ogawa's closed form at the peaks. At the crossings, where one delay's loss is another's gain to
    /// the first order, the variance is `k^2 / 2 (1 - exp(-2 beta^2))`.
    ///
    /// Seed 3; the rms value of 32,768 normals is known to 0.39 %: three of them.
    #[test]
    fn mode_partition_has_its_closed_forms_in_an_alternating_pattern() {
        let beta = PI * PARTITION.symbol_rate.0 * partitioned().spread();
        let k = PARTITION.coefficient;
        let at_peaks = k * 0.5f64.sqrt() * (1.0 - (-beta * beta).exp());
        let at_crossings = k * (0.5 * (1.0 - (-2.0 * beta * beta).exp())).sqrt();
        let [peaks, crossings] = partition_noise(2.0, 0.8).map(|noise| noise / 0.8);
        assert!((peaks / at_peaks - 1.0).abs() < 0.012, "{peaks} for {at_peaks}");
        assert!((crossings / at_crossings - 1.0).abs() < 0.012, "{crossings} for {at_crossings}");
    }

    /// The modes' sum is steady: what counts is how light varies, and not how much of it there is.
    #[test]
    fn steady_light_has_no_partition_noise_and_its_mean_adds_none() {
        let [steady, _] = partition_noise(2.0, 0.0);
        assert!(steady < 1e-7, "{steady} mW");
        let [deep, shallow] = [1.0, 5.0].map(|mean| partition_noise(mean, 0.8)[0]);
        assert!((deep / shallow - 1.0).abs() < 1e-6, "{deep} mW and {shallow} mW");
    }
}
