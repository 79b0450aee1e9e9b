//! Who vouches for the records behind an anchor.
//!
//! Invariant: a record is vouched when it carries this device's seal, or lies under a checkpoint
//! of this device or of the one it names (formats.md, "Checkpoint"), or names none and changes nothing; rows written
//! behind a device's back are never signed as its own. Hashes are those of the bytes, never the stored ones.

use std::sync::Arc;

use ledger::tree::{self, Frontier};
use ledger::{Action, AuditRecord, Digest, PublicKey, TenantId};
use store::StoredRow;

use super::{Alarm, Device, LogView, Workspace};
use crate::failure::ConsoleError;

/// Rows read at once.
const CHUNK: u32 = 4096;

/// A checkpoint that the log keeps and contains.
struct Kept {
    size: u64,
    signer: PublicKey,
}

/// What a record is judged by.
struct Judge {
    tenant: TenantId,
    origin: String,
    view: Arc<LogView>,
    device: Option<Arc<Device>>,
    kept: Option<Kept>,
}

impl Workspace {
    /// The edge of the tree at `to`, computed from the bytes of the records behind `from`, if every
    /// one of them is vouched; else what is wrong with the first that is not.
    pub(super) async fn vouched(
        &self,
        tenant: &TenantId,
        from: u64,
        to: u64,
    ) -> Result<Result<Frontier, Alarm>, ConsoleError> {
        let mut edge = self.stored_edge(tenant, from).await?;
        if from == to {
            return Ok(Ok(edge));
        }
        let view = self.log(tenant).await?;
        let judge = Judge {
            tenant: tenant.clone(),
            origin: self.origin(tenant).to_string(),
            kept: self.kept_checkpoint(tenant, &view).await?,
            device: self.device().await?,
            view,
        };
        while edge.size() < to {
            let rows = self.store.rows(tenant, edge.size(), CHUNK).await?;
            if rows.is_empty() {
                return Ok(Err(Alarm::broken(tenant, edge.size(), "is missing")));
            }
            for row in rows.iter().filter(|row| row.seq < to) {
                let hash = tree::leaf_hash(&row.leaf);
                let completed = edge.push(hash)?;
                if completed.to_bytes() != row.hashes {
                    let what = "has stored hashes that are not those of its bytes";
                    return Ok(Err(Alarm::broken(tenant, row.seq, what)));
                }
                if let Err(alarm) = judge.judge(row, &hash) {
                    return Ok(Err(alarm));
                }
            }
        }
        Ok(Ok(edge))
    }

    /// The checkpoint that lies beside the log, if the log contains it and its key was good.
    async fn kept_checkpoint(
        &self,
        tenant: &TenantId,
        view: &LogView,
    ) -> Result<Option<Kept>, ConsoleError> {
        let Some(kept) = self.store.checkpoint(tenant).await? else { return Ok(None) };
        let Ok(signed) = self.read_note(tenant, &kept.note, view).await? else { return Ok(None) };
        let (checkpoint, signer) = (signed.checkpoint(), *signed.signer());
        let counts = checkpoint.size <= self.store.size(tenant).await?
            && view.authority.log_keys_at(checkpoint.size).contains(&signer)
            && self.stored_root(tenant, checkpoint.size).await? == checkpoint.root;
        Ok(counts.then_some(Kept { size: checkpoint.size, signer }))
    }
}

/// Answers, refusals and readings that a process without a log key puts on record, such as the gate on
/// a pipeline's machine: nothing follows from them, so that nobody need vouch for them.
const fn stands_alone(action: Action) -> bool {
    matches!(
        action,
        Action::GateAllow
            | Action::GateDeny
            | Action::AuditVerify
            | Action::SessionFail
            | Action::TokenUse
            | Action::DataDecrypt
            | Action::PermissionDeny
            | Action::TenantDeny
            | Action::ClockJump
    )
}

impl Judge {
    fn judge(&self, row: &StoredRow, hash: &Digest) -> Result<(), Alarm> {
        let broken = |what: &str| Alarm::broken(&self.tenant, row.seq, what);
        let unvouched = |why: &str| Alarm::unvouched(&self.tenant, row.seq, why);
        let record = AuditRecord::parse(&row.leaf).map_err(|_| broken("cannot be read"))?;
        let Some(named) = &record.parts().device_id else {
            return match stands_alone(record.parts().action) {
                true => Ok(()),
                false => Err(unvouched("it names no installation")),
            };
        };
        if let Some(device) = self.device.as_ref().filter(|device| device.id == *named) {
            let seal = row.seal.as_ref().map_or(&[][..], |seal| &seal[..]);
            return device
                .seal
                .verify(&self.origin, row.seq, hash.as_bytes(), seal)
                .map_err(|_| broken("is in this computer's name and was not written by it"));
        }
        // What this device has signed over it has judged before it did.
        let own = self.device.as_ref().map(|device| device.verifying_key());
        let signed_over = self.kept.as_ref().is_some_and(|kept| {
            let of_device = |(device, key): (&ledger::DeviceId, &ledger::replay::LogKey)| {
                device == named && key.public_key == kept.signer
            };
            let is_own = own == Some(kept.signer);
            row.seq < kept.size && (is_own || self.view.authority.log_keys().any(of_device))
        });
        if signed_over {
            Ok(())
        } else {
            Err(unvouched("the installation it names has not signed over it"))
        }
    }
}
