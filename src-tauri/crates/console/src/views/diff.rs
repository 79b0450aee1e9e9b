//! A diff: what differs in numbers and facts, and its rows, which the page asks for as it shows them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Whether a difference in blanks is shown as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WhitespaceView {
    /// Every byte counts.
    Exact,
    /// Spaces, tabs and line endings within a line do not.
    Ignored,
}

/// How the rows of a diff stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DiffLayout {
    /// Both sides beside each other: a change has as many rows as its longer side has lines.
    SideBySide,
    /// In one column: of a change first what went, then what came.
    Unified,
}

/// Rows of a diff that stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
pub struct DiffSpan {
    /// The first, from 0.
    pub from: u32,
    /// How many.
    pub rows: u32,
}

/// A diff without its rows.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffView {
    /// Handle by which rows are asked for and texts searched.
    pub diff_id: String,
    /// What stands left, e.g. "@11"; absent: nothing to compare with.
    pub left: Option<DiffSide>,
    /// What stands right.
    pub right: DiffSide,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
    /// Three numbers for each change that is shown: unchanged lines before it, lines removed, lines
    /// added. Where every row stands follows from them.
    pub changes: Vec<u32>,
    /// Places that changed, byte for byte, whatever of them is shown.
    pub all_changes: u32,
    /// Whether blanks count in what is shown.
    pub whitespace: WhitespaceView,
    /// Lines that differ in blanks alone and are shown as unchanged.
    pub whitespace_hidden: u32,
    /// Headings of the right text, the first thousand.
    pub headings: Vec<HeadingView>,
    /// What changed, as facts, each with its place.
    pub facts: Vec<ChangeFactView>,
    /// Versions that can stand left, newest first.
    pub bases: Vec<BaseView>,
    /// The version that a signed statement names as what was compared with; of a review only.
    pub signed_base: Option<String>,
}

/// One side of a diff.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffSide {
    /// Version; `now` and `proposed` for a change of authority, `draft` for what is being written.
    pub version: String,
    /// Author.
    pub author: String,
    /// When it was written.
    pub at: String,
    /// Number of lines.
    pub lines: u32,
    /// Digest of the version, as it is signed; empty where nothing is.
    pub digest: String,
}

/// A version to compare with.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BaseView {
    /// Version.
    pub version: String,
    /// "in force", "approved", "rejected", "pending".
    pub word: String,
}

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct HeadingView {
    /// Its line on the right, from 1.
    pub line: u32,
    /// Its text without its signs, shortened, hidden characters written out.
    pub text: String,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ChangeFactView {
    /// `variable_added`, `variable_removed`, `instruction`, `heading_new`, `heading_gone`,
    /// `number_new`, `number_gone`, `wording`, `hidden`, `length`, `whitespace`, `endings`, `mark`,
    /// `end`, `coarse`, `field`, `form`, `more`.
    pub kind: String,
    /// In words; what it quotes is untrusted text.
    pub text: String,
    /// `left` or `right`, where it has a place.
    pub side: Option<String>,
    /// Line on that side, from 1.
    pub line: Option<u32>,
}

/// Where a text was found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffHits {
    /// Lines that hold it, on both sides; one that stands on both counts once.
    pub total: u32,
    /// The first thousand, in the order of the rows.
    pub places: Vec<DiffPlace>,
}

/// A line of one side.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffPlace {
    /// `left` or `right`.
    pub side: String,
    /// Line, from 1.
    pub line: u32,
}

/// One hunk, as the command line prints it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HunkView {
    /// Unchanged lines folded before this hunk.
    pub folded_before: u32,
    /// The nearest heading above, if the text has headings; untrusted text.
    pub section: String,
    /// Rows.
    pub rows: Vec<DiffRow>,
}

/// One row.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffRow {
    /// `same`, `whitespace` (differs in blanks alone, which do not count), `changed` (both sides),
    /// `added`, `removed`.
    pub kind: String,
    /// Line on the left.
    pub left: Option<DiffLine>,
    /// Line on the right.
    pub right: Option<DiffLine>,
}

/// One line, cut into runs.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffLine {
    /// Line number, from 1.
    pub number: u32,
    /// Runs of text, in order.
    pub runs: Vec<TextRun>,
}

/// A run of a line: plain, a marked word, a variable or a character without a look of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TextRun {
    /// `plain`, `word` (added or removed), `variable`, `hidden`, `in_place` (invisible too, but
    /// where the writing asks for it: drawn, not counted).
    pub kind: String,
    /// Untrusted text; for `hidden` and `in_place` the code point and name to draw: "U+200B ZERO
    /// WIDTH SPACE".
    pub text: String,
}
