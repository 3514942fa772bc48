//! Channel operating margin of channels in closed form.

use ndarray::Array3;

use super::*;
use crate::response::com::ComLine;
use crate::response::{PortMap, TwoPort};
use crate::unit::{Decibels, Farads, Hertz, Literals, Ohms};

/// Two uncoupled lines, wired `1-2 3-4`, every 20 MHz up to 40 GHz.
fn lines(at: impl Fn(f64) -> TwoPort) -> Network {
    let frequency: Vec<f64> = (0..=2000).map(|k| f64::from(k) * 20e6).collect();
    let mut s = Array3::zeros((frequency.len(), 4, 4));
    for (mut s, &hz) in s.outer_iter_mut().zip(&frequency) {
        let pair = at(hz);
        for (near, far) in [(0, 1), (2, 3)] {
            s[[near, near]] = pair.s11;
            s[[far, far]] = pair.s22;
            s[[far, near]] = pair.s21;
            s[[near, far]] = pair.s12;
        }
    }
    Network::new(frequency, vec![50.0; 4], s).unwrap()
}

fn lossy(hz: f64) -> TwoPort {
    let line = ComLine { gamma0: 0.0, a1: 6e-4, a2: 1.2e-4, tau: 6e-3 };
    TwoPort::shunt_capacitance(hz, 60e-15, 100.0).cascade(&line.section(hz, 250.0, 92.0))
}

/// Four levels at 26.5625 GBd without packages.
fn bare() -> Com {
    let end = ComEnd {
        termination: Ohms(50.0),
        die_capacitance: Vec::new(),
        die_inductance: Vec::new(),
        bump_capacitance: Farads(0.0),
        impedance: Vec::new(),
        board_capacitance: Farads(0.0),
    };
    let gain = |db: f64| Sweep { from: Decibels(db), to: Decibels(0.0), step: Decibels(2.0) };
    Com {
        name: "bare".into(),
        compat: Compat::Standard,
        symbol_rate: 26.5625.gbaud(),
        levels: 4,
        samples_per_symbol: 16,
        error_ratio: 1e-4,
        level_separation: 1.0,
        random_jitter: 0.01.ui(),
        dual_dirac_jitter: 0.02.ui(),
        ports: PortMap::Across,
        transition_time: Some(12.0.ps()),
        crosstalk_band: 26.0.ghz(),
        transmitter: end.clone(),
        receiver: end,
        line: ComLine { gamma0: 0.0, a1: 0.0, a2: 0.0, tau: 6e-3 },
        board: None,
        filter: ComFilter { bandwidth: 0.75, raised_cosine: None, noise_v2_per_ghz: 1e-8 },
        ctle: CtleGrid {
            zero: 10.0.ghz(),
            pole1: 10.0.ghz(),
            pole2: 26.5625.ghz(),
            dc_gain: gain(-12.0),
            low_frequency: Some(LowFrequencyStage { pole: 0.33.ghz(), gain: gain(-2.0) }),
            qualified: Vec::new(),
        },
        ffe: FfeGrid {
            least_main: 0.6,
            pre: vec![Sweep { from: -0.2, to: 0.0, step: 0.05 }],
            post: vec![Sweep { from: -0.2, to: 0.0, step: 0.05 }],
        },
        receiver_ffe: None,
        dfe: ComDfe { most: vec![0.85; 2], least: vec![0.0; 2], step: 0.0, floating: None },
        eye: None,
        limits: ComLimits::default(),
        figures: None,
        cases: vec![PackageCase {
            transmitter: Vec::new(),
            far_end: Vec::new(),
            near_end: Vec::new(),
            receiver: Vec::new(),
            amplitude: 0.4.volts(),
            far_end_amplitude: 0.4.volts(),
            near_end_amplitude: 0.6.volts(),
            signal_to_noise: 33.0.db(),
        }],
    }
}

