//! The loop against its linear model.

use std::f64::consts::{PI, TAU};

use super::*;
use crate::kernel::fft::RealFft;
use crate::kernel::interp::Interpolator;
use crate::kernel::rng::{Key, Seed};
use crate::signal::{Modulation, Symbols};
use crate::transceiver::{
    Adaptation, Adc, Clock, Dfe, Ffe, Limits, PhaseDetector, Pulse, Sampler, Spacing, Training,
    adapt_with, decide,
};
use crate::unit::{Literals, Seconds};

const RATE: Baud = Baud(53.125e9);
const SPS: usize = 4;

fn key(name: &str) -> Key {
    Key::root(Seed(61)).named(name)
}

fn random(modulation: Modulation, count: usize, name: &str) -> Symbols {
    Symbols::random(modulation, count, key(name)).unwrap()
}

/// A periodic record of raised-cosine pulses of a roll-off, whose symbols are decided at multiples of
/// `SPS`; each is followed by an echo of some strength 1.3 symbols later.
fn clean(symbols: &Symbols, roll_off: f64, echo: f64) -> Vec<f64> {
    let count = symbols.len();
    let fft = RealFft::new(count * SPS);
    let mut impulses = vec![0.0; count * SPS];
    for (slot, level) in impulses.iter_mut().step_by(SPS).zip(symbols.levels()) {
        *slot = level;
    }
    let mut bins = vec![Complex64::ZERO; fft.bins()];
    let mut scratch = vec![Complex64::ZERO; fft.scratch_len()];
    fft.forward(&mut impulses, &mut bins, &mut scratch);
    for (k, bin) in bins.iter_mut().enumerate() {
        let f = k as f64 / count as f64;
        let turn = PI / roll_off * (f - 0.5 * (1.0 - roll_off)).max(0.0);
        let pulse = 0.5 * (1.0 + turn.min(PI).cos());
        *bin *= pulse * (1.0 + echo * Complex64::from_polar(1.0, -TAU * 1.3 * f)) / count as f64;
    }
    fft.inverse(&mut bins, &mut impulses, &mut scratch);
    impulses
}

/// A record as it arrives with a timing of `phi(t)`, all in symbols: what would have come at `t`
/// comes at `t + phi`.
fn jittered(record: &[f64], phi: impl Fn(f64) -> f64) -> Vec<f64> {
    let interpolator = Interpolator::new();
    (0..record.len())
        .map(|n| {
            let time = n as f64 / SPS as f64;
            interpolator.at(record, (time - phi(time)) * SPS as f64)
        })
        .collect()
}

fn receiver(detector: TimingDetector, bandwidth: Hertz, damping: Option<f64>) -> Digital {
    let tracking = Tracking { detector, bandwidth, damping, latency: 8 };
    let clock = Clock { phase: PhaseDetector::MuellerMuller, tracking: Some(tracking) };
    Digital { clock, vga: None, adc: None, ffe: None, dfe: None, mlse: None }
}

/// A receiver that was trained on a record without jitter, and its loop.
struct Trained {
    digital: Digital,
    adapted: Adapted,
    sampler: Sampler,
    timing: TrackingLoop,
}

impl Trained {
    fn new(digital: Digital, modulation: Modulation, roll_off: f64, echo: f64) -> Self {
        let symbols = random(modulation, 1 << 13, "training");
        let samples = clean(&symbols, roll_off, echo);
        let sampler = Sampler::new(&digital, RATE, SPS, key("receiver")).unwrap();
        let training = [Training { samples: &samples, symbols: &symbols }];
        let adapted = adapt_with(&digital, &training, SPS, &sampler, key("draws")).unwrap();
        let tracking = digital.clock.tracking.as_ref().unwrap();
        let timing = TrackingLoop::new(tracking, &digital, &adapted, RATE).unwrap();
        Self { digital, adapted, sampler, timing }
    }

    fn plain(bandwidth: Hertz, damping: Option<f64>) -> Self {
        let digital = receiver(TimingDetector::MuellerMuller, bandwidth, damping);
        Self::new(digital, Modulation::Pam4, 0.5, 0.0)
    }

