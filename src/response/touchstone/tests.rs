//! Every dialect of the format, and what mutated files must not do.

use num_complex::Complex64;
use proptest::prelude::*;

use crate::response::Network;

/// A plain file of four ports and three points.
const GOOD: &str = "! a comment\n# GHz S RI R 50\n\
    1 0 0 .9 0 .1 0 0 0 ! near\n  .9 0 0 0 0 0 .1 0\n  .1 0 0 0 0 0 .9 0\n  0 0 .1 0 .9 0 0 0\n\n\
    2 0 0 .8 0 .1 0 0 0\n  .8 0 0 0 0 0 .1 0\n  .1 0 0 0 0 0 .8 0\n  0 0 .1 0 .8 0 0 0\n\
    3 0 0 .7 0 .1 0 0 0\n  .7 0 0 0 0 0 .1 0\n  .1 0 0 0 0 0 .7 0\n  0 0 .1 0 .7 0 0 0\n";

const VERSION_2: &str = "[Version] 2.0\n# MHz S DB R 42\n[Number of Ports] 2\n\
    [Two-Port Data Order] 12_21\n[Number of Frequencies] 2\n[Reference] 50\n  75\n\
    [Begin Information]\n[Anything] at all\n[End Information]\n\
    [Network Data]\n10 -20 0 -6 90 -40 180 -10 0\n20 -20 0 -6 90 -40 180 -10 0\n\
    [Noise Data]\n4 1 2 3 4\n[End]\nrubbish\n";

#[test]
fn every_dialect_says_the_same() {
    let expected = Network::parse(GOOD, Some(4)).unwrap();
    assert_eq!(expected.frequency(), [1e9, 2e9, 3e9]);
    let mut dialects = vec![
        GOOD.replace('\n', "\r\n"),
        format!("\u{feff}{GOOD}"),
        GOOD.replace("# GHz S RI R 50", "#  r 50.0 ri s ghz ! in any order\n# Hz S MA R 1"),
        GOOD.replace("\n  ", " ").replace("! near", ""),
        GOOD.replace(".9", "+9.0E-001"),
    ];
    let v2 = GOOD.replace("# GHz", "[version] 2.1\n#\tGHz").replacen(
        "50\n",
        "50\n[number of ports] 4\n[NUMBER OF FREQUENCIES] 3\n[Reference] 50 50\n 50 50\n\
         [Network Data]\n",
        1,
    );
    let lower = "[Version] 2.0\n# GHz S RI R 50\n[Number of Ports] 4\n[Matrix Format] Lower\n\
        [Network Data]\n1 0 0\n .9 0 0 0\n .1 0 0 0 0 0\n 0 0 .1 0 .9 0 0 0\n\
        2 0 0\n .8 0 0 0\n .1 0 0 0 0 0\n 0 0 .1 0 .8 0 0 0\n\
        3 0 0\n .7 0 0 0\n .1 0 0 0 0 0\n 0 0 .1 0 .7 0 0 0\n";
    let upper = "[Version] 2.0\n# GHz S RI R 50\n[Number of Ports] 4\n[Matrix Format] upper\n\
        [Network Data]\n1 0 0 .9 0 .1 0 0 0\n 0 0 0 0 .1 0\n 0 0 .9 0\n 0 0\n\
        2 0 0 .8 0 .1 0 0 0\n 0 0 0 0 .1 0\n 0 0 .8 0\n 0 0\n\
        3 0 0 .7 0 .1 0 0 0\n 0 0 0 0 .1 0\n 0 0 .7 0\n 0 0\n[End]\n";
    dialects.extend([v2, lower.to_owned(), upper.to_owned()]);
    for text in dialects {
        assert_eq!(Network::parse(&text, Some(4)).unwrap(), expected, "{text}");
    }
}

