//! Analog low-pass prototypes and equalizers, in closed form.
//!
//! Notation: `x = f / f3` is frequency over the -3.0103 dB frequency, `s = j x`.

use std::f64::consts::{FRAC_PI_2, LN_2, PI};

use num_complex::Complex64;

use super::Response;
use crate::{Error, Result};

/// The highest order of the prototypes.
pub const MAX_ORDER: usize = 8;

/// An all-pole low-pass filter with unit gain at DC and -3.0103 dB at `x = 1`.
///
/// # Formula
/// `H(s) = 1 / (1 + a1 s + a2 s^2 + ...)`, `s = j f / f3`.
///
/// ```
/// use lightlane::response::filter::LowPass;
///
/// let scope = LowPass::bessel_thomson(4)?;
/// assert!((scope.at(1.0).norm_sqr() - 0.5).abs() < 1e-12);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LowPass {
    /// Coefficients of `1, s, s^2, ...`; the first is 1.
    denominator: Vec<f64>,
}

impl LowPass {
    /// The Butterworth filter: the flattest magnitude.
    ///
    /// # Formula
    /// `a[k + 1] / a[k] = cos(k pi / 2n) / sin((k + 1) pi / 2n)`.
    ///
    /// # Errors
    /// If the order is not 1 to 8.
    pub fn butterworth(order: usize) -> Result<Self> {
        check_order(order)?;
        let angle = FRAC_PI_2 / order as f64;
        let mut denominator = vec![1.0];
        for k in 0..order {
            let ratio = (k as f64 * angle).cos() / ((k + 1) as f64 * angle).sin();
            denominator.push(denominator[k] * ratio);
        }
        Ok(Self { denominator })
    }

    /// The Bessel-Thomson filter: the flattest group delay; order 4 is the reference receiver of
    /// optical eye measurements.
    ///
    /// # Formula
    /// `theta(s) = sum a[k] s^k`, `a[k] = (2n - k)! / (2^(n-k) k! (n-k)!)`, with `s` stretched so
    /// that the gain is -3.0103 dB at `x = 1` (2.113918 for order 4).
    ///
    /// # Errors
    /// If the order is not 1 to 8.
    pub fn bessel_thomson(order: usize) -> Result<Self> {
        check_order(order)?;
        let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
        let coefficient = |k: usize| {
            factorial(2 * order - k)
                / (2f64.powi((order - k) as i32) * factorial(k) * factorial(order - k))
        };
        let dc = coefficient(0);
        let unit_delay = Self { denominator: (0..=order).map(|k| coefficient(k) / dc).collect() };
        let stretch = unit_delay.half_power();
        Ok(unit_delay.stretched(stretch))
    }

    /// Two poles of the given quality factor; above 0.7071 the magnitude peaks.
    ///
    /// # Errors
    /// If the quality factor is not positive and finite.
    pub fn second_order(q: f64) -> Result<Self> {
        if !(q.is_finite() && q > 0.0) {
            return Err(Error::parameter("q", q, "positive and finite"));
        }
        // The half-power point of 1 / (1 + s/q + s^2) in closed form.
        let b = 1.0 - 0.5 / (q * q);
        let stretch = (b + b.hypot(1.0)).sqrt();
        Ok(Self { denominator: vec![1.0, 1.0 / q, 1.0] }.stretched(stretch))
    }

    /// Two poles whose magnitude peaks by the given number of decibels above DC; 0 dB is the
    /// second-order Butterworth filter.
    ///
    /// # Formula
    /// `M = 2 q^2 / sqrt(4 q^2 - 1)` solved for `q`.
    ///
    /// # Errors
    /// If the peaking is negative or not finite.
    pub fn peaking_db(peaking_db: f64) -> Result<Self> {
        if !(peaking_db.is_finite() && peaking_db >= 0.0) {
            return Err(Error::parameter("peaking", format!("{peaking_db} dB"), "0 dB or more"));
        }
        let peak = 10f64.powf(peaking_db / 20.0);
        Self::second_order((0.5 * peak * (peak + (peak * peak - 1.0).sqrt())).sqrt())
    }

    /// Number of poles.
    pub fn order(&self) -> usize {
        self.denominator.len() - 1
    }

    /// The response at `x = f / f3`, of either sign.
    pub fn at(&self, x: f64) -> Complex64 {
        let s = Complex64::new(0.0, x);
        let sum = self.denominator.iter().rev().fold(Complex64::ZERO, |sum, &a| sum * s + a);
        sum.inv()
    }

    /// The group delay at DC in units of `1 / f3`.
    pub fn delay(&self) -> f64 {
        self.denominator[1] / (2.0 * PI)
    }

