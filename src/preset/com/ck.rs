//! 100 Gb/s a lane: IEEE 802.3ck.

use super::{COMPAT, cases, db, figures, limits, sweep};
use crate::analysis::com::{
    Com, ComBoard, ComDfe, ComEnd, ComFilter, ComLimits, CtleGrid, EyeWindow, FfeGrid,
    FloatingTaps, LowFrequencyStage, PackageCase, QualifiedGains,
};
use crate::response::PortMap;
use crate::response::com::ComLine;
use crate::unit::{Decibels, Farads, Literals, Ohms, Volts};

fn end() -> ComEnd {
    ComEnd {
        termination: 50.0.ohms(),
        die_capacitance: vec![120.0.ff()],
        die_inductance: vec![120.0.ph()],
        bump_capacitance: 30.0.ff(),
        impedance: vec![87.5.ohms(), 92.5.ohms()],
        board_capacitance: 87.0.ff(),
    }
}

fn case() -> PackageCase {
    PackageCase {
        transmitter: Vec::new(),
        far_end: Vec::new(),
        near_end: Vec::new(),
        receiver: Vec::new(),
        amplitude: 0.413.volts(),
        far_end_amplitude: 0.413.volts(),
        near_end_amplitude: 0.608.volts(),
        signal_to_noise: 33.0.db(),
    }
}

