//! Lossy uniform lines: traces on a board, twinaxial cable.

use std::f64::consts::{LOG10_E, PI};

use num_complex::Complex64;

use super::TwoPort;
use super::dielectric::{Conductor, Dielectric, LIGHT_SPEED};
use crate::{Error, Result};

/// Decibels in a neper.
const DB_PER_NEPER: f64 = 20.0 * LOG10_E;

/// A uniform line, given by its impedance, its insulator and its conductors.
///
/// # Formula
/// `z = j w L + z_internal(f)`, `y = j w C eps(f) / eps(f0)`, with `L`, `C` from the impedance and
/// the permittivity at the frequency `f0` of the insulator; `gamma = sqrt(z y)`, `Zc = sqrt(z / y)`.
///
/// # Assumptions
/// One mode, homogeneous insulator, no radiation. Both materials are causal functions of
/// frequency, so nothing arrives before the front's delay.
///
/// ```
/// use lightlane::response::line::Line;
///
/// // One meter of 27 AWG twinax: 5.7 dB/m at 26.56 GHz, 10 dB/m at 53.125 GHz.
/// let cable = Line::from_loss(100.0, 4.5e-9, 0.35, (26.5625e9, 5.7), (53.125e9, 10.0))?;
/// let meter = cable.section(26.5625e9, 1.0, 100.0);
/// assert!((-20.0 * meter.s21.norm().log10() - 5.7).abs() < 1e-2);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    impedance_ohm: f64,
    dielectric: Dielectric,
    conductor: Conductor,
}

impl Line {
    /// The line of the given impedance in ohm, which holds for the lossless line at the frequency
    /// at which the insulator is specified.
    ///
    /// # Errors
    /// If the impedance is not positive and finite, or the conductor's numbers make no sense.
    pub fn new(impedance_ohm: f64, dielectric: Dielectric, conductor: Conductor) -> Result<Self> {
        if !(impedance_ohm.is_finite() && impedance_ohm > 0.0) {
            let value = format!("{impedance_ohm} ohm");
            return Err(Error::parameter("impedance", value, "positive and finite"));
        }
        conductor.check()?;
        Ok(Self { impedance_ohm, dielectric, conductor })
    }

    /// The line that loses the given decibels per meter at two frequencies, each a pair of hertz
    /// and dB/m, the lower one first.
    ///
    /// The part of the loss that grows with `sqrt(f)` is given to the conductors, the part that
    /// grows with `f` to the insulator; both figures are then met exactly. `delay` in s/m is that
    /// at the higher frequency without the conductors' part.
    ///
    /// # Errors
    /// If a number makes no sense, or if no conductor and insulator of positive loss have these
    /// two losses: they must rise by more than `sqrt(f)` and by less than `f`.
    pub fn from_loss(
        impedance_ohm: f64,
        delay: f64,
        dc_ohm_per_meter: f64,
        low: (f64, f64),
        high: (f64, f64),
    ) -> Result<Self> {
        for (name, (hz, db)) in [("low", low), ("high", high)] {
            if !(hz.is_finite() && hz > 0.0 && db.is_finite() && db > 0.0) {
                let value = format!("{db} dB/m at {hz} Hz");
                return Err(Error::parameter(name, value, "positive and finite"));
            }
        }
        if low.0 >= high.0 {
            let value = format!("at {} Hz", low.0);
            return Err(Error::parameter("low", value, format!("below {} Hz", high.0)));
        }
        let permittivity = (delay * LIGHT_SPEED).powi(2);
        // Decibels per meter that one ohm per meter of skin at `high`, and one unit of loss
        // tangent, cost at either frequency.
        let skin = |hz: f64| DB_PER_NEPER * (hz / high.0).sqrt() / (2.0 * impedance_ohm);
        let tangent = |hz: f64| DB_PER_NEPER * PI * hz * delay;
        let build = |parts: [f64; 2]| {
            let conductor = Conductor {
                dc_ohm_per_meter,
                skin_ohm_per_meter: parts[0],
                at_hz: high.0,
                roughness: None,
            };
            Self::new(impedance_ohm, Dielectric::new(permittivity, parts[1], high.0)?, conductor)
        };
        let mut parts = [0.0; 2];
        let mut missing = [low.1, high.1];
        // The first step is the split itself; the others absorb the permittivity's dispersion and
        // the DC resistance, and each is some hundred times smaller than the one before.
        for _ in 0..20 {
            let (a, b, c, d) = (skin(low.0), tangent(low.0), skin(high.0), tangent(high.0));
            let determinant = a * d - b * c;
            parts[0] += (missing[0] * d - b * missing[1]) / determinant;
            parts[1] += (a * missing[1] - missing[0] * c) / determinant;
            // A pure conductor or insulator is allowed to come out as one in spite of rounding.
            if parts[0] * c > -1e-9 * high.1 && parts[1] * d > -1e-9 * high.1 {
                parts = parts.map(|part| part.max(0.0));
            } else {
                return Err(Error::parameter(
                    "loss",
                    format!("{} dB/m at {} Hz and {} dB/m at {} Hz", low.1, low.0, high.1, high.0),
                    "rising by more than sqrt(f) and by less than f: one of skin effect and \
                     dielectric loss would be negative",
                ));
            }
            let line = build(parts)?;
            missing = [low, high].map(|(hz, db)| db - line.loss_db_per_meter(hz));
        }
        build(parts)
    }

