//! Architectures that are ready to run, and where their numbers come from.
//!
//! A preset is a [`Route`] made of the parts of [`parts`]; [`sources()`] says of each number where
//! it comes from and how far to trust it. No preset claims conformance to a standard: they are
//! modelled after what the sources say.

pub mod com;
pub mod copper;
pub mod energy;
pub mod parts;
mod paths;
mod sources;
pub mod test_points;

pub use paths::{copper_100g, dsp_dr_100g, lpo_dr_100g, lro_dr_100g};
pub use sources::{Confidence, Source, sources};

use crate::route::Route;
use crate::{Error, Result};

/// Every preset.
pub fn all() -> Vec<Route> {
    vec![lpo_dr_100g(), lro_dr_100g(), dsp_dr_100g(), copper_100g()]
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
