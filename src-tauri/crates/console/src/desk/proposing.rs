//! Acts of authority: what they would mean, shown and signed by the admin's own key.
//!
//! Invariant: the change whose digest is shown is the change that is signed; what follows from it is
//! worked out by the core from the log, both times.

use std::sync::Arc;

use governance::Reason;
use governance::workflow::check_body;
use ledger::change::{Change, ChangeBody};
use ledger::{Actor, Control, Decision, Lifecycle};

use super::at_work::AtWork;
use super::change_words;
use super::enrolling::Purpose;
use super::names::Names;
use super::reading::{Reading, count};
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::acts;
use crate::consequences::{Supposed, entries};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::proposing::ChangeOutcome;
use crate::views::{ActDraft, ConsequencesView, ReceiptView, SignatureLine, SigningView};
use crate::words;
use crate::workspace::LogView;

/// An act in front of its signature.
pub(super) struct Proposing {
    change: Change,
    pub(super) view: SigningView,
}

impl Desk {
    /// What an act would mean in the tenant in front, and why it would be refused. Nothing is
    /// recorded but a refusal to somebody who does not administer it.
    pub async fn consequences(&self, act: ActDraft) -> Answer<ConsequencesView> {
        self.answer(async {
            let at = self.administering().await?;
            let log = at.workspace.log(&at.session.tenant_id).await?;
            // A reason is no part of what is asked here.
            let change = at.change(&act, &log, "—")?;
            let names = Names::of(&at.workspace.store.people().await?);
            let refused = check_body(&change, &log.authority, log.size).err();
            let follows = match refused {
                Some(_) => Vec::new(),
                None => at.follows(&change, &log, &names).await?,
            };
            Ok(ConsequencesView {
                sentence: change_words::sentence(&change, &names),
                changes: entries(&change, &log.authority),
                follows,
                refused: refused
                    .map_or_else(String::new, |error| ConsoleError::from(error).view("").message),
            })
        })
        .await
    }

    /// Asks for the admin's signature on an act in the tenant in front; on a role of a person
    /// without a key there, first for that key. An act that would be refused is told now.
    pub async fn propose(&self, act: ActDraft, reason: String) -> Answer<()> {
        self.answer(async {
            Reason::parse(&reason)?;
            let at = self.administering().await?;
            let AtWork { workspace, session, .. } = &at;
            let log = workspace.log(&session.tenant_id).await?;
            let change = at.change(&act, &log, &reason)?;
            let people = workspace.store.people().await?;
            if let ChangeBody::RoleGrant(body) = &change.body {
                let person = people.iter().find(|person| person.id == body.person_id);
                let person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
                workspace.open_account(&person.id).await?;
                if !log.authority.is_enrolled(&person.id) {
                    let purpose = Purpose::Join(body.role, body.group.clone());
                    return self.ask_to_enrol(&at, person, purpose, reason).await;
                }
            }
            check_body(&change, &log.authority, log.size)?;
            if let ChangeBody::DeviceRevoke(body) = &change.body {
                workspace.demand_other_device(&body.device_id).await?;
            }
            let names = Names::of(&people);
            let control = match log.authority.control() {
                Control::Dual => format!("Waits for a second admin of {}", session.tenant_id),
                Control::Single | Control::Recovery => {
                    "Applies at once and is marked single".to_owned()
                }
            };
            let view = SigningView::Change {
                sentence: change_words::sentence(&change, &names),
                digest: change.subject()?.digest.digest().to_hex(),
                changes: entries(&change, &log.authority),
                follows: at.follows(&change, &log, &names).await?,
                control,
                reason,
                name: hidden::drawn(&session.name),
                demo_passphrase: demo_passphrase(workspace).await?,
            };
            self.ask(Asked::Change(Arc::new(Proposing { change, view })));
            Ok(())
        })
        .await
    }

