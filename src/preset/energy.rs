//! What components spend, delay and stand, and what modules are said to draw.
//!
//! The numbers are those of parts and of physics; none was chosen so that a sum of them meets what
//! is said of a whole module. What is said stands in [`published()`], to be set beside what is
//! computed.

use super::sources::{Confidence, Source};
use crate::budget::{
    Catalogue, Class, Cooler, Correction, Diode, DirectLasers, Drivers, Generation, Interval,
    Modulators, Retimer, RetimerDelay, Rings, Surroundings,
};
use crate::unit::Literals;

use Confidence::{Estimate, Paper, Standard, Vendor};

/// What a unit of some bit rate is said to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// The preset that has the same parts.
    pub route: &'static str,
    /// Bits a second in each direction.
    pub rate: f64,
    /// Watts.
    pub power: Interval,
    /// Who says it of what.
    pub text: &'static str,
}

/// What the units of a preset are said to draw.
pub fn published(route: &str) -> impl Iterator<Item = &'static Published> {
    PUBLISHED.iter().filter(move |published| published.route == route)
}

const PUBLISHED: &[Published] = &[
    says("dsp-dr-100g", 800e9, [12.0, 15.0, 17.0], "800G modules, three vendors' data: 12 to 17 W"),
    says("lro-dr-100g", 800e9, [8.0, 9.0, 10.0], "800G half-retimed modules: about 9 W"),
    says("lpo-dr-100g", 800e9, [7.0, 8.0, 9.0], "800G linear modules: 7 to 9 W, second-hand"),
    says("dsp-dr-200g", 1.6e12, [30.0; 3], "1.6T retimed modules: below 30 W; 30 W (NVIDIA)"),
    says("lro-dr-200g", 1.6e12, [18.0, 18.0, 20.0], "a 1.6T half-retimed module: 18 W, below 20 W"),
    says("lpo-dr-200g", 1.6e12, [10.0, 10.0, 11.0], "a 1.6T linear module: 10 W, below 11 W"),
    says("cpo-mrm-dr-200g", 1.6e12, [9.0; 3], "co-packaged rings: 9 W for 1.6T (NVIDIA)"),
    says("cpo-mzm-dr-100g", 800e9, [5.5; 3], "co-packaged optics: 5.5 W for 800G (Broadcom)"),
    says("oio-wdm-32g", 1.6e12, [8.0; 3], "optical I/O: 5 pJ/bit (Intel), 8 W for 1.6T"),
    says(
        "acc-100g",
        800e9,
        [1.5; 3],
        "an end of an 800G cable: 1.5 W, one redriver a lane at most",
    ),
];

const fn says(
    route: &'static str,
    rate: f64,
    [low, nominal, high]: [f64; 3],
    text: &'static str,
) -> Published {
    Published { route, rate, power: Interval::new(low, nominal, high), text }
}

/// Picojoules.
fn pj(low: f64, nominal: f64, high: f64) -> Interval {
    Interval::new(low, nominal, high) * 1e-12
}

/// Nanoseconds.
fn ns(low: f64, nominal: f64, high: f64) -> Interval {
    Interval::new(low, nominal, high) * 1e-9
}

/// Milliwatts or milliamperes.
fn milli(low: f64, nominal: f64, high: f64) -> Interval {
    Interval::new(low, nominal, high) * 1e-3
}

