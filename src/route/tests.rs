//! The readings of a route against each other, where all of them are exact.

use super::*;
use crate::device::channel::{ComTrace, End, LineConstants, Section};
use crate::device::{AnyDevice, Channel};
use crate::kernel::rng::Seed;
use crate::signal::Modulation;
use crate::transceiver::{
    Adaptation, Clock, Digital, Edge, Ffe, Jitter, PhaseDetector, Receiver, Spacing, Transmitter,
};
use crate::unit::{Literals, VoltsPerRootHertz};

/// A transmitter without randomness.
pub(super) fn transmitter() -> Transmitter {
    Transmitter {
        swing: 0.8.volts(),
        edge: Edge::RiseTime(7.5.ps()),
        fir: vec![1.0],
        dac_bits: None,
        level_mismatch: 1.0,
        sndr: None,
        jitter: Jitter::NONE,
    }
}

/// A channel between ends of these resistances.
pub(super) fn channel(load_ohm: f64, sections: Vec<Section>) -> Channel {
    let end = |ohm: f64| End { resistance: ohm.ohms(), package: None };
    Channel { source: end(100.0), load: end(load_ohm), sections }
}

fn trace() -> Section {
    Section::ComLine(ComTrace {
        line: LineConstants { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 },
        length: 150.0.mm(),
        impedance: 100.0.ohms(),
    })
}

/// A hop of copper and a feed-forward equalizer: linear, and without jitter.
pub(super) fn hop(density: f64, sections: Vec<Section>) -> Hop {
    Hop {
        name: "copper".to_owned(),
        symbol_rate: 53.125.gbaud(),
        modulation: Modulation::Pam4,
        precoding: false,
        transmitter: transmitter(),
        stages: vec![Stage {
            name: "board".to_owned(),
            probe: false,
            device: AnyDevice::Channel(channel(100.0, sections)),
        }],
        aggressors: Vec::new(),
        receiver: Receiver {
            noise_density: VoltsPerRootHertz(density),
            ctle: None,
            ctle_search: None,
            bandwidth: 40.0.ghz(),
            digital: Digital {
                clock: Clock::fixed(PhaseDetector::BestEye),
                vga: None,
                adc: None,
                ffe: Some(Ffe {
                    taps: 15,
                    cursor: 4,
                    spacing: Spacing::Symbol,
                    adaptation: Adaptation::Mmse,
                    limits: None,
                    floating: None,
                }),
                dfe: None,
                mlse: None,
            },
        },
        test: None,
    }
}

pub(super) fn route(hop: Hop) -> Route {
    Route {
        name: "copper".to_owned(),
        description: "A trace between two chips.".to_owned(),
        pattern: Pattern::Random,
        fec: None,
        target: None,
        packaging: None,
        hops: vec![hop],
    }
}

#[test]
fn three_readings_of_a_linear_hop_agree_within_the_statistical_error() {
    let report =
        route(hop(135e-9, vec![trace()])).simulate(&Records::of(1 << 18, Seed(3))).unwrap();
    let counted = &report.hops[0].ber;
    let analysis = report.hops[0].analysis.as_ref().unwrap();
    let (semi, statistical) = (analysis.ber.rate, analysis.statistical.rate);
    let errors = counted.rate * 2.0 * (1 << 18) as f64;
    assert!((500.0..10_000.0).contains(&errors), "{errors} errors");
    // Three standard errors of a count: without feedback errors are independent.
    let ratio = counted.rate / semi;
    assert!((ratio - 1.0).abs() < 3.0 / errors.sqrt(), "{} over {semi}", counted.rate);
    assert!((statistical / semi - 1.0).abs() < 0.05, "{statistical} is not {semi}");
    let attribution = &analysis.attribution;
    let whole = attribution.sum() / attribution.measured;
    // Two million squares that are nearly Gaussian: 0.3 % in 262,144 symbols, three times.
    assert!((whole - 1.0).abs() < 0.01, "{whole}");
}
