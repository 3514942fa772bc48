//! What comes of a simulated route.

use super::attribution::Attribution;
use super::calculated::from_end_to_end;
use super::statistical::{CrosstalkPhases, StatisticalReport};
use super::trained::TrainedHop;
use crate::analysis::{BitErrorRatio, Eye, GUESS, SemiAnalyticBer};
use crate::fec::Outcome;
use crate::kernel::rng::Seed;
use crate::signal::Modulation;
use crate::transceiver::ConvergencePoint;
use crate::unit::Decibels;

/// What comes of a simulated route.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The route's name.
    pub name: String,
    /// The seed.
    pub seed: Seed,
    /// Symbols sent.
    pub symbols: usize,
    /// Whether all symbols that were asked for were sent.
    pub complete: bool,
    /// Errors from the first transmitter to the last receiver.
    pub ber: BitErrorRatio,
    /// The bit error ratio to meet, if the route has a [limit](super::Route::limit).
    pub limit: Option<f64>,
    /// By how many decibels Gaussian noise could grow until the semi-analytic bit error ratio reaches
    /// the limit. `None` without a limit, if a hop is not analyzed, or if no noise within 40 dB does that.
    pub margin_db: Option<f64>,
    /// What error correction makes of the errors, if the route has any.
    pub fec: Option<Outcome>,
    /// Each hop.
    pub hops: Vec<HopReport>,
    /// Each place that an eye was taken of.
    pub probes: Vec<ProbeReport>,
}

impl Report {
    /// The bit error ratio from end to end, semi-analytic: the sum over the hops, whose errors are
    /// rare and independent. `None` if a hop has none.
    pub fn semi_analytic(&self) -> Option<f64> {
        self.over_hops(|analysis| analysis.ber.rate)
    }

    /// Its 95 % interval: the hops' distances from their values add in quadrature, either way.
    pub fn semi_analytic_ci95(&self) -> Option<[f64; 2]> {
        let bers = self.hops.iter().map(|hop| Some(&hop.analysis.as_ref().ok()?.ber));
        let (_, ci95) = from_end_to_end(&bers.collect::<Option<Vec<_>>>()?);
        Some(ci95)
    }

    /// The bit error ratio from end to end, statistical: the sum over the hops. `None` if a hop has
    /// none.
    pub fn statistical(&self) -> Option<f64> {
        self.over_hops(|analysis| analysis.statistical.rate)
    }

    /// The same with every receiver at its best phase.
    pub fn statistical_best(&self) -> Option<f64> {
        self.over_hops(|analysis| analysis.statistical.best)
    }

    /// The same with all aggressors at any phase and at their worst one. `None` also if there are no
    /// aggressors.
    pub fn statistical_crosstalk(&self) -> Option<CrosstalkPhases> {
        let coupled = |hop: &HopReport| {
            hop.analysis.as_ref().is_ok_and(|analysis| analysis.statistical.crosstalk.is_some())
        };
        if !self.hops.iter().any(coupled) {
            return None;
        }
        let phases = |of: fn(CrosstalkPhases) -> f64| {
            self.over_hops(|analysis| {
                let statistical = &analysis.statistical;
                statistical.crosstalk.map_or(statistical.rate, of)
            })
        };
        Some(CrosstalkPhases {
            random: phases(|phases| phases.random)?,
            worst: phases(|phases| phases.worst)?,
        })
    }

    /// How far the readings from end to end agree.
    pub fn agreement(&self) -> Agreement {
        Agreement::of(&self.ber, self.semi_analytic(), self.statistical())
    }

    fn over_hops(&self, of: impl Fn(&HopAnalysis) -> f64) -> Option<f64> {
        let rates = self.hops.iter().map(|hop| Some(of(hop.analysis.as_ref().ok()?)));
        rates.sum::<Option<f64>>().map(|rate| rate.min(GUESS))
    }

    /// The hop with the highest bit error ratio, by the best knowledge there is.
    pub fn worst_hop(&self) -> Option<&HopReport> {
        // The first of equals, as errors come in the order of the signal.
        self.hops.iter().rev().max_by(|a, b| a.rate().total_cmp(&b.rate()))
    }

    /// The eye that decides about the route: the last that was taken of its worst hop, at its slicer.
    pub fn worst_eye(&self) -> Option<&ProbeReport> {
        let hop = &self.worst_hop()?.name;
        let within = |probe: &&ProbeReport| {
            probe.name.strip_prefix(hop.as_str()).is_some_and(|place| place.starts_with('/'))
        };
        self.probes.iter().rfind(within)
    }
}

/// How far readings of one bit error ratio agree: quotients of which 1 is agreement.
///
/// A quotient is `None` unless both readings are measurable: 10 errors counted or more, a calculated
/// ratio of 1e-30 or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// The semi-analytic ratio over the counted one.
    pub semi_analytic_over_counted: Option<f64>,
    /// The statistical ratio over the counted one.
    pub statistical_over_counted: Option<f64>,
    /// The statistical ratio over the semi-analytic one.
    pub statistical_over_semi_analytic: Option<f64>,
}

/// The fewest errors that are a measurement: they have an interval of -52 % to +84 %.
const FEWEST_ERRORS: u64 = 10;

/// The least ratio that calculations are compared at: there the statistical one ends.
const LEAST_RATIO: f64 = 1e-30;

