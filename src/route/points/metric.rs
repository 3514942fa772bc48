//! What can be measured at a test point, and its limits.

use std::fmt;

use crate::signal::Kind;
use crate::unit::{
    DecibelMilliwatts, Decibels, DecibelsPerHertz, Quantity, Seconds, UnitIntervals, Volts, check,
};
use crate::{Error, Result};

/// How far a number is to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema),
    serde(rename_all = "kebab-case")
)]
pub enum Confidence {
    /// From a standard's document or reference code, or restating one.
    Standard,
    /// From a vendor's data or an operator's settings.
    Vendor,
    /// From a scientific paper.
    Paper,
    /// An engineer's estimate of what is usual.
    Estimate,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Standard => "standard",
            Self::Vendor => "vendor",
            Self::Paper => "paper",
            Self::Estimate => "estimate",
        })
    }
}

/// What a metric should be, and who says so. A metric without limits is only reported.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Limit<Q> {
    /// The least value.
    #[cfg_attr(
        feature = "config",
        serde(default = "none", skip_serializing_if = "Option::is_none")
    )]
    pub at_least: Option<Q>,
    /// The largest value.
    #[cfg_attr(
        feature = "config",
        serde(default = "none", skip_serializing_if = "Option::is_none")
    )]
    pub at_most: Option<Q>,
    /// How far the limit is to be trusted.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub confidence: Option<Confidence>,
    /// What it is modelled after.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub source: Option<String>,
}

/// The absence of a bound, for documents. A derived default would ask the quantity for one.
#[cfg(feature = "config")]
fn none<Q>() -> Option<Q> {
    None
}

/// Limits as bare numbers in the unit of their metric.
pub type Limits = Limit<f64>;

impl<Q> Limit<Q> {
    /// No limit.
    pub fn none() -> Self {
        Self { at_least: None, at_most: None, confidence: None, source: None }
    }
}

impl<Q: Quantity> Limit<Q> {
    fn bare(&self) -> Limits {
        let value = |bound: &Option<Q>| bound.map(Quantity::value);
        Limit {
            at_least: value(&self.at_least),
            at_most: value(&self.at_most),
            confidence: self.confidence,
            source: self.source.clone(),
        }
    }
}

/// How far beyond a bound a value may lie and still be at it, in parts of the bound: a record of some
/// ten thousand symbols does not tell more.
const MEASURED: f64 = 1e-3;

impl Limits {
    /// Whether a value keeps the limits, to a part in a thousand; `None` if there are none.
    pub fn hold(&self, value: f64) -> Option<bool> {
        if self.at_least.is_none() && self.at_most.is_none() {
            return None;
        }
        let above = self.at_least.is_none_or(|least| value >= least - MEASURED * least.abs());
        Some(above && self.at_most.is_none_or(|most| value <= most + MEASURED * most.abs()))
    }
}

/// The unit of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricUnit {
    /// A plain number.
    One,
    /// See [`Decibels`].
    Decibels,
    /// See [`DecibelMilliwatts`].
    DecibelMilliwatts,
    /// See [`DecibelsPerHertz`].
    DecibelsPerHertz,
    /// See [`Seconds`].
    Seconds,
    /// See [`UnitIntervals`].
    UnitIntervals,
    /// See [`Volts`].
    Volts,
}

impl MetricUnit {
    /// The symbol of the unit that bare values are in; empty for a plain number.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::One => "",
            Self::Decibels => "dB",
            Self::DecibelMilliwatts => "dBm",
            Self::DecibelsPerHertz => "dB/Hz",
            Self::Seconds => "s",
            Self::UnitIntervals => "UI",
            Self::Volts => "V",
        }
    }

    /// A value with its unit, as people write it.
    pub fn text(self, value: f64) -> String {
        match self {
            Self::One => value.to_string(),
            Self::Decibels => Decibels(value).to_string(),
            Self::DecibelMilliwatts => DecibelMilliwatts(value).to_string(),
            Self::DecibelsPerHertz => DecibelsPerHertz(value).to_string(),
            Self::Seconds => Seconds(value).to_string(),
            Self::UnitIntervals => UnitIntervals(value).to_string(),
            Self::Volts => Volts(value).to_string(),
        }
    }
}

/// A type that limits are stated in.
trait Measure {
    const UNIT: MetricUnit;
}

/// Units of the types that limits are stated in.
macro_rules! measures {
    ($($quantity:ty => $unit:ident),+ $(,)?) => {
        $(impl Measure for $quantity { const UNIT: MetricUnit = MetricUnit::$unit; })+
    };
}

measures! {
    f64 => One, Decibels => Decibels, DecibelMilliwatts => DecibelMilliwatts,
    DecibelsPerHertz => DecibelsPerHertz, Seconds => Seconds, UnitIntervals => UnitIntervals,
    Volts => Volts,
}

