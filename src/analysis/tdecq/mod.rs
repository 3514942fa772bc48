//! Eye closure of transmitters: TDECQ and TECQ, SECQ, EECQ, and TDEC.
//!
//! - [`Tdecq`]: how eye closure is measured; [`Tdecq::measure`] measures a [`Capture`].
//! - [`TdecqReport`]: what came out.
//! - [`PartialTdecq`]: how much of it bandwidth, linearity, noise and dispersion cost.

mod histogram;
mod levels;
mod limits;
mod objective;
mod optical;
mod partial;
mod received;
mod search;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use crate::kernel::gauss;
use crate::signal::{Capture, Modulation, Pattern};
use crate::unit::check;
use crate::{Error, Result, parallel};

pub use levels::{OuterLevels, RunLevel};
pub(in crate::analysis) use levels::{means, runs};
pub use limits::TapLimits;
use objective::{Problem, Solution};
pub use optical::{OpticalMetrics, rin_oma_db_per_hz};
pub use partial::PartialTdecq;
pub(in crate::analysis) use received::Received;
use search::Search;

/// The most taps of a reference equalizer.
pub const MAX_TAPS: usize = 32;

/// The main taps that are tried where none is stated: up to three taps ahead of it, and never
/// more than behind it.
const MOST_AHEAD: usize = 3;

/// The part of the best first solution's noise below which a main tap is given up: 0.6 dB.
const WORTH: f64 = 0.87;

/// The same of solutions that have their phase, found on some of the symbols: 0.1 dB.
const NEAR: f64 = 0.977;

/// Those of some solutions that are not further behind the largest noise than a part of it.
fn leading<T: Clone>(all: &[T], noise: impl Fn(&T) -> f64, part: f64) -> Vec<T> {
    let most = all.iter().map(&noise).fold(0.0, f64::max);
    all.iter().filter(|one| noise(one) > part * most).cloned().collect()
}

/// Where in the unit interval histograms are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Phase {
    /// Where the eye stands the largest noise.
    Best,
    /// In the middle between the mean instants at which the waveform crosses its average.
    Crossings,
    /// So many unit intervals after the first sample of a symbol.
    At(f64),
}

