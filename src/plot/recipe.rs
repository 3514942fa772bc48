//! Charts that every link is asked for: bathtubs, convergence, and errors per codeword.
//!
//! A recipe sets axes and checks data; title, subtitle and size are the caller's, as are the axes
//! where a link needs others.

use super::axis::{Axis, Scale};
use super::chart::{Chart, LineStyle, Orientation, ReferenceLine, Series};
use crate::kernel::binomial::clopper_pearson;
use crate::{Error, Result};

/// The lowest bit error ratio of a bathtub.
const FLOOR: f64 = 1e-18;

impl Chart {
    /// Bit error ratio against sampling phase or threshold, from 1 down to 1e-18.
    ///
    /// `across` names what is moved, with its unit: "Sampling phase (UI)", "Threshold offset (mV)".
    /// Where a curve is zero it leaves the plot downwards. Counted points are a series without a
    /// line and with intervals; one of zero errors shows as the bar of its interval. Lines are
    /// limits of error correction, across, and phases, up.
    ///
    /// ```
    /// use lightlane::plot::{Chart, LineStyle, ReferenceLine, Series};
    ///
    /// let wall = |ui: f64| 0.5 * 10f64.powf(-160.0 * (0.35 - ui.abs()).max(0.0));
    /// let curve = Series {
    ///     name: "statistical".into(),
    ///     points: (-50..=50).map(|i| 0.01 * f64::from(i)).map(|ui| [ui, wall(ui)]).collect(),
    ///     ..Series::default()
    /// };
    /// let counted = Series {
    ///     name: "counted, 95 %".into(),
    ///     points: vec![[0.32, 2.1e-5]],
    ///     intervals: Some(vec![[1.7e-5, 2.6e-5]]),
    ///     style: LineStyle::Hidden,
    ///     color: Some(0),
    ///     ..Series::default()
    /// };
    /// let limit =
    ///     ReferenceLine { value: 2.4e-4, label: "2.4e-4, KP4".into(), ..ReferenceLine::default() };
    /// let chart = Chart {
    ///     title: "lpo-dr-100g".into(),
    ///     ..Chart::bathtub("Sampling phase (UI)", vec![curve, counted], vec![limit])?
    /// };
    /// assert!(chart.draw()?.to_svg()?.contains("10⁻¹⁸"));
    /// # Ok::<(), lightlane::Error>(())
    /// ```
    ///
    /// # Errors
    /// No points, or one that is not finite or whose ratio is not from 0 to 1.
    pub fn bathtub(
        across: &str,
        mut series: Vec<Series>,
        lines: Vec<ReferenceLine>,
    ) -> Result<Self> {
        check(&series, "finite, with a ratio from 0 to 1", |[_, ratio]| is_ratio(ratio))?;
        for curve in series.iter_mut().filter(|curve| curve.style != LineStyle::Hidden) {
            for point in &mut curve.points {
                point[1] = point[1].max(f64::MIN_POSITIVE);
            }
        }
        Ok(Self {
            x: Axis { label: across.into(), ..Axis::default() },
            y: Axis {
                label: "Bit error ratio".into(),
                scale: Scale::Log,
                range: Some([FLOOR, 1.0]),
            },
            series,
            lines,
            ..Self::default()
        })
    }

    /// Mean square error of adapting receivers, in decibels, against the symbols they have seen.
    ///
    /// Symbols are on a logarithmic axis, so that a start of hundreds and an end of millions both
    /// show. Give means over blocks of symbols, not each symbol's error. Lines are where the error
    /// would settle, such as the minimum mean square error.
    ///
    /// ```
    /// use lightlane::plot::{Chart, ReferenceLine, Series};
    ///
    /// let error_db = |n: f64| 10.0 * (0.01 + (-n / 4e3).exp()).log10();
    /// let curve = Series {
    ///     name: "LMS, step 1e-3".into(),
    ///     points: (7..20).map(|i| f64::from(1 << i)).map(|n| [n, error_db(n)]).collect(),
    ///     ..Series::default()
    /// };
    /// let floor = ReferenceLine { value: -20.0, label: "MMSE".into(), ..ReferenceLine::default() };
    /// let chart = Chart { title: "FFE".into(), ..Chart::convergence(vec![curve], vec![floor])? };
    /// assert!(chart.draw()?.to_svg()?.contains("Symbols"));
    /// # Ok::<(), lightlane::Error>(())
    /// ```
    ///
    /// # Errors
    /// No points, or one that is not finite or not after the first symbol.
    pub fn convergence(series: Vec<Series>, lines: Vec<ReferenceLine>) -> Result<Self> {
        check(&series, "finite, after at least one symbol", |[symbols, _]| symbols >= 1.0)?;
        Ok(Self {
            x: Axis { label: "Symbols".into(), scale: Scale::Log, range: None },
            y: Axis { label: "Mean square error (dB)".into(), ..Axis::default() },
            series,
            lines,
            ..Self::default()
        })
    }

