//! Records that stand alone reach the repository, in order, or the error does.

use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use ledger::{Action, ResourceType, Timestamp};
use serde_json::Map;

use super::*;
use crate::testing::{CountingIds, World};

#[derive(Default)]
struct Kept {
    records: Mutex<Vec<AuditRecord>>,
    capacity: usize,
}

impl AuditRepository for Kept {
    async fn save(&self, record: &AuditRecord) -> Result<(), GovernanceError> {
        let mut records = self.records.lock().unwrap();
        if records.len() == self.capacity {
            return Err(GovernanceError::Repository { reason: "disk full".to_owned() });
        }
        records.push(record.clone());
        Ok(())
    }

    async fn head(&self, _tenant_id: &TenantId) -> Result<LogHead, GovernanceError> {
        let records = self.records.lock().unwrap();
        Ok(LogHead {
            next_seq: records.len() as u64,
            last_stamp: records.last().map(|record| record.parts().timestamp_utc),
        })
    }

    async fn find(
        &self,
        _tenant_id: &TenantId,
        seq: u64,
    ) -> Result<Option<AuditRecord>, GovernanceError> {
        let records = self.records.lock().unwrap();
        Ok(usize::try_from(seq).ok().and_then(|index| records.get(index).cloned()))
    }
}

/// The repository above never waits, so one poll is enough.
fn done<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn sign_out() -> RecordDraft {
    RecordDraft {
        action: Action::SessionSignOut,
        resource_type: ResourceType::Person,
        resource_id: "person/01930000-0000-7000-8000-000000000ada".to_owned(),
        reason: String::new(),
        metadata: Map::new(),
    }
}

#[test]
fn log_action_builds_a_record_and_keeps_it() {
    let (ids, mut occasion) = (CountingIds::default(), World::founded().occasion);
    let logger = AuditLogger::new(Kept { capacity: 3, ..Kept::default() });
    let log = |occasion: &Occasion| {
        done(logger.log_action(occasion, &Actor::System, sign_out(), &ids))
            .map(|records| records.iter().map(|record| record.parts().action).collect::<Vec<_>>())
    };
    assert_eq!(log(&occasion), Ok(vec![Action::SessionSignOut]));
    occasion.now = occasion.now.plus_micros(-600 * Timestamp::SECOND).unwrap();
    assert_eq!(log(&occasion), Ok(vec![Action::ClockJump, Action::SessionSignOut]));
    let tenant = occasion.tenant_id.clone();
    let kept = done(logger.repository().find(&tenant, 2)).unwrap().unwrap();
    assert_eq!((kept.parts().seq, kept.parts().action), (2, Action::SessionSignOut));
    assert_eq!(done(logger.repository().find(&tenant, 3)), Ok(None));
    let full = GovernanceError::Repository { reason: "disk full".to_owned() };
    assert_eq!(log(&occasion), Err(full), "a record that was not kept is an error");
}