/// How the eye closure of a transmitter is measured.
///
/// The transmitter's eye, seen by a reference receiver, stands some Gaussian noise until its symbol
/// error ratio reaches a target; an ideal eye of the same outer modulation amplitude stands more.
/// The ratio is the closure. With a test fiber between it is TDECQ, without TECQ, of a stressed
/// receiver test source SECQ, on an electrical waveform EECQ, and with two levels TDEC.
///
/// # Formula
/// `TDECQ = 10 log10(OMA / (2 (L - 1) Qt R))`, `R = sqrt(sigma_G^2 + sigma_S^2)`, with `L` levels,
/// `Qt` the argument at which an ideal eye has the target, `2 (L - 1) / L * Q(Qt) = target`
/// (3.414 for 4.8e-4), and the scope's own noise `sigma_S`.
///
/// `sigma_G` is the smaller of two, from a histogram on either side of the eye's middle (0.45 and
/// 0.55 UI, 0.04 UI wide). Each is the solution of
/// `sum_y f(y) sum_t Q(|y - t| / (C_eq sigma)) = target` over the equalized waveform within the
/// histogram and all thresholds `t = P_ave + (-1, 0, 1) OMA / 3`.
///
/// The waveform passes a fourth-order Bessel-Thomson filter and an equalizer whose taps add up to
/// one. `C_eq^2 = w' A w`, where `A` is the autocorrelation of white noise behind the filter: the
/// same as the integral of `|H_filter H_eq|^2` over that of `|H_filter|^2`. OMA and average power
/// are those ahead of the equalizer, behind the filter: averages over the middle 2 UI of runs of
/// seven highest and six lowest symbols.
///
/// Taps, the phase of both histograms together, and (if allowed) thresholds are those with the
/// largest `sigma_G`, found to convergence by descent from the taps of least mean square error.
/// No tap is larger than the main one.
///
/// # Assumptions
/// - The record is periodic, the clock perfect: what a clock recovery would track is in the eye.
/// - Histograms are continuous in time: samples between those of the record are interpolated,
///   and the width is integrated by three-point Gaussian quadrature.
/// - Without a receiver's filter, noise far above the symbol rate is averaged between samples: by
///   up to a third of its variance.
/// - With two levels, ones and zeros are equally likely, and modal noise terms are zero.
/// - A capture without runs of seven and six is measured on the longest that it has.
///
/// # References
/// IEEE Std 802.3-2022, 121.8.5 (TDECQ) and 95.8.5 (TDEC). The sequence was taken from secondary
/// sources: J. King, *king_3bs_01a_0917* (2017), and instrument documentation.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Tdecq {
    /// Taps of the reference equalizer, 1 to 32.
    pub taps: usize,
    /// The main tap, counted from 1: `main_tap - 1` taps see later instants. `None` takes the best
    /// of all with up to three taps ahead and at least as many behind.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub main_tap: Option<usize>,
    /// Taps in a unit interval: 1, or 2 as in drafts of 2017.
    pub taps_per_symbol: usize,
    /// Limits of the taps.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub limits: Option<TapLimits>,
    /// The bandwidth (-3 dB electrical) of the receiver over the symbol rate; `None` if the record
    /// has passed the receiver already.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub bandwidth_ratio: Option<f64>,
    /// The bandwidth over the symbol rate behind which noise is taken to be white, where it is not
    /// that of the receiver; `None` for the receiver's, or white noise without one.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub noise_bandwidth_ratio: Option<f64>,
    /// The target symbol error ratio.
    pub symbol_error_ratio: f64,
    /// From the middle of the eye to the middle of a histogram, in unit intervals.
    pub histogram_offset: f64,
    /// The width of a histogram, in unit intervals.
    pub histogram_width: f64,
    /// Where in the unit interval the middle between the histograms is.
    pub phase: Phase,
    /// How far each threshold may be moved, in parts of the modulation amplitude.
    pub threshold_adjustment: f64,
    /// The noise of the oscilloscope, root mean square, in the unit of the waveform.
    pub scope_noise: f64,
    /// The decibels of a tenfold amplitude: 10 for optical power, 20 for voltage.
    pub decibels_per_decade: f64,
}

impl Tdecq {
    /// The form of 802.3bs and 802.3cd: five taps, half the symbol rate, 4.8e-4.
    pub fn five_taps() -> Self {
        Self {
            taps: 5,
            main_tap: None,
            taps_per_symbol: 1,
            limits: None,
            bandwidth_ratio: Some(0.5),
            noise_bandwidth_ratio: None,
            symbol_error_ratio: 4.8e-4,
            histogram_offset: 0.05,
            histogram_width: 0.04,
            phase: Phase::Best,
            threshold_adjustment: 0.0,
            scope_noise: 0.0,
            decibels_per_decade: 10.0,
        }
    }

    /// The form of the LPO MSA: nine taps, 4.0e-4.
    pub fn nine_taps() -> Self {
        Self { taps: 9, symbol_error_ratio: 4.0e-4, ..Self::five_taps() }
    }

    /// The form proposed for 200 Gb/s a lane: 15 taps with limits.
    pub fn fifteen_taps() -> Self {
        Self { taps: 15, limits: Some(TapLimits::draft_200g()), ..Self::five_taps() }
    }

    /// TDEC of two levels: no equalizer, histograms at 0.4 and 0.6 UI, an error ratio of 5e-5.
    pub fn tdec() -> Self {
        Self {
            taps: 1,
            main_tap: Some(1),
            symbol_error_ratio: 5e-5,
            histogram_offset: 0.1,
            phase: Phase::Crossings,
            ..Self::five_taps()
        }
    }

    /// Measures a capture.
    ///
    /// # Errors
    /// If a parameter is impossible, the capture has no lock ([`Capture::lock`]), or its highest
    /// level is not above its lowest.
    pub fn measure(&self, capture: &Capture) -> Result<TdecqReport> {
        self.check()?;
        let received = Received::new(capture, self.bandwidth_ratio)?;
        self.measure_received(&received)
    }

