//! What the figure of merit may come to at each instant, before any setting is sampled.

use super::grid::Line;
use super::symbols::Symbols;
use crate::kernel::solve::Cholesky;

/// Symbols before and behind the peak of the pulse between which the cursor is: one that the peak
/// of an equalized pulse may be away, four ahead of that, and two behind the rise.
const REACH: [usize; 2] = [5, 3];

/// What rounding may take from a bound.
const ROUNDING: f64 = 1.0 + 1e-9;

/// The instants at which the cursor may be where a figure of merit is above some ratio.
///
/// # Formula
/// With taps `c` the ratio of powers at an instant is at most
/// `s^2 (p'c)^2 / (t^2 (p'c)^2 + c'N c + fixed)`: `p` is the pulse there as each tap delays it, and
/// `N` has interference that feedback does not reach, jitter and crosstalk. No `c` makes more of
/// `(p'c)^2 / c'N c` than `p' N^-1 p`. The sum of all magnitudes is 1, so noise that does not depend
/// on the taps is `fixed (sign'c)^2` where every tap has one sign.
#[derive(Debug)]
pub(super) struct Instants {
    all: Vec<Instant>,
    /// Signal and noise of the transmitter over the cursor, squared.
    signal: f64,
    transmitter: f64,
    fixed: f64,
    along: usize,
    main: usize,
    least: f64,
}

/// Signal and noise at an instant as forms of the taps.
#[derive(Debug)]
struct Instant {
    /// The pulse, as each tap delays it.
    height: Vec<f64>,
    /// The noise that depends on the taps, row by row.
    noise: Vec<f64>,
}

/// The forms of an instant along a line: of the tap that varies, `v`, and of its magnitude.
#[derive(Clone, Copy, Debug)]
pub(super) struct AlongLine {
    /// The pulse: `h[0] + h[1] v - h[2] |v|`.
    height: [f64; 3],
    /// The noise: `n[0] + n[1] v - n[2] |v| + n[3] v^2 - n[4] v |v|`.
    noise: [f64; 5],
}

impl Instants {
    /// Those of a setting of the continuous-time equalizer at which the ratio may be above `least`.
    pub(super) fn new(symbols: &Symbols<'_>, least: f64) -> Self {
        let (ready, grid) = (symbols.ready, symbols.grid);
        let mut instants = Self {
            all: Vec::new(),
            signal: ready.signal(1.0).powi(2),
            transmitter: ready.transmitter_noise(1.0).powi(2),
            fixed: symbols.fixed,
            along: grid.along,
            main: grid.main,
            least,
        };
        let one_sign = |tap: usize| {
            let values = &grid.values[tap];
            let negative = values.iter().all(|value| *value <= 0.0);
            let positive = values.iter().all(|value| *value >= 0.0);
            // The main tap, which has no values of its own, is positive.
            match (positive, negative) {
                (true, _) => Some(1.0),
                (_, true) => Some(-1.0),
                _ => None,
            }
        };
        let signs: Option<Vec<f64>> = (0..grid.taps).map(one_sign).collect();
        let samples = ready.com.samples_per_symbol;
        let from = symbols.peak - REACH[0] * samples;
        for at in from..symbols.peak + REACH[1] * samples {
            let height = symbols.delayed(at, 0);
            let most = height.iter().fold(0.0f64, |most, h| most.max(h.abs()));
            if !instants.above(most, 0.0) {
                continue;
            }
            let noise = noise(symbols, at, &height);
            let instant = Instant { height, noise };
            if instants.promising(&instant, signs.as_deref()) {
                instants.all.push(instant);
            }
        }
        instants
    }

    /// Whether some taps may make enough of an instant.
    fn promising(&self, instant: &Instant, signs: Option<&[f64]>) -> bool {
        let taps = instant.height.len();
        let mut matrix = instant.noise.clone();
        if let Some(signs) = signs {
            for (i, row) in matrix.chunks_exact_mut(taps).enumerate() {
                row.iter_mut().zip(signs).for_each(|(n, s)| *n += self.fixed * signs[i] * s);
            }
        }
        // Equations that cannot be solved bound nothing.
        let Ok(factor) = Cholesky::new(matrix, taps) else { return true };
        let mut best = instant.height.clone();
        factor.solve(&mut best);
        let gain: f64 = best.iter().zip(&instant.height).map(|(a, b)| a * b).sum();
        let ratio = self.signal * gain / (self.transmitter * gain + 1.0);
        ratio.is_nan() || ratio * ROUNDING > self.least
    }

    /// The forms of all instants along a line.
    pub(super) fn along(&self, line: &Line, forms: &mut Vec<AlongLine>) {
        let (along, main, taps) = (self.along, self.main, line.base.len());
        forms.clear();
        forms.extend(self.all.iter().map(|instant| {
            let dot = |row: &[f64]| row.iter().zip(&line.base).map(|(a, b)| a * b).sum::<f64>();
            let row = |tap: usize| &instant.noise[tap * taps..(tap + 1) * taps];
            let rows = instant.noise.chunks_exact(taps).map(dot);
            let base = rows.zip(&line.base).map(|(a, b)| a * b).sum();
            let (more, less) = (row(along), row(main));
            AlongLine {
                height: [dot(&instant.height), instant.height[along], instant.height[main]],
                noise: [
                    base,
                    2.0 * dot(more),
                    2.0 * dot(less),
                    more[along] + less[main],
                    2.0 * more[main],
                ],
            }
        }));
    }

    /// Whether a setting of a line may be above the ratio.
    pub(super) fn may_be_above(&self, value: f64, forms: &[AlongLine]) -> bool {
        let size = value.abs();
        forms.iter().any(|AlongLine { height: h, noise: n }| {
            let height = h[0] + h[1] * value - h[2] * size;
            let noise = n[0] + n[1] * value - n[2] * size + (n[3] * value - n[4] * size) * value;
            self.above(height, noise)
        })
    }

    /// Whether a cursor's ratio may be above the least, with noise that depends on the taps.
    fn above(&self, height: f64, noise: f64) -> bool {
        let square = height * height;
        let all = self.transmitter * square + noise.max(0.0) + self.fixed;
        self.signal * square * ROUNDING > self.least * all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Interference that feedback does not reach, jitter and crosstalk, as a form of the taps.
fn noise(symbols: &Symbols<'_>, at: usize, height: &[f64]) -> Vec<f64> {
    let ready = symbols.ready;
    let (taps, variance) = (height.len(), ready.symbol_variance());
    // The record is padded by whole symbols.
    let phase = at % ready.com.samples_per_symbol;
    let jitter = symbols.jitter();
    let mut reached = vec![0.0; taps * taps];
    for behind in 0..=ready.com.dfe.reach() {
        let pulse = symbols.delayed(at, behind);
        for (row, a) in reached.chunks_exact_mut(taps).zip(&pulse) {
            row.iter_mut().zip(&pulse).for_each(|(sum, b)| *sum += a * b);
        }
    }
    let element = |(index, reached): (usize, f64)| {
        let lag = (index / taps).abs_diff(index % taps);
        let energy = symbols.energy[phase][lag] + jitter * symbols.slope[phase][lag];
        variance * (energy - reached) + symbols.crosstalk[lag]
    };
    reached.into_iter().enumerate().map(element).collect()
}
