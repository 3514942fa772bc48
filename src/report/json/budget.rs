//! Budgets as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::budget::{Budget, Cause, Interval, Item, Owner, Part, SWITCHES};
use crate::preset::energy;
use crate::route::Route;

/// What routes cost: what `lightlane budget --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BudgetReport {
    /// The routes, in the order in which they were named.
    pub routes: Vec<BudgetEntry>,
    /// Pictures that were written.
    pub files: Vec<String>,
}

/// What one route costs. Each interval is the likely lowest, the nominal and the likely highest
/// value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BudgetEntry {
    /// The route's name.
    pub name: String,
    /// What the route stands for, in a sentence.
    pub description: String,
    /// Bits a second on the line of a lane, in units of 1e9.
    pub line_gbps: f64,
    /// Bits a second of a lane that reach the user, in units of 1e9.
    pub payload_gbps: f64,
    /// The SerDes class of each hop, in the order of the signal.
    pub hops: Vec<HopClassEntry>,
    /// What every part spends.
    pub items: Vec<ItemEntry>,
    /// What parts of a kind spend together; kinds that spend nothing are left out.
    pub parts: Vec<PartEntry>,
    /// Energy of a user's bit from host to host, pJ.
    pub energy_pj_per_bit: Interval,
    /// The share of it in the hosts: SerDes and error correction.
    pub host_pj_per_bit: Interval,
    /// The share of it in modules, engines or cable ends.
    pub unit_pj_per_bit: Interval,
    /// The share of it in sources of light of their own.
    pub light_source_pj_per_bit: Interval,
    /// How long a symbol takes from host to host.
    pub latency: LatencyEntry,
    /// Lanes of one direction in a module, engine or cable end of the route.
    pub lanes_per_unit: usize,
    /// Modules, engines or cable ends of several bit rates.
    pub modules: Vec<ModuleEntry>,
    /// All links of switches of several bit rates.
    pub switches: Vec<SwitchEntry>,
    /// Front panels; empty if the route is in none.
    pub panels: Vec<PanelEntry>,
    /// Bits a second in each direction, in units of 1e9, that cross a millimeter of a package's
    /// edge; `null` if the route crosses none, as light beside a package.
    pub shoreline_gbps_per_mm: Option<f64>,
    /// The laser; `null` if none feeds a modulator.
    pub laser: Option<LaserEntry>,
    /// What is published of such units, beside what is computed.
    pub published: Vec<PublishedEntry>,
}

/// How the SerDes of a hop were classed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HopClassEntry {
    /// The hop's name.
    pub hop: String,
    /// Loss of its copper from die to die at half the symbol rate, less the boost of redrivers, dB.
    pub loss_db: f64,
    /// The class.
    pub class: String,
    /// Whether the hop holds light.
    pub light: bool,
}

/// What a part spends.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ItemEntry {
    /// The stage, or an end of a hop.
    pub place: String,
    /// What it is.
    pub part: Part,
    /// Where its heat arises.
    pub owner: Owner,
    /// Energy of a user's bit, pJ.
    pub energy_pj_per_bit: Interval,
    /// The number that it was computed from; `heater` if from the ring itself.
    pub key: String,
    /// How far to trust that number.
    pub confidence: Option<String>,
    /// Where that number comes from.
    pub source: Option<String>,
}

/// What parts of a kind spend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PartEntry {
    /// The kind.
    pub part: Part,
    /// Energy of a user's bit, pJ.
    pub energy_pj_per_bit: Interval,
}

/// Delays.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LatencyEntry {
    /// What every part delays, in the order of the signal.
    pub parts: Vec<DelayEntry>,
    /// SerDes, retimers and analog parts together, ns.
    pub electronics_ns: Interval,
    /// Flight through copper and glass, ns.
    pub flight_ns: Interval,
    /// All of it but error correction, ns.
    pub without_fec_ns: Interval,
    /// All of it, ns.
    pub with_fec_ns: Interval,
}

