//! Giving a person a role: shown, then signed by the admin's own key.
//!
//! Invariant: the change whose digest is shown is the change that is signed.

use std::sync::Arc;

use governance::Reason;
use ledger::change::Change;
use ledger::{Actor, Control, Role};

use super::at_work::AtWork;
use super::change_words;
use super::names::Names;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::administering::RoleWish;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{RoleDraft, SigningView};

/// A role in front of its signature.
pub(super) struct Granting {
    change: Change,
    pub(super) view: SigningView,
}

impl Desk {
    /// Asks for the admin's signature on a role in the tenant in front; of a person without a key
    /// there, first for that key.
    pub async fn grant_role(&self, draft: RoleDraft) -> Answer<()> {
        self.answer(async {
            let role = Role::parse(&draft.role)?;
            let person_id = Actor::parse(&draft.person_id)?;
            Reason::parse(&draft.reason)?;
            let at = self.administering().await?;
            let AtWork { workspace, session } = &at;
            let people = workspace.store.people().await?;
            let person = people.iter().find(|person| person.id == person_id);
            let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
            let log = workspace.log(&session.tenant_id).await?;
            if !log.authority.is_enrolled(&person_id) {
                return self.ask_to_enrol(&at, person, role, draft.reason).await;
            }
            let wish = RoleWish { person: &person_id, role, reason: &draft.reason };
            let change = workspace.draft_grant(session, wish);
            let control = match log.authority.control() {
                Control::Dual => format!("Waits for a second admin of {}", session.tenant_id),
                Control::Single | Control::Recovery => {
                    "Applies at once and is marked single".to_owned()
                }
            };
            let view = SigningView::Change {
                sentence: change_words::sentence(&change, &Names::of(&people)),
                digest: change.subject()?.digest.digest().to_hex(),
                control,
                reason: draft.reason.clone(),
                name: hidden::drawn(&session.name),
                demo_passphrase: demo_passphrase(workspace).await?,
            };
            self.ask(Asked::Change(Arc::new(Granting { change, view })));
            Ok(())
        })
        .await
    }

    /// The admin's passphrase for it.
    pub async fn answer_change(&self, passphrase: Passphrase) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let AtWork { workspace, session } = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::Change(granting) = asked else { return Ok(asked.view()) };
            if session.tenant_id != granting.change.tenant_id
                || session.person != granting.change.proposed_by
            {
                return Err(ConsoleError::NotSignedIn);
            }
            let given = passphrase.read()?;
            let key = workspace.unlock(&session.person, &session.tenant_id, &given).await?;
            workspace.propose_one_change(&session, &key, granting.change.clone()).await?;
            self.tell(DeskEvent::RecordsChanged);
            self.tell(DeskEvent::SessionChanged);
            Ok(self.finished(turn))
        })
        .await
    }
}
