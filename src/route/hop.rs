//! What lies between two decisions, and making it ready.

use crate::device::AnyDevice;
use crate::engine::{AnyLink, Link, Options, Output, Plan};
use crate::kernel::rng::Key;
use crate::parallel;
use crate::signal::{Grid, Kind, Modulation, Symbols, Voltage, Waveform};
use crate::transceiver::{Adapted, Receiver, Training, Transmitter, TransmitterPlan, adapt};
use crate::unit::Baud;
use crate::{Error, Result};

/// Symbols that each setting of the analog equalizer is tried on, at least.
const SCOUT_SYMBOLS: usize = 1 << 13;

/// What lies between two places where symbols are decided.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Hop {
    /// Its name, unique in the route.
    pub name: String,
    /// The symbol rate.
    pub symbol_rate: Baud,
    /// The alphabet.
    pub modulation: Modulation,
    /// Whether symbols are precoded by `1 / (1 + D)`.
    #[cfg_attr(feature = "config", serde(default))]
    pub precoding: bool,
    /// Where symbols become a voltage.
    pub transmitter: Transmitter,
    /// What the signal passes, in its order.
    #[cfg_attr(feature = "config", serde(rename = "stage", default))]
    pub stages: Vec<Stage>,
    /// Where the voltage becomes symbols.
    pub receiver: Receiver,
}

/// A named device of a hop.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Stage {
    /// Its name, unique in the route: its noise belongs to it.
    pub name: String,
    /// Whether the report shows an eye of its output.
    #[cfg_attr(feature = "config", serde(default))]
    pub probe: bool,
    /// What it is.
    pub device: AnyDevice,
}

impl Hop {
    /// The stages as a chain of voltage to voltage.
    ///
    /// # Errors
    /// If neighbors do not fit, or a parameter makes no sense.
    pub fn link(&self) -> Result<Link<Voltage, Voltage>> {
        self.chain().map_err(|error| error.in_hop(&self.name))
    }

    fn chain(&self) -> Result<Link<Voltage, Voltage>> {
        self.stages
            .iter()
            .try_fold(AnyLink::new(Kind::Voltage), |link, stage| {
                stage.device.append_to(link, &stage.name)
            })
            .and_then(AnyLink::typed)
    }

    /// The name that the receiver's front end has among the stages.
    fn front_end_name(&self) -> String {
        format!("{}.receiver", self.name)
    }

    /// Appends the front end of `receiver`.
    fn with_front_end(
        &self,
        link: Link<Voltage, Voltage>,
        receiver: &Receiver,
    ) -> Result<Link<Voltage, Voltage>> {
        link.then_ops(&self.front_end_name(), |ops| receiver.front_end(ops))
    }

    /// The address of the transmitter's randomness.
    fn transmitter_key(&self, key: Key) -> Key {
        key.named(&self.name).named("transmitter")
    }

    /// Makes the hop ready for records on `grid`: plans it, and trains the receiver on `count`
    /// records with random symbols that it knows.
    ///
    /// # Errors
    /// If a part cannot be planned, or the receiver finds no lock.
    pub(super) fn train(&self, grid: Grid, count: usize, key: Key) -> Result<TrainedHop> {
        self.trained(grid, count, key.named("training")).map_err(|error| error.in_hop(&self.name))
    }

