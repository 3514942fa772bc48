//! Polarization mode dispersion: the two halves of the light arrive at different times.

use std::f64::consts::{PI, TAU};

use num_complex::Complex64;

use crate::Result;
use crate::engine::{Device, Ops};
use crate::kernel::rng::Stream;
use crate::signal::{Current, Field};
use crate::unit::{Meters, Seconds, SecondsPerRootKilometer, check};

/// Polarization mode dispersion of the first order, ahead of a photodiode.
///
/// # Formula
/// A photodiode adds the powers of both principal states of polarization:
/// `P(t) -> g P(t - tau/2) + (1 - g) P(t + tau/2)`, with `tau` the differential group delay and `g`
/// the share of one state. The field that goes on has that power, and the phase 0.
///
/// # Assumptions
/// The light here is one complex envelope, which has no second polarization to hold what arrives
/// early; but power is what is detected, and there the formula is exact. It commutes with loss and
/// chromatic dispersion, which treat both states alike: the device stands directly ahead of the
/// photodiode, for the fiber before it. Delay and share are drawn for each record, as fibers drift
/// in minutes: `tau` is the length of a vector of three normals (Maxwellian) and `g = (1 + z) / 2`
/// with `z` the cosine of its angle to the launched polarization, so that `g` is uniform. A
/// receiver is trained on other draws than it then decides.
///
/// # References
/// Agrawal, *Fiber-Optic Communication Systems*, 4th ed., section 2.3.5; Poole and Nagel,
/// *Polarization effects in lightwave systems*, in *Optical Fiber Telecommunications IIIA* (1997).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct PolarizationDispersion {
    /// The differential group delay.
    pub delay: DifferentialDelay,
    /// Share of the power in the slow state; drawn if not given. One half is the worst case.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub split: Option<f64>,
}

/// A differential group delay.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub enum DifferentialDelay {
    /// The same in every record: the limit of a specification.
    Fixed(Seconds),
    /// That of a fiber: Maxwellian, with the mean `coefficient sqrt(length)`.
    Fiber {
        /// The fiber's coefficient.
        coefficient: SecondsPerRootKilometer,
        /// Its length.
        length: Meters,
    },
}

/// What a record draws: the delay in seconds, and the share of the slow state.
type Drawn = (f64, f64);

impl PolarizationDispersion {
    /// A function that draws delay and share; without randomness there is no delay.
    fn draw(&self) -> Result<impl Fn(Option<&mut Stream>) -> Drawn + Send + Sync + use<>> {
        let split = match self.split {
            Some(split) => Some(check::within("split", split, &(0.0..=1.0))?),
            None => None,
        };
        let (fixed, mean) = match self.delay {
            DifferentialDelay::Fixed(delay) => {
                (Some(check::not_negative("delay.fixed", delay)?), 0.0)
            }
            DifferentialDelay::Fiber { coefficient, length } => {
                let coefficient = check::not_negative("delay.fiber.coefficient", coefficient)?;
                let length = check::not_negative("delay.fiber.length", length)?;
                (None, coefficient * (1e-3 * length).sqrt())
            }
        };
        // The mean length of three standard normals is sqrt(8 / pi).
        let sigma = mean * (PI / 8.0).sqrt();
        Ok(move |stream: Option<&mut Stream>| {
            let Some(stream) = stream else { return (0.0, 0.5) };
            let vector = [0; 3].map(|_| stream.sample());
            let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
            let drawn = 0.5 * (1.0 + vector[2] / length);
            (fixed.unwrap_or(sigma * length), split.unwrap_or(drawn))
        })
    }
}

impl Device for PolarizationDispersion {
    type In = Field;
    type Out = Field;

