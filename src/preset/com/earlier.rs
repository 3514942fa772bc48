//! 50 and 25 Gb/s a lane: IEEE 802.3cd and 802.3bj.

use super::{COMPAT, cases, db, figures, limits, sweep};
use crate::analysis::com::{
    Com, ComDfe, ComEnd, ComFilter, CtleGrid, FfeGrid, LowFrequencyStage, PackageCase,
};
use crate::response::PortMap;
use crate::response::com::ComLine;
use crate::unit::{Farads, Literals, Ohms};

/// The lines of packages before 802.3ck.
const LINE: ComLine = ComLine { gamma0: 0.0, a1: 1.734e-3, a2: 1.455e-4, tau: 6.141e-3 };

fn end(die: Farads, board: Farads, impedance: Ohms) -> ComEnd {
    ComEnd {
        termination: 55.0.ohms(),
        die_capacitance: vec![die],
        die_inductance: vec![0.0.ph()],
        bump_capacitance: 0.0.ff(),
        impedance: vec![impedance],
        board_capacitance: board,
    }
}

/// 50GBASE-KR (clause 137).
///
/// # References
/// Sheet of 802.3cd KR of the reference code.
pub fn kr_802_3cd() -> Com {
    let case = PackageCase {
        transmitter: Vec::new(),
        far_end: Vec::new(),
        near_end: Vec::new(),
        receiver: Vec::new(),
        amplitude: 0.415.volts(),
        far_end_amplitude: 0.415.volts(),
        near_end_amplitude: 0.608.volts(),
        signal_to_noise: 32.5.db(),
    };
    let end = end(180.0.ff(), 110.0.ff(), 90.0.ohms());
    Com {
        name: "802.3cd-kr".into(),
        compat: COMPAT,
        symbol_rate: 26.5625.gbaud(),
        levels: 4,
        samples_per_symbol: 32,
        error_ratio: 1e-4,
        level_separation: 0.95,
        random_jitter: 0.01.ui(),
        dual_dirac_jitter: 0.02.ui(),
        ports: PortMap::Across,
        transition_time: Some(12.32.ps()),
        crosstalk_band: 26.5625.ghz(),
        transmitter: end.clone(),
        receiver: end,
        line: LINE,
        board: None,
        filter: ComFilter { bandwidth: 0.75, raised_cosine: None, noise_v2_per_ghz: 1.64e-8 },
        ctle: CtleGrid {
            zero: 10.625.ghz(),
            pole1: 10.625.ghz(),
            pole2: 26.5625.ghz(),
            dc_gain: db(-20.0, 0.0, 1.0),
            low_frequency: Some(LowFrequencyStage {
                pole: 0.33203125.ghz(),
                gain: db(-6.0, 0.0, 1.0),
            }),
            qualified: Vec::new(),
        },
        ffe: FfeGrid {
            least_main: 0.6,
            pre: vec![sweep(-0.25, 0.0, 0.05), sweep(0.0, 0.1, 0.025)],
            post: vec![sweep(-0.25, 0.0, 0.05)],
        },
        receiver_ffe: None,
        dfe: ComDfe {
            most: [vec![0.7], vec![0.2; 11]].concat(),
            least: [vec![-0.7], vec![-0.2; 11]].concat(),
            step: 0.0,
            floating: None,
        },
        eye: None,
        limits: limits(3.0, 9.7),
        figures: Some(figures(26.5625.gbaud(), 19.0.ps(), 1000, 12)),
        cases: cases(&case, &[[[12.0]; 4], [[30.0]; 4]]),
    }
}

/// 100GBASE-KR4 of 802.3bj: two levels at 25.78125 GBd (clause 93).
///
/// # References
/// Sheet of 802.3bj KR4 of the reference code.
pub fn kr_802_3bj() -> Com {
    let cd = kr_802_3cd();
    let case = PackageCase {
        amplitude: 0.4.volts(),
        far_end_amplitude: 0.4.volts(),
        near_end_amplitude: 0.6.volts(),
        signal_to_noise: 27.0.db(),
        ..cd.cases[0].clone()
    };
    let end = end(250.0.ff(), 180.0.ff(), 78.2.ohms());
    Com {
        name: "802.3bj-kr".into(),
        symbol_rate: 25.78125.gbaud(),
        levels: 2,
        error_ratio: 1e-5,
        level_separation: 1.0,
        dual_dirac_jitter: 0.05.ui(),
        transition_time: None,
        crosstalk_band: 25.78125.ghz(),
        transmitter: end.clone(),
        receiver: end,
        filter: ComFilter { noise_v2_per_ghz: 5.2e-8, ..cd.filter },
        ctle: CtleGrid {
            zero: 6.4453125.ghz(),
            pole1: 6.4453125.ghz(),
            pole2: 25.78125.ghz(),
            dc_gain: db(-12.0, 0.0, 1.0),
            low_frequency: None,
            qualified: Vec::new(),
        },
        ffe: FfeGrid {
            least_main: 0.62,
            pre: vec![sweep(-0.18, 0.0, 0.02)],
            post: vec![sweep(-0.38, 0.0, 0.02)],
        },
        dfe: ComDfe { most: vec![1.0; 14], least: vec![-1.0; 14], ..cd.dfe },
        figures: Some(figures(25.78125.gbaud(), 19.0.ps(), 1000, 14)),
        cases: cases(&case, &[[[12.0]; 4], [[30.0], [30.0], [12.0], [30.0]]]),
        ..cd
    }
}
