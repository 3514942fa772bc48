//! `lightlane parts`.

use clap::Args;

use super::{Outcome, output};
use crate::Result;
use crate::report::LibraryReport;

#[derive(Debug, Args)]
pub(super) struct Parts {
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl Parts {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let library = LibraryReport::new()?;
        if self.json {
            output::json(&library)?;
        } else {
            output::text(&library.text())?;
        }
        Ok(Outcome::Done)
    }
}