    fn lower(&self, ops: Ops<Field>) -> Result<Ops<Field>> {
        Ok(ops
            .map::<Current>(|e: Complex64| e.norm_sqr())
            .random_lti("principal states", self.draw()?, |(delay, share), f| {
                let half = Complex64::from_polar(1.0, -0.5 * TAU * f.0 * delay);
                share * half + (1.0 - share) * half.conj()
            })
            .map(|p: f64| Complex64::from(p.clamp(0.0, f64::INFINITY).sqrt())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Link;
    use crate::kernel::gauss;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::{Grid, Waveform};
    use crate::unit::Literals;

    fn fiber() -> PolarizationDispersion {
        let delay = DifferentialDelay::Fiber { coefficient: 0.2.ps_per_rtkm(), length: 10.0.km() };
        PolarizationDispersion { delay, split: None }
    }

    /// The largest distance of two distributions.
    fn apart(mut values: Vec<f64>, distribution: impl Fn(f64) -> f64) -> f64 {
        values.sort_by(f64::total_cmp);
        let n = values.len() as f64;
        let apart = |(i, x): (usize, &f64)| (distribution(*x) - (i as f64 + 0.5) / n).abs();
        values.iter().enumerate().map(apart).fold(0.0, f64::max)
    }

    /// 10 km of 0.2 ps/rtkm: 0.632 ps on average. The deviation of a Maxwellian is 0.42 of its
    /// mean, so that of 40,000 the mean is known to 0.2 %, of which four are allowed; distributions
    /// stay within `1.63 / sqrt(n)` in 99 of 100 cases.
    #[test]
    fn delays_are_maxwellian_and_shares_uniform() {
        let draw = fiber().draw().unwrap();
        let n = 40_000;
        let draws: Vec<Drawn> = (0..n)
            .map(|record| draw(Some(&mut Key::root(Seed(9)).indexed(record).stream())))
            .collect();
        let mean = draws.iter().map(|(delay, _)| delay).sum::<f64>() / n as f64;
        assert!((mean / 0.6325e-12 - 1.0).abs() < 0.0085, "{mean:e}");
        let sigma = 0.2e-12 * 10f64.sqrt() * (PI / 8.0).sqrt();
        let maxwell = |delay: f64| {
            let x = delay / sigma;
            1.0 - 2.0 * gauss::q(x) - (2.0 / PI).sqrt() * x * (-0.5 * x * x).exp()
        };
        let limit = 1.63 / (n as f64).sqrt();
        let delays = apart(draws.iter().map(|drawn| drawn.0).collect(), maxwell);
        let shares = apart(draws.iter().map(|drawn| drawn.1).collect(), |share| share);
        assert!(delays < limit && shares < limit, "{delays} and {shares}");
    }

    /// Power of a tone of one percent behind the device, over that ahead of it.
    fn response(device: &PolarizationDispersion, gigahertz: f64) -> f64 {
        let grid = Grid::new(gigahertz.gbaud(), 32, 16).unwrap();
        let turn = |n: usize| TAU * n as f64 / 32.0;
        let light = (0..grid.len())
            .map(|n| Complex64::from_polar((1.0 + 0.01 * turn(n).cos()).sqrt(), 0.3 * turn(n)))
            .collect();
        let plan = Link::optical().then("pmd", device).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let light = Waveform::new(grid, light).unwrap();
        let power = plan.run(&light, Seed(3), &mut workspace).power();
        let line: Complex64 =
            power.iter().enumerate().map(|(n, p)| p * Complex64::from_polar(1.0, -turn(n))).sum();
        line.norm() / (0.005 * grid.len() as f64)
    }

    /// `|cos(pi f tau)|` for equal shares, and never below their difference for others.
    #[test]
    fn equal_shares_have_a_notch_at_half_a_period() {
        let delay = DifferentialDelay::Fixed(10.0.ps());
        let equal = PolarizationDispersion { delay, split: Some(0.5) };
        for gigahertz in [5.0, 20.0, 35.0, 50.0, 70.0] {
            let expected = (PI * gigahertz * 0.01).cos().abs();
            let found = response(&equal, gigahertz);
            assert!((found - expected).abs() < 1e-9, "{gigahertz} GHz: {found}");
        }
        let unequal = PolarizationDispersion { delay, split: Some(0.8) };
        assert!((response(&unequal, 50.0) - 0.6).abs() < 1e-9);
        let one = PolarizationDispersion { delay, split: Some(1.0) };
        assert!((response(&one, 50.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn power_is_kept_and_without_randomness_nothing_changes() {
        let draw = fiber().draw().unwrap();
        assert_eq!(draw(None).0.to_bits(), 0.0f64.to_bits());
        let slow = response(&fiber(), 0.001);
        assert!((slow - 1.0).abs() < 1e-6, "{slow}");
    }
}
