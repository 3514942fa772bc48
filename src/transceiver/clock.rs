//! Clock recovery: where in a symbol the receiver samples.

use super::Tracking;
use crate::kernel::pulse::PulseEstimator;
use crate::{Error, Result};

/// Steps of the search for a phase, in a symbol.
const STEPS: i32 = 32;

/// The search for a zero ends when the phase is known to this fraction of a symbol.
const RESOLUTION: f64 = 1e-4;

/// Steps of the search for least error, in a symbol: the error is a smooth function of the phase.
const COARSE: i32 = 8;

/// Steps of that search to either side of the peak: three quarters of a symbol, so that the main
/// tap stays on the main cursor.
const REACH: i32 = 6;

/// The search for least error ends when the phase is known to this fraction of a symbol. Near its
/// minimum the error is flat: it is then known to a part in 1000 and better.
const FLAT: f64 = 5e-3;

/// The recovery of the sampling phase from the signal itself.
///
/// # Assumptions
/// The loop has settled while the receiver trains: the phase is that of its stable point. It does
/// not move within a record unless the clock is tracked: then a loop follows the signal from that
/// phase on. The search begins where records and symbols correlate most, which finds any delay of
/// the link modulo the record.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Clock {
    /// The criterion of the settled phase.
    pub phase: PhaseDetector,
    /// The loop that follows the signal's jitter; without it the settled phase is kept.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub tracking: Option<Tracking>,
}

/// The criterion that a sampling phase meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum PhaseDetector {
    /// The symbol-spaced detector of baud-rate receivers, ahead of the equalizer.
    ///
    /// # Formula
    /// The detector's output `y[n] a[n-1] - y[n-1] a[n]` has the mean `(h(t + T) - h(t - T)) E[a^2]`
    /// at the phase `t` of the pulse response `h`, so that the loop settles where one symbol
    /// before the cursor and one after it the pulse is equally strong: `h(t - T) = h(t + T)`. Of
    /// several such phases within a symbol of the pulse's peak it is the nearest.
    ///
    /// # References
    /// Mueller and Muller, *Timing recovery in digital synchronous data receivers* (1976).
    MuellerMuller,
    /// The phase of the least mean square error behind the adapted equalizer, within three quarters
    /// of a symbol of the pulse's peak: what a receiver reaches that tunes its phase on its own
    /// signal-to-noise ratio. The error is that of the least-squares taps, whatever adaptation the
    /// equalizer has.
    BestEye,
}

impl Clock {
    /// A clock that keeps its settled phase.
    pub fn fixed(phase: PhaseDetector) -> Self {
        Self { phase, tracking: None }
    }

    /// Checks the parameters.
    ///
    /// # Errors
    /// If one of the loop makes no sense.
    pub fn check(&self) -> Result<()> {
        self.tracking.as_ref().map_or(Ok(()), Tracking::check)
    }

    /// The delay of the decision instant of a symbol after its start, in samples of the record.
    ///
    /// `error` gives the mean square error behind the equalizer for a delay.
    ///
    /// # Errors
    /// If `error` fails, or the pulse response has no phase of the kind that is sought.
    pub(super) fn recover(
        &self,
        estimator: &PulseEstimator,
        samples_per_symbol: usize,
        mut error: impl FnMut(f64) -> Result<f64>,
    ) -> Result<f64> {
        let peak = estimator.peak();
        let delay = |phase: f64| peak.lag as f64 + phase * samples_per_symbol as f64;
        let phase = match self.phase {
            PhaseDetector::MuellerMuller => {
                let cursor = estimator.cursor();
                let timing = |phase: f64| {
                    let pulse = estimator.at(delay(phase));
                    peak.coefficient.signum() * (pulse[cursor - 1] - pulse[cursor + 1])
                };
                let step = rising_zero(timing).ok_or_else(|| {
                    Error::unsupported(
                        "no lock: no phase has equal pulse strength one symbol before and after",
                    )
                })?;
                bisect(timing, step)
            }
            PhaseDetector::BestEye => minimum(|phase| error(delay(phase)))?,
        };
        Ok(delay(phase))
    }
}

