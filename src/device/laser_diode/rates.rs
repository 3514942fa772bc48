//! The rate equations of carriers and photons.

use crate::engine::{Cubic, Dynamics};

/// The part of the fastest time constant that a step of the integration takes at most.
const STEP: f64 = 0.25;

/// Rate equations, currents in units of the bias above threshold.
///
/// The state is the light and the gain above threshold. Steps are the classic ones of Runge and
/// Kutta, each a quarter of the fastest time constant or less: an error of 8e-6 of what changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// The bias above threshold, in amperes.
    pub(super) unit: f64,
    /// Lifetimes of carriers and photons, in seconds.
    pub(super) carrier: f64,
    pub(super) photon: f64,
    /// How fast a unit of current raises the gain, 1/s.
    pub(super) pull: f64,
    /// By how much a unit of light compresses the gain.
    pub(super) compression: f64,
    /// The share of spontaneous emission that joins the light.
    pub(super) spontaneous: f64,
    /// Threshold current, and the largest current above it.
    pub(super) threshold: f64,
    pub(super) limit: f64,
}

impl Rates {
    pub(super) const MOST_STEPS: usize = 256;

    /// Steps of the integration in `dt`.
    pub(super) fn steps(&self, dt: f64) -> usize {
        // Light overshoots what is steady by up to two.
        let fastest = 1.0 / self.photon + 1.0 / self.carrier + 2.0 * self.pull * self.limit;
        ((dt * fastest / STEP).ceil() as usize).max(1)
    }

    /// The current of the carriers themselves.
    fn own(&self, gain: f64) -> f64 {
        self.threshold + gain / (self.pull * self.carrier)
    }

    fn change(&self, [light, gain]: [f64; 2], drive: f64) -> [f64; 2] {
        let stimulated = (1.0 + gain) * light / (1.0 + self.compression * light);
        [
            (stimulated - light + self.spontaneous * self.own(gain)) / self.photon,
            self.pull * (drive - stimulated) - gain / self.carrier,
        ]
    }
}

impl Dynamics for Rates {
    /// Light that keeps itself up, by bisection between none and all of the current.
    fn rest(&self, drive: f64) -> [f64; 2] {
        let own = |light: f64| {
            (drive - light + self.spontaneous * self.threshold) / (1.0 - self.spontaneous)
        };
        let gain = |light: f64| own(light) * self.pull * self.carrier;
        let (mut low, mut high) = (0.0, (drive + self.threshold).max(0.0));
        for _ in 0..80 {
            let light = 0.5 * (low + high);
            let [growth, _] = self.change([light, gain(light)], drive);
            if growth > 0.0 { low = light } else { high = light }
        }
        let light = 0.5 * (low + high);
        [light, gain(light)]
    }

    fn memory(&self) -> f64 {
        self.carrier.max(self.photon)
    }

    fn advance(&self, mut state: [f64; 2], drive: &Cubic, dt: f64) -> [f64; 2] {
        let steps = self.steps(dt);
        let h = dt / steps as f64;
        let moved = |[a, b]: [f64; 2], by: f64, [da, db]: [f64; 2]| [a + by * da, b + by * db];
        for step in 0..steps {
            let at = |part: f64| drive.at((step as f64 + part) / steps as f64);
            let middle = at(0.5);
            let first = self.change(state, at(0.0));
            let second = self.change(moved(state, 0.5 * h, first), middle);
            let third = self.change(moved(state, 0.5 * h, second), middle);
            let fourth = self.change(moved(state, h, third), at(1.0));
            let mean =
                [0, 1].map(|k| (first[k] + 2.0 * second[k] + 2.0 * third[k] + fourth[k]) / 6.0);
            state = moved(state, h, mean);
        }
        state
    }
}
