//! Links made ready for records of one form.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use num_complex::Complex64;

use super::link::AnyLink;
use super::ops::{Density, NoiseSlopePass, NoisyPass, Op, Pass, ReadingPass, SlopePass, Transfer};
use crate::kernel::fft::{ComplexFft, RealFft, signed_frequency};
use crate::signal::{Domain, Grid, Kind};
use crate::unit::Hertz;
use crate::{Error, Result};

/// The largest gain or noise density that is planned: beyond any unit, and far enough below the
/// largest number that products of a few stay finite.
const MOST: f64 = 1e60;

/// How a link is to be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Stages whose output is kept for inspection.
    pub probes: Vec<String>,
    /// Whether neighboring linear operations become one multiplication. The result is the same
    /// up to rounding; tests turn it off.
    pub fuse: bool,
    /// Noises that are not drawn, each as `stage/source`.
    pub silent: Vec<String>,
    /// The form of the output.
    pub output: Output,
}

impl Default for Options {
    fn default() -> Self {
        Self { probes: Vec::new(), fuse: true, silent: Vec::new(), output: Output::Waveform }
    }
}

/// The form of a plan's output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Output {
    /// Every sample of the grid.
    Waveform,
    /// A few samples a symbol, the first of symbol 0 taken `delay` seconds after the record's
    /// start. The samples between are never computed.
    Sampled {
        /// Samples a symbol; divides the samples per symbol of the grid.
        per_symbol: usize,
        /// Time of the first sample, in seconds.
        delay: f64,
    },
}

/// A link made ready for records on one grid.
///
/// Plans are immutable and shared between threads; each thread has a workspace of its own.
pub struct Plan<In: Domain, Out: Domain> {
    pub(super) grid: Grid,
    pub(super) output: Grid,
    pub(super) steps: Vec<Step>,
    pub(super) real_fft: RealFft,
    pub(super) complex_fft: ComplexFft,
    pub(super) output_fft: RealFft,
    /// Whether the signal is complex anywhere.
    pub(super) complex: bool,
    pub(super) probes: Vec<(String, Kind)>,
    pub(super) neighbors: Vec<String>,
    notes: Vec<String>,
    domains: PhantomData<(In, Out)>,
}

pub(super) enum Step {
    Linear(Linear),
    Pass { pass: Pass, slope: SlopePass },
    NoisyPass { noise: Name, pass: NoisyPass, slope: SlopePass, noise_slope: NoiseSlopePass },
    Stateful { noise: Name, kind: Kind, pass: NoisyPass, reading: ReadingPass },
    Probe { index: usize, kind: Kind },
}

/// Neighboring linear operations: one spectrum.
pub(super) struct Linear {
    pub(super) kind: Kind,
    pub(super) response: Vec<Complex64>,
    pub(super) noises: Vec<Noise>,
    /// Responses from neighbors' transmitters, in the order of their names in the plan.
    pub(super) neighbors: Vec<(usize, Vec<Complex64>)>,
    pub(super) fold: bool,
}

/// A source of noise, by its stage and its name within it.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) stage: String,
    pub(super) source: String,
    /// Whether it is drawn.
    pub(super) heard: bool,
}

/// A noise source within a linear step: what a standard complex normal of each bin is scaled by.
pub(super) struct Noise {
    pub(super) name: Name,
    pub(super) shape: Vec<Complex64>,
}

