//! Closed forms of fiber, modulator, photodiode and laser noise, by devices at work.

use std::f64::consts::FRAC_1_SQRT_2;

use num_complex::Complex64;

use super::Claim;
use super::row::{Form, Within};
use crate::Result;
use crate::device::{CwLaser, MachZehnder, Photodiode, SingleModeFiber};
use crate::engine::Link;
use crate::kernel::rng::Seed;
use crate::signal::{Grid, Waveform};
use crate::unit::Literals;

const FIBER: &str = "fiber";
const CONVERSION: &str = "modulator and detector";

const NULL: &str = "f = sqrt((2k - 1) c / (2 D L lambda^2))";
const CHIRPED: &str = "cos(theta) = alpha sin(theta)";

pub(super) fn claims() -> Vec<Claim> {
    vec![Claim::forms(FIBER, fibers()), Claim::forms(CONVERSION, conversion())]
}

fn laser(dbm: f64, rin: f64) -> CwLaser {
    CwLaser { power: dbm.dbm(), rin: rin.db_per_hz(), linewidth: 0.0.hz() }
}

/// A modulator in quadrature without loss or limits.
fn modulator(chirp: f64) -> MachZehnder {
    MachZehnder {
        laser: laser(0.0, -400.0),
        v_pi: 1.0.volts(),
        bias: 0.5,
        extinction: 100.0.db(),
        loss: 0.0.db(),
        bandwidth: 10.0.thz(),
        order: 1,
        chirp,
    }
}

fn fiber(kilometers: f64, wavelength_nm: f64, zero_nm: f64) -> SingleModeFiber {
    SingleModeFiber {
        length: kilometers.km(),
        attenuation: 0.0.db_per_km(),
        connector_loss: 0.0.db(),
        wavelength: wavelength_nm.nm(),
        zero_dispersion: zero_nm.nm(),
        dispersion_slope: 0.092.ps_per_nm2_km(),
    }
}

/// 10 km at 1550 nm with exactly 17 ps/(nm km): the zero is put where Sellmeier's form gives that.
fn seventeen() -> SingleModeFiber {
    let ratio: f64 = 1.0 - 17.0 * 4.0 / (0.092 * 1550.0);
    fiber(10.0, 1550.0, 1550.0 * ratio.powf(0.25))
}

/// Small-signal response of intensity behind a fiber.
fn intensity(fiber: &SingleModeFiber, chirp: f64, gigahertz: f64) -> Result<f64> {
    // The tone is the 8th line of a record made for it.
    let grid = Grid::new((8.0 * gigahertz).gbaud(), 1, 64)?;
    let turn = |n: usize| std::f64::consts::TAU * n as f64 / 8.0;
    let tone = (0..64).map(|n| 1e-4 * turn(n).cos()).collect();
    let link = Link::electrical().then("mzm", &modulator(chirp))?.then("fiber", fiber)?;
    let plan = link.plan(grid)?;
    let mut workspace = plan.workspace();
    let power = plan.run(&Waveform::new(grid, tone)?, Seed(1), &mut workspace).power();
    let line = |(n, p): (usize, &f64)| p * Complex64::from_polar(1.0, -turn(n));
    Ok(power.iter().enumerate().map(line).sum::<Complex64>().norm())
}

/// The frequency near `guess` at which the response vanishes, GHz, by golden section.
fn null(fiber: &SingleModeFiber, chirp: f64, guess: f64) -> Result<f64> {
    let (mut low, mut high) = (0.9 * guess, 1.1 * guess);
    for _ in 0..40 {
        let (a, b) = (low + 0.382 * (high - low), low + 0.618 * (high - low));
        if intensity(fiber, chirp, a)? < intensity(fiber, chirp, b)? {
            high = b;
        } else {
            low = a;
        }
    }
    Ok(0.5 * (low + high))
}

/// Loss of intensity at a frequency behind 4WDM fiber at its worst, -11.7 ps/nm at 1271 nm.
fn toll(gigahertz: f64) -> Result<f64> {
    let ratio: f64 = 1.0 + 11.7 / 2.0 * 4.0 / (0.092 * 1271.0);
    let span = fiber(2.0, 1271.0, 1271.0 * ratio.powf(0.25));
    Ok(-20.0 * (intensity(&span, 0.0, gigahertz)? / intensity(&span, 0.0, 0.01)?).log10())
}

