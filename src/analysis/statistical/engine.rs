//! From a link to what its slicer sees at each of some instants.

use super::chain::{Sides, chain};
use super::crosstalk::crosstalk;
use super::cut::{EyeCut, Line};
use super::distortion::{self, Values};
use super::edges::StepResponse;
use super::ladder;
use super::link::LinearLink;
use super::scale::Scale;
use super::tables::ByPhase;
use super::terms::{Superposition, Terms};
use super::tilted::{Lines, Normal, Transform, Work, is_mirrored};
use crate::parallel;
use crate::{Error, Result};

/// Width of the cells that distortion is reduced in, in standard deviations of noise.
const CELL: f64 = 0.25;

/// Instants of which one finds the lines to read all on: between neighbors of 32 in a unit interval,
/// distributions change by less than half of the digits that lines have to spare.
const ALIKE: usize = 4;

/// A link, ready to be looked at.
pub(super) struct Engine<'a> {
    link: &'a LinearLink,
    pub scale: Scale,
    /// Positive `theta` to choose from.
    rungs: Vec<f64>,
    /// Whether levels mirror each other: what is the same for all of them is, on a line at `-theta`,
    /// that at `theta` reflected.
    mirrored: bool,
    instants: Vec<Instant>,
    /// Crosstalk on each line of [`Engine::all_tilts`] that is read.
    crosstalk: Vec<Option<Transform>>,
}

/// What is known of an instant.
struct Instant {
    offset: isize,
    /// The parts for an even and for an odd symbol, both equally likely, or for any symbol.
    terms: Vec<Terms>,
    levels: Vec<OfLevel>,
    /// The lines that each level is read on.
    sides: Vec<Vec<Side>>,
}

/// What belongs to one level alone.
struct OfLevel {
    noise: Vec<Normal>,
    distortion: Values,
}

/// A line: its rung, and whether it is the positive one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    rung: usize,
    positive: bool,
}

/// What levels share, on some lines.
struct Shared {
    lines: Lines,
    /// The place in [`Engine::all_tilts`] of each line.
    places: Vec<usize>,
    /// For an even and for an odd symbol, or for any.
    symbols: Vec<OfSymbol>,
}

/// What is the same for all levels of the symbol decided on.
struct OfSymbol {
    /// The response to it.
    cursor: f64,
    /// The rest, for each line.
    common: Vec<Transform>,
}

impl<'a> Engine<'a> {
    /// Looks at a link at some instants, with so many rows of voltage or more.
    pub(super) fn new(
        link: &'a LinearLink,
        offsets: std::ops::Range<isize>,
        rows: usize,
    ) -> Result<Self> {
        link.check()?;
        let all = link.offsets();
        if offsets.start < all.start || offsets.end > all.end {
            let expected = format!("between {} and {}", all.start, all.end - 1);
            return Err(Error::parameter("offset", offsets.start, expected));
        }
        let step =
            StepResponse::of(link.filter.as_ref().map_or(&link.pulse, |filter| &filter.pulse));
        let superpositions: Vec<Superposition> =
            offsets.map(|offset| Superposition::of(link, &step, offset)).collect();
        let scale = Scale::new(link, &superpositions, rows)?;
        let mirrored = is_mirrored(&link.levels)
            && link.aggressors.iter().all(|aggressor| is_mirrored(&aggressor.levels));
        let rungs = ladder::rungs(0.5 * scale.span, scale.sigma);
        let instants = Vec::new();
        let mut engine = Self { link, scale, rungs, mirrored, instants, crosstalk: Vec::new() };

        let all = engine.lines(engine.all_tilts(), 0);
        engine.crosstalk = crosstalk(link, &all, scale.sigma).into_iter().map(Some).collect();
        let reduce = |samples: &Vec<f64>| distortion::reduce(samples, CELL * scale.sigma);
        let of_phase = |levels: &Vec<Vec<f64>>| levels.iter().map(reduce).collect();
        let phases = link.distortion.phases.iter().map(of_phase).collect();
        let distortion = ByPhase { phases };
        engine.instants = parallel::map(superpositions.len(), Work::default, |work, at| {
            let mut instant = engine.instant(&superpositions[at], &distortion);
            if at.is_multiple_of(ALIKE) {
                instant.sides = engine.sides(&instant, work);
            }
            instant
        });
        let last = (engine.instants.len() - 1) / ALIKE;
        for at in (0..engine.instants.len()).filter(|at| !at.is_multiple_of(ALIKE)) {
            let nearest = ((at + ALIKE / 2) / ALIKE).min(last) * ALIKE;
            engine.instants[at].sides = engine.instants[nearest].sides.clone();
        }

        let mut read = vec![false; all.tilts.len()];
        for side in engine.instants.iter().flat_map(|instant| instant.sides.iter().flatten()) {
            read[engine.place(*side)] = true;
        }
        let tilts = all.tilts.iter().zip(&read).filter(|(_, read)| **read).map(|(tilt, _)| *tilt);
        let lines = engine.lines(tilts.collect(), scale.bins);
        let mut transforms = crosstalk(link, &lines, scale.sigma).into_iter();
        engine.crosstalk =
            read.into_iter().map(|read| read.then(|| transforms.next()).flatten()).collect();
        Ok(engine)
    }

