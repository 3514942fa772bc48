//! Options of commands that measure a waveform from elsewhere.

use std::path::PathBuf;

use clap::Args;

use crate::Result;
use crate::signal::capture::read_symbols;
use crate::signal::{Capture, Modulation, Pattern};
use crate::unit::Baud;

#[derive(Debug, Args)]
pub(super) struct CaptureOptions {
    /// The waveform: a NumPy array of one row or column, or text with one column of values, or
    /// with times in seconds and values. It holds whole periods of its pattern.
    #[arg(value_name = "WAVEFORM.npy|csv")]
    pub(super) file: PathBuf,
    /// The symbol rate, such as "53.125 GBd".
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    baud: Baud,
    /// Samples of a unit interval, a whole number.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    samples_per_symbol: usize,
    /// The symbols that were sent, in the same formats: indices of levels, the lowest 0, one
    /// period from any symbol on.
    #[arg(long, value_name = "FILE", conflicts_with = "pattern")]
    symbols: Option<PathBuf>,
    /// The pattern that was sent: ssprq, or prbs7, 9, 11, 13, 15, 23, with q or without. Without
    /// symbols and pattern, the standard patterns of the record's length are tried.
    #[arg(long)]
    pattern: Option<Pattern>,
    /// The alphabet of symbols or pattern: PAM4 if not given with one, any of PAM4 and NRZ if
    /// standard patterns are tried.
    #[arg(long)]
    modulation: Option<Modulation>,
}

impl CaptureOptions {
    /// The waveform with its symbols.
    pub(super) fn read(&self) -> Result<Capture> {
        self.read_file(&self.file)
    }

    /// Another waveform of the same kind.
    pub(super) fn read_file(&self, file: &std::path::Path) -> Result<Capture> {
        let capture = Capture::read(file, self.baud, self.samples_per_symbol)?;
        let modulation = self.modulation.unwrap_or(Modulation::Pam4);
        match (&self.symbols, self.pattern, self.modulation) {
            (Some(symbols), _, _) => Ok(capture.with_symbols(read_symbols(symbols, modulation)?)),
            (None, Some(pattern), _) => capture.with_pattern(pattern, modulation),
            (None, None, Some(modulation)) => {
                capture.with_pattern_of(modulation).map_err(|error| error.in_file(file))
            }
            (None, None, None) => Ok(capture),
        }
    }
}

/// Reads a bandwidth over the symbol rate; `none` and 0 are no filter.
pub(super) fn bandwidth(text: &str) -> Result<Bandwidth, String> {
    match text.parse::<f64>() {
        _ if text == "none" => Ok(Bandwidth(None)),
        Ok(0.0) => Ok(Bandwidth(None)),
        Ok(ratio) if ratio > 0.0 && ratio.is_finite() => Ok(Bandwidth(Some(ratio))),
        _ => Err("expected a ratio such as 0.5, or 0 or `none` for no filter".to_owned()),
    }
}

/// The bandwidth of a receiver over the symbol rate, if there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bandwidth(pub(super) Option<f64>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bandwidth_has_two_names() {
        for (text, expected) in [
            ("0.5", Some(Some(0.5))),
            ("0", Some(None)),
            ("0.0", Some(None)),
            ("none", Some(None)),
            ("-1", None),
            ("nan", None),
            ("inf", None),
            ("x", None),
        ] {
            assert_eq!(bandwidth(text).ok().map(|ratio| ratio.0), expected, "{text}");
        }
    }
}
