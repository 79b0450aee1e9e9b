//! Makes records: gives each draft its place, id and stamp.
//!
//! Invariant: places follow on the head of the log without gaps, and stamps follow formats.md,
//! "Audit leaf": max(now, last + 1 µs) while last − now ≤ 5 min; else a `clock.jump` stamped now
//! comes first. Clock and ids are handed in. It will not write anything: the caller hands the
//! records to the store together with the state they belong to, or drops both.

use ledger::{
    Action, Actor, AuditRecord, CorrelationId, DeviceId, RecordId, RecordParts, RequestId,
    ResourceType, TenantId, Timestamp,
};
use serde_json::{Map, Value};

use super::draft::RecordDraft;
use crate::error::GovernanceError;

/// How far the last stamp may lie ahead of the clock before the clock counts as jumped.
const JUMP_LIMIT_MICROS: i64 = 5 * 60 * Timestamp::SECOND;

/// Where new ids come from; made at the edge of clock and entropy.
pub trait Ids: Send + Sync {
    /// A new id for a record or a row.
    fn record_id(&self) -> RecordId;
    /// A new id for a request.
    fn request_id(&self) -> RequestId;
}

/// One use case as it runs: everything its records have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// The tenant in whose log it is recorded.
    pub tenant_id: TenantId,
    /// From the click to the last record it causes.
    pub correlation_id: CorrelationId,
    /// The writing installation, if it has a log key.
    pub device_id: Option<DeviceId>,
    /// The clock, read once.
    pub now: Timestamp,
}

/// The end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogHead {
    /// Position of the next record.
    pub next_seq: u64,
    /// Stamp of the last record; none in an empty log.
    pub last_stamp: Option<Timestamp>,
}

/// Place and stamp of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its position in the log.
    pub seq: u64,
    /// Its stamp.
    pub at: Timestamp,
}

/// Makes the records of one use case, in order.
pub struct RecordBuilder<'a> {
    occasion: Occasion,
    head: LogHead,
    ids: &'a dyn Ids,
    records: Vec<AuditRecord>,
}

impl<'a> RecordBuilder<'a> {
    /// Begins at the head of the tenant's log.
    pub const fn new(occasion: Occasion, head: LogHead, ids: &'a dyn Ids) -> Self {
        Self { occasion, head, ids, records: Vec::new() }
    }

    /// Makes the next record, and a `clock.jump` before it if the clock went wrong.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] when a limit of the format is passed.
    pub fn record(
        &mut self,
        actor: &Actor,
        draft: RecordDraft,
    ) -> Result<Written, GovernanceError> {
        if let Some(last) = self.jumped_from() {
            let jump = jump_draft(&self.occasion.tenant_id, last, self.occasion.now);
            self.append(&Actor::System, jump, self.occasion.now)?;
        }
        let at = self.stamp()?;
        self.append(actor, draft, at)
    }

    /// Where the next record will stand.
    ///
    /// # Errors
    /// [`GovernanceError::Ledger`] beyond the year 9999.
    pub fn next(&self) -> Result<Written, GovernanceError> {
        match self.jumped_from() {
            Some(_) => {
                Ok(Written { seq: self.head.next_seq + 1, at: self.occasion.now.plus_micros(1)? })
            }
            None => Ok(Written { seq: self.head.next_seq, at: self.stamp()? }),
        }
    }

    /// What these records have in common.
    pub const fn occasion(&self) -> &Occasion {
        &self.occasion
    }

    /// Where new ids come from.
    pub const fn ids(&self) -> &'a dyn Ids {
        self.ids
    }

    /// The records made so far, in order.
    pub fn records(&self) -> &[AuditRecord] {
        &self.records
    }

    /// The records, for the store.
    pub fn into_records(self) -> Vec<AuditRecord> {
        self.records
    }

    /// The last stamp, if the clock lies too far behind it.
    fn jumped_from(&self) -> Option<Timestamp> {
        let last = self.head.last_stamp?;
        (last.micros_since(self.occasion.now) > JUMP_LIMIT_MICROS).then_some(last)
    }

    fn stamp(&self) -> Result<Timestamp, GovernanceError> {
        Ok(match self.head.last_stamp {
            Some(last) => last.plus_micros(1)?.max(self.occasion.now),
            None => self.occasion.now,
        })
    }

    fn append(
        &mut self,
        actor: &Actor,
        draft: RecordDraft,
        at: Timestamp,
    ) -> Result<Written, GovernanceError> {
        let seq = self.head.next_seq;
        let record = AuditRecord::new(RecordParts {
            action: draft.action,
            actor: actor.clone(),
            correlation_id: self.occasion.correlation_id.clone(),
            device_id: self.occasion.device_id.clone(),
            id: self.ids.record_id(),
            metadata: draft.metadata,
            reason: draft.reason,
            resource_id: draft.resource_id,
            resource_type: draft.resource_type,
            seq,
            tenant_id: self.occasion.tenant_id.clone(),
            timestamp_utc: at,
            v: 1,
        })?;
        self.records.push(record);
        self.head = LogHead { next_seq: seq + 1, last_stamp: Some(at) };
        Ok(Written { seq, at })
    }
}

fn jump_draft(tenant_id: &TenantId, last: Timestamp, now: Timestamp) -> RecordDraft {
    let stamps = [("last_stamp", last), ("now", now)];
    RecordDraft {
        action: Action::ClockJump,
        resource_type: ResourceType::Log,
        resource_id: tenant_id.to_string(),
        reason: String::new(),
        metadata: stamps
            .map(|(key, stamp)| (key.to_owned(), Value::String(stamp.to_string())))
            .into_iter()
            .collect::<Map<_, _>>(),
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
