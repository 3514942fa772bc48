//! Neighboring lanes that couple into a hop.

use crate::Result;
use crate::device::Channel;
use crate::engine::Ops;
use crate::kernel::rng::Key;
use crate::signal::{Grid, Modulation, Symbols, Voltage, Waveform};
use crate::transceiver::{Transmitter, TransmitterPlan};
use crate::unit::{UnitIntervals, check};
use num_complex::Complex64;

/// A neighboring lane whose signal couples into a hop.
///
/// # Formula
/// What the aggressor's transmitter sends, through its own coupling path and `delay` later, is
/// added at the output of the stage `into`.
///
/// # Assumptions
/// The aggressor sends random symbols of its own at the victim's symbol rate and alphabet, by a
/// clock in step with the victim's; `delay` is the phase between them. Coupling is linear.
///
/// # References
/// IEEE 802.3 Annex 93A.1.2 (crosstalk paths with packages of their own).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Aggressor {
    /// Its name, unique in the hop.
    pub name: String,
    /// From which end it couples in.
    pub kind: Crosstalk,
    /// The stage at whose output it arrives: an electrical one.
    pub into: String,
    /// How much later than the victim's its symbols start.
    pub delay: UnitIntervals,
    /// What it is sent by.
    pub transmitter: Transmitter,
    /// The way from its transmitter to the victim's receiver.
    pub channel: Channel,
}

/// From which end crosstalk couples in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema),
    serde(rename_all = "kebab-case")
)]
pub enum Crosstalk {
    /// Far-end crosstalk: from a transmitter beside the victim's.
    Fext,
    /// Near-end crosstalk: from a transmitter beside the victim's receiver.
    Next,
}

impl Crosstalk {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fext => "FEXT",
            Self::Next => "NEXT",
        }
    }
}

impl Aggressor {
    /// Appends the coupling path.
    pub(super) fn couple(&self, ops: Ops<Voltage>, symbol_period: f64) -> Result<Ops<Voltage>> {
        let delay = check::finite("delay", self.delay)? * symbol_period;
        let (ops, cascade) = self.channel.lowered(ops)?;
        Ok(ops.neighbor(&self.name, move |f| {
            cascade.transfer(f.0) * Complex64::from_polar(1.0, -std::f64::consts::TAU * f.0 * delay)
        }))
    }
}

/// The transmitter of an aggressor, ready for records.
#[derive(Debug)]
pub(super) struct Neighbor {
    transmitter: TransmitterPlan,
    modulation: Modulation,
    kind: Crosstalk,
    /// The path of names that its randomness has.
    names: [String; 2],
}

impl Neighbor {
    pub(super) fn new(
        aggressor: &Aggressor,
        hop: &str,
        modulation: Modulation,
        grid: Grid,
    ) -> Result<Self> {
        let transmitter = aggressor.transmitter.plan(modulation, grid)?;
        let names = [hop.to_owned(), aggressor.name.clone()];
        Ok(Self { transmitter, modulation, kind: aggressor.kind, names })
    }

    /// The symbols of a record.
    pub(super) fn symbols(&self, key: Key, record: u64) -> Result<Symbols> {
        let count = self.transmitter.grid().symbols();
        Symbols::random(self.modulation, count, self.key(key).named("symbols").indexed(record))
    }

    /// What it sends in a record.
    pub(super) fn send(&self, key: Key, record: u64, into: &mut Waveform<Voltage>) -> Result<()> {
        self.transmitter.run_into(&self.symbols(key, record)?, self.key(key), record, into);
        Ok(())
    }

    /// The same transmitter without randomness.
    pub(super) fn quiet(&self) -> Self {
        Self { transmitter: self.transmitter.quiet(), names: self.names.clone(), ..*self }
    }

    /// Its transmitter.
    pub(super) fn transmitter(&self) -> &TransmitterPlan {
        &self.transmitter
    }

    /// From which end it couples in.
    pub(super) fn kind(&self) -> Crosstalk {
        self.kind
    }

    /// The name of the aggressor.
    pub(super) fn name(&self) -> &str {
        &self.names[1]
    }

    fn key(&self, key: Key) -> Key {
        key.named(&self.names[0]).named("aggressor").named(&self.names[1])
    }
}
