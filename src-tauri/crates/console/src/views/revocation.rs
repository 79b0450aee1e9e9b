//! What the signing window shows of the end of approvals, before and after its signature.
//!
//! Invariant: each approval that ends is named with its digest; nothing ends that is not listed.

use serde::Serialize;
use specta::Type;

use super::{FactView, HiddenView};

/// The end of approvals before it is signed: of one, or at a rollback of every later one.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RevocationView {
    /// "Revoke the approval of model credit-pd, version 7, in retail-eu." or "Go back to model …".
    pub sentence: String,
    /// The approvals that end, each with a statement of its own.
    pub ends: Vec<EndingView>,
    /// The version gone back to, "7"; absent where one approval is revoked.
    pub back_to: Option<String>,
    /// The exact meaning that is signed of each.
    pub meaning: String,
    /// "Overview, Changes; opened 14:01 UTC, log at #12,482".
    pub seen: String,
    /// More lines, such as what is in force afterwards.
    pub facts: Vec<FactView>,
    /// Hidden characters counted and not acknowledged yet; the answer gives the number back.
    pub hidden_characters: u32,
    /// Who signs.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Their key id.
    pub keyid: String,
    /// Longest reason, in characters.
    pub reason_limit: u32,
    /// What the person typed on this sheet before the console was locked; empty: nothing.
    pub typed_reason: String,
    /// In a demo, its passphrase.
    pub demo_passphrase: Option<String>,
}

/// An approval that ends.
#[derive(Debug, Clone, Serialize, Type)]
pub struct EndingView {
    /// Subject, `model/credit-pd@7`.
    pub subject: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// Digest, 64 hex digits.
    pub digest: String,
    /// "approved 2026-11-22 18:35 UTC by Bob", with its conditions.
    pub approved: String,
    /// Hidden characters in it that no review has shown for this act: they are read here.
    pub hidden_characters: u32,
    /// Each of them with its place, a hundred at most.
    pub hidden: Vec<HiddenView>,
}

/// After approvals were ended.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RevokedView {
    /// "credit-pd, version 7, is revoked in retail-eu."
    pub sentence: String,
    /// Each approval that was ended.
    pub ended: Vec<EndedView>,
    /// What is in force now.
    pub facts: Vec<FactView>,
    /// Key id.
    pub keyid: String,
    /// Meaning that was signed of each.
    pub meaning: String,
    /// Correlation id.
    pub correlation_id: String,
    /// The request whose evidence now says so; of several the last one.
    pub evidence_of: String,
    /// What was signed of each, to be read and printed.
    pub signatures: Vec<super::SignatureView>,
}

/// An approval that was ended.
#[derive(Debug, Clone, Serialize, Type)]
pub struct EndedView {
    /// Subject.
    pub subject: String,
    /// Record.
    pub seq: u32,
    /// SHA-256 of the signed statement.
    pub attestation_sha256: String,
}
