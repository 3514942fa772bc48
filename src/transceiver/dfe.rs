//! The decision-feedback equalizer, and its joint adaptation with the feed-forward taps.

use super::Digital;
use crate::kernel::fir;
use crate::kernel::lms::Lms;
use crate::kernel::solve::{Column, Normal};
use crate::unit::check;
use crate::{Error, Result};

/// The most feedback taps.
const MOST_TAPS: usize = 64;

/// Diagonal loading, as a fraction of each input's power, where the equations are singular: white
/// noise 100 dB below the signal.
const LOADING: f64 = 1e-10;

/// A decision-feedback equalizer: it subtracts what past symbols leave behind.
///
/// # Formula
/// `z[n] = y[n] - sum_j b[j] d[n - j]` for `j = 1 ..= taps`, with the ideal levels `d`, from -1 to
/// 1, of the receiver's own decisions: a wrong one is subtracted wrong, and may cause the next.
///
/// # Assumptions
/// The taps are adapted jointly with the feed-forward ones, as if every decision were right. Taps
/// beyond the limit are set to it, and the others are adapted again around them.
///
/// # References
/// Austin, *Decision-feedback equalization for digital communication over dispersive channels*
/// (1967); Monsen, *Feedback equalization for fading dispersive channels* (1971); the limit is
/// `b_max` of IEEE 802.3, Annex 93A.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Dfe {
    /// Number of past symbols that are subtracted.
    pub taps: usize,
    /// The largest magnitude of a tap, relative to the main cursor: 1 lets a past symbol be as
    /// strong as the present one. The equalized signal has a cursor of 1, since a symbol's own
    /// level arrives as itself.
    pub limit: f64,
}

impl Dfe {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If there are no taps or more than 64, or the limit is not positive and finite.
    pub fn check(&self) -> Result<()> {
        check::count("dfe.taps", self.taps, &(1..=MOST_TAPS))?;
        check::positive("dfe.limit", self.limit).map(|_| ())
    }
}

/// One training record as the equalizer sees it.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    /// Digitized samples, as many a symbol as the equalizer takes.
    pub(super) samples: Vec<f64>,
    /// Levels of the symbols, with those of the last few symbols once more before the first.
    extended: Vec<f64>,
    /// How many levels stand before the first.
    prefix: usize,
}

impl Observed {
    /// A record of samples and of the levels sent, for an equalizer of `feedback` past symbols.
    pub(super) fn new(samples: Vec<f64>, levels: &[f64], feedback: usize) -> Self {
        let last = &levels[levels.len() - feedback..];
        Self { samples, extended: [last, levels].concat(), prefix: feedback }
    }

    pub(super) fn levels(&self) -> &[f64] {
        &self.extended[self.prefix..]
    }

    /// The levels before symbol `n`, the latest last.
    fn past(&self, n: usize) -> &[f64] {
        &self.extended[n..n + self.prefix]
    }
}

/// The form of a feed-forward and decision-feedback equalizer; without the one it is a gain,
/// without the other it subtracts nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Form {
    pub(super) taps: usize,
    pub(super) cursor: usize,
    /// Samples a symbol.
    pub(super) spacing: usize,
    pub(super) feedback: usize,
    pub(super) limit: f64,
}

/// The taps of an equalizer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Taps {
    pub(super) ffe: Vec<f64>,
    pub(super) dfe: Vec<f64>,
    pub(super) loading: f64,
}

impl Form {
    pub(super) fn of(digital: &Digital) -> Self {
        let (taps, cursor) = digital.ffe.as_ref().map_or((1, 0), |ffe| (ffe.taps, ffe.cursor));
        let (feedback, limit) =
            digital.dfe.as_ref().map_or((0, f64::INFINITY), |dfe| (dfe.taps, dfe.limit));
        Self { taps, cursor, spacing: digital.samples_per_symbol(), feedback, limit }
    }

    /// The normal equations over training records: the feed-forward columns are samples, those of
    /// the feedback past symbols with the sign that they are subtracted with.
    fn equations(&self, records: &[Observed]) -> Normal {
        let spacing = self.spacing as isize;
        let feedforward = (0..self.taps).map(|i| {
            let offset = self.cursor as isize - i as isize;
            let series = offset.rem_euclid(spacing) as usize;
            Column { series, shift: offset.div_euclid(spacing) }
        });
        let feedback =
            (1..=self.feedback).map(|j| Column { series: self.spacing, shift: -(j as isize) });
        let mut normal = Normal::new(feedforward.chain(feedback).collect());
        for record in records {
            let mut series: Vec<Vec<f64>> = (0..self.spacing)
                .map(|phase| {
                    record.samples[phase..].iter().step_by(self.spacing).copied().collect()
                })
                .collect();
            series.push(record.levels().iter().map(|level| -level).collect());
            let series: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
            normal.add(&series, record.levels());
        }
        normal
    }

