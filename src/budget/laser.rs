//! The lasers of a unit: current, heat and wear.

use super::catalogue::{Cooler, Diode, Surroundings};
use super::{Corner, Interval};
use crate::{Error, Result};

/// Zero degrees Celsius in kelvin.
const ICE: f64 = 273.15;

/// Boltzmann's constant, electron volts per kelvin (CODATA 2018, exact).
const BOLTZMANN: f64 = 8.617_333_262e-5;

/// The hottest junction that is looked for.
const HOTTEST: f64 = 200.0;

/// A laser at work in its surroundings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Junction {
    /// Its temperature, degrees Celsius.
    pub temperature: Interval,
    /// Optical power, watts.
    pub optical: Interval,
    /// Electrical power, watts.
    pub electrical: Interval,
    /// What its cooler draws, watts.
    pub cooler: Interval,
    /// What its power falls by from the reference temperature at the same current, decibels.
    pub droop: Interval,
    /// Its lifetime over that at the rated temperature.
    pub lifetime: Interval,
}

/// What a laser is asked to do, and by whom it is warmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task<'a> {
    pub(super) diode: &'a Diode,
    pub(super) surroundings: &'a Surroundings,
    /// The cooler, if there is one.
    pub(super) cooler: Option<&'a Cooler>,
    /// Optical power into the modulators, of all lanes that it feeds, watts.
    pub(super) delivered: f64,
    /// Lasers in what they warm together.
    pub(super) lasers: f64,
    /// What else dissipates in it, watts.
    pub(super) beside: Interval,
    /// What is drawn over what is used.
    pub(super) supply: Interval,
}

/// A diode at a temperature and power.
#[derive(Clone, Copy, Debug)]
struct Point {
    temperature: f64,
    optical: f64,
    current: f64,
    electrical: f64,
}

impl Diode {
    /// The diode at a temperature, giving a power, at a corner of its numbers.
    ///
    /// # Formula
    /// `I = I_th exp((T - T_r) / T_0) + P / (eta exp(-(T - T_r) / T_1))`, `U = U_0 + R I`.
    fn point(&self, temperature: f64, optical: f64, corner: Corner) -> Point {
        let rise = temperature - self.reference;
        let threshold =
            self.threshold.at(corner) * (rise / self.threshold_rise.against(corner)).exp();
        let slope = self.slope.against(corner) * (-rise / self.slope_rise.against(corner)).exp();
        let current = threshold + optical / slope;
        let electrical = current * (self.voltage.at(corner) + self.resistance.at(corner) * current);
        Point { temperature, optical, current, electrical }
    }

    /// What the power at a current is less than at the reference temperature, decibels.
    fn droop(&self, point: Point, corner: Corner) -> f64 {
        let there = self.slope.against(corner) * (point.current - self.threshold.at(corner));
        10.0 * (there / point.optical).log10()
    }

    /// The lifetime at a temperature over that at the rated one.
    ///
    /// # Formula
    /// `exp(E / k (1 / T - 1 / T_rated))` after Arrhenius, temperatures in kelvin.
    pub fn lifetime(&self, temperature: Interval) -> Interval {
        let of = |energy: f64, celsius: f64| {
            (energy / BOLTZMANN * (1.0 / (celsius + ICE) - 1.0 / (self.rated + ICE))).exp()
        };
        let ends = [self.activation.low, self.activation.high]
            .into_iter()
            .flat_map(|energy| [of(energy, temperature.low), of(energy, temperature.high)]);
        Interval {
            low: ends.clone().fold(f64::INFINITY, f64::min),
            nominal: of(self.activation.nominal, temperature.nominal),
            high: ends.fold(0.0, f64::max),
        }
    }
}

