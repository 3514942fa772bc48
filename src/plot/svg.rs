//! Marks to an SVG document.

use std::fmt::Write;

use super::canvas::{Anchor, Canvas, Color, Ink, Pen, Point, Rect, Shape, Text};
use super::raster;
use crate::Result;

/// The figures are laid out for the first; the second is as wide.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// The document that shows every mark of `canvas` on a ground of one color.
pub(super) fn document(canvas: &Canvas, ground: Color) -> Result<String> {
    let (width, height) = (canvas.width, canvas.height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILY}\" stroke-linecap=\"round\" \
         stroke-linejoin=\"round\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        hex(ground)
    );
    let mut clips: Vec<Rect> = Vec::new();
    for mark in &canvas.marks {
        let clip = mark.clip.map_or_else(String::new, |clip| {
            let known = clips.iter().position(|c| *c == clip);
            let index = known.unwrap_or_else(|| {
                svg += &clip_path(clips.len(), &clip);
                clips.push(clip);
                clips.len() - 1
            });
            format!(" clip-path=\"url(#clip{index})\"")
        });
        svg += &match &mark.shape {
            Shape::Path(points, pen) => path(points, pen, &clip),
            Shape::Polygon(points, ink) => polygon(points, *ink, &clip),
            Shape::Band(points, ink) => {
                let there = points.iter().map(|p| [p[0], p[1]]);
                let back = points.iter().rev().map(|p| [p[0], p[2]]);
                polygon(&there.chain(back).collect::<Vec<_>>(), *ink, &clip)
            }
            Shape::Text(line) => text(line),
            Shape::Image([x, y], image) => format!(
                "<image x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" \
                 href=\"data:image/png;base64,{}\"/>\n",
                image.width,
                image.height,
                base64(&raster::encode(image)?)
            ),
        };
    }
    svg += "</svg>\n";
    Ok(svg)
}

fn clip_path(index: usize, clip: &Rect) -> String {
    format!(
        "<clipPath id=\"clip{index}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\
         </clipPath>\n",
        number(clip.left),
        number(clip.top),
        number(clip.width()),
        number(clip.height())
    )
}

fn path(points: &[Point], pen: &Pen, clip: &str) -> String {
    let dash = pen.dash.iter().map(|&length| number(length)).collect::<Vec<_>>().join(" ");
    let dash = if dash.is_empty() { dash } else { format!(" stroke-dasharray=\"{dash}\"") };
    format!(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}{dash}{clip}/>\n",
        list(points),
        hex(pen.ink.color),
        number(pen.width),
        opacity("stroke-opacity", pen.ink)
    )
}

fn polygon(points: &[Point], ink: Ink, clip: &str) -> String {
    let opacity = opacity("fill-opacity", ink);
    let fill = hex(ink.color);
    format!("<polygon points=\"{}\" fill=\"{fill}\"{opacity}{clip}/>\n", list(points))
}

fn text(line: &Text) -> String {
    let (x, y) = (number(line.at[0]), number(line.at[1]));
    let anchor = match line.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let turn =
        if line.turned { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{}\"{}{turn}>\
         {}</text>\n",
        number(line.size),
        hex(line.ink.color),
        opacity("fill-opacity", line.ink),
        escaped(&line.text)
    )
}

fn opacity(attribute: &str, ink: Ink) -> String {
    if ink.opacity < 1.0 {
        format!(" {attribute}=\"{}\"", number(ink.opacity))
    } else {
        String::new()
    }
}

fn list(points: &[Point]) -> String {
    let mut list = String::new();
    for (i, &[x, y]) in points.iter().enumerate() {
        let space = if i == 0 { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(list, "{space}{},{}", number(x), number(y));
    }
    list
}

/// A number with at most two decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn hex([red, green, blue]: Color) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            // Control characters have no place in XML.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// Bytes as text of 64 characters: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let code = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit <= chunk.len() { char::from(DIGITS[code as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_matches_the_vectors_of_rfc_4648() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in vectors {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn numbers_are_short_and_text_is_escaped() {
        assert_eq!(number(12.0), "12");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(100.456), "100.46");
        assert_eq!(escaped("a < b & c\u{7}"), "a &lt; b &amp; c ");
    }
}
