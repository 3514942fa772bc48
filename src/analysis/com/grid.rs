//! The settings of the transmitter's equalizer, in lines along one of its taps.

use super::parameters::{FfeGrid, Sweep};

/// Every setting of the transmitter's equalizer.
#[derive(Debug)]
pub(super) struct Grid {
    /// Taps of a setting.
    pub(super) taps: usize,
    /// Which of them is the main one.
    pub(super) main: usize,
    /// Values of each tap but the main one, which has none.
    pub(super) values: Vec<Vec<f64>>,
    /// The tap that varies along a line.
    pub(super) along: usize,
    pub(super) lines: Vec<Line>,
}

/// Settings that differ in one tap.
#[derive(Debug)]
pub(super) struct Line {
    /// The taps where the one that varies is 0.
    pub(super) base: Vec<f64>,
    /// The values of the one that varies.
    pub(super) values: Vec<f64>,
}

impl Grid {
    pub(super) fn new(ffe: &FfeGrid) -> Self {
        let main = ffe.pre.len();
        let pre = ffe.pre.iter().rev().map(Sweep::values);
        let post = ffe.post.iter().map(Sweep::values);
        let values: Vec<Vec<f64>> = pre.chain([Vec::new()]).chain(post).collect();
        let along = (0..values.len()).max_by_key(|&tap| values[tap].len()).unwrap_or(main);
        let mut bases = vec![vec![0.0; values.len()]];
        for tap in (0..values.len()).filter(|&tap| tap != main && tap != along) {
            let with = |base: &Vec<f64>, value: f64| {
                let mut taps = base.clone();
                taps[tap] = value;
                taps
            };
            bases = bases
                .iter()
                .flat_map(|base| values[tap].iter().map(move |&value| with(base, value)))
                .collect();
        }
        let line = |mut base: Vec<f64>| {
            let rest = 1.0 - base.iter().map(|tap| tap.abs()).sum::<f64>();
            base[main] = rest;
            let all: &[f64] = if along == main { &[0.0] } else { &values[along] };
            // A sum of steps may miss the bound by a rounding error.
            let strong = |value: &&f64| rest - value.abs() > ffe.least_main - 1e-9;
            let values: Vec<f64> = all.iter().filter(strong).copied().collect();
            (!values.is_empty()).then_some(Line { base, values })
        };
        let lines = bases.into_iter().filter_map(line).collect();
        Self { taps: values.len(), main, values, along, lines }
    }

    /// Writes the taps of a setting.
    pub(super) fn fill(&self, line: &Line, value: f64, taps: &mut [f64]) {
        taps.copy_from_slice(&line.base);
        if self.along != self.main {
            taps[self.along] = value;
            taps[self.main] -= value.abs();
        }
    }
}

/// `sum_i c[i] c[i + lag]`, twice for every lag but 0: with the autocorrelation of a pulse, the
/// energy behind the equalizer.
pub(super) fn correlation(taps: &[f64], out: &mut [f64]) {
    for (lag, out) in out.iter_mut().enumerate() {
        let sum: f64 = taps.iter().zip(&taps[lag..]).map(|(a, b)| a * b).sum();
        *out = if lag == 0 { sum } else { 2.0 * sum };
    }
}
