//! Elements that obey an equation of motion, run around a record, and small deviations from it.

use std::fmt::Debug;

use crate::signal::Sample;

/// Time constants after which an element has forgotten where it began: 4e-18 of it is left.
const FORGOTTEN: f64 = 40.0;

/// The step of numerical derivatives of states and drives, which are of order one: the error of a
/// central difference, its square, and that of rounding are both about 1e-10.
const SMALL: f64 = 1e-5;

/// An element whose state of two numbers obeys an equation of motion, driven by one.
///
/// It takes the real part of a signal for its drive and gives the state, or the first number of it
/// where the signal is real. States and drives are to be of order one, and the element's own memory
/// much shorter than a record.
pub trait Dynamics: Debug + Send + Sync {
    /// What the record as a whole adds to its drive, as heat does that is too slow to follow it.
    /// `drive` gives each of its `count` samples.
    fn offset(&self, count: usize, drive: &dyn Fn(usize) -> f64) -> f64 {
        let _ = (count, drive);
        0.0
    }

    /// The state at a steady drive.
    fn rest(&self, drive: f64) -> [f64; 2];

    /// The longest of the element's time constants, in seconds.
    fn memory(&self) -> f64;

    /// The state `dt` seconds later, one sample.
    fn advance(&self, state: [f64; 2], drive: &Cubic, dt: f64) -> [f64; 2];
}

/// A drive between two samples: the cubic through them and one more on either side.
///
/// A tone at a sixteenth of the sample rate is followed to 6e-4, one at an eighth to 9e-3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cubic([f64; 4]);

impl Cubic {
    /// The drive between the second and the third of four samples.
    fn through([before, from, to, behind]: [f64; 4]) -> Self {
        Self([
            from,
            to - from / 2.0 - before / 3.0 - behind / 6.0,
            (before + to) / 2.0 - from,
            (from - to) / 2.0 + (behind - before) / 6.0,
        ])
    }

    /// The drive at a part of the way, from 0 to 1.
    pub fn at(&self, part: f64) -> f64 {
        let Self([a, b, c, d]) = self;
        a + part * (b + part * (c + part * d))
    }

    /// Its integral from the first sample to a part of the way, in samples.
    pub fn integral(&self, part: f64) -> f64 {
        let Self([a, b, c, d]) = self;
        part * (a + part * (b / 2.0 + part * (c / 3.0 + part * d / 4.0)))
    }
}

/// The drives around a sample, going along a record whose samples are replaced behind it.
struct Walk {
    first: [f64; 3],
    around: [f64; 4],
    offset: f64,
}

impl Walk {
    /// At the first sample.
    fn new<S: Sample>(samples: &[S], offset: f64) -> Self {
        let drive = |n: usize| samples[n % samples.len()].parts()[0] + offset;
        let first = [drive(0), drive(1), drive(2)];
        Self { first, around: [drive(samples.len() - 1), first[0], first[1], first[2]], offset }
    }

    /// On from sample `n` to the next.
    fn step<S: Sample>(&mut self, samples: &[S], n: usize) {
        let [_, before, from, to] = self.around;
        let next = n + 3;
        let behind = match samples.get(next) {
            Some(sample) => sample.parts()[0] + self.offset,
            None => self.first[(next - samples.len()) % samples.len() % 3],
        };
        self.around = [before, from, to, behind];
    }
}

/// How many samples an element needs to forget.
fn settling(element: &impl Dynamics, dt: f64) -> usize {
    (FORGOTTEN * element.memory() / dt).ceil() as usize
}

/// The offset of the drive, and the state at the record's first sample once it goes around.
fn begin<S: Sample>(element: &impl Dynamics, samples: &[S], dt: f64) -> (f64, [f64; 2]) {
    let count = samples.len();
    let offset = element.offset(count, &|n| samples[n].parts()[0]);
    let drive = |n: usize| samples[n % count].parts()[0] + offset;
    let settling = settling(element, dt);
    // Whole records ahead, so that indices stay above zero.
    let start = count - settling % count;
    let mut state = element.rest(drive(start));
    for n in start..start + settling {
        let around = [drive(n + count - 1), drive(n), drive(n + 1), drive(n + 2)];
        state = element.advance(state, &Cubic::through(around), dt);
    }
    (offset, state)
}