/// What components cost; [`source_of`] says of each number where it comes from.
pub fn catalogue() -> Catalogue {
    Catalogue {
        generations: generations(),
        transmitter_share: 0.4,
        retimer: Retimer {
            energy: pj(0.5, 1.0, 1.5),
            delay: RetimerDelay::Core(ns(0.6, 2.4, 4.8)),
        },
        analog_retimer: Retimer {
            energy: pj(2.5, 3.35, 4.0),
            delay: RetimerDelay::Whole(ns(2.0, 3.0, 5.0)),
        },
        drivers: Drivers {
            mach_zehnder: pj(1.5, 2.5, 3.5),
            electro_absorption: pj(1.0, 1.5, 2.5),
            microring: pj(0.2, 0.5, 1.0),
            laser: pj(0.8, 1.3, 2.0),
        },
        modulators: Modulators {
            mach_zehnder: milli(10.0, 25.0, 50.0),
            electro_absorption: milli(5.0, 15.0, 30.0),
        },
        rings: Rings { lock: milli(0.5, 1.0, 3.0), heater: milli(5.0, 10.0, 20.0) },
        direct_lasers: DirectLasers {
            vcsel: milli(10.0, 16.0, 25.0),
            distributed_feedback: milli(70.0, 100.0, 150.0),
        },
        tia: pj(0.44, 1.22, 2.0),
        redriver: pj(1.2, 1.7, 2.0),
        optical_amplifier: milli(150.0, 250.0, 400.0),
        analog_delay: ns(0.1, 1.5, 2.0),
        // Group index 1.468.
        fiber_delay: Interval::exact(4.897e-9),
        correction: Correction {
            energy: pj(0.3, 0.6, 1.0),
            delay: ns(80.0, 115.0, 150.0),
            inner_energy: pj(0.2, 0.4, 0.8),
            inner_delay: ns(10.0, 30.0, 60.0),
        },
        diode: Diode {
            reference: 25.0,
            threshold: milli(8.0, 10.0, 14.0),
            slope: Interval::new(0.35, 0.42, 0.5),
            threshold_rise: Interval::new(50.0, 60.0, 75.0),
            slope_rise: Interval::new(130.0, 170.0, 220.0),
            voltage: Interval::new(0.9, 0.95, 1.0),
            resistance: Interval::new(2.0, 3.0, 4.0),
            activation: Interval::new(0.4, 0.7, 0.8),
            rated: 50.0,
        },
        in_unit: Surroundings {
            ambient: Interval::new(30.0, 40.0, 45.0),
            unit: Interval::new(1.0, 1.4, 1.6),
            laser: Interval::new(12.0, 20.0, 25.0),
            coupling: Interval::new(1.0, 1.5, 2.0),
        },
        on_chip: Surroundings {
            ambient: Interval::new(30.0, 40.0, 45.0),
            unit: Interval::new(1.0, 1.4, 1.6),
            laser: Interval::new(20.0, 30.0, 40.0),
            coupling: Interval::new(0.2, 0.5, 1.0),
        },
        in_external_source: Surroundings {
            ambient: Interval::new(25.0, 35.0, 45.0),
            unit: Interval::new(1.0, 1.5, 2.0),
            laser: Interval::new(10.0, 15.0, 20.0),
            coupling: Interval::new(2.0, 3.0, 4.0),
        },
        on_package: Surroundings {
            ambient: Interval::new(70.0, 80.0, 90.0),
            unit: Interval::new(0.0, 0.2, 0.4),
            laser: Interval::new(12.0, 20.0, 25.0),
            coupling: Interval::new(1.0, 1.5, 2.0),
        },
        cooler: Cooler { temperature: 45.0, work: Interval::new(0.3, 0.6, 1.2) },
        controller: milli(300.0, 500.0, 1000.0),
        supply: Interval::new(1.08, 1.12, 1.18),
    }
}

fn generations() -> Vec<Generation> {
    let class = |name: &str, most_loss: f64, most_taps, energy, delay| Class {
        name: name.to_owned(),
        within_package: None,
        most_loss: most_loss.db(),
        most_taps,
        energy,
        delay,
    };
    let package = |class| Class { within_package: Some(50.0.mm()), ..class };
    let (short, medium, long) = (ns(1.0, 3.0, 6.0), ns(4.0, 10.0, 20.0), ns(10.0, 25.0, 50.0));
    vec![
        Generation {
            name: "56G".to_owned(),
            fastest: 36.0.gbaud(),
            classes: vec![
                package(class("XSR", 10.0, 10, pj(0.4, 0.75, 1.1), short)),
                class("VSR", 16.0, 10, pj(1.5, 2.2, 3.0), medium),
                class("LR", 40.0, 32, pj(5.0, 6.5, 8.0), long),
            ],
            light: pj(5.0, 6.5, 8.0),
            light_delay: long,
        },
        Generation {
            name: "112G".to_owned(),
            fastest: 60.0.gbaud(),
            classes: vec![
                package(class("XSR", 12.0, 10, pj(0.4, 0.75, 1.1), short)),
                class("VSR", 16.0, 10, pj(2.0, 2.5, 3.0), medium),
                class("MR", 20.0, 16, pj(3.0, 4.0, 5.0), medium),
                class("LR", 40.0, 32, pj(5.0, 5.5, 6.0), long),
            ],
            light: pj(5.0, 5.5, 6.0),
            light_delay: long,
        },
        Generation {
            name: "224G".to_owned(),
            fastest: 120.0.gbaud(),
            classes: vec![
                package(class("XSR", 12.0, 10, pj(0.4, 0.75, 1.1), short)),
                class("VSR", 22.0, 20, pj(2.0, 2.5, 3.0), medium),
                class("MR", 34.0, 20, pj(2.5, 3.2, 4.0), medium),
                class("LR", 40.0, 40, pj(3.5, 4.0, 5.0), long),
            ],
            light: pj(3.5, 4.0, 5.0),
            light_delay: long,
        },
    ]
}

