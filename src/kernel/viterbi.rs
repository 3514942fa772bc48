//! Maximum-likelihood sequence detection on a short response.
//!
//! Notation: `a[n]` are symbols of an alphabet of `L`, `M` is the memory, and a sample is
//! `y[n] = m(a[n], ..., a[n - M])` and white noise. A state is the last `M` symbols, a branch the
//! last `M + 1`; both are numbers with digits of base `L`, the newest symbol's first.

/// Symbols that run ahead of a record of unknown start: survivors of different starts have long
/// merged by then.
const WARM_UP: usize = 64;

/// The most states of a trellis.
pub const MOST_STATES: usize = 64;

/// The detector of the sequence whose samples are the nearest to those received.
///
/// # Formula
/// Of all sequences the one of least `sum_n (y[n] - m(a[n], ..., a[n - M]))^2`, by dynamic
/// programming over `L^M` states. Decisions are released in blocks of `traceback` symbols, each at
/// least `traceback` symbols after its sample, from the best state of then.
///
/// # Assumptions
/// Noise is white, Gaussian and the same on every branch. After some five times the memory all
/// survivors have a common past, for `1 + D` after somewhat more: there a traceback of 8 doubles the
/// errors at 1e-3, and one of 32 adds none.
///
/// # References
/// Forney, *Maximum-likelihood sequence estimation of digital sequences in the presence of
/// intersymbol interference* (1972); Viterbi (1967).
#[derive(Clone, Debug, PartialEq)]
pub struct Viterbi {
    alphabet: usize,
    memory: usize,
    states: usize,
    traceback: usize,
    means: Vec<f64>,
    branches: Vec<Branch>,
}

/// What a sample adds to the metric of a path: `half - slope * y`, which is half the squared
/// distance less what all branches have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Branch {
    slope: f64,
    half: f64,
}

/// What detecting needs: metrics, and survivors over twice the traceback.
#[derive(Clone, Debug)]
pub struct Survivors {
    metrics: Vec<f64>,
    next: Vec<f64>,
    /// For each symbol and state the state before; rows are used in a ring.
    previous: Vec<u8>,
}

impl Viterbi {
    /// A detector for the mean sample of each branch, `L^(M + 1)` of them. Allocates.
    ///
    /// # Panics
    /// If the alphabet is not of 2, 4, 6 or 8 symbols, there are fewer than 2 or more than 64
    /// states, the means are not one for each branch, or the traceback is not positive.
    pub fn new(alphabet: usize, memory: usize, means: Vec<f64>, traceback: usize) -> Self {
        let states = alphabet.pow(memory as u32);
        assert!(matches!(alphabet, 2 | 4 | 6 | 8), "an alphabet of 2, 4, 6 or 8");
        assert!(memory > 0 && states <= MOST_STATES, "at most 64 states");
        assert!(means.len() == states * alphabet && traceback > 0, "a mean for each branch");
        let branches =
            means.iter().map(|&slope| Branch { slope, half: 0.5 * slope * slope }).collect();
        Self { alphabet, memory, states, traceback, means, branches }
    }

    /// The mean sample of each branch `a[n], ..., a[n - M]`, a number of base `L` with the newest
    /// symbol as its first digit.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Number of past symbols that a sample depends on.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// The workspace, which serves records of any length. Allocates.
    pub fn survivors(&self) -> Survivors {
        Survivors {
            metrics: vec![0.0; self.states],
            next: vec![0.0; self.states],
            previous: vec![0; 2 * self.traceback * self.states],
        }
    }

    /// Detects the symbols of a periodic record, one sample a symbol, into `decisions`.
    ///
    /// `before` gives the symbols ahead of symbol 0, the latest last, where they are known; without
    /// them the end of the record runs ahead. Samples after the end are those of the start.
    ///
    /// # Panics
    /// If the lengths differ, or `before` has fewer symbols than the memory.
    pub fn detect(
        &self,
        samples: &[f64],
        before: Option<&[u8]>,
        survivors: &mut Survivors,
        decisions: &mut [u8],
    ) {
        assert_eq!(samples.len(), decisions.len(), "one decision for each sample");
        match self.alphabet {
            2 => self.run::<2>(samples, before, survivors, decisions),
            4 => self.run::<4>(samples, before, survivors, decisions),
            6 => self.run::<6>(samples, before, survivors, decisions),
            _ => self.run::<8>(samples, before, survivors, decisions),
        }
    }

