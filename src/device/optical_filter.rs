//! Optical filter: one channel of a multiplexer or demultiplexer, and what its neighbors leave in it.

use std::f64::consts::LN_2;

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::signal::Field;
use crate::unit::{Baud, DecibelMilliwatts, Decibels, Hertz, check};

/// The passband of a multiplexer, demultiplexer or ring for one wavelength.
///
/// # Formula
/// With `x = 2 (f - detuning) / bandwidth`, the power transmitted is `2^-(x^2)` (Gaussian),
/// `2^-(x^2n)` (flat top of order `n`) or `1 / (1 + x^2)` (Lorentzian), times the loss. Neighbors
/// add the power `sum P_i T_i`, with `T_i` the transmission at their distance but at least the
/// isolation.
///
/// # Assumptions
/// Gaussian and flat-top filters have no dispersion; the Lorentzian has the phase of its pole, as
/// the drop port of a ring. Neighbors are so far away that their beat with the signal is beyond the
/// photodiode: their powers add. Their data are taken for white noise of the density that data have
/// at low frequency, `2 / symbol rate` times their variance.
///
/// # References
/// Agrawal, *Fiber-Optic Communication Systems*, 4th ed., section 8.2; Little et al., *Microring
/// resonator channel dropping filters*, J. Lightwave Technol. 15 (1997).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct OpticalFilter {
    /// The form of the passband.
    pub shape: Passband,
    /// Full width at half of the power.
    pub bandwidth: Hertz,
    /// How far the middle of the passband lies above the carrier.
    pub detuning: Hertz,
    /// Loss in the middle of the passband.
    pub loss: Decibels,
    /// How far neighbors are attenuated at most, in the middle of whose bands this one is not.
    pub isolation: Decibels,
    /// The neighbors at the filter's input.
    pub neighbors: Vec<OpticalNeighbor>,
}

/// The form of a passband.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum Passband {
    /// An arrayed waveguide grating.
    Gaussian,
    /// A thin-film filter or a lattice of interferometers.
    FlatTop {
        /// The order; 1 is the Gaussian.
        order: usize,
    },
    /// The drop port of a single ring.
    Lorentzian,
}

/// Light of another wavelength.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct OpticalNeighbor {
    /// How far above the carrier it lies.
    pub offset: Hertz,
    /// Its mean power at the filter's input.
    pub power: DecibelMilliwatts,
    /// Standard deviation of its power over the mean: 0.745 for PAM4 of endless extinction.
    pub depth: f64,
    /// Its symbol rate.
    pub symbol_rate: Baud,
}

impl Passband {
    fn check(self) -> Result<()> {
        if let Self::FlatTop { order } = self {
            check::count("shape.flat-top.order", order, &(1..=20))?;
        }
        Ok(())
    }

    /// The field's transmission at `x` half widths from the middle.
    fn at(self, x: f64) -> Complex64 {
        let gaussian = |x2: f64| Complex64::from((-0.5 * LN_2 * x2).exp());
        match self {
            Self::Gaussian => gaussian(x * x),
            Self::FlatTop { order } => gaussian((x * x).powi(order as i32)),
            Self::Lorentzian => Complex64::new(1.0, x).inv(),
        }
    }
}

impl Device for OpticalFilter {
    type In = Field;
    type Out = Field;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        let shape = self.shape;
        shape.check()?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let detuning = check::finite("detuning", self.detuning)?;
        let loss = check::not_negative("loss", self.loss)?;
        let isolation = check::not_negative("isolation", self.isolation)?;
        let transmission = Decibels(-loss).amplitude();
        let half_widths = move |f: f64| 2.0 * (f - detuning) / bandwidth;