    fn tracker(&self) -> Tracker<'_> {
        let Self { digital, adapted, sampler, timing } = self;
        Tracker { digital, adapted, sampler, timing }
    }

    /// Runs over a waveform that stands at the instants of the transmitter.
    fn run(&self, waveform: &[f64], start: Option<LoopState>) -> TrackingWorkspace {
        let tracker = self.tracker();
        let mut workspace = tracker.workspace(waveform.len() / SPS);
        let delay = self.adapted.delay;
        let half = 0.5 * (1 << 13) as f64 * SPS as f64;
        let delay = if delay > half { delay - 2.0 * half } else { delay };
        let advanced = jittered(waveform, |_| -delay / SPS as f64);
        tracker.run(&advanced, key("record"), start, &mut workspace);
        workspace
    }
}

/// The jitter transfer that a run shows at `cycles` turns in the record.
fn measured(phase: &[f64], cycles: usize, amplitude: f64) -> Complex64 {
    let turn = TAU * cycles as f64 / phase.len() as f64;
    let tone = phase
        .iter()
        .enumerate()
        .map(|(n, theta)| theta * Complex64::from_polar(1.0, -turn * n as f64))
        .sum::<Complex64>();
    // The jitter is a sine: its own tone is `-j amplitude / 2`.
    tone / phase.len() as f64 / Complex64::new(0.0, -0.5 * amplitude)
}

fn tone(cycles: usize, count: usize, amplitude: f64) -> impl Fn(f64) -> f64 {
    move |t| amplitude * (TAU * cycles as f64 * t / count as f64).sin()
}

fn frequency(cycles: usize, count: usize) -> Hertz {
    Hertz(cycles as f64 * RATE.0 / count as f64)
}

/// Row 46 of the physics: sinusoidal jitter of 0.05 UI around 4 MHz, against `1 / (1 + j f / fc)`.
#[test]
fn a_first_order_loop_of_4_mhz_lets_half_the_jitter_power_through_there() {
    let count = 1 << 17;
    let symbols = random(Modulation::Pam4, count, "payload");
    let record = clean(&symbols, 0.5, 0.0);
    let trained = Trained::plain(4.0.mhz(), None);
    let mut magnitudes = Vec::new();
    for cycles in [2, 9, 10, 40] {
        let run = trained.run(&jittered(&record, tone(cycles, count, 0.05)), None);
        assert_eq!(run.decisions(), symbols.values());
        let got = measured(run.phase(), cycles, 0.05);
        let f = frequency(cycles, count);
        let model = trained.timing.jitter_transfer(f);
        assert!((got - model).norm() < 0.02 * model.norm(), "{f}: {got} is not {model}");
        let textbook = 1.0 / Complex64::new(1.0, f.0 / 4e6);
        assert!((model - textbook).norm() < 0.03, "{model} is not {textbook}");
        magnitudes.push((f.0, got.norm()));
    }
    // Between 3.65 and 4.05 MHz the magnitude is a straight line.
    let ((f0, h0), (f1, h1)) = (magnitudes[1], magnitudes[2]);
    let corner = f0 + (h0 - 0.5f64.sqrt()) / (h0 - h1) * (f1 - f0);
    assert!((corner / 4e6 - 1.0).abs() < 0.05, "3 dB down at {corner:e} Hz");
}

#[test]
fn a_second_order_loop_peaks_as_its_damping_says() {
    let count = 1 << 16;
    let symbols = random(Modulation::Pam4, count, "payload");
    let record = clean(&symbols, 0.5, 0.0);
    for (damping, peak_db) in [(1.0, 1.25), (4.3, 0.1)] {
        let trained = Trained::plain(16.0.mhz(), Some(damping));
        // The model peaks where textbooks say, and is 3 dB down at the bandwidth.
        let level = |f: f64| 20.0 * trained.timing.jitter_transfer(Hertz(f)).norm().log10();
        let peak = (1..400).map(|n| level(1e5 * f64::from(n))).fold(0.0, f64::max);
        assert!((peak - peak_db).abs() < 0.02, "damping {damping}: {peak} dB");
        assert!((level(16e6) + 3.01).abs() < 0.2, "{} dB", level(16e6));
        for cycles in [4, 8, 20, 60] {
            let run = trained.run(&jittered(&record, tone(cycles, count, 0.03)), None);
            let got = measured(run.phase(), cycles, 0.03);
            let model = trained.timing.jitter_transfer(frequency(cycles, count));
            assert!((got - model).norm() < 0.03 * model.norm(), "{cycles}: {got}, not {model}");
        }
    }
}

