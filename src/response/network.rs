//! Networks of any number of ports, as measured or simulated.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ndarray::{Array3, ArrayView2, s};
use num_complex::Complex64;

use super::{MixedMode, PortMap, SampledTwoPort, TwoPort, matrix, touchstone};
use crate::{Error, Result};

/// The largest file that is read, 1 GiB.
const MAX_BYTES: u64 = 1 << 30;

/// Scattering parameters of an N-port at rising frequencies, with the real reference impedance of
/// each port.
///
/// ```
/// use lightlane::response::{Network, PortMap};
///
/// let text = "# GHz S RI R 50\n\
///     0  0 0  1 0  0 0  0 0\n   1 0  0 0  0 0  0 0\n   0 0  0 0  0 0  1 0\n   0 0  0 0  1 0  0 0\n\
///     1  0 0  0 -1  0 0  0 0\n   0 -1  0 0  0 0  0 0\n   0 0  0 0  0 0  0 -1\n   0 0  0 0  0 -1  0 0\n";
/// let network = Network::parse(text, Some(4))?;
/// let pair = network.differential(PortMap::detect(&network)?.map)?;
/// assert_eq!(pair.reference_ohm(), 100.0);
/// assert!((pair.at(0.5e9).s21.norm() - 1.0).abs() < 1e-12);
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    frequency: Vec<f64>,
    reference: Vec<f64>,
    s: Array3<Complex64>,
}

impl Network {
    /// A network from its points: frequencies in hertz, the reference of each port in ohm, and
    /// the matrices, indexed by point, port that is left and port that is entered, from 0.
    ///
    /// # Errors
    /// If the shapes differ, a number is not finite, the frequencies do not rise from 0 or more,
    /// or a reference is not positive.
    pub fn new(frequency: Vec<f64>, reference: Vec<f64>, s: Array3<Complex64>) -> Result<Self> {
        let ports = reference.len();
        if ports == 0 || s.dim() != (frequency.len(), ports, ports) {
            return Err(Error::data(format!(
                "matrices of shape {:?} for {} frequencies and {ports} ports",
                s.dim(),
                frequency.len()
            )));
        }
        check_frequency(&frequency)?;
        if let Some(ohm) = reference.iter().find(|ohm| !(ohm.is_finite() && **ohm > 0.0)) {
            return Err(Error::parameter("reference", format!("{ohm} ohm"), "positive and finite"));
        }
        if !s.iter().all(|value| value.is_finite()) {
            return Err(Error::data("a scattering parameter is not finite"));
        }
        Ok(Self { frequency, reference, s })
    }

