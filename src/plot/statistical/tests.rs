//! Densities, contours and markers of statistical eyes.

use ndarray::Array2;

use super::*;

/// A level in the lowest tenth and one in the highest, with tails that fall by decades.
fn density() -> Array2<f64> {
    Array2::from_shape_fn((60, 40), |(row, _)| 10f64.powi(-(row.min(59 - row) as i32)))
}

fn panel<'a>(density: &'a Array2<f64>, contours: Vec<Contour>) -> StatisticalEyePanel<'a> {
    StatisticalEyePanel {
        title: "lpo <dr>".into(),
        density: density.view(),
        phase: [-0.5, 0.5],
        amplitude: [-30.0, 30.0],
        unit: "mV".into(),
        notes: vec!["BER 3.1e-9".into()],
        contours,
        thresholds: vec![0.0],
        receiver_phase: Some(0.25),
        best_phase: Some(-0.25),
    }
}

fn contour(ratio: f64) -> Contour {
    Contour { ratio, outline: vec![[-0.2, 0.0, 0.0], [0.0, -9.0, 9.0], [0.2, 0.0, 0.0]] }
}

fn figure(panels: Vec<StatisticalEyePanel<'_>>) -> StatisticalEyeFigure<'_> {
    StatisticalEyeFigure { panels, panel_size: [700, 500], ..Default::default() }
}

#[test]
fn the_key_names_every_line_and_contours_once() {
    let density = density();
    let contours = [2e-6, 1e-12, 2e-6, 2.4e-4].map(contour).to_vec();
    let svg = figure(vec![panel(&density, contours)]).draw().unwrap().to_svg().unwrap();
    let words = ["BER 2.4×10⁻⁴", "10⁻¹²", "receiver +0.250 UI", "best phase −0.250 UI"];
    for word in words.into_iter().chain(["thresholds", "Phase (UI)", "Amplitude (mV)"]) {
        assert!(svg.contains(&format!(">{word}</text>")), "{word}");
    }
    assert_eq!(svg.matches(">2.0×10⁻⁶</text>").count(), 1, "one entry for both contours");
    assert!(svg.contains(">Probability in 1 mV</text>"));
    let plain = StatisticalEyePanel {
        thresholds: Vec::new(),
        receiver_phase: None,
        best_phase: None,
        ..panel(&density, Vec::new())
    };
    let svg = figure(vec![plain]).draw().unwrap().to_svg().unwrap();
    for word in ["BER 1", "receiver +", "best phase", "thresholds"] {
        assert!(!svg.contains(word), "{word}");
    }
}

#[test]
fn lines_stand_at_their_values() {
    let density = density();
    let drawing = figure(vec![panel(&density, vec![contour(1e-6)])]).draw().unwrap();
    let svg = drawing.to_svg().unwrap();
    let image = svg.lines().find(|line| line.starts_with("<image")).unwrap();
    let field = |name: &str| -> f64 {
        let (_, rest) = image.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let [left, top, width, height] = ["x", "y", "width", "height"].map(field);
    let clipped = svg.lines().filter(|line| line.contains("clip-path=\"url"));
    let points: Vec<Vec<[f64; 2]>> = clipped
        .map(|line| {
            let pairs = line.split('"').nth(1).unwrap().split(' ');
            let pair = |p: &str| p.split_once(',').map(|(x, y)| [x, y].map(|v| v.parse().unwrap()));
            pairs.filter_map(pair).collect()
        })
        .collect();
    let upright = |share: f64| {
        let x = left + share * width;
        points.iter().any(|line| line.len() == 2 && line.iter().all(|p| (p[0] - x).abs() < 0.6))
    };
    assert!(upright(0.25) && upright(0.75) && !upright(0.33));
    let outline = points.iter().find(|line| line.len() == 7).unwrap();
    assert_eq!(outline[0], outline[6]);
    for (at, [phase, amplitude]) in outline.iter().zip([[-0.2, 0.0], [0.0, -9.0], [0.2, 0.0]]) {
        assert!((at[0] - left - (phase + 0.5) * width).abs() < 0.01);
        assert!((at[1] - top - (30.0 - amplitude) / 60.0 * height).abs() < 0.01);
    }
}

#[test]
fn panels_have_one_color_scale_and_plots_of_one_height() {
    let (strong, weak) = (density(), 1e-6 * density());
    let mut quiet = panel(&weak, Vec::new());
    (quiet.thresholds, quiet.receiver_phase, quiet.best_phase) = (Vec::new(), None, None);
    let contours = [1e-4, 1e-6, 1e-12, 1e-15].map(contour).to_vec();
    let svg = figure(vec![panel(&strong, contours), quiet]).draw().unwrap().to_svg().unwrap();
    let heights: Vec<&str> = svg
        .lines()
        .filter(|line| line.starts_with("<image"))
        .map(|line| line.split(" href").next().unwrap().split(" height=").nth(1).unwrap())
        .collect();
    assert_eq!(heights.len(), 4);
    assert!(heights.iter().all(|height| *height == heights[0]));
    assert_eq!(svg.matches(">10⁰</text>").count(), 2);
}

#[test]
fn below_the_floor_the_ground_shows() {
    let density = density();
    let mut bare = panel(&density, Vec::new());
    (bare.thresholds, bare.receiver_phase, bare.best_phase) = (Vec::new(), None, None);
    let high = StatisticalEyeFigure { floor: 1e-3, ..figure(vec![bare.clone()]) };
    let dark = |figure: &StatisticalEyeFigure<'_>| {
        let png = figure.draw().unwrap().to_png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut rgb).unwrap();
        rgb.chunks(3).filter(|pixel| *pixel == density::GROUND).count()
    };
    let (few, many) = (dark(&figure(vec![bare])), dark(&high));
    assert!(many > 2 * few && few > 1000, "{few} {many}");
}

