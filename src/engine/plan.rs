//! Links made ready for records of one form.

use std::fmt;
use std::marker::PhantomData;

use num_complex::Complex64;

use super::build::Builder;
use super::link::AnyLink;
use super::ops::{
    Draw, NoiseSlopePass, NoisyPass, Op, Pass, ReadingPass, SlopePass, TangentPass, TimedPass,
};
use crate::kernel::fft::{ComplexFft, RealFft};
use crate::signal::{Domain, Grid, Kind};
use crate::{Error, Result};

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
    Dynamic { kind: Kind, pass: TimedPass, tangent: TangentPass },
    Probe { index: usize, kind: Kind },
}

/// Neighboring linear operations: one spectrum.
pub(super) struct Linear {
    pub(super) kind: Kind,
    pub(super) response: Vec<Complex64>,
    /// Responses that each record draws, multiplied to the one above.
    pub(super) random: Vec<Random>,
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

/// A response that each record draws for itself.
pub(super) struct Random {
    pub(super) name: Name,
    pub(super) draw: Draw,
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

impl<In: Domain, Out: Domain> fmt::Debug for Plan<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan from {} to {}, {} steps:", In::NAME, Out::NAME, self.steps.len())?;
        for step in &self.steps {
            match step {
                Step::Linear(step) => {
                    let folded = if step.fold { ", folded" } else { "" };
                    write!(f, " linear({} noises{folded})", step.noises.len())?;
                    for Random { name, .. } in &step.random {
                        write!(f, " {}/{}", name.stage, name.source)?;
                    }
                }
                Step::Pass { .. } => f.write_str(" map")?,
                Step::NoisyPass { noise, .. } | Step::Stateful { noise, .. } => {
                    write!(f, " {}/{}", noise.stage, noise.source)?;
                }
                Step::Dynamic { .. } => f.write_str(" dynamic")?,
                Step::Probe { index, .. } => write!(f, " probe({})", self.probes[*index].0)?,
            }
        }
        Ok(())
    }
}
