//! Limits of the reference equalizer's taps.

use crate::unit::check;
use crate::{Error, Result};

/// What the taps of a reference equalizer may be; their sum is 1 in any case.
///
/// Each pair is the lowest and the highest value. Taps are counted from the main one.
///
/// # References
/// The form of IEEE P802.3dj drafts (A. Welch, *welch_3dj_01_2405*, 2024).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct TapLimits {
    /// The main tap.
    pub main: [f64; 2],
    /// The taps beside the main one.
    pub first: [f64; 2],
    /// The taps two away.
    pub second: [f64; 2],
    /// All others.
    pub others: [f64; 2],
    /// How much the two taps beside the main one may differ, as a ratio to the main tap.
    pub imbalance: f64,
}

impl TapLimits {
    /// The limits proposed for 200 Gb/s a lane with 15 taps: an example from a draft, not a final
    /// specification.
    pub fn draft_200g() -> Self {
        Self {
            main: [0.8, 2.5],
            first: [-0.4, 0.05],
            second: [-0.1, 0.2],
            others: [-0.1, 0.1],
            imbalance: 0.25,
        }
    }

    fn check(&self) -> Result<()> {
        let pairs = [
            ("limits.main", self.main),
            ("limits.first", self.first),
            ("limits.second", self.second),
            ("limits.others", self.others),
        ];
        for (name, [low, high]) in pairs {
            check::finite(name, low)?;
            check::finite(name, high)?;
            if low > high {
                return Err(Error::parameter(name, format!("{low} to {high}"), "a range"));
            }
        }
        check::not_negative("limits.imbalance", self.imbalance)?;
        Ok(())
    }
}

/// A linear limit: the sum of coefficients times taps is at most `bound`.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub coefficients: Vec<f64>,
    bound: f64,
}

impl Row {
    /// By how much taps miss the limit; negative if they do not.
    pub(super) fn excess(&self, taps: &[f64]) -> f64 {
        self.coefficients.iter().zip(taps).map(|(c, w)| c * w).sum::<f64>() - self.bound
    }
}

/// The limits of an equalizer: what is given, and that no tap is larger than the main one.
pub(super) fn rows(taps: usize, main: usize, limits: Option<&TapLimits>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut add = |entries: &[(usize, f64)], bound: f64| {
        let mut coefficients = vec![0.0; taps];
        for &(tap, coefficient) in entries {
            coefficients[tap] = coefficient;
        }
        rows.push(Row { coefficients, bound });
    };
    for tap in (0..taps).filter(|&tap| tap != main) {
        add(&[(tap, 1.0), (main, -1.0)], 0.0);
        add(&[(tap, -1.0), (main, -1.0)], 0.0);
    }
    let Some(limits) = limits else { return Ok(rows) };
    limits.check()?;
    for tap in 0..taps {
        let [low, high] = match tap.abs_diff(main) {
            0 => limits.main,
            1 => limits.first,
            2 => limits.second,
            _ => limits.others,
        };
        add(&[(tap, 1.0)], high);
        add(&[(tap, -1.0)], -low);
    }
    if main > 0 && main + 1 < taps {
        let (before, after) = (main - 1, main + 1);
        add(&[(after, 1.0), (before, -1.0), (main, -limits.imbalance)], 0.0);
        add(&[(after, -1.0), (before, 1.0), (main, -limits.imbalance)], 0.0);
    }
    Ok(rows)
}
