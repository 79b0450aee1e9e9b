//! What the records of one log mean: who held which key and role when, whether a vote counts,
//! quorum, effect. Written once, pure; workflow, gate, verification and evidence all ask here.
//!
//! Invariant: the log alone never grants. A record of authority holds only with the signatures
//! that formats.md asks for, replayed from the genesis; a record that does not hold changes
//! nothing and becomes a [`Finding`]. It will not look at a column, a table or a clock.

mod acts;
mod authority;
mod authority_act;
mod binding;
mod check;
mod effect;
mod past;
mod quorum;
mod requests;
mod selection;
mod signed;

use std::collections::{BTreeMap, BTreeSet};

pub use acts::Signer;
pub use authority::{Authority, EnrolledKey, Grant, LogKey};
pub(crate) use check::demand;
pub use check::{Check, Finding, Refusal};
pub use past::Past;
pub use quorum::{Ballot, Standing, standing};
pub use requests::{Making, RequestState, Requests, VoteState, WhyNot};
pub use signed::{Signed, bound_by, signed_by};

use crate::ids::{TenantId, WorkspaceId};
use crate::record::AuditRecord;
use crate::subject::Subject;
use crate::terms::{Effect, Status};
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

/// Where the roots are found that signers say they saw.
pub trait Roots {
    /// The root over the first `size` records of the log under test, if it is known.
    fn root_at(&self, size: u64) -> Option<Digest>;
}

/// Roots that were proven to be in a log's past, by size.
impl Roots for BTreeMap<u64, Digest> {
    fn root_at(&self, size: u64) -> Option<Digest> {
        if size == 0 { Some(tree::empty_root()) } else { self.get(&size).copied() }
    }
}

/// What the records read so far mean: all of a log, or those that stand for one decision.
#[derive(Debug, Clone)]
pub struct Meaning {
    authority: Authority,
    requests: Requests,
    bound: BTreeSet<Digest>,
    newest_stamp: Option<Timestamp>,
}

impl Meaning {
    /// Nothing read yet.
    pub fn new(authority: Authority) -> Self {
        Self {
            authority,
            requests: Requests::default(),
            bound: BTreeSet::new(),
            newest_stamp: None,
        }
    }

    /// Reads the record at a place.
    ///
    /// # Errors
    /// [`Refusal`] when it does not hold: it then changed nothing but the newest stamp and what is
    /// bound.
    pub fn read(
        &mut self,
        seq: u64,
        leaf: &[u8],
        attestations: &dyn Attestations,
        roots: &dyn Roots,
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
            attestation.check_history(seq, roots)?;
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

    /// Digests of the statements that the records bind.
    pub const fn bound(&self) -> &BTreeSet<Digest> {
        &self.bound
    }

    /// The newest stamp seen; times may fall, so it need not be the last record's.
    pub const fn newest_stamp(&self) -> Option<Timestamp> {
        self.newest_stamp
    }

    /// The records that stand for a decided request: what its evidence holds beside the record of
    /// the export. None while it is open, and for a change.
    pub fn records_of(&self, request: &RequestState) -> Option<BTreeSet<u64>> {
        selection::records(request, &self.requests, &self.authority)
    }

    /// The request that approved a subject of exactly this name and digest last.
    pub fn newest_approval(&self, subject: &Subject) -> Option<&RequestState> {
        self.requests.newest_approval(subject)
    }

    /// The effect of the approvals of a subject of exactly this name and digest, at the later of
    /// `now` and the newest stamp, in an environment (formats.md, "Quorum and effect").
    pub fn effect(
        &self,
        subject: &Subject,
        now: Timestamp,
        environment: Option<&str>,
    ) -> SubjectEffect {
        match self.newest_approval(subject) {
            Some(request) => self.effect_of(request, now, environment),
            None => SubjectEffect { effect: Effect::None, in_scope: false },
        }
    }

    /// The effect of one request's approval, as [`Meaning::effect`].
    pub fn effect_of(
        &self,
        request: &RequestState,
        now: Timestamp,
        environment: Option<&str>,
    ) -> SubjectEffect {
        self.effect_under(request, now, environment, &self.authority)
    }

    /// As [`Meaning::effect_of`], if this were who held which key: what [`Authority::supposing`]
    /// gives of a key that may have been in other hands.
    pub fn effect_under(
        &self,
        request: &RequestState,
        now: Timestamp,
        environment: Option<&str>,
        authority: &Authority,
    ) -> SubjectEffect {
        if request.status != Status::Approved {
            return SubjectEffect { effect: Effect::None, in_scope: false };
        }
        let at = self.newest_stamp.map_or(now, |newest| newest.max(now));
        effect::of(request, at, environment, authority)
    }
}

/// One log, read from record 0 on.
#[derive(Debug, Clone)]
pub struct Replay {
    meaning: Meaning,
    past: Past,
    findings: Vec<Finding>,
}

impl Replay {
    /// Nothing read yet.
    pub fn new(workspace: WorkspaceId, tenant: TenantId) -> Self {
        Self {
            meaning: Meaning::new(Authority::new(workspace, tenant)),
            past: Past::default(),
            findings: Vec::new(),
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
        let read = self.meaning.read(seq, leaf, attestations, &self.past);
        if let Err(Refusal { check, detail }) = read {
            self.findings.push(Finding { seq, check, detail });
        }
        self.past.push(tree::leaf_hash(leaf))
    }

    /// What the records read mean.
    pub const fn meaning(&self) -> &Meaning {
        &self.meaning
    }

    /// Who holds which key, role and policy after the records read.
    pub const fn authority(&self) -> &Authority {
        self.meaning.authority()
    }

    /// Requests and votes.
    pub const fn requests(&self) -> &Requests {
        self.meaning.requests()
    }

    /// Hashes of the records read.
    pub const fn past(&self) -> &Past {
        &self.past
    }

    /// Everything that does not hold.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// As [`Meaning::effect`].
    pub fn effect(
        &self,
        subject: &Subject,
        now: Timestamp,
        environment: Option<&str>,
    ) -> SubjectEffect {
        self.meaning.effect(subject, now, environment)
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
