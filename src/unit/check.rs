//! Checks of parameters: the value as bare number, or an error that names the parameter.
//!
//! Each check refuses NaN and infinities, whatever else it asks.

use std::ops::RangeInclusive;

use super::Quantity;
use crate::{Error, Result};

/// A finite value.
///
/// # Errors
/// If the value is NaN or infinite.
pub fn finite(name: &str, quantity: impl Quantity) -> Result<f64> {
    of(name, quantity, "finite", |_| true)
}

/// A value above zero.
///
/// # Errors
/// If the value is not positive and finite.
pub fn positive(name: &str, quantity: impl Quantity) -> Result<f64> {
    of(name, quantity, "positive and finite", |x| x > 0.0)
}

/// A value of zero or above.
///
/// # Errors
/// If the value is negative or not finite.
pub fn not_negative(name: &str, quantity: impl Quantity) -> Result<f64> {
    of(name, quantity, "zero or positive, and finite", |x| x >= 0.0)
}

/// A value in a closed range.
///
/// # Errors
/// If the value is outside the range.
pub fn within<Q: Quantity>(name: &str, quantity: Q, range: &RangeInclusive<Q>) -> Result<f64> {
    let (low, high) = (range.start(), range.end());
    of(name, quantity, &format!("between {low} and {high}"), |x| {
        low.value() <= x && x <= high.value()
    })
}

/// A count in a closed range.
///
/// # Errors
/// If the count is outside the range.
pub fn count(name: &str, value: usize, range: &RangeInclusive<usize>) -> Result<usize> {
    if range.contains(&value) {
        return Ok(value);
    }
    let expected = format!("between {} and {}", range.start(), range.end());
    Err(Error::parameter(name, value, expected))
}

fn of(
    name: &str,
    quantity: impl Quantity,
    expected: &str,
    holds: impl Fn(f64) -> bool,
) -> Result<f64> {
    let value = quantity.value();
    if value.is_finite() && holds(value) {
        Ok(value)
    } else {
        Err(Error::parameter(name, quantity, expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::{Hertz, Literals};

    #[test]
    fn each_check_refuses_nan() {
        let nan = Hertz(f64::NAN);
        assert!(finite("x", nan).is_err());
        assert!(positive("x", nan).is_err());
        assert!(not_negative("x", nan).is_err());
        assert!(within("x", nan, &(0.0.hz()..=1.0.hz())).is_err());
    }

    #[test]
    fn bounds_belong_to_a_range_and_zero_is_not_positive() {
        assert!(within("x", 1.0.hz(), &(0.0.hz()..=1.0.hz())).is_ok());
        assert!(positive("x", 0.0.hz()).is_err());
        assert!(not_negative("x", 0.0.hz()).is_ok());
        let message = positive("bandwidth", (-3.0).ghz()).unwrap_err().to_string();
        assert_eq!(message, "`bandwidth` is -3 GHz, but must be positive and finite");
    }
}