    fn run<const L: usize>(
        &self,
        samples: &[f64],
        before: Option<&[u8]>,
        survivors: &mut Survivors,
        decisions: &mut [u8],
    ) {
        let len = samples.len();
        if len == 0 {
            return;
        }
        let ahead = if let Some(before) = before {
            let latest = before[before.len() - self.memory..].iter().rev();
            let state = latest.fold(0, |state, &symbol| state * L + usize::from(symbol));
            survivors.metrics.fill(f64::INFINITY);
            survivors.metrics[state] = 0.0;
            0
        } else {
            survivors.metrics.fill(0.0);
            WARM_UP
        };
        let (block, rows) = (self.traceback, 2 * self.traceback);
        let newest = self.states / L;
        let mut at = (len - ahead % len) % len;
        // Blocks until the last symbol has been looked back at from a whole block later.
        let blocks = (ahead + len).div_ceil(block) + 1;
        for round in 0..blocks {
            let first_row = (round * block) % rows;
            let ring = first_row * self.states..(first_row + block) * self.states;
            for row in survivors.previous[ring].chunks_exact_mut(self.states) {
                self.extend::<L>(samples[at], &survivors.metrics, &mut survivors.next, row);
                std::mem::swap(&mut survivors.metrics, &mut survivors.next);
                at = if at + 1 == len { 0 } else { at + 1 };
            }
            let (mut state, least) = best(&survivors.metrics);
            for metric in &mut survivors.metrics {
                *metric -= least;
            }
            if round == 0 {
                continue;
            }
            let row = |offset: usize| (first_row + rows - block + offset) % rows * self.states;
            for offset in (block..rows).rev() {
                state = usize::from(survivors.previous[row(offset) + state]);
            }
            // The oldest symbol of this block, counted from the start of the record.
            let first = (round - 1) * block;
            for offset in (0..block).rev() {
                if let Some(n) = (first + offset).checked_sub(ahead).filter(|&n| n < len) {
                    decisions[n] = (state / newest) as u8;
                }
                state = usize::from(survivors.previous[row(offset) + state]);
            }
        }
    }

    /// Extends every survivor by one symbol: into each state from the best of those before it.
    #[inline]
    fn extend<const L: usize>(
        &self,
        sample: f64,
        metrics: &[f64],
        next: &mut [f64],
        previous: &mut [u8],
    ) {
        let (sources, _) = metrics.as_chunks::<L>();
        let (branches, _) = self.branches.as_chunks::<L>();
        let into =
            next.chunks_exact_mut(sources.len()).zip(previous.chunks_exact_mut(sources.len()));
        for ((next, previous), branches) in into.zip(branches.chunks_exact(sources.len())) {
            let targets = next.iter_mut().zip(previous).zip(branches).zip(sources);
            for (q, (((next, previous), branch), source)) in targets.enumerate() {
                let metric = |k: usize| source[k] + (branch[k].half - branch[k].slope * sample);
                let (mut least, mut from) = (metric(0), 0);
                for k in 1..L {
                    let other = metric(k);
                    from = if other < least { k } else { from };
                    least = if other < least { other } else { least };
                }
                *next = least;
                *previous = (q * L + from) as u8;
            }
        }
    }
}

