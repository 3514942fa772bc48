//! The transmission line and the package of IEEE 802.3 Annex 93A.
//!
//! Numbers keep the units of the standard's tables: GHz, mm, ns/mm. Capacitances and inductances
//! belong to one leg, impedances of lines to the pair.

use std::f64::consts::{FRAC_2_PI, PI};

use num_complex::Complex64;

use super::TwoPort;
use crate::{Error, Result};

/// The differential reference impedance of Annex 93A, `2 R_0`, ohm.
pub const REFERENCE_OHM: f64 = 100.0;

/// The propagation constant of Annex 93A.
///
/// # Formula
/// `gamma = gamma0 + a1 (1 + j) sqrt(f) + (a2 (1 - j (2/pi) ln f) + j 2 pi tau) f` per millimeter,
/// `f` in GHz; `gamma(0) = gamma0`.
///
/// # References
/// IEEE 802.3 Annex 93A, equations 93A-9 to 93A-12.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComLine {
    /// Loss at DC, 1/mm.
    pub gamma0: f64,
    /// Skin effect, sqrt(ns)/mm.
    pub a1: f64,
    /// Dielectric loss, ns/mm.
    pub a2: f64,
    /// Delay, ns/mm.
    pub tau: f64,
}

impl ComLine {
    /// The propagation constant at a frequency in hertz from 0 up, 1/mm.
    pub fn gamma_per_mm(&self, hz: f64) -> Complex64 {
        if hz <= 0.0 {
            return Complex64::from(self.gamma0);
        }
        let ghz = hz * 1e-9;
        let skin = Complex64::new(1.0, 1.0) * (self.a1 * ghz.sqrt());
        let dielectric = Complex64::new(1.0, -FRAC_2_PI * ghz.ln()) * self.a2;
        self.gamma0 + skin + (dielectric + Complex64::new(0.0, 2.0 * PI * self.tau)) * ghz
    }

    /// A piece of the line as a two-port of reference 100 ohm (93A-13, 93A-14): length in
    /// millimeter, differential impedance in ohm, frequency in hertz from 0 up.
    pub fn section(&self, hz: f64, length_mm: f64, impedance_ohm: f64) -> TwoPort {
        let impedance = Complex64::from(impedance_ohm);
        TwoPort::line(self.gamma_per_mm(hz) * length_mm, impedance, REFERENCE_OHM)
    }
}

/// The package of Annex 93A, seen from the die: sections of shunt capacitance and series
/// inductance, the bump's capacitance, pieces of line, and the capacitance at the board.
///
/// ```
/// use lightlane::response::com::{ComLine, ComPackage};
///
/// // The second test case of 802.3ck, 31 mm.
/// let package = ComPackage {
///     die: vec![(120e-15, 120e-12)],
///     bump: 30e-15,
///     line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
///     pieces: vec![(31.0, 87.5), (1.8, 92.5)],
///     board: 87e-15,
/// };
/// let transmitter = package.at(26.5625e9);
/// let receiver = transmitter.flip();
/// assert!((20.0 * transmitter.s21.norm().log10() + 4.763).abs() < 0.01);
/// assert_eq!(receiver.s21, transmitter.s12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ComPackage {
    /// Capacitance (`C_d`, F) and then inductance (`L_s`, H) of one leg, from the die on; one
    /// section in 802.3ck, three in 802.3dj.
    pub die: Vec<(f64, f64)>,
    /// Capacitance of the bump (`C_b`), F.
    pub bump: f64,
    /// Propagation constant of all pieces of line.
    pub line: ComLine,
    /// Length in millimeter (`z_p`) and differential impedance in ohm (`Z_c`) of each piece.
    pub pieces: Vec<(f64, f64)>,
    /// Capacitance at the board (`C_p`), F.
    pub board: f64,
}