        let (mut leaked, mut density) = (0.0, 0.0);
        for neighbor in &self.neighbors {
            let offset = check::finite("neighbors.offset", neighbor.offset)?;
            let powers = DecibelMilliwatts(-100.0)..=DecibelMilliwatts(40.0);
            check::within("neighbors.power", neighbor.power, &powers)?;
            let depth = check::within("neighbors.depth", neighbor.depth, &(0.0..=1.0))?;
            let rate = check::positive("neighbors.symbol-rate", neighbor.symbol_rate)?;
            let passed = shape.at(half_widths(offset)).norm_sqr().max(Decibels(-isolation).power());
            let power = neighbor.power.in_watts() * passed * Decibels(-loss).power();
            leaked += power;
            density += 2.0 / rate * (depth * power).powi(2);
        }
        let ops = ops.lti(move |f| transmission * shape.at(half_widths(f.0)));
        if self.neighbors.is_empty() {
            return Ok(ops);
        }
        let amplitude = density.sqrt();
        Ok(ops.noisy_map("neighbors", move |e: Complex64, n| {
            let own = e.norm_sqr();
            // Not `max`, which would make light of what is not a number.
            let power = own + leaked + amplitude * n;
            let power = if power < 0.0 { 0.0 } else { power };
            if own > 0.0 { e * (power / own).sqrt() } else { Complex64::from(power.sqrt()) }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::rng::Seed;
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn filter(shape: Passband) -> OpticalFilter {
        OpticalFilter {
            shape,
            bandwidth: 100.0.ghz(),
            detuning: 0.0.ghz(),
            loss: 1.5.db(),
            isolation: 40.0.db(),
            neighbors: Vec::new(),
        }
    }

    /// Loss of a tone in decibels at a distance from the carrier, by a record of four turns.
    fn loss(filter: &OpticalFilter, gigahertz: f64) -> f64 {
        let grid = Grid::new((2.0 * gigahertz.abs()).gbaud(), 8, 8).unwrap();
        let turn = gigahertz.signum() * std::f64::consts::TAU / 16.0;
        let tone = (0..grid.len()).map(|n| Complex64::from_polar(1.0, turn * n as f64)).collect();
        let plan = Link::optical().then("filter", filter).unwrap().plan(grid).unwrap();
        let light = Waveform::new(grid, tone).unwrap();
        -10.0 * plan.run(&light, Seed(1), &mut plan.workspace()).power()[7].log10()
    }

    #[test]
    fn passbands_have_their_closed_forms() {
        let half = 10.0 * 2f64.log10();
        for shape in [Passband::Gaussian, Passband::FlatTop { order: 4 }, Passband::Lorentzian] {
            for sign in [-1.0, 1.0] {
                assert!((loss(&filter(shape), 50.0 * sign) - 1.5 - half).abs() < 1e-9, "{shape:?}");
            }
        }
        assert!((loss(&filter(Passband::Gaussian), 25.0) - 1.5 - 0.25 * half).abs() < 1e-9);
        let flat = filter(Passband::FlatTop { order: 4 });
        assert!((loss(&flat, 25.0) - 1.5 - half / 256.0).abs() < 1e-9);
        let ring = loss(&filter(Passband::Lorentzian), 150.0);
        assert!((ring - 1.5 - 10.0).abs() < 1e-9, "{ring}");
    }

    #[test]
    fn a_detuned_filter_takes_more_of_one_side_band() {
        let detuned = OpticalFilter { detuning: 20.0.ghz(), ..filter(Passband::Gaussian) };
        let there = |f| loss(&detuned, f) - 1.5;
        let half = 10.0 * 2f64.log10();
        assert!((there(30.0) - half * 0.04).abs() < 1e-9);
        assert!((there(-30.0) - half).abs() < 1e-9);
    }

    /// A neighbor of 0 dBm through a Lorentzian ten half widths away leaves 1/101 of its power,
    /// one beyond the isolation that. The variance of 2^17 values is known to 0.4 %.
    #[test]
    fn neighbors_add_their_power_and_its_noise() {
        let neighbor = OpticalNeighbor {
            offset: 500.0.ghz(),
            power: 0.0.dbm(),
            depth: 0.5,
            symbol_rate: 50.0.gbaud(),
        };
        let far = OpticalNeighbor { offset: (-50.0).thz(), depth: 0.0, ..neighbor };
        let demultiplexer = OpticalFilter {
            loss: 0.0.db(),
            neighbors: vec![neighbor, far],
            ..filter(Passband::Lorentzian)
        };
        let grid = Grid::new(50.0.gbaud(), 4, 1 << 15).unwrap();
        let plan = Link::optical().then("demux", &demultiplexer).unwrap().plan(grid).unwrap();
        let light = Waveform::new(grid, vec![Complex64::from(0.1); grid.len()]).unwrap();
        let power = plan.run(&light, Seed(2), &mut plan.workspace()).power();
        let n = power.len() as f64;
        let mean = power.iter().sum::<f64>() / n;
        let variance = power.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / n;
        let leaked = 1e-3f64 / 101.0;
        let expected = 2.0 / 50e9 * (0.5 * leaked).powi(2) * 0.5 * grid.sample_rate();
        assert!((mean - 0.01 - leaked - 1e-7).abs() < 4.0 * (expected / n).sqrt());
        assert!((variance / expected - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "{variance:e}");
    }
}
