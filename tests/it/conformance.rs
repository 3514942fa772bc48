//! What holds for every device and every preset, whatever they model.

#![allow(clippy::float_cmp)] // Exactness is the claim of several tests here.

use lightlane::device::channel::{
    ComTrace, Connector, DieSection, End, Laminate, LineConstants, LossAt, Package, Section, Trace,
    Twinax, Via,
};
use lightlane::device::{
    Absorption, AbsorptionAt, AnyDevice, AvalanchePhotodiode, Carriers, Compression, Depletion,
    Detuning, DifferentialDelay, Heater, LockPoint, ModePartition, NeighborRing, OpticalAmplifier,
    OpticalFilter, OpticalNeighbor, Passband, Polarization, PolarizationDispersion, Redriver,
    ReflectionPair, Reflections, Side, Splitter,
};
use lightlane::engine::{AnyLink, Options};
use lightlane::prelude::*;
use lightlane::preset::{Rate, parts};
use lightlane::response::Ctle;
use lightlane::signal::{Kind, Samples};
use lightlane::unit::Quantity;

/// A channel with a section of each kind that needs no file.
fn channel_of_all_kinds() -> Channel {
    let line = LineConstants { gamma0: 1e-4, a1: 3.8e-4, a2: 9.6e-5, tau: 5.8e-3 };
    let package = Package {
        die: vec![DieSection { capacitance: 40.0.ff(), inductance: 130.0.ph() }; 3],
        bump_capacitance: 30.0.ff(),
        line,
        traces: vec![Trace { length: 12.0.mm(), impedance: 87.5.ohms() }],
        board_capacitance: 40.0.ff(),
    };
    let laminate = Laminate {
        length: 50.0.mm(),
        impedance: 95.0.ohms(),
        permittivity: 3.3,
        loss_tangent: 0.002,
        reference_frequency: 1.0.ghz(),
        conductor_loss: 3.0.db_per_m(),
        dc_resistance: 5.0.ohms(),
        roughness_ratio: 0.8,
        roughness_radius: 0.5.um(),
    };
    let twinax = Twinax {
        length: 0.5.meters(),
        impedance: 100.0.ohms(),
        permittivity: 2.0,
        dc_resistance: 0.5.ohms(),
        first: LossAt { frequency: 10.0.ghz(), loss: 3.5.db_per_m() },
        second: LossAt { frequency: 26.5625.ghz(), loss: 6.0.db_per_m() },
    };
    Channel {
        source: End { resistance: 90.0.ohms(), package: Some(package.clone()) },
        load: End { resistance: 100.0.ohms(), package: Some(package) },
        sections: vec![
            Section::ComLine(ComTrace { line, length: 50.0.mm(), impedance: 100.0.ohms() }),
            Section::ShuntCapacitance(20.0.ff()),
            Section::Laminate(laminate),
            Section::SeriesInductance(50.0.ph()),
            Section::Twinax(twinax),
            Section::Connector(Connector {
                length: 12.0.mm(),
                impedance: 92.0.ohms(),
                permittivity: 3.0,
                loss: 0.8.db(),
                frequency: 26.5625.ghz(),
                wipe: 0.6.mm(),
                near_pad: 12.0.ff(),
                far_pad: 15.0.ff(),
            }),
            Section::Via(Via {
                length: 1.2.mm(),
                stub: 0.3.mm(),
                impedance: 90.0.ohms(),
                permittivity: 3.4,
                loss_tangent: 0.002,
                reference_frequency: 10.0.ghz(),
                conductor_loss: 20.0.db_per_m(),
                near_pad: 15.0.ff(),
                far_pad: 10.0.ff(),
            }),
        ],
    }
}

/// A redriver as at the end of an active cable.
fn redriver() -> Redriver {
    Redriver {
        equalizer: equalizer(),
        gain: 6.0.db(),
        bandwidth: 45.0.ghz(),
        order: 2,
        input_saturation: 1.2.volts(),
        saturation: 1.0.volts(),
        noise_density: 3.0.nv_per_rthz(),
        output_noise_density: 5.0.nv_per_rthz(),
    }
}

fn reflections() -> Reflections {
    let pair = ReflectionPair {
        first: (-26.0).db(),
        second: (-30.0).db(),
        loss: 0.5.db(),
        distance: 20.0.meters(),
    };
    Reflections { polarization: Polarization::Random, index: 1.468, pairs: vec![pair; 2] }
}

fn splitter() -> Splitter {
    Splitter { share: 0.25, excess_loss: 0.4.db() }
}

fn polarization_dispersion() -> PolarizationDispersion {
    let (coefficient, length) = (0.2.ps_per_rtkm(), 10.0.km());
    PolarizationDispersion { delay: DifferentialDelay::Fiber { coefficient, length }, split: None }
}

