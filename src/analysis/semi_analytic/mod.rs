//! Semi-analytic error ratios: the signal run, the noise calculated.
//!
//! A record goes through a link without noise, with every nonlinearity; what noise adds to each
//! symbol at the slicer is known by its standard deviation. The error ratio is then the mean over
//! the symbols of Gaussian tails, which reach as far down as a number can be.

mod burst;

#[cfg(test)]
mod tests;

pub use burst::Bursts;

use super::ber::GUESS;
use super::cost::bit_costs;
use crate::kernel::gauss;
use crate::kernel::rng::Key;
use crate::parallel;
use crate::signal::Modulation;
use crate::{Error, Result};

/// Deviations of two values that are followed value by value; what others add belongs to the
/// Gaussian part.
pub const FOLLOWED: usize = 4;

/// Groups of records that the statistical error is found from.
const GROUPS: usize = 16;

/// A probability of passing a threshold below which the next one, three times as far, is not asked
/// for: it would add less than 1e-9 of that.
const NEGLIGIBLE: f64 = 1e-3;

/// How far a bend may turn a slope: beyond, the edge would turn back.
const MOST_BENT: f64 = 0.5;

/// How the ratio is obtained, in words.
const METHOD: &str = "mean of Gaussian tails over the symbols of a record run without noise; noise \
                      of each source propagated analytically; jackknife interval at 95 %";

/// One symbol at the slicer without noise, and what noise may add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlicerInput {
    /// The symbol sent, behind precoding.
    pub sent: u8,
    /// The slicer's input without noise, on the scale of the ideal levels.
    pub value: f64,
    /// Standard deviation of the Gaussian noise.
    pub sigma: f64,
    /// Deviations that are added or subtracted, each with equal probability.
    pub two_valued: [TwoValued; FOLLOWED],
}

impl SlicerInput {
    /// The standard deviation of noise and two-valued deviations together.
    pub fn deviation(&self) -> f64 {
        let shifts = self.two_valued.iter().map(|deviation| deviation.shift * deviation.shift);
        (self.sigma * self.sigma + shifts.sum::<f64>()).sqrt()
    }
}

/// A deviation that is added or subtracted, with equal probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TwoValued {
    /// What is added to the slicer's input, or subtracted from it.
    pub shift: f64,
    /// What is added at the same time to the variance of the Gaussian noise, or subtracted.
    pub variance: f64,
    /// The part of that variance, without this change, that comes from a quantity of which the
    /// slicer's input is no linear function.
    pub bent: f64,
    /// Its bend: the second derivative by that quantity, times the variance of it.
    pub bend: f64,
}

impl TwoValued {
    fn is_finite(&self) -> bool {
        [self.shift, self.variance, self.bent, self.bend].iter().all(|x| x.is_finite())
    }
}

/// A slicer with its feedback, and what it sees without noise.
///
/// # Formula
/// `BER = m / (N b) sum_n sum_j c(s[n], j) P(j | n)` over the `N` symbols, with `P(j | n)` the
/// probability that Gaussian noise of standard deviation `sigma[n]` about `z[n] +- d1 +- d2 ...`
/// falls between the thresholds of level `j`; `c` counts the bits that differ, `b` is the number
/// of bits a symbol, and `m` the errors that feedback makes of each one, see [`Bursts`].
///
/// Random jitter moves an edge along its slope and its bend, `a u + b u^2 / 2` with `u` of variance
/// `r^2`: its part of the logarithm of `E[exp(s y)]` is `a^2 r^2 s^2 / (2 (1 - s b r^2))`. With such
/// parts the tail beyond a distance `d` is `Q(sqrt(2 E))`, where `E = max(s d - K(s))` over `s`, `K`
/// being that logarithm for all noise: two steps of Newton's method from where it would be without
/// bends. Without them that is `Q(d / sigma)`.
///
/// # Assumptions
/// Noise is Gaussian at the slicer, and small enough that nonlinear elements are linear for it.
/// The symbols of the records stand for all: an error ratio that hangs on patterns rarer than one
/// in their number is missed, and the interval says how many decided.
///
/// # References
/// Jeruchim, *Techniques for estimating the bit error rate in the simulation of digital
/// communication systems*, IEEE J. Sel. Areas Commun. 2 (1984); R. Lugannani and S. Rice,
/// *Saddle point approximation for the distribution of the sum of independent random variables*,
/// Adv. Appl. Probab. 12 (1980).
#[derive(Clone, Debug, PartialEq)]
pub struct SemiAnalytic {
    /// The alphabet.
    pub modulation: Modulation,
    /// Thresholds of the slicer, rising.
    pub thresholds: Vec<f64>,
    /// Taps of the decision feedback, in levels per level.
    pub feedback: Vec<f64>,
    /// Whether the symbols are precoded by `1 / (1 + D)`.
    pub precoding: bool,
    /// Correlations of the noise of symbols 1, 2, ... apart; none where it is white.
    pub correlations: Vec<f64>,
    /// The records, each periodic.
    pub records: Vec<Vec<SlicerInput>>,
}

