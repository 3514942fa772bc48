//! Signals: kinds of waveform, the grid they are sampled on, symbols, test patterns and
//! captured waveforms.

pub mod capture;
mod domain;
mod grid;
pub mod modulation;
pub mod pattern;
mod symbols;
mod waveform;

pub use capture::Capture;
pub use domain::{Current, Domain, Field, Kind, Sample, Samples, Voltage};
pub use grid::Grid;
pub use modulation::Modulation;
pub use pattern::Pattern;
pub use symbols::Symbols;
pub use waveform::Waveform;

mod sealed {
    /// Keeps [`Domain`](super::Domain) and [`Sample`](super::Sample) to the kinds known here.
    pub trait Sealed {}
}
