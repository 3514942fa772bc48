//! How two routes stand to each other along a scan, and what a change between them comes to.

use std::cmp::Ordering;

use super::search::Interval;
use super::{Comparison, Crossing};

/// How good a route is, or why that cannot be measured.
pub(super) type Score = std::result::Result<f64, String>;

/// How the first route stands to the second.
pub(super) fn standing(scores: &[Score; 2]) -> Ordering {
    match scores {
        [Ok(a), Ok(b)] => a.total_cmp(b),
        [a, b] => a.is_ok().cmp(&b.is_ok()),
    }
}

/// How often routes change places in a scan.
#[derive(Debug, PartialEq)]
pub(super) enum Changes {
    None { better: usize },
    One { before: usize, bracket: [usize; 2] },
    Several,
    Unclear,
}

/// Finds the changes between values at which all seeds agree. Values at which they do not are taken
/// to be near a change.
pub(super) fn changes(scan: &[Comparison], seeds: usize) -> Changes {
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

/// A route that cannot be measured on one side of a change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    route: usize,
    ahead: bool,
    why: String,
}

impl End {
    /// What ends where the route that was better before a change no longer is, by what is known
    /// closest to the change on either side: nothing if both routes were measured there.
    pub(super) fn of(before: usize, [ahead, behind]: &[[Score; 2]; 2]) -> Option<Self> {
        let other = 1 - before;
        let end = |side: &[Score; 2], route: usize, ahead| {
            side[route].as_ref().err().map(|why| Self { route, ahead, why: why.clone() })
        };
        end(behind, before, true).or_else(|| end(ahead, other, false))
    }
}

/// What the changes that seeds found come to.
pub(super) fn crossing(before: usize, found: Vec<(f64, Option<End>)>) -> Crossing {
    let (values, ends): (Vec<f64>, Vec<Option<End>>) = found.into_iter().unzip();
    let alike = |a: &Option<End>, b: &Option<End>| match (a, b) {
        (Some(a), Some(b)) => a.route == b.route && a.ahead == b.ahead,
        (a, b) => a.is_none() && b.is_none(),
    };
    if ends.windows(2).any(|pair| !alike(&pair[0], &pair[1])) {
        return Crossing::Unclear;
    }
    match (Interval::of(values), ends.into_iter().next()) {
        (Some(value), Some(Some(End { route, ahead, why }))) => {
            Crossing::Ends { value, route, ahead, why }
        }
        (Some(value), _) => Crossing::At { value, before },
        (None, _) => Crossing::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(better: &[[usize; 2]]) -> Vec<Comparison> {
        let comparison = |better: &[usize; 2]| Comparison {
            value: 0.0,
            values: [None, None],
            failures: [None, None],
            better: *better,
        };
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

    fn failed() -> Score {
        Err("no lock".to_owned())
    }

    #[test]
    fn what_cannot_be_measured_loses() {
        assert_eq!(standing(&[Ok(-1e-3), failed()]), Ordering::Greater);
        assert_eq!(standing(&[failed(), Ok(-1e-3)]), Ordering::Less);
        assert_eq!(standing(&[failed(), failed()]), Ordering::Equal);
        assert_eq!(standing(&[Ok(-1e-3), Ok(-1e-5)]), Ordering::Less);
    }

    #[test]
    fn a_route_that_ends_is_not_overtaken() {
        // The first is better ahead of the change, and is refused behind it.
        let end = End::of(0, &[[Ok(2.0), Ok(1.0)], [failed(), Ok(1.0)]]).unwrap();
        assert_eq!((end.route, end.ahead, end.why.as_str()), (0, true, "no lock"));
        // The other is refused ahead of it, and better where it is not.
        let end = End::of(0, &[[Ok(1.0), failed()], [Ok(1.0), Ok(2.0)]]).unwrap();
        assert_eq!((end.route, end.ahead), (1, false));
        assert_eq!(End::of(0, &[[Ok(2.0), Ok(1.0)], [Ok(0.5), Ok(1.0)]]), None);

        let ends = |at: f64| (at, Some(End { route: 0, ahead: true, why: "no lock".to_owned() }));
        let found = crossing(0, vec![ends(2.0), ends(3.0)]);
        assert!(matches!(found, Crossing::Ends { route: 0, ahead: true, .. }), "{found:?}");
        let found = crossing(0, vec![(2.0, None), (3.0, None)]);
        assert!(matches!(found, Crossing::At { before: 0, .. }), "{found:?}");
        // One seed sees it overtaken, another sees it end.
        assert_eq!(crossing(0, vec![(2.0, None), ends(3.0)]), Crossing::Unclear);
    }
}
