//! Small square complex matrices, row after row in a slice.

use num_complex::Complex64;

/// Replaces the `n` rows of `right` by the solution `X` of `X a = right`, with `a` overwritten.
/// Returns whether there is one.
///
/// Gaussian elimination on columns, with pivoting.
pub(super) fn solve_right(a: &mut [Complex64], right: &mut [Complex64], n: usize) -> bool {
    for k in 0..n {
        let row = &a[k * n..(k + 1) * n];
        let pivot = (k..n).max_by(|&i, &j| row[i].norm_sqr().total_cmp(&row[j].norm_sqr()));
        let pivot = pivot.unwrap_or(k);
        let inverse = a[k * n + pivot].inv();
        if !inverse.is_finite() {
            return false;
        }
        for matrix in [&mut *a, &mut *right] {
            for row in matrix.chunks_exact_mut(n) {
                row.swap(k, pivot);
                row[k] *= inverse;
            }
        }
        for j in (0..n).filter(|&j| j != k) {
            let factor = a[k * n + j];
            for matrix in [&mut *a, &mut *right] {
                for row in matrix.chunks_exact_mut(n) {
                    let part = row[k] * factor;
                    row[j] -= part;
                }
            }
        }
    }
    true
}

/// The largest singular value of the `n` by `n` matrix `s`.
///
/// The matrix `S^H S` is squared until one eigenvalue is left of it, or until those that are left
/// differ by less than 1e-9; the relative error is below 1e-9.
pub(super) fn max_singular_value(s: &[Complex64], n: usize) -> f64 {
    let mut gram = vec![Complex64::ZERO; n * n];
    for i in 0..n {
        for j in 0..n {
            gram[i * n + j] = (0..n).map(|k| s[k * n + i].conj() * s[k * n + j]).sum();
        }
    }
    let trace = |m: &[Complex64]| (0..n).map(|i| m[i * n + i].re).sum::<f64>();
    let total = trace(&gram);
    if total == 0.0 || !total.is_finite() {
        return total.sqrt();
    }
    let mut power = gram.clone();
    let mut square = vec![Complex64::ZERO; n * n];
    power.iter_mut().for_each(|x| *x /= total);
    let mut before = 0.0;
    for round in 0..32 {
        for i in 0..n {
            for j in 0..n {
                square[i * n + j] = (0..n).map(|k| power[i * n + k] * power[k * n + j]).sum();
            }
        }
        let left = trace(&square);
        power.iter_mut().zip(&square).for_each(|(x, y)| *x = y / left);
        // One eigenvalue is left, or several that are equal.
        if left > 1.0 - 1e-14 || (round > 7 && (left - before).abs() < 1e-16) {
            break;
        }
        before = left;
    }
    // The mean of the eigenvalues, each weighted with its high power.
    let weighted: f64 = (0..n)
        .flat_map(|i| (0..n).map(move |k| (i * n + k, k * n + i)))
        .map(|(a, b)| (gram[a] * power[b]).re)
        .sum();
    weighted.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n: usize) -> Vec<Complex64> {
        let mut x = 0.37;
        let mut next = || {
            x = 3.9 * x * (1.0 - x);
            x - 0.5
        };
        (0..n * n).map(|_| Complex64::new(next(), next())).collect()
    }

    #[test]
    fn the_solution_solves() {
        for n in 1..=8 {
            let (a, mut x) = (sample(n), sample(n));
            x.rotate_left(n / 2);
            let mut right: Vec<Complex64> = (0..n * n)
                .map(|at| (0..n).map(|k| x[at / n * n + k] * a[k * n + at % n]).sum())
                .collect();
            assert!(solve_right(&mut a.clone(), &mut right, n));
            let error = right.iter().zip(&x).map(|(p, q)| (p - q).norm()).fold(0.0, f64::max);
            assert!(error < 1e-11, "{n}: {error:e}");
        }
        let mut singular = vec![Complex64::ONE; 4];
        assert!(!solve_right(&mut singular, &mut sample(2), 2));
    }

    #[test]
    fn singular_values_of_known_matrices() {
        let diagonal = |values: [f64; 3]| {
            let mut m = vec![Complex64::ZERO; 9];
            (0..3).for_each(|i| m[i * 4] = Complex64::from_polar(values[i], i as f64));
            m
        };
        let cases = [[0.3, 0.9, 0.2], [1.0, 1.0, 1.0], [1.0, 0.999_999, 0.5], [0.0, 0.0, 0.0]];
        for values in cases {
            let expected = values.iter().copied().fold(0.0, f64::max);
            let found = max_singular_value(&diagonal(values), 3);
            assert!((found - expected).abs() < 1e-9, "{values:?}: {found}");
        }
        assert!((max_singular_value(&vec![Complex64::ONE; 16], 4) - 4.0).abs() < 1e-12);
    }
}
