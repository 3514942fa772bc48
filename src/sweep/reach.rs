//! How long a link may become until it misses its target.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Span;
use super::com::channels;
use super::measure::{Effort, Reading};
use super::search::{Interval, STEPS, bisect, seeds, shares};
use crate::config::Document;
use crate::route::{Control, Records, Route, target_within};
use crate::signal::Kind;
use crate::unit::{Meters, check};
use crate::{Error, Result, parallel};

/// What a signal passes on its way, of which a length is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Light in a fiber.
    Fiber,
    /// A voltage on a board or in a cable.
    Copper,
}

impl Medium {
    /// The lengths that are searched if nothing else is said, in meters.
    pub fn range(self) -> [f64; 2] {
        match self {
            Self::Fiber => [1.0, 40e3],
            Self::Copper => [0.01, 10.0],
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fiber => "fiber",
            Self::Copper => "copper",
        }
    }
}

/// How a reach is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachSearch {
    /// The bit error ratio to meet; the limit of the route if not given.
    pub target: Option<f64>,
    /// The shortest and the longest length that is tried; those of the medium if not given.
    pub range: Option<[Meters; 2]>,
    /// Lengths of the scan, in equal ratios with both ends among them.
    pub points: usize,
    /// Seeds that each find a length of their own.
    pub seeds: usize,
    /// How much is simulated at each length, and the seed that all others follow from.
    pub records: Records,
}

/// A length of the scan.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Trial {
    /// The length, in meters.
    pub length: f64,
    /// The semi-analytic bit error ratio with the first seed, if it could be measured.
    pub ber: Option<f64>,
    /// Why it could not be: no lock, say.
    pub failure: Option<String>,
}

/// What is known of the longest length.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// It is in this interval, in meters.
    Within(Interval),
    /// The link still meets the target at the longest length that was tried.
    Above,
    /// It misses the target at the shortest already.
    Below,
}

/// How far a link reaches.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Reach {
    /// The route.
    pub route: String,
    /// What was stretched.
    pub medium: Medium,
    /// The path of the length in the document.
    pub path: String,
    /// Its length in the route as it is, in meters.
    pub present: f64,
    /// What other lines of the same channel are long together, in meters; they stayed as they were.
    pub others: f64,
    /// The bit error ratio that is to be met.
    pub target: f64,
    /// The scan, the shortest first.
    pub scan: Vec<Trial>,
    /// The longest length from which on the target is missed.
    pub limit: Limit,
    /// A longer length at which the target was met again, if there is one: then error ratios do not
    /// rise with length, and the limit is the first of several.
    pub met_again: Option<f64>,
}

