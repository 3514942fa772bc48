//! Decisions: the adapted receiver at work on one record.

use super::{Adaptation, Adapted, Digital};
use crate::kernel::fir;
use crate::kernel::lms::Lms;
use crate::signal::Modulation;

/// Symbols that run ahead of a record so that its feedback starts in a state of its own making:
/// a wrong state, even one that survives each symbol with probability 3/4, is then forgotten.
const WARM_UP: usize = 64;

/// The most levels of an alphabet.
const MOST_LEVELS: usize = 8;

/// What deciding one record needs, and its results.
#[derive(Clone, Debug)]
pub struct Workspace {
    samples: Vec<f64>,
    inputs: Vec<f64>,
    decisions: Vec<u8>,
    /// Levels of the decisions, with as many before the first as there are feedback taps.
    fed_back: Vec<f64>,
    ffe: Vec<f64>,
    dfe: Vec<f64>,
}

impl Workspace {
    /// The decided symbols, one for each of the record.
    pub fn decisions(&self) -> &[u8] {
        &self.decisions
    }

    /// The slicer's inputs, one for each symbol, on the scale where the ideal levels reach from
    /// -1 to 1.
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }
}

impl Adapted {
    /// The workspace for records of `symbols` symbols, which may be of another length than those
    /// of the training. It serves one record after another.
    pub fn workspace(&self, symbols: usize) -> Workspace {
        Workspace {
            samples: vec![0.0; symbols * self.samples_per_symbol],
            inputs: vec![0.0; symbols],
            decisions: vec![0; symbols],
            fed_back: vec![0.0; symbols + self.dfe.len()],
            ffe: vec![0.0; self.ffe.len()],
            dfe: vec![0.0; self.dfe.len()],
        }
    }
}

/// Decides every symbol of a periodic record, into the workspace.
///
/// `samples` are voltages at the sampler's input, [`Adapted::samples_per_symbol`] each symbol, the
/// first at the decision instant of symbol 0. `digital` is what `adapted` comes from.
///
/// A decision-feedback equalizer feeds back its own decisions, so that its errors propagate.
/// `before` gives the symbols ahead of symbol 0, the latest last, where they are known; without
/// them the end of the record, which is what comes before its start, is decided first. An
/// equalizer that adapts by LMS follows its own decisions from the trained taps on.
///
/// Nothing is allocated, and what the workspace held before has no influence.
///
/// # Panics
/// If the lengths do not fit the workspace, the record is shorter than the equalizer, or `before`
/// has fewer symbols than there are feedback taps.
pub fn decide(
    digital: &Digital,
    adapted: &Adapted,
    samples: &[f64],
    before: Option<&[u8]>,
    workspace: &mut Workspace,
) {
    let Workspace { samples: digitized, inputs, decisions, fed_back, ffe, dfe } = workspace;
    digitized.copy_from_slice(samples);
    digital.digitize(adapted.offset, adapted.gain, digitized);
    ffe.copy_from_slice(&adapted.ffe);
    dfe.copy_from_slice(&adapted.dfe);
    let (cursor, adaptation) =
        digital.ffe.as_ref().map_or((0, Adaptation::Mmse), |ffe| (ffe.cursor, ffe.adaptation));
    let spacing = adapted.samples_per_symbol;
    let newest = |n: usize| n * spacing + cursor;
    let levels = levels_of(adapted.modulation);
    let slicer = &adapted.slicer;
    let depth = dfe.len();

    if let Some(before) = before {
        let latest = &before[before.len() - depth..];
        for (level, &symbol) in fed_back.iter_mut().zip(latest) {
            *level = levels[usize::from(symbol)];
        }
    } else if depth > 0 {
        let ahead = WARM_UP.max(depth).min(inputs.len());
        let first = inputs.len() - ahead;
        fed_back[..depth].fill(0.0);
        for n in 0..ahead {
            let z = fir::circular_at(ffe, digitized, newest(first + n))
                - fir::convolved(dfe, &fed_back[n..n + depth]);
            fed_back[n + depth] = levels[usize::from(slicer.decide(z))];
        }
        fed_back.copy_within(ahead..ahead + depth, 0);
    }

    match adaptation {
        Adaptation::Mmse => {
            fir::circular(ffe, cursor, spacing, digitized, inputs);
            for (n, (input, decision)) in inputs.iter_mut().zip(decisions).enumerate() {
                *input -= fir::convolved(dfe, &fed_back[n..n + depth]);
                *decision = slicer.decide(*input);
                fed_back[n + depth] = levels[usize::from(*decision)];
            }
        }
        Adaptation::Lms { step, .. } => {
            let mut lms = Lms {
                feedforward: ffe,
                feedback: dfe,
                feedforward_step: step / adapted.power,
                feedback_step: step / adapted.modulation.mean_square(),
                feedback_limit: digital.dfe.as_ref().map_or(f64::INFINITY, |dfe| dfe.limit),
            };
            for (n, (input, decision)) in inputs.iter_mut().zip(decisions).enumerate() {
                let past = &fed_back[n..n + depth];
                *input = lms.step(digitized, newest(n), past, |z| {
                    *decision = slicer.decide(z);
                    levels[usize::from(*decision)]
                });
                fed_back[n + depth] = levels[usize::from(*decision)];
            }
        }
    }
}