    /// The instant of a place: what the slicer sees there.
    pub(super) fn cut(&self, at: usize, work: &mut Work) -> EyeCut {
        let instant = &self.instants[at];
        let mut places: Vec<usize> =
            instant.sides.iter().flatten().map(|side| self.place(*side)).collect();
        places.sort_unstable();
        places.dedup();
        let shared = self.shared(&instant.terms, places, self.scale.bins, work);
        let levels = (0..instant.levels.len())
            .map(|level| {
                let sides = &instant.sides[level];
                let transforms = self.level(instant, level, sides, &shared, work);
                let line = |(side, transform): (&Side, Transform)| {
                    Line::new(self.theta(*side), transform, &self.scale)
                };
                sides.iter().zip(transforms).map(line).collect()
            })
            .collect();
        EyeCut::new(self.link, instant.offset, self.scale, levels)
    }

    /// Prepares an instant, but for its lines.
    fn instant(&self, all: &Superposition, distortion: &ByPhase<Values>) -> Instant {
        let (link, sigma) = (self.link, self.scale.sigma);
        let phase = link.phase(all.offset);
        let of_level = |level| {
            let parts = link.noise.get(phase, level).map_or(&[][..], Vec::as_slice);
            let total: f64 = parts.iter().map(|part| part.weight).sum();
            let heard = parts.iter().filter(|part| part.weight > 0.0);
            let normal = |chance, sigma: f64| Normal { chance, mean: 0.0, variance: sigma * sigma };
            let mut noise: Vec<Normal> =
                heard.map(|part| normal(part.weight / total, part.sigma.max(sigma))).collect();
            if noise.is_empty() {
                noise.push(normal(1.0, sigma));
            }
            let distortion = distortion.get(phase, level).cloned().unwrap_or_default();
            OfLevel { noise, distortion }
        };
        let parities = if link.jitter.even_odd > 0.0 { &[false, true][..] } else { &[false] };
        Instant {
            offset: all.offset,
            terms: parities.iter().map(|odd| Terms::new(link, all, sigma, *odd)).collect(),
            levels: (0..link.levels.len()).map(of_level).collect(),
            sides: Vec::new(),
        }
    }

    /// Finds the lines to read an instant on.
    fn sides(&self, instant: &Instant, work: &mut Work) -> Vec<Vec<Side>> {
        let shared = self.shared(&instant.terms, (0..self.crosstalk.len()).collect(), 0, work);
        let rungs = 0..self.rungs.len();
        let side = |positive| move |rung| Side { rung, positive };
        (0..instant.levels.len())
            .map(|level| {
                let [up, down] = [true, false].map(|positive| {
                    let sides: Vec<Side> = rungs.clone().map(side(positive)).collect();
                    let transforms = self.level(instant, level, &sides, &shared, work);
                    transforms.iter().map(|transform| transform.log).collect::<Vec<_>>()
                });
                let mean = (up[0] - down[0]) / (2.0 * self.rungs[0]);
                let below = ladder::choose(&self.rungs, &down, -mean).into_iter().rev();
                let above = ladder::choose(&self.rungs, &up, mean).into_iter();
                below.map(side(false)).chain(above.map(side(true))).collect()
            })
            .collect()
    }

    /// What levels share on the lines of some places.
    fn shared(&self, terms: &[Terms], places: Vec<usize>, bins: usize, work: &mut Work) -> Shared {
        let all = self.all_tilts();
        let lines = self.lines(places.iter().map(|&place| all[place]).collect(), bins);
        let symbols = terms.iter().map(|terms| self.of_symbol(terms, &lines, work)).collect();
        Shared { lines, places, symbols }
    }