/// Where a number of the catalogue comes from: the first entry whose key is its own, or stands
/// above it.
pub fn source_of(key: &str) -> Option<&'static Source> {
    let fits = |general: &str| {
        key.strip_prefix(general).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    SOURCES.iter().find(|source| fits(source.key))
}

/// Where each number of the catalogue comes from.
pub fn sources() -> &'static [Source] {
    SOURCES
}

const fn source(key: &'static str, confidence: Confidence, text: &'static str) -> Source {
    Source { part: "budget", key, values: &[], confidence, text }
}

const AS_LONG: &str = "as a long-reach SerDes: a converter and its equalizer face light";
const DELAYS: &str = "usual: analog receivers of a few ns, converters with equalizers of tens";
const TAPS: &str =
    "those of receivers that are usual of this class, as the presets have them, or some more";
const FASTEST: &str = "lanes of this class of CEI with and without an inner code";
const MILLIMETERS: &str = "modelled after CEI-224G-XSR: 50 mm, second-hand";
const LIGHT: &str = "usual of driver and bias for this kind";
const DIODE: &str = "usual of uncooled distributed-feedback lasers at 1310 nm";
const WARM: &str = "usual of thermal design for this place";

const SOURCES: &[Source] = &[
    source("serdes.56G.fastest", Estimate, FASTEST),
    source("serdes.56G.xsr.within-package", Standard, MILLIMETERS),
    source("serdes.56G.xsr.delay", Estimate, DELAYS),
    source("serdes.56G.xsr.most-taps", Estimate, TAPS),
    source("serdes.56G.vsr.delay", Estimate, DELAYS),
    source("serdes.56G.vsr.most-taps", Estimate, TAPS),
    source("serdes.56G.lr.delay", Estimate, DELAYS),
    source("serdes.56G.xsr.most-loss", Estimate, "somewhat less than the 12 dB at 112G"),
    source("serdes.56G.lr.most-loss", Estimate, "as at 224G"),
    source("serdes.56G.xsr", Paper, "0.4 to 1.1 pJ/bit"),
    source("serdes.56G.vsr", Estimate, "16 dB; somewhat less than at 112G"),
    source("serdes.56G.lr", Paper, "4.8 pJ/bit for a receiver with converter; transmitter added"),
    source("serdes.56G.light", Estimate, AS_LONG),
    source("serdes.112G.fastest", Estimate, FASTEST),
    source("serdes.112G.xsr.within-package", Standard, MILLIMETERS),
    source("serdes.112G.xsr.delay", Estimate, DELAYS),
    source("serdes.112G.xsr.most-taps", Estimate, TAPS),
    source("serdes.112G.vsr.delay", Estimate, DELAYS),
    source("serdes.112G.vsr.most-taps", Estimate, TAPS),
    source("serdes.112G.mr.delay", Estimate, DELAYS),
    source("serdes.112G.mr.most-taps", Estimate, TAPS),
    source("serdes.112G.lr.delay", Estimate, DELAYS),
    source("serdes.112G.xsr", Paper, "at most 1.1 pJ/bit at 1 to 12 dB, 113 Gb/s in 5 nm (2025)"),
    source("serdes.112G.vsr", Estimate, "16 dB as CEI-112G-VSR; 2 to 3 pJ/bit"),
    source("serdes.112G.mr", Estimate, "20 dB as CEI-112G-MR; between VSR and LR"),
    source("serdes.112G.lr", Estimate, "28 dB and two packages; 5 to 6 pJ/bit"),
    source("serdes.112G.light", Estimate, AS_LONG),
    source("serdes.224G.fastest", Estimate, FASTEST),
    source("serdes.224G.xsr.within-package", Standard, MILLIMETERS),
    source("serdes.224G.xsr.delay", Estimate, DELAYS),
    source("serdes.224G.xsr.most-taps", Estimate, TAPS),
    source("serdes.224G.vsr.delay", Estimate, DELAYS),
    source("serdes.224G.vsr.most-taps", Estimate, TAPS),
    source("serdes.224G.mr.delay", Estimate, DELAYS),
    source("serdes.224G.mr.most-taps", Estimate, TAPS),
    source("serdes.224G.lr.delay", Estimate, DELAYS),
    source("serdes.224G.xsr", Estimate, "as at 112G"),
    source("serdes.224G.vsr", Estimate, "22 dB, a vendor's figure for pluggables; as VSR at 112G"),
    source("serdes.224G.mr", Estimate, "34 dB as CEI-224G-MR; between VSR and LR"),
    source(
        "serdes.224G.lr",
        Estimate,
        "40 dB as CEI-224G-LR; about 4 pJ/bit, a book on interconnects",
    ),
    source("serdes.224G.light", Estimate, AS_LONG),
    source("serdes.transmitter-share", Estimate, "a transmitter spends less than its receiver"),
    source(
        "retimer.delay",
        Estimate,
        "a buffer of one to four words of 64 symbols between its clocks; its receiver and transmitter \
         come on top. Published figures of whole retimers conflict: 8 to 10 ns (an overview of EEI), \
         93 ns (a vendor's slide, method undisclosed)",
    ),
    source("retimer", Estimate, "clocks, gearbox and monitors beside the SerDes"),
    source("analog-retimer", Vendor, "3 W and 3 ns for 8 lanes of 112G; the spread is an estimate"),
    source("driver", Estimate, LIGHT),
    source("modulator", Estimate, LIGHT),
    source("ring.lock", Estimate, "a monitor, a converter and a slow loop; usual of such control"),
    source(
        "ring.heater",
        Estimate,
        "0.5 to 2 nm, about a spacing of lines, at the 0.1 nm/mW of a published ring",
    ),
    source("laser", Estimate, "mean current times voltage, usual of this kind"),
    source(
        "tia",
        Paper,
        "47 mW at 112 Gb/s in 16 nm (JSSC 2022), 1.22 pJ/bit at 224 Gb/s in SiGe (2026); the highest \
         an estimate",
    ),
    source("redriver", Vendor, "1.5 W for the end of an 800G active copper cable; a spread added"),
    source("optical-amplifier", Estimate, "usual current times voltage"),
    source(
        "analog.delay",
        Vendor,
        "published figures conflict: a linear module delays by less than 3 ns, or by 4 ns; shared \
         by driver and amplifier",
    ),
    source("fiber.delay", Standard, "group index 1.468 of G.652 fiber"),
    source("fec.outer.delay", Estimate, "80 to 150 ns for RS(544,514) at 100 Gb/s a lane"),
    source("fec.outer", Estimate, "usual of encoder and decoder in a current process"),
    source("fec.inner", Estimate, "usual of soft decoders of short codes"),
    source("diode.activation", Estimate, "0.7 eV usual of wear, 0.4 eV of random failures"),
    source("diode.rated", Estimate, "the temperature that lifetimes are compared at"),
    source("diode", Estimate, DIODE),
    source("in-unit.ambient", Estimate, "air in front of a switch, and behind other modules"),
    source("in-unit.unit", Estimate, "the case of a 17 W module stays near 70 °C"),
    source("in-unit", Estimate, WARM),
    source("on-chip.laser", Estimate, "a chip of half a millimeter on its carrier"),
    source("on-chip.coupling", Estimate, "a joint of two waveguides on a chip"),
    source("on-chip", Estimate, "as that of any laser in a unit"),
    source("in-external-source", Estimate, WARM),
    source("on-package", Estimate, WARM),
    source("cooler", Estimate, "usual of small coolers over 20 to 40 K"),
    source("controller", Estimate, "usual of a module's controller"),
    source("supply", Estimate, "converters of 85 to 93 % efficiency"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    #[test]
    fn every_number_has_a_source_and_every_source_a_number() {
        let catalogue = catalogue();
        catalogue.check().unwrap();
        let mut used = Vec::new();
        for (key, value, unit) in catalogue.entries() {
            let source = source_of(&key);
            assert!(source.is_some(), "{key} = {value} {unit}");
            used.extend(source);
        }
        for source in sources() {
            assert!(used.contains(&source), "{}", source.key);
        }
    }

    /// Nothing is fitted to these: numbers of parts alone give sums that may be compared.
    #[test]
    fn modules_with_retimers_draw_about_what_is_published() {
        for route in [preset::dsp_dr_100g(), preset::lro_dr_100g()] {
            let budget = crate::budget::budget(&route, &catalogue()).unwrap();
            let said = published(&route.name).next().unwrap();
            let unit = budget.module(said.rate).unwrap().unit;
            assert!(unit.overlaps(&said.power), "{}: {unit} for {}", route.name, said.power);
            assert!((unit.nominal / said.power.nominal - 1.0).abs() < 0.15, "{unit}");
        }
    }

    #[test]
    fn more_loss_costs_more() {
        for generation in catalogue().generations {
            for pair in generation.classes.windows(2) {
                assert!(pair[0].most_loss.0 < pair[1].most_loss.0);
                assert!(pair[0].energy.nominal < pair[1].energy.nominal);
            }
        }
    }

    #[test]
    fn what_is_published_is_said_of_a_preset() {
        let names: Vec<String> = preset::all().into_iter().map(|route| route.name).collect();
        for published in PUBLISHED {
            assert!(names.iter().any(|name| name == published.route), "{}", published.route);
            published.power.check(published.route).unwrap();
        }
    }
}
