//! Whole eyes of links with smooth pulses, crosstalk and jitter.

use super::*;
use crate::kernel::gauss;
use crate::kernel::rng::{Key, Seed};

const SAMPLES: usize = 16;

/// The response to a step at time 0, in unit intervals, of a smooth link that rings once.
fn step(time: f64) -> f64 {
    let rise = |time: f64, width: f64| gauss::q(-time / width);
    1.15 * rise(time, 0.28) - 0.15 * rise(time - 1.1, 0.5)
}

/// A link with that response, which decides half a unit interval after its steps.
fn smooth(sigma: f64, jitter: EdgeJitter) -> LinearLink {
    let at = |n: usize| (n as f64 - 4.0 * SAMPLES as f64) / SAMPLES as f64;
    let values = (0..10 * SAMPLES).map(|n| step(at(n) + 0.5) - step(at(n) - 0.5)).collect();
    let mut link = link(Modulation::Pam4, &[], sigma);
    link.pulse = Pulse { values, cursor: 4 * SAMPLES, samples_per_symbol: SAMPLES };
    link.jitter = jitter;
    link
}

/// The error ratio of thresholds, Gaussian noise written out, at an offset in unit intervals, over
/// random symbols whose edges are where the jitter has them.
fn drawn(link: &LinearLink, phase: f64, sigma: f64, symbols: usize, seed: u64) -> [f64; 2] {
    let key = Key::root(Seed(seed));
    let mut random = key.named("random").stream();
    let mut other = key.named("other").stream();
    let jitter = link.jitter;
    let levels: Vec<usize> = (0..symbols).map(|_| other.below(4) as usize).collect();
    let late: Vec<f64> = (0..symbols)
        .map(|n| {
            let sign = if other.below(2) == 0 { -1.0 } else { 1.0 };
            let even_odd = if n % 2 == 0 { 0.5 } else { -0.5 } * jitter.even_odd;
            jitter.random * random.sample() + sign * jitter.dual_dirac + even_odd
        })
        .collect();
    let (mut sum, mut squares) = (0.0, 0.0);
    for n in 6..symbols - 6 {
        let mut value = link.levels[levels[n - 5]];
        for edge in n - 4..n + 5 {
            let height = link.levels[levels[edge]] - link.levels[levels[edge - 1]];
            value += height * step(n as f64 + 0.5 + phase - edge as f64 - late[edge]);
        }
        let above = link.thresholds.get(levels[n]).map_or(0.0, |t| gauss::q((t - value) / sigma));
        let below = levels[n].checked_sub(1).map(|at| link.thresholds[at]);
        let below = below.map_or(0.0, |t| gauss::q((value - t) / sigma));
        sum += above + below;
        squares += (above + below).powi(2);
    }
    let count = (symbols - 12) as f64;
    let mean = sum / count;
    [mean, ((squares / count - mean * mean) / count).sqrt()]
}

/// Seed 3, 100,000 symbols. The noise is written out, so that the standard deviation of the mean
/// is known from the same draws: it is 1 to 3 %. Tolerance: 3.5 of it, and for random jitter 3 % for
/// what it does beyond first order.
#[test]
fn jitter_is_that_of_a_waveform_with_such_edges() {
    let sigma = 0.05;
    let none = EdgeJitter::NONE;
    for (jitter, least) in [
        (none, 1.0),
        (EdgeJitter { random: 0.02, ..none }, 1.6),
        (EdgeJitter { dual_dirac: 0.03, ..none }, 2.5),
        (EdgeJitter { even_odd: 0.05, ..none }, 2.0),
        (EdgeJitter { random: 0.015, dual_dirac: 0.01, even_odd: 0.03 }, 2.0),
    ] {
        for offset in [2, -4] {
            let ser = |jitter| EyeCut::of(&smooth(sigma, jitter), offset).unwrap().ratios().ser;
            let found = ser(jitter);
            let phase = offset as f64 / SAMPLES as f64;
            let [mean, deviation] = drawn(&smooth(sigma, jitter), phase, sigma, 100_000, 3);
            assert!(deviation < 0.03 * mean, "{mean:e} +- {deviation:e}");
            let allowed = 3.5 * deviation + if jitter.random > 0.0 { 0.03 * mean } else { 0.0 };
            let text = format!("{jitter:?} at {offset}: {found:e} for {mean:e} +- {deviation:e}");
            assert!((found - mean).abs() < allowed, "{text}");
            assert!(found / ser(none) >= least, "{text}");
        }
    }
}

