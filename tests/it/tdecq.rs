//! Eye closure of a pattern in closed form and of an instrument's waveforms.

// A test says what it skipped and what it measured.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

use lightlane::analysis::tdecq::{OpticalMetrics, Phase, Tdecq};
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
        pattern: None,
    }
}

/// Anchors are rows of `lightlane::proof`; here is what is said beside them.
#[test]
fn without_an_equalizer_the_best_phase_is_ahead_of_the_middle() {
    let one = Tdecq { taps: 1, main_tap: Some(1), ..Tdecq::five_taps() };
    let best = one.measure(&ssprq(None)).unwrap();
    assert!((best.tdecq_db - 0.69).abs() < 0.01, "{}", best.tdecq_db);
    assert_eq!((best.outer.high.run, best.outer.low.run), (7, 6));
}

#[test]
fn a_slow_transmitter_keeps_its_amplitude_and_extinction() {
    let metrics = OpticalMetrics::measure(&ssprq(Some(0.5)), Some(0.5), 0.0).unwrap();
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

/// Waveforms of M. Mazzini (IEEE P802.3bs, March 2017), and the noise of the oscilloscope.
const INSTRUMENT: [(&str, f64); 3] = [("70G", 3.808e-5), ("43G", 1.972e-5), ("28G", 1.531e-5)];

fn instrument(name: &str) -> Option<Capture> {
    let waveform = reference(&format!("{name}_waveform_w.npy"))?;
    let symbols = reference(&format!("{name}_symbols.npy"))?;
    let symbols = read_symbols(symbols, Modulation::Pam4).unwrap();
    Some(Capture::read(waveform, 53.125.gbaud(), EACH).unwrap().with_symbols(symbols))
}

/// No tap, phase or start of the search makes the closure worse than a search with less freedom.
#[test]
fn freedom_never_closes_an_instruments_eye() {
    for (name, scope_noise) in INSTRUMENT {
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
