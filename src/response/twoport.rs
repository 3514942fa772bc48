//! Scattering matrices of two ports at one frequency, and their algebra.

use num_complex::Complex64;

/// The scattering parameters of a two-port at one frequency, with the real reference impedance
/// of both ports.
///
/// Port 1 is the near end, port 2 the far end. Nothing here fails: two-ports of different
/// references are brought to one before they are cascaded.
///
/// ```
/// use lightlane::response::TwoPort;
///
/// // A via: 40 fF across a pair of 100 ohm differential impedance, at 26.5625 GHz.
/// let via = TwoPort::shunt_capacitance(26.5625e9, 40e-15, 100.0);
/// let two = via.cascade(&via);
/// assert!(two.s21.norm() < via.s21.norm());
/// assert!((two.voltage_transfer(100.0, 100.0) - two.s21).norm() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoPort {
    /// Reflection at the near end.
    pub s11: Complex64,
    /// Transmission from the far end to the near one.
    pub s12: Complex64,
    /// Transmission from the near end to the far one.
    pub s21: Complex64,
    /// Reflection at the far end.
    pub s22: Complex64,
    /// Reference impedance of both ports, ohm; for a differential two-port the differential one,
    /// `2 R0`.
    pub reference_ohm: f64,
}

impl TwoPort {
    /// A connection of no length.
    pub fn through(reference_ohm: f64) -> Self {
        let (zero, one) = (Complex64::ZERO, Complex64::ONE);
        Self { s11: zero, s12: one, s21: one, s22: zero, reference_ohm }
    }

    /// An admittance in siemens across the line.
    pub fn shunt_admittance(admittance: Complex64, reference_ohm: f64) -> Self {
        let y = admittance * reference_ohm;
        Self::symmetric(-y / (2.0 + y), 2.0 / (2.0 + y), reference_ohm)
    }

    /// A capacitance in farad across the line (93A-8).
    pub fn shunt_capacitance(hz: f64, farad: f64, reference_ohm: f64) -> Self {
        let omega = 2.0 * std::f64::consts::PI * hz;
        Self::shunt_admittance(Complex64::new(0.0, omega * farad), reference_ohm)
    }

    /// Matched lines of which one couples to the other, `ratio` of it at this frequency if that is
    /// small, turned by a quarter of a period.
    pub fn coupling(ratio: f64, reference_ohm: f64) -> Self {
        let weak = Complex64::new(0.0, ratio);
        Self::symmetric(Complex64::ZERO, weak / (1.0 + weak), reference_ohm)
    }

    /// An impedance in ohm in series with the line.
    pub fn series_impedance(impedance: Complex64, reference_ohm: f64) -> Self {
        let z = impedance / reference_ohm;
        Self::symmetric(z / (2.0 + z), 2.0 / (2.0 + z), reference_ohm)
    }

    /// An inductance in henry in series with the line.
    pub fn series_inductance(hz: f64, henry: f64, reference_ohm: f64) -> Self {
        let omega = 2.0 * std::f64::consts::PI * hz;
        Self::series_impedance(Complex64::new(0.0, omega * henry), reference_ohm)
    }

    /// A uniform line of propagation constant times length `gamma_length` and characteristic
    /// impedance in ohm, which must not be 0 or infinite.
    pub fn line(gamma_length: Complex64, impedance: Complex64, reference_ohm: f64) -> Self {
        Self::from_telegraph(
            gamma_length,
            gamma_length * impedance,
            gamma_length / impedance,
            reference_ohm,
        )
    }

    /// A uniform line of total series impedance in ohm and total shunt admittance in siemens,
    /// which stays exact where the admittance vanishes: at DC.
    pub fn uniform(series: Complex64, shunt: Complex64, reference_ohm: f64) -> Self {
        Self::from_telegraph((series * shunt).sqrt(), series, shunt, reference_ohm)
    }

