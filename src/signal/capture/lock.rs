//! Where in a pattern a record begins.

use num_complex::Complex64;

use crate::kernel::fft::RealFft;
use crate::signal::{Grid, Modulation, Pattern, Symbols};
use crate::{Error, Result};

/// Phases of a unit interval that are correlated with the pattern.
const PHASES: usize = 8;

/// The least correlation coefficient that is a lock. Records of a quaternary eye closed by
/// interference and noise to a symbol error ratio of 0.1 still have 0.8.
const LEAST: f64 = 0.5;

/// The least correlation coefficient with a PRBS that is only guessed. Four levels follow the binary
/// pattern of their more significant bits by 2 / sqrt(5) = 0.894, and by 0.8 any four levels that
/// have these bits.
const LEAST_OF_GUESS: f64 = 0.9;

/// The patterns that a record without symbols is compared with.
const STANDARD: [Pattern; 6] = [
    Pattern::Ssprq,
    Pattern::Prbs(13),
    Pattern::Prbs(15),
    Pattern::Prbs(11),
    Pattern::Prbs(9),
    Pattern::Prbs(7),
];

/// How a record lies in its pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    /// The symbols of the whole record, the first of them that of the record's first samples.
    /// Where the waveform is inverted they are what it shows: the highest level is the highest.
    pub symbols: Symbols,
    /// The pattern's name; `None` if its symbols were stated without one.
    pub pattern: Option<Pattern>,
    /// How many symbols after the start of the pattern the record begins.
    pub shift: usize,
    /// Symbols until the pattern repeats.
    pub period: usize,
    /// The sample of a symbol that follows it most.
    pub phase: usize,
    /// The correlation coefficient of symbols and samples, 0 to 1.
    pub coefficient: f64,
    /// Whether the samples fall where the symbols rise.
    pub inverted: bool,
}

/// Locks a record to the pattern that it is known to hold.
///
/// # Formula
/// The circular correlation of the pattern's levels with every eighth of a unit interval of the
/// record, by transforms at the symbol rate; the largest magnitude wins.
pub(super) fn find(samples: &[f64], grid: &Grid, pattern: &Symbols) -> Result<Lock> {
    let (count, period) = (grid.symbols(), pattern.len());
    if period == 0 || !count.is_multiple_of(period) {
        return Err(Error::data(format!(
            "the record has {count} symbols, which is no multiple of the pattern's {period}"
        )));
    }
    let each = grid.samples_per_symbol();
    let levels = pattern.levels();
    let mean = levels.iter().sum::<f64>() / period as f64;
    let mut sent: Vec<f64> = levels.iter().map(|level| level - mean).collect();
    let energy: f64 = sent.iter().map(|x| x * x).sum();

    let fft = RealFft::new(period);
    let mut scratch = vec![Complex64::ZERO; fft.scratch_len()];
    let mut spectrum = vec![Complex64::ZERO; fft.bins()];
    fft.forward(&mut sent, &mut spectrum, &mut scratch);
    let mut bins = spectrum.clone();
    let mut got = vec![0.0; period];
    let mut best = (0.0f64, 0, 0);
    for phase in (0..each).step_by(each.div_ceil(PHASES)) {
        // All periods of a record add up.
        got.fill(0.0);
        for (n, x) in samples[phase..].iter().step_by(each).enumerate() {
            got[n % period] += x;
        }
        let average = got.iter().sum::<f64>() / period as f64;
        got.iter_mut().for_each(|x| *x -= average);
        let spread: f64 = got.iter().map(|x| x * x).sum();
        fft.forward(&mut got, &mut bins, &mut scratch);
        for (y, a) in bins.iter_mut().zip(&spectrum) {
            *y *= a.conj();
        }
        fft.inverse(&mut bins, &mut got, &mut scratch);
        let scale = period as f64 * (energy * spread).sqrt();
        for (lag, value) in got.iter().enumerate() {
            // A record that does not vary has no correlation with anything.
            let coefficient = if scale > 0.0 { value / scale } else { 0.0 };
            if coefficient.abs() > best.0.abs() {
                best = (coefficient, lag, phase);
            }
        }
    }
    let (coefficient, lag, phase) = best;
    if coefficient.abs() < LEAST {
        return Err(Error::data(format!(
            "no lock: at no shift do the samples follow the pattern of {period} symbols; the \
             largest correlation is {:.2}, and {LEAST} is needed",
            coefficient.abs()
        )));
    }
    let inverted = coefficient < 0.0;
    let shift = (period - lag) % period;
    let top = pattern.modulation().levels() as u8 - 1;
    let values = pattern.values().iter().cycle().skip(shift).take(count);
    let values = values.map(|&value| if inverted { top - value } else { value }).collect();
    let symbols = Symbols::new(pattern.modulation(), values)?;
    let coefficient = coefficient.abs();
    Ok(Lock { symbols, pattern: None, shift, period, phase, coefficient, inverted })
}

/// Locks a record to the standard pattern of its length, in one of some alphabets, that it follows
/// best.
pub(super) fn recognize(samples: &[f64], grid: &Grid, alphabets: &[Modulation]) -> Result<Lock> {
    let count = grid.symbols() as u64;
    let mut best: Option<Lock> = None;
    let mut tried = Vec::new();
    for pattern in STANDARD {
        if !pattern.period().is_some_and(|period| count.is_multiple_of(period)) {
            continue;
        }
        for &modulation in alphabets {
            if pattern == Pattern::Ssprq && modulation != Modulation::Pam4 {
                continue;
            }
            tried.push(format!("{pattern} ({modulation})"));
            let Ok(lock) = find(samples, grid, &super::one_period(pattern, modulation)?) else {
                continue;
            };
            if pattern != Pattern::Ssprq && lock.coefficient < LEAST_OF_GUESS {
                continue;
            }
            if best.as_ref().is_none_or(|best| lock.coefficient > best.coefficient) {
                best = Some(Lock { pattern: Some(pattern), ..lock });
            }
        }
    }
    best.ok_or_else(|| {
        Error::data(if tried.is_empty() {
            format!(
                "the record has {count} symbols, as no standard pattern has: state its symbols or \
                 its pattern"
            )
        } else {
            format!(
                "no lock: the samples follow none of {}: state the symbols or the pattern",
                tried.join(", ")
            )
        })
    })
}
