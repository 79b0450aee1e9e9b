//! Lists and pages of models and prompts, and the drafts a person fills in.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    DiffLine, DiffView, EffectView, FactView, HistoryView, LifecycleView, MetricView, NameView,
    SectionView, SourceView, StatusView, WhitespaceView,
};

/// Narrows a registry's table and orders it; an absent field does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Type)]
pub struct RegistryFilter {
    /// Part of a name.
    pub search: Option<String>,
    /// Where a name stands.
    pub state: Option<RegistryState>,
    /// `high`, `medium` or `low`: the tier of the newest version.
    pub tier: Option<String>,
    /// `person/<uuid>` or `service/<uuid>` who made the newest version.
    pub author: Option<String>,
    /// In which order; absent: by name.
    pub order: Option<RegistryOrder>,
}

/// Where a model or prompt stands, as the filter asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RegistryState {
    /// A version is in force.
    InForce,
    /// No version is.
    NotInForce,
    /// The newest version waits for a decision.
    Waiting,
    /// The newest version was rejected.
    Rejected,
    /// The newest version was approved, and its approval has lapsed, was revoked or is void.
    Ended,
}

/// The order of a registry's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RegistryOrder {
    /// By name.
    Name,
    /// By name, the last first.
    NameBack,
    /// The version made last first.
    Newest,
    /// The version made first first.
    Oldest,
    /// Those with most versions first.
    MostVersions,
    /// Those with fewest versions first.
    FewestVersions,
    /// Tier high first.
    HighestTier,
    /// Tier low first.
    LowestTier,
}

/// A page of a registry's table.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RegistryPage {
    /// At most 100.
    pub rows: Vec<RegistryRow>,
    /// Names that the filter leaves.
    pub total: u32,
    /// Names in all.
    pub all: u32,
    /// Give this to get the next page; absent on the last one.
    pub next: Option<String>,
    /// Who may stand in the filter of authors, by name.
    pub authors: Vec<NameView>,
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
    /// Life cycle of the request it stands by.
    pub lifecycle: LifecycleView,
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
    /// Versions that were approved later and are in force, the last one first: going back to this
    /// one ends them.
    pub later_in_force: Vec<String>,
}

/// What became of a model or prompt over time.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TimelineView {
    /// Which version was in force from when to when, the newest first.
    pub spells: Vec<SpellView>,
    /// Versions, requests, decisions and revocations with their reasons, the newest first.
    pub entries: Vec<HistoryView>,
    /// True where there are older entries than these.
    pub more: bool,
}

/// A time in which a version could be used.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SpellView {
    /// Version.
    pub version: String,
    /// When it was approved.
    pub from: String,
    /// The record of that.
    pub from_seq: u32,
    /// When it ended, or will; absent: no end is known.
    pub until: Option<String>,
    /// The record that ended it, if one did.
    pub until_seq: Option<u32>,
    /// What ended it.
    pub end: SpellEndView,
    /// Under which conditions it was approved; empty: none.
    pub conditions: String,
    /// True for the version in force now: of several, the one approved last.
    pub is_current: bool,
}

/// What ended a time in which a version could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SpellEndView {
    /// Nothing yet.
    Running,
    /// A later approval of the same version took its place.
    Renewed,
    /// Its own terms.
    Lapsed,
    /// A person.
    Revoked,
    /// A signature it needs does not hold any more.
    Void,
}

/// Two texts to be rendered with the same sample inputs.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct RenderDraft {
    /// Name of the prompt; empty for one that is being written and has no version.
    pub name: String,
    /// The version that stands left; 0: none does.
    pub base: u32,
    /// The version that stands right, where no draft does.
    pub version: u32,
    /// The draft that stands right.
    pub text: Option<String>,
    /// Sample inputs. They are kept for nobody.
    pub samples: Vec<SampleDraft>,
    /// Whether blanks count in what is compared.
    pub whitespace: WhitespaceView,
}

/// A sample input.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct SampleDraft {
    /// The variable, without its braces.
    pub name: String,
    /// What stands in its place.
    pub value: String,
}

/// Two rendered texts beside each other.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RenderedView {
    /// Both, as any two texts.
    pub diff: DiffView,
    /// The variables of both, those of the right one first.
    pub variables: Vec<VariableView>,
    /// Samples that no variable takes.
    pub unused: Vec<String>,
}

/// A variable of a template.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VariableView {
    /// Its name as it is written, untrusted text: what a sample is given for.
    pub name: String,
    /// The same with hidden characters written out.
    pub shown: String,
    /// Whether the left text has it.
    pub left: bool,
    /// Whether the right text has it.
    pub right: bool,
    /// Whether a sample was given for it.
    pub given: bool,
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
    /// Metrics against thresholds, and against the version in force where its card may be read.
    pub metrics: Vec<MetricView>,
    /// The version in force that they are held against; absent: none, or it is protected and not revealed.
    pub base_version: Option<String>,
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

/// A prompt's text, for its page and for the editor.
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
    /// Lines with characters that have no look of their own, as they are drawn.
    pub marked: Vec<DiffLine>,
    /// How many of those characters hide something, or may.
    pub hidden_characters: u32,
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
