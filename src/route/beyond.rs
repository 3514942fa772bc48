//! What a link gives beyond the superposition of its symbols.

use super::statistical::PHASES;
use crate::analysis::statistical::{ByPhase, FOLLOWED, LagTable, PairTable, Pulse};
use crate::parallel;
use crate::signal::Symbols;

/// How many times what chance explains of a record's variance a table of pairs must explain to count.
const LEAST_EXPLAINED: f64 = 2.0;

/// Neighbors that may act together, by how many symbols before the one decided on they are: where
/// they may be strongest first.
const NEIGHBORS: [[isize; 2]; 2 * FOLLOWED - 1] =
    [[1, 2], [-2, -1], [-1, 1], [2, 3], [-3, -2], [3, 4], [-4, -3]];

/// What a link gives beyond the superposition of pulses, by phase and by the level decided on.
pub(super) struct Beyond {
    /// What single symbols do.
    pub(super) bends: ByPhase<LagTable>,
    /// What two of them do together.
    pub(super) joints: ByPhase<PairTable>,
    /// What is left.
    pub(super) rest: ByPhase<Vec<f64>>,
}

/// All of one phase: for each level decided on.
struct OfPhase {
    bends: Vec<LagTable>,
    joints: Vec<PairTable>,
    rest: Vec<Vec<f64>>,
}

impl Beyond {
    /// What records have beyond the superposition of their symbols' pulses.
    pub(super) fn of(pulse: &Pulse, symbols: &[Symbols], outputs: &[Vec<f64>]) -> Self {
        let sent: Vec<Vec<f64>> = symbols.iter().map(Symbols::levels).collect();
        // Symbols before the one decided on, by lag: as many as the pulse is long, at any phase.
        let least = -((pulse.cursor / PHASES) as isize) - 1;
        let lags = pulse.values.len().div_ceil(PHASES) + 2;
        let pairs = parallel::map(lags, || (), |(), at| pairs(symbols, least + at as isize));
        let neighbors = neighbors(symbols);
        let phases = parallel::map(
            PHASES,
            || (),
            |(), column| {
                let offset = column as isize - (PHASES / 2) as isize;
                let first = pulse.cursor as isize + offset;
                let taps: Vec<f64> = (first.rem_euclid(PHASES as isize) as usize
                    ..pulse.values.len())
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
                            let at =
                                (n * PHASES as isize + offset).rem_euclid(output.len() as isize);
                            let linear: f64 = taps
                                .iter()
                                .enumerate()
                                .map(|(m, tap)| {
                                    let symbol = (n + ahead - m as isize).rem_euclid(count);
                                    tap * levels[symbol as usize]
                                })
                                .sum();
                            output[at as usize] - linear
                        };
                        (0..count).map(rest).collect()
                    })
                    .collect();
                let pairs = &pairs[(-ahead - least) as usize..][..taps.len()];
                OfPhase::of(symbols, pairs, rests, -ahead, &neighbors)
            },
        );
        let mut all = Self { bends: ByPhase::NONE, joints: ByPhase::NONE, rest: ByPhase::NONE };
        for OfPhase { bends, joints, rest } in phases {
            all.bends.phases.push(bends);
            all.joints.phases.push(joints);
            all.rest.phases.push(rest);
        }
        all
    }
}

impl OfPhase {
    /// From the rests of records: first what single symbols do, then what neighbors do.
    fn of(
        symbols: &[Symbols],
        pairs: &[Vec<u16>],
        rests: Vec<Vec<f64>>,
        first: isize,
        neighbors: &[Vec<u16>],
    ) -> Self {
        let (bends, rests) = split(symbols, pairs, rests, first);
        let mut rest = rests.concat();
        let joints = join(symbols, neighbors, &mut rest);
        Self { bends, joints, rest: by_level(symbols, rest) }
    }
}

/// For each two of [`NEIGHBORS`], what [`triples`] has of them.
pub(super) fn neighbors(symbols: &[Symbols]) -> Vec<Vec<u16>> {
    NEIGHBORS.iter().map(|[later, earlier]| triples(symbols, *later, *earlier)).collect()
}

/// Takes from the rests of the symbols of records what two neighbors do together, by the level
/// decided on.
pub(super) fn join(
    symbols: &[Symbols],
    neighbors: &[Vec<u16>],
    rest: &mut [f64],
) -> Vec<PairTable> {
    let levels = symbols[0].modulation().levels();
    let mut tables = vec![PairTable { near: near(), across: Vec::new() }; levels];
    for ([later, earlier], groups) in NEIGHBORS.iter().zip(neighbors) {
        let Some(means) = explained(rest, groups, levels, true) else { continue };
        for (value, group) in rest.iter_mut().zip(groups) {
            *value -= means[usize::from(*group)];
        }
        for (table, row) in tables.iter_mut().zip(means.chunks(levels * levels)) {
            if later + 1 == *earlier {
                table.near.rows[place(*later)] = row.to_vec();
            } else {
                table.across = row.to_vec();
            }
        }
    }
    tables
}

/// A table of pairs near the symbol decided on, of which nothing is known yet.
pub(super) fn near() -> LagTable {
    LagTable { first: -(FOLLOWED as isize), rows: vec![Vec::new(); 2 * FOLLOWED] }
}

