//! Transmitter: symbols in, voltage out.

use std::f64::consts::SQRT_2;

use crate::kernel::rng::{Key, Stream};
use crate::signal::{Grid, Modulation, Symbols, Voltage, Waveform};
use crate::unit::{Decibels, Hertz, Seconds, UnitIntervals, Volts, check};
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

/// Displacement of a transmitter's edges.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Jitter {
    /// Random jitter: standard deviation.
    pub random: UnitIntervals,
    /// Dual-Dirac jitter: displacement to either side, half of the peak-to-peak value.
    pub dual_dirac: UnitIntervals,
    /// Even-odd jitter: difference of the displacements of even and odd edges.
    pub even_odd: UnitIntervals,
    /// Sinusoidal jitter.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub sinusoidal: Option<SinusoidalJitter>,
}

impl Jitter {
    /// Edges exactly in time.
    pub const NONE: Self = Self {
        random: UnitIntervals(0.0),
        dual_dirac: UnitIntervals(0.0),
        even_odd: UnitIntervals(0.0),
        sinusoidal: None,
    };
}

/// Sinusoidal jitter. Its phase is random, and runs on from record to record.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct SinusoidalJitter {
    /// Largest displacement to either side, half of the peak-to-peak value.
    pub amplitude: UnitIntervals,
    /// Frequency.
    pub frequency: Hertz,
}

/// Displacements within a sample that the table of steps holds; linear interpolation between them
/// is good to 1e-5 of a step.
const TABLE_STEPS: usize = 64;

