//! Joints between lines: connectors and vias.

use super::At;
use crate::Result;
use crate::response::TwoPort;
use crate::response::com::REFERENCE_OHM;
use crate::response::dielectric::{Conductor, Dielectric};
use crate::response::line::Line;
use crate::unit::{Decibels, DecibelsPerMeter, Farads, Hertz, Meters, Ohms, check};

/// A mated connector: pads on either side, contacts of their own impedance between them, and the
/// piece of contact that stands out behind the point of contact.
///
/// # Formula
/// The capacitance of the near pad, half of the contacts' line, the wipe as an open stub across it,
/// the other half, and the capacitance of the far pad.
///
/// # Assumptions
/// The contacts lose by skin effect, with the square root of frequency; what their impedance and
/// pads reflect comes on top. Below some hundred megahertz their resistance is neglected. The wipe
/// is of the contacts' own line.
///
/// # References
/// Bogatin, *Signal and Power Integrity Simplified*, 3rd ed. (2018), chapters 8 and 9, for short
/// discontinuities and stubs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Connector {
    /// Length of the contacts from pad to pad.
    pub length: Meters,
    /// Their differential impedance.
    pub impedance: Ohms,
    /// Relative permittivity of what holds them.
    pub permittivity: f64,
    /// Loss of the contacts by themselves, without reflections, at the frequency below.
    pub loss: Decibels,
    /// The frequency of that loss.
    pub frequency: Hertz,
    /// Length of contact behind the point of contact; 0 for none.
    pub wipe: Meters,
    /// Capacitance between the legs of the near pads.
    pub near_pad: Farads,
    /// Capacitance between the legs of the far pads.
    pub far_pad: Farads,
}

impl Connector {
    /// The connector behind its checks.
    pub(super) fn checked(&self) -> Result<At> {
        let length = check::positive("connector.length", self.length)?;
        let impedance = check::positive("connector.impedance", self.impedance)?;
        let range = 1.0..=100.0;
        let permittivity = check::within("connector.permittivity", self.permittivity, &range)?;
        let loss = check::not_negative("connector.loss", self.loss)?;
        let hz = check::within("connector.frequency", self.frequency, &known_frequencies())?;
        let wipe = check::not_negative("connector.wipe", self.wipe)?;
        let near = check::not_negative("connector.near-pad", self.near_pad)?;
        let far = check::not_negative("connector.far-pad", self.far_pad)?;
        let contacts = Line::new(
            impedance,
            Dielectric::new(permittivity, 0.0, hz)?,
            Conductor::from_loss(impedance, loss / length, hz, 0.0),
        )?;
        Ok(Box::new(move |hz| {
            let pad = |farads| TwoPort::shunt_capacitance(hz, farads, REFERENCE_OHM);
            let half = contacts.section(hz, 0.5 * length, REFERENCE_OHM);
            pad(near)
                .cascade(&half)
                .cascade(&contacts.open_stub(hz, wipe, REFERENCE_OHM))
                .cascade(&half)
                .cascade(&pad(far))
        }))
    }
}

/// A pair of vias from one layer to another, with the stub that drilling left below.
///
/// # Formula
/// The capacitance of the pad on the near layer, the barrel as a line, the stub as an open line
/// across its end, and the capacitance of the pad on the far layer. The stub lets nothing pass at
/// `c / (4 L sqrt(eps))` and its odd multiples.
///
/// # Assumptions
/// The barrel and its stub are one uniform line; anti-pads and the ground vias about it are in its
/// impedance. Layers that the via only passes have no pads. Seen from a signal that runs the other
/// way, near and far change places.
///
/// # References
/// Bogatin, *Signal and Power Integrity Simplified*, 3rd ed. (2018), chapter 9; Simonovich, *Via
/// stubs: are they all bad?*, Signal Integrity Journal (2017), for the quarter-wave null.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Via {
    /// Length of barrel between the two layers.
    pub length: Meters,
    /// Length of barrel beyond the far layer; 0 if it was drilled away.
    pub stub: Meters,
    /// Differential impedance of the pair of barrels.
    pub impedance: Ohms,
    /// Relative permittivity about them at the reference frequency.
    pub permittivity: f64,
    /// Loss tangent at the reference frequency.
    pub loss_tangent: f64,
    /// Where permittivity, loss tangent and conductor loss are given.
    pub reference_frequency: Hertz,
    /// Loss of the barrels' copper at the reference frequency.
    pub conductor_loss: DecibelsPerMeter,
    /// Capacitance between the legs of the near pads.
    pub near_pad: Farads,
    /// Capacitance between the legs of the far pads.
    pub far_pad: Farads,
}

impl Via {
    /// The via behind its checks.
    pub(super) fn checked(&self) -> Result<At> {
        let length = check::not_negative("via.length", self.length)?;
        let stub = check::not_negative("via.stub", self.stub)?;
        let impedance = check::positive("via.impedance", self.impedance)?;
        check::within("via.permittivity", self.permittivity, &(1.0..=100.0))?;
        check::within("via.loss-tangent", self.loss_tangent, &(0.0..=0.1))?;
        let known = known_frequencies();
        let hz = check::within("via.reference-frequency", self.reference_frequency, &known)?;
        let loss = check::not_negative("via.conductor-loss", self.conductor_loss)?;
        let near = check::not_negative("via.near-pad", self.near_pad)?;
        let far = check::not_negative("via.far-pad", self.far_pad)?;
        let barrel = Line::new(
            impedance,
            Dielectric::new(self.permittivity, self.loss_tangent, hz)?,
            Conductor::from_loss(impedance, loss, hz, 0.0),
        )?;
        Ok(Box::new(move |hz| {
            let pad = |farads| TwoPort::shunt_capacitance(hz, farads, REFERENCE_OHM);
            pad(near)
                .cascade(&barrel.section(hz, length, REFERENCE_OHM))
                .cascade(&barrel.open_stub(hz, stub, REFERENCE_OHM))
                .cascade(&pad(far))
        }))
    }
}

