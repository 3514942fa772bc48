//! The inner code's curve in Gaussian noise.

use super::Inner;

/// What is left behind the inner code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AfterInner {
    /// The bit error ratio of the payload.
    pub bit_error_ratio: f64,
    /// The error ratio of the outer code's symbols.
    pub symbol_error_ratio: f64,
}

/// Bit error ratio on the line, bit error ratio and outer symbol error ratio behind the decoder.
type Row = [f64; 3];

/// Counted by [`simulate`](super::simulate) from seed 177, 10 million blocks a row; 40 million in
/// the first two, 2 million in the last three. The standard deviation, with the wrong bits of a
/// block four together, is 3.5 % in the first row, 2 % up to 2e-3 and 1.3 % and less above.
const SOFT: [Row; 17] = [
    [1e-3, 7.6708e-7, 6.9104e-6],
    [1.5e-3, 3.3985e-6, 3.0819e-5],
    [2e-3, 9.6392e-6, 8.7383e-5],
    [2.5e-3, 2.3349e-5, 2.1021e-4],
    [3e-3, 4.5054e-5, 4.0555e-4],
    [3.5e-3, 7.6271e-5, 6.8544e-4],
    [4e-3, 1.2395e-4, 1.1126e-3],
    [4.5e-3, 1.8945e-4, 1.6993e-3],
    [5e-3, 2.7288e-4, 2.4453e-3],
    [5.5e-3, 3.8012e-4, 3.4019e-3],
    [6e-3, 5.1349e-4, 4.589e-3],
    [7e-3, 8.6089e-4, 7.6727e-3],
    [8e-3, 1.3222e-3, 1.1758e-2],
    [1e-2, 2.6408e-3, 2.3376e-2],
    [1.4e-2, 6.764e-3, 5.9387e-2],
    [2e-2, 1.5508e-2, 1.3455e-1],
    [3e-2, 3.13e-2, 2.6553e-1],
];

/// As above; 10 million blocks up to 1e-3, 4 million above. The standard deviation is 4 % in the
/// first row, 2 % in the second, and 1 % and less above.
const HARD: [Row; 16] = [
    [1e-4, 1.2733e-6, 1.2333e-5],
    [2e-4, 5.0125e-6, 4.855e-5],
    [4e-4, 1.9899e-5, 1.9222e-4],
    [7e-4, 5.9321e-5, 5.7301e-4],
    [1e-3, 1.1888e-4, 1.1467e-3],
    [1.5e-3, 2.6148e-4, 2.5177e-3],
    [2e-3, 4.5443e-4, 4.3736e-3],
    [3e-3, 9.7114e-4, 9.3081e-3],
    [4e-3, 1.6365e-3, 1.5638e-2],
    [5e-3, 2.4368e-3, 2.3219e-2],
    [6e-3, 3.3308e-3, 3.1645e-2],
    [8e-3, 5.3525e-3, 5.0547e-2],
    [1e-2, 7.5868e-3, 7.1221e-2],
    [1.4e-2, 1.2364e-2, 1.1467e-1],
    [2e-2, 1.9574e-2, 1.7807e-1],
    [3e-2, 3.0857e-2, 2.7107e-1],
];

impl Inner {
    /// What the code leaves of random errors of a ratio on the line.
    ///
    /// # Assumptions
    /// PAM4 in Gaussian noise, equal at each level. Values are interpolated on logarithms in a
    /// table that was counted; below 1e-3 (soft) and 1e-4 (hard) they continue its first slope,
    /// which is a little pessimistic.
    ///
    /// ```
    /// use lightlane::fec::Inner;
    ///
    /// let after = Inner::Soft.after(4.84e-3);
    /// assert!((after.bit_error_ratio / 2.52e-4 - 1.0).abs() < 0.1);
    /// ```
    pub fn after(self, ber: f64) -> AfterInner {
        AfterInner {
            bit_error_ratio: interpolate(self.table(), 0, 1, ber).min(0.5),
            symbol_error_ratio: interpolate(self.table(), 0, 2, ber).min(1.0),
        }
    }

    /// The bit error ratio on the line that leaves a symbol error ratio for the outer code.
    pub fn before(self, symbol_error_ratio: f64) -> f64 {
        interpolate(self.table(), 2, 0, symbol_error_ratio).min(0.5)
    }

    fn table(self) -> &'static [Row] {
        match self {
            Self::Hard => &HARD,
            Self::Soft => &SOFT,
        }
    }
}

/// The value of column `to` where column `from` is `x`, straight between logarithms.
fn interpolate(table: &[Row], from: usize, to: usize, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let above = table.partition_point(|row| row[from] < x).clamp(1, table.len() - 1);
    let (low, high) = (&table[above - 1], &table[above]);
    let along = (x / low[from]).ln() / (high[from] / low[from]).ln();
    low[to] * (high[to] / low[to]).powf(along)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fec::inner::simulate;
    use crate::kernel::rng::{Key, Seed};

    /// 20,000 blocks between rows of the table leave a thousand wrong bits and more, three to four
    /// in a block: three standard deviations.
    #[test]
    fn the_table_is_what_is_counted() {
        for (inner, ber) in [(Inner::Soft, 5.2e-3), (Inner::Soft, 1.2e-2), (Inner::Hard, 1.2e-3)] {
            let counts = simulate(inner, ber, 20_000, Key::root(Seed(3))).unwrap();
            let want = inner.after(ber);
            let check = |count: u64, of: u64, ratio: f64| {
                let (count, mean) = (count as f64, of as f64 * ratio);
                assert!((count - mean).abs() < 3.0 * (4.0 * mean).sqrt(), "{count} for {mean}");
            };
            check(counts.payload_bit_errors, counts.payload_bits, want.bit_error_ratio);
            check(counts.outer_symbol_errors, counts.outer_symbols, want.symbol_error_ratio);
        }
    }

    /// Thresholds of an independent Monte Carlo run, each known to 2 %.
    #[test]
    fn thresholds_are_those_of_others() {
        let near = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 0.03, "{got:e}");
        near(Inner::Soft.before(2.40e-3), 4.93e-3);
        near(Inner::Soft.before(2.916e-3), 5.24e-3);
    }

    #[test]
    fn curves_rise_and_stay_in_bounds() {
        for inner in [Inner::Hard, Inner::Soft] {
            let mut last = inner.after(0.0);
            assert_eq!((last.bit_error_ratio, last.symbol_error_ratio), (0.0, 0.0));
            for n in 1..400 {
                let ber = 0.5 * 10f64.powf(0.05 * f64::from(n - 399));
                let after = inner.after(ber);
                assert!(after.bit_error_ratio >= last.bit_error_ratio);
                assert!(after.symbol_error_ratio >= last.symbol_error_ratio);
                assert!(after.bit_error_ratio <= 0.5 && after.symbol_error_ratio <= 1.0);
                let back = inner.before(after.symbol_error_ratio);
                assert!(after.symbol_error_ratio >= 1.0 || (back / ber - 1.0).abs() < 1e-9);
                last = after;
            }
        }
    }
}
