//! A new workspace: its secret, its first admin, its two geneses and its recovery kit.
//!
//! Invariant: nothing is committed, in keychain or on disk, before [`Founding::commit`]; a failure
//! there leaves nothing behind.

use std::path::Path;
use std::sync::Arc;

use governance::ApprovalWorkflow;
use governance::audit::{LogHead, Occasion, RecordBuilder, RecordDraft};
use governance::state::{Person, PersonStatus, SignIn, Tenant};
use governance::text::{Reason, Title};
use ledger::{Action, Actor, CorrelationId, Digest, ResourceType, TenantId, WorkspaceId};
use security::kdf::Kdf;
use security::kit;
use security::locked_key::LockedKey;
use security::passphrase::{Passphrase, SignInHash};
use security::rbac::{self, Principal, RbacService};
use security::secret::SecretText;
use security::signing::SigningKey;
use security::workspace_secret::WorkspaceSecret;
use store::{
    Commit, SqliteStore, StateWrite, Store, StoreError, StoredCheckpoint, Unfinished,
    WorkspaceKind, WorkspaceRow,
};

use super::page::{founding_note, sealed_rows};
use super::{Device, Genesis, Workspace, first_admin, public_key};
use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::ids::Ids;
use crate::keychain::{ItemName, KeychainThread};
use crate::views::KeyStorage;

/// What a person says about the workspace they want.
pub struct NewWorkspace {
    /// Title of the workspace.
    pub title: Title,
    /// First tenant.
    pub tenant_id: TenantId,
    /// Title of the first tenant.
    pub tenant_title: Title,
    /// Title of the first admin.
    pub admin: Title,
    /// Why.
    pub reason: Reason,
    /// Whether it is a demo.
    pub kind: WorkspaceKind,
    /// Where its keys lie.
    pub keys: KeyStorage,
}

/// The two lines that bring values and authority back when all keys are lost. Shown once.
pub struct RecoveryKit {
    /// Id of the workspace.
    pub workspace_id: String,
    /// Line SECRET; none where the secret is `ENCRYPTION_KEY`.
    pub secret: Option<SecretText>,
    /// Line RECOVERY.
    pub recovery: SecretText,
}

/// A workspace that is prepared and not committed.
pub struct Founding {
    new: NewWorkspace,
    row: WorkspaceRow,
    secret: Option<WorkspaceSecret>,
    recovery: SigningKey,
    admin: Actor,
    admin_key: SigningKey,
    locked: LockedKey,
    sign_in: SignInHash,
    device: Arc<Device>,
    ids: Ids,
    edge: Edge,
}

impl Founding {
    /// Makes ids and keys. Takes two key derivations: call it off the async threads.
    ///
    /// # Errors
    /// [`ConsoleError`] when the passphrase is too short or entropy fails.
    pub fn prepare(
        new: NewWorkspace,
        passphrase: &Passphrase,
        edge: &Edge,
    ) -> Result<Self, ConsoleError> {
        passphrase.check_new()?;
        if new.tenant_id.is_workspace() {
            return Err(ConsoleError::ReservedTenant);
        }
        let entropy = edge.entropy.as_ref();
        let ids = Ids::new(Arc::clone(&edge.clock), Arc::clone(&edge.entropy));
        let kdf = Kdf::generate(entropy)?;
        let row = WorkspaceRow {
            id: ids.workspace(),
            title: new.title.as_str().to_owned(),
            created_at: edge.clock.now(),
            kdf_salt: kdf.salt().to_vec(),
            kdf_iterations: kdf.iterations(),
            key_storage: new.keys.word().to_owned(),
            kind: new.kind,
        };
        let secret = match edge.encryption_key {
            Some(_) => None,
            None => Some(WorkspaceSecret::generate(entropy)?),
        };
        let admin_key = SigningKey::generate(entropy)?;
        Ok(Self {
            secret,
            recovery: SigningKey::generate(entropy)?,
            admin: Actor::Person(ids.principal()),
            locked: LockedKey::lock(row.id.as_str(), &admin_key, passphrase, entropy)?,
            admin_key,
            sign_in: SignInHash::make(passphrase, entropy)?,
            device: Arc::new(Device::new(ids.device(), SigningKey::generate(entropy)?)?),
            ids,
            edge: edge.clone(),
            new,
            row,
        })
    }

