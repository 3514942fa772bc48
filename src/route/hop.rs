//! What lies between two decisions, and making it ready.

use super::aggressor::{Aggressor, Neighbor};
use super::points::TestRecord;
use super::trained::TrainedHop;
use crate::device::{AnyDevice, Driver, MultimodeFiber, Tia};
use crate::engine::{AnyLink, Link, Options, Output};
use crate::kernel::rng::Key;
use crate::parallel;
use crate::signal::{Grid, Kind, Modulation, Symbols, Voltage, Waveform};
use crate::transceiver::{Receiver, Sampler, TrackingLoop, Training, Transmitter, adapt_with};
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
    /// Neighboring lanes that couple in.
    #[cfg_attr(
        feature = "config",
        serde(rename = "aggressor", default, skip_serializing_if = "Vec::is_empty")
    )]
    pub aggressors: Vec<Aggressor>,
    /// Where the voltage becomes symbols.
    pub receiver: Receiver,
    /// What is measured between transmitter and receiver, if anything is.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub test: Option<TestRecord>,
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

    pub(super) fn chain(&self) -> Result<Link<Voltage, Voltage>> {
        for (index, aggressor) in self.aggressors.iter().enumerate() {
            let named = |other: &Aggressor| other.name == aggressor.name;
            if self.aggressors[..index].iter().any(named) {
                let text = format!("two aggressors are named `{}`", aggressor.name);
                return Err(Error::usage(text));
            }
            if !self.stages.iter().any(|stage| stage.name == aggressor.into) {
                let into = format!("`{}`", aggressor.into);
                let error = Error::parameter("into", into, "the name of a stage of the hop");
                return Err(error.in_stage(&aggressor.name));
            }
        }
        let period = 1.0 / self.symbol_rate.0;
        self.stages
            .iter()
            .try_fold(AnyLink::new(Kind::Voltage), |link, stage| {
                let link = stage.device.append_to(link, &stage.name)?;
                self.aggressors
                    .iter()
                    .filter(|aggressor| aggressor.into == stage.name)
                    .try_fold(link, |link, aggressor| {
                        link.extended(|ops| aggressor.couple(ops, period))
                    })
            })
            .and_then(AnyLink::typed)
    }

    /// What stages are set for that is not what the hop sends.
    pub(super) fn mismatches(&self) -> Vec<String> {
        let mismatch = |stage: &Stage| match &stage.device {
            AnyDevice::Driver(Driver { agc: Some(agc), .. })
            | AnyDevice::Tia(Tia { agc: Some(agc), .. })
                if (agc.crest / self.modulation.crest() - 1.0).abs() > 0.01 =>
            {
                Some(format!(
                    "the gain control of `{}` is set for a crest factor of {:.2}, that of {} is {:.2}: \
                     outer levels miss the stated swing",
                    stage.name,
                    agc.crest,
                    self.modulation,
                    self.modulation.crest()
                ))
            }
            AnyDevice::MultimodeFiber(MultimodeFiber { mode_partition: Some(modes), .. })
                if modes.symbol_rate != self.symbol_rate =>
            {
                Some(format!(
                    "mode partition of `{}` is that of a signal of {}, and the hop has {}",
                    stage.name, modes.symbol_rate, self.symbol_rate
                ))
            }
            _ => None,
        };
        self.stages.iter().filter_map(mismatch).collect()
    }

    /// The aggressors in the order in which they couple in.
    pub(super) fn neighbors(&self, grid: Grid) -> Result<Vec<Neighbor>> {
        let into = |stage: &Stage| {
            let name = stage.name.clone();
            self.aggressors.iter().filter(move |aggressor| aggressor.into == name)
        };
        self.stages
            .iter()
            .flat_map(into)
            .map(|aggressor| {
                Neighbor::new(aggressor, &self.name, self.modulation, grid)
                    .map_err(|error| error.in_stage(&aggressor.name))
            })
            .collect()
    }

    /// The name that the receiver's front end has among the stages.
    pub(super) fn front_end_name(&self) -> String {
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
    pub(super) fn transmitter_key(&self, key: Key) -> Key {
        key.named(&self.name).named("transmitter")
    }

    /// Makes the hop ready for records on `grid`: plans it, and trains the receiver on `count`
    /// records with random symbols that it knows.
    ///
    /// # Errors
    /// If a part cannot be planned, or the receiver finds no lock.
    pub(super) fn train(&self, grid: Grid, count: usize, key: Key) -> Result<TrainedHop> {
        self.trained(grid, count, key).map_err(|error| error.in_hop(&self.name))
    }

    fn trained(&self, grid: Grid, count: usize, root: Key) -> Result<TrainedHop> {
        let key = root.named("training");
        let receiver_name = self.front_end_name();
        let transmitter = self
            .transmitter
            .plan(self.modulation, grid)
            .map_err(|error| error.in_stage("transmitter"))?;
        let in_receiver = |error: Error| error.in_stage("receiver");
        let candidates = self.receiver.candidates().map_err(in_receiver)?;
        let link = self.chain()?;
        let plan = link.plan(grid)?;
        let neighbors = self.neighbors(grid)?;

        let symbols = (0..count)
            .map(|record| {
                let key = key.named(&self.name).indexed(record as u64);
                Symbols::random(self.modulation, grid.symbols(), key)
            })
            .collect::<Result<Vec<_>>>()?;
        let received = parallel::map(
            count,
            || {
                (
                    plan.workspace(),
                    Waveform::zeros(grid),
                    vec![Waveform::zeros(grid); neighbors.len()],
                )
            },
            |(workspace, sent, beside), record| {
                let index = record as u64;
                transmitter.run_into(&symbols[record], self.transmitter_key(key), index, sent);
                for (neighbor, waveform) in neighbors.iter().zip(beside.iter_mut()) {
                    neighbor.send(key, index, waveform)?;
                }
                Ok(plan.run_beside(sent, beside, key.indexed(index), workspace).clone())
            },
        )
        .into_iter()
        .collect::<Result<Vec<Waveform<Voltage>>>>()?;

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
            let per_symbol = grid.samples_per_symbol();
            let lanes = root.named(&receiver_name);
            let sampler = Sampler::new(&receiver.digital, self.symbol_rate, per_symbol, lanes)
                .map_err(in_receiver)?;
            let key = key.named(&receiver_name);
            adapt_with(&receiver.digital, &training, per_symbol, &sampler, key).map_err(in_receiver)
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

        let per_symbol = if receiver.digital.needs_waveform() {
            grid.samples_per_symbol()
        } else {
            adapted.samples_per_symbol
        };
        let output = Output::Sampled { per_symbol, delay: adapted.delay * grid.dt() };
        let link = self.with_front_end(link, &receiver)?;
        let sampled = link.plan_with(grid, &Options { output, ..Options::default() })?;
        let digital = &receiver.digital;
        let lanes = root.named(&receiver_name);
        let sampler =
            Sampler::new(digital, self.symbol_rate, per_symbol, lanes).map_err(in_receiver)?;
        let timing = digital.clock.tracking.as_ref().map(|tracking| {
            TrackingLoop::new(tracking, digital, &adapted, self.symbol_rate).map_err(in_receiver)
        });
        Ok(TrainedHop {
            transmitter,
            neighbors,
            link,
            sampled,
            timing: timing.transpose()?,
            sampler,
            receiver,
            adapted,
            hop: self.clone(),
        })
    }
}
