//! Channel operating margin: what a channel leaves of a standard's transmitter to a standard's
//! receiver.
//!
//! | File | Content |
//! |---|---|
//! | `parameters`, `check` | [`Com`], the table of parameters |
//! | `channel` | packages, boards and filters around a channel's file |
//! | `impulse`, `pulse` | responses in time, and equalizers that they are linear in |
//! | `feedback` | decision feedback with limits and floating taps |
//! | `receive`, `noise` | signal and noise at a setting, and its figure of merit |
//! | `receiver_ffe` | the receiver's feed-forward equalizer of Annex 178A, and sequence detection |
//! | `grid`, `instants`, `symbols`, `search` | the best setting, sought in the symbol domain |
//! | `distribution`, `margin`, `eye` | distributions of interference, margin and eye height |
//! | `loss`, `reflection` | insertion loss deviation, integrated crosstalk noise, effective return loss |
//! | `figures` | these of a table, and its limits |
//!
//! # References
//! IEEE 802.3 Annex 93A; for chip-to-module interfaces Annex 120G.

mod channel;
mod check;
mod distribution;
mod eye;
mod feedback;
mod figures;
mod grid;
mod impulse;
mod instants;
mod loss;
mod margin;
mod noise;
mod parameters;
mod pulse;
mod receive;
mod receiver_ffe;
mod reflection;
mod search;
mod symbols;

pub use figures::{ChannelFigures, ComLimits, Criterion, FigureSettings, ReturnLossSettings};
pub use loss::LossBand;
pub use parameters::{
    Com, ComBoard, ComDfe, ComEnd, ComFilter, CtleGrid, EyeWindow, FfeGrid, FloatingTaps,
    LowFrequencyStage, PackageCase, QualifiedGains, ReceiverFfe, Sweep,
};
pub use reflection::EffectiveReturnLoss;

use channel::{Channel, Packages, Path};
use pulse::Gains;
use receive::Ready;

use num_complex::Complex64;

use crate::response::Network;
use crate::{Error, Result};

/// Whose numeric conventions to follow.
///
/// The reference code of IEEE 802.3 and the text of Annex 93A differ in what follows; in all
/// else, what the text leaves open is done as the reference code does it.
///
/// | | [`Standard`](Compat::Standard) | [`Tool370`](Compat::Tool370) |
/// |---|---|---|
/// | Gaussian noise | to three times `Q` | cut off at `Q`, where `Q` is the deviations that errors at `DER_0` are away |
/// | Crosstalk in the figure of merit | of pulses at their worst phases (93A-33) | a sum over frequency in which the transmitter's equalizer counts by its magnitude |
/// | Receiver noise | integrated to infinity (93A-35) | to the end of the channel's file |
///
/// [`Tool450`](Compat::Tool450) is `Tool370` with Gaussian noise to twice `Q`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Compat {
    /// The text of Annex 93A.
    Standard,
    /// The reference code of revisions 3.70 and 3.90.
    Tool370,
    /// The reference code of revision 4.50.
    Tool450,
}

/// The end of the channel that an aggressor enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crosstalk {
    /// The end of the transmitter.
    FarEnd,
    /// The end of the receiver.
    NearEnd,
}

/// A setting of the linear equalizers.
#[derive(Clone, Debug, PartialEq)]
pub struct Equalizer {
    /// Taps of the transmitter's equalizer, the earliest first.
    pub taps: Vec<f64>,
    /// Which of them is the main one, from 0.
    pub main: usize,
    /// DC gain of the continuous-time equalizer (`g_DC`), dB.
    pub dc_gain_db: f64,
    /// Gain of its low-frequency stage (`g_DC2`), dB; 0 without such a stage.
    pub low_frequency_gain_db: f64,
}

impl Equalizer {
    fn gains(&self) -> Gains {
        Gains { dc: self.dc_gain_db, low_frequency: self.low_frequency_gain_db }
    }
}

/// Standard deviations at the slicer, V.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sigmas {
    /// Noise of the receiver (`sigma_N`).
    pub receiver: f64,
    /// Noise of the transmitter (`sigma_TX`).
    pub transmitter: f64,
    /// Intersymbol interference behind all equalizers (`sigma_ISI`), of its distribution.
    pub interference: f64,
    /// Crosstalk at worst phases, of its distribution.
    pub crosstalk: f64,
    /// What random jitter makes of the pulse's slopes.
    pub random_jitter: f64,
    /// What dual-Dirac jitter makes of them, of its distribution.
    pub dual_dirac_jitter: f64,
    /// All that is Gaussian (`sigma_G`, 93A-41).
    pub gaussian: f64,
    /// All, of its distribution.
    pub all: f64,
}

/// The result of a test case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseReport {
    /// Channel operating margin, dB.
    pub com_db: f64,
    /// Figure of merit of the setting, dB.
    pub fom_db: f64,
    /// Vertical eye closure, dB; none if the eye is closed.
    pub vec_db: Option<f64>,
    /// Eye height, V; negative if the eye is closed.
    pub eye_height_v: f64,
    /// Available signal (`A_s`), V.
    pub signal_v: f64,
    /// Noise and interference at the target error ratio (`A_ni`), V.
    pub noise_v: f64,
    /// Standard deviations.
    pub sigmas: Sigmas,
    /// Setting of the linear equalizers.
    pub equalizer: Equalizer,
    /// Taps of decision feedback over the cursor, from the first symbol behind it.
    pub feedback: Vec<f64>,
    /// The symbols, from 1, at which floating taps stand.
    pub floating: Vec<usize>,
    /// Taps of the receiver's feed-forward equalizer, the earliest first; without one, none. The
    /// cursor keeps its height.
    pub receiver_taps: Vec<f64>,
    /// What sequence detection adds to the margin, dB; without it, none.
    pub sequence_gain_db: Option<f64>,
    /// Index of the cursor in `pulse`.
    pub cursor: usize,
    /// Insertion loss of the channel, without boards, at half the symbol rate, dB.
    pub channel_loss_db: f64,
    /// The same from die to die.
    pub die_to_die_loss_db: f64,
    /// Pulse response behind the linear equalizers, V.
    pub pulse: Vec<f64>,
    /// Pulse response without equalizers, V.
    pub raw_pulse: Vec<f64>,
}

