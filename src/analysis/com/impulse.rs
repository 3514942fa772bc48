//! From a response at a file's frequencies to its impulse response.

use num_complex::Complex64;

use crate::kernel::fft::RealFft;

/// Samples of a pulse's tail below this part of its peak are cut off.
pub(super) const PULSE_END: f64 = 1e-3;

/// The impulse response of a transfer function, `sample_rate` samples a second, from time 0 to
/// where it stays below the part `end` of its peak.
///
/// # Formula
/// On a grid of the data's own step up to half the sample rate: the magnitude is interpolated
/// linearly, above the data along a straight line to where the linear trend of its upper half is at
/// half the sample rate; the unwrapped phase is interpolated linearly and continued.
pub(super) fn impulse(
    frequency: &[f64],
    response: &[Complex64],
    sample_rate: f64,
    end: f64,
) -> Vec<f64> {
    let step = frequency[2] - frequency[1];
    let half = 0.5 * sample_rate;
    let count = (half / step).round().max(1.0) as usize;
    let grid: Vec<f64> = (0..=count).map(|k| k as f64 * half / count as f64).collect();
    let mut spectrum = resampled(frequency, response, &grid);
    let fft = RealFft::new(2 * count);
    let mut time = vec![0.0; 2 * count];
    let mut scratch = vec![Complex64::ZERO; fft.scratch_len()];
    fft.inverse(&mut spectrum, &mut time, &mut scratch);
    let scale = 0.5 / count as f64;
    time.iter_mut().for_each(|x| *x *= scale);
    let peak = time.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    let last = time.iter().rposition(|x| x.abs() > peak * end).unwrap_or(0);
    time.truncate(last + 1);
    time
}

fn resampled(frequency: &[f64], response: &[Complex64], grid: &[f64]) -> Vec<Complex64> {
    let top = grid[grid.len() - 1];
    let last = frequency.len() - 1;
    let magnitude: Vec<f64> = response.iter().map(|h| h.norm().max(f64::EPSILON)).collect();
    let mut phase = unwrapped(response);
    let mut beyond = (phase[last] - phase[last - 1]) / (frequency[last] - frequency[last - 1]);
    if frequency[0] > 0.0 {
        beyond = without_dc(frequency, &mut phase);
    }
    let below = (phase[1] - phase[0]) / (frequency[1] - frequency[0]);
    let at_dc = line(&frequency[..10], &magnitude[..10], 0.0);
    let middle = ((frequency.len() as f64 / 2.0).round() as usize).max(1) - 1;
    let trend = line(&frequency[middle..], &magnitude[middle..], top);
    let at_top = trend.clamp(f64::EPSILON, magnitude[last].max(f64::EPSILON));
    let mut k = 0;
    let value = |&hz: &f64| {
        let (m, p) = if hz > frequency[last] {
            let part = (hz - frequency[last]) / (top - frequency[last]);
            let m = magnitude[last] + (at_top - magnitude[last]) * part;
            (m, phase[last] + beyond * (hz - frequency[last]))
        } else if hz < frequency[0] {
            let m = at_dc + (magnitude[0] - at_dc) * hz / frequency[0];
            (m, phase[0] + below * (hz - frequency[0]))
        } else {
            while k + 2 < frequency.len() && frequency[k + 1] < hz {
                k += 1;
            }
            let part = (hz - frequency[k]) / (frequency[k + 1] - frequency[k]);
            let between = |v: &[f64]| v[k] + (v[k + 1] - v[k]) * part;
            (between(&magnitude), between(&phase))
        };
        Complex64::from_polar(m, p)
    };
    grid.iter().map(value).collect()
}

/// Data that does not reach DC: the phase of the ten lowest points is replaced by the trend of the
/// delay above them. Returns the slope of the phase above the data.
fn without_dc(frequency: &[f64], phase: &mut [f64]) -> f64 {
    let step =
        |k: usize, phase: &[f64]| (phase[k + 1] - phase[k]) / (frequency[k + 1] - frequency[k]);
    let slopes: Vec<f64> = (0..frequency.len() - 1).map(|k| step(k, phase)).collect();
    let low = trend(&slopes[..50]);
    let high = trend(&slopes[slopes.len() - 51..]);
    for k in (0..10).rev() {
        phase[k] = phase[k + 1] - low * (frequency[k + 1] - frequency[k]);
    }
    high
}

/// The mean of the values within one standard deviation of their median.
fn trend(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    let median = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
    let mean = values.iter().sum::<f64>() / n as f64;
    let square: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let deviation = (square / (n - 1) as f64).sqrt();
    let near = || values.iter().filter(|x| (**x - median).abs() < deviation);
    match near().count() {
        0 => median,
        count => near().sum::<f64>() / count as f64,
    }
}

/// Phase in radians without jumps of more than half a turn.
fn unwrapped(response: &[Complex64]) -> Vec<f64> {
    let turn = std::f64::consts::TAU;
    let mut phase: Vec<f64> = response.iter().map(|h| h.arg()).collect();
    for k in 1..phase.len() {
        let jump = phase[k] - phase[k - 1];
        phase[k] -= turn * (jump / turn).round();
    }
    phase
}

/// The value at `x` of the line nearest to the points.
fn line(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let n = xs.len() as f64;
    let (mean_x, mean_y) = (xs.iter().sum::<f64>() / n, ys.iter().sum::<f64>() / n);
    let (mut square, mut product) = (0.0, 0.0);
    for (&u, &v) in xs.iter().zip(ys) {
        square += (u - mean_x) * (u - mean_x);
        product += (u - mean_x) * (v - mean_y);
    }
    mean_y + product / square * (x - mean_x)
}
