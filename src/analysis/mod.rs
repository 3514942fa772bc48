//! Measurements: what a waveform, or the input of a decision, says about a link.
//!
//! Nothing here knows a device. Records are periodic, and the symbols that made them are known:
//! a measurement never guesses what was sent. What is measured over several records is
//! accumulated: one accumulator for each record, merged in the order of the records, gives the
//! same bits as one accumulator over all of them.

pub mod ber;
pub mod com;
mod cost;
pub mod electrical;
pub mod eye;
mod moments;
pub mod semi_analytic;
pub mod statistical;
pub mod tdecq;
pub mod theory;

pub use ber::{BerCount, BitErrorRatio, GUESS};
pub use electrical::{CapturedEye, LinearFit, OutputJitter};
pub use eye::{Eye, EyeAccumulator, EyeRecord, EyeSettings};
pub use semi_analytic::{SemiAnalytic, SemiAnalyticBer, SlicerInput, TwoValued};
pub use statistical::{EyeCut, LinearLink, StatisticalEye};
pub use tdecq::{Tdecq, TdecqReport};
