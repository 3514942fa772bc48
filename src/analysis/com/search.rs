//! The best setting of the equalizers.
//!
//! A coarse search finds what is worth looking at. Then every setting's figure of merit is bounded,
//! and those that may be the best are computed, the most promising first, until none is left whose
//! bound is above what was found. The answer is
//! that of a full search. Where the figure of merit is an eye, or the receiver's equalizer adapts,
//! the search climbs from the most promising settings to better neighbors.

use super::Equalizer;
use super::grid::Grid;
use super::parameters::EyeWindow;
use super::pulse::Gains;
use super::receive::Ready;
use super::symbols::{Candidate, Delays, Room, Symbols};
use crate::parallel;

/// Settings that a climb begins at.
const PROMISING: usize = 48;

/// Of so many lines of settings one is looked at first.
const COARSE: usize = 8;

impl Ready<'_> {
    /// The setting of the largest figure of merit; nothing if none yields a pulse that can be
    /// sampled.
    pub(super) fn search(&self) -> Option<Equalizer> {
        let grid = Grid::new(&self.com.ffe);
        let delays = Delays::new(self, grid.taps);
        let gains = self.com.ctle.gains();
        let eye = self.com.eye.as_ref().filter(|window| window.least_height.is_some());
        let blur = eye.map(|window| {
            let deviation = window.deviation.unwrap_or(window.half_width).0;
            deviation * deviation
        });
        let symbols = parallel::map(
            gains.len(),
            || (),
            |(): &mut (), index| Symbols::new(self, &grid, &delays, gains[index], blur),
        );
        let bounded = |step: usize, least: f64| {
            parallel::map(gains.len(), Room::default, |room, index| {
                symbols[index].candidates(step, least, room)
            })
        };
        if self.com.receiver_ffe.is_some() {
            let mut first = self.plain_settings(grid.taps, grid.main, &gains);
            first.extend(promising(&grid, &gains, &bounded(1, 0.0)));
            let worth = |equalizer: &Equalizer| Some(self.received(equalizer)?.terms.fom_db());
            return self.climb(&grid, &gains, first, worth);
        }
        if let Some(window) = eye {
            let first = promising(&grid, &gains, &bounded(1, 0.0));
            return self.climb(&grid, &gains, first, |equalizer| self.opening(window, equalizer));
        }
        // What the most promising setting of some lines is worth: none below it is looked at.
        let some = bounded(COARSE, 0.0);
        let firsts = parallel::map(gains.len(), Room::default, |room, index| {
            let first = some[index].iter().max_by(|a, b| a.bound.total_cmp(&b.bound))?;
            symbols[index].exact(first, 0.0, room)
        });
        let floor = firsts.iter().flatten().fold(0.0f64, |best, &ratio| best.max(ratio));
        // Just below, so that the setting that set it is found again.
        let floor = floor * (1.0 - 1e-12);
        let above = bounded(1, floor);
        let bests = parallel::map(gains.len(), Room::default, |room, index| {
            let mut above: Vec<&Candidate> = above[index].iter().collect();
            above.sort_by(|a, b| b.bound.total_cmp(&a.bound));
            let mut best = None::<(f64, Candidate)>;
            for candidate in above {
                let least = best.map_or(floor, |(ratio, _)| ratio);
                if candidate.bound <= least {
                    break;
                }
                if let Some(ratio) = symbols[index].exact(candidate, least, room) {
                    best = Some((ratio, *candidate));
                }
            }
            best
        });
        let mut best = None::<(f64, Equalizer)>;
        for (&gains, found) in gains.iter().zip(bests) {
            let Some((ratio, candidate)) = found else { continue };
            if best.as_ref().is_none_or(|(most, _)| ratio > *most) {
                best = Some((ratio, equalizer(&grid, gains, &candidate)));
            }
        }
        best.map(|(_, equalizer)| equalizer)
    }

    /// The best of some settings, and from it on to better neighbors for as long as there are any.
    fn climb(
        &self,
        grid: &Grid,
        gains: &[Gains],
        first: Vec<Equalizer>,
        worth: impl Fn(&Equalizer) -> Option<f64> + Send + Sync,
    ) -> Option<Equalizer> {
        let best_of = |settings: &[Equalizer]| {
            let at = |_: &mut (), index: usize| worth(&settings[index]);
            let mut best = None::<(f64, usize)>;
            for (index, worth) in parallel::map(settings.len(), || (), at).into_iter().enumerate() {
                let Some(worth) = worth else { continue };
                if best.is_none_or(|(most, _)| worth > most) {
                    best = Some((worth, index));
                }
            }
            best.map(|(worth, index)| (worth, settings[index].clone()))
        };
        let mut best = best_of(&first)?;
        let mut tried = first;
        loop {
            let mut next = self.neighbors(grid, gains, &best.1);
            next.retain(|equalizer| !tried.contains(equalizer));
            match best_of(&next) {
                Some(better) if better.0 > best.0 => best = better,
                _ => return Some(best.1),
            }
            tried.extend(next);
        }
    }

    /// Eye height over signal, without crosstalk.
    fn opening(&self, window: &EyeWindow, equalizer: &Equalizer) -> Option<f64> {
        let received = self.received(equalizer)?;
        let signal = received.terms.signal;
        let height = self.eye_height(window, &received, &[], self.bin(signal));
        let least = window.least_height.map_or(0.0, |volts| volts.0);
        // An eye below the least height is worse than any other.
        Some(if height > least { height / signal } else { height / signal - 10.0 })
    }

    /// Settings of which one tap or gain, or a tap and a gain, is up to two steps away.
    fn neighbors(&self, grid: &Grid, gains: &[Gains], from: &Equalizer) -> Vec<Equalizer> {
        let near = |values: &[f64], value: f64| -> Vec<f64> {
            let place = values.iter().position(|x| (x - value).abs() < 1e-9).unwrap_or(0);
            let to = (place + 3).min(values.len());
            values[place.saturating_sub(2)..to].to_vec()
        };
        let mut filters = vec![from.taps.clone()];
        for tap in (0..grid.taps).filter(|&tap| tap != grid.main) {
            for value in near(&grid.values[tap], from.taps[tap]) {
                let mut taps = from.taps.clone();
                taps[grid.main] += taps[tap].abs() - value.abs();
                taps[tap] = value;
                if taps[grid.main] > self.com.ffe.least_main - 1e-9 && taps != from.taps {
                    filters.push(taps);
                }
            }
        }
        let steps = |sweep: Option<f64>| sweep.map_or(f64::INFINITY, f64::abs) * 1.01;
        let dc = steps(Some(self.com.ctle.dc_gain.step.0));
        let low = steps(self.com.ctle.low_frequency.as_ref().map(|stage| stage.gain.step.0));
        let close = |gains: &&Gains| {
            (gains.dc - from.dc_gain_db).abs() <= dc
                && (gains.low_frequency - from.low_frequency_gain_db).abs() <= low
        };
        let with = |gains: &Gains, taps: &Vec<f64>| Equalizer {
            taps: taps.clone(),
            main: grid.main,
            dc_gain_db: gains.dc,
            low_frequency_gain_db: gains.low_frequency,
        };
        let near = gains.iter().filter(close);
        near.flat_map(|gains| filters.iter().map(move |taps| with(gains, taps))).collect()
    }
}

fn equalizer(grid: &Grid, gains: Gains, candidate: &Candidate) -> Equalizer {
    let mut taps = vec![0.0; grid.taps];
    grid.fill(&grid.lines[candidate.line], candidate.value, &mut taps);
    Equalizer {
        taps,
        main: grid.main,
        dc_gain_db: gains.dc,
        low_frequency_gain_db: gains.low_frequency,
    }
}

/// The settings of the largest bounds.
fn promising(grid: &Grid, gains: &[Gains], bounded: &[Vec<Candidate>]) -> Vec<Equalizer> {
    let mut all: Vec<(usize, &Candidate)> = Vec::new();
    for (index, candidates) in bounded.iter().enumerate() {
        all.extend(candidates.iter().map(|candidate| (index, candidate)));
    }
    all.sort_by(|a, b| b.1.bound.total_cmp(&a.1.bound));
    all.truncate(PROMISING);
    all.iter().map(|(index, candidate)| equalizer(grid, gains[*index], candidate)).collect()
}
