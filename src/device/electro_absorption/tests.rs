//! The modulator against its closed forms.

use std::f64::consts::TAU;

use super::*;
use crate::device::SingleModeFiber;
use crate::engine::Link;
use crate::kernel::rng::Seed;
use crate::signal::{Grid, Waveform};
use crate::unit::Literals;

fn modulator() -> ElectroAbsorption {
    ElectroAbsorption {
        laser: CwLaser { power: 0.0.dbm(), rin: (-400.0).db_per_hz(), linewidth: 0.0.hz() },
        absorption: Absorption::Exponential { scale: 1.6.volts(), power: 3.0 },
        loss: 0.0.db(),
        bias: 1.2.volts(),
        bandwidth: 10.0.thz(),
        order: 1,
        chirp: 0.0,
        chirp_slope: 0.0,
    }
}

/// The field in root milliwatts at steady drive voltages.
fn steady(modulator: &ElectroAbsorption, volts: &[f64]) -> Vec<Complex64> {
    let grid = Grid::new(1.0.gbaud(), 64, 64).unwrap();
    let plan = Link::electrical().then("eam", modulator).unwrap().plan(grid).unwrap();
    let mut workspace = plan.workspace();
    let mut at = |&v: &f64| {
        let drive = Waveform::new(grid, vec![v; grid.len()]).unwrap();
        plan.run(&drive, Seed(1), &mut workspace).samples()[17] * 1e3f64.sqrt()
    };
    volts.iter().map(&mut at).collect()
}

/// Between 0.7 and 1.7 V of reverse voltage `(1.7^3 - 0.7^3) / 1.6^3` nepers: 4.845 dB.
#[test]
fn extinction_loss_and_slope_are_those_of_the_curve() {
    let lossy = ElectroAbsorption { loss: 3.0.db(), ..modulator() };
    let power: Vec<f64> =
        steady(&lossy, &[-0.5, 0.5, 1.2, 5.0]).iter().map(Complex64::norm_sqr).collect();
    let extinction = 10.0 * (power[1] / power[0]).log10();
    let expected = 10.0 * (1.7f64.powi(3) - 0.7f64.powi(3)) / 1.6f64.powi(3) / 10f64.ln();
    assert!((extinction - expected).abs() < 1e-9 && (extinction - 4.845).abs() < 1e-3);
    // No voltage and forward voltage leave the loss.
    for power in &power[2..] {
        assert!((10.0 * power.log10() + 3.0).abs() < 1e-9);
    }

    let step = 1e-4;
    let near: Vec<f64> =
        steady(&modulator(), &[-step, 0.0, step]).iter().map(Complex64::norm_sqr).collect();
    let slope = (near[2] - near[0]) / (2.0 * step);
    let expected = near[1] * 3.0 / 1.6 * (1.2f64 / 1.6).powi(2);
    assert!((slope / expected - 1.0).abs() < 1e-6, "{slope} is not {expected}");
    let there = modulator().transmission(0.0.volts()).unwrap();
    assert!((there / near[1] - 1.0).abs() < 1e-12);
}

#[test]
fn a_table_of_the_curve_is_the_curve() {
    let exact = ElectroAbsorption { chirp: 1.2, chirp_slope: -0.9, ..modulator() };
    let point = |k: u32| {
        let voltage = 0.05 * f64::from(k);
        let absorption = Decibels(10.0 * (voltage / 1.6).powi(3) / 10f64.ln());
        AbsorptionAt { voltage: Volts(voltage), absorption }
    };
    let absorption = Absorption::Table((0..=60).map(point).collect());
    let table = ElectroAbsorption { absorption, ..exact.clone() };
    let volts: Vec<f64> = (0..23).map(|k| -1.1 + 0.1 * f64::from(k)).collect();
    for (a, b) in steady(&exact, &volts).iter().zip(&steady(&table, &volts)) {
        // Monotone slopes are harmonic means of those of the chords: good to the square of 50 mV.
        assert!((a - b).norm() < 2e-3, "{a} is not {b}");
    }
}

/// Small steps of phase and power at several places of the curve.
#[test]
fn the_ratio_of_phase_to_power_is_the_chirp_at_that_voltage() {
    let chirped = ElectroAbsorption { chirp: 1.5, chirp_slope: -1.0, ..modulator() };
    let step = 1e-4;
    for reverse in [0.5, 1.2, 1.5, 2.2] {
        let drive = 1.2 - reverse;
        let field = steady(&chirped, &[drive - step, drive + step]);
        let phase = (field[1] * field[0].conj()).arg();
        let power = (field[1].norm_sqr() / field[0].norm_sqr()).ln();
        let alpha = 2.0 * phase / power;
        assert!((alpha - (1.5 - reverse)).abs() < 1e-5, "{reverse} V: {alpha}");
    }
}

