//! Where one route stops being better than another.

use std::cmp::Ordering;
use std::sync::atomic;

use super::Span;
use super::change::{Changes, End, Score, changes, crossing, standing};
use super::measure::{Effort, Reading};
use super::search::{Interval, STEPS, bisect, seeds, shares};
use crate::config::Document;
use crate::kernel::rng::Seed;
use crate::route::{Control, Records};
use crate::{Error, Result, parallel};

/// What routes are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The semi-analytic bit error ratio: less is better.
    Ber,
    /// The margin to the route's limit, that of its own error correction or its target: more is better.
    Margin,
    /// The nominal energy of a bit: less is better. It has no randomness, and seeds do not differ.
    Energy,
}

impl Criterion {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ber => "BER",
            Self::Margin => "margin",
            Self::Energy => "energy of a bit",
        }
    }

    /// How good a route is: more is better.
    fn score(self, reading: &Reading) -> Result<f64> {
        match self {
            Self::Ber => Ok(-reading.calculated()?.rate),
            Self::Margin => reading.calculated()?.margin_db.ok_or_else(|| {
                Error::unsupported(
                    "there is no margin: neither error correction nor a target, or a limit far off",
                )
            }),
            Self::Energy => Ok(-1e12 * reading.budget()?.energy().nominal),
        }
    }

    /// What a score stands for: a ratio, decibels, or picojoules.
    fn value(self, score: f64) -> f64 {
        match self {
            Self::Ber | Self::Energy => -score,
            Self::Margin => score,
        }
    }

    /// How much of a simulation it takes.
    fn effort(self) -> Effort {
        match self {
            Self::Ber | Self::Margin => Effort::Calculated,
            Self::Energy => Effort::None,
        }
    }
}

/// How a crossover is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossoverSearch {
    /// What is varied.
    pub span: Span,
    /// What the routes are compared by.
    pub criterion: Criterion,
    /// Values of the scan, with both ends among them.
    pub points: usize,
    /// Seeds, which both routes share.
    pub seeds: usize,
    /// How much is simulated at each value, and the seed that all others follow from.
    pub records: Records,
}

/// A value of the scan.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Comparison {
    /// The value, in the unit of the range.
    pub value: f64,
    /// What each route has there with the first seed; `None` where it could not be measured, as
    /// without lock.
    pub values: [Option<f64>; 2],
    /// Why it could not.
    pub failures: [Option<String>; 2],
    /// How many seeds find the first route better, and how many the second.
    pub better: [usize; 2],
}

/// What is known of a crossover.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Crossing {
    /// The routes change places in this interval.
    At {
        /// The value, in the unit of the range.
        value: Interval,
        /// The route that is better ahead of it, for every seed.
        before: usize,
    },
    /// One route is better where both can be measured, and leaves the field to the other where it
    /// no longer can be: the routes do not change places.
    Ends {
        /// The value at which it ceases to be measurable, in the unit of the range.
        value: Interval,
        /// The route that does.
        route: usize,
        /// Whether it can be measured ahead of the value, or behind it.
        ahead: bool,
        /// Why it cannot be on the other side.
        why: String,
    },
    /// One route is better at all values of the scan, for every seed.
    Never {
        /// The route that is.
        better: usize,
    },
    /// The routes change places more than once.
    Several,
    /// Seeds differ in which route is better, or neither is: no direction can be claimed.
    Unclear,
}

/// Where one route stops being better than another.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Crossover {
    /// The routes.
    pub routes: [String; 2],
    /// What they were compared by.
    pub criterion: Criterion,
    /// What was varied.
    pub span: Span,
    /// Which routes do not have what was varied, and stayed as they are: not both.
    pub held: [bool; 2],
    /// The scan.
    pub scan: Vec<Comparison>,
    /// What came of it.
    pub crossing: Crossing,
}

