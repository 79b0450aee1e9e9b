//! A text cut into its lines.
//!
//! Invariant: the lines with their endings, one after the other, are the text. A line ends with
//! `\n` or at the end of the text; `\r` is a character like any other.

use std::sync::OnceLock;

use imara_diff::sources;

use super::count;
use super::runs::Endings;

/// A text and where its lines end.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    text: String,
    ends: Vec<usize>,
    /// Found when the first row is drawn.
    endings: OnceLock<Endings>,
}

/// The lines of a text with their endings; where each ends is noted as it is passed, so that a long
/// text is walked through once.
pub(super) fn noting<'a>(text: &'a str, ends: &mut Vec<usize>) -> impl Iterator<Item = &'a str> {
    let mut end = 0;
    sources::lines(text).inspect(move |line| {
        end += line.len();
        ends.push(end);
    })
}

impl Lines {
    /// A text whose lines end where [`noting`] found them to.
    pub(super) fn ending_at(ends: Vec<usize>, text: String) -> Self {
        Self { text, ends, endings: OnceLock::new() }
    }

    pub(super) fn endings(&self) -> Endings {
        *self.endings.get_or_init(|| Endings::of(&self.text))
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
