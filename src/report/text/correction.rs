//! What error correction makes of a route's errors.

use std::fmt::Write;

use super::Table;
use super::cells::{NONE, bounded, decibels, grouped, maybe_rate, rate};
use crate::fec::{AfterDecoding, Counted, Inner, Multiplexing, Outcome, Outer, Scheme};

pub(super) const LEGEND: &str = "\
FEC            `decoded` by the real decoder on the frames sent, `< x` as above; `random errors`: the
               binomial tail at the semi-analytic ratio (the counted one if there is none), errors
               independent; `bursts`: a Markov chain of error runs, counted where there are 1000 or
               more, else calculated; `margin`: decibels by which Gaussian noise could grow until the
               semi-analytic ratio is the limit of the link, at which one of 1.45e11 codewords is
               lost; the limit of the medium leaves room for the electrical interfaces
";

/// Numbers of errors in a codeword that are listed, at most.
const MOST_LISTED: usize = 12;

/// A few lines and a table.
pub(super) fn text(scheme: &Scheme, outcome: &Outcome, margin_db: Option<f64>) -> String {
    let mut text = format!("FEC: {}\n", description(scheme));
    let before = &outcome.pre_fec_ber;
    let _ = writeln!(
        text,
        "pre-FEC BER {} ({} of {} bits); limit {} of the link, {} of the medium; margin {} dB",
        ratio(before),
        grouped(before.count as usize),
        grouped(before.of as usize),
        rate(outcome.thresholds.link),
        rate(outcome.thresholds.pmd),
        decibels(margin_db),
    );
    let _ = writeln!(text, "symbol errors in a codeword, counted (binomial): {}", errors(outcome));
    let mut table =
        Table::new(&["behind the decoder", "decoded", "from random errors", "from bursts"]);
    let ratios = [
        ("codeword error ratio", &outcome.codeword_error_ratio),
        ("frame loss ratio", &outcome.frame_loss_ratio),
        ("post-FEC BER", &outcome.post_fec_ber),
    ];
    for (name, after) in ratios {
        table.row(row(name, after));
    }
    text.push_str(&table.text());
    text
}

fn row(name: &str, after: &AfterDecoding) -> Vec<String> {
    vec![
        name.to_owned(),
        ratio(&after.decoded),
        maybe_rate(after.from_random_errors.map(|estimate| estimate.value)),
        maybe_rate(after.from_bursts.map(|estimate| estimate.value)),
    ]
}

fn ratio(counted: &Counted) -> String {
    match counted.of {
        0 => NONE.to_owned(),
        _ => bounded(counted.value, counted.count, counted.ci95),
    }
}

/// The code in words.
fn description(scheme: &Scheme) -> String {
    let outer = match scheme.outer {
        Outer::Kp4 => "RS(544,514)",
        Outer::Kr4 => "RS(528,514)",
    };
    let inner = match scheme.inner {
        Some(Inner::Soft) => ", Hamming(128,120) decoded softly",
        Some(Inner::Hard) => ", Hamming(128,120) decoded by its syndrome",
        None => "",
    };
    let codewords = match scheme.codewords_interleaved {
        1 => "codewords one by one".to_owned(),
        count => format!("{count} codewords interleaved"),
    };
    let streams = match scheme.multiplexing {
        Multiplexing::Symbol => "symbol by symbol".to_owned(),
        Multiplexing::Bit { streams } => format!("{streams} streams a lane bit by bit"),
    };
    let lanes = if scheme.lanes == 1 { "lane" } else { "lanes" };
    format!("{outer}{inner}, {codewords}, {streams}, {} {lanes}", scheme.lanes)
}

/// How many codewords have how many errors, where either is worth a word.
fn errors(outcome: &Outcome) -> String {
    let pairs: Vec<String> = outcome
        .errors_per_codeword
        .iter()
        .zip(&outcome.binomial)
        .enumerate()
        .filter(|(_, (counted, expected))| **counted > 0 || **expected >= 0.05)
        .map(|(errors, (counted, expected))| format!("{errors}: {counted} ({expected:.1})"))
        .collect();
    match pairs.len() {
        0 => "no complete codeword".to_owned(),
        listed if listed > MOST_LISTED => {
            let tail = pairs[listed - MOST_LISTED / 2..].join(", ");
            format!("{} ... {tail}", pairs[..MOST_LISTED / 2].join(", "))
        }
        _ => pairs.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme() -> Scheme {
        Scheme {
            outer: Outer::Kp4,
            codewords_interleaved: 2,
            multiplexing: Multiplexing::Bit { streams: 4 },
            lanes: 4,
            inner: None,
        }
    }

    #[test]
    fn a_scheme_is_told_in_a_line() {
        assert_eq!(
            description(&scheme()),
            "RS(544,514), 2 codewords interleaved, 4 streams a lane bit by bit, 4 lanes"
        );
        let inner = Scheme {
            codewords_interleaved: 1,
            multiplexing: Multiplexing::Symbol,
            lanes: 1,
            inner: Some(Inner::Soft),
            ..scheme()
        };
        assert_eq!(
            description(&inner),
            "RS(544,514), Hamming(128,120) decoded softly, codewords one by one, symbol by symbol, \
             1 lane"
        );
    }

    #[test]
    fn many_numbers_of_errors_are_shortened_in_the_middle() {
        let scheme = scheme();
        let counter = scheme.counter().unwrap();
        let counts = counter.counts();
        let evidence = crate::fec::Evidence { counts, ber: None, bursts: None };
        let mut outcome = scheme.outcome(&evidence).unwrap();
        assert_eq!(errors(&outcome), "no complete codeword");
        assert!(text(&scheme, &outcome, None).contains("codeword error ratio        -"));
        outcome.errors_per_codeword = vec![5; 20];
        outcome.binomial = vec![5.04; 20];
        let told = errors(&outcome);
        assert!(told.starts_with("0: 5 (5.0), 1: 5 (5.0)"), "{told}");
        assert!(told.contains("5: 5 (5.0) ... 14: 5 (5.0)"), "{told}");
        assert!(told.ends_with("19: 5 (5.0)"), "{told}");
    }
}
