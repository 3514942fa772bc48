//! Exact confidence interval of a binomial proportion.
//!
//! Notation: `k` successes in `n` trials of probability `p`, and `q = 1 - p`. What is called a
//! success here is usually a bit error.
//!
//! The textbook formula for the incomplete beta function takes differences of log gammas, which
//! lose all but two digits at `n = 1e13`, and its continued fraction cancels where `p` is small.
//! Here probabilities are built on the saddle-point form of Loader, whose terms stay small, and
//! tails are sums of positive terms.

use std::f64::consts::TAU;

use super::gauss;

/// Above this many successes and failures the tail comes from its uniform expansion, whose
/// relative error is then below 3e-8; below it, from the sum.
const MANY: f64 = 1e4;

/// The Clopper-Pearson interval `[low, high]` of a probability, after `errors` in `trials`.
///
/// It contains the true probability at least with probability `confidence`, whatever that is;
/// each side misses it with at most half of the rest. Relative accuracy 1e-9 for up to 1e13
/// trials. Without trials the answer is `[0, 1]`.
///
/// # Formula
/// `P(X >= errors | low) = P(X <= errors | high) = (1 - confidence) / 2` for binomial `X`; the
/// ends are 0 without errors and 1 without anything else.
///
/// # Assumptions
/// Trials are independent. Bursts of errors make the true interval wider.
///
/// # References
/// C. Clopper and E. Pearson, *The use of confidence or fiducial limits illustrated in the case of
/// the binomial*, Biometrika 26 (1934).
///
/// # Panics
/// If there are more errors than trials, or the confidence is not in `(0, 1)`.
///
/// ```
/// let [low, high] = lightlane::kernel::binomial::clopper_pearson(0, 1_000_000, 0.95);
/// assert!(low == 0.0 && (high - 3.6889e-6).abs() < 1e-10);
/// ```
pub fn clopper_pearson(errors: u64, trials: u64, confidence: f64) -> [f64; 2] {
    assert!(errors <= trials, "there cannot be more errors than trials");
    assert!(confidence > 0.0 && confidence < 1.0, "a confidence is in (0, 1)");
    if trials == 0 {
        return [0.0, 1.0];
    }
    if errors > trials - errors {
        let [low, high] = clopper_pearson(trials - errors, trials, confidence);
        return [1.0 - high, 1.0 - low];
    }
    let miss = 0.5 * (1.0 - confidence);
    let (k, n) = (errors as f64, trials as f64);
    if errors == 0 {
        return [0.0, -(miss.ln() / n).exp_m1()];
    }
    // Both tails are monotone in p, and halving the logarithm keeps small p well resolved.
    let ratio = (k / n).ln();
    let low = bisect(ratio - 1.0 - (1.0 / miss).ln(), ratio, |ln_p| {
        tail(n - k, n, -ln_p.exp_m1(), ln_p.exp()) > miss
    });
    let high = bisect(ratio, 0.0, |ln_p| tail(k, n, ln_p.exp(), -ln_p.exp_m1()) < miss);
    [low.exp(), high.exp()]
}

/// The point between `low` and `high` where `above` turns from false to true.
fn bisect(mut low: f64, mut high: f64, above: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

/// The lower tail `P(X <= k)` for `0 < k < n` and `p` above `k / n`; `p + q = 1`.
///
/// It is the regularized incomplete beta function `I_q(n - k, k + 1)`.
fn tail(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if q <= 0.0 {
        return 0.0;
    }
    if k.min(n - k) > MANY {
        uniform_tail(n - k, k + 1.0, q, p)
    } else {
        probability(k, n, p, q) * sum_of_ratios(k, n, p, q)
    }
}

/// The probability of exactly `k` successes, for `0 < k < n`.
///
/// # References
/// C. Loader, *Fast and accurate computation of binomial probabilities* (2000).
fn probability(k: f64, n: f64, p: f64, q: f64) -> f64 {
    let rest = n - k;
    let correction = stirling_error(n) - stirling_error(k) - stirling_error(rest);
    let exponent = correction - deviance(k, n * p) - deviance(rest, n * q);
    exponent.exp() * (n / (TAU * k * rest)).sqrt()
}

/// What Stirling's formula `sqrt(2 pi n) (n/e)^n` lacks of `ln n!`, for whole `n` from 1.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * n.ln() + n - 0.5 * TAU.ln();
    }
    let square = n * n;
    let terms = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - terms / square) / square) / n
}

