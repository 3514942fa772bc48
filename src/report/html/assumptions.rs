//! What routes and budgets assume: each number, how far it is to be trusted, where it comes from.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{escaped, is_preset};
use crate::preset::source_of;
use crate::report::ParameterEntry;
use crate::route::Route;
use crate::{Result, config};

/// Values of one parameter that are listed.
const LISTED: usize = 12;

/// How far to trust a value, and where it comes from.
type Origin = (String, String);

/// The parameters of routes as a table: every value that stands in one of them once, and values of
/// one parameter together where they come from the same source; and the numbers of budgets, if there
/// are any.
pub(super) fn html<'a>(routes: impl Iterator<Item = &'a Route>, budgets: bool) -> Result<String> {
    let mut parameters: BTreeMap<(String, String, Origin), Vec<String>> = BTreeMap::new();
    for route in routes {
        let sourced = is_preset(route);
        config::print_with_notes(route, &mut |part, key, value| {
            let origin = match source_of(part, key, value) {
                Some(source) if sourced => (source.confidence.to_string(), source.text.to_owned()),
                _ => ("given".to_owned(), "by the document".to_owned()),
            };
            let values = parameters.entry((part.to_owned(), key.to_owned(), origin)).or_default();
            let value = rounded(value);
            if !values.contains(&value) {
                values.push(value);
            }
            None
        })?;
    }
    if budgets {
        for entry in ParameterEntry::of_budgets()? {
            let origin = (entry.confidence.to_string(), entry.source);
            parameters.insert((entry.part, entry.parameter, origin), vec![entry.value]);
        }
    }
    let mut html = String::from(
        "<div class=\"wide\"><table class=\"prose sortable\">\n<thead><tr><th>part</th>\
         <th>parameter</th><th>values</th><th>confidence</th><th>source</th></tr></thead>\n<tbody>\n",
    );
    for ((part, key, (confidence, source)), values) in &parameters {
        let shown: Vec<String> = values.iter().take(LISTED).map(|value| escaped(value)).collect();
        let more = match values.len() {
            count if count > LISTED => format!(" and {} more", count - LISTED),
            _ => String::new(),
        };
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}{more}</td><td class=\"{confidence}\">{confidence}</td>\
             <td>{}</td></tr>",
            escaped(part),
            escaped(key),
            shown.join(", "),
            escaped(source)
        );
    }
    html.push_str("</tbody></table></div>\n");
    Ok(html)
}

/// A value with at most six digits that count: what was given in other units has many.
fn rounded(value: &str) -> String {
    let (number, unit) = value.split_once(' ').unwrap_or((value, ""));
    let digits = number.chars().filter(char::is_ascii_digit).count();
    match format!("{:.5e}", number.parse::<f64>().unwrap_or(f64::NAN)).parse::<f64>() {
        Ok(short) if short.is_finite() && digits > 9 => format!("{short} {unit}").trim_end().into(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    #[test]
    fn long_numbers_are_rounded_and_short_ones_stay() {
        for (value, expected) in [
            ("152.39999999999998 mm", "152.4 mm"),
            ("9.662443046310168 dB/m", "9.66244 dB/m"),
            ("106.25 GBd", "106.25 GBd"),
            ("0.000095909", "0.000095909"),
            ("best-eye", "best-eye"),
        ] {
            assert_eq!(rounded(value), expected);
        }
    }

    #[test]
    fn each_value_stands_beside_its_own_source() {
        let html =
            html([preset::dsp_dr_100g(), preset::named("oio-wdm-106g").unwrap()].iter(), false);
        let html = html.unwrap();
        let row = |value: &str| {
            html.lines().find(|line| line.contains("<td>symbol-rate</td>") && line.contains(value))
        };
        assert!(row("53.125 GBd").is_some_and(|row| row.contains("802.3ck")));
        assert!(row("106.25 GBd").is_some_and(|row| row.contains("OCI")));
        assert!(!html.contains("<td>budget</td>"));
    }

    #[test]
    fn numbers_of_budgets_stand_there_where_there_are_budgets() {
        let html = html([preset::lpo_dr_100g()].iter(), true).unwrap();
        for (key, ..) in preset::energy::catalogue().entries() {
            let cells = format!("<td>budget</td><td>{key}</td>");
            assert_eq!(html.matches(&cells).count(), 1, "{key}");
        }
        assert!(html.contains("<td>2.5 (2 to 3) pJ/bit</td><td class=\"estimate\">"), "{html}");
    }
}