#[test]
fn two_ports_keep_the_order_of_their_version() {
    let first =
        Network::parse("#\n1 .1 0 .8 0 .7 90 .2 0\n5 .1 0 .8 0 .7 90 .2 0\n5 1 2 3 4\n", Some(2));
    let first = first.unwrap();
    assert_eq!(first.frequency(), [1e9, 5e9]);
    assert!((first.matrix(0)[[1, 0]] - 0.8).norm() < 1e-15);
    assert!((first.matrix(0)[[0, 1]] - Complex64::new(0.0, 0.7)).norm() < 1e-15);
    let second = Network::parse(VERSION_2, None).unwrap();
    assert_eq!((second.frequency(), second.reference()), (&[1e7, 2e7][..], &[50.0, 75.0][..]));
    assert!((second.matrix(0)[[0, 1]].norm() - 10f64.powf(-0.3)).abs() < 1e-15);
    assert!((second.matrix(0)[[1, 0]].re + 0.01).abs() < 1e-15);
    let swapped = VERSION_2.replace("12_21", "21_12");
    assert!((Network::parse(&swapped, None).unwrap().matrix(0)[[0, 1]].re + 0.01).abs() < 1e-15);
}

#[test]
fn bad_files_are_refused_at_their_line() {
    let good = |from: &str, to: &str| GOOD.replacen(from, to, 1);
    let second = |from: &str, to: &str| VERSION_2.replacen(from, to, 1);
    let huge = second("[Number of Frequencies] 2", "[Number of Frequencies] 4000000000");
    let cases: Vec<(String, Option<usize>, &str)> = vec![
        (String::new(), Some(4), "the file holds no data"),
        ("# GHz S RI R 50\n! nothing\n".into(), Some(4), "the file holds no data"),
        (good("# GHz S RI R 50\n", ""), Some(4), "line 2: data before the option line"),
        (good("S RI", "Y RI"), Some(4), "line 2: the option line announces Y parameters"),
        (good("S RI", "S XY"), Some(4), "line 2: `XY` has no meaning in an option line"),
        (good("R 50", "R"), Some(4), "line 2: the option line ends after `R`"),
        (good("R 50", "R -50"), Some(4), "line 2: a reference impedance of -50 ohm"),
        (good("R 50", "R fifty"), Some(4), "line 2: `fifty` is not a number"),
        (good(".8", "x\u{7}.8"), Some(4), "line 8: `x\\u{7}.8` is not a number"),
        (good(".8", "nan"), Some(4), "line 8: `nan` is not a finite number"),
        (good(".8", "-inf"), Some(4), "line 8: `-inf` is not a finite number"),
        (good(".8", "1e999"), Some(4), "line 8: `1e999` is not a finite number"),
        (good("2 0 0", "1 0 0"), Some(4), "line 8: the frequency 1000000000 Hz does not rise"),
        (good("2 0 0", "0.5 0 0"), Some(4), "line 8: the frequency 500000000 Hz does not rise"),
        (good("1 0 0", "-1 0 0"), Some(4), "line 3: a frequency of -1000000000 Hz"),
        (good("1 0 0", "1e305 0 0"), Some(4), "line 3: a frequency of inf Hz"),
        (good("2 0 0", "2 0"), Some(4), "line 8: a record starts with a frequency and whole pairs"),
        (
            good(" .1 0 0 0 0 0 .9 0", ""),
            Some(4),
            "line 8: the record of line 3 ends after 25 of its 33",
        ),
        (
            good(".1 0 0 0 0 0 .9 0", ".1 0 0 0 0 0 .9"),
            Some(4),
            "line 5: the record of line 3 ends",
        ),
        (
            good("0 0 .1 0 .9 0 0 0", "0 0 .1 0 .9 0 0 0 1 1"),
            Some(4),
            "line 6: 35 numbers, but a record of 4",
        ),
        (GOOD[..GOOD.len() - 17].into(), Some(4), "line 15: the record of line 12 ends after 25"),
        (GOOD[..GOOD.len() - 20].into(), Some(4), "line 12: the record of line 12 ends after 25"),
        (GOOD.into(), Some(2), "line 4: "),
        (GOOD.into(), None, "line 3: the number of ports is unknown"),
        (GOOD.into(), Some(9), "9 ports, but 1 to 8 are read"),
        (GOOD.into(), Some(0), "0 ports, but 1 to 8 are read"),
        ("# GHz S RI R 50\n0 1 0\n".into(), Some(1), "the only frequency is 0 Hz"),
        ("# GHz S DB R 50\n0 9e9 0\n".into(), Some(1), "line 2: a parameter is too large"),
        (good("! a comment", "[Reference] 50"), Some(4), "line 1: [reference] needs [Version] 2.0"),
        (second("[Version] 2.0", "[Version] 3"), None, "line 1: [version] is `3`, but must be 2.0"),
        (
            second("[Number of Ports] 2", "[Number of Ports] two"),
            None,
            "line 3: [number of ports] is `two`",
        ),
        (second("[Number of Ports] 2", "[Number of Ports] 900000000"), None, "900000000 ports"),
        (second("[Number of Ports] 2\n", ""), None, "[Number of Ports] is missing"),
        (VERSION_2.into(), Some(4), "line 3: [Number of Ports] is 2, but the file's name says 4"),
        (second("12_21", "11_22"), None, "line 4: [two-port data order] is `11_22`"),
        (second("[Two-Port Data Order] 12_21\n", ""), None, "[Two-Port Data Order] is missing"),
        (
            second("Frequencies] 2", "Frequencies] 3"),
            None,
            "[Number of Frequencies] is 3, but the file has 2",
        ),
        (huge, None, "[Number of Frequencies] is 4000000000, but the file has 2"),
        (second("  75\n", ""), None, "[Reference] has 1 values for 2 ports"),
        (
            second("  75\n", " 1 2 3 4 5 6 7 8\n"),
            None,
            "line 7: [Reference] has more than 8 values",
        ),
        (second("  75\n", "  0\n"), None, "line 7: a reference impedance of 0 ohm"),
        (second("[Reference]", "[Referense]"), None, "line 6: the keyword [referense] is unknown"),
        (second("[Reference]", "[Reference"), None, "line 6: `[Reference 50` has no closing ]"),
        (
            second("[Reference] 50", "[Mixed-Mode Order] D1,2 C1,2"),
            None,
            "mixed-mode data is not read",
        ),
        (
            second("[Begin Information]\n", "[Matrix Format] Diagonal\n"),
            None,
            "line 8: [matrix format] is",
        ),
        (second("[Network Data]\n", ""), None, "line 11: numbers before [Network Data]"),
        (second("[Network Data]\n", "[End]\n"), None, "line 11: [end] before any data"),
        (
            second("[Noise Data]", "[Reference]"),
            None,
            "line 14: [reference] may not follow the data",
        ),
    ];
    for (text, ports, expected) in cases {
        let error = Network::parse(&text, ports).expect_err(expected);
        assert!(
            error.to_string().starts_with(expected) || error.to_string().contains(expected),
            "expected `{expected}`, got `{error}`"
        );
        assert!(error.is_data());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_file_makes_it_panic_or_pass_a_nan(
        version_2 in any::<bool>(),
        ports in proptest::option::of(0usize..10),
        edits in proptest::collection::vec((0usize..2000, 0usize..40, any::<u8>()), 1..6),
    ) {
        const PIECES: [&str; 16] = ["nan", "inf", "-1e308", "\n", "[", "]", "#", "!", " 7 ", "[End]\n",
            "1e400", "\u{fffd}", "\0", "[Network Data]\n", "-", "[Number of Frequencies] 99999999999\n"];
        let mut text = if version_2 { VERSION_2 } else { GOOD }.to_owned();
        for (at, cut, piece) in edits {
            let floor = |mut at: usize| { while !text.is_char_boundary(at) { at -= 1; } at };
            let start = floor(at % (text.len() + 1));
            let end = floor((start + cut % 12).min(text.len())).max(start);
            text.replace_range(start..end, PIECES[piece as usize % PIECES.len()]);
        }
        if let Ok(network) = Network::parse(&text, ports) {
            prop_assert!(network.frequency().windows(2).all(|pair| pair[0] < pair[1]));
            for point in 0..network.frequency().len() {
                prop_assert!(network.matrix(point).iter().all(|value| value.is_finite()));
            }
        }
    }

    #[test]
    fn a_file_that_was_written_reads_back(
        values in proptest::collection::vec(-1.0f64..1.0, 8 * 5),
        last in 1.0f64..1e3,
    ) {
        let mut text = String::from("# MHz S RI R 50\n");
        for (k, row) in values.chunks(8).enumerate() {
            let numbers: Vec<_> = row.iter().map(f64::to_string).collect();
            text += &format!("{} {}\n", last * (k + 1) as f64, numbers.join(" "));
        }
        let network = Network::parse(&text, Some(2)).unwrap();
        for (k, row) in values.chunks(8).enumerate() {
            prop_assert_eq!(network.matrix(k)[[1, 0]], Complex64::new(row[2], row[3]));
            prop_assert_eq!(network.matrix(k)[[0, 1]], Complex64::new(row[4], row[5]));
        }
    }
}
