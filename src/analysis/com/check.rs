//! Checks of the parameters of channel operating margin.

use super::Equalizer;
use super::parameters::{Com, ComEnd, PackageCase, Sweep};
use crate::unit::{Decibels, Hertz, Meters, Quantity, UnitIntervals, check};
use crate::{Error, Result};

/// The most settings of one kind that a sweep may have.
const MOST_STEPS: f64 = 1000.0;

impl<Q: Quantity> Sweep<Q> {
    /// The values, the first first.
    pub fn values(&self) -> Vec<f64> {
        let (from, to, step) = (self.from.value(), self.to.value(), self.step.value());
        let steps = if from.to_bits() == to.to_bits() { 0.0 } else { ((to - from) / step).round() };
        // Multiples of the step are exact where the first value is one.
        let first = from / step;
        let whole = (first - first.round()).abs() < 1e-6;
        let value = |k: f64| if whole { (first.round() + k) * step } else { from + k * step };
        (0..=steps as usize).map(|k| if steps == 0.0 { from } else { value(k as f64) }).collect()
    }

    fn check(&self, name: &str) -> Result<()> {
        for (part, value) in [("from", self.from), ("to", self.to), ("step", self.step)] {
            check::finite(&format!("{name}.{part}"), value)?;
        }
        let (from, to, step) = (self.from.value(), self.to.value(), self.step.value());
        let steps = (to - from) / step;
        if from.to_bits() != to.to_bits() && !(0.0..=MOST_STEPS).contains(&steps) {
            let expected = format!("such that `from` and `to` are up to {MOST_STEPS} steps apart");
            return Err(Error::parameter(&format!("{name}.step"), self.step, expected));
        }
        Ok(())
    }
}

/// What the sum of a transmitter's taps may exceed 1 by: taps are stated with some digits.
const SWING_ROUNDING: f64 = 1e-3;

impl Equalizer {
    /// Checks a setting that is given.
    pub(super) fn check(&self) -> Result<()> {
        let gains = [
            ("dc-gain", Decibels(self.dc_gain_db)),
            ("low-frequency-gain", Decibels(self.low_frequency_gain_db)),
        ];
        for (name, gain) in gains {
            check::finite(name, gain)?;
        }
        for tap in &self.taps {
            check::finite("taps", *tap)?;
        }
        if self.main >= self.taps.len() {
            let expected = format!("one of the {} taps", self.taps.len());
            return Err(Error::parameter("main-tap", self.main + 1, expected));
        }
        // A transmitter's swing is divided among its taps.
        let swing: f64 = self.taps.iter().map(|tap| tap.abs()).sum();
        if swing > 1.0 + SWING_ROUNDING {
            return Err(Error::parameter("sum of the magnitudes of taps", swing, "1 at most"));
        }
        Ok(())
    }
}

impl Com {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If one makes no sense: the error names it.
    pub fn check(&self) -> Result<()> {
        check::positive("symbol-rate", self.symbol_rate)?;
        check::count("levels", self.levels, &(2..=64))?;
        check::count("samples-per-symbol", self.samples_per_symbol, &(4..=256))?;
        check::within("error-ratio", self.error_ratio, &(1e-30..=0.1))?;
        check::within("level-separation", self.level_separation, &(0.01..=1.0))?;
        let jitter = UnitIntervals(0.0)..=UnitIntervals(0.5);
        check::within("random-jitter", self.random_jitter, &jitter)?;
        check::within("dual-dirac-jitter", self.dual_dirac_jitter, &jitter)?;
        if let Some(time) = self.transition_time {
            check::positive("transition-time", time)?;
        }
        check::positive("crosstalk-band", self.crosstalk_band)?;
        self.check_front_end()?;
        self.check_equalizers()?;
        if let Some(eye) = &self.eye {
            check::count("eye.samples-per-symbol", eye.samples_per_symbol, &(4..=1000))?;
            check::within("eye.half-width", eye.half_width, &jitter)?;
            if let Some(deviation) = eye.deviation {
                check::positive("eye.deviation", deviation)?;
            }
            if let Some(height) = eye.least_height {
                check::not_negative("eye.least-height", height)?;
            }
        }
        self.check_figures()?;
        check::count("case", self.cases.len(), &(1..=100))?;
        self.cases.iter().try_for_each(|case| self.check_case(case))
    }

    fn check_front_end(&self) -> Result<()> {
        self.transmitter.check("transmitter")?;
        self.receiver.check("receiver")?;
        for (name, value) in [("a1", self.line.a1), ("a2", self.line.a2), ("tau", self.line.tau)] {
            check::not_negative(&format!("line.{name}"), value)?;
        }
        if let Some(board) = &self.board {
            for side in 0..2 {
                check::positive("board.impedance", board.impedance[side])?;
                let capacitance = board.package_capacitance[side];
                check::not_negative("board.package-capacitance", capacitance)?;
                let capacitance = board.channel_capacitance[side];
                check::not_negative("board.channel-capacitance", capacitance)?;
            }
            for (name, length) in [
                ("transmitter", board.transmitter),
                ("far-end", board.far_end),
                ("near-end", board.near_end),
                ("receiver", board.receiver),
            ] {
                check::not_negative(&format!("board.{name}"), length)?;
            }
        }
        check::within("filter.bandwidth", self.filter.bandwidth, &(0.05..=10.0))?;
        if let Some([begin, end]) = self.filter.raised_cosine {
            check::positive("filter.raised-cosine", begin)?;
            check::within("filter.raised-cosine", end, &(begin..=Hertz(1e15)))?;
        }
        check::not_negative("filter.noise-v2-per-ghz", self.filter.noise_v2_per_ghz)?;
        Ok(())
    }

