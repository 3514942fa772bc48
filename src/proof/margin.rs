//! Channel operating margin against results of the IEEE reference code, one folder a run.

use std::path::{Path, PathBuf};

use super::Claim;
use super::data::columns;
use super::row::{ProofRow, Verdict};
use crate::analysis::com::{CaseReport, ChannelFigures, Compat, Crosstalk};
use crate::config::com_reference::{self, ComReference, ComReferenceCase};
use crate::response::Network;
use crate::{Error, Result};

const FIXED: &str = "COM, same equalizers";
const LATER: &str = "COM, later reference code";
const SEARCHED: &str = "COM, search";
const FIGURES: &str = "COM, channel alone";

const SOURCE: &str = "IEEE 802.3 COM reference code";

/// Aggressors' kinds and files.
type Aggressors = Vec<(Crosstalk, Network)>;

/// The standard deviations that the reference code reports, and the relative tolerance of them.
const SIGMAS: f64 = 2e-3;

pub(super) fn claims(data: &Path) -> Vec<Claim> {
    let folder = data.join("reference/com");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join("config.json").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    if names.is_empty() {
        let note = format!("no folders with a config.json in {}", folder.display());
        return vec![Claim::new(FIXED, "com", move || {
            Ok(vec![ProofRow::without(Verdict::Skipped, FIXED, "com", note.clone())])
        })];
    }
    let mut claims = Vec::new();
    for name in &names {
        let run =
            Run { name: name.clone(), folder: folder.join(name), channels: data.join("channels") };
        let same = run.clone();
        claims.push(Claim::new(FIXED, format!("com {name}"), move || same.fixed()));
        claims.push(Claim::new(SEARCHED, format!("com {name} search"), move || run.searched()));
    }
    claims
}

/// A run of the reference code.
#[derive(Clone)]
struct Run {
    name: String,
    folder: PathBuf,
    channels: PathBuf,
}

impl Run {
    fn read(&self) -> Result<(ComReference, Network, Aggressors)> {
        let run = com_reference::read(&self.folder)?;
        let read = |path: &PathBuf| Network::read(self.channels.join(path));
        let through = read(&run.through)?;
        let far = run.far_end.iter().map(|path| Ok((Crosstalk::FarEnd, read(path)?)));
        let near = run.near_end.iter().map(|path| Ok((Crosstalk::NearEnd, read(path)?)));
        let aggressors = far.chain(near).collect::<Result<_>>()?;
        Ok((run, through, aggressors))
    }

    /// At the settings that the reference code chose.
    fn fixed(&self) -> Result<Vec<ProofRow>> {
        let (mut run, through, aggressors) = self.read()?;
        let equalizers: Vec<_> = run.cases.iter().map(|case| case.equalizer.clone()).collect();
        let report = run.com.evaluate_each_with(&equalizers, &through, &aggressors)?;
        let mut rows = Vec::new();
        for (index, (expected, found)) in run.cases.iter().zip(&report.cases).enumerate() {
            let case = Case { name: format!("{} case {}", self.name, index + 1), expected, found };
            rows.extend(case.rows());
            rows.extend(case.pulses()?);
            let transfer = run.com.transfer(index, &through)?;
            rows.push(case.transfer(through.frequency(), &transfer)?);
        }
        if let Some(figures) = run.com.figures(&through, &aggressors)? {
            rows.extend(self.figures(&run.cases[0], &report.cases[0], &figures));
        }
        if run.com.eye.is_none() {
            run.com.compat = Compat::Tool450;
            let later = run.com.evaluate_each_with(&equalizers, &through, &aggressors)?;
            for (index, (expected, found)) in run.cases.iter().zip(&later.cases).enumerate() {
                let key = "COM_dB_gaussian_range_2Q_as_in_v4x";
                let Some(expected) = expected.value(key) else { continue };
                let what = format!("{} case {}: COM, Gaussian to 2 Q", self.name, index + 1);
                let source = "IEEE 802.3 COM reference code, convention of 4.x";
                rows.push(ProofRow::new(LATER, what, [expected, found.com_db], 0.03, "dB", source));
            }
        }
        Ok(rows)
    }

    /// With the best settings that are found.
    fn searched(&self) -> Result<Vec<ProofRow>> {
        let (run, through, aggressors) = self.read()?;
        let report = run.com.evaluate(&through, &aggressors)?;
        let row = |(index, (expected, found)): (usize, (&ComReferenceCase, &CaseReport))| {
            let what = format!("{} case {}: FOM", self.name, index + 1);
            let expected = expected.value("FOM").unwrap_or(f64::NAN);
            ProofRow::new(SEARCHED, what, [expected, found.fom_db], 0.01, "dB", SOURCE).or_more()
        };
        Ok(run.cases.iter().zip(&report.cases).enumerate().map(row).collect())
    }

