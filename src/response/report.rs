//! Whether data is passive, reciprocal and causal.

use num_complex::Complex64;

use super::{Network, SampledTwoPort, TwoPort, matrix};
use crate::Result;
use crate::kernel::fft::RealFft;

/// Singular values up to this count as passive: files are rounded, and measurements calibrated,
/// to about three digits.
pub const PASSIVITY_TOLERANCE: f64 = 1e-3;

/// Differences `|sij - sji|` up to this count as reciprocal.
pub const RECIPROCITY_TOLERANCE: f64 = 1e-3;

/// What a network's data is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkReport {
    /// Number of points.
    pub points: usize,
    /// First frequency, Hz.
    pub first_hz: f64,
    /// Last frequency, Hz.
    pub last_hz: f64,
    /// Largest distance from one frequency to the next, Hz.
    pub step_hz: f64,
    /// Whether the largest singular value is at most 1, within [`PASSIVITY_TOLERANCE`].
    pub passive: bool,
    /// The largest singular value of the whole matrix at any frequency.
    pub max_singular_value: f64,
    /// Where it is, Hz.
    pub max_singular_value_hz: f64,
    /// Whether the matrix is symmetric, within [`RECIPROCITY_TOLERANCE`].
    pub reciprocal: bool,
    /// The largest difference `|sij - sji|`.
    pub max_asymmetry: f64,
    /// Causality of the through transmission by its rotation, percent: see [`causality_percent`].
    pub causality_percent: f64,
    /// Part of the energy of the through pulse that arrives before its front: see
    /// [`early_energy`].
    pub early_energy: f64,
    /// Delay of the through transmission, s.
    pub delay_s: f64,
}

impl NetworkReport {
    /// Judges the data of a network, and of the through two-port that is made of it.
    pub fn new(network: &Network, through: &SampledTwoPort) -> Self {
        let frequency = network.frequency();
        let n = network.ports();
        let (mut largest, mut largest_hz, mut asymmetry) = (0.0, frequency[0], 0.0f64);
        for (matrix, &hz) in network.matrices().zip(frequency) {
            let value = matrix::max_singular_value(matrix, n);
            if value > largest {
                (largest, largest_hz) = (value, hz);
            }
            for i in 0..n {
                for j in 0..i {
                    asymmetry = asymmetry.max((matrix[i * n + j] - matrix[j * n + i]).norm());
                }
            }
        }
        Self {
            points: frequency.len(),
            first_hz: frequency[0],
            last_hz: frequency[frequency.len() - 1],
            step_hz: frequency.windows(2).map(|w| w[1] - w[0]).fold(0.0, f64::max),
            passive: largest <= 1.0 + PASSIVITY_TOLERANCE,
            max_singular_value: largest,
            max_singular_value_hz: largest_hz,
            reciprocal: asymmetry <= RECIPROCITY_TOLERANCE,
            max_asymmetry: asymmetry,
            causality_percent: causality_percent(through.points()),
            early_energy: early_energy(through),
            delay_s: through.delay(),
        }
    }
}

impl Network {
    /// Judges the network's data; `through` is the two-port made of it, differential or not.
    ///
    /// # Errors
    /// If `through` is of other frequencies.
    pub fn report(&self, through: &SampledTwoPort) -> Result<NetworkReport> {
        if through.frequency() == self.frequency() {
            return Ok(NetworkReport::new(self, through));
        }
        Err(crate::Error::data("the through two-port has other frequencies than its network"))
    }
}

/// How causal the transmission turns, in percent: delay makes its polar plot turn clockwise, and
/// what turns the other way cannot be delay.
///
/// # Formula
/// With `d[n] = s21[n+1] - s21[n]` and `r[n] = Re d[n+1] Im d[n] - Im d[n+1] Re d[n]`, the sum of
/// the positive `r` over the sum of all `|r|`.
///
/// # Assumptions
/// Evenly spaced points. Noise lowers the number as well: measured data with fine steps may read
/// 50 % and still be good. 100 % if nothing turns.
///
/// # References
/// Y. Shlepnev, *Quality metrics for S-parameter models*, DesignCon IBIS Summit (2010); the initial
/// causality estimate of IEEE Std 370-2020.
pub fn causality_percent(points: &[TwoPort]) -> f64 {
    let (mut clockwise, mut total) = (0.0, 0.0);
    for window in points.windows(3) {
        let before = window[1].s21 - window[0].s21;
        let after = window[2].s21 - window[1].s21;
        let rotation = after.re * before.im - after.im * before.re;
        clockwise += rotation.max(0.0);
        total += rotation.abs();
    }
    if total > 0.0 { 100.0 * clockwise / total } else { 100.0 }
}

