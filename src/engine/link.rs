//! Chains of named devices.

use std::marker::PhantomData;

use super::Device;
use super::ops::{Demand, Op, Ops};
use super::plan::{Options, Plan};
use crate::signal::{Domain, Field, Grid, Kind, Voltage};
use crate::{Error, Result};

/// A device of a link, lowered.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) ops: Vec<Op>,
    pub(super) demands: Vec<Demand>,
    pub(super) notes: Vec<String>,
    pub(super) output: Kind,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?} -> {}", self.name, self.ops, self.output.name())
    }
}

/// A chain of named devices whose domains are checked by the compiler.
///
/// Light does not enter an electrical trace:
///
/// ```compile_fail
/// use lightlane::prelude::*;
///
/// fn wrong(modulator: &MachZehnder, trace: &Channel) -> Result<()> {
///     Link::electrical().then("tx.mzm", modulator)?.then("host.trace", trace)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Link<In: Domain, Out: Domain> {
    chain: AnyLink,
    domains: PhantomData<(In, Out)>,
}

impl Link<Voltage, Voltage> {
    /// An empty chain that takes a voltage.
    pub fn electrical() -> Self {
        Self { chain: AnyLink::new(Kind::Voltage), domains: PhantomData }
    }
}

impl Link<Field, Field> {
    /// An empty chain that takes light.
    pub fn optical() -> Self {
        Self { chain: AnyLink::new(Kind::Field), domains: PhantomData }
    }
}

impl<In: Domain, Out: Domain> Link<In, Out> {
    /// The chain with one more device, under a name of its own.
    ///
    /// # Errors
    /// If a parameter of the device makes no sense, or the name is taken.
    pub fn then<D>(self, name: &str, device: &D) -> Result<Link<In, D::Out>>
    where
        D: Device<In = Out> + ?Sized,
    {
        Ok(Link { chain: self.chain.then(name, device)?, domains: PhantomData })
    }

    /// The chain with operations of no device of their own, under a name.
    ///
    /// # Errors
    /// As `append` says, or if the name is taken.
    pub fn then_ops<E: Domain>(
        self,
        name: &str,
        append: impl FnOnce(Ops<Out>) -> Result<Ops<E>>,
    ) -> Result<Link<In, E>> {
        Ok(Link { chain: self.chain.then_ops(name, append)?, domains: PhantomData })
    }

    /// Makes the link ready for records on `grid`.
    ///
    /// # Errors
    /// If a device cannot be run on that grid.
    pub fn plan(&self, grid: Grid) -> Result<Plan<In, Out>> {
        self.plan_with(grid, &Options::default())
    }

    /// Makes the link ready for records on `grid`, with probes or another form of output.
    ///
    /// # Errors
    /// If a device cannot be run on that grid, a probe names no stage, a silent noise does not
    /// exist, or the output's rate does not divide the grid's.
    pub fn plan_with(&self, grid: Grid, options: &Options) -> Result<Plan<In, Out>> {
        Plan::new(&self.chain, grid, options)
    }

    /// The chain without its types.
    pub fn into_any(self) -> AnyLink {
        self.chain
    }
}

/// A chain of named devices whose domains are checked when it is put together.
#[derive(Clone, Debug)]
pub struct AnyLink {
    pub(super) input: Kind,
    pub(super) stages: Vec<Stage>,
}

impl AnyLink {
    /// An empty chain.
    pub fn new(input: Kind) -> Self {
        Self { input, stages: Vec::new() }
    }

    /// What the chain gives.
    pub fn output(&self) -> Kind {
        self.stages.last().map_or(self.input, |stage| stage.output)
    }

    /// The chain with one more device, under a name of its own.
    ///
    /// # Errors
    /// If the device takes something else than the chain gives, a parameter makes no sense, or
    /// the name is taken.
    pub fn then<D: Device + ?Sized>(self, name: &str, device: &D) -> Result<Self> {
        self.then_ops(name, |ops| device.lower(ops))
    }

    /// The chain with operations of no device of their own, under a name.
    ///
    /// # Errors
    /// As for [`AnyLink::then`].
    pub fn then_ops<D: Domain, E: Domain>(
        mut self,
        name: &str,
        append: impl FnOnce(Ops<D>) -> Result<Ops<E>>,
    ) -> Result<Self> {
        if self.stages.iter().any(|stage| stage.name == name) {
            return Err(Error::usage(format!("two stages are named `{name}`")));
        }
        if self.output() != D::KIND {
            let before = self.stages.last().map_or_else(
                || "the transmitter".to_owned(),
                |stage| format!("stage `{}`", stage.name),
            );
            return Err(Error::domain(format!(
                "stage `{name}` takes {}, but {before} gives {}",
                D::NAME,
                self.output().name()
            )));
        }
        let ops = append(Ops::new()).map_err(|error| error.in_stage(name))?;
        self.stages.push(Stage {
            name: name.to_owned(),
            ops: ops.list,
            demands: ops.demands,
            notes: ops.notes,
            output: E::KIND,
        });
        Ok(self)
    }

    /// The chain with more operations in its last stage, if that gives `D`.
    ///
    /// # Errors
    /// If there is no stage, it gives something else, or `append` fails.
    pub fn extended<D: Domain>(
        mut self,
        append: impl FnOnce(Ops<D>) -> Result<Ops<D>>,
    ) -> Result<Self> {
        let Some(stage) = self.stages.last_mut() else {
            return Err(Error::usage("there is no stage to extend"));
        };
        if stage.output != D::KIND {
            let text = format!("it gives {}, not {}", stage.output.name(), D::NAME);
            return Err(Error::domain(text).in_stage(&stage.name));
        }
        let ops = append(Ops::new()).map_err(|error| error.in_stage(&stage.name))?;
        stage.ops.extend(ops.list);
        stage.demands.extend(ops.demands);
        stage.notes.extend(ops.notes);
        Ok(self)
    }

    /// The chain with its types.
    ///
    /// # Errors
    /// If it takes or gives something else.
    pub fn typed<In: Domain, Out: Domain>(self) -> Result<Link<In, Out>> {
        if (self.input, self.output()) == (In::KIND, Out::KIND) {
            return Ok(Link { chain: self, domains: PhantomData });
        }
        let last = self.stages.last().map_or("the transmitter", |stage| stage.name.as_str());
        Err(Error::domain(format!(
            "`{last}` gives {}, but the receiver takes {}",
            self.output().name(),
            Out::NAME
        )))
    }
}
