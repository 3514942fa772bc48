//! Distributions as transforms along lines beside the imaginary axis.
//!
//! Notation: `M(s) = E[exp(s Y)]` of a distribution `Y`, on a line `s = theta + j w`. There
//! `M(s) / M(theta)` is the characteristic function of the tilted distribution, whose density is
//! that of `Y` times `exp(theta y) / M(theta)`. What is far out in `Y` is in the middle of a tilted
//! one, so that rounding leaves it as many digits as the middle of `Y` has on the axis itself.
//!
//! Sums of independent parts are products of transforms, and each kind of part here has one in
//! closed form.

use num_complex::Complex64;

use super::tables::largest;

/// Steps of a recurrence that are taken at once.
const LANES: usize = 8;

/// Several lines, all sampled at the same frequencies.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// `theta` of each.
    pub tilts: Vec<f64>,
    /// The spacing of the frequencies `w`, in radians for each unit of voltage.
    pub step: f64,
    /// How many frequencies, from zero up. With none, only [`Transform::log`] is computed.
    pub bins: usize,
}

/// A transform on one line.
#[derive(Clone, Debug)]
pub(super) struct Transform {
    /// `ln M(theta)`.
    pub log: f64,
    /// The real part of `M(s) / M(theta)`, for each frequency.
    pub re: Vec<f64>,
    /// Its imaginary part.
    pub im: Vec<f64>,
}

impl Transform {
    /// What is always zero.
    pub(super) fn one(bins: usize) -> Self {
        Self { log: 0.0, re: vec![1.0; bins], im: vec![0.0; bins] }
    }

    /// Takes in an independent part. It may have been reflected: `M(-s)` on the line `-theta`.
    pub(super) fn multiply(&mut self, other: &Self, reflected: bool) {
        self.log += other.log;
        let sign = if reflected { -1.0 } else { 1.0 };
        let (re, im) = (&mut self.re, &mut self.im);
        for (((a, b), c), d) in re.iter_mut().zip(im).zip(&other.re).zip(&other.im) {
            (*a, *b) = (*a * c - *b * d * sign, *a * d * sign + *b * c);
        }
    }

    /// Adds a constant.
    pub(super) fn shift(&mut self, by: f64, tilt: f64, step: f64) {
        self.log += by * tilt;
        let turn = Complex64::cis(by * step);
        let mut phasor = Complex64::ONE;
        for (re, im) in self.re.iter_mut().zip(&mut self.im) {
            (*re, *im) = (*re * phasor.re - *im * phasor.im, *re * phasor.im + *im * phasor.re);
            phasor *= turn;
        }
    }

    /// Multiplies without a change of scale.
    fn turn(&mut self, by: &Factor) {
        let values = self.re.iter_mut().zip(&mut self.im);
        for ((a, b), (c, d)) in values.zip(by.re.iter().zip(&by.im)) {
            (*a, *b) = (*a * c - *b * d, *a * d + *b * c);
        }
    }

    /// One of several distributions, all equally likely.
    pub(super) fn mixture(parts: &[&Self]) -> Self {
        let largest = parts.iter().fold(f64::NEG_INFINITY, |top, part| top.max(part.log));
        let weights: Vec<f64> = parts.iter().map(|part| (part.log - largest).exp()).collect();
        let total: f64 = weights.iter().sum();
        let mut mixed = Self::one(parts[0].re.len());
        mixed.log = largest + (total / parts.len() as f64).ln();
        mixed.re.fill(0.0);
        for (part, weight) in parts.iter().zip(&weights) {
            accumulate(&mut mixed.re, weight / total, &part.re);
            accumulate(&mut mixed.im, weight / total, &part.im);
        }
        mixed
    }
}

/// A part of a mixture of Gaussians.
#[derive(Clone, Copy, Debug)]
pub(super) struct Normal {
    /// Its probability.
    pub chance: f64,
    pub mean: f64,
    pub variance: f64,
}

/// A Gaussian, and what is independent of it.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub mean: f64,
    /// Its variance. Below zero it takes from that of the others.
    pub variance: f64,
    /// The others, each with a transform for each line.
    pub others: Vec<&'a [Transform]>,
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Powers of one phasor: the cosines and the sines.
    cos: Vec<f64>,
    sin: Vec<f64>,
    /// Their magnitudes.
    sizes: Vec<f64>,
    /// A factor for each line.
    factors: Vec<Factor>,
    /// Tilted weights, all of the first line first.
    weights: Vec<f64>,
}

/// A transform on one line, but for its scale.
#[derive(Debug, Default)]
struct Factor {
    re: Vec<f64>,
    im: Vec<f64>,
}

impl Lines {
    /// What is always zero, on each line.
    pub(super) fn ones(&self) -> Vec<Transform> {
        self.tilts.iter().map(|_| Transform::one(self.bins)).collect()
    }

