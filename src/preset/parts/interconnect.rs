//! Electrical parts between two ends: cables by gauge, boards, connectors, vias, bumps.
//!
//! Losses are given at 53.125 GHz, half the symbol rate of a 200G lane, and hold at 26.5625 GHz as
//! well. Each part says how far its numbers are to be trusted.

use crate::device::channel::{Connector, Laminate, LossAt, Section, Twinax, Via};
use crate::response::dielectric::COPPER;
use crate::unit::{Hertz, Literals, Meters, Ohms};

/// Half the symbol rate of a 100G lane and of a 200G lane.
const NYQUIST: [Hertz; 2] = [Hertz(26.5625e9), Hertz(53.125e9)];

/// Loss of 26 AWG at both, dB/m: that of its conductors, and that of insulation and shield.
const CONDUCTOR: [f64; 2] = [2.56, 3.62];
const INSULATION: [f64; 2] = [3.19, 6.38];

/// The diameter of a solid conductor, in meters, by its American wire gauge.
fn diameter(gauge: u32) -> f64 {
    0.127e-3 * 92f64.powf((36.0 - f64::from(gauge)) / 39.0)
}

/// Twinax of a gauge from 24 to 36, 100 ohm.
///
/// Estimate: 26 AWG has 5.75 dB/m at 26.56 GHz and 10 dB/m at 53.125 GHz, as the loss of a mated
/// 1 m assembly leaves for its cable (IEEE 802.3dj, li_3dj, June 2023: 15.7 dB). The part that
/// rises with the square root of frequency is the conductors', and goes with one over their
/// diameter; the rest is the same for all gauges. That gives 12.1 dB/m for 30 AWG and 15.6 dB/m
/// for 34 AWG at 53.125 GHz; published figures are some 10 % above and below.
pub fn twinax(gauge: u32, length: Meters) -> Twinax {
    let thinner = diameter(26) / diameter(gauge);
    let [first, second] = [0, 1].map(|at| LossAt {
        frequency: NYQUIST[at],
        loss: (CONDUCTOR[at] * thinner + INSULATION[at]).db_per_m(),
    });
    let area = 0.25 * std::f64::consts::PI * diameter(gauge).powi(2);
    Twinax {
        length,
        impedance: 100.0.ohms(),
        // 4.5 ns/m.
        permittivity: 1.82,
        dc_resistance: Ohms(2.0 / (COPPER * area)),
        first,
        second,
    }
}

/// A trace on the board of a host for 200G lanes.
///
/// Paper: 1.27 dB/in at 53.125 GHz (IEEE 802.3dj, li_3dj, June 2023). Estimate: its parts, a loss
/// tangent of 0.002 and foil of low roughness.
pub fn trace(length: Meters) -> Section {
    Section::Laminate(Laminate {
        length,
        impedance: 100.0.ohms(),
        permittivity: 3.3,
        loss_tangent: 0.002,
        reference_frequency: NYQUIST[1],
        conductor_loss: 22.0.db_per_m(),
        dc_resistance: 8.0.ohms(),
        roughness_ratio: 0.8,
        roughness_radius: 0.5.um(),
    })
}

/// A via of a host's board, drilled out from below.
///
/// Estimate: 1.5 mm deep with a stub of 0.125 mm left, its pads cleared so that it is close to 100 ohm. Four of them are to lose some 1.5 dB at
/// 53.125 GHz (li_3dj, June 2023).
pub fn via() -> Section {
    Section::Via(Via {
        length: 1.5.mm(),
        stub: 0.125.mm(),
        impedance: 100.0.ohms(),
        permittivity: 3.3,
        loss_tangent: 0.002,
        reference_frequency: NYQUIST[1],
        conductor_loss: 40.0.db_per_m(),
        near_pad: 4.0.ff(),
        far_pad: 4.0.ff(),
    })
}

/// A mated connector of a module's cage (OSFP class).
///
/// Estimate: 1.5 to 2 dB at 53.125 GHz, reflections included; the allocation of linear modules is
/// 2 dB at 26.56 GHz.
pub fn cage_connector() -> Section {
    Section::Connector(Connector {
        length: 9.0.mm(),
        impedance: 94.0.ohms(),
        permittivity: 2.8,
        loss: 1.2.db(),
        frequency: NYQUIST[1],
        wipe: 0.3.mm(),
        near_pad: 6.0.ff(),
        far_pad: 6.0.ff(),
    })
}

