//! Cubic interpolation that keeps monotone data monotone.

/// A curve through points, smooth in its value and slope, without overshoot between them.
///
/// # Formula
/// On each interval the cubic with the given values and slopes at its ends. A point's slope is the
/// weighted harmonic mean of those of the chords beside it, zero where these differ in sign; at the
/// ends that of a parabola through three points, limited so that the curve stays monotone.
///
/// # References
/// Fritsch and Butland, *A method for constructing local monotone piecewise cubic interpolants*,
/// SIAM J. Sci. Stat. Comput. 5 (1984).
#[derive(Clone, Debug)]
pub struct MonotoneCubic {
    knots: Vec<f64>,
    values: Vec<f64>,
    slopes: Vec<f64>,
    /// The integral from the first knot to each.
    integrals: Vec<f64>,
}

impl MonotoneCubic {
    /// The curve through points, given by rising `knots` and the values there.
    ///
    /// # Panics
    /// If there are fewer than two points, not as many values as knots, or the knots do not rise.
    pub fn new(knots: Vec<f64>, values: Vec<f64>) -> Self {
        assert!(knots.len() >= 2 && knots.len() == values.len(), "a value at each of two knots");
        assert!(knots.windows(2).all(|pair| pair[0] < pair[1]), "knots rise");
        let width: Vec<f64> = knots.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let chord: Vec<f64> = values
            .windows(2)
            .zip(&width)
            .map(|(pair, width)| (pair[1] - pair[0]) / width)
            .collect();
        let last = chord.len() - 1;
        let slope = |i: usize| match i {
            0 => end_slope(&chord, &width, 0, 1.min(last)),
            i if i > last => end_slope(&chord, &width, last, last.saturating_sub(1)),
            i => {
                let (before, behind) = (chord[i - 1], chord[i]);
                if before * behind <= 0.0 {
                    return 0.0;
                }
                let (a, b) = (2.0 * width[i] + width[i - 1], width[i] + 2.0 * width[i - 1]);
                (a + b) / (a / before + b / behind)
            }
        };
        let slopes: Vec<f64> = (0..knots.len()).map(slope).collect();
        let mut integrals = vec![0.0];
        for (i, h) in width.iter().enumerate() {
            let area = 0.5 * (values[i] + values[i + 1]) + h / 12.0 * (slopes[i] - slopes[i + 1]);
            integrals.push(integrals[i] + h * area);
        }
        Self { knots, values, slopes, integrals }
    }

    /// The first and the last knot.
    pub fn span(&self) -> (f64, f64) {
        (self.knots[0], self.knots[self.knots.len() - 1])
    }

    /// The value at `x`; beyond the ends that of the end.
    pub fn at(&self, x: f64) -> f64 {
        let (i, h, t) = self.place(x);
        let bulge = self.bulge(i, h);
        let (left, right) = (self.values[i], self.values[i + 1]);
        left + t
            * (h * self.slopes[i] + t * (right - left - h * self.slopes[i] + (t - 1.0) * bulge))
    }

    /// The integral from the first knot to `x`, which is taken to lie within the knots.
    pub fn integral(&self, x: f64) -> f64 {
        let (i, h, t) = self.place(x);
        let bulge = self.bulge(i, h);
        let tangent = h * self.slopes[i];
        let rest = self.values[i + 1] - self.values[i] - tangent - bulge;
        let area = self.values[i] + t * (tangent / 2.0 + t * (rest / 3.0 + t * bulge / 4.0));
        self.integrals[i] + h * t * area
    }

    /// The interval that `x` lies in, its width, and the place in it from 0 to 1.
    fn place(&self, x: f64) -> (usize, f64, f64) {
        let (first, last) = self.span();
        let x = x.clamp(first, last);
        let i = self.knots.partition_point(|knot| *knot <= x).clamp(1, self.knots.len() - 1) - 1;
        let h = self.knots[i + 1] - self.knots[i];
        (i, h, (x - self.knots[i]) / h)
    }

    /// The coefficient of the cube over interval `i`, of width `h`.
    fn bulge(&self, i: usize, h: f64) -> f64 {
        let chord = self.values[i + 1] - self.values[i];
        h * (self.slopes[i] + self.slopes[i + 1]) - 2.0 * chord
    }
}

/// The slope at an end, from the chord beside it and the next one.
fn end_slope(chord: &[f64], width: &[f64], beside: usize, next: usize) -> f64 {
    let (near, far) = (chord[beside], chord[next]);
    let (h, g) = (width[beside], width[next]);
    let slope = ((2.0 * h + g) * near - h * far) / (h + g);
    if slope * near <= 0.0 {
        0.0
    } else if near * far <= 0.0 && slope.abs() > 3.0 * near.abs() {
        3.0 * near
    } else {
        slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parabola() -> MonotoneCubic {
        let knots: Vec<f64> = (0..=40).map(|k| 0.1 * f64::from(k)).collect();
        let values = knots.iter().map(|x| x * x).collect();
        MonotoneCubic::new(knots, values)
    }

    #[test]
    fn it_meets_its_points_and_holds_its_ends() {
        let curve = MonotoneCubic::new(vec![0.0, 1.0, 4.0], vec![2.0, 5.0, 4.0]);
        for (x, y) in [(0.0, 2.0), (1.0, 5.0), (4.0, 4.0), (-3.0, 2.0), (9.0, 4.0)] {
            assert!((curve.at(x) - y).abs() < 1e-14, "{x}");
        }
        let line = MonotoneCubic::new(vec![0.0, 2.0], vec![1.0, 5.0]);
        assert!((line.at(0.5) - 2.0).abs() < 1e-14 && (line.integral(2.0) - 6.0).abs() < 1e-14);
    }

    /// Harmonic means make the slopes of a parabola good to the square of the step: 1e-3 at most.
    #[test]
    fn a_smooth_curve_is_followed() {
        let curve = parabola();
        for k in 0..=400 {
            let x = 0.01 * f64::from(k);
            assert!((curve.at(x) - x * x).abs() < 1e-3, "{x}");
            assert!((curve.integral(x) - x.powi(3) / 3.0).abs() < 1e-3, "{x}");
        }
    }

    #[test]
    fn monotone_points_give_a_monotone_curve() {
        let knots = vec![0.0, 0.1, 1.0, 1.2, 3.0];
        let curve = MonotoneCubic::new(knots, vec![0.0, 5.0, 5.1, 9.0, 9.0]);
        let values: Vec<f64> = (0..=300).map(|k| curve.at(0.01 * f64::from(k))).collect();
        assert!(values.windows(2).all(|pair| pair[1] >= pair[0] - 1e-12));
    }

    #[test]
    fn the_integral_is_that_of_the_curve() {
        let curve = MonotoneCubic::new(vec![0.0, 1.0, 1.5, 4.0], vec![1.0, 3.0, 3.5, 2.0]);
        let n = 40_000;
        let step = 4.0 / f64::from(n);
        let mut sum = 0.0;
        for k in 0..n {
            sum += curve.at((f64::from(k) + 0.5) * step) * step;
            if k % 7000 == 0 {
                let x = f64::from(k + 1) * step;
                assert!((curve.integral(x) - sum).abs() < 1e-7, "{x}");
            }
        }
    }
}
