//! What the statistical engine knows of a link.

use super::tables::{ByPhase, EdgeSlopes, LagTable, PairTable, all_finite};
use super::timing::Timing;
use crate::signal::Modulation;
use crate::unit::check;
use crate::{Error, Result};

/// Samples of a unit interval that edges need for their slopes.
const LEAST_FOR_JITTER: usize = 8;

/// A linearized link as the slicer sees it: a pulse response, and what is added to it.
///
/// Voltages are in the unit of the slicer's input, whatever that is; times are in samples of the
/// pulse or in unit intervals. Instants are offsets from the decision instant, in samples: from
/// `-(S / 2)` up for `S` samples a symbol, one unit interval in all.
///
/// # Assumptions
/// - Symbols are independent and equally likely.
/// - Aggressors have the victim's symbol rate, and symbols of their own.
/// - Other symbols than the one decided on act on the variance of noise one by one, and on
///   distortion not at all. (What they do beyond the pulse alone, or with a neighbor, is no
///   distortion: it has tables.)
/// - Feedback is ideal: past decisions are right, and it acts from half a unit interval before the
///   decision instant to half a unit interval after it.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearLink {
    /// The alphabet: how many levels there are, and the bits that a wrong decision costs.
    pub modulation: Modulation,
    /// The level sent for each symbol index, in increasing order, nominally from -1 to 1.
    pub levels: Vec<f64>,
    /// The response to one symbol of level 1, all linear equalization included, feedback not.
    pub pulse: Pulse,
    /// Decision feedback: tap `j` times the level of the symbol `j + 1` before is subtracted.
    pub feedback: Vec<f64>,
    /// What symbols give beyond the pulse, by their level and that of the symbol decided on.
    pub bends: ByPhase<LagTable>,
    /// What two symbols, neither of them decided on, give together beyond that.
    pub joints: ByPhase<PairTable>,
    /// What edges give beyond the response to a step: nonlinear elements have slopes that follow the
    /// signal.
    pub slopes: ByPhase<EdgeSlopes>,
    /// The variance that symbols add to that of `noise`, or take from it, by their level and that of
    /// the symbol decided on; and what two of them do together.
    pub swell: ByPhase<LagTable>,
    /// See `swell`.
    pub swell_joints: ByPhase<PairTable>,
    /// Crosstalk.
    pub aggressors: Vec<Aggressor>,
    /// Noise: a mixture of Gaussians, whose weights add up to 1. None at all is allowed.
    pub noise: ByPhase<Vec<Gaussian>>,
    /// What the link gives beyond the superposition of single symbols, without noise: equally
    /// likely samples.
    pub distortion: ByPhase<Vec<f64>>,
    /// Displacement of the transmitter's edges.
    pub jitter: EdgeJitter,
    /// Displacement of the whole eye against the slicer's clock.
    pub timing: Timing,
    /// The transmitter's filter, whose output the edges lead to; without it edges are those
    /// between the symbols.
    pub filter: Option<TransmitFilter>,
    /// The slicer's thresholds, lowest first, one between each two levels.
    pub thresholds: Vec<f64>,
}

/// A pulse response. It is zero outside of its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Pulse {
    /// The samples.
    pub values: Vec<f64>,
    /// Which of them belongs to the decision instant of the symbol sent.
    pub cursor: usize,
    /// Samples of a unit interval.
    pub samples_per_symbol: usize,
}

impl Pulse {
    /// The sample at an offset from the cursor.
    pub(super) fn at(&self, offset: isize) -> f64 {
        let at = usize::try_from(self.cursor as isize + offset).ok();
        at.and_then(|at| self.values.get(at)).copied().unwrap_or(0.0)
    }

    /// The offsets, in whole symbols from an instant, at which the pulse has samples.
    pub(super) fn lags(&self, offset: isize) -> std::ops::RangeInclusive<isize> {
        let symbol = self.samples_per_symbol as isize;
        let first = -(self.cursor as isize) - offset;
        let last = first + self.values.len() as isize - 1;
        first.div_euclid(symbol) + isize::from(first.rem_euclid(symbol) > 0)
            ..=last.div_euclid(symbol)
    }

    /// The samples that symbols leave at an instant, one for each symbol.
    pub(super) fn taps(&self, offset: isize) -> impl Iterator<Item = f64> {
        let symbol = self.samples_per_symbol as isize;
        self.lags(offset).map(move |lag| self.at(lag * symbol + offset))
    }

    fn check(&self, name: &str) -> Result<()> {
        check::count(&format!("{name}.samples-per-symbol"), self.samples_per_symbol, &(1..=1024))?;
        all_finite(&format!("{name}.values"), &self.values)?;
        let last = self.values.len().checked_sub(1).ok_or_else(|| {
            Error::parameter(&format!("{name}.values"), "empty", "at least one sample")
        })?;
        check::count(&format!("{name}.cursor"), self.cursor, &(0..=last))?;
        Ok(())
    }
}