/// An error ratio found semi-analytically.
#[derive(Clone, Debug, PartialEq)]
pub struct SemiAnalyticBer {
    /// The bit error ratio.
    pub rate: f64,
    /// Its 95 % interval: low, high.
    pub ci95: [f64; 2],
    /// The ratio of symbols decided wrongly while the feedback is right.
    pub first_errors: f64,
    /// What becomes of an error.
    pub bursts: Bursts,
    /// Symbols that were summed over.
    pub symbols: usize,
    /// How the ratio was obtained.
    pub method: &'static str,
}

impl SemiAnalytic {
    /// The bit error ratio and what it is made of. `key` addresses the randomness of bursts.
    ///
    /// # Errors
    /// If there are no symbols, or a number makes no sense.
    pub fn ber(&self, key: Key) -> Result<SemiAnalyticBer> {
        self.check()?;
        let tails = self.tails(1.0);
        let bits = self.modulation.bits_per_symbol();
        let bursts = burst::measure(self, &tails, key);
        let tails: Vec<&Tails> = tails.iter().flatten().collect();
        let sums = tails.chunks(tails.len().div_ceil(GROUPS)).map(Sums::of);
        let sums: Vec<Sums> = sums.collect();
        let all = sums.iter().fold(Sums::default(), |all, group| all.plus(group, 1.0));
        let rate_of = |sums: &Sums| bursts.rate(sums.bits / (bits * sums.count));
        let rate = rate_of(&all);
        let left_out: Vec<(f64, f64)> = sums
            .iter()
            .map(|group| (group.count / all.count, log10(rate_of(&all.plus(group, -1.0)))))
            .collect();
        let reach = 10f64.powf(1.96 * jackknife(log10(rate), &left_out));
        let Sums { count, symbols, .. } = all;
        Ok(SemiAnalyticBer {
            rate,
            ci95: [rate / reach, (rate * reach).min(GUESS)],
            first_errors: symbols / count,
            bursts,
            symbols: count as usize,
            method: METHOD,
        })
    }

    /// The bit error ratio with the Gaussian noise scaled by a factor, for margins; errors follow
    /// errors as [`SemiAnalytic::ber`] found, and deviations of two values stay as they are.
    pub fn ber_at(&self, noise: f64, bursts: &Bursts) -> f64 {
        let tails = self.tails(noise);
        let Sums { count, bits, .. } = Sums::of(&tails.iter().flatten().collect::<Vec<_>>());
        bursts.rate(bits / (count * self.modulation.bits_per_symbol()))
    }

