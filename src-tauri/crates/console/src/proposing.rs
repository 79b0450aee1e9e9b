//! Acts of authority, signed by the admin's own key: applied at once where one administers, else a
//! request that waits for another.
//!
//! Invariant: each act stands in the log of the tenant it concerns, decided by that log's own
//! authority; acts of one click are one commit, one change each (domain.md, rule 11).

use std::collections::BTreeMap;

use governance::ApprovalWorkflow;
use governance::audit::RecordDraft;
use governance::state::{Person, PersonStatus, SignIn};
use governance::workflow::Proposal;
use ledger::change::{Change, ChangeBody, ChangeKind};
use ledger::replay::{Authority, signed_by};
use ledger::{Actor, CorrelationId, Decision, RequestId, ResourceType, Role, TenantId};
use security::SecurityError;
use security::rbac::{AdminPermit, RbacService};
use store::{AttestationRow, StateWrite};

use crate::failure::ConsoleError;
use crate::principals::person_principal;
use crate::session::{Session, UnlockedKey};
use crate::statements::{ChangeWord, SeenLog, Signer};
use crate::workspace::{Page, Workspace, Writes};

/// What came of an act of authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// It holds, under single control.
    Applied {
        /// Its record.
        seq: u64,
    },
    /// It waits for a second admin.
    Waiting {
        /// The request.
        request_id: RequestId,
    },
}

/// What is written with acts of authority, in the same commit.
#[derive(Default)]
pub(crate) struct Beside {
    /// Records of the workspace's own log.
    pub(crate) records: Vec<RecordDraft>,
    /// What changes about an account, and whose it is.
    pub(crate) account: Option<(Actor, AccountChange)>,
    /// What the logs must be like.
    pub(crate) footing: Footing,
}

/// What a log must be like to take an act of authority.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Footing {
    /// It agrees with its anchor.
    #[default]
    Agreeing,
    /// It holds in itself, which the caller has seen: for the act without which its alarm could not be
    /// ended here.
    Whole,
}

/// What an act changes about an account.
pub(crate) enum AccountChange {
    /// The person signs in no more.
    Close,
    /// The person made another key.
    AddSignIn(SignIn),
}

impl AccountChange {
    fn apply(&self, account: &mut Person) {
        match self {
            Self::Close => account.status = PersonStatus::Disabled,
            Self::AddSignIn(sign_in) => account.sign_ins.push(sign_in.clone()),
        }
    }
}

/// One tenant's log while acts in it are decided.
struct Opened<'a> {
    page: Page<'a>,
    permit: AdminPermit,
    /// What the acts decided so far would leave.
    authority: Authority,
}

impl Workspace {
    /// Signs one act of authority that was shown.
    pub(crate) async fn propose_one_change(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        change: Change,
    ) -> Result<ChangeOutcome, ConsoleError> {
        let outcomes = self.propose(session, admin_key, &[change], Beside::default()).await?;
        outcomes.into_iter().next().ok_or(ConsoleError::Interrupted)
    }

    /// Proposes acts of authority in the tenants that they name, in one commit.
    ///
    /// # Errors
    /// [`ConsoleError`] when the person is no ADMIN of one of them, which is recorded, or one act
    /// is refused; nothing was changed.
    pub(crate) async fn propose(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        changes: &[Change],
        beside: Beside,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let correlation_id = self.ids.correlation();
        let mut denied = None;
        let proposed = self.propose_in_turn(
            session,
            admin_key,
            (changes, beside),
            &correlation_id,
            &mut denied,
        );
        let proposed = proposed.await;
        // On record once the turn is over: a record that stands alone takes its own.
        match denied {
            Some((tenant, refusal)) => {
                let asked = (ResourceType::Tenant, tenant.as_str());
                Err(self.deny(session, asked, refusal, &correlation_id).await)
            }
            None => proposed,
        }
    }

    async fn propose_in_turn(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        (changes, beside): (&[Change], Beside),
        correlation_id: &CorrelationId,
        denied: &mut Option<(TenantId, SecurityError)>,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let _turn = self.turn().await;
        loop {
            let mut opened = BTreeMap::new();
            let mut writes = Writes::default();
            let mut outcomes = Vec::new();
            for change in changes {
                let tenant = &change.tenant_id;
                if !opened.contains_key(tenant) {
                    let log = self.open_log(session, tenant, correlation_id, denied).await?;
                    opened.insert(tenant.clone(), log);
                }
                let Some(log) = opened.get_mut(tenant) else { continue };
                let proposed = log.propose(admin_key, change, self.ids.nonce()?)?;
                writes.attestations.push(proposed.attestation);
                writes.state.extend(proposed.request);
                outcomes.push(proposed.outcome);
            }
            let mut pages: BTreeMap<TenantId, Page<'_>> =
                opened.into_iter().map(|(tenant, log)| (tenant, log.page)).collect();
            if !beside.records.is_empty() {
                let own = TenantId::workspace();
                let mut page = match pages.remove(&own) {
                    Some(page) => page,
                    None => self.page(&own, correlation_id).await?,
                };
                for draft in &beside.records {
                    page.record(&session.person, draft.clone())?;
                }
                pages.insert(own, page);
                writes.state.extend(self.account_as_changed(&beside).await?);
            }
            let pages = pages.into_values().collect();
            let written = match beside.footing {
                Footing::Agreeing => self.write(pages, writes).await?,
                Footing::Whole => self.write_in_spite(pages, writes).await?,
            };
            if written {
                return Ok(outcomes);
            }
        }
    }

