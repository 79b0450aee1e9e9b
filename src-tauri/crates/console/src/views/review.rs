//! The review of one request: everything a decision rests on, read from the core.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{EffectView, LifecycleView, NameView, SaidView, StatusView};

/// One opened review. Opening it fixes digest, policy and log head (formats.md, `reviewed`).
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReviewView {
    /// Handle of this opened review: signing refers to it, so that it signs what was shown.
    pub review_id: String,
    /// Request id.
    pub request_id: String,
    /// `model`, `prompt` or `change`.
    pub kind: String,
    /// Name without version, or the change in words.
    pub name: String,
    /// Version, empty for a change.
    pub version: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// Digest of the subject, 64 hex digits.
    pub digest: String,
    /// Who asked.
    pub requester: NameView,
    /// Why.
    pub reason: String,
    /// When.
    pub requested_at: String,
    /// When the request expires, if it does.
    pub expires_at: Option<String>,
    /// Tier; absent for a change.
    pub tier: Option<String>,
    /// Decision.
    pub status: StatusView,
    /// Life cycle.
    pub lifecycle: LifecycleView,
    /// Effect now.
    pub effect: EffectView,
    /// Under which conditions it is approved so far, "until 2027-03-31 17:00 UTC"; empty: none.
    pub conditions: String,
    /// What came of the review before this one, and what is different since.
    pub since: Option<SinceView>,
    /// Why card or text are not shown, where that they are read cannot be put on record.
    pub withheld: Option<String>,
    /// What is reviewed, as label and text: intended use, limits, owner, variables…
    pub facts: Vec<FactView>,
    /// The sections that the tier asks the card of a model for.
    pub sections: Vec<SectionView>,
    /// Where a model comes from, as its card says.
    pub lineage: Vec<SourceView>,
    /// What is known of the artefact; absent for a change.
    pub artefact: Option<CheckView>,
    /// Metrics against thresholds and against the version in force; empty for prompts.
    pub metrics: Vec<MetricView>,
    /// Version in force that metrics and changes are compared with, if there is one.
    pub base_version: Option<String>,
    /// Its digest: what the signed statement names as what the subject was compared with.
    pub base_digest: Option<String>,
    /// Hidden characters counted in subject, documents and request reason.
    pub hidden_characters: u32,
    /// Where they are, first 100.
    pub hidden: Vec<HiddenView>,
    /// True once the person acknowledged them in this review.
    pub hidden_acknowledged: bool,
    /// The foot: lines, names, and what the person may do.
    pub foot: FootView,
    /// Number of places that changed against the base, for the tab's count.
    pub changes: u32,
    /// Number of entries in the history tab.
    pub history: u32,
    /// What was said about it.
    pub said: SaidView,
}

/// The review before this one, and what is different since.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SinceView {
    /// Its request.
    pub request_id: String,
    /// The version that was reviewed.
    pub version: String,
    /// That version, to compare with; absent where it is the same one.
    pub base: Option<String>,
    /// What came of it, the reason given, and what changed since, line by line.
    pub facts: Vec<FactView>,
}

/// A version in force that relies on something that has changed since its approval.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReReviewView {
    /// Subject, `model/credit-pd@7`.
    pub subject: String,
    /// `model` or `prompt`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Tier.
    pub tier: Option<String>,
    /// What has changed, one sentence each.
    pub changed: Vec<String>,
    /// Who made it and asked for its approval.
    pub holders: Vec<NameView>,
    /// True when the signed-in person is one of them.
    pub mine: bool,
    /// True when the signed-in person can ask for the new review.
    pub may_ask: bool,
    /// The request that waits for it already, if one does.
    pub waiting: Option<String>,
}

/// A label and what stands beside it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FactView {
    /// "Intended use", "Limits", "Owner"…
    pub label: String,
    /// Untrusted text.
    pub value: String,
}

/// A section of a model card.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SectionView {
    /// "Intended use".
    pub title: String,
    /// Whether the card says something there.
    pub stands: bool,
}

/// One thing that a model comes from.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SourceView {
    /// "Data", "Code", "Run", "Base model", "Prompt", or the card's own word.
    pub what: String,
    /// As the card says it, untrusted text.
    pub text: String,
    /// The version that it names; absent where it names none.
    pub named: Option<NamedView>,
}

/// A version that a card names.
#[derive(Debug, Clone, Serialize, Type)]
pub struct NamedView {
    /// `model` or `prompt`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Where it stands; absent where this tenant has no such version.
    pub standing: Option<StandingView>,
}

/// Where a version stands.
#[derive(Debug, Clone, Serialize, Type)]
pub struct StandingView {
    /// Decision.
    pub status: StatusView,
    /// Life cycle of its request.
    pub lifecycle: LifecycleView,
    /// Effect now.
    pub effect: EffectView,
}

