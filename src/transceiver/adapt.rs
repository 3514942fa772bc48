//! Adaptation of the digital receiver: from training records to frozen settings.

mod descend;
pub(super) mod form;
mod place;

pub use descend::ConvergencePoint;
pub(super) use descend::Descent;

use self::form::{Form, Observed, Taps};
use super::{Adaptation, Adapted, Digital, Pulse, Sampler, Slicer};
use crate::kernel::lms::Rule;
use crate::kernel::pulse::PulseEstimator;
use crate::kernel::resample::Resampler;
use crate::kernel::rng::Key;
use crate::kernel::viterbi::Viterbi;
use crate::signal::{Modulation, Symbols};
use crate::{Error, Result};

/// Training symbols that each tap of an equalizer needs: fewer would fit the taps to the noise.
const SYMBOLS_A_TAP: usize = 10;

/// A periodic record whose symbols the receiver knows.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    /// Voltages at the sampler's input, the same number for each symbol.
    pub samples: &'a [f64],
    /// The symbols as they were sent (after precoding, if any).
    pub symbols: &'a Symbols,
}

/// Adapts a receiver to records with known symbols, `samples_per_symbol` samples each.
///
/// The converter quantizes in training as it will later. All records are used alike: for the
/// offset, the gain, the clock, the taps and the thresholds.
///
/// # Errors
/// If a parameter makes no sense, the records differ in form, they are too few for the taps, no
/// link from the symbols to the records is found, or no thresholds separate the levels. Also if the
/// converter is more than a quantizer, which asks for [`adapt_with`].
pub fn adapt(
    digital: &Digital,
    training: &[Training<'_>],
    samples_per_symbol: usize,
) -> Result<Adapted> {
    if digital.adc.as_ref().is_some_and(|adc| !Sampler::is_ideal_for(adc)) {
        return Err(Error::unsupported(
            "a converter with noise, aperture jitter or interleaved lanes is trained with its \
             sampler",
        ));
    }
    adapt_by(digital, training, samples_per_symbol, None)
}

/// As [`adapt`], with the converter's noise, jitter and mismatch in the training records' samples.
/// Record `n` draws at `key.indexed(n)`.
///
/// # Errors
/// As [`adapt`].
pub fn adapt_with(
    digital: &Digital,
    training: &[Training<'_>],
    samples_per_symbol: usize,
    sampler: &Sampler,
    key: Key,
) -> Result<Adapted> {
    let sampling = (!sampler.is_ideal()).then_some((sampler, key));
    adapt_by(digital, training, samples_per_symbol, sampling)
}

fn adapt_by(
    digital: &Digital,
    training: &[Training<'_>],
    samples_per_symbol: usize,
    sampling: Option<(&Sampler, Key)>,
) -> Result<Adapted> {
    digital.check()?;
    let modulation = check_records(digital, training, samples_per_symbol)?;
    let form = Form::of(digital);
    let levels: Vec<Vec<f64>> = training.iter().map(|record| record.symbols.levels()).collect();
    let pairs: Vec<(&[f64], &[f64])> = training
        .iter()
        .zip(&levels)
        .map(|(record, levels)| (record.samples, levels.as_slice()))
        .collect();
    let estimator = PulseEstimator::new(&pairs, samples_per_symbol)?;
    let peak = estimator.peak();
    if peak.coefficient.is_nan() || peak.coefficient.abs() < peak.significant {
        return Err(Error::unsupported(format!(
            "no lock: the correlation of the training records with their symbols peaks at {:.4}, \
             but must reach {:.4} to tell a link from noise",
            peak.coefficient, peak.significant
        )));
    }

    let offset = estimator.constant();
    let analog_power = mean_square(training.iter().map(|record| record.samples), offset);
    let gain = digital.vga.as_ref().map_or(1.0, |vga| vga.gain(analog_power.sqrt()));
    let symbols = levels[0].len();
    let resampler = Resampler::new(symbols * samples_per_symbol, symbols * form.spacing);
    let spectra: Vec<_> =
        training.iter().map(|record| resampler.spectrum(record.samples)).collect();
    let observe = |delay: f64| -> Vec<Observed> {
        spectra
            .iter()
            .zip(&levels)
            .enumerate()
            .map(|(index, (spectrum, levels))| {
                let mut samples = match sampling {
                    None => resampler.sample(spectrum, delay),
                    Some((sampler, key)) => {
                        let mut samples = vec![0.0; symbols * form.spacing];
                        let waveform = training[index].samples;
                        let key = key.indexed(index as u64);
                        sampler.sample_at(waveform, delay, (offset, gain), key, &mut samples);
                        samples
                    }
                };
                digital.digitize(offset, gain, &mut samples);
                Observed::new(samples, levels, form.feedback)
            })
            .collect()
    };
    let delay = digital.clock.recover(&estimator, samples_per_symbol, |delay| {
        form.least_squares(&observe(delay)).map(|(_, error)| error)
    })?;

    let records = observe(delay);
    let sent: Vec<u8> =
        training.iter().flat_map(|record| record.symbols.values()).copied().collect();
    let settled = settle(digital, modulation, &records, &sent)?;
    let Taps { ffe, dfe, loading } = settled.taps;
    Ok(Adapted {
        modulation,
        samples_per_symbol: form.spacing,
        delay: delay.rem_euclid((symbols * samples_per_symbol) as f64),
        inverted: peak.coefficient < 0.0,
        correlation: peak.coefficient,
        offset,
        gain,
        power: settled.power,
        ffe,
        dfe,
        loading,
        target: settled.target,
        detector: settled.detector,
        slicer: settled.slicer,
        mse: settled.mse,
        least_mse: settled.least_mse,
        convergence: settled.convergence,
        pulse: Pulse {
            values: estimator.waveform(delay),
            cursor: estimator.cursor() * samples_per_symbol,
            samples_per_symbol,
        },
    })
}

/// The alphabet of training records that fit each other and the equalizer.
fn check_records(
    digital: &Digital,
    training: &[Training<'_>],
    samples_per_symbol: usize,
) -> Result<Modulation> {
    let Some(first) = training.first() else {
        return Err(Error::parameter("training records", 0, "at least 1"));
    };
    let modulation = first.symbols.modulation();
    for record in training {
        if record.symbols.modulation() != modulation || record.symbols.len() != first.symbols.len()
        {
            return Err(Error::unsupported(format!(
                "training records differ: {} symbols of {modulation}, and {} of {}",
                first.symbols.len(),
                record.symbols.len(),
                record.symbols.modulation()
            )));
        }
        if samples_per_symbol == 0
            || record.samples.len() != record.symbols.len() * samples_per_symbol
        {
            return Err(Error::unsupported(format!(
                "a training record has {} samples for {} symbols of {samples_per_symbol} each",
                record.samples.len(),
                record.symbols.len()
            )));
        }
    }
    if let Some(mlse) = &digital.mlse {
        mlse.check_states(modulation)?;
    }
    let form = Form::of(digital);
    let (taps, reach) = (form.count(), form.reach.max(form.feedback));
    let symbols = first.symbols.len();
    if symbols * training.len() < SYMBOLS_A_TAP * taps || reach > symbols {
        let expected = format!(
            "at least {} in all, and {reach} in a record, for {taps} taps",
            SYMBOLS_A_TAP * taps
        );
        return Err(Error::parameter("training symbols", symbols * training.len(), expected));
    }
    Ok(modulation)
}

/// What an equalizer and its slicer settle to on records sampled at one phase.
pub(super) struct Settled {
    pub(super) power: f64,
    pub(super) taps: Taps,
    pub(super) target: Vec<f64>,
    pub(super) detector: Option<Viterbi>,
    pub(super) slicer: Slicer,
    pub(super) mse: f64,
    pub(super) least_mse: f64,
    pub(super) convergence: Vec<ConvergencePoint>,
}

/// Adapts the taps to digitized records of the symbols `sent`, one record's after the other's,
/// then the slicer and the detector of sequences to what the taps give.
pub(super) fn settle(
    digital: &Digital,
    modulation: Modulation,
    records: &[Observed],
    sent: &[u8],
) -> Result<Settled> {
    let form = Form::of(digital);
    let power = mean_square(records.iter().map(|record| record.samples.as_slice()), 0.0);
    let (mut taps, least_mse) = form.least_squares(records)?;
    let mut convergence = Vec::new();
    let descent = match digital.ffe.as_ref().map(|ffe| &ffe.adaptation) {
        Some(&Adaptation::Lms { step, passes }) => Some((Rule::Products, step, passes)),
        Some(&Adaptation::SignSignLms { step, passes }) => Some((Rule::Signs, step, passes)),
        Some(Adaptation::Mmse | Adaptation::Fixed { .. }) | None => None,
    };
    if let Some((rule, step, passes)) = descent {
        let descent = Descent { rule, step, passes };
        let powers = (power, modulation.mean_square());
        (taps, convergence) = form.descend(records, descent, &taps, powers)?;
    }
    let arrived: Vec<f64> =
        records.iter().flat_map(|record| form.equalize(&taps, record)).collect();
    let slicer = Slicer::measure(modulation, arrived.iter().zip(sent))?;
    let errors = arrived.iter().zip(sent).map(|(z, &symbol)| z - modulation.level(symbol));
    let mse = errors.map(|error| error * error).sum::<f64>() / arrived.len() as f64;
    let (mut target, mut detector) = (Vec::new(), None);
    if let Some(mlse) = &digital.mlse {
        target.push(1.0);
        target.append(&mut taps.dfe);
        let length = sent.len() / records.len();
        let heard = (arrived.as_slice(), sent, length);
        detector = Some(mlse.detector(modulation, &target, &slicer.levels, heard));
    }
    trim(&mut taps.ffe, form.taps);
    trim(&mut taps.dfe, form.leading);
    Ok(Settled { power, taps, target, detector, slicer, mse, least_mse, convergence })
}

/// Takes the zeros off that stand behind the last floating tap.
fn trim(taps: &mut Vec<f64>, leading: usize) {
    let last = taps.iter().rposition(|tap| tap.abs() > 0.0).map_or(0, |last| last + 1);
    taps.truncate(last.max(leading));
}

/// The mean square of all samples around an offset.
fn mean_square<'a>(records: impl Iterator<Item = &'a [f64]> + Clone, offset: f64) -> f64 {
    let count: usize = records.clone().map(<[f64]>::len).sum();
    records.flatten().map(|x| (x - offset).powi(2)).sum::<f64>() / count as f64
}

#[cfg(test)]
mod tests;
