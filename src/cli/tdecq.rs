//! `lightlane tdecq`.

use std::path::PathBuf;

use clap::Args;

use super::capture::{Bandwidth, CaptureOptions, bandwidth};
use super::{Outcome, output};
use crate::Result;
use crate::analysis::eye::EyeUnit;
use crate::analysis::tdecq::{OpticalMetrics, PartialTdecq, Phase, TapLimits, Tdecq};
use crate::report::EyeClosureReport;

/// Without options this is TDECQ of 802.3cd: five taps, half the symbol rate, 4.8e-4. For TDEC
/// give `--modulation nrz --taps 1 --ser 5e-5 --histogram-offset 0.1 --phase crossings`.
#[derive(Debug, Args)]
pub(super) struct TdecqCommand {
    #[command(flatten)]
    capture: CaptureOptions,
    /// What the waveform is in: "W" of optical power, or "V", of which the closure is EECQ.
    #[arg(long, default_value = "W")]
    unit: EyeUnit,
    /// Taps of the reference equalizer, 1 to 32.
    #[arg(long, value_name = "N", default_value_t = 5)]
    taps: usize,
    /// The main tap, counted from 1; `K - 1` taps see later instants. The best one if not given.
    #[arg(long, value_name = "K")]
    main_tap: Option<usize>,
    /// Taps in a unit interval: 1, or 2 as in drafts of 2017.
    #[arg(long, value_name = "N", default_value_t = 1)]
    taps_per_symbol: usize,
    /// Limit the taps as proposed for 200 Gb/s a lane.
    #[arg(long)]
    tap_limits: bool,
    /// Bandwidth of the reference receiver, a fourth-order Bessel-Thomson filter, over the symbol
    /// rate; 0 or "none" for a record that has passed it already.
    #[arg(long, value_name = "R", default_value = "0.5", value_parser = bandwidth,
 allow_hyphen_values = true)]
    bandwidth_ratio: Bandwidth,
    /// Bandwidth over the symbol rate behind which noise is white, where it is not the receiver's.
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    noise_bandwidth_ratio: Option<f64>,
    /// Noise of the oscilloscope, root mean square, in the waveform's unit.
    #[arg(long, value_name = "W", default_value_t = 0.0, allow_hyphen_values = true)]
    scope_noise: f64,
    /// The target symbol error ratio.
    #[arg(long, value_name = "RATIO", default_value_t = 4.8e-4, allow_hyphen_values = true)]
    ser: f64,
    /// From the middle of the eye to the middle of a histogram, in unit intervals.
    #[arg(long, value_name = "UI", default_value_t = 0.05, allow_hyphen_values = true)]
    histogram_offset: f64,
    /// Width of a histogram, in unit intervals.
    #[arg(long, value_name = "UI", default_value_t = 0.04, allow_hyphen_values = true)]
    histogram_width: f64,
    /// Where the middle between the histograms is: "best", "crossings" for the middle between
    /// crossings, or unit intervals after a symbol's first sample.
    #[arg(long, default_value = "best", value_parser = phase, allow_hyphen_values = true)]
    phase: Phase,
    /// How far each threshold may move, in parts of the modulation amplitude; 0 is nominal.
    #[arg(long, value_name = "PART", default_value_t = 0.0, allow_hyphen_values = true)]
    threshold_adjustment: f64,
    /// Tell what bandwidth, linearity and noise cost.
    #[arg(long)]
    partial: bool,
    /// A waveform of the same transmitter ahead of the fiber, for what dispersion costs.
    #[arg(long, value_name = "WAVEFORM", requires = "partial")]
    before_fiber: Option<PathBuf>,
    /// The largest closure that passes, dB; without one nothing is judged.
    #[arg(long, value_name = "DB", allow_hyphen_values = true, value_parser = finite)]
    limit: Option<f64>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl TdecqCommand {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let settings = Tdecq {
            taps: self.taps,
            main_tap: self.main_tap,
            taps_per_symbol: self.taps_per_symbol,
            limits: self.tap_limits.then(TapLimits::draft_200g),
            bandwidth_ratio: self.bandwidth_ratio.0,
            noise_bandwidth_ratio: self.noise_bandwidth_ratio,
            symbol_error_ratio: self.ser,
            histogram_offset: self.histogram_offset,
            histogram_width: self.histogram_width,
            phase: self.phase,
            threshold_adjustment: self.threshold_adjustment,
            scope_noise: self.scope_noise,
            decibels_per_decade: self.unit.decibels_per_decade(),
        };
        let capture = self.capture.read()?;
        let before = self.before_fiber.as_ref().map(|file| {
            let before = self.capture.read_file(file)?;
            before.lock().map_err(|error| error.in_file(file))?;
            Ok::<_, crate::Error>(before)
        });
        let before = before.transpose()?;
        let in_file = |error: crate::Error| error.in_file(&self.capture.file);
        let (closure, parts) = match self.partial {
            false => (settings.measure(&capture).map_err(in_file)?, None),
            true => {
                let parts = PartialTdecq::measure(&settings, &capture, before.as_ref());
                let parts = parts.map_err(in_file)?;
                (parts.total.clone(), Some(parts))
            }
        };
        let waveform =
            OpticalMetrics::measure(&capture, settings.bandwidth_ratio, self.scope_noise);
        let report = EyeClosureReport::new(
            &self.capture.file,
            self.unit,
            capture.symbol_rate,
            &settings,
            closure,
            waveform.map_err(in_file)?,
            parts.as_ref(),
        );
        let report = match self.limit {
            Some(limit) => report.judged(limit),
            None => report,
        };
        if self.json {
            output::json(&report)?;
        } else {
            output::text(&report.text())?;
        }
        Ok(Outcome::of(report.passed != Some(false)))
    }
}

fn phase(text: &str) -> Result<Phase, String> {
    match text {
        "best" => Ok(Phase::Best),
        "crossings" => Ok(Phase::Crossings),
        _ => text
            .parse()
            .map(Phase::At)
            .map_err(|_| "expected `best`, `crossings`, or unit intervals such as 0.5".to_owned()),
    }
}

fn finite(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| "expected a number such as 3.4".to_owned())
}