fn optical_filter(shape: Passband) -> OpticalFilter {
    OpticalFilter {
        shape,
        bandwidth: 150.0.ghz(),
        detuning: 10.0.ghz(),
        loss: 1.5.db(),
        isolation: 30.0.db(),
        neighbors: vec![OpticalNeighbor {
            offset: 400.0.ghz(),
            power: 0.0.dbm(),
            depth: 0.6,
            symbol_rate: 53.125.gbaud(),
        }],
    }
}

fn optical_amplifier() -> OpticalAmplifier {
    OpticalAmplifier {
        gain: 15.0.db(),
        noise_figure: 6.5.db(),
        saturation_power: 12.0.dbm(),
        wavelength: 1310.0.nm(),
        carriers: Some(Carriers { lifetime: 150.0.ps(), enhancement: 4.0 }),
    }
}

fn avalanche_photodiode() -> AvalanchePhotodiode {
    AvalanchePhotodiode {
        responsivity: 0.7.amperes_per_watt(),
        gain: 8.0,
        ionization_ratio: 0.1,
        gain_bandwidth: 300.0.ghz(),
        bandwidth: 40.0.ghz(),
        order: 2,
        dark_current: 100.0.na(),
    }
}

fn equalizer() -> Ctle {
    parts::long_reach_receiver(Rate::G100).ctle.unwrap()
}

fn absorber() -> ElectroAbsorption {
    ElectroAbsorption {
        laser: CwLaser { power: 10.0.dbm(), rin: (-145.0).db_per_hz(), linewidth: 1.0.mhz() },
        absorption: Absorption::Exponential { scale: 1.6.volts(), power: 3.0 },
        loss: 3.0.db(),
        bias: 1.2.volts(),
        bandwidth: 40.0.ghz(),
        order: 3,
        chirp: 1.0,
        chirp_slope: -0.8,
    }
}

fn ring() -> Microring {
    let neighbor = |spacing: f64| NeighborRing {
        spacing: spacing.ghz(),
        shift: 8.0.ghz(),
        symbol_rate: 53.125.gbaud(),
    };
    Microring {
        laser: absorber().laser,
        wavelength: 1310.0.nm(),
        quality: 4000.0,
        coupling: 0.55,
        loss: 2.0.db(),
        tuning: 40.0.pm_per_volt(),
        depletion: Some(Depletion { built_in: 0.8.volts(), bias: 1.2.volts() }),
        bandwidth: 50.0.ghz(),
        detuning: Detuning::Free((-20.0).ghz()),
        self_heating: 10.0.ghz_per_mw(),
        drift: 1.0.ghz(),
        heater: Heater { efficiency: 0.1.nm_per_mw(), tuning: 2.0.nm() },
        neighbors: vec![neighbor(-200.0), neighbor(200.0)],
    }
}

fn diode() -> LaserDiode {
    LaserDiode {
        threshold: 0.6.ma(),
        slope_efficiency: 0.4.watts_per_ampere(),
        d_factor: 8.0.ghz_per_rtma(),
        k_factor: 0.22.ns(),
        carrier_lifetime: 0.1.ns(),
        photon_lifetime: 3.0.ps(),
        spontaneous: 1e-5,
        bias: 6.0.ma(),
        modulation: 8.0.ma_per_volt(),
        bandwidth: 25.0.ghz(),
        limit: 15.0.ma(),
        rin: (-142.0).db_per_hz(),
    }
}

fn direct() -> DirectlyModulated {
    DirectlyModulated {
        diode: diode(),
        chirp: 3.0,
        adiabatic: 10.0.ghz_per_mw(),
        linewidth: 5.0.mhz(),
    }
}

fn multimode_fiber() -> MultimodeFiber {
    MultimodeFiber {
        length: 50.0.meters(),
        attenuation: 3.0.db_per_km(),
        connector_loss: 1.0.db(),
        modal_bandwidth: 4700.0.mhz_km(),
        wavelength: 850.0.nm(),
        spectral_width: 0.4.nm(),
        zero_dispersion: 1316.0.nm(),
        dispersion_slope: 0.10275.ps_per_nm2_km(),
        mode_partition: Some(ModePartition { coefficient: 0.1, symbol_rate: 53.125.gbaud() }),
    }
}

/// A device, and what is to be expected of it.
struct Sample {
    name: &'static str,
    device: AnyDevice,
    noisy: bool,
    linear: bool,
}

