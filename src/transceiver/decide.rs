//! Decisions: the adapted receiver at work on one record.

use super::adapt::Descent;
use super::slicer::Tracker;
use super::{Adaptation, Adapted, Digital};
use crate::kernel::fir::{self, Runs};
use crate::kernel::lms::{Lms, Rule, Weights};
use crate::kernel::viterbi::{Survivors, Viterbi};
use crate::signal::Modulation;

/// Symbols that run ahead of a record so that its feedback starts in a state of its own making:
/// a wrong state, even one that survives each symbol with probability 3/4, is then forgotten.
const WARM_UP: usize = 64;

/// The most levels of an alphabet.
const MOST_LEVELS: usize = 8;

/// What deciding one record needs, and its results.
#[derive(Clone, Debug)]
pub struct Workspace {
    samples: Vec<f64>,
    inputs: Vec<f64>,
    /// What is left of the inputs of a sequence detector; empty without one.
    cleared: Vec<f64>,
    decisions: Vec<u8>,
    /// Levels of the decisions, with as many before the first as there are feedback taps.
    fed_back: Vec<f64>,
    ffe: Vec<f64>,
    dfe: Vec<f64>,
    forward: Runs,
    back: Runs,
    limits: Vec<f64>,
    bounds: Vec<(f64, f64)>,
    survivors: Option<Survivors>,
}

impl Workspace {
    /// The decided symbols, one for each of the record.
    pub fn decisions(&self) -> &[u8] {
        &self.decisions
    }

    /// The inputs of what decides, one for each symbol, on the scale where the ideal levels reach
    /// from -1 to 1: the slicer's behind all feedback, or those of a sequence detector, in which
    /// each symbol is followed by the target's postcursors.
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// The inputs less what the decisions leave in those after them. Without a sequence detector
    /// these are the inputs themselves; with one, what a slicer would have whose feedback takes the
    /// detector's decisions, so that levels, spreads and eyes may be measured on them.
    pub fn cleared(&self) -> &[f64] {
        if self.cleared.is_empty() { &self.inputs } else { &self.cleared }
    }
}

impl Adapted {
    /// The workspace for records of `symbols` symbols, which may be of another length than those
    /// of the training. It serves one record after another.
    pub fn workspace(&self, symbols: usize) -> Workspace {
        Workspace {
            samples: vec![0.0; symbols * self.samples_per_symbol],
            inputs: vec![0.0; symbols],
            cleared: vec![0.0; if self.detector.is_some() { symbols } else { 0 }],
            decisions: vec![0; symbols],
            fed_back: vec![0.0; symbols + self.dfe.len()],
            ffe: vec![0.0; self.ffe.len()],
            dfe: vec![0.0; self.dfe.len()],
            forward: Runs::with_room(self.ffe.len()),
            back: Runs::with_room(self.dfe.len()),
            limits: vec![f64::INFINITY; self.ffe.len()],
            bounds: vec![(0.0, 0.0); self.dfe.len()],
            survivors: self.detector.as_ref().map(Viterbi::survivors),
        }
    }
}

