//! Many wavelengths on one fiber, one bit a symbol: from die to die without digital equalizers.

use super::interconnect::interposer;
use super::optics::room_fiber;
use super::transmitters::unfiltered;
use super::{AMPLIFIER, FIBER, Rate, modulators, probed, receive_optics, stage};
use crate::device::channel::End;
use crate::device::{
    Agc, AnyDevice, Channel, CwLaser, Driver, Microring, NeighborRing, OpticalFilter,
    OpticalNeighbor, Passband, Tia,
};
use crate::response::Ctle;
use crate::route::Stage;
use crate::signal::Modulation;
use crate::transceiver::{Clock, Digital, Edge, PhaseDetector, Receiver, Transmitter};
use crate::unit::{Baud, Hertz, Literals, Volts};

/// The bit error ratio that a link without error correction is asked for.
pub const LINE_TARGET: f64 = 1e-12;

/// A wavelength of a comb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// 32 Gb/s on a grid of 200 GHz.
    G32,
    /// 64 Gb/s on a grid of 200 GHz.
    G64,
    /// 106.25 Gb/s on a grid of 400 GHz.
    G106,
}

impl Line {
    /// The value of a part for this line.
    fn of<T>(self, at_32g: T, at_64g: T, at_106g: T) -> T {
        match self {
            Self::G32 => at_32g,
            Self::G64 => at_64g,
            Self::G106 => at_106g,
        }
    }

    /// The symbol rate: a bit a symbol.
    pub fn symbol_rate(self) -> Baud {
        self.of(32.0, 64.0, 106.25).gbaud()
    }

    /// The end of a preset's name.
    pub(in crate::preset) fn tag(self) -> &'static str {
        self.of("32g", "64g", "106g")
    }

    /// The distance of neighboring lines.
    fn spacing(self) -> Hertz {
        self.of(200.0, 200.0, 400.0).ghz()
    }

    /// The peak-to-peak swing that its ring is driven by.
    fn swing(self) -> Volts {
        self.of(modulators::RING_SWING, modulators::RING_SWING, 2.0.volts())
    }

    /// The parts of lanes that are fast enough.
    fn rate(self) -> Rate {
        self.of(Rate::G100, Rate::G100, Rate::G200)
    }
}

/// A transmitter on the other side of an interposer.
pub fn line_transmitter(line: Line) -> Transmitter {
    let edge = Edge::RiseTime(line.of(10.0, 5.0, 4.0).ps());
    Transmitter { edge, level_mismatch: 1.0, ..unfiltered(line.rate()) }
}

/// A receiver that decides by a clock that is sent along, and equalizes nothing itself.
pub fn line_receiver(line: Line) -> Receiver {
    Receiver {
        noise_density: 4.47.nv_per_rthz(),
        ctle: None,
        ctle_search: None,
        // 0.75 of the symbol rate.
        bandwidth: line.of(24.0, 48.0, 79.6875).ghz(),
        digital: Digital {
            clock: Clock::fixed(PhaseDetector::BestEye),
            vga: None,
            adc: None,
            ffe: None,
            dfe: None,
            mlse: None,
        },
    }
}

/// Two millimeters of interposer.
pub fn between_dies() -> Channel {
    let end = End { resistance: 100.0.ohms(), package: None };
    Channel { source: end.clone(), load: end, sections: interposer(2.0.mm()) }
}

/// A ring on a bus with others, fed by a line of a comb.
pub fn line_ring(line: Line) -> Microring {
    let neighbor =
        |spacing| NeighborRing { spacing, shift: 6.0.ghz(), symbol_rate: line.symbol_rate() };
    Microring {
        laser: CwLaser {
            power: line.of(0.0, 4.0, 6.0).dbm(),
            rin: (-138.0).db_per_hz(),
            linewidth: 1.0.mhz(),
        },
        quality: line.of(6500.0, 5000.0, 3500.0),
        tuning: line.of(40.0, 40.0, 60.0).pm_per_volt(),
        bandwidth: line.of(50.0, 65.0, 80.0).ghz(),
        detuning: modulators::lock(line.swing()),
        neighbors: vec![neighbor(Hertz(-line.spacing().0)), neighbor(line.spacing())],
        ..modulators::ring(line.rate(), room_fiber().wavelength)
    }
}

/// The ring that drops a line, and what its neighbors leave in it.
pub fn drop_ring(line: Line) -> OpticalFilter {
    let neighbor = |offset| OpticalNeighbor {
        offset,
        power: (-8.0).dbm(),
        depth: 0.7,
        symbol_rate: line.symbol_rate(),
    };
    OpticalFilter {
        shape: Passband::Lorentzian,
        bandwidth: line.of(50.0, 90.0, 150.0).ghz(),
        detuning: 0.0.hz(),
        loss: 1.0.db(),
        isolation: 35.0.db(),
        neighbors: vec![neighbor(Hertz(-line.spacing().0)), neighbor(line.spacing())],
    }
}

/// What an amplifier lifts for its ring and itself, analog: nothing at 32 Gb/s.
fn equalizer(line: Line) -> Option<Ctle> {
    let corner = |share: f64| (share * line.symbol_rate().0).hz();
    line.of(None, Some(-3.0), Some(-4.0)).map(|gain: f64| Ctle {
        dc_gain: gain.db(),
        low_frequency_gain: 0.0.db(),
        zero: corner(0.4),
        pole1: corner(0.4),
        pole2: corner(1.0),
        low_frequency_pole: corner(0.0125),
    })
}

/// From die to die over a wavelength.
pub(in crate::preset) fn line(line: Line) -> Vec<Stage> {
    let rate = line.rate();
    let driver = Driver {
        bandwidth: line.of(30.0, 50.0, 100.0).ghz(),
        ..modulators::ring_driver(rate, line.swing(), Modulation::Nrz)
    };
    let photodiode = receive_optics::photodiode(rate);
    let amplifier = receive_optics::tia(rate);
    let tia = Tia {
        agc: amplifier.agc.map(|agc| Agc { crest: Modulation::Nrz.crest(), ..agc }),
        transimpedance: line.of(1.41, 5.0, 5.0).kohms(),
        bandwidth: line.of(32.0, 42.0, 65.0).ghz(),
        noise_density: line.of(16.9, 12.5, 13.2).pa_per_rthz(),
        equalizer: equalizer(line),
        ..amplifier
    };
    vec![
        stage("tx.interposer", AnyDevice::Channel(between_dies())),
        stage("tx.driver", AnyDevice::Driver(driver)),
        probed(modulators::MICRORING, AnyDevice::Microring(line_ring(line))),
        stage(FIBER, AnyDevice::SingleModeFiber(room_fiber())),
        stage("rx.drop", AnyDevice::OpticalFilter(drop_ring(line))),
        stage("rx.pd", AnyDevice::Photodiode(photodiode)),
        probed(AMPLIFIER, AnyDevice::Tia(tia)),
        stage("rx.interposer", AnyDevice::Channel(between_dies())),
    ]
}