/// Where a Gaussian step is taken to begin and end, in standard deviations: 1e-9 is left out.
const REACH: f64 = 6.0;

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
        Ok(TransmitterPlan {
            grid,
            levels,
            fir: self.fir.clone(),
            main,
            converter: self.dac_bits.map(|bits| (peak, f64::from(1u32 << bits) - 1.0)),
            noise,
            jitter: self.jitter,
            steps: StepTable::new(self.edge.sigma()?, grid)?,
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

impl Jitter {
    fn check(&self) -> Result<()> {
        let zero = UnitIntervals(0.0);
        check::within("jitter.random", self.random, &(zero..=UnitIntervals(0.2)))?;
        check::within("jitter.dual-dirac", self.dual_dirac, &(zero..=UnitIntervals(0.5)))?;
        check::within("jitter.even-odd", self.even_odd, &(zero..=UnitIntervals(0.5)))?;
        if let Some(tone) = self.sinusoidal {
            let range = zero..=UnitIntervals(10.0);
            check::within("jitter.sinusoidal.amplitude", tone.amplitude, &range)?;
            check::positive("jitter.sinusoidal.frequency", tone.frequency)?;
        }
        Ok(())
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

/// What a unit step adds from each sample to the next.
#[derive(Clone, Debug)]
struct StepTable {
    /// One row for each displacement of the step within a sample, `2 half + 1` entries each.
    rows: Vec<Vec<f64>>,
    /// Samples before the step's first that it begins to show.
    half: usize,
}

impl StepTable {
    fn new(sigma: f64, grid: Grid) -> Result<Self> {
        let dt = grid.dt();
        // What a Gaussian edge leaves at half the sample rate folds back.
        let leak = (-0.5 * (std::f64::consts::PI * sigma / dt).powi(2)).exp();
        if leak > 0.01 {
            let expected = format!(
                "slower for {} samples per symbol: {:.1} % of the edge's spectrum would fold back",
                grid.samples_per_symbol(),
                100.0 * leak
            );
            let value = format!("{} (20 to 80 %)", Seconds(1.6832 * sigma));
            return Err(Error::parameter("edge", value, expected));
        }
        // The saturating cast of an endless edge is longer than any record.
        let half = ((REACH * sigma / dt).ceil() as usize).saturating_add(1);
        if half > (grid.len() - 1) / 2 {
            let expected =
                format!("shorter than the record of {}", Seconds(grid.len() as f64 * dt));
            return Err(Error::parameter("edge", Seconds(2.0 * REACH * sigma), expected));
        }
        let step = |t: f64| 0.5 * libm::erfc(-t * dt / (sigma * SQRT_2));
        let rows = (0..=TABLE_STEPS)
            .map(|i| {
                let after = i as f64 / TABLE_STEPS as f64;
                (0..=2 * half)
                    .map(|m| {
                        let t = m as f64 - half as f64 + after;
                        step(t) - step(t - 1.0)
                    })
                    .collect()
            })
            .collect();
        Ok(Self { rows, half })
    }

    /// Adds the increments of a step of `height` at `position` (in samples) to the increments of
    /// a periodic record. What falls before the record belongs to its end as well, and to the
    /// value that it starts from; what falls behind it the other way round.
    fn add(&self, increments: &mut [f64], start: &mut f64, position: f64, height: f64) {
        let first = position.ceil();
        let fine = (first - position) * TABLE_STEPS as f64;
        let row = (fine as usize).min(TABLE_STEPS - 1);
        let weight = fine - row as f64;
        let pairs = self.rows[row].iter().zip(&self.rows[row + 1]);
        let added = pairs.map(|(a, b)| height * (a + weight * (b - a)));

        let len = increments.len();
        let begin = first as i64 - self.half as i64;
        if begin >= 0 && begin as usize + 2 * self.half < len {
            for (x, added) in increments[begin as usize..].iter_mut().zip(added) {
                *x += added;
            }
        } else {
            for (at, added) in (begin..).zip(added) {
                let turns = at.div_euclid(len as i64);
                *start -= turns as f64 * added;
                increments[at.rem_euclid(len as i64) as usize] += added;
            }
        }
    }
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

        let mut noise = key.named("noise").indexed(record).normals();
        let mut edges = Edges::new(self.jitter, self.grid, key, record);
        // The first symbol's edge leads from the last level, which is known only at the end.
        let first = self.level(values, 0, &mut noise);
        let mut level = first;
        let first_edge = edges.next();
        let mut start = 0.0;
        for k in 1..values.len() {
            let next = self.level(values, k, &mut noise);
            self.steps.add(samples, &mut start, edges.next(), next - level);
            level = next;
        }
        self.steps.add(samples, &mut start, first_edge, first - level);

        let mut value = level + start;
        for sample in samples {
            value += *sample;
            *sample = value;
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

/// Where the edges of a record are, one after the other, in samples.
struct Edges {
    jitter: Jitter,
    random: Stream,
    sign: Stream,
    /// Phase of the sinusoidal jitter at the next edge and its advance, in radians.
    phase: f64,
    advance: f64,
    per_symbol: f64,
    edge: usize,
}

impl Edges {
    fn new(jitter: Jitter, grid: Grid, key: Key, record: u64) -> Self {
        use std::f64::consts::TAU;
        let cycles = jitter.sinusoidal.map_or(0.0, |tone| tone.frequency.0 / grid.symbol_rate().0);
        let before = (cycles * grid.symbols() as f64 * record as f64).fract();
        let phase = TAU * (key.named("sinusoidal").stream().uniform() + before);
        Self {
            jitter,
            random: key.named("random").indexed(record).normals(),
            sign: key.named("dual-dirac").indexed(record).stream(),
            phase,
            advance: TAU * cycles,
            per_symbol: grid.samples_per_symbol() as f64,
            edge: 0,
        }
    }

    fn next(&mut self) -> f64 {
        let mut displacement = 0.0;
        if self.jitter.random.0 > 0.0 {
            displacement += self.jitter.random.0 * self.random.sample();
        }
        if self.jitter.dual_dirac.0 > 0.0 {
            let sign = if self.sign.bits() >> 63 == 0 { 1.0 } else { -1.0 };
            displacement += sign * self.jitter.dual_dirac.0;
        }
        if let Some(tone) = self.jitter.sinusoidal {
            let phase = self.phase + self.advance * self.edge as f64;
            displacement += tone.amplitude.0 * phase.sin();
        }
        let half = 0.5 * self.jitter.even_odd.0;
        displacement += if self.edge.is_multiple_of(2) { half } else { -half };
        let position = (self.edge as f64 + displacement) * self.per_symbol;
        self.edge += 1;
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::Seed;
    use crate::unit::Literals;

    fn transmitter() -> Transmitter {
        Transmitter {
            swing: 0.8.volts(),
            edge: Edge::RiseTime(6.0.ps()),
            fir: vec![1.0],
            dac_bits: None,
            level_mismatch: 1.0,
            sndr: None,
            jitter: Jitter::NONE,
        }
    }

    fn key() -> Key {
        Key::root(Seed(3))
    }

    fn symbols(grid: Grid) -> Symbols {
        Symbols::random(Modulation::Pam4, grid.symbols(), key()).unwrap()
    }

    /// Mid-symbol samples of a waveform whose symbols are long against its edges.
    fn settled(transmitter: &Transmitter, symbols: &Symbols) -> Vec<f64> {
        let grid = Grid::new(5.0.gbaud(), 64, symbols.len()).unwrap();
        let plan = transmitter.plan(symbols.modulation(), grid).unwrap();
        let waveform = plan.run(symbols, key(), 0);
        (0..symbols.len()).map(|k| waveform.samples()[k * 64 + 32]).collect()
    }

    #[test]
    fn a_step_is_the_integral_of_a_gaussian() {
        let grid = Grid::new(10.0.gbaud(), 512, 8).unwrap();
        let steps = Symbols::new(Modulation::Nrz, vec![0, 0, 0, 0, 1, 1, 1, 1]).unwrap();
        let waveform = transmitter().plan(Modulation::Nrz, grid).unwrap().run(&steps, key(), 0);
        for (n, &v) in waveform.samples().iter().enumerate().skip(1024).take(2048) {
            let t = (n as f64 - 2048.0) * grid.dt();
            let expected = 0.4 * libm::erf(t / (6e-12 / 1.6832 * SQRT_2));
            assert!((v - expected).abs() < 1e-5 * 0.8, "{n}: {v} is not {expected}");
        }
        // 20 to 80 % takes the rise time.
        let crossing = |level: f64| {
            let n = (1800..2300).find(|&n| waveform.samples()[n] > level).unwrap();
            let (a, b) = (waveform.samples()[n - 1], waveform.samples()[n]);
            (n as f64 - (b - level) / (b - a)) * grid.dt()
        };
        assert!((crossing(0.24) - crossing(-0.24) - 6e-12).abs() < 0.02e-12);
    }

    #[test]
    fn an_edge_given_by_bandwidth_is_3_db_down_there() {
        let sigma = Edge::Bandwidth(30.0.ghz()).sigma().unwrap();
        let response = (-0.5 * (std::f64::consts::TAU * 30e9 * sigma).powi(2)).exp();
        assert!((20.0 * response.log10() + 3.0103).abs() < 1e-4);
    }

    #[test]
    fn the_filter_spreads_symbols_and_its_largest_tap_is_the_main_one() {
        let mut values = vec![1; 16];
        values[8] = 2;
        let symbols = Symbols::new(Modulation::Pam4, values).unwrap();
        let filtered = Transmitter { fir: vec![0.05, -0.15, 0.7, -0.1], ..transmitter() };
        let levels = settled(&filtered, &symbols);
        let flat = levels[0];
        for (k, tap) in [(6, 0.05), (7, -0.15), (8, 0.7), (9, -0.1), (10, 0.0)] {
            let expected = flat + 0.4 * 2.0 / 3.0 * tap;
            assert!((levels[k] - expected).abs() < 1e-9, "symbol {k}");
        }
    }

    #[test]
    fn level_mismatch_is_r_lm() {
        let symbols = Symbols::new(Modulation::Pam4, vec![0, 1, 2, 3]).unwrap();
        let v = settled(&Transmitter { level_mismatch: 0.95, ..transmitter() }, &symbols);
        let middle = 0.5 * (v[0] + v[3]);
        let es1 = (v[1] - middle) / (v[0] - middle);
        let es2 = (v[2] - middle) / (v[3] - middle);
        let ratio = (3.0 * es1).min(3.0 * es2).min(2.0 - 3.0 * es1).min(2.0 - 3.0 * es2);
        assert!((ratio - 0.95).abs() < 1e-9);
    }

    #[test]
    fn the_converter_rounds_to_its_steps() {
        let symbols = Symbols::random(Modulation::Pam8, 64, key()).unwrap();
        let coarse = Transmitter { dac_bits: Some(4), fir: vec![-0.1, 0.9], ..transmitter() };
        for v in settled(&coarse, &symbols) {
            let code = (v / 0.4 + 1.0) * 0.5 * 15.0;
            assert!((code - code.round()).abs() < 1e-6);
        }
    }

    #[test]
    fn noise_has_the_sndr() {
        let symbols = Symbols::new(Modulation::Pam4, vec![3; 4096]).unwrap();
        let fir = vec![-0.1, 0.8];
        let noisy = Transmitter { sndr: Some(30.0.db()), fir, ..transmitter() };
        let levels = settled(&noisy, &symbols);
        let power = levels.iter().map(|v| (v - 0.7 * 0.4).powi(2)).sum::<f64>() / 4096.0;
        let sndr = 20.0 * (0.8f64 * 0.4).log10() - 10.0 * power.log10();
        // 4096 normals give their power to 2.2 %, 0.1 dB: three of them.
        assert!((sndr - 30.0).abs() < 0.3, "{sndr}");
    }

    /// Displacement of each edge of an alternating pattern, in unit intervals, from where it
    /// crosses zero.
    fn displacements(jitter: Jitter, record: u64) -> Vec<f64> {
        let grid = Grid::new(10.0.gbaud(), 32, 2048).unwrap();
        let values = (0..2048).map(|k| (k % 2) as u8).collect();
        let symbols = Symbols::new(Modulation::Nrz, values).unwrap();
        let plan = Transmitter { jitter, ..transmitter() }.plan(Modulation::Nrz, grid).unwrap();
        let waveform = plan.run(&symbols, key(), record);
        let v = waveform.samples();
        (1..2048)
            .map(|k| {
                let middle = k * 32;
                let n = (middle - 15..middle + 16).find(|&n| v[n - 1] * v[n] <= 0.0).unwrap();
                let crossing = n as f64 - v[n] / (v[n] - v[n - 1]);
                (crossing - middle as f64) / 32.0
            })
            .collect()
    }

    #[test]
    fn edges_are_displaced_by_each_kind_of_jitter() {
        let rms = |x: &[f64]| (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt();

        let random = Jitter { random: 0.02.ui(), ..Jitter::NONE };
        assert!((rms(&displacements(random, 0)) / 0.02 - 1.0).abs() < 0.05);

        let dual = Jitter { dual_dirac: 0.03.ui(), ..Jitter::NONE };
        assert!(displacements(dual, 0).iter().all(|d| (d.abs() - 0.03).abs() < 1e-3));

        let even_odd = Jitter { even_odd: 0.02.ui(), ..Jitter::NONE };
        let moved = displacements(even_odd, 0);
        assert!(moved.windows(2).all(|d| ((d[0] - d[1]).abs() - 0.02).abs() < 1e-3));
    }

    #[test]
    fn sinusoidal_jitter_runs_on_from_record_to_record() {
        let tone = SinusoidalJitter { amplitude: 0.1.ui(), frequency: 7.0.mhz() };
        let jitter = Jitter { sinusoidal: Some(tone), ..Jitter::NONE };
        let both = [displacements(jitter, 4), displacements(jitter, 5)];
        // Fit one sine to both records, each of 2048 edges: nothing is left over.
        let turn = std::f64::consts::TAU * 7e6 / 10e9;
        let (mut i, mut q) = (0.0, 0.0);
        for k in 1..2048 {
            let phase = turn * (2.0 * 2048.0 + k as f64 + 2.0 * 2048.0);
            i += both[0][k - 1] * phase.sin();
            q += both[0][k - 1] * phase.cos();
        }
        let phase0 = q.atan2(i);
        for (record, moved) in [4.0, 5.0].into_iter().zip(&both) {
            for k in 1..2048 {
                let phase = turn * (record * 2048.0 + k as f64) + phase0;
                assert!((moved[k - 1] - 0.1 * phase.sin()).abs() < 5e-3, "record {record}, {k}");
            }
        }
    }

    #[test]
    fn a_displaced_record_is_still_periodic() {
        let grid = Grid::new(53.125.gbaud(), 16, 256).unwrap();
        let tone = SinusoidalJitter { amplitude: 5.0.ui(), frequency: 40.0.mhz() };
        let jitter = Jitter { sinusoidal: Some(tone), random: 0.01.ui(), ..Jitter::NONE };
        let plan = Transmitter { jitter, ..transmitter() }.plan(Modulation::Pam4, grid).unwrap();
        let waveform = plan.run(&symbols(grid), key(), 0);
        // Never outside the swing, not even where edges cross the end of the record.
        assert!(waveform.samples().iter().all(|v| v.abs() < 0.4 + 1e-6));
    }

    #[test]
    fn edges_too_fast_for_the_grid_are_refused() {
        let fast = Transmitter { edge: Edge::RiseTime(0.5.ps()), ..transmitter() };
        let grid = Grid::new(53.125.gbaud(), 8, 64).unwrap();
        let error = fast.plan(Modulation::Pam4, grid).unwrap_err().to_string();
        assert!(error.contains("`edge`") && error.contains("8 samples per symbol"), "{error}");
    }

    #[test]
    fn taps_beyond_the_swing_are_refused() {
        let loud = Transmitter { fir: vec![-0.2, 1.0], ..transmitter() };
        let grid = Grid::new(53.125.gbaud(), 8, 64).unwrap();
        assert!(loud.plan(Modulation::Pam4, grid).unwrap_err().is_parameter());
    }
}
