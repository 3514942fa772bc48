//! A link's error correction as one description, its limits, and the margin to them.

use super::analytic::{self, LINK_CODEWORD_ERROR_RATIO, PMD_BIT_ERROR_RATIO};
use super::{CodewordCounter, Inner, Layout, Outer, inner};
use crate::kernel::gauss;
use crate::{Error, Result};

/// The largest margin that is looked for, in decibels of noise to either side.
const MOST_MARGIN: f64 = 40.0;

/// A margin is known to this many decibels, or
const MARGIN_RESOLUTION: f64 = 1e-4;

/// to where the logarithm of the ratio is this close to that of the limit.
const CLOSE: f64 = 1e-5;

/// The error correction of a link.
///
/// ```
/// use lightlane::fec::{Inner, Multiplexing, Outer, Scheme};
///
/// // 400GBASE-DR4: each lane of 100 Gb/s carries 4 of the 16 streams of two codewords.
/// let dr4 = Scheme {
///     outer: Outer::Kp4,
///     codewords_interleaved: 2,
///     multiplexing: Multiplexing::Bit { streams: 4 },
///     lanes: 4,
///     inner: None,
/// };
/// assert!((dr4.thresholds()?.pmd / 2.4e-4 - 1.0).abs() < 1e-6);
///
/// // 200 Gb/s a lane over fiber.
/// let fr4 = Scheme {
///     codewords_interleaved: 4,
///     multiplexing: Multiplexing::Symbol,
///     inner: Some(Inner::Soft),
///     ..dr4
/// };
/// assert!((fr4.thresholds()?.pmd / 4.93e-3 - 1.0).abs() < 0.03);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Scheme {
    /// The Reed-Solomon code.
    pub outer: Outer,
    /// Codewords that are sent together, 1, 2 or 4.
    pub codewords_interleaved: usize,
    /// How the codewords' symbols share a lane.
    pub multiplexing: Multiplexing,
    /// Lanes that share the codewords.
    pub lanes: usize,
    /// The inner code; without it the lane carries the outer code alone.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub inner: Option<Inner>,
}

/// How ten-bit symbols share a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Multiplexing {
    /// One after the other.
    Symbol,
    /// Streams of them, bit by bit in turn.
    Bit {
        /// Streams of one lane: its rate over that of a stream, 4 for 100 Gb/s of 25 Gb/s each.
        streams: usize,
    },
}

/// Bit error ratios ahead of all decoding at which a scheme just does what it is bought for.
///
/// # Assumptions
/// Errors are random; behind an inner code, noise is Gaussian.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Thresholds {
    /// Where one codeword in 1.45e11 is lost, and 6.2e-11 of all frames: the whole path between
    /// two encoders. 2.92e-4 of RS(544,514).
    pub link: f64,
    /// Where as many codewords are lost as RS(544,514) loses at 2.4e-4: one optical or copper
    /// medium, which leaves room for the electrical interfaces of the path.
    pub pmd: f64,
}

impl Scheme {
    /// Checks the parameters against each other.
    ///
    /// # Errors
    /// If codewords do not divide over streams and lanes, or an inner code is bit-multiplexed.
    pub fn check(&self) -> Result<()> {
        if ![1, 2, 4].contains(&self.codewords_interleaved) {
            let found = self.codewords_interleaved;
            return Err(Error::parameter("codewords-interleaved", found, "1, 2 or 4"));
        }
        if self.inner.is_some() && self.multiplexing != Multiplexing::Symbol {
            let expected = "symbol, as an inner code interleaves whole symbols";
            return Err(Error::parameter("multiplexing", "bit", expected));
        }
        Layout::new(self.outer, self.codewords_interleaved, self.streams(), self.lanes)?;
        self.layout().map(|_| ())
    }

    /// How codewords lie on the lanes. Behind an inner code they take turns over 12 codewords,
    /// as its interleaver has them.
    ///
    /// # Errors
    /// If codewords do not divide over streams and lanes.
    pub fn layout(&self) -> Result<Layout> {
        match self.inner {
            Some(_) => Layout::new(self.outer, inner::OUTER_CODEWORDS, 1, self.lanes),
            None => Layout::new(self.outer, self.codewords_interleaved, self.streams(), self.lanes),
        }
    }

