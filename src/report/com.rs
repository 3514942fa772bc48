//! Channel operating margin of a channel.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::table::Table;
use crate::analysis::com::{CaseReport, ChannelFigures, Com, ComReport, Compat, Criterion};

/// Channel operating margin of a channel: what `lightlane com --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ComRunReport {
    /// The table of parameters.
    pub name: String,
    /// Whose numeric conventions were followed: `standard`, `tool370` or `tool450`.
    pub compat: String,
    /// The file of the through channel.
    pub through: String,
    /// Files of far-end aggressors.
    pub far_end: Vec<String>,
    /// Files of near-end aggressors.
    pub near_end: Vec<String>,
    /// Symbol rate, 1/s.
    pub baud: f64,
    /// The least margin of all cases, dB.
    pub com_db: Option<f64>,
    /// Each limit of the table beside what was found.
    pub criteria: Vec<Criterion>,
    /// Whether all limits were met.
    pub passed: bool,
    /// Insertion loss of the channel at half the symbol rate, dB.
    pub il_db: Option<f64>,
    /// Insertion loss deviation, weighted over the band, dB.
    pub ild_db: Option<f64>,
    /// Integrated crosstalk noise of all aggressors, mV rms.
    pub icn_mv: Option<f64>,
    /// That of far-end aggressors.
    pub icn_far_end_mv: Option<f64>,
    /// That of near-end aggressors.
    pub icn_near_end_mv: Option<f64>,
    /// Effective return loss: the worse of the ends that count, dB.
    pub erl_db: Option<f64>,
    /// That of the transmitter's end.
    pub erl_transmitter_db: Option<f64>,
    /// That of the receiver's end.
    pub erl_receiver_db: Option<f64>,
    /// Each test case, in the table's order.
    pub cases: Vec<ComCaseEntry>,
    /// What to know about the result.
    pub notes: Vec<String>,
}

/// A test case of packages.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ComCaseEntry {
    /// The case, counted from 1.
    pub case: usize,
    /// Channel operating margin, dB.
    pub com_db: Option<f64>,
    /// Figure of merit of the setting, dB.
    pub fom_db: Option<f64>,
    /// Vertical eye closure, dB; `null` if the eye is closed.
    pub vec_db: Option<f64>,
    /// Eye height, mV; negative if the eye is closed.
    pub veo_mv: f64,
    /// Available signal, mV.
    pub as_mv: f64,
    /// Noise and interference at the target error ratio, mV.
    pub ani_mv: f64,
    /// Noise of the receiver, mV rms.
    pub sigma_n_mv: f64,
    /// Noise of the transmitter, mV rms.
    pub sigma_tx_mv: f64,
    /// Intersymbol interference behind all equalizers, mV rms.
    pub sigma_isi_mv: f64,
    /// Crosstalk at worst phases, mV rms.
    pub sigma_xt_mv: f64,
    /// What random jitter makes of the pulse's slopes, mV rms.
    pub sigma_rj_mv: f64,
    /// What dual-Dirac jitter makes of them, mV rms.
    pub sigma_dd_mv: f64,
    /// All that is Gaussian, mV rms.
    pub sigma_g_mv: f64,
    /// All, mV rms.
    pub sigma_all_mv: f64,
    /// DC gain of the continuous-time equalizer, dB.
    pub dc_gain_db: f64,
    /// Gain of its low-frequency stage, dB.
    pub low_frequency_gain_db: f64,
    /// Taps of the transmitter's equalizer, the earliest first.
    pub taps: Vec<f64>,
    /// Which of them is the main one, counted from 1.
    pub main_tap: usize,
    /// Taps of decision feedback over the cursor, from the first symbol behind it.
    pub feedback: Vec<f64>,
    /// The symbols, from 1, at which floating taps stand.
    pub floating: Vec<usize>,
    /// Taps of the receiver's feed-forward equalizer; without one, none.
    pub receiver_taps: Vec<f64>,
    /// What sequence detection adds to the margin, dB.
    pub sequence_gain_db: Option<f64>,
    /// Insertion loss from die to die at half the symbol rate, dB.
    pub die_to_die_loss_db: Option<f64>,
}

