//! Everything that this crate refuses, a variant per cause.
//!
//! Invariant: no error carries a protected value. It will not decide what a caller is told: that
//! "foreign" and "absent" look alike is the edge's business.

use ledger::{
    Effect, LedgerError, Lifecycle, Name, RequestId, Status, SubjectKind, SubjectName, Tier,
};
use security::SecurityError;
use thiserror::Error;

use crate::service::TokenEnd;

/// Why an act was refused; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GovernanceError {
    /// The model version is not approved, or its approval is not in force.
    #[error("{subject} is not approved for use (effect: {effect})")]
    ModelNotApproved {
        /// The version asked for.
        subject: SubjectName,
        /// Its effect now.
        effect: Effect,
    },
    /// The prompt version is not approved, or its approval is not in force.
    #[error("{subject} is not approved for use (effect: {effect})")]
    PromptNotApproved {
        /// The version asked for.
        subject: SubjectName,
        /// Its effect now.
        effect: Effect,
    },
    /// The act needs a PENDING model.
    #[error("the model is {status}, not PENDING")]
    InvalidModelState {
        /// What it is.
        status: Status,
    },
    /// The act needs a PENDING prompt version.
    #[error("the prompt version is {status}, not PENDING")]
    InvalidPromptState {
        /// What it is.
        status: Status,
    },
    /// The request does not stand where this act is possible.
    #[error("the request is {lifecycle} ({status}){}", Blocked(*blocking))]
    InvalidWorkflowState {
        /// Where it is.
        lifecycle: Lifecycle,
        /// Its decision.
        status: Status,
        /// Open findings that refuse approving votes, where those are the cause; else 0.
        blocking: u32,
    },
    /// Whoever requested or made the subject cannot decide on it.
    #[error("four eyes: {tie}")]
    FourEyes {
        /// What ties this person to it.
        tie: Tie,
    },
    /// Only a person decides.
    #[error("only a person decides")]
    NotAPerson,
    /// One vote a person and request.
    #[error("this person has voted on the request")]
    AlreadyVoted,
    /// What was reviewed is not what stands now.
    #[error("the review is stale: {what} changed")]
    StaleReview {
        /// What changed.
        what: Stale,
    },
    /// What was signed does not say what this act needs.
    #[error("the signed statement does not fit: {what}")]
    StatementMismatch {
        /// What differs.
        what: Mismatch,
    },
    /// The policy asks that the artefact's checksum was recomputed, and it was not.
    #[error("the policy asks for a check of the artefact")]
    ArtefactUnchecked,
    /// The edit is not based on the last version.
    #[error("based on version {based_on}, but the last is {last}")]
    StaleVersion {
        /// The version the edit began from.
        based_on: u32,
        /// The last version.
        last: u32,
    },
    /// There is no such thing here.
    #[error("there is no such {what} here")]
    NotFound {
        /// Which kind of thing.
        what: &'static str,
    },
    /// It is there already.
    #[error("{subject} exists already")]
    AlreadyExists {
        /// What is there.
        subject: SubjectName,
    },
    /// The name differs from an existing one only by case.
    #[error("the name differs from `{existing}` only by case")]
    NameTaken {
        /// The existing name.
        existing: Name,
    },
    /// There is nothing that this act could end: no version approved later is in force.
    #[error("no version that was approved later is in force")]
    NothingLater,
    /// Approval stands, and nothing that it rests on has changed.
    #[error("{subject} is in force, and nothing that its approval rests on has changed")]
    StillInForce {
        /// The version.
        subject: SubjectName,
    },
    /// A request for this subject waits already.
    #[error("request {request_id} waits for this subject already")]
    AlreadyRequested {
        /// The request that waits.
        request_id: RequestId,
    },
    /// Without the right to approve, one speaks about one's own requests only.
    #[error("without the right to approve you can only speak about requests of your own")]
    NotYourRequest,
    /// The finding was closed before.
    #[error("the finding is closed")]
    FindingClosed,
    /// Only whoever asked takes a request back.
    #[error("only its requester can withdraw a request")]
    NotTheRequester,
    /// An ADMIN other than the proposer must sign a change.
    #[error("a change needs another ADMIN than its proposer")]
    SecondAdminNeeded,
    /// The change names another log, proposer or kind than this act allows, or was applied.
    #[error("the change cannot be proposed here: {reason}")]
    InvalidChange {
        /// Why not.
        reason: &'static str,
    },
    /// A text is not acceptable.
    #[error("{what}: {reason}")]
    Text {
        /// Which text.
        what: &'static str,
        /// Which rule it breaks.
        reason: &'static str,
    },
    /// A text or list is over its limit; nothing is cut.
    #[error("{what}: over the limit of {limit} {unit}")]
    Limit {
        /// What was measured.
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
        /// In what the limit counts.
        unit: Unit,
    },
    /// The tenant has no policy for this type and tier.
    #[error("there is no policy for {kind} of tier {tier}")]
    PolicyMissing {
        /// Models or prompts.
        kind: SubjectKind,
        /// The tier.
        tier: Tier,
    },
    /// The people enrolled cannot meet this policy.
    #[error("the people enrolled cannot meet this policy: {gap}")]
    PolicyUnmeetable {
        /// Who is missing.
        gap: PolicyGap,
    },
    /// `_workspace` holds no models, prompts or requests for them.
    #[error("the workspace's own log holds no models or prompts")]
    ReservedTenant,
    /// A token lasts too long, or not at all.
    #[error("a token lasts 1 to {most_days} days")]
    TokenLife {
        /// The most days.
        most_days: u32,
    },
    /// The token does not open anything.
    #[error("the token is not good: {0}")]
    TokenRefused(#[from] TokenEnd),
    /// The token was revoked before.
    #[error("the token was revoked before")]
    TokenRevoked,
    /// The store could not read or keep a record.
    #[error("the record could not be kept: {reason}")]
    Repository {
        /// The store's words.
        reason: String,
    },
    /// Refused by role, tenant or key.
    #[error(transparent)]
    Security(#[from] SecurityError),
    /// Refused by a format.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The findings that stand in the way, in words; nothing where none do.
struct Blocked(u32);

impl std::fmt::Display for Blocked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => formatter.write_str(", and a blocking finding is open"),
            more => write!(formatter, ", and {more} blocking findings are open"),
        }
    }
}