    /// What does not hang on the level decided on, on some lines.
    fn of_symbol(&self, terms: &Terms, lines: &Lines, work: &mut Work) -> OfSymbol {
        let mut common = lines.ones();
        for (levels, tap) in &terms.foreign {
            let values: Vec<f64> = levels.iter().map(|level| level * tap).collect();
            let chances = vec![1.0 / levels.len() as f64; levels.len()];
            lines.add_values(&mut common, &values, &chances, work);
        }
        lines.add_cumulants(&mut common, &terms.cumulants, work);
        OfSymbol { cursor: terms.cursor, common }
    }

    /// What other symbols of the link add to a level, on some lines.
    fn own(&self, terms: &Terms, level: usize, lines: &Lines, work: &mut Work) -> Vec<Transform> {
        let (levels, random) = (&self.link.levels, self.link.jitter.random);
        let own = &terms.own[level];
        let mut sum = lines.ones();
        let chances = vec![1.0 / levels.len() as f64; levels.len()];
        for symbol in &own.symbols {
            if symbol.variances.iter().all(|variance| *variance == 0.0) {
                lines.add_values(&mut sum, &symbol.values, &chances, work);
                continue;
            }
            let chance = 1.0 / levels.len() as f64;
            let parts = symbol.values.iter().zip(&symbol.variances);
            let normals: Vec<Normal> =
                parts.map(|(&mean, &variance)| Normal { chance, mean, variance }).collect();
            lines.add_normals(&mut sum, &normals, work);
        }
        lines.add_cumulants(&mut sum, &own.cumulants, work);
        if own.past.is_empty() && own.future.is_empty() {
            return sum;
        }
        let sides = Sides {
            edges: [&own.past, &own.future],
            weights: terms.weights,
            third: terms.third,
            across: &terms.across[level],
            levels,
            random,
        };
        for (sum, both) in sum.iter_mut().zip(chain(lines, &sides, level, work)) {
            sum.multiply(&both, false);
        }
        sum
    }

    /// The whole of a level, on each of some lines.
    fn level(
        &self,
        instant: &Instant,
        level: usize,
        sides: &[Side],
        shared: &Shared,
        work: &mut Work,
    ) -> Vec<Transform> {
        let bins = shared.lines.bins;
        let lines = self.lines(sides.iter().map(|side| self.theta(*side)).collect(), bins);
        let own: Vec<Vec<Transform>> =
            instant.terms.iter().map(|terms| self.own(terms, level, &lines, work)).collect();
        let mut whole = lines.ones();
        for (at, (side, whole)) in sides.iter().zip(&mut whole).enumerate() {
            let reflected = self.mirrored && !side.positive;
            let place = self.place(*side);
            let Ok(line) = shared.places.binary_search(&place) else { continue };
            let of_symbol = |(symbol, own): (&OfSymbol, &Vec<Transform>)| {
                let mut sum = own[at].clone();
                sum.multiply(&symbol.common[line], reflected);
                sum.shift(symbol.cursor * self.link.levels[level], lines.tilts[at], lines.step);
                sum
            };
            let symbols: Vec<Transform> = shared.symbols.iter().zip(&own).map(of_symbol).collect();
            *whole = Transform::mixture(&symbols.iter().collect::<Vec<_>>());
            if let Some(crosstalk) = &self.crosstalk[place] {
                whole.multiply(crosstalk, reflected);
            }
        }
        let own = &instant.levels[level];
        lines.add_normals(&mut whole, &own.noise, work);
        let (values, chances) = &own.distortion;
        if !values.is_empty() {
            lines.add_values(&mut whole, values, chances, work);
        }
        whole
    }

    /// All lines that are ever computed: positive ones, then negative ones unless they are
    /// reflections.
    fn all_tilts(&self) -> Vec<f64> {
        let negative = self.rungs.iter().map(|theta| -theta).filter(|_| !self.mirrored);
        self.rungs.iter().copied().chain(negative).collect()
    }

    /// The place of a line in [`Engine::all_tilts`].
    fn place(&self, side: Side) -> usize {
        side.rung + if side.positive || self.mirrored { 0 } else { self.rungs.len() }
    }

    fn theta(&self, side: Side) -> f64 {
        if side.positive { self.rungs[side.rung] } else { -self.rungs[side.rung] }
    }

    fn lines(&self, tilts: Vec<f64>, bins: usize) -> Lines {
        Lines { tilts, step: self.scale.step(), bins }
    }
}
