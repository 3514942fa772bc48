//! Running a plan.

use num_complex::Complex64;

use super::build::value;
use super::lanes::Lanes;
use super::plan::{Linear, Noise, Plan, Random, Step, is_real_bin, multiply};
use crate::kernel::rng::{Key, Stream};
use crate::signal::{Domain, Grid, Kind, Sample, Samples, Voltage, Waveform};

/// The scratch of a running plan, and what the last run left in it.
#[derive(Debug)]
pub struct Workspace<Out: Domain> {
    pub(super) lanes: Lanes,
    pub(super) spectrum: Vec<Complex64>,
    folded: Vec<Complex64>,
    pub(super) scratch: Vec<Complex64>,
    /// A neighbor's signal and its spectrum, where there are neighbors.
    beside: (Vec<f64>, Vec<Complex64>),
    probes: Vec<(String, Probe)>,
    output: Waveform<Out>,
}

#[derive(Debug)]
enum Probe {
    Real(Vec<f64>),
    Complex(Vec<Complex64>),
}

impl<In: Domain, Out: Domain> Plan<In, Out> {
    /// Scratch for running this plan.
    pub fn workspace(&self) -> Workspace<Out> {
        let len = self.grid.len();
        let scratch = self
            .real_fft
            .scratch_len()
            .max(self.complex_fft.scratch_len())
            .max(self.output_fft.scratch_len());
        let zero = Complex64::ZERO;
        let probe = |kind| match kind {
            Kind::Field => Probe::Complex(vec![zero; len]),
            Kind::Voltage | Kind::Current => Probe::Real(vec![0.0; len]),
        };
        let (samples, bins) =
            if self.neighbors.is_empty() { (0, 0) } else { (len, self.real_fft.bins()) };
        Workspace {
            beside: (vec![0.0; samples], vec![zero; bins]),
            lanes: Lanes {
                real: vec![0.0; len],
                complex: vec![zero; if self.complex { len } else { 0 }],
            },
            spectrum: vec![zero; self.real_fft.bins()],
            folded: vec![zero; self.output_fft.bins()],
            scratch: vec![zero; scratch],
            probes: self.probes.iter().map(|(name, kind)| (name.clone(), probe(*kind))).collect(),
            output: Waveform::zeros(self.output),
        }
    }

    /// Sends a record through the link. `key` addresses the randomness of this record.
    ///
    /// # Panics
    /// If the input is on another grid than the plan, the workspace is another plan's, or the plan
    /// has neighbors.
    pub fn run<'w>(
        &self,
        input: &Waveform<In>,
        key: impl Into<Key>,
        workspace: &'w mut Workspace<Out>,
    ) -> &'w Waveform<Out> {
        self.run_beside(input, &[], key, workspace)
    }

    /// As [`Plan::run`], with what the neighbors' transmitters give, in the order of
    /// [`Plan::neighbors`].
    ///
    /// # Panics
    /// As [`Plan::run`], or if there are not as many neighbors as the plan has.
    pub fn run_beside<'w>(
        &self,
        input: &Waveform<In>,
        neighbors: &[Waveform<Voltage>],
        key: impl Into<Key>,
        workspace: &'w mut Workspace<Out>,
    ) -> &'w Waveform<Out> {
        assert_eq!(workspace.output.grid(), self.output, "the workspace is this plan's");
        let key = key.into();
        workspace.start(self, input, neighbors);
        for step in &self.steps {
            match step {
                Step::Linear(step) => workspace.filter(self, step, neighbors, key, true),
                Step::Pass { pass, .. } => pass(&mut workspace.lanes),
                Step::NoisyPass { noise, pass, .. } | Step::Stateful { noise, pass, .. } => {
                    let mut normals = key.named(&noise.stage).named(&noise.source).stream();
                    let heard = noise.heard.then_some(&mut normals);
                    pass(&mut workspace.lanes, heard, self.grid.dt());
                }
                Step::Dynamic { pass, .. } => pass(&mut workspace.lanes, self.grid.dt()),
                Step::Probe { index, kind } => {
                    let lanes = &workspace.lanes;
                    match (&mut workspace.probes[*index].1, kind) {
                        (Probe::Complex(kept), _) => kept.copy_from_slice(&lanes.complex),
                        (Probe::Real(kept), _) => kept.copy_from_slice(&lanes.real),
                    }
                }
            }
        }
        let Workspace { lanes, output, .. } = workspace;
        let end = self.output.len();
        let complex_end = end.min(lanes.complex.len());
        output.samples_mut().copy_from_slice(Out::Sample::of(
            &mut lanes.real[..end],
            &mut lanes.complex[..complex_end],
        ));
        output
    }
}