    /// A counter of codewords for the records of a lane.
    ///
    /// # Errors
    /// As for [`Scheme::check`].
    pub fn counter(&self) -> Result<CodewordCounter> {
        self.check()?;
        Ok(CodewordCounter::new(self.layout()?))
    }

    /// The symbol error ratio at the outer decoder, after random errors of a ratio on the line.
    pub fn symbol_error_ratio(&self, ber: f64) -> f64 {
        match self.inner {
            Some(inner) => inner.after(ber).symbol_error_ratio,
            None => analytic::symbol_error_ratio(ber),
        }
    }

    /// The bit error ratio on the line at which random errors leave a codeword error ratio.
    ///
    /// # Errors
    /// If the codeword error ratio is not between 1e-300 and 0.5.
    pub fn ber_at_codeword_error_ratio(&self, target: f64) -> Result<f64> {
        let ber = analytic::ber_at_codeword_error_ratio(self.outer, target)?;
        Ok(match self.inner {
            Some(inner) => inner.before(analytic::symbol_error_ratio(ber)),
            None => ber,
        })
    }

    /// The bit error ratios that the scheme is bought for.
    ///
    /// # Errors
    /// As for [`Scheme::check`].
    pub fn thresholds(&self) -> Result<Thresholds> {
        self.check()?;
        let pmd = analytic::codeword_error_ratio(Outer::Kp4, PMD_BIT_ERROR_RATIO);
        Ok(Thresholds {
            link: self.ber_at_codeword_error_ratio(LINK_CODEWORD_ERROR_RATIO)?,
            pmd: self.ber_at_codeword_error_ratio(pmd)?,
        })
    }

    fn streams(&self) -> usize {
        match self.multiplexing {
            Multiplexing::Symbol => 1,
            Multiplexing::Bit { streams } => streams,
        }
    }
}

