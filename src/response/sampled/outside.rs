//! What data says about the frequencies that it leaves out: its delay, DC, and the fall above it.

use std::f64::consts::PI;

use num_complex::Complex64;

use crate::response::TwoPort;

/// A complex number of magnitude 1 after a number of turns.
pub(super) fn turn(turns: f64) -> Complex64 {
    Complex64::from_polar(1.0, 2.0 * PI * turns)
}

/// The slope of the phase from point to point, each step weighted by its power.
pub(super) fn mean_delay(frequency: &[f64], s: &[TwoPort]) -> f64 {
    let (mut angle, mut width) = (0.0, 0.0);
    for (f, pair) in frequency.windows(2).zip(s.windows(2)) {
        let product = pair[1].s21 * pair[0].s21.conj();
        let weight = product.norm();
        angle -= weight * product.arg();
        width += weight * 2.0 * PI * (f[1] - f[0]);
    }
    if width > 0.0 { angle / width } else { 0.0 }
}

/// The real matrix at DC.
pub(super) fn at_dc(frequency: &[f64], s: &[TwoPort], delay: f64) -> TwoPort {
    let real = |value: f64| Complex64::from(value);
    if frequency[0] <= 0.0 {
        let p = &s[0];
        return TwoPort {
            s11: real(p.s11.re),
            s12: real(p.s12.re),
            s21: real(p.s21.re),
            s22: real(p.s22.re),
            ..*p
        };
    }
    // A reflection makes the magnitude wave with a period of half the inverse delay: the fit
    // must span two such waves, or it takes part of one for a slope.
    let span = frequency[0] + 1.0 / delay.abs().max(1.0 / frequency[frequency.len() - 1]);
    let count = frequency.iter().filter(|&&hz| hz <= span).count().max(10).min(frequency.len());
    let (f, s_low) = (&frequency[..count], &s[..count]);
    let transmission = |part: fn(&TwoPort) -> Complex64| {
        let rest: Vec<_> = f.iter().zip(s_low).map(|(&hz, p)| part(p) * turn(hz * delay)).collect();
        let mut phase = rest[0].arg();
        let mut phases = vec![phase];
        for pair in rest.windows(2) {
            phase += (pair[1] * pair[0].conj()).arg();
            phases.push(phase);
        }
        let magnitude: Vec<_> = rest.iter().map(|value| value.norm()).collect();
        let sign = fit(f, &phases, |hz| hz).0.cos().signum();
        sign * fit(f, &magnitude, f64::sqrt).0.clamp(0.0, 1.0)
    };
    let (forth, back) = (transmission(|p| p.s21), transmission(|p| p.s12));
    let room = 1.0 - forth.abs().max(back.abs());
    let near = count.min(10);
    let reflection = |part: fn(&TwoPort) -> Complex64| {
        let values: Vec<_> = s_low[..near].iter().map(|p| part(p).re).collect();
        real(fit(&f[..near], &values, |hz| hz * hz).0.clamp(-room, room))
    };
    TwoPort {
        s11: reflection(|p| p.s11),
        s12: real(back),
        s21: real(forth),
        s22: reflection(|p| p.s22),
        ..s[0]
    }
}

/// Nepers that the transmission loses over a span of `f_last`, from the upper half of the data.
pub(super) fn falling(frequency: &[f64], s: &[TwoPort]) -> f64 {
    let last = frequency[frequency.len() - 1];
    let upper = frequency.iter().zip(s).filter(|(f, p)| **f >= 0.5 * last && p.s21.norm() > 0.0);
    let (f, log): (Vec<_>, Vec<_>) = upper.map(|(&f, p)| (f / last, p.s21.norm().ln())).unzip();
    if f.len() < 2 { 1.0 } else { (-fit(&f, &log, |x| x).1).clamp(1.0, 20.0) }
}

/// Value at 0 and slope of the straight line of least squares through `y` over `axis(x)`.
fn fit(x: &[f64], y: &[f64], axis: fn(f64) -> f64) -> (f64, f64) {
    let n = x.len() as f64;
    let mean_x = x.iter().map(|&x| axis(x)).sum::<f64>() / n;
    let mean_y = y.iter().sum::<f64>() / n;
    let (mut xy, mut xx) = (0.0, 0.0);
    for (&x, &y) in x.iter().zip(y) {
        xy += (axis(x) - mean_x) * (y - mean_y);
        xx += (axis(x) - mean_x).powi(2);
    }
    let slope = if xx > 0.0 { xy / xx } else { 0.0 };
    (mean_y - slope * mean_x, slope)
}