/// Every setting of the equalizers, one after the other.
fn settings(com: &Com) -> Vec<Equalizer> {
    let mut all = Vec::new();
    for gains in com.ctle.gains() {
        for pre in com.ffe.pre[0].values() {
            for post in com.ffe.post[0].values() {
                let main = 1.0 - pre.abs() - post.abs();
                if main > com.ffe.least_main - 1e-9 {
                    all.push(Equalizer {
                        taps: vec![pre, main, post],
                        main: 1,
                        dc_gain_db: gains.dc,
                        low_frequency_gain_db: gains.low_frequency,
                    });
                }
            }
        }
    }
    all
}

#[test]
fn the_search_is_that_of_all_settings_under_either_convention() {
    let through = lines(lossy);
    let weak = |hz: f64| TwoPort::coupling(2e-12 * hz, 100.0).cascade(&lossy(hz));
    let aggressors = [(Crosstalk::FarEnd, lines(weak)), (Crosstalk::NearEnd, lines(weak))];
    for compat in [Compat::Standard, Compat::Tool370] {
        for floating in [
            None,
            Some(FloatingTaps {
                groups: 2,
                taps: 2,
                span: 12,
                most: 0.1,
                tail_start: 8,
                tail_most: 0.01,
            }),
        ] {
            let mut com = bare();
            com.compat = compat;
            com.dfe.floating = floating;
            let found = com.evaluate(&through, &aggressors).unwrap().cases.remove(0);
            let channels = com.channels(&through, &aggressors).unwrap();
            let ready = Ready::new(&com, &com.cases[0], &channels);
            let foms = settings(&com);
            let foms =
                foms.iter().filter_map(|setting| Some(ready.received(setting)?.terms.fom_db()));
            let best = foms.fold(f64::MIN, f64::max);
            assert!((found.fom_db - best).abs() < 2e-3, "{} is not {best}", found.fom_db);
        }
    }
}

#[test]
fn margin_and_closure_of_an_eye_are_one_number() {
    let report = bare().evaluate(&lines(lossy), &[]).unwrap();
    let case = &report.cases[0];
    // VEC = -20 log10(1 - 10^(-COM / 20)).
    let expected = -20.0 * (1.0 - 10f64.powf(-case.com_db / 20.0)).log10();
    assert!((case.vec_db.unwrap() - expected).abs() < 1e-9);
}

#[test]
fn gaussian_noise_alone_gives_the_margin_of_its_tail() {
    // An ideal line and little but receiver noise: COM is A_s over Q^-1(DER_0) deviations.
    let mut com = bare();
    com.random_jitter = 0.0.ui();
    com.dual_dirac_jitter = 0.0.ui();
    com.cases[0].signal_to_noise = 100.0.db();
    com.filter.noise_v2_per_ghz = 3e-5;
    com.dfe.most = vec![1.0; 40];
    com.dfe.least = vec![-1.0; 40];
    let setting =
        Equalizer { taps: vec![1.0], main: 0, dc_gain_db: 0.0, low_frequency_gain_db: 0.0 };
    let line = ComLine { gamma0: 0.0, a1: 0.0, a2: 0.0, tau: 6e-3 };
    let ideal = lines(|hz| line.section(hz, 200.0, 100.0));
    let case = com.evaluate_with(&setting, &ideal, &[]).unwrap().cases.remove(0);
    let tail = crate::kernel::gauss::q_inv(com.error_ratio);
    let expected = 20.0 * (case.signal_v / (tail * case.sigmas.all)).log10();
    assert!((case.com_db - expected).abs() < 0.05, "{} is not {expected}", case.com_db);
}

