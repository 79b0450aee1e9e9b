//! Who a session acts as: a person in the role that the tenant's log gives them, or a service
//! account in the one that its token was made with.
//!
//! Invariant: a role comes from signed records, or for a token from its own record in the log of the
//! workspace, and is looked up at every act. Whoever holds none in a tenant is told what everybody
//! is told of a tenant that is not theirs.

use governance::TokenEnd;
use governance::acting::matrix_role;
use governance::state::{PersonStatus, ServiceAccount};
use ledger::replay::Authority;
use ledger::{Actor, Digest, Role, TenantId};
use security::SecurityError;
use security::principal::Principal;

use crate::failure::ConsoleError;
use crate::session::Session;
use crate::workspace::Workspace;

impl Workspace {
    /// The role of whoever has a session in a tenant, as the logs say now.
    pub async fn role(
        &self,
        actor: &Actor,
        tenant: &TenantId,
    ) -> Result<Option<Role>, ConsoleError> {
        match actor {
            Actor::Person(_) => {
                Ok(self.log(tenant).await?.authority.grant(actor).map(|grant| grant.role))
            }
            Actor::Service(_) => {
                let good = self.good_service(actor).await?.ok();
                let there = good.filter(|account| account.tenant_id == *tenant);
                Ok(there.map(|account| account.role))
            }
            Actor::System => Ok(None),
        }
    }

    /// The role in which a session may be in a tenant: that of its person where the key that opened it
    /// is good, or that of its token.
    pub(crate) async fn role_of(
        &self,
        session: &Session,
        tenant: &TenantId,
    ) -> Result<Option<Role>, ConsoleError> {
        match &session.person {
            Actor::Person(_) => {
                let log = self.log(tenant).await?;
                Ok(reached(&log.authority, &session.person, session.keyid))
            }
            Actor::Service(_) | Actor::System => self.role(&session.person, tenant).await,
        }
    }

    /// Whoever has a session, in the tenant of this authority.
    pub(crate) async fn principal(
        &self,
        session: &Session,
        authority: &Authority,
    ) -> Result<Result<Principal, SecurityError>, ConsoleError> {
        let (actor, tenant) = (&session.person, authority.tenant());
        match actor {
            Actor::Person(_) | Actor::System => Ok(person_principal(authority, session)),
            Actor::Service(_) => {
                let good = self.good_service(actor).await?.ok();
                let Some(account) = good.filter(|account| account.tenant_id == *tenant) else {
                    return Ok(Err(not_theirs(tenant)));
                };
                let (id, owner) = (account.id.to_string(), account.owner.to_string());
                Ok(Principal::service(&id, &owner, tenant.as_str(), matrix_role(account.role)))
            }
        }
    }

    /// A service account whose token is good now; while the log of the workspace does not hold, none
    /// is.
    pub(crate) async fn good_service(
        &self,
        id: &Actor,
    ) -> Result<Result<ServiceAccount, TokenEnd>, ConsoleError> {
        let home = TenantId::workspace();
        // Reading it is what finds out.
        self.log(&home).await?;
        match self.alarm(&home) {
            Some(alarm) => Err(ConsoleError::from(&alarm)),
            None => self.service_now(id).await,
        }
    }

    /// A service account as the log of the workspace has it, if nothing ended its token. The table of
    /// people can close its owner's account, never open it.
    pub(crate) async fn service_now(
        &self,
        id: &Actor,
    ) -> Result<Result<ServiceAccount, TokenEnd>, ConsoleError> {
        let home = TenantId::workspace();
        let view = self.log(&home).await?;
        let account = match view.services.in_force(id, self.now()) {
            Ok(account) => account.clone(),
            Err(end) => return Ok(Err(end)),
        };
        let owner = self.store.person(&account.owner).await?;
        match owner.is_some_and(|owner| owner.status == PersonStatus::Active) {
            true => Ok(Ok(account)),
            false => Ok(Err(TokenEnd::OwnerDisabled)),
        }
    }
}

/// The role in which a person's session acts in a log: their own, where the key that opened the
/// session is good. Without one the tenant is not theirs.
pub(crate) fn reached(
    authority: &Authority,
    person: &Actor,
    keyid: Option<Digest>,
) -> Option<Role> {
    let is_good = keyid.is_none_or(|keyid| is_good_key(authority, person, &keyid));
    authority.grant(person).filter(|_| is_good).map(|grant| grant.role)
}

/// Whether this is a key of the person that may sign in a log.
pub(crate) fn is_good_key(authority: &Authority, person: &Actor, keyid: &Digest) -> bool {
    let key = authority.key(keyid);
    key.is_some_and(|key| key.owner == *person && key.revoked_at.is_none())
}

/// The session's person in the role that the log gives them.
pub(crate) fn person_principal(
    authority: &Authority,
    session: &Session,
) -> Result<Principal, SecurityError> {
    let tenant = authority.tenant();
    match reached(authority, &session.person, session.keyid) {
        Some(role) => {
            let person = session.person.to_string();
            Principal::person(&person, tenant.as_str(), matrix_role(role))
        }
        None => Err(not_theirs(tenant)),
    }
}

fn not_theirs(tenant: &TenantId) -> SecurityError {
    let fault = security::error::TenantFault::Mismatch {
        resource_tenant: tenant.to_string(),
        request_tenant: String::new(),
    };
    SecurityError::TenantIsolation { fault }
}
