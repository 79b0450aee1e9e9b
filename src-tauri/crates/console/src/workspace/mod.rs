//! One open workspace: its store, keys, device and what its logs say about authority.
//!
//! Invariant: a workspace whose log does not agree with the anchor is read but never written.
//! Everything that changes it goes through [`Workspace::turn`] and [`page::Page`].

mod alarm;
mod alone;
mod anchor;
mod create;
mod device;
mod genesis;
mod kit;
mod logs;
mod own_keys;
mod page;
mod reanchor;
mod recover;
mod rotation;
mod rotation_end;
mod secrets;
mod settling;
mod values;
mod vouching;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ledger::checkpoint::Origin;
use ledger::{TenantId, Timestamp, WorkspaceId};
use store::{SqliteStore, Store, WorkspaceKind, WorkspaceRow};
use tokio::sync::{Mutex as Turnstile, MutexGuard};

pub use alarm::{Alarm, AlarmCause, Remedy};
pub(crate) use anchor::AnchorState;
pub(crate) use create::keep_founding;
pub use create::{Founding, NewWorkspace, RecoveryKit};
pub(crate) use device::{Device, public_key};
pub(crate) use genesis::{Genesis, first_admin};
pub use kit::{KitFault, KitLine, KitText, OpenedKit};
pub(crate) use logs::LogView;
pub(crate) use page::{Page, Writes};
pub use reanchor::{Ended, Ending};
pub use recover::{Recovered, RecoveredLog, RecoveryWish};
pub(crate) use rotation::Stage;
pub use rotation::{NewSecret, Rotated, Rotation, RotationProgress, RotationWatch};
pub(crate) use secrets::Secrets;
pub use settling::Place;
pub(crate) use values::Column;

use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::ids::Ids;
use crate::keychain::{ItemName, KeychainThread};
use crate::registry_list::Lists;
use crate::relying::NamedInCards;
use crate::views::{KeyStorage, WorkspaceView};
use crate::void_approvals::VoidKept;

/// An open workspace.
pub struct Workspace {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) row: WorkspaceRow,
    pub(crate) edge: Edge,
    pub(crate) ids: Ids,
    pub(crate) keys: KeychainThread,
    folder: PathBuf,
    /// The log key, once it was read, until somebody leaves.
    device: Mutex<Option<Option<Arc<Device>>>>,
    secrets: Turnstile<Option<Arc<Secrets>>>,
    logs: Mutex<BTreeMap<TenantId, Arc<LogView>>>,
    alarms: Mutex<BTreeMap<TenantId, Alarm>>,
    unsettled: Mutex<BTreeSet<TenantId>>,
    /// Logs that this process compared with their anchors.
    compared: Mutex<BTreeSet<TenantId>>,
    /// Sizes of the logs that were ahead of their anchors when they were compared.
    found_ahead: Mutex<BTreeMap<TenantId, u64>>,
    /// Logs that were read for approvals that are void.
    pub(crate) voids: Turnstile<BTreeMap<TenantId, VoidKept>>,
    /// Lists of models and prompts, as they were looked at.
    pub(crate) lists: Lists,
    /// What cards name, as they were read.
    pub(crate) named_in_cards: Turnstile<NamedInCards>,
    /// Whoever closes a workspace waits for what is being settled, so that no anchor moves later.
    settling: Turnstile<()>,
    turnstile: Turnstile<()>,
}

/// The right to decide and write, held by one use case of this process at a time.
pub(crate) struct Turn<'a> {
    _guard: MutexGuard<'a, ()>,
}

impl Workspace {
    /// Opens the workspace in a folder and compares its logs with the anchors.
    ///
    /// # Errors
    /// [`ConsoleError`] when there is none, it is damaged, newer, or open to other users; not when
    /// a log disagrees with its anchor: that is an alarm, and the workspace can be read.
    pub async fn open(
        folder: &Path,
        keys: KeychainThread,
        edge: Edge,
    ) -> Result<Self, ConsoleError> {
        Self::open_on(Arc::new(SqliteStore::open(folder)?), folder, keys, edge).await
    }

    /// Opens the workspace that a store holds; `folder` is where its lock files lie.
    ///
    /// # Errors
    /// Those of [`Workspace::open`] but for the file's own.
    pub async fn open_on(
        store: Arc<dyn Store>,
        folder: &Path,
        keys: KeychainThread,
        edge: Edge,
    ) -> Result<Self, ConsoleError> {
        let row = store.workspace().await?;
        let workspace = Self::with(folder, store, row, keys, edge);
        workspace.compare_anchors().await;
        Ok(workspace)
    }

