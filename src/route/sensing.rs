//! What noise adds to single symbols at a slicer, found exactly.

use super::trained::TrainedHop;
use crate::Result;
use crate::analysis::semi_analytic::FOLLOWED;
use crate::engine::{Sensitivity, Trajectory};
use crate::kernel::rng::Key;
use crate::signal::Symbols;
use crate::transceiver::{EdgeSensitivity, Randomness};

/// Symbols between those whose noise is found in one pass: the memory of the links that noise is
/// told apart for. What is remembered longer is counted for a neighbor, and not lost.
pub(super) const APART: usize = 128;

/// A record of symbols as a transmitter sends it.
pub(super) struct Sent {
    pub(super) symbols: Symbols,
    pub(super) levels: Vec<f64>,
    /// The height of the edge ahead of each symbol.
    pub(super) heights: Vec<f64>,
    /// The same of each aggressor beside it.
    beside: Vec<Vec<f64>>,
}

/// The noise of one symbol.
#[derive(Clone)]
pub(super) struct SymbolNoise {
    /// Of each source; the last two are random and dual-Dirac jitter, the latter without the edges
    /// that are followed.
    pub(super) variances: Vec<f64>,
    /// What it answers to a delay of all edges together, by unit intervals.
    pub(super) drift: f64,
    /// What the edges that are followed do to it: see [`EdgeSensitivity::edges`].
    pub(super) edges: [[f64; 2]; FOLLOWED],
}

/// What a weighted sum of slicer inputs answers to, by the symbol that it belongs to.
struct Answers {
    /// What each source adds to the variance; the last one is two-valued.
    energies: Vec<Vec<f64>>,
    /// The answer to each edge.
    edges: Vec<[f64; 2]>,
}

/// Where the noise of a hop's symbols comes from.
///
/// # Formula
/// The answers of symbols that are `apart` from each other are found in one pass backward through
/// the hop, and told apart by where they lie. Tails that reach further meet the next symbol with a
/// sign at random, so that they take from its energy as often as they add to it.
pub(super) struct Sensing<'a> {
    hop: &'a TrainedHop,
    /// A sign for each symbol of a record.
    signs: Vec<f64>,
    /// Symbols in a window.
    width: usize,
    /// The first symbol of each source's window, in symbols after the one it acts on, modulo the
    /// record.
    starts: Vec<usize>,
    /// That of the window of edges.
    first_edge: usize,
    /// The edges that are followed, counted in the same way.
    pub(super) followed: [usize; FOLLOWED],
}

impl Sent {
    /// Coded symbols as record `record` of those of `root` has them beside it.
    pub(super) fn new(hop: &TrainedHop, coded: Symbols, root: Key, record: usize) -> Result<Self> {
        let (levels, heights) = (coded.levels(), hop.transmitter.edge_heights(&coded));
        let beside = hop
            .neighbors
            .iter()
            .map(|other| Ok(other.transmitter().edge_heights(&other.symbols(root, record as u64)?)))
            .collect::<Result<_>>()?;
        Ok(Self { symbols: coded, levels, heights, beside })
    }
}

impl<'a> Sensing<'a> {
    /// From the answers of the first symbol of a record, in windows of `width` symbols.
    pub(super) fn new(
        hop: &'a TrainedHop,
        trajectory: &Trajectory,
        sent: &Sent,
        width: usize,
        key: Key,
    ) -> Self {
        let count = sent.symbols.len();
        let mut stream = key.named("signs").stream();
        let signs = (0..count).map(|_| if stream.uniform() < 0.5 { -1.0 } else { 1.0 }).collect();
        let starts = Vec::new();
        let followed = [0; FOLLOWED];
        let mut sensing = Self { hop, signs, width, starts, first_edge: 0, followed };
        let alone = sensing.answers(trajectory, sent, &[0], &mut hop.sampled.sensitivity());
        // Half a window before the energy is strongest.
        let before = |peak: usize| (peak + count - width / 2) % count;
        let strongest = |energy: &Vec<f64>| {
            before((0..count).fold(0, |best, k| if energy[k] > energy[best] { k } else { best }))
        };
        sensing.starts = alone.energies.iter().map(strongest).collect();
        let mut edges: Vec<usize> = (0..count).collect();
        edges.sort_by(|&a, &b| alone.edges[b][0].abs().total_cmp(&alone.edges[a][0].abs()));
        sensing.followed.copy_from_slice(&edges[..FOLLOWED]);
        sensing.first_edge = before(edges[0]);
        sensing
    }

