//! What a hop asks of its SerDes by its copper and its receiver's equalizer, and which serves it.

use super::roles::{Role, role};
use super::{Catalogue, Class, Generation, Interval};
use crate::device::Channel;
use crate::device::channel::{End, Section};
use crate::route::Hop;
use crate::transceiver::Digital;
use crate::unit::{Decibels, Meters};
use crate::{Error, Result};

/// What a hop asks of its SerDes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Loss of all its copper at half the symbol rate, less what redrivers lift there over DC.
    pub loss: Decibels,
    /// Taps of its receiver's equalizers, feedback included.
    pub taps: usize,
    /// The longest of its channels, from die to die, if none of them leaves a package.
    pub within_package: Option<Meters>,
}

impl Need {
    /// What a hop asks for.
    ///
    /// # Errors
    /// If a channel or a redriver makes no sense.
    pub fn of(hop: &Hop, catalogue: &Catalogue) -> Result<Self> {
        let nyquist = hop.symbol_rate.nyquist();
        let (mut loss, mut within) = (0.0, Some(Meters(0.0)));
        for stage in &hop.stages {
            match role(&stage.device, catalogue) {
                Role::Copper(channel) => {
                    let of = channel.insertion_loss(nyquist);
                    loss += of.map_err(|error| error.in_stage(&stage.name))?.0;
                    within = within.zip(within_package(channel)).map(|(a, b)| Meters(a.0.max(b.0)));
                }
                Role::Redriver(equalizer, _) => {
                    equalizer.check().map_err(|error| error.in_stage(&stage.name))?;
                    let boost = equalizer.at(nyquist.0).norm() / equalizer.at(0.0).norm();
                    loss -= 20.0 * boost.log10();
                }
                _ => {}
            }
        }
        let taps = taps(&hop.receiver.digital);
        Ok(Self { loss: Decibels(loss), taps, within_package: within })
    }
}

impl Generation {
    /// The least class that serves a hop, and the energy of a transmitter and a receiver for it.
    ///
    /// # Formula
    /// Between the losses of two classes that may serve it the energy is interpolated over the
    /// loss, below the least it is that of the least; it is at least that of the class whose
    /// equalizer is long enough.
    ///
    /// # Errors
    /// If the loss is above that of all classes.
    pub fn serving(&self, need: &Need) -> Result<(&Class, Interval)> {
        let classes: Vec<&Class> = self.classes.iter().filter(|class| class.fits(need)).collect();
        let by_loss = classes.iter().position(|class| need.loss.0 <= class.most_loss.0);
        let by_taps = classes.iter().position(|class| need.taps <= class.most_taps);
        let by_taps = by_taps.unwrap_or(classes.len().saturating_sub(1));
        let Some(by_loss) = by_loss else {
            let most = classes.last().map_or(Decibels(0.0), |class| class.most_loss);
            return Err(Error::unsupported(format!(
                "{:.1} dB from die to die at half the symbol rate, but no SerDes of {} is known for \
                 more than {most}",
                need.loss.0, self.name
            )));
        };
        let above = classes[by_loss];
        let of_loss = match by_loss.checked_sub(1).map(|below| classes[below]) {
            None => above.energy,
            Some(below) => {
                let step = above.most_loss.0 - below.most_loss.0;
                let share = (need.loss.0 - below.most_loss.0) / step;
                below.energy * (1.0 - share) + above.energy * share
            }
        };
        Ok((classes[by_loss.max(by_taps)], of_loss.at_least(classes[by_taps].energy)))
    }
}

impl Class {
    /// Whether it may serve what a hop is made of.
    fn fits(&self, need: &Need) -> bool {
        self.within_package
            .is_none_or(|longest| need.within_package.is_some_and(|length| length.0 <= longest.0))
    }
}

/// Taps of a receiver's equalizers, feedback included.
fn taps(digital: &Digital) -> usize {
    let forward = digital.ffe.as_ref().map_or(0, |ffe| ffe.taps);
    forward + digital.dfe.as_ref().map_or(0, |dfe| dfe.taps)
}

/// The length of a channel's lines if it stays within a package: from die to die there is neither a
/// ball to a board, nor a via, a connector, a cable or data of what lies between balls.
fn within_package(channel: &Channel) -> Option<Meters> {
    let ends = [&channel.source, &channel.load].into_iter().map(in_end);
    let parts = ends.chain(channel.sections.iter().map(in_section));
    parts.sum::<Option<f64>>().map(Meters)
}

/// The length of a package's traces, in meters, if no ball leads to a board.
fn in_end(end: &End) -> Option<f64> {
    let Some(package) = &end.package else { return Some(0.0) };
    let length = package.traces.iter().map(|trace| trace.length.0).sum();
    (package.board_capacitance.0 == 0.0).then_some(length)
}

/// The length of a section's line, in meters, if it may lie within a package.
fn in_section(section: &Section) -> Option<f64> {
    match section {
        Section::ComLine(_) | Section::Laminate(_) => section.length().map(|length| length.0),
        Section::ShuntCapacitance(_) | Section::SeriesInductance(_) | Section::Coupling(_) => {
            Some(0.0)
        }
        Section::Touchstone(_) | Section::Twinax(_) | Section::Connector(_) | Section::Via(_) => {
            None
        }
    }
}

#[cfg(test)]
mod tests;
