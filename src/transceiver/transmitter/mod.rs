//! Transmitter: symbols in, voltage out.

mod jitter;
mod linear;
mod step;

pub use jitter::{Jitter, SinusoidalJitter};
pub use linear::{EdgeSensitivity, Randomness};

use jitter::Edges;
use step::StepTable;

use crate::kernel::rng::{Key, Stream};
use crate::signal::{Grid, Modulation, Symbols, Voltage, Waveform};
use crate::unit::{Decibels, Hertz, Seconds, Volts, check};
use crate::{Error, Result};

/// A transmitter: a digital filter, a converter, and edges that are displaced by jitter.
///
/// # Formula
/// Symbol `k` becomes the level `d[k] = sum_i c[i] a[k - i + main]` with `a` the (mismatched)
/// levels over the swing, `c` the filter and `main` its largest tap; then the converter rounds it,
/// and noise of the wanted SNDR is added. The output steps from `d[k-1]` to `d[k]` at
/// `k T + J[k]`, each step the integral of a Gaussian:
/// `J[k] = RJ z + DJ (+-1) + SJ sin(2 pi f k T + phi) + EOJ (-1)^k / 2`.
///
/// # Assumptions
/// The output is a voltage into a matched load; levels settle within a step's width. Noise scales
/// with the pulse behind the filter, as `SNR_TX` of COM does: one value a symbol, `10^(-SNDR/20)` of
/// the outer level times the main tap.
/// Level mismatch moves the inner levels outward, as compression of the output stage does.
///
/// # References
/// IEEE 802.3 Annex 93A (`SNR_TX`, transition time), 94.3.12.5 and 120D.3.1 (R_LM, SNDR, jitter).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Transmitter {
    /// Peak-to-peak swing of the outer levels into a matched load, before the filter.
    pub swing: Volts,
    /// How fast the output steps.
    pub edge: Edge,
    /// Taps of the symbol-spaced filter, in the order of time; the sum of their magnitudes may
    /// not exceed 1. The largest is the main tap.
    pub fir: Vec<f64>,
    /// Resolution of the converter in bits over the swing; without it levels are exact.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub dac_bits: Option<u32>,
    /// Level mismatch ratio R_LM: 1 for equally spaced levels.
    pub level_mismatch: f64,
    /// Signal to noise and distortion; without it there is no noise.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub sndr: Option<Decibels>,
    /// Displacement of the edges.
    pub jitter: Jitter,
}

/// How fast an output steps.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Edge {
    /// Time from 20 % to 80 % of a step.
    RiseTime(Seconds),
    /// Bandwidth of the Gaussian pulse response, 3 dB down.
    Bandwidth(Hertz),
}

impl Edge {
    /// Standard deviation of the Gaussian whose integral a step is, in seconds.
    fn sigma(self) -> Result<f64> {
        Ok(match self {
            // 20 and 80 % lie 0.8416 standard deviations either side of the middle.
            Self::RiseTime(time) => check::positive("edge.rise-time", time)? / 1.6832,
            Self::Bandwidth(f) => {
                let f = check::positive("edge.bandwidth", f)?;
                std::f64::consts::LN_2.sqrt() / (std::f64::consts::TAU * f)
            }
        })
    }
}

impl Transmitter {
    /// Makes the transmitter ready for records on `grid`.
    ///
    /// # Errors
    /// If a parameter makes no sense, or the grid is too coarse for the edges.
    pub fn plan(&self, modulation: Modulation, grid: Grid) -> Result<TransmitterPlan> {
        let peak = 0.5 * check::positive("swing", self.swing)?;
        let main = self.main_tap()?;
        let mismatch = check::within("level-mismatch", self.level_mismatch, &(0.5..=1.0))?;
        if let Some(bits) = self.dac_bits {
            check::count("dac-bits", bits as usize, &(1..=16))?;
        }
        let noise = match self.sndr {
            Some(sndr) => {
                let pulse = peak * self.fir[main].abs();
                pulse * Decibels(-check::positive("sndr", sndr)?).amplitude()
            }
            None => 0.0,
        };
        self.jitter.check()?;
        let levels = (0..modulation.levels() as u8)
            .map(|index| peak * mismatched(modulation.level(index), mismatch))
            .collect();
        let edge = self.edge.sigma()?;
        let random = self.jitter.random.0 / grid.symbol_rate().0;
        Ok(TransmitterPlan {
            grid,
            levels,
            fir: self.fir.clone(),
            main,
            converter: self.dac_bits.map(|bits| (peak, f64::from(1u32 << bits) - 1.0)),
            noise,
            jitter: self.jitter,
            steps: StepTable::new(edge, grid)?,
            mean_steps: StepTable::new(edge.hypot(random), grid)?,
            split: 0.0,
        })
    }

