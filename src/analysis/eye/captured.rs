//! The eye of a waveform from elsewhere.

use super::{Eye, EyeRecord, EyeSettings};
use crate::Result;
use crate::analysis::tdecq::Received;
use crate::signal::Capture;
use crate::signal::capture::Lock;
use crate::unit::check;

impl Eye {
    /// The eye of a capture, and how it lies in its pattern. The capture is taken as it is, or
    /// behind a fourth-order Bessel-Thomson filter of `bandwidth_ratio` times the symbol rate; the
    /// decision instant is the middle between the mean instants of crossings.
    ///
    /// # Errors
    /// If the ratio is out of range, the capture has no lock, or as [`Eye::of`].
    pub fn of_capture(
        settings: &EyeSettings,
        capture: &Capture,
        bandwidth_ratio: Option<f64>,
    ) -> Result<(Self, Lock)> {
        if let Some(ratio) = bandwidth_ratio {
            check::within("bandwidth-ratio", ratio, &(0.05..=10.0))?;
        }
        let received = Received::new(capture, bandwidth_ratio)?;
        let record = EyeRecord {
            samples: &received.samples,
            samples_per_symbol: received.samples_per_symbol,
            sent: &received.lock.symbols,
            delay: received.center * received.samples_per_symbol as f64,
        };
        Ok((Self::of(settings, &record)?, received.lock))
    }
}