    fn check(&self) -> Result<()> {
        if self.thresholds.len() + 1 != self.modulation.levels() {
            return Err(Error::parameter(
                "thresholds",
                self.thresholds.len(),
                format!("{} for {}", self.modulation.levels() - 1, self.modulation),
            ));
        }
        let rising = self.thresholds.windows(2).all(|pair| pair[0] < pair[1]);
        if !rising || self.thresholds.iter().any(|threshold| !threshold.is_finite()) {
            let value = format!("{:?}", self.thresholds);
            return Err(Error::parameter("thresholds", value, "finite and rising"));
        }
        if self.feedback.iter().any(|tap| !tap.is_finite()) {
            return Err(Error::parameter("feedback", format!("{:?}", self.feedback), "finite"));
        }
        let possible = |r: &f64| r.abs() <= 1.0;
        if !self.correlations.iter().all(possible) {
            let value = format!("{:?}", self.correlations);
            return Err(Error::parameter("correlations", value, "from -1 to 1"));
        }
        if self.records.is_empty() || self.records.iter().any(Vec::is_empty) {
            return Err(Error::parameter("records", "empty", "at least one symbol in each"));
        }
        let sound = |input: &SlicerInput| {
            usize::from(input.sent) < self.modulation.levels()
                && input.value.is_finite()
                && input.sigma.is_finite()
                && input.sigma >= 0.0
                && input.two_valued.iter().all(TwoValued::is_finite)
        };
        match self.records.iter().flatten().find(|input| !sound(input)) {
            Some(input) => {
                let expected = format!("a symbol of {}, and finite numbers", self.modulation);
                Err(Error::parameter("slicer input", format!("{input:?}"), expected))
            }
            None => Ok(()),
        }
    }

    /// What noise, scaled by a factor, makes of each symbol of each record.
    pub(crate) fn tails(&self, noise: f64) -> Vec<Vec<Tails>> {
        let costs = bit_costs(self.modulation);
        parallel::map(
            self.records.len(),
            || (),
            |(), record| {
                let inputs = self.records[record].iter();
                inputs.map(|input| self.tails_of(input, noise, &costs)).collect()
            },
        )
    }

    fn tails_of(&self, input: &SlicerInput, noise: f64, costs: &[Vec<f64>]) -> Tails {
        let sent = usize::from(input.sent);
        let mut tails = Tails { bits: 0.0, down: 0.0, up: 0.0 };
        // A threshold that is passed costs the difference of what lies on its two sides.
        for at in sent..self.thresholds.len() {
            let tail = beyond(input, self.thresholds[at], 1.0, noise);
            tails.bits += (costs[sent][at + 1] - costs[sent][at]) * tail;
            if at == sent {
                tails.up = tail;
            }
            if tail < NEGLIGIBLE {
                break;
            }
        }
        for at in (0..sent).rev() {
            let tail = beyond(input, self.thresholds[at], -1.0, noise);
            tails.bits += (costs[sent][at] - costs[sent][at + 1]) * tail;
            if at + 1 == sent {
                tails.down = tail;
            }
            if tail < NEGLIGIBLE {
                break;
            }
        }
        tails
    }
}

/// The probability that the slicer's input lies beyond a threshold, on the side of `sign`, with
/// Gaussian noise scaled by a factor.
fn beyond(input: &SlicerInput, threshold: f64, sign: f64, noise: f64) -> f64 {
    let cases = input.cases();
    let count = cases.len() as f64;
    cases.map(|case| case.beyond(threshold, sign, noise)).sum::<f64>() / count
}

/// One combination of the two-valued deviations of a slicer's input.
struct Case {
    value: f64,
    variance: f64,
    /// The variance of each part with a bend, and the bend.
    bends: [[f64; 2]; FOLLOWED],
}

impl SlicerInput {
    /// All combinations of the two-valued deviations, equally likely.
    fn cases(&self) -> impl ExactSizeIterator<Item = Case> {
        let moves = self.two_valued.map(|d| d.shift != 0.0 || d.variance != 0.0);
        let combinations = 1u32 << moves.iter().filter(|moves| **moves).count();
        (0..combinations).map(move |mut signs| {
            let mut case = Case {
                value: self.value,
                variance: self.sigma * self.sigma,
                bends: self.two_valued.map(|d| [d.bent, d.bend]),
            };
            for at in (0..FOLLOWED).filter(|at| moves[*at]) {
                let side = if signs & 1 == 0 { 1.0 } else { -1.0 };
                signs >>= 1;
                let deviation = &self.two_valued[at];
                case.value += side * deviation.shift;
                case.variance += side * deviation.variance;
                case.bends[at][0] += side * deviation.variance;
            }
            case.variance = case.variance.max(0.0);
            case
        })
    }
}

