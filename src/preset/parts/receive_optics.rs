//! What turns light into a voltage again.

use super::{AMPLIFIER, Rate, probed, stage};
use crate::device::{Agc, AnyDevice, Compression, Photodiode, Tia};
use crate::route::Stage;
use crate::signal::Modulation;
use crate::unit::Literals;

/// A germanium photodiode.
pub fn photodiode(rate: Rate) -> Photodiode {
    Photodiode {
        responsivity: 0.8.amperes_per_watt(),
        bandwidth: rate.of(40.0, 70.0).ghz(),
        order: 1,
        dark_current: 100.0.na(),
    }
}

/// A gallium arsenide photodiode for 850 nm.
pub fn short_wave_photodiode() -> Photodiode {
    Photodiode {
        responsivity: 0.6.amperes_per_watt(),
        bandwidth: 30.0.ghz(),
        order: 1,
        dark_current: 10.0.na(),
    }
}

/// A linear transimpedance amplifier in SiGe.
pub fn tia(rate: Rate) -> Tia {
    Tia {
        // 74 dB ohm.
        transimpedance: 5.0.kohms(),
        bandwidth: rate.of(42.0, 65.0).ghz(),
        order: 2,
        peaking: 0.0.db(),
        noise_density: rate.of(12.5, 13.2).pa_per_rthz(),
        agc: Some(Agc { swing: 500.0.mv(), crest: Modulation::Pam4.crest(), range: 30.0.db() }),
        compression: Some(Compression::Tanh { saturation: 1.5.volts() }),
        equalizer: None,
    }
}

fn received(photodiode: Photodiode, tia: Tia) -> Vec<Stage> {
    vec![stage("rx.pd", AnyDevice::Photodiode(photodiode)), probed(AMPLIFIER, AnyDevice::Tia(tia))]
}

pub(super) fn stages(rate: Rate) -> Vec<Stage> {
    received(photodiode(rate), tia(rate))
}

pub(super) fn short_wave_stages(rate: Rate) -> Vec<Stage> {
    received(short_wave_photodiode(), tia(rate))
}
