//! Codes against the standard's tables, and errors up to and beyond what they correct.

use proptest::prelude::*;

use super::*;
use crate::kernel::rng::{Key, Seed, Stream};

fn message(stream: &mut Stream) -> Vec<u16> {
    (0..514).map(|_| stream.below(1024) as u16).collect()
}

/// Errors of random values in `count` different symbols.
fn hit(word: &mut [u16], count: usize, stream: &mut Stream) {
    let mut free: Vec<usize> = (0..word.len()).collect();
    for _ in 0..count {
        let position = free.swap_remove(stream.below(free.len() as u64) as usize);
        word[position] ^= 1 + stream.below(1023) as u16;
    }
}

/// IEEE 802.3, Table 91-1, the constant first.
#[test]
fn generators_are_those_of_the_standard() {
    let kr4 = [432, 290, 945, 265, 592, 391, 614, 900, 925, 656, 32, 701, 6, 904];
    assert_eq!(ReedSolomon::new(Outer::Kr4).generator, kr4);
    let kp4 = [
        523, 834, 128, 158, 185, 127, 392, 193, 610, 788, 361, 883, 503, 942, 385, 495, 720, 94,
        132, 593, 249, 282, 565, 108, 1, 552, 230, 187, 552, 575,
    ];
    assert_eq!(ReedSolomon::new(Outer::Kp4).generator, kp4);
}

#[test]
fn codewords_have_no_syndrome_and_keep_their_message() {
    for outer in [Outer::Kp4, Outer::Kr4] {
        let code = ReedSolomon::new(outer);
        let message = message(&mut Key::root(Seed(1)).stream());
        let mut word = code.encode(&message);
        assert_eq!(word[..514], message);
        assert!(code.syndromes(&word).iter().all(|&s| s == 0));
        assert_eq!(code.decode(&mut word), Decoded::Corrected(0));
    }
}

/// Beyond its power a decoder is deceived with a probability near `1 / t!` times the share of
/// locators inside the shortened word: 2e-6 of KR4, far less of KP4.
#[test]
fn one_error_too_many_is_noticed() {
    let mut stream = Key::root(Seed(2)).stream();
    for outer in [Outer::Kp4, Outer::Kr4] {
        let code = ReedSolomon::new(outer);
        let sent = code.encode(&message(&mut stream));
        for extra in 0..200 {
            let mut word = sent.clone();
            hit(&mut word, outer.correctable() + 1 + extra % 20, &mut stream);
            let received = word.clone();
            assert_eq!(code.decode(&mut word), Decoded::Failed);
            assert_eq!(word, received);
        }
    }
}

#[test]
fn a_word_near_another_codeword_becomes_that_codeword() {
    let code = ReedSolomon::new(Outer::Kr4);
    let mut stream = Key::root(Seed(3)).stream();
    let (sent, other) = (code.encode(&message(&mut stream)), code.encode(&message(&mut stream)));
    let mut word = other.clone();
    hit(&mut word, 7, &mut stream);
    assert!(word.iter().zip(&sent).filter(|(a, b)| a != b).count() > 7);
    assert_eq!(code.decode(&mut word), Decoded::Corrected(7));
    assert_eq!(word, other);
}

#[test]
fn every_single_error_is_found() {
    let code = ReedSolomon::new(Outer::Kp4);
    let sent = code.encode(&[0; 514]);
    for position in 0..544 {
        let mut word = sent.clone();
        word[position] = 1 + position as u16;
        assert_eq!(code.decode(&mut word), Decoded::Corrected(1), "symbol {position}");
        assert_eq!(word, sent);
    }
}

#[test]
fn errors_fare_alike_in_every_codeword() {
    let code = ReedSolomon::new(Outer::Kr4);
    let mut stream = Key::root(Seed(4)).stream();
    for count in (0..14).chain([7, 8, 30, 528]) {
        let sent = code.encode(&message(&mut stream));
        let mut errors = vec![0; sent.len()];
        hit(&mut errors, count, &mut stream);
        let mut word: Vec<u16> = sent.iter().zip(&errors).map(|(a, b)| a ^ b).collect();
        assert_eq!(code.decode_errors(&mut errors), code.decode(&mut word), "{count} errors");
        let left: Vec<u16> = sent.iter().zip(&word).map(|(a, b)| a ^ b).collect();
        assert_eq!(errors, left);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn up_to_t_errors_are_corrected(seed in any::<u64>(), kr4 in any::<bool>(), share in 0.0f64..=1.0) {
        let outer = if kr4 { Outer::Kr4 } else { Outer::Kp4 };
        let code = ReedSolomon::new(outer);
        let mut stream = Key::root(Seed(seed)).stream();
        let sent = code.encode(&message(&mut stream));
        let count = (share * (outer.correctable() as f64 + 0.999)) as usize;
        let mut word = sent.clone();
        hit(&mut word, count, &mut stream);
        prop_assert_eq!(code.decode(&mut word), Decoded::Corrected(count));
        prop_assert_eq!(word, sent);
    }

    #[test]
    fn success_is_a_codeword(seed in any::<u64>(), count in 0usize..40) {
        let code = ReedSolomon::new(Outer::Kr4);
        let mut stream = Key::root(Seed(seed)).stream();
        let mut word = code.encode(&message(&mut stream));
        hit(&mut word, count, &mut stream);
        if let Decoded::Corrected(_) = code.decode(&mut word) {
            prop_assert!(code.syndromes(&word).iter().all(|&s| s == 0));
        } else {
            prop_assert!(count > 7);
        }
    }
}