/// The symbol-spaced filter of a transmitter.
///
/// # Formula
/// Level `k` of the output is `d[k] = sum_i c[i] a[k - i + main]`, and an edge leads from each to
/// the next: the pulse response of the link to a symbol is that to a level, filtered likewise.
#[derive(Clone, Debug, PartialEq)]
pub struct TransmitFilter {
    /// The taps `c`, in the order of time.
    pub taps: Vec<f64>,
    /// Which of them is the main tap.
    pub main: usize,
    /// The response of the link to one level of the output, with the samples and the cursor of the
    /// response to a symbol.
    pub pulse: Pulse,
}

/// A neighbor whose symbols leak into the link.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggressor {
    /// What it is called in errors.
    pub name: String,
    /// The level sent for each of its symbols, all equally likely.
    pub levels: Vec<f64>,
    /// Its response at the victim's slicer, with as many samples a symbol as the victim's.
    pub pulse: Pulse,
    /// When its symbols come.
    pub phase: AggressorPhase,
}

/// When an aggressor's symbols come, as seen from the victim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggressorPhase {
    /// At any time, all equally likely: clocks that drift against each other.
    Random,
    /// Always so that the crosstalk's variance is greatest, at whatever instant it is looked at, as
    /// in Annex 93A.
    Worst,
    /// In step: this many samples after its cursor it is the victim's decision instant.
    Fixed(isize),
}

/// One part of a mixture of Gaussians of mean zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    /// Its probability.
    pub weight: f64,
    /// Its standard deviation.
    pub sigma: f64,
}

/// Displacement of a transmitter's edges, in unit intervals.
///
/// # Formula
/// An edge of height `d` at the time `J` too late adds `d (s(t - J) - s(t))`, where `s` is the
/// response to a step. That is exact for even-odd and dual-Dirac jitter. About their displacement
/// random jitter `R` adds `d (-R s' + E[R^2] s'' / 2)`: its variance to first, its mean to second
/// order.
///
/// # Assumptions
/// - Random displacements are so small that `s'` does not change much within them: at 0.02 unit
///   intervals rms, within the 2 % that a drawn waveform tells on the flank of an eye.
/// - Edges move, and pulses keep their shape: jitter of the transmitter, ahead of the link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EdgeJitter {
    /// Random jitter: standard deviation.
    pub random: f64,
    /// Dual-Dirac jitter: displacement to either side, half of the peak-to-peak value.
    pub dual_dirac: f64,
    /// Even-odd jitter: difference of the displacements of even and odd edges. The symbol decided
    /// on is as often an even as an odd one.
    pub even_odd: f64,
}

impl EdgeJitter {
    /// Edges exactly in time.
    pub const NONE: Self = Self { random: 0.0, dual_dirac: 0.0, even_odd: 0.0 };

    fn check(&self) -> Result<()> {
        check::within("jitter.random", self.random, &(0.0..=0.2))?;
        check::within("jitter.dual-dirac", self.dual_dirac, &(0.0..=0.5))?;
        check::within("jitter.even-odd", self.even_odd, &(0.0..=0.5))?;
        Ok(())
    }
}