    /// The index of the main tap.
    fn main_tap(&self) -> Result<usize> {
        for tap in &self.fir {
            check::finite("fir", *tap)?;
        }
        let total: f64 = self.fir.iter().map(|tap| tap.abs()).sum();
        if total > 1.0 + 1e-9 {
            let expected = "taps whose magnitudes sum to at most 1, the peak of the output";
            return Err(Error::parameter("fir", format!("{:?}", self.fir), expected));
        }
        let largest = |(_, a): &(usize, &f64), (_, b): &(usize, &f64)| a.abs().total_cmp(&b.abs());
        match self.fir.iter().enumerate().max_by(largest) {
            Some((main, tap)) if *tap != 0.0 => Ok(main),
            _ => Err(Error::parameter("fir", format!("{:?}", self.fir), "taps, not all of them 0")),
        }
    }
}

/// A level of equally spaced ones with the mismatch `ratio`: the inner levels moved outward.
///
/// `x (1 + c (1 - x^2))` keeps the outer levels; at 1/3 it must give `(2 - R_LM) / 3`, where the
/// smallest gap of four levels is `R_LM` times the mean one. Other alphabets go through the same
/// curve.
fn mismatched(x: f64, ratio: f64) -> f64 {
    let c = (1.0 - ratio) * 9.0 / 8.0;
    x * (1.0 + c * (1.0 - x * x))
}

/// A transmitter made ready for records on one grid.
#[derive(Clone, Debug)]
pub struct TransmitterPlan {
    grid: Grid,
    levels: Vec<f64>,
    fir: Vec<f64>,
    main: usize,
    /// Peak and number of steps of the converter.
    converter: Option<(f64, f64)>,
    noise: f64,
    jitter: Jitter,
    steps: StepTable,
    /// Steps as they are on average over random jitter.
    mean_steps: StepTable,
    /// Samples to either side of its place that each half of an edge stands.
    split: f64,
}

impl TransmitterPlan {
    /// The grid of the waveforms.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The waveform of one record of symbols. `key` addresses the randomness of the transmitter,
    /// `record` counts the records.
    ///
    /// # Panics
    /// If the symbols are not as many as the grid has.
    pub fn run(&self, symbols: &Symbols, key: Key, record: u64) -> Waveform<Voltage> {
        let mut waveform = Waveform::zeros(self.grid);
        self.run_into(symbols, key, record, &mut waveform);
        waveform
    }

    /// As [`TransmitterPlan::run`], into a waveform that is there already.
    ///
    /// # Panics
    /// If the symbols are not as many as the grid has, or the waveform is on another grid.
    pub fn run_into(
        &self,
        symbols: &Symbols,
        key: Key,
        record: u64,
        waveform: &mut Waveform<Voltage>,
    ) {
        assert_eq!(symbols.len(), self.grid.symbols(), "as many symbols as the grid has");
        assert_eq!(waveform.grid(), self.grid, "the waveform is on the plan's grid");
        let values = symbols.values();
        let samples = waveform.samples_mut();
        samples.fill(0.0);

        let mut noise = key.named("noise").indexed(record).stream();
        let mut edges = Edges::new(self.jitter, self.grid, key, record);
        // The first symbol's edge leads from the last level, which is known only at the end.
        let first = self.level(values, 0, &mut noise);
        let mut level = first;
        let first_edge = edges.next();
        let mut start = 0.0;
        for k in 1..values.len() {
            let next = self.level(values, k, &mut noise);
            self.edge(samples, &mut start, edges.next(), next - level);
            level = next;
        }
        self.edge(samples, &mut start, first_edge, first - level);

        let mut value = level + start;
        for sample in samples {
            value += *sample;
            *sample = value;
        }
    }

    /// Adds an edge to the increments of a record.
    fn edge(&self, samples: &mut [f64], start: &mut f64, position: f64, height: f64) {
        if self.split == 0.0 {
            self.steps.add(samples, start, position, height);
        } else {
            self.steps.add(samples, start, position - self.split, 0.5 * height);
            self.steps.add(samples, start, position + self.split, 0.5 * height);
        }
    }

    /// The level that symbol `k` settles at.
    fn level(&self, values: &[u8], k: usize, noise: &mut Stream) -> f64 {
        let newest = k + self.main;
        let level = match (newest + 1).checked_sub(self.fir.len()) {
            Some(oldest) if newest < values.len() => {
                let past = values[oldest..=newest].iter().rev();
                self.fir.iter().zip(past).map(|(tap, &v)| tap * self.levels[usize::from(v)]).sum()
            }
            _ => self.level_at_an_end(values, k),
        };
        self.converted(level, noise)
    }

    /// As the filter's sum, where it reaches round the end of the record.
    fn level_at_an_end(&self, values: &[u8], k: usize) -> f64 {
        let count = values.len();
        let newest = k + count + self.main % count;
        let tap = |(i, tap): (usize, &f64)| {
            tap * self.levels[usize::from(values[(newest - i % count) % count])]
        };
        self.fir.iter().enumerate().map(tap).sum()
    }

    /// The level behind converter and noise.
    fn converted(&self, mut level: f64, noise: &mut Stream) -> f64 {
        if let Some((peak, steps)) = self.converter {
            level = peak * (((level / peak + 1.0) * 0.5 * steps).round() / steps * 2.0 - 1.0);
        }
        if self.noise > 0.0 { level + self.noise * noise.sample() } else { level }
    }
}

#[cfg(test)]
mod linear_tests;
#[cfg(test)]
mod tests;
