//! Rotation of the workspace secret: a new one becomes primary, and every value is sealed anew.
//!
//! Invariant: at every moment each stored value opens with a secret that lies in the keychain. The
//! new secret is there before it is primary, the old one until nothing is sealed under it; every
//! batch is one commit. Whoever is killed in between leaves a rotation that anybody may continue.
//! There is no way back: once values are under the new secret, going back is another rotation.

use std::sync::Arc;

use governance::Reason;
use governance::audit::RecordDraft;
use ledger::{Action, AuditRecord, CorrelationId, RecordId, ResourceType, TenantId};
use security::encryption::EncryptionService;
use security::kit;
use security::secret::SecretText;
use security::workspace_secret::WorkspaceSecret;
use serde_json::{Map, Value};
use store::{Resealed, RotationBegun, SealedColumn, SealedValue, SecretStanding, StateWrite};

use super::{Secrets, Workspace, Writes};
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::session::{Session, off_thread};

/// A secret that is made and lies nowhere yet.
pub struct NewSecret {
    secret: WorkspaceSecret,
    /// Id of its key.
    pub key_id: String,
    /// Id of the key that is primary until then.
    pub from: String,
    /// Values under that one.
    pub values: u64,
    line: SecretText,
}

impl NewSecret {
    /// The line SECRET of the recovery kit, from the rotation on. RECOVERY stays as it is.
    pub const fn line(&self) -> &SecretText {
        &self.line
    }
}

/// A rotation that has begun and has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Id of the old secret's key.
    pub from: String,
    /// Id of the new one's.
    pub to: String,
    /// The record that began it, in `_workspace`.
    pub begun_seq: u64,
}

/// How far a rotation is, in values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationProgress {
    /// Under the new secret.
    pub done: u64,
    /// In all.
    pub total: u64,
}

/// Whoever watches, and may pause it.
pub type RotationWatch<'a> = &'a mut (dyn FnMut(RotationProgress) -> Continue + Send);

/// How a rotation was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// Every value is under the new secret, and the old one is removed.
    Finished,
    /// The watcher paused it.
    Paused,
}

/// Which step of a rotation a record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Begin,
    Batch,
    End,
}

impl Stage {
    /// The one that a record names.
    pub(crate) fn of(record: &AuditRecord) -> Option<Self> {
        let said = record.parts().metadata.get("stage").and_then(Value::as_str)?;
        [Self::Begin, Self::Batch, Self::End].into_iter().find(|stage| stage.word() == said)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Batch => "batch",
            Self::End => "end",
        }
    }
}

/// A rotation with what carries it out.
pub(super) struct Resealing<'a> {
    pub(super) session: &'a Session,
    pub(super) rotation: Rotation,
    pub(super) correlation_id: CorrelationId,
    /// Gone where the old secret was removed already: then nothing is under it.
    old: Option<Arc<EncryptionService>>,
    new: Arc<EncryptionService>,
}

impl Workspace {
    /// Makes the next secret, to be shown as a new line of the recovery kit. Nothing is written.
    ///
    /// # Errors
    /// A denial for anybody but an ADMIN of the workspace; [`ConsoleError::SecretIsVariable`];
    /// [`ConsoleError::RotationUnderWay`]; [`ConsoleError::Alarm`] while any log has one.
    pub async fn new_secret(&self, session: &Session) -> Result<NewSecret, ConsoleError> {
        self.demand_rotatable(session, &self.ids.correlation()).await?;
        if self.rotation().await?.is_some() {
            return Err(ConsoleError::RotationUnderWay);
        }
        let from = self.secrets_on_record().await?.primary().key_id().to_owned();
        let values = self.store.sealed_counts().await?.get(&from).copied().unwrap_or_default();
        let secret = WorkspaceSecret::generate(self.edge.entropy.as_ref())?;
        let text = SecretText::new(secret.text().expose().to_owned());
        let key_id = self.derive(Arc::new(text)).await?.key_id().to_owned();
        let line = kit::secret_line(self.row.id.as_str(), &secret);
        Ok(NewSecret { secret, key_id, from, values, line })
    }

