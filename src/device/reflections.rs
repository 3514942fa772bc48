//! Optical reflections: light that comes back twice interferes with the signal.

use std::f64::consts::TAU;

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::kernel::rng::Stream;
use crate::response::dielectric::LIGHT_SPEED;
use crate::signal::Field;
use crate::unit::{Decibels, Meters, check};

/// Pairs of reflecting joints around a span, and the light that they throw back and forth:
/// multipath interference.
///
/// # Formula
/// For each pair `H = 1 + sqrt(R1 R2) T a exp(j psi) exp(-j w tau)`, with `R` the reflectances, `T`
/// the power that one passage between them leaves, `tau = 2 n L / c`, and `a` the amplitude that
/// has the signal's polarization. The phase `psi` is uniform over records. A photodiode then has
/// the beat `2 sqrt(R1 R2) T a sqrt(P(t) P(t - tau)) cos(psi)`.
///
/// # Assumptions
/// Phases drift too slowly to be seen within a record and far enough to be independent from one to
/// the next. What the laser's phase has walked within `tau` comes by itself, since the delayed
/// light carries the phase of its own time; a delay longer than the record wraps around it.
/// Joints have no color; the dispersion of the extra way is left out, and so is what the joints
/// themselves take from the signal. The interferer takes one detour; several make products that
/// are smaller by another pair of reflectances.
///
/// # References
/// Gimlett and Cheung, *Effects of phase-to-intensity noise conversion by multiple reflections on
/// gigabit-per-second DFB laser transmission systems*, J. Lightwave Technol. 7 (1989).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Reflections {
    /// Polarization of what comes back.
    pub polarization: Polarization,
    /// Refractive index of the group between the joints.
    pub index: f64,
    /// The pairs, each a joint and one farther on.
    pub pairs: Vec<ReflectionPair>,
}

/// How polarizations of two lights lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Polarization {
    /// The same: the worst case.
    Aligned,
    /// Any, anew for each record: the share of power in the signal's polarization is uniform.
    Random,
}

/// Two joints that reflect.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ReflectionPair {
    /// Reflectance of one joint, such as -35 dB.
    pub first: Decibels,
    /// Reflectance of the other.
    pub second: Decibels,
    /// Loss from one to the other, once.
    pub loss: Decibels,
    /// Length from one to the other.
    pub distance: Meters,
}

impl Device for Reflections {
    type In = Field;
    type Out = Field;

    fn lower(&self, mut ops: Ops<Field>) -> Result<Ops<Field>> {
        let index = check::within("index", self.index, &(1.0..=5.0))?;
        let polarization = self.polarization;
        for (number, pair) in self.pairs.iter().enumerate() {
            let reflectance = Decibels(-200.0)..=Decibels(0.0);
            let first = check::within("pairs.first", pair.first, &reflectance)?;
            let second = check::within("pairs.second", pair.second, &reflectance)?;
            let loss = check::not_negative("pairs.loss", pair.loss)?;
            let longest = Meters(0.0)..=Meters(1e5);
            let distance = check::within("pairs.distance", pair.distance, &longest)?;
            let amplitude = Decibels(0.5 * (first + second) - loss).power();
            let delay = 2.0 * index * distance / LIGHT_SPEED;
            ops = ops.random_lti(
                &format!("pair-{}", number + 1),
                move |stream| match stream {
                    Some(stream) => amplitude * polarization.interferer(stream),
                    None => Complex64::ZERO,
                },
                move |a, f| 1.0 + a * Complex64::from_polar(1.0, -TAU * (f.0 * delay).fract()),
            );
        }
        Ok(ops)
    }
}

