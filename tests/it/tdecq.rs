//! Eye closure against computed anchors and against an instrument's values.

// A test says what it skipped and what it measured.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

use lightlane::analysis::tdecq::{OpticalMetrics, Phase, Tdecq, TdecqReport};
use lightlane::kernel::fft::RealFft;
use lightlane::prelude::*;
use lightlane::response::filter::LowPass;
use lightlane::signal::capture::read_symbols;
use lightlane::signal::{Capture, pattern};

const EACH: usize = 20;

/// One period of SSPRQ as rectangular pulses, behind a transmitter with a fourth-order
/// Bessel-Thomson response of `bandwidth` times the symbol rate.
fn ssprq(bandwidth: Option<f64>) -> Capture {
    let symbols = Symbols::new(Modulation::Pam4, pattern::ssprq()).unwrap();
    let mut samples: Vec<f64> =
        symbols.levels().iter().flat_map(|level| [1.5e-3 + 1e-3 * level; EACH]).collect();
    if let Some(bandwidth) = bandwidth {
        let filter = LowPass::bessel_thomson(4).unwrap();
        let fft = RealFft::new(samples.len());
        let mut spectrum = vec![Complex64::ZERO; fft.bins()];
        let mut scratch = vec![Complex64::ZERO; fft.scratch_len()];
        fft.forward(&mut samples.clone(), &mut spectrum, &mut scratch);
        for (k, bin) in spectrum.iter_mut().enumerate() {
            let x = k as f64 / symbols.len() as f64 / bandwidth;
            *bin *= filter.at(x) / samples.len() as f64;
        }
        fft.inverse(&mut spectrum, &mut samples, &mut scratch);
    }
    Capture {
        samples,
        samples_per_symbol: EACH,
        symbol_rate: 53.125.gbaud(),
        symbols: Some(symbols),
    }
}

/// TDECQ in decibels and `C_eq`, each within 0.05 dB and 0.01.
fn check(name: &str, report: &TdecqReport, tdecq_db: f64, ceq: f64) {
    let found = 10f64.powf(report.ceq_db / 10.0);
    println!("{name}: {:.3} dB (anchor {tdecq_db}), C_eq {found:.4} ({ceq})", report.tdecq_db);
    assert!((report.tdecq_db - tdecq_db).abs() < 0.05, "{name}: {}", report.tdecq_db);
    assert!((found - ceq).abs() < 0.01, "{name}: C_eq {found}");
}

#[test]
fn closures_of_ssprq_are_the_computed_anchors() {
    let five = Tdecq { main_tap: Some(3), ..Tdecq::five_taps() };
    // Samples 0 to 19 of a symbol have their middle at 9.5: without an equalizer it matters where the
    // histograms are, and at their best the closure is 0.69 dB.
    let one = Tdecq { taps: 1, main_tap: Some(1), phase: Phase::At(9.5 / 20.0), ..five.clone() };
    let rectangular = ssprq(None);
    let bare = Tdecq { bandwidth_ratio: None, ..one.clone() };
    let ideal = bare.measure(&rectangular).unwrap();
    assert!(ideal.tdecq_db.abs() < 0.02, "{}", ideal.tdecq_db);
    assert_eq!((ideal.outer.high.run, ideal.outer.low.run), (7, 6));
    check("one tap, in the middle", &one.measure(&rectangular).unwrap(), 0.91, 1.0);
    let best = Tdecq { phase: Phase::Best, ..one.clone() }.measure(&rectangular).unwrap();
    assert!((best.tdecq_db - 0.69).abs() < 0.01, "{}", best.tdecq_db);
    check("five taps", &five.measure(&rectangular).unwrap(), 0.316, 1.055);
    check("transmitter 0.75", &five.measure(&ssprq(Some(0.75))).unwrap(), 0.706, 1.138);
    let slow = ssprq(Some(0.5));
    check("transmitter 0.5", &five.measure(&slow).unwrap(), 1.25, 1.259);
    let nine = Tdecq { main_tap: Some(4), ..Tdecq::nine_taps() };
    check("transmitter 0.5, nine taps", &nine.measure(&slow).unwrap(), 1.256, 1.263);

    let metrics = OpticalMetrics::measure(&slow, Some(0.5)).unwrap();
    assert!((metrics.oma_w - 2e-3).abs() < 1e-6 && (metrics.er_db.unwrap() - 6.99).abs() < 0.01);
}

/// A folder beside the package that holds waveforms of an instrument; not part of it.
fn reference(file: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/tdecq");
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// Waveforms of M. Mazzini (IEEE P802.3bs, March 2017): name, noise of the oscilloscope, and the
/// closures that FlexDCA gave with the main tap second, third and fourth of five.
const INSTRUMENT: [(&str, f64, [f64; 3]); 3] = [
    ("70G", 3.808e-5, [2.36, 2.06, 2.82]),
    ("43G", 1.972e-5, [2.97, 2.82, 3.70]),
    ("28G", 1.531e-5, [5.81, 4.48, 4.83]),
];

fn instrument(name: &str) -> Option<Capture> {
    let waveform = reference(&format!("{name}_waveform_w.npy"))?;
    let symbols = reference(&format!("{name}_symbols.npy"))?;
    let symbols = read_symbols(symbols, Modulation::Pam4).unwrap();
    Some(Capture::read(waveform, 53.125.gbaud(), EACH).unwrap().with_symbols(symbols))
}

/// The receiver of the drafts at the time, 802.3bs D2.2, for all waveforms alike: the records have
/// passed the optical head and its filter, so none is applied again; noise is white behind the
/// draft's 38.68 GHz; five taps at half a unit interval (D3.2 changed to a whole one, with half the
/// symbol rate); histograms about the middle between crossings (moving them came in September
/// 2017).
#[test]
fn closures_of_an_instruments_waveforms_are_the_instruments() {
    let draft = Tdecq {
        taps_per_symbol: 2,
        bandwidth_ratio: None,
        noise_bandwidth_ratio: Some(0.728),
        phase: Phase::Crossings,
        ..Tdecq::five_taps()
    };
    for (name, scope_noise, expected) in INSTRUMENT {
        let Some(capture) = instrument(name) else { continue };
        let found = [2, 3, 4].map(|main_tap| {
            let tdecq = Tdecq { main_tap: Some(main_tap), scope_noise, ..draft.clone() };
            tdecq.measure(&capture).unwrap().tdecq_db
        });
        let least = |values: [f64; 3]| values.into_iter().fold(f64::INFINITY, f64::min);
        let residual = least(found) - least(expected);
        println!("{name}: {found:.2?} dB, FlexDCA {expected:.2?}, least {residual:+.2} dB");
        assert!(residual.abs() < 0.5, "{name}: {found:?}, not {expected:?}");
    }
}

/// No tap, phase or start of the search makes the closure worse than a search with less freedom.
#[test]
fn freedom_never_closes_an_instruments_eye() {
    for (name, scope_noise, _) in INSTRUMENT {
        let Some(capture) = instrument(name) else { continue };
        for main_tap in [2, 3, 4] {
            let free = Tdecq { main_tap: Some(main_tap), scope_noise, ..Tdecq::five_taps() };
            let middle = Tdecq { phase: Phase::Crossings, ..free.clone() };
            let [free, middle] = [&free, &middle].map(|t| t.measure(&capture).unwrap().tdecq_db);
            println!("{name}, main tap {main_tap}: {free:.3} dB, in the middle {middle:.3} dB");
            assert!(free < middle + 0.003, "{name} {main_tap}: {free} {middle}");
        }
    }
}
