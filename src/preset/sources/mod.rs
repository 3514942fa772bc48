//! Where the numbers of the presets come from.

mod copper;
mod lanes;
mod optics;
mod transceivers;

pub use crate::route::Confidence;

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the number belongs to: `hop`, `fec`, `transmitter`, `receiver`, or the kind of a device
    /// as documents write it.
    pub part: &'static str,
    /// The parameter as documents write it, with the tables it stands in; it stands for all that
    /// is below it too.
    pub key: &'static str,
    /// The values that it stands for, as documents write them; any if there are none.
    pub values: &'static [&'static str],
    /// How far to trust it.
    pub confidence: Confidence,
    /// Where it comes from.
    pub text: &'static str,
}

impl Source {
    /// Whether it is that of a number.
    fn fits(&self, part: &str, key: &str, value: &str) -> bool {
        let below = key.strip_prefix(self.key);
        let stands_for =
            |rest: &str| self.key.is_empty() || rest.is_empty() || rest.starts_with('.');
        self.part == part
            && below.is_some_and(stands_for)
            && (self.values.is_empty() || self.values.contains(&value))
    }

    /// The source of these values alone.
    const fn of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }
}

/// Where each number of the presets comes from. The first entry that fits a number is its own.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    [lanes::SOURCES, transceivers::SOURCES, copper::SOURCES, optics::SOURCES].into_iter().flatten()
}

/// Where a number of a preset comes from: the first entry of [`sources()`] that fits it.
///
/// `part` is what the number belongs to (`route`, `hop`, `transmitter`, `receiver`, or the kind of a
/// device), `key` its key with the tables it stands in, as `agc.swing`, and `value` its value as
/// documents write it, as `0.5 V`.
pub fn source_of(part: &str, key: &str, value: &str) -> Option<&'static Source> {
    sources().find(|source| source.fits(part, key, value))
}

const fn source(
    part: &'static str,
    key: &'static str,
    confidence: Confidence,
    text: &'static str,
) -> Source {
    Source { part, key, values: &[], confidence, text }
}

const USUAL: &str = "usual for parts of this class";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_all_below_it_and_for_nothing_beside_it() {
        let key = |key: &str| source_of("transmitter", key, "0.01 UI").map(|source| source.key);
        assert_eq!(key("jitter.even-odd"), Some("jitter.even-odd"));
        assert_eq!(key("jitter.random"), Some("jitter"));
        assert_eq!(key("jitters"), None);
        assert_eq!(source_of("driver", "order", "3").map(|source| source.key), Some(""));
    }

    #[test]
    fn a_source_of_values_stands_for_no_others() {
        let edge = |value: &str| source_of("transmitter", "edge.rise-time", value);
        assert!(edge("7.5 ps").is_some_and(|source| source.text.contains("802.3ck")));
        assert!(edge("4 ps").is_some_and(|source| source.text.contains("802.3dj")));
        assert_eq!(edge("6 ps"), None);
    }
}
