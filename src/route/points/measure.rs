//! Sending the test record, and measuring what passes each point.

use std::cell::OnceCell;

use super::{Metric, MetricReport, PointReport, TRANSMITTER, TestPoint, TestRecord};
use crate::analysis::tdecq::{OpticalMetrics, Tdecq, TdecqReport};
use crate::analysis::{CapturedEye, LinearFit, OutputJitter};
use crate::engine::Options;
use crate::kernel::rng::{Key, Seed};
use crate::parallel;
use crate::route::{Hop, Route};
use crate::signal::{Capture, Grid, Symbols, Waveform};
use crate::{Error, Result};

/// Symbols that an eye is made of, at most, but for whole periods: the extremes of more say no more
/// about error ratios of some 1e-4.
const EYE_SYMBOLS: usize = 1 << 16;

/// A value, or why there is none.
type Found<T> = std::result::Result<T, String>;

impl Route {
    /// Measures every test point of the route: one record for each hop that has any.
    ///
    /// What a metric cannot be measured on, such as the height of a closed eye, is said in the place
    /// of its value.
    ///
    /// # Errors
    /// If the route cannot be planned, a point lies nowhere, or a metric does not exist there.
    ///
    /// ```
    /// use lightlane::prelude::*;
    /// use lightlane::route::{Limit, Metric, TestPoint, TestRecord};
    /// use lightlane::analysis::Tdecq;
    ///
    /// let mut route = preset::copper_100g();
    /// let vma = Limit { at_most: Some(1.2.volts()), ..Limit::none() };
    /// route.hops[0].test = Some(TestRecord {
    ///     pattern: Pattern::Prbs(9),
    ///     periods: 1,
    ///     samples_per_symbol: 8,
    ///     points: vec![TestPoint {
    ///         name: "TP0".to_owned(),
    ///         at: "transmitter".to_owned(),
    ///         metrics: vec![Metric::Vma(vma)],
    ///         receiver: Tdecq::nine_taps(),
    ///     }],
    /// });
    /// let points = route.measure(Seed(1))?;
    /// assert_eq!(points[0].metrics[0].within(), Some(true));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn measure(&self, seed: Seed) -> Result<Vec<PointReport>> {
        self.check()?;
        let mut reports = Vec::new();
        for hop in &self.hops {
            if let Some(test) = &hop.test {
                reports.extend(hop.tested(test, seed).map_err(|error| error.in_hop(&hop.name))?);
            }
        }
        Ok(reports)
    }
}

