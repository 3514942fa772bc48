//! A two-port given at points, evaluated at any frequency.

mod outside;

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
///   matrices is passive, so interpolation adds no gain; in time it multiplies the impulse
///   response by a `sinc^2` that is centered on the pulse and as wide as the data's own period,
///   so it makes no echo before the pulse. Magnitude and phase apart would jump wherever a
///   reflection passes through zero.
/// - **At DC** the value is real, as that of every real system. If the data has a point there, its
///   real part is taken. If not, a transmission's magnitude follows `a + b sqrt(f)`, as skin
///   effect does, fitted over the inverse delay above the first point, with the sign of the phase
///   fitted there; a reflection is an even parabola through the first ten points, and no larger
///   than the transmission leaves room for.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::com::{ComLine, ComPackage};
    use crate::response::dielectric::{Conductor, Dielectric};
    use crate::response::line::Line;

    fn device(hz: f64) -> TwoPort {
        let dielectric = Dielectric::new(3.5, 0.005, 10e9).unwrap();
        let line =
            Line::new(92.0, dielectric, Conductor::from_loss(92.0, 15.0, 26e9, 5.0)).unwrap();
        let package = ComPackage {
            die: vec![(120e-15, 120e-12)],
            bump: 30e-15,
            line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
            pieces: vec![(12.0, 87.5), (1.8, 92.5)],
            board: 87e-15,
        };
        package.at(hz).cascade(&line.section(hz, 0.25, 100.0))
    }

    fn sampled(first: usize, step: f64, last: f64) -> SampledTwoPort {
        let frequency: Vec<f64> =
            (first..).map(|k| k as f64 * step).take_while(|&f| f <= last).collect();
        let points = frequency.iter().map(|&f| device(f)).collect();
        SampledTwoPort::new(frequency, points).unwrap()
    }

    fn distance(a: &TwoPort, b: &TwoPort) -> f64 {
        [a.s11 - b.s11, a.s12 - b.s12, a.s21 - b.s21, a.s22 - b.s22]
            .iter()
            .map(|value| value.norm())
            .fold(0.0, f64::max)
    }

    #[test]
    fn points_are_met_and_the_space_between_is_close() {
        let data = sampled(0, 10e6, 60e9);
        for k in [1, 7, 2656, 5999, 6000] {
            let hz = k as f64 * 10e6;
            assert!(distance(&data.at(hz), &device(hz)) < 1e-12, "{hz}");
        }
        for hz in [104.9e6, 1.005e9, 26.5625e9, 53.1251e9] {
            let (found, exact) = (data.at(hz), device(hz));
            assert!((found.s21 - exact.s21).norm() < 1e-4, "{hz}");
            assert!(distance(&found, &exact) < 2e-3, "{hz}");
        }
    }

    #[test]
    fn uneven_points_are_found() {
        let frequency: Vec<f64> = (0..60).map(|k| 1e6 * 1.2f64.powi(k)).collect();
        let points = frequency.iter().map(|&f| device(f)).collect();
        let data = SampledTwoPort::new(frequency.clone(), points).unwrap();
        for &hz in &frequency {
            assert!(distance(&data.at(hz), &device(hz)) < 1e-12, "{hz}");
        }
        assert!(data.at(0.5e6).s21.is_finite());
    }

    #[test]
    fn dc_is_real_and_near_the_truth() {
        for first in [0, 5, 20] {
            let dc = sampled(first, 10e6, 60e9).at(0.0);
            assert!(dc.s21.im == 0.0 && dc.s11.im == 0.0);
            assert!((dc.s21 - device(0.0).s21).norm() < 0.01, "{first}: {dc:?}");
            assert!(dc.max_singular_value() <= 1.0);
        }
    }

    #[test]
    fn a_negative_transmission_stays_negative_at_dc() {
        let frequency: Vec<f64> = (5..500).map(|k| k as f64 * 10e6).collect();
        let points = frequency.iter().map(|&f| device(f).scaled(Complex64::from(-1.0))).collect();
        let data = SampledTwoPort::new(frequency, points).unwrap();
        assert!(data.at(0.0).s21.re < -0.9);
    }

    #[test]
    fn nothing_between_or_beyond_the_points_has_gain() {
        let data = sampled(3, 20e6, 40e9);
        let mut last = data.at(40e9).s21.norm();
        for k in 0..40_000 {
            let hz = f64::from(k) * 3.3e6;
            let point = data.at(hz);
            assert!(point.max_singular_value() <= 1.0 + 1e-12, "{hz}");
            if hz > 40e9 {
                assert!(point.s21.norm() < last + 1e-15, "{hz}");
                last = point.s21.norm();
            }
        }
        let seam = distance(&data.at(40e9 - 1.0), &data.at(40e9 + 1.0));
        assert!(seam < 1e-6, "{seam:e}");
        assert_eq!(data.at(-7e9).s21, data.at(7e9).s21.conj());
    }

    #[test]
    fn data_that_cannot_carry_the_rate_is_refused_with_the_reason() {
        let cases = [
            (sampled(0, 10e6, 20e9), "data up to 26.562500 GHz is needed, but it ends at 20 GHz"),
            (sampled(10, 100e6, 60e9), "but it starts at 1 GHz"),
            (sampled(0, 2e9, 60e9), "20 points"),
            (sampled(0, 300e6, 60e9), "is too coarse"),
        ];
        for (data, expected) in cases {
            let error = data.check(53.125e9).unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains(expected), "{error}");
        }
        assert!(sampled(0, 10e6, 60e9).check(53.125e9).unwrap().is_empty());
        let notes = sampled(5, 10e6, 40e9).check(53.125e9).unwrap();
        assert!(notes[0].contains("ends at 40 GHz") && notes[1].contains("starts at 0.050000"));
        assert!(sampled(0, 10e6, 60e9).check(f64::NAN).unwrap_err().is_parameter());
    }

    #[test]
    fn impossible_data_is_refused() {
        let point = TwoPort::through(100.0);
        let nan = TwoPort { s12: Complex64::from(f64::NAN), ..point };
        let other = TwoPort::through(50.0);
        let cases = [
            (vec![1.0], vec![point]),
            (vec![1.0, 2.0, 3.0], vec![point; 2]),
            (vec![2.0, 1.0], vec![point; 2]),
            (vec![1.0, 2.0], vec![point, nan]),
            (vec![1.0, 2.0], vec![point, other]),
        ];
        for (frequency, s) in cases {
            assert!(SampledTwoPort::new(frequency, s).is_err());
        }
        let silent = TwoPort { s12: Complex64::ZERO, s21: Complex64::ZERO, ..point };
        let data = SampledTwoPort::new(vec![1.0, 2.0], vec![silent; 2]).unwrap();
        assert!(data.at(1.5).s21.norm() == 0.0 && data.at(99.0).s11.norm() == 0.0);
    }
}
