//! The parts of a 100G lane at 53.125 GBd PAM4.
//!
//! [`sources()`](super::sources()) says where each number comes from.

use crate::device::channel::{
    ComTrace, Coupling, DieSection, End, LineConstants, Package, Section, Trace,
};
use crate::device::{
    Agc, AnyDevice, Channel, Compression, CwLaser, Driver, MachZehnder, Photodiode,
    SingleModeFiber, Tia,
};
use crate::fec::{Multiplexing, Outer, Scheme};
use crate::response::Ctle;
use crate::route::{Aggressor, Crosstalk, Form, LaserPlace, Lasers, Packaging, Stage};
use crate::transceiver::{
    Adaptation, Adc, Clock, CtleSearch, Dfe, Digital, Edge, Ffe, Jitter, Limits, PhaseDetector,
    Receiver, Spacing, Transmitter, Vga,
};
use crate::unit::{Baud, Literals, Meters};

/// The symbol rate of a 100G lane.
pub fn symbol_rate() -> Baud {
    53.125.gbaud()
}

/// Error correction from host to host, as 400GBASE-DR4 has it: two codewords over four lanes.
pub fn fec() -> Scheme {
    Scheme {
        outer: Outer::Kp4,
        codewords_interleaved: 2,
        multiplexing: Multiplexing::Bit { streams: 4 },
        lanes: 4,
        inner: None,
    }
}

/// Eight lanes in a cage of the front panel, without light: the end of a cable.
pub fn cable_end() -> Packaging {
    Packaging { form: Form::FrontPanel, lanes: 8, lasers: None }
}

/// A module of eight lanes in a cage of the front panel, with two lasers that need no cooler.
pub fn module() -> Packaging {
    let lasers = Lasers { place: LaserPlace::Unit, shared_by: 4, cooled: false };
    Packaging { lasers: Some(lasers), ..cable_end() }
}