/// The part of the energy of the transmitted pulse that arrives before its front.
///
/// The front is the shortest of the delays of sixteen bands, among the bands that pass at least
/// -40 dB of the best one. The pulse is seen through a Gaussian window that falls to -60 dB at the
/// last frequency, and what precedes the front by less than five of its deviations in time is not
/// counted.
pub fn early_energy(through: &SampledTwoPort) -> f64 {
    let frequency = through.frequency();
    let last = frequency[frequency.len() - 1];
    let step = (last - frequency[0]) / (frequency.len() - 1) as f64;
    let bins = ((last / step).ceil() as usize).clamp(256, 1 << 16).next_power_of_two();
    let step = last / bins as f64;
    let fft = RealFft::new(2 * bins);
    // exp(-(2 pi f d)^2 / 2) is 1e-3 at the last frequency.
    let deviation = (2.0 * 1e3f64.ln()).sqrt() / (2.0 * std::f64::consts::PI * last);
    let sampled: Vec<Complex64> = (0..=bins).map(|k| through.at(k as f64 * step).s21).collect();
    let front = front_delay(&sampled, step);
    let mut spectrum: Vec<Complex64> = sampled
        .iter()
        .enumerate()
        .map(|(k, s21)| s21 * (-(k as f64 / bins as f64).powi(2) * 1e3f64.ln()).exp())
        .collect();
    let mut time = vec![0.0; 2 * bins];
    fft.inverse(&mut spectrum, &mut time, &mut vec![Complex64::ZERO; fft.scratch_len()]);
    // The second half of the record is the time before zero.
    let dt = 0.5 / last;
    let signed = |n: usize| if n < bins { n as f64 } else { n as f64 - 2.0 * bins as f64 };
    let edge = (front - 5.0 * deviation) / dt;
    let (mut early, mut total) = (0.0, 0.0);
    for (n, h) in time.iter().enumerate() {
        total += h * h;
        if signed(n) < edge {
            early += h * h;
        }
    }
    if total > 0.0 { early / total } else { 0.0 }
}

/// The shortest delay of sixteen bands.
fn front_delay(s21: &[Complex64], step: f64) -> f64 {
    let width = (s21.len() / 16).max(2);
    let bands: Vec<(f64, f64)> = s21
        .chunks(width)
        .filter(|band| band.len() == width)
        .map(|band| {
            let turned: Complex64 = band.windows(2).map(|pair| pair[1] * pair[0].conj()).sum();
            let power = turned.norm();
            (power, -turned.arg() / (2.0 * std::f64::consts::PI * step))
        })
        .collect();
    let best = bands.iter().map(|band| band.0).fold(0.0, f64::max);
    let passing = bands.iter().filter(|band| band.0 >= 1e-4 * best).map(|band| band.1);
    let front = passing.fold(f64::INFINITY, f64::min);
    if front.is_finite() { front } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::PortMap;
    use crate::response::dielectric::{Conductor, Dielectric};
    use crate::response::line::Line;
    use ndarray::Array3;
    use std::f64::consts::TAU;

    fn frequency() -> Vec<f64> {
        (0..=2000).map(|k| f64::from(k) * 25e6).collect()
    }

    /// Two equal uncoupled lines of a transmission.
    fn network(s21: impl Fn(f64) -> Complex64) -> Network {
        let frequency = frequency();
        let mut s = Array3::zeros((frequency.len(), 4, 4));
        for (mut matrix, &hz) in s.outer_iter_mut().zip(&frequency) {
            for (i, j) in [(0, 1), (1, 0), (2, 3), (3, 2)] {
                matrix[[i, j]] = s21(hz);
            }
        }
        Network::new(frequency, vec![50.0; 4], s).unwrap()
    }

    fn report(s21: impl Fn(f64) -> Complex64) -> NetworkReport {
        let network = network(s21);
        network.report(&network.differential(PortMap::Across).unwrap()).unwrap()
    }

    fn line() -> Line {
        let dielectric = Dielectric::new(3.5, 0.008, 10e9).unwrap();
        Line::new(100.0, dielectric, Conductor::from_loss(100.0, 20.0, 26e9, 5.0)).unwrap()
    }

    #[test]
    fn a_line_is_passive_reciprocal_and_causal() {
        let report = report(|hz| line().section(hz, 0.2, 100.0).s21);
        assert!(report.passive && report.reciprocal);
        assert!(report.causality_percent > 99.0, "{report:?}");
        assert!(report.early_energy < 1e-6, "{report:?}");
        assert!((report.delay_s - 0.2 * line().delay()).abs() < 0.03 * report.delay_s);
        assert_eq!((report.points, report.step_hz), (2001, 25e6));
    }

    #[test]
    fn loss_without_its_phase_is_found_out() {
        let flat = report(|hz| {
            Complex64::from_polar((-line().gamma(hz).re * 0.2).exp(), -TAU * hz * 1.2e-9)
        });
        let causal = report(|hz| line().section(hz, 0.2, 100.0).s21);
        assert!(flat.early_energy > 1e-4 && flat.early_energy > 100.0 * causal.early_energy);
        let backwards = report(|hz| Complex64::from_polar(1.0, TAU * hz * 1e-9));
        assert!(backwards.causality_percent < 1.0);
    }

    #[test]
    fn gain_is_found_where_it_is() {
        let report = report(|hz| {
            let bump = 0.3 * (-((hz - 30e9) / 1e9).powi(2)).exp();
            Complex64::from_polar(0.9 + bump, -TAU * hz * 1e-9)
        });
        assert!(!report.passive && (report.max_singular_value - 1.2).abs() < 1e-9);
        assert!((report.max_singular_value_hz - 30e9).abs() < 1.0);
    }

    #[test]
    fn an_isolator_is_not_reciprocal() {
        let mut s = Array3::zeros((3, 2, 2));
        s.outer_iter_mut().for_each(|mut matrix| matrix[[1, 0]] = Complex64::from(0.5));
        let network = Network::new(vec![1e9, 2e9, 3e9], vec![50.0; 2], s).unwrap();
        let report = network.report(&network.two_port().unwrap()).unwrap();
        assert!(!report.reciprocal && (report.max_asymmetry - 0.5).abs() < 1e-15);
    }
}
