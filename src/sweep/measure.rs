//! What is measured at each point of a sweep.

use std::fmt;
use std::str::FromStr;

use super::com::{self, channels};
use crate::budget::{self, Budget, Cause, Interval};
use crate::kernel::rng::Seed;
use crate::preset;
use crate::route::{Calculated, Metric, Records, Report, Route};
use crate::{Error, Result};

/// The name of the closure among metrics of test points.
const TDECQ: &str = "TDECQ";

/// Something measured at each point.
///
/// | Text | Columns | What it is |
/// |---|---|---|
/// | `ber` | `ber`, `ber_low`, `ber_high` | the semi-analytic bit error ratio from end to end, and its interval at 95 % |
/// | `statistical` | `statistical` | the statistical one |
/// | `counted` | `counted`, `counted_low`, `counted_high`, `errors`, `bits` | the counted one, with its interval at 95 % |
/// | `margin` | `margin_db` | decibels of extra noise at the slicers until the route's limit: that of its own error correction, or its target |
/// | `snr` | `snr_db` | power of the levels over the mean square error at the slicer; the least of all hops |
/// | `tdecq` | `tdecq_db` | transmitter and dispersion eye closure; the greatest of all test points |
/// | `energy` | `energy_pj`, `energy_pj_low`, `energy_pj_high` | picojoules a bit of the user's, from host to host, with the interval of what parts are known to spend |
/// | `latency` | `latency_ns`, `latency_ns_low`, `latency_ns_high` | nanoseconds from end to end: electronics, flight and error correction |
/// | `com:TABLE` | `com_db` | channel operating margin; the least of all electrical channels |
///
/// The channel operating margin takes a channel's sections, without its packages, in steps of 10 MHz
/// up to the table's symbol rate, with the neighbors that couple into it; packages, transmitter and
/// receiver are those of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The semi-analytic bit error ratio.
    Ber,
    /// The statistical bit error ratio.
    Statistical,
    /// The counted bit error ratio.
    Counted,
    /// The margin to the route's limit.
    Margin,
    /// The least signal-to-noise ratio of all slicers.
    Snr,
    /// The greatest eye closure of all test points.
    Tdecq,
    /// Energy of a bit.
    Energy,
    /// Delay from end to end.
    Latency,
    /// The channel operating margin by the table of a name.
    Com(String),
}

/// What is to be known of a measure to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its columns: the value, and behind it the two ends of its interval if it has one.
    pub columns: &'static [&'static str],
    /// What it is, with its unit.
    pub label: &'static str,
    /// Whether it is a ratio of errors, which spans decades.
    pub ratio: bool,
}

/// The facts of every measure.
const FACTS: [Facts; 9] = [
    Facts { columns: &["ber", "ber_low", "ber_high"], label: "Bit error ratio", ratio: true },
    Facts { columns: &["statistical"], label: "Bit error ratio, statistical", ratio: true },
    Facts {
        columns: &["counted", "counted_low", "counted_high", "errors", "bits"],
        label: "Bit error ratio, counted",
        ratio: true,
    },
    Facts { columns: &["margin_db"], label: "Margin to the limit (dB of noise)", ratio: false },
    Facts { columns: &["snr_db"], label: "SNR at the worst slicer (dB)", ratio: false },
    Facts { columns: &["tdecq_db"], label: "TDECQ (dB)", ratio: false },
    Facts {
        columns: &["energy_pj", "energy_pj_low", "energy_pj_high"],
        label: "Energy of a bit (pJ)",
        ratio: false,
    },
    Facts {
        columns: &["latency_ns", "latency_ns_low", "latency_ns_high"],
        label: "Delay from end to end (ns)",
        ratio: false,
    },
    Facts { columns: &["com_db"], label: "Channel operating margin (dB)", ratio: false },
];

impl Facts {
    /// The facts of all measures.
    pub fn all() -> &'static [Self] {
        &FACTS
    }

    /// Whether the value has an interval.
    pub fn has_interval(&self) -> bool {
        self.columns.len() > 2
    }
}

impl Measure {
    /// What is to be known to show it.
    pub fn facts(&self) -> Facts {
        FACTS[match self {
            Self::Ber => 0,
            Self::Statistical => 1,
            Self::Counted => 2,
            Self::Margin => 3,
            Self::Snr => 4,
            Self::Tdecq => 5,
            Self::Energy => 6,
            Self::Latency => 7,
            Self::Com(_) => 8,
        }]
    }