impl Hop {
    fn tested(&self, test: &TestRecord, seed: Seed) -> Result<Vec<PointReport>> {
        let captures = self.captured(test, seed)?;
        let record = format!(
            "{} of {}, {} samples a symbol",
            if test.periods == 1 {
                "one period".to_owned()
            } else {
                format!("{} periods", test.periods)
            },
            test.pattern,
            test.samples_per_symbol
        );
        // Points at one place with one receiver see the same.
        let same = |a: &TestPoint, b: &TestPoint| a.at == b.at && a.receiver == b.receiver;
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (index, point) in test.points.iter().enumerate() {
            match groups.iter_mut().find(|group| same(&test.points[group[0]], point)) {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        let measured = parallel::map(
            groups.len(),
            || (),
            |(), group| {
                let first = groups[group][0];
                let measured = Measured::new(&captures[first], &test.points[first].receiver);
                let of = |&index: &usize| {
                    (index, self.reported(&test.points[index], &measured, &record))
                };
                groups[group].iter().map(of).collect::<Vec<_>>()
            },
        );
        let mut reports: Vec<(usize, PointReport)> = measured.into_iter().flatten().collect();
        reports.sort_by_key(|(index, _)| *index);
        Ok(reports.into_iter().map(|(_, report)| report).collect())
    }

    fn reported(&self, point: &TestPoint, measured: &Measured<'_>, record: &str) -> PointReport {
        let metrics = point.metrics.iter().map(|metric| MetricReport {
            name: metric.name(),
            unit: metric.unit(),
            value: measured.value(metric),
            limits: metric.limits(),
        });
        PointReport {
            name: point.name.clone(),
            at: format!("{}/{}", self.name, point.at),
            record: record.to_owned(),
            metrics: metrics.collect(),
        }
    }

    /// The record at each point.
    fn captured(&self, test: &TestRecord, seed: Seed) -> Result<Vec<Capture>> {
        let period = test.period()?;
        let grid = Grid::new(self.symbol_rate, test.samples_per_symbol, period * test.periods)?;
        let key = Key::root(seed).named("test");
        let symbols = test.pattern.symbols(self.modulation, grid.symbols(), 0, key)?;
        let mut sent = Waveform::zeros(grid);
        self.transmitter
            .plan(self.modulation, grid)
            .map_err(|error| error.in_stage(TRANSMITTER))?
            .run_into(&symbols, self.transmitter_key(key), 0, &mut sent);
        let places = |point: &TestPoint| self.stages.iter().any(|stage| stage.name == point.at);
        let mut probes: Vec<String> = test
            .points
            .iter()
            .filter(|point| places(point))
            .map(|point| point.at.clone())
            .collect();
        probes.dedup();
        let workspace = if probes.is_empty() {
            None
        } else {
            let plan = self.chain()?.plan_with(grid, &Options { probes, ..Options::default() })?;
            let neighbors = self.neighbors(grid)?;
            let mut beside = vec![Waveform::zeros(grid); neighbors.len()];
            for (neighbor, waveform) in neighbors.iter().zip(&mut beside) {
                neighbor.send(key, 0, waveform)?;
            }
            let mut workspace = plan.workspace();
            plan.run_beside(&sent, &beside, key, &mut workspace);
            Some(workspace)
        };
        let pattern = Symbols::new(self.modulation, symbols.values()[..period].to_vec())?;
        test.points
            .iter()
            .map(|point| {
                let samples = match workspace.as_ref().and_then(|kept| kept.probe(&point.at)) {
                    Some(samples) => samples.detected(),
                    None if point.at == TRANSMITTER => sent.samples().to_vec(),
                    None => {
                        let text = format!("no probe at stage `{}`", point.at);
                        return Err(Error::usage(text));
                    }
                };
                Ok(Capture {
                    samples,
                    samples_per_symbol: test.samples_per_symbol,
                    symbol_rate: self.symbol_rate,
                    symbols: Some(pattern.clone()),
                    pattern: None,
                })
            })
            .collect()
    }
}

/// What is known of a capture: each kind of measurement is made once, and only if it is asked for.
struct Measured<'a> {
    capture: &'a Capture,
    receiver: &'a Tdecq,
    levels: OnceCell<Found<OpticalMetrics>>,
    closure: OnceCell<Found<TdecqReport>>,
    eye: OnceCell<Found<CapturedEye>>,
    fit: OnceCell<Found<LinearFit>>,
    jitter: OnceCell<Found<OutputJitter>>,
}

/// What is kept, measured first if nothing is.
fn kept<T>(cell: &OnceCell<Found<T>>, measure: impl FnOnce() -> Result<T>) -> Found<&T> {
    cell.get_or_init(|| measure().map_err(|error| error.to_string())).as_ref().map_err(Clone::clone)
}

impl<'a> Measured<'a> {
    fn new(capture: &'a Capture, receiver: &'a Tdecq) -> Self {
        Self {
            capture,
            receiver,
            levels: OnceCell::new(),
            closure: OnceCell::new(),
            eye: OnceCell::new(),
            fit: OnceCell::new(),
            jitter: OnceCell::new(),
        }
    }

