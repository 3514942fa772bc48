//! Patterns against their definitions and published digests.

use sha2::{Digest, Sha256};

use super::*;
use crate::kernel::rng::Seed;

#[test]
fn sequences_are_maximal() {
    for order in [7, 9, 11, 13, 15, 23] {
        let mut prbs = Prbs::new(order, 1).unwrap();
        let start = prbs.state;
        let mut ones = 0u64;
        let mut period = 0u64;
        loop {
            ones += u64::from(prbs.next_bit());
            period += 1;
            if prbs.state == start {
                break;
            }
        }
        assert_eq!(period, (1 << order) - 1);
        assert_eq!(ones, 1 << (order - 1));
    }
}

#[test]
fn prbs31_obeys_its_recurrence() {
    let mut prbs = Prbs::new(31, 0x1234_5678).unwrap();
    let bits: Vec<u8> = (0..10_000).map(|_| prbs.next_bit()).collect();
    for n in 31..bits.len() {
        assert_eq!(bits[n], bits[n - 28] ^ bits[n - 31]);
    }
}

#[test]
fn prbs13q_is_the_one_of_the_standard() {
    let symbols = Pattern::Prbs(13).symbols(Modulation::Pam4, 8191, 0, Key::root(Seed(1))).unwrap();
    assert_eq!(symbols.values()[..16], [2, 1, 1, 1, 0, 0, 0, 3, 1, 0, 2, 1, 3, 1, 2, 3]);
    let mut histogram = [0; 4];
    for &value in symbols.values() {
        histogram[usize::from(value)] += 1;
    }
    assert_eq!(histogram, [2047, 2048, 2048, 2048]);
}

#[test]
fn a_record_goes_on_where_the_one_before_ended() {
    let of = |count, record| {
        let key = Key::root(Seed(1));
        Pattern::Prbs(9).symbols(Modulation::Pam8, count, record, key).unwrap()
    };
    let whole = of(600, 0);
    assert_eq!(of(200, 2).values(), &whole.values()[400..]);
}

#[test]
fn random_levels_are_equally_likely() {
    for modulation in [Modulation::Nrz, Modulation::Pam4, Modulation::Pam8] {
        let count = 1 << 16;
        let symbols = Pattern::Random.symbols(modulation, count, 3, Key::root(Seed(9))).unwrap();
        let levels = modulation.levels();
        let mut histogram = vec![0f64; levels];
        for &value in symbols.values() {
            histogram[usize::from(value)] += 1.0;
        }
        let share = 1.0 / levels as f64;
        let sigma = (count as f64 * share * (1.0 - share)).sqrt();
        for hits in histogram {
            assert!((hits - count as f64 * share).abs() < 4.0 * sigma);
        }
    }
}

#[test]
fn text_round_trips() {
    for text in ["random", "ssprq", "prbs7", "prbs31"] {
        assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
    }
    for text in ["prbs13q", "PRBS13Q", "PRBS13"] {
        assert_eq!(text.parse::<Pattern>().unwrap(), Pattern::Prbs(13));
    }
    assert_eq!("SSPRQ".parse::<Pattern>().unwrap(), Pattern::Ssprq);
    assert!("prbs8".parse::<Pattern>().is_err());
}

fn digest(values: &[u8]) -> String {
    Sha256::digest(values).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn ssprq_has_the_digest_of_the_standards_table() {
    let symbols =
        Pattern::Ssprq.symbols(Modulation::Pam4, SSPRQ_SYMBOLS, 0, Key::root(Seed(1))).unwrap();
    let expected = "f17f5effb8e68863e5355258186456e1c3b3c48b5519c1a0c46dac855fae3582";
    assert_eq!(digest(symbols.values()), expected);
    let mut histogram = [0; 4];
    for &value in symbols.values() {
        histogram[usize::from(value)] += 1;
    }
    assert_eq!(histogram, [15_215, 17_553, 17_552, 15_215]);
    let nrz = Pattern::Ssprq.symbols(Modulation::Nrz, 8, 0, Key::root(Seed(1))).unwrap_err();
    assert!(nrz.to_string().contains("pam4 for ssprq"), "{nrz}");
}

#[test]
fn one_period_of_prbs13q_has_its_digest() {
    let symbols = Symbols::prbs(Modulation::Pam4, 13, 8191).unwrap();
    let expected = "81f43970757d28fb82a8bda580f833422149a4111d3c58a8003deaae59a0e50b";
    assert_eq!(digest(symbols.values()), expected);
}

#[test]
fn prbs31q_pairs_the_bits_of_prbs31() {
    let symbols = Symbols::prbs(Modulation::Pam4, 31, 5000).unwrap();
    let mut bits = Prbs::new(31, u32::MAX).unwrap();
    for &level in symbols.values() {
        let (first, second) = (bits.next_bit(), bits.next_bit());
        assert_eq!([0b00, 0b01, 0b11, 0b10][usize::from(level)], first << 1 | second);
    }
}

#[test]
fn records_of_ssprq_go_on_where_the_one_before_ended() {
    let of = |count, record| {
        Pattern::Ssprq.symbols(Modulation::Pam4, count, record, Key::root(Seed(1))).unwrap()
    };
    assert_eq!(of(50_000, 1).values()[..15_535], ssprq()[50_000..]);
    assert_eq!(of(50_000, 1).values()[15_535..15_600], ssprq()[..65]);
}
