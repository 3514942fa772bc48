//! Measurements: what a waveform, or the input of a decision, says about a link.
//!
//! Nothing here knows a device. Records are periodic, and the symbols that made them are known:
//! a measurement never guesses what was sent. What is measured over several records is
//! accumulated: one accumulator for each record, merged in the order of the records, gives the
//! same bits as one accumulator over all of them.

pub mod ber;
pub mod eye;
pub mod mixture;
mod moments;
pub mod theory;

pub use ber::{BerCount, BitErrorRatio};
pub use eye::{Eye, EyeAccumulator, EyeRecord, EyeSettings};
pub use mixture::{ExtrapolatedBer, PatternMixture};
