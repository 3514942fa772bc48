//! The waveform as it would look behind the digital equalizer.

use super::{Adapted, Digital};
use crate::signal::Symbols;

/// A record behind the equalizer at its full sample rate, referred to the sampler's input, for
/// eyes: what the slicer decides on is this waveform at its decision instants. With a sequence
/// detector it is what the detector gets, less the target's response to the symbols sent, so that
/// the eye is that of the alphabet's levels.
///
/// The taps act at their spacing on every sample. Feedback is that of the symbols sent; it is whole
/// for 0.2 unit intervals to either side of a decision, and passes into the next as a raised cosine,
/// so that the waveform can be interpolated. Converters are left out.
///
/// `samples` are volts, `samples_per_symbol` for each symbol of `sent`, a multiple of what the
/// equalizer takes. The result is in volts on the scale of the pulse's peak. Allocates.
///
/// # Panics
/// If the lengths do not fit.
pub fn equalized_waveform(
    digital: &Digital,
    adapted: &Adapted,
    samples: &[f64],
    samples_per_symbol: usize,
    sent: &Symbols,
) -> Vec<f64> {
    assert_eq!(samples.len(), samples_per_symbol * sent.len(), "as many samples as symbols need");
    let stride = samples_per_symbol / adapted.samples_per_symbol;
    let cursor = digital.ffe.as_ref().map_or(0, |ffe| ffe.cursor);
    let len = samples.len();
    let levels = sent.levels();
    let scale = scale(adapted);
    // Without a sequence detector there is no target.
    let taken = adapted.target.get(1..).unwrap_or(&adapted.dfe);
    (0..len)
        .map(|n| {
            let newest = n + cursor * stride;
            let forward: f64 = adapted
                .ffe
                .iter()
                .enumerate()
                .map(|(i, tap)| {
                    let at = (newest + len * (1 + i * stride / len) - i * stride) % len;
                    tap * adapted.gain * (samples[at] - adapted.offset)
                })
                .sum();
            let time = (n as f64 - adapted.delay) / samples_per_symbol as f64;
            let symbol = time.round();
            let feedback = |symbol: f64| -> f64 {
                let symbol = (symbol as isize).rem_euclid(levels.len() as isize) as usize;
                let past = |j: usize| {
                    levels[(symbol + levels.len() - (1 + j) % levels.len()) % levels.len()]
                };
                taken.iter().enumerate().map(|(j, tap)| tap * past(j)).sum()
            };
            let away = time - symbol;
            let share = held(away.abs());
            let other = if share < 1.0 { feedback(symbol + away.signum()) } else { 0.0 };
            let feedback = share * feedback(symbol) + (1.0 - share) * other;
            scale * (forward - feedback)
        })
        .collect()
}

/// The share of its own feedback that a symbol has so many unit intervals from its decision, 0 to
/// 0.5; the rest is its neighbor's.
fn held(away: f64) -> f64 {
    let passed = ((away - 0.2) / 0.6).max(0.0);
    (std::f64::consts::FRAC_PI_2 * passed).cos().powi(2)
}

/// Volts at the sampler's input for a level at the slicer: the peak of the pulse.
fn scale(adapted: &Adapted) -> f64 {
    adapted.pulse.values.iter().fold(0.0, |peak: f64, v| peak.max(v.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::Modulation;
    use crate::transceiver::{
        Adaptation, Branches, Clock, Dfe, Ffe, Floating, Limits, Mlse, PhaseDetector, Spacing,
        Target, Training, adapt, decide,
    };

    /// At the decision instants the waveform is what the slicer gets.
    #[test]
    fn the_waveform_passes_through_the_inputs_of_the_slicer() {
        let symbols = Symbols::random(Modulation::Pam4, 2048, Key::root(Seed(4))).unwrap();
        let levels = symbols.levels();
        // Held symbols with a postcursor, 8 samples each, and some noise: any phase of the hold
        // will do.
        let mut noise = Key::root(Seed(5)).stream();
        let samples: Vec<f64> = (0..8 * 2048)
            .map(|n| {
                let held = 0.3 * levels[n / 8] + 0.05 * levels[(n / 8 + 2047) % 2048];
                held + 0.005 * noise.sample()
            })
            .collect();
        let ffe = Ffe {
            taps: 7,
            cursor: 2,
            spacing: Spacing::Symbol,
            adaptation: Adaptation::Mmse,
            limits: None,
            floating: Some(Floating { groups: 1, taps_per_group: 2, span: 9, limit: 0.2 }),
        };
        let dfe = Dfe { taps: 1, limit: Limits::All(0.2), lowest: None, floating: None };
        let target = Target::Whitening { memory: 1 };
        let mlse = Mlse { target, traceback: 32, branches: Branches::Measured };
        for (dfe, mlse) in [(Some(dfe), None), (None, Some(mlse))] {
            let digital = Digital {
                clock: Clock::fixed(PhaseDetector::BestEye),
                vga: None,
                adc: None,
                ffe: Some(ffe.clone()),
                dfe,
                mlse,
            };
            let training = [Training { samples: &samples, symbols: &symbols }];
            let mut adapted = adapt(&digital, &training, 8).unwrap();
            // On a sample, so that none needs to be interpolated.
            adapted.delay = adapted.delay.round();
            let waveform = equalized_waveform(&digital, &adapted, &samples, 8, &symbols);

            let delay = adapted.delay as usize;
            let sampled: Vec<f64> =
                (0..2048).map(|k| samples[(8 * k + delay) % samples.len()]).collect();
            let mut workspace = adapted.workspace(2048);
            decide(&digital, &adapted, &sampled, None, &mut workspace);
            let scale = scale(&adapted);
            for (k, input) in workspace.cleared().iter().enumerate() {
                let value = waveform[(8 * k + delay) % waveform.len()] / scale;
                assert!((value - input).abs() < 1e-9, "symbol {k}: {value} and {input}");
            }
        }
    }
}
