//! A sampled, periodic signal.

use super::{Domain, Field, Grid};
use crate::{Error, Result};

/// A periodic record of a signal: samples on a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform<D: Domain> {
    grid: Grid,
    samples: Vec<D::Sample>,
}

impl<D: Domain> Waveform<D> {
    /// A waveform of the given samples.
    ///
    /// # Errors
    /// If there is another number of samples than the grid has.
    pub fn new(grid: Grid, samples: Vec<D::Sample>) -> Result<Self> {
        if samples.len() != grid.len() {
            let expected = format!("{} samples, as many as the grid has", grid.len());
            return Err(Error::parameter("samples", samples.len(), expected));
        }
        Ok(Self { grid, samples })
    }

    /// A waveform of zeros.
    pub fn zeros(grid: Grid) -> Self {
        Self { grid, samples: vec![D::Sample::default(); grid.len()] }
    }

    /// The grid that the samples are on.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The samples, in the unit of the domain; length of the grid.
    pub fn samples(&self) -> &[D::Sample] {
        &self.samples
    }

    /// The samples, to be changed in place.
    pub fn samples_mut(&mut self) -> &mut [D::Sample] {
        &mut self.samples
    }
}

impl Waveform<Field> {
    /// The optical power of each sample, in watts.
    pub fn power(&self) -> Vec<f64> {
        self.samples.iter().map(num_complex::Complex64::norm_sqr).collect()
    }
}
