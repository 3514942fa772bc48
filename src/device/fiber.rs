//! Single-mode fiber: light in, later light out.

use std::f64::consts::PI;

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::Field;
use crate::unit::{Decibels, DecibelsPerMeter, DispersionSlope, Meters, check};

/// Speed of light in vacuum, m/s.
pub(super) const LIGHT: f64 = 299_792_458.0;

/// A span of single-mode fiber with its connectors: loss and chromatic dispersion.
///
/// # Formula
/// `D(lambda) = S0/4 (lambda - lambda0^4 / lambda^3)`, its slope `S = S0/4 (1 + 3 lambda0^4 /
/// lambda^4)`; `beta2 = -D lambda^2 / (2 pi c)`, `beta3 = (lambda^2 / (2 pi c))^2 (S + 2 D /
/// lambda)`, and `H = 10^(-loss/20) exp(-j (beta2 w^2 / 2 + beta3 w^3 / 6) L)` with `w` the
/// angular frequency from the carrier.
///
/// # Assumptions
/// Linear: no Kerr effect, which holds for the powers and lengths of data centers. The delay of
/// the carrier, 4.9 ns/m, is left out: a receiver's clock follows it. One polarization.
///
/// # References
/// ITU-T G.652; Agrawal, *Fiber-Optic Communication Systems*, 4th ed., section 2.3.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct SingleModeFiber {
    /// Length of the span.
    pub length: Meters,
    /// Loss of the glass.
    pub attenuation: DecibelsPerMeter,
    /// Loss of all connectors and splices.
    pub connector_loss: Decibels,
    /// Wavelength of the light.
    pub wavelength: Meters,
    /// Wavelength of zero dispersion, `lambda0`.
    pub zero_dispersion: Meters,
    /// Slope of the dispersion there, `S0`.
    pub dispersion_slope: DispersionSlope,
}

impl SingleModeFiber {
    /// Dispersion at the light's wavelength, in s/m^2; 1 ps/(nm km) is 1e-6 of them.
    pub fn dispersion(&self) -> f64 {
        dispersion(self.wavelength, self.zero_dispersion, self.dispersion_slope)
    }

    /// Slope of the dispersion over wavelength at the light's wavelength, in s/m^3.
    fn slope(&self) -> f64 {
        let ratio = (self.zero_dispersion.0 / self.wavelength.0).powi(4);
        0.25 * self.dispersion_slope.0 * (1.0 + 3.0 * ratio)
    }

    /// Loss from end to end.
    pub fn loss(&self) -> Decibels {
        Decibels(self.attenuation.0 * self.length.0 + self.connector_loss.0)
    }
}

/// Chromatic dispersion of silica fiber in s/m^2, from where it vanishes and its slope there.
pub(super) fn dispersion(wavelength: Meters, zero: Meters, slope: DispersionSlope) -> f64 {
    0.25 * slope.0 * (wavelength.0 - zero.0.powi(4) / wavelength.0.powi(3))
}

impl Device for SingleModeFiber {
    type In = Field;
    type Out = Field;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        let optical = Meters(400e-9)..=Meters(3e-6);
        let length = check::not_negative("length", self.length)?;
        check::not_negative("attenuation", self.attenuation)?;
        check::not_negative("connector-loss", self.connector_loss)?;
        let wavelength = check::within("wavelength", self.wavelength, &optical)?;
        check::within("zero-dispersion", self.zero_dispersion, &optical)?;
        check::not_negative("dispersion-slope", self.dispersion_slope)?;

