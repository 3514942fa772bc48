//! `lightlane eye`.

use std::path::PathBuf;

use clap::Args;

use super::capture::{Bandwidth, CaptureOptions, bandwidth};
use super::options::folder;
use super::{Outcome, output, pictures};
use crate::Result;
use crate::analysis::eye::{Eye, EyeSettings, EyeUnit};
use crate::report::EyeReport;

#[derive(Debug, Args)]
pub(super) struct EyeCommand {
    #[command(flatten)]
    capture: CaptureOptions,
    /// What the waveform is in: "W" of optical power, or "V".
    #[arg(long, default_value = "W")]
    unit: EyeUnit,
    /// Look behind a fourth-order Bessel-Thomson filter of so many times the symbol rate.
    #[arg(long, value_name = "R", default_value = "none", value_parser = bandwidth,
 allow_hyphen_values = true)]
    bandwidth_ratio: Bandwidth,
    /// The part of each level's samples that heights and widths cut off, on either side.
    #[arg(long, value_name = "PART", default_value_t = 1e-3, allow_hyphen_values = true)]
    quantile: f64,
    /// The folder for pictures; it is made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "lightlane-out")]
    out: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl EyeCommand {
    pub(super) fn execute(&self) -> Result<Outcome> {
        let file = &self.capture.file;
        let capture = self.capture.read()?;
        let settings = EyeSettings { quantile: self.quantile, ..EyeSettings::new(self.unit) };
        let (eye, lock) = Eye::of_capture(&settings, &capture, self.bandwidth_ratio.0)
            .map_err(|error| error.in_file(file))?;
        let mut report =
            EyeReport::new(file, capture.symbol_rate, &eye, &lock, self.bandwidth_ratio.0);
        report.files = pictures::of_capture(folder(&self.out)?, file, &eye)?;
        if self.json {
            output::json(&report)?;
        } else {
            output::text(&format!("{}{}", report.text(), output::pictures(&report.files)))?;
        }
        Ok(Outcome::Done)
    }
}