/// Every kind of device, as in the presets and with all that is optional.
fn samples() -> Vec<Sample> {
    let sample = |name, noisy, linear, device| Sample { name, device, noisy, linear };
    let quiet_tia = Tia {
        noise_density: 0.0.pa_per_rthz(),
        agc: None,
        compression: None,
        equalizer: Some(equalizer()),
        ..parts::tia(Rate::G100)
    };
    let cubic = Compression::Cubic { full_scale: 1.0.volts(), coefficient: 0.1 };
    let driver = Driver {
        peaking: 2.0.db(),
        equalizer: Some(equalizer()),
        agc: None,
        ..parts::driver(Rate::G100)
    };
    let laser = CwLaser { linewidth: 0.0.hz(), ..parts::modulator(Rate::G100).laser };
    let point = |v: f64, a: f64| AbsorptionAt { voltage: v.volts(), absorption: a.db() };
    let points = vec![point(0.2, 0.1), point(0.9, 2.0), point(1.6, 7.0), point(2.5, 15.0)];
    let measured = ElectroAbsorption { absorption: Absorption::Table(points), ..absorber() };
    let point = LockPoint::LargestOma { swing: 2.0.volts(), side: Side::Blue };
    let detuning = Detuning::Locked { point, error: 0.5.ghz() };
    let locked = Microring { detuning, depletion: None, neighbors: Vec::new(), ..ring() };
    let modulator = MachZehnder { chirp: -0.7, laser, ..parts::modulator(Rate::G100) };
    vec![
        sample(
            "channel",
            false,
            true,
            AnyDevice::Channel(parts::host_to_module(Rate::G100, 10.0.inches())),
        ),
        sample("channel of all kinds", false, true, AnyDevice::Channel(channel_of_all_kinds())),
        sample("driver", true, false, AnyDevice::Driver(parts::driver(Rate::G100))),
        sample("driver, peaked, fixed gain", true, false, AnyDevice::Driver(driver)),
        sample("redriver", true, false, AnyDevice::Redriver(redriver())),
        sample("modulator", true, false, AnyDevice::MachZehnder(parts::modulator(Rate::G100))),
        sample("modulator with chirp", true, false, AnyDevice::MachZehnder(modulator)),
        sample("absorber", true, false, AnyDevice::ElectroAbsorption(absorber())),
        sample("absorber by table", true, false, AnyDevice::ElectroAbsorption(measured)),
        sample("ring", true, false, AnyDevice::Microring(ring())),
        sample("locked ring", true, false, AnyDevice::Microring(locked)),
        sample("direct", true, false, AnyDevice::DirectlyModulated(direct())),
        sample("vcsel", true, false, AnyDevice::Vcsel(Vcsel { diode: diode() })),
        sample("fiber", false, true, AnyDevice::SingleModeFiber(parts::fiber())),
        sample("multimode fiber", true, false, AnyDevice::MultimodeFiber(multimode_fiber())),
        sample("reflections", true, true, AnyDevice::Reflections(reflections())),
        sample(
            "polarization dispersion",
            true,
            false,
            AnyDevice::PolarizationDispersion(polarization_dispersion()),
        ),
        sample("splitter", false, true, AnyDevice::Splitter(splitter())),
        sample(
            "ring alone",
            false,
            true,
            AnyDevice::OpticalFilter(OpticalFilter {
                neighbors: Vec::new(),
                ..optical_filter(Passband::Lorentzian)
            }),
        ),
        sample(
            "demultiplexer",
            true,
            false,
            AnyDevice::OpticalFilter(optical_filter(Passband::FlatTop { order: 3 })),
        ),
        sample("amplifier", true, false, AnyDevice::OpticalAmplifier(optical_amplifier())),
        sample(
            "slow amplifier",
            true,
            false,
            AnyDevice::OpticalAmplifier(OpticalAmplifier { carriers: None, ..optical_amplifier() }),
        ),
        sample("photodiode", true, false, AnyDevice::Photodiode(parts::photodiode(Rate::G100))),
        sample(
            "avalanche photodiode",
            true,
            false,
            AnyDevice::AvalanchePhotodiode(avalanche_photodiode()),
        ),
        sample("tia", true, false, AnyDevice::Tia(parts::tia(Rate::G100))),
        sample("tia, quiet and linear", false, true, AnyDevice::Tia(quiet_tia.clone())),
        sample(
            "tia, cubic",
            false,
            false,
            AnyDevice::Tia(Tia { compression: Some(cubic), ..quiet_tia }),
        ),
    ]
}

fn link(device: &AnyDevice) -> Result<AnyLink> {
    device.append_to(AnyLink::new(device.input()), "it")
}

fn grid() -> Grid {
    Grid::new(53.125.gbaud(), 8, 128).unwrap()
}

/// Random samples of the size of a signal: half a volt, a milliwatt, a milliampere.
fn random<D: Domain>(stream: u64) -> Waveform<D> {
    let mut normals = Key::root(Seed(11)).named(D::NAME).indexed(stream).stream();
    let size = if D::KIND == Kind::Voltage { 0.25 } else { 0.03 };
    let mut waveform = Waveform::<D>::zeros(grid());
    let mut real = vec![0.0; grid().len()];
    let mut complex = vec![Complex64::ZERO; grid().len()];
    let current = if D::KIND == Kind::Current { 0.01 } else { 1.0 };
    real.fill_with(|| current * size * normals.sample());
    complex.fill_with(|| Complex64::new(size * normals.sample(), size * normals.sample()));
    waveform.samples_mut().copy_from_slice(lightlane::signal::Sample::of(&mut real, &mut complex));
    waveform
}

