//! A log read again from record 0 to its end, from the stored bytes alone.
//!
//! Invariant: nothing here trusts a column. Each leaf is parsed, hashed and replayed; the stored
//! hashes and this device's seals are compared with what follows from the bytes. What does not
//! hold is a [`Fault`]; only an unreachable store is an error. It decides nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use governance::{Remark, ServiceAccounts};
use ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use ledger::offline::Trust;
use ledger::replay::{Authority, Replay, bound_by};
use ledger::tree::{self, Frontier};
use ledger::{Action, AuditRecord, Digest, PublicKey, TenantId};
use store::{StoreError, StoredRow};

use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::session::off_thread;
use crate::workspace::{Device, Workspace};

/// Rows read and checked at once.
const CHUNK: u32 = 4096;

/// What does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The record; none for what concerns the log as a whole.
    pub seq: Option<u64>,
    /// One sentence.
    pub detail: String,
}

/// How far the reading of a log is, in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogProgress {
    /// Read so far.
    pub done: u64,
    /// In all, as far as is known.
    pub total: u64,
}

/// Whoever watches, and may stop it.
pub type Watch<'a> = &'a mut (dyn FnMut(LogProgress) -> Continue + Send);

/// A log and what its bytes say.
pub(crate) struct Reading {
    pub(crate) replay: Replay,
    /// Service accounts; none but in the workspace's own log.
    pub(crate) services: ServiceAccounts,
    /// Everything said about requests.
    pub(crate) remarks: Vec<Remark>,
    faults: Vec<Fault>,
    edge: Frontier,
    origin: String,
    device: Option<Arc<Device>>,
    /// A record is missing or unreadable: what follows it cannot be placed.
    stopped: bool,
}

impl Reading {
    /// Records read.
    pub(crate) const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Root over them.
    pub(crate) fn root(&self) -> Digest {
        self.edge.root()
    }

    /// Everything that does not hold, the log as a whole first, then by record.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let replayed = self.replay.findings().iter().map(|finding| Fault {
            seq: Some(finding.seq),
            detail: format!("Record {}: {} ({}).", finding.seq, finding.detail, finding.check),
        });
        let mut faults: Vec<Fault> = self.faults.iter().cloned().chain(replayed).collect();
        faults.sort_by_key(|fault| fault.seq);
        faults
    }

    fn fault(&mut self, seq: u64, what: &str) {
        self.faults.push(Fault { seq: Some(seq), detail: format!("Record {seq}: {what}.") });
    }

    fn take(
        mut self,
        rows: &[StoredRow],
        envelopes: &BTreeMap<Digest, Vec<u8>>,
    ) -> Result<Self, ConsoleError> {
        for row in rows {
            let seq = self.size();
            if row.seq != seq {
                self.fault(seq, "it is missing");
                self.stopped = true;
                break;
            }
            let hash = tree::leaf_hash(&row.leaf);
            if self.edge.push(hash)?.to_bytes() != row.hashes {
                self.fault(seq, "its stored hashes are not those of its bytes");
            }
            self.check_seal(row, &hash);
            self.replay.read(&row.leaf, envelopes)?;
            self.take_service(row);
            self.take_remark(row);
        }
        Ok(self)
    }

    /// Records of the discussion. What is no record is the replay's to name.
    fn take_remark(&mut self, row: &StoredRow) {
        if !Remark::ACTIONS.iter().any(|action| is_of(&row.leaf, *action)) {
            return;
        }
        let Ok(record) = AuditRecord::parse(&row.leaf) else { return };
        match Remark::read(&record) {
            Ok(remark) => self.remarks.extend(remark),
            Err(error) => self.fault(row.seq, &error.to_string()),
        }
    }

    /// Records about tokens, in the workspace's own log. What is no record is the replay's to name.
    fn take_service(&mut self, row: &StoredRow) {
        let authority = self.replay.authority();
        if !authority.tenant().is_workspace() {
            return;
        }
        self.services.pass(&row.leaf);
        if !ServiceAccounts::concerns(&row.leaf) {
            return;
        }
        let Ok(record) = AuditRecord::parse(&row.leaf) else { return };
        if let Err(fault) = self.services.read(&record, authority) {
            self.fault(row.seq, &fault.to_string());
        }
    }

    /// Rows in this device's name carry its seal. What is no record is the replay's to name.
    fn check_seal(&mut self, row: &StoredRow, hash: &Digest) {
        let Some(device) = self.device.as_ref() else { return };
        let Ok(record) = AuditRecord::parse(&row.leaf) else { return };
        if record.parts().device_id.as_ref() != Some(&device.id) {
            return;
        }
        let seal = row.seal.as_ref().map_or(&[][..], |seal| &seal[..]);
        if device.seal.verify(&self.origin, row.seq, hash.as_bytes(), seal).is_err() {
            self.fault(row.seq, "it is in this computer's name and was not written by it");
        }
    }

    /// Reads a checkpoint note by the log keys that this log itself names, and demands that the
    /// log begins with what it says.
    pub(crate) fn demand_contained(
        &self,
        note: &str,
        workspace: &Workspace,
    ) -> Result<Checkpoint, String> {
        let authority = self.replay.authority();
        let keys: Vec<PublicKey> = authority.log_keys().map(|(_, key)| key.public_key).collect();
        let origin = workspace.origin(authority.tenant());
        let signed = SignedCheckpoint::parse_and_verify(note, &origin, &keys)
            .map_err(|error| format!("is not of this log: {error}"))?;
        let checkpoint = signed.checkpoint().clone();
        let size = checkpoint.size;
        if !authority.log_keys_at(size).contains(signed.signer()) {
            return Err("is signed by a log key that was not good at its size".to_owned());
        }
        match self.replay.past().root_at(size) {
            Some(root) if root == checkpoint.root => Ok(checkpoint),
            Some(_) => Err(format!("has another root over the first {size} records")),
            None => Err(format!("covers {size} records, the log has {}", self.size())),
        }
    }

    /// Demands that this is the log of a trust file, and begins with what a checkpoint by one of
    /// its keys says; gives how many records that covers.
    pub(crate) fn demand_trusted(&self, note: &str, trust: &Trust) -> Result<u64, String> {
        let authority = self.replay.authority();
        let same = trust.tenant_id == *authority.tenant()
            && trust.workspace_id == *authority.workspace()
            && self.replay.past().leaf_hash(0) == Some(trust.genesis);
        if !same {
            return Err("is of another log than the trust file".to_owned());
        }
        let signed = trust.verify(note).map_err(|error| format!("is not trusted: {error}"))?;
        let Checkpoint { size, root, .. } = *signed.checkpoint();
        match self.replay.past().root_at(size) {
            Some(found) if found == root => Ok(size),
            Some(_) => Err(format!("has another root over the first {size} records")),
            None => Err(format!("covers {size} records, the log has {}", self.size())),
        }
    }
}

