//! What routes assume: each number, how far it is to be trusted, where it comes from.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{escaped, is_preset};
use crate::preset::{Confidence, source_of};
use crate::route::Route;
use crate::{Result, config};

/// Values of one parameter that are listed.
const LISTED: usize = 12;

/// A parameter's values over all routes, with its source where it is a preset's.
#[derive(Default)]
struct Assumption {
    values: Vec<String>,
    source: Option<(Confidence, &'static str)>,
}

/// The parameters of routes as a table: every value that stands in one of them once.
pub(super) fn html<'a>(routes: impl Iterator<Item = &'a Route>) -> Result<String> {
    let mut parameters: BTreeMap<(String, String), Assumption> = BTreeMap::new();
    for route in routes {
        let sourced = is_preset(route);
        config::print_with_notes(route, &mut |part, key, value| {
            let entry = parameters.entry((part.to_owned(), key.to_owned())).or_default();
            if !entry.values.iter().any(|known| known == value) {
                entry.values.push(value.to_owned());
            }
            if sourced {
                let source = source_of(part, key, value);
                entry.source = source.map(|source| (source.confidence, source.text));
            }
            None
        })?;
    }
    let mut html = String::from(
        "<div class=\"wide\"><table class=\"prose sortable\">\n<thead><tr><th>part</th>\
         <th>parameter</th><th>values</th><th>confidence</th><th>source</th></tr></thead>\n<tbody>\n",
    );
    for ((part, key), assumption) in &parameters {
        let shown: Vec<String> =
            assumption.values.iter().take(LISTED).map(|value| escaped(value)).collect();
        let more = match assumption.values.len() {
            count if count > LISTED => format!(" and {} more", count - LISTED),
            _ => String::new(),
        };
        let (confidence, source) = match assumption.source {
            Some((confidence, text)) => (confidence.to_string(), escaped(text)),
            None => ("given".to_owned(), "by the document".to_owned()),
        };
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}{more}</td><td class=\"{confidence}\">{confidence}</td>\
             <td>{source}</td></tr>",
            escaped(part),
            escaped(key),
            shown.join(", ")
        );
    }
    html.push_str("</tbody></table></div>\n");
    Ok(html)
}
