//! What an insulator and a conductor do to a wave: causal permittivity and skin effect.

use std::f64::consts::PI;

use num_complex::Complex64;

use crate::{Error, Result};

/// The speed of light in vacuum, m/s (exact).
pub const LIGHT_SPEED: f64 = 299_792_458.0;

/// The permeability of vacuum, H/m (CODATA 2018).
pub const PERMEABILITY: f64 = 1.256_637_062_12e-6;

/// The conductivity of annealed copper at room temperature, S/m.
pub const COPPER: f64 = 5.8e7;

/// The corner frequencies between which the loss tangent is nearly constant, Hz.
const LOW_HZ: f64 = 1e3;
const HIGH_HZ: f64 = 1e12;

/// An insulator whose loss tangent is nearly constant over frequency, and whose permittivity
/// falls with frequency exactly as that loss demands.
///
/// # Formula
/// `eps(f) = eps_inf + m ln((f_h + jf) / (f_l + jf))` with `f_l` = 1 kHz and `f_h` = 1 THz, and
/// `eps_inf`, `m` from one known point.
///
/// # Assumptions
/// No conductivity at DC. Between 10 kHz and 100 GHz the tangent changes by a few percent.
///
/// # References
/// A. R. Djordjevic et al., *Wideband frequency-domain characterization of FR-4 and time-domain
/// causality*, IEEE Trans. EMC 43 (2001).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dielectric {
    infinite: f64,
    slope: f64,
    at_hz: f64,
}

impl Dielectric {
    /// The insulator of the given relative permittivity and loss tangent at a frequency in hertz.
    ///
    /// # Errors
    /// If the permittivity is below 1, the tangent not 0 to 0.1, or the frequency outside 1 MHz to
    /// 100 GHz, where the model holds.
    pub fn new(permittivity: f64, loss_tangent: f64, at_hz: f64) -> Result<Self> {
        if !(1.0..=100.0).contains(&permittivity) {
            return Err(Error::parameter("permittivity", permittivity, "1 to 100"));
        }
        if !(0.0..=0.1).contains(&loss_tangent) {
            return Err(Error::parameter("loss_tangent", loss_tangent, "0 to 0.1"));
        }
        if !(1e6..=1e11).contains(&at_hz) {
            let value = format!("{at_hz} Hz");
            return Err(Error::parameter("at", value, "1 MHz to 100 GHz"));
        }
        let log = logarithm(at_hz);
        let slope = -loss_tangent * permittivity / log.im;
        Ok(Self { infinite: permittivity - slope * log.re, slope, at_hz })
    }

    /// The complex relative permittivity at a frequency in hertz from 0 up; real at 0.
    pub fn permittivity(&self, hz: f64) -> Complex64 {
        self.infinite + self.slope * logarithm(hz)
    }

    /// The loss tangent at a frequency in hertz.
    pub fn loss_tangent(&self, hz: f64) -> f64 {
        let permittivity = self.permittivity(hz);
        -permittivity.im / permittivity.re
    }

    /// The frequency at which the insulator was specified, Hz.
    pub fn at_hz(&self) -> f64 {
        self.at_hz
    }

    /// The limit of the permittivity at high frequency, which the front of a pulse sees.
    pub fn permittivity_limit(&self) -> f64 {
        self.infinite
    }
}

fn logarithm(hz: f64) -> Complex64 {
    (Complex64::new(HIGH_HZ, hz) / Complex64::new(LOW_HZ, hz)).ln()
}

/// The depth in meter at which the current of a conductor has fallen to 1/e.
///
/// # Formula
/// `1 / sqrt(pi f mu sigma)`.
pub fn skin_depth(hz: f64, conductivity: f64) -> f64 {
    (PI * hz * PERMEABILITY * conductivity).sqrt().recip()
}

/// The resistance in ohm of a square of surface in which the current keeps to the skin.
pub fn surface_resistance(hz: f64, conductivity: f64) -> f64 {
    1.0 / (conductivity * skin_depth(hz, conductivity))
}

