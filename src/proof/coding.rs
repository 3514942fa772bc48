//! Closed forms of patterns, levels in noise, and error correction.

use sha2::{Digest, Sha256};

use super::Claim;
use super::row::{Form, ProofRow, Within};
use crate::Result;
use crate::analysis::theory::{bit_error_ratio, required_snr_db};
use crate::fec::{Bursts, Layout, Outer, analytic, inner};
use crate::kernel::gauss;
use crate::kernel::rng::{Key, Seed};
use crate::signal::{Modulation, Pattern, pattern};

const PATTERNS: &str = "patterns";
const LEVELS: &str = "levels in noise";
const CORRECTION: &str = "error correction";

/// Of one period of SSPRQ, a level index a byte: the list that IEEE 802.3 publishes has it.
const SSPRQ_SHA256: &str = "f17f5effb8e68863e5355258186456e1c3b3c48b5519c1a0c46dac855fae3582";

/// The same of PRBS13Q.
const PRBS13Q_SHA256: &str = "81f43970757d28fb82a8bda580f833422149a4111d3c58a8003deaae59a0e50b";

const THEORY: &str = "theory of PAM in Gaussian noise";
const SUM: &str = "binomial sum, computed independently";
const CHAIN: &str = "transfer matrix, computed independently";

pub(super) fn claims() -> Vec<Claim> {
    vec![
        Claim::new(PATTERNS, PATTERNS, patterns),
        Claim::forms(LEVELS, levels()),
        Claim::forms(CORRECTION, correction()),
    ]
}

fn patterns() -> Result<Vec<ProofRow>> {
    let digest = |values: &[u8]| -> String {
        Sha256::digest(values).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let same = |digest: &str, expected: &str| {
        digest.bytes().zip(expected.bytes()).filter(|(a, b)| a == b).count() as f64
    };
    let row = |what: &str, expected: f64, got: f64, source: &str| {
        ProofRow::new(PATTERNS, what, [expected, got], 0.0, "", source)
    };
    let key = Key::root(Seed(0));
    let thirteen = Pattern::Prbs(13).symbols(Modulation::Pam4, 8191, 0, key)?;
    let ssprq = digest(&pattern::ssprq());
    let prbs13q = digest(thirteen.values());
    let count = |level: u8| thirteen.values().iter().filter(|value| **value == level).count();
    let first = [2, 1, 1, 1, 0, 0, 0, 3, 1, 0, 2, 1, 3, 1, 2, 3];
    let begins = thirteen.values().iter().zip(first).take_while(|(a, b)| **a == *b).count();
    let source = "IEEE 802.3, 120.5.11.2";
    let mut rows = vec![
        row("SSPRQ, digits of its SHA-256", 64.0, same(&ssprq, SSPRQ_SHA256), source).noting(ssprq),
        row("PRBS13Q, digits of its SHA-256", 64.0, same(&prbs13q, PRBS13Q_SHA256), source)
            .noting(prbs13q),
        row("PRBS13Q, symbols as published from the first on", 16.0, begins as f64, source),
    ];
    for (level, expected) in [2047.0, 2048.0, 2048.0, 2048.0].into_iter().enumerate() {
        let what = format!("PRBS13Q, symbols of level {level}");
        rows.push(row(&what, expected, count(level as u8) as f64, source));
    }
    for order in [7, 9, 11, 13, 15] {
        let period = (1 << order) - 1;
        let bits = Pattern::Prbs(order).symbols(Modulation::Nrz, period, 0, key)?;
        let ones = bits.values().iter().filter(|bit| **bit == 1).count();
        let what = format!("PRBS{order}, ones of a period");
        rows.push(row(&what, f64::from(1 << (order - 1)), ones as f64, "maximal length"));
    }
    Ok(rows)
}

fn levels() -> Vec<Form> {
    let ratio = |what, expected, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Relative(5e-5),
        unit: "",
        source: THEORY,
        got,
    };
    let needed = |what, expected, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Absolute(1e-3),
        unit: "dB",
        source: THEORY,
        got,
    };
    vec![
        ratio("BER of PAM4 at 16 dB", 1.7912e-3, || {
            Ok(bit_error_ratio(Modulation::Pam4, at(16.0)))
        }),
        ratio("BER of PAM4 at 18 dB", 1.4318e-4, || {
            Ok(bit_error_ratio(Modulation::Pam4, at(18.0)))
        }),
        ratio("BER of PAM4 at 20 dB", 2.9041e-6, || {
            Ok(bit_error_ratio(Modulation::Pam4, at(20.0)))
        }),
        needed("SNR of NRZ for 2.4e-4", 10.861, || Ok(required_snr_db(Modulation::Nrz, 2.4e-4))),
        needed("SNR of PAM4 for 2.4e-4", 17.655, || Ok(required_snr_db(Modulation::Pam4, 2.4e-4))),
        needed("SNR of PAM6 for 2.4e-4", 21.253, || Ok(required_snr_db(Modulation::Pam6, 2.4e-4))),
        needed("SNR of PAM8 for 2.4e-4", 23.710, || Ok(required_snr_db(Modulation::Pam8, 2.4e-4))),
        needed("SNR of PAM4 for 4.85e-3", 14.898, || {
            Ok(required_snr_db(Modulation::Pam4, 4.85e-3))
        }),
        ratio("Q_t of TDECQ at 4.8e-4", 3.4141, || Ok(gauss::q_inv(4.8e-4 / 1.5))),
        ratio("Q_t of TDECQ at 4.0e-4", 3.4634, || Ok(gauss::q_inv(4.0e-4 / 1.5))),
    ]
}

