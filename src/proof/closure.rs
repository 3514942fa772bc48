//! Eye closure of SSPRQ against computed anchors.

use num_complex::Complex64;

use super::Claim;
use super::row::ProofRow;
use crate::Result;
use crate::analysis::tdecq::{Phase, Tdecq};
use crate::kernel::fft::RealFft;
use crate::response::filter::LowPass;
use crate::signal::{Capture, Modulation, Symbols, pattern};
use crate::unit::Literals;

const AREA: &str = "TDECQ, anchors";

/// Samples of a unit interval.
const EACH: usize = 20;

/// Bandwidths of transmitters over the symbol rate; one without has rectangular pulses.
const TRANSMITTERS: [Option<f64>; 3] = [None, Some(0.75), Some(0.5)];

const DEFINITION: &str = "definition of TDECQ";
const COMPUTED: &str = "computed with an independent program";

pub(super) fn claims() -> Vec<Claim> {
    TRANSMITTERS
        .map(|bandwidth| {
            let name = bandwidth.map_or("tdecq ssprq, rectangular".to_owned(), |bandwidth| {
                format!("tdecq ssprq, transmitter of {bandwidth} f_b")
            });
            Claim::new(AREA, name.clone(), move || check(bandwidth, &name))
        })
        .into()
}

fn check(bandwidth: Option<f64>, name: &str) -> Result<Vec<ProofRow>> {
    let capture = ssprq(bandwidth)?;
    let five = Tdecq { main_tap: Some(3), ..Tdecq::five_taps() };
    let nine = Tdecq { main_tap: Some(4), ..Tdecq::nine_taps() };
    // Without an equalizer it matters where the histograms are: samples 0 to 19 of a symbol have
    // their middle at 9.5.
    let middle = Phase::At(9.5 / EACH as f64);
    let one = Tdecq { taps: 1, main_tap: Some(1), phase: middle, ..five.clone() };
    let bare = Tdecq { bandwidth_ratio: None, ..one.clone() };
    let cases = match bandwidth {
        None => vec![
            ("no receiver, 1 tap", bare, 0.0, None, 0.02, DEFINITION),
            ("1 tap in the middle", one, 0.91, Some(1.0), 0.05, COMPUTED),
            ("5 taps", five, 0.316, Some(1.055), 0.05, COMPUTED),
        ],
        Some(0.75) => vec![("5 taps", five, 0.706, Some(1.138), 0.05, COMPUTED)],
        Some(_) => vec![
            ("5 taps", five, 1.25, Some(1.259), 0.05, COMPUTED),
            ("9 taps, 4.0e-4", nine, 1.256, None, 0.05, COMPUTED),
        ],
    };
    let mut rows = Vec::new();
    for (what, settings, expected_db, gain, tolerance, source) in cases {
        let report = settings.measure(&capture)?;
        let what = format!("{name}, {what}");
        let numbers = [expected_db, report.tdecq_db];
        rows.push(ProofRow::new(AREA, what.as_str(), numbers, tolerance, "dB", source));
        if let Some(expected) = gain {
            let numbers = [expected, 10f64.powf(report.ceq_db / 10.0)];
            let what = format!("{what}: C_eq");
            rows.push(ProofRow::new(AREA, what, numbers, 0.01, "", source));
        }
    }
    Ok(rows)
}

/// One period of SSPRQ, rectangular or behind a transmitter with a fourth-order Bessel-Thomson
/// response.
fn ssprq(bandwidth: Option<f64>) -> Result<Capture> {
    let symbols = Symbols::new(Modulation::Pam4, pattern::ssprq())?;
    let mut samples: Vec<f64> =
        symbols.levels().iter().flat_map(|level| [1.5e-3 + 1e-3 * level; EACH]).collect();
    if let Some(bandwidth) = bandwidth {
        let filter = LowPass::bessel_thomson(4)?;
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
    Ok(Capture {
        samples,
        samples_per_symbol: EACH,
        symbol_rate: 53.125.gbaud(),
        symbols: Some(symbols),
        pattern: None,
    })
}
