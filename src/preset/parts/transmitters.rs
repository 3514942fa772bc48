//! Transmitters by class: they differ in their filters alone.
//!
//! Ahead of a receiver that decides, a transmitter has moderate taps, and the receiver adapts.
//! Ahead of optics that decide nothing, a host opens the eye at the driver, as what is distorted
//! there no receiver undoes: its taps are the least-squares ones for the pulse at the end of its
//! own channel, in steps of 0.005, or those that an operator set.

use super::Rate;
use crate::transceiver::{Edge, Jitter, Transmitter};
use crate::unit::Literals;

/// A transmitter that sends symbols as they are.
pub(super) fn unfiltered(rate: Rate) -> Transmitter {
    Transmitter {
        swing: 826.0.mv(),
        edge: Edge::RiseTime(rate.of(7.5.ps(), 4.0.ps())),
        fir: vec![1.0],
        dac_bits: Some(7),
        level_mismatch: 0.95,
        sndr: Some(33.0.db()),
        jitter: Jitter {
            random: 10.0.mui(),
            dual_dirac: 20.0.mui(),
            even_odd: 0.0.ui(),
            sinusoidal: None,
        },
    }
}

/// A transmitter ahead of a receiver that decides: over a board, over copper, from a DSP into its
/// driver.
pub fn retimer_transmitter(rate: Rate) -> Transmitter {
    Transmitter { fir: vec![-0.08, 0.84, -0.08], ..unfiltered(rate) }
}

/// A host's transmitter ahead of a module that decides nothing.
pub fn host_transmitter(rate: Rate) -> Transmitter {
    // Taps that an operator set for a linear module, over their sum of 154.
    let set = [-2.0, 7.0, -27.0, 94.0, -13.0, -11.0].map(|tap| tap / 154.0);
    let fir = rate.of(set.to_vec(), vec![-0.015, 0.055, -0.175, 0.525, -0.23]);
    Transmitter { fir, ..unfiltered(rate) }
}

/// A host's transmitter ahead of optics beside its package.
pub fn near_transmitter(rate: Rate) -> Transmitter {
    let fir =
        rate.of(vec![0.0, 0.0, -0.035, 0.725, -0.24], vec![-0.005, 0.025, -0.125, 0.62, -0.225]);
    Transmitter { fir, ..unfiltered(rate) }
}