    /// The taps of least mean square error over training records, and that error.
    ///
    /// # Errors
    /// If the equations are singular even when loaded.
    pub(super) fn least_squares(&self, records: &[Observed]) -> Result<(Taps, f64)> {
        let normal = self.equations(records);
        let mut fixed = vec![None; self.taps + self.feedback];
        let mut loading = 0.0;
        loop {
            let weights = normal.solve(&fixed, loading).or_else(|_| {
                loading = LOADING;
                normal.solve(&fixed, loading)
            })?;
            let mut clipped = false;
            for i in self.taps..weights.len() {
                if fixed[i].is_none() && weights[i].abs() > self.limit {
                    fixed[i] = Some(self.limit.copysign(weights[i]));
                    clipped = true;
                }
            }
            if !clipped {
                let error = normal.mean_square_error(&weights);
                let (ffe, dfe) = weights.split_at(self.taps);
                return Ok((Taps { ffe: ffe.to_vec(), dfe: dfe.to_vec(), loading }, error));
            }
        }
    }

    /// The taps after stochastic gradient descent over training records, begun from the best gain
    /// alone. `power` is the mean square of the samples, `level_power` that of the levels.
    ///
    /// # Errors
    /// If there is no best gain, or the taps diverge.
    pub(super) fn descend(
        &self,
        records: &[Observed],
        step: f64,
        passes: usize,
        (power, level_power): (f64, f64),
    ) -> Result<Taps> {
        let gain = Self { taps: 1, cursor: 0, feedback: 0, ..*self };
        let mut ffe = vec![0.0; self.taps];
        ffe[self.cursor] = gain.least_squares(records)?.0.ffe[0];
        let mut dfe = vec![0.0; self.feedback];
        let mut lms = Lms {
            feedforward: &mut ffe,
            feedback: &mut dfe,
            feedforward_step: step / power,
            feedback_step: step / level_power,
            feedback_limit: self.limit,
        };
        for _ in 0..passes {
            for record in records {
                for (n, &level) in record.levels().iter().enumerate() {
                    let newest = n * self.spacing + self.cursor;
                    lms.step(&record.samples, newest, record.past(n), |_| level);
                }
            }
        }
        if ffe.iter().chain(&dfe).all(|tap| tap.is_finite()) {
            Ok(Taps { ffe, dfe, loading: 0.0 })
        } else {
            Err(Error::parameter("ffe.adaptation.lms.step", step, "small enough to converge"))
        }
    }