    fn value(&self, metric: &Metric) -> Found<f64> {
        let dbm = |watts: f64| 10.0 * (1e3 * watts).log10();
        let there = |value: Option<f64>, why: &str| value.ok_or_else(|| why.to_owned());
        let value = match metric {
            Metric::Oma(_) => dbm(self.levels()?.oma_w),
            Metric::AveragePower(_) => dbm(self.levels()?.average_w),
            Metric::ExtinctionRatio(_) => there(self.levels()?.er_db, "a level is not positive")?,
            Metric::Tecq(_)
            | Metric::Tdecq(_)
            | Metric::Secq(_)
            | Metric::Tdec(_)
            | Metric::Eecq(_) => self.closure()?.tdecq_db,
            Metric::ClosureLessNoiseGain(_) => {
                let closure = self.closure()?;
                closure.tdecq_db - closure.ceq_db
            }
            Metric::OmaLessClosure(_) => dbm(self.levels()?.oma_w) - self.closure()?.tdecq_db,
            Metric::Overshoot(_) => self.levels()?.overshoot,
            Metric::TransitionTime(_) => {
                there(self.levels()?.transition_s(), "no edge runs between the outer levels")?
            }
            Metric::LevelMismatch(_) => self.levels()?.rlm,
            Metric::RinOma(_) => {
                let why = "noise is what differs between periods of a record behind a filter";
                there(self.levels()?.rin_oma_db_per_hz, why)?
            }
            Metric::Vma(_) => self.levels()?.oma_w,
            Metric::Sndr(_) => self.fit()?.sndr_db,
            Metric::JitterRms(_) => self.jitter()?.rms_ui,
            Metric::J3u(_) => self.jitter()?.j3u_ui,
            Metric::J4u(_) => self.jitter()?.j4u_ui,
            Metric::EvenOddJitter(_) => {
                there(self.jitter()?.even_odd_ui, "the pattern has an even length")?
            }
            Metric::EyeHeight(_) => self.eye()?.height(),
            Metric::EyeWidth(_) => self.eye()?.width_ui(),
            Metric::VerticalEyeClosure(_) => {
                let worst = self.eye()?.vec_db.iter().copied().reduce(|a, b| Some(a?.max(b?)));
                there(worst.flatten(), "the eye is closed")?
            }
        };
        if value.is_finite() { Ok(value) } else { Err(format!("it is {value}")) }
    }

    fn levels(&self) -> Found<&OpticalMetrics> {
        let bandwidth = self.receiver.bandwidth_ratio;
        kept(&self.levels, || OpticalMetrics::measure(self.capture, bandwidth, 0.0))
    }

    fn closure(&self) -> Found<&TdecqReport> {
        kept(&self.closure, || self.receiver.measure(&self.shortened()))
    }

    /// As many whole periods as an eye is made of, at least one.
    fn shortened(&self) -> Capture {
        let capture = self.capture;
        let period = capture.symbols.as_ref().map_or(EYE_SYMBOLS, Symbols::len);
        let symbols = period * (EYE_SYMBOLS / period).max(1);
        let end = capture.samples.len().min(symbols * capture.samples_per_symbol);
        Capture { samples: capture.samples[..end].to_vec(), ..capture.clone() }
    }

    fn fit(&self) -> Found<&LinearFit> {
        kept(&self.fit, || LinearFit::measure(self.capture, self.receiver.bandwidth_ratio))
    }

    fn jitter(&self) -> Found<&OutputJitter> {
        kept(&self.jitter, || OutputJitter::measure(self.capture, self.receiver.bandwidth_ratio))
    }

    /// The eye behind the equalizer of the eye closure.
    fn eye(&self) -> Found<&CapturedEye> {
        let closure = self.closure()?;
        kept(&self.eye, || {
            let Tdecq { bandwidth_ratio, symbol_error_ratio, taps_per_symbol, .. } = *self.receiver;
            let equalized = equalized(&self.shortened(), closure, taps_per_symbol)?;
            CapturedEye::measure(&equalized, bandwidth_ratio, symbol_error_ratio, 0.0)
        })
    }
}

/// A capture behind the equalizer that its eye closure found.
fn equalized(capture: &Capture, closure: &TdecqReport, taps_per_symbol: usize) -> Result<Capture> {
    let each = capture.samples_per_symbol;
    if !each.is_multiple_of(taps_per_symbol) {
        let expected = format!("a multiple of the {taps_per_symbol} taps a symbol");
        return Err(Error::parameter("samples-per-symbol", each, expected));
    }
    let (step, count) = (each / taps_per_symbol, capture.samples.len());
    let mut samples = vec![0.0; count];
    for (k, weight) in closure.taps.iter().enumerate() {
        // The first tap sees the latest instant.
        let ahead = (closure.main_tap - 1) as isize - k as isize;
        let shift = (ahead * step as isize).rem_euclid(count as isize) as usize;
        let (early, late) = samples.split_at_mut(count - shift);
        early.iter_mut().zip(&capture.samples[shift..]).for_each(|(y, x)| *y += weight * x);
        late.iter_mut().zip(&capture.samples[..shift]).for_each(|(y, x)| *y += weight * x);
    }
    Ok(Capture { samples, ..capture.clone() })
}
