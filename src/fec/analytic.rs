//! What a code makes of random errors, in closed form.
//!
//! Notation: `b` the bit error ratio ahead of the decoder, `p` the symbol error ratio, `n` symbols a
//! codeword, `t` of them correctable.
//!
//! Errors are independent here. Bursts hit fewer symbols with as many bits, but hit them
//! together: see [`Bursts`](super::Bursts).

use super::{Outer, SYMBOL_BITS};
use crate::unit::check;
use crate::{Error, Result};

/// The codeword error ratio that a link of 200 Gb/s and more may have: with four codewords
/// interleaved it is a frame loss ratio of 6.2e-11.
///
/// # References
/// IEEE 802.3dj, Annex 174A (at second hand).
pub const LINK_CODEWORD_ERROR_RATIO: f64 = 1.45e-11;

/// The bit error ratio that one PAM4 link behind RS(544,514) is bought at: a codeword error ratio
/// of 8.15e-13, which leaves room for the attachments at either end.
///
/// # References
/// IEEE 802.3, 122.1.1 and 124.1.1 (at second hand).
pub const PMD_BIT_ERROR_RATIO: f64 = 2.4e-4;

/// The frame loss ratio that goes with [`LINK_CODEWORD_ERROR_RATIO`].
pub const LINK_FRAME_LOSS_RATIO: f64 = 6.2e-11;

/// The probability that a symbol has an error, `p = 1 - (1 - b)^10`.
pub fn symbol_error_ratio(ber: f64) -> f64 {
    -(SYMBOL_BITS as f64 * (-ber.clamp(0.0, 1.0)).ln_1p()).exp_m1()
}

/// The bit error ratio with a symbol error ratio, of random errors.
pub fn bit_error_ratio(symbol_error_ratio: f64) -> f64 {
    -((-symbol_error_ratio.clamp(0.0, 1.0)).ln_1p() / SYMBOL_BITS as f64).exp_m1()
}

/// The probability of each number of symbol errors in a codeword, from 0 to all.
///
/// # Formula
/// `C(n, k) p^k (1 - p)^(n - k)`, in logarithms: relative accuracy 1e-12 down to 1e-300.
pub fn errors_per_codeword(outer: Outer, symbol_error_ratio: f64) -> Vec<f64> {
    let n = outer.length();
    let p = symbol_error_ratio.clamp(0.0, 1.0);
    let (ln_p, ln_q) = (p.ln(), (-p).ln_1p());
    // Zero times the logarithm of zero is zero here: what cannot happen does not happen.
    let times = |count: usize, ln: f64| if count == 0 { 0.0 } else { count as f64 * ln };
    let mut ln_choices = 0.0;
    (0..=n)
        .map(|k| {
            if k > 0 {
                ln_choices += ((n - k + 1) as f64 / k as f64).ln();
            }
            (ln_choices + times(k, ln_p) + times(n - k, ln_q)).exp()
        })
        .collect()
}

/// The share of codewords that a decoder leaves uncorrected, of a distribution of symbol errors
/// per codeword.
///
/// # Formula
/// `P(k > t)`, a sum of positive terms.
///
/// # Assumptions
/// A word with more than `t` errors is never corrected, and always left as it is: the decoder is
/// deceived with a probability below `1 / t!`.
pub fn beyond_correction(outer: Outer, errors_per_codeword: &[f64]) -> f64 {
    errors_per_codeword.iter().skip(outer.correctable() + 1).rev().sum()
}

/// The symbol error ratio after correction, of a distribution of symbol errors per codeword.
///
/// # Formula
/// The sum of `k / n P(k)` over `k > t`.
pub fn residual_symbol_error_ratio(outer: Outer, errors_per_codeword: &[f64]) -> f64 {
    let weighted = errors_per_codeword.iter().enumerate().map(|(k, p)| k as f64 * p);
    weighted.skip(outer.correctable() + 1).rev().sum::<f64>() / outer.length() as f64
}

/// The codeword error ratio of random errors.
///
/// ```
/// use lightlane::fec::{Outer, analytic};
///
/// let cer = analytic::codeword_error_ratio(Outer::Kp4, 2.4e-4);
/// assert!((cer / 8.152e-13 - 1.0).abs() < 1e-3);
/// ```
pub fn codeword_error_ratio(outer: Outer, ber: f64) -> f64 {
    beyond_correction(outer, &errors_per_codeword(outer, symbol_error_ratio(ber)))
}

