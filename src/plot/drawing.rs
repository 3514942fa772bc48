//! What every figure becomes: a drawing, which is written as PNG or SVG.

use std::path::Path;

use super::canvas::Canvas;
use super::{PAPER, raster, svg};
use crate::{Error, Result};

/// A figure that has been drawn, ready to be written as PNG or SVG.
///
/// Every figure has a `draw` that makes one; what is wrong with a figure is said there, and nothing
/// but the file can fail here.
///
/// ```no_run
/// use lightlane::plot::{Chart, Drawing};
///
/// let [left, right] = [Chart::default(), Chart::default()];
/// let drawing = left.draw()?;
/// drawing.write("left.png")?;
/// drawing.write("left.svg")?;
/// Drawing::beside([drawing, right.draw()?])?.write("both.svg")?;
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Drawing {
    canvas: Canvas,
}

impl Drawing {
    pub(super) fn new(canvas: Canvas) -> Self {
        Self { canvas }
    }

    /// Drawings from left to right on one sheet, their upper edges in line.
    ///
    /// # Errors
    /// No drawings, or a sheet above 16384x16384 pixels.
    pub fn beside(drawings: impl IntoIterator<Item = Self>) -> Result<Self> {
        Self::in_line(drawings, 0)
    }

    /// Drawings from top to bottom on one sheet, their left edges in line.
    ///
    /// # Errors
    /// As for [`Drawing::beside`].
    pub fn below(drawings: impl IntoIterator<Item = Self>) -> Result<Self> {
        Self::in_line(drawings, 1)
    }

    /// Drawings one after the other: to the right for the first axis, down for the second.
    fn in_line(drawings: impl IntoIterator<Item = Self>, axis: usize) -> Result<Self> {
        let all: Vec<Canvas> = drawings.into_iter().map(|drawing| drawing.canvas).collect();
        if all.is_empty() {
            return Err(Error::parameter("drawings", "empty", "at least one"));
        }
        let mut size = [0; 2];
        let mut corners = Vec::new();
        for canvas in &all {
            let mut corner = [0.0; 2];
            corner[axis] = size[axis] as f64;
            corners.push(corner);
            let sides = [canvas.width, canvas.height];
            size[axis] += sides[axis];
            size[1 - axis] = size[1 - axis].max(sides[1 - axis]);
        }
        let mut sheet = Canvas::new(size.map(|side| u32::try_from(side).unwrap_or(u32::MAX)))?;
        for (canvas, corner) in all.into_iter().zip(corners) {
            sheet.append(canvas, corner);
        }
        Ok(Self::new(sheet))
    }

    /// The drawing as the content of a PNG file.
    ///
    /// # Errors
    /// The encoder fails, which it does only without memory.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        raster::encode(&raster::pixels(&self.canvas, PAPER))
    }

    /// The drawing as an SVG document, which holds densities as PNG images.
    ///
    /// # Errors
    /// As for [`Drawing::to_png`].
    pub fn to_svg(&self) -> Result<String> {
        svg::document(&self.canvas, PAPER)
    }

    /// Writes the drawing to a file whose name ends in `.png` or `.svg`.
    ///
    /// # Errors
    /// A name with another ending, or a file that cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let bytes = match extension.as_deref() {
            Some("png") => self.to_png()?,
            Some("svg") => self.to_svg()?.into_bytes(),
            _ => {
                let message = "a figure is written as `.png` or `.svg`";
                return Err(Error::usage(message).in_file(path));
            }
        };
        std::fs::write(path, bytes).map_err(|source| Error::io(path, source))
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Rect;
    use super::*;

    #[test]
    fn drawings_beside_each_other_show_what_each_shows() {
        let drawing = |width: u32, color: [u8; 3]| {
            let mut canvas = Canvas::new([width, 150]).unwrap();
            canvas.clip = Some(Rect { left: 20.0, top: 10.0, right: 60.0, bottom: 100.0 });
            canvas.polygon(vec![[0.0, 0.0], [500.0, 0.0], [500.0, 500.0], [0.0, 500.0]], color);
            Drawing::new(canvas)
        };
        let both = Drawing::beside([drawing(200, [255, 0, 0]), drawing(300, [0, 0, 255])]).unwrap();
        let pixels = raster::pixels(&both.canvas, PAPER);
        assert_eq!((pixels.width, pixels.height), (500, 150));
        let at = |x: usize, y: usize| &pixels.rgb[3 * (y * 500 + x)..][..3];
        assert_eq!(at(40, 50), [255, 0, 0]);
        assert_eq!(at(240, 50), [0, 0, 255]);
        for (x, y) in [(10, 50), (70, 50), (210, 50), (270, 50), (240, 5), (240, 110)] {
            assert_eq!(at(x, y), PAPER, "{x}, {y}");
        }
        let stacked =
            Drawing::below([drawing(200, [255, 0, 0]), drawing(300, [0, 0, 255])]).unwrap();
        let pixels = raster::pixels(&stacked.canvas, PAPER);
        assert_eq!((pixels.width, pixels.height), (300, 300));
        let at = |x: usize, y: usize| &pixels.rgb[3 * (y * 300 + x)..][..3];
        assert_eq!([at(40, 50), at(40, 200)], [[255, 0, 0], [0, 0, 255]]);
        for (x, y) in [(40, 5), (40, 110), (40, 155), (40, 260), (250, 50)] {
            assert_eq!(at(x, y), PAPER, "{x}, {y}");
        }
        assert!(Drawing::below([]).unwrap_err().is_parameter());
        assert!(Drawing::beside([]).unwrap_err().is_parameter());
        let wide = (0..90).map(|_| drawing(200, [0; 3]));
        assert!(Drawing::beside(wide).unwrap_err().is_parameter());
    }

    #[test]
    fn a_file_that_cannot_be_written_is_refused() {
        let drawing = Drawing::new(Canvas::new([200, 150]).unwrap());
        assert!(drawing.write("figure.pdf").unwrap_err().is_usage());
        assert!(drawing.write("no-such-directory/figure.svg").unwrap_err().is_io());
    }
}