/// What a link makes of `a x + b y` with two random signals, as plain numbers.
fn output(link: &AnyLink, [a, b]: [f64; 2], seed: u64) -> Result<Vec<f64>> {
    fn run<In: Domain, Out: Domain>(
        link: &AnyLink,
        mix: impl Fn(In::Sample, In::Sample) -> In::Sample,
        seed: u64,
    ) -> Result<Vec<f64>> {
        let plan = link.clone().typed::<In, Out>()?.plan(grid())?;
        let (x, y) = (random::<In>(0), random::<In>(1));
        let samples = x.samples().iter().zip(y.samples()).map(|(x, y)| mix(*x, *y)).collect();
        let mut workspace = plan.workspace();
        let out = plan.run(&Waveform::new(grid(), samples)?, Seed(seed), &mut workspace);
        Ok(numbers(lightlane::signal::Sample::erased(out.samples())))
    }
    let real = |x: f64, y: f64| a * x + b * y;
    let complex = |x: Complex64, y: Complex64| a * x + b * y;
    match (link.clone().typed::<Field, Field>().is_ok(), link.output()) {
        (true, _) => run::<Field, Field>(link, complex, seed),
        (_, Kind::Current) => run::<Field, Current>(link, complex, seed),
        (_, Kind::Field) => run::<Voltage, Field>(link, real, seed),
        (_, Kind::Voltage) if link.clone().typed::<Current, Voltage>().is_ok() => {
            run::<Current, Voltage>(link, real, seed)
        }
        _ => run::<Voltage, Voltage>(link, real, seed),
    }
}

fn numbers(samples: Samples<'_>) -> Vec<f64> {
    match samples {
        Samples::Real(samples) => samples.to_vec(),
        Samples::Complex(samples) => samples.iter().flat_map(|z| [z.re, z.im]).collect(),
    }
}

/// The largest difference, relative to the largest value.
fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let largest = a.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    a.iter().zip(b).fold(0.0, |most: f64, (a, b)| most.max((a - b).abs())) / largest
}

#[test]
fn every_kind_of_device_is_in_the_sample() {
    let mut kinds: Vec<_> = samples().iter().map(|s| std::mem::discriminant(&s.device)).collect();
    let presets = preset::all();
    let stages = presets.iter().flat_map(|route| &route.hops).flat_map(|hop| &hop.stages);
    kinds.dedup();
    assert_eq!(kinds.len(), 18, "the list names every kind once, in a row");
    assert!(stages.map(|s| std::mem::discriminant(&s.device)).all(|kind| kinds.contains(&kind)));
}

#[test]
fn every_device_is_finite_and_a_function_of_its_seed() {
    for Sample { name, device, noisy, .. } in samples() {
        let link = link(&device).unwrap();
        let run = |seed| output(&link, [1.0, 0.0], seed).unwrap();
        let (one, other) = (run(1), run(2));
        assert!(one.iter().all(|x| x.is_finite()) && one.iter().any(|x| *x != 0.0), "{name}");
        assert_eq!(one, run(1), "{name}: one seed, two outputs");
        assert_eq!(one != other, noisy, "{name}: whether the seed matters");
    }
}

#[test]
fn linear_devices_and_no_others_obey_superposition() {
    for Sample { name, device, linear, .. } in samples() {
        let link = link(&device).unwrap();
        let run = |mix| output(&link, mix, 1).unwrap();
        let (x, y, mixed) = (run([1.0, 0.0]), run([0.0, 1.0]), run([0.7, -1.3]));
        let sum: Vec<f64> = x.iter().zip(&y).map(|(x, y)| 0.7 * x - 1.3 * y).collect();
        let difference = difference(&mixed, &sum);
        assert_eq!(difference < 1e-12, linear, "{name}: {difference:e}");
    }
}

#[test]
fn silence_gives_no_nan() {
    for Sample { name, device, .. } in samples() {
        let out = output(&link(&device).unwrap(), [0.0, 0.0], 1).unwrap();
        assert!(out.iter().all(|x| x.is_finite()), "{name}");
    }
}

/// A number of a device that can be spoiled.
trait Parameter: Quantity {
    fn set(&mut self, value: f64);
}

macro_rules! parameters {
    ($($kind:ident)+) => {
        $(impl Parameter for $kind { fn set(&mut self, value: f64) { self.0 = value; } })+
    };
}

parameters! { Hertz Meters Volts Amperes Ohms Farads Henries Decibels DecibelMilliwatts
DecibelsPerMeter DecibelsPerHertz VoltsPerRootHertz AmperesPerRootHertz AmperesPerWatt
DispersionSlope UnitIntervals Seconds Baud
WattsPerAmpere AmperesPerVolt HertzPerRootAmpere HertzPerWatt MetersPerVolt MetersPerWatt
HertzMeters }