    /// The kit, to be shown once.
    pub fn kit(&self) -> RecoveryKit {
        let id = self.row.id.as_str();
        RecoveryKit {
            workspace_id: id.to_owned(),
            secret: self.secret.as_ref().map(|secret| kit::secret_line(id, secret)),
            recovery: kit::recovery_line(id, &self.recovery),
        }
    }

    /// The first admin.
    pub(crate) const fn admin(&self) -> &Actor {
        &self.admin
    }

    /// The id that the workspace will have.
    pub const fn id(&self) -> &WorkspaceId {
        &self.row.id
    }

    /// The key of the first admin.
    pub(crate) fn first_key(&self) -> Result<Digest, ConsoleError> {
        Ok(public_key(&self.admin_key)?.keyid())
    }

    /// Writes keys, folder and the first records; opens the workspace.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing is left behind, and it can be tried again.
    pub async fn commit(
        &self,
        folder: &Path,
        keys: KeychainThread,
    ) -> Result<Workspace, ConsoleError> {
        self.commit_by(folder, keys, |row, first| SqliteStore::create(folder, row, first)).await
    }

    /// Writes keys and the first records into a workspace that is still being made, and opens it
    /// there; whoever asked finishes it.
    ///
    /// # Errors
    /// [`ConsoleError`]; no key is left behind.
    pub async fn commit_into(
        &self,
        unfinished: &Unfinished,
        keys: KeychainThread,
    ) -> Result<Workspace, ConsoleError> {
        let create = |row: &WorkspaceRow, first: &Commit| unfinished.create(row, first);
        self.commit_by(unfinished.folder(), keys, create).await
    }

    async fn commit_by(
        &self,
        folder: &Path,
        keys: KeychainThread,
        create: impl FnOnce(&WorkspaceRow, &Commit) -> Result<SqliteStore, StoreError>,
    ) -> Result<Workspace, ConsoleError> {
        let first = self.first_commit()?;
        let notes = self.write_keys(&keys, &first).await;
        let created = notes.and_then(|notes| Ok((create(&self.row, &first)?, notes)));
        match created {
            Ok((store, notes)) => {
                let store: Arc<dyn Store> = Arc::new(store);
                for (tenant, checkpoint) in notes {
                    keep_founding(&*store, &tenant, checkpoint).await;
                }
                let workspace =
                    Workspace::with(folder, store, self.row.clone(), keys, self.edge.clone());
                let logs = [TenantId::workspace(), self.new.tenant_id.clone()];
                super::lock(&workspace.compared).extend(logs.clone());
                super::lock(&workspace.unsettled).extend(logs);
                Ok(workspace)
            }
            Err(error) => {
                self.remove_keys(&keys).await;
                Err(error)
            }
        }
    }

    /// The keys, and the anchors of the first records: a log without one has lost it. Gives the
    /// checkpoints that became anchors.
    async fn write_keys(
        &self,
        keys: &KeychainThread,
        first: &Commit,
    ) -> Result<Vec<(TenantId, StoredCheckpoint)>, ConsoleError> {
        let id = &self.row.id;
        let mut notes = Vec::new();
        for (tenant, _) in &first.expected {
            let origin = ledger::checkpoint::Origin::new(id, tenant);
            let rows = first.rows.iter().filter(|row| row.tenant_id == *tenant);
            let size = rows.clone().map(|row| row.seq + 1).max().unwrap_or_default();
            let leaves = rows.map(|row| &row.leaf[..]);
            let note = founding_note(leaves, &self.device, origin.as_str())?;
            keys.write(&ItemName::anchor(id, tenant), SecretText::new(note.clone())).await?;
            notes.push((tenant.clone(), StoredCheckpoint { size, note }));
        }
        if let Some(secret) = &self.secret {
            keys.write(
                &ItemName::workspace_secret(id),
                SecretText::new(secret.text().expose().to_owned()),
            )
            .await?;
        }
        keys.write(&ItemName::log_key(id), self.device.to_item()).await?;
        let key = public_key(&self.admin_key)?.keyid();
        keys.write(
            &ItemName::person_key(id, &key),
            SecretText::new(self.locked.content().to_owned()),
        )
        .await?;
        Ok(notes)
    }