    /// Makes a secret that was shown the primary one: in the keychain first, then on record. From
    /// then on every process seals under it. An attempt that failed may be repeated; what it left in
    /// the keychain seals nothing.
    ///
    /// # Errors
    /// As [`Workspace::new_secret`]; [`ConsoleError::SecretMoved`] when another secret is primary
    /// than when it was made; those of keychain and store.
    pub async fn begin_rotation(
        &self,
        session: &Session,
        new: &NewSecret,
        reason: &str,
    ) -> Result<(), ConsoleError> {
        let reason = Reason::parse(reason)?;
        let correlation_id = self.ids.correlation();
        self.demand_rotatable(session, &correlation_id).await?;
        let _lock = self.secret_lock().await?;
        let _turn = self.turn().await;
        if self.rotation().await?.is_some() {
            return Err(ConsoleError::RotationUnderWay);
        }
        if self.secrets_on_record().await?.primary().key_id() != new.from {
            return Err(ConsoleError::SecretMoved);
        }
        let item = ItemName::rotated_secret(&self.row.id, &new.key_id);
        self.keep_secret(&item, new.secret.text()).await?;
        loop {
            let mut page = self.page(&TenantId::workspace(), &correlation_id).await?;
            let counts = self.store.sealed_counts().await?;
            let values = counts.get(&new.from).copied().unwrap_or_default();
            let draft = draft(Stage::Begin, (&new.from, &new.key_id), values, reason.as_str())?;
            let written = page.record(&session.person, draft)?;
            let begun = RotationBegun {
                from: new.from.clone(),
                from_since: self.row.created_at,
                to: new.key_id.clone(),
                begun_seq: written.seq,
                begun_at: written.at,
            };
            let state = vec![StateWrite::BeginRotation(begun)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(());
            }
        }
    }

    /// Seals every value anew that is still under the old secret, batch by batch, and then removes
    /// it.
    ///
    /// # Errors
    /// As [`Workspace::new_secret`]; [`ConsoleError::NoRotation`];
    /// [`ConsoleError::SealedUnreadable`] when values are left that the old secret does not open.
    /// It can be continued whatever failed.
    pub async fn continue_rotation(
        &self,
        session: &Session,
        watch: RotationWatch<'_>,
    ) -> Result<Rotated, ConsoleError> {
        self.demand_rotatable(session, &self.ids.correlation()).await?;
        let resealing = self.resealing(session).await?;
        for column in SealedColumn::ALL {
            let mut after = None;
            loop {
                if watch(self.rotation_progress(&resealing.rotation).await?) == Continue::No {
                    return Ok(Rotated::Paused);
                }
                match self.reseal_batch(&resealing, column, after.as_ref()).await? {
                    Batch::Written(last) => after = Some(last),
                    Batch::Moved => {}
                    Batch::Empty => break,
                }
            }
        }
        self.end_rotation(&resealing).await?;
        watch(self.rotation_progress(&resealing.rotation).await?);
        Ok(Rotated::Finished)
    }

    /// The rotation that is under way.
    pub(crate) async fn rotation(&self) -> Result<Option<Rotation>, ConsoleError> {
        let (mut from, mut to) = (None, None);
        for secret in self.store.secrets().await? {
            match secret.standing {
                SecretStanding::Primary => to = secret.begun_seq.map(|seq| (secret.key_id, seq)),
                SecretStanding::Reading => from = Some(secret.key_id),
                SecretStanding::Retired => {}
            }
        }
        Ok(from.zip(to).map(|(from, (to, begun_seq))| Rotation { from, to, begun_seq }))
    }

    /// The record that began a rotation: what the table says of it must be what it says.
    pub(crate) async fn begun(&self, rotation: &Rotation) -> Result<AuditRecord, ConsoleError> {
        let damaged = ConsoleError::Damaged { what: "the record that began the rotation" };
        let row = self.store.row(&TenantId::workspace(), rotation.begun_seq).await?;
        let Some(row) = row else { return Err(damaged) };
        let record = AuditRecord::parse(&row.leaf)?;
        let parts = record.parts();
        let says = |key: &str, what: &str| {
            parts.metadata.get(key).and_then(Value::as_str).is_some_and(|said| said == what)
        };
        let holds = parts.action == Action::KeyRotate
            && Stage::of(&record) == Some(Stage::Begin)
            && says("from", &rotation.from)
            && says("to", &rotation.to);
        if holds { Ok(record) } else { Err(damaged) }
    }

