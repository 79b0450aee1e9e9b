//! Pseudo-random numbers of a fixed seed, so that a test that failed fails again.
//!
//! Invariant: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
//! 2014); the same seed gives the same numbers everywhere. Nothing secret is drawn here.

/// A source of numbers.
pub struct Chance(u64);

impl Chance {
    /// The source of this seed.
    #[must_use]
    pub const fn of_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `bound`.
    ///
    /// # Panics
    /// When `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.next() % bound).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_paper() {
        // The first three of seed 1234567, as the reference implementation prints them.
        let mut chance = Chance::of_seed(1_234_567);
        let drawn = [chance.next(), chance.next(), chance.next()];
        let expected =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(drawn, expected);
    }
}