    /// Reads a Touchstone file, version 1 or 2, whose name ends in `.sNp`, or in anything else if
    /// it is version 2.
    ///
    /// # Errors
    /// If the file cannot be read, is larger than 1 GiB, or is not Touchstone: the error names the
    /// file and the line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let io = |error| Error::io(path, error);
        let file = File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            return Err(Error::data("not a regular file").in_file(path));
        }
        let too_large =
            || Error::unsupported("larger than 1 GiB, the most that is read").in_file(path);
        if metadata.len() > MAX_BYTES {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(too_large());
        }
        Self::from_bytes(&bytes, ports_of_name(path)).map_err(|error| error.in_file(path))
    }

    /// Parses the text of a Touchstone file; version 1 needs the number of ports beside it.
    ///
    /// # Errors
    /// If the text is not Touchstone: the error names the line.
    pub fn parse(text: &str, ports: Option<usize>) -> Result<Self> {
        Self::from_bytes(text.as_bytes(), ports)
    }

    fn from_bytes(bytes: &[u8], ports: Option<usize>) -> Result<Self> {
        let content = touchstone::parse(bytes, ports)?;
        let shape = (content.frequency.len(), content.ports, content.ports);
        let s = Array3::from_shape_vec(shape, content.s)
            .map_err(|error| Error::data(error.to_string()))?;
        Self::new(content.frequency, content.reference, s)
    }

    /// Frequencies in hertz, rising.
    pub fn frequency(&self) -> &[f64] {
        &self.frequency
    }

    /// Whether it is of the frequencies of another network, within a hertz.
    pub fn has_frequencies_of(&self, other: &Self) -> bool {
        let mut pairs = self.frequency.iter().zip(&other.frequency);
        self.frequency.len() == other.frequency.len() && pairs.all(|(a, b)| (a - b).abs() <= 1.0)
    }

    /// Number of ports.
    pub fn ports(&self) -> usize {
        self.reference.len()
    }

    /// Reference impedance of each port, ohm.
    pub fn reference(&self) -> &[f64] {
        &self.reference
    }

    /// The matrix at a point, indexed by port that is left and port that is entered, from 0.
    ///
    /// # Panics
    /// If there is no such point.
    pub fn matrix(&self, point: usize) -> ArrayView2<'_, Complex64> {
        self.s.slice(s![point, .., ..])
    }

    /// The matrices, row after row.
    pub(super) fn matrices(&self) -> impl Iterator<Item = &[Complex64]> {
        let size = self.ports() * self.ports();
        self.s.as_slice().unwrap_or_default().chunks_exact(size)
    }

    /// The same network with other real reference impedances in ohm, one for each port.
    ///
    /// # Formula
    /// `S' = (Q + P S) (P + Q S)^-1` with diagonal `P = (z + z') / (2 sqrt(z z'))` and
    /// `Q = (z - z') / (2 sqrt(z z'))`; for real impedances power waves and pseudo-waves agree.
    ///
    /// # Errors
    /// If the number of references is not that of the ports, if one is not positive, or if the
    /// network has no such description (which a passive one always has).
    pub fn renormalize(&self, reference: &[f64]) -> Result<Self> {
        let n = self.ports();
        if reference.len() != n {
            let value = format!("{} impedances", reference.len());
            return Err(Error::parameter("reference", value, format!("one for each of {n} ports")));
        }
        let factors = |to: f64, from: f64| {
            let scale = 0.5 / (from * to).sqrt();
            ((from + to) * scale, (from - to) * scale)
        };
        let pq: Vec<_> =
            reference.iter().zip(&self.reference).map(|(&to, &from)| factors(to, from)).collect();
        let mut s = Vec::with_capacity(self.s.len());
        for (old, hz) in self.matrices().zip(&self.frequency) {
            let mut below = vec![Complex64::ZERO; n * n];
            let start = s.len();
            for i in 0..n {
                let (p, q) = pq[i];
                for j in 0..n {
                    let unit = if i == j { 1.0 } else { 0.0 };
                    below[i * n + j] = q * old[i * n + j] + p * unit;
                    s.push(p * old[i * n + j] + q * unit);
                }
            }
            if !matrix::solve_right(&mut below, &mut s[start..], n) {
                let message = format!("cannot be renormalized at {hz} Hz: the matrix is singular");
                return Err(Error::data(message));
            }
        }
        let s = Array3::from_shape_vec(self.s.dim(), s)
            .map_err(|error| Error::data(error.to_string()))?;
        Self::new(self.frequency.clone(), reference.to_vec(), s)
    }

    /// The network with one reference at every port: itself if it has one, else one of 50 ohm.
    pub(super) fn with_equal_references(&self) -> Result<Self> {
        let first = self.reference[0];
        if self.reference.iter().all(|ohm| ohm.to_bits() == first.to_bits()) {
            return Ok(self.clone());
        }
        self.renormalize(&vec![50.0; self.ports()])
    }

    /// Differential and common mode of a network of four ports.
    ///
    /// # Errors
    /// If the network has not four ports.
    pub fn mixed_mode(&self, map: PortMap) -> Result<MixedMode> {
        MixedMode::new(self, map)
    }

    /// The differential two-port of a network of four ports, of reference `2 R0`: the rest of the
    /// network is terminated, so mode conversion counts as loss.
    ///
    /// # Errors
    /// If the network has not four ports, or has fewer than two points.
    pub fn differential(&self, map: PortMap) -> Result<SampledTwoPort> {
        self.mixed_mode(map)?.differential()
    }

    /// A network of two ports as it is, with its own reference: a file of two ports is taken to
    /// describe the differential mode already if it is to stand in a differential link.
    ///
    /// # Errors
    /// If the network has not two ports, or has fewer than two points.
    pub fn two_port(&self) -> Result<SampledTwoPort> {
        if self.ports() != 2 {
            let message = format!("a network of {} ports, where one of 2 is needed", self.ports());
            return Err(Error::unsupported(message));
        }
        let equal = self.with_equal_references()?;
        let reference_ohm = equal.reference[0];
        let points = equal.matrices().map(|m| TwoPort {
            s11: m[0],
            s12: m[1],
            s21: m[2],
            s22: m[3],
            reference_ohm,
        });
        SampledTwoPort::new(self.frequency.clone(), points.collect())
    }
}

