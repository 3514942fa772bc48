//! Statistical eyes of hops.

use ndarray::Array2;

use crate::Result;
use crate::analysis::statistical::{EyeContour, EyeContours};
use crate::plot::{Contour, Drawing, StatisticalEyeFigure, StatisticalEyePanel};
use crate::route::HopAnalysis;

/// The statistical eye of a hop with its contours.
pub(super) fn eye(title: &str, analysis: &HopAnalysis) -> Result<Drawing> {
    let statistical = &analysis.statistical;
    let eye = &statistical.eye;
    let density = eye.joint_density();
    let edges = eye.row_edges();
    let phases: Vec<f64> = eye.ratios.iter().map(|at| at.phase_ui).collect();
    // A column stands for an instant, and lies about it.
    let half = 0.5 / phases.len() as f64;
    let first = phases[0] - half;
    let panel = StatisticalEyePanel {
        title: String::new(),
        density: density.view(),
        phase: [first, first + 1.0],
        amplitude: eye.amplitude,
        unit: "levels".to_owned(),
        notes: vec![
            format!(
                "BER {:.1e} at the receiver's phase, {:.1e} at the best one",
                statistical.rate, statistical.best
            ),
            openings(&statistical.contours),
        ],
        contours: statistical
            .contours
            .iter()
            .flat_map(|contours| {
                let eyes = contours.eyes.iter().zip(&eye.bathtub);
                eyes.flat_map(|(contour, bathtub)| {
                    let grid = Grid { phases: &phases, edges: &edges, bathtub };
                    outlines(contours.ratio, contour, &grid)
                })
            })
            .collect(),
        thresholds: eye.thresholds.clone(),
        receiver_phase: Some(phases[eye.receiver]),
        best_phase: (eye.best != eye.receiver).then(|| phases[eye.best]),
    };
    let title = format!("{title}, statistical eye at the slicer");
    StatisticalEyeFigure { title, panels: vec![panel], ..StatisticalEyeFigure::default() }.draw()
}

/// The openings of the eyes at the lowest ratio at which all are open.
fn openings(contours: &[EyeContours]) -> String {
    let open = |contours: &&EyeContours| {
        contours.eyes.iter().all(|eye| eye.height > 0.0 && eye.width_ui > 0.0)
    };
    contours.iter().filter(open).min_by(|a, b| a.ratio.total_cmp(&b.ratio)).map_or_else(
        || "an eye is closed at every ratio shown".to_owned(),
        |contours| {
            let heights: Vec<String> =
                contours.eyes.iter().map(|eye| format!("{:.3}", eye.height)).collect();
            let widths: Vec<String> =
                contours.eyes.iter().map(|eye| format!("{:.2}", eye.width_ui)).collect();
            format!(
                "heights {} levels, widths {} UI at {:e}",
                heights.join(" / "),
                widths.join(" / "),
                contours.ratio
            )
        },
    )
}

/// Error ratios by phase and threshold.
struct Grid<'a> {
    phases: &'a [f64],
    edges: &'a [f64],
    bathtub: &'a Array2<f64>,
}

impl Grid<'_> {
    /// The threshold of the lowest ratio at a phase, and the logarithm of the ratio.
    fn lowest(&self, at: usize) -> (f64, f64) {
        let column = self.bathtub.column(at);
        let least = column.iter().copied().fold(f64::INFINITY, f64::min);
        let row = column.iter().position(|ratio| *ratio <= least).unwrap_or(0);
        (self.edges[row], least.max(f64::MIN_POSITIVE).ln())
    }

    /// Where an eye that is open at one phase and closed at the next ends: a point of no height.
    fn tip(&self, ratio: f64, open: usize, closed: usize) -> [f64; 3] {
        let ((inside, low), (outside, high)) = (self.lowest(open), self.lowest(closed));
        let way = ((ratio.ln() - low) / (high - low)).clamp(0.0, 1.0);
        let between = |a: f64, b: f64| a + way * (b - a);
        let threshold = between(inside, outside);
        [between(self.phases[open], self.phases[closed]), threshold, threshold]
    }
}

/// The lines round one eye: its pieces, one after the other.
fn outlines(ratio: f64, eye: &EyeContour, grid: &Grid<'_>) -> Vec<Contour> {
    let mut found: Vec<Contour> = Vec::new();
    let mut outline = Vec::new();
    for (at, edges) in eye.edges.iter().enumerate() {
        let Some([low, high]) = *edges else { continue };
        if at > 0 && eye.edges[at - 1].is_none() {
            outline.push(grid.tip(ratio, at, at - 1));
        }
        outline.push([grid.phases[at], low, high]);
        let next = eye.edges.get(at + 1);
        if next.is_some_and(Option::is_none) {
            outline.push(grid.tip(ratio, at, at + 1));
        }
        if next.is_none_or(Option::is_none) {
            found.push(Contour { ratio, outline: std::mem::take(&mut outline) });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_end_in_points_where_the_lowest_ratio_is_theirs() {
        let open = Some([0.1, 0.3]);
        let eye = EyeContour { edges: vec![open, None, None, open], height: 0.1, width_ui: 0.1 };
        let rows = [[1e-2; 4], [1e-8, 1e-4, 1e-2, 1e-8], [1e-2; 4]];
        let bathtub = ndarray::arr2(&rows);
        let grid =
            Grid { phases: &[-0.5, -0.25, 0.0, 0.25], edges: &[0.0, 0.2, 0.4], bathtub: &bathtub };
        let found = outlines(1e-6, &eye, &grid);
        assert_eq!(found.len(), 2);
        let [first, second] = [&found[0].outline, &found[1].outline];
        assert_eq!((first.len(), second.len()), (2, 2));
        assert_eq!(first[0], [-0.5, 0.1, 0.3]);
        // Half of the way from 1e-8 to 1e-4, and a third of that from 1e-8 to 1e-2.
        assert!((first[1][0] + 0.375).abs() < 1e-12);
        assert!((second[0][0] - (0.25 - 0.25 / 3.0)).abs() < 1e-12);
        for point in [first[1], second[0]] {
            assert!(point[1] >= 0.0 && point[1] <= 0.2 && point[1].to_bits() == point[2].to_bits());
        }
    }

    #[test]
    fn openings_are_told_at_the_lowest_ratio_at_which_all_are_open() {
        let at = |ratio: f64, height: f64| EyeContours {
            ratio,
            eyes: vec![EyeContour { edges: vec![], height, width_ui: 0.1 }],
        };
        let told = openings(&[at(1e-4, 0.2), at(1e-6, 0.1), at(1e-12, 0.0)]);
        assert_eq!(told, "heights 0.100 levels, widths 0.10 UI at 1e-6");
        assert_eq!(openings(&[at(1e-4, 0.0)]), "an eye is closed at every ratio shown");
    }
}