/// Channel operating margin of a channel: that of the worst test case.
#[derive(Clone, Debug, PartialEq)]
pub struct ComReport {
    /// The least margin of all cases, dB.
    pub com_db: f64,
    /// The cases, in the order of the parameters.
    pub cases: Vec<CaseReport>,
}

impl Com {
    /// Channel operating margin of a channel with its aggressors, with the best setting of the
    /// equalizers in each test case.
    ///
    /// # Formula
    /// `COM = 20 log10(A_s / A_ni)`: available signal over what noise and interference exceed with
    /// probability `DER_0` (93A-1). With an [eye](EyeWindow), `COM = 20 log10(2 A_s / (2 A_s - EH))`
    /// with the height `EH` of the least eye.
    ///
    /// # Assumptions
    /// Symbols are independent and equally likely, aggressors are at their worst phases, and decisions
    /// fed back are right. All files have the same frequencies.
    ///
    /// # References
    /// IEEE 802.3 Annex 93A.1; 120G.5.2 for the eye.
    ///
    /// # Errors
    /// If a parameter makes no sense, a file does not suit them, or no setting yields a pulse that
    /// can be sampled.
    pub fn evaluate(
        &self,
        through: &Network,
        aggressors: &[(Crosstalk, Network)],
    ) -> Result<ComReport> {
        let channels = self.channels(through, aggressors)?;
        self.report(&channels, |ready, _| ready.search())
    }

    /// The same at one setting of the linear equalizers.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), or if the setting makes no sense.
    pub fn evaluate_with(
        &self,
        equalizer: &Equalizer,
        through: &Network,
        aggressors: &[(Crosstalk, Network)],
    ) -> Result<ComReport> {
        let all = vec![equalizer.clone(); self.cases.len()];
        self.evaluate_each_with(&all, through, aggressors)
    }

    /// The same with a setting of the linear equalizers for each case.
    ///
    /// # Errors
    /// As [`evaluate_with`](Self::evaluate_with), or if there is not one setting for each case.
    pub fn evaluate_each_with(
        &self,
        equalizers: &[Equalizer],
        through: &Network,
        aggressors: &[(Crosstalk, Network)],
    ) -> Result<ComReport> {
        if equalizers.len() != self.cases.len() {
            let value = format!("{} settings", equalizers.len());
            let expected = format!("one for each of {} cases", self.cases.len());
            return Err(Error::parameter("equalizers", value, expected));
        }
        for equalizer in equalizers {
            equalizer.check()?;
        }
        let channels = self.channels(through, aggressors)?;
        self.report(&channels, |_, case| Some(equalizers[case].clone()))
    }

    /// Voltage transfer of a channel from die to die in a case, transmitter's filter included, at
    /// the frequencies of its file (93A-18).
    ///
    /// # Errors
    /// If there is no such case, counted from 0, or as [`evaluate`](Self::evaluate).
    pub fn transfer(&self, case: usize, through: &Network) -> Result<Vec<Complex64>> {
        let channels = self.channels(through, &[])?;
        let Some(case) = self.cases.get(case) else {
            let expected = format!("less than {}", self.cases.len());
            return Err(Error::parameter("case", case, expected));
        };
        let packages = Packages::new(self, case, &channels[0].frequency);
        Ok(packages.transfer(self, &channels[0]))
    }

    fn channels(
        &self,
        through: &Network,
        aggressors: &[(Crosstalk, Network)],
    ) -> Result<Vec<Channel>> {
        self.check()?;
        let mut channels = vec![Channel::new(self, Path::Through, through)?];
        for (index, (kind, network)) in aggressors.iter().enumerate() {
            if !network.has_frequencies_of(through) {
                let message = "has other frequencies than the through channel";
                return Err(Error::data(format!("aggressor {} {message}", index + 1)));
            }
            channels.push(Channel::new(self, Path::Aggressor(*kind), network)?);
        }
        Ok(channels)
    }

    fn report(
        &self,
        channels: &[Channel],
        setting: impl Fn(&Ready<'_>, usize) -> Option<Equalizer>,
    ) -> Result<ComReport> {
        let closed = || Error::unsupported("the channel's pulse response cannot be sampled");
        let mut cases = Vec::with_capacity(self.cases.len());
        for (index, case) in self.cases.iter().enumerate() {
            let ready = Ready::new(self, case, channels);
            let equalizer = setting(&ready, index).ok_or_else(closed)?;
            let received = ready.received(&equalizer).ok_or_else(closed)?;
            cases.push(ready.report(&equalizer, received));
        }
        let com_db = cases.iter().map(|case| case.com_db).fold(f64::INFINITY, f64::min);
        Ok(ComReport { com_db, cases })
    }
}

#[cfg(test)]
mod tests;