    fn check_equalizers(&self) -> Result<()> {
        check::positive("ctle.zero", self.ctle.zero)?;
        check::positive("ctle.pole1", self.ctle.pole1)?;
        check::positive("ctle.pole2", self.ctle.pole2)?;
        self.ctle.dc_gain.check("ctle.dc-gain")?;
        if let Some(stage) = &self.ctle.low_frequency {
            check::positive("ctle.low-frequency.pole", stage.pole)?;
            stage.gain.check("ctle.low-frequency.gain")?;
        }
        check::within("ffe.least-main", self.ffe.least_main, &(0.0..=1.0))?;
        for sweep in &self.ffe.pre {
            sweep.check("ffe.pre")?;
        }
        for sweep in &self.ffe.post {
            sweep.check("ffe.post")?;
        }
        let sweeps = self.ffe.pre.iter().chain(&self.ffe.post);
        let settings: f64 = sweeps.map(|sweep| sweep.values().len() as f64).product();
        if settings > 2e6 {
            return Err(Error::parameter("ffe", format!("{settings} settings"), "at most 2000000"));
        }
        if self.dfe.most.len() != self.dfe.least.len() {
            let value = format!("{} values", self.dfe.least.len());
            let expected = format!("as long as `dfe.most`, {}", self.dfe.most.len());
            return Err(Error::parameter("dfe.least", value, expected));
        }
        check::count("dfe.most", self.dfe.most.len(), &(0..=1000))?;
        for (&most, &least) in self.dfe.most.iter().zip(&self.dfe.least) {
            check::finite("dfe.least", least)?;
            check::within("dfe.most", most, &(least..=100.0))?;
        }
        check::not_negative("dfe.step", self.dfe.step)?;
        if let Some(floating) = &self.dfe.floating {
            check::count("dfe.floating.groups", floating.groups, &(1..=100))?;
            check::count("dfe.floating.taps", floating.taps, &(1..=100))?;
            let least = self.dfe.most.len() + floating.groups * floating.taps;
            check::count("dfe.floating.span", floating.span, &(least..=1000))?;
            check::not_negative("dfe.floating.most", floating.most)?;
            check::not_negative("dfe.floating.tail-most", floating.tail_most)?;
        }
        if let Some(ffe) = &self.receiver_ffe {
            check::count("receiver-ffe.pre", ffe.pre, &(0..=50))?;
            check::count("receiver-ffe.post", ffe.post, &(0..=200))?;
            check::positive("receiver-ffe.most", ffe.most)?;
        }
        Ok(())
    }

    fn check_case(&self, case: &PackageCase) -> Result<()> {
        let lengths = [
            ("transmitter", &case.transmitter, &self.transmitter),
            ("far-end", &case.far_end, &self.transmitter),
            ("near-end", &case.near_end, &self.transmitter),
            ("receiver", &case.receiver, &self.receiver),
        ];
        for (name, lengths, end) in lengths {
            let name = format!("case.{name}");
            if lengths.len() != end.impedance.len() {
                let value = format!("{} lengths", lengths.len());
                let expected = format!("one for each of {} impedances", end.impedance.len());
                return Err(Error::parameter(&name, value, expected));
            }
            for &length in lengths {
                check::within(&name, length, &(Meters(0.0)..=Meters(10.0)))?;
            }
        }
        check::positive("case.amplitude", case.amplitude)?;
        check::not_negative("case.far-end-amplitude", case.far_end_amplitude)?;
        check::not_negative("case.near-end-amplitude", case.near_end_amplitude)?;
        let range = Decibels(0.0)..=Decibels(200.0);
        check::within("case.signal-to-noise", case.signal_to_noise, &range)?;
        Ok(())
    }
}

impl ComEnd {
    fn check(&self, name: &str) -> Result<()> {
        let path = |part: &str| format!("{name}.{part}");
        check::positive(&path("termination"), self.termination)?;
        if self.die_capacitance.len() != self.die_inductance.len() {
            let value = format!("{} values", self.die_inductance.len());
            let expected = format!("as long as `{}`", path("die-capacitance"));
            return Err(Error::parameter(&path("die-inductance"), value, expected));
        }
        for &capacitance in &self.die_capacitance {
            check::not_negative(&path("die-capacitance"), capacitance)?;
        }
        for &inductance in &self.die_inductance {
            check::not_negative(&path("die-inductance"), inductance)?;
        }
        check::not_negative(&path("bump-capacitance"), self.bump_capacitance)?;
        check::not_negative(&path("board-capacitance"), self.board_capacitance)?;
        for &impedance in &self.impedance {
            check::positive(&path("impedance"), impedance)?;
        }
        Ok(())
    }
}
