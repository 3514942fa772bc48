//! `lightlane channel`.

use std::path::PathBuf;

use clap::Args;

use super::options::folder;
use super::{Outcome, output, pictures};
use crate::Result;
use crate::report::ChannelReport;
use crate::response::{PortMap, ReturnLossMask};
use crate::unit::{Baud, check};

#[derive(Debug, Args)]
pub(super) struct Channel {
    /// A Touchstone file of two or four ports.
    #[arg(value_name = "FILE.sNp")]
    file: PathBuf,
    /// Which port is which: "1-2 3-4" or "1-3 2-4"; found from the data if not given.
    #[arg(long, value_name = "MAP")]
    ports: Option<PortMap>,
    /// The symbol rate that it is to carry.
    #[arg(long, value_name = "RATE", default_value = "53.125 GBd", allow_hyphen_values = true)]
    baud: Baud,
    /// Hold the return loss of both ends against straight lines through these points, such as
    /// "50 MHz: 16 dB, 10 GHz: 12 dB". Exit code 1 says that it is not kept.
    #[arg(long, value_name = "MASK")]
    return_loss_mask: Option<ReturnLossMask>,
    /// Draw the losses into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl Channel {
    pub(super) fn execute(&self) -> Result<Outcome> {
        check::positive("baud", self.baud)?;
        let (mut report, pair) = ChannelReport::read(&self.file, self.ports, self.baud)?;
        if let Some(mask) = &self.return_loss_mask {
            report = report.with_mask(mask, &pair)?;
        }
        if let Some(out) = &self.out {
            report.files = pictures::of_channel(folder(out)?, &self.file, &pair, self.baud)?;
        }
        if self.json {
            output::json(&report)?;
        } else {
            output::text(&format!("{}{}", report.text(), output::pictures(&report.files)))?;
        }
        Ok(Outcome::of(report.return_loss_mask.is_none_or(|mask| mask.passed)))
    }
}
