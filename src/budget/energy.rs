//! What the parts of a route spend.

use super::laser::{Junction, Task};
use super::roles::{Known, Role, role};
use super::serdes::Need;
use super::{Catalogue, Class, Generation, Interval, Item, Owner, Part};
use crate::route::{Hop, LaserPlace, Lasers, Packaging, Route};
use crate::signal::Kind;
use crate::{Error, Result};

/// A hop as its SerDes see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) hop: &'a Hop,
    /// What it asks of them.
    pub(super) need: Need,
    /// Whether it holds light.
    pub(super) light: bool,
    pub(super) generation: &'a Generation,
    /// The class that serves it, and the energy of a transmitter and a receiver for it.
    pub(super) class: &'a Class,
    energy: Interval,
}

impl<'a> Seen<'a> {
    pub(super) fn new(hop: &'a Hop, catalogue: &'a Catalogue) -> Result<Self> {
        let need = Need::of(hop, catalogue)?;
        let generation = catalogue.generation(hop.symbol_rate)?;
        let (class, energy) = generation.serving(&need)?;
        let light = hop.stages.iter().any(|stage| stage.device.output() == Kind::Field);
        Ok(Self { hop, need, light, generation, class, energy })
    }

    /// Bits a second on the line.
    pub(super) fn rate(&self) -> f64 {
        self.hop.symbol_rate.0 * self.hop.modulation.bits_per_symbol()
    }

    /// The end of a hop in a retimer: that of the class of its loss, or one that faces light.
    fn retimer_end(&self) -> (String, Interval) {
        if self.light {
            (self.generation.light_key(), self.generation.light)
        } else {
            self.host_end()
        }
    }

    fn host_end(&self) -> (String, Interval) {
        (self.class.key(&self.generation.name), self.energy)
    }

    /// The key and delay of the class of its loss: of a pair of ends.
    pub(super) fn host_delay(&self) -> (String, Interval) {
        (format!("{}.delay", self.class.key(&self.generation.name)), self.class.delay)
    }

    /// The key and delay of a pair of its ends in retimers.
    pub(super) fn retimer_delay(&self) -> (String, Interval) {
        if self.light {
            (self.generation.light_delay_key(), self.generation.light_delay)
        } else {
            self.host_delay()
        }
    }
}

/// Whether the retimer between two hops has no converter at either of its ends.
pub(super) fn is_analog(before: &Hop, behind: &Hop) -> bool {
    before.receiver.digital.adc.is_none() && behind.transmitter.dac_bits.is_none()
}

/// What every part spends for one lane, lasers and supply last, and the lasers themselves.
pub(super) fn items(
    route: &Route,
    packaging: &Packaging,
    hops: &[Seen<'_>],
    catalogue: &Catalogue,
) -> Result<(Vec<Item>, Option<Junction>)> {
    let mut items = serdes(hops, catalogue);
    let mut light = None;
    for seen in hops {
        let more = stages(seen, catalogue).map_err(|error| error.in_hop(&seen.hop.name))?;
        items.extend(more.0);
        light = light.or(more.1);
    }
    items.extend(correction(route, hops, catalogue));

    let junction = match (light, &packaging.lasers) {
        (None, _) => None,
        (Some((stage, watts)), Some(lasers)) => {
            let beside = unit_power(&items, packaging.lanes, catalogue);
            let task = task(lasers, packaging.lanes, watts, beside, catalogue);
            let junction = task.solve().map_err(|error| error.in_stage(stage))?;
            let owner = match lasers.place {
                LaserPlace::External => Owner::Source,
                LaserPlace::Unit | LaserPlace::Chip | LaserPlace::Package => Owner::Unit,
            };
            let lanes = lasers.shared_by as f64;
            let mut push = |part, key: &str, power: Interval| {
                let power = power * (1.0 / lanes);
                items.push(Item {
                    place: stage.to_owned(),
                    part,
                    owner,
                    key: key.to_owned(),
                    power,
                });
            };
            push(Part::Laser, "diode", junction.electrical);
            if lasers.cooled {
                push(Part::Cooler, "cooler.work", junction.cooler);
            }
            Some(junction)
        }
        (Some((stage, _)), None) => {
            let expected = format!("given, as stage `{stage}` is fed with light");
            return Err(Error::parameter("packaging.lasers", "absent", expected));
        }
    };
    items.extend(supply(&items, packaging.lanes, catalogue));
    Ok((items, junction))
}

/// Transmitters and receivers: those of the hosts at the ends, those of retimers between.
fn serdes(hops: &[Seen<'_>], catalogue: &Catalogue) -> Vec<Item> {
    let share = catalogue.transmitter_share;
    let mut items = Vec::new();
    let mut push = |place: String, part, (key, energy): (String, Interval), bits: f64| {
        let owner = if part == Part::HostSerDes { Owner::Host } else { Owner::Unit };
        items.push(Item { place, part, owner, key, power: energy * bits });
    };
    for (index, seen) in hops.iter().enumerate() {
        let at = |end: &str| format!("{}/{end}", seen.hop.name);
        if index == 0 {
            push(at("transmitter"), Part::HostSerDes, seen.host_end(), share * seen.rate());
        }
        let Some(next) = hops.get(index + 1) else {
            push(at("receiver"), Part::HostSerDes, seen.host_end(), (1.0 - share) * seen.rate());
            continue;
        };
        if is_analog(seen.hop, next.hop) {
            let cost = ("analog-retimer".to_owned(), catalogue.analog_retimer.energy);
            push(at("receiver"), Part::Retimer, cost, seen.rate());
        } else {
            let there = format!("{}/transmitter", next.hop.name);
            let core = ("retimer".to_owned(), catalogue.retimer.energy);
            push(at("receiver"), Part::Retimer, seen.retimer_end(), (1.0 - share) * seen.rate());
            push(at("receiver"), Part::Retimer, core, seen.rate());
            push(there, Part::Retimer, next.retimer_end(), share * next.rate());
        }
    }
    items
}

/// A stage whose modulator takes light, and how many watts of it.
type Light<'a> = (&'a str, f64);

/// The active stages of a hop, and the one whose modulator takes light.
fn stages<'a>(seen: &Seen<'a>, catalogue: &Catalogue) -> Result<(Vec<Item>, Option<Light<'a>>)> {
    let (mut items, mut light) = (Vec::new(), None);
    for (index, stage) in seen.hop.stages.iter().enumerate() {
        let mut push = |part, (key, _): Known, power: Interval| {
            let (place, key) = (stage.name.clone(), key.to_owned());
            items.push(Item { place, part, owner: Owner::Unit, key, power });
        };
        match role(&stage.device, catalogue) {
            Role::Copper(_) | Role::Fiber(_) | Role::Passive => {}
            Role::Driver => {
                let after = &seen.hop.stages[index + 1..];
                let driven = after.iter().find_map(|s| match role(&s.device, catalogue) {
                    Role::Modulator { driver, .. } => Some(driver),
                    _ => None,
                });
                let (part, cost) = match driven {
                    Some(cost) => (Part::Driver, cost),
                    None => (Part::Redriver, ("redriver", catalogue.redriver)),
                };
                push(part, cost, cost.1 * seen.rate());
            }
            Role::Modulator { part, own, heater, light: needed, .. } => {
                push(part, own, own.1);
                if let Some(heater) = heater {
                    let power = heater.power().map_err(|error| error.in_stage(&stage.name))?;
                    let power = Interval::exact(power);
                    push(Part::Tuning, ("heater", power), power);
                }
                light = light.or(needed.map(|power| (stage.name.as_str(), power.in_watts())));
            }
            Role::DropRing => {
                let rings = &catalogue.rings;
                push(Part::Tuning, ("ring.lock", rings.lock), rings.lock);
                push(Part::Tuning, ("ring.heater", rings.heater), rings.heater);
            }
            Role::Redriver(_, cost) => push(Part::Redriver, cost, cost.1 * seen.rate()),
            Role::Tia(cost) => push(Part::Tia, cost, cost.1 * seen.rate()),
            Role::OpticalAmplifier(own) => push(Part::OpticalAmplifier, own, own.1),
        }
    }
    Ok((items, light))
}