    /// An act of authority of the session's person, in their tenant.
    pub(crate) fn change(
        &self,
        session: &Session,
        kind: ChangeKind,
        body: ChangeBody,
        reason: &str,
    ) -> Change {
        Change {
            body,
            id: self.ids.change(),
            kind,
            proposed_by: session.person.clone(),
            reason: reason.to_owned(),
            tenant_id: session.tenant_id.clone(),
            v: 1,
            workspace_id: self.row.id.clone(),
        }
    }

    /// The account as it is now, read under the page that its records stand on, and changed.
    async fn account_as_changed(
        &self,
        beside: &Beside,
    ) -> Result<Option<StateWrite>, ConsoleError> {
        let Some((person, change)) = &beside.account else { return Ok(None) };
        let account = self.store.person(person).await?;
        let mut account = account.ok_or(ConsoleError::NotFound { what: "person" })?;
        change.apply(&mut account);
        Ok(Some(StateWrite::PutPerson(account)))
    }

    async fn open_log(
        &self,
        session: &Session,
        tenant: &TenantId,
        correlation_id: &CorrelationId,
        denied: &mut Option<(TenantId, SecurityError)>,
    ) -> Result<Opened<'_>, ConsoleError> {
        let view = self.log(tenant).await?;
        let granted = person_principal(&view.authority, session)
            .and_then(|principal| RbacService::administer(&principal));
        let permit = match granted {
            Ok(permit) => permit,
            Err(refusal) => {
                *denied = Some((tenant.clone(), refusal.clone()));
                return Err(refusal.into());
            }
        };
        let page = self.page(tenant, correlation_id).await?;
        let authority = page.authority().clone();
        Ok(Opened { page, permit, authority })
    }
}

impl Opened<'_> {
    fn propose(
        &mut self,
        admin_key: &UnlockedKey,
        change: &Change,
        nonce: String,
    ) -> Result<Proposed, ConsoleError> {
        let on = (&mut self.authority, &mut self.page);
        propose_on(&self.permit, admin_key, change, nonce, on)
    }
}

/// Signs an act and puts it on a page of its log, decided by this authority, which it moves on.
pub(crate) fn propose_on(
    permit: &AdminPermit,
    admin_key: &UnlockedKey,
    change: &Change,
    nonce: String,
    (authority, page): (&mut Authority, &mut Page<'_>),
) -> Result<Proposed, ConsoleError> {
    // The same key may stand under another name in another tenant.
    let enrolled = authority.key(&admin_key.keyid).ok_or(ConsoleError::NotEnrolled)?;
    let signer = Signer {
        key: &admin_key.key,
        person: &admin_key.person,
        name: &enrolled.name,
        role: Role::Admin,
    };
    let hidden = crate::hidden::count(&change.reason);
    let mut seen: crate::statements::Seen =
        SeenLog { size: page.head.size, root: page.head.root, opened_at: page.now() }.into();
    seen.hidden_characters = hidden;
    let word = ChangeWord {
        change,
        decision: Decision::Proposed,
        reason: &change.reason,
        requested_at: page.now(),
        seen,
    };
    let signed = word.sign(&signer, page.records.occasion(), nonce)?;
    let attestation = signed.row(page.records.occasion())?;
    let proposal = ApprovalWorkflow::request_change(
        permit,
        change,
        &signed.decision,
        hidden,
        authority,
        &mut page.records,
    )?;
    let (outcome, request) = match proposal {
        Proposal::Applied(written) => {
            take_effect(authority, &attestation, page)?;
            (ChangeOutcome::Applied { seq: written.seq }, None)
        }
        Proposal::Waiting(request) => {
            let request_id = request.id.clone();
            (ChangeOutcome::Waiting { request_id }, Some(StateWrite::PutRequest(*request)))
        }
    };
    Ok(Proposed { outcome, attestation, request })
}

/// One act, signed and recorded or waiting.
pub(crate) struct Proposed {
    pub(crate) outcome: ChangeOutcome,
    pub(crate) attestation: AttestationRow,
    pub(crate) request: Option<StateWrite>,
}

/// What the next act of the same commit is decided under.
pub(crate) fn take_effect(
    authority: &mut Authority,
    attestation: &AttestationRow,
    page: &Page<'_>,
) -> Result<(), ConsoleError> {
    let Some(record) = page.records.records().last() else { return Ok(()) };
    let envelopes = BTreeMap::from([(attestation.payload_sha256, attestation.envelope.clone())]);
    let signed = signed_by(record, &envelopes)?;
    Ok(authority.apply(record, &signed)?)
}