    /// The slicer's inputs for a training record, with every past symbol known.
    pub(super) fn equalize(&self, taps: &Taps, record: &Observed) -> Vec<f64> {
        let mut outputs = vec![0.0; record.levels().len()];
        fir::circular(&taps.ffe, self.cursor, self.spacing, &record.samples, &mut outputs);
        for (n, output) in outputs.iter_mut().enumerate() {
            *output -= fir::convolved(&taps.dfe, record.past(n));
        }
        outputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    const LEVEL_POWER: f64 = 5.0 / 9.0;

    /// A T-spaced record of a channel `h` (its cursor at `at`) with white noise of `sigma`.
    fn record(h: &[f64], at: usize, sigma: f64, symbols: usize, feedback: usize) -> Observed {
        let mut stream = Key::root(Seed(8)).named("record").stream();
        let levels: Vec<f64> = (0..symbols).map(|_| stream.below(4) as f64 / 1.5 - 1.0).collect();
        let mut samples = vec![0.0; symbols];
        fir::circular(h, at, 1, &levels, &mut samples);
        for x in &mut samples {
            *x += sigma * stream.sample();
        }
        Observed::new(samples, &levels, feedback)
    }

    const H: [f64; 3] = [0.15, 1.0, -0.35];
    const SIGMA: f64 = 0.1;

    /// The Wiener solution for `H` in white noise: `R w = p` from the channel itself.
    fn wiener(form: &Form) -> (Vec<f64>, f64) {
        let h = |m: isize| usize::try_from(m + 1).ok().and_then(|m| H.get(m)).copied();
        let h = |m: isize| h(m).unwrap_or(0.0);
        let mut matrix = Vec::new();
        let mut side = Vec::new();
        for i in 0..form.taps as isize {
            for j in 0..form.taps as isize {
                let signal: f64 = (-2..=2).map(|m| h(m) * h(m + i - j)).sum();
                let noise = if i == j { SIGMA * SIGMA } else { 0.0 };
                matrix.push(LEVEL_POWER * signal + noise);
            }
            side.push(LEVEL_POWER * h(form.cursor as isize - i));
        }
        let mut w = side.clone();
        crate::kernel::solve::Cholesky::new(matrix, form.taps).unwrap().solve(&mut w);
        let gained: f64 = w.iter().zip(&side).map(|(w, p)| w * p).sum();
        (w, LEVEL_POWER - gained)
    }

    #[test]
    fn least_squares_is_the_wiener_filter_of_the_channel() {
        let form = Form { taps: 9, cursor: 4, spacing: 1, feedback: 0, limit: 1.0 };
        let records = [record(&H, 1, SIGMA, 200_000, 0)];
        let (taps, error) = form.least_squares(&records).unwrap();
        let (want, least) = wiener(&form);
        for (got, want) in taps.ffe.iter().zip(&want) {
            // Estimated taps scatter by sqrt(mse / (N power)), 3e-4 here.
            assert!((got - want).abs() < 1.5e-3, "{got} is not {want}");
        }
        // Three standard errors of a mean of squares: 3 sqrt(2 / N).
        assert!((error / least - 1.0).abs() < 0.01, "{error} is not {least}");
        let outputs = form.equalize(&taps, &records[0]);
        let errors = outputs.iter().zip(records[0].levels()).map(|(z, a)| (z - a).powi(2));
        assert!((errors.sum::<f64>() / 200_000.0 / error - 1.0).abs() < 1e-9);
    }

    #[test]
    fn noise_leaves_the_filter_as_its_autocorrelation_says() {
        let form = Form { taps: 9, cursor: 4, spacing: 1, feedback: 0, limit: 1.0 };
        let (taps, _) = form.least_squares(&[record(&H, 1, SIGMA, 20_000, 0)]).unwrap();
        // Colored noise, white noise through [1, 0.6], has the autocorrelation 1.36, 0.6, 0, ...
        let mut stream = Key::root(Seed(9)).stream();
        let white: Vec<f64> = (0..400_000).map(|_| stream.sample()).collect();
        let mut colored = vec![0.0; white.len()];
        fir::circular(&[1.0, 0.6], 0, 1, &white, &mut colored);
        let mut out = vec![0.0; white.len()];
        fir::circular(&taps.ffe, form.cursor, 1, &colored, &mut out);
        let w = &taps.ffe;
        let want: f64 = w.iter().map(|w| 1.36 * w * w).sum::<f64>()
            + w.windows(2).map(|pair| 2.0 * 0.6 * pair[0] * pair[1]).sum::<f64>();
        let got = out.iter().map(|x| x * x).sum::<f64>() / white.len() as f64;
        assert!((got.sqrt() / want.sqrt() - 1.0).abs() < 0.01, "{got} is not {want}");
    }

    #[test]
    fn gradient_descent_ends_near_the_least_error() {
        let form = Form { taps: 9, cursor: 4, spacing: 1, feedback: 1, limit: 1.0 };
        let records = [record(&H, 1, SIGMA, 20_000, 1)];
        let (_, least) = form.least_squares(&records).unwrap();
        let power = records[0].samples.iter().map(|x| x * x).sum::<f64>() / 20_000.0;
        let step = 0.002;
        let taps = form.descend(&records, step, 3, (power, LEVEL_POWER)).unwrap();
        let outputs = form.equalize(&taps, &records[0]);
        let errors = outputs.iter().zip(records[0].levels()).map(|(z, a)| (z - a).powi(2));
        let excess = errors.sum::<f64>() / 20_000.0 / least - 1.0;
        // The mean excess is step (9 + 1) / 2, or 1 %; one end point may be three times worse.
        assert!((0.0..0.03).contains(&excess), "excess {excess}");
    }

    #[test]
    fn clipped_feedback_is_at_its_limit_and_the_rest_makes_the_best_of_it() {
        let h = [1.0, 0.8, 0.3];
        let solve = |limit| {
            let form = Form { taps: 5, cursor: 2, spacing: 1, feedback: 2, limit };
            form.least_squares(&[record(&h, 0, 0.05, 20_000, 2)]).unwrap()
        };
        let (free, free_error) = solve(2.0);
        assert!((free.dfe[0] - 0.8).abs() < 0.02 && (free.dfe[1] - 0.3).abs() < 0.02, "{free:?}");
        let (held, held_error) = solve(0.5);
        assert!((held.dfe[0] - 0.5).abs() < 1e-15);
        assert!(held.ffe[3] < -0.1, "the next tap takes over: {held:?}");
        assert!(held_error > free_error);
    }

    #[test]
    fn parameters_without_meaning_are_refused() {
        Dfe { taps: 1, limit: 0.7 }.check().unwrap();
        let message = |taps, limit| Dfe { taps, limit }.check().unwrap_err().to_string();
        assert!(message(0, 0.7).contains("`dfe.taps` is 0"));
        assert!(message(1, f64::NAN).contains("`dfe.limit`"));
        assert!(message(1, 0.0).contains("`dfe.limit`"));
    }
}