    /// The series impedance at a frequency in hertz from 0 up, ohm/m.
    pub fn series(&self, hz: f64) -> Complex64 {
        let inductance = self.impedance_ohm * self.delay();
        Complex64::new(0.0, 2.0 * PI * hz * inductance) + self.conductor.impedance(hz)
    }

    /// The shunt admittance at a frequency in hertz from 0 up, S/m.
    pub fn shunt(&self, hz: f64) -> Complex64 {
        let capacitance = self.delay() / self.impedance_ohm;
        let known = self.dielectric.permittivity(self.dielectric.at_hz()).re;
        let ratio = self.dielectric.permittivity(hz) / known;
        Complex64::new(0.0, 2.0 * PI * hz * capacitance) * ratio
    }

    /// The propagation constant at a frequency in hertz from 0 up, 1/m.
    pub fn gamma(&self, hz: f64) -> Complex64 {
        (self.series(hz) * self.shunt(hz)).sqrt()
    }

    /// The characteristic impedance at a frequency in hertz above 0, ohm. Towards 0 it grows
    /// without limit, because an insulator does not conduct.
    pub fn impedance(&self, hz: f64) -> Complex64 {
        (self.series(hz) / self.shunt(hz)).sqrt()
    }

    /// Loss of a matched line at a frequency in hertz, dB/m.
    pub fn loss_db_per_meter(&self, hz: f64) -> f64 {
        DB_PER_NEPER * self.gamma(hz).re
    }

    /// Delay per meter of the lossless line at the frequency of the insulator, s/m.
    pub fn delay(&self) -> f64 {
        self.dielectric.permittivity(self.dielectric.at_hz()).re.sqrt() / LIGHT_SPEED
    }

    /// Delay per meter of the very front of a pulse, before which nothing arrives, s/m.
    pub fn front_delay(&self) -> f64 {
        let known = self.dielectric.permittivity(self.dielectric.at_hz()).re;
        self.delay() * (self.dielectric.permittivity_limit() / known).sqrt()
    }

    /// A piece of the line in meter as a two-port at a frequency in hertz from 0 up, which is
    /// finite and real at 0.
    pub fn section(&self, hz: f64, meter: f64, reference_ohm: f64) -> TwoPort {
        TwoPort::uniform(self.series(hz) * meter, self.shunt(hz) * meter, reference_ohm)
    }

