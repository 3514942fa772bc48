//! A hop made ready, and records sent over it.

use super::aggressor::Neighbor;
use super::hop::Hop;
use crate::Result;
use crate::analysis::statistical::Timing;
use crate::engine::{self, Link, Options, Plan};
use crate::kernel::rng::Key;
use crate::signal::{Symbols, Voltage, Waveform};
use crate::transceiver::{
    self, Adapted, Receiver, Sampler, Tracker, TrackingLoop, TrackingWorkspace, TransmitterPlan,
    decide,
};
use crate::unit::Hertz;

/// A hop made ready: planned and trained.
#[derive(Debug)]
pub(super) struct TrainedHop {
    pub(super) hop: Hop,
    pub(super) transmitter: TransmitterPlan,
    /// The aggressors' transmitters, as many as couple into the plans.
    pub(super) neighbors: Vec<Neighbor>,
    /// All stages and the receiver's front end.
    pub(super) link: Link<Voltage, Voltage>,
    /// The same, as the sampler sees it.
    pub(super) sampled: Plan<Voltage, Voltage>,
    /// The receiver in the setting that training chose.
    pub(super) receiver: Receiver,
    pub(super) adapted: Adapted,
    pub(super) sampler: Sampler,
    /// The loop that the clock follows the record with, if it does.
    pub(super) timing: Option<TrackingLoop>,
}

/// What deciding the records of a hop works on.
pub(super) struct Bench {
    waveform: Waveform<Voltage>,
    beside: Vec<Waveform<Voltage>>,
    plan: engine::Workspace<Voltage>,
    samples: Vec<f64>,
    decisions: transceiver::Workspace,
    tracking: Option<TrackingWorkspace>,
}

/// What a hop makes of a record.
pub(super) struct Received {
    /// The decisions.
    pub(super) decided: Symbols,
    /// What each of them stands for: what was sent, or its neighbors where the clock has slipped.
    pub(super) coded: Symbols,
    /// The slicer's inputs; behind a sequence detector without what it takes for interference.
    pub(super) inputs: Vec<f64>,
    /// How often the clock has slipped.
    pub(super) slips: usize,
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

    pub(super) fn bench(&self) -> Bench {
        let grid = self.sampled.grid();
        let symbols = grid.symbols();
        Bench {
            waveform: Waveform::zeros(grid),
            beside: vec![Waveform::zeros(grid); self.neighbors.len()],
            plan: self.sampled.workspace(),
            samples: vec![0.0; symbols * self.adapted.samples_per_symbol],
            decisions: self.adapted.workspace(symbols),
            tracking: self.tracker().map(|tracker| tracker.workspace(symbols)),
        }
    }

    /// How the eye moves against the clock, slowly: what is left of sinusoidal jitter, and the
    /// clock's own wander.
    pub(super) fn slow_timing(&self) -> Timing {
        let tone = self.transmitter.jitter().sinusoidal;
        Timing {
            sinusoidal: tone.map_or(0.0, |tone| tone.amplitude.0 * self.untracked(tone.frequency)),
            random: self
                .timing
                .as_ref()
                .map_or(0.0, |timing| timing.wander(self.hop.modulation, self.adapted.mse)),
        }
    }

    /// The share of jitter that the clock does not follow.
    pub(super) fn untracked(&self, frequency: Hertz) -> f64 {
        let timing = self.timing.as_ref();
        timing.map_or(1.0, |timing| (1.0 - timing.jitter_transfer(frequency)).norm())
    }

    fn tracker(&self) -> Option<Tracker<'_>> {
        let (digital, adapted, sampler) = (&self.receiver.digital, &self.adapted, &self.sampler);
        self.timing.as_ref().map(|timing| Tracker { digital, adapted, sampler, timing })
    }

    /// Sends a record of coded symbols over the hop and decides it.
    pub(super) fn receive(
        &self,
        coded: Symbols,
        root: Key,
        record: u64,
        bench: &mut Bench,
    ) -> Result<Received> {
        let key = root.indexed(record);
        self.transmit(&coded, root, record, &mut bench.waveform);
        for (neighbor, waveform) in self.neighbors.iter().zip(&mut bench.beside) {
            neighbor.send(root, record, waveform)?;
        }
        let output =
            self.sampled.run_beside(&bench.waveform, &bench.beside, key, &mut bench.plan).samples();
        let key = key.named(&self.hop.front_end_name());
        let (digital, adapted) = (&self.receiver.digital, &self.adapted);
        let mut slips = 0;
        let mut sent = None;
        let samples = match (self.tracker(), &mut bench.tracking) {
            (Some(tracker), Some(workspace)) => {
                tracker.run(output, key, None, workspace);
                let alignment = workspace.align(coded.values());
                slips = alignment.slips().len();
                if slips > 0 {
                    sent = Some(alignment.compared(coded.values()));
                }
                workspace.samples()
            }
            _ if self.sampler.is_ideal() => output,
            _ => {
                self.sampler.sample(adapted, output, key, &mut bench.samples);
                &bench.samples
            }
        };
        decide(digital, adapted, samples, None, &mut bench.decisions);
        let modulation = self.hop.modulation;
        Ok(Received {
            decided: Symbols::new(modulation, bench.decisions.decisions().to_vec())?,
            coded: match sent {
                Some(values) => Symbols::new(modulation, values)?,
                None => coded,
            },
            inputs: bench.decisions.cleared().to_vec(),
            slips,
        })
    }
}