#[test]
fn a_frequency_offset_is_followed_without_error_by_the_second_order_only() {
    let count = 1 << 16;
    let symbols = random(Modulation::Pam4, count, "payload");
    let record = clean(&symbols, 0.5, 0.0);
    // The transmitter is slow by 5 symbols in the record, 76 ppm.
    let offset = 5.0 / count as f64;
    let waveform = jittered(&record, |t| offset * t);
    let start = Some(LoopState::default());
    let late = 3 * count / 4..count - 100;
    let error = |run: &TrackingWorkspace| {
        // The signal at `t` is that of `t (1 - offset)`.
        let error = late.clone().map(|n| n as f64 * offset / (1.0 - offset) - run.phase()[n]);
        error.sum::<f64>() / late.len() as f64
    };

    let second = Trained::plain(8.0.mhz(), Some(1.0)).run(&waveform, start);
    assert!(error(&second).abs() < 2e-3, "{}", error(&second));
    assert!((second.state().frequency / offset - 1.0).abs() < 0.02);
    assert_eq!(second.decisions()[..count - 100], symbols.values()[..count - 100]);
    assert!(second.align(symbols.values()).slips().is_empty());

    // The first order stays behind by what makes its detector turn it on: offset fb / (2 pi B). It
    // is small enough for the S-curve to be straight.
    let first = Trained::plain(8.0.mhz(), None).run(&waveform, start);
    let behind = offset * RATE.0 / (TAU * 8e6);
    assert!((error(&first) / behind - 1.0).abs() < 0.03, "{} is not {behind}", error(&first));
}