/// Replaces a record by the states that go with it.
pub(super) fn run<S: Sample>(element: &impl Dynamics, samples: &mut [S], dt: f64) {
    let (offset, mut state) = begin(element, samples, dt);
    let mut walk = Walk::new(samples, offset);
    for n in 0..samples.len() {
        let here = state;
        state = element.advance(state, &Cubic::through(walk.around), dt);
        walk.step(samples, n);
        samples[n] = S::of_parts(here);
    }
}

/// What an element does to small deviations from a record: a linear filter that varies along it.
#[derive(Clone, Debug)]
pub(super) struct Tangent {
    steps: Vec<Step>,
    settling: usize,
}

/// The derivatives of the state after a sample.
#[derive(Clone, Debug)]
struct Step {
    /// By each number of the state before.
    by_state: [[f64; 2]; 2],
    /// By the drives of the sample before, this one and the two behind.
    by_drive: [[f64; 2]; 4],
}

impl Tangent {
    /// Along a record, which is only read.
    pub(super) fn along<S: Sample>(element: &impl Dynamics, samples: &[S], dt: f64) -> Self {
        let (offset, mut state) = begin(element, samples, dt);
        let mut walk = Walk::new(samples, offset);
        let mut steps = Vec::with_capacity(samples.len());
        for n in 0..samples.len() {
            let around = walk.around;
            let cubic = Cubic::through(around);
            let rate = |up: [f64; 2], down: [f64; 2]| {
                [(up[0] - down[0]) / (2.0 * SMALL), (up[1] - down[1]) / (2.0 * SMALL)]
            };
            let by_state = [0, 1].map(|k| {
                let at = |by: f64| {
                    let mut moved = state;
                    moved[k] += by;
                    element.advance(moved, &cubic, dt)
                };
                rate(at(SMALL), at(-SMALL))
            });
            let by_drive = [0, 1, 2, 3].map(|k| {
                let at = |by: f64| {
                    let mut moved = around;
                    moved[k] += by;
                    element.advance(state, &Cubic::through(moved), dt)
                };
                rate(at(SMALL), at(-SMALL))
            });
            steps.push(Step { by_state, by_drive });
            state = element.advance(state, &cubic, dt);
            walk.step(samples, n);
        }
        Self { steps, settling: settling(element, dt) }
    }

    /// From the sensitivity to each state that the element gives, to that to its drive.
    pub(super) fn backward<S: Sample>(&self, samples: &mut [S]) {
        let count = samples.len();
        // To the state at a sample, from that to the one behind it.
        let before = |given: [f64; 2], n: usize, behind: [f64; 2]| {
            let [by_first, by_second] = self.steps[n].by_state;
            [given[0] + dot(by_first, behind), given[1] + dot(by_second, behind)]
        };
        let ahead = (self.settling + 3).div_ceil(count) * count;
        // When it is done, these are the ones at samples 0 and 1, and so at `count` and behind it.
        let (mut at_next, mut behind) = ([0.0; 2], [0.0; 2]);
        for n in (0..ahead).rev() {
            let n = n % count;
            (at_next, behind) = (before(samples[n].parts(), n, at_next), at_next);
        }
        let mut here = before(samples[count - 1].parts(), count - 1, at_next);
        let last = here;
        for n in (0..count).rev() {
            let previous = (n + count - 1) % count;
            let earlier = (n + 2 * count - 2) % count;
            let next = (n + 1) % count;
            let at_previous =
                if n == 0 { last } else { before(samples[previous].parts(), previous, here) };
            let drive = dot(self.steps[earlier].by_drive[3], at_previous)
                + dot(self.steps[previous].by_drive[2], here)
                + dot(self.steps[n].by_drive[1], at_next)
                + dot(self.steps[next].by_drive[0], behind);
            samples[n] = S::of_parts([drive, 0.0]);
            (behind, at_next, here) = (at_next, here, at_previous);
        }
    }
}

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cubic_meets_four_samples_and_integrates() {
        let f = |x: f64| 1.0 - 2.0 * x + 0.5 * x * x + 3.0 * x.powi(3);
        let integral = |x: f64| x - x * x + x.powi(3) / 6.0 + 0.75 * x.powi(4);
        let cubic = Cubic::through([f(-1.0), f(0.0), f(1.0), f(2.0)]);
        for x in [0.0, 0.3, 0.5, 1.0] {
            assert!((cubic.at(x) - f(x)).abs() < 1e-14);
            assert!((cubic.integral(x) - integral(x)).abs() < 1e-14);
        }
    }
}
