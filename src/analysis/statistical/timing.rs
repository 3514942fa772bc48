//! Slow displacements of a whole eye against the clock that it is sampled by.

use std::f64::consts::PI;

use crate::Result;
use crate::unit::check;

/// Places that stand for a sine: the mean over them of a polynomial is exact to degree 23.
const PLACES: usize = 12;

/// Nodes and weights of the mean over a standard normal, exact for polynomials to degree 9.
const NORMAL: [(f64, f64); 5] = [
    (0.0, 8.0 / 15.0),
    (1.355_626_179_974_266, 0.222_075_922_005_612_7),
    (-1.355_626_179_974_266, 0.222_075_922_005_612_7),
    (2.856_970_013_872_805_6, 0.011_257_411_327_720_69),
    (-2.856_970_013_872_805_6, 0.011_257_411_327_720_69),
];

/// Displacement of all edges together against the slicer's clock, in unit intervals.
///
/// # Formula
/// Each probability is the mean over the phases of the sine and over a Gaussian, of what it is at
/// the displaced instant; between columns its logarithm is linear, and beyond half a unit interval
/// it stays what it is there.
///
/// # Assumptions
/// Displacements do not change within the memory of the link.
///
/// # References
/// Stojanovic and Horowitz, *Modeling and analysis of high-speed links*, CICC (2003): jitter of the
/// receiver's clock as a mixture over sampling instants.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timing {
    /// Sinusoidal jitter that the clock does not follow: amplitude.
    pub sinusoidal: f64,
    /// Wander of the clock: standard deviation.
    pub random: f64,
}

/// A share of the time, and where the eye is read then: between two columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    weight: f64,
    columns: [usize; 2],
    /// How much of the second.
    second: f64,
}

impl Timing {
    /// An eye that stands still.
    pub const STILL: Self = Self { sinusoidal: 0.0, random: 0.0 };

    pub(super) fn check(&self) -> Result<()> {
        check::not_negative("timing.sinusoidal", self.sinusoidal)?;
        check::not_negative("timing.random", self.random)?;
        Ok(())
    }

    /// Where a column of some is read.
    pub(super) fn readings(&self, column: usize, columns: usize) -> Vec<Reading> {
        let sine = |n: usize| (PI * (n as f64 + 0.5) / PLACES as f64).cos();
        let places: Vec<f64> = match self.sinusoidal {
            0.0 => vec![0.0],
            amplitude => (0..PLACES).map(|n| amplitude * sine(n)).collect(),
        };
        let normal = if self.random == 0.0 { &[(0.0, 1.0)][..] } else { &NORMAL };
        let last = (columns - 1) as f64;
        let reading = |(place, (node, weight)): (&f64, &(f64, f64))| {
            let shift = place + self.random * node;
            let at = (column as f64 + shift * columns as f64).clamp(0.0, last);
            let first = (at as usize).min(columns.saturating_sub(2));
            Reading {
                weight: weight / places.len() as f64,
                columns: [first, (first + 1).min(columns - 1)],
                second: at - first as f64,
            }
        };
        let pairs = places.iter().flat_map(|place| normal.iter().map(move |node| (place, node)));
        pairs.map(reading).collect()
    }
}

/// The mean of curves, one for each column, over readings.
pub(super) fn mean(readings: &[Reading], curves: &[&[f64]]) -> Vec<f64> {
    let mut sums = vec![0.0; curves[0].len()];
    for reading in readings {
        let [a, b] = reading.columns.map(|column| curves[column]);
        let shares = [1.0 - reading.second, reading.second].map(|share| share * reading.weight);
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += shares[0] * a + shares[1] * b;
        }
    }
    sums
}

/// The mean of curves, given by their logarithms, over readings, where logarithms are linear
/// between columns.
pub(super) fn mean_of_logs(readings: &[Reading], logs: &[&[f64]]) -> Vec<f64> {
    let mut sums = vec![0.0; logs[0].len()];
    for reading in readings {
        let [a, b] = reading.columns.map(|column| logs[column]);
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += reading.weight * (a + reading.second * (b - a)).exp();
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moments of a place under a sine of amplitude 0.1 and a Gaussian of 0.05.
    #[test]
    fn places_have_the_moments_of_a_sine_and_a_gaussian() {
        let timing = Timing { sinusoidal: 0.1, random: 0.05 };
        let columns = 1000;
        let readings = timing.readings(500, columns);
        let place = |r: &Reading| (r.columns[0] as f64 + r.second) / columns as f64 - 0.5;
        let moment = |n| readings.iter().map(|r| r.weight * place(r).powi(n)).sum::<f64>();
        let (sine, normal) = (0.5 * 0.01, 0.0025);
        let fourth = 0.375 * 1e-4 + 6.0 * sine * normal + 3.0 * normal * normal;
        for (n, exact) in [(0, 1.0), (1, 0.0), (2, sine + normal), (3, 0.0), (4, fourth)] {
            assert!((moment(n) - exact).abs() < 1e-12, "{n}: {} for {exact}", moment(n));
        }
    }

    #[test]
    fn an_eye_that_stands_still_is_read_where_it_is() {
        for column in 0..8 {
            let readings = Timing::STILL.readings(column, 8);
            let curves: Vec<Vec<f64>> = (0..8).map(|n| vec![f64::from(n)]).collect();
            let curves: Vec<&[f64]> = curves.iter().map(Vec::as_slice).collect();
            assert!((mean(&readings, &curves)[0] - column as f64).abs() < 1e-15);
        }
    }

    /// `exp(g t)` under a sine of amplitude `a` is on average the Bessel function `I0(g a)`.
    #[test]
    fn a_slope_under_a_sine_is_a_bessel_function() {
        let readings = Timing { sinusoidal: 0.2, random: 0.0 }.readings(32, 65);
        let logs: Vec<Vec<f64>> = (0..65).map(|n| vec![10.0 * f64::from(n - 32) / 65.0]).collect();
        let logs: Vec<&[f64]> = logs.iter().map(Vec::as_slice).collect();
        let found = mean_of_logs(&readings, &logs)[0];
        assert!((found - 2.279_585_302_336_067).abs() < 1e-9, "{found}");
    }
}