impl Parameter for f64 {
    fn set(&mut self, value: f64) {
        *self = value;
    }
}

/// Sets one parameter to what is not a number, and to infinity; each must be refused by name.
fn check_refused(path: &str, lower: impl Fn(f64) -> Result<()>) {
    let compact: String = path.split_whitespace().collect();
    let name = compact.rsplit(['.', ')']).find(|part| part.chars().any(char::is_alphabetic));
    let name = name.unwrap().replace('_', "-");
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = lower(value).expect_err(&format!("`{compact}` is {value}"));
        let text = error.to_string();
        let named = text.contains(&name) || text.contains(&name.replace('-', "_"));
        assert!(error.is_parameter() && named, "`{compact}` is {value}: {text}");
    }
}

macro_rules! refused {
    ($kind:ident, $device:expr; $($field:ident $([$at:literal])? $(.$inner:ident)?),+ $(,)?) => {
        $(check_refused(stringify!($field $(.$inner)?), |value| {
            let mut device = $device;
            Parameter::set(&mut device.$field$([$at])?$(.$inner)?, value);
            link(&AnyDevice::$kind(device)).map(drop)
        });)+
    };
}

#[test]
fn what_is_not_finite_is_refused_by_the_name_of_the_parameter() {
    refused!(Driver, parts::driver(Rate::G100); gain, bandwidth, peaking, saturation, noise_density);
    refused!(Redriver, redriver(); gain, bandwidth, input_saturation, saturation, noise_density,
        output_noise_density, equalizer.dc_gain, equalizer.zero);
    refused!(MachZehnder, parts::modulator(Rate::G100); laser.power, laser.rin, laser.linewidth, v_pi, bias,
        extinction, loss, bandwidth, chirp);
    refused!(SingleModeFiber, parts::fiber(); length, attenuation, connector_loss, wavelength,
        zero_dispersion, dispersion_slope);
    refused!(ElectroAbsorption, absorber(); laser.power, laser.rin, laser.linewidth, loss, bias,
        bandwidth, chirp, chirp_slope);
    refused!(Microring, ring(); laser.power, wavelength, quality, coupling, loss, tuning, bandwidth,
        self_heating, drift, heater.efficiency, heater.tuning);
    refused!(DirectlyModulated, direct(); diode.threshold, diode.slope_efficiency, diode.d_factor,
        diode.k_factor, diode.carrier_lifetime, diode.photon_lifetime, diode.spontaneous,
        diode.bias, diode.modulation, diode.bandwidth, diode.limit, diode.rin, chirp, adiabatic,
        linewidth);
    refused!(MultimodeFiber, multimode_fiber(); length, attenuation, connector_loss,
        modal_bandwidth, wavelength, spectral_width, zero_dispersion, dispersion_slope);
    refused!(Reflections, reflections(); index, pairs[1].first, pairs[1].second, pairs[1].loss,
        pairs[1].distance);
    refused!(Splitter, splitter(); share, excess_loss);
    refused!(OpticalFilter, optical_filter(Passband::Gaussian); bandwidth, detuning, loss,
        isolation, neighbors[0].offset, neighbors[0].power, neighbors[0].depth,
        neighbors[0].symbol_rate);
    refused!(OpticalAmplifier, optical_amplifier(); gain, noise_figure, saturation_power,
        wavelength);
    refused!(AvalanchePhotodiode, avalanche_photodiode(); responsivity, gain, ionization_ratio,
        gain_bandwidth, bandwidth, dark_current);
    refused!(Photodiode, parts::photodiode(Rate::G100); responsivity, bandwidth, dark_current);
    refused!(Tia, parts::tia(Rate::G100); transimpedance, bandwidth, peaking, noise_density);
    refused!(Channel, parts::host_to_module(Rate::G100, 10.0.inches()); source.resistance, load.resistance);

    type Spoil = fn(&mut Microring, f64);
    let spoils: [(&str, Spoil); 8] = [
        ("spacing", |ring, x| ring.neighbors[1].spacing = Hertz(x)),
        ("shift", |ring, x| ring.neighbors[0].shift = Hertz(x)),
        ("symbol-rate", |ring, x| ring.neighbors[1].symbol_rate = Baud(x)),
        ("built-in", |ring, x| ring.depletion.as_mut().unwrap().built_in = Volts(x)),
        ("bias", |ring, x| ring.depletion.as_mut().unwrap().bias = Volts(x)),
        ("free", |ring, x| ring.detuning = Detuning::Free(Hertz(x))),
        ("at", |ring, x| {
            let point = LockPoint::At(Hertz(x));
            ring.detuning = Detuning::Locked { point, error: 0.0.hz() };
        }),
        ("error", |ring, x| {
            let point = LockPoint::Steepest(Side::Red);
            ring.detuning = Detuning::Locked { point, error: Hertz(x) };
        }),
    ];
    for (name, spoil) in spoils {
        check_refused(name, |x| {
            let mut ring = ring();
            spoil(&mut ring, x);
            link(&AnyDevice::Microring(ring)).map(drop)
        });
    }
    check_refused("coefficient", |x| {
        let delay =
            DifferentialDelay::Fiber { coefficient: SecondsPerRootKilometer(x), length: 1.0.km() };
        let device = PolarizationDispersion { delay, split: None };
        link(&AnyDevice::PolarizationDispersion(device)).map(drop)
    });
    check_refused("split", |x| {
        let device = PolarizationDispersion { split: Some(x), ..polarization_dispersion() };
        link(&AnyDevice::PolarizationDispersion(device)).map(drop)
    });
    check_refused("lifetime", |x| {
        let carriers = Some(Carriers { lifetime: Seconds(x), enhancement: 4.0 });
        link(&AnyDevice::OpticalAmplifier(OpticalAmplifier { carriers, ..optical_amplifier() }))
            .map(drop)
    });
    check_refused("agc.swing", |x| {
        let agc = Some(Agc { swing: Volts(x), crest: 1.0, range: 15.0.db() });
        link(&AnyDevice::Driver(Driver { agc, ..parts::driver(Rate::G100) })).map(drop)
    });
    check_refused("agc.crest", |x| {
        let agc = Some(Agc { swing: 1.0.volts(), crest: x, range: 15.0.db() });
        link(&AnyDevice::Driver(Driver { agc, ..parts::driver(Rate::G100) })).map(drop)
    });
    check_refused("agc.range", |x| {
        let agc = Some(Agc { swing: 1.0.volts(), crest: 1.0, range: Decibels(x) });
        link(&AnyDevice::Tia(Tia { agc, ..parts::tia(Rate::G100) })).map(drop)
    });
    check_refused("saturation", |x| {
        let compression = Some(Compression::Tanh { saturation: Volts(x) });
        link(&AnyDevice::Tia(Tia { compression, ..parts::tia(Rate::G100) })).map(drop)
    });
    for field in 0..6 {
        let names =
            ["dc-gain", "low-frequency-gain", "zero", "pole1", "pole2", "low-frequency-pole"];
        check_refused(names[field], |x| {
            let mut ctle = equalizer();
            match field {
                0 => ctle.dc_gain.set(x),
                1 => ctle.low_frequency_gain.set(x),
                2 => ctle.zero.set(x),
                3 => ctle.pole1.set(x),
                4 => ctle.pole2.set(x),
                _ => ctle.low_frequency_pole.set(x),
            }
            let equalizer = Some(ctle);
            link(&AnyDevice::Driver(Driver { equalizer, ..parts::driver(Rate::G100) })).map(drop)
        });
    }
}

