//! `lightlane com`.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Outcome, options, output};
use crate::analysis::com::{Com, Crosstalk, Equalizer};
use crate::report::{ComFiles, ComRunReport};
use crate::response::{Network, PortMap};
use crate::unit::Decibels;
use crate::{Error, Result, config, parallel, preset};

/// Files are of four ports, and all have the same frequencies.
#[derive(Debug, Args)]
pub(super) struct ComCommand {
    /// A table of parameters by name, or the path of a TOML document with one.
    #[arg(value_name = "TABLE|FILE.toml", required_unless_present = "list")]
    table: Option<String>,
    /// List the tables that have names.
    #[arg(long, conflicts_with_all = ["table", "show"])]
    list: bool,
    /// Print the table as a document, to begin one's own with.
    #[arg(long, conflicts_with_all = ["thru", "fext", "next"])]
    show: bool,
    /// The through channel.
    #[arg(long, value_name = "F.s4p", required_unless_present_any = ["list", "show"])]
    thru: Option<PathBuf>,
    /// A far-end aggressor; may be given repeatedly.
    #[arg(long, value_name = "F.s4p")]
    fext: Vec<PathBuf>,
    /// A near-end aggressor; may be given repeatedly.
    #[arg(long, value_name = "F.s4p")]
    next: Vec<PathBuf>,
    /// Which port of the files is which: "1-2 3-4" or "1-3 2-4"; the table's if not given.
    #[arg(long, value_name = "MAP")]
    ports: Option<PortMap>,
    /// Do not search: taps of the transmitter's equalizer, the earliest first, such as
    /// "-0.02,0.08,-0.24,0.62,-0.04".
    #[arg(long, value_name = "C,C,...", value_delimiter = ',', allow_hyphen_values = true)]
    taps: Vec<f64>,
    /// Which of these taps is the main one, counted from 1; the table's if not given.
    #[arg(long, value_name = "K", requires = "taps")]
    main_tap: Option<NonZeroUsize>,
    /// With these taps: DC gain of the continuous-time equalizer, such as "-11 dB".
    #[arg(
        long,
        value_name = "DB",
        requires = "taps",
        default_value = "0 dB",
        allow_hyphen_values = true
    )]
    dc_gain: Decibels,
    /// With these taps: gain of its low-frequency stage.
    #[arg(
        long,
        value_name = "DB",
        requires = "taps",
        default_value = "0 dB",
        allow_hyphen_values = true
    )]
    low_frequency_gain: Decibels,
    /// Threads to work on; all cores if not given. The result does not depend on it.
    #[arg(long, value_name = "T", value_parser = options::threads, allow_hyphen_values = true)]
    threads: Option<NonZeroUsize>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl ComCommand {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let Some(name) = &self.table else {
            let line = |com: Com| {
                let rate = com.symbol_rate;
                format!(
                    "{:<14} {rate}, {} levels, {} cases\n",
                    com.name,
                    com.levels,
                    com.cases.len()
                )
            };
            output::text(&preset::com::all().into_iter().map(line).collect::<String>())?;
            return Ok(Outcome::Done);
        };
        let mut com = table(name)?;
        if self.show {
            output::text(&config::com::print(&com)?)?;
            return Ok(Outcome::Done);
        }
        let Some(thru) = &self.thru else { return Err(Error::usage("no through channel")) };
        com.ports = self.ports.unwrap_or(com.ports);
        let (through, aggressors) = parallel::with_threads(self.threads, || self.networks(thru))??;
        let mut notes = Vec::new();
        let seen = PortMap::detect(&through).map_err(|error| error.in_file(thru))?;
        if seen.certain && seen.map != com.ports {
            notes.push(format!(
                "ports are taken as {}, but {}: {}",
                com.ports,
                thru.display(),
                seen.evidence
            ));
        }
        let (report, figures) = parallel::with_threads(self.threads, || {
            let report = match self.equalizer(&com) {
                Some(setting) => com.evaluate_with(&setting, &through, &aggressors)?,
                None => com.evaluate(&through, &aggressors)?,
            };
            Ok::<_, Error>((report, com.figures(&through, &aggressors)?))
        })?
        .inspect_err(|_| notes.iter().for_each(|note| eprintln!("note: {note}")))?;
        let files = ComFiles { through: thru, far_end: &self.fext, near_end: &self.next };
        let report = ComRunReport::new(&com, &files, &report, figures.as_ref(), notes);
        if self.json {
            output::json(&report)?;
        } else {
            output::text(&report.text())?;
        }
        Ok(Outcome::of(report.passed))
    }

    /// The through channel and its aggressors.
    fn networks(&self, thru: &Path) -> Result<(Network, Vec<(Crosstalk, Network)>)> {
        let far = self.fext.iter().map(|file| (Crosstalk::FarEnd, file));
        let near = self.next.iter().map(|file| (Crosstalk::NearEnd, file));
        let beside: Vec<(Crosstalk, &PathBuf)> = far.chain(near).collect();
        let read = |(): &mut (), index: usize| match index.checked_sub(1) {
            None => Network::read(thru),
            Some(index) => Network::read(beside[index].1),
        };
        let mut networks = parallel::map(beside.len() + 1, || (), read).into_iter();
        let Some(through) = networks.next() else { return Err(Error::usage("no channel")) };
        let through = through?;
        let aggressor = |((kind, file), network): (&(Crosstalk, &PathBuf), Result<Network>)| {
            let network = network?;
            if network.has_frequencies_of(&through) {
                return Ok((*kind, network));
            }
            let message = format!("other frequencies than those of {}", thru.display());
            Err(Error::data(message).in_file(file))
        };
        let aggressors = beside.iter().zip(networks).map(aggressor).collect::<Result<_>>()?;
        Ok((through, aggressors))
    }

    /// The setting that was asked for.
    fn equalizer(&self, com: &Com) -> Option<Equalizer> {
        (!self.taps.is_empty()).then(|| Equalizer {
            taps: self.taps.clone(),
            main: self.main_tap.map_or(com.ffe.pre.len(), |place| place.get() - 1),
            dc_gain_db: self.dc_gain.0,
            low_frequency_gain_db: self.low_frequency_gain.0,
        })
    }
}

/// The table of a name or a file.
fn table(name: &str) -> Result<Com> {
    let unknown = match preset::com::named(name) {
        Ok(com) => return Ok(com),
        Err(error) => error,
    };
    let path = Path::new(name);
    if path.components().count() > 1 || name.ends_with(".toml") || path.exists() {
        return config::com::read(path);
    }
    Err(Error::usage(format!("{unknown}, or the path of a document")))
}