    /// Best effort: a keychain that failed to write may fail to delete too.
    async fn remove_keys(&self, keys: &KeychainThread) {
        let id = &self.row.id;
        let mut accounts = vec![
            ItemName::workspace_secret(id),
            ItemName::log_key(id),
            ItemName::anchor(id, &TenantId::workspace()),
            ItemName::anchor(id, &self.new.tenant_id),
        ];
        if let Ok(key) = public_key(&self.admin_key) {
            accounts.push(ItemName::person_key(id, &key.keyid()));
        }
        for account in accounts {
            if let Err(error) = keys.delete(&account).await {
                tracing::warn!(%error, "a key of a workspace that was not created stays behind");
            }
        }
    }

    fn first_commit(&self) -> Result<Commit, ConsoleError> {
        let correlation_id = self.ids.correlation();
        let mut commit = Commit::default();
        let workspace = TenantId::workspace();
        self.found(&workspace, &self.new.title, &correlation_id, &mut commit)?;
        self.found(&self.new.tenant_id, &self.new.tenant_title, &correlation_id, &mut commit)?;
        let now = self.edge.clock.now();
        commit.state = vec![
            StateWrite::PutPerson(Person {
                id: self.admin.clone(),
                title: self.new.admin.as_str().to_owned(),
                title_key: self.new.admin.key(),
                sign_ins: vec![SignIn {
                    keyid: Some(self.first_key()?),
                    hash: self.sign_in.to_text(),
                }],
                status: PersonStatus::Active,
                created_at: now,
                last_sign_in_at: None,
                failures: 0,
                last_failure_at: None,
            }),
            StateWrite::PutTenant(Tenant {
                id: self.new.tenant_id.clone(),
                title: self.new.tenant_title.as_str().to_owned(),
                created_at: now,
            }),
        ];
        Ok(commit)
    }

    /// Record 0 of a log, signed by its first admin; in `_workspace` also their account.
    fn found(
        &self,
        tenant: &TenantId,
        title: &Title,
        correlation_id: &CorrelationId,
        commit: &mut Commit,
    ) -> Result<(), ConsoleError> {
        let occasion = Occasion {
            tenant_id: tenant.clone(),
            correlation_id: correlation_id.clone(),
            device_id: Some(self.device.id.clone()),
            now: self.edge.clock.now(),
        };
        let reason = self.new.reason.as_str();
        let genesis = Genesis {
            workspace_id: &self.row.id,
            admin: first_admin(&self.admin_key, &self.admin, self.new.admin.as_str()),
            device: &self.device,
            recovery: public_key(&self.recovery)?,
            reason: &self.new.reason,
        };
        let (change, proposal) = genesis.sign(tenant, title, &occasion, &self.ids)?;
        let mut records = RecordBuilder::new(occasion.clone(), LogHead::default(), &self.ids);
        if tenant.is_workspace() {
            ApprovalWorkflow::found_workspace(&change, &proposal.decision, &mut records)?;
        } else {
            // The first admin, by the genesis of `_workspace` that stands in the same commit.
            let workspace = TenantId::workspace();
            let admin =
                Principal::person(&self.admin.to_string(), workspace.as_str(), rbac::Role::Admin)?;
            let permit = RbacService::administer(&admin)?;
            ApprovalWorkflow::found_tenant(&permit, &change, &proposal.decision, &mut records)?;
        }
        if tenant.is_workspace() {
            let resource = (ResourceType::Person, self.admin.to_string());
            let metadata = serde_json::Map::new();
            let draft = RecordDraft::of(Action::UserCreate, resource, reason, &metadata)?;
            records.record(&self.admin, draft)?;
        }
        let origin = ledger::checkpoint::Origin::new(&self.row.id, tenant);
        commit.expected.push((tenant.clone(), 0));
        let made = records.into_records();
        commit.rows.extend(sealed_rows(&made, Some(self.device.as_ref()), origin.as_str())?);
        commit.attestations.push(proposal.row(&occasion)?);
        Ok(())
    }
}

/// Keeps the checkpoint that a founded log's anchor is. The log is there already: where this fails,
/// the next checkpoint takes its place.
pub(crate) async fn keep_founding(
    store: &dyn Store,
    tenant: &TenantId,
    checkpoint: StoredCheckpoint,
) {
    if let Err(error) = store.put_checkpoint(tenant, checkpoint).await {
        tracing::warn!(%tenant, %error, "the first checkpoint was not kept");
    }
}
