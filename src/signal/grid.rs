//! The grid in time that a waveform is sampled on.

use crate::unit::{Baud, check};
use crate::{Error, Result};

/// The largest number of samples of one record: 2^28, two gigabytes of real samples.
const MOST_SAMPLES: usize = 1 << 28;

/// A periodic record: so many symbols, so many samples each.
///
/// The sample after the last is the first. Sample `n` stands at the time `n * dt`, and symbol `k`
/// owns the samples `k * samples_per_symbol ..`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    symbol_rate: Baud,
    samples_per_symbol: usize,
    symbols: usize,
}

impl Grid {
    /// A grid of `symbols` symbols with `samples_per_symbol` samples each.
    ///
    /// # Errors
    /// If the symbol rate is not positive and finite, a count is zero, or the record is larger
    /// than 2^28 samples.
    pub fn new(symbol_rate: Baud, samples_per_symbol: usize, symbols: usize) -> Result<Self> {
        check::positive("symbol-rate", symbol_rate)?;
        check::count("samples-per-symbol", samples_per_symbol, &(1..=1024))?;
        check::count("symbols", symbols, &(1..=MOST_SAMPLES))?;
        if symbols * samples_per_symbol > MOST_SAMPLES {
            let value = format!("{symbols} of {samples_per_symbol} samples");
            let expected = format!("at most {MOST_SAMPLES} samples in a record");
            return Err(Error::parameter("symbols", value, expected));
        }
        Ok(Self { symbol_rate, samples_per_symbol, symbols })
    }

    /// The symbol rate.
    pub fn symbol_rate(&self) -> Baud {
        self.symbol_rate
    }

    /// Samples per symbol.
    pub fn samples_per_symbol(&self) -> usize {
        self.samples_per_symbol
    }

    /// Symbols in the record.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// Samples in the record.
    pub fn len(&self) -> usize {
        self.symbols * self.samples_per_symbol
    }

    /// Whether the record has no samples, which it never has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time between samples, in seconds.
    pub fn dt(&self) -> f64 {
        1.0 / self.sample_rate()
    }

    /// Samples per second.
    pub fn sample_rate(&self) -> f64 {
        self.symbol_rate.0 * self.samples_per_symbol as f64
    }

    /// The distance of neighboring frequencies of the record's spectrum, in hertz.
    pub fn frequency_step(&self) -> f64 {
        self.symbol_rate.0 / self.symbols as f64
    }

    /// The same record with another number of samples per symbol.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn resampled(&self, samples_per_symbol: usize) -> Result<Self> {
        Self::new(self.symbol_rate, samples_per_symbol, self.symbols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    #[test]
    fn times_follow_from_the_rate() {
        let grid = Grid::new(53.125.gbaud(), 16, 1024).unwrap();
        assert_eq!(grid.len(), 16384);
        assert!((grid.dt() * 16.0 - 18.8235e-12).abs() < 1e-16);
        assert!((grid.frequency_step() - 51.88e6).abs() < 1e4);
    }

    #[test]
    fn absurd_grids_are_refused() {
        assert!(Grid::new(0.0.gbaud(), 8, 8).is_err());
        assert!(Grid::new(Baud(f64::NAN), 8, 8).is_err());
        assert!(Grid::new(53.125.gbaud(), 0, 8).is_err());
        assert!(Grid::new(53.125.gbaud(), 8, 1 << 40).is_err());
        assert!(Grid::new(53.125.gbaud(), 1024, 1 << 28).is_err());
    }
}
