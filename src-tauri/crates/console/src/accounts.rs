//! Accounts that are closed, and people who enrol anew because their passphrase is lost.
//!
//! Invariant: an account is never deleted, and what its person signed stays. Closing one is the
//! workspace's; the keys and roles of a person end in the logs that the admin administers and in no
//! other.

use governance::Reason;
use governance::audit::RecordDraft;
use ledger::change::{
    Change, ChangeBody, ChangeKind, KeyEnrollBody, KeyRevokeBody, RevocationMode, RoleRevokeBody,
    key_proof_text,
};
use ledger::replay::Authority;
use ledger::{Action, Actor, Digest, ResourceType, Signature, TenantId};
use serde_json::Map;

use crate::administering::{OwnKey, administers};
use crate::failure::ConsoleError;
use crate::principals::is_good_key;
use crate::proposing::{AccountChange, Beside, ChangeOutcome};
use crate::session::{Session, UnlockedKey};
use crate::workspace::{Workspace, public_key};

impl Workspace {
    /// Closes an account: the person signs in no more. Their roles end with it in the tenants that
    /// the admin administers, each by an act of its own.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session is no ADMIN of the workspace, which is recorded, or the
    /// account is their own or closed already; nothing was changed.
    pub async fn disable_person(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        person: &Actor,
        reason: &str,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let reason = Reason::parse(reason)?;
        self.demand_may_disable(session, person).await?;
        let mut changes = Vec::new();
        for tenant in self.administered(session, &admin_key.keyid).await? {
            if self.log(&tenant).await?.authority.grant(person).is_some() {
                let body = ChangeBody::RoleRevoke(RoleRevokeBody { person_id: person.clone() });
                let there = Session { tenant_id: tenant, ..session.clone() };
                changes.push(self.change(&there, ChangeKind::RoleRevoke, body, reason.as_str()));
            }
        }
        let resource = (ResourceType::Person, person.to_string());
        let closed = RecordDraft::of(Action::UserDisable, resource, reason.as_str(), &Map::new())?;
        let account = Some((person.clone(), AccountChange::Close));
        let beside = Beside { records: vec![closed], account, ..Beside::default() };
        self.propose(session, admin_key, &changes, beside).await
    }

    /// Whether the session's person may close this account.
    ///
    /// # Errors
    /// As [`Workspace::disable_person`].
    pub(crate) async fn demand_may_disable(
        &self,
        session: &Session,
        person: &Actor,
    ) -> Result<(), ConsoleError> {
        let asked = person.to_string();
        let asked = (ResourceType::Person, asked.as_str());
        self.workspace_permit(session, asked, &self.ids.correlation()).await?;
        if session.person == *person {
            let reason = "nobody closes their own account: another admin does";
            return Err(ConsoleError::Input { what: "person", reason });
        }
        self.open_account(person).await.map(|_| ())
    }

    /// An account that is there and not closed, for somebody who administers it.
    pub(crate) async fn open_account(
        &self,
        person: &Actor,
    ) -> Result<governance::state::Person, ConsoleError> {
        match self.account(person).await {
            Err(ConsoleError::NotSignedIn) => {
                Err(ConsoleError::Input { what: "person", reason: "the account is closed" })
            }
            found => found,
        }
    }

    /// Vouches for a fresh key of somebody who was enrolled, and retires the keys it takes the place
    /// of, in every log that the admin administers: what those signed stays.
    ///
    /// # Errors
    /// [`ConsoleError::NotEnrolled`] when they have no key there; nothing was changed but, at worst,
    /// an unused item in the keychain.
    pub async fn enrol_anew(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        own: &OwnKey,
        person: &Actor,
        reason: &str,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        Reason::parse(reason)?;
        let account = self.open_account(person).await?;
        let mut changes = Vec::new();
        for tenant in self.administered(session, &admin_key.keyid).await? {
            let log = self.log(&tenant).await?;
            if log.authority.is_enrolled(person) {
                let there = Session { tenant_id: tenant, ..session.clone() };
                let fresh = self.fresh_key(&there.tenant_id, own, person, &account.title)?;
                changes.extend(self.exchange(&there, &log.authority, person, fresh, reason));
            }
        }
        if changes.is_empty() {
            return Err(ConsoleError::NotEnrolled);
        }
        let beside = self.keep_own(own, person).await?;
        self.propose(session, admin_key, &changes, beside).await
    }

    /// The enrolment of the fresh key, unless that log has it, and the end of the others.
    fn exchange(
        &self,
        there: &Session,
        authority: &Authority,
        person: &Actor,
        fresh: KeyEnrollBody,
        reason: &str,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let keyid = fresh.keyid;
        if authority.key(&keyid).is_none() {
            let body = ChangeBody::KeyEnroll(fresh);
            changes.push(self.change(there, ChangeKind::KeyEnroll, body, reason));
        }
        for (old, _) in authority.keys_of(person).filter(|(old, _)| **old != keyid) {
            let mode = RevocationMode::Retired;
            let body = ChangeBody::KeyRevoke(KeyRevokeBody { keyid: *old, mode, since: 0 });
            changes.push(self.change(there, ChangeKind::KeyRevoke, body, reason));
        }
        changes
    }

    /// What enrols a key in a log, with the proof that its owner holds it.
    pub(crate) fn fresh_key(
        &self,
        tenant: &TenantId,
        own: &OwnKey,
        person: &Actor,
        name: &str,
    ) -> Result<KeyEnrollBody, ConsoleError> {
        let key = public_key(own.key())?;
        let text = key_proof_text(&self.row.id, tenant, person, &key.keyid());
        Ok(KeyEnrollBody {
            keyid: key.keyid(),
            name: name.to_owned(),
            person_id: person.clone(),
            proof: Signature::from_bytes(own.key().sign(text.as_bytes())),
            public_key: key,
        })
    }

    /// The logs in which the session's person is ADMIN and this key of theirs may sign.
    async fn administered(
        &self,
        session: &Session,
        keyid: &Digest,
    ) -> Result<Vec<TenantId>, ConsoleError> {
        let mut administered = Vec::new();
        for tenant in self.log_ids().await? {
            let log = self.log(&tenant).await?;
            if administers(&log.authority, session)
                && is_good_key(&log.authority, &session.person, keyid)
                && log.archived_at.is_none()
            {
                administered.push(tenant);
            }
        }
        Ok(administered)
    }
}
