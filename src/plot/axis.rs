//! Axes: ranges, ticks and their labels.

use super::font;
use crate::{Error, Result};

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equally long.
    #[default]
    Linear,
    /// Equal ratios are equally long; values of zero and below are not shown.
    Log,
    /// As linear, for what is counted: ticks and grid stand at whole numbers.
    Whole,
}

impl Scale {
    /// Whether a value has a place on an axis.
    pub(super) fn can_show(self, value: f64) -> bool {
        value.is_finite() && (self != Self::Log || value > 0.0)
    }
}

/// One axis of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What is shown, with its unit in parentheses: "Received OMA (dBm)".
    pub label: String,
    /// How values are spread.
    pub scale: Scale,
    /// The values at the two ends, the lower one first; `None` fits the data.
    pub range: Option<[f64; 2]>,
}

/// The value of a tick and its text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
}

/// An axis with its range and ticks decided.
#[derive(Clone, Debug)]
pub(super) struct Ruler {
    scale: Scale,
    low: f64,
    high: f64,
    /// Labeled ticks in ascending order.
    pub(super) ticks: Vec<Tick>,
    /// Values of the finer grid lines.
    pub(super) minor: Vec<f64>,
}

/// The room for ticks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Room {
    /// Labels stand side by side along so many pixels.
    Across(f64),
    /// Labels stand above each other along so many pixels.
    Up(f64),
}

impl Ruler {
    /// Decides the range of `axis`, which is called `name` in errors, from its own range or else
    /// from `values`.
    pub(super) fn new(
        axis: &Axis,
        name: &str,
        values: impl Iterator<Item = f64>,
        room: Room,
        label_size: f64,
    ) -> Result<Self> {
        let Axis { scale, range, .. } = *axis;
        let [low, high] = range.unwrap_or_else(|| fitted(scale, values));
        let span = high - low;
        let wide = span.is_finite() && span > 1e-12 * low.abs().max(high.abs());
        if !wide || (scale == Scale::Log && low < f64::MIN_POSITIVE) {
            let expected = match scale {
                Scale::Linear | Scale::Whole => "finite and ascending",
                Scale::Log => "finite, ascending and above zero",
            };
            let name = format!("{name}.range");
            return Err(Error::parameter(&name, format!("{low:e} to {high:e}"), expected));
        }
        let mut ruler = Self { scale, low, high, ticks: Vec::new(), minor: Vec::new() };
        let most = match room {
            Room::Across(length) => (length / 80.0) as usize,
            Room::Up(length) => (length / 52.0) as usize,
        };
        for count in (2..=most.max(2)).rev() {
            (ruler.ticks, ruler.minor) = ticks(scale, [low, high], count);
            if ruler.labels_fit(room, label_size) {
                break;
            }
        }
        // One label says nothing of a scale. Steps are at most 2.5 times as long as is asked for, so
        // that five parts have two labels.
        for count in 3..=5 {
            if ruler.ticks.len() >= 2 {
                break;
            }
            (ruler.ticks, ruler.minor) = ticks(scale, [low, high], count);
        }
        Ok(ruler)
    }

    /// Where a value lies between the ends of the axis, 0 to 1, or beyond. A value that the scale
    /// cannot show lies far below.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        let fraction = match self.scale {
            Scale::Linear | Scale::Whole => (value - self.low) / (self.high - self.low),
            Scale::Log if value <= 0.0 => f64::NEG_INFINITY,
            Scale::Log => (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln()),
        };
        // Far enough to keep slopes, near enough to keep coordinates harmless.
        fraction.clamp(-1e3, 1e3)
    }

    /// Whether a value can be placed at all.
    pub(super) fn can_show(&self, value: f64) -> bool {
        self.scale.can_show(value)
    }

    /// Whether a value lies on the axis.
    pub(super) fn holds(&self, value: f64) -> bool {
        self.can_show(value) && (-1e-9..=1.0 + 1e-9).contains(&self.fraction(value))
    }

    /// The width of the widest tick label, in pixels.
    pub(super) fn label_width(&self, size: f64) -> f64 {
        self.ticks.iter().map(|tick| font::width(&tick.label, size)).fold(0.0, f64::max)
    }

    fn labels_fit(&self, room: Room, size: f64) -> bool {
        let Room::Across(length) = room else {
            return true;
        };
        self.ticks.windows(2).all(|pair| {
            let apart = length * (self.fraction(pair[1].value) - self.fraction(pair[0].value));
            let widths = font::width(&pair[0].label, size) + font::width(&pair[1].label, size);
            apart > 0.5 * widths + 14.0
        })
    }
}

