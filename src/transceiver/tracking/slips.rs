//! Cycle slips: where decisions leave out a symbol that was sent, or repeat one.

use std::ops::Range;

/// Symbols that a comparison looks at.
const WINDOW: usize = 64;

/// Symbols from one comparison to the next.
const STRIDE: usize = 16;

/// Wrong symbols of a window from which on a slip is suspected. Of unrelated symbols at least a half
/// differ, 32 with a standard deviation of 4.
const SUSPECT: usize = 20;

/// Wrong symbols of a window up to which another alignment is believed: among 16 others, chance
/// gets there once in 10^7 windows of two levels, and never with four.
const BELIEVED: usize = 8;

/// The most symbols that one slip is looked for in either direction.
const REACH: isize = 8;

/// A cycle slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The first decision behind it.
    pub at: usize,
    /// Symbols that were left out; negative where symbols were taken twice.
    pub by: isize,
}

/// Which symbol sent each decision of a record stands for.
///
/// A receiver whose clock has slipped decides every symbol right, each under its neighbor's number:
/// compared as they stand, all that follows looks wrong. The alignment follows the slips, so that
/// they are counted as what they are.
///
/// # Assumptions
/// Symbols are not periodic within a few symbols, and a slip is at most 8 symbols. What comes less
/// than about 100 symbols before the next slip, or less than 64 before the end of the record, may go
/// unnoticed and count as errors.
///
/// ```
/// use lightlane::kernel::rng::{Key, Seed};
/// use lightlane::signal::{Modulation, Symbols};
/// use lightlane::transceiver::{Alignment, Slip};
///
/// # fn main() -> lightlane::Result<()> {
/// let sent = Symbols::random(Modulation::Pam4, 1000, Key::root(Seed(1)))?;
/// // Symbol 400 is lost.
/// let symbol = |n: usize| sent.values()[(n + usize::from(n >= 400)) % 1000];
/// let decisions: Vec<u8> = (0..1000).map(symbol).collect();
/// let alignment = Alignment::of(&decisions, sent.values());
/// assert_eq!(alignment.slips(), [Slip { at: 400, by: 1 }]);
/// assert_eq!(alignment.compared(sent.values()), decisions);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alignment {
    slips: Vec<Slip>,
}

impl Alignment {
    /// Aligns the decisions of a periodic record with the symbols sent.
    ///
    /// # Panics
    /// If they are not of one length.
    pub fn of(decisions: &[u8], sent: &[u8]) -> Self {
        let count = sent.len();
        assert_eq!(decisions.len(), count, "one decision for each symbol");
        let wrong = |shift: isize, range: Range<usize>| {
            let shift = shift.rem_euclid(count.max(1) as isize) as usize;
            range.filter(|&n| decisions[n] != sent[(n + shift) % count]).count()
        };
        let mut slips: Vec<Slip> = Vec::new();
        let mut shift = 0;
        let mut start = 0;
        while start + WINDOW <= count {
            let window = start..start + WINDOW;
            if wrong(shift, window.clone()) > SUSPECT {
                let others = (1..=REACH).flat_map(|by| [by, -by]);
                let best = others
                    .map(|by| (wrong(shift + by, window.clone()), by))
                    .min_by_key(|&(errors, by)| (errors, by.abs()));
                if let Some((errors, by)) = best
                    && errors <= BELIEVED
                {
                    let earliest = slips.last().map_or(0, |slip| slip.at);
                    let from = start.saturating_sub(WINDOW).max(earliest);
                    let cost =
                        |at: &usize| wrong(shift, from..*at) + wrong(shift + by, *at..window.end);
                    let at = (from..window.end).min_by_key(cost).unwrap_or(start);
                    slips.push(Slip { at, by });
                    shift += by;
                }
            }
            start += STRIDE;
        }
        Self { slips }
    }

    /// The slips, in the order of the record. One at decision 0 happened before the record.
    pub fn slips(&self) -> &[Slip] {
        &self.slips
    }

    /// The symbol sent that each decision is to be compared with. Allocates.
    pub fn compared(&self, sent: &[u8]) -> Vec<u8> {
        let count = sent.len();
        let mut slips = self.slips.iter().peekable();
        let mut shift = 0;
        (0..count)
            .map(|n| {
                while let Some(slip) = slips.next_if(|slip| slip.at <= n) {
                    shift += slip.by;
                }
                sent[(n as isize + shift).rem_euclid(count as isize) as usize]
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};
    use crate::signal::{Modulation, Symbols};

    #[test]
    fn slips_either_way_are_found_among_errors_and_bursts_are_none() {
        for modulation in [Modulation::Nrz, Modulation::Pam4, Modulation::Pam8] {
            let key = Key::root(Seed(51)).named("slips");
            let sent = Symbols::random(modulation, 20_000, key).unwrap();
            let sent = sent.values();
            let truth = [(0, 2), (3_000, 1), (3_200, -1), (9_999, -3), (15_000, 1)];
            let mut errors = key.named("errors").stream();
            let mut decisions: Vec<u8> = (0..sent.len())
                .map(|n| {
                    let moved: isize =
                        truth.iter().filter(|(at, _)| *at <= n).map(|(_, by)| by).sum();
                    let symbol = sent[(n as isize + moved).rem_euclid(20_000) as usize];
                    // One in a hundred is wrong, anywhere.
                    if errors.below(100) == 0 { symbol ^ 1 } else { symbol }
                })
                .collect();
            // A burst is no slip.
            for symbol in &mut decisions[12_000..12_060] {
                *symbol ^= 1;
            }
            let alignment = Alignment::of(&decisions, sent);
            let got = alignment.slips();
            assert_eq!(got.len(), truth.len(), "{modulation}: {got:?}");
            for (slip, (at, by)) in got.iter().zip(truth) {
                assert_eq!(slip.by, by, "{modulation}: {slip:?}");
                assert!(slip.at.abs_diff(at) < 8, "{modulation}: {slip:?} is not at {at}");
            }
            let compared = alignment.compared(sent);
            let wrong = compared.iter().zip(&decisions).filter(|(a, b)| a != b).count();
            assert!((200..320).contains(&wrong), "{wrong}");
        }
    }

    #[test]
    fn unrelated_symbols_are_no_slips_and_short_records_no_panic() {
        let symbols = |name, count| {
            Symbols::random(Modulation::Nrz, count, Key::root(Seed(52)).named(name)).unwrap()
        };
        let (a, b) = (symbols("a", 1 << 16), symbols("b", 1 << 16));
        assert!(Alignment::of(a.values(), b.values()).slips().is_empty());
        let short = symbols("short", 5);
        let alignment = Alignment::of(short.values(), short.values());
        assert_eq!(alignment.compared(short.values()), short.values());
        assert!(Alignment::of(&[], &[]).compared(&[]).is_empty());
    }
}
