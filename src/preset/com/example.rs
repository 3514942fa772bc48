//! 200 Gb/s a lane: an example, of no standard.

use super::{cases, db, figures, limits, sweep};
use crate::analysis::com::{
    Com, ComDfe, ComEnd, ComFilter, CtleGrid, FfeGrid, FloatingTaps, LowFrequencyStage, PackageCase,
};
use crate::response::com::ComLine;
use crate::unit::Literals;

/// An example of 200 Gb/s a lane over copper. It belongs to no standard: it follows an exploratory
/// sheet of November 2022 from the time before 802.3dj.
///
/// # References
/// Exploratory 200G sheet for cables and backplanes of the reference code, revision 3.90.
pub fn example_200g() -> Com {
    let kr = super::kr_802_3ck();
    let end = ComEnd {
        termination: 45.0.ohms(),
        die_capacitance: vec![40.0.ff(), 90.0.ff(), 110.0.ff()],
        die_inductance: vec![120.0.ph(), 150.0.ph(), 140.0.ph()],
        bump_capacitance: 30.0.ff(),
        impedance: vec![92.0.ohms(), 70.0.ohms(), 80.0.ohms(), 100.0.ohms()],
        board_capacitance: 50.0.ff(),
    };
    let case = PackageCase {
        amplitude: 0.387.volts(),
        far_end_amplitude: 0.387.volts(),
        near_end_amplitude: 0.6.volts(),
        signal_to_noise: 32.5.db(),
        ..kr.cases[0].clone()
    };
    let piece = |mm: f64| [mm, 1.0, 0.1, 0.58];
    let lengths =
        [[piece(12.0); 4], [piece(31.0), piece(31.0), piece(29.0), piece(29.0)], [piece(45.0); 4]];
    let mut figures = figures(106.25.gbaud(), 10.0.ps(), 1000, 24);
    figures.transmitter = 29.5625.ghz();
    figures.far_end_amplitude = 0.45.volts();
    figures.near_end_amplitude = 0.45.volts();
    Com {
        name: "example-200g".into(),
        symbol_rate: 106.25.gbaud(),
        transition_time: Some((500.0 / 106.25).ps()),
        crosstalk_band: 79.6875.ghz(),
        transmitter: end.clone(),
        receiver: end,
        line: ComLine { gamma0: 0.0, a1: 8.455e-4, a2: 3.40225e-4, tau: 6.44805e-3 },
        filter: ComFilter {
            bandwidth: 0.75,
            raised_cosine: Some([67.0.ghz(), 79.6875.ghz()]),
            noise_v2_per_ghz: 4.1e-9,
        },
        ctle: CtleGrid {
            zero: 42.5.ghz(),
            pole1: 42.5.ghz(),
            pole2: 106.25.ghz(),
            dc_gain: db(-13.0, 0.0, 1.0),
            low_frequency: Some(LowFrequencyStage { pole: 1.0625.ghz(), gain: db(-6.0, 0.0, 1.0) }),
            qualified: Vec::new(),
        },
        ffe: FfeGrid {
            least_main: 0.65,
            pre: vec![sweep(-0.2, 0.0, 0.02), sweep(0.0, 0.1, 0.02), sweep(-0.1, 0.0, 0.02)],
            post: vec![sweep(-0.2, 0.0, 0.02)],
        },
        dfe: ComDfe {
            most: [vec![0.85], vec![0.15; 23]].concat(),
            least: [vec![0.0], vec![-0.15; 23]].concat(),
            step: 0.0,
            floating: Some(FloatingTaps {
                groups: 6,
                taps: 3,
                span: 120,
                most: 0.2,
                tail_start: 25,
                tail_most: 0.1,
            }),
        },
        limits: limits(3.0, 10.0),
        figures: Some(figures),
        cases: cases(&case, &lengths),
        ..kr
    }
}