/// Every sequence of the eight symbols that matter, every dual-Dirac displacement of the seven edges
/// between them, either parity: 65,536 waveforms at 1e-4 to 1e-14. Where displacements are small some
/// edges are taken as independent of the symbols.
#[test]
fn bounded_jitter_is_every_sequence() {
    for jitter in [
        EdgeJitter { dual_dirac: 0.04, ..EdgeJitter::NONE },
        EdgeJitter { even_odd: 0.06, ..EdgeJitter::NONE },
        EdgeJitter { dual_dirac: 0.02, even_odd: 0.05, ..EdgeJitter::NONE },
    ] {
        for (offset, sigma) in [(0isize, 0.12), (4, 0.07), (-4, 0.12), (-6, 0.08)] {
            let mut link = link(Modulation::Nrz, &[], sigma);
            link.pulse = smooth(sigma, jitter).pulse;
            link.jitter = jitter;
            let phase = offset as f64 / SAMPLES as f64;
            // Symbols 0 to 7, of which 3 is decided on, edges before symbols 1 to 7.
            let late = |n: usize, sign: f64, parity: f64| {
                let even = if n % 2 == 1 { 0.5 } else { -0.5 };
                let late = sign * jitter.dual_dirac + parity * even * jitter.even_odd;
                step(3.5 + phase - n as f64 - late)
            };
            let of_edge = |n| {
                [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]].map(|[a, b]| late(n, a, b))
            };
            let edges: Vec<[f64; 4]> = (0..8).map(of_edge).collect();
            let mut exact = 0.0;
            for case in 0..1usize << 16 {
                let bit = |at: usize| case >> at & 1;
                let level = |at: usize| if bit(at) == 0 { -1.0 } else { 1.0 };
                let value = (1..8).fold(level(0), |sum, n| {
                    sum + (level(n) - level(n - 1)) * edges[n][bit(n + 7) + 2 * bit(15)]
                });
                exact += gauss::q(level(3) * value / sigma) / 65_536.0;
            }
            assert!((1e-17..1e-3).contains(&exact), "{exact:e} at {offset}");
            let small = if jitter.dual_dirac > 0.03 { 2e-3 } else { 1.5e-2 };
            close(EyeCut::of(&link, offset).unwrap().ratios().ber, exact, small);
        }
    }
}

#[test]
fn a_symmetric_link_has_a_symmetric_eye() {
    // Symmetric in time: the same pulse forward and backward.
    let mut link = smooth(0.04, EdgeJitter { random: 0.02, dual_dirac: 0.01, even_odd: 0.0 });
    let pulse = |time: f64| gauss::q(-(time + 0.5) / 0.3) - gauss::q(-(time - 0.5) / 0.3);
    let values = (0..8 * SAMPLES + 1).map(|n| pulse(n as f64 / SAMPLES as f64 - 4.0));
    link.pulse.values = values.collect();
    let eye = StatisticalEye::of(&link, 256).unwrap();
    for offset in 1..SAMPLES / 2 {
        let pair = [eye.receiver - offset, eye.receiver + offset];
        let [before, after] = pair.map(|phase| eye.ratios[phase].ber);
        close(before, after, 1e-6);
    }
    assert_eq!((eye.receiver, eye.best), (SAMPLES / 2, SAMPLES / 2));
    // Upside down.
    let ratios = &eye.ratios[eye.receiver].thresholds;
    close(ratios[0], ratios[2], 1e-9);
    let contours = eye.contours(1e-6).unwrap();
    close(contours.eyes[0].height, contours.eyes[2].height, 1e-6);
    for phase in 0..SAMPLES {
        match (contours.eyes[0].edges[phase], contours.eyes[2].edges[phase]) {
            (Some([low, high]), Some([other_low, other_high])) => {
                assert!((low + other_high).abs() < 1e-6 && (high + other_low).abs() < 1e-6);
            }
            (None, None) => {}
            pair => panic!("{pair:?}"),
        }
    }
    // Levels that mirror each other take half of the work, and the same result.
    let mut skewed = link.clone();
    skewed.levels[1] += 1e-9;
    let whole = StatisticalEye::of(&skewed, 256).unwrap();
    for (a, b) in eye.ratios.iter().zip(&whole.ratios) {
        close(a.ber, b.ber, 1e-5);
    }
}

