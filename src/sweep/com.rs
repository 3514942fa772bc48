//! The channel operating margin of a route's electrical channels.

use ndarray::Array3;

use crate::analysis::com::Crosstalk as End;
use crate::device::channel::Section;
use crate::device::{AnyDevice, Channel};
use crate::preset;
use crate::response::Network;
use crate::route::{Crosstalk, Hop, Route};
use crate::unit::Meters;
use crate::{Error, Result};

/// Steps of frequency of a channel that is given to the channel operating margin, Hz.
const STEP: f64 = 1e7;

/// The longest trace on the card of a plug.
const CARD: Meters = Meters(30e-3);

/// The electrical channels of a route, each with its hop and its stage's name.
pub(super) fn channels(route: &Route) -> impl Iterator<Item = (&Hop, &str, &Channel)> {
    route.hops.iter().flat_map(|hop| {
        hop.stages.iter().filter_map(move |stage| match &stage.device {
            AnyDevice::Channel(channel) => Some((hop, stage.name.as_str(), channel)),
            _ => None,
        })
    })
}

/// Whether a channel is more than a cable with its plugs: it has a part of a board, or another cable
/// over one. Of data in files nothing is known.
fn has_host_boards(channel: &Channel) -> bool {
    let board = |section: &Section| match section {
        Section::Laminate(trace) => trace.length > CARD,
        Section::ComLine(_) | Section::Via(_) => true,
        _ => false,
    };
    let cables = channel.sections.iter().filter(|section| matches!(section, Section::Twinax(_)));
    channel.sections.iter().any(board) || cables.count() > 1
}

/// Why the table of a name is not for a route, if it is not.
///
/// # Errors
/// If there is no such table.
pub(super) fn misfit(route: &Route, table: &str) -> Result<Option<String>> {
    let com = preset::com::named(table)?;
    let why = channels(route).find_map(|(hop, stage, channel)| {
        let levels = hop.modulation.levels();
        if com.symbol_rate != hop.symbol_rate || com.levels != levels {
            return Some(format!(
                "the table is for {} levels at {}, and hop `{}` has {levels} at {}",
                com.levels, com.symbol_rate, hop.name, hop.symbol_rate
            ));
        }
        let twice = com.board.is_some() && has_host_boards(channel);
        twice.then(|| {
            format!(
                "the table adds boards of hosts, and channel `{stage}` has its own: expected a \
                 channel from plug to plug, or a table without boards"
            )
        })
    });
    Ok(why)
}

/// The least channel operating margin of all channels, in decibels.
pub(super) fn least_db(route: &Route, table: &str) -> Result<f64> {
    let com = preset::com::named(table)?;
    let mut least = f64::INFINITY;
    for (hop, stage, channel) in channels(route) {
        let in_stage = |error: Error| error.in_stage(stage);
        let through = network(channel, com.symbol_rate.0).map_err(in_stage)?;
        let aggressors = hop.aggressors.iter().filter(|aggressor| aggressor.into == stage);
        let aggressors = aggressors
            .map(|aggressor| {
                let end = match aggressor.kind {
                    Crosstalk::Fext => End::FarEnd,
                    Crosstalk::Next => End::NearEnd,
                };
                Ok((end, network(&aggressor.channel, com.symbol_rate.0)?))
            })
            .collect::<Result<Vec<_>>>()
            .map_err(in_stage)?;
        least = least.min(com.evaluate(&through, &aggressors).map_err(in_stage)?.com_db);
    }
    Ok(least)
}

/// The sections of a channel as data, up to a frequency in hertz.
fn network(channel: &Channel, last: f64) -> Result<Network> {
    let cascade = channel.without_packages().cascade()?;
    let frequency: Vec<f64> =
        (1..=(last / STEP).ceil() as usize).map(|point| point as f64 * STEP).collect();
    let mut s = Array3::zeros((frequency.len(), 2, 2));
    let mut reference = Vec::new();
    for (point, &hz) in frequency.iter().enumerate() {
        let pair = cascade.at(hz);
        reference = vec![pair.reference_ohm; 2];
        let values = [[pair.s11, pair.s12], [pair.s21, pair.s22]];
        for (row, values) in values.into_iter().enumerate() {
            for (column, value) in values.into_iter().enumerate() {
                s[[point, row, column]] = value;
            }
        }
    }
    Network::new(frequency, reference, s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sections_of_a_channel_have_its_loss_without_packages() {
        let channel = preset::parts::copper();
        let network = network(&channel, 53.125e9).unwrap();
        let pair = network.two_port().unwrap();
        let nyquist = crate::unit::Hertz(26.56e9);
        let loss = channel.without_packages().insertion_loss(nyquist).unwrap().0;
        assert!((pair.insertion_loss_db(nyquist.0) - loss).abs() < 1e-9);
        assert!(loss < channel.insertion_loss(nyquist).unwrap().0 - 1.0);
    }
}
