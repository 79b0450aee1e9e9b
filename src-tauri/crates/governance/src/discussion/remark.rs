//! One thing said about a request, as its record has it.
//!
//! Invariant: a remark is read from its record and from nothing else: [`Remark::read`] gives back what
//! [`super::Discussion::say`] wrote. Free metadata by formats.md; this is what this program writes and
//! reads.

use ledger::{Action, Actor, AuditRecord, Digest, RecordId, RequestId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::GovernanceError;

/// How much a finding weighs, in the reviewer's judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth mending some day.
    Low,
    /// To be mended.
    Medium,
    /// Must not stay.
    High,
}

impl Severity {
    /// As records and screens write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Reads exactly what [`Severity::as_str`] writes.
    ///
    /// # Errors
    /// [`GovernanceError::Text`] for anything else.
    pub fn parse(text: &str) -> Result<Self, GovernanceError> {
        [Self::Low, Self::Medium, Self::High]
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or(GovernanceError::Text { what: "severity", reason: "low, medium or high" })
    }
}

/// What kind of remark it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A comment (`comment.add`).
    Comment,
    /// A finding (`finding.open`).
    Finding {
        /// How much it weighs.
        severity: Severity,
        /// Whether it refuses approving votes while it is open.
        blocking: bool,
        /// Who is to see to it.
        owner: Option<Actor>,
        /// By when: the end of a day, in UTC.
        due: Option<Timestamp>,
    },
    /// An answer to a finding (`finding.answer`).
    Answer {
        /// The finding, by the id of its record.
        finding: RecordId,
    },
    /// The end of a finding (`finding.close`).
    Closing {
        /// The finding, by the id of its record.
        finding: RecordId,
    },
    /// A reviewer asks for changes (`changes.request`).
    ChangesWanted,
}

/// Something said, as its record has it. The text lies beside, sealed, under the record's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Id of its record.
    pub id: RecordId,
    /// Position of its record.
    pub seq: u64,
    /// Stamp of its record.
    pub at: Timestamp,
    /// Who said it.
    pub actor: Actor,
    /// About which request.
    pub request_id: RequestId,
    /// SHA-256 of its text.
    pub text_sha256: Digest,
    /// What kind of remark it is.
    pub said: Said,
}

/// A finding with what followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<'a> {
    /// The finding.
    pub remark: &'a Remark,
    /// Its answers, in order.
    pub answers: Vec<&'a Remark>,
    /// What closed it.
    pub closing: Option<&'a Remark>,
}

/// The findings among these remarks, in order.
#[must_use]
pub fn findings(remarks: &[Remark]) -> Vec<Finding<'_>> {
    let mut found: Vec<Finding<'_>> = Vec::new();
    for remark in remarks {
        let on = match &remark.said {
            Said::Finding { .. } => {
                found.push(Finding { remark, answers: Vec::new(), closing: None });
                continue;
            }
            Said::Answer { finding } | Said::Closing { finding } => finding,
            Said::Comment | Said::ChangesWanted => continue,
        };
        let Some(finding) = found.iter_mut().find(|finding| finding.remark.id == *on) else {
            continue;
        };
        match &remark.said {
            Said::Answer { .. } => finding.answers.push(remark),
            Said::Closing { .. } => finding.closing = finding.closing.or(Some(remark)),
            Said::Comment | Said::Finding { .. } | Said::ChangesWanted => {}
        }
    }
    found
}

/// How many findings refuse an approving vote now.
#[must_use]
pub fn open_blocking(remarks: &[Remark]) -> u32 {
    let blocks = |finding: &Finding<'_>| {
        finding.closing.is_none()
            && matches!(finding.remark.said, Said::Finding { blocking: true, .. })
    };
    u32::try_from(findings(remarks).iter().filter(|finding| blocks(finding)).count())
        .unwrap_or(u32::MAX)
}

/// Metadata of all five actions; each has the keys that it needs.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemarkMetadata {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    blocking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    due: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    finding_id: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    owner: Option<Actor>,
    request_id: RequestId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    severity: Option<Severity>,
    text_sha256: Digest,
}

impl Said {
    /// The action that records it.
    pub(super) const fn action(&self) -> Action {
        match self {
            Self::Comment => Action::CommentAdd,
            Self::Finding { .. } => Action::FindingOpen,
            Self::Answer { .. } => Action::FindingAnswer,
            Self::Closing { .. } => Action::FindingClose,
            Self::ChangesWanted => Action::ChangesRequest,
        }
    }

    pub(super) fn metadata(&self, request: &RequestId, text_sha256: Digest) -> RemarkMetadata {
        let mut metadata = RemarkMetadata {
            blocking: None,
            due: None,
            finding_id: None,
            owner: None,
            request_id: request.clone(),
            severity: None,
            text_sha256,
        };
        match self {
            Self::Comment | Self::ChangesWanted => {}
            Self::Finding { severity, blocking, owner, due } => {
                metadata.severity = Some(*severity);
                metadata.blocking = Some(*blocking);
                metadata.owner.clone_from(owner);
                metadata.due = *due;
            }
            Self::Answer { finding } | Self::Closing { finding } => {
                metadata.finding_id = Some(finding.clone());
            }
        }
        metadata
    }
}

impl Remark {
    /// The actions whose records are remarks.
    pub const ACTIONS: [Action; 5] = [
        Action::CommentAdd,
        Action::FindingOpen,
        Action::FindingAnswer,
        Action::FindingClose,
        Action::ChangesRequest,
    ];

    /// Whether records of an action open, answer or end a finding.
    #[must_use]
    pub const fn is_of_a_finding(action: Action) -> bool {
        matches!(action, Action::FindingOpen | Action::FindingAnswer | Action::FindingClose)
    }

    /// The remark that a record is; none for records of other actions.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] when its metadata is not of its action.
    pub fn read(record: &AuditRecord) -> Result<Option<Self>, GovernanceError> {
        let parts = record.parts();
        let action = parts.action;
        if !Self::ACTIONS.contains(&action) {
            return Ok(None);
        }
        let metadata: RemarkMetadata = record.metadata_as()?;
        let said = said(action, &metadata).ok_or_else(|| {
            ledger::LedgerError::format("remark", "its metadata is not of its action")
        })?;
        // Exactly the keys of its kind: what is written again must be what was read.
        if ledger::metadata::to_object(&said.metadata(&metadata.request_id, metadata.text_sha256))?
            != parts.metadata
        {
            return Err(ledger::LedgerError::format("remark", "it has keys of another kind").into());
        }
        Ok(Some(Self {
            id: parts.id.clone(),
            seq: parts.seq,
            at: parts.timestamp_utc,
            actor: parts.actor.clone(),
            request_id: metadata.request_id,
            text_sha256: metadata.text_sha256,
            said,
        }))
    }
}

fn said(action: Action, metadata: &RemarkMetadata) -> Option<Said> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the five actions of a remark")]
    Some(match action {
        Action::FindingOpen => Said::Finding {
            severity: metadata.severity?,
            blocking: metadata.blocking?,
            owner: metadata.owner.clone(),
            due: metadata.due,
        },
        Action::FindingAnswer => Said::Answer { finding: metadata.finding_id.clone()? },
        Action::FindingClose => Said::Closing { finding: metadata.finding_id.clone()? },
        Action::ChangesRequest => Said::ChangesWanted,
        Action::CommentAdd => Said::Comment,
        _ => return None,
    })
}
