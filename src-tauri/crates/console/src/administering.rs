//! People, their keys and their roles: acts of authority, signed by the admin's own key.
//!
//! Invariant: nobody chooses or receives another's passphrase; a key is made where its owner
//! sits. Each act stands in the log of the tenant it concerns, and applies at once only while that
//! tenant has one admin.

use std::collections::BTreeMap;
use std::sync::Arc;

use governance::audit::RecordDraft;
use governance::state::{Person, PersonStatus};
use governance::workflow::Proposal;
use governance::{ApprovalWorkflow, Reason, Title};
use ledger::change::{
    Change, ChangeBody, ChangeKind, KeyEnrollBody, RoleGrantBody, RoleRevokeBody, key_proof_text,
};
use ledger::replay::{Authority, signed_by};
use ledger::{
    Action, Actor, CorrelationId, Decision, RequestId, ResourceType, Role, Signature, TenantId,
};
use security::locked_key::LockedKey;
use security::passphrase::{Passphrase, SignInHash};
use security::rbac::AdminPermit;
use security::secret::SecretText;
use security::signing::SigningKey;
use serde_json::Map;
use store::{AttestationRow, StateWrite};

use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::session::{Session, UnlockedKey, off_thread, principal};
use crate::statements::{ChangeWord, SeenLog, Signer};
use crate::workspace::{Page, Workspace, Writes, public_key};

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

/// A key that a person made at their own keyboard, before an admin vouched for it.
pub struct OwnKey {
    key: SigningKey,
    /// Absent when the key was enrolled elsewhere before: it lies in the keychain already.
    fresh: Option<(LockedKey, SignInHash)>,
}

impl OwnKey {
    /// A key that is enrolled in another tenant, opened by its owner.
    pub fn of_unlocked(unlocked: UnlockedKey) -> Self {
        Self { key: unlocked.key, fresh: None }
    }

    /// What keeps it, where it was just made.
    pub(crate) const fn fresh(&self) -> Option<&(LockedKey, SignInHash)> {
        self.fresh.as_ref()
    }

    /// The key as its owner, in front of it, goes on using it.
    ///
    /// # Errors
    /// [`ConsoleError`] when the key is none that a log may hold.
    pub(crate) fn into_unlocked(
        self,
        person: Actor,
        name: String,
    ) -> Result<UnlockedKey, ConsoleError> {
        let keyid = public_key(&self.key)?.keyid();
        Ok(UnlockedKey { key: self.key, keyid, person, name })
    }
}

/// A person who gets a role, with a reason.
#[derive(Debug, Clone, Copy)]
pub struct RoleWish<'a> {
    /// The person.
    pub person: &'a Actor,
    /// The role.
    pub role: Role,
    /// Why.
    pub reason: &'a str,
}

impl Workspace {
    /// Adds an account. The person can do nothing until they are enrolled.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session is no ADMIN of the workspace, or the title is taken.
    pub async fn add_person(
        &self,
        session: &Session,
        title: &str,
        reason: &str,
    ) -> Result<Actor, ConsoleError> {
        let title = Title::parse(title)?;
        let reason = Reason::parse(reason)?;
        let correlation_id = self.ids.correlation();
        let asked = (ResourceType::Person, "");
        self.workspace_permit(session, asked, &correlation_id).await?;
        let _turn = self.turn().await;
        loop {
            let taken = self.store.people().await?;
            if taken.iter().any(|person| person.title_key == title.key()) {
                return Err(ConsoleError::TitleTaken);
            }
            let id = Actor::Person(self.ids.principal());
            let mut page = self.page(&TenantId::workspace(), &correlation_id).await?;
            let resource = (ResourceType::Person, id.to_string());
            let draft =
                RecordDraft::of(Action::UserCreate, resource, reason.as_str(), &Map::new())?;
            let written = page.record(&session.person, draft)?;
            let person = Person {
                id: id.clone(),
                title: title.as_str().to_owned(),
                title_key: title.key(),
                sign_in: None,
                status: PersonStatus::Active,
                created_at: written.at,
                last_sign_in_at: None,
                failures: 0,
                last_failure_at: None,
            };
            let state = vec![StateWrite::PutPerson(person)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(id);
            }
        }
    }

    /// Makes a person's first key under the passphrase they just typed.
    ///
    /// # Errors
    /// [`ConsoleError`] when the passphrase is too short or entropy fails.
    pub async fn make_key(&self, passphrase: &Arc<Passphrase>) -> Result<OwnKey, ConsoleError> {
        passphrase.check_new()?;
        let (given, entropy) = (Arc::clone(passphrase), Arc::clone(&self.edge.entropy));
        let workspace = self.row.id.clone();
        off_thread(move || {
            let key = SigningKey::generate(entropy.as_ref())?;
            let locked = LockedKey::lock(workspace.as_str(), &key, &given, entropy.as_ref())?;
            let sign_in = SignInHash::make(&given, entropy.as_ref())?;
            Ok(OwnKey { key, fresh: Some((locked, sign_in)) })
        })
        .await?
    }