    /// Measures a waveform that has passed the receiver.
    fn measure_received(&self, received: &Received) -> Result<TdecqReport> {
        let outer = OuterLevels::of(received)?;
        let problems: Result<Vec<Problem>> =
            self.main_taps().map(|tap| self.problem(received, &outer, tap - 1)).collect();
        let problems = problems?;
        let begin = |(): &mut (), index: usize| Search::begin(self, received, &problems[index]);
        let begun: Result<Vec<Search<'_>>> =
            parallel::map(problems.len(), || (), begin).into_iter().collect();
        let begun = begun?;
        // A main tap that is far behind at first does not win, nor does one that is still behind
        // once it has its phase.
        let all: Vec<&Search<'_>> = begun.iter().collect();
        let worth = leading(&all, |search| search.first.noise(), WORTH);
        let settled = parallel::map(
            worth.len(),
            || (),
            |(): &mut (), index| (worth[index], worth[index].settle()),
        );
        let near = leading(&settled, |(_, solution)| solution.noise(), NEAR);
        let solutions = parallel::map(
            near.len(),
            || (),
            |(): &mut (), index| {
                let (search, solution) = &near[index];
                search.finish(solution)
            },
        );
        let mut best: Option<(usize, Solution)> = None;
        for ((search, _), solution) in near.iter().zip(solutions) {
            if best.as_ref().is_none_or(|(_, best)| solution.noise() > best.noise()) {
                best = Some((search.problem.main + 1, solution));
            }
        }
        let Some((main_tap, solution)) = best else {
            return Err(Error::parameter("taps", self.taps, "1 or more"));
        };
        Ok(self.report(received, outer, main_tap, solution))
    }

    fn report(
        &self,
        received: &Received,
        outer: OuterLevels,
        main_tap: usize,
        solution: Solution,
    ) -> TdecqReport {
        let lock = &received.lock;
        let noise = solution.noise().hypot(self.scope_noise);
        let levels = lock.symbols.modulation().levels();
        let ideal = outer.amplitude() / (2.0 * (levels - 1) as f64 * self.ideal_q(levels));
        TdecqReport {
            tdecq_db: self.decibels_per_decade * (ideal / noise).log10(),
            oma_w: outer.amplitude(),
            average_w: received.average,
            er_db: outer.er_db(),
            rlm: levels::rlm(received),
            ceq_db: self.decibels_per_decade * solution.noise_gain.log10(),
            taps: solution.taps,
            main_tap,
            sigma_g: solution.sigma[0].min(solution.sigma[1]),
            sigma_sides: solution.sigma,
            thresholds: solution.thresholds,
            phase_ui: solution.phase - received.center,
            outer,
            pattern: lock.pattern,
            modulation: lock.symbols.modulation(),
            period: lock.period,
            shift: lock.shift,
            inverted: lock.inverted,
            correlation: lock.coefficient,
        }
    }

    fn problem(&self, received: &Received, outer: &OuterLevels, main: usize) -> Result<Problem> {
        let levels = received.lock.symbols.modulation().levels();
        let amplitude = outer.amplitude();
        let noise = self.noise_bandwidth_ratio.or(self.bandwidth_ratio);
        let spacing = 1.0 / self.taps_per_symbol as f64;
        let threshold = |below: usize| {
            let place = (below as f64 + 0.5) / (levels - 1) as f64 - 0.5;
            received.average + place * amplitude
        };
        Ok(Problem {
            taps: self.taps,
            main,
            density: self.taps_per_symbol,
            correlation: received::noise_correlation(noise, self.taps, spacing)?,
            average: received.average,
            amplitude,
            thresholds: (0..levels - 1).map(threshold).collect(),
            adjustment: self.threshold_adjustment * amplitude,
            target: self.symbol_error_ratio,
            limits: limits::rows(self.taps, main, self.limits.as_ref())?,
        })
    }

    /// The argument at which an ideal eye has the target.
    fn ideal_q(&self, levels: usize) -> f64 {
        let levels = levels as f64;
        gauss::q_inv(self.symbol_error_ratio * levels / (2.0 * (levels - 1.0)))
    }