/// A host's transmitter ahead of optics within its package.
pub fn short_transmitter(rate: Rate) -> Transmitter {
    let fir = rate.of(vec![0.0, 0.0, -0.015, 0.83, -0.155], vec![0.0, 0.0, -0.04, 0.75, -0.21]);
    Transmitter { fir, ..unfiltered(rate) }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use num_complex::Complex64;

    use super::*;
    use crate::device::Channel;
    use crate::kernel::solve::Cholesky;
    use crate::preset::parts;

    /// Samples a symbol, and symbols, of a pulse.
    const OVERSAMPLING: usize = 8;
    const SYMBOLS: usize = 64;

    /// Symbols of a pulse ahead of its cursor and behind it that count.
    const AHEAD: usize = 20;
    const BEHIND: usize = 40;

    /// Taps ahead of the main one, and all of them.
    const CURSOR: usize = 3;
    const TAPS: usize = 5;

    /// The steps of taps, which leave their sum at 1.
    const STEP: f64 = 0.005;

    /// The periodic pulse response of a transmitter without filter and a channel.
    fn pulse(transmitter: &Transmitter, channel: &Channel, rate: Rate) -> Vec<f64> {
        let Edge::RiseTime(edge) = transmitter.edge else { panic!("an edge is a time") };
        let cascade = channel.cascade().unwrap();
        let fb = rate.symbol_rate().0;
        let len = OVERSAMPLING * SYMBOLS;
        let response: Vec<Complex64> = (1..len / 2)
            .map(|k| {
                let x = k as f64 / SYMBOLS as f64;
                let sinc = (PI * x).sin() / (PI * x);
                let edge = (-2.0 * (PI * x * fb * edge.0 / 1.6832).powi(2)).exp();
                cascade.transfer(x * fb) * sinc * edge
            })
            .collect();
        let direct = cascade.transfer(0.0).re;
        (0..len)
            .map(|n| {
                let turn = |k: usize| Complex64::cis(2.0 * PI * (k * n % len) as f64 / len as f64);
                let sum: f64 =
                    response.iter().enumerate().map(|(k, h)| 2.0 * (h * turn(k + 1)).re).sum();
                (direct + sum) / SYMBOLS as f64
            })
            .collect()
    }

    /// The taps that leave the least of a pulse beside its cursor, of sum 1, and what they leave.
    fn least_squares(pulse: &[f64], phase: usize) -> (f64, Vec<f64>) {
        let at = |n: isize| {
            let inside = (-(AHEAD as isize)..BEHIND as isize).contains(&n);
            let sample = phase as isize + OVERSAMPLING as isize * n;
            if inside { pulse[sample.rem_euclid(pulse.len() as isize) as usize] } else { 0.0 }
        };
        let shifted = |tap: usize| -> Vec<f64> {
            let shift = tap as isize - CURSOR as isize;
            (-(AHEAD as isize)..BEHIND as isize).map(|n| at(n - shift)).collect()
        };
        let columns: Vec<Vec<f64>> = (0..TAPS).map(shifted).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let matrix: Vec<f64> =
            columns.iter().flat_map(|a| columns.iter().map(|b| dot(a, b))).collect();
        let wanted: Vec<f64> = columns.iter().map(|column| column[AHEAD]).collect();
        let mut taps = wanted.clone();
        Cholesky::new(matrix, TAPS).unwrap().solve(&mut taps);
        let left = 1.0 - dot(&taps, &wanted);
        let sum: f64 = taps.iter().map(|tap| tap.abs()).sum();
        (left, taps.iter().map(|tap| tap / sum).collect())
    }

    /// The taps at the phase where they leave least.
    fn trained(channel: &Channel, rate: Rate) -> Vec<f64> {
        let pulse = pulse(&unfiltered(rate), channel, rate);
        let highest = |a: &usize, b: &usize| pulse[*a].total_cmp(&pulse[*b]);
        let peak = (0..pulse.len()).max_by(highest).unwrap();
        let half = OVERSAMPLING / 2;
        let phases = peak + pulse.len() - half..=peak + pulse.len() + half;
        let (_, taps) = phases
            .map(|phase| least_squares(&pulse, phase % pulse.len()))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .unwrap();
        taps
    }

    #[test]
    fn hosts_open_the_eye_at_what_decides_nothing() {
        let far = |rate| parts::host_to_module(rate, parts::linear_host_board(rate));
        let mut cases = vec![(host_transmitter(Rate::G200), far(Rate::G200), Rate::G200)];
        for rate in [Rate::G100, Rate::G200] {
            cases.push((near_transmitter(rate), parts::host_to_neighbor(rate), rate));
            cases.push((short_transmitter(rate), parts::within_package(rate), rate));
        }
        let mut wrong = Vec::new();
        for (transmitter, channel, rate) in cases {
            let trained = trained(&channel, rate);
            let apart = |(a, b): (&f64, &f64)| (a - b).abs() > STEP;
            if transmitter.fir.iter().zip(&trained).any(apart) {
                wrong.push(format!("{:.4?} for {trained:.4?}", transmitter.fir));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// An operator's taps ahead of the main one are those of the rule.
    #[test]
    fn the_rule_is_what_an_operator_found() {
        let rate = Rate::G100;
        let channel = parts::host_to_module(rate, parts::linear_host_board(rate));
        let (operator, trained) = (host_transmitter(rate).fir, trained(&channel, rate));
        let apart = |(a, b): (&f64, &f64)| (a - b).abs();
        let most = operator.iter().zip(&trained).take(CURSOR).map(apart).fold(0.0, f64::max);
        assert!(most < 0.03, "{operator:.3?} for {trained:.3?}");
    }
}
