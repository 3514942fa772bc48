//! The decision-feedback equalizer's parameters.

use super::{Floating, Limits};
use crate::unit::check;
use crate::{Error, Result};

/// The most feedback taps.
const MOST_TAPS: usize = 64;

/// A decision-feedback equalizer: it subtracts what past symbols leave behind.
///
/// # Formula
/// `z[n] = y[n] - sum_j b[j] d[n - j]` for `j = 1 ..= taps`, and for the postcursors `j` of floating
/// groups, with the ideal levels `d`, from -1 to 1, of the receiver's own decisions: a wrong one is
/// subtracted wrong, and may cause the next.
///
/// # Assumptions
/// The taps are adapted jointly with the feed-forward ones, as if every decision were right. Taps
/// beyond their limits are set to these, and the others are adapted again around them.
///
/// # References
/// Austin, *Decision-feedback equalization for digital communication over dispersive channels*
/// (1967); Monsen, *Feedback equalization for fading dispersive channels* (1971); the limits are
/// `b_max` and `b_min` of IEEE 802.3, Annex 93A.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Dfe {
    /// Number of past symbols that are subtracted, those of floating groups not counted.
    pub taps: usize,
    /// The largest values of the taps, relative to the main cursor: 1 lets a past symbol be as
    /// strong as the present one. The equalized signal has a cursor of 1, since a symbol's own
    /// level arrives as itself.
    pub limit: Limits,
    /// The lowest values of the taps; without them the negative of the largest.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub lowest: Option<Limits>,
    /// Groups of taps on late postcursors, behind the others.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub floating: Option<Floating>,
}

impl Dfe {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If there are no taps or more than 64, a limit makes no sense, or floating groups have no
    /// room.
    pub fn check(&self) -> Result<()> {
        check::count("dfe.taps", self.taps, &(1..=MOST_TAPS))?;
        self.limit.check_count("dfe.limit", self.taps)?;
        if let Some(lowest) = &self.lowest {
            lowest.check_count("dfe.lowest", self.taps)?;
        }
        for tap in 0..self.taps {
            let (low, high) = self.bounds(tap);
            if self.lowest.is_none() {
                check::positive("dfe.limit", high)?;
            } else {
                check::finite("dfe.limit", high)?;
            }
            if check::finite("dfe.lowest", low)? > high {
                let expected = format!("at most `dfe.limit`, {high} for tap {}", tap + 1);
                return Err(Error::parameter("dfe.lowest", low, expected));
            }
        }
        self.floating.as_ref().map_or(Ok(()), |floating| {
            floating.check("dfe.floating", |span| span.saturating_sub(self.taps))
        })
    }

    /// The lowest and the highest value of a tap, the first of which is number 0; those of floating
    /// groups included.
    pub(super) fn bounds(&self, tap: usize) -> (f64, f64) {
        if let Some(floating) = self.floating.as_ref().filter(|_| tap >= self.taps) {
            return (-floating.limit, floating.limit);
        }
        let high = self.limit.at(tap);
        (self.lowest.as_ref().map_or(-high, |lowest| lowest.at(tap)), high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_without_meaning_are_refused() {
        let dfe =
            |taps, limit| Dfe { taps, limit: Limits::All(limit), lowest: None, floating: None };
        dfe(1, 0.7).check().unwrap();
        let message = |dfe: Dfe| dfe.check().unwrap_err().to_string();
        assert!(message(dfe(0, 0.7)).contains("`dfe.taps` is 0"));
        assert!(message(dfe(1, f64::NAN)).contains("`dfe.limit`"));
        assert!(message(dfe(1, 0.0)).contains("`dfe.limit`"));
        let each = Dfe { limit: Limits::Each(vec![0.85, 0.3]), ..dfe(2, 0.7) };
        let bounded = |lowest| Dfe { lowest: Some(Limits::Each(lowest)), ..each.clone() };
        bounded(vec![0.3, -0.2]).check().unwrap();
        assert!(message(bounded(vec![0.3, 0.4])).contains("`dfe.lowest` is 0.4"));
        assert!(message(bounded(vec![0.3])).contains("a list of 1"));
        assert!(message(Dfe { taps: 3, ..each.clone() }).contains("a list of 2"));
        let floating = Floating { groups: 3, taps_per_group: 3, span: 14, limit: 0.05 };
        assert!(message(Dfe { floating: Some(floating), ..each }).contains("`dfe.floating.span`"));
    }

    #[cfg(feature = "config")]
    #[test]
    fn documents_with_one_limit_are_read_as_ever() {
        let dfe: Dfe = toml::from_str("taps = 1\nlimit = 0.7").unwrap();
        assert_eq!(dfe.limit, Limits::All(0.7));
        assert_eq!(toml::to_string(&dfe).unwrap(), "taps = 1\nlimit = 0.7\n");
        let text = "taps = 2\nlimit = [0.85, 0.3]\nlowest = [0.3, -0.2]\n\n[floating]\n\
                    groups = 3\ntaps-per-group = 3\nspan = 40\nlimit = 0.05\n";
        let dfe: Dfe = toml::from_str(text).unwrap();
        assert_eq!(toml::to_string(&dfe).unwrap(), text);
    }
}
