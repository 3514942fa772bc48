//! Simulating with word of the progress, and an early end on Ctrl-C.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::Outcome;
use crate::kernel::rng::Seed;
use crate::route::{Control, PointReport, Records, Report, Route};
use crate::{Error, Result, parallel};

/// The time between two lines of progress where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

/// What came of several routes.
#[derive(Debug)]
pub(super) struct Simulated {
    /// The routes that were simulated, with their reports.
    pub(super) results: Vec<(Route, Report)>,
    /// How many were asked for.
    asked: usize,
}

impl Simulated {
    /// Whether all routes sent all symbols that were asked for.
    pub(super) fn complete(&self) -> bool {
        self.results.len() == self.asked && self.results.iter().all(|(_, report)| report.complete)
    }

    /// What is to be told of routes that are missing.
    pub(super) fn remark(&self) -> &'static str {
        if self.results.len() < self.asked {
            "\nstopped early: the other routes were not simulated\n"
        } else {
            ""
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        if self.complete() { Outcome::Done } else { Outcome::Stopped }
    }
}

/// What runs simulations, and knows whether they are to end.
#[derive(Debug)]
pub(super) struct Simulator {
    threads: Option<NonZeroUsize>,
    stop: Arc<AtomicBool>,
}

impl Simulator {
    /// A simulator that Ctrl-C stops: at the first one with what there is, at the second one at
    /// once.
    pub(super) fn new(threads: Option<NonZeroUsize>) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        ctrlc::set_handler(move || {
            if asked.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            eprintln!("stopping with what there is; once more to quit at once");
        })
        .map_err(|error| Error::unsupported(format!("Ctrl-C cannot be handled: {error}")))?;
        Ok(Self { threads, stop })
    }

    /// Simulates routes one after the other, until it is stopped.
    pub(super) fn simulate_all(&self, routes: Vec<Route>, records: &Records) -> Result<Simulated> {
        let asked = routes.len();
        let mut results = Vec::with_capacity(asked);
        for route in routes {
            let simulated =
                self.simulate(&route, records).map_err(|error| error.in_route(&route.name))?;
            if let Some(report) = simulated {
                results.push((route, report));
            }
            if self.stopped() {
                break;
            }
        }
        if results.is_empty() {
            eprintln!("stopped early: there is nothing to report yet");
        }
        Ok(Simulated { results, asked })
    }

    /// Whether the simulation is to end.
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Measures a route's test points; `None` if it was stopped before.
    pub(super) fn measure(&self, route: &Route, seed: Seed) -> Result<Option<Vec<PointReport>>> {
        if self.stopped() {
            return Ok(None);
        }
        parallel::with_threads(self.threads, || route.measure(seed))?.map(Some)
    }

    /// Simulates a route; `None` if it was stopped before there was anything.
    pub(super) fn simulate(&self, route: &Route, records: &Records) -> Result<Option<Report>> {
        let symbols = |done: usize, all: usize| {
            format!("{:.1} of {:.1} M symbols", done as f64 / 1e6, all as f64 / 1e6)
        };
        let simulate = |control: &Control<'_>| route.simulate_with(records, control);
        match self.watch(&route.name, symbols, simulate)? {
            Ok(report) => Ok(Some(report)),
            Err(_) if self.stopped() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Does some work, and shows how much of it is done: `told` says it of what is done and all.
    pub(super) fn watch<R: Send>(
        &self,
        name: &str,
        told: impl Fn(usize, usize) -> String + Sync,
        work: impl FnOnce(&Control<'_>) -> R + Send,
    ) -> Result<R> {
        let bar = ProgressBar::new(0).with_prefix(name.to_owned());
        let template = "{prefix:<14} {bar:40} {percent:>3} %  {msg}";
        let style = ProgressStyle::with_template(template)
            .map_err(|error| Error::usage(format!("progress bar: {error}")))?;
        bar.set_style(style);
        bar.set_message("training");
        bar.enable_steady_tick(Duration::from_millis(200));
        let terminal = std::io::stderr().is_terminal();
        let last = Mutex::new(Instant::now());
        let progress = |done: usize, all: usize| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
            bar.set_message(told(done, all));
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if !terminal && last.elapsed() > PAUSE && done < all {
                *last = Instant::now();
                eprintln!("{name}: {:.0} %", 100.0 * done as f64 / all as f64);
            }
        };
        let control = Control { progress: &progress, stop: &self.stop };
        let done = parallel::with_threads(self.threads, || work(&control));
        bar.finish_and_clear();
        done
    }
}
