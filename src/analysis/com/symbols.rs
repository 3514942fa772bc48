//! One setting of the continuous-time equalizer, and the figure of merit of every setting of the
//! transmitter's in the symbol domain.

use num_complex::Complex64;

use super::grid::{Grid, Line, correlation};
use super::instants::{AlongLine, Instants};
use super::pulse::{Gains, cursor, first_largest};
use super::receive::Ready;
use super::{Compat, Crosstalk};

/// Symbols of the pulse before and behind its peak in which the cursor is sought.
const AROUND: [usize; 2] = [6, 5];

/// The same at first.
const NEAR: [usize; 2] = [3, 3];

/// A setting's place in the grid, and what is known of its figure of merit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) line: usize,
    pub(super) value: f64,
    cursor: usize,
    /// No setting's ratio of signal to noise is above it.
    pub(super) bound: f64,
}

/// Delays of a symbol at the frequencies of crosstalk, and cosines of their multiples.
#[derive(Debug)]
pub(super) struct Delays {
    delay: Vec<Complex64>,
    cosines: Vec<Vec<f64>>,
}

impl Delays {
    pub(super) fn new(ready: &Ready<'_>, lags: usize) -> Self {
        let delay = ready.symbol_delays();
        let mut power = vec![Complex64::ONE; delay.len()];
        let cosines = (0..lags).map(|_| {
            let cosines = power.iter().map(|z| z.re).collect();
            power.iter_mut().zip(&delay).for_each(|(power, delay)| *power *= delay);
            cosines
        });
        Self { cosines: cosines.collect(), delay }
    }
}

/// A setting of the continuous-time equalizer: everything about it that the figures of merit of all
/// settings of the transmitter's equalizer are made of.
#[derive(Debug)]
pub(super) struct Symbols<'a> {
    pub(super) ready: &'a Ready<'a>,
    pub(super) grid: &'a Grid,
    delays: &'a Delays,
    power: Vec<f64>,
    /// The pulse with zeros at both ends, and how many.
    padded: Vec<f64>,
    pad: usize,
    pub(super) peak: usize,
    /// The same, phase after phase.
    phases: Vec<Vec<f64>>,
    /// Autocorrelation of the pulse and of its slopes over symbols, by phase.
    pub(super) energy: Vec<Vec<f64>>,
    pub(super) slope: Vec<Vec<f64>>,
    /// Noise that does not depend on the transmitter's equalizer, V^2.
    pub(super) fixed: f64,
    /// By lag, no more than what far-end crosstalk comes to.
    pub(super) crosstalk: Vec<f64>,
    /// By aggressor and phase: autocorrelation of far-end crosstalk.
    aggressors: Vec<Vec<Vec<f64>>>,
    /// What is added to the square of jitter.
    blur: f64,
}

/// Room that a search works in.
#[derive(Debug, Default)]
pub(super) struct Room {
    line: Vec<f64>,
    pulse: Vec<f64>,
    behind: Vec<f64>,
    taps: Vec<f64>,
    correlation: Vec<f64>,
    gains: Vec<f64>,
    forms: Vec<AlongLine>,
}