/// The row of a lag in such a table.
pub(super) fn place(lag: isize) -> usize {
    (lag + FOLLOWED as isize) as usize
}

/// For each symbol of records, its level and those of two others, as one number.
pub(super) fn triples(symbols: &[Symbols], later: isize, earlier: isize) -> Vec<u16> {
    let levels = symbols[0].modulation().levels() as u16;
    let (later, earlier) = (pairs(symbols, later), pairs(symbols, earlier));
    later.iter().zip(earlier).map(|(pair, other)| pair * levels + other % levels).collect()
}

/// The mean of the values of each group; nothing if chance alone might explain as much of their
/// variance. Centered means are those beyond the mean of all values of the level decided on.
///
/// # Formula
/// Of `N` values without any order, `g` groups explain `g / N` of the mean square on average.
pub(super) fn explained(
    values: &[f64],
    groups: &[u16],
    levels: usize,
    is_centered: bool,
) -> Option<Vec<f64>> {
    let mut means = vec![0.0; levels.pow(3)];
    let mut counts = vec![0.0; levels.pow(3)];
    let mut square = 0.0;
    for (value, &group) in values.iter().zip(groups) {
        means[usize::from(group)] += value;
        counts[usize::from(group)] += 1.0;
        square += value * value;
    }
    let mut free = 0.0;
    let mut gain = 0.0;
    for (sums, counts) in means.chunks_mut(levels * levels).zip(counts.chunks(levels * levels)) {
        let count = counts.iter().sum::<f64>();
        let mean = if is_centered { sums.iter().sum::<f64>() / count.max(1.0) } else { 0.0 };
        square -= count * mean * mean;
        if is_centered && count > 0.0 {
            free -= 1.0;
        }
        for (sum, &count) in sums.iter_mut().zip(counts) {
            *sum = if count > 0.0 { *sum / count - mean } else { 0.0 };
            gain += count * *sum * *sum;
            free += f64::from(u8::from(count > 0.0));
        }
    }
    let by_chance = free / values.len() as f64 * (square - gain).max(0.0);
    (gain > LEAST_EXPLAINED * by_chance).then_some(means)
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

/// Splits the rests of records, one for each symbol, into what single symbols do, from the one
/// `first` before the one decided on to earlier ones, and what is left. `pairs` are those of each of
/// these symbols.
pub(super) fn split(
    symbols: &[Symbols],
    pairs: &[Vec<u16>],
    mut rests: Vec<Vec<f64>>,
    first: isize,
) -> (Vec<LagTable>, Vec<Vec<f64>>) {
    let levels = symbols[0].modulation().levels();
    let mut tables = vec![LagTable { first, rows: Vec::with_capacity(pairs.len()) }; levels];
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
    (tables, rests)
}

/// Values of the symbols of records, by the level of each.
pub(super) fn by_level(symbols: &[Symbols], values: Vec<f64>) -> Vec<Vec<f64>> {
    let mut by_level = vec![Vec::new(); symbols[0].modulation().levels()];
    for (symbol, value) in symbols.iter().flat_map(Symbols::values).zip(values) {
        by_level[usize::from(*symbol)].push(value);
    }
    by_level
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::Modulation;

    /// A product of two symbols, in noise three times as large; the error of a mean of 256 values is
    /// 0.02, and 0.1 are five of them.
    #[test]
    fn what_neighbors_do_together_is_found_and_nothing_else() {
        let key = Key::root(Seed(5));
        let records: Vec<Symbols> = (0..4)
            .map(|n| Symbols::random(Modulation::Pam4, 4096, key.indexed(n)).unwrap())
            .collect();
        let mut noise = key.named("noise").stream();
        for (at, [later, earlier]) in NEIGHBORS.into_iter().enumerate() {
            let mut rest = Vec::new();
            for record in &records {
                let levels = record.levels();
                let level = |n: isize| levels[n.rem_euclid(4096) as usize];
                rest.extend(
                    (0..4096).map(|n| level(n - later) * level(n - earlier) + 0.3 * noise.sample()),
                );
            }
            let tables = join(&records, &neighbors(&records), &mut rest);
            let square = rest.iter().map(|x| x * x).sum::<f64>() / rest.len() as f64;
            assert!((square - 0.09).abs() < 0.005, "{square} is left");
            for table in tables {
                let mut rows: Vec<(isize, &Vec<f64>)> =
                    (table.near.first..).zip(&table.near.rows).collect();
                // Where the pair across has its place among the others.
                rows.push((isize::MAX, &table.across));
                let place = if at == 2 { isize::MAX } else { later };
                for (lag, row) in rows {
                    assert_eq!(row.is_empty(), lag != place, "{lag} where {place} was sent");
                }
                let row =
                    if at == 2 { &table.across } else { &table.near.rows[super::place(later)] };
                for (pair, value) in row.iter().enumerate() {
                    let level = |index: usize| Modulation::Pam4.level(index as u8);
                    let exact = level(pair / 4) * level(pair % 4);
                    assert!((value - exact).abs() < 0.1, "{value} is not {exact}");
                }
            }
        }
    }
}
