//! What approvals rely on beside their own subject, and whether it has changed: the models and
//! prompts that a card names, and the policy an approval was given under.
//!
//! Invariant: only to tell people that something is to be looked at again. It ends no approval: its
//! own terms or a person's signature do (domain.md, rule 5).

pub(crate) mod named;

use std::collections::BTreeMap;
use std::sync::Arc;

use governance::ApprovalRequest;
use ledger::{Digest, Effect, Name, Status, SubjectName, TenantId, Timestamp};
use store::{PAGE_LIMIT, RequestsQuery};

use crate::failure::ConsoleError;
use crate::void_approvals::effect_under;
use crate::words;
use crate::workspace::{LogView, Workspace};

/// What the cards that were read name, by the digest of the card: a card never changes.
pub(crate) type NamedInCards = BTreeMap<Digest, Arc<[SubjectName]>>;

/// The newest approval of every version of a tenant, and what each relies on.
pub(crate) struct Approvals {
    approvals: BTreeMap<SubjectName, Approved>,
    /// Versions in force, those approved last first, by what they are versions of.
    in_force: BTreeMap<Family, Vec<(Option<u64>, SubjectName)>>,
    log: Arc<LogView>,
    now: Timestamp,
}

/// A model or prompt, whichever the version.
type Family = (&'static str, Name);

fn family(subject: &SubjectName) -> Option<Family> {
    match subject {
        SubjectName::Model(name, _) | SubjectName::Prompt(name, _) => {
            Some((subject.resource_type(), name.clone()))
        }
        SubjectName::Change(_) => None,
    }
}

/// An approval.
pub(crate) struct Approved {
    pub(crate) request: ApprovalRequest,
    pub(crate) effect: Effect,
    relies_on: Arc<[SubjectName]>,
}

/// What has changed under an approval, one sentence each.
#[derive(Default)]
pub(crate) struct Changed {
    /// These say what its card names.
    named: Vec<String>,
    policy: Option<String>,
}

impl Changed {
    pub(crate) const fn is_empty(&self) -> bool {
        self.named.is_empty() && self.policy.is_none()
    }

    /// For whoever has read the card, or may.
    pub(crate) fn told(self) -> Vec<String> {
        self.named.into_iter().chain(self.policy).collect()
    }

    /// For whoever has not read the card: that there is something, and not what.
    pub(crate) fn untold(self) -> Vec<String> {
        let unread = "Something that its card names has changed; reveal the card to read what.";
        let named = (!self.named.is_empty()).then(|| unread.to_owned());
        named.into_iter().chain(self.policy).collect()
    }
}

impl Workspace {
    /// Reads the newest approval of every version of a tenant.
    pub(crate) async fn approvals(&self, tenant: &TenantId) -> Result<Approvals, ConsoleError> {
        let (now, void) = (self.now(), self.void_approvals(tenant).await?);
        let mut newest: BTreeMap<SubjectName, ApprovalRequest> = BTreeMap::new();
        let mut query = RequestsQuery {
            status: Some(Status::Approved),
            ..RequestsQuery::newest(tenant.clone(), PAGE_LIMIT)
        };
        loop {
            let page = self.store.requests(query.clone()).await?;
            let full = page.len() == PAGE_LIMIT as usize;
            query.before = page.last().map(|last| last.seq);
            for request in page.into_iter().filter(|request| request.change.is_none()) {
                let name = request.subject.name.clone();
                let known = newest.get(&name);
                if known.is_none_or(|known| known.decided_seq < request.decided_seq) {
                    newest.insert(name, request);
                }
            }
            if !full {
                break;
            }
        }
        let mut approvals = BTreeMap::new();
        for (name, request) in newest {
            let effect = effect_under(request.effect_at(now), void.contains(&request.id));
            let relies_on = match effect {
                Effect::InForce => self.named_by(&request).await?,
                Effect::None | Effect::Lapsed | Effect::Revoked | Effect::Void => Arc::default(),
            };
            approvals.insert(name, Approved { request, effect, relies_on });
        }
        Ok(Approvals::new(approvals, self.log(tenant).await?, now))
    }

    /// The versions that the card of a model names; a prompt has no card.
    async fn named_by(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Arc<[SubjectName]>, ConsoleError> {
        let SubjectName::Model(name, version) = &request.subject.name else {
            return Ok(Arc::default());
        };
        let Some(digest) = request.documents.get("card") else { return Ok(Arc::default()) };
        if let Some(known) = self.named_in_cards.lock().await.get(digest) {
            return Ok(Arc::clone(known));
        }
        let (_, card) = self.model_with_card(&request.tenant_id, name, version).await?;
        let named: Arc<[SubjectName]> = named::named_in(&card).into();
        self.named_in_cards.lock().await.insert(*digest, Arc::clone(&named));
        Ok(named)
    }
}

impl Approvals {
    fn new(approvals: BTreeMap<SubjectName, Approved>, log: Arc<LogView>, now: Timestamp) -> Self {
        let mut in_force: BTreeMap<Family, Vec<(Option<u64>, SubjectName)>> = BTreeMap::new();
        for (name, one) in approvals.iter().filter(|(_, one)| one.effect == Effect::InForce) {
            let Some(family) = family(name) else { continue };
            in_force.entry(family).or_default().push((one.request.decided_seq, name.clone()));
        }
        for versions in in_force.values_mut() {
            versions.sort_unstable_by(|one, other| other.cmp(one));
        }
        Self { approvals, in_force, log, now }
    }

    /// When the next of those in force ends by its own terms.
    pub(crate) fn next_end(&self) -> Option<Timestamp> {
        let in_force = self.approvals.values().filter(|one| one.effect == Effect::InForce);
        let ends = in_force.filter_map(|one| one.request.conditions().expires_at);
        ends.filter(|end| *end > self.now).min()
    }

    /// Those in force that rely on something that has changed, with what.
    pub(crate) fn to_review_again(&self) -> Vec<(&Approved, Changed)> {
        let in_force = self.approvals.values().filter(|one| one.effect == Effect::InForce);
        let changed = in_force.map(|one| (one, self.changed_under(one)));
        changed.filter(|(_, changed)| !changed.is_empty()).collect()
    }

    /// What has changed under the approval of a version; nothing where it is not in force.
    pub(crate) fn changed(&self, subject: &SubjectName) -> Changed {
        let found = self.approvals.get(subject).filter(|one| one.effect == Effect::InForce);
        found.map_or_else(Changed::default, |one| self.changed_under(one))
    }

    fn changed_under(&self, one: &Approved) -> Changed {
        let named = one.relies_on.iter().flat_map(|name| self.changed_since(name, one));
        Changed { named: named.collect(), policy: self.policy_changed(one) }
    }

    fn policy_changed(&self, one: &Approved) -> Option<String> {
        let (kind, tier) = (one.request.subject.name.kind()?, one.request.tier?);
        let (_, now) = self.log.authority.policy(kind, tier)?;
        (one.request.policy_sha256 != Some(*now))
            .then(|| format!("The policy for {kind}s of {tier} tier has changed."))
    }

    /// What became of a version after an approval that relies on it.
    fn changed_since(&self, name: &SubjectName, one: &Approved) -> Vec<String> {
        let mut changed = Vec::new();
        let given = one.request.decided_seq;
        if let Some(base) = self.approvals.get(name) {
            let what = words::subject(name);
            match base.effect {
                Effect::Revoked if base.request.revoked_seq > given => {
                    changed.push(format!("The approval of {what}, was revoked."));
                }
                Effect::Lapsed if base.lapsed_after(one, self.now) => {
                    changed.push(format!("The approval of {what}, has ended."));
                }
                Effect::Void => changed.push(format!("The approval of {what}, is void.")),
                Effect::Revoked | Effect::Lapsed | Effect::None | Effect::InForce => {}
            }
        }
        let versions = family(name).and_then(|family| self.in_force.get(&family));
        let mut others = versions.into_iter().flatten().filter(|(_, other)| other != name);
        if let Some((_, newest)) = others.next().filter(|(decided, _)| *decided > given) {
            let (newest, old) = (words::subject(newest), words::subject(name));
            changed.push(format!("It relies on {old}; {newest}, came into force since."));
        }
        changed
    }
}

impl Approved {
    fn lapsed_after(&self, other: &Self, now: Timestamp) -> bool {
        let given = other.request.votes.last().map_or(now, |vote| vote.at);
        self.request.conditions().expires_at.is_some_and(|end| end > given)
    }
}
