//! Recovery: an admin of a workspace whose keys are lost gets a new one by the kit, and this
//! computer its place among the installations.
//!
//! Invariant: everything is checked before anything is written, keys are kept before the log names
//! them, and the log takes all of it in one commit: what was interrupted is done again from the
//! beginning and loses nothing. It sets no anchor: whether the copy is the newest is said by an
//! admin, in the act that ends its alarm.

use std::collections::BTreeSet;
use std::sync::Arc;

use governance::audit::RecordDraft;
use governance::state::{Person, PersonStatus, SignIn};
use governance::{ApprovalWorkflow, Reason};
use ledger::change::{Change, ChangeBody, ChangeKind, DeviceBody, KeyEnrollBody, key_proof_text};
use ledger::checkpoint::CheckpointSigner as _;
use ledger::replay::Authority;
use ledger::statement::Reviewer;
use ledger::{
    Action, Actor, CorrelationId, Decision, Digest, ResourceType, Role, Signature, TenantId,
};
use security::passphrase::Passphrase;
use security::rbac::RbacService;
use security::secret::SecretText;
use security::signing::SigningKey;
use serde_json::{Map, Value};
use store::StateWrite;

use super::kit::same_secret;
use super::{Device, KitFault, OpenedKit, Page, Place, Remedy, Workspace, Writes, public_key};
use crate::administering::OwnKey;
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::principals::person_principal;
use crate::proposing::{ChangeOutcome, propose_on, take_effect};
use crate::session::{Session, UnlockedKey};
use crate::statements::{ChangeWord, SeenLog};

/// Who is to get a key, and why.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryWish<'a> {
    /// An admin.
    pub person: &'a Actor,
    /// Stands in every log concerned.
    pub reason: &'a str,
}

/// What a recovery did in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveredLog {
    /// The log.
    pub tenant_id: TenantId,
    /// The record that enrolled the key.
    pub key_seq: u64,
    /// The log key of this computer: enrolled, or waiting for a second admin; none where the log
    /// knew it before, or another admin's proposal waits already.
    pub device: Option<ChangeOutcome>,
}

/// What a recovery did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Each log in which the person is ADMIN.
    pub logs: Vec<RecoveredLog>,
    /// The new key.
    pub keyid: Digest,
    /// Under which everything stands.
    pub correlation_id: CorrelationId,
}

/// The new key, and whose it is.
struct Returning<'a> {
    person: Person,
    key: UnlockedKey,
    sign_in: SignIn,
    wish: RecoveryWish<'a>,
}

impl Workspace {
    /// Enrols a new key of an admin by the kit in every log where they are ADMIN, and this
    /// computer's log key where they alone may: else that waits for a second admin. Gives the
    /// workspace as it stands with the new keys.
    ///
    /// # Errors
    /// [`ConsoleError::Kit`] for somebody who is no admin; [`ConsoleError::Alarm`] for a log that
    /// does not hold; nothing is recorded then. It can be tried again.
    pub async fn recover(
        &self,
        kit: &OpenedKit,
        wish: RecoveryWish<'_>,
        passphrase: &Arc<Passphrase>,
    ) -> Result<(Self, Recovered), ConsoleError> {
        Reason::parse(wish.reason)?;
        let person = self.store.person(wish.person).await?;
        let active = |person: &Person| person.status == PersonStatus::Active;
        let person = person.filter(active).ok_or(ConsoleError::NotFound { what: "person" })?;
        let logs = self.administered_by(&person.id).await?;
        if logs.is_empty() {
            return Err(KitFault::NotAnAdmin.into());
        }
        let copied = match self.knows_own_key(&TenantId::workspace()).await? {
            true => Vec::new(),
            false => self.places().await?,
        };
        // A copy is taken over as a whole.
        self.demand_recoverable(logs.iter().chain(copied.iter().map(|(tenant, _)| tenant))).await?;
        let own = self.make_key(passphrase).await?;
        let (content, sign_in) = own.kept().ok_or(ConsoleError::Interrupted)?;
        let key = own.into_unlocked(person.id.clone(), person.title.clone())?;
        let sign_in = SignIn { keyid: Some(key.keyid), hash: sign_in };
        let item = ItemName::person_key(&self.row.id, &key.keyid);
        self.keep_secret_of(kit).await?;
        self.keys.write(&item, content).await?;
        self.keep_log_key().await?;
        // What was read of the keychain before is not what lies there now.
        let anew = self.beside(Arc::clone(&self.store));
        anew.compare_anchors().await;
        let returning = Returning { person, key, sign_in, wish };
        match anew.record_recovery(kit, &returning, &logs, &copied).await {
            Ok(recovered) => {
                anew.compare_anchors().await;
                Ok((anew, recovered))
            }
            Err(error) => {
                if let Err(cause) = self.keys.delete(&item).await {
                    tracing::warn!(%cause, "a key that was not enrolled stays behind");
                }
                Err(error)
            }
        }
    }

