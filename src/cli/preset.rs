//! `lightlane preset`.

use clap::Subcommand;

use super::{Outcome, output};
use crate::{Result, preset, report};

#[derive(Debug, Subcommand)]
pub(super) enum Preset {
    /// List the presets.
    List,
    /// Print a preset as a document, with the source of each number.
    Show {
        /// The preset's name.
        name: String,
    },
}

impl Preset {
    pub(super) fn execute(&self) -> Result<Outcome> {
        match self {
            Self::List => {
                let lines: Vec<String> = preset::all()
                    .iter()
                    .map(|route| format!("{:<15} {}\n", route.name, route.description))
                    .collect();
                output::text(&lines.concat())?;
            }
            Self::Show { name } => output::text(&report::annotated(&preset::named(name)?)?)?,
        }
        Ok(Outcome::Done)
    }
}
