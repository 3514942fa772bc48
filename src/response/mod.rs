//! What linear, passive or analog things do to a signal, as functions of frequency.
//!
//! | File | Content |
//! |---|---|
//! | [`filter`] | analog low-pass prototypes and the equalizer of COM |
//! | [`twoport`] | scattering matrices of two ports at one frequency, and their algebra |
//! | [`dielectric`], [`mod@line`] | causal lossy lines: laminate and foam, skin effect, roughness |
//! | [`com`] | the transmission line and the package of IEEE 802.3 Annex 93A |
//! | [`network`], [`touchstone`] | measured or simulated N-ports, and the files that hold them |
//! | [`mixed`] | differential and common mode, and which port is which |
//! | [`sampled`] | a two-port given at points, evaluated anywhere |
//! | [`report`] | whether data is passive, reciprocal and causal |
//!
//! # Conventions
//! - Frequencies are hertz, impedances ohm, lengths meter unless a name says otherwise.
//! - Time runs as `exp(+j 2 pi f t)`, so a delay `tau` is `exp(-j 2 pi f tau)`.
//! - A two-port carries its reference impedance. A differential two-port made of two 50 ohm ports
//!   has a reference of 100 ohm, and every impedance beside it is differential as well: a
//!   termination of 50 ohm on each leg is 100 ohm.

pub mod com;
pub mod dielectric;
pub mod filter;
pub mod line;
mod matrix;
pub mod mixed;
pub mod network;
pub mod report;
pub mod sampled;
pub mod touchstone;
pub mod twoport;

use std::fmt;
use std::sync::Arc;

use num_complex::Complex64;

pub use mixed::{MixedMode, PortMap};
pub use network::Network;
pub use report::NetworkReport;
pub use sampled::SampledTwoPort;
pub use twoport::TwoPort;

/// A transfer function `H(f)` as a value: cheap to clone, shared between threads.
///
/// ```
/// use lightlane::response::Response;
/// use num_complex::Complex64;
///
/// let pole = Response::real(|hz| 1.0 / Complex64::new(1.0, hz / 10e9));
/// assert!((pole.at(10e9).norm_sqr() - 0.5).abs() < 1e-15);
/// assert_eq!(pole.at(-10e9), pole.at(10e9).conj());
/// ```
#[derive(Clone)]
pub struct Response {
    at: Arc<dyn Fn(f64) -> Complex64 + Send + Sync>,
}

impl Response {
    /// Wraps a function of frequency in hertz that holds for either sign of it, as a complex
    /// envelope (light) needs.
    pub fn new(at: impl Fn(f64) -> Complex64 + Send + Sync + 'static) -> Self {
        Self { at: Arc::new(at) }
    }

    /// Wraps a function of frequency in hertz that describes a real system: it is only called
    /// with frequencies from 0 up, and negative ones are answered with the conjugate.
    pub fn real(at: impl Fn(f64) -> Complex64 + Send + Sync + 'static) -> Self {
        Self::new(move |hz| if hz < 0.0 { at(-hz).conj() } else { at(hz) })
    }

    /// The response at a frequency in hertz, of either sign.
    pub fn at(&self, hz: f64) -> Complex64 {
        (self.at)(hz)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("dc", &self.at(0.0)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_response_may_differ_on_either_side_of_the_carrier() {
        let one_sided = Response::new(|hz| Complex64::from(f64::from(u8::from(hz > 0.0))));
        assert_eq!(one_sided.at(1.0), Complex64::ONE);
        assert_eq!(one_sided.at(-1.0), Complex64::ZERO);
        assert!(format!("{one_sided:?}").starts_with("Response { dc: "));
    }
}