    /// Vouches for a person's key in the session's tenant and gives them a role there: two acts in
    /// one commit. A fresh key is kept in the keychain first.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed but, at worst, an unused item in the keychain.
    pub async fn enrol(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        own: &OwnKey,
        wish: RoleWish<'_>,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let person = self.store.person(wish.person).await?;
        let mut person = person.ok_or(ConsoleError::NotFound { what: "person" })?;
        let key = public_key(&own.key)?;
        let tenant = &session.tenant_id;
        let text = key_proof_text(&self.row.id, tenant, wish.person, &key.keyid());
        let enroll = ChangeBody::KeyEnroll(KeyEnrollBody {
            keyid: key.keyid(),
            name: person.title.clone(),
            person_id: wish.person.clone(),
            proof: Signature::from_bytes(own.key.sign(text.as_bytes())),
            public_key: key,
        });
        let mut state = Vec::new();
        if let Some((locked, sign_in)) = &own.fresh {
            let item = ItemName::person_key(&self.row.id, &key.keyid());
            self.keys.write(&item, SecretText::new(locked.content().to_owned())).await?;
            person.sign_in = Some(sign_in.to_text());
            state.push(StateWrite::PutPerson(person));
        }
        let enroll = self.change(session, ChangeKind::KeyEnroll, enroll, wish.reason);
        let changes = [enroll, self.draft_grant(session, wish)];
        self.propose(session, admin_key, &changes, state).await
    }

    /// Gives an enrolled person a role in the session's tenant.
    ///
    /// # Errors
    /// [`ConsoleError::NotEnrolled`] when they have no key there; nothing was changed.
    pub async fn grant_role(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        wish: RoleWish<'_>,
    ) -> Result<ChangeOutcome, ConsoleError> {
        if !self.log(&session.tenant_id).await?.authority.is_enrolled(wish.person) {
            return Err(ConsoleError::NotEnrolled);
        }
        self.propose_one_change(session, admin_key, self.draft_grant(session, wish)).await
    }

    /// The act that gives a person a role, to be shown before it is signed.
    pub(crate) fn draft_grant(&self, session: &Session, wish: RoleWish<'_>) -> Change {
        self.change(session, ChangeKind::RoleGrant, grant(wish), wish.reason)
    }

    /// Signs an act of authority that was shown.
    pub(crate) async fn propose_one_change(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        change: Change,
    ) -> Result<ChangeOutcome, ConsoleError> {
        let outcomes = self.propose(session, admin_key, &[change], Vec::new()).await?;
        outcomes.into_iter().next().ok_or(ConsoleError::Interrupted)
    }

    /// Takes a person's role in the session's tenant away.
    ///
    /// # Errors
    /// [`ConsoleError::NotEnrolled`] when they hold none there; nothing was changed.
    pub async fn revoke_role(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        person: &Actor,
        reason: &str,
    ) -> Result<ChangeOutcome, ConsoleError> {
        if self.role(person, &session.tenant_id).await?.is_none() {
            return Err(ConsoleError::NotEnrolled);
        }
        let body = ChangeBody::RoleRevoke(RoleRevokeBody { person_id: person.clone() });
        let change = self.change(session, ChangeKind::RoleRevoke, body, reason);
        self.propose_one_change(session, admin_key, change).await
    }

    /// Proposes acts of authority in the session's tenant, in one commit.
    async fn propose(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        changes: &[Change],
        state: Vec<StateWrite>,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let correlation_id = self.ids.correlation();
        let asked = (ResourceType::Tenant, session.tenant_id.as_str());
        let permit = self.admin_permit(session, asked, &correlation_id).await?;
        let _turn = self.turn().await;
        loop {
            let mut pages = vec![self.page(&session.tenant_id, &correlation_id).await?];
            let mut writes = Writes { state: state.clone(), ..Writes::default() };
            let mut outcomes = Vec::new();
            let mut authority = pages[0].authority().clone();
            for change in changes {
                let proposed =
                    self.propose_one(&permit, admin_key, change, &mut authority, &mut pages[0])?;
                writes.attestations.push(proposed.attestation);
                writes.state.extend(proposed.request);
                outcomes.push(proposed.outcome);
            }
            if !state.is_empty() {
                pages.push(self.account_page(session, changes, &correlation_id).await?);
            }
            if self.write(pages, writes).await? {
                return Ok(outcomes);
            }
        }
    }

    pub(crate) fn propose_one(
        &self,
        permit: &AdminPermit,
        admin_key: &UnlockedKey,
        change: &Change,
        authority: &mut Authority,
        page: &mut Page<'_>,
    ) -> Result<Proposed, ConsoleError> {
        let signer = Signer {
            key: &admin_key.key,
            person: &admin_key.person,
            name: &admin_key.name,
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
        let signed = word.sign(&signer, page.records.occasion(), self.ids.nonce()?)?;
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

    /// The account of a person changed too: that stands in the workspace's own log.
    async fn account_page(
        &self,
        session: &Session,
        changes: &[Change],
        correlation_id: &CorrelationId,
    ) -> Result<Page<'_>, ConsoleError> {
        let mut page = self.page(&TenantId::workspace(), correlation_id).await?;
        for change in changes {
            if let ChangeBody::KeyEnroll(body) = &change.body {
                let resource = (ResourceType::Person, body.person_id.to_string());
                let keyid = serde_json::Value::String(body.keyid.to_hex());
                let metadata = Map::from_iter([("keyid".to_owned(), keyid)]);
                let draft = RecordDraft::of(Action::UserCreate, resource, "", &metadata)?;
                page.record(&session.person, draft)?;
            }
        }
        Ok(page)
    }
}

/// One act, signed and recorded or waiting.
pub(crate) struct Proposed {
    pub(crate) outcome: ChangeOutcome,
    pub(crate) attestation: AttestationRow,
    pub(crate) request: Option<StateWrite>,
}

fn grant(wish: RoleWish<'_>) -> ChangeBody {
    ChangeBody::RoleGrant(RoleGrantBody {
        group: None,
        person_id: wish.person.clone(),
        role: wish.role,
    })
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

/// Whether a person administers a log, as it says now.
pub(crate) fn administers(authority: &Authority, person: &Actor) -> bool {
    principal(authority, person)
        .and_then(|principal| security::rbac::RbacService::administer(&principal))
        .is_ok()
}