/// Decides every symbol of a periodic record, into the workspace.
///
/// `samples` are voltages at the sampler's input, [`Adapted::samples_per_symbol`] each symbol, the
/// first at the decision instant of symbol 0. `digital` is what `adapted` comes from.
///
/// A decision-feedback equalizer feeds back its own decisions, so that its errors propagate.
/// `before` gives the symbols ahead of symbol 0, the latest last, where they are known; without
/// them the end of the record, which is what comes before its start, is decided first. An
/// equalizer that adapts by LMS follows its own decisions from the trained taps on, unless a
/// sequence detector makes them.
///
/// Nothing is allocated, and what the workspace held before has no influence.
///
/// # Panics
/// If the lengths do not fit the workspace, the record is shorter than the equalizer, or `before`
/// has fewer symbols than the feedback or the detector's memory reaches back.
pub fn decide(
    digital: &Digital,
    adapted: &Adapted,
    samples: &[f64],
    before: Option<&[u8]>,
    workspace: &mut Workspace,
) {
    let Workspace { samples: digitized, inputs, decisions, fed_back, ffe, dfe, .. } = workspace;
    digitized.copy_from_slice(samples);
    digital.digitize(adapted.offset, adapted.gain, digitized);
    ffe.copy_from_slice(&adapted.ffe);
    dfe.copy_from_slice(&adapted.dfe);
    let (cursor, leading) = digital.ffe.as_ref().map_or((0, 1), |ffe| (ffe.cursor, ffe.taps));
    let (forward, back) = (&mut workspace.forward, &mut workspace.back);
    forward.find(leading, ffe);
    back.find(digital.dfe.as_ref().map_or(0, |dfe| dfe.taps), dfe);
    let spacing = adapted.samples_per_symbol;
    let newest = |n: usize| n * spacing + cursor;
    let levels = levels_of(adapted.modulation);
    let slicer = &adapted.slicer;
    let depth = dfe.len();

    if let Some((detector, survivors)) = adapted.detector.as_ref().zip(workspace.survivors.as_mut())
    {
        forward.circular(ffe, cursor, spacing, digitized, inputs);
        detector.detect(inputs, before, survivors, decisions);
        clear(&adapted.target, &levels, (inputs, decisions, before), &mut workspace.cleared);
        return;
    }

    if let Some(before) = before {
        let latest = &before[before.len() - depth..];
        for (level, &symbol) in fed_back.iter_mut().zip(latest) {
            *level = levels[usize::from(symbol)];
        }
    } else if depth > 0 {
        let ahead = WARM_UP.max(depth).min(inputs.len());
        let first = inputs.len() - ahead;
        fed_back[..depth].fill(0.0);
        for n in 0..ahead {
            let z = forward.circular_at(ffe, digitized, newest(first + n))
                - back.convolved(dfe, &fed_back[n..n + depth]);
            fed_back[n + depth] = levels[usize::from(slicer.decide(z))];
        }
        fed_back.copy_within(ahead..ahead + depth, 0);
    }

    let (rule, step) = match digital.ffe.as_ref().map(|ffe| &ffe.adaptation) {
        Some(Adaptation::Lms { step, .. }) => (Rule::Products, *step),
        Some(Adaptation::SignSignLms { step, .. }) => (Rule::Signs, *step),
        Some(Adaptation::Mmse | Adaptation::Fixed { .. }) | None => {
            forward.circular(ffe, cursor, spacing, digitized, inputs);
            let whole = back.whole();
            for (n, (input, decision)) in inputs.iter_mut().zip(decisions).enumerate() {
                let past = &fed_back[n..n + depth];
                *input -= if whole { fir::convolved(dfe, past) } else { back.convolved(dfe, past) };
                *decision = slicer.decide(*input);
                fed_back[n + depth] = levels[usize::from(*decision)];
            }
            return;
        }
    };
    let limited = digital.ffe.as_ref().filter(|ffe| ffe.limits.is_some() || ffe.floating.is_some());
    if let Some(ffe) = limited {
        for (tap, limit) in workspace.limits.iter_mut().enumerate() {
            *limit = ffe.limit(tap);
        }
    }
    for (tap, bounds) in workspace.bounds.iter_mut().enumerate() {
        *bounds = digital.dfe.as_ref().map_or((0.0, 0.0), |dfe| dfe.bounds(tap));
    }
    let level_power = adapted.modulation.mean_square();
    let limits: &[f64] = if limited.is_some() { &workspace.limits } else { &[] };
    let feedforward =
        Weights { values: ffe, runs: forward, step: Descent::scaled(rule, step, adapted.power) };
    let feedback =
        Weights { values: dfe, runs: back, step: Descent::scaled(rule, step, level_power) };
    let limits = (cursor, limits);
    let mut lms = Lms { feedforward, feedback, rule, limits, bounds: &workspace.bounds };
    let mut tracker = Tracker::new(slicer, step);
    for (n, (input, decision)) in inputs.iter_mut().zip(decisions).enumerate() {
        let past = &fed_back[n..n + depth];
        *input = lms.step(digitized, newest(n), past, |z| {
            *decision = tracker.decide(z);
            levels[usize::from(*decision)]
        });
        fed_back[n + depth] = levels[usize::from(*decision)];
    }
}

/// Takes from a sequence detector's inputs what the target makes of the decisions before each.
fn clear(
    target: &[f64],
    levels: &[f64; MOST_LEVELS],
    (inputs, decisions, before): (&[f64], &[u8], Option<&[u8]>),
    cleared: &mut [f64],
) {
    let len = inputs.len();
    cleared.copy_from_slice(inputs);
    for (back, tap) in target.iter().enumerate().skip(1) {
        for (n, z) in cleared.iter_mut().enumerate() {
            let symbol = match n.checked_sub(back) {
                Some(past) => decisions[past],
                None => before.map_or_else(
                    || decisions[(n + back * len - back) % len],
                    |before| before[before.len() + n - back],
                ),
            };
            *z -= tap * levels[usize::from(symbol)];
        }
    }
}

/// The ideal levels of an alphabet, from -1 to 1, and zeros after them.
fn levels_of(modulation: Modulation) -> [f64; MOST_LEVELS] {
    let mut levels = [0.0; MOST_LEVELS];
    for (symbol, level) in levels.iter_mut().enumerate().take(modulation.levels()) {
        *level = modulation.level(symbol as u8);
    }
    levels
}

#[cfg(test)]
mod tests;
