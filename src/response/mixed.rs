//! Differential and common mode, and which port of a file is which.

use std::fmt;
use std::str::FromStr;

use num_complex::Complex64;

use super::{Network, SampledTwoPort, TwoPort};
use crate::{Error, Result};

/// How the four ports of a file are wired: which two are one end of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortMap {
    /// `1-2 3-4`: the lines run from 1 to 2 and from 3 to 4, so ports 1 and 3 are the near end.
    /// The channels of IEEE 802.3 are of this kind.
    Across,
    /// `1-3 2-4`: the lines run from 1 to 3 and from 2 to 4, so ports 1 and 2 are the near end.
    Straight,
}

crate::unit::document_text!(PortMap);

/// Which wiring a file's data shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// The wiring; `1-2 3-4`, the usual one, where the data does not tell.
    pub map: PortMap,
    /// Whether the data tells.
    pub certain: bool,
    /// What was seen, in words.
    pub evidence: String,
}

impl PortMap {
    /// The positions in a matrix of: near end plus, near end minus, far end plus, far end minus.
    fn order(self) -> [usize; 4] {
        match self {
            Self::Across => [0, 2, 1, 3],
            Self::Straight => [0, 1, 2, 3],
        }
    }

    /// Finds the wiring from the transmission between ports up to 2 GHz.
    ///
    /// There, a line passes most of its power, so two transmissions above -10 dB that stand above
    /// all others are the two lines. Without such a pair the file may hold crosstalk. The two
    /// lines of a pair are then coupled at either end far more than the pairs are with each
    /// other: two transmissions above -35 dB that stand 4 dB above all others are the ends, if
    /// there is any transmission besides them. Anything else is reported as uncertain.
    ///
    /// # Errors
    /// If the network has not four ports.
    pub fn detect(network: &Network) -> Result<Detection> {
        check_four(network)?;
        // Mean power of the transmissions that the three ways to pair four ports would have.
        const PAIRINGS: [(&str, [usize; 2]); 3] =
            [("1-2 3-4", [4, 14]), ("1-3 2-4", [8, 13]), ("1-4 2-3", [12, 9])];
        let mut power = [[0.0; 2]; 3];
        let mut count = 0.0;
        let low = network.frequency().iter().filter(|&&hz| hz <= 2e9).count().max(10);
        let points = network.matrices().zip(network.frequency());
        for (matrix, _) in points.take(low).filter(|(_, hz)| **hz > 0.0) {
            count += 1.0;
            for (sums, (_, places)) in power.iter_mut().zip(PAIRINGS) {
                for (sum, place) in sums.iter_mut().zip(places) {
                    *sum += matrix[place].norm_sqr();
                }
            }
        }
        let db = |power: f64| 10.0 * (power / count).max(1e-30).log10();
        let weaker = power.map(|[a, b]| db(a.min(b)));
        let stronger = power.map(|[a, b]| db(a.max(b)));
        let best = (0..3).max_by(|&i, &j| weaker[i].total_cmp(&weaker[j])).unwrap_or(0);
        let others = (0..3).filter(|&i| i != best).map(|i| stronger[i]).fold(f64::MIN, f64::max);
        let level = weaker[best];
        let name = PAIRINGS[best].0;
        let seen = format!(
            "up to 2 GHz the transmissions {name} are {level:.1} dB or more, all others at most \
             {others:.1} dB"
        );
        let known = [PortMap::Across, PortMap::Straight];
        if level > -10.0 && level > others + 3.0 && best < 2 {
            let evidence = format!("{seen}: these are the lines");
            return Ok(Detection { map: known[best], certain: true, evidence });
        }
        if (-35.0..=-8.0).contains(&level) && level > others + 4.0 && others > -200.0 && best < 2 {
            let evidence = format!("{seen}: this is crosstalk, and they are the ends of the pairs");
            return Ok(Detection { map: known[1 - best], certain: true, evidence });
        }
        let evidence = format!("{seen}: this does not tell the wiring, 1-2 3-4 is assumed");
        Ok(Detection { map: PortMap::Across, certain: false, evidence })
    }
}

impl fmt::Display for PortMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Across => "1-2 3-4",
            Self::Straight => "1-3 2-4",
        })
    }
}

impl FromStr for PortMap {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["1-2", "3-4"] => Ok(Self::Across),
            ["1-3", "2-4"] => Ok(Self::Straight),
            _ => Err(Error::parameter("ports", format!("`{text}`"), "`1-2 3-4` or `1-3 2-4`")),
        }
    }
}

/// Two by two parameters between the two ends of a pair: `[[s11, s12], [s21, s22]]`.
pub type Block = [[Complex64; 2]; 2];

/// The modes of a pair of lines at rising frequencies. The names are those of the literature:
/// `scd` is what leaves as common mode when differential mode enters.
///
/// # Formula
/// `S_mm = M S M^T` with `d = (a - b) / sqrt 2`, `c = (a + b) / sqrt 2` at each end, so
/// `sdd21 = (s21 - s23 - s41 + s43) / 2` for the ports `1-2 3-4`. If the ports have equal
/// references `R0`, the differential one is `2 R0` and the common one `R0 / 2`; if they have not,
/// they are first brought to 50 ohm.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedMode {
    frequency: Vec<f64>,
    port_ohm: f64,
    /// Differential near and far, then common near and far.
    s: Vec<[[Complex64; 4]; 4]>,
}