/// Row by row: chirp, and where 10 km of 17 ps/(nm km) at 1550 nm extinguish a small tone.
#[test]
fn chirp_moves_the_null_of_a_fiber() {
    let ratio: f64 = 1.0 - 17.0 * 4.0 / (0.092 * 1550.0);
    let fiber = SingleModeFiber {
        length: 10.0.km(),
        attenuation: 0.0.db_per_km(),
        connector_loss: 0.0.db(),
        wavelength: 1550.0.nm(),
        zero_dispersion: (1550.0 * ratio.powf(0.25)).nm(),
        dispersion_slope: 0.092.ps_per_nm2_km(),
    };
    let response = |chirp: f64, gigahertz: f64| {
        let modulator = ElectroAbsorption { chirp, ..modulator() };
        let grid = Grid::new((8.0 * gigahertz).gbaud(), 1, 64).unwrap();
        let tone = (0..64).map(|n| 1e-4 * (TAU * f64::from(n) / 8.0).cos()).collect();
        let link = Link::electrical().then("eam", &modulator).unwrap();
        let plan = link.then("fiber", &fiber).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let drive = Waveform::new(grid, tone).unwrap();
        let power = plan.run(&drive, Seed(1), &mut workspace).power();
        let turned =
            power.iter().enumerate().map(|(n, p)| p * Complex64::cis(-TAU * n as f64 / 8.0));
        turned.sum::<Complex64>().norm()
    };
    let rows = [(-1.0, 23.463), (-0.5, 21.802), (0.5, 16.084), (1.0, 13.546), (2.0, 10.408)];
    for (chirp, expected) in rows {
        // The response is straight on either side of the null.
        let at = |factor: f64| response(chirp, factor * expected);
        let null = at(1.0);
        assert!(null < 0.01 * at(0.9) && null < 0.01 * at(1.1), "chirp {chirp}: {null:e}");
        let (below, above) = (at(0.998), at(1.002));
        assert!(below.min(above) > null, "chirp {chirp}: {below:e} {null:e} {above:e}");
    }
}

#[test]
fn electrodes_are_3_db_down_at_their_bandwidth() {
    let banded = ElectroAbsorption { bandwidth: 40.0.ghz(), order: 4, ..modulator() };
    let swing = |modulator: &ElectroAbsorption| {
        let grid = Grid::new(40.0.gbaud(), 64, 4).unwrap();
        let tone = (0..grid.len()).map(|n| 1e-4 * (TAU * n as f64 / 64.0).sin()).collect();
        let plan = Link::electrical().then("eam", modulator).unwrap().plan(grid).unwrap();
        let mut workspace = plan.workspace();
        let power = plan.run(&Waveform::new(grid, tone).unwrap(), Seed(1), &mut workspace).power();
        power.iter().fold(0.0, |most: f64, p| most.max(*p)) - power.iter().sum::<f64>() / 256.0
    };
    let ratio = swing(&banded) / swing(&modulator());
    // The tone's samples miss its peak by up to half of one: 0.1 %.
    assert!((ratio - 0.5f64.sqrt()).abs() < 2e-3, "{ratio}");
}

#[test]
fn a_parameter_that_makes_no_sense_is_named() {
    let lowered = |modulator: ElectroAbsorption| {
        Link::electrical().then("tx.eam", &modulator).unwrap_err().to_string()
    };
    let curve = |points: &[(f64, f64)]| {
        let point = |&(v, a): &(f64, f64)| AbsorptionAt { voltage: v.volts(), absorption: a.db() };
        let absorption = Absorption::Table(points.iter().map(point).collect());
        ElectroAbsorption { absorption, ..modulator() }
    };
    assert!(lowered(curve(&[(0.0, 0.0)])).contains("`table`"));
    assert!(lowered(curve(&[(1.0, 0.0), (1.0, 3.0)])).contains("`voltage` is 1 V"));
    assert!(lowered(curve(&[(0.0, 0.0), (1.0, f64::NAN)])).contains("`absorption`"));
    assert!(lowered(ElectroAbsorption { bias: (-1.0).volts(), ..modulator() }).contains("`bias`"));
}