impl Agreement {
    pub(super) fn of(
        counted: &BitErrorRatio,
        semi_analytic: Option<f64>,
        statistical: Option<f64>,
    ) -> Self {
        let counted = (counted.errors >= FEWEST_ERRORS).then_some(counted.rate);
        let measurable = |ratio: Option<f64>| ratio.filter(|ratio| *ratio >= LEAST_RATIO);
        let [semi_analytic, statistical] = [semi_analytic, statistical].map(measurable);
        let quotient = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
        Self {
            semi_analytic_over_counted: quotient(semi_analytic, counted),
            statistical_over_counted: quotient(statistical, counted),
            statistical_over_semi_analytic: quotient(statistical, semi_analytic),
        }
    }
}

/// What comes of a hop.
#[derive(Clone, Debug, PartialEq)]
pub struct HopReport {
    /// The hop's name.
    pub name: String,
    /// Errors between this hop's transmitter and receiver.
    pub ber: BitErrorRatio,
    /// What is known of the hop without counting, or why nothing is.
    pub analysis: std::result::Result<HopAnalysis, String>,
    /// Mean square error at the slicer's input over all symbols sent, in levels squared.
    pub mse: f64,
    /// Whether the hop is precoded.
    pub precoding: bool,
    /// What the receiver settled to.
    pub equalizer: Equalizer,
    /// How the taps settled: the mean square error in training over the symbols seen; nothing
    /// where they were found in closed form.
    pub convergence: Vec<ConvergencePoint>,
    /// How often the clock slipped by a symbol.
    pub slips: usize,
    /// Remarks of the devices.
    pub notes: Vec<String>,
}

impl HopReport {
    /// The bit error ratio by the best knowledge there is: semi-analytic, else counted.
    pub fn rate(&self) -> f64 {
        self.analysis.as_ref().map_or(self.ber.rate, |analysis| analysis.ber.rate)
    }

    /// How far the readings of the hop agree.
    pub fn agreement(&self) -> Agreement {
        let analysis = self.analysis.as_ref().ok();
        let semi_analytic = analysis.map(|analysis| analysis.ber.rate);
        Agreement::of(&self.ber, semi_analytic, analysis.map(|analysis| analysis.statistical.rate))
    }

    /// Power of the ideal levels over the mean square error at the slicer's input, in decibels:
    /// interference counts as noise.
    pub fn snr_db(&self, modulation: Modulation) -> Option<f64> {
        let snr = 10.0 * (modulation.mean_square() / self.mse).log10();
        snr.is_finite().then_some(snr)
    }
}

/// What is known of a hop without counting errors.
#[derive(Clone, Debug, PartialEq)]
pub struct HopAnalysis {
    /// The error ratio from the signal without noise, and noise calculated.
    pub ber: SemiAnalyticBer,
    /// The error ratio and the eye from the pulse response.
    pub statistical: StatisticalReport,
    /// Where the mean square error at the slicer comes from.
    pub attribution: Attribution,
}

impl HopAnalysis {
    /// The horizontal bathtub: pairs of phase, in unit intervals from the decision instant, and the
    /// statistical bit error ratio there, errors that follow errors included.
    pub fn bathtub(&self) -> Vec<[f64; 2]> {
        let bursts = &self.ber.bursts;
        let ratios = self.statistical.eye.ratios.iter();
        ratios.map(|at| [at.phase_ui, bursts.rate(at.ber)]).collect()
    }
}

/// What a receiver settled to in training.
#[derive(Clone, Debug, PartialEq)]
pub struct Equalizer {
    /// DC gain of the analog equalizer's high-frequency stage.
    pub ctle_gain: Option<Decibels>,
    /// The sampling instant within the unit interval, from 0 to 1.
    pub phase_ui: f64,
    /// The feed-forward taps, the main one scaled to 1.
    pub ffe: Vec<f64>,
    /// The feedback taps, in levels per level.
    pub dfe: Vec<f64>,
}

impl Equalizer {
    pub(super) fn of(hop: &TrainedHop) -> Self {
        let adapted = &hop.adapted;
        let per_symbol = hop.sampled.grid().samples_per_symbol() as f64;
        let main = adapted.ffe.iter().fold(
            0.0,
            |main: f64, &tap| {
                if tap.abs() > main.abs() { tap } else { main }
            },
        );
        Self {
            ctle_gain: hop.receiver.ctle.map(|ctle| ctle.dc_gain),
            phase_ui: (adapted.delay / per_symbol).fract(),
            ffe: adapted.ffe.iter().map(|tap| tap / main).collect(),
            dfe: adapted.dfe.clone(),
        }
    }
}

/// The eye at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeReport {
    /// The place: the hop, a slash, and the stage, or `sampler` or `slicer`.
    pub name: String,
    /// The eye.
    pub eye: Eye,
    /// How the signal was taken and the eye's center found.
    pub method: &'static str,
}

impl ProbeReport {
    /// Power of the level means about their mean over the mean variance of the levels, in
    /// decibels: interference counts as noise. `None` if the levels have no spread.
    pub fn snr_db(&self) -> Option<f64> {
        let levels = &self.eye.levels;
        let count = levels.len() as f64;
        let mean = levels.iter().map(|level| level.mean).sum::<f64>() / count;
        let signal = levels.iter().map(|level| (level.mean - mean).powi(2)).sum::<f64>() / count;
        let noise = levels.iter().map(|level| level.sigma.powi(2)).sum::<f64>() / count;
        let snr = 10.0 * (signal / noise).log10();
        snr.is_finite().then_some(snr)
    }
}
