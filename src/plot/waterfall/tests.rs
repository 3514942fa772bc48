//! Bars, sums and markers of waterfalls.

use super::scale::decimal;
use super::*;
use crate::plot::canvas::Color;
use crate::plot::{PALETTE, REFERENCE};

const ROWS: [(&str, &str, f64); 4] = [
    ("jitter", "transmitter", 2e-3),
    ("TIA", "optical", 1e-3),
    ("shot noise", "optical", 1e-4),
    ("residual ISI", "interference", 1e-3),
];

fn panel(title: &str, parts: &[(&str, &str, f64)], measured: Option<f64>) -> WaterfallPanel {
    let part = |&(name, group, value): &(&str, &str, f64)| Contribution {
        name: name.into(),
        group: group.into(),
        value,
    };
    let contributions = parts.iter().map(part).collect();
    WaterfallPanel { title: title.into(), notes: Vec::new(), contributions, measured }
}

fn figure(panels: Vec<WaterfallPanel>) -> Waterfall {
    Waterfall {
        title: "Where the error comes from".into(),
        quantity: "Mean square error".into(),
        unit: "V²".into(),
        panels,
        ..Waterfall::default()
    }
}

/// Left and right edge of every rectangle of a color, in drawing order.
fn bars(svg: &str, color: Color) -> Vec<[f64; 2]> {
    let [red, green, blue] = color;
    let fill = format!("fill=\"#{red:02x}{green:02x}{blue:02x}\"");
    let polygons = svg.lines().filter(|l| l.starts_with("<polygon") && l.contains(&fill));
    let edges = |line: &str| {
        let points = line.split('"').nth(1).unwrap().split(' ');
        let xs = points.map(|p| p.split(',').next().unwrap().parse::<f64>().unwrap());
        xs.fold([f64::INFINITY, 0.0], |[a, b], x| [x.min(a), x.max(b)])
    };
    polygons.map(edges).collect()
}

#[test]
fn each_bar_starts_where_the_one_before_ended_and_they_end_at_the_sum() {
    let drawing = figure(vec![panel("lpo", &ROWS, Some(4.2e-3))]).draw().unwrap();
    let svg = drawing.to_svg().unwrap();
    // The first rectangle of a color is the group's square.
    let jitter = bars(&svg, PALETTE[0])[1];
    let [tia, shot] = [bars(&svg, PALETTE[1])[1], bars(&svg, PALETTE[1])[2]];
    let isi = bars(&svg, PALETTE[2])[1];
    let [diamond, sum] = [bars(&svg, REFERENCE)[0], bars(&svg, REFERENCE)[1]];
    for [before, after] in [[jitter, tia], [tia, shot], [shot, isi]] {
        assert!((before[1] - after[0]).abs() < 0.02, "{before:?} {after:?}");
    }
    let pixels_per = (sum[1] - sum[0]) / 4.1e-3;
    assert!((jitter[1] - jitter[0] - 2e-3 * pixels_per).abs() < 0.1);
    assert!((isi[1] - sum[1]).abs() < 0.02 && (jitter[0] - sum[0]).abs() < 0.02);
    let marker = 0.5 * (diamond[0] + diamond[1]);
    assert!((marker - sum[0] - 4.2e-3 * pixels_per).abs() < 0.1);
}

#[test]
fn values_shares_and_names_are_printed() {
    let svg = figure(vec![panel("lpo", &ROWS, Some(4.2e-3))]).draw().unwrap();
    let svg = svg.to_svg().unwrap();
    let words = ["jitter", "optical", "2.00", "48.8 %", "0.10", "2.4 %", "4.10", "100.0 %"];
    for word in words.into_iter().chain(["4.20", "102.4 %", "measured", "10⁻³ V²"]) {
        assert!(svg.contains(&format!(">{word}</text>")), "{word}");
    }
    assert!(svg.contains("Mean square error (10⁻³ V²)"));
}

#[test]
fn panels_share_rows_and_a_missing_part_is_a_dash() {
    let other = [("ADC", "receiver", 1e-3), ("laser", "optical", 1e-3)];
    let both = figure(vec![panel("lpo", &ROWS, None), panel("dsp", &other, None)]);
    let table = Table::new(&both.panels);
    let names: Vec<&str> = table.rows.iter().map(|row| row.name).collect();
    assert_eq!(names, ["jitter", "TIA", "shot noise", "laser", "residual ISI", "ADC"]);
    let svg = both.draw().unwrap().to_svg().unwrap();
    // Two parts miss in the first, four in the second; each shows no value and no share.
    assert_eq!(svg.matches(">–</text>").count(), 12);
    assert_eq!(svg.matches(">laser</text>").count(), 1);
    assert!(!svg.contains("measured"));
}

#[test]
fn a_common_scale_compares_panels_and_an_own_one_fills_them() {
    let small = ROWS.map(|(name, group, value)| (name, group, 0.1 * value));
    let panels = vec![panel("a", &ROWS, None), panel("b", &small, None)];
    let widths = |common_scale| {
        let figure = Waterfall { common_scale, ..figure(panels.clone()) };
        let svg = figure.draw().unwrap().to_svg().unwrap();
        let sums = bars(&svg, REFERENCE);
        (sums[1][1] - sums[1][0]) / (sums[0][1] - sums[0][0])
    };
    assert!((widths(true) - 0.1).abs() < 1e-3);
    assert!((widths(false) - 1.0).abs() < 1e-3);
}

#[test]
fn numbers_that_round_to_nothing_are_said_to_be_small() {
    assert_eq!(decimal(0.004, 2), "<0.01");
    assert_eq!(decimal(-0.004, 2), "≈0");
    assert_eq!(decimal(-1.26, 1), "−1.3");
    assert_eq!(decimal(0.0, 1), "0.0");
}

#[test]
fn wrong_waterfalls_are_refused_with_a_reason() {
    let refused = |panels| figure(panels).draw().unwrap_err().to_string();
    let nan = panel("lpo", &[("TIA", "optical", f64::NAN)], None);
    assert_eq!(refused(vec![nan]), "`TIA of lpo` is NaN, but must be finite");
    refused(Vec::new());
    refused(vec![panel("lpo", &[], None)]);
    refused(vec![panel("lpo", &[("", "optical", 1.0)], None)]);
    refused(vec![panel("lpo", &[("TIA", "optical", 1.0), ("TIA", "optical", 1.0)], None)]);
    refused(vec![panel("lpo", &[("TIA", "optical", -1.0)], None)]);
    refused(vec![panel("lpo", &ROWS, Some(f64::INFINITY))]);
    let narrow = Waterfall { panel_width: 100, ..figure(vec![panel("lpo", &ROWS, None)]) };
    assert!(narrow.draw().unwrap_err().is_parameter());
    // What reduces the whole is no mistake.
    let less = [("TIA", "optical", 1.0), ("beating", "interference", -0.2)];
    assert!(figure(vec![panel("lpo", &less, Some(0.8))]).draw().is_ok());
}
