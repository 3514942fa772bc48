//! From a list of operations to the steps of a plan.

use std::sync::Arc;

use num_complex::Complex64;

use super::ops::{Density, Draw, Op, Transfer};
use super::plan::{Linear, Name, Noise, Options, Random, Step, is_real_bin, multiply};
use crate::kernel::fft::signed_frequency;
use crate::signal::{Grid, Kind};
use crate::unit::Hertz;
use crate::{Error, Result};

/// The largest gain or noise density that is planned: beyond any unit, and far enough below the
/// largest number that products of a few stay finite.
const MOST: f64 = 1e60;

/// Collects operations into steps.
pub(super) struct Builder<'a> {
    grid: Grid,
    options: &'a Options,
    /// The kind of the signal so far.
    kind: Kind,
    pub(super) complex: bool,
    pub(super) steps: Vec<Step>,
    pub(super) neighbors: Vec<String>,
    /// The linear step being collected.
    open: Option<Linear>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(grid: Grid, kind: Kind, options: &'a Options) -> Self {
        Self {
            grid,
            options,
            kind,
            complex: kind == Kind::Field,
            steps: Vec::new(),
            neighbors: Vec::new(),
            open: None,
        }
    }

    pub(super) fn push(&mut self, stage: &str, op: &Op) -> Result<()> {
        match op {
            Op::Lti(transfer) => {
                self.filter(stage, transfer)?;
                self.divide();
            }
            Op::Random { source, draw } => self.random(stage, source, draw)?,
            Op::Add { source, density } => {
                let shape = self.shape(stage, source, density)?;
                let name = self.name(stage, source);
                if name.heard {
                    self.opened().noises.push(Noise { name, shape });
                }
                self.divide();
            }
            Op::Neighbor { name, transfer } => {
                let response = self.sampled(stage, transfer)?;
                let index = self.neighbors.len();
                self.neighbors.push(name.clone());
                self.opened().neighbors.push((index, response));
                self.divide();
            }
            Op::Map { pass, slope, output } => {
                self.flush();
                self.steps.push(Step::Pass { pass: pass.clone(), slope: slope.clone() });
                self.become_kind(*output);
            }
            Op::NoisyMap { source, pass, slope, noise_slope, output } => {
                self.flush();
                self.steps.push(Step::NoisyPass {
                    noise: self.name(stage, source),
                    pass: pass.clone(),
                    slope: slope.clone(),
                    noise_slope: noise_slope.clone(),
                });
                self.become_kind(*output);
            }
            Op::Stateful { source, pass, reading } => {
                self.flush();
                let noise = self.name(stage, source);
                self.steps.push(Step::Stateful {
                    noise,
                    kind: self.kind,
                    pass: pass.clone(),
                    reading: reading.clone(),
                });
            }
            Op::Dynamic { pass, tangent } => {
                self.flush();
                self.steps.push(Step::Dynamic {
                    kind: self.kind,
                    pass: pass.clone(),
                    tangent: tangent.clone(),
                });
            }
        }
        Ok(())
    }

    fn name(&self, stage: &str, source: &str) -> Name {
        let silent = self.options.silent.contains(&format!("{stage}/{source}"));
        Name { stage: stage.to_owned(), source: source.to_owned(), heard: !silent }
    }

    /// Multiplies the step being collected by a response.
    fn filter(&mut self, stage: &str, transfer: &Transfer) -> Result<()> {
        let sampled = self.sampled(stage, transfer)?;
        let step = self.opened();
        multiply(&mut step.response, &sampled);
        for noise in &mut step.noises {
            multiply(&mut noise.shape, &sampled);
        }
        for (_, response) in &mut step.neighbors {
            multiply(response, &sampled);
        }
        Ok(())
    }

    /// Has the step being collected multiplied by a response of each record's own. Light has no
    /// noises within a step, so that the order of its factors is no matter; other signals get a
    /// step for this factor alone.
    fn random(&mut self, stage: &str, source: &str, draw: &Draw) -> Result<()> {
        let mut steady = Ok(Vec::new());
        draw(None, &mut |response| steady = self.values(stage, response));
        steady?;
        let alone = self.kind != Kind::Field || !self.options.fuse;
        if alone {
            self.flush();
        }
        let name = self.name(stage, source);
        self.opened().random.push(Random { name, draw: draw.clone() });
        if alone {
            self.flush();
        }
        Ok(())
    }

    /// Ends the step being collected where operations are not to be fused.
    fn divide(&mut self) {
        if !self.options.fuse {
            self.flush();
        }
    }

    fn become_kind(&mut self, kind: Kind) {
        self.kind = kind;
        self.complex |= kind == Kind::Field;
    }

    /// The linear step being collected.
    fn opened(&mut self) -> &mut Linear {
        let len = self.grid.len();
        let bins = if self.kind == Kind::Field { len } else { len / 2 + 1 };
        let kind = self.kind;
        self.open.get_or_insert_with(|| Linear {
            kind,
            response: vec![Complex64::ONE; bins],
            random: Vec::new(),
            noises: Vec::new(),
            neighbors: Vec::new(),
            fold: false,
        })
    }

    /// Ends the linear step being collected.
    pub(super) fn flush(&mut self) {
        self.close(false);
    }

    /// Ends with samples from `delay` on.
    pub(super) fn sample(&mut self, delay: f64) -> Result<()> {
        let advance: Transfer = Arc::new(move |f: Hertz| {
            Complex64::from_polar(1.0, std::f64::consts::TAU * f.0 * delay)
        });
        self.filter("sampler", &advance)?;
        self.close(true);
        Ok(())
    }

    fn close(&mut self, fold: bool) {
        let Some(mut step) = self.open.take() else { return };
        step.fold = fold;
        // Neither transform is normalized.
        let scale = 1.0 / self.grid.len() as f64;
        let noises = step.noises.iter_mut().flat_map(|noise| &mut noise.shape);
        let neighbors = step.neighbors.iter_mut().flat_map(|(_, response)| response);
        for h in step.response.iter_mut().chain(noises).chain(neighbors) {
            *h *= scale;
        }
        self.steps.push(Step::Linear(step));
    }

    /// A response at the bins of the record. Bins that a real signal needs real are made so.
    fn sampled(&self, stage: &str, transfer: &Transfer) -> Result<Vec<Complex64>> {
        self.values(stage, &**transfer)
    }

    fn values(&self, stage: &str, transfer: &dyn Fn(Hertz) -> Complex64) -> Result<Vec<Complex64>> {
        let bins = if self.kind == Kind::Field { self.grid.len() } else { self.grid.len() / 2 + 1 };
        (0..bins)
            .map(|bin| {
                let h = value(transfer, bin, &self.grid, self.kind);
                if !h.is_finite() || h.norm() > MOST {
                    let why = if h.is_finite() { "absurdly large" } else { "not finite" };
                    let f = frequency(bin, &self.grid, self.kind);
                    let text = format!("the response at {f} is {why}");
                    return Err(Error::unsupported(text).in_stage(stage));
                }
                Ok(h)
            })
            .collect()
    }

    /// What complex normals are scaled by, so that a record has noise of the given density.
    ///
    /// White noise of one-sided density `S` has the variance `S fs / 2` a sample, and its
    /// unnormalized spectrum `N` times that a bin, half of it in each part.
    fn shape(&self, stage: &str, source: &str, density: &Density) -> Result<Vec<Complex64>> {
        let len = self.grid.len() as f64;
        let scale = (0.25 * len * self.grid.sample_rate()).sqrt();
        (0..self.grid.len() / 2 + 1)
            .map(|bin| {
                let f = Hertz(bin as f64 * self.grid.frequency_step());
                let amplitude = density(f);
                if !(0.0..=MOST).contains(&amplitude) {
                    let text = format!("the noise density of `{source}` at {f} is {amplitude}");
                    return Err(Error::unsupported(text).in_stage(stage));
                }
                Ok(Complex64::from(scale * amplitude))
            })
            .collect()
    }
}

/// The frequency of a bin of a signal's spectrum.
fn frequency(bin: usize, grid: &Grid, kind: Kind) -> Hertz {
    Hertz(match kind {
        Kind::Field => signed_frequency(bin, grid.len(), grid.sample_rate()),
        Kind::Voltage | Kind::Current => bin as f64 * grid.frequency_step(),
    })
}

/// A response at a bin of a signal's spectrum, made real where a real signal needs it so.
pub(super) fn value(
    response: &dyn Fn(Hertz) -> Complex64,
    bin: usize,
    grid: &Grid,
    kind: Kind,
) -> Complex64 {
    let h = response(frequency(bin, grid, kind));
    if kind != Kind::Field && is_real_bin(bin, grid.len()) { Complex64::from(h.re) } else { h }
}
