//! A comparison as one HTML page that needs nothing else.

mod assumptions;

use std::fmt::Write;

use super::annotated;
use super::table::Table;
use super::text::{budget_tables, comparison};
use crate::budget::Budget;
use crate::route::{Report, Route};
use crate::{Result, config, preset};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A figure of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageFigure {
    /// What it shows, in a sentence.
    pub caption: String,
    /// An SVG document.
    pub svg: String,
}

/// A comparison of routes as one HTML page: tables, figures, what is assumed with its sources, and
/// the document of each route.
///
/// The page holds its style, script and figures, and opens in any browser without a network.
#[derive(Clone, Debug)]
pub struct ComparisonPage<'a> {
    /// The heading.
    pub title: String,
    /// The routes and what came of them.
    pub results: &'a [(Route, Report)],
    /// What those cost that say how their lanes are put together.
    pub budgets: &'a [(Route, Budget)],
    /// The figures, in their order.
    pub figures: Vec<PageFigure>,
}

impl ComparisonPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// If a route cannot be written as a document.
    pub fn html(&self) -> Result<String> {
        let mut page = String::new();
        let title = escaped(&self.title);
        let _ = write!(
            page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        let tables = comparison(self.results, self.budgets);
        let _ = writeln!(
            page,
            "<p class=\"faint\">{}; lightlane {}</p>",
            escaped(&tables.sent),
            env!("CARGO_PKG_VERSION")
        );
        page.push_str(
            "<nav><a href=\"#tables\">Tables</a><a href=\"#figures\">Figures</a>\
             <a href=\"#assumptions\">Assumptions</a><a href=\"#routes\">Routes</a></nav>\n",
        );
        page.push_str("<h2 id=\"tables\">Tables</h2>\n");
        for table in &tables.tables {
            page.push_str(&sortable(table));
        }
        for table in budget_tables(self.budgets) {
            page.push_str(&sortable(&table));
        }
        for note in &tables.notes {
            let _ = writeln!(page, "<p class=\"faint\">{}</p>", escaped(note));
        }
        let _ = writeln!(page, "<pre>{}</pre>", escaped(&tables.legend));

        page.push_str("<h2 id=\"figures\">Figures</h2>\n");
        for (index, figure) in self.figures.iter().enumerate() {
            let svg = inline(&figure.svg, index);
            let caption = escaped(&figure.caption);
            let _ =
                writeln!(page, "<figure>\n{svg}\n<figcaption>{caption}</figcaption>\n</figure>");
        }

        page.push_str("<h2 id=\"assumptions\">Assumptions and their sources</h2>\n");
        let routes = self.results.iter().map(|(route, _)| route);
        page.push_str(&assumptions::html(routes, !self.budgets.is_empty())?);
        page.push_str("<h2 id=\"routes\">Routes</h2>\n");
        for (route, _) in self.results {
            let document = if is_preset(route) { annotated(route)? } else { config::print(route)? };
            let _ = writeln!(
                page,
                "<h3>{}</h3>\n<p>{}</p>\n<details><summary>Its document</summary>\n<pre>{}</pre>\n\
                 </details>",
                escaped(&route.name),
                escaped(&route.description),
                escaped(&document)
            );
        }
        let _ = write!(page, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
        Ok(page)
    }
}

/// An SVG document as a part of a page: an XML declaration has no place there, and the names of
/// clipping paths are the page's, not each figure's own.
fn inline(svg: &str, index: usize) -> String {
    let svg = svg.find("<svg").map_or("", |start| &svg[start..]);
    svg.replace("<clipPath id=\"", &format!("<clipPath id=\"figure{index}-"))
        .replace("url(#", &format!("url(#figure{index}-"))
}

/// Whether a route is a preset as it stands, so that the presets' sources are its own.
fn is_preset(route: &Route) -> bool {
    preset::named(&route.name).is_ok_and(|preset| preset == *route)
}

/// A table whose headings sort it.
fn sortable(table: &Table) -> String {
    let (heading, rows) = table.filled();
    if rows.is_empty() {
        return String::new();
    }
    let mut html = String::from("<div class=\"wide\"><table class=\"sortable\">\n<thead><tr>");
    for cell in &heading {
        let _ = write!(html, "<th>{}</th>", escaped(cell));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for cell in &row {
            let _ = write!(html, "<td>{}</td>", escaped(cell));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

/// Text inside a tag.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::Seed;
    use crate::route::Records;

    fn results() -> Vec<(Route, Report)> {
        let records = Records::of(1 << 13, Seed(1));
        let mut edited = preset::copper_100g();
        edited.description = "copper <edited> & renamed".to_owned();
        let routes = [preset::lpo_dr_100g(), edited];
        routes.map(|route| (route.clone(), route.simulate(&records).unwrap())).into()
    }

    #[test]
    fn a_page_holds_everything_and_asks_for_nothing() {
        let results = results();
        let figure = PageFigure {
            caption: "a < b".to_owned(),
            svg: "<?xml version=\"1.0\"?>\n<svg></svg>".to_owned(),
        };
        let page = ComparisonPage {
            title: "All & sundry".to_owned(),
            results: &results,
            budgets: &[],
            figures: vec![figure],
        };
        let html = page.html().unwrap();
        for part in [
            "<h1>All &amp; sundry</h1>",
            "<td>lpo-dr-100g</td>",
            "<figure>\n<svg></svg>",
            "a &lt; b",
            "copper &lt;edited&gt; &amp; renamed",
            "# vendor: two MPO connectors",
            "schema = 1",
        ] {
            assert!(html.contains(part), "{part}");
        }
        for fetched in ["http://", "https://", "src=", "@import", "<?xml"] {
            assert!(!html.contains(fetched), "{fetched}");
        }
        let count = |tag: &str| html.matches(tag).count();
        for tag in ["table", "tr", "td", "th", "figure", "pre", "details", "div", "p"] {
            assert_eq!(
                count(&format!("<{tag}>")) + count(&format!("<{tag} ")),
                count(&format!("</{tag}>"))
            );
        }
    }

    #[test]
    fn figures_are_clipped_by_paths_of_their_own() {
        let svg = "<svg><clipPath id=\"clip0\"/><path clip-path=\"url(#clip0)\"/></svg>";
        let page = [0, 1].map(|index| inline(svg, index)).concat();
        for index in [0, 1] {
            assert_eq!(page.matches(&format!("id=\"figure{index}-clip0\"")).count(), 1);
            assert_eq!(page.matches(&format!("url(#figure{index}-clip0)")).count(), 1);
        }
    }

    #[test]
    fn the_same_results_give_the_same_page() {
        let results = results();
        let page = || ComparisonPage {
            title: String::new(),
            results: &results,
            budgets: &[],
            figures: vec![],
        };
        assert_eq!(page().html().unwrap(), page().html().unwrap());
    }
}
