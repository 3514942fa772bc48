//! What a Touchstone file is worth.

use std::fmt::Write;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::response::{Network, NetworkReport, PortMap, ReturnLossMask, SampledTwoPort};
use crate::unit::Baud;
use crate::{Error, Result};

/// What a Touchstone file is worth for a symbol rate: what `lightlane channel --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ChannelReport {
    /// The file.
    pub file: String,
    /// Number of ports.
    pub ports: usize,
    /// Which port is which, as `1-2 3-4`; only of four ports.
    pub port_map: Option<String>,
    /// Whether that was found from the data.
    pub port_map_detected: bool,
    /// Whether the data tells; true if the ports were given.
    pub port_map_certain: bool,
    /// What the data shows of its ports, in words.
    pub port_map_evidence: Option<String>,
    /// Number of points.
    pub points: usize,
    /// The first frequency, Hz.
    pub first_hz: f64,
    /// The last frequency, Hz.
    pub last_hz: f64,
    /// The largest distance from one frequency to the next, Hz.
    pub step_hz: f64,
    /// Reference impedance of the two-port, ohm: differential for four ports.
    pub reference_ohm: f64,
    /// The symbol rate, 1/s.
    pub baud: f64,
    /// Loss of the transmission between matched ends.
    pub insertion_loss_db: AtFrequencies,
    /// Loss of the reflection at the near end.
    pub return_loss_db: AtFrequencies,
    /// What a mask of return loss makes of both ends; `null` without one.
    pub return_loss_mask: Option<MaskEntry>,
    /// Whether no singular value exceeds 1, within 1e-3.
    pub passive: bool,
    /// The largest singular value.
    pub max_singular_value: f64,
    /// Whether `sij` is `sji`, within 1e-3.
    pub reciprocal: bool,
    /// The largest difference `|sij - sji|`.
    pub max_asymmetry: f64,
    /// Causality, percent.
    pub causality: f64,
    /// How the causality was obtained.
    pub causality_method: String,
    /// Part of the energy of the through pulse that arrives before its front.
    pub early_energy: f64,
    /// Delay of the transmission, s.
    pub delay_s: f64,
    /// Whether the data can carry the symbol rate.
    pub supports_rate: bool,
    /// Why it cannot.
    pub refusal: Option<String>,
    /// What to know about its use.
    pub notes: Vec<String>,
    /// Pictures that were written.
    pub files: Vec<String>,
}

/// A quantity at half the symbol rate, and at half of that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AtFrequencies {
    /// At half the symbol rate; `null` if the data does not reach it.
    pub nyquist: Option<f64>,
    /// At a fourth of the symbol rate; `null` if the data does not reach it.
    pub half_nyquist: Option<f64>,
    /// Half the symbol rate, Hz.
    pub nyquist_hz: f64,
    /// A fourth of the symbol rate, Hz.
    pub half_nyquist_hz: f64,
}

/// A mask of return loss, and how far the data keeps from it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MaskEntry {
    /// The points of the mask.
    pub mask: String,
    /// The least margin at the near end, dB; negative beyond the mask.
    pub near_end_db: f64,
    /// Where that is, Hz.
    pub near_end_hz: f64,
    /// The same at the far end, dB.
    pub far_end_db: f64,
    /// Where that is, Hz.
    pub far_end_hz: f64,
    /// Whether both ends keep to the mask.
    pub passed: bool,
}

const CAUSALITY_METHOD: &str = "by the rotation of the through transmission: the part of clockwise turns, weighted, in percent";

impl ChannelReport {
    /// Reads and judges a file of two or four ports; the two-port comes with it.
    ///
    /// # Errors
    /// If the file cannot be read, or has another number of ports.
    pub fn read(path: &Path, ports: Option<PortMap>, baud: Baud) -> Result<(Self, SampledTwoPort)> {
        let network = Network::read(path)?;
        let in_file = |error: Error| error.in_file(path);
        let mut detected = None;
        let (map, pair) = match (network.ports(), ports) {
            (2, None) => (None, network.two_port().map_err(in_file)?),
            (2, Some(_)) => {
                let message = "ports are given for a file of two ports, which needs none";
                return Err(in_file(Error::usage(message)));
            }
            (4, given) => {
                let map = match given {
                    Some(map) => map,
                    None => {
                        let found = PortMap::detect(&network).map_err(in_file)?;
                        let map = found.map;
                        detected = Some(found);
                        map
                    }
                };
                (Some(map), network.differential(map).map_err(in_file)?)
            }
            (count, _) => {
                let message = format!("{count} ports, but a channel has 2 or 4");
                return Err(in_file(Error::unsupported(message)));
            }
        };
        let data = NetworkReport::new(&network, &pair);
        let verdict = pair.check(baud.0);
        let at = |of: &dyn Fn(f64) -> f64| {
            let [nyquist_hz, half_nyquist_hz] = [0.5 * baud.0, 0.25 * baud.0];
            let value = |hz: f64| {
                let value = (hz <= data.last_hz).then(|| of(hz));
                value.filter(|db| db.is_finite())
            };
            AtFrequencies {
                nyquist: value(nyquist_hz),
                half_nyquist: value(half_nyquist_hz),
                nyquist_hz,
                half_nyquist_hz,
            }
        };
        let report = Self {
            file: path.display().to_string(),
            ports: network.ports(),
            port_map: map.map(|map| map.to_string()),
            port_map_detected: detected.is_some(),
            port_map_certain: detected.as_ref().is_none_or(|found| found.certain),
            port_map_evidence: detected.map(|found| found.evidence),
            points: data.points,
            first_hz: data.first_hz,
            last_hz: data.last_hz,
            step_hz: data.step_hz,
            reference_ohm: pair.reference_ohm(),
            baud: baud.0,
            insertion_loss_db: at(&|hz| pair.insertion_loss_db(hz)),
            return_loss_db: at(&|hz| pair.return_loss_db(hz)),
            return_loss_mask: None,
            passive: data.passive,
            max_singular_value: data.max_singular_value,
            reciprocal: data.reciprocal,
            max_asymmetry: data.max_asymmetry,
            causality: data.causality_percent,
            causality_method: CAUSALITY_METHOD.to_owned(),
            early_energy: data.early_energy,
            delay_s: data.delay_s,
            supports_rate: verdict.is_ok(),
            refusal: verdict.as_ref().err().map(ToString::to_string),
            notes: verdict.unwrap_or_default(),
            files: Vec::new(),
        };
        Ok((report, pair))
    }

