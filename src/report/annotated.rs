//! Documents of presets with their sources.

use crate::preset::source_of;
use crate::route::Route;
use crate::{Result, config};

/// The document of a route made of the presets' parts, with the source of each number beside it.
///
/// # Errors
/// As [`config::print`].
pub fn annotated(route: &Route) -> Result<String> {
    config::print_with_notes(route, &mut |part, key, value| {
        source_of(part, key, value).map(|source| format!("{}: {}", source.confidence, source.text))
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
                if source_of(part, key, value).is_none() {
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
            config::print_with_notes(&route, &mut |part, key, value| {
                used.extend(source_of(part, key, value));
                None
            })
            .unwrap();
        }
        for source in preset::sources() {
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
}