/// How long a route's fiber may be, or without a fiber the longest line of its channels, until the
/// semi-analytic bit error ratio misses a target. `None` if it was stopped.
///
/// A scan over the whole range with one seed finds where the target is missed first; there every seed
/// bisects for itself. A length at which the receiver finds no lock misses the target. Neighbors of a
/// channel keep their lengths.
///
/// # Errors
/// If there is nothing to stretch, the target or the range makes no sense, or a parameter of the route
/// does not.
pub fn reach(
    document: &Document,
    search: &ReachSearch,
    control: &Control<'_>,
) -> Result<Option<Reach>> {
    let route = document.route()?;
    let Stretch { medium, path, present, others } = Stretch::of(&route)?;
    let target = match (search.target, route.limit()?) {
        (Some(target), _) => target_within(target)?,
        (None, Some(limit)) => limit,
        (None, None) => {
            let message =
                "the route has neither error correction nor a target: one has to be given";
            return Err(Error::usage(message));
        }
    };
    let ends = match search.range {
        Some([from, to]) => [check::positive("range", from)?, check::positive("range", to)?],
        None => medium.range(),
    };
    if ends[0] >= ends[1] {
        let range = format!("{} to {}", Meters(ends[0]), Meters(ends[1]));
        return Err(Error::parameter("range", range, "ascending"));
    }
    let span =
        Span { paths: vec![path.clone()], ends, unit: "m".to_owned(), log: true, count: None };
    let seeds = seeds(search.records.seed, search.seeds)?;
    let stopped = || control.stop.load(Ordering::Relaxed);
    let to_do = search.points + seeds.len() * STEPS as usize;
    let done = AtomicUsize::new(0);
    let ber = |seed: usize, share: f64| -> Result<f64> {
        (control.progress)(done.fetch_add(1, Ordering::Relaxed), to_do);
        let mut edited = document.clone();
        span.apply(&mut edited, span.at(share))?;
        let records = Records { seed: seeds[seed], ..search.records };
        let reading = Reading::new(edited.route()?, &records, Effort::Calculated)?;
        Ok(reading.calculated()?.rate)
    };
    let shares = shares(search.points)?;
    let scan =
        parallel::map(shares.len(), || (), |(), at| (!stopped()).then(|| ber(0, shares[at])));
    let Some(scan) = scan.into_iter().collect::<Option<Vec<Result<f64>>>>() else {
        return Ok(None);
    };
    if let Some(Err(error)) = scan.iter().find(|ber| matches!(ber, Err(e) if e.is_parameter())) {
        return Err(Error::unsupported(error.to_string()));
    }
    let meets = |ber: &Result<f64>| ber.as_ref().is_ok_and(|ber| *ber <= target);
    let first_missed = scan.iter().position(|ber| !meets(ber));
    let limit = match first_missed {
        None => Limit::Above,
        Some(0) => Limit::Below,
        Some(missed) => {
            let bracket = [shares[missed - 1], shares[missed]];
            let found = parallel::map(
                seeds.len(),
                || (),
                |(), seed| bisect(bracket, |share| Ok(!stopped() && meets(&ber(seed, share)))),
            );
            if stopped() {
                return Ok(None);
            }
            let found = found.into_iter().collect::<Result<Vec<f64>>>()?;
            let lengths = found.into_iter().map(|share| span.at(share)).collect();
            Interval::of(lengths).map_or(Limit::Below, Limit::Within)
        }
    };
    let met_again = first_missed
        .and_then(|missed| (missed..scan.len()).find(|at| meets(&scan[*at])))
        .map(|at| span.at(shares[at]));
    let scan = scan.into_iter().zip(&shares).map(|(ber, share)| Trial {
        length: span.at(*share),
        failure: ber.as_ref().err().map(ToString::to_string),
        ber: ber.ok(),
    });
    let scan = scan.collect();
    Ok(Some(Reach {
        route: route.name,
        medium,
        path,
        present,
        others,
        target,
        scan,
        limit,
        met_again,
    }))
}

/// The length that a reach is about.
struct Stretch {
    medium: Medium,
    path: String,
    present: f64,
    others: f64,
}

impl Stretch {
    fn of(route: &Route) -> Result<Self> {
        if let Some(fiber) = fiber(route)? {
            return Ok(fiber);
        }
        let lines = channels(route).filter_map(|(hop, stage, channel)| {
            let (_, length) = channel.longest_line()?;
            Some((hop, stage, channel, length.0))
        });
        // Of equals the first.
        let longest = lines.reduce(|best, line| if line.3 > best.3 { line } else { best });
        let Some((hop, stage, channel, present)) = longest else {
            let message = "the route has neither a fiber nor a line with a length";
            return Err(Error::unsupported(message));
        };
        let all: f64 = channel.sections.iter().filter_map(|part| Some(part.length()?.0)).sum();
        let path = format!("{}/{stage}/length", hop.name);
        Ok(Self { medium: Medium::Copper, path, present, others: all - present })
    }
}

/// The first device that light passes and that has a length.
fn fiber(route: &Route) -> Result<Option<Stretch>> {
    let document = Document::of(route)?;
    for hop in &route.hops {
        let mut kind = Kind::Voltage;
        for stage in &hop.stages {
            let output = stage.device.output();
            if (kind, output) == (Kind::Field, Kind::Field)
                && let Some(length) = document.text_of(&hop.name, &stage.name, "length")
            {
                let present = length.parse::<Meters>()?.0;
                let path = format!("{}/{}/length", hop.name, stage.name);
                return Ok(Some(Stretch { medium: Medium::Fiber, path, present, others: 0.0 }));
            }
            kind = output;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    #[test]
    fn the_fiber_is_stretched_and_without_one_the_longest_line() {
        for route in [preset::lpo_dr_100g(), preset::dsp_dr_100g(), preset::lro_dr_100g()] {
            let stretch = Stretch::of(&route).unwrap();
            assert_eq!((stretch.medium, stretch.present), (Medium::Fiber, 500.0));
            assert!(stretch.path.ends_with("/fiber/length"), "{}", stretch.path);
            assert!(stretch.path.starts_with("host-to-host") || route.hops.len() > 1);
        }
        let copper = Stretch::of(&preset::copper_100g()).unwrap();
        assert_eq!(copper.path, "host-to-host/copper.channel/length");
        assert!((copper.others - copper.present).abs() < 1e-12);
        let mut bare = preset::copper_100g();
        bare.hops[0].stages.clear();
        assert!(Stretch::of(&bare).is_err());
    }
}