/// A connector of a cable on the substrate of a switch.
///
/// Estimate: 0.7 to 1 dB at 53.125 GHz.
pub fn substrate_connector() -> Section {
    Section::Connector(Connector {
        length: 4.0.mm(),
        impedance: 95.0.ohms(),
        permittivity: 2.6,
        loss: 0.6.db(),
        frequency: NYQUIST[1],
        wipe: 0.2.mm(),
        near_pad: 6.0.ff(),
        far_pad: 6.0.ff(),
    })
}

/// Where the cable's conductors are soldered to a card, or to a connector's contacts.
///
/// Estimate.
fn solder_joint() -> Section {
    Section::ShuntCapacitance(6.0.ff())
}

/// The card in a cable's plug: 20 mm of trace between its pads and the cable.
///
/// Estimate.
fn paddle_card() -> Section {
    trace(20.0.mm())
}

/// A passive cable from one host's connector to the other's: connector, card, twinax, card,
/// connector.
///
/// 26 AWG of 1 m is to be held against 15.7 dB at 53.125 GHz (li_3dj, June 2023).
pub fn cable_assembly(gauge: u32, length: Meters) -> Vec<Section> {
    vec![
        cage_connector(),
        paddle_card(),
        solder_joint(),
        Section::Twinax(twinax(gauge, length)),
        solder_joint(),
        paddle_card(),
        cage_connector(),
    ]
}

/// A cable from the retimers or redrivers in one plug to those in the other: card, twinax, card.
pub fn plug_to_plug(gauge: u32, length: Meters) -> Vec<Section> {
    let mut sections = cable_assembly(gauge, length);
    sections.pop();
    sections.split_off(1)
}

/// A cable over the board, from a switch's substrate to the cage: 34 AWG with a connector at
/// the substrate. The cage's own connector is the module's or the outer cable's.
pub fn flyover(length: Meters) -> Vec<Section> {
    vec![substrate_connector(), solder_joint(), Section::Twinax(twinax(34, length)), solder_joint()]
}

/// A solder bump or micro-bump on both legs: its inductance between two halves of its
/// capacitance.
///
/// Estimate: 10 fF and 10 pH of a leg for a micro-bump.
pub fn micro_bump() -> Vec<Section> {
    vec![
        Section::ShuntCapacitance(2.5.ff()),
        Section::SeriesInductance(20.0.ph()),
        Section::ShuntCapacitance(2.5.ff()),
    ]
}

