//! The diode, alone and as a source of light, against closed forms.

use std::f64::consts::{PI, TAU};

use num_complex::Complex64;

use super::*;
use crate::device::fiber::LIGHT;
use crate::device::{DirectlyModulated, SingleModeFiber, Vcsel};
use crate::engine::{Device, Link};
use crate::kernel::rng::Seed;
use crate::signal::{Grid, Waveform};
use crate::unit::Literals;

/// 0.6 mA of threshold, 8 GHz/rtmA, biased 6 mA above it: 19.6 GHz.
fn diode() -> LaserDiode {
    LaserDiode {
        threshold: 0.6.ma(),
        slope_efficiency: 0.4.watts_per_ampere(),
        d_factor: 8.0.ghz_per_rtma(),
        k_factor: 0.22.ns(),
        carrier_lifetime: 0.1.ns(),
        photon_lifetime: 3.0.ps(),
        spontaneous: 1e-6,
        bias: 6.6.ma(),
        modulation: 10.0.ma_per_volt(),
        bandwidth: 1e3.thz(),
        limit: 20.0.ma(),
        rin: (-400.0).db_per_hz(),
    }
}

/// Without compression of the gain: `K = 4 pi^2 tau_p`.
fn uncompressed() -> LaserDiode {
    LaserDiode { k_factor: Seconds(4.0 * PI * PI * 3e-12), ..diode() }
}

/// The field over a record of this drive.
fn light(
    device: &impl Device<In = Voltage, Out = Field>,
    grid: Grid,
    drive: Vec<f64>,
) -> Vec<Complex64> {
    let plan = Link::electrical().then("laser", device).unwrap().plan(grid).unwrap();
    let drive = Waveform::new(grid, drive).unwrap();
    plan.run(&drive, Seed(1), &mut plan.workspace()).samples().to_vec()
}

/// Milliwatts.
fn power(diode: LaserDiode, grid: Grid, drive: Vec<f64>) -> Vec<f64> {
    light(&Vcsel { diode }, grid, drive).iter().map(|e| 1e3 * e.norm_sqr()).collect()
}

/// What a small tone does to the power, per ampere of current, over the slope efficiency.
fn response(diode: LaserDiode, gigahertz: f64) -> Complex64 {
    let grid = Grid::new(gigahertz.gbaud(), 32, 16).unwrap();
    let angle = |n: usize| TAU * n as f64 / 32.0;
    let drive = (0..grid.len()).map(|n| 1e-4 * angle(n).cos()).collect();
    let power = power(diode, grid, drive);
    let line: Complex64 =
        power.iter().enumerate().map(|(n, p)| 1e-3 * p * Complex64::cis(-angle(n))).sum();
    line * 2.0 / grid.len() as f64 / (1e-4 * 10e-3) / diode.slope_efficiency.0
}

#[test]
fn light_begins_at_threshold_and_grows_with_its_slope() {
    let at = |ma: f64| 1e3 * uncompressed().power(ma.ma()).unwrap();
    assert!(at(0.0) < 1e-9 && at(0.5) < 1e-4);
    for ma in [1.0, 3.0, 12.0] {
        assert!((at(ma) / (0.4 * (ma - 0.6)) - 1.0).abs() < 1e-4, "{ma} mA: {} mW", at(ma));
    }
    // A steady drive gives the same, in the fiber: 0.2 V are 2 mA.
    let grid = Grid::new(50.0.gbaud(), 8, 16).unwrap();
    for v in [-0.5, 0.0, 0.2] {
        let found = power(diode(), grid, vec![v; grid.len()])[5];
        let expected = 1e3 * diode().power((6.6 + 10.0 * v).ma()).unwrap();
        assert!((found / expected - 1.0).abs() < 1e-9, "{v} V: {found} is not {expected}");
    }
    // Beyond its limits the current stops.
    let most = 1e3 * diode().power(20.0.ma()).unwrap();
    assert!((power(diode(), grid, vec![50.0; grid.len()])[5] / most - 1.0).abs() < 1e-9);
    assert!(power(diode(), grid, vec![-50.0; grid.len()])[5] < 1e-9);
}

