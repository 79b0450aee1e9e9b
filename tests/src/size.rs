//! How much a long test does: enough for every landing, or as much as the figures ask for.
//!
//! Invariant: a test does the same work in both sizes, only more of it. Round counts of the key
//! derivation are no size: they are never lowered here.

/// The variable that `cargo xtask test --full` sets to `full`.
pub const VARIABLE: &str = "COUNTERSIGN_TEST_SIZE";

/// The number of rounds for this run: `usual`, or `full` under `cargo xtask test --full`.
#[must_use]
pub fn rounds(usual: usize, full: usize) -> usize {
    chosen(std::env::var(VARIABLE).ok().as_deref(), usual, full)
}

fn chosen(asked: Option<&str>, usual: usize, full: usize) -> usize {
    match asked {
        Some("full") => full,
        Some("usual") | None => usual,
        Some(other) => panic!("{VARIABLE} is `usual` or `full`, not `{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_size_is_taken_only_when_asked_for() {
        assert_eq!(chosen(None, 5, 500), 5);
        assert_eq!(chosen(Some("usual"), 5, 500), 5);
        assert_eq!(chosen(Some("full"), 5, 500), 500);
    }

    #[test]
    #[should_panic(expected = "not `huge`")]
    fn an_unknown_size_is_no_size() {
        chosen(Some("huge"), 5, 500);
    }
}
