//! Links with every kind of operation in them, and what goes through them.

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::super::super::{Cubic, Dynamics, Link, Ops, Stateful};
use super::super::*;
use crate::kernel::rng::{Seed, Stream};
use crate::signal::{Field, Grid};
use crate::unit::{Hertz, Literals};

/// White noise through 20 GHz is then 2e-4 of a unit rms: its square is lost beside it.
pub(super) const DENSITY: f64 = 1e-9;

pub(super) fn grid(symbols: usize) -> Grid {
    Grid::new(50.0.gbaud(), 8, symbols).unwrap()
}

pub(super) fn key() -> Key {
    Key::root(Seed(11))
}

/// Normals of a name, as a waveform through 20 GHz would be: smooth from sample to sample.
pub(super) fn smooth(grid: Grid, name: &str) -> Waveform<Voltage> {
    let normals = normals(grid.len(), name);
    let samples = (0..grid.len())
        .map(|n| (0..12).map(|k| normals[(n + k) % grid.len()]).sum::<f64>() * 0.15)
        .collect();
    Waveform::new(grid, samples).unwrap()
}

pub(super) fn normals(count: usize, name: &str) -> Vec<f64> {
    let mut stream = key().named(name).stream();
    (0..count).map(|_| stream.sample()).collect()
}

pub(super) fn low_pass(ops: Ops<Voltage>, bandwidth: f64) -> Ops<Voltage> {
    ops.lti(move |f| 1.0 / Complex64::new(1.0, f.0 / bandwidth))
}

/// A gain control that knows steps of 10 %: it follows the signal, but no small deviation.
#[derive(Debug)]
pub(super) struct SteppedGain;

impl SteppedGain {
    fn gain(samples: &[f64]) -> f64 {
        let power = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
        1.1f64.powf((-0.5 * power.ln() / 1.1f64.ln()).round())
    }
}

impl Stateful<f64> for SteppedGain {
    fn run(&self, samples: &mut [f64], _: f64, _: Option<&mut Stream>) {
        let gain = Self::gain(samples);
        samples.iter_mut().for_each(|x| *x *= gain);
    }

    fn reading(&self, samples: &[f64], _: f64) -> Reading {
        Reading::Gain(Self::gain(samples))
    }
}

/// Something that no one has analyzed.
#[derive(Debug)]
pub(super) struct Ring;

impl Stateful<Complex64> for Ring {
    fn run(&self, _: &mut [Complex64], _: f64, _: Option<&mut Stream>) {}
}

/// Two states that turn around each other and fade, faster the larger they are.
#[derive(Debug)]
pub(super) struct Whirl;

impl Dynamics for Whirl {
    fn rest(&self, _: f64) -> [f64; 2] {
        [0.0; 2]
    }

    fn memory(&self) -> f64 {
        20e-12
    }

    fn advance(&self, [a, b]: [f64; 2], drive: &Cubic, dt: f64) -> [f64; 2] {
        let fade = (-dt * (1.0 + 0.3 * a * a) / 15e-12).exp();
        let drive = 0.2 * (drive.integral(1.0) + 0.5 * drive.at(0.5).powi(2));
        [fade * (a - 0.2 * b) + drive, fade * (b + 0.2 * a) - 0.1 * drive * a]
    }
}

/// An equation of motion each of real samples and of light, among filters and maps.
pub(super) fn moving_chain() -> Link<Voltage, Voltage> {
    Link::electrical()
        .then_ops("driver", |ops| Ok(low_pass(ops.noise("white", |_| DENSITY), 30e9)))
        .unwrap()
        .then_ops("amplifier", |ops| Ok(low_pass(ops.dynamic(Whirl), 40e9)))
        .unwrap()
        .then_ops::<Field>("ring", |ops| {
            Ok(ops.map(|v: f64| Complex64::new(1.0 + v, v * v)).dynamic(Whirl))
        })
        .unwrap()
        .then_ops::<Voltage>("diode", |ops| {
            Ok(ops.noisy_map("shot", |e: Complex64, n| e.norm_sqr() + DENSITY * n))
        })
        .unwrap()
        .then_ops("receiver", |ops| Ok(low_pass(ops.noise("input", |_| DENSITY), 25e9)))
        .unwrap()
}

