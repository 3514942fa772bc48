//! How links are described and run: devices, operations, links, plans.
//!
//! A [`Device`] says what it does to a signal as a list of operations ([`Ops`]). A [`Link`] is a
//! typed chain of named devices. A [`Plan`] is a link made ready for records of one form; running
//! it does no I/O, allocates nothing and cannot fail.
//!
//! The same list has a second reading: [`Plan::trajectory`] runs a record without noise, and
//! [`Plan::sensitivity`] tells how a value of its output answers to every source of noise, to each
//! neighbor and to the input, exactly to the first order.
//!
//! The kinds of operation, of which a device's author uses the first that is true:
//!
//! | Kind | Meaning | What a plan does with it |
//! |---|---|---|
//! | [`Ops::lti`] | linear and time-invariant | multiplies neighbors into one spectrum |
//! | [`Ops::random_lti`] | the same, drawn anew for each record | multiplies the same spectrum |
//! | [`Ops::noise`] | adds Gaussian noise of a given density | adds it in the same spectrum |
//! | [`Ops::neighbor`] | adds what a neighbor sends | adds it in the same spectrum |
//! | [`Ops::map`] | memoryless, may change the domain | runs it in place |
//! | [`Ops::noisy_map`] | memoryless with a normal per sample | as `map`; its noise follows the signal |
//! | [`Ops::dynamic`] | an equation of motion | integrates it around the record |
//! | [`Ops::stateful`] | memory and nonlinearity | runs it sequentially over the record |

mod build;
mod dynamics;
mod lanes;
mod linear;
mod link;
mod ops;
mod plan;
mod run;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use crate::Result;
use crate::signal::Domain;

pub use dynamics::{Cubic, Dynamics};
pub use lanes::Path;
pub use linear::{Sensitivity, Source, Trajectory};
pub use link::{AnyLink, Link};
pub use ops::{Ops, Reading, Stateful};
pub use plan::{Options, Output, Plan};
pub use run::Workspace;

/// An element of a link: parameters, and what they do to a signal.
///
/// ```
/// use lightlane::prelude::*;
///
/// /// A socket that swallows what lies above its resonance.
/// #[derive(Debug)]
/// struct SocketResonance {
///     at: Hertz,
///     depth: f64,
/// }
///
/// impl Device for SocketResonance {
///     type In = Voltage;
///     type Out = Voltage;
///
///     fn lower(&self, ops: Ops<Voltage>) -> Result<Ops<Voltage>> {
///         let (at, depth) = (self.at, self.depth);
///         Ok(ops.lti(move |f| Complex64::from(if f < at { 1.0 } else { depth })))
///     }
/// }
///
/// let socket = SocketResonance { at: 30.0.ghz(), depth: 0.7 };
/// let link = Link::electrical().then("host.socket", &socket)?;
/// # Ok::<(), lightlane::Error>(())
/// ```
pub trait Device: Debug + Send + Sync {
    /// What the device takes.
    type In: Domain;
    /// What the device gives.
    type Out: Domain;

    /// Appends what the device does to the signal.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    fn lower(&self, ops: Ops<Self::In>) -> Result<Ops<Self::Out>>;
}
