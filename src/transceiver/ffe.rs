//! The feed-forward equalizer's parameters.

use super::{Floating, Limits};
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
/// Taps have full precision, and any value within their limits. A link that inverts gets a negative
/// main tap. Least squares holds taps beyond their limits at these and adapts the others again
/// around them, gradient descent clamps them after each step.
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
    /// The largest magnitudes of the taps relative to the main one, for which a list has a 1.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub limits: Option<Limits>,
    /// Groups of taps on late postcursors, behind the others.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub floating: Option<Floating>,
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
///
/// Feedback taps, and those of an MLSE's target, are found along with the feed-forward ones. Floating
/// groups are placed by least squares, whatever adapts their taps.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Adaptation {
    /// Given taps, of which training finds only the common gain, by least squares along with the
    /// feedback taps.
    Fixed {
        /// The taps relative to the main one, which is 1.
        taps: Vec<f64>,
    },
    /// The least mean square error over the training records, then frozen: where an adaptive
    /// equalizer with an infinitely small step ends.
    Mmse,
    /// Stochastic gradient descent: over the training records with known symbols, then on through
    /// each record with the receiver's own decisions.
    ///
    /// Every record starts from the trained taps, so that what it gives does not depend on others.
    /// The slicer's thresholds follow the means of the decided levels at the same step. Ahead of an
    /// MLSE, whose decisions come too late, the trained taps are kept.
    Lms {
        /// Step for an input of unit power, above 0 and below 2 over the number of taps: the taps
        /// move by `step * error * sample / power` a symbol. The mean square error exceeds the
        /// least one by a fraction of about `step * taps / 2`.
        step: f64,
        /// How many times the training records are run through.
        passes: usize,
    },
    /// As `Lms`, with the signs of error and sample in place of their values: what adapts without
    /// a multiplier, and ends with more excess error the less error there is.
    SignSignLms {
        /// Step for an input of unit power, above 0 and below 1 over the number of taps: each tap
        /// moves by `step / rms` a symbol. The mean square error exceeds the least one by a fraction
        /// of about `pi / 4 * step * taps / rms error`.
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
        if let Some(floating) = &self.floating {
            let covered = self.taps - self.cursor;
            let per_symbol = self.spacing.samples_per_symbol();
            let room = |span: usize| (span * per_symbol + 1).saturating_sub(covered);
            floating.check("ffe.floating", room)?;
        }
        self.check_limits()?;
        let taps = self.taps + self.floating.as_ref().map_or(0, Floating::taps);
        match &self.adaptation {
            Adaptation::Mmse => Ok(()),
            Adaptation::Fixed { taps } => self.check_fixed(taps),
            Adaptation::Lms { step, passes } => {
                check_descent("ffe.adaptation.lms", (*step, *passes), 2.0, taps)
            }
            Adaptation::SignSignLms { step, passes } => {
                check_descent("ffe.adaptation.sign-sign-lms", (*step, *passes), 1.0, taps)
            }
        }
    }

    /// The limit of a tap relative to the main one, those of floating groups included.
    pub(super) fn limit(&self, tap: usize) -> f64 {
        match (&self.limits, &self.floating) {
            (_, Some(floating)) if tap >= self.taps => floating.limit,
            _ if tap == self.cursor => 1.0,
            (Some(limits), _) => limits.at(tap),
            (None, _) => f64::INFINITY,
        }
    }

    fn check_limits(&self) -> Result<()> {
        let Some(limits) = &self.limits else { return Ok(()) };
        limits.check_count("ffe.limits", self.taps)?;
        for tap in 0..self.taps {
            check::not_negative("ffe.limits", limits.at(tap))?;
        }
        match limits {
            Limits::Each(limits) if (limits[self.cursor] - 1.0).abs() > 0.0 => {
                let value = format!("{} for tap {}", limits[self.cursor], self.cursor);
                Err(Error::parameter("ffe.limits", value, "1 for the main tap"))
            }
            _ => Ok(()),
        }
    }

    fn check_fixed(&self, taps: &[f64]) -> Result<()> {
        const NAME: &str = "ffe.adaptation.fixed.taps";
        if taps.len() != self.taps {
            let value = format!("a list of {}", taps.len());
            return Err(Error::parameter(
                NAME,
                value,
                format!("a list of `ffe.taps`, {}", self.taps),
            ));
        }
        for tap in taps {
            check::finite(NAME, *tap)?;
        }
        if (taps[self.cursor] - 1.0).abs() > 0.0 {
            let value = format!("{} at index {}", taps[self.cursor], self.cursor);
            return Err(Error::parameter(
                NAME,
                value,
                "1 there: taps are relative to the main one",
            ));
        }
        if self.limits.is_some() || self.floating.is_some() {
            let expected = "without `ffe.limits` and `ffe.floating`, which are for adapted taps";
            return Err(Error::parameter("ffe.adaptation", "fixed", expected));
        }
        Ok(())
    }
}

/// Checks step and passes of gradient descent; the step must be below `most` over the taps.
fn check_descent(name: &str, (step, passes): (f64, usize), most: f64, taps: usize) -> Result<()> {
    let limit = most / taps as f64;
    if check::positive(&format!("{name}.step"), step)? >= limit {
        let expected = format!("below {limit}, or {taps} taps diverge");
        return Err(Error::parameter(&format!("{name}.step"), step, expected));
    }
    check::count(&format!("{name}.passes"), passes, &(1..=10_000)).map(|_| ())
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
            limits: None,
            floating: None,
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
        refuses(Ffe { adaptation, ..ffe.clone() }, "`ffe.adaptation.lms.passes` is 0");
        let adaptation = Adaptation::SignSignLms { step: 0.05, passes: 1 };
        refuses(Ffe { adaptation, ..ffe.clone() }, "`ffe.adaptation.sign-sign-lms.step`");

        let limits = |limits| Ffe { limits: Some(limits), ..ffe.clone() };
        refuses(limits(Limits::All(-0.1)), "`ffe.limits` is -0.1");
        refuses(limits(Limits::Each(vec![1.0; 20])), "`ffe.limits` is a list of 20");
        refuses(limits(Limits::Each(vec![0.5; 21])), "`ffe.limits` is 0.5 for tap 6");
        let floating = Floating { groups: 2, taps_per_group: 3, span: 21, limit: 0.1 };
        refuses(
            Ffe { floating: Some(floating.clone()), ..ffe.clone() },
            "`ffe.floating.span` is 21",
        );
        Ffe { floating: Some(Floating { span: 22, ..floating }), ..ffe.clone() }.check().unwrap();

        let fixed = |taps| Ffe { adaptation: Adaptation::Fixed { taps }, ..ffe.clone() };
        refuses(fixed(vec![1.0; 20]), "`ffe.adaptation.fixed.taps` is a list of 20");
        refuses(fixed(vec![0.1; 21]), "is 0.1 at index 6");
        refuses(Ffe { limits: Some(Limits::All(1.0)), ..fixed(vec![1.0; 21]) }, "`ffe.limits`");
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
