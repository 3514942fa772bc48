//! Architectures that are ready to run, and where their numbers come from.
//!
//! A preset is a [`Route`] made of the parts of [`parts`]; [`sources()`] says of each number where
//! it comes from and how far to trust it. No preset claims conformance to a standard: they are
//! modelled after what the sources say.

pub mod com;
pub mod energy;
pub mod parts;
mod paths;
mod sources;
pub mod test_points;

pub use parts::{Light, Line, Rate, Span};
pub use paths::{
    acc, aec, backplane, copper_100g, cpc, cpo_mrm, cpo_mzm, dac, dsp, dsp_eml, lpo, lpo_eml, lro,
    npo, oio, pcb, rro,
};
pub use sources::{Confidence, Source, source_of, sources};

use crate::route::Route;
use crate::{Error, Result};

/// Every preset.
pub fn all() -> Vec<Route> {
    paths::all()
}

/// 100 Gb/s a lane over 500 m with linear pluggable optics.
pub fn lpo_dr_100g() -> Route {
    lpo(Rate::G100, Span::Dr)
}

/// 100 Gb/s a lane over 500 m with half-retimed optics.
pub fn lro_dr_100g() -> Route {
    lro(Rate::G100, Span::Dr)
}

/// 100 Gb/s a lane over 500 m with fully retimed optics.
pub fn dsp_dr_100g() -> Route {
    dsp(Rate::G100, Span::Dr)
}

/// The preset of a name.
///
/// # Errors
/// If there is none of that name; the message lists those there are.
pub fn named(name: &str) -> Result<Route> {
    let all = all();
    let names: Vec<String> = all.iter().map(|route| route.name.clone()).collect();
    all.into_iter().find(|route| route.name == name).ok_or_else(|| {
        Error::usage(format!("there is no preset `{name}`: expected one of {}", names.join(", ")))
    })
}