    /// The admin's passphrase for it.
    pub async fn answer_change(&self, passphrase: Passphrase) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let at = self.at_work().await?;
            let AtWork { workspace, session, .. } = &at;
            let (turn, asked) = self.state().asked();
            let Asked::Change(proposing) = asked else { return Ok(asked.view()) };
            if session.tenant_id != proposing.change.tenant_id
                || session.person != proposing.change.proposed_by
            {
                return Err(ConsoleError::NotSignedIn);
            }
            let given = passphrase.read()?;
            let key = workspace.unlock(&session.person, &session.tenant_id, &given).await?;
            self.demand_still_asked(turn, session)?;
            let change = proposing.change.clone();
            let outcome = workspace.propose_one_change(session, &key, change).await?;
            self.tell(DeskEvent::RecordsChanged);
            self.tell(DeskEvent::SessionChanged);
            // Whoever took their own role away reads nothing here any more, not even that.
            let Some(reading) = Reading::unasked(at).await? else { return Ok(self.finished(turn)) };
            let receipt = reading.change_receipt(&proposing.change, &outcome).await?;
            let shown = Asked::Receipt(Box::new(receipt));
            let next = shown.view();
            match self.state().ask_after(turn, shown) {
                true => Ok(next),
                false => Ok(SigningView::Idle {}),
            }
        })
        .await
    }
}

impl Reading {
    /// What came of a change that was signed: it holds, or it waits for another admin.
    async fn change_receipt(
        &self,
        change: &Change,
        outcome: &ChangeOutcome,
    ) -> Result<ReceiptView, ConsoleError> {
        let (name, place) = (change.subject()?.name, self.tenant().as_str());
        let (seq, sentence, open) = match outcome {
            ChangeOutcome::Applied { seq } => {
                (*seq, change_words::sentence(change, &self.names), None)
            }
            ChangeOutcome::Waiting { request_id } => {
                let found = self.workspace.store.request(self.tenant(), request_id).await?;
                let request = found.ok_or(ConsoleError::NotFound { what: "request" })?;
                let sentence = words::outcome(Decision::Proposed, &name, place, 1);
                let open = SignatureLine::Open { people: self.able(&request) };
                (request.seq, sentence, Some(open))
            }
        };
        let signature = self.signatures(seq).await?.into_iter().next();
        let signature = signature.ok_or(ConsoleError::Damaged { what: "a signature on record" })?;
        let signed = SignatureLine::Signed {
            name: signature.signer.name.clone(),
            role: signature.role.clone(),
            at: signature.logged.at.clone(),
            seq: count(seq),
            decision: signature.decision.clone(),
            conditions: String::new(),
        };
        Ok(ReceiptView {
            sentence,
            signers: std::iter::once(signed).chain(open).collect(),
            digest: signature.digest.clone(),
            attestation_sha256: signature.logged.statement_sha256.clone(),
            keyid: signature.keyid.clone(),
            meaning: signature.meaning.clone(),
            seq: count(seq),
            final_seq: None,
            correlation_id: signature.correlation_id.clone(),
            evidence_of: None,
            signature,
        })
    }
}

impl AtWork {
    /// The act as a change of the session's person in their tenant.
    fn change(&self, act: &ActDraft, log: &LogView, reason: &str) -> Result<Change, ConsoleError> {
        let (kind, body) = acts::parse(act, &log.authority)?;
        Ok(self.workspace.change(&self.session, kind, body, reason))
    }

    /// What would follow from a change that is not refused.
    async fn follows(
        &self,
        change: &Change,
        log: &LogView,
        names: &Names,
    ) -> Result<Vec<String>, ConsoleError> {
        let now = self.workspace.now();
        let after = log.authority.supposing(change, log.size)?;
        let mut open = self.workspace.store.open_requests(&self.session.tenant_id).await?;
        open.retain(|request| request.lifecycle_at(now) == Lifecycle::Open);
        let supposed = Supposed { before: &log.authority, after: &after, open: &open, now };
        Ok(supposed.follows(change, &|actor: &Actor| names.title(actor)))
    }
}