    fn trained(&self, grid: Grid, count: usize, key: Key) -> Result<TrainedHop> {
        let transmitter = self
            .transmitter
            .plan(self.modulation, grid)
            .map_err(|error| error.in_stage("transmitter"))?;
        let in_receiver = |error: Error| error.in_stage("receiver");
        let candidates = self.receiver.candidates().map_err(in_receiver)?;
        let link = self.chain()?;
        let plan = link.plan(grid)?;

        let symbols = (0..count)
            .map(|record| {
                let key = key.named(&self.name).indexed(record as u64);
                Symbols::random(self.modulation, grid.symbols(), key)
            })
            .collect::<Result<Vec<_>>>()?;
        let received: Vec<Waveform<Voltage>> = parallel::map(
            count,
            || (plan.workspace(), Waveform::zeros(grid)),
            |(workspace, sent), record| {
                let index = record as u64;
                transmitter.run_into(&symbols[record], self.transmitter_key(key), index, sent);
                plan.run(sent, key.indexed(index), workspace).clone()
            },
        );

        // Every setting of the equalizer sees the same signal and the same noise at its input.
        let adapted_to = |receiver: &Receiver, count: usize| {
            let front_end = self.with_front_end(Link::electrical(), receiver)?.plan(grid)?;
            let mut workspace = front_end.workspace();
            let records: Vec<Waveform<Voltage>> = (0..count)
                .map(|index| {
                    let key = key.indexed(index as u64);
                    front_end.run(&received[index], key, &mut workspace).clone()
                })
                .collect();
            let training: Vec<Training<'_>> = records
                .iter()
                .zip(&symbols)
                .map(|(record, symbols)| Training { samples: record.samples(), symbols })
                .collect();
            adapt(&receiver.digital, &training, grid.samples_per_symbol()).map_err(in_receiver)
        };
        let mut receiver = candidates[0].clone();
        if candidates.len() > 1 {
            let scouts = SCOUT_SYMBOLS.div_ceil(grid.symbols()).min(count);
            let tried = parallel::map(
                candidates.len(),
                || (),
                |(), setting| adapted_to(&candidates[setting], scouts).map(|adapted| adapted.mse),
            );
            // The least error wins; a setting without lock only fails if none has one.
            let mut least = f64::INFINITY;
            let mut failure = None;
            for (setting, error) in tried.into_iter().enumerate() {
                match error {
                    Ok(error) if error < least => {
                        least = error;
                        receiver = candidates[setting].clone();
                    }
                    Ok(_) => {}
                    Err(error) => failure = failure.or(Some(error)),
                }
            }
            if let (true, Some(failure)) = (least.is_infinite(), failure) {
                return Err(failure);
            }
        }
        let adapted = adapted_to(&receiver, count)?;

        let output = Output::Sampled {
            per_symbol: adapted.samples_per_symbol,
            delay: adapted.delay * grid.dt(),
        };
        let link = self.with_front_end(link, &receiver)?;
        let sampled = link.plan_with(grid, &Options { output, ..Options::default() })?;
        Ok(TrainedHop { transmitter, link, sampled, receiver, adapted, hop: self.clone() })
    }
}

/// A hop made ready: planned and trained.
#[derive(Debug)]
pub(super) struct TrainedHop {
    pub(super) hop: Hop,
    transmitter: TransmitterPlan,
    /// All stages and the receiver's front end.
    link: Link<Voltage, Voltage>,
    /// The same, as the sampler sees it.
    pub(super) sampled: Plan<Voltage, Voltage>,
    /// The receiver in the setting that training chose.
    pub(super) receiver: Receiver,
    pub(super) adapted: Adapted,
}

impl TrainedHop {
    /// The hop with every sample of every probe.
    pub(super) fn probed(&self) -> Result<Plan<Voltage, Voltage>> {
        let probes = self.hop.stages.iter().filter(|stage| stage.probe);
        let probes = probes.map(|stage| stage.name.clone()).collect();
        self.link.plan_with(self.sampled.grid(), &Options { probes, ..Options::default() })
    }

    /// The symbols as the slicer should find them.
    pub(super) fn coded(&self, symbols: &Symbols) -> Symbols {
        if self.hop.precoding { symbols.precoded() } else { symbols.clone() }
    }

    /// The symbols that decisions stand for.
    pub(super) fn decoded(&self, decisions: &Symbols) -> Symbols {
        if self.hop.precoding { decisions.without_precoding() } else { decisions.clone() }
    }

    /// The transmitter's waveform for a record of coded symbols.
    pub(super) fn transmit(
        &self,
        coded: &Symbols,
        key: Key,
        record: u64,
        waveform: &mut Waveform<Voltage>,
    ) {
        self.transmitter.run_into(coded, self.hop.transmitter_key(key), record, waveform);
    }
}