impl Workspace {
    /// A reading of nothing yet.
    pub(crate) async fn begin_reading(&self, tenant: &TenantId) -> Result<Reading, ConsoleError> {
        Ok(Reading {
            replay: Replay::new(self.row.id.clone(), tenant.clone()),
            services: ServiceAccounts::default(),
            remarks: Vec::new(),
            faults: Vec::new(),
            edge: Frontier::new(),
            origin: self.origin(tenant).to_string(),
            device: self.device().await?,
            stopped: false,
        })
    }

    /// Reads on to the end of the log, in chunks, off the async threads.
    pub(crate) async fn read_on(
        &self,
        mut reading: Reading,
        watch: Watch<'_>,
    ) -> Result<Reading, ConsoleError> {
        let tenant = reading.replay.authority().tenant().clone();
        // A head that cannot be read is found record by record.
        let total = self.store.size(&tenant).await.unwrap_or(0);
        let mut limit = CHUNK;
        while !reading.stopped {
            let done = reading.size();
            if watch(LogProgress { done, total: total.max(done) }) == Continue::No {
                return Err(ConsoleError::Cancelled);
            }
            let rows = match self.store.rows(&tenant, done, limit).await {
                Ok(rows) => rows,
                Err(StoreError::Damaged { .. }) if limit > 1 => {
                    limit = 1;
                    continue;
                }
                Err(StoreError::Damaged { reason }) => {
                    reading.fault(done, &reason);
                    reading.stopped = true;
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            if rows.is_empty() {
                break;
            }
            let envelopes = self.envelopes(&tenant, &rows).await?;
            reading = off_thread(move || reading.take(&rows, &envelopes)).await??;
        }
        Ok(reading)
    }

    /// The statements that these rows bind. A damaged one is as good as missing: the replay says
    /// so at its record.
    async fn envelopes(
        &self,
        tenant: &TenantId,
        rows: &[StoredRow],
    ) -> Result<BTreeMap<Digest, Vec<u8>>, ConsoleError> {
        let digests: Vec<Digest> = rows
            .iter()
            .filter(|row| may_bind(&row.leaf))
            .filter_map(|row| bound_by(&AuditRecord::parse(&row.leaf).ok()?).ok())
            .flatten()
            .collect();
        match self.store.attestations(tenant, &digests).await {
            Ok(found) => Ok(found),
            Err(StoreError::Damaged { .. }) => {
                let mut found = BTreeMap::new();
                for digest in &digests {
                    if let Ok(one) = self.store.attestations(tenant, &[*digest]).await {
                        found.extend(one);
                    }
                }
                Ok(found)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The anchor of a log on this machine. Read it before the log: it only moves forward.
    pub(crate) async fn anchor_note(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<String>, ConsoleError> {
        let note = self.keys.read(&ItemName::anchor(&self.row.id, tenant)).await?;
        Ok(note.map(|note| note.expose().to_owned()))
    }
}

/// Whether a leaf can bind a statement, by the first bytes of its canonical form.
fn may_bind(leaf: &[u8]) -> bool {
    let others = [Action::ApprovalVote, Action::ModelRevoke, Action::PromptRevoke];
    Authority::concerns(leaf) || others.iter().any(|action| is_of(leaf, *action))
}

/// Whether a leaf is of this action, by the first bytes of its canonical form.
fn is_of(leaf: &[u8], action: Action) -> bool {
    leaf.strip_prefix(b"{\"action\":\"")
        .and_then(|rest| rest.strip_prefix(action.as_str().as_bytes()))
        .is_some_and(|rest| rest.starts_with(b"\""))
}
