//! The lines about evidence and proofs: their fields are what others rely on with `--json`.
//!
//! Invariant: as in [`super::lines`]: a field that stands here keeps its name and meaning.

use ledger::checkpoint::Checkpoint;
use ledger::offline::{Bundle, Evidence, Uncommon};
use ledger::replay::Check;
use serde::Serialize;

/// What verifying a bundle found.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceLine {
    /// `verified` or `refused`.
    pub result: &'static str,
    /// The first check that fails; null for sound evidence.
    pub check: Option<&'static str>,
    /// What fails, in one clause; empty for sound evidence.
    pub detail: String,
    /// `model/<name>@<version>` or `prompt/…`; null when refused.
    pub subject: Option<String>,
    /// Digest of what was decided on, `sha256:HEX` or `dirHash1:HEX`; null when refused.
    pub digest: Option<String>,
    /// APPROVED or REJECTED; null when refused.
    pub outcome: Option<&'static str>,
    /// `none`, `in_force`, `lapsed`, `revoked` or `void`, now; null when refused.
    pub effect: Option<&'static str>,
    /// When it was exported; null when refused.
    pub exported_at: Option<String>,
    /// Acts of authority that one admin made alone, or the recovery kit.
    pub control: Vec<ControlLine>,
}

/// An act of authority that did not need two admins.
#[derive(Debug, Clone, Serialize)]
pub struct ControlLine {
    /// Its record.
    pub seq: u64,
    /// `single` or `recovery`.
    pub control: &'static str,
    /// What was done, such as `role.grant`.
    pub action: &'static str,
    /// To what.
    pub resource: String,
}

impl EvidenceLine {
    pub(super) fn sound(bundle: &Bundle, evidence: &Evidence) -> Self {
        Self {
            result: "verified",
            check: None,
            detail: String::new(),
            subject: Some(bundle.subject.name.to_string()),
            digest: Some(bundle.subject.digest.to_string()),
            outcome: Some(evidence.outcome.as_str()),
            effect: Some(evidence.effect.effect.as_str()),
            exported_at: Some(evidence.exported_at.to_string()),
            control: evidence.control.iter().map(ControlLine::of).collect(),
        }
    }

    /// True for sound evidence.
    pub const fn is_sound(&self) -> bool {
        self.check.is_none()
    }
}

impl From<(Check, String)> for EvidenceLine {
    fn from((check, detail): (Check, String)) -> Self {
        Self {
            result: "refused",
            check: Some(check.as_str()),
            detail,
            subject: None,
            digest: None,
            outcome: None,
            effect: None,
            exported_at: None,
            control: Vec::new(),
        }
    }
}

impl ControlLine {
    pub(super) fn of(act: &Uncommon) -> Self {
        Self {
            seq: act.seq,
            control: act.control.as_str(),
            action: act.action.as_str(),
            resource: act.resource.clone(),
        }
    }
}

/// What verifying a range or a consistency file found.
#[derive(Debug, Clone, Serialize)]
pub struct LogProofLine {
    /// `verified` or `refused`.
    pub result: &'static str,
    /// The first check that fails; null when it holds.
    pub check: Option<&'static str>,
    /// What fails, in one clause.
    pub detail: String,
    /// First record of a range, or size of the earlier checkpoint; null when refused.
    pub from: Option<u64>,
    /// One after the last record, or size of the later checkpoint; null when refused.
    pub to: Option<u64>,
    /// Size of the newest checkpoint; null when refused.
    pub size: Option<u64>,
    /// Its root, hex; null when refused.
    pub root: Option<String>,
}

impl LogProofLine {
    pub(super) fn sound((from, to): (u64, u64), checkpoint: &Checkpoint) -> Self {
        Self {
            result: "verified",
            check: None,
            detail: String::new(),
            from: Some(from),
            to: Some(to),
            size: Some(checkpoint.size),
            root: Some(checkpoint.root.to_hex()),
        }
    }

    /// True when it holds.
    pub const fn holds(&self) -> bool {
        self.check.is_none()
    }
}

impl From<(Check, String)> for LogProofLine {
    fn from((check, detail): (Check, String)) -> Self {
        let check = Some(check.as_str());
        Self { result: "refused", check, detail, from: None, to: None, size: None, root: None }
    }
}

/// Evidence that was written.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceFileLine {
    /// Where it stands.
    pub path: String,
    /// What was decided on.
    pub subject: String,
    /// APPROVED or REJECTED.
    pub outcome: &'static str,
    /// Effect at the export.
    pub effect: &'static str,
    /// The record of the export.
    pub seq: u64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
}
