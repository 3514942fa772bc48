//! What the slicer sees at one instant.

use std::f64::consts::TAU;

use super::link::LinearLink;
use super::scale::Scale;
use super::tilted::{Transform, Work, powers};
use crate::Result;
use crate::analysis::cost::bit_costs;
use crate::kernel::fft::RealFft;
use crate::signal::Modulation;

use super::engine::Engine;
use num_complex::Complex64;

/// Integrals below this part of what they add up are rounding errors.
const ROUNDING: f64 = 1e-13;

/// The logarithm of what is no probability any more: 1e-35.
const NOTHING: f64 = -80.0;

/// The distribution of the slicer's input at one instant, for each level sent.
///
/// # Formula
/// The probability beyond `v` is `1 / (2 pi j)` times the integral of `M(s) exp(-s v) / s` along a
/// line `s = theta + j w`, with `M(s) = E[exp(s y)]`: above `v` for positive, minus that below `v`
/// for negative `theta`. Each `v` is read on the line where `M(theta) exp(-theta v)`, which bounds
/// the tail, is least. Probabilities down to 1e-20 are so known to 1e-7 of themselves; below 1e-30
/// they are zero.
///
/// ```
/// use lightlane::analysis::statistical::{
///     ByPhase, EdgeJitter, EyeCut, Gaussian, LinearLink, Pulse, Timing,
/// };
/// use lightlane::signal::Modulation;
///
/// let link = LinearLink {
///     modulation: Modulation::Nrz,
///     levels: vec![-1.0, 1.0],
///     pulse: Pulse { values: vec![0.0, 1.0, 0.2], cursor: 1, samples_per_symbol: 1 },
///     feedback: vec![],
///     aggressors: vec![],
///     noise: ByPhase::same(vec![Gaussian { weight: 1.0, sigma: 0.1 }]),
///     distortion: ByPhase::NONE,
///     jitter: EdgeJitter::NONE,
///     filter: None,
///     bends: ByPhase::NONE,
///     joints: ByPhase::NONE,
///     slopes: ByPhase::NONE,
///     swell: ByPhase::NONE,
///     swell_joints: ByPhase::NONE,
///     timing: Timing::STILL,
///     thresholds: vec![0.0],
/// };
/// let ber = EyeCut::of(&link, 0)?.ratios().ber;
/// // Half of all symbols are 8, half are 12 standard deviations from the threshold.
/// assert!((ber / (0.5 * lightlane::kernel::gauss::q(8.0)) - 1.0).abs() < 1e-7);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct EyeCut {
    phase_ui: f64,
    modulation: Modulation,
    thresholds: Vec<f64>,
    scale: Scale,
    /// For each level, the lines that it is read on, of increasing `theta`.
    levels: Vec<Vec<Line>>,
}

/// How often decisions at one instant are wrong.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct ErrorRatios {
    /// The instant, in unit intervals from the decision instant.
    pub phase_ui: f64,
    /// Bits decided wrongly, over all bits.
    pub ber: f64,
    /// Symbols decided wrongly, over all symbols.
    pub ser: f64,
    /// For each threshold, the symbols on the wrong side of it over all bits. They add up to `ber`
    /// where each threshold passed costs one bit.
    pub thresholds: Vec<f64>,
}

impl EyeCut {
    /// The distribution at an offset from the decision instant, in samples of the pulse: from
    /// `-(S / 2)` up, for `S` samples a symbol. Slow displacements of the whole eye, which other
    /// instants belong to, are left out.
    ///
    /// # Errors
    /// If a length, a value or the offset is wrong.
    pub fn of(link: &LinearLink, offset: isize) -> Result<Self> {
        let engine = Engine::new(link, offset..offset.saturating_add(1), 1)?;
        Ok(engine.cut(0, &mut Work::default()))
    }

    pub(super) fn new(
        link: &LinearLink,
        offset: isize,
        scale: Scale,
        levels: Vec<Vec<Line>>,
    ) -> Self {
        Self {
            phase_ui: offset as f64 / link.pulse.samples_per_symbol as f64,
            modulation: link.modulation,
            thresholds: link.thresholds.clone(),
            scale,
            levels,
        }
    }