type Set = fn(&mut Channel, f64);

macro_rules! sections {
    ($($kind:ident $index:literal: $($($field:tt).+),+;)+) => {
        vec![$($((stringify!($($field).+), (|channel, value| {
            let Section::$kind(part) = &mut channel.sections[$index] else { unreachable!() };
            Parameter::set(&mut part.$($field).+, value);
        }) as Set)),+),+]
    };
}

macro_rules! package {
    ($($name:literal [$($field:tt)+])+) => {
        vec![$(($name, (|channel, value| {
            let package = channel.source.package.as_mut().unwrap();
            Parameter::set(&mut package.$($field)+, value);
        }) as Set)),+]
    };
}

#[test]
fn a_channel_refuses_what_is_not_finite_by_the_name_of_the_parameter() {
    let package: Vec<(&str, Set)> = package! {
        "capacitance" [die[2].capacitance] "inductance" [die[2].inductance]
        "bump-capacitance" [bump_capacitance] "board-capacitance" [board_capacitance]
        "gamma0" [line.gamma0] "a1" [line.a1] "a2" [line.a2] "tau" [line.tau]
        "length" [traces[0].length] "impedance" [traces[0].impedance]
    };
    let sections: Vec<(&str, Set)> = sections! {
        ComLine 0: line.gamma0, line.a1, line.a2, line.tau, length, impedance;
        Laminate 2: length, impedance, permittivity, loss_tangent, reference_frequency,
            conductor_loss, dc_resistance, roughness_ratio, roughness_radius;
        Twinax 4: length, impedance, permittivity, dc_resistance, first.frequency, first.loss,
            second.frequency, second.loss;
        Connector 5: length, impedance, permittivity, loss, frequency, wipe, near_pad, far_pad;
        Via 6: length, stub, impedance, permittivity, loss_tangent, reference_frequency,
            conductor_loss, near_pad, far_pad;
    };
    let bare: [(&str, Set); 2] = [
        ("shunt-capacitance", |channel, value| {
            channel.sections[1] = Section::ShuntCapacitance(Farads(value));
        }),
        ("series-inductance", |channel, value| {
            channel.sections[3] = Section::SeriesInductance(Henries(value));
        }),
    ];
    for (name, set) in package.into_iter().chain(sections).chain(bare) {
        check_refused(name, |value| {
            let mut channel = channel_of_all_kinds();
            set(&mut channel, value);
            link(&AnyDevice::Channel(channel)).map(drop)
        });
    }
}

