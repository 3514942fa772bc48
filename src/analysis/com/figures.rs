//! What a channel is judged by beside its margin: limits, and figures of the channel alone.

use super::channel::Packages;
use super::{CaseReport, Com, ComReport, Crosstalk, EffectiveReturnLoss, LossBand};
use crate::response::{Network, SampledTwoPort, TwoPort};
use crate::unit::{Decibels, Hertz, Seconds, Volts, check};
use crate::{Error, Result};

/// What a channel passes with; what has no limit is not judged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ComLimits {
    /// The least margin of any case (`COM`).
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub margin: Option<Decibels>,
    /// The largest vertical eye closure of any case (`VEC`).
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub eye_closure: Option<Decibels>,
    /// The least eye height of any case (`VEO`).
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub eye_height: Option<Volts>,
    /// The least effective return loss (`ERL`).
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub return_loss: Option<Decibels>,
}

/// How figures of the channel alone are taken, without packages and equalizers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct FigureSettings {
    /// Where the band of loss deviation and crosstalk noise begins (`f_1`); it ends at the
    /// crosstalk's.
    pub from: Hertz,
    /// Bandwidth of transmitters in it (`f_t`), 0.2365 over their transition time.
    pub transmitter: Hertz,
    /// Amplitude of far-end aggressors (`A_ft`).
    pub far_end_amplitude: Volts,
    /// Amplitude of near-end aggressors (`A_nt`).
    pub near_end_amplitude: Volts,
    /// How effective return loss is taken.
    pub return_loss: ReturnLossSettings,
}

/// How effective return loss is taken: what the table does not say elsewhere.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct ReturnLossSettings {
    /// Whether the transmitter's package, that of the first case, is part of the channel, as ahead
    /// of a test point: only the receiver's end counts then.
    pub with_package: bool,
    /// 20 to 80 % transition time of the pulse (`T_r`).
    pub transition_time: Seconds,
    /// Symbols of the reflected waveform (`N`).
    pub symbols: usize,
    /// Symbols that feedback equalizes (`N_bx`).
    pub equalized: usize,
    /// Loss that a reflection is spared in between, dB per second (`beta_x`).
    pub beta_db_per_s: f64,
    /// Reflection that it meets (`rho_x`).
    pub rho: f64,
    /// Twice the delay of the test fixtures at transmitter and receiver (`T_fx`).
    pub fixture_delay: [Seconds; 2],
}

/// Figures of a channel alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelFigures {
    /// Weighted deviation of insertion loss from a smooth one (`FOM_ILD`), dB.
    pub loss_deviation_db: f64,
    /// Integrated crosstalk noise (`ICN`) of far-end and near-end aggressors, V rms.
    pub crosstalk_noise_v: [f64; 2],
    /// Effective return loss at the transmitter's and the receiver's end, dB; none at an end that
    /// does not count.
    pub return_loss_db: [Option<f64>; 2],
}

impl ChannelFigures {
    /// The worse effective return loss of the ends that count, dB.
    pub fn least_return_loss_db(&self) -> f64 {
        self.return_loss_db.iter().flatten().copied().fold(f64::INFINITY, f64::min)
    }

    /// Integrated crosstalk noise of all aggressors, V rms.
    pub fn all_crosstalk_v(&self) -> f64 {
        self.crosstalk_noise_v[0].hypot(self.crosstalk_noise_v[1])
    }
}

/// A limit beside what was found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Criterion {
    /// What is judged: `COM`, `VEC`, `VEO` or `ERL`.
    pub name: &'static str,
    /// What was found, in the worst case; `null` for the closure of a closed eye.
    pub value: Option<f64>,
    /// The limit, in the same unit.
    pub limit: f64,
    /// `dB` or `mV`.
    pub unit: &'static str,
    /// Whether it was met.
    pub passed: bool,
}