    /// The filter placed at a -3.0103 dB frequency in hertz.
    ///
    /// # Errors
    /// If the frequency is not positive and finite.
    pub fn response(&self, f3_hz: f64) -> Result<Response> {
        if !(f3_hz.is_finite() && f3_hz > 0.0) {
            let value = format!("{f3_hz} Hz");
            return Err(Error::parameter("bandwidth", value, "positive and finite"));
        }
        let filter = self.clone();
        Ok(Response::real(move |hz| filter.at(hz / f3_hz)))
    }

    /// The frequency where the gain has fallen to half power, by bisection.
    fn half_power(&self) -> f64 {
        let (mut low, mut high) = (0.0, 100.0);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if self.at(middle).norm_sqr() > 0.5 { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    fn stretched(mut self, factor: f64) -> Self {
        for (k, a) in self.denominator.iter_mut().enumerate() {
            *a *= factor.powi(k as i32);
        }
        self
    }
}

fn check_order(order: usize) -> Result<()> {
    if (1..=MAX_ORDER).contains(&order) {
        return Ok(());
    }
    Err(Error::parameter("order", order, format!("1 to {MAX_ORDER}")))
}

/// A Gaussian low-pass filter without delay, -3.0103 dB at `x = 1`: `2^(-x^2 / 2)`.
pub fn gaussian(x: f64) -> f64 {
    (-0.5 * LN_2 * x * x).exp()
}

/// The transition-time filter of COM, a Gaussian without delay.
///
/// # Formula
/// `exp(-2 (pi f t / 1.6832)^2)`, with `t` the 20 to 80 % transition time in seconds.
///
/// # References
/// IEEE 802.3 Annex 93A, equation 93A-46, with the factor 2 of the COM reference code.
pub fn com_transition(hz: f64, transition_s: f64) -> f64 {
    (-2.0 * (PI * hz * transition_s / 1.6832).powi(2)).exp()
}

/// The receiver noise filter of COM at `x = f / f_r`: a fourth-order Butterworth filter with its
/// coefficients as published.
///
/// # References
/// IEEE 802.3 Annex 93A, equation 93A-20.
pub fn com_receiver(x: f64) -> Complex64 {
    let x2 = x * x;
    Complex64::new(1.0 - 3.414214 * x2 + x2 * x2, 2.613126 * (x - x2 * x)).inv()
}

/// The continuous-time linear equalizer of COM: one zero and two poles for the high band, and a
/// pole-zero pair for the low one.
///
/// # Formula
/// `H = (g1 + jf/fz) (g2 + jf/flf) / ((1 + jf/fp1) (1 + jf/fp2) (1 + jf/flf))`,
/// `g = 10^(dB / 20)`.
///
/// # References
/// IEEE 802.3 Annex 93A, equation 93A-22 with the low-frequency stage of 802.3ck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ctle {
    /// DC gain of the high-frequency stage, dB.
    pub dc_db: f64,
    /// DC gain of the low-frequency stage, dB.
    pub low_dc_db: f64,
    /// Zero, Hz.
    pub zero_hz: f64,
    /// First pole, Hz.
    pub pole_1_hz: f64,
    /// Second pole, Hz.
    pub pole_2_hz: f64,
    /// Pole of the low-frequency stage, Hz.
    pub low_hz: f64,
}

impl Ctle {
    /// The response at a frequency in hertz, of either sign.
    pub fn at(&self, hz: f64) -> Complex64 {
        let stage = |gain: f64, corner_hz: f64| Complex64::new(gain, hz / corner_hz);
        let gain = |db: f64| 10f64.powf(db / 20.0);
        let zeros =
            stage(gain(self.dc_db), self.zero_hz) * stage(gain(self.low_dc_db), self.low_hz);
        let poles =
            stage(1.0, self.pole_1_hz) * stage(1.0, self.pole_2_hz) * stage(1.0, self.low_hz);
        zeros / poles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db(h: Complex64) -> f64 {
        20.0 * h.norm().log10()
    }

    /// Integral of the power gain, by the midpoint rule; these tails fall as x^-8.
    fn noise_bandwidth(power: impl Fn(f64) -> f64) -> f64 {
        let step = 1e-3;
        (0..40_000).map(|k| power((k as f64 + 0.5) * step)).sum::<f64>() * step
    }

    #[test]
    fn every_prototype_is_3_db_down_at_its_corner() {
        for order in 1..=MAX_ORDER {
            for filter in [LowPass::butterworth(order), LowPass::bessel_thomson(order)] {
                let filter = filter.unwrap();
                assert_eq!(filter.order(), order);
                assert!((filter.at(1.0).norm_sqr() - 0.5).abs() < 1e-12, "{filter:?}");
                assert_eq!(filter.at(0.0), Complex64::ONE);
            }
        }
        for q in [0.3, 0.5, 0.8, 1.0, 3.0] {
            let filter = LowPass::second_order(q).unwrap();
            assert!((filter.at(1.0).norm_sqr() - 0.5).abs() < 1e-12, "q {q}");
        }
        assert!((gaussian(1.0).powi(2) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn butterworth_magnitudes_are_the_textbook_form() {
        for order in 1..=MAX_ORDER {
            let filter = LowPass::butterworth(order).unwrap();
            for x in [0.2f64, 0.9, 1.7, 5.0] {
                let expected = 1.0 / (1.0 + x.powi(2 * order as i32));
                assert!((filter.at(x).norm_sqr() / expected - 1.0).abs() < 1e-11, "{order} {x}");
            }
        }
    }

    #[test]
    fn fourth_order_bessel_thomson_has_the_published_numbers() {
        let filter = LowPass::bessel_thomson(4).unwrap();
        assert!((2.0 * PI * filter.delay() - 2.113918).abs() < 1e-6);
        assert!((filter.delay() - 0.33644).abs() < 1e-5);
        assert!((db(filter.at(2.0)) + 13.405).abs() < 1e-3);
        let bandwidth = noise_bandwidth(|x| filter.at(x).norm_sqr());
        assert!((bandwidth - 1.04637).abs() < 1e-5, "{bandwidth}");
    }

    #[test]
    fn the_noise_filter_of_com_is_a_butterworth_filter() {
        let filter = LowPass::butterworth(4).unwrap();
        for x in [-2.0, 0.0, 0.3, 1.0, 2.5] {
            assert!((filter.at(x) - com_receiver(x)).norm() < 1e-6, "{x}");
        }
        assert!((db(com_receiver(1.0)) + 3.0103).abs() < 1e-5);
        let bandwidth = noise_bandwidth(|x| com_receiver(x).norm_sqr());
        assert!((bandwidth - 1.02617).abs() < 1e-5, "{bandwidth}");
    }

    #[test]
    fn the_equalizer_has_the_published_gains() {
        let ctle = |dc_db, low_dc_db| Ctle {
            dc_db,
            low_dc_db,
            zero_hz: 21.25e9,
            pole_1_hz: 21.25e9,
            pole_2_hz: 53.125e9,
            low_hz: 0.6640625e9,
        };
        let cases = [
            (-10.0, -2.0, -12.000, -2.849, 31.90e9, -2.744),
            (-20.0, -6.0, -26.000, -3.092, 33.45e9, -2.906),
        ];
        for (dc, low, at_dc, at_nyquist, peak_hz, peak) in cases {
            let ctle = ctle(dc, low);
            assert!((db(ctle.at(0.0)) - at_dc).abs() < 1e-9);
            assert!((db(ctle.at(26.5625e9)) - at_nyquist).abs() < 1e-3);
            assert!((db(ctle.at(peak_hz)) - peak).abs() < 1e-3);
            assert!(db(ctle.at(peak_hz)) > db(ctle.at(peak_hz * 0.95)));
            assert!(db(ctle.at(peak_hz)) > db(ctle.at(peak_hz * 1.05)));
        }
    }

    #[test]
    fn peaking_is_what_was_asked_for() {
        for peaking in [0.0, 0.5, 2.0, 6.0] {
            let filter = LowPass::peaking_db(peaking).unwrap();
            let peak = (0..2000).map(|k| db(filter.at(k as f64 * 1e-3))).fold(f64::MIN, f64::max);
            assert!((peak - peaking).abs() < 1e-4, "{peaking}: {peak}");
        }
        let flat = LowPass::peaking_db(0.0).unwrap();
        assert!((flat.at(0.7) - LowPass::butterworth(2).unwrap().at(0.7)).norm() < 1e-12);
    }

    #[test]
    fn impossible_filters_are_refused() {
        assert!(LowPass::butterworth(0).unwrap_err().is_parameter());
        assert!(LowPass::bessel_thomson(9).unwrap_err().to_string().contains("1 to 8"));
        assert!(LowPass::second_order(f64::NAN).is_err());
        assert!(LowPass::peaking_db(-1.0).is_err());
        assert!(LowPass::butterworth(4).unwrap().response(0.0).is_err());
        let response = LowPass::butterworth(4).unwrap().response(1e9).unwrap();
        assert_eq!(response.at(-1e9), response.at(1e9).conj());
    }

    #[test]
    fn the_transition_filter_is_a_gaussian_edge_of_that_transition_time() {
        // A Gaussian edge of deviation d has H = exp(-(2 pi f d)^2 / 2), and 20-80 % = 1.6832 d.
        let (hz, transition) = (20e9, 10e-12);
        let deviation = transition / 1.6832;
        let expected = (-0.5 * (2.0 * PI * hz * deviation).powi(2)).exp();
        assert!((com_transition(hz, transition) - expected).abs() < 1e-15);
    }
}
