//! The loop at work on one record.

use super::detector::Detector;
use super::{Alignment, TrackingLoop};
use crate::kernel::fir;
use crate::kernel::rng::Key;
use crate::transceiver::sampler::{Draws, Sampler};
use crate::transceiver::{Adapted, Digital};

/// Symbols for which the phase is held until the equalizer's own state has settled.
const HELD: usize = 64;

/// Time constants of the loop that it runs ahead of a record.
const TIME_CONSTANTS: f64 = 4.0;

/// The state of a loop between two symbols.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LoopState {
    /// The sampler's timing against the trained phase, in unit intervals; later is positive.
    pub phase: f64,
    /// What the integral path adds to it each symbol, in unit intervals.
    pub frequency: f64,
}

/// A receiver whose clock follows the signal.
#[derive(Clone, Copy, Debug)]
pub struct Tracker<'a> {
    /// The receiver that `adapted` comes from.
    pub digital: &'a Digital,
    /// What it has settled to.
    pub adapted: &'a Adapted,
    /// Its sampler.
    pub sampler: &'a Sampler,
    /// Its loop.
    pub timing: &'a TrackingLoop,
}

/// What tracking one record needs, and its results.
#[derive(Clone, Debug)]
pub struct TrackingWorkspace {
    samples: Vec<f64>,
    digitized: Vec<f64>,
    /// Digitized samples of the edges, as many as of the symbols; empty without a need.
    edges: Vec<f64>,
    levels: Vec<f64>,
    inputs: Vec<f64>,
    decisions: Vec<u8>,
    phase: Vec<f64>,
    /// Outputs of the detector on their way to the filter.
    pending: Vec<f64>,
    state: LoopState,
}

impl TrackingWorkspace {
    /// The samples that were taken, in volts ahead of the gain control: what
    /// [`decide`](crate::transceiver::decide()) takes, for receivers that do more than slice.
    pub fn samples(&self) -> &[f64] {
        &self.samples
    }

    /// The loop's own decisions, one for each symbol.
    pub fn decisions(&self) -> &[u8] {
        &self.decisions
    }

    /// The slicer's inputs, one for each symbol.
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// The sampler's timing at each symbol against the trained phase, in unit intervals; later is
    /// positive.
    pub fn phase(&self) -> &[f64] {
        &self.phase
    }

    /// The state after the last symbol.
    pub fn state(&self) -> LoopState {
        self.state
    }

    /// Which of the symbols sent the decisions stand for, and where the clock slipped.
    ///
    /// # Panics
    /// If there is another number of symbols than decisions.
    pub fn align(&self, sent: &[u8]) -> Alignment {
        Alignment::of(&self.decisions, sent)
    }
}