#[test]
fn wrong_eyes_are_refused_with_a_reason() {
    let good = density();
    let refused = |panel: StatisticalEyePanel<'_>| figure(vec![panel]).draw().unwrap_err();
    for wrong in [f64::NAN, -1e-9, 1.5, f64::INFINITY] {
        let mut density = good.clone();
        density[[7, 9]] = wrong;
        assert_eq!(
            refused(panel(&density, Vec::new())).to_string(),
            format!("`density` is {wrong}, but must be a probability in every cell")
        );
    }
    refused(panel(&Array2::zeros((0, 4)), Vec::new()));
    refused(panel(&Array2::zeros((4, 4)), Vec::new()));
    assert!(figure(Vec::new()).draw().unwrap_err().is_parameter());
    refused(StatisticalEyePanel { phase: [0.5, -0.5], ..panel(&good, Vec::new()) });
    refused(StatisticalEyePanel { receiver_phase: Some(f64::NAN), ..panel(&good, Vec::new()) });
    refused(StatisticalEyePanel { thresholds: vec![f64::INFINITY], ..panel(&good, Vec::new()) });
    let outlines = [
        vec![],
        vec![[0.0, f64::NAN, 1.0]],
        vec![[0.0, 2.0, 1.0]],
        vec![[0.1, 0.0, 1.0], [0.0, 0.0, 1.0]],
    ];
    for outline in outlines {
        refused(panel(&good, vec![Contour { ratio: 1e-6, outline }]));
    }
    refused(panel(&good, vec![Contour { ratio: 0.0, ..contour(1.0) }]));
    for floor in [0.0, f64::NAN, 2.0] {
        let figure = StatisticalEyeFigure { floor, ..figure(vec![panel(&good, Vec::new())]) };
        assert!(figure.draw().unwrap_err().is_parameter());
    }
    let small =
        StatisticalEyeFigure { panel_size: [220, 200], ..figure(vec![panel(&good, Vec::new())]) };
    assert!(small.draw().unwrap_err().is_parameter());
}