    /// How much of a simulation it takes.
    pub(super) fn effort(&self) -> Effort {
        match self {
            Self::Ber | Self::Margin => Effort::Calculated,
            Self::Statistical | Self::Counted | Self::Snr => Effort::Simulated,
            Self::Tdecq | Self::Energy | Self::Latency | Self::Com(_) => Effort::None,
        }
    }

    /// Checks that a route has what is measured.
    pub(super) fn check(&self, route: &Route) -> Result<()> {
        let refused = |what: &str| {
            Err(Error::usage(format!("`{self}` cannot be measured: {what}")).in_route(&route.name))
        };
        match self {
            Self::Margin if route.limit()?.is_none() => {
                refused("the route has no limit: no error correction, and no `target`")
            }
            Self::Tdecq if !has_closure(route) => {
                refused("the route has no test point that asks for it")
            }
            Self::Energy | Self::Latency if route.packaging.is_none() => {
                refused("the route does not say how its lanes are put together")
            }
            Self::Com(_) if channels(route).next().is_none() => {
                refused("the route has no electrical channel")
            }
            Self::Com(table) => com::misfit(route, table)?.map_or(Ok(()), |why| refused(&why)),
            _ => Ok(()),
        }
    }

    /// Its columns.
    ///
    /// # Errors
    /// If the route cannot be measured; the message says why.
    pub(super) fn read(&self, reading: &Reading) -> Result<Vec<f64>> {
        let Reading { route, report, .. } = reading;
        let missing = || Error::unsupported("the route was not simulated");
        let report = || report.as_ref().ok_or_else(missing);
        match self {
            Self::Ber => {
                let Calculated { rate, ci95: [low, high], .. } = reading.calculated()?;
                Ok(vec![rate, low, high])
            }
            Self::Margin => {
                let far =
                    || Error::unsupported("no noise within 40 dB either way leads to the limit");
                Ok(vec![reading.calculated()?.margin_db.ok_or_else(far)?])
            }
            Self::Statistical => {
                let report = report()?;
                Ok(vec![report.statistical().ok_or_else(|| not_analyzed(report))?])
            }
            Self::Counted => {
                let ber = &report()?.ber;
                let [low, high] = ber.ci95;
                Ok(vec![ber.rate, low, high, ber.errors as f64, ber.bits as f64])
            }
            Self::Snr => {
                let all = report()?.hops.iter().zip(&route.hops);
                let all = all.filter_map(|(hop, plan)| hop.snr_db(plan.modulation));
                let least = all.fold(f64::INFINITY, f64::min);
                let none = || Error::unsupported("no slicer has any error");
                Ok(vec![Some(least).filter(|snr| snr.is_finite()).ok_or_else(none)?])
            }
            Self::Tdecq => Ok(vec![tdecq_db(route, reading.seed)?]),
            Self::Energy => Ok(scaled(reading.budget()?.energy(), 1e12)),
            Self::Latency => Ok(scaled(reading.budget()?.delay(&Cause::ALL), 1e9)),
            Self::Com(table) => Ok(vec![com::least_db(route, table)?]),
        }
    }
}

/// How much of a simulation measures take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effort {
    /// None of it.
    None,
    /// The semi-analytic reading.
    Calculated,
    /// All of it.
    Simulated,
}

/// What measures read.
#[derive(Debug)]
pub(super) struct Reading {
    route: Route,
    seed: Seed,
    report: Option<Report>,
    calculated: Option<Result<Calculated>>,
}

impl Reading {
    /// Simulates a route as far as the measures take it.
    ///
    /// # Errors
    /// If the route cannot be planned, or a receiver finds no lock.
    pub(super) fn new(route: Route, records: &Records, effort: Effort) -> Result<Self> {
        let (report, calculated) = match effort {
            Effort::None => (None, None),
            Effort::Calculated => (None, Some(route.prepare(records)?.calculate())),
            Effort::Simulated => {
                let report = route.simulate(records)?;
                let of_report = || {
                    let rate = report.semi_analytic()?;
                    let ci95 = report.semi_analytic_ci95()?;
                    Some(Calculated { rate, ci95, margin_db: report.margin_db })
                };
                let calculated = of_report().ok_or_else(|| not_analyzed(&report));
                (Some(report), Some(calculated))
            }
        };
        Ok(Self { route, seed: records.seed, report, calculated })
    }

    /// What the route costs by the catalogue of presets.
    pub(super) fn budget(&self) -> Result<Budget> {
        budget::budget(&self.route, &preset::energy::catalogue())
    }

    pub(super) fn calculated(&self) -> Result<Calculated> {
        match &self.calculated {
            Some(Ok(calculated)) => Ok(*calculated),
            Some(Err(error)) => Err(Error::unsupported(error.to_string())),
            None => Err(Error::unsupported("the route was not simulated")),
        }
    }
}

