//! The form of an equalizer, and its adaptation by least squares.

use super::place;
use crate::Result;
use crate::kernel::fir::{self, Runs};
use crate::kernel::solve::{Column, Normal, Weight};
use crate::transceiver::{Adaptation, Digital, Floating};

/// Diagonal loading, as a fraction of each input's power, where the equations are singular: white
/// noise 100 dB below the signal.
const LOADING: f64 = 1e-10;

/// A weight may exceed its limit by this fraction, which is rounding.
const ROUNDING: f64 = 1e-12;

/// One training record as the equalizer sees it.
#[derive(Clone, Debug)]
pub(in crate::transceiver) struct Observed {
    /// Digitized samples, as many a symbol as the equalizer takes.
    pub(in crate::transceiver) samples: Vec<f64>,
    /// Levels of the symbols, with those of the last few symbols once more before the first.
    extended: Vec<f64>,
    /// How many levels stand before the first.
    prefix: usize,
}

impl Observed {
    /// A record of samples and of the levels sent, for an equalizer of `feedback` past symbols.
    pub(in crate::transceiver) fn new(samples: Vec<f64>, levels: &[f64], feedback: usize) -> Self {
        let last = &levels[levels.len() - feedback..];
        Self { samples, extended: [last, levels].concat(), prefix: feedback }
    }

    pub(in crate::transceiver) fn levels(&self) -> &[f64] {
        &self.extended[self.prefix..]
    }

    /// The `count` levels before symbol `n`, the latest last.
    pub(super) fn past(&self, n: usize, count: usize) -> &[f64] {
        &self.extended[n + self.prefix - count..n + self.prefix]
    }
}

/// The form of a feed-forward and decision-feedback equalizer; without the one it is a gain,
/// without the other it subtracts nothing. The target of an MLSE takes the place of the feedback:
/// what the feed-forward taps leave of past symbols is not subtracted then, but expected.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::transceiver) struct Form {
    /// Feed-forward taps ahead of floating groups.
    pub(in crate::transceiver) taps: usize,
    pub(in crate::transceiver) cursor: usize,
    /// Samples a symbol.
    pub(in crate::transceiver) spacing: usize,
    /// Past symbols within reach of the feedback.
    pub(in crate::transceiver) feedback: usize,
    /// Feed-forward taps and places for floating ones.
    pub(super) reach: usize,
    /// Ratios of the feed-forward taps to the main one, where they are given.
    pub(super) ratios: Option<Vec<f64>>,
    /// The largest magnitude of each feed-forward tap, relative to the main one.
    pub(super) limits: Vec<f64>,
    /// Feedback taps ahead of floating groups.
    pub(super) leading: usize,
    /// The lowest and highest value of each feedback tap.
    pub(super) bounds: Vec<(f64, f64)>,
    /// Floating groups of feed-forward and of feedback taps.
    pub(super) floating: [Option<Floating>; 2],
}

/// The taps of an equalizer, with zeros where no floating group is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::transceiver) struct Taps {
    pub(in crate::transceiver) ffe: Vec<f64>,
    pub(in crate::transceiver) dfe: Vec<f64>,
    pub(in crate::transceiver) loading: f64,
}

impl Form {
    pub(in crate::transceiver) fn of(digital: &Digital) -> Self {
        let mut form = Self::gain(digital.samples_per_symbol());
        if let Some(ffe) = &digital.ffe {
            let farthest = |f: &Floating| ffe.cursor + f.span * form.spacing + 1;
            form.reach = ffe.taps.max(ffe.floating.as_ref().map_or(0, farthest));
            form.taps = ffe.taps;
            form.cursor = ffe.cursor;
            form.limits = (0..form.reach).map(|tap| ffe.limit(tap)).collect();
            form.floating[0] = ffe.floating.clone();
            if let Adaptation::Fixed { taps } = &ffe.adaptation {
                form.ratios = Some(taps.clone());
            }
        }
        if let Some(mlse) = &digital.mlse {
            form.bounds = mlse.target.bounds();
            form.leading = form.bounds.len();
            form.feedback = form.leading;
        } else if let Some(dfe) = &digital.dfe {
            form.leading = dfe.taps;
            form.feedback = dfe.taps.max(dfe.floating.as_ref().map_or(0, |f| f.span));
            form.bounds = (0..form.feedback).map(|tap| dfe.bounds(tap)).collect();
            form.floating[1] = dfe.floating.clone();
        }
        form
    }

    /// The form of a gain alone, at a number of samples a symbol.
    pub(super) fn gain(spacing: usize) -> Self {
        Self {
            taps: 1,
            cursor: 0,
            spacing,
            feedback: 0,
            reach: 1,
            ratios: None,
            limits: vec![f64::INFINITY],
            leading: 0,
            bounds: Vec::new(),
            floating: [None, None],
        }
    }