/// The ideal levels of an alphabet, from -1 to 1, and zeros after them.
fn levels_of(modulation: Modulation) -> [f64; MOST_LEVELS] {
    let mut levels = [0.0; MOST_LEVELS];
    for (symbol, level) in levels.iter_mut().enumerate().take(modulation.levels()) {
        *level = modulation.level(symbol as u8);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::gauss;
    use crate::kernel::rng::{Key, Seed, Stream};
    use crate::signal::Symbols;
    use crate::transceiver::adapt::settle;
    use crate::transceiver::dfe::Observed;
    use crate::transceiver::{Adc, Clock, Dfe, Ffe, PhaseDetector, Pulse, Spacing, Vga};
    use crate::unit::Volts;

    fn receiver(dfe: Option<Dfe>) -> Digital {
        let clock = Clock { phase: PhaseDetector::BestEye };
        Digital { clock, vga: None, adc: None, ffe: None, dfe }
    }

    /// One sample a symbol of the channel `1, h1` with white noise.
    fn record(symbols: &Symbols, h1: f64, sigma: f64, noise: &mut Stream) -> Vec<f64> {
        let levels = symbols.levels();
        let mut samples = vec![0.0; levels.len()];
        fir::circular(&[1.0, h1], 0, 1, &levels, &mut samples);
        for x in &mut samples {
            *x += sigma * noise.sample();
        }
        samples
    }

    fn random(modulation: Modulation, count: usize, index: u64) -> Symbols {
        let key = Key::root(Seed(21)).named("symbols").indexed(index);
        Symbols::random(modulation, count, key).unwrap()
    }

    /// A receiver trained on the channel `1, h1` at its own phase, which no clock would choose:
    /// with one sample a symbol a shift trades noise for interference.
    fn trained(modulation: Modulation, digital: &Digital, h1: f64, sigma: f64) -> Adapted {
        let symbols = random(modulation, 1 << 14, 1000);
        let mut noise = Key::root(Seed(22)).named("training").stream();
        let mut samples = record(&symbols, h1, sigma, &mut noise);
        let power = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
        let gain = digital.vga.as_ref().map_or(1.0, |vga| vga.gain(power.sqrt()));
        digital.digitize(0.0, gain, &mut samples);
        let depth = digital.dfe.as_ref().map_or(0, |dfe| dfe.taps);
        let records = [Observed::new(samples, &symbols.levels(), depth)];
        let settled = settle(digital, modulation, &records, symbols.values()).unwrap();
        Adapted {
            modulation,
            samples_per_symbol: digital.samples_per_symbol(),
            delay: 0.0,
            inverted: false,
            correlation: 1.0,
            offset: 0.0,
            gain,
            power: settled.power,
            ffe: settled.taps.ffe,
            dfe: settled.taps.dfe,
            loading: settled.taps.loading,
            slicer: settled.slicer,
            mse: settled.mse,
            pulse: Pulse { values: vec![1.0, h1], cursor: 0, samples_per_symbol: 1 },
        }
    }

    #[test]
    fn white_noise_makes_the_errors_of_theory() {
        // The Gray-mapped error ratio is 2 (L - 1) / (L log2 L) Q(sqrt(3 SNR / (L^2 - 1))).
        for (modulation, snr_db, records) in [
            (Modulation::Pam4, 14.0, 1),
            (Modulation::Pam4, 16.0, 2),
            (Modulation::Pam4, 18.0, 6),
            (Modulation::Nrz, 9.0, 2),
            (Modulation::Pam8, 21.0, 1),
        ] {
            let sigma = (modulation.mean_square() / 10f64.powf(snr_db / 10.0)).sqrt();
            let digital = receiver(None);
            let adapted = trained(modulation, &digital, 0.0, sigma);
            let mut workspace = adapted.workspace(1 << 17);
            let mut noise = Key::root(Seed(23)).named("payload").stream();
            let (mut errors, mut bits) = (0, 0);
            for index in 0..records {
                let sent = random(modulation, 1 << 17, index);
                let samples = record(&sent, 0.0, sigma, &mut noise);
                decide(&digital, &adapted, &samples, None, &mut workspace);
                let got = Symbols::new(modulation, workspace.decisions().to_vec()).unwrap();
                let (wrong, compared) = got.bit_errors(&sent);
                errors += wrong;
                bits += compared;
            }
            let levels = modulation.levels() as f64;
            let distance = 1.0 / (levels - 1.0) / sigma;
            let want = 2.0 * (levels - 1.0) / (levels * levels.log2()) * gauss::q(distance);
            let got = errors as f64 / bits as f64;
            let tolerance = 3.0 * (want / bits as f64).sqrt();
            assert!((got - want).abs() < tolerance, "{modulation} {snr_db} dB: {got} not {want}");
        }
    }

    #[test]
    fn feedback_errors_propagate_as_theory_says_and_precoding_ends_them() {
        let (symbols, records) = (1 << 16, 64);
        let base = 1.5e-3;
        // 1.5 Q(1 / (3 sigma)) is the error ratio of symbols without propagation.
        let sigma = 1.0 / 3.0 / gauss::q_inv(base / 1.5);
        let digital = receiver(Some(Dfe { taps: 1, limit: 1.1 }));
        let adapted = trained(Modulation::Pam4, &digital, 1.0, sigma);
        let mut workspace = adapted.workspace(symbols);
        let mut noise = Key::root(Seed(24)).named("payload").stream();
        let (mut errors, mut after_error, mut bursts, mut decoded) = (0u32, 0u32, 0u32, 0u32);
        for index in 0..records {
            let data = random(Modulation::Pam4, symbols, index);
            let sent = data.precoded();
            let samples = record(&sent, 1.0, sigma, &mut noise);
            decide(&digital, &adapted, &samples, None, &mut workspace);
            let wrong = |n: usize| workspace.decisions()[n] != sent.values()[n];
            for n in 1..symbols {
                errors += u32::from(wrong(n));
                after_error += u32::from(wrong(n) && wrong(n - 1));
                bursts += u32::from(wrong(n) && !wrong(n - 1));
            }
            let got = Symbols::new(Modulation::Pam4, workspace.decisions().to_vec()).unwrap();
            let got = got.without_precoding();
            decoded +=
                got.values().iter().zip(data.values()).filter(|(a, b)| a != b).count() as u32;
        }
        let continued = f64::from(after_error) / f64::from(errors);
        assert!((continued - 0.7485).abs() < 0.01, "{continued}");
        // Bursts are Poisson with a nearly geometric length of mean 4 and variance 12: the sum
        // scatters by sqrt(1 + 12 / 16) of a burst's mean.
        let compared = f64::from(records as u32) * symbols as f64;
        let scatter = 3.0 / f64::from(bursts).sqrt();
        let multiplier = f64::from(errors) / compared / base;
        assert!((multiplier / 3.95 - 1.0).abs() < scatter * 1.75f64.sqrt(), "{multiplier}");
        let precoded = f64::from(decoded) / compared / base;
        assert!((precoded / 1.99 - 1.0).abs() < scatter, "{precoded}");
    }

    #[test]
    fn a_record_starts_as_its_end_leaves_it() {
        let digital = receiver(Some(Dfe { taps: 2, limit: 2.0 }));
        let adapted = trained(Modulation::Pam4, &digital, 1.0, 0.02);
        let symbols = random(Modulation::Pam4, 300, 0);
        let mut noise = Key::root(Seed(25)).stream();
        let samples = record(&symbols, 1.0, 0.02, &mut noise);
        let mut workspace = adapted.workspace(300);
        decide(&digital, &adapted, &samples, None, &mut workspace);
        assert_eq!(workspace.decisions(), symbols.values());
        let inputs = workspace.inputs().to_vec();
        let known = &symbols.values()[200..];
        decide(&digital, &adapted, &samples, Some(known), &mut workspace);
        assert_eq!(workspace.inputs(), inputs);
        // Told something wrong, it errs at once.
        let wrong: Vec<u8> = known.iter().map(|symbol| 3 - symbol).collect();
        decide(&digital, &adapted, &samples, Some(&wrong), &mut workspace);
        assert_ne!(workspace.inputs(), inputs);
    }

    #[test]
    fn lms_follows_each_record_from_the_trained_taps() {
        let mut digital = receiver(Some(Dfe { taps: 1, limit: 0.5 }));
        digital.vga = Some(Vga { target: Volts(0.6) });
        digital.adc = Some(Adc { bits: 8, full_scale: Volts(1.0) });
        digital.ffe = Some(Ffe {
            taps: 7,
            cursor: 3,
            spacing: Spacing::Symbol,
            adaptation: Adaptation::Lms { step: 0.002, passes: 2 },
        });
        let sigma = 0.03;
        let adapted = trained(Modulation::Pam4, &digital, 0.4, sigma);
        // What is left is the link's noise and 2 % of that for the converter's.
        let floor = 1.02 * sigma * sigma;
        assert!(adapted.mse < 1.1 * floor, "{} against {floor}", adapted.mse);
        let symbols = random(Modulation::Pam4, 1 << 14, 3);
        let mut noise = Key::root(Seed(26)).stream();
        // The payload's gain has drifted by 10 %, which decisions follow and frozen taps do not.
        let samples: Vec<f64> =
            record(&symbols, 0.4, sigma, &mut noise).iter().map(|x| 0.9 * x).collect();
        let error = |workspace: &Workspace| {
            let late = workspace.inputs().iter().zip(symbols.levels()).skip(1 << 13);
            late.map(|(z, level)| (z - level).powi(2)).sum::<f64>() / f64::from(1 << 13)
        };
        let mut workspace = adapted.workspace(1 << 14);
        decide(&digital, &adapted, &samples, None, &mut workspace);
        let followed = error(&workspace);
        let first = workspace.inputs().to_vec();
        decide(&digital, &adapted, &samples, None, &mut workspace);
        assert_eq!(workspace.inputs(), first, "a record depends on no other");

        let frozen_ffe = Ffe { adaptation: Adaptation::Mmse, ..digital.ffe.clone().unwrap() };
        let frozen = Digital { ffe: Some(frozen_ffe), ..digital };
        decide(&frozen, &adapted, &samples, None, &mut workspace);
        assert!(followed < 1.15 * adapted.mse, "{followed} against {}", adapted.mse);
        assert!(error(&workspace) > 3.0 * followed);
    }
}
