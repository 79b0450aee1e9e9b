//! Enrolment: a person makes their key where they sit, and an admin vouches for it in the same
//! window; the first time, and anew when the passphrase is lost.
//!
//! Invariant: nobody types or learns another's passphrase. Until the admin has signed, the person
//! is known and can do nothing.

use std::sync::Arc;

use governance::Reason;
use governance::state::Person;
use ledger::{Actor, ResourceType, Role, TenantId};

use super::at_work::AtWork;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::administering::{OwnKey, RoleWish};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::UnlockedKey;
use crate::views::{PersonDraft, SigningView};
use crate::workspace::Workspace;

/// A person in front of a key of theirs in a tenant.
pub(super) struct Enrolling {
    person: Actor,
    /// What the key comes with.
    purpose: Purpose,
    reason: String,
    tenant_id: TenantId,
    pub(super) view: SigningView,
}

/// What a key is enrolled for.
#[derive(Clone)]
pub(super) enum Purpose {
    /// The person gets this role, and perhaps represents a group.
    Join(Role, Option<String>),
    /// It takes the place of the keys they had.
    Anew,
}

impl Desk {
    /// Adds a person, and asks for their key in the signing window. Given up there, they stay
    /// *Not enrolled*: giving them a role asks again.
    pub async fn add_person(&self, draft: PersonDraft) -> Answer<()> {
        self.answer(async {
            let role = Role::parse(&draft.role)?;
            Reason::parse(&draft.reason)?;
            let at = self.administering().await?;
            let AtWork { workspace, session, .. } = &at;
            let id = workspace.add_person(session, &draft.name, &draft.reason).await?;
            self.tell(DeskEvent::RecordsChanged);
            let person = workspace.store.person(&id).await?;
            let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
            self.ask_to_enrol(&at, &person, Purpose::Join(role, None), draft.reason).await
        })
        .await
    }

    /// The new passphrase twice, and the admin's.
    pub async fn answer_enrol(
        &self,
        passphrase: Passphrase,
        repeat: Passphrase,
        admin_passphrase: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let at = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::Enrol(enrolling) = asked else { return Ok(asked.view()) };
            let own = passphrase.repeated(&repeat)?;
            let admin = admin_passphrase.read()?;
            let AtWork { workspace, session, .. } = &at;
            if session.tenant_id != enrolling.tenant_id {
                return Err(ConsoleError::NotFound { what: "tenant" });
            }
            let tenant = &session.tenant_id;
            let signer = workspace.unlock(&session.person, tenant, &admin).await?;
            let (person, reason) = (&enrolling.person, enrolling.reason.as_str());
            match &enrolling.purpose {
                Purpose::Join(role, group) => {
                    let key = match keyed_elsewhere(workspace, person).await? {
                        Some(other) => {
                            OwnKey::of_unlocked(workspace.unlock(person, &other, &own).await?)
                        }
                        None => workspace.make_key(&own).await?,
                    };
                    let wish = RoleWish { person, role: *role, group: group.as_deref(), reason };
                    self.demand_still_asked(turn, session)?;
                    workspace.enrol(session, &signer, &key, wish).await?;
                }
                Purpose::Anew => {
                    let key = match made_elsewhere(workspace, person, tenant, &own).await? {
                        Some(unlocked) => OwnKey::of_unlocked(unlocked),
                        None => workspace.make_key(&own).await?,
                    };
                    self.demand_still_asked(turn, session)?;
                    workspace.enrol_anew(session, &signer, &key, person, reason).await?;
                }
            }
            self.tell(DeskEvent::RecordsChanged);
            self.tell(DeskEvent::SessionChanged);
            Ok(self.finished(turn))
        })
        .await
    }

    /// An admin at work in the tenant in front; a refusal is on record.
    pub(super) async fn administering(&self) -> Result<AtWork, ConsoleError> {
        let at = self.at_work().await?;
        let correlation_id = at.workspace.ids.correlation();
        let asked = (ResourceType::Tenant, at.session.tenant_id.as_str());
        at.workspace.admin_permit(&at.session, asked, &correlation_id).await?;
        Ok(at)
    }

    /// Asks for a person's key in the tenant in front.
    pub(super) async fn ask_to_enrol(
        &self,
        at: &AtWork,
        person: &Person,
        purpose: Purpose,
        reason: String,
    ) -> Result<(), ConsoleError> {
        let AtWork { workspace, session, .. } = at;
        let role = match &purpose {
            Purpose::Join(role, _) => Some(role.as_str().to_owned()),
            Purpose::Anew => None,
        };
        let view = SigningView::Enrol {
            name: hidden::drawn(&person.title),
            role,
            tenant_id: session.tenant_id.to_string(),
            admin: hidden::drawn(&session.name),
            demo_passphrase: demo_passphrase(workspace).await?,
        };
        self.ask(Asked::Enrol(Arc::new(Enrolling {
            person: person.id.clone(),
            purpose,
            reason,
            tenant_id: session.tenant_id.clone(),
            view,
        })));
        Ok(())
    }

    /// Has a person enrol a new key in place of the ones they had in the tenant in front, whose
    /// passphrase is lost.
    pub async fn reset_person(&self, person_id: String, reason: String) -> Answer<()> {
        self.answer(async {
            Reason::parse(&reason)?;
            let person = Actor::parse(&person_id)?;
            let at = self.administering().await?;
            let log = at.workspace.log(&at.session.tenant_id).await?;
            // Whom the tenant does not know is as unknown as whom the workspace does not know.
            if !log.authority.is_enrolled(&person) {
                return Err(ConsoleError::NotFound { what: "person" });
            }
            let person = at.workspace.open_account(&person).await?;
            self.ask_to_enrol(&at, &person, Purpose::Anew, reason).await
        })
        .await
    }
}

/// A tenant in which the person has a key already: they type its passphrase, and keep it.
async fn keyed_elsewhere(
    workspace: &Workspace,
    person: &Actor,
) -> Result<Option<TenantId>, ConsoleError> {
    for tenant in workspace.log_ids().await? {
        if workspace.log(&tenant).await?.authority.is_enrolled(person) {
            return Ok(Some(tenant));
        }
    }
    Ok(None)
}

/// A key that the person made under this passphrase in another tenant, and that this one does not
/// know yet: whoever enrolled anew there keeps one key for all.
async fn made_elsewhere(
    workspace: &Workspace,
    person: &Actor,
    tenant: &TenantId,
    passphrase: &Arc<security::passphrase::Passphrase>,
) -> Result<Option<UnlockedKey>, ConsoleError> {
    let here = workspace.log(tenant).await?;
    for other in workspace.log_ids().await? {
        if !workspace.log(&other).await?.authority.is_enrolled(person) {
            continue;
        }
        let opened = match workspace.open_key(person, &other, passphrase).await {
            Ok(opened) => opened,
            // Its keys lie on another computer.
            Err(ConsoleError::NotEnrolled) => None,
            Err(error) => return Err(error),
        };
        let fresh = opened.filter(|key| here.authority.key(&key.keyid).is_none());
        if fresh.is_some() {
            return Ok(fresh);
        }
    }
    Ok(None)
}