/// A range that holds all values that the scale can show, with some space at the ends.
fn fitted(scale: Scale, values: impl Iterator<Item = f64>) -> [f64; 2] {
    let shown = values.filter(|v| scale.can_show(*v));
    let (low, high) =
        shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    match scale {
        Scale::Linear | Scale::Whole if low > high => [0.0, 1.0],
        Scale::Linear | Scale::Whole => {
            let span = high - low;
            let size = low.abs().max(high.abs());
            let space = if span > 1e-9 * size {
                0.04 * span
            } else if size > 0.0 {
                0.1 * size
            } else {
                1.0
            };
            [low - space, high + space]
        }
        Scale::Log if low > high => [0.1, 10.0],
        Scale::Log => {
            let (bottom, top) = (low.log10(), high.log10());
            let space = if top - bottom < 0.02 { 0.5 } else { 0.04 * (top - bottom) };
            [10f64.powf(bottom - space), 10f64.powf(top + space)]
        }
    }
}

/// At most about `count` labeled ticks, and the values of the finer grid.
fn ticks(scale: Scale, range: [f64; 2], count: usize) -> (Vec<Tick>, Vec<f64>) {
    match scale {
        Scale::Linear => linear_ticks(range, count, false),
        Scale::Whole => linear_ticks(range, count, true),
        Scale::Log => log_ticks(range, count),
    }
}

fn linear_ticks([low, high]: [f64; 2], count: usize, whole: bool) -> (Vec<Tick>, Vec<f64>) {
    let raw = ((high - low) / count as f64).max(if whole { 1.0 } else { 0.0 });
    let decade = 10f64.powf(raw.log10().floor());
    // A step, the parts of the finer grid, and the decimals that the step adds.
    let steps = [(1.0, 5.0, 0.0), (2.0, 4.0, 0.0), (2.5, 5.0, 1.0), (5.0, 5.0, 0.0)];
    let (factor, parts, digits) = steps
        .into_iter()
        .filter(|(factor, ..)| !whole || (factor * decade).fract() < 1e-9)
        .find(|(factor, ..)| factor * decade >= raw * (1.0 - 1e-9))
        .unwrap_or((10.0, 5.0, 0.0));
    let step = factor * decade;
    let parts = if whole && step < 10.0 { step.round() } else { parts };
    let multiples = |step: f64| {
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        (first..=last).map(move |k| k as f64 * step)
    };
    let largest = low.abs().max(high.abs());
    let digits = digits - (step.log10() + 1e-9).floor();
    let power = largest.log10().floor();
    // A power of ten is shorter than many zeros, but not if many digits differ.
    let plain = (1e-4..1e6).contains(&largest) || digits + power > 4.0;
    let power = if plain { 0.0 } else { power };
    let decimals = (digits + power).clamp(0.0, 15.0) as usize;
    let labeled = multiples(step)
        .map(|value| Tick { value, label: decimal(value, power as i32, decimals) })
        .collect();
    (labeled, multiples(step / parts).collect())
}

fn decimal(value: f64, power: i32, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value / 10f64.powi(power)).replace('-', "−");
    if power == 0 || value == 0.0 { text } else { format!("{text}×{}", power_of_ten(power)) }
}

