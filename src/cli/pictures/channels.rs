//! Losses of channels and files.

use std::path::Path;

use super::{file_name, write};
use crate::Result;
use crate::device::{AnyDevice, Channel};
use crate::plot::{Axis, Chart, Drawing, LineStyle, Orientation, ReferenceLine, Series};
use crate::response::SampledTwoPort;
use crate::route::Route;
use crate::unit::Baud;

/// Points of a curve.
const POINTS: u32 = 500;

/// The largest loss that is drawn, in decibels: what is perfectly matched reflects nothing.
const DEEPEST: f64 = 80.0;

/// The losses of a Touchstone file.
pub(in crate::cli) fn of_channel(
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
    write(folder, &file_name(&[&name]), &chart.draw()?)
}

/// The transmission of all channels of some routes; of equal channels one.
///
/// `None` if there is no channel.
pub(super) fn channels(routes: &[&Route]) -> Result<Option<Drawing>> {
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
        return Ok(None);
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
    chart.draw().map(Some)
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
