//! Locks and files.

use super::*;
use crate::unit::Literals;

fn capture(samples: Vec<f64>) -> Capture {
    Capture {
        samples,
        samples_per_symbol: 4,
        symbol_rate: 53.125.gbaud(),
        symbols: None,
        pattern: None,
    }
}

/// A waveform with interference, begun `start` samples into it.
fn waveform(sent: &Symbols, start: usize, gain: f64) -> Vec<f64> {
    let levels = sent.levels();
    let len = levels.len();
    let at = |n: usize| 0.7 * levels[n % len] + 0.3 * levels[(n + len - 1) % len];
    let mut samples: Vec<f64> = (0..len).flat_map(|n| [2.0 + gain * at(n); 4]).collect();
    samples.rotate_left(start);
    samples
}

#[test]
fn a_lock_says_where_the_record_begins() {
    let sent = Symbols::prbs(Modulation::Pam4, 11, 2047).unwrap();
    for shift in [0, 1, 777, 2046] {
        for gain in [0.3, -0.3] {
            let capture = capture(waveform(&sent, 4 * shift, gain)).with_symbols(sent.clone());
            let lock = capture.lock().unwrap();
            assert_eq!(lock.shift, shift);
            assert_eq!(lock.inverted, gain < 0.0);
            assert!(lock.coefficient > 0.9);
            let first = sent.values()[shift];
            assert_eq!(lock.symbols.values()[0], if gain < 0.0 { 3 - first } else { first });
        }
    }
}

#[test]
fn standard_patterns_are_recognized_and_periods_counted() {
    for (order, modulation) in [(9, Modulation::Pam4), (9, Modulation::Nrz), (7, Modulation::Pam4)]
    {
        let sent = Symbols::prbs(modulation, order, (1 << order) - 1).unwrap();
        let samples = waveform(&sent, 40, 1.0).repeat(3);
        let lock = capture(samples).lock().unwrap();
        assert_eq!((lock.shift, lock.symbols.modulation()), (10, modulation));
        assert_eq!(lock.symbols.len(), 3 * sent.len());
    }
}

/// Four levels whose more significant bits are a pattern, and whose others are the same one later:
/// the pattern alone is not what was sent.
#[test]
fn the_more_significant_bit_is_no_lock() {
    let bits = Symbols::prbs(Modulation::Nrz, 11, 2047).unwrap();
    let bits = bits.values();
    let values = (0..2047).map(|n| 2 * bits[n] + (1 - bits[(n + 1000) % 2047])).collect();
    let sent = Symbols::new(Modulation::Pam4, values).unwrap();
    let samples: Vec<f64> = sent.levels().iter().flat_map(|level| [*level; 4]).collect();
    let text = capture(samples.clone()).lock().unwrap_err().to_string();
    assert!(text.contains("prbs11") && text.contains("state the symbols"), "{text}");
    assert!(capture(samples).with_symbols(sent).lock().unwrap().coefficient > 0.999);
}

#[test]
fn wrong_records_say_why() {
    let sent = Symbols::prbs(Modulation::Pam4, 9, 511).unwrap();
    let other = Symbols::random(Modulation::Pam4, 511, Key::root(Seed(1))).unwrap();
    let samples = waveform(&sent, 0, 1.0);
    let message = |capture: Capture| capture.lock().unwrap_err().to_string();

    let text = message(capture(samples.clone()).with_symbols(other));
    assert!(text.contains("no lock") && text.contains("511 symbols"), "{text}");
    let short = Symbols::new(Modulation::Pam4, sent.values()[..500].to_vec()).unwrap();
    let text = message(capture(samples.clone()).with_symbols(short));
    assert!(text.contains("511 symbols, which is no multiple of the pattern's 500"), "{text}");
    assert!(message(capture(samples[..2041].to_vec())).contains("whole number of symbols"));
    let text = message(capture(samples[..2000].to_vec()));
    assert!(text.contains("no standard pattern"), "{text}");
    assert!(message(capture(vec![1.0; 2044])).contains("follow none of prbs9"));
    let mut broken = samples.clone();
    broken[7] = f64::NAN;
    assert!(message(capture(broken)).contains("sample 8"));
    let slow = Capture { samples_per_symbol: 0, ..capture(samples.clone()) };
    assert!(slow.lock().is_err());
    let random = capture(samples).with_pattern(Pattern::Random, Modulation::Pam4).unwrap_err();
    assert!(random.is_parameter());
}

#[test]
fn files_are_read_by_their_content() {
    let folder = std::env::temp_dir().join(format!("lightlane-capture-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let rate = 50.0.gbaud();
    let timed = file("timed.csv", "t,y\n0,1\n5e-12,2\n1e-11,3\n1.5e-11,4\n");
    let capture = Capture::read(&timed, rate, 4).unwrap();
    assert_eq!(capture.samples, [1.0, 2.0, 3.0, 4.0]);
    let text = Capture::read(&timed, rate, 2).unwrap_err().to_string();
    assert!(text.contains("timed.csv") && text.contains("5e-12"), "{text}");

    let symbols = file("symbols.csv", "0\n3\n2\n");
    assert_eq!(read_symbols(&symbols, Modulation::Pam4).unwrap().values(), [0, 3, 2]);
    let text = read_symbols(&symbols, Modulation::Nrz).unwrap_err().to_string();
    assert!(text.contains("3 is no symbol: expected 0 to 1"), "{text}");
    assert!(Capture::read(folder.join("absent.npy"), rate, 4).unwrap_err().is_io());
    assert!(Capture::read(&folder, rate, 4).is_err());
    std::fs::remove_dir_all(&folder).unwrap();
}