/// 100GBASE-KR1 and wider: backplanes, 28 dB (clause 163).
///
/// # References
/// Sheet `3ck_SA_KR_08_17_2022` of the reference code.
pub fn kr_802_3ck() -> Com {
    Com {
        name: "802.3ck-kr".into(),
        compat: COMPAT,
        symbol_rate: 53.125.gbaud(),
        levels: 4,
        samples_per_symbol: 32,
        error_ratio: 1e-4,
        level_separation: 0.95,
        random_jitter: 0.01.ui(),
        dual_dirac_jitter: 0.02.ui(),
        ports: PortMap::Across,
        transition_time: Some(7.5.ps()),
        crosstalk_band: 40.0.ghz(),
        transmitter: end(),
        receiver: end(),
        line: ComLine { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
        board: None,
        filter: ComFilter { bandwidth: 0.75, raised_cosine: None, noise_v2_per_ghz: 8.2e-9 },
        ctle: CtleGrid {
            zero: 21.25.ghz(),
            pole1: 21.25.ghz(),
            pole2: 53.125.ghz(),
            dc_gain: db(-20.0, 0.0, 1.0),
            low_frequency: Some(LowFrequencyStage {
                pole: 0.6640625.ghz(),
                gain: db(-6.0, 0.0, 1.0),
            }),
            qualified: Vec::new(),
        },
        ffe: FfeGrid {
            least_main: 0.54,
            pre: vec![sweep(-0.34, 0.0, 0.02), sweep(0.0, 0.12, 0.02), sweep(-0.06, 0.0, 0.02)],
            post: vec![sweep(-0.2, 0.0, 0.02)],
        },
        receiver_ffe: None,
        dfe: ComDfe {
            most: vec![0.85, 0.3, 0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1],
            least: [vec![0.3, 0.05], vec![-0.03; 10]].concat(),
            step: 0.0,
            floating: Some(FloatingTaps {
                groups: 3,
                taps: 3,
                span: 40,
                most: 0.05,
                tail_start: 25,
                tail_most: 0.02,
            }),
        },
        eye: None,
        limits: limits(3.0, 9.7),
        figures: Some(figures(53.125.gbaud(), 10.0.ps(), 3500, 21)),
        cases: cases(
            &case(),
            &[
                [[12.0, 1.8], [12.0, 1.8], [12.0, 1.8], [12.0, 1.8]],
                [[31.0, 1.8], [31.0, 1.8], [29.0, 1.8], [29.0, 1.8]],
            ],
        ),
    }
}

/// 100GBASE-CR1 and wider: copper cables between the boards of their test fixtures (clause 162).
///
/// # References
/// Sheet of 802.3ck CR cable assemblies of the reference code.
pub fn cr_802_3ck() -> Com {
    let mut com = kr_802_3ck();
    com.name = "802.3ck-cr".into();
    com.filter.noise_v2_per_ghz = 9e-9;
    com.cases.iter_mut().for_each(|case| case.signal_to_noise = 32.5.db());
    com.board = Some(ComBoard {
        line: ComLine { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 },
        impedance: [100.0.ohms(); 2],
        package_capacitance: [29.0.ff(); 2],
        channel_capacitance: [19.0.ff(); 2],
        transmitter: 110.3.mm(),
        far_end: 110.3.mm(),
        near_end: 110.3.mm(),
        receiver: 110.3.mm(),
    });
    if let Some(floating) = &mut com.dfe.floating {
        floating.most = 0.03;
    }
    com.limits = limits(3.0, 8.25);
    let mut figures = figures(com.symbol_rate, 10.0.ps(), 4500, 0);
    figures.return_loss.fixture_delay = [300.0.ps(); 2];
    com.figures = Some(figures);
    com
}

/// 100GAUI-1 chip to chip and wider (Annex 120F).
///
/// # References
/// Sheet of 802.3ck C2C of the reference code.
pub fn c2c_802_3ck() -> Com {
    let kr = kr_802_3ck();
    let lengths = [
        [[13.0, 1.8], [13.0, 1.8], [11.0, 1.8], [11.0, 1.8]],
        [[31.0, 1.8], [31.0, 1.8], [29.0, 1.8], [29.0, 1.8]],
    ];
    Com {
        name: "802.3ck-c2c".into(),
        error_ratio: 1e-5,
        filter: ComFilter { noise_v2_per_ghz: 2e-8, ..kr.filter },
        ctle: CtleGrid {
            low_frequency: Some(LowFrequencyStage {
                pole: 0.6640625.ghz(),
                gain: db(-4.0, 0.0, 1.0),
            }),
            ..kr.ctle
        },
        ffe: FfeGrid {
            least_main: 0.54,
            pre: vec![sweep(-0.28, 0.0, 0.02), sweep(0.0, 0.1, 0.02), sweep(-0.04, 0.0, 0.02)],
            post: vec![sweep(-0.1, 0.0, 0.02)],
        },
        dfe: ComDfe {
            most: vec![0.65, 0.15, 0.1, 0.1, 0.1, 0.1],
            least: vec![0.3, 0.05, -0.04, -0.04, -0.04, -0.04],
            step: 0.0,
            floating: None,
        },
        figures: Some(figures(kr.symbol_rate, 10.0.ps(), 2000, 6)),
        cases: cases(&case(), &lengths),
        ..kr
    }
}

/// 100GAUI-1 chip to module and wider, the host's output at TP1a (Annex 120G).
///
/// The published sheet writes the least feedback taps such that the reference code reads -0.35 for
/// each of the last three; here they have the values that it means.
///
/// # References
/// Sheet of 802.3ck C2M at TP1a of the reference code.
pub fn c2m_802_3ck() -> Com {
    let kr = kr_802_3ck();
    let none = || Farads(0.0);
    let case = PackageCase {
        amplitude: 0.415.volts(),
        far_end_amplitude: 0.415.volts(),
        near_end_amplitude: 0.45.volts(),
        signal_to_noise: 32.5.db(),
        ..case()
    };
    let mut figures = figures(kr.symbol_rate, 10.0.ps(), 800, 0);
    figures.return_loss.with_package = true;
    figures.return_loss.fixture_delay = [0.0.ps(), 200.0.ps()];
    let band = |low: [f64; 2], dc: [f64; 2]| QualifiedGains {
        low_frequency: low.map(Decibels),
        dc: dc.map(Decibels),
    };
    Com {
        name: "802.3ck-c2m".into(),
        error_ratio: 1e-5,
        transition_time: None,
        receiver: ComEnd {
            termination: Ohms(50.0),
            die_capacitance: Vec::new(),
            die_inductance: Vec::new(),
            bump_capacitance: none(),
            impedance: Vec::new(),
            board_capacitance: none(),
        },
        filter: ComFilter { noise_v2_per_ghz: 4.1e-8, ..kr.filter },
        ctle: CtleGrid {
            zero: 12.58.ghz(),
            pole1: 20.0.ghz(),
            pole2: 28.0.ghz(),
            dc_gain: db(-13.0, 0.0, 1.0),
            low_frequency: Some(LowFrequencyStage {
                pole: 1.328125.ghz(),
                gain: db(-3.0, 0.0, 0.5),
            }),
            qualified: vec![
                band([0.0, 0.0], [-9.0, -2.0]),
                band([-1.0, 0.0], [-11.0, -2.0]),
                band([-2.0, -1.0], [-10.0, -4.0]),
                band([-3.0, -2.0], [-9.0, -4.0]),
            ],
        },
        dfe: ComDfe {
            most: vec![0.4, 0.15, 0.15, 0.1],
            least: vec![0.1, -0.15, -0.15, -0.05],
            step: 0.0,
            floating: None,
        },
        eye: Some(EyeWindow {
            half_width: 0.05.ui(),
            samples_per_symbol: 100,
            deviation: Some(0.02.ui()),
            least_height: Some(Volts(0.005)),
        }),
        limits: ComLimits {
            eye_closure: Some(12.0.db()),
            eye_height: Some(Volts(0.005)),
            return_loss: Some(7.3.db()),
            margin: None,
        },
        figures: Some(figures),
        cases: [15.0, 30.0]
            .map(|mm| PackageCase {
                transmitter: super::lengths([mm, 1.8]),
                far_end: super::lengths([mm, 1.8]),
                near_end: super::lengths([0.0, 0.0]),
                ..case.clone()
            })
            .into(),
        ..kr
    }
}