    /// An ADMIN of the workspace, a secret that this program can change, and logs that are written.
    async fn demand_rotatable(
        &self,
        session: &Session,
        correlation_id: &CorrelationId,
    ) -> Result<(), ConsoleError> {
        self.workspace_permit(session, (ResourceType::Secret, ""), correlation_id).await?;
        if self.edge.encryption_key.is_some() {
            return Err(ConsoleError::SecretIsVariable);
        }
        for tenant in self.log_ids().await? {
            self.demand_compared(&tenant).await?;
            if let Some(alarm) = self.alarm(&tenant) {
                return Err(ConsoleError::from(&alarm));
            }
        }
        Ok(())
    }

    async fn resealing<'a>(&self, session: &'a Session) -> Result<Resealing<'a>, ConsoleError> {
        let rotation = self.rotation().await?.ok_or(ConsoleError::NoRotation)?;
        let correlation_id = self.begun(&rotation).await?.parts().correlation_id.clone();
        let secrets: Arc<Secrets> = self.secrets_on_record().await?;
        let old = secrets.with_key(&rotation.from).cloned();
        let new = Arc::clone(secrets.primary());
        Ok(Resealing { session, rotation, correlation_id, old, new })
    }

    async fn rotation_progress(
        &self,
        rotation: &Rotation,
    ) -> Result<RotationProgress, ConsoleError> {
        let counts = self.store.sealed_counts().await?;
        let under = |key_id: &str| counts.get(key_id).copied().unwrap_or_default();
        let done = under(&rotation.to);
        Ok(RotationProgress { done, total: done + under(&rotation.from) })
    }

    /// The next values of a column. The page is opened before they are read: whoever changes one
    /// after that writes first, and the batch is read again.
    async fn reseal_batch(
        &self,
        resealing: &Resealing<'_>,
        column: SealedColumn,
        after: Option<&RecordId>,
    ) -> Result<Batch, ConsoleError> {
        let Rotation { from, to, .. } = &resealing.rotation;
        let _turn = self.turn().await;
        let mut page = self.page(&TenantId::workspace(), &resealing.correlation_id).await?;
        let values = self.store.sealed_under(from, column, after).await?;
        let Some(last) = values.last().map(|value| value.row_id.clone()) else {
            return Ok(Batch::Empty);
        };
        let state = self.sealed_anew(resealing, values).await?;
        if state.is_empty() {
            return Ok(Batch::Written(last));
        }
        let draft = draft(Stage::Batch, (from, to), state.len() as u64, "")?;
        page.record(&resealing.session.person, draft)?;
        let written = self.write(vec![page], Writes { state, ..Writes::default() }).await?;
        Ok(if written { Batch::Written(last) } else { Batch::Moved })
    }

    /// The values under the new secret; one that the old secret does not open stays as it is.
    async fn sealed_anew(
        &self,
        resealing: &Resealing<'_>,
        values: Vec<SealedValue>,
    ) -> Result<Vec<StateWrite>, ConsoleError> {
        let Some(old) = resealing.old.clone() else { return Ok(Vec::new()) };
        let new = Arc::clone(&resealing.new);
        let mut placed = Vec::with_capacity(values.len());
        for value in values {
            let place = self.value_place(&value.tenant_id, &value.row_id, value.column)?;
            placed.push((place, value));
        }
        off_thread(move || {
            let mut writes = Vec::with_capacity(placed.len());
            for (place, was) in placed {
                match old.open_value(&place, &was.token) {
                    Ok(text) => {
                        let token = new.seal_value(&place, &text)?;
                        writes.push(StateWrite::Reseal(Resealed { was, token }));
                    }
                    Err(error) => tracing::warn!(%error, "a value is not sealed anew"),
                }
            }
            Ok(writes)
        })
        .await?
    }
}

/// What became of a batch.
enum Batch {
    /// It is under the new secret, up to this row.
    Written(RecordId),
    /// Another process wrote first.
    Moved,
    /// There was nothing left.
    Empty,
}

/// The record of a step: secrets by the ids of their keys, and how many values it concerns.
pub(super) fn draft(
    stage: Stage,
    (from, to): (&str, &str),
    values: u64,
    reason: &str,
) -> Result<RecordDraft, ConsoleError> {
    let metadata = Map::from_iter([
        ("from".to_owned(), Value::from(from)),
        ("stage".to_owned(), Value::from(stage.word())),
        ("to".to_owned(), Value::from(to)),
        ("values".to_owned(), Value::from(values)),
    ]);
    let resource = (ResourceType::Secret, to.to_owned());
    Ok(RecordDraft::of(Action::KeyRotate, resource, reason, &metadata)?)
}
