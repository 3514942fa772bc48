//! The one font of all figures: its measures and its glyphs as pixel coverage.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// DejaVu Sans 2.37, cut to Latin-1, Greek, superscripts, subscripts, arrows and mathematics.
///
/// Every outline has an extra point at its origin: plotters drops the space left of a glyph, and
/// the point makes that space part of the glyph. The licence is beside the font.
static DEJAVU_SANS: &[u8] = include_bytes!("fonts/DejaVuSans-subset.ttf");

/// The height that plotters scales by, ascent plus descent, in units of the em square.
const LINE_PER_EM: f64 = (1901.0 + 483.0) / 2048.0;

/// How many times finer than pixels glyphs are drawn, before they are averaged.
const OVERSAMPLING: i32 = 4;

/// The part of each pixel that text covers, row by row; `left` and `top` are relative to the start
/// of the baseline, in pixels.
#[derive(Debug)]
pub(super) struct Coverage {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: usize,
    pub(super) values: Vec<f32>,
}

/// The width of `text` in pixels at a text size of `size` pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let font = font(1000.0 * LINE_PER_EM);
    text.chars().map(|c| advance(&font, c)).sum::<f64>() * size / 1000.0
}

/// Draws `text` at a size of `size` pixels, with the baseline starting at pixel 0, 0.
pub(super) fn coverage(text: &str, size: f64) -> Coverage {
    let margin = size.ceil() as i32;
    let columns = width(text, size).ceil() as usize + 2 * margin as usize;
    let rows = 2 * margin as usize;
    let mut values = vec![0.0; columns * rows];

    // An even height puts the baseline, half of it below the top, on a whole pixel.
    let fine = f64::from(OVERSAMPLING);
    let line = 2.0 * (0.5 * size * LINE_PER_EM * fine).round();
    let (baseline, font, ruler) = ((0.5 * line) as i32, font(line), font(1000.0 * LINE_PER_EM));
    let share = 1.0 / (fine * fine) as f32;
    let mut start = 0.0;
    for c in text.chars() {
        let from = (start * fine).round() as i32;
        // Drawing fails only where the font does not load, which a test excludes.
        let _ = font.draw(c.encode_utf8(&mut [0; 4]), (from, -baseline), |x, y, cover| {
            let column = x.div_euclid(OVERSAMPLING) + margin;
            let row = y.div_euclid(OVERSAMPLING) + margin;
            if (0..columns as i32).contains(&column) && (0..rows as i32).contains(&row) {
                values[row as usize * columns + column as usize] += share * cover;
            }
            Ok::<(), std::convert::Infallible>(())
        });
        start += advance(&ruler, c) * size / 1000.0;
    }
    Coverage { left: -margin, top: -margin, width: columns, values }
}

fn advance(font: &FontDesc<'_>, c: char) -> f64 {
    let layout = font.layout_box(c.encode_utf8(&mut [0; 4]));
    layout.map_or(0.0, |(_, (right, _))| f64::from(right))
}

fn font(line: f64) -> FontDesc<'static> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    REGISTERED.get_or_init(|| register_font("sans-serif", FontStyle::Normal, DEJAVU_SANS).is_ok());
    FontDesc::new(FontFamily::SansSerif, line, FontStyle::Normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_that_figures_use_has_a_glyph() {
        for c in "Az09µΩλσ·×−±≤≥≈√∞→←₀₁⁰¹²³⁴⁵⁶⁷⁸⁹⁻°½–…".chars()
        {
            assert!(advance(&font(1000.0), c) > 0.0, "{c} has no width");
            let drawn = coverage(&c.to_string(), 16.0);
            assert!(drawn.values.iter().any(|&v| v > 0.2), "{c} draws nothing");
        }
    }

    #[test]
    fn width_is_proportional_to_size() {
        assert!((width("Amplitude", 32.0) - 2.0 * width("Amplitude", 16.0)).abs() < 1e-9);
        // The advance of `m` in DejaVu Sans is 1995 of 2048.
        assert!((width("m", 2048.0) / 1995.0 - 1.0).abs() < 2e-3);
    }

    #[test]
    fn a_period_sits_on_the_baseline_and_right_of_the_origin() {
        let dot = coverage(".", 40.0);
        let inked = (0..dot.values.len()).filter(|&i| dot.values[i] > 0.5);
        for i in inked {
            let (x, y) = ((i % dot.width) as i32 + dot.left, (i / dot.width) as i32 + dot.top);
            assert!((4..=9).contains(&x) && (-6..0).contains(&y), "ink at {x}, {y}");
        }
    }
}
