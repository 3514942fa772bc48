//! The continuous-time linear equalizer of COM.

use num_complex::Complex64;

use crate::Result;
use crate::unit::{Decibels, Hertz, check};

/// An analog equalizer: one zero and two poles for the high band, and a pole-zero pair for the low
/// one.
///
/// # Formula
/// `H = (g1 + jf/fz) (g2 + jf/flf) / ((1 + jf/fp1) (1 + jf/fp2) (1 + jf/flf))`,
/// `g = 10^(dB / 20)`.
///
/// # References
/// IEEE 802.3 Annex 93A, equation 93A-22 with the low-frequency stage of 802.3ck.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Ctle {
    /// DC gain of the high-frequency stage, `g_DC`.
    pub dc_gain: Decibels,
    /// DC gain of the low-frequency stage, `g_DC2`.
    pub low_frequency_gain: Decibels,
    /// Zero, `f_z`.
    pub zero: Hertz,
    /// First pole, `f_p1`.
    pub pole1: Hertz,
    /// Second pole, `f_p2`.
    pub pole2: Hertz,
    /// Pole of the low-frequency stage, `f_LF`.
    pub low_frequency_pole: Hertz,
}

impl Ctle {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If one makes no sense.
    pub fn check(&self) -> Result<()> {
        let range = Decibels(-60.0)..=Decibels(60.0);
        check::within("ctle.dc-gain", self.dc_gain, &range)?;
        check::within("ctle.low-frequency-gain", self.low_frequency_gain, &range)?;
        check::positive("ctle.zero", self.zero)?;
        check::positive("ctle.pole1", self.pole1)?;
        check::positive("ctle.pole2", self.pole2)?;
        check::positive("ctle.low-frequency-pole", self.low_frequency_pole)?;
        Ok(())
    }

    /// The response at a frequency in hertz, of either sign.
    pub fn at(&self, hz: f64) -> Complex64 {
        let stage = |gain: f64, corner: Hertz| Complex64::new(gain, hz / corner.0);
        let zeros = stage(self.dc_gain.amplitude(), self.zero)
            * stage(self.low_frequency_gain.amplitude(), self.low_frequency_pole);
        let poles =
            stage(1.0, self.pole1) * stage(1.0, self.pole2) * stage(1.0, self.low_frequency_pole);
        zeros / poles
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    /// The equalizer of 802.3ck KR at two settings: gain at DC, at 26.5625 GHz, and where it
    /// peaks.
    #[test]
    fn the_equalizer_has_the_published_gains() {
        for (dc, low, expected) in [
            (-10.0, -2.0, [-12.0, -2.849, -2.744, 31.90]),
            (-20.0, -6.0, [-26.0, -3.092, -2.906, 33.45]),
        ] {
            let ctle = Ctle {
                dc_gain: Decibels(dc),
                low_frequency_gain: Decibels(low),
                zero: 21.25.ghz(),
                pole1: 21.25.ghz(),
                pole2: 53.125.ghz(),
                low_frequency_pole: 0.6640625.ghz(),
            };
            ctle.check().unwrap();
            let db = |ghz: f64| 20.0 * ctle.at(ghz * 1e9).norm().log10();
            assert!((db(0.0) - expected[0]).abs() < 1e-9);
            assert!((db(26.5625) - expected[1]).abs() < 1e-3);
            let peak = (2000..5000)
                .map(|i| 0.01 * f64::from(i))
                .max_by(|a, b| db(*a).total_cmp(&db(*b)))
                .unwrap();
            assert!((db(peak) - expected[2]).abs() < 1e-3);
            assert!((peak - expected[3]).abs() < 0.01, "peak at {peak} GHz");
        }
    }
}
