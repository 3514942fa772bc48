//! Values that are known between two ends.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

use crate::{Error, Result};

/// A value with its likely lowest and highest.
///
/// # Assumptions
/// What is uncertain is so in the same direction: ends add to ends. A sum is therefore as wide as
/// all of its parts together, which is the widest that it can be.
///
/// ```
/// use lightlane::budget::Interval;
///
/// let sum = Interval::new(2.0, 2.5, 3.0) + Interval::new(10.0, 11.7, 14.0);
/// assert_eq!(sum.to_string(), "14.2 (12 to 17)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Interval {
    /// The lowest that is likely.
    pub low: f64,
    /// The most likely.
    pub nominal: f64,
    /// The highest that is likely.
    pub high: f64,
}

/// One of the three values of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// The lowest.
    Low,
    /// The most likely.
    Nominal,
    /// The highest.
    High,
}

impl Interval {
    /// Nothing, exactly.
    pub const ZERO: Self = Self::exact(0.0);

    /// An interval by its values.
    pub const fn new(low: f64, nominal: f64, high: f64) -> Self {
        Self { low, nominal, high }
    }

    /// A value without uncertainty.
    pub const fn exact(value: f64) -> Self {
        Self::new(value, value, value)
    }

    /// Checks that the values are finite, not negative and in order.
    ///
    /// # Errors
    /// If they are not.
    pub fn check(&self, name: &str) -> Result<()> {
        let ordered = 0.0 <= self.low && self.low <= self.nominal && self.nominal <= self.high;
        if ordered && self.high.is_finite() {
            Ok(())
        } else {
            let expected = "zero or positive, and finite, the lowest first";
            let Self { low, nominal, high } = self;
            Err(Error::parameter(name, format!("{nominal:e} ({low:e} to {high:e})"), expected))
        }
    }

    /// The value at a corner.
    pub fn at(&self, corner: Corner) -> f64 {
        match corner {
            Corner::Low => self.low,
            Corner::Nominal => self.nominal,
            Corner::High => self.high,
        }
    }

    /// The value at the opposite corner: of what makes a result smaller the larger it is.
    pub fn against(&self, corner: Corner) -> f64 {
        match corner {
            Corner::Low => self.high,
            Corner::Nominal => self.nominal,
            Corner::High => self.low,
        }
    }

    /// What a function gives at the three corners, which it must not turn round.
    ///
    /// # Errors
    /// Those of the function.
    pub fn corners(of: impl Fn(Corner) -> Result<f64>) -> Result<Self> {
        Ok(Self::new(of(Corner::Low)?, of(Corner::Nominal)?, of(Corner::High)?))
    }

    /// Corner by corner the larger of two.
    #[must_use]
    pub fn at_least(&self, other: Self) -> Self {
        let Self { low, nominal, high } = other;
        Self::new(self.low.max(low), self.nominal.max(nominal), self.high.max(high))
    }

    /// How many times another, above zero, an interval is, corner by corner: what makes both large at once
    /// leaves their ratio alone. The ends are the least and the greatest of the three.
    #[must_use]
    pub fn ratio(&self, other: &Self) -> Self {
        let ratios = [Corner::Low, Corner::Nominal, Corner::High]
            .map(|corner| self.at(corner) / other.at(corner));
        Self {
            low: ratios.into_iter().fold(f64::INFINITY, f64::min),
            nominal: ratios[1],
            high: ratios.into_iter().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// Whether two intervals have a value in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

impl Add for Interval {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.low + other.low, self.nominal + other.nominal, self.high + other.high)
    }
}

impl Sum for Interval {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, Add::add)
    }
}

/// Times a number that is not negative.
impl Mul<f64> for Interval {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::new(self.low * factor, self.nominal * factor, self.high * factor)
    }
}

/// The product of two intervals that are not negative.
impl Mul for Interval {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::new(self.low * other.low, self.nominal * other.nominal, self.high * other.high)
    }
}

/// Three digits and two at the ends, or as many as the precision says.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [middle, ends] = f.precision().map_or([3, 2], |digits| [digits as i32; 2]);
        f.write_str(&significant(self.nominal, middle))?;
        if self.low < self.high {
            write!(f, " ({} to {})", significant(self.low, ends), significant(self.high, ends))?;
        }
        Ok(())
    }
}

/// A number with so many digits, fewer if the last are zeros behind the point.
fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (digits - 1 - magnitude).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_propagate_through_sums_and_products() {
        let (a, b) = (Interval::new(1.0, 2.0, 4.0), Interval::new(3.0, 5.0, 6.0));
        assert_eq!(a + b, Interval::new(4.0, 7.0, 10.0));
        assert_eq!(a * b, Interval::new(3.0, 10.0, 24.0));
        assert_eq!(a * 2.0, Interval::new(2.0, 4.0, 8.0));
        assert_eq!([a, b, a].into_iter().sum::<Interval>(), Interval::new(5.0, 9.0, 14.0));
        let difference = Interval::corners(|c| Ok(a.at(c) - b.against(c))).unwrap();
        assert_eq!(difference, Interval::new(-5.0, -3.0, 1.0));
    }

    #[test]
    fn a_ratio_is_that_of_each_corner_with_its_like() {
        let (a, b) = (Interval::new(2.0, 6.0, 9.0), Interval::new(1.0, 2.0, 6.0));
        assert_eq!(a.ratio(&b), Interval::new(1.5, 3.0, 3.0));
        assert_eq!(a.ratio(&a), Interval::exact(1.0));
        assert_eq!((a * 2.0).ratio(&a), Interval::exact(2.0));
        assert_eq!(a.at_least(Interval::new(3.0, 5.0, 9.5)), Interval::new(3.0, 6.0, 9.5));
    }

    #[test]
    fn overlap_counts_common_ends() {
        let a = Interval::new(1.0, 2.0, 3.0);
        assert!(a.overlaps(&Interval::new(3.0, 4.0, 5.0)));
        assert!(!a.overlaps(&Interval::new(3.1, 4.0, 5.0)));
        assert!(!Interval::new(3.1, 4.0, 5.0).overlaps(&a));
    }

    #[test]
    fn three_digits_and_two_at_the_ends() {
        let cases = [
            (Interval::new(12.04, 14.23, 17.4), "14.2 (12 to 17)"),
            (Interval::new(0.101, 0.12345, 0.2), "0.123 (0.1 to 0.2)"),
            (Interval::exact(10.0), "10"),
            (Interval::new(900.0, 1234.0, 2000.0), "1234 (900 to 2000)"),
            (Interval::ZERO, "0"),
        ];
        for (interval, expected) in cases {
            assert_eq!(interval.to_string(), expected);
        }
        assert_eq!(format!("{:.5}", Interval::exact(4.897)), "4.897");
        assert_eq!(format!("{:.5}", Interval::new(2.45, 3.125, 4.0)), "3.125 (2.45 to 4)");
    }

    #[test]
    fn values_out_of_order_are_refused() {
        let wrong = [(2.0, 1.0, 3.0), (1.0, 3.0, 2.0), (-1.0, 1.0, 2.0), (1.0, 2.0, f64::NAN)];
        for (low, nominal, high) in wrong {
            assert!(Interval::new(low, nominal, high).check("x").unwrap_err().is_parameter());
        }
        Interval::new(0.0, 1.0, 1.0).check("x").unwrap();
    }
}
