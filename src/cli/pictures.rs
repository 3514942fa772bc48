//! The pictures that commands write.

use std::path::Path;

use crate::Result;
use crate::analysis::Eye;
use crate::analysis::eye::EyeUnit;
use crate::device::{AnyDevice, Channel};
use crate::plot::{
    Axis, Chart, EyeBox, EyeFigure, EyePanel, LineStyle, Orientation, ReferenceLine, Series,
};
use crate::response::SampledTwoPort;
use crate::route::{ProbeReport, Report, Route};
use crate::unit::Baud;

/// Points of a curve.
const POINTS: u32 = 500;

/// The largest loss that is drawn, in decibels: what is perfectly matched reflects nothing.
const DEEPEST: f64 = 80.0;

/// Width and height of an eye beside others.
const PANEL: [u32; 2] = [760, 620];

/// The eyes of a run, a picture each, and the loss of its channels.
pub(super) fn of_run(folder: &Path, route: &Route, report: &Report) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for probe in &report.probes {
        let mut panel = EyePanel { title: String::new(), ..panel(probe) };
        let title = format!("{}: {}", report.name, probe.name);
        let hop = report.hops.iter().find(|hop| probe.name == format!("{}/slicer", hop.name));
        panel.notes.extend(
            hop.map(|hop| format!("BER of the hop {:.1e}, extrapolated", hop.extrapolated())),
        );
        let figure = EyeFigure { title, panels: vec![panel], ..EyeFigure::default() };
        let path = folder.join(format!("{}.png", file_name(&[&report.name, &probe.name])));
        figure.write(&path)?;
        files.push(path.display().to_string());
    }
    let name = file_name(&[&report.name, "channels"]);
    files.extend(channels(folder, &name, &[route])?);
    Ok(files)
}

/// The last eye of each route side by side, and the loss of all channels.
pub(super) fn of_comparison(folder: &Path, results: &[(Route, Report)]) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let panels: Vec<EyePanel<'_>> = results
        .iter()
        .filter_map(|(_, report)| {
            let mut panel = panel(report.probes.last()?);
            panel.title = format!("{}: {}", report.name, panel.title);
            panel.notes.push(format!("BER end to end {:.1e}, extrapolated", report.extrapolated()));
            Some(panel)
        })
        .collect();
    // A row of many eyes would be too wide to look at.
    for (index, row) in panels.chunks(4).enumerate() {
        let name =
            if index == 0 { "eyes.png".to_owned() } else { format!("eyes-{}.png", index + 1) };
        let figure = EyeFigure {
            title: "The eye that the last receiver decides on".to_owned(),
            panels: row.to_vec(),
            panel_size: PANEL,
        };
        let path = folder.join(name);
        figure.write(&path)?;
        files.push(path.display().to_string());
    }
    let routes: Vec<&Route> = results.iter().map(|(route, _)| route).collect();
    files.extend(channels(folder, "channels", &routes)?);
    Ok(files)
}

/// The losses of a Touchstone file.
pub(super) fn of_channel(
    folder: &Path,
    file: &Path,
    pair: &SampledTwoPort,
    baud: Baud,
) -> Result<Vec<String>> {
    let last = pair.frequency().last().map_or(baud.0, |last| last.min(baud.0));
    let curve = |name: &str, loss_db: &dyn Fn(f64) -> f64, color| Series {
        name: name.to_owned(),
        points: curve(last, |hz| -loss_db(hz).min(DEEPEST)),
        color: Some(color),
        ..Series::default()
    };
    let name =
        file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let chart = Chart {
        title: name.clone(),
        subtitle: format!("between matched ends of {} ohm", pair.reference_ohm()),
        x: frequency_axis(last),
        y: Axis { label: "Magnitude (dB)".to_owned(), ..Axis::default() },
        series: vec![
            curve("reflection at the near end", &|hz| pair.return_loss_db(hz), 5),
            curve("transmission", &|hz| pair.insertion_loss_db(hz), 0),
        ],
        lines: vec![nyquist(baud)],
        ..Chart::default()
    };
    write(folder, &file_name(&[&name]), &chart)
}

