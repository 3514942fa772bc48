//! The three readings of each hop's error ratio alone: no eyes, no attribution, no error correction.

use super::outcome::Agreement;
use super::simulate::Prepared;
use crate::Result;
use crate::analysis::{BerCount, BitErrorRatio};
use crate::kernel::rng::Key;

/// What three readings say of one hop.
///
/// They are the same as in a [`HopReport`](super::HopReport), for a part of the work.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// The hop's name.
    pub hop: String,
    /// Errors counted.
    pub counted: BitErrorRatio,
    /// The semi-analytic bit error ratio.
    pub semi_analytic: f64,
    /// The statistical bit error ratio.
    pub statistical: f64,
}

impl Readings {
    /// How far they agree.
    pub fn agreement(&self) -> Agreement {
        Agreement::of(&self.counted, Some(self.semi_analytic), Some(self.statistical))
    }
}

impl Prepared {
    /// Counts the errors of all records, and calculates what they should be.
    ///
    /// # Errors
    /// If an element of a hop cannot be analyzed.
    pub fn readings(&self) -> Result<Vec<Readings>> {
        let (route, records) = (&self.route, &self.records);
        let mut counts = vec![BerCount::default(); self.hops.len()];
        for record in self.send(0..records.count) {
            for (count, hop) in counts.iter_mut().zip(record?.hops) {
                count.merge(&hop.errors);
            }
        }
        self.hops
            .iter()
            .zip(counts)
            .map(|(hop, count)| {
                let in_hop = |error: crate::Error| error.in_hop(&hop.hop.name);
                let analysis = hop.analyze(route, records).map_err(in_hop)?;
                let key = Key::root(records.seed).named(&hop.hop.name);
                let ber = analysis.model.ber(key).map_err(in_hop)?;
                let linearized = hop.linearized(route, records, &analysis).map_err(in_hop)?;
                Ok(Readings {
                    hop: hop.hop.name.clone(),
                    counted: count.ratio(),
                    semi_analytic: ber.rate,
                    statistical: linearized.rate(&ber.bursts).map_err(in_hop)?,
                })
            })
            .collect()
    }
}