    /// Adds an independent discrete part: values, and their probabilities.
    ///
    /// # Formula
    /// `M(s) = sum_l p_l exp(s x_l)`. Values that mirror each other share their phasors.
    pub(super) fn add_values(
        &self,
        to: &mut [Transform],
        values: &[f64],
        chances: &[f64],
        work: &mut Work,
    ) {
        let count = values.len();
        work.weights.clear();
        for (&tilt, to) in self.tilts.iter().zip(to.iter_mut()) {
            let exponents = values.iter().map(|value| tilt * value);
            to.log += tilted_weights(exponents, chances.iter().copied(), &mut work.weights);
        }
        if self.bins == 0 {
            return;
        }
        work.size(self.tilts.len(), self.bins);
        let mirrored = is_mirrored(values);
        let phasors = if mirrored { count.div_ceil(2) } else { count };
        for (l, x) in values.iter().enumerate().take(phasors) {
            powers(x * self.step, &mut work.cos, &mut work.sin);
            for (factor, weights) in work.factors.iter_mut().zip(work.weights.chunks(count)) {
                let twin = count - 1 - l;
                let other = if mirrored && twin != l { weights[twin] } else { 0.0 };
                accumulate(&mut factor.re, weights[l] + other, &work.cos);
                accumulate(&mut factor.im, weights[l] - other, &work.sin);
            }
        }
        to.iter_mut().zip(&work.factors).for_each(|(to, factor)| to.turn(factor));
    }

    /// Adds an independent mixture of Gaussians.
    ///
    /// # Formula
    /// `M(s) = sum_n p_n exp(m_n s + v_n s^2 / 2)`, each exponential by a recurrence of second
    /// order.
    pub(super) fn add_normals(&self, to: &mut [Transform], parts: &[Normal], work: &mut Work) {
        let count = parts.len();
        work.weights.clear();
        for (&tilt, to) in self.tilts.iter().zip(to.iter_mut()) {
            let exponents =
                parts.iter().map(|part| tilt * (part.mean + 0.5 * part.variance * tilt));
            let chances = parts.iter().map(|part| part.chance);
            to.log += tilted_weights(exponents, chances, &mut work.weights);
        }
        if self.bins == 0 {
            return;
        }
        work.size(self.tilts.len(), self.bins);
        for (at, part) in parts.iter().enumerate() {
            work.spread(part.variance * self.step * self.step);
            let of_line = work.factors.iter_mut().zip(work.weights.chunks(count));
            for (&tilt, (factor, weights)) in self.tilts.iter().zip(of_line) {
                let turn = (part.mean + part.variance * tilt) * self.step;
                powers(turn, &mut work.cos, &mut work.sin);
                let phasors = work.cos.iter().zip(&work.sin).zip(&work.sizes);
                let sums = factor.re.iter_mut().zip(&mut factor.im);
                for ((re, im), ((cos, sin), size)) in sums.zip(phasors) {
                    *re += weights[at] * size * cos;
                    *im += weights[at] * size * sin;
                }
            }
        }
        to.iter_mut().zip(&work.factors).for_each(|(to, factor)| to.turn(factor));
    }

