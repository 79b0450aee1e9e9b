//! Enrolment: a person makes their key where they sit, and an admin vouches for it in the same
//! window.
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
use crate::views::{PersonDraft, SigningView};

/// A person in front of their first key in a tenant.
pub(super) struct Enrolling {
    person: Actor,
    role: Role,
    reason: String,
    tenant_id: TenantId,
    pub(super) view: SigningView,
}

impl Desk {
    /// Adds a person, and asks for their key in the signing window. Given up there, they stay
    /// *Not enrolled*: giving them a role asks again.
    pub async fn add_person(&self, draft: PersonDraft) -> Answer<()> {
        self.answer(async {
            let role = Role::parse(&draft.role)?;
            Reason::parse(&draft.reason)?;
            let at = self.administering().await?;
            let AtWork { workspace, session } = &at;
            let id = workspace.add_person(session, &draft.name, &draft.reason).await?;
            self.tell(DeskEvent::RecordsChanged);
            let person = workspace.store.person(&id).await?;
            let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
            self.ask_to_enrol(&at, &person, role, draft.reason).await
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
            let AtWork { workspace, session } = &at;
            if session.tenant_id != enrolling.tenant_id {
                return Err(ConsoleError::NotFound { what: "tenant" });
            }
            let tenant = &session.tenant_id;
            let signer = workspace.unlock(&session.person, tenant, &admin).await?;
            let key = match self.keyed_elsewhere(&at, &enrolling.person).await? {
                Some(other) => {
                    let unlocked = workspace.unlock(&enrolling.person, &other, &own).await?;
                    OwnKey::of_unlocked(unlocked)
                }
                None => workspace.make_key(&own).await?,
            };
            let wish = RoleWish {
                person: &enrolling.person,
                role: enrolling.role,
                reason: &enrolling.reason,
            };
            workspace.enrol(session, &signer, &key, wish).await?;
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
        role: Role,
        reason: String,
    ) -> Result<(), ConsoleError> {
        let AtWork { workspace, session } = at;
        let view = SigningView::Enrol {
            name: hidden::drawn(&person.title),
            role: role.as_str().to_owned(),
            tenant_id: session.tenant_id.to_string(),
            admin: hidden::drawn(&session.name),
            demo_passphrase: demo_passphrase(workspace).await?,
        };
        self.ask(Asked::Enrol(Arc::new(Enrolling {
            person: person.id.clone(),
            role,
            reason,
            tenant_id: session.tenant_id.clone(),
            view,
        })));
        Ok(())
    }

    /// A tenant in which the person has a key already: they type its passphrase, and keep it.
    async fn keyed_elsewhere(
        &self,
        at: &AtWork,
        person: &Actor,
    ) -> Result<Option<TenantId>, ConsoleError> {
        for tenant in at.workspace.log_ids().await? {
            if at.workspace.log(&tenant).await?.authority.is_enrolled(person) {
                return Ok(Some(tenant));
            }
        }
        Ok(None)
    }
}
