//! What a transmitter's randomness does to a value behind it, to the first order.

use super::jitter::Edges;
use super::{Jitter, SinusoidalJitter, TransmitterPlan};
use crate::kernel::rng::{Key, Seed};
use crate::signal::Symbols;
use crate::unit::{Hertz, UnitIntervals};

/// How much a transmitter's output deviates at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Randomness {
    /// Standard deviation of each symbol's level, in volts.
    pub level: f64,
    /// Standard deviation of each edge's displacement, in unit intervals.
    pub edge: f64,
    /// Displacement of each edge to either side with equal probability, in unit intervals.
    pub dual_dirac: f64,
}

/// How a value answers to the levels and edges of a transmitter's record.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeSensitivity {
    /// To a volt on the level of each symbol.
    pub levels: Vec<f64>,
    /// To a delay of the edge ahead of each symbol: first and second derivative by unit intervals,
    /// per volt of the edge.
    pub edges: Vec<[f64; 2]>,
}

impl TransmitterPlan {
    /// The mean of the transmitter's output over its randomness: edges are as wide as random jitter
    /// makes them, and half of each stands at either displacement of dual-Dirac jitter. Even-odd
    /// and sinusoidal jitter remain, and what the converter rounds.
    #[must_use]
    pub fn quiet(&self) -> Self {
        let zero = UnitIntervals(0.0);
        let jitter = Jitter { random: zero, dual_dirac: zero, ..self.jitter };
        Self {
            noise: 0.0,
            jitter,
            steps: self.mean_steps.clone(),
            split: self.split + self.jitter.dual_dirac.0 * self.grid.samples_per_symbol() as f64,
            ..self.clone()
        }
    }

    /// The same transmitter with every edge exactly in time, and without noise.
    #[must_use]
    pub fn steady(&self) -> Self {
        Self { noise: 0.0, jitter: Jitter::NONE, ..self.clone() }
    }

    /// The same transmitter with dual-Dirac jitter alone, each edge displaced by as much as
    /// its random and bounded jitter have rms together, and without noise.
    #[must_use]
    pub fn shaken(&self) -> Self {
        let Jitter { random, dual_dirac, even_odd, .. } = self.jitter;
        let rms = random.0.hypot(dual_dirac.0).hypot(0.5 * even_odd.0);
        let jitter = Jitter { dual_dirac: UnitIntervals(rms), ..Jitter::NONE };
        Self { noise: 0.0, jitter, ..self.clone() }
    }

    /// The side that dual-Dirac jitter displaces the edge ahead of each symbol of a record to: 1 if
    /// it comes late, else -1.
    pub fn sides(&self, key: Key, record: u64) -> Vec<f64> {
        let mut edges = Edges::new(self.jitter, self.grid, key, record);
        (0..self.grid.symbols()).map(|_| edges.side()).collect()
    }

    /// The transmitter as a clock sees it that follows all of its sinusoidal jitter but the share
    /// `left` at its frequency.
    #[must_use]
    pub fn followed(&self, left: impl Fn(Hertz) -> f64) -> Self {
        let sinusoidal = self.jitter.sinusoidal.map(|tone| SinusoidalJitter {
            amplitude: UnitIntervals(tone.amplitude.0 * left(tone.frequency)),
            ..tone
        });
        Self { jitter: Jitter { sinusoidal, ..self.jitter }, ..self.clone() }
    }

    /// The jitter of the edges.
    pub fn jitter(&self) -> Jitter {
        self.jitter
    }

    /// The taps of the filter, in the order of time, and the index of the main one.
    pub fn filter(&self) -> (&[f64], usize) {
        (&self.fir, self.main)
    }

    /// What [`TransmitterPlan::quiet`] leaves out.
    pub fn randomness(&self) -> Randomness {
        Randomness {
            level: self.noise,
            edge: self.jitter.random.0,
            dual_dirac: self.jitter.dual_dirac.0,
        }
    }

    /// The height of the edge ahead of each symbol, in volts, without noise.
    ///
    /// # Panics
    /// If the symbols are not as many as the grid has.
    pub fn edge_heights(&self, symbols: &Symbols) -> Vec<f64> {
        assert_eq!(symbols.len(), self.grid.symbols(), "as many symbols as the grid has");
        let quiet = self.quiet();
        let mut unused = Key::root(Seed(0)).stream();
        let values = symbols.values();
        let levels: Vec<f64> =
            (0..values.len()).map(|k| quiet.level(values, k, &mut unused)).collect();
        let before = |k: usize| levels[if k == 0 { levels.len() - 1 } else { k - 1 }];
        levels.iter().enumerate().map(|(k, level)| level - before(k)).collect()
    }

    /// How a value that answers to each sample of the output by `sensitivity` answers to levels
    /// and edges.
    ///
    /// # Panics
    /// If there are not as many numbers as the grid has samples.
    pub fn sense(&self, sensitivity: &[f64]) -> EdgeSensitivity {
        assert_eq!(sensitivity.len(), self.grid.len(), "a number for each sample of the grid");
        let per_symbol = self.grid.samples_per_symbol();
        let mut total = Vec::with_capacity(sensitivity.len() + 1);
        let mut sum = 0.0;
        total.push(sum);
        for s in sensitivity {
            sum += s;
            total.push(sum);
        }
        let steps: Vec<f64> =
            (0..=self.grid.symbols()).map(|k| self.steps.answer(&total, k * per_symbol)).collect();
        EdgeSensitivity {
            levels: steps.windows(2).map(|pair| pair[0] - pair[1]).collect(),
            edges: (0..self.grid.symbols())
                .map(|k| {
                    let [first, second] = self.steps.answers_to_delay(sensitivity, k * per_symbol);
                    let scale = per_symbol as f64;
                    [scale * first, scale * scale * second]
                })
                .collect(),
        }
    }
}
