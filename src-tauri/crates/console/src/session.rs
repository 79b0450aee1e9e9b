//! Signing in, and what a signed-in person may do.
//!
//! Invariant: what somebody may do comes from their session and the tenant's log, never from an
//! argument. Every failure is on record, slows down the next try, and survives a restart.

use std::sync::Arc;

use governance::acting::matrix_role;
use governance::audit::RecordDraft;
use governance::state::{Person, PersonStatus};
use governance::text::fold_title;
use ledger::replay::Authority;
use ledger::{Action, Actor, CorrelationId, Digest, ResourceType, Role, TenantId};
use security::SecurityError;
use security::locked_key::LockedKey;
use security::passphrase::{Passphrase, SignInHash};
use security::principal::Principal;
use security::rbac::{Action as Verb, AdminPermit, Permit, RbacService};
use security::signing::SigningKey;
use security::throttle::Wait;
use serde_json::{Map, Value};
use store::StateWrite;

use crate::failure::ConsoleError;
use crate::workspace::{Workspace, Writes};

/// A person at work in one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Actor,
    /// Their title.
    pub name: String,
    /// The tenant in front.
    pub tenant_id: TenantId,
}

/// A person's key, opened by their passphrase for one act.
pub struct UnlockedKey {
    pub(crate) key: SigningKey,
    pub(crate) keyid: Digest,
    pub(crate) person: Actor,
    /// Title under which it is enrolled in the tenant.
    pub(crate) name: String,
}

/// What a person is asked for by: their id, or their name as typed.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// Chosen from the list.
    Id(&'a Actor),
    /// Typed.
    Name(&'a str),
}

/// Why a passphrase is asked for; says which action is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A new session.
    SignIn,
    /// A locked one goes on.
    Unlock,
}

impl Workspace {
    /// Signs a person in, in the first tenant where they hold a role.
    ///
    /// # Errors
    /// [`ConsoleError::WrongPassphrase`] alike for an unknown name, [`SecurityError::Throttled`]
    /// while a delay lasts, [`ConsoleError::NotEnrolled`] for somebody without a key.
    pub async fn sign_in(
        &self,
        who: Who<'_>,
        passphrase: &Arc<Passphrase>,
        entry: Entry,
    ) -> Result<Session, ConsoleError> {
        let correlation_id = self.ids.correlation();
        let Some(person) = self.find_person(who).await? else {
            return self.fail_unknown(who, passphrase, &correlation_id).await;
        };
        demand_not_throttled(&person, self.now().as_micros())?;
        let Some(hash) = person.sign_in.as_deref() else { return Err(ConsoleError::NotEnrolled) };
        let hash = SignInHash::parse(hash)?;
        let given = Arc::clone(passphrase);
        let verified = off_thread(move || hash.verify(&given)).await?;
        if verified.is_err() {
            self.record_failure(&person, &correlation_id).await?;
            return Err(ConsoleError::WrongPassphrase);
        }
        let tenant_id = self.first_tenant(&person.id).await?;
        let action = match entry {
            Entry::SignIn => Action::SessionSignIn,
            Entry::Unlock => Action::SessionUnlock,
        };
        self.record_entry(&person, action, &correlation_id).await?;
        Ok(Session { person: person.id, name: person.title, tenant_id })
    }

    /// A session for a person whose passphrase opened their key before: the key is the proof.
    ///
    /// # Errors
    /// As [`Workspace::sign_in`].
    pub(crate) async fn sign_in_by_key(&self, key: &UnlockedKey) -> Result<Session, ConsoleError> {
        self.sign_in_known(&key.person).await
    }

    /// A session for a person who has just proved who they are; errors as before.
    pub(crate) async fn sign_in_known(&self, person: &Actor) -> Result<Session, ConsoleError> {
        let person = self.find_person(Who::Id(person)).await?;
        let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
        demand_not_throttled(&person, self.now().as_micros())?;
        let tenant_id = self.first_tenant(&person.id).await?;
        self.record_entry(&person, Action::SessionSignIn, &self.ids.correlation()).await?;
        Ok(Session { person: person.id, name: person.title, tenant_id })
    }

    /// Records that somebody failed to sign in under this person's name.
    pub(crate) async fn fail_sign_in(&self, person: &Actor) -> Result<(), ConsoleError> {
        let person = self.find_person(Who::Id(person)).await?;
        let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
        self.record_failure(&person, &self.ids.correlation()).await
    }

