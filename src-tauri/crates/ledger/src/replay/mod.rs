//! What the records of one log mean: who held which key and role when, whether a vote counts,
//! quorum, effect. Written once, pure; workflow, gate, verification and evidence all ask here.
//!
//! Invariant: the log alone never grants. A record of authority holds only with the signatures
//! that formats.md asks for, replayed from the genesis; a record that does not hold changes
//! nothing and becomes a [`Finding`]. It will not look at a column, a table or a clock.

mod authority;
mod authority_act;
mod binding;
mod effect;
mod past;
mod quorum;
mod requests;
mod signed;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use authority::{Authority, EnrolledKey, Grant, LogKey};
pub use past::Past;
pub use quorum::{Ballot, Standing, standing};
pub use requests::{Making, RequestState, Requests, VoteState, WhyNot};
pub use signed::{Signed, bound_by, signed_by};

use crate::ids::{TenantId, WorkspaceId};
use crate::record::AuditRecord;
use crate::subject::Subject;
use crate::terms::Effect;
use crate::time::Timestamp;
use crate::tree;
use crate::{Digest, LedgerError};

/// Where signed envelopes are found by the SHA-256 of their payload.
pub trait Attestations {
    /// The envelope's bytes.
    fn envelope(&self, payload_sha256: &Digest) -> Option<&[u8]>;
}

impl Attestations for BTreeMap<Digest, Vec<u8>> {
    fn envelope(&self, payload_sha256: &Digest) -> Option<&[u8]> {
        self.get(payload_sha256).map(Vec::as_slice)
    }
}

/// What was checked when something did not hold (formats.md, "Evidence bundle", the checks).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The bytes of a record, statement or envelope.
    Shape,
    /// Record 0.
    Genesis,
    /// A signature.
    Signatures,
    /// The log that a signer saw is not in this log's past.
    History,
    /// An act of authority without the right to it.
    Authority,
    /// A key that is not enrolled, or not any more.
    Keys,
    /// A statement that does not belong to its record, or is used twice.
    Binding,
    /// A policy that was not in force, or an outcome that does not follow from the votes.
    Policy,
}

impl Check {
    /// The name of the check.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Genesis => "genesis",
            Self::Signatures => "signatures",
            Self::History => "history",
            Self::Authority => "authority",
            Self::Keys => "keys",
            Self::Binding => "binding",
            Self::Policy => "policy",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why a record does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which check.
    pub check: Check,
    /// What is wrong, in one clause.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(check: Check, detail: impl Into<String>) -> Self {
        Self { check, detail: detail.into() }
    }
}

/// A condition that must hold, or a refusal by name.
pub(crate) fn demand(holds: bool, check: Check, detail: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::new(check, detail)) }
}

/// A record that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The record.
    pub seq: u64,
    /// Which check.
    pub check: Check,
    /// What is wrong, in one clause.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "record {}: {} ({})", self.seq, self.detail, self.check)
    }
}

/// One log, read from record 0 on.
#[derive(Debug, Clone)]
pub struct Replay {
    authority: Authority,
    requests: Requests,
    past: Past,
    bound: BTreeSet<Digest>,
    findings: Vec<Finding>,
    newest_stamp: Option<Timestamp>,
}

impl Replay {
    /// Nothing read yet.
    pub fn new(workspace: WorkspaceId, tenant: TenantId) -> Self {
        Self {
            authority: Authority::new(workspace, tenant),
            requests: Requests::default(),
            past: Past::default(),
            bound: BTreeSet::new(),
            findings: Vec::new(),
            newest_stamp: None,
        }
    }

    /// Reads the next leaf. What does not hold becomes a finding; reading goes on.
    ///
    /// # Errors
    /// [`LedgerError`] only when the log passes the largest size of the format.
    pub fn read(
        &mut self,
        leaf: &[u8],
        attestations: &dyn Attestations,
    ) -> Result<(), LedgerError> {
        let seq = self.past.size();
        if let Err(Refusal { check, detail }) = self.judge(seq, leaf, attestations) {
            self.findings.push(Finding { seq, check, detail });
        }
        self.past.push(tree::leaf_hash(leaf))
    }

    fn judge(
        &mut self,
        seq: u64,
        leaf: &[u8],
        attestations: &dyn Attestations,
    ) -> Result<(), Refusal> {
        let record = AuditRecord::parse(leaf)
            .map_err(|error| Refusal::new(Check::Shape, error.to_string()))?;
        demand(record.parts().seq == seq, Check::Shape, "its seq is not its place in the log")?;
        demand(
            record.parts().tenant_id == *self.authority.tenant(),
            Check::Shape,
            "it names another tenant",
        )?;
        self.newest_stamp = self.newest_stamp.max(Some(record.parts().timestamp_utc));
        let signed = signed::signed_by(&record, attestations)?;
        for attestation in &signed {
            demand(
                self.bound.insert(attestation.payload_sha256),
                Check::Binding,
                "its statement is bound by an earlier record",
            )?;
        }
        for attestation in &signed {
            attestation.check_history(seq, &self.past)?;
        }
        self.authority.apply(&record, &signed)?;
        self.requests.apply(&record, &signed, &self.authority)
    }

    /// Who holds which key, role and policy after the records read.
    pub const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Requests and votes.
    pub const fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Hashes of the records read.
    pub const fn past(&self) -> &Past {
        &self.past
    }

    /// Everything that does not hold.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The newest stamp seen; times may fall, so it need not be the last record's.
    pub const fn newest_stamp(&self) -> Option<Timestamp> {
        self.newest_stamp
    }

    /// The effect of the approvals of a subject of exactly this name and digest, at the later of
    /// `now` and the newest stamp, in an environment (formats.md, "Quorum and effect").
    pub fn effect(
        &self,
        subject: &Subject,
        now: Timestamp,
        environment: Option<&str>,
    ) -> SubjectEffect {
        let at = self.newest_stamp.map_or(now, |newest| newest.max(now));
        self.requests.effect(subject, at, environment, &self.authority)
    }
}

/// What the gate needs to know about a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectEffect {
    /// The effect of its newest approval, or [`Effect::None`].
    pub effect: Effect,
    /// True when the environment asked for is in every scope.
    pub in_scope: bool,
}