fn log_ticks([low, high]: [f64; 2], count: usize) -> (Vec<Tick>, Vec<f64>) {
    let first = (low.log10() - 1e-9).ceil() as i32;
    let last = (high.log10() + 1e-9).floor() as i32;
    let plain = low >= 0.99e-3 && high <= 1.01e5;
    let held = |v: &f64| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(v);
    let multiples = |digits: &[i32]| -> Vec<f64> {
        let all = (first - 1..=last)
            .flat_map(|e| digits.iter().map(move |&d| f64::from(d) * 10f64.powi(e)));
        all.filter(held).collect()
    };
    let decades = (last - first + 1).max(0) as usize;
    if decades > count.max(3) {
        let stride = decades.div_ceil(count.max(3)) as i32;
        let labeled = (first..=last).filter(|e| e.rem_euclid(stride) == 0);
        let ticks = labeled.map(|e| log_tick(10f64.powi(e), plain)).collect();
        return (ticks, (first..=last).map(|e| 10f64.powi(e)).collect());
    }
    let minor = multiples(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let choices: [&[i32]; 3] = [&[1], &[1, 2, 5], &[1, 2, 3, 4, 5, 6, 7, 8, 9]];
    let fine_enough = |values: &Vec<f64>| values.len() >= 3;
    match choices.iter().map(|digits| multiples(digits)).find(fine_enough) {
        Some(values) => (values.into_iter().map(|v| log_tick(v, plain)).collect(), minor),
        None => linear_ticks([low, high], count.min(6), false),
    }
}

fn log_tick(value: f64, plain: bool) -> Tick {
    let exponent = (value.log10() + 1e-9).floor() as i32;
    let digit = (value / 10f64.powi(exponent)).round() as i32;
    let label = if plain {
        format!("{value:.*}", (-exponent).max(0) as usize)
    } else if digit == 1 {
        power_of_ten(exponent)
    } else {
        format!("{digit}×{}", power_of_ten(exponent))
    };
    Tick { value, label }
}

/// A value above zero as a power of ten, after two digits if it is none.
pub(super) fn scientific(value: f64) -> String {
    let text = format!("{value:.1e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let power = power_of_ten(exponent.parse().unwrap_or(0));
    if digits == "1.0" { power } else { format!("{digits}×{power}") }
}

/// A power of ten with a raised exponent.
pub(super) fn power_of_ten(exponent: i32) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = exponent.unsigned_abs().to_string();
    let raised = digits.bytes().map(|digit| RAISED[usize::from(digit - b'0')]);
    let sign = if exponent < 0 { "⁻" } else { "" };
    format!("10{sign}{}", raised.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, range: [f64; 2], count: usize) -> Vec<String> {
        ticks(scale, range, count).0.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn log_ticks_stand_at_decades() {
        let decades = labels(Scale::Log, [1e-6, 1e-2], 8);
        assert_eq!(decades, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²"]);
        assert_eq!(labels(Scale::Log, [1e-12, 1.0], 4), ["10⁻¹²", "10⁻⁸", "10⁻⁴", "10⁰"]);
        assert_eq!(labels(Scale::Log, [0.1, 100.0], 8), ["0.1", "1", "10", "100"]);
        assert_eq!(labels(Scale::Log, [1e-4, 1e-3], 8), ["10⁻⁴", "2×10⁻⁴", "5×10⁻⁴", "10⁻³"]);
        assert_eq!(ticks(Scale::Log, [1e-3, 1e-1], 8).1.len(), 19);
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(Scale::Linear, [-1.0, 1.0], 5), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(Scale::Linear, [0.0, 53.0], 6), ["0", "10", "20", "30", "40", "50"]);
        assert_eq!(labels(Scale::Linear, [0.0, 1.0], 4), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(labels(Scale::Linear, [0.0, 2e-6], 2), ["0", "1×10⁻⁶", "2×10⁻⁶"]);
        assert_eq!(labels(Scale::Linear, [0.0, 4e6], 2), ["0", "2×10⁶", "4×10⁶"]);
    }

    #[test]
    fn what_is_counted_has_ticks_at_whole_numbers() {
        assert_eq!(labels(Scale::Whole, [-0.5, 3.5], 12), ["0", "1", "2", "3"]);
        assert_eq!(labels(Scale::Whole, [-0.5, 24.5], 10), ["0", "5", "10", "15", "20"]);
        assert_eq!(labels(Scale::Whole, [0.0, 240.0], 10), labels(Scale::Linear, [0.0, 240.0], 10));
        for most in 1..60 {
            let (ticks, minor) = ticks(Scale::Whole, [-0.5, f64::from(most) + 0.5], 12);
            let values = ticks.iter().map(|tick| tick.value).chain(minor);
            assert!(values.map(f64::fract).all(|part| part.abs() < 1e-9), "{most}");
        }
    }

    #[test]
    fn an_axis_has_two_labels_at_least_however_little_room_it_has() {
        let least = |scale, low: f64, high: f64| {
            let axis = Axis { label: String::new(), scale, range: Some([low, high]) };
            let of = |room| Ruler::new(&axis, "y", std::iter::empty(), room, 16.0).unwrap().ticks;
            of(Room::Up(60.0)).len().min(of(Room::Across(120.0)).len())
        };
        // That of an eye that left one label at zero.
        assert!(least(Scale::Linear, -61.0, 61.0) >= 2);
        for k in 0..400 {
            // The golden ratio's multiples fill the decade evenly.
            let ratio = 10f64.powf(f64::from(k) * 0.618_034 % 1.0);
            let low = 0.037 * f64::from(k - 200);
            assert!(least(Scale::Linear, low, low + ratio) >= 2, "{low} to {}", low + ratio);
            assert!(least(Scale::Linear, -ratio, ratio) >= 2, "{ratio} on either side");
            assert!(least(Scale::Log, 0.1, 0.12 * ratio) >= 2, "0.1 to {}", 0.12 * ratio);
            let most = f64::from(k) + 1.5;
            assert!(least(Scale::Whole, -0.5, most) >= 2, "-0.5 to {most}");
        }
    }

    #[test]
    fn a_range_without_width_is_refused_and_data_without_width_is_not() {
        let fit = |scale, range, values: &[f64]| {
            let axis = Axis { label: String::new(), scale, range };
            Ruler::new(&axis, "y", values.iter().copied(), Room::Up(600.0), 16.0)
        };
        for range in [[1.0, 1.0], [2.0, 1.0], [f64::NAN, 1.0], [0.0, f64::INFINITY]] {
            assert!(fit(Scale::Linear, Some(range), &[]).unwrap_err().is_parameter());
        }
        let error = fit(Scale::Log, Some([0.0, 1.0]), &[]).unwrap_err().to_string();
        assert_eq!(error, "`y.range` is 0e0 to 1e0, but must be finite, ascending and above zero");
        for value in [0.0, -3.0, 7.5e-20, 1e200] {
            let ruler = fit(Scale::Linear, None, &[value]).unwrap();
            assert!(ruler.holds(value) && !ruler.ticks.is_empty(), "{value}");
        }
        assert!(fit(Scale::Log, None, &[-1.0, 0.0]).unwrap().holds(1.0));
        assert!(fit(Scale::Linear, None, &[-1e308, 1e308]).unwrap_err().is_parameter());
    }
}
