//! Receiver: voltage in, symbols out.

use super::Digital;
use crate::Result;
use crate::engine::Ops;
use crate::response::Ctle;
use crate::response::filter::LowPass;
use crate::signal::Voltage;
use crate::unit::{Decibels, Hertz, VoltsPerRootHertz, check};

/// A receiver: analog equalizer and noise filter, then the digital part.
///
/// # Formula
/// Noise of the input density is added; the equalizer and a fourth-order Butterworth low-pass
/// filter both; the digital part samples and decides.
///
/// # Assumptions
/// The front end is linear and its noise white at the input, as `eta_0` of COM is.
///
/// # References
/// IEEE 802.3 Annex 93A, equations 93A-20 (noise filter), 93A-22 (equalizer), 93A-35 (noise).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Receiver {
    /// Noise density at the input.
    pub noise_density: VoltsPerRootHertz,
    /// The equalizer.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub ctle: Option<Ctle>,
    /// Settings of the equalizer's DC gain that training tries; without it the gain is fixed.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub ctle_search: Option<CtleSearch>,
    /// Bandwidth of the noise filter, 3 dB down.
    pub bandwidth: Hertz,
    /// The digital part.
    pub digital: Digital,
}

/// Settings of an equalizer's DC gain.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct CtleSearch {
    /// The lowest gain.
    pub lowest: Decibels,
    /// The highest gain.
    pub highest: Decibels,
    /// The distance of neighboring settings.
    pub step: Decibels,
}

impl Receiver {
    /// Appends the analog front end.
    ///
    /// # Errors
    /// If a parameter makes no sense.
    pub fn front_end(&self, ops: Ops<Voltage>) -> Result<Ops<Voltage>> {
        let density = check::not_negative("noise-density", self.noise_density)?;
        let bandwidth = check::positive("bandwidth", self.bandwidth)?;
        let filter = LowPass::butterworth(4)?;
        let ops = ops.noise("input", move |_| density);
        let ops = match self.ctle {
            Some(ctle) => {
                ctle.check()?;
                ops.lti(move |f| ctle.at(f.0))
            }
            None => ops,
        };
        Ok(ops.lti(move |f| filter.at(f.0 / bandwidth)))
    }

    /// The receivers that training chooses from: one for each setting of the equalizer.
    ///
    /// # Errors
    /// If the range of settings makes no sense, or there is no equalizer to set.
    pub fn candidates(&self) -> Result<Vec<Self>> {
        let Some(search) = self.ctle_search else { return Ok(vec![self.clone()]) };
        let Some(ctle) = self.ctle else {
            let expected = "together with `ctle`, the equalizer that it sets";
            return Err(crate::Error::parameter("ctle-search", "given", expected));
        };
        let range = Decibels(-40.0)..=Decibels(0.0);
        let lowest = check::within("ctle-search.lowest", search.lowest, &range)?;
        let highest = check::within("ctle-search.highest", search.highest, &range)?;
        let step =
            check::within("ctle-search.step", search.step, &(Decibels(0.1)..=Decibels(40.0)))?;
        let count = ((highest - lowest) / step + 1e-9).floor();
        if count < 0.0 {
            let expected = format!("at most `ctle-search.highest`, {}", search.highest);
            return Err(crate::Error::parameter("ctle-search.lowest", search.lowest, expected));
        }
        Ok((0..=count as u32)
            .map(|i| {
                let dc_gain = Decibels(lowest + f64::from(i) * step);
                Self { ctle: Some(Ctle { dc_gain, ..ctle }), ..self.clone() }
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transceiver::{Clock, PhaseDetector};
    use crate::unit::Literals;

    fn receiver() -> Receiver {
        let digital = Digital {
            clock: Clock::fixed(PhaseDetector::MuellerMuller),
            vga: None,
            adc: None,
            ffe: None,
            dfe: None,
            mlse: None,
        };
        Receiver {
            noise_density: 0.0.v_per_rthz(),
            ctle: Some(Ctle {
                dc_gain: 0.0.db(),
                low_frequency_gain: 0.0.db(),
                zero: 20.0.ghz(),
                pole1: 20.0.ghz(),
                pole2: 50.0.ghz(),
                low_frequency_pole: 0.6.ghz(),
            }),
            ctle_search: None,
            bandwidth: 40.0.ghz(),
            digital,
        }
    }

    #[test]
    fn a_search_tries_every_setting() {
        let search = CtleSearch { lowest: (-3.0).db(), highest: 0.0.db(), step: 1.5.db() };
        let searching = Receiver { ctle_search: Some(search), ..receiver() };
        let gains: Vec<f64> = searching
            .candidates()
            .unwrap()
            .iter()
            .map(|candidate| candidate.ctle.unwrap().dc_gain.0)
            .collect();
        assert_eq!(gains, [-3.0, -1.5, 0.0]);
        assert_eq!(receiver().candidates().unwrap().len(), 1);
    }

    #[test]
    fn a_search_without_equalizer_or_with_an_empty_range_is_refused() {
        let search = CtleSearch { lowest: 0.0.db(), highest: (-3.0).db(), step: 1.0.db() };
        let searching = Receiver { ctle_search: Some(search), ..receiver() };
        assert!(searching.candidates().unwrap_err().is_parameter());
        assert!(Receiver { ctle: None, ..searching }.candidates().unwrap_err().is_parameter());
    }
}