/// A pair of redistribution traces from die to die, micro-bumps at both ends.
///
/// Estimate: copper of 4 um by 3 um in a polymer, 2 mm of it with less than 1 dB at 53.125 GHz.
pub fn interposer(length: Meters) -> Vec<Section> {
    let trace = Laminate {
        length,
        impedance: 100.0.ohms(),
        permittivity: 3.2,
        loss_tangent: 0.004,
        reference_frequency: NYQUIST[1],
        conductor_loss: 370.0.db_per_m(),
        dc_resistance: 2.9.kohms(),
        roughness_ratio: 0.0,
        roughness_radius: 0.0.um(),
    };
    let mut sections = micro_bump();
    sections.push(Section::Laminate(trace));
    sections.extend(micro_bump());
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Channel;
    use crate::device::channel::End;

    fn channel(sections: Vec<Section>) -> Channel {
        let end = End { resistance: 100.0.ohms(), package: None };
        Channel { source: end.clone(), load: end, sections }
    }

    /// Loss in decibels, averaged over 4 GHz about a frequency: joints some centimeters apart
    /// ripple with a period of about 1 GHz.
    fn loss(sections: Vec<Section>, frequency: Hertz) -> f64 {
        let cascade = channel(sections).cascade().unwrap();
        let points = 401;
        let sum: f64 = (0..points)
            .map(|k| {
                let hz = frequency.0 + 4e9 * (f64::from(k) / f64::from(points - 1) - 0.5);
                -20.0 * cascade.at(hz).s21.norm().log10()
            })
            .sum();
        sum / f64::from(points)
    }

    fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
        assert!((found - expected).abs() <= tolerance, "{what}: {found:.3}, not {expected}");
    }

    fn cable_loss(gauge: u32, length: Meters, frequency: Hertz) -> f64 {
        loss(vec![Section::Twinax(twinax(gauge, length))], frequency)
    }

    /// Estimates of others: 5.5 to 6 dB/m and 10 dB/m for 26 AWG, 12 to 15 dB/m for cables over the
    /// board of 34 AWG, 9.4 and 13.6 dB/m for 32 AWG.
    #[test]
    fn cables_lose_what_their_gauge_is_known_for() {
        let meter = 1.0.meters();
        close(cable_loss(26, meter, NYQUIST[0]), 5.75, 0.05, "26 AWG");
        close(cable_loss(26, meter, NYQUIST[1]), 10.0, 0.05, "26 AWG");
        close(cable_loss(30, meter, NYQUIST[1]), 12.1, 0.1, "30 AWG");
        close(cable_loss(32, meter, NYQUIST[0]), 9.4, 1.2, "32 AWG");
        close(cable_loss(32, meter, NYQUIST[1]), 13.6, 0.3, "32 AWG");
        close(cable_loss(34, meter, NYQUIST[1]), 13.5, 2.1, "34 AWG");
        let losses: Vec<f64> = (24..=36).map(|g| cable_loss(g, meter, NYQUIST[1])).collect();
        assert!(losses.windows(2).all(|pair| pair[1] > pair[0]));
    }

    /// The diameters of the gauge's own table, in millimeters.
    #[test]
    fn gauges_have_their_diameters() {
        for (gauge, expected) in [(26, 0.405), (28, 0.321), (30, 0.255), (34, 0.160), (36, 0.127)] {
            assert!((1e3 * diameter(gauge) - expected).abs() < 6e-4, "{gauge} AWG");
        }
    }

    #[test]
    fn parts_lose_what_is_published_of_them() {
        close(loss(vec![trace(1.0.inches())], NYQUIST[1]), 1.27, 0.02, "an inch of board");
        close(4.0 * loss(vec![via()], NYQUIST[1]), 1.5, 0.3, "four vias");
        close(loss(vec![cage_connector()], NYQUIST[1]), 1.75, 0.25, "cage connector");
        assert!(loss(vec![cage_connector()], NYQUIST[0]) < 2.0);
        close(loss(vec![substrate_connector()], NYQUIST[1]), 0.85, 0.15, "substrate connector");
        assert!(loss(interposer(2.0.mm()), NYQUIST[1]) < 1.0);
        // A flyover of 0.25 m: 3 to 4 dB of cable and a connector of 0.7 to 1 dB.
        close(loss(flyover(0.25.meters()), NYQUIST[1]), 4.6, 0.6, "flyover");
    }

    /// A design of 802.3dj (li_3dj, June 2023): 8.5 in of board, vias, a mated cable of 1 m. Its
    /// parts add up to 10.8 + 1.5 + 15.7 = 28.0 dB, the whole was 28.05 dB.
    #[test]
    fn a_passive_cable_between_hosts_loses_the_sum_of_its_parts() {
        let host = || vec![via(), trace(4.25.inches()), via()];
        let assembly = cable_assembly(26, 1.0.meters());
        let board = loss(vec![trace(8.5.inches())], NYQUIST[1]);
        let vias = 4.0 * loss(vec![via()], NYQUIST[1]);
        let cable = loss(assembly.clone(), NYQUIST[1]);
        close(board, 10.8, 0.1, "board");
        close(cable, 15.7, 0.5, "cable assembly");
        close(board + vias + cable, 28.0, 0.5, "the sum");
        // What joints reflect back and forth is not linearly added.
        let whole = loss([host(), assembly, host()].concat(), NYQUIST[1]);
        close(whole, 28.05, 0.9, "the whole");
    }

    #[test]
    fn assemblies_are_passive_and_reciprocal() {
        let chains =
            [cable_assembly(28, 1.5.meters()), flyover(0.3.meters()), interposer(1.0.mm())];
        for sections in chains {
            let cascade = channel(sections).cascade().unwrap();
            for k in 0..1000 {
                let at = cascade.at(110e6 * f64::from(k));
                assert!(at.max_singular_value() <= 1.0 + 1e-7, "{k}");
                assert!((at.s12 - at.s21).norm() < 1e-13, "{k}");
            }
        }
    }
}
