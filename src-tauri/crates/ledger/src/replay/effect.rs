//! Whether an approval is in force at a time and in an environment (formats.md, "Quorum and
//! effect").
//!
//! Invariant: anything but [`Effect::InForce`] within scope is a no. Of several conditions the
//! earliest end and every scope hold.

use super::acts::Signer;
use super::requests::{RequestState, VoteState};
use super::{Authority, SubjectEffect};
use crate::statement::Conditions;
use crate::terms::Effect;
use crate::{Actor, Timestamp};

impl RequestState {
    /// Under which conditions it is approved: those of every vote, whether or not the vote counts.
    pub fn conditions(&self) -> Conditions {
        Conditions::joined(self.votes.iter().map(|vote| &vote.statement.predicate.conditions))
    }
}

pub(super) fn of(
    request: &RequestState,
    at: Timestamp,
    environment: Option<&str>,
    authority: &Authority,
) -> SubjectEffect {
    let approvals: Vec<&VoteState> = request.votes.iter().filter(|vote| vote.approves()).collect();
    let conditions = request.conditions();
    let effect = if !request.revocations.is_empty() {
        Effect::Revoked
    } else if !holds_without_compromised(request, &approvals, authority) {
        Effect::Void
    } else if conditions.have_ended(at) {
        Effect::Lapsed
    } else {
        Effect::InForce
    };
    SubjectEffect { effect, in_scope: conditions.admit(environment) }
}

/// Whether the quorum and all that it rests on stand without signatures by keys found compromised.
/// Who counted, and for which group, was judged at the final record; here only what does not stand
/// is taken away, so that nobody counts who did not count there.
fn holds_without_compromised(
    request: &RequestState,
    approvals: &[&VoteState],
    authority: &Authority,
) -> bool {
    let void = authority.void_acts();
    let is_good = |vote: &VoteState| {
        let signer = Signer { person: vote.person.clone(), keyid: vote.keyid };
        authority.stands(&signer, vote.seq, &void)
            && authority.role_stands(&vote.person, request.decided_at.unwrap_or(vote.seq), &void)
    };
    let Some(policy) = &request.policy else {
        return approvals.iter().all(|vote| is_good(vote));
    };
    if !authority.policy_stands((policy.resource_type, policy.tier), request.seq, &void) {
        return false;
    }
    if approvals.iter().all(|vote| is_good(vote)) {
        return true;
    }
    let signed =
        |person: &Actor| approvals.iter().any(|vote| vote.person == *person && is_good(vote));
    let kept = request.approved_by.iter().filter(|(person, _)| signed(person));
    let groups: Vec<Option<&str>> = kept.map(|(_, group)| group.as_deref()).collect();
    groups.len() >= usize::try_from(policy.approvals).unwrap_or(usize::MAX)
        && policy.groups.iter().all(|group| groups.contains(&Some(group)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Documents, RequestMetadata};
    use crate::replay::authority::EnrolledKey;
    use crate::terms::{Decision, Lifecycle, Status, SubjectKind, Tier};
    use crate::{Digest, Policy, PublicKey, RequestId, Statement, TenantId, WorkspaceId};

    const VOTE: &[u8] =
        include_bytes!("../../../../../tests/vectors/countersign/vote.payload.json");
    /// A point of the curve: no signature is checked here.
    const KEY: [u8; 32] = [
        0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e,
        0xbc, 0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4,
        0x66, 0x0c,
    ];

    fn person(name: char) -> Actor {
        Actor::parse(&format!("person/01930000-0000-7000-8000-00000000000{name}")).unwrap()
    }

    /// Votes of these people, in order from record 10 on; `counted` were in role at the end, with
    /// their groups there. The keys of `compromised` were found so from record 0 on.
    fn effect(
        votes: &str,
        counted: &[(char, Option<&str>)],
        groups: &[&str],
        compromised: &str,
    ) -> Effect {
        let statement = Statement::parse(VOTE).unwrap();
        let tenant = TenantId::parse("credit").unwrap();
        let workspace = WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap();
        let mut authority = Authority::new(workspace, tenant.clone());
        let keyid = |name: char| Digest::of(name.to_string().as_bytes());
        for name in votes.chars() {
            let key = EnrolledKey {
                owner: person(name),
                name: name.to_string(),
                public_key: PublicKey::from_bytes(KEY).unwrap(),
                enrolled_at: 1,
                revoked_at: None,
                compromised_since: compromised.contains(name).then_some(0),
            };
            authority.keys.insert(keyid(name), key);
        }
        let vote = |(seq, name): (u64, char)| VoteState {
            seq,
            person: person(name),
            role: None,
            decision: Decision::Approved,
            keyid: keyid(name),
            payload_sha256: Digest::of(VOTE),
            statement: statement.clone(),
            why_not: None,
        };
        let policy = Policy {
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..Policy::standard(&tenant, SubjectKind::Model, Tier::High)
        };
        let at = Timestamp::parse("2026-11-22T18:35:02.000000Z").unwrap();
        let request = RequestState {
            seq: 9,
            requested_by: person('f'),
            requested_at: at,
            reason: String::new(),
            metadata: RequestMetadata {
                change: None,
                documents: Documents::new(),
                expires_at: None,
                makers: Vec::new(),
                policy_sha256: None,
                request_id: RequestId::parse("01930000-0000-7000-8000-000000000300").unwrap(),
                subject: statement.subject().clone(),
                tier: Some(Tier::High),
            },
            policy: Some(policy),
            votes: (10..).zip(votes.chars()).map(vote).collect(),
            leads_to: None,
            approved_by: counted
                .iter()
                .map(|(name, group)| (person(*name), group.map(str::to_owned)))
                .collect(),
            decided_at: Some(20),
            status: Status::Approved,
            lifecycle: Lifecycle::Decided,
            revocations: Vec::new(),
        };
        of(&request, at, None, &authority).effect
    }

    #[test]
    fn an_approval_is_void_when_its_quorum_needs_a_compromised_key() {
        let (risk, none) = (Some("risk"), None);
        let two = [('b', none), ('c', none)];
        let three = [('a', none), ('b', none), ('c', none)];
        let grouped = [('b', risk), ('c', none), ('d', none)];
        assert_eq!(effect("bc", &two, &[], ""), Effect::InForce);
        assert_eq!(effect("bc", &two, &[], "b"), Effect::Void);
        assert_eq!(effect("abc", &three, &[], "b"), Effect::InForce);
        // `a` voted, and was no longer in role at the final record.
        assert_eq!(effect("abc", &two, &[], "b"), Effect::Void);
        assert_eq!(effect("abc", &two, &[], "a"), Effect::InForce);
        assert_eq!(effect("bcd", &grouped, &["risk"], "d"), Effect::InForce);
        assert_eq!(effect("bcd", &grouped, &["risk"], "b"), Effect::Void);
    }
}