/// What a part delays.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DelayEntry {
    /// The stage, or an end of a hop.
    pub place: String,
    /// Why.
    pub cause: Cause,
    /// Its delay, ns.
    pub delay_ns: Interval,
    /// The number that it was computed from; `flight` if from the channel itself.
    pub key: String,
    /// How far to trust that number.
    pub confidence: Option<String>,
    /// Where that number comes from.
    pub source: Option<String>,
}

/// A module, engine or cable end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ModuleEntry {
    /// Bits a second in each direction, in units of 1e9.
    pub rate_gbps: f64,
    /// Lanes in each direction.
    pub lanes: usize,
    /// Whether these are no more than the unit of the route has.
    pub fits: bool,
    /// What it draws, W.
    pub power_w: Interval,
    /// What its sources of light draw outside it, W.
    pub light_source_w: Interval,
}

/// All links of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SwitchEntry {
    /// Bits a second in each direction, in units of 1e12.
    pub rate_tbps: f64,
    /// Lanes in each direction.
    pub lanes: usize,
    /// What its SerDes and error correction draw, W.
    pub host_w: Interval,
    /// What its modules, engines, cable ends and sources of light draw, W.
    pub units_w: Interval,
    /// Both, W.
    pub total_w: Interval,
}

/// A front panel.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PanelEntry {
    /// Cages.
    pub cages: usize,
    /// Bits a second in each direction, in units of 1e12.
    pub rate_tbps: f64,
    /// The largest of the switches above that it serves, in units of 1e12 bits a second; `null` if
    /// none.
    pub serves_tbps: Option<f64>,
    /// The switches above that it cannot serve.
    pub not_tbps: Vec<f64>,
}

/// A laser at work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LaserEntry {
    /// Temperature of its junction, °C.
    pub junction_c: Interval,
    /// Optical power, mW.
    pub optical_mw: Interval,
    /// Electrical power, mW.
    pub electrical_mw: Interval,
    /// Electrical power of its cooler, mW.
    pub cooler_mw: Interval,
    /// What its power falls by from 25 °C at the same current, dB.
    pub droop_db: Interval,
    /// Its lifetime over that at 50 °C, after Arrhenius.
    pub lifetime: Interval,
}

/// What is published of a unit, and what is computed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PublishedEntry {
    /// Bits a second in each direction, in units of 1e9.
    pub rate_gbps: f64,
    /// What is published, W.
    pub published_w: Interval,
    /// What is computed, W: the unit with its sources of light.
    pub computed_w: Interval,
    /// The computed nominal value less the published one, W.
    pub difference_w: f64,
    /// Whether the two intervals have a value in common.
    pub overlap: bool,
    /// Who publishes what.
    pub text: String,
}

impl BudgetEntry {
    /// What a program should know of a route's budget.
    pub fn new(route: &Route, budget: &Budget) -> Self {
        let pj = |energy: Interval| energy * 1e12;
        let entry = |part: &Part| {
            let energy = pj(budget.part(*part));
            (energy.high > 0.0).then_some(PartEntry { part: *part, energy_pj_per_bit: energy })
        };
        Self {
            name: route.name.clone(),
            description: route.description.clone(),
            line_gbps: 1e-9 * budget.rates.line,
            payload_gbps: 1e-9 * budget.rates.payload,
            hops: budget
                .hops
                .iter()
                .map(|hop| HopClassEntry {
                    hop: hop.hop.clone(),
                    loss_db: hop.loss,
                    class: hop.class.clone(),
                    light: hop.light,
                })
                .collect(),
            items: budget.items.iter().map(|item| ItemEntry::new(item, budget)).collect(),
            parts: Part::ALL.iter().filter_map(entry).collect(),
            energy_pj_per_bit: pj(budget.energy()),
            host_pj_per_bit: pj(budget.owned(Owner::Host)),
            unit_pj_per_bit: pj(budget.owned(Owner::Unit)),
            light_source_pj_per_bit: pj(budget.owned(Owner::Source)),
            latency: LatencyEntry::new(budget),
            lanes_per_unit: budget.lanes,
            modules: modules(budget),
            switches: switches(budget),
            panels: panels(budget),
            shoreline_gbps_per_mm: budget.shoreline.map(|density| 1e-12 * density),
            laser: laser(budget),
            published: published(budget),
        }
    }
}

