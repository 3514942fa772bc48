//! The Gaussian tail and its inverse.

use std::f64::consts::{PI, SQRT_2};

/// The probability that a standard normal exceeds `x`, `Q(x) = erfc(x / sqrt 2) / 2`.
///
/// ```
/// assert!((lightlane::kernel::gauss::q(3.0) - 1.349898031630095e-3).abs() < 1e-17);
/// ```
pub fn q(x: f64) -> f64 {
    0.5 * libm::erfc(x / SQRT_2)
}

/// The value that a standard normal exceeds with probability `p`, for `p` in `(0, 1)`.
///
/// Relative accuracy 1e-13 down to `p` = 1e-300. Outside `(0, 1)` the answer is the limit:
/// infinite at 0 and below, minus infinite at 1 and above.
///
/// ```
/// let x = lightlane::kernel::gauss::q_inv(2.4e-4);
/// assert!((lightlane::kernel::gauss::q(x) / 2.4e-4 - 1.0).abs() < 1e-12);
/// ```
pub fn q_inv(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::INFINITY;
    }
    if p >= 1.0 {
        return f64::NEG_INFINITY;
    }
    if p > 0.5 {
        return -q_inv(1.0 - p);
    }
    // Started from the tail's asymptote, Newton's step on ln Q converges from either side:
    // ln Q is concave.
    let t = (-2.0 * p.ln()).sqrt();
    let mut x = (t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t))).max(0.0);
    for _ in 0..6 {
        let tail = q(x);
        let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
        let step = (tail / p).ln() * tail / density;
        x += step;
        if step.abs() < 1e-15 * (1.0 + x.abs()) {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes_the_tail_down_to_1e_300() {
        for exponent in 1..=300 {
            let p = 10f64.powi(-exponent);
            let back = q(q_inv(p));
            // Q's own condition number is x squared.
            let tolerance = 1e-15 * (1.0 + q_inv(p).powi(2));
            assert!((back / p - 1.0).abs() < tolerance, "{p:e} came back as {back:e}");
        }
        assert!((q_inv(0.3) + q_inv(0.7)).abs() < 1e-14);
        assert!(q_inv(0.5).abs() < 1e-15);
    }

    #[test]
    fn the_ends_of_the_inverse_are_infinite() {
        assert!(q_inv(0.0).is_infinite() && q_inv(0.0) > 0.0);
        assert!(q_inv(1.0).is_infinite() && q_inv(1.0) < 0.0);
    }
}
