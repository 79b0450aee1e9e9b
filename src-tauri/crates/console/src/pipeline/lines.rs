//! The lines that a pipeline reads: their fields are what others rely on with `--json`.
//!
//! Invariant: a field that stands here keeps its name and meaning; more may come beside it. No
//! line carries a secret.

use serde::Serialize;

use crate::gate::GateAnswer;

/// A model version.
#[derive(Debug, Clone, Serialize)]
pub struct ModelLine {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// PENDING, APPROVED or REJECTED.
    pub status: String,
    /// `none`, `in_force`, `lapsed`, `revoked` or `void`.
    pub effect: String,
    /// `high`, `medium` or `low`.
    pub tier: String,
    /// 64 hex digits.
    pub digest: String,
    /// `sha256` of a file, `dirHash1` of a folder.
    pub digest_kind: String,
    /// When it was registered.
    pub created_at: String,
    /// Who registered it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The request that decided it, or the one last opened.
    pub request_id: Option<String>,
    /// Card, only where one model is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<serde_json::Value>,
}

/// A prompt version; in lists the newest of its name.
#[derive(Debug, Clone, Serialize)]
pub struct PromptLine {
    /// Name.
    pub name: String,
    /// Version.
    pub version: u32,
    /// PENDING, APPROVED or REJECTED.
    pub status: String,
    /// `none`, `in_force`, `lapsed`, `revoked` or `void`.
    pub effect: String,
    /// `high`, `medium` or `low`.
    pub tier: String,
    /// SHA-256 of its text, 64 hex digits.
    pub digest: String,
    /// When it was written.
    pub created_at: String,
    /// Who wrote it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The request that decided it, or the one last opened.
    pub request_id: Option<String>,
}

/// A request.
#[derive(Debug, Clone, Serialize)]
pub struct RequestLine {
    /// Its id.
    pub id: String,
    /// `model/<name>@<version>`, `prompt/…` or `change/<uuid>`.
    pub subject: String,
    /// PENDING, APPROVED or REJECTED.
    pub status: String,
    /// `open`, `withdrawn`, `expired`, `superseded` or `decided`.
    pub lifecycle: String,
    /// `person/<uuid>` or `service/<uuid>`.
    pub requested_by: String,
    /// Their name.
    pub requester: String,
    /// When.
    pub requested_at: String,
    /// Tier; null for a change.
    pub tier: Option<String>,
    /// Approving votes so far.
    pub votes: u32,
    /// Approving votes that are needed.
    pub needed: u32,
    /// Why.
    pub reason: String,
    /// Who could sign now, by name.
    pub can_sign: Vec<String>,
    /// "needs 2, nobody can sign yet" and the like; empty when enough people can.
    pub missing: String,
}

/// What came of registering or writing.
#[derive(Debug, Clone, Serialize)]
pub struct SubmittedLine {
    /// The subject.
    pub subject: String,
    /// Its request.
    pub request_id: String,
    /// The request's record.
    pub seq: u64,
}

/// The gate's answer.
#[derive(Debug, Clone, Serialize)]
pub struct GateLine {
    /// `yes` or `no`.
    pub answer: &'static str,
    /// What was asked about.
    pub subject: String,
    /// One sentence.
    pub reason: String,
    /// Why, in a word: `approved`, `unavailable`, `unverified`, `not_approved`, `other_artefact`.
    pub cause: &'static str,
    /// Of a bundle: acts of authority behind it that one admin made alone, or the recovery kit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub control: Vec<super::ControlLine>,
}

impl GateLine {
    pub(super) fn of(answer: &GateAnswer) -> Self {
        Self {
            answer: answer.answer(),
            cause: answer.cause.as_str(),
            subject: answer.subject.clone(),
            reason: answer.reason.clone(),
            control: Vec::new(),
        }
    }
}

/// What verifying a log found.
#[derive(Debug, Clone, Serialize)]
pub struct VerifyLine {
    /// The log.
    pub tenant_id: String,
    /// Records.
    pub size: u64,
    /// Root over them, hex.
    pub root: String,
    /// `verified` or `broken`.
    pub result: &'static str,
    /// The first record that does not hold.
    pub first_broken: Option<u64>,
    /// What does not hold, a sentence each.
    pub findings: Vec<String>,
    /// Alarms that this log and the workspace's own raised when they were opened.
    pub alarms: Vec<AlarmLine>,
}

/// What is wrong with a log that is read and not written.
#[derive(Debug, Clone, Serialize)]
pub struct AlarmLine {
    /// The log.
    pub tenant_id: String,
    /// Why, in a word: `behind`, `forked`, `anchor_gone`, `anchor_refused`, `unvouched`,
    /// `key_retired`, `broken`.
    pub cause: &'static str,
    /// What is missing or does not hold, one sentence.
    pub message: String,
    /// What to do, one or two sentences.
    pub hint: &'static str,
}

/// The newest checkpoint of a log.
#[derive(Debug, Clone, Serialize)]
pub struct CheckpointLine {
    /// The log.
    pub tenant_id: String,
    /// Records under it.
    pub size: u64,
    /// The signed note, verbatim.
    pub note: String,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize)]
pub struct ExportLine {
    /// Where it stands.
    pub path: String,
    /// Records in it.
    pub records: u64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
}

/// A person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonLine {
    /// `person/<uuid>`.
    pub id: String,
    /// Title.
    pub name: String,
    /// `active` or `disabled`.
    pub status: String,
    /// Role in the tenant in front, if any.
    pub role: Option<String>,
    /// True when they have a good key there.
    pub enrolled: bool,
}

/// A row of the matrix.
#[derive(Debug, Clone, Serialize)]
pub struct RoleLine {
    /// Role.
    pub role: String,
    /// What it may do.
    pub create: bool,
    /// As above.
    pub approve: bool,
    /// As above.
    pub view: bool,
    /// As above.
    pub register_model: bool,
}
