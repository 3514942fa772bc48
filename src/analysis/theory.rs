//! Error ratios of pulse-amplitude modulation in white Gaussian noise, in closed form.
//!
//! Notation: `L` equally spaced and equally likely levels, `snr = E[s^2] / sigma^2` the mean square
//! of the levels about their mean over the noise variance (a plain ratio, not decibels), `Q` the
//! Gaussian tail, thresholds midway between neighbors.
//!
//! # References
//! J. Proakis and M. Salehi, *Digital Communications*, 5th ed., section 4.3 (2008).

use crate::kernel::gauss;
use crate::signal::Modulation;

/// Mean number of neighbors of a level, `2 (L - 1) / L`.
fn neighbors(modulation: Modulation) -> f64 {
    let count = modulation.levels() as f64;
    2.0 * (count - 1.0) / count
}

/// The distance from a level to its threshold in standard deviations, which makes a given symbol
/// error ratio: the `Q_t` of TDECQ.
///
/// # Formula
/// `Q_t = Qinv(ser L / (2 (L - 1)))`
pub fn q_factor(modulation: Modulation, symbol_error_ratio: f64) -> f64 {
    gauss::q_inv(symbol_error_ratio / neighbors(modulation))
}

/// The probability that a symbol is decided wrongly, at a signal-to-noise ratio.
///
/// # Formula
/// `ser = 2 (L - 1)/L Q(sqrt(3 snr / (L^2 - 1)))`
pub fn symbol_error_ratio(modulation: Modulation, snr: f64) -> f64 {
    let count = modulation.levels() as f64;
    neighbors(modulation) * gauss::q((3.0 * snr / (count * count - 1.0)).sqrt())
}

/// The probability that a bit is decided wrongly, at a signal-to-noise ratio.
///
/// # Formula
/// `ber = ser / log2 L`, with 2.5 bits a symbol for PAM6.
///
/// # Assumptions
/// A wrong symbol costs one bit. With a Gray map that leaves out decisions for a level that is not
/// a neighbor, whose relative share is below 1e-4 for ratios below 1e-2. PAM6 cannot be Gray; its
/// map here costs up to a quarter more.
///
/// ```
/// use lightlane::analysis::theory::bit_error_ratio;
/// use lightlane::signal::Modulation;
///
/// let ber = bit_error_ratio(Modulation::Pam4, 10f64.powf(1.8));
/// assert!((ber - 1.4318e-4).abs() < 1e-8);
/// ```
pub fn bit_error_ratio(modulation: Modulation, snr: f64) -> f64 {
    symbol_error_ratio(modulation, snr) / modulation.bits_per_symbol()
}

/// The signal-to-noise ratio in decibels at which [`bit_error_ratio`] has a given value.
///
/// Above the ratio that decisions without any signal have, `(L - 1) / (L log2 L)`, the answer is
/// minus infinity.
///
/// # Formula
/// `snr = (L^2 - 1)/3 Q_t^2`, with the [`q_factor`] of `ser = ber log2 L`.
pub fn required_snr_db(modulation: Modulation, bit_error_ratio: f64) -> f64 {
    let count = modulation.levels() as f64;
    let distance = q_factor(modulation, bit_error_ratio * modulation.bits_per_symbol()).max(0.0);
    10.0 * ((count * count - 1.0) / 3.0 * distance * distance).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Modulation::{Nrz, Pam4, Pam6, Pam8};

    #[test]
    fn pam4_error_ratios_are_the_known_ones() {
        let check = |snr_db: f64, expected: f64| {
            let ber = bit_error_ratio(Pam4, 10f64.powf(0.1 * snr_db));
            assert!((ber / expected - 1.0).abs() < 1e-6, "{snr_db} dB: {ber:e}");
        };
        check(14.0, 9.375613530553e-3);
        check(16.0, 1.791218085700e-3);
        check(18.0, 1.431808305570e-4);
        check(20.0, 2.904081161642e-6);
        check(22.0, 6.754507762972e-9);
    }

    /// Against every pair of levels with its own bit errors.
    #[test]
    fn decisions_beyond_the_neighbor_are_rare() {
        let snr = 10f64.powf(1.4);
        let distance = (3.0 * snr / 15.0).sqrt();
        let exact = 0.25
            * (3.0 * gauss::q(distance) + 2.0 * gauss::q(3.0 * distance)
                - gauss::q(5.0 * distance));
        assert!((bit_error_ratio(Pam4, snr) / exact - 1.0).abs() < 1e-8);
    }

    #[test]
    fn required_ratios_are_the_known_ones() {
        let check = |modulation, ber, expected: f64| {
            let snr_db = required_snr_db(modulation, ber);
            assert!((snr_db - expected).abs() < 6e-4, "{modulation} at {ber:e}: {snr_db} dB");
            let back = bit_error_ratio(modulation, 10f64.powf(0.1 * snr_db));
            assert!((back / ber - 1.0).abs() < 1e-11);
        };
        check(Nrz, 2.4e-4, 10.861);
        check(Pam4, 2.4e-4, 17.655);
        check(Pam6, 2.4e-4, 21.253);
        check(Pam8, 2.4e-4, 23.710);
        check(Nrz, 4.85e-3, 8.254);
        check(Pam4, 4.85e-3, 14.898);
        check(Pam6, 1e-12, 27.544);
        check(Pam8, 1e-12, 30.073);
        assert!(required_snr_db(Nrz, 0.51).is_infinite());
    }

    #[test]
    fn the_q_factor_of_tdecq_is_the_published_one() {
        assert!((q_factor(Pam4, 4.8e-4) - 3.4141).abs() < 1e-4);
        assert!((q_factor(Pam4, 4.0e-4) - 3.4634).abs() < 1e-4);
    }
}
