//! People, their keys and their roles: acts of authority, signed by the admin's own key.
//!
//! Invariant: nobody chooses or receives another's passphrase; a key is made where its owner
//! sits. Each act stands in the log of the tenant it concerns, and applies at once only while that
//! tenant has one admin.

use std::sync::Arc;

use governance::audit::RecordDraft;
use governance::state::{Person, PersonStatus, SignIn};
use governance::{Reason, Title};
use ledger::change::{Change, ChangeBody, ChangeKind, RoleGrantBody, RoleRevokeBody};
use ledger::replay::Authority;
use ledger::{Action, Actor, Digest, ResourceType, Role, TenantId};
use security::locked_key::LockedKey;
use security::passphrase::{Passphrase, SignInHash};
use security::secret::SecretText;
use security::signing::SigningKey;
use serde_json::Map;
use store::StateWrite;

use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::principals::person_principal;
use crate::proposing::{AccountChange, Beside, ChangeOutcome};
use crate::session::{Session, UnlockedKey, off_thread};
use crate::workspace::{Workspace, Writes, public_key};

/// A key that a person made at their own keyboard, before an admin vouched for it.
pub struct OwnKey {
    key: SigningKey,
    /// Absent when the key was enrolled elsewhere before: it lies in the keychain already.
    fresh: Option<(LockedKey, SignInHash)>,
}

impl OwnKey {
    /// A key that is enrolled in another tenant, opened by its owner.
    pub fn of_unlocked(unlocked: UnlockedKey) -> Self {
        Self { key: unlocked.key, fresh: None }
    }

    pub(crate) const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// What keeps it, where it was just made.
    pub(crate) const fn fresh(&self) -> Option<&(LockedKey, SignInHash)> {
        self.fresh.as_ref()
    }

    /// The key as its owner, in front of it, goes on using it.
    ///
    /// # Errors
    /// [`ConsoleError`] when the key is none that a log may hold.
    pub(crate) fn into_unlocked(
        self,
        person: Actor,
        name: String,
    ) -> Result<UnlockedKey, ConsoleError> {
        let keyid = public_key(&self.key)?.keyid();
        Ok(UnlockedKey { key: self.key, keyid, person, name })
    }
}

/// A person who gets a role, with a reason.
#[derive(Debug, Clone, Copy)]
pub struct RoleWish<'a> {
    /// The person.
    pub person: &'a Actor,
    /// The role.
    pub role: Role,
    /// The group they represent there, by title.
    pub group: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
}

impl Workspace {
    /// Adds an account. The person can do nothing until they are enrolled.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session is no ADMIN of the workspace, or the title is taken.
    pub async fn add_person(
        &self,
        session: &Session,
        title: &str,
        reason: &str,
    ) -> Result<Actor, ConsoleError> {
        let title = Title::parse(title)?;
        let reason = Reason::parse(reason)?;
        let correlation_id = self.ids.correlation();
        let asked = (ResourceType::Person, "");
        self.workspace_permit(session, asked, &correlation_id).await?;
        let _turn = self.turn().await;
        loop {
            let taken = self.store.people().await?;
            if taken.iter().any(|person| person.title_key == title.key()) {
                return Err(ConsoleError::TitleTaken);
            }
            let id = Actor::Person(self.ids.principal());
            let mut page = self.page(&TenantId::workspace(), &correlation_id).await?;
            let resource = (ResourceType::Person, id.to_string());
            let draft =
                RecordDraft::of(Action::UserCreate, resource, reason.as_str(), &Map::new())?;
            let written = page.record(&session.person, draft)?;
            let person = Person {
                id: id.clone(),
                title: title.as_str().to_owned(),
                title_key: title.key(),
                sign_ins: Vec::new(),
                status: PersonStatus::Active,
                created_at: written.at,
                last_sign_in_at: None,
                failures: 0,
                last_failure_at: None,
            };
            let state = vec![StateWrite::PutPerson(person)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(id);
            }
        }
    }

    /// Makes a person's first key under the passphrase they just typed.
    ///
    /// # Errors
    /// [`ConsoleError`] when the passphrase is too short or entropy fails.
    pub async fn make_key(&self, passphrase: &Arc<Passphrase>) -> Result<OwnKey, ConsoleError> {
        passphrase.check_new()?;
        let (given, entropy) = (Arc::clone(passphrase), Arc::clone(&self.edge.entropy));
        let workspace = self.row.id.clone();
        off_thread(move || {
            let key = SigningKey::generate(entropy.as_ref())?;
            let locked = LockedKey::lock(workspace.as_str(), &key, &given, entropy.as_ref())?;
            let sign_in = SignInHash::make(&given, entropy.as_ref())?;
            Ok(OwnKey { key, fresh: Some((locked, sign_in)) })
        })
        .await?
    }

