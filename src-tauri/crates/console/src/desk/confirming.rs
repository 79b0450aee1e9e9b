//! What an admin does that is no act of authority: closing an account, making and archiving a
//! tenant. Their passphrase, typed in the signing window, is the proof that they are there.
//!
//! Invariant: what is carried out is what was shown, for the person it was shown to. Founding a
//! tenant is signed by the key that the passphrase opens; the others are records.

use std::sync::Arc;

use governance::{Reason, Title};
use ledger::{Actor, TenantId};

use super::at_work::AtWork;
use super::facts::fact;
use super::names::Names;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::Session;
use crate::views::{FactView, SigningView, TenantDraft};
use crate::words;

/// An act in front of the admin's passphrase.
pub(super) struct Confirming {
    act: Act,
    reason: String,
    /// Whose act it is.
    person: Actor,
    pub(super) view: SigningView,
}

enum Act {
    Disable(Actor),
    CreateTenant { id: TenantId, title: String },
    ArchiveTenant(TenantId),
}

/// How an act is put before the admin.
struct Shown {
    sentence: String,
    facts: Vec<FactView>,
    verb: &'static str,
}

impl Desk {
    /// Asks for the closing of a person's account.
    pub async fn disable_person(&self, person_id: String, reason: String) -> Answer<()> {
        self.answer(async {
            Reason::parse(&reason)?;
            let person = Actor::parse(&person_id)?;
            let at = self.at_work().await?;
            at.workspace.demand_may_disable(&at.session, &person).await?;
            let name = Names::of(&at.workspace.store.people().await?).title(&person);
            let shown = Shown {
                sentence: format!("Close the account of {name}."),
                facts: at.facts_of_closing(&person).await?,
                verb: "Close account",
            };
            self.ask_to_confirm(&at, Act::Disable(person), reason, shown).await
        })
        .await
    }

    /// Asks for the founding of a tenant.
    pub async fn create_tenant(&self, draft: TenantDraft) -> Answer<()> {
        self.answer(async {
            Reason::parse(&draft.reason)?;
            let id = TenantId::parse(&draft.id)?;
            let title = Title::parse(&draft.title)?.as_str().to_owned();
            let at = self.at_work().await?;
            at.workspace.demand_may_found(&at.session, &id).await?;
            let shown = Shown {
                sentence: format!("Found the tenant {id}."),
                facts: vec![
                    fact("Title", hidden::drawn(&title)),
                    fact("First admin", hidden::drawn(&at.session.name)),
                    fact("Policies", "The six standard ones: high tier two people, else one"),
                    fact("Control", "Single, until it has a second admin"),
                ],
                verb: "Found tenant",
            };
            self.ask_to_confirm(&at, Act::CreateTenant { id, title }, draft.reason, shown).await
        })
        .await
    }

    /// Asks for the archiving of a tenant.
    pub async fn archive_tenant(&self, tenant_id: String, reason: String) -> Answer<()> {
        self.answer(async {
            Reason::parse(&reason)?;
            let tenant = TenantId::parse(&tenant_id)?;
            let at = self.at_work().await?;
            at.workspace.demand_may_archive(&at.session, &tenant).await?;
            let open = at.workspace.store.request_counts(&tenant).await?.open;
            let shown = Shown {
                sentence: format!("Archive the tenant {tenant}."),
                facts: vec![
                    fact(
                        "Read-only",
                        "For ever: nothing is registered, requested, decided or changed",
                    ),
                    fact("Waiting", format!("{} requests stay undecided", words::grouped(open))),
                    fact("Gate", "Goes on answering for what is in force"),
                ],
                verb: "Archive tenant",
            };
            self.ask_to_confirm(&at, Act::ArchiveTenant(tenant), reason, shown).await
        })
        .await
    }

    /// The admin's passphrase for it.
    pub async fn answer_confirm(&self, passphrase: Passphrase) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::Confirm(confirming) = asked else { return Ok(asked.view()) };
            if session.person != confirming.person {
                return Err(ConsoleError::NotSignedIn);
            }
            let given = passphrase.read()?;
            let own = TenantId::workspace();
            let key = workspace.unlock(&session.person, &own, &given).await?;
            self.demand_still_asked(turn, &session)?;
            let reason = confirming.reason.as_str();
            match &confirming.act {
                Act::Disable(person) => {
                    workspace.disable_person(&session, &key, person, reason).await?;
                }
                Act::CreateTenant { id, title } => {
                    workspace.create_tenant(&session, &key, id, title, reason).await?;
                }
                Act::ArchiveTenant(tenant) => {
                    workspace.archive_tenant(&session, tenant, reason).await?;
                }
            }
            self.tell(DeskEvent::RecordsChanged);
            self.tell(DeskEvent::SessionChanged);
            Ok(self.finished(turn))
        })
        .await
    }

    async fn ask_to_confirm(
        &self,
        at: &AtWork,
        act: Act,
        reason: String,
        shown: Shown,
    ) -> Result<(), ConsoleError> {
        let AtWork { workspace, session, .. } = at;
        let view = SigningView::Confirm {
            sentence: shown.sentence,
            facts: shown.facts,
            reason: reason.clone(),
            name: hidden::drawn(&session.name),
            verb: shown.verb.to_owned(),
            demo_passphrase: demo_passphrase(workspace).await?,
        };
        let person = session.person.clone();
        self.ask(Asked::Confirm(Arc::new(Confirming { act, reason, person, view })));
        Ok(())
    }
}

impl AtWork {
    /// What closing an account ends, and what it does not.
    async fn facts_of_closing(&self, person: &Actor) -> Result<Vec<FactView>, ConsoleError> {
        let (mut ending, mut staying) = (Vec::new(), Vec::new());
        for tenant in self.workspace.log_ids().await? {
            let log = self.workspace.log(&tenant).await?;
            if log.authority.grant(person).is_none() {
                continue;
            }
            let there = Session { tenant_id: tenant.clone(), ..self.session.clone() };
            let ends = crate::administering::administers(&log.authority, &there)
                && log.archived_at.is_none();
            let list = if ends { &mut ending } else { &mut staying };
            list.push(tenant.to_string());
        }
        let mut facts = vec![fact("Sign-in", "Ends now; what they signed stays")];
        if !ending.is_empty() {
            let said = format!(
                "Taken away in {}, where a second admin may have to sign",
                words::listed(&ending)
            );
            facts.push(fact("Roles", said));
        }
        if !staying.is_empty() {
            let said = format!("Stay in {}: their admins take them away", words::listed(&staying));
            facts.push(fact("Roles elsewhere", said));
        }
        Ok(facts)
    }
}