/// The largest amplitude of sinusoidal jitter without an error, against the linear model: the static
/// half-width of the eye over the tracking error. The model takes the S-curve as a straight line;
/// at the eye's edge it has bent by some percent.
#[test]
fn jitter_tolerance_falls_by_20_db_a_decade_up_to_the_bandwidth() {
    let count = 1 << 14;
    let symbols = random(Modulation::Pam4, count, "payload");
    let record = clean(&symbols, 0.5, 0.0);
    let trained = Trained::plain(32.0.mhz(), None);
    let errors = |run: &TrackingWorkspace| {
        run.decisions().iter().zip(symbols.values()).filter(|(a, b)| a != b).count()
    };
    // The largest timing that a test survives.
    let largest = |most: f64, survives: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0, most);
        for _ in 0..7 {
            let middle = 0.5 * (low + high);
            if survives(middle) { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let still = receiver(TimingDetector::MuellerMuller, 1.0.hz(), None);
    let still = Trained::new(still, Modulation::Pam4, 0.5, 0.0);
    let margin = largest(0.5, &|timing| {
        let moved = [timing, -timing].map(|phi| jittered(&record, |_| phi));
        moved.iter().all(|waveform| errors(&still.run(waveform, Some(LoopState::default()))) == 0)
    });
    assert!((0.05..0.4).contains(&margin), "{margin}");
    let mut tolerated = Vec::new();
    for cycles in [1, 2, 10, 100] {
        let model = trained.timing.jitter_tolerance(frequency(cycles, count), margin);
        let got = largest(2.0 * model, &|amplitude| {
            errors(&trained.run(&jittered(&record, tone(cycles, count, amplitude)), None)) == 0
        });
        assert!((got / model - 1.0).abs() < 0.08, "{cycles} cycles: {got} is not {model}");
        tolerated.push(got);
    }
    // 3.2 and 6.5 MHz lie on the slope: half the tolerance at twice the frequency.
    assert!((tolerated[0] / tolerated[1] - 2.0).abs() < 0.25, "{tolerated:?}");
    assert!(tolerated[3] > 0.9 * margin && tolerated[3] < 1.2 * margin, "{tolerated:?}");
}

/// The aperture jitter of the sampler is the jitter that the gain is set for.
#[test]
fn a_bang_bang_loop_has_the_bandwidth_of_its_linear_model() {
    let count = 1 << 17;
    for modulation in [Modulation::Nrz, Modulation::Pam4] {
        let mut digital = receiver(TimingDetector::BangBang { jitter: 1e-6.ui() }, 8.0.mhz(), None);
        let aperture_jitter = Some(Seconds(0.04 / RATE.0));
        digital.adc = Some(Adc { aperture_jitter, ..Adc::ideal(12, 4.0.volts()) });
        let trained = Trained::new(digital, modulation, 0.7, 0.0);
        let symbols = random(modulation, count, "payload");
        let record = clean(&symbols, 0.7, 0.0);
        for cycles in [10, 20, 40] {
            let run = trained.run(&jittered(&record, tone(cycles, count, 0.02)), None);
            let got = measured(run.phase(), cycles, 0.02);
            let model = trained.timing.jitter_transfer(frequency(cycles, count));
            // The gain of the loop is that of the detector: H / (1 - H) is proportional to it.
            let gain = (got / (1.0 - got)).norm() / (model / (1.0 - model)).norm();
            assert!((gain - 1.0).abs() < 0.12, "{modulation}, {cycles}: {gain} of the gain");
        }
    }
}

#[test]
fn the_gain_of_a_bang_bang_detector_in_jitter_alone_is_that_of_the_textbook() {
    // Of a pulse without interference at the edges the gain is 2 / (sqrt(2 pi) sigma) times the
    // share of edges, which is 1/2 for two levels and 3/4 for four; a roll-off of 1 has none.
    for (modulation, share) in [(Modulation::Nrz, 0.5), (Modulation::Pam4, 0.75)] {
        let digital = receiver(TimingDetector::BangBang { jitter: 0.05.ui() }, 4.0.mhz(), None);
        let trained = Trained::new(digital, modulation, 1.0, 0.0);
        let want = share * 2.0 / (TAU.sqrt() * 0.05);
        let got = trained.timing.detector_slope();
        assert!((got / want - 1.0).abs() < 1e-3, "{modulation}: {got} is not {want}");
    }
}

#[test]
fn a_slip_is_found_once_and_where_it_happened() {
    let count = 1 << 15;
    let symbols = random(Modulation::Pam4, count, "payload");
    let record = clean(&symbols, 0.5, 0.0);
    let trained = Trained::plain(8.0.mhz(), Some(2.0));
    for direction in [1.0, -1.0] {
        // The signal is delayed by one symbol within 40, which no loop of 8 MHz follows.
        let middle = 20_000.0;
        let waveform = jittered(&record, |t| direction * ((t - middle) / 40.0).clamp(0.0, 1.0));
        let run = trained.run(&waveform, None);
        let alignment = run.align(symbols.values());
        let [slip] = alignment.slips() else { panic!("{:?}", alignment.slips()) };
        assert_eq!(slip.by, -(direction as isize));
        assert!((slip.at as f64 - middle - 20.0).abs() < 60.0, "{slip:?}");
        let compared = alignment.compared(symbols.values());
        let wrong = compared.iter().zip(run.decisions()).filter(|(a, b)| a != b).count();
        assert!(wrong < 60, "{wrong} wrong");
        let misread = symbols.values().iter().zip(run.decisions()).filter(|(a, b)| a != b).count();
        assert!(misread > 9_000, "{misread}");
        // The record's end follows its start one symbol off: the loop knows nothing of it.
        assert!(run.phase().iter().all(|theta| theta.abs() < 0.3));
    }
}

/// An echo, an equalizer of either spacing with feedback, a converter, and jitter: the loop decides
/// what was sent, and so does the receiver from the samples that the loop took.
#[test]
fn loops_of_either_detector_run_behind_any_equalizer() {
    let count = 1 << 14;
    let symbols = random(Modulation::Pam4, count, "payload");
    let record = clean(&symbols, 0.4, 0.3);
    for detector in [TimingDetector::MuellerMuller, TimingDetector::BangBang { jitter: 0.02.ui() }]
    {
        for spacing in [Spacing::Symbol, Spacing::HalfSymbol] {
            let mut digital = receiver(detector, 32.0.mhz(), None);
            digital.adc = Some(Adc::ideal(8, 4.0.volts()));
            let adaptation = Adaptation::Mmse;
            digital.ffe = Some(Ffe {
                taps: 15,
                cursor: 5,
                spacing,
                adaptation,
                limits: None,
                floating: None,
            });
            digital.dfe =
                Some(Dfe { taps: 1, limit: Limits::All(0.5), lowest: None, floating: None });
            let trained = Trained::new(digital, Modulation::Pam4, 0.4, 0.3);
            let cycles = 5;
            let run = trained.run(&jittered(&record, tone(cycles, count, 0.1)), None);
            let case = format!("{detector:?}, {spacing:?}");
            assert_eq!(run.decisions(), symbols.values(), "{case}");
            let got = measured(run.phase(), cycles, 0.1);
            let model = trained.timing.jitter_transfer(frequency(cycles, count));
            // Interference and sine alike exceed what a bang-bang detector is linear for.
            let tolerance = if detector == TimingDetector::MuellerMuller { 0.05 } else { 0.25 };
            assert!((got - model).norm() < tolerance, "{case}: {got} is not {model}");

            let mut workspace = trained.adapted.workspace(count);
            decide(&trained.digital, &trained.adapted, run.samples(), None, &mut workspace);
            assert_eq!(workspace.decisions(), symbols.values(), "{case}");
            for (a, b) in workspace.inputs().iter().zip(run.inputs()).take(count - 20) {
                assert!((a - b).abs() < 0.02, "{case}: {a} {b}");
            }
        }
    }
}

#[test]
fn a_record_depends_on_no_other_and_a_loop_can_go_on() {
    let count = 1 << 12;
    let trained = Trained::plain(32.0.mhz(), Some(2.0));
    let tracker = trained.tracker();
    let waveform = |name| clean(&random(Modulation::Pam4, count, name), 0.5, 0.0);
    let (a, b) = (waveform("a"), waveform("b"));
    let mut workspace = tracker.workspace(count);
    tracker.run(&b, key("b"), None, &mut workspace);
    let fresh = workspace.clone();
    tracker.run(&a, key("a"), None, &mut workspace);
    let state = workspace.state();
    tracker.run(&b, key("b"), None, &mut workspace);
    assert_eq!(workspace.phase(), fresh.phase());
    assert_eq!(workspace.inputs(), fresh.inputs());
    tracker.run(&b, key("b"), Some(state), &mut workspace);
    assert!((workspace.phase()[0] - state.phase).abs() < 1e-15);
}

#[test]
fn loops_without_meaning_are_refused() {
    let digital = receiver(TimingDetector::MuellerMuller, 4.0.mhz(), None);
    let trained = Trained::new(digital.clone(), Modulation::Pam4, 0.5, 0.0);
    let message = |change: &dyn Fn(&mut Tracking)| {
        let mut tracking = digital.clock.tracking.clone().unwrap();
        change(&mut tracking);
        let error = TrackingLoop::new(&tracking, &digital, &trained.adapted, RATE).unwrap_err();
        assert!(error.is_parameter(), "{error}");
        error.to_string()
    };
    assert!(message(&|t| t.bandwidth = 0.0.hz()).contains("`clock.tracking.bandwidth` is 0"));
    assert!(message(&|t| t.damping = Some(f64::NAN)).contains("`clock.tracking.damping`"));
    let jitter = 0.0.ui();
    assert!(message(&|t| t.detector = TimingDetector::BangBang { jitter }).contains("jitter"));
    let error = message(&|t| {
        t.bandwidth = 100.0.mhz();
        t.latency = 100;
    });
    assert!(error.contains("with 101 symbols of delay"), "{error}");
    let coarse = Pulse { samples_per_symbol: 2, ..trained.adapted.pulse.clone() };
    let coarse = Adapted { pulse: coarse, ..trained.adapted.clone() };
    let tracking = digital.clock.tracking.as_ref().unwrap();
    let error = TrackingLoop::new(tracking, &digital, &coarse, RATE).unwrap_err();
    assert!(error.to_string().contains("`samples-per-symbol` is 2"), "{error}");
}
