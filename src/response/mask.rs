//! Masks: limits over frequency that a return loss must keep.

use std::fmt;
use std::str::FromStr;

use super::SampledTwoPort;
use crate::unit::{Decibels, Hertz, check};
use crate::{Error, Result};

/// The least return loss over frequency: straight lines from point to point.
///
/// # Formula
/// `margin = min_f (RL(f) - mask(f))` at the data's own frequencies between the first and the last
/// point of the mask, `RL = -20 log10 |s11|`, or `|s22|` at the far end.
///
/// # Assumptions
/// Masks of standards that curve, as `a - b log10(f)`, are given as points close enough together.
///
/// # References
/// IEEE 802.3: the differential return loss of channels and cable assemblies is such a mask.
///
/// ```
/// use lightlane::response::ReturnLossMask;
///
/// let mask: ReturnLossMask = "50 MHz: 16 dB, 10 GHz: 16 dB, 26.56 GHz: 6 dB".parse()?;
/// assert_eq!(mask.at(5e9), Some(16.0));
/// assert_eq!(mask.at(30e9), None);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnLossMask {
    /// Frequencies, rising, Hz.
    frequencies: Vec<f64>,
    /// The least return loss at each, dB.
    limits: Vec<f64>,
}

/// Where an end of a channel is nearest to a mask, or furthest beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaskMargin {
    /// By how much the return loss exceeds the mask, dB; negative beyond it.
    pub margin_db: f64,
    /// The frequency, Hz.
    pub at_hz: f64,
}

impl ReturnLossMask {
    /// A mask through some points.
    ///
    /// # Errors
    /// If there are fewer than two, their frequencies do not rise, or one is negative or not finite.
    pub fn new(points: &[(Hertz, Decibels)]) -> Result<Self> {
        if points.len() < 2 {
            return Err(Error::parameter("points of the mask", points.len(), "2 or more"));
        }
        let (mut frequencies, mut limits) = (Vec::new(), Vec::new());
        for (frequency, limit) in points {
            let frequency = check::not_negative("frequency of the mask", *frequency)?;
            if frequencies.last().is_some_and(|last| frequency <= *last) {
                let expected = "above the one before it";
                return Err(Error::parameter("frequency of the mask", Hertz(frequency), expected));
            }
            frequencies.push(frequency);
            limits.push(check::finite("return loss of the mask", *limit)?);
        }
        Ok(Self { frequencies, limits })
    }

    /// The least return loss at a frequency, dB; `None` outside of the mask.
    pub fn at(&self, hz: f64) -> Option<f64> {
        let above = self.frequencies.iter().position(|f| *f >= hz)?;
        let below = above.checked_sub(1);
        let Some(below) = below else {
            return (self.frequencies[above] <= hz).then(|| self.limits[above]);
        };
        let [from, to] = [self.frequencies[below], self.frequencies[above]];
        let part = (hz - from) / (to - from);
        Some(self.limits[below] + part * (self.limits[above] - self.limits[below]))
    }

    /// The margins at the near and at the far end of a channel.
    ///
    /// # Errors
    /// If the data ends below the mask's last point, or has no point within the mask.
    pub fn margins(&self, pair: &SampledTwoPort) -> Result<[MaskMargin; 2]> {
        let data = pair.frequency();
        let [last, end] = [data.last(), self.frequencies.last()].map(|f| f.copied().unwrap_or(0.0));
        // A frequency of a file is rounded to some digits.
        if last < end * (1.0 - 1e-6) {
            return Err(Error::data(format!(
                "the data ends at {}, below the mask's last point at {}",
                Hertz(last),
                Hertz(end)
            )));
        }
        let worst = |far: bool| {
            data.iter()
                .zip(pair.points())
                .filter_map(|(&hz, point)| {
                    let reflected = if far { point.s22 } else { point.s11 };
                    let margin_db = -20.0 * reflected.norm().log10() - self.at(hz)?;
                    Some(MaskMargin { margin_db, at_hz: hz })
                })
                .min_by(|a, b| a.margin_db.total_cmp(&b.margin_db))
                .ok_or_else(|| Error::data("the data has no point within the mask"))
        };
        Ok([worst(false)?, worst(true)?])
    }
}

impl FromStr for ReturnLossMask {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let points: Result<Vec<(Hertz, Decibels)>> = text
            .split(',')
            .map(|point| {
                let expected = "points such as `50 MHz: 16 dB, 10 GHz: 12 dB`";
                let wrong = || Error::parameter("mask", format!("`{}`", point.trim()), expected);
                let (frequency, limit) = point.split_once(':').ok_or_else(wrong)?;
                Ok((frequency.trim().parse()?, limit.trim().parse()?))
            })
            .collect();
        Self::new(&points?)
    }
}

impl fmt::Display for ReturnLossMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (frequency, limit)) in self.frequencies.iter().zip(&self.limits).enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {}", Hertz(*frequency), Decibels(*limit))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::response::TwoPort;

    /// A line whose near end reflects a tenth, and whose far end reflects more with frequency.
    fn line() -> SampledTwoPort {
        let frequency: Vec<f64> = (1..=100).map(|n| f64::from(n) * 0.3e9).collect();
        let parameters = frequency
            .iter()
            .map(|f| TwoPort {
                reference_ohm: 100.0,
                s11: Complex64::from(0.1),
                s12: Complex64::from(0.9),
                s21: Complex64::from(0.9),
                s22: Complex64::from_polar(10f64.powf(-(30.0 - f / 1e9) / 20.0), 1.0),
            })
            .collect();
        SampledTwoPort::new(frequency, parameters).unwrap()
    }

    #[test]
    fn the_margin_is_that_of_the_worst_frequency() {
        let mask: ReturnLossMask = "0.3 GHz: 15 dB, 15 GHz: 15 dB, 30 GHz: 5 dB".parse().unwrap();
        let [near, far] = mask.margins(&line()).unwrap();
        assert!((near.margin_db - 5.0).abs() < 1e-9 && near.at_hz <= 15e9);
        // 30 - f against 15, then 15 - (f - 15) / 1.5: the former is nearest to the mask at the end.
        assert!((far.margin_db + 5.0).abs() < 1e-9, "{far:?}");
        assert!((far.at_hz - 30e9).abs() < 1.0);
        assert_eq!(mask.to_string().parse::<ReturnLossMask>().unwrap(), mask);
    }

    #[test]
    fn wrong_masks_and_short_data_are_refused() {
        for (text, expected) in [
            ("1 GHz: 5 dB", "2 or more"),
            ("1 GHz 5 dB, 2 GHz: 5 dB", "`1 GHz 5 dB`"),
            ("2 GHz: 5 dB, 1 GHz: 5 dB", "above the one before"),
            ("1 GHz: 5 dB, 2 GHz: 5 W", "5 W"),
        ] {
            let message = text.parse::<ReturnLossMask>().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        let long: ReturnLossMask = "1 GHz: 5 dB, 40 GHz: 5 dB".parse().unwrap();
        assert!(long.margins(&line()).unwrap_err().to_string().contains("ends at 30 GHz"));
    }
}
