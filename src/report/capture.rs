//! What is measured on waveforms from elsewhere: eye closure, and eyes.

use std::fmt::Write;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::EyeEntry;
use super::table::Table;
use crate::analysis::Eye;
use crate::analysis::eye::EyeUnit;
use crate::analysis::tdecq::{OpticalMetrics, PartialTdecq, Phase, Tdecq, TdecqReport};
use crate::signal::capture::Lock;
use crate::signal::{Modulation, Pattern};
use crate::unit::Baud;

/// Eye closure of a waveform: what `lightlane tdecq --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EyeClosureReport {
    /// The file.
    pub file: String,
    /// The unit of the waveform. Keys that end in `_w` are in it, whatever it is.
    pub unit: EyeUnit,
    /// The symbol rate, baud.
    pub baud: f64,
    /// Bandwidth of the reference receiver over the symbol rate; `null` without one.
    pub bandwidth_ratio: Option<f64>,
    /// The target symbol error ratio.
    pub symbol_error_ratio: f64,
    /// Noise of the oscilloscope, root mean square.
    pub scope_noise: f64,
    /// Where the histograms were: `best`, `crossings`, or unit intervals after the first sample.
    pub phase: String,
    /// The closure and what it was found with.
    #[serde(flatten)]
    pub closure: TdecqReport,
    /// Levels, edges and noise.
    pub waveform: OpticalMetrics,
    /// What each impairment costs; `null` if not asked for.
    pub partial: Option<PartialEntry>,
    /// The largest closure that passes, dB; `null` without one.
    pub limit_db: Option<f64>,
    /// Whether the closure passes; `null` without a limit.
    pub passed: Option<bool>,
}

/// What each impairment costs of an eye closure; the parts add up to the whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PartialEntry {
    /// An ideal transmitter behind the reference receiver, dB.
    pub receiver_db: f64,
    /// What the pulse response adds, dB.
    pub bandwidth_db: f64,
    /// What unequally spaced levels add, dB.
    pub linearity_db: f64,
    /// What all that is no linear response to the levels adds, dB.
    pub noise_db: f64,
    /// What the fiber adds, dB; `null` without a waveform ahead of it.
    pub dispersion_db: Option<f64>,
}

/// The eye of a waveform: what `lightlane eye --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EyeReport {
    /// The file.
    pub file: String,
    /// Bandwidth of the filter over the symbol rate; `null` without one.
    pub bandwidth_ratio: Option<f64>,
    /// The symbol rate, baud.
    pub baud: f64,
    /// The pattern that was stated or recognized; `null` where symbols were stated.
    #[schemars(with = "Option<String>")]
    pub pattern: Option<Pattern>,
    /// The alphabet of its symbols.
    #[schemars(with = "String")]
    pub modulation: Modulation,
    /// Symbols until the pattern repeats.
    pub period: usize,
    /// How many symbols after the start of the pattern the record begins.
    pub shift: usize,
    /// Whether the waveform falls where the symbols rise.
    pub inverted: bool,
    /// The correlation coefficient of the record with its symbols.
    pub correlation: f64,
    /// What was measured.
    #[serde(flatten)]
    pub eye: EyeEntry,
    /// Pictures that were written.
    pub files: Vec<String>,
}

impl EyeClosureReport {
    /// What a program should know of a closure that nothing judges yet.
    pub fn new(
        file: &Path,
        unit: EyeUnit,
        symbol_rate: Baud,
        settings: &Tdecq,
        closure: TdecqReport,
        waveform: OpticalMetrics,
        partial: Option<&PartialTdecq>,
    ) -> Self {
        let phase = match settings.phase {
            Phase::Best => "best".to_owned(),
            Phase::Crossings => "crossings".to_owned(),
            Phase::At(phase) => phase.to_string(),
        };
        Self {
            file: file.display().to_string(),
            unit,
            baud: symbol_rate.0,
            bandwidth_ratio: settings.bandwidth_ratio,
            symbol_error_ratio: settings.symbol_error_ratio,
            scope_noise: settings.scope_noise,
            phase,
            passed: None,
            limit_db: None,
            closure,
            waveform,
            partial: partial.map(|parts| PartialEntry {
                receiver_db: parts.receiver_db,
                bandwidth_db: parts.bandwidth_db,
                linearity_db: parts.linearity_db,
                noise_db: parts.noise_db,
                dispersion_db: parts.dispersion_db,
            }),
        }
    }

