//! People, roles and tenants for whoever administers from a terminal; installations stand in
//! `administration_devices`.
//!
//! Invariant: a person's key signs here as a proposing admin's and never as anything else: an act
//! applies at once where its tenant has one admin, and otherwise waits for a second one in the
//! console. Nothing here opens a review or takes a decision.

use std::sync::Arc;

use governance::state::Person;
use governance::text::fold_title;
use governance::{Reason, Title};
use ledger::change::ChangeKind;
use ledger::{Actor, RequestId, ResourceType, Role, TenantId};

use super::{ActLine, ChangeLine, Passphrase, PersonLine, Pipeline, TenantLine};
use crate::administering::{OwnKey, RoleWish};
use crate::failure::ConsoleError;
use crate::proposing::ChangeOutcome;
use crate::session::{Session, UnlockedKey};

/// A person to be added, as typed.
#[derive(Debug, Clone, Copy)]
pub struct PersonTexts<'a> {
    /// Name, as it will stand on signatures.
    pub name: &'a str,
    /// ADMIN, ANALYST, APPROVER or VIEWER.
    pub role: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// A role to be given, as typed.
#[derive(Debug, Clone, Copy)]
pub struct GrantTexts<'a> {
    /// Who, and as what.
    pub person: PersonTexts<'a>,
    /// The group that they represent.
    pub group: Option<&'a str>,
}

/// Where a person has a key: what they need before they can hold a role in the tenant in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// There: they need nothing.
    Here,
    /// In another tenant: they open that key, and keep it.
    Elsewhere,
    /// In none: they choose the passphrase of their first one.
    Nowhere,
}