#[test]
fn small_signals_have_the_response_of_d_and_k() {
    for above in [1.0, 3.0, 6.0] {
        let diode = LaserDiode { bias: (0.6 + above).ma(), ..uncompressed() };
        let fr = 8e9 * above.sqrt();
        assert!((diode.relaxation().0 / fr - 1.0).abs() < 1e-12);
        let gamma = 4.0 * PI * PI * 3e-12 * fr * fr + 1.0 / 0.1e-9;
        for gigahertz in [1.0, 5.0, 13.0, 26.5625, 40.0] {
            let f = 1e9 * gigahertz;
            let below = Complex64::new(fr * fr - f * f, f * gamma / TAU);
            let error = (response(diode, gigahertz) * below / (fr * fr) - 1.0).norm();
            assert!(error < 2e-3, "{above} mA above, {gigahertz} GHz: {error:e}");
        }
    }
}

/// With compression the exact response is that of the linear equations, and damping rises by K.
#[test]
fn compression_damps_as_the_k_factor_says() {
    let above = 6e-3;
    let (tp, tn) = (3e-12, 0.1e-9);
    let w2 = (TAU * 8e9 / 1e-3f64.sqrt()).powi(2);
    let e = (0.22e-9 / (4.0 * PI * PI) - tp) * w2 * tp;
    // Steady light, spontaneous emission aside, and the derivatives of what is stimulated.
    let c = 1.0 / (w2 * tp * tn);
    let s = above / (1.0 + e * c);
    let x = 1.0 + e * s;
    let (by_light, by_gain) = (x / (1.0 + e * s).powi(2), s / (1.0 + e * s));
    let exact = |f: f64| {
        let jw = Complex64::new(0.0, TAU * f);
        let (light, gain) = (jw * tp + 1.0 - by_light, jw + w2 * tp * by_gain + 1.0 / tn);
        w2 * tp * by_gain / (light * gain + w2 * tp * by_light * by_gain)
    };
    for gigahertz in [1.0, 10.0, 20.0, 26.5625, 40.0] {
        let error = (response(diode(), gigahertz) / exact(1e9 * gigahertz) - 1.0).norm();
        assert!(error < 2e-3, "{gigahertz} GHz: {error:e}");
    }
    // Damping and resonance from the exact determinant, to the first order in `e s` of 0.1.
    let damping = (1.0 - by_light) / tp + w2 * tp * by_gain + 1.0 / tn;
    let fr2 = 64e18 * 6.0;
    let expected = 0.22e-9 * fr2 + 1.0 / tn;
    assert!((damping / expected - 1.0).abs() < 2.0 * e * s, "{damping:e} is not {expected:e}");
    let undamped = LaserDiode { k_factor: uncompressed().k_factor, ..diode() };
    assert!(response(undamped, 19.6).norm() > 1.3 * response(diode(), 19.6).norm());
}

#[test]
fn a_pole_of_parasitics_comes_ahead() {
    let poled = LaserDiode { bandwidth: 20.0.ghz(), ..diode() };
    let ratio = response(poled, 20.0) / response(diode(), 20.0);
    assert!((ratio - 1.0 / Complex64::new(1.0, 1.0)).norm() < 1e-3, "{ratio}");
}

/// A square wave of 1 GHz between 2.6 and 10.6 mA: light rings, and settles to what is steady.
#[test]
fn large_steps_ring_and_settle() {
    let grid = Grid::new(2.0.gbaud(), 256, 8).unwrap();
    let drive = (0..grid.len()).map(|n| if n / 256 % 2 == 0 { 0.4 } else { -0.4 }).collect();
    let power = power(uncompressed(), grid, drive);
    let steady = |ma: f64| 1e3 * uncompressed().power(ma.ma()).unwrap();
    assert!((power[240] / steady(10.6) - 1.0).abs() < 1e-3);
    assert!((power[500] / steady(2.6) - 1.0).abs() < 1e-3);
    let most = power.iter().fold(0.0, |most: f64, p| most.max(*p));
    assert!(most > 1.05 * steady(10.6), "{most}");
    // A record is periodic: half of it is the other half.
    for n in 0..1024 {
        assert!((power[n] / power[n + 1024] - 1.0).abs() < 1e-6);
    }
}

fn chirped(chirp: f64, adiabatic: f64) -> DirectlyModulated {
    DirectlyModulated {
        diode: diode(),
        chirp,
        adiabatic: adiabatic.ghz_per_mw(),
        linewidth: 0.0.hz(),
    }
}