/// Where the model of the insulator holds.
fn known_frequencies() -> std::ops::RangeInclusive<Hertz> {
    Hertz(1e6)..=Hertz(1e11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::dielectric::LIGHT_SPEED;
    use crate::unit::Literals;

    fn via() -> Via {
        Via {
            length: 1.2.mm(),
            stub: 0.0.mm(),
            impedance: 90.0.ohms(),
            permittivity: 3.4,
            loss_tangent: 0.002,
            reference_frequency: 10.0.ghz(),
            conductor_loss: 20.0.db_per_m(),
            near_pad: 15.0.ff(),
            far_pad: 10.0.ff(),
        }
    }

    fn connector() -> Connector {
        Connector {
            length: 12.0.mm(),
            impedance: 92.0.ohms(),
            permittivity: 3.0,
            loss: 0.8.db(),
            frequency: 26.5625.ghz(),
            wipe: 0.6.mm(),
            near_pad: 12.0.ff(),
            far_pad: 15.0.ff(),
        }
    }

    fn loss(part: &At, gigahertz: f64) -> f64 {
        -20.0 * part(1e9 * gigahertz).s21.norm().log10()
    }

    /// The frequency in gigahertz at which the loss is greatest, within a tenth about a guess.
    fn null(part: &At, guess: f64) -> f64 {
        (0..=20_000)
            .map(|k| guess * (0.9 + 1e-5 * f64::from(k)))
            .max_by(|a, b| loss(part, *a).total_cmp(&loss(part, *b)))
            .unwrap()
    }

    #[test]
    fn joints_are_passive_and_reciprocal_at_every_frequency() {
        let parts = [
            via().checked().unwrap(),
            Via { stub: 1.5.mm(), ..via() }.checked().unwrap(),
            connector().checked().unwrap(),
        ];
        for part in &parts {
            for k in 0..600 {
                let hz = 10f64.powf(0.02 * f64::from(k));
                let at = part(hz);
                let value = at.max_singular_value();
                // That of a lossless two-port is known to the root of the rounding error.
                assert!(value <= 1.0 + 1e-7 && value.is_finite(), "{hz}: {value}");
                assert!((at.s12 - at.s21).norm() < 1e-14, "{hz}");
            }
            assert!((part(0.0).s21 - 1.0).norm() < 1e-12, "nothing is lost at DC");
        }
    }

    /// Copper, whose field reaches into it, would lower the null by some tenths of a percent; the
    /// insulator's permittivity falls by less than 0.1 % from 10 GHz, where it is given, to there.
    #[test]
    fn a_stub_has_its_null_at_a_quarter_wavelength() {
        for stub in [0.8e-3, 1.5e-3, 2.5e-3] {
            let via = Via {
                stub: Meters(stub),
                loss_tangent: 0.0005,
                conductor_loss: 0.0.db_per_m(),
                ..via()
            };
            let part = via.checked().unwrap();
            let expected = LIGHT_SPEED / (4.0 * stub * via.permittivity.sqrt()) * 1e-9;
            let found = null(&part, expected);
            assert!((found / expected - 1.0).abs() < 1e-3, "{found} GHz, not {expected}");
            assert!(loss(&part, found) > 30.0);
            // And again at three times that.
            let found = null(&part, 3.0 * expected);
            assert!((found / expected / 3.0 - 1.0).abs() < 1e-3, "{found} GHz");
        }
    }

    #[test]
    fn a_via_of_the_lines_own_impedance_without_pads_only_loses_what_it_is_made_of() {
        let via = Via {
            impedance: 100.0.ohms(),
            loss_tangent: 0.0,
            near_pad: 0.0.ff(),
            far_pad: 0.0.ff(),
            ..via()
        };
        let part = via.checked().unwrap();
        // 20 dB/m at 10 GHz over 1.2 mm, and twice that at 40 GHz; 1 % for the copper's inductance.
        assert!((loss(&part, 10.0) - 0.024).abs() < 3e-4);
        assert!((loss(&part, 40.0) - 0.048).abs() < 5e-4);
    }

    #[test]
    fn a_matched_connector_has_the_loss_that_was_given() {
        let matched = Connector {
            impedance: 100.0.ohms(),
            wipe: 0.0.mm(),
            near_pad: 0.0.ff(),
            far_pad: 0.0.ff(),
            ..connector()
        };
        let part = matched.checked().unwrap();
        // 1 % for the copper's inductance.
        assert!((loss(&part, 26.5625) - 0.8).abs() < 8e-3);
        assert!((loss(&part, 106.25) - 1.6).abs() < 16e-3);
        // Pads, a wipe and another impedance reflect, and that comes on top.
        let part = connector().checked().unwrap();
        assert!(loss(&part, 53.125) > 0.8 * 2f64.sqrt() + 0.2);
    }

    #[test]
    fn a_wipe_has_its_null_too() {
        let part = Connector { wipe: 1.0.mm(), ..connector() }.checked().unwrap();
        let expected = LIGHT_SPEED / (4.0 * 1e-3 * 3f64.sqrt()) * 1e-9;
        assert!((null(&part, expected) / expected - 1.0).abs() < 1e-2);
    }
}