    /// A piece of the line in meter across the pair, open at its far end, at a frequency in hertz
    /// from 0 up.
    pub fn open_stub(&self, hz: f64, meter: f64, reference_ohm: f64) -> TwoPort {
        TwoPort::open_stub(self.series(hz) * meter, self.shunt(hz) * meter, reference_ohm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::fft::RealFft;
    use crate::response::dielectric::Roughness;

    fn laminate() -> Line {
        let dielectric = Dielectric::new(3.3, 0.002, 1e9).unwrap();
        let mut copper = Conductor::from_loss(100.0, 12.0, 26.5625e9, 6.0);
        copper.roughness = Some(Roughness { ratio: 0.8, radius: 0.4e-6 });
        Line::new(100.0, dielectric, copper).unwrap()
    }

    #[test]
    fn dielectric_loss_has_the_reference_values() {
        let dielectric = Dielectric::new(3.3, 0.002, 1e9).unwrap();
        let line =
            Line::new(100.0, dielectric, Conductor::from_loss(100.0, 0.0, 1e9, 0.0)).unwrap();
        for (hz, loss) in [(26.5625e9, 8.659), (53.125e9, 17.029)] {
            assert!((line.loss_db_per_meter(hz) - loss).abs() < 1e-3, "{hz}");
        }
    }

    #[test]
    fn conductor_loss_is_what_was_given() {
        let dielectric = Dielectric::new(3.3, 0.0, 1e9).unwrap();
        let copper = Conductor::from_loss(85.0, 12.0, 26.5625e9, 3.0);
        let line = Line::new(85.0, dielectric, copper).unwrap();
        assert!((line.loss_db_per_meter(26.5625e9) - 12.0).abs() < 0.1);
        assert!((line.loss_db_per_meter(4.0 * 26.5625e9) - 24.0).abs() < 0.2);
    }

    #[test]
    fn a_cable_meets_both_of_its_losses() {
        let points = [((26.5625e9, 5.7), (53.125e9, 10.0)), ((13e9, 3.0), (53.125e9, 8.5))];
        for (low, high) in points {
            let cable = Line::from_loss(100.0, 4.5e-9, 0.35, low, high).unwrap();
            assert!((cable.loss_db_per_meter(low.0) - low.1).abs() < 1e-9, "{cable:?}");
            assert!((cable.loss_db_per_meter(high.0) - high.1).abs() < 1e-9, "{cable:?}");
            assert!((cable.impedance(50e9) - 100.0).norm() < 1.0);
        }
    }

    #[test]
    fn losses_that_no_line_can_have_are_refused() {
        // Rising slower than sqrt(f), and faster than f.
        for high_db in [7.9, 11.5] {
            let error =
                Line::from_loss(100.0, 4.5e-9, 0.3, (26.5e9, 5.7), (53e9, high_db)).unwrap_err();
            assert!(error.to_string().contains("would be negative"), "{error}");
        }
        let swapped = Line::from_loss(100.0, 4.5e-9, 0.3, (53e9, 10.0), (26e9, 5.7));
        assert!(swapped.unwrap_err().to_string().contains("below"));
        assert!(Line::from_loss(100.0, 1e-9, 0.3, (26.5e9, 5.7), (53e9, 10.0)).is_err());
        assert!(Line::from_loss(100.0, 4.5e-9, 0.3, (26.5e9, f64::NAN), (53e9, 10.0)).is_err());
    }

    #[test]
    fn at_dc_a_line_is_its_resistance() {
        let line = laminate();
        let dc = line.section(0.0, 0.5, 100.0);
        let resistor = TwoPort::series_impedance(Complex64::from(3.0), 100.0);
        assert!((dc.s21 - resistor.s21).norm() < 1e-15 && dc.s21.im == 0.0);
        assert!((dc.s11 - resistor.s11).norm() < 1e-15 && dc.s11.im == 0.0);
        // And DC is where low frequencies lead.
        assert!((line.section(1.0, 0.5, 100.0).s21 - dc.s21).norm() < 1e-6);
    }

    #[test]
    fn a_lossy_line_is_passive_at_every_frequency() {
        for k in 0..400 {
            let hz = 10f64.powf(k as f64 * 0.03);
            let value = laminate().section(hz, 0.2, 85.0).max_singular_value();
            assert!(value < 1.0 && value.is_finite(), "{hz}: {value}");
        }
    }

    /// The part of the energy that arrives before the front, under a Gaussian window of `d` = 4 ps
    /// that itself reaches back by some of its deviations.
    fn early_energy(transmission: impl Fn(f64) -> Complex64, front: f64) -> f64 {
        let (len, step_hz, d) = (1 << 14, 50e6, 4e-12);
        let fft = RealFft::new(len);
        let mut bins: Vec<_> = (0..fft.bins())
            .map(|k| {
                let hz = k as f64 * step_hz;
                transmission(hz) * (-0.5 * (2.0 * PI * hz * d).powi(2)).exp()
            })
            .collect();
        let mut time = vec![0.0; len];
        fft.inverse(&mut bins, &mut time, &mut vec![Complex64::ZERO; fft.scratch_len()]);
        let energy = |range: &[f64]| range.iter().map(|h| h * h).sum::<f64>();
        let dt = 1.0 / (len as f64 * step_hz);
        let first = ((front - 6.0 * d) / dt) as usize;
        energy(&time[..first]) / energy(&time)
    }

    #[test]
    fn nothing_arrives_before_the_front() {
        let (line, meter) = (laminate(), 0.2);
        let front = line.front_delay() * meter;
        let early = early_energy(|hz| line.section(hz, meter, 100.0).s21, front);
        assert!(early < 1e-9, "{early:e}");
        // The same losses without the delay that belongs to them do arrive early.
        let noncausal = early_energy(
            |hz| {
                let phase = Complex64::new(0.0, -2.0 * PI * hz * front).exp();
                phase * (-line.gamma(hz).re * meter).exp()
            },
            front,
        );
        assert!(noncausal > 1e3 * early, "{noncausal:e} against {early:e}");
    }
}