/// Copper with two noises and a neighbor, a modulator with chirp, a fiber that treats the side
/// bands differently, a square-law detector with noise that follows the signal, and a gain control.
pub(super) fn chain() -> Link<Voltage, Voltage> {
    detected(lit())
}

pub(super) fn lit() -> Link<Voltage, Field> {
    Link::electrical()
        .then_ops("driver", |ops| Ok(low_pass(ops.noise("white", |_| DENSITY), 30e9)))
        .unwrap()
        .then_ops("board", |ops| {
            let ops = ops.noise("blue", |f| 0.5 * DENSITY * (f.0 / 10e9).sqrt());
            let ops = ops.neighbor("beside", |f| Complex64::from_polar(0.1, -TAU * f.0 * 7e-12));
            Ok(low_pass(ops, 20e9))
        })
        .unwrap()
        .then_ops::<Field>("modulator", |ops| {
            Ok(ops.map(|v: f64| Complex64::from_polar((1.0 + 0.6 * v.sin()).sqrt(), 0.5 * v)))
        })
        .unwrap()
        .then_ops("fiber", |ops| {
            Ok(ops.lti(|f| {
                let tilt = 1.0 / Complex64::new(1.0, (f.0 - 10e9) / 60e9);
                tilt * Complex64::from_polar(1.0, 1.5e-21 * f.0 * f.0)
            }))
        })
        .unwrap()
}

pub(super) fn detected(light: Link<Voltage, Field>) -> Link<Voltage, Voltage> {
    light
        .then_ops::<Voltage>("diode", |ops| {
            let ops =
                ops.noisy_map("shot", |e: Complex64, n| e.norm_sqr() + DENSITY * e.norm() * n);
            Ok(low_pass(ops, 40e9))
        })
        .unwrap()
        .then_ops("amplifier", |ops| Ok(ops.stateful("gain", SteppedGain)))
        .unwrap()
        .then_ops("receiver", |ops| Ok(low_pass(ops.noise("input", |_| DENSITY), 25e9)))
        .unwrap()
}

/// The same with two echoes in the fiber and a late one behind everything, of phases and strengths
/// that each record draws.
pub(super) fn drifting_chain() -> Link<Voltage, Voltage> {
    let turn = |stream: Option<&mut Stream>| {
        stream.map_or(Complex64::ZERO, |s| Complex64::from_polar(0.2, TAU * s.uniform()))
    };
    let echo = |delay: f64| {
        move |a: Complex64, f: Hertz| 1.0 + a * Complex64::from_polar(1.0, -TAU * f.0 * delay)
    };
    let light = lit()
        .then_ops("span", |ops| {
            let ops = ops.random_lti("first", turn, echo(31e-12));
            Ok(ops.lti(|f| Complex64::from_polar(0.9, 1e-12 * f.0)).random_lti(
                "second",
                turn,
                echo(77e-12),
            ))
        })
        .unwrap();
    detected(light)
        .then_ops("drift", |ops| {
            let strength = |stream: Option<&mut Stream>| stream.map_or(0.0, |s| 0.3 * s.sample());
            let ops = ops.noise("before", |_| DENSITY);
            let response = |a: f64, f: Hertz| 1.0 + Complex64::from_polar(a, -20e-12 * f.0);
            Ok(low_pass(ops.random_lti("gain", strength, response), 30e9))
        })
        .unwrap()
}

/// Filters and noises, and nothing else. One of the noises is drawn sample by sample.
pub(super) fn linear_chain() -> Link<Voltage, Voltage> {
    Link::electrical()
        .then_ops("a", |ops| Ok(low_pass(ops.noise("white", |_| DENSITY), 10e9)))
        .unwrap()
        .then_ops("b", |ops| Ok(low_pass(ops.noise("blue", |f| 1e-19 * f.0), 20e9)))
        .unwrap()
        .then_ops("c", |ops| {
            Ok(low_pass(ops.noisy_map("drawn", |x: f64, n| x + DENSITY * n), 15e9))
        })
        .unwrap()
}
