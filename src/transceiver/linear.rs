//! The receiver on a record without noise, and what reaches its slicer from where.

use super::{Adapted, Digital};
use crate::kernel::fir;
use crate::signal::Symbols;

impl Digital {
    /// The slicer's inputs of a record without noise: the converter clips but does not round, and
    /// the feedback is that of the symbols sent.
    ///
    /// `samples` begin with the decision instant of symbol 0; there are as many for each symbol as
    /// the equalizer takes, or a multiple of that. Allocates.
    ///
    /// # Panics
    /// If the lengths do not fit.
    pub fn quiet_inputs(&self, adapted: &Adapted, samples: &[f64], sent: &Symbols) -> Vec<f64> {
        let mut inputs = self.equalized(adapted, samples, sent.len());
        let levels = sent.levels();
        let count = levels.len();
        for (n, input) in inputs.iter_mut().enumerate() {
            let fed_back = adapted
                .dfe
                .iter()
                .enumerate()
                .map(|(j, tap)| tap * levels[(n + count - (j + 1) % count) % count]);
            *input -= fed_back.sum::<f64>();
        }
        inputs
    }

    /// What the feed-forward equalizer makes of a record without noise, at its decision instants.
    ///
    /// As for [`Digital::quiet_inputs`].
    ///
    /// # Panics
    /// If the lengths do not fit.
    pub fn equalized(&self, adapted: &Adapted, samples: &[f64], symbols: usize) -> Vec<f64> {
        let spacing = adapted.samples_per_symbol;
        let stride = samples.len() / (symbols * spacing);
        let limit = self.limit();
        let digitized: Vec<f64> = samples
            .iter()
            .step_by(stride)
            .map(|v| (adapted.gain * (v - adapted.offset)).clamp(-limit, limit))
            .collect();
        let mut outputs = vec![0.0; symbols];
        fir::circular(&adapted.ffe, self.cursor(), spacing, &digitized, &mut outputs);
        outputs
    }

    /// Adds to `weights`, `factor` times, how the slicer's input for symbol `n` weighs each sample of
    /// a record, which has as many for each symbol as the equalizer takes, or `stride` times that.
    pub fn add_weights(
        &self,
        adapted: &Adapted,
        n: usize,
        stride: usize,
        factor: f64,
        weights: &mut [f64],
    ) {
        let len = weights.len();
        let newest = n * adapted.samples_per_symbol + self.cursor();
        for (i, tap) in adapted.ffe.iter().enumerate() {
            weights[(stride * newest + len - stride * i % len) % len] +=
                factor * tap * adapted.gain;
        }
    }

    /// Takes the weight from samples at which the converter clips: small deviations do not pass.
    ///
    /// # Panics
    /// If there are not as many weights as samples.
    pub fn leave_out_clipped(&self, adapted: &Adapted, samples: &[f64], weights: &mut [f64]) {
        assert_eq!(samples.len(), weights.len(), "a weight for each sample");
        let limit = self.limit();
        for (weight, v) in weights.iter_mut().zip(samples) {
            if (adapted.gain * (v - adapted.offset)).abs() > limit {
                *weight = 0.0;
            }
        }
    }

    /// The magnitude at which the converter clips.
    fn limit(&self) -> f64 {
        self.adc.as_ref().map_or(f64::INFINITY, |adc| 0.5 * adc.full_scale.0)
    }

    /// The variances at the slicer's input, in levels squared, of what the converter rounds and of
    /// what it adds. `slope` is the rms slope of the waveform ahead of the gain, in volts per second.
    pub fn converter_variances(&self, adapted: &Adapted, slope: f64) -> [f64; 2] {
        let Some(adc) = &self.adc else { return [0.0; 2] };
        let gained: f64 = adapted.ffe.iter().map(|w| w * w).sum();
        let slope_squared = (adapted.gain * slope).powi(2);
        let added = adc.noise_variance()
            + adc.aperture_variance(slope_squared)
            + adc.interleaving_variance(adapted.power, slope_squared);
        [gained * adc.quantization_variance(), gained * added]
    }

