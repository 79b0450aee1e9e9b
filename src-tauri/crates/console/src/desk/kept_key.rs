//! A key that stays open for as long as a policy says that a passphrase is good for signing.
//!
//! Invariant: kept only after its owner typed the passphrase for a decision whose policy allows it,
//! used only for decisions whose own policy allows it that long after, in the same tenant and chair.
//! It is wiped when that time is over, and whenever the table is cleared: lock, leave, other tenant.

use std::sync::Arc;
use std::time::Duration;

use ledger::{Actor, Policy, TenantId, Timestamp};

use super::Desk;
use super::at_work::AtWork;
use crate::session::UnlockedKey;

/// A key that was opened a moment ago.
#[derive(Clone)]
pub(super) struct KeptKey {
    key: Arc<UnlockedKey>,
    person: Actor,
    tenant_id: TenantId,
    /// When the passphrase was typed, on the clock that nobody sets.
    typed_at: i64,
}

impl Desk {
    /// The key that serves a decision under this policy without the passphrase, if one is kept.
    pub(super) fn kept_key(
        &self,
        at: &AtWork,
        policy: Option<&Policy>,
    ) -> Option<Arc<UnlockedKey>> {
        let lasts = lasts_micros(policy)?;
        let now = self.inner.edge.clock.elapsed_micros();
        let kept = self.state().kept_key.clone()?;
        let is_theirs = kept.person == at.session.person && kept.tenant_id == at.session.tenant_id;
        let is_fresh = now.saturating_sub(kept.typed_at) < lasts;
        (is_theirs && is_fresh).then_some(kept.key)
    }

    /// Keeps a key whose passphrase was just typed, for as long as this policy says.
    pub(super) fn keep_key(&self, at: &AtWork, key: Arc<UnlockedKey>, policy: Option<&Policy>) {
        let Some(lasts) = lasts_micros(policy) else { return };
        let typed_at = self.inner.edge.clock.elapsed_micros();
        let (person, tenant_id) = (at.session.person.clone(), at.session.tenant_id.clone());
        self.state().kept_key = Some(KeptKey { key, person, tenant_id, typed_at });
        let inner = Arc::downgrade(&self.inner);
        drop(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_micros(lasts.unsigned_abs())).await;
            if let Some(inner) = inner.upgrade() {
                let mut state = inner.state();
                // Another one may have taken its place meanwhile.
                if state.kept_key.as_ref().is_some_and(|kept| kept.typed_at == typed_at) {
                    state.kept_key = None;
                }
            }
        }));
    }
}

/// How long a passphrase is good under a policy; none where every signature asks.
fn lasts_micros(policy: Option<&Policy>) -> Option<i64> {
    let seconds = policy.map_or(0, |policy| policy.reauth_seconds);
    let micros = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(Timestamp::SECOND);
    (micros > 0).then_some(micros)
}
