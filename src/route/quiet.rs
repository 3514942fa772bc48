//! Records sent over a hop without randomness.

use super::Records;
use super::aggressor::Neighbor;
use super::trained::TrainedHop;
use crate::Result;
use crate::engine::{Plan, Trajectory, Workspace};
use crate::kernel::rng::Key;
use crate::signal::{Symbols, Voltage, Waveform};
use crate::transceiver::TransmitterPlan;

/// A hop with quiet transmitters.
pub(super) struct Quiet<'a> {
    hop: &'a TrainedHop,
    plan: &'a Plan<Voltage, Voltage>,
    transmitter: TransmitterPlan,
    neighbors: Vec<Neighbor>,
}

/// What a quiet record is run in.
pub(super) struct QuietBench {
    waveform: Waveform<Voltage>,
    beside: Vec<Waveform<Voltage>>,
    plan: Workspace<Voltage>,
}

impl<'a> Quiet<'a> {
    /// The hop as its sampler sees it: its transmitter's output averaged over its randomness,
    /// without the jitter that the clock follows.
    pub(super) fn of(hop: &'a TrainedHop) -> Self {
        Self {
            hop,
            plan: &hop.sampled,
            transmitter: hop.transmitter.quiet().followed(|frequency| hop.untracked(frequency)),
            neighbors: hop.neighbors.iter().map(Neighbor::quiet).collect(),
        }
    }

    /// The hop by another plan of it, with edges exactly in time.
    pub(super) fn in_time(hop: &'a TrainedHop, plan: &'a Plan<Voltage, Voltage>) -> Self {
        Self { plan, transmitter: hop.transmitter.steady(), ..Self::of(hop) }
    }

    /// The same with every edge beside its place.
    pub(super) fn shaken(hop: &'a TrainedHop, plan: &'a Plan<Voltage, Voltage>) -> Self {
        Self { transmitter: hop.transmitter.shaken(), ..Self::in_time(hop, plan) }
    }

    /// The side that the edge ahead of each symbol of a record stands on, where edges are shaken.
    pub(super) fn sides(&self, records: &Records, record: usize) -> Vec<f64> {
        let key = self.hop.hop.transmitter_key(Key::root(records.seed));
        self.transmitter.sides(key, record as u64)
    }

    pub(super) fn bench(&self) -> QuietBench {
        let grid = self.plan.grid();
        QuietBench {
            waveform: Waveform::zeros(grid),
            beside: vec![Waveform::zeros(grid); self.neighbors.len()],
            plan: self.plan.workspace(),
        }
    }

    /// The output of a record, with or without the aggressors.
    pub(super) fn send(
        &self,
        coded: &Symbols,
        records: &Records,
        record: usize,
        crosstalk: bool,
        bench: &mut QuietBench,
    ) -> Result<Vec<f64>> {
        let key = self.fill(coded, records, record, |_| crosstalk, bench)?;
        self.plan.quiet(&bench.waveform, &bench.beside, key, &mut bench.plan)
    }

    /// The output of a record with one of the aggressors alone.
    pub(super) fn send_beside(
        &self,
        coded: &Symbols,
        records: &Records,
        record: usize,
        neighbor: usize,
        bench: &mut QuietBench,
    ) -> Result<Vec<f64>> {
        let key = self.fill(coded, records, record, |index| index == neighbor, bench)?;
        self.plan.quiet(&bench.waveform, &bench.beside, key, &mut bench.plan)
    }

    /// A record and what small deviations from it would meet, with the aggressors.
    pub(super) fn trajectory(
        &self,
        coded: &Symbols,
        records: &Records,
        record: usize,
    ) -> Result<Trajectory> {
        let mut bench = self.bench();
        let key = self.fill(coded, records, record, |_| true, &mut bench)?;
        self.plan.trajectory(&bench.waveform, &bench.beside, key, &mut bench.plan)
    }

    /// What the transmitters send in a record with their randomness.
    pub(super) fn noisy<'b>(
        &self,
        coded: &Symbols,
        root: Key,
        record: u64,
        bench: &'b mut QuietBench,
    ) -> Result<(&'b Waveform<Voltage>, &'b [Waveform<Voltage>])> {
        self.hop.transmit(coded, root, record, &mut bench.waveform);
        for (neighbor, waveform) in self.hop.neighbors.iter().zip(&mut bench.beside) {
            neighbor.send(root, record, waveform)?;
        }
        Ok((&bench.waveform, &bench.beside))
    }

    /// The transmitters' waveforms; returns the key of the record.
    fn fill(
        &self,
        coded: &Symbols,
        records: &Records,
        record: usize,
        heard: impl Fn(usize) -> bool,
        bench: &mut QuietBench,
    ) -> Result<Key> {
        let (root, index) = (Key::root(records.seed), record as u64);
        let key = self.hop.hop.transmitter_key(root);
        self.transmitter.run_into(coded, key, index, &mut bench.waveform);
        for (at, (neighbor, waveform)) in self.neighbors.iter().zip(&mut bench.beside).enumerate() {
            if heard(at) {
                neighbor.send(root, index, waveform)?;
            } else {
                waveform.samples_mut().fill(0.0);
            }
        }
        Ok(root.indexed(index))
    }
}