/// The bit error ratio after correction, of random errors.
///
/// # Formula
/// The residual symbol error ratio times `b / p`, the wrong bits of a wrong symbol over its bits.
pub fn post_fec_ber(outer: Outer, ber: f64) -> f64 {
    let p = symbol_error_ratio(ber);
    if p <= 0.0 {
        return 0.0;
    }
    residual_symbol_error_ratio(outer, &errors_per_codeword(outer, p)) * ber.min(1.0) / p
}

/// Ethernet frames of the shortest length, 64 octets, that `codewords` interleaved codewords carry.
///
/// # Formula
/// 514 symbols a codeword over 84 octets a frame with preamble and gap, transcoded from 256 to
/// 257 bits.
pub fn frames_per_group(outer: Outer, codewords: usize) -> f64 {
    let payload = (codewords * outer.message() * SYMBOL_BITS) as f64;
    payload / (84.0 * 8.0 * 257.0 / 256.0)
}

/// The share of the shortest frames that are lost.
///
/// # Formula
/// One codeword of an interleaved group that is not corrected takes the whole group with it,
/// `g = 1 - (1 - cer)^codewords`; of `F` frames a group one lies across its end, so that
/// `FLR = g (1 + (1 - g) / F)`.
///
/// # Assumptions
/// Codewords fail independently of each other.
///
/// # References
/// IEEE 802.3, 119.2.5.3 (a codeword not corrected marks both as errors).
pub fn frame_loss_ratio(outer: Outer, codewords: usize, codeword_error_ratio: f64) -> f64 {
    let cer = codeword_error_ratio.clamp(0.0, 1.0);
    let group = -(codewords as f64 * (-cer).ln_1p()).exp_m1();
    group * (1.0 + (1.0 - group) / frames_per_group(outer, codewords))
}

/// The bit error ratio of random errors at which the codeword error ratio has a value.
///
/// # Errors
/// If the value is not between 1e-300 and 0.5.
pub fn ber_at_codeword_error_ratio(outer: Outer, target: f64) -> Result<f64> {
    ber_at("codeword-error-ratio", target, |ber| codeword_error_ratio(outer, ber))
}

/// The bit error ratio of random errors at which the bit error ratio after correction has a value.
///
/// # Errors
/// If the value is not between 1e-300 and 0.5.
pub fn ber_at_post_fec_ber(outer: Outer, target: f64) -> Result<f64> {
    ber_at("post-fec-ber", target, |ber| post_fec_ber(outer, ber))
}

/// The bit error ratio of random errors at which the frame loss ratio has a value.
///
/// # Errors
/// If the value is not between 1e-300 and 0.5.
pub fn ber_at_frame_loss_ratio(outer: Outer, codewords: usize, target: f64) -> Result<f64> {
    ber_at("frame-loss-ratio", target, |ber| {
        frame_loss_ratio(outer, codewords, codeword_error_ratio(outer, ber))
    })
}

/// The bit error ratio where a rising function of it passes a target.
fn ber_at(name: &str, target: f64, of: impl Fn(f64) -> f64) -> Result<f64> {
    check::within(name, target, &(1e-300..=0.5))?;
    crossing(1e-30, 0.5, target, of)
        .ok_or_else(|| Error::parameter(name, target, "reached below a bit error ratio of 0.5"))
}

