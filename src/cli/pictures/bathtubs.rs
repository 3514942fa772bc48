//! Bathtubs of hops, and how their receivers settled.

use crate::Result;
use crate::plot::{Chart, Drawing, LineStyle, Orientation, ReferenceLine, Series};
use crate::route::{HopAnalysis, HopReport, Route};
use crate::signal::Modulation;

/// Width and height of each of the two bathtubs.
const SIZE: [u32; 2] = [900, 680];

/// Half of the width of the bar at a semi-analytic ratio, in unit intervals.
const BAR: f64 = 0.06;

/// The bathtub by phase, and beside it those by threshold.
pub(super) fn sheet(
    title: &str,
    route: &Route,
    hop: &HopReport,
    analysis: &HopAnalysis,
) -> Result<Drawing> {
    let limits = limits(route)?;
    let by_phase = Chart {
        title: format!("{title}, by sampling phase"),
        subtitle: "all eyes together; phase 0 is where the clock settles; intervals of 95 %"
            .to_owned(),
        size: SIZE,
        ..Chart::bathtub("Sampling phase (UI)", readings(hop, analysis), limits)?
    };
    let eye = &analysis.statistical.eye;
    let edges = eye.row_edges();
    let thresholds = eye.bathtub.iter().enumerate().map(|(index, bathtub)| Series {
        name: format!("eye {}", index + 1),
        points: edges
            .iter()
            .zip(bathtub.column(eye.receiver))
            .map(|(threshold, ratio)| [*threshold, ratio.min(1.0)])
            .collect(),
        ..Series::default()
    });
    let slicer = eye.thresholds.iter().map(|&value| ReferenceLine {
        value,
        orientation: Orientation::Vertical,
        label: String::new(),
    });
    let by_threshold = Chart {
        title: format!("{title}, by threshold"),
        subtitle: "statistical, at phase 0; dashed: the slicer's thresholds".to_owned(),
        size: SIZE,
        ..Chart::bathtub("Threshold (levels)", thresholds.collect(), slicer.collect())?
    };
    Drawing::beside([by_phase.draw()?, by_threshold.draw()?])
}

/// The statistical bathtub with the other two readings at the receiver's phase.
fn readings(hop: &HopReport, analysis: &HopAnalysis) -> Vec<Series> {
    let statistical = Series {
        name: "statistical".to_owned(),
        points: analysis.bathtub(),
        color: Some(0),
        ..Series::default()
    };
    let ber = &analysis.ber;
    // Readings of one value are told apart by their forms: a bar across and a point.
    let semi_analytic = Series {
        name: "semi-analytic, at phase 0".to_owned(),
        points: vec![[-BAR, ber.rate.min(1.0)], [BAR, ber.rate.min(1.0)]],
        intervals: Some(vec![ber.ci95; 2]),
        color: Some(2),
        ..Series::default()
    };
    let counted = Series {
        name: "counted, at phase 0".to_owned(),
        points: vec![[0.0, hop.ber.rate]],
        style: LineStyle::Hidden,
        markers: true,
        intervals: Some(vec![hop.ber.ci95]),
        color: Some(1),
    };
    vec![statistical, semi_analytic, counted]
}

/// The limit of the route.
fn limits(route: &Route) -> Result<Vec<ReferenceLine>> {
    let Some(limit) = route.limit()? else { return Ok(Vec::new()) };
    let what = if route.fec.is_some() { "limit of FEC" } else { "target" };
    let label = format!("{limit:.1e}, {what}");
    Ok(vec![ReferenceLine { value: limit, label, ..ReferenceLine::default() }])
}

/// The mean square error in training, if the taps were not found in closed form.
pub(super) fn convergence(
    title: &str,
    hop: &HopReport,
    modulation: Modulation,
) -> Result<Option<Drawing>> {
    if hop.convergence.len() < 2 {
        return Ok(None);
    }
    let power = modulation.mean_square();
    let relative_db = |mse: f64| 10.0 * (mse / power).log10();
    let points = hop.convergence.iter().map(|at| [at.symbols as f64, relative_db(at.mse)]);
    let settled = relative_db(hop.mse);
    let lines = settled.is_finite().then(|| ReferenceLine {
        value: settled,
        label: format!("{settled:.1} dB over all symbols sent").replace('-', "−"),
        ..ReferenceLine::default()
    });
    let curve = Series {
        name: "in training".to_owned(),
        points: points.filter(|point| point[1].is_finite()).collect(),
        ..Series::default()
    };
    let chart = Chart {
        title: format!("{title}, how the taps settle"),
        subtitle: "mean square error at the slicer over the power of the levels".to_owned(),
        ..Chart::convergence(vec![curve], lines.into_iter().collect())?
    };
    chart.draw().map(Some)
}
