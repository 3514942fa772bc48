//! Captures: waveforms from elsewhere, and the symbols that they were made of.

mod csv;
mod lock;
mod npy;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Grid, Modulation, Pattern, Symbols};
use crate::kernel::rng::{Key, Seed};
use crate::unit::Baud;
use crate::{Error, Result};

pub use lock::Lock;

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 30;

/// How far the step of a time column may be from the stated one, relatively.
const STEP_TOLERANCE: f64 = 1e-3;

/// A sampled waveform of one or several whole periods of a pattern: an oscilloscope's record, a
/// file, or a simulated waveform.
///
/// Nothing is assumed about where in the pattern the record begins: [`Capture::lock`] finds out.
///
/// ```
/// use lightlane::prelude::*;
/// use lightlane::signal::Capture;
///
/// let sent = Symbols::prbs(Modulation::Pam4, 13, 8191)?;
/// let mut samples: Vec<f64> = sent.levels().iter().flat_map(|&level| [level; 8]).collect();
/// samples.rotate_left(1000);
/// let capture = Capture {
///     samples,
///     samples_per_symbol: 8,
///     symbol_rate: 53.125.gbaud(),
///     symbols: None,
///     pattern: None,
/// };
/// assert_eq!(capture.lock()?.symbols.values()[..], [&sent.values()[125..], &sent.values()[..125]].concat());
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// The samples, in watts or volts; the record is periodic.
    pub samples: Vec<f64>,
    /// Samples of a unit interval.
    pub samples_per_symbol: usize,
    /// The symbol rate.
    pub symbol_rate: Baud,
    /// One period of the pattern that was sent, from any symbol on. Without it the record is
    /// compared with the standard patterns that have its length.
    pub symbols: Option<Symbols>,
    /// The name of that pattern, for reports.
    pub pattern: Option<Pattern>,
}

impl Capture {
    /// Reads a waveform: a NumPy array of one row or column (`.npy`), or text with one column of
    /// values, or with times in seconds and values.
    ///
    /// # Errors
    /// If the file cannot be read or is neither, or if its time column does not agree with the
    /// rate and the samples per symbol.
    pub fn read(
        path: impl AsRef<Path>,
        symbol_rate: Baud,
        samples_per_symbol: usize,
    ) -> Result<Self> {
        let path = path.as_ref();
        let inside = |error: Error| error.in_file(path);
        let columns = columns(path)?;
        if let Some(step) = columns.step {
            let expected = symbol_rate.unit_interval() / samples_per_symbol as f64;
            let off = (step / expected - 1.0).abs();
            if off.is_nan() || off > STEP_TOLERANCE {
                return Err(inside(Error::data(format!(
                    "the time column has steps of {step:e} s, but {samples_per_symbol} samples a \
                     symbol at {symbol_rate} are {expected:e} s apart"
                ))));
            }
        }
        let capture = Self {
            samples: columns.values,
            samples_per_symbol,
            symbol_rate,
            symbols: None,
            pattern: None,
        };
        capture.grid().map_err(inside)?;
        Ok(capture)
    }

    /// The same waveform, with the symbols that were sent.
    #[must_use]
    pub fn with_symbols(self, symbols: Symbols) -> Self {
        Self { symbols: Some(symbols), pattern: None, ..self }
    }

    /// The same waveform, with one period of a named pattern.
    ///
    /// # Errors
    /// If the pattern does not repeat, or not within 2^24 symbols, or the alphabet is not its own.
    pub fn with_pattern(self, pattern: Pattern, modulation: Modulation) -> Result<Self> {
        let symbols = one_period(pattern, modulation)?;
        Ok(Self { pattern: Some(pattern), ..self.with_symbols(symbols) })
    }

    /// The same waveform, with the standard pattern of an alphabet that it follows best.
    ///
    /// # Errors
    /// If it follows none that has its length.
    pub fn with_pattern_of(self, modulation: Modulation) -> Result<Self> {
        let lock = lock::recognize(&self.samples, &self.grid()?, &[modulation])?;
        let period = Symbols::new(modulation, lock.symbols.values()[..lock.period].to_vec())?;
        Ok(Self { pattern: lock.pattern, ..self.with_symbols(period) })
    }

    /// The grid that the samples are on.
    ///
    /// # Errors
    /// If there are fewer than two samples a symbol, none at all, not a whole number of symbols of them, one is not finite, or the
    /// rate is not positive.
    pub fn grid(&self) -> Result<Grid> {
        let (len, each) = (self.samples.len(), self.samples_per_symbol);
        if each < 2 {
            return Err(Error::parameter("samples per symbol", each, "2 or more"));
        }
        if len == 0 || !len.is_multiple_of(each) {
            let expected = format!("a whole number of symbols with {each} samples each");
            return Err(Error::parameter("samples", len, expected));
        }
        if let Some((place, value)) = self.samples.iter().enumerate().find(|(_, x)| !x.is_finite())
        {
            return Err(Error::parameter(&format!("sample {}", place + 1), value, "finite"));
        }
        Grid::new(self.symbol_rate, each, len / each)
    }

    /// Finds where in the record the pattern begins.
    ///
    /// # Errors
    /// If the record has no whole number of periods of the pattern, does not follow it, or, where
    /// no symbols are given, follows none of the standard patterns of its length.
    pub fn lock(&self) -> Result<Lock> {
        let grid = self.grid()?;
        match &self.symbols {
            Some(symbols) => {
                let lock = lock::find(&self.samples, &grid, symbols)?;
                Ok(Lock { pattern: self.pattern, ..lock })
            }
            None => lock::recognize(&self.samples, &grid, &[Modulation::Pam4, Modulation::Nrz]),
        }
    }
}

/// Reads the indices of symbols, in the formats of [`Capture::read`].
///
/// # Errors
/// If the file cannot be read, or a number is no index of a level.
pub fn read_symbols(path: impl AsRef<Path>, modulation: Modulation) -> Result<Symbols> {
    let path = path.as_ref();
    let numbers = columns(path)?.values;
    let levels = modulation.levels() as f64;
    let index = |&number: &f64| {
        if number >= 0.0 && number < levels && number.fract() == 0.0 {
            return Ok(number as u8);
        }
        Err(Error::data(format!("{number} is no symbol: expected 0 to {}", levels - 1.0)))
    };
    let values: Result<Vec<u8>> = numbers.iter().map(index).collect();
    values.and_then(|values| Symbols::new(modulation, values)).map_err(|error| error.in_file(path))
}

/// One period of a pattern.
fn one_period(pattern: Pattern, modulation: Modulation) -> Result<Symbols> {
    let group = modulation.group() as u64;
    match pattern.period() {
        Some(period) if period <= 1 << 24 => {
            pattern.symbols(modulation, (period * group) as usize, 0, Key::root(Seed(0)))
        }
        _ => Err(Error::parameter("pattern", pattern, "one that repeats within 2^24 symbols")),
    }
}

fn columns(path: &Path) -> Result<csv::Columns> {
    let io = |error| Error::io(path, error);
    let file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(Error::data("not a regular file").in_file(path));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = "larger than 1 GiB, the most that is read";
        return Err(Error::unsupported(message).in_file(path));
    }
    let columns = if bytes.starts_with(npy::MAGIC) {
        npy::parse(&bytes).map(|values| csv::Columns { step: None, values })
    } else {
        csv::parse(&bytes)
    };
    columns.map_err(|error| error.in_file(path))
}