/// The phase of a step of the search.
fn phase_of(step: i32) -> f64 {
    f64::from(step) / f64::from(STEPS)
}

/// The step, within one symbol of zero and nearest to it, after which a function turns positive.
fn rising_zero(f: impl Fn(f64) -> f64) -> Option<i32> {
    let values: Vec<f64> = (-STEPS..=STEPS).map(|step| f(phase_of(step))).collect();
    values
        .windows(2)
        .zip(-STEPS..)
        .filter(|(pair, _)| pair[0] <= 0.0 && pair[1] > 0.0)
        .map(|(_, step)| step)
        .min_by_key(|step| (2 * step + 1).abs())
}

/// The zero of a function that turns positive within one step.
fn bisect(f: impl Fn(f64) -> f64, step: i32) -> f64 {
    let (mut low, mut high) = (phase_of(step), phase_of(step + 1));
    while high - low > RESOLUTION {
        let middle = 0.5 * (low + high);
        if f(middle) > 0.0 { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}

/// The phase of least error within reach of zero: the best step, refined by golden section.
fn minimum(mut error: impl FnMut(f64) -> Result<f64>) -> Result<f64> {
    let coarse = |step: i32| f64::from(step) / f64::from(COARSE);
    let mut best = (0, f64::INFINITY);
    for step in -REACH..=REACH {
        let value = error(coarse(step))?;
        if value < best.1 {
            best = (step, value);
        }
    }
    let golden = 0.5 * (5f64.sqrt() - 1.0);
    let (mut low, mut high) = (coarse(best.0 - 1), coarse(best.0 + 1));
    let mut left = high - golden * (high - low);
    let mut right = low + golden * (high - low);
    let (mut at_left, mut at_right) = (error(left)?, error(right)?);
    while high - low > FLAT {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = error(left)?;
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = error(right)?;
        }
    }
    Ok(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_find_zeros_and_minima() {
        let f = |x: f64| (x - 0.2134).tanh();
        let step = rising_zero(f).unwrap();
        assert!((bisect(f, step) - 0.2134).abs() < RESOLUTION);
        assert!(rising_zero(|x: f64| -x).is_none());
        for at in [-0.7311, 0.0, 0.5, 0.75] {
            let found = minimum(|x| Ok((x - at).powi(2))).unwrap();
            assert!((found - at).abs() < 2.0 * FLAT, "{found} is not {at}");
        }
        // What lies beyond three quarters of a symbol is out of reach.
        assert!(minimum(|x| Ok((x - 2.0).powi(2))).unwrap() < 0.9);
        assert!(minimum(|_| Err(Error::unsupported("singular"))).is_err());
    }

    /// Both detectors on whole links are tested beside `adapt`.
    #[cfg(feature = "config")]
    #[test]
    fn detectors_have_text_forms() {
        let clock: Clock = toml::from_str("phase = \"mueller-muller\"").unwrap();
        assert_eq!(clock, Clock::fixed(PhaseDetector::MuellerMuller));
        let clock: Clock = toml::from_str("phase = \"best-eye\"").unwrap();
        assert_eq!(clock.phase, PhaseDetector::BestEye);
        let text = "phase = \"best-eye\"\n[tracking]\ndetector = \"mueller-muller\"\n\
                    bandwidth = \"4 MHz\"\nlatency = 16\n";
        let clock: Clock = toml::from_str(text).unwrap();
        let tracking = clock.tracking.as_ref().unwrap();
        assert!(tracking.damping.is_none() && tracking.latency == 16);
        assert_eq!(toml::from_str::<Clock>(&toml::to_string(&clock).unwrap()).unwrap(), clock);
        let text = text.replace("\"mueller-muller\"", "{ bang-bang = { jitter = \"20 mUI\" } }");
        assert!(toml::from_str::<Clock>(&text).is_ok());
    }
}
