//! The amplitude of light in a ring, by coupled-mode theory.

use num_complex::Complex64;

use crate::engine::{Cubic, Dynamics};
use crate::kernel::sincos::sin_cos;
use crate::signal::Sample;

/// The part of a decay time that one step of the integration takes at most.
const STEP: f64 = 0.15;

/// The largest detuning, in half-widths of the resonance: nothing but the bus is left there.
pub(super) const FAR: f64 = 1e3;

/// Classes that the drives of a record are sorted into when its heat is found.
const CLASSES: usize = 256;

/// A ring on a bus, its detuning in units of the decay rate.
///
/// The state is the field behind the ring over that ahead of it, `y = 1 - j mu a / s`:
/// `dy/dt = (j delta - gamma) (y - 1) - 2 gamma_e`. A step of the integration is exact for a steady
/// detuning; of a moving one it takes the integral exactly, and by Simpson's rule what differs from
/// a steady one: an error of the fourth order, 1e-4 of the light at full swings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resonator {
    /// Decay rate of the amplitude, 1/s.
    pub(super) gamma: f64,
    /// The share of it that couples to the bus.
    pub(super) coupling: f64,
    /// By how many half-widths the light that enters would move the resonance, were it all lost.
    pub(super) heating: f64,
}

impl Resonator {
    /// The field behind the ring over that ahead of it at a steady detuning.
    pub(super) fn field(&self, detuning: f64) -> Complex64 {
        1.0 + 2.0 * self.coupling / Complex64::new(-1.0, detuning)
    }

    /// The power that the ring takes out of the bus at a steady detuning.
    pub(super) fn lost(&self, detuning: f64) -> f64 {
        4.0 * self.coupling * (1.0 - self.coupling) / (1.0 + detuning * detuning)
    }
}

impl Dynamics for Resonator {
    /// Heat turns the resonance red, and so changes what is lost: the first point, coming from a
    /// cold ring, where both agree over the record.
    fn offset(&self, count: usize, drive: &dyn Fn(usize) -> f64) -> f64 {
        if self.heating == 0.0 {
            return 0.0;
        }
        let drives = (0..count).map(drive);
        let (low, high) = drives
            .clone()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), d| (d.min(l), d.max(h)));
        let width = ((high - low) / CLASSES as f64).max(f64::MIN_POSITIVE);
        let mut shares = [0.0; CLASSES];
        for d in drives {
            let class = ((d - low) / width) as usize;
            shares[class.min(CLASSES - 1)] += 1.0 / count as f64;
        }
        let excess = |shift: f64| {
            let lost = shares.iter().enumerate().map(|(class, share)| {
                share * self.lost(low + (class as f64 + 0.5) * width - shift)
            });
            self.heating * lost.sum::<f64>() - shift
        };
        let (mut cold, mut warm) = (0.0, 0.0);
        while warm < self.heating.min(FAR) && excess(warm) > 0.0 {
            (cold, warm) = (warm, warm + 0.1);
        }
        for _ in 0..50 {
            let middle = 0.5 * (cold + warm);
            if excess(middle) > 0.0 { cold = middle } else { warm = middle }
        }
        -warm
    }

    fn rest(&self, drive: f64) -> [f64; 2] {
        self.field(drive).parts()
    }

    fn memory(&self) -> f64 {
        1.0 / self.gamma
    }

    fn advance(&self, [re, im]: [f64; 2], drive: &Cubic, dt: f64) -> [f64; 2] {
        let decays = self.gamma * dt;
        let steps = (decays / STEP).ceil().max(1.0);
        let length = decays / steps;
        let faded = (-0.5 * length).exp();
        let mut z = Complex64::new(re - 1.0, im);
        let mut begun = 0.0;
        for step in 0..steps as usize {
            let middle = drive.integral((step as f64 + 0.5) / steps);
            let end = drive.integral((step as f64 + 1.0) / steps);
            let half = |turn: f64| {
                let (sin, cos) = sin_cos(turn);
                faded * Complex64::new(cos, sin)
            };
            let turn = decays * (end - begun);
            let even = half(0.5 * turn);
            let whole = even * even;
            let steady = (whole - 1.0) / Complex64::new(-length, turn);
            let uneven = 2.0 / 3.0 * (half(decays * (end - middle)) - even);
            z = whole * z - 2.0 * self.coupling * length * (steady + uneven);
            begun = end;
        }
        [1.0 + z.re, z.im]
    }
}