    /// The probability that the input is above a value, given the level sent.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn above(&self, level: usize, value: f64) -> f64 {
        self.tails(level, value)[0]
    }

    /// The probability that the input is below a value, given the level sent.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn below(&self, level: usize, value: f64) -> f64 {
        self.tails(level, value)[1]
    }

    /// The value that the input exceeds with a probability, given the level sent.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn exceeded(&self, level: usize, probability: f64) -> f64 {
        self.bisect(|value| self.above(level, value) > probability)
    }

    /// The value that the input is below with a probability, given the level sent.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn fallen_below(&self, level: usize, probability: f64) -> f64 {
        self.bisect(|value| self.below(level, value) <= probability)
    }

    /// Where a condition ends to hold.
    fn bisect(&self, holds: impl Fn(f64) -> bool) -> f64 {
        let half = 0.5 * self.scale.span;
        let (mut low, mut high) = (-half, half);
        while high - low > 1e-12 * half {
            let middle = 0.5 * (low + high);
            *(if holds(middle) { &mut low } else { &mut high }) = middle;
        }
        0.5 * (low + high)
    }

    /// How often decisions are wrong.
    ///
    /// # Formula
    /// Over levels `i` sent and `j` decided, all `i` equally likely,
    /// `ber = sum w(i, j) P(T_j < y < T_j+1 | i) / (L log2 L)`, where `w` counts the bits that
    /// differ. PAM6, mapped in pairs, counts one wrong symbol of a pair, averaged over the other.
    pub fn ratios(&self) -> ErrorRatios {
        let levels = self.levels.len();
        let costs = bit_costs(self.modulation);
        let all_bits = levels as f64 * self.modulation.bits_per_symbol();
        let mut beyond = vec![0.0; levels - 1];
        let (mut bits, mut symbols) = (0.0, 0.0);
        for (sent, costs) in costs.iter().enumerate() {
            // The tail beyond each threshold, seen from the level sent.
            let tails: Vec<f64> = self
                .thresholds
                .iter()
                .enumerate()
                .map(|(at, &value)| self.tails(sent, value)[usize::from(at < sent)])
                .collect();
            beyond.iter_mut().zip(&tails).for_each(|(sum, tail)| *sum += tail);
            for (decided, cost) in costs.iter().enumerate().filter(|(at, _)| *at != sent) {
                let (near, far) = if decided > sent {
                    (tails[decided - 1], tails.get(decided))
                } else {
                    (tails[decided], decided.checked_sub(1).map(|below| &tails[below]))
                };
                let chance = (near - far.copied().unwrap_or(0.0)).max(0.0);
                bits += cost * chance;
                symbols += chance;
            }
        }
        ErrorRatios {
            phase_ui: self.phase_ui,
            ber: bits / all_bits,
            ser: symbols / levels as f64,
            thresholds: beyond.into_iter().map(|sum| sum / all_bits).collect(),
        }
    }

    /// The probabilities above and below a value.
    fn tails(&self, level: usize, value: f64) -> [f64; 2] {
        let lines = &self.levels[level];
        let bound = |line: &Line| line.log - line.theta * value;
        let tightest = |best: &'_ Line, next: &'_ Line| bound(next).total_cmp(&bound(best)).is_lt();
        let mut best = &lines[0];
        for line in &lines[1..] {
            if tightest(best, line) {
                best = line;
            }
        }
        let (mut cos, mut sin) = (vec![0.0; self.scale.bins], vec![0.0; self.scale.bins]);
        powers(value * self.scale.step(), &mut cos, &mut sin);
        let terms = best.re.iter().zip(&best.im).zip(cos.iter().zip(&sin));
        let sum: f64 = terms.map(|((re, im), (cos, sin))| re * cos + im * sin).sum();
        best.tails(2.0 * sum - best.re[0], value)
    }

    /// The probabilities above and below the lower edge of each row.
    pub(super) fn curves(&self, level: usize, fft: &RealFft, room: &mut Room) -> [Vec<f64>; 2] {
        let rows = self.scale.rows;
        let [mut above, mut below] = [vec![0.0; rows], vec![0.0; rows]];
        let lines = &self.levels[level];
        let mut start = 0;
        for (at, line) in lines.iter().enumerate() {
            // Where the next line's bound is as tight.
            let end = lines.get(at + 1).map_or(rows, |next| {
                let value = (next.log - line.log) / (next.theta - line.theta);
                let row = (value / self.scale.span + 0.5) * rows as f64;
                (row.max(0.0) as usize).clamp(start, rows)
            });
            line.transform(fft, room);
            for row in start..end {
                let value = self.scale.edge(row);
                [above[row], below[row]] = line.tails(room.integrals[row], value);
            }
            start = end;
        }
        [above, below]
    }

    /// Bits of all levels.
    pub(super) fn all_bits(&self) -> f64 {
        self.levels.len() as f64 * self.modulation.bits_per_symbol()
    }
}

