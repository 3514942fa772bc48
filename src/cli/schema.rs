//! `lightlane schema`.

use clap::{Args, ValueEnum};
use schemars::schema_for;
use serde_json::json;

use super::{Outcome, output};
use crate::proof::ProofReport;
use crate::report::{
    AttributeReport, BudgetReport, ChannelReport, ComRunReport, CompareReport, CrossoverReport,
    EyeClosureReport, EyeReport, LibraryReport, ReachReport, RunReport, SweepReport,
};
use crate::{Error, Result};

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The command whose output it describes; all of them, by name, if not given.
    command: Option<Command>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Command {
    Run,
    Compare,
    Attribute,
    Budget,
    Parts,
    Channel,
    Com,
    Tdecq,
    Eye,
    Verify,
    Sweep,
    Reach,
    Crossover,
}

impl Schema {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let of = |command| match command {
            Command::Run => schema_for!(RunReport).to_value(),
            Command::Compare => schema_for!(CompareReport).to_value(),
            Command::Attribute => schema_for!(AttributeReport).to_value(),
            Command::Budget => schema_for!(BudgetReport).to_value(),
            Command::Parts => schema_for!(LibraryReport).to_value(),
            Command::Channel => schema_for!(ChannelReport).to_value(),
            Command::Com => schema_for!(ComRunReport).to_value(),
            Command::Tdecq => schema_for!(EyeClosureReport).to_value(),
            Command::Eye => schema_for!(EyeReport).to_value(),
            Command::Verify => schema_for!(ProofReport).to_value(),
            Command::Sweep => schema_for!(SweepReport).to_value(),
            Command::Reach => schema_for!(ReachReport).to_value(),
            Command::Crossover => schema_for!(CrossoverReport).to_value(),
        };
        let schema = match self.command {
            Some(command) => of(command),
            None => json!({
                "run": of(Command::Run),
                "compare": of(Command::Compare),
                "attribute": of(Command::Attribute),
                "budget": of(Command::Budget),
                "parts": of(Command::Parts),
                "channel": of(Command::Channel),
                "com": of(Command::Com),
                "tdecq": of(Command::Tdecq),
                "eye": of(Command::Eye),
                "verify": of(Command::Verify),
                "sweep": of(Command::Sweep),
                "reach": of(Command::Reach),
                "crossover": of(Command::Crossover),
            }),
        };
        let text = serde_json::to_string_pretty(&schema)
            .map_err(|error| Error::data(error.to_string()))?;
        output::text(&format!("{text}\n"))?;
        Ok(Outcome::Done)
    }
}
