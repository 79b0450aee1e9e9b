//! A text cut into its lines.
//!
//! Invariant: the lines with their endings, one after the other, are the text. A line ends with
//! `\n` or at the end of the text; `\r` is a character like any other.

use imara_diff::sources;

use super::count;
use super::runs::Endings;
use crate::hidden;

/// A text and where its lines end.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    text: String,
    ends: Vec<usize>,
    endings: Endings,
}

impl Lines {
    pub(super) fn of(text: String) -> Self {
        let mut end = 0;
        let ends = sources::lines(&text)
            .map(|line| {
                end += line.len();
                end
            })
            .collect();
        let alike = text.contains('\r') && hidden::every_line_ends_alike(text.as_bytes());
        let endings = if alike { Endings::AllCrLf } else { Endings::Other };
        Self { text, ends, endings }
    }

    pub(super) const fn endings(&self) -> Endings {
        self.endings
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Number of lines.
    pub(super) fn len(&self) -> u32 {
        count(self.ends.len())
    }

    /// A line with its ending, by its index from 0; empty behind the last.
    pub(super) fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.end(before));
        &self.text[start..self.end(index)]
    }

    /// Lines with their endings, from an index on.
    pub(super) fn from(&self, index: u32) -> impl Iterator<Item = &str> {
        (index..self.len()).map(|index| self.get(index))
    }

    pub(super) fn between(&self, range: &std::ops::Range<u32>) -> Vec<&str> {
        range.clone().map(|index| self.get(index)).collect()
    }

    fn end(&self, index: usize) -> usize {
        self.ends.get(index).copied().unwrap_or(self.text.len())
    }
}