    /// Records that a session was locked or ended.
    ///
    /// # Errors
    /// [`ConsoleError`] when it cannot be recorded; the caller forgets the session all the same.
    pub async fn end_session(&self, session: &Session, action: Action) -> Result<(), ConsoleError> {
        let resource = (ResourceType::Person, session.person.to_string());
        let draft = RecordDraft::of(action, resource, "", &Map::new())?;
        let correlation_id = self.ids.correlation();
        self.log_alone(&TenantId::workspace(), &correlation_id, &session.person, &draft).await?;
        Ok(())
    }

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
        let person =
            self.store.person(person_id).await?.ok_or(ConsoleError::NotFound { what: "person" })?;
        demand_not_throttled(&person, self.now().as_micros())?;
        let view = self.log(tenant).await?;
        let found = self.key_here(&view.authority, person_id).await?;
        let (keyid, content) = found.ok_or(ConsoleError::NotEnrolled)?;
        let enrolled = view.authority.key(&keyid).ok_or(ConsoleError::NotEnrolled)?;
        let locked = LockedKey::stored(self.row.id.as_str(), &keyid.to_hex(), content.expose())?;
        let given = Arc::clone(passphrase);
        match off_thread(move || locked.unlock(&given)).await? {
            Ok(key) => Ok(UnlockedKey {
                key,
                keyid,
                person: person_id.clone(),
                name: enrolled.name.clone(),
            }),
            Err(SecurityError::Passphrase { .. } | SecurityError::Encryption { .. }) => {
                self.record_failure(&person, &self.ids.correlation()).await?;
                Err(ConsoleError::WrongPassphrase)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The role of a session in a tenant, as its log says now.
    pub async fn role(
        &self,
        person: &Actor,
        tenant: &TenantId,
    ) -> Result<Option<Role>, ConsoleError> {
        Ok(self.log(tenant).await?.authority.grant(person).map(|grant| grant.role))
    }

    /// The proof that a session may do something in its tenant; a refusal is recorded there.
    pub(crate) async fn permit(
        &self,
        session: &Session,
        verb: Verb,
        asked: (ResourceType, &str),
        correlation_id: &CorrelationId,
    ) -> Result<Permit, ConsoleError> {
        let view = self.log(&session.tenant_id).await?;
        let granted = principal(&view.authority, &session.person)
            .and_then(|principal| RbacService::permit(&principal, verb));
        match granted {
            Ok(permit) => Ok(permit),
            Err(refusal) => Err(self.deny(session, asked, refusal, correlation_id).await),
        }
    }

    /// The proof that a session administers its tenant; a refusal is recorded there.
    pub(crate) async fn admin_permit(
        &self,
        session: &Session,
        asked: (ResourceType, &str),
        correlation_id: &CorrelationId,
    ) -> Result<AdminPermit, ConsoleError> {
        let view = self.log(&session.tenant_id).await?;
        let granted = principal(&view.authority, &session.person)
            .and_then(|principal| RbacService::administer(&principal));
        match granted {
            Ok(permit) => Ok(permit),
            Err(refusal) => Err(self.deny(session, asked, refusal, correlation_id).await),
        }
    }

    /// The proof that a session's person administers the workspace itself; a refusal is recorded
    /// in the log of the session's tenant.
    pub(crate) async fn workspace_permit(
        &self,
        session: &Session,
        asked: (ResourceType, &str),
        correlation_id: &CorrelationId,
    ) -> Result<AdminPermit, ConsoleError> {
        let view = self.log(&TenantId::workspace()).await?;
        let granted = principal(&view.authority, &session.person)
            .and_then(|principal| RbacService::administer(&principal));
        match granted {
            Ok(permit) => Ok(permit),
            Err(_) => {
                let refusal = ConsoleError::WorkspaceAdminNeeded;
                Err(self.deny_because(session, asked, refusal, correlation_id).await)
            }
        }
    }

    /// Records a denial in the log of the session's tenant and gives the refusal back.
    pub(crate) async fn deny(
        &self,
        session: &Session,
        asked: (ResourceType, &str),
        refusal: SecurityError,
        correlation_id: &CorrelationId,
    ) -> ConsoleError {
        let Some(draft) = RecordDraft::denial(asked, &refusal) else { return refusal.into() };
        let tenant = &session.tenant_id;
        match self.log_alone(tenant, correlation_id, &session.person, &draft).await {
            Ok(_) => refusal.into(),
            // What cannot be recorded is refused for that reason: the audit comes first.
            Err(error) => error,
        }
    }

    /// Records a refusal for who somebody is and gives it back.
    pub(crate) async fn deny_because(
        &self,
        session: &Session,
        asked: (ResourceType, &str),
        refusal: ConsoleError,
        correlation_id: &CorrelationId,
    ) -> ConsoleError {
        let cause = Value::String(refusal.to_string());
        let metadata = Map::from_iter([("cause".to_owned(), cause)]);
        let resource = (asked.0, asked.1.to_owned());
        let tenant = &session.tenant_id;
        let recorded = async || -> Result<(), ConsoleError> {
            let draft = RecordDraft::of(Action::PermissionDeny, resource, "", &metadata)?;
            self.log_alone(tenant, correlation_id, &session.person, &draft).await.map(|_| ())
        };
        recorded().await.err().unwrap_or(refusal)
    }

    async fn find_person(&self, who: Who<'_>) -> Result<Option<Person>, ConsoleError> {
        let person = match who {
            Who::Id(id) => self.store.person(id).await?,
            Who::Name(name) => {
                let key = fold_title(name);
                self.store.people().await?.into_iter().find(|person| person.title_key == key)
            }
        };
        Ok(person.filter(|person| person.status == PersonStatus::Active))
    }

    async fn first_tenant(&self, person: &Actor) -> Result<TenantId, ConsoleError> {
        let mut logs = self.log_ids().await?;
        // The workspace's own log comes last: most people work in a tenant.
        logs.rotate_left(1);
        for tenant in logs {
            if self.role(person, &tenant).await?.is_some() {
                return Ok(tenant);
            }
        }
        Err(ConsoleError::NotEnrolled)
    }

    async fn record_entry(
        &self,
        person: &Person,
        action: Action,
        correlation_id: &CorrelationId,
    ) -> Result<(), ConsoleError> {
        let actor = person.id.clone();
        self.put_person(person, &actor, action, correlation_id, |person, now| {
            person.failures = 0;
            person.last_failure_at = None;
            person.last_sign_in_at = Some(now);
        })
        .await
    }

    async fn record_failure(
        &self,
        person: &Person,
        correlation_id: &CorrelationId,
    ) -> Result<(), ConsoleError> {
        let action = Action::SessionFail;
        self.put_person(person, &Actor::System, action, correlation_id, |person, now| {
            person.failures = person.failures.saturating_add(1);
            person.last_failure_at = Some(now);
        })
        .await
    }

    async fn put_person(
        &self,
        person: &Person,
        actor: &Actor,
        action: Action,
        correlation_id: &CorrelationId,
        change: impl Fn(&mut Person, ledger::Timestamp) + Send,
    ) -> Result<(), ConsoleError> {
        if self.is_read_only() {
            return Ok(());
        }
        let _turn = self.turn().await;
        loop {
            let mut page = self.page(&TenantId::workspace(), correlation_id).await?;
            let current = self.store.person(&person.id).await?;
            let mut person = current.ok_or(ConsoleError::NotFound { what: "person" })?;
            let resource = (ResourceType::Person, person.id.to_string());
            let draft = RecordDraft::of(action, resource, "", &Map::new())?;
            let written = page.record(actor, draft)?;
            change(&mut person, written.at);
            let state = vec![StateWrite::PutPerson(person)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(());
            }
        }
    }

    /// An unknown name costs the same time, is recorded by its digest, and is told alike.
    async fn fail_unknown(
        &self,
        who: Who<'_>,
        passphrase: &Arc<Passphrase>,
        correlation_id: &CorrelationId,
    ) -> Result<Session, ConsoleError> {
        let given = Arc::clone(passphrase);
        let entropy = Arc::clone(&self.edge.entropy);
        off_thread(move || SignInHash::make(&given, entropy.as_ref())).await??;
        if self.is_read_only() {
            return Err(ConsoleError::WrongPassphrase);
        }
        let typed = match who {
            Who::Id(id) => id.to_string(),
            Who::Name(name) => name.to_owned(),
        };
        let digest = Value::String(Digest::of(typed.as_bytes()).to_hex());
        let metadata = Map::from_iter([("name_sha256".to_owned(), digest)]);
        let resource = (ResourceType::Person, String::new());
        let draft = RecordDraft::of(Action::SessionFail, resource, "", &metadata)?;
        self.log_alone(&TenantId::workspace(), correlation_id, &Actor::System, &draft).await?;
        Err(ConsoleError::WrongPassphrase)
    }
}

/// The person in the role that the log gives them. Without one the tenant is not theirs.
pub(crate) fn principal(authority: &Authority, person: &Actor) -> Result<Principal, SecurityError> {
    let tenant = authority.tenant().as_str();
    match authority.grant(person) {
        Some(grant) => Principal::person(&person.to_string(), tenant, matrix_role(grant.role)),
        None => Err(SecurityError::TenantIsolation {
            fault: security::error::TenantFault::Mismatch {
                resource_tenant: tenant.to_owned(),
                request_tenant: String::new(),
            },
        }),
    }
}

fn demand_not_throttled(person: &Person, now_micros: i64) -> Result<(), SecurityError> {
    let last = person.last_failure_at.map_or(0, ledger::Timestamp::as_micros);
    Wait::after(person.failures, last, now_micros).demand_over()
}

/// Runs a key derivation off the async threads.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ConsoleError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ConsoleError::Interrupted)
}