    /// A uniform line across the pair, open at its far end, of total series impedance in ohm and
    /// total shunt admittance in siemens: the stub that a via leaves below the layer where the
    /// signal leaves it.
    ///
    /// # Formula
    /// The admittance `Y tanh(x) / x` across the line, `x = sqrt(Z Y)`. Where a lossless stub is a
    /// quarter of a wavelength long it is infinite, and nothing passes.
    pub fn open_stub(series: Complex64, shunt: Complex64, reference_ohm: f64) -> Self {
        let [_, cosh, sinh_over_x] = hyperbolic((series * shunt).sqrt());
        let y = shunt * reference_ohm * sinh_over_x;
        let sum = 2.0 * cosh + y;
        Self::symmetric(-y / sum, 2.0 * cosh / sum, reference_ohm)
    }

    /// The chain matrix `[cosh x, Z sinh(x)/x; Y sinh(x)/x, cosh x]` as scattering parameters.
    fn from_telegraph(x: Complex64, series: Complex64, shunt: Complex64, reference: f64) -> Self {
        let [once, cosh, sinh_over_x] = hyperbolic(x);
        let (z, y) = (series / reference, shunt * reference);
        let sum = 2.0 * cosh + sinh_over_x * (z + y);
        Self::symmetric(sinh_over_x * (z - y) / sum, 2.0 * once / sum, reference)
    }

    fn symmetric(reflection: Complex64, transmission: Complex64, reference_ohm: f64) -> Self {
        Self {
            s11: reflection,
            s12: transmission,
            s21: transmission,
            s22: reflection,
            reference_ohm,
        }
    }

    /// This two-port followed by another (93A-4 to 93A-7); the result has this one's reference.
    #[must_use]
    pub fn cascade(&self, next: &Self) -> Self {
        let b = if next.reference_ohm.to_bits() == self.reference_ohm.to_bits() {
            *next
        } else {
            next.renormalize(self.reference_ohm)
        };
        let loops = (1.0 - self.s22 * b.s11).inv();
        Self {
            s11: self.s11 + self.s12 * b.s11 * self.s21 * loops,
            s12: self.s12 * b.s12 * loops,
            s21: self.s21 * b.s21 * loops,
            s22: b.s22 + b.s21 * self.s22 * b.s12 * loops,
            reference_ohm: self.reference_ohm,
        }
    }

    /// The same two-port seen from its far end.
    #[must_use]
    pub fn flip(&self) -> Self {
        Self { s11: self.s22, s12: self.s21, s21: self.s12, s22: self.s11, ..*self }
    }

    /// The same two-port with another real reference impedance in ohm at both ports.
    ///
    /// # Formula
    /// `S' = (S + r I) (I + r S)^-1`, `r = (z - z') / (z + z')`.
    #[must_use]
    pub fn renormalize(&self, reference_ohm: f64) -> Self {
        let r = (self.reference_ohm - reference_ohm) / (self.reference_ohm + reference_ohm);
        let through = self.s12 * self.s21;
        let near = 1.0 + r * self.s11;
        let far = 1.0 + r * self.s22;
        let scale = (near * far - r * r * through).inv();
        Self {
            s11: ((self.s11 + r) * far - r * through) * scale,
            s12: self.s12 * (1.0 - r * r) * scale,
            s21: self.s21 * (1.0 - r * r) * scale,
            s22: ((self.s22 + r) * near - r * through) * scale,
            reference_ohm,
        }
    }

