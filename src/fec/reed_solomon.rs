//! Encoder and decoder of Ethernet's Reed-Solomon codes.
//!
//! Notation: a word of `n` symbols `r[0] ... r[n - 1]`, sent in that order, is the polynomial
//! `r(x) = r[0] x^(n-1) + ... + r[n-1]`. An error of value `e` in symbol `j` has the locator
//! `X = alpha^(n-1-j)`.

use super::field::{self, ORDER};

/// Bits of a symbol.
pub const SYMBOL_BITS: usize = 10;

/// Parity symbols of the longer code.
const MOST_PARITY: usize = 30;

/// An outer code of Ethernet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Outer {
    /// RS(544,514), which corrects 15 symbols: links of PAM4.
    Kp4,
    /// RS(528,514), which corrects 7 symbols: links of NRZ at 25 Gb/s a lane.
    Kr4,
}

impl Outer {
    /// Symbols of a codeword.
    pub fn length(self) -> usize {
        match self {
            Self::Kp4 => 544,
            Self::Kr4 => 528,
        }
    }

    /// Symbols of a message.
    pub fn message(self) -> usize {
        514
    }

    /// Symbol errors that are always corrected, half of the parity symbols.
    pub fn correctable(self) -> usize {
        (self.length() - self.message()) / 2
    }
}

/// What a decoder says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// The word is a codeword now, after the correction of so many symbols.
    Corrected(usize),
    /// No codeword is near enough; the word is as it was.
    Failed,
}

/// A systematic Reed-Solomon code over GF(2^10): the message first, then the parity symbols.
///
/// # Formula
/// Codewords are the multiples of `g(x) = (x - 1)(x - alpha) ... (x - alpha^(2t-1))`.
///
/// # References
/// IEEE 802.3, 91.5.2.7, whose Table 91-1 lists the coefficients of `g(x)`.
///
/// ```
/// use lightlane::fec::{Decoded, Outer, ReedSolomon};
///
/// let code = ReedSolomon::new(Outer::Kp4);
/// let message: Vec<u16> = (0..514).collect();
/// let sent = code.encode(&message);
/// let mut word = sent.clone();
/// for position in 100..115 {
///     word[position] ^= 0x155;
/// }
/// assert_eq!(code.decode(&mut word), Decoded::Corrected(15));
/// assert_eq!(word, sent);
/// ```
#[derive(Clone, Debug)]
pub struct ReedSolomon {
    outer: Outer,
    /// Coefficients of the generator but the leading 1, the constant first.
    generator: Vec<u16>,
}

/// A syndrome, or a polynomial of the decoder, the constant first.
type Polynomial = [u16; MOST_PARITY + 1];

impl ReedSolomon {
    /// The encoder and decoder of a code.
    pub fn new(outer: Outer) -> Self {
        let parity = outer.length() - outer.message();
        let mut generator = vec![0; parity + 1];
        generator[0] = 1;
        for root in 0..parity {
            for k in (0..=root + 1).rev() {
                let below = if k == 0 { 0 } else { generator[k - 1] };
                generator[k] = below ^ field::mul(generator[k], field::alpha(root));
            }
        }
        generator.pop();
        Self { outer, generator }
    }

    /// The code's parameters.
    pub fn outer(&self) -> Outer {
        self.outer
    }

    /// The codeword of a message.
    ///
    /// # Panics
    /// If the message does not have [`Outer::message`] symbols, each up to 1023.
    pub fn encode(&self, message: &[u16]) -> Vec<u16> {
        assert_eq!(message.len(), self.outer.message(), "a message fills its codeword");
        let parity = self.generator.len();
        // The remainder of the division by the generator, its highest power first.
        let mut remainder = [0; MOST_PARITY + 1];
        for &symbol in message {
            let quotient = symbol ^ remainder[0];
            for k in 0..parity {
                let term = field::mul(quotient, self.generator[parity - 1 - k]);
                remainder[k] = remainder[k + 1] ^ term;
            }
        }
        [message, &remainder[..parity]].concat()
    }

    /// Corrects a word in place, if a codeword is within [`Outer::correctable`] symbols of it.
    ///
    /// More errors than that are nearly always noticed; if not, the word becomes a codeword that
    /// was not sent.
    ///
    /// # Panics
    /// If the word does not have [`Outer::length`] symbols, each up to 1023.
    pub fn decode(&self, word: &mut [u16]) -> Decoded {
        assert_eq!(word.len(), self.outer.length(), "a word is as long as a codeword");
        let syndromes = self.syndromes(word);
        self.correct(word, syndromes)
    }

    /// What decoding leaves of the errors in a codeword, whichever that is: the code is linear. It
    /// costs a small part of [`ReedSolomon::decode`] where most symbols are 0.
    ///
    /// # Panics
    /// If there are not [`Outer::length`] symbols, each up to 1023.
    pub fn decode_errors(&self, errors: &mut [u16]) -> Decoded {
        assert_eq!(errors.len(), self.outer.length(), "a word is as long as a codeword");
        let mut syndromes = [0; MOST_PARITY + 1];
        for (power, &error) in errors.iter().rev().enumerate().filter(|(_, error)| **error != 0) {
            let (mut term, locator) = (error, field::alpha(power));
            for syndrome in &mut syndromes[..self.generator.len()] {
                *syndrome ^= term;
                term = field::mul(term, locator);
            }
        }
        self.correct(errors, syndromes)
    }

