//! What a person signs: an in-toto Statement v1 with the predicate `human-approval/v1`
//! (formats.md, "Decision (attestation)").
//!
//! Invariant: a statement that was read is canonical, has exactly the named keys, and its meaning
//! is the text that its decision and subject ask for. Whether it counts is decided in `replay`.

use serde::{Deserialize, Serialize};

use crate::ids::{Actor, CorrelationId, DeviceId, RequestId, TenantId, WorkspaceId};
use crate::metadata::Documents;
use crate::subject::{Subject, SubjectName};
use crate::terms::{Decision, Part, Role, Tier};
use crate::time::Timestamp;
use crate::{Digest, LedgerError, json};

/// `_type` of every statement.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// `predicateType` of every decision.
pub const PREDICATE_TYPE: &str = "https://countersign.dev/human-approval/v1";

/// A decision about one subject, ready to be signed or read from a signed payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    /// What was decided and seen.
    pub predicate: Predicate,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    subject: [Subject; 1],
}

/// What was decided, by whom, on what grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    /// Under which conditions.
    pub conditions: Conditions,
    /// The click that led here; the record has the same.
    pub correlation_id: CorrelationId,
    /// When the person signed, by the clock of their console.
    pub decided_at: Timestamp,
    /// For, against, revoked or proposed.
    pub decision: Decision,
    /// The installation; null for one without a log key.
    pub device_id: Option<DeviceId>,
    /// The sentence that the signature means.
    pub meaning: String,
    /// 32 random hex digits.
    pub nonce: String,
    /// The pinned policy; null for a change.
    pub policy: Option<PolicyReference>,
    /// Why.
    pub reason: String,
    /// The request, repeated.
    pub request: RequestReference,
    /// What was looked at.
    pub reviewed: Reviewed,
    /// Who signs.
    pub reviewer: Reviewer,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
}

/// Conditions of an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// When the approval lapses.
    pub expires_at: Option<Timestamp>,
    /// Environments it is limited to, sorted.
    pub scope: Option<Vec<String>>,
}

impl Conditions {
    /// What several approvals allow together: the earliest end and every scope hold.
    #[must_use]
    pub fn joined<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        all.into_iter().fold(Self::default(), |joined, conditions| joined.and(conditions))
    }

    fn and(self, other: &Self) -> Self {
        let expires_at = match (self.expires_at, other.expires_at) {
            (Some(one), Some(another)) => Some(one.min(another)),
            (one, another) => one.or(another),
        };
        let scope = match (self.scope, &other.scope) {
            (Some(mut scope), Some(other)) => {
                scope.retain(|environment| other.contains(environment));
                Some(scope)
            }
            (scope, other) => scope.or_else(|| other.clone()),
        };
        Self { expires_at, scope }
    }

    /// Whether the time is over at `now`.
    pub fn have_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }

    /// Whether they let it run in an environment; where none is named, only without a scope.
    pub fn admit(&self, environment: Option<&str>) -> bool {
        let Some(scope) = &self.scope else { return true };
        environment.is_some_and(|wanted| scope.iter().any(|name| name == wanted))
    }

    /// Whether there are any.
    pub const fn are_none(&self) -> bool {
        self.expires_at.is_none() && self.scope.is_none()
    }
}

/// A policy by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyReference {
    /// SHA-256 of its canonical JSON.
    pub sha256: Digest,
}

/// The request as its record has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestReference {
    /// Its id.
    pub id: RequestId,
    /// Makers of the subject, sorted.
    pub makers: Vec<Actor>,
    /// Its reason.
    pub reason: String,
    /// The stamp of its record.
    pub requested_at: Timestamp,
    /// The actor of its record.
    pub requested_by: Actor,
    /// Tier; null for a change.
    pub tier: Option<Tier>,
}

/// What the reviewer was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    /// Whether the artefact's checksum was recomputed; in an approval, and matched.
    pub artefact_checked: bool,
    /// Digest of what the changes were shown against.
    pub base_sha256: Option<Digest>,
    /// Digests of the documents shown.
    pub documents: Documents,
    /// Hidden characters that the reviewer acknowledged.
    pub hidden_characters: u32,
    /// Root of the tenant's log when the page was opened.
    pub log_root: Digest,
    /// Its size then.
    pub log_size: u64,
    /// When the page was opened.
    pub opened_at: Timestamp,
    /// Parts opened, in the order of the list, each once.
    pub parts: Vec<Part>,
    /// Whole seconds that the review was in front.
    pub seconds: u64,
}

/// Who signs, as enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewer {
    /// The person; `system` for the recovery key.
    pub id: Actor,
    /// Title under which the key is enrolled.
    pub name: String,
    /// Role at that moment.
    pub role: ReviewerRole,
}

impl Reviewer {
    /// The recovery key of a genesis, which signs under no person's name.
    pub fn recovery_kit() -> Self {
        Self {
            id: Actor::System,
            name: "recovery kit".to_owned(),
            role: ReviewerRole::Recovery(RecoveryWord::Recovery),
        }
    }
}

/// A role, or `RECOVERY` for the recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReviewerRole {
    /// A person's role.
    Role(Role),
    /// The recovery key of the genesis.
    Recovery(RecoveryWord),
}

impl ReviewerRole {
    /// True for exactly this role of a person.
    pub fn is(self, role: Role) -> bool {
        self == Self::Role(role)
    }
}

