//! Lengths of the lines of ready-made channels.

use super::*;
use crate::preset::parts::{self, Rate};
use crate::unit::Literals;

/// From a host's die to a module's.
fn into_module() -> Channel {
    parts::host_to_module(Rate::G100, parts::host_board(Rate::G100))
}

#[test]
fn the_length_gives_the_loss_that_was_asked_for() {
    let nyquist = 26.5625.ghz();
    for channel in [into_module(), into_module().reversed(), parts::copper()] {
        for db in [19.0, 22.5, 30.0] {
            let (section, length) = channel.length_for_loss(db.db(), nyquist).unwrap();
            let stretched = channel.clone().with_length(section, length);
            let loss = stretched.insertion_loss(nyquist).unwrap();
            assert!((loss.0 - db).abs() < 1e-9, "{loss} for {db} dB");
        }
    }
}

#[test]
fn the_longest_line_is_the_board_of_the_host() {
    let (section, length) = into_module().reversed().longest_line().unwrap();
    assert_eq!((section, length), (3, parts::host_board(Rate::G100)));
    // Of two boards of one length the first.
    assert_eq!(parts::copper().longest_line().unwrap().0, 0);
}

#[test]
fn what_no_length_gives_is_refused() {
    let nyquist = 26.5625.ghz();
    let refused = |channel: &Channel, db: f64| {
        channel.length_for_loss(Decibels(db), nyquist).unwrap_err().to_string()
    };
    let channel = into_module();
    assert!(refused(&channel, 0.5).contains("without its longest line"));
    assert!(refused(&channel, -1.0).contains("`loss` is -1 dB"));
    assert!(channel.length_for_loss(Decibels(f64::NAN), nyquist).unwrap_err().is_parameter());
    let bare = Channel { sections: Vec::new(), ..channel };
    assert!(refused(&bare, 10.0).contains("no line"));
}
