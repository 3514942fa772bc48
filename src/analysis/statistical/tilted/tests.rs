//! Each kind of part against its definition.

use super::*;

/// Each kind of part against its definition.
#[test]
fn transforms_are_those_of_the_definitions() {
    let lines = Lines { tilts: vec![0.7, -3.0], step: 0.11, bins: 40 };
    let check = |found: &[Transform], exact: &dyn Fn(Complex64) -> Complex64| {
        for (&tilt, found) in lines.tilts.iter().zip(found) {
            let scale = exact(Complex64::from(tilt));
            assert!((found.log - scale.re.ln()).abs() < 1e-13);
            for bin in 0..lines.bins {
                let s = Complex64::new(tilt, bin as f64 * lines.step);
                let value = Complex64::new(found.re[bin], found.im[bin]);
                let off = (value - exact(s) / scale).norm();
                assert!(off < 1e-13, "{off:e} at {s}");
            }
        }
    };
    let mut work = Work::default();
    for values in [[-1.0, -0.3, 0.3, 1.0], [-1.0, -0.2, 0.3, 1.1]] {
        let mut found = lines.ones();
        lines.add_values(&mut found, &values, &[0.1, 0.2, 0.3, 0.4], &mut work);
        check(&found, &|s| (0..4).map(|l| (s * values[l]).exp() * (0.1 * (l + 1) as f64)).sum());
    }
    let mut found = lines.ones();
    let part = |chance, mean, variance| Normal { chance, mean, variance };
    let parts = [part(0.3, 0.4, 0.5), part(0.7, -1.0, 1.5)];
    lines.add_normals(&mut found, &parts, &mut work);
    check(&found, &|s| {
        let of = |p: &Normal| (p.mean * s + 0.5 * p.variance * s * s).exp() * p.chance;
        parts.iter().map(of).sum()
    });
    let mut found = lines.ones();
    lines.add_cumulants(&mut found, &[0.1, 0.2, 0.03, 0.0, 0.005, 6e-4], &mut work);
    let series = |s: Complex64| {
        s * 0.1
            + s.powi(2) * 0.1
            + s.powi(3) * 0.005
            + s.powi(5) * (0.005 / 120.0)
            + s.powi(6) * (6e-4 / 720.0)
    };
    check(&found, &|s| series(s).exp());
}

#[test]
fn a_mean_of_sums_is_that_of_its_parts() {
    let lines = Lines { tilts: vec![0.9, -1.5], step: 0.3, bins: 12 };
    let mut work = Work::default();
    let mut others = [lines.ones(), lines.ones()];
    for (other, value) in others.iter_mut().zip([0.3, -0.8]) {
        lines.add_values(other, &[value, -0.1], &[0.25, 0.75], &mut work);
    }
    let part = |mean, variance, others| Part { mean, variance, others };
    let [one, other] = &others;
    let found = lines.mean_of_sums(
        &[part(0.2, 0.1, vec![one, other]), part(-0.3, -0.05, vec![one]), part(0.7, 0.0, vec![])],
        &mut work,
    );
    for (&tilt, found) in lines.tilts.iter().zip(&found) {
        let exact = |s: Complex64| {
            let of = |value: f64| (s * value).exp() * 0.25 + (s * -0.1).exp() * 0.75;
            let normal = |mean: f64, v: f64| (s * mean + s * s * (0.5 * v)).exp();
            let sum = normal(0.2, 0.1) * of(0.3) * of(-0.8) + normal(-0.3, -0.05) * of(0.3);
            (sum + normal(0.7, 0.0)) / 3.0
        };
        let scale = exact(Complex64::from(tilt));
        assert!((found.log - scale.re.ln()).abs() < 1e-13);
        for bin in 0..lines.bins {
            let s = Complex64::new(tilt, bin as f64 * lines.step);
            let value = Complex64::new(found.re[bin], found.im[bin]);
            assert!((value - exact(s) / scale).norm() < 1e-13);
        }
    }
}

#[test]
fn a_mixture_is_the_mean_of_its_parts() {
    let lines = Lines { tilts: vec![2.0], step: 0.2, bins: 9 };
    let (mut a, mut b, mut both) = (lines.ones(), lines.ones(), lines.ones());
    let mut work = Work::default();
    lines.add_values(&mut a, &[0.5], &[1.0], &mut work);
    lines.add_values(&mut b, &[-0.25], &[1.0], &mut work);
    lines.add_values(&mut both, &[0.5, -0.25], &[0.5, 0.5], &mut work);
    let mixed = Transform::mixture(&[&a[0], &b[0]]);
    assert!((mixed.log - both[0].log).abs() < 1e-15);
    for bin in 0..lines.bins {
        assert!((mixed.re[bin] - both[0].re[bin]).abs() < 1e-15);
        assert!((mixed.im[bin] - both[0].im[bin]).abs() < 1e-15);
    }
}