/// Every device written as a document, each of its numbers replaced in turn by absurd ones.
#[cfg(feature = "config")]
mod documents {
    use toml::Value;

    use super::*;

    const ABSURD: [&str; 9] = ["nan", "inf", "-1", "0", "-0.0", "1e-30", "1e30", "-1e30", "1e300"];

    /// The numbers of a document: those that are, and those that texts begin with.
    fn leaves(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
        match value {
            Value::Table(table) => table.iter_mut().for_each(|(_, value)| leaves(value, visit)),
            Value::Array(array) => array.iter_mut().for_each(|value| leaves(value, visit)),
            Value::String(text) if text.split(' ').next().unwrap().parse::<f64>().is_err() => {}
            _ => visit(value),
        }
    }

    fn replaced(old: &Value, number: &str) -> Value {
        match old {
            Value::String(text) => {
                Value::String(format!("{number} {}", text.split_once(' ').unwrap().1))
            }
            Value::Integer(_) => number.parse().map_or_else(
                |_| Value::Integer(number.parse::<f64>().unwrap() as i64),
                Value::Integer,
            ),
            Value::Boolean(old) => Value::Boolean(!old),
            _ => Value::Float(number.parse().unwrap()),
        }
    }

    /// Replaces each number of a document by each absurd one; `try_it` says what came of it.
    fn check(document: &Value, mut try_it: impl FnMut(Value) -> Result<Vec<f64>, String>) {
        let mut count = 0;
        leaves(&mut document.clone(), &mut |_| count += 1);
        assert!(count > 1, "{document}");
        let (mut refused, mut passed) = (0, 0);
        for index in 0..count {
            for number in ABSURD {
                let mut changed = document.clone();
                let mut seen = 0;
                leaves(&mut changed, &mut |leaf| {
                    if seen == index {
                        *leaf = replaced(leaf, number);
                    }
                    seen += 1;
                });
                let text = changed.to_string();
                match try_it(changed) {
                    Err(message) => {
                        assert!(!message.is_empty());
                        refused += 1;
                    }
                    Ok(output) => {
                        assert!(output.iter().all(|x| x.is_finite()), "{number} in {text}");
                        assert!(number != "nan" || !text.contains("nan"), "{text}");
                        passed += 1;
                    }
                }
            }
        }
        assert!(refused > 0 && passed > 0, "{refused} refused, {passed} passed");
    }

    #[test]
    fn an_absurd_number_is_refused_or_harmless_in_every_device() {
        for Sample { name, device, .. } in samples() {
            let document = Value::try_from(&device).unwrap();
            let back: AnyDevice = document.clone().try_into().unwrap();
            assert_eq!(back, device, "{name}: written and read");
            check(&document, |changed| {
                let device: AnyDevice = changed.try_into().map_err(|e| format!("{e}"))?;
                let link = link(&device).map_err(|e| e.to_string())?;
                output(&link, [1.0, 0.0], 1).map_err(|e| e.to_string())
            });
        }
    }

    #[test]
    fn an_absurd_number_is_refused_or_harmless_in_transmitter_and_receiver() {
        let sent = Symbols::random(Modulation::Pam4, grid().symbols(), Key::root(Seed(1))).unwrap();
        let mut transmitter = parts::host_transmitter(Rate::G100);
        transmitter.jitter.sinusoidal = Some(lightlane::transceiver::SinusoidalJitter {
            amplitude: 50.0.mui(),
            frequency: 4.0.mhz(),
        });
        check(&Value::try_from(&transmitter).unwrap(), |changed| {
            let transmitter: Transmitter = changed.try_into().map_err(|e| format!("{e}"))?;
            let plan = transmitter.plan(Modulation::Pam4, grid()).map_err(|e| e.to_string())?;
            Ok(plan.run(&sent, Key::root(Seed(2)), 3).samples().to_vec())
        });
        check(&Value::try_from(parts::long_reach_receiver(Rate::G100)).unwrap(), |changed| {
            let receiver: Receiver = changed.try_into().map_err(|e| format!("{e}"))?;
            receiver.digital.check().map_err(|e| e.to_string())?;
            let candidates = receiver.candidates().map_err(|e| e.to_string())?;
            let link = AnyLink::new(Kind::Voltage);
            let link = link.then_ops("it", |ops| candidates[0].front_end(ops));
            output(&link.map_err(|e| e.to_string())?, [1.0, 0.0], 1).map_err(|e| e.to_string())
        });
    }
}