impl Com {
    /// Figures of a channel alone; nothing if the table does not say how they are taken.
    ///
    /// # Errors
    /// If a parameter makes no sense, or a file does not reach over the band.
    pub fn figures(
        &self,
        through: &Network,
        aggressors: &[(Crosstalk, Network)],
    ) -> Result<Option<ChannelFigures>> {
        let Some(settings) = &self.figures else { return Ok(None) };
        self.check()?;
        let band = LossBand {
            symbol_rate: self.symbol_rate,
            from: settings.from,
            to: self.crosstalk_band,
            transmitter: settings.transmitter,
            receiver: Hertz(self.filter.bandwidth * self.symbol_rate.0),
        };
        let pair = through.differential(self.ports)?;
        let noise = |of: Crosstalk, amplitude| {
            let pairs = aggressors.iter().filter(|(kind, _)| *kind == of);
            let pairs = pairs.map(|(_, network)| network.differential(self.ports));
            band.integrated_crosstalk_noise(&pairs.collect::<Result<Vec<_>>>()?, amplitude)
        };
        let with_package = settings.return_loss.with_package;
        let whole = match with_package {
            true => Packages::new(self, &self.cases[0], pair.frequency()).ahead_of(pair.points()),
            false => pair.points().to_vec(),
        };
        let flipped = whole.iter().map(TwoPort::flip).collect();
        let flipped = SampledTwoPort::new(pair.frequency().to_vec(), flipped)?;
        let of_end = |end: usize, pair| self.return_loss(&settings.return_loss, end).of(pair);
        Ok(Some(ChannelFigures {
            loss_deviation_db: band.insertion_loss_deviation(&pair)?,
            crosstalk_noise_v: [
                noise(Crosstalk::FarEnd, settings.far_end_amplitude)?,
                noise(Crosstalk::NearEnd, settings.near_end_amplitude)?,
            ],
            return_loss_db: [
                match with_package {
                    true => None,
                    false => Some(of_end(0, &pair)?),
                },
                Some(of_end(1, &flipped)?),
            ],
        }))
    }

    fn return_loss(&self, settings: &ReturnLossSettings, end: usize) -> EffectiveReturnLoss {
        EffectiveReturnLoss {
            symbol_rate: self.symbol_rate,
            samples_per_symbol: self.samples_per_symbol,
            levels: self.levels,
            error_ratio: self.error_ratio,
            bandwidth: self.filter.bandwidth,
            transition_time: settings.transition_time,
            symbols: settings.symbols,
            equalized: settings.equalized,
            beta_db_per_s: settings.beta_db_per_s,
            rho: settings.rho,
            fixture_delay: settings.fixture_delay[end],
        }
    }

    /// Each limit of the table beside what was found.
    pub fn judge(&self, report: &ComReport, figures: Option<&ChannelFigures>) -> Vec<Criterion> {
        let worst = |of: &dyn Fn(&CaseReport) -> f64| {
            report.cases.iter().map(of).fold(f64::INFINITY, f64::min)
        };
        let ComLimits { margin, eye_closure, eye_height, return_loss } = self.limits;
        let mut criteria = Vec::new();
        let mut judge = |name, unit, value: Option<f64>, limit: f64, passed| {
            criteria.push(Criterion { name, value, limit, unit, passed });
        };
        if let Some(limit) = margin {
            judge("COM", "dB", Some(report.com_db), limit.0, report.com_db >= limit.0);
        }
        if let Some(limit) = eye_closure {
            let closures: Option<Vec<f64>> = report.cases.iter().map(|case| case.vec_db).collect();
            let most = closures.map(|all| all.into_iter().fold(f64::NEG_INFINITY, f64::max));
            judge("VEC", "dB", most, limit.0, most.is_some_and(|db| db <= limit.0));
        }
        if let Some(limit) = eye_height {
            let least = worst(&|case| case.eye_height_v);
            judge("VEO", "mV", Some(1e3 * least), 1e3 * limit.0, least >= limit.0);
        }
        if let (Some(limit), Some(figures)) = (return_loss, figures) {
            let least = figures.least_return_loss_db();
            judge("ERL", "dB", Some(least), limit.0, least >= limit.0);
        }
        criteria
    }

    pub(super) fn check_figures(&self) -> Result<()> {
        let ComLimits { margin, eye_closure, eye_height, return_loss } = self.limits;
        for (name, limit) in [
            ("limits.margin", margin),
            ("limits.eye-closure", eye_closure),
            ("limits.return-loss", return_loss),
        ] {
            limit.map(|limit| check::finite(name, limit)).transpose()?;
        }
        eye_height.map(|limit| check::not_negative("limits.eye-height", limit)).transpose()?;
        let Some(settings) = &self.figures else {
            let expected = "left out where there are no `figures`";
            return match return_loss {
                Some(limit) => Err(Error::parameter("limits.return-loss", limit, expected)),
                None => Ok(()),
            };
        };
        check::within("figures.from", settings.from, &(Hertz(0.0)..=self.crosstalk_band))?;
        check::positive("figures.transmitter", settings.transmitter)?;
        check::not_negative("figures.far-end-amplitude", settings.far_end_amplitude)?;
        check::not_negative("figures.near-end-amplitude", settings.near_end_amplitude)?;
        (0..2).try_for_each(|end| self.return_loss(&settings.return_loss, end).check())
    }
}