/// By how many decibels all noise could grow until a bit error ratio reaches a limit; negative if
/// it is above it already.
///
/// `ber_at(scale)` is the bit error ratio with every noise multiplied by `scale`, and must not fall
/// as the scale rises. `None` if no scale within 40 dB reaches the limit: interference alone is
/// above it, or the ratio never gets there.
///
/// ```
/// use lightlane::kernel::gauss;
///
/// // A Gaussian tail at 20 dB, and the limit at 6 dB less.
/// let ber = |scale: f64| gauss::q(10.0 / scale);
/// let margin = lightlane::fec::margin_db(ber, gauss::q(5.0)).unwrap();
/// assert!((margin - 6.0206).abs() < 1e-3);
/// ```
pub fn margin_db(ber_at: impl Fn(f64) -> f64, limit: f64) -> Option<f64> {
    let excess = |db: f64| {
        let ratio = ber_at(10f64.powf(db / 20.0));
        (db, (ratio.max(f64::MIN_POSITIVE) / limit).ln())
    };
    // Were it a Gaussian tail, the limit would be at the guess.
    let tail = |ratio: f64| gauss::q_inv(ratio.clamp(f64::MIN_POSITIVE, 0.4));
    let mut before = excess(0.0);
    let guess: f64 = 20.0 * (tail(before.1.exp() * limit) / tail(limit)).log10();
    let mut step = (0.5 * guess.abs()).max(MARGIN_RESOLUTION);
    let mut after = excess(guess.clamp(-MOST_MARGIN, MOST_MARGIN));
    while (before.1 > 0.0) == (after.1 > 0.0) {
        let onward = if after.1 > 0.0 { -1.0 } else { 1.0 };
        if onward * after.0 >= MOST_MARGIN {
            return None;
        }
        before = after;
        after = excess((after.0 + onward * step).clamp(-MOST_MARGIN, MOST_MARGIN));
        step *= 2.0;
    }
    // Secants; the end of a pair that stays counts half as much each time.
    while after.1.abs() > CLOSE && (after.0 - before.0).abs() > MARGIN_RESOLUTION {
        let secant = after.0 - after.1 * (after.0 - before.0) / (after.1 - before.1);
        let point = excess(secant);
        if (point.1 > 0.0) == (after.1 > 0.0) {
            before.1 *= 0.5;
        } else {
            before = after;
        }
        after = point;
    }
    Some(after.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DR4: Scheme = Scheme {
        outer: Outer::Kp4,
        codewords_interleaved: 2,
        multiplexing: Multiplexing::Bit { streams: 4 },
        lanes: 4,
        inner: None,
    };

    const INNER: Scheme = Scheme {
        codewords_interleaved: 4,
        multiplexing: Multiplexing::Symbol,
        inner: Some(Inner::Soft),
        ..DR4
    };

    #[track_caller]
    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got / want - 1.0).abs() < tolerance, "{got:e} for {want:e}");
    }

    /// 4.93e-3 and 5.24e-3 behind soft decoding are Monte Carlo values of 2 %; 4.85e-3 is what the
    /// standard is remembered to ask for.
    #[test]
    fn thresholds_are_those_that_links_are_bought_at() {
        let of = |scheme: &Scheme| scheme.thresholds().unwrap();
        near(of(&DR4).link, 2.92e-4, 1e-3);
        near(of(&DR4).pmd, 2.4e-4, 1e-9);
        near(of(&INNER).pmd, 4.93e-3, 0.03);
        near(of(&INNER).link, 5.24e-3, 0.03);
        let hard = Scheme { inner: Some(Inner::Hard), ..INNER };
        assert!(of(&hard).pmd > 5.0 * of(&DR4).pmd && of(&hard).pmd < of(&INNER).pmd);
        let kr4 = Scheme { outer: Outer::Kr4, ..DR4 };
        near(kr4.symbol_error_ratio(of(&kr4).pmd), 10.0 * of(&kr4).pmd, 1e-3);
        near(analytic::codeword_error_ratio(Outer::Kr4, of(&kr4).link), 1.45e-11, 1e-6);
    }

    #[test]
    fn parameters_that_do_not_fit_are_refused() {
        assert!(DR4.check().is_ok() && INNER.check().is_ok());
        let wrong = [
            Scheme { codewords_interleaved: 3, ..DR4 },
            Scheme { multiplexing: Multiplexing::Bit { streams: 3 }, ..DR4 },
            Scheme { lanes: 5, ..DR4 },
            Scheme { lanes: 0, ..DR4 },
            Scheme { inner: Some(Inner::Soft), ..DR4 },
        ];
        for scheme in wrong {
            let error = scheme.check().unwrap_err();
            assert!(error.is_parameter(), "{error}");
            assert!(scheme.counter().is_err() && scheme.thresholds().is_err());
        }
        assert_eq!(DR4.counter().unwrap().layout(), &DR4.layout().unwrap());
        assert_eq!(INNER.layout().unwrap().codewords(), 12);
    }

    /// PAM4 needs 17.655 dB for 2.4e-4 and has 20 dB.
    #[test]
    fn a_margin_is_the_difference_of_signal_to_noise_ratios() {
        let ber = |scale: f64| 0.75 * gauss::q((100.0 / 5.0f64).sqrt() / scale);
        let margin = margin_db(ber, 2.4e-4).unwrap();
        assert!((margin - (20.0 - 17.655)).abs() < 1e-3, "{margin}");
        let beyond = margin_db(|scale| ber(2.0 * scale), 2.4e-4).unwrap();
        assert!((beyond - margin + 6.0206).abs() < 1e-3, "{beyond}");
        assert_eq!(margin_db(|_| 1e-2, 2.4e-4), None);
        assert_eq!(margin_db(|_| 1e-9, 2.4e-4), None);
    }

    #[cfg(feature = "config")]
    #[test]
    fn a_scheme_is_read_as_it_is_written() {
        let text = "outer = \"kp4\"\ncodewords-interleaved = 2\nlanes = 4\n\
                    multiplexing = { bit = { streams = 4 } }\n";
        assert_eq!(toml::from_str::<Scheme>(text).unwrap(), DR4);
        for scheme in [DR4, INNER] {
            let text = toml::to_string(&scheme).unwrap();
            assert_eq!(toml::from_str::<Scheme>(&text).unwrap(), scheme);
        }
        assert!(toml::from_str::<Scheme>(&format!("{text}inter = 1\n")).is_err());
    }
}
