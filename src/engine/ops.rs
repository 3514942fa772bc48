//! The list of operations that devices are lowered to.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use num_complex::Complex64;

use crate::Result;
use crate::kernel::rng::Stream;
use crate::signal::{Domain, Grid, Kind, Sample};
use crate::unit::Hertz;

/// The signal of a record while it is being run: real samples, or complex ones, of which only
/// the kind that the signal now has is meaningful.
#[derive(Debug)]
pub struct Lanes {
    pub(super) real: Vec<f64>,
    pub(super) complex: Vec<Complex64>,
}

/// A response over frequency; signed frequencies where samples are complex.
pub(super) type Transfer = Arc<dyn Fn(Hertz) -> Complex64 + Send + Sync>;
/// A noise amplitude density over frequency, per root hertz, one-sided.
pub(super) type Density = Arc<dyn Fn(Hertz) -> f64 + Send + Sync>;
/// One pass over the record.
pub(super) type Pass = Arc<dyn Fn(&mut Lanes) + Send + Sync>;
/// One pass over the record with a stream of normals and the time between samples.
pub(super) type NoisyPass = Arc<dyn Fn(&mut Lanes, &mut Stream, f64) + Send + Sync>;
/// What a device asks of the grid: notes for the reader, or a refusal.
pub(super) type Demand = Arc<dyn Fn(&Grid) -> Result<Vec<String>> + Send + Sync>;

#[derive(Clone)]
pub(super) enum Op {
    Lti(Transfer),
    Add {
        source: String,
        density: Density,
    },
    Map {
        pass: Pass,
        output: Kind,
    },
    /// A noisy map or a stateful element: to the engine both are a pass with a random stream.
    NoisyMap {
        source: String,
        pass: NoisyPass,
        output: Kind,
    },
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lti(_) => f.write_str("Lti"),
            Self::Add { source, .. } => write!(f, "Add({source})"),
            Self::Map { .. } => f.write_str("Map"),
            Self::NoisyMap { source, .. } => write!(f, "NoisyMap({source})"),
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
        let pass: Pass = Arc::new(move |lanes| D::Sample::each(lanes, &map));
        self.with(Op::Map { pass, output: E::KIND }).into_domain()
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
        let pass: NoisyPass = Arc::new(move |lanes, normals, dt| {
            let sigma = (0.5 / dt).sqrt();
            D::Sample::each(lanes, |x| map(x, sigma * normals.sample()));
        });
        let source = source.to_owned();
        self.with(Op::NoisyMap { source, pass, output: E::KIND }).into_domain()
    }

    /// An element with memory and nonlinearity. `source` names its randomness within the stage.
    #[must_use]
    pub fn stateful(self, source: &str, element: impl Stateful<D::Sample> + 'static) -> Self {
        let pass: NoisyPass = Arc::new(move |lanes, normals, dt| {
            element.run(D::Sample::of(&mut lanes.real, &mut lanes.complex), dt, normals);
        });
        self.with(Op::NoisyMap { source: source.to_owned(), pass, output: D::KIND })
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
}

impl<D: Domain> fmt::Debug for Ops<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ops<{}>{:?}", D::NAME, self.list)
    }
}

/// An element with memory and nonlinearity, such as a gain control or a ring resonator.
pub trait Stateful<S: Sample>: fmt::Debug + Send + Sync {
    /// Changes a whole periodic record in place. `dt` is the time between samples in seconds,
    /// `normals` the element's own random stream.
    fn run(&self, samples: &mut [S], dt: f64, normals: &mut Stream);
}

/// From one kind of sample to another, in the buffers of a running record.
pub trait Path<O>: Sample {
    /// Replaces each sample `x` by `map(x)`.
    #[doc(hidden)]
    fn each(lanes: &mut Lanes, map: impl FnMut(Self) -> O);
}

impl Path<f64> for f64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(f64) -> f64) {
        for x in &mut lanes.real {
            *x = map(*x);
        }
    }
}

impl Path<Complex64> for f64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(f64) -> Complex64) {
        for (x, y) in lanes.real.iter().zip(&mut lanes.complex) {
            *y = map(*x);
        }
    }
}

impl Path<f64> for Complex64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(Complex64) -> f64) {
        for (x, y) in lanes.complex.iter().zip(&mut lanes.real) {
            *y = map(*x);
        }
    }
}

impl Path<Complex64> for Complex64 {
    fn each(lanes: &mut Lanes, mut map: impl FnMut(Complex64) -> Complex64) {
        for x in &mut lanes.complex {
            *x = map(*x);
        }
    }
}
