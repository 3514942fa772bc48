//! Continuous-wave laser: the light that a modulator is fed with.

use num_complex::Complex64;

use crate::engine::{Ops, Reading, Stateful};
use crate::kernel::rng::Stream;
use crate::signal::Field;
use crate::unit::{DecibelMilliwatts, DecibelsPerHertz, Hertz, check};
use crate::{Error, Result};

/// A continuous-wave laser in front of a modulator.
///
/// # Formula
/// `E(t) = sqrt(P (1 + r(t))) exp(j phi(t))`; `r` is white with the one-sided density
/// `10^(RIN/10)`, and `phi` a random walk whose steps over `dt` have the variance
/// `2 pi linewidth dt`.
///
/// # Assumptions
/// Intensity noise is white over the simulated band: no relaxation peak. The walk of the phase is
/// a Brownian bridge that ends where it began, because records are periodic, in steps of 8 samples. A lossless modulator and its laser commute, so
/// the laser acts on the modulated field.
///
/// # References
/// Agrawal, *Fiber-Optic Communication Systems*, 4th ed., section 3.3.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct CwLaser {
    /// Power into the modulator.
    pub power: DecibelMilliwatts,
    /// Relative intensity noise.
    pub rin: DecibelsPerHertz,
    /// Full width of the line at half its maximum; zero for a steady phase.
    pub linewidth: Hertz,
}

impl CwLaser {
    /// Feeds a modulator whose field transmission the operations give so far.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    pub fn feed(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        self.check()?;
        let ops = intensity_noise(ops, "rin", self.power.in_watts(), self.rin.linear());
        Ok(phase_noise(ops, self.linewidth.0))
    }

    /// Checks all parameters.
    pub(super) fn check(&self) -> Result<()> {
        check::within("power", self.power, &(DecibelMilliwatts(-100.0)..=DecibelMilliwatts(40.0)))?;
        check::within("rin", self.rin, &(DecibelsPerHertz(-400.0)..=DecibelsPerHertz(-100.0)))?;
        check::not_negative("linewidth", self.linewidth).map(drop)
    }
}

/// Lets the phase of light walk, by a line of this width in hertz.
pub(super) fn phase_noise(ops: Ops<Field>, linewidth: f64) -> Ops<Field> {
    if linewidth > 0.0 { ops.stateful("phase", PhaseWalk { linewidth }) } else { ops }
}

/// Multiplies light by a power whose relative fluctuation is white, of a one-sided density per
/// hertz. `source` names the fluctuation within the stage.
pub(super) fn intensity_noise(
    ops: Ops<Field>,
    source: &str,
    power: f64,
    density: f64,
) -> Ops<Field> {
    let name = source.to_owned();
    let amplitude = density.sqrt();
    ops.demand(move |grid| {
        let variance = 0.5 * density * grid.sample_rate();
        if variance > 0.05 {
            let band = Hertz(0.5 * grid.sample_rate());
            return Err(Error::unsupported(format!(
                "`{name}` of {:.1} dB/Hz over the simulated {band} is {:.0} % of the power: too much \
                 for a small fluctuation",
                10.0 * density.log10(),
                100.0 * variance.sqrt()
            )));
        }
        Ok(Vec::new())
    })
    .noisy_map(source, move |e, n| e * (power * (1.0 + amplitude * n).max(0.0)).sqrt())
}

/// Samples that a step of the phase's walk takes: its noise is white up to some ten gigahertz,
/// where a line of megahertz has nothing left.
const STRETCH: usize = 8;

/// The random walk of a laser's phase.
#[derive(Debug)]
struct PhaseWalk {
    linewidth: f64,
}

impl Stateful<Complex64> for PhaseWalk {
    fn run(&self, samples: &mut [Complex64], dt: f64, normals: Option<&mut Stream>) {
        let Some(normals) = normals else { return };
        let step = (std::f64::consts::TAU * self.linewidth * dt).sqrt();
        // A Brownian bridge of steps of a few samples: with so many steps left, each leads one
        // part of them back to 0. Within a step the phase runs straight.
        let mut phase = 0.0;
        let mut phasor = Complex64::ONE;
        let mut left = samples.len() as f64;
        for stretch in samples.chunks_mut(STRETCH) {
            let count = stretch.len() as f64;
            let part = count / left;
            let turn = step * (count * (1.0 - part)).sqrt() * normals.sample() - phase * part;
            let rotation = Complex64::from_polar(1.0, turn / count);
            for sample in stretch {
                *sample *= phasor;
                phasor *= rotation;
            }
            phase += turn;
            left -= count;
        }
    }

    fn reading(&self, _: &[Complex64], _: f64) -> Reading {
        Reading::NoisyGain(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn light(laser: &CwLaser, grid: Grid, seed: u64) -> Waveform<Field> {
        let plan =
            Link::optical().then_ops("laser", |ops| laser.feed(ops)).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let unit = Waveform::new(grid, vec![Complex64::ONE; grid.len()]).unwrap();
        plan.run(&unit, Seed(seed), &mut workspace).clone()
    }

    #[test]
    fn intensity_noise_has_its_density() {
        let grid = Grid::new(50.0.gbaud(), 8, 1 << 14).unwrap();
        let laser = CwLaser { power: 10.0.dbm(), rin: (-136.0).db_per_hz(), linewidth: 0.0.hz() };
        let power = light(&laser, grid, 1).power();
        let mean = power.iter().sum::<f64>() / power.len() as f64;
        let variance =
            power.iter().map(|p| (p / mean - 1.0).powi(2)).sum::<f64>() / power.len() as f64;
        let expected = 10f64.powf(-13.6) * 0.5 * grid.sample_rate();
        // The variance of N normals is known to sqrt(2 / N).
        assert!((variance / expected - 1.0).abs() < 4.0 * (2.0 / power.len() as f64).sqrt());
        assert!((mean / 0.01 - 1.0).abs() < 4.0 * (expected / power.len() as f64).sqrt());
    }

    #[test]
    fn the_phase_walks_with_the_linewidth_and_the_record_closes() {
        let grid = Grid::new(50.0.gbaud(), 8, 1 << 14).unwrap();
        let laser = CwLaser { power: 0.0.dbm(), rin: (-400.0).db_per_hz(), linewidth: 10.0.mhz() };
        let field = light(&laser, grid, 2);
        let samples = field.samples();
        let turns: Vec<f64> = (0..samples.len())
            .step_by(STRETCH)
            .map(|n| (samples[(n + STRETCH) % samples.len()] * samples[n].conj()).arg())
            .collect();
        let variance = turns.iter().map(|t| t * t).sum::<f64>() / turns.len() as f64;
        let expected = std::f64::consts::TAU * 10e6 * STRETCH as f64 * grid.dt();
        assert!((variance / expected - 1.0).abs() < 4.0 * (2.0 / turns.len() as f64).sqrt());
        assert!(turns.iter().sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn rin_too_large_for_the_band_is_refused() {
        let laser = CwLaser { power: 0.0.dbm(), rin: (-110.0).db_per_hz(), linewidth: 0.0.hz() };
        let grid = Grid::new(50.0.gbaud(), 32, 64).unwrap();
        let link = Link::optical().then_ops("laser", |ops| laser.feed(ops)).unwrap();
        let error = link.plan(grid).unwrap_err();
        assert!(error.is_unsupported(), "{error}");
    }
}
