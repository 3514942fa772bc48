//! A two-port given at points, evaluated at any frequency.

mod outside;
#[cfg(test)]
mod tests;

use num_complex::Complex64;

use super::TwoPort;
use super::network::check_frequency;
use crate::{Error, Result};
use outside::{at_dc, falling, mean_delay, turn};

/// A two-port that is known at some frequencies, and continued between and beyond them.
///
/// # Formula
/// - **Between points** the matrix is split into its delay `tau` and a rest,
///   `S = exp(-j 2 pi f tau) R(f)`, and the rest is interpolated linearly. A mean of passive
///   matrices is passive, so interpolation adds no gain. In time it weights the impulse response by
///   a `sinc^2` centered on the pulse, whose zeros fall on the pulse's repetitions at multiples of
///   the inverse step: they vanish where magnitude and phase, interpolated apart, would leave
///   echoes and jump wherever a reflection passes through zero.
/// - **At DC** the value is real, as that of every real system. If the data has a point there, its
///   real part is taken. If not, a transmission's magnitude follows `a + b sqrt(f)`, as skin
///   effect does, fitted over the inverse delay above the first point, with the sign of the phase
///   fitted there; a reflection is an even parabola through the first ten points, and no larger
///   than the transmission leaves room for. A DC resistance that only shows below the first point
///   is missed: 0.03 of the transmission for 50 MHz and a backplane.
/// - **Above the last point** the rest keeps its phase and falls as
///   `exp(-k (f / f_last - 1))`, with `k` continuing the loss of the upper half of the data, and
///   at least 1.
///
/// # Assumptions
/// The data's step resolves the delay (see [`check`](Self::check)). Its own faults, such as gain
/// or noncausality, are kept: they are for [`NetworkReport`](super::NetworkReport) to find.
///
/// ```
/// use lightlane::response::{SampledTwoPort, TwoPort};
/// use num_complex::Complex64;
///
/// // 100 ps of delay and some loss, every 100 MHz up to 40 GHz.
/// let points = |hz: f64| TwoPort {
///     s21: Complex64::from_polar(0.9 - 5e-12 * hz, -std::f64::consts::TAU * hz * 100e-12),
///     ..TwoPort::through(100.0)
/// };
/// let frequency: Vec<f64> = (0..=400).map(|k| k as f64 * 1e8).collect();
/// let pair = SampledTwoPort::new(frequency.clone(), frequency.iter().map(|&f| points(f)).collect())?;
/// assert!((pair.delay() - 100e-12).abs() < 1e-15);
/// assert!((pair.at(12.345e9).s21 - points(12.345e9).s21).norm() < 1e-12);
/// assert!(pair.check(53.125e9)?[0].contains("ends at 40 GHz"));
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SampledTwoPort {
    frequency: Vec<f64>,
    s: Vec<TwoPort>,
    delay: f64,
    /// The points of the interpolation: a real one at 0, then the data without its delay.
    knots: Vec<f64>,
    rest: Vec<TwoPort>,
    /// Mean spacing of the knots above the first, to guess an index.
    step: f64,
    /// Nepers lost per `f_last` above it.
    decay: f64,
}

impl SampledTwoPort {
    /// A two-port from rising frequencies in hertz and its matrices there.
    ///
    /// # Errors
    /// If there are fewer than two points, or not as many matrices as frequencies, if a number is
    /// not finite, the frequencies do not rise, or the references differ.
    pub fn new(frequency: Vec<f64>, s: Vec<TwoPort>) -> Result<Self> {
        if frequency.len() < 2 || frequency.len() != s.len() {
            return Err(Error::data(format!(
                "{} matrices at {} frequencies, but two or more are needed",
                s.len(),
                frequency.len()
            )));
        }
        check_frequency(&frequency)?;
        let ohm = s[0].reference_ohm;
        if !(ohm.is_finite() && ohm > 0.0)
            || s.iter().any(|point| point.reference_ohm.to_bits() != ohm.to_bits())
        {
            return Err(Error::data("the reference must be one positive impedance"));
        }
        let finite =
            |p: &TwoPort| [p.s11, p.s12, p.s21, p.s22].iter().all(|value| value.is_finite());
        if !s.iter().all(finite) {
            return Err(Error::data("a scattering parameter is not finite"));
        }
        let delay = mean_delay(&frequency, &s);
        let from_zero = usize::from(frequency[0] > 0.0);
        let mut knots = vec![0.0; from_zero];
        let mut rest = vec![at_dc(&frequency, &s, delay)];
        knots.extend(&frequency);
        let above = frequency.iter().zip(&s).skip(1 - from_zero);
        rest.extend(above.map(|(&hz, point)| point.scaled(turn(hz * delay))));
        let last = frequency[frequency.len() - 1];
        let step = (last - frequency[0]) / (frequency.len() - 1) as f64;
        let decay = falling(&frequency, &s);
        Ok(Self { frequency, s, delay, knots, rest, step, decay })
    }

    /// Frequencies of the data in hertz, rising.
    pub fn frequency(&self) -> &[f64] {
        &self.frequency
    }

    /// The data, one matrix a frequency.
    pub fn points(&self) -> &[TwoPort] {
        &self.s
    }

