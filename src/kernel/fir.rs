//! Finite filters and correlations of periodic records.
//!
//! A record is periodic: the sample after the last is the first, so no output has an edge.

use std::ops::Range;

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

/// The runs of taps that a filter with gaps has: zeros between groups of taps cost nothing.
///
/// `taps` in the functions below is the whole filter, gaps included; what is in a gap is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs(Vec<Range<usize>>);

impl Runs {
    /// No runs yet, with room for those of a filter of `taps` taps. Allocates.
    pub fn with_room(taps: usize) -> Self {
        Self(Vec::with_capacity(taps / 2 + 1))
    }

    /// The runs of a filter, as [`Runs::find`] finds them. Allocates.
    pub fn of(leading: usize, taps: &[f64]) -> Self {
        let mut runs = Self::with_room(taps.len());
        runs.find(leading, taps);
        runs
    }

    /// Becomes the runs of the first `leading` taps, whatever they are, and of those after them that
    /// are not zero.
    pub fn find(&mut self, leading: usize, taps: &[f64]) {
        self.0.clear();
        for (i, &tap) in taps.iter().enumerate() {
            if i >= leading && tap.abs() <= 0.0 {
                continue;
            }
            match self.0.last_mut() {
                Some(run) if run.end == i => run.end += 1,
                _ => self.0.push(i..i + 1),
            }
        }
    }

    /// Whether there is no gap, so that a filter may be used as a whole.
    pub fn whole(&self) -> bool {
        self.0.len() <= 1 && self.0.first().is_none_or(|run| run.start == 0)
    }

    /// The ranges of taps, in order.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.0
    }

    /// As [`circular`], of taps with gaps.
    ///
    /// # Panics
    /// As [`circular`].
    pub fn circular(
        &self,
        taps: &[f64],
        cursor: usize,
        spacing: usize,
        samples: &[f64],
        output: &mut [f64],
    ) {
        let [first, rest @ ..] = self.0.as_slice() else { return output.fill(0.0) };
        assert_eq!(first.start, 0, "a filter begins with a tap");
        circular(&taps[first.clone()], cursor, spacing, samples, output);
        for run in rest {
            let back = (samples.len() + cursor - run.start) % samples.len();
            for (n, y) in output.iter_mut().enumerate() {
                *y += circular_at(&taps[run.clone()], samples, n * spacing + back);
            }
        }
    }

    /// As [`circular_at`], of taps with gaps.
    ///
    /// # Panics
    /// As [`circular_at`].
    #[inline]
    pub fn circular_at(&self, taps: &[f64], samples: &[f64], newest: usize) -> f64 {
        let one = |run: &Range<usize>| {
            circular_at(&taps[run.clone()], samples, earlier(newest, run.start, samples.len()))
        };
        match self.0.as_slice() {
            [run] if run.start == 0 => circular_at(&taps[run.clone()], samples, newest),
            runs => runs.iter().map(one).sum(),
        }
    }

    /// As [`convolved`], of taps with gaps.
    #[inline]
    pub fn convolved(&self, taps: &[f64], window: &[f64]) -> f64 {
        let len = window.len();
        let one = |run: &Range<usize>| {
            convolved(&taps[run.clone()], &window[len - run.end..len - run.start])
        };
        self.0.iter().map(one).sum()
    }
}

/// The index `back` samples before `newest` in a period of `len`, for less than two periods of
/// `newest` and at most one of `back`.
#[inline]
pub fn earlier(newest: usize, back: usize, len: usize) -> usize {
    let newest = if newest < len { newest } else { newest - len };
    if newest < back { newest + len - back } else { newest - back }
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
pub fn product(u: &[f64], v: &[f64]) -> f64 {
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
    fn gaps_are_zeros() {
        let samples = normals("samples", 60);
        let mut taps = normals("taps", 40);
        for i in (7..12).chain(15..31).chain(34..40) {
            taps[i] = 0.0;
        }
        taps[3] = 0.0;
        let runs = Runs::of(7, &taps);
        assert_eq!(runs.ranges(), [0..7, 12..15, 31..34]);
        assert!(!runs.whole() && Runs::of(40, &taps).whole() && Runs::of(0, &[]).whole());
        for spacing in [1, 2] {
            let (mut want, mut got) = (vec![0.0; 60 / spacing], vec![f64::NAN; 60 / spacing]);
            circular(&taps, 5, spacing, &samples, &mut want);
            runs.circular(&taps, 5, spacing, &samples, &mut got);
            for (n, (want, got)) in want.iter().zip(&got).enumerate() {
                assert!((want - got).abs() < 1e-13);
                let single = runs.circular_at(&taps, &samples, n * spacing + 5);
                assert!((want - single).abs() < 1e-13);
            }
        }
        let window = &samples[..40];
        let whole = convolved(&taps, window);
        assert!((runs.convolved(&taps, window) - whole).abs() < 1e-13);
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
