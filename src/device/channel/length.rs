//! The length of a channel's longest line, and what length gives the channel a loss.

use super::{Channel, Section};
use crate::response::com::REFERENCE_OHM;
use crate::unit::{Decibels, Hertz, Meters, check};
use crate::{Error, Result};

/// The longest line that is tried.
const LONGEST: f64 = 1e3;

/// Halvings of an interval of lengths, after which it is as narrow as numbers are.
const HALVINGS: u32 = 60;

impl Section {
    /// The length of a line; nothing of what is none.
    pub fn length(&self) -> Option<Meters> {
        self.clone().length_mut().copied()
    }

    fn length_mut(&mut self) -> Option<&mut Meters> {
        match self {
            Self::ComLine(trace) => Some(&mut trace.length),
            Self::Laminate(trace) => Some(&mut trace.length),
            Self::Twinax(cable) => Some(&mut cable.length),
            Self::Touchstone(_)
            | Self::Connector(_)
            | Self::Via(_)
            | Self::ShuntCapacitance(_)
            | Self::SeriesInductance(_)
            | Self::Coupling(_) => None,
        }
    }
}

impl Channel {
    /// The longest line: which section it is, and its length. Of equals the first.
    pub fn longest_line(&self) -> Option<(usize, Meters)> {
        let lines = self.sections.iter().enumerate();
        lines
            .filter_map(|(index, section)| Some((index, section.length()?)))
            .rev()
            .max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0))
    }

    /// How long the longest line has to be for the channel to have a loss at a frequency, as
    /// [`Channel::insertion_loss`] gives it: which section it is, and the length.
    ///
    /// # Assumptions
    /// Loss grows with length. Where reflections between the ends of the line are so strong that it
    /// does not, the length is one of several.
    ///
    /// # Errors
    /// As [`Channel::cascade`], or if there is no line, or none of zero to 1000 m has that loss.
    pub fn length_for_loss(&self, loss: Decibels, at: Hertz) -> Result<(usize, Meters)> {
        let wanted = check::not_negative("loss", loss)?;
        let hz = check::positive("frequency", at)?;
        let Some((index, _)) = self.longest_line() else {
            let message = "the channel has no line whose length could give it a loss";
            return Err(Error::unsupported(message));
        };
        // What lies before and behind stays as it is, files included.
        let bare = self.without_packages();
        let before = Self {
            source: self.source.clone(),
            sections: self.sections[..index].to_vec(),
            ..bare.clone()
        };
        let behind = Self {
            load: self.load.clone(),
            sections: self.sections[index + 1..].to_vec(),
            ..bare.clone()
        };
        let mut line = Self { sections: vec![self.sections[index].clone()], ..bare };
        let [before, behind] = [before.cascade()?.at(hz), behind.cascade()?.at(hz)];
        let mut lost = |length: f64| -> Result<f64> {
            if let Some(own) = line.sections[0].length_mut() {
                *own = Meters(length);
            }
            let line = line.cascade()?.at(hz);
            let whole = before.cascade(&line).cascade(&behind).renormalize(REFERENCE_OHM);
            Ok(-20.0 * whole.s21.norm().log10())
        };
        let least = lost(0.0)?;
        if wanted < least {
            let least = format!("at least {least:.2} dB, its loss without its longest line");
            return Err(Error::parameter("loss", loss, least));
        }
        let (mut short, mut long) = (0.0, 0.01);
        while lost(long)? < wanted {
            (short, long) = (long, 2.0 * long);
            if long > LONGEST {
                return Err(Error::parameter("loss", loss, "what a line of 1000 m can have"));
            }
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (short + long);
            if lost(middle)? < wanted {
                short = middle;
            } else {
                long = middle;
            }
        }
        Ok((index, Meters(long)))
    }

    /// The channel with another length of one of its lines; the same if that section is none.
    #[must_use]
    pub fn with_length(mut self, section: usize, length: Meters) -> Self {
        if let Some(own) = self.sections.get_mut(section).and_then(Section::length_mut) {
            *own = length;
        }
        self
    }
}

#[cfg(test)]
mod tests;
