//! Signing in, and what a signed-in person may do.
//!
//! Invariant: what somebody may do comes from their session and the tenant's log, never from an
//! argument. Every failure is on record, slows down the next try, and survives a restart.

use std::sync::Arc;

use governance::audit::RecordDraft;
use governance::state::{Person, PersonStatus};
use governance::text::fold_title;
use ledger::{Action, Actor, CorrelationId, Digest, ResourceType, TenantId};
use security::SecurityError;
use security::passphrase::{Passphrase, SignInHash};
use security::rbac::{Action as Verb, AdminPermit, Permit, RbacService};
use serde_json::{Map, Value};

use crate::failure::ConsoleError;
use crate::principals::reached;
pub use crate::unlocking::UnlockedKey;
use crate::workspace::{LogView, Workspace};

/// A person at work in one tenant, or a pipeline with its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who: `person/<uuid>` or `service/<uuid>`.
    pub person: Actor,
    /// Their title.
    pub name: String,
    /// The tenant in front.
    pub tenant_id: TenantId,
    /// The key whose passphrase opened it: the session reaches the tenants where that key is good,
    /// so that an admin of one, who has somebody enrol anew, opens no other. None: any key.
    pub keyid: Option<Digest>,
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
        self.demand_no_wait(&person)?;
        let sign_ins = self.sign_ins_of(&person).await?;
        if sign_ins.is_empty() {
            return Err(ConsoleError::NotEnrolled);
        }
        let given = Arc::clone(passphrase);
        let fits = move || {
            let fitting = |(_, hash): &&(Option<Digest>, SignInHash)| hash.verify(&given).is_ok();
            sign_ins.iter().find(fitting).map(|(keyid, _)| *keyid)
        };
        let Some(keyid) = off_thread(fits).await? else {
            return Err(self.count_failure(&person.id, &correlation_id).await);
        };
        let tenant_id = self.first_tenant(&person.id, keyid).await?;
        let action = match entry {
            Entry::SignIn => Action::SessionSignIn,
            Entry::Unlock => Action::SessionUnlock,
        };
        self.let_in(&person.id, action, &correlation_id).await?;
        Ok(Session { person: person.id, name: person.title, tenant_id, keyid })
    }

    /// A session for a person whose passphrase opened their key before: the key is the proof.
    ///
    /// # Errors
    /// As [`Workspace::sign_in`].
    pub(crate) async fn sign_in_by_key(&self, key: &UnlockedKey) -> Result<Session, ConsoleError> {
        self.sign_in_known(&key.person, Some(key.keyid)).await
    }

    /// A session for a person who has just proved who they are; errors as before.
    pub(crate) async fn sign_in_known(
        &self,
        person: &Actor,
        keyid: Option<Digest>,
    ) -> Result<Session, ConsoleError> {
        let person = self.find_person(Who::Id(person)).await?;
        let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
        self.demand_no_wait(&person)?;
        let tenant_id = self.first_tenant(&person.id, keyid).await?;
        self.let_in(&person.id, Action::SessionSignIn, &self.ids.correlation()).await?;
        Ok(Session { person: person.id, name: person.title, tenant_id, keyid })
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

    /// The proof that a session may do something in its tenant; a refusal is recorded there.
    pub(crate) async fn permit(
        &self,
        session: &Session,
        verb: Verb,
        asked: (ResourceType, &str),
        correlation_id: &CorrelationId,
    ) -> Result<Permit, ConsoleError> {
        let view = self.log(&session.tenant_id).await?;
        self.permit_under(&view, session, verb, asked, correlation_id).await
    }

    /// The same, as the log of the session's tenant says in this state of it.
    pub(crate) async fn permit_under(
        &self,
        view: &LogView,
        session: &Session,
        verb: Verb,
        asked: (ResourceType, &str),
        correlation_id: &CorrelationId,
    ) -> Result<Permit, ConsoleError> {
        let principal = self.principal(session, &view.authority).await?;
        let granted = principal.and_then(|principal| RbacService::permit(&principal, verb));
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
        let principal = self.principal(session, &view.authority).await?;
        let granted = principal.and_then(|principal| RbacService::administer(&principal));
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
        let principal = self.principal(session, &view.authority).await?;
        let granted = principal.and_then(|principal| RbacService::administer(&principal));
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

    async fn first_tenant(
        &self,
        person: &Actor,
        keyid: Option<Digest>,
    ) -> Result<TenantId, ConsoleError> {
        let mut logs = self.log_ids().await?;
        // The workspace's own log comes last: most people work in a tenant.
        logs.rotate_left(1);
        for tenant in logs {
            let log = self.log(&tenant).await?;
            if reached(&log.authority, person, keyid).is_some() {
                return Ok(tenant);
            }
        }
        Err(ConsoleError::NotEnrolled)
    }
}

/// Runs what takes a while off the async threads: a key derivation, a file, a long text.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ConsoleError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ConsoleError::Interrupted)
}