/// The files of a channel and its aggressors.
#[derive(Clone, Copy, Debug)]
pub struct ComFiles<'a> {
    /// The through channel.
    pub through: &'a Path,
    /// Far-end aggressors.
    pub far_end: &'a [PathBuf],
    /// Near-end aggressors.
    pub near_end: &'a [PathBuf],
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl ComRunReport {
    /// What a program should know of a result.
    pub fn new(
        com: &Com,
        files: &ComFiles<'_>,
        report: &ComReport,
        figures: Option<&ChannelFigures>,
        notes: Vec<String>,
    ) -> Self {
        let criteria = com.judge(report, figures);
        let names = |files: &[PathBuf]| -> Vec<String> {
            files.iter().map(|file| file.display().to_string()).collect()
        };
        let figure = |of: &dyn Fn(&ChannelFigures) -> f64| figures.map(of).and_then(finite);
        let compat = match com.compat {
            Compat::Standard => "standard",
            Compat::Tool370 => "tool370",
            Compat::Tool450 => "tool450",
        };
        Self {
            name: com.name.clone(),
            compat: compat.to_owned(),
            through: files.through.display().to_string(),
            far_end: names(files.far_end),
            near_end: names(files.near_end),
            baud: com.symbol_rate.0,
            com_db: finite(report.com_db),
            passed: criteria.iter().all(|criterion| criterion.passed),
            criteria,
            il_db: report.cases.first().and_then(|case| finite(case.channel_loss_db)),
            ild_db: figure(&|figures| figures.loss_deviation_db),
            icn_mv: figure(&|figures| 1e3 * figures.all_crosstalk_v()),
            icn_far_end_mv: figure(&|figures| 1e3 * figures.crosstalk_noise_v[0]),
            icn_near_end_mv: figure(&|figures| 1e3 * figures.crosstalk_noise_v[1]),
            erl_db: figure(&ChannelFigures::least_return_loss_db),
            erl_transmitter_db: figures.and_then(|figures| figures.return_loss_db[0]),
            erl_receiver_db: figures.and_then(|figures| figures.return_loss_db[1]),
            cases: report.cases.iter().enumerate().map(ComCaseEntry::new).collect(),
            notes,
        }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} ({} conventions): {}, {} far-end and {} near-end aggressors\n\n",
            self.name,
            self.compat,
            self.through,
            self.far_end.len(),
            self.near_end.len()
        );
        let numbers: Vec<String> = self.cases.iter().map(|case| case.case.to_string()).collect();
        let mut head = vec!["case", ""];
        head.extend(numbers.iter().map(String::as_str));
        let mut table = Table::new(&head);
        let mut row = |name: &str, unit: &str, cell: &dyn Fn(&ComCaseEntry) -> String| {
            let cells = self.cases.iter().map(cell);
            table.row([name.to_owned(), unit.to_owned()].into_iter().chain(cells).collect());
        };
        let db = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |db| format!("{db:.3}"));
        row("COM", "dB", &|case| db(case.com_db));
        row("FOM", "dB", &|case| db(case.fom_db));
        row("VEC", "dB", &|case| db(case.vec_db));
        row("VEO", "mV", &|case| format!("{:.3}", case.veo_mv));
        row("A_s", "mV", &|case| format!("{:.4}", case.as_mv));
        row("A_ni", "mV", &|case| format!("{:.4}", case.ani_mv));
        row("sigma_N", "mV", &|case| format!("{:.4}", case.sigma_n_mv));
        row("sigma_TX", "mV", &|case| format!("{:.4}", case.sigma_tx_mv));
        row("sigma_ISI", "mV", &|case| format!("{:.4}", case.sigma_isi_mv));
        row("sigma_XT", "mV", &|case| format!("{:.4}", case.sigma_xt_mv));
        row("sigma_RJ", "mV", &|case| format!("{:.4}", case.sigma_rj_mv));
        row("sigma_DD", "mV", &|case| format!("{:.4}", case.sigma_dd_mv));
        row("sigma_G", "mV", &|case| format!("{:.4}", case.sigma_g_mv));
        row("sigma, all", "mV", &|case| format!("{:.4}", case.sigma_all_mv));
        row("g_DC", "dB", &|case| format!("{:.1}", case.dc_gain_db));
        row("g_DC2", "dB", &|case| format!("{:.1}", case.low_frequency_gain_db));
        row("loss, die to die", "dB", &|case| db(case.die_to_die_loss_db));
        text.push_str(&table.text());
        for case in &self.cases {
            let _ = writeln!(text, "\ncase {}", case.case);
            let _ = writeln!(text, "    Tx FFE    {}", list(&case.taps, 3));
            if !case.receiver_taps.is_empty() {
                let _ = writeln!(text, "    Rx FFE    {}", list(&case.receiver_taps, 4));
            }
            let floating = case.floating.first().map_or(case.feedback.len(), |first| first - 1);
            let fixed = &case.feedback[..floating.min(case.feedback.len())];
            let kept = fixed.iter().rposition(|tap| *tap != 0.0).map_or(0, |last| last + 1);
            let _ = writeln!(text, "    DFE       {}", list(&fixed[..kept], 4));
            for symbol in &case.floating {
                let tap = case.feedback.get(symbol - 1).copied().unwrap_or(0.0);
                let _ = writeln!(text, "    at {symbol:>3}    {tap:.4}");
            }
            if let Some(gain) = case.sequence_gain_db {
                let _ = writeln!(text, "    MLSE      {gain:.3} dB");
            }
        }
        text.push('\n');
        let mut figure = |name: &str, value: Option<f64>, unit: &str| {
            if let Some(value) = value {
                let _ = writeln!(text, "{name:<34} {value:.3} {unit}");
            }
        };
        figure("insertion loss at half the rate", self.il_db, "dB");
        figure("insertion loss deviation", self.ild_db, "dB");
        figure("integrated crosstalk noise", self.icn_mv, "mV");
        figure("ERL at the transmitter", self.erl_transmitter_db, "dB");
        figure("ERL at the receiver", self.erl_receiver_db, "dB");
        for criterion in &self.criteria {
            let Criterion { name, value, limit, unit, passed } = criterion;
            let value =
                value.map_or_else(|| "closed".to_owned(), |value| format!("{value:.3} {unit}"));
            let bound = if *name == "VEC" { "at most" } else { "at least" };
            let verdict = if *passed { "passed" } else { "FAILED" };
            let _ = writeln!(text, "{name}: {value}, {bound} {limit} {unit}: {verdict}");
        }
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        text
    }
}

