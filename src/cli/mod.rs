//! The command line, one file per verb.
//!
//! | Exit code | Meaning |
//! |---|---|
//! | 0 | it was done |
//! | 1 | a criterion was not met |
//! | 2 | what was asked for cannot be done; one line on standard error says why |
//! | 130 | stopped early; what there was has been told |
//!
//! Results go to standard output, everything else to standard error. A reader that closes
//! standard output early, as `head` does, is no error.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod attribute;
mod budget;
mod capture;
mod channel;
mod com;
mod compare;
mod crossover;
mod eye;
mod options;
mod output;
mod parts;
mod pictures;
mod preset;
mod progress;
mod reach;
mod run;
mod schema;
mod sweep;
mod tdecq;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::Result;

/// How a link's signal fares, from symbols to decisions.
///
/// Without a command, lpo-dr-100g, lro-dr-100g and dsp-dr-100g are compared: the same lane with
/// linear, half-retimed and fully retimed optics.
#[derive(Debug, Parser)]
#[command(name = "lightlane", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    options: options::Options,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Simulate a route: the bit error ratio in three readings, what error correction makes of it,
    /// eyes, and what the receivers settled to.
    Run(run::Run),
    /// Simulate several routes and set them side by side.
    Compare(compare::Compare),
    /// Show where the noise at each slicer comes from: stage by stage, route beside route.
    Attribute(attribute::Attribute),
    /// Compute what routes cost by their parts: energy of a bit, power of modules and switches,
    /// latency, density, heat of lasers. Nothing is simulated.
    Budget(budget::Budgets),
    /// Measure routes over a grid of parameters; what was stopped goes on with the same command.
    Sweep(sweep::Sweep),
    /// Make one table of those of all shards of a sweep.
    Merge(sweep::Merge),
    /// Find the longest fiber, or without one the longest copper, at which a link meets its target.
    Reach(reach::Reach),
    /// Find where one route stops being better than another.
    Crossover(crossover::Crossover),
    /// The routes that are ready to run.
    #[command(subcommand)]
    Preset(preset::Preset),
    /// Print the numbers of all presets, part by part, and where each comes from.
    Parts(parts::Parts),
    /// Judge a Touchstone file: loss, passivity, reciprocity, causality, and whether it can carry
    /// a symbol rate.
    Channel(channel::Channel),
    /// Channel operating margin of a channel and its aggressors: the best equalizers in each test
    /// case of a standard's table, what they leave, and whether that passes.
    Com(com::ComCommand),
    /// Eye closure of a transmitter from its waveform: TDECQ, TECQ, SECQ, EECQ, TDEC.
    Tdecq(tdecq::TdecqCommand),
    /// Draw and measure the eye of a waveform.
    Eye(eye::EyeCommand),
    /// Compute again what can be checked against references and closed forms, and print expected,
    /// found and difference of each.
    Verify(verify::Verify),
    /// Print the JSON Schema of what `--json` prints.
    Schema(schema::Schema),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Missed,
    Stopped,
}

impl Outcome {
    /// Of something that was judged.
    fn of(passed: bool) -> Self {
        if passed { Self::Done } else { Self::Missed }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match execute(&arguments) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Missed) => ExitCode::FAILURE,
        Ok(Outcome::Stopped) => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {}", error.to_string().replace('\n', " "));
            ExitCode::from(2)
        }
    }
}

fn execute(arguments: &Arguments) -> Result<Outcome> {
    match &arguments.verb {
        None => compare::default(&arguments.options),
        Some(Verb::Run(run)) => run.execute(),
        Some(Verb::Compare(compare)) => compare.execute(),
        Some(Verb::Attribute(attribute)) => attribute.execute(),
        Some(Verb::Budget(budget)) => budget.execute(),
        Some(Verb::Sweep(sweep)) => sweep.execute(),
        Some(Verb::Merge(merge)) => merge.execute(),
        Some(Verb::Reach(reach)) => reach.execute(),
        Some(Verb::Crossover(crossover)) => crossover.execute(),
        Some(Verb::Preset(preset)) => preset.execute(),
        Some(Verb::Parts(parts)) => parts.execute(),
        Some(Verb::Channel(channel)) => channel.execute(),
        Some(Verb::Com(com)) => com.execute(),
        Some(Verb::Tdecq(tdecq)) => tdecq.execute(),
        Some(Verb::Eye(eye)) => eye.execute(),
        Some(Verb::Verify(verify)) => verify.execute(),
        Some(Verb::Schema(schema)) => schema.execute(),
    }
}
