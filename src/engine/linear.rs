//! The second reading of a plan: small deviations from a record, and where they come from.
//!
//! Along a record without noise every operation is linear for small deviations: a filter is what it
//! is, a map is multiplied by its slope at each sample, a gain control by the gain that it has
//! settled to. What a value of the output owes to each source is found backward: a unit of that
//! value is sent from the output to the input through the transposed operations, and what arrives
//! at a source is how the value answers to each of the source's samples. Noise of unit variance a
//! sample then has the variance of the sum of squares, however the signal modulates it on its way.

use num_complex::Complex64;

use super::dynamics::Tangent;
use super::lanes::{Lanes, Series, Slope};
use super::ops::Reading;
use super::plan::{Plan, Step};
use super::run::Workspace;
use crate::kernel::rng::Key;
use crate::signal::{Domain, Kind, Voltage, Waveform};
use crate::{Error, Result};

/// A source of noise: a stage, and the name of the source within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The stage.
    pub stage: String,
    /// The name within the stage.
    pub name: String,
}

/// A record without noise, and what small deviations from it meet on their way.
#[derive(Clone, Debug)]
pub struct Trajectory {
    along: Vec<Along>,
    output: Vec<f64>,
}

/// What a step of a plan is for small deviations from a record.
#[derive(Clone, Debug)]
enum Along {
    /// Itself.
    Same,
    /// Itself, multiplied by the response that the record drew.
    Drawn(Vec<Complex64>),
    Map(Slope),
    NoisyMap(Slope, Series),
    Gain(f64),
    Tangent(Tangent),
}

impl Trajectory {
    /// The output without noise.
    pub fn output(&self) -> &[f64] {
        &self.output
    }
}

/// How a weighted sum of a plan's output samples answers to what enters the link, per unit.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// To each sample of the input.
    pub input: Vec<f64>,
    /// To each source of noise, in the order of [`Plan::sources`]: to each sample of a white
    /// sequence of unit variance that makes its noise.
    pub sources: Vec<Vec<f64>>,
    /// To each sample of a neighbor's transmitter, in the order of [`Plan::neighbors`].
    pub neighbors: Vec<Vec<f64>>,
    scratch: Scratch,
}