/// A line that a distribution is read on.
#[derive(Clone, Debug)]
pub(super) struct Line {
    theta: f64,
    /// `ln M(theta)`.
    log: f64,
    /// `|dw / (2 pi)| M(s) / M(theta) / s` with the sign of `theta`, for each frequency.
    re: Vec<f64>,
    im: Vec<f64>,
    /// The sum of its magnitudes.
    size: f64,
    /// What copies of the distribution one span and more away add to a tail.
    copies: f64,
}

impl Line {
    pub(super) fn new(theta: f64, transform: Transform, scale: &Scale) -> Self {
        let Transform { log, mut re, mut im } = transform;
        let step = scale.step();
        let factor = theta.signum() * step / TAU;
        let mut size = 0.0;
        for (bin, (re, im)) in re.iter_mut().zip(&mut im).enumerate() {
            let value = Complex64::new(*re, *im) / Complex64::new(theta, bin as f64 * step);
            (*re, *im) = (factor * value.re, factor * value.im);
            size += 2.0 * re.abs().max(im.abs());
        }
        Self { theta, log, re, im, size, copies: 1.0 / (theta.abs() * scale.span).exp_m1() }
    }

    /// The probabilities above and below a value, from the integral there.
    ///
    /// Of the copies of the distribution, one span apart, those on the inner side lie wholly beyond
    /// the value: with them each adds `exp(-n theta span)`.
    fn tails(&self, integral: f64, value: f64) -> [f64; 2] {
        let bound = self.log - self.theta * value;
        let tail = if bound < NOTHING || integral < ROUNDING * self.size {
            0.0
        } else {
            (integral * bound.exp() - self.copies).clamp(0.0, 1.0)
        };
        if self.theta > 0.0 { [tail, 1.0 - tail] } else { [1.0 - tail, tail] }
    }

    /// The integral at the lower edge of each row.
    fn transform(&self, fft: &RealFft, room: &mut Room) {
        room.spectrum.fill(Complex64::ZERO);
        let mut sign = 1.0;
        for (bin, (re, im)) in room.spectrum.iter_mut().zip(self.re.iter().zip(&self.im)) {
            *bin = Complex64::new(sign * re, -sign * im);
            // Rows begin half a span below zero.
            sign = -sign;
        }
        fft.inverse(&mut room.spectrum, &mut room.integrals, &mut room.scratch);
    }
}

/// Room for transforms over all rows.
#[derive(Debug)]
pub(super) struct Room {
    spectrum: Vec<Complex64>,
    integrals: Vec<f64>,
    scratch: Vec<Complex64>,
}

impl Room {
    pub(super) fn new(fft: &RealFft) -> Self {
        Self {
            spectrum: vec![Complex64::ZERO; fft.bins()],
            integrals: vec![0.0; fft.len()],
            scratch: vec![Complex64::ZERO; fft.scratch_len()],
        }
    }
}
