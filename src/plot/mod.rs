//! Figures: charts of curves and pictures of eyes, as PNG or SVG.
//!
//! A figure is a plain struct of plain numbers; its `draw` makes a [`Drawing`], which is written to
//! a file whose kind follows from the name (`.png` or `.svg`). The same figure gives the same bytes
//! on every machine: the font is part of the crate, and no system font is looked for.
//!
//! # Conventions
//! Values are in the unit that the axis label names; nothing is converted here. Sizes are in pixels
//! of a figure that is 1120 wide and 720 high unless its `size` says otherwise. Colors are safe for
//! color-blind readers, and series differ in marker shape too.
//!
//! ```no_run
//! use lightlane::plot::{Axis, Chart, LineStyle, Scale, Series};
//!
//! let chart = Chart {
//!     title: "LPO-DR, 106.25 Gb/s PAM4".into(),
//!     x: Axis { label: "Received OMA (dBm)".into(), ..Axis::default() },
//!     y: Axis { label: "Bit error ratio".into(), scale: Scale::Log, range: None },
//!     series: vec![Series {
//!         name: "counted".into(),
//!         points: vec![[-8.0, 1.2e-3], [-7.0, 2.1e-4], [-6.0, 1.8e-5]],
//!         style: LineStyle::Dashed,
//!         markers: true,
//!         ..Series::default()
//!     }],
//!     ..Chart::default()
//! };
//! chart.draw()?.write("ber.svg")?;
//! # Ok::<(), lightlane::Error>(())
//! ```

mod axis;
mod canvas;
mod chart;
mod curve;
mod density;
mod drawing;
mod eye;
mod font;
mod frame;
mod key;
mod legend;
mod map;
mod names;
mod panel;
mod raster;
mod recipe;
mod reference;
mod stack;
mod statistical;
mod svg;
mod waterfall;

pub use axis::{Axis, Scale};
pub use chart::{Chart, LineStyle, Orientation, ReferenceLine, Series};
pub use drawing::Drawing;
pub use eye::{EyeBox, EyeFigure, EyePanel};
pub use map::{MapFigure, MapPanel};
pub use names::PointName;
pub use stack::{Stack, StackBar};
pub use statistical::{Contour, StatisticalEyeFigure, StatisticalEyePanel};
pub use waterfall::{Contribution, Waterfall, WaterfallPanel};

use canvas::Color;

/// The size of a figure or panel that does not choose one: width and height.
const SIZE: [u32; 2] = [1120, 720];

// Text sizes: the height of the em square.
const TITLE: f64 = 23.0;
const SUBTITLE: f64 = 16.0;
const PANEL_TITLE: f64 = 18.0;
const NOTE: f64 = 16.0;
const AXIS_LABEL: f64 = 18.0;
const TICK_LABEL: f64 = 16.0;
const LEGEND: f64 = 16.0;
const LINE_LABEL: f64 = 15.0;

/// The free border round a figure or panel.
const MARGIN: f64 = 18.0;
/// The space between a plot and its tick labels.
const TICK_GAP: f64 = 9.0;

const CURVE_WIDTH: f64 = 2.4;
const MARKER_RADIUS: f64 = 5.0;

const PAPER: Color = [255, 255, 255];
const TEXT: Color = [28, 32, 38];
const FAINT_TEXT: Color = [86, 92, 100];
const BORDER: Color = [90, 96, 104];
const REFERENCE: Color = [74, 80, 88];

/// The colors of series in order: those of Okabe and Ito that are dark enough on white.
///
/// M. Okabe and K. Ito, *Color Universal Design* (2008).
const PALETTE: [Color; 7] = [
    [0, 114, 178],
    [213, 94, 0],
    [0, 158, 115],
    [204, 121, 167],
    [230, 159, 0],
    [86, 180, 233],
    [40, 40, 40],
];

#[cfg(test)]
mod tests {
    use ndarray::{Array2, ArrayView2};

    use super::*;

