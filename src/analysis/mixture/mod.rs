//! Bit error ratio far below what can be counted, from the pattern means of the same record.
//!
//! Intersymbol interference is a finite set of shifts, one for each pattern of neighbors; noise is
//! Gaussian around each. The value at the decision is therefore a mixture of Gaussians. One
//! Gaussian of the same variance per level would be wrong by a factor of 1.6 already at ratios of
//! optical links that can be counted, and by decades below.
//!
//! - [`PatternMixture`] accumulates moments of the slicer's input for each pattern.
//! - [`PatternMixture::extrapolate`] turns them into an [`ExtrapolatedBer`].

mod extrapolate;

use crate::analysis::moments::Moments;
use crate::signal::{Modulation, Symbols};
use crate::unit::check;
use crate::{Error, Result};

pub use extrapolate::{ExtrapolatedBer, SlicerLevel};

/// Groups that the jackknife leaves out one by one.
const GROUPS: usize = 16;

/// Samples that a pattern has on average, at least.
const SAMPLES_PER_PATTERN: usize = 100;

/// The longest pattern, in symbols.
const LONGEST: usize = 5;

/// Moments of a slicer's input, for each pattern of symbols sent.
///
/// A pattern is the symbol decided on with its neighbors: of 5 symbols 2 on either side, of 4
/// symbols 2 before and 1 after, and so on. It is as long as leaves at least 100 samples on
/// average for each pattern, and at most 5 symbols: 102,400 symbols of PAM4 are enough for 5.
///
/// The samples are dealt to 16 groups for the jackknife: whole records in turn, or, of fewer than
/// 16 records, equally long stretches.
///
/// ```
/// use lightlane::analysis::PatternMixture;
/// use lightlane::kernel::rng::{Key, Seed};
/// use lightlane::signal::{Modulation, Symbols};
///
/// let key = Key::root(Seed(1));
/// let sent = Symbols::random(Modulation::Pam4, 1 << 13, key)?;
/// let mut noise = key.named("noise").stream();
/// let slicer: Vec<f64> =
///     sent.levels().iter().map(|level| level + 0.06 * noise.sample()).collect();
/// let mut mixture = PatternMixture::new(Modulation::Pam4, 1, slicer.len())?;
/// mixture.add(&slicer, &sent)?;
/// let ber = mixture.extrapolate(&[-2.0 / 3.0, 0.0, 2.0 / 3.0])?;
/// assert!(ber.ci95[0] < ber.rate && ber.rate < ber.ci95[1]);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PatternMixture {
    modulation: Modulation,
    /// Symbols of a pattern before and after the one decided on.
    before: usize,
    after: usize,
    /// Stretches that a record is cut into.
    stretches: usize,
    /// Stretches seen; the next goes to the group of this number modulo `GROUPS`.
    seen: usize,
    /// For each group, the moments of each pattern: `GROUPS` of `levels^length`.
    groups: Vec<Vec<Moments>>,
}

impl PatternMixture {
    /// An empty accumulator for `records` records of `symbols` symbols each.
    ///
    /// # Errors
    /// If a count is zero, or there are fewer than 100 symbols a level.
    pub fn new(modulation: Modulation, records: usize, symbols: usize) -> Result<Self> {
        check::count("records", records, &(1..=usize::MAX))?;
        let levels = modulation.levels();
        let total = records.saturating_mul(symbols);
        check::count("symbols", total, &(levels * SAMPLES_PER_PATTERN..=usize::MAX))?;
        let fits = |length: &usize| levels.pow(*length as u32) * SAMPLES_PER_PATTERN <= total;
        let length = (2..=LONGEST).take_while(fits).last().unwrap_or(1);
        let patterns = levels.pow(length as u32);
        Ok(Self {
            modulation,
            before: length / 2,
            after: (length - 1) / 2,
            stretches: GROUPS.div_ceil(records),
            seen: 0,
            groups: vec![vec![Moments::default(); patterns]; GROUPS],
        })
    }

    /// Takes in one periodic record: the slicer's input at each decision, and the symbols sent.
    ///
    /// # Errors
    /// If the lengths or the alphabet differ, or a value is not finite.
    pub fn add(&mut self, slicer: &[f64], sent: &Symbols) -> Result<()> {
        let sent_of = sent.modulation();
        if sent_of != self.modulation {
            return Err(Error::parameter("modulation", sent_of, self.modulation));
        }
        if slicer.len() != sent.len() {
            let expected = format!("{}, one for each symbol sent", sent.len());
            return Err(Error::parameter("slicer", slicer.len(), expected));
        }
        if let Some(value) = slicer.iter().find(|value| !value.is_finite()) {
            return Err(Error::parameter("slicer", value, "finite"));
        }
        check::count("symbols", sent.len(), &(1..=usize::MAX))?;
        let values = sent.values();
        let at = |n: isize| usize::from(values[n.rem_euclid(values.len() as isize) as usize]);
        // The pattern as a number, its newest symbol the lowest digit, slid over the record.
        let (levels, patterns) = (self.modulation.levels(), self.groups[0].len());
        let slide = |pattern: usize, n: isize| (pattern * levels + at(n)) % patterns;
        let (before, after) = (self.before as isize, self.after as isize);
        let mut pattern = (-before..after).fold(0, slide);
        for stretch in 0..self.stretches {
            let of = |stretch| stretch * values.len() / self.stretches;
            let mut moments = vec![Moments::default(); patterns];
            let span = of(stretch)..of(stretch + 1);
            for (n, &value) in span.clone().zip(&slicer[span]) {
                pattern = slide(pattern, n as isize + after);
                moments[pattern].push(value);
            }
            merge(&mut self.groups[self.seen % GROUPS], &moments);
            self.seen += 1;
        }
        Ok(())
    }

    /// Takes in what another accumulator of the same form has seen, after what this one has.
    ///
    /// # Panics
    /// If the other was made for another alphabet or other records.
    pub fn merge(&mut self, other: &Self) {
        let form = |of: &Self| (of.modulation, of.before, of.after, of.stretches);
        assert!(form(self) == form(other), "only accumulators of one form are merged");
        for (group, moments) in other.groups.iter().enumerate() {
            merge(&mut self.groups[(self.seen + group) % GROUPS], moments);
        }
        self.seen += other.seen;
    }

    /// The level index of the symbol that a pattern decides on.
    fn center(&self, pattern: usize) -> usize {
        let levels = self.modulation.levels();
        pattern / levels.pow(self.after as u32) % levels
    }
}

/// Takes the moments of each pattern into others.
fn merge(into: &mut [Moments], from: &[Moments]) {
    for (into, from) in into.iter_mut().zip(from) {
        into.merge(from);
    }
}

#[cfg(test)]
mod tests;