    /// The mixture of equally likely sums: of each part's Gaussian and all that is independent of it.
    pub(super) fn mean_of_sums(&self, parts: &[Part<'_>], work: &mut Work) -> Vec<Transform> {
        let count = parts.len();
        let mut sums = self.ones();
        work.weights.clear();
        for (line, (&tilt, sum)) in self.tilts.iter().zip(&mut sums).enumerate() {
            let exponents = parts.iter().map(|part| {
                let others: f64 = part.others.iter().map(|other| other[line].log).sum();
                tilt * (part.mean + 0.5 * part.variance * tilt) + others
            });
            let chances = std::iter::repeat_n(1.0 / count as f64, count);
            sum.log = tilted_weights(exponents, chances, &mut work.weights);
            sum.re.fill(0.0);
        }
        if self.bins == 0 {
            return sums;
        }
        work.size(1, self.bins);
        for (at, part) in parts.iter().enumerate() {
            work.spread(part.variance * self.step * self.step);
            for (line, (&tilt, sum)) in self.tilts.iter().zip(&mut sums).enumerate() {
                let weight = work.weights[line * count + at];
                powers(
                    (part.mean + part.variance * tilt) * self.step,
                    &mut work.cos,
                    &mut work.sin,
                );
                for other in &part.others {
                    let Transform { re, im, .. } = &other[line];
                    let phasors = work.cos.iter_mut().zip(&mut work.sin);
                    for ((a, b), (c, d)) in phasors.zip(re.iter().zip(im)) {
                        (*a, *b) = (*a * c - *b * d, *a * d + *b * c);
                    }
                }
                let phasors = work.cos.iter().zip(&work.sin).zip(&work.sizes);
                for ((re, im), ((cos, sin), size)) in
                    sum.re.iter_mut().zip(&mut sum.im).zip(phasors)
                {
                    *re += weight * size * cos;
                    *im += weight * size * sin;
                }
            }
        }
        sums
    }

    /// Adds an independent part of which only cumulants are known, the mean first.
    ///
    /// # Formula
    /// `ln M(s) = sum_n k_n s^n / n!`
    pub(super) fn add_cumulants(
        &self,
        to: &mut [Transform],
        cumulants: &[f64; 6],
        work: &mut Work,
    ) {
        let [k1, k2, k3, k4, k5, k6] = *cumulants;
        let series = [k1, k2 / 2.0, k3 / 6.0, k4 / 24.0, k5 / 120.0, k6 / 720.0];
        let sum = |s: Complex64| series.iter().rev().fold(Complex64::ZERO, |sum, k| (sum + k) * s);
        work.size(1, self.bins);
        let factor = &mut work.factors[0];
        for (&tilt, to) in self.tilts.iter().zip(to) {
            let log = sum(Complex64::from(tilt)).re;
            to.log += log;
            for (bin, (re, im)) in factor.re.iter_mut().zip(&mut factor.im).enumerate() {
                let value = sum(Complex64::new(tilt, bin as f64 * self.step)) - log;
                let size = value.re.exp();
                let (sin, cos) = value.im.sin_cos();
                (*re, *im) = (size * cos, size * sin);
            }
            to.turn(factor);
        }
    }
}

impl Work {
    /// Sets the magnitudes of the phasors to those of a Gaussian of some variance.
    fn spread(&mut self, variance: f64) {
        // Several steps at once, each `LANES` on from the last: `k^2` grows by `LANES (2 k + LANES)`.
        let of = |square: f64| (-0.5 * variance * square).exp();
        let mut values: [f64; LANES] = std::array::from_fn(|k| of((k * k) as f64));
        let mut ratios: [f64; LANES] =
            std::array::from_fn(|k| of((LANES * (2 * k + LANES)) as f64));
        let change = of((2 * LANES * LANES) as f64);
        for sizes in self.sizes.chunks_mut(LANES) {
            sizes.copy_from_slice(&values[..sizes.len()]);
            for (value, ratio) in values.iter_mut().zip(&mut ratios) {
                *value *= *ratio;
                *ratio *= change;
            }
        }
    }

    /// Makes room, and sets the factors to zero.
    fn size(&mut self, lines: usize, bins: usize) {
        self.cos.resize(bins, 0.0);
        self.sin.resize(bins, 0.0);
        self.sizes.resize(bins, 0.0);
        if self.factors.len() < lines {
            self.factors.resize_with(lines, Factor::default);
        }
        for factor in &mut self.factors[..lines] {
            for part in [&mut factor.re, &mut factor.im] {
                part.clear();
                part.resize(bins, 0.0);
            }
        }
    }
}

/// Appends probabilities times exponentials, scaled to add up to one, and returns the logarithm of
/// what they add up to.
fn tilted_weights(
    exponents: impl Iterator<Item = f64> + Clone,
    chances: impl Iterator<Item = f64>,
    weights: &mut Vec<f64>,
) -> f64 {
    let largest = exponents.clone().fold(f64::NEG_INFINITY, f64::max);
    let start = weights.len();
    weights.extend(exponents.zip(chances).map(|(exponent, p)| p * (exponent - largest).exp()));
    let total: f64 = weights[start..].iter().sum();
    weights[start..].iter_mut().for_each(|weight| *weight /= total);
    largest + total.ln()
}

/// Whether values are the same, in reverse, with the opposite sign, but for rounding.
pub(super) fn is_mirrored(values: &[f64]) -> bool {
    let top = largest(values);
    values.iter().zip(values.iter().rev()).all(|(a, b)| (a + b).abs() <= 1e-14 * top)
}

/// `cos(k angle)` and `sin(k angle)` for each `k`, by doubling.
pub(super) fn powers(angle: f64, cos: &mut [f64], sin: &mut [f64]) {
    if cos.is_empty() {
        return;
    }
    cos[0] = 1.0;
    sin[0] = 0.0;
    let (mut s, mut c) = angle.sin_cos();
    let mut done = 1;
    while done < cos.len() {
        let (low_cos, high_cos) = cos.split_at_mut(done);
        let (low_sin, high_sin) = sin.split_at_mut(done);
        let (low, high) = (low_cos.iter().zip(low_sin), high_cos.iter_mut().zip(high_sin));
        for ((a, b), (cos, sin)) in low.zip(high) {
            *cos = *a * c - *b * s;
            *sin = *a * s + *b * c;
        }
        (s, c) = (2.0 * s * c, (c - s) * (c + s));
        done *= 2;
    }
}

/// `to += weight * from`.
fn accumulate(to: &mut [f64], weight: f64, from: &[f64]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += weight * from);
}

#[cfg(test)]
mod tests;
