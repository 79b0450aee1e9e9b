//! The policies of the tenant in front, and the groups that they may ask for.
//!
//! Invariant: read from the signed records of the tenant. Whether the people enrolled can meet a
//! policy is the answer of the rule that refuses one they cannot.

use std::collections::BTreeMap;

use ledger::change::ChangeBody;
use ledger::{Actor, Digest, Policy, ResourceType, SubjectKind, Tier};

use super::reading::{Reading, count};
use super::{Answer, Desk};
use crate::administering::administers;
use crate::consequences::gap;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{GroupView, PoliciesView, PolicyView};

impl Desk {
    /// Every policy in force in the tenant in front.
    pub async fn policies(&self) -> Answer<PoliciesView> {
        self.answer(async {
            let reading = self.reading((ResourceType::Policy, "")).await?;
            let waiting = reading.waiting_policies().await?;
            let authority = &reading.log.authority;
            let mut rows: Vec<&(Policy, Digest)> = authority.policies().collect();
            rows.sort_by_key(|(policy, _)| place(policy.resource_type, policy.tier));
            let policies = rows.into_iter().map(|(policy, digest)| PolicyView {
                resource_type: policy.resource_type.to_string(),
                tier: policy.tier.to_string(),
                approvals: policy.approvals,
                groups: policy.groups.iter().map(|group| hidden::drawn(group)).collect(),
                expires_after_seconds: policy.expires_after_seconds.map(count),
                reauth_seconds: count(policy.reauth_seconds),
                four_eyes: policy.four_eyes,
                artefact_check: policy.artefact_check,
                sha256: digest.to_hex(),
                unmet: gap(policy, authority),
                request_id: waiting.get(&place(policy.resource_type, policy.tier)).cloned(),
            });
            Ok(PoliciesView {
                policies: policies.collect(),
                groups: reading.groups(),
                administers: administers(authority, &reading.session),
            })
        })
        .await
    }
}

impl Reading {
    /// Requests of changes that would set a policy anew, by what they are for.
    async fn waiting_policies(&self) -> Result<BTreeMap<(usize, usize), String>, ConsoleError> {
        let mut waiting = BTreeMap::new();
        for request in self.open_requests().await? {
            let body = request.change.as_ref().map(|change| &change.body);
            if let Some(ChangeBody::PolicyChange(body)) = body {
                let of = place(body.policy.resource_type, body.policy.tier);
                waiting.insert(of, request.id.to_string());
            }
        }
        Ok(waiting)
    }

    /// Every group that somebody represents.
    fn groups(&self) -> Vec<GroupView> {
        let mut members: BTreeMap<&str, Vec<&Actor>> = BTreeMap::new();
        for (person, grant) in self.log.authority.grants() {
            if let Some(group) = &grant.group {
                members.entry(group).or_default().push(person);
            }
        }
        let view = |(title, people): (&str, Vec<&Actor>)| GroupView {
            title: hidden::drawn(title),
            people: self.names.sorted(people),
        };
        members.into_iter().map(view).collect()
    }
}

/// The order of the specification: models before prompts, each high, medium, low.
fn place(kind: SubjectKind, tier: Tier) -> (usize, usize) {
    let kind = SubjectKind::ALL.iter().position(|known| *known == kind);
    let tier = Tier::ALL.iter().position(|known| *known == tier);
    (kind.unwrap_or_default(), tier.unwrap_or_default())
}
