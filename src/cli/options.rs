//! What `run`, `compare` and `attribute` share: options, and routes by name or file.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::budget::{Catalogue, Interval, RetimerDelay};
use crate::config::Document;
use crate::kernel::rng::Seed;
use crate::preset::{self, energy};
use crate::route::{Records, Route};
use crate::unit::{Seconds, check};
use crate::{Error, Result};

/// The most symbols that may be asked for.
const MOST_SYMBOLS: f64 = 1e11;

/// The symbols that are sent if nothing is said.
const USUAL_SYMBOLS: usize = 1 << 20;

/// The most threads that may be asked for.
const MOST_THREADS: usize = 1024;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Edit a route: `hop/stage/key=value`, with `*` for all hops that have the stage; may be
    /// given repeatedly. `*/host-tx.channel/touchstone=FILE` replaces a channel by a file.
    #[arg(long = "set", value_name = "EDIT")]
    set: Vec<String>,
    /// Symbols to send, such as 1e6, 500k or 2M; rounded up to whole records. 1048576 if not given.
    #[arg(long, value_name = "N", value_parser = symbols, allow_hyphen_values = true)]
    symbols: Option<usize>,
    /// Symbols in a record, a periodic piece of signal. Clock loops start anew in each: they need
    /// records of 65536.
    #[arg(long, value_name = "N", default_value = "4096", value_parser = symbols,
 allow_hyphen_values = true)]
    record: usize,
    /// The seed of all randomness: the same seed gives the same result.
    #[arg(long, value_name = "S", default_value_t = 1, allow_hyphen_values = true)]
    seed: u64,
    /// Threads to work on; all cores if not given. The result does not depend on it.
    #[arg(long, value_name = "T", value_parser = threads, allow_hyphen_values = true)]
    threads: Option<NonZeroUsize>,
    /// The folder for pictures; it is made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "lightlane-out")]
    out: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(super) json: bool,
}

/// What budgets take from the command line.
#[derive(Debug, Default, Args)]
pub(super) struct Costs {
    /// Delay of a whole retimer with converters, instead of that of its receiver, core and
    /// transmitter: published figures conflict, 8 to 10 ns and 93 ns.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    retimer_delay: Option<Seconds>,
}

impl Costs {
    /// What parts cost.
    ///
    /// # Errors
    /// If a retimer delays by less than nothing, or by more than a millisecond.
    pub(super) fn catalogue(&self) -> Result<Catalogue> {
        let mut catalogue = energy::catalogue();
        if let Some(delay) = self.retimer_delay {
            let delay = check::within("--retimer-delay", delay, &(Seconds(0.0)..=Seconds(1e-3)))?;
            catalogue.retimer.delay = RetimerDelay::Whole(Interval::exact(delay));
        }
        Ok(catalogue)
    }
}

impl Options {
    /// How much is simulated.
    pub(super) fn records(&self) -> Records {
        self.records_or(None)
    }

    /// How much is simulated, with a number of symbols that stands for the usual one if none is
    /// given.
    pub(super) fn records_or(&self, usual: Option<usize>) -> Records {
        let symbols = self.symbols.or(usual).unwrap_or(USUAL_SYMBOLS);
        let count = symbols.div_ceil(self.record);
        Records { symbols: self.record, count, ..Records::of(symbols, Seed(self.seed)) }
    }

    /// Threads to work on.
    pub(super) fn threads(&self) -> Option<NonZeroUsize> {
        self.threads
    }

    /// The folder for pictures, which is there then.
    pub(super) fn folder(&self) -> Result<&Path> {
        folder(&self.out)
    }

    /// The routes of names, edited. An edit must fit one of them at least.
    pub(super) fn routes(&self, names: &[String]) -> Result<Vec<Route>> {
        edited(names, &self.set)
    }

    /// The documents of names, edited. An edit must fit one of them at least.
    pub(super) fn documents(&self, names: &[String]) -> Result<Vec<Document>> {
        documents(names, &self.set)
    }
}

/// The routes of names, edited. An edit must fit one of them at least.
pub(super) fn edited(names: &[String], edits: &[String]) -> Result<Vec<Route>> {
    documents(names, edits)?.iter().map(Document::route).collect()
}

fn documents(names: &[String], edits: &[String]) -> Result<Vec<Document>> {
    let mut documents =
        names.iter().map(|name| document(name)).collect::<Result<Vec<Document>>>()?;
    for edit in edits {
        let mut fits = false;
        let mut misfit = None;
        for document in &mut documents {
            match document.edit(edit) {
                Ok(()) => fits = true,
                Err(error) if error.is_usage() => misfit = misfit.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        if let (false, Some(error)) = (fits, misfit) {
            return Err(Error::usage(format!("edit `{edit}`: {error}")));
        }
    }
    Ok(documents)
}

/// Makes sure that a folder is there.
pub(super) fn folder(path: &Path) -> Result<&Path> {
    std::fs::create_dir_all(path).map_err(|error| Error::io(path, error))?;
    Ok(path)
}

/// The document of a preset's name or a file's.
fn document(name: &str) -> Result<Document> {
    let route = match preset::named(name) {
        Ok(route) => return Document::of(&route),
        Err(error) => error,
    };
    let path = Path::new(name);
    if path.components().count() > 1 || name.ends_with(".toml") || path.exists() {
        return Document::read(path);
    }
    Err(Error::usage(format!("{route}, or the path of a document")))
}

/// Reads a count of symbols: `4096`, `1_000_000`, `1e6`, `500k`, `2M`, `1G`.
fn symbols(text: &str) -> Result<usize, String> {
    let wrong = || "expected a whole number from 1 to 1e11, such as 1e6, 500k or 2M".to_owned();
    let (digits, factor) = match text.char_indices().last() {
        Some((end, 'k')) => (&text[..end], 1e3),
        Some((end, 'M')) => (&text[..end], 1e6),
        Some((end, 'G')) => (&text[..end], 1e9),
        _ => (text, 1.0),
    };
    let number: f64 = digits.replace('_', "").parse().map_err(|_| wrong())?;
    let count = number * factor;
    if (1.0..=MOST_SYMBOLS).contains(&count) && count.fract() == 0.0 {
        Ok(count as usize)
    } else {
        Err(wrong())
    }
}

/// Reads a number of threads.
pub(super) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|threads: &NonZeroUsize| threads.get() <= MOST_THREADS)
        .ok_or_else(|| format!("expected a whole number from 1 to {MOST_THREADS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_whole_numbers_in_any_usual_form() {
        let cases = [
            ("1", Some(1)),
            ("1_000_000", Some(1_000_000)),
            ("1e6", Some(1_000_000)),
            ("2M", Some(2_000_000)),
            ("0.5k", Some(500)),
            ("1e11", Some(100_000_000_000)),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("1e12", None),
            ("nan", None),
            ("inf", None),
            ("many", None),
            ("", None),
            ("M", None),
            ("1é", None),
        ];
        for (text, expected) in cases {
            assert_eq!(symbols(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn threads_are_bounded() {
        for (text, expected) in [("1", true), ("0", false), ("-1", false), ("100000", false)] {
            assert_eq!(threads(text).is_ok(), expected, "{text}");
        }
    }
}