impl MixedMode {
    pub(super) fn new(network: &Network, map: PortMap) -> Result<Self> {
        check_four(network)?;
        let network = network.with_equal_references()?;
        let order = map.order();
        // Rows: differential near, differential far, common near, common far, over the ports
        // near plus, near minus, far plus, far minus; the common factor 1/2 is taken at the end.
        const MODES: [[f64; 4]; 4] = [
            [1.0, -1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, -1.0],
            [1.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 1.0],
        ];
        let transform = |matrix: &[Complex64]| {
            MODES.map(|out| {
                MODES.map(|into| {
                    let mut sum = Complex64::ZERO;
                    for i in 0..4 {
                        for j in 0..4 {
                            sum += matrix[order[i] * 4 + order[j]] * (out[i] * into[j]);
                        }
                    }
                    sum * 0.5
                })
            })
        };
        Ok(Self {
            frequency: network.frequency().to_vec(),
            port_ohm: network.reference()[0],
            s: network.matrices().map(transform).collect(),
        })
    }

    /// Frequencies in hertz, rising.
    pub fn frequency(&self) -> &[f64] {
        &self.frequency
    }

    /// Differential from differential mode.
    ///
    /// # Panics
    /// This and the other blocks: if there is no such point.
    pub fn sdd(&self, point: usize) -> Block {
        self.block(point, 0, 0)
    }

    /// Differential from common mode.
    pub fn sdc(&self, point: usize) -> Block {
        self.block(point, 0, 2)
    }

    /// Common from differential mode.
    pub fn scd(&self, point: usize) -> Block {
        self.block(point, 2, 0)
    }

    /// Common from common mode.
    pub fn scc(&self, point: usize) -> Block {
        self.block(point, 2, 2)
    }

    fn block(&self, point: usize, row: usize, column: usize) -> Block {
        let s = &self.s[point];
        [0, 1].map(|i| [0, 1].map(|j| s[row + i][column + j]))
    }

    /// The differential mode alone, of reference `2 R0`.
    ///
    /// # Errors
    /// If there are fewer than two points.
    pub fn differential(&self) -> Result<SampledTwoPort> {
        let points = (0..self.frequency.len()).map(|point| {
            let [[s11, s12], [s21, s22]] = self.sdd(point);
            TwoPort { s11, s12, s21, s22, reference_ohm: 2.0 * self.port_ohm }
        });
        SampledTwoPort::new(self.frequency.clone(), points.collect())
    }
}

fn check_four(network: &Network) -> Result<()> {
    if network.ports() == 4 {
        return Ok(());
    }
    let message = format!("a network of {} ports, where one of 4 is needed", network.ports());
    Err(Error::unsupported(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    /// Two uncoupled lines, from ports 1, 2 to 3, 4 or from 1, 3 to 2, 4.
    fn lines(map: PortMap, transmission: f64, coupling: f64) -> Network {
        let order = map.order();
        let mut s = Array3::zeros((20, 4, 4));
        for mut point in s.outer_iter_mut() {
            let mut set = |a: usize, b: usize, value: f64| {
                point[[order[a], order[b]]] = Complex64::from(value);
                point[[order[b], order[a]]] = Complex64::from(value);
            };
            set(0, 2, transmission);
            set(1, 3, 0.9 * transmission);
            set(0, 1, coupling);
            set(2, 3, coupling);
        }
        let frequency = (0..20).map(|k| k as f64 * 50e6).collect();
        Network::new(frequency, vec![50.0; 4], s).unwrap()
    }

    #[test]
    fn lines_and_crosstalk_show_their_wiring() {
        for map in [PortMap::Across, PortMap::Straight] {
            for (transmission, coupling) in [(0.95, 0.1), (0.95, 0.0), (0.01, 0.1)] {
                let found = PortMap::detect(&lines(map, transmission, coupling)).unwrap();
                assert!(found.certain, "{}", found.evidence);
                assert_eq!(found.map, map, "{}", found.evidence);
            }
            // Weak lines without coupling look the same either way.
            let found = PortMap::detect(&lines(map, 0.001, 0.0)).unwrap();
            assert!(!found.certain && found.map == PortMap::Across);
        }
    }

    #[test]
    fn a_port_map_survives_its_text() {
        for map in [PortMap::Across, PortMap::Straight] {
            assert_eq!(map.to_string().parse::<PortMap>().unwrap(), map);
        }
        let error = "1-4 2-3".parse::<PortMap>().unwrap_err();
        assert_eq!(error.to_string(), "`ports` is `1-4 2-3`, but must be `1-2 3-4` or `1-3 2-4`");
    }

    #[test]
    fn uneven_lines_convert_modes() {
        let mixed = lines(PortMap::Across, 0.8, 0.1).mixed_mode(PortMap::Across).unwrap();
        let near = |value: Complex64, expected: f64| (value.re - expected).abs() < 1e-15;
        assert!(near(mixed.sdd(3)[1][0], 0.76) && near(mixed.scc(3)[1][0], 0.76));
        assert!(near(mixed.scd(3)[1][0], 0.04) && near(mixed.sdc(3)[1][0], 0.04));
        assert!(near(mixed.sdd(3)[0][0], -0.1) && near(mixed.scc(3)[0][0], 0.1));
        assert!(mixed.differential().unwrap().reference_ohm() > 99.9);
    }
}