/// Every hop of every preset, with an input of its own transmitter.
fn hops() -> Vec<(String, Hop, Waveform<Voltage>)> {
    let hop = |hop: Hop, name: &str| {
        let grid = Grid::new(hop.symbol_rate, 8, 1024).unwrap();
        let key = Key::root(Seed(5));
        let sent = Symbols::random(hop.modulation, 1024, key).unwrap();
        let input = hop.transmitter.plan(hop.modulation, grid).unwrap().run(&sent, key, 0);
        (format!("{name}, {}", hop.name), hop, input)
    };
    let of = |route: Route| route.hops.into_iter().map(move |h| hop(h, &route.name)).collect();
    preset::all().into_iter().flat_map(|route| -> Vec<_> { of(route) }).collect()
}

/// What the hop's link, and then its receiver's front end, make of an input.
fn through(hop: &Hop, link: AnyLink, input: &Waveform<Voltage>, seed: u64, fuse: bool) -> Vec<f64> {
    let link = link.then_ops("front end", |ops| hop.receiver.front_end(ops)).unwrap();
    let options = Options { fuse, ..Options::default() };
    let link = link.typed::<Voltage, Voltage>().unwrap();
    let plan = link.plan_with(input.grid(), &options).unwrap();
    let beside = beside(&plan, input);
    plan.run_beside(input, &beside, Seed(seed), &mut plan.workspace()).samples().to_vec()
}

/// Neighbors that send what the victim sends.
fn beside(plan: &Plan<Voltage, Voltage>, input: &Waveform<Voltage>) -> Vec<Waveform<Voltage>> {
    vec![input.clone(); plan.neighbors().len()]
}

#[test]
fn every_preset_is_finite_and_a_function_of_its_seed() {
    for (name, hop, input) in hops() {
        let run = |seed| through(&hop, hop.link().unwrap().into_any(), &input, seed, true);
        let one = run(1);
        assert!(one.iter().all(|x| x.is_finite()) && one.iter().any(|x| x.abs() > 1e-3), "{name}");
        assert_eq!(one, run(1), "{name}");
        assert_ne!(one, run(2), "{name}");
    }
}

#[test]
fn fusing_changes_no_preset() {
    for (name, hop, input) in hops() {
        let run = |fuse| through(&hop, hop.link().unwrap().into_any(), &input, 1, fuse);
        let difference = difference(&run(true), &run(false));
        assert!(difference < 1e-12, "{name}: {difference:e}");
    }
}

#[test]
fn a_dirty_workspace_changes_no_bit_of_a_preset() {
    for (name, hop, input) in hops() {
        let link = hop.link().unwrap();
        let plan = link.plan(input.grid()).unwrap();
        // A record of NaN leaves NaN in every buffer of the workspace.
        let nan = Waveform::new(input.grid(), vec![f64::NAN; input.grid().len()]).unwrap();
        let mut dirty = plan.workspace();
        let soiled = plan.run_beside(&nan, &beside(&plan, &nan), Seed(9), &mut dirty);
        assert!(soiled.samples().iter().all(|x| x.is_nan()), "{name}");
        let beside = beside(&plan, &input);
        let clean = plan.run_beside(&input, &beside, Seed(1), &mut plan.workspace()).clone();
        assert_eq!(plan.run_beside(&input, &beside, Seed(1), &mut dirty), &clean, "{name}");
    }
}

/// A stage that passes everything, and draws noise of its own that it scales to nothing.
fn pass_through(link: AnyLink) -> AnyLink {
    let one = |_| Complex64::ONE;
    match link.output() {
        Kind::Voltage => {
            link.then_ops("idle", |ops: Ops<Voltage>| Ok(ops.lti(one).noise("own", |_| 0.0)))
        }
        Kind::Current => {
            link.then_ops("idle", |ops: Ops<Current>| Ok(ops.lti(one).noise("own", |_| 0.0)))
        }
        Kind::Field => link.then_ops::<Field, Field>("idle", |ops| {
            Ok(ops.lti(one).noisy_map::<Field>("own", |e, n| e + 0.0 * n))
        }),
    }
    .unwrap()
}

#[test]
fn a_stage_more_leaves_the_noise_of_the_others_alone() {
    for (name, hop, input) in hops() {
        let with_more_at = |place: Option<usize>| {
            let mut link = AnyLink::new(Kind::Voltage);
            for (index, stage) in hop.stages.iter().enumerate() {
                if Some(index) == place {
                    link = pass_through(link);
                }
                link = stage.device.append_to(link, &stage.name).unwrap();
            }
            if place == Some(hop.stages.len()) {
                link = pass_through(link);
            }
            through(&hop, link, &input, 1, true)
        };
        let plain = with_more_at(None);
        for place in 0..=hop.stages.len() {
            let difference = difference(&plain, &with_more_at(Some(place)));
            assert!(difference < 1e-12, "{name}, at {place}: {difference:e}");
        }
    }
}