    /// How many codewords have how many symbol errors, counted and as models say.
    ///
    /// `counts[n]` codewords have `n` wrong symbols; they are shown as shares of all, with intervals
    /// of 95 % confidence for independent codewords. Models are series of `[n, probability]`, such
    /// as a binomial and one of bursts. A code that corrects `correctable` wrong symbols fails right
    /// of the line beside that number. Without a count of errors there only models show.
    ///
    /// ```
    /// use lightlane::plot::{Chart, Series};
    ///
    /// let poisson = |n: i32| (1..=n).fold((-1.2f64).exp(), |p, k| p * 1.2 / f64::from(k));
    /// let model = Series {
    ///     name: "binomial".into(),
    ///     points: (0..=20).map(|n| [f64::from(n), poisson(n)]).collect(),
    ///     ..Series::default()
    /// };
    /// let chart = Chart::codeword_errors(&[301, 362, 216, 88, 26, 6, 1], vec![model], 15)?;
    /// assert!(chart.draw()?.to_svg()?.contains("t = 15"));
    /// # Ok::<(), lightlane::Error>(())
    /// ```
    ///
    /// # Errors
    /// Neither a codeword nor a point of a model, or a point that is not finite or whose probability
    /// is not from 0 to 1.
    pub fn codeword_errors(counts: &[u64], models: Vec<Series>, correctable: u32) -> Result<Self> {
        let total: u64 = counts.iter().sum();
        if total == 0 || models.iter().any(|model| !model.points.is_empty()) {
            check(&models, "finite, with a probability from 0 to 1", |[_, p]| is_ratio(p))?;
        }
        let limit = f64::from(correctable);
        let hit = |n: &usize| counts[*n] > 0;
        let most = (0..counts.len()).rfind(hit).map_or(0.0, |n| n as f64);
        let last = most.max(limit + 3.0);

        // The tail beyond the limit is what the chart is looked at for.
        let models_there = models.iter().flat_map(|model| &model.points);
        let models_there = models_there.filter(|point| point[0] <= limit + 1.0 && point[1] > 0.0);
        let once = if total == 0 { 1.0 } else { 1.0 / total as f64 };
        let lowest = 0.5 * models_there.map(|point| point[1]).fold(once, f64::min);
        let bottom = 10f64.powf(lowest.log10().floor()).clamp(1e-30, 1e-2);

        let mut series = models;
        if total > 0 {
            let shown: Vec<usize> = (0..counts.len()).filter(hit).collect();
            series.push(Series {
                name: format!("counted, {total} codewords"),
                points: shown
                    .iter()
                    .map(|&n| [n as f64, counts[n] as f64 / total as f64])
                    .collect(),
                style: LineStyle::Hidden,
                markers: true,
                intervals: Some(
                    shown.iter().map(|&n| clopper_pearson(counts[n], total, 0.95)).collect(),
                ),
                color: Some(6),
            });
        }
        Ok(Self {
            x: Axis {
                label: "Symbol errors in a codeword".into(),
                scale: Scale::Whole,
                range: Some([-0.5, last + 0.5]),
            },
            y: Axis {
                label: "Share of codewords".into(),
                scale: Scale::Log,
                range: Some([bottom, 1.0]),
            },
            series,
            lines: vec![ReferenceLine {
                value: limit + 0.5,
                orientation: Orientation::Vertical,
                label: format!("corrects up to t = {correctable}"),
            }],
            ..Self::default()
        })
    }
}

