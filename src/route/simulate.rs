//! Running a route: training, then records in parallel, then eyes.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::analytic::Analysis;
use super::outcome::{Equalizer, HopAnalysis, HopReport, Report};
use super::trained::{Bench, TrainedHop};
use super::{Route, eyes};
use crate::analysis::{BerCount, GUESS, SemiAnalyticBer};
use crate::fec::{self, BitErrors, CodewordCounter, ErrorRuns, Evidence, InnerDecoder};
use crate::kernel::rng::{Key, Seed};
use crate::parallel;
use crate::signal::{Grid, Symbols};
use crate::unit::check;
use crate::{Error, Result};

/// Symbols that a receiver is trained on, at least.
const TRAINING_SYMBOLS: usize = 1 << 15;

/// Runs of errors that tell how long they are.
const LEAST_RUNS: u64 = 1000;

/// Records that run between two looks at the clock and the wish to stop.
const CHUNK: usize = 64;

/// Sinusoidal jitter above this part of the symbol rate changes within the memory of a link.
const FAST: f64 = 0.01;

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
        let inner = self.inner_decoder(&hops)?;
        Ok(Prepared { route: self.clone(), records: *records, hops, inner })
    }

    /// The decoder of the inner code at the last slicer.
    fn inner_decoder(&self, hops: &[TrainedHop]) -> Result<Option<InnerDecoder>> {
        let Some(inner) = self.fec.as_ref().and_then(|scheme| scheme.inner) else {
            return Ok(None);
        };
        let [hop] = hops else {
            return Err(Error::unsupported(format!(
                "an inner code is decoded on the values of one slicer, but the route has {} hops",
                hops.len()
            )));
        };
        if hop.hop.precoding {
            return Err(Error::unsupported("an inner code is not decoded behind precoding"));
        }
        InnerDecoder::new(inner, &hop.adapted.slicer.levels).map(Some)
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
    pub(super) route: Route,
    pub(super) records: Records,
    pub(super) hops: Vec<TrainedHop>,
    inner: Option<InnerDecoder>,
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
                counted.add(record?);
            }
            (control.progress)(counted.records * records.symbols, to_do);
        }
        if counted.records == 0 {
            return Err(Error::usage("stopped before the first record was done"));
        }
        let probes = eyes::measure(&self.route, &self.hops, records)?;
        let hops = self
            .hops
            .iter()
            .zip(&counted.hops)
            .map(|(hop, counted)| self.hop_report(hop, counted))
            .collect::<Vec<_>>();
        let known = hops
            .iter()
            .map(|(report, model)| Some((&report.analysis.as_ref().ok()?.ber, model.as_ref()?)))
            .collect::<Option<Vec<_>>>();
        let margin_db = known.map(|known| self.margin(&known)).transpose()?.flatten();
        let fec = self.corrected(&counted, &hops)?;
        Ok(Report {
            name: self.route.name.clone(),
            seed: self.records.seed,
            symbols: counted.records * self.records.symbols,
            complete: counted.records == self.records.count,
            ber: counted.total.ratio(),
            limit: self.route.limit()?,
            margin_db,
            fec,
            hops: hops.into_iter().map(|(report, _)| report).collect(),
            probes,
        })
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
        let fec = match &self.route.fec {
            Some(scheme) => Some((scheme.counter()?, ErrorRuns::default())),
            None => None,
        };
        let hops = self.hops.iter().map(|_| HopCount::default()).collect();
        Ok(Counted { records: 0, total: BerCount::default(), hops, fec })
    }

    /// Sends records, in parallel; what came of each, in their order.
    pub(super) fn send(&self, records: Range<usize>) -> Vec<Result<Sent>> {
        let first = records.start;
        parallel::map(
            records.len(),
            || self.hops.iter().map(TrainedHop::bench).collect::<Vec<_>>(),
            |benches, index| self.send_one(first + index, benches),
        )
    }

    /// Sends one record over all hops.
    fn send_one(&self, record: usize, benches: &mut [Bench]) -> Result<Sent> {
        let root = Key::root(self.records.seed);
        let sent = self.route.symbols(&self.records, record)?;
        let mut symbols = sent.clone();
        let mut hops = Vec::with_capacity(self.hops.len());
        let mut runs = ErrorRuns::default();
        let mut inner = None;
        for (hop, bench) in self.hops.iter().zip(benches) {
            let received = hop.receive(hop.coded(&symbols), root, record as u64, bench)?;
            // A clock that slipped has other symbols to be compared with.
            let stands_for =
                if received.slips > 0 { hop.decoded(&received.coded) } else { symbols };
            let arrived = hop.decoded(&received.decided);
            let levels = received.coded.levels();
            let power = |inputs: &[f64]| -> f64 {
                inputs.iter().zip(&levels).map(|(z, level)| (z - level).powi(2)).sum()
            };
            let error_power = power(&received.inputs);
            hops.push(HopCount {
                errors: BerCount::of(&stands_for, &arrived),
                error_power,
                feedback_power: error_power - power(&hop.with_right_feedback(&received)),
                symbols: arrived.len(),
                slips: received.slips,
            });
            if self.route.fec.is_some() {
                runs.add(&received.coded, &received.decided);
            }
            if let (Some(decoder), 1) = (&self.inner, self.hops.len()) {
                inner = Some(decoder.errors(&received.coded, &received.inputs)?);
            }
            symbols = arrived;
        }
        let fec = self.route.fec.as_ref().map(|_| FecRecord {
            line: BitErrors::of(&sent, &symbols),
            decoded: inner,
            runs,
        });
        Ok(Sent { total: BerCount::of(&sent, &symbols), hops, fec })
    }

    /// What came of a hop, and its semi-analytic model for margins.
    fn hop_report(&self, hop: &TrainedHop, counted: &HopCount) -> (HopReport, Option<Analysis>) {
        let of_symbol = |power: f64| power / counted.symbols as f64;
        let mse = of_symbol(counted.error_power);
        let wrong_feedback = of_symbol(counted.feedback_power);
        let (analysis, model) = match self.hop_analysis(hop, mse, wrong_feedback) {
            Ok((analysis, model)) => (Ok(analysis), Some(model)),
            Err(error) => (Err(error.to_string()), None),
        };
        let report = HopReport {
            name: hop.hop.name.clone(),
            ber: counted.errors.ratio(),
            analysis,
            mse,
            precoding: hop.hop.precoding,
            equalizer: Equalizer::of(hop),
            convergence: hop.adapted.convergence.clone(),
            slips: counted.slips,
            notes: notes(hop),
        };
        (report, model)
    }

    fn hop_analysis(
        &self,
        hop: &TrainedHop,
        mse: f64,
        wrong_feedback: f64,
    ) -> Result<(HopAnalysis, Analysis)> {
        let (route, records) = (&self.route, &self.records);
        let analysis = hop.analyze(route, records)?;
        let key = Key::root(records.seed).named(&hop.hop.name);
        let ber = analysis.model.ber(key)?;
        let linearized = hop.linearized(route, records, &analysis)?;
        let mut attribution = hop.attribute(route, records, &analysis, &linearized, mse)?;
        attribution.add_wrong_feedback(wrong_feedback);
        let statistical = linearized.report(&ber.bursts)?;
        Ok((HopAnalysis { ber, statistical, attribution }, analysis))
    }

    /// What error correction makes of the errors.
    fn corrected(
        &self,
        counted: &Counted,
        hops: &[(HopReport, Option<Analysis>)],
    ) -> Result<Option<fec::Outcome>> {
        let (Some(scheme), Some((counter, runs))) = (&self.route.fec, &counted.fec) else {
            return Ok(None);
        };
        let rates: Option<Vec<f64>> =
            hops.iter().map(|(report, _)| Some(report.analysis.as_ref().ok()?.ber.rate)).collect();
        let ber = rates.map(|rates| fec::Estimate {
            value: rates.iter().sum::<f64>().min(GUESS),
            method: "semi-analytic bit error ratio, errors taken as independent",
        });
        let modulation = self.hops[0].hop.modulation;
        let bursts = match &ber {
            _ if runs.runs() >= LEAST_RUNS => fec::Bursts::counted(modulation, runs).ok(),
            Some(ber) => self.calculated_bursts(hops, ber.value),
            None => None,
        };
        let evidence = Evidence { counts: counter.counts(), ber, bursts: bursts.as_ref() };
        scheme.outcome(&evidence).map(Some)
    }

    /// Bursts as they follow an error in the worst hop, as frequent as the errors of all.
    fn calculated_bursts(
        &self,
        hops: &[(HopReport, Option<Analysis>)],
        ber: f64,
    ) -> Option<fec::Bursts> {
        let worst =
            hops.iter().map(|(report, _)| report).max_by(|a, b| a.rate().total_cmp(&b.rate()))?;
        let analysis = worst.analysis.as_ref().ok()?;
        let modulation = self.hops[0].hop.modulation;
        let SemiAnalyticBer { first_errors, bursts, .. } = &analysis.ber;
        let bursts =
            fec::Bursts::of_lengths(modulation, first_errors.min(1.0), &bursts.lengths).ok()?;
        let bursts = if worst.precoding { bursts.precoded() } else { bursts };
        bursts.at_bit_error_ratio(ber).ok()
    }
}

