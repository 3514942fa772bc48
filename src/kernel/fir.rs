//! Finite filters and correlations of periodic records.
//!
//! A record is periodic: the sample after the last is the first, so no output has an edge.

/// Filters a periodic record and keeps one output a symbol.
///
/// `output[n] = sum_i taps[i] * samples[(n * spacing + cursor - i) mod len]`, with `spacing`
/// samples a symbol and `len = spacing * output.len()` samples. Tap `cursor` weighs the symbol's
/// own sample; the taps before it weigh later samples, those after it earlier ones.
///
/// # Panics
/// If the lengths do not fit, there are more taps than samples, or `cursor` is not a tap.
pub fn circular(taps: &[f64], cursor: usize, spacing: usize, samples: &[f64], output: &mut [f64]) {
    assert_eq!(samples.len(), spacing * output.len(), "`spacing` samples make one output");
    assert!(cursor < taps.len() && taps.len() <= samples.len(), "a filter fits in its record");
    for (n, y) in output.iter_mut().enumerate() {
        *y = circular_at(taps, samples, n * spacing + cursor);
    }
}

/// One output of a filter, `sum_i taps[i] * samples[(newest - i) mod len]`.
///
/// # Panics
/// If there are more taps than samples, or `newest` is two records or more.
#[inline]
pub fn circular_at(taps: &[f64], samples: &[f64], newest: usize) -> f64 {
    let newest = if newest < samples.len() { newest } else { newest - samples.len() };
    match (newest + 1).checked_sub(taps.len()) {
        Some(oldest) => convolved(taps, &samples[oldest..=newest]),
        None => {
            let (near, far) = taps.split_at(newest + 1);
            let wrapped = &samples[samples.len() - far.len()..];
            convolved(near, &samples[..=newest]) + convolved(far, wrapped)
        }
    }
}

/// The sum of products of `taps`, first to last, with `window`, last to first; both of one length.
#[inline]
pub fn convolved(taps: &[f64], window: &[f64]) -> f64 {
    debug_assert_eq!(taps.len(), window.len(), "one sample for each tap");
    // Four sums at a time do not wait for each other.
    let mut sums = [0.0; 4];
    let mut taps = taps.chunks_exact(4);
    let mut window = window.rchunks_exact(4);
    for (w, x) in taps.by_ref().zip(window.by_ref()) {
        sums[0] += w[0] * x[3];
        sums[1] += w[1] * x[2];
        sums[2] += w[2] * x[1];
        sums[3] += w[3] * x[0];
    }
    let rest = taps.remainder().iter().zip(window.remainder().iter().rev());
    let rest: f64 = rest.map(|(w, x)| w * x).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The circular correlation of two periodic series at a lag, `sum_n u[n] * v[(n + lag) mod len]`.
///
/// # Panics
/// If the lengths differ or are zero.
pub fn circular_correlation(u: &[f64], v: &[f64], lag: isize) -> f64 {
    assert_eq!(u.len(), v.len(), "correlated series have one length");
    let lag = lag.rem_euclid(u.len() as isize) as usize;
    let (early, late) = u.split_at(u.len() - lag);
    product(early, &v[lag..]) + product(late, &v[..lag])
}

/// The sum of products of two slices of one length.
fn product(u: &[f64], v: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let mut u = u.chunks_exact(4);
    let mut v = v.chunks_exact(4);
    for (a, b) in u.by_ref().zip(v.by_ref()) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = u.remainder().iter().zip(v.remainder()).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    fn normals(name: &str, count: usize) -> Vec<f64> {
        let mut stream = Key::root(Seed(1)).named(name).stream();
        (0..count).map(|_| stream.sample()).collect()
    }

    #[test]
    fn the_filter_is_its_definition_also_around_the_end() {
        for (taps, cursor, spacing, symbols) in
            [(1, 0, 1, 5), (3, 1, 1, 3), (21, 6, 1, 40), (7, 6, 2, 5), (24, 11, 2, 30)]
        {
            let samples = normals("samples", symbols * spacing);
            let weights = normals("taps", taps);
            let mut output = vec![f64::NAN; symbols];
            circular(&weights, cursor, spacing, &samples, &mut output);
            let len = samples.len();
            for (n, got) in output.iter().enumerate() {
                let want: f64 = (0..taps)
                    .map(|i| weights[i] * samples[(n * spacing + cursor + len * taps - i) % len])
                    .sum();
                assert!((got - want).abs() < 1e-13, "{taps} taps, output {n}: {got} is not {want}");
            }
        }
    }

    #[test]
    fn a_correlation_is_its_definition_at_any_lag() {
        let (u, v) = (normals("u", 11), normals("v", 11));
        for lag in -25..25isize {
            let want: f64 =
                (0..11).map(|n| u[n] * v[(n as isize + lag).rem_euclid(11) as usize]).sum();
            assert!((circular_correlation(&u, &v, lag) - want).abs() < 1e-13);
        }
    }
}
