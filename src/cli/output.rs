//! Standard output.

use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use crate::{Error, Result};

/// Prints text. A reader that has gone is no error.
pub(super) fn text(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::io(Path::new("standard output"), error))
        }
        _ => Ok(()),
    }
}

/// Prints one JSON object on a line.
pub(super) fn json(value: &impl Serialize) -> Result<()> {
    let object = serde_json::to_string(value).map_err(|error| Error::data(error.to_string()))?;
    text(&format!("{object}\n"))
}

/// The last lines of a text report: the pictures that were written.
pub(super) fn pictures(files: &[String]) -> String {
    if files.is_empty() {
        return String::new();
    }
    format!("\npictures:\n    {}\n", files.join("\n    "))
}