/// The value of an interval and its ends, in another unit.
fn scaled(interval: Interval, factor: f64) -> Vec<f64> {
    let Interval { low, nominal, high } = interval * factor;
    vec![nominal, low, high]
}

/// Whether a route has a test point that asks for the closure.
fn has_closure(route: &Route) -> bool {
    let points =
        route.hops.iter().filter_map(|hop| hop.test.as_ref()).flat_map(|test| &test.points);
    points.flat_map(|point| &point.metrics).any(|metric| matches!(metric, Metric::Tdecq(_)))
}

/// The greatest closure of all test points, in decibels.
fn tdecq_db(route: &Route, seed: Seed) -> Result<f64> {
    let points = route.measure(seed)?;
    let mut greatest = f64::NEG_INFINITY;
    for point in &points {
        for metric in point.metrics.iter().filter(|metric| metric.name == TDECQ) {
            let in_point =
                |why: &String| Error::unsupported(why.clone()).in_test_point(&point.name);
            greatest = greatest.max(*metric.value.as_ref().map_err(in_point)?);
        }
    }
    Ok(greatest)
}

/// Why hops could not be analyzed.
fn not_analyzed(report: &Report) -> Error {
    let failures = report.hops.iter().filter_map(|hop| Some((hop, hop.analysis.as_ref().err()?)));
    let messages = failures.map(|(hop, why)| format!("hop `{}`: {why}", hop.name));
    Error::unsupported(messages.collect::<Vec<_>>().join("; "))
}

impl FromStr for Measure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "ber" => Ok(Self::Ber),
            "statistical" => Ok(Self::Statistical),
            "counted" => Ok(Self::Counted),
            "margin" => Ok(Self::Margin),
            "snr" => Ok(Self::Snr),
            "tdecq" => Ok(Self::Tdecq),
            "energy" => Ok(Self::Energy),
            "latency" => Ok(Self::Latency),
            _ => match text.strip_prefix("com:") {
                Some(table) => Ok(Self::Com(preset::com::named(table)?.name)),
                None => Err(Error::usage(format!(
                    "there is no measure `{text}`: expected ber, statistical, counted, margin, snr, tdecq, energy, latency or \
                     com:TABLE, such as com:802.3ck-kr"
                ))),
            },
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ber => f.write_str("ber"),
            Self::Statistical => f.write_str("statistical"),
            Self::Counted => f.write_str("counted"),
            Self::Margin => f.write_str("margin"),
            Self::Snr => f.write_str("snr"),
            Self::Tdecq => f.write_str("tdecq"),
            Self::Energy => f.write_str("energy"),
            Self::Latency => f.write_str("latency"),
            Self::Com(table) => write!(f, "com:{table}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{AnyDevice, Channel};
    use crate::unit::Literals;

    #[test]
    fn what_is_printed_reads_back() {
        for text in ["ber", "counted", "snr", "tdecq", "energy", "latency", "com:802.3ck-kr"] {
            assert_eq!(text.parse::<Measure>().unwrap().to_string(), text);
        }
        let message = |text: &str| text.parse::<Measure>().unwrap_err().to_string();
        assert!(message("fom").contains("expected ber, statistical, counted"));
        assert!(message("com:x").contains("there is no COM table `x`"));
    }

    #[test]
    fn a_route_without_what_is_measured_is_refused() {
        let mut route = preset::copper_100g();
        route.fec = None;
        let message = Measure::Margin.check(&route).unwrap_err().to_string();
        assert!(message.contains("no error correction"), "{message}");
        let cables = Measure::Com("802.3ck-cr".to_owned());
        let boards = cables.check(&route).unwrap_err().to_string();
        assert!(boards.contains("channel `copper.channel` has its own"), "{boards}");
        let sections = preset::parts::cable_assembly(26, 2.0.meters());
        let cable = AnyDevice::Channel(Channel { sections, ..preset::parts::copper() });
        route.hops[0].stages[0].device = cable;
        cables.check(&route).unwrap();
        route.hops[0].symbol_rate = 106.25.gbaud();
        let faster = cables.check(&route).unwrap_err().to_string();
        assert!(faster.contains("4 levels at 53.125 GBd, and hop `host-to-host`"), "{faster}");
        let flown = preset::named("cpc-100g").unwrap();
        assert!(cables.check(&flown).unwrap_err().to_string().contains("has its own"));
        route.hops[0].stages.clear();
        let com = Measure::Com("802.3ck-kr".to_owned());
        assert!(com.check(&route).unwrap_err().to_string().contains("no electrical channel"));
    }
}
