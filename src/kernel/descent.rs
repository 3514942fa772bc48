//! Minimizing a smooth function of a few variables.

/// Steps of one descent at most.
const MAX_STEPS: usize = 200;

/// Halvings of one step at most.
const MAX_HALVINGS: usize = 30;

/// The share of the expected decrease that a step must reach (Armijo's condition).
const SUFFICIENT: f64 = 1e-4;

/// Minimizes `f` from `x` on, by the BFGS method with a backtracking line search; `x` ends at the
/// minimum, and the value there is returned. Allocates.
///
/// `f` writes the gradient into its second argument and returns the value; a value that is not
/// finite is outside of its domain. The descent ends where no step lowers the value, or where the
/// expected decrease of a step falls below `tolerance`. `span` is a length of `x` over which `f`
/// changes: the first step is no longer.
///
/// # References
/// Nocedal and Wright, *Numerical Optimization*, algorithm 6.1 (2006).
///
/// # Panics
/// If `f` changes the length of its gradient.
pub fn minimize(
    mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
    x: &mut [f64],
    span: f64,
    tolerance: f64,
) -> f64 {
    let size = x.len();
    let mut gradient = vec![0.0; size];
    let mut value = f(x, &mut gradient);
    let mut inverse = vec![0.0; size * size];
    let reset = |inverse: &mut [f64], scale: f64| {
        inverse.fill(0.0);
        inverse.iter_mut().step_by(size + 1).for_each(|x| *x = scale);
    };
    let steepness = norm(&gradient);
    if size == 0 || !value.is_finite() || steepness.is_nan() || steepness <= 0.0 {
        return value;
    }
    let mut scale = span / steepness;
    reset(&mut inverse, scale);
    let (mut tried, mut slope_there) = (vec![0.0; size], vec![0.0; size]);
    let mut fresh = true;
    for _ in 0..MAX_STEPS {
        let mut direction: Vec<f64> =
            inverse.chunks_exact(size).map(|row| -dot(row, &gradient)).collect();
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            reset(&mut inverse, scale);
            fresh = true;
            direction = gradient.iter().map(|g| -scale * g).collect();
            slope = dot(&direction, &gradient);
        }
        if -slope < tolerance {
            break;
        }
        let mut share = 1.0;
        let mut accepted = None;
        for _ in 0..MAX_HALVINGS {
            for ((t, x), d) in tried.iter_mut().zip(&*x).zip(&direction) {
                *t = x + share * d;
            }
            let there = f(&tried, &mut slope_there);
            if there.is_finite() && there <= value + SUFFICIENT * share * slope {
                accepted = Some(there);
                break;
            }
            share *= 0.5;
        }
        let Some(there) = accepted else {
            if fresh {
                break;
            }
            // A curvature learned elsewhere may mislead: once more along the gradient.
            scale = 0.1 * span / norm(&gradient);
            reset(&mut inverse, scale);
            fresh = true;
            continue;
        };
        let step: Vec<f64> = tried.iter().zip(&*x).map(|(t, x)| t - x).collect();
        let change: Vec<f64> = slope_there.iter().zip(&gradient).map(|(t, g)| t - g).collect();
        x.copy_from_slice(&tried);
        gradient.copy_from_slice(&slope_there);
        value = there;
        let curvature = dot(&step, &change);
        if curvature > 1e-12 * norm(&step) * norm(&change) {
            if fresh {
                reset(&mut inverse, curvature / dot(&change, &change));
                fresh = false;
            }
            update(&mut inverse, &step, &change, curvature);
        }
    }
    value
}

/// The BFGS update of the inverse of the second derivatives.
fn update(inverse: &mut [f64], step: &[f64], change: &[f64], curvature: f64) {
    let size = step.len();
    let turned: Vec<f64> = inverse.chunks_exact(size).map(|row| dot(row, change)).collect();
    let stretch = 1.0 + dot(change, &turned) / curvature;
    for i in 0..size {
        for j in 0..size {
            inverse[i * size + j] +=
                (stretch * step[i] * step[j] - turned[i] * step[j] - step[i] * turned[j])
                    / curvature;
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_rosenbrocks_valley_is_found() {
        let mut calls = 0;
        let valley = |x: &[f64], gradient: &mut [f64]| {
            calls += 1;
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            gradient[0] = -2.0 * a - 400.0 * x[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let mut x = [-1.2, 1.0];
        let value = minimize(valley, &mut x, 0.1, 1e-14);
        assert!(value < 1e-12 && (x[0] - 1.0).abs() < 1e-5, "{x:?} {value:e}");
        assert!(calls < 100, "{calls}");
    }

    #[test]
    fn the_edge_of_the_domain_is_not_crossed() {
        // The minimum of x - ln x is at 1; below 0 there is no value.
        let f = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = 1.0 - 1.0 / x[0];
            x[0] - x[0].ln()
        };
        let mut x = [0.01];
        minimize(f, &mut x, 1.0, 1e-14);
        assert!((x[0] - 1.0).abs() < 1e-6, "{x:?}");
        let mut nowhere = [-1.0];
        assert!(minimize(f, &mut nowhere, 1.0, 1e-12).is_nan());
        assert!(minimize(|_: &[f64], _: &mut [f64]| 3.0, &mut [], 1.0, 1e-12) == 3.0);
    }
}