/// A rough copper surface that lengthens the current's way as frequency rises.
///
/// # Formula
/// The internal impedance is multiplied by `1 + ratio / (1 + 1/(a sqrt(j w mu sigma)))`. The
/// resistance that results is Huray's, `1 + ratio / (1 + d/a + d^2/(2 a^2))` with `d` the skin
/// depth, and the inductance is the one that causality pairs with it.
///
/// # References
/// P. G. Huray et al., *Impact of copper surface texture on loss*, DesignCon (2010);
/// J. E. Bracken, *A causal Huray model for surface roughness*, DesignCon (2012).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roughness {
    /// By how much the resistance ends up above that of a smooth surface, as a ratio: 1 doubles it.
    pub ratio: f64,
    /// Radius of the copper grains, m.
    pub radius: f64,
}

impl Roughness {
    /// The complex factor on the internal impedance at a frequency in hertz; 1 at DC.
    pub fn factor(&self, hz: f64) -> Complex64 {
        let wave = Complex64::new(0.0, 2.0 * PI * hz * PERMEABILITY * COPPER).sqrt() * self.radius;
        1.0 + self.ratio * wave / (1.0 + wave)
    }
}

/// The internal impedance per meter of the conductors of a line, go and return together.
///
/// # Formula
/// `z(f) = K(f) sqrt(R_dc^2 + 2j (f / f0) R_0^2)`: the DC resistance at low frequency,
/// `(1 + j) R_0 sqrt(f / f0)` at high frequency, and `K` the roughness. Each factor is analytic
/// in the half plane of decaying waves, so the line is causal.
///
/// # Assumptions
/// One corner between the two limits; the real current crowds more gradually. Proximity effect is
/// part of `R_0`.
///
/// # References
/// H. Johnson and M. Graham, *High-Speed Signal Propagation*, chapter 3 (2003).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conductor {
    /// Resistance at DC, ohm/m.
    pub dc_ohm_per_meter: f64,
    /// Resistance of the smooth conductor at the frequency `at_hz`, from its skin alone, ohm/m.
    pub skin_ohm_per_meter: f64,
    /// Frequency of the skin resistance, Hz.
    pub at_hz: f64,
    /// Surface, if it is not smooth.
    pub roughness: Option<Roughness>,
}

impl Conductor {
    /// A smooth conductor whose skin costs `loss_db` decibels per meter at a frequency in hertz,
    /// on a line of the given impedance in ohm.
    pub fn from_loss(impedance_ohm: f64, loss_db: f64, at_hz: f64, dc_ohm_per_meter: f64) -> Self {
        let neper = loss_db / (20.0 * std::f64::consts::LOG10_E);
        let skin_ohm_per_meter = 2.0 * impedance_ohm * neper;
        Self { dc_ohm_per_meter, skin_ohm_per_meter, at_hz, roughness: None }
    }

    /// A smooth conductor of the given conductivity (S/m), width over which the current spreads
    /// (m) and cross section (m^2). For a pair, width and section are those of one leg halved:
    /// the legs are in series.
    pub fn from_geometry(conductivity: f64, width: f64, section: f64) -> Self {
        let at_hz = 1e9;
        Self {
            dc_ohm_per_meter: 1.0 / (conductivity * section),
            skin_ohm_per_meter: surface_resistance(at_hz, conductivity) / width,
            at_hz,
            roughness: None,
        }
    }

    /// The internal impedance at a frequency in hertz from 0 up, ohm/m; real at 0.
    pub fn impedance(&self, hz: f64) -> Complex64 {
        let skin = self.skin_ohm_per_meter * self.skin_ohm_per_meter;
        let dc = self.dc_ohm_per_meter * self.dc_ohm_per_meter;
        let smooth = Complex64::new(dc, 2.0 * hz / self.at_hz * skin).sqrt();
        self.roughness.map_or(smooth, |surface| surface.factor(hz) * smooth)
    }

