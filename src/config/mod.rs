//! Routes as TOML documents.
//!
//! [`read`] and [`parse`] make a [`Route`] of a document, [`print()`] makes a document of a route,
//! and both are exact: what is printed reads back as the same route. A [`Document`] can be edited
//! before it becomes a route: `host-to-host/tx.driver/gain=12 dB` names the hop, the stage and the
//! key. Edits work on the parsed document by path, so every parameter of every device can be
//! edited without any code for it.
//!
//! # Form
//! `schema = 1` comes first, then the keys of [`Route`]; hops are `[[hop]]`, stages
//! `[[hop.stage]]`, and a device is a table named by its kind. Keys are written in kebab-case,
//! quantities as text with a unit. Keys that do not exist are refused, with a list of those that
//! do.
//!
//! ```
//! use lightlane::{config, preset};
//!
//! let route = preset::lpo_dr_100g();
//! let text = config::print(&route)?;
//! assert!(text.starts_with("schema = 1\n"));
//! assert_eq!(config::parse(&text)?, route);
//!
//! let mut document = config::Document::parse(&text)?;
//! document.edit("host-to-host/tx.driver/agc/swing=2 V")?;
//! assert_ne!(document.route()?, route);
//! # Ok::<(), lightlane::Error>(())
//! ```

pub mod com;
pub mod com_reference;
mod document;
mod edit;
mod print;

pub use document::Document;
pub use print::{print, print_with_notes};

use std::path::Path;

use crate::Result;
use crate::route::Route;

/// The version of the form of documents.
pub const SCHEMA: i64 = 1;

/// The route of a document's text.
///
/// # Errors
/// If the text is no such document; the message names line, column and what was expected.
pub fn parse(text: &str) -> Result<Route> {
    Document::parse(text)?.route()
}

/// The route of a document in a file. Files that it names are taken relative to its folder.
///
/// # Errors
/// If the file cannot be read, or as [`parse`], with the file's name.
pub fn read(path: impl AsRef<Path>) -> Result<Route> {
    Document::read(path)?.route()
}
