//! Approvals that rest on a key found compromised, for lists and for what is prepared.
//!
//! Invariant: judged by `ledger::replay` over the stored leaves, like the gate. A log without such a
//! key is not read again for it; one that has one is read once, and from then on only what was
//! written since.

use std::collections::BTreeSet;
use std::sync::Arc;

use governance::ApprovalRequest;
use ledger::{Effect, RequestId, TenantId};

use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::rereading::Reading;
use crate::workspace::Workspace;

/// A log as far as it was read for this, and what was found.
pub(crate) struct VoidKept {
    reading: Reading,
    found: Arc<BTreeSet<RequestId>>,
}

impl Workspace {
    /// The requests of a tenant whose approval is void.
    pub(crate) async fn void_approvals(
        &self,
        tenant: &TenantId,
    ) -> Result<Arc<BTreeSet<RequestId>>, ConsoleError> {
        let log = self.log(tenant).await?;
        if log.authority.keys_ever().all(|key| key.compromised_since.is_none()) {
            return Ok(Arc::default());
        }
        let mut kept = self.voids.lock().await;
        let reading = match kept.remove(tenant) {
            Some(known) if known.reading.size() >= log.size => {
                let found = Arc::clone(&known.found);
                kept.insert(tenant.clone(), known);
                return Ok(found);
            }
            Some(known) => known.reading,
            None => self.begin_reading(tenant).await?,
        };
        let reading = self.read_on(reading, &mut |_| Continue::Yes).await?;
        let meaning = reading.replay.meaning();
        let is_void = |request| {
            let effect = meaning.effect_of(request, self.now(), None).effect;
            effect == Effect::Void
        };
        let all = meaning.requests().all();
        let void = all.filter(|(_, request)| is_void(request)).map(|(id, _)| id.clone());
        let found = Arc::new(void.collect());
        kept.insert(tenant.clone(), VoidKept { reading, found: Arc::clone(&found) });
        Ok(found)
    }

    /// What is known of a request's approval now; whoever decides reads its row back first. One that
    /// a newer approval of the same version took the place of has no effect of its own any more.
    pub(crate) async fn effect_now(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Effect, ConsoleError> {
        let void = self.void_approvals(&request.tenant_id).await?;
        let effect = effect_under(request.effect_at(self.now()), void.contains(&request.id));
        if effect != Effect::InForce {
            return Ok(effect);
        }
        let standing = self.standing_of(&request.tenant_id, &request.subject.name).await?;
        let by = standing.as_ref().and_then(|standing| standing.record.request_id());
        Ok(if by == Some(&request.id) { effect } else { Effect::None })
    }
}

/// Void comes before lapsed and after revoked (formats.md, "Quorum and effect").
pub(crate) const fn effect_under(effect: Effect, is_void: bool) -> Effect {
    match effect {
        Effect::InForce | Effect::Lapsed if is_void => Effect::Void,
        Effect::InForce | Effect::Lapsed | Effect::None | Effect::Revoked | Effect::Void => effect,
    }
}
