//! Against closed forms, and against every sequence of symbols written out.

mod eyes;
mod limits;
mod sequences;

use super::*;
use crate::signal::Modulation;

/// A link of one sample a symbol, the cursor of 1 first, with Gaussian noise.
pub(super) fn link(modulation: Modulation, later: &[f64], sigma: f64) -> LinearLink {
    let count = modulation.levels();
    let levels: Vec<f64> = (0..count as u8).map(|index| modulation.level(index)).collect();
    let values = [&[1.0], later].concat();
    LinearLink {
        modulation,
        thresholds: levels.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect(),
        levels,
        pulse: Pulse { values, cursor: 0, samples_per_symbol: 1 },
        feedback: vec![],
        aggressors: vec![],
        noise: ByPhase::same(vec![Gaussian { weight: 1.0, sigma }]),
        distortion: ByPhase::NONE,
        jitter: EdgeJitter::NONE,
        filter: None,
        bends: ByPhase::NONE,
        joints: ByPhase::NONE,
        slopes: ByPhase::NONE,
        swell: ByPhase::NONE,
        swell_joints: ByPhase::NONE,
        timing: Timing::STILL,
    }
}

/// Whether two numbers agree to a part of the second.
#[track_caller]
pub(super) fn close(found: f64, exact: f64, tolerance: f64) {
    assert!((found / exact - 1.0).abs() < tolerance, "{found:e} is not {exact:e}");
}