fn fibers() -> Vec<Form> {
    let null_at = |what, expected, part: f64, source, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Relative(part),
        unit: "GHz",
        source,
        got,
    };
    let loss = |what, expected, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within: Within::Absolute(0.01),
        unit: "dB",
        source: "cos(pi D L lambda^2 f^2 / c)",
        got,
    };
    vec![
        null_at("first null of 170 ps/nm", 19.158, 1e-3, NULL, || null(&seventeen(), 0.0, 19.0)),
        null_at("second null of 170 ps/nm", 33.182, 1e-3, NULL, || null(&seventeen(), 0.0, 33.0)),
        null_at("null of 1 km of G.652", 59.777, 1e-3, NULL, || standard(1.0, 60.0)),
        null_at("null of 10 km of G.652", 18.903, 1e-3, NULL, || standard(10.0, 19.0)),
        null_at("null of 80 km of G.652", 6.683, 1e-3, NULL, || standard(80.0, 6.7)),
        null_at("null with chirp -1", 23.463, 2e-3, CHIRPED, || null(&seventeen(), -1.0, 23.0)),
        null_at("null with chirp -0.5", 21.802, 2e-3, CHIRPED, || null(&seventeen(), -0.5, 22.0)),
        null_at("null with chirp 0.5", 16.084, 2e-3, CHIRPED, || null(&seventeen(), 0.5, 16.0)),
        null_at("null with chirp 1", 13.546, 2e-3, CHIRPED, || null(&seventeen(), 1.0, 13.5)),
        null_at("null with chirp 2", 10.408, 2e-3, CHIRPED, || null(&seventeen(), 2.0, 10.4)),
        loss("-11.7 ps/nm at 1271 nm, at 26.5625 GHz", 0.085, || toll(26.5625)),
        loss("-11.7 ps/nm at 1271 nm, at 53.125 GHz", 1.434, || toll(53.125)),
    ]
}

fn standard(kilometers: f64, guess: f64) -> Result<f64> {
    null(&fiber(kilometers, 1550.0, 1310.0), 0.0, guess)
}

/// Power at four equally spaced voltages over half of `V_pi`, in milliwatts.
fn half_swing() -> Result<[f64; 4]> {
    let grid = Grid::new(1.0.gbaud(), 64, 64)?;
    let plan = Link::electrical().then("mzm", &modulator(0.0))?.plan(grid)?;
    let mut workspace = plan.workspace();
    let mut powers = [0.0; 4];
    for (power, volts) in powers.iter_mut().zip([-0.25, -0.25 / 3.0, 0.25 / 3.0, 0.25]) {
        let drive = Waveform::new(grid, vec![volts; grid.len()])?;
        *power = 1e3 * plan.run(&drive, Seed(1), &mut workspace).power()[17];
    }
    Ok(powers)
}

/// Mean and deviation of the current of a photodiode of 1 A/W behind an open modulator, over the
/// band of a record that ends at `hz`.
fn detected(dbm: f64, rin: f64, hz: f64) -> Result<[f64; 2]> {
    let open = MachZehnder { laser: laser(dbm, rin), bias: 1.0, ..modulator(0.0) };
    let diode = Photodiode {
        responsivity: 1.0.amperes_per_watt(),
        bandwidth: 100.0.thz(),
        order: 1,
        dark_current: 0.0.amperes(),
    };
    let grid = Grid::new((2e-9 * hz).gbaud(), 1, 1 << 18)?;
    let plan = Link::electrical().then("mzm", &open)?.then("pd", &diode)?.plan(grid)?;
    let mut workspace = plan.workspace();
    let current = plan.run(&Waveform::zeros(grid), Seed(1), &mut workspace).samples();
    let count = current.len() as f64;
    let mean = current.iter().sum::<f64>() / count;
    let variance = current.iter().map(|i| (i - mean).powi(2)).sum::<f64>() / count;
    Ok([mean, variance.sqrt()])
}

fn conversion() -> Vec<Form> {
    let form = |what, expected, within, unit, source, got: fn() -> Result<f64>| Form {
        what,
        expected,
        within,
        unit,
        source,
        got,
    };
    let curve = "sin^2 of the modulator's phase";
    // 262,144 samples know a deviation to 0.14 %: three times that is 0.42 %, or 0.036 dB.
    vec![
        form("extinction at half of V_pi", 7.656, Within::Absolute(1e-3), "dB", curve, || {
            let power = half_swing()?;
            Ok(10.0 * (power[3] / power[0]).log10())
        }),
        form(
            "OMA over power at half of V_pi",
            FRAC_1_SQRT_2,
            Within::Absolute(1e-4),
            "",
            curve,
            || {
                let power = half_swing()?;
                Ok(power[3] - power[0])
            },
        ),
        form("R_LM at half of V_pi", 0.9019, Within::Absolute(1e-3), "", curve, || {
            let power = half_swing()?;
            let middle = 0.5 * (power[0] + power[3]);
            Ok(2.0 - 3.0 * (power[2] - middle) / (power[3] - middle))
        }),
        form(
            "shot noise of 1 mA in 40 GHz",
            3.580,
            Within::Relative(4.2e-3),
            "uA",
            "2 q I B",
            || Ok(1e6 * detected(0.0, -400.0, 40e9)?[1]),
        ),
        form(
            "SNR of -136 dB/Hz in 26.5625 GHz",
            31.76,
            Within::Absolute(0.05),
            "dB",
            "RIN B",
            || {
                // 30 dBm: shot noise lies 33 dB below.
                let [mean, sigma] = detected(30.0, -136.0, 26.5625e9)?;
                Ok(20.0 * (mean / sigma).log10())
            },
        ),
    ]
}
