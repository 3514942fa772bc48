//! Eyes of probes.

use std::path::Path;

use super::{file_name, picture, write};
use crate::Result;
use crate::analysis::Eye;
use crate::analysis::eye::EyeUnit;
use crate::plot::{Drawing, EyeBox, EyeFigure, EyePanel};
use crate::route::{ProbeReport, Report, Route};

/// Width and height of an eye beside others.
const PANEL: [u32; 2] = [760, 620];

/// Eyes in a row, at most: more would be too wide to look at.
const ROW: usize = 4;

/// Eyes that are drawn at their full size, at most.
const FEW: usize = 8;

/// Width and height of an eye among many.
const MANY_PANEL: [u32; 2] = [460, 390];

/// Eyes in a row where there are many.
const MANY_ROW: usize = 5;

/// The eyes of a run, a picture each.
pub(super) fn of_run(folder: &Path, report: &Report) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for probe in &report.probes {
        let mut panel = EyePanel { title: String::new(), ..panel(probe) };
        let title = format!("{}: {}", report.name, probe.name);
        let hop = report.hops.iter().find(|hop| probe.name == format!("{}/slicer", hop.name));
        let analysis = hop.and_then(|hop| hop.analysis.as_ref().ok());
        panel.notes.extend(
            analysis.map(|known| format!("BER of the hop {:.1e}, semi-analytic", known.ber.rate)),
        );
        let figure = EyeFigure { title, panels: vec![panel], ..EyeFigure::default() };
        let name = file_name(&[&report.name, &probe.name]);
        files.push(picture(folder, &name, &figure.draw()?)?);
    }
    Ok(files)
}

/// The eye of each route's worst hop on one sheet: its file, and the drawing. `None` without any eye.
pub(super) fn of_comparison(
    folder: &Path,
    results: &[(Route, Report)],
) -> Result<Option<(String, Drawing)>> {
    let panels: Vec<EyePanel<'_>> = results
        .iter()
        .filter_map(|(_, report)| {
            let mut panel = panel(report.worst_eye()?);
            panel.title = format!("{}: {}", report.name, panel.title);
            let rate = report.semi_analytic();
            panel
                .notes
                .extend(rate.map(|rate| format!("BER end to end {rate:.1e}, semi-analytic")));
            Some(panel)
        })
        .collect();
    if panels.is_empty() {
        return Ok(None);
    }
    let (row, panel_size) = if panels.len() > FEW { (MANY_ROW, MANY_PANEL) } else { (ROW, PANEL) };
    let rows = panels.chunks(row).enumerate().map(|(index, row)| {
        let title =
            if index == 0 { "The eye that the receiver of the worst hop decides on" } else { "" };
        EyeFigure { title: title.to_owned(), panels: row.to_vec(), panel_size }.draw()
    });
    let sheet = Drawing::below(rows.collect::<Result<Vec<_>>>()?)?;
    Ok(Some((picture(folder, "eyes", &sheet)?, sheet)))
}

/// The eye of a waveform from elsewhere.
pub(in crate::cli) fn of_capture(folder: &Path, file: &Path, eye: &Eye) -> Result<Vec<String>> {
    let name =
        file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let panel = panel_of(String::new(), eye);
    let figure = EyeFigure { title: name.clone(), panels: vec![panel], ..EyeFigure::default() };
    write(folder, &file_name(&[&name, "eye"]), &figure.draw()?)
}

/// The eye of a probe.
fn panel(probe: &ProbeReport) -> EyePanel<'_> {
    panel_of(probe.name.clone(), &probe.eye)
}

/// An eye with its openings, in a unit that suits it.
fn panel_of(title: String, eye: &Eye) -> EyePanel<'_> {
    let (scale, unit) = scale(eye);
    let openings = eye
        .eyes
        .iter()
        .filter(|eye| eye.height > 0.0 && eye.width_ui > 0.0)
        .map(|eye| EyeBox {
            time: [-0.5 * eye.width_ui, 0.5 * eye.width_ui],
            amplitude: [-0.5, 0.5].map(|side| scale * (eye.threshold + side * eye.height)),
        })
        .collect();
    let digits = if eye.unit == EyeUnit::Volts { 1 } else { 3 };
    let heights: Vec<String> =
        eye.eyes.iter().map(|eye| format!("{:.digits$}", scale * eye.height)).collect();
    let widths: Vec<String> = eye.eyes.iter().map(|eye| format!("{:.2}", eye.width_ui)).collect();
    let mut notes = vec![format!(
        "heights {} {unit}, widths {} UI at {:e}",
        heights.join(" / "),
        widths.join(" / "),
        eye.quantile
    )];
    if let (Some(oma), Some(er)) = (eye.oma_dbm, eye.er_db) {
        notes.push(format!("outer OMA {oma:.1} dBm, ER {er:.1} dB"));
    }
    EyePanel {
        title,
        density: eye.density.view(),
        time: [-1.0, 1.0],
        amplitude: eye.amplitude.map(|edge| scale * edge),
        unit: unit.to_owned(),
        notes,
        openings,
    }
}

fn scale(eye: &Eye) -> (f64, &'static str) {
    match eye.unit {
        EyeUnit::Volts => (1e3, "mV"),
        EyeUnit::Amperes => (1e3, "mA"),
        EyeUnit::Watts => (1e3, "mW"),
    }
}