    /// Reference impedance of both ports, ohm.
    pub fn reference_ohm(&self) -> f64 {
        self.s[0].reference_ohm
    }

    /// The delay of the transmission in seconds, weighted by its power.
    pub fn delay(&self) -> f64 {
        self.delay
    }

    /// The two-port at any finite frequency in hertz; a negative one gives the conjugate.
    pub fn at(&self, hz: f64) -> TwoPort {
        let f = hz.abs();
        let last = self.knots.len() - 1;
        let rest = if f >= self.knots[last] {
            let beyond = f / self.knots[last] - 1.0;
            self.rest[last].scaled(Complex64::from((-self.decay * beyond).exp()))
        } else {
            let k = self.knot_below(f);
            let part = (f - self.knots[k]) / (self.knots[k + 1] - self.knots[k]);
            let (a, b) = (&self.rest[k], &self.rest[k + 1]);
            let mean = |x: Complex64, y: Complex64| x + (y - x) * part;
            TwoPort {
                s11: mean(a.s11, b.s11),
                s12: mean(a.s12, b.s12),
                s21: mean(a.s21, b.s21),
                s22: mean(a.s22, b.s22),
                reference_ohm: a.reference_ohm,
            }
        };
        let point = rest.scaled(turn(-f * self.delay));
        if hz >= 0.0 {
            return point;
        }
        TwoPort {
            s11: point.s11.conj(),
            s12: point.s12.conj(),
            s21: point.s21.conj(),
            s22: point.s22.conj(),
            ..point
        }
    }

    /// The last knot at or below a frequency, which is below the last one. Evenly spaced data,
    /// the usual kind, needs no search.
    fn knot_below(&self, f: f64) -> usize {
        let offset = self.knots.len() - self.frequency.len();
        let guess = ((f - self.frequency[0]).max(0.0) / self.step) as usize + offset;
        let guess = guess.min(self.knots.len() - 2);
        for k in [guess, guess.saturating_sub(1), (guess + 1).min(self.knots.len() - 2)] {
            if self.knots[k] <= f && f < self.knots[k + 1] {
                return k;
            }
        }
        self.knots.partition_point(|&knot| knot <= f).clamp(1, self.knots.len() - 1) - 1
    }

    /// Loss of the transmission between matched ends at a frequency in hertz, dB.
    pub fn insertion_loss_db(&self, hz: f64) -> f64 {
        -20.0 * self.at(hz).s21.norm().log10()
    }

    /// Loss of the reflection at the near end at a frequency in hertz, dB.
    pub fn return_loss_db(&self, hz: f64) -> f64 {
        -20.0 * self.at(hz).s11.norm().log10()
    }

    /// Whether the data can carry a signal of the given symbol rate in hertz; the answer is what
    /// a reader should know about the use that is made of it.
    ///
    /// # Errors
    /// If the data stops below half the symbol rate, starts above a hundredth of it, has fewer
    /// than 20 points up to half of it, or if its step is too coarse for its delay: the phase of
    /// the transmission must turn by less than a third of a circle from point to point. (A phase
    /// that turns by nearly whole circles looks slow: no test of the data alone can find it.)
    pub fn check(&self, symbol_rate: f64) -> Result<Vec<String>> {
        if !(symbol_rate.is_finite() && symbol_rate > 0.0) {
            let value = format!("{symbol_rate} Hz");
            return Err(Error::parameter("symbol_rate", value, "positive and finite"));
        }
        let ghz = |hz: f64| format!("{:.6} GHz", hz * 1e-9).replace(".000000", "");
        let nyquist = 0.5 * symbol_rate;
        let (first, last) = (self.frequency[0], self.frequency[self.frequency.len() - 1]);
        let refuse = |reason: String| {
            Err(Error::unsupported(format!("for {} of symbols, {reason}", ghz(symbol_rate))))
        };
        if last < nyquist {
            let (last, nyquist) = (ghz(last), ghz(nyquist));
            return refuse(format!("data up to {nyquist} is needed, but it ends at {last}"));
        }
        if first > 0.01 * symbol_rate {
            let (first, limit) = (ghz(first), ghz(0.01 * symbol_rate));
            return refuse(format!("data from {limit} down is needed, but it starts at {first}"));
        }
        let used = self.frequency.iter().filter(|&&hz| hz <= nyquist).count();
        if used < 20 {
            return refuse(format!(
                "20 points up to {} are needed, but it has {used}",
                ghz(nyquist)
            ));
        }
        let step = self.frequency[..used].windows(2).map(|w| w[1] - w[0]).fold(0.0, f64::max);
        let turn = step * self.delay;
        if !(-0.05..1.0 / 3.0).contains(&turn) {
            return refuse(format!(
                "the step of {} is too coarse: the phase of the transmission turns by {turn:.2} of \
                 a circle from point to point",
                ghz(step)
            ));
        }
        let mut notes = Vec::new();
        if last < symbol_rate {
            notes.push(format!(
                "the data ends at {}, below the symbol rate; above that it is extrapolated",
                ghz(last)
            ));
        }
        if first > 0.0 {
            notes.push(format!("the data starts at {}; DC is extrapolated", ghz(first)));
        }
        Ok(notes)
    }
}
