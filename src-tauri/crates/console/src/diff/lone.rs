//! Lines that stand on one side alone, kept out of the search for what stayed.
//!
//! Invariant: such a line changed, whatever stayed: leaving it out takes nothing from what is found,
//! and every line that can have stayed is looked at. imara-diff's histogram goes through the rest of
//! both texts again for each part that it finds to have stayed: where every third line of ten
//! thousand changed, that is 32 ms; without those lines the rest is one part, and it takes 1 ms.

use imara_diff::{Algorithm, Diff, Token};

/// Where fewer lines are on one side alone, the walk costs more than it spares.
const MANY: usize = 500;

/// The lines of both sides; equal lines are the same token.
type Sides<'a> = (&'a [Token], &'a [Token]);

/// Which lines changed; `tokens` is how many different ones there are.
pub(super) fn diff(sides: Sides<'_>, tokens: u32) -> Diff {
    diff_without(MANY, sides, tokens)
}

fn diff_without(many: usize, sides: Sides<'_>, tokens: u32) -> Diff {
    let mut diff = Diff::default();
    let shared = Shared::of(sides, tokens);
    if shared.lone < many {
        diff.compute_with(Algorithm::Histogram, sides.0, sides.1, tokens);
        return diff;
    }
    let rest = (shared.rest(sides.0), shared.rest(sides.1));
    diff.compute_with(Algorithm::Histogram, &rest.0, &rest.1, tokens);
    let before = shared.marked(sides.0, BEFORE, |at| diff.is_removed(at));
    let after = shared.marked(sides.1, AFTER, |at| diff.is_added(at));
    // A `Diff` cannot be given its changes, so it is made to find them: Myers leaves out what one
    // side has alone, and what is left is the same on both.
    let mut whole = Diff::default();
    whole.compute_with(Algorithm::Myers, &before, &after, tokens + STAYED.0);
    whole
}

/// A line that changed, by its side; those that stayed are numbered from [`STAYED`] on.
const BEFORE: Token = Token(0);
const AFTER: Token = Token(1);
const STAYED: Token = Token(2);

/// Which lines stand on both sides.
struct Shared {
    /// By token: 1 if it is on the left, and 2 if it is on the right.
    on: Vec<u8>,
    /// Different lines that are on one side alone.
    lone: usize,
}

const ON_BOTH: u8 = 3;

impl Shared {
    fn of((before, after): Sides<'_>, tokens: u32) -> Self {
        let mut on = vec![0; tokens as usize];
        for (side, mark) in [(before, 1), (after, 2)] {
            for token in side {
                on[token.0 as usize] |= mark;
            }
        }
        let lone = on.iter().filter(|on| **on != ON_BOTH).count();
        Self { on, lone }
    }

    fn has(&self, token: Token) -> bool {
        self.on[token.0 as usize] == ON_BOTH
    }

    /// A side without the lines that it has alone.
    fn rest(&self, side: &[Token]) -> Vec<Token> {
        side.iter().copied().filter(|token| self.has(*token)).collect()
    }

    /// A side with its lines as changed or stayed, given which lines of its rest changed.
    fn marked(
        &self,
        side: &[Token],
        changed: Token,
        is_changed: impl Fn(u32) -> bool,
    ) -> Vec<Token> {
        let (mut at, mut stayed) = (0, STAYED.0);
        let mark = |token: &Token| {
            let is_lone = !self.has(*token);
            at += u32::from(!is_lone);
            if is_lone || is_changed(at - 1) {
                return changed;
            }
            stayed += 1;
            Token(stayed - 1)
        };
        side.iter().map(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::super::tests::runner;
    use super::*;

    const TOKENS: u32 = 12;

    /// The lines of a side that did not change, and whether each that it has alone did.
    fn stayed(side: &[Token], other: &[Token], is_changed: impl Fn(u32) -> bool) -> Vec<Token> {
        let stayed = (0..).zip(side).filter(|(at, _)| !is_changed(*at));
        let stayed: Vec<Token> = stayed.map(|(_, token)| *token).collect();
        assert!(stayed.iter().all(|token| other.contains(token)));
        stayed
    }

    #[test]
    fn what_stayed_is_the_same_on_both_sides_and_has_no_lone_line() {
        let side = || proptest::collection::vec(0..TOKENS, 0..24);
        let (cases, lone) = (Cell::new(0), Cell::new(0));
        runner(3_000)
            .run(&(side(), side()), |(before, after)| {
                let [before, after] = [before, after]
                    .map(|side| -> Vec<Token> { side.into_iter().map(Token).collect() });
                let diff = diff_without(0, (&before, &after), TOKENS);
                let left = stayed(&before, &after, |at| diff.is_removed(at));
                let right = stayed(&after, &before, |at| diff.is_added(at));
                prop_assert_eq!(&left, &right);
                let can_stay = before.iter().any(|token| after.contains(token));
                prop_assert_eq!(can_stay, !left.is_empty(), "something stays where something can");
                cases.set(cases.get() + 1);
                let alone = before.iter().any(|token| !after.contains(token));
                lone.set(lone.get() + u32::from(alone));
                Ok(())
            })
            .unwrap();
        println!("lone lines: {} pairs of sides, {} with some", cases.get(), lone.get());
        assert!(cases.get() >= 3_000 && lone.get() >= 2_000);
    }

    #[test]
    fn without_the_lone_lines_what_stayed_is_found_whole() {
        let before: Vec<Token> = (0..900).map(Token).collect();
        let after: Vec<Token> =
            (0..900).map(|at| Token(if at % 3 == 0 { 900 + at } else { at })).collect();
        let sides = (&before[..], &after[..]);
        for many in [0, MANY, usize::MAX] {
            let diff = diff_without(many, sides, 1_800);
            let changed = (0..900).filter(|at| diff.is_removed(*at) && diff.is_added(*at));
            assert!(changed.eq((0..900).step_by(3)), "left out from {many}");
        }
    }
}
