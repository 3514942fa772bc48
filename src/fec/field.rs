//! The field GF(2^10) whose elements are the symbols of Ethernet's Reed-Solomon codes.
//!
//! An element is a polynomial over bits modulo the primitive `x^10 + x^3 + 1`, written as an
//! integer whose bit `i` is the coefficient of `x^i`. Sum and difference are both the exclusive or.
//! The element `x` is called alpha; its powers are all 1023 elements other than 0.

/// `x^10 + x^3 + 1` as a bit mask.
const POLYNOMIAL: u16 = 0x409;

/// Elements other than 0; the order of alpha.
pub const ORDER: usize = 1023;

/// What stands for the logarithm of 0: with any other logarithm added it points at a 0.
const LOG_OF_ZERO: usize = 2 * ORDER;

/// Powers of alpha up to twice the order, and zeros where a factor was 0.
static EXP: [u16; 2 * LOG_OF_ZERO + 1] = powers();

/// Logarithms to the base alpha.
static LOG: [u16; ORDER + 1] = logarithms();

const fn powers() -> [u16; 2 * LOG_OF_ZERO + 1] {
    let mut table = [0; 2 * LOG_OF_ZERO + 1];
    let (mut power, mut n) = (1u16, 0);
    while n < LOG_OF_ZERO {
        table[n] = power;
        power <<= 1;
        if power > ORDER as u16 {
            power ^= POLYNOMIAL;
        }
        n += 1;
    }
    table
}

const fn logarithms() -> [u16; ORDER + 1] {
    let powers = powers();
    let mut table = [LOG_OF_ZERO as u16; ORDER + 1];
    let mut n = 0;
    while n < ORDER {
        table[powers[n] as usize] = n as u16;
        n += 1;
    }
    table
}

/// The power `alpha^n`.
pub fn alpha(n: usize) -> u16 {
    EXP[n % ORDER]
}

/// The product of two elements.
///
/// ```
/// use lightlane::fec::field;
///
/// // x^9 times x is x^10, which is x^3 + 1.
/// assert_eq!(field::mul(1 << 9, 1 << 1), 0b1001);
/// ```
///
/// # Panics
/// If a factor is not an element, that is, above 1023.
#[inline]
pub fn mul(a: u16, b: u16) -> u16 {
    EXP[usize::from(LOG[usize::from(a)]) + usize::from(LOG[usize::from(b)])]
}

/// The product of an element and `alpha^n`, for `n` up to 1023.
#[inline]
pub(super) fn mul_alpha(a: u16, n: usize) -> u16 {
    EXP[usize::from(LOG[usize::from(a)]) + n]
}

/// The element whose product with `a` is 1; of 0, which has none, it is 0.
///
/// # Panics
/// If `a` is above 1023.
pub fn inverse(a: u16) -> u16 {
    if a == 0 { 0 } else { EXP[ORDER - usize::from(LOG[usize::from(a)])] }
}

/// The value at `x` of a polynomial, its constant first.
pub(super) fn evaluate(polynomial: &[u16], x: u16) -> u16 {
    polynomial.iter().rev().fold(0, |value, &coefficient| mul(value, x) ^ coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A product by shifts and reductions, without tables.
    fn product(a: u16, b: u16) -> u16 {
        let mut sum = (0..10).fold(0, |sum, i| sum ^ ((u32::from(a >> i & 1) * u32::from(b)) << i));
        for i in (10..20).rev() {
            if sum >> i & 1 == 1 {
                sum ^= u32::from(POLYNOMIAL) << (i - 10);
            }
        }
        sum as u16
    }

    #[test]
    fn the_tables_multiply() {
        for a in (0..1024).step_by(7).chain([1023]) {
            for b in 0..1024 {
                assert_eq!(mul(a, b), product(a, b), "{a} times {b}");
            }
        }
    }

    #[test]
    fn the_polynomial_is_primitive() {
        let mut seen = [false; ORDER + 1];
        for n in 0..ORDER {
            assert!(!std::mem::replace(&mut seen[usize::from(alpha(n))], true));
        }
        assert!(!seen[0] && alpha(ORDER) == 1);
    }

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        assert_eq!(inverse(0), 0);
        for a in 1..1024 {
            assert_eq!(mul(a, inverse(a)), 1);
            assert_eq!(mul_alpha(a, ORDER), a);
        }
    }

    #[test]
    fn a_polynomial_is_evaluated_with_its_constant_first() {
        assert_eq!(evaluate(&[3, 0, 1], alpha(1)), 3 ^ alpha(2));
    }
}