    /// The voltage at a load over half the open-circuit voltage of a source, both in ohm and in
    /// the same sense (differential or not) as the reference. Between matched ends it is `s21`.
    ///
    /// # Formula
    /// `H21 = s21 (1 - G1)(1 + G2) / (1 - s11 G1 - s22 G2 + G1 G2 (s11 s22 - s12 s21))`,
    /// `G = (R - Rref) / (R + Rref)`.
    ///
    /// # References
    /// IEEE 802.3 Annex 93A, equations 93A-17 and 93A-18, which write `R_d` and `R_0` of one leg:
    /// the ratio is the same.
    pub fn voltage_transfer(&self, source_ohm: f64, load_ohm: f64) -> Complex64 {
        let gamma = |ohm: f64| (ohm - self.reference_ohm) / (ohm + self.reference_ohm);
        let (source, load) = (gamma(source_ohm), gamma(load_ohm));
        let determinant = self.s11 * self.s22 - self.s12 * self.s21;
        self.s21 * (1.0 - source) * (1.0 + load)
            / (1.0 - self.s11 * source - self.s22 * load + determinant * (source * load))
    }

    /// The largest singular value of the matrix; a passive two-port has at most 1.
    pub fn max_singular_value(&self) -> f64 {
        let sum = [self.s11, self.s12, self.s21, self.s22].iter().map(Complex64::norm_sqr).sum();
        let sum: f64 = sum;
        let determinant = (self.s11 * self.s22 - self.s12 * self.s21).norm();
        (0.5 * (sum + ((sum + 2.0 * determinant) * (sum - 2.0 * determinant)).max(0.0).sqrt()))
            .sqrt()
    }

    /// Every parameter multiplied by one factor; a factor of magnitude at most 1 keeps a passive
    /// two-port passive.
    pub(crate) fn scaled(&self, factor: Complex64) -> Self {
        Self {
            s11: self.s11 * factor,
            s12: self.s12 * factor,
            s21: self.s21 * factor,
            s22: self.s22 * factor,
            ..*self
        }
    }
}

