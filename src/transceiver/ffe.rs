//! The feed-forward equalizer's parameters.

use crate::unit::check;
use crate::{Error, Result};

/// The most taps that a filter may have.
const MOST_TAPS: usize = 1024;

/// A feed-forward equalizer: a finite filter between sampler and slicer.
///
/// # Formula
/// `y[n] = sum_i w[i] x[n k + cursor - i]` with `k` samples a symbol: tap `cursor` weighs the
/// symbol's own sample, the `cursor` taps before it later samples (they cancel precursors), those
/// after it earlier ones. The taps aim at the ideal levels, from -1 to 1.
///
/// # Assumptions
/// Taps have full precision, and any value. A link that inverts gets a negative main tap.
///
/// # References
/// Lucky, *Automatic equalization for digital communication* (1965); Proakis, *Digital
/// Communications*, ch. 9 and 10; Ungerboeck, *Fractional tap-spacing equalizer* (1976).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Ffe {
    /// Number of taps, the main one included.
    pub taps: usize,
    /// Index of the main tap: the number of precursor taps.
    pub cursor: usize,
    /// The time between taps.
    pub spacing: Spacing,
    /// How the taps are found.
    pub adaptation: Adaptation,
}

/// The time between the taps of a feed-forward equalizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Spacing {
    /// One symbol: one sample a symbol, whose phase matters.
    Symbol,
    /// Half a symbol: two samples a symbol. The filter finds the phase by itself and is the
    /// receiver's matched filter as well, as long as it is long enough.
    HalfSymbol,
}

impl Spacing {
    /// Samples a symbol: 1 or 2.
    pub fn samples_per_symbol(self) -> usize {
        match self {
            Self::Symbol => 1,
            Self::HalfSymbol => 2,
        }
    }
}

/// How the taps of an equalizer are found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Adaptation {
    /// The least mean square error over the training records, then frozen: where an adaptive
    /// equalizer with an infinitely small step ends.
    Mmse,
    /// Stochastic gradient descent: over the training records with known symbols, then on through
    /// each record with the receiver's own decisions.
    ///
    /// Every record starts from the trained taps, so that what it gives does not depend on others.
    Lms {
        /// Step for an input of unit power, above 0 and below 2 over the number of taps: the taps
        /// move by `step * error * sample / power` a symbol. The mean square error exceeds the
        /// least one by a fraction of about `step * taps / 2`.
        step: f64,
        /// How many times the training records are run through.
        passes: usize,
    },
}

impl Ffe {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If there are no taps, the main tap is not one of them, or the step is not positive or so
    /// large that the taps diverge.
    pub fn check(&self) -> Result<()> {
        check::count("ffe.taps", self.taps, &(1..=MOST_TAPS))?;
        if self.cursor >= self.taps {
            let expected = format!("below the number of taps, which is {}", self.taps);
            return Err(Error::parameter("ffe.cursor", self.cursor, expected));
        }
        if let Adaptation::Lms { step, passes } = self.adaptation {
            let limit = 2.0 / self.taps as f64;
            if check::positive("ffe.adaptation.lms.step", step)? >= limit {
                let expected = format!("below {limit}, or {} taps diverge", self.taps);
                return Err(Error::parameter("ffe.adaptation.lms.step", step, expected));
            }
            check::count("ffe.adaptation.lms.passes", passes, &(1..=10_000))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_without_meaning_are_refused() {
        let ffe = Ffe {
            taps: 21,
            cursor: 6,
            spacing: Spacing::Symbol,
            adaptation: Adaptation::Lms { step: 1e-3, passes: 2 },
        };
        ffe.check().unwrap();
        let refuses = |ffe: Ffe, field: &str| {
            let error = ffe.check().unwrap_err();
            assert!(error.is_parameter() && error.to_string().contains(field), "{error}");
        };
        refuses(Ffe { taps: 0, cursor: 0, ..ffe.clone() }, "`ffe.taps` is 0");
        refuses(Ffe { cursor: 21, ..ffe.clone() }, "`ffe.cursor` is 21");
        for step in [0.0, -1.0, f64::NAN, 0.1] {
            let adaptation = Adaptation::Lms { step, passes: 1 };
            refuses(Ffe { adaptation, ..ffe.clone() }, "`ffe.adaptation.lms.step`");
        }
        let adaptation = Adaptation::Lms { step: 1e-3, passes: 0 };
        refuses(Ffe { adaptation, ..ffe }, "`ffe.adaptation.lms.passes` is 0");
    }

    #[cfg(feature = "config")]
    #[test]
    fn text_names_the_adaptation() {
        let text = "taps = 9\ncursor = 3\nspacing = \"half-symbol\"\n\
                    adaptation.lms = { step = 0.001, passes = 4 }\n";
        let ffe: Ffe = toml::from_str(text).unwrap();
        assert_eq!(ffe.spacing, Spacing::HalfSymbol);
        assert_eq!(ffe.adaptation, Adaptation::Lms { step: 0.001, passes: 4 });
        assert_eq!(toml::from_str::<Ffe>(&toml::to_string(&ffe).unwrap()).unwrap(), ffe);
        let typo = text.replace("passes", "pases");
        assert!(toml::from_str::<Ffe>(&typo).is_err());
    }
}