/// How far to trust a number of the catalogue, and where it comes from.
fn provenance(key: &str) -> (Option<String>, Option<String>) {
    let source = energy::source_of(key);
    let confidence = source.map(|source| source.confidence.to_string());
    (confidence, source.map(|source| source.text.to_owned()))
}

impl ItemEntry {
    fn new(item: &Item, budget: &Budget) -> Self {
        let (confidence, source) = provenance(&item.key);
        Self {
            place: item.place.clone(),
            part: item.part,
            owner: item.owner,
            energy_pj_per_bit: item.power * (1e12 / budget.rates.payload),
            key: item.key.clone(),
            confidence,
            source,
        }
    }
}

impl LatencyEntry {
    fn new(budget: &Budget) -> Self {
        let parts = budget.delays.iter().map(|delay| {
            let (confidence, source) = provenance(&delay.key);
            DelayEntry {
                place: delay.place.clone(),
                cause: delay.cause,
                delay_ns: delay.time * 1e9,
                key: delay.key.clone(),
                confidence,
                source,
            }
        });
        let of = |causes: &[Cause]| budget.delay(causes) * 1e9;
        Self {
            parts: parts.collect(),
            electronics_ns: of(&[Cause::Electronics]),
            flight_ns: of(&[Cause::Flight]),
            without_fec_ns: of(&[Cause::Electronics, Cause::Flight]),
            with_fec_ns: of(&Cause::ALL),
        }
    }
}

fn modules(budget: &Budget) -> Vec<ModuleEntry> {
    let entries = budget.modules.iter().map(|module| ModuleEntry {
        rate_gbps: 1e-9 * module.rate,
        lanes: module.lanes,
        fits: module.fits,
        power_w: module.unit,
        light_source_w: module.source,
    });
    entries.collect()
}

fn switches(budget: &Budget) -> Vec<SwitchEntry> {
    let entries = budget.switches.iter().map(|switch| SwitchEntry {
        rate_tbps: 1e-12 * switch.rate,
        lanes: switch.lanes,
        host_w: switch.host,
        units_w: switch.units,
        total_w: switch.total(),
    });
    entries.collect()
}

fn panels(budget: &Budget) -> Vec<PanelEntry> {
    let entries = budget.panels.iter().map(|panel| {
        let beyond = |rate: &f64| panel.serves.is_none_or(|served| *rate > served);
        PanelEntry {
            cages: panel.cages,
            rate_tbps: 1e-12 * panel.rate,
            serves_tbps: panel.serves.map(|rate| 1e-12 * rate),
            not_tbps: SWITCHES.into_iter().filter(beyond).map(|rate| 1e-12 * rate).collect(),
        }
    });
    entries.collect()
}

fn laser(budget: &Budget) -> Option<LaserEntry> {
    budget.laser.map(|laser| LaserEntry {
        junction_c: laser.temperature,
        optical_mw: laser.optical * 1e3,
        electrical_mw: laser.electrical * 1e3,
        cooler_mw: laser.cooler * 1e3,
        droop_db: laser.droop,
        lifetime: laser.lifetime,
    })
}

fn published(budget: &Budget) -> Vec<PublishedEntry> {
    let entries = energy::published(&budget.name).filter_map(|published| {
        let module = budget.module(published.rate)?;
        let computed = module.unit + module.source;
        Some(PublishedEntry {
            rate_gbps: 1e-9 * published.rate,
            published_w: published.power,
            computed_w: computed,
            difference_w: computed.nominal - published.power.nominal,
            overlap: computed.overlaps(&published.power),
            text: published.text.to_owned(),
        })
    });
    entries.collect()
}
