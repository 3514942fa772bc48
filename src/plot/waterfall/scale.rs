//! How the values of a waterfall are shown: their power of ten and their digits.

use crate::plot::axis::power_of_ten;

/// The range of a panel and the form of its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// The ends of the axis, divided by the power of ten.
    pub(super) range: [f64; 2],
    /// Values are divided by this power of ten.
    pub(super) power: i32,
    /// The digits after the point that the largest value has.
    pub(super) decimals: usize,
}

impl Scale {
    /// The scale for values between two ends, of which the upper one is above zero.
    pub(super) fn new([low, high]: [f64; 2]) -> Self {
        let digits = high.log10().floor() as i32;
        let power = if (-1..3).contains(&digits) { 0 } else { 3 * digits.div_euclid(3) };
        let decimals = (2 - (digits - power)).clamp(0, 3) as usize;
        let factor = 10f64.powi(-power);
        Self { range: [1.04 * low * factor, 1.06 * high * factor], power, decimals }
    }

    /// A value as the axis shows it.
    pub(super) fn scaled(self, value: f64) -> f64 {
        value * 10f64.powi(-self.power)
    }

    /// A value in print.
    pub(super) fn print(self, value: f64) -> String {
        decimal(self.scaled(value), self.decimals)
    }

    /// A unit with the power of ten before it; empty where there is neither.
    pub(super) fn unit(self, unit: &str) -> String {
        match (unit, self.power) {
            (_, 0) => unit.into(),
            ("", power) => power_of_ten(power),
            (_, power) => format!("{} {unit}", power_of_ten(power)),
        }
    }
}

/// A number with some decimals; what they do not show is said to be small, not zero.
pub(super) fn decimal(value: f64, decimals: usize) -> String {
    let least = 0.5 * 10f64.powi(-(decimals as i32));
    if value > 0.0 && value < least {
        format!("<{:.decimals$}", 2.0 * least)
    } else if value < 0.0 && value > -least {
        "≈0".into()
    } else {
        format!("{value:.decimals$}").replace('-', "−")
    }
}