    /// The noise of symbols of a record that lie `width` apart, in their order.
    pub(super) fn noise(
        &self,
        trajectory: &Trajectory,
        sent: &Sent,
        symbols: &[usize],
        sensitivity: &mut Sensitivity,
    ) -> Vec<SymbolNoise> {
        let answers = self.answers(trajectory, sent, symbols, sensitivity);
        symbols.iter().map(|&n| self.gather(&answers, sent, n)).collect()
    }

    /// What the slicer's inputs of some symbols together answer to.
    fn answers(
        &self,
        trajectory: &Trajectory,
        sent: &Sent,
        symbols: &[usize],
        sensitivity: &mut Sensitivity,
    ) -> Answers {
        let TrainedHop { sampled, adapted, transmitter, receiver, .. } = self.hop;
        let per_symbol = sampled.grid().samples_per_symbol();
        let output = sampled.output_grid();
        let stride = output.samples_per_symbol() / adapted.samples_per_symbol;
        let mut weights = vec![0.0; output.len()];
        for &n in symbols {
            receiver.digital.add_weights(adapted, n, stride, self.signs[n], &mut weights);
        }
        receiver.digital.leave_out_clipped(adapted, trajectory.output(), &mut weights);
        sampled.sense(trajectory, &weights, sensitivity);
        let EdgeSensitivity { levels, edges } = transmitter.sense(&sensitivity.input);
        let random = transmitter.randomness();
        let by_symbol = |source: &Vec<f64>| {
            source.chunks(per_symbol).map(|samples| samples.iter().map(|s| s * s).sum()).collect()
        };
        let mut energies: Vec<Vec<f64>> = sensitivity.sources.iter().map(by_symbol).collect();
        let neighbors = self.hop.neighbors.iter().zip(&sensitivity.neighbors).zip(&sent.beside);
        for ((neighbor, answers), heights) in neighbors {
            let EdgeSensitivity { levels, edges } = neighbor.transmitter().sense(answers);
            let Randomness { level: noise, edge, dual_dirac } = neighbor.transmitter().randomness();
            let jitter = edge.hypot(dual_dirac);
            let moves = edges.iter().zip(heights);
            energies.push(levels.iter().map(|level| (noise * level).powi(2)).collect());
            energies.push(moves.map(|(edge, h)| (jitter * edge[0] * h).powi(2)).collect());
        }
        energies.push(levels.iter().map(|level| (random.level * level).powi(2)).collect());
        for jitter in [random.edge, random.dual_dirac] {
            let moves = edges.iter().zip(&sent.heights);
            let squares = moves.map(|(edge, height)| (jitter * edge[0] * height).powi(2));
            energies.push(squares.collect());
        }
        Answers { energies, edges }
    }

    fn gather(&self, answers: &Answers, sent: &Sent, n: usize) -> SymbolNoise {
        let count = answers.edges.len();
        let mut variances: Vec<f64> = self
            .starts
            .iter()
            .zip(&answers.energies)
            .map(|(start, energy)| (0..self.width).map(|k| energy[(n + start + k) % count]).sum())
            .collect();
        let mut edges = [[0.0; 2]; FOLLOWED];
        for (edge, offset) in edges.iter_mut().zip(self.followed) {
            let at = (n + offset) % count;
            *edge = answers.edges[at].map(|answer| self.signs[n] * answer);
            // What is followed is no part of the variance.
            if let (Some(variance), Some(energy)) = (variances.last_mut(), answers.energies.last())
            {
                *variance -= energy[at];
            }
        }
        let window = (0..self.width).map(|k| (n + self.first_edge + k) % count);
        let drift = window.map(|at| answers.edges[at][0] * sent.heights[at]).sum::<f64>();
        SymbolNoise { variances, drift: self.signs[n] * drift, edges }
    }
}