/// Autocorrelation over symbols of the samples at each phase.
fn autocorrelations(pulse: &[f64], samples: usize, lags: usize) -> Vec<Vec<f64>> {
    let phase = |phase: usize| {
        let column: Vec<f64> = pulse[phase..].iter().step_by(samples).copied().collect();
        let at = |lag: usize| -> f64 {
            column.iter().zip(column.iter().skip(lag)).map(|(a, b)| a * b).sum()
        };
        (0..lags).map(at).collect()
    };
    (0..samples).map(phase).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl<'a> Symbols<'a> {
    /// For one setting. Without crosstalk, as the eye of a chip-to-module interface is searched,
    /// `blur` is what its window adds to the square of jitter.
    pub(super) fn new(
        ready: &'a Ready<'a>,
        grid: &'a Grid,
        delays: &'a Delays,
        gains: Gains,
        blur: Option<f64>,
    ) -> Self {
        let (samples, lags) = (ready.com.samples_per_symbol, grid.taps);
        let power = ready.ctle_power(gains);
        let mut pulse = ready.through.at(gains);
        pulse.truncate(ready.raw_pulse.len());
        let receiver = ready.receiver_noise(gains, &power);
        let mut fixed = receiver * receiver;
        let (mut crosstalk, mut aggressors) = (vec![0.0; lags], Vec::new());
        match ready.com.compat {
            _ if blur.is_some() => {}
            Compat::Standard => {
                for aggressor in &ready.aggressors {
                    let pulse = aggressor.pulse.at(gains);
                    let by_phase = autocorrelations(&pulse, samples, lags);
                    if aggressor.kind == Crosstalk::NearEnd {
                        let worst = by_phase.iter().map(|lags| lags[0]).fold(0.0, f64::max);
                        fixed += ready.symbol_variance() * worst;
                    } else {
                        for lags in &by_phase {
                            let mean = ready.symbol_variance() / samples as f64;
                            crosstalk.iter_mut().zip(lags).for_each(|(sum, x)| *sum += mean * x);
                        }
                        aggressors.push(by_phase);
                    }
                }
            }
            _ => {
                fixed += ready.near_end_variance(&power);
                // A gain of at most 1 is at least its square.
                for (sum, cosines) in crosstalk.iter_mut().zip(&delays.cosines) {
                    let terms = ready.far_end.iter().zip(&power).zip(cosines);
                    let terms = terms.map(|((x, power), cosine)| x * power * cosine);
                    *sum = ready.symbol_variance() * terms.sum::<f64>();
                }
            }
        }
        let half = 0.5 * samples as f64;
        let n = pulse.len();
        let at = |k: usize| pulse.get(k).copied().unwrap_or(0.0);
        let slopes: Vec<f64> = (0..n).map(|k| (at(k + 1) - at(k.wrapping_sub(1))) * half).collect();
        let symbols = lags + ready.com.dfe.reach() + AROUND[0] + AROUND[1];
        let pad = symbols * samples;
        let whole = n.div_ceil(samples) * samples;
        let mut padded = vec![0.0; whole + 2 * pad];
        padded[pad..pad + n].copy_from_slice(&pulse);
        let phases = (0..samples)
            .map(|phase| padded[phase..].iter().step_by(samples).copied().collect())
            .collect();
        Self {
            energy: autocorrelations(&pulse, samples, lags),
            slope: autocorrelations(&slopes, samples, lags),
            peak: pad + first_largest(&pulse).unwrap_or(0),
            blur: blur.unwrap_or(0.0),
            ready,
            grid,
            delays,
            power,
            padded,
            pad,
            phases,
            fixed,
            crosstalk,
            aggressors,
        }
    }

    /// Every setting in each `step`-th line whose bound of the figure of merit, as a ratio of powers,
    /// is above `least`.
    pub(super) fn candidates(&self, step: usize, least: f64, room: &mut Room) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let instants = (least > 0.0).then(|| Instants::new(self, least));
        if instants.as_ref().is_some_and(Instants::is_empty) {
            return candidates;
        }
        for (index, line) in self.grid.lines.iter().enumerate().step_by(step) {
            let mut begun = false;
            if let Some(instants) = &instants {
                instants.along(line, &mut room.forms);
            }
            for &value in &line.values {
                let forms = &room.forms;
                if instants.as_ref().is_some_and(|all| !all.may_be_above(value, forms)) {
                    continue;
                }
                if !std::mem::replace(&mut begun, true) {
                    self.begin(line, room);
                }
                if let Some((cursor, bound)) = self.bound(line, value, least, room) {
                    candidates.push(Candidate { line: index, value, cursor, bound });
                }
            }
        }
        candidates
    }

    /// The pulse some symbols behind an instant, as each tap delays it.
    pub(super) fn delayed(&self, at: usize, behind: usize) -> Vec<f64> {
        let samples = self.ready.com.samples_per_symbol;
        let (row, place) = (&self.phases[at % samples], at / samples + self.grid.main + behind);
        (0..self.grid.taps).map(|tap| row[place - tap]).collect()
    }

    /// What slopes are weighted with to be noise: the square of jitter.
    pub(super) fn jitter(&self) -> f64 {
        let (random, dirac) = (self.ready.com.random_jitter.0, self.ready.com.dual_dirac_jitter.0);
        random * random + dirac * dirac + self.blur
    }

    /// A part of the padded pulse around its peak, delayed as tap `tap` delays it.
    fn window(&self, tap: usize, around: [usize; 2]) -> &[f64] {
        let samples = self.ready.com.samples_per_symbol;
        let start = self.peak + self.grid.main * samples - (tap + around[0]) * samples;
        &self.padded[start..start + (around[0] + around[1]) * samples]
    }

    fn begin(&self, line: &Line, room: &mut Room) {
        room.line.clear();
        room.line.resize(self.window(0, AROUND).len(), 0.0);
        for (tap, &weight) in line.base.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            let window = self.window(tap, AROUND);
            room.line.iter_mut().zip(window).for_each(|(sum, x)| *sum += weight * x);
        }
        room.taps.resize(self.grid.taps, 0.0);
        room.correlation.resize(self.grid.taps, 0.0);
    }

    /// The cursor and the pulse there, sought around the peak.
    fn sought(&self, value: f64, around: [usize; 2], room: &mut Room) -> Option<(usize, f64)> {
        let (grid, samples) = (self.grid, self.ready.com.samples_per_symbol);
        let (less, more) = (value.abs(), self.window(grid.along, around));
        let skipped = (AROUND[0] - around[0]) * samples;
        room.pulse.clear();
        let sums = room.line[skipped..].iter().zip(more).zip(self.window(grid.main, around));
        room.pulse.extend(sums.map(|((base, x), main)| base + value * x - less * main));
        let peak = around[0] * samples;
        let within = peak - samples..peak + samples;
        let found = cursor(&room.pulse, within, self.ready.com.dfe.first_most(), samples)?;
        Some((self.peak - peak + found, room.pulse[found]))
    }

    fn bound(&self, line: &Line, value: f64, least: f64, room: &mut Room) -> Option<(usize, f64)> {
        let (cursor, height) =
            self.sought(value, NEAR, room).or_else(|| self.sought(value, AROUND, room))?;
        self.grid.fill(line, value, &mut room.taps);
        self.sample(cursor, room);
        correlation(&room.taps, &mut room.correlation);
        // Where feedback took out all that it reaches, the bound would be looser, and is sooner known.
        let crosstalk = dot(&self.crosstalk, &room.correlation);
        let reached = dot(&room.behind, &room.behind);
        let above = |ratio: &f64| *ratio > least;
        Some(self.ratio(cursor, height, reached, crosstalk, room)).filter(above)?;
        let bound = self.ratio_bound(cursor, height, crosstalk, room);
        Some(bound).filter(above).map(|bound| (cursor, bound))
    }

    /// No less than the figure of merit, as a ratio of powers: floating taps take out what they can
    /// at best, and crosstalk is no more than it is at least.
    fn ratio_bound(&self, cursor: usize, height: f64, crosstalk: f64, room: &mut Room) -> f64 {
        let dfe = &self.ready.com.dfe;
        let mut removed = dfe.floating_bound(height, &room.behind, &mut room.gains);
        for ((h, &most), &least) in room.behind.iter().zip(&dfe.most).zip(&dfe.least) {
            let left = h - (h / height).clamp(least, most) * height;
            removed += h * h - left * left;
        }
        self.ratio(cursor, height, removed, crosstalk, room)
    }

    /// The samples behind the cursor, as far as feedback reaches.
    fn sample(&self, cursor: usize, room: &mut Room) {
        let samples = self.ready.com.samples_per_symbol;
        let (row, first) = (&self.phases[cursor % samples], cursor / samples + 1 + self.grid.main);
        room.behind.clear();
        room.behind.resize(self.ready.com.dfe.reach(), 0.0);
        for (tap, &weight) in room.taps.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            let part = &row[first - tap..];
            room.behind.iter_mut().zip(part).for_each(|(sum, x)| *sum += weight * x);
        }
    }

    /// Signal over noise, as powers.
    fn ratio(&self, cursor: usize, height: f64, removed: f64, crosstalk: f64, room: &Room) -> f64 {
        let (ready, phase) = (self.ready, (cursor - self.pad) % self.ready.com.samples_per_symbol);
        let energy = dot(&self.energy[phase], &room.correlation);
        let slope = dot(&self.slope[phase], &room.correlation);
        let interference = (energy - height * height - removed).max(0.0);
        let jitter = self.jitter() * slope;
        let transmitter = ready.transmitter_noise(height);
        let noise = ready.symbol_variance() * (interference + jitter)
            + transmitter * transmitter
            + self.fixed
            + crosstalk;
        ready.signal(height).powi(2) / noise
    }

    /// The figure of merit of a candidate as a ratio of powers, if it is above `least`.
    pub(super) fn exact(&self, candidate: &Candidate, least: f64, room: &mut Room) -> Option<f64> {
        let (line, samples) = (&self.grid.lines[candidate.line], self.ready.com.samples_per_symbol);
        room.taps.resize(self.grid.taps, 0.0);
        room.correlation.resize(self.grid.taps, 0.0);
        self.grid.fill(line, candidate.value, &mut room.taps);
        let cursor = candidate.cursor;
        self.sample(cursor, room);
        let (row, place) = (&self.phases[cursor % samples], cursor / samples + self.grid.main);
        let taps = room.taps.iter().enumerate();
        let height: f64 = taps.map(|(tap, weight)| weight * row[place - tap]).sum();
        let feedback = self.ready.com.dfe.taps(height, &room.behind);
        let removed = room.behind.iter().zip(&feedback.taps).map(|(h, tap)| {
            let left = h - tap * height;
            h * h - left * left
        });
        let removed = removed.sum();
        correlation(&room.taps, &mut room.correlation);
        // Crosstalk takes the longest: a bound of it comes first.
        let bound = dot(&self.crosstalk, &room.correlation);
        let above = |ratio: &f64| *ratio > least;
        Some(self.ratio(cursor, height, removed, bound, room)).filter(above)?;
        let crosstalk = self.far_end(room);
        Some(self.ratio(cursor, height, removed, crosstalk, room)).filter(above)
    }

    fn far_end(&self, room: &Room) -> f64 {
        if self.crosstalk[0] == 0.0 {
            return 0.0;
        }
        if self.ready.com.compat != Compat::Standard {
            return self.ready.far_end_variance(&self.power, &room.taps, &self.delays.delay);
        }
        let worst = |phases: &Vec<Vec<f64>>| {
            phases.iter().map(|lags| dot(lags, &room.correlation)).fold(0.0, f64::max)
        };
        self.ready.symbol_variance() * self.aggressors.iter().map(worst).sum::<f64>()
    }
}
