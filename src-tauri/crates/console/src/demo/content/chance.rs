//! A tiny deterministic source of variety (xorshift64*), seeded by a name.
//!
//! Invariant: the same seed text gives the same numbers for ever. Not for secrets.

/// Numbers that look random and never change.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// Seeds from text by FNV-1a, so that each name has its own sequence.
    pub(super) fn of(seed: &str) -> Self {
        let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash | 1)
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(mixed).map_or(0, |mixed| mixed.checked_rem(bound).unwrap_or(0))
    }

    /// [`Chance::below`] for the arithmetic of schedules.
    pub(super) fn minutes(&mut self, bound: i64) -> i64 {
        let bound = usize::try_from(bound).unwrap_or(0);
        i64::try_from(self.below(bound)).unwrap_or(0)
    }

    /// One of the items, `None` when there are none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}