        let transmission = Decibels(-self.loss().0).amplitude();
        let per_frequency = wavelength * wavelength / (2.0 * PI * LIGHT);
        let dispersion = self.dispersion();
        let beta2 = -dispersion * per_frequency;
        let beta3 = per_frequency.powi(2) * (self.slope() + 2.0 * dispersion / wavelength);
        Ok(ops.lti(move |f| {
            let w = 2.0 * PI * f.0;
            let phase = (beta2 / 2.0 + beta3 / 6.0 * w) * w * w * length;
            Complex64::from_polar(transmission, -phase)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn fiber(kilometers: f64, wavelength_nm: f64, zero_nm: f64) -> SingleModeFiber {
        SingleModeFiber {
            length: kilometers.km(),
            attenuation: 0.0.db_per_km(),
            connector_loss: 0.0.db(),
            wavelength: wavelength_nm.nm(),
            zero_dispersion: zero_nm.nm(),
            dispersion_slope: 0.092.ps_per_nm2_km(),
        }
    }

    /// The fiber at 1550 nm with exactly `dispersion` ps/(nm km) and no slope to speak of: the
    /// zero is put where Sellmeier's form gives that dispersion.
    fn with_dispersion(dispersion: f64, kilometers: f64) -> SingleModeFiber {
        let ratio: f64 = 1.0 - dispersion * 4.0 / (0.092 * 1550.0);
        fiber(kilometers, 1550.0, 1550.0 * ratio.powf(0.25))
    }

    #[test]
    fn dispersion_follows_the_table() {
        for (zero, wavelength, expected) in [
            (1300.0, 1264.5, -3.4061),
            (1310.0, 1331.0, 1.8868),
            (1324.0, 1271.0, -5.1896),
            (1310.0, 1550.0, 17.4606),
        ] {
            let d = fiber(1.0, wavelength, zero).dispersion() * 1e6;
            assert!((d - expected).abs() < 1e-4, "{d}");
        }
    }

    /// A Gaussian pulse of half-width T0 widens by sqrt(1 + (z / L_D)^2).
    #[test]
    fn a_gaussian_pulse_broadens_as_theory_says() {
        let t0 = 10e-12;
        let beta2 = 17.0e-6 * (1550e-9f64).powi(2) / (2.0 * PI * LIGHT);
        let dispersion_length = t0 * t0 / beta2;
        let grid = Grid::new(1.0.gbaud(), 1024, 4).unwrap();
        for z in [0.5, 1.0, 2.0] {
            let mut span = with_dispersion(17.0, z * dispersion_length * 1e-3);
            // Theory's fiber has no slope: cancel it by symmetry, averaging both signs of time.
            let width = |span: &SingleModeFiber| {
                let plan = Link::optical().then("fiber", span).unwrap().plan(grid).unwrap();
                let mut workspace = plan.workspace();
                let center = 0.5 * grid.len() as f64;
                let pulse = (0..grid.len())
                    .map(|n| {
                        let t = (n as f64 - center) * grid.dt() / t0;
                        Complex64::from((-0.5 * t * t).exp())
                    })
                    .collect();
                let input = Waveform::new(grid, pulse).unwrap();
                let power = plan.run(&input, Seed(1), &mut workspace).power();
                let total: f64 = power.iter().sum();
                let moment = |k: i32, about: f64| {
                    power
                        .iter()
                        .enumerate()
                        .map(|(n, p)| p * ((n as f64 - about) * grid.dt()).powi(k))
                        .sum::<f64>()
                        / total
                };
                let mean = center + moment(1, center) / grid.dt();
                // The rms width of power is T0 / sqrt 2.
                (2.0 * moment(2, mean)).sqrt()
            };
            let third_order = {
                let per_frequency = 1550e-9f64.powi(2) / (2.0 * PI * LIGHT);
                let beta3 =
                    per_frequency.powi(2) * (span.slope() + 2.0 * span.dispersion() / 1550e-9);
                0.25 * (beta3 * span.length.0 / t0.powi(3)).powi(2)
            };
            span.attenuation = 0.2.db_per_km();
            let broadening = width(&span) / t0;
            // Agrawal (3.3.16) with the third-order term, which is 1e-6 here.
            let expected = (1.0 + z * z + third_order).sqrt();
            assert!((broadening / expected - 1.0).abs() < 1e-4, "{z}: {broadening}");
        }
    }

    #[test]
    fn loss_is_glass_and_connectors() {
        let span = SingleModeFiber {
            attenuation: 0.4.db_per_km(),
            connector_loss: 0.5.db(),
            ..fiber(0.5, 1310.0, 1310.0)
        };
        assert!((span.loss().0 - 0.7).abs() < 1e-12);
    }
}
