//! The list of operations that devices are lowered to.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use num_complex::Complex64;

use super::dynamics::{self, Dynamics, Tangent};
use super::lanes::{self, Lanes, Path, Series, Slope};
use crate::Result;
use crate::kernel::rng::Stream;
use crate::signal::{Domain, Grid, Kind, Sample};
use crate::unit::Hertz;

/// A response over frequency; signed frequencies where samples are complex.
pub(super) type Transfer = Arc<dyn Fn(Hertz) -> Complex64 + Send + Sync>;
/// What is given a response, once it is drawn.
pub(super) type Taker<'a> = dyn FnMut(&dyn Fn(Hertz) -> Complex64) + 'a;
/// Draws a response from a stream, or takes the one without randomness, and hands it over.
pub(super) type Draw = Arc<dyn Fn(Option<&mut Stream>, &mut Taker<'_>) + Send + Sync>;
/// A noise amplitude density over frequency, per root hertz, one-sided.
pub(super) type Density = Arc<dyn Fn(Hertz) -> f64 + Send + Sync>;
/// One pass over the record.
pub(super) type Pass = Arc<dyn Fn(&mut Lanes) + Send + Sync>;
/// One pass over the record, silent without a stream of normals; given the time between samples.
pub(super) type NoisyPass = Arc<dyn Fn(&mut Lanes, Option<&mut Stream>, f64) + Send + Sync>;
/// The derivative of a pass along the record.
pub(super) type SlopePass = Arc<dyn Fn(&mut Lanes) -> Slope + Send + Sync>;
/// The derivative of a noisy pass by its noise, whose standard deviation is given.
pub(super) type NoiseSlopePass = Arc<dyn Fn(&mut Lanes, f64) -> Series + Send + Sync>;
/// What the linear reading may take an element for, on a record and the time between its samples.
pub(super) type ReadingPass = Arc<dyn Fn(&mut Lanes, f64) -> Reading + Send + Sync>;
/// One pass over the record, given the time between samples.
pub(super) type TimedPass = Arc<dyn Fn(&mut Lanes, f64) + Send + Sync>;
/// What an equation of motion is for small deviations from a record.
pub(super) type TangentPass = Arc<dyn Fn(&mut Lanes, f64) -> Tangent + Send + Sync>;
/// What a device asks of the grid: notes for the reader, or a refusal.
pub(super) type Demand = Arc<dyn Fn(&Grid) -> Result<Vec<String>> + Send + Sync>;

#[derive(Clone)]
pub(super) enum Op {
    Lti(Transfer),
    /// A response that each record draws for itself.
    Random {
        source: String,
        draw: Draw,
    },
    Add {
        source: String,
        density: Density,
    },
    /// A neighbor's signal that couples in.
    Neighbor {
        name: String,
        transfer: Transfer,
    },
    Map {
        pass: Pass,
        slope: SlopePass,
        output: Kind,
    },
    NoisyMap {
        source: String,
        pass: NoisyPass,
        slope: SlopePass,
        noise_slope: NoiseSlopePass,
        output: Kind,
    },
    Stateful {
        source: String,
        pass: NoisyPass,
        reading: ReadingPass,
    },
    Dynamic {
        pass: TimedPass,
        tangent: TangentPass,
    },
}

impl Op {
    /// The name of its randomness, if it has any.
    pub(super) fn source(&self) -> Option<&str> {
        match self {
            Self::Random { source, .. }
            | Self::Add { source, .. }
            | Self::NoisyMap { source, .. }
            | Self::Stateful { source, .. } => Some(source),
            Self::Lti(_) | Self::Neighbor { .. } | Self::Map { .. } | Self::Dynamic { .. } => None,
        }
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lti(_) => f.write_str("Lti"),
            Self::Random { source, .. } => write!(f, "Random({source})"),
            Self::Add { source, .. } => write!(f, "Add({source})"),
            Self::Neighbor { name, .. } => write!(f, "Neighbor({name})"),
            Self::Map { .. } => f.write_str("Map"),
            Self::NoisyMap { source, .. } => write!(f, "NoisyMap({source})"),
            Self::Stateful { source, .. } => write!(f, "Stateful({source})"),
            Self::Dynamic { .. } => f.write_str("Dynamic"),
        }
    }
}