    /// Vouches for a person's key in the session's tenant and gives them a role there: two acts in
    /// one commit. A fresh key is kept in the keychain first.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed but, at worst, an unused item in the keychain.
    pub async fn enrol(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        own: &OwnKey,
        wish: RoleWish<'_>,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let person = self.open_account(wish.person).await?;
        let fresh = self.fresh_key(&session.tenant_id, own, wish.person, &person.title)?;
        let beside = self.keep_own(own, wish.person).await?;
        let body = ChangeBody::KeyEnroll(fresh);
        let enroll = self.change(session, ChangeKind::KeyEnroll, body, wish.reason);
        let changes = [enroll, self.draft_grant(session, wish)];
        self.propose(session, admin_key, &changes, beside).await
    }

    /// Keeps a fresh key in the keychain, and says what the account and the workspace's own log get
    /// with it; nothing for a key that was kept before.
    pub(crate) async fn keep_own(
        &self,
        own: &OwnKey,
        person: &Actor,
    ) -> Result<Beside, ConsoleError> {
        let Some((locked, sign_in)) = &own.fresh else { return Ok(Beside::default()) };
        let keyid = public_key(&own.key)?.keyid();
        let item = ItemName::person_key(&self.row.id, &keyid);
        self.keys.write(&item, SecretText::new(locked.content().to_owned())).await?;
        let sign_in = SignIn { keyid: Some(keyid), hash: sign_in.to_text() };
        Ok(Beside {
            records: vec![enrolled(person, &keyid)?],
            account: Some((person.clone(), AccountChange::AddSignIn(sign_in))),
            ..Beside::default()
        })
    }

    /// Gives an enrolled person a role in the session's tenant.
    ///
    /// # Errors
    /// [`ConsoleError::NotEnrolled`] when they have no key there; nothing was changed.
    pub async fn grant_role(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        wish: RoleWish<'_>,
    ) -> Result<ChangeOutcome, ConsoleError> {
        if !self.log(&session.tenant_id).await?.authority.is_enrolled(wish.person) {
            return Err(ConsoleError::NotEnrolled);
        }
        self.propose_one_change(session, admin_key, self.draft_grant(session, wish)).await
    }

    /// The act that gives a person a role, to be shown before it is signed.
    pub(crate) fn draft_grant(&self, session: &Session, wish: RoleWish<'_>) -> Change {
        self.change(session, ChangeKind::RoleGrant, grant(wish), wish.reason)
    }

    /// Takes a person's role in the session's tenant away.
    ///
    /// # Errors
    /// [`ConsoleError::NotEnrolled`] when they hold none there; nothing was changed.
    pub async fn revoke_role(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        person: &Actor,
        reason: &str,
    ) -> Result<ChangeOutcome, ConsoleError> {
        if self.role(person, &session.tenant_id).await?.is_none() {
            return Err(ConsoleError::NotEnrolled);
        }
        let body = ChangeBody::RoleRevoke(RoleRevokeBody { person_id: person.clone() });
        let change = self.change(session, ChangeKind::RoleRevoke, body, reason);
        self.propose_one_change(session, admin_key, change).await
    }
}

/// An account got a key: what the workspace's own log says of it.
fn enrolled(person: &Actor, keyid: &Digest) -> Result<RecordDraft, ConsoleError> {
    let resource = (ResourceType::Person, person.to_string());
    let keyid = serde_json::Value::String(keyid.to_hex());
    let metadata = Map::from_iter([("keyid".to_owned(), keyid)]);
    Ok(RecordDraft::of(Action::UserCreate, resource, "", &metadata)?)
}

fn grant(wish: RoleWish<'_>) -> ChangeBody {
    ChangeBody::RoleGrant(RoleGrantBody {
        group: wish.group.map(str::to_owned),
        person_id: wish.person.clone(),
        role: wish.role,
    })
}

/// Whether a session's person administers a log, as it says now.
pub(crate) fn administers(authority: &Authority, session: &Session) -> bool {
    person_principal(authority, session)
        .and_then(|principal| security::rbac::RbacService::administer(&principal))
        .is_ok()
}
