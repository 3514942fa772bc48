//! A physical-layer signal model of data-center links.
//!
//! lightlane takes symbols through transmitter, copper, driver, modulator, fiber, photodiode,
//! amplifier and receiver, and answers with eyes, bit error ratios and what they rest on. Its
//! question: what happens to the link when the DSP leaves the module?
//!
//! # Example
//! A linear module against a fully retimed one: the same fiber, the same noise.
//!
//! ```
//! use lightlane::prelude::*;
//!
//! let records = Records::of(1 << 14, Seed(7));
//! for route in [preset::lpo_dr_100g(), preset::dsp_dr_100g()] {
//!     let report = route.simulate(&records)?;
//!     println!("{:<12} {} hop(s)  BER {:.1e}", route.name, route.hops.len(), report.ber.rate);
//! }
//! # Ok::<(), lightlane::Error>(())
//! ```
//!
//! # Conventions
//! - A record is periodic: the sample after the last is the first.
//! - Time runs as `exp(+j 2 pi f t)`; a delay `tau` is `exp(-j 2 pi f tau)`.
//! - Voltages are differential, swings peak to peak, noise densities one-sided.
//! - Light is a complex envelope in square roots of watts.
//! - Symbols are indices, the lowest level 0; levels reach from -1 to 1.
//! - Parameters carry units ([`mod@unit`]); kernels work on bare SI numbers.
//!
//! # Reading order
//! [`signal`] says what is sent, [`engine`] how devices are described and run, [`device`] and
//! [`transceiver`] what there is, [`route`] how it becomes a link, [`preset`] which links are ready
//! to run, [`analysis`] what is measured.
//!
//! # Features
//! All are on by default; an embedder may leave any of them out.
//!
//! | Feature | What it adds |
//! |---|---|
//! | `parallel` | records run on all cores; results are the same bits without it |
//! | `config` | TOML documents, JSON and its schema, proofs |
//! | `plot` | PNG and SVG figures |
//! | `cli` | the command line (with `config` and `plot`) |
//!
//! `parquet`, which is not on by default, writes the tables of sweeps as Parquet files too.

// Tests compare exactly where exactness is the claim.
#![cfg_attr(test, allow(clippy::float_cmp))]

pub mod analysis;
pub mod budget;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "config")]
pub mod config;
pub mod device;
pub mod engine;
pub mod error;
pub mod fec;
pub mod kernel;
pub mod parallel;
#[cfg(feature = "plot")]
pub mod plot;
pub mod preset;
#[cfg(feature = "config")]
pub mod proof;
#[cfg(feature = "config")]
pub mod report;
pub mod response;
pub mod route;
pub mod signal;
#[cfg(feature = "config")]
pub mod sweep;
pub mod transceiver;
pub mod unit;

pub use error::{Error, Result};

/// What most programs need.
pub mod prelude {
    pub use num_complex::Complex64;

    pub use crate::device::{
        Agc, Channel, CwLaser, DirectlyModulated, Driver, ElectroAbsorption, LaserDiode,
        MachZehnder, Microring, MultimodeFiber, Photodiode, SingleModeFiber, Tia, Vcsel,
    };
    pub use crate::engine::{Device, Link, Ops, Plan};
    pub use crate::error::{Error, Result};
    pub use crate::kernel::rng::{Key, Seed};
    pub use crate::preset;
    pub use crate::route::{Hop, Records, Report, Route, Stage};
    pub use crate::signal::{
        Current, Domain, Field, Grid, Modulation, Pattern, Symbols, Voltage, Waveform,
    };
    pub use crate::transceiver::{Receiver, Transmitter};
    pub use crate::unit::*;
}
