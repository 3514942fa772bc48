//! What each impairment costs of an eye closure.

use super::levels::{OuterLevels, means};
use super::received::Received;
use super::{Tdecq, TdecqReport};
use crate::Result;
use crate::kernel::pulse::PulseEstimator;
use crate::signal::Capture;

/// The eye closure of a transmitter, impairment by impairment.
///
/// # Formula
/// The closure is measured of five waveforms, each with one impairment more: an ideal transmitter
/// (rectangular pulses of equally spaced levels) behind the reference receiver; the linear pulse
/// response of the capture with equally spaced levels; the same with the levels of the capture; the
/// capture before the fiber; the capture behind it. What each adds is its part, so the parts add up
/// to the whole.
///
/// # Assumptions
/// - The pulse response is that of least squares for the levels as they are, from 8 symbols before
///   to 24 behind the cursor ([`PulseEstimator`]). What it does not explain is called noise:
///   random noise, jitter, and nonlinearity with memory.
/// - Parts depend on the order in which impairments come.
///
/// # References
/// The decomposition is this crate's own.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct PartialTdecq {
    /// An ideal transmitter behind the reference receiver, in decibels.
    pub receiver_db: f64,
    /// What the pulse response adds.
    pub bandwidth_db: f64,
    /// What unequally spaced levels add.
    pub linearity_db: f64,
    /// What all that is no linear response to the levels adds.
    pub noise_db: f64,
    /// What the fiber adds; `None` without a capture before it.
    pub dispersion_db: Option<f64>,
    /// The whole, of which the others are parts.
    pub total: TdecqReport,
}

impl PartialTdecq {
    /// Measures a capture; `before_fiber` is one of the same transmitter without the fiber, on
    /// whose parts the fiber's is added. Without it everything is the transmitter's.
    ///
    /// # Errors
    /// As [`Tdecq::measure`], and if the symbols of a capture show no pulse response.
    pub fn measure(
        settings: &Tdecq,
        capture: &Capture,
        before_fiber: Option<&Capture>,
    ) -> Result<Self> {
        let total = settings.measure(capture)?;
        let transmitter = before_fiber.unwrap_or(capture);
        let received = Received::new(transmitter, settings.bandwidth_ratio)?;
        let ideal = settings.measure_received(&ideal(settings, transmitter, &received)?)?;
        let [equal, linear] = linear(&received)?;
        let equal = settings.measure_received(&equal)?.tdecq_db;
        let linear = settings.measure_received(&linear)?.tdecq_db;
        let whole = match before_fiber {
            Some(_) => settings.measure_received(&received)?.tdecq_db,
            None => total.tdecq_db,
        };
        Ok(Self {
            receiver_db: ideal.tdecq_db,
            bandwidth_db: equal - ideal.tdecq_db,
            linearity_db: linear - equal,
            noise_db: whole - linear,
            dispersion_db: before_fiber.map(|_| total.tdecq_db - whole),
            total,
        })
    }
}

/// Rectangular pulses of equally spaced levels, behind the receiver.
fn ideal(settings: &Tdecq, capture: &Capture, received: &Received) -> Result<Received> {
    let outer = OuterLevels::of(received)?;
    let half = 0.5 * outer.amplitude();
    let each = capture.samples_per_symbol;
    let levels = received.lock.symbols.levels();
    let level = |&level: &f64| std::iter::repeat_n(outer.low.level + half * (level + 1.0), each);
    let ideal = Capture {
        samples: levels.iter().flat_map(level).collect(),
        symbols: Some(received.lock.symbols.clone()),
        ..*capture
    };
    Received::new(&ideal, settings.bandwidth_ratio)
}

/// The linear response to equally spaced levels, and to the levels as they are.
fn linear(received: &Received) -> Result<[Received; 2]> {
    let symbols = &received.lock.symbols;
    let (each, count) = (received.samples_per_symbol, symbols.len());
    let middle = received.at(received.center);
    let means = means(&middle, symbols.values(), symbols.modulation().levels());
    let (low, high) = (means[0], means[means.len() - 1]);
    let real: Vec<f64> = symbols.values().iter().map(|&s| means[usize::from(s)]).collect();
    let equal: Vec<f64> =
        symbols.levels().iter().map(|level| low + 0.5 * (high - low) * (level + 1.0)).collect();

    let estimator = PulseEstimator::new(&[(&received.samples, &real)], each)?;
    // The constant differs between phases of a symbol: it is what the mean of the samples has.
    let mean = real.iter().sum::<f64>() / count as f64;
    let mut made = [&equal, &real].map(|_| vec![0.0; each * count]);
    for phase in 0..each {
        let response = estimator.at(phase as f64);
        let average = received.samples[phase..].iter().step_by(each).sum::<f64>() / count as f64;
        let constant = average - mean * response.iter().sum::<f64>();
        for (samples, levels) in made.iter_mut().zip([&equal, &real]) {
            let mut values = vec![constant; count];
            for (m, h) in response.iter().enumerate() {
                let shift = (count + estimator.cursor() - m) % count;
                let (early, late) = values.split_at_mut(count - shift);
                early.iter_mut().zip(&levels[shift..]).for_each(|(y, a)| *y += h * a);
                late.iter_mut().zip(&levels[..shift]).for_each(|(y, a)| *y += h * a);
            }
            for (slot, value) in samples[phase..].iter_mut().step_by(each).zip(values) {
                *slot = value;
            }
        }
    }
    Ok(made.map(|samples| received.with(samples)))
}
