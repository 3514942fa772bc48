//! Densities to colors.

use ndarray::ArrayView2;

use super::canvas::{Color, Pixels};

/// The color of nothing.
pub(super) const GROUND: Color = [8, 9, 18];

/// The grade of the lowest value shown; grades end at 1, that of the highest.
const FLOOR: f32 = 0.16;

/// Colors of the grades 0 to 1 in equal steps: few enough that pictures of noise stay small files.
const SHADES: usize = 32;

/// Pictures a density, the first row at the bottom, on `width` x `height` pixels.
///
/// Values are graded, 0 for nothing at all and from [`grade`] else, and then spread over pixels by a
/// triangular kernel: between cells it interpolates grades linearly, and where cells are smaller
/// than pixels it averages them.
pub(super) fn picture<T: Copy>(
    density: &ArrayView2<'_, T>,
    grade: impl Fn(T) -> f32,
    [width, height]: [usize; 2],
) -> Pixels {
    let (rows, columns) = density.dim();
    let across = kernel(columns, width);
    let mut wide = Vec::with_capacity(rows * width);
    for row in density.rows() {
        let graded: Vec<f32> = row.iter().map(|&value| grade(value)).collect();
        wide.extend(across.iter().map(|(first, weights)| {
            weights.iter().zip(&graded[*first..]).map(|(w, g)| w * g).sum::<f32>()
        }));
    }
    let shades = shades();
    let mut rgb = Vec::with_capacity(3 * width * height);
    let mut line = vec![0f32; width];
    for (first, weights) in kernel(rows, height).iter().rev() {
        line.fill(0.0);
        for (row, weight) in weights.iter().enumerate() {
            let from = &wide[(first + row) * width..][..width];
            line.iter_mut().zip(from).for_each(|(sum, value)| *sum += weight * value);
        }
        for grade in &line {
            rgb.extend(shades[((grade * (SHADES - 1) as f32).round() as usize).min(SHADES - 1)]);
        }
    }
    Pixels { width, height, rgb }
}

/// The grade of a value that stands at `share` of the color bar, 0 at the bottom and 1 at the top.
///
/// A `bend` above 1 spends more of the colors on the upper part of the bar.
pub(super) fn grade(share: f32, bend: f32) -> f32 {
    FLOOR + (1.0 - FLOOR) * share.powf(bend)
}

/// The colors of the lowest value shown, at the bottom, to the highest, at the top.
pub(super) fn color_bar(bend: f32, [width, height]: [usize; 2]) -> Pixels {
    let shades = shades();
    let mut rgb = Vec::with_capacity(3 * width * height);
    for row in 0..height {
        let share = 1.0 - (row as f32 + 0.5) / height as f32;
        rgb.extend(shades[(grade(share, bend) * (SHADES - 1) as f32) as usize].repeat(width));
    }
    Pixels { width, height, rgb }
}

fn shades() -> Vec<Color> {
    let shade = |i: usize| {
        let grade = i as f64 / (SHADES - 1) as f64;
        // Below the floor, where a picture is interpolated, colors fade into the ground.
        let presence = (grade / f64::from(FLOOR)).min(1.0);
        let lit = colorous::INFERNO.eval_continuous(grade.max(f64::from(FLOOR)));
        let mix = |ground: u8, lit: u8| {
            (f64::from(ground) + presence * (f64::from(lit) - f64::from(ground))).round() as u8
        };
        [mix(GROUND[0], lit.r), mix(GROUND[1], lit.g), mix(GROUND[2], lit.b)]
    };
    (0..SHADES).map(shade).collect()
}

/// For every pixel, the first cell that it shows and the weights of the cells from there on.
fn kernel(cells: usize, pixels: usize) -> Vec<(usize, Vec<f32>)> {
    let ratio = cells as f64 / pixels as f64;
    let reach = ratio.max(1.0);
    let pixel = |i: usize| {
        let center = ((i as f64 + 0.5) * ratio - 0.5).clamp(0.0, (cells - 1) as f64);
        let first = (center - reach).ceil().max(0.0) as usize;
        let last = ((center + reach).floor() as usize).min(cells - 1);
        let weights = (first..=last).map(|cell| 1.0 - (cell as f64 - center).abs() / reach);
        let weights: Vec<f64> = weights.collect();
        let sum: f64 = weights.iter().sum();
        (first, weights.iter().map(|weight| (weight / sum) as f32).collect())
    };
    (0..pixels).map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn nothing_shows_the_ground() {
        let picture = picture(&Array2::<u32>::zeros((3, 4)).view(), |_| 0.0, [40, 30]);
        assert!(picture.rgb.chunks(3).all(|pixel| pixel == GROUND));
    }

    #[test]
    fn the_first_row_is_at_the_bottom() {
        let density = array![[1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]];
        let picture = picture(&density.view(), |share: f32| share, [8, 16]);
        assert_eq!(picture.rgb[..3], GROUND);
        assert!(picture.rgb[picture.rgb.len() - 3] > 200);
    }

    #[test]
    fn weights_add_to_one_for_any_ratio() {
        for (cells, pixels) in [(1, 7), (10, 1000), (1000, 10), (64, 64), (333, 100)] {
            for (first, weights) in kernel(cells, pixels) {
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                assert!(first + weights.len() <= cells);
            }
        }
    }

    #[test]
    fn the_lowest_value_stands_out_from_the_ground() {
        let shades = shades();
        let one = shades[(FLOOR * (SHADES - 1) as f32).ceil() as usize];
        let apart: i32 = one.iter().zip(GROUND).map(|(a, b)| i32::from(*a) - i32::from(b)).sum();
        assert!(apart > 90, "{one:?}");
    }
}
