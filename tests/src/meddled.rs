//! A store beside which somebody else writes, at a moment that the test chooses.
//!
//! Invariant: everything is the real store's; before its n-th look at a size, a head or a request the other
//! one has done all of what they do. So every order of two processes that an act could meet at these
//! looks is met, one after the other, without a second thread.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use governance::state::ApprovalRequest;
use ledger::{RequestId, TenantId};
use store::{Answer, Commit, Head, SqliteStore, Store};
use tokio::task::JoinHandle;

/// What the other one does, once.
pub type Meddling = Box<dyn FnOnce() -> JoinHandle<()> + Send>;

/// The real store, and somebody beside it.
pub struct Meddled {
    real: SqliteStore,
    /// Looks that are still left until then.
    left: AtomicUsize,
    meddling: Mutex<Option<Meddling>>,
}

impl Meddled {
    /// Over this store, with nobody beside it yet.
    #[must_use]
    pub const fn over(real: SqliteStore) -> Self {
        Self { real, left: AtomicUsize::new(0), meddling: Mutex::new(None) }
    }

    /// Before the n-th look from now on, counted from 0, this is done.
    ///
    /// # Panics
    /// When a look panicked.
    pub fn before(&self, look: usize, meddling: Meddling) {
        self.left.store(look, Ordering::SeqCst);
        *self.meddling.lock().unwrap() = Some(meddling);
    }

    /// Whether there was such a look; what was to be done is not done any more.
    ///
    /// # Panics
    /// When a look panicked.
    pub fn is_done(&self) -> bool {
        self.meddling.lock().unwrap().take().is_none()
    }

    async fn look(&self) {
        let meddling = {
            let mut meddling = self.meddling.lock().unwrap();
            let is_due = meddling.is_some() && self.left.load(Ordering::SeqCst) == 0;
            if !is_due {
                self.left
                    .store(self.left.load(Ordering::SeqCst).saturating_sub(1), Ordering::SeqCst);
            }
            meddling.take_if(|_| is_due)
        };
        if let Some(meddling) = meddling {
            meddling().await.unwrap();
        }
    }
}

impl Store for Meddled {
    fn commit(&self, commit: Commit) -> Answer<'_, Vec<(TenantId, Head)>> {
        self.real.commit(commit)
    }

    fn size(&self, tenant: &TenantId) -> Answer<'_, u64> {
        let tenant = tenant.clone();
        Box::pin(async move {
            self.look().await;
            self.real.size(&tenant).await
        })
    }

    fn head(&self, tenant: &TenantId) -> Answer<'_, Head> {
        let tenant = tenant.clone();
        Box::pin(async move {
            self.look().await;
            self.real.head(&tenant).await
        })
    }

    fn request(&self, tenant: &TenantId, id: &RequestId) -> Answer<'_, Option<ApprovalRequest>> {
        let (tenant, id) = (tenant.clone(), id.clone());
        Box::pin(async move {
            self.look().await;
            self.real.request(&tenant, &id).await
        })
    }

    crate::as_stored!();
}
