//! Documents of presets with their sources.

use crate::preset::{Source, sources};
use crate::route::Route;
use crate::{Result, config};

/// Where a number of a preset comes from: the first entry of [`sources()`] that fits it.
///
/// `part` is what the number belongs to (`hop`, `transmitter`, `receiver`, or the kind of a
/// device), `key` its key with the tables it stands in, as `agc.swing`.
pub fn source_of(part: &str, key: &str) -> Option<&'static Source> {
    sources().iter().find(|source| source.part == part && stands_for(source.key, key))
}

/// Whether a key is `general`, or below it.
fn stands_for(general: &str, key: &str) -> bool {
    let below = key.strip_prefix(general);
    below.is_some_and(|rest| general.is_empty() || rest.is_empty() || rest.starts_with('.'))
}

/// The document of a route made of the presets' parts, with the source of each number beside it.
///
/// # Errors
/// As [`config::print`].
pub fn annotated(route: &Route) -> Result<String> {
    config::print_with_notes(route, &mut |part, key, _| {
        source_of(part, key).map(|source| format!("{}: {}", source.confidence, source.text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    #[test]
    fn every_number_of_every_preset_has_a_source() {
        for route in preset::all() {
            let (mut numbers, mut without) = (0, Vec::new());
            config::print_with_notes(&route, &mut |part, key, value| {
                numbers += 1;
                if source_of(part, key).is_none() {
                    without.push(format!("{part}: {key} = {value}"));
                }
                None
            })
            .unwrap();
            assert!(numbers > 80, "{numbers}");
            assert!(without.is_empty(), "{}: {without:?}", route.name);
        }
    }

    #[test]
    fn every_source_is_that_of_a_number() {
        let mut used = Vec::new();
        for route in preset::all() {
            config::print_with_notes(&route, &mut |part, key, _| {
                used.extend(source_of(part, key));
                None
            })
            .unwrap();
        }
        for source in sources() {
            assert!(used.contains(&source), "{}: {}", source.part, source.key);
        }
    }

    #[test]
    fn notes_change_nothing() {
        for route in preset::all() {
            let text = annotated(&route).unwrap();
            assert_eq!(config::parse(&text).unwrap(), route);
            assert!(text.contains("# estimate: "), "{}", route.name);
        }
        let text = annotated(&preset::lpo_dr_100g()).unwrap();
        assert!(text.contains("# vendor: two MPO connectors of 0.35 dB"), "{text}");
    }

    #[test]
    fn a_key_stands_for_all_below_it_and_for_nothing_beside_it() {
        let source = source_of("transmitter", "jitter.even-odd").unwrap();
        assert_eq!(source.key, "jitter.even-odd");
        assert_eq!(source_of("transmitter", "jitter.random").unwrap().key, "jitter");
        assert!(source_of("transmitter", "jitters").is_none());
        assert_eq!(source_of("driver", "order").unwrap().key, "");
    }
}