    /// The main taps that are tried.
    fn main_taps(&self) -> RangeInclusive<usize> {
        match self.main_tap {
            Some(tap) => tap..=tap,
            None => 1..=self.taps.div_ceil(2).min(MOST_AHEAD + 1),
        }
    }

    /// The phase from which the search begins, or at which it stays.
    fn middle(&self, received: &Received) -> f64 {
        match self.phase {
            Phase::At(phase) => phase,
            Phase::Best | Phase::Crossings => received.center,
        }
    }

    /// Checks the parameters.
    ///
    /// # Errors
    /// If one has a value that makes no sense; the message names it.
    pub fn check(&self) -> Result<()> {
        check::count("taps", self.taps, &(1..=MAX_TAPS))?;
        check::count("taps-per-symbol", self.taps_per_symbol, &(1..=2))?;
        if let Some(tap) = self.main_tap {
            check::count("main-tap", tap, &(1..=self.taps))?;
        }
        for (name, ratio) in [
            ("bandwidth-ratio", self.bandwidth_ratio),
            ("noise-bandwidth-ratio", self.noise_bandwidth_ratio),
        ] {
            if let Some(ratio) = ratio {
                check::within(name, ratio, &(0.05..=10.0))?;
            }
        }
        check::within("symbol-error-ratio", self.symbol_error_ratio, &(1e-15..=0.1))?;
        check::within("histogram-offset", self.histogram_offset, &(0.0..=0.5))?;
        check::within("histogram-width", self.histogram_width, &(0.0..=0.5))?;
        check::within("threshold-adjustment", self.threshold_adjustment, &(0.0..=0.1))?;
        if let Phase::At(phase) = self.phase {
            check::within("phase", phase, &(-1.0..=2.0))?;
        }
        check::not_negative("scope-noise", self.scope_noise)?;
        check::positive("decibels-per-decade", self.decibels_per_decade)?;
        Ok(())
    }
}

/// The eye closure of a capture.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, schemars::JsonSchema))]
pub struct TdecqReport {
    /// The closure in decibels: TDECQ, TECQ, SECQ, EECQ or TDEC.
    pub tdecq_db: f64,
    /// The outer modulation amplitude, in the unit of the waveform: watts, or volts (VMA).
    pub oma_w: f64,
    /// The mean of the waveform.
    pub average_w: f64,
    /// The extinction ratio in decibels; `None` unless both outer levels are positive.
    pub er_db: Option<f64>,
    /// The level separation mismatch ratio in the middle of the eye, behind the receiver's filter.
    pub rlm: f64,
    /// The gain of the equalizer for noise, `10 log10 C_eq`.
    pub ceq_db: f64,
    /// The equalizer's taps, the latest instant first. They add up to 1.
    pub taps: Vec<f64>,
    /// Which of them is the main one, counted from 1.
    pub main_tap: usize,
    /// The noise that the eye stands, ahead of the equalizer, in the unit of the waveform.
    pub sigma_g: f64,
    /// The same of the left and the right histogram.
    pub sigma_sides: [f64; 2],
    /// The decision thresholds, the lowest first.
    pub thresholds: Vec<f64>,
    /// The middle between the histograms, in unit intervals after the middle between crossings.
    pub phase_ui: f64,
    /// The outer levels, and the runs in which they were measured.
    pub outer: OuterLevels,
    /// The pattern that was stated or recognized; `None` where symbols were stated.
    #[cfg_attr(feature = "config", schemars(with = "Option<String>"))]
    pub pattern: Option<Pattern>,
    /// The alphabet of its symbols.
    #[cfg_attr(feature = "config", schemars(with = "String"))]
    pub modulation: Modulation,
    /// Symbols until the pattern repeats.
    pub period: usize,
    /// How many symbols after the start of the pattern the record begins.
    pub shift: usize,
    /// Whether the waveform falls where the symbols rise.
    pub inverted: bool,
    /// The correlation coefficient of the record with its symbols.
    pub correlation: f64,
}
