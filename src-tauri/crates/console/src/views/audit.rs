//! The audit trail as a person browses it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NameView;

/// Narrows the trail; an absent field does not narrow.
#[derive(Debug, Clone, Default, Deserialize, Type)]
pub struct AuditFilter {
    /// `person/<uuid>`, `service/<uuid>` or `system`.
    pub actor: Option<String>,
    /// An action such as `approval.vote`.
    pub action: Option<String>,
    /// `<type>/<id>` of a resource, e.g. `model/credit-pd@3`.
    pub resource: Option<String>,
    /// A correlation id: everything one click caused.
    pub correlation_id: Option<String>,
}

/// A page of the trail, newest first.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AuditPage {
    /// Rows; at most 100.
    pub rows: Vec<AuditRow>,
    /// Give this `seq` as `before` to get the next page; absent at the end.
    pub next: Option<u32>,
    /// Records in the log.
    pub size: u32,
    /// Who may stand in the actor filter.
    pub actors: Vec<NameView>,
    /// Which actions occur.
    pub actions: Vec<String>,
}

/// One record in the table.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AuditRow {
    /// Position.
    pub seq: u32,
    /// When, UTC.
    pub at: String,
    /// Who.
    pub actor: NameView,
    /// What.
    pub action: String,
    /// On what: `model/credit-pd@3`.
    pub resource: String,
    /// True for denials and failures.
    pub denied: bool,
}

/// One record in the drawer.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RecordView {
    /// The row.
    pub row: AuditRow,
    /// The leaf exactly as stored: canonical JSON.
    pub leaf: String,
    /// Its length in bytes.
    pub bytes: u32,
    /// Leaf hash, hex.
    pub leaf_hash: String,
    /// Correlation id.
    pub correlation_id: String,
    /// How many records share it in this log.
    pub correlated: u32,
    /// Whether the leaf hash recomputed from the stored bytes is the one in the tree.
    pub unchanged: bool,
    /// Size of the newest signed checkpoint that this record is proven to be under; absent while
    /// it is under none.
    pub covered_by: Option<u32>,
}

/// What is taken away as a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ProofDraft {
    /// The bundle of a decided request, which proves.
    Evidence {
        /// The request.
        request_id: String,
    },
    /// A page that tells what the bundle proves.
    Report {
        /// The request.
        request_id: String,
    },
    /// One record with its proof.
    Record {
        /// Which.
        seq: u32,
    },
    /// The whole log, with the proof that nothing in it is missing.
    Log {},
    /// What a verifier elsewhere is to believe.
    Trust {},
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SavedFileView {
    /// Its name, without the folder.
    pub name: String,
    /// SHA-256 of it, hex.
    pub sha256: String,
}

/// What a verification of the whole log found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VerifyView {
    /// The log.
    pub tenant_id: String,
    /// Records.
    pub size: u32,
    /// Root, hex.
    pub root: String,
    /// True when everything holds.
    pub verified: bool,
    /// `seq` of the first record that does not hold.
    pub first_broken: Option<u32>,
    /// Each finding in a sentence, at most 100.
    pub findings: Vec<String>,
    /// When, UTC.
    pub at: String,
}