/// Looks for the value of a parameter at which two routes change places. `None` if it was stopped.
///
/// Every seed is shared by both routes and scans the whole range; where all seeds agree on who is better
/// on either side of one change, each of them bisects for itself. A route that cannot be measured, as
/// without lock, loses to one that can; where that is all there is to a change, it is said so. A route
/// that does not have what is varied is held as it is.
///
/// # Errors
/// If neither route has what is varied, the range does not fit a route, or a parameter of one makes no
/// sense.
pub fn crossover(
    documents: &[Document; 2],
    search: &CrossoverSearch,
    control: &Control<'_>,
) -> Result<Option<Crossover>> {
    let CrossoverSearch { span, criterion, points, records, .. } = search;
    let routes = [documents[0].name().to_owned(), documents[1].name().to_owned()];
    let held = match [0, 1].map(|route| lacks(&documents[route], span)) {
        // Neither has it: what is expected stands in the error below.
        [true, true] => [false, false],
        held => held,
    };
    for (document, held) in documents.iter().zip(held) {
        let route = document.route()?;
        if *criterion == Criterion::Margin && route.limit()?.is_none() {
            let message = "the route has no limit that a margin could be to: no error correction, and no `target`";
            return Err(Error::usage(message).in_route(&route.name));
        }
        for end in span.ends.into_iter().filter(|_| !held) {
            let mut edited = document.clone();
            span.apply(&mut edited, end).map_err(|error| error.in_route(&route.name))?;
            let fits = edited.route();
            fits.map_err(|error| error.in_axis(&span.name()).in_route(&route.name))?;
        }
    }
    let seeds = seeds(records.seed, search.seeds)?;
    let shares = shares(*points)?;
    let stopped = || control.stop.load(atomic::Ordering::Relaxed);
    let score = |route: usize, seed: Seed, share: f64| -> Result<Score> {
        let mut edited = documents[route].clone();
        if !held[route] {
            span.apply(&mut edited, span.at(share))?;
        }
        let records = Records { seed, ..*records };
        let reading = edited
            .route()
            .and_then(|route| Reading::new(route, &records, criterion.effort()))
            .and_then(|reading| criterion.score(&reading));
        match reading {
            Err(error) if error.is_parameter() => Err(error.in_route(&routes[route])),
            reading => Ok(reading.map_err(|error| error.to_string())),
        }
    };
    // What is held has one score for each seed.
    let steady = [0, 1].map(|route| {
        let score = |(): &mut (), seed: usize| {
            (held[route] && !stopped()).then(|| score(route, seeds[seed], 0.0))
        };
        parallel::map(seeds.len(), || (), score).into_iter().collect::<Option<Result<Vec<Score>>>>()
    });
    let [first, second] = steady;
    let steady = [first.transpose()?, second.transpose()?];
    let to_do = (shares.len() + STEPS as usize) * seeds.len();
    let done = atomic::AtomicUsize::new(0);
    let scores = |seed: usize, share: f64| -> Result<[Score; 2]> {
        (control.progress)(done.fetch_add(1, atomic::Ordering::Relaxed), to_do);
        let of = |route: usize| match &steady[route] {
            Some(known) => Ok(known[seed].clone()),
            None => score(route, seeds[seed], share),
        };
        Ok([of(0)?, of(1)?])
    };

    let scanned = parallel::map(
        shares.len() * seeds.len(),
        || (),
        |(), at| {
            if stopped() {
                return None;
            }
            Some(scores(at % seeds.len(), shares[at / seeds.len()]))
        },
    );
    let Some(scanned) = scanned.into_iter().collect::<Option<Result<Vec<_>>>>() else {
        return Ok(None);
    };
    let scanned = scanned?;
    let rows: Vec<&[[Score; 2]]> = scanned.chunks(seeds.len()).collect();
    let scan: Vec<Comparison> = rows
        .iter()
        .zip(&shares)
        .map(|(row, share)| {
            let count = |order| row.iter().filter(|scores| standing(scores) == order).count();
            let value = |route: usize| row[0][route].as_ref().ok();
            Comparison {
                value: span.at(*share),
                values: [0, 1].map(|route| value(route).map(|score| criterion.value(*score))),
                failures: [0, 1].map(|route| row[0][route].clone().err()),
                better: [count(Ordering::Greater), count(Ordering::Less)],
            }
        })
        .collect();
    let crossing = match changes(&scan, seeds.len()) {
        Changes::None { better } => Crossing::Never { better },
        Changes::Several => Crossing::Several,
        Changes::Unclear => Crossing::Unclear,
        Changes::One { before, bracket } => {
            let first = if before == 0 { Ordering::Greater } else { Ordering::Less };
            let found = parallel::map(
                seeds.len(),
                || (),
                |(), seed| -> Result<(f64, Option<End>)> {
                    // What is known closest to the change, ahead of it and behind it.
                    let mut sides = bracket.map(|at| rows[at][seed].clone());
                    let share = bisect(bracket.map(|at| shares[at]), |share| {
                        if stopped() {
                            return Ok(false);
                        }
                        let scores = scores(seed, share)?;
                        let holds = standing(&scores) == first;
                        sides[usize::from(!holds)] = scores;
                        Ok(holds)
                    })?;
                    Ok((span.at(share), End::of(before, &sides)))
                },
            );
            if stopped() {
                return Ok(None);
            }
            let found = found.into_iter().collect::<Result<Vec<_>>>()?;
            crossing(before, found)
        }
    };
    let span = span.clone();
    Ok(Some(Crossover { routes, criterion: *criterion, span, held, scan, crossing }))
}

/// Whether a route has nothing of what is varied.
fn lacks(document: &Document, span: &Span) -> bool {
    let text = span.text(span.at(0.0));
    span.paths.iter().all(|path| {
        let edited = document.clone().edit(&format!("{path}={text}"));
        edited.is_err_and(|error| error.is_usage())
    })
}
