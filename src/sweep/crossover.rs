//! Where one route stops being better than another.

use std::cmp::Ordering;
use std::sync::atomic;

use super::Span;
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
    /// The margin to the limit of the route's own error correction: more is better.
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
                Error::unsupported("there is no margin: no error correction, or a limit far off")
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
    /// How many seeds find the first route better, and how many the second.
    pub better: [usize; 2],
}

/// What is known of a crossover.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Crossing {
    /// The routes change places in this interval.
    At {
        /// The value, in the unit of the range.
        value: Interval,
        /// The route that is better ahead of it, for every seed.
        before: usize,
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
    /// The scan.
    pub scan: Vec<Comparison>,
    /// What came of it.
    pub crossing: Crossing,
}

/// Looks for the value of a parameter at which two routes change places. `None` if it was stopped.
///
/// Every seed is shared by both routes and scans the whole range; where all seeds agree on who is better
/// on either side of one change, each of them bisects for itself. A route that cannot be measured, as
/// without lock, loses to one that can.
///
/// # Errors
/// If the range does not fit a route, or a parameter of one makes no sense.
pub fn crossover(
    documents: &[Document; 2],
    search: &CrossoverSearch,
    control: &Control<'_>,
) -> Result<Option<Crossover>> {
    let CrossoverSearch { span, criterion, points, records, .. } = search;
    let routes = [documents[0].name().to_owned(), documents[1].name().to_owned()];
    for document in documents {
        let route = document.route()?;
        if *criterion == Criterion::Margin && route.fec.is_none() {
            let message = "the route has no error correction whose limit a margin could be to";
            return Err(Error::usage(message).in_route(&route.name));
        }
        for end in span.ends {
            let mut edited = document.clone();
            span.apply(&mut edited, end).map_err(|error| error.in_route(&route.name))?;
            let fits = edited.route();
            fits.map_err(|error| error.in_axis(&span.name()).in_route(&route.name))?;
        }
    }
    let seeds = seeds(records.seed, search.seeds)?;
    let shares = shares(*points)?;
    let stopped = || control.stop.load(atomic::Ordering::Relaxed);
    let to_do = (shares.len() + STEPS as usize) * seeds.len();
    let done = atomic::AtomicUsize::new(0);
    let scores = |seed: Seed, share: f64| -> Result<[Option<f64>; 2]> {
        (control.progress)(done.fetch_add(1, atomic::Ordering::Relaxed), to_do);
        let mut scores = [None; 2];
        for (document, score) in documents.iter().zip(&mut scores) {
            let mut edited = document.clone();
            span.apply(&mut edited, span.at(share))?;
            let records = Records { seed, ..*records };
            let reading = edited
                .route()
                .and_then(|route| Reading::new(route, &records, criterion.effort()))
                .and_then(|reading| criterion.score(&reading));
            *score = match reading {
                Ok(score) => Some(score),
                Err(error) if error.is_parameter() => {
                    return Err(error.in_route(document.name()));
                }
                Err(_) => None,
            };
        }
        Ok(scores)
    };

    let scanned = parallel::map(
        shares.len() * seeds.len(),
        || (),
        |(), at| {
            if stopped() {
                return None;
            }
            Some(scores(seeds[at % seeds.len()], shares[at / seeds.len()]))
        },
    );
    let Some(scanned) = scanned.into_iter().collect::<Option<Result<Vec<_>>>>() else {
        return Ok(None);
    };
    let scanned = scanned?;
    let rows: Vec<&[[Option<f64>; 2]]> = scanned.chunks(seeds.len()).collect();
    let scan: Vec<Comparison> = rows
        .iter()
        .zip(&shares)
        .map(|(row, share)| {
            let count = |order| row.iter().filter(|scores| standing(scores) == order).count();
            Comparison {
                value: span.at(*share),
                values: row[0].map(|score| score.map(|score| criterion.value(score))),
                better: [count(Ordering::Greater), count(Ordering::Less)],
            }
        })
        .collect();
    let crossing = match changes(&scan, seeds.len()) {
        Changes::None { better } => Crossing::Never { better },
        Changes::Several => Crossing::Several,
        Changes::Unclear => Crossing::Unclear,
        Changes::One { before, bracket } => {
            let bracket = bracket.map(|at| shares[at]);
            let first = if before == 0 { Ordering::Greater } else { Ordering::Less };
            let found = parallel::map(
                seeds.len(),
                || (),
                |(), seed| {
                    bisect(bracket, |share| {
                        Ok(!stopped() && standing(&scores(seeds[seed], share)?) == first)
                    })
                },
            );
            if stopped() {
                return Ok(None);
            }
            let found = found.into_iter().collect::<Result<Vec<f64>>>()?;
            let values = found.into_iter().map(|share| span.at(share)).collect();
            Interval::of(values).map_or(Crossing::Unclear, |value| Crossing::At { value, before })
        }
    };
    Ok(Some(Crossover { routes, criterion: *criterion, span: span.clone(), scan, crossing }))
}