impl<In: Domain, Out: Domain> Plan<In, Out> {
    pub(super) fn new(link: &AnyLink, grid: Grid, options: &Options) -> Result<Self> {
        let mut notes: Vec<String> = Vec::new();
        for stage in &link.stages {
            let mut remarks = Vec::new();
            for demand in &stage.demands {
                remarks.extend(demand(&grid).map_err(|error| error.in_stage(&stage.name))?);
            }
            for remark in remarks.iter().chain(&stage.notes) {
                let note = format!("{}: {remark}", stage.name);
                // Coupling paths of one stage say the same.
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        for probe in &options.probes {
            if !link.stages.iter().any(|stage| stage.name == *probe) {
                return Err(Error::usage(format!("there is no stage `{probe}` to probe")));
            }
        }

        for name in &options.silent {
            let is = |stage: &str, op: &Op| {
                op.source().is_some_and(|source| format!("{stage}/{source}") == *name)
            };
            if !link.stages.iter().any(|stage| stage.ops.iter().any(|op| is(&stage.name, op))) {
                return Err(Error::usage(format!("there is no noise `{name}` to silence")));
            }
        }

        let mut builder = Builder::new(grid, link.input, options);
        let mut probes = Vec::new();
        for stage in &link.stages {
            for op in &stage.ops {
                builder.push(&stage.name, op)?;
            }
            if options.probes.contains(&stage.name) {
                builder.flush();
                let index = probes.len();
                probes.push((stage.name.clone(), stage.output));
                builder.steps.push(Step::Probe { index, kind: stage.output });
            }
        }
        let output = match options.output {
            Output::Waveform => {
                builder.flush();
                grid
            }
            Output::Sampled { per_symbol, delay } => {
                if per_symbol == 0 || !grid.samples_per_symbol().is_multiple_of(per_symbol) {
                    return Err(Error::parameter(
                        "per-symbol",
                        per_symbol,
                        format!("a divisor of {}", grid.samples_per_symbol()),
                    ));
                }
                if link.output() == Kind::Field {
                    return Err(Error::domain("light is not sampled; detect it first"));
                }
                builder.sample(delay)?;
                grid.resampled(per_symbol)?
            }
        };
        Ok(Self {
            grid,
            output,
            steps: builder.steps,
            real_fft: RealFft::new(grid.len()),
            complex_fft: ComplexFft::new(grid.len()),
            output_fft: RealFft::new(output.len()),
            complex: builder.complex,
            probes,
            neighbors: builder.neighbors,
            notes,
            domains: PhantomData,
        })
    }

    /// The grid of the input.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The grid of the output.
    pub fn output_grid(&self) -> Grid {
        self.output
    }

    /// The neighbors whose signals couple in, in the order in which a run takes them.
    pub fn neighbors(&self) -> &[String] {
        &self.neighbors
    }

    /// What the devices have to remark, each line begun with the stage's name.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

pub(super) fn multiply(spectrum: &mut [Complex64], response: &[Complex64]) {
    for (x, h) in spectrum.iter_mut().zip(response) {
        *x *= h;
    }
}

/// Whether a bin of a real record's spectrum has no imaginary part.
pub(super) fn is_real_bin(bin: usize, len: usize) -> bool {
    bin == 0 || 2 * bin == len
}

/// Collects operations into steps.
struct Builder<'a> {
    grid: Grid,
    options: &'a Options,
    /// The kind of the signal so far.
    kind: Kind,
    complex: bool,
    steps: Vec<Step>,
    neighbors: Vec<String>,
    /// The linear step being collected.
    open: Option<Linear>,
}

impl<'a> Builder<'a> {
    fn new(grid: Grid, kind: Kind, options: &'a Options) -> Self {
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

    fn push(&mut self, stage: &str, op: &Op) -> Result<()> {
        match op {
            Op::Lti(transfer) => {
                self.filter(stage, transfer)?;
                self.divide();
            }
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
            noises: Vec::new(),
            neighbors: Vec::new(),
            fold: false,
        })
    }

    /// Ends the linear step being collected.
    fn flush(&mut self) {
        self.close(false);
    }

    /// Ends with samples from `delay` on.
    fn sample(&mut self, delay: f64) -> Result<()> {
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
        let len = self.grid.len();
        let rate = self.grid.sample_rate();
        let real = self.kind != Kind::Field;
        let bins = if real { len / 2 + 1 } else { len };
        let frequency = |bin| {
            if real {
                bin as f64 * self.grid.frequency_step()
            } else {
                signed_frequency(bin, len, rate)
            }
        };
        (0..bins)
            .map(|bin| {
                let f = frequency(bin);
                let h = transfer(Hertz(f));
                if !h.is_finite() || h.norm() > MOST {
                    let why = if h.is_finite() { "absurdly large" } else { "not finite" };
                    let text = format!("the response at {} is {why}", Hertz(f));
                    return Err(Error::unsupported(text).in_stage(stage));
                }
                Ok(if real && is_real_bin(bin, len) { Complex64::from(h.re) } else { h })
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

impl<In: Domain, Out: Domain> fmt::Debug for Plan<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan from {} to {}, {} steps:", In::NAME, Out::NAME, self.steps.len())?;
        for step in &self.steps {
            match step {
                Step::Linear(step) => {
                    let folded = if step.fold { ", folded" } else { "" };
                    write!(f, " linear({} noises{folded})", step.noises.len())?;
                }
                Step::Pass { .. } => f.write_str(" map")?,
                Step::NoisyPass { noise, .. } | Step::Stateful { noise, .. } => {
                    write!(f, " {}/{}", noise.stage, noise.source)?;
                }
                Step::Probe { index, .. } => write!(f, " probe({})", self.probes[*index].0)?,
            }
        }
        Ok(())
    }
}
