//! What a link gives beyond the superposition of its symbols.

use super::statistical::PHASES;
use crate::analysis::statistical::{ByPhase, Pulse, SymbolTable};
use crate::parallel;
use crate::signal::Symbols;

/// What records have beyond the superposition of pulses, by phase and by the level decided on: what
/// single symbols do, and the rest.
pub(super) fn beyond(
    pulse: &Pulse,
    symbols: &[Symbols],
    outputs: &[Vec<f64>],
) -> (ByPhase<SymbolTable>, ByPhase<Vec<f64>>) {
    let sent: Vec<Vec<f64>> = symbols.iter().map(Symbols::levels).collect();
    // Symbols before the one decided on, by lag: as many as the pulse is long, at any phase.
    let least = -((pulse.cursor / PHASES) as isize) - 1;
    let lags = pulse.values.len().div_ceil(PHASES) + 2;
    let pairs = parallel::map(lags, || (), |(), at| pairs(symbols, least + at as isize));
    let phases = parallel::map(
        PHASES,
        || (),
        |(), column| {
            let offset = column as isize - (PHASES / 2) as isize;
            let first = pulse.cursor as isize + offset;
            let taps: Vec<f64> = (first.rem_euclid(PHASES as isize) as usize..pulse.values.len())
                .step_by(PHASES)
                .map(|at| pulse.values[at])
                .collect();
            // Symbols from the decided one to the first tap's, which are later ones.
            let ahead = first.div_euclid(PHASES as isize);
            let rests: Vec<Vec<f64>> = sent
                .iter()
                .zip(outputs)
                .map(|(levels, output)| {
                    let count = levels.len() as isize;
                    let rest = |n: isize| {
                        let at = (n * PHASES as isize + offset).rem_euclid(output.len() as isize);
                        let linear: f64 = taps
                            .iter()
                            .enumerate()
                            .map(|(m, tap)| {
                                tap * levels[(n + ahead - m as isize).rem_euclid(count) as usize]
                            })
                            .sum();
                        output[at as usize] - linear
                    };
                    (0..count).map(rest).collect()
                })
                .collect();
            let pairs = &pairs[(-ahead - least) as usize..][..taps.len()];
            split(symbols, pairs, rests, -ahead)
        },
    );
    let (tables, rests) = phases.into_iter().unzip();
    (ByPhase { phases: tables }, ByPhase { phases: rests })
}

/// For each symbol of records, its level and that of the one `lag` before it, as one number.
pub(super) fn pairs(symbols: &[Symbols], lag: isize) -> Vec<u16> {
    let of_record = |symbols: &Symbols| -> Vec<u16> {
        let levels = symbols.modulation().levels() as u16;
        let mut others = symbols.values().to_vec();
        let turn = lag.rem_euclid(others.len() as isize) as usize;
        others.rotate_right(turn);
        let here = symbols.values().iter().zip(others);
        here.map(|(a, b)| u16::from(*a) * levels + u16::from(b)).collect()
    };
    symbols.iter().flat_map(of_record).collect()
}

/// Splits the rests of records, one for each symbol, into what single symbols do, from the one `first` before the one
/// decided on to earlier ones, and what is left. `pairs` are those of each of these symbols.
pub(super) fn split(
    symbols: &[Symbols],
    pairs: &[Vec<u16>],
    mut rests: Vec<Vec<f64>>,
    first: isize,
) -> (Vec<SymbolTable>, Vec<Vec<f64>>) {
    let levels = symbols[0].modulation().levels();
    let mut tables = vec![SymbolTable { first, rows: Vec::with_capacity(pairs.len()) }; levels];
    for (lag, pairs) in (first..).zip(pairs) {
        let mut means = vec![0.0; levels * levels];
        let mut counts = vec![0.0; levels * levels];
        for (&pair, rest) in pairs.iter().zip(rests.iter().flatten()) {
            means[usize::from(pair)] += rest;
            counts[usize::from(pair)] += 1.0;
        }
        for (means, counts) in means.chunks_mut(levels).zip(counts.chunks(levels)) {
            // The mean of the level decided on is no other symbol's; pairs that are missing add
            // nothing.
            let mean = means.iter().sum::<f64>() / counts.iter().sum::<f64>().max(1.0);
            for (sum, &count) in means.iter_mut().zip(counts) {
                *sum = if lag == 0 || count == 0.0 { 0.0 } else { *sum / count - mean };
            }
        }
        for (&pair, rest) in pairs.iter().zip(rests.iter_mut().flatten()) {
            *rest -= means[usize::from(pair)];
        }
        for (table, row) in tables.iter_mut().zip(means.chunks(levels)) {
            table.rows.push(row.to_vec());
        }
    }
    let mut by_level = vec![Vec::new(); levels];
    for (value, rest) in symbols.iter().flat_map(Symbols::values).zip(rests.into_iter().flatten()) {
        by_level[usize::from(*value)].push(rest);
    }
    (tables, by_level)
}
