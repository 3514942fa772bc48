//! Transmitters by class.
//!
//! The classes differ in their filters alone. A class has one setting for all its links: where a
//! link would train its taps, the receiver's adaptation has to do.

use super::Rate;
use crate::transceiver::{Edge, Jitter, Transmitter};
use crate::unit::Literals;

/// A transmitter a few millimeters from what it drives: it sends symbols as they are.
pub fn short_transmitter(rate: Rate) -> Transmitter {
    Transmitter {
        swing: 826.0.mv(),
        edge: Edge::RiseTime(rate.of(7.5.ps(), 4.0.ps())),
        fir: vec![1.0],
        dac_bits: Some(7),
        level_mismatch: 0.95,
        sndr: Some(33.0.db()),
        jitter: Jitter {
            random: 10.0.mui(),
            dual_dirac: 20.0.mui(),
            even_odd: 0.0.ui(),
            sinusoidal: None,
        },
    }
}

/// A transmitter ahead of a receiver that is a board away, and that of a module's DSP.
pub fn retimer_transmitter(rate: Rate) -> Transmitter {
    Transmitter { fir: vec![-0.08, 0.84, -0.08], ..short_transmitter(rate) }
}

/// A host's transmitter ahead of a module or a cable that decides nothing.
pub fn host_transmitter(rate: Rate) -> Transmitter {
    // Taps that an operator set for a linear module, over their sum of 154.
    let taps = [-2.0, 7.0, -27.0, 94.0, -13.0, -11.0];
    Transmitter { fir: taps.into_iter().map(|t| t / 154.0).collect(), ..short_transmitter(rate) }
}