#[test]
fn a_receiver_equalizer_takes_out_what_feedback_cannot() {
    let through = lines(lossy);
    let mut com = bare();
    com.dfe = ComDfe { most: vec![0.85], least: vec![0.0], step: 0.0, floating: None };
    let without = com.evaluate(&through, &[]).unwrap().com_db;
    com.receiver_ffe = Some(ReceiverFfe { pre: 4, post: 8, most: 0.7, sequence_detection: false });
    let with = com.evaluate(&through, &[]).unwrap();
    assert!(with.com_db > without + 1.0, "{} is not above {without}", with.com_db);
    assert_eq!(with.cases[0].receiver_taps.len(), 13);
    com.receiver_ffe = Some(ReceiverFfe { pre: 4, post: 8, most: 0.7, sequence_detection: true });
    let detected = com.evaluate(&through, &[]).unwrap();
    let gain = detected.cases[0].sequence_gain_db.unwrap();
    assert!((detected.com_db - with.com_db - gain).abs() < 1e-9);
}

#[test]
fn sequence_detection_gains_what_is_published() {
    let mut com = bare();
    com.error_ratio = 2e-4;
    for (tap, expected) in [(0.25, 0.24), (0.5, 0.745), (0.75, 1.087), (0.85, 1.185), (1.0, 1.566)]
    {
        let gain = com.sequence_gain_db(tap);
        assert!((gain - expected).abs() < 6e-3, "{tap}: {gain}");
    }
}

#[test]
fn wrong_parameters_are_named() {
    let wrong = |change: &dyn Fn(&mut Com)| {
        let mut com = bare();
        change(&mut com);
        com.check().unwrap_err().to_string()
    };
    assert!(wrong(&|com| com.levels = 1).contains("levels"));
    assert!(wrong(&|com| com.ctle.dc_gain.step.0 = 0.0).contains("ctle.dc-gain.step"));
    assert!(wrong(&|com| com.dfe.least = vec![]).contains("dfe.least"));
    assert!(wrong(&|com| com.dfe.least[0] = 0.9).contains("dfe.most"));
    assert!(wrong(&|com| com.cases[0].amplitude.0 = f64::NAN).contains("case.amplitude"));
    assert!(wrong(&|com| com.cases[0].receiver = vec![1.0.mm()]).contains("case.receiver"));
    let channel = lines(lossy);
    let mut fast = bare();
    fast.symbol_rate = 112.0.gbaud();
    assert!(fast.evaluate(&channel, &[]).unwrap_err().is_unsupported());
    let none = lines(|hz| TwoPort {
        s21: num_complex::Complex64::ZERO,
        s12: num_complex::Complex64::ZERO,
        ..lossy(hz)
    });
    assert!(bare().evaluate(&none, &[]).is_err());
}

#[test]
fn smooth_loss_does_not_deviate_and_crosstalk_noise_is_that_of_its_integral() {
    let band = LossBand {
        symbol_rate: 26.5625.gbaud(),
        from: 0.05.ghz(),
        to: 26.0.ghz(),
        transmitter: Hertz(1e15),
        receiver: Hertz(1e15),
    };
    let pair = |at: &dyn Fn(f64) -> TwoPort| lines(at).differential(PortMap::Across).unwrap();
    let line = ComLine { gamma0: 1e-4, a1: 6e-4, a2: 1.2e-4, tau: 6e-3 };
    let smooth = band.insertion_loss_deviation(&pair(&|hz| line.section(hz, 200.0, 100.0)));
    assert!(smooth.unwrap() < 1e-9);
    let vias = |hz: f64| lossy(hz).cascade(&TwoPort::shunt_capacitance(hz, 200e-15, 100.0));
    assert!(band.insertion_loss_deviation(&pair(&vias)).unwrap() > 0.05);
    // Flat crosstalk: 2 / f_2 times the integral of sinc^2 up to f_2, 0.4507 of the symbol rate.
    let flat = |_: f64| TwoPort { s21: 0.01.into(), ..TwoPort::through(100.0) };
    let noise = band.integrated_crosstalk_noise(&[pair(&flat)], 0.5.volts()).unwrap();
    let expected = 0.01 * 0.5 * (2.0 * 0.4507 * 26.5625 / 26.0f64).sqrt();
    assert!((noise / expected - 1.0).abs() < 2e-3, "{noise:e} is not {expected:e}");
}