impl ComPackage {
    /// The package as a two-port of reference 100 ohm, the die at port 1. A receiver's package is
    /// the same one flipped.
    pub fn at(&self, hz: f64) -> TwoPort {
        // A leg's capacitance to ground is twice that between the legs, its inductance half of it.
        let capacitance = |farad: f64| TwoPort::shunt_capacitance(hz, 0.5 * farad, REFERENCE_OHM);
        let inductance = |henry: f64| TwoPort::series_inductance(hz, 2.0 * henry, REFERENCE_OHM);
        let die =
            self.die.iter().fold(TwoPort::through(REFERENCE_OHM), |chain, &(farad, henry)| {
                chain.cascade(&capacitance(farad)).cascade(&inductance(henry))
            });
        self.pieces
            .iter()
            .fold(die.cascade(&capacitance(self.bump)), |chain, &(length_mm, impedance_ohm)| {
                chain.cascade(&self.line.section(hz, length_mm, impedance_ohm))
            })
            .cascade(&capacitance(self.board))
    }

    /// Checks that every number is one that a package can have.
    ///
    /// # Errors
    /// If one is negative or not finite, or an impedance is 0.
    pub fn check(&self) -> Result<()> {
        let line = [self.line.gamma0, self.line.a1, self.line.a2, self.line.tau];
        let named = [("bump", self.bump), ("board", self.board)]
            .into_iter()
            .chain(self.die.iter().flat_map(|&(c, l)| [("die", c), ("die", l)]))
            .chain(["gamma0", "a1", "a2", "tau"].into_iter().zip(line))
            .chain(self.pieces.iter().map(|&(length, _)| ("pieces", length)));
        for (name, value) in named {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::parameter(name, value, "0 or more"));
            }
        }
        for &(_, impedance) in &self.pieces {
            if !(impedance.is_finite() && impedance > 0.0) {
                return Err(Error::parameter("pieces", format!("{impedance} ohm"), "positive"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ck(length_mm: f64) -> ComPackage {
        ComPackage {
            die: vec![(120e-15, 120e-12)],
            bump: 30e-15,
            line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
            pieces: vec![(length_mm, 87.5), (1.8, 92.5)],
            board: 87e-15,
        }
    }

    #[test]
    fn boards_lose_what_the_standard_says_per_inch() {
        let cases = [
            (
                ComLine { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 },
                26.5625e9,
                0.9965,
            ),
            (ComLine { gamma0: 0.0, a1: 6.44084e-4, a2: 3.6036e-5, tau: 5.79e-3 }, 56e9, 1.5086),
        ];
        for (line, hz, loss_db) in cases {
            let inch = line.section(hz, 25.4, 100.0);
            assert!((-20.0 * inch.s21.norm().log10() - loss_db).abs() < 1e-3, "{hz}");
            assert!(inch.s11.norm() < 1e-15);
        }
    }

    #[test]
    fn the_802_3ck_package_has_the_reference_loss() {
        let loss = 20.0 * ck(31.0).at(26.5625e9).s21.norm().log10();
        assert!((loss + 4.763).abs() < 0.01, "{loss}");
    }

    #[test]
    fn the_802_3dj_package_has_the_reference_loss() {
        for (length_mm, expected) in [(12.0, 2.424), (33.0, 5.938), (45.0, 7.632)] {
            let package = ComPackage {
                die: vec![(40e-15, 130e-12), (90e-15, 150e-12), (110e-15, 140e-12)],
                bump: 30e-15,
                line: ComLine { gamma0: 5e-4, a1: 8.9e-4, a2: 2e-4, tau: 6.141e-3 },
                pieces: vec![(length_mm, 87.5), (1.8, 92.5)],
                board: 40e-15,
            };
            let loss = -20.0 * package.at(53.125e9).s21.norm().log10();
            assert!((loss - expected).abs() < 0.01, "{length_mm} mm: {loss}");
        }
    }

    #[test]
    fn a_package_is_transparent_at_dc_and_passive() {
        let dc = ck(12.0).at(0.0);
        assert!((dc.s21 - 1.0).norm() < 1e-15 && dc.s11.norm() < 1e-15);
        for k in 1..200 {
            assert!(ck(12.0).at(k as f64 * 1e9).max_singular_value() <= 1.0 + 1e-12);
        }
    }

    #[test]
    fn impossible_packages_are_refused() {
        assert!(ck(12.0).check().is_ok());
        assert!(ck(-1.0).check().unwrap_err().to_string().contains("pieces"));
        let mut package = ck(12.0);
        package.line.tau = f64::NAN;
        assert!(package.check().unwrap_err().to_string().contains("tau"));
    }
}