impl Case {
    /// The probability of what lies beyond a threshold, on the side of `sign`, with Gaussian noise
    /// scaled by a factor.
    fn beyond(&self, threshold: f64, sign: f64, noise: f64) -> f64 {
        let scale = noise * noise;
        let distance = sign * (threshold - self.value);
        let variance = scale * self.variance;
        if variance <= 0.0 {
            return f64::from(u8::from(distance < 0.0));
        }
        let plain = distance / variance.sqrt();
        if distance <= 0.0 || self.bends.iter().all(|[bent, bend]| bent * bend == 0.0) {
            return gauss::q(plain);
        }
        // The logarithm of the transform at `s`, less that of noise without bends, and its derivatives.
        let bent = |s: f64| {
            let mut series = [0.0; 3];
            for [bent, bend] in self.bends {
                let bent = scale * bent.max(0.0);
                let turn = (s * scale * sign * bend).clamp(-MOST_BENT, MOST_BENT);
                let rest = 1.0 - turn;
                series[0] += 0.5 * s * s * bent * turn / rest;
                series[1] += s * bent * ((2.0 - turn) / (2.0 * rest * rest) - 1.0);
                series[2] += bent * (rest.powi(-3) - 1.0);
            }
            series
        };
        let first = distance / variance;
        let [_, slope, curvature] = bent(first);
        let s = first - slope / (variance + curvature);
        let [log, slope, curvature] = bent(s);
        let rest = s * variance + slope - distance;
        let exponent = s * (distance - 0.5 * s * variance) - log
            + rest * rest / (2.0 * (variance + curvature));
        gauss::q((2.0 * exponent.max(0.0)).sqrt())
    }
}

/// What noise makes of a symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tails {
    /// The bits that it is expected to lose.
    pub(crate) bits: f64,
    /// The probability that it is decided too low.
    pub(crate) down: f64,
    /// The probability that it is decided too high.
    pub(crate) up: f64,
}

/// Symbols, and what noise makes of them.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    bits: f64,
    symbols: f64,
}

impl Sums {
    fn of(tails: &[&Tails]) -> Self {
        Self {
            count: tails.len() as f64,
            bits: tails.iter().map(|tails| tails.bits).sum(),
            symbols: tails.iter().map(|tails| tails.down + tails.up).sum(),
        }
    }

    fn plus(self, other: &Self, times: f64) -> Self {
        Self {
            count: self.count + times * other.count,
            bits: self.bits + times * other.bits,
            symbols: self.symbols + times * other.symbols,
        }
    }
}

/// The logarithm to base 10, of 0 that of the smallest normal number.
fn log10(rate: f64) -> f64 {
    rate.max(f64::MIN_POSITIVE).log10()
}

/// The standard error of an estimate, from what it is without each group: `(share of the samples,
/// estimate without)`.
///
/// # References
/// F. Busing, E. Meijer and R. van der Leeden, *Delete-m jackknife for unequal m*, Statistics and
/// Computing 9 (1999).
fn jackknife(estimate: f64, left_out: &[(f64, f64)]) -> f64 {
    if left_out.len() < 2 {
        return f64::INFINITY;
    }
    let groups = left_out.len() as f64;
    let center = left_out
        .iter()
        .fold(groups * estimate, |sum, (share, without)| sum - (1.0 - share) * without);
    let square: f64 = left_out
        .iter()
        .map(|(share, without)| {
            let pseudo = estimate / share - (1.0 / share - 1.0) * without;
            (pseudo - center).powi(2) / (1.0 / share - 1.0)
        })
        .sum();
    (square / groups).sqrt()
}