/// `nu = alpha / (4 pi) (d ln P / dt + kappa P)`, less its mean, along a large signal.
#[test]
fn the_frequency_follows_the_chirp_equation() {
    let grid = Grid::new(5.0.gbaud(), 256, 8).unwrap();
    let angle = |n: usize| TAU * n as f64 / 512.0;
    let drive: Vec<f64> = (0..grid.len()).map(|n| 0.4 * angle(n).sin()).collect();
    let laser = chirped(3.0, 10.0);
    let field = light(&laser, grid, drive);
    let at = |n: usize| field[n % field.len()];
    let mean = field.iter().map(Complex64::norm_sqr).sum::<f64>() / field.len() as f64;
    for n in (0..field.len()).step_by(37) {
        let (low, high) = (at(n), at(n + 2));
        let frequency = (high * low.conj()).arg() / (2.0 * grid.dt()) / TAU;
        let growth = (high.norm_sqr() / low.norm_sqr()).ln() / (2.0 * grid.dt());
        let adiabatic = 10e12 * (at(n + 1).norm_sqr() - mean);
        let expected = 3.0 / (4.0 * PI) * (growth + adiabatic);
        assert!((frequency - expected).abs() < 1e7, "{n}: {frequency:e} is not {expected:e}");
    }
}

/// After a fiber a small tone has `|cos t - alpha sin t (1 - j kappa P / (2 pi f))|` of itself.
#[test]
fn dispersion_acts_on_both_parts_of_the_chirp() {
    let ratio: f64 = 1.0 - 17.0 * 4.0 / (0.092 * 1550.0);
    let fiber = SingleModeFiber {
        length: 10.0.km(),
        attenuation: 0.0.db_per_km(),
        connector_loss: 0.0.db(),
        wavelength: 1550.0.nm(),
        zero_dispersion: (1550.0 * ratio.powf(0.25)).nm(),
        dispersion_slope: 0.092.ps_per_nm2_km(),
    };
    let mean = diode().power(6.6.ma()).unwrap();
    for (alpha, kappa) in [(2.0, 0.0), (2.0, 20.0), (-1.0, 20.0)] {
        for gigahertz in [5.0, 10.0, 16.0] {
            let grid = Grid::new(gigahertz.gbaud(), 32, 16).unwrap();
            let angle = |n: usize| TAU * n as f64 / 32.0;
            let drive: Vec<f64> = (0..512).map(|n| 1e-4 * angle(n).cos()).collect();
            let line = |power: &[f64]| {
                let turned = power.iter().enumerate();
                turned.map(|(n, p)| p * Complex64::cis(-angle(n))).sum::<Complex64>().norm()
            };
            let link = Link::electrical().then("laser", &chirped(alpha, kappa)).unwrap();
            let plan = link.then("fiber", &fiber).unwrap().plan(grid).unwrap();
            let input = Waveform::new(grid, drive.clone()).unwrap();
            let behind = line(&plan.run(&input, Seed(1), &mut plan.workspace()).power());
            let ahead: Vec<f64> = light(&chirped(alpha, kappa), grid, drive)
                .iter()
                .map(Complex64::norm_sqr)
                .collect();
            let f = 1e9 * gigahertz;
            let theta = PI * 1550e-9f64.powi(2) * 17e-6 * 10e3 * f * f / LIGHT;
            let slow = Complex64::new(1.0, -kappa * 1e12 * mean / (TAU * f));
            let expected = (theta.cos() - alpha * theta.sin() * slow).norm();
            let found = behind / line(&ahead);
            assert!(
                (found / expected - 1.0).abs() < 5e-3,
                "{alpha} {kappa} {gigahertz}: {found} {expected}"
            );
        }
    }
}

#[test]
fn a_parameter_that_makes_no_sense_is_named() {
    let lowered = |diode: LaserDiode| {
        Link::electrical().then("tx.vcsel", &Vcsel { diode }).unwrap_err().to_string()
    };
    assert!(lowered(LaserDiode { bias: 0.5.ma(), ..diode() }).contains("above the threshold of"));
    assert!(lowered(LaserDiode { limit: 5.0.ma(), ..diode() }).contains("`limit`"));
    let less = lowered(LaserDiode { k_factor: 0.1.ns(), ..diode() });
    assert!(less.contains("`k-factor`") && less.contains("118.4"), "{less}");
    let fast = LaserDiode { limit: 10.0.amperes(), ..diode() };
    let slow = Grid::new(10.0.gbaud(), 8, 8).unwrap();
    let link = Link::electrical().then("tx.vcsel", &Vcsel { diode: fast }).unwrap();
    assert!(link.plan(slow).unwrap_err().to_string().contains("steps a sample"));
}