    /// Loss, crosstalk and return loss of the channel alone.
    fn figures(
        &self,
        expected: &ComReferenceCase,
        found: &CaseReport,
        figures: &ChannelFigures,
    ) -> Vec<ProofRow> {
        let mut rows = Vec::new();
        let mut row = |what: &str, key: &str, got: f64, tolerance: f64, unit: &str| {
            let Some(expected) = expected.value(key) else { return };
            let what = format!("{}: {what}", self.name);
            rows.push(ProofRow::new(FIGURES, what, [expected, got], tolerance, unit, SOURCE));
        };
        // The reference code reads its file's nearest point; interpolation differs by a step.
        row("IL", "IL_dB_channel_only_at_Fnq", found.channel_loss_db, 0.15, "dB");
        row("ILD", "FOM_ILD", figures.loss_deviation_db, 1e-3, "dB");
        let [far, near] = figures.crosstalk_noise_v.map(|volts| 1e3 * volts);
        row("ICN, far end", "MDFEXT_ICN_92_47_mV", far, 1e-3, "mV");
        row("ICN, near end", "MDNEXT_ICN_92_46_mV", near, 1e-3, "mV");
        let ends = [("ERL11", "ERL at the transmitter"), ("ERL22", "ERL at the receiver")];
        for ((key, what), found) in ends.into_iter().zip(figures.return_loss_db) {
            if let Some(found) = found {
                row(what, key, found, 0.05, "dB");
            }
        }
        rows
    }
}

/// A package case of a run.
struct Case<'a> {
    name: String,
    expected: &'a ComReferenceCase,
    found: &'a CaseReport,
}

impl Case<'_> {
    fn row(&self, what: &str, numbers: [f64; 2], tolerance: f64, unit: &str) -> ProofRow {
        ProofRow::new(FIXED, format!("{}: {what}", self.name), numbers, tolerance, unit, SOURCE)
    }

    fn expected(&self, key: &str) -> f64 {
        self.expected.value(key).unwrap_or(f64::NAN)
    }

    fn rows(&self) -> Vec<ProofRow> {
        let found = self.found;
        let signal_mv = 1e3 * self.expected("A_s_V");
        let first = self.expected("t_s_index_1based") - 1.0;
        let (sigma, off) = self.worst_sigma();
        let taps = self.expected.values("DFE_taps");
        let same_length = taps.len() == found.feedback.len();
        let differences = taps.iter().zip(&found.feedback).map(|(a, b)| (a - b).abs());
        let tap = if same_length { differences.fold(0.0, f64::max) } else { f64::NAN };
        vec![
            self.row("COM", [self.expected("COM_dB"), found.com_db], 0.03, "dB"),
            self.row("FOM", [self.expected("FOM"), found.fom_db], 0.03, "dB"),
            self.row("A_s", [signal_mv, 1e3 * found.signal_v], 1e-3 * signal_mv.abs(), "mV"),
            self.row("worst of all sigmas, relative", [0.0, off], SIGMAS, "").noting(sigma),
            self.row("sample of the cursor", [first, found.cursor as f64], 0.0, ""),
            self.row("feedback taps, largest difference", [0.0, tap], 1e-4, ""),
        ]
    }

    /// The standard deviation that is furthest off, and by how much of itself.
    fn worst_sigma(&self) -> (&'static str, f64) {
        let sigmas = &self.found.sigmas;
        let mut worst = ("none", 0.0);
        for (name, key, found) in [
            ("sigma_N", "sgm_N", sigmas.receiver),
            ("sigma_TX", "sgm_TX", sigmas.transmitter),
            ("sigma_ISI", "sgm_isi", sigmas.interference),
            ("sigma_XT", "sgm_xt", sigmas.crosstalk),
            ("sigma_RJ", "sgm_rjit", sigmas.random_jitter),
            ("sigma_DD", "sgm_p_DD", sigmas.dual_dirac_jitter),
            ("sigma_G", "sgm_G", sigmas.gaussian),
            ("sigma of all", "sgm_Ani__isi_xt_noise", sigmas.all),
        ] {
            let Some(expected) = self.expected.value(key) else { continue };
            // Without aggressors crosstalk is 0 in both.
            let off = (found - expected).abs() / expected.abs().max(1e-9);
            if off > worst.1 || off.is_nan() {
                worst = (name, off);
            }
        }
        worst
    }

    fn pulses(&self) -> Result<Vec<ProofRow>> {
        let pulses = columns(
            &self.expected.folder.join("thru_pulse.csv"),
            ["sample_index_0based", "uneq_pulse_V", "eq_pulse_after_ctle_txffe_V"],
        )?;
        let found = [(&self.found.raw_pulse, 1), (&self.found.pulse, 2)];
        let rows = found.map(|(pulse, column)| {
            let peak = pulse.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
            let off = |row: &[f64; 3]| {
                (pulse.get(row[0] as usize).unwrap_or(&0.0) - row[column]).abs() / peak
            };
            let worst = pulses.iter().map(off).fold(0.0, f64::max);
            let what = ["raw pulse over its peak", "equalized pulse over its peak"][column - 1];
            let worst = if pulse.iter().any(|x| x.is_nan()) { f64::NAN } else { worst };
            self.row(what, [0.0, worst], 1e-4, "")
        });
        Ok(rows.into())
    }

    fn transfer(&self, frequency: &[f64], transfer: &[num_complex::Complex64]) -> Result<ProofRow> {
        let path = self.expected.folder.join("thru_freq.csv");
        let mut worst = 0.0f64;
        for [hz, re, im] in columns(&path, ["f_Hz", "H21_with_Ht_re", "H21_with_Ht_im"])? {
            let near = frequency.iter().position(|f| (f - hz).abs() < 1.0);
            let missing = || Error::data(format!("the channel has no point at {hz} Hz"));
            let at = near.ok_or_else(|| missing().in_file(&path))?;
            worst = worst.max((transfer[at].re - re).hypot(transfer[at].im - im));
        }
        Ok(self.row("H21, largest difference", [0.0, worst], 1e-6, ""))
    }
}
