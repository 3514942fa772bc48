//! Marks to anti-aliased pixels, and pixels to PNG.
//!
//! The part of a pixel that a shape covers is taken from the distance of its center to the shape's
//! edge: half a pixel inside is all, half a pixel outside is nothing.

use super::canvas::{Anchor, Canvas, Color, Ink, Pen, Pixels, Point, Rect, Shape, Text};
use super::font;
use crate::{Error, Result};

/// Draws every mark of `canvas` on a ground of one color.
pub(super) fn pixels(canvas: &Canvas, ground: Color) -> Pixels {
    let (width, height) = (canvas.width, canvas.height);
    let mut sheet = Pixels { width, height, rgb: ground.repeat(width * height) };
    for mark in &canvas.marks {
        let window = Window::new(&sheet, mark.clip);
        match &mark.shape {
            Shape::Path(points, pen) => path(&mut sheet, window, points, pen),
            Shape::Polygon(points, ink) => polygon(&mut sheet, window, points, *ink),
            Shape::Band(points, ink) => band(&mut sheet, window, points, *ink),
            Shape::Text(line) => text(&mut sheet, window, line),
            Shape::Image(at, image) => copy(&mut sheet, window, *at, image),
        }
    }
    sheet
}

/// An image as a PNG file.
pub(super) fn encode(image: &Pixels) -> Result<Vec<u8>> {
    let failed = |error: png::EncodingError| Error::unsupported(format!("PNG image: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width as u32, image.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&image.rgb).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// A range of whole pixels: columns `left..right` and rows `top..bottom`.
#[derive(Clone, Copy)]
struct Window {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Window {
    fn new(sheet: &Pixels, clip: Option<Rect>) -> Self {
        let all = Self { left: 0, top: 0, right: sheet.width, bottom: sheet.height };
        clip.map_or(all, |clip| all.within(&clip))
    }

    /// The pixels of this window that a rectangle touches.
    fn within(self, rect: &Rect) -> Self {
        Self {
            left: self.left.max(rect.left.floor() as usize),
            top: self.top.max(rect.top.floor() as usize),
            right: self.right.min(rect.right.ceil() as usize),
            bottom: self.bottom.min(rect.bottom.ceil() as usize),
        }
    }

    /// The pixels of this window that points touch, with `margin` round them.
    fn round(self, points: &[Point], margin: f64) -> Self {
        let mut rect = Rect {
            left: f64::INFINITY,
            top: f64::INFINITY,
            right: f64::NEG_INFINITY,
            bottom: f64::NEG_INFINITY,
        };
        for &[x, y] in points {
            rect.left = rect.left.min(x);
            rect.right = rect.right.max(x);
            rect.top = rect.top.min(y);
            rect.bottom = rect.bottom.max(y);
        }
        self.within(&rect.grown(margin))
    }

    fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }
}

fn blend(sheet: &mut Pixels, column: usize, row: usize, ink: Ink, cover: f64) {
    let share = (ink.opacity * cover) as f32;
    let at = 3 * (row * sheet.width + column);
    for (old, new) in sheet.rgb[at..at + 3].iter_mut().zip(ink.color) {
        let below = f32::from(*old);
        *old = (below + share * (f32::from(new) - below)).round() as u8;
    }
}

fn path(sheet: &mut Pixels, window: Window, points: &[Point], pen: &Pen) {
    let reach = 0.5 * pen.width + 0.5;
    let window = window.round(points, reach);
    if window.is_empty() {
        return;
    }
    let columns = window.right - window.left;
    // The segments of a path cover a pixel together, not one after another: joints must not darken.
    let mut cover = vec![0f32; columns * (window.bottom - window.top)];
    let mut add = |from: Point, to: Point| {
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let squared = (dx * dx + dy * dy).max(1e-12);
        let around = window.round(&[from, to], reach);
        for row in around.top..around.bottom {
            let y = row as f64 + 0.5;
            // Only the part of the segment that is near the row can cover a pixel of it.
            let (mut first, mut last) = (0.0, 1.0);
            if dy.abs() > 1e-9 {
                let (a, b) = ((y - reach - from[1]) / dy, (y + reach - from[1]) / dy);
                first = a.min(b).clamp(0.0, 1.0);
                last = a.max(b).clamp(0.0, 1.0);
            }
            let (a, b) = (from[0] + first * dx, from[0] + last * dx);
            let near = around.round(&[[a, y], [b, y]], reach);
            for column in near.left..near.right {
                let x = column as f64 + 0.5;
                let along = (((x - from[0]) * dx + (y - from[1]) * dy) / squared).clamp(0.0, 1.0);
                let distance = (x - from[0] - along * dx).hypot(y - from[1] - along * dy);
                let covered = (reach - distance).clamp(0.0, pen.width.min(1.0)) as f32;
                let cell = &mut cover[(row - window.top) * columns + column - window.left];
                *cell = cell.max(covered);
            }
        }
    };
    if pen.dash.is_empty() {
        points.windows(2).for_each(|pair| add(pair[0], pair[1]));
    } else {
        dashes(points, pen.dash, &mut add);
    }
    for (i, &covered) in cover.iter().enumerate().filter(|(_, covered)| **covered > 0.0) {
        let (row, column) = (window.top + i / columns, window.left + i % columns);
        blend(sheet, column, row, pen.ink, f64::from(covered));
    }
}

/// Calls `add` for every straight piece of a path that is not in a gap.
fn dashes(points: &[Point], dash: &[f64], mut add: impl FnMut(Point, Point)) {
    let (mut index, mut left) = (0, dash[0]);
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        let at = |s: f64| {
            let share = s / length.max(1e-12);
            [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
        };
        let mut done = 0.0;
        while done < length {
            let step = left.min(length - done);
            if index % 2 == 0 {
                add(at(done), at(done + step));
            }
            done += step;
            left -= step;
            if left <= 1e-9 {
                index = (index + 1) % dash.len();
                left = dash[index];
            }
        }
    }
}

fn polygon(sheet: &mut Pixels, window: Window, points: &[Point], ink: Ink) {
    let window = window.round(points, 0.5);
    let edges = || points.iter().zip(points.iter().cycle().skip(1));
    let turn: f64 = edges().map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>().signum();
    for row in window.top..window.bottom {
        for column in window.left..window.right {
            let (x, y) = (column as f64 + 0.5, row as f64 + 0.5);
            let inside = edges()
                .map(|(a, b)| {
                    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                    turn * (dx * (y - a[1]) - dy * (x - a[0])) / dx.hypot(dy).max(1e-12)
                })
                .fold(f64::INFINITY, f64::min);
            if inside > -0.5 {
                blend(sheet, column, row, ink, (inside + 0.5).min(1.0));
            }
        }
    }
}

fn band(sheet: &mut Pixels, window: Window, points: &[[f64; 3]], ink: Ink) {
    for pair in points.windows(2) {
        let (a, b) = if pair[0][0] <= pair[1][0] { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        let first = (a[0] - 0.5).ceil().max(window.left as f64) as usize;
        let last = (b[0] - 0.5).ceil().min(window.right as f64).max(0.0) as usize;
        for column in first..last {
            let share = (column as f64 + 0.5 - a[0]) / (b[0] - a[0]);
            let (u, v) = (a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]));
            let (top, bottom) = (u.min(v), u.max(v));
            let rows = window.within(&Rect { left: 0.0, right: 0.0, top, bottom });
            for row in rows.top..rows.bottom {
                let y = row as f64;
                blend(sheet, column, row, ink, bottom.min(y + 1.0) - top.max(y));
            }
        }
    }
}

fn text(sheet: &mut Pixels, window: Window, line: &Text) {
    let drawn = font::coverage(&line.text, line.size);
    let before = match line.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * font::width(&line.text, line.size),
        Anchor::End => font::width(&line.text, line.size),
    };
    let [x, y] = if line.turned {
        [line.at[0], line.at[1] + before]
    } else {
        [line.at[0] - before, line.at[1]]
    };
    let (x, y) = (x.round() as i32, y.round() as i32);
    for (i, &cover) in drawn.values.iter().enumerate().filter(|(_, cover)| **cover > 0.0) {
        let along = (i % drawn.width) as i32 + drawn.left;
        let down = (i / drawn.width) as i32 + drawn.top;
        let (column, row) =
            if line.turned { (x + down, y - 1 - along) } else { (x + along, y + down) };
        let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else {
            continue;
        };
        if (window.left..window.right).contains(&column)
            && (window.top..window.bottom).contains(&row)
        {
            blend(sheet, column, row, line.ink, f64::from(cover.min(1.0)));
        }
    }
}

fn copy(sheet: &mut Pixels, window: Window, at: Point, image: &Pixels) {
    let (left, top) = (at[0] as usize, at[1] as usize);
    let columns = image.width.min(window.right.saturating_sub(left));
    let rows = image.height.min(window.bottom.saturating_sub(top));
    for row in 0..rows {
        let from = &image.rgb[3 * row * image.width..][..3 * columns];
        sheet.rgb[3 * ((top + row) * sheet.width + left)..][..3 * columns].copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink_of(draw: impl FnOnce(&mut Canvas)) -> f64 {
        let mut canvas = Canvas::new([200, 150]).unwrap();
        draw(&mut canvas);
        let sheet = pixels(&canvas, [255, 255, 255]);
        sheet.rgb.iter().step_by(3).map(|&v| 1.0 - f64::from(v) / 255.0).sum()
    }

    #[test]
    fn ink_equals_area_wherever_a_shape_lies() {
        let black = [0, 0, 0];
        for shift in [0.0, 0.25, 0.5, 0.8] {
            let [left, top] = [20.0 + shift, 30.0 + 0.5 * shift];
            let square = Rect { left, top, right: left + 40.0, bottom: top + 30.0 };
            let filled = ink_of(|c| c.polygon(square.corners(), black));
            assert!((filled - 1200.0).abs() < 8.0, "square {filled}");
            let points = vec![[left, top, top + 30.0], [left + 40.0, top, top + 30.0]];
            let between = ink_of(|c| c.add(Shape::Band(points, black.into())));
            assert!((between - 1200.0).abs() < 8.0, "band {between}");
            let line = vec![[left, top], [left + 80.0, top + 60.0]];
            let stroke = ink_of(|c| c.path(line, Pen::solid(black, 3.0)));
            assert!((stroke - 307.0).abs() < 8.0, "line {stroke}");
        }
    }

    #[test]
    fn dashes_leave_their_share_of_a_line() {
        let mut pen = Pen::solid([0, 0, 0], 1.0);
        pen.dash = &[10.0, 10.0];
        let dashed = ink_of(|c| c.path(vec![[10.0, 75.5], [90.0, 75.5], [190.0, 75.5]], pen));
        assert!((dashed - 99.0).abs() < 3.0, "{dashed}");
    }

    #[test]
    fn nothing_is_drawn_outside_the_clip_or_the_sheet() {
        let far = vec![[-500.0, -900.0], [700.0, 1000.0]];
        let clip = Rect { left: 50.0, top: 50.0, right: 60.0, bottom: 60.0 };
        let clipped = ink_of(|c| {
            c.clip = Some(clip);
            c.path(far.clone(), Pen::solid([0, 0, 0], 400.0));
        });
        assert!((clipped - 100.0).abs() < 1e-9, "{clipped}");
        assert!(ink_of(|c| c.path(far, Pen::solid([0, 0, 0], 3.0))) > 10.0);
    }
}