    /// # Errors
    /// If a number is negative, not finite, or a frequency or radius not positive.
    pub(crate) fn check(&self) -> Result<()> {
        for (name, value) in [("dc", self.dc_ohm_per_meter), ("skin", self.skin_ohm_per_meter)] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::parameter(name, format!("{value} ohm/m"), "0 ohm/m or more"));
            }
        }
        if !(self.at_hz.is_finite() && self.at_hz > 0.0) {
            return Err(Error::parameter("at", format!("{} Hz", self.at_hz), "positive"));
        }
        if let Some(Roughness { ratio, radius }) = self.roughness {
            if !(ratio.is_finite() && ratio >= 0.0) {
                return Err(Error::parameter("roughness.ratio", ratio, "0 or more"));
            }
            if !(radius.is_finite() && radius > 0.0) {
                return Err(Error::parameter("roughness.radius", radius, "positive"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permittivity_has_the_reference_values() {
        let laminate = Dielectric::new(3.3, 0.002, 1e9).unwrap();
        let cases =
            [(1e9, 3.3, 0.002), (26.5625e9, 3.28621, 0.001976), (53.125e9, 3.28330, 0.001943)];
        for (hz, permittivity, tangent) in cases {
            assert!((laminate.permittivity(hz).re - permittivity).abs() < 1e-5, "{hz}");
            assert!((laminate.loss_tangent(hz) - tangent).abs() < 1e-6, "{hz}");
        }
        assert!(laminate.permittivity(0.0).im == 0.0);
        assert!(laminate.permittivity_limit() < laminate.permittivity(100e9).re);
    }

    #[test]
    fn copper_has_the_reference_skin() {
        for (hz, depth, resistance) in
            [(26.5625e9, 0.4055e-6, 42.52e-3), (53.125e9, 0.2867e-6, 60.13e-3)]
        {
            assert!((skin_depth(hz, COPPER) / depth - 1.0).abs() < 2e-4);
            assert!((surface_resistance(hz, COPPER) / resistance - 1.0).abs() < 2e-4);
        }
    }

    #[test]
    fn the_rough_resistance_is_that_of_huray() {
        let surface = Roughness { ratio: 1.1, radius: 0.5e-6 };
        for hz in [1e6, 1e9, 10e9, 50e9] {
            let d = skin_depth(hz, COPPER) / surface.radius;
            let expected = 1.0 + surface.ratio / (1.0 + d + 0.5 * d * d);
            // The resistance of a surface of internal impedance (1 + j) R is the real part.
            let resistance = (surface.factor(hz) * Complex64::new(1.0, 1.0)).re;
            assert!((resistance - expected).abs() < 1e-12, "{hz}");
        }
        assert_eq!(surface.factor(0.0), Complex64::ONE);
    }

    #[test]
    fn a_conductor_goes_from_its_dc_resistance_to_its_skin() {
        let wire = Conductor::from_geometry(COPPER, 0.5e-3, 0.05e-6);
        assert!((wire.impedance(0.0).re - 1.0 / (COPPER * 0.05e-6)).abs() < 1e-12);
        assert!(wire.impedance(0.0).im == 0.0);
        let skin = wire.impedance(50e9);
        assert!((skin.re * 0.5e-3 / surface_resistance(50e9, COPPER) - 1.0).abs() < 1e-3);
        assert!((skin.im / skin.re - 1.0).abs() < 1e-3);
    }

    #[test]
    fn impossible_materials_are_refused() {
        assert!(Dielectric::new(0.9, 0.0, 1e9).unwrap_err().is_parameter());
        assert!(Dielectric::new(3.0, f64::NAN, 1e9).is_err());
        assert!(Dielectric::new(3.0, 0.01, 0.0).is_err());
        let mut wire = Conductor::from_loss(100.0, 5.0, 26e9, -1.0);
        assert!(wire.check().is_err());
        wire.dc_ohm_per_meter = 0.1;
        wire.roughness = Some(Roughness { ratio: 1.0, radius: 0.0 });
        assert!(wire.check().unwrap_err().to_string().contains("roughness.radius"));
    }
}