/// Remarks of a hop's devices, and what its readings leave out.
fn notes(hop: &TrainedHop) -> Vec<String> {
    let mut notes = hop.sampled.notes().to_vec();
    notes.extend(hop.hop.mismatches());
    let tone = hop.transmitter.jitter().sinusoidal;
    if let Some(tone) = tone.filter(|tone| tone.frequency.0 > FAST * hop.hop.symbol_rate.0) {
        notes.push(format!(
            "the statistical reading takes sinusoidal jitter of {} as slow against the memory of \
             the link",
            tone.frequency
        ));
    }
    if hop.timing.is_some() {
        let text = "slips and hunting of the clock are counted only: calculated readings take its \
                    loop for linear";
        notes.push(text.to_owned());
    }
    notes
}

/// What came of one record.
pub(super) struct Sent {
    total: BerCount,
    pub(super) hops: Vec<HopCount>,
    fec: Option<FecRecord>,
}

/// The errors of a record as error correction sees them.
struct FecRecord {
    line: BitErrors,
    /// Behind the inner code, if there is one.
    decoded: Option<BitErrors>,
    runs: ErrorRuns,
}

/// What was counted over a hop.
#[derive(Debug, Default)]
pub(super) struct HopCount {
    pub(super) errors: BerCount,
    /// The sum of the squared errors at the slicer.
    error_power: f64,
    /// What of it feedback of wrong decisions adds.
    feedback_power: f64,
    symbols: usize,
    slips: usize,
}

/// What came of all records so far.
struct Counted {
    records: usize,
    total: BerCount,
    hops: Vec<HopCount>,
    fec: Option<(CodewordCounter, ErrorRuns)>,
}

impl Counted {
    fn add(&mut self, record: Sent) {
        self.records += 1;
        self.total.merge(&record.total);
        for (sum, hop) in self.hops.iter_mut().zip(record.hops) {
            sum.errors.merge(&hop.errors);
            sum.error_power += hop.error_power;
            sum.feedback_power += hop.feedback_power;
            sum.symbols += hop.symbols;
            sum.slips += hop.slips;
        }
        if let (Some((counter, runs)), Some(errors)) = (&mut self.fec, record.fec) {
            match &errors.decoded {
                Some(decoded) => counter.add_decoded(&errors.line, decoded),
                None => counter.add(&errors.line),
            }
            runs.merge(&errors.runs);
        }
    }
}
