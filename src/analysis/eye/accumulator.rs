//! Records laid over each other.

use ndarray::Array2;

use super::clusters::Clusters;
use super::resample::Resampler;
use super::{Eye, EyeLevel, EyeOpening, EyeRecord, EyeSettings, EyeUnit, levels};
use crate::analysis::moments::Moments;
use crate::signal::Modulation;
use crate::unit::check;
use crate::{Error, Result};

/// Instants a unit interval that a record is interpolated to, at least.
const FINE: usize = 64;

/// Symbols that enter the density together: their instants stay in cache over all columns.
const BLOCK: usize = 64;

/// How much of its span the amplitude range reaches beyond the first record, on either side.
const MARGIN: f64 = 0.1;

/// What one or several records look like, unit interval over unit interval.
///
/// The first record fixes the amplitude range. To measure many records in parallel, give each an
/// [`EyeAccumulator::empty`] copy of the first one's, and merge these in order.
#[derive(Clone, Debug)]
pub struct EyeAccumulator {
    settings: EyeSettings,
    modulation: Modulation,
    samples_per_symbol: usize,
    /// Interpolated instants of a unit interval: 64 or more, and an even number.
    interval: usize,
    resampler: Resampler,
    amplitude: [f64; 2],
    /// Counts of one unit interval from the decision instant on, `[column][row]`.
    density: Vec<u32>,
    clusters: Clusters,
    /// Each level at the decision instant.
    levels: Vec<Moments>,
    /// The means of the records, weighted with their symbols.
    mean: Moments,
    outside: u64,
}

impl EyeAccumulator {
    /// The accumulator of a first record, which fixes the amplitude range: its own, and a tenth of
    /// its span beyond on either side.
    ///
    /// # Errors
    /// If a setting is out of its range, the record has no symbols or other than
    /// `samples_per_symbol` samples for each, or a value is not finite.
    pub fn new(settings: &EyeSettings, record: &EyeRecord<'_>) -> Result<Self> {
        settings.check()?;
        let modulation = record.sent.modulation();
        let samples_per_symbol =
            check::count("samples-per-symbol", record.samples_per_symbol, &(1..=1024))?;
        let mut factor = FINE.div_ceil(samples_per_symbol);
        if !(factor * samples_per_symbol).is_multiple_of(2) {
            factor += 1;
        }
        let interval = factor * samples_per_symbol;
        let mut eye = Self {
            settings: *settings,
            modulation,
            samples_per_symbol,
            interval,
            resampler: Resampler::new(record.samples.len().max(1), factor),
            amplitude: [0.0, 1.0],
            density: vec![0; settings.rows * settings.columns / 2],
            clusters: Clusters::new(0, modulation.levels(), [0.0, 1.0]),
            levels: vec![Moments::default(); modulation.levels()],
            mean: Moments::default(),
            outside: 0,
        };
        let fine = eye.interpolated(record)?;
        eye.amplitude = amplitude_of(&fine);
        eye.clusters = Clusters::new(interval + 1, modulation.levels(), eye.amplitude);
        eye.take(record, &fine);
        Ok(eye)
    }

    /// An accumulator of the same form and range that has seen nothing.
    #[must_use]
    pub fn empty(&self) -> Self {
        Self {
            resampler: self.resampler.clone(),
            density: vec![0; self.density.len()],
            clusters: Clusters::new(self.clusters.phases(), self.levels.len(), self.amplitude),
            levels: vec![Moments::default(); self.levels.len()],
            mean: Moments::default(),
            outside: 0,
            ..*self
        }
    }

    /// Takes in a further record.
    ///
    /// # Errors
    /// As [`EyeAccumulator::new`], or if the record has another alphabet or other samples a symbol
    /// than the first.
    pub fn add(&mut self, record: &EyeRecord<'_>) -> Result<()> {
        let fine = self.interpolated(record)?;
        self.take(record, &fine);
        Ok(())
    }

    /// Takes in what another accumulator has seen, after what this one has.
    ///
    /// # Panics
    /// If the other has other settings, another range or other samples a symbol.
    pub fn merge(&mut self, other: &Self) {
        let form = |of: &Self| (of.settings, of.modulation, of.samples_per_symbol, of.amplitude);
        assert!(form(self) == form(other), "only accumulators of one form are merged");
        for (ours, theirs) in self.density.iter_mut().zip(&other.density) {
            *ours += theirs;
        }
        self.clusters.merge(&other.clusters);
        for (ours, theirs) in self.levels.iter_mut().zip(&other.levels) {
            ours.merge(theirs);
        }
        self.mean.merge(&other.mean);
        self.outside += other.outside;
    }

    /// The eye of what has been seen.
    ///
    /// # Errors
    /// If a level was never sent.
    pub fn measure(&self) -> Result<Eye> {
        if let Some(level) = self.levels.iter().position(|level| level.count == 0) {
            return Err(Error::unsupported(format!("an eye without any symbol of level {level}")));
        }
        let means: Vec<f64> = self.levels.iter().map(|level| level.mean).collect();
        let optical = self.settings.unit == EyeUnit::Watts;
        let oma = optical.then(|| means[means.len() - 1] - means[0]);
        let er = if optical { levels::extinction_ratio(&means) } else { None };
        let decibels = |ratio: f64| (ratio > 0.0).then(|| 10.0 * ratio.log10());
        let (rows, columns) = (self.settings.rows, self.settings.columns);
        Ok(Eye {
            density: Array2::from_shape_fn((rows, columns), |(row, column)| {
                self.density[column % (columns / 2) * rows + row]
            }),
            amplitude: self.amplitude,
            unit: self.settings.unit,
            levels: self
                .levels
                .iter()
                .map(|level| EyeLevel { mean: level.mean, sigma: level.sigma() })
                .collect(),
            eyes: (1..means.len()).map(|upper| self.opening(upper)).collect(),
            quantile: self.settings.quantile,
            mean: self.mean.mean,
            rlm: levels::mismatch_ratio(&means),
            oma,
            oma_dbm: oma.and_then(|oma| decibels(1e3 * oma)),
            er,
            er_db: er.and_then(decibels),
            symbols: self.mean.count,
            outside: self.outside,
        })
    }

