//! Running a route: training, then records in parallel, then eyes.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::hop::TrainedHop;
use super::outcome::{Equalizer, HopReport, ProbeReport, Report};
use super::{Route, eyes};
use crate::analysis::{BerCount, PatternMixture};
use crate::engine::Workspace;
use crate::kernel::rng::{Key, Seed};
use crate::parallel;
use crate::signal::{Grid, Symbols, Voltage, Waveform};
use crate::transceiver::{self, decide};
use crate::unit::check;
use crate::{Error, Result};

/// Symbols that a receiver is trained on, at least.
const TRAINING_SYMBOLS: usize = 1 << 15;

/// Records that run between two looks at the clock and the wish to stop.
const CHUNK: usize = 64;

/// The most symbols that a simulation may have: half a day's work.
const MOST_SYMBOLS: usize = 100_000_000_000;

/// How much of a signal is simulated.
///
/// Records are periodic and independent of each other. A result is a function of these numbers
/// and the route alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Records {
    /// Symbols in a record.
    pub symbols: usize,
    /// Samples a symbol.
    pub samples_per_symbol: usize,
    /// Number of records.
    pub count: usize,
    /// The root of all randomness.
    pub seed: Seed,
}

impl Records {
    /// Records of 4096 symbols with 8 samples each, which stay in a core's cache: as many as hold
    /// `symbols` or more.
    pub fn of(symbols: usize, seed: Seed) -> Self {
        let record = 4096;
        Self { symbols: record, samples_per_symbol: 8, count: symbols.div_ceil(record), seed }
    }

    fn check(&self) -> Result<()> {
        check::count("symbols in a record", self.symbols, &(256..=1 << 20))?;
        check::count("samples per symbol", self.samples_per_symbol, &(2..=256))?;
        let total = self.symbols.saturating_mul(self.count);
        check::count("symbols", total, &(1..=MOST_SYMBOLS))?;
        Ok(())
    }
}

/// What a caller wants to hear of, and to say to, a running simulation.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Called now and then with the symbols done and the symbols to do.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Set to end early, with what there is.
    pub stop: &'a AtomicBool,
}

impl std::fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Control(stop: {:?})", self.stop)
    }
}

impl Route {
    /// Sends records through the route and measures what arrives.
    ///
    /// # Errors
    /// If the route cannot be planned, or a receiver finds no lock.
    pub fn simulate(&self, records: &Records) -> Result<Report> {
        let control = Control { progress: &|_, _| {}, stop: &AtomicBool::new(false) };
        self.simulate_with(records, &control)
    }

    /// As [`Route::simulate`], with word of the progress and an early end.
    ///
    /// # Errors
    /// As [`Route::simulate`], or if it is stopped before there is anything to report.
    pub fn simulate_with(&self, records: &Records, control: &Control<'_>) -> Result<Report> {
        self.prepare(records)?.run(control)
    }

    /// Plans every hop and trains its receiver.
    ///
    /// # Errors
    /// If the route cannot be planned, or a receiver finds no lock.
    pub fn prepare(&self, records: &Records) -> Result<Prepared> {
        self.check()?;
        records.check()?;
        let training = TRAINING_SYMBOLS.div_ceil(records.symbols);
        let hops = self
            .hops
            .iter()
            .map(|hop| {
                let grid = Grid::new(hop.symbol_rate, records.samples_per_symbol, records.symbols)?;
                hop.train(grid, training, Key::root(records.seed))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Prepared { route: self.clone(), records: *records, hops })
    }

    /// The symbols that enter the route in a record.
    pub(super) fn symbols(&self, records: &Records, record: usize) -> Result<Symbols> {
        let key = Key::root(records.seed).named("payload");
        let modulation = self.hops[0].modulation;
        self.pattern.symbols(modulation, records.symbols, record as u64, key)
    }
}

/// A route made ready: every hop planned, every receiver trained.
#[derive(Debug)]
pub struct Prepared {
    route: Route,
    records: Records,
    hops: Vec<TrainedHop>,
}

impl Prepared {
    /// Sends all records and measures what arrives.
    ///
    /// # Errors
    /// If it is stopped before there is anything to report, or there are too few symbols to
    /// measure.
    pub fn run(&self, control: &Control<'_>) -> Result<Report> {
        let records = &self.records;
        let mut counted = self.nothing_counted()?;
        let to_do = records.count * records.symbols;
        while counted.records < records.count && !control.stop.load(Ordering::Relaxed) {
            let first = counted.records;
            for record in self.send(first..records.count.min(first + CHUNK)) {
                counted.add(record?)?;
            }
            (control.progress)(counted.records * records.symbols, to_do);
        }
        if counted.records == 0 {
            return Err(Error::usage("stopped before the first record was done"));
        }
        let probes = eyes::measure(&self.route, &self.hops, records)?;
        self.report(&counted, probes)
    }