/// Decibels of power as a ratio.
fn at(db: f64) -> f64 {
    10f64.powf(db / 10.0)
}

fn kp4(ber: f64) -> f64 {
    analytic::codeword_error_ratio(Outer::Kp4, ber)
}

/// Codewords lost where a feedback tap continues bursts with probability `a`.
fn bursts(a: f64, codewords: usize, ber: f64) -> Result<f64> {
    let layout = Layout::new(Outer::Kp4, codewords, 1, 1)?;
    let bursts = Bursts::new(Modulation::Pam4, 0.0, vec![a])?.at_bit_error_ratio(ber)?;
    Ok(bursts.codeword_error_ratio(&layout))
}

fn correction() -> Vec<Form> {
    let form = |what, expected, part: f64, source, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Relative(part),
        unit: "",
        source,
        got,
    };
    vec![
        form("RS(544,514), codewords lost at 1e-3", 1.530e-4, 1e-3, SUM, || Ok(kp4(1e-3))),
        form("RS(544,514), codewords lost at 2.4e-4", 8.152e-13, 1e-3, SUM, || Ok(kp4(2.4e-4))),
        form("RS(544,514), codewords lost at 2.92e-4", 1.448e-11, 1e-3, "Annex 174A", || {
            Ok(kp4(2.92e-4))
        }),
        form("RS(544,514), BER behind it at 2.4e-4", 2.41e-15, 2e-3, SUM, || {
            Ok(analytic::post_fec_ber(Outer::Kp4, 2.4e-4))
        }),
        form("RS(544,514), BER for 1e-15 behind it", 2.262e-4, 1e-3, SUM, || {
            analytic::ber_at_post_fec_ber(Outer::Kp4, 1e-15)
        }),
        form("RS(528,514), codewords lost at 2.4e-4", 5.15e-5, 1e-3, SUM, || {
            Ok(analytic::codeword_error_ratio(Outer::Kr4, 2.4e-4))
        }),
        form("frames lost at 2.4e-4, 2 codewords", 1.7e-12, 0.03, "IEEE 802.3, 400G", || {
            Ok(analytic::frame_loss_ratio(Outer::Kp4, 2, kp4(2.4e-4)))
        }),
        form("frames lost at 2.4e-4, 4 codewords", 3.4e-12, 0.03, "IEEE 802.3, 800G", || {
            Ok(analytic::frame_loss_ratio(Outer::Kp4, 4, kp4(2.4e-4)))
        }),
        form("bursts of 0.5, 1 codeword, 2e-4", 1.461e-11, 2e-3, CHAIN, || bursts(0.5, 1, 2e-4)),
        form("bursts of 0.75, 4 codewords, 2e-4", 3.728e-19, 2e-3, CHAIN, || bursts(0.75, 4, 2e-4)),
        form("inner code, parity of its test vector", 81.0, 0.0, "IEEE P802.3dj, 177.5", || {
            let message = 0x0058_CCD6_AB6D_AEBB_37AA_FB69_7582_D4B0_u128;
            let symbol = |n: usize| Modulation::Pam4.map((message >> (118 - 2 * n) & 3) as u8)[0];
            let payload: Vec<u8> = (0..60).map(symbol).collect();
            Ok(f64::from(inner::parity(&payload)))
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_are_of_power() {
        assert!((at(10.0) - 10.0).abs() < 1e-12);
    }
}