/// Encoders and decoders. An inner code is that of the retimers where there are any.
fn correction(route: &Route, hops: &[Seen<'_>], catalogue: &Catalogue) -> Vec<Item> {
    let Some(scheme) = &route.fec else { return Vec::new() };
    let rate = hops.iter().map(Seen::rate).fold(f64::INFINITY, f64::min);
    let item = |key: &str, energy: Interval, owner| Item {
        place: "fec".to_owned(),
        part: Part::Correction,
        owner,
        key: key.to_owned(),
        power: energy * rate,
    };
    let mut items = vec![item("fec.outer", catalogue.correction.energy, Owner::Host)];
    if scheme.inner.is_some() {
        let owner = if hops.len() > 1 { Owner::Unit } else { Owner::Host };
        items.push(item("fec.inner", catalogue.correction.inner_energy, owner));
    }
    items
}

fn task<'a>(
    lasers: &Lasers,
    lanes: usize,
    watts: f64,
    beside: Interval,
    catalogue: &'a Catalogue,
) -> Task<'a> {
    let (surroundings, beside) = match lasers.place {
        LaserPlace::Unit => (&catalogue.in_unit, beside),
        LaserPlace::Chip => (&catalogue.on_chip, beside),
        LaserPlace::Package => (&catalogue.on_package, beside),
        LaserPlace::External => (&catalogue.in_external_source, Interval::ZERO),
    };
    Task {
        diode: &catalogue.diode,
        surroundings,
        cooler: lasers.cooled.then_some(&catalogue.cooler),
        delivered: watts * lasers.shared_by as f64,
        lasers: lanes.div_ceil(lasers.shared_by) as f64,
        beside,
        supply: catalogue.supply,
    }
}

/// What a unit of so many lanes draws for what items spend in it.
pub(super) fn unit_power(items: &[Item], lanes: usize, catalogue: &Catalogue) -> Interval {
    let lane: Interval = items.iter().filter(|i| i.owner == Owner::Unit).map(|i| i.power).sum();
    if lane.high > 0.0 {
        (lane * lanes as f64 + catalogue.controller) * catalogue.supply
    } else {
        Interval::ZERO
    }
}

/// What units and sources of light draw over what their parts spend.
fn supply(items: &[Item], lanes: usize, catalogue: &Catalogue) -> Vec<Item> {
    let over = catalogue.supply;
    let over = Interval::new(over.low - 1.0, over.nominal - 1.0, over.high - 1.0);
    let spent = |owner| -> Interval {
        items.iter().filter(|item| item.owner == owner).map(|item| item.power).sum()
    };
    let item = |owner, key: &str, power| Item {
        place: "supply".to_owned(),
        part: Part::Supply,
        owner,
        key: key.to_owned(),
        power,
    };
    let mut supplies = Vec::new();
    if spent(Owner::Unit).high > 0.0 {
        let controller = catalogue.controller * (1.0 / lanes as f64);
        supplies.push(item(Owner::Unit, "controller", controller));
        supplies.push(item(Owner::Unit, "supply", (spent(Owner::Unit) + controller) * over));
    }
    if spent(Owner::Source).high > 0.0 {
        supplies.push(item(Owner::Source, "supply", spent(Owner::Source) * over));
    }
    supplies
}
