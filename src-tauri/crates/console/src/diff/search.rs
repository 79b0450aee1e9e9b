//! Finds a text on both sides, in what is folded too.
//!
//! Invariant: every line that holds it is counted once, also when it stands on both sides; of very
//! many the first are placed. Upper and lower case are alike. A code point, "U+200B", is found
//! where the character stands.

use super::Comparison;

/// Places told.
const MOST_PLACES: usize = 1_000;

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What was.
    Left,
    /// What is.
    Right,
}

/// Where a text stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Lines that hold it.
    pub total: u32,
    /// Side and line, from 1, in the order of the rows; the first thousand.
    pub places: Vec<(Side, u32)>,
}

impl Comparison {
    /// Looks for a text; nothing is found for an empty one.
    #[must_use]
    pub fn search(&self, text: &str) -> Hits {
        let wanted = Wanted::of(text);
        let mut hits = Hits::default();
        if text.is_empty() {
            return hits;
        }
        let mut reached = (0, 0);
        for change in &self.changes {
            self.unchanged_hits(&wanted, reached, change.after.start, &mut hits);
            for index in change.before.clone() {
                hits.take(&wanted, Side::Left, index, self.left.get(index));
            }
            for index in change.after.clone() {
                hits.take(&wanted, Side::Right, index, self.right.get(index));
            }
            reached = (change.before.end, change.after.end);
        }
        self.unchanged_hits(&wanted, reached, self.right.len(), &mut hits);
        hits
    }

    fn unchanged_hits(&self, wanted: &Wanted, from: (u32, u32), to: u32, hits: &mut Hits) {
        for (offset, index) in (from.1..to).enumerate() {
            let (before, after) =
                (self.left.get(from.0 + super::count(offset)), self.right.get(index));
            let right = hits.take(wanted, Side::Right, index, after);
            if !right && before != after {
                hits.take(wanted, Side::Left, from.0 + super::count(offset), before);
            }
        }
    }
}

impl Hits {
    fn take(&mut self, wanted: &Wanted, side: Side, index: u32, line: &str) -> bool {
        let found = wanted.is_in(line);
        if found {
            self.total += 1;
            if self.places.len() < MOST_PLACES {
                self.places.push((side, index + 1));
            }
        }
        found
    }
}

/// What is looked for.
struct Wanted {
    folded: String,
    character: Option<char>,
}

impl Wanted {
    fn of(text: &str) -> Self {
        let code = text.strip_prefix("U+").or_else(|| text.strip_prefix("u+"));
        let character = code
            .filter(|code| (4..=6).contains(&code.len()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        Self { folded: text.to_lowercase(), character }
    }

    fn is_in(&self, line: &str) -> bool {
        if self.character.is_some_and(|character| line.contains(character)) {
            return true;
        }
        line.to_lowercase().contains(&self.folded)
    }
}