/// The artefact of what is reviewed, as far as it was checked in this sitting.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CheckView {
    /// Whether the policy asks for it before a decision.
    pub required: bool,
    /// What was found last.
    pub found: Option<FoundView>,
    /// A check that was stopped and can go on.
    pub stopped: Option<StoppedView>,
}

/// A checksum that was recomputed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FoundView {
    /// Whether it is the one under review, of the same kind.
    pub matches: bool,
    /// Name of the file or folder, untrusted text.
    pub name: String,
    /// "48.2 MB".
    pub size: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// 64 hex digits.
    pub digest: String,
    /// When.
    pub at: String,
}

/// A check that was stopped.
#[derive(Debug, Clone, Serialize, Type)]
pub struct StoppedView {
    /// Name of the file or folder, untrusted text.
    pub name: String,
    /// How far it came: "1.2 GB of 4.0 GB".
    pub text: String,
}

/// One metric of a model card.
#[derive(Debug, Clone, Serialize, Type)]
pub struct MetricView {
    /// Name, untrusted text.
    pub name: String,
    /// Threshold in words: "min 0.620", "0.900 to 1.100".
    pub threshold: String,
    /// Value in the version in force, as written; absent when there is none.
    pub base: Option<String>,
    /// Value in this version, as written.
    pub value: String,
    /// Signed difference as text with a true minus sign; absent without a base.
    pub change: Option<String>,
    /// `better`, `worse`, `same`; absent without a base.
    pub direction: Option<String>,
    /// Whether the value keeps the threshold; absent without one.
    pub passes: Option<bool>,
    /// Places on the drawn line, 0 to 100: base, value, limits.
    pub plot: Option<PlotView>,
}

/// Positions of a metric on a line from 0 to 100.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PlotView {
    /// This version.
    pub value: u32,
    /// Version in force.
    pub base: Option<u32>,
    /// The least value that passes, if there is one.
    pub min: Option<u32>,
    /// The largest value that passes, if there is one.
    pub max: Option<u32>,
}

/// An invisible or look-alike character.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HiddenView {
    /// "U+200B".
    pub code_point: String,
    /// "ZERO WIDTH SPACE".
    pub name: String,
    /// `subject`, `card`, `metrics` or `reason`.
    pub place: String,
    /// Line in that text, from 1.
    pub line: u32,
}

/// The foot of a review: the policy as signature lines.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FootView {
    /// "High tier: two people, neither of them the requester".
    pub policy: String,
    /// SHA-256 of the pinned policy; absent for a change.
    pub policy_sha256: Option<String>,
    /// One line for each signature the policy asks for.
    pub lines: Vec<SignatureLine>,
    /// True when the signed-in person can decide now.
    pub may_decide: bool,
    /// Why not: "You requested this." Empty when they can.
    pub why_not: String,
    /// True when the signed-in person can take the request back.
    pub may_withdraw: bool,
    /// True when the signed-in person can end the approval.
    pub may_revoke: bool,
    /// True when the signed-in person can ask again for this subject.
    pub may_ask_again: bool,
    /// A standing warning: four eyes off, single control. Empty when there is none.
    pub warning: String,
}

/// One line of the foot.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SignatureLine {
    /// Somebody signed here.
    Signed {
        /// Who.
        name: String,
        /// Their role when they signed.
        role: String,
        /// When.
        at: String,
        /// The vote's record.
        seq: u32,
        /// APPROVED or REJECTED.
        decision: String,
        /// The conditions signed with it; empty: none.
        conditions: String,
    },
    /// Open to the signed-in person.
    OpenToYou {
        /// Who else could.
        others: Vec<String>,
    },
    /// Open to others.
    Open {
        /// Who could; empty: nobody yet.
        people: Vec<String>,
    },
}

/// The parts of a review that a person can open (formats.md, `parts`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPart {
    /// Facts and metrics.
    Overview,
    /// The diff.
    Changes,
    /// The artefact's checksum.
    Artefact,
    /// Versions and decisions.
    History,
    /// Comments.
    Discussion,
}

/// An entry of the time line.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HistoryView {
    /// Record.
    pub seq: u32,
    /// When.
    pub at: String,
    /// Who.
    pub actor: NameView,
    /// Action, e.g. `approval.vote`.
    pub action: String,
    /// In words: "approved @6".
    pub what: String,
    /// Reason, untrusted text.
    pub reason: String,
    /// What was signed with it, where it is a signature.
    pub signed: Option<SignedEntryView>,
}

/// A signature on the time line.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SignedEntryView {
    /// The record that binds it.
    pub seq: u32,
    /// The review, as it was signed with the decision; absent: what lies here is not the statement
    /// on record.
    pub reviewed: Option<super::ReviewedView>,
}