#[derive(Clone, Debug)]
struct Scratch {
    real: Vec<f64>,
    complex: Vec<Complex64>,
    spectrum: Vec<Complex64>,
    product: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

impl<In, Out> Plan<In, Out>
where
    In: Domain<Sample = f64>,
    Out: Domain<Sample = f64>,
{
    /// The sources of noise that are heard, in the order of the signal.
    pub fn sources(&self) -> Vec<Source> {
        let source = |name: &super::plan::Name| Source {
            stage: name.stage.clone(),
            name: name.source.clone(),
        };
        let mut sources = Vec::new();
        for step in &self.steps {
            match step {
                Step::Linear(step) => {
                    sources.extend(step.noises.iter().map(|noise| source(&noise.name)));
                }
                Step::NoisyPass { noise, .. } if noise.heard => sources.push(source(noise)),
                _ => {}
            }
        }
        sources
    }

    /// Stage and name of the elements with memory and nonlinearity, whose randomness does not show to
    /// the first order.
    pub fn stateful(&self) -> Vec<(String, String)> {
        let stateful = |step: &Step| match step {
            Step::Stateful { noise, .. } => Some((noise.stage.clone(), noise.source.clone())),
            _ => None,
        };
        self.steps.iter().filter_map(stateful).collect()
    }

    /// Stage and name of the responses that each record draws for itself.
    pub fn drawn(&self) -> Vec<(String, String)> {
        let names = self.steps.iter().filter_map(|step| match step {
            Step::Linear(step) => Some(&step.random),
            _ => None,
        });
        names
            .flatten()
            .filter(|random| random.name.heard)
            .map(|random| (random.name.stage.clone(), random.name.source.clone()))
            .collect()
    }

    /// The output of a record without noise, and without what small deviations would meet.
    ///
    /// # Errors
    /// As [`Plan::trajectory`].
    ///
    /// # Panics
    /// As [`Plan::run_beside`].
    pub fn quiet(
        &self,
        input: &Waveform<In>,
        neighbors: &[Waveform<Voltage>],
        key: Key,
        workspace: &mut Workspace<Out>,
    ) -> Result<Vec<f64>> {
        self.follow(input, neighbors, key, workspace, None)
    }

    /// Sends a record through the link without noise, and keeps what small deviations would meet.
    ///
    /// Gain controls have the gain that they settle to with the noise of `key`, and responses that
    /// a record draws are those of `key`. Sources that do
    /// not show to the first order, such as the phase noise of a laser, are left out.
    ///
    /// # Errors
    /// If an element has a memory and nonlinearity of unknown effect on small deviations.
    ///
    /// # Panics
    /// As [`Plan::run_beside`].
    pub fn trajectory(
        &self,
        input: &Waveform<In>,
        neighbors: &[Waveform<Voltage>],
        key: Key,
        workspace: &mut Workspace<Out>,
    ) -> Result<Trajectory> {
        let mut along = Vec::with_capacity(self.steps.len());
        let output = self.follow(input, neighbors, key, workspace, Some(&mut along))?;
        Ok(Trajectory { along, output })
    }

    /// Runs without noise, and notes on the way what small deviations would meet.
    fn follow(
        &self,
        input: &Waveform<In>,
        neighbors: &[Waveform<Voltage>],
        key: Key,
        workspace: &mut Workspace<Out>,
        mut along: Option<&mut Vec<Along>>,
    ) -> Result<Vec<f64>> {
        let mut gains = self.settled(input, neighbors, key, workspace)?.into_iter();
        workspace.start(self, input, neighbors);
        let dt = self.grid.dt();
        let sigma = (0.5 / dt).sqrt();
        for step in &self.steps {
            let mut met = Along::Same;
            match step {
                Step::Linear(step) => {
                    workspace.filter(self, step, neighbors, key, false);
                    if along.is_some() && !step.random.is_empty() {
                        let mut drawn = vec![Complex64::ONE; step.response.len()];
                        step.multiply_random(&mut drawn, &self.grid, key);
                        met = Along::Drawn(drawn);
                    }
                }
                Step::Pass { pass, slope } => {
                    if along.is_some() {
                        met = Along::Map(slope(&mut workspace.lanes));
                    }
                    pass(&mut workspace.lanes);
                }
                Step::NoisyPass { noise, pass, slope, noise_slope } => {
                    let lanes = &mut workspace.lanes;
                    if along.is_some() {
                        let slope = slope(lanes);
                        met = if noise.heard {
                            Along::NoisyMap(slope, noise_slope(lanes, sigma))
                        } else {
                            Along::Map(slope)
                        };
                    }
                    pass(lanes, None, dt);
                }
                Step::Stateful { kind, .. } => {
                    let gain = gains.next().unwrap_or(1.0);
                    scale(&mut workspace.lanes, *kind, gain);
                    met = Along::Gain(gain);
                }
                Step::Dynamic { pass, tangent, .. } => {
                    if along.is_some() {
                        met = Along::Tangent(tangent(&mut workspace.lanes, dt));
                    }
                    pass(&mut workspace.lanes, dt);
                }
                Step::Probe { .. } => {}
            }
            if let Some(along) = &mut along {
                along.push(met);
            }
        }
        Ok(workspace.lanes.real[..self.output.len()].to_vec())
    }

    /// The gains of the elements with memory, on a record with noise.
    fn settled(
        &self,
        input: &Waveform<In>,
        neighbors: &[Waveform<Voltage>],
        key: Key,
        workspace: &mut Workspace<Out>,
    ) -> Result<Vec<f64>> {
        let mut gains = Vec::new();
        if !self.steps.iter().any(|step| matches!(step, Step::Stateful { .. })) {
            return Ok(gains);
        }
        workspace.start(self, input, neighbors);
        for step in &self.steps {
            match step {
                Step::Linear(step) => workspace.filter(self, step, neighbors, key, true),
                Step::Pass { pass, .. } => pass(&mut workspace.lanes),
                Step::NoisyPass { noise, pass, .. } => {
                    let mut normals = key.named(&noise.stage).named(&noise.source).stream();
                    let heard = noise.heard.then_some(&mut normals);
                    pass(&mut workspace.lanes, heard, self.grid.dt());
                }
                Step::Stateful { noise, kind, reading, .. } => {
                    let lanes = &mut workspace.lanes;
                    match reading(lanes, self.grid.dt()) {
                        Reading::Gain(gain) | Reading::NoisyGain(gain) => {
                            scale(lanes, *kind, gain);
                            gains.push(gain);
                        }
                        Reading::Opaque => {
                            let text = format!(
                                "`{}` has a memory and nonlinearity that cannot be analyzed; \
                                 count errors instead",
                                noise.source
                            );
                            return Err(Error::unsupported(text).in_stage(&noise.stage));
                        }
                    }
                }
                Step::Dynamic { pass, .. } => pass(&mut workspace.lanes, self.grid.dt()),
                Step::Probe { .. } => {}
            }
        }
        Ok(gains)
    }

    /// Room for [`Plan::sense`].
    pub fn sensitivity(&self) -> Sensitivity {
        let len = self.grid.len();
        let zero = Complex64::ZERO;
        let bins = self.real_fft.bins();
        let scratch = self.real_fft.scratch_len().max(self.complex_fft.scratch_len());
        Sensitivity {
            input: vec![0.0; len],
            sources: vec![vec![0.0; len]; self.sources().len()],
            neighbors: vec![vec![0.0; len]; self.neighbors.len()],
            scratch: Scratch {
                real: vec![0.0; len],
                complex: vec![zero; if self.complex { len } else { 0 }],
                spectrum: vec![zero; bins],
                product: vec![zero; bins],
                scratch: vec![zero; scratch],
            },
        }
    }

    /// How the sum of the output's samples, each by its weight, answers to the input, to every
    /// source of noise and to every neighbor, along a trajectory.
    ///
    /// # Panics
    /// If there are not as many weights as output samples, or the trajectory or the sensitivity is
    /// another plan's.
    pub fn sense(&self, trajectory: &Trajectory, weights: &[f64], into: &mut Sensitivity) {
        assert_eq!(weights.len(), self.output.len(), "a weight for each sample of the output");
        assert_eq!(trajectory.along.len(), self.steps.len(), "the trajectory is this plan's");
        let Sensitivity { input, sources, neighbors, scratch } = into;
        let Scratch { real, complex, spectrum, product, scratch } = scratch;
        // What is not the output's is zero: a folded output keeps one sample of some.
        let stride = self.grid.len() / weights.len();
        real.fill(0.0);
        for (slot, weight) in real.iter_mut().step_by(stride).zip(weights) {
            *slot = *weight;
        }
        let mut lanes = Lanes { real: std::mem::take(real), complex: std::mem::take(complex) };
        let sigma = (0.5 / self.grid.dt()).sqrt();
        // A bin of unit white noise has the mean square `len`, that of a shape's normals 2.
        let unit = (2.0 / self.grid.len() as f64).sqrt();
        let mut source = sources.len();
        for (step, along) in self.steps.iter().zip(&trajectory.along).rev() {
            match (step, along) {
                (Step::Linear(step), along) if step.kind == Kind::Field => {
                    self.complex_fft.forward(&mut lanes.complex, scratch);
                    if let Along::Drawn(drawn) = along {
                        for (x, h) in lanes.complex.iter_mut().zip(drawn) {
                            *x *= h.conj();
                        }
                    }
                    for (x, h) in lanes.complex.iter_mut().zip(&step.response) {
                        *x *= h.conj();
                    }
                    self.complex_fft.inverse(&mut lanes.complex, scratch);
                }
                (Step::Linear(step), along) => {
                    self.real_fft.forward(&mut lanes.real, spectrum, scratch);
                    // Real signals have no noise or neighbor in a step that a record draws.
                    if let Along::Drawn(drawn) = along {
                        for (x, h) in spectrum.iter_mut().zip(drawn) {
                            *x *= h.conj();
                        }
                    }
                    source -= step.noises.len();
                    let mut through = |response: &[Complex64], scale: f64, into: &mut [f64]| {
                        for ((y, x), h) in product.iter_mut().zip(&*spectrum).zip(response) {
                            *y = x * h.conj() * scale;
                        }
                        self.real_fft.inverse(product, into, scratch);
                    };
                    for (noise, into) in step.noises.iter().zip(&mut sources[source..]) {
                        through(&noise.shape, unit, into);
                    }
                    for (index, response) in &step.neighbors {
                        through(response, 1.0, &mut neighbors[*index]);
                    }
                    through(&step.response, 1.0, &mut lanes.real);
                }
                (_, Along::Map(slope)) => slope.backward(&mut lanes),
                (_, Along::NoisyMap(slope, by_noise)) => {
                    source -= 1;
                    by_noise.gather(&lanes, sigma, &mut sources[source]);
                    slope.backward(&mut lanes);
                }
                (Step::Stateful { kind, .. }, Along::Gain(gain)) => {
                    scale(&mut lanes, *kind, *gain);
                }
                (Step::Dynamic { kind, .. }, Along::Tangent(tangent)) => match kind {
                    Kind::Field => tangent.backward(&mut lanes.complex),
                    Kind::Voltage | Kind::Current => tangent.backward(&mut lanes.real),
                },
                _ => {}
            }
        }
        input.copy_from_slice(&lanes.real);
        (*real, *complex) = (lanes.real, lanes.complex);
    }
}

/// Multiplies the signal by a number.
fn scale(lanes: &mut Lanes, kind: Kind, gain: f64) {
    match kind {
        Kind::Field => lanes.complex.iter_mut().for_each(|x| *x *= gain),
        Kind::Voltage | Kind::Current => lanes.real.iter_mut().for_each(|x| *x *= gain),
    }
}

#[cfg(test)]
mod tests;