/// The one word `RECOVERY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecoveryWord {
    /// Written so.
    #[serde(rename = "RECOVERY")]
    Recovery,
}

impl Statement {
    /// A statement about a subject. Its meaning must be [`meaning`] of decision and subject.
    ///
    /// # Errors
    /// [`LedgerError::Format`] when a part does not have the form of formats.md.
    pub fn new(subject: Subject, predicate: Predicate) -> Result<Self, LedgerError> {
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            predicate,
            predicate_type: PREDICATE_TYPE.to_owned(),
            subject: [subject],
        }
        .checked()
    }

    /// Reads a payload strictly.
    ///
    /// # Errors
    /// [`LedgerError`] that names what does not hold.
    pub fn parse(payload: &[u8]) -> Result<Self, LedgerError> {
        json::parse_as::<Self>(payload)?.checked()
    }

    /// The payload: canonical JSON.
    ///
    /// # Errors
    /// [`LedgerError::Number`] when a count passes 2^53 − 1.
    pub fn to_payload(&self) -> Result<Vec<u8>, LedgerError> {
        json::canonical_of(self)
    }

    /// What was decided on.
    pub const fn subject(&self) -> &Subject {
        let [subject] = &self.subject;
        subject
    }

    fn checked(self) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| Err(LedgerError::format("statement", reason));
        let predicate = &self.predicate;
        if self.kind != STATEMENT_TYPE || self.predicate_type != PREDICATE_TYPE {
            return refuse("a type that this version does not know");
        }
        match meaning(predicate.decision, &self.subject().name) {
            Some(text) if text == predicate.meaning => {}
            Some(_) | None => return refuse("the meaning is not that of the decision"),
        }
        if !is_nonce(&predicate.nonce) {
            return refuse("the nonce is not 32 hex digits");
        }
        if !predicate.reviewed.parts.is_sorted_by(|left, right| left < right) {
            return refuse("the parts are not in order, each once");
        }
        if !predicate.request.makers.is_sorted_by(|left, right| left < right) {
            return refuse("the makers are not sorted");
        }
        if let Some(scope) = &predicate.conditions.scope
            && (scope.iter().any(|name| !is_environment(name))
                || !scope.is_sorted_by(|left, right| left < right))
        {
            return refuse("the scope is not a sorted list of environments");
        }
        Ok(self)
    }
}

/// The sentence that a decision on such a subject means; none where it is not possible.
pub fn meaning(decision: Decision, subject: &SubjectName) -> Option<String> {
    let Some(kind) = subject.kind() else {
        return match decision {
            Decision::Proposed => Some("I propose this change.".to_owned()),
            Decision::Approved => Some("I reviewed this change and approve it.".to_owned()),
            Decision::Rejected => Some("I reviewed this change and reject it.".to_owned()),
            Decision::Revoked => None,
        };
    };
    match decision {
        Decision::Approved => {
            Some(format!("I reviewed this {kind} and approve it for production use."))
        }
        Decision::Rejected => Some(format!("I reviewed this {kind} and reject it.")),
        Decision::Revoked => Some(format!("I revoke the approval of this {kind}.")),
        Decision::Proposed => None,
    }
}

fn is_nonce(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether this is the name of an environment: 1 to 64 small letters, digits and hyphens.
pub fn is_environment(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(end: Option<&str>, scope: Option<&[&str]>) -> Conditions {
        Conditions {
            expires_at: end
                .map(|end| Timestamp::parse(&format!("{end}T00:00:00.000000Z")).unwrap()),
            scope: scope.map(|scope| scope.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    #[test]
    fn of_several_conditions_the_earliest_end_and_every_scope_hold() {
        let (march, may) = (Some("2027-03-01"), Some("2027-05-01"));
        type Scope = Option<&'static [&'static str]>;
        let (wide, narrow, other): (Scope, Scope, Scope) =
            (Some(&["production", "staging"]), Some(&["staging"]), Some(&["uat"]));
        for (one, another, joined) in [
            ((None, None), (None, None), (None, None)),
            ((march, None), (None, None), (march, None)),
            ((may, None), (march, None), (march, None)),
            ((None, wide), (None, None), (None, wide)),
            ((None, wide), (None, narrow), (None, narrow)),
            ((may, narrow), (march, wide), (march, narrow)),
            ((None, narrow), (None, other), (None, Some(&[] as &[&str]))),
        ] {
            let (one, another) = (conditions(one.0, one.1), conditions(another.0, another.1));
            let joined = conditions(joined.0, joined.1);
            assert_eq!(Conditions::joined([&one, &another]), joined);
            assert_eq!(Conditions::joined([&another, &one]), joined, "in either order");
        }
    }

    #[test]
    fn conditions_end_at_their_moment_and_admit_what_they_name() {
        let limited = conditions(Some("2027-03-01"), Some(&["staging"]));
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert!(!limited.have_ended(at("2027-02-28T23:59:59.999999Z")));
        assert!(limited.have_ended(at("2027-03-01T00:00:00.000000Z")));
        assert!(limited.admit(Some("staging")));
        assert!(!limited.admit(Some("production")) && !limited.admit(None));
        let free = Conditions::default();
        assert!(free.are_none() && free.admit(None) && free.admit(Some("anywhere")));
        assert!(!free.have_ended(at("9999-01-01T00:00:00.000000Z")));
        assert!(!conditions(None, Some(&[])).admit(Some("staging")), "in no environment");
    }
}