    /// Holds the return loss of a file's two-port against a mask.
    ///
    /// # Errors
    /// If the data does not reach the mask's end.
    pub fn with_mask(mut self, mask: &ReturnLossMask, pair: &SampledTwoPort) -> Result<Self> {
        let [near, far] =
            mask.margins(pair).map_err(|error| error.in_file(Path::new(&self.file)))?;
        self.return_loss_mask = Some(MaskEntry {
            mask: mask.to_string(),
            near_end_db: near.margin_db,
            near_end_hz: near.at_hz,
            far_end_db: far.margin_db,
            far_end_hz: far.at_hz,
            passed: near.margin_db >= 0.0 && far.margin_db >= 0.0,
        });
        Ok(self)
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.file);
        let mut line = |name: &str, value: String| {
            let _ = writeln!(text, "{name:<16} {value}");
        };
        line("ports", self.ports_text());
        line(
            "data",
            format!(
                "{} points from {} to {}, at most {} apart",
                self.points,
                ghz(self.first_hz),
                ghz(self.last_hz),
                ghz(self.step_hz)
            ),
        );
        line("insertion loss", self.insertion_loss_db.text());
        line("return loss", self.return_loss_db.text());
        if let Some(mask) = &self.return_loss_mask {
            let margin = format!(
                "{}: {:+.2} dB at {} at the near end, {:+.2} dB at {} at the far end",
                if mask.passed { "kept" } else { "NOT kept" },
                mask.near_end_db,
                ghz(mask.near_end_hz),
                mask.far_end_db,
                ghz(mask.far_end_hz)
            );
            line("mask", margin);
        }
        line("delay", format!("{:.4} ns", 1e9 * self.delay_s));
        let yes = |is: bool| if is { "yes" } else { "NO" };
        line(
            "passive",
            format!("{}: largest singular value {:.6}", yes(self.passive), self.max_singular_value),
        );
        line(
            "reciprocal",
            format!("{}: largest |sij - sji| {:.1e}", yes(self.reciprocal), self.max_asymmetry),
        );
        line(
            "causality",
            format!(
                "{:.1} %, by rotation of the transmission; {:.1e} of the pulse's energy is ahead \
                 of its front",
                self.causality, self.early_energy
            ),
        );
        let rate = Baud(self.baud);
        line(
            "symbol rate",
            match &self.refusal {
                Some(refusal) => format!("{rate} is NOT supported: {refusal}"),
                None => format!("{rate} is supported"),
            },
        );
        for note in &self.notes {
            line("note", note.clone());
        }
        text
    }

    fn ports_text(&self) -> String {
        let Some(map) = &self.port_map else {
            return format!("{}, taken as one differential two-port", self.ports);
        };
        match &self.port_map_evidence {
            None => format!("{}, \"{map}\" as given", self.ports),
            Some(evidence) => {
                let sure = if self.port_map_certain { "" } else { ", NOT certain" };
                format!("{}, \"{map}\" detected{sure}: {evidence}", self.ports)
            }
        }
    }
}

impl AtFrequencies {
    fn text(&self) -> String {
        let at = |value: Option<f64>, hz: f64| match value {
            Some(db) => format!("{db:.2} dB at {}", ghz(hz)),
            None => format!("no data at {}", ghz(hz)),
        };
        let nyquist = at(self.nyquist, self.nyquist_hz);
        format!("{nyquist}, {}", at(self.half_nyquist, self.half_nyquist_hz))
    }
}

fn ghz(hz: f64) -> String {
    format!("{} GHz", (hz * 1e-3).round() * 1e-6)
}