    /// The logs in which a person is ADMIN, the workspace's own first.
    pub(crate) async fn administered_by(
        &self,
        person: &Actor,
    ) -> Result<Vec<TenantId>, ConsoleError> {
        let mut logs = Vec::new();
        for tenant in self.log_ids().await? {
            if self.role(person, &tenant).await? == Some(Role::Admin) {
                logs.push(tenant);
            }
        }
        Ok(logs)
    }

    /// Every log must hold in itself, and have no alarm that no act ends.
    ///
    /// # Errors
    /// [`ConsoleError::Alarm`] for one that does not.
    pub(crate) async fn demand_recoverable(
        &self,
        logs: impl Iterator<Item = &TenantId> + Send,
    ) -> Result<(), ConsoleError> {
        let own = [TenantId::workspace()];
        for tenant in &logs.cloned().chain(own).collect::<BTreeSet<_>>() {
            match self.alarm(tenant).filter(|alarm| alarm.cause.remedy() == Remedy::PutRight) {
                Some(alarm) => return Err(ConsoleError::from(&alarm)),
                None => drop(self.demand_whole(tenant, &mut |_| Continue::Yes).await?),
            }
        }
        Ok(())
    }

    /// Where every log of the copy stands.
    async fn places(&self) -> Result<Vec<(TenantId, Place)>, ConsoleError> {
        let mut places = Vec::new();
        for tenant in self.log_ids().await? {
            let head = self.store.head(&tenant).await?;
            places.push((tenant, Place { size: head.size, root: head.root }));
        }
        Ok(places)
    }

    async fn keep_secret_of(&self, kit: &OpenedKit) -> Result<(), ConsoleError> {
        let Some(secret) = &kit.secret else { return Ok(()) };
        let item = ItemName::workspace_secret(&self.row.id);
        let kept = self.keys.read(&item).await?;
        if kept.is_some_and(|kept| same_secret(&kept, secret)) {
            return Ok(());
        }
        Ok(self.keys.write(&item, SecretText::new(secret.expose().to_owned())).await?)
    }

    /// This installation's log key; one that lies here is kept, whether or not a log knows it yet.
    ///
    /// # Errors
    /// Those of the keychain.
    pub(crate) async fn keep_log_key(&self) -> Result<(), ConsoleError> {
        let item = ItemName::log_key(&self.row.id);
        if self.keys.read(&item).await?.is_some() {
            return Ok(());
        }
        let key = SigningKey::generate(self.edge.entropy.as_ref())?;
        let device = Device::new(self.ids.device(), key)?;
        Ok(self.keys.write(&item, device.to_item()).await?)
    }

    /// All acts, in one commit.
    async fn record_recovery(
        &self,
        kit: &OpenedKit,
        returning: &Returning<'_>,
        logs: &[TenantId],
        copied: &[(TenantId, Place)],
    ) -> Result<Recovered, ConsoleError> {
        let correlation_id = self.ids.correlation();
        let device = self.device().await?.ok_or(ConsoleError::KeyItem { item: "log key" })?;
        let _turn = self.turn().await;
        loop {
            let (mut pages, mut done) = (Vec::new(), Vec::new());
            let mut writes = Writes::default();
            for tenant in logs {
                let mut page = self.page(tenant, &correlation_id).await?;
                let mut authority = page.authority().clone();
                let key_seq =
                    self.enrol_by_kit(kit, returning, &mut authority, &mut page, &mut writes)?;
                let device = match self.awaits_device(tenant, &authority, &device).await? {
                    true => None,
                    false => {
                        let acts = (&mut authority, &mut page, &mut writes);
                        Some(self.enrol_own_device(returning, &device, acts)?)
                    }
                };
                done.push(RecoveredLog { tenant_id: tenant.clone(), key_seq, device });
                pages.push(page);
            }
            if !logs.contains(&TenantId::workspace()) {
                pages.insert(0, self.page(&TenantId::workspace(), &correlation_id).await?);
            }
            // The workspace's own log is the first of all.
            self.record_account(returning, copied, &mut pages[0])?;
            let person = Person {
                // The passphrase that was lost opens nothing any more.
                sign_ins: vec![returning.sign_in.clone()],
                failures: 0,
                last_failure_at: None,
                ..returning.person.clone()
            };
            writes.state.push(StateWrite::PutPerson(person));
            let commit = self.commit_of(&pages, writes)?;
            if self.commit_in_spite(commit).await? {
                let keyid = returning.key.keyid;
                return Ok(Recovered { logs: done, keyid, correlation_id });
            }
        }
    }

