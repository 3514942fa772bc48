//! What a channel's loss and crosstalk come to before any receiver: insertion loss deviation and
//! integrated crosstalk noise.

use crate::kernel::solve::Cholesky;
use crate::response::SampledTwoPort;
use crate::unit::{Baud, Hertz, Volts, check};
use crate::{Error, Result};

/// The band of an integral over frequency, and how it is weighted.
///
/// # Formula
/// `W = sinc^2(f / f_b) / ((1 + (f / f_t)^4) (1 + (f / f_r)^8))`.
///
/// # References
/// IEEE 802.3, equation 93A-57.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossBand {
    /// Symbol rate (`f_b`).
    pub symbol_rate: Baud,
    /// Where the band begins (`f_1`).
    pub from: Hertz,
    /// Where it ends (`f_2`).
    pub to: Hertz,
    /// Bandwidth of the transmitter (`f_t`), 0.2365 over its transition time.
    pub transmitter: Hertz,
    /// Bandwidth of the receiver (`f_r`).
    pub receiver: Hertz,
}

impl LossBand {
    fn check(&self) -> Result<()> {
        check::positive("symbol-rate", self.symbol_rate)?;
        check::not_negative("from", self.from)?;
        check::positive("transmitter", self.transmitter)?;
        check::positive("receiver", self.receiver)?;
        check::within("to", self.to, &(self.from..=Hertz(1e15)))?;
        Ok(())
    }

    fn weight(&self, hz: f64) -> f64 {
        let x = std::f64::consts::PI * hz / self.symbol_rate.0;
        let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
        let transmitter = 1.0 + (hz / self.transmitter.0).powi(4);
        let receiver = 1.0 + (hz / self.receiver.0).powi(8);
        sinc * sinc / (transmitter * receiver)
    }

    /// The points of data from the last at or below the band's beginning to the first at or above
    /// its end.
    fn points(&self, frequency: &[f64]) -> Result<std::ops::RangeInclusive<usize>> {
        self.check()?;
        let first = frequency.partition_point(|&hz| hz <= self.from.0).saturating_sub(1);
        let last = frequency.partition_point(|&hz| hz < self.to.0).min(frequency.len() - 1);
        if last < first + 8 {
            return Err(Error::unsupported("fewer than 9 points within the band"));
        }
        Ok(first..=last)
    }

    /// Weighted root mean square of the deviation of a channel's insertion loss from a smooth one,
    /// dB (`FOM_ILD`).
    ///
    /// # Formula
    /// The smooth loss `a_0 + a_1 sqrt(f) + a_2 f + a_4 f^2` is the nearest to the loss in decibels,
    /// weighted by the transmission's power; `FOM_ILD^2 = df / (f_2 - f_1) sum W ILD^2`.
    ///
    /// # References
    /// IEEE 802.3 Annex 93A.3 and 93A.4, equation 93A-56.
    ///
    /// # Errors
    /// If a parameter makes no sense, or the band holds fewer than 9 points.
    pub fn insertion_loss_deviation(&self, channel: &SampledTwoPort) -> Result<f64> {
        let frequency = channel.frequency();
        let points = self.points(frequency)?;
        // Frequencies over the band's end keep the equations well conditioned.
        let terms = |hz: f64| {
            let x = hz / self.to.0;
            [1.0, x.sqrt(), x, x * x]
        };
        let loss = |k: usize| -20.0 * channel.points()[k].s21.norm().max(1e-15).log10();
        let (mut matrix, mut fit) = (vec![0.0; 16], vec![0.0; 4]);
        for k in points.clone() {
            let (terms, power) = (terms(frequency[k]), channel.points()[k].s21.norm_sqr());
            for i in 0..4 {
                (0..4).for_each(|j| matrix[4 * i + j] += power * terms[i] * terms[j]);
                fit[i] += power * terms[i] * loss(k);
            }
        }
        Cholesky::new(matrix, 4)?.solve(&mut fit);
        let square = |k: usize| {
            let smooth: f64 = terms(frequency[k]).iter().zip(&fit).map(|(x, a)| x * a).sum();
            self.weight(frequency[k]) * (loss(k) - smooth).powi(2)
        };
        let sum: f64 = points.clone().map(square).sum();
        Ok((sum * step(frequency, *points.start()) / (self.to.0 - self.from.0)).sqrt())
    }

    /// Integrated crosstalk noise of aggressors of one kind, V rms.
    ///
    /// # Formula
    /// `sigma^2 = 2 df / f_2 sum A^2 W sum |s21|^2` with the aggressors' amplitude `A`. Noise of
    /// near-end and far-end aggressors adds by power.
    ///
    /// # References
    /// IEEE 802.3, equations 92-46 and 92-47.
    ///
    /// # Errors
    /// If a parameter makes no sense, or a band holds fewer than 9 points.
    pub fn integrated_crosstalk_noise(
        &self,
        aggressors: &[SampledTwoPort],
        amplitude: Volts,
    ) -> Result<f64> {
        let volts = check::not_negative("amplitude", amplitude)?;
        let mut sum = 0.0;
        for aggressor in aggressors {
            let frequency = aggressor.frequency();
            let points = self.points(frequency)?;
            let scale = 2.0 * step(frequency, *points.start()) / self.to.0 * volts * volts;
            let power = |k: usize| self.weight(frequency[k]) * aggressor.points()[k].s21.norm_sqr();
            sum += scale * points.map(power).sum::<f64>();
        }
        Ok(sum.sqrt())
    }
}

/// The step of data some points above its beginning.
fn step(frequency: &[f64], from: usize) -> f64 {
    let k = (from + 8).min(frequency.len() - 1);
    frequency[k] - frequency[k - 1]
}