/// `1`, `cosh x` and `sinh(x)/x`, all multiplied by `exp(-x)`, so that a line of any loss stays
/// finite.
fn hyperbolic(x: Complex64) -> [Complex64; 3] {
    let once = (-x).exp();
    let twice = once * once;
    let sinh_over_x = if x.norm() < 1e-2 {
        let x2 = x * x;
        once * (1.0 + x2 / 6.0 * (1.0 + x2 / 20.0 * (1.0 + x2 / 42.0)))
    } else {
        (1.0 - twice) / (2.0 * x)
    };
    [once, (1.0 + twice) * 0.5, sinh_over_x]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &TwoPort, b: &TwoPort, tolerance: f64) {
        for (x, y) in [(a.s11, b.s11), (a.s12, b.s12), (a.s21, b.s21), (a.s22, b.s22)] {
            assert!((x - y).norm() < tolerance, "{a:?} differs from {b:?}");
        }
    }

    fn lossy() -> TwoPort {
        TwoPort::line(Complex64::new(0.3, 7.0), Complex64::new(92.0, -3.0), 100.0)
            .cascade(&TwoPort::shunt_capacitance(30e9, 30e-15, 100.0))
    }

    #[test]
    fn a_line_is_the_sum_of_its_halves() {
        let (gamma, z) = (Complex64::new(0.2, 5.0), Complex64::new(85.0, -2.0));
        let half = TwoPort::line(gamma / 2.0, z, 100.0);
        close(&half.cascade(&half), &TwoPort::line(gamma, z, 100.0), 1e-14);
    }

    #[test]
    fn a_line_has_the_form_of_93a() {
        let (x, rho) = (Complex64::new(0.4, 11.0), (87.5 - 100.0) / (87.5 + 100.0));
        let line = TwoPort::line(x, Complex64::from(87.5), 100.0);
        let twice = (-2.0 * x).exp();
        let below = 1.0 - rho * rho * twice;
        assert!((line.s11 - rho * (1.0 - twice) / below).norm() < 1e-15);
        assert!((line.s21 - (1.0 - rho * rho) * (-x).exp() / below).norm() < 1e-15);
    }

    #[test]
    fn short_and_endless_lines_stay_finite() {
        // The halves are computed by a series, the whole is not.
        let (x, z) = (Complex64::new(1e-3, 0.012), Complex64::from(50.0));
        let half = TwoPort::line(0.5 * x, z, 100.0);
        close(&half.cascade(&half), &TwoPort::line(x, z, 100.0), 1e-14);
        let endless = TwoPort::line(Complex64::new(5e3, 1e6), Complex64::from(50.0), 100.0);
        assert!(endless.s21.norm() < 1e-300);
        assert!((endless.s11.re + 1.0 / 3.0).abs() < 1e-12);
        let resistor = TwoPort::uniform(Complex64::from(10.0), Complex64::ZERO, 100.0);
        close(&resistor, &TwoPort::series_impedance(Complex64::from(10.0), 100.0), 1e-15);
    }

    #[test]
    fn an_open_stub_is_the_admittance_of_an_open_line() {
        let (series, shunt) = (Complex64::new(3.0, 60.0), Complex64::new(1e-4, 8e-3));
        let line = TwoPort::uniform(series, shunt, 100.0);
        // What a line that reflects everything at its far end sends back.
        let back = line.s11 + line.s12 * line.s21 / (1.0 - line.s22);
        let admittance = (1.0 - back) / (1.0 + back) / 100.0;
        let stub = TwoPort::open_stub(series, shunt, 100.0);
        close(&stub, &TwoPort::shunt_admittance(admittance, 100.0), 1e-14);
        close(&TwoPort::open_stub(0.0.into(), 0.0.into(), 100.0), &TwoPort::through(100.0), 1e-15);
        // A lossless quarter wavelength lets nothing pass.
        let quarter = Complex64::new(0.0, std::f64::consts::FRAC_PI_2);
        let null = TwoPort::open_stub(quarter * 90.0, quarter / 90.0, 100.0);
        assert!(null.s21.norm() < 1e-15 && (null.s11 + 1.0).norm() < 1e-15);
    }

    #[test]
    fn renormalizing_there_and_back_changes_nothing() {
        let a = lossy();
        close(&a.renormalize(85.0).renormalize(100.0), &a, 1e-14);
        assert_eq!(a.renormalize(100.0), a);
        // A line is matched in its own impedance.
        let line = TwoPort::line(Complex64::new(0.1, 3.0), Complex64::from(85.0), 100.0);
        assert!(line.renormalize(85.0).s11.norm() < 1e-15);
    }

    #[test]
    fn references_may_differ_within_a_cascade() {
        let (a, b) = (lossy(), lossy().flip());
        close(&a.cascade(&b.renormalize(50.0)), &a.cascade(&b), 1e-14);
    }

    #[test]
    fn a_voltage_divider_divides() {
        // 30 ohm in series between a source of 40 ohm and a load of 60 ohm.
        let series = TwoPort::series_impedance(Complex64::from(30.0), 100.0);
        let transfer = series.voltage_transfer(40.0, 60.0);
        assert!((transfer - 2.0 * 60.0 / 130.0).norm() < 1e-15);
        let renormalized = lossy().renormalize(71.0);
        let (a, b) =
            (lossy().voltage_transfer(90.0, 110.0), renormalized.voltage_transfer(90.0, 110.0));
        // The reference is bookkeeping: it cannot change a voltage.
        assert!((a - b).norm() < 1e-14);
    }

    #[test]
    fn singular_values_show_passivity() {
        assert!((TwoPort::through(100.0).max_singular_value() - 1.0).abs() < 1e-15);
        let lossless = TwoPort::series_inductance(20e9, 100e-12, 100.0);
        assert!((lossless.max_singular_value() - 1.0).abs() < 1e-14);
        assert!(lossy().max_singular_value() < 1.0);
        let amplifier = TwoPort { s21: Complex64::from(2.0), ..TwoPort::through(50.0) };
        assert!((amplifier.max_singular_value() - 2.0).abs() < 1e-14);
    }
}
