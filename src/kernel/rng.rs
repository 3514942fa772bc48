//! Random streams addressed by name; the only user of a random-number crate.

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The root of all randomness of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

/// The address of a random stream: a seed, then names and indices.
///
/// Two different addresses give independent streams, the same address always the same one. What
/// a source draws is therefore a matter of its name: adding a stage to a link changes no other
/// stage's noise, and no number of threads changes anything.
///
/// ```
/// use lightlane::kernel::rng::{Key, Seed};
///
/// let record = Key::root(Seed(7)).indexed(3);
/// let tia = record.named("rx.tia").named("thermal");
/// assert_eq!(tia.stream().sample(), tia.stream().sample());
/// assert_ne!(tia.stream().sample(), record.named("tx.driver").stream().sample());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    /// The address that all others of a simulation start with.
    pub fn root(seed: Seed) -> Self {
        Self(mix(seed.0 ^ 0x6c69_6768_746c_616e))
    }

    /// The address below this one with a name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        // FNV-1a over the bytes, started from this key, then mixed so that short names differ in
        // every bit.
        let hash = name.bytes().fold(self.0 ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mix(hash.wrapping_add(name.len() as u64)))
    }

    /// The address below this one with a number.
    #[must_use]
    pub fn indexed(self, index: u64) -> Self {
        Self(mix(self.0.rotate_left(17) ^ mix(index.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The stream of random numbers at this address.
    pub fn stream(self) -> Stream {
        Stream(Xoshiro256PlusPlus::seed_from_u64(self.0))
    }
}

impl From<Seed> for Key {
    fn from(seed: Seed) -> Self {
        Self::root(seed)
    }
}

/// The finalizer of SplitMix64: every input bit reaches every output bit.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A stream of random numbers: xoshiro256++, normals by the ziggurat method.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The next standard normal.
    pub fn sample(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// The next number, uniform in `[0, 1)`.
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// The next integer, uniform in `0..bound`, for bounds far below 2^64.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_matter_of_its_address() {
        let root = Key::root(Seed(1));
        let first = |key: Key| key.stream().bits();
        assert_eq!(first(root.named("a").indexed(2)), first(root.named("a").indexed(2)));
        let all = [
            root,
            root.named(""),
            root.named("a"),
            root.named("ab"),
            root.named("a").named("b"),
            root.named("b").named("a"),
            root.indexed(0),
            root.indexed(1),
            root.indexed(1).named("a"),
            root.named("a").indexed(1),
            Key::root(Seed(2)),
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[..i] {
                assert_ne!(first(*a), first(*b));
            }
        }
    }

    /// Moments of a million normals, each within four standard errors.
    #[test]
    fn normals_are_normal() {
        let n = 1_000_000;
        let mut stream = Key::root(Seed(11)).stream();
        let (mut mean, mut square, mut fourth) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            let x = stream.sample();
            mean += x;
            square += x * x;
            fourth += x.powi(4);
        }
        let n = f64::from(n);
        assert!((mean / n).abs() < 4.0 / n.sqrt());
        assert!((square / n - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
        assert!((fourth / n - 3.0).abs() < 4.0 * (96.0 / n).sqrt());
    }

    #[test]
    fn neighboring_records_are_uncorrelated() {
        let n = 10_000;
        let mut correlation = 0.0;
        let (mut a, mut b) =
            (Key::root(Seed(3)).indexed(0).stream(), Key::root(Seed(3)).indexed(1).stream());
        for _ in 0..n {
            correlation += a.sample() * b.sample();
        }
        assert!((correlation / f64::from(n)).abs() < 4.0 / f64::from(n).sqrt());
    }

    #[test]
    fn bounded_integers_stay_in_bounds_and_reach_all() {
        let mut stream = Key::root(Seed(4)).stream();
        let mut seen = [0u32; 4];
        for _ in 0..4000 {
            seen[stream.below(4) as usize] += 1;
        }
        // 1000 each with a standard deviation of 27: four of them.
        assert!(seen.iter().all(|&count| count.abs_diff(1000) < 110), "{seen:?}");
    }
}
