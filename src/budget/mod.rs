//! What a route costs: energy, power, delay, density, and heat at its lasers.
//!
//! A [`Budget`] is computed from the parts that a route holds and from what a [`Catalogue`] says of
//! them. It does not know what the route is called: a retimer costs because symbols are decided
//! there, a host's SerDes by the loss of the copper in its hop.
//!
//! # Assumptions
//! - A route is one lane in one direction. A unit (module, engine, cable end) holds the transmit
//!   side of one direction and the receive side of the other, so it spends for each lane what one
//!   route spends outside its hosts; a host spends for each lane its transmitter and its receiver.
//! - A SerDes class follows from the loss of all copper of a hop at half the symbol rate, from die
//!   to die, less what redrivers lift there over DC, and from the length of the receiver's
//!   equalizer: a host that takes what a linear module makes of light has a long one, whatever its
//!   board loses. The class that is made for packages serves only what never leaves one: a via, a
//!   connector, a cable or a ball to a board asks for the next. Light itself counts as lossless; a
//!   retimer's end that faces light has its own entry.
//! - What a class is said to spend it spends at its largest loss; between these losses energy is
//!   interpolated, as of a SerDes that is made for the loss. Delays have steps: they follow from
//!   what a class is made of.
//! - A retimer is its receiver, its transmitter and a core, and spends and delays what these do;
//!   one without converters is known as a whole ([`RetimerDelay`]).
//! - A driver spends what is usual of its kind, at the swing that is usual of it.
//! - A modulating ring is heated by what its route says; a ring that drops a line says nothing, and
//!   has an entry.
//! - An edge of a package is crossed by light where the parts show that the engine is within the
//!   package. Beside it, on the board, an engine has ports of its own, and the package none of them.
//! - Energies a bit count bits on the line; what is reported is divided by the bits that reach the
//!   user ([`Rates`]).
//! - A host's numbers are those at its die, without the converters of its supply; a unit's hold
//!   them.
//! - Without its links a switch is not counted: only SerDes, error correction and units are.
//!
//! ```
//! use lightlane::{budget, preset};
//!
//! let catalogue = preset::energy::catalogue();
//! let of = |route| budget::budget(&route, &catalogue);
//! let (linear, retimed) = (of(preset::lpo_dr_100g())?, of(preset::dsp_dr_100g())?);
//! assert!(linear.energy().nominal < retimed.energy().nominal);
//! # Ok::<(), lightlane::Error>(())
//! ```

mod catalogue;
mod delay;
mod energy;
mod interval;
mod laser;
mod parts;
mod roles;
mod scale;
mod serdes;
#[cfg(test)]
mod tests;

pub use catalogue::{
    Catalogue, Class, Cooler, Correction, Diode, DirectLasers, Drivers, Generation, Modulators,
    Retimer, RetimerDelay, Rings, Surroundings,
};
pub use interval::{Corner, Interval};
pub use laser::Junction;
pub use parts::{Cause, Delay, Item, Owner, Part};
pub use scale::{MODULES, ModulePower, PANELS, Panel, SWITCHES, SwitchPower};
pub use serdes::Need;

use crate::fec::{Scheme, inner};
use crate::route::Route;
use crate::{Error, Result};
use energy::Seen;

/// Blocks of 256 bits that become 257 ahead of the Reed-Solomon code (IEEE 802.3, 119.2.4.2).
const TRANSCODING: f64 = 256.0 / 257.0;

/// What a route costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// The route's name.
    pub name: String,
    /// Bit rates of a lane.
    pub rates: Rates,
    /// The SerDes class of each hop.
    pub hops: Vec<HopClass>,
    /// What each part spends for a lane.
    pub items: Vec<Item>,
    /// What each part delays, in the order of the signal.
    pub delays: Vec<Delay>,
    /// Lanes of one direction in a unit.
    pub lanes: usize,
    /// Units of several bit rates.
    pub modules: Vec<ModulePower>,
    /// Switches of several bit rates.
    pub switches: Vec<SwitchPower>,
    /// Front panels; empty if the units are in none.
    pub panels: Vec<Panel>,
    /// Bits a second in each direction and meter of a package's edge; `None` if nothing leaves a
    /// package there.
    pub shoreline: Option<f64>,
    /// A laser at work; `None` if none is shared among modulators.
    pub laser: Option<Junction>,
}

/// Bit rates of a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Bits a second on the line, in the slowest hop.
    pub line: f64,
    /// Bits a second that reach the user.
    pub payload: f64,
}

