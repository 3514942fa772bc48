//! A case made ready for any setting of its equalizers, and what the receiver sees at one.

use num_complex::Complex64;

use super::channel::{Channel, Packages, Path, loss_at};
use super::feedback::Feedback;
use super::impulse::{PULSE_END, impulse};
use super::noise::noise;
use super::parameters::{Com, PackageCase};
use super::pulse::{PulseBases, cursor, first_largest, pulse, transmitted};
use super::receiver_ffe::Observed;
use super::{Crosstalk, Equalizer};
use crate::parallel;

/// Symbols on either side of the unequalized peak in which the equalized one is sought.
const PEAK_WITHIN: usize = 20;

/// An aggressor behind its packages.
#[derive(Debug)]
pub(super) struct Aggressor {
    pub(super) kind: Crosstalk,
    pub(super) pulse: PulseBases,
}

/// A test case of a channel, ready for any setting of its equalizers.
#[derive(Debug)]
pub(super) struct Ready<'a> {
    pub(super) com: &'a Com,
    pub(super) case: &'a PackageCase,
    pub(super) through: PulseBases,
    /// The pulse response without equalizers.
    pub(super) raw_pulse: Vec<f64>,
    pub(super) aggressors: Vec<Aggressor>,
    /// Where the peak of an equalized pulse is sought.
    peak: std::ops::Range<usize>,
    /// Frequencies of the data in hertz.
    pub(super) frequency: Vec<f64>,
    /// Density of receiver noise behind the filter at these frequencies, times their steps.
    pub(super) noise: Vec<f64>,
    /// Power of far-end and near-end crosstalk at the lowest frequencies.
    pub(super) far_end: Vec<f64>,
    pub(super) near_end: Vec<f64>,
    /// Loss of the channel and of all from die to die at half the symbol rate, dB.
    pub(super) loss_db: [f64; 2],
}

/// What the receiver sees at a setting.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// The pulse response behind the linear equalizers.
    pub(super) pulse: Vec<f64>,
    /// Index of the cursor in it.
    pub(super) cursor: usize,
    pub(super) feedback: Feedback,
    /// Taps of the receiver's feed-forward equalizer; without one, none.
    pub(super) receiver_taps: Vec<f64>,
    /// Slope of the pulse at each symbol, per unit interval.
    pub(super) slopes: Vec<f64>,
    pub(super) terms: Terms,
}

/// Signal and noise at a setting, volts rms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) signal: f64,
    pub(super) interference: f64,
    pub(super) jitter: f64,
    pub(super) crosstalk: f64,
    pub(super) receiver: f64,
    pub(super) transmitter: f64,
}

impl Terms {
    /// Variance of all noise (the denominator of 93A-36).
    pub(super) fn variance(&self) -> f64 {
        [self.interference, self.jitter, self.crosstalk, self.receiver, self.transmitter]
            .iter()
            .map(|x| x * x)
            .sum()
    }

    /// The figure of merit (93A-36), dB.
    pub(super) fn fom_db(&self) -> f64 {
        10.0 * (self.signal * self.signal / self.variance()).log10()
    }
}

impl<'a> Ready<'a> {
    pub(super) fn new(com: &'a Com, case: &'a PackageCase, channels: &[Channel]) -> Self {
        let samples = com.samples_per_symbol;
        let frequency = channels[0].frequency.clone();
        let packages = Packages::new(com, case, &frequency);
        let filter: Vec<Complex64> =
            frequency.iter().map(|&hz| com.filter.at(hz, com.symbol_rate.0)).collect();
        let amplitude = |path: Path| match path {
            Path::Through => case.amplitude.0,
            Path::Aggressor(Crosstalk::FarEnd) => case.far_end_amplitude.0,
            Path::Aggressor(Crosstalk::NearEnd) => case.near_end_amplitude.0,
        };
        let rate = com.symbol_rate.0 * samples as f64;
        let of = |_: &mut (), index: usize| {
            let channel = &channels[index];
            let transfer = packages.transfer(com, channel);
            let filtered: Vec<Complex64> =
                transfer.iter().zip(&filter).map(|(h, filter)| h * filter).collect();
            let mut impulse = impulse(&frequency, &filtered, rate, PULSE_END);
            let volts = amplitude(channel.path);
            impulse.iter_mut().for_each(|x| *x *= volts);
            let length = impulse.len();
            if channel.path == Path::Through {
                // Feedback may reach beyond the end, where equalizers still ring.
                impulse.resize(length + samples * (com.dfe.reach() + 4), 0.0);
            }
            let bases = PulseBases::new(&impulse, &com.ctle, com.symbol_rate.0, samples);
            impulse.truncate(length);
            (filtered, impulse, bases)
        };
        let mut paths = parallel::map(channels.len(), || (), of).into_iter();
        let (_, first_impulse, through) =
            paths.next().unwrap_or_else(|| unreachable!("the through channel comes first"));
        let raw_pulse = pulse(&first_impulse, samples);
        let peak = first_largest(&raw_pulse).unwrap_or(0);
        let around = PEAK_WITHIN * samples;
        let whole: Vec<Complex64> =
            packages.around(&channels[0]).iter().map(|point| point.s21).collect();
        let loss_db =
            [channels[0].loss_db, loss_at(&frequency, &whole, com.symbol_rate.nyquist().0)];
        let band = frequency.iter().position(|&hz| hz > com.symbol_rate.0);
        let band = band.map_or(frequency.len(), |first| first + 1);
        let mut sums = [vec![0.0; band], vec![0.0; band]];
        let mut aggressors = Vec::new();
        for ((filtered, _, bases), channel) in paths.zip(&channels[1..]) {
            let Path::Aggressor(kind) = channel.path else { continue };
            let sum = &mut sums[usize::from(kind == Crosstalk::NearEnd)];
            sum.iter_mut().zip(&filtered).for_each(|(sum, h)| *sum += h.norm_sqr());
            aggressors.push(Aggressor { kind, pulse: bases });
        }
        let step = frequency[10] - frequency[9];
        let density = 2.0 * step / com.crosstalk_band.0;
        let sinc = |hz: f64| match std::f64::consts::PI * hz / com.symbol_rate.0 {
            0.0 => 1.0,
            x => x.sin() / x,
        };
        let volts = [case.far_end_amplitude.0, case.near_end_amplitude.0];
        for (sum, volts) in sums.iter_mut().zip(volts) {
            for (power, &hz) in sum.iter_mut().zip(&frequency) {
                *power *= density * volts * volts * sinc(hz) * sinc(hz);
            }
        }
        let [far_end, near_end] = sums;
        Self {
            com,
            case,
            peak: peak.saturating_sub(around)..(peak + around + 1).min(raw_pulse.len()),
            through,
            raw_pulse,
            aggressors,
            noise: noise(com, &frequency),
            frequency,
            far_end,
            near_end,
            loss_db,
        }
    }

