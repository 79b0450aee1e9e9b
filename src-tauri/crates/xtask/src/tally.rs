//! How many tests ran, read off the closing lines of the runners.
//!
//! Invariant: only whole closing lines count, so that a test's own output adds nothing unless it
//! imitates one. Lines of cargo test, of vitest and of our own programs are known.

use std::fmt;

/// Tests passed, failed and skipped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// What one line of output closes; nothing for all other lines.
    pub(crate) fn closing(line: &str) -> Self {
        let plain = without_colour(line);
        let line = plain.trim();
        let counted = line
            .strip_prefix("test result: ")
            .or_else(|| line.strip_prefix("tests: "))
            .or_else(|| line.strip_prefix("Tests  "));
        let Some(counts) = counted else { return Self::default() };
        Self {
            passed: before(counts, "passed"),
            failed: before(counts, "failed"),
            skipped: before(counts, "ignored") + before(counts, "skipped"),
        }
    }

    /// Counts another runner's tests as well.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// How many failed.
    pub(crate) fn failed(self) -> u64 {
        self.failed
    }

    /// Whether some were run and none failed.
    pub(crate) fn is_green(self) -> bool {
        self.passed > 0 && self.failed == 0
    }

    /// How many were run to their end.
    pub(crate) fn executed(self) -> u64 {
        self.passed + self.failed
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "tests: {} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(to, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// The number that stands before a word, 0 where there is none.
fn before(counts: &str, word: &str) -> u64 {
    let words: Vec<&str> = counts.split([' ', ';', ',', '|']).filter(|w| !w.is_empty()).collect();
    words
        .windows(2)
        .filter(|pair| pair[1] == word)
        .find_map(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' {
            // An SGR sequence ends with its first letter.
            rest.find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, passed: u64, failed: u64, skipped: u64) {
        assert_eq!(Tally::closing(line), Tally { passed, failed, skipped }, "{line}");
    }

    #[test]
    fn closing_lines_count_and_other_lines_do_not() {
        check(
            "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 1 filtered out",
            12,
            0,
            3,
        );
        check("test result: \u{1b}[31mFAILED\u{1b}[m. 1 passed; 2 failed; 0 ignored; ", 1, 2, 0);
        check("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m (7)", 7, 0, 0);
        check("      Tests  1 failed | 6 passed | 2 skipped (9)", 6, 1, 2);
        check(" Test Files  2 passed (2)", 0, 0, 0);
        check("tests: 9 passed, 0 failed", 9, 0, 0);
        check("test tidy::wording ... ok", 0, 0, 0);
        check("running 4 tests", 0, 0, 0);
    }
}