    /// The act that the recovery key signs.
    fn enrol_by_kit(
        &self,
        kit: &OpenedKit,
        returning: &Returning<'_>,
        authority: &mut Authority,
        page: &mut Page<'_>,
        writes: &mut Writes,
    ) -> Result<u64, ConsoleError> {
        let (key, person) = (&returning.key, &returning.person);
        let public_key = public_key(&key.key)?;
        let text = key_proof_text(&self.row.id, page.tenant(), &person.id, &key.keyid);
        let change = Change {
            body: ChangeBody::KeyEnroll(KeyEnrollBody {
                keyid: key.keyid,
                name: person.title.clone(),
                person_id: person.id.clone(),
                proof: Signature::from_bytes(key.key.sign(text.as_bytes())),
                public_key,
            }),
            id: self.ids.change(),
            kind: ChangeKind::KeyEnroll,
            proposed_by: Actor::System,
            reason: returning.wish.reason.to_owned(),
            tenant_id: page.tenant().clone(),
            v: 1,
            workspace_id: self.row.id.clone(),
        };
        let mut seen: crate::statements::Seen =
            SeenLog { size: page.head.size, root: page.head.root, opened_at: page.now() }.into();
        seen.hidden_characters = crate::hidden::count(&change.reason);
        let word = ChangeWord {
            change: &change,
            decision: Decision::Proposed,
            reason: &change.reason,
            requested_at: page.now(),
            seen,
        };
        let (occasion, nonce) = (page.records.occasion(), self.ids.nonce()?);
        let signed = word.sign_as(Reviewer::recovery_kit(), &kit.recovery, occasion, nonce)?;
        let attestation = signed.row(occasion)?;
        let written = ApprovalWorkflow::recover_key(
            &change,
            &signed.decision,
            signed.envelope(),
            authority,
            &mut page.records,
        )?;
        take_effect(authority, &attestation, page)?;
        writes.attestations.push(attestation);
        Ok(written.seq)
    }

    /// The admin's own act, with the key that was just enrolled.
    fn enrol_own_device(
        &self,
        returning: &Returning<'_>,
        device: &Device,
        (authority, page, writes): (&mut Authority, &mut Page<'_>, &mut Writes),
    ) -> Result<ChangeOutcome, ConsoleError> {
        let session = Session {
            person: returning.person.id.clone(),
            name: returning.person.title.clone(),
            tenant_id: page.tenant().clone(),
            keyid: Some(returning.key.keyid),
        };
        let body = ChangeBody::DeviceEnroll(DeviceBody {
            device_id: device.id.clone(),
            public_key: device.public_key(),
        });
        let change = self.change(&session, ChangeKind::DeviceEnroll, body, returning.wish.reason);
        let permit = RbacService::administer(&person_principal(authority, &session)?)?;
        let nonce = self.ids.nonce()?;
        let proposed = propose_on(&permit, &returning.key, &change, nonce, (authority, page))?;
        writes.attestations.push(proposed.attestation);
        writes.state.extend(proposed.request);
        Ok(proposed.outcome)
    }

    /// True where this computer's log key needs no act: the log knows it, or one waits already.
    async fn awaits_device(
        &self,
        tenant: &TenantId,
        authority: &Authority,
        device: &Device,
    ) -> Result<bool, ConsoleError> {
        let own = device.verifying_key();
        if authority.log_keys().any(|(_, key)| key.public_key == own) {
            return Ok(true);
        }
        let open = self.store.open_requests(tenant).await?;
        Ok(open.iter().filter_map(|request| request.change.as_ref()).any(|change| {
            matches!(&change.body, ChangeBody::DeviceEnroll(body) if body.public_key == own)
        }))
    }

    /// What stands in the workspace's own log: that the account has another key, and which copy
    /// was taken over where none of its keys lay.
    fn record_account(
        &self,
        returning: &Returning<'_>,
        copied: &[(TenantId, Place)],
        page: &mut Page<'_>,
    ) -> Result<(), ConsoleError> {
        let (person, reason) = (&returning.person.id, returning.wish.reason);
        let keyid: Digest = returning.key.keyid;
        let account = Map::from_iter([
            ("control".to_owned(), Value::from("recovery")),
            ("keyid".to_owned(), Value::from(keyid.to_hex())),
        ]);
        let resource = (ResourceType::Person, person.to_string());
        let draft = RecordDraft::of(Action::UserCreate, resource, reason, &account)?;
        page.record(&Actor::System, draft)?;
        for (tenant, place) in copied {
            let restored = Map::from_iter([
                ("given_up".to_owned(), Value::Null),
                ("restored".to_owned(), place.on_record()),
                ("tenant_id".to_owned(), Value::from(tenant.as_str())),
            ]);
            let resource = (ResourceType::Workspace, self.row.id.to_string());
            let draft = RecordDraft::of(Action::BackupRestore, resource, reason, &restored)?;
            page.record(person, draft)?;
        }
        Ok(())
    }
}

impl OwnKey {
    /// What is kept of a key that was just made: its item, and the hash that signs its owner in.
    fn kept(&self) -> Option<(SecretText, String)> {
        let (locked, sign_in) = self.fresh()?;
        Some((SecretText::new(locked.content().to_owned()), sign_in.to_text()))
    }
}