impl Pipeline {
    /// Refuses whoever administers nothing here, before anybody is asked for a passphrase; the
    /// refusal is on record.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn demand_admin(&self) -> Result<(), ConsoleError> {
        let session = self.session()?;
        let asked = (ResourceType::Tenant, session.tenant_id.as_str());
        let correlation_id = self.workspace.ids.correlation();
        self.workspace.admin_permit(session, asked, &correlation_id).await.map(|_| ())
    }

    /// Adds a person, with a key under the passphrase that they typed and a role in the tenant in
    /// front.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed, or the person is there and not enrolled: giving them
    /// a role goes on from there.
    pub async fn add_person(
        &self,
        texts: PersonTexts<'_>,
        own: &Arc<Passphrase>,
        admin: &Arc<Passphrase>,
    ) -> Result<ActLine, ConsoleError> {
        let session = self.session()?;
        let role = role(texts.role)?;
        Title::parse(texts.name)?;
        Reason::parse(texts.reason)?;
        self.demand_admin().await?;
        let signer = self.admin_key(session, admin).await?;
        let own = self.workspace.make_key(own).await?;
        let id = self.workspace.add_person(session, texts.name, texts.reason).await?;
        let wish = RoleWish { person: &id, role, group: None, reason: texts.reason };
        let outcomes = self.workspace.enrol(session, &signer, &own, wish).await?;
        let kinds = [ChangeKind::KeyEnroll, ChangeKind::RoleGrant];
        self.act(&self.person_of_id(&id).await?, &kinds, outcomes).await
    }

    /// What a person needs before they can hold a role in the tenant in front.
    ///
    /// # Errors
    /// A denial for whoever administers nothing here; [`ConsoleError::NotFound`] for somebody
    /// unknown.
    pub async fn enrolment(&self, name: &str) -> Result<Enrolment, ConsoleError> {
        self.demand_admin().await?;
        let person = self.person_named(name).await?;
        Ok(match self.keyed_in(&person.id).await? {
            Some(tenant) if tenant == self.tenant_id => Enrolment::Here,
            Some(_) => Enrolment::Elsewhere,
            None => Enrolment::Nowhere,
        })
    }

    /// Gives a person a role in the tenant in front; `own` is their passphrase where they have no
    /// key there yet.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed. [`ConsoleError::NotEnrolled`] without their
    /// passphrase where it is needed.
    pub async fn grant_role(
        &self,
        texts: GrantTexts<'_>,
        own: Option<&Arc<Passphrase>>,
        admin: &Arc<Passphrase>,
    ) -> Result<ActLine, ConsoleError> {
        let session = self.session()?;
        let PersonTexts { name, role: typed, reason } = texts.person;
        let role = role(typed)?;
        Reason::parse(reason)?;
        texts.group.map(Title::parse).transpose()?;
        self.demand_admin().await?;
        let person = self.person_named(name).await?;
        let signer = self.admin_key(session, admin).await?;
        let wish = RoleWish { person: &person.id, role, group: texts.group, reason };
        let own = match (self.keyed_in(&person.id).await?, own) {
            (Some(tenant), _) if tenant == self.tenant_id => {
                let outcome = self.workspace.grant_role(session, &signer, wish).await?;
                return self.act(&person, &[ChangeKind::RoleGrant], vec![outcome]).await;
            }
            (Some(tenant), Some(own)) => {
                OwnKey::of_unlocked(self.workspace.unlock(&person.id, &tenant, own).await?)
            }
            (None, Some(own)) => self.workspace.make_key(own).await?,
            (Some(_) | None, None) => return Err(ConsoleError::NotEnrolled),
        };
        let outcomes = self.workspace.enrol(session, &signer, &own, wish).await?;
        self.act(&person, &[ChangeKind::KeyEnroll, ChangeKind::RoleGrant], outcomes).await
    }

    /// Takes a person's role in the tenant in front away.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed. [`ConsoleError::NotFound`] when they hold none.
    pub async fn revoke_role(
        &self,
        name: &str,
        reason: &str,
        admin: &Arc<Passphrase>,
    ) -> Result<ActLine, ConsoleError> {
        let session = self.session()?;
        Reason::parse(reason)?;
        self.demand_admin().await?;
        let person = self.person_named(name).await?;
        if self.workspace.role(&person.id, &self.tenant_id).await?.is_none() {
            return Err(ConsoleError::NotFound { what: "role" });
        }
        let signer = self.admin_key(session, admin).await?;
        let outcome = self.workspace.revoke_role(session, &signer, &person.id, reason).await?;
        self.act(&person, &[ChangeKind::RoleRevoke], vec![outcome]).await
    }

    /// Closes a person's account; their roles end with it where the asking admin administers.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn disable_person(
        &self,
        name: &str,
        reason: &str,
        admin: &Arc<Passphrase>,
    ) -> Result<PersonLine, ConsoleError> {
        let session = self.session()?;
        Reason::parse(reason)?;
        let own = TenantId::workspace();
        let correlation_id = self.workspace.ids.correlation();
        let asked = (ResourceType::Person, "");
        self.workspace.workspace_permit(session, asked, &correlation_id).await?;
        let person = self.person_named(name).await?;
        self.workspace.demand_may_disable(session, &person.id).await?;
        let signer = self.workspace.unlock(&session.person, &own, admin).await?;
        self.workspace.disable_person(session, &signer, &person.id, reason).await?;
        let line = self.people().await?.into_iter().find(|line| line.id == person.id.to_string());
        line.ok_or(ConsoleError::NotFound { what: "person" })
    }

    /// Founds a tenant; whoever founds it is its first admin.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed.
    pub async fn add_tenant(
        &self,
        id: &str,
        title: &str,
        reason: &str,
        admin: &Arc<Passphrase>,
    ) -> Result<TenantLine, ConsoleError> {
        let session = self.session()?;
        let id = TenantId::parse(id)?;
        let own = TenantId::workspace();
        let correlation_id = self.workspace.ids.correlation();
        let asked = (ResourceType::Tenant, id.as_str());
        self.workspace.workspace_permit(session, asked, &correlation_id).await?;
        let signer = self.workspace.unlock(&session.person, &own, admin).await?;
        self.workspace.create_tenant(session, &signer, &id, title, reason).await?;
        let line = self.tenants().await?.into_iter().find(|line| line.id == id.as_str());
        line.ok_or(ConsoleError::NotFound { what: "tenant" })
    }

    /// The tenants in which whoever asks may be: a person, or the service account of a token.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn tenants(&self) -> Result<Vec<TenantLine>, ConsoleError> {
        let session = self.session()?;
        let mut lines = Vec::new();
        for tenant in self.workspace.store.tenants().await? {
            let log = self.workspace.log(&tenant.id).await?;
            let role = self.workspace.role_of(session, &tenant.id).await?;
            if let Some(role) = role {
                lines.push(TenantLine {
                    id: tenant.id.to_string(),
                    title: tenant.title,
                    role: role.to_string(),
                    control: log.authority.control().to_string(),
                    admins: log.authority.admins().count(),
                    archived_at: log.archived_at.map(|at| at.to_string()),
                });
            }
        }
        Ok(lines)
    }

    /// The asking admin's own key, for one proposal in the tenant in front.
    pub(super) async fn admin_key(
        &self,
        session: &Session,
        passphrase: &Arc<Passphrase>,
    ) -> Result<UnlockedKey, ConsoleError> {
        self.workspace.unlock(&session.person, &session.tenant_id, passphrase).await
    }

    pub(super) async fn person_named(&self, name: &str) -> Result<Person, ConsoleError> {
        let key = fold_title(name);
        let people = self.workspace.store.people().await?;
        let person = people.into_iter().find(|person| person.title_key == key);
        person.ok_or(ConsoleError::NotFound { what: "person" })
    }

    async fn person_of_id(&self, id: &Actor) -> Result<Person, ConsoleError> {
        let person = self.workspace.store.person(id).await?;
        person.ok_or(ConsoleError::NotFound { what: "person" })
    }

    /// Where a person has a key: the tenant in front if there, else any other log.
    async fn keyed_in(&self, person: &Actor) -> Result<Option<TenantId>, ConsoleError> {
        let mut keyed = None;
        for tenant in self.workspace.log_ids().await? {
            if self.workspace.log(&tenant).await?.authority.is_enrolled(person) {
                if tenant == self.tenant_id {
                    return Ok(Some(tenant));
                }
                keyed.get_or_insert(tenant);
            }
        }
        Ok(keyed)
    }

    /// What came of acts about a person, with who can sign those that wait.
    async fn act(
        &self,
        person: &Person,
        kinds: &[ChangeKind],
        outcomes: Vec<ChangeOutcome>,
    ) -> Result<ActLine, ConsoleError> {
        let mut changes = Vec::new();
        for (kind, outcome) in kinds.iter().zip(outcomes) {
            changes.push(self.change_line(*kind, outcome).await?);
        }
        Ok(ActLine {
            tenant_id: self.tenant_id.to_string(),
            person: person.id.to_string(),
            name: person.title.clone(),
            changes,
        })
    }

    pub(super) async fn change_line(
        &self,
        kind: ChangeKind,
        outcome: ChangeOutcome,
    ) -> Result<ChangeLine, ConsoleError> {
        Ok(match outcome {
            ChangeOutcome::Applied { seq } => ChangeLine {
                kind: kind.as_str(),
                state: "applied",
                seq: Some(seq),
                request_id: None,
                can_sign: Vec::new(),
            },
            ChangeOutcome::Waiting { request_id } => ChangeLine {
                kind: kind.as_str(),
                state: "waiting",
                seq: None,
                can_sign: self.can_sign(&request_id).await?,
                request_id: Some(request_id.to_string()),
            },
        })
    }

    async fn can_sign(&self, request: &RequestId) -> Result<Vec<String>, ConsoleError> {
        Ok(self.request(request.as_str()).await?.can_sign)
    }
}

/// A role in letters of any case: a terminal is no place to shout.
fn role(typed: &str) -> Result<Role, ConsoleError> {
    Ok(Role::parse(&typed.to_ascii_uppercase())?)
}
