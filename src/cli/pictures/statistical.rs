//! Statistical eyes of hops.

use crate::Result;
use crate::analysis::statistical::EyeContours;
use crate::plot::{Contour, Drawing, StatisticalEyeFigure, StatisticalEyePanel};
use crate::route::HopAnalysis;

/// The statistical eye of a hop with its contours.
pub(super) fn eye(title: &str, analysis: &HopAnalysis) -> Result<Drawing> {
    let statistical = &analysis.statistical;
    let eye = &statistical.eye;
    let density = eye.joint_density();
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
            .flat_map(|contours| outlines(contours, &phases))
            .collect(),
        thresholds: eye.thresholds.clone(),
        receiver_phase: Some(phases[eye.receiver]),
        best_phase: (eye.best != eye.receiver).then(|| phases[eye.best]),
    };
    let title = format!("{title}, statistical eye at the slicer");
    StatisticalEyeFigure { title, panels: vec![panel], ..StatisticalEyeFigure::default() }.draw()
}

/// The heights of the eyes at the lowest ratio at which all are open.
fn openings(contours: &[EyeContours]) -> String {
    let open = |contours: &&EyeContours| contours.eyes.iter().all(|eye| eye.height > 0.0);
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

/// The lines round the eyes at one ratio: for each eye its pieces, one after the other.
fn outlines(contours: &EyeContours, phases: &[f64]) -> Vec<Contour> {
    let mut found = Vec::new();
    for eye in &contours.eyes {
        let mut outline = Vec::new();
        let mut finish = |outline: &mut Vec<[f64; 3]>| {
            if !outline.is_empty() {
                let outline = std::mem::take(outline);
                found.push(Contour { ratio: contours.ratio, outline });
            }
        };
        for (phase, edges) in phases.iter().zip(&eye.edges) {
            match edges {
                Some([low, high]) => outline.push([*phase, *low, *high]),
                None => finish(&mut outline),
            }
        }
        finish(&mut outline);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::statistical::EyeContour;

    #[test]
    fn an_eye_that_is_closed_between_has_two_outlines() {
        let open = Some([0.1, 0.2]);
        let eye = EyeContour { edges: vec![open, None, open, open], height: 0.1, width_ui: 0.1 };
        let contours = EyeContours { ratio: 1e-6, eyes: vec![eye] };
        let found = outlines(&contours, &[-0.5, -0.25, 0.0, 0.25]);
        let phases: Vec<Vec<f64>> = found
            .iter()
            .map(|contour| contour.outline.iter().map(|point| point[0]).collect())
            .collect();
        assert_eq!(phases, [vec![-0.5], vec![0.0, 0.25]]);
        assert_eq!(openings(&[contours]), "heights 0.100 levels, widths 0.10 UI at 1e-6");
        assert_eq!(openings(&[]), "an eye is closed at every ratio shown");
    }
}
