//! Receivers by class.

use super::Rate;
use crate::response::Ctle;
use crate::transceiver::{
    Adaptation, Adc, Clock, CtleSearch, Dfe, Digital, Ffe, Limits, PhaseDetector, Receiver,
    Spacing, Vga,
};
use crate::unit::{Decibels, Literals};

/// Taps found by least squares, `cursor` of them ahead of the main one.
fn ffe(taps: usize, cursor: usize) -> Ffe {
    Ffe {
        taps,
        cursor,
        spacing: Spacing::Symbol,
        adaptation: Adaptation::Mmse,
        limits: None,
        floating: None,
    }
}

/// One tap of feedback.
fn dfe(limit: f64) -> Dfe {
    Dfe { taps: 1, limit: Limits::All(limit), lowest: None, floating: None }
}

/// Settings of an equalizer from a lowest gain up to 0 dB.
fn search(lowest: Decibels, step: Decibels) -> CtleSearch {
    CtleSearch { lowest, highest: 0.0.db(), step }
}

/// A receiver of the long-reach class: analog equalizer, converter, many taps, and one of feedback.
pub fn long_reach_receiver(rate: Rate) -> Receiver {
    Receiver {
        // 8.2e-9 and 6e-9 V^2/GHz.
        noise_density: rate.of(2.86, 2.45).nv_per_rthz(),
        ctle: Some(Ctle {
            dc_gain: (-6.0).db(),
            low_frequency_gain: (-2.0).db(),
            zero: rate.of(21.25, 42.5).ghz(),
            pole1: rate.of(21.25, 42.5).ghz(),
            pole2: rate.of(53.125, 106.25).ghz(),
            low_frequency_pole: rate.of(0.6640625, 1.328125).ghz(),
        }),
        ctle_search: Some(rate.of(search((-20.0).db(), 2.0.db()), search((-15.0).db(), 1.5.db()))),
        // 0.75 and 0.58 of the symbol rate.
        bandwidth: rate.of(39.84375, 61.625).ghz(),
        digital: Digital {
            clock: Clock::fixed(PhaseDetector::BestEye),
            vga: Some(Vga { target: 500.0.mv() }),
            adc: Some(Adc { enob: rate.of(None, Some(5.5)), ..Adc::ideal(7, 1.0.volts()) }),
            ffe: Some(rate.of(ffe(21, 5), ffe(31, 6))),
            dfe: Some(dfe(rate.of(0.7, 0.85))),
            mlse: None,
        },
    }
}

/// A receiver of the chip-to-chip class: at 100 Gb/s an analog equalizer and six taps of feedback,
/// at 200 Gb/s a converter, 16 taps and one of feedback.
pub fn chip_to_chip_receiver(rate: Rate) -> Receiver {
    let long = long_reach_receiver(rate);
    let feedback = Dfe {
        taps: 6,
        limit: Limits::Each(vec![0.65, 0.15, 0.1, 0.1, 0.1, 0.1]),
        lowest: Some(Limits::Each(vec![0.3, 0.05, -0.04, -0.04, -0.04, -0.04])),
        floating: None,
    };
    Receiver {
        // 2e-8 and 6e-9 V^2/GHz.
        noise_density: rate.of(4.47, 2.45).nv_per_rthz(),
        digital: Digital {
            adc: rate.of(None, long.digital.adc),
            ffe: rate.of(None, Some(ffe(16, 5))),
            dfe: rate.of(Some(feedback), Some(dfe(0.85))),
            ..long.digital
        },
        ..long
    }
}

/// A receiver of the very-short-reach class, of a host or of a module: at 100 Gb/s an analog
/// equalizer and four taps of feedback, at 200 Gb/s that of the chip-to-chip class.
pub fn very_short_receiver(rate: Rate) -> Receiver {
    let other = chip_to_chip_receiver(rate);
    let feedback = Dfe {
        taps: 4,
        limit: Limits::Each(vec![0.4, 0.15, 0.15, 0.1]),
        lowest: Some(Limits::Each(vec![0.1, -0.15, -0.15, -0.05])),
        floating: None,
    };
    match rate {
        Rate::G200 => other,
        Rate::G100 => Receiver {
            // 4.1e-8 V^2/GHz.
            noise_density: 6.4.nv_per_rthz(),
            ctle: Some(Ctle {
                dc_gain: (-6.0).db(),
                low_frequency_gain: (-2.0).db(),
                zero: 12.58.ghz(),
                pole1: 20.0.ghz(),
                pole2: 28.0.ghz(),
                low_frequency_pole: 1.328125.ghz(),
            }),
            ctle_search: Some(search((-13.0).db(), 1.0.db())),
            digital: Digital { dfe: Some(feedback), ..other.digital },
            ..other
        },
    }
}

/// A receiver of the extra-short-reach class: an analog equalizer of little gain, a few analog taps
/// and one of feedback, no converter.
pub fn extra_short_receiver(rate: Rate) -> Receiver {
    let other = chip_to_chip_receiver(rate);
    Receiver {
        // 2e-8 V^2/GHz, and 1e-8 at twice the rate.
        noise_density: rate.of(4.47, 3.16).nv_per_rthz(),
        ctle_search: Some(search((-10.0).db(), 1.0.db())),
        digital: Digital {
            adc: None,
            ffe: Some(rate.of(ffe(5, 1), ffe(9, 3))),
            dfe: Some(dfe(0.5)),
            ..other.digital
        },
        ..other
    }
}

/// A receiver between the extra-short and the very-short reach, for optics beside the package.
pub fn near_receiver(rate: Rate) -> Receiver {
    let other = extra_short_receiver(rate);
    Receiver {
        ctle_search: Some(search((-15.0).db(), 1.5.db())),
        digital: Digital { ffe: Some(rate.of(ffe(9, 3), ffe(16, 5))), ..other.digital },
        ..other
    }
}
