//! A request for approval with the votes cast on it.
//!
//! Invariant: `status` leaves PENDING only together with `lifecycle` becoming `decided`; a request
//! that left the queue otherwise stays PENDING for ever.

use ledger::change::Change;
use ledger::metadata::Documents;
use ledger::statement::Conditions;
use ledger::{
    Actor, Decision, Digest, Effect, Lifecycle, RequestId, Role, Status, Subject, TenantId, Tier,
    Timestamp,
};

/// A request: for a model, a prompt version, or a change that waits for its second admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRequest {
    /// Its id; for a change the change's.
    pub id: RequestId,
    /// The tenant that owns it.
    pub tenant_id: TenantId,
    /// What approval is asked for, by name and digest.
    pub subject: Subject,
    /// Who made the subject, sorted; for a service also its owner.
    pub makers: Vec<Actor>,
    /// Who asked: the actor of its `approval.request` record.
    pub requested_by: Actor,
    /// The stamp of that record.
    pub requested_at: Timestamp,
    /// The position of that record in the tenant's log.
    pub seq: u64,
    /// Why, as given.
    pub reason: String,
    /// Tier of the subject; none for a change.
    pub tier: Option<Tier>,
    /// Digest of the policy pinned to it; none for a change.
    pub policy_sha256: Option<Digest>,
    /// Digests of what else a reviewer is shown.
    pub documents: Documents,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    /// The change that waits; none for models and prompts.
    pub change: Option<Change>,
    /// Payload digest of the statement that proposes the change; none for models and prompts.
    pub proposal_sha256: Option<Digest>,
    /// Decision state.
    pub status: Status,
    /// Where it is beside its decision.
    pub lifecycle: Lifecycle,
    /// Position of the record that decided it.
    pub decided_seq: Option<u64>,
    /// Position of the record that revoked its approval, if one did.
    pub revoked_seq: Option<u64>,
    /// The votes, in the order of their records.
    pub votes: Vec<CastVote>,
}

impl ApprovalRequest {
    /// Where the request is at `now`: expiry is read off the clock, whether or not it has been
    /// written down yet.
    pub fn lifecycle_at(&self, now: Timestamp) -> Lifecycle {
        lifecycle_at(self.lifecycle, self.expires_at, now)
    }

    /// Under which conditions it is approved, or would be: those of every vote given.
    pub fn conditions(&self) -> Conditions {
        Conditions::joined(self.votes.iter().map(|vote| &vote.conditions))
    }

    /// Whether its approval may be used at `now`, wherever its scope lets it. That a key which its
    /// quorum needs was found compromised (`void`) only the log tells.
    pub fn effect_at(&self, now: Timestamp) -> Effect {
        effect_at(self.status, self.revoked_seq, &self.conditions(), now)
    }

    /// The vote of this person, if they have voted.
    pub fn vote_of(&self, actor: &Actor) -> Option<&CastVote> {
        self.votes.iter().find(|vote| vote.actor == *actor)
    }
}

/// [`ApprovalRequest::lifecycle_at`], of a request of which only this is at hand.
pub fn lifecycle_at(
    lifecycle: Lifecycle,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Lifecycle {
    match (lifecycle, expires_at) {
        (Lifecycle::Open, Some(expires_at)) if now >= expires_at => Lifecycle::Expired,
        (lifecycle, _) => lifecycle,
    }
}

/// [`ApprovalRequest::effect_at`], of a request of which only this is at hand.
pub fn effect_at(
    status: Status,
    revoked_seq: Option<u64>,
    conditions: &Conditions,
    now: Timestamp,
) -> Effect {
    match (status, revoked_seq) {
        (Status::Pending | Status::Rejected, _) => Effect::None,
        (Status::Approved, Some(_)) => Effect::Revoked,
        (Status::Approved, None) if conditions.have_ended(now) => Effect::Lapsed,
        (Status::Approved, None) => Effect::InForce,
    }
}

/// One vote, as its `approval.vote` record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastVote {
    /// Position of its record in the tenant's log.
    pub seq: u64,
    /// Who voted.
    pub actor: Actor,
    /// Role at the vote.
    pub role: Role,
    /// For or against.
    pub decision: Decision,
    /// SHA-256 of the signed payload.
    pub attestation_sha256: Digest,
    /// The conditions signed with it.
    pub conditions: Conditions,
    /// Stamp of its record.
    pub at: Timestamp,
}