/// An eye with its openings, in a unit that suits it.
fn panel(probe: &ProbeReport) -> EyePanel<'_> {
    let eye = &probe.eye;
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
        title: probe.name.clone(),
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

/// The transmission of all channels of some routes; of equal channels one.
fn channels(folder: &Path, name: &str, routes: &[&Route]) -> Result<Vec<String>> {
    let mut shown: Vec<(&str, &Channel)> = Vec::new();
    let mut series = Vec::new();
    let mut fastest = Baud(0.0);
    for route in routes {
        for hop in &route.hops {
            for stage in &hop.stages {
                let AnyDevice::Channel(channel) = &stage.device else { continue };
                if shown.contains(&(&stage.name, channel)) {
                    continue;
                }
                let distinct = shown.iter().all(|(other, _)| *other != stage.name);
                let label = if distinct {
                    stage.name.clone()
                } else {
                    format!("{}: {}", route.name, stage.name)
                };
                shown.push((&stage.name, channel));
                fastest = Baud(fastest.0.max(hop.symbol_rate.0));
                let cascade = channel.cascade()?;
                let loss = channel.insertion_loss(hop.symbol_rate.nyquist())?;
                // Channels that differ in direction only lie on top of each other.
                let style = [LineStyle::Solid, LineStyle::Dashed][series.len() % 2];
                series.push(Series {
                    name: format!("{label}: {:.1} dB at Nyquist", loss.0),
                    points: curve(hop.symbol_rate.0, |hz| {
                        (20.0 * cascade.at(hz).s21.norm().log10()).max(-DEEPEST)
                    }),
                    style,
                    ..Series::default()
                });
            }
        }
    }
    if series.is_empty() {
        return Ok(Vec::new());
    }
    let chart = Chart {
        title: "Electrical channels".to_owned(),
        subtitle: "from die to die with packages, between ends of 100 ohm".to_owned(),
        x: frequency_axis(fastest.0),
        y: Axis { label: "Transmission (dB)".to_owned(), ..Axis::default() },
        series,
        lines: vec![nyquist(fastest)],
        ..Chart::default()
    };
    write(folder, name, &chart)
}

/// Pairs of GHz and the value there, from 0 to a frequency.
fn curve(last_hz: f64, value: impl Fn(f64) -> f64) -> Vec<[f64; 2]> {
    (0..=POINTS)
        .map(|point| {
            let hz = last_hz * f64::from(point) / f64::from(POINTS);
            [1e-9 * hz, value(hz)]
        })
        .collect()
}

fn frequency_axis(last_hz: f64) -> Axis {
    let label = "Frequency (GHz)".to_owned();
    Axis { label, range: Some([0.0, 1e-9 * last_hz]), ..Axis::default() }
}

fn nyquist(baud: Baud) -> ReferenceLine {
    let nyquist = baud.nyquist();
    ReferenceLine {
        value: 1e-9 * nyquist.0,
        orientation: Orientation::Vertical,
        label: format!("Nyquist, {nyquist}"),
    }
}

fn write(folder: &Path, name: &str, chart: &Chart) -> Result<Vec<String>> {
    ["svg", "png"]
        .into_iter()
        .map(|kind| {
            let path = folder.join(format!("{name}.{kind}"));
            chart.write(&path)?;
            Ok(path.display().to_string())
        })
        .collect()
}

/// A file's name of some words: what is neither letter, digit, dot nor underscore becomes a dash.
fn file_name(words: &[&str]) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "._".contains(c) { c } else { '-' };
    let name: String = words.join("-").chars().map(plain).collect();
    // A name that starts with a dot would be hidden, and one too long refused.
    let name: String = name.trim_start_matches('.').chars().take(60).collect();
    if name.is_empty() { "route".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_names_of_files() {
        let cases = [
            (vec!["lpo-dr-100g", "host-to-host/rx.tia"], "lpo-dr-100g-host-to-host-rx.tia"),
            (vec!["../..", "a b"], "-..-a-b"),
            (vec!["..."], "route"),
        ];
        for (words, expected) in cases {
            assert_eq!(file_name(&words), expected);
        }
    }
}
