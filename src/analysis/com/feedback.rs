//! Decision feedback with limits and floating taps.

use super::parameters::{ComDfe, FloatingTaps};

/// The taps of decision feedback, over the cursor.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Feedback {
    /// From the first symbol behind the cursor on.
    pub(super) taps: Vec<f64>,
    /// The symbols, from 1, that floating taps stand at.
    pub(super) floating: Vec<usize>,
}

impl ComDfe {
    /// Symbols that feedback may reach.
    pub(super) fn reach(&self) -> usize {
        self.floating.map_or(self.most.len(), |floating| floating.span)
    }

    /// The largest value of the first tap.
    pub(super) fn first_most(&self) -> f64 {
        self.most.first().copied().unwrap_or(0.0)
    }

    /// The taps for a cursor and the samples behind it, which are at least as many as the reach
    /// (93A-26): each sample over the cursor, in steps, within limits.
    pub(super) fn taps(&self, cursor: f64, behind: &[f64]) -> Feedback {
        let reach = self.reach();
        let ideal: Vec<f64> = behind[..reach].iter().map(|h| self.stepped(h / cursor)).collect();
        let mut taps: Vec<f64> = ideal
            .iter()
            .zip(self.most.iter().zip(&self.least))
            .map(|(&x, (&most, &least))| clipped(x, most, least))
            .collect();
        let Some(limits) = self.floating else { return Feedback { taps, floating: Vec::new() } };
        let mut floating = banks(behind, self.most.len(), cursor, &limits);
        floating.sort_unstable();
        taps.resize(reach, 0.0);
        for &symbol in &floating {
            taps[symbol - 1] = clipped(ideal[symbol - 1], limits.most, -limits.most);
        }
        if limits.tail_start > 0 && limits.tail_start <= reach {
            let tail = &mut taps[limits.tail_start - 1..];
            let size = tail.iter().map(|tap| tap * tap).sum::<f64>().sqrt();
            if size > 0.0 && size >= limits.tail_most {
                tail.iter_mut().for_each(|tap| *tap *= limits.tail_most / size);
            }
        }
        Feedback { taps, floating }
    }

    fn stepped(&self, tap: f64) -> f64 {
        if self.step == 0.0 {
            return tap;
        }
        (tap.abs() / self.step).floor() * self.step * tap.signum()
    }

    /// The most energy that floating taps may take out of the samples behind the cursor, wherever
    /// they stand; `gains` is room to work in.
    pub(super) fn floating_bound(&self, cursor: f64, behind: &[f64], gains: &mut Vec<f64>) -> f64 {
        let Some(limits) = self.floating else { return 0.0 };
        let beyond = &behind[self.most.len()..limits.span];
        gains.clear();
        gains.extend(beyond.iter().map(|&h| removable(h, limits.most * cursor)));
        let count = limits.groups * limits.taps;
        if count < gains.len() {
            gains.select_nth_unstable_by(count, |a, b| b.total_cmp(a));
        }
        gains.iter().take(count).sum()
    }
}

fn clipped(x: f64, most: f64, least: f64) -> f64 {
    if x > most {
        most
    } else if x < least {
        least
    } else {
        x
    }
}

/// The energy that a tap of at most `limit` takes out of a sample.
fn removable(sample: f64, limit: f64) -> f64 {
    let left = (sample.abs() - limit).max(0.0);
    sample * sample - left * left
}

/// The symbols, from 1, at which floating taps stand, group by group.
///
/// Groups are placed where they take out the most energy. A group that would leave a gap of less
/// than a group below it is not placed before the symbols there have been weighed: either the group
/// right below is among the next best, and is placed too, or the start is given up.
fn banks(behind: &[f64], fixed: usize, cursor: f64, limits: &FloatingTaps) -> Vec<usize> {
    let FloatingTaps { groups, taps, span, most, .. } = *limits;
    let single: Vec<f64> =
        behind[fixed..span].iter().map(|&h| removable(h, most * cursor)).collect();
    let mut gain: Vec<f64> = single.windows(taps).map(|window| window.iter().sum()).collect();
    let starts = gain.len();
    let order = |gain: &[f64]| {
        let mut order: Vec<usize> = (0..starts).collect();
        order.sort_by(|&a, &b| gain[b].total_cmp(&gain[a]));
        order
    };
    let first = (groups - 1) * taps + 1;
    let ranked = order(&gain);
    if first <= starts && ranked[..first].iter().all(|&start| start < first) {
        return (fixed + 1..=fixed + groups * taps).collect();
    }
    let mut chosen: Vec<usize> = Vec::with_capacity(groups * taps);
    let mut next = None::<usize>;
    for group in 0..groups {
        let start = match next.take() {
            Some(start) => start,
            None if group + 1 == groups => order(&gain)[0],
            None => {
                let (start, below) = placed(&mut gain, &chosen, taps, order);
                next = below;
                start
            }
        };
        gain[start.saturating_sub(taps - 1)..(start + taps).min(starts)].fill(0.0);
        chosen.extend(start..start + taps);
    }
    chosen.iter().map(|symbol| symbol + fixed + 1).collect()
}

/// The start of the next group, and that of the group after it if that is to be right below.
fn placed(
    gain: &mut [f64],
    chosen: &[usize],
    taps: usize,
    order: impl Fn(&[f64]) -> Vec<usize>,
) -> (usize, Option<usize>) {
    let mut ranked = order(gain);
    let mut start = ranked[0];
    loop {
        let below: Vec<usize> = (start.saturating_sub(taps - 1)..start)
            .filter(|symbol| !chosen.contains(symbol))
            .collect();
        if below.is_empty() {
            return (start, None);
        }
        let neighbor = start.checked_sub(taps);
        let within = |s: usize| below.contains(&s) || (start..start + taps).contains(&s);
        let stop = ranked.iter().position(|&s| Some(s) == neighbor || !within(s));
        let stop = stop.unwrap_or(ranked.len() - 1);
        if Some(ranked[stop]) == neighbor {
            return (start, neighbor);
        }
        if !ranked[..stop].iter().any(|s| below.contains(s)) {
            return (start, None);
        }
        gain[start] = 0.0;
        start = ranked[1];
        ranked = order(gain);
    }
}
