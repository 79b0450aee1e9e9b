//! A person's own key, opened by their passphrase for one act.
//!
//! Invariant: the key that is opened is enrolled and good in the tenant that it is opened for. A
//! wrong passphrase is on record and slows down the next try, wherever it is typed.

use std::sync::Arc;

use governance::state::{Person, PersonStatus};
use ledger::{Actor, Digest, TenantId};
use security::SecurityError;
use security::locked_key::LockedKey;
use security::passphrase::Passphrase;
use security::signing::SigningKey;

use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::session::off_thread;
use crate::workspace::Workspace;

/// A person's key, opened by their passphrase for one act.
pub struct UnlockedKey {
    pub(crate) key: SigningKey,
    pub(crate) keyid: Digest,
    pub(crate) person: Actor,
    /// Title under which it is enrolled in the tenant.
    pub(crate) name: String,
}

/// A key of a person that is good in a tenant and lies on this computer, still locked.
struct Closed {
    keyid: Digest,
    name: String,
    locked: LockedKey,
}

impl Workspace {
    /// Opens the person's own key for one act in a tenant.
    ///
    /// # Errors
    /// [`ConsoleError::WrongPassphrase`], recorded and slowed down like a failed sign-in;
    /// [`ConsoleError::NotEnrolled`] without a key in that tenant.
    pub async fn unlock(
        &self,
        person_id: &Actor,
        tenant: &TenantId,
        passphrase: &Arc<Passphrase>,
    ) -> Result<UnlockedKey, ConsoleError> {
        let person = self.account(person_id).await?;
        self.demand_no_wait(&person)?;
        match self.open_key(person_id, tenant, passphrase).await? {
            Some(unlocked) => {
                // Others may have failed while it was derived.
                self.demand_no_wait(&self.account(person_id).await?)?;
                Ok(unlocked)
            }
            None => Err(self.count_failure(person_id, &self.ids.correlation()).await),
        }
    }

    /// The key that a passphrase opens, if it opens one: nothing is recorded. For somebody who
    /// chooses a passphrase, which may be that of a key they have elsewhere.
    pub(crate) async fn open_key(
        &self,
        person: &Actor,
        tenant: &TenantId,
        passphrase: &Arc<Passphrase>,
    ) -> Result<Option<UnlockedKey>, ConsoleError> {
        let closed = self.closed_keys(person, tenant).await?;
        let given = Arc::clone(passphrase);
        let opened = off_thread(move || first_opened(closed, &given)).await??;
        let person = person.clone();
        Ok(opened.map(|(key, keyid, name)| UnlockedKey { key, keyid, person, name }))
    }

    /// Newest first: whoever enrolled anew types the passphrase of that key.
    async fn closed_keys(
        &self,
        person: &Actor,
        tenant: &TenantId,
    ) -> Result<Vec<Closed>, ConsoleError> {
        let view = self.log(tenant).await?;
        let mut good: Vec<_> = view.authority.keys_of(person).collect();
        good.sort_by_key(|(_, key)| std::cmp::Reverse(key.enrolled_at));
        let mut closed = Vec::new();
        for (keyid, enrolled) in good {
            let item = ItemName::person_key(&self.row.id, keyid);
            let Some(content) = self.keys.read(&item).await? else { continue };
            let locked =
                LockedKey::stored(self.row.id.as_str(), &keyid.to_hex(), content.expose())?;
            closed.push(Closed { keyid: *keyid, name: enrolled.name.clone(), locked });
        }
        if closed.is_empty() { Err(ConsoleError::NotEnrolled) } else { Ok(closed) }
    }

    /// An account that may act.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] without one; [`ConsoleError::NotSignedIn`] when it was closed.
    pub(crate) async fn account(&self, person: &Actor) -> Result<Person, ConsoleError> {
        let found = self.store.person(person).await?;
        let found = found.ok_or(ConsoleError::NotFound { what: "person" })?;
        match found.status {
            PersonStatus::Active => Ok(found),
            PersonStatus::Disabled => Err(ConsoleError::NotSignedIn),
        }
    }
}

/// The first key that the passphrase opens. A passphrase that opens none is no error.
fn first_opened(
    closed: Vec<Closed>,
    passphrase: &Passphrase,
) -> Result<Option<(SigningKey, Digest, String)>, ConsoleError> {
    for Closed { keyid, name, locked } in closed {
        match locked.unlock(passphrase) {
            Ok(key) => return Ok(Some((key, keyid, name))),
            Err(SecurityError::Passphrase { .. } | SecurityError::Encryption { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