impl Polarization {
    /// An interferer of amplitude 1 and any phase, as far as it has the signal's polarization.
    fn interferer(self, stream: &mut Stream) -> Complex64 {
        let phase = TAU * stream.uniform();
        let share = match self {
            Self::Aligned => 1.0,
            Self::Random => stream.uniform(),
        };
        Complex64::from_polar(share.sqrt(), phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::CwLaser;
    use crate::engine::Link;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn pair(reflectance: f64, meters: f64) -> ReflectionPair {
        ReflectionPair {
            first: reflectance.db(),
            second: reflectance.db(),
            loss: 0.0.db(),
            distance: meters.meters(),
        }
    }

    fn reflections(pairs: Vec<ReflectionPair>) -> Reflections {
        Reflections { polarization: Polarization::Aligned, index: 1.468, pairs }
    }

    /// Relative deviation of steady light's power, of each of many records.
    fn beats(device: &Reflections, records: u64) -> Vec<f64> {
        let grid = Grid::new(50.0.gbaud(), 4, 4).unwrap();
        let plan = Link::optical().then("mpi", device).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let light = Waveform::new(grid, vec![Complex64::ONE; grid.len()]).unwrap();
        (0..records)
            .map(|record| {
                let key = Key::root(Seed(21)).indexed(record);
                plan.run(&light, key, &mut workspace).power()[3] - 1.0
            })
            .collect()
    }

    fn moment(values: &[f64], power: i32) -> f64 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / values.len() as f64
    }

    /// Two joints of -26 dB: 0.030 of the inner half eye, a sixth of the highest power, which is
    /// twice the mean. The power of the interferer itself, 6e-6, is left out there.
    #[test]
    fn the_peak_of_the_beat_is_the_published_one() {
        let beats = beats(&reflections(vec![pair(-26.0, 100.0)]), 4000);
        let peak = beats.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        assert!((6.0 * peak - 0.0301).abs() < 1e-4, "{}", 6.0 * peak);
        let weaker = reflections(vec![ReflectionPair { loss: 3.0.db(), ..pair(-26.0, 100.0) }]);
        let peak_behind_loss = self::beats(&weaker, 4000).iter().copied().fold(0.0, f64::max);
        assert!((peak_behind_loss / peak - 10f64.powf(-0.3)).abs() < 2e-3);
    }

    /// Variance `2 R1 R2` and the arcsine distribution. Of 4000 records, the mean of `cos^2` is
    /// known to 1.1 %, of which four are allowed; the largest distance of distributions stays below
    /// `1.63 / sqrt(4000)` in 99 of 100 cases.
    #[test]
    fn one_pair_has_the_arcsine_statistics() {
        let n = 4000;
        let beats = beats(&reflections(vec![pair(-26.0, 100.0)]), n);
        let ratio = 10f64.powf(-2.6);
        let variance = moment(&beats, 2);
        assert!((variance / (2.0 * ratio * ratio) - 1.0).abs() < 0.045, "{variance:e}");
        let mut cosines: Vec<f64> =
            beats.iter().map(|x| ((x - ratio * ratio) / (2.0 * ratio)).clamp(-1.0, 1.0)).collect();
        cosines.sort_by(f64::total_cmp);
        let apart = cosines
            .iter()
            .enumerate()
            .map(|(i, c)| {
                let expected = 1.0 - c.acos() / std::f64::consts::PI;
                (expected - (i as f64 + 0.5) / n as f64).abs()
            })
            .fold(0.0, f64::max);
        assert!(apart < 1.63 / (n as f64).sqrt(), "{apart}");
        assert!((moment(&beats, 4) / variance.powi(2) - 1.5).abs() < 0.05);
    }

    /// The kurtosis of a sum of 24 cosines is `3 - 1.5 / 24`; of 4000 records it is known to 0.08.
    #[test]
    fn many_pairs_are_nearly_gaussian() {
        let pairs = (0..24).map(|k| pair(-40.0, 10.0 + f64::from(k))).collect();
        let beats = beats(&reflections(pairs), 4000);
        let variance = moment(&beats, 2);
        assert!((variance / (24.0 * 2.0 * 1e-8) - 1.0).abs() < 4.0 * (2.0f64 / 4000.0).sqrt());
        let kurtosis = moment(&beats, 4) / variance.powi(2);
        assert!((kurtosis - 2.94).abs() < 0.31, "{kurtosis}");
    }

    /// A share that is uniform has the mean one half; of 4000 records it is known to 1.4 %.
    #[test]
    fn random_polarization_halves_the_variance() {
        let aligned = reflections(vec![pair(-30.0, 50.0)]);
        let random = Reflections { polarization: Polarization::Random, ..aligned.clone() };
        let ratio = moment(&beats(&random, 4000), 2) / moment(&beats(&aligned, 4000), 2);
        assert!((ratio - 0.5).abs() < 0.04, "{ratio}");
    }

    /// Power of a steady laser within a record: how much it varies there, over `2 R1 R2`.
    fn walk(linewidth_mhz: f64) -> f64 {
        let grid = Grid::new(50.0.gbaud(), 2, 8192).unwrap();
        let laser =
            CwLaser { power: 0.0.dbm(), rin: (-400.0).db_per_hz(), linewidth: linewidth_mhz.mhz() };
        // There and back is half of the record, 78 of 164 ns.
        let device = reflections(vec![pair(-26.0, 8.0)]);
        let plan = Link::optical()
            .then_ops("laser", |ops| laser.feed(ops))
            .unwrap()
            .then("mpi", &device)
            .unwrap()
            .plan(grid)
            .unwrap();
        let mut workspace = plan.workspace();
        let unit = Waveform::new(grid, vec![Complex64::ONE; grid.len()]).unwrap();
        let records = 30;
        let within = (0..records).map(|record| {
            let key = Key::root(Seed(5)).indexed(record);
            moment(&plan.run(&unit, key, &mut workspace).power(), 2)
        });
        within.sum::<f64>() / records as f64 / (1e-6 * 2.0 * 10f64.powf(-5.2))
    }

    /// 100 MHz have a coherence time of 3.2 ns: some 50 of them in a record, 1500 in 30, and some
    /// percent of the variance stays between records.
    #[test]
    fn the_beat_walks_with_the_lasers_coherence() {
        assert!(walk(0.0) < 1e-9);
        let walking = walk(100.0);
        assert!((walking - 0.97).abs() < 0.12, "{walking}");
    }
}