    /// The errors from end to end in some of the records, and nothing else.
    ///
    /// # Errors
    /// If the pattern cannot fill a record.
    pub fn count_errors(&self, records: Range<usize>) -> Result<BerCount> {
        let mut count = BerCount::default();
        for record in self.send(records) {
            count.merge(&record?.total);
        }
        Ok(count)
    }

    fn nothing_counted(&self) -> Result<Counted> {
        let Records { symbols, count, .. } = self.records;
        let hops = self
            .hops
            .iter()
            .map(|hop| {
                let mixture = PatternMixture::new(hop.hop.modulation, count, symbols)?;
                Ok((BerCount::default(), mixture))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Counted { records: 0, total: BerCount::default(), hops })
    }

    /// Sends records, in parallel; what came of each, in their order.
    fn send(&self, records: Range<usize>) -> Vec<Result<Sent>> {
        let first = records.start;
        parallel::map(
            records.len(),
            || Bench::new(&self.hops),
            |bench, index| self.send_one(first + index, bench),
        )
    }

    /// Sends one record over all hops.
    fn send_one(&self, record: usize, bench: &mut Bench) -> Result<Sent> {
        let index = record as u64;
        let root = Key::root(self.records.seed);
        let sent = self.route.symbols(&self.records, record)?;
        let mut symbols = sent.clone();
        let mut results = Vec::with_capacity(self.hops.len());
        for (hop, bench) in self.hops.iter().zip(&mut bench.hops) {
            let coded = hop.coded(&symbols);
            hop.transmit(&coded, root, index, &mut bench.waveform);
            let samples = hop.sampled.run(&bench.waveform, root.indexed(index), &mut bench.plan);
            let digital = &hop.receiver.digital;
            decide(digital, &hop.adapted, samples.samples(), None, &mut bench.decisions);
            let decisions = bench.decisions.decisions().to_vec();
            let arrived = hop.decoded(&Symbols::new(hop.hop.modulation, decisions)?);
            let errors = BerCount::of(&symbols, &arrived);
            results.push((errors, bench.decisions.inputs().to_vec(), coded));
            symbols = arrived;
        }
        Ok(Sent { total: BerCount::of(&sent, &symbols), hops: results })
    }

    fn report(&self, counted: &Counted, probes: Vec<ProbeReport>) -> Result<Report> {
        let hops = self
            .hops
            .iter()
            .zip(&counted.hops)
            .map(|(hop, (count, mixture))| {
                let thresholds = &hop.adapted.slicer.thresholds;
                Ok(HopReport {
                    name: hop.hop.name.clone(),
                    ber: count.ratio(),
                    extrapolated: mixture.extrapolate(thresholds)?,
                    precoding: hop.hop.precoding,
                    equalizer: Equalizer::of(hop),
                    notes: hop.sampled.notes().to_vec(),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Report {
            name: self.route.name.clone(),
            seed: self.records.seed,
            symbols: counted.records * self.records.symbols,
            complete: counted.records == self.records.count,
            ber: counted.total.ratio(),
            hops,
            probes,
        })
    }
}

/// What a thread works on.
struct Bench {
    hops: Vec<HopBench>,
}

struct HopBench {
    waveform: Waveform<Voltage>,
    plan: Workspace<Voltage>,
    decisions: transceiver::Workspace,
}

impl Bench {
    fn new(hops: &[TrainedHop]) -> Self {
        let bench = |hop: &TrainedHop| HopBench {
            waveform: Waveform::zeros(hop.sampled.grid()),
            plan: hop.sampled.workspace(),
            decisions: hop.adapted.workspace(hop.sampled.grid().symbols()),
        };
        Self { hops: hops.iter().map(bench).collect() }
    }
}

/// What came of one record: of each hop the errors, the slicer's inputs and what they stand for.
struct Sent {
    total: BerCount,
    hops: Vec<(BerCount, Vec<f64>, Symbols)>,
}

/// What came of all records so far.
struct Counted {
    records: usize,
    total: BerCount,
    hops: Vec<(BerCount, PatternMixture)>,
}

impl Counted {
    fn add(&mut self, record: Sent) -> Result<()> {
        self.records += 1;
        self.total.merge(&record.total);
        for ((count, mixture), (errors, inputs, sent)) in self.hops.iter_mut().zip(record.hops) {
            count.merge(&errors);
            mixture.add(&inputs, &sent)?;
        }
        Ok(())
    }
}