/// `x ln(x / m) + m - x`, accurate also where `x` is near `m`.
fn deviance(x: f64, m: f64) -> f64 {
    let v = (x - m) / (x + m);
    if v.abs() > 0.1 {
        return x * (x / m).ln() + m - x;
    }
    // ln(x/m) = 2 artanh v, whose first term cancels with m - x but for (x - m) v.
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next.to_bits() == sum.to_bits() {
            break;
        }
        sum = next;
    }
    sum
}

/// `P(X <= k) / P(X = k)`, term by term down from `k`; some multiples of `sqrt(k)` of them matter.
fn sum_of_ratios(k: f64, n: f64, p: f64, q: f64) -> f64 {
    let (mut sum, mut term, mut j) = (1.0, 1.0, k);
    while j > 0.0 && term > 1e-17 * sum {
        term *= j * q / ((n - j + 1.0) * p);
        sum += term;
        j -= 1.0;
    }
    sum
}

/// `I_x(a, b)` for large `a` and `b`, with `x + y = 1`: the leading terms of Temme's expansion.
///
/// # References
/// NIST Digital Library of Mathematical Functions, section 8.18(ii).
fn uniform_tail(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let half_square = deviance(a, n * x) + deviance(b, n * y);
    // The mean of the beta distribution less x, by whichever of the two is the smaller number.
    let gap = if x < y { a / n - x } else { y - b / n };
    let eta = (2.0 * half_square / n).sqrt();
    if eta <= 0.0 || gap <= 0.0 {
        return 0.5;
    }
    let correction = (a / n * (b / n)).sqrt() / gap - 1.0 / eta;
    gauss::q(eta * n.sqrt()) + (-half_square).exp() / (TAU * n).sqrt() * correction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against SciPy's `beta.ppf` and `beta.isf`, and mpmath where those have eight digits.
    #[test]
    fn intervals_are_those_of_the_beta_quantiles() {
        let check = |errors, trials, low: f64, high: f64| {
            let [got_low, got_high] = clopper_pearson(errors, trials, 0.95);
            let near = |got: f64, want: f64| (got - want).abs() <= 2e-9 * want;
            assert!(near(got_low, low), "{errors} of {trials}: low {got_low:e} for {low:e}");
            assert!(near(got_high, high), "{errors} of {trials}: high {got_high:e} for {high:e}");
        };
        check(0, 1_000_000, 0.0, 3.688872650206488e-06);
        check(10, 100, 0.04900468922148596, 0.17622259774002266);
        check(3, 10, 0.0667395111777345, 0.6524528500599973);
        check(7, 7, 0.5903836027749967, 1.0);
        check(99_999, 100_000, 0.9999442848396523, 0.9999997468219523);
        check(5, 1_000_000_000, 1.62348639204754e-09, 1.1668332040418513e-08);
        check(1, 10_000_000_000_000, 2.5317807984289864e-15, 5.571643390937625e-13);
        check(100, 10_000_000_000_000, 8.136399125099491e-12, 1.2162679379229487e-11);
        check(90_000, 200_000, 0.44781791554082157, 0.4521835338027295);
        check(110_000, 220_000, 0.49790841016968174, 0.5020915898303182);
        check(123_456, 1_000_000_000, 0.00012276833085301321, 0.00012414656552568756);
        check(2_000_000, 1_000_000_000, 0.0019972319070365673, 0.0020027709763834425);
        check(50_000_000, 100_000_000, 0.4999019968019593, 0.5000980031980407);
    }

    #[test]
    fn many_errors_give_the_normal_interval() {
        let (errors, trials) = (3_000_000_000_000, 10_000_000_000_000);
        let [low, high] = clopper_pearson(errors, trials, 0.95);
        let half = gauss::q_inv(0.025) * (0.3f64 * 0.7 / trials as f64).sqrt();
        assert!(((0.3 - low) / half - 1.0).abs() < 1e-5);
        assert!(((high - 0.3) / half - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_two_ways_to_a_tail_agree_where_they_meet() {
        for (k, n, p) in [(1e4, 1e5, 0.102), (1e4, 2.1e4, 0.483), (1e4, 1e13, 1.02e-9)] {
            let q = 1.0 - p;
            let sum = probability(k, n, p, q) * sum_of_ratios(k, n, p, q);
            let uniform = uniform_tail(n - k, k + 1.0, q, p);
            assert!((uniform / sum - 1.0).abs() < 3e-8, "{uniform:e} for {sum:e}");
        }
    }

    #[test]
    fn nothing_tried_says_nothing() {
        let [low, high] = clopper_pearson(0, 0, 0.95);
        assert!(low <= 0.0 && high >= 1.0);
    }
}