/// A host SerDes transmitter.
pub fn host_transmitter() -> Transmitter {
    Transmitter {
        swing: 826.0.mv(),
        edge: Edge::RiseTime(7.5.ps()),
        // Taps that an operator set for a linear module, over their sum of 154.
        fir: vec![-2.0, 7.0, -27.0, 94.0, -13.0, -11.0].into_iter().map(|t| t / 154.0).collect(),
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

/// The transmitter of a module's DSP: that of a host, close to what it drives.
pub fn module_transmitter() -> Transmitter {
    Transmitter { fir: vec![-0.08, 0.84, -0.08], ..host_transmitter() }
}

/// The package of a host, modelled after the first test case of 802.3ck.
fn host_package() -> Package {
    Package {
        die: vec![DieSection { capacitance: 120.0.ff(), inductance: 120.0.ph() }],
        bump_capacitance: 30.0.ff(),
        line: LineConstants { gamma0: 0.0, a1: 9.909e-4, a2: 2.772e-4, tau: 6.141e-3 },
        traces: vec![
            Trace { length: 12.0.mm(), impedance: 87.5.ohms() },
            Trace { length: 1.8.mm(), impedance: 92.5.ohms() },
        ],
        board_capacitance: 87.0.ff(),
    }
}

/// A piece of board, modelled after the host board of 802.3ck.
fn board(length: Meters) -> Section {
    Section::ComLine(ComTrace {
        line: LineConstants { gamma0: 0.0, a1: 3.8206e-4, a2: 9.5909e-5, tau: 5.79e-3 },
        length,
        impedance: 100.0.ohms(),
    })
}

/// The board of a host from the package to the connector.
pub fn host_board() -> Meters {
    10.0.inches()
}

/// What lies between the host's package and the module's die, seen from the host.
fn interconnect() -> Vec<Section> {
    vec![
        board(host_board()),
        // The connector: its pads, and the board on the module behind it.
        Section::ShuntCapacitance(14.5.ff()),
        Section::ShuntCapacitance(9.5.ff()),
        board(20.0.mm()),
    ]
}

/// The channel from a host's die to a module's die.
pub fn host_to_module() -> Channel {
    Channel {
        source: End { resistance: 100.0.ohms(), package: Some(host_package()) },
        load: End { resistance: 100.0.ohms(), package: None },
        sections: interconnect(),
    }
}

/// The channel from a module's die to a host's die: the same parts the other way round.
pub fn module_to_host() -> Channel {
    let there = host_to_module();
    Channel {
        source: there.load,
        load: there.source,
        sections: there.sections.into_iter().rev().collect(),
    }
}

/// The length of a copper link's board on either side of its connector.
pub fn copper_board() -> Meters {
    10.5.inches()
}

/// A copper link from package to package, modelled after 802.3ck's backplane: 26 dB at 26.56 GHz.
pub fn copper() -> Channel {
    let end = End { resistance: 100.0.ohms(), package: Some(host_package()) };
    Channel {
        source: end.clone(),
        load: end,
        sections: vec![
            board(copper_board()),
            Section::ShuntCapacitance(14.5.ff()),
            Section::ShuntCapacitance(9.5.ff()),
            board(copper_board()),
        ],
    }
}

/// A neighbor of a copper link that sends in the same direction: coupled by its connector, on
/// boards of the same length.
fn far_end(name: &str, delay: f64) -> Aggressor {
    let mut channel = copper();
    let coupling = Coupling { below: 27.0.db(), frequency: 26.5625.ghz() };
    channel.sections.insert(2, Section::Coupling(coupling));
    Aggressor {
        name: name.to_owned(),
        kind: Crosstalk::Fext,
        into: COPPER.to_owned(),
        delay: delay.ui(),
        transmitter: host_transmitter(),
        channel,
    }
}

/// A neighbor of a copper link that sends the other way: coupled close to the receiver.
fn near_end(name: &str, delay: f64) -> Aggressor {
    let mut channel = copper();
    let coupling = Coupling { below: 50.0.db(), frequency: 26.5625.ghz() };
    channel.sections = vec![board(2.0.inches()), Section::Coupling(coupling), board(2.0.inches())];
    Aggressor { kind: Crosstalk::Next, channel, ..far_end(name, delay) }
}

/// The neighbors of a copper link.
pub(super) fn copper_neighbors() -> Vec<Aggressor> {
    vec![
        far_end("fext-1", 0.1),
        far_end("fext-2", 0.4),
        near_end("next-1", 0.6),
        near_end("next-2", 0.9),
    ]
}

/// The name of a copper link's channel among the stages.
pub(super) const COPPER: &str = "copper.channel";

/// The name of the host channel ahead of the optics.
pub(super) const TRANSMIT_CHANNEL: &str = "host-tx.channel";

/// The name of the host channel behind the optics.
pub(super) const RECEIVE_CHANNEL: &str = "host-rx.channel";

/// The name of the modulator.
pub(super) const MODULATOR: &str = "tx.mzm";

/// The name of the fiber.
pub(super) const FIBER: &str = "fiber";

/// The name of the transimpedance amplifier.
pub(super) const AMPLIFIER: &str = "rx.tia";

/// A copper link as a stage.
pub(super) fn copper_channel() -> Stage {
    stage(COPPER, true, AnyDevice::Channel(copper()))
}

/// A linear driver with gain control.
pub fn driver() -> Driver {
    Driver {
        gain: 15.0.db(),
        bandwidth: 50.0.ghz(),
        order: 3,
        peaking: 0.0.db(),
        saturation: 5.0.volts(),
        noise_density: 4.0.nv_per_rthz(),
        agc: Some(Agc { swing: 2.25.volts(), range: 15.0.db() }),
        equalizer: None,
    }
}

/// A silicon Mach-Zehnder modulator with its share of a laser.
pub fn modulator() -> MachZehnder {
    MachZehnder {
        laser: CwLaser { power: 10.0.dbm(), rin: (-145.0).db_per_hz(), linewidth: 1.0.mhz() },
        v_pi: 5.0.volts(),
        bias: 0.5,
        extinction: 25.0.db(),
        loss: 5.0.db(),
        bandwidth: 40.0.ghz(),
        order: 2,
        chirp: 0.0,
    }
}

/// 500 m of fiber with two connectors.
pub fn fiber() -> SingleModeFiber {
    SingleModeFiber {
        length: 500.0.meters(),
        attenuation: 0.4.db_per_km(),
        connector_loss: 0.7.db(),
        wavelength: 1311.0.nm(),
        zero_dispersion: 1310.0.nm(),
        dispersion_slope: 0.092.ps_per_nm2_km(),
    }
}

/// A germanium photodiode.
pub fn photodiode() -> Photodiode {
    Photodiode {
        responsivity: 0.8.amperes_per_watt(),
        bandwidth: 40.0.ghz(),
        order: 1,
        dark_current: 100.0.na(),
    }
}

/// A linear transimpedance amplifier in SiGe.
pub fn tia() -> Tia {
    Tia {
        // 74 dB ohm.
        transimpedance: 5.0.kohms(),
        bandwidth: 42.0.ghz(),
        order: 2,
        peaking: 0.0.db(),
        noise_density: 12.5.pa_per_rthz(),
        agc: Some(Agc { swing: 500.0.mv(), range: 30.0.db() }),
        compression: Some(Compression::Tanh { saturation: 1.5.volts() }),
        equalizer: None,
    }
}

/// A receiver of the long-reach class: analog equalizer, converter, 21 taps and one of feedback.
pub fn receiver() -> Receiver {
    Receiver {
        // 8.2e-9 V^2/GHz.
        noise_density: 2.86.nv_per_rthz(),
        ctle: Some(Ctle {
            dc_gain: (-6.0).db(),
            low_frequency_gain: (-2.0).db(),
            zero: 21.25.ghz(),
            pole1: 21.25.ghz(),
            pole2: 53.125.ghz(),
            low_frequency_pole: 0.6640625.ghz(),
        }),
        ctle_search: Some(CtleSearch { lowest: (-20.0).db(), highest: 0.0.db(), step: 2.0.db() }),
        // 0.75 of the symbol rate.
        bandwidth: 39.84375.ghz(),
        digital: Digital {
            clock: Clock::fixed(PhaseDetector::BestEye),
            vga: Some(Vga { target: 500.0.mv() }),
            adc: Some(Adc::ideal(7, 1.0.volts())),
            ffe: Some(Ffe {
                taps: 21,
                cursor: 5,
                spacing: Spacing::Symbol,
                adaptation: Adaptation::Mmse,
                limits: None,
                floating: None,
            }),
            dfe: Some(Dfe { taps: 1, limit: Limits::All(0.7), lowest: None, floating: None }),
            mlse: None,
        },
    }
}

fn stage(name: &str, probe: bool, device: AnyDevice) -> Stage {
    Stage { name: name.to_owned(), probe, device }
}

/// The host channel ahead of the optics, as a stage.
pub(super) fn transmit_channel() -> Stage {
    stage(TRANSMIT_CHANNEL, true, AnyDevice::Channel(host_to_module()))
}

/// The host channel behind the optics, as a stage.
pub(super) fn receive_channel() -> Stage {
    stage(RECEIVE_CHANNEL, true, AnyDevice::Channel(module_to_host()))
}

/// From the driver's input to the amplifier's output.
pub(super) fn optics() -> Vec<Stage> {
    vec![
        stage("tx.driver", false, AnyDevice::Driver(driver())),
        stage(MODULATOR, true, AnyDevice::MachZehnder(modulator())),
        stage(FIBER, false, AnyDevice::SingleModeFiber(fiber())),
        stage("rx.pd", false, AnyDevice::Photodiode(photodiode())),
        stage(AMPLIFIER, true, AnyDevice::Tia(tia())),
    ]
}
