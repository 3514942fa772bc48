//! Amplitude alphabets: levels, and the map from bits.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// A pulse-amplitude alphabet. Its levels are equally spaced from -1 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Modulation {
    /// Two levels, one bit a symbol.
    Nrz,
    /// Four levels, two bits a symbol in Gray order, the first bit the more significant
    /// (IEEE 802.3, 120.5.7.1).
    Pam4,
    /// Six levels, five bits in two symbols. No standard fixes a map; here it is the 32-point
    /// cross constellation without its four corners, made of a Gray-mapped 8 by 4 rectangle whose
    /// outer columns are turned to the top and bottom.
    Pam6,
    /// Eight levels, three bits a symbol in Gray order.
    Pam8,
}

impl Modulation {
    /// Every alphabet.
    pub const ALL: [Self; 4] = [Self::Nrz, Self::Pam4, Self::Pam6, Self::Pam8];

    /// Number of levels.
    pub fn levels(self) -> usize {
        match self {
            Self::Nrz => 2,
            Self::Pam4 => 4,
            Self::Pam6 => 6,
            Self::Pam8 => 8,
        }
    }

    /// Bits that one symbol carries on average.
    pub fn bits_per_symbol(self) -> f64 {
        match self {
            Self::Nrz => 1.0,
            Self::Pam4 => 2.0,
            Self::Pam6 => 2.5,
            Self::Pam8 => 3.0,
        }
    }

    /// Symbols that are mapped together: 1, or 2 for PAM6.
    pub fn group(self) -> usize {
        if self == Self::Pam6 { 2 } else { 1 }
    }

    /// The level of symbol index `index`, from -1 for 0 to 1 for the last.
    pub fn level(self, index: u8) -> f64 {
        let last = (self.levels() - 1) as f64;
        2.0 * f64::from(index) / last - 1.0
    }

    /// Mean square of the levels, all equally likely: 1, 5/9, 7/15 or 3/7.
    pub fn mean_square(self) -> f64 {
        let count = self.levels() as f64;
        (count + 1.0) / (3.0 * (count - 1.0))
    }

    /// The outermost level over the rms of all: 1, 1.342, 1.464 or 1.528.
    pub fn crest(self) -> f64 {
        self.mean_square().sqrt().recip()
    }

    /// Number of bits that differ between two groups of symbols ([`Modulation::group`] of each).
    ///
    /// # Panics
    /// If a slice is shorter than a group.
    pub fn bit_errors(self, sent: &[u8], got: &[u8]) -> u32 {
        match self {
            Self::Pam6 => (cross_bits(sent[0], sent[1]) ^ cross_bits(got[0], got[1])).count_ones(),
            _ => (gray(sent[0]) ^ gray(got[0])).count_ones(),
        }
    }

    /// The symbols of one group for the lowest bits of `bits`; the second is 0 but for PAM6.
    pub fn map(self, bits: u8) -> [u8; 2] {
        match self {
            Self::Pam6 => cross_symbols(bits & 31),
            _ => [inverse_gray(bits & (self.levels() as u8 - 1)), 0],
        }
    }

    /// Bits of one group: 1, 2, 5 or 3.
    pub fn group_bits(self) -> u32 {
        (self.bits_per_symbol() * self.group() as f64) as u32
    }
}

/// The Gray label of a level index.
fn gray(index: u8) -> u8 {
    index ^ (index >> 1)
}

/// The level index of a Gray label of up to three bits.
fn inverse_gray(label: u8) -> u8 {
    label ^ (label >> 1) ^ (label >> 2)
}

/// The label of a point of the cross constellation. A corner, which is never sent, has the label
/// of its neighbor in the same row.
fn cross_bits(x: u8, y: u8) -> u8 {
    let corner = (x == 0 || x == 5) && (y == 0 || y == 5);
    let x = match (corner, x) {
        (true, 0) => 1,
        (true, _) => 4,
        _ => x,
    };
    // Rows 0 and 5 of the 6 by 6 cross hold the outer columns of the 8 by 4 rectangle, each
    // column's upper half on top and lower half below.
    let (column, row) = match (x, y) {
        (1 | 2, 5) => (0, x + 1),
        (1 | 2, 0) => (0, 2 - x),
        (3 | 4, 5) => (7, 6 - x),
        (3 | 4, 0) => (7, x - 3),
        _ => (x + 1, y - 1),
    };
    (gray(column) << 2) | gray(row)
}

/// The point of the cross constellation with a label.
fn cross_symbols(bits: u8) -> [u8; 2] {
    let (column, row) = (inverse_gray(bits >> 2), inverse_gray(bits & 3));
    match (column, row) {
        (0, 2 | 3) => [row - 1, 5],
        (0, _) => [2 - row, 0],
        (7, 2 | 3) => [6 - row, 5],
        (7, _) => [row + 3, 0],
        _ => [column - 1, row + 1],
    }
}

impl fmt::Display for Modulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nrz => "nrz",
            Self::Pam4 => "pam4",
            Self::Pam6 => "pam6",
            Self::Pam8 => "pam8",
        })
    }
}

impl FromStr for Modulation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|modulation| modulation.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                Error::data(format!(
                    "`{text}` is not a modulation: expected nrz, pam4, pam6 or pam8"
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pam4_has_the_standard_map() {
        // 120.5.7.1: 00 is 0, 01 is 1, 11 is 2, 10 is 3.
        let symbols = [0b00, 0b01, 0b11, 0b10].map(|bits| Modulation::Pam4.map(bits)[0]);
        assert_eq!(symbols, [0, 1, 2, 3]);
    }

    #[test]
    fn neighbors_differ_in_one_bit() {
        for modulation in [Modulation::Nrz, Modulation::Pam4, Modulation::Pam8] {
            for index in 1..modulation.levels() as u8 {
                assert_eq!(modulation.bit_errors(&[index - 1], &[index]), 1);
            }
        }
    }

    #[test]
    fn every_group_of_bits_has_its_own_point() {
        for modulation in Modulation::ALL {
            let labels = 1u8 << modulation.group_bits();
            for a in 0..labels {
                let point = modulation.map(a);
                assert!(point.iter().all(|&x| usize::from(x) < modulation.levels()));
                for b in 0..labels {
                    let errors = modulation.bit_errors(&point, &modulation.map(b));
                    assert_eq!(errors, (a ^ b).count_ones(), "{modulation}: {a} and {b}");
                }
            }
        }
    }

    #[test]
    fn the_cross_is_nearly_gray() {
        let mut steps = 0;
        let mut bits = 0;
        for x in 0..6u8 {
            for y in 0..6u8 {
                for (nx, ny) in [(x + 1, y), (x, y + 1)] {
                    let corner = |x, y| (x == 0 || x == 5) && (y == 0 || y == 5);
                    if nx < 6 && ny < 6 && !corner(x, y) && !corner(nx, ny) {
                        steps += 1;
                        bits += Modulation::Pam6.bit_errors(&[x, y], &[nx, ny]);
                    }
                }
            }
        }
        // A 32-point cross cannot be Gray: its best maps need 7/6 bits a step.
        assert!(f64::from(bits) / f64::from(steps) < 1.25, "{bits} bits over {steps} steps");
    }

    #[test]
    fn mean_squares_are_those_of_equally_spaced_levels() {
        for modulation in Modulation::ALL {
            let count = modulation.levels() as u8;
            let mean: f64 =
                (0..count).map(|i| modulation.level(i).powi(2)).sum::<f64>() / f64::from(count);
            assert!((modulation.mean_square() - mean).abs() < 1e-15);
        }
    }
}