/// # Errors
/// If the frequencies are not finite, not rising, or below 0.
pub(super) fn check_frequency(frequency: &[f64]) -> Result<()> {
    let rising = frequency.windows(2).all(|pair| pair[0] < pair[1]);
    let bounds = frequency.first().zip(frequency.last());
    let within = bounds.is_some_and(|(&first, &last)| first >= 0.0 && last.is_finite());
    if rising && within {
        return Ok(());
    }
    Err(Error::data("the frequencies must be finite, 0 Hz or more, and rising"))
}

/// The number of ports in an extension `.sNp`.
fn ports_of_name(path: &Path) -> Option<usize> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    extension.strip_prefix('s')?.strip_suffix('p')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_names_the_ports() {
        let cases = [
            ("a.s4p", Some(4)),
            ("b.S12P", Some(12)),
            ("c.ts", None),
            ("s2p", None),
            ("d.sp", None),
        ];
        for (name, ports) in cases {
            assert_eq!(ports_of_name(Path::new(name)), ports, "{name}");
        }
    }

    #[test]
    fn renormalizing_two_ports_agrees_with_the_closed_form() {
        let line = TwoPort::line(Complex64::new(0.2, 4.0), Complex64::new(90.0, -4.0), 100.0)
            .cascade(&TwoPort::shunt_capacitance(20e9, 50e-15, 100.0));
        let s = Array3::from_shape_vec((1, 2, 2), vec![line.s11, line.s12, line.s21, line.s22]);
        let network = Network::new(vec![20e9], vec![100.0; 2], s.unwrap()).unwrap();
        let other = network.renormalize(&[77.0, 77.0]).unwrap();
        let expected = line.renormalize(77.0);
        assert!((other.matrix(0)[[1, 0]] - expected.s21).norm() < 1e-14);
        assert!((other.matrix(0)[[1, 1]] - expected.s22).norm() < 1e-14);
        assert!(network.renormalize(&[77.0]).unwrap_err().is_parameter());
        assert!(network.renormalize(&[77.0, 0.0]).is_err());
        // The energy that is lost inside does not depend on what is outside.
        let equal = network.renormalize(&[60.0, 60.0]).unwrap().with_equal_references().unwrap();
        assert_eq!(equal.reference(), [60.0, 60.0]);
    }

    #[test]
    fn impossible_networks_are_refused() {
        let matrices = |n| Array3::<Complex64>::zeros((n, 2, 2));
        let fifty = vec![50.0; 2];
        assert!(Network::new(vec![0.0, 1.0], fifty.clone(), matrices(1)).is_err());
        assert!(Network::new(vec![1.0, 1.0], fifty.clone(), matrices(2)).is_err());
        assert!(Network::new(vec![0.0, f64::NAN], fifty.clone(), matrices(2)).is_err());
        assert!(Network::new(vec![0.0, 1.0], vec![50.0, -1.0], matrices(2)).is_err());
        assert!(Network::new(Vec::new(), fifty.clone(), matrices(0)).is_err());
        let network = Network::new(vec![1.0, 2.0], fifty, matrices(2)).unwrap();
        assert!(network.differential(PortMap::Across).unwrap_err().is_unsupported());
    }
}