impl<Out: Domain> Workspace<Out> {
    /// Takes a record in.
    pub(super) fn start<In: Domain>(
        &mut self,
        plan: &Plan<In, Out>,
        input: &Waveform<In>,
        neighbors: &[Waveform<Voltage>],
    ) {
        assert_eq!(input.grid(), plan.grid, "the input is on the plan's grid");
        assert_eq!(neighbors.len(), plan.neighbors.len(), "as many neighbors as the plan has");
        match In::Sample::erased(input.samples()) {
            Samples::Real(samples) => self.lanes.real.copy_from_slice(samples),
            Samples::Complex(samples) => self.lanes.complex.copy_from_slice(samples),
        }
    }

    /// Runs a linear step, with its noises or without them. Responses that the record draws are
    /// those of its key either way.
    pub(super) fn filter<In: Domain>(
        &mut self,
        plan: &Plan<In, Out>,
        step: &Linear,
        neighbors: &[Waveform<Voltage>],
        key: Key,
        noisy: bool,
    ) {
        let Self { lanes, spectrum, folded, scratch, beside, .. } = self;
        if step.kind == Kind::Field {
            plan.complex_fft.forward(&mut lanes.complex, scratch);
            multiply(&mut lanes.complex, &step.response);
            step.multiply_random(&mut lanes.complex, &plan.grid, key);
            plan.complex_fft.inverse(&mut lanes.complex, scratch);
            return;
        }
        plan.real_fft.forward(&mut lanes.real, spectrum, scratch);
        multiply(spectrum, &step.response);
        step.multiply_random(spectrum, &plan.grid, key);
        for (index, response) in &step.neighbors {
            let (samples, bins) = &mut *beside;
            samples.copy_from_slice(neighbors[*index].samples());
            plan.real_fft.forward(samples, bins, scratch);
            for ((x, y), h) in spectrum.iter_mut().zip(bins).zip(response) {
                *x += *y * h;
            }
        }
        if noisy {
            for noise in &step.noises {
                noise.add(spectrum, plan.grid.len(), key);
            }
        }
        if step.fold {
            fold_spectrum(spectrum, plan.grid.len(), folded, plan.output.len());
            let end = plan.output.len();
            plan.output_fft.inverse(folded, &mut lanes.real[..end], scratch);
        } else {
            plan.real_fft.inverse(spectrum, &mut lanes.real, scratch);
        }
    }

    /// The output of the stage `name` in the last run, if the plan was asked to keep it.
    pub fn probe(&self, name: &str) -> Option<Samples<'_>> {
        self.probes.iter().find(|(probe, _)| probe == name).map(|(_, kept)| match kept {
            Probe::Real(samples) => Samples::Real(samples),
            Probe::Complex(samples) => Samples::Complex(samples),
        })
    }

    /// Fills every buffer with what would show if a run read it before writing.
    #[cfg(test)]
    pub(super) fn soil(&mut self) {
        let nan = Complex64::new(f64::NAN, f64::INFINITY);
        self.lanes.real.fill(f64::NAN);
        self.lanes.complex.fill(nan);
        self.spectrum.fill(nan);
        self.folded.fill(nan);
        self.scratch.fill(nan);
        self.beside.0.fill(f64::NAN);
        self.beside.1.fill(nan);
    }
}

impl Linear {
    /// Multiplies a spectrum by the responses that a record draws.
    pub(super) fn multiply_random(&self, spectrum: &mut [Complex64], grid: &Grid, key: Key) {
        for Random { name, draw } in &self.random {
            let mut stream = key.named(&name.stage).named(&name.source).stream();
            draw(name.heard.then_some(&mut stream), &mut |response| {
                for (bin, x) in spectrum.iter_mut().enumerate() {
                    *x *= value(response, bin, grid, self.kind);
                }
            });
        }
    }
}

impl Noise {
    /// Adds this source's noise to the spectrum of a real record of `len` samples.
    fn add(&self, spectrum: &mut [Complex64], len: usize, key: Key) {
        let mut normals = key.named(&self.name.stage).named(&self.name.source).stream();
        for (bin, (x, shape)) in spectrum.iter_mut().zip(&self.shape).enumerate() {
            *x += if is_real_bin(bin, len) {
                shape * std::f64::consts::SQRT_2 * normals.sample()
            } else {
                shape * complex_normal(&mut normals)
            };
        }
    }
}

fn complex_normal(normals: &mut Stream) -> Complex64 {
    let re = normals.sample();
    Complex64::new(re, normals.sample())
}

/// The spectrum of every `len / folded_len`-th sample: the sum of the bins that alias.
fn fold_spectrum(spectrum: &[Complex64], len: usize, folded: &mut [Complex64], folded_len: usize) {
    for (bin, sum) in folded.iter_mut().enumerate() {
        *sum = (bin..len)
            .step_by(folded_len)
            .map(|k| if 2 * k <= len { spectrum[k] } else { spectrum[len - k].conj() })
            .sum();
    }
}