/// How a hop was classed.
#[derive(Clone, Debug, PartialEq)]
pub struct HopClass {
    /// The hop's name.
    pub hop: String,
    /// Loss of its copper at half the symbol rate less the boost of its redrivers, decibels.
    pub loss: f64,
    /// The class of its SerDes.
    pub class: String,
    /// Whether it holds light.
    pub light: bool,
}

/// What a route costs, by a catalogue.
///
/// # Errors
/// If the route has no packaging, a parameter makes no sense, a loss is beyond every SerDes, or a
/// laser runs away.
pub fn budget(route: &Route, catalogue: &Catalogue) -> Result<Budget> {
    of(route, catalogue).map_err(|error| error.in_route(&route.name))
}

fn of(route: &Route, catalogue: &Catalogue) -> Result<Budget> {
    catalogue.check()?;
    let Some(packaging) = &route.packaging else {
        let expected = "given: a budget needs to know what holds the lanes";
        return Err(Error::parameter("packaging", "absent", expected));
    };
    packaging.check()?;
    let hops = route
        .hops
        .iter()
        .map(|hop| Seen::new(hop, catalogue).map_err(|error| error.in_hop(&hop.name)))
        .collect::<Result<Vec<_>>>()?;
    if hops.is_empty() {
        return Err(Error::parameter("hop", "empty", "one hop or more"));
    }
    let rates = Rates::of(route.fec.as_ref(), &hops);
    let (items, laser) = energy::items(route, packaging, &hops, catalogue)?;
    let parts: Vec<Item> = items.iter().filter(|item| item.part != Part::Supply).cloned().collect();
    Ok(Budget {
        name: route.name.clone(),
        rates,
        hops: hops.iter().map(HopClass::of).collect(),
        delays: delay::delays(route, &hops, catalogue)?,
        lanes: packaging.lanes,
        modules: scale::modules(&parts, packaging, rates.payload, catalogue),
        switches: scale::switches(&items, rates.payload),
        panels: scale::panels(packaging, rates.payload),
        shoreline: scale::shoreline(packaging, &hops, rates.payload),
        items,
        laser,
    })
}

impl Rates {
    /// What is left of the line's bits without transcoding and error correction. An inner code is
    /// on all hops if they are equally fast, else on those that are faster than the slowest.
    fn of(scheme: Option<&Scheme>, hops: &[Seen<'_>]) -> Self {
        let line = hops.iter().map(Seen::rate).fold(f64::INFINITY, f64::min);
        let Some(scheme) = scheme else { return Self { line, payload: line } };
        let outer = scheme.outer.message() as f64 / scheme.outer.length() as f64;
        let everywhere = hops.iter().all(|hop| hop.rate() <= line);
        let inner = match scheme.inner {
            Some(_) if everywhere => inner::PAYLOAD as f64 / inner::BLOCK as f64,
            _ => 1.0,
        };
        Self { line, payload: line * outer * inner * TRANSCODING }
    }
}

impl HopClass {
    fn of(seen: &Seen<'_>) -> Self {
        Self {
            hop: seen.hop.name.clone(),
            loss: seen.need.loss.0,
            class: format!("{} {}", seen.generation.name, seen.class.name),
            light: seen.light,
        }
    }
}

impl Budget {
    /// What all parts of a kind spend, joules a bit of the user's.
    pub fn part(&self, part: Part) -> Interval {
        self.sum(|item| item.part == part)
    }

    /// What is spent in one place, joules a bit of the user's.
    pub fn owned(&self, owner: Owner) -> Interval {
        self.sum(|item| item.owner == owner)
    }

    /// What is spent from host to host, joules a bit of the user's.
    pub fn energy(&self) -> Interval {
        self.sum(|_| true)
    }

    fn sum(&self, of: impl Fn(&Item) -> bool) -> Interval {
        let items = self.items.iter().filter(|item| of(item));
        items.map(|item| item.power).sum::<Interval>() * (1.0 / self.rates.payload)
    }

    /// The delay of all parts of some causes, seconds.
    ///
    /// Published delays of modules conflict: some count error correction in, some do not say. So
    /// what is counted is the caller's to choose.
    ///
    /// ```
    /// # use lightlane::{budget::{self, Cause}, preset};
    /// let linear = budget::budget(&preset::lpo_dr_100g(), &preset::energy::catalogue())?;
    /// let electronics = linear.delay(&[Cause::Electronics]);
    /// assert!(electronics.nominal < linear.delay(&Cause::ALL).nominal);
    /// # Ok::<(), lightlane::Error>(())
    /// ```
    pub fn delay(&self, causes: &[Cause]) -> Interval {
        let counted = |delay: &&Delay| causes.contains(&delay.cause);
        self.delays.iter().filter(counted).map(|delay| delay.time).sum()
    }
}
