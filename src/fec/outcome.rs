//! What error correction makes of a link, counted and computed.

use super::analytic;
use super::count::ratio;
use super::{Bursts, CodewordCounts, Scheme, Thresholds};
use crate::Result;
use crate::kernel::binomial;
use crate::unit::check;

/// The confidence of every interval.
const CONFIDENCE: f64 = 0.95;

/// A ratio that was counted.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Counted {
    /// The ratio; 0 if there was nothing to count.
    pub value: f64,
    /// What was found: wrong bits or lost codewords.
    pub count: u64,
    /// Among how many.
    pub of: u64,
    /// The 95 % confidence interval of the ratio: low, high.
    pub ci95: [f64; 2],
    /// How the ratio was obtained, in words.
    pub method: &'static str,
}

/// A ratio that was computed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Estimate {
    /// The ratio.
    pub value: f64,
    /// How it was obtained, in words.
    pub method: &'static str,
}

/// A ratio behind the decoder, in every way that it is known.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct AfterDecoding {
    /// Behind the real decoder.
    pub decoded: Counted,
    /// If errors were independent of each other; `None` if none are known.
    #[cfg_attr(feature = "config", serde(skip_serializing_if = "Option::is_none"))]
    pub from_random_errors: Option<Estimate>,
    /// From the chain of error runs, if there is one.
    #[cfg_attr(feature = "config", serde(skip_serializing_if = "Option::is_none"))]
    pub from_bursts: Option<Estimate>,
}

/// What error correction makes of a link.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Outcome {
    /// The bit error ratio on the line, ahead of all decoding.
    pub pre_fec_ber: Counted,
    /// The symbol error ratio at the outer decoder.
    pub symbol_error_ratio: Counted,
    /// Codewords with 0, 1, 2 ... symbol errors, up to the most that were found and at least to
    /// one more than is corrected.
    pub errors_per_codeword: Vec<u64>,
    /// As many codewords as there would be of each if as many errors were independent.
    pub binomial: Vec<f64>,
    /// Codewords with more errors than the code corrects.
    pub beyond_correction: Counted,
    /// The codeword error ratio.
    pub codeword_error_ratio: AfterDecoding,
    /// The share of the shortest Ethernet frames that are lost.
    pub frame_loss_ratio: AfterDecoding,
    /// The bit error ratio of messages.
    pub post_fec_ber: AfterDecoding,
    /// The bit error ratios that the scheme is bought for.
    pub thresholds: Thresholds,
}

/// What is known of a link's errors.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What was counted.
    pub counts: &'a CodewordCounts,
    /// The bit error ratio on the line by another method, where too few errors were counted; the
    /// estimate from random errors then begins with it.
    pub ber: Option<Estimate>,
    /// How errors follow each other on the line.
    pub bursts: Option<&'a Bursts>,
}

impl Scheme {
    /// What the scheme makes of a link's errors.
    ///
    /// # Assumptions
    /// The intervals take bit errors, symbol errors and codewords each as independent. Bursts make
    /// those of bits and symbols wider, and, with several codewords interleaved, those of
    /// codewords a little.
    ///
    /// # Errors
    /// As for [`Scheme::check`], and if the other method's bit error ratio is none.
    pub fn outcome(&self, evidence: &Evidence<'_>) -> Result<Outcome> {
        let thresholds = self.thresholds()?;
        evidence.ber.map_or(Ok(0.0), |ber| check::within("ber", ber.value, &(0.0..=1.0)))?;
        let counts = evidence.counts;
        let most = self.outer.correctable() + 1;
        let found = counts.errors_per_codeword.iter().rposition(|&count| count > 0).unwrap_or(0);
        let mut errors_per_codeword = counts.errors_per_codeword.clone();
        errors_per_codeword.resize(most.max(found) + 1, 0);

        let as_counted = match self.inner {
            Some(_) => counts.symbol_error_ratio(),
            None => analytic::symbol_error_ratio(counts.bit_error_ratio()),
        };
        let binomial = analytic::errors_per_codeword(self.outer, as_counted);
        let binomial = binomial.iter().take(errors_per_codeword.len());

        let random = self.random(evidence, as_counted);
        let bursts = match (evidence.bursts, self.inner) {
            (Some(bursts), None) => Some(self.bursts(bursts)?),
            _ => None,
        };
        let lost = counted(
            counts.lost(),
            counts.codewords,
            "codewords that the decoder left wrong; Clopper-Pearson interval at 95 %",
        );
        Ok(Outcome {
            pre_fec_ber: counted(
                counts.line_bit_errors,
                counts.line_bits,
                "bit errors on the line; Clopper-Pearson interval at 95 %",
            ),
            symbol_error_ratio: counted(
                counts.symbol_errors,
                counts.symbols,
                "symbol errors in complete codewords; Clopper-Pearson interval at 95 %",
            ),
            binomial: binomial.map(|p| p * counts.codewords as f64).collect(),
            errors_per_codeword,
            beyond_correction: counted(
                counts.beyond_correction,
                counts.codewords,
                "codewords with more errors than are corrected; Clopper-Pearson interval at 95 %",
            ),
            codeword_error_ratio: AfterDecoding {
                decoded: lost.clone(),
                from_random_errors: random.map(|random| random.codewords),
                from_bursts: bursts.map(|bursts| bursts.codewords),
            },
            frame_loss_ratio: AfterDecoding {
                decoded: Counted {
                    value: self.frames(lost.value),
                    ci95: lost.ci95.map(|cer| self.frames(cer)),
                    method: "lost codewords, whose groups of frames are lost with them",
                    ..lost.clone()
                },
                from_random_errors: random.map(|random| self.frames_of(random.codewords)),
                from_bursts: bursts.map(|bursts| self.frames_of(bursts.codewords)),
            },
            post_fec_ber: AfterDecoding {
                decoded: self.bits(counts, &lost),
                from_random_errors: random.map(|random| random.bits),
                from_bursts: bursts.map(|bursts| bursts.bits),
            },
            thresholds,
        })
    }