    /// The same with nothing remembered, over a store of the same workspace.
    pub(crate) fn beside(&self, store: Arc<dyn Store>) -> Self {
        Self::with(&self.folder, store, self.row.clone(), self.keys.clone(), self.edge.clone())
    }

    fn with(
        folder: &Path,
        store: Arc<dyn Store>,
        row: WorkspaceRow,
        keys: KeychainThread,
        edge: Edge,
    ) -> Self {
        Self {
            ids: Ids::new(Arc::clone(&edge.clock), Arc::clone(&edge.entropy)),
            store,
            row,
            edge,
            keys,
            folder: folder.to_owned(),
            device: Mutex::new(None),
            secrets: Turnstile::default(),
            logs: Mutex::new(BTreeMap::new()),
            alarms: Mutex::new(BTreeMap::new()),
            unsettled: Mutex::new(BTreeSet::new()),
            compared: Mutex::new(BTreeSet::new()),
            found_ahead: Mutex::new(BTreeMap::new()),
            voids: Turnstile::default(),
            lists: Lists::default(),
            named_in_cards: Turnstile::default(),
            settling: Turnstile::new(()),
            turnstile: Turnstile::new(()),
        }
    }

    /// Its id.
    pub fn id(&self) -> &WorkspaceId {
        &self.row.id
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True for a demo.
    pub fn is_demo(&self) -> bool {
        self.row.kind == WorkspaceKind::Demo
    }

    /// Name and place, for a person.
    pub fn view(&self) -> WorkspaceView {
        Self::view_of(&self.row, &self.folder)
    }

    /// The same of a workspace that is not opened.
    pub(crate) fn view_of(row: &WorkspaceRow, folder: &Path) -> WorkspaceView {
        WorkspaceView {
            title: row.title.clone(),
            path: folder.display().to_string(),
            demo: row.kind == WorkspaceKind::Demo,
            keys: KeyStorage::of_word(&row.key_storage),
        }
    }

    /// How its keys are kept.
    pub fn key_storage(&self) -> KeyStorage {
        KeyStorage::of_word(&self.row.key_storage)
    }

    /// What does not hold in a tenant's log, if something does not: it is then read-only.
    pub fn alarm(&self, tenant: &TenantId) -> Option<Alarm> {
        lock(&self.alarms).get(tenant).cloned()
    }

    /// How many logs raised an alarm.
    pub(crate) fn alarms_raised(&self) -> usize {
        lock(&self.alarms).len()
    }

    /// A workspace's own log that raised an alarm takes no record: whoever is to set it right gets
    /// in to look all the same, and can change nothing before.
    pub(crate) fn is_read_only(&self) -> bool {
        self.alarm(&TenantId::workspace()).is_some()
    }

    /// True when records were written since the last checkpoint and anchor.
    pub(crate) fn is_unsettled(&self) -> bool {
        !lock(&self.unsettled).is_empty()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.edge.clock.now()
    }

    pub(crate) fn origin(&self, tenant: &TenantId) -> Origin {
        Origin::new(&self.row.id, tenant)
    }

    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { _guard: self.turnstile.lock().await }
    }

    /// All logs: the workspace's own first, then its tenants'.
    pub(crate) async fn log_ids(&self) -> Result<Vec<TenantId>, ConsoleError> {
        let tenants = self.store.tenants().await?;
        Ok(std::iter::once(TenantId::workspace())
            .chain(tenants.into_iter().map(|tenant| tenant.id))
            .collect())
    }

    /// This installation's log key; none where it was never made or does not lie here.
    pub(crate) async fn device(&self) -> Result<Option<Arc<Device>>, ConsoleError> {
        let kept = lock(&self.device).clone();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let item = self.keys.read(&ItemName::log_key(&self.row.id)).await?;
        let read = item.map(|text| Device::from_item(&text).map(Arc::new)).transpose()?;
        *lock(&self.device) = Some(read.clone());
        Ok(read)
    }

    /// Another process wrote, and may have given this installation its log key: that there was none is
    /// not what the keychain says now.
    pub(crate) fn look_for_device(&self) {
        let mut device = lock(&self.device);
        if matches!(*device, Some(None)) {
            *device = None;
        }
    }

    /// Wipes the log key: nobody sits here. Who writes next reads it from the keychain again.
    pub(crate) fn forget_device(&self) {
        *lock(&self.device) = None;
    }

    /// The first alarm of a log stands until it is ended.
    fn raise(&self, alarm: Alarm) {
        let (tenant, detail) = (&alarm.tenant_id, &alarm.detail);
        tracing::error!(%tenant, detail, "the log is read and not written any more");
        lock(&self.alarms).entry(tenant.clone()).or_insert(alarm);
    }
}

/// A lock that is taken even if a holder panicked: the maps here are replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