impl Tracker<'_> {
    /// The workspace for records of `symbols` symbols.
    pub fn workspace(&self, symbols: usize) -> TrackingWorkspace {
        let samples = symbols * self.adapted.samples_per_symbol;
        let edges = matches!(self.timing.detector, Detector::BangBang { .. });
        TrackingWorkspace {
            samples: vec![0.0; samples],
            digitized: vec![0.0; samples],
            edges: vec![0.0; if edges { samples } else { 0 }],
            levels: vec![0.0; symbols],
            inputs: vec![0.0; symbols],
            decisions: vec![0; symbols],
            phase: vec![0.0; symbols],
            pending: vec![0.0; self.timing.latency + 1],
            state: LoopState::default(),
        }
    }

    /// Symbols that the loop runs ahead of a record without a start: four time constants of its
    /// proportional path.
    pub fn warm_up(&self) -> usize {
        let rate = self.timing.gains.0 * self.timing.detector_slope();
        (TIME_CONSTANTS / rate).ceil() as usize
    }

    /// Runs the loop over every symbol of a periodic record, into the workspace.
    ///
    /// The waveform has at least 4 samples a symbol and begins with the trained decision instant of
    /// symbol 0, as the output of a plan that is [`Sampled`](crate::engine::Output::Sampled) at the
    /// grid's own rate after [`Adapted::delay`]. `key` addresses the receiver in this record. Taps,
    /// thresholds and gain stay as they were trained.
    ///
    /// The loop begins with `start`. Without one it begins at the trained phase and runs over the
    /// end of the record first, which is what comes before its start: four time constants, at most
    /// one record. Nothing is allocated, and what the workspace held before has no influence.
    ///
    /// # Panics
    /// If the lengths do not fit the workspace, or the record is shorter than the equalizer.
    pub fn run(
        &self,
        waveform: &[f64],
        key: Key,
        start: Option<LoopState>,
        workspace: &mut TrackingWorkspace,
    ) {
        let Self { digital, adapted, sampler, timing } = *self;
        let TrackingWorkspace {
            samples,
            digitized,
            edges,
            levels,
            inputs,
            decisions,
            phase,
            pending,
            state,
        } = workspace;
        let symbols = inputs.len();
        let spacing = adapted.samples_per_symbol;
        let per_symbol = sampler.per_symbol(waveform.len(), symbols);
        let record = (waveform, per_symbol);
        let front = (adapted.offset, adapted.gain);
        let cursor = digital.ffe.as_ref().map_or(0, |ffe| ffe.cursor);
        let level_of: [f64; 256] = std::array::from_fn(|symbol| {
            if symbol < adapted.modulation.levels() {
                adapted.modulation.level(symbol as u8)
            } else {
                0.0
            }
        });
        let mut draws = Draws::new(key);
        digitized.fill(0.0);
        edges.fill(0.0);
        levels.fill(0.0);
        pending.fill(0.0);
        *state = start.unwrap_or_default();

        let count = symbols as i64;
        let held = (HELD + adapted.ffe.len() / spacing + adapted.dfe.len()) as i64;
        let ahead = if start.is_some() { 0 } else { self.warm_up().min(symbols) as i64 };
        let precursors = timing.precursors as i64;
        let (mut last_input, mut last_level) = (0.0, 0.0);
        let mut next_pending = 0;
        for step in -(ahead + held)..count + precursors {
            let slot = step.rem_euclid(count) as usize;
            let within = (0..count).contains(&step);
            let time = step as f64 + state.phase;
            for j in 0..spacing {
                let index = slot * spacing + j;
                let position = (time + j as f64 / spacing as f64) * per_symbol;
                let mut sample = sampler.value(record, position, index, front, &mut draws);
                if within {
                    samples[index] = sample;
                }
                digital.digitize(front.0, front.1, std::slice::from_mut(&mut sample));
                digitized[index] = sample;
                if let Detector::BangBang { edge, .. } = timing.detector {
                    let position = position + edge * per_symbol;
                    let mut sample = sampler.value(record, position, index, front, &mut draws);
                    digital.digitize(front.0, front.1, std::slice::from_mut(&mut sample));
                    edges[index] = sample;
                }
            }
            if within {
                phase[slot] = state.phase;
            }

            // The symbol whose last precursor has just arrived.
            let at = (step - precursors).rem_euclid(count) as usize;
            let newest = at * spacing + cursor;
            let input = fir::circular_at(&adapted.ffe, digitized, newest)
                - fir::circular_at(&adapted.dfe, levels, at + symbols - 1);
            let decision = adapted.slicer.decide(input);
            let level = level_of[usize::from(decision)];
            (inputs[at], decisions[at], levels[at]) = (input, decision, level);
            pending[next_pending] = match timing.detector {
                Detector::MuellerMuller { bias, .. } => {
                    input * last_level - last_input * level - bias
                }
                Detector::BangBang { weight, .. } => {
                    let edge = fir::circular_at(&adapted.ffe, edges, newest);
                    early(edge - weight * (level + last_level), level - last_level)
                }
            };
            (last_input, last_level) = (input, level);
            next_pending = if next_pending == timing.latency { 0 } else { next_pending + 1 };
            if step >= -ahead && step < count {
                let error = pending[next_pending];
                state.frequency += timing.gains.1 * error;
                state.phase += timing.gains.0 * error + state.frequency;
            }
        }
    }
}

/// What a bang-bang detector says: 1 where the edge is not yet as far as it goes, -1 where it is
/// farther, 0 where there is no edge.
fn early(edge: f64, rise: f64) -> f64 {
    if rise > 0.0 {
        if edge > 0.0 { -1.0 } else { 1.0 }
    } else if rise < 0.0 {
        if edge > 0.0 { 1.0 } else { -1.0 }
    } else {
        0.0
    }
}