/// Operations so far, ending in the domain `D`.
pub struct Ops<D: Domain> {
    pub(super) list: Vec<Op>,
    pub(super) demands: Vec<Demand>,
    pub(super) notes: Vec<String>,
    domain: PhantomData<D>,
}

impl<D: Domain> Ops<D> {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), demands: Vec::new(), notes: Vec::new(), domain: PhantomData }
    }

    fn into_domain<E: Domain>(self) -> Ops<E> {
        Ops { list: self.list, demands: self.demands, notes: self.notes, domain: PhantomData }
    }

    fn with(mut self, op: Op) -> Self {
        self.list.push(op);
        self
    }

    /// A linear, time-invariant response. Real signals ask it for frequencies from zero up, light
    /// for signed distances from the carrier.
    #[must_use]
    pub fn lti(self, response: impl Fn(Hertz) -> Complex64 + Send + Sync + 'static) -> Self {
        self.with(Op::Lti(Arc::new(response)))
    }

    /// A linear response that is steady over a record and drawn anew for each: what drifts too
    /// slowly to be seen within one, such as the phase of a reflection or the polarization in a
    /// fiber. `source` names the randomness within the stage.
    ///
    /// `draw` gives the parameters of a record's response, from the record's own stream; without
    /// one it gives those of the response where the randomness is left out. All readings take the
    /// response that the record draws, so that what they say of many records is an average over
    /// draws.
    #[must_use]
    pub fn random_lti<P: Copy>(
        self,
        source: &str,
        draw: impl Fn(Option<&mut Stream>) -> P + Send + Sync + 'static,
        response: impl Fn(P, Hertz) -> Complex64 + Send + Sync + 'static,
    ) -> Self {
        let draw: Draw = Arc::new(move |stream, take| {
            let drawn = draw(stream);
            take(&|f| response(drawn, f));
        });
        self.with(Op::Random { source: source.to_owned(), draw })
    }

    /// From here on the same numbers mean another domain: volts that were amperes times ohms.
    #[must_use]
    pub fn becoming<E: Domain<Sample = D::Sample>>(self) -> Ops<E> {
        self.into_domain()
    }

    /// A memoryless element: each sample by itself, into the same domain or another.
    #[must_use]
    pub fn map<E: Domain>(
        self,
        map: impl Fn(D::Sample) -> E::Sample + Send + Sync + 'static,
    ) -> Ops<E>
    where
        D::Sample: Path<E::Sample>,
    {
        let map = Arc::new(map);
        let slope: SlopePass = {
            let map = map.clone();
            Arc::new(move |lanes| lanes::slope(lanes, |x| map(x)))
        };
        let pass: Pass = Arc::new(move |lanes| D::Sample::each(lanes, |x| map(x)));
        self.with(Op::Map { pass, slope, output: E::KIND }).into_domain()
    }

    /// A memoryless element whose noise follows the signal: `map(x, n)` with `n` white Gaussian
    /// noise of one-sided density 1 per hertz. `source` names the noise within the stage.
    #[must_use]
    pub fn noisy_map<E: Domain>(
        self,
        source: &str,
        map: impl Fn(D::Sample, f64) -> E::Sample + Send + Sync + 'static,
    ) -> Ops<E>
    where
        D::Sample: Path<E::Sample>,
    {
        let map = Arc::new(map);
        let slope: SlopePass = {
            let map = map.clone();
            Arc::new(move |lanes| lanes::slope(lanes, |x| map(x, 0.0)))
        };
        let noise_slope: NoiseSlopePass = {
            let map = map.clone();
            Arc::new(move |lanes, sigma| lanes::slope_of_noise(lanes, sigma, |x, n| map(x, n)))
        };
        let pass: NoisyPass = Arc::new(move |lanes, normals, dt| match normals {
            Some(normals) => {
                let sigma = (0.5 / dt).sqrt();
                D::Sample::each(lanes, |x| map(x, sigma * normals.sample()));
            }
            None => D::Sample::each(lanes, |x| map(x, 0.0)),
        });
        let source = source.to_owned();
        self.with(Op::NoisyMap { source, pass, slope, noise_slope, output: E::KIND }).into_domain()
    }

    /// An element with memory and nonlinearity. `source` names its randomness within the stage.
    #[must_use]
    pub fn stateful(self, source: &str, element: impl Stateful<D::Sample> + 'static) -> Self {
        let element = Arc::new(element);
        let reading: ReadingPass = {
            let element = element.clone();
            Arc::new(move |lanes, dt| {
                element.reading(D::Sample::of(&mut lanes.real, &mut lanes.complex), dt)
            })
        };
        let pass: NoisyPass = Arc::new(move |lanes, normals, dt| {
            element.run(D::Sample::of(&mut lanes.real, &mut lanes.complex), dt, normals);
        });
        self.with(Op::Stateful { source: source.to_owned(), pass, reading })
    }

    /// An element with memory and nonlinearity that an equation of motion says all about.
    #[must_use]
    pub fn dynamic(self, element: impl Dynamics + 'static) -> Self {
        let element = Arc::new(element);
        let tangent: TangentPass = {
            let element = element.clone();
            Arc::new(move |lanes, dt| {
                let samples = D::Sample::of(&mut lanes.real, &mut lanes.complex);
                Tangent::along(&*element, samples, dt)
            })
        };
        let pass: TimedPass = Arc::new(move |lanes, dt| {
            dynamics::run(&*element, D::Sample::of(&mut lanes.real, &mut lanes.complex), dt);
        });
        self.with(Op::Dynamic { pass, tangent })
    }

    /// Something the device asks of the grid it is planned for: notes for the report, or an error
    /// that says why that grid cannot be served.
    #[must_use]
    pub fn demand(
        mut self,
        demand: impl Fn(&Grid) -> Result<Vec<String>> + Send + Sync + 'static,
    ) -> Self {
        self.demands.push(Arc::new(demand));
        self
    }

    /// A remark for the report, such as a port order that was detected.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl<D: Domain<Sample = f64>> Ops<D> {
    /// Adds Gaussian noise, independent of the signal, of one-sided amplitude density `density`
    /// (V/rtHz or A/rtHz). `source` names the noise within the stage.
    #[must_use]
    pub fn noise(
        self,
        source: &str,
        density: impl Fn(Hertz) -> f64 + Send + Sync + 'static,
    ) -> Self {
        self.with(Op::Add { source: source.to_owned(), density: Arc::new(density) })
    }

    /// Adds the signal of a neighbor, by the response from its transmitter to here. What it sends
    /// is given to each run under this name.
    #[must_use]
    pub fn neighbor(
        self,
        name: &str,
        response: impl Fn(Hertz) -> Complex64 + Send + Sync + 'static,
    ) -> Self {
        self.with(Op::Neighbor { name: name.to_owned(), transfer: Arc::new(response) })
    }
}

impl<D: Domain> fmt::Debug for Ops<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ops<{}>{:?}", D::NAME, self.list)
    }
}

/// An element with memory and nonlinearity, such as a gain control.
pub trait Stateful<S: Sample>: fmt::Debug + Send + Sync {
    /// Changes a whole periodic record in place. `dt` is the time between samples in seconds,
    /// `normals` the element's own random stream, absent where its noise is left out.
    fn run(&self, samples: &mut [S], dt: f64, normals: Option<&mut Stream>);

    /// What the element may be taken for where only small deviations from a record matter.
    fn reading(&self, samples: &[S], dt: f64) -> Reading {
        let _ = (samples, dt);
        Reading::Opaque
    }
}

/// What an element with memory does to small deviations from a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// It multiplies them by a number, as a gain control does that has settled.
    Gain(f64),
    /// The same, and its own noise does not show to the first order, as the phase noise of light
    /// does not in its power.
    NoisyGain(f64),
    /// Nothing that is known: links with it are simulated, but not analyzed.
    Opaque,
}