/// How the first route stands to the second.
fn standing(scores: &[Option<f64>; 2]) -> Ordering {
    match scores {
        [Some(a), Some(b)] => a.total_cmp(b),
        [a, b] => a.is_some().cmp(&b.is_some()),
    }
}

/// How often routes change places in a scan.
#[derive(Debug, PartialEq)]
enum Changes {
    None { better: usize },
    One { before: usize, bracket: [usize; 2] },
    Several,
    Unclear,
}

/// Finds the changes between values at which all seeds agree. Values at which they do not are taken
/// to be near a change.
fn changes(scan: &[Comparison], seeds: usize) -> Changes {
    let sure = scan.iter().enumerate().filter_map(|(at, comparison)| {
        let better = comparison.better.iter().position(|count| *count == seeds)?;
        Some((at, better))
    });
    let sure: Vec<(usize, usize)> = sure.collect();
    let changes: Vec<[(usize, usize); 2]> = sure
        .windows(2)
        .filter(|pair| pair[0].1 != pair[1].1)
        .map(|pair| [pair[0], pair[1]])
        .collect();
    // Unsure values belong to the one change if they lie within it.
    let unsure =
        |from: usize, to: usize| (from..to).any(|at| sure.iter().all(|(known, _)| *known != at));
    match (changes.as_slice(), sure.first()) {
        ([], Some(&(_, better))) if !unsure(0, scan.len()) => Changes::None { better },
        ([[(from, before), (to, _)]], _) if !unsure(0, *from) && !unsure(to + 1, scan.len()) => {
            Changes::One { before: *before, bracket: [*from, *to] }
        }
        ([_, _, ..], _) => Changes::Several,
        _ => Changes::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(better: &[[usize; 2]]) -> Vec<Comparison> {
        let comparison =
            |better: &[usize; 2]| Comparison { value: 0.0, values: [None, None], better: *better };
        better.iter().map(comparison).collect()
    }

    #[test]
    fn no_direction_is_claimed_where_seeds_differ() {
        let cases: [(&[[usize; 2]], Changes); 8] = [
            (&[[3, 0], [3, 0]], Changes::None { better: 0 }),
            (&[[0, 3], [0, 3]], Changes::None { better: 1 }),
            (&[[3, 0], [3, 0], [0, 3]], Changes::One { before: 0, bracket: [1, 2] }),
            (&[[0, 3], [1, 2], [3, 0]], Changes::One { before: 1, bracket: [0, 2] }),
            (&[[3, 0], [0, 3], [3, 0]], Changes::Several),
            (&[[3, 0], [2, 1]], Changes::Unclear),
            (&[[2, 1], [3, 0], [0, 3]], Changes::Unclear),
            (&[[0, 0], [0, 0]], Changes::Unclear),
        ];
        for (better, expected) in cases {
            assert_eq!(changes(&scan(better), 3), expected, "{better:?}");
        }
    }

    #[test]
    fn what_cannot_be_measured_loses() {
        assert_eq!(standing(&[Some(-1e-3), None]), Ordering::Greater);
        assert_eq!(standing(&[None, Some(-1e-3)]), Ordering::Less);
        assert_eq!(standing(&[None, None]), Ordering::Equal);
        assert_eq!(standing(&[Some(-1e-3), Some(-1e-5)]), Ordering::Less);
    }
}