    fn chart(points: &[[f64; 2]]) -> Chart {
        Chart {
            title: "Errors & limits".into(),
            x: Axis { label: "Received OMA (dBm)".into(), ..Axis::default() },
            y: Axis { label: "BER".into(), scale: Scale::Log, range: None },
            series: vec![Series {
                name: "counted".into(),
                points: points.to_vec(),
                markers: true,
                ..Series::default()
            }],
            lines: vec![ReferenceLine {
                value: 2e-4,
                label: "LPO MSA limit".into(),
                ..ReferenceLine::default()
            }],
            ..Chart::default()
        }
    }

    fn figure<'a>(density: &[ArrayView2<'a, u32>]) -> EyeFigure<'a> {
        let panel = |(index, density): (usize, &ArrayView2<'a, u32>)| EyePanel {
            title: format!("eye {index}"),
            density: *density,
            time: [-1.0, 1.0],
            amplitude: [-400.0, 400.0],
            unit: "mV".into(),
            notes: vec!["BER 3.1e-5 <counted>".into()],
            openings: vec![EyeBox { time: [-0.1, 0.1], amplitude: [-20.0, 20.0] }],
        };
        let panels = density.iter().enumerate().map(panel).collect();
        EyeFigure { title: "TP4".into(), panels, panel_size: [640, 480] }
    }

    fn waterfall() -> Vec<[f64; 2]> {
        (0..20).map(|i| [f64::from(i) - 12.0, 10f64.powf(-1.0 - 0.25 * f64::from(i))]).collect()
    }

    /// Width, height and the number of different colors.
    fn decoded(bytes: &[u8]) -> (u32, u32, usize) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        let colors: std::collections::BTreeSet<&[u8]> = rgb.chunks(3).collect();
        (info.width, info.height, colors.len())
    }

    /// Checks that tags nest, and returns the text outside tags.
    fn text_of(svg: &str) -> String {
        let (mut open, mut text) = (Vec::new(), String::new());
        for piece in svg.split('<').skip(1) {
            let (tag, after) = piece.split_once('>').unwrap();
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(tag.split(' ').next().unwrap());
            }
            text += after;
        }
        assert!(open.is_empty(), "{open:?}");
        text
    }

    #[test]
    fn a_png_has_its_size_and_is_not_blank() {
        let (width, height, colors) =
            decoded(&chart(&waterfall()).draw().unwrap().to_png().unwrap());
        assert_eq!((width, height), (1120, 720));
        assert!(colors > 50);
        let density = Array2::from_shape_fn((50, 80), |(row, column)| (row * column) as u32);
        let (width, height, colors) =
            decoded(&figure(&[density.view(); 2]).draw().unwrap().to_png().unwrap());
        assert_eq!((width, height), (1280, 480));
        assert!(colors > 300);
    }

    #[test]
    fn an_svg_is_well_formed_and_holds_every_label() {
        let text = text_of(&chart(&waterfall()).draw().unwrap().to_svg().unwrap());
        let labels = ["Errors &amp; limits", "Received OMA (dBm)", "BER", "counted", "10⁻³"];
        for label in labels.into_iter().chain(["LPO MSA limit"]) {
            assert!(text.contains(label), "{label} is missing in {text}");
        }
        let density = Array2::from_elem((3, 3), 7);
        let svg = figure(&[density.view()]).draw().unwrap().to_svg().unwrap();
        assert_eq!(svg.matches("data:image/png;base64,iVBOR").count(), 2);
        let text = text_of(&svg);
        for label in ["TP4", "eye 0", "&lt;counted&gt;", "Time (UI)", "Amplitude (mV)", "hits"] {
            assert!(text.contains(label), "{label} is missing in {text}");
        }
    }

    #[test]
    fn the_same_figure_gives_the_same_bytes() {
        let points = waterfall();
        assert_eq!(
            chart(&points).draw().unwrap().to_png().unwrap(),
            chart(&points).draw().unwrap().to_png().unwrap()
        );
        assert_eq!(
            chart(&points).draw().unwrap().to_svg().unwrap(),
            chart(&points).draw().unwrap().to_svg().unwrap()
        );
    }

    #[test]
    fn names_of_points_are_shown_where_the_plot_shows_the_points() {
        let mut chart = chart(&waterfall());
        let name = |at, text: &str| PointName { at, text: text.into() };
        chart.names = vec![
            name(waterfall()[3], "third"),
            name(waterfall()[3], "third again"),
            name([1e9, 1e-3], "far away"),
            name([f64::NAN, 1e-3], "nowhere"),
        ];
        let svg = chart.draw().unwrap().to_svg().unwrap();
        let place = |text: &str| {
            let end = svg.find(&format!(">{text}</text>"))?;
            svg[..end].rfind("<text").map(|start| svg[start..end].to_owned())
        };
        assert!(place("third").is_some() && place("third") != place("third again"));
        assert!(place("third again").is_some());
        assert_eq!([place("far away"), place("nowhere")], [None, None]);
    }

    #[test]
    fn strange_data_gives_a_picture() {
        let nan = f64::NAN;
        let cases: [&[[f64; 2]]; 8] = [
            &[],
            &[[nan, nan], [nan, 1.0], [1.0, f64::INFINITY]],
            &[[0.0, 1e-3]],
            &[[0.0, 1e-3], [1.0, 1e-3]],
            &[[0.0, 0.0], [1.0, -1.0]],
            &[[0.0, 1e-90], [1.0, 1e90]],
            &[[0.0, 1e-3], [1.0, nan], [2.0, 1e-5], [2.0, 1e-9]],
            &[[5.0, 1e-3], [-3.0, 1e-5], [1e9, 1e-4]],
        ];
        for points in cases {
            for scale in [Scale::Log, Scale::Linear] {
                for style in [LineStyle::Dashed, LineStyle::Hidden] {
                    for markers in [true, false] {
                        let mut chart = chart(points);
                        chart.size = [300, 200];
                        chart.y.scale = scale;
                        chart.series[0].style = style;
                        chart.series[0].markers = markers;
                        let intervals = points.iter().map(|p| [0.0, 2.0 * p[1]]);
                        chart.series[0].intervals = Some(intervals.collect());
                        assert!(
                            decoded(&chart.draw().unwrap().to_png().unwrap()).2 > 3,
                            "{points:?}"
                        );
                        text_of(&chart.draw().unwrap().to_svg().unwrap());
                    }
                }
            }
        }
        for density in [Array2::zeros((9, 9)), Array2::from_elem((1, 1), u32::MAX)] {
            assert!(decoded(&figure(&[density.view()]).draw().unwrap().to_png().unwrap()).2 > 3);
        }
    }

    #[test]
    fn a_chart_without_data_says_so() {
        assert!(text_of(&chart(&[]).draw().unwrap().to_svg().unwrap()).contains("no data"));
        assert!(
            !text_of(&chart(&waterfall()).draw().unwrap().to_svg().unwrap()).contains("no data")
        );
        let density = Array2::zeros((4, 4));
        let svg = figure(&[density.view()]).draw().unwrap().to_svg().unwrap();
        assert!(text_of(&svg).contains("no hits"));
    }

    #[test]
    fn wrong_figures_are_refused_with_a_reason() {
        let mut uneven = chart(&waterfall());
        uneven.series[0].intervals = Some(vec![[0.0, 1.0]]);
        assert_eq!(
            uneven.draw().unwrap_err().to_string(),
            "`intervals` is 1 pairs, but must be one for each of the 20 points of `counted`"
        );
        let mut tiny = chart(&[]);
        tiny.size = [10, 10];
        assert!(tiny.draw().unwrap_err().is_parameter());
        assert!(figure(&[]).draw().unwrap_err().is_parameter());
        assert!(figure(&[Array2::zeros((0, 5)).view()]).draw().unwrap_err().is_parameter());
        let mut flat = Array2::zeros((5, 5));
        flat.fill(1);
        let mut figure = figure(&[flat.view()]);
        figure.panels[0].amplitude = [1.0, 1.0];
        assert!(figure.draw().unwrap_err().to_string().starts_with("`amplitude.range`"));
    }
}
