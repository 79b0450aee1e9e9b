//! The discussion of a request: comments, findings, wishes for changes.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NameView;

/// Everything said about a request, oldest first.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiscussionView {
    /// What was said; answers and ends stand with their finding.
    pub entries: Vec<RemarkView>,
    /// What it comes to.
    pub said: SaidView,
    /// Whether the person at work may comment, open findings and answer.
    pub may_speak: bool,
    /// Whether they may ask for changes.
    pub may_ask_for_changes: bool,
    /// Whether a finding may be marked blocking: the request waits for a decision.
    pub may_block: bool,
    /// Who a finding can be given to.
    pub people: Vec<NameView>,
}

/// What a discussion comes to.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SaidView {
    /// Number of remarks, answers and ends of findings among them.
    pub remarks: u32,
    /// Open findings that refuse approving votes.
    pub blocking: u32,
    /// Whoever asked for changes last, while the request waits.
    pub changes_wanted_by: Option<NameView>,
}

/// One thing said.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RemarkView {
    /// Handle, for answers.
    pub id: String,
    /// Its record.
    pub seq: u32,
    /// When.
    pub at: String,
    /// Who.
    pub actor: NameView,
    /// What kind of remark it is.
    pub kind: RemarkKind,
    /// Untrusted text; absent when what lies in its place is not the text on record.
    pub text: Option<String>,
    /// Of a finding.
    pub finding: Option<FindingView>,
}

/// What a finding is and what followed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FindingView {
    /// `low`, `medium`, `high`.
    pub severity: String,
    /// Whether it refuses approving votes while it is open.
    pub blocking: bool,
    /// Who is to see to it.
    pub owner: Option<NameView>,
    /// By when.
    pub due: Option<String>,
    /// Past its day and still open.
    pub overdue: bool,
    /// Answers, oldest first.
    pub answers: Vec<RemarkView>,
    /// What closed it.
    pub closing: Option<Box<RemarkView>>,
    /// Whether the person at work may close it.
    pub may_close: bool,
    /// Opened on an earlier request for the same version, where it was open when this was asked for.
    pub carried_over: bool,
}

/// The kinds of remarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// A comment.
    Comment,
    /// A finding.
    Finding,
    /// An answer to a finding.
    Answer,
    /// The end of a finding.
    Closing,
    /// A wish for changes.
    ChangesWanted,
}

/// What a person says.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RemarkDraft {
    /// A comment.
    Comment {},
    /// A finding.
    Finding {
        /// `low`, `medium`, `high`.
        severity: String,
        /// Whether it refuses approving votes while it is open.
        blocking: bool,
        /// Person id, if somebody is to see to it.
        owner: Option<String>,
        /// A day, `2026-11-30`; it ends at midnight, UTC.
        due: Option<String>,
    },
    /// An answer to a finding.
    Answer {
        /// The finding.
        finding: String,
    },
    /// The end of a finding.
    Closing {
        /// The finding.
        finding: String,
    },
    /// A wish for changes.
    ChangesWanted {},
}