/// Writes out all metrics: one line each, with its type, its name and what it is measured on.
macro_rules! metrics {
    ($($(#[$doc:meta])+ $variant:ident($quantity:ty) $name:literal $on:expr;)+) => {
        /// What is asked at a test point, with the limits that it has there.
        ///
        /// Everything is measured behind the filter of the point's reference receiver. Metrics of
        /// eyes are those behind its equalizer, and eyes are opened to its symbol error ratio.
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(
            feature = "config",
            derive(serde::Serialize, serde::Deserialize),
            serde(rename_all = "kebab-case")
        )]
        pub enum Metric {
            $($(#[$doc])+ $variant(Limit<$quantity>),)+
        }

        impl Metric {
            /// The name in reports.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)+ }
            }

            /// The unit of its value and limits.
            pub fn unit(&self) -> MetricUnit {
                match self { $(Self::$variant(_) => <$quantity as Measure>::UNIT,)+ }
            }

            /// Its limits as bare numbers.
            pub fn limits(&self) -> Limits {
                match self { $(Self::$variant(limit) => limit.bare(),)+ }
            }

            /// What it is measured on.
            fn kinds(&self) -> &'static [Kind] {
                match self { $(Self::$variant(_) => $on,)+ }
            }
        }
    };
}

const LIGHT: &[Kind] = &[Kind::Field];
const VOLTAGE: &[Kind] = &[Kind::Voltage];
const BOTH: &[Kind] = &[Kind::Field, Kind::Voltage];

metrics! {
    /// Outer optical modulation amplitude.
    Oma(DecibelMilliwatts) "OMA" LIGHT;
    /// Average power.
    AveragePower(DecibelMilliwatts) "average power" LIGHT;
    /// Outer extinction ratio.
    ExtinctionRatio(Decibels) "extinction ratio" LIGHT;
    /// Eye closure of an optical transmitter without test fiber.
    Tecq(Decibels) "TECQ" LIGHT;
    /// Eye closure of an optical transmitter behind a fiber.
    Tdecq(Decibels) "TDECQ" LIGHT;
    /// Eye closure of a stressed receiver's test source.
    Secq(Decibels) "SECQ" LIGHT;
    /// Eye closure of an optical transmitter with two levels.
    Tdec(Decibels) "TDEC" LIGHT;
    /// Eye closure less the equalizer's gain for noise, `10 log10 C_eq`.
    ClosureLessNoiseGain(Decibels) "closure - C_eq" BOTH;
    /// Outer optical modulation amplitude less the eye closure.
    OmaLessClosure(DecibelMilliwatts) "OMA - closure" LIGHT;
    /// Overshoot above the highest level, in parts of the amplitude.
    Overshoot(f64) "overshoot" BOTH;
    /// Time from 20 to 80 % of the slower edge between outer levels.
    TransitionTime(Seconds) "transition time" BOTH;
    /// Level separation mismatch ratio.
    LevelMismatch(f64) "R_LM" BOTH;
    /// Relative intensity noise referred to the modulation: all that differs between periods.
    RinOma(DecibelsPerHertz) "RIN_OMA" LIGHT;
    /// Outer voltage modulation amplitude.
    Vma(Volts) "VMA" VOLTAGE;
    /// Eye closure of a voltage.
    Eecq(Decibels) "EECQ" VOLTAGE;
    /// Signal to noise and distortion of the linear fit.
    Sndr(Decibels) "SNDR" VOLTAGE;
    /// Standard deviation of the jitter.
    JitterRms(UnitIntervals) "J_RMS" VOLTAGE;
    /// Jitter of all but 1e-3 of the edges.
    J3u(UnitIntervals) "J3u" VOLTAGE;
    /// Jitter of all but 1e-4 of the edges.
    J4u(UnitIntervals) "J4u" VOLTAGE;
    /// Even-odd jitter.
    EvenOddJitter(UnitIntervals) "even-odd jitter" VOLTAGE;
    /// Height of the smallest eye.
    EyeHeight(Volts) "eye height" VOLTAGE;
    /// Width of the narrowest eye.
    EyeWidth(UnitIntervals) "eye width" BOTH;
    /// Vertical closure of the worst eye.
    VerticalEyeClosure(Decibels) "VEC" BOTH;
}

impl Metric {
    /// Checks that the metric exists for `kind`, and its limits.
    pub(super) fn check(&self, kind: Kind) -> Result<()> {
        if !self.kinds().contains(&kind) {
            let kinds: Vec<&str> = self.kinds().iter().map(|kind| kind.name()).collect();
            let message = format!(
                "{} is measured on {}, but the point has {}",
                self.name(),
                kinds.join(" or "),
                kind.name()
            );
            return Err(Error::domain(message));
        }
        let Limits { at_least, at_most, .. } = self.limits();
        for bound in [at_least, at_most].into_iter().flatten() {
            check::finite(self.name(), bound)?;
        }
        if let (Some(least), Some(most)) = (at_least, at_most)
            && least > most
        {
            let text = |value| self.unit().text(value);
            let value = format!("at least {} and at most {}", text(least), text(most));
            return Err(Error::parameter(self.name(), value, "in rising order"));
        }
        Ok(())
    }
}