    /// Corrects a word of given syndromes, if it can.
    fn correct(&self, word: &mut [u16], mut syndromes: Polynomial) -> Decoded {
        let parity = self.generator.len();
        if syndromes.iter().all(|&s| s == 0) {
            return Decoded::Corrected(0);
        }
        let (locator, count) = locator(&syndromes[..parity]);
        if count > self.outer.correctable() {
            return Decoded::Failed;
        }
        let mut found = [(0, 0u16); MOST_PARITY / 2];
        if !roots(&locator[..=count], word.len(), &mut found) {
            return Decoded::Failed;
        }
        let evaluator = evaluator(&syndromes[..parity], &locator[..=count]);
        for (power, value) in &mut found[..count] {
            *value = magnitude(&evaluator[..count], &locator[..=count], *power);
            // What this error contributed to the syndromes.
            for (i, syndrome) in syndromes.iter_mut().enumerate().take(parity) {
                *syndrome ^= field::mul(*value, field::alpha(i * *power));
            }
        }
        if syndromes.iter().any(|&s| s != 0) {
            return Decoded::Failed;
        }
        for (power, value) in &found[..count] {
            word[self.outer.length() - 1 - power] ^= value;
        }
        Decoded::Corrected(count)
    }

    /// The values of a word at the roots of the generator, all 0 for a codeword.
    fn syndromes(&self, word: &[u16]) -> Polynomial {
        let mut syndromes = [0; MOST_PARITY + 1];
        for &symbol in word {
            for (i, syndrome) in syndromes[..self.generator.len()].iter_mut().enumerate() {
                *syndrome = field::mul_alpha(*syndrome, i) ^ symbol;
            }
        }
        syndromes
    }
}

/// The error locator, the product of `1 - X x` over the errors, and how many it speaks of.
///
/// # References
/// J. Massey, *Shift-register synthesis and BCH decoding* (1969).
fn locator(syndromes: &[u16]) -> (Polynomial, usize) {
    let mut locator = [0; MOST_PARITY + 1];
    locator[0] = 1;
    // The locator before the register last grew, its discrepancy, and the steps since then.
    let (mut before, mut gap, mut steps) = (locator, 1, 1);
    let mut length = 0;
    for n in 0..syndromes.len() {
        let discrepancy =
            (0..=length).fold(0, |sum, i| sum ^ field::mul(locator[i], syndromes[n - i]));
        if discrepancy == 0 {
            steps += 1;
            continue;
        }
        let (kept, scale) = (locator, field::mul(discrepancy, field::inverse(gap)));
        for i in steps..locator.len() {
            locator[i] ^= field::mul(scale, before[i - steps]);
        }
        if 2 * length <= n {
            length = n + 1 - length;
            (before, gap, steps) = (kept, discrepancy, 1);
        } else {
            steps += 1;
        }
    }
    (locator, length)
}

/// Chien's search: the powers of alpha that are locators of errors in a word of `length` symbols.
/// True if there are as many as the degree.
fn roots(locator: &[u16], length: usize, found: &mut [(usize, u16)]) -> bool {
    let degree = locator.len() - 1;
    let mut terms = [0; MOST_PARITY / 2 + 1];
    terms[..=degree].copy_from_slice(locator);
    let mut count = 0;
    for power in 0..length {
        if terms.iter().fold(0, |sum, term| sum ^ term) == 0 {
            if count == degree {
                return false;
            }
            found[count].0 = power;
            count += 1;
        }
        for (i, term) in terms[..=degree].iter_mut().enumerate() {
            *term = field::mul_alpha(*term, ORDER - i);
        }
    }
    count == degree
}

/// The error evaluator: the product of syndromes and locator below the degree of the locator.
fn evaluator(syndromes: &[u16], locator: &[u16]) -> Polynomial {
    let mut product = [0; MOST_PARITY + 1];
    for (n, value) in product[..locator.len() - 1].iter_mut().enumerate() {
        *value = (0..=n).fold(0, |sum, i| sum ^ field::mul(locator[i], syndromes[n - i]));
    }
    product
}

/// Forney's formula: the value of the error whose locator is a power of alpha.
///
/// # References
/// G. D. Forney, *On decoding BCH codes* (1965).
fn magnitude(evaluator: &[u16], locator: &[u16], power: usize) -> u16 {
    let inverse = field::alpha(ORDER - power % ORDER);
    // The derivative over a field of characteristic 2 has the odd coefficients in even places.
    let square = field::mul(inverse, inverse);
    let slope = (1..locator.len())
        .step_by(2)
        .rev()
        .fold(0, |value, i| field::mul(value, square) ^ locator[i]);
    let value = field::mul(field::evaluate(evaluator, inverse), field::inverse(slope));
    field::mul(value, field::alpha(power))
}

#[cfg(test)]
mod tests;