impl ComCaseEntry {
    fn new((index, case): (usize, &CaseReport)) -> Self {
        let mv = |volts: f64| 1e3 * volts;
        let sigmas = &case.sigmas;
        Self {
            case: index + 1,
            com_db: finite(case.com_db),
            fom_db: finite(case.fom_db),
            vec_db: case.vec_db,
            veo_mv: mv(case.eye_height_v),
            as_mv: mv(case.signal_v),
            ani_mv: mv(case.noise_v),
            sigma_n_mv: mv(sigmas.receiver),
            sigma_tx_mv: mv(sigmas.transmitter),
            sigma_isi_mv: mv(sigmas.interference),
            sigma_xt_mv: mv(sigmas.crosstalk),
            sigma_rj_mv: mv(sigmas.random_jitter),
            sigma_dd_mv: mv(sigmas.dual_dirac_jitter),
            sigma_g_mv: mv(sigmas.gaussian),
            sigma_all_mv: mv(sigmas.all),
            dc_gain_db: case.equalizer.dc_gain_db,
            low_frequency_gain_db: case.equalizer.low_frequency_gain_db,
            taps: case.equalizer.taps.clone(),
            main_tap: case.equalizer.main + 1,
            feedback: case.feedback.clone(),
            floating: case.floating.clone(),
            receiver_taps: case.receiver_taps.clone(),
            sequence_gain_db: case.sequence_gain_db,
            die_to_die_loss_db: finite(case.die_to_die_loss_db),
        }
    }
}

fn list(values: &[f64], digits: usize) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:.digits$}")).collect();
    if values.is_empty() { "-".to_owned() } else { values.join(" ") }
}