impl Task<'_> {
    /// The laser where the heat that it makes and the heat that leaves are in balance.
    ///
    /// # Formula
    /// `T = T_a + R_unit P_unit + R_laser (P_el - P_opt)`, where `P_unit` holds the lasers too; with
    /// a cooler `T = T_c + R_laser (P_el - P_opt)`. More heat asks for more current: the least
    /// temperature that holds is approached from below.
    ///
    /// # Errors
    /// If there is none: the laser runs away.
    pub(super) fn solve(&self) -> Result<Junction> {
        let [low, nominal, high] =
            [Corner::Low, Corner::Nominal, Corner::High].map(|corner| self.balance(corner));
        let points = [(low?, Corner::Low), (nominal?, Corner::Nominal), (high?, Corner::High)];
        let of = |value: &dyn Fn(Point, Corner) -> f64| {
            let [low, nominal, high] = points.map(|(point, corner)| value(point, corner));
            Interval { low, nominal, high }
        };
        let temperature = of(&|point, _| point.temperature);
        Ok(Junction {
            temperature,
            optical: of(&|point, _| point.optical),
            electrical: of(&|point, _| point.electrical),
            cooler: of(&|point, corner| {
                self.cooler.map_or(0.0, |cooler| {
                    cooler.work.at(corner) * (point.electrical - point.optical)
                })
            }),
            droop: of(&|point, corner| self.diode.droop(point, corner)),
            lifetime: self.diode.lifetime(temperature),
        })
    }

    fn balance(&self, corner: Corner) -> Result<Point> {
        let Surroundings { ambient, unit, laser, coupling } = self.surroundings;
        let optical = self.delivered * 10f64.powf(0.1 * coupling.at(corner));
        let next = |point: Point| {
            let own = laser.at(corner) * (point.electrical - point.optical);
            if let Some(cooler) = self.cooler {
                return cooler.temperature + own;
            }
            let lasers = self.lasers * point.electrical * self.supply.at(corner);
            ambient.at(corner) + unit.at(corner) * (self.beside.at(corner) + lasers) + own
        };
        let start = self.cooler.map_or(ambient.at(corner), |cooler| cooler.temperature);
        let mut point = self.diode.point(start, optical, corner);
        loop {
            let temperature = next(point);
            if temperature > HOTTEST {
                let end = match corner {
                    Corner::Low => "even at the low ends of what it may be",
                    Corner::Nominal => "at what it most likely is",
                    Corner::High => "at the high ends of what it may be",
                };
                return Err(Error::unsupported(format!(
                    "a laser of {:.0} mW heats itself above {HOTTEST} °C {end}: it feeds too many \
                     lanes, or sits too warm",
                    1e3 * optical
                )));
            }
            let done = (temperature - point.temperature).abs() < 1e-9;
            point = self.diode.point(temperature, optical, corner);
            if done {
                return Ok(point);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diode() -> Diode {
        Diode {
            reference: 25.0,
            threshold: Interval::exact(0.01),
            slope: Interval::exact(0.4),
            threshold_rise: Interval::exact(50.0),
            slope_rise: Interval::exact(150.0),
            voltage: Interval::exact(1.0),
            resistance: Interval::exact(3.0),
            activation: Interval::new(0.4, 0.7, 0.7),
            rated: 50.0,
        }
    }

    fn surroundings(laser: f64) -> Surroundings {
        Surroundings {
            ambient: Interval::exact(25.0),
            unit: Interval::exact(2.0),
            laser: Interval::exact(laser),
            coupling: Interval::exact(0.0),
        }
    }

    fn task<'a>(diode: &'a Diode, surroundings: &'a Surroundings) -> Task<'a> {
        Task {
            diode,
            surroundings,
            cooler: None,
            delivered: 0.04,
            lasers: 2.0,
            beside: Interval::exact(5.0),
            supply: Interval::exact(1.1),
        }
    }

    #[test]
    fn without_thermal_resistance_the_diode_is_at_its_reference() {
        let (diode, mut around) = (diode(), surroundings(0.0));
        around.unit = Interval::ZERO;
        let junction = task(&diode, &around).solve().unwrap();
        // 10 mA and 40 mW / 0.4 W/A: 110 mA at 1.33 V.
        assert!((junction.electrical.nominal - 0.11 * 1.33).abs() < 1e-12);
        assert_eq!(junction.temperature, Interval::exact(25.0));
        assert!(junction.droop.nominal.abs() < 1e-12);
    }

    #[test]
    fn heat_made_and_heat_carried_away_balance() {
        let (diode, around) = (diode(), surroundings(30.0));
        let junction = task(&diode, &around).solve().unwrap();
        let (electrical, optical) = (junction.electrical.nominal, junction.optical.nominal);
        let unit = 2.0 * (5.0 + 2.0 * electrical * 1.1);
        let expected = 25.0 + unit + 30.0 * (electrical - optical);
        assert!((junction.temperature.nominal - expected).abs() < 1e-6);
        assert!(junction.droop.nominal > 0.0);
    }

    #[test]
    fn a_cooler_keeps_the_laser_from_its_surroundings() {
        let (diode, mut around) = (diode(), surroundings(30.0));
        around.ambient = Interval::exact(90.0);
        let cooler = Cooler { temperature: 45.0, work: Interval::exact(0.8) };
        let cooled = Task { cooler: Some(&cooler), ..task(&diode, &around) }.solve().unwrap();
        let heat = cooled.electrical.nominal - cooled.optical.nominal;
        assert!((cooled.temperature.nominal - 45.0 - 30.0 * heat).abs() < 1e-6);
        assert!((cooled.cooler.nominal - 0.8 * heat).abs() < 1e-12);
        assert!(
            cooled.temperature.nominal < task(&diode, &around).solve().unwrap().temperature.low
        );
    }

    #[test]
    fn a_laser_that_cannot_be_cooled_runs_away() {
        let (diode, around) = (diode(), surroundings(600.0));
        assert!(task(&diode, &around).solve().unwrap_err().is_unsupported());
    }

    #[test]
    fn wear_follows_arrhenius() {
        let diode = diode();
        // 0.7 eV from 50 to 60 °C: exp(0.7 / 8.617e-5 (1 / 333.15 - 1 / 323.15)) = 0.470.
        let factor = diode.lifetime(Interval::exact(60.0));
        assert!((factor.nominal - 0.470).abs() < 1e-3, "{factor:?}");
        assert!((factor.low - factor.nominal).abs() < 1e-12 && factor.high > factor.nominal);
        assert!((diode.lifetime(Interval::exact(50.0)).nominal - 1.0).abs() < 1e-12);
        // Below the rated temperature more activation energy is longer life.
        assert!(diode.lifetime(Interval::exact(40.0)).high > 1.5);
    }
}