/// The index and value of the least metric.
fn best(metrics: &[f64]) -> (usize, f64) {
    let start = (0, metrics[0]);
    metrics.iter().copied().enumerate().fold(
        start,
        |best, next| {
            if next.1 < best.1 { next } else { best }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    /// Means of a linear response `1, taps...` on levels from -1 to 1.
    fn linear(alphabet: usize, taps: &[f64]) -> Vec<f64> {
        let level = |symbol: usize| 2.0 * symbol as f64 / (alphabet - 1) as f64 - 1.0;
        (0..alphabet.pow(taps.len() as u32 + 1))
            .map(|branch| {
                let digit =
                    |place: usize| branch / alphabet.pow((taps.len() - place) as u32) % alphabet;
                let past: f64 =
                    taps.iter().enumerate().map(|(j, tap)| tap * level(digit(j + 1))).sum();
                level(digit(0)) + past
            })
            .collect()
    }

    /// Random symbols and their noisy samples, as the trellis has them.
    fn record(viterbi: &Viterbi, count: usize, sigma: f64) -> (Vec<u8>, Vec<f64>) {
        let mut stream = Key::root(Seed(51)).stream();
        let base = viterbi.alphabet;
        let sent: Vec<u8> = (0..count).map(|_| stream.below(base as u64) as u8).collect();
        let samples = (0..count)
            .map(|n| {
                let branch = (0..=viterbi.memory()).fold(0, |branch, back| {
                    branch * base + usize::from(sent[(n + count * (1 + back) - back) % count])
                });
                viterbi.means()[branch] + sigma * stream.sample()
            })
            .collect();
        (sent, samples)
    }

    #[test]
    fn clean_sequences_are_detected_for_every_form() {
        for (alphabet, taps) in [
            (2, vec![1.0]),
            (2, vec![0.5, -0.3, 0.2]),
            (4, vec![1.0]),
            (4, vec![0.6, 0.3]),
            (4, vec![0.9, -0.2, 0.1]),
            (6, vec![0.5]),
            (6, vec![0.7, 0.2]),
            (8, vec![0.8, -0.1]),
        ] {
            let viterbi = Viterbi::new(alphabet, taps.len(), linear(alphabet, &taps), 24);
            let mut survivors = viterbi.survivors();
            // Also records shorter than what runs ahead, and than the traceback.
            for count in [10, 48, 1000] {
                let (sent, samples) = record(&viterbi, count, 0.01);
                let mut got = vec![9; count];
                viterbi.detect(&samples, None, &mut survivors, &mut got);
                assert_eq!(got, sent, "{alphabet} {taps:?}");
                viterbi.detect(&samples, Some(&sent), &mut survivors, &mut got);
                assert_eq!(got, sent, "{alphabet} {taps:?} with its start known");
            }
        }
    }

    #[test]
    fn what_is_detected_is_the_nearest_of_all_sequences() {
        let viterbi = Viterbi::new(4, 1, linear(4, &[0.8]), 16);
        let mut survivors = viterbi.survivors();
        let mut stream = Key::root(Seed(52)).stream();
        // Six samples say little about their symbols; what follows them is clean.
        let (sent, clean) = record(&viterbi, 40, 0.0);
        for _ in 0..8 {
            let mut samples = clean.clone();
            for sample in &mut samples[..6] {
                *sample = 1.2 * stream.sample();
            }
            // Up to where the last symbols see the noise that the record begins with.
            let distance = |symbol: &dyn Fn(usize) -> usize| -> f64 {
                let mean = |n: usize| {
                    let last = if n == 0 { usize::from(sent[39]) } else { symbol(n - 1) };
                    viterbi.means()[4 * symbol(n) + last]
                };
                (0..30).map(|n| (samples[n] - mean(n)).powi(2)).sum()
            };
            let nearest = (0..1usize << 12)
                .map(|sequence| {
                    let rest = |n: usize| usize::from(sent[n]);
                    distance(&|n| if n < 6 { sequence >> (2 * n) & 3 } else { rest(n) })
                })
                .fold(f64::INFINITY, f64::min);
            let mut got = vec![0; 40];
            viterbi.detect(&samples, Some(&sent), &mut survivors, &mut got);
            let found = distance(&|n| usize::from(got[n]));
            assert!(found < nearest + 1e-9, "{found} is more than {nearest}");
            assert_eq!(got[12..30], sent[12..30]);
        }
    }

    #[test]
    fn a_traceback_of_32_symbols_is_as_good_as_any_and_old_survivors_have_no_influence() {
        let detect = |traceback| {
            let viterbi = Viterbi::new(4, 1, linear(4, &[1.0]), traceback);
            let (sent, samples) = record(&viterbi, 20_000, 0.12);
            let mut survivors = viterbi.survivors();
            let mut got = vec![0; sent.len()];
            viterbi.detect(&samples, None, &mut survivors, &mut got);
            let mut again = vec![0; sent.len()];
            viterbi.detect(&samples, None, &mut survivors, &mut again);
            assert_eq!(got, again);
            got.iter().zip(&sent).filter(|(a, b)| a != b).count()
        };
        let errors = [8, 32, 100].map(detect);
        assert!(errors[1] > 10 && errors[1] == errors[2] && errors[0] > errors[1], "{errors:?}");
    }
}
