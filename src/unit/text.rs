//! The text form of quantities: a number, a blank, a unit.

use std::fmt;

use crate::{Error, Result};

/// A unit that a quantity may be written in.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) symbol: &'static str,
    pub(super) scale: Scale,
}

/// How a number in a unit becomes the bare value of a quantity.
#[derive(Debug)]
pub(super) enum Scale {
    /// Times a power of ten. Exact in text: the exponent is added to the decimal number.
    Ten(i32),
    /// Times a factor.
    Factor(f64),
    /// Ten times the common logarithm of the number times a factor.
    PowerRatio(f64),
}

/// The bare value of a number in a unit.
pub(super) fn scaled(number: f64, scale: &Scale) -> f64 {
    match scale {
        // Through text, so that 6.0.ps() is the double nearest to 6e-12, as in a document.
        Scale::Ten(exponent) => shift_decimal(&format!("{number:e}"), *exponent),
        Scale::Factor(factor) => number * factor,
        Scale::PowerRatio(factor) => 10.0 * (number * factor).log10(),
    }
}

/// The double nearest to the decimal number `text` times ten to the `exponent`; NaN if `text` is
/// not a number.
fn shift_decimal(text: &str, exponent: i32) -> f64 {
    let (mantissa, own) = match text.split_once(['e', 'E']) {
        Some((mantissa, own)) => (mantissa, own.parse::<i32>().ok()),
        None => (text, Some(0)),
    };
    own.and_then(|own| own.checked_add(exponent))
        .and_then(|exponent| format!("{mantissa}e{exponent}").parse().ok())
        .unwrap_or(f64::NAN)
}

/// Reads `text` as a number and one of `units`.
pub(super) fn parse(text: &str, units: &[Unit], what: &str, example: &str) -> Result<f64> {
    let text = text.trim();
    let Some((number, symbol)) = split(text) else {
        return Err(Error::data(format!("`{text}`: expected {what}, such as `{example}`")));
    };
    if symbol.is_empty() {
        return Err(Error::data(format!(
            "`{text}` has no unit: expected {what}, such as `{example}`"
        )));
    }
    let Some(unit) = units.iter().find(|unit| unit.symbol == symbol) else {
        return Err(Error::data(format!(
            "`{text}`: `{symbol}` is not a unit of {what}: expected {}",
            listed(units)
        )));
    };
    let value = match unit.scale {
        Scale::Ten(exponent) => shift_decimal(number, exponent),
        _ => scaled(number.parse().unwrap_or(f64::NAN), &unit.scale),
    };
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Error::data(format!("`{text}`: expected {what} that is finite")))
    }
}

/// The number that a text begins with, and what stands behind it: for a quantity, its unit.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    // The longest start that reads as a number is the number: "10e" is not one, "10" is.
    let split = (1..=text.len())
        .rev()
        .filter(|&end| text.is_char_boundary(end))
        .find(|&end| text[..end].parse::<f64>().is_ok())?;
    Some((&text[..split], text[split..].trim()))
}

fn listed(units: &[Unit]) -> String {
    let symbols: Vec<&str> = units.iter().map(|unit| unit.symbol).collect();
    match symbols.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// Writes `value` in the unit that leaves the fewest digits before the point, at least one.
pub(super) fn print(value: f64, units: &[Unit], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let tens = || {
        units.iter().filter_map(|unit| match unit.scale {
            Scale::Ten(exponent) => Some((exponent, unit.symbol)),
            _ => None,
        })
    };
    let scientific = format!("{value:e}");
    let magnitude: i32 =
        scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let fitting = tens().filter(|&(exponent, _)| exponent <= magnitude).max();
    let Some((exponent, symbol)) =
        (if value == 0.0 { tens().min_by_key(|(e, _)| e.abs()) } else { fitting.or(tens().min()) })
    else {
        return Ok(());
    };
    write!(f, "{} {symbol}", shifted(&scientific, magnitude, -exponent))
}

/// The decimal number `scientific` (of the given magnitude) times ten to the `shift`, exactly.
fn shifted(scientific: &str, magnitude: i32, shift: i32) -> String {
    let mantissa = scientific.split_once('e').map_or(scientific, |(mantissa, _)| mantissa);
    let point = magnitude + shift;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |m| ("-", m));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if !digits.bytes().any(|digit| digit != b'0') {
        return format!("{sign}0");
    }
    if !(-4..=15).contains(&point) {
        return format!("{sign}{mantissa}e{point}");
    }
    if point < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-point - 1) as usize));
    }
    let whole = point as usize + 1;
    if digits.len() <= whole {
        format!("{sign}{digits}{}", "0".repeat(whole - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
    }
}

/// Reads a quantity from a document, where it is text.
#[cfg(feature = "config")]
pub(super) fn deserialize<'de, D, Q>(
    from: D,
    what: &'static str,
    example: &'static str,
) -> Result<Q, D::Error>
where
    D: serde::Deserializer<'de>,
    Q: std::str::FromStr<Err = Error>,
{
    struct Text<Q> {
        what: &'static str,
        example: &'static str,
        quantity: std::marker::PhantomData<Q>,
    }

    impl<Q: std::str::FromStr<Err = Error>> serde::de::Visitor<'_> for Text<Q> {
        type Value = Q;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} with its unit, such as \"{}\"", self.what, self.example)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Q, E> {
            text.parse().map_err(E::custom)
        }
    }

    from.deserialize_any(Text { what, example, quantity: std::marker::PhantomData })
}

/// Lets a type that reads and prints itself do so in documents.
macro_rules! document_text {
    ($name:ty) => {
        #[cfg(feature = "config")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        #[cfg(feature = "config")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text: String = serde::Deserialize::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use document_text;