impl LinearLink {
    /// Checks all lengths and values.
    pub(super) fn check(&self) -> Result<()> {
        let levels = self.modulation.levels();
        one_each("levels", &self.levels, levels)?;
        one_each("thresholds", &self.thresholds, levels - 1)?;
        self.pulse.check("pulse")?;
        if self.pulse.at(0) == 0.0 {
            return Err(Error::parameter("pulse.values", 0, "other than zero at the cursor"));
        }
        all_finite("feedback", &self.feedback)?;
        let samples = self.pulse.samples_per_symbol;
        for aggressor in &self.aggressors {
            let name = format!("aggressor `{}`", aggressor.name);
            aggressor.pulse.check(&format!("{name}: pulse"))?;
            if aggressor.pulse.samples_per_symbol != samples {
                let found = aggressor.pulse.samples_per_symbol;
                return Err(Error::parameter(&format!("{name}: samples"), found, samples));
            }
            all_finite(&format!("{name}: levels"), &aggressor.levels)?;
            check::count(&format!("{name}: levels"), aggressor.levels.len(), &(1..=64))?;
            if let AggressorPhase::Fixed(offset) = aggressor.phase {
                let far = usize::MAX >> 2;
                check::count(&format!("{name}: phase"), offset.unsigned_abs(), &(0..=far))?;
            }
        }
        self.noise.check("noise", samples, levels, |parts| check_mixture(parts))?;
        let of_samples = |samples: &Vec<f64>| all_finite("distortion", samples);
        let pairs = levels * levels;
        self.bends.check("bends", samples, levels, |table| table.check("bends", levels))?;
        self.swell.check("swell", samples, levels, |table| table.check("swell", levels))?;
        let of_pairs = |table: &PairTable, name: &str| table.check(name, pairs);
        self.joints.check("joints", samples, levels, |table| of_pairs(table, "joints"))?;
        let name = "swell-joints";
        self.swell_joints.check(name, samples, levels, |table| of_pairs(table, name))?;
        self.slopes.check("slopes", samples, levels, |slopes| slopes.check("slopes", pairs))?;
        self.check_swell()?;
        self.distortion.check("distortion", samples, levels, of_samples)?;
        self.jitter.check()?;
        self.timing.check()?;
        if let Some(filter) = &self.filter {
            all_finite("filter.taps", &filter.taps)?;
            check::count("filter.taps", filter.taps.len(), &(1..=64))?;
            check::count("filter.main", filter.main, &(0..=filter.taps.len() - 1))?;
            filter.pulse.check("filter.pulse")?;
            if filter.pulse.samples_per_symbol != samples {
                let found = filter.pulse.samples_per_symbol;
                return Err(Error::parameter("filter.pulse: samples", found, samples));
            }
        }
        if self.jitter != EdgeJitter::NONE && samples < LEAST_FOR_JITTER {
            let expected = format!("{LEAST_FOR_JITTER} or more where there is jitter");
            return Err(Error::parameter("pulse.samples-per-symbol", samples, expected));
        }
        Ok(())
    }

    /// Whatever the symbols are, some variance must be left.
    fn check_swell(&self) -> Result<()> {
        for phase in 0..self.swell.phases.len().max(self.noise.phases.len()) {
            for level in 0..self.levels.len() {
                let parts = self.noise.get(phase, level).map_or(&[][..], Vec::as_slice);
                let heard = parts.iter().filter(|part| part.weight > 0.0);
                let least = heard.map(|part| part.sigma * part.sigma).fold(f64::INFINITY, f64::min);
                let [low, _] = self.swell_range(phase, level);
                if low < 0.0 && (least.is_infinite() || least + low <= 0.0) {
                    let expected =
                        format!("more than {} together: minus the least variance", -least);
                    return Err(Error::parameter("swell", low, expected));
                }
            }
        }
        Ok(())
    }

    /// The least and the most variance that symbols may add where a level is decided on.
    pub(super) fn swell_range(&self, phase: usize, level: usize) -> [f64; 2] {
        let alone = self.swell.get(phase, level).map_or([0.0; 2], LagTable::range);
        let joint = self.swell_joints.get(phase, level).map_or([0.0; 2], PairTable::range);
        [alone[0] + joint[0], alone[1] + joint[1]]
    }

    /// What an edge's height is made of: the weight of each symbol from the one that comes `main`
    /// after the edge on backward, and `main`.
    pub(crate) fn edge_weights(&self) -> (Vec<f64>, usize) {
        let (taps, main) =
            self.filter.as_ref().map_or((&[1.0][..], 0), |filter| (&filter.taps, filter.main));
        let tap = |at: Option<usize>| at.and_then(|at| taps.get(at)).copied().unwrap_or(0.0);
        ((0..=taps.len()).map(|j| tap(Some(j)) - tap(j.checked_sub(1))).collect(), main)
    }

    /// Offsets of the unit interval about the decision instant, in samples.
    pub(super) fn offsets(&self) -> std::ops::Range<isize> {
        let samples = self.pulse.samples_per_symbol as isize;
        -(samples / 2)..samples - samples / 2
    }

    /// The place of an offset in a [`ByPhase`].
    pub(super) fn phase(&self, offset: isize) -> usize {
        (offset - self.offsets().start) as usize
    }
}

/// So many numbers, finite and increasing.
fn one_each(name: &str, values: &[f64], count: usize) -> Result<()> {
    let increase = values.is_sorted_by(|a, b| a < b);
    if values.len() == count && increase && values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    let expected = format!("{count}, finite and increasing");
    Err(Error::parameter(name, format!("{values:?}"), expected))
}

/// Weights that add up to 1, and sigmas.
fn check_mixture(parts: &[Gaussian]) -> Result<()> {
    for part in parts {
        check::not_negative("noise.weight", part.weight)?;
        check::not_negative("noise.sigma", part.sigma)?;
    }
    let sum: f64 = parts.iter().map(|part| part.weight).sum();
    if (sum - 1.0).abs() > 1e-6 {
        return Err(Error::parameter("noise.weight", sum, "1 in sum"));
    }
    Ok(())
}