    /// Ratios behind the decoder if errors were independent.
    fn random(&self, evidence: &Evidence<'_>, as_counted: f64) -> Option<Ratios> {
        let counts = evidence.counts;
        let (symbols, method) = match (evidence.ber, self.inner) {
            (Some(ber), Some(_)) => (
                self.symbol_error_ratio(ber.value),
                "binomial tail; a bit error ratio that was not counted, through Gaussian noise \
                 and the inner code",
            ),
            (Some(ber), None) => (
                self.symbol_error_ratio(ber.value),
                "binomial tail; a bit error ratio that was not counted, its errors independent",
            ),
            _ if counts.bit_errors == 0 => return None,
            (None, Some(_)) => {
                (as_counted, "binomial tail of the symbol errors counted behind the inner code")
            }
            (None, None) => {
                (as_counted, "binomial tail; as many bit errors as were counted, independent")
            }
        };
        let errors = analytic::errors_per_codeword(self.outer, symbols);
        // Wrong bits of a wrong symbol over its bits.
        let share = match (evidence.ber, self.inner) {
            (Some(ber), Some(inner)) => {
                let after = inner.after(ber.value);
                quotient(after.bit_error_ratio, after.symbol_error_ratio)
            }
            (Some(ber), None) => quotient(ber.value, symbols),
            (None, _) => quotient(counts.bit_error_ratio(), symbols),
        };
        let bits = analytic::residual_symbol_error_ratio(self.outer, &errors) * share;
        let codewords = analytic::beyond_correction(self.outer, &errors);
        Some(Ratios {
            codewords: Estimate { value: codewords, method },
            bits: Estimate { value: bits, method },
        })
    }

    /// Ratios behind the decoder from the chain of error runs.
    fn bursts(&self, bursts: &Bursts) -> Result<Ratios> {
        let layout = self.layout()?;
        let method = "transfer matrix over the Markov chain of error runs";
        let estimate = |value| Estimate { value, method };
        Ok(Ratios {
            codewords: estimate(bursts.codeword_error_ratio(&layout)),
            bits: estimate(bursts.post_fec_ber(&layout)),
        })
    }

    fn frames(&self, codeword_error_ratio: f64) -> f64 {
        let codewords = self.codewords_interleaved;
        analytic::frame_loss_ratio(self.outer, codewords, codeword_error_ratio)
    }

    fn frames_of(&self, codewords: Estimate) -> Estimate {
        Estimate { value: self.frames(codewords.value), ..codewords }
    }

    /// The bit error ratio of decoded messages, whose wrong bits come codeword by codeword.
    fn bits(&self, counts: &CodewordCounts, lost: &Counted) -> Counted {
        let message = ratio(counts.message_bits, counts.codewords);
        let each = match counts.lost() {
            0 => (self.outer.correctable() + 1) as f64,
            lost => counts.message_bit_errors as f64 / lost as f64,
        };
        Counted {
            value: ratio(counts.message_bit_errors, counts.message_bits),
            count: counts.message_bit_errors,
            of: counts.message_bits,
            ci95: lost.ci95.map(|cer| (quotient(cer * each, message)).min(1.0)),
            method: "wrong bits of decoded messages; interval at 95 % of the lost codewords, with \
                     as many wrong bits each as on average, or as the fewest if none was lost",
        }
    }
}

/// Ratios behind the decoder, by one method.
#[derive(Clone, Copy)]
struct Ratios {
    codewords: Estimate,
    bits: Estimate,
}

fn counted(count: u64, of: u64, method: &'static str) -> Counted {
    let ci95 = binomial::clopper_pearson(count, of, CONFIDENCE);
    Counted { value: ratio(count, of), count, of, ci95, method }
}

/// A quotient of which 0 / 0 is 0.
fn quotient(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

#[cfg(test)]
mod tests;