    /// Number of taps that are adapted.
    pub(super) fn count(&self) -> usize {
        let floating = self.floating.iter().flatten().map(Floating::taps).sum::<usize>();
        self.taps + self.leading + floating
    }

    /// The normal equations over training records: the feed-forward columns are samples, those of
    /// the feedback past symbols with the sign that they are subtracted with.
    fn equations(&self, records: &[Observed]) -> Normal {
        let spacing = self.spacing as isize;
        let feedforward = (0..self.reach).map(|i| {
            let offset = self.cursor as isize - i as isize;
            let series = offset.rem_euclid(spacing) as usize;
            Column { series, shift: offset.div_euclid(spacing) }
        });
        let feedback =
            (1..=self.feedback).map(|j| Column { series: self.spacing, shift: -(j as isize) });
        let mut normal = Normal::new(feedforward.chain(feedback).collect());
        for record in records {
            let mut series: Vec<Vec<f64>> = (0..self.spacing)
                .map(|phase| {
                    record.samples[phase..].iter().step_by(self.spacing).copied().collect()
                })
                .collect();
            series.push(record.levels().iter().map(|level| -level).collect());
            let series: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
            normal.add(&series, record.levels());
        }
        normal
    }

    /// The taps of least mean square error over training records, and that error.
    ///
    /// # Errors
    /// If the equations are singular even when loaded.
    pub(in crate::transceiver) fn least_squares(
        &self,
        records: &[Observed],
    ) -> Result<(Taps, f64)> {
        let normal = self.equations(records);
        let mut conditions = self.conditions();
        if self.floating.iter().any(Option::is_some) {
            place::place(self, &normal, &mut conditions)?;
        }
        let (weights, loading) = self.within_limits(&normal, &conditions)?;
        let error = normal.mean_square_error(&weights);
        let (ffe, dfe) = weights.split_at(self.reach);
        Ok((Taps { ffe: ffe.to_vec(), dfe: dfe.to_vec(), loading }, error))
    }

    /// What holds for each weight before any is at its limit: there are no floating taps yet.
    fn conditions(&self) -> Vec<Weight> {
        let feedforward = (0..self.reach).map(|i| match &self.ratios {
            _ if i == self.cursor => Weight::Free,
            Some(ratios) => Weight::Tied { to: self.cursor, ratio: ratios[i] },
            None if i < self.taps => Weight::Free,
            None => Weight::Fixed(0.0),
        });
        let feedback = self.bounds.iter().enumerate().map(|(j, &(low, high))| match j {
            _ if j >= self.leading => Weight::Fixed(0.0),
            _ if low < high => Weight::Free,
            _ => Weight::Fixed(high),
        });
        feedforward.chain(feedback).collect()
    }

    /// The best weights within the limits, and the loading that the equations needed: weights
    /// beyond a limit are held there, until no other is.
    pub(super) fn within_limits(
        &self,
        normal: &Normal,
        conditions: &[Weight],
    ) -> Result<(Vec<f64>, f64)> {
        let mut conditions = conditions.to_vec();
        let mut loading = 0.0;
        loop {
            let weights = normal.solve(&conditions, loading).or_else(|_| {
                loading = LOADING;
                normal.solve(&conditions, loading)
            })?;
            let mut clipped = false;
            let main = weights[self.cursor];
            for (i, &weight) in weights.iter().enumerate() {
                if conditions[i] != Weight::Free || i == self.cursor {
                    continue;
                }
                let held = self.held(i, weight, main);
                clipped |= held.is_some();
                conditions[i] = held.unwrap_or(Weight::Free);
            }
            if !clipped {
                return Ok((weights, loading));
            }
        }
    }

    /// What holds for a weight that is beyond its limit.
    fn held(&self, i: usize, weight: f64, main: f64) -> Option<Weight> {
        match i.checked_sub(self.reach) {
            None => {
                let limit = self.limits[i];
                let ratio = limit.copysign(weight * main);
                (weight.abs() > limit * main.abs() * (1.0 + ROUNDING))
                    .then_some(Weight::Tied { to: self.cursor, ratio })
            }
            Some(j) => {
                let (low, high) = self.bounds[j];
                let held = weight.clamp(low, high);
                ((weight - held).abs() > ROUNDING).then_some(Weight::Fixed(held))
            }
        }
    }

    /// The slicer's inputs for a training record, with every past symbol known. With an MLSE, they
    /// are what its target leaves.
    pub(in crate::transceiver) fn equalize(&self, taps: &Taps, record: &Observed) -> Vec<f64> {
        let mut outputs = vec![0.0; record.levels().len()];
        let runs = Runs::of(self.taps, &taps.ffe);
        runs.circular(&taps.ffe, self.cursor, self.spacing, &record.samples, &mut outputs);
        for (n, output) in outputs.iter_mut().enumerate() {
            *output -= fir::convolved(&taps.dfe, record.past(n, taps.dfe.len()));
        }
        outputs
    }
}

#[cfg(test)]
mod tests;