    /// The same closure, held against the largest that passes.
    #[must_use]
    pub fn judged(self, limit_db: f64) -> Self {
        let passed = Some(self.closure.tdecq_db <= limit_db);
        Self { limit_db: Some(limit_db), passed, ..self }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.file);
        let (closure, waveform) = (&self.closure, &self.waveform);
        let unit = self.unit;
        let mut line = |name: &str, value: String| {
            let _ = writeln!(text, "{name:<18} {value}");
        };
        let filter = self.bandwidth_ratio.map_or_else(
            || "no filter".to_owned(),
            |ratio| format!("fourth-order Bessel-Thomson at {ratio} of the symbol rate"),
        );
        let inverted = if closure.inverted { ", inverted" } else { "" };
        let phase = match self.phase.as_str() {
            "best" => "about the best phase".to_owned(),
            "crossings" => "in the middle between crossings".to_owned(),
            phase => format!("at phase {phase} UI"),
        };
        line("receiver", format!("{filter}, histograms {phase}"));
        line(
            "pattern",
            format!(
                "{} at {}, begins {} symbols into {}{inverted}, correlation {:.3}",
                closure.modulation,
                Baud(self.baud),
                closure.shift,
                named(closure.pattern, closure.period),
                closure.correlation
            ),
        );
        line("eye closure", format!("{:.3} dB at {:e}", closure.tdecq_db, self.symbol_error_ratio));
        line("C_eq", format!("{:.3} dB", closure.ceq_db));
        let taps: Vec<String> = closure.taps.iter().map(|tap| format!("{tap:.4}")).collect();
        line("taps", format!("{}, the main one is {}", taps.join(" "), closure.main_tap));
        line("sigma_G", format!("{:.4e} {unit}", closure.sigma_g));
        line("OMA, outer", format!("{:.4e} {unit}", closure.oma_w));
        line("average", format!("{:.4e} {unit}", closure.average_w));
        if let (Some(er), EyeUnit::Watts) = (closure.er_db, unit) {
            line("extinction ratio", format!("{er:.3} dB"));
        }
        line("R_LM", format!("{:.4}", closure.rlm));
        let percent = |part: f64| format!("{:.2} %", 100.0 * part);
        line(
            "over, undershoot",
            format!("{}, {}", percent(waveform.overshoot), percent(waveform.undershoot)),
        );
        let ps =
            |s: Option<f64>| s.map_or_else(|| "-".to_owned(), |s| format!("{:.2} ps", 1e12 * s));
        line("rise, fall", format!("{}, {}", ps(waveform.rise_s), ps(waveform.fall_s)));
        let runs =
            |level: crate::analysis::tdecq::RunLevel| format!("{} of {}", level.runs, level.run);
        line(
            "runs of outer",
            format!("{} highest, {} lowest", runs(closure.outer.high), runs(closure.outer.low)),
        );
        if let Some(parts) = &self.partial {
            line("of this: receiver", format!("{:+.3} dB", parts.receiver_db));
            line("bandwidth", format!("{:+.3} dB", parts.bandwidth_db));
            line("linearity", format!("{:+.3} dB", parts.linearity_db));
            line("noise", format!("{:+.3} dB", parts.noise_db));
            if let Some(db) = parts.dispersion_db {
                line("dispersion", format!("{db:+.3} dB"));
            }
        }
        if let (Some(limit), Some(passed)) = (self.limit_db, self.passed) {
            line("limit", format!("{limit} dB: {}", if passed { "passed" } else { "FAILED" }));
        }
        text
    }
}

/// A pattern by its name, where it has one, and its length.
fn named(pattern: Option<Pattern>, period: usize) -> String {
    let name = pattern.map_or_else(|| "a pattern".to_owned(), |pattern| pattern.to_string());
    format!("{name} of {period}")
}

impl EyeReport {
    /// What a program should know of an eye; pictures are to be added.
    pub fn new(
        file: &Path,
        symbol_rate: Baud,
        eye: &Eye,
        lock: &Lock,
        bandwidth_ratio: Option<f64>,
    ) -> Self {
        Self {
            file: file.display().to_string(),
            bandwidth_ratio,
            baud: symbol_rate.0,
            pattern: lock.pattern,
            modulation: lock.symbols.modulation(),
            period: lock.period,
            shift: lock.shift,
            inverted: lock.inverted,
            correlation: lock.coefficient,
            eye: EyeEntry::new(eye),
            files: Vec::new(),
        }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let eye = &self.eye;
        let unit = eye.unit;
        let inverted = if self.inverted { ", inverted" } else { "" };
        let mut text = format!(
            "{}\n\n{} symbols of {} at {}, {} symbols into {}{inverted}; correlation {:.3}\n\n",
            self.file,
            eye.symbols,
            self.modulation,
            Baud(self.baud),
            self.shift,
            named(self.pattern, self.period),
            self.correlation
        );
        let mut levels = Table::new(&["level", "mean", "sigma"]);
        for (index, level) in eye.levels.iter().enumerate() {
            levels.row(vec![
                index.to_string(),
                format!("{:.4e} {unit}", level.mean),
                format!("{:.4e} {unit}", level.sigma),
            ]);
        }
        text.push_str(&levels.text());
        text.push('\n');
        let mut eyes = Table::new(&["eye", "height", "width", "threshold"]);
        for (index, height) in eye.heights.iter().enumerate() {
            eyes.row(vec![
                index.to_string(),
                format!("{height:.4e} {unit}"),
                format!("{:.3} UI", eye.widths[index]),
                format!("{:.4e} {unit}", eye.thresholds[index]),
            ]);
        }
        text.push_str(&eyes.text());
        let _ = writeln!(text, "\nR_LM {:.4}, mean {:.4e} {unit}", eye.rlm, eye.mean);
        if let (Some(oma), Some(er)) = (eye.oma_dbm, eye.er_db) {
            let _ =
                writeln!(text, "of the mean levels: OMA {oma:.3} dBm, extinction ratio {er:.3} dB");
        }
        let _ = writeln!(
            text,
            "levels in the middle between crossings; heights and widths between quantiles at {:e}",
            eye.quantile
        );
        text
    }
}