/// What ties a person to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Tie {
    /// They asked for the approval.
    #[error("you requested this")]
    Requested,
    /// They, or a service of theirs, made the subject.
    #[error("you made this")]
    Made,
}

/// What changed between review and signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Stale {
    /// The bytes of the subject.
    #[error("the subject")]
    Subject,
    /// Card or metrics.
    #[error("a document")]
    Documents,
    /// The policy is not the one pinned.
    #[error("the policy")]
    Policy,
    /// What was found of the artefact is not what the signer was told.
    #[error("what was checked of the artefact")]
    Artefact,
}

/// What a signed statement says otherwise than the act that it is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// Another decision.
    #[error("another decision")]
    Decision,
    /// Another request, or not as it was recorded.
    #[error("another request")]
    Request,
    /// Another tenant or workspace.
    #[error("another tenant or workspace")]
    Place,
    /// Another reviewer, role or enrolled name.
    #[error("another reviewer")]
    Reviewer,
    /// Another correlation id or installation.
    #[error("another click or installation")]
    Occasion,
    /// Not as many hidden characters as the review counted.
    #[error("the hidden characters were not acknowledged")]
    HiddenCharacters,
    /// Conditions where none are possible, or an end that has passed.
    #[error("conditions that are not possible here")]
    Conditions,
    /// Signed in the future or more than five minutes ago.
    #[error("not signed within five minutes")]
    Time,
    /// The log that the signer saw ends before the request, or is longer than the log.
    #[error("the log seen is not this one")]
    History,
}

/// Who is missing for a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyGap {
    /// Fewer people can decide than must.
    #[error("it needs {needed}, and {enrolled} can decide")]
    People {
        /// Approvals asked for.
        needed: u32,
        /// People who can decide.
        enrolled: u32,
    },
    /// Nobody who can decide represents a group.
    #[error("nobody who can decide represents `{group}`")]
    Group {
        /// Title of the group.
        group: String,
    },
}

/// In what a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode code points.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
        })
    }
}