/// The positive argument where a rising function passes a target, halved in its logarithm.
pub(super) fn crossing(
    low: f64,
    high: f64,
    target: f64,
    rising: impl Fn(f64) -> f64,
) -> Option<f64> {
    let (mut low, mut high) = (low.ln(), high.ln());
    if rising(low.exp()) > target || rising(high.exp()) < target {
        return None;
    }
    while high - low > 1e-11 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if rising(middle.exp()) > target { high = middle } else { low = middle }
    }
    Some((0.5 * (low + high)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got / want - 1.0).abs() < tolerance, "{got:e} for {want:e}");
    }

    /// Against the same sums in numbers of 60 digits.
    #[test]
    fn random_errors_have_their_table() {
        let check = |outer, ber, cer, after| {
            near(codeword_error_ratio(outer, ber), cer, 1e-11);
            near(post_fec_ber(outer, ber), after, 1e-11);
        };
        check(Outer::Kp4, 1e-3, 1.5302585928060459e-4, 4.6411915998321339e-7);
        check(Outer::Kp4, 5e-4, 2.7925839710721718e-8, 8.3246464392687443e-11);
        check(Outer::Kp4, 4e-4, 1.2958084991246446e-9, 3.8514014895665554e-12);
        check(Outer::Kp4, 3e-4, 2.1432229107350497e-11, 6.3522102142916948e-14);
        check(Outer::Kp4, 2.92e-4, 1.4476892840551721e-11, 4.2898069679944843e-14);
        check(Outer::Kp4, 2.4e-4, 8.1515733993304569e-13, 2.4120938895557708e-15);
        check(Outer::Kp4, 2.2e-4, 2.2399373452331865e-13, 6.624576275216386e-16);
        check(Outer::Kp4, 2e-4, 5.3898993745429186e-14, 1.5932154212974343e-16);
        check(Outer::Kp4, 1e-4, 1.3598110647644306e-18, 4.0092348999254103e-21);
        check(Outer::Kp4, 1e-5, 2.1396697743076241e-34, 6.2946546924742022e-37);
        check(Outer::Kp4, 1e-7, 2.249161085124591e-66, 6.6151954805595948e-69);
        check(Outer::Kr4, 2.4e-4, 5.1537601020364259e-5, 7.9692468873445557e-8);
        check(Outer::Kr4, 1e-5, 1.3557689282604284e-15, 2.0557783739898696e-18);
    }

    /// The pair of Annex 174A, and the ratios that 2.2e-4 and 2.4e-4 are quoted for.
    #[test]
    fn targets_have_their_bit_error_ratios() {
        let at = |cer| ber_at_codeword_error_ratio(Outer::Kp4, cer).unwrap();
        near(at(LINK_CODEWORD_ERROR_RATIO), 2.92e-4, 1e-3);
        near(at(8.152e-13), PMD_BIT_ERROR_RATIO, 1e-4);
        near(at(6.2e-11), 3.229016734e-4, 1e-9);
        near(at(1e-12), 2.433401465e-4, 1e-9);
        near(at(1e-15), 1.536316246e-4, 1e-9);
        let after = |ber| ber_at_post_fec_ber(Outer::Kp4, ber).unwrap();
        near(after(1e-15), 2.261710436e-4, 1e-9);
        near(after(1e-13), 3.09550135e-4, 1e-9);
    }

    /// The standards give 1.7e-12 for two codewords and 3.4e-12 for four.
    #[test]
    fn frames_are_lost_in_groups() {
        near(frames_per_group(Outer::Kp4, 2), 15.24, 1e-3);
        near(frames_per_group(Outer::Kp4, 4), 30.48, 1e-3);
        let cer = codeword_error_ratio(Outer::Kp4, PMD_BIT_ERROR_RATIO);
        near(frame_loss_ratio(Outer::Kp4, 2, cer), 1.74e-12, 3e-3);
        near(frame_loss_ratio(Outer::Kp4, 4, cer), 3.37e-12, 3e-3);
        near(frame_loss_ratio(Outer::Kp4, 4, LINK_CODEWORD_ERROR_RATIO), 5.99e-11, 1e-3);
        let ber = ber_at_frame_loss_ratio(Outer::Kp4, 4, LINK_FRAME_LOSS_RATIO).unwrap();
        near(ber, 2.92e-4, 4e-3);
        near(frame_loss_ratio(Outer::Kp4, 2, 1.0), 1.0, 1e-15);
    }

    #[test]
    fn probabilities_add_up_and_ends_are_finite() {
        for p in [0.0, 1e-12, 1e-3, 0.03, 0.5, 1.0] {
            let sum: f64 = errors_per_codeword(Outer::Kp4, p).iter().sum();
            near(sum, 1.0, 1e-12);
        }
        for outer in [Outer::Kp4, Outer::Kr4] {
            assert_eq!((codeword_error_ratio(outer, 0.0), post_fec_ber(outer, 0.0)), (0.0, 0.0));
            near(codeword_error_ratio(outer, 0.5), 1.0, 1e-12);
            near(post_fec_ber(outer, 0.5), 0.5, 1e-12);
        }
        near(bit_error_ratio(symbol_error_ratio(1e-9)), 1e-9, 1e-12);
    }

    #[test]
    fn a_target_that_is_no_ratio_is_refused() {
        for target in [0.0, -1.0, 2.0, f64::NAN] {
            assert!(ber_at_codeword_error_ratio(Outer::Kp4, target).is_err());
        }
    }
}
