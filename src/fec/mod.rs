//! Forward error correction: what Ethernet makes of a link's bit errors.
//!
//! # How Ethernet corrects errors
//! Bits are gathered into symbols of ten. 514 symbols of data get 30 symbols of parity: a codeword
//! of RS(544,514), called KP4, in which any 15 wrong symbols are corrected, however many of their
//! bits are wrong (RS(528,514), KR4, corrects 7). With a sixteenth the whole codeword is lost, and
//! all frames that it has a part of. One wrong bit in 4000 thus becomes one lost codeword in 1e12:
//! the curve is so steep that links are bought by their bit error ratio ahead of the decoder.
//!
//! That holds for errors that are strewn at random. A feedback equalizer repeats its errors, and a
//! burst may spoil several symbols of one codeword. Hence
//! - codewords are *interleaved*: two or four take turns symbol by symbol, and are spread over all
//!   lanes of a link, so that a burst is shared;
//! - a *precoder* turns a long burst into an error at its beginning and one behind its end;
//! - lanes of 200 Gb/s go from *bit* to *symbol multiplexing*: a lane that carries several streams
//!   bit by bit has a burst spoil a symbol of each.
//!
//! Lanes of 200 Gb/s over longer fibers begin with so many errors, one in 200 bits, that an *inner*
//! code, decoded from the analog values, first brings them to what the outer code can take.
//!
//! # What is here
//! | | |
//! |---|---|
//! | [`Scheme`] | the error correction of a link as one description, its thresholds |
//! | [`BitErrors`], [`ErrorRuns`] | what one record of decisions shows |
//! | [`CodewordCounter`] | records become codewords, which are really decoded |
//! | [`Outcome`] | everything known of a link's errors, side by side |
//! | [`analytic`] | closed forms for random errors, and their inverses |
//! | [`Bursts`] | the exact distribution of symbol errors where errors run together |
//! | [`Layout`] | which bit of a lane belongs to which symbol of which codeword |
//! | [`ReedSolomon`], [`mod@field`] | encoder and decoder |
//! | [`mod@inner`] | the inner code, hard and soft |
//! | [`margin_db`] | how much noise a link can take on until it reaches a threshold |
//!
//! # Example
//! ```
//! use lightlane::fec::{BitErrors, Evidence, Multiplexing, Outer, Scheme};
//! use lightlane::kernel::rng::{Key, Seed};
//! use lightlane::signal::{Modulation, Symbols};
//!
//! let scheme = Scheme {
//!     outer: Outer::Kp4,
//!     codewords_interleaved: 2,
//!     multiplexing: Multiplexing::Bit { streams: 4 },
//!     lanes: 4,
//!     inner: None,
//! };
//! let mut counter = scheme.counter()?;
//! for record in 0..8 {
//!     let sent = Symbols::random(Modulation::Pam4, 8192, Key::root(Seed(1)).indexed(record))?;
//!     let mut decided = sent.values().to_vec();
//!     decided[4000] ^= 1;
//!     let decided = Symbols::new(Modulation::Pam4, decided)?;
//!     counter.add(&BitErrors::of(&sent, &decided));
//! }
//! let evidence = Evidence { counts: counter.counts(), ber: None, bursts: None };
//! let outcome = scheme.outcome(&evidence)?;
//! assert_eq!((outcome.pre_fec_ber.count, outcome.pre_fec_ber.of), (8, 8 * 16384));
//! assert_eq!(outcome.codeword_error_ratio.decoded.count, 0);
//! assert!(outcome.codeword_error_ratio.from_random_errors.unwrap().value < 1e-20);
//! # Ok::<(), lightlane::Error>(())
//! ```
//!
//! # References
//! IEEE 802.3, clauses 91 and 119; 802.3dj, clauses 176 and 177 (draft).

pub mod analytic;
mod burst;
mod count;
mod errors;
pub mod field;
pub mod inner;
mod interleave;
mod outcome;
mod reed_solomon;
mod scheme;

pub use burst::Bursts;
pub use count::{CodewordCounter, CodewordCounts};
pub use errors::{BitErrors, ErrorRuns};
pub use inner::{Inner, InnerDecoder};
pub use interleave::{Layout, Place};
pub use outcome::{AfterDecoding, Counted, Estimate, Evidence, Outcome};
pub use reed_solomon::{Decoded, Outer, ReedSolomon, SYMBOL_BITS};
pub use scheme::{Multiplexing, Scheme, Thresholds, margin_db};