    /// The record interpolated, from half a unit interval before the first decision on, and beyond
    /// its end by a unit interval and one instant.
    fn interpolated(&mut self, record: &EyeRecord<'_>) -> Result<Vec<f64>> {
        if record.sent.modulation() != self.modulation {
            let found = record.sent.modulation();
            return Err(Error::parameter("modulation", found, self.modulation));
        }
        if record.samples_per_symbol != self.samples_per_symbol {
            let (found, expected) = (record.samples_per_symbol, self.samples_per_symbol);
            return Err(Error::parameter("samples-per-symbol", found, expected));
        }
        check::count("symbols", record.sent.len(), &(1..=usize::MAX))?;
        let expected = record.sent.len() * self.samples_per_symbol;
        if record.samples.len() != expected {
            return Err(Error::parameter("samples", record.samples.len(), expected));
        }
        let delay = check::finite("delay", record.delay)?;
        if let Some(sample) = record.samples.iter().find(|sample| !sample.is_finite()) {
            return Err(Error::parameter("sample", sample, "finite"));
        }
        let start = delay - 0.5 * self.samples_per_symbol as f64;
        if self.resampler.len() != expected {
            self.resampler = Resampler::new(expected, self.interval / self.samples_per_symbol);
        }
        let mut fine = self.resampler.run(record.samples, start);
        fine.extend_from_within(..=self.interval);
        Ok(fine)
    }

    /// Takes in a record that has been interpolated.
    fn take(&mut self, record: &EyeRecord<'_>, fine: &[f64]) {
        let values = record.sent.values();
        let mut levels = vec![Moments::default(); self.levels.len()];
        for (about, &value) in fine.windows(self.interval + 1).step_by(self.interval).zip(values) {
            let level = usize::from(value);
            self.clusters.add(level, about);
            levels[level].push(about[self.interval / 2]);
        }
        for (ours, theirs) in self.levels.iter_mut().zip(&levels) {
            ours.merge(theirs);
        }
        let decided = &fine[self.interval / 2..];
        for block in (0..values.len()).step_by(BLOCK) {
            let end = values.len().min(block + BLOCK);
            self.take_density(&decided[block * self.interval..=end * self.interval]);
        }
        let mean = record.samples.iter().sum::<f64>() / record.samples.len() as f64;
        self.mean.merge(&Moments { count: values.len() as u64, mean, deviation: 0.0 });
    }

    /// Takes whole unit intervals, the first beginning with a decision, into the density.
    fn take_density(&mut self, values: &[f64]) {
        let (rows, columns) = (self.settings.rows, self.settings.columns / 2);
        let [low, high] = self.amplitude;
        let scale = rows as f64 / (high - low);
        for (column, counts) in self.density.chunks_exact_mut(rows).enumerate() {
            let place = column * self.interval;
            let part = (place % columns) as f64 / columns as f64;
            for pair in values[place / columns..].windows(2).step_by(self.interval) {
                let row = (pair[0] + part * (pair[1] - pair[0]) - low) * scale;
                if row >= 0.0 && row < rows as f64 {
                    counts[row as usize] += 1;
                } else {
                    self.outside += 1;
                }
            }
        }
    }

    /// The opening below the level `upper`.
    fn opening(&self, upper: usize) -> EyeOpening {
        let p = self.settings.quantile;
        let edges = |phase| {
            let roof = self.clusters.quantile(phase, upper, p);
            let floor = self.clusters.quantile(phase, upper - 1, 1.0 - p);
            (floor, roof)
        };
        let last = self.clusters.phases() - 1;
        let center = last / 2;
        let (floor, roof) = edges(center);
        let threshold = 0.5 * (floor + roof);
        let margin = |phase| {
            let (floor, roof) = edges(phase);
            (roof - threshold).min(threshold - floor)
        };
        // Phases from the center to where the margin is used up, linear between the last two.
        let reach = |phases: &mut dyn Iterator<Item = usize>| {
            let (mut steps, mut inner) = (0.0, margin(center));
            for phase in phases {
                let outer = margin(phase);
                if outer <= 0.0 {
                    return steps + inner / (inner - outer);
                }
                (steps, inner) = (steps + 1.0, outer);
            }
            steps
        };
        let height = (roof - floor).max(0.0);
        let width = if height > 0.0 {
            reach(&mut (center + 1..=last)) + reach(&mut (0..center).rev())
        } else {
            0.0
        };
        EyeOpening { height, width_ui: width / last as f64, threshold }
    }
}

/// The range of the values with its margin. That of a constant is the constant's own size, or 1.
fn amplitude_of(values: &[f64]) -> [f64; 2] {
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    let size = low.abs().max(high.abs());
    // A span of rounding errors is none.
    let margin = if high - low > 1e-9 * size {
        MARGIN * (high - low)
    } else if size > 0.0 {
        size
    } else {
        1.0
    };
    [low - margin, high + margin]
}
