//! The semi-analytic reading of a route alone: no errors counted, no eyes, no distributions.

use super::analytic::Analysis;
use super::simulate::Prepared;
use crate::Result;
use crate::analysis::{GUESS, SemiAnalyticBer};
use crate::fec;
use crate::kernel::rng::Key;

/// What the semi-analytic reading says of a route from end to end.
///
/// It is the same as in a [`Report`](super::Report), for a part of the work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calculated {
    /// The bit error ratio: the sum over the hops, whose errors are rare and independent.
    pub rate: f64,
    /// Its 95 % interval.
    pub ci95: [f64; 2],
    /// By how many decibels Gaussian noise could grow until the bit error ratio reaches the
    /// [limit](super::Route::limit) of the route; `None` without one, or where no noise within 40 dB
    /// does that.
    pub margin_db: Option<f64>,
}

impl Prepared {
    /// Calculates the bit error ratio and the margin, and nothing else.
    ///
    /// # Errors
    /// If an element of a hop cannot be analyzed.
    pub fn calculate(&self) -> Result<Calculated> {
        let hops = self
            .hops
            .iter()
            .map(|hop| {
                let in_hop = |error: crate::Error| error.in_hop(&hop.hop.name);
                let analysis = hop.analyze(&self.route, &self.records).map_err(in_hop)?;
                let key = Key::root(self.records.seed).named(&hop.hop.name);
                let ber = analysis.model.ber(key).map_err(in_hop)?;
                Ok((ber, analysis))
            })
            .collect::<Result<Vec<_>>>()?;
        let known: Vec<_> = hops.iter().map(|(ber, analysis)| (ber, analysis)).collect();
        let bers: Vec<&SemiAnalyticBer> = known.iter().map(|(ber, _)| *ber).collect();
        let (rate, ci95) = from_end_to_end(&bers);
        Ok(Calculated { rate, ci95, margin_db: self.margin(&known)? })
    }

    /// The margin to the route's limit, if it has any.
    pub(super) fn margin(&self, hops: &[(&SemiAnalyticBer, &Analysis)]) -> Result<Option<f64>> {
        let Some(limit) = self.route.limit()? else { return Ok(None) };
        let at = |noise: f64| {
            hops.iter().map(|(ber, analysis)| analysis.model.ber_at(noise, &ber.bursts)).sum()
        };
        Ok(fec::margin_db(at, limit))
    }
}

/// The sum of the hops' ratios and its 95 % interval: distances of the hops' limits from their values
/// add in quadrature, either way.
pub(super) fn from_end_to_end(hops: &[&SemiAnalyticBer]) -> (f64, [f64; 2]) {
    let rate = hops.iter().map(|ber| ber.rate).sum::<f64>().min(GUESS);
    let reach = |side: usize| {
        hops.iter().map(|ber| (ber.ci95[side] - ber.rate).powi(2)).sum::<f64>().sqrt()
    };
    (rate, [(rate - reach(0)).max(0.0), (rate + reach(1)).min(GUESS)])
}