    /// Mean square of a symbol (93A-29).
    pub(super) fn symbol_variance(&self) -> f64 {
        let levels = self.com.levels as f64;
        (levels * levels - 1.0) / (3.0 * (levels - 1.0) * (levels - 1.0))
    }

    pub(super) fn signal(&self, cursor: f64) -> f64 {
        self.com.level_separation * cursor / (self.com.levels - 1) as f64
    }

    pub(super) fn transmitter_noise(&self, cursor: f64) -> f64 {
        cursor * 10f64.powf(-self.case.signal_to_noise.0 / 20.0)
    }

    /// Where a pulse response is sampled.
    pub(super) fn cursor(&self, pulse: &[f64]) -> Option<usize> {
        let (most, samples) = (self.com.dfe.first_most(), self.com.samples_per_symbol);
        cursor(pulse, self.peak.start..self.peak.end.min(pulse.len()), most, samples)
    }

    /// What the receiver sees at a setting; nothing if the pulse cannot be sampled.
    pub(super) fn received(&self, equalizer: &Equalizer) -> Option<Received> {
        let samples = self.com.samples_per_symbol;
        let linear = self.through.at(equalizer.gains());
        let sent = |length: usize| {
            transmitted(&linear[..length], &equalizer.taps, equalizer.main, samples)
        };
        let mut pulse = sent(self.raw_pulse.len());
        let cursor = self.cursor(&pulse)?;
        let reach = self.com.dfe.reach();
        let needed = cursor + samples * (reach + 1) + 1;
        if pulse.len() < needed {
            pulse = sent(needed.min(linear.len()));
            pulse.resize(needed, 0.0);
        }
        let power = self.ctle_power(equalizer.gains());
        let filtered = match &self.com.receiver_ffe {
            None => None,
            Some(ffe) => {
                let receiver = self.receiver_correlation(&power, ffe.pre + ffe.post + 1);
                let aggressors = self.crosstalk(equalizer, &[]);
                let seen = Observed {
                    pulse: &pulse,
                    unsent: &linear,
                    cursor,
                    slopes: &slopes(&pulse, cursor, samples),
                    receiver: &receiver,
                    aggressors: &self.worst_columns(&aggressors),
                };
                let taps = self.receiver_taps(ffe, &seen)?;
                pulse = transmitted(&pulse, &taps.taps, ffe.pre, samples);
                Some(taps)
            }
        };
        let receiver_taps = filtered.as_ref().map_or(Vec::new(), |receiver| receiver.taps.clone());
        let height = pulse[cursor];
        let behind: Vec<f64> = pulse[cursor + samples..].iter().step_by(samples).copied().collect();
        let feedback = self.com.dfe.taps(height, &behind);
        let mut interference: f64 = (1..=cursor / samples)
            .map(|n| pulse[cursor - n * samples] * pulse[cursor - n * samples])
            .sum();
        for (n, h) in behind.iter().enumerate() {
            let left = h - feedback.taps.get(n).map_or(0.0, |tap| tap * height);
            interference += left * left;
        }
        let slopes = slopes(&pulse, cursor, samples);
        let deviation = self.symbol_variance().sqrt();
        let slope = slopes.iter().map(|x| x * x).sum::<f64>().sqrt();
        let time = self.com.random_jitter.0.hypot(self.com.dual_dirac_jitter.0);
        let terms = Terms {
            signal: self.signal(height),
            interference: deviation * interference.sqrt(),
            jitter: time * deviation * slope,
            crosstalk: self.crosstalk_noise(equalizer, &power, &receiver_taps),
            receiver: filtered.as_ref().map_or_else(
                || self.receiver_noise(equalizer.gains(), &power),
                |filtered| filtered.receiver,
            ),
            transmitter: filtered
                .as_ref()
                .map_or_else(|| self.transmitter_noise(height), |filtered| filtered.transmitter),
        };
        Some(Received { pulse, cursor, feedback, receiver_taps, slopes, terms })
    }
}

/// Slopes of a pulse at the cursor and all symbols before and behind it (93A-28), per unit
/// interval.
pub(super) fn slopes(pulse: &[f64], cursor: usize, samples: usize) -> Vec<f64> {
    // The first symbol is left out if there is nothing before its sample.
    let first = if cursor.is_multiple_of(samples) { samples } else { cursor % samples };
    let scale = 0.5 * samples as f64;
    (first..pulse.len() - 1)
        .step_by(samples)
        .map(|k| (pulse[k + 1] - pulse[k - 1]) * scale)
        .collect()
}
