//! A signature as its signed statement has it, and where the log binds it: what receipts, the history
//! and signature pages show.
//!
//! Invariant: everything but titles of people and workspace, and what stands of the log, comes from
//! the statement that was signed; none of it from a page.

use serde::Serialize;
use specta::Type;

use super::{FactView, NameView};

/// The signatures that one record binds.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SignedRecordView {
    /// The record.
    pub seq: u32,
    /// Each signature, in the order of the record; empty: it binds none.
    pub signatures: Vec<SignatureView>,
}

/// One signature.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SignatureView {
    /// "Approval of model credit-pd, version 7, in retail-eu".
    pub title: String,
    /// APPROVED, REJECTED, REVOKED or PROPOSED.
    pub decision: String,
    /// The sentence that the signature means.
    pub meaning: String,
    /// The change in words; empty for models and prompts.
    pub change: String,
    /// Subject, `model/credit-pd@7`.
    pub subject: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// Digest of the subject, 64 hex digits.
    pub digest: String,
    /// Tier; absent for a change.
    pub tier: Option<String>,
    /// Who signed, under the name that the key is enrolled with.
    pub signer: NameView,
    /// Their role when they signed.
    pub role: String,
    /// The key, hex.
    pub keyid: String,
    /// What became of the key since, where that matters for the signature; empty: nothing.
    pub key_since: String,
    /// When it was signed, by the clock of the console.
    pub decided_at: String,
    /// Why, untrusted text with its hidden characters written out.
    pub reason: String,
    /// "until 2027-03-31 17:00 UTC"; empty: none.
    pub conditions: String,
    /// What was looked at.
    pub reviewed: ReviewedView,
    /// What was asked for.
    pub request: AskedForView,
    /// Title of the workspace.
    pub workspace: String,
    /// Its id.
    pub workspace_id: String,
    /// Tenant.
    pub tenant_id: String,
    /// Digest of the pinned policy; absent for a change.
    pub policy_sha256: Option<String>,
    /// The installation that it was signed at.
    pub device_id: Option<String>,
    /// Everything that the act caused.
    pub correlation_id: String,
    /// Where it is in the log.
    pub logged: LoggedView,
    /// The request of which there is evidence; absent while it is open, and for a change.
    pub evidence_of: Option<String>,
}

/// The review, as it was signed with the decision: facts, and no score.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReviewedView {
    /// The parts that were opened, `overview` first.
    pub parts: Vec<String>,
    /// When the review was opened.
    pub opened_at: String,
    /// Whole seconds that it was in front until it was signed.
    pub seconds: u32,
    /// Hidden characters that were acknowledged.
    pub hidden_characters: u32,
    /// Whether the artefact's checksum was recomputed, and matched.
    pub artefact_checked: bool,
    /// Digest of what the changes were shown against; absent: nothing was in force.
    pub base_sha256: Option<String>,
    /// Digests of the documents shown, by name.
    pub documents: Vec<FactView>,
    /// Records in the log when the review was opened.
    pub log_size: u32,
    /// Its root then.
    pub log_root: String,
}

/// The request, as the statement repeats it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AskedForView {
    /// Its id.
    pub id: String,
    /// Who asked.
    pub by: NameView,
    /// When.
    pub at: String,
    /// Why, untrusted text with its hidden characters written out.
    pub reason: String,
}

/// Where the log has it. That the record is in the log was proven when this was made.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LoggedView {
    /// The record that binds it.
    pub seq: u32,
    /// The record's stamp.
    pub at: String,
    /// Its action.
    pub action: String,
    /// Its leaf hash.
    pub leaf_hash: String,
    /// SHA-256 of the signed statement.
    pub statement_sha256: String,
    /// Records of the log that it was found in.
    pub log_size: u32,
    /// The root over them.
    pub log_root: String,
    /// True where that root is the one of a signed checkpoint.
    pub checkpoint: bool,
}