#[test]
fn contours_lie_within_each_other_and_agree_with_bathtubs() {
    let link = smooth(0.03, EdgeJitter { random: 0.01, dual_dirac: 0.01, even_odd: 0.02 });
    let eye = StatisticalEye::of(&link, 1024).unwrap();
    let ratios = [1e-4, 1e-6, 1e-12, 1e-15, 1e-18];
    let all: Vec<EyeContours> = ratios.iter().map(|&ratio| eye.contours(ratio).unwrap()).collect();
    assert!(all[0].eyes[1].height > 0.1 && all[0].eyes[1].width_ui > 0.1);
    for pair in all.windows(2) {
        for (outer, inner) in pair[0].eyes.iter().zip(&pair[1].eyes) {
            assert!(outer.height >= inner.height && outer.width_ui >= inner.width_ui);
            for (outer, inner) in outer.edges.iter().zip(&inner.edges) {
                if let Some([low, high]) = inner {
                    let [outer_low, outer_high] = outer.unwrap();
                    assert!(outer_low <= *low && *high <= outer_high);
                }
            }
        }
    }
    // A threshold at an edge of a contour has its error ratio.
    let [low, high] = all[2].eyes[1].edges[eye.receiver].unwrap();
    for edge in [low, high] {
        let mut moved = link.clone();
        moved.thresholds[1] = edge;
        let ratio = EyeCut::of(&moved, 0).unwrap().ratios().thresholds[1];
        close(ratio, 1e-12, 0.03);
    }
    assert!(eye.ratios[eye.best].ber <= eye.ratios[eye.receiver].ber);
    for density in &eye.density {
        for phase in 0..SAMPLES {
            assert!((density.column(phase).sum() - 1.0).abs() < 1e-10);
        }
    }
    assert!((eye.joint_density().sum() / SAMPLES as f64 - 1.0).abs() < 1e-10);
}

fn with_crosstalk(phase: AggressorPhase, scale: f64) -> LinearLink {
    let mut link = smooth(0.04, EdgeJitter::NONE);
    let mut pulse = link.pulse.clone();
    pulse.values.iter_mut().for_each(|value| *value *= scale);
    let levels = link.levels.clone();
    link.aggressors.push(Aggressor { name: "far".into(), levels, pulse, phase });
    link
}

#[test]
fn crosstalk_of_random_phase_is_the_mean_over_all() {
    let ser = |phase| EyeCut::of(&with_crosstalk(phase, 0.08), 0).unwrap().ratios().ser;
    let all: Vec<f64> =
        (0..SAMPLES as isize).map(|offset| ser(AggressorPhase::Fixed(offset))).collect();
    let mean = all.iter().sum::<f64>() / SAMPLES as f64;
    let least = all.iter().fold(f64::INFINITY, |least, &ser| least.min(ser));
    let most = all.iter().fold(0.0, |most: f64, &ser| most.max(ser));
    let (random, worst) = (ser(AggressorPhase::Random), ser(AggressorPhase::Worst));
    assert!(least < 0.8 * random && random < 0.8 * most);
    assert!(random < worst && all.iter().any(|ser| (ser / worst - 1.0).abs() < 1e-9));
    // Half of the phases are enough for a smooth pulse.
    close(random, mean, 1e-4);
}

#[test]
fn threads_change_no_bit() {
    let link = with_crosstalk(AggressorPhase::Random, 0.05);
    let of = |threads| {
        let threads = std::num::NonZeroUsize::new(threads);
        let eye = || StatisticalEye::of(&link, 128).unwrap();
        crate::parallel::with_threads(threads, eye).unwrap()
    };
    assert_eq!(of(1), of(3));
}
