//! Crosstalk that does not depend on when one looks: aggressors of random or of worst phase.

use super::link::{Aggressor, AggressorPhase, LinearLink};
use super::tables::largest;
use super::terms::split;
use super::tilted::{Lines, Transform, Work};
use crate::parallel;

/// Phases that an average over a unit interval takes at least. The transform is a smooth periodic
/// function of the phase: a pulse that ends at the symbol rate has one harmonic in its power.
const PHASES: usize = 8;

/// An aggressor at one of its phases.
struct View<'a> {
    aggressor: &'a Aggressor,
    offset: isize,
}

/// The phases that each aggressor of random or of worst phase is seen at.
fn views(link: &LinearLink) -> Vec<Vec<View<'_>>> {
    let samples = link.pulse.samples_per_symbol;
    let stride = (1..=samples)
        .rev()
        .find(|stride| samples.is_multiple_of(*stride) && samples / stride >= PHASES)
        .unwrap_or(1);
    let of = |aggressor| {
        let view = |offset: usize| View { aggressor, offset: offset as isize };
        match aggressor.phase {
            AggressorPhase::Fixed(_) => Vec::new(),
            AggressorPhase::Random => (0..samples).step_by(stride).map(view).collect(),
            AggressorPhase::Worst => {
                let power = |offset: usize| {
                    aggressor.pulse.taps(offset as isize).map(|tap| tap * tap).sum::<f64>()
                };
                let worst = (0..samples).map(|offset| (offset, power(offset)));
                let worst = worst.reduce(|best, next| if next.1 > best.1 { next } else { best });
                worst.map(|(offset, _)| view(offset)).into_iter().collect()
            }
        }
    };
    link.aggressors.iter().map(of).filter(|views| !views.is_empty()).collect()
}

/// The greatest magnitude of this crosstalk.
pub(super) fn peak(link: &LinearLink) -> f64 {
    let at = |view: &View<'_>| view.aggressor.pulse.taps(view.offset).map(f64::abs).sum::<f64>();
    let samples = link.pulse.samples_per_symbol;
    link.aggressors
        .iter()
        .filter(|aggressor| !matches!(aggressor.phase, AggressorPhase::Fixed(_)))
        .map(|aggressor| {
            let views = (0..samples).map(|offset| View { aggressor, offset: offset as isize });
            largest(&aggressor.levels) * views.fold(0.0, |top: f64, view| top.max(at(&view)))
        })
        .sum()
}

/// The transform of this crosstalk on each line, where `sigma` is the smallest standard deviation
/// of noise.
pub(super) fn crosstalk(link: &LinearLink, lines: &Lines, sigma: f64) -> Vec<Transform> {
    let views = views(link);
    let all: Vec<&View<'_>> = views.iter().flatten().collect();
    let transforms = parallel::map(all.len(), Work::default, |work, at| {
        let View { aggressor, offset } = all[at];
        let mut cumulants = [0.0; 6];
        let levels = &aggressor.levels;
        let chances = vec![1.0 / levels.len() as f64; levels.len()];
        let mut to = lines.ones();
        for tap in split(&aggressor.pulse, *offset, levels, sigma, &mut cumulants) {
            let values: Vec<f64> = levels.iter().map(|level| level * tap).collect();
            lines.add_values(&mut to, &values, &chances, work);
        }
        lines.add_cumulants(&mut to, &cumulants, work);
        to
    });
    let mut sum = lines.ones();
    let mut rest = &transforms[..];
    for views in &views {
        let (of_aggressor, others) = rest.split_at(views.len());
        for (line, sum) in sum.iter_mut().enumerate() {
            let parts: Vec<&Transform> = of_aggressor.iter().map(|view| &view[line]).collect();
            sum.multiply(&Transform::mixture(&parts), false);
        }
        rest = others;
    }
    sum
}