fn is_ratio(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

/// Checks that there are points, and that each is finite and `fits`.
fn check(series: &[Series], expected: &str, fits: impl Fn([f64; 2]) -> bool) -> Result<()> {
    if series.iter().all(|series| series.points.is_empty()) {
        return Err(Error::parameter("series", "without points", "data to show"));
    }
    for series in series {
        let wrong = |point: &&[f64; 2]| !point.iter().all(|v| v.is_finite()) || !fits(**point);
        if let Some([x, y]) = series.points.iter().find(wrong) {
            let value = format!("[{x}, {y}] in `{}`", series.name);
            return Err(Error::parameter("points", value, expected));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[[f64; 2]]) -> Series {
        Series { name: "curve".into(), points: points.to_vec(), ..Series::default() }
    }

    #[test]
    fn a_bathtub_reaches_down_to_its_floor_in_labeled_decades() {
        let walls = series(&[[-0.5, 0.4], [-0.2, 1e-9], [0.0, 0.0], [0.2, 1e-9], [0.5, 0.4]]);
        let limit = ReferenceLine { value: 2.4e-4, label: "KP4".into(), ..Default::default() };
        let chart = Chart::bathtub("Sampling phase (UI)", vec![walls], vec![limit]).unwrap();
        let svg = chart.draw().unwrap().to_svg().unwrap();
        for label in ["10⁻¹⁸", "10⁻⁸", "10⁰", "Sampling phase (UI)", "Bit error ratio", "KP4"]
        {
            assert!(svg.contains(&format!(">{label}</text>")), "{label}");
        }
        // The curve is one line from wall to wall, through the floor where it is zero.
        let curve = svg.lines().find(|line| line.contains("#0072b2")).unwrap();
        assert_eq!(curve.matches(',').count(), 5, "{curve}");
    }

    #[test]
    fn a_count_of_no_errors_shows_as_its_interval() {
        let bottom_ink = |intervals| {
            let counted = Series {
                style: LineStyle::Hidden,
                intervals: Some(vec![intervals]),
                ..series(&[[0.0, 0.0]])
            };
            let chart = Chart::bathtub("Phase (UI)", vec![counted], Vec::new()).unwrap();
            chart.draw().unwrap().to_svg().unwrap().matches("#0072b2").count()
        };
        // A bar with two caps, and the entry of the legend, but no marker.
        assert_eq!(bottom_ink([0.0, 3.7e-6]), 4);
    }

    #[test]
    fn convergence_has_decades_of_symbols() {
        let curve = series(&[[100.0, -3.0], [1e4, -15.0], [1e6, -20.0]]);
        let svg = Chart::convergence(vec![curve], Vec::new()).unwrap().draw().unwrap();
        let svg = svg.to_svg().unwrap();
        for label in ["10³", "10⁵", "−10", "Symbols", "Mean square error (dB)"] {
            assert!(svg.contains(&format!(">{label}</text>")), "{label}");
        }
    }

    #[test]
    fn codewords_show_the_tail_beyond_what_is_corrected() {
        let model = series(&(0..=20).map(|n| [f64::from(n), 0.1f64.powi(n)]).collect::<Vec<_>>());
        let counts = [900, 90, 9, 0, 1];
        let chart = Chart::codeword_errors(&counts, vec![model.clone()], 15).unwrap();
        let [bottom, top] = chart.y.range.unwrap();
        assert!(bottom < 1e-16 && bottom > 0.9e-17, "the decade below the model at 16");
        assert!((top - 1.0).abs() < 1e-12);
        assert_eq!(chart.x.range, Some([-0.5, 18.5]));
        assert_eq!(chart.lines[0].value, 15.5);
        let counted = &chart.series[1];
        assert_eq!(counted.name, "counted, 1000 codewords");
        assert_eq!(counted.points, [[0.0, 0.9], [1.0, 0.09], [2.0, 0.009], [4.0, 0.001]]);
        for (point, ends) in counted.points.iter().zip(counted.intervals.as_ref().unwrap()) {
            assert!(ends[0] < point[1] && point[1] < ends[1]);
        }
        assert!(Chart::codeword_errors(&[], vec![model], 15).unwrap().draw().is_ok());
        assert!(Chart::codeword_errors(&[5, 1], Vec::new(), 15).unwrap().draw().is_ok());
    }

    #[test]
    fn data_that_cannot_be_meant_is_refused() {
        let refused = |chart: Result<Chart>| chart.unwrap_err().to_string();
        assert_eq!(
            refused(Chart::bathtub("x", vec![series(&[[0.0, 1.5]])], Vec::new())),
            "`points` is [0, 1.5] in `curve`, but must be finite, with a ratio from 0 to 1"
        );
        for wrong in [[f64::NAN, 0.1], [0.0, f64::NAN], [0.0, -1e-9]] {
            refused(Chart::bathtub("x", vec![series(&[wrong])], Vec::new()));
            refused(Chart::codeword_errors(&[1], vec![series(&[wrong])], 15));
        }
        for wrong in [[0.0, -3.0], [10.0, f64::NEG_INFINITY]] {
            refused(Chart::convergence(vec![series(&[wrong])], Vec::new()));
        }
        refused(Chart::bathtub("x", Vec::new(), Vec::new()));
        refused(Chart::convergence(vec![series(&[])], Vec::new()));
        refused(Chart::codeword_errors(&[0, 0], Vec::new(), 15));
    }
}
