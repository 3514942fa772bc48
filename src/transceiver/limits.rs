//! Limits of an equalizer's taps, and groups of taps that float.

use crate::unit::check;
use crate::{Error, Result};

/// The most taps of all floating groups of an equalizer.
const MOST_FLOATING: usize = 64;

/// The farthest postcursor that a floating tap reaches, in symbols.
const FARTHEST: usize = 256;

/// Limits of taps: one for all of them, or one for each.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(untagged, expecting = "a number, or a list with a number for each tap")
)]
pub enum Limits {
    /// One limit for all taps.
    All(f64),
    /// A limit for each tap, in their order.
    Each(Vec<f64>),
}

impl Limits {
    /// The limit of a tap.
    pub(super) fn at(&self, tap: usize) -> f64 {
        match self {
            Self::All(limit) => *limit,
            Self::Each(limits) => limits[tap],
        }
    }

    /// Checks that there is a limit for each of `taps` taps.
    pub(super) fn check_count(&self, name: &str, taps: usize) -> Result<()> {
        match self {
            Self::Each(limits) if limits.len() != taps => {
                let expected = format!("one number, or a list of {taps}, one for each tap");
                Err(Error::parameter(name, format!("a list of {}", limits.len()), expected))
            }
            _ => Ok(()),
        }
    }
}

/// Groups of neighboring taps on late postcursors, placed by training.
///
/// # Formula
/// Group after group is put where, with all taps adapted anew, it lowers the mean square error of
/// the training records most. Groups do not overlap, and lie behind the fixed taps.
///
/// # Assumptions
/// A greedy choice: groups that are put down stay, which an exhaustive search may beat where
/// two reflections are closer than a group is long. Feed-forward and feedback groups of one
/// receiver are chosen from together.
///
/// # References
/// Floating taps of IEEE 802.3, Annex 93A (802.3ck): `N_bg` groups of `N_bf` taps within `N_f`
/// symbols, each tap up to `b_maxg`. There the groups are chosen by the pulse response's energy.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Floating {
    /// Number of groups.
    pub groups: usize,
    /// Neighboring taps of each group.
    pub taps_per_group: usize,
    /// The farthest postcursor that a group may reach, in symbols.
    pub span: usize,
    /// The largest magnitude of a tap, relative to the main one.
    pub limit: f64,
}

impl Floating {
    /// Checks the parameters of groups named `name`, for whom the span leaves `room(span)` taps.
    pub(super) fn check(&self, name: &str, room: impl Fn(usize) -> usize) -> Result<()> {
        let field = |field: &str| format!("{name}.{field}");
        check::count(&field("groups"), self.groups, &(1..=MOST_FLOATING))?;
        let most = MOST_FLOATING / self.groups;
        check::count(&field("taps-per-group"), self.taps_per_group, &(1..=most))?;
        check::count(&field("span"), self.span, &(1..=FARTHEST))?;
        // The groups may lie so that none of the gaps between them holds another.
        let wanted =
            self.groups * self.taps_per_group + (self.groups - 1) * (self.taps_per_group - 1);
        if room(self.span) < wanted {
            let expected = format!(
                "long enough for {} groups of {} taps behind the fixed ones, wherever they lie: \
                 {wanted} taps",
                self.groups, self.taps_per_group
            );
            return Err(Error::parameter(&field("span"), self.span, expected));
        }
        check::positive(&field("limit"), self.limit).map(|_| ())
    }

    /// Number of taps in all groups.
    pub(super) fn taps(&self) -> usize {
        self.groups * self.taps_per_group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KR: Floating = Floating { groups: 3, taps_per_group: 3, span: 40, limit: 0.05 };

    #[test]
    fn groups_without_room_or_meaning_are_refused() {
        let message = |floating: Floating| {
            floating.check("dfe.floating", |span| span.saturating_sub(12)).unwrap_err().to_string()
        };
        KR.check("dfe.floating", |span| span - 12).unwrap();
        assert!(message(Floating { groups: 0, ..KR }).contains("`dfe.floating.groups` is 0"));
        assert!(message(Floating { taps_per_group: 30, ..KR }).contains("taps-per-group` is 30"));
        assert!(message(Floating { span: 20, ..KR }).contains("13 taps"));
        assert!(message(Floating { limit: f64::NAN, ..KR }).contains("`dfe.floating.limit`"));
    }

    #[cfg(feature = "config")]
    #[test]
    fn a_limit_is_a_number_or_a_list() {
        #[derive(Debug, serde::Deserialize)]
        struct Holder {
            limit: Limits,
        }
        let read = |text: &str| toml::from_str::<Holder>(text).map(|holder| holder.limit);
        assert_eq!(read("limit = 0.7").unwrap(), Limits::All(0.7));
        assert_eq!(read("limit = 1").unwrap(), Limits::All(1.0));
        assert_eq!(read("limit = [0.7, 0.2]").unwrap(), Limits::Each(vec![0.7, 0.2]));
        let error = read("limit = \"0.7\"").unwrap_err().to_string();
        assert!(error.contains("a number, or a list"), "{error}");
    }
}
