//! The places of floating taps.

use std::ops::Range;

use super::form::Form;
use crate::Result;
use crate::kernel::solve::{Normal, Weight};

/// A kind of group: the taps among which it may lie, and how many it has.
struct Kind {
    within: Range<usize>,
    size: usize,
    left: usize,
}

/// Puts down floating groups one by one, each where it lowers the mean square error most: their
/// weights become free.
///
/// # Errors
/// If equations are singular even when loaded.
pub(super) fn place(form: &Form, normal: &Normal, conditions: &mut [Weight]) -> Result<()> {
    let [forward, back] = &form.floating;
    let ranges = [form.taps..form.reach, form.reach + form.leading..form.reach + form.feedback];
    let mut kinds: Vec<Kind> = [forward, back]
        .into_iter()
        .zip(ranges)
        .filter_map(|(floating, within)| {
            let floating = floating.as_ref()?;
            Some(Kind { within, size: floating.taps_per_group, left: floating.groups })
        })
        .collect();
    loop {
        let mut best: Option<(f64, usize, Range<usize>)> = None;
        for (number, kind) in kinds.iter().enumerate().filter(|(_, kind)| kind.left > 0) {
            for start in kind.within.start..=kind.within.end - kind.size {
                let group = start..start + kind.size;
                if conditions[group.clone()].contains(&Weight::Free) {
                    continue;
                }
                let mut trial = conditions.to_vec();
                trial[group.clone()].fill(Weight::Free);
                let (weights, _) = form.within_limits(normal, &trial)?;
                let error = normal.mean_square_error(&weights);
                if best.as_ref().is_none_or(|(least, ..)| error < *least) {
                    best = Some((error, number, group));
                }
            }
        }
        let Some((_, number, group)) = best else { return Ok(()) };
        conditions[group].fill(Weight::Free);
        kinds[number].left -= 1;
    }
}
