//! Lists and pages of models and prompts, and the drafts a person fills in.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    EffectView, FactView, LifecycleView, MetricView, NameView, SectionView, SourceView, StatusView,
};

/// A page of a registry's table.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RegistryPage {
    /// Rows by name; at most 100.
    pub rows: Vec<RegistryRow>,
    /// Names in all.
    pub total: u32,
    /// Give this to get the next page.
    pub next: Option<String>,
}

/// One model or prompt: its newest version and the one in force.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RegistryRow {
    /// Name.
    pub name: String,
    /// Newest version.
    pub version: String,
    /// Its status.
    pub status: StatusView,
    /// Its effect.
    pub effect: EffectView,
    /// Under which conditions it is approved; empty: none.
    pub conditions: String,
    /// Its tier.
    pub tier: String,
    /// Version in force, if any.
    pub in_force: Option<String>,
    /// Number of versions.
    pub versions: u32,
    /// When the newest was made.
    pub created_at: String,
    /// By whom.
    pub author: NameView,
}

/// The page of one model or prompt.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SubjectPage {
    /// `model` or `prompt`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Versions, newest first.
    pub versions: Vec<VersionView>,
}

/// One version.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VersionView {
    /// Version.
    pub version: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// Digest.
    pub digest: String,
    /// Tier.
    pub tier: String,
    /// True where its text or card is protected and was not revealed in this session.
    pub withheld: bool,
    /// Status.
    pub status: StatusView,
    /// Life cycle of its last request.
    pub lifecycle: LifecycleView,
    /// Effect.
    pub effect: EffectView,
    /// Who made it.
    pub author: NameView,
    /// When.
    pub created_at: String,
    /// Why, untrusted text.
    pub reason: String,
    /// Its last request, if one was made.
    pub request_id: Option<String>,
    /// Who approved last, if approved.
    pub approved_by: Option<NameView>,
    /// When, if approved.
    pub approved_at: Option<String>,
    /// Under which conditions, "until 2027-03-31 17:00 UTC, in staging only"; empty: none.
    pub conditions: String,
    /// What its approval relies on and has changed since, one sentence each.
    pub changed: Vec<String>,
    /// True when the person may ask again for its approval now.
    pub may_ask_again: bool,
    /// True when the person may go back to it now: it is in force, and a later one is.
    pub may_roll_back: bool,
}

/// The card of a model version.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ModelCardView {
    /// Version.
    pub version: String,
    /// What it says, as label and text.
    pub facts: Vec<FactView>,
    /// The sections that its tier asks for.
    pub sections: Vec<SectionView>,
    /// Where the model comes from.
    pub lineage: Vec<SourceView>,
    /// Metrics against thresholds.
    pub metrics: Vec<MetricView>,
}

/// What a person fills in to register a model.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct ModelDraft {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Handle of an artefact that was chosen and hashed by the core.
    pub artefact_id: String,
    /// Card as JSON text.
    pub card: String,
    /// Tier.
    pub tier: String,
    /// Reason.
    pub reason: String,
}

/// An artefact chosen in the system's dialog and hashed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ArtefactView {
    /// Handle for the draft.
    pub artefact_id: String,
    /// File or folder name, without its path.
    pub name: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// Digest.
    pub digest: String,
    /// Size in words, "48.2 MB".
    pub size: String,
}

/// How far long work is.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProgressView {
    /// Done, 0 to 1000 per mille.
    pub per_mille: u32,
    /// What is happening, "12,000 of 40,000 records".
    pub text: String,
}

/// What a person fills in for a new prompt or a new version.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct PromptDraft {
    /// Name.
    pub name: String,
    /// Newest version the person saw; 0 for a new prompt. A newer one refuses the draft.
    pub based_on: u32,
    /// Text, stored as given.
    pub text: String,
    /// Tier.
    pub tier: String,
    /// Change reason.
    pub reason: String,
}

/// A prompt's text for the editor.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PromptTextView {
    /// Version.
    pub version: u32,
    /// Text as stored.
    pub text: String,
    /// Tier.
    pub tier: String,
    /// Variables `{{…}}` found.
    pub variables: Vec<String>,
}

/// What came of registering or writing: the request that was opened.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RequestedView {
    /// Request.
    pub request_id: String,
    /// Subject, `model/credit-pd@7`.
    pub subject: String,
    /// Record of the request.
    pub seq: u32,
}