    /// The index of the main tap of the feed-forward equalizer.
    fn cursor(&self) -> usize {
        self.ffe.as_ref().map_or(0, |ffe| ffe.cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::resample::Resampler;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::Modulation;
    use crate::transceiver::synthetic::{asymmetric, record};
    use crate::transceiver::{
        Adaptation, Adc, Clock, Dfe, Ffe, Limits, PhaseDetector, Spacing, Training, Vga, adapt,
        decide,
    };
    use crate::unit::Volts;

    const SYMBOLS: usize = 2048;

    fn key() -> Key {
        Key::root(Seed(51))
    }

    fn normals(count: usize, name: &str) -> Vec<f64> {
        let mut stream = key().named(name).stream();
        (0..count).map(|_| stream.sample()).collect()
    }

    fn digital(spacing: Spacing, adc: Option<Adc>) -> Digital {
        let adaptation = Adaptation::Mmse;
        let ffe = Ffe { taps: 13, cursor: 4, spacing, adaptation, limits: None, floating: None };
        Digital {
            clock: Clock::fixed(PhaseDetector::BestEye),
            vga: Some(Vga { target: Volts(0.5) }),
            adc,
            ffe: Some(ffe),
            dfe: Some(Dfe { taps: 2, limit: Limits::All(0.5), lowest: None, floating: None }),
            mlse: None,
        }
    }

    /// A receiver trained on an asymmetric pulse with an offset, and the record at its instants.
    fn trained(digital: &Digital) -> (Adapted, Symbols, Vec<f64>) {
        let symbols = Symbols::random(Modulation::Pam4, SYMBOLS, key().named("symbols")).unwrap();
        let mut samples = record(&symbols, 4, 3.3, |t| 0.2 * asymmetric(t));
        for (x, noise) in samples.iter_mut().zip(normals(4 * SYMBOLS, "noise")) {
            *x += 0.03 + 0.002 * noise;
        }
        let training = [Training { samples: &samples, symbols: &symbols }];
        let adapted = adapt(digital, &training, 4).unwrap();
        let resampler = Resampler::new(samples.len(), SYMBOLS * adapted.samples_per_symbol);
        let taken = resampler.sample(&resampler.spectrum(&samples), adapted.delay);
        (adapted, symbols, taken)
    }

    #[test]
    fn small_deviations_do_not_pass_a_converter_that_clips() {
        let adc = Some(Adc::ideal(8, Volts(1.0)));
        let digital = digital(Spacing::Symbol, adc);
        let (mut adapted, ..) = trained(&digital);
        (adapted.gain, adapted.offset) = (2.0, 0.1);
        let mut weights = vec![1.0; 4];
        digital.leave_out_clipped(&adapted, &[0.36, 0.34, -0.14, -0.16], &mut weights);
        assert_eq!(weights, [0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn the_quiet_inputs_are_those_of_the_slicer_where_no_converter_rounds() {
        for spacing in [Spacing::Symbol, Spacing::HalfSymbol] {
            let digital = digital(spacing, None);
            let (adapted, symbols, samples) = trained(&digital);
            let mut workspace = adapted.workspace(SYMBOLS);
            decide(&digital, &adapted, &samples, None, &mut workspace);
            assert_eq!(workspace.decisions(), symbols.values());
            let quiet = digital.quiet_inputs(&adapted, &samples, &symbols);
            for (z, expected) in quiet.iter().zip(workspace.inputs()) {
                assert!((z - expected).abs() < 1e-12, "{z} is not {expected}");
            }
        }
    }

    #[test]
    fn weights_are_how_slicer_inputs_follow_samples_at_any_stride() {
        for spacing in [Spacing::Symbol, Spacing::HalfSymbol] {
            // In a record hardly longer than the equalizer every symbol's taps wrap around.
            for (count, stride) in [(SYMBOLS, 1), (SYMBOLS, 4), (14, 2)] {
                let digital = digital(spacing, None);
                let (adapted, ..) = trained(&digital);
                let len = count * stride * adapted.samples_per_symbol;
                let samples = normals(len, "samples");
                let moves = normals(len, "moves");
                let moved: Vec<f64> = samples.iter().zip(&moves).map(|(x, d)| x + d).collect();
                let before = digital.equalized(&adapted, &samples, count);
                let after = digital.equalized(&adapted, &moved, count);
                for n in [0, 1, count / 2, count - 1] {
                    let mut weights = vec![0.0; len];
                    digital.add_weights(&adapted, n, stride, 1.0, &mut weights);
                    let expected: f64 = weights.iter().zip(&moves).map(|(w, d)| w * d).sum();
                    let found = after[n] - before[n];
                    assert!((found - expected).abs() < 1e-10, "{n}: {found} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn rounding_has_the_variance_that_is_said() {
        let digital = digital(Spacing::Symbol, Some(Adc::ideal(6, Volts(1.2))));
        let (adapted, symbols, samples) = trained(&digital);
        let mut workspace = adapted.workspace(SYMBOLS);
        decide(&digital, &adapted, &samples, None, &mut workspace);
        assert_eq!(workspace.decisions(), symbols.values());
        let quiet = digital.quiet_inputs(&adapted, &samples, &symbols);
        let errors = quiet.iter().zip(workspace.inputs()).map(|(a, b)| (a - b).powi(2));
        let found = errors.sum::<f64>() / SYMBOLS as f64;
        let [expected, added] = digital.converter_variances(&adapted, 0.0);
        assert_eq!(added, 0.0);
        // 2048 sums of a few roundings: three standard errors of their variance are 9 %.
        assert!((found / expected - 1.0).abs() < 0.09, "{found} is not {expected}");
    }

    #[test]
    fn added_noise_goes_through_the_taps() {
        let adc = Adc { enob: Some(4.5), ..Adc::ideal(12, Volts(1.2)) };
        // A converter that adds noise is trained with its sampler; the taps are the same.
        let (adapted, ..) = trained(&digital(Spacing::HalfSymbol, None));
        let digital = digital(Spacing::HalfSymbol, Some(adc.clone()));
        let [_, added] = digital.converter_variances(&adapted, 0.0);
        // Unit noise at the converter, by the weights: these hold the gain, which comes before it.
        let mut weights = vec![0.0; 64];
        digital.add_weights(&adapted, 5, 1, 1.0, &mut weights);
        let by_weights = weights.iter().map(|w| (w / adapted.gain).powi(2)).sum::<f64>();
        assert!((added / (by_weights * adc.noise_variance()) - 1.0).abs() < 1e-12);
    }
}
